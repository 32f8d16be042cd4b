"""Splits the usual delimited file into columns, fast; on any oddity it leaves it to the strict reader.

What is usual: UTF-8, one kind of line end, quoting as RFC 4180 has it, as many cells in every record as in
the header, no NUL. For these files pyarrow's tokenizer and `factpack.records` agree.
"""

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


def usual_columns(
    content: bytes, start: int, *, line: int, width: int, dialect: Dialect, line_end: str
) -> tuple[list[pa.ChunkedArray], NumberArray] | None:
    """Return the columns of the records in UTF-8 bytes from a position on, and the line of each record.

    `line` is the line at that position, `width` the number of columns, `line_end` what ends the records
    before, if there are any. Returns None where anything is odd.
    """
    end = _line_end(content, start, line_end.encode())
    if end is None or content.find(0, start) >= 0:
        return None
    if dialect.comment is not None and content.find(dialect.comment.encode(), start) >= 0:
        return None
    if start >= len(content):
        return [pa.chunked_array([], pa.string())] * width, np.empty(0, np.int64)
    marks = np.frombuffer(content, np.uint8)[start:]
    quotes = _positions(marks, dialect.quote) if content.find(dialect.quote.encode(), start) >= 0 else None
    if quotes is not None and not _is_well_quoted(marks, quotes, dialect):
        return None
    columns = _tokenized(content, start, width, dialect, has_quotes=quotes is not None)
    lines = _lines_before(marks, quotes, end)
    if columns is None or len(columns[0]) != len(lines):  # pyarrow passes over blank lines
        return None
    return columns, line + lines


def _line_end(content: bytes, start: int, before: bytes) -> bytes | None:
    """Return the one line end of the bytes, and of what is before them, or None if there are several."""
    has_returns, has_feeds = content.find(b"\r", start) >= 0, content.find(b"\n", start) >= 0
    if not has_returns and not has_feeds:
        return before or b"\n"
    end = b"\r" * has_returns + b"\n" * has_feeds
    if len(end) == 2 and len({content.count(mark, start) for mark in (b"\r", b"\n", end)}) > 1:
        return None
    return end if before in (b"", end) else None


def _positions(marks: np.ndarray, mark: str) -> NumberArray:
    """Return where a character stands, block by block: what is compared stays in the processor's cache."""
    found = [
        np.flatnonzero(marks[start : start + CACHED] == ord(mark)) + start
        for start in range(0, len(marks), CACHED)
    ]
    return np.concatenate(found)


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
    content: bytes, start: int, width: int, dialect: Dialect, *, has_quotes: bool
) -> list[pa.ChunkedArray] | None:
    names = [str(number) for number in range(width)]
    try:
        table = pyarrow.csv.read_csv(
            pa.BufferReader(pa.py_buffer(content).slice(start)),
            read_options=pyarrow.csv.ReadOptions(column_names=names, block_size=_block(len(content))),
            parse_options=pyarrow.csv.ParseOptions(
                delimiter=dialect.delimiter,
                quote_char=dialect.quote,
                newlines_in_values=has_quotes,
            ),
            convert_options=pyarrow.csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid:  # ragged, not UTF-8, or a record longer than a block
        return None
    return list(table.columns)


def _block(size: int) -> int:
    return min(max(size // 8, 2**20), BLOCK)


def _lines_before(marks: np.ndarray, quotes: NumberArray | None, end: bytes) -> NumberArray:
    """Return how many lines end before each record begins; those inside of quotation marks do, too."""
    ends = _positions(marks, chr(end[-1]))
    if quotes is not None:
        starts = np.flatnonzero(np.searchsorted(quotes, ends) % 2 == 0) + 1
    else:
        starts = np.arange(1, len(ends) + 1)
    is_ended = len(ends) > 0 and ends[-1] == len(marks) - 1
    return np.append(0, starts[:-1] if is_ended else starts)
