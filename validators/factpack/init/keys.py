"""Guesses the primary keys of tables, and which of their columns refer to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from factpack.fields import hashable
from factpack.init.delimited import Delimited
from factpack.init.names import is_key, is_own_key, refers_to
from factpack.init.types import FEWEST, Guess, guess, is_enough, read_as

#: The types of fields whose values tell rows apart on purpose.
KEY_TYPES = ("string", "integer", "date", "datetime")


@dataclass(frozen=True, kw_only=True)
class Reference:
    """A column that refers to the key of another table: how many of its filled cells are found there."""

    field: str
    table: str
    key: str
    found: int
    filled: int


@dataclass(frozen=True)
class GuessedTable:
    """A table, the guess of each of its fields, its key and what refers to others."""

    name: str
    source: Delimited
    guesses: Mapping[str, Guess]
    key: str | None = None
    references: Sequence[Reference] = ()

    def is_unique(self, name: str, *, most: bool = False) -> bool:
        """Tell whether all values of a field differ and none is null; or `most` of many."""
        found = self.guesses[name]
        if found.field.type not in KEY_TYPES:
            return False
        different = len({hashable(item) for item in found.column.values.distinct().items})
        return is_enough(different, self.source.rows, strictly=not most)

    def texts(self, name: str) -> list[str]:
        """Return the texts of a column that are not null, each once."""
        cells = self.source.columns[name].distinct().items
        return [text for text in cells if text not in self.guesses[name].field.missing_values]


def guess_tables(sources: Mapping[str, Delimited]) -> list[GuessedTable]:
    """Return the tables in delimited files, by their names, with all that is guessed of them."""
    tables = [GuessedTable(name, source, _guesses(source)) for name, source in sources.items()]
    tables = [replace(table, key=_key(table, tables)) for table in tables]
    return [_with_references(table, tables) for table in tables]


def _key(table: GuessedTable, tables: Sequence[GuessedTable]) -> str | None:
    """Return the field that is taken for the primary key of a table.

    One that is called the table's own may have a few faults; any other must be sound. The first column may be
    the key whatever it is called, if there are rows to tell apart. A later one that is called a key may be so
    if it is no other table's, and there are many rows: a few references soon differ by chance.
    """
    own = [name for name in table.guesses if is_own_key(name, table.name)]
    for name in own:
        if table.is_unique(name, most=True):
            return name
    first, *later = table.guesses
    others = [first] if table.source.rows > 1 else []
    if table.source.rows >= FEWEST:
        others += [name for name in later if is_key(name) and not any(_is_of(name, one) for one in tables)]
    return next((name for name in others if table.is_unique(name)), None)


def _is_of(name: str, table: GuessedTable) -> bool:
    return is_own_key(name, table.name)


def _guesses(source: Delimited) -> dict[str, Guess]:
    return {
        label: guess(label, cells, source.delimiter, strictly=is_key(label))
        for label, cells in source.columns.items()
    }


def _with_references(table: GuessedTable, others: Sequence[GuessedTable]) -> GuessedTable:
    guesses, references = dict(table.guesses), []
    for name in table.guesses:
        found = [
            (reference, parent)
            for parent in others
            if parent.name != table.name and (reference := _reference(table, name, parent))
        ]
        if found:
            # a table that is called so before one that has such a key only by chance, as a table of links may
            best, parent = max(found, key=lambda pair: (_is_of(pair[0].key, pair[1]), pair[0].found))
            guesses[name] = _as_parent(table, name, parent.guesses[best.key])
            references.append(best)
    return replace(table, guesses=guesses, references=references)


def _reference(table: GuessedTable, name: str, parent: GuessedTable) -> Reference | None:
    """Return that a column refers to the key of another table, if its name and most of its cells say so."""
    key = parent.key
    if key is None or not refers_to(name, parent.name, key) or is_own_key(name, table.name):
        return None
    if name == table.key and not is_own_key(key, parent.name):
        return None  # either of two tables could refer to the other
    known, cells = set(parent.texts(key)), table.source.columns[name].to_list()
    missing = table.guesses[name].field.missing_values
    filled = [text for text in cells if text is not None and text not in missing]
    found = sum(text in known for text in filled)
    if not is_enough(found, len(filled)):
        return None
    return Reference(field=name, table=parent.name, key=key, found=found, filled=len(filled))


def _as_parent(table: GuessedTable, name: str, key: Guess) -> Guess:
    """Return a column read as the key that it refers to is, but for missing values: else no two are equal."""
    own = table.guesses[name].descriptor
    kept = {"missingValues": own["missingValues"]} if "missingValues" in own else {}
    of_key = {what: value for what, value in key.descriptor.items() if what not in ("name", "missingValues")}
    return read_as({"name": name, **of_key, **kept}, table.source.columns[name])
