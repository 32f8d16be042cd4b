"""The tests that a Table Schema makes of the values of a field: its constraints, and its categories."""

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from factpack.arrow_memory import array_of, scalar
from factpack.descriptor import as_whole, with_floats
from factpack.exceptions import SchemaError
from factpack.fields import FLOAT_DIGITS, JSON_TYPES, NAN, exact, hashable, json_value
from factpack.json_schema import json_schema_test
from factpack.kinds import BoolArray
from factpack.moments import in_utc
from factpack.patterns import Clock, Pattern, PatternError
from factpack.table_schema import Field, did_you_mean
from factpack.values import Values, bools

One = Callable[[Any], bool]
Many = Callable[[pa.ChunkedArray], pa.ChunkedArray | None]

#: The types whose values have an order, and those whose values have a length.
ORDERED_TYPES = {"integer", "number", "date", "time", "datetime", "duration", "year", "yearmonth"}
SIZED_TYPES = {"string", "array", "list", "object"}

#: In UTF-8.
MOST_BYTES_OF_CHARACTER = 4

#: So many characters of the values of an enum are shown beside each that is none of them.
MOST_SHOWN = 1000

BOUNDS: Mapping[str, Callable[[Any, Any], bool]] = {
    "minimum": operator.ge,
    "maximum": operator.le,
    "exclusiveMinimum": operator.gt,
    "exclusiveMaximum": operator.lt,
}
ARROW_BOUNDS: Mapping[str, Callable[..., pa.ChunkedArray]] = {
    "minimum": pc.greater_equal,
    "maximum": pc.less_equal,
    "exclusiveMinimum": pc.greater,
    "exclusiveMaximum": pc.less,
}

#: Table Schema v2.0, "Field Constraints".
CONSTRAINTS = ("required", "unique", *BOUNDS, "minLength", "maxLength", "pattern", "enum", "jsonSchema")


@dataclass(frozen=True, kw_only=True)
class Test:
    """A test of the values of a field, with the name of the property that asks for it and what it expects.

    `one` makes it of a value; `many`, where there is one, of a whole Arrow array, or gives None if it cannot.
    """

    name: str
    expected: str
    one: One
    many: Many | None = None

    def passed(self, values: Values) -> BoolArray:
        """Tell of each row whether it passes; null does."""
        array = values.array
        if array is not None and self.many is not None:
            verdicts = self.many(array)
            if verdicts is not None:
                return bools(verdicts, null=True)
        once = values.distinct()
        return once.spread(np.array([self.one(exact(item)) for item in once.items], bool))


def tests_of(field: Field, clock: Clock | None = None) -> Iterator[Test]:  # noqa: PT028
    """Yield the tests of a field's values, but for its type and whether they may be null or recur.

    Patterns and JSON Schemas share the time of the clock; without one they have one of their own.

    Raises:
        SchemaError: a constraint is malformed, impossible, or stands on a type that cannot have it.

    Source: Table Schema v2.0, "Field Constraints" and `categories`.

    """
    clock = clock or Clock()
    if field.categories is not None:
        yield _one_of(field, "categories", field.categories)
    for name, argument in field.constraints.items():
        if name not in ("required", "unique"):
            yield _constraint(field, name, argument, clock)
    _check_possible(field)


def _constraint(field: Field, name: str, argument: Any, clock: Clock) -> Test:
    if name in BOUNDS and field.type in ORDERED_TYPES:
        return _bound(field, name, argument)
    if name in ("minLength", "maxLength") and field.type in SIZED_TYPES:
        return _size(field, name, argument)
    if name == "pattern" and field.type == "string":
        return _pattern(field, argument, clock)
    if name == "jsonSchema" and field.type in JSON_TYPES:
        test = json_schema_test(field, argument, clock)
        return Test(name=name, expected="must conform to the field's JSON Schema", one=test)
    if name == "enum":
        if not isinstance(argument, list) or not argument:
            raise SchemaError(f"{field.name}: enum {argument!r} is not a list of values")
        return _one_of(field, "enum", argument)
    hint = "" if name in CONSTRAINTS else did_you_mean(name, CONSTRAINTS)
    raise SchemaError(
        f"{field.name}: a field of the type {field.type} cannot have the constraint {name!r}{hint}"
    )


def _size(field: Field, name: str, argument: Any) -> Test:
    argument = as_whole(argument)
    if not isinstance(argument, int) or isinstance(argument, bool) or argument < 0:
        raise SchemaError(f"{field.name}: {name} {with_floats(argument)!r} is not a whole number from 0")
    compare = operator.ge if name == "minLength" else operator.le
    arrow = pc.greater_equal if name == "minLength" else pc.less_equal
    size = min(argument, 2**31 - 1)  # no text is longer
    return Test(
        name=name,
        expected=f"must have the {name} {argument}",
        one=lambda value: compare(len(value), argument),
        many=lambda array: _sizes_pass(array, arrow, size, is_least=name == "minLength"),
    )


