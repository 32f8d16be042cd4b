"""Columns of DataFrames: the values of a field from one in whatever dtype, and in one of its own dtype."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from factpack.constraints import tests_of
from factpack.exceptions import PackageError
from factpack.fields import NAN, NARROW_FORMATS, Column, json_value
from factpack.kinds import NumberArray
from factpack.python_values import item_reader
from factpack.table_schema import Field
from factpack.values import Values, encode

#: The pandas dtypes of the types of Table Schema; a field of another type keeps Python's own values.
DTYPES = {"string": "str", "integer": "Int64", "number": "Float64", "boolean": "boolean", "year": "Int64"}
DATE_TYPES = {"date", "datetime"}

#: Floats of numpy that are not as wide as Python's.
NARROW = {np.float16, np.float32, np.longdouble}
NARROW_OF_ARROW = {pa.float16(): np.float16, pa.float32(): np.float32}


def column_of(series: "pd.Series[Any]", field: Field) -> Column:
    """Return the values of a column of a DataFrame; one that is not of the field's type is unreadable.

    Null is what pandas takes for missing, NaN included.
    """
    if isinstance(series.dtype, pd.SparseDtype):
        series = pd.Series(series.to_numpy())
    if isinstance(series.dtype, pd.ArrowDtype) and pa.types.is_dictionary(series.dtype.pyarrow_dtype):
        series = series.astype(pd.ArrowDtype(series.dtype.pyarrow_dtype.value_type))
    if isinstance(series.dtype, pd.CategoricalDtype):
        column = column_of(pd.Series(series.cat.categories), field)
        return _spread(column, np.asarray(series.cat.codes, np.int64))
    array = _array(series, field)
    if array is not None:
        return Column(field, Values(array), np.zeros(len(series), bool))
    once = _items(series).distinct()
    read = item_reader(field)
    values = [read(item) for item in once.items]
    is_readable = np.array([value is not None for value in values], bool)
    kept = [value for value in values if value is not None]
    places = np.where(is_readable, np.cumsum(is_readable) - 1, -1)
    return _spread(Column(field, Values(kept, places), ~is_readable), once.places)


def _spread(column: Column, places: NumberArray) -> Column:
    """Return the column whose rows have the values at some places of one, or are null where that is -1."""
    once = column.values.distinct()
    values = Values(once.items, np.append(once.places, -1)[places])
    return Column(column.field, values, np.append(column.unreadable, False)[places])


def _array(series: "pd.Series[Any]", field: Field) -> pa.ChunkedArray | None:
    """Return a column as an Arrow array, if it surely holds nothing but values of the field's type."""
    if field.type == "datetime":
        return _moments(series)
    is_whole = pd.api.types.is_integer_dtype(series.dtype)
    if field.type == "string" and field.format not in NARROW_FORMATS:
        return _cast(series, pa.string()) if _has_only(series, "string") else None
    if field.type == "integer" and (is_whole or _has_only(series, "integer")):
        return _cast(series, pa.int64())
    if field.type == "number" and (is_whole or pd.api.types.is_float_dtype(series.dtype)):
        return _cast(series, pa.float64())
    if field.type == "number" and _has_only(series, "floating") and NARROW.isdisjoint(map(type, series)):
        return _cast(series, pa.float64())
    return None


def _has_only(series: "pd.Series[Any]", kind: str) -> bool:
    """Tell whether a column is of texts or of Python's objects, and has only those of a kind."""
    is_for_any = isinstance(series.dtype, pd.StringDtype) or pd.api.types.is_object_dtype(series.dtype)
    return is_for_any and pd.api.types.infer_dtype(series) == kind


def _cast(series: "pd.Series[Any]", kind: pa.DataType) -> pa.ChunkedArray | None:
    """Return a column as an Arrow array of a type; None if that cannot hold it, or it holds NaN."""
    try:
        array = pa.Array.from_pandas(series)
        if pa.types.is_floating(array.type) and array.type != pa.float64():
            array = _shown(array)
        array = array.cast(kind)
        if kind == pa.float64() and pc.any(pc.is_nan(array)).as_py():
            return None
    except (pa.ArrowException, OverflowError, UnicodeError):  # past what Arrow holds, or no character
        return None
    # -0 becomes 0
    return pa.chunked_array([pc.add(array, 0.0) if kind == pa.float64() else array])


