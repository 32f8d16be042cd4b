"""Citing and finding: metadata in the forms that others read, one module a form, made from the descriptor."""

import json
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from factpack.citing import bibtex, cff, croissant, datacite, schema_org, zenodo
from factpack.citing.work import Work, read_work
from factpack.forms import CitationForm
from factpack.package import Package
from factpack.writing import check_output, write_files

#: Where those who read a form look for it in a repository, or, where nobody looks, where we put it.
PATHS: Mapping[CitationForm, str] = {
    CitationForm.CFF: "CITATION.cff",
    CitationForm.ZENODO: ".zenodo.json",
    CitationForm.SCHEMA_ORG: "metadata/schema-org.jsonld",
    CitationForm.CROISSANT: "metadata/croissant.json",
    CitationForm.DATACITE: "metadata/datacite.json",
}

REQUIRED: Mapping[CitationForm, tuple[str, ...]] = {
    CitationForm.BIBTEX: bibtex.REQUIRED,
    CitationForm.CFF: cff.REQUIRED,
    CitationForm.ZENODO: zenodo.REQUIRED,
    CitationForm.SCHEMA_ORG: schema_org.REQUIRED,
    CitationForm.CROISSANT: croissant.REQUIRED,
    CitationForm.DATACITE: datacite.REQUIRED,
}

CONTENT: Mapping[CitationForm, Callable[[Work, str], dict[str, Any]]] = {
    CitationForm.BIBTEX: lambda work, prefix: bibtex.content(work),
    CitationForm.CFF: lambda work, prefix: cff.content(work),
    CitationForm.ZENODO: lambda work, prefix: zenodo.content(work),
    CitationForm.SCHEMA_ORG: schema_org.content,
    CitationForm.CROISSANT: croissant.content,
    CitationForm.DATACITE: lambda work, prefix: datacite.content(work),
}


def cite(package: Package, form: CitationForm, prefix: str = "") -> str:
    """Return the metadata of a package in a form; what its descriptor does not say is left out.

    `prefix` leads from the place of the metadata to the folder of the descriptor: empty, or with a slash at
    its end.

    Raises:
        PackageError: the descriptor cannot be used at all.

    """
    return _rendered(read_work(package), form, prefix)


def _rendered(work: Work, form: CitationForm, prefix: str) -> str:
    if form is CitationForm.BIBTEX:
        return bibtex.render(work)
    if form is CitationForm.CFF:
        return cff.render(work)
    text = json.dumps(CONTENT[form](work, prefix), indent=2, ensure_ascii=False) + "\n"
    return re.sub("[\ud800-\udfff]", lambda half: f"\\u{ord(half[0]):04x}", text)


def lacking(package: Package, form: CitationForm) -> list[str]:
    """Return what a form requires, by the form's own names, and the descriptor does not say."""
    # no form requires anything of the files, which take long to read
    found = CONTENT[form](read_work(package, has_files=False), "")
    return [name for name in REQUIRED[form] if name not in found]


def files(package: Package, folder: Path) -> dict[Path, bytes]:
    """Return the files of a repository by which its data are cited and found, with what goes into each."""
    work = read_work(package)
    return {
        folder / path: _rendered(work, form, _prefix(package, (folder / path).parent)).encode("utf-8")
        for form, path in PATHS.items()
    }


def write(package: Package, folder: Path) -> list[Path]:
    """Write these files, those that are not as they should be; return which.

    Raises:
        FactpackError: one of them is a file of the package itself, or no regular file; then none is written.
        OSError: a file cannot be written; then none is.

    """
    contents = {
        file: content
        for file, content in files(package, folder).items()
        if not file.is_file() or file.read_bytes() != content
    }
    for file in contents:
        if file.parent != folder:
            file.parent.mkdir(exist_ok=True)
        check_output(file, package.files)
    write_files(contents)
    return list(contents)


def lacks(package: Package, form: CitationForm) -> str | None:
    """Return a line that tells what a form requires and the descriptor does not say; None if it says all."""
    names = lacking(package, form)
    of = PATHS.get(form, form.value)
    return f"{of} requires {', '.join(names)}, of which the descriptor says nothing" if names else None


def _prefix(package: Package, place: Path) -> str:
    """Return the way from a folder, which need not exist, to that of the descriptor."""
    way = Path(os.path.relpath(package.file.resolve().parent, place.resolve())).as_posix()
    return "" if way == "." else f"{way}/"
