"""The evidence of a package, read from its tables: documents, segments, and what supports which cell."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from factpack.evidence.quotation import Span
from factpack.evidence.seals import RowName, as_sealed, evidence_by_row
from factpack.evidence.seals import Support as SealedSupport
from factpack.evidence.tables import evidence_table, has_role, row_key
from factpack.exceptions import EvidenceError
from factpack.package import Package, Resource
from factpack.reading import LexicalTable
from factpack.report import Finding
from factpack.table_schema import Field

SUPPORTS = ("verbatim", "normalized", "paraphrased", "inferred")

#: The columns that each table of evidence must have; `segments` may have `not_coded_reason` too.
COLUMNS = {
    "documents": ("document_id", "normalization", "char_length", "text_sha256"),
    "segments": ("document_id", "segment_id", "order_no", "paragraph_no", "kind", "start", "end", "sha256"),
    "evidence": (
        *("resource", "row_key", "field", "document_id", "segment_id", "start", "end"),
        *("support", "note", "span_sha256", "value_sha256"),
    ),
    "seals": ("resource", "row_key", "sha256"),
}
NUMBERS = {"char_length", "order_no", "paragraph_no", "start", "end"}
FINGERPRINTS = {"text_sha256", "sha256", "span_sha256", "value_sha256"}

#: No text is longer than this, in code points; a position past it is a mistake.
MOST_CODE_POINTS = 10_000_000


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in the tables: a table, its line in the frame, its record and physical line."""

    resource: Resource
    position: int
    row: int
    line: int

    def finding(
        self,
        rule: str,
        message: str,
        column: str | None,
        value: str | None = None,
        hint: str | None = None,
    ) -> Finding:
        """Return a finding on a cell of this line, or on the whole line."""
        return self.resource.finding(
            rule, message, row=self.row, line=self.line, field=column, value=value, hint=hint
        )


@dataclass(frozen=True, slots=True)
class Document:
    """A document: the canonical form, the length and the fingerprint of its text."""

    place: Place
    document_id: str
    normalization: str
    length: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a document; `reason` tells why nothing of it is coded, and is None if something is."""

    place: Place
    document_id: str
    segment_id: str
    order_no: int
    paragraph_no: int
    kind: str
    span: Span
    sha256: str
    reason: str | None


@dataclass(frozen=True, order=True, slots=True)
class Cell:
    """The name of a cell: its table, the primary key of its row joined with slashes, its column."""

    resource: str
    row_key: str
    field: str

    def __str__(self) -> str:
        return f"{self.resource} {self.row_key} {self.field}"


@dataclass(frozen=True, slots=True)
class Support:
    """A row of evidence: these words support this cell."""

    place: Place
    cell: Cell
    document_id: str
    segment_id: str
    span: Span
    support: str
    note: str
    span_sha256: str
    value_sha256: str


@dataclass(frozen=True, slots=True)
class Seal:
    """The fingerprint of a row and its evidence, as they were when somebody last vouched for them."""

    place: Place
    of: RowName
    sha256: str


@dataclass(frozen=True)
class Seals:
    """The seals of a package, and what is sealed with each row that has evidence.

    `exempt` are the tables whose rows have no seal: the evidence, and the seals themselves.
    """

    seals: Sequence[Seal]
    evidence: Mapping[RowName, Sequence[SealedSupport]]
    exempt: frozenset[str]


@dataclass(frozen=True)
class FactTable:
    """A table of facts: the keys of its lines, and the fields that need evidence.

    It has no keys where the schema has no primary key.
    """

    resource: Resource
    lexical: LexicalTable
    keys: Sequence[str]
    fact_fields: Sequence[Field]

    @cached_property
    def positions(self) -> Mapping[str, int]:
        """The positions of its lines by key."""
        return {key: position for position, key in enumerate(self.keys)}

    @cached_property
    def sealed(self) -> Sequence[Mapping[str, str | None]]:
        """Its lines as they are sealed."""
        assert self.resource.schema is not None  # or its text would not have been read
        return list(as_sealed(_records(self.lexical), self.resource.schema.fields))

    def place(self, position: int) -> Place:
        """Return the place of a row."""
        return place_of(self.resource, self.lexical, position)

    def has_fact_field(self, name: str) -> bool:
        """Tell whether a column of that name needs evidence."""
        return any(field_.name == name for field_ in self.fact_fields)

    def text(self, key: str, column: str) -> str:
        """Return the text of a cell by its row's key; empty if there is none."""
        if key not in self.positions or column not in self.lexical.columns:
            return ""
        return str(self.lexical.columns[column].at(self.positions[key]) or "")

    def facts(self) -> Iterator[tuple[Cell, Place, str]]:
        """Yield each cell that holds a fact and is not null, its place, and its text."""
        for field_ in self.fact_fields:
            texts = self.lexical.texts(field_.name)
            for key, position in self.positions.items():
                text = texts[position]
                if text is not None and text not in field_.missing_values:
                    yield Cell(self.resource.name, key, field_.name), self.place(position), text


