"""The tables of a package as a site shows them: texts of cells, addresses of rows, and who refers to whom."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from factpack.exceptions import DescriptorError, PackageError
from factpack.export.site.names import file_stem
from factpack.fields import hashable
from factpack.frames import sound_table
from factpack.json_texts import cell_text
from factpack.labels import site_options
from factpack.package import Package, Resource
from factpack.table import Table
from factpack.table_schema import Field, ForeignKey
from factpack.values import records_of

#: Rows on one page of a table.
PAGE_ROWS = 500

#: Rows of a longer table have no pages of their own; links lead to their place on the pages of the table.
MOST_ROW_PAGES = 10_000

#: A longer table is shown, and searched, up to this row.
MOST_ROWS = 100_000


@dataclass(frozen=True, eq=False)
class SiteTable:
    """A table that was read. `cells` has the texts of each field, None where they are null.

    `stems` has the names of the rows' pages, and is empty if they have none.
    """

    number: int
    slug: str
    table: Table
    cells: Mapping[str, Sequence[str | None]]
    stems: Sequence[str]

    @property
    def resource(self) -> Resource:
        """The resource of the table."""
        return self.table.resource

    @property
    def fields(self) -> Sequence[Field]:
        """The fields that the table has."""
        return self.table.schema.fields

    @property
    def name(self) -> str:
        """The name of the resource."""
        return self.resource.name

    @property
    def title(self) -> str:
        """The title of the table, of its schema, or its name."""
        schema = self.table.schema.descriptor
        titles = [self.resource.descriptor.get("title"), schema.get("title"), self.name]
        return next(title for title in titles if isinstance(title, str) and title.strip())

    @property
    def description(self) -> Any:
        """The description of the table, or of its schema."""
        return self.resource.descriptor.get("description") or self.table.schema.descriptor.get("description")

    @property
    def primary_key(self) -> tuple[str, ...]:
        """The names of the fields of its primary key."""
        return self.table.schema.primary_key

    def __len__(self) -> int:
        return len(self.table.lexical)

    @property
    def shown(self) -> int:
        """How many rows are shown."""
        return min(len(self), MOST_ROWS)

    @property
    def pages(self) -> int:
        """How many pages show its rows; one if it has none."""
        return max(1, -(-self.shown // PAGE_ROWS))

    def page_file(self, page: int) -> str:
        """Return the file of a page of its rows, the first of which is 0."""
        return f"tables/{self.slug}.html" if page == 0 else f"tables/{self.slug}.{page + 1}.html"

    def page_of(self, position: int) -> str:
        """Return the file of the page on which a row stands, or of the first if it is past those shown."""
        return self.page_file(position // PAGE_ROWS if position < self.shown else 0)

    def row_file(self, position: int) -> str:
        """Return the file of the page of a row."""
        return f"rows/{self.slug}/{self.stems[position]}.html"

    def href(self, position: int) -> str:
        """Return where a row is shown: on its own page, else on one of the table's."""
        if self.stems:
            return self.row_file(position)
        fragment = f"#row-{position + 1}" if position < self.shown else ""
        return self.page_of(position) + fragment

    def key(self, position: int) -> list[str | None]:
        """Return the texts of a row's primary key."""
        return [self.cells[name][position] for name in self.primary_key]

    @cached_property
    def own_fields(self) -> Mapping[str, Field]:
        """Its fields by name."""
        return {part.name: part for part in self.fields}

    @cached_property
    def categories(self) -> Mapping[str, Mapping[str, tuple[str, str]]]:
        """The labels and descriptions of categories, by field and the texts of their values."""
        return {
            part.name: {
                str(item.value): (item.label or str(item.value), item.description or "")
                for item in part.category_items
            }
            for part in self.fields
            if part.categories is not None
        }

    @cached_property
    def category_order(self) -> Mapping[str, Mapping[str, int]]:
        """The places of ordered categories, by field and the texts of their values."""
        return {
            part.name: {text: place for place, text in enumerate(dict.fromkeys(map(str, part.categories)))}
            for part in self.fields
            if part.categories is not None and part.categories_ordered
        }

    def category(self, name: str, text: str) -> str:
        """Return the label of a category, or the text of any other cell as it is."""
        found = self.categories.get(name, {}).get(text)
        return found[0] if found else text

    @cached_property
    def options(self) -> Mapping[str, Any]:
        """What the property `site` of its resource says.

        Raises:
            DescriptorError: it is no object.

        """
        return site_options(self.resource.descriptor)

    def known_field(self, name: Any, where: str) -> str:
        """Return the name of a field that the property `site` names.

        Raises:
            DescriptorError: there is no such field.

        """
        if not isinstance(name, str) or name not in self.own_fields:
            raise DescriptorError(f"{self.name}: 'site' names {name!r} as {where}, which is no field of it")
        return name


