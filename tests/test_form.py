"""Findings on the form of a table: each with its whole message and its place, whichever way the table is read."""

import json
from pathlib import Path
from typing import Any

import pytest
from conftest import MakePackage

import factpack
from factpack.report import Finding

AB = [{"name": "a", "type": "string"}, {"name": "b", "type": "string"}]


def told(found: Finding) -> tuple[Any, ...]:
    return found.rule, found.row, found.line, found.field, found.value, found.message


def findings(descriptor: Path) -> list[tuple[Any, ...]]:
    return [told(found) for found in factpack.validate(descriptor).findings]


BARE = "a quotation mark stands inside, but the cell is not quoted"
AFTER = "text stands after the closing quotation mark"
OPEN = "the quotation is not closed"
WRONG = "the bytes are not in the encoding of the file"

# what is read, and what is found, for a table of two columns
FORMS: dict[str, tuple[bytes, list[tuple[Any, ...]]]] = {
    "blank rows": (
        b"a,b\n1,2\n\n,\n3,4\n\n",
        [("blank-row", row, row, None, None, "the row is blank") for row in (3, 4, 6)],
    ),
    "a blank row between lines in cells": (
        b'a,b\n"1\n",2\n\n3,4\n',
        [("blank-row", 3, 4, None, None, "the row is blank")],
    ),
    "a cell too few": (
        b"a,b\n1,2\n3\n5,6\n",
        [("missing-cell", 3, 3, "b", None, "the row has 1 cells for 2 columns")],
    ),
    "cells too many": (
        b"a,b\n1,2,3,\n3,4\n",
        [
            ("extra-cell", 2, 2, "column 3", "3", "the row has 4 cells for 2 columns"),
            ("extra-cell", 2, 2, "column 4", "", "the row has 4 cells for 2 columns"),
        ],
    ),
    "rows of several lengths": (
        b'a,b\n1\n"2","x\ny"\n3,4,5\n\n6\n7,8\n',
        [
            ("missing-cell", 2, 2, "b", None, "the row has 1 cells for 2 columns"),
            ("extra-cell", 4, 5, "column 3", "5", "the row has 3 cells for 2 columns"),
            ("blank-row", 5, 6, None, None, "the row is blank"),
            ("missing-cell", 6, 7, "b", None, "the row has 1 cells for 2 columns"),
        ],
    ),
    "a mark in a bare cell": (b'a,b\n1,x"\n', [("quoting", 2, 2, "b", None, BARE)]),
    "a lone mark": (b'a,b\n",2\n', [("quoting", 2, 2, "a", None, OPEN)]),
    "two marks and text": (b'a,b\n""x,2\n', [("quoting", 2, 2, "a", None, AFTER)]),
    "an open mark in the last cell": (b'a,b\n1,"2\n3,4\n', [("quoting", 2, 2, "b", None, OPEN)]),
    "marks in a cell too many": (
        b'a,b\n1,2,x"y\n',
        [
            ("quoting", 2, 2, "column 3", None, BARE),
            ("extra-cell", 2, 2, "column 3", 'x"y', "the row has 3 cells for 2 columns"),
        ],
    ),
    "a fault below a cell of two lines": (b'a,b\n"1\n2",3\n4,5"\n', [("quoting", 3, 4, "b", None, BARE)]),
    "a fault in the header": (
        b'a,b"\n1,2\n',
        [
            ("incorrect-label", 1, 1, "b", None, "column 2 is 'b\"', not 'b'"),
            ("quoting", 1, 1, "b", None, BARE),
        ],
    ),
    "NUL": (b"a,b\n1,\0\n", [("nul", 2, 2, "b", None, "the cell holds a NUL byte")]),
    "wrong bytes": (b"a,b\n1,2\n\xff,3\n", [("encoding", 3, 3, "a", None, WRONG)]),
    "wrong bytes in a later row than a NUL": (
        b"a,b\n\0,2\n3,\xff\n",
        [("nul", 2, 2, "a", None, "the cell holds a NUL byte"), ("encoding", 3, 3, "b", None, WRONG)],
    ),
    "mixed line ends": (
        b"a,b\r\n1,2\r\n3,4\n5,6\n",
        [("line-ends", 3, 3, None, None, "the record ends with '\\n', those before it with '\\r\\n'")],
    ),
    "mixed line ends from the header on": (
        b"a,b\n1,2\r\n3,4\r\n",
        [("line-ends", 2, 2, None, None, "the record ends with '\\r\\n', those before it with '\\n'")],
    ),
    "an empty file": (b"", [("header", 1, 1, None, None, "the file is empty: it has no header")]),
    "a blank header": (
        b"\n1,2\n",
        [
            ("header", 1, 1, None, None, "the header is blank"),
        ],
    ),
    "a wrong label": (
        b'a,x\n1,2"\n',
        [
            ("incorrect-label", 1, 1, "b", None, "column 2 is 'x', not 'b'"),
            ("quoting", 2, 2, "b", None, BARE),
        ],
    ),
}


