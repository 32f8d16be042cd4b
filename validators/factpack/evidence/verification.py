"""Verifies all evidence of a package: without the documents, and against those that are at hand."""

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from factpack.evidence.canonical import NORMALIZATION, canonical, fingerprint
from factpack.evidence.coverage import coverage, left_out
from factpack.evidence.document import read_document
from factpack.evidence.model import Document, Model, Support, read_model
from factpack.evidence.placement import Copy, Fragment, Placement, place
from factpack.evidence.quotation import Span
from factpack.evidence.rules import broken_rules, tiles
from factpack.exceptions import EvidenceError
from factpack.package import Package
from factpack.reading import LexicalTable
from factpack.report import DocumentReport, Finding, Severity

#: Why a span has no place in the text that was coded: its position or its fingerprint is wrong.
OTHER_WORDS = "no whole words with its fingerprint stand there"


def verify_evidence(
    package: Package, tables: Mapping[str, LexicalTable], copies: Mapping[str, Path]
) -> tuple[list[Finding], list[DocumentReport]]:
    """Return what is wrong with the evidence, and how far each document was verified.

    `copies` has the files of the documents that are at hand, by key.

    Raises:
        EvidenceError: the tables of evidence are not declared, could not be read, or lack columns.

    """
    with _collector_paused():
        model = read_model(package, tables)
        findings = list(broken_rules(model))
        reports = []
        for document in model.documents.values():
            found, report = _verify_document(model, document, copies.get(document.document_id))
            findings.extend(found)
            reports.append(report)
        return findings, reports


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Pause the collector of cycles: it would walk all the evidence again and again, and there are none."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _verify_document(
    model: Model, document: Document, file: Path | None
) -> tuple[list[Finding], DocumentReport]:
    supports = model.supports_of(document.document_id)
    cells = {support.cell for support in supports}
    facts = sum(cell in cells for cell, _, _ in model.facts)

    def unverified(reason: str = "") -> DocumentReport:
        text = "not verified against the text" + (f": {reason}" if reason else "")
        return DocumentReport(document_id=document.document_id, facts=facts, spans=len(supports), text=text)

    if file is None:
        return [], unverified()
    if document.normalization != NORMALIZATION:
        message = f"is not the canonical form that this version knows, {NORMALIZATION}"
        finding = document.place.finding("document-text", message, "normalization", document.normalization)
        return [finding], unverified("its canonical form is not known")
    if not tiles(model, document):
        return [], unverified("its segments do not tile it")
    try:
        copy = canonical(read_document(file))
    except EvidenceError as error:
        finding = document.place.finding("document-text", str(error), "document_id", document.document_id)
        return [replace(finding, severity=Severity.UNJUDGED)], unverified("its copy cannot be read")
    placement = place_document(model, document.document_id, copy)
    if _is_the_text(document, copy):
        findings = [
            *_wrong_segments(model, document, copy),
            *_lost_spans(supports, placement, "start,end,span_sha256"),
        ]
    else:
        findings = [
            *_wrong_fingerprint(document, copy, placement),
            *_changed_segments(model, document, placement),
            *_lost_spans(supports, placement, "start"),
        ]
    verified = sum(isinstance(span, Span) for span in placement.spans)
    share, left = coverage(copy, placement)
    report = DocumentReport(
        document_id=document.document_id,
        facts=facts,
        spans=len(supports),
        verified=verified,
        coverage=share,
        text=_verdict(document, copy, placement),
        left_out=left_out(model.segments[document.document_id], copy, placement, left),
    )
    return findings, report


def place_document(model: Model, document_id: str, copy: str) -> Placement:
    """Return where the segments and the spans of a document lie in a copy in canonical form.

    In the text itself they lie where they were coded, and a span whose words are others is not placed.
    """
    parts, supports = model.segments[document_id], model.supports_of(document_id)
    spans = [Fragment(support.span, support.span_sha256) for support in supports]
    if _is_the_text(model.documents[document_id], copy):
        text = Copy(copy)
        return Placement(
            [part.span for part in parts],
            [span.span if text.holds(span, 0) else OTHER_WORDS for span in spans],
        )
    return place([Fragment(part.span, part.sha256) for part in parts], spans, copy)


def _is_the_text(document: Document, copy: str) -> bool:
    return fingerprint(copy) == document.sha256


def _verdict(document: Document, copy: str, placement: Placement) -> str:
    if _is_the_text(document, copy):
        return "verified against the text"
    missing = sum(span is None for span in placement.segments)
    if missing == len(placement.segments):
        return "verified against another text, in which no segment was found: is it the document?"
    where = f"in {missing} of {len(placement.segments)} segments" if missing else "around its segments only"
    return f"verified against another copy of the text, which differs {where}"


def _wrong_fingerprint(document: Document, copy: str, placement: Placement) -> Iterator[Finding]:
    """Yield the fingerprint of a document, if it is not that of a copy which is the text throughout."""
    if all(span is not None for span in placement.segments) and len(copy) == document.length:
        message = "is not the fingerprint of the text, all of whose segments are as they were coded"
        yield document.place.finding("document-text", message, "text_sha256", document.sha256)


def _changed_segments(model: Model, document: Document, placement: Placement) -> Iterator[Finding]:
    parts = model.segments[document.document_id]
    for part, span in zip(parts, placement.segments, strict=True):
        if span is None:
            message = "the copy does not have the segment as it was coded"
            finding = part.place.finding("segment-text", message, "segment_id", part.segment_id)
            yield replace(finding, severity=Severity.WARNING)


def _wrong_segments(model: Model, document: Document, copy: str) -> Iterator[Finding]:
    """Yield the fingerprints of segments that are not those of their words in the text that was coded."""
    for part in model.segments[document.document_id]:
        if fingerprint(part.span.of(copy)) != part.sha256:
            message = (
                f"is not the fingerprint of the words of the segment, {part.span.start} to {part.span.end}"
            )
            yield part.place.finding("segment-text", message, "sha256", part.sha256)


def _lost_spans(supports: list[Support], placement: Placement, columns: str) -> Iterator[Finding]:
    """Yield the spans that have no place; the columns are those that may be wrong."""
    for support, span in zip(supports, placement.spans, strict=True):
        if isinstance(span, str):
            value = f"{support.span.start} to {support.span.end}"
            message = f"{span}; so the cell {support.cell} loses this support"
            yield support.place.finding("span-text", message, columns, value)
