"""Draws packages with one fault: a cell, or a key, that breaks a rule of a kind."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import reject
from hypothesis import strategies as st

from factpack.constraints import BOUNDS
from factpack.exceptions import SchemaError
from factpack.strategies.cell_texts import Texts
from factpack.strategies.cells import Cell, cell_of
from factpack.strategies.drawn_package import DrawnPackage, Source
from factpack.strategies.related_rows import Link, Plan, Row, Wanted, draw_rows, grouped
from factpack.table_schema import Field

#: The kinds of faults, with the rules that they break.
RULES: Mapping[str, frozenset[str]] = {
    "type": frozenset(["type"]),
    "vocabulary": frozenset(["enum", "categories"]),
    "range": frozenset([*BOUNDS, "minLength", "maxLength"]),
    "form": frozenset(["pattern"]),
    "missing": frozenset(["required", "primaryKey"]),
    "duplicate": frozenset(["primaryKey", "uniqueKeys", "unique"]),
    "reference": frozenset(["foreignKeys"]),
}
#: The kinds that a text of one cell makes.
OF_TEXT = ("type", "vocabulary", "range", "form")

#: What is past a bound is within this one.
PAST = {
    "minimum": "exclusiveMaximum",
    "maximum": "exclusiveMinimum",
    "exclusiveMinimum": "maximum",
    "exclusiveMaximum": "minimum",
}
#: Texts that many types and patterns do not know.
ODD = ("?", "x", "x y", "-", "é!", "[1", "1.2.3", "{", "none of these", "0", "A", "a-", "9" * 20, "//", "é@é")


@dataclass(frozen=True, eq=False)
class Corruption:
    """A package with one fault, and the sound one that it was made of.

    `kind` is one of "type" (a text is not of the field's type and format), "vocabulary" (it is none of an
    enum, or of the categories), "range" (past a bound, or a length), "form" (not of the pattern), "missing"
    (null, though required, or in the primary key), "duplicate" (a primary or unique key that a row before has
    too) and "reference" (a foreign key without its row). `resource`, `row`, `field` and `value` are as in
    `factpack.Finding`: the header is row 1, and a key of several fields is joined by commas. The fault may
    break further rules of the same row, as a missing part of a primary key does that is required as well.
    """

    kind: str
    package: DrawnPackage
    original: DrawnPackage
    resource: str
    row: int
    field: str
    value: str


@dataclass(frozen=True, eq=False, repr=False)
class Target:
    """What can be corrupted: fields of a table, in a way. `texts` draws those of a fault of one cell."""

    kind: str
    plan: Plan
    fields: tuple[str, ...]
    wanted: Wanted
    texts: Texts | None = None
    link: Link | None = None

    @property
    def is_alone(self) -> bool:
        """Whether the fault breaks no foreign key but that which it is meant to break."""
        linked = {name for link in self.plan.links for name in link.fields}
        return self.texts is None or not linked & set(self.fields)


def targets_of(plans: Mapping[str, Plan], most: int) -> dict[str, list[Target]]:
    """Return all that can be corrupted in tables with at most so many rows, by kind.

    A wrong text in a foreign key also dangles: such are left out where a kind has others.
    """
    found = [target for plan in plans.values() for target in _targets(plan, plans, most)]
    by_kind = {kind: [target for target in found if target.kind == kind] for kind in RULES}
    return {
        kind: [target for target in targets if target.is_alone] or targets
        for kind, targets in by_kind.items()
        if targets
    }


def _targets(plan: Plan, plans: Mapping[str, Plan], most: int) -> Iterator[Target]:
    has_loop = any(link.parent == plan.name and not plan.is_optional(link) for link in plan.links)
    if has_loop and most < 2:  # the row at fault would have to refer to itself
        return
    wanted = _wanted(plan, plans, most, 1 + has_loop)
    for item in plan.schema.fields:
        for kind in OF_TEXT:
            texts = wrong_texts(item, plan.cells[item.name], kind)
            if texts is not None:
                yield Target(kind, plan, (item.name,), wanted, texts)
        if item.name in plan.needed and plan.cells[item.name].nulls and len(plan.cells) > 1:
            yield Target("missing", plan, (item.name,), wanted)
    for key in plan.keys if most > 1 else ():
        # a duplicate of a key with another one in it would be a duplicate of both
        if not any(set(other) < set(key) for other in plan.keys):
            yield Target("duplicate", plan, key, _wanted(plan, plans, most, 2, frozenset(key)))
    for link in plan.links:
        yield Target("reference", plan, link.fields, wanted, link=link)


def _wanted(
    plan: Plan, plans: Mapping[str, Plan], most: int, count: int, filled: frozenset[str] = frozenset()
) -> Wanted:
    """Return how many rows the tables need for one of them to have a number of rows."""
    least = {plan.name: count}
    waiting = [(plan, count, filled)]
    while waiting:
        child, number, names = waiting.pop()
        linked = {name for link in child.links for name in link.fields}
        rows = number if any(set(key) <= linked for key in child.keys) else 1
        for link in child.links:
            is_needed = not child.is_optional(link) or bool(names & set(link.fields))
            if is_needed and least.get(link.parent, 0) < rows:
                least[link.parent] = rows
                waiting.append((plans[link.parent], rows, frozenset(link.parent_fields)))
    return Wanted(most, least, plan.name, filled)


def wrong_texts(field: Field, cell: Cell, kind: str) -> Texts | None:
    """Return a strategy for texts that break a rule of a kind, and others if need be; None if none does."""
    rules = RULES[kind]
    past = list(_past(field)) if kind == "range" else []
    if past:
        return st.one_of(past)
    texts = [text for text in dict.fromkeys(_odd(cell)) if text not in field.missing_values]
    broken = {text: cell.judge.faults(text) for text in texts}
    wrong = [text for text in texts if broken[text] & rules]
    only = [text for text in wrong if broken[text] <= rules]
    return st.sampled_from(only or wrong) if wrong else None


def _odd(cell: Cell) -> Iterator[str]:
    """Yield texts that may well be wrong: strange ones, and slips of what is right."""
    yield from ODD
    for text in cell.known:
        yield from (
            text + "?",
            text.swapcase(),
            text + text,
            text[:-1] or "x",
            text + "0",
            f" {text}",
            f"{text}-",
        )


def _past(field: Field) -> Iterator[Texts]:
    """Yield strategies for texts past each bound of a field, which meet its other constraints if some do."""
    given = field.constraints
    for name in [name for name in given if name in RULES["range"]]:
        others = {key: value for key, value in given.items() if key not in RULES["range"]}
        for kept in (others, {}):
            limits = _limits(name, given[name])
            if limits is None:
                continue
            constraints = {**kept, **limits}
            described = {key: value for key, value in field.descriptor.items() if key != "categories"}
            descriptor = described | {"constraints": constraints}
            other = replace(field, constraints=constraints, categories=None, descriptor=descriptor)
            try:
                yield cell_of(other).texts
            except SchemaError:  # nothing is past it
                continue
            break


def _limits(name: str, argument: Any) -> dict[str, Any] | None:
    """Return the constraints of what is past a bound, or a length; None if nothing is."""
    if name in PAST:
        return {PAST[name]: argument}
    if name == "minLength":
        return {"maxLength": argument - 1} if argument > 0 else None
    return {"minLength": argument + 1, "maxLength": argument + 10}


def draw_corruption(draw: st.DrawFn, source: Source, targets: Mapping[str, Sequence[Target]]) -> Corruption:
    """Draw a package, and corrupt one of the targets in it."""
    target = draw(st.sampled_from(targets[draw(st.sampled_from(list(targets)))]))
    tables = draw_rows(draw, source.plans, target.wanted)
    rows = tables[target.plan.name]
    *others, row = rows
    new = row | _changes(draw, target, row, others)
    own_key = target.fields if target.kind == "duplicate" else ()
    if target.plan.is_blank(new) or not target.plan.is_new(new, others, own_key):
        reject()
    if target.link is not None and _is_held(
        source.plans, target.plan, target.link, new, [*others, new], tables
    ):
        reject()
    # the later one of two equal keys is at fault
    place = len(others) if target.kind == "duplicate" else draw(st.integers(0, len(others)))
    before, after = others[:place], others[place:]
    name = target.plan.name
    return Corruption(
        kind=target.kind,
        package=source.package(tables | {name: [*before, new, *after]}),
        original=source.package(tables | {name: [*before, row, *after]}),
        resource=name,
        row=place + 2,
        field=",".join(target.fields),
        value=",".join(new[item] for item in target.fields),
    )


def _changes(draw: st.DrawFn, target: Target, row: Row, others: Sequence[Row]) -> Row:
    """Return the cells of a row that make the fault."""
    plan, name = target.plan, target.fields[0]
    if target.texts is not None:
        return {name: draw(target.texts)}
    if target.kind == "missing":
        return {name: draw(st.sampled_from(plan.cells[name].nulls))}
    if target.link is not None:
        return _other_key(draw, plan, target.link, row)
    return _repeated(draw, plan, target.fields, others)


def _repeated(draw: st.DrawFn, plan: Plan, key: tuple[str, ...], others: Sequence[Row]) -> Row:
    """Return the key of another row, with all that its foreign keys depend on."""
    filled = [other for other in others if None not in plan.values(other, key)]
    if not filled:
        reject()
    names = set(key)
    for group in grouped(plan.links, frozenset(plan.cells)):
        linked = {name for link in group for name in link.fields}
        names |= linked if linked & names else set()
    other = draw(st.sampled_from(filled))
    return {name: other[name] for name in plan.cells if name in names}


def _other_key(draw: st.DrawFn, plan: Plan, link: Link, row: Row) -> Row:
    """Return a foreign key that differs from that of a row in a field, if there is one, of no other key."""
    shared = {name for other in plan.links if other != link for name in other.fields}
    changed = draw(st.sampled_from([name for name in link.fields if name not in shared] or link.fields))
    values = dict(zip(link.fields, plan.values(row, link.fields), strict=True))
    return {
        name: draw(plan.cells[name].texts) if name == changed or values[name] is None else row[name]
        for name in link.fields
    }


def _is_held(
    plans: Mapping[str, Plan],
    plan: Plan,
    link: Link,
    row: Row,
    own: Sequence[Row],
    tables: Mapping[str, Sequence[Row]],
) -> bool:
    """Tell whether a row refers to one that there is."""
    parents = own if link.parent == plan.name else tables[link.parent]
    known = [plans[link.parent].values(parent, link.parent_fields) for parent in parents]
    return plan.values(row, link.fields) in known
