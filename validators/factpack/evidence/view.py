"""Makes a page that shows a document with its spans, what each supports, and what nothing supports.

The page holds the document's text: it is made on the reader's machine, for the reader alone.
"""

import itertools
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

from factpack.evidence.canonical import canonical
from factpack.evidence.coverage import coverage
from factpack.evidence.model import Model, Support
from factpack.evidence.placement import Placement
from factpack.evidence.quotation import Span
from factpack.evidence.verification import place_document
from factpack.exceptions import EvidenceError
from factpack.templating import environment


@dataclass
class Mark:
    """A span on the page, with the numbers of the rows of evidence that have it, and the lane of its bar."""

    number: int
    span: Span
    supports: list[int] = field(default_factory=list)
    tables: list[str] = field(default_factory=list)
    lane: int = 0


@dataclass(frozen=True)
class Piece:
    """A stretch of the text that the same marks cover."""

    text: str
    marks: Sequence[Mark]


def view(model: Model, document_id: str, raw: str, title: str) -> str:
    """Return the page as HTML; it needs nothing from the network.

    Raises:
        EvidenceError: there is no such document, or none of its segments is in the text.

    """
    if document_id not in model.documents:
        raise EvidenceError(f"there is no document {document_id!r}")
    text = canonical(raw)
    placement = place_document(model, document_id, text)
    if not any(placement.segments):
        raise EvidenceError(f"no segment of {document_id!r} is in the text: is it the document?")
    supports = model.supports_of(document_id)
    marks = _marks([support.cell.resource for support in supports], placement)
    tables = sorted({support.cell.resource for support in supports})
    page: str = _template().render(
        title=title,
        document_id=document_id,
        paragraphs=_paragraphs(model, document_id, placement, text, marks),
        tables=[(name, number, _rows(model, name, supports)) for number, name in enumerate(tables)],
        hues={name: round(360 * number / len(tables)) for number, name in enumerate(tables)},
        lanes=max((mark.lane for mark in marks), default=0) + 1,
        coverage=coverage(text, placement)[0],
        spans=len(supports),
        lost=[supports[number] for number, span in enumerate(placement.spans) if not isinstance(span, Span)],
        data=json.dumps(_data(supports, marks), ensure_ascii=False).replace("<", "\\u003c"),
    )
    return page


def _data(supports: Sequence[Support], marks: Sequence[Mark]) -> dict[str, Any]:
    """Return what the page's script needs: for each mark its evidence, for each row of evidence its mark."""
    mark_of = {number: mark.number for mark in marks for number in mark.supports}
    return {
        "marks": [{"supports": mark.supports, "tables": mark.tables} for mark in marks],
        "supports": [
            {
                "cell": [support.cell.resource, support.cell.row_key, support.cell.field],
                "support": support.support,
                "note": support.note,
                "mark": mark_of.get(number),
            }
            for number, support in enumerate(supports)
        ],
    }


def _template() -> Any:
    return environment().from_string(
        files("factpack.evidence").joinpath("view.html").read_text(encoding="utf-8")
    )


def _marks(tables: Sequence[str], placement: Placement) -> list[Mark]:
    """Return one mark for each distinct span, in order, in lanes in which no two overlap."""
    found: dict[Span, Mark] = {}
    for number, span in enumerate(placement.spans):
        if isinstance(span, Span):
            mark = found.setdefault(span, Mark(0, span))
            mark.supports.append(number)
            if tables[number] not in mark.tables:
                mark.tables.append(tables[number])
    marks = sorted(found.values(), key=lambda mark: (mark.span.start, -mark.span.end))
    lanes: list[int] = []
    for number, mark in enumerate(marks):
        mark.number = number
        free = [lane for lane, end in enumerate(lanes) if end <= mark.span.start]
        mark.lane = free[0] if free else len(lanes)
        lanes[mark.lane : mark.lane + 1] = [mark.span.end]
    return marks


def _paragraphs(
    model: Model, document_id: str, placement: Placement, text: str, marks: Sequence[Mark]
) -> list[tuple[str, list[Piece]]]:
    """Return the whole copy by paragraphs: whether each is heading or text, and its pieces.

    What stands before the first segment or after the last is neither: it is `around`.
    """
    parts = zip(model.segments[document_id], placement.segments, strict=True)
    starts: dict[int, str] = {0: "around"}
    paragraph = None
    last = 0
    for segment, span in parts:
        if span is not None:
            if segment.paragraph_no != paragraph:
                starts[span.start] = "heading" if segment.kind == "heading" else "text"
            paragraph, last = segment.paragraph_no, span.end
    starts.setdefault(last, "around")
    edges = sorted({edge for mark in marks for edge in (mark.span.start, mark.span.end)})
    result = []
    for start, end in itertools.pairwise(sorted({*starts, len(text)})):
        cuts = [start, *(edge for edge in edges if start < edge < end), end]
        pieces = [
            Piece(text[a:b], [mark for mark in marks if mark.span.start <= a and b <= mark.span.end])
            for a, b in itertools.pairwise(cuts)
        ]
        result.append((starts[start], pieces))
    return result


def _rows(
    model: Model, name: str, supports: Sequence[Support]
) -> list[tuple[str, list[tuple[str, str, list[int]]]]]:
    """Return the rows of a table: key, and for each cell with evidence its column, text and evidence."""
    cells: dict[tuple[str, str], list[int]] = {}
    for number, support in enumerate(supports):
        if support.cell.resource == name:
            cells.setdefault((support.cell.row_key, support.cell.field), []).append(number)
    table = model.tables.get(name)
    rows: dict[str, list[tuple[str, str, list[int]]]] = {}
    for (key, column), numbers in cells.items():
        rows.setdefault(key, []).append((column, table.text(key, column) if table else "", numbers))
    return list(rows.items())
