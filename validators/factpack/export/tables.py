"""The tables of a package, read for an export."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from factpack.exceptions import PackageError
from factpack.export.cells import ExportColumn, export_column
from factpack.frames import sound_table
from factpack.package import Package
from factpack.table import Table
from factpack.table_schema import TableSchema


@dataclass(frozen=True)
class ExportTable:
    """A table for an export: as it was read, and its columns in the order of the fields."""

    table: Table
    columns: Sequence[ExportColumn]

    @property
    def name(self) -> str:
        """The name of its resource."""
        return self.table.resource.name

    @property
    def schema(self) -> TableSchema:
        """Its schema, without fields that it does not have."""
        return self.table.schema

    @property
    def descriptor(self) -> dict[str, Any]:
        """The descriptor of its resource."""
        return self.table.resource.descriptor

    @property
    def about(self) -> str:
        """Its title and description, as far as it has them."""
        return about(self.descriptor)

    @cached_property
    def by_name(self) -> dict[str, ExportColumn]:
        """Its columns by the names of their fields."""
        return {column.field.name: column for column in self.columns}

    def __len__(self) -> int:
        return len(self.table.lexical)


def read_tables(package: Package, *, native_lists: bool = False) -> list[ExportTable]:
    """Read all tables of a package; lists may be Arrow's own where they are in no key, and else are JSON.

    Raises:
        PackageError: a table cannot be read, or has faults; or there is none.

    """
    tables = []
    for resource in package.resources:
        if resource.is_table:
            if resource.is_open:
                raise PackageError(
                    f"the table {resource.name!r} has no schema, so that its cells have no types"
                )
            tables.append(_export_table(sound_table(resource), native_lists=native_lists))
    if not tables:
        raise PackageError("the package has no table")
    return tables


def _export_table(table: Table, *, native_lists: bool) -> ExportTable:
    name, schema = table.resource.name, table.schema
    if not table.columns:
        raise PackageError(f"the table {name!r} has no columns")
    keys = {name for key in [schema.primary_key, *schema.unique_keys] for name in key}
    keys |= {name for key in schema.foreign_keys for name in key.fields}
    columns = []
    for field in schema.fields:
        column = table.columns[field.name]
        if column.unreadable.any():
            raise PackageError(f"{name}.{field.name} has a cell that is not of the type {field.type}")
        is_native = native_lists and field.name not in keys and not field.constraints.get("unique")
        columns.append(export_column(column, table.lexical.columns[field.name], native_list=is_native))
    return ExportTable(table, columns)


def about(descriptor: Any) -> str:
    """Return the title and description of a descriptor in one text, as far as it has them."""
    parts = [descriptor.get(name) for name in ("title", "description")]
    return "\n".join(part for part in parts if isinstance(part, str) and part)


def left_out(package: Package) -> list[str]:
    """Return which resources are no tables, and so in no export, a line each."""
    return [f"{item.name!r} is no table, and left out" for item in package.resources if not item.is_table]


def summary(tables: Sequence[ExportTable]) -> str:
    """Return how much was written."""
    rows = sum(map(len, tables))
    return f"{len(tables):,} table{'s' * (len(tables) != 1)}, {rows:,} row{'s' * (rows != 1)}"
