"""Turns the text of a field's cells into values: whole columns where Arrow can, else each distinct text once.

Where the specification defines the form of a text, it is held to that form here; for the rest frictionless's
own cell readers decide, so that both read a cell alike.
"""

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from factpack import durations, geojson
from factpack.arrow_memory import bools_array, scalar
from factpack.descriptor import MOST_LEVELS, is_too_deep
from factpack.exceptions import SchemaError, UnjudgedError
from factpack.kinds import BoolArray
from factpack.moments import MOMENTS, OFFSET, Reader, is_common_format, is_far, moment_reader, read_date
from factpack.table_schema import STRING_FORMATS, Field
from factpack.uris import is_uri
from factpack.values import Distinct, Values, bools, has_only, is_one_of


@dataclass(frozen=True)
class Column:
    """The values of a field's cells: null where the cell is, or is `unreadable`: not of the field's type."""

    field: Field
    values: Values
    unreadable: BoolArray


INTEGER = re.compile(r"[+-]?[0-9]+")
NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
#: What XML Schema takes off around a number.
WHITESPACE = " \t\n\r"
SPECIAL = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}
#: XML Schema, `gYear` and `gYearMonth`: there is no year 0, and there may be a time zone.
YEAR = re.compile(rf"(-?(?!0000)(?:[1-9][0-9]{{4,}}|[0-9]{{4}})){OFFSET}")
YEARMONTH = re.compile(rf"(-?(?!0000)(?:[1-9][0-9]{{4,}}|[0-9]{{4}}))-(0[1-9]|1[0-2]){OFFSET}")

#: Table Schema v2.0, `boolean`: the texts that stand for true and false where none are declared.
BOOLEANS = {
    **dict.fromkeys(("true", "True", "TRUE", "1"), True),
    **dict.fromkeys(("false", "False", "FALSE", "0"), False),
}

#: A whole number of more digits than these is held as a decimal.
LONG_INTEGER = 1000

#: A float tells apart, and keeps in order, decimals of at most so many digits.
FLOAT_DIGITS = 15

#: A whole number written with an exponent, in a constraint, has no more digits than these.
MOST_DIGITS = 25

#: Table Schema v2.0, `list`.
ITEM_TYPES = ("string", "integer", "boolean", "number", "datetime", "date", "time")

#: The types whose cells are JSON of one kind.
JSON_TYPES = {"object": dict, "array": list}

#: The formats of strings that not every text is in.
NARROW_FORMATS = {*STRING_FORMATS} - {"default"}

#: Forms for Arrow's engine, in which `\z` is the end of the text: whole numbers that 64 bits hold; numbers of
#: at most 15 digits, which a float tells apart and keeps in order; moments that Python knows.
SHORT_INTEGER = r"\A[+-]?[0-9]{1,18}\z"
_DECIMALS = ("{1,3}\\.[0-9]{0,12}", "{1,7}\\.[0-9]{0,8}", "{1,12}\\.[0-9]{0,3}")
SHORT_NUMBER = (
    rf"\A[+-]?(?:[0-9]{{1,15}}|{'|'.join('[0-9]' + digits for digits in _DECIMALS)}|\.[0-9]{{1,15}})\z"
)
_YEAR = "(?:[0-9]{3}[1-9]|[0-9]{2}[1-9][0-9]|[0-9][1-9][0-9]{2}|[1-9][0-9]{3})"
_MOMENT = rf"{_YEAR}-[0-9]{{2}}-[0-9]{{2}}T[0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}(?:\.[0-9]{{1,6}})?"
TIME_OF_DAY = r"T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
PLAIN_DATETIME, PLAIN_DATETIME_UTC = rf"\A{_MOMENT}\z", rf"\A{_MOMENT}Z\z"

