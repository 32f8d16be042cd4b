"""A file with one fault in it: the finding names the record, in whatever way the file is written."""

import json
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import factpack

#: Cells with commas, quotation marks and letters of other scripts, as descriptions of goods have them.
TEXTS = ("a light, rugged boot", '48" table', "men's rod", "café", "東京", "", "x")
FIELDS: list[dict[str, Any]] = [
    {"name": "date", "type": "date", "format": "%d/%m/%Y"},
    {"name": "code", "type": "string", "constraints": {"pattern": "[A-Z]{2}-[0-9]{4}", "unique": True}},
    {"name": "price", "type": "number"},
    {"name": "text", "type": "string", "constraints": {"required": True}},
    {"name": "count", "type": "integer", "constraints": {"enum": [0, 1]}},
]
#: A cell of each field that is at fault.
FAULTY = ("31/02/2025", "MG1000", "1,5", "", "2")

ROWS = 12

Cells = list[str]


def written(cell: str, *, quoted: bool) -> str:
    """Return a cell as RFC 4180 has it, in quotation marks if it needs them, or in any case."""
    is_quoted = quoted or any(mark in cell for mark in ',"\n')
    return '"' + cell.replace('"', '""') + '"' if is_quoted else cell


def a_separator_is_lost(cells: Cells, place: int) -> str:
    place = min(place, len(cells) - 2)
    return ",".join([*cells[:place], cells[place] + cells[place + 1], *cells[place + 2 :]])


def a_separator_is_added(cells: Cells, place: int) -> str:
    return ",".join([*cells[:place], "", *cells[place:]])


def a_mark_is_added_before(cells: Cells, place: int) -> str:
    return ",".join([*cells[:place], '"' + cells[place], *cells[place + 1 :]])


def a_mark_is_added_after(cells: Cells, place: int) -> str:
    return ",".join([*cells[:place], cells[place] + '"', *cells[place + 1 :]])


def a_byte_is_wrong(cells: Cells, place: int) -> str:
    return ",".join([*cells[:place], cells[place][:-1] + "\udcff" + cells[place][-1:], *cells[place + 1 :]])


def a_byte_is_nul(cells: Cells, place: int) -> str:
    return ",".join([*cells[:place], cells[place][:-1] + "\0" + cells[place][-1:], *cells[place + 1 :]])


def the_separators_are_others(cells: Cells, place: int) -> str:
    return ";|\t :"[place].join(cells)


def the_marks_are_others(cells: Cells, place: int) -> str:
    return ",".join("'" + cell.strip('"') + "'" for cell in cells)


def the_row_is_blank(cells: Cells, place: int) -> str:
    return "," * place


def the_row_is_cut(cells: Cells, place: int) -> str:
    return ",".join(cells)[: 3 + place]


POLLUTIONS: Sequence[Callable[[Cells, int], str]] = (
    a_separator_is_lost,
    a_separator_is_added,
    a_mark_is_added_before,
    a_mark_is_added_after,
    a_byte_is_wrong,
    a_byte_is_nul,
    the_separators_are_others,
    the_marks_are_others,
    the_row_is_blank,
    the_row_is_cut,
)


def table(texts: Sequence[str]) -> list[Cells]:
    """Return the rows of a sound table."""
    return [
        [
            f"{number + 1:02}/03/2025",
            f"MG-{1000 + number}",
            f"{number}.50",
            texts[number] or "y",
            str(number % 2),
        ]
        for number in range(ROWS)
    ]


def rows_at_fault(lines: Sequence[str], end: str) -> set[int | None]:
    """Return the rows that a file of lines has an error in."""
    with tempfile.TemporaryDirectory() as folder:
        content = "".join(line + end for line in ("date,code,price,text,count", *lines))
        (Path(folder) / "t.csv").write_bytes(content.encode(errors="surrogateescape"))
        resource = {"name": "t", "path": "t.csv", "schema": {"fields": FIELDS}}
        descriptor = Path(folder) / "datapackage.json"
        descriptor.write_text(json.dumps({"name": "p", "resources": [resource]}))
        report = factpack.validate(descriptor)
    assert report.valid == (not report.findings)
    return {found.row for found in report.findings}


FILES = {
    "texts": st.lists(st.sampled_from(TEXTS), min_size=ROWS, max_size=ROWS),
    "quoted": st.booleans(),
    "end": st.sampled_from(["\n", "\r\n"]),
    "row": st.integers(0, ROWS - 1),
    "place": st.integers(0, len(FIELDS) - 1),
}


@pytest.mark.parametrize("pollution", POLLUTIONS)
@settings(max_examples=30)
@given(**FILES)
def test_a_polluted_record_is_named_and_no_other(
    pollution: Callable[[Cells, int], str], texts: list[str], quoted: bool, end: str, row: int, place: int
) -> None:
    lines = [[written(cell, quoted=quoted) for cell in cells] for cells in table(texts)]
    sound = [",".join(cells) for cells in lines]
    polluted = [*sound[:row], pollution(lines[row], place), *sound[row + 1 :]]

    assert rows_at_fault(sound, end) == set()
    assert rows_at_fault(polluted, end) == {row + 2}


@given(**FILES)
def test_a_faulty_cell_is_in_the_record_that_is_named(
    texts: list[str], quoted: bool, end: str, row: int, place: int
) -> None:
    rows = table(texts)
    rows[row][place] = FAULTY[place]

    lines = [",".join(written(cell, quoted=quoted) for cell in cells) for cells in rows]

    assert rows_at_fault(lines, end) == {row + 2}


@given(**FILES)
def test_a_record_that_stands_twice_is_named(
    texts: list[str], quoted: bool, end: str, row: int, place: int
) -> None:
    lines = [",".join(written(cell, quoted=quoted) for cell in cells) for cells in table(texts)]

    assert rows_at_fault([*lines[: row + 1], *lines[row:]], end) == {row + 3}
