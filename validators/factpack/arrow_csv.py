"""Splits the usual delimited text into columns, fast; what is odd in it is left to the strict reader.

What is usual: UTF-8, records that end alike, quoting as RFC 4180 has it, no NUL. For such texts pyarrow's
tokenizer and `factpack.records` agree on records that have as many cells as each other.
"""

import codecs
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.csv

from factpack.dialect import USUAL_LINE_ENDS, Dialect
from factpack.kinds import BoolArray, NumberArray

#: A record longer than this, in bytes, is left to the strict reader.
BLOCK = 2**24

#: So many bytes are looked at in one step.
CACHED = 2**19


def is_usual(dialect: Dialect) -> bool:
    """Tell whether tables in a dialect can be split fast at all."""
    return (
        len(dialect.delimiter.encode()) == len(dialect.quote.encode()) == 1
        and dialect.double_quote
        and dialect.escape is None
        and not dialect.skip_initial_space
        and dialect.line_end in (None, *USUAL_LINE_ENDS)
        and not dialect.comment_rows
    )


@dataclass(frozen=True)
class Scan:
    """Where the records of a usual text are: each from its start to its stop, its line end included.

    Positions count the bytes of the content. `lines` is the number of lines that end before each record, in
    the text that was scanned, and `line_count` that of all that end in it. `quotes` are the places of the
    quotation marks, None if there are none. `line_end` ends the records.
    """

    content: pa.Buffer
    starts: NumberArray
    stops: NumberArray
    lines: NumberArray
    line_count: int
    quotes: NumberArray | None
    line_end: str

    def __len__(self) -> int:
        return len(self.starts)

    @property
    def text(self) -> bytes:
        """The bytes of all records."""
        return bytes(memoryview(self.content)[int(self.starts[0]) : int(self.stops[-1])])


def scan(
    content: pa.Buffer, start: int, dialect: Dialect, line_end: str, *, is_cut: bool = False
) -> Scan | None:
    """Return where the records of UTF-8 bytes are, from a position on; None where the text is not usual.

    `line_end` is what ends the records before, if there are any. `is_cut` tells that the text goes on: then
    only such records are returned as surely end in it.
    """
    marks = np.frombuffer(content, np.uint8)[start:]
    if is_cut and marks[-1] == ord("\r"):  # which may be half of a line end
        marks = marks[:-1]
    quotes = _positions(marks, dialect.quote)
    found = _line_ends(marks, quotes, line_end)
    if found is None or len(_positions(marks, "\0")) or _has_comment(marks, found[0], dialect):
        return None
    ends, line_end = found
    lines = np.arange(1, len(ends) + 1)
    if len(quotes):
        lines = lines[_are_outside(ends, quotes)]
    stops, line_count = ends[lines - 1] + 1, len(ends)
    if is_cut:
        line_count = int(lines[-1]) if len(lines) else 0
        marks = marks[: stops[-1] if len(stops) else 0]
        quotes = quotes[: np.searchsorted(quotes, len(marks))]
    elif not len(stops) or stops[-1] < len(marks):  # the last record need not be ended
        stops = np.append(stops, len(marks))[: len(stops) + (len(marks) > 0)]
    if len(quotes) and not _is_well_quoted(marks, quotes, dialect):
        return None
    starts, lines = np.append(0, stops)[: len(stops)], np.append(0, lines)[: len(stops)]
    places = quotes + start if len(quotes) else None
    return Scan(content, starts + start, stops + start, lines, line_count, places, line_end)


def owned(text: bytes) -> pa.Buffer:
    """Return a text in memory of Arrow's own, for the reason that `factpack.source.opened` tells."""
    return _joined([memoryview(text)])


def cells_of_records(found: Scan, dialect: Dialect) -> NumberArray:
    """Return how many cells each record has, of which there is one; a blank line has none."""
    start, stop = int(found.starts[0]), int(found.stops[-1])
    marks = np.frombuffer(found.content, np.uint8)
    separators = _positions(marks[start:stop], dialect.delimiter) + start
    if found.quotes is not None:
        separators = separators[_are_outside(separators, found.quotes)]
    cells = np.diff(np.searchsorted(separators, np.append(found.starts, found.stops[-1]))) + 1
    first = marks[found.starts]
    return np.where((first == 10) | (first == 13), 0, cells)


def usual_columns(
    found: Scan, width: int, dialect: Dialect, chosen: NumberArray | None = None
) -> list[pa.ChunkedArray] | None:
    """Return the columns of the records, or of the chosen ones; None if these have not all as many cells."""
    count = len(found if chosen is None else chosen)
    if not count or not width:
        return [pa.chunked_array([], pa.string())] * width
    if chosen is None:
        start = int(found.starts[0])
        text = found.content.slice(start, int(found.stops[-1]) - start)
    else:
        content, runs = memoryview(found.content), _runs(found.starts[chosen], found.stops[chosen])
        text = _joined([content[start:stop] for start, stop in runs])
    columns = _tokenized(text, width, dialect, has_quotes=found.quotes is not None)
    # pyarrow passes over blank lines
    return columns if columns is not None and len(columns[0]) == count else None