@pytest.mark.parametrize(("content", "expected"), FORMS.values(), ids=list(FORMS))
def test_each_fault_of_form_has_its_place(
    make_package: MakePackage, content: bytes, expected: list[tuple[Any, ...]]
) -> None:
    assert findings(make_package(t=(content, AB))) == expected


def test_a_column_without_a_field_is_named_by_its_label_or_its_number(make_package: MakePackage) -> None:
    schema = {"fields": [{"name": "a", "type": "string"}], "fieldsMatch": "subset"}

    assert findings(make_package(t=('x,,a\n1",2",3"\n', schema))) == [
        ("blank-label", 1, 1, "column 2", None, "column 2 has no label"),
        ("quoting", 2, 2, "x", None, BARE),
        ("quoting", 2, 2, "column 2", None, BARE),
        ("quoting", 2, 2, "a", None, BARE),
    ]
    assert findings(make_package(t=("x,,a\n1\n", schema))) == [
        ("blank-label", 1, 1, "column 2", None, "column 2 has no label"),
        *(
            ("missing-cell", 2, 2, field, None, "the row has 1 cells for 3 columns")
            for field in ("column 2", "a")
        ),
    ]


def test_a_column_without_a_header_is_named_by_its_field(make_package: MakePackage) -> None:
    dialect = {"header": False}

    assert findings(make_package(t=('1,2"\n3\n', AB), resource={"dialect": dialect})) == [
        ("quoting", 1, 1, "b", None, BARE),
        ("missing-cell", 2, 2, "b", None, "the row has 1 cells for 2 columns"),
    ]


def test_a_column_without_a_field_is_blank_where_it_is_empty(make_package: MakePackage) -> None:
    schema = {"fields": [{"name": "a", "type": "string"}], "fieldsMatch": "subset", "missingValues": ["-"]}

    assert findings(make_package(t=("a,x\n-,\n-,-\n1,\n", schema))) == [
        ("blank-row", 2, 2, None, None, "the row is blank")
    ]


def test_the_null_sequence_makes_a_row_blank_too(make_package: MakePackage) -> None:
    package = make_package(t=("a,b\n-,\n-,1\n", AB), resource={"dialect": {"nullSequence": "-"}})

    assert findings(package) == [("blank-row", 2, 2, None, None, "the row is blank")]


def test_a_comment_counts_as_a_row_and_a_line(make_package: MakePackage) -> None:
    dialect = {"commentChar": "#"}

    assert findings(make_package(t=('#"x\na,b\n#\n1,2"\n#\r\n3,4\n', AB), resource={"dialect": dialect})) == [
        ("quoting", 4, 4, "b", None, BARE),
        ("line-ends", 5, 5, None, None, "the record ends with '\\r\\n', those before it with '\\n'"),
    ]
    assert findings(make_package(t=('a,b\n#x\r\n1,2"', AB), resource={"dialect": dialect})) == [
        ("line-ends", 2, 2, None, None, "the record ends with '\\r\\n', those before it with '\\n'"),
        ("quoting", 3, 3, "b", None, BARE),
    ]


