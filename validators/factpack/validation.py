"""Validates a package: opens it, reads its tables, runs the pandera schemas, and reports what failed."""

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pandera.pandas as pa

from factpack.exceptions import (
    CheckError,
    DescriptorError,
    EvidenceError,
    RuleError,
    SchemaError,
    UnjudgedError,
)
from factpack.metadata import metadata_findings
from factpack.package import Package, Resource, open_package
from factpack.patterns import Clock
from factpack.report import (
    DocumentReport,
    Finding,
    Report,
    ResourceReport,
    RuleReport,
    Severity,
    limited,
    verdict_of,
)
from factpack.rules import Outcome, Rule, Tables, all_rules, judge
from factpack.schema import Parent, Reference, compile_foreign_keys, compile_schema, failures
from factpack.source import file_bytes, states
from factpack.table import Table, read_what_can_be_judged

#: The algorithms of `hash` that factpack computes.
HASHES = {"md5", "sha1", "sha224", "sha256", "sha384", "sha512"}


@dataclass(frozen=True, kw_only=True)
class Validation:
    """A report with what it is on: the package, the tables that could be read, and the rules across them."""

    report: Report
    package: Package
    tables: Mapping[str, Table]
    rules: Sequence[Rule]


def validate(
    descriptor: str | Path,
    documents: Mapping[str, Path] | None = None,
    rules: Sequence[Rule] | None = None,
) -> Report:
    """Validate the data package whose descriptor is at that path.

    `documents` has files with copies of documents (UTF-8 text or web pages), by the documents' keys; with
    them, evidence is verified against the texts too. `rules` are those across tables; where they are not
    given, those that installed distributions have for a package of its name.

    Raises:
        PackageError: there is no such file, or it cannot be read.

    """
    return run(descriptor, documents, rules).report


def run(
    descriptor: str | Path,
    documents: Mapping[str, Path] | None = None,
    rules: Sequence[Rule] | None = None,
) -> Validation:
    """Validate a data package as `validate` does, and keep what the report is on."""
    return validate_package(open_package(descriptor), documents, rules)


def validate_package(
    package: Package,
    documents: Mapping[str, Path] | None = None,
    rules: Sequence[Rule] | None = None,
) -> Validation:
    """Validate an opened data package as `run` does."""
    findings, tables = examine(package)
    found, of_loading = _rules(package, rules)
    of_rules, rule_reports = rules_outcome(package, tables, found)
    of_evidence, document_reports = evidence_outcome(package, tables, documents or {})
    findings = _ordered(package, [*findings, *of_loading, *of_rules, *of_evidence])
    report = Report(
        package=package.name,
        resources=[_resource_report(resource, tables, findings) for resource in package.resources],
        findings=findings,
        rules=rule_reports,
        documents=document_reports,
    )
    return Validation(report=report, package=package, tables=tables, rules=found)


