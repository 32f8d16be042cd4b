"""Data packages drawn at random, sound and broken, and what frictionless finds in them.

`packages()` draws over the whole of Table Schema and Table Dialect v2.0 for delimited text: types, formats,
constraints, keys, headers, dialects, encodings, compression, several files, inline data. The smaller a drawn
number, the plainer what it stands for, so that examples shrink towards one plain table.

Most packages hold only what the specification and frictionless are expected to judge alike. The rest draw an
oddity: one family of cases, named in `ODDITIES`, in which readers may part. `Drawn.oddities` says which, and with them which
divergences it may touch.
"""

import functools
import gzip
import hashlib
import itertools
import json
import re
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import frictionless
from hypothesis import strategies as st
from samples import PROFILE, zipped

T = TypeVar("T")
Json = dict[str, Any]
#: A type of error, and the table, row and field where it stands, as far as frictionless names them.
Found = tuple[str, str | None, int | None, str | None]


@dataclass(frozen=True)
class Oddity:
    """A family of cases that readers judge differently: how often it is drawn, and the divergences it may touch."""

    weight: int
    divergences: frozenset[str]


def oddity(weight: int, *divergences: str) -> Oddity:
    """Return a family by the names of its divergences."""
    return Oddity(weight, frozenset(" ".join(divergences).split()))


#: The divergences that a package without an oddity may touch.
EVERYDAY = frozenset(["years-and-months", "blank-labels", "unequal-nan"])
#: Those that the text of a cell may touch, and a row: also where they come of texts that are cut or joined.
OF_CELLS = (
    "number-forms group-char-in-integer json-constants binary-forms uuid-forms uri-forms date-forms time-forms datetime-forms "
    "duration-forms year-forms yearmonth-forms geopoint-forms geojson-forms pattern-anchors unequal-nan "
    "times-without-order nul-bytes categories-ignored guessed-encoding encoding-stops unread-parents"
)
OF_ROWS = f"{OF_CELLS} unique-keys-ignored partial-primary-key blank-row-with-key python-csv comments-by-cell"
#: Those that the first rows of a table may touch; a list may then stand in a column of any type, and in its key.
OF_HEADERS = (
    f"{OF_ROWS} duplicate-labels-stop renamed-columns blank-labels blank-header short-header-rows header-rows-as-named "
    "header-in-first-row first-lines-dropped unhashable-keys-raise"
)

ODDITIES: dict[str, Oddity] = {
    "cell": oddity(3, OF_CELLS, "first-lines-dropped"),
    "undeclared": oddity(3, OF_HEADERS, "sniffed-dialect searched-header guessed-encoding"),
    "quoting": oddity(3, OF_HEADERS, "encoding-stops guessed-encoding searched-header line-ends-in-cells"),
    "constraint": oddity(
        3,
        *(
            OF_CELLS,
            "descriptor-stops constraints-not-known untyped-fields true-is-one json-values pattern-raises",
        ),
        "arguments-of-other-types impossible-constraints partial-primary-key examples",
    ),
    "key": oddity(
        2,
        *(OF_ROWS, "descriptor-stops keys-to-nowhere unhashable-keys-raise true-is-one"),
    ),
    "label": oddity(2, OF_HEADERS, "keyed-inline-rows"),
    "dialect": oddity(
        2,
        *(
            OF_HEADERS,
            "one-character-marks double-quote-ignored line-terminator-ignored null-sequence-ignored",
        ),
        "skipped-blank-rows descriptor-stops",
    ),
    "encoding": oddity(1, OF_ROWS, "first-lines-dropped"),
    "container": oddity(2, OF_HEADERS, "packed-files other-files-pass line-ends-in-cells encoding-stops"),
    "inline": oddity(
        1,
        OF_HEADERS,
        "inline-data-stops keyed-inline-rows other-files-pass json-values descriptor-stops untyped-fields true-is-one",
    ),
    "version": oddity(1, "version-gates descriptor-stops"),
    "metadata": oddity(
        1,
        "missing-values-of-packages tabular-packages fields-match-as-list fields-of-one-name examples other-packages",
        "hash-and-bytes descriptor-stops other-files-pass",
    ),
    "several": oddity(1),
    # a column that gets the cells of another one, which is drawn everywhere
    "shift": oddity(0, OF_ROWS, "unhashable-keys-raise"),
    # a row without texts, in a column with categories, which is drawn everywhere
    "blank": oddity(0, "categories-ignored"),
    # a file without header of which the comments alone are left, which is drawn everywhere
    "comments": oddity(0, "blank-header"),
    # a dialect that says nothing, which is drawn everywhere
    "silence": oddity(0, "sniffed-dialect searched-header blank-header"),
}
#: Of a hundred packages, so many have an oddity.
ODD_PERCENT = 16
#: Of a hundred tables, so many are meant to be valid.
CLEAN_PERCENT = 30


@dataclass(frozen=True)
class Drawn:
    """A package: its descriptor, the bytes of its files by path, and the families of odd cases that it may hold."""

    descriptor: Json
    files: dict[str, bytes]
    oddities: frozenset[str] = frozenset()

    @property
    def divergences(self) -> frozenset[str]:
        """The names of the divergences that it may touch."""
        return EVERYDAY.union(*(ODDITIES[name].divergences for name in self.oddities))

    def write(self, folder: Path) -> Path:
        """Write the package into a folder, and return the path of its descriptor."""
        for path, content in self.files.items():
            (folder / path).write_bytes(content)
        descriptor = folder / "datapackage.json"
        descriptor.write_text(json.dumps(self.descriptor), encoding="utf-8")
        return descriptor


@dataclass(frozen=True)
class Outcome:
    """What is found in a package, and how many rows of each table are checked, blank ones left out."""

    found: set[Found]
    rows: dict[str, int]


