"""Divides the rows of tables by their keys, so that equal keys come together, wherever their rows stand."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from factpack.arrow_memory import numpy_bools
from factpack.kinds import NumberArray
from factpack.table import Table, with_keys_only
from factpack.values import Values

#: An unsigned number for each row, all calculations with which are modulo 2 ** 64.
Hashes = npt.NDArray[np.uint64]

#: Whole numbers past this, and all that is neither a text nor a whole number, are not told apart.
MOST = 2**62

#: Odd numbers by which the parts of a key are mixed.
FACTOR, MIX = 1_000_003, 0x9E3779B97F4A7C15

#: The last bytes of a text, by which it is told apart.
TAIL = 8


def divided(table: Table, names: Sequence[str], count: int) -> list[Table]:
    """Return so many parts of a table, with the fields of a key; rows with equal keys are in the same part.

    Rows of another table are in the part of the same number if the values of their key are equal.
    """
    keys = with_keys_only(table, names)
    numbers = part_numbers(keys.key(names), count)
    return [taken(keys, np.flatnonzero(numbers == number)) for number in range(count)]


def part_numbers(key: Sequence[Values], count: int) -> NumberArray:
    """Return, for each row, a number below the count that is the same for equal keys, in any process."""
    mixed: Hashes = np.zeros(len(key[0]), np.uint64)
    for values in key:
        mixed = mixed * np.uint64(FACTOR) + _numbers(values)
    mixed = mixed * np.uint64(MIX) >> np.uint64(32)
    return (mixed % np.uint64(count)).astype(np.int64)


def taken(table: Table, positions: NumberArray) -> Table:
    """Return some rows of a table."""
    lexical = table.lexical
    parts = None if lexical.parts is None else lexical.parts[positions]
    texts = {name: values.take(positions) for name, values in lexical.columns.items()}
    columns = {
        name: replace(column, values=column.values.take(positions), unreadable=column.unreadable[positions])
        for name, column in table.columns.items()
    }
    rows, lines = lexical.rows[positions], lexical.lines[positions]
    own = replace(lexical, columns=texts, rows=rows, lines=lines, findings=[], parts=parts)
    return replace(table, lexical=own, columns=columns)


def _numbers(values: Values) -> Hashes:
    """Return a number for each value, the same for equal ones; that of null is 0."""
    array = values.array
    if array is not None and pa.types.is_string(array.type):
        return _text_numbers(array)
    if array is not None and pa.types.is_int64(array.type):
        numbers = array.fill_null(0).to_numpy()
        is_small = (numbers > -MOST) & (numbers < MOST)  # the least number has no absolute value
        return np.where(is_small, numbers, 0).astype(np.uint64)
    once = values.distinct()
    texts = _text_numbers(pa.chunked_array([pa.array([_text(item) for item in once.items], pa.string())]))
    whole = np.array([_whole(item) for item in once.items], np.int64)
    found = np.append(texts + whole.astype(np.uint64), np.uint64(0))
    return found[once.places]


def _text(item: Any) -> str:
    return item if isinstance(item, str) else ""


def _whole(item: Any) -> int:
    """Return a whole number as it is, however it is held, and 0 for all else."""
    if isinstance(item, bool) or not isinstance(item, int | float | Decimal):
        return 0
    return int(item) if -MOST < item < MOST and item == int(item) else 0


def _text_numbers(array: pa.ChunkedArray) -> Hashes:
    """Return a number for each text, by its last bytes and how many it has."""
    parts = [_chunk_numbers(chunk) for chunk in array.chunks if len(chunk)]
    return np.concatenate([np.empty(0, np.uint64), *parts])


def _chunk_numbers(chunk: pa.StringArray) -> Hashes:
    _, offsets, data = chunk.buffers()
    bounds = np.frombuffer(offsets, np.int32)[chunk.offset : chunk.offset + len(chunk) + 1].astype(np.int64)
    text = np.frombuffer(data, np.uint8) if data is not None and data.size else np.zeros(1, np.uint8)
    sizes = np.diff(bounds)
    numbers = sizes.astype(np.uint64)
    for place in range(1, TAIL + 1):
        has_byte = sizes >= place
        byte = np.where(has_byte, text[np.where(has_byte, bounds[1:] - place, 0)], 0)
        numbers = numbers * np.uint64(FACTOR) + byte.astype(np.uint64)
    # bytes may stand under a null, of what it was made of
    return np.where((sizes > 0) & ~numpy_bools(chunk.is_null()), numbers, np.uint64(0))
