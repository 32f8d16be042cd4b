"""Draws the texts of cells by Hypothesis: of the type and format of a field, and within its constraints.

factpack's own reader and tests judge each text that is drawn, so that none is drawn that they would refuse.
Of texts on which frictionless thinks otherwise (`docs/divergences.md`), none is drawn as far as is known.
"""

import json
import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import HypothesisException

from factpack.constraints import BOUNDS, tests_of
from factpack.exceptions import SchemaError
from factpack.fields import NAN, exact, hashable, reader
from factpack.strategies.cell_texts import Texts, texts_of_pattern, texts_of_type, truth_texts, written_json
from factpack.table_schema import Field

#: So many texts are tried to see whether a strategy draws what a field asks for.
TRIES = 40

#: The constraints that a strategy keeps by the way it is made, by the type of the field.
KEPT: Mapping[str, set[str]] = {
    "string": {"minLength", "maxLength"},
    **{kind: {*BOUNDS} for kind in ("integer", "number", "date", "year", "yearmonth")},
}
#: What makes a text of a field depend on more than its type.
SPECIAL = {"decimalChar", "groupChar", "itemType", "delimiter"}

#: What describes a field, and changes nothing in its cells.
IGNORED = {"name", "title", "description", "example", "rdfType"}


class Judge:
    """Judges texts by the reader and the tests of a field.

    Raises:
        SchemaError: a property of the field cannot be used.
        UnjudgedError: factpack cannot judge by it.

    """

    def __init__(self, field: Field) -> None:
        self._missing = field.missing_values
        self._read = reader(field)
        self._tests = list(tests_of(field))

    def value(self, text: str) -> Any:
        """Return what is equal just where values are; None where the text is null or cannot be read."""
        value = None if text in self._missing else self._read(text)
        return None if value is None else hashable(value)

    def faults(self, text: str) -> frozenset[str]:
        """Return the rules that a text breaks; null, and NaN, which equals nothing, count as unreadable."""
        value = None if text in self._missing else self._read(text)
        if value is None or value is NAN:
            return frozenset(["type"])
        return frozenset(test.name for test in self._tests if not test.one(exact(value)))

    def fits(self, text: str) -> bool:
        """Tell whether a text is a value of the field that breaks no rule."""
        return not self.faults(text)


@dataclass(frozen=True, eq=False, repr=False)
class Cell:
    """How the cells of a field are drawn and judged.

    `texts` draws such as are not null, some of which are `known`, and all if `is_finite`; `nulls` are those
    for null, if the field has any.
    """

    judge: Judge
    texts: Texts
    known: Sequence[str]
    is_finite: bool
    nulls: Sequence[str]


_cells: dict[str, Cell] = {}


def cell_of(field: Field) -> Cell:
    """Return how the cells of a field are drawn; that of a field like one before is the same.

    Raises:
        SchemaError: a property of the field cannot be used, or no text was found that meets all of them.
        UnjudgedError: factpack cannot judge by it.

    """
    described = {name: value for name, value in field.descriptor.items() if name not in IGNORED}
    known = json.dumps([field.type, field.format, sorted(field.missing_values), described], default=str)
    if known not in _cells:
        _cells[known] = _made(field)
    return _cells[known]


def _made(field: Field) -> Cell:
    judge = Judge(field)
    nulls = sorted(field.missing_values)
    finite = _finite_texts(field)
    if finite is not None:
        fitting = [text for text in dict.fromkeys(finite) if judge.fits(text)]
        return Cell(judge, st.sampled_from(_some(fitting, field)), fitting, True, nulls)
    texts = texts_of_type(field)
    if _is_sure(field):
        _some([texts] if not texts.is_empty else [], field)
        return Cell(judge, texts.filter(judge.fits), (), False, nulls)
    pattern = field.constraints.get("pattern")
    strategies = [texts] if pattern is None else [*texts_of_pattern(field, pattern), texts]
    tried = [(strategy, *fitting_of(strategy, judge)) for strategy in strategies]
    strategy, fitting, _ = max(tried, key=lambda item: item[2])
    known = sorted(_some(fitting, field), key=lambda text: (len(text), text))
    return Cell(judge, _or_known(strategy, judge, known), known, False, nulls)


def _some(found: list[Any], field: Field) -> list[Any]:
    """Return what was found, if that is anything."""
    if not found:
        raise SchemaError(f"{field.name}: no text was found that its type, format and constraints allow")
    return found


def _is_sure(field: Field) -> bool:
    """Tell whether what `texts_of_type` draws is sure to fit, but for rare chances."""
    kept = {"required", "unique"} | (KEPT.get(field.type, set()) if field.format == "default" else set())
    is_plain = field.type == "string" or field.format == "default"
    return is_plain and field.constraints.keys() <= kept and not SPECIAL & field.descriptor.keys()


def _or_known(strategy: Texts, judge: Judge, known: Sequence[str]) -> Texts:
    """Return texts that are known to fit, and others; of these, one that does not gives way to a known one.

    To draw a known one is one choice, which takes less time than many, and shrinks in one step.
    """
    simple = st.sampled_from(known)

    def or_simple(text: str) -> Texts:
        return st.just(text) if judge.fits(text) else simple

    return simple | strategy.flatmap(or_simple)


def fitting_of(strategy: Texts, judge: Judge) -> tuple[list[str], float]:
    """Return the texts that fit among the first that a strategy draws, and their share of these."""
    texts = tried(strategy, TRIES)
    fitting = [text for text in dict.fromkeys(texts) if judge.fits(text)]
    return fitting, sum(map(judge.fits, texts)) / len(texts) if texts else 0


def tried(strategy: st.SearchStrategy[Any], count: int) -> list[Any]:
    """Return the first things that a strategy draws: always the same ones, and none if it can draw none.

    They are drawn in a thread of their own, since Hypothesis allows no test inside of another, and strategies
    may well be made inside of one.
    """
    found: list[Any] = []

    @seed(0)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.quiet,
    )
    @given(strategy)
    def keep(item: Any) -> None:
        found.append(item)

    with ThreadPoolExecutor(1) as pool:
        try:
            pool.submit(keep).result()
        except (HypothesisException, re.error):  # nothing can be drawn, or a pattern is not Python's
            return []
    return found


def _finite_texts(field: Field) -> list[str] | None:
    """Return the texts of a field that has only some values; None if there is no end of them."""
    if "enum" in field.constraints or field.categories is not None:
        values = field.constraints.get("enum", field.categories)
        return [text for value in values for text in texts_of_value(field, value)]
    return [text for texts in truth_texts(field) for text in texts] if field.type == "boolean" else None


def texts_of_value(field: Field, value: Any) -> list[str]:
    """Return texts for a value of a field that the descriptor has, as JSON or as text."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, bool) and field.type == "boolean":
        return list(truth_texts(field)[not value])
    if field.type == "year":
        return [f"{int(value):04d}"]
    if isinstance(value, int | float | Decimal) and field.type in ("integer", "number"):
        digits = f"{Decimal(str(value)):f}"
        return [digits.replace(".", str(field.descriptor.get("decimalChar", ".")))]
    if field.type == "yearmonth":
        return [f"{value[0]:04d}-{value[1]:02d}"]
    if field.type == "list":
        item = field.of_type(str(field.descriptor.get("itemType", "string")))
        return [
            str(field.descriptor.get("delimiter", ",")).join(texts_of_value(item, part)[0] for part in value)
        ]
    if field.type == "geopoint" and field.format == "default":
        return [",".join(map(str, value))]
    return [written_json(value)]