def by_frictionless(descriptor: Path | str) -> Outcome:
    """Return what frictionless finds in a package, and its rows; those of a table that it does not read are none.

    An error of a whole table has no row, one of the whole package no table either. Where frictionless raises,
    there is one finding of the type "exception", with the exception's name in place of the table's.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            report = frictionless.validate(str(descriptor))
        except Exception as error:
            return Outcome({("exception", type(error).__name__, None, None)}, {})
    found: set[Found] = {(error.type, None, None, None) for error in report.errors}
    rows: dict[str, int] = {}
    for task in report.tasks:
        for error in task.errors:
            row, column = getattr(error, "row_number", None), getattr(error, "field_name", None)
            found.add((error.type, task.name, row, column or None))
        blank = sum(error.type == "blank-row" for error in task.errors)
        rows[task.name] = (task.stats.get("rows") or 0) - blank
    return Outcome(found, rows)


#: Every choice is drawn as a byte, so that Hypothesis can put one in another's place. It likes the ends of a
#: range: the upper one is folded onto the lower, which stands for what is plain.
BYTES = st.integers(0, 257)


class Chance:
    """Makes the choices of one package, each by one small number; 0 is the plainest choice."""

    def __init__(self, draw: st.DrawFn, oddity: str = "", met: set[str] | None = None) -> None:
        self._draw = draw
        self.oddity = oddity
        #: The families that were drawn from.
        self.met = {oddity} - {""} if met is None else met

    def number(self, last: int) -> int:
        """Draw a number from 0 to the last one, which is below 256."""
        return self._draw(BYTES) % 256 * (last + 1) // 256 if last else 0

    def part(self, function: Callable[..., T], *arguments: Any) -> T:
        """Call a function with a chance, as a whole that shrinking may take out."""
        return self._draw(whole(self.oddity, self.met, function, arguments))

    def rarely(self, percent: int) -> bool:
        """Say yes so many times of a hundred."""
        return self.number(99) >= 100 - percent

    def pick(self, options: Sequence[T]) -> T:
        """Choose one of the options; what stands there several times is chosen more often."""
        return options[self.number(len(options) - 1)]

    def odd(self, family: str) -> bool:
        """Say whether this package may hold the odd cases of a family."""
        is_odd = self.oddity == family or (self.oddity == "several" and self.rarely(25))
        if is_odd:
            self.met.add(family)
        return is_odd


@st.composite
def whole(
    draw: st.DrawFn, oddity: str, met: set[str], function: Callable[..., T], arguments: tuple[Any, ...]
) -> T:
    """Draw what a function makes of a chance and its arguments."""
    return function(Chance(draw, oddity, met), *arguments)


def draw_oddity(chance: Chance) -> str:
    """Draw a family of odd cases, or mostly none."""
    if not chance.rarely(ODD_PERCENT):
        return ""
    return chance.pick([name for name, family in ODDITIES.items() for _ in range(family.weight)])


# Types: the texts of their cells, and the constraints that some of these pass.


@dataclass(frozen=True)
class Constraint:
    """A constraint with the arguments that mean the same, and the texts that pass it."""

    name: str
    arguments: tuple[Any, ...]
    passing: frozenset[str]


@dataclass(frozen=True, kw_only=True, eq=False)
class Kind:
    """A type with its format and properties, and texts for its cells.

    `good` texts have different values, in ascending order where the type has one. Everyone reads `near` ones
    alike, as one of these values, as another, or as none; `odd` ones perhaps not. `native` gives a text's
    value in JSON, `length` its length. `strange` are constraints that not everyone can use.
    """

    field: Json
    good: tuple[str, ...]
    near: tuple[str, ...] = ()
    odd: tuple[str, ...] = ()
    ordered: bool = False
    native: Callable[[str], Any] | None = None
    length: Callable[[str], int] | None = None
    patterns: tuple[str, ...] = ()
    strange: tuple[Json, ...] = ()
    hashable: bool = True

    @functools.cached_property
    def constraints(self) -> list[Constraint]:
        """The constraints that the type has, beside those of all types."""
        few = self.good[: min(3, len(self.good) - 1)]
        result = [Constraint("enum", self.forms(few), frozenset(few))] if few and self.enumerable else []
        if self.has_categories:
            forms = self.forms(few)[-1]
            labelled = [{"value": value, "label": f"no. {place}"} for place, value in enumerate(forms)]
            result.append(Constraint("categories", (forms, labelled), frozenset(few)))
        return [*result, *self._bounds(), *self._lengths(), *self._patterns()]

    @property
    def enumerable(self) -> bool:
        """Whether values of the type can be listed in an `enum` that everyone can use."""
        return self.field.get("type") != "list"

    @property
    def has_categories(self) -> bool:
        """Whether a field of the type may have categories."""
        kind = self.field.get("type")
        return kind == "string" or (kind == "integer" and self.native is not None)

    def forms(self, texts: Sequence[str]) -> tuple[list[Any], ...]:
        """Return texts as they are, and as values of JSON where these have another form."""
        if self.native is None:
            return (list(texts),)
        return list(texts), [self.native(text) for text in texts]

    def _bounds(self) -> list[Constraint]:
        if not self.ordered:
            return []
        good = self.good
        cases = (
            ("minimum", good[1], good[1:]),
            ("maximum", good[-2], good[:-1]),
            ("exclusiveMinimum", good[0], good[1:]),
            ("exclusiveMaximum", good[-1], good[:-1]),
        )
        return [
            Constraint(name, tuple(form[0] for form in self.forms([bound])), frozenset(passing))
            for name, bound, passing in cases
        ]

    def _lengths(self) -> list[Constraint]:
        if self.length is None:
            return []
        lengths = {text: self.length(text) for text in self.good}
        least, most = sorted(lengths.values())[1], sorted(lengths.values())[-2]
        long = frozenset(text for text, length in lengths.items() if length >= least)
        short = frozenset(text for text, length in lengths.items() if length <= most)
        return [Constraint("minLength", (least,), long), Constraint("maxLength", (most,), short)]

    def _patterns(self) -> list[Constraint]:
        return [
            Constraint("pattern", (form,), frozenset(text for text in self.good if re.fullmatch(form, text)))
            for form in self.patterns
        ]


def length_of_json(text: str) -> int:
    """Return the number of items in a JSON array or object."""
    return len(json.loads(text))


def times(kind: Kind, count: int) -> list[Kind]:
    """Return a kind several times, to be drawn more often."""
    return [kind] * count


STRING = Kind(
    field={"type": "string"},
    good=("a", "b", "c", "ab", "abc", "é", "1", "x, y", 'a "b"', "x;y|z", "x\ny", "x\r\ny", "a\tb", "\\N"),
    near=("A", " a", "a ", "NaN", "null", "a\u2028b", "a\x85b", "ß", "a'b", "''"),
    odd=("ab\n", "日本", "\U0001f600", "e\u0301", "\x00", "\ufeffa", "#a", "a\rb", "١"),
    length=len,
    patterns=("[a-c]+", "[^0-9]*", "(a|b)c?", ".", "[a-z]{1,2}", ".*"),
    strange=(
        {"pattern": "a|b"},
        {"pattern": "^a$"},
        {"pattern": "\\d+"},
        {"pattern": "\\p{L}+"},
        {"pattern": "[a-z-[aeiou]]+"},
        {"pattern": "("},
        {"minLength": "1"},
        {"minimum": "a"},
        {"jsonSchema": {"type": "string"}},
    ),
)

BOUND_STRANGE: tuple[Json, ...] = ({"minimum": "x"}, {"pattern": "[0-9]+"}, {"minLength": 1}, {"enum": ["x"]})

TEXTS = [
    *times(STRING, 9),
    Kind(
        field={"type": "string", "format": "email"},
        good=("a@example.org", "b.c@example.com", "x+y@sub.example.org"),
        near=("a", "a@", "@example.org", "a b@example.org", "a@b@example.org", "A@EXAMPLE.ORG"),
        odd=("é@example.org", "a@localhost", '"a b"@example.org', "a@[127.0.0.1]"),
        length=len,
        patterns=(".*@example[.](org|com)",),
    ),
    Kind(
        field={"type": "string", "format": "uri"},
        good=(
            "https://example.org",
            "mailto:a@example.org",
            "urn:isbn:0451450523",
            "http://example.org/a?b=c#d",
        ),
        near=("example", "//example.org", "1a:b", "HTTPS://EXAMPLE.ORG"),
        odd=("http:// a", "http://[::1", "http://é.example.org", "x:", "http://example.org:99999", "a b:c"),
        length=len,
    ),
    Kind(
        field={"type": "string", "format": "uuid"},
        good=(
            "00000000-0000-0000-0000-000000000000",
            "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
            "f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
        ),
        near=("6ba7", "6ba7b810-9dad-11d1-80b4-00c04fd430cg", "6BA7B810-9DAD-11D1-80B4-00C04FD430C8"),
        odd=(
            "{6ba7b810-9dad-11d1-80b4-00c04fd430c8}",
            "6ba7b8109dad11d180b400c04fd430c8",
            "urn:uuid:6ba7b810-9dad-11d1-80b4-00c04fd430c8",
            "6ba7b810-9dad11d1-80b4-00c04fd430c8",
            "0xa7b810-9dad-11d1-80b4-00c04fd430c8",
            "\u0666ba7b810-9dad-11d1-80b4-00c04fd430c8",
            "{{6ba7b8109dad11d180b400c04fd430c8",
        ),
    ),
    Kind(
        field={"type": "string", "format": "binary"},
        good=("YWJj", "YQ==", "YWI=", "AAAA", "YWJjZA=="),
        near=("YWJ", "YQ", "Y", "é"),
        odd=("!!!!", "YW Jj", "====", "YWJj=", "_-_-", "YW\nJj"),
        length=len,
    ),
]

INTEGER = Kind(
    field={"type": "integer"},
    good=("-3", "0", "1", "2", "7", "100"),
    near=(
        "+2",
        "007",
        " 1 ",
        "-0",
        "one",
        "1.5",
        "1.0",
        "1e3",
        "0x1",
        "--1",
        "1,000",
        "²",
        "NaN",
        "1 000",
        "-",
    ),
    odd=("1_000", "１", "١", "\t1", "1\n", "\u00a01", "9" * 4301),
    ordered=True,
    native=int,
    strange=(*BOUND_STRANGE, {"minimum": 1.0}, {"minimum": 0.5}, {"enum": [1.5, 2]}, {"enum": [True]}),
)

NUMBERS = [
    *times(INTEGER, 5),
    Kind(
        field={"type": "integer", "bareNumber": False},
        good=("-5 kg", "0", "12 kg", "€95", "100%"),
        near=("95 1", "kg", "1.5", "12", "EUR 12", "-5"),
        odd=("5-", "+5", "1_0", "--5", "€-5"),
        ordered=True,
    ),
    Kind(
        field={"type": "integer", "groupChar": ","},
        good=("-3", "0", "1", "20", "300"),
        near=("one", "1 000", "1.5"),
        odd=("1,000", "1,0,0", ",1", "1,"),
        ordered=True,
        native=int,
    ),
    *times(
        Kind(
            field={"type": "number"},
            good=("-3e1", "0", "0.5", "1.5", "2", "1e3"),
            near=(
                *("2.0", "+2", "2.", " 2 ", ".5", "1E3", "NaN", "nan", "INF", "-INF", "1e400", "1e-400"),
                *("one", "1,5", "1.5.2", "1e", "0x1", "--1", "1 000", ".", "1e9999999999999999999"),
            ),
            odd=("1_0.5", "１.5", "Infinity", "+INF", "sNaN", "nan1", "-NaN", "\t1", "\u00a01"),
            ordered=True,
            native=float,
            strange=(*BOUND_STRANGE, {"enum": ["NaN"]}, {"minimum": "NaN"}, {"maximum": True}),
        ),
        3,
    ),
    Kind(
        field={"type": "number", "decimalChar": ","},
        good=("-0,5", "0", "1,5", "2", "10,25"),
        near=("1.5", "one", "1,5,5", ",5", "2,0", "1,5e3", "NaN"),
        odd=("1_0,5", "１,5"),
        ordered=True,
        native=lambda text: float(text.replace(",", ".")),
        strange=({"minimum": "1.5"},),
    ),
    Kind(
        field={"type": "number", "decimalChar": ",", "groupChar": "."},
        good=("-1.000,5", "0", "1,5", "1.000", "12.345,75"),
        near=("one", ",", "1000", "0,0"),
        odd=("1.5", "1..0", ".1", "1,000.5"),
        ordered=True,
        native=lambda text: float(text.replace(".", "").replace(",", ".")),
        strange=({"minimum": "1.5"},),
    ),
    Kind(
        field={"type": "number", "groupChar": ","},
        good=("-1,000", "0", "1.5", "1,000", "1,000,000"),
        near=("1 000", "1000", "one", "1000.0"),
        odd=("1,00,0.5", ",1", "1,", "1.5,0"),
        ordered=True,
        native=lambda text: float(text.replace(",", "")),
    ),
    Kind(
        field={"type": "number", "groupChar": " "},
        good=("-1 000", "0", "1.5", "1 000", "1 000 000"),
        near=("1000", "one", "1,000"),
        odd=("1\u00a0000", "1  0"),
        ordered=True,
    ),
    Kind(
        field={"type": "number", "bareNumber": False},
        good=("-5€", "0", "95%", "€ 100", "$1000.5"),
        near=("95 1", "%", "-", "100", "100.0%"),
        odd=(".5", "5.", "NaN", "+5", "5-", "--5", "€-5", "1e3", "1.5e"),
        ordered=True,
    ),
]

BOOLEANS = [
    *times(
        Kind(
            field={"type": "boolean"},
            good=("true", "false"),
            near=("True", "TRUE", "1", "False", "FALSE", "0", "tRUE", "yes", " true", "2"),
            native=lambda text: text == "true",
            strange=({"minimum": True}, {"enum": ["yes"]}, {"enum": [1]}),
        ),
        2,
    ),
    Kind(
        field={"type": "boolean", "trueValues": ["yes", "ja"], "falseValues": ["no"]},
        good=("yes", "no"),
        near=("ja", "true", "YES", "0"),
        native=lambda text: text == "yes",
    ),
    Kind(
        field={"type": "boolean", "trueValues": ["x"]},
        good=("x", "false"),
        near=("true", "0", "X"),
        native=lambda text: text == "x",
    ),
]

JSON_SCHEMAS: tuple[Json, ...] = (
    {"jsonSchema": {"minItems": 1, "minProperties": 1}},
    {"jsonSchema": {"type": ["array", "object"]}},
    {"jsonSchema": {"items": {"type": "integer"}, "required": ["a"]}},
)

COLLECTIONS = [
    Kind(
        field={"type": "object"},
        good=('{"a": 1}', "{}", '{"a": 1, "b": [2]}', '{"b": "x"}'),
        near=("[1]", "a", "{", "null", ' {"a":1} ', '{"b":[2],"a":1}', "{'a': 1}"),
        odd=('{"a": 1, "a": 2}', '{"a": NaN}', '{"a": 1e400}'),
        native=json.loads,
        length=length_of_json,
        strange=(*JSON_SCHEMAS, {"enum": [{"a": 1.0}]}),
        hashable=False,
    ),
    Kind(
        field={"type": "array"},
        good=("[]", "[1]", '["a"]', "[1, [2]]"),
        near=('{"a": 1}', "[1,]", "a", "1", "[1.0]", " [ ] "),
        odd=("[NaN]", "[1e400]", "[" + "9" * 4301 + "]"),
        native=json.loads,
        length=length_of_json,
        strange=(*JSON_SCHEMAS, {"enum": [[1]]}, {"enum": ["[1]", [True]]}),
        hashable=False,
    ),
]

LIST_STRANGE: tuple[Json, ...] = ({"minLength": 2}, {"maxLength": 1}, {"enum": ["a,b"]}, {"jsonSchema": {}})


def a_list(item: str, good: tuple[str, ...], near: tuple[str, ...] = (), **properties: Any) -> Kind:
    """Return the kind of the lists with items of a type."""
    return Kind(
        field={"type": "list", "itemType": item, **properties},
        good=good,
        near=near,
        strange=LIST_STRANGE,
        hashable=False,
    )


LISTS = [
    Kind(
        field={"type": "list"},
        good=("a", "a,b", "b"),
        near=("a,,b", ","),
        strange=LIST_STRANGE,
        hashable=False,
    ),
    a_list("string", ("a", "a;b", "b"), (";", "a,b"), delimiter=";"),
    a_list("integer", ("1", "1,2", "-3,4"), ("1,,2", "1,x", "1;2", "1, 2", "1.5")),
    a_list("boolean", ("true", "true,false"), ("true,x", "0,1", "yes")),
    a_list("number", ("1.5", "1.5,2"), ("1.5,x", "1e3,.5")),
    a_list("date", ("2025-01-01", "2025-01-01|2025-02-28"), ("2025-02-30", "2025-01-01,"), delimiter="|"),
    a_list("time", ("10:00:00", "10:00:00,11:30:00"), ("10:00", "25:00:00")),
    a_list("datetime", ("2025-01-01T10:00:00", "2025-01-01T10:00:00,2025-01-02T10:00:00"), ("2025-01-01",)),
]

DURATION = Kind(
    field={"type": "duration"},
    good=("P1D", "P1Y2M", "PT1H", "P1Y", "-P1D", "P1M", "P1DT2H30M", "PT1.5S", "-P1M1D"),
    near=("P", "1D", "P1S", "p1d", "a day", "PT24H", "P0D", "PT0S", "P1H", "P12M", "P14M", "P0Y", "P30D"),
    odd=("P2W", "PT", "P1.5D", "P1DT", "PT1,5S", "+P1D", "P0003-06-04T12:30:05", "P1Y1W"),
    strange=(
        {"minimum": "P1D"},
        {"maximum": "PT1H"},
        {"exclusiveMinimum": "PT1H"},
        {"exclusiveMaximum": "P1D"},
        {"minimum": "P1M"},
        {"maximum": "P1Y"},
    ),
)

YEAR = Kind(
    field={"type": "year"},
    good=("0001", "1999", "2024", "2025"),
    near=("25", "abcd", "2025.0", "02025", "2025-01", "-25"),
    odd=("0000", " 202", "+202", "1_99", "-0044", "20255", "２０２５", "2025Z"),
    ordered=True,
    native=int,
    strange=(*BOUND_STRANGE, {"minimum": "99"}, {"maximum": 12345}),
)

YEARMONTH = Kind(
    field={"type": "yearmonth"},
    good=("0001-01", "1999-12", "2024-06", "2025-01"),
    near=("2025-13", "2025", "2025-00", "2025-01-01", "x", "01/2025"),
    odd=(
        "2025-1",
        "20-1",
        " 2025-01",
        "-2025-01",
        "２０２５-01",
        "12345-01",
        "+2025-01",
        "2025-01Z",
        "0000-01",
    ),
    ordered=True,
    strange=(*BOUND_STRANGE, {"minimum": [2025, 1]}, {"minimum": 2025}),
)

TIMES = [
    *times(
        Kind(
            field={"type": "date"},
            good=("0001-01-01", "2024-02-29", "2025-01-01", "2025-02-28", "9999-12-31"),
            near=("2025-02-30", "1.1.2025", " 2025-01-01", "20250101", "2025-01-01T00:00:00", "0000-01-01"),
            odd=("2025-2-1", "２０２５-01-01", "-2025-01-01", "10000-01-01", "2025-01-01Z"),
            ordered=True,
            strange=(*BOUND_STRANGE, {"maximum": "2025-2-1"}, {"minimum": 2025}),
        ),
        2,
    ),
    Kind(
        field={"type": "date", "format": "any"},
        good=("5 January 2024", "2025-01-01", "Feb 3, 2025", "2025-03-01"),
        near=("some day", "2025-02-30", "01/01/2025", "20250101"),
        odd=("2025", "10:00", "01/02/03"),
        ordered=True,
    ),
    Kind(
        field={"type": "date", "format": "%d/%m/%Y"},
        good=("01/02/2024", "28/02/2025", "01/03/2025", "31/12/2025"),
        near=("31/02/2025", "2025-01-01", "1/3/2025", "01/13/2025"),
        odd=("０1/03/2025",),
        ordered=True,
        strange=({"minimum": "2025-01-01"},),
    ),
    Kind(
        field={"type": "date", "format": "fmt:%d.%m.%y"},
        good=("01.02.24", "28.02.25", "01.03.25", "31.12.25"),
        near=("31.02.25", "2025-01-01"),
        ordered=True,
    ),
    Kind(
        field={"type": "time"},
        good=("00:00:00", "09:30:00", "12:30:00", "23:59:59"),
        near=("25:00:00", "12:60:00", "12:30", "9:30:00", "12:30:60", " 12:30:00", "noon"),
        odd=("24:00:00", "12:30:00.5", "12:30:00Z", "12:30:00+01:00", "12:30:00,5", "12:30:00.500"),
        ordered=True,
        strange=BOUND_STRANGE,
    ),
    Kind(
        field={"type": "time", "format": "any"},
        good=("9:30", "12:30:00", "3pm", "23:59"),
        near=("noon", "25:00", "15:00"),
        odd=("2025-01-01", "10:00Z"),
        ordered=True,
    ),
    Kind(
        field={"type": "time", "format": "%H:%M"},
        good=("00:00", "09:30", "12:30", "23:59"),
        near=("24:00", "12:30:00", "9:30", "noon"),
        ordered=True,
    ),
    *times(
        Kind(
            field={"type": "datetime"},
            good=(
                "2024-02-29T00:00:00",
                "2025-01-01T10:00:00",
                "2025-01-01T10:00:00.5",
                "2025-12-31T23:59:59",
            ),
            near=("2025-01-01T10:00", "2025-02-30T10:00:00", "2025-01-01", "2025-01-01T25:00:00", "x"),
            odd=(
                *(
                    "2025-01-01 10:00:00",
                    "2025-01-01T24:00:00",
                    "2025-01-01T10:00:00Z",
                    "2025-01-01x10:00:00",
                ),
                *("2025-W01-1T10:00:00", "2025-01-01T10:00:00,5", "-0001-01-01T10:00:00"),
            ),
            ordered=True,
            strange=BOUND_STRANGE,
        ),
        2,
    ),
    Kind(
        field={"type": "datetime"},
        good=(
            "2024-02-29T00:00:00Z",
            "2025-01-01T10:00:00+01:00",
            "2025-01-01T10:00:00Z",
            "2025-12-31T23:59:59-05:00",
        ),
        near=("2025-01-01T11:00:00+01:00", "2025-01-01T10:00:00+25:00", "2025-01-01Z"),
        odd=("2025-01-01T10:00:00z", "2025-01-01T10:00:00+0100", "2025-01-01T10:00:00"),
        ordered=True,
    ),
    Kind(
        field={"type": "datetime", "format": "any"},
        good=("5 January 2024 10:00", "2025-01-01 10:00", "2025-02-03T00:00:00", "Mar 1, 2025 12:00"),
        near=("some day", "2025-02-30 10:00"),
        odd=("10:00", "2025"),
        ordered=True,
    ),
    Kind(
        field={"type": "datetime", "format": "%d/%m/%Y %H:%M"},
        good=("01/02/2024 10:00", "28/02/2025 09:30", "01/03/2025 00:00", "31/12/2025 23:59"),
        near=("31/02/2025 10:00", "2025-01-01T10:00:00", "1/3/2025 0:00"),
        ordered=True,
    ),
    YEAR,
    YEARMONTH,
    DURATION,
]

PLACES = [
    Kind(
        field={"type": "geopoint"},
        good=("0,0", "90.5, 45.5", "90,45", "-180,90"),
        near=("181,0", "0,91", "90", "a,b", "90;45", "1,2,3", "0.0,0", "NaN,1", ","),
        odd=("1e1,2", "1_0,2", "１,2", "+1,2", "1.,2", "1 ,2", "1,  2"),
        strange=({"enum": [[90, 45]]}, {"minimum": "0,0"}),
    ),
    Kind(
        field={"type": "geopoint", "format": "array"},
        good=("[0, 0]", "[90.5, 45.5]", "[90,45]"),
        near=("[1]", "[1,2,3]", "[181,0]", "1,2", "[null,1]", "[0,0]", "x"),
        odd=('["90","45"]', "[true,1]", '"12"', '{"1":0,"2":0}', "[NaN,1]"),
        native=json.loads,
    ),
    Kind(
        field={"type": "geopoint", "format": "object"},
        good=('{"lon": 0, "lat": 0}', '{"lon": 90.5, "lat": 45.5}', '{"lon": 90, "lat": 45}'),
        near=(
            '{"lon": 1}',
            '{"lon": 1, "lat": 2, "x": 3}',
            '{"lon": 1, "lat": 91}',
            "[1,2]",
            '{"lat":45,"lon":90}',
        ),
        odd=('{"lon": "90", "lat": "45"}', '{"lon": true, "lat": 1}'),
    ),
    Kind(
        field={"type": "geojson"},
        good=('{"type": "Point", "coordinates": [1, 2]}', '{"type": "FeatureCollection", "features": []}'),
        near=(
            *("[1]", "a", "{}", '{"type": "Nope"}', '{"type": "Point", "coordinates": [1]}'),
            '{"type": "LineString", "coordinates": [[1, 2]]}',
            '{"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}',
            '{"type": "Feature", "geometry": null, "properties": {}}',
        ),
        odd=(
            *('{"type": "Point", "coordinates": [200, 100]}', '{"type": "Point", "coordinates": [NaN, 1]}'),
            '{"type": "Point", "coordinates": [1, 2, 3]}',
            '{"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1]]]}',
            '{"type": "FeatureCollection", "features": [{"geometry": null, "properties": null}]}',
            '{"type": "Point", "coordinates": [1, 2], "bbox": [1]}',
        ),
        native=json.loads,
        strange=({"enum": [{"type": "Point", "coordinates": [1, 2]}]}, {"jsonSchema": {}}),
        hashable=False,
    ),
    Kind(
        field={"type": "geojson", "format": "topojson"},
        good=(
            '{"type": "Topology", "objects": {}, "arcs": []}',
            '{"type": "Topology", "arcs": [], "objects": {"a": {"type": "Point", "coordinates": [1, 2]}}}',
        ),
        near=("[1]", "{}", '{"type": "Topology"}'),
        odd=('{"type": "Point", "coordinates": [1, 2]}',),
        hashable=False,
    ),
]

ANYTHING = [
    Kind(
        field={"type": "any"},
        good=("a", "1", "x, y", "true"),
        near=(" ", "2025-01-01", "[1]"),
        strange=({"enum": [1, "a"]}, {"pattern": "a"}, {"minLength": 1}),
    ),
    Kind(
        field={},
        good=("a", "1", "x, y"),
        near=(" ", "[1]"),
        strange=({"minLength": 2}, {"pattern": "a"}, {"enum": [1]}),
    ),
]

#: The kinds with constraints of their own.
RARE_KINDS = [*COLLECTIONS, DURATION, YEAR, YEARMONTH]
KINDS = [*TEXTS, *NUMBERS, *BOOLEANS, *TIMES, *COLLECTIONS, *LISTS, *PLACES, *ANYTHING]

# Tables: their columns, keys and rows.

MISSING_VALUES: tuple[list[Any], ...] = (
    ["", "-"],
    ["NA", ""],
    ["-99", ""],
    [{"value": "", "label": "left out"}, {"value": "NA", "label": "not asked"}],
    [{"value": "-"}],
    ["NA"],
    ["0", ""],
    [],
)


@dataclass
class Column:
    """A field, and what its cells are drawn from.

    `fits` pass its constraints, `misses` need not, `blanks` are null. A `whole` column, one of a key of two,
    is never null or ill-typed.
    """

    kind: Kind
    field: Json
    fits: list[str]
    misses: list[str]
    blanks: list[str]
    is_required: bool = False
    whole: bool = False

    @property
    def name(self) -> str:
        """The name of the field."""
        return str(self.field["name"])


@dataclass
class Link:
    """A foreign key: the columns that refer, by position, and the tuples of texts that they may refer to."""

    columns: tuple[int, ...]
    targets: list[tuple[str, ...]]


@dataclass
class Table:
    """A table that is being drawn; a `clean` one is meant to be valid, a `loose` one may have any keys."""

    name: str
    container: str
    form: "Form"
    clean: bool
    loose: bool
    columns: list[Column]
    schema: Json
    rows: list[list[str]] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    own_link: tuple[tuple[int, ...], tuple[int, ...]] | None = None

    @property
    def key(self) -> list[int]:
        """The positions of the columns of the primary key."""
        names = self.schema.get("primaryKey", [])
        return self.places([names] if isinstance(names, str) else names)

    def places(self, names: Sequence[str]) -> list[int]:
        """Return the positions of the columns of those names."""
        return [place for place, column in enumerate(self.columns) if column.name in names]

    def is_blank(self, row: Sequence[str]) -> bool:
        """Tell whether every cell of a row is null."""
        return all(text in column.blanks for text, column in zip(row, self.columns, strict=False))


def values_of(missing: Sequence[Any]) -> list[str]:
    """Return the texts that a list of missing values names."""
    return [item["value"] if isinstance(item, dict) else item for item in missing]


def draw_column(chance: Chance, name: str, missing: Sequence[Any], kind: Kind | None = None) -> Column:
    """Draw a field of a kind, or of any; `missing` are the schema's missing values."""
    is_free = kind is None
    kind = kind or chance.pick(RARE_KINDS if chance.oddity == "constraint" and chance.rarely(45) else KINDS)
    descriptor: Json = {"name": name, **kind.field}
    passing = draw_constraints(chance, kind, descriptor) if is_free else frozenset(kind.good)
    if chance.rarely(8):
        missing = descriptor["missingValues"] = chance.pick(MISSING_VALUES)
    if chance.rarely(4) and not {"decimalChar", "groupChar", "bareNumber"} & kind.field.keys():
        descriptor["example"] = kind.good[0]
    blanks = values_of(missing)
    fits = [text for text in kind.good if text in passing and text not in blanks]
    misses = [text for text in (*kind.good, *kind.near, "") if text not in fits and text not in blanks]
    if "categories" in descriptor:
        misses = []
    if chance.odd("constraint") and chance.rarely(70):
        misses += strange_constraint(chance, kind, descriptor)
    if kind.odd and chance.odd("cell"):
        misses = [*kind.odd * 4, *misses]
    is_required = bool(descriptor.get("constraints", {}).get("required"))
    return Column(kind, descriptor, fits, misses, blanks, is_required)


