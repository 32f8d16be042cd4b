"""Loads the tables of a package as typed DataFrames."""

import math
from pathlib import Path
from typing import Any

import pandas as pd

from factpack.constraints import tests_of
from factpack.exceptions import DescriptorError, PackageError, SchemaError, UnjudgedError
from factpack.fields import NAN, Column, json_value, read_column
from factpack.package import Resource, open_package
from factpack.reading import read_table
from factpack.table_schema import Field

#: The pandas dtypes of the types of Table Schema; a field of another type keeps Python's own values.
DTYPES = {"string": "str", "integer": "Int64", "number": "Float64", "boolean": "boolean", "year": "Int64"}
DATE_TYPES = {"date", "datetime"}


def load(descriptor: str | Path) -> dict[str, pd.DataFrame]:
    """Return the tables of a data package by name, each column in the dtype of its field.

    Text is `str`, whole numbers `Int64`, numbers `Float64`, booleans `boolean`, dates `datetime64`, and a
    field with categories is `category` with the declared order of values. Null is pandas' missing value. A
    column past what its dtype can hold keeps Python's own values.

    Raises:
        PackageError: the descriptor or a table cannot be read, a table's form has faults, or a cell is not of
            its field's type or categories; `factpack.validate` tells which.

    """
    package = open_package(descriptor)
    if not package.resources:
        raise PackageError(package.findings[0].message)
    return {resource.name: load_table(resource) for resource in package.resources if resource.is_table}


def load_table(resource: Resource) -> pd.DataFrame:
    """Return one table of a package, typed as `load` tells.

    Raises:
        PackageError: the table cannot be read, its form has faults, or a cell is not what its field asks for.

    """
    if resource.schema is None or resource.is_open:
        raise PackageError(f"the table {resource.name!r} cannot be read; `factpack validate` tells why")
    try:
        lexical = read_table(resource)
        if lexical.faults:
            fault = lexical.faults[0]
            raise PackageError(f"the table {resource.name!r} has a fault at row {fault.row}: {fault.message}")
        fields = resource.schema.restricted(lexical.columns.keys()).fields
        columns = {
            field.name: _series(read_column(lexical.columns[field.name], field), resource) for field in fields
        }
    except (SchemaError, UnjudgedError, DescriptorError) as error:
        raise PackageError(f"the table {resource.name!r} cannot be read: {error}") from error
    return pd.DataFrame(columns, index=pd.RangeIndex(len(lexical)))


def _series(column: Column, resource: Resource) -> "pd.Series[Any]":
    field = column.field
    where = f"{resource.name}.{field.name}"
    if column.unreadable.any():
        raise PackageError(f"{where} has a cell that is not of the type {field.type}")
    if field.categories is not None:
        (test,) = [test for test in tests_of(field) if test.name == "categories"]
        if not test.passed(column.values).all():
            raise PackageError(f"{where} has a cell that is in none of its categories")
        categories = [json_value(field, value) for value in field.categories]
        dtype = pd.CategoricalDtype(categories, ordered=field.categories_ordered)
        return pd.Series(column.values.to_list(), dtype=object).astype(dtype)
    values = pd.Series(column.values.to_list(), dtype=object)
    try:
        return _typed(values, field)
    except (ValueError, OverflowError):  # past what the dtype can hold: Python's own values, then
        return values


def _typed(values: "pd.Series[Any]", field: Field) -> "pd.Series[Any]":
    if field.type in DATE_TYPES:
        return pd.to_datetime(values)
    if field.type == "number":
        numbers = [None if value is None else math.nan if value is NAN else float(value) for value in values]
        return pd.Series(pd.array(numbers, dtype="Float64"), index=values.index)
    if field.type not in DTYPES:
        return values
    return values.astype(pd.api.types.pandas_dtype(DTYPES[field.type]))
