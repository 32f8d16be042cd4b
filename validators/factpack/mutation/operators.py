"""The ways to corrupt a table: each yields mutants, with one fault in a cell, a key, a reference or a row."""

import datetime
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import dateutil.relativedelta

from factpack.constraints import BOUNDS, tests_of, value_of_argument
from factpack.fields import reader
from factpack.moments import Reader
from factpack.mutation.edits import Edit
from factpack.table import Table
from factpack.table_schema import Field, ForeignKey

#: Texts that are not of one type or another.
STRANGE = ("not a value", "?", "{", "1,,1")

#: A date in a text.
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

#: How far dates are shifted.
SHIFTS = {
    "day": dateutil.relativedelta.relativedelta(days=1),
    "month": dateutil.relativedelta.relativedelta(months=1),
    "year": dateutil.relativedelta.relativedelta(years=1),
}

#: Characters of a kind; a letter is misspelt as another of its kind.
KINDS = ("0123456789", "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")

#: How often another misspelling is tried, where one is not of the field's form.
TRIES = 20


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """A package with one fault: what was done, where, and what stood there before and stands there now.

    `positions` are the rows where it is to be seen, as they are before; `field` is None for whole rows, and a
    key of several fields joins their names with a comma.
    """

    operator: str
    edit: Edit
    positions: tuple[int, ...]
    field: str | None
    before: str
    after: str


class Subject:
    """A table that is to be corrupted, and what the operators need to know of it.

    `tables` are all tables by name, and `span` the fields of the ends of a span, if the table has such.
    """

    def __init__(self, table: Table, tables: Mapping[str, Table], seed: int, span: Sequence[str]) -> None:
        self.table = table
        self.name = table.resource.name
        self.tables = tables
        self.span = span
        self.texts = {
            name: [text or "" for text in table.lexical.texts(name)] for name in table.lexical.columns
        }
        self._seed = seed
        self._readers: dict[str, Reader] = {}

    @property
    def fields(self) -> Sequence[Field]:
        """The fields of the table."""
        return self.table.schema.fields

    @property
    def rows(self) -> range:
        """The positions of the rows."""
        return range(len(self.table.lexical))

    @cached_property
    def referring(self) -> set[str]:
        """The fields that are part of a foreign key."""
        return {name for key in self.table.schema.foreign_keys for name in key.fields}

    @cached_property
    def keys(self) -> list[tuple[str, ...]]:
        """The keys of the table that are unique."""
        schema = self.table.schema
        alone = [(field.name,) for field in schema.fields if field.constraints.get("unique")]
        return [key for key in (schema.primary_key, *schema.unique_keys, *alone) if key]

    def chance(self, *of: object) -> random.Random:
        """Return the chance by which one mutant is chosen: it does not depend on which others there are."""
        return random.Random("/".join(map(str, (self._seed, self.name, *of))))

    def is_null(self, field: Field, text: str) -> bool:
        """Tell whether a text stands for null in a field."""
        return text in field.missing_values

    def is_read(self, field: Field, text: str) -> bool:
        """Tell whether a text is a value of a field's type."""
        if field.name not in self._readers:
            self._readers[field.name] = reader(field)
        return not self.is_null(field, text) and self._readers[field.name](text) is not None

    def breaks(self, field: Field, text: str) -> set[str]:
        """Return the constraints, or the type, that a text does not satisfy."""
        if not self.is_read(field, text):
            return {"type"}
        value = self._readers[field.name](text)
        return {test.name for test in tests_of(field) if not test.one(value)}

    def cell(self, operator: str, position: int, field: str, text: str) -> Mutant:
        """Return the mutant with another text in one cell."""
        edit = Edit(resource=self.name, cells={(position, field): text})
        return Mutant(
            operator=operator,
            edit=edit,
            positions=(position,),
            field=field,
            before=self.texts[field][position],
            after=text,
        )

    def key(
        self, operator: str, position: int, fields: Sequence[str], texts: Sequence[str], *others: int
    ) -> Mutant:
        """Return the mutant with other texts in the cells of a key; `others` are more rows to see it at."""
        cells = {(position, name): text for name, text in zip(fields, texts, strict=True)}
        return Mutant(
            operator=operator,
            edit=Edit(resource=self.name, cells=cells),
            positions=(position, *others),
            field=",".join(fields),
            before=",".join(self.texts[name][position] for name in fields),
            after=",".join(texts),
        )

    def key_at(self, fields: Sequence[str], position: int) -> tuple[str, ...]:
        """Return the texts of a key in a row."""
        return tuple(self.texts[name][position] for name in fields)


def _each_filled(subject: Subject) -> Iterator[tuple[Field, int, str]]:
    for field in subject.fields:
        for position in subject.rows:
            text = subject.texts[field.name][position]
            if not subject.is_null(field, text):
                yield field, position, text


