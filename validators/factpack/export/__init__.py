"""Writes a package in other formats, one module a format, which is imported when it is asked for.

Such a module has one function `export(package, path)`. It writes the tables of an opened package to a path
where nothing is, a file or a folder, and returns what is to be said of it, a line each.
"""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module
from pathlib import Path

from factpack.exceptions import FactpackError
from factpack.forms import ExportForm
from factpack.package import Package
from factpack.writing import check_output

#: The module of each format.
MODULES = {
    ExportForm.SQLITE: "factpack.export.sqlite",
    ExportForm.PARQUET: "factpack.export.parquet",
    ExportForm.EXCEL: "factpack.export.excel",
    ExportForm.DUCKDB: "factpack.export.duckdb",
    ExportForm.SITE: "factpack.export.site",
}

#: A file that tells of a folder that it was exported, and so may be replaced; it holds the format's name.
MARK = ".factpack-export"


def export(
    package: Package, target: ExportForm, output: Path, *, force: bool = False, kept: Iterable[Path] = ()
) -> list[str]:
    """Write a package in a format, whole or not at all; return what is to be said of it, a line each.

    No file of the package is replaced, and none of those that are to be `kept` besides.

    Raises:
        FactpackError: there is something at the output already, and it is not forced; or the package
            cannot be written in that format.
        OSError: the output cannot be written.

    """
    output = Path(os.path.realpath(output))  # a link stays one, and its target is replaced
    _check_free(target, output, [*package.files, *kept], force=force)
    module = import_module(MODULES[target])
    with _beside(output) as folder:
        written = folder / "new" / output.name
        written.parent.mkdir()
        lines: list[str] = module.export(package, written)
        if written.is_dir():
            (written / MARK).write_text(f"{target}\n", encoding="utf-8")
        _replace(output, written, folder / "old")
    return lines


def _check_free(target: ExportForm, output: Path, own: Sequence[Path], *, force: bool) -> None:
    """Check that nothing is at a path, or, if it is forced, a file, or a folder that was exported before."""
    if os.path.lexists(output) and not force:
        raise FactpackError(f"{output} exists already; --force replaces it")
    if not output.is_dir():
        check_output(output, own)
        return
    mark = output / MARK
    if not mark.is_file() or mark.read_text(encoding="utf-8") != f"{target}\n":
        raise FactpackError(f"{output} is a folder that was not exported as {target}; it is not replaced")
    if any(file.resolve().is_relative_to(output) for file in own):
        raise FactpackError(f"{output} holds a file that is read here; it is not replaced")


@contextlib.contextmanager
def _beside(output: Path) -> Iterator[Path]:
    """Make a folder beside a path, on the same file system, and take it away again with all that is in it."""
    folder = Path(tempfile.mkdtemp(prefix=".factpack-", dir=output.parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _replace(output: Path, new: Path, old: Path) -> None:
    """Put what is new in the place of what is there; if that fails, what was there stays."""
    if not output.is_dir():
        os.replace(new, output)
        return
    os.replace(output, old)
    try:
        os.replace(new, output)
    except BaseException:
        os.replace(old, output)
        raise
