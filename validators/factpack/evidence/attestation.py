"""Writes evidence: which words support which cell, as positions and fingerprints."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from factpack.evidence.canonical import canonical, fingerprint
from factpack.evidence.model import SUPPORTS
from factpack.evidence.quotation import Span, locate
from factpack.evidence.tables import Row, evidence_table, keyed_rows, rows_of, write_rows
from factpack.exceptions import EvidenceError
from factpack.package import Package

#: The columns of a file of quotations.
QUOTATION_FIELDS = (
    *("resource", "row_key", "field", "segment_id"),
    *("exact", "prefix", "suffix", "support", "note"),
)


@dataclass(frozen=True)
class Attestation:
    """What one row of evidence will say, with the cell's value and the span's words to show to a person."""

    row: Row
    value: str
    words: str


def read_quotations(file: str | Path) -> list[Row]:
    """Return the rows of a CSV file of quotations.

    Its columns: resource, row_key, field (the cell), segment_id, exact, prefix, suffix (the quotation),
    support, note.

    Raises:
        EvidenceError: a column is missing, or a support is unknown.

    """
    with Path(file).open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        missing = set(QUOTATION_FIELDS) - set(reader.fieldnames or ())
        if missing:
            raise EvidenceError(f"{Path(file).name} lacks the columns {sorted(missing)}")
        rows = [dict(row) for row in reader]
    for number, row in enumerate(rows, 2):
        if row["support"] not in SUPPORTS:
            raise EvidenceError(f"row {number}: the support {row['support']!r} is none of {SUPPORTS}")
    return rows


def attest(package: Package, document_id: str, raw: str, quotations: Iterable[Row]) -> list[Attestation]:
    """Return the evidence that the quotations make for the cells that they name; nothing is written.

    Raises:
        EvidenceError: a cell does not exist or is null, a quotation is not in its segment just once, a
            verbatim cell differs from its span, or an inference has no note.

    """
    text = canonical(raw)
    parts = {
        row["segment_id"]: Span(int(row["start"] or 0), int(row["end"] or 0))
        for row in rows_of(evidence_table(package, "segments"))
        if row["document_id"] == document_id
    }
    tables: dict[str, Mapping[str, Row]] = {}
    result, errors = [], []
    for quotation in quotations:
        name = quotation["resource"] or ""
        if name not in tables:
            tables[name] = keyed_rows(package.resource(name))
        try:
            result.append(_attestation(quotation, document_id, text, parts, tables[name]))
        except EvidenceError as error:
            errors.append(str(error))
    if errors:
        raise EvidenceError("\n".join(errors))
    return result


def _attestation(
    quotation: Row, document_id: str, text: str, parts: Mapping[str | None, Span], table: Mapping[str, Row]
) -> Attestation:
    cell = f"{quotation['resource']} {quotation['row_key']} {quotation['field']}"
    row = table.get(quotation["row_key"] or "")
    if row is None or quotation["field"] not in row:
        raise EvidenceError(f"{cell}: there is no such cell")
    value = row[quotation["field"]]
    if not value:
        raise EvidenceError(f"{cell}: the cell is null; null needs no evidence")
    if quotation["segment_id"] not in parts:
        raise EvidenceError(f"{cell}: there is no segment {quotation['segment_id']!r}")
    if quotation["support"] == "inferred" and not quotation["note"]:
        raise EvidenceError(f"{cell}: an inference needs a note")
    try:
        span = locate(
            text,
            quotation["exact"] or "",
            quotation["prefix"] or "",
            quotation["suffix"] or "",
            parts[quotation["segment_id"]],
        )
    except EvidenceError as error:
        raise EvidenceError(f"{cell}, {quotation['segment_id']}: {error}") from error
    words = span.of(text)
    if quotation["support"] == "verbatim" and canonical(value) != words:
        raise EvidenceError(f"{cell}: {value!r} is not {words!r}, so the support is not verbatim")
    evidence: Row = {
        name: quotation[name] for name in ("resource", "row_key", "field", "segment_id", "support")
    }
    evidence |= {
        "document_id": document_id,
        "start": str(span.start),
        "end": str(span.end),
        "note": quotation["note"],
        "span_sha256": fingerprint(words),
        "value_sha256": fingerprint(value),
    }
    return Attestation(evidence, value, words)


def write_evidence(package: Package, attestations: Sequence[Attestation]) -> None:
    """Write the evidence in place of what the same cells had from the same document."""
    table = evidence_table(package, "evidence")
    replaced = {_cell(item.row) for item in attestations}
    kept = [row for row in rows_of(table) if _cell(row) not in replaced]
    rows = kept + [item.row for item in attestations]
    write_rows(
        table, sorted(rows, key=lambda row: (*_cell(row), int(row["start"] or 0), int(row["end"] or 0)))
    )


def _cell(row: Row) -> tuple[str, ...]:
    return tuple(str(row[name]) for name in ("resource", "row_key", "field", "document_id"))
