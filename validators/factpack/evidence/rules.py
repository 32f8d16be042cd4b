"""The rules of evidence that need no document: each function is one, and yields what breaks it."""

import itertools
import shlex
from collections.abc import Callable, Iterator
from dataclasses import replace

from factpack.evidence.canonical import canonical, fingerprint
from factpack.evidence.model import Cell, Document, FactTable, Model
from factpack.evidence.seals import RowName, seal
from factpack.report import Finding


def evidence_missing(model: Model) -> Iterator[Finding]:
    """Each cell that holds a fact has evidence."""
    supported = {support.cell for support in model.supports}
    for cell, place, value in model.facts:
        if cell not in supported:
            yield place.finding("evidence-missing", "has no evidence", cell.field, value)


def evidence_dangling(model: Model) -> Iterator[Finding]:
    """Each row of evidence names a cell that holds a fact."""
    facts = {cell for cell, _, _ in model.facts}
    for support in model.supports:
        if support.cell in facts:
            continue
        if support.cell.resource in model.unread:
            continue  # whether the cell exists cannot be judged
        table = model.tables.get(support.cell.resource)
        if table is None:
            column, message = "resource", "there is no such table"
        elif support.cell.row_key not in table.positions:
            column, message = "row_key", f"{support.cell.resource} has no such row"
        elif not table.has_fact_field(support.cell.field):
            column, message = "field", f"is no field of {support.cell.resource} that a document supports"
        else:
            continue  # the cell is null: evidence_changed reports it
        yield support.place.finding("evidence-dangling", message, column, getattr(support.cell, column))


def evidence_changed(model: Model) -> Iterator[Finding]:
    """No cell has changed since its evidence was written, nor become null."""
    attested: dict[Cell, set[str]] = {}
    for support in model.supports:
        attested.setdefault(support.cell, set()).add(support.value_sha256)
    facts = set()
    for cell, place, value in model.facts:
        facts.add(cell)
        if attested.get(cell, {fingerprint(value)}) != {fingerprint(value)}:
            message = "has changed since its evidence was written"
            yield place.finding("evidence-changed", message, cell.field, value)
    for cell in sorted(attested.keys() - facts):
        table = model.tables.get(cell.resource)
        if table is not None and cell.row_key in table.positions and table.has_fact_field(cell.field):
            place = table.place(table.positions[cell.row_key])
            yield place.finding("evidence-changed", "is null, and yet evidence supports it", cell.field)


def evidence_verbatim(model: Model) -> Iterator[Finding]:
    """A cell with verbatim evidence reads as its span does."""
    values = {cell: (place, value) for cell, place, value in model.facts}
    for support in model.supports:
        if support.support == "verbatim" and support.cell in values:
            place, value = values[support.cell]
            unchanged = fingerprint(value) == support.value_sha256  # or else it was reported as changed
            if unchanged and fingerprint(canonical(value)) != support.span_sha256:
                message = "does not read as the words that support it verbatim"
                yield place.finding("evidence-verbatim", message, support.cell.field, value)


def evidence_note(model: Model) -> Iterator[Finding]:
    """An inference has a note."""
    for support in model.supports:
        if support.support == "inferred" and not support.note:
            yield support.place.finding("evidence-note", "an inference needs a note", "note")


def evidence_place(model: Model) -> Iterator[Finding]:
    """A span lies within its segment."""
    parts = {
        (document, part.segment_id): part.span for document, all_ in model.segments.items() for part in all_
    }
    for support in model.supports:
        span = parts.get((support.document_id, support.segment_id))
        if span is None:
            message = f"the document {support.document_id!r} has no such segment"
            yield support.place.finding("evidence-place", message, "segment_id", support.segment_id)
        elif not span.start <= support.span.start < support.span.end <= span.end:
            message = f"the span lies outside its segment, {span.start} to {span.end}"
            value = f"{support.span.start} to {support.span.end}"
            yield support.place.finding("evidence-place", message, "start", value)


