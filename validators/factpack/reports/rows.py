"""Finds the rows of tables that findings are on, so that a report can show a cell among its neighbours."""

from collections.abc import Mapping, Sequence

import numpy as np

from factpack.report import Finding
from factpack.table import Table

#: A resource, the path of its file, and the number of a row.
Place = tuple[str | None, str | None, int | None]

#: The texts of cells by the names of their fields, in the order of the table; None is a cell that is missing.
Row = Mapping[str, str | None]

#: The columns of a table that are shown, and how many of them are chosen for the findings that are on them.
MOST_COLUMNS, MOST_NAMED = 30, 20


def place_of(finding: Finding) -> Place:
    """Return the row that a finding is on."""
    return finding.resource, finding.path, finding.row


def fields_of(finding: Finding, known: Mapping[str, object]) -> list[str]:
    """Return the fields that a finding names, of those that are known; a key joins several with a comma."""
    named = finding.field or ""
    return [name for name in ([named] if named in known else named.split(",")) if name in known]


def rows_of(findings: Sequence[Finding], tables: Mapping[str, Table]) -> dict[Place, Row]:
    """Return the rows that findings are on, where they were read: a header and a blank row were not.

    Of a wide table, only some columns are returned, the same for all of its rows.
    """
    wanted: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.resource is not None and finding.row is not None:
            wanted.setdefault(finding.resource, []).append(finding)
    return {
        place: row
        for name, own in wanted.items()
        if name in tables
        for place, row in _rows(tables[name], own)
    }


def _rows(table: Table, findings: Sequence[Finding]) -> list[tuple[Place, Row]]:
    lexical = table.whole.lexical
    places = {place_of(finding) for finding in findings}
    numbers = np.array([finding.row for finding in findings])
    at = [(int(place), _place(table, int(place))) for place in np.flatnonzero(np.isin(lexical.rows, numbers))]
    at = [(position, place) for position, place in at if place in places]
    positions = np.array([position for position, _ in at], np.int64)
    names = _columns(list(lexical.columns), findings)
    columns = [lexical.columns[name].take(positions).to_list() for name in names]
    rows = zip(*columns, strict=True) if columns else ([] for _ in at)
    return [
        (place, {name: None if text is None else str(text) for name, text in zip(names, texts, strict=True)})
        for (_, place), texts in zip(at, rows, strict=True)
    ]


def _place(table: Table, position: int) -> Place:
    return place_of(table.lexical.finding(table.resource, "", "", position))


def _columns(names: Sequence[str], findings: Sequence[Finding]) -> list[str]:
    """Return the columns that are shown: all of a narrow table, else the first, and some that are named."""
    known = dict.fromkeys(names)
    if len(names) <= MOST_COLUMNS:
        return list(names)
    named = dict.fromkeys(name for finding in findings for name in fields_of(finding, known))
    chosen = [*list(named)[:MOST_NAMED], *names]
    kept = set(list(dict.fromkeys(chosen))[:MOST_COLUMNS])
    return [name for name in names if name in kept]
