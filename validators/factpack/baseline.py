"""Takes findings that are known out of a report, so that only new ones fail.

A known finding is told by its severity, rule, resource, field, value and message, and not by its row, so
that rows may be moved and added; like ones are counted. What stands in the way of judging is never known:
behind it there may be new faults that nobody sees.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from factpack.built_in import IN_THE_WAY
from factpack.exceptions import BaselineError
from factpack.json_texts import dumps
from factpack.report import (
    BaselineReport,
    Finding,
    Report,
    ResourceReport,
    RuleReport,
    Severity,
    Verdict,
    verdict_of,
)

#: The version of the form.
VERSION = 1

#: What tells a known finding, with the types of its values.
MEMBERS: Mapping[str, tuple[type, ...]] = {
    "severity": (str,),
    "rule": (str,),
    "resource": (str, type(None)),
    "field": (str, type(None)),
    "value": (str, type(None)),
    "message": (str,),
}

Key = tuple[str | None, ...]


def can_be_known(finding: Finding) -> bool:
    """Tell whether a baseline may hold a finding: all was judged in spite of it."""
    return _is_beside_the_way(finding.severity, finding.rule)


def _is_beside_the_way(severity: str, rule: str) -> bool:
    return severity == Severity.WARNING or (severity == Severity.ERROR and rule not in IN_THE_WAY)


def baseline_of(findings: Sequence[Finding]) -> Counter[Key]:
    """Count the findings that may be known."""
    return Counter(_key(finding) for finding in findings if can_be_known(finding))


def _key(finding: Finding) -> Key:
    return tuple(getattr(finding, name) for name in MEMBERS)


def write(known: Mapping[Key, int]) -> str:
    """Return a baseline as JSON: an object for each finding, in an order that does not depend on rows."""
    ordered = sorted(known.items(), key=lambda item: [(part is not None, part or "") for part in item[0]])
    findings = [
        dict(zip(MEMBERS, key, strict=True)) | ({"count": count} if count > 1 else {})
        for key, count in ordered
    ]
    # a baseline is read by factpack alone, and must give back what it was given
    return dumps({"version": VERSION, "findings": findings}, keeps_halves=True) + "\n"


def read(file: Path) -> Counter[Key]:
    """Return the known findings that a file has, as `write` makes it.

    Raises:
        BaselineError: it is not such a file.
        OSError: it cannot be read.

    """
    if file.exists() and not file.is_file():  # a pipe would be waited for
        raise BaselineError(f"{file}: not a regular file")
    try:
        content = json.loads(file.read_bytes())
    except (ValueError, RecursionError) as error:
        raise BaselineError(f"{file}: no baseline: not JSON ({error})") from error
    if not isinstance(content, dict) or not isinstance(content.get("findings"), list):
        raise BaselineError(f"{file}: no baseline: it has no list of findings")
    if content.get("version") != VERSION:
        raise BaselineError(f"{file}: the version of the baseline is not {VERSION}; write it again")
    known: Counter[Key] = Counter()
    for number, item in enumerate(content["findings"], 1):
        fault = _fault(item)
        if fault:
            raise BaselineError(f"{file}: finding {number} of the baseline {fault}")
        known[tuple(item[name] for name in MEMBERS)] += item.get("count", 1)
    return known


def _fault(item: Any) -> str:
    """Return what is wrong with a finding of a baseline, or nothing."""
    if not isinstance(item, dict):
        return "is no JSON object"
    if set(item) - {"count"} != set(MEMBERS):
        return f"does not have just the members {', '.join(MEMBERS)}, and count"
    wrong = [name for name, types in MEMBERS.items() if not isinstance(item[name], types)]
    if wrong:
        return f"has a {wrong[0]} that is no text"
    count = item.get("count", 1)
    if not isinstance(count, int) or isinstance(count, bool) or count < 1:
        return "has a count that is no number from 1"
    if not _is_beside_the_way(item["severity"], item["rule"]):
        return "is one that cannot be known: it kept something from being judged"
    return ""


def told_apart(
    findings: Sequence[Finding], known: Mapping[Key, int]
) -> tuple[list[Finding], list[Finding], Counter[Key]]:
    """Return the findings that are new, those that are known, and which known ones are not among them."""
    left = Counter(known)
    new: list[Finding] = []
    seen: list[Finding] = []
    for finding in findings:
        is_known = can_be_known(finding) and left[_key(finding)] > 0
        (seen if is_known else new).append(finding)
        left.subtract([_key(finding)] if is_known else [])
    return new, seen, left


def without_known(report: Report, known: Mapping[Key, int]) -> Report:
    """Return a report without the findings that are known, and with how many these are."""
    new, seen, left = told_apart(report.findings, known)
    errors = [finding for finding in seen if finding.severity is Severity.ERROR]
    counts = BaselineReport(errors=len(errors), warnings=len(seen) - len(errors), gone=left.total())
    return replace(
        report,
        findings=new,
        resources=list(_resources(report.resources, new, errors)),
        rules=list(_rules(report.rules, new, errors)),
        baseline=counts,
    )


def _resources(
    resources: Sequence[ResourceReport], new: Sequence[Finding], known: Sequence[Finding]
) -> Iterator[ResourceReport]:
    """Yield the reports of resources as the new findings have it."""
    errors = Counter(finding.resource for finding in new if finding.severity is Severity.ERROR)
    verdicts = _verdicts(
        [(finding.resource, finding) for finding in new], {found.resource for found in known}
    )
    for resource in resources:
        verdict = verdicts.get(resource.name, Verdict.VALID)
        yield replace(resource, verdict=verdict, errors=errors[resource.name])


def _rules(
    rules: Sequence[RuleReport], new: Sequence[Finding], known: Sequence[Finding]
) -> Iterator[RuleReport]:
    """Yield the reports of rules as the new findings have it."""
    verdicts = _verdicts([(finding.rule, finding) for finding in new], {found.rule for found in known})
    for rule in rules:
        yield replace(rule, verdict=verdicts.get(rule.name, Verdict.VALID))


def _verdicts(new: Sequence[tuple[str | None, Finding]], known: set[str | None]) -> dict[str | None, Verdict]:
    """Return the verdict on each name that has findings."""
    by_name: dict[str | None, list[Finding]] = {name: [] for name in known}
    for name, finding in new:
        by_name.setdefault(name, []).append(finding)
    found = {name: verdict_of(findings) for name, findings in by_name.items()}
    return {
        name: Verdict.KNOWN if what is Verdict.VALID and name in known else what
        for name, what in found.items()
    }