def draw_constraints(chance: Chance, kind: Kind, descriptor: Json) -> frozenset[str]:
    """Add constraints to a field, and return the good texts that pass them all."""
    passing = frozenset(kind.good)
    constraints: Json = {}
    for _ in range(chance.pick((0, 0, 0, 0, 0, 1, 1, 1, 2, 3))):
        place = chance.number(len(kind.constraints) + 1)
        if place < 2:
            if place == 0 or kind.hashable:
                constraints[("required", "unique")[place]] = True
            continue
        constraint = kind.constraints[place - 2]
        clash = {"enum": "categories", "categories": "enum"}.get(constraint.name)
        if passing & constraint.passing and clash not in {*constraints, *descriptor}:
            owner = descriptor if constraint.name == "categories" else constraints
            owner[constraint.name] = chance.pick(constraint.arguments)
            passing &= constraint.passing
    if "categories" in descriptor and chance.rarely(50):
        descriptor["categoriesOrdered"] = chance.pick((True, False))
    if constraints:
        descriptor["constraints"] = constraints
    return passing


def strange_constraint(chance: Chance, kind: Kind, descriptor: Json) -> list[str]:
    """Add a constraint that not everyone can use, and return texts that may break it."""
    strange = list(kind.strange)
    if kind.field.get("type") in ("date", "time", "datetime") and chance.rarely(25):
        descriptor["format"] = chance.pick(("%Q", "%Y", "no format", "%d/%m/%Y"))
    if kind.ordered:
        strange.append({"minimum": kind.good[-1], "maximum": kind.good[0]})
    if kind.has_categories and chance.rarely(40):
        descriptor["categories"] = kind.forms(kind.good[:1])[-1]
    elif strange:
        descriptor["constraints"] = descriptor.get("constraints", {}) | chance.pick(strange)
    return [*kind.good, *kind.near]


