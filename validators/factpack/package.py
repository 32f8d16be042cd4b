"""Opens a data package: finds the file, the schema and the dialect of every resource.

Nothing outside the package's folder is opened, and no address is followed.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from factpack.descriptor import PathError, as_json, dereference, file_inside, is_remote, load_json
from factpack.dialect import Dialect, parse_dialect
from factpack.exceptions import DescriptorError, DialectError, PackageError, SchemaError, UnjudgedError
from factpack.formats import DELIMITERS, compression_of, format_of, has_profile, is_declared_table, is_table
from factpack.report import Finding, Severity, Verdict, verdict_of
from factpack.source import COMPRESSIONS, Source
from factpack.table_schema import MISSING_VALUES, TableSchema, did_you_mean, parse_schema

#: What a descriptor is called.
DESCRIPTOR = "datapackage.json"

#: The schema of a table that declares none: it may have any columns, and any cells in them.
OPEN = parse_schema({"fields": [], "fieldsMatch": "subset"})


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One resource of a package.

    `source` has no file where there is none that may be opened. `schema` is None where the table cannot be
    judged; its `findings` then say why.
    """

    name: str
    path: str | None
    source: Source
    is_table: bool
    schema: TableSchema | None
    dialect: Dialect
    descriptor: dict[str, Any]
    findings: Sequence[Finding]

    @property
    def file(self) -> Path | None:
        """The one file of the resource, if its content stands there as it is: not packed, nor in several."""
        is_plain = len(self.source.files) == 1 and self.source.compression is None
        return self.source.files[0] if is_plain else None

    @property
    def is_open(self) -> bool:
        """Whether the table declares no schema, so that only its form is judged."""
        return self.schema is OPEN

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

    @property
    def files(self) -> Iterator[Path]:
        """The files that make the package: its descriptor, and those of tables, schemas and dialects."""
        yield self.file
        for resource in self.resources:
            yield from resource.source.files
            for name in ("schema", "dialect"):
                path = resource.descriptor.get(name)
                if isinstance(path, str):
                    yield self.file.parent / path

    @property
    def is_opened(self) -> bool:
        """Whether the descriptor can be used, so that there are resources."""
        return bool(self.resources)

    def check_opened(self) -> None:
        """Raise where nothing of the package could be opened.

        Raises:
            PackageError: the descriptor cannot be used at all.

        """
        if not self.is_opened:
            message = self.findings[0].message.removeprefix(f"{self.file.name}: ")
            raise PackageError(f"{self.file}: {message}")

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
        _refuse_absent(file)
        content = load_json(file, file.name, str(file))
        resources = [
            _open_resource(item, number, file.parent, content)
            for number, item in enumerate(_declared(content), 1)
        ]
    except DescriptorError as error:
        findings.append(Finding(rule="descriptor", path=file.name, message=str(error)))
    for resource in resources:
        findings.extend(resource.findings)
    name = content.get("name")
    shown = name if isinstance(name, str) else file.resolve().parent.name
    return Package(name=shown, file=file, descriptor=content, resources=resources, findings=findings)


def _refuse_absent(file: Path) -> None:
    """Refuse a folder, and a default descriptor that is not there, with a hint at what may be wanted."""
    start = "; `factpack init` starts a package"
    if os.path.isdir(file):
        inside = file / DESCRIPTOR
        hint = f"; did you mean {inside}?" if inside.is_file() else start
        raise PackageError(f"{file}: not a regular file{hint}")
    if file.name == DESCRIPTOR and not os.path.lexists(file):
        raise PackageError(f"{file}: no such file{start}")


def _declared(content: dict[str, Any]) -> list[dict[str, Any]]:
    resources = content.get("resources")
    if not isinstance(resources, list) or not resources:
        raise DescriptorError("'resources' must be a list of at least one resource; nothing can be checked")
    if not all(isinstance(item, dict) for item in resources):
        raise DescriptorError("'resources' holds something that is not a JSON object")
    return resources