@dataclass(frozen=True, eq=False)
class Reference:
    """A foreign key, followed: `targets` has the position in the parent of what each row refers to, or -1.

    `sources` has, by the position of a parent's row, the positions of the rows that refer to it.
    """

    child: SiteTable
    parent: SiteTable
    fields: tuple[str, ...]
    targets: Sequence[int]
    sources: Mapping[int, Sequence[int]]


@dataclass(frozen=True)
class Site:
    """The tables of a package that can be shown, the other resources, and all references between tables."""

    package: Package
    tables: Sequence[SiteTable]
    others: Sequence[Resource]
    references: Sequence[Reference] = field(default=())

    @cached_property
    def by_name(self) -> Mapping[str, SiteTable]:
        """The tables by name."""
        return {table.name: table for table in self.tables}

    @cached_property
    def outgoing(self) -> Mapping[int, Sequence[Reference]]:
        """The references of each table, by its number."""
        return {
            table.number: [found for found in self.references if found.child is table]
            for table in self.tables
        }

    @cached_property
    def incoming(self) -> Mapping[int, Sequence[Reference]]:
        """The references to each table, by its number."""
        return {
            table.number: [found for found in self.references if found.parent is table]
            for table in self.tables
        }


def read_site(package: Package) -> Site:
    """Read the tables of a package, and follow the foreign keys between them.

    A resource that is no table, or a table without a schema, is kept apart.

    Raises:
        PackageError: the descriptor or a table cannot be read, or a table's form has faults.

    """
    package.check_opened()
    shown = [resource for resource in package.resources if resource.is_table and not resource.is_open]
    others = [resource for resource in package.resources if not resource.is_table or resource.is_open]
    names = [resource.name for resource in shown]
    for name in names:
        if names.count(name) > 1:
            raise PackageError(f"two tables have the name {name!r}; `factpack validate` tells more")
    site = Site(package, [_read(resource, number) for number, resource in enumerate(shown)], others)
    return Site(package, site.tables, others, list(_references(site)))


def _read(resource: Resource, number: int) -> SiteTable:
    table = sound_table(resource)
    cells = {part.name: _texts(table, part) for part in table.schema.fields}
    key = table.schema.primary_key
    has_pages = bool(key) and len(table.lexical) <= MOST_ROW_PAGES
    keys = zip(*[cells[name] for name in key], strict=True) if has_pages else ()
    return SiteTable(number, file_stem([resource.name]), table, cells, _stems(keys))


def _texts(table: Table, part: Field) -> list[str | None]:
    items = table.lexical.columns[part.name].to_list()
    texts = (None if item is None else cell_text(item) for item in items)
    return [None if text in part.missing_values else text for text in texts]


def _stems(keys: Any) -> list[str]:
    """Return the names of the pages of rows; a key that stood before gets the row's number as a part."""
    stems: dict[str, None] = {}
    for position, key in enumerate(keys):
        stem = file_stem(key)
        stems[stem if stem not in stems else file_stem([*key, f"row {position + 1}"])] = None
    return list(stems)


def _references(site: Site) -> Iterator[Reference]:
    for table in site.tables:
        for key in table.table.schema.foreign_keys:
            parent = site.by_name.get(key.resource) if key.resource else table
            if parent is not None and all(name in parent.cells for name in key.reference_fields):
                yield _followed(table, parent, key)


def _followed(child: SiteTable, parent: SiteTable, key: ForeignKey) -> Reference:
    """Follow a foreign key by the values of its fields, of which not all may be null.

    Source: Table Schema v2.0, `foreignKeys`.
    """
    found: dict[Any, list[int]] = {}
    for position, values in enumerate(_keys(parent, key.reference_fields)):
        if values is not None:
            found.setdefault(values, []).append(position)
    targets = []
    sources: dict[int, list[int]] = {}
    for position, values in enumerate(_keys(child, key.fields)):
        there = found.get(values, []) if values is not None else []
        targets.append(there[0] if there else -1)
        for target in there:
            sources.setdefault(target, []).append(position)
    return Reference(child, parent, key.fields, targets, sources)


def _keys(table: SiteTable, names: Sequence[str]) -> Iterator[tuple[Any, ...] | None]:
    """Yield the values of a key in each row, None where all of them are null."""
    for values in records_of(table.table.key(names)):
        is_null = all(value is None for value in values)
        yield None if is_null else tuple(map(hashable, values))
