"""Writes a package as a web site: plain files that work from a folder or any server, and fetch nothing."""

from collections.abc import Iterator
from pathlib import Path

from factpack.export.site.pages import Pages
from factpack.export.site.tables import read_site
from factpack.package import Package


def export(package: Package, path: Path) -> list[str]:
    """Write the pages of a package into a new folder; return what is to be said of them, a line each.

    The same package gives the same bytes.

    Raises:
        PackageError: the descriptor or a table cannot be read, a table's form has faults, or the property
            `site` of a resource cannot be used.
        EvidenceError: the package declares evidence that cannot be read.
        OSError: the folder cannot be written.

    """
    pages = Pages(read_site(package))
    path.mkdir()
    count = 0
    for name, text in pages.files():
        file = path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")
        count += 1
    return [f"{count:,} files; open index.html among them", *_remarks(pages)]


def _remarks(pages: Pages) -> Iterator[str]:
    """Yield what is not shown, or not in full."""
    for table in pages.site.tables:
        if table.shown < len(table):
            yield f"{table.name}: the first {table.shown:,} of {len(table):,} rows are shown"
        if table.primary_key and not table.stems and len(table):
            yield f"{table.name}: its {len(table):,} rows have no pages of their own"
    for resource in pages.site.others:
        yield f"{resource.name}: named only, since it is no table with a schema"
