"""Where a mutant is to be seen: its cell, its row, or, if the row is gone, the rows that are tied to it."""

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
        self._evidence = tables.get(roles.get("evidence", ""))
        self._texts = {
            name: {column: table.lexical.texts(column) for column in table.lexical.columns}
            for name, table in tables.items()
        }

    def place(self, finding: Finding, mutant: Mutant, rows: set[Row]) -> Place:
        """Return where a finding is; `rows` are those of the mutant."""
        if finding.resource is None or finding.row is None or (finding.resource, finding.row) not in rows:
            return Place.ELSEWHERE
        own = set((mutant.field or "").split(","))
        return Place.CELL if own & set((finding.field or "").split(",")) else Place.ROW

    def rows(self, mutant: Mutant, after: Table) -> set[Row]:
        """Return the rows at which a mutant is to be seen, with their numbers after the edit."""
        name, edit = mutant.edit.resource, mutant.edit
        if edit.dropped is not None:
            gone = int(self._tables[name].lexical.rows[edit.dropped])
            tied = set(self._tied(name, edit.dropped))
            return {(table, row - (table == name and row > gone)) for table, row in tied}
        rows = {(name, int(after.lexical.rows[position])) for position in mutant.positions}
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
        yield from self._of_evidence(name, position)

    def _of_evidence(self, name: str, position: int) -> Iterator[Row]:
        """Yield the evidence of a row, or, if the row is itself one of evidence, the row that it supports."""
        if self._evidence is None:
            return
        of, schema = self._evidence.resource.name, self._tables[name].schema
        if name == of:
            texts = self._texts[of]
            supported, key = texts["resource"][position] or "", texts["row_key"][position]
            if supported in self._tables:
                table = self._tables[supported]
                for row, number in enumerate(table.lexical.rows.tolist()):
                    if row_key(self._key(supported, table.schema.primary_key, row)) == key:
                        yield supported, number
        else:
            key = row_key(self._key(name, schema.primary_key, position))
            yield from self._having(of, ("resource", "row_key"), (name, key))

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
