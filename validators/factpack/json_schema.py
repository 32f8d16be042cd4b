"""The constraint `jsonSchema`: values that are JSON, judged by a JSON Schema of the descriptor's own."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import lru_cache
from typing import Any

from factpack.exceptions import SchemaError
from factpack.patterns import Pattern
from factpack.table_schema import Field


def json_schema_test(field: Field, declared: Any) -> Callable[[Any], bool]:
    """Return the test whether a value conforms to a JSON Schema; it raises where that cannot be told.

    Nothing is fetched: a reference out of the schema raises. Patterns have the time limit of
    `factpack.patterns`.

    Raises:
        SchemaError: it is not a valid JSON Schema.

    Source: Table Schema v2.0, `jsonSchema`; JSON Schema, in the draft that its `$schema` names, or 2020-12.

    """
    import jsonschema
    import referencing

    if not isinstance(declared, dict):
        raise SchemaError(f"{field.name}: the jsonSchema is not a JSON object")
    schema = _plain(declared)
    try:
        known = jsonschema.validators.validator_for(schema, default=jsonschema.Draft202012Validator)
        known.check_schema(schema)
    except jsonschema.SchemaError as error:
        raise SchemaError(f"{field.name}: the jsonSchema is malformed: {error.message}") from error
    except Exception as error:  # jsonschema lets many faults of a schema out as bare exceptions
        raise SchemaError(f"{field.name}: the jsonSchema cannot be used: {error}") from error
    bounded = jsonschema.validators.extend(
        known, {"pattern": _pattern, "patternProperties": _pattern_properties}
    )
    validator = bounded(schema, registry=referencing.Registry())
    return lambda value: bool(validator.is_valid(value))


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
    import jsonschema

    if isinstance(instance, str) and not _compiled(source).is_found_in(instance):
        yield jsonschema.ValidationError(f"{instance!r} does not match {source!r}")


def _pattern_properties(validator: Any, properties: Any, instance: Any, schema: Any) -> Iterator[Any]:
    if not isinstance(instance, dict):
        return
    for source, subschema in properties.items():
        for key, value in instance.items():
            if _compiled(source).is_found_in(key):
                yield from validator.descend(value, subschema, path=key, schema_path=source)
