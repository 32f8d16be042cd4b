"""Values as texts: as JSON, or as they would stand in a cell."""

import datetime
import json
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from factpack.fields import NAN
from factpack.visible import visible

#: The types of what has others in it.
PARTS = frozenset({dict, list, tuple})

#: What writes objects without others in them, each member on a line.
FLAT = json.JSONEncoder(ensure_ascii=False, separators=(",\n  ", ": "))


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
    text = json.dumps(value, indent=2, ensure_ascii=False)
    return _without_odd(text, escape=_escaped if keeps_halves else _escaped_strictly)


def dumps_each(values: Sequence[Mapping[str, object]]) -> str:
    """Return objects as `dumps` does, without brackets, a comma after each but the last."""
    if not all(value and PARTS.isdisjoint(map(type, value.values())) for value in values):
        return ",\n".join(map(dumps, values))
    # with an indent Python's encoder is slow; no line ends within a text, since there it is escaped
    inside = FLAT.encode(values)[2:-2].replace("},\n  {", "\n},\n{\n  ")
    return _without_odd(f"{{\n  {inside}\n}}", escape=_escaped_strictly)


def _without_odd(text: str, escape: Callable[[str], str]) -> str:
    is_plain = text.isascii() and "\x7f" not in text  # Python's encoder escapes all else that cannot be seen
    return text if is_plain else visible(text, is_allowed=_is_allowed, escape=escape)


def _is_allowed(char: str) -> bool:
    return char == "\n" or char.isprintable()  # the line ends between members are JSON's own


def _escaped_strictly(char: str) -> str:
    return f"\\\\u{ord(char):04x}" if "\ud800" <= char <= "\udfff" else _escaped(char)


def _escaped(char: str) -> str:
    return json.dumps(char)[1:-1] if char != "\x7f" else "\\u007f"
