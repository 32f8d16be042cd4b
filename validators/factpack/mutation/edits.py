"""Edits of a table in memory: what it would be if its file had other cells, or other rows."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from factpack.fields import Column, hashable, read_column
from factpack.kinds import NumberArray
from factpack.reading import LexicalTable
from factpack.series import series_of
from factpack.table import Table
from factpack.values import encode


@dataclass(frozen=True, kw_only=True)
class Edit:
    """A change of one table.

    `cells` has the new texts by position and field. `dropped` is the position of a row that is left out, and
    `doubled` that of one of which a copy is added at the end.
    """

    resource: str
    cells: Mapping[tuple[int, str], str] = field(default_factory=dict)
    dropped: int | None = None
    doubled: int | None = None

    @property
    def fields(self) -> set[str]:
        """The fields whose cells change."""
        return {name for _, name in self.cells}

    def rows(self, count: int) -> NumberArray:
        """Return the positions, in a table of so many rows, of the rows that are there afterwards."""
        if self.dropped is not None:
            return np.delete(np.arange(count), self.dropped)
        return np.arange(count) if self.doubled is None else np.append(np.arange(count), self.doubled)


def edited(table: Table, edit: Edit) -> Table:
    """Return a table as an edit makes it: as if it had been written, and read again."""
    if not edit.cells:
        taken = edit.rows(len(table.lexical))
        columns = {
            name: Column(column.field, column.values.take(taken), column.unreadable[taken])
            for name, column in table.columns.items()
        }
        return Table(table.resource, table.schema, _with_rows(table.lexical, taken), columns)
    texts, columns = dict(table.lexical.columns), dict(table.columns)
    for name in edit.fields:
        cells = table.lexical.texts(name)
        for (position, changed), text in edit.cells.items():
            if changed == name:
                cells[position] = text
        texts[name] = encode(cells)
        columns[name] = read_column(texts[name], columns[name].field)
    return Table(table.resource, table.schema, replace(table.lexical, columns=texts), columns)


def _with_rows(lexical: LexicalTable, taken: NumberArray) -> LexicalTable:
    """Return the text of a table with the rows at some positions, one below the other."""
    heights = np.diff(lexical.lines, append=lexical.lines[-1] + 1)[taken]
    return replace(
        lexical,
        columns={name: values.take(taken) for name, values in lexical.columns.items()},
        rows=lexical.rows[0] + np.arange(len(taken)),
        lines=lexical.lines[0] + np.cumsum(heights) - heights,
        parts=None if lexical.parts is None else lexical.parts[taken],
    )


def frame_after(table: Table, edit: Edit, after: Table) -> pd.DataFrame:
    """Return the DataFrame of an edited table, of which only what changed is made anew.

    Raises:
        PackageError: a cell is not of its field's type or categories.

    """
    if not edit.cells:
        return table.frame.take(edit.rows(len(table.frame))).reset_index(drop=True)
    changed = {name: series_of(after.columns[name], table.resource.name) for name in sorted(edit.fields)}
    return table.frame.assign(**changed)


def is_equivalent(table: Table, edit: Edit, after: Table) -> bool:
    """Tell whether a table has the same typed rows after an edit, whatever their order."""
    if not edit.cells:
        return False
    positions = sorted({position for position, _ in edit.cells})
    rows = [Counter(_typed_row(one, position) for position in positions) for one in (table, after)]
    return rows[0] == rows[1]


def _typed_row(table: Table, position: int) -> tuple[Any, ...]:
    return tuple(
        (bool(column.unreadable[position]), hashable(column.values.at(position)))
        for column in table.columns.values()
    )
