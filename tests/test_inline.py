"""Tables in the descriptor itself: their labels, rows and cells."""

import time
from typing import Any

import numpy as np
import pytest

from factpack.dialect import Dialect
from factpack.exceptions import DescriptorError, UnjudgedError
from factpack.inline import split_rows
from factpack.splitting import Split


def split(data: Any, **dialect: Any) -> Split:
    return split_rows(data, Dialect(**dialect), ["a", "b"])


def body(found: Split) -> tuple[list[str], list[list[Any]], list[int], int]:
    return found.labels, [column.to_list() for column in found.columns], found.rows.tolist(), found.last_row


@pytest.mark.parametrize(
    ("data", "labels", "columns"),
    [
        ([], ["a", "b"], [[], []]),
        ([{}], ["a", "b"], [[None], [None]]),
        ([{"b": 1}, {"c": [2], "a": "x"}], ["a", "b", "c"], [[None, "x"], [1, None], [None, [2]]]),
        ([{"z": 1}, {}], ["z"], [[1, None]]),
    ],
)
def test_objects_have_the_fields_of_the_schema_and_others(data: Any, labels: list[str], columns: Any) -> None:
    found = split(data)

    assert body(found) == (labels, columns, list(range(2, len(data) + 2)), len(data) + 1)
    assert found.lines.tolist() == [0] * len(data)
    assert found.lengths is None


def test_objects_with_very_many_different_keys_are_not_judged() -> None:
    start = time.process_time()

    with pytest.raises(UnjudgedError) as raised:
        split([{f"k{number}": 1} for number in range(9_000)])
    assert str(raised.value) == "9,000 rows have 9,000 cells in 9,000 columns; nearly all are missing"
    found = split([{f"k{number}": 1} for number in range(20_000)])

    assert (len(found.labels), found.columns, len(found.rows)) == (20_000, [], 0)
    assert time.process_time() - start < 5


@pytest.mark.parametrize(("rows", "is_judged"), [(3, True), (4, False)])
def test_objects_of_few_values_are_judged_up_to_a_number_of_cells(
    monkeypatch: pytest.MonkeyPatch, rows: int, is_judged: bool
) -> None:
    monkeypatch.setattr("factpack.filling.MOST_CELLS", 9)
    monkeypatch.setattr("factpack.filling.MOST_TIMES", 1)
    data = [{f"k{number}": 1} for number in range(rows)]

    if is_judged:
        assert split(data).labels == ["k0", "k1", "k2"]
    else:
        with pytest.raises(UnjudgedError, match=r"^4 rows have 4 cells in 4 columns; "):
            split(data)


@pytest.mark.parametrize(("cells", "is_judged"), [(2, True), (1, False)])
def test_arrays_of_few_values_are_judged_up_to_a_number_of_cells(
    monkeypatch: pytest.MonkeyPatch, cells: int, is_judged: bool
) -> None:
    monkeypatch.setattr("factpack.filling.MOST_CELLS", 5)
    monkeypatch.setattr("factpack.filling.MOST_TIMES", 3)
    data = [["a", "b", "c"], [1] * cells, []]

    if is_judged:
        assert split(data).labels == ["a", "b", "c"]
    else:
        with pytest.raises(UnjudgedError, match=r"^2 rows have 1 cells in 3 columns; "):
            split(data)


@pytest.mark.parametrize(
    ("data", "dialect", "expected"),
    [
        ([["a", "b"], [1, 2]], {}, (["a", "b"], [[1], [2]], [2], 2)),
        ([[" a ", None], [1, 2]], {}, (["a", ""], [[1], [2]], [2], 2)),
        ([["a", 5], [1, 2]], {}, (["a", "5"], [[1], [2]], [2], 2)),
        ([["a", "b"]], {}, (["a", "b"], [[], []], [], 1)),
        ([[], [1, 2]], {}, ([], [[1], [2]], [2], 2)),
        ([[1, 2], [3]], {"header_rows": ()}, ([], [[1, 3], [2, None]], [1, 2], 2)),
        ([["t"], ["a", "b"], [1, 2]], {"header_rows": (2,)}, (["a", "b"], [[1], [2]], [3], 3)),
        (
            [["x", "y"], ["a", "b"], [1, 2]],
            {"header_rows": (1, 2), "header_join": "-"},
            (["x-a", "y-b"], [[1], [2]], [3], 3),
        ),
        (
            [["n"], ["a", "b"], [1, 2], ["n"], [3, 4]],
            {"comment_rows": frozenset([1, 4])},
            (["a", "b"], [[1, 3], [2, 4]], [3, 5], 5),
        ),
        (
            [["#n"], ["a", "b"], [1, 2], ["#"], [], [5, "#"]],
            {"comment": "#"},
            (["a", "b"], [[1, None, 5], [2, None, "#"]], [3, 5, 6], 6),
        ),
        ([["n"]], {"comment_rows": frozenset([1])}, ([], [[], []], [], 1)),
        ([["#n"], ["#a", "b"]], {"comment": "#"}, ([], [[], []], [], 2)),
        (
            [["a", "b"], ["x"], [1, 2]],
            {"header_rows": (1, 2), "comment": "x"},
            (["a", "b"], [[1], [2]], [3], 3),
        ),
    ],
    ids=str,
)
def test_arrays_are_read_as_the_dialect_says(data: Any, dialect: dict[str, Any], expected: Any) -> None:
    found = split(data, **dialect)

    assert body(found) == expected
    assert found.lines.tolist() == [0] * len(found.rows)
    assert [array.dtype for array in (found.rows, found.lines, found.lengths) if array is not None] == [
        np.int64
    ] * 3


def test_the_lengths_of_arrays_and_what_they_have_too_many_are_kept() -> None:
    found = split([["a", "b"], [1], [1, 2], [1, 2, 3, None], []])

    assert found.lengths is not None
    assert found.lengths.tolist() == [1, 2, 4, 0]
    assert found.surplus == {2: [3, None]}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({}, "the data are no list of rows"),
        (5, "the data are no list of rows"),
        (
            [["a"], {"a": 1}],
            "the data are neither rows that are all arrays, nor rows that are all objects",
        ),
    ],
)
def test_the_whole_message_on_data_of_no_known_form(data: Any, message: str) -> None:
    with pytest.raises(DescriptorError) as raised:
        split(data)

    assert str(raised.value) == message
