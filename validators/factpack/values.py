"""A column of values or texts: as Arrow holds them, or each distinct one once, with the places of rows."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from factpack.arrow_memory import array_of, bools_array, numbers_array, numpy_bools, numpy_numbers, scalar
from factpack.exceptions import UnjudgedError
from factpack.kinds import BoolArray, NumberArray

#: So many texts are compared one by one.
FEW = 4

#: Texts of more bytes together than these do not fit into one Arrow array of usual strings.
MOST_BYTES = 2**30

#: The types of items that are equal, if they are of one, just if nothing tells them apart.
SIMPLE = {str, int, float, bool}


@dataclass(frozen=True)
class Values:
    """The values of a column.

    Without `places`, `items` is an Arrow array with one item a row, null where the row is. With them it is a
    list of Python's own values: a row has the item at its place, and is null where that is -1. Then an item
    may belong to many rows, and equal items may recur.
    """

    items: Any
    places: NumberArray | None = None

    def __len__(self) -> int:
        return len(self.items if self.places is None else self.places)

    @property
    def array(self) -> pa.ChunkedArray | None:
        """The Arrow array with one item a row; None where the values are not so held."""
        return self.items if self.places is None else None

    def is_null(self) -> BoolArray:
        """Tell which rows are null."""
        return bools(pc.is_null(self.items)) if self.places is None else self.places < 0

    def distinct(self) -> "Distinct":
        """Return the same values with each item once, as Python's own."""
        if self.places is not None:
            return Distinct(self.items, self.places)
        dictionary, places = encoded_array(self.items)
        return Distinct(dictionary.to_pylist(), places)

    def filter(self, keep: BoolArray) -> "Values":
        """Return the rows that are to be kept."""
        if self.places is None:
            return Values(self.items.filter(bools_array(keep)))
        return Values(self.items, self.places[keep])

    def take(self, positions: NumberArray) -> "Values":
        """Return the rows at some positions, in their order."""
        if self.places is None:
            return Values(taken_array(self.items, positions))
        return Values(self.items, self.places[positions])

    def to_list(self) -> list[Any]:
        """Return the value of each row, None where it is null."""
        if self.places is None:
            return list(self.items.to_pylist())
        items = [*self.items, None]
        return [items[place] for place in self.places.tolist()]

    def at(self, position: int) -> Any:
        """Return the value of one row."""
        if self.places is None:
            return self.items[position].as_py()
        place = int(self.places[position])
        return None if place < 0 else self.items[place]


@dataclass(frozen=True)
class Distinct:
    """The distinct values of a column, and the place of each row in them, -1 where it is null."""

    items: list[Any]
    places: NumberArray

    def spread(self, verdicts: BoolArray) -> BoolArray:
        """Return the verdicts on the items for each row; that on a null row is true."""
        return np.append(verdicts, True)[self.places]


def encode(items: Sequence[Any]) -> Values:
    """Return values with each item of JSON's, but for arrays and objects, once; None as null."""
    found: dict[Any, int] = {}
    places = np.empty(len(items), np.int64)
    kept: list[Any] = []
    for row, item in enumerate(items):
        if item is None:
            places[row] = -1
            continue
        key = (type(item), item) if type(item) in SIMPLE else (None, row)
        place = found.setdefault(key, len(kept))
        if place == len(kept):
            kept.append(item)
        places[row] = place
    return Values(kept, places)


def encoded_array(array: pa.ChunkedArray) -> tuple[pa.Array, NumberArray]:
    """Return the distinct items of an Arrow array, and the place of each row in them, -1 where it is null.

    The items stand in the order in which they are first met.
    """
    encoded = in_one_piece(array).dictionary_encode()
    return encoded.dictionary, numpy_numbers(encoded.indices, null=-1)


def in_one_piece(array: pa.ChunkedArray) -> pa.Array:
    """Return the items of an Arrow array without chunks, each of which would have a dictionary of its own."""
    is_long = pa.types.is_string(array.type) and array.nbytes > MOST_BYTES
    if not array.num_chunks:
        return pa.nulls(0, array.type)
    return (array.cast(pa.large_string()) if is_long else array).combine_chunks()


def taken_array(array: pa.ChunkedArray, positions: NumberArray) -> pa.ChunkedArray:
    """Return the items of an Arrow array at some positions.

    To take texts, Arrow puts them into one piece, which cannot be longer than its type allows.
    """
    if not pa.types.is_string(array.type) or array.nbytes <= MOST_BYTES:
        return array.take(numbers_array(positions))
    found = in_one_piece(array).take(numbers_array(positions))
    return pa.chunked_array([part.cast(pa.string()) for part in _short(found)], pa.string())


def _short(array: pa.Array) -> Iterator[pa.Array]:
    """Yield an Arrow array in parts that are short enough for any type, as far as it can be divided."""
    if array.nbytes <= MOST_BYTES or len(array) < 2:
        yield array
    else:
        middle = len(array) // 2
        yield from _short(array.slice(0, middle))
        yield from _short(array.slice(middle))


def texts_column(texts: Sequence[str | None]) -> pa.ChunkedArray:
    """Return the Arrow array of some texts, in several chunks if one would be too long.

    Raises:
        UnjudgedError: one of them is longer than Arrow can hold.

    """
    try:
        array = pa.array(texts, pa.string())
    except pa.ArrowCapacityError as error:
        raise UnjudgedError("a cell has more than 2 GiB") from error
    return array if isinstance(array, pa.ChunkedArray) else pa.chunked_array([array])


def has_only(array: pa.ChunkedArray, allowed: bytes) -> bool:
    """Tell whether all characters of the texts are among some of ASCII."""
    is_allowed = np.zeros(256, bool)
    is_allowed[list(allowed)] = True
    return all(is_allowed[text].all() for text in map(_text_bytes, array.chunks))


def _text_bytes(chunk: pa.StringArray) -> Any:
    """Return the bytes of the texts of an Arrow array, one after the other."""
    _, offsets, data = chunk.buffers()
    if data is None or not len(chunk):
        return np.empty(0, np.uint8)
    bounds = np.frombuffer(offsets, np.int32)[chunk.offset : chunk.offset + len(chunk) + 1]
    return np.frombuffer(data, np.uint8)[bounds[0] : bounds[-1]]


def stacked(columns: Sequence[Values]) -> Values:
    """Return the rows of several columns, one below the other."""
    arrays = [column.array for column in columns if column.array is not None]
    if len(arrays) == len(columns) and all(array.type == arrays[0].type for array in arrays):
        return Values(pa.chunked_array([chunk for array in arrays for chunk in array.chunks], arrays[0].type))
    return encode([item for column in columns for item in column.to_list()])


def records_of(columns: Sequence[Values]) -> Iterator[tuple[Any, ...]]:
    """Yield the values of each row."""
    return zip(*[column.to_list() for column in columns], strict=True)


def is_one_of(array: pa.ChunkedArray, texts: Collection[str]) -> pa.ChunkedArray:
    """Tell which texts of an array are one of a few; null of null, or false."""
    # to compare with one text is much faster than to look it up in a set
    if 0 < len(texts) <= FEW:
        return reduce(pc.or_, [pc.equal(array, scalar(text, array.type)) for text in texts])
    return pc.is_in(array, array_of(sorted(texts), array.type))


def bools(array: pa.ChunkedArray, *, null: bool = False) -> BoolArray:
    """Return verdicts of Arrow as numpy has them; null counts as false, or as true if told so."""
    return numpy_bools(array, null=null)
