"""Turns texts that are short, and all of one length, into numbers, which are compared faster than texts."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from factpack.arrow_memory import numbers_array
from factpack.kinds import NumberArray
from factpack.values import Values

#: A number holds so many bytes of a text.
WORD = 8


def in_words(keys: Sequence[Sequence[Values]]) -> list[list[Values]]:
    """Return keys with numbers for texts where that can be, which are equal just where the keys are.

    The keys have the same columns. Those of texts become numbers if no text is null or longer than sixteen
    bytes, and all are as long as each other, in every key.
    """
    found: list[list[Values]] = [[] for _ in keys]
    for columns in zip(*keys, strict=True):
        for key, own in zip(found, _columns_in_words(columns), strict=True):
            key.extend(own)
    return found


def _columns_in_words(columns: Sequence[Values]) -> list[list[Values]]:
    """Return, for a column of each key, that column, or those of the numbers for its texts."""
    arrays = [column.array for column in columns if column.array is not None]
    if len(arrays) == len(columns) and all(pa.types.is_string(array.type) for array in arrays):
        words = _words_of([chunk for array in arrays for chunk in array.chunks if len(chunk)])
        if words is not None:
            bounds = np.cumsum([len(array) for array in arrays])[:-1]
            split = zip(*(np.split(word, bounds) for word in words), strict=True)
            return [[Values(pa.chunked_array([numbers_array(word)])) for word in own] for own in split]
    return [[column] for column in columns]


def _words_of(chunks: Sequence[pa.StringArray]) -> list[NumberArray] | None:
    """Return the numbers for texts, one array or two; None if they are not of one length, or too long."""
    size = len(chunks[0][0].as_buffer()) if chunks and chunks[0][0].is_valid else 0
    if not 0 < size <= 2 * WORD or not all(_have_size(chunk, size) for chunk in chunks):
        return None
    last, first = (
        np.concatenate(found) for found in zip(*(_words(chunk, size) for chunk in chunks), strict=True)
    )
    return [last] if first.min() == first.max() else [first, last]


def _have_size(chunk: pa.StringArray, size: int) -> bool:
    return not chunk.null_count and bool(np.all(np.diff(_bounds(chunk)) == size))


def _bounds(chunk: pa.StringArray) -> NumberArray:
    """Return where the texts of an array begin and end in its bytes."""
    bounds: NumberArray = np.frombuffer(chunk.buffers()[1], np.int32)
    return bounds[chunk.offset : chunk.offset + len(chunk) + 1]


def _words(chunk: pa.StringArray, size: int) -> tuple[NumberArray, NumberArray]:
    """Return the last eight bytes of each text as a number, and what stands before them as another."""
    begin, data = int(_bounds(chunk)[0]), chunk.buffers()[2]
    if size < WORD:
        padded = np.zeros((len(chunk), WORD), np.uint8)
        padded[:, -size:] = np.frombuffer(data, np.uint8, len(chunk) * size, begin).reshape(-1, size)
        last = first = padded.view(">u8")[:, 0]
    else:
        first, last = (
            np.ndarray(len(chunk), ">u8", data, begin + place, (size,)) for place in (0, size - WORD)
        )
    unseen = np.uint64(8 * (2 * WORD - size))  # bits of the first eight bytes that are in the last eight too
    return last.astype(np.int64), (first.astype(np.uint64) >> unseen).astype(np.int64)
