"""Validates a package: has its tables examined, judges its rules and its evidence, and reports on all."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from factpack.examination import Examination, examine
from factpack.exceptions import CheckError, EvidenceError, PackageError, RuleError
from factpack.package import Package, Resource, open_package
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
from factpack.table import Table


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
    examination: Examination | None = None,
) -> Validation:
    """Validate an opened data package as `run` does; `examination` is to do what `examine` does."""
    findings, tables = (examination or examine)(package)
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


def evidence_outcome(
    package: Package, tables: dict[str, Table], documents: Mapping[str, Path]
) -> tuple[list[Finding], list[DocumentReport]]:
    """Return the findings and the reports of the evidence, if the package declares any."""
    if "evidence" not in package.descriptor:
        return [], []
    from factpack.evidence.verification import verify_evidence

    try:
        texts = {name: table.whole.lexical for name, table in tables.items()}
        return verify_evidence(package, texts, documents)
    except (EvidenceError, PackageError) as error:
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
        yield tables[broken.resource].whole.finding(
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
