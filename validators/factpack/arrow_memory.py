"""Makes Arrow's arrays and scalars of Python's values, and numpy's arrays of Arrow's, by their memory.

pyarrow's own functions for it import pandas, which takes longer than to judge a small package.

Source: Arrow Columnar Format, "Fixed-size Primitive Layout" and "Variable-size Binary Layout".
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from factpack.kinds import BoolArray, NumberArray


def texts_array(texts: Sequence[str]) -> pa.StringArray:
    """Return the Arrow array of some texts, none of which is null."""
    encoded = [text.encode() for text in texts]
    offsets = np.cumsum([0, *map(len, encoded)], dtype=np.int32)
    data = pa.py_buffer(b"".join(encoded))
    return pa.StringArray.from_buffers(len(texts), pa.py_buffer(offsets), data)


def array_of(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    """Return the Arrow array of values of a type, none of which is null."""
    if pa.types.is_string(kind):
        return texts_array(values)
    if pa.types.is_integer(kind) or pa.types.is_float64(kind):
        return numbers_array(np.array(values, _dtype(kind)))
    return pa.array(values, kind)


def scalar(value: Any, kind: pa.DataType) -> pa.Scalar:
    """Return Arrow's scalar of a value, or of null."""
    return pa.nulls(1, kind)[0] if value is None else array_of([value], kind)[0]


def _dtype(kind: pa.DataType) -> np.dtype[Any]:
    return np.dtype(f"{'f' if pa.types.is_floating(kind) else 'i'}{kind.bit_width // 8}")


def numbers_array(numbers: NumberArray) -> pa.Array:
    """Return the Arrow array of some numbers."""
    kind = pa.from_numpy_dtype(numbers.dtype)
    return pa.Array.from_buffers(kind, len(numbers), [None, pa.py_buffer(np.ascontiguousarray(numbers))])


def bools_array(verdicts: BoolArray) -> pa.BooleanArray:
    """Return the Arrow array of verdicts."""
    packed = np.packbits(verdicts, bitorder="little")
    return pa.Array.from_buffers(pa.bool_(), len(verdicts), [None, pa.py_buffer(packed)])


def numpy_bools(array: pa.ChunkedArray | pa.Array, *, null: bool = False) -> BoolArray:
    """Return verdicts of Arrow as numpy has them; null counts as false, or as true if told so."""
    chunks = array.chunks if isinstance(array, pa.ChunkedArray) else [array]
    return np.concatenate([np.empty(0, bool), *(_bits(chunk, null) for chunk in chunks)])


def _bits(chunk: pa.BooleanArray, null: bool) -> BoolArray:
    validity, values = chunk.buffers()
    found = np.zeros(len(chunk), bool) if values is None else _unpacked(values, chunk)
    return found if validity is None else np.where(_unpacked(validity, chunk), found, null)


def _unpacked(bits: pa.Buffer, chunk: pa.Array) -> BoolArray:
    first, count = chunk.offset // 8, chunk.offset % 8 + len(chunk)
    packed = np.frombuffer(bits, np.uint8)[first:]
    return np.unpackbits(packed, count=count, bitorder="little").view(bool)[chunk.offset % 8 :]


def numpy_numbers(array: pa.Array, null: int = 0) -> NumberArray:
    """Return the whole numbers of an Arrow array as numpy has them, with another number for null."""
    validity, data = array.buffers()
    if data is None or not len(array):
        return np.full(len(array), null, np.int64)
    numbers = np.frombuffer(data, _dtype(array.type))[array.offset : array.offset + len(array)]
    found: NumberArray = numbers.astype(np.int64)
    return found if validity is None else np.where(_unpacked(validity, array), found, null)
