"""Writes evidence: which words support which cell, as positions and fingerprints."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from factpack.evidence.canonical import canonical, fingerprint
from factpack.evidence.model import SUPPORTS
from factpack.evidence.quotation import Span, locate
from factpack.evidence.tables import Row, Workspace
from factpack.exceptions import EvidenceError


@dataclass(frozen=True, kw_only=True)
class Quotation:
    """The words of a document that support a cell, as a person gives them.

    `segment_id` narrows the search, `prefix` and `suffix` tell the words from others. `value` is what the
    cell shall say; None leaves it as it is.

    Source: W3C Web Annotation Data Model, section 4.2.4 (Text Quote Selector).
    """

    resource: str
    row_key: str
    field: str
    exact: str
    support: str
    note: str = ""
    segment_id: str = ""
    prefix: str = ""
    suffix: str = ""
    value: str | None = None

    def __str__(self) -> str:
        return f"{self.resource} {self.row_key} {self.field}"


@dataclass(frozen=True)
class Attestation:
    """What one row of evidence will say, and what a person should see before it is written.

    `old` is the cell's text as it was, `new` as it will be, `words` the span's. `was_attested` tells what the
    evidence so far says of the old text: True, that it is the one attested; False, another; None, nothing.
    """

    row: Row
    old: str
    new: str
    words: str
    was_attested: bool | None


REQUIRED_COLUMNS = ("resource", "row_key", "field", "exact", "support")
OPTIONAL_COLUMNS = ("segment_id", "prefix", "suffix", "note", "value")


def read_quotations(file: str | Path) -> list[Quotation]:
    """Return the quotations in a CSV file (UTF-8); its columns are the attributes of `Quotation`.

    Raises:
        EvidenceError: the file cannot be read, or a column is missing or unknown.

    """
    path = Path(file)
    if not path.is_file():
        raise EvidenceError(f"{path}: no such file of quotations")
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream, strict=True)
            columns = list(reader.fieldnames or ())
            rows = list(reader)
    except (UnicodeDecodeError, csv.Error) as error:
        raise EvidenceError(f"{path}: not a CSV file in UTF-8: {error}") from error
    missing = [name for name in REQUIRED_COLUMNS if name not in columns]
    unknown = [name for name in columns if name not in REQUIRED_COLUMNS + OPTIONAL_COLUMNS]
    if missing:
        raise EvidenceError(f"{path} lacks the columns {missing}")
    if unknown:
        raise EvidenceError(f"{path} has unknown columns {unknown}")
    for number, row in enumerate(rows, 2):
        if None in row or None in row.values():
            raise EvidenceError(f"{path}: row {number} does not have {len(columns)} cells")
    return [Quotation(**{name: row[name] for name in row if name != "value" or row[name]}) for row in rows]


def attest(
    workspace: Workspace, document_id: str, raw: str, quotations: Iterable[Quotation]
) -> list[Attestation]:
    """Put the evidence that quotations make into a workspace, in place of what the cells had from it.

    Cells get their new values too; what supported an old value, from whatever document, goes. Nothing is
    written before the workspace is saved, and nothing changes in it if a quotation is refused.

    Raises:
        EvidenceError: with a line for each quotation that cannot be used: its cell does not exist or is null,
            it is not in its segment just once, its support is unknown, a verbatim cell differs from its
            span, an inference has no note, or another quotation wants another value.

    """
    text = canonical(raw)
    parts = _segments(workspace, document_id, text)
    attested = _attested(workspace)
    items, errors = list(quotations), []
    values = {str(item): item.value for item in items if item.value is not None}
    result = []
    for item in items:
        try:
            _check_support(item)
            old, new = _old_and_new(workspace, item, values.get(str(item)))
            segment_id, span = _find(item, text, parts)
            words = span.of(text)
            if item.support == "verbatim" and canonical(new) != words:
                raise EvidenceError(f"{item}: {new!r} is not {words!r}, so the support is not verbatim")
            row = _evidence_row(item, document_id, segment_id, span, words, new)
            known = attested.get((item.resource, item.row_key, item.field))
            was_attested = None if known is None else known == fingerprint(old)
            result.append(Attestation(row, old, new, words, was_attested))
        except EvidenceError as error:
            errors.append(str(error))
    if errors:
        raise EvidenceError("\n".join(errors))
    _apply(workspace, result)
    return result


def _segments(workspace: Workspace, document_id: str, text: str) -> dict[str, Span]:
    """Return the spans of a document's segments.

    Raises:
        EvidenceError: there are none, or the text is not the one that they were made of.

    """
    rows = workspace.rows(workspace.evidence("segments"))
    parts = {
        row["segment_id"]: Span(int(row["start"]), int(row["end"]))
        for row in rows
        if row["document_id"] == document_id
    }
    if not parts:
        raise EvidenceError(f"the document {document_id!r} has no segments; run `factpack evidence segment`")
    documents = workspace.rows(workspace.evidence("documents"))
    if fingerprint(text) not in [
        row["text_sha256"] for row in documents if row["document_id"] == document_id
    ]:
        raise EvidenceError(f"the text is not the one that the segments of {document_id!r} were made of")
    return parts


def _attested(workspace: Workspace) -> dict[tuple[str, ...], str]:
    """Return the fingerprints of values in the evidence so far, by cell."""
    rows = workspace.rows(workspace.evidence("evidence"))
    return {(row["resource"], row["row_key"], row["field"]): row["value_sha256"] for row in rows}


def _check_support(quotation: Quotation) -> None:
    if quotation.support not in SUPPORTS:
        raise EvidenceError(
            f"{quotation}: the support {quotation.support!r} is none of {', '.join(SUPPORTS)}"
        )
    if quotation.support == "inferred" and not quotation.note:
        raise EvidenceError(f"{quotation}: an inference needs a note")


def _old_and_new(workspace: Workspace, quotation: Quotation, wanted: str | None) -> tuple[str, str]:
    """Return what a cell says, and what it shall say.

    Raises:
        EvidenceError: there is no such cell, or it may not say that.

    """
    row = workspace.keyed(quotation.resource).get(quotation.row_key)
    if row is None or quotation.field not in row:
        raise EvidenceError(f"{quotation}: there is no such cell")
    old = row[quotation.field]
    new = old if wanted is None else wanted
    if quotation.value not in (None, new):
        raise EvidenceError(f"{quotation}: two quotations want two values, {quotation.value!r} and {new!r}")
    (field,) = workspace.schema(quotation.resource).named([quotation.field])
    if field.descriptor.get("provenance") != "document":
        raise EvidenceError(f"{quotation}: the field's provenance is not 'document', so it needs no evidence")
    if workspace.is_null(quotation.resource, quotation.field, new):
        raise EvidenceError(f"{quotation}: the cell is null; null needs no evidence")
    if new != old:
        if quotation.field in workspace.schema(quotation.resource).primary_key:
            raise EvidenceError(f"{quotation}: the cell is part of a key; use `factpack evidence rename`")
        workspace.check(quotation.resource, quotation.field, new)
    return old, new


def _evidence_row(
    quotation: Quotation, document_id: str, segment_id: str, span: Span, words: str, value: str
) -> Row:
    return {
        "resource": quotation.resource,
        "row_key": quotation.row_key,
        "field": quotation.field,
        "document_id": document_id,
        "segment_id": segment_id,
        "start": str(span.start),
        "end": str(span.end),
        "support": quotation.support,
        "note": quotation.note,
        "span_sha256": fingerprint(words),
        "value_sha256": fingerprint(value),
    }


def _apply(workspace: Workspace, attestations: Sequence[Attestation]) -> None:
    for item in attestations:
        row = workspace.keyed(item.row["resource"])[item.row["row_key"]]
        workspace.vouch(item.row["resource"], row)
        if item.new != item.old:
            row[item.row["field"]] = item.new
            workspace.touch(item.row["resource"])
    _replace_evidence(workspace, attestations)


def _find(quotation: Quotation, text: str, parts: dict[str, Span]) -> tuple[str, Span]:
    """Return the segment and the span of a quotation.

    Raises:
        EvidenceError: there is no such segment, or the words are not in it, or in the text, just once.

    """
    if quotation.segment_id and quotation.segment_id not in parts:
        raise EvidenceError(f"{quotation}: there is no segment {quotation.segment_id!r}")
    area = parts.get(quotation.segment_id)
    try:
        span = locate(text, quotation.exact, quotation.prefix, quotation.suffix, area)
    except EvidenceError as error:
        where = f", {quotation.segment_id}" if quotation.segment_id else ""
        raise EvidenceError(f"{quotation}{where}: {error}") from error
    for segment_id, part in parts.items():
        if part.start <= span.start and span.end <= part.end:
            return segment_id, span
    raise EvidenceError(f"{quotation}: {quotation.exact!r} lies in more than one segment")


def remove_dangling(workspace: Workspace) -> list[Row]:
    """Remove from a workspace the evidence of cells that do not exist or are null; return it."""
    name = workspace.evidence("evidence")
    tables = {resource.name for resource in workspace.package.resources if resource.is_table}
    kept: list[Row] = []
    removed: list[Row] = []
    for row in workspace.rows(name):
        (kept if _cell_exists(workspace, row, tables) else removed).append(row)
    if removed:
        workspace.touch(name, kept)
    return removed


def _cell_exists(workspace: Workspace, row: Row, tables: set[str]) -> bool:
    if row["resource"] not in tables or not workspace.schema(row["resource"]).primary_key:
        return False
    line = workspace.keyed(row["resource"]).get(row["row_key"], {})
    return row["field"] in line and not workspace.is_null(row["resource"], row["field"], line[row["field"]])


def _replace_evidence(workspace: Workspace, attestations: Sequence[Attestation]) -> None:
    name = workspace.evidence("evidence")
    replaced = {_cell(item.row) for item in attestations}
    changed = {_cell(item.row)[:3] for item in attestations if item.new != item.old}
    kept = [
        row for row in workspace.rows(name) if _cell(row) not in replaced and _cell(row)[:3] not in changed
    ]
    rows = kept + [item.row for item in attestations]
    workspace.touch(name, sorted(rows, key=lambda row: (*_cell(row), int(row["start"]), int(row["end"]))))


def _cell(row: Row) -> tuple[str, ...]:
    return tuple(row[name] for name in ("resource", "row_key", "field", "document_id"))