def _open_resource(descriptor: dict[str, Any], number: int, base: Path, package: dict[str, Any]) -> Resource:
    declared_name, path = descriptor.get("name"), descriptor.get("path")
    name = declared_name if isinstance(declared_name, str) else f"resource {number}"
    shown = path if isinstance(path, str) else ", ".join(_paths(descriptor)) or None
    findings: list[Finding] = []

    def note(rule: str, message: object, severity: Severity = Severity.ERROR) -> None:
        findings.append(
            Finding(severity=severity, rule=rule, resource=name, path=shown, message=str(message))
        )

    source, dialect, schema = Source(), Dialect(), None
    is_tabular = has_profile(package, "tabular-data-package") or is_table(descriptor)
    try:
        source = _source(descriptor, base)
        declared_schema = dereference(descriptor, "schema", base)
        declared_dialect = dereference(descriptor, "dialect", base) or {}
        if is_tabular:
            delimiter = DELIMITERS.get(format_of(descriptor), ",")
            dialect = parse_dialect(declared_dialect, delimiter, descriptor.get("encoding"))
            missing = package.get("missingValues", MISSING_VALUES)
            schema = OPEN if declared_schema is None else parse_schema(declared_schema, missing)
    except DialectError as error:
        note("dialect", error)
    except PathError as error:
        note("path", error)
    except DescriptorError as error:
        note("descriptor", error)
    except SchemaError as error:
        note("schema", error)
    except (UnjudgedError, PackageError) as error:  # also an address, or a file that cannot be read
        note("resource", error, Severity.UNJUDGED)
    else:
        for reason in _unjudged(descriptor, source, dialect, schema) if is_tabular else ():
            note("resource", reason, Severity.UNJUDGED)
        if schema is OPEN and not findings:
            note("resource", "the table has no schema, so that only its form is judged", Severity.WARNING)
    return Resource(
        name=name,
        path=shown,
        source=source,
        is_table=is_tabular,
        schema=schema if verdict_of(findings) is Verdict.VALID else None,
        dialect=dialect,
        descriptor=descriptor,
        findings=findings,
    )


def _source(descriptor: dict[str, Any], base: Path) -> Source:
    """Return where the content of a resource is.

    Raises:
        DescriptorError: it has no path and no data, or both, or a path that may not be opened.
        RemoteError: a path is an address.

    Source: Data Resource v2.0, "`path` or `data`".

    """
    if "path" in descriptor and "data" in descriptor:
        raise DescriptorError("the resource has both 'path' and 'data'; only one can count")
    if "data" in descriptor:
        _check_inline(descriptor)
        return Source(is_inline=True, data=descriptor["data"])
    if "path" not in descriptor and "url" not in descriptor:  # the name of version 0
        raise DescriptorError("the resource has neither 'path' nor 'data'")
    paths = _paths(descriptor)
    if not paths:
        raise DescriptorError("'path', or 'extrapaths', is neither a text nor a list of texts")
    if 0 < sum(map(is_remote, paths)) < len(paths):
        raise DescriptorError("some of its paths are addresses, and others are files")
    inner = descriptor.get("innerpath")
    if inner is not None and not isinstance(inner, str):
        raise DescriptorError("'innerpath' is not a text")
    return Source(
        paths=paths,
        files=[file_inside(base, path) for path in paths],
        compression=compression_of(descriptor),
        inner_path=inner,
    )


def _check_inline(descriptor: dict[str, Any]) -> None:
    """Check that the data are of a kind that they may be (Data Resource v2.0, "`path` or `data`")."""
    data = descriptor["data"]
    if not isinstance(data, dict | list | str):
        raise DescriptorError(f"'data' is {as_json(data)}: neither an array, nor an object, nor a text")
    if isinstance(data, str) and is_declared_table(descriptor):
        raise DescriptorError("'data' is a text; those of a table are an array of rows")
    if isinstance(data, str) and not (descriptor.get("format") or descriptor.get("mediatype")):
        raise DescriptorError("'data' is a text, and neither 'format' nor 'mediatype' tells of what")


def _paths(descriptor: dict[str, Any]) -> list[str]:
    """Return the paths of a resource; none if one of them is not a text."""
    path, more = descriptor.get("path", descriptor.get("url")), descriptor.get("extrapaths") or []
    if not isinstance(more, list):
        return []
    paths = [*path, *more] if isinstance(path, list) else [path, *more]
    return paths if paths and all(isinstance(item, str) for item in paths) else []


def _unjudged(
    descriptor: dict[str, Any], source: Source, dialect: Dialect, schema: TableSchema | None
) -> Iterator[str]:
    """Yield what factpack cannot judge: to say so is better than to pass over it."""
    kind = format_of(descriptor)
    has_rows = source.is_inline and not isinstance(source.data, str)
    if not has_rows and kind not in DELIMITERS:
        yield f"the format is {kind!r}; factpack reads {' and '.join(DELIMITERS)}"
    if source.compression is not None and source.compression not in COMPRESSIONS:
        yield f"the compression is {source.compression!r}; factpack reads {', '.join(COMPRESSIONS)}"
    if len({compression_of({**descriptor, "path": path}) for path in source.paths}) > 1:
        yield "some of its files are compressed, and others are not, or in other ways"
    if schema is OPEN and not dialect.has_header:
        yield "the table has no schema and no header to be checked against"
