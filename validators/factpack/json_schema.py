"""The constraint `jsonSchema`: values that are JSON, judged by a JSON Schema of the descriptor's own."""

import json
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import lru_cache
from typing import Any

from factpack.exceptions import SchemaError, UnjudgedError
from factpack.fields import hashable
from factpack.patterns import Pattern
from factpack.table_schema import Field

#: How long the values of a column may take, in seconds, and how much longer for each value.
JSON_SCHEMA_SECONDS, ALLOWANCE = 2.0, 0.001

#: A function that yields the errors of one keyword of JSON Schema.
Keyword = Callable[..., Any]


def json_schema_test(field: Field, declared: Any) -> Callable[[Any], bool]:
    """Return the test whether a value conforms to a JSON Schema; it raises where that cannot be told.

    Nothing is fetched: a reference out of the schema raises. Patterns have the time limit of
    `factpack.patterns`.

    Raises:
        SchemaError: it is not a valid JSON Schema.
        UnjudgedError: it is nested too deeply, or matches patterns in a way whose time cannot be bounded.

    Source: Table Schema v2.0, `jsonSchema`; JSON Schema, in the draft that its `$schema` names, or 2020-12.

    """
    import jsonschema
    import referencing

    if not isinstance(declared, dict):
        raise SchemaError(f"{field.name}: the jsonSchema is not a JSON object")
    try:
        schema = _plain(declared)
        known = jsonschema.validators.validator_for(schema, default=jsonschema.Draft202012Validator)
        known.check_schema(schema, format_checker=jsonschema.FormatChecker(()))
    except jsonschema.SchemaError as error:
        raise SchemaError(f"{field.name}: the jsonSchema is malformed: {error.message}") from error
    except RecursionError as error:
        raise UnjudgedError(f"{field.name}: the jsonSchema is nested too deeply") from error
    except Exception as error:  # jsonschema lets many faults of a schema out as bare exceptions
        raise SchemaError(f"{field.name}: the jsonSchema cannot be used: {error}") from error
    clock = _Clock()
    keywords = {
        name: clock.timed(OWN_KEYWORDS.get(name, keyword)) for name, keyword in known.VALIDATORS.items()
    }
    if "unevaluatedProperties" in keywords and _has_both(schema):
        raise UnjudgedError(
            f"{field.name}: the jsonSchema has unevaluatedProperties beside patternProperties"
        )
    validator = jsonschema.validators.extend(known, keywords)(schema, registry=referencing.Registry())

    def conforms(value: Any) -> bool:
        clock.left += ALLOWANCE
        clock.start = time.monotonic()
        try:
            return bool(validator.is_valid(value))
        finally:
            clock.left -= time.monotonic() - clock.start

    return conforms


class _Clock:
    """Stops a validation that takes too long, over all the values that it is made of."""

    def __init__(self) -> None:
        self.left = JSON_SCHEMA_SECONDS
        self.start = 0.0

    def timed(self, keyword: Keyword) -> Keyword:
        """Return the function of a keyword that looks at the clock first."""

        def look_first(*arguments: Any) -> Any:
            if time.monotonic() - self.start > self.left:
                raise TimeoutError("the JSON Schema takes too long")
            return keyword(*arguments)

        return look_first


def _has_both(schema: dict[str, Any]) -> bool:
    """Tell whether a schema matches patterns where this module cannot bound their time."""
    text = json.dumps(schema)
    return '"unevaluatedProperties"' in text and '"patternProperties"' in text


def _plain(value: Any) -> Any:
    """Return a JSON value with Python's floats for the exact decimals of the descriptor."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return float(value) if isinstance(value, Decimal) else value


@lru_cache(maxsize=256)
def _compiled(source: str) -> Pattern:
    return Pattern(source)


def _pattern(validator: Any, source: str, instance: Any, schema: Any) -> Iterator[Any]:
    if isinstance(instance, str) and not _compiled(source).is_found_in(instance):
        yield _error(f"{instance!r} does not match {source!r}")


def _pattern_properties(validator: Any, properties: Any, instance: Any, schema: Any) -> Iterator[Any]:
    if not isinstance(instance, dict):
        return
    for source, subschema in properties.items():
        for key, value in instance.items():
            if _compiled(source).is_found_in(key):
                yield from validator.descend(value, subschema, path=key, schema_path=source)


def _additional_properties(validator: Any, additional: Any, instance: Any, schema: Any) -> Iterator[Any]:
    if not isinstance(instance, dict):
        return
    known, sources = schema.get("properties", {}), schema.get("patternProperties", {})
    for key, value in instance.items():
        if key in known or any(_compiled(source).is_found_in(key) for source in sources):
            continue
        if additional is False:
            yield _error(f"{key!r} is not allowed")
        else:
            yield from validator.descend(value, additional, path=key)


def _unique_items(validator: Any, unique: Any, instance: Any, schema: Any) -> Iterator[Any]:
    if unique and isinstance(instance, list) and len(set(map(hashable, instance))) < len(instance):
        yield _error("an item stands twice")


def _error(message: str) -> Any:
    import jsonschema

    return jsonschema.ValidationError(message)


#: The keywords whose time jsonschema does not bound.
OWN_KEYWORDS: dict[str, Keyword] = {
    "pattern": _pattern,
    "patternProperties": _pattern_properties,
    "additionalProperties": _additional_properties,
    "uniqueItems": _unique_items,
}
