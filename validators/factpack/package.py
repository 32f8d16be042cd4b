"""Opens a data package: finds the file, the schema and the dialect of every resource.

Nothing outside the package's folder is opened, and no address is followed.
"""

import codecs
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from factpack.descriptor import DescriptorError, dereference, file_inside, load_json
from factpack.exceptions import PackageError, SchemaError
from factpack.report import Finding, Severity
from factpack.table_schema import TableSchema, did_you_mean, parse_schema

#: The formats of tables that this version reads, each with its delimiter (Table Dialect v2.0, `delimiter`).
DELIMITERS = {"csv": ",", "tsv": "\t"}

#: The properties of a Table Dialect that this version leaves at their defaults; other values are not judged.
FIXED_DIALECT = {
    "doubleQuote": True,
    "skipInitialSpace": False,
    "header": True,
    "headerRows": [1],
    "headerJoin": " ",
    "headerCase": True,
    "commentRows": [],
    "csvddfVersion": "1.2",
    "type": "delimited",
}
#: The properties of a Table Dialect that this version reads, or that do not bear on reading.
FREE_DIALECT = {"delimiter", "quoteChar", "lineTerminator", "$schema", "name", "title", "description"}


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
        resources = [
            _open_resource(item, place, file.parent) for place, item in enumerate(_declared(content), 1)
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


def _open_resource(descriptor: dict[str, Any], place: int, base: Path) -> Resource:
    declared_name, path = descriptor.get("name"), descriptor.get("path")
    name = declared_name if isinstance(declared_name, str) else f"resource {place}"
    shown = path if isinstance(path, str) else None
    findings: list[Finding] = []

    def note(rule: str, message: object, severity: Severity = Severity.ERROR) -> None:
        findings.append(
            Finding(severity=severity, rule=rule, resource=name, path=shown, message=str(message))
        )

    file: Path | None = None
    dialect: dict[str, Any] = {}
    schema: TableSchema | None = None
    is_table = _is_table(descriptor)
    try:
        if shown is not None:
            file = file_inside(base, shown)
        declared_schema = dereference(descriptor.get("schema"), "schema", base)
        dialect = dereference(descriptor.get("dialect"), "dialect", base) or {}
        if is_table:
            schema = parse_schema(declared_schema) if declared_schema is not None else None
    except DescriptorError as error:
        note("path", error)
    except SchemaError as error:
        note("schema", error)
    except PackageError as error:  # an address, or a file that cannot be read
        note("resource", error, Severity.UNJUDGED)
    else:
        for reason in _unjudged(descriptor, schema, dialect) if is_table else ():
            note("resource", reason, Severity.UNJUDGED)
    return Resource(
        name=name,
        path=shown,
        file=file,
        is_table=is_table,
        schema=None if findings else schema,
        dialect=Dialect(
            delimiter=dialect.get("delimiter", DELIMITERS.get(_format(descriptor), ",")),
            quote=dialect.get("quoteChar", '"'),
            encoding=str(descriptor.get("encoding", "utf-8")),
        ),
        descriptor=descriptor,
        findings=findings,
    )


def _format(descriptor: dict[str, Any]) -> str:
    extension = str(descriptor.get("path", "")).rpartition(".")[2]
    return str(descriptor.get("format", extension)).lower()


def _is_table(descriptor: dict[str, Any]) -> bool:
    """Tell whether a resource is declared a table, or is one by its form."""
    return (
        descriptor.get("type") == "table"
        or descriptor.get("profile") == "tabular-data-resource"
        or "schema" in descriptor
        or "data" in descriptor
        or isinstance(descriptor.get("path"), list)
        or _format(descriptor) in DELIMITERS
    )


def _unjudged(
    descriptor: dict[str, Any], schema: TableSchema | None, dialect: dict[str, Any]
) -> Iterator[str]:
    """Yield what this version of factpack cannot judge: to say so is better than to pass over it."""
    path = descriptor.get("path")
    if isinstance(path, list):
        yield "the table lies in several files, which this version does not read"
    elif path is None and "data" in descriptor:
        yield "the table stands in the descriptor itself, which this version does not read"
    elif _format(descriptor) not in DELIMITERS:
        yield f"the format is {_format(descriptor)!r}; this version reads {' and '.join(DELIMITERS)}"
    if descriptor.get("compression"):
        yield "the table is compressed, which this version does not read"
    yield from _unjudged_dialect(descriptor, dialect)
    if schema is None:
        yield "the table has no schema to be checked against"
        return
    matching = schema.descriptor.get("fieldsMatch", "exact")
    if matching not in ("exact", ["exact"]):
        yield f"fieldsMatch is {matching!r}; this version judges 'exact' only"
    for field in schema.fields:
        if "jsonSchema" in field.constraints:
            yield f"the field {field.name!r} has a jsonSchema, which this version does not judge"


def _unjudged_dialect(descriptor: dict[str, Any], dialect: dict[str, Any]) -> Iterator[str]:
    for name, value in dialect.items():
        if name not in FREE_DIALECT and (name not in FIXED_DIALECT or FIXED_DIALECT[name] != value):
            yield f"the dialect's {name} is {value!r}, which this version does not read"
    for name in ("delimiter", "quoteChar"):
        value = dialect.get(name, ",")
        if not isinstance(value, str) or len(value) != 1:
            yield f"the dialect's {name} is {value!r}, which is not one character"
    try:
        codecs.lookup(str(descriptor.get("encoding", "utf-8")))
    except LookupError:
        yield f"the encoding {descriptor['encoding']!r} is not known"
