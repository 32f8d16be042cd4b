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
from factpack.header import ALLOW_EXTRA_LABELS, ALLOW_MISSING_FIELDS
from factpack.keys import is_filled, is_first, is_found
from factpack.kinds import BoolArray, NumberArray
from factpack.package import open_package
from factpack.series import column_of
from factpack.table_schema import Field, ForeignKey, TableSchema, did_you_mean, parse_schema
from factpack.values import Values

#: Columns by name, as they were read.
Columns = Mapping[str, Column]

#: A test of rows, given the columns of its fields.
RowTest = Callable[[Sequence[Column]], BoolArray]


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
        found = open_package(schema).resource(resource or "")
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
) -> pa.DataFrameSchema:
    """Return the pandera schema that enforces a Table Schema.

    With `columns`, it judges these, whatever the DataFrame holds; else the DataFrame. Of the foreign keys it
    enforces those that come with their parents. A pool judges the columns ahead.

    Raises:
        SchemaError: a constraint is malformed, or stands on a type that cannot have it.

    Source: Table Schema v2.0, "Field Constraints", `categories`, `primaryKey`, `uniqueKeys`, `foreignKeys`.

    """
    make = _CheckMaker(columns, pool)
    found: list[Any] = [*_field_checks(schema, make), *_key_checks(schema, make)]
    found += _inner_key_checks(schema, name, make) if columns is None else []
    found += _foreign_key_checks(schema, parents, make)
    of_one: dict[str, list[Any]] = {field.name: [] for field in schema.fields}
    for check in found:
        if _is_of_one(check):
            of_one[check.statistics["fields"][0]].append(check)
    return pa.DataFrameSchema(
        {
            field.name: pa.Column(
                checks=of_one[field.name], nullable=True, required=_is_needed(field, schema)
            )
            for field in schema.fields
        },
        checks=[check for check in found if not _is_of_one(check)],
        name=name,
        strict=columns is None and schema.fields_match not in ALLOW_EXTRA_LABELS,
        ordered=columns is None and schema.fields_match == "exact",
    )


def compile_foreign_keys(
    schema: TableSchema, columns: Columns, parents: Sequence[Reference], pool: Executor
) -> pa.DataFrameSchema:
    """Return the pandera schema that enforces the foreign keys alone of columns that were read."""
    return pa.DataFrameSchema(checks=list(_foreign_key_checks(schema, parents, _CheckMaker(columns, pool))))


def failures(schema: pa.DataFrameSchema, frame: pd.DataFrame) -> Iterator[Failure]:
    """Yield each check of a compiled schema that fails on a frame.

    The checks are run one by one, since pandera's summary of all that fail takes long where these are many.

    Raises:
        CheckError: a check could not be run.

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
            raise CheckError(f"the check {check.name!r} could not be run: {detail}") from error
        positions = (~verdicts).to_numpy().nonzero()[0]
        if len(positions):
            yield Failure(
                rule=check.name,
                expected=check.error,
                fields=check.statistics["fields"],
                positions=positions,
            )


class _CheckMaker:
    """Makes pandera's checks of tests, on the columns that were read or on those of a DataFrame."""

    def __init__(self, columns: Columns | None, pool: Executor | None) -> None:
        self._columns = columns
        self._pool = pool

    def __call__(
        self, name: str, expected: str, fields: Sequence[Field], test: RowTest, others: Sequence[Field] = ()
    ) -> pa.Check:
        """Return a check of fields, and of `others`, which are not those at fault."""

        def of_frame(data: Any) -> BoolArray:
            series = {fields[0].name: data} if isinstance(data, pd.Series) else data
            return test([column_of(series[field.name], field) for field in (*fields, *others)])

        def of_columns(columns: Columns) -> BoolArray:
            return test([columns[field.name] for field in (*fields, *others)])

        judge: Callable[[Any], BoolArray] = of_frame
        if self._columns is not None and self._pool is not None:
            ahead = self._pool.submit(of_columns, self._columns)
            judge = lambda data: ahead.result()  # noqa: E731
        elif self._columns is not None:
            columns = self._columns
            judge = lambda data: of_columns(columns)  # noqa: E731

        def check(data: Any) -> "pd.Series[bool]":
            return pd.Series(judge(data), index=data.index, dtype=bool)

        about = {"fields": [field.name for field in fields], "others": [field.name for field in others]}
        return pa.Check(check, name=name, error=expected, ignore_na=False, statistics=about)


def _is_of_one(check: Any) -> bool:
    """Tell whether a check is one of a single column, which pandera then gives it."""
    return len(check.statistics["fields"]) == 1 and not check.statistics["others"]


def _is_needed(field: Field, schema: TableSchema) -> bool:
    is_required = bool(field.constraints.get("required")) or field.name in schema.primary_key
    return is_required or schema.fields_match not in ALLOW_MISSING_FIELDS


def _field_checks(schema: TableSchema, make: _CheckMaker) -> Iterator[pa.Check]:
    for field in schema.fields:
        form = f" in the format {field.format}" if field.format != "default" else ""
        yield make("type", f"must be of the type {field.type}{form}", [field], _is_readable)
        if field.constraints.get("required"):
            yield make("required", "must not be missing", [field], _is_present)
        for test in tests_of(field):
            yield make(test.name, test.expected, [field], _row_test(test))


def _row_test(test: Test) -> RowTest:
    return lambda columns: test.passed(columns[0].values)


def _is_readable(columns: Sequence[Column]) -> BoolArray:
    return ~columns[0].unreadable


def _is_present(columns: Sequence[Column]) -> BoolArray:
    return ~columns[0].values.is_null() | columns[0].unreadable


def _key_checks(schema: TableSchema, make: _CheckMaker) -> Iterator[pa.Check]:
    if schema.primary_key:
        fields = schema.named(schema.primary_key)
        yield make("primaryKey", "must be filled, and unique", fields, _is_filled_and_unique)
    for field in schema.fields:
        if field.constraints.get("unique"):
            yield make("unique", "must be unique", [field], _is_unique)
    for key in schema.unique_keys:
        yield make("uniqueKeys", "must be unique", schema.named(key), _is_unique)


def _values(columns: Sequence[Column]) -> list[Values]:
    return [column.values for column in columns]


def _is_unique(columns: Sequence[Column]) -> BoolArray:
    """Tell of each row whether no row before it has the same key; a key with a null has no equal."""
    return is_first(_values(columns)) | ~is_filled(_values(columns))


def _is_filled_and_unique(columns: Sequence[Column]) -> BoolArray:
    return is_first(_values(columns)) & is_filled(_values(columns))


def _foreign_key_checks(
    schema: TableSchema, parents: Sequence[Reference], make: _CheckMaker
) -> Iterator[pa.Check]:
    for key, parent in parents:
        yield make("foreignKeys", _expected(key, parent.name), schema.named(key.fields), _refers_to(parent))


def _inner_key_checks(schema: TableSchema, name: str, make: _CheckMaker) -> Iterator[pa.Check]:
    """Yield the checks of the foreign keys that refer to the table itself."""
    for key in schema.foreign_keys:
        if key.resource in ("", name):
            own, others = schema.named(key.fields), schema.named(key.reference_fields)
            yield make("foreignKeys", _expected(key, name), own, _refers_within, others)


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
