"""A data package as an entry of BibTeX."""

import re
from collections.abc import Iterator

from factpack.citing.work import Contributor, Work, present

REQUIRED = ("author", "title")

#: What TeX does not print as it stands.
SPECIAL = {
    "\\": r"{\textbackslash}",
    "{": r"{\textbraceleft}",  # BibTeX counts a brace, also after a backslash
    "}": r"{\textbraceright}",
    "~": r"{\textasciitilde}",
    "^": r"{\textasciicircum}",
    **{character: f"\\{character}" for character in "#$%&_"},
}


def content(work: Work) -> dict[str, str]:
    """Return the fields of the entry, as TeX has them.

    A name is in braces, so that BibTeX does not take it apart, and so is a title, which keeps its capitals.
    """
    fields = {
        "author": " and ".join(map(_name, work.authors)),
        "title": f"{{{_escaped(work.title)}}}",
        "year": work.year,
        "version": _escaped(work.version or ""),
        "publisher": _name(work.publisher) if work.publisher else None,
        "doi": _verbatim(work.doi or ""),
        "url": _verbatim(work.homepage or ""),
        "note": "Data package",
    }
    return present(fields)


def render(work: Work) -> str:
    """Return the entry. It is of the kind `misc`, which every style knows."""
    return "\n".join([f"@misc{{{_key(work.name)},", *_lines(content(work)), "}"]) + "\n"


def _lines(fields: dict[str, str]) -> Iterator[str]:
    width = max(map(len, fields))
    for name, value in fields.items():
        comma = "" if name == list(fields)[-1] else ","
        yield f"  {name:{width}} = {{{value}}}{comma}"


def _name(contributor: Contributor) -> str:
    if contributor.given_name and contributor.family_name:
        return f"{{{_escaped(contributor.family_name)}}}, {{{_escaped(contributor.given_name)}}}"
    return f"{{{_escaped(contributor.name)}}}"


def _key(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_") or "data"


def _escaped(text: str) -> str:
    return "".join(SPECIAL.get(character, character) for character in " ".join(text.split()))


def _verbatim(address: str) -> str:
    """Return an address, which styles print as it stands, with its braces in the form that addresses have."""
    return address.replace("{", "%7B").replace("}", "%7D")