def test_faults_in_several_files_have_their_paths_and_lines(tmp_path: Path) -> None:
    (tmp_path / "1.csv").write_text("a,b\n1,2\n\n")
    (tmp_path / "2.csv").write_text('a,b\n"3\n",4"\n5\n')
    (tmp_path / "3.csv").write_text("6,7\n8,x\n")
    schema = {
        "fields": [
            {"name": "a", "type": "string"},
            {"name": "b", "type": "any", "constraints": {"enum": ["2", "7"]}},
        ]
    }
    resource = {"name": "t", "path": ["1.csv", "2.csv", "3.csv"], "schema": schema}
    (tmp_path / "datapackage.json").write_text(json.dumps({"name": "p", "resources": [resource]}))

    report = factpack.validate(tmp_path / "datapackage.json")

    assert [(found.path, *told(found)) for found in report.findings] == [
        ("1.csv", "blank-row", 3, 3, None, None, "the row is blank"),
        ("2.csv", "quoting", 4, 2, "b", None, BARE),
        ("2.csv", "enum", 4, 2, "b", '4"', "must be one of: 2, 7"),
        ("2.csv", "missing-cell", 5, 4, "b", None, "the row has 1 cells for 2 columns"),
        ("3.csv", "enum", 7, 2, "b", "x", "must be one of: 2, 7"),
    ]
    assert [item.rows for item in report.resources] == [5]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (
            [["a", "b"], ["1"], [], ["2", "3", 4.5, None]],
            [
                ("missing-cell", 2, None, "b", None, "the row has 1 cells for 2 columns"),
                ("blank-row", 3, None, None, None, "the row is blank"),
                ("extra-cell", 4, None, "column 3", "4.5", "the row has 4 cells for 2 columns"),
                ("extra-cell", 4, None, "column 4", "None", "the row has 4 cells for 2 columns"),
            ],
        ),
        (
            [["a", "x"], ["1", "2"]],
            [("incorrect-label", 1, None, "b", None, "column 2 is 'x', not 'b'")],
        ),
        ([{"a": "1", "b": "2"}, {"a": None}], [("blank-row", 3, None, None, None, "the row is blank")]),
        (
            [{"a": "1", "c": "2"}],
            [("extra-label", 1, None, "c", None, "column 3 ('c') is not in the schema")],
        ),
    ],
)
def test_each_fault_of_rows_in_the_descriptor_has_its_row(
    tmp_path: Path, data: list[Any], expected: list[tuple[Any, ...]]
) -> None:
    resource = {"name": "t", "data": data, "schema": {"fields": AB}}
    (tmp_path / "datapackage.json").write_text(json.dumps({"name": "p", "resources": [resource]}))

    assert findings(tmp_path / "datapackage.json") == expected


@pytest.mark.parametrize("header", ["a,b", "a,b,c"])
def test_a_table_that_is_too_wide_is_not_judged_at_all(
    make_package: MakePackage, monkeypatch: pytest.MonkeyPatch, header: str
) -> None:
    monkeypatch.setattr("factpack.reading.MOST_COLUMNS", 2)
    monkeypatch.setattr("factpack.splitting.MOST_COLUMNS", 2)
    schema = {"fields": AB, "fieldsMatch": "subset"}
    report = factpack.validate(make_package(t=(f'{header}\n1,2"\n', schema)))

    message = "the file has 3 columns; more than 2 are not judged"
    wide = [("unjudged", "header", 1, 1, None, None, message)]
    assert [(found.severity.value, *told(found)) for found in report.findings] == (
        wide if header == "a,b,c" else [("error", "quoting", 2, 2, "b", None, BARE)]
    )


def test_so_many_findings_on_rows_are_listed(
    make_package: MakePackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("factpack.report.MOST_FINDINGS", 2)
    report = factpack.validate(make_package(t=("a,b\n1\n\n2\n3\n", AB)))

    assert sorted((found.resource, found.rule, found.message) for found in report.findings) == [
        ("t", "blank-row", "the row is blank"),
        ("t", "findings", "there are more than 2 findings; the others are not listed"),
        ("t", "missing-cell", "the row has 1 cells for 2 columns"),
    ]
