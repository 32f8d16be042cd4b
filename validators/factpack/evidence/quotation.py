"""Finds quotations in a canonical text.

Positions are 0-based code points, the end exclusive, as in the W3C Web Annotation Data Model's
TextPositionSelector; a quotation is its TextQuoteSelector (`exact`, `prefix`, `suffix`).
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from factpack.evidence.canonical import canonical
from factpack.exceptions import EvidenceError

#: A digit, a point or comma, and a digit again: one number.
NUMBER_GOES_ON = re.compile(r"\d[.,]\d")

#: The scripts, besides the East Asian ones, that write no space between words.
SPACELESS = ("THAI", "LAO", "KHMER", "MYANMAR")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a canonical text: code points from `start` up to, but not including, `end`."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """Return the words of the span in the text."""
        return text[self.start : self.end]

    def moved(self, shift: int) -> "Span":
        """Return the span as far on in the text as the shift says."""
        return Span(self.start + shift, self.end + shift)

    def __len__(self) -> int:
        return self.end - self.start


def locate(text: str, exact: str, prefix: str = "", suffix: str = "", within: Span | None = None) -> Span:
    """Return the one place of a quotation in a canonical text; whole words only.

    The quotation, and the words before and after that tell it from others, are made canonical first.

    Raises:
        EvidenceError: it is not there, or it is there more than once; then the candidates are named.

    Source: W3C Web Annotation Data Model, section 4.2.4 (Text Quote Selector).

    """
    area = within or Span(0, len(text))
    quotation = canonical(exact)
    if not quotation:
        raise EvidenceError("the quotation is empty")
    found = [
        Span(start, start + len(quotation))
        for start in _occurrences(text, quotation, area)
        if _fits(text, start, quotation, prefix, suffix)
    ]
    if len(found) == 1:
        return found[0]
    if not found:
        raise EvidenceError(f"{exact!r} is not in the text")
    places = "; ".join(f"{span.start}: …{text[max(0, span.start - 20) : span.end + 20]}…" for span in found)
    raise EvidenceError(f"{exact!r} is in the text {len(found)} times; give a prefix or a suffix. {places}")


def is_whole(text: str, span: Span) -> bool:
    """Tell whether a span starts and ends where words, numbers or marks between them do."""
    return starts_word(text, span.start) and (span.end >= len(text) or not _joined(text, span.end))


def starts_word(text: str, position: int) -> bool:
    """Tell whether a word, a number, or a mark between words starts at a position."""
    return not text[position].isspace() and not (position and _joined(text, position))


def _occurrences(text: str, quotation: str, area: Span) -> Iterator[int]:
    start = text.find(quotation, area.start, area.end)
    while start >= 0:
        if is_whole(text, Span(start, start + len(quotation))):
            yield start
        start = text.find(quotation, start + 1, area.end)


def _joined(text: str, position: int) -> bool:
    """Tell whether the characters on both sides of a position belong to one word or number."""
    if _in_word(text[position - 1]) and _in_word(text[position]):
        return True
    around = text[max(0, position - 2) : position + 2]
    return bool(NUMBER_GOES_ON.search(around)) and len(around) > 2


@lru_cache(maxsize=4096)
def _in_word(char: str) -> bool:
    if unicodedata.east_asian_width(char) in "WF" or unicodedata.name(char, "").startswith(SPACELESS):
        return False
    return char.isalnum() or unicodedata.category(char).startswith("M")


def _fits(text: str, start: int, quotation: str, prefix: str, suffix: str) -> bool:
    before, after = text[:start], text[start + len(quotation) :]
    return before.rstrip().endswith(canonical(prefix)) and after.lstrip().startswith(canonical(suffix))
