"""How commands tell what is no report of a validation: in tables and lines for people, or as JSON."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import rich.table
from rich.console import Console

from factpack.forms import OutcomeForm
from factpack.json_texts import dumps
from factpack.reports import put
from factpack.reports.text import Line, harmless, plain, plain_line, print_line
from factpack.visible import visible
from factpack.writing import write_files


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table of texts. The last so many columns hold `numbers`."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    title: str = ""
    numbers: int = 0


#: What is told: a table, a line, or a line without colours as a text, which may hold anything.
Part = Table | Line | str


def tell(parts: Sequence[Part], content: object, form: OutcomeForm, output: Path | None = None) -> None:
    """Print parts, or a content as JSON; or write it into a file, and print only the last part."""
    if form is OutcomeForm.JSON:
        text = dumps(content) + "\n"
    else:
        text = "".join(f"{line}\n" for line in plain_lines(parts))
    if output is not None:
        write_files({output.absolute(): text.encode("utf-8", "backslashreplace")})
        show_parts(parts[-1:])
    elif form is OutcomeForm.JSON:
        put(text)
    else:
        show_parts(parts)


def show_parts(parts: Iterable[Part]) -> None:
    """Print parts: tables with a frame on a terminal, else all as lines that other programs can read."""
    console = Console(emoji=False)
    if not console.is_terminal:
        for line in plain_lines(parts):
            print(line, file=console.file)
        return
    for part in parts:
        if isinstance(part, Table):
            console.print(_framed(part))
        else:
            print_line(console, _line(part))


def plain_lines(parts: Iterable[Part]) -> Iterator[str]:
    """Yield parts as lines; a blank one parts two tables."""
    for before, part in pairwise([None, *parts]):
        if isinstance(part, Table):
            yield from [""] if isinstance(before, Table) else []
            yield from _aligned(part)
        elif part is not None:
            yield plain_line(_line(part))


def _line(part: Line | str) -> Line:
    return [(harmless(visible(part)), "")] if isinstance(part, str) else part


def _aligned(table: Table) -> Iterator[str]:
    """Yield a table as lines, in columns as wide as they must be, so that no name is cut off."""
    rows = [list(map(visible, row)) for row in (table.head, *table.rows)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    texts = len(widths) - table.numbers
    for row in rows:
        cells = [
            f"{cell:<{width}}" if place < texts else f"{cell:>{width}}"
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield harmless("  ".join(cells).rstrip())


def _framed(table: Table) -> rich.table.Table:
    framed = rich.table.Table(*table.head, title=plain(table.title))
    for place, column in enumerate(framed.columns):
        column.overflow = "fold"  # a name that is cut off is none
        column.justify = "left" if place < len(table.head) - table.numbers else "right"
    for row in table.rows:
        framed.add_row(*map(plain, row))
    return framed