@dataclass(frozen=True)
class Model:
    """All evidence of a package.

    `unread` are the tables that could not be read, `findings` the rows that could not be read as evidence.
    `seals` is None where the descriptor names no table of them.
    """

    documents: Mapping[str, Document]
    segments: Mapping[str, Sequence[Segment]]
    supports: Sequence[Support]
    tables: Mapping[str, FactTable]
    unread: frozenset[str]
    findings: Sequence[Finding]
    seals: Seals | None = None

    def supports_of(self, document_id: str) -> list[Support]:
        """Return the evidence from one document."""
        return [support for support in self.supports if support.document_id == document_id]

    @cached_property
    def facts(self) -> Sequence[tuple[Cell, Place, str]]:
        """Each cell that holds a fact and is not null, its place, and its text."""
        return [fact for table in self.tables.values() for fact in table.facts()]


def read_model(package: Package, tables: Mapping[str, LexicalTable]) -> Model:
    """Read the evidence that a package declares, from the text of its tables.

    Raises:
        EvidenceError: a table of evidence is not declared, could not be read, or lacks a column.

    """
    findings: list[Finding] = []
    documents = {}
    for row, place in _rows(package, tables, "documents", findings):
        documents[row["document_id"]] = Document(
            place, row["document_id"], row["normalization"], int(row["char_length"]), row["text_sha256"]
        )
    segments: dict[str, list[Segment]] = {name: [] for name in documents}
    for row, place in _rows(package, tables, "segments", findings):
        segments.setdefault(row["document_id"], []).append(_segment(row, place))
    supports = [_support(row, place) for row, place in _rows(package, tables, "evidence", findings)]
    fact_tables = {
        resource.name: fact_table(resource, tables[resource.name], findings)
        for resource in package.resources
        if resource.name in tables
    }
    return Model(
        documents=documents,
        segments={
            name: sorted(parts, key=lambda part: (part.order_no, part.span.start))
            for name, parts in segments.items()
        },
        supports=supports,
        tables=fact_tables,
        unread=frozenset(resource.name for resource in package.resources) - fact_tables.keys(),
        seals=_seals(package, tables, findings) if has_role(package, "seals") else None,
        findings=findings,
    )


def _seals(package: Package, tables: Mapping[str, LexicalTable], findings: list[Finding]) -> Seals:
    """Return the seals of a package, and its evidence as it is sealed; the other tables were read before."""
    seals = [
        Seal(place, (row["resource"], row["row_key"]), row["sha256"])
        for row, place in _rows(package, tables, "seals", findings)
    ]
    evidence = evidence_table(package, "evidence")
    assert evidence.schema is not None
    return Seals(
        seals=seals,
        evidence=evidence_by_row(_records(tables[evidence.name]), evidence.schema.fields),
        exempt=frozenset([evidence.name, evidence_table(package, "seals").name]),
    )


def _records(lexical: LexicalTable) -> Iterator[dict[str, str | None]]:
    """Yield the lines of a table, by their fields."""
    names = list(lexical.columns)
    for record in lexical.records():
        yield dict(zip(names, record, strict=True))