def draw_table(chance: Chance, name: str, parents: Sequence[Table]) -> Table:
    """Draw a table without its rows."""
    container = chance.pick(CONTAINERS)
    form = draw_form(chance, container)
    missing = chance.pick(MISSING_VALUES) if chance.rarely(12) else [""]
    names = [form.prefix + part for part in chance.pick(NAMES)[: 1 + chance.pick((1, 0, 1, 2, 2, 3))]]
    columns = [chance.part(draw_column, column, missing) for column in names]
    clean = not chance.rarely(100 - CLEAN_PERCENT) and chance.oddity != "cell"
    columns[0].is_required = columns[0].is_required or (clean and len(columns) == 1)
    table = Table(name, container, form, clean, chance.odd("key"), columns, {})
    if missing != [""]:
        table.schema["missingValues"] = missing
    draw_keys(chance, table)
    if parents and chance.rarely(60):
        for _ in range(chance.pick((1, 1, 2))):
            link(chance, table, chance.pick(parents), missing)
    elif len(names) > 1 and chance.rarely(12):
        link_to_itself(chance, table, missing)
    if table.loose and chance.rarely(60):
        chance.pick(ODD_KEYS)(chance, table)
    return table


NAMES = (*[("a", "b", "c", "d")] * 6, ("id", "first name", "é", "x,y"))


