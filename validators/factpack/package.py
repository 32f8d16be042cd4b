"""Opens a data package: finds the file, the schema and the dialect of every resource.

Nothing outside the package's folder is opened, and no address is followed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from factpack.descriptor import dereference, file_inside, load_json
from factpack.exceptions import DescriptorError, PackageError, SchemaError, UnjudgedError
from factpack.limits import DELIMITERS, format_of, unjudged
from factpack.report import Finding, Severity
from factpack.table_schema import TableSchema, did_you_mean, parse_schema

#: The media types of tables.
MEDIA_TYPES = {"text/csv", "text/tab-separated-values"}


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """How the delimited text of a table is written."""

    delimiter: str
    quote: str
    encoding: str


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One resource of a package.

    `file` is None where there is none that may be opened, and `schema` where the table cannot be judged; its
    `findings` then say why.
    """

    name: str
    path: str | None
    file: Path | None
    is_table: bool
    schema: TableSchema | None
    dialect: Dialect
    descriptor: dict[str, Any]
    findings: Sequence[Finding]

    def finding(self, rule: str, message: str, **place: Any) -> Finding:
        """Return a finding on this resource."""
        return Finding(rule=rule, resource=self.name, path=self.path, message=message, **place)


@dataclass(frozen=True, kw_only=True)
class Package:
    """An opened package. `findings` are what stood in the way of opening it, or one of its resources."""

    name: str
    file: Path
    descriptor: dict[str, Any]
    resources: Sequence[Resource]
    findings: Sequence[Finding]

    def resource(self, name: str) -> Resource:
        """Return the resource of that name.

        Raises:
            PackageError: there is none.

        """
        for resource in self.resources:
            if resource.name == name:
                return resource
        known = [resource.name for resource in self.resources]
        raise PackageError(f"the package has no resource {name!r}{did_you_mean(name, known)}")


def open_package(descriptor: str | Path) -> Package:
    """Open the data package whose descriptor (`datapackage.json`) is at that path.

    Raises:
        PackageError: there is no such file, or it cannot be read.

    Source: Data Package v2.0; Data Resource v2.0.

    """
    file = Path(descriptor)
    findings: list[Finding] = []
    content: dict[str, Any] = {}
    resources: list[Resource] = []
    try:
        content = load_json(file, file.name)
        tabular = _has_profile(content, "tabular-data-package")
        resources = [
            _open_resource(item, number, file.parent, tabular)
            for number, item in enumerate(_declared(content), 1)
        ]
    except DescriptorError as error:
        findings.append(Finding(rule="descriptor", path=file.name, message=str(error)))
    for resource in resources:
        findings.extend(resource.findings)
    name = content.get("name")
    shown = name if isinstance(name, str) else file.resolve().parent.name
    return Package(name=shown, file=file, descriptor=content, resources=resources, findings=findings)


def _declared(content: dict[str, Any]) -> list[dict[str, Any]]:
    resources = content.get("resources")
    if not isinstance(resources, list) or not resources:
        raise DescriptorError("'resources' must be a list of at least one resource; nothing can be checked")
    if not all(isinstance(item, dict) for item in resources):
        raise DescriptorError("'resources' holds something that is not a JSON object")
    return resources


def _open_resource(descriptor: dict[str, Any], number: int, base: Path, tabular: bool) -> Resource:
    declared_name, path = descriptor.get("name"), descriptor.get("path")
    name = declared_name if isinstance(declared_name, str) else f"resource {number}"
    shown = path if isinstance(path, str) else None
    findings: list[Finding] = []

    def note(rule: str, message: object, severity: Severity = Severity.ERROR) -> None:
        findings.append(
            Finding(severity=severity, rule=rule, resource=name, path=shown, message=str(message))
        )

    file: Path | None = None
    dialect: dict[str, Any] = {}
    schema: TableSchema | None = None
    is_table = tabular or _is_table(descriptor)
    try:
        if shown is not None:
            file = file_inside(base, shown)
        _check_source(descriptor)
        declared_schema = dereference(descriptor, "schema", base)
        dialect = dereference(descriptor, "dialect", base) or {}
        if is_table:
            schema = parse_schema(declared_schema) if declared_schema is not None else None
    except DescriptorError as error:
        note("path", error)
    except SchemaError as error:
        note("schema", error)
    except UnjudgedError as error:
        note("schema", error, Severity.UNJUDGED)
    except PackageError as error:  # an address, or a file that cannot be read
        note("resource", error, Severity.UNJUDGED)
    else:
        for reason in unjudged(descriptor, schema, dialect) if is_table else ():
            note("resource", reason, Severity.UNJUDGED)
    return Resource(
        name=name,
        path=shown,
        file=file,
        is_table=is_table,
        schema=None if findings else schema,
        dialect=Dialect(
            delimiter=dialect.get("delimiter", DELIMITERS.get(format_of(descriptor), ",")),
            quote=dialect.get("quoteChar", '"'),
            encoding=str(descriptor.get("encoding", "utf-8")),
        ),
        descriptor=descriptor,
        findings=findings,
    )


def _check_source(descriptor: dict[str, Any]) -> None:
    """Check that a resource has a path or data, and only one of them.

    Raises:
        DescriptorError: it has none, or both, or a path that is none.

    """
    path = descriptor.get("path")
    if "path" in descriptor and "data" in descriptor:
        raise DescriptorError("the resource has both 'path' and 'data'; only one can count")
    if "path" not in descriptor and "data" not in descriptor:
        raise DescriptorError("the resource has neither 'path' nor 'data'")
    listed = isinstance(path, list) and bool(path) and all(isinstance(item, str) for item in path)
    if "path" in descriptor and not isinstance(path, str) and not listed:
        raise DescriptorError("'path' is neither a text nor a list of texts")


def _has_profile(descriptor: dict[str, Any], name: str) -> bool:
    """Tell whether a descriptor has a profile of version 1: its name, or the address of its schema."""
    return str(descriptor.get("profile", "")).endswith((name, f"{name}.json"))


def _is_table(descriptor: dict[str, Any]) -> bool:
    """Tell whether a resource is declared a table, or is one by its form."""
    return (
        descriptor.get("type") == "table"
        or _has_profile(descriptor, "tabular-data-resource")
        or descriptor.get("mediatype") in MEDIA_TYPES
        or "schema" in descriptor
        or "data" in descriptor
        or isinstance(descriptor.get("path"), list)
        or format_of(descriptor) in DELIMITERS
    )
