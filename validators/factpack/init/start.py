"""Starts a package in a folder: surveys what is there, renders the files, creates them."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined

from factpack.exceptions import PackageError
from factpack.init.creating import create_files, in_the_way
from factpack.init.delimited import Delimited, check_encoding, read_delimited
from factpack.init.keys import GuessedTable, guess_tables
from factpack.init.layout import Place, named, place, resource
from factpack.init.licences import licence
from factpack.init.names import OTHERS
from factpack.init.pytest_settings import settings_of_pytest
from factpack.init.requirement import WHEELS, Requirement

DESCRIPTOR = "datapackage.json"
PROFILES = "https://datapackage.org/profiles/2.0/"

#: The files that every package gets, by where they stand among the templates.
FOR_ALL = {
    "README.md": "readme.txt",
    ".gitattributes": "gitattributes.txt",
    ".gitignore": "gitignore.txt",
    ".github/workflows/validate.yml": "workflow.txt",
    "pytest.ini": "pytest.txt",
}
#: The settings of pytest, which are left out where the folder has some already.
PYTEST = "pytest.ini"

#: Those that stand for tables that somebody has; and those of the example.
FOR_FILES = {"rules.py": "rules.txt", "tests/test_rules.py": "test_rules.txt"}
FOR_EXAMPLE = {"rules.py": "example/rules.txt", "tests/test_rules.py": "example/test_rules.txt"}
EXAMPLE = ("bridges", "inspections")

#: The file that says what CI installs.
REQUIREMENTS = "requirements.txt"


@dataclass(frozen=True, kw_only=True)
class Survey:
    """What a package is to be made of: its folder, and the tables with their places; none for the example.

    `pytest_settings` is the file in the folder that has settings of pytest.
    """

    folder: Path
    tables: Sequence[GuessedTable]
    places: Mapping[str, Place]
    requirement: Requirement
    pytest_settings: str | None

    @property
    def needed(self) -> list[str]:
        """The paths of the files without which there is no package."""
        names = list(self.places) or EXAMPLE
        data = [where.path for where in self.places.values() if where.is_copied]
        if not self.places:
            data = [f"data/{name}.csv" for name in EXAMPLE]
        return [DESCRIPTOR, *data, *(f"schemas/{name}.json" for name in names)]

    @property
    def others(self) -> list[str]:
        """The paths of the other files."""
        wheel = self.requirement.wheel
        of_wheel = [] if wheel is None else [f"{WHEELS}/{wheel.name}"]
        found = [*FOR_ALL, *FOR_FILES, REQUIREMENTS, *of_wheel]
        return found if self.pytest_settings is None else [path for path in found if path != PYTEST]


@dataclass(frozen=True, kw_only=True)
class About:
    """What the descriptor says of a package as a whole."""

    name: str
    title: str
    licence: str | None = None


def survey(
    folder: Path, sources: Sequence[Path], requirement: Requirement, encoding: str | None = None
) -> Survey:
    """Return what a package in a folder is to be made of; nothing is written.

    `sources` are files of delimited text; without any, it will be an example. `encoding` is that of files
    that are not UTF-8.

    Raises:
        PackageError: the folder is none, the encoding is not known, or a file cannot be used.

    """
    if folder.exists() and not folder.is_dir():
        raise PackageError(f"{folder} is not a folder; files go after --from, as in: --from a.csv b.csv")
    if encoding is not None:
        check_encoding(encoding)
    once = {file.resolve(): file for file in reversed(sources)}
    read = [read_delimited(file, encoding) for file in reversed(once.values())]
    tables = named(read)
    return Survey(
        folder=folder,
        tables=guess_tables(tables),
        places={name: place(name, source, folder) for name, source in tables.items()},
        requirement=requirement,
        pytest_settings=settings_of_pytest(folder),
    )


def check_room(found: Survey, *, keep: bool = False) -> list[str]:
    """Return the paths of the files that are to be created; to `keep` is to leave out those that are there.

    Raises:
        PackageError: files stand in the way; the message lists them.

    """
    blocked, kept = in_the_way(found.folder, found.needed), in_the_way(found.folder, found.others)
    if blocked or (kept and not keep):
        hint = "" if blocked else "; --keep leaves them as they are, and writes the others"
        raise PackageError(f"nothing was written, since these exist: {', '.join([*blocked, *kept])}{hint}")
    return [path for path in (*found.needed, *found.others) if not in_the_way(found.folder, [path])]


def create(found: Survey, about: About, paths: Sequence[str]) -> None:
    """Create files of a package.

    Raises:
        PackageError: what is said of the package cannot be used, or a file stands in the way by now.

    """
    check_name(about.name)
    check_title(about.title)
    contents = contents_of(found, about)
    create_files(found.folder, {path: contents[path] for path in paths})


def check_name(name: str) -> str:
    """Return the name of a package.

    Raises:
        PackageError: it cannot be one.

    """
    if OTHERS.search(name) or not name:
        raise PackageError(f"the name {name!r} is not made of a to z, 0 to 9, '.', '_' and '-'")
    return name


def check_title(title: str) -> str:
    """Return the title of a package.

    Raises:
        PackageError: it is not one line of text.

    """
    if not title.strip() or not title.isprintable():
        raise PackageError(f"the title {title!r} is not one line of text")
    return title


def check_licence(name: str) -> str:
    """Return the identifier of a licence, or nothing for none.

    Raises:
        PackageError: it is no identifier.

    """
    if name:
        licence(name)
    return name


def contents_of(found: Survey, about: About) -> dict[str, bytes]:
    """Return the contents of all files of a package, by their paths."""
    contents = _tables(found) if found.tables else _example()
    resources = [_described(item, contents, found) for item in _resources(found)]
    stated = licence(about.licence) if about.licence else None
    descriptor: dict[str, Any] = {
        "$schema": f"{PROFILES}datapackage.json",
        "name": about.name,
        "title": about.title,
        "version": "0.1.0",
        **({"licenses": [stated]} if stated else {}),
        "resources": resources,
    }
    shown = (stated.get("title") or stated["name"]) if stated else None
    context = {"title": about.title, "tables": resources, "licence": shown}
    templates = FOR_ALL | (FOR_FILES if found.tables else FOR_EXAMPLE)
    contents |= {path: _rendered(template, context) for path, template in templates.items()}
    contents[DESCRIPTOR] = as_json(descriptor)
    contents[REQUIREMENTS] = _requirements(found.requirement)
    if found.requirement.wheel is not None:
        contents[f"{WHEELS}/{found.requirement.wheel.name}"] = found.requirement.wheel.read_bytes()
    return contents


def _tables(found: Survey) -> dict[str, bytes]:
    """Return the contents of the schemas, and of the files that are copied."""
    contents = {f"schemas/{table.name}.json": as_json(schema(table)) for table in found.tables}
    for table in found.tables:
        if found.places[table.name].is_copied:
            contents[found.places[table.name].path] = table.source.content
    return contents


def _example() -> dict[str, bytes]:
    paths = [path for name in EXAMPLE for path in (f"data/{name}.csv", f"schemas/{name}.json")]
    return {path: _template(f"example/{path}") for path in paths}


def _resources(found: Survey) -> list[dict[str, Any]]:
    if found.tables:
        return [dict(resource(table.name, table.source, found.places[table.name])) for table in found.tables]
    written = Delimited(
        file=Path(), content=b"", encoding="utf-8", delimiter=",", columns={}, rows=0, notes=()
    )
    places = {name: Place(path=f"data/{name}.csv", is_copied=True) for name in EXAMPLE}
    return [dict(resource(name, written, where)) for name, where in places.items()]


def _described(item: dict[str, Any], contents: Mapping[str, bytes], found: Survey) -> dict[str, Any]:
    """Return a resource with the size and the fingerprint of its file."""
    sources = {table.name: table.source.content for table in found.tables}
    content = sources.get(item["name"]) if sources else contents[item["path"]]
    assert content is not None
    return item | {"bytes": len(content), "hash": f"sha256:{hashlib.sha256(content).hexdigest()}"}


def schema(table: GuessedTable) -> dict[str, Any]:
    """Return the Table Schema that is guessed of a table."""
    found: dict[str, Any] = {
        "$schema": f"{PROFILES}tableschema.json",
        "fields": [dict(guess.descriptor) for guess in table.guesses.values()],
    }
    if table.key is not None:
        found["primaryKey"] = [table.key]
    if table.references:
        found["foreignKeys"] = [
            {
                "fields": [reference.field],
                "reference": {"resource": reference.table, "fields": [reference.key]},
            }
            for reference in table.references
        ]
    return found


def settings_for_pytest() -> list[str]:
    """Return the lines by which pytest knows of the package."""
    return [line for line in _template(FOR_ALL[PYTEST]).decode().splitlines() if line.startswith("factpack")]


def _requirements(wanted: Requirement) -> bytes:
    comment = f"# {wanted.comment}\n" if wanted.comment else ""
    return f"# What CI installs.\n{comment}{wanted.line}\npytest\n".encode()


def as_json(content: Mapping[str, Any]) -> bytes:
    """Return JSON, indented by two spaces."""
    return (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode()


def _rendered(template: str, context: Mapping[str, Any]) -> bytes:
    text: str = _environment().from_string(_template(template).decode()).render(context)
    return (text.rstrip("\n") + "\n").encode()


def _template(path: str) -> bytes:
    return files("factpack.init").joinpath("template", path).read_bytes()


@lru_cache
def _environment() -> Environment:
    return Environment(undefined=StrictUndefined, keep_trailing_newline=True)