def _shown(array: pa.Array) -> pa.Array:
    """Return narrow floats as the decimals that they show, the shortest of their width."""
    if array.type == pa.float32():
        return array.cast(pa.string())
    shown = array.to_numpy(zero_copy_only=False).astype(str)  # Arrow shows what is half as wide at length
    return pa.array(shown.astype(float), mask=array.is_null().to_numpy(zero_copy_only=False))


def _moments(series: "pd.Series[Any]") -> pa.ChunkedArray | None:
    """Return a column of moments as an Arrow array, in UTC if they have a zone; None if Python lacks any."""
    if not pd.api.types.is_datetime64_any_dtype(series.dtype):
        return None
    array = pa.Array.from_pandas(series)
    if not pa.types.is_timestamp(array.type):  # but of days
        return None
    try:
        array = array.cast(pa.timestamp("us", "UTC" if array.type.tz else None))
        pc.min_max(array).as_py()  # which raises past the calendar of Python's
    except (pa.ArrowException, OverflowError, ValueError):
        return None
    return pa.chunked_array([array])


def _items(series: "pd.Series[Any]") -> Values:
    """Return the items of a column as they are, those that can surely be told apart once each."""
    moments = _moments(series)
    if moments is not None:
        return Values(moments)
    try:
        items, is_null = list(series), series.isna().to_numpy(dtype=bool).tolist()
    except Exception:  # Python has no such moment, or a decimal is not to be compared
        items = [_item(series, row) for row in range(len(series))]
        is_null = [_is_missing(item) for item in items]
    if isinstance(series.dtype, pd.ArrowDtype):
        items = [*map(_as_narrow(series.dtype.pyarrow_dtype), items)]
    return encode([None if null else item for item, null in zip(items, is_null, strict=True)])


def _as_narrow(kind: pa.DataType) -> Callable[[Any], Any]:
    """Return what gives narrow floats in items of an Arrow type their width back, which Python's lack."""
    if kind in NARROW_OF_ARROW:
        width = NARROW_OF_ARROW[kind]
        return lambda item: width(item) if isinstance(item, float) else item
    if pa.types.is_struct(kind):
        of = {field.name: _as_narrow(field.type) for field in kind}
        return lambda item: (
            {name: of[name](part) for name, part in item.items()} if isinstance(item, dict) else item
        )
    if hasattr(kind, "value_type"):
        inner = _as_narrow(kind.value_type)
        return lambda item: [*map(inner, item)] if isinstance(item, list) else inner(item)
    return lambda item: item


def _item(series: "pd.Series[Any]", row: int) -> Any:
    """Return the item of one row, or, if Python has none such, an object that is of no type."""
    try:
        return series.iat[row]
    except Exception:  # of several kinds
        return object()


def _is_missing(item: Any) -> bool:
    try:
        return pd.isna(item) is True
    except ArithmeticError:
        return False


def series_of(column: Column, table: str) -> "pd.Series[Any]":
    """Return the values of a field in the pandas dtype of its type, or as Python's own past what that holds.

    Raises:
        PackageError: a cell of the column, which is named with its table, is not of the field's type or
            categories.

    """
    field = column.field
    where = f"{table}.{field.name}"
    if column.unreadable.any():
        raise PackageError(f"{where} has a cell that is not of the type {field.type}")
    if field.categories is not None:
        (test,) = [test for test in tests_of(field) if test.name == "categories"]
        if not test.passed(column.values).all():
            raise PackageError(f"{where} has a cell that is in none of its categories")
        categories = [json_value(field, value) for value in field.categories]
        dtype = pd.CategoricalDtype(categories, ordered=field.categories_ordered)
        return pd.Series(column.values.to_list(), dtype=object).astype(dtype)
    values = pd.Series(column.values.to_list(), dtype=object)
    try:
        return _typed(values, field)
    except (ValueError, OverflowError):  # past what the dtype can hold: Python's own values, then
        return values


def _typed(values: "pd.Series[Any]", field: Field) -> "pd.Series[Any]":
    if field.type in DATE_TYPES:
        return pd.to_datetime(values)
    if field.type == "number":
        numbers = [None if value is None else math.nan if value is NAN else float(value) for value in values]
        return pd.Series(pd.array(numbers, dtype="Float64"), index=values.index)
    if field.type not in DTYPES:
        return values
    return values.astype(pd.api.types.pandas_dtype(DTYPES[field.type]))
