"""Checks the metadata of a package: by frictionless, and the references between its tables."""

import difflib
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from factpack import descriptive_metadata
from factpack.descriptive_metadata import Forms, described_faults
from factpack.descriptor import dereference, is_remote, with_floats
from factpack.dialect import PROPERTIES as DIALECT_PROPERTIES
from factpack.exceptions import FactpackError
from factpack.moments import MOMENTS
from factpack.package import Package, Resource
from factpack.plain_metadata import is_plain
from factpack.report import Finding, Severity
from factpack.table_schema import did_you_mean

#: A word that is so like another is taken for a slip, on difflib's scale from 0 to 1; and one that begins
#: otherwise.
MISSPELT, MISSPELT_AT_START = 0.8, 0.87

PROFILES = "https://datapackage.org/profiles"


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of object in a descriptor.

    It has the `properties` of Data Package v2.0 and of version 1, and those that frictionless adds to them;
    the `forms` of those that describe; and its `profile` in the standard. It is all of a file if `part` of a
    resource is the path of one.
    """

    properties: tuple[str, ...]
    forms: Forms = field(default_factory=dict)
    profile: re.Pattern[str] | None = None
    part: str = ""


def _profiles(name: str, first_name: str) -> re.Pattern[str]:
    """Return the form of a profile of the standard: addresses in both versions, and a name in the first."""
    hosts = r"(specs\.frictionlessdata\.io/schemas|schemas\.frictionlessdata\.io)"
    first = rf"https?://{hosts}/{first_name}\.json|{first_name}"
    return re.compile(rf"{re.escape(PROFILES)}/[12]\.0/{name}\.json|{first}")


PACKAGE = Kind(
    properties=(
        *("$schema", "profile", "name", "id", "title", "description", "homepage", "version", "created"),
        *("licenses", "contributors", "keywords", "image", "sources", "resources"),
    ),
    forms=descriptive_metadata.PACKAGE,
    profile=_profiles("datapackage", "(tabular-)?data-package"),
)
RESOURCE = Kind(
    properties=(
        *("name", "path", "data", "type", "$schema", "profile", "title", "description", "format"),
        *("mediatype", "encoding", "bytes", "hash", "sources", "licenses", "dialect", "schema", "homepage"),
        *("url", "scheme", "compression", "innerpath", "extrapaths", "fields", "rows"),
    ),
    forms=descriptive_metadata.RESOURCE,
    profile=_profiles("dataresource", "(tabular-)?data-resource"),
)
DIALECT = Kind(
    properties=DIALECT_PROPERTIES, profile=_profiles("tabledialect", "csv-dialect"), part="dialect"
)
SCHEMA = Kind(
    properties=(
        *("$schema", "name", "title", "description", "fields", "fieldsMatch", "missingValues"),
        *("primaryKey", "uniqueKeys", "foreignKeys"),
    ),
    profile=_profiles("tableschema", "table-schema"),
    part="schema",
)
FIELD = Kind(
    properties=(
        *("name", "type", "format", "title", "description", "example", "constraints", "categories"),
        *("categoriesOrdered", "missingValues", "rdfType", "trueValues", "falseValues", "decimalChar"),
        *("groupChar", "bareNumber", "delimiter", "itemType", "arrayItem", "floatNumber"),
    ),
    forms=descriptive_metadata.FIELD,
)
KEY = Kind(properties=("fields", "reference"))
REFERENCE = Kind(properties=("package", "resource", "fields"))

#: Table Schema v2.0, "Field Types".
TYPES_WITH_FORMATS = {"string", "date", "time", "datetime", "geopoint", "geojson"}

#: How frictionless names a property that is not of its form; and those that cannot be left out.
AT_PROPERTY = re.compile(r"at property '([^'/]+)")
NEEDED = {"resources", "name", "path", "schema", "fields"}

#: What frictionless would open or fetch; the package was opened without it.
FOLLOWED = {"profile", "$schema", "schema", "dialect", "path", "data", "extrapaths"}


def metadata_findings(package: Package) -> Iterator[Finding]:
    """Yield what is wrong with an opened package's descriptor beyond what stood in the way of opening it.

    Source: Data Package v2.0; frictionless checks it, and is given nothing that it would follow.
    """
    if not package.is_opened:
        return
    for owner, kind, descriptor in _described(package):
        if isinstance(descriptor, dict):
            yield from _profile_findings(owner, kind, descriptor, package.file.name)
            yield from _misspelt(owner, kind.properties, descriptor)
            yield from _unused(owner, kind, descriptor)
            yield from _described_findings(owner, kind, descriptor, package.file.name)
    if not is_plain(package.descriptor, package.resources):
        for note in frictionless_notes(package.descriptor, package.resources):
            yield Finding(rule="descriptor", path=package.file.name, message=note)
    for resource in package.resources:
        yield from _reference_findings(resource, package.resources)


def _described(package: Package) -> Iterator[tuple[Resource | None, Kind, Any]]:
    """Yield each object of a package's descriptor with its resource and its kind."""
    yield None, PACKAGE, package.descriptor
    for resource in package.resources:
        yield resource, RESOURCE, resource.descriptor
        with suppress(FactpackError):  # what is wrong with its file is told where it is read
            dialect = dereference(resource.descriptor, "dialect", package.file.parent)
            yield resource, DIALECT, dialect
        if resource.schema is None or resource.is_open:
            continue
        yield resource, SCHEMA, resource.schema.descriptor
        for item in resource.schema.fields:
            yield resource, FIELD, item.descriptor
        for key in resource.schema.descriptor.get("foreignKeys", []):
            yield resource, KEY, key
            yield resource, REFERENCE, key["reference"]