#: The form of most texts of a format of strings, and of no others, for Arrow's engine. The name in an e-mail
#: address may have 64 characters, and its domain 253.
_WORD, _LABEL = "[A-Za-z0-9_+-]{1,30}", "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_UUID = r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"
PLAIN_STRINGS = {
    "email": rf"\A{_WORD}(?:\.{_WORD})?@(?:{_LABEL}\.){{1,3}}[A-Za-z]{{2,60}}\z",
    "uuid": rf"\A{_UUID}\z",
}

#: RFC 4122, section 3, also as a name; and two forms that are in wide use, in braces and without hyphens.
UUID = re.compile(rf"(?:urn:uuid:)?{_UUID}|\{{{_UUID}\}}|[0-9a-fA-F]{{32}}")

#: The first sign or digit of a number that is not bare, and, from the end, its last digit.
NUMBER_START, NUMBER_END = re.compile(r"[-+\d]"), re.compile(r"\d")


class NotANumber:
    """The value of the text `NaN`: not a missing one, for which pandas would take it; it is in no bounds."""

    def __repr__(self) -> str:
        return "NaN"

    def __reduce__(self) -> str:
        return "NAN"  # it is one in other processes too


NAN = NotANumber()


def reader(field: Field) -> Reader:
    """Return the function that reads the texts of a field.

    Raises:
        SchemaError: a property of the field cannot be used.

    Source: Table Schema v2.0, "Field Types"; where it is silent, frictionless's field of that type.

    """
    if field.type in ("integer", "number"):
        return _number_reader(field)
    if field.type == "list":
        return _list_reader(field)
    if field.type == "year":
        return _read_year
    if field.type == "yearmonth":
        return _read_yearmonth
    if field.type == "duration":
        return _held(field, durations.read_duration, durations.is_duration)
    if field.type == "string" and field.format in STRING_READERS:
        return STRING_READERS[field.format]
    if field.type == "string" and field.format == "wkt":
        raise UnjudgedError(f"{field.name}: the format 'wkt' is none of the specification's")
    if field.type == "date" and field.format == "default":
        return read_date
    if field.type in MOMENTS:
        read = moment_reader(field.type, field.format, _frictionless_reader(field))
        is_plain = (field.type, field.format) == ("datetime", "default")
        return _held(field, read, lambda text: is_far(text, read)) if is_plain else read
    if field.type in JSON_TYPES:
        return _json_reader(field.name, JSON_TYPES[field.type])
    if field.type == "geopoint":
        return _geopoint_reader(field)
    if field.type == "geojson":
        return _geojson_reader(field)
    if _is_bare(field) and field.type in ("string", "any"):
        return lambda text: text
    if _is_bare(field) and field.type == "boolean":
        return BOOLEANS.get
    return _frictionless_reader(field)


def _held(field: Field, read: Reader, is_sound: Callable[[str], bool]) -> Reader:
    """Return a reader that raises on a text that is sound, but stands for more than Python holds."""

    def read_what_can_be_held(text: str) -> Any:
        value = read(text)
        if value is None and is_sound(text):
            raise UnjudgedError(f"{field.name}: a cell holds a {field.type} past what can be held")
        return value

    return read_what_can_be_held


def _is_bare(field: Field) -> bool:
    """Tell whether a field has no property by which frictionless's reader of its type might differ."""
    return field.format == "default" and _is_common(field)


def _is_common(field: Field) -> bool:
    """Tell whether a field has a name, and no values of its own that stand for true or false."""
    return field.name != "" and not {"trueValues", "falseValues"} & field.descriptor.keys()


