"""Finds out how a file of delimited text is written: its encoding and its delimiter."""

import codecs
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from factpack.dialect import parse_dialect
from factpack.exceptions import PackageError, UnjudgedError
from factpack.source import file_bytes
from factpack.splitting import BYTE_ORDER_MARKS, Split, split_bytes
from factpack.table_schema import MOST_COLUMNS
from factpack.values import Values, encode

#: The delimiters that are tried, those that are usual first.
DELIMITERS = (",", ";", "\t", "|")

#: The part of a file that tells its delimiter.
HEAD = 2**18

#: How files begin that are packed, or spreadsheets, and not text.
OTHER_FILES = {
    b"PK\x03\x04": "an archive, or a spreadsheet",
    b"\xd0\xcf\x11\xe0": "a spreadsheet",
    b"\x1f\x8b": "packed",
    b"BZh": "packed",
    b"\xfd7zXZ": "packed",
    b"%PDF": "a PDF",
    b"PAR1": "a Parquet file",
}

#: What a file that is not UTF-8 is taken for: most spreadsheets in Western Europe and America write it.
OTHER_ENCODING = "windows-1252"

#: A label that looks like a value: the file may have no header.
VALUE = re.compile(r"[+-]?\d+(?:[.,]\d+)?|\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, kw_only=True)
class Delimited:
    """A file of delimited text: how it is written, its labels, and its columns by label."""

    file: Path
    content: bytes
    encoding: str
    delimiter: str
    columns: dict[str, Values]
    rows: int
    notes: tuple[str, ...]


def read_delimited(file: Path, encoding: str | None = None) -> Delimited:
    """Return the delimited text in a file; `encoding` is that of a file which is not UTF-8.

    Raises:
        PackageError: there is no such file, it is no delimited text, or its header does not name each column.

    Source: RFC 4180; Table Dialect v2.0, `delimiter`.

    """
    if not file.is_file():
        raise PackageError(f"{file}: {'not a regular file' if file.exists() else 'no such file'}")
    try:
        content = file_bytes(file.resolve())
        _refuse_others(file, content)
        codec, text = _decoded(file, content, encoding)
        delimiter = _delimiter(text[:HEAD], is_whole=len(text) <= HEAD)
        split = _split(content, delimiter, codec)
    except UnjudgedError as error:
        raise PackageError(f"{file}: {error}") from error
    faults = list(_header_faults(split))
    if faults:
        raise PackageError(f"{file}: {'; '.join(faults)}")
    return Delimited(
        file=file,
        content=content,
        encoding=codec,
        delimiter=delimiter,
        columns=dict(zip(split.labels, _columns(split), strict=True)),
        rows=len(split.rows),
        notes=tuple(_notes(codec, text, split.labels)),
    )


def check_encoding(encoding: str) -> None:
    """Check that an encoding is one that files can be read in.

    Raises:
        PackageError: it is none.

    """
    try:
        parse_dialect({}, ",", encoding)
    except UnjudgedError as error:
        raise PackageError(str(error)) from error


def _refuse_others(file: Path, content: bytes) -> None:
    for start, what in OTHER_FILES.items():
        if content.startswith(start):
            raise PackageError(f"{file}: it is {what}; what is wanted is delimited text, as in a CSV file")
    if not content.strip():
        raise PackageError(f"{file}: the file is empty: it has no header")


def _decoded(file: Path, content: bytes, encoding: str | None) -> tuple[str, str]:
    """Return the encoding of a file, and its text."""
    for codec in _codecs(content, encoding):
        try:
            text = content.decode(codec)
        except UnicodeError:
            continue
        if "\0" in text:
            raise PackageError(f"{file}: it holds NUL bytes, and so is no delimited text")
        return codec.removesuffix("-sig"), text
    tried = "that encoding" if encoding else f"UTF-8 or {OTHER_ENCODING}"
    raise PackageError(f"{file}: its bytes are not in {tried}; --encoding names another")


def _codecs(content: bytes, encoding: str | None) -> Iterator[str]:
    """Yield the encodings in which a file may be, that of its byte order mark first."""
    marked = [codec for mark, codec, _ in BYTE_ORDER_MARKS if content.startswith(mark)]
    if marked:
        yield marked[0]
        return
    yield "utf-8"
    yield encoding or OTHER_ENCODING


def _delimiter(head: str, *, is_whole: bool) -> str:
    """Return the delimiter by which most records have as many cells as there are labels."""
    if not is_whole:
        head = head[: head.rfind("\n") + 1] or head
    content = head.encode(errors="replace")
    return max(DELIMITERS, key=lambda delimiter: _fit(_split(content, delimiter, "utf-8")))


def _fit(split: Split) -> tuple[float, int]:
    """Return how well records fit their header; that there are columns at all counts twice."""
    width, records = len(split.labels), len(split.rows)
    fitting = records if split.lengths is None else int(np.sum(split.lengths == width))
    faulty = len({fault.row for fault in split.faults if fault.rule == "quoting"})
    share = max(fitting - faulty, 0) / records if records else 1.0
    return share * (2 if width > 1 else 1), width


def _split(content: bytes, delimiter: str, encoding: str) -> Split:
    return split_bytes(content, parse_dialect({}, delimiter, encoding), None, 0)


def _header_faults(split: Split) -> Iterator[str]:
    """Yield why the labels of a file cannot be the names of fields."""
    if not any(split.labels):
        yield "its first row is blank, where the labels of the columns should stand"
        return
    if len(split.labels) > MOST_COLUMNS:
        yield f"it has {len(split.labels):,} columns; more than {MOST_COLUMNS:,} are not judged"
        return
    blank = [number for number, label in enumerate(split.labels, 1) if not label]
    if blank:
        yield f"no label stands above column {_listed(blank)}"
    for label, count in Counter(split.labels).items():
        if label and count > 1:
            places = [number for number, other in enumerate(split.labels, 1) if other == label]
            yield f"the label {label!r} stands above columns {_listed(places)}"


def _listed(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers))


def _columns(split: Split) -> list[Values]:
    """Return the columns with texts only; a cell that its record lacks is empty."""
    return [
        encode([""] * len(split.rows)) if len(column) != len(split.rows) else column
        for column in split.columns
    ]


def _notes(codec: str, text: str, labels: list[str]) -> Iterator[str]:
    """Yield what the reader should look at."""
    if codecs.lookup(codec).name not in ("utf-8", "utf-16", "utf-32"):
        odd = re.search(r"\w*[^\x00-\x7f]+\w*", text)
        shown = f", which makes {odd[0][:30]!r} of its first such word" if odd else ""
        yield f"it is not UTF-8, and was read as {codec}{shown}; --encoding names another encoding"
    values = [label for label in labels if VALUE.fullmatch(label)]
    if values:
        yield f"the label {values[0]!r} looks like a value: has the file no row of labels?"
