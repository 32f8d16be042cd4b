"""Guesses the type of a column from all of its cells, by the readers that will judge them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from factpack.fields import Column, read_column
from factpack.table_schema import Field, parse_schema
from factpack.values import Values, bools, is_one_of

#: A guess stands if so many of the cells bear it out; the others are faults then.
SHARE = 0.9

#: Of fewer cells than these, all must bear it out.
FEWEST = 10

#: Texts that stand for nothing, where the other cells of a column are of a type.
MISSING_MARKS = (
    *("NA", "N/A", "n/a", "#N/A", "NaN", "nan", "NULL", "null", "None", "none"),
    *("-", "--", ".", "?"),
)

#: A text in which a number would lose something: the zeros of a code, the plus of a telephone number.
CODE = r"\A\s*(?:[+]|-?0[0-9])"

_WHOLE = r"-?[0-9]+"
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_CLOCK = r"[0-9]{2}:[0-9]{2}:[0-9]{2}"

#: The forms of texts that are sought, with what a field of such texts is: one, or those that it may be.
FORMS: tuple[tuple[str, tuple[dict[str, Any], ...]], ...] = (
    (r"true|false|True|False|TRUE|FALSE", ({"type": "boolean"},)),
    (_WHOLE, ({"type": "integer"},)),
    (
        r"-?(?:[0-9]+[.]?[0-9]*|[.][0-9]+)(?:[eE][+-]?[0-9]+)?|-?inf",
        ({"type": "number"},),
    ),
    (r"-?[0-9]+(?:,[0-9]+)?", ({"type": "number", "decimalChar": ","},)),
    (_DAY, ({"type": "date"},)),
    (r"[0-9]{1,2}[.][0-9]{1,2}[.][0-9]{4}", ({"type": "date", "format": "%d.%m.%Y"},)),
    (
        r"[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}",
        ({"type": "date", "format": "%d/%m/%Y"}, {"type": "date", "format": "%m/%d/%Y"}),
    ),
    (
        r"[0-9]{1,2}-[0-9]{1,2}-[0-9]{4}",
        ({"type": "date", "format": "%d-%m-%Y"}, {"type": "date", "format": "%m-%d-%Y"}),
    ),
    (r"[0-9]{4}/[0-9]{1,2}/[0-9]{1,2}", ({"type": "date", "format": "%Y/%m/%d"},)),
    (rf"{_DAY}T{_CLOCK}(?:[.][0-9]+)?(?:Z|[+-][0-9]{{2}}:[0-9]{{2}})?", ({"type": "datetime"},)),
    (rf"{_DAY} {_CLOCK}", ({"type": "datetime", "format": "%Y-%m-%d %H:%M:%S"},)),
    (rf"{_DAY} {_CLOCK}[.][0-9]{{1,6}}", ({"type": "datetime", "format": "%Y-%m-%d %H:%M:%S.%f"},)),
    (rf"{_DAY} {_CLOCK}[+-][0-9]{{2}}:?[0-9]{{2}}", ({"type": "datetime", "format": "%Y-%m-%d %H:%M:%S%z"},)),
    (rf"{_DAY} [0-9]{{2}}:[0-9]{{2}}", ({"type": "datetime", "format": "%Y-%m-%d %H:%M"},)),
    (  # some of them with parts of seconds, as Python writes them
        rf"{_DAY}[ T]{_CLOCK}(?:[.][0-9]{{1,6}})?(?:Z|[+-][0-9]{{2}}:?[0-9]{{2}})?",
        ({"type": "datetime", "format": "any"},),
    ),
    (_CLOCK, ({"type": "time"},)),
    (r"[0-9]{2}:[0-9]{2}", ({"type": "time", "format": "%H:%M"},)),
)

#: Whole numbers with a comma before each three digits, of which nobody knows what the comma means.
GROUPED = r"\A-?[0-9]{1,3}(?:,[0-9]{3})*\z"


@dataclass(frozen=True, kw_only=True)
class Guess:
    """What a field is taken for, the column read so, how many cells are filled, and how many are not so."""

    field: Field
    column: Column
    filled: int
    off: int
    note: str | None = None

    @property
    def descriptor(self) -> Mapping[str, Any]:
        """The field as the schema has it."""
        return self.field.descriptor

    @property
    def is_borne_out(self) -> bool:
        """Whether enough of the cells are of the type."""
        return is_enough(self.filled - self.off, self.filled)


def is_enough(fitting: int, filled: int, *, strictly: bool = False) -> bool:
    """Tell whether so many of the filled cells bear out a guess: all, or most of many."""
    few = FEWEST if not strictly else filled + 1
    return filled > 0 and (fitting == filled or (filled >= few and fitting / filled >= SHARE))


def guess(name: str, cells: Values, delimiter: str = ",", *, strictly: bool = False) -> Guess:
    """Return what a column of texts is taken for; `strictly`: all of its cells must be so.

    Dates that may be read in two ways, and numbers that would lose zeros or a plus, are left as strings. A
    comma is that of decimals only where it does not delimit the cells.
    """
    texts = _texts(cells)
    filled = texts.filter(pa.array(~bools(is_one_of(texts, [""]))))
    if not len(filled):
        return read_as({"name": name, "type": "any"}, cells)
    marks = sorted(set(filled.filter(is_one_of(filled, MISSING_MARKS)).unique().to_pylist()))
    known = filled.filter(pc.invert(is_one_of(filled, MISSING_MARKS))) if marks else filled
    best, note = None, None
    for form, kinds in FORMS if len(known) else ():
        if kinds[0].get("decimalChar") == delimiter or not _may_be(known, form, kinds[0], strictly):
            continue
        guesses = [_read(name, kind, marks, cells) for kind in kinds]
        fewest = min(found.off for found in guesses)
        likely = [found for found in guesses if found.off == fewest and _is_enough(found, strictly)]
        if len(likely) > 1:
            note = "day and month of its dates cannot be told apart; give it the type and format if you know"
        elif likely and (best is None or likely[0].off < best.off):
            best = likely[0]
    return best or read_as({"name": name, "type": "string"}, cells, note)


def _is_enough(found: Guess, strictly: bool) -> bool:
    return is_enough(found.filled - found.off, found.filled, strictly=strictly)


def _may_be(known: pa.ChunkedArray, form: str, kind: Mapping[str, Any], strictly: bool) -> bool:
    """Tell whether enough texts are of a form."""
    of_form = pc.match_substring_regex(known, rf"\A[ \t]*(?:{form})[ \t]*\z")
    if not is_enough(pc.sum(of_form).as_py() or 0, len(known), strictly=strictly):
        return False
    if kind["type"] not in ("integer", "number"):
        return True
    is_code = pc.any(pc.match_substring_regex(known, CODE)).as_py()
    is_vague = "decimalChar" in kind and pc.all(pc.match_substring_regex(known, GROUPED)).as_py()
    return not is_code and not is_vague


def _read(name: str, kind: Mapping[str, Any], marks: list[str], cells: Values) -> Guess:
    missing = {"missingValues": ["", *marks]} if marks else {}
    return read_as({"name": name, **kind, **missing}, cells)


def read_as(descriptor: Mapping[str, Any], cells: Values, note: str | None = None) -> Guess:
    """Return a column read as a field of that descriptor."""
    (field,) = parse_schema({"fields": [descriptor]}).fields
    column = read_column(cells, field)
    off = int(column.unreadable.sum())
    filled = int((~column.values.is_null()).sum()) + off
    return Guess(field=field, column=column, filled=filled, off=off, note=note)


def _texts(cells: Values) -> pa.ChunkedArray:
    """Return the texts of cells as an array; one that its record lacks is empty."""
    array = (
        cells.array if cells.array is not None else pa.chunked_array([pa.array(cells.to_list(), pa.string())])
    )
    return pc.fill_null(array, "")