def place_of(resource: Resource, lexical: LexicalTable, position: int) -> Place:
    """Return the place of a row of a table."""
    return Place(resource, position, int(lexical.rows[position]), int(lexical.lines[position]))


def _rows(
    package: Package, tables: Mapping[str, LexicalTable], role: str, findings: list[Finding]
) -> Iterator[tuple[dict[str, str], Place]]:
    """Yield the rows of a table of evidence that are well formed; the others become findings."""
    resource = evidence_table(package, role)
    lexical = tables.get(resource.name)
    if lexical is None:
        raise EvidenceError(f"the table {resource.name!r}, which holds the {role}, could not be read")
    missing = [name for name in COLUMNS[role] if name not in lexical.columns]
    if missing:
        raise EvidenceError(f"the table {resource.name!r} lacks the columns {', '.join(missing)}")
    for position, record in enumerate(_records(lexical)):
        row = {name: cell or "" for name, cell in record.items()}
        place = place_of(resource, lexical, position)
        faults = list(_faults(row, COLUMNS[role])) or list(_reversed(row))
        findings.extend(
            place.finding("evidence-malformed", message, name, row[name]) for name, message in faults
        )
        if not faults:
            yield row, place


def _faults(row: dict[str, str], names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield each column of a row of evidence whose cell is malformed, and why."""
    for name in names:
        text = row[name]
        if name in NUMBERS and not (text.isascii() and text.isdigit() and len(text) <= 8):
            yield name, "is not a position or number"
        elif name in NUMBERS and int(text) > MOST_CODE_POINTS:
            yield name, f"is past {MOST_CODE_POINTS:,} code points"
        elif name in FINGERPRINTS and not (len(text) == 64 and set(text) <= set("0123456789abcdef")):
            yield name, "is not a SHA-256 in lower-case hexadecimal"
        elif name == "support" and text not in SUPPORTS:
            yield name, f"is none of {', '.join(SUPPORTS)}"
        elif not text and name != "note":
            yield name, "must not be missing"


def _reversed(row: dict[str, str]) -> Iterator[tuple[str, str]]:
    if "end" in row and int(row["start"]) >= int(row["end"]):
        yield "end", "is not after the start"


def _segment(row: dict[str, str], place: Place) -> Segment:
    return Segment(
        place=place,
        document_id=row["document_id"],
        segment_id=row["segment_id"],
        order_no=int(row["order_no"]),
        paragraph_no=int(row["paragraph_no"]),
        kind=row["kind"],
        span=Span(int(row["start"]), int(row["end"])),
        sha256=row["sha256"],
        reason=row.get("not_coded_reason") or None,
    )


def _support(row: dict[str, str], place: Place) -> Support:
    return Support(
        place=place,
        cell=Cell(row["resource"], row["row_key"], row["field"]),
        document_id=row["document_id"],
        segment_id=row["segment_id"],
        span=Span(int(row["start"]), int(row["end"])),
        support=row["support"],
        note=row["note"],
        span_sha256=row["span_sha256"],
        value_sha256=row["value_sha256"],
    )


def fact_table(resource: Resource, lexical: LexicalTable, findings: list[Finding]) -> FactTable:
    """Return the facts of a table; what stands in the way of naming them is added to the findings."""
    schema = resource.schema
    assert schema is not None  # or its text would not have been read
    present = [part for part in schema.fields if part.name in lexical.columns]
    fact_fields = [part for part in present if part.descriptor.get("provenance") == "document"]
    if fact_fields and not schema.primary_key:
        message = "the table has facts and no primary key, so that evidence cannot name its cells"
        findings.append(resource.finding("evidence-malformed", message))
    parts = [lexical.texts(name) for name in schema.primary_key if name in lexical.columns]
    keys = [row_key(line) for line in zip(*parts, strict=True)]
    return FactTable(resource=resource, lexical=lexical, keys=keys, fact_fields=fact_fields)
