"""Primary, unique and foreign keys: equal values become equal numbers, and the numbers are compared."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from factpack.fields import hashable
from factpack.kinds import BoolArray, NumberArray
from factpack.values import Values, bools, encoded_array

#: Numbers of two columns are put into one as long as the product of their counts stays below this.
MOST_NUMBERS = 2**62


def is_filled(key: Sequence[Values]) -> BoolArray:
    """Tell which rows have a value in every column of a key."""
    return np.asarray(np.all([~values.is_null() for values in key], axis=0), bool)


def is_first(key: Sequence[Values]) -> BoolArray:
    """Tell which rows have a key that no row before them has; two nulls are equal here."""
    (numbers,) = _numbered([key])
    return ~np.asarray(pd.Series(numbers).duplicated(), bool)


def is_found(key: Sequence[Values], parent: Sequence[Values]) -> BoolArray:
    """Tell which rows have a key that some row of the parent has; null throughout counts as found."""
    child, other = key[0].array, parent[0].array
    if len(key) == 1 and child is not None and other is not None and child.type == other.type:
        return bools(pc.is_in(child, other.drop_null().combine_chunks())) | bools(pc.is_null(child))
    own, others = _numbered([key, parent])
    is_null = np.all([values.is_null() for values in key], axis=0)
    known = others[~np.all([values.is_null() for values in parent], axis=0)]
    return np.asarray(pd.Series(own).isin(known) | is_null, bool)


def _numbered(keys: Sequence[Sequence[Values]]) -> list[NumberArray]:
    """Return a number for each row of each key, the same just where the keys are equal."""
    lengths = [len(key[0]) for key in keys]
    numbers = np.zeros(sum(lengths), np.int64)
    for place in range(len(keys[0])):
        codes = _codes([key[place] for key in keys])
        count = int(codes.max(initial=0)) + 1
        if (int(numbers.max(initial=0)) + 1) * count >= MOST_NUMBERS:
            numbers = np.asarray(pd.factorize(numbers)[0], np.int64)
        numbers = numbers * count + codes
    return np.split(numbers, np.cumsum(lengths)[:-1])


def _codes(columns: Sequence[Values]) -> NumberArray:
    """Return a number from 0 for each row of columns, one after the other, the same just for equal values."""
    arrays = [column.array for column in columns if column.array is not None]
    if len(arrays) == len(columns) and all(array.type == arrays[0].type for array in arrays):
        together = pa.chunked_array([chunk for array in arrays for chunk in array.chunks], arrays[0].type)
        return encoded_array(together)[1] + 1
    known: dict[Any, int] = {}
    codes = []
    for column in columns:
        once = column.distinct()
        numbers = [known.setdefault(hashable(item), len(known) + 1) for item in once.items]
        codes.append(np.append(np.array(numbers, np.int64), 0)[once.places])
    return np.concatenate(codes)
