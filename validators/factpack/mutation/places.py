"""Where a mutant is to be seen: its cell, its row, and the row that a row of evidence, or a seal, names.

If the row is gone, it is to be seen at the rows that are tied to it.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum

from factpack.evidence.tables import row_key
from factpack.mutation.operators import Mutant
from factpack.package import Package
from factpack.report import Finding
from factpack.table import Table

#: A row of a table: its name, and the number of the record.
Row = tuple[str, int]


class Place(StrEnum):
    """Where a finding is, seen from the fault that it tells of."""

    CELL = "cell"
    ROW = "row"
    ELSEWHERE = "elsewhere"


class Places:
    """The places at which a mutant of a package is to be seen."""

    def __init__(self, package: Package, tables: Mapping[str, Table]) -> None:
        self._tables = tables
        roles = package.descriptor.get("evidence", {})
        self._naming = {roles[role] for role in ("evidence", "seals") if roles.get(role) in tables}
        self._numbers: dict[str, dict[str, int]] = {}
        self._texts = {
            name: {column: table.lexical.texts(column) for column in table.lexical.columns}
            for name, table in tables.items()
        }

    def place(self, finding: Finding, mutant: Mutant, rows: set[Row]) -> Place:
        """Return where a finding is; `rows` are those of the mutant."""
        if finding.resource is None or finding.row is None or (finding.resource, finding.row) not in rows:
            return Place.ELSEWHERE
        own, seen = ((one.field or "").split(",") for one in (mutant, finding))
        is_own = finding.resource == mutant.edit.resource and mutant.field is not None
        return Place.CELL if is_own and set(own) & set(seen) else Place.ROW

    def rows(self, mutant: Mutant, after: Table) -> set[Row]:
        """Return the rows at which a mutant is to be seen, with their numbers after the edit."""
        name, edit = mutant.edit.resource, mutant.edit
        if edit.dropped is not None:
            gone = int(self._tables[name].lexical.rows[edit.dropped])
            tied = set(self._tied(name, edit.dropped))
            return {(table, row - (table == name and row > gone)) for table, row in tied}
        rows = {(name, int(after.lexical.rows[position])) for position in mutant.positions}
        if name in self._naming:
            for table in (self._tables[name], after):
                resources, keys = (table.lexical.texts(column) for column in ("resource", "row_key"))
                for position in mutant.positions:
                    rows |= set(self._named(resources[position], keys[position]))
        return rows | ({(name, int(after.lexical.rows[-1]))} if edit.doubled is not None else set())

    def _tied(self, name: str, position: int) -> Iterator[Row]:
        """Yield the rows that refer to a row, those that it refers to, and those that refer to the same."""
        for child, table in self._tables.items():
            for key in table.schema.foreign_keys:
                parent = key.resource or child
                if parent == name:
                    yield from self._having(
                        child, key.fields, self._key(name, key.reference_fields, position)
                    )
                if child == name:
                    own = self._key(name, key.fields, position)
                    yield from self._having(parent, key.reference_fields, own)
                    yield from self._having(child, key.fields, own)
        if name in self._naming:
            texts = self._texts[name]
            yield from self._named(texts["resource"][position], texts["row_key"][position])
        else:
            own = name, row_key(self._key(name, self._tables[name].schema.primary_key, position))
            for naming in sorted(self._naming):
                yield from self._having(naming, ("resource", "row_key"), own)

    def _named(self, resource: str | None, key: str | None) -> Iterator[Row]:
        """Yield the row that a row of evidence, or a seal, names, if there is one."""
        if resource is None or resource not in self._tables:
            return
        if resource not in self._numbers:
            table = self._tables[resource]
            keys = (
                row_key(self._key(resource, table.schema.primary_key, position))
                for position in range(len(table.lexical))
            )
            self._numbers[resource] = dict(zip(keys, table.lexical.rows.tolist(), strict=True))
        if key in self._numbers[resource]:
            yield resource, self._numbers[resource][key]

    def _key(self, name: str, fields: tuple[str, ...], position: int) -> tuple[str | None, ...]:
        return tuple(self._texts[name][field][position] for field in fields)

    def _having(self, name: str, fields: tuple[str, ...], key: tuple[str | None, ...]) -> Iterator[Row]:
        if name not in self._tables or not all(key):
            return
        columns = [self._texts[name][field] for field in fields]
        rows = self._tables[name].lexical.rows
        for position, texts in enumerate(zip(*columns, strict=True)):
            if texts == key:
                yield name, int(rows[position])