def wrong_type(subject: Subject) -> Iterator[Mutant]:
    """A value of the wrong type."""
    for field, position, _ in _each_filled(subject):
        strange = next((text for text in STRANGE if not subject.is_read(field, text)), None)
        if strange is not None:
            yield subject.cell("wrong type", position, field.name, strange)


def wrong_vocabulary(subject: Subject) -> Iterator[Mutant]:
    """A value that is none of the field's categories, or of its enumeration."""
    for field, position, text in _each_filled(subject):
        for other in (f"{text}x", f"{text}9"):
            if subject.breaks(field, other) & {"enum", "categories"}:
                yield subject.cell("vocabulary", position, field.name, other)
                break


def out_of_range(subject: Subject) -> Iterator[Mutant]:
    """A value past a bound, or a text that is too short or too long."""
    for field, position, text in _each_filled(subject):
        for name, argument in field.constraints.items():
            other = _past(field, name, argument, text)
            if other is not None and name in subject.breaks(field, other):
                yield subject.cell("range", position, field.name, other)


def _past(field: Field, name: str, argument: Any, text: str) -> str | None:
    """Return a text that is past a bound, if one can be made."""
    if name == "minLength":
        return text[: argument - 1] if argument > 1 else None
    if name == "maxLength":
        return text + (text[-1:] or "x") * int(argument + 1 - len(text))
    if name not in BOUNDS:
        return None
    bound: Any = value_of_argument(field, name, argument)
    is_low, is_open = "min" in name.lower(), name.startswith("exclusive")
    step = 0 if is_open else -1 if is_low else 1
    try:
        if field.type in ("integer", "number", "year"):
            return str(int(bound) + step)
        if field.type == "date" and field.format == "default":
            return str(bound + datetime.timedelta(days=step))
    except (OverflowError, ValueError):  # nothing is past it
        return None
    return None


def malformed(subject: Subject) -> Iterator[Mutant]:
    """A text that does not match the field's pattern."""
    for field, position, text in _each_filled(subject):
        if "pattern" in field.constraints:
            for other in (f"{text} ", f"{text}!", text.swapcase(), f"?{text}", "?"):
                if "pattern" in subject.breaks(field, other):
                    yield subject.cell("form", position, field.name, other)
                    break


def missing(subject: Subject) -> Iterator[Mutant]:
    """A required value is missing."""
    for field, position, _ in _each_filled(subject):
        is_required = field.constraints.get("required") or field.name in subject.table.schema.primary_key
        if is_required and field.missing_values:
            yield subject.cell("missing", position, field.name, min(sorted(field.missing_values), key=len))


def duplicate_key(subject: Subject) -> Iterator[Mutant]:
    """A row has the key of the row before it; the first one that of the second."""
    for key in subject.keys:
        for position in subject.rows:
            other = position - 1 if position else 1
            if len(subject.rows) > 1 and all(subject.key_at(key, other)):
                yield subject.key("duplicate key", position, key, subject.key_at(key, other), other)


def _parent_keys(subject: Subject, key: ForeignKey) -> list[tuple[str, ...]]:
    """Return the keys that a foreign key may refer to."""
    parent = subject.tables.get(key.resource or subject.name)
    if parent is None or not set(key.reference_fields) <= parent.lexical.columns.keys():
        return []
    texts = [[text or "" for text in parent.lexical.texts(name)] for name in key.reference_fields]
    return [known for known in dict.fromkeys(zip(*texts, strict=True)) if all(known)]


def _references(subject: Subject) -> Iterator[tuple[ForeignKey, list[tuple[str, ...]], int]]:
    """Yield each foreign key, with what it may refer to, and each row where it is filled."""
    for key in subject.table.schema.foreign_keys:
        known = _parent_keys(subject, key)
        for position in subject.rows:
            if known and all(subject.key_at(key.fields, position)):
                yield key, known, position


def dangling_reference(subject: Subject) -> Iterator[Mutant]:
    """A reference to a row that does not exist."""
    for key, known, position in _references(subject):
        (field,) = subject.table.schema.named(key.fields[-1:])
        own = subject.key_at(key.fields, position)
        for last in (f"{own[-1]}x", f"{own[-1]}9", "9999"):
            if subject.is_read(field, last) and (*own[:-1], last) not in known:
                yield subject.key("dangling reference", position, key.fields, (*own[:-1], last))
                break


def moved_reference(subject: Subject) -> Iterator[Mutant]:
    """A reference to another row that exists; where the reference is part of a key, the row moves with it."""
    for key, known, position in _references(subject):
        own = subject.key_at(key.fields, position)
        others = [other for other in known if other != own]
        if others:
            other = subject.chance("moved", *key.fields, position).choice(others)
            moves = set(key.fields) <= set(subject.table.schema.primary_key)
            name = "moved row" if moves else "moved reference"
            yield subject.key(name, position, key.fields, other)


