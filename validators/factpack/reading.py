"""Reads a table as text: every cell as it stands, every record with its number and its physical line.

The usual file takes a fast way, every other the strict one; both see the same. What departs from RFC 4180,
rows that do not fit the header, and labels that do not fit the schema are findings; reading goes on after
each.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, repeat
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.compute as pc

from factpack.arrow_memory import scalar
from factpack.header import match_header
from factpack.inline import split_rows
from factpack.kinds import BoolArray, NumberArray
from factpack.package import Resource
from factpack.pieces import piece_of, piece_size, pieces_of_file, split_again
from factpack.report import Finding, Severity, limited
from factpack.source import file_bytes, unpacked
from factpack.splitting import Before, Split, has_text, split_bytes
from factpack.table_schema import MOST_COLUMNS, Field
from factpack.values import Values, bools, encode, is_one_of, records_of, stacked

#: A column that no field of the schema describes is null where it is empty.
NO_FIELD = frozenset([""])


@dataclass(frozen=True)
class LexicalTable:
    """A table as text.

    `columns` has, by name, the cells of each field that the table has; a cell that its record lacks is null.
    All have one row a record that is not blank; `rows` and `lines` give its number (the header is 1) and
    physical line (0 where there is none). Where there are several files, `paths` names them and `parts` tells
    which one.
    """

    columns: dict[str, Values]
    rows: NumberArray
    lines: NumberArray
    findings: list[Finding]
    paths: Sequence[str] = ()
    parts: NumberArray | None = None

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def faults(self) -> list[Finding]:
        """The findings that are more than warnings."""
        return [found for found in self.findings if found.severity is not Severity.WARNING]

    def texts(self, name: str) -> list[str | None]:
        """Return the texts of a column."""
        return self.columns[name].to_list()

    def records(self) -> Iterator[tuple[str | None, ...]]:
        """Yield the texts of each record, in the order of the columns."""
        return records_of(list(self.columns.values()))

    def places(self, resource: Resource, positions: NumberArray) -> Iterator[tuple[Any, int, int | None]]:
        """Yield the path, the number and the line of the records at some positions."""
        rows, lines = self.rows[positions].tolist(), self.lines[positions].tolist()
        paths: Iterable[str | None] = repeat(resource.path, len(rows))
        if self.parts is not None:
            paths = [self.paths[part] for part in self.parts[positions].tolist()]
        for path, row, line in zip(paths, rows, lines, strict=True):
            yield path, row, line or None

    def finding(self, resource: Resource, rule: str, message: str, position: int, **place: Any) -> Finding:
        """Return a finding on the record at a position."""
        row, line = int(self.rows[position]), int(self.lines[position]) or None
        found = resource.finding(rule, message, row=row, line=line, **place)
        return found if self.parts is None else replace(found, path=self.paths[self.parts[position]])


def read_table(resource: Resource) -> LexicalTable:
    """Read the table of a resource that has a schema.

    Raises:
        DescriptorError: its file is not compressed as declared, or inline data are of no known form.
        UnjudgedError: its file changes while it is read, or cannot be unpacked.
        OSError: its file cannot be read.

    Source: Table Dialect v2.0; RFC 4180, section 2; Table Schema v2.0, `fieldsMatch`.

    """
    return joined([read() for read in read_pieces(resource)])


def read_pieces(resource: Resource, *, by_place: bool = False) -> Iterator[Callable[[], LexicalTable]]:
    """Yield functions that each return a part of the table of a resource, from its first row to its last one.

    A large file has many parts, which may be read in any order. By their place, those of usual text are read
    again when they are asked for, perhaps in another process. Raises as `read_table` does, between them.
    """
    source, schema = resource.source, resource.schema
    assert schema is not None
    width = len(schema.fields)
    if isinstance(source.data, str):
        dialect = replace(resource.dialect, encoding="utf-8")  # the descriptor's own, whatever is declared
        text = source.data.encode()
        yield partial(_table, resource, partial(split_bytes, text, dialect, None, width))
        return
    if source.is_inline:
        yield partial(_table, resource, partial(split_rows, source.data, resource.dialect, schema.names))
        return
    before: Before | None = None
    for path, file, content in _contents(resource):
        own, is_first, is_part = replace(resource, path=path), before is None, len(source.files) > 1
        if content is None:
            found = pieces_of_file(file, piece_size(width), resource.dialect, before, width)
        else:
            found = iter([piece_of(split_bytes(content, resource.dialect, before, width))])
        for piece in found:
            split = piece.split
            if by_place and piece.place is not None:
                split = partial(split_again, file, piece.place, resource.dialect, width)
            yield partial(_table, own, split, is_first=is_first, is_part=is_part)
            before, is_first = piece, False


def _contents(resource: Resource) -> Iterator[tuple[str, Path, bytes | None]]:
    """Yield each file with its path and, unless it is to be read in pieces, its content.

    Empty files before the last are passed over, since the header, if any, stands in a later one; so are those
    that hold a byte order mark only.
    """
    source, schema = resource.source, resource.schema
    assert schema is not None
    for number, (path, file) in enumerate(zip(source.paths, source.files, strict=True), 1):
        if source.compression is None and file.stat().st_size > piece_size(len(schema.fields)):
            yield path, file, None
            continue
        content = unpacked(file_bytes(file), source)
        if number == len(source.files) or has_text(content, resource.dialect):
            yield path, file, content


def joined(tables: Sequence[LexicalTable]) -> LexicalTable:
    """Return the table that several parts make, one after the other."""
    if len(tables) == 1:
        return tables[0]
    paths = list(dict.fromkeys(path for table in tables for path in table.paths))
    places = {path: place for place, path in enumerate(paths)}
    parts = [
        np.array([places[path] for path in table.paths], np.int64)[table.parts]
        for table in tables
        if table.parts is not None
    ]
    return LexicalTable(
        {name: stacked([table.columns[name] for table in tables]) for name in tables[0].columns},
        np.concatenate([table.rows for table in tables]),
        np.concatenate([table.lines for table in tables]),
        [found for table in tables for found in table.findings],
        paths,
        np.concatenate(parts) if parts else None,
    )


def _table(
    resource: Resource, read: Callable[[], Split], *, is_first: bool = True, is_part: bool = False
) -> LexicalTable:
    """Return what is read: its columns by the names of their fields, without its blank rows.

    It may be the first of the table's texts or not, and a part of it that has a path of its own.
    """
    assert resource.schema is not None
    split = read()
    columns: Sequence[Field | None] = resource.schema.fields
    findings = list(_header_findings(resource, split)) if is_first else []
    if len(split.labels) > MOST_COLUMNS:
        return LexicalTable({}, split.rows, split.lines, findings)
    if split.labels:
        header = match_header(split.labels, resource.schema, ignore_case=not resource.dialect.header_case)
        columns = header.columns
        if is_first:
            place = {"row": split.label_row, "line": split.label_line}
            findings += [
                resource.finding(fault.rule, fault.message, **place, field=fault.field)
                for fault in header.faults
            ]
    blank = _blank_rows(split, columns, resource.dialect.null_sequence)
    of_rows = chain(
        _fault_findings(resource, split, columns),
        _blank_findings(resource, split, blank),
        _length_findings(resource, split, columns, blank),
    )
    findings += limited(of_rows, resource.name)
    kept = ~blank
    cells = {
        column.name: _without(values, resource.dialect.null_sequence)
        for column, values in zip(columns, split.columns, strict=True)
        if column is not None
    }
    if blank.any():
        cells = {name: values.filter(kept) for name, values in cells.items()}
    findings.sort(key=lambda found: found.row or 0)
    rows, lines = (split.rows, split.lines) if kept.all() else (split.rows[kept], split.lines[kept])
    paths = (str(resource.path),) if is_part else ()
    return LexicalTable(cells, rows, lines, findings, paths, np.zeros(len(rows), np.int64) if paths else None)


def _header_findings(resource: Resource, split: Split) -> Iterator[Finding]:
    """Yield that a table has no header where it should have one, or is empty or too wide."""
    place = {"row": split.label_row, "line": split.label_line}
    if len(split.labels) > MOST_COLUMNS:
        message = f"the file has {len(split.labels):,} columns; more than {MOST_COLUMNS:,} are not judged"
        yield resource.finding("header", message, severity=Severity.UNJUDGED, **place)
    elif split.last_row == 0 and not resource.source.is_inline:
        yield resource.finding("header", "the file is empty: it has no header", row=1, line=1)
    elif resource.dialect.has_header and split.last_row and not split.labels:
        yield resource.finding("header", "the header is blank", **place)


def _fault_findings(resource: Resource, split: Split, columns: Sequence[Field | None]) -> Iterator[Finding]:
    for fault in split.faults:
        name = None if fault.cell is None else _name_of(split, columns, fault.cell - 1)
        yield resource.finding(
            fault.rule,
            fault.message,
            severity=fault.severity,
            row=fault.row,
            line=fault.line,
            field=name,
        )


def _name_of(split: Split, columns: Sequence[Field | None], place: int) -> str:
    """Return the name of a column: that of its field, else its label, else its number."""
    column = columns[place] if place < len(columns) else None
    if column is not None:
        return column.name
    label = split.labels[place] if place < len(split.labels) else ""
    return label or f"column {place + 1}"


def _blank_rows(split: Split, columns: Sequence[Field | None], null: str | None) -> BoolArray:
    """Tell which records are null in every column."""
    blank = np.ones(len(split.rows), bool)
    for column, values in zip(columns, split.columns, strict=True):
        if not blank.any():
            break
        missing = NO_FIELD if column is None else column.missing_values
        blank &= is_missing(values, missing if null is None else missing | {null})
    return blank


def is_missing(values: Values, missing: frozenset[str]) -> BoolArray:
    """Tell which cells are null: lacking, or one of the texts that stand for it."""
    array = values.array
    if array is None:
        once = values.distinct()
        return once.spread(np.array([str(item) in missing for item in once.items], bool))
    return bools(pc.is_null(array)) | bools(is_one_of(array, missing))


def _blank_findings(resource: Resource, split: Split, blank: BoolArray) -> Iterator[Finding]:
    whole = LexicalTable({}, split.rows, split.lines, [])
    for position in np.flatnonzero(blank).tolist():
        yield whole.finding(resource, "blank-row", "the row is blank", position)


def _without(values: Values, null: str | None) -> Values:
    """Return cells with null instead of a text."""
    array = values.array
    if null is None:
        return values
    if array is None:
        return encode([None if item == null else item for item in values.to_list()])
    is_null = pc.equal(array, scalar(null, array.type))
    return Values(pc.if_else(is_null, scalar(None, array.type), array))


def _length_findings(
    resource: Resource, split: Split, columns: Sequence[Field | None], blank: BoolArray
) -> Iterator[Finding]:
    """Yield the cells that a record has beyond the columns, or lacks; a blank row has its own finding."""
    if split.lengths is None:
        return
    whole = LexicalTable({}, split.rows, split.lines, [])
    for position in np.flatnonzero((split.lengths != len(columns)) & ~blank).tolist():
        message = f"the row has {split.lengths[position]} cells for {len(columns)} columns"
        for place, cell in enumerate(split.surplus.get(position, ()), len(columns)):
            name, value = f"column {place + 1}", str(cell)
            yield whole.finding(resource, "extra-cell", message, position, field=name, value=value)
        for place in range(split.lengths[position], len(columns)):
            yield whole.finding(
                resource, "missing-cell", message, position, field=_name_of(split, columns, place)
            )
