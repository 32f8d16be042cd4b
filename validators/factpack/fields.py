"""Turns the text of a field's cells into values, each distinct text once.

What the specification defines to the letter is decided here; for the rest frictionless's own cell readers
decide, so that both read a cell alike.
"""

import datetime
import re
from collections.abc import Callable
from decimal import Decimal
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

#: Table Schema v2.0, "integer" and "number": the lexical forms of XML Schema, which Python's are wider than.
LEXICAL = {
    "integer": re.compile(r"[+-]?[0-9]+"),
    "number": re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|NaN|-?INF"),
    "year": re.compile(r"-?(?:[1-9][0-9]{4,}|[0-9]{4})"),
    "date": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
}
#: The properties which widen the lexical form of a number.
WIDER_NUMBERS = {"bareNumber", "groupChar", "decimalChar"}


class NotANumber:
    """The value of the text `NaN`: not a missing one, for which pandas would take it; it is in no bounds."""

    def __repr__(self) -> str:
        return "NaN"


NAN = NotANumber()


def reader(field: Field) -> Reader:
    """Return the function that reads the texts of a field.

    Raises:
        SchemaError: frictionless does not take the field.

    Source: Table Schema v2.0, "Field Types"; where it is silent, frictionless's field of that type.

    """
    read = _frictionless_reader(field)
    lexical = _lexical_form(field)
    if field.type != "number":
        return lambda text: read(text) if lexical is None or lexical.fullmatch(text.strip(" ")) else None

    def read_number(text: str) -> Any:
        if lexical is not None and not lexical.fullmatch(text.strip(" ")):
            return None
        value = read(text)
        return NAN if value is not None and value != value else value

    return read_number


def _lexical_form(field: Field) -> re.Pattern[str] | None:
    if field.format != "default" or WIDER_NUMBERS & field.descriptor.keys():
        return None
    return LEXICAL.get(field.type)


def _frictionless_reader(field: Field) -> Reader:
    """Return frictionless's reader for the type and format of a field, its constraints left aside.

    Raises:
        SchemaError: frictionless does not take the field.

    """
    import frictionless

    descriptor = {"type": field.type} | dict(field.descriptor)
    kept = {name: value for name, value in descriptor.items() if name not in ("constraints", "missingValues")}
    try:
        read: Reader = frictionless.Field.from_descriptor(kept).create_value_reader()
    except frictionless.FrictionlessException as error:
        raise SchemaError(f"{field.name}: {error.error.note}") from error
    return read


def typed_column(texts: "pd.Series[Any]", field: Field) -> "pd.Series[Any]":
    """Return the values of a column: null as None; a text that cannot be read stays as it is.

    Raises:
        SchemaError: the field's type or format cannot be read.

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