def _sizes_pass(
    array: pa.ChunkedArray, compare: Callable[..., pa.ChunkedArray], size: int, *, is_least: bool
) -> pa.ChunkedArray:
    """Tell which texts have the size; bytes are counted first, of which a character has one to four."""
    least = MOST_BYTES_OF_CHARACTER * size - MOST_BYTES_OF_CHARACTER + 1 if is_least else size
    limit = scalar(size, pa.int32())
    if least < 2**31:
        by_bytes = compare(pc.binary_length(array), scalar(least, pa.int32()))
        if pc.all(by_bytes).as_py():
            return by_bytes
    return compare(pc.utf8_length(array), limit)


def _pattern(field: Field, argument: Any, clock: Clock) -> Test:
    if not isinstance(argument, str):
        raise SchemaError(f"{field.name}: the pattern {argument!r} is not a text")
    try:
        pattern = Pattern(argument, clock)
    except PatternError as error:
        raise SchemaError(f"{field.name}: {error}") from error
    return Test(
        name="pattern",
        expected=f"must match the pattern {argument}",
        one=pattern.matches,
        many=pattern.many,
    )


def _bound(field: Field, name: str, argument: Any) -> Test:
    bound = value_of_argument(field, name, argument)
    compare = BOUNDS[name]

    def one(value: Any) -> bool:
        try:
            return value is not NAN and bool(compare(value, bound))
        except TypeError:  # a time with a zone and one without have no order
            return False

    def many(array: pa.ChunkedArray) -> pa.ChunkedArray | None:
        known = _for_arrow(bound, array.type)
        return None if known is None else ARROW_BOUNDS[name](array, scalar(known, array.type))

    return Test(name=name, expected=f"must have the {name} {argument}", one=one, many=many)


def _for_arrow(value: Any, kind: pa.DataType) -> Any:
    """Return a value as Arrow compares it with those of a type, if that is exact; else None."""
    if pa.types.is_float64(kind) and isinstance(value, Decimal):
        is_short = len(value.as_tuple().digits) <= FLOAT_DIGITS and abs(value.adjusted()) <= FLOAT_DIGITS
        return float(value) + 0.0 if is_short else None  # -0 becomes 0, as in columns
    if pa.types.is_int64(kind):
        return value if isinstance(value, int) and abs(value) < 2**63 else None
    if pa.types.is_timestamp(kind):
        if (value.tzinfo is None) != (kind.tz is None):
            return None
        # Arrow passes over any zone, since pandera sets `PYARROW_IGNORE_TIMEZONE`
        return value if kind.tz is None else in_utc(value)
    return value if isinstance(value, str) else None


def _one_of(field: Field, name: str, declared: Sequence[Any]) -> Test:
    allowed = [value_of_argument(field, name, value) for value in declared]
    known = {hashable(value) for value in allowed}

    def many(array: pa.ChunkedArray) -> pa.ChunkedArray | None:
        values = [_for_arrow(value, array.type) for value in allowed]
        if None in values:
            return None
        return pc.or_(pc.is_in(array, array_of(values, array.type)), pc.is_null(array))

    return Test(
        name=name,
        expected=f"must be one of: {_listed(declared)}",
        one=lambda value: hashable(value) in known,
        many=many,
    )


def _listed(values: Sequence[Any]) -> str:
    """Return values as a list, or of very many the first and how many more there are."""
    texts = [*map(str, values)]
    shown = max(1, sum(length <= MOST_SHOWN for length in accumulate(map(len, texts))))
    more = f" and {len(texts) - shown:,} more" if shown < len(texts) else ""
    return f"{', '.join(texts[:shown])}{more}"


def value_of_argument(field: Field, name: str, argument: Any) -> Any:
    """Return the value that an argument of a constraint stands for.

    Raises:
        SchemaError: it is not of the field's type.

    """
    value = json_value(field, argument)
    if value is None:
        raise SchemaError(f"{field.name}: {name} {with_floats(argument)!r} is not of the type {field.type}")
    return value


def _check_possible(field: Field) -> None:
    """Check that the constraints of a field do not rule each other out."""
    given = field.constraints
    for low, high, may_be_equal in (
        ("minimum", "maximum", True),
        ("minimum", "exclusiveMaximum", False),
        ("exclusiveMinimum", "maximum", False),
        ("exclusiveMinimum", "exclusiveMaximum", False),
        ("minLength", "maxLength", True),
    ):
        if low not in given or high not in given:
            continue
        is_size = low == "minLength"
        least = given[low] if is_size else value_of_argument(field, low, given[low])
        most = given[high] if is_size else value_of_argument(field, high, given[high])
        try:
            is_possible = least <= most if may_be_equal else least < most
        except TypeError:  # values that have no order
            is_possible = True
        if not is_possible:
            raise SchemaError(
                f"{field.name}: no value has both the {low} {given[low]} and the {high} {given[high]}"
            )
    if field.categories is not None and "enum" in given:
        known = {hashable(value_of_argument(field, "categories", value)) for value in field.categories}
        for value in given["enum"]:
            if hashable(value_of_argument(field, "enum", value)) not in known:
                raise SchemaError(f"{field.name}: enum has {value!r}, which is none of its categories")
