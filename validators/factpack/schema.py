"""Compiles a Table Schema to a pandera schema: types, constraints, categories, primary and unique keys.

Each check of the pandera schema has the name of the property of Table Schema that it enforces, says in
`error` what is expected, and names its fields in `statistics`. The frame that it judges holds values, as
`factpack.fields.typed_column` makes them, on a RangeIndex.
"""

import re
import time
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pandera.pandas as pa
import regex

from factpack.exceptions import CheckError, SchemaError
from factpack.fields import NAN, argument_value, conforms, hashable
from factpack.reading import NumberArray
from factpack.table_schema import Field, TableSchema

Test = Callable[[Any], bool]
FrameTest = Callable[[pd.DataFrame], "pd.Series[bool]"]
ColumnTest = Callable[["pd.Series[Any]"], "pd.Series[bool]"]

#: The types whose values have an order, and those whose values have a length.
ORDERED_TYPES = {"integer", "number", "date", "time", "datetime", "duration", "year", "yearmonth"}
SIZED_TYPES = {"string", "array", "list", "object"}

#: How long the distinct values of a column may take to be matched against a pattern, in seconds.
PATTERN_SECONDS = 5.0

BOUNDS: dict[str, Callable[[Any, Any], bool]] = {
    "minimum": lambda value, bound: value >= bound,
    "maximum": lambda value, bound: value <= bound,
    "exclusiveMinimum": lambda value, bound: value > bound,
    "exclusiveMaximum": lambda value, bound: value < bound,
}
SIZES: dict[str, Callable[[Any, int], bool]] = {
    "minLength": lambda value, size: len(value) >= size,
    "maxLength": lambda value, size: len(value) <= size,
}


@dataclass(frozen=True, kw_only=True)
class Failure:
    """A check that failed: its rule, what it expects, its fields, the positions of the rows that fail."""

    rule: str
    expected: str
    fields: Sequence[str]
    positions: NumberArray


def compile_schema(schema: TableSchema, name: str) -> pa.DataFrameSchema:
    """Return the pandera schema that enforces a Table Schema, its foreign keys aside.

    Raises:
        SchemaError: a constraint is malformed, or stands on a type that cannot have it.

    Source: Table Schema v2.0, "Field Constraints", `categories`, `primaryKey`, `uniqueKeys`.

    """
    columns = {
        field.name: pa.Column(None, list(_field_checks(field)), nullable=True) for field in schema.fields
    }
    return pa.DataFrameSchema(columns, checks=list(_key_checks(schema)), name=name)


def failures(schema: pa.DataFrameSchema, frame: pd.DataFrame) -> Iterator[Failure]:
    """Yield each check of a compiled schema that fails on a frame.

    Raises:
        CheckError: a check could not be run.

    """
    try:
        schema.validate(frame, lazy=True)
    except pa.errors.SchemaErrors as errors:
        for error in errors.schema_errors:
            check = error.check
            if error.check_output is None:
                raise CheckError(
                    f"the check {check.name!r} could not be run: {error.failure_cases}"
                ) from error
            yield Failure(
                rule=check.name,
                expected=check.error,
                fields=check.statistics["fields"],
                positions=(~error.check_output).to_numpy().nonzero()[0],
            )


def key_check(name: str, fields: Sequence[Field], test: FrameTest, expected: str) -> pa.Check:
    """Return a check of whole rows, which makes the test of the columns of a key."""
    return pa.Check(
        lambda frame: test(key_values(frame, fields)),
        name=name,
        error=expected,
        ignore_na=False,
        statistics={"fields": [field.name for field in fields]},
    )


def key_values(frame: pd.DataFrame, fields: Sequence[Field]) -> pd.DataFrame:
    """Return the columns of a key; a value that is not of its field's type counts as null."""
    return pd.DataFrame({place: _readable(frame[field.name], field) for place, field in enumerate(fields)})


def _readable(column: "pd.Series[Any]", field: Field) -> "pd.Series[Any]":
    accepts = conforms(field)
    values = [
        hashable(value) if not null and accepts(value) else None
        for value, null in zip(column, column.isna(), strict=True)
    ]
    return pd.Series(values, index=column.index, dtype=object)


def _field_checks(field: Field) -> Iterator[pa.Check]:
    accepts = conforms(field)
    form = f" in the format {field.format}" if field.format != "default" else ""
    yield _value_check(field, "type", accepts, f"must be of the type {field.type}{form}")
    if field.constraints.get("required"):
        yield _column_check(field, "required", lambda column: column.notna(), "must not be missing")

    def judged(test: Test) -> Test:
        return lambda value: not accepts(value) or test(value)

    if field.categories is not None:
        test = judged(_one_of(field, "categories", field.categories))
        yield _value_check(field, "categories", test, f"must be one of: {_shown(field.categories)}")
    for name, argument in field.constraints.items():
        if name not in ("required", "unique"):
            test, expected = _constraint(field, name, argument)
            yield _value_check(field, name, judged(test), expected)


