"""How far the evidence of a package has come: what lacks it, and how much of each paragraph it covers."""

from collections.abc import Sequence
from dataclasses import dataclass

from factpack.evidence.model import Model
from factpack.evidence.rules import (
    evidence_dangling,
    evidence_missing,
    seal_broken,
    seal_dangling,
    seal_missing,
    segment_used,
)
from factpack.report import Finding


@dataclass(frozen=True)
class ParagraphStatus:
    """A paragraph: its segments, its length in code points, and how many of these lie in some span."""

    document_id: str
    paragraph_no: int
    segments: int
    length: int
    covered: int


@dataclass(frozen=True)
class Status:
    """The state of the evidence; `findings` are what lacks evidence, use or a seal that holds, or dangles."""

    findings: Sequence[Finding]
    paragraphs: Sequence[ParagraphStatus]
    facts: int
    supported: int


def status(model: Model) -> Status:
    """Return how far the evidence of a package has come; no document is needed."""
    cells = {support.cell for support in model.supports}
    facts = [cell for cell, _, _ in model.facts]
    rules = (evidence_missing, evidence_dangling, segment_used, seal_missing, seal_dangling, seal_broken)
    findings = [*model.findings, *(found for rule in rules for found in rule(model))]
    return Status(
        findings=findings,
        paragraphs=[part for document_id in model.segments for part in _paragraphs(model, document_id)],
        facts=len(facts),
        supported=sum(cell in cells for cell in facts),
    )


def _paragraphs(model: Model, document_id: str) -> list[ParagraphStatus]:
    covered: set[int] = set()
    for support in model.supports_of(document_id):
        covered.update(range(support.span.start, support.span.end))
    result = []
    segments = model.segments[document_id]
    for number in dict.fromkeys(segment.paragraph_no for segment in segments):
        spans = [segment.span for segment in segments if segment.paragraph_no == number]
        inside = sum(position in covered for span in spans for position in range(span.start, span.end))
        result.append(ParagraphStatus(document_id, number, len(spans), sum(map(len, spans)), inside))
    return result
