"""Strategies for the texts of each type and format of Table Schema, within the bounds of a field.

What they draw need not pass the other constraints, such as a pattern: `factpack.strategies.cells` sees to
these.
"""

import base64
import datetime
import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from factpack.constraints import BOUNDS, value_of_argument
from factpack.fields import JSON_TYPES
from factpack.table_schema import Field

Texts = st.SearchStrategy[str]

#: What a text may be made of: no control characters but two, of which readers think differently.
CHARACTERS = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), include_characters="\n\t")
#: What a reader of delimited text may stumble over.
FRAGMENTS = ('"', ",", ";", "\n", " ", "'", "\\", "|", "\t", "#", "NULL", "a", "é", "日", "\u2028", "0", "=1")
ASCII = "".join(map(chr, range(32, 127)))
#: The characters that may stand anywhere in an address after its scheme.
URI_CHARACTERS = "abcdefghijklmnopqrstuvwxyz0123456789-._~/?=&,;+!ABCDEFGHIJKLMNOPQRSTUVWXYZ"

#: Strings of a format, in a form that every reader takes.
EMAIL = r"[a-z][a-z0-9]{0,8}([.+][a-z]{1,5})?@[a-z][a-z0-9]{0,8}\.(com|net|org)"
URI = (
    r"https?://[a-z]{1,8}\.(com|net|org)(/[a-z0-9]{1,5}){0,2}(\?[a-z]=[0-9])?(#[a-z]{1,3})?|urn:isbn:[0-9]{9}"
)

#: Table Schema v2.0, `boolean`: the texts of either value where the field names none.
TRUE_VALUES, FALSE_VALUES = ("true", "True", "TRUE", "1"), ("false", "False", "FALSE", "0")

#: A repeated class of characters, of which a text can be drawn at once.
REPEATED_CLASS = re.compile(r"\^?(\[\^?[^\]\[\\]+\])(?:([+*])|\{([0-9]+)(?:(,)([0-9]*))?\})\$?")

#: Moments in a format of strptime, or in any, are drawn from years that no format mistakes.
PLAIN_YEARS = (1970, 2068)
#: Numbers with one bound, or none, are drawn so far from it.
WIDE = 10**12
#: How many seconds a duration has at most, if no bound asks for more.
LONG = 10**7


def texts_of_type(field: Field) -> Texts:
    """Return a strategy for texts of the type and format of a field, within its bounds where it has an order.

    It is empty where no text is known to be so.

    Raises:
        SchemaError: a bound is not of the field's type.

    """
    try:
        return _BY_TYPE[field.type](field)
    except OverflowError:  # a bound next to which there is no other date
        return st.nothing()


def texts_of_pattern(field: Field, pattern: str) -> list[Texts]:
    """Return strategies for texts that may match a pattern, and have the length that a field asks for."""
    least, most = lengths(field)
    repeated = REPEATED_CLASS.fullmatch(pattern)
    alphabets: list[Any] = [CHARACTERS if field.format == "default" else ASCII]
    alphabets += [URI_CHARACTERS] if field.format == "uri" else []
    found = [_of_class(repeated, least, most)] if repeated else []
    for alphabet in alphabets:
        drawn = st.from_regex(pattern, fullmatch=True, alphabet=alphabet)
        found += [drawn, drawn.map(lambda text: fitted(text, least, most))]
    return found


def lengths(field: Field) -> tuple[int, int | None]:
    """Return the least and the most length that a field asks for."""
    return int(field.constraints.get("minLength", 0)), field.constraints.get("maxLength")


