"""Columns of DataFrames: the values of a field from one in whatever dtype, and in one of its own dtype."""

import datetime
import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from factpack import geojson
from factpack.constraints import tests_of
from factpack.durations import Duration, plain
from factpack.exceptions import PackageError
from factpack.fields import (
    NAN,
    NARROW_FORMATS,
    Column,
    NotANumber,
    item_field,
    json_value,
    month_of,
    point_of,
    reader,
)
from factpack.table_schema import Field
from factpack.values import Values, encode

#: The pandas dtypes of the types of Table Schema; a field of another type keeps Python's own values.
DTYPES = {"string": "str", "integer": "Int64", "number": "Float64", "boolean": "boolean", "year": "Int64"}
DATE_TYPES = {"date", "datetime"}

#: The Python types of the values of a field, by the field's type; a value of another type is not of it.
VALUE_TYPES: dict[str, tuple[type, ...]] = {
    "number": (int, float, Decimal, NotANumber),
    "integer": (int,),
    "boolean": (bool,),
    "string": (str,),
    "date": (datetime.date,),
    "time": (datetime.time,),
    "datetime": (datetime.datetime,),
    "year": (int,),
    "yearmonth": (tuple,),
    "duration": (datetime.timedelta, Duration),
    "geopoint": (tuple,),
    "object": (dict,),
    "geojson": (dict,),
    "array": (list,),
    "list": (list,),
}


def column_of(series: "pd.Series[Any]", field: Field) -> Column:
    """Return the values of a column of a DataFrame; one that is not of the field's type is unreadable.

    Null is what pandas takes for missing, NaN included.
    """
    array = _array(series, field)
    if array is not None:
        return Column(field, Values(array), np.zeros(len(series), bool))
    is_null = series.isna().to_numpy(dtype=bool)
    items = [None if null else _plain(item, field) for item, null in zip(series, is_null, strict=True)]
    once = encode(items).distinct()
    is_of_type = conforms(field)
    readable = np.array([is_of_type(item) for item in once.items], bool)
    kept = [item for item, is_readable in zip(once.items, readable, strict=True) if is_readable]
    places = np.append(np.where(readable, np.cumsum(readable) - 1, -1), -1)  # the last is that of null
    return Column(field, Values(kept, places[once.places]), ~np.append(readable, True)[once.places])


def _array(series: "pd.Series[Any]", field: Field) -> pa.ChunkedArray | None:
    """Return a column as an Arrow array, if its dtype holds nothing but values of the field's type."""
    is_whole = pd.api.types.is_integer_dtype(series.dtype)
    if (
        field.type == "string"
        and field.format not in NARROW_FORMATS
        and isinstance(series.dtype, pd.StringDtype)
    ):
        kind = pa.string()
    elif field.type == "integer" and is_whole:
        kind = pa.int64()
    elif field.type == "number" and (is_whole or pd.api.types.is_float_dtype(series.dtype)):
        kind = pa.float64()
    else:
        return None
    try:
        array = pa.Array.from_pandas(series).cast(kind)
        # -0 becomes 0
        return pa.chunked_array([pc.add(array, 0.0) if kind == pa.float64() else array])
    except pa.ArrowException:  # whole numbers past what the type holds, or a form that Arrow has not
        return None


def _plain(item: Any, field: Field) -> Any:
    """Return a value as Python's own, a moment at midnight as the date that it stands for."""
    if isinstance(item, pd.Timestamp):
        item = item.to_pydatetime()
        is_midnight = item.time() == datetime.time() and item.tzinfo is None
        return item.date() if field.type == "date" and is_midnight else item
    if field.type == "duration":
        item = plain(item)
    if isinstance(item, np.floating):  # the longest have no other way to be Python's
        return float(item)
    return item.item() if isinstance(item, np.generic) else item


def conforms(field: Field) -> Callable[[Any], bool]:
    """Return the test whether a Python value is one of a field's type and format."""
    types, is_sound = VALUE_TYPES.get(field.type, (object,)), _soundness(field)
    others = {"integer": bool, "year": bool, "number": bool, "date": datetime.datetime}.get(field.type, ())
    return lambda value: (
        isinstance(value, types) and not isinstance(value, others) and (is_sound is None or is_sound(value))
    )


def _soundness(field: Field) -> Callable[[Any], bool] | None:
    """Return what else a value of the Python type must be."""
    if field.type == "string":
        read = reader(field)
        return lambda value: read(value) is not None
    if field.type == "list":
        is_item = conforms(item_field(field))
        return lambda value: all(map(is_item, value))
    return {
        "year": lambda value: value != 0,
        "yearmonth": lambda value: month_of([*value]) is not None,
        "geopoint": lambda value: point_of([*value]) is not None,
        "geojson": lambda value: geojson.is_geojson(value, field.format),
    }.get(field.type)


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
