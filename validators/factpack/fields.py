"""Turns the text of a field's cells into values, each distinct text once.

Where the specification defines the form of a text, it is held to that form here; for the rest frictionless's
own cell readers decide, so that both read a cell alike.
"""

import base64
import binascii
import datetime
import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

import pandas as pd

from factpack.exceptions import SchemaError
from factpack.table_schema import Field

#: Returns a cell's value, or None if the text is not one of the field's type and format.
Reader = Callable[[str], Any]

#: The Python types of the values of a field, by the field's type; a value of another type is never text.
VALUE_TYPES: dict[str, tuple[type, ...]] = {
    "number": (Decimal, float),
    "integer": (int,),
    "boolean": (bool,),
    "date": (datetime.date,),
    "time": (datetime.time,),
    "datetime": (datetime.datetime,),
    "year": (int,),
}

INTEGER = re.compile(r"[+-]?[0-9]+")
NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
SPECIAL = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}
YEAR = re.compile(r"-?(?:[1-9][0-9]{4,}|[0-9]{4})")
YEARMONTH = re.compile(r"(-?(?:[1-9][0-9]{4,}|[0-9]{4}))-(0[1-9]|1[0-2])")

#: Table Schema v2.0: the forms, of XML Schema, of texts in the default format that frictionless then reads.
ZONE = r"(?:Z|[+-][0-9]{2}:[0-9]{2})?"
FORMS = {
    "date": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    "time": re.compile(rf"[0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}(?:\.[0-9]+)?{ZONE}"),
    "datetime": re.compile(
        rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}T[0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}(?:\.[0-9]+)?{ZONE}"
    ),
}
#: A whole number written with an exponent, in a constraint, has no more digits than these.
MOST_DIGITS = 25

#: What may stand around a number that is not bare.
AROUND_NUMBER = re.compile(r"^[^-+\d]*|\D*$")


class NotANumber:
    """The value of the text `NaN`: not a missing one, for which pandas would take it; it is in no bounds."""

    def __repr__(self) -> str:
        return "NaN"


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
        return lambda text: _integer(text) if YEAR.fullmatch(text) else None
    if field.type == "yearmonth":
        return _read_yearmonth
    if field.type == "string" and field.format == "binary":
        return _read_binary
    read = _frictionless_reader(field)
    form = FORMS.get(field.type) if field.format == "default" else None
    return read if form is None else lambda text: read(text) if form.fullmatch(text) else None


def _number_reader(field: Field) -> Reader:
    """Return the reader of an integer or a number, with its `bareNumber`, `groupChar` and `decimalChar`."""
    group, point = field.descriptor.get("groupChar", ""), field.descriptor.get("decimalChar", ".")
    bare = field.descriptor.get("bareNumber", True)
    if not isinstance(group, str) or not isinstance(point, str) or not point or not isinstance(bare, bool):
        raise SchemaError(f"{field.name}: bareNumber, groupChar or decimalChar is malformed")

    def read(text: str) -> Any:
        digits = text.strip(" ")
        if not bare:
            digits = AROUND_NUMBER.sub("", digits)
        if group:
            digits = digits.replace(group, "")
        if field.type == "integer":
            return _integer(digits) if INTEGER.fullmatch(digits) else None
        if digits.lower() in SPECIAL:
            value = Decimal(SPECIAL[digits.lower()])
            return NAN if value.is_nan() else value
        if point != ".":
            digits = digits.replace(".", "?").replace(point, ".")
        return _decimal(digits) if NUMBER.fullmatch(digits) else None

    return read


def _decimal(digits: str) -> Decimal | None:
    try:
        return Decimal(digits)
    except InvalidOperation:  # an exponent past what Decimal holds; frictionless takes none either
        return None


def _integer(digits: str) -> int:
    return int(Decimal(digits))  # unlike int, Decimal has no limit of digits


def _list_reader(field: Field) -> Reader:
    """Return the reader of a list: of its items, by the reader of their type."""
    delimiter = field.descriptor.get("delimiter", ",")
    kind = field.descriptor.get("itemType", "string")
    known = ("string", "integer", "boolean", "number", "datetime", "date", "time")
    if not isinstance(delimiter, str) or not delimiter or kind not in known:
        raise SchemaError(f"{field.name}: delimiter or itemType is malformed")
    read_item = reader(field.of_type(kind))

    def read(text: str) -> Any:
        items = [read_item(item) for item in text.split(delimiter)]
        return None if any(item is None for item in items) else items

    return read


def _read_yearmonth(text: str) -> Any:
    match = YEARMONTH.fullmatch(text)
    return (int(match[1]), int(match[2])) if match else None


def _read_binary(text: str) -> Any:
    try:
        base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return text


def _frictionless_reader(field: Field) -> Reader:
    """Return frictionless's reader for the type and format of a field; what else it says is left aside."""
    import frictionless

    used = ("name", "format", "trueValues", "falseValues")
    kept = {name: field.descriptor[name] for name in used if name in field.descriptor}
    try:
        read: Reader = frictionless.Field.from_descriptor(kept | {"type": field.type}).create_value_reader()
    except frictionless.FrictionlessException as error:
        raise SchemaError(f"{field.name}: {error.error.note}") from error
    return read


def argument_value(field: Field, argument: Any) -> Any:
    """Return the value that an argument of a constraint stands for, or None if it is not of the field's type.

    Source: Table Schema v2.0, "Field Constraints": a value is written as JSON has it, or as text like a cell.
    """
    if isinstance(argument, str):
        return reader(field)(argument)
    if (
        field.type == "number"
        and isinstance(argument, int | float | Decimal)
        and not isinstance(argument, bool)
    ):
        return Decimal(str(argument))
    if field.type in ("integer", "year") and isinstance(argument, Decimal):
        return int(argument) if argument.adjusted() < MOST_DIGITS and argument % 1 == 0 else None
    if field.type in ("string", "duration", "geojson") or argument is None:
        return argument if field.type == "geojson" and isinstance(argument, dict) else None
    if field.type == "geopoint":
        return _frictionless_reader(field)(argument)
    return argument if conforms(field)(argument) else None


def typed_column(texts: "pd.Series[Any]", field: Field) -> "pd.Series[Any]":
    """Return the values of a column: null as None; a text that cannot be read stays as it is.

    Raises:
        SchemaError: a property of the field cannot be used.

    """
    read = reader(field)

    def value(text: str) -> Any:
        found = read(text)
        return text if found is None else found

    values: dict[str | None, Any] = {None: None}
    for text in pd.unique(texts):
        if text is not None:
            values[text] = None if text in field.missing_values else value(text)
    return pd.Series([values[text] for text in texts], index=texts.index, dtype=object, name=texts.name)


def conforms(field: Field) -> Callable[[Any], bool]:
    """Return the test whether a value of a typed column is of the field's type and format."""
    if field.type == "any":
        return lambda value: True
    if field.type == "string":
        read = reader(field)
        return lambda value: isinstance(value, str) and read(value) is not None
    if field.type not in VALUE_TYPES:
        return lambda value: not isinstance(value, str)
    types = VALUE_TYPES[field.type]
    subtype = {"integer": bool, "year": bool, "date": datetime.datetime}.get(field.type, ())
    return lambda value: value is NAN or (isinstance(value, types) and not isinstance(value, subtype))


def hashable(value: Any) -> Any:
    """Return a value that is equal to another such value just if the two are, and can be hashed."""
    if isinstance(value, Mapping):
        return "object", frozenset((key, hashable(item)) for key, item in value.items())
    if isinstance(value, list):
        return "array", tuple(map(hashable, value))
    return value
