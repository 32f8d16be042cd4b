"""What was guessed of the tables of a new package, for people."""

from collections.abc import Iterator, Sequence

from rich.cells import cell_len
from rich.console import Console

from factpack.init.keys import GuessedTable, Reference
from factpack.init.start import PYTEST, Survey, settings_for_pytest
from factpack.init.types import Guess
from factpack.reports.text import count, plain
from factpack.visible import visible

#: How many characters of a label are shown, and to how many columns short ones are filled up.
LONGEST, WIDEST = 60, 30


def render(found: Survey, created: Sequence[str]) -> None:
    """Print what was guessed, and which files were created."""
    console = Console(emoji=False)
    for line in _lines(found, created):
        console.print(plain(line), soft_wrap=True, highlight=False)


def _lines(found: Survey, created: Sequence[str]) -> Iterator[str]:
    for table in found.tables:
        yield from _table(table, found.places[table.name].path)
    yield f"created {count(len(created), 'file')}: {', '.join(created)}"
    if found.tables:
        yield "what was guessed stands in schemas/ and datapackage.json; change it there"
    if found.pytest_settings is not None:
        wanted = "; ".join(settings_for_pytest())
        why = f"since {found.pytest_settings} has settings of pytest"
        yield f"note: {PYTEST} was left out, {why}; add to them: {wanted}"
    if found.requirement.caution:
        yield f"note: {found.requirement.caution}"


def _table(table: GuessedTable, path: str) -> Iterator[str]:
    source = table.source
    rows = count(source.rows, "row")
    yield f"{table.name}: {path}, {rows}, {source.encoding}, delimiter {source.delimiter!r}"
    for note in source.notes:
        yield f"  note: {note}"
    labels = {name: _label(name) for name in table.guesses}
    width = min(max(map(cell_len, labels.values())), WIDEST)
    references = {reference.field: reference for reference in table.references}
    for name, guess in table.guesses.items():
        said = _said(name == table.key, guess, references.get(name))
        blanks = " " * (width - cell_len(labels[name]))
        yield f"  {labels[name]}{blanks}  {', '.join(said)}"


def _label(name: str) -> str:
    """Return a label as it is shown: on one line, and no longer than a line holds."""
    shown = visible(name)
    return shown if len(shown) <= LONGEST else f"{shown[: LONGEST - 1]}…"


def _said(is_key: bool, guess: Guess, reference: Reference | None) -> Iterator[str]:
    """Yield what is said of a field."""
    field = guess.descriptor
    yield field["type"] + (f" ({field['format']})" if "format" in field else "")
    if "decimalChar" in field:
        yield f"decimals after {field['decimalChar']!r}"
    if len(field.get("missingValues", ())) > 1:
        yield f"missing if {' or '.join(repr(mark) for mark in field['missingValues'][1:])}"
    if is_key:
        yield "primary key"
    if reference:
        share = (
            ""
            if reference.found == reference.filled
            else f" ({reference.found:,} of {reference.filled:,} found)"
        )
        yield f"refers to {reference.table}.{_label(reference.key)}{share}"
    if guess.off:
        yield f"but {guess.off:,} of {guess.filled:,} cells are not of it"
    if guess.note:
        yield guess.note
