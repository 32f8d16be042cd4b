"""Regular expressions of Table Schema: compiled, and kept from running for ever.

The specification means those of XML Schema, which fit a whole text. They are read as Python's, as
frictionless does, with the forms that only XML Schema knows put into Python's.
"""

import re
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.compute as pc
import regex

from factpack.exceptions import UnjudgedError

T = TypeVar("T")

#: How long all patterns and JSON Schemas on a clock may take, in seconds, how much longer for each text that
#: is matched, and how long each may take in any case.
PATTERN_SECONDS, ALLOWANCE, LEAST = 2.0, 0.0001, 0.001

#: A longer pattern takes too long to compile.
MOST_CHARACTERS = 20_000

#: The initial and the other characters of names, XML 1.0, section 2.3.
NAME_START = r":A-Z_a-z\xC0-\xD6\xD8-\xF6\xF8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C-\u200D\u2070-\u218F"
NAME_START += r"\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD\U00010000-\U000EFFFF"
NAME = NAME_START + r"\-.0-9\xB7\u0300-\u036F\u203F-\u2040"

#: Of these, two in a class have a meaning to `regex`, and may get one in Python.
DOUBLED = ("&", "|", "~")

#: What XML Schema's regular expressions have and Python's do not, but for subtraction: properties, and the
#: characters of names.
XML_TOKEN = re.compile(r"\\[pP]\{.*\}|\\[iIcC]", re.DOTALL)

#: What an expression is made of, as far as its translation goes: escapes, brackets of classes, all else.
TOKEN = re.compile(
    r"\{(?:[0-9]+(?:,[0-9]*)?|,[0-9]*)\}|\\[pPN]\{[^}]{0,100}\}|\\.|-\[\^?|\[\^?|\]|.", re.DOTALL
)

#: The characters of words in Python's `re`, to which `regex` counts marks, and does not count all numbers.
WORD = r"\p{L}\p{N}_"

#: Classes of characters that `regex` takes otherwise than Python's `re`, inside of brackets. What is not in a
#: class can stand in brackets with others only as all that is left.
PYTHONS = {
    r"\w": WORD,
    r"\W": r"\p{M}\p{Pd}\p{Ps}\p{Pe}\p{Pi}\p{Pf}\p{Po}\p{S}\p{Z}\p{C}"
    r"\u203F\u2040\u2054\uFE33\uFE34\uFE4D-\uFE4F\uFF3F",
    r"\s": r"\s\x1c-\x1f",
    r"\S": r"\p{L}\p{M}\p{N}\p{P}\p{S}\p{Cf}\p{Cn}\p{Co}\p{Cs}\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f",
}

#: The places at which words begin and end, and those at which none does, outside of brackets.
PLACES = {
    r"\b": f"(?:(?<=[{WORD}])(?![{WORD}])|(?<![{WORD}])(?=[{WORD}]))",
    r"\B": f"(?:(?<=[{WORD}])(?=[{WORD}])|(?<![{WORD}])(?![{WORD}]))",
}

#: Forms on which Arrow's engine and Python agree: plain characters, groups, classes without escapes,
#: repetition.
SAFE_ELSEWHERE = re.compile(
    r"""(?: [A-Za-z0-9 _,;:=<>@!~'"/&%#-] | \\[.+*?()\[\]{}|\\/^$_,:;@-] | \. | [+*?]\?? | \|
        | \(\?: | \((?!\?) | \) | \{[0-9]{1,3}(?:,[0-9]{0,3})?\}\??
        | \[\^?(?: [A-Za-z0-9 _,;:=<>@!~'"/%#.+*?(){}|$-] | \\[-.+*?()\[\]{}|\\/^$] )+\]
    )*+""",
    re.VERBOSE,
)


_compile: Any = regex.compile


class PatternError(Exception):
    """A regular expression is malformed."""


class Clock:
    """The time that is left to all patterns and JSON Schemas of a schema together, which take turns.

    It is the time that they themselves take, not that in which other threads run: what could be judged once
    can be judged again.
    """

    def __init__(self) -> None:
        self._turn = threading.RLock()
        self._end: float | None = None  # of the turn, on the clock of its thread
        self.restart()

    def restart(self) -> None:
        """Give all the time again."""
        self._left = PATTERN_SECONDS

    def timed(self, allowance: float, call: Callable[[], T]) -> T:
        """Return what a call returns, for which it gets some time more; the time that it takes is gone.

        A call inside of another one is a part of it.
        """
        with self._turn:
            if self._end is not None:
                return call()
            start = time.thread_time()
            self._end = start + max(self._left, LEAST)
            try:
                return call()
            finally:
                self._end = None
                self._left = max(self._left - (time.thread_time() - start), 0.0) + allowance

    def left(self) -> float:
        """Return how long the call that is timed may still take, in seconds; 0 or less if no longer."""
        return 0.0 if self._end is None else self._end - time.thread_time()


