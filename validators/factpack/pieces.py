"""Cuts a file into pieces of whole records, which can be split in any order, so that none is held whole."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from factpack.arrow_csv import BLOCK, Scan, is_usual, last_end, scan
from factpack.dialect import Dialect
from factpack.exceptions import UnjudgedError
from factpack.source import bytes_between
from factpack.splitting import (
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

#: The size of the blocks, in bytes, that a file is read in, and so about that of its pieces.
PIECE = 2**22


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


def pieces(blocks: Iterator[bytes], dialect: Dialect, before: Before | None, width: int) -> Iterator[Piece]:
    """Yield the pieces of a file, given its bytes in several blocks: of usual text one for each block.

    What is not usual is one piece with all that follows it, since a faulty quotation may reach that far.
    What comes before the file, and the width, are as for `factpack.splitting.split_bytes`.
    """
    content, following = next(blocks, b""), next(blocks, b"")
    codec = codec_of(content, dialect)
    mark = byte_order_mark(content, codec)
    text = content.removeprefix(mark)
    can_be_cut = codec in UTF8 and is_usual(dialect)
    beginning = usual_start(text, dialect, before, is_cut=True) if can_be_cut else None
    if beginning is None:
        yield _whole(b"".join([content, following, *blocks]), dialect, before, width)
        return
    start, position, line_end = beginning
    place = Place(
        labels=start.labels,
        row=first_row(start, before),
        line=start.lines,
        begin=len(mark) + position,
        line_end=line_end,
        start=start,
    )
    while text or following:
        end = last_end(text, position, dialect) if following else len(text)
        is_long = end == position and len(text) <= 2 * BLOCK  # a record does not end in the block
        found = None if end == position else scan(text, position, end, dialect, place.line_end)
        if found is not None:
            place = replace(place, end=place.begin + end - position)
            piece = _usual(found, place, dialect, width)
            yield piece
            place = _after(place, found, piece.last_row + 1)
            text, position = text[end:] + following, 0
        elif is_long:
            text += following
        else:
            rest = b"".join([text, following, *blocks])
            if place.start is not None:
                yield _whole(mark + rest, dialect, before, width)
            else:
                yield _odd(rest, place, dialect, width)
            return
        following = next(blocks, b"")


def _after(place: Place, found: Scan, row: int) -> Place:
    """Return the place after a piece."""
    lines = found.content.count(found.line_end[-1].encode(), int(found.starts[0]), int(found.stops[-1]))
    return replace(
        place, row=row, line=place.line + lines, begin=place.end, line_end=found.line_end, start=None
    )


def split_again(file: Path, place: Place, dialect: Dialect, width: int) -> Split:
    """Return the table of a piece that is read again from its file.

    Raises:
        OSError: it cannot be read.
        UnjudgedError: the file changed since it was cut.

    """
    content = bytes_between(file, place.begin, place.end)
    found = scan(content, 0, len(content), dialect, place.line_end)
    if found is None:
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
    last_row = place.row + len(found.starts) - 1
    return Piece(partial(_split, found, place, dialect, width), place.labels, last_row, place)


def _split(found: Scan, place: Place, dialect: Dialect, width: int) -> Split:
    split = usual_body(found, place.labels, place.row, place.line, dialect, width)
    if split is None:  # its cells are of no encoding, or its records of too many lengths
        content = found.content[int(found.starts[0]) : int(found.stops[-1])]
        split = _odd_split(content, place, dialect, width, found.line_end)
    if place.start is not None:
        split.label_row, split.label_line = place.start.row, place.start.line
    return split


def _odd(content: bytes, place: Place, dialect: Dialect, width: int) -> Piece:
    split = _odd_split(content, place, dialect, width, place.line_end)
    return piece_of(split)


def _odd_split(content: bytes, place: Place, dialect: Dialect, width: int, line_end: str) -> Split:
    text = content.decode(errors="factpack")
    return odd_body(text, place.labels, place.row, place.line, dialect, width, line_end)
