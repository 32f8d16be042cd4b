"""Compiles a Table Schema to a pandera schema: types, constraints, categories and keys.

Each check of the pandera schema has the name of the property of Table Schema that it enforces, says in
`error` what is expected, and names its fields in `statistics`. It judges DataFrames, in their dtypes.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa

from factpack.exceptions import PackageError, SchemaError
from factpack.fields import Column
from factpack.header import ALLOW_EXTRA_LABELS, is_needed
from factpack.kinds import BoolArray
from factpack.package import open_package
from factpack.patterns import Clock
from factpack.row_tests import (
    Parent,
    Reference,
    TableTest,
    expected,
    foreign_key_tests,
    inner_key_tests,
    tests_of_table,
)
from factpack.series import column_of
from factpack.table_schema import Field, ForeignKey, TableSchema, did_you_mean, parse_schema
from factpack.values import Values


def pandera_schema(
    schema: Mapping[str, Any] | str | Path,
    resource: str | None = None,
    parents: Mapping[str, pd.DataFrame] | None = None,
) -> pa.DataFrameSchema:
    """Return the pandera schema that enforces a Table Schema on a DataFrame of your own.

    `schema` is a Table Schema, or the path of a `datapackage.json`, whose `resource` is then meant. A column
    may have any dtype that holds values of its field's type; null is what pandas takes for missing. A float
    is the shortest decimal of its width, a moment with a zone is the same one in UTC, and an array of numpy
    is a list. Foreign keys into the table itself are enforced, and those into other tables that `parents`
    has, by the names of their resources. Where the index of a frame has a label twice, or a missing one,
    pandera cannot tell which rows fail a check of several columns: `reset_index` first. It takes no columns
    with labels of several levels, or in a `CategoricalIndex`.

    Raises:
        SchemaError: the Table Schema is malformed; `parents` has a table that no foreign key refers to, or
            one whose values are not of the type of the fields that refer to them.
        UnjudgedError: factpack cannot judge by it.
        PackageError: there is no such package or resource, or its schema cannot be used.

    Source: Table Schema v2.0.

    """
    if isinstance(schema, Mapping):
        parsed, name = parse_schema(schema), resource or ""
    else:
        package = open_package(schema)
        package.check_opened()
        found = package.resource(resource or "")
        if found.schema is None or found.is_open:
            raise PackageError(f"{found.name} has no schema that can be used; `factpack validate` tells why")
        parsed, name = found.schema, found.name
    _check_inner_keys(parsed, name)
    compiled = compile_schema(parsed, name, parents=list(_references(parsed, name, parents or {})))
    compiled.metadata = {"foreignKeys without parents": list(_unenforced(parsed, name, parents or {}))}
    return compiled


def _check_inner_keys(schema: TableSchema, name: str) -> None:
    """Check that foreign keys into the table itself refer to fields that it has."""
    for key in schema.foreign_keys:
        for field in key.reference_fields if key.resource in ("", name) else ():
            if field not in schema.names:
                hint = did_you_mean(field, schema.names)
                raise SchemaError(f"a foreign key refers to the field {field!r}, which does not exist{hint}")


def _unenforced(
    schema: TableSchema, name: str, parents: Mapping[str, pd.DataFrame]
) -> Iterator[tuple[Sequence[str], str]]:
    """Yield the fields of each foreign key whose parent is not given, and what it would expect."""
    for key in schema.foreign_keys:
        if key.resource not in ("", name, *parents):
            yield key.fields, expected(key, key.resource)
    for key in schema.external_keys:
        yield key.fields, expected(key, f"{key.resource} of the package {key.package}")


def _references(schema: TableSchema, name: str, parents: Mapping[str, pd.DataFrame]) -> Iterator[Reference]:
    """Yield the foreign keys into other tables whose parents are given."""
    known = {key.resource for key in schema.foreign_keys} - {"", name}
    for other in parents:
        if other not in known:
            raise SchemaError(f"no foreign key refers to {other!r}{did_you_mean(other, sorted(known))}")
    for key in schema.foreign_keys:
        if key.resource in parents:
            frame, fields = parents[key.resource], schema.named(key.fields)
            _check_parent(frame, key)
            columns = zip(key.reference_fields, fields, strict=True)
            values = [_values_of_parent(frame[column], field, key.resource) for column, field in columns]
            yield key, Parent(name=key.resource, key=values)


def _check_parent(frame: pd.DataFrame, key: ForeignKey) -> None:
    """Check that a table has each column that a foreign key refers to, once."""
    if not isinstance(frame, pd.DataFrame):
        raise SchemaError(f"the parent {key.resource!r} is not a DataFrame")
    missing = [column for column in key.reference_fields if column not in frame.columns]
    if missing:
        raise SchemaError(f"the parent {key.resource!r} lacks the columns {', '.join(missing)}")
    for column in key.reference_fields:
        if not isinstance(frame[column], pd.Series):
            raise SchemaError(f"the parent {key.resource!r} has more than one column {column}")


def _values_of_parent(series: "pd.Series[Any]", field: Field, parent: str) -> Values:
    """Return the values of a column that is referred to, which are of the type of the field that refers."""
    column = column_of(series, field)
    if column.unreadable.any():
        raise SchemaError(
            f"the parent {parent!r} has values in {series.name} that are not of the type {field.type}"
        )
    return column.values


def compile_schema(schema: TableSchema, name: str, parents: Sequence[Reference] = ()) -> pa.DataFrameSchema:
    """Return the pandera schema that enforces a Table Schema on DataFrames.

    Of the foreign keys it enforces those that come with their parents, and those into the table itself.

    Raises:
        SchemaError: a constraint is malformed, or stands on a type that cannot have it.

    Source: Table Schema v2.0, "Field Constraints", `categories`, `primaryKey`, `uniqueKeys`, `foreignKeys`.

    """
    clock = Clock()
    of_one: dict[str, list[pa.Check]] = {field.name: [] for field in schema.fields}
    of_several: list[pa.Check] = []
    for test in (
        *tests_of_table(schema, clock),
        *foreign_key_tests(schema, parents),
        *inner_key_tests(schema, name),
    ):
        is_of_one = len(test.fields) == 1 and not test.others  # pandera then gives the check its column
        (of_one[test.fields[0].name] if is_of_one else of_several).append(_check_of_frames(test, clock))
    return pa.DataFrameSchema(
        {
            field.name: pa.Column(checks=of_one[field.name], nullable=True, required=is_needed(field, schema))
            for field in schema.fields
        },
        checks=[*of_several, *_column_checks(schema)],
        name=name or "table",
        strict=schema.fields_match not in ALLOW_EXTRA_LABELS,
        ordered=schema.fields_match == "exact",
        unique_column_names=True,
    )


def _check_of_frames(test: TableTest, clock: Clock) -> pa.Check:
    """Return pandera's check that makes a test of a DataFrame, or of its one column."""

    def judge(data: Any) -> BoolArray:
        clock.restart()  # the schema may be used again and again
        series = {test.fields[0].name: data} if isinstance(data, pd.Series) else data
        if not all(isinstance(series.get(field.name), pd.Series) for field in test.fields):
            return np.ones(len(data), bool)  # it asks nothing of a table that has not each field once
        fields = (*test.fields, *test.others)
        return test.passed({field.name: _column_of(series, field, len(data)) for field in fields})

    return _check(test, judge)


def _column_of(series: Mapping[Any, "pd.Series[Any]"], field: Field, length: int) -> Column:
    """Return the column of a field, which is null throughout where there is none."""
    absent = pd.Series([None] * length, dtype=object)
    return column_of(series.get(field.name, absent), field)


def _column_checks(schema: TableSchema) -> list[pa.Check]:
    """Return the check that some column is one of the schema's, which pandera does not make by itself."""
    if schema.fields_match != "partial":
        return []
    names = frozenset(schema.names)
    expected = "must have a column that is one of the fields"
    about: dict[str, Any] = {"fields": [], "others": []}
    return [
        pa.Check(
            lambda frame: not names.isdisjoint(frame.columns),
            name="unmatched-header",
            error=expected,
            statistics=about,
        )
    ]


def _check(test: TableTest, judge: Callable[[Any], BoolArray]) -> pa.Check:
    def check(data: Any) -> "pd.Series[bool]":
        return pd.Series(judge(data), index=data.index, dtype=bool)

    about = {
        "fields": [field.name for field in test.fields],
        "others": [field.name for field in test.others],
    }
    return pa.Check(check, name=test.name, error=test.expected, ignore_na=False, statistics=about)
