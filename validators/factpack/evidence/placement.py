"""Finds the segments and spans of a document again in another copy of its text.

Segments are placed first: by length and fingerprint, in order. A span of a segment that was placed lies at
its offset. Where segments have changed, their spans are sought between the neighbours that were placed. What
is gone or ambiguous is said to be; nothing is placed by guess. docs/evidence.md tells the rules.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from factpack.evidence.canonical import fingerprint
from factpack.evidence.quotation import Span, is_whole, starts_word

#: Words next to nothing else that was placed are only taken for the right ones if they are as many.
DISTINCTIVE_WORDS = 4

#: A stretch so many times shorter than the copy is searched by itself, and not by an index of the whole.
FEW = 8

#: A span found by itself may have moved so much farther than those around it, in code points.
SLACK = 20

#: In a stretch of more spans than these, none is sought by itself.
MOST_LONE_SPANS = 2_000

GONE = "its words are gone"
AMBIGUOUS = "its words stand at more than one place, or are too few to be sure of"


@dataclass(frozen=True, slots=True)
class Fragment:
    """A stretch of the coded text, known by its position and the fingerprint of its words."""

    span: Span
    digest: str


@dataclass(frozen=True)
class Placement:
    """Where the segments and the spans of a document lie in a copy; a text tells why a span has no place."""

    segments: Sequence[Span | None]
    spans: Sequence[Span | str]


@dataclass(frozen=True)
class Move:
    """A stretch of the coded text, and that of the copy that holds it, or in which it must be sought."""

    old: Span
    new: Span
    is_placed: bool = True
    at_start: bool = False
    at_end: bool = False

    @property
    def shifts(self) -> tuple[int | None, int | None]:
        """How far its ends moved; None where an end is that of the text, and much more stands before it."""
        more = len(self.new) - len(self.old)
        is_alike = 2 * abs(more) <= max(len(self.old), 2 * SLACK)
        left, right = self.new.start - self.old.start, self.new.end - self.old.end
        return (
            left if is_alike or not self.at_start else None,
            right if is_alike or not self.at_end else None,
        )


def place(segments: Sequence[Fragment], spans: Sequence[Fragment], text: str) -> Placement:
    """Place the segments of a document, which tile it in order, and its spans, in a canonical text."""
    copy = Copy(text)
    placed = _place_segments(segments, copy)
    found: list[Span | str] = [GONE] * len(spans)
    if not any(placed):
        return Placement(placed, found)
    order = sorted(range(len(spans)), key=lambda number: (spans[number].span.start, spans[number].span.end))
    starts = [spans[number].span.start for number in order]
    for move in _moves(segments, placed, len(text)):
        inside = order[bisect_left(starts, move.old.start) : bisect_left(starts, move.old.end)]
        results = _spans_within([spans[number] for number in inside], move, copy)
        for number, result in zip(inside, results, strict=True):
            found[number] = result
    return Placement(placed, found)


class Copy:
    """A copy of a text, in canonical form, in which words are sought by length and fingerprint."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._by_length: dict[int, dict[str, list[int]]] = {}

    def holds(self, fragment: Fragment, shift: int) -> bool:
        """Tell whether a fragment's words stand where a shift would have them."""
        span = fragment.span.moved(shift)
        return (
            span.start >= 0
            and span.end <= len(self.text)
            and fingerprint(span.of(self.text)) == fragment.digest
            and is_whole(self.text, span)
        )

    def places(self, fragment: Fragment, low: int = 0, high: int | None = None) -> list[int]:
        """Return the positions at which a fragment's words stand, not before low, and ending by high."""
        length, end = len(fragment.span), len(self.text) if high is None else high
        if (end - low) * FEW < len(self.text):
            near = self._starts[bisect_left(self._starts, low) : bisect_right(self._starts, end - length)]
            return [start for start in near if self.holds(fragment, start - fragment.span.start)]
        if length not in self._by_length:
            self._by_length[length] = self._index(length)
        found = self._by_length[length].get(fragment.digest, [])
        return found[bisect_left(found, low) : bisect_right(found, end - length)]

    def _index(self, length: int) -> dict[str, list[int]]:
        index: dict[str, list[int]] = {}
        for start in self._starts:
            span = Span(start, start + length)
            if span.end <= len(self.text) and is_whole(self.text, span):
                index.setdefault(fingerprint(span.of(self.text)), []).append(start)
        return index

    @cached_property
    def _starts(self) -> list[int]:
        return [position for position in range(len(self.text)) if starts_word(self.text, position)]


# ---- segments


@dataclass(frozen=True)
class Run:
    """Neighbouring segments, from number `first` to `last`, that stand side by side in the copy too."""

    first: int
    last: int
    old: Span
    shift: int

    @property
    def new(self) -> Span:
        """The stretch of the copy that holds them."""
        return self.old.moved(self.shift)