def _constraint(field: Field, name: str, argument: Any) -> tuple[Test, str]:
    """Return the test that a constraint makes of a value, and what it expects, in words."""
    expected = f"must have the {name} {argument}"
    if name in BOUNDS and field.type in ORDERED_TYPES:
        return _bound(field, name, argument), expected
    if name in SIZES and field.type in SIZED_TYPES:
        if not isinstance(argument, int) or isinstance(argument, bool):
            raise SchemaError(f"{field.name}: {name} {argument!r} is not an integer")
        fits = SIZES[name]
        return lambda value: fits(value, argument), expected
    if name == "pattern" and field.type == "string":
        return _matches(field, argument), f"must match the pattern {argument}"
    if name == "enum":
        if not isinstance(argument, list):
            raise SchemaError(f"{field.name}: enum {argument!r} is not a list")
        return _one_of(field, "enum", argument), f"must be one of: {_shown(argument)}"
    raise SchemaError(f"{field.name}: a field of the type {field.type} cannot have the constraint {name!r}")


def _matches(field: Field, argument: Any) -> Test:
    """Return the test of a pattern; it gives up, with a TimeoutError, when a column has taken too long."""
    try:
        re.compile(argument)  # regex takes some patterns that Python and frictionless do not
        pattern = regex.compile(argument)  # type: ignore[no-untyped-call]
    except (re.error, regex.error, TypeError, OverflowError, RecursionError, MemoryError) as error:
        raise SchemaError(f"{field.name}: the pattern {argument!r} is malformed: {error}") from error
    left = PATTERN_SECONDS

    def test(value: Any) -> bool:
        nonlocal left
        start = time.monotonic()
        matches = pattern.fullmatch(value, timeout=left) is not None
        left = max(left - (time.monotonic() - start), 0.001)
        return matches

    return test


def _bound(field: Field, name: str, argument: Any) -> Test:
    bound = _argument(field, name, argument)
    holds = BOUNDS[name]

    def test(value: Any) -> bool:
        try:
            return value is not NAN and holds(value, bound)
        except TypeError:  # a time with a zone and one without have no order
            return False

    return test


def _one_of(field: Field, name: str, declared: Sequence[Any]) -> Test:
    allowed = [_argument(field, name, value) for value in declared]
    return lambda value: value in allowed


def _argument(field: Field, name: str, argument: Any) -> Any:
    """Return the value that an argument of a constraint stands for."""
    value = argument_value(field, argument)
    if value is None:
        raise SchemaError(f"{field.name}: {name} {argument!r} is not of the type {field.type}")
    return value


def _shown(values: Sequence[Any]) -> str:
    return ", ".join(map(str, values))


def _column_check(field: Field, name: str, test: ColumnTest, expected: str) -> pa.Check:
    return pa.Check(test, name=name, error=expected, ignore_na=False, statistics={"fields": [field.name]})


def _value_check(field: Field, name: str, test: Test, expected: str) -> pa.Check:
    """Return a check that makes the test of each distinct value once; null passes."""

    def check(column: "pd.Series[Any]") -> "pd.Series[bool]":
        verdicts: dict[Hashable, bool] = {}
        passed = []
        for value, is_null in zip(column, column.isna(), strict=True):
            key = None if is_null else (type(value), hashable(value))
            if key not in verdicts:
                verdicts[key] = is_null or test(value)
            passed.append(verdicts[key])
        return pd.Series(passed, index=column.index, dtype=bool)

    return _column_check(field, name, check, expected)


def _key_checks(schema: TableSchema) -> Iterator[pa.Check]:
    if schema.primary_key:
        fields = schema.named(schema.primary_key)
        yield key_check("primaryKey", fields, _unique_and_filled, "must be filled, and unique")
    for field in schema.fields:
        if field.constraints.get("unique"):
            yield key_check("unique", [field], _unique, "must be unique")
    for key in schema.unique_keys:
        yield key_check("uniqueKeys", schema.named(key), _unique, "must be unique")


def _unique(frame: pd.DataFrame) -> "pd.Series[bool]":
    """Tell of each line whether no line before it has the same values; a line with a null has no equal."""
    return ~_repeated(frame) | frame.isna().any(axis="columns")


def _unique_and_filled(frame: pd.DataFrame) -> "pd.Series[bool]":
    return ~_repeated(frame) & frame.notna().all(axis="columns")


def _repeated(frame: pd.DataFrame) -> "pd.Series[bool]":
    lines = list(frame.itertuples(index=False, name=None))
    return pd.Series(lines, index=frame.index, dtype=object).duplicated()
