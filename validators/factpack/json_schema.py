"""The constraint `jsonSchema`: values that are JSON, judged by a JSON Schema of the descriptor's own."""

import json
from collections.abc import Callable, Iterator
from decimal import Context, Decimal
from functools import partial
from typing import Any

from factpack.descriptor import with_floats
from factpack.exceptions import SchemaError, UnjudgedError
from factpack.fields import exact, hashable
from factpack.patterns import Clock, Pattern
from factpack.table_schema import Field

#: How much longer all that is on a clock may take for each value, in seconds.
ALLOWANCE = 0.001

#: A function that yields the errors of one keyword of JSON Schema.
Keyword = Callable[..., Any]


def json_schema_test(field: Field, declared: Any, clock: Clock | None = None) -> Callable[[Any], bool]:
    """Return the test whether a value conforms to a JSON Schema; it raises where that cannot be told.

    Nothing is fetched: a reference out of the schema raises. It has the time of the clock.

    Raises:
        SchemaError: it is not a valid JSON Schema.
        UnjudgedError: it is nested too deeply, names a draft within, or matches patterns in a way whose time
            cannot be bounded.

    Source: Table Schema v2.0, `jsonSchema`; JSON Schema, in the draft that its `$schema` names, or 2020-12.

    """
    import jsonschema
    import referencing

    if not isinstance(declared, dict):
        raise SchemaError(f"{field.name}: the jsonSchema is not a JSON object")
    try:
        schema = with_floats(declared)
        known = jsonschema.validators.validator_for(schema, default=jsonschema.Draft202012Validator)
        fault, names_draft = _fault_of(known, schema), _names_draft([*schema.values()])
    except RecursionError as error:
        raise UnjudgedError(f"{field.name}: the jsonSchema is nested too deeply") from error
    except Exception as error:  # jsonschema lets many faults of a schema out as bare exceptions
        raise SchemaError(f"{field.name}: the jsonSchema cannot be used: {error}") from error
    if fault is not None:
        raise SchemaError(f"{field.name}: the jsonSchema is malformed: {fault.message}")
    keywords = Keywords(clock or Clock())
    all_keywords = {name: keywords.timed(name, keyword) for name, keyword in known.VALIDATORS.items()}
    if "unevaluatedProperties" in all_keywords and _has_both(schema):
        raise UnjudgedError(
            f"{field.name}: the jsonSchema has unevaluatedProperties beside patternProperties"
        )
    if names_draft:
        raise UnjudgedError(f"{field.name}: the jsonSchema has a schema within that names its own draft")
    types = known.TYPE_CHECKER.redefine("integer", partial(_is_integer, known.TYPE_CHECKER))
    extended = jsonschema.validators.extend(known, all_keywords, type_checker=types)
    validator = extended(_without_draft(schema), registry=referencing.Registry())
    return lambda value: keywords.clock.timed(ALLOWANCE, lambda: bool(validator.is_valid(value)))


def _fault_of(known: Any, schema: Any) -> Any:
    """Return what is wrong with a JSON Schema by its draft, or None.

    `check_schema` of jsonschema compares each item of a list that has to have different ones with each other.
    """
    import jsonschema

    checker = jsonschema.validators.extend(known, {"uniqueItems": _unique_items})
    rules = _without_draft(known.META_SCHEMA)
    return next(checker(rules, format_checker=jsonschema.FormatChecker(())).iter_errors(schema), None)


def _without_draft(schema: Any) -> Any:
    """Return a JSON Schema that does not name its draft.

    Where jsonschema comes to a schema that does, as by a reference to the whole, it takes its own validator
    of that draft for the one that it was given.
    """
    return {name: value for name, value in schema.items() if name != "$schema"}


def _names_draft(value: Any) -> bool:
    """Tell whether an object in a JSON value may be a schema that names its draft."""
    if isinstance(value, dict):
        return isinstance(value.get("$schema"), str) or any(map(_names_draft, value.values()))
    return isinstance(value, list) and any(map(_names_draft, value))