def segments_tile(model: Model) -> Iterator[Finding]:
    """The segments of a document tile its text, in order, with no gap and no overlap."""
    for name, parts in model.segments.items():
        document = model.documents.get(name)
        if document is None:
            place = parts[0].place
            yield place.finding("segments-tile", "there is no such document", "document_id", name)
            continue
        if not parts:
            yield document.place.finding("segments-tile", "the document has no segments", "document_id", name)
            continue
        if parts[0].span.start != 0:
            yield parts[0].place.finding("segments-tile", "the first segment does not start at 0", "start")
        for before, after in itertools.pairwise(parts):
            if before.span.end != after.span.start:
                kind = "a gap" if before.span.end < after.span.start else "an overlap"
                message = f"there is {kind} after {before.segment_id}, which ends at {before.span.end}"
                yield after.place.finding("segments-tile", message, "start", str(after.span.start))
        if parts[-1].span.end != document.length:
            message = f"the last segment does not end with the text, at {document.length}"
            yield parts[-1].place.finding("segments-tile", message, "end", str(parts[-1].span.end))


def tiles(model: Model, document: Document) -> bool:
    """Tell whether the segments of a document tile its text."""
    alone = replace(model, segments={document.document_id: model.segments[document.document_id]})
    return not any(segments_tile(alone))


def segment_used(model: Model) -> Iterator[Finding]:
    """A segment is used by evidence, or has a reason why not; never both."""
    used = {(support.document_id, support.segment_id) for support in model.supports}
    for parts in model.segments.values():
        for part in parts:
            is_used = (part.document_id, part.segment_id) in used
            if not is_used and part.reason is None:
                message = "no evidence uses the segment, and it has no reason"
                yield part.place.finding("segment-used", message, "segment_id", part.segment_id)
            if is_used and part.reason is not None:
                message = "evidence uses the segment, and yet it has a reason for not being coded"
                yield part.place.finding("segment-used", message, "not_coded_reason", part.reason)


def seal_missing(model: Model) -> Iterator[Finding]:
    """Each row has a seal, but for evidence and the seals themselves."""
    known = {of_row.of for of_row in model.seals.seals} if model.seals else set()
    for table in _sealed_tables(model):
        name = table.resource.name
        if len(table.keys) < len(table.lexical):
            message = "the table has no primary key, so that seals cannot name its rows"
            yield table.resource.finding("seal-missing", message)
        for position, key in enumerate(table.keys):
            if (name, key) not in known:
                yield table.place(position).finding(
                    "seal-missing", "has no seal", None, hint=_how_to_seal((name, key))
                )


def seal_dangling(model: Model) -> Iterator[Finding]:
    """Each seal is that of a row."""
    tables = {table.resource.name: table for table in _sealed_tables(model)}
    for of_row in model.seals.seals if model.seals else ():
        resource, key = of_row.of
        if resource in model.unread:
            continue  # whether the row exists cannot be judged
        if resource not in tables:
            message = "there is no such table whose rows have seals"
            yield of_row.place.finding("seal-dangling", message, "resource", resource)
        elif key not in tables[resource].positions:
            yield of_row.place.finding("seal-dangling", f"{resource} has no such row", "row_key", key)


def seal_broken(model: Model) -> Iterator[Finding]:
    """A row, and what supports it, stand as they were sealed."""
    if model.seals is None:
        return
    known = {of_row.of: of_row.sha256 for of_row in model.seals.seals}
    for table in _sealed_tables(model):
        for position, (key, row) in enumerate(zip(table.keys, table.sealed, strict=False)):
            name = table.resource.name, key
            if name in known and known[name] != seal(row, model.seals.evidence.get(name, [])):
                message = "is not as it was sealed: the row has changed, or what supports it"
                yield table.place(position).finding("seal-broken", message, None, hint=_how_to_seal(name))


def _sealed_tables(model: Model) -> Iterator[FactTable]:
    """Yield the tables whose rows have seals, if the package has any."""
    if model.seals is not None:
        yield from (table for name, table in model.tables.items() if name not in model.seals.exempt)


def _how_to_seal(name: RowName) -> str:
    resource, key = name
    return f"if it is right as it stands, run `factpack evidence seal {shlex.join([resource, '--key', key])}`"


#: The rules of evidence, in the order of their findings.
RULES: tuple[Callable[[Model], Iterator[Finding]], ...] = (
    evidence_missing,
    evidence_changed,
    evidence_verbatim,
    evidence_dangling,
    evidence_note,
    evidence_place,
    segments_tile,
    segment_used,
    seal_missing,
    seal_dangling,
    seal_broken,
)


def broken_rules(model: Model) -> Iterator[Finding]:
    """Yield everything that can be seen to be wrong with the evidence without the document."""
    yield from model.findings
    for rule in RULES:
        yield from rule(model)
