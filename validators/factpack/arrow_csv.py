"""Splits the usual delimited text into columns, fast; what is odd in it is left to the strict reader.

What is usual: UTF-8, one kind of line end, quoting as RFC 4180 has it, no NUL. For such texts pyarrow's
tokenizer and `factpack.records` agree on records that have as many cells as each other.
"""

import codecs
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.csv

from factpack.dialect import USUAL_LINE_ENDS, Dialect
from factpack.kinds import NumberArray

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
    the text that was scanned. `quotes` are the places of the quotation marks, None if there are none.
    `line_end` ends the records.
    """

    content: bytes
    starts: NumberArray
    stops: NumberArray
    lines: NumberArray
    quotes: NumberArray | None
    line_end: str


def scan(content: bytes, start: int, stop: int, dialect: Dialect, line_end: str) -> Scan | None:
    """Return where the records of UTF-8 bytes are, between two positions; None where the text is not usual.

    `line_end` is what ends the records before, if there are any.
    """
    end = _line_end(content, start, stop, line_end.encode())
    if end is None or content.find(0, start, stop) >= 0:
        return None
    if dialect.comment is not None and content.find(dialect.comment.encode(), start, stop) >= 0:
        return None
    marks = np.frombuffer(content, np.uint8)[start:stop]
    has_quotes = content.find(dialect.quote.encode(), start, stop) >= 0
    quotes = _positions(marks, dialect.quote) if has_quotes else None
    if quotes is not None and not _is_well_quoted(marks, quotes, dialect):
        return None
    ends = _positions(marks, chr(end[-1]))
    lines = np.arange(1, len(ends) + 1)
    if quotes is not None:
        lines = lines[np.searchsorted(quotes, ends) % 2 == 0]
    stops = ends[lines - 1] + 1
    if not len(stops) or stops[-1] < len(marks):  # the last record need not be ended
        stops = np.append(stops, len(marks))[: len(stops) + (len(marks) > 0)]
    starts = np.append(0, stops[:-1])[: len(stops)]
    lines = np.append(0, lines)[: len(stops)]
    quotes = None if quotes is None else quotes + start
    return Scan(content, starts + start, stops + start, lines, quotes, end.decode())


def last_end(content: bytes, start: int, dialect: Dialect) -> int:
    """Return where the last record ends that surely ends in a usual text which goes on; else the start."""
    mark, quote = (b"\n" if content.find(b"\n", start) >= 0 else b"\r"), dialect.quote.encode()
    before = content.count(quote, start)  # quotation marks before what is looked at
    # a carriage return at the end of the text may be half of a line end
    stop = len(content) if mark == b"\n" else len(content) - 1
    before -= content.count(quote, stop)
    while (end := content.rfind(mark, start, stop)) >= 0:
        before -= content.count(quote, end, stop)
        if before % 2 == 0:
            return end + 1
        stop = end
    return start


def cells_of_records(found: Scan, dialect: Dialect) -> NumberArray:
    """Return how many cells each record has, of which there is one; a blank line has none."""
    start, stop = int(found.starts[0]), int(found.stops[-1])
    marks = np.frombuffer(found.content, np.uint8)
    separators = _positions(marks[start:stop], dialect.delimiter) + start
    if found.quotes is not None:
        separators = separators[np.searchsorted(found.quotes, separators) % 2 == 0]
    cells = np.diff(np.searchsorted(separators, np.append(found.starts, found.stops[-1]))) + 1
    first = marks[found.starts]
    return np.where((first == 10) | (first == 13), 0, cells)


def usual_columns(
    found: Scan, width: int, dialect: Dialect, chosen: NumberArray | None = None
) -> list[pa.ChunkedArray] | None:
    """Return the columns of the records, or of the chosen ones; None if these have not all as many cells."""
    count = len(found.starts if chosen is None else chosen)
    if not count or not width:
        return [pa.chunked_array([], pa.string())] * width
    content = memoryview(found.content)
    if chosen is None:
        parts = [content[int(found.starts[0]) : int(found.stops[-1])]]
    else:
        parts = [content[start:stop] for start, stop in _runs(found.starts[chosen], found.stops[chosen])]
    columns = _tokenized(_owned(parts), width, dialect, has_quotes=found.quotes is not None)
    # pyarrow passes over blank lines
    return columns if columns is not None and len(columns[0]) == count else None


def _owned(parts: Sequence[memoryview]) -> pa.Buffer:
    """Return pieces of a text as one, in memory of Arrow's own.

    Its threads may let go of a text after it was read. If that is Python's, and Python ends just then, the
    process is aborted.
    """
    text = pa.allocate_buffer(sum(map(len, parts)))
    target, start = memoryview(text).cast("B"), 0
    for part in parts:
        target[start : start + len(part)] = part
        start += len(part)
    return text


def _runs(starts: NumberArray, stops: NumberArray) -> Iterator[tuple[int, int]]:
    """Return where pieces of a text that follow each other begin and end."""
    begins = np.append(True, starts[1:] != stops[:-1])
    ends = np.append(begins[1:], True)
    return zip(starts[begins].tolist(), stops[ends].tolist(), strict=True)


def _line_end(content: bytes, start: int, stop: int, before: bytes) -> bytes | None:
    """Return the one line end of the bytes, and of what is before them, or None if there are several."""
    has_returns, has_feeds = (content.find(mark, start, stop) >= 0 for mark in (b"\r", b"\n"))
    if not has_returns and not has_feeds:
        return before or b"\n"
    end = b"\r" * has_returns + b"\n" * has_feeds
    if len(end) == 2 and len({content.count(mark, start, stop) for mark in (b"\r", b"\n", end)}) > 1:
        return None
    return end if before in (b"", end) else None


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