class Pattern:
    """A compiled regular expression, which a text matches as a whole, or, for JSON Schema, in a part.

    Those on one clock share its time.

    Raises:
        PatternError: it is malformed.
        UnjudgedError: it is very long, or nested too deeply.

    Source: Table Schema v2.0, `pattern`; XML Schema Part 2, appendix F.

    """

    def __init__(self, source: str, clock: Clock | None = None) -> None:
        self._clock = clock or Clock()
        if len(source) > MOST_CHARACTERS:
            raise UnjudgedError(f"a pattern has more than {MOST_CHARACTERS:,} characters")
        # anchors at the ends change nothing, since a text has to match as a whole
        bare = source.removeprefix("^").removesuffix("$")
        self._arrow = rf"\A(?:{bare})\z" if SAFE_ELSEWHERE.fullmatch(bare) else None
        try:
            if _has_xml(source):
                re.compile(_without_xml(source))
                self._compiled: Any = _compile(_translated(source), regex.VERSION1)
            else:
                re.compile(_translated(source, has_classes=True))  # regex takes some that Python does not
                self._compiled = _compile(_translated(source))
        except (re.error, regex.error, OverflowError, RecursionError, MemoryError, ValueError) as error:
            if isinstance(error, RecursionError) and ")" in source:  # else none of its groups ends
                raise UnjudgedError("a pattern has too many groups in each other") from error
            raise PatternError(f"the pattern {source!r} is malformed: {error}") from error

    def matches(self, text: str) -> bool:
        """Tell whether a whole text matches.

        Raises:
            TimeoutError: the patterns on its clock have taken too long for all their texts.

        """
        return self._timed(self._compiled.fullmatch, text)

    def is_found_in(self, text: str) -> bool:
        """Tell whether a part of a text matches; raises as `matches`."""
        return self._timed(self._compiled.search, text)

    def _timed(self, match: Any, text: str) -> bool:
        def matched() -> bool:
            while True:
                try:
                    return match(text, timeout=max(self._clock.left(), LEAST)) is not None
                except TimeoutError:  # `regex` counts what other threads take too
                    if self._clock.left() <= 0:
                        raise

        return self._clock.timed(ALLOWANCE, matched)

    def many(self, texts: pa.ChunkedArray) -> pa.ChunkedArray | None:
        """Tell of each text whether it matches, in time linear in its length; None where Arrow cannot."""
        if self._arrow is None:
            return None
        try:
            return pc.match_substring_regex(texts, self._arrow)
        except pa.ArrowInvalid:  # a form that its engine does not take, or finds too large
            self._arrow = None
            return None


def _has_xml(source: str) -> bool:
    """Tell whether an expression has a form that only XML Schema has, be it malformed."""
    is_inside = False  # of a class
    for token in TOKEN.findall(source):
        if token[0] == "\\" and token[1:2] in ("p", "P", "i", "I", "c", "C"):
            return True
        if is_inside and token.startswith("-["):
            return True
        is_inside = token != "]" if is_inside else token.startswith(("[", "-["))
    return False


def _translated(source: str, *, has_classes: bool = False) -> str:
    """Return an expression in the form of the module `regex`, with the meaning that Python's `re` has for it.

    What only XML Schema knows gets the meaning that it has there. `re` itself `has_classes` of its meaning.
    """
    result: list[str] = []
    classes: list[int] = []  # where the classes that are open begin
    for token in TOKEN.findall(source):
        if token.startswith("-[") and classes:
            if result[classes[-1]] == "[^":  # what is subtracted is so from the characters that are not named
                result[classes[-1]] = "[[^"
                result.append("]")
            result.append("--")
        if token.startswith("-[" if classes else "["):
            classes.append(len(result))
            result.append(token.removeprefix("-"))
        elif token.startswith("["):  # inside a class, where it has no meaning
            result.append("\\" + token)
        elif token == "]" and classes:
            classes.pop()
            result.append(token)
        elif len(token) == 2 and token[0] == "\\" and token[1] in "icIC":
            result.append(_name_class(token[1], bool(classes)))
        elif token in PYTHONS and not has_classes:
            result.append(PYTHONS[token] if classes else f"[{PYTHONS[token]}]")
        elif token in PLACES and not has_classes and not classes:
            result.append(PLACES[token])
        elif classes and token in DOUBLED:
            result.append("\\" + token)
        elif token == "{":  # no repetition, for which `regex` has a meaning of its own
            result.append(r"\{")
        else:
            result.append(token.replace("{Is", "{In"))
    return "".join(result)


def _without_xml(source: str) -> str:
    """Return an expression with other forms for those that only XML Schema has, as Python's `re` takes them.

    What is malformed stays so, although `regex` may take it.

    Raises:
        ValueError: it is malformed in a way that cannot be shown so.

    """
    result: list[str] = []
    depth, is_over = 0, False  # of classes that are open, and whether the innermost is to be closed at once
    for token in TOKEN.findall(source):
        if is_over and token != "]":
            raise ValueError("a subtraction does not end its class")
        if token.startswith("-[") and depth:
            if result[-1] in ("[", "[^"):
                raise ValueError("there is nothing to subtract from")
            result.append(f"]{token[1:]}")
            depth += 1
        elif token.startswith("["):
            result.append("\\" + token if depth else token)
            depth = depth or 1
        elif token == "]" and depth:
            result.append("" if is_over else token)
            depth -= 1
            is_over = depth > 0
        elif token in ("{", "}") and not depth:
            raise ValueError(f"a {token} belongs to no repetition")
        elif token in DOUBLED and depth:
            result.append("\\" + token)
        else:
            result.append(r"\w" if XML_TOKEN.fullmatch(token) else token)
    return "".join(result)


def _name_class(letter: str, is_inside: bool) -> str:
    characters = NAME_START if letter in "iI" else NAME
    negation = "^" if letter.isupper() else ""
    return characters if is_inside and not negation else f"[{negation}{characters}]"