def draw_keys(chance: Chance, table: Table) -> None:
    """Draw a primary key and a unique key."""
    usable = [place for place, column in enumerate(table.columns) if column.kind.hashable or table.loose]
    width = chance.pick((0, 0, 0, 0, 0, 0, 1, 1, 1, 2, 2))
    if width and len(usable) >= width:
        own = [table.columns[place] for place in usable[:width]]
        table.schema["primaryKey"] = [column.name for column in own]
        if width == 1 and chance.rarely(10):
            table.schema["primaryKey"] = own[0].name
        for column in own:
            column.is_required = column.is_required or table.clean
            column.whole = width > 1 and not table.loose
    usable = [place for place in usable if table.columns[place].kind.hashable]
    keys = [usable[-chance.pick((1, 2)) :], usable[: chance.pick((1, 2))]][: chance.pick((1, 1, 2))]
    if usable and chance.rarely(8):
        table.schema["uniqueKeys"] = [[table.columns[place].name for place in key] for key in keys]
        for place in {place for key in keys for place in key} if not table.loose else ():
            table.columns[place].misses = []


def link(chance: Chance, table: Table, parent: Table, missing: Sequence[Any]) -> None:
    """Let a table refer to its parent: by the parent's primary key, if it has one."""
    hashable = [place for place, column in enumerate(parent.columns) if column.kind.hashable]
    targets = parent.key or hashable[: chance.pick((1, 1, 1, 2))]
    if len(targets) > 1 and chance.rarely(30):
        targets = targets[::-1]
    if not set(targets) <= set(hashable) or not targets or len(targets) > len(table.columns):
        return
    used = {place for item in table.links for place in item.columns}
    free = [place for place in range(len(table.columns)) if place not in used]
    if len(free) < len(targets):
        return
    sources = tuple(free[-len(targets) :])
    for source, target in zip(sources, targets, strict=True):
        replace_column(chance, table, source, parent.columns[target].kind, missing)
        table.columns[source].whole |= len(targets) > 1 and not table.loose
    reference = {"resource": parent.name, "fields": [parent.columns[target].name for target in targets]}
    add_foreign_key(chance, table, sources, reference)
    pairs = [
        (table.columns[source], parent.columns[target])
        for source, target in zip(sources, targets, strict=True)
    ]
    known = [tuple(row[target] for target in targets) for row in parent.rows]
    table.links.append(Link(sources, [texts for texts in known if can_be_followed(texts, pairs)]))


def can_be_followed(texts: Sequence[str], pairs: Sequence[tuple[Column, Column]]) -> bool:
    """Tell whether texts are sound in the columns where they stand, and not null in those that refer."""
    return all(
        text in there.fits and text not in here.blanks
        for text, (here, there) in zip(texts, pairs, strict=True)
    )


def is_null_only_there(texts: Sequence[str], pairs: Sequence[tuple[Column, Column]]) -> bool:
    """Tell whether a text is null in the column where it stands, and none in that which refers to it."""
    return any(
        text in there.blanks and text not in here.blanks
        for text, (here, there) in zip(texts, pairs, strict=True)
    )


def link_to_itself(chance: Chance, table: Table, missing: Sequence[Any]) -> None:
    """Let the last columns of a table refer to others of it: to its key, if it has one."""
    targets = tuple(table.key or [0])
    sources = tuple(range(len(table.columns)))[-len(targets) :]
    in_keys = {name for key in table.schema.get("uniqueKeys", []) for name in key}
    if set(targets) & set(sources) or in_keys & {table.columns[source].name for source in sources}:
        return
    if not all(table.columns[target].kind.hashable for target in targets):
        return
    for source, target in zip(sources, targets, strict=True):
        replace_column(chance, table, source, table.columns[target].kind, missing)
        table.columns[source].whole |= len(targets) > 1 and not table.loose
    reference = {"fields": [table.columns[target].name for target in targets]}
    resource = chance.pick(({}, {"resource": ""}, {"resource": table.name}))
    add_foreign_key(chance, table, sources, resource | reference)
    table.own_link = (sources, targets)


def replace_column(chance: Chance, table: Table, place: int, kind: Kind, missing: Sequence[Any]) -> None:
    """Draw a column anew, of another kind; it stays in the keys in which it is."""
    old = table.columns[place]
    new = table.columns[place] = draw_column(chance, old.name, missing, kind)
    new.is_required = table.clean and (place in table.key or len(table.columns) == 1)
    new.whole = old.whole
    if any(old.name in key for key in table.schema.get("uniqueKeys", [])) and not table.loose:
        new.misses = []


def add_foreign_key(chance: Chance, table: Table, sources: Sequence[int], reference: Json) -> None:
    """Add a foreign key to the schema; one of a single field also in the form of version 1."""
    fields: Any = [table.columns[source].name for source in sources]
    if len(fields) == 1 and chance.rarely(10):
        fields, reference = fields[0], {**reference, "fields": reference["fields"][0]}
    table.schema.setdefault("foreignKeys", []).append({"fields": fields, "reference": reference})


def odd_type(chance: Chance, table: Table) -> None:
    """Let a key hold arrays or objects."""
    kind = chance.pick(COLLECTIONS)
    table.columns[0] = draw_column(chance, table.columns[0].name, [""], kind)
    if chance.rarely(50):
        table.schema["primaryKey"] = [table.columns[0].name]
    else:
        table.columns[0].field["constraints"] = {"unique": True}


def odd_field(chance: Chance, table: Table) -> None:
    """Let a key name a field that does not exist."""
    if "foreignKeys" in table.schema and chance.rarely(70):
        table.schema["foreignKeys"][0]["reference"]["fields"] = ["nowhere"]
    else:
        table.schema["primaryKey"] = ["nowhere"]


def odd_reference(chance: Chance, table: Table) -> None:
    """Let a foreign key lead nowhere, or have more fields on one side."""
    name = table.columns[0].name
    reference: Json = {"resource": "nowhere", "fields": [name]}
    if chance.rarely(30):
        reference = {"fields": [name, name]}
    table.schema["foreignKeys"] = [{"fields": [name], "reference": reference}]


def odd_types(chance: Chance, table: Table) -> None:
    """Let a column refer to one of another type in its own table."""
    first, last = table.columns[0], table.columns[-1]
    if first.kind.hashable and last.kind.hashable:
        table.schema["foreignKeys"] = [{"fields": [last.name], "reference": {"fields": [first.name]}}]


ODD_KEYS = (odd_types, odd_field, odd_type, odd_reference)


def draw_cell(chance: Chance, column: Column, clean: bool) -> str:
    """Draw a cell of a column."""
    number = chance.number(99)
    if column.blanks and number >= 93 and not column.whole and not (clean and column.is_required):
        return chance.pick(column.blanks)
    fault = 50 if chance.oddity == "cell" else 74
    if column.misses and (not column.fits or (number >= fault and not clean and not column.whole)):
        return chance.pick(column.misses)
    return column.fits[number % len(column.fits)] if column.fits else ""


ROW_COUNTS = (0, 1, 1, 2, 2, 3, 3, 3, 4, 4, 5, 6)


def draw_row(chance: Chance, table: Table) -> list[str]:
    """Draw a row of a table, in the order of its schema."""
    row = [draw_cell(chance, column, table.clean) for column in table.columns]
    for item in table.links:
        follow(chance, table, item, row)
    return row


def draw_rows(chance: Chance, table: Table) -> None:
    """Draw the rows of a table."""
    count = chance.pick(ROW_COUNTS if table.form.header_rows else ROW_COUNTS[1:])
    table.rows = [chance.part(draw_row, table) for _ in range(count)]
    if table.own_link is not None:
        sources, targets = table.own_link
        pairs = [
            (table.columns[source], table.columns[target])
            for source, target in zip(sources, targets, strict=True)
        ]
        known = [tuple(row[target] for target in targets) for row in table.rows]
        # what stands for null may be anything in another column
        item = Link(sources, [texts for texts in known if not is_null_only_there(texts, pairs)])
        for row in table.rows:
            follow(chance, table, item, row)
    if table.rows and not table.clean and chance.rarely(20):
        table.rows.append(list(table.rows[chance.number(len(table.rows) - 1)]))
    drop_repeats(table)
    if table.key and not table.loose:
        table.rows = [row for row in table.rows if not table.is_blank(row)]


def follow(chance: Chance, table: Table, item: Link, row: list[str]) -> None:
    """Let the cells of a foreign key refer to something, be null, or stay as they are."""
    number = chance.number(99)
    columns = [table.columns[place] for place in item.columns]
    may_be_null = all(column.blanks and not column.is_required for column in columns)
    may_be_null = may_be_null and not set(item.columns) & set(table.key)
    if may_be_null and (number >= 92 or not item.targets):
        texts: Sequence[str] = [column.blanks[0] for column in columns]
    elif item.targets and (table.clean or number < 80):
        texts = item.targets[number % len(item.targets)]
    else:
        return
    for place, text in zip(item.columns, texts, strict=True):
        row[place] = text


def drop_repeats(table: Table) -> None:
    """Drop the rows that repeat a key: a unique key, or any key of a clean table."""
    keys: list[list[int]] = [] if table.loose else list(map(table.places, table.schema.get("uniqueKeys", [])))
    if table.clean:
        unique = [
            column.name for column in table.columns if column.field.get("constraints", {}).get("unique")
        ]
        keys += [table.key, *([place] for place in table.places(unique))]
    for key in filter(None, keys):
        seen: set[tuple[str, ...]] = set()
        kept = []
        for row in table.rows:
            texts = tuple(row[place] for place in key)
            is_null = all(row[place] in table.columns[place].blanks for place in key)
            if is_null or texts not in seen:
                kept.append(row)
            seen.add(texts)
        table.rows = kept


# Headers: which columns a file has, and what it calls them.

FIELDS_MATCH = (*["exact"] * 16, "equal", "subset", "superset", "partial")


@dataclass
class Sheet:
    """What a file holds: its labels and its rows, in its own order."""

    labels: list[str]
    rows: list[list[str]]


