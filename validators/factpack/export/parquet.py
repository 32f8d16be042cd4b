"""Parquet: one file a table in a folder, with Arrow's types, and the Table Schema in the metadata."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from factpack.exceptions import PackageError
from factpack.export.cells import ExportColumn
from factpack.export.names import distinct, renamed
from factpack.export.tables import ExportTable, about, left_out, read_tables, summary
from factpack.json_texts import json_text
from factpack.package import Package

#: What the name of a file may not have on some system, and names that some system keeps for itself.
FORBIDDEN = re.compile(r'[\x00-\x1f<>:"/\\|?*]|^\.|[. ]$')
RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)

#: The bytes that the name of a file may have, its ending left aside.
LONGEST_NAME = 200


def export(package: Package, path: Path) -> list[str]:
    """Write each table of a package into a Parquet file of a new folder; return what is to be said of it.

    The metadata of a file have, as JSON, its Table Schema (`table_schema`), and what the descriptor says of
    the resource (`data_resource`) and of the package (`data_package`), files and schemas left aside.

    Raises:
        PackageError: a table cannot be read, or Parquet cannot hold it.

    """
    tables = read_tables(package, native_lists=True)
    names = distinct([table.name for table in tables], allowed=_allowed, longest=LONGEST_NAME)
    path.mkdir()
    for table in tables:
        try:
            pq.write_table(
                _with_metadata(table, package), path / f"{names[table.name]}.parquet", compression="zstd"
            )
        except pa.ArrowException as error:
            raise PackageError(f"Parquet cannot hold the table {table.name!r}: {error}") from error
    return [summary(tables), *left_out(package), *renamed("the table", names)]


def _allowed(name: str) -> str:
    name = FORBIDDEN.sub("_", name)
    while len(name.encode()) > LONGEST_NAME:
        name = name[:-1]
    return f"_{name}" if RESERVED.fullmatch(name) else name


def _with_metadata(table: ExportTable, package: Package) -> pa.Table:
    """Return a table with the descriptions of its columns, and that of itself."""
    fields = [_arrow_field(column) for column in table.columns]
    resource = _without(table.descriptor, {"schema", "dialect", "path", "data", "bytes", "hash"})
    metadata = {
        "table_schema": json_text(table.schema.descriptor),
        "data_resource": json_text(resource),
        "data_package": json_text(_without(package.descriptor, {"resources"})),
    }
    arrays = [column.array for column in table.columns]
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields, metadata))


def _arrow_field(column: ExportColumn) -> pa.Field:
    text = about(column.field.descriptor)
    metadata = {"description": text} if text else None
    return pa.field(column.field.name, column.array.type, metadata=metadata)


def _without(descriptor: Mapping[str, Any], names: set[str]) -> dict[str, Any]:
    return {name: value for name, value in descriptor.items() if name not in names}
