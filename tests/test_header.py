"""Headers: which field each label stands for, and what is said of labels that fit none."""

from typing import Any

import pytest

from factpack.header import HeaderFault, join_labels, match_header
from factpack.table_schema import parse_schema


def schema(mode: str, *names: str, **more: Any) -> Any:
    fields = [{"name": name, "type": "string"} for name in names]
    return parse_schema({"fields": fields, "fieldsMatch": mode, **more})


def matched(
    labels: list[str], wanted: Any, *, ignore_case: bool = False
) -> tuple[list[str | None], list[Any]]:
    """Return the names of the fields that labels stand for, and what is wrong."""
    header = match_header(labels, wanted, ignore_case=ignore_case)
    return [field and field.name for field in header.columns], list(header.faults)


@pytest.mark.parametrize(
    ("labels", "columns", "faults"),
    [
        (["a", "b"], ["a", "b"], []),
        (["a"], ["a"], [("missing-label", "the column 'b' is missing", "b")]),
        ([], [], [("missing-label", f"the column {name!r} is missing", name) for name in "ab"]),
        (["a", ""], ["a", "b"], [("blank-label", "column 2 has no label", "b")]),
        (["a", "a"], ["a", "b"], [("duplicate-label", "the label 'a' stands twice", "b")]),
        (
            ["b", "b"],
            ["a", "b"],
            [
                ("incorrect-label", "column 1 is 'b', not 'a'", "a"),
                ("duplicate-label", "the label 'b' stands twice", "b"),
            ],
        ),
        (["a", "B"], ["a", "b"], [("incorrect-label", "column 2 is 'B', not 'b'", "b")]),
        (
            ["a", "b", "c", ""],
            ["a", "b", None, None],
            [
                ("extra-label", "column 3 ('c') is not in the schema", "c"),
                ("extra-label", "column 4 ('') is not in the schema", ""),
            ],
        ),
    ],
)
def test_labels_are_held_against_the_fields_in_order(
    labels: list[str], columns: list[str | None], faults: list[Any]
) -> None:
    assert matched(labels, schema("exact", "a", "b")) == (columns, [HeaderFault(*fault) for fault in faults])


@pytest.mark.parametrize(
    ("mode", "labels", "columns", "faults"),
    [
        ("equal", ["b", "a"], ["b", "a"], []),
        (
            "equal",
            ["b", "x"],
            ["b", None],
            [
                ("extra-label", "column 2 ('x') is not in the schema", "x"),
                ("missing-label", "the column 'a' is missing", "a"),
            ],
        ),
        ("subset", ["x", "b"], [None, "b"], [("missing-label", "the column 'a' is missing", "a")]),
        ("superset", ["x", "b"], [None, "b"], [("extra-label", "column 1 ('x') is not in the schema", "x")]),
        ("partial", ["x", "b"], [None, "b"], []),
        (
            "partial",
            ["x"],
            [None],
            [("unmatched-header", "no label is the name of a field of the schema", None)],
        ),
        (
            "equal",
            ["a", "b", "a"],
            ["a", "b", None],
            [("duplicate-label", "the label 'a' stands twice", "a")],
        ),
        (
            "equal",
            ["A", "b"],
            [None, "b"],
            [
                ("extra-label", "column 1 ('A') is not in the schema", "A"),
                ("missing-label", "the column 'a' is missing", "a"),
            ],
        ),
        (
            "partial",
            ["x", "x", "b"],
            [None, None, "b"],
            [("duplicate-label", "the label 'x' stands twice", "x")],
        ),
    ],
)
def test_labels_are_matched_by_name(
    mode: str, labels: list[str], columns: list[str | None], faults: list[Any]
) -> None:
    assert matched(labels, schema(mode, "a", "b")) == (columns, [HeaderFault(*fault) for fault in faults])


@pytest.mark.parametrize("mode", ["exact", "equal"])
def test_case_is_ignored_in_labels_and_in_names(mode: str) -> None:
    assert matched(["AB", "cd"], schema(mode, "ab", "CD"), ignore_case=True) == (["ab", "CD"], [])
    assert matched(["ab", "AB"], schema("partial", "Ab"), ignore_case=True) == (
        ["Ab", None],
        [HeaderFault("duplicate-label", "the label 'AB' stands twice", "AB")],
    )


def test_of_two_fields_whose_names_differ_in_case_alone_the_first_counts() -> None:
    columns, faults = matched(["A"], schema("superset", "a", "A"), ignore_case=True)

    assert (columns, faults) == (["a"], [])


@pytest.mark.parametrize("mode", ["equal", "subset", "superset", "partial"])
def test_a_blank_label_is_a_fault_in_every_mode(mode: str) -> None:
    blank = [
        HeaderFault("blank-label", f"column {number} has no label", f"column {number}") for number in (2, 3)
    ]

    assert matched(["a", "", ""], schema(mode, "a")) == (["a", None, None], blank)
    assert matched(["", "x", ""], parse_schema({"fields": [], "fieldsMatch": "subset"})) == (
        [None, None, None],
        [
            HeaderFault("blank-label", f"column {number} has no label", f"column {number}")
            for number in (1, 3)
        ],
    )


def test_a_blank_label_is_a_fault_even_if_a_field_has_no_name_either() -> None:
    assert matched(["", ""], schema("equal", "")) == (
        ["", None],
        [
            HeaderFault("blank-label", f"column {number} has no label", f"column {number}")
            for number in (1, 2)
        ],
    )


def test_no_label_need_match_where_there_is_no_field() -> None:
    assert matched(["x"], schema("partial")) == ([None], [])


@pytest.mark.parametrize("mode", ["superset", "partial"])
def test_a_field_of_the_primary_key_may_not_be_missing(mode: str) -> None:
    columns, faults = matched(["b"], schema(mode, "a", "b", primaryKey="a"))

    assert (columns, faults) == (["b"], [HeaderFault("missing-label", "the column 'a' is missing", "a")])


@pytest.mark.parametrize(
    ("rows", "labels"),
    [
        ([], []),
        ([["a", "b"]], ["a", "b"]),
        ([["a", "b"], ["1", "2"]], ["a-1", "b-2"]),
        ([["a"], ["1", "2"]], ["a-1", "a-2"]),
        ([["a", "b"], ["a", "2"]], ["a", "b-2"]),
        ([["a"], ["b"], ["a"]], ["a-b-a"]),
        ([[], ["a", "b"]], ["-a", "-b"]),
    ],
)
def test_a_header_of_several_rows_is_joined(rows: list[list[str]], labels: list[str]) -> None:
    assert join_labels(rows, "-") == labels
