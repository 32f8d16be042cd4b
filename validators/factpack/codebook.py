"""Describes a package in Markdown: a diagram of its tables, and a codebook of their fields."""

from collections.abc import Iterator

from factpack.package import Package, Resource
from factpack.table_schema import Field, TableSchema


def diagram(package: Package) -> str:
    """Return a Mermaid diagram of the tables and the foreign keys between them."""
    lines = ["```mermaid", "erDiagram"]
    for resource, schema in _tables(package):
        keys = {name for key in schema.foreign_keys for name in key.fields}
        lines.append(f"    {resource.name} {{")
        for field in schema.fields:
            marks = ["PK"] * (field.name in schema.primary_key) + ["FK"] * (field.name in keys)
            if marks:
                lines.append(f"        {field.type} {field.name} {', '.join(marks)}")
        lines.append("    }")
    for resource, schema in _tables(package):
        for key in schema.foreign_keys:
            parent = key.resource or resource.name
            optional = not all(field.constraints.get("required") for field in schema.named(key.fields))
            one = "|o" if optional else "||"
            lines.append(f'    {parent} {one}--o{{ {resource.name} : "{", ".join(key.fields)}"')
    return "\n".join([*lines, "```"])


def codebook(package: Package) -> str:
    """Return a chapter for each table: what a row is, its keys, and each field with all that is declared."""
    return "\n".join(line for resource, schema in _tables(package) for line in _chapter(resource, schema))


def _tables(package: Package) -> Iterator[tuple[Resource, TableSchema]]:
    for resource in package.resources:
        if resource.schema is not None and not resource.is_open:
            yield resource, resource.schema


def _chapter(resource: Resource, schema: TableSchema) -> Iterator[str]:
    yield f"## {resource.name}\n"
    yield f"{resource.descriptor.get('description', '')}\n"
    yield f"- File: `{resource.path}`\n- Primary key: {_names(schema.primary_key)}"
    for key in schema.unique_keys:
        yield f"- Unique: {_names(key)}"
    for foreign in schema.foreign_keys:
        target = _names([f"{foreign.resource or resource.name}.{name}" for name in foreign.reference_fields])
        yield f"- Foreign key: {_names(foreign.fields)} to {target}"
    yield "\n| field | type | meaning | constraints | comes from | example |\n|---|---|---|---|---|---|"
    for field in schema.fields:
        yield _line(field)
    for field in schema.fields:
        yield from _categories(field)
    yield ""


def _line(field: Field) -> str:
    meaning = f"**{field.descriptor.get('title', field.name)}.** {field.descriptor.get('description', '')}"
    constraints = ", ".join(_constraint(name, value) for name, value in field.constraints.items())
    provenance = field.descriptor.get("provenance", "")
    for name in ("source", "derivedBy"):
        if name in field.descriptor:
            provenance += f": {field.descriptor[name]}"
    example = f"`{_cell(field.descriptor['example'])}`" if "example" in field.descriptor else ""
    cells = [f"`{field.name}`", field.type, _cell(meaning), constraints, _cell(provenance), example]
    return f"| {' | '.join(cells)} |"


def _constraint(name: str, value: object) -> str:
    return name if value is True else f"{name} `{_cell(value)}`"


def _categories(field: Field) -> Iterator[str]:
    if field.categories is None:
        return
    yield f"\n`{field.name}` is one of:\n"
    for item in field.descriptor["categories"]:
        if isinstance(item, dict):
            label = item.get("description") or item.get("label", "")
            yield f"- `{item['value']}`: {label}"
        else:
            yield f"- `{item}`"


def _names(names: tuple[str, ...] | list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "none"


def _cell(text: object) -> str:
    return str(text).replace("|", "\\|").replace("\n", " ")
