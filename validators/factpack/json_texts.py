"""Values as texts: as JSON, or as they would stand in a cell."""

import datetime
import json
import re
from decimal import Decimal
from typing import Any

from factpack.fields import NAN
from factpack.visible import visible

#: The types of what has others in it.
PARTS = frozenset({dict, list, tuple})

#: What writes an object with each of its members on a line.
FLAT = json.JSONEncoder(ensure_ascii=False, separators=(",\n  ", ": "))

#: A character that may have to be escaped.
ODD = re.compile("[^\n -~]")


def json_text(value: Any) -> str:
    """Return a value as JSON; numbers keep all their digits, what JSON has no type for is a text."""
    if isinstance(value, dict):
        inside = ", ".join(f"{json_text(key)}: {json_text(item)}" for key, item in value.items())
        return f"{{{inside}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(json_text, value))}]"
    if isinstance(value, Decimal) and value.is_finite():
        return str(value)
    if value is None or isinstance(value, str | bool | int | float):
        return json.dumps(value, ensure_ascii=False)
    return json.dumps(value_text(value))


def cell_text(value: Any) -> str:
    """Return a value of JSON as it would stand in a cell: a text as it is, anything else as JSON."""
    return value if isinstance(value, str) else json_text(value)


def value_text(value: Any) -> str:
    """Return the text of a value that is not one of JSON, as Table Schema has it."""
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, Decimal) and value.is_infinite():
        return "INF" if value > 0 else "-INF"
    return repr(value) if value is NAN else str(value)


def dumps(value: object, *, keeps_halves: bool = False) -> str:
    """Return a value as JSON, in which characters that cannot be seen are escaped.

    Half of a surrogate pair is no character, and strict readers refuse its escape, which becomes a text
    unless halves are kept.

    Source: RFC 8259, section 8.2.
    """
    text = _flat(value) if _is_flat(value) else json.dumps(value, indent=2, ensure_ascii=False)
    if ODD.search(text) is None:
        return text
    return visible(text, is_allowed=_is_allowed, escape=_escaped if keeps_halves else _escaped_strictly)


def _is_flat(value: object) -> bool:
    return isinstance(value, dict) and bool(value) and PARTS.isdisjoint(map(type, value.values()))


def _flat(value: object) -> str:
    """Return an object without others in it as `json.dumps` does with an indent, for which that is slow."""
    return f"{{\n  {FLAT.encode(value)[1:-1]}\n}}"


def _is_allowed(char: str) -> bool:
    return char == "\n" or char.isprintable()  # the line ends between members are JSON's own


def _escaped_strictly(char: str) -> str:
    return f"\\\\u{ord(char):04x}" if "\ud800" <= char <= "\udfff" else _escaped(char)


def _escaped(char: str) -> str:
    return json.dumps(char)[1:-1] if char != "\x7f" else "\\u007f"
