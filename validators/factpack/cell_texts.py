"""Strategies for the texts of each type and format of Table Schema, within the bounds of a field.

What they draw need not pass the other constraints, such as a pattern: `factpack.cells` sees to these.
"""

import base64
import datetime
import json
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from factpack.constraints import BOUNDS, value_of_argument
from factpack.fields import JSON_TYPES, MOMENTS
from factpack.table_schema import Field

Texts = st.SearchStrategy[str]

#: What a text may be made of: no control characters but two, of which readers think differently.
CHARACTERS = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), include_characters="\n\t")
#: What a reader of delimited text may stumble over.
FRAGMENTS = ('"', ",", ";", "\n", " ", "'", "\\", "|", "\t", "#", "NULL", "a", "é", "日", "\u2028", "0", "=1")
#: Of the characters of addresses, those that may stand anywhere after the scheme, and all others.
URI_CHARACTERS = "abcdefghijklmnopqrstuvwxyz0123456789-._~/?=&,;+!ABCDEFGHIJKLMNOPQRSTUVWXYZ"
URI_MARKS = ":#[]@$'()*%"
#: The characters of the texts of which a format of strings makes more than any text.
FORMAT_CHARACTERS = {"default": CHARACTERS, "uri": URI_CHARACTERS}
ASCII = "".join(map(chr, range(32, 127)))

#: Strings of a format, in a form that every reader takes.
EMAIL = r"[a-z][a-z0-9]{0,8}([.+][a-z]{1,5})?@[a-z][a-z0-9]{0,8}\.(com|net|org)"
URI = r"https?://[a-z]{1,8}\.(com|net|org)(/[a-z0-9]{1,5}){0,2}(\?[a-z]=[0-9])?(#[a-z]{1,3})?|urn:isbn:[0-9]{9}"

#: Table Schema v2.0, `boolean`: the texts of either value where the field names none.
TRUE_VALUES, FALSE_VALUES = ("true", "True", "TRUE", "1"), ("false", "False", "FALSE", "0")

#: A repeated class of characters, which a text can be drawn of at once.
REPEATED_CLASS = re.compile(r"\^?(\[\^?[^\]\[\\]+\])(?:([+*])|\{([0-9]+)(?:(,)([0-9]*))?\})\$?")

#: Moments in a format of strptime, which need not tell more, are drawn from these years.
FORMAT_YEARS = (1970, 2068)
WIDE = 10**12
DAY = datetime.timedelta(days=1)
SECOND = datetime.timedelta(seconds=1)
MIDNIGHT = datetime.datetime(2000, 1, 1)

Bounds = tuple[Any, Any]


def texts_of_type(field: Field) -> Texts:
    """Return a strategy for texts of the type and format of a field, within its bounds where it has an order.

    Raises:
        SchemaError: a bound is not of the field's type.

    """
    if field.type in MOMENTS:
        return _moments(field)
    if field.type in JSON_TYPES:
        return _json_texts(field)
    return _BY_TYPE.get(field.type, _strings)(field)


def texts_of_pattern(field: Field, pattern: str) -> list[Texts]:
    """Return strategies for texts that may match a pattern, and have the length that a field asks for."""
    least, most = lengths(field)
    found = []
    alphabets: list[Any] = [FORMAT_CHARACTERS.get(field.format, ASCII)]
    alphabets += [URI_CHARACTERS + URI_MARKS] if field.format == "uri" else []
    repeated = REPEATED_CLASS.fullmatch(pattern)
    if repeated:
        found.append(_of_class(repeated, least, most))
    for alphabet in alphabets:
        drawn = st.from_regex(pattern, fullmatch=True, alphabet=alphabet)
        found += [drawn, drawn.map(lambda text: fitted(text, least, most))]
    return found


def fitted(text: str, least: int, most: int | None) -> str:
    """Return a text repeated, or cut, to a length."""
    return (text * (least // len(text) + 1 if text and len(text) < least else 1))[:most]


def lengths(field: Field) -> tuple[int, int | None]:
    """Return the least and the most length that a field asks for."""
    return int(field.constraints.get("minLength", 0)), field.constraints.get("maxLength")


def _of_class(repeated: re.Match[str], least: int, most: int | None) -> Texts:
    members = [character for character in ASCII if re.fullmatch(repeated[1], character)]
    low = int(repeated[3]) if repeated[3] else int(repeated[2] == "+")
    high = None if repeated[2] or (repeated[4] and not repeated[5]) else int(repeated[5] or repeated[3])
    low, highs = max(low, least), [size for size in (high, most) if size is not None]
    return _sized(st.sampled_from(members), low, min(highs, default=None)) if members else st.nothing()


def _sized(characters: Any, least: int, most: int | None) -> Texts:
    """Return texts of a length; none if there is none such."""
    is_possible = most is None or least <= most
    return st.text(characters, min_size=least, max_size=most) if is_possible else st.nothing()


def bounds(field: Field, step: Any) -> Bounds:
    """Return the least and the most value that the bounds of a field allow; None where it has none."""
    given = {
        name: value_of_argument(field, name, field.constraints[name])
        for name in BOUNDS
        if name in field.constraints
    }
    low = [given[name] for name in ("minimum",) if name in given]
    low += [given[name] + step for name in ("exclusiveMinimum",) if name in given]
    high = [given[name] for name in ("maximum",) if name in given]
    high += [given[name] - step for name in ("exclusiveMaximum",) if name in given]
    return max(low, default=None), min(high, default=None)


def _strings(field: Field) -> Texts:
    if field.type == "string" and field.format != "default":
        return _FORMATS.get(field.format, st.nothing())
    least, most = lengths(field)
    texts = _sized(CHARACTERS, max(least, 1), most)
    is_free = least <= 1 and most is None
    odd = st.lists(st.sampled_from(FRAGMENTS), min_size=1, max_size=4).map("".join)
    return texts | odd if is_free else texts


_FORMATS: Mapping[str, Texts] = {
    "email": st.from_regex(EMAIL, fullmatch=True),
    "uri": st.from_regex(URI, fullmatch=True, alphabet=ASCII),
    "uuid": st.uuids().map(str),
    "binary": st.binary(min_size=1).map(lambda content: base64.b64encode(content).decode()),
}


def _integers(field: Field) -> Texts:
    least, most = bounds(field, 1)
    return _whole(least, most).map(str)


def _whole(least: Any, most: Any) -> st.SearchStrategy[int]:
    """Return the whole numbers from one to another; none if there is none."""
    low, high = (None if bound is None else int(bound) for bound in (least, most))
    return st.nothing() if low is not None and high is not None and low > high else st.integers(low, high)


def _numbers(field: Field) -> Texts:
    given = [value_of_argument(field, name, field.constraints[name]) for name in BOUNDS if name in field.constraints]
    if not all(isinstance(value, Decimal) and value.is_finite() for value in given):
        return st.nothing()
    places = max([2, *(1 - int(value.as_tuple().exponent) for value in given)])
    scale = Decimal(1).scaleb(places)
    least, most = bounds(field, 1 / scale)
    low = most - WIDE if least is None and most is not None else -WIDE if least is None else least
    high = low + 2 * WIDE if most is None else most
    group, point = field.descriptor.get("groupChar", ""), field.descriptor.get("decimalChar", ".")
    signs = {",": group, ".": point}

    def text(number: int) -> str:
        return "".join(signs.get(sign, sign) for sign in f"{Decimal(number) / scale:,f}")

    return _whole((low * scale).to_integral_value("ROUND_CEILING"), high * scale).map(text)