def draw_sheet(chance: Chance, table: Table) -> Sheet:
    """Arrange the rows of a table in columns, and label these."""
    mode = chance.pick(FIELDS_MATCH[-5:] if chance.oddity == "label" else FIELDS_MATCH)
    order: list[int | None] = list(range(len(table.columns)))
    if mode != "exact":
        table.schema["fieldsMatch"] = mode
        if table.container != "objects" and table.form.header_rows:
            order = arrange(chance, table, mode)
    elif chance.rarely(4):
        table.schema["fieldsMatch"] = mode
    labels = ["more" if place is None else table.columns[place].name for place in order]
    rows = [["x" if place is None else row[place] for place in order] for row in table.rows]
    sheet = Sheet(labels, rows)
    if not table.clean and table.container != "objects":
        if chance.rarely(18):
            spoil_labels(chance, table, sheet)
        elif chance.rarely(30):
            spoil_rows(chance, table, sheet)
    if chance.odd("label"):
        odd_labels(chance, table, sheet)
    if table.form.is_upper and not table.form.prefix and table.container not in ("arrays", "objects"):
        sheet.labels = [label.upper() for label in sheet.labels]
    return sheet


def arrange(chance: Chance, table: Table, mode: str) -> list[int | None]:
    """Return the order of a file's columns, which are found by their names; None is one that no field has."""
    first = chance.number(len(table.columns) - 1)
    order: list[int | None] = [*range(first, len(table.columns)), *range(first)]
    needed = {place for place, column in enumerate(table.columns) if column.is_required or column.whole}
    needed |= {
        *table.key,
        *(place for item in table.links for place in item.columns),
        *(place for places in table.own_link or () for place in places),
    }
    if mode in ("superset", "partial") and len(order) > 1 and chance.rarely(50):
        dropped = order[chance.number(len(order) - 1)]
        if table.loose or (dropped not in needed and (table.clean or not table.key)):
            order.remove(dropped)
    if mode in ("subset", "partial") and chance.rarely(50):
        order.insert(chance.number(len(order)), None)
    return order


def spoil_labels(chance: Chance, table: Table, sheet: Sheet) -> None:
    """Give a header one fault."""
    labels = sheet.labels
    place = chance.number(len(labels) - 1)
    fault = chance.pick(("misspelt", "swapped", "extra", "missing", "blank", "duplicate"))
    if fault == "missing" or (fault == "swapped" and "fieldsMatch" in table.schema):
        chance.met.add("shift")
    if fault == "misspelt":
        labels[place] = chance.pick((labels[place] + labels[place], labels[place].upper()))
    elif fault == "swapped":
        labels.append(labels.pop(place))
    elif fault == "extra":
        labels.append(chance.pick(("other", "")))
        if chance.rarely(50):
            sheet.rows = [[*row, "x"] for row in sheet.rows]
    elif fault == "missing" and len(labels) > 1:
        del labels[place]
        if chance.rarely(50) and (table.loose or not table.key):
            sheet.rows = [row[:place] + row[place + 1 :] for row in sheet.rows]
    elif fault == "blank":
        labels[place] = ""
    elif fault == "duplicate" and "fieldsMatch" not in table.schema:
        labels[place] = labels[0]


def spoil_rows(chance: Chance, table: Table, sheet: Sheet) -> None:
    """Make some rows longer, shorter or blank."""
    may_be_short = table.loose or not any(column.whole for column in table.columns)
    unique = map(table.places, table.schema.get("uniqueKeys", []))
    are_null = all(any("" in table.columns[place].blanks for place in key) for key in unique)
    may_be_blank = table.loose or (not table.key and are_null)
    rows: list[list[str]] = []
    for row in sheet.rows:
        number = chance.number(9)
        if number == 5:
            row = [*row, chance.pick(("x", ""))]
        elif number == 6 and may_be_short and (may_be_blank or not table.is_blank(row[:-1])):
            row = row[:-1]
        elif number >= 7 and may_be_blank:
            rows.append(chance.pick(([], [""] * len(row))))
            if any("categories" in column.field and "" not in column.blanks for column in table.columns):
                chance.met.add("blank")
        rows.append(row)
    sheet.rows = rows


def odd_labels(chance: Chance, table: Table, sheet: Sheet) -> None:
    """Give a header a fault, or a form, that not everyone takes alike."""
    form, labels = table.form, sheet.labels
    case = chance.number(5)
    if case == 0:
        labels[0] = f" {labels[0]}  "
    elif case == 1:
        labels.append(labels[0])
        sheet.rows = [[*row, "x"] for row in sheet.rows]
    elif case == 2:
        form.declared["headerRows"] = chance.pick(([2, 1], [9], [1, 1], [0]))
    elif case == 3:
        form.declared["commentChar"], form.lead = "#", ["# about"]
    elif case == 4:
        form.declared["commentRows"] = [1]
    else:
        form.declared["headerRows"], form.lead = [1, 2], [chance.pick(("g", f"g{form.delimiter}"))]


# Dialects: how a file is written.

DELIMITERS = (";", "|", "\t")
ENDINGS = (*[("\n", True)] * 6, *[("\r\n", True)] * 3, ("\n", False), ("\r\n", False))


@dataclass
class Form:
    """How a table is written: the dialect that is `declared`, and what the writer makes of it.

    A record that is no row of the table is among `lead` (before the header), or `comments` (after it).
    """

    declared: Json
    delimiter: str = ","
    quote: str = '"'
    doubled: bool = True
    escape: str = ""
    escapes_all: bool = False
    quotes_all: bool = False
    space: str = ""
    indent: str = ""
    header_rows: tuple[int, ...] = (1,)
    prefix: str = ""
    is_upper: bool = False
    ending: str = "\n"
    is_ended: bool = True
    lead: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    comment_row: bool = False
    null: str = ""


def draw_form(chance: Chance, container: str) -> Form:
    """Draw how a table is written; its dialect leaves nothing to be guessed that could be guessed wrongly."""
    if container in ("arrays", "objects"):
        return inline_form(chance, container)
    form = Form({"delimiter": ",", "skipInitialSpace": False, "header": True})
    form.ending, form.is_ended = chance.pick(ENDINGS)
    count = chance.pick((0, 0, 0, 0, 0, 0, 1, 1, 1, 2))
    for _ in range(count):
        chance.pick(FEATURES)(chance, form)
    if count == 0 and not chance.oddity and chance.rarely(15):
        form.declared = {}
        chance.met.add("silence")
    if chance.odd("dialect"):
        chance.pick(ODD_DIALECTS)(chance, form)
    if chance.odd("undeclared"):
        leave_undeclared(chance, form)
    return form


def leave_undeclared(chance: Chance, form: Form) -> None:
    """Leave out of a dialect what is not as the specification assumes, or more."""
    if chance.rarely(60):
        form.delimiter = chance.pick(DELIMITERS)
    if chance.rarely(30):
        form.space = " "
    kept = chance.pick(((), ("header",), ("delimiter",), ("delimiter", "skipInitialSpace")))
    form.declared = {name: value for name, value in form.declared.items() if name in kept}


def inline_form(chance: Chance, container: str) -> Form:
    """Draw the form of a table that stands in the descriptor."""
    form = Form({"header": True})
    if container == "arrays" and chance.rarely(15):
        no_header(chance, form)
    return form


def other_delimiter(chance: Chance, form: Form) -> None:
    """Separate cells by another character."""
    form.delimiter = form.declared["delimiter"] = chance.pick(DELIMITERS)


def other_quote(chance: Chance, form: Form) -> None:
    """Quote with another character, or say which one it is."""
    form.quote = form.declared["quoteChar"] = chance.pick(("'", '"', "`"))


def spaces(chance: Chance, form: Form) -> None:
    """Write a space after each delimiter."""
    form.declared["skipInitialSpace"], form.space = True, " "


def doubling(chance: Chance, form: Form) -> None:
    """Say that quotes are doubled, as they are anyway."""
    form.declared["doubleQuote"] = True


def escaping(chance: Chance, form: Form) -> None:
    """Escape what else would be quoted, or only what is quoted."""
    form.escape = form.declared["escapeChar"] = chance.pick(("\\", "!"))
    form.escapes_all = chance.rarely(50)
    if chance.rarely(50):
        form.doubled = form.declared["doubleQuote"] = False


def no_header(chance: Chance, form: Form) -> None:
    """Leave the header out."""
    if not form.prefix:
        form.declared = {name: value for name, value in form.declared.items() if name != "headerRows"}
        form.declared["header"], form.header_rows, form.lead = False, (), []


def other_header(chance: Chance, form: Form) -> None:
    """Put the header into other rows, or into two."""
    form.header_rows = chance.pick(((1,), (2,), (1, 2), (1, 2), (1, 3)))
    form.declared = {name: value for name, value in form.declared.items() if name != "headerJoin"}
    form.declared |= {"header": True, "headerRows": list(form.header_rows)}
    form.prefix = ""
    if len(form.header_rows) > 1:
        join = chance.pick((" ", "-", "", ": "))
        form.prefix = "g" + join
        if join != " ":
            form.declared["headerJoin"] = join


def other_case(chance: Chance, form: Form) -> None:
    """Write the labels in capitals, which do not count."""
    form.declared["headerCase"] = False
    form.is_upper = chance.rarely(80)


def comments(chance: Chance, form: Form) -> None:
    """Write comments between the rows."""
    mark = form.declared["commentChar"] = chance.pick(("#", "~", "##"))
    form.comments = [mark + text for text in chance.pick(((" note",), ("",), (" a" + form.delimiter, "b")))]


def comment_rows(chance: Chance, form: Form) -> None:
    """Write a row that the dialect leaves out."""
    form.comment_row = True


def line_ends(chance: Chance, form: Form) -> None:
    """Say how lines end."""
    form.ending = form.declared["lineTerminator"] = chance.pick(("\n", "\r\n", "\r"))


def null_sequence(chance: Chance, form: Form) -> None:
    """Name a text for null that no cell has."""
    form.declared["nullSequence"] = "NULL"


def all_quoted(chance: Chance, form: Form) -> None:
    """Quote every cell."""
    form.quotes_all = True