def _is_integer(known: Any, checker: Any, value: Any) -> bool:
    """Tell whether a value is an integer to a draft, or one of very many digits, which is a decimal here."""
    is_decimal = isinstance(value, Decimal) and value.is_finite() and value == value.to_integral_value()
    return is_decimal or known.is_type(value, "integer")


def _has_both(schema: dict[str, Any]) -> bool:
    """Tell whether a schema matches patterns where this module cannot bound their time."""
    text = json.dumps(schema)
    return '"unevaluatedProperties"' in text and '"patternProperties"' in text


class Keywords:
    """The keywords whose time jsonschema does not bound, with the patterns that they have come across."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._patterns: dict[str, Pattern] = {}
        self._own: dict[str, Keyword] = {
            "pattern": self.pattern,
            "patternProperties": self.pattern_properties,
            "additionalProperties": self.additional_properties,
            "multipleOf": _multiple_of,
            "divisibleBy": _multiple_of,
            "uniqueItems": _unique_items,
        }

    def timed(self, name: str, keyword: Keyword) -> Keyword:
        """Return a keyword, in its form here if it has one, that looks at the clock first."""
        own = self._own.get(name, keyword)

        def look_first(*arguments: Any) -> Any:
            if self.clock.left() <= 0:
                raise TimeoutError("the JSON Schema takes too long")
            return own(*arguments)

        return look_first

    def is_found(self, source: str, text: str) -> bool:
        """Tell whether a part of a text matches a pattern."""
        if source not in self._patterns:
            self._patterns[source] = Pattern(source, self.clock)
        return self._patterns[source].is_found_in(text)

    def pattern(self, validator: Any, source: str, instance: Any, schema: Any) -> Iterator[Any]:
        """Yield the error of a text that does not match."""
        if isinstance(instance, str) and not self.is_found(source, instance):
            yield _error(f"{instance!r} does not match {source!r}")

    def pattern_properties(
        self, validator: Any, properties: Any, instance: Any, schema: Any
    ) -> Iterator[Any]:
        """Yield the errors of values whose keys match patterns."""
        if not isinstance(instance, dict):
            return
        for source, subschema in properties.items():
            for key, value in instance.items():
                if self.is_found(source, key):
                    yield from validator.descend(value, subschema)

    def additional_properties(
        self, validator: Any, additional: Any, instance: Any, schema: Any
    ) -> Iterator[Any]:
        """Yield the errors of values whose keys are neither known nor match patterns."""
        if not isinstance(instance, dict):
            return
        known, sources = schema.get("properties", {}), schema.get("patternProperties", {})
        for key, value in instance.items():
            if key in known or any(self.is_found(source, key) for source in sources):
                continue
            if additional is False:
                yield _error(f"{key!r} is not allowed")
            else:
                yield from validator.descend(value, additional)


def _unique_items(validator: Any, unique: Any, instance: Any, schema: Any) -> Iterator[Any]:
    if unique and isinstance(instance, list) and len(set(map(hashable, instance))) < len(instance):
        yield _error("an item stands twice")


def _multiple_of(validator: Any, divisor: Any, instance: Any, schema: Any) -> Iterator[Any]:
    """Yield the error of a number that is no multiple, by the decimals that the two are written as."""
    is_number = isinstance(instance, int | float | Decimal) and not isinstance(instance, bool)
    if is_number and _remainder(Decimal(exact(instance)), Decimal(exact(divisor))):
        yield _error(f"{instance!r} is not a multiple of {divisor!r}")


def _remainder(number: Decimal, divisor: Decimal) -> Decimal:
    """Return what remains of a number, to the last digit; it raises for one that is not finite."""
    digits = sum(len(item.as_tuple().digits) for item in (number, divisor))
    return Context(prec=digits + abs(number.adjusted() - divisor.adjusted())).remainder(number, divisor)


def _error(message: str) -> Any:
    import jsonschema

    return jsonschema.ValidationError(message)
