"""Cuts a file into pieces of whole records, which can be split in any order, so that none is held whole."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path

from factpack.arrow_csv import BLOCK, Scan, is_usual, owned, scan
from factpack.dialect import Dialect
from factpack.exceptions import UnjudgedError
from factpack.records import Record, records
from factpack.source import Read, check_size, opened
from factpack.splitting import (
    HEAD,
    SINGLE_BYTES,
    UTF8,
    Before,
    Split,
    Start,
    as_utf8,
    beginning_of,
    byte_order_mark,
    codec_of,
    first_row,
    split_bytes,
    strict_body,
    usual_body,
)

#: The pieces of a file have about so many bytes, or, if that is more, so many for each column.
PIECE, OF_COLUMN = 2**22, 2**13

#: Those of what is not usual end with the first record that goes past this part of what the others have.
ODD_PART = 4

LINE_END = re.compile(rb"\r\n|\r|\n")


def piece_size(width: int) -> int:
    """Return how many bytes the pieces of a table of so many columns have, about.

    Each column of a piece takes some time of its own, which is to be little next to that of its cells.
    """
    return max(PIECE, width * OF_COLUMN)


@dataclass(frozen=True)
class Piece:
    """Some records of a file: `split` returns their table, with rows and lines as they are in the file.

    `labels` are those of the file, and `last_row` is the number of the last record. `place` tells where in
    the file the piece is, so that it can be read again.
    """

    split: Callable[[], Split]
    labels: list[str]
    last_row: int
    place: "Place | None" = None


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a piece is: its bytes in the file, the row of its first record, and the lines before it.

    `codec` is that of the text. `start` tells of the header, if it is the first piece, and `header` how many
    of its own records are that. `line_end` ends the records before it, if there are any, and `is_mixed` tells
    that some of them end otherwise. What is not `is_usual` is read strictly.
    """

    labels: list[str]
    codec: str
    row: int
    line: int
    begin: int
    end: int = 0
    line_end: str
    is_mixed: bool = False
    is_usual: bool = True
    start: Start | None = None
    header: int = 0


def pieces_of_file(
    file: Path, size: int, dialect: Dialect, before: Before | None, width: int
) -> Iterator[Piece]:
    """Yield the pieces of a file, as `pieces` does; raises as `factpack.source.opened` does."""
    with opened(file) as read:
        yield from pieces(read, size, dialect, before, width)