FEATURES = (
    *(other_delimiter, other_quote, other_delimiter, spaces, escaping, all_quoted, doubling, line_ends),
    *(other_header, no_header, other_header, no_header, comments, comment_rows, null_sequence, other_case),
)


def odd_null(chance: Chance, form: Form) -> None:
    """Write null as the dialect says."""
    form.null = form.declared["nullSequence"] = chance.pick(("\\N", "NA"))


def odd_ending(chance: Chance, form: Form) -> None:
    """End lines otherwise than usual, or than declared."""
    form.ending, form.declared["lineTerminator"] = chance.pick(
        (("~", "~"), (";\n", ";\n"), ("\r\n", "\n"), ("\n", "\r"), ("\n", ";"))
    )


def odd_quotes(chance: Chance, form: Form) -> None:
    """Declare quotes that are not doubled, are missing, or are too long."""
    form.declared |= chance.pick(
        ({"doubleQuote": False}, {"quoteChar": ""}, {"quoteChar": "''"}, {"quoteChar": ","})
    )


def odd_delimiter(chance: Chance, form: Form) -> None:
    """Separate cells by several characters, or by an unusual one."""
    form.delimiter = form.declared["delimiter"] = chance.pick((" ", "||", "::", "1", "\u00a7"))


def odd_space(chance: Chance, form: Form) -> None:
    """Write spaces where not everyone skips them."""
    form.declared["skipInitialSpace"] = True
    form.space, form.indent = chance.pick(((" ", " "), ("\t", ""), ("\u00a0", ""), ("", "  ")))


def odd_comment(chance: Chance, form: Form) -> None:
    """Write comments that not everyone takes for such."""
    form.declared["commentChar"] = "#"
    form.comments = [chance.pick((f'"#"{form.delimiter}', f'#{form.delimiter}"x', " #a", '# "x" y'))]


def odd_property(chance: Chance, form: Form) -> None:
    """Declare properties that contradict others, or are of another version."""
    form.declared |= chance.pick(
        (
            {"header": False, "headerRows": [1]},
            {"headerRows": []},
            {"headerRows": ["1"]},
            {"headerCase": False},
            {"skipBlankRows": True},
            {"header": "no"},
            {"escapeChar": '"'},
        )
    )


ODD_DIALECTS = (odd_null, odd_ending, odd_quotes, odd_delimiter, odd_space, odd_comment, odd_property)


# Files: from rows to bytes.

CONTAINERS = (*["file"] * 14, "gz", "zip", "parts", "parts", "arrays", "objects")
#: The codec that a file is written with, and the encoding that is declared.
ENCODINGS: tuple[tuple[str, str | None], ...] = (
    *[("utf-8", "utf-8")] * 10,
    *[("utf-8", None)] * 3,
    *[("utf-8-sig", "utf-8"), ("utf-16", "utf-16"), ("latin-1", "latin-1"), ("latin-1", "iso-8859-1")],
    *[("cp1252", "windows-1252"), ("utf-8", "UTF-8"), ("utf-8-sig", None)],
)
ODD_ENCODINGS: tuple[tuple[str, str | None], ...] = (
    *[("latin-1", None), ("cp1252", None), ("utf-16", None), ("utf-16-le", None), ("utf-16-be", None)],
    *[
        ("latin-1", "utf-8"),
        ("utf-8", "latin-1"),
        ("utf-8", "ascii"),
        ("utf-16", "utf-8"),
        ("utf-8", "utf-16"),
    ],
    *[("utf-16-le", "utf-16le"), ("utf-16", "utf-16le"), ("utf-8", "nowhere"), ("utf-8-sig", "latin-1")],
)


def cell_text(text: str, form: Form) -> str:
    """Return how a cell is written."""
    special = (form.delimiter, form.quote, "\n", "\r", *filter(None, [form.escape]))
    is_special = any(mark in text for mark in special)
    is_padded = bool(form.space) and text.startswith(" ")
    if form.escapes_all and not form.quotes_all and not is_padded and not any(end in text for end in "\r\n"):
        for mark in (form.escape, form.delimiter, form.quote):
            text = text.replace(mark, form.escape + mark)
        return text
    if not (is_special or form.quotes_all or is_padded):
        return text
    if form.escape:
        text = text.replace(form.escape, form.escape * 2)
    text = text.replace(form.quote, (form.quote if form.doubled else form.escape or form.quote) + form.quote)
    return form.quote + text + form.quote


def record_text(cells: Sequence[str], form: Form) -> str:
    """Return how a record is written; one empty cell is quoted, to be told from none."""
    if list(cells) == [""]:
        return form.quote * 2
    separator = form.delimiter + form.space
    return form.indent + separator.join(cell_text(cell, form) for cell in cells)


def header_lines(labels: Sequence[str], form: Form) -> list[str]:
    """Return the lines of a file up to its header."""
    lines = list(form.lead)
    for number in range(1, max(form.header_rows, default=0) + 1):
        if number not in form.header_rows:
            lines.append("about")
        elif not form.prefix:
            lines.append(record_text(labels, form))
        else:
            parts = [split_label(label, form)[0 if number == 1 else 1] for label in labels]
            lines.append(record_text(parts, form))
    return lines


def split_label(label: str, form: Form) -> tuple[str, str]:
    """Return the two texts that make a label in a header of two rows."""
    if label.startswith(form.prefix) and label != form.prefix:
        return "g", label.removeprefix(form.prefix)
    return label, label


def body_lines(chance: Chance, rows: Sequence[Sequence[str]], form: Form, before: int) -> list[str]:
    """Return the lines of a file after its header, which has so many."""
    lines = [record_text(row, form) for row in rows]
    for comment in form.comments:
        lines.insert(chance.number(len(lines)), comment)
    if form.comment_row:
        place = chance.number(len(lines))
        lines.insert(place, record_text(["left", "out", "x", "y", "z"], form))
        form.declared["commentRows"] = [before + place + 1]
    return lines


def draw_text(chance: Chance, table: Table, sheet: Sheet) -> tuple[str, str]:
    """Return the text of a table: its header, and the rest."""
    form = table.form
    if form.null:
        sheet.rows = [[form.null if chance.rarely(30) else cell for cell in row] for row in sheet.rows]
    head = header_lines(sheet.labels, form)
    body = body_lines(chance, sheet.rows, form, len(head))
    if body and not head and not sheet.rows:
        chance.met.add("comments")
    if not table.clean and chance.rarely(2):
        more = ["", ""] if table.loose or not table.key else []
        head, body = chance.pick(((head, []), (head, [*body, *more]), ([], [])))
    if chance.odd("quoting"):
        return "", spoil_text(chance, [*head, *body], form)
    text = form.ending.join([*head, *body])
    start = len(form.ending.join([*head, ""])) if head else 0
    if form.is_ended and text:
        text += form.ending
    return text[:start], text[start:]


def spoil_text(chance: Chance, lines: list[str], form: Form) -> str:
    """Return lines as a text that departs from RFC 4180 somewhere."""
    place = chance.number(len(lines) - 1) if lines else 0
    line = lines[place] if lines else ""
    cut = chance.number(min(len(line), 255))
    mark = form.quote
    case = chance.number(9)
    if case <= 3:
        insertions = (
            mark,
            f"{mark}x{mark}y",
            f" {mark}a{mark}{form.delimiter}",
            f"{mark}x{mark} {form.delimiter}",
        )
        line = line[:cut] + insertions[case] + line[cut:]
    elif case <= 6:
        line = line[:cut] + ("\0", "\r", "\ufeff")[case - 4] + line[cut:]
    elif case == 7:
        lines = [*lines, "  "]
    if lines:
        lines[place] = line
    if case >= 8:
        ends = ("\n", "\r\n", "\r") if case == 8 else ("\r",)
        return "".join(line + chance.pick(ends) for line in lines)
    return form.ending.join([*lines, ""])


def ending_of(chance: Chance, table: Table, sheet: Sheet) -> str:
    """Return the ending of the name of a file; cells of tables in `tsv` have no line end that would be changed."""
    form = table.form
    is_plain = (
        form.quote == '"' and not form.escape and not any("\r" in text for row in sheet.rows for text in row)
    )
    return "tsv" if form.delimiter == "\t" and is_plain and chance.rarely(60) else "csv"


def draw_files(chance: Chance, table: Table, sheet: Sheet) -> tuple[Json, dict[str, bytes]]:
    """Return the properties of a resource that tell of its files, and the files."""
    head, body = draw_text(chance, table, sheet)
    codec, declared = chance.pick(ODD_ENCODINGS if chance.odd("encoding") else ENCODINGS)
    try:
        content = (head + body).encode(codec)
    except UnicodeEncodeError:
        codec, declared = "utf-8", "utf-8"
        content = (head + body).encode(codec)
    path = f"{table.name}.{ending_of(chance, table, sheet)}"
    properties: Json = {} if declared is None else {"encoding": declared}
    if chance.odd("quoting") and chance.rarely(10):
        content += b"\xff"
    if chance.odd("container"):
        return chance.pick(ODD_CONTAINERS)(chance, content, properties, path)
    if table.container == "gz":
        return compressed(chance, content, properties, path, "gz")
    if table.container == "zip":
        return compressed(chance, content, properties, path, "zip")
    if table.container == "parts" and codec in ("utf-8", "latin-1") and table.form.header_rows in ((), (1,)):
        return in_parts(chance, table, (head, body), codec, properties)
    return {"path": path, **properties}, {path: content}


def compressed(
    chance: Chance, content: bytes, properties: Json, path: str, kind: str
) -> tuple[Json, dict[str, bytes]]:
    """Compress a file; its resource may say so."""
    if chance.rarely(50):
        properties = {**properties, "compression": kind}
    packed = gzip.compress(content, mtime=0) if kind == "gz" else zipped({path: content})
    if kind == "zip" and chance.rarely(30):
        properties = {**properties, "innerpath": path}
        packed = zipped({"other.csv": b"other\n", path: content})
    return {"path": f"{path}.{kind}", **properties}, {f"{path}.{kind}": packed}