def _number_reader(field: Field) -> Reader:
    """Return the reader of an integer or a number, with its `bareNumber`, `groupChar` and `decimalChar`."""
    group, point = field.descriptor.get("groupChar", ""), field.descriptor.get("decimalChar", ".")
    bare = field.descriptor.get("bareNumber", True)
    if not isinstance(group, str) or not isinstance(point, str) or not point or not isinstance(bare, bool):
        raise SchemaError(f"{field.name}: bareNumber, groupChar or decimalChar is malformed")

    def read(text: str) -> Any:
        digits = text.strip(WHITESPACE)
        if field.type == "number" and digits.lower() in SPECIAL:
            value = Decimal(SPECIAL[digits.lower()])
            return NAN if value.is_nan() else value
        if not bare:
            digits = _bared(digits, point if field.type == "number" else "")
        if group:
            digits = digits.replace(group, "")
        if field.type == "integer":
            return _integer(digits) if INTEGER.fullmatch(digits) else None
        if point != ".":
            digits = digits.replace(".", "?").replace(point, ".")
        return _decimal(digits) if NUMBER.fullmatch(digits) else None

    return read


def _bared(text: str, point: str) -> str:
    """Return a text without what stands before its first sign or digit, and after its last digit.

    A decimal sign right before the first digit is one of the number, unless it ends a word: in `.5`, but not
    in `Fr.5`.
    """
    start, end = NUMBER_START.search(text), NUMBER_END.search(text[::-1])
    if start is None or end is None:
        return ""
    before = text[: start.start()]
    is_of_number = point and before.endswith(point) and not before.removesuffix(point)[-1:].isalpha()
    return text[start.start() - (len(point) if is_of_number else 0) : len(text) - end.start()]


def _decimal(digits: str) -> Decimal | None:
    try:
        return Decimal(digits)
    except InvalidOperation:  # an exponent past what Decimal holds; frictionless takes none either
        return None


def _integer(digits: str) -> int | Decimal:
    """Return a whole number; a very long one as a decimal, which is read in linear time."""
    return int(digits) if len(digits) <= LONG_INTEGER else Decimal(digits)


def _list_reader(field: Field) -> Reader:
    """Return the reader of a list: of its items, by the reader of their type."""
    delimiter = field.descriptor.get("delimiter", ",")
    if not isinstance(delimiter, str) or not delimiter:
        raise SchemaError(f"{field.name}: the delimiter {delimiter!r} is not a text")
    read_item = reader(item_field(field))

    def read(text: str) -> Any:
        items = [read_item(item) for item in text.split(delimiter)]
        return None if any(item is None for item in items) else items

    return read


def item_field(field: Field) -> Field:
    """Return the field that the items of a list would have."""
    kind = field.descriptor.get("itemType", "string")
    if kind not in ITEM_TYPES:
        raise SchemaError(f"{field.name}: the itemType {kind!r} is none of {', '.join(ITEM_TYPES)}")
    return field.of_type(kind)


def _geopoint_reader(field: Field) -> Reader:
    """Return the reader of points on the earth in the format `default`, `array` or `object`."""
    if field.format in JSON_TYPES:
        read_json = _json_reader(field.name, JSON_TYPES[field.format])
        return lambda text: point_of(read_json(text))
    if field.format != "default":
        raise SchemaError(f"{field.name}: {field.format!r} is not a format of geopoint")

    def read(text: str) -> Any:
        parts = [part.strip(WHITESPACE) for part in text.split(",")]
        return point_of(list(map(_decimal, parts))) if all(map(NUMBER.fullmatch, parts)) else None

    return read


def point_of(item: Any) -> Any:
    """Return the longitude and latitude in a list of both, or in an object of `lon` and `lat`; else None."""
    if isinstance(item, dict):
        item = [item["lon"], item["lat"]] if item.keys() == {"lon", "lat"} else None
    if not isinstance(item, list) or len(item) != 2:
        return None
    if not all(isinstance(part, int | float | Decimal) and not isinstance(part, bool) for part in item):
        return None
    longitude, latitude = (Decimal(str(part)) for part in item)
    return (longitude, latitude) if -180 <= longitude <= 180 and -90 <= latitude <= 90 else None


