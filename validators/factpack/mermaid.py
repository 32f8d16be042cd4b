"""Draws the tables of a package, and what they refer to, as a diagram of Mermaid.

Source: Mermaid, "Entity Relationship Diagrams" and "Entity codes".
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from factpack.package import Package, Resource
from factpack.table_schema import TableSchema
from factpack.visible import visible

#: A name that Mermaid reads as it stands, if it does not begin with a word that means something to it.
PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
OF_TABLES = {
    *("accdescr", "acctitle", "class", "classdef", "end", "erdiagram", "many", "one", "style", "subgraph"),
    *("title", "to", "u"),
}
OF_FIELDS = {"pk", "fk", "uk"}

#: What may not stand between quotes as it is, and has its number, which Mermaid shows as the character.
#: A word after `direction` turns the diagram wherever it stands.
UNQUOTABLE = re.compile(r"[^\w .,:/()-]|(?<=direction) ", re.IGNORECASE)

Tables = Sequence[tuple[Resource, TableSchema]]


def diagram(package: Package) -> str:
    """Return a Mermaid diagram of the tables and the foreign keys between them."""
    tables = [
        (resource, resource.schema)
        for resource in package.resources
        if resource.schema is not None and not resource.is_open
    ]
    aliases = _aliases(tables)
    lines = [line for resource, schema in tables for line in _table(resource.name, schema, aliases)]
    lines += [line for resource, schema in tables for line in _references(resource.name, schema, aliases)]
    return "\n".join(["```mermaid", "erDiagram", *lines, "```"])


def _aliases(tables: Tables) -> dict[str, str]:
    """Return what each table is called in the diagram: its name, or a word of ours that no table has."""
    parents = [key.resource for _, schema in tables for key in schema.foreign_keys if key.resource]
    names = list(dict.fromkeys([*(resource.name for resource, _ in tables), *parents]))
    aliases: dict[str, str] = {}
    for number, name in enumerate(names, 1):
        alias = name if _is_plain(name, OF_TABLES) else f"table_{number}"
        while alias != name and alias in names:
            alias = f"_{alias}"
        aliases[name] = alias
    return aliases


def _is_plain(name: str, reserved: Collection[str]) -> bool:
    # a hyphen ends a word for Mermaid, so that `end-times` begins with one of its own
    return PLAIN.fullmatch(name) is not None and name.partition("-")[0].casefold() not in reserved


def _table(name: str, schema: TableSchema, aliases: Mapping[str, str]) -> Iterator[str]:
    """Yield the lines of a table: its fields that are in a primary or a foreign key."""
    keys = {part for key in schema.foreign_keys for part in key.fields}
    alias = aliases[name]
    yield f"    {alias} {{" if alias == name else f"    {alias}[{_quoted(name)}] {{"
    for field in schema.fields:
        marks = ["PK"] * (field.name in schema.primary_key) + ["FK"] * (field.name in keys)
        if marks:
            yield f"        {field.type} {_field(field.name, ', '.join(marks))}"
    yield "    }"


def _field(name: str, marks: str) -> str:
    """Return a field with its marks; if its name is not plain, as a word like it, with the name beside it."""
    if _is_plain(name, OF_FIELDS):
        return f"{name} {marks}"
    return f"_{re.sub('[^A-Za-z0-9]+', '_', name).strip('_')} {marks} {_quoted(name)}"


def _references(name: str, schema: TableSchema, aliases: Mapping[str, str]) -> Iterator[str]:
    for key in schema.foreign_keys:
        optional = not all(field.constraints.get("required") for field in schema.named(key.fields))
        link = f"{'|o' if optional else '||'}--o{{"
        label = _quoted(", ".join(key.fields))
        yield f"    {aliases[key.resource or name]} {link} {aliases[name]} : {label}"


def _quoted(text: str) -> str:
    """Return a text between quotes, as which Mermaid shows it; what cannot be seen is escaped."""
    inside = UNQUOTABLE.sub(lambda match: f"#{ord(match[0])};", visible(text))
    return f'"{inside or " "}"'
