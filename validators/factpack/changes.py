"""What changed from one version of a package to another: tables, fields, rows and cells.

Rows are the same if their primary keys are; in a table without one, or with another one than before, they are
compared whole. Values are compared, not how they are written: `1.0` and `1` are one number. The order of rows
and of fields does not count.
"""

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from factpack.exceptions import DescriptorError, SchemaError, UnjudgedError
from factpack.fields import Column, hashable
from factpack.package import Package, Resource
from factpack.report import Verdict, verdict_of
from factpack.source import file_bytes
from factpack.table import Table, read
from factpack.table_schema import Field

#: The types whose values are numbers, and so can be equal.
NUMBERS = {"integer", "number", "year"}

#: The cells of a row, by field, as they stand in the table; None is null.
Cells = Mapping[str, str | None]


class State(StrEnum):
    """What became of a resource."""

    ADDED = "added"
    REMOVED = "removed"
    KEPT = "kept"


@dataclass(frozen=True, kw_only=True)
class RowChange:
    """A row whose cells changed: its key as it was, and for each field the cell before and after."""

    key: Cells
    cells: Mapping[str, tuple[str | None, str | None]]


@dataclass(frozen=True, kw_only=True)
class TableChanges:
    """What changed in a resource.

    `key` names the fields by which rows were found again; it is empty if they were compared whole, and
    `reason` says why where there is a primary key. A cell of a field that a table does not have counts as
    null. What is not a table with a schema is a file, which changed or not. If a resource could not be
    compared, `unjudged` says why.
    """

    name: str
    state: State
    key: Sequence[str] = ()
    reason: str | None = None
    fields_added: Mapping[str, str] = field(default_factory=dict)
    fields_removed: Mapping[str, str] = field(default_factory=dict)
    fields_retyped: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    rows_before: int = 0
    rows_after: int = 0
    rows_added: Sequence[Cells] = ()
    rows_removed: Sequence[Cells] = ()
    rows_changed: Sequence[RowChange] = ()
    file_changed: bool = False
    unjudged: str | None = None

    @property
    def is_changed(self) -> bool:
        """Whether anything is different, as far as it could be compared."""
        of_fields = self.fields_added or self.fields_removed or self.fields_retyped
        of_rows = self.rows_added or self.rows_removed or self.rows_changed
        return bool(self.state is not State.KEPT or of_fields or of_rows or self.file_changed)


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What changed in a package, by resource: those of the new version, then those that were removed."""

    package: str
    version_before: str | None
    version_after: str | None
    tables: Sequence[TableChanges]

    @property
    def exit_code(self) -> int:
        """1 if anything changed; else 2 if anything could not be compared; else 0."""
        if any(table.is_changed for table in self.tables):
            return 1
        return 2 if any(table.unjudged for table in self.tables) else 0


def changes(old: Package, new: Package) -> Changes:
    """Compare two versions of a package.

    Raises:
        PackageError: one of the descriptors cannot be used at all.

    """
    for package in (old, new):
        package.check_opened()
    before, after = _by_name(old), _by_name(new)
    return Changes(
        package=new.name,
        version_before=_version(old),
        version_after=_version(new),
        tables=[_compared(name, before.get(name, []), after.get(name, [])) for name in {**after, **before}],
    )


def _by_name(package: Package) -> dict[str, list[Resource]]:
    """Return the resources by their names, each of which should be that of one alone."""
    found: dict[str, list[Resource]] = {}
    for resource in package.resources:
        found.setdefault(resource.name, []).append(resource)
    return found


def _version(package: Package) -> str | None:
    version = package.descriptor.get("version")
    return version if isinstance(version, str) else None


@dataclass(frozen=True)
class _Content:
    """The rows of a table; one that does not exist has none, and no fields."""

    table: Table | None

    def __len__(self) -> int:
        return len(self.table.lexical) if self.table else 0

    @cached_property
    def fields(self) -> dict[str, Field]:
        return {name: column.field for name, column in self.table.columns.items()} if self.table else {}

    @property
    def primary_key(self) -> tuple[str, ...]:
        return self.table.schema.primary_key if self.table else ()

    @cached_property
    def texts(self) -> dict[str, list[str | None]]:
        """The cells of each field, null as None."""
        columns = self.table.columns if self.table else {}
        return {name: _texts(self.table, column) for name, column in columns.items() if self.table}

    def cells(self, row: int) -> dict[str, str | None]:
        return {name: texts[row] for name, texts in self.texts.items()}

    def values(self, name: str, *, as_text: bool) -> Sequence[Hashable]:
        """Return the values of the cells of a field, or their texts, to be compared; null is None."""
        if self.table is None or name not in self.table.columns:
            return [None] * len(self)
        return self.texts[name] if as_text else _values(self.table.columns[name], self.texts[name])


def _texts(table: Table, column: Column) -> list[str | None]:
    cells = table.lexical.texts(column.field.name)
    is_null = column.values.is_null() & ~column.unreadable
    return [None if null else str(cell) for cell, null in zip(cells, is_null.tolist(), strict=True)]


def _values(column: Column, texts: Sequence[str | None]) -> list[Hashable]:
    once = column.values.distinct()
    items: list[Hashable] = [*map(hashable, once.items), None]
    found = [items[place] for place in once.places.tolist()]
    for row in column.unreadable.nonzero()[0].tolist():  # is not a value, and no other is equal to it
        found[row] = ("unreadable", texts[row])
    return found


def _compared(name: str, olds: Sequence[Resource], news: Sequence[Resource]) -> TableChanges:
    """Compare what has a name in the old version and in the new one: one resource, or none."""
    state = State.KEPT if olds and news else State.ADDED if news else State.REMOVED
    present = [*olds, *news]
    try:
        if len(olds) > 1 or len(news) > 1:
            raise UnjudgedError("several resources of one version have this name")
        if any(resource.schema is None or resource.is_open for resource in present):
            contents = [_bytes(resource) for resource in present]
            return TableChanges(name=name, state=state, file_changed=contents[0] != contents[-1])
        return _compared_tables(name, state, _content(olds), _content(news))
    except (SchemaError, UnjudgedError, DescriptorError, OSError) as error:
        return TableChanges(name=name, state=state, unjudged=str(error))


def _bytes(resource: Resource) -> list[Any]:
    """Return the content of what is no table with a schema, or of a table in a format that is not read.

    Raises:
        UnjudgedError: it has none that may be opened, or its schema is broken.
        OSError: a file cannot be read.

    """
    if verdict_of(resource.findings) is Verdict.INVALID or not (
        resource.source.files or resource.source.is_inline
    ):
        raise UnjudgedError(resource.findings[0].message)
    return [file_bytes(file) for file in resource.source.files] or [resource.source.data]


def _content(resources: Sequence[Resource]) -> _Content:
    """Read a table whole, if there is one.

    Raises:
        UnjudgedError: a field cannot be judged, or some rows are not as a row must be.

    """
    if not resources:
        return _Content(None)
    table = read(resources[0])
    if table.lexical.faults:
        fault = table.lexical.faults[0]
        raise UnjudgedError(f"row {fault.row}: {fault.message}")
    return _Content(table)


def _compared_tables(name: str, state: State, old: _Content, new: _Content) -> TableChanges:
    shared = [field for field in new.fields if field in old.fields]
    retyped = {
        field: (old.fields[field].type, new.fields[field].type)
        for field in shared
        if old.fields[field].type != new.fields[field].type
    }
    columns = _columns(old, new, {name for name, types in retyped.items() if not {*types} <= NUMBERS})
    key, reason = _key(old, new, columns)
    find = _found_again if key else _compared_whole
    added, removed, changed = find(old, new, columns, key)
    return TableChanges(
        name=name,
        state=state,
        key=key,
        reason=reason if state is State.KEPT else None,
        fields_added={field: one.type for field, one in new.fields.items() if field not in old.fields},
        fields_removed={field: one.type for field, one in old.fields.items() if field not in new.fields},
        fields_retyped=retyped,
        rows_before=len(old),
        rows_after=len(new),
        rows_added=[new.cells(row) for row in added],
        rows_removed=[old.cells(row) for row in removed],
        rows_changed=changed,
    )


#: By field, its values in the old table and in the new one.
_Columns = Mapping[str, tuple[Sequence[Hashable], Sequence[Hashable]]]


def _columns(old: _Content, new: _Content, retyped: set[str]) -> _Columns:
    """Return the values of all fields of both tables; a field of quite another type is compared as text."""
    return {
        name: (old.values(name, as_text=name in retyped), new.values(name, as_text=name in retyped))
        for name in {**new.fields, **old.fields}
    }


def _key(old: _Content, new: _Content, columns: _Columns) -> tuple[tuple[str, ...], str | None]:
    """Return the fields by which rows are found again, and if there are none, why not."""
    key = new.primary_key or old.primary_key
    if not key:
        return (), None
    if old.table and new.table and set(old.primary_key) != set(new.primary_key):
        return (), "the primary key is another one"
    for side, content in enumerate((old, new)):
        found = list(zip(*[columns[name][side] for name in key], strict=True)) if content.table else []
        if len(set(found)) < len(found) or any(None in one for one in found):
            return (), "the primary key is not filled and unique"
    return key, None


_Outcome = tuple[Sequence[int], Sequence[int], Sequence[RowChange]]


def _found_again(old: _Content, new: _Content, columns: _Columns, key: Sequence[str]) -> _Outcome:
    """Return the rows that were added and removed, and what changed in those that are in both."""
    rows_of_old = {one: row for row, one in enumerate(zip(*[columns[name][0] for name in key], strict=True))}
    keys_of_new = list(zip(*[columns[name][1] for name in key], strict=True))
    added = [row for row, one in enumerate(keys_of_new) if one not in rows_of_old]
    removed_keys = rows_of_old.keys() - set(keys_of_new)
    removed = [row for one, row in rows_of_old.items() if one in removed_keys]
    changed = []
    for after, one in enumerate(keys_of_new):
        before = rows_of_old.get(one)
        if before is not None and (cells := dict(_differences(old, new, columns, before, after))):
            changed.append(RowChange(key={name: old.texts[name][before] for name in key}, cells=cells))
    return added, removed, changed


def _differences(
    old: _Content, new: _Content, columns: _Columns, before: int, after: int
) -> Iterator[tuple[str, tuple[str | None, str | None]]]:
    for name, (olds, news) in columns.items():
        if olds[before] != news[after]:
            yield name, (_text(old, name, before), _text(new, name, after))


def _text(content: _Content, name: str, row: int) -> str | None:
    return content.texts[name][row] if name in content.texts else None


def _compared_whole(old: _Content, new: _Content, columns: _Columns, key: Sequence[str]) -> _Outcome:
    """Return the rows that one table has, or has more often, than the other."""
    olds = list(zip(*[pair[0] for pair in columns.values()], strict=True))
    news = list(zip(*[pair[1] for pair in columns.values()], strict=True))
    return _surplus(news, olds), _surplus(olds, news), ()


def _surplus(rows: Sequence[Hashable], others: Sequence[Hashable]) -> list[int]:
    """Return the places of rows that have no partner among others."""
    left = Counter(others)
    found = []
    for place, row in enumerate(rows):
        left[row] -= 1
        if left[row] < 0:
            found.append(place)
    return found
