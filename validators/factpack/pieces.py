"""Cuts a file into pieces of whole records, which can be split in any order, so that none is held whole."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from factpack.arrow_csv import BLOCK, Scan, is_usual, scan
from factpack.dialect import Dialect
from factpack.exceptions import UnjudgedError
from factpack.source import Read, opened
from factpack.splitting import (
    HEAD,
    UTF8,
    Before,
    Split,
    Start,
    byte_order_mark,
    codec_of,
    first_row,
    odd_body,
    split_bytes,
    usual_body,
    usual_start,
)

#: The pieces of a file have about so many bytes, or, if that is more, so many for each column.
PIECE, OF_COLUMN = 2**22, 2**13


def piece_size(width: int) -> int:
    """Return how many bytes the pieces of a table of so many columns have, about.

    Each column of a piece takes some time of its own, which is to be little next to that of its cells.
    """
    return max(PIECE, width * OF_COLUMN)


@dataclass(frozen=True)
class Piece:
    """Some records of a file: `split` returns their table, with rows and lines as they are in the file.

    `labels` are those of the file, and `last_row` is the number of the last record. `place` tells where in
    the file a piece of usual text is, so that it can be read again.
    """

    split: Callable[[], Split]
    labels: list[str]
    last_row: int
    place: "Place | None" = None


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a piece is: its bytes in the file, the row of its first record, and the lines before it.

    `start` tells of the header, if it is the first piece; `line_end` ends the records before it.
    """

    labels: list[str]
    row: int
    line: int
    begin: int
    end: int = 0
    line_end: str
    start: Start | None = None


def pieces_of_file(
    file: Path, size: int, dialect: Dialect, before: Before | None, width: int
) -> Iterator[Piece]:
    """Yield the pieces of a file, as `pieces` does; raises as `factpack.source.opened` does."""
    with opened(file) as read:
        yield from pieces(read, size, dialect, before, width)


def pieces(read: Read, size: int, dialect: Dialect, before: Before | None, width: int) -> Iterator[Piece]:
    """Yield the pieces of a file, given what reads it: of usual text about one for each block of a size.

    What is not usual is one piece with all that follows it, since a faulty quotation may reach that far.
    What comes before the file, and the width, are as for `factpack.splitting.split_bytes`.
    """
    place = _beginning(bytes(read(0, min(size, HEAD))), dialect, before)
    if place is None:
        yield _whole(bytes(read(0)), dialect, before, width)
        return
    more = size
    while (content := read(place.begin, more)).size:
        found = scan(content, 0, dialect, place.line_end, is_cut=content.size == more)
        if found is not None and len(found):
            place = replace(place, end=place.begin + int(found.stops[-1]))
            piece = _usual(found, place, dialect, width)
            yield piece
            place, more = _after(place, found, piece.last_row + 1), size
        elif found is not None and content.size <= 2 * BLOCK:  # a record does not end in what was read
            more *= 2
        elif place.start is not None:
            yield _whole(bytes(read(0)), dialect, before, width)
            return
        else:
            yield _odd(bytes(read(place.begin)), place, dialect, width)
            return


def _beginning(content: bytes, dialect: Dialect, before: Before | None) -> Place | None:
    """Return the place where the records of a file begin, given how it begins; None if it is not usual."""
    codec = codec_of(content, dialect)
    mark = byte_order_mark(content, codec)
    if codec not in UTF8 or not is_usual(dialect):
        return None
    beginning = usual_start(content.removeprefix(mark), dialect, before, is_cut=True)
    if beginning is None:
        return None
    start, position, line_end = beginning
    return Place(
        labels=start.labels,
        row=first_row(start, before),
        line=start.lines,
        begin=len(mark) + position,
        line_end=line_end,
        start=start,
    )


def _after(place: Place, found: Scan, row: int) -> Place:
    """Return the place after a piece."""
    line = place.line + found.line_count
    return replace(place, row=row, line=line, begin=place.end, line_end=found.line_end, start=None)


def split_again(file: Path, place: Place, dialect: Dialect, width: int) -> Split:
    """Return the table of a piece that is read again from its file.

    Raises:
        OSError: it cannot be read.
        UnjudgedError: the file changed since it was cut.

    """
    with opened(file) as read:
        content = read(place.begin, place.end - place.begin)
    found = scan(content, 0, dialect, place.line_end)
    if found is None or content.size != place.end - place.begin:
        raise UnjudgedError("the file changed while it was read")
    return _split(found, place, dialect, width)


def _whole(content: bytes, dialect: Dialect, before: Before | None, width: int) -> Piece:
    split = split_bytes(content, dialect, before, width)
    return piece_of(split)


def piece_of(split: Split) -> Piece:
    """Return a piece that has been split."""
    return Piece(partial(_itself, split), split.labels, split.last_row)


def _itself(split: Split) -> Split:
    return split


def _usual(found: Scan, place: Place, dialect: Dialect, width: int) -> Piece:
    last_row = place.row + len(found) - 1
    return Piece(partial(_split, found, place, dialect, width), place.labels, last_row, place)


def _split(found: Scan, place: Place, dialect: Dialect, width: int) -> Split:
    split = usual_body(found, place.labels, place.row, place.line, dialect, width)
    if split is None:  # its cells are of no encoding, or its records of too many lengths
        split = _odd_split(found.text, place, dialect, width, found.line_end)
    if place.start is not None:
        split.label_row, split.label_line = place.start.row, place.start.line
    return split


def _odd(content: bytes, place: Place, dialect: Dialect, width: int) -> Piece:
    split = _odd_split(content, place, dialect, width, place.line_end)
    return piece_of(split)


def _odd_split(content: bytes, place: Place, dialect: Dialect, width: int, line_end: str) -> Split:
    text = content.decode(errors="factpack")
    return odd_body(text, place.labels, place.row, place.line, dialect, width, line_end)
