"""Compiles a Table Schema to a pandera schema: types, constraints, categories and keys.

Each check of the pandera schema has the name of the property of Table Schema that it enforces, says in
`error` what is expected, and names its fields in `statistics`. It judges DataFrames in the dtypes of their
columns, or, when it is compiled with them, columns that were read from a file.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pandera.pandas as pa

from factpack.constraints import Test, tests_of
from factpack.exceptions import CheckError, PackageError, SchemaError
from factpack.fields import Column
from factpack.header import ALLOW_EXTRA_LABELS, is_needed
from factpack.keys import is_filled, is_first, is_found
from factpack.kinds import BoolArray, NumberArray
from factpack.package import open_package
from factpack.patterns import Clock
from factpack.series import column_of
from factpack.table_schema import Field, ForeignKey, TableSchema, did_you_mean, parse_schema
from factpack.values import Values

#: Columns by name, as they were read.
Columns = Mapping[str, Column]

#: A test of rows, given the columns of its fields.
RowTest = Callable[[Sequence[Column]], BoolArray]


@dataclass(frozen=True, kw_only=True)
class TableTest:
    """A test of the rows of a table: what asks for it, what it expects, and of which fields.

    `others` are fields that it needs too, and that are not at fault where it fails.
    """

    name: str
    expected: str
    fields: Sequence[Field]
    test: RowTest
    others: Sequence[Field] = ()

    def passed(self, columns: Columns) -> BoolArray:
        """Tell which rows pass, given the columns of the table."""
        return self.test([columns[field.name] for field in (*self.fields, *self.others)])


#: A foreign key with the table that it refers to.
Reference = tuple[ForeignKey, "Parent"]


@dataclass(frozen=True, kw_only=True)
class Failure:
    """A check that failed: its rule, what it expects, its fields, the positions of the rows that fail."""

    rule: str
    expected: str
    fields: Sequence[str]
    positions: NumberArray


@dataclass(frozen=True, kw_only=True)
class Parent:
    """The table that a foreign key refers to: the name that is shown, and the columns of the key."""

    name: str
    key: Sequence[Values]


def pandera_schema(
    schema: Mapping[str, Any] | str | Path,
    resource: str | None = None,
    parents: Mapping[str, pd.DataFrame] | None = None,
) -> pa.DataFrameSchema:
    """Return the pandera schema that enforces a Table Schema on a DataFrame of your own.

    `schema` is a Table Schema, or the path of a `datapackage.json`, whose `resource` is then meant. A column
    may have any dtype that holds values of its field's type; null is what pandas takes for missing. Foreign
    keys into the table itself are enforced, and those into other tables that `parents` has, by the names of
    their resources.

    Raises:
        SchemaError: the Table Schema is malformed, or `parents` has a table that no foreign key refers to.
        UnjudgedError: factpack cannot judge by it.
        PackageError: there is no such package or resource, or its schema cannot be used.

    Source: Table Schema v2.0.

    """
    if isinstance(schema, Mapping):
        parsed, name = parse_schema(schema), resource or "table"
    else:
        package = open_package(schema)
        package.check_opened()
        found = package.resource(resource or "")
        if found.schema is None or found.is_open:
            raise PackageError(f"{found.name} has no schema that can be used; `factpack validate` tells why")
        parsed, name = found.schema, found.name
    compiled = compile_schema(parsed, name, parents=list(_references(parsed, name, parents or {})))
    compiled.metadata = {"foreignKeys without parents": list(_unenforced(parsed, name, parents or {}))}
    return compiled


def _unenforced(
    schema: TableSchema, name: str, parents: Mapping[str, pd.DataFrame]
) -> Iterator[tuple[Sequence[str], str]]:
    """Yield the fields of each foreign key whose parent is not given, and what it would expect."""
    for key in schema.foreign_keys:
        if key.resource not in ("", name, *parents):
            yield key.fields, _expected(key, key.resource)


def _references(
    schema: TableSchema, name: str, parents: Mapping[str, pd.DataFrame]
) -> Iterator[tuple[ForeignKey, "Parent"]]:
    """Yield the foreign keys into other tables whose parents are given."""
    known = {key.resource for key in schema.foreign_keys} - {"", name}
    for other in parents:
        if other not in known:
            raise SchemaError(f"no foreign key refers to {other!r}{did_you_mean(other, sorted(known))}")
    for key in schema.foreign_keys:
        if key.resource in parents:
            frame, fields = parents[key.resource], schema.named(key.fields)
            missing = [column for column in key.reference_fields if column not in frame.columns]
            if missing:
                raise SchemaError(f"the parent {key.resource!r} lacks the columns {', '.join(missing)}")
            columns = zip(key.reference_fields, fields, strict=True)
            values = [column_of(frame[column], field).values for column, field in columns]
            yield key, Parent(name=key.resource, key=values)


def compile_schema(
    schema: TableSchema,
    name: str,
    columns: Columns | None = None,
    parents: Sequence[Reference] = (),
    pool: Executor | None = None,
    clock: Clock | None = None,
) -> pa.DataFrameSchema:
    """Return the pandera schema that enforces a Table Schema.

    With `columns`, it judges these, whatever the DataFrame holds; else the DataFrame. Of the foreign keys it
    enforces those that come with their parents, and, for a DataFrame, those into the table itself. A pool
    judges the columns ahead. The clock is shared by what is judged together.

    Raises:
        SchemaError: a constraint is malformed, or stands on a type that cannot have it.

    Source: Table Schema v2.0, "Field Constraints", `categories`, `primaryKey`, `uniqueKeys`, `foreignKeys`.

    """
    clock = clock or Clock()
    tests = [*tests_of_table(schema, clock), *foreign_key_tests(schema, parents)]
    if columns is None:
        tests += _inner_key_tests(schema, name)
    of_one: dict[str, list[pa.Check]] = {field.name: [] for field in schema.fields}
    of_several: list[pa.Check] = []
    for test in tests:
        is_of_one = len(test.fields) == 1 and not test.others  # pandera then gives the check its column
        (of_one[test.fields[0].name] if is_of_one else of_several).append(_check(test, columns, pool, clock))
    return pa.DataFrameSchema(
        {
            field.name: pa.Column(checks=of_one[field.name], nullable=True, required=is_needed(field, schema))
            for field in schema.fields
        },
        checks=of_several,
        name=name,
        strict=columns is None and schema.fields_match not in ALLOW_EXTRA_LABELS,
        ordered=columns is None and schema.fields_match == "exact",
        unique_column_names=columns is None,
    )


def compile_foreign_keys(
    schema: TableSchema, columns: Columns, parents: Sequence[Reference], pool: Executor
) -> pa.DataFrameSchema:
    """Return the pandera schema that enforces the foreign keys alone of columns that were read."""
    tests = foreign_key_tests(schema, parents)
    return pa.DataFrameSchema(checks=[_check(test, columns, pool, Clock()) for test in tests])


def failures(schema: pa.DataFrameSchema, frame: pd.DataFrame) -> Iterator[Failure | CheckError]:
    """Yield each check of a compiled schema that fails on a frame, and why others could not be run.

    The checks are run one by one, since pandera's summary of all that fail takes long where these are many.
    """
    schema.get_backend(frame)  # by which pandera registers what runs the checks
    for data, check in (
        *((frame[name], check) for name, column in schema.columns.items() for check in column.checks),
        *((frame, check) for check in schema.checks),
    ):
        try:
            verdicts = check(data).check_output
        except Exception as error:
            detail = f"{type(error).__name__}: {error}"
            yield CheckError(f"the check {check.name!r} could not be run: {detail}")
            continue
        positions = (~verdicts).to_numpy().nonzero()[0]
        if len(positions):
            yield Failure(
                rule=check.name,
                expected=check.error,
                fields=check.statistics["fields"],
                positions=positions,
            )


def _check(test: TableTest, columns: Columns | None, pool: Executor | None, clock: Clock) -> pa.Check:
    """Return pandera's check that makes a test, of columns that were read or of those of a DataFrame."""

    def of_frame(data: Any) -> BoolArray:
        clock.restart()  # the schema may be used again and again
        series = {test.fields[0].name: data} if isinstance(data, pd.Series) else data
        fields = (*test.fields, *test.others)
        return test.passed({field.name: column_of(series[field.name], field) for field in fields})

    judge: Callable[[Any], BoolArray] = of_frame
    if columns is not None and pool is not None:
        ahead = pool.submit(test.passed, columns)
        judge = lambda data: ahead.result()  # noqa: E731
    elif columns is not None:
        judge = lambda data: test.passed(columns)  # noqa: E731

    def check(data: Any) -> "pd.Series[bool]":
        return pd.Series(judge(data), index=data.index, dtype=bool)

    about = {
        "fields": [field.name for field in test.fields],
        "others": [field.name for field in test.others],
    }
    return pa.Check(check, name=test.name, error=test.expected, ignore_na=False, statistics=about)