def _json_reader(name: str, kind: type) -> Reader:
    """Return the reader of JSON values of a Python type; it raises on one that is nested too deeply.

    Source: RFC 8259, which knows no NaN and no Infinity, as Python's reader does.
    """
    message = f"{name}: a cell holds JSON in more than {MOST_LEVELS} levels"
    decoder = json.JSONDecoder(parse_constant=_refuse, parse_int=_integer)

    def read(text: str) -> Any:
        try:
            value = decoder.decode(text)
        except ValueError:
            return None
        except RecursionError as error:
            raise UnjudgedError(message) from error
        if not isinstance(value, kind):
            return None
        if is_too_deep(value):
            raise UnjudgedError(message)
        return value

    return read


def _geojson_reader(field: Field) -> Reader:
    """Return the reader of GeoJSON or TopoJSON."""
    if field.format not in geojson.FORMATS:
        raise SchemaError(f"{field.name}: {field.format!r} is not a format of geojson")
    read_json = _json_reader(field.name, dict)

    def read(text: str) -> Any:
        value = read_json(text)
        return value if value is not None and geojson.is_geojson(value, field.format) else None

    return read


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not a value of JSON")


def _read_year(text: str) -> Any:
    match = YEAR.fullmatch(text)
    return _integer(match[1]) if match else None


def _read_yearmonth(text: str) -> Any:
    match = YEARMONTH.fullmatch(text)
    return (_integer(match[1]), int(match[2])) if match else None


def _read_binary(text: str) -> Any:
    try:
        base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return text


def _read_uuid(text: str) -> Any:
    return text if UUID.fullmatch(text) else None


def _read_uri(text: str) -> Any:
    return text if is_uri(text) else None


#: The readers of the formats of strings that are held to their specification here.
STRING_READERS: dict[str, Reader] = {"binary": _read_binary, "uri": _read_uri, "uuid": _read_uuid}


def _frictionless_reader(field: Field) -> Reader:
    """Return frictionless's reader for the type and format of a field; what else it says is left aside.

    It is slow to import, and is so only when a text needs it, if it surely can be used.
    """

    @lru_cache(1)
    def made() -> Reader:
        return _made_by_frictionless(field)

    if not _surely_has_reader(field):
        made()
    return lambda text: made()(text)


def _surely_has_reader(field: Field) -> bool:
    """Tell whether frictionless makes a reader of a field, with nothing to object."""
    if not _is_common(field):
        return False
    return field.type == "string" or (field.type in MOMENTS and is_common_format(field.format))


def _made_by_frictionless(field: Field) -> Reader:
    import frictionless

    used = ("name", "format", "trueValues", "falseValues")
    kept = {name: field.descriptor[name] for name in used if name in field.descriptor}
    try:
        read: Reader = frictionless.Field.from_descriptor(kept | {"type": field.type}).create_value_reader()
    except frictionless.FrictionlessException as error:
        raise SchemaError(f"{field.name}: {error.error.note}") from error
    return read


def json_value(field: Field, item: Any) -> Any:
    """Return the value that a JSON value stands for, or None if it is not of the field's type.

    Source: Table Schema v2.0, "Field Constraints": a value is written as JSON has it, or as text like a cell;
    for tables that stand in the descriptor, frictionless.
    """
    if isinstance(item, str):
        return reader(field)(item)
    kind, is_number = field.type, isinstance(item, int | float | Decimal) and not isinstance(item, bool)
    if kind == "any":
        return item
    if kind == "boolean":
        return item if isinstance(item, bool) else None
    if kind == "number":
        return Decimal(str(item)) if is_number else None
    if kind in ("integer", "year"):
        whole = _whole(item) if is_number else None
        return None if kind == "year" and whole == 0 else whole
    if kind == "list" and isinstance(item, list):
        values = [json_value(item_field(field), part) for part in item]
        return None if any(value is None for value in values) else values
    if kind == "yearmonth" and isinstance(item, list):
        return month_of(item)
    if kind == "geopoint":
        return point_of(item) if isinstance(item, JSON_TYPES.get(field.format, list)) else None
    if kind in (*JSON_TYPES, "geojson") and isinstance(item, dict | list):
        return reader(field)(json.dumps(item, default=float))
    return None


