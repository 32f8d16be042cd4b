"""Compiles a Table Schema to a pandera schema: types, constraints, categories and keys.

Each check of the pandera schema has the name of the property of Table Schema that it enforces, says in
`error` what is expected, and names its fields in `statistics`. It judges DataFrames in the dtypes of their
columns, or, when it is compiled with them, columns that were read from a file.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pandera.pandas as pa

from factpack.constraints import Test, tests_of
from factpack.exceptions import CheckError
from factpack.fields import Column
from factpack.header import ALLOW_EXTRA_LABELS, ALLOW_MISSING_FIELDS
from factpack.keys import is_filled, is_first, is_found
from factpack.kinds import BoolArray, NumberArray
from factpack.series import column_of
from factpack.table_schema import Field, ForeignKey, TableSchema
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


def compile_schema(
    schema: TableSchema, name: str, columns: Columns | None = None, parents: Sequence[Reference] = ()
) -> pa.DataFrameSchema:
    """Return the pandera schema that enforces a Table Schema.

    With `columns`, it judges these, whatever the DataFrame holds; else the DataFrame. Of the foreign keys it
    enforces those that come with their parents.

    Raises:
        SchemaError: a constraint is malformed, or stands on a type that cannot have it.

    Source: Table Schema v2.0, "Field Constraints", `categories`, `primaryKey`, `uniqueKeys`, `foreignKeys`.

    """
    make = _CheckMaker(columns)
    fields = {
        field.name: pa.Column(
            checks=list(_field_checks(field, make)), nullable=True, required=_is_needed(field, schema)
        )
        for field in schema.fields
    }
    return pa.DataFrameSchema(
        fields,
        checks=[*_key_checks(schema, make), *_foreign_key_checks(schema, parents, make)],
        name=name,
        strict=columns is None and schema.fields_match not in ALLOW_EXTRA_LABELS,
        ordered=columns is None and schema.fields_match == "exact",
    )


def compile_foreign_keys(
    schema: TableSchema, columns: Columns, parents: Sequence[Reference]
) -> pa.DataFrameSchema:
    """Return the pandera schema that enforces the foreign keys alone of columns that were read."""
    return pa.DataFrameSchema(checks=list(_foreign_key_checks(schema, parents, _CheckMaker(columns))))


def failures(schema: pa.DataFrameSchema, frame: pd.DataFrame) -> Iterator[Failure]:
    """Yield each check of a compiled schema that fails on a frame.

    Raises:
        CheckError: a check could not be run.

    """
    try:
        schema.validate(frame, lazy=True, inplace=True)
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


class _CheckMaker:
    """Makes pandera's checks of tests, on the columns that were read or on those of a DataFrame."""

    def __init__(self, columns: Columns | None) -> None:
        self._columns = columns

    def of_column(self, field: Field, name: str, expected: str, test: RowTest) -> pa.Check:
        """Return a check of one column."""
        return self._check(name, expected, [field], test, lambda column: {field.name: column})

    def of_rows(self, fields: Sequence[Field], name: str, expected: str, test: RowTest) -> pa.Check:
        """Return a check of several columns together."""
        return self._check(name, expected, fields, test, lambda frame: frame)

    def _check(
        self, name: str, expected: str, fields: Sequence[Field], test: RowTest, series: Callable[[Any], Any]
    ) -> pa.Check:
        def check(data: Any) -> "pd.Series[bool]":
            if self._columns is not None:
                judged = [self._columns[field.name] for field in fields]
            else:
                judged = [column_of(series(data)[field.name], field) for field in fields]
            return pd.Series(test(judged), index=data.index, dtype=bool)

        names = [field.name for field in fields]
        return pa.Check(check, name=name, error=expected, ignore_na=False, statistics={"fields": names})


def _is_needed(field: Field, schema: TableSchema) -> bool:
    is_required = bool(field.constraints.get("required")) or field.name in schema.primary_key
    return is_required or schema.fields_match not in ALLOW_MISSING_FIELDS


def _field_checks(field: Field, make: _CheckMaker) -> Iterator[pa.Check]:
    form = f" in the format {field.format}" if field.format != "default" else ""
    yield make.of_column(field, "type", f"must be of the type {field.type}{form}", _is_readable)
    if field.constraints.get("required"):
        yield make.of_column(field, "required", "must not be missing", _is_present)
    for test in tests_of(field):
        yield make.of_column(field, test.name, test.expected, _row_test(test))


def _row_test(test: Test) -> RowTest:
    return lambda columns: test.passed(columns[0].values)


def _is_readable(columns: Sequence[Column]) -> BoolArray:
    return ~columns[0].unreadable


def _is_present(columns: Sequence[Column]) -> BoolArray:
    return ~columns[0].values.is_null() | columns[0].unreadable


def _key_checks(schema: TableSchema, make: _CheckMaker) -> Iterator[pa.Check]:
    if schema.primary_key:
        fields = schema.named(schema.primary_key)
        yield make.of_rows(fields, "primaryKey", "must be filled, and unique", _is_filled_and_unique)
    for field in schema.fields:
        if field.constraints.get("unique"):
            yield make.of_rows([field], "unique", "must be unique", _is_unique)
    for key in schema.unique_keys:
        yield make.of_rows(schema.named(key), "uniqueKeys", "must be unique", _is_unique)


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
        expected = f"must be found in {', '.join(key.reference_fields)} of {parent.name}"
        yield make.of_rows(schema.named(key.fields), "foreignKeys", expected, _refers_to(parent))


def _refers_to(parent: Parent) -> RowTest:
    """Return the test whether rows refer to one of the parent, or, null throughout, to none.

    A key that is null in part refers to a row that is null in the same part, as frictionless has it.
    """
    return lambda columns: is_found(_values(columns), parent.key)