def _place_segments(segments: Sequence[Fragment], copy: Copy) -> list[Span | None]:
    """Place segments by the runs that stand in the same order in both texts, as much text as can be."""
    placed: list[Span | None] = [None] * len(segments)
    chain = _heaviest_chain(_runs(segments, copy))
    kept: list[Run] = []
    while chain is not None:
        kept.append(chain.run)
        chain = chain.before
    for run in _without_teasers(kept[::-1]):
        for number in range(run.first, run.last + 1):
            placed[number] = segments[number].span.moved(run.shift)
    return placed


def _without_teasers(runs: list[Run]) -> list[Run]:
    """Leave out a lone segment at either end that moved away from the others by more than half its length.

    It may be a teaser, or a quotation, beside the document's own sentence, which then has changed.
    """
    if len(runs) > 1 and _is_apart(runs[0], runs[0], runs[1]):
        runs = runs[1:]
    if len(runs) > 1 and _is_apart(runs[-1], runs[-2], runs[-1]):
        runs = runs[:-1]
    return runs


def _is_apart(lone: Run, before: Run, after: Run) -> bool:
    return lone.first == lone.last and abs(after.shift - before.shift) * 2 > len(lone.old)


@dataclass(frozen=True)
class Chain:
    """Runs in the same order in both texts: the last, those before it, and how much text they hold."""

    run: Run
    before: "Chain | None"
    weight: int


def _heaviest_chain(runs: Iterable[Run]) -> Chain | None:
    """Return the chain of runs, which come in the order of the coded text, that holds the most text."""
    best: list[Chain] = []  # by the end in the copy, and each of more weight than those before it
    ends: list[int] = []
    for run in runs:
        earlier = bisect_right(ends, run.new.start)
        before = best[earlier - 1] if earlier else None
        chain = Chain(run, before, len(run.old) + (before.weight if before else 0))
        rival = bisect_right(ends, run.new.end)
        if rival and best[rival - 1].weight >= chain.weight:
            continue
        at = until = bisect_left(ends, run.new.end)
        while until < len(best) and best[until].weight <= chain.weight:
            until += 1
        best[at:until] = [chain]
        ends[at:until] = [run.new.end]
    return best[-1] if best else None


def _runs(segments: Sequence[Fragment], copy: Copy) -> Iterator[Run]:
    """Yield runs in the order of the coded text.

    First the one that starts both texts, last the one that ends both; between these, each is grown both ways
    from a segment that stands at one place only, in the coded text and in what is left of the copy.
    """
    total = segments[-1].span.end
    head = _grown(segments, copy, 0, 0) if copy.holds(segments[0], 0) else None
    first = head.last + 1 if head else 0
    tail_shift = len(copy.text) - total
    tail = None
    if first < len(segments) and copy.holds(segments[-1], tail_shift):
        tail = _grown(segments, copy, len(segments) - 1, tail_shift, first)
    end = tail.first if tail else len(segments)
    if head:
        yield head
    low, high = head.new.end if head else 0, tail.new.start if tail else len(copy.text)
    number = first
    digests = Counter(segment.digest for segment in segments)
    while number < end:
        shift = _certain_shift(segments[number], digests, copy, low, high)
        if shift is None:
            number += 1
            continue
        run = _grown(segments, copy, number, shift, first, end)
        if run.first < run.last or _is_distinctive(run.new, copy):
            yield run
        number = run.last + 1
    if tail:
        yield tail


def _grown(
    segments: Sequence[Fragment], copy: Copy, number: int, shift: int, first: int = 0, end: int | None = None
) -> Run:
    """Return the run around a segment, from number `first` on and before number `end`."""
    start = last = number
    stop = len(segments) if end is None else end
    while last + 1 < stop and copy.holds(segments[last + 1], shift):
        last += 1
    while start > first and copy.holds(segments[start - 1], shift):
        start -= 1
    return Run(start, last, Span(segments[start].span.start, segments[last].span.end), shift)


def _certain_shift(segment: Fragment, digests: Counter[str], copy: Copy, low: int, high: int) -> int | None:
    """Return how far a segment moved, if it stands at one place only in both texts.

    `digests` counts the segments of the coded text; of two equal ones, the last lacks the space at its end.
    """
    places = copy.places(segment, low, high)
    if len(places) != 1:
        return None
    words = Span(places[0], places[0] + len(segment.span)).of(copy.text)
    twins = {fingerprint(words), fingerprint(words + " "), fingerprint(words.removesuffix(" "))}
    if sum(digests[twin] for twin in twins) > 1:
        return None
    return places[0] - segment.span.start


def _is_distinctive(span: Span, copy: Copy) -> bool:
    return len(span.of(copy.text).split()) >= DISTINCTIVE_WORDS