def _joined(parts: Sequence[memoryview]) -> pa.Buffer:
    """Return parts of a text as one, in memory of Arrow's own."""
    text = pa.allocate_buffer(sum(map(len, parts)))
    target, start = memoryview(text), 0
    for part in parts:
        target[start : start + len(part)] = part.cast("b")
        start += len(part)
    return text


def _runs(starts: NumberArray, stops: NumberArray) -> Iterator[tuple[int, int]]:
    """Return where pieces of a text that follow each other begin and end."""
    begins = np.append(True, starts[1:] != stops[:-1])
    ends = np.append(begins[1:], True)
    return zip(starts[begins].tolist(), stops[ends].tolist(), strict=True)


def _line_ends(marks: np.ndarray, quotes: NumberArray, before: str) -> tuple[NumberArray, str] | None:
    """Return where lines end, and what ends records, also those before; None if several things do."""
    returns, feeds = _positions(marks, "\r"), _positions(marks, "\n")
    end = _kind(returns, feeds)
    if end is not None:
        ends = feeds if len(feeds) else returns
    elif len(quotes):  # lines in cells may end otherwise
        end = _kind(returns[_are_outside(returns, quotes)], feeds[_are_outside(feeds, quotes)])
        alone = marks[np.minimum(returns + 1, len(marks) - 1)] != ord("\n")
        ends = np.sort(np.concatenate([feeds, returns[alone]]), kind="stable")
    if end is None:
        return None
    return (ends, end or before or "\n") if not end or before in ("", end) else None


def _kind(returns: NumberArray, feeds: NumberArray) -> str | None:
    """Return what ends lines, given where its marks stand: empty if nothing does, None if several do."""
    end = "\r" * bool(len(returns)) + "\n" * bool(len(feeds))
    return end if len(end) < 2 or np.array_equal(returns + 1, feeds) else None


def _are_outside(places: NumberArray, quotes: NumberArray) -> BoolArray:
    """Tell which places are outside of quotations."""
    outside: BoolArray = np.searchsorted(quotes, places) % 2 == 0
    return outside


def _has_comment(marks: np.ndarray, ends: NumberArray, dialect: Dialect) -> bool:
    """Tell whether a line begins as a comment does, given where lines end; it may be one within a cell."""
    if dialect.comment is None:
        return False
    begins = np.append(0, ends + 1)
    for place, byte in enumerate(dialect.comment.encode()):
        begins = begins[begins + place < len(marks)]
        begins = begins[marks[begins + place] == byte]
    return len(begins) > 0


def _positions(marks: np.ndarray, mark: str) -> NumberArray:
    """Return where a character stands, block by block: what is compared stays in the processor's cache."""
    found = [
        np.flatnonzero(marks[start : start + CACHED] == ord(mark)) + start
        for start in range(0, len(marks), CACHED)
    ]
    return np.concatenate([np.empty(0, np.int64), *found])


def _is_well_quoted(marks: np.ndarray, quotes: NumberArray, dialect: Dialect) -> bool:
    """Tell whether every quotation mark stands where RFC 4180 lets it.

    Counted from 0, the even ones open a cell or are the second of a pair, the odd ones close one or are the
    first of a pair: so each has a separator beside it, or its other half.
    """
    if len(quotes) % 2:
        return False
    separators = np.zeros(256, bool)
    separators[[ord(dialect.delimiter), 10, 13]] = True
    opening, closing = quotes[0::2], quotes[1::2]
    paired = np.append(closing[:-1] + 1 == opening[1:], False)
    opens = separators[marks[opening - 1]] | (opening == 0)
    after = np.minimum(closing + 1, len(marks) - 1)
    closes = separators[marks[after]] | (closing == len(marks) - 1)
    return bool(np.all(opens | np.append(False, paired[:-1])) and np.all(closes | paired))


def _tokenized(
    text: pa.Buffer, width: int, dialect: Dialect, *, has_quotes: bool
) -> list[pa.ChunkedArray] | None:
    # pyarrow takes a byte order mark off, although here it is part of a cell
    if bytes(memoryview(text)[:3]) == codecs.BOM_UTF8:
        return None
    names = [str(number) for number in range(width)]
    try:
        table = pyarrow.csv.read_csv(
            pa.BufferReader(text),
            read_options=pyarrow.csv.ReadOptions(column_names=names, block_size=_block(text.size)),
            parse_options=pyarrow.csv.ParseOptions(
                delimiter=dialect.delimiter, quote_char=dialect.quote, newlines_in_values=has_quotes
            ),
            convert_options=pyarrow.csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string())),
        )
    except pa.ArrowInvalid:  # ragged, not UTF-8, or a record longer than a block
        return None
    return list(table.columns)


def _block(size: int) -> int:
    return min(max(size // 8, 2**20), BLOCK)