def _whole(number: int | float | Decimal) -> int | None:
    if not isinstance(number, int):
        exact_number = Decimal(str(number))
        if not exact_number.is_finite() or exact_number.adjusted() >= MOST_DIGITS or exact_number % 1:
            return None
        return int(exact_number)
    return number


def month_of(item: list[Any]) -> tuple[int, int] | None:
    """Return the year and month in a list of both."""
    are_whole = len(item) == 2 and all(isinstance(part, int) and not isinstance(part, bool) for part in item)
    return (item[0], item[1]) if are_whole and item[0] and 1 <= item[1] <= 12 else None


def read_column(cells: Values, field: Field) -> Column:
    """Return the values of a column of texts, or, for a table in the descriptor, of JSON values.

    Raises:
        SchemaError: a property of the field cannot be used.

    """
    # first of all, since a field that cannot be used is a fault even where there are no cells
    read = reader(field)
    array = cells.array
    if array is not None:
        read_array = _array_reader(field)
        column = None if read_array is None else read_array(array, field, read)
        if column is not None:
            return column
    return _read_distinct(cells.distinct(), field, read)


def _read_distinct(cells: Distinct, field: Field, read: Reader) -> Column:
    """Return the values of a column whose every distinct cell is read once."""
    values: list[Any] = []
    places = np.full(len(cells.items) + 1, -1, np.int64)  # the last is that of null
    unreadable = np.zeros(len(cells.items) + 1, bool)
    for place, item in enumerate(cells.items):
        if str(item) in field.missing_values:
            continue
        value = read(item) if isinstance(item, str) else json_value(field, item)
        if value is None:
            unreadable[place] = True
        else:
            places[place] = len(values)
            values.append(value)
    return Column(field, Values(values, places[cells.places]), unreadable[cells.places])


ArrayReader = Callable[[pa.ChunkedArray, Field, Reader], Column | None]


def _array_reader(field: Field) -> ArrayReader | None:
    """Return the function that reads whole arrays of a field; it gives None where it cannot do so exactly."""
    if field.type == "any" or (field.type == "string" and field.format not in NARROW_FORMATS):
        return _read_texts
    if field.type == "string" and field.format in PLAIN_STRINGS:
        return _read_strings
    is_plain = not {"decimalChar", "groupChar", "bareNumber"} & field.descriptor.keys()
    if field.type in ("integer", "number") and is_plain:
        return _read_numbers
    if field.type == "datetime" and field.format == "default":
        return _read_datetimes
    return None


def _read_texts(array: pa.ChunkedArray, field: Field, read: Reader) -> Column:
    return Column(field, Values(_present(array, field)), np.zeros(len(array), bool))


def _read_strings(array: pa.ChunkedArray, field: Field, read: Reader) -> Column:
    """Read strings in a format: those in a plain form of it all together, each distinct other by itself."""
    texts = _present(array, field)
    others = texts.filter(pc.invert(pc.match_substring_regex(texts, PLAIN_STRINGS[field.format])))
    wrong = [text for text in others.unique().to_pylist() if read(text) is None]
    if not wrong:
        return Column(field, Values(texts), np.zeros(len(array), bool))
    unreadable = is_one_of(texts, wrong)
    return Column(field, Values(pc.if_else(unreadable, scalar(None, texts.type), texts)), bools(unreadable))


def _present(array: pa.ChunkedArray, field: Field) -> pa.ChunkedArray:
    """Return the texts with null for each that is a missing value."""
    missing = is_one_of(array, field.missing_values)
    return pc.if_else(missing, scalar(None, array.type), array) if pc.any(missing).as_py() else array


