"""Describes a package in Markdown: a codebook of its tables, of their fields and data."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from factpack.citing.work import licenses_of, origins_of, read_work
from factpack.json_texts import cell_text
from factpack.markdown import anchors, code, paragraph, prose, table
from factpack.package import Package, Resource
from factpack.table_schema import Field, ForeignKey, TableSchema
from factpack.tally import ColumnTally, TableTally, category_values, tally

LABELS = ("field", "type", "meaning", "constraints", "comes from", "example", "null", "in the data")

#: What a link to a table leads to, by the table's name.
Anchors = Mapping[str, str]


def codebook_page(package: Package) -> str:
    """Return a page with the title of the package, what it is, and its codebook.

    Raises:
        PackageError: the descriptor cannot be used at all.

    """
    work = read_work(package)
    version = [f"Version {prose(work.version)}.\n"] if work.version else []
    description = [f"{paragraph(work.description)}\n"] if work.description else []
    title = f"# Codebook: {prose(work.title)}\n"
    return "\n".join([title, *version, *description, codebook(package)])


def codebook(package: Package) -> str:
    """Return a list of the tables, and a chapter for each.

    A chapter says what a row is, how many there are, the keys, what they refer to and what refers to them,
    and for each field all that is declared, the share of nulls and what values there are.
    """
    found = [(resource, schema, tally(resource)) for resource, schema in _tables(package)]
    names = [resource.name for resource, _, _ in found]
    links = dict(zip(names, anchors(names), strict=True))
    lines = list(table(("table", "rows", "fields", "what it holds"), [_entry(*one, links) for one in found]))
    for resource, schema, data in found:
        lines += ["", *_chapter(package, resource, schema, data, links)]
    return "\n".join([*lines, ""])


def _tables(package: Package) -> Iterator[tuple[Resource, TableSchema]]:
    for resource in package.resources:
        if resource.schema is not None and not resource.is_open:
            yield resource, resource.schema


def _entry(resource: Resource, schema: TableSchema, data: TableTally, links: Anchors) -> list[str]:
    rows = "-" if data.rows is None else f"{data.rows:,}"
    return [
        _link(resource.name, links),
        rows,
        str(len(schema.fields)),
        _text(resource.descriptor, "description"),
    ]


def _chapter(
    package: Package, resource: Resource, schema: TableSchema, data: TableTally, links: Anchors
) -> Iterator[str]:
    yield f"## {prose(resource.name)}\n"
    description = resource.descriptor.get("description")
    if isinstance(description, str) and description.strip():
        yield f"{paragraph(description)}\n"
    yield from _facts(package, resource, schema, data, links)
    yield ""
    yield from table(LABELS, [_line(field, data) for field in schema.fields])
    for field in schema.fields:
        yield from _categories(field, data.columns.get(field.name))


def _facts(
    package: Package, resource: Resource, schema: TableSchema, data: TableTally, links: Anchors
) -> Iterator[str]:
    if resource.path:
        yield f"- File: {code(resource.path)}"
    yield (
        f"- Rows: {data.rows:,}" if data.rows is not None else f"- Rows: not read: {prose(data.reason or '')}"
    )
    yield f"- Primary key: {_names(schema.primary_key)}"
    for key in schema.unique_keys:
        yield f"- Unique: {_names(key)}"
    for foreign in schema.foreign_keys:
        parent = _link(foreign.resource or resource.name, links)
        yield f"- Foreign key: {_names(foreign.fields)} to {parent}, {_names(foreign.reference_fields)}"
    if referring := [
        f"{_link(name, links)} by {_names(key.fields)}" for name, key in _referring(package, resource.name)
    ]:
        yield f"- Referred to from: {'; '.join(referring)}"
    if licences := [prose(licence.shown) for licence in licenses_of(resource.descriptor)]:
        yield f"- Licence: {', '.join(licences)}"
    if origins := [prose(origin.title) for origin in origins_of(resource.descriptor)]:
        yield f"- Sources: {'; '.join(origins)}"


def _referring(package: Package, name: str) -> Iterator[tuple[str, ForeignKey]]:
    """Yield the foreign keys that refer to a table, each with the table that it is of."""
    for resource, schema in _tables(package):
        for key in schema.foreign_keys:
            if (key.resource or resource.name) == name:
                yield resource.name, key


def _line(field: Field, data: TableTally) -> list[str]:
    title = _text(field.descriptor, "title") or prose(field.name)
    example = code(cell_text(field.descriptor["example"])) if "example" in field.descriptor else ""
    column = data.columns.get(field.name)
    return [
        code(field.name),
        field.type if field.format == "default" else f"{field.type}, {code(field.format)}",
        f"**{title}.** {_text(field.descriptor, 'description')}".strip(),
        ", ".join(_constraint(name, value) for name, value in field.constraints.items()),
        _provenance(field),
        example,
        _nulls(column),
        _data(field, column) if column else "" if data.rows is None else "not in the file",
    ]


def _constraint(name: str, value: Any) -> str:
    values = value if isinstance(value, list) else [value]
    listed = ", ".join(code(cell_text(item)) for item in values)
    return prose(name) if value is True else f"{prose(name)} {listed}"


def _provenance(field: Field) -> str:
    words = [_text(field.descriptor, name) for name in ("provenance", "source", "derivedBy")]
    return ": ".join(filter(None, words))


def _nulls(column: ColumnTally | None) -> str:
    if column is None or not column.rows:
        return ""
    share = f"{column.nulls / column.rows:.0%}" if column.nulls else "none"
    return {"0%": "less than 1%", "100%": "all" if column.nulls == column.rows else "more than 99%"}.get(
        share, share
    )


def _data(field: Field, column: ColumnTally) -> str:
    """Return what values there are: their bounds, those of a boolean, or how many different ones."""
    parts = []
    if column.lowest is not None and column.highest is not None:
        parts.append(f"{code(column.lowest)} to {code(column.highest)}")
    elif field.type == "boolean":
        parts += [f"{word} {column.count(value):,}" for word, value in (("true", True), ("false", False))]
    else:
        parts.append(f"{len(column.counts):,} different")
    if column.unreadable:
        parts.append(f"{column.unreadable:,} not of the type")
    return "; ".join(parts)


def _categories(field: Field, column: ColumnTally | None) -> Iterator[str]:
    if field.categories is None:
        return
    yield f"\n{code(field.name)} is one of:\n"
    values = category_values(field)
    for item, value in zip(field.category_items, values, strict=True):
        meaning = prose(item.description or "") or prose(item.label or "")
        number = f" ({column.count(value):,})" if column else ""
        yield f"- {code(cell_text(item.value))}{number}" + (f": {meaning}" if meaning else "")
    others = sum(column.counts.values()) - sum(map(column.count, values)) if column else 0
    if others:
        yield f"- something else, which is an error ({others:,})"


def _names(names: Sequence[str]) -> str:
    return ", ".join(map(code, names)) or "none"


def _link(name: str, links: Anchors) -> str:
    return f"[{prose(name)}](#{links[name]})" if name in links else prose(name)


def _text(descriptor: Mapping[str, Any], name: str) -> str:
    value = descriptor.get(name)
    return prose(value) if isinstance(value, str) else ""