def fitted(text: str, least: int, most: int | None) -> str:
    """Return a text repeated, or cut, to a length."""
    return (text * (-(-least // len(text)) if text and len(text) < least else 1))[:most]


def _of_class(repeated: re.Match[str], least: int, most: int | None) -> Texts:
    """Return texts of one class of characters, in as many as both the pattern and the field allow."""
    characters, sign, low, comma, high = repeated.groups()
    members = [character for character in ASCII if re.fullmatch(characters, character)]
    last = None if sign or (comma and not high) else int(high or low)
    sizes = [size for size in (last, most) if size is not None]
    return _sized(members, max(least, int(low or sign == "+")), min(sizes, default=None))


def _sized(characters: Any, least: int, most: int | None) -> Texts:
    """Return texts of a length; none if there is none such."""
    is_possible = characters != [] and (most is None or least <= most)
    return st.text(characters, min_size=least, max_size=most) if is_possible else st.nothing()


def _bounds(field: Field, number_of: Callable[[Any], Any], step: Any = 1) -> tuple[Any, Any]:
    """Return the least and the most of the numbers that stand for what the bounds of a field allow."""
    past = {"exclusiveMinimum": step, "exclusiveMaximum": -step}
    given = {
        name: number_of(value_of_argument(field, name, field.constraints[name])) + past.get(name, 0)
        for name in BOUNDS
        if name in field.constraints
    }
    lows, highs = ([given[name] for name in given if name.endswith(end)] for end in ("inimum", "aximum"))
    return max(lows, default=None), min(highs, default=None)


def _whole(least: Any, most: Any) -> st.SearchStrategy[int]:
    """Return the whole numbers from one to another, each of which may be left out; none if there is none."""
    low = None if least is None else math.ceil(least)
    high = None if most is None else math.floor(most)
    is_possible = low is None or high is None or low <= high
    return st.integers(low, high) if is_possible else st.nothing()


def _within(least: Any, most: Any, first: int, last: int) -> st.SearchStrategy[int]:
    """Return the whole numbers from one to another, but none before the first and after the last."""
    return _whole(first if least is None else max(least, first), last if most is None else min(most, last))


def _strings(field: Field) -> Texts:
    if field.type == "string" and field.format != "default":
        return _FORMATS.get(field.format, st.nothing())
    least, most = lengths(field)
    texts = _sized(CHARACTERS, max(least, 1), most)
    odd = st.lists(st.sampled_from(FRAGMENTS), min_size=1, max_size=4).map("".join)
    return texts | odd if least <= 1 and most is None else texts


_FORMATS: Mapping[str, Texts] = {
    "email": st.from_regex(EMAIL, fullmatch=True),
    "uri": st.from_regex(URI, fullmatch=True, alphabet=ASCII),
    "uuid": st.uuids().map(str),
    "binary": st.binary(min_size=1).map(lambda content: base64.b64encode(content).decode()),
}


def _integers(field: Field) -> Texts:
    return _whole(*_bounds(field, int)).map(str)


def _numbers(field: Field) -> Texts:
    """Return decimals of a few places, more where those of a bound are more."""
    given = [
        value_of_argument(field, name, field.constraints[name])
        for name in BOUNDS
        if name in field.constraints
    ]
    if not all(isinstance(value, Decimal) and value.is_finite() for value in given):
        return st.nothing()
    scale = 10 ** max([2, *(1 - int(value.as_tuple().exponent) for value in given)])
    least, most = _bounds(field, lambda value: value * scale)
    low = (0 if most is None else most) - WIDE * scale if least is None else least
    high = (0 if least is None else least) + WIDE * scale if most is None else most
    signs = {",": field.descriptor.get("groupChar", ""), ".": field.descriptor.get("decimalChar", ".")}

    def text(number: int) -> str:
        return "".join(signs.get(sign, sign) for sign in _plain(number, scale, ","))

    return _whole(low, high).map(text)


def _plain(number: int, scale: int, group: str = "") -> str:
    """Return a fraction as digits around a point, without zeros at the end."""
    return format((Decimal(number) / scale).normalize(), f"{group}f")


def _dates(field: Field) -> Texts:
    first, last = (1, datetime.MAXYEAR) if field.format == "default" else PLAIN_YEARS
    least, most = _bounds(field, datetime.date.toordinal)
    low, high = datetime.date(first, 1, 1).toordinal(), datetime.date(last, 12, 31).toordinal()
    start = datetime.date(2000, 1, 1).toordinal()
    days = _around(start, low if least is None else least, high if most is None else most)
    return days.map(lambda day: _written(datetime.date.fromordinal(day), field.format))


def _around(start: int, low: int, high: int) -> st.SearchStrategy[int]:
    """Return the whole numbers from one to another, the simplest of which is a third if it lies between."""
    middle = min(max(start, low), high)
    return _whole(low - middle, high - middle).map(lambda number: middle + number)


def _times(field: Field) -> Texts:
    least, most = _bounds(field, _second_of)
    midnight = datetime.datetime(2000, 1, 1)

    def text(second: int) -> str:
        return _written((midnight + datetime.timedelta(seconds=second)).time(), field.format)

    return _within(least, most, 0, 24 * 60 * 60 - 1).map(text)


def _second_of(time: datetime.time) -> float:
    return time.hour * 3600 + time.minute * 60 + time.second + time.microsecond / 1_000_000


def _datetimes(field: Field) -> Texts:
    """Return moments without a zone, or in UTC, as the bounds of a field are, or of either kind."""
    given = [
        value_of_argument(field, name, field.constraints[name])
        for name in BOUNDS
        if name in field.constraints
    ]
    zones = {value.tzinfo is not None for value in given}
    if not zones:
        zones = {False, True} if field.format == "default" else {"%z" in field.format}
    first, last = (1, datetime.MAXYEAR) if field.format == "default" else PLAIN_YEARS
    least, most = _bounds(field, _moment_number)
    low, high = (
        _moment_number(datetime.datetime(first, 1, 1)),
        _moment_number(datetime.datetime(last, 12, 31)),
    )
    seconds = _around(
        0, math.ceil(low if least is None else least), math.floor(high if most is None else most)
    )
    return st.one_of([seconds.map(_moment_writer(field.format, zone)) for zone in sorted(zones)])


def _moment_number(moment: datetime.datetime) -> Any:
    """Return the seconds from a moment of the year 2000 to another, of which the fraction is kept."""
    utc = moment if moment.tzinfo is None else moment.astimezone(datetime.UTC).replace(tzinfo=None)
    return (utc - datetime.datetime(2000, 1, 1)) / datetime.timedelta(seconds=1)


def _moment_writer(form: str, has_zone: bool) -> Callable[[int], str]:
    start = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC if has_zone else None)
    return lambda second: _written(start + datetime.timedelta(seconds=second), form)


def _written(moment: Any, form: str) -> str:
    """Return a date, a time or a moment in a format."""
    return (
        str(moment.isoformat()).replace("+00:00", "Z")
        if form in ("default", "any")
        else moment.strftime(form)
    )


def _years(field: Field) -> Texts:
    return _within(*_bounds(field, int), 1, 9999).map("{:04d}".format)


def _yearmonths(field: Field) -> Texts:
    months = _within(*_bounds(field, lambda value: value[0] * 12 + value[1] - 1), 12, 9999 * 12 + 11)
    return months.map(lambda month: f"{month // 12:04d}-{month % 12 + 1:02d}")


def _durations(field: Field) -> Texts:
    """Return durations of days and seconds, and, where there are no bounds, of years and months."""
    bounds = [name for name in BOUNDS if name in field.constraints]
    if not all(
        isinstance(value_of_argument(field, name, field.constraints[name]), datetime.timedelta)
        for name in bounds
    ):
        return st.nothing()
    least, most = _bounds(field, lambda value: value / datetime.timedelta(seconds=1))
    low = (most or 0) - LONG if least is None and bounds else 0 if least is None else least
    seconds = _whole(low, low + LONG if most is None else most).map(_duration)
    return seconds if bounds else seconds | st.integers(1, 1200).map(_months)


def _duration(seconds: int) -> str:
    minutes, second = divmod(abs(seconds), 60)
    hours, minute = divmod(minutes, 60)
    days, hour = divmod(hours, 24)
    parts = ((hour, "H"), (minute, "M"), (second, "S"))
    time = "".join(f"{number}{sign}" for number, sign in parts if number)
    date = f"{days}D" if days or not time else ""
    return f"{'-' if seconds < 0 else ''}P{date}{'T' if time else ''}{time}"


def _months(months: int) -> str:
    years, month = divmod(months, 12)
    return "P" + "".join(f"{number}{sign}" for number, sign in ((years, "Y"), (month, "M")) if number)


_SCALARS: st.SearchStrategy[Any] = (
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(-1000, 1000) | st.text(CHARACTERS)
)
_ITEMS: st.SearchStrategy[Any] = (
    _SCALARS | st.lists(_SCALARS, max_size=2) | st.dictionaries(st.text(CHARACTERS), _SCALARS, max_size=2)
)


def written_json(value: Any) -> str:
    """Return a value as JSON."""
    return json.dumps(value, ensure_ascii=False, default=float)


def _json_texts(field: Field) -> Texts:
    least, most = lengths(field)
    last = least + 3 if most is None else most
    if JSON_TYPES[field.type] is list:
        return st.lists(_ITEMS, min_size=least, max_size=last).map(written_json)
    keys = st.text(CHARACTERS)
    return st.dictionaries(keys, _ITEMS, min_size=least, max_size=last).map(written_json)


def _lists(field: Field) -> Texts:
    least, most = lengths(field)
    delimiter = str(field.descriptor.get("delimiter", ","))
    kind = str(field.descriptor.get("itemType", "string"))
    items = texts_of_type(field.of_type(kind))
    if kind == "string":
        items = items.filter(lambda text: delimiter not in text)
    low = max(least, 1)
    return st.lists(items, min_size=low, max_size=low + 3 if most is None else most).map(delimiter.join)


def _booleans(field: Field) -> Texts:
    return st.sampled_from([text for texts in truth_texts(field) for text in texts])


def truth_texts(field: Field) -> tuple[Sequence[str], Sequence[str]]:
    """Return the texts that stand for true, and those that stand for false, in a field."""
    true, false = field.descriptor.get("trueValues"), field.descriptor.get("falseValues")
    return true or TRUE_VALUES, false or FALSE_VALUES


_POINTS = {"default": "{},{}", "array": "[{}, {}]", "object": '{{"lon": {}, "lat": {}}}'}
_LONGITUDES, _LATITUDES = (
    st.integers(-most * 1000, most * 1000).map(lambda number: _plain(number, 1000)) for most in (180, 90)
)
_POSITIONS = st.tuples(_LONGITUDES, _LATITUDES).map(lambda pair: [float(part) for part in pair])


def _geopoints(field: Field) -> Texts:
    return st.tuples(_LONGITUDES, _LATITUDES).map(lambda pair: _POINTS[field.format].format(*pair))


def _geojson(field: Field) -> Texts:
    point = _POSITIONS.map(lambda position: {"type": "Point", "coordinates": position})
    line = st.lists(_POSITIONS, min_size=2, max_size=3)
    shape = point | line.map(lambda positions: {"type": "LineString", "coordinates": positions})
    if field.format == "topojson":
        named = st.dictionaries(st.sampled_from("abc"), point, max_size=2)
        return named.map(lambda shapes: written_json({"type": "Topology", "objects": shapes, "arcs": []}))
    feature = shape.map(lambda item: {"type": "Feature", "geometry": item, "properties": {}})
    several = st.lists(feature, max_size=2)
    return (shape | feature | several.map(_collection)).map(written_json)


def _collection(features: list[Any]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": features}


_BY_TYPE: Mapping[str, Callable[[Field], Texts]] = {
    "string": _strings,
    "any": _strings,
    "integer": _integers,
    "number": _numbers,
    "boolean": _booleans,
    "object": _json_texts,
    "array": _json_texts,
    "list": _lists,
    "date": _dates,
    "time": _times,
    "datetime": _datetimes,
    "year": _years,
    "yearmonth": _yearmonths,
    "duration": _durations,
    "geopoint": _geopoints,
    "geojson": _geojson,
}
