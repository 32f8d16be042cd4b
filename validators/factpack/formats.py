"""Tells the form in which a resource is stored: its format, its compression, whether it is a table."""

from collections.abc import Mapping
from typing import Any

from factpack.source import COMPRESSIONS

#: The formats of delimited text, each with its delimiter (Table Dialect v2.0, `delimiter`).
DELIMITERS = {"csv": ",", "tsv": "\t"}

#: The media types of tables.
MEDIA_TYPES = {"text/csv": "csv", "text/tab-separated-values": "tsv"}


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
    """Return the format of a resource in lower case: as declared, by its media type, or by its path."""
    if descriptor.get("format"):
        return str(descriptor["format"]).lower().removeprefix(".")
    media_type = str(descriptor.get("mediatype")).partition(";")[0].strip().lower()
    if media_type in MEDIA_TYPES:
        return MEDIA_TYPES[media_type]
    path = str(descriptor.get("innerpath") or first_path(descriptor))
    ending = _ending(path)
    return _ending(path[: -len(ending) - 1]) if ending in COMPRESSIONS else ending


def has_profile(descriptor: Mapping[str, Any], name: str) -> bool:
    """Tell whether a descriptor has a profile of version 1: its name, or the address of its schema."""
    return str(descriptor.get("profile", "")).endswith((name, f"{name}.json"))


def is_table(descriptor: Mapping[str, Any]) -> bool:
    """Tell whether a resource is declared a table, or is one by its form."""
    return (
        descriptor.get("type") == "table"
        or has_profile(descriptor, "tabular-data-resource")
        or "schema" in descriptor
        or isinstance(descriptor.get("data"), list)
        or isinstance(descriptor.get("path"), list)
        or format_of(descriptor) in DELIMITERS
    )


def _ending(path: str) -> str:
    name = path.rpartition("/")[2]
    return name.rpartition(".")[2].lower() if "." in name else ""
