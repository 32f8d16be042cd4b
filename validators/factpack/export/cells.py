"""The columns of a package as Arrow holds them, in the type that is nearest to each field's.

What Arrow has no type for is text, as Table Schema v2.0 would have it in a cell; so is every cell of a column
in which one is past what its type can hold. No value is rounded, and none is lost.
"""

import datetime
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from factpack.durations import MICROSECOND, Duration
from factpack.exceptions import PackageError
from factpack.fields import NAN, Column, json_value
from factpack.json_texts import cell_text, json_text, value_text
from factpack.kinds import NumberArray
from factpack.table_schema import Field
from factpack.values import Values

#: The types whose cells are kept as the JSON that they are.
JSON_TYPES = {"object", "array", "geojson"}

#: The types that are texts in Arrow, equal just where the values are.
TEXT_TYPES = {"string", "any", "yearmonth", "duration"}

#: The digits that Arrow's decimals have.
DECIMAL_DIGITS = 38

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


@dataclass(frozen=True)
class ExportColumn:
    """The values of a field as an Arrow array, a dictionary if it has categories; null is null.

    `is_comparable` tells whether two values are equal just where they are so in the array.
    """

    field: Field
    array: pa.ChunkedArray
    is_comparable: bool

    @property
    def plain(self) -> pa.ChunkedArray:
        """The array without its dictionary."""
        return plain(self.array)


def export_column(column: Column, texts: Values, *, native_list: bool) -> ExportColumn:
    """Return a column for an export; `texts` are the cells that it was read from.

    A list is one of Arrow if it is to be native, else JSON.
    """
    field, values = column.field, column.values
    if field.type in JSON_TYPES:
        return ExportColumn(field, _json_cells(texts, values), is_comparable=False)
    array = values.array
    if array is None:
        once = values.distinct()
        array = _spread(array_of(once.items, field, native_list=native_list), once.places)
        if field.type == "any" and not all(isinstance(item, str) for item in once.items):
            return ExportColumn(field, array, is_comparable=False)
    if field.categories is not None:
        array = _categorical(array, field)
    is_text = pa.types.is_string(plain(array).type)
    is_comparable = field.type in TEXT_TYPES or not (is_text or field.type == "list")
    return ExportColumn(field, array, is_comparable)