def in_parts(
    chance: Chance, table: Table, text: tuple[str, str], codec: str, properties: Json
) -> tuple[Json, dict[str, bytes]]:
    """Cut a table between lines into two files or more, each with the header."""
    head, body = text
    ending = table.form.ending
    lines = [line + ending for line in body.split(ending)[:-1]]
    places = sorted(chance.number(len(lines)) for _ in range(chance.pick((1, 1, 2, 3))))
    if table.form.quote in body or table.form.comment_row or not (table.form.is_ended and (head or body)):
        lines, places = [body], [0]
    cuts = [0, *places, len(lines)]
    parts = ["".join([head, *lines[start:stop]]) for start, stop in itertools.pairwise(cuts)]
    files = {f"{table.name}-{number}.csv": part.encode(codec) for number, part in enumerate(parts)}
    return {"path": list(files), **properties}, files


def odd_parts(chance: Chance, content: bytes, properties: Json, path: str) -> tuple[Json, dict[str, bytes]]:
    """Cut a file anywhere, or twice, into parts that do not all have a header."""
    cut = chance.number(min(len(content), 255))
    parts = chance.pick(([content[:cut], content[cut:]], [content, content.rstrip()], [b"", content]))
    files = {f"{number}-{path}": part for number, part in enumerate(parts)}
    return {"path": list(files), **properties}, files


def odd_compression(
    chance: Chance, content: bytes, properties: Json, path: str
) -> tuple[Json, dict[str, bytes]]:
    """Compress a file otherwise than it is said, incompletely, or with others."""
    packed = gzip.compress(content, mtime=0)
    name, stored = chance.pick(
        (
            (f"{path}.gz", packed[:-9]),
            (f"{path}.gz", content),
            (f"{path}.gz", packed + packed),
            (f"{path}.zip", zipped({"other.csv": b"a\n", path: content})),
            (f"{path}.zip", packed),
            (f"{path}.gz", packed[:-8] + bytes(8)),
        )
    )
    return {"path": name, **properties}, {name: stored}


def odd_path(chance: Chance, content: bytes, properties: Json, path: str) -> tuple[Json, dict[str, bytes]]:
    """Give a file another ending, or none, or leave it out."""
    more: Json
    name, more = chance.pick(
        (
            (path.replace(".csv", ".txt"), {}),
            (path.replace(".csv", ".txt"), {"type": "table"}),
            (path.replace(".csv", ""), {"format": "csv"}),
            (path.replace(".csv", ".tsv"), {}),
            (path.replace(".csv", ".dat"), {"mediatype": "text/csv"}),
            (path, {"format": "json"}),
            (path, {"type": "file"}),
        )
    )
    files = {} if chance.rarely(10) else {name: content}
    return {"path": name, **more, **properties}, files


ODD_CONTAINERS = (odd_parts, odd_compression, odd_path)


def draw_data(chance: Chance, table: Table, sheet: Sheet) -> Json:
    """Return the property of a resource that holds its table."""
    is_native = chance.rarely(60)
    natives = {}
    for column in table.columns:
        if is_native and column.kind.native is not None:
            natives[column.name] = {text: column.kind.native(text) for text in column.fits}

    def value(label: str, text: str) -> Any:
        column = next((column for column in table.columns if column.name == label), None)
        if column is None or column.blanks[:1] == [text]:
            return None if column is not None and is_native else text
        return natives.get(label, {}).get(text, text)

    labels = sheet.labels
    padded = [*labels, *[""] * 9]
    rows: list[Any] = [
        [value(label, text) for label, text in zip(padded, row, strict=False)] for row in sheet.rows
    ]
    if table.container == "objects" and rows:
        rows = [dict(zip(labels, row, strict=False)) for row in rows]
    elif table.form.header_rows:
        rows.insert(0, labels)
    if not rows:
        chance.met.add("inline")
    return {"data": odd_data(chance, rows) if chance.odd("inline") else rows}


def odd_data(chance: Chance, rows: list[Any]) -> Any:
    """Return rows in a form that not everyone takes."""
    case = chance.number(5)
    if case == 0:
        return []
    if case == 1:
        return [*rows, {"a": 1} if rows and isinstance(rows[0], list) else [1]]
    if case == 2:
        return [{**row, "more": 1} if isinstance(row, dict) else [*row, 1.5] for row in rows]
    if case == 3:
        return [dict(list(row.items())[1:]) if isinstance(row, dict) else row[1:] for row in rows]
    if case == 4:
        return chance.pick(({"a": 1}, "a,b\n1,2\n", [1], [None]))
    return [[1, 2.5, True, None][: max(1, len(row))] if isinstance(row, list) else row for row in rows]


# Packages.

EXTRAS: tuple[Json, ...] = (
    *[{}] * 8,
    {"type": "table"},
    {"profile": "tabular-data-resource"},
    {"title": "A table", "description": "Drawn."},
)


def draw_resource(
    chance: Chance, name: str, parents: Sequence[Table]
) -> tuple[Table, Json, dict[str, bytes]]:
    """Draw a table, and return it with its resource and files."""
    table = draw_table(chance, name, parents)
    draw_rows(chance, table)
    if chance.odd("inline") and table.container not in ("arrays", "objects"):
        table.container, table.form = "arrays", Form({"header": True})
        table.schema.pop("foreignKeys", None)
    sheet = draw_sheet(chance, table)
    resource: Json = {"name": table.name, **chance.pick(EXTRAS)}
    files: dict[str, bytes] = {}
    if table.container in ("arrays", "objects"):
        resource |= draw_data(chance, table, sheet)
    else:
        properties, files = draw_files(chance, table, sheet)
        resource |= properties
    if table.form.declared:
        resource["dialect"] = table.form.declared
    resource["schema"] = {"fields": [column.field for column in table.columns], **table.schema}
    if isinstance(resource.get("path"), str) and resource["path"] in files and chance.rarely(4):
        count_files(chance, resource, files)
    for part in ("schema", "dialect"):
        if part in resource and chance.rarely(3):
            path = f"{name}-{part}.json"
            files[path] = json.dumps(resource[part]).encode()
            resource[part] = path
    return table, resource, files


def count_files(chance: Chance, resource: Json, files: dict[str, bytes]) -> None:
    """Say how many bytes the file of a resource has, or what its hash is, rightly or not."""
    content = files[resource["path"]] if chance.rarely(70) else b"other"
    kind = chance.pick(("md5", "sha256", "md5:", "bytes"))
    if kind == "bytes":
        resource["bytes"] = len(content)
    else:
        digest = hashlib.new(kind.strip(":"), content).hexdigest()
        resource["hash"] = {"md5": digest, "md5:": f"md5:{digest}"}.get(kind, f"{kind}:{digest}")


def odd_counts(chance: Chance, descriptor: Json) -> None:
    """Count files in a way that not everyone takes."""
    resource = descriptor["resources"][0]
    resource |= chance.pick(
        (
            {"bytes": 0},
            {"bytes": 8},
            {"hash": "sha1:0123"},
            {"hash": "MD5:0123"},
            {"hash": "D41D8CD98F00B204E9800998ECF8427E"},
            {"hash": "crc32:0123"},
            {"hash": ""},
        )
    )


def odd_missing_values(chance: Chance, descriptor: Json) -> None:
    """Declare what is missing in all tables."""
    descriptor["missingValues"] = chance.pick(([""], ["", "-"], ["NA"], []))


def odd_profile(chance: Chance, descriptor: Json) -> None:
    """Call a package one of tables; some of its resources may be called so too."""
    descriptor["profile"] = "tabular-data-package"
    for resource in descriptor["resources"]:
        if chance.rarely(60):
            resource["profile"] = "tabular-data-resource"


def odd_schema(chance: Chance, descriptor: Json) -> None:
    """Give a schema a list for its way of matching, or two fields of one name."""
    schema = descriptor["resources"][-1]["schema"]
    if not isinstance(schema, dict):
        return
    if chance.rarely(50):
        schema["fieldsMatch"] = [schema.get("fieldsMatch", "exact")]
    else:
        schema["fields"].append(schema["fields"][0])


def odd_example(chance: Chance, descriptor: Json) -> None:
    """Give a field an example that may not be one of its values."""
    schema = descriptor["resources"][-1]["schema"]
    if isinstance(schema, dict):
        chance.pick(schema["fields"])["example"] = chance.pick(("1,5", "x", "1", "2025-01-01"))


def odd_reference(chance: Chance, descriptor: Json) -> None:
    """Have the foreign keys of a table refer to another package."""
    schema = descriptor["resources"][-1]["schema"]
    if isinstance(schema, dict):
        for key in schema.get("foreignKeys", ()):
            key["reference"]["package"] = "elsewhere"


ODD_METADATA = (odd_counts, odd_missing_values, odd_profile, odd_schema, odd_example, odd_reference)


def odd_metadata(chance: Chance, descriptor: Json) -> None:
    """Describe a package in a way that not everyone takes."""
    chance.pick(ODD_METADATA)(chance, descriptor)


@st.composite
def packages(draw: st.DrawFn) -> Drawn:
    """Draw a package of one table, or a few."""
    chance = Chance(draw, draw_oddity(Chance(draw)))
    resources: list[Json] = []
    files: dict[str, bytes] = {}
    tables: list[Table] = []
    for name in ("parents", "children", "others")[: chance.pick((1, 1, 1, 1, 1, 1, 2, 2, 2, 3))]:
        table, resource, more = chance.part(draw_resource, name, tuple(tables))
        tables.append(table)
        resources.append(resource)
        files |= more
    if chance.rarely(25):  # so that a table refers to one after it
        resources.reverse()
    descriptor: Json = {"$schema": PROFILE, "name": "drawn", "resources": resources}
    if chance.odd("metadata"):
        odd_metadata(chance, descriptor)
    if chance.odd("version"):
        descriptor["$schema"] = PROFILE.replace("2.0", "1.0")
        if chance.rarely(50):
            del descriptor["$schema"]
    return Drawn(descriptor, files, frozenset(chance.met))