def pieces(read: Read, size: int, dialect: Dialect, before: Before | None, width: int) -> Iterator[Piece]:
    """Yield the pieces of a file, given what reads it: of usual text about one for each block of a size.

    What is not usual is read strictly, in smaller pieces, up to where the text is usual again. But a file
    whose encoding or dialect is not usual is one piece. What comes before the file, and the width, are as for
    `factpack.splitting.split_bytes`.
    """
    place = _beginning(bytes(read(0, min(size, HEAD))), dialect, before)
    if place is None:
        yield piece_of(split_bytes(bytes(read(0)), dialect, before, width))
        return
    more = size
    while (content := read(place.begin, more)).size:
        is_cut = content.size == more
        found = None if place.header else scan(content, 0, dialect, place.line_end, is_cut=is_cut)
        part: tuple[Piece, Place] | None
        if found is not None and len(found):
            part = _usual(found, place, dialect, width)
        else:
            may_close = partial(_has_quote, read, place.begin + more, dialect) if is_cut else None
            part = _odd(bytes(content), size // ODD_PART, place, dialect, width, may_close)
        if part is None:  # no record surely ends in what was read
            more *= 2
            check_size(more)
            continue
        piece, place = part
        yield piece
        more = size


def _beginning(content: bytes, dialect: Dialect, before: Before | None) -> Place | None:
    """Return the place where the records of a file begin, given how it begins; None if it is not usual."""
    codec = codec_of(content, dialect)
    is_by_byte = SINGLE_BYTES.fullmatch(codec) is not None
    if not is_usual(dialect) or not (codec in UTF8 or is_by_byte):
        return None
    if is_by_byte and not (dialect.comment or "").isascii():  # it is sought in bytes
        return None
    mark = byte_order_mark(content, codec)
    codec = codec if is_by_byte else "utf-8"
    head = content.removeprefix(mark).decode(codec, errors="factpack")
    beginning = beginning_of(head, dialect, before, is_cut=True)
    if beginning is None:
        return None
    start, row = beginning.start, first_row(beginning.start, before)
    place = Place(
        labels=start.labels,
        codec=codec,
        row=row - start.records,
        line=0,
        begin=len(mark),
        line_end="",
        start=start,
        header=start.records,
    )
    if beginning.is_odd:
        return place
    begin = len(mark) + len(head[: start.end].encode(codec))
    return replace(place, row=row, line=start.lines, begin=begin, line_end=beginning.line_end, header=0)


def _usual(found: Scan, place: Place, dialect: Dialect, width: int) -> tuple[Piece, Place]:
    """Return the piece of the records that were found, and the place after it."""
    place = replace(place, end=place.begin + int(found.stops[-1]), is_usual=True)
    split = partial(_usual_split, found, place, dialect, width)
    return _part(split, place, len(found), found.line_count, found.line_end)


def _odd(
    content: bytes,
    most: int,
    place: Place,
    dialect: Dialect,
    width: int,
    may_close: Callable[[], bool] | None,
) -> tuple[Piece, Place] | None:
    """Return the piece of the first records of what is not usual, and the place after it.

    It ends with the first record that goes past `most` characters.

    None if there are none that surely end in it: a quotation that is open at the end of the content may be
    closed later, if any quotation marks come. Whether they do is told by `may_close`, which is None at the
    end of the file.
    """
    text = content.decode(place.codec, errors="factpack")
    found = _first_records(text, most, place, dialect, may_close)
    if not found:
        return None
    lines = sum(record.lines for record in found)
    size = len(content) if found[-1].end == len(text) else _end_of_line(content, lines)
    place = replace(place, end=place.begin + size, is_usual=False)
    ends = [place.line_end, *(record.line_end for record in found)]
    kinds = list(filter(None, ends))
    split = partial(_odd_split, found, place, dialect, width, place.line_end)
    piece, after = _part(split, place, len(found), lines, kinds[-1] if kinds else "")
    return piece, replace(after, is_mixed=place.is_mixed or len(set(kinds)) > 1)


def _first_records(
    text: str, most: int, place: Place, dialect: Dialect, may_close: Callable[[], bool] | None
) -> list[Record]:
    """Return the first records of a text, of about so many characters, and only such as surely end in it."""
    found: list[Record] = []
    for record in records(text, dialect, place.line + 1):
        if may_close is not None and record.end == len(text):
            break
        if may_close is not None and record.is_open and (found or may_close()):
            break
        found.append(record)
        if record.end > most and len(found) >= place.header:
            break
    return found


def _end_of_line(content: bytes, number: int) -> int:
    """Return where a line of a text ends, the first being 1: in bytes, which wrong characters have lost."""
    return next(islice(LINE_END.finditer(content), number - 1, None)).end()


def _has_quote(read: Read, position: int, dialect: Dialect) -> bool:
    """Tell whether a quotation mark stands anywhere from a position of a file on."""
    while (content := read(position, BLOCK)).size:
        if dialect.quote.encode() in bytes(content):
            return True
        position += content.size
    return False


def _part(
    split: Callable[[], Split], place: Place, count: int, lines: int, line_end: str
) -> tuple[Piece, Place]:
    """Return the piece of so many records and lines at a place, and the place after it."""
    piece = Piece(split, place.labels, place.row + count - 1, place)
    row, line = place.row + count, place.line + lines
    return piece, replace(place, row=row, line=line, begin=place.end, line_end=line_end, start=None, header=0)


def split_again(file: Path, place: Place, dialect: Dialect, width: int) -> Split:
    """Return the table of a piece that is read again from its file.

    Raises:
        OSError: it cannot be read.
        UnjudgedError: the file changed since it was cut.

    """
    with opened(file) as read:
        content = read(place.begin, place.end - place.begin)
    found = scan(content, 0, dialect, place.line_end) if place.is_usual else None
    if content.size != place.end - place.begin or (place.is_usual and found is None):
        raise UnjudgedError("the file changed while it was read")
    if found is not None:
        return _usual_split(found, place, dialect, width)
    return _odd_split(_records(bytes(content), place, dialect), place, dialect, width, place.line_end)


def piece_of(split: Split) -> Piece:
    """Return a piece that has been split."""
    return Piece(partial(_itself, split), split.labels, split.last_row)


def _itself(split: Split) -> Split:
    return split


def _usual_split(found: Scan, place: Place, dialect: Dialect, width: int) -> Split:
    split = None
    if (usual := _in_utf8(found, place, dialect)) is not None:
        split = usual_body(usual, place.labels, place.row, place.line, dialect, width)
    if split is None:  # its cells are of no encoding, or its records of too many lengths
        return _odd_split(_records(found.text, place, dialect), place, dialect, width, found.line_end)
    return _with_header(split, place)


def _in_utf8(found: Scan, place: Place, dialect: Dialect) -> Scan | None:
    """Return records that were found as they are in UTF-8; None if they are not in their own encoding."""
    if place.codec == "utf-8":
        return found
    text = as_utf8(found.text, place.codec)
    return None if text is None else scan(owned(text), 0, dialect, found.line_end)


def _records(content: bytes, place: Place, dialect: Dialect) -> list[Record]:
    return list(records(content.decode(place.codec, errors="factpack"), dialect, place.line + 1))


def _odd_split(found: Sequence[Record], place: Place, dialect: Dialect, width: int, line_end: str) -> Split:
    split = strict_body(
        found, place.labels, place.row, dialect, width, header=place.header, line_end=line_end or None
    )
    if place.is_mixed:  # which was told of the first record that ends otherwise
        split.faults = [fault for fault in split.faults if fault.rule != "line-ends"]
    return _with_header(split, place)


def _with_header(split: Split, place: Place) -> Split:
    if place.start is not None:
        split.label_row, split.label_line = place.start.row, place.start.line
    return split