def plain(array: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return an array without its dictionary, if it has one."""
    return array.cast(array.type.value_type) if pa.types.is_dictionary(array.type) else array


def array_of(items: Sequence[Any], field: Field, *, native_list: bool = False) -> pa.Array:
    """Return values of a field as an Arrow array."""
    if field.type == "list" and native_list:
        return _lists(items, field)
    return BUILDERS[field.type](items)


def _spread(items: pa.Array, places: NumberArray) -> pa.ChunkedArray:
    """Return the items at some places, null where that is -1."""
    return pa.chunked_array([items.take(pa.array(places, mask=places < 0))])


def _categorical(array: pa.ChunkedArray, field: Field) -> pa.ChunkedArray:
    """Return an array as a dictionary of the field's categories, in order, if its type can hold them."""
    values = [json_value(field, value) for value in field.categories or ()]
    try:
        categories = texts_of(values) if pa.types.is_string(array.type) else pa.array(values, array.type)
    except (pa.ArrowInvalid, OverflowError):  # a category that no cell has, past what holds the cells
        return array
    indices = pc.index_in(array, value_set=categories).combine_chunks()
    if indices.null_count != array.null_count:
        raise PackageError(f"{field.name} has a cell that is in none of its categories")
    ordered = field.categories_ordered
    return pa.chunked_array([pa.DictionaryArray.from_arrays(indices, categories, ordered=ordered)])


def _json_cells(texts: Values, values: Values) -> pa.ChunkedArray:
    """Return cells that are JSON as they are written, or, in the descriptor, as they would be."""
    if texts.array is not None:
        return pc.if_else(pa.array(values.is_null()), None, texts.array)
    once = texts.distinct()
    items = list(map(cell_text, once.items))
    return _spread(pa.array(items, pa.string()), np.where(values.is_null(), -1, once.places))


def texts_of(items: Sequence[Any]) -> pa.Array:
    """Return values as an array of texts."""
    return pa.array([item if isinstance(item, str) else value_text(item) for item in items], pa.string())


def _anything(items: Sequence[Any]) -> pa.Array:
    """Return texts as they are; if there is anything else, as a descriptor can have it, all as JSON."""
    if all(isinstance(item, str) for item in items):
        return pa.array(items, pa.string())
    return pa.array([json_text(item) for item in items], pa.string())


def _integers(items: Sequence[Any]) -> pa.Array:
    if all(isinstance(item, int) and -(2**63) <= item < 2**63 for item in items):
        return pa.array(items, pa.int64())
    return _decimals([Decimal(item) for item in items])


def _numbers(items: Sequence[Any]) -> pa.Array:
    """Return numbers as floats if each is the one that its float is shown as, else exactly."""
    floats = [math.nan if item is NAN else float(item) for item in items]
    if all(item is NAN or Decimal(repr(near)) == item for item, near in zip(items, floats, strict=True)):
        return pa.array(floats, pa.float64())
    return _decimals(items)


def _decimals(items: Sequence[Any]) -> pa.Array:
    """Return numbers as Arrow's decimals if these have enough digits, else as texts."""
    if not all(isinstance(item, Decimal) and item.is_finite() for item in items):
        return texts_of(items)
    scale = max([0, *(-int(item.as_tuple().exponent) for item in items)])
    whole = max([0, *(item.adjusted() + 1 for item in items)])
    if whole + scale > DECIMAL_DIGITS:
        return texts_of(items)
    return pa.array(items, pa.decimal128(DECIMAL_DIGITS, scale))


def _times(items: Sequence[datetime.time]) -> pa.Array:
    """Return times of day, or their texts if one of them has a zone."""
    return texts_of(items) if any(item.tzinfo for item in items) else pa.array(items, pa.time64("us"))


def _datetimes(items: Sequence[datetime.datetime]) -> pa.Array:
    """Return moments without a zone, or in UTC; their texts if only some of them have a zone."""
    zoned = {item.utcoffset() is not None for item in items}
    if len(zoned) > 1:
        return texts_of(items)
    if True not in zoned:
        return pa.array(items, pa.timestamp("us"))
    # not as moments: Arrow passes over their zones, since pandera sets `PYARROW_IGNORE_TIMEZONE` to
    instants = [(item - EPOCH) // MICROSECOND for item in items]
    return pa.array(instants, pa.int64()).cast(pa.timestamp("us", "UTC"))


def _months(items: Sequence[tuple[int, int]]) -> pa.Array:
    return pa.array([f"{_year(year)}-{month:02}" for year, month in items], pa.string())


def _year(year: int | Decimal) -> str:
    return f"{'-' if year < 0 else ''}{str(abs(year)).zfill(4)}"


def _points(items: Sequence[tuple[Decimal, Decimal]]) -> pa.Array:
    return pa.array([f"{longitude},{latitude}" for longitude, latitude in items], pa.string())


def _durations(items: Sequence[Any]) -> pa.Array:
    return pa.array(list(map(duration_text, items)), pa.string())


def duration_text(value: Duration | datetime.timedelta) -> str:
    """Return a duration as XML Schema Part 2 has it, the same for durations that are equal."""
    months, rest = (value.months, value.rest) if isinstance(value, Duration) else (0, value)
    sign = "-" if months < 0 or rest < datetime.timedelta() else ""
    years, months = divmod(abs(months), 12)
    rest = abs(rest)
    hours, left = divmod(rest.seconds, 3600)
    minutes, seconds = divmod(left, 60)
    fraction = f".{rest.microseconds:06}".rstrip("0") if rest.microseconds else ""
    date = _parts((years, "Y"), (months, "M"), (rest.days, "D"))
    time = _parts((hours, "H"), (minutes, "M"))
    if seconds or fraction or not (date or time):
        time += f"{seconds}{fraction}S"
    return f"{sign}P{date}{'T' if time else ''}{time}"


def _parts(*parts: tuple[int, str]) -> str:
    return "".join(f"{number}{unit}" for number, unit in parts if number)


def _lists(items: Sequence[Sequence[Any]], field: Field) -> pa.Array:
    """Return lists of Arrow, whose items are as those of a field of their type."""
    offsets = np.cumsum([0, *map(len, items)])
    kind = str(field.descriptor.get("itemType", "string"))
    inside = array_of([part for item in items for part in item], field.of_type(kind))
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), inside)


def _json(items: Sequence[Any]) -> pa.Array:
    return pa.array(list(map(json_text, items)), pa.string())


BUILDERS: dict[str, Callable[[Sequence[Any]], pa.Array]] = {
    "string": texts_of,
    "any": _anything,
    "integer": _integers,
    "year": _integers,
    "number": _numbers,
    "boolean": lambda items: pa.array(items, pa.bool_()),
    "date": lambda items: pa.array(items, pa.date32()),
    "time": _times,
    "datetime": _datetimes,
    "yearmonth": _months,
    "duration": _durations,
    "geopoint": _points,
    "list": _json,
}


def shown(array: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return an array as one of texts: dates and times in ISO 8601, numbers with just their own digits."""
    kind = array.type
    if pa.types.is_timestamp(kind):
        return _shown_moments(array)
    if pa.types.is_time(kind):
        return _to_the_second(array, pa.time32("s")).cast(pa.string())
    if pa.types.is_decimal(kind) and kind.scale:
        return pc.replace_substring_regex(array.cast(pa.string()), r"\.?0+$", "")
    if pa.types.is_floating(kind):
        texts = [
            None if item is None else "NaN" if item != item else repr(item) for item in array.to_pylist()
        ]
        return pa.chunked_array([pa.array(texts, pa.string())])
    return array.cast(pa.string())


def _shown_moments(array: pa.ChunkedArray) -> pa.ChunkedArray:
    moments = _to_the_second(array.cast(pa.timestamp("us")), pa.timestamp("s"))
    texts = pc.strftime(moments, "%Y-%m-%dT%H:%M:%S")
    return texts if array.type.tz is None else pc.binary_join_element_wise(texts, "Z", "")


def _to_the_second(array: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    """Return times without fractions of seconds, if none has any."""
    try:
        return array.cast(kind)
    except pa.ArrowInvalid:  # a fraction would be lost
        return array
