"""Values as texts: as JSON, or as they would stand in a cell."""

import datetime
import json
from decimal import Decimal
from typing import Any

from factpack.fields import NAN


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