def swapped_cells(subject: Subject) -> Iterator[Mutant]:
    """Two cells of a column are swapped."""
    for field in subject.fields:
        column = subject.texts[field.name]
        for position, text in enumerate(column):
            others = [other for other, there in enumerate(column) if there != text]
            if others:
                other = subject.chance("swapped", field.name, position).choice(others)
                cells = {(position, field.name): column[other], (other, field.name): text}
                yield Mutant(
                    operator="swapped cells",
                    edit=Edit(resource=subject.name, cells=cells),
                    positions=(position, other),
                    field=field.name,
                    before=text,
                    after=column[other],
                )


def dropped_row(subject: Subject) -> Iterator[Mutant]:
    """A row is left out."""
    for position in subject.rows:
        yield _row(subject, "dropped row", position, Edit(resource=subject.name, dropped=position))


def doubled_row(subject: Subject) -> Iterator[Mutant]:
    """A row stands there twice."""
    for position in subject.rows:
        yield _row(subject, "doubled row", position, Edit(resource=subject.name, doubled=position))


def _row(subject: Subject, operator: str, position: int, edit: Edit) -> Mutant:
    names = subject.table.schema.primary_key or tuple(subject.texts)
    shown = ",".join(subject.key_at(names, position))
    return Mutant(operator=operator, edit=edit, positions=(position,), field=None, before=shown, after="")


def shifted_date(subject: Subject) -> Iterator[Mutant]:
    """A date, or the first one in a text that is no key, is shifted by a day, a month or a year."""
    in_keys = {name for key in subject.keys for name in key} | subject.referring
    for field, position, text in _each_filled(subject):
        match = DATE.search(text)
        if match is None or field.name in in_keys:
            continue
        for name, shift in SHIFTS.items():
            for sign in (1, -1):
                try:
                    day = datetime.date.fromisoformat(match.group()) + sign * shift
                except (ValueError, OverflowError):  # no such day
                    continue
                other = text[: match.start()] + day.isoformat() + text[match.end() :]
                yield subject.cell(f"date shifted by a {name}", position, field.name, other)


def off_by_one(subject: Subject) -> Iterator[Mutant]:
    """A whole number is off by one."""
    for field, position, text in _each_filled(subject):
        if field.type == "integer" and field.name not in subject.referring and re.fullmatch("-?[0-9]+", text):
            for step in (1, -1):
                yield subject.cell("number off by one", position, field.name, str(int(text) + step))


def misspelt(subject: Subject) -> Iterator[Mutant]:
    """One letter or digit of a text is another one."""
    for field, position, text in _each_filled(subject):
        if field.type != "string" or field.name in subject.referring:
            continue
        if field.categories is not None or "enum" in field.constraints:
            continue
        other = _with_another_letter(subject, field, position, text)
        if other is not None:
            yield subject.cell("misspelt", position, field.name, other)


def _with_another_letter(subject: Subject, field: Field, position: int, text: str) -> str | None:
    chance = subject.chance("misspelt", field.name, position)
    places = [place for place, letter in enumerate(text) if any(letter in kind for kind in KINDS)]
    for _ in range(TRIES if places else 0):
        place = chance.choice(places)
        (kind,) = [kind for kind in KINDS if text[place] in kind]
        other = text[:place] + chance.choice(kind.replace(text[place], "")) + text[place + 1 :]
        if not subject.breaks(field, other):
            return other
    return None


def moved_span(subject: Subject) -> Iterator[Mutant]:
    """A span of evidence is moved by one character."""
    if not subject.span:
        return
    for position in subject.rows:
        start, end = (subject.texts[name][position] for name in subject.span)
        for step in (1, -1):
            if start.isdigit() and end.isdigit() and int(start) + step >= 0:
                moved = str(int(start) + step), str(int(end) + step)
                yield subject.key("span moved by one", position, subject.span, moved)


#: The operators, in the order of the report, and what the mutants of each are called.
OPERATORS: Mapping[Callable[[Subject], Iterator[Mutant]], Sequence[str]] = {
    wrong_type: ["wrong type"],
    wrong_vocabulary: ["vocabulary"],
    out_of_range: ["range"],
    malformed: ["form"],
    missing: ["missing"],
    duplicate_key: ["duplicate key"],
    dangling_reference: ["dangling reference"],
    moved_reference: ["moved reference", "moved row"],
    swapped_cells: ["swapped cells"],
    dropped_row: ["dropped row"],
    doubled_row: ["doubled row"],
    shifted_date: [f"date shifted by a {name}" for name in SHIFTS],
    off_by_one: ["number off by one"],
    misspelt: ["misspelt"],
    moved_span: ["span moved by one"],
}


def mutants_of(subject: Subject) -> Iterator[Mutant]:
    """Yield every mutant of a table."""
    for operator in OPERATORS:
        yield from operator(subject)