def tests_of_table(schema: TableSchema, clock: Clock) -> Iterator[TableTest]:
    """Yield the tests that a Table Schema makes of a table, but for foreign keys; they share the clock.

    Raises:
        SchemaError: a constraint is malformed, or stands on a type that cannot have it.

    """
    for field in schema.fields:
        form = f" in the format {field.format}" if field.format != "default" else ""
        expected = f"must be of the type {field.type}{form}"
        yield TableTest(name="type", expected=expected, fields=[field], test=_is_readable)
        if field.constraints.get("required"):
            yield TableTest(name="required", expected="must not be missing", fields=[field], test=_is_present)
        for test in tests_of(field, clock):
            yield TableTest(name=test.name, expected=test.expected, fields=[field], test=_row_test(test))
    yield from _key_tests(schema)


def _row_test(test: Test) -> RowTest:
    return lambda columns: test.passed(columns[0].values)


def _is_readable(columns: Sequence[Column]) -> BoolArray:
    return ~columns[0].unreadable


def _is_present(columns: Sequence[Column]) -> BoolArray:
    return ~columns[0].values.is_null() | columns[0].unreadable


def _key_tests(schema: TableSchema) -> Iterator[TableTest]:
    if schema.primary_key:
        fields, expected = schema.named(schema.primary_key), "must be filled, and unique"
        yield TableTest(name="primaryKey", expected=expected, fields=fields, test=_is_filled_and_unique)
    unique = [("unique", [field]) for field in schema.fields if field.constraints.get("unique")]
    unique += [("uniqueKeys", schema.named(key)) for key in schema.unique_keys]
    for name, fields in unique:
        yield TableTest(name=name, expected="must be unique", fields=fields, test=_is_unique)


