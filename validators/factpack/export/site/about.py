"""What a descriptor says of its package: licences, sources, contributors, and how to cite it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from factpack.export.site.text import address, mail_address
from factpack.package import Package

#: Roles of those whom a citation names as the authors.
AUTHORS = {"author", "creator"}


@dataclass(frozen=True)
class Named:
    """Something that has a name, maybe an address that is safe to follow, and more to be said of it."""

    title: str
    href: str | None
    more: str


@dataclass(frozen=True)
class About:
    """What a package is: its title, and whom and what it names."""

    title: str
    description: Any
    version: str
    created: str
    homepage: str | None
    keywords: list[str]
    licenses: list[Named]
    sources: list[Named]
    contributors: list[Named]
    citation: str


def about(package: Package) -> About:
    """Return what the descriptor of a package says of it; what is not of its form is left out."""
    content = package.descriptor
    return About(
        title=_text(content, "title") or package.name,
        description=content.get("description"),
        version=_text(content, "version"),
        created=_text(content, "created")[:10],
        homepage=address(content.get("homepage")),
        keywords=[word for word in _list(content, "keywords") if isinstance(word, str)],
        licenses=licenses(content),
        sources=sources(content),
        contributors=list(_contributors(content)),
        citation=citation(package),
    )


def licenses(content: Mapping[str, Any]) -> list[Named]:
    """Return the licences of a package or a resource."""
    found = []
    for item in _objects(content, "licenses"):
        name, title = _text(item, "name"), _text(item, "title")
        found.append(_named(item, title or name, name if title else ""))
    return [item for item in found if item.title]


def sources(content: Mapping[str, Any]) -> list[Named]:
    """Return the sources of a package or a resource."""
    found = []
    for item in _objects(content, "sources"):
        more = [_text(item, name) for name in ("publisher", "version")]
        found.append(_named(item, _text(item, "title"), ", ".join(filter(None, more))))
    return [item for item in found if item.title]


def _contributors(content: Mapping[str, Any]) -> Iterator[Named]:
    for item in _objects(content, "contributors"):
        more = ", ".join([*_roles(item), *filter(None, [_text(item, "organization")])])
        named = _named(item, _name(item), more)
        if named.title:
            yield named


def _named(item: Mapping[str, Any], title: str, more: str) -> Named:
    """Return what is named; one without a title goes by its address, also where no link may lead to it."""
    href = address(item.get("path")) or mail_address(item.get("email"))
    return Named(title or _text(item, "path") or _text(item, "email"), href, more)


def _name(contributor: Mapping[str, Any]) -> str:
    parts = [_text(contributor, "givenName"), _text(contributor, "familyName")]
    return _text(contributor, "title") or " ".join(filter(None, parts))


def _roles(contributor: Mapping[str, Any]) -> list[str]:
    roles = _list(contributor, "roles") or [contributor.get("role")]  # the name of version 1
    return [role for role in roles if isinstance(role, str)]


def citation(package: Package) -> str:
    """Return how a package is cited: authors, year, title, version, and its address where it has one."""
    content = package.descriptor
    people = _objects(content, "contributors")
    authors = [item for item in people if AUTHORS & {role.lower() for role in _roles(item)}] or people
    names = ", ".join(filter(None, map(_name, authors)))
    year = re.match(r"[0-9]{4}", _text(content, "created"))
    who = " ".join(filter(None, [names, f"({year[0]})" if year else ""]))
    version = _text(content, "version")
    what = (_text(content, "title") or package.name) + (f" (version {version})" if version else "")
    place = content.get("id") if address(content.get("id")) else content.get("homepage")
    parts = [who, f"{what} [Data package]", address(place) or ""]
    return ". ".join(filter(None, parts)) + ("" if address(place) else ".")


def _text(item: Mapping[str, Any], name: str) -> str:
    value = item.get(name)
    return value.strip() if isinstance(value, str) else ""


def _list(item: Mapping[str, Any], name: str) -> list[Any]:
    value = item.get(name)
    return value if isinstance(value, list) else []


def _objects(item: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    return [part for part in _list(item, name) if isinstance(part, dict)]
