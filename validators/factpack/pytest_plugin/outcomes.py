"""Validates a package once, and says of each check what it found."""

import warnings
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from factpack.baseline import Key as FindingKey
from factpack.baseline import told_apart
from factpack.evidence.tables import evidence_table
from factpack.examination import examine
from factpack.exceptions import FactpackError
from factpack.package import Package
from factpack.reading import LexicalTable, read_table
from factpack.report import DocumentReport, Finding, RuleReport, Severity, Verdict, verdict_of
from factpack.reports.listing import WEIGHTS
from factpack.reports.text import count, gone_told
from factpack.rules import Rule
from factpack.table import Table
from factpack.validation import evidence_outcome, rules_outcome

METADATA, RESOURCE, RULE, EVIDENCE = "metadata", "resource", "rule", "evidence"

#: The tables of evidence that say in each row which document it is about, and the column that does.
ROLES, DOCUMENT = ("documents", "segments", "evidence"), "document_id"


class Key(NamedTuple):
    """What a check is about: the metadata, a resource, a rule, or the evidence from a document."""

    kind: str
    name: str


#: The check that takes what no other does.
OF_METADATA = Key(METADATA, "")


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a check found, with how much it judged, and what a reader should know even of one that passes."""

    findings: Sequence[Finding]
    measures: Mapping[str, int]
    note: str

    @property
    def verdict(self) -> Verdict:
        """What the findings amount to."""
        return verdict_of(self.findings)


@dataclass(kw_only=True)
class _Collected:
    """What is known of a check while an outcome is put together."""

    findings: list[Finding] = field(default_factory=list)
    measures: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    was_run: bool = False


class CheckedPackage:
    """A package, what it is judged by, and, once it is asked for, what each check found."""

    def __init__(
        self,
        package: Package,
        rules: Sequence[Rule],
        copies: Mapping[str, Path],
        baseline: Mapping[FindingKey, int] | None = None,
    ) -> None:
        self.package = package
        self._rules = rules
        self._copies = copies
        self._baseline = baseline or {}

    @cached_property
    def keys(self) -> list[Key]:
        """The checks, in the order of the package; to know them, nothing is judged."""
        resources = [Key(RESOURCE, resource.name) for resource in self.package.resources]
        rules = [Key(RULE, rule.name) for rule in self._rules]
        documents = [Key(EVIDENCE, name) for name in _documents(self.package)]
        return list(dict.fromkeys([OF_METADATA, *resources, *rules, *documents]))

    def outcome(self, key: Key) -> Outcome:
        """Return what a check found; the package is validated when the first is asked for."""
        with warnings.catch_warnings():  # what libraries warn of is no fault of the data
            warnings.simplefilter("default")
            return self._outcomes[key]

    @cached_property
    def _known(self) -> frozenset[Key]:
        return frozenset(self.keys)

    @cached_property
    def _outcomes(self) -> dict[Key, Outcome]:
        of_files, tables = examine(self.package)
        of_rules, rule_reports = rules_outcome(self.package, tables, self._rules)
        of_evidence, document_reports = evidence_outcome(self.package, tables, self._copies)
        documents = _documents_of_rows(self.package, tables)
        owned = [
            *((finding, [self._owner(finding)]) for finding in of_files),
            *((finding, [self._rule(finding)]) for finding in of_rules),
            *((finding, self._documents(finding, documents)) for finding in of_evidence),
        ]
        checks = {key: _Collected() for key in self.keys}
        _measure(checks, tables, rule_reports, document_reports)
        self._share(owned, checks)
        return {key: _outcome(key, collected) for key, collected in checks.items()}

    def _share(self, owned: Sequence[tuple[Finding, list[Key]]], checks: Mapping[Key, _Collected]) -> None:
        """Give each finding to the checks that it belongs to; of those that are known, only their number."""
        _, seen, gone = told_apart([finding for finding, _ in owned], self._baseline)
        known = set(map(id, seen))
        numbers: Counter[Key] = Counter()
        for finding, keys in owned:
            if id(finding) in known:
                numbers.update(keys)
            else:
                for key in keys:
                    checks[key].findings.append(finding)
        for key, number in numbers.items():
            checks[key].measures["known"] = number
            checks[key].notes.append(count(number, "known finding"))
        if gone.total():
            checks[OF_METADATA].notes.append(gone_told(gone.total()))

    def _owner(self, finding: Finding) -> Key:
        """Return the check of the resource that a finding is on; else that of the metadata."""
        key = Key(RESOURCE, finding.resource or "")
        return key if finding.resource is not None and key in self._known else OF_METADATA

    def _rule(self, finding: Finding) -> Key:
        """Return the check of the rule that found something, or more than is listed."""
        named = (Key(RULE, finding.rule), Key(RULE, finding.resource or ""))
        return next((key for key in named if key in self._known), OF_METADATA)

    def _documents(self, finding: Finding, documents: Mapping["_RowPlace", str]) -> list[Key]:
        """Return the checks that a finding on evidence belongs to: where none can be judged, each of them."""
        if finding.resource is None:
            return [key for key in self.keys if key.kind == EVIDENCE] or [OF_METADATA]
        key = Key(EVIDENCE, documents.get((finding.resource, finding.path, finding.row), ""))
        return [key if key in self._known else self._owner(finding)]


#: A row: its resource, path and number.
_RowPlace = tuple[str | None, str | None, int | None]


def _documents(package: Package) -> list[str]:
    """Return the keys of the documents; none where their table cannot be read, which is a finding later."""
    if "evidence" not in package.descriptor:
        return []
    try:
        resource = evidence_table(package, "documents")
        return [] if resource.schema is None else [name for name in _names(read_table(resource)) if name]
    except (FactpackError, OSError):
        return []


def _names(table: LexicalTable) -> list[str]:
    """Return, row by row, the key of the document that it is about; nothing where there is none."""
    return [name or "" for name in table.texts(DOCUMENT)] if DOCUMENT in table.columns else []


def _documents_of_rows(package: Package, tables: Mapping[str, Table]) -> dict[_RowPlace, str]:
    """Return the document that each row of the tables of evidence is about."""
    documents: dict[_RowPlace, str] = {}
    for role in ROLES:
        try:
            table = tables[evidence_table(package, role).name]
        except (FactpackError, KeyError):  # then no evidence is judged
            continue
        lexical = table.whole.lexical
        for position, name in enumerate(_names(lexical)):
            place = lexical.finding(table.resource, "", "", position)
            documents[place.resource, place.path, place.row] = name
    return documents


def _measure(
    checks: Mapping[Key, _Collected],
    tables: Mapping[str, Table],
    rules: Sequence[RuleReport],
    documents: Sequence[DocumentReport],
) -> None:
    """Write down how much each check judged."""
    for name, table in tables.items():
        checks[Key(RESOURCE, name)].measures["rows"] = len(table.lexical)
    for rule in rules:
        of_rule = checks[Key(RULE, rule.name)]
        of_rule.was_run = True
        of_rule.measures["facts"] = rule.lines or 0
        of_rule.notes += ["nothing was there to judge"] if rule.lines == 0 else []
    for document in documents:
        of_document = checks.get(Key(EVIDENCE, document.document_id), _Collected())
        of_document.was_run = True
        of_document.measures |= {"facts": document.facts, "spans": document.spans}
        of_document.notes += [document.text] if document.verified is None else []


def _outcome(key: Key, collected: _Collected) -> Outcome:
    findings = [*collected.findings, *_unjudged(key, collected)]
    return Outcome(
        findings=sorted(findings, key=lambda found: (WEIGHTS[found.severity], found.row or 0)),
        measures=collected.measures,
        note="; ".join(collected.notes),
    )


def _unjudged(key: Key, collected: _Collected) -> Iterator[Finding]:
    """Yield that a check was not run, where nothing else says so."""
    is_silent = verdict_of(collected.findings) is Verdict.VALID
    if key.kind in (RULE, EVIDENCE) and not collected.was_run and is_silent:
        yield Finding(severity=Severity.UNJUDGED, rule=key.kind, message=f"{key.name} was not judged")
