"""Splits the content of a table into labels and columns: the usual file fast, every other strictly."""

import codecs
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, Protocol

import numpy as np
import pyarrow as pa

from factpack.arrow_csv import Scan, cells_of_records, is_usual, owned, scan, usual_columns
from factpack.dialect import Dialect
from factpack.filling import check_filling
from factpack.header import join_labels
from factpack.kinds import NumberArray
from factpack.records import Record, records
from factpack.report import Severity
from factpack.table_schema import MOST_COLUMNS
from factpack.values import Values, taken_array, texts_column

#: The bytes of a file in which its header is sought before the rest is read the fast way.
HEAD = 2**20

#: A file whose records have more different numbers of cells than these is read strictly.
MOST_LENGTHS = 50

#: So is one with a record of more cells than these that no column has: to pyarrow each is a column.
MOST_SURPLUS = 1_000

#: Stands for bytes that are not in the declared encoding, until the cells are made.
WRONG_BYTES = "\udcff"
codecs.register_error("factpack", lambda error: (WRONG_BYTES, error.end))  # type: ignore[attr-defined]

#: What is no character: the mark of wrong bytes, or half of a pair, which a few encodings can hold.
NO_CHARACTER = re.compile("[\ud800-\udfff]")

#: The names of the codecs of UTF-8, without a byte order mark and with one.
UTF8 = ("utf-8", "utf-8-sig")

#: Those in which each byte is a character, and the marks of delimited text are as in ASCII.
SINGLE_BYTES = re.compile(r"ascii|iso8859-\d+|cp125\d")

#: The marks, the codecs that they tell of, and those that may be declared beside them.
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", UTF8),
    (codecs.BOM_UTF32_LE, "utf-32", ("utf-32", "utf-32-le")),
    (codecs.BOM_UTF32_BE, "utf-32", ("utf-32", "utf-32-be")),
    (codecs.BOM_UTF16_LE, "utf-16", ("utf-16", "utf-16-le")),
    (codecs.BOM_UTF16_BE, "utf-16", ("utf-16", "utf-16-be")),
)


@dataclass(frozen=True)
class Fault:
    """What is wrong with the form of a file, and where: the row and line, and the number of the cell."""

    rule: str
    message: str
    row: int | None
    line: int | None
    cell: int | None = None
    severity: Severity = Severity.ERROR


class Before(Protocol):
    """What comes before a text in the table: the labels of the table, and the number of the last record."""

    @property
    def labels(self) -> list[str]: ...  # noqa: D102
    @property
    def last_row(self) -> int: ...  # noqa: D102


