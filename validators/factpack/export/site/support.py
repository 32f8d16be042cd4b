"""How the cells of a row are supported, in a package that declares evidence, without the words themselves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from factpack.evidence.model import read_model
from factpack.evidence.tables import has_role, row_key
from factpack.export.site.tables import Site, SiteTable

#: The roles of tables that tell of other tables' cells and rows, and so are bookkeeping.
BOOKKEEPING = ("segments", "evidence", "seals")

#: The names of a row, as evidence has them: a table, and its primary key.
RowName = tuple[str, str]


@dataclass(frozen=True)
class Support:
    """What supports a cell: how, which segment, the note; and where segment and evidence are shown."""

    kind: str
    segment_id: str
    note: str
    segment_href: str | None
    evidence_href: str


@dataclass(frozen=True)
class Evidence:
    """What supports the cells of each row, by field; and the addresses of rows by their names."""

    supports: Mapping[RowName, Mapping[str, Sequence[Support]]] = field(default_factory=dict)
    bookkeeping: frozenset[str] = frozenset()
    hrefs: Mapping[RowName, str] = field(default_factory=dict)

    def of(self, table: SiteTable, position: int) -> Mapping[str, Sequence[Support]]:
        """Return what supports the cells of a row, by field."""
        return self.supports.get((table.name, row_key(table.key(position))), {})

    def named_row(self, table: SiteTable, position: int) -> str | None:
        """Return where the row is shown that a row of evidence, or a seal, names."""
        if table.name not in self.bookkeeping or not {"resource", "row_key"} <= table.cells.keys():
            return None
        name = (table.cells["resource"][position] or "", table.cells["row_key"][position] or "")
        return self.hrefs.get(name)


def read_evidence(site: Site) -> Evidence:
    """Read the evidence of a package; there is none if its descriptor does not declare all of it.

    Raises:
        EvidenceError: the evidence is declared, but cannot be read.

    """
    package = site.package
    if not all(has_role(package, role) for role in ("documents", "segments", "evidence")):
        return Evidence()
    model = read_model(package, {table.name: table.table.lexical for table in site.tables})
    declared = package.descriptor["evidence"]
    table = site.by_name[declared["evidence"]]
    segments = [found for found in site.outgoing[table.number] if "segment_id" in found.fields]
    supports: dict[RowName, dict[str, list[Support]]] = {}
    for found in model.supports:
        position = found.place.position
        target = segments[0].targets[position] if segments else -1
        of_row = supports.setdefault((found.cell.resource, found.cell.row_key), {})
        of_row.setdefault(found.cell.field, []).append(
            Support(
                kind=found.support,
                segment_id=found.segment_id,
                note=found.note,
                segment_href=segments[0].parent.href(target) if target >= 0 else None,
                evidence_href=table.href(position),
            )
        )
    bookkeeping = frozenset(declared[role] for role in BOOKKEEPING if isinstance(declared.get(role), str))
    return Evidence(supports, bookkeeping, _hrefs(site))


def _hrefs(site: Site) -> dict[RowName, str]:
    return {
        (table.name, row_key(table.key(position))): table.href(position)
        for table in site.tables
        if table.primary_key
        for position in range(len(table))
    }