def _read_numbers(array: pa.ChunkedArray, field: Field, read: Reader) -> Column | None:
    """Read numbers so short that 64 bits hold each exactly; a column with any other is read one by one."""
    is_integer = field.type == "integer"
    texts = _present(array, field)
    numbers = _plain_numbers(texts, is_integer=is_integer)
    if numbers is not None:
        return Column(field, Values(numbers), np.zeros(len(array), bool))
    plain = pc.match_substring_regex(texts, SHORT_INTEGER if is_integer else SHORT_NUMBER)
    unreadable = _others(texts, plain, read)
    if unreadable is None:
        return None
    unsigned = pc.replace_substring_regex(pc.if_else(plain, texts, scalar(None, texts.type)), "^[+]", "")
    return Column(field, Values(_cast(unsigned, is_integer=is_integer)), unreadable)


def _plain_numbers(texts: pa.ChunkedArray, *, is_integer: bool) -> pa.ChunkedArray | None:
    """Return the numbers in texts that are all of digits, signs and points, and not too long; else None."""
    if not has_only(texts, b"-0123456789" if is_integer else b"-.0123456789"):
        return None
    if not is_integer and (pc.max(pc.binary_length(texts)).as_py() or 0) > FLOAT_DIGITS:
        return None
    try:
        return _cast(texts, is_integer=is_integer)
    except pa.ArrowInvalid:  # a sign or a point stands where none may, or an integer is too large
        return None


def _cast(texts: pa.ChunkedArray, *, is_integer: bool) -> pa.ChunkedArray:
    if is_integer:
        return texts.cast(pa.int64())
    return pc.add(texts.cast(pa.float64()), scalar(0.0, pa.float64()))  # -0 becomes 0


def _others(texts: pa.ChunkedArray, plain: pa.ChunkedArray, read: Reader) -> BoolArray | None:
    """Tell which texts are not of the plain form; None if any of them can be read all the same."""
    others = bools(pc.invert(plain))
    if others.any():
        odd = texts.filter(bools_array(others)).unique().to_pylist()
        if any(read(text) is not None for text in odd):
            return None
    return others


def _read_datetimes(array: pa.ChunkedArray, field: Field, read: Reader) -> Column | None:
    """Read moments that are all without a zone, or all in UTC; a column with any other is read one by one."""
    texts = _present(array, field)
    first = texts.drop_null().slice(0, 1)  # since to look at one is fast
    for form, zone in ((PLAIN_DATETIME, None), (PLAIN_DATETIME_UTC, "UTC")):
        if pc.all(pc.match_substring_regex(first, form)).as_py() is False:
            continue
        plain = pc.match_substring_regex(texts, form)
        kind = pa.timestamp("us", zone)
        try:
            values = pc.if_else(plain, texts, scalar(None, texts.type)).cast(kind)
        except pa.ArrowInvalid:  # a day that its month does not have, or an hour that no day has
            plain = pc.and_(plain, _is_of_the_calendar(texts))
            values = pc.if_else(plain, texts, scalar(None, texts.type)).cast(kind)
        unreadable = _others(texts, plain, read)
        return None if unreadable is None else Column(field, Values(values), unreadable)
    return None


def _is_of_the_calendar(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    """Tell whether the days of moments exist, and their times of day."""
    days = Values(pc.utf8_slice_codeunits(texts, 0, 10)).distinct()
    exist = days.spread(np.array([read_date(day) is not None for day in days.items], bool))
    return pc.and_(pa.chunked_array([bools_array(exist)]), pc.match_substring_regex(texts, TIME_OF_DAY))


def hashable(value: Any) -> Any:
    """Return a value that is equal to another such value just if the two are, and can be hashed.

    A float counts as the decimal that it is shown as, which is what it was read from. True is not 1.
    """
    if isinstance(value, Mapping):
        return dict, frozenset((key, hashable(item)) for key, item in value.items())
    if isinstance(value, list | tuple):
        return list if isinstance(value, list) else tuple, tuple(map(hashable, value))
    return (bool, value) if isinstance(value, bool) else exact(value)


def exact(value: Any) -> Any:
    """Return the decimal that a float is shown as, and any other value as it is."""
    return Decimal(repr(float(value))) if isinstance(value, float) else value  # numpy's are floats too