@dataclass
class Split:
    """A table as it was split: labels (empty where it has no header) and columns, one item a record.

    A cell that a record lacks is null; `surplus` has the cells beyond the columns, by the record's position,
    and `lengths` how many cells each record has, None where each has as many as there are columns. `last_row`
    is the number of the last record of the file, those of the files before it counted. `label_row` is that of
    the last row of the header, and `label_line` the physical line on which it starts, if there are lines.
    """

    labels: list[str]
    columns: list[Values]
    rows: NumberArray
    lines: NumberArray
    last_row: int
    lengths: NumberArray | None = None
    surplus: dict[int, list[Any]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    label_row: int = 1
    label_line: int | None = None


def split_bytes(content: bytes, dialect: Dialect, before: Before | None, width: int) -> Split:
    """Return the table in the bytes of a file.

    `before` is the file before it, if the table has several: then a header like that of the first file is
    passed over. `width` is the number of columns where there is no header.

    Raises:
        UnjudgedError: it has many rows, or rows of its header, that lack nearly all cells.

    Source: Data Resource v2.0, `encoding` and "Multiple Files"; Table Dialect v2.0.

    """
    codec = codec_of(content, dialect)
    utf8 = as_utf8(content, codec)
    if utf8 is not None and is_usual(dialect):
        split = _split_usual(utf8, dialect, before, width)
        if split is not None:
            return split
    text = content.decode(codec, errors="factpack") if utf8 is None else utf8.decode(errors="factpack")
    return _split_strictly(text, dialect, before, width)


def codec_of(content: bytes, dialect: Dialect) -> str:
    """Return the name of the codec: as declared, or as a byte order mark tells, which is none of the text."""
    name = codecs.lookup(dialect.codec).name
    for mark, codec, declared in BYTE_ORDER_MARKS:
        if content.startswith(mark) and (dialect.encoding is None or name in declared):
            return codec
    return name


def as_utf8(content: bytes, codec: str) -> bytes | None:
    """Return the content in UTF-8, not checked where it is declared so; None if it is not in its encoding."""
    if codec in UTF8:
        return content.removeprefix(byte_order_mark(content, codec))
    try:
        return content.decode(codec).encode()
    except UnicodeError:
        return None


def has_text(content: bytes, dialect: Dialect) -> bool:
    """Tell whether a file holds more than nothing, or a byte order mark."""
    longest = max(len(mark) for mark, *_ in BYTE_ORDER_MARKS)
    return len(content) > longest or as_utf8(content, codec_of(content, dialect)) != b""


def byte_order_mark(content: bytes, codec: str) -> bytes:
    """Return the mark at the beginning of a content in UTF-8, empty if there is none that is taken off."""
    return codecs.BOM_UTF8 if codec == "utf-8-sig" and content.startswith(codecs.BOM_UTF8) else b""


@dataclass
class Start:
    """How a file begins: its labels, how many records and lines they take, and where in the text they end.

    `row` and `line` are those of the last record that is of labels.
    """

    labels: list[str]
    records: int
    lines: int
    end: int
    row: int = 1
    line: int = 1


def _start(head: Sequence[Record], dialect: Dialect, before: Before | None) -> Start:
    """Return what the first records of a file say, which are as many as its header has, or fewer."""
    header = [
        (number, record)
        for number, record in enumerate(head, 1)
        if is_label_row(number, dialect) and not record.is_comment
    ]
    texts = [[] if record.is_empty_line else [cell.strip() for cell in record.cells] for _, record in header]
    labels = join_labels(texts, dialect.header_join)
    if before is not None and not _is_same(labels, before.labels, dialect):  # a file that goes on with data
        return Start(before.labels, 0, 0, 0)
    lines = sum(record.lines for record in head)
    row, line = (header[-1][0], header[-1][1].line) if header else (1, 1)
    return Start(labels, len(head), lines, head[-1].end if head else 0, row, line)


def _is_same(labels: Sequence[str], others: Sequence[str], dialect: Dialect) -> bool:
    """Tell whether labels are the same, in the letters that count."""
    if dialect.header_case:
        return labels == others
    return [label.lower() for label in labels] == [label.lower() for label in others]


def is_label_row(number: int, dialect: Dialect) -> bool:
    """Tell whether one of the first rows is of labels, if it is no comment by its text."""
    is_named = dialect.header_rows is None or number in dialect.header_row_numbers
    return is_named and number not in dialect.comment_rows


def _head(stream: Iterator[Record], dialect: Dialect) -> list[Record]:
    """Return the records up to the last one of the header."""
    if dialect.header_rows is not None:
        return list(islice(stream, max(dialect.header_rows, default=0)))
    head: list[Record] = []
    for record in stream:
        head.append(record)
        if not record.is_comment and len(head) not in dialect.comment_rows:
            break
    return head


def first_row(start: Start, before: Before | None) -> int:
    """Return the number of the first record of the body: a header that is repeated is not counted."""
    return start.records + 1 if before is None else before.last_row + 1


def _split_usual(content: bytes, dialect: Dialect, before: Before | None, width: int) -> Split | None:
    head = content[:HEAD].decode(errors="factpack")
    beginning = beginning_of(head, dialect, before, is_cut=len(content) > HEAD)
    if beginning is None or beginning.is_odd:
        return None
    start, end = beginning.start, len(head[: beginning.start.end].encode())
    found = scan(owned(content), end, dialect, beginning.line_end)
    if found is None:
        return None
    split = usual_body(found, start.labels, first_row(start, before), start.lines, dialect, width)
    if split is not None:
        split.label_row, split.label_line = start.row, start.line
    return split


@dataclass(frozen=True)
class Beginning:
    """How a text begins, and what ends the lines of its header, empty if that is not known.

    It `is_odd` if there are several such ends, or faults.
    """

    start: Start
    line_end: str
    is_odd: bool


def beginning_of(head: str, dialect: Dialect, before: Before | None, *, is_cut: bool) -> Beginning | None:
    """Return how a text begins, given its head, and whether it goes on.

    None where the header may go on after the head, or is that of a table which is too wide.
    """
    first = _head(records(head, dialect), dialect)
    start = _start(first, dialect, before)
    top, ends = head[: start.end], {record.line_end for record in first} - {""}
    # also of a later file the first record has to be known, to see whether it is the header again
    is_at_end = (first[-1].end if first else 0) >= len(head) - 1 or any(record.is_open for record in first)
    if (is_cut and is_at_end) or len(start.labels) > MOST_COLUMNS:
        return None
    is_odd = any(record.faults for record in first) or WRONG_BYTES in top or "\0" in top or len(ends) > 1
    return Beginning(start, "".join(ends), is_odd)


def usual_body(
    found: Scan, labels: list[str], row: int, line: int, dialect: Dialect, width: int
) -> Split | None:
    """Return the table of records that were found, the first of which has that row, after so many lines."""
    width = len(labels) or width
    rows = np.arange(row, row + len(found))
    split = Split(labels, [], rows, found.lines + line + 1, row + len(rows) - 1)
    columns = usual_columns(found, width, dialect)
    if columns is None:
        columns = _ragged_columns(split, found, width, dialect)
        if columns is None:
            return None
    split.columns = [Values(column) for column in columns]
    return split


def _ragged_columns(split: Split, found: Scan, width: int, dialect: Dialect) -> list[pa.ChunkedArray] | None:
    """Return the columns of records that are not as long as each other: those that are are split together."""
    split.lengths = lengths = cells_of_records(found, dialect)
    check_filling(len(lengths), width, int(lengths.sum()))
    kinds = np.unique(lengths)
    if len(kinds) > MOST_LENGTHS or kinds[-1] > width + MOST_SURPLUS:
        return None
    chunks: list[list[pa.Array]] = [[] for _ in range(width)]
    places: list[NumberArray] = []
    for kind in kinds.tolist():
        chosen = np.flatnonzero(lengths == kind)
        cells = usual_columns(found, kind, dialect, chosen)
        if cells is None:
            return None
        nothing = pa.nulls(len(chosen), pa.string())
        for place, column in enumerate(chunks):
            column.extend(cells[place].chunks if place < kind else [nothing])
        if kind > width:
            more = zip(*[column.to_pylist() for column in cells[width:]], strict=True)
            split.surplus.update(zip(chosen.tolist(), map(list, more), strict=True))
        places.append(chosen)
    order = np.argsort(np.concatenate(places))
    return [taken_array(pa.chunked_array(column, pa.string()), order) for column in chunks]


def _split_strictly(text: str, dialect: Dialect, before: Before | None, width: int) -> Split:
    stream = records(text, dialect)
    head = _head(stream, dialect)
    start = _start(head, dialect, before)
    if len(start.labels) > MOST_COLUMNS:
        return replace(without_body(start.labels, len(head)), label_row=start.row, label_line=start.line)
    found, row = [*head, *stream], first_row(start, before) - start.records
    split = strict_body(found, start.labels, row, dialect, width, header=start.records)
    split.label_row, split.label_line = start.row, start.line
    return split


def without_body(labels: list[str], last_row: int) -> Split:
    """Return a table whose body is left aside, since it has more columns than are judged."""
    nothing = np.empty(0, np.int64)
    return Split(labels, [], nothing, nothing, last_row)


def strict_body(
    found: Sequence[Record],
    labels: list[str],
    row: int,
    dialect: Dialect,
    width: int,
    *,
    header: int = 0,
    line_end: str | None = None,
) -> Split:
    """Return the table of records, the first of which has that row; so many of them are its header.

    `line_end` is that of the records before, if there are any.
    """
    faults: list[Fault] = []
    kept: list[tuple[int, Record]] = []
    for number, record in enumerate(found, row):
        if not record.is_comment and number not in dialect.comment_rows:
            faults.extend(_faults(record, number))
            if number - row >= header:
                kept.append((number, record))
    faults.extend(_mixed_line_ends(found, row, line_end))
    return _filled(labels, kept, len(labels) or width, row + len(found) - 1, faults)


def _filled(
    labels: list[str], kept: Sequence[tuple[int, Record]], width: int, last_row: int, faults: list[Fault]
) -> Split:
    """Return the table whose body has these records."""
    body = [[] if record.is_empty_line else [_clean(cell) for cell in record.cells] for _, record in kept]
    lengths = np.array([len(cells) for cells in body], np.int64)
    check_filling(len(body), width, int(lengths.sum()))
    lines = [[*cells[:width], *[None] * (width - len(cells))] for cells in body]
    columns = zip(*lines, strict=True) if lines else [()] * width
    return Split(
        labels,
        [Values(texts_column(column)) for column in columns],
        np.array([row for row, _ in kept], np.int64),
        np.array([record.line for _, record in kept], np.int64),
        last_row,
        lengths,
        {position: cells[width:] for position, cells in enumerate(body) if len(cells) > width},
        faults,
    )


def _clean(cell: str) -> str:
    return NO_CHARACTER.sub("\ufffd", cell)


def _faults(record: Record, row: int) -> Iterator[Fault]:
    for number, message in record.faults:
        yield Fault("quoting", message, row, record.line, number)
    for number, cell in enumerate(record.cells, 1):
        if "\0" in cell:
            yield Fault("nul", "the cell holds a NUL byte", row, record.line, number)
        if NO_CHARACTER.search(cell):
            yield Fault("encoding", "the bytes are not in the encoding of the file", row, record.line, number)


def _mixed_line_ends(found: Sequence[Record], row: int, usual: str | None) -> Iterator[Fault]:
    if usual is None:
        usual = found[0].line_end if found else ""
    for number, record in enumerate(found, row):
        if record.line_end not in (usual, ""):
            message = f"the record ends with {record.line_end!r}, those before it with {usual!r}"
            yield Fault("line-ends", message, number, record.line, severity=Severity.WARNING)
            return
