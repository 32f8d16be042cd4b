"""The pages of a site: what each shows, put into its template."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from typing import Any, TypeVar

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from factpack.addresses import address
from factpack.citing.work import read_work
from factpack.export.site import diagram, matrix, text, timeline
from factpack.export.site.about import About, about, licenses, sources
from factpack.export.site.labels import Labels, shortened
from factpack.export.site.search import index_files
from factpack.export.site.support import Evidence, Support, read_evidence
from factpack.export.site.tables import PAGE_ROWS, Reference, Site, SiteTable
from factpack.templating import environment

#: Rows that refer to a row by one key, as its page lists them.
MOST_REFERRING = 500

#: Characters of a cell in a table; the row's page has all of them.
LONGEST_CELL = 240

#: Characters of a cell that the row's page shows at once; the others are folded away.
FOLDED_AT = 2_000

#: Characters up to which a column is narrow, so that its cells have one line; past which it is wide.
NARROW, WIDE = 24, 48

STATIC = ("style.css", "site.js", "icon.svg")

#: The types whose cells stand at the right.
NUMBERS = ("integer", "number")

#: What is told by a table's fields, and the view that is drawn of it.
Told = TypeVar("Told")
View = TypeVar("View")


@dataclass(frozen=True)
class Target:
    """A row to which a cell refers: where it is shown, what its fields call it, and its table."""

    href: str
    label: str | None
    table: str


@dataclass(frozen=True)
class Cell:
    """A cell as it is shown: its text (None: null), what its category is called, and what it refers to.

    `order` is what it is sorted by where that is not its text. `href` leads to what the text itself is an
    address of.
    """

    text: str | None
    category: str | None = None
    targets: Sequence[Target] = ()
    order: str | None = None
    href: str | None = None


@dataclass(frozen=True)
class Column:
    """A field as a column of a table; its kind is a class of the style sheet: a number, or how wide it is."""

    title: str
    kind: str


@dataclass(frozen=True)
class Entry:
    """A field of a row on its page: its title, where it is described, its cell, and what supports it."""

    title: str
    name: str
    href: str
    cell: Cell
    description: str
    supports: Sequence[Support]


@dataclass(frozen=True)
class Referring:
    """The rows of a table that refer to a row by one foreign key; `more` are not listed."""

    table: SiteTable
    by: str
    rows: Sequence[tuple[str, str]]
    count: int

    @property
    def more(self) -> int:
        """How many of them are not listed."""
        return self.count - len(self.rows)


class Pages:
    """All pages of a site."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.about: About = about(read_work(site.package))
        self.evidence: Evidence = read_evidence(site)
        self.labels = Labels(site)
        self.timelines = _drawn(site, timeline.times_of, timeline.timeline)
        self.matrices = _drawn(site, lambda table: matrix.pair_of(site, table), matrix.matrix)
        self.environment = _environment()
        self.environment.globals.update(site=site, about=self.about, pages=self)

    def files(self) -> Iterator[tuple[str, str]]:
        """Yield the path of each file within the site, and its text."""
        index = list(index_files(self.site, self.labels, self.evidence.bookkeeping))
        for name in STATIC:
            yield name, files("factpack.export.site").joinpath("static", name).read_text(encoding="utf-8")
        yield from index
        yield "index.html", self._home([name for name, _ in index])
        for line in self.timelines.values():
            yield (
                self.timeline_file(line.table),
                self._render("timeline.html", 1, line=line, table=line.table),
            )
        for grid in self.matrices.values():
            yield self.matrix_file(grid.table), self._render("matrix.html", 1, grid=grid, table=grid.table)
        for table in self.site.tables:
            for page in range(table.pages):
                yield table.page_file(page), self._table(table, page)
            for position in range(len(table.stems)):
                yield table.row_file(position), self._row(table, position)

    def timeline_file(self, table: SiteTable) -> str:
        """Return the file of a table's line of time."""
        return f"timeline/{table.slug}.html"

    def matrix_file(self, table: SiteTable) -> str:
        """Return the file of a table's matrix."""
        return f"matrix/{table.slug}.html"

    def _render(self, template: str, depth: int, **values: Any) -> str:
        """Render a page that lies so many folders deep."""
        rendered: str = self.environment.get_template(template).render(root="../" * depth, **values)
        return rendered

    def _home(self, index: Sequence[str]) -> str:
        tables = self.site.tables
        return self._render(
            "home.html",
            0,
            index=index,
            facts=[table for table in tables if table.name not in self.evidence.bookkeeping],
            bookkeeping=[table for table in tables if table.name in self.evidence.bookkeeping],
            rows=sum(len(table) for table in tables),
            drawing=self._drawing(),
            box=(diagram.WIDTH, diagram.HEIGHT),
            all_searched=all(table.shown == len(table) for table in tables),
        )

    def _drawing(self) -> diagram.Drawing | None:
        edges = [(found.child.number, found.parent.number) for found in self.site.references]
        return diagram.draw(len(self.site.tables), edges)

    def _table(self, table: SiteTable, page: int) -> str:
        start = page * PAGE_ROWS
        end = min(start + PAGE_ROWS, table.shown)
        return self._render(
            "table.html",
            1,
            table=table,
            page=page,
            start=start,
            columns=[self.column(table, name) for name in table.cells],
            rows=[(position, self.cells(table, position)) for position in range(start, end)],
            longest=LONGEST_CELL if table.stems else None,
            licenses=licenses(table.resource.descriptor),
            sources=sources(table.resource.descriptor),
        )

    def _row(self, table: SiteTable, position: int) -> str:
        return self._render(
            "row.html",
            2,
            table=table,
            position=position,
            label=self.labels.of(table, position),
            own_label=self.labels.own(table, position),
            key=" / ".join("null" if part is None else part for part in table.key(position)),
            entries=list(self._entries(table, position)),
            referring=list(self._referring(table, position)),
            longest=FOLDED_AT,
        )

    def column(self, table: SiteTable, name: str) -> Column:
        """Return a field as a column."""
        return Column(self.field_title(table, name), self._kinds[table.number, name])

    @cached_property
    def _kinds(self) -> Mapping[tuple[int, str], str]:
        """The kind of each column: a number, or how wide it is by the longest text that it shows."""
        return {
            (table.number, name): self._kind(table, name)
            for table in self.site.tables
            for name in table.cells
        }

    def _kind(self, table: SiteTable, name: str) -> str:
        part, references = table.own_fields[name], self._by_field(table).get(name, ())
        if part.type in NUMBERS and part.categories is None and not references:
            return "number"
        shown = table.cells[name][: table.shown]
        longest = max((len(table.category(name, content)) for content in shown if content), default=0)
        if (
            len(references)
            and len(references[0].fields) == 1
            and self.labels.fields[references[0].parent.number]
        ):
            longest = max(longest, NARROW + 1)
        return "wide" if longest > WIDE else "middling" if longest > NARROW else "narrow"

    def field_title(self, table: SiteTable, name: str) -> str:
        """Return the title of a field, or its name."""
        title = table.own_fields[name].descriptor.get("title")
        return title if isinstance(title, str) and title.strip() else name

    def cells(self, table: SiteTable, position: int) -> list[Cell]:
        """Return the cells of a row as its table shows them."""
        return [self.cell(table, name, position) for name in table.cells]

    def cell(self, table: SiteTable, name: str, position: int) -> Cell:
        """Return a cell as it is shown."""
        content = table.cells[name][position]
        if content is None:
            return Cell(None)
        called = table.categories.get(name, {}).get(content)
        category = called[0] if called and called[0] != content else None
        targets = list(self._targets(table, name, position))
        return Cell(content, category, targets, self._order(table, name, position), address(content))

    def _order(self, table: SiteTable, name: str, position: int) -> str | None:
        """Return what a cell is sorted by where that is not its text: odd numbers, ordered categories."""
        part = table.own_fields[name]
        content = table.cells[name][position]
        if content is None:
            return None
        if name in table.category_order:
            place = table.category_order[name].get(content)
            return None if place is None else str(place)
        if part.type not in NUMBERS:
            return None
        value = str(table.table.columns[name].values.at(position))
        return value if value != content else None

    def _targets(self, table: SiteTable, name: str, position: int) -> Iterator[Target]:
        """Yield the rows to which a cell refers, that of the foreign key with fewest fields first."""
        for found in self._by_field(table).get(name, ()):
            target = found.targets[position]
            if target >= 0:
                label = self.labels.own(found.parent, target) if len(found.fields) == 1 else None
                yield Target(found.parent.href(target), label, found.parent.title)
        named = self.evidence.named_row(table, position) if name == "row_key" else None
        if named is not None:
            yield Target(named, None, table.cells["resource"][position] or "")

    def _by_field(self, table: SiteTable) -> Mapping[str, Sequence[Reference]]:
        return self._references_by_field[table.number]

    @cached_property
    def _references_by_field(self) -> Mapping[int, Mapping[str, Sequence[Reference]]]:
        """The references of each table by the fields that are in them, those with fewest fields first."""
        found: dict[int, dict[str, list[Reference]]] = {table.number: {} for table in self.site.tables}
        for reference in sorted(self.site.references, key=lambda part: len(part.fields)):
            for name in reference.fields:
                found[reference.child.number].setdefault(name, []).append(reference)
        return found

    def _entries(self, table: SiteTable, position: int) -> Iterator[Entry]:
        supports = self.evidence.of(table, position)
        for number, name in enumerate(table.cells, 1):
            content = table.cells[name][position]
            called = table.categories.get(name, {}).get(content or "")
            yield Entry(
                title=self.field_title(table, name),
                name=name,
                href=f"{table.page_file(0)}#field-{number}",
                cell=self.cell(table, name, position),
                description=called[1] if called else "",
                supports=supports.get(name, ()),
            )

    def _referring(self, table: SiteTable, position: int) -> Iterator[Referring]:
        """Yield the rows that refer to a row, by table and key."""
        for found in self.site.incoming[table.number]:
            positions = found.sources.get(position, ())
            if positions:
                titles = ", ".join(self.field_title(found.child, name) for name in found.fields)
                rows = [
                    (found.child.href(source), self.labels.of(found.child, source, found))
                    for source in positions[:MOST_REFERRING]
                ]
                yield Referring(found.child, titles, rows, len(positions))

    def refers_to_itself(self, table: SiteTable) -> bool:
        """Tell whether rows of a table refer to others of it."""
        return any(found.parent is table for found in self.site.outgoing[table.number])

    def refers_to(self, table: SiteTable, name: str) -> list[SiteTable]:
        """Return the tables to which a field refers."""
        return [found.parent for found in self._by_field(table).get(name, ())]

    def kinds(self, table: SiteTable, position: int) -> list[str]:
        """Return what the fields with categories say of a row."""
        texts = {name: table.cells[name][position] for name in table.categories}
        return [table.category(name, content) for name, content in texts.items() if content is not None]

    def role(self, grid: matrix.Matrix, position: int) -> str | None:
        """Return in what role a row links two others, where its table says so."""
        name = grid.pair.role
        content = grid.table.cells[name][position] if name is not None else None
        return None if name is None or content is None else shortened(grid.table.category(name, content), 40)

    def referring_keys(self, table: SiteTable) -> list[tuple[SiteTable, str]]:
        """Return the tables that refer to a table, each with the titles of the fields that do."""
        return [
            (found.child, ", ".join(self.field_title(found.child, name) for name in found.fields))
            for found in self.site.incoming[table.number]
        ]


def _drawn(
    site: Site, told: Callable[[SiteTable], Told | None], draw: Callable[[SiteTable, Told], View | None]
) -> dict[int, View]:
    """Return a view of each table, by its number, of which there is something to tell, and to draw."""
    found: dict[int, View] = {}
    for table in site.tables:
        what = told(table)
        view = None if what is None else draw(table, what)
        if view is not None:
            found[table.number] = view
    return found


def _environment() -> Environment:
    found = environment(PackageLoader("factpack.export.site"), undefined=StrictUndefined, finalize=_visible)
    found.filters.update(
        paragraphs=text.paragraphs,
        line=text.line,
        short=_short,
        count=_count,
    )
    return found


def _visible(value: Any) -> Any:
    """Return a value as a template puts it out, texts with their control characters written out."""
    return text.visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _short(value: str, longest: int | None = LONGEST_CELL) -> str:
    return value if longest is None else shortened(value, longest)


def _count(number: int, one: str, many: str | None = None) -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"
