"""The tables of evidence that a descriptor declares, and their rows as text."""

from collections.abc import Iterable

from factpack.exceptions import EvidenceError
from factpack.package import Package, Resource
from factpack.reading import read_table
from factpack.writing import write_csv

#: A row as its columns' texts; None where the row lacks the cell.
Row = dict[str, str | None]


def evidence_table(package: Package, role: str) -> Resource:
    """Return the resource that the descriptor's `evidence` property names for a role.

    Raises:
        EvidenceError: the descriptor has no such property or role, or the package no such table.

    """
    declared = package.descriptor.get("evidence")
    if not isinstance(declared, dict) or role not in declared:
        raise EvidenceError(f"the descriptor's 'evidence' property does not name a table of {role}")
    for resource in package.resources:
        if resource.name == declared[role]:
            return resource
    raise EvidenceError(f"the table of {role}, {declared[role]!r}, does not exist")


def rows_of(resource: Resource) -> list[Row]:
    """Return the rows of a table as text.

    Raises:
        EvidenceError: the table cannot be read.

    """
    if resource.file is None or resource.schema is None:
        raise EvidenceError(f"the table {resource.name!r} cannot be read; `factpack validate` tells why")
    frame = read_table(resource).frame
    return [dict(zip(frame.columns, line, strict=True)) for line in frame.itertuples(index=False)]


def keyed_rows(resource: Resource) -> dict[str, Row]:
    """Return the rows of a table by primary key; the parts of a composite key are joined with a slash."""
    rows = rows_of(resource)
    key = resource.schema.primary_key if resource.schema is not None else ()
    return {"/".join(str(row[name]) for name in key): row for row in rows}


def write_rows(resource: Resource, rows: Iterable[Row]) -> None:
    """Write the rows of a table."""
    assert resource.file is not None
    assert resource.schema is not None
    names = resource.schema.names
    write_csv(resource.file, names, [[row[name] for name in names] for row in rows])
