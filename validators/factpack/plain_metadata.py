"""Recognizes metadata so plain that frictionless finds nothing in them, and so need not be imported."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from factpack.package import Resource
from factpack.table_schema import ForeignKey

#: The names that frictionless allows for packages and resources.
NAME = re.compile(r"[-a-z0-9._/]+")

Form = Callable[[Any], bool]


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and NAME.fullmatch(value) is not None


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_one_of(*known: str) -> Form:
    return lambda value: value in known


def _is_anything(value: Any) -> bool:
    return True


#: Of packages, resources, schemas and fields: the properties that are plain, and their forms. What factpack
#: itself parses, or does not give to frictionless, may be anything.
PACKAGE: Mapping[str, Form] = {
    "$schema": _is_anything,
    "profile": _is_anything,
    "missingValues": _is_anything,
    "name": _is_name,
    "title": _is_text,
    "description": _is_text,
    "resources": _is_anything,
}
RESOURCE: Mapping[str, Form] = {
    **dict.fromkeys(("$schema", "profile", "path", "data", "dialect", "schema"), _is_anything),
    "name": _is_name,
    "title": _is_text,
    "description": _is_text,
    "bytes": _is_count,
    "hash": _is_text,
    "type": _is_one_of("table"),
    "format": _is_one_of("csv"),
    "mediatype": _is_one_of("text/csv"),
    "encoding": _is_one_of("utf-8"),
}
SCHEMA: Mapping[str, Form] = {
    **dict.fromkeys(("$schema", "fields", "fieldsMatch", "primaryKey", "foreignKeys"), _is_anything),
    "title": _is_text,
    "description": _is_text,
}
FIELD: Mapping[str, Form] = {
    "example": _is_anything,
    "constraints": _is_anything,
    "categories": _is_anything,
    "name": _is_text,
    "title": _is_text,
    "description": _is_text,
    "format": _is_one_of("default"),
    "type": _is_one_of(
        *("string", "number", "integer", "boolean", "object", "array", "date", "time", "datetime", "year"),
        *("yearmonth", "duration", "geopoint", "geojson", "any"),
    ),
}


def is_plain(content: Mapping[str, Any], resources: Sequence[Resource]) -> bool:
    """Tell whether a descriptor has only properties in which frictionless surely finds nothing wrong."""
    tables = {resource.name: resource for resource in resources}
    return (
        _has_forms(content, PACKAGE, "name")
        and len(tables) == len(resources)
        and all(_is_plain_resource(resource, tables) for resource in resources)
    )


def _has_forms(descriptor: Mapping[str, Any], forms: Mapping[str, Form], *needed: str) -> bool:
    return all(name in descriptor for name in needed) and all(
        name in forms and forms[name](value) for name, value in descriptor.items()
    )


def _is_plain_resource(resource: Resource, tables: Mapping[str, Resource]) -> bool:
    if not _has_forms(resource.descriptor, RESOURCE, "name", "schema"):
        return False
    schema = resource.schema
    if schema is None or resource.is_open or not _has_forms(schema.descriptor, SCHEMA, "fields"):
        return False
    return (
        len(schema.fields) > 0
        and all(_has_forms(field.descriptor, FIELD, "name") for field in schema.fields)
        and all(_has_parent(key, tables.get(key.resource, resource)) for key in schema.foreign_keys)
    )


def _has_parent(key: ForeignKey, parent: Resource) -> bool:
    return parent.schema is not None and set(key.reference_fields) <= set(parent.schema.names)
