"""Checks the metadata of a package: by frictionless, and the references between its tables."""

from collections.abc import Iterator, Sequence
from typing import Any

from factpack.package import Package, Resource
from factpack.report import Finding, Severity
from factpack.table_schema import did_you_mean

#: The profiles that factpack knows: those of the standard, by their names or addresses.
KNOWN_PROFILES = ("https://datapackage.org/profiles/", "https://specs.frictionlessdata.io/schemas/")
KNOWN_NAMES = {"data-package", "tabular-data-package", "data-resource", "tabular-data-resource"}

#: What frictionless would open or fetch; the package was opened without it.
FOLLOWED = {"profile", "$schema", "schema", "dialect", "path", "data", "extrapaths"}


def metadata_findings(package: Package) -> Iterator[Finding]:
    """Yield what is wrong with an opened package's descriptor beyond what stood in the way of opening it.

    Source: Data Package v2.0; frictionless checks it, and is given nothing that it would follow.
    """
    if not package.resources:
        return
    for owner in (package.descriptor, *(resource.descriptor for resource in package.resources)):
        yield from _profile_findings(owner, package.file.name)
    for note in _frictionless_notes(package.descriptor, package.resources):
        yield Finding(rule="descriptor", path=package.file.name, message=note)
    for resource in package.resources:
        yield from _reference_findings(resource, package.resources)


def _profile_findings(descriptor: dict[str, Any], shown: str) -> Iterator[Finding]:
    for name in ("$schema", "profile"):
        profile = descriptor.get(name)
        if profile is not None and profile not in KNOWN_NAMES and not str(profile).startswith(KNOWN_PROFILES):
            message = f"the profile {profile!r} is none of the standard's, and is not followed"
            yield Finding(severity=Severity.UNJUDGED, rule="profile", path=shown, message=message)


def _frictionless_notes(content: dict[str, Any], resources: Sequence[Resource]) -> Iterator[str]:
    import frictionless

    metadata = {name: value for name, value in content.items() if name != "profile"}
    if not str(metadata.get("$schema", "")).startswith(KNOWN_PROFILES[0]):
        metadata["$schema"] = f"{KNOWN_PROFILES[0]}2.0/datapackage.json"
    metadata["resources"] = [_harmless(resource) for resource in resources]
    try:
        for error in frictionless.Package.metadata_validate(metadata):
            yield error.note
    except frictionless.FrictionlessException as error:
        yield error.error.note
    except Exception as error:  # frictionless lets many faults of a descriptor out as bare exceptions
        yield f"the metadata cannot be read: {type(error).__name__}: {error}"


def _harmless(resource: Resource) -> dict[str, Any]:
    """Return a resource's descriptor with its schema in place, and nothing to open or fetch."""
    descriptor = {name: value for name, value in resource.descriptor.items() if name not in FOLLOWED}
    descriptor["path"] = "table.csv"
    if resource.schema is not None:
        schema = {name: value for name, value in resource.schema.descriptor.items() if name != "$schema"}
        schema["fields"] = [_without_values(field) for field in schema["fields"]]
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
        if parent.schema is None:
            continue
        for name in key.reference_fields:
            if name not in parent.schema.names:
                hint = did_you_mean(name, parent.schema.names)
                message = f"a foreign key refers to {parent.name}.{name}, which does not exist{hint}"
                yield resource.finding("schema", message)
