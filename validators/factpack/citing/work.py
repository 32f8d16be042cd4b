"""What a descriptor says of the work to be cited; what it does not say, or not as specified, is absent."""

import datetime
import hashlib
import mimetypes
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

from factpack.addresses import WEB, address
from factpack.exceptions import UnjudgedError
from factpack.formats import DELIMITERS, MEDIA_TYPES, format_of
from factpack.package import Package, Resource
from factpack.source import file_bytes

#: The roles of a contributor who made the work. Data Package v2.0 lets roles be any words.
AUTHORS = {"author", "creator"}

DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:)?(10\.[0-9]{4,9}/\S+)", re.IGNORECASE)

#: What neither YAML nor UTF-8 takes as it stands (YAML 1.2, `c-printable`), and line ends of old.
UNPRINTABLE = re.compile("[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

LICENSE_NAME = re.compile(r"[A-Za-z0-9.-]+")


@dataclass(frozen=True, kw_only=True)
class Contributor:
    """Who contributed: a person if there is a given or a family name, else an organization or group."""

    name: str
    given_name: str | None
    family_name: str | None
    organization: str | None
    address: str | None
    email: str | None
    roles: Sequence[str]

    @property
    def is_person(self) -> bool:
        """Whether the descriptor gives a name that only people have."""
        return bool(self.given_name or self.family_name)

    @property
    def known_roles(self) -> set[str]:
        """The roles in small letters, as they are compared."""
        return {role.lower() for role in self.roles}

    @property
    def sorted_name(self) -> str:
        """The name as catalogues have it: that of a person with the family name first."""
        if self.given_name and self.family_name:
            return f"{self.family_name}, {self.given_name}"
        return self.name


@dataclass(frozen=True, kw_only=True)
class License:
    """A licence, with its identifier in the SPDX License List if its name is one."""

    name: str | None
    title: str | None
    address: str | None

    @cached_property
    def spdx(self) -> str | None:
        """The identifier, in the letter case of the list."""
        if self.name is None or not LICENSE_NAME.fullmatch(self.name):
            return None
        try:
            found = canonicalize_license_expression(self.name)
        except InvalidLicenseExpression:
            return None
        return None if found.startswith("LicenseRef-") else str(found)

    @property
    def shown(self) -> str:
        """What to call it."""
        return self.spdx or self.name or self.title or self.address or "a licence without a name"


@dataclass(frozen=True, kw_only=True)
class Origin:
    """A source of the data; sources of one title and address are the same."""

    title: str
    address: str | None
    email: str | None = field(default=None, compare=False)
    publisher: str | None = field(default=None, compare=False)
    version: str | None = field(default=None, compare=False)


@dataclass(frozen=True, kw_only=True)
class DataFile:
    """A file of the data, as it is now. `path` is seen from the folder of the descriptor."""

    path: str
    media_type: str
    size: int
    sha256: str
    resource: Resource


@dataclass(frozen=True, kw_only=True)
class Work:
    """A data package as something to cite."""

    name: str
    title: str
    description: str | None
    version: str | None
    created: datetime.date | None
    keywords: Sequence[str]
    homepage: str | None
    doi: str | None
    identifier: str | None
    licenses: Sequence[License]
    origins: Sequence[Origin]
    contributors: Sequence[Contributor]
    package: Package
    has_files: bool = True

    @property
    def year(self) -> str | None:
        """The year in which it was made, of four digits."""
        return f"{self.created.year:04}" if self.created else None

    @property
    def place(self) -> str | None:
        """The address by which it is cited: of its DOI, of its identifier, or its home page."""
        return f"https://doi.org/{self.doi}" if self.doi else self.identifier or self.homepage

    @property
    def authors(self) -> Sequence[Contributor]:
        """Those whose role is author or creator; if there are none, those who have no role of a name."""
        named = [one for one in self.contributors if AUTHORS & one.known_roles]
        return named or [one for one in self.contributors if one.known_roles <= {"contributor"}]

    @property
    def publisher(self) -> Contributor | None:
        """The first contributor whose role is publisher."""
        return next((one for one in self.contributors if "publisher" in one.known_roles), None)

    @property
    def exceptions(self) -> Sequence[tuple[Resource, Sequence[License]]]:
        """The resources that have licences of their own, other than those of the package."""
        found = [(resource, licenses_of(resource.descriptor)) for resource in self.package.resources]
        return [(resource, own) for resource, own in found if own and own != self.licenses]

    @property
    def notes(self) -> Sequence[str]:
        """A sentence for each resource that has licences of its own."""
        return [_note(resource, own) for resource, own in self.exceptions]

    @cached_property
    def files(self) -> Sequence[DataFile]:
        """The files of the resources that can be read, each once; none if the work was read without them."""
        if not self.has_files:
            return []
        found = {file.path: file for resource in self.package.resources for file in _files(resource)}
        return list(found.values())


def read_work(package: Package, *, has_files: bool = True) -> Work:
    """Return what the descriptor of a package says of it, with or without what its files are.

    Raises:
        PackageError: the descriptor cannot be used at all.

    Source: Data Package v2.0, "Package properties"; `role` of version 1 counts as one of `roles`.

    """
    package.check_opened()
    descriptor, name = package.descriptor, text_of(package.name) or "data"
    identifier = DOI.fullmatch(text_of(descriptor.get("id")) or "")
    described = [descriptor, *(resource.descriptor for resource in package.resources)]
    return Work(
        name=name,
        title=text_of(descriptor.get("title")) or name,
        description=text_of(descriptor.get("description")),
        version=text_of(descriptor.get("version")),
        created=_date(descriptor.get("created")),
        keywords=list(dict.fromkeys(filter(None, map(text_of, _items(descriptor, "keywords"))))),
        homepage=_address(descriptor.get("homepage")),
        doi=identifier[1] if identifier else None,
        identifier=_address(descriptor.get("id")),
        licenses=licenses_of(descriptor),
        origins=list(dict.fromkeys(origin for each in described for origin in origins_of(each))),
        contributors=list(_contributors(descriptor)),
        package=package,
        has_files=has_files,
    )


def licenses_of(descriptor: Mapping[str, Any]) -> list[License]:
    """Return the licences of a package or a resource."""
    found = []
    for item in _objects(descriptor, "licenses"):
        name, title, path = (text_of(item.get(key)) for key in ("name", "title", "path"))
        if name or title or path:
            place = _address(item.get("path"))
            called = title or (None if name or place else path)
            found.append(License(name=name, title=called, address=place))
    return found


def present(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that have something in them."""
    return {name: value for name, value in fields.items() if value}


def _note(resource: Resource, own: Sequence[License]) -> str:
    what = "table" if resource.is_table else "resource"
    note = f"The {what} {text_of(resource.name)} is under {' or '.join(licence.shown for licence in own)}"
    titles = "; ".join(origin.title for origin in origins_of(resource.descriptor))
    return f"{note} (from {titles})." if titles else f"{note}."


def origins_of(descriptor: Mapping[str, Any]) -> Iterator[Origin]:
    """Yield the sources of a package or a resource."""
    for item in _objects(descriptor, "sources"):
        title, path, email, publisher, version = (
            text_of(item.get(key)) for key in ("title", "path", "email", "publisher", "version")
        )
        name = title or path or email
        if name:
            yield Origin(
                title=name,
                address=_address(item.get("path")),
                email=email,
                publisher=publisher,
                version=version,
            )


def _contributors(descriptor: Mapping[str, Any]) -> Iterator[Contributor]:
    for item in _objects(descriptor, "contributors"):
        given, family, title = (text_of(item.get(key)) for key in ("givenName", "familyName", "title"))
        organization = text_of(item.get("organization"))
        name = title or " ".join(filter(None, [given, family])) or organization
        roles = [text_of(role) for role in [*_items(item, "roles"), item.get("role")]]
        if name:
            yield Contributor(
                name=name,
                given_name=given,
                family_name=family,
                organization=organization if name != organization else None,
                address=_address(item.get("path")),
                email=text_of(item.get("email")),
                roles=[role for role in roles if role],
            )


def _files(resource: Resource) -> Iterator[DataFile]:
    for path, file in zip(resource.source.paths, resource.source.files, strict=True):
        try:
            content = file_bytes(Path(file))
        except (OSError, UnjudgedError):
            continue
        yield DataFile(
            path=path,
            media_type=_media_type(resource, path),
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            resource=resource,
        )


def _media_type(resource: Resource, path: str) -> str:
    """Return the media type of a file: as declared, by its format, or by its path."""
    declared = text_of(resource.descriptor.get("mediatype"))
    if declared:
        return declared
    if resource.source.compression is None and format_of(resource.descriptor) in DELIMITERS:
        (found,) = [kind for kind, form in MEDIA_TYPES.items() if form == format_of(resource.descriptor)]
        return found
    kind, packed = mimetypes.guess_type(path)
    return kind if kind and not packed else "application/octet-stream"


def _date(value: Any) -> datetime.date | None:
    try:
        return datetime.datetime.fromisoformat(text_of(value) or "").date()
    except ValueError:
        return None


def _address(value: Any) -> str | None:
    return address(value, WEB)


def text_of(value: Any) -> str | None:
    """Return a text without control characters and space at its ends; None if nothing is left."""
    return UNPRINTABLE.sub("", value).strip() or None if isinstance(value, str) else None


def _items(descriptor: Mapping[str, Any], name: str) -> list[Any]:
    value = descriptor.get(name)
    return value if isinstance(value, list) else []


def _objects(descriptor: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    return [item for item in _items(descriptor, name) if isinstance(item, dict)]