def _moves(segments: Sequence[Fragment], placed: Sequence[Span | None], length: int) -> Iterator[Move]:
    """Yield each placed segment, and each stretch of segments between placed ones that were not."""
    waiting: int | None = None
    end = 0
    for segment, span in zip(segments, placed, strict=True):
        if span is None:
            waiting = segment.span.start if waiting is None else waiting
            continue
        if waiting is not None:
            old, new = Span(waiting, segment.span.start), Span(end, span.start)
            yield Move(old, new, is_placed=False, at_start=end == 0)
            waiting = None
        yield Move(segment.span, span)
        end = span.end
    if waiting is not None:
        old, new = Span(waiting, segments[-1].span.end), Span(end, length)
        yield Move(old, new, is_placed=False, at_start=end == 0, at_end=True)


# ---- spans


def _spans_within(spans: Sequence[Fragment], move: Move, copy: Copy) -> list[Span | str]:
    """Return the places of the spans, which are in order, of one stretch of the coded text."""
    if move.is_placed:
        by = move.new.start - move.old.start
        return [span.span.moved(by) if copy.holds(span, by) else GONE for span in spans]
    shifts = _shifts_from_the_ends(spans, *move.shifts, copy)
    _add_lone_spans(spans, shifts, move, copy)
    results: list[Span | str] = []
    for span, shift in zip(spans, shifts, strict=True):
        if shift is not None:
            results.append(span.span.moved(shift))
        else:
            results.append(AMBIGUOUS if copy.places(span, move.new.start, move.new.end) else GONE)
    return results


def _shifts_from_the_ends(
    spans: Sequence[Fragment], left: int | None, right: int | None, copy: Copy
) -> list[int | None]:
    """Return the shifts of the spans that kept their distance from the left end or from the right end.

    Up to some point of the coded text spans keep to the left end, and from there on to the right end. The
    point is set so that most spans are found; a span that only some of the best points would place is left
    out.
    """
    on_left = [left is not None and copy.holds(span, left) for span in spans]
    on_right = [right is not None and copy.holds(span, right) for span in spans]
    if left == right:
        return [left if held else None for held in on_left]
    points = sorted({0} | {span.span.end for span in spans} | {span.span.start for span in spans})
    ends = sorted(span.span.end for span, held in zip(spans, on_left, strict=True) if held)
    starts = sorted(span.span.start for span, held in zip(spans, on_right, strict=True) if held)
    scores = [bisect_right(ends, point) + len(starts) - bisect_left(starts, point) for point in points]
    most = max(scores)
    best = [point for point, score in zip(points, scores, strict=True) if score == most]
    shifts: list[int | None] = []
    for span, held_left, held_right in zip(spans, on_left, on_right, strict=True):
        if held_left and span.span.end <= best[0]:
            shifts.append(left)
        elif held_right and span.span.start >= best[-1]:
            shifts.append(right)
        else:
            shifts.append(None)
    return shifts


def _add_lone_spans(spans: Sequence[Fragment], shifts: list[int | None], move: Move, copy: Copy) -> None:
    """Fill in the shifts of spans that stand between their neighbours at one place only.

    Such a span has several words, or the shift of one that has and lies between the same neighbours.
    """
    if len(spans) > MOST_LONE_SPANS:
        return
    twins = Counter(span.digest for span, shift in zip(spans, shifts, strict=True) if shift is None)
    for number, span in enumerate(spans):
        if shifts[number] is not None:
            continue
        around = _neighbours(spans, shifts, number, move)
        places = copy.places(span, around.low, around.high)
        if len(places) != 1:
            continue
        found = places[0] - span.span.start
        is_alone = twins[span.digest] == 1 and _is_distinctive(span.span.moved(found), copy)
        if {found} == around.touching or (not around.touching and is_alone and around.is_near(found)):
            shifts[number] = found


@dataclass
class Neighbours:
    """What is known around a span: the stretch in which it must lie, and how far those around it moved."""

    low: int
    high: int
    before: int | None
    after: int | None
    touching: set[int]

    def is_near(self, shift: int) -> bool:
        """Tell whether a shift lies between those of the neighbours, or not far from them."""
        known = [other for other in (self.before, self.after) if other is not None]
        return bool(known) and min(known) - SLACK <= shift <= max(known) + SLACK


def _neighbours(
    spans: Sequence[Fragment], shifts: Sequence[int | None], number: int, move: Move
) -> Neighbours:
    """Return what is known around a span: by the ends of the stretch, and by the spans that were placed."""
    span = spans[number].span
    found = Neighbours(move.new.start, move.new.end, *move.shifts, touching=set())
    for other, shift in zip(spans, shifts, strict=True):
        if shift is None:
            continue
        if other.span.end <= span.start:
            if other.span.end + shift >= found.low:
                found.low, found.before = other.span.end + shift, shift
        elif other.span.start >= span.end:
            if other.span.start + shift < found.high:
                found.high, found.after = other.span.start + shift, shift
        else:
            found.touching.add(shift)
    return found
