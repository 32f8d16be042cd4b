"""Decides where the files of a package lie, and what its tables are called."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from factpack.descriptor import PathError, file_inside
from factpack.init.delimited import Delimited
from factpack.init.names import name_of, told_apart

#: The folder of tables that are copied into a package.
DATA = "data"


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where the file of a table lies, as seen from the package, and whether it is copied there."""

    path: str
    is_copied: bool


def named(sources: Sequence[Delimited]) -> dict[str, Delimited]:
    """Return delimited files by the names that their tables get from the names of the files."""
    names = told_apart([name_of(source.file.stem, "table") for source in sources])
    return dict(zip(names, sources, strict=True))


def place(name: str, source: Delimited, folder: Path) -> Place:
    """Return where the file of a table lies: a file in the folder stays, another is copied into `data/`."""
    inside = _path_inside(folder, source.file)
    if inside is not None:
        return Place(path=inside, is_copied=False)
    ending = "tsv" if source.delimiter == "\t" else "csv"
    return Place(path=f"{DATA}/{name}.{ending}", is_copied=True)


def _path_inside(folder: Path, file: Path) -> str | None:
    """Return the path of a file from a folder that it lies in, if a descriptor can name it."""
    try:
        path = file.resolve().relative_to(folder.resolve()).as_posix()
        file_inside(folder, path)
    except (ValueError, PathError):
        return None
    return path if path.isprintable() else None


def resource(name: str, source: Delimited, where: Place) -> Mapping[str, object]:
    """Return what the descriptor says of a table; `bytes` and `hash` come later.

    The dialect is said in full, since frictionless guesses what is left out.

    Source: Data Resource v2.0; Table Dialect v2.0.
    """
    is_tsv = source.delimiter == "\t"
    return {
        "name": name,
        "title": name.replace("_", " ").capitalize(),
        "type": "table",
        "path": where.path,
        "schema": f"schemas/{name}.json",
        "format": "tsv" if is_tsv else "csv",
        "mediatype": "text/tab-separated-values" if is_tsv else "text/csv",
        "encoding": source.encoding,
        "dialect": {
            "header": True,
            "delimiter": source.delimiter,
            "quoteChar": '"',
            "doubleQuote": True,
            "skipInitialSpace": False,
        },
    }
