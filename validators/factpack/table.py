"""A table of a package that was read: its text, the values of its fields, and its DataFrame."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from factpack.constraints import tests_of
from factpack.exceptions import DescriptorError, PackageError, SchemaError, UnjudgedError
from factpack.fields import Column, read_column
from factpack.kinds import NumberArray
from factpack.package import Resource
from factpack.reading import LexicalTable, joined, read_table
from factpack.report import Finding, Severity
from factpack.row_tests import TableTest, Verdict
from factpack.source import States, check_unchanged
from factpack.table_schema import TableSchema
from factpack.values import Values, stacked

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Table:
    """A table that was read: its text, and the values of its fields; `schema` has those fields only.

    A table that was judged piece by piece `is_judged`, but for its keys, and holds the columns of these only;
    `states` is then how its files were.
    """

    resource: Resource
    schema: TableSchema
    lexical: LexicalTable
    columns: dict[str, Column]
    is_judged: bool = False
    states: States = ()

    @cached_property
    def whole(self) -> "Table":
        """The table with all of its columns, read again if it does not hold them.

        Raises:
            PackageError: it cannot be read again, or its files are not what they were.

        """
        if not self.is_judged:
            return self
        try:
            whole = read_what_can_be_judged(self.resource)[0]
            check_unchanged(self.resource.source.files, self.states)
            return whole
        except (SchemaError, UnjudgedError, DescriptorError, OSError) as error:
            raise PackageError(f"the table {self.resource.name!r} cannot be read again: {error}") from error

    def key(self, names: Sequence[str]) -> list[Values]:
        """Return the columns of a key; one that the table does not have is null throughout."""
        nothing = Values([], np.full(len(self.lexical), -1))
        return [self.columns[name].values if name in self.columns else nothing for name in names]

    def has_judged(self, names: Sequence[str]) -> bool:
        """Tell whether no field of those names was left out because it cannot be judged."""
        return not any(name in self.lexical.columns and name not in self.columns for name in names)

    @cached_property
    def frame(self) -> "pd.DataFrame":
        """The table as a DataFrame, each column in the dtype of its field, typed as `factpack.load` tells.

        Raises:
            PackageError: a cell is not of its field's type or categories, or as `whole`.

        """
        import pandas as pd

        from factpack.series import series_of

        columns = self.whole.columns.items()
        series = {name: series_of(column, self.resource.name) for name, column in columns}
        return pd.DataFrame(series, index=pd.RangeIndex(len(self.lexical)))

    def broken(self, verdict: Verdict) -> Iterator[Finding]:
        """Yield a finding for each row that fails a test."""
        if verdict.passed is None:
            message = f"the check {verdict.test.name!r} could not be run: {verdict.error}"
            yield self.resource.finding("check", message, severity=Severity.UNJUDGED)
        elif not verdict.passed.all():
            yield from self._findings(verdict.test, np.flatnonzero(~verdict.passed))

    def _findings(self, test: TableTest, positions: NumberArray) -> Iterator[Finding]:
        """Yield the findings of a test on the rows at some positions, which may be many."""
        names = test.names
        cells = [self.lexical.columns[name].take(positions).to_list() for name in names]
        field, places = ",".join(names), self.lexical.places(self.resource, positions)
        for texts, (path, row, line) in zip(zip(*cells, strict=True), places, strict=True):
            yield Finding(
                rule=test.name,
                resource=self.resource.name,
                path=path,
                row=row,
                line=line,
                field=field,
                value=_value(texts),
                message=test.expected,
            )

    def finding(
        self,
        rule: str,
        message: str,
        position: int,
        fields: Sequence[str],
        severity: Severity = Severity.ERROR,
    ) -> Finding:
        """Return a finding on the cells of some fields of the row at a position."""
        value = _value([self.lexical.columns[name].at(position) for name in fields])
        return self.lexical.finding(
            self.resource, rule, message, position, field=",".join(fields), value=value, severity=severity
        )


def _value(texts: Sequence[Any]) -> str | None:
    """Return the texts of cells as a finding has them: null if there is one, and it is null."""
    if len(texts) == 1 and texts[0] is None:
        return None
    return ",".join("" if text is None else str(text) for text in texts)


def read(resource: Resource) -> Table:
    """Read the table of a resource that has a schema.

    Raises:
        SchemaError: a property of a field cannot be used.
        UnjudgedError: a field cannot be judged, or as `factpack.reading.read_table` tells.
        DescriptorError, OSError: as `factpack.reading.read_table` tells.

    """
    table, unjudged = read_what_can_be_judged(resource)
    if unjudged:
        raise UnjudgedError(unjudged[0].message)
    return table


def read_what_can_be_judged(resource: Resource) -> tuple[Table, list[Finding]]:
    """Read a table as `read` does, without the fields that cannot be judged; and return what these are."""
    return typed(resource, read_table(resource))


def typed(resource: Resource, lexical: LexicalTable) -> tuple[Table, list[Finding]]:
    """Return the table of a text, without the fields that cannot be judged; and what these are.

    Raises:
        SchemaError: a property of a field cannot be used.

    """
    schema = resource.schema
    assert schema is not None
    columns: dict[str, Column] = {}
    findings = []
    for field in schema.restricted(lexical.columns.keys()).fields:
        try:
            column = read_column(lexical.columns[field.name], field)
            for _ in tests_of(field):  # which are made anew where they are run
                pass
            columns[field.name] = column
        except UnjudgedError as error:
            findings.append(
                resource.finding("resource", str(error), severity=Severity.UNJUDGED, field=field.name)
            )
    return Table(resource, schema.restricted(columns.keys()), lexical, columns), findings


def with_keys_only(table: Table, names: Collection[str]) -> Table:
    """Return a table with the fields of those names only, whose cells have been judged."""
    schema = table.schema.restricted(set(names))
    kept = [field.name for field in schema.fields]
    texts = {name: table.lexical.columns[name] for name in kept}
    columns = {name: table.columns[name] for name in kept}
    lexical = replace(table.lexical, columns=texts, findings=[])
    return Table(table.resource, schema, lexical, columns, is_judged=True)


def joined_table(tables: Sequence[Table]) -> Table:
    """Return the table that several parts make, of which the first one has the fields of all."""
    columns = {
        name: Column(
            column.field,
            stacked([table.columns[name].values for table in tables]),
            np.concatenate([table.columns[name].unreadable for table in tables]),
        )
        for name, column in tables[0].columns.items()
    }
    return replace(tables[0], lexical=joined([table.lexical for table in tables]), columns=columns)


def counted(table: Table, rows: int) -> Table:
    """Return a table that holds none of its rows, and tells only how many there are."""
    numbers = np.broadcast_to(np.int64(0), rows)
    return replace(table, lexical=replace(table.lexical, columns={}, rows=numbers, lines=numbers), columns={})
