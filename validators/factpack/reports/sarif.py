"""A report as SARIF 2.1.0, which code scanning reads.

An error or a warning is a result. What could not be judged is no result but a notification, and the
invocation then was not successful: a result would say that something was found.

Source: OASIS, Static Analysis Results Interchange Format 2.1.0; the numbers are those of its sections.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from factpack import __version__
from factpack.report import Finding, Severity
from factpack.reports.content import Content
from factpack.reports.json import filled
from factpack.reports.text import more
from factpack.visible import visible

#: Names the schema of the form; nothing is opened there.
SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.UNJUDGED: "error"}

#: What paths are relative to (3.4.4): the root of the repository, whose place the reader knows.
ROOT = "%SRCROOT%"

#: Brackets, each with the backslashes before it, which would else take its own away.
BRACKETS = re.compile(r"(\\*)([\[\]])")

#: The name of the fingerprint (3.27.17), with the version of how it is made.
FINGERPRINT = "factpackFinding/v1"


def render(content: Content) -> Iterator[str]:
    """Yield the report as one log with one run, part by part."""
    listed = content.listing.findings
    rules = sorted({finding.rule for finding in listed} | {rule.name for rule in content.report.rules})
    numbers = {rule: number for number, rule in enumerate(rules)}
    results = [finding for finding in listed if finding.severity is not Severity.UNJUDGED]
    run = {
        "tool": {"driver": _driver(content, rules)},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {ROOT: {"description": {"text": "The root of the repository."}}},
        "invocations": [_invocation(content, numbers)],
        "results": [],
    }
    shown = (
        _result(content, finding, numbers, fingerprint)
        for finding, fingerprint in zip(results, _fingerprints(results), strict=True)
    )
    return filled({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, shown)


def _driver(content: Content, rules: Sequence[str]) -> dict[str, Any]:
    return {
        "name": "factpack",
        "version": __version__,
        "semanticVersion": __version__,
        "rules": [_rule(rule, content.describe(rule)) for rule in rules],
    }


def _rule(name: str, description: str) -> dict[str, Any]:
    """Return what is said of a rule (3.49); GitHub wants all three texts."""
    short = description.partition("\n")[0] or name
    return {
        "id": visible(name),
        "shortDescription": {"text": message(short)},
        "fullDescription": {"text": message(description or name)},
        "help": {"text": message(description or name)},
    }


def _invocation(content: Content, numbers: dict[str, int]) -> dict[str, Any]:
    """Return what could not be judged, and what is not listed, as notifications (3.20.21, 3.58)."""
    unjudged = [finding for finding in content.listing.findings if finding.severity is Severity.UNJUDGED]
    notifications: list[dict[str, Any]] = [
        {
            "level": LEVELS[finding.severity],
            "associatedRule": {"id": visible(finding.rule), "index": numbers[finding.rule]},
            **_said(content, finding),
        }
        for finding in unjudged
    ]
    notifications += [
        {"level": "note", "message": {"text": message(more(left))}} for left in content.listing.left
    ]
    return {
        "executionSuccessful": not content.totals.severities[Severity.UNJUDGED],
        "exitCode": content.report.exit_code,
        "toolExecutionNotifications": notifications,
    }


def _result(content: Content, finding: Finding, numbers: dict[str, int], fingerprint: str) -> dict[str, Any]:
    properties = {"row": finding.row, "value": finding.value, "hint": finding.hint}
    return {
        "ruleId": visible(finding.rule),
        "ruleIndex": numbers[finding.rule],
        "level": LEVELS[finding.severity],
        **_said(content, finding),
        "partialFingerprints": {FINGERPRINT: fingerprint},
        "properties": {name: value for name, value in properties.items() if value is not None},
    }


def _said(content: Content, finding: Finding) -> dict[str, Any]:
    """Return the message of a finding, and its location: the line of a file, and the column of a table."""
    detail = [] if finding.value is None else [f"value {finding.value!r}"]
    hint = f" (hint: {finding.hint})" if finding.hint else ""
    physical: dict[str, Any] = {"artifactLocation": _artifact(content.places.file(finding))}
    if finding.line is not None:
        physical["region"] = {"startLine": finding.line}
    location = {"physicalLocation": physical, "logicalLocations": _logical(finding)}
    return {
        "message": {"text": message(", ".join([*detail, finding.message]) + hint)},
        "locations": [{name: part for name, part in location.items() if part}],
    }


def _artifact(file: PurePath) -> dict[str, str]:
    if file.is_absolute():  # outside the root
        return {"uri": file.as_uri()}
    return {"uri": quote(file.as_posix(), errors="surrogatepass"), "uriBaseId": ROOT}


def _logical(finding: Finding) -> list[dict[str, str]]:
    """Return the table, and the column, that a finding is on (3.33)."""
    if finding.resource is None:
        return []
    table = {"name": visible(finding.resource), "kind": "resource"}
    if finding.field is None:
        return [table]
    name = {"name": visible(finding.field), "kind": "member"}
    return [name | {"fullyQualifiedName": visible(f"{finding.resource}.{finding.field}")}]


def _fingerprints(findings: Sequence[Finding]) -> Iterator[str]:
    """Yield a fingerprint for each finding that stays where its row moves; like ones are numbered."""
    seen: Counter[str] = Counter()
    for finding in findings:
        known = [finding.rule, finding.resource, finding.field, finding.value, finding.message]
        digest = hashlib.sha256(json.dumps(known).encode()).hexdigest()
        seen[digest] += 1
        yield f"{digest}:{seen[digest]}"


def message(text: str) -> str:
    """Return a text as plain text of SARIF: no placeholder (3.11.5) and no link (3.11.6) stands in it."""
    shown = BRACKETS.sub(r"\1\1\\\2", visible(text))
    return shown.replace("{", "{{").replace("}", "}}")
