"""Loads the tables of a package as typed DataFrames."""

from pathlib import Path
from typing import Any

import pandas as pd

from factpack.exceptions import PackageError
from factpack.fields import conforms, typed_column
from factpack.package import Resource, open_package
from factpack.reading import read_table
from factpack.table_schema import Field

#: The pandas dtypes of the types of Table Schema; a field of another type keeps Python's own values.
DTYPES = {"string": "str", "integer": "Int64", "number": "Float64", "boolean": "boolean", "year": "Int64"}
DATE_TYPES = {"date", "datetime"}


def load(descriptor: str | Path) -> dict[str, pd.DataFrame]:
    """Return the tables of a data package by name, each column in the dtype of its field.

    Text is `str`, whole numbers `Int64`, numbers `Float64`, booleans `boolean`, dates `datetime64`, and a
    field with categories is `category` with the declared order of values. Null is pandas' missing value.

    Raises:
        PackageError: the descriptor or a table cannot be read, or a cell is not of its field's type; a
            `factpack.validate` tells which.

    """
    package = open_package(descriptor)
    if not package.resources:
        raise PackageError(package.findings[0].message)
    return {resource.name: load_table(resource) for resource in package.resources if resource.is_table}


def load_table(resource: Resource) -> pd.DataFrame:
    """Return one table of a package, typed as `load` tells.

    Raises:
        PackageError: the table cannot be read, or a cell is not of its field's type.

    """
    if resource.file is None or resource.schema is None:
        raise PackageError(f"the table {resource.name!r} cannot be read; `factpack validate` tells why")
    texts = read_table(resource).frame
    columns = {}
    for field in resource.schema.fields:
        values = typed_column(texts[field.name], field)
        accepts = conforms(field)
        if not all(accepts(value) for value in values if value is not None):
            raise PackageError(
                f"{resource.name}.{field.name} has a cell that is not of the type {field.type}"
            )
        columns[field.name] = _typed(values, field)
    return pd.DataFrame(columns, index=texts.index)


def _typed(values: "pd.Series[Any]", field: Field) -> "pd.Series[Any]":
    if field.categories is not None:
        return values.astype(pd.CategoricalDtype(list(field.categories), ordered=field.categories_ordered))
    if field.type in DATE_TYPES:
        return pd.to_datetime(values)
    if field.type == "number":
        return values.map(float, na_action="ignore").astype("Float64")
    return values.astype(pd.api.types.pandas_dtype(DTYPES[field.type])) if field.type in DTYPES else values
