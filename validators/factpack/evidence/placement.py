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
from factpack.evidence.quotation import Span, starts_word

#: Words next to nothing else that was placed are only taken for the right ones if they are as many.
DISTINCTIVE_WORDS = 4

#: A stretch so many times shorter than the copy is searched by itself, and not by an index of the whole.
FEW = 8

#: In a stretch of more spans than these, none is sought by itself.
MOST_LONE_SPANS = 2_000

GONE = "its words are gone"
AMBIGUOUS = "its words stand at more than one place, or are too few to be sure of"


@dataclass(frozen=True)
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
        start, end = fragment.span.start + shift, fragment.span.end + shift
        return start >= 0 and end <= len(self.text) and fingerprint(self.text[start:end]) == fragment.digest

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
            if start + length <= len(self.text):
                index.setdefault(fingerprint(self.text[start : start + length]), []).append(start)
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
    while chain is not None:
        for number in range(chain.run.first, chain.run.last + 1):
            placed[number] = segments[number].span.moved(chain.run.shift)
        chain = chain.before
    return placed


@dataclass(frozen=True)
class Chain:
    """Runs in the same order in both texts: the last, those before it, and how much text they hold."""

    run: Run
    before: "Chain | None"
    weight: int


def _heaviest_chain(runs: Iterable[Run]) -> Chain | None:
    """Return the chain of runs, which come in the order of the coded text, that holds the most text."""
    best: list[Chain] = []  # by the end in the copy, and each of more weight than those before it
    for run in runs:
        ends = [chain.run.new.end for chain in best]
        place_ = bisect_right(ends, run.new.start)
        before = best[place_ - 1] if place_ else None
        chain = Chain(run, before, len(run.old) + (before.weight if before else 0))
        at = bisect_left(ends, run.new.end)
        if at and best[at - 1].weight >= chain.weight:
            continue
        until = at
        while until < len(best) and best[until].weight <= chain.weight:
            until += 1
        best[at:until] = [chain]
    return best[-1] if best else None


def _runs(segments: Sequence[Fragment], copy: Copy) -> Iterator[Run]:
    """Yield runs in order, each grown both ways from a segment that stands at one place only."""
    number = 0
    while number < len(segments):
        shift = _certain_shift(segments[number], number, copy)
        if shift is None:
            number += 1
            continue
        first = last = number
        while last + 1 < len(segments) and copy.holds(segments[last + 1], shift):
            last += 1
        while first > 0 and copy.holds(segments[first - 1], shift):
            first -= 1
        old = Span(segments[first].span.start, segments[last].span.end)
        run = Run(first, last, old, shift)
        at_the_start = old.start == run.new.start == 0
        at_the_end = last + 1 == len(segments) and run.new.end == len(copy.text)
        if first < last or at_the_start or at_the_end or _is_distinctive(run.new, copy):
            yield run
        number = last + 1


def _certain_shift(segment: Fragment, number: int, copy: Copy) -> int | None:
    if number == 0 and copy.holds(segment, 0):  # most copies start as the coded text does
        return 0
    places = copy.places(segment)
    return places[0] - segment.span.start if len(places) == 1 else None


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
            yield Move(Span(waiting, segment.span.start), Span(end, span.start), is_placed=False)
            waiting = None
        yield Move(segment.span, span)
        end = span.end
    if waiting is not None:
        yield Move(Span(waiting, segments[-1].span.end), Span(end, length), is_placed=False)


# ---- spans


def _spans_within(spans: Sequence[Fragment], move: Move, copy: Copy) -> list[Span | str]:
    """Return the places of the spans, which are in order, of one stretch of the coded text."""
    left, right = move.new.start - move.old.start, move.new.end - move.old.end
    if move.is_placed:
        return [span.span.moved(left) if copy.holds(span, left) else GONE for span in spans]
    shifts = _shifts_from_the_ends(spans, left, right, copy)
    _add_lone_spans(spans, shifts, move, copy)
    results: list[Span | str] = []
    for span, shift in zip(spans, shifts, strict=True):
        if shift is not None:
            results.append(span.span.moved(shift))
        else:
            results.append(AMBIGUOUS if copy.places(span, move.new.start, move.new.end) else GONE)
    return results


def _shifts_from_the_ends(spans: Sequence[Fragment], left: int, right: int, copy: Copy) -> list[int | None]:
    """Return the shifts of the spans that kept their distance from the left end or from the right end.

    Up to some point of the coded text spans keep to the left end, and from there on to the right end. The
    point is set so that most spans are found; a span that only some of the best points would place is left
    out.
    """
    on_left = [copy.holds(span, left) for span in spans]
    on_right = [copy.holds(span, right) for span in spans]
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
        low, high, touching = _neighbours(spans, shifts, number, move)
        candidates = {start - span.span.start for start in copy.places(span, low, high)}
        if touching:
            candidates &= touching if len(touching) == 1 else set()
        elif twins[span.digest] > 1 or not all(
            _is_distinctive(span.span.moved(shift), copy) for shift in candidates
        ):
            candidates = set()
        if len(candidates) == 1:
            shifts[number] = candidates.pop()


def _neighbours(
    spans: Sequence[Fragment], shifts: Sequence[int | None], number: int, move: Move
) -> tuple[int, int, set[int]]:
    """Return the ends of the stretch in which a span must lie, and the shifts of those that it overlaps."""
    span = spans[number].span
    low, high, touching = move.new.start, move.new.end, set()
    for other, shift in zip(spans, shifts, strict=True):
        if shift is None:
            continue
        if other.span.end <= span.start:
            low = max(low, other.span.end + shift)
        elif other.span.start >= span.end:
            high = min(high, other.span.start + shift)
        else:
            touching.add(shift)
    return low, high, touching
