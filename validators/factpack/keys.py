"""Primary, unique and foreign keys: equal values become equal numbers, and the numbers are compared."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from factpack.arrow_memory import numbers_array, numpy_bools, numpy_numbers, scalar
from factpack.fields import hashable
from factpack.kinds import BoolArray, NumberArray
from factpack.values import Values, bools, encoded_array, in_one_piece
from factpack.words import in_words

#: Numbers of two columns are put into one as long as the product of their counts stays below this.
MOST_NUMBERS = 2**62

#: So many rows are looked at first to see whether a table is sorted.
FEW_ROWS = 1000


def is_filled(key: Sequence[Values]) -> BoolArray:
    """Tell which rows have a value in every column of a key."""
    is_null: BoolArray = np.logical_or.reduce([values.is_null() for values in key])
    return ~is_null


def is_first(key: Sequence[Values]) -> BoolArray:
    """Tell which rows have a key that no row before them has; two nulls are equal here."""
    (key,) = in_words([key])
    arrays = [values.array for values in key if values.array is not None and not values.array.null_count]
    if len(arrays) == len(key) and _ascends(arrays):
        return np.ones(len(arrays[0]), bool)
    if len(arrays) == len(key) == 1 and arrays[0].type != pa.int64():
        return _is_new(encoded_array(arrays[0])[1])
    (numbers,) = _numbered([key])
    ordered = np.sort(numbers)
    repeated = ordered[1:][ordered[1:] == ordered[:-1]]
    recurs = np.flatnonzero(_is_one_of(numbers, repeated))
    found = np.ones(len(numbers), bool)
    found[recurs] = _is_new(_places(numbers[recurs]))
    return found


def _ascends(arrays: Sequence[pa.ChunkedArray]) -> bool:
    """Tell whether each row of a key is greater than the one before, as in a table that is sorted by it."""
    for count in (FEW_ROWS, len(arrays[0])):  # most tables that are not sorted show it soon
        some = [array.slice(0, count) for array in arrays]
        if not pc.all(_is_greater_than_before(some)).as_py():
            return False
    return True


def _is_greater_than_before(arrays: Sequence[pa.ChunkedArray]) -> pa.ChunkedArray:
    first, *others = [(array.slice(0, max(len(array) - 1, 0)), array.slice(1)) for array in arrays]
    found = pc.less(*first)
    are_equal = pc.equal(*first)
    for before, after in others:
        found = pc.or_(found, pc.and_(are_equal, pc.less(before, after)))
        are_equal = pc.and_(are_equal, pc.equal(before, after))
    return found


def _is_new(places: NumberArray) -> BoolArray:
    """Tell which places are seen for the first time, where each that is new is the next number."""
    most = np.maximum.accumulate(places)
    is_new: BoolArray = places > np.append(-1, most[:-1])[: len(places)]
    return is_new


def _places(numbers: NumberArray) -> NumberArray:
    """Return the place of each number among the distinct ones, in the order in which they are first seen."""
    places: NumberArray = numpy_numbers(numbers_array(numbers).dictionary_encode().indices)
    return places


def is_found(key: Sequence[Values], parent: Sequence[Values]) -> BoolArray:
    """Tell which rows have a key that some row of the parent has; null throughout counts as found."""
    key, parent = in_words([key, parent])
    if len(key) == 1:
        child, other = key[0].array, parent[0].array
        if child is not None and other is not None and child.type == other.type != pa.int64():
            return bools(pc.is_in(child, in_one_piece(other.drop_null()))) | bools(pc.is_null(child))
    own, others = _numbered([key, parent])
    return _is_among(own, others[~_is_null(parent)]) | _is_null(key)


def _is_among(numbers: NumberArray, known: NumberArray) -> BoolArray:
    """Tell which numbers are among those that are known."""
    if not len(known):
        return np.zeros(len(numbers), bool)
    ordered, those = np.sort(numbers), np.sort(known)  # to sort is much faster than to look up each number
    nearest = those[np.minimum(np.searchsorted(those, ordered), len(those) - 1)]
    return ~_is_one_of(numbers, ordered[nearest != ordered])


def _is_one_of(numbers: NumberArray, few: NumberArray) -> BoolArray:
    """Tell which numbers are among a few."""
    if not len(few):
        return np.zeros(len(numbers), bool)
    return numpy_bools(pc.is_in(numbers_array(numbers), numbers_array(few)))


def _is_null(key: Sequence[Values]) -> BoolArray:
    """Tell which rows are null in every column of a key."""
    is_null: BoolArray = np.logical_and.reduce([values.is_null() for values in key])
    return is_null


def _numbered(keys: Sequence[Sequence[Values]]) -> list[NumberArray]:
    """Return a number for each row of each key, the same just where the keys are equal."""
    lengths = [len(key[0]) for key in keys]
    numbers, count = np.zeros(sum(lengths), int), 1
    for place in range(len(keys[0])):
        codes, distinct = _codes([key[place] for key in keys], MOST_NUMBERS // count)
        if count * distinct > MOST_NUMBERS:
            numbers, count = _places(numbers), len(numbers)
        numbers = numbers * distinct + codes
        count *= distinct
    return np.split(numbers, np.cumsum(lengths)[:-1])


def _codes(columns: Sequence[Values], most: int) -> tuple[NumberArray, int]:
    """Return a number from -1 (null) for each row of columns, one after the other; and how many there are.

    Numbers are the same just for equal values. There may be no more than so many, or than there are rows.
    """
    arrays = [column.array for column in columns if column.array is not None]
    if len(arrays) == len(columns) and all(array.type == arrays[0].type for array in arrays):
        together = pa.chunked_array([chunk for array in arrays for chunk in array.chunks], arrays[0].type)
        near = _differences(together, most) if pa.types.is_int64(together.type) else None
        if near is not None:
            return near
        dictionary, places = encoded_array(together)
        return places, len(dictionary) + 1
    known: dict[Any, int] = {}
    codes = []
    for column in columns:
        once = column.distinct()
        numbers = [known.setdefault(hashable(item), len(known)) for item in once.items]
        codes.append(np.array([*numbers, -1])[once.places])
    return np.concatenate(codes), len(known) + 1


def _differences(array: pa.ChunkedArray, most: int) -> tuple[NumberArray, int] | None:
    """Return by how much each number exceeds the least, -1 for null; None if they are far apart."""
    bounds = pc.min_max(array)
    least, greatest = bounds["min"].as_py(), bounds["max"].as_py()
    if least is None or greatest - least + 2 > most:
        return None
    differences = pc.subtract(array, scalar(least, array.type))
    return numpy_numbers(in_one_piece(differences), null=-1), greatest - least + 2