def examine(package: Package) -> tuple[list[Finding], dict[str, Table]]:
    """Return what is wrong with a package, rules and evidence left aside, and the tables that were read."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        metadata = pool.submit(lambda: list(metadata_findings(package)))
        outcomes = list(pool.map(_read_resource, package.resources))
        findings = [*package.findings, *metadata.result(), *(found for part, _ in outcomes for found in part)]
        tables = {table.resource.name: table for _, table in outcomes if table is not None}
        findings.extend(_broken(tables, pool))
    return findings, tables


def _read_resource(resource: Resource) -> tuple[list[Finding], Table | None]:
    """Return what is wrong with the files of a resource, and its table, if it is one and could be read."""
    findings: list[Finding] = []
    table = None
    try:
        before = states(resource.source.files)
        findings.extend(_file_findings(resource))
        if resource.schema is not None and (resource.source.files or resource.source.is_inline):
            table, unjudged = read_what_can_be_judged(resource)
            findings.extend([*table.lexical.findings, *unjudged])
        if states(resource.source.files) != before:
            raise UnjudgedError("the file changed while it was read")
    except SchemaError as error:
        findings.append(resource.finding("schema", str(error)))
    except DescriptorError as error:
        findings.append(resource.finding("resource", str(error)))
    except UnjudgedError as error:
        findings.append(resource.finding("resource", str(error), severity=Severity.UNJUDGED))
    except OSError as error:
        message = f"the file cannot be read: {error.strerror or error}"
        findings.append(resource.finding("resource", message, severity=Severity.UNJUDGED))
    return findings, table


def _broken(tables: dict[str, Table], pool: Executor) -> Iterator[Finding]:
    """Yield what breaks the schemas of tables; a table whose schema cannot be used is taken out of them.

    The pool computes the verdicts, while pandera goes through them.
    """
    compiled: list[tuple[Table, pa.DataFrameSchema]] = []
    clock = Clock()
    for table in list(tables.values()):
        try:
            schema = compile_schema(table.schema, table.resource.name, table.columns, pool=pool, clock=clock)
            compiled.append((table, schema))
        except SchemaError as error:
            yield table.resource.finding("schema", str(error))
            del tables[table.resource.name]
    for table in tables.values():
        findings, parents = _parents(table, tables)
        yield from findings
        if parents:
            compiled.append((table, compile_foreign_keys(table.schema, table.columns, parents, pool)))
    for table, schema in compiled:
        yield from limited(_failed(table, schema), table.resource.name)


def evidence_outcome(
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
        return [_unjudged(package, "evidence", error)], []


def _rules(package: Package, rules: Sequence[Rule] | None) -> tuple[Sequence[Rule], list[Finding]]:
    """Return the rules that are given, else those that are installed, or that these cannot be had."""
    try:
        return (all_rules(package.name, []) if rules is None else rules), []
    except RuleError as error:
        return [], [_unjudged(package, "rules", error)]


def rules_outcome(
    package: Package, tables: dict[str, Table], rules: Sequence[Rule]
) -> tuple[list[Finding], list[RuleReport]]:
    """Return the findings and the reports of the rules; one that cannot be judged stops no other."""
    findings: list[Finding] = []
    reports = []
    frames = Tables({name: partial(getattr, table, "frame") for name, table in tables.items()})
    for rule in rules:
        try:
            outcome = judge(rule, frames)
            lines, own = outcome.lines, list(limited(broken_findings(rule, outcome, tables), rule.name))
        except CheckError as error:
            lines, own = None, [_unjudged(package, rule.name, error)]
        findings.extend(own)
        reports.append(
            RuleReport(name=rule.name, severity=rule.severity, lines=lines, verdict=verdict_of(own))
        )
    return findings, reports


def broken_findings(rule: Rule, outcome: Outcome, tables: Mapping[str, Table]) -> Iterator[Finding]:
    """Yield a finding for each fact that is not as a rule expects."""
    for broken in outcome.broken:
        yield tables[broken.resource].finding(
            rule.name, broken.expected, broken.position, broken.fields, rule.severity
        )


def _unjudged(package: Package, rule: str, reason: Exception) -> Finding:
    return Finding(severity=Severity.UNJUDGED, rule=rule, path=package.file.name, message=str(reason))


def _resource_report(
    resource: Resource, tables: Mapping[str, Table], findings: Sequence[Finding]
) -> ResourceReport:
    own = [finding for finding in findings if finding.resource == resource.name]
    table = tables.get(resource.name)
    return ResourceReport(
        name=resource.name,
        path=resource.path,
        rows=None if table is None else len(table.lexical),
        verdict=verdict_of(own),
        errors=sum(finding.severity is Severity.ERROR for finding in own),
    )


def _ordered(package: Package, findings: Sequence[Finding]) -> list[Finding]:
    """Return findings in the order of the resources, then of the rows."""
    order = {resource.name: place for place, resource in enumerate(package.resources)}
    return sorted(findings, key=lambda found: (order.get(found.resource or "", -1), found.row or 0))


def _file_findings(resource: Resource) -> Iterator[Finding]:
    """Yield where the files of a resource are not those that the descriptor describes.

    Source: Data Resource v2.0, `bytes` and `hash` (MD5, unless another algorithm stands before a colon).
    """
    size, declared = resource.descriptor.get("bytes"), resource.descriptor.get("hash")
    if not resource.source.files or (size is None and not isinstance(declared, str)):
        return
    content = b"".join(map(file_bytes, resource.source.files))
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


def _parents(table: Table, tables: dict[str, Table]) -> tuple[list[Finding], list[Reference]]:
    """Return the foreign keys of a table with what they refer to, and which of them cannot be judged."""
    findings: list[Finding] = []
    parents: list[Reference] = []
    for key in table.schema.foreign_keys:
        parent = tables.get(key.resource or table.resource.name)
        if parent is None or parent.resource.is_open:
            names, reason = ", ".join(key.fields), "could not be read, or has no schema"
            message = f"the key {names} refers to {key.resource!r}, which {reason}"
            findings.append(table.resource.finding("foreignKeys", message, severity=Severity.UNJUDGED))
        elif not parent.has_judged(key.reference_fields):
            reason = "which has a field in it that cannot be judged"
            message = f"the key {', '.join(key.fields)} refers to {parent.resource.name!r}, {reason}"
            findings.append(table.resource.finding("foreignKeys", message, severity=Severity.UNJUDGED))
        elif parent.resource.schema is not None and set(key.reference_fields) <= set(
            parent.resource.schema.names
        ):  # a key to a field that does not exist is a fault of the schema
            parents.append((key, Parent(name=parent.resource.name, key=parent.key(key.reference_fields))))
    return findings, parents


def _failed(table: Table, schema: pa.DataFrameSchema) -> Iterator[Finding]:
    """Yield a finding for each cell, or key, that fails a check of the pandera schema."""
    # the checks judge the columns that were read; the frame only has their shape
    shape = np.zeros((len(table.columns), len(table.lexical)), np.int8).T
    frame = pd.DataFrame(shape, columns=pd.Index(table.columns, dtype=object), copy=False)
    for failure in failures(schema, frame):
        if isinstance(failure, CheckError):
            yield table.resource.finding("check", str(failure), severity=Severity.UNJUDGED)
            continue
        for position in failure.positions.tolist():
            yield table.finding(failure.rule, failure.expected, position, failure.fields)
