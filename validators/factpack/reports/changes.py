"""What changed from one version of a package to another: for people, for a changelog, and as JSON."""

from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import asdict

from factpack.changes import Cells, Changes, RowChange, State, TableChanges
from factpack.forms import ChangesForm
from factpack.json_texts import dumps
from factpack.markdown import code, prose, table
from factpack.reports import put
from factpack.reports.tables import Part, Table, show_parts
from factpack.reports.text import count

#: Rows of a table that are shown as added, as removed and as changed; JSON has all.
MOST_ROWS = 200


def show(changes: Changes, form: ChangesForm) -> None:
    """Print changes in a form."""
    if form is ChangesForm.JSON:
        put(as_json(changes))
    elif form is ChangesForm.MARKDOWN:
        put(as_markdown(changes))
    else:
        show_parts(_parts(changes))


def as_json(changes: Changes) -> str:
    """Return the changes as a JSON object; its names are those of `factpack.changes`."""
    return dumps({"changed": changes.exit_code == 1, **asdict(changes)}) + "\n"


def as_markdown(changes: Changes) -> str:
    """Return a table of how many rows changed, and a list of what changed, for a changelog."""
    tables = [one for one in changes.tables if one.is_changed or one.unjudged]
    if not tables:
        return "No table changed.\n"
    rows = [[code(one.name), *_counts(one)] for one in tables]
    lines = [*table(("table", *COUNTS), rows), ""]
    for one in tables:
        lines.append(f"- {code(one.name)}" + (f", {one.state.value}" if one.state is not State.KEPT else ""))
        lines += [f"  - {line}" for line in _lines(one, code, prose)]
    return "\n".join(lines) + "\n"


def _parts(changes: Changes) -> Iterator[Part]:
    """Yield a table of how many rows changed, and what changed."""
    tables = [one for one in changes.tables if one.is_changed or one.unjudged]
    if tables:
        versions = [version or "no version" for version in (changes.version_before, changes.version_after)]
        yield f"data package {changes.package}: {' → '.join(versions)}"
        rows = [(one.name, *_counts(one)) for one in tables]
        yield Table(head=("table", *COUNTS), rows=rows, numbers=len(COUNTS))
    for one in tables:
        for line in _lines(one, repr, str):
            yield f"{one.name}: {line}"
    yield _summary(changes)


COUNTS = ("added", "removed", "changed", "rows")


def _counts(one: TableChanges) -> list[str]:
    if one.unjudged:
        return ["?"] * len(COUNTS)
    rows = (len(one.rows_added), len(one.rows_removed), len(one.rows_changed), one.rows_after)
    return [f"{number:,}" for number in rows]


def _summary(changes: Changes) -> str:
    added = sum(len(one.rows_added) for one in changes.tables)
    removed = sum(len(one.rows_removed) for one in changes.tables)
    changed = sum(len(one.rows_changed) for one in changes.tables)
    unjudged = sum(one.unjudged is not None for one in changes.tables)
    tables = sum(one.is_changed for one in changes.tables)
    text = f"{tables:,} of {count(len(changes.tables), 'table')} changed; "
    text += f"rows: {added:,} added, {removed:,} removed, {changed:,} changed"
    return text + (f"; tables that could not be compared: {unjudged:,}" if unjudged else "")


#: Shows the text of others in a line.
Show = Callable[[str], str]


def _lines(one: TableChanges, value: Show, word: Show) -> Iterator[str]:
    """Yield what became of a resource, by line; `value` shows a cell or a name, and `word` other text."""
    if one.unjudged:
        yield f"could not be compared: {word(one.unjudged)}"
    if one.reason:
        yield f"rows were compared whole, since {word(one.reason)}"
    if one.file_changed:
        yield "the file changed"
    if one.state is not State.KEPT:
        yield f"the table was {one.state.value}"
        return
    for name, (before, after) in one.fields_retyped.items():
        yield f"field {value(name)}: {before} became {after}"
    for what, fields in (("added", one.fields_added), ("removed", one.fields_removed)):
        for name, kind in fields.items():
            yield f"field {what}: {value(name)} ({kind})"
    for what, rows in (("added", one.rows_added), ("removed", one.rows_removed)):
        yield from _few(
            [f"row {what}: {_row(cells, one.key, value)}" for cells in rows[:MOST_ROWS]], len(rows)
        )
    yield from _changed(one, value)


def _changed(one: TableChanges, value: Show) -> Iterator[str]:
    """Yield the rows that changed; of those that changed only in fields that came or went, how many."""
    moved = {*one.fields_added, *one.fields_removed}
    told = [change for change in one.rows_changed if not change.cells.keys() <= moved]
    yield from _few([_change(change, moved, value) for change in told[:MOST_ROWS]], len(told))
    if others := len(one.rows_changed) - len(told):
        yield f"rows with something in fields that were added or removed, and no other change: {others:,}"


def _change(change: RowChange, moved: Set[str], value: Show) -> str:
    cells = [
        f"{value(name)} from {_cell(before, value)} to {_cell(after, value)}"
        for name, (before, after) in change.cells.items()
        if name not in moved
    ]
    return f"row changed: {_row(change.key, list(change.key), value)}: {'; '.join(cells)}"


def _few(lines: Sequence[str], number: int) -> Iterator[str]:
    yield from lines
    if number > len(lines):
        yield f"… and {number - len(lines):,} more; --format json gives all of them"


def _row(cells: Cells, key: Sequence[str], value: Show) -> str:
    """Return the key of a row, or, without one, its cells that are not null."""
    if key:
        return ", ".join(_cell(cells[name], value) for name in key)
    filled = [f"{value(name)} {value(cell)}" for name, cell in cells.items() if cell is not None]
    return ", ".join(filled) or "a row of nulls"


def _cell(cell: str | None, value: Show) -> str:
    return "null" if cell is None else value(cell)
