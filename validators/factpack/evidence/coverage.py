"""How much of a document's words lie in spans, and which words lie in none."""

import re
from bisect import bisect_left
from collections.abc import Sequence

from factpack.evidence.model import Segment
from factpack.evidence.placement import Placement
from factpack.evidence.quotation import Span

#: A longer span is not counted as coverage: it would be a sentence, not the words that carry a fact.
MOST_WORDS = 12

WORD = re.compile(r"\w[\w'-]*")


def coverage(text: str, placement: Placement) -> tuple[float, list[Span]]:
    """Return the share of a document's words that lie in a span of at most twelve words, and the other words.

    What stands in a copy before the first segment that was found, or after the last, is not the document's.
    """
    parts = [span for span in placement.segments if span is not None]
    start, end = (parts[0].start, parts[-1].end) if parts else (0, 0)
    words = [Span(*match.span()) for match in WORD.finditer(text, start, end)]
    covered = [False] * len(text)
    for span in placement.spans:
        if isinstance(span, Span) and len(WORD.findall(span.of(text))) <= MOST_WORDS:
            covered[span.start : span.end] = [True] * len(span)
    left = [word for word in words if not all(covered[word.start : word.end])]
    return 1 - len(left) / max(1, len(words)), left


def left_out(segments: Sequence[Segment], copy: str, placement: Placement, left: list[Span]) -> list[str]:
    """Return the words that no short span holds, a line for each segment that has some."""
    lines = []
    starts = [word.start for word in left]
    for part, span in zip(segments, placement.segments, strict=True):
        if span is None:
            continue
        inside = left[bisect_left(starts, span.start) : bisect_left(starts, span.end)]
        words = [word.of(copy) for word in inside]
        if words:
            lines.append(f"{part.segment_id}: {' '.join(words)}")
    return lines
