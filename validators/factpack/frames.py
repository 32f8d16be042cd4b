"""Loads the tables of a package as typed DataFrames."""

from pathlib import Path

import pandas as pd

from factpack.exceptions import DescriptorError, PackageError, SchemaError, UnjudgedError
from factpack.package import Resource, open_package
from factpack.table import Table, read


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
    package.check_opened()
    return {resource.name: load_table(resource) for resource in package.resources if resource.is_table}


def load_table(resource: Resource) -> pd.DataFrame:
    """Return one table of a package, typed as `load` tells.

    Raises:
        PackageError: the table cannot be read, its form has faults, or a cell is not what its field asks for.

    """
    return sound_table(resource).frame


def sound_table(resource: Resource) -> Table:
    """Read the table of a resource.

    Raises:
        PackageError: it cannot be read, or its form has faults.

    """
    if resource.schema is None or resource.is_open:
        raise PackageError(f"the table {resource.name!r} cannot be read; `factpack validate` tells why")
    try:
        table = read(resource)
    except (SchemaError, UnjudgedError, DescriptorError) as error:
        raise PackageError(f"the table {resource.name!r} cannot be read: {error}") from error
    if table.lexical.faults:
        fault = table.lexical.faults[0]
        raise PackageError(f"the table {resource.name!r} has a fault at row {fault.row}: {fault.message}")
    return table
