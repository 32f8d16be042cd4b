"""Values of fields from Python's own, or from those of numpy and pandas, as they stand in DataFrames."""

import datetime
import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from factpack import durations, geojson
from factpack.descriptor import is_too_deep
from factpack.durations import Duration
from factpack.fields import NAN, NotANumber, hashable, item_field, month_of, point_of, reader
from factpack.moments import in_utc
from factpack.table_schema import Field

#: Returns the value of a field that an item of a DataFrame is, or None if it is not of the field's type.
ItemReader = Callable[[Any], Any]

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

#: The Python types of most items.
ALREADY_PLAIN = {int, bool, datetime.date, datetime.time}

#: Types of Python's that are others to Table Schema than those that they are of to Python.
OTHER_TYPES = {"integer": bool, "year": bool, "number": bool, "date": datetime.datetime}


def item_reader(field: Field) -> ItemReader:
    """Return the function that reads the items that a column of a DataFrame has for a field."""
    types, other = VALUE_TYPES.get(field.type, (object,)), OTHER_TYPES.get(field.type, ())
    convert, is_sound = _conversion(field), _soundness(field)

    def read(item: Any) -> Any:
        try:
            is_deep = isinstance(item, (dict, list)) and is_too_deep(item)
            value = None if is_deep else convert(_plain(item))
            is_of_type = isinstance(value, types) and not isinstance(value, other) and is_sound(value)
            return value if is_of_type else None
        except Exception:  # an object may be of any class, and raise what it likes
            return None

    return read


def _plain(item: Any) -> Any:
    """Return an item, and what it holds, as Python's own; a moment with a zone in UTC, whatever its zone.

    Python takes two moments for equal that a clock which is put back shows alike, if they have one zone.
    """
    if type(item) in ALREADY_PLAIN:
        return item
    if isinstance(item, (np.ndarray, list)):
        return [_plain(part) for part in item]
    if isinstance(item, tuple):
        return tuple(map(_plain, item))
    if isinstance(item, dict):
        return {_plain(name): _plain(part) for name, part in item.items()}
    if isinstance(item, (np.datetime64, datetime.datetime)):
        return _moment(item)
    if isinstance(item, (np.timedelta64, pd.Timedelta)):
        return _time_span(item)
    if isinstance(item, np.generic) and not isinstance(item, (np.floating, np.void)):
        item = item.item()
    if isinstance(item, (float, Decimal, np.floating)):
        return _decimal(item)
    if isinstance(item, int) and not isinstance(item, bool):
        return int.__index__(item)
    if isinstance(item, str):
        return str.__str__(item).encode().decode()  # which half of a surrogate pair cannot be
    return item


def _decimal(item: float | Decimal | np.floating) -> Any:
    """Return a number that may have a fraction, as the shortest decimal of its width; NaN as such."""
    if isinstance(item, Decimal) and item.is_snan():
        raise ValueError
    if item != item:
        return NAN
    if isinstance(item, np.longdouble):
        return Decimal(str(item))
    return item if isinstance(item, Decimal) or type(item) is float else float(str(item))


def _moment(item: np.datetime64 | datetime.datetime) -> Any:
    """Return a moment as Python's own; as pandas' if it has nanoseconds, which Python's has not."""
    moment = pd.Timestamp(item) if isinstance(item, np.datetime64) else item
    if isinstance(moment, datetime.datetime) and moment.utcoffset() is not None:
        moment = in_utc(moment) or moment
    return moment.to_pydatetime() if isinstance(moment, pd.Timestamp) and not moment.nanosecond else moment


def _time_span(item: np.timedelta64 | pd.Timedelta) -> Any:
    """Return a time span as Python's own; as pandas' if it has nanoseconds, which Python's has not."""
    span = pd.Timedelta(item)
    return span if span.nanoseconds else span.to_pytimedelta()


def _conversion(field: Field) -> ItemReader:
    """Return what makes a value of Python's one of the field's type, if another may stand for that.

    It gives None, or raises, where there is no such value.
    """
    if field.type == "list":
        return _list_of(item_reader(item_field(field)))
    conversions: dict[str, ItemReader] = {
        "date": _day,
        "duration": durations.plain,
        "yearmonth": lambda value: month_of([*value]) if isinstance(value, tuple) else None,
        "geopoint": lambda value: point_of([*value]) if isinstance(value, tuple) else None,
        **dict.fromkeys(("object", "array", "geojson"), _array_or_object),
    }
    return conversions.get(field.type, lambda value: value)


def _list_of(read: ItemReader) -> ItemReader:
    def convert(value: Any) -> Any:
        items = [*map(read, value)] if isinstance(value, list) else [None]
        return None if any(item is None for item in items) else items

    return convert


def _day(value: Any) -> Any:
    """Return the date that a moment at midnight stands for, since pandas has no other dates."""
    if not isinstance(value, datetime.datetime) or isinstance(value, pd.Timestamp):
        return value
    return value.date() if value.timetz() == datetime.time() else value


def _array_or_object(value: Any) -> Any:
    return _json_value(value) if isinstance(value, (list, dict)) else None


def _json_value(value: Any) -> Any:
    """Return a value that JSON has, in which a tuple is an array; raises on any other."""
    if isinstance(value, (list, tuple)):
        return [_json_value(part) for part in value]
    if isinstance(value, dict) and all(isinstance(name, str) for name in value):
        return {name: _json_value(part) for name, part in value.items()}
    is_finite = isinstance(value, (float, Decimal)) and math.isfinite(value)
    if value is None or is_finite or isinstance(value, (int, str)):
        return value
    raise ValueError


def _soundness(field: Field) -> Callable[[Any], bool]:
    """Return what else a value of the Python type must be."""
    if field.type == "string":
        read = reader(field)
        return lambda value: read(value) is not None
    tests: dict[str, Callable[[Any], bool]] = {
        "year": lambda value: value != 0,
        "geojson": lambda value: geojson.is_geojson(value, field.format),
        "any": _can_be_compared,
    }
    return tests.get(field.type, lambda value: True)


def _can_be_compared(value: Any) -> bool:
    """Tell whether a value can be, which it cannot if it holds something that may change."""
    try:
        hash(hashable(value))
    except TypeError:
        return False
    return True
