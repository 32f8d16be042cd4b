"""Draws the rows of tables that refer to each other by Hypothesis: keys are unique, and references hold.

Tables are drawn one after the other, so that rows choose among those that they refer to. A reference into a
table that is not drawn by then, in a cycle of tables or within one, is filled when all are. What then still
dangles, since it could not be changed, is taken out.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import islice
from typing import Any

from hypothesis import reject
from hypothesis import strategies as st

from factpack.strategies.cells import Cell, cell_of
from factpack.table_schema import TableSchema

#: A row: the texts of its cells by the names of their fields.
Row = dict[str, str]
Tables = Mapping[str, Sequence[Row]]

#: Of the ways in which several references of a row may go together, no more than these are looked at.
MOST_WAYS = 1000

#: So many times a row is drawn again, for each that is asked for, if it has the key of another.
MOST_MISSES = 10

#: Draws whether there is a row: much more often than not.
IS_ROW = st.integers(0, 7).map(bool)


@dataclass(frozen=True)
class Link:
    """A foreign key: `fields` refer to the `parent_fields` of the table `parent`."""

    fields: tuple[str, ...]
    parent: str
    parent_fields: tuple[str, ...]


@dataclass(frozen=True, eq=False, repr=False)
class Plan:
    """How the rows of a table are drawn.

    `needed` names the fields that may not be null. `early` links are to tables that are drawn before it, and
    `late` ones are not; `fixed` names the fields that others refer to, which must not change once drawn.
    """

    name: str
    schema: TableSchema
    cells: Mapping[str, Cell]
    needed: frozenset[str]
    keys: Sequence[tuple[str, ...]]
    early: Sequence[Link] = ()
    late: Sequence[Link] = ()
    fixed: frozenset[str] = frozenset()

    @property
    def links(self) -> Sequence[Link]:
        """All links of the table."""
        return [*self.early, *self.late]

    @cached_property
    def free(self) -> Sequence[str]:
        """The fields that no early link fills, in order."""
        linked = {name for link in self.early for name in link.fields}
        return [name for name in self.cells if name not in linked]

    @cached_property
    def changeable(self) -> frozenset[str]:
        """The fields that are filled when all tables are drawn."""
        late = {name for link in self.late for name in link.fields}
        return frozenset(late & set(self.free) - self.fixed)

    @cached_property
    def early_groups(self) -> Sequence[Sequence[Link]]:
        """The early links; those that share a field together."""
        return grouped(self.early, frozenset(self.cells))

    @cached_property
    def late_groups(self) -> Sequence[Sequence[Link]]:
        """The late links with a field that can still be filled; those that share one together."""
        return grouped(self.late, self.changeable)

    def is_nullable(self, name: str) -> bool:
        """Tell whether cells of a field may be null."""
        return name not in self.needed and bool(self.cells[name].nulls)

    def is_optional(self, link: Link) -> bool:
        """Tell whether a row need not refer to any other by a link."""
        return all(map(self.is_nullable, link.fields))

    def values(self, row: Row, names: Sequence[str]) -> tuple[Any, ...]:
        """Return the values of fields of a row; None for each that is null."""
        return tuple(self.cells[name].judge.value(row[name]) for name in names)

    def key_of(self, row: Row, names: Sequence[str]) -> Any:
        """Return the values of a key of a row; one that is null in part equals no other."""
        values = self.values(row, names)
        return object() if any(value is None for value in values) else values

    def is_blank(self, row: Row) -> bool:
        """Tell whether a row is null throughout."""
        return all(value is None for value in self.values(row, list(row)))

    def agrees(self, row: Row, other: Row) -> bool:
        """Tell whether the fields that two parts of a row share have the same value in both."""
        return all(
            row[name] == text or self.values(row, [name]) == self.values(other, [name])
            for name, text in other.items()
            if name in row
        )

    def is_new(self, row: Row, others: Sequence[Row], but: Sequence[str] = ()) -> bool:
        """Tell whether no other row has a key of a row, but for one key that may be had."""
        return not any(
            self.key_of(row, key) in [self.key_of(other, key) for other in others]
            for key in self.keys
            if key != but
        )


def grouped(links: Sequence[Link], names: frozenset[str]) -> list[list[Link]]:
    """Return links with any of those fields, in groups that share none of them."""
    groups: list[list[Link]] = []
    for link in links:
        own = names & set(link.fields)
        joined = [group for group in groups if any(own & set(other.fields) for other in group)]
        if own:
            groups = [group for group in groups if group not in joined]
            groups.append([*(other for group in joined for other in group), link])
    return groups


def plan_of(name: str, schema: TableSchema) -> Plan:
    """Return how the rows of a table are drawn, with no links as yet.

    Raises:
        SchemaError: a property of a field cannot be used, or no text meets all of them.
        UnjudgedError: factpack cannot judge by it.

    """
    required = {item.name for item in schema.fields if item.constraints.get("required")}
    unique = [(item.name,) for item in schema.fields if item.constraints.get("unique")]
    keys = [schema.primary_key] if schema.primary_key else []
    return Plan(
        name=name,
        schema=schema,
        cells={item.name: cell_of(item) for item in schema.fields},
        needed=frozenset({*required, *schema.primary_key}),
        keys=list(dict.fromkeys([*keys, *unique, *schema.unique_keys])),
    )


def in_order(plans: Sequence[Plan], links: Mapping[str, Sequence[Link]]) -> list[Plan]:
    """Return plans with their links, in an order in which as few tables as can be wait for a later one."""
    referred = {(link.parent, name) for own in links.values() for link in own for name in link.parent_fields}
    left, ordered, drawn = list(plans), [], set[str]()

    def hindrance(plan: Plan) -> tuple[int, int]:
        waits = [
            plan.is_optional(link) for link in links[plan.name] if link.parent not in {*drawn, plan.name}
        ]
        return waits.count(False), waits.count(True)

    while left:
        plan = min(left, key=hindrance)
        left.remove(plan)
        ordered.append(
            replace(
                plan,
                early=[link for link in links[plan.name] if link.parent in drawn],
                late=[link for link in links[plan.name] if link.parent not in drawn],
                fixed=frozenset(name for parent, name in referred if parent == plan.name),
            )
        )
        drawn.add(plan.name)
    return ordered


@dataclass(frozen=True)
class Wanted:
    """How many rows a table is to have: at least as many as it says, if it names it, and at most so many.

    The last row of the table `spare` is one that no other refers to, and has a value in the fields that are
    `filled`, as have all others of that table.
    """

    most: int
    least: Mapping[str, int]
    spare: str = ""
    filled: frozenset[str] = frozenset()

    def filled_of(self, plan: Plan) -> frozenset[str]:
        """Return the fields of a table that are to have a value though they need none."""
        return self.filled if plan.name == self.spare else frozenset()


def draw_rows(draw: st.DrawFn, plans: Mapping[str, Plan], wanted: Wanted) -> dict[str, list[Row]]:
    """Draw the rows of tables."""
    tables: dict[str, list[Row]] = {}

    def referable() -> Tables:
        return {name: rows[:-1] if name == wanted.spare else rows for name, rows in tables.items()}

    for plan in plans.values():
        tables[plan.name] = draw(_rows(plan, plans, referable(), wanted))
    spare = tables[wanted.spare][-1:] if wanted.spare else []
    if any(plan.late for plan in plans.values()):
        for plan in plans.values():
            _fill_late(draw, plan, plans, tables[plan.name], referable(), wanted)
        tables = _without_dangling(plans, tables)
    if any(len(rows) < wanted.least.get(name, 0) for name, rows in tables.items()):
        reject()
    if spare and (not tables[wanted.spare] or tables[wanted.spare][-1] is not spare[0]):
        reject()
    return tables


@st.composite
def _rows(
    draw: st.DrawFn, plan: Plan, plans: Mapping[str, Plan], tables: Tables, wanted: Wanted
) -> list[Row]:
    """Draw the rows of a table whose early links refer to rows of tables.

    Hypothesis shrinks an example by taking out what was drawn in one piece: so a table is one, and each of
    its rows, which may also be none. The form of what is drawn is the same whether there is a row to refer
    to or not. The strategies of rows are kept, since to make them takes longer than to draw.
    """
    filled, least = wanted.filled_of(plan), wanted.least.get(plan.name, 0)
    groups = [_ways(plan, plans, group, tables, {}, filled) for group in plan.early_groups]
    sizes = tuple(map(len, groups))
    found: list[Row] = []
    left, misses = least + draw(_place(wanted.most - least + 1)), 0
    while left > 0 and all(sizes):
        is_sure = len(found) < least
        drawn = draw(_row(plan, filled, sizes, is_sure=is_sure))
        row = None if drawn is None else _whole(plan, groups, *drawn)
        if row is not None and not plan.is_blank(row) and plan.is_new(row, found):
            found.append(row)
        elif is_sure and misses < MOST_MISSES * least:
            misses += 1
            continue
        left -= 1
    return found


def _whole(plan: Plan, groups: Sequence[Sequence[Row]], cells: Sequence[str], places: Sequence[int]) -> Row:
    """Return the row that has some cells, and others as those at a place of each group have them."""
    row = dict(zip(plan.free, cells, strict=True))
    for group, place in zip(groups, places, strict=True):
        row |= group[place]
    return _with_loops(plan, row)


@lru_cache(maxsize=10_000)
def _row(
    plan: Plan, filled: frozenset[str], sizes: tuple[int, ...], *, is_sure: bool
) -> st.SearchStrategy[tuple[Sequence[str], Sequence[int]] | None]:
    """Return a strategy for the free cells of a row, and the places of what it refers to.

    Unless there is sure to be a row, it draws also that there is none.
    """
    cells = st.tuples(*(_cell(plan, name, filled) for name in plan.free))
    row = st.tuples(cells, st.tuples(*map(_place, sizes)))
    return row if is_sure else _row_or_none(row)


@st.composite
def _row_or_none(draw: st.DrawFn, row: st.SearchStrategy[Any]) -> Any:
    return draw(row) if draw(IS_ROW) else None


@lru_cache(maxsize=10_000)
def _place(size: int) -> st.SearchStrategy[int]:
    """Return a strategy for places in a list; of an empty one, for its first, which it does not have."""
    return st.integers(0, max(size - 1, 0))


def _cell(plan: Plan, name: str, filled: Collection[str]) -> st.SearchStrategy[str]:
    """Return a strategy for the cells of a field that no early link fills."""
    cell = plan.cells[name]
    if not plan.is_nullable(name):
        return cell.texts
    if name in plan.changeable:
        return st.just(cell.nulls[0])
    return cell.texts if name in filled else st.sampled_from(cell.nulls) | cell.texts


def _with_loops(plan: Plan, row: Row) -> Row:
    """Return a row that refers to itself where it must refer to some row of its own table."""
    for link in plan.late:
        for name, other in zip(link.fields, link.parent_fields, strict=True):
            is_own = link.parent == plan.name and name in plan.free and not plan.is_nullable(name)
            if is_own and _accepts(plan.cells[name], plan.cells[other], row[other]):
                row[name] = row[other]
    return row


def _accepts(cell: Cell, parent: Cell, text: str) -> bool:
    """Tell whether a field may have a text of another one, and with the same value."""
    value = parent.judge.value(text)
    if cell is parent:
        return value is not None
    return value is not None and cell.judge.fits(text) and cell.judge.value(text) == value


def _ways(
    plan: Plan,
    plans: Mapping[str, Plan],
    group: Sequence[Link],
    tables: Tables,
    given: Row,
    filled: Collection[str],
) -> list[Row]:
    """Return the ways to fill the fields of links, so that all refer to rows of tables, or to none."""
    found = [given]
    for link in sorted(group, key=lambda link: -len(link.fields)):
        options = list(_options(plan, plans, link, tables, filled))
        together = ({**option, **row} for row in found for option in options if plan.agrees(row, option))
        found = list(islice(together, MOST_WAYS))
    return found


def _options(
    plan: Plan, plans: Mapping[str, Plan], link: Link, tables: Tables, filled: Collection[str]
) -> Iterator[Row]:
    """Yield what the fields of a link may be: null, and what each row that it may refer to has."""
    if plan.is_optional(link) and not set(filled) & set(link.fields):
        yield {name: plan.cells[name].nulls[0] for name in link.fields}
    pairs = list(zip(link.fields, link.parent_fields, strict=True))
    others = plans[link.parent].cells
    for row in tables[link.parent]:
        if all(_accepts(plan.cells[name], others[other], row[other]) for name, other in pairs):
            yield {name: row[other] for name, other in pairs}


def _fill_late(
    draw: st.DrawFn,
    plan: Plan,
    plans: Mapping[str, Plan],
    rows: Sequence[Row],
    tables: Tables,
    wanted: Wanted,
) -> None:
    """Let rows refer to others by their late links, now that all are drawn."""
    for row in rows:
        others = [other for other in rows if other is not row]
        for group in plan.late_groups:
            names = {name for link in group for name in link.fields}
            given = {name: row[name] for name in names - plan.changeable}
            found = _ways(plan, plans, group, tables, given, wanted.filled_of(plan))
            ways = [way for way in found if plan.is_new({**row, **way}, others)]
            ways = [way for way in ways if not plan.is_blank({**row, **way})]
            if ways:
                row.update(ways[draw(_place(len(ways)))])


def _without_dangling(plans: Mapping[str, Plan], tables: dict[str, list[Row]]) -> dict[str, list[Row]]:
    """Return tables without the rows that refer to none that there is."""
    while True:
        kept = {name: _holding(plans, plans[name], tables) for name in tables}
        if all(len(kept[name]) == len(rows) for name, rows in tables.items()):
            return kept
        tables = kept


def _holding(plans: Mapping[str, Plan], plan: Plan, tables: Tables) -> list[Row]:
    """Return the rows of a table whose links all hold."""
    rows = list(tables[plan.name])
    for link in plan.links:
        parent = plans[link.parent]
        known = {parent.values(row, link.parent_fields) for row in tables[link.parent]}
        known = {values for values in known if None not in values} | {(None,) * len(link.fields)}
        rows = [row for row in rows if plan.values(row, link.fields) in known]
    return rows
