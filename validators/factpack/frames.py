"""Loads the tables of a package as typed DataFrames."""

import math
from pathlib import Path
from typing import Any

import pandas as pd

from factpack.exceptions import PackageError, SchemaError
from factpack.fields import NAN, argument_value, conforms, typed_column
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
    if resource.file is None or resource.schema is None:
        raise PackageError(f"the table {resource.name!r} cannot be read; `factpack validate` tells why")
    lexical = read_table(resource)
    if lexical.findings:
        fault = lexical.findings[0]
        raise PackageError(f"the table {resource.name!r} has a fault at row {fault.row}: {fault.message}")
    try:
        columns = {
            field.name: _column(lexical.frame[field.name], field, resource)
            for field in resource.schema.fields
        }
    except SchemaError as error:
        raise PackageError(f"the table {resource.name!r} cannot be read: {error}") from error
    return pd.DataFrame(columns, index=lexical.frame.index)


def _column(texts: "pd.Series[Any]", field: Field, resource: Resource) -> "pd.Series[Any]":
    where = f"{resource.name}.{field.name}"
    values = typed_column(texts, field)
    accepts = conforms(field)
    if not all(accepts(value) for value in values if value is not None):
        raise PackageError(f"{where} has a cell that is not of the type {field.type}")
    if field.categories is not None:
        categories = [argument_value(field, value) for value in field.categories]
        if not all(value in categories for value in values if value is not None):
            raise PackageError(f"{where} has a cell that is in none of its categories")
        return values.astype(pd.CategoricalDtype(categories, ordered=field.categories_ordered))
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