def _values(columns: Sequence[Column]) -> list[Values]:
    return [column.values for column in columns]


def _is_unique(columns: Sequence[Column]) -> BoolArray:
    """Tell of each row whether no row before it has the same key; a key with a null has no equal."""
    return is_first(_values(columns)) | ~is_filled(_values(columns))


def _is_filled_and_unique(columns: Sequence[Column]) -> BoolArray:
    return is_first(_values(columns)) & is_filled(_values(columns))


def foreign_key_tests(schema: TableSchema, parents: Sequence[Reference]) -> Iterator[TableTest]:
    """Yield the tests of foreign keys, given what they refer to."""
    for key, parent in parents:
        yield TableTest(
            name="foreignKeys",
            expected=_expected(key, parent.name),
            fields=schema.named(key.fields),
            test=_refers_to(parent),
        )


def _inner_key_tests(schema: TableSchema, name: str) -> Iterator[TableTest]:
    """Yield the tests of the foreign keys that refer to the table itself."""
    for key in schema.foreign_keys:
        if key.resource in ("", name):
            yield TableTest(
                name="foreignKeys",
                expected=_expected(key, name),
                fields=schema.named(key.fields),
                test=_refers_within,
                others=schema.named(key.reference_fields),
            )


def _expected(key: ForeignKey, parent: str) -> str:
    return f"must be found in {', '.join(key.reference_fields)} of {parent}"


def _refers_within(columns: Sequence[Column]) -> BoolArray:
    """Tell of each row whether its key, the first half of the columns, is the second half of some row."""
    half = len(columns) // 2
    return is_found(_values(columns[:half]), _values(columns[half:]))


def _refers_to(parent: Parent) -> RowTest:
    """Return the test whether rows refer to one of the parent, or, null throughout, to none.

    A key that is null in part refers to a row that is null in the same part, as frictionless has it.
    """
    return lambda columns: is_found(_values(columns), parent.key)
