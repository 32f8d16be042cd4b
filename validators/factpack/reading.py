"""Reads delimited text into a lexical table: every cell as its text, every record with its physical line.

The quoting is RFC 4180's. What departs from it, and rows that do not fit the header, are findings; reading
goes on after each of them, so that one fault never hides another.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from factpack.package import Dialect, Resource
from factpack.report import Finding, Severity
from factpack.table_schema import MOST_COLUMNS, TableSchema

#: Whole numbers, one a line.
NumberArray = np.ndarray[tuple[int], np.dtype[np.int64]]

#: What may end a record; the last one may be ended by the end of the file.
LINE_ENDS = ("\n", "\r\n", "\r", "")


@dataclass(frozen=True)
class LexicalTable:
    """A table as text.

    `frame` has one column a field of the schema, and one line a record that is not blank, on a RangeIndex; a
    cell that the record lacks is None. `rows` and `lines` give each line's record number (the header is 1)
    and physical line.
    """

    frame: pd.DataFrame
    rows: NumberArray
    lines: NumberArray
    findings: list[Finding]


@dataclass
class Record:
    """One record: its cells, the physical line on which it starts, and what is wrong with its quoting."""

    line: int
    cells: list[str] = field(default_factory=list)
    is_empty_line: bool = False
    faults: list[str] = field(default_factory=list)


def read_table(resource: Resource) -> LexicalTable:
    """Read the file of a resource that has a schema.

    Source: Table Dialect v2.0; RFC 4180, section 2; Table Schema v2.0, `fieldsMatch` ("exact").
    """
    findings: list[Finding] = []
    text = _decode(resource, findings)
    records = list(_records(text, resource.dialect))
    for number, record in enumerate(records, 1):
        for fault in record.faults:
            findings.append(resource.finding("quoting", fault, row=number, line=record.line))
    assert resource.schema is not None
    names = resource.schema.names
    if records and len(records[0].cells) > MOST_COLUMNS:
        message = f"the file has {len(records[0].cells):,} columns; more than {MOST_COLUMNS:,} are not judged"
        findings.append(resource.finding("header", message, severity=Severity.UNJUDGED, row=1, line=1))
        records = []
    elif records:
        findings.extend(_header_findings(resource, records[0], names))
    else:
        findings.append(resource.finding("header", "the file is empty: it has no header", row=1, line=1))
    kept: list[list[str | None]] = []
    places: list[tuple[int, int]] = []
    for number, record in enumerate(records[1:], 2):
        if _is_blank(record, resource.schema):
            findings.append(resource.finding("blank-row", "the row is blank", row=number, line=record.line))
            continue
        findings.extend(_length_findings(resource, record, number, names))
        missing = [None] * (len(names) - len(record.cells))
        kept.append([*record.cells[: len(names)], *missing])
        places.append((number, record.line))
    frame = pd.DataFrame(kept, columns=pd.Index(names, dtype=object), dtype=object)
    located = np.array(places, dtype=np.int64).reshape(-1, 2)
    return LexicalTable(frame, located[:, 0], located[:, 1], findings)


def _is_blank(record: Record, schema: TableSchema) -> bool:
    """Tell whether a record is a blank line, or null in every field."""
    cells = zip(record.cells, schema.fields, strict=False)
    return record.is_empty_line or all(cell in field.missing_values for cell, field in cells)


def _decode(resource: Resource, findings: list[Finding]) -> str:
    """Return the file's text; bytes that are not in the declared encoding are a finding and replaced."""
    assert resource.file is not None
    content = resource.file.read_bytes()
    encoding = resource.dialect.encoding
    if codecs.lookup(encoding).name == "utf-8":
        encoding = "utf-8-sig"  # a byte order mark is not part of the first label
    try:
        text = content.decode(encoding)
    except UnicodeError as error:
        start = error.start if isinstance(error, UnicodeDecodeError) else 0
        line = _line_ends(content[:start].decode(encoding, errors="ignore")) + 1
        message = f"the bytes are not {resource.dialect.encoding}"
        findings.append(resource.finding("encoding", message, line=line))
        text = content.decode(encoding, errors="replace")
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        findings.append(resource.finding("nul", "the file holds a NUL byte", line=line))
    return text


def _records(text: str, dialect: Dialect) -> Iterator[Record]:
    """Split the text into records; a cell with faulty quoting is taken as it stands, up to its separator."""
    mark = dialect.quote
    quote, delimiter = re.escape(mark), re.escape(dialect.delimiter)
    end = rf"(?P<end>{delimiter}|\r\n|\n|\r|\Z)"
    quoted = rf"{quote}(?P<quoted>(?:[^{quote}]|{quote}{quote})*+){quote}"
    sound = re.compile(rf"(?:{quoted}|(?P<bare>[^{quote}{delimiter}\r\n]*+)){end}")
    faulty = re.compile(rf"(?P<bare>[^{delimiter}\r\n]*+){end}")
    position, line, record = 0, 1, Record(1)
    while position < len(text) or record.cells:
        match = sound.match(text, position)
        if match is None:
            match = faulty.match(text, position)
            assert match is not None  # the faulty form fits any text
            record.faults.append(_fault(match["bare"], mark, len(record.cells) + 1))
        cell = match["bare"]
        record.cells.append(match["quoted"].replace(mark * 2, mark) if cell is None else cell)
        line += _line_ends(match.group())
        position = match.end()
        if match["end"] in LINE_ENDS:
            record.is_empty_line = record.cells == [""] and match["bare"] is not None
            yield record
            record = Record(line)


def _line_ends(text: str) -> int:
    return text.count("\n") + text.count("\r") - text.count("\r\n")


def _fault(cell: str, mark: str, column: int) -> str:
    if not cell.startswith(mark):
        return f"cell {column} has a quotation mark inside, but is not quoted"
    if mark in cell[1:]:
        return f"cell {column} has text after its closing quotation mark"
    return f"cell {column} opens a quotation that is not closed"


def _header_findings(resource: Resource, header: Record, names: list[str]) -> Iterator[Finding]:
    """Yield where the labels differ from the schema's field names, which they must match one by one."""

    def found(rule: str, message: str, label: str | None) -> Finding:
        return resource.finding(rule, message, row=1, line=header.line, field=label)

    labels = header.cells
    seen: set[str] = set()
    for position, label in enumerate(labels, 1):
        if not label:
            yield found("blank-label", f"column {position} has no label", None)
        elif label in seen:
            yield found("duplicate-label", f"the label {label!r} stands twice", label)
        seen.add(label)
        if position > len(names):
            yield found("extra-label", f"column {position} ({label!r}) is not in the schema", label)
        elif label and label != names[position - 1]:
            expected = names[position - 1]
            yield found("incorrect-label", f"column {position} is {label!r}, not {expected!r}", expected)
    for name in names[len(labels) :]:
        yield found("missing-label", f"the column {name!r} is missing", name)


def _length_findings(resource: Resource, record: Record, row: int, names: list[str]) -> Iterator[Finding]:
    """Yield the cells that a record has beyond the schema's fields, or lacks."""
    for position, cell in enumerate(record.cells[len(names) :], len(names) + 1):
        message = f"the row has {len(record.cells)} cells for {len(names)} columns"
        yield resource.finding(
            "extra-cell", message, row=row, line=record.line, field=f"column {position}", value=cell
        )
    for name in names[len(record.cells) :]:
        message = f"the row has {len(record.cells)} cells for {len(names)} columns"
        yield resource.finding("missing-cell", message, row=row, line=record.line, field=name)
