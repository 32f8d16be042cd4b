"""Which fields of a table call its rows something: by one rule, wherever a row is called by a label."""

import re
from collections.abc import Mapping
from typing import Any

from factpack.exceptions import DescriptorError
from factpack.table import Table
from factpack.table_schema import Field, TableSchema

#: Names of fields that call a row something, the best first; also as the last word, as in `stop_name`.
LABEL_NAMES = ("label", "title", "name", "caption", "heading", "summary", "description")


def words(name: str) -> list[str]:
    """Return the words of a field's name in small letters; `stopName`, `stop_name`, `stop-name` have two."""
    return re.findall(r"[^\W_]+", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).casefold())


def site_options(descriptor: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what the property `site` of a resource says.

    Raises:
        DescriptorError: it is no object.

    """
    declared = descriptor.get("site", {})
    if not isinstance(declared, dict):
        raise DescriptorError(f"{descriptor.get('name')}: the property 'site' is no object")
    return declared


def label_fields(schema: TableSchema, options: Mapping[str, Any]) -> list[str]:
    """Return the fields whose first text that is not null is a row's label, the best first.

    They are strings without categories, in no primary or foreign key, with one of `LABEL_NAMES` as the last
    word of their name. `label` in the options, the property `site` of the resource, goes before that.

    Raises:
        DescriptorError: the options name something else.

    """
    declared = options.get("label")
    if declared is not None:
        return _declared(declared, schema)
    keys = {name for key in schema.foreign_keys for name in key.fields} | {*schema.primary_key}
    ranked = [(rank, part.name) for part in schema.fields if (rank := _rank(part)) and part.name not in keys]
    return [name for _, name in sorted(ranked, key=lambda item: item[0])]


def table_label_fields(table: Table) -> list[str]:
    """Return the fields that call the rows of a table something, as `label_fields` does.

    Raises:
        DescriptorError: the property `site` of its resource is no object, or names something else.

    """
    options = site_options(table.resource.descriptor)
    try:
        return label_fields(table.schema, options)
    except DescriptorError as error:
        raise DescriptorError(f"{table.resource.name}: {error}") from error


def _declared(declared: Any, schema: TableSchema) -> list[str]:
    names = [declared] if isinstance(declared, str) else declared
    if not isinstance(names, list):
        raise DescriptorError("the 'label' of 'site' is no list of fields")
    known = set(schema.names)
    for name in names:
        if not isinstance(name, str) or name not in known:
            raise DescriptorError(f"'site' names {name!r} as a label, which is no field of it")
    return names


def _rank(part: Field) -> tuple[int, int] | None:
    """Return how well a field names a row: first by the word, then whether the word is its whole name."""
    found = words(part.name)
    if part.type not in ("string", "any") or part.format != "default" or part.categories is not None:
        return None
    if not found or found[-1] not in LABEL_NAMES:
        return None
    return (LABEL_NAMES.index(found[-1]), len(found))