def _misspelt(
    owner: Resource | None, known: tuple[str, ...], descriptor: dict[str, Any]
) -> Iterator[Finding]:
    """Yield the properties that are all but one of the standard's, which others may well be: custom ones."""
    for name in (name for name in descriptor if name not in known):
        near = next((other for other in _like(name, known) if other not in descriptor), None)
        if near is not None:
            yield _warning(owner, f"the property {name!r} is none of the standard's; did you mean {near!r}?")


def _warning(owner: Resource | None, message: str) -> Finding:
    if owner is None:
        return Finding(severity=Severity.WARNING, rule="property", message=message)
    return owner.finding("property", message, severity=Severity.WARNING)


def _unused(owner: Resource | None, kind: Kind, descriptor: dict[str, Any]) -> Iterator[Finding]:
    """Yield the values of `type` and `format` that are of no use."""
    if kind is RESOURCE and descriptor.get("type", "table") != "table":
        yield _warning(owner, f"the type {descriptor['type']!r} of a resource is none of the standard's")
    if kind is not FIELD:
        return
    name, of_type, form = descriptor["name"], descriptor.get("type", "any"), descriptor.get("format")
    if of_type not in TYPES_WITH_FORMATS and form not in (None, "default"):
        yield _warning(owner, f"{name}: the type {of_type} has no formats; {form!r} is passed over")
    if of_type in MOMENTS and form not in (None, "default", "any") and "%" not in form:
        yield _warning(owner, f"{name}: the format {form!r} has no directive of strptime, as %Y has it")


def _described_findings(
    owner: Resource | None, kind: Kind, descriptor: dict[str, Any], shown: str
) -> Iterator[Finding]:
    """Yield what is wrong with the properties that describe."""
    place = f"{descriptor['name']}: " if kind is FIELD else ""
    for fault in described_faults(descriptor, kind.forms, place):
        resource, path = (None, shown) if owner is None else (owner.name, owner.path)
        yield Finding(rule="descriptor", resource=resource, path=path, message=fault)


@lru_cache(maxsize=1000)
def _like(name: str, known: tuple[str, ...]) -> list[str]:
    """Return the known names for which a name may be a slip, the most like one first.

    One with a language (`description@de`) is none (recipe "Language support").
    """
    if "@" in name:
        return []
    alike = difflib.get_close_matches(name, known, n=len(known), cutoff=MISSPELT)
    return [other for other in alike if other.startswith(name[:1].lower()) or _are_most_alike(other, name)]


def _are_most_alike(one: str, other: str) -> bool:
    return difflib.SequenceMatcher(None, one, other).ratio() >= MISSPELT_AT_START


