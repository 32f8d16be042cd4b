"""Tells the form in which a resource is stored: its format, its compression, whether it is a table."""

from collections.abc import Mapping
from typing import Any

from factpack.source import COMPRESSIONS

#: The formats of delimited text, each with its delimiter (Table Dialect v2.0, `delimiter`).
DELIMITERS = {"csv": ",", "tsv": "\t"}

#: The media types of delimited text, which count before the ending of a path.
MEDIA_TYPES = {"text/csv": "csv", "text/tab-separated-values": "tsv"}

#: The formats of other tables, which factpack does not read, but does not pass over either.
OTHER_TABLES = (
    *("xlsx", "xls", "ods", "gsheets", "sql", "db", "sqlite", "sqlite3", "duckdb", "mdb", "accdb"),
    *("parquet", "parq", "arrow", "feather", "jsonl", "ndjson", "sav", "zsav", "dta"),
)

#: Their media types, which count only where nothing else tells: some writers give that of Excel to csv.
OTHER_MEDIA_TYPES = {
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.ms-excel": "xls",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/vnd.apache.parquet": "parquet",
    "application/x-ndjson": "ndjson",
    "application/vnd.sqlite3": "sqlite",
    "application/x-sqlite3": "sqlite",
}

#: The formats of tables.
TABLES = {*DELIMITERS, *OTHER_TABLES}


def first_path(descriptor: Mapping[str, Any]) -> str:
    """Return the path of a resource, or the first of its paths; empty if it has none."""
    path = descriptor.get("path", descriptor.get("url"))
    if isinstance(path, list) and path:
        path = path[0]
    return path if isinstance(path, str) else ""


def compression_of(descriptor: Mapping[str, Any]) -> str | None:
    """Return how the file of a resource is compressed: as declared, or by the ending of its path."""
    declared = descriptor.get("compression")
    if declared:
        return str(declared).lower()
    ending = _ending(first_path(descriptor))
    return ending if ending in COMPRESSIONS else None


def format_of(descriptor: Mapping[str, Any]) -> str:
    """Return the format of a resource in lower case: as declared, by its media type, or by its path.

    Empty where none of them tells.
    """
    if descriptor.get("format"):
        return str(descriptor["format"]).lower().removeprefix(".")
    media_type = str(descriptor.get("mediatype")).partition(";")[0].strip().lower()
    if media_type in MEDIA_TYPES:
        return MEDIA_TYPES[media_type]
    path = str(descriptor.get("innerpath") or first_path(descriptor))
    ending = _ending(path)
    if ending in COMPRESSIONS:
        ending = _ending(path[: -len(ending) - 1])
    return ending or OTHER_MEDIA_TYPES.get(media_type, "")


def has_profile(descriptor: Mapping[str, Any], name: str) -> bool:
    """Tell whether a descriptor has a profile of version 1: its name, or the address of its schema."""
    return str(descriptor.get("profile", "")).endswith((name, f"{name}.json"))


def is_declared_table(descriptor: Mapping[str, Any]) -> bool:
    """Tell whether a resource is declared a table, in version 2 or 1."""
    return descriptor.get("type") == "table" or has_profile(descriptor, "tabular-data-resource")


def is_table(descriptor: Mapping[str, Any]) -> bool:
    """Tell whether a resource is declared a table, or is one by its form."""
    return (
        is_declared_table(descriptor)
        or "schema" in descriptor
        or "dialect" in descriptor
        or are_rows(descriptor.get("data"))
        or any(format_of({**descriptor, "path": path}) in TABLES for path in _paths(descriptor))
    )


def are_rows(data: Any) -> bool:
    """Tell whether JSON is a list of objects, or one of arrays that hold no others, and so can be a table."""
    if not isinstance(data, list) or not data:
        return False
    are_flat = all(
        isinstance(row, list) and not any(isinstance(cell, list | dict) for cell in row) for row in data
    )
    return are_flat or all(isinstance(row, dict) for row in data)


def _paths(descriptor: Mapping[str, Any]) -> list[Any]:
    path = descriptor.get("path")
    return path if isinstance(path, list) else [first_path(descriptor)]


def _ending(path: str) -> str:
    name = path.rpartition("/")[2]
    return name.rpartition(".")[2].lower() if "." in name else ""
