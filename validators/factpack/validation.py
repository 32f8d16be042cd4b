"""Validates a package: opens it, reads its tables, runs the pandera schemas, and reports what failed."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pandera.pandas as pa

from factpack.exceptions import CheckError, EvidenceError, SchemaError
from factpack.fields import typed_column
from factpack.keys import foreign_key_schema
from factpack.metadata import metadata_findings
from factpack.package import Package, Resource, open_package
from factpack.reading import LexicalTable, read_table
from factpack.report import DocumentReport, Finding, Report, ResourceReport, Severity, verdict_of
from factpack.schema import compile_schema, failures
from factpack.table_schema import TableSchema

#: The algorithms of `hash` that factpack computes.
HASHES = {"md5", "sha1", "sha224", "sha256", "sha384", "sha512"}


@dataclass(frozen=True)
class Table:
    """A table that was read: its text, and its values."""

    resource: Resource
    schema: TableSchema
    lexical: LexicalTable
    values: pd.DataFrame


def validate(descriptor: str | Path, documents: Mapping[str, Path] | None = None) -> Report:
    """Validate the data package whose descriptor is at that path.

    `documents` has files with copies of documents (UTF-8 text or web pages), by the documents' keys; with
    them, evidence is verified against the texts too.

    Raises:
        PackageError: there is no such file, or it cannot be read.

    """
    package = open_package(descriptor)
    findings = [*package.findings, *metadata_findings(package)]
    tables: dict[str, Table] = {}
    for resource in package.resources:
        try:
            findings.extend(_file_findings(resource))
            if resource.file is None or resource.schema is None:
                continue
            table = _read(resource, resource.schema)
            findings.extend(table.lexical.findings)
            findings.extend(_failed(table, compile_schema(table.schema, resource.name)))
            tables[resource.name] = table
        except SchemaError as error:
            findings.append(resource.finding("schema", str(error)))
        except OSError as error:
            message = f"the file cannot be read: {error.strerror or error}"
            findings.append(resource.finding("resource", message, severity=Severity.UNJUDGED))
    for table in tables.values():
        findings.extend(_foreign_key_findings(table, tables))
    found, reports = _evidence(package, tables, documents or {})
    return _report(package, tables, [*findings, *found], reports)


def _evidence(
    package: Package, tables: dict[str, Table], documents: Mapping[str, Path]
) -> tuple[list[Finding], list[DocumentReport]]:
    """Return the findings and the reports of the evidence, if the package declares any."""
    if "evidence" not in package.descriptor:
        return [], []
    from factpack.evidence.verification import verify_evidence

    texts = {name: table.lexical for name, table in tables.items()}
    try:
        return verify_evidence(package, texts, documents)
    except EvidenceError as error:
        finding = Finding(
            severity=Severity.UNJUDGED, rule="evidence", path=package.file.name, message=str(error)
        )
        return [finding], []


def _report(
    package: Package, tables: dict[str, Table], findings: list[Finding], documents: list[DocumentReport]
) -> Report:
    names = [resource.name for resource in package.resources]
    order = {name: place for place, name in enumerate(names)}
    resources = []
    for resource in package.resources:
        own = [finding for finding in findings if finding.resource == resource.name]
        table = tables.get(resource.name)
        resources.append(
            ResourceReport(
                name=resource.name,
                path=resource.path,
                rows=None if table is None else len(table.values),
                verdict=verdict_of(own),
                errors=sum(finding.severity is Severity.ERROR for finding in own),
            )
        )
    findings.sort(key=lambda found: (order.get(found.resource or "", -1), found.row or 0))
    return Report(package=package.name, resources=resources, findings=findings, documents=documents)


def _file_findings(resource: Resource) -> Iterator[Finding]:
    """Yield where a file is not the one that the descriptor describes.

    Source: Data Resource v2.0, `bytes` and `hash` (MD5, unless another algorithm stands before a colon).
    """
    size, declared = resource.descriptor.get("bytes"), resource.descriptor.get("hash")
    if resource.file is None or (size is None and not isinstance(declared, str)):
        return
    content = resource.file.read_bytes()
    hint = "if the file is right, run `factpack refresh`"
    if size is not None and size != len(content):
        yield resource.finding("bytes", f"the file has {len(content)} bytes, not {size}", hint=hint)
    if not isinstance(declared, str):
        return
    prefix, _, expected = declared.rpartition(":")
    algorithm = prefix.lower() or "md5"
    if algorithm not in HASHES:
        message = f"the hash is of the kind {algorithm!r}, which factpack does not compute"
        yield resource.finding("hash", message, severity=Severity.UNJUDGED)
    elif expected.lower() != (actual := hashlib.new(algorithm, content, usedforsecurity=False).hexdigest()):
        yield resource.finding("hash", f"the file's {algorithm} is not {expected}", value=actual, hint=hint)


def _read(resource: Resource, schema: TableSchema) -> Table:
    lexical = read_table(resource)
    values = {field.name: typed_column(lexical.frame[field.name], field) for field in schema.fields}
    return Table(resource, schema, lexical, pd.DataFrame(values, index=lexical.frame.index))


def _foreign_key_findings(table: Table, tables: dict[str, Table]) -> Iterator[Finding]:
    for key in table.schema.foreign_keys:
        parent = tables.get(key.resource or table.resource.name)
        if parent is None:
            names = ", ".join(key.fields)
            message = f"the key {names} refers to {key.resource!r}, which could not be read"
            yield table.resource.finding("foreignKeys", message, severity=Severity.UNJUDGED)
        elif set(key.reference_fields) <= set(parent.schema.names):
            fields, parent_fields = table.schema.named(key.fields), parent.schema.named(key.reference_fields)
            yield from _failed(table, foreign_key_schema(fields, parent.values, parent_fields), parent)


def _failed(table: Table, schema: pa.DataFrameSchema, parent: Table | None = None) -> Iterator[Finding]:
    """Yield a finding for each cell, or key, that fails a check of the pandera schema."""
    try:
        failed = list(failures(schema, table.values))
    except CheckError as error:
        yield table.resource.finding("check", str(error), severity=Severity.UNJUDGED)
        return
    for failure in failed:
        texts = [table.lexical.frame[name] for name in failure.fields]
        for position in failure.positions:
            cells: list[Any] = [text.iloc[position] for text in texts]
            yield table.resource.finding(
                failure.rule,
                f"{failure.expected} of {parent.resource.name}" if parent else failure.expected,
                row=int(table.lexical.rows[position]),
                line=int(table.lexical.lines[position]),
                field=",".join(failure.fields),
                value=None if cells == [None] else ",".join(cell or "" for cell in cells),
            )