def _profile_findings(
    owner: Resource | None, kind: Kind, descriptor: dict[str, Any], shown: str
) -> Iterator[Finding]:
    """Yield what is wrong with the profile of an object, where it can have one.

    Its `$schema` counts only where the object is all of a file (glossary, "Profile").
    """
    is_root = owner is None or isinstance(owner.descriptor.get(kind.part), str)
    for name in ("$schema", "profile") if is_root else ("profile",):
        profile = descriptor.get(name)
        if kind.profile is None or name not in descriptor:
            continue
        if not isinstance(profile, str):
            yield Finding(rule="profile", path=shown, message=f"the profile {profile!r} is not a text")
        elif name == "$schema" and not is_remote(profile):
            yield Finding(rule="profile", path=shown, message=f"the $schema {profile!r} is not an address")
        elif profile and not kind.profile.fullmatch(profile):
            message = f"the profile {profile!r} is none of the standard's for this, and is not followed"
            yield Finding(severity=Severity.UNJUDGED, rule="profile", path=shown, message=message)


def frictionless_notes(content: dict[str, Any], resources: Sequence[Resource]) -> Iterator[str]:
    """Yield what frictionless finds; it stops at the first properties that are not of their form.

    So it is asked again without these, until it finds nothing new.
    """
    # missingValues of a package are none of frictionless's, it takes what version 2 added by the profile, and
    # takes a moment without its offset
    left_out = ("profile", "missingValues", *(["created"] if isinstance(content.get("created"), str) else []))
    metadata = {name: value for name, value in content.items() if name not in left_out}
    metadata["$schema"] = f"{PROFILES}/2.0/datapackage.json"
    metadata["resources"] = [_harmless(resource) for resource in resources]
    metadata = with_floats(metadata)
    told: set[str] = set()
    while new := [note for note in _notes(metadata) if note not in told]:
        yield from new
        told.update(new)
        named = {match[1] for note in new if (match := AT_PROPERTY.search(note))} - NEEDED
        for part in (metadata, *metadata["resources"]):
            for name in named & part.keys():
                del part[name]


def _notes(metadata: dict[str, Any]) -> list[str]:
    import frictionless

    found: list[str] = []
    try:
        for error in frictionless.Package.metadata_validate(metadata):
            found.append(error.note)
    except frictionless.FrictionlessException as error:
        found.append(error.error.note)
    except Exception as error:  # frictionless lets many faults of a descriptor out as bare exceptions
        found.append(f"the metadata cannot be read: {type(error).__name__}: {error}")
    return found


def _harmless(resource: Resource) -> dict[str, Any]:
    """Return a resource's descriptor with its schema in place, and nothing to open or fetch."""
    descriptor = {name: value for name, value in resource.descriptor.items() if name not in FOLLOWED}
    descriptor["path"] = "table.csv"
    if resource.schema is not None and not resource.is_open:
        # a schema's name is none of the standard's, but frictionless has a form for it
        left_out = ("$schema", "name")
        schema = {name: value for name, value in resource.schema.descriptor.items() if name not in left_out}
        schema["fields"] = [_without_values(field) for field in schema["fields"]]
        schema["fieldsMatch"] = resource.schema.fields_match
        schema["primaryKey"] = list(resource.schema.primary_key)
        schema["foreignKeys"] = [
            {
                "fields": list(key.fields),
                "reference": {"resource": key.resource, "fields": list(key.reference_fields)},
            }
            for key in resource.schema.foreign_keys
        ]
        descriptor["schema"] = schema
    return descriptor


def _without_values(field: dict[str, Any]) -> dict[str, Any]:
    """Return a field without the values that frictionless would read by rules of its own."""
    return {
        name: value for name, value in field.items() if name not in ("example", "constraints", "categories")
    }


def _reference_findings(resource: Resource, resources: Sequence[Resource]) -> Iterator[Finding]:
    """Yield the foreign keys that name a resource, or a field of it, that does not exist."""
    tables = {other.name: other for other in resources}
    for key in resource.schema.foreign_keys if resource.schema is not None else ():
        parent = tables.get(key.resource or resource.name)
        if parent is None:
            hint = did_you_mean(key.resource, list(tables))
            yield resource.finding(
                "schema", f"a foreign key refers to {key.resource!r}, which does not exist{hint}"
            )
            continue
        if parent.schema is None or parent.is_open:
            continue
        known = dict.fromkeys(parent.schema.names)
        for name in key.reference_fields:
            if name not in known:
                hint = did_you_mean(name, known)
                message = f"a foreign key refers to {parent.name}.{name}, which does not exist{hint}"
                yield resource.finding("schema", message)
