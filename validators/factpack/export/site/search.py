"""The index that the search of a site reads: for each row its address, its label, and its other words."""

import json
import unicodedata
from collections.abc import Iterator

from factpack.export.site.labels import Labels, shortened
from factpack.export.site.tables import Site, SiteTable
from factpack.export.site.text import visible

#: Rows in one file of the index.
FILE_ROWS = 5_000

#: Characters of a cell, and of a row, that are searched.
LONGEST_CELL, LONGEST_ROW = 80, 400


def folded(text: str) -> str:
    """Return a text as it is searched: in small letters, without accents; site.js does so with a query."""
    apart = unicodedata.normalize("NFKD", text).lower()
    return "".join(char for char in apart if not unicodedata.category(char).startswith("M"))


def index_files(site: Site, labels: Labels, bookkeeping: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Yield the files of the index and their scripts: calls of the function that takes in rows.

    A row is a list of the number of its table, its address, its label, and its other words. Tables of
    bookkeeping come last.
    """
    ordered = sorted(site.tables, key=lambda table: table.name in bookkeeping)
    rows = [row for table in ordered for row in _rows(table, labels)]
    for number, start in enumerate(range(0, len(rows), FILE_ROWS), 1):
        yield f"search/{number}.js", _call(rows[start : start + FILE_ROWS])


def _rows(table: SiteTable, labels: Labels) -> Iterator[list[int | str]]:
    for position in range(table.shown):
        label = labels.of(table, position)
        yield [table.number, table.href(position), visible(label), _words(table, position, label)]


def _words(table: SiteTable, position: int, label: str) -> str:
    """Return the words of a row's cells that are not in its label."""
    known = folded(label)
    texts = []
    for name, cells in table.cells.items():
        text = cells[position]
        if text is not None:
            shown = table.category(name, text)
            texts += [shown, text] if shown != text else [text]
    words = [folded(shortened(text, LONGEST_CELL)) for text in texts]
    return visible(" ".join(word for word in dict.fromkeys(words) if word not in known)[:LONGEST_ROW])


def _call(rows: list[list[int | str]]) -> str:
    # JSON is JavaScript, and is read as a file of its own: no markup can end it
    return f"factpackRows({json.dumps(rows, ensure_ascii=False, separators=(',', ':'))});\n"
