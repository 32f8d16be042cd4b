"""Counts the findings of a report, and chooses those that are listed."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from factpack.report import Finding, Severity

#: Which findings are listed first where not all are.
WEIGHTS = {Severity.ERROR: 0, Severity.UNJUDGED: 1, Severity.WARNING: 2}


@dataclass(frozen=True, kw_only=True)
class Totals:
    """How many findings there are, whether they are listed or not.

    `resources` leaves out the findings that are on none, but on the package.
    """

    findings: int
    severities: Mapping[Severity, int]
    rules: Mapping[str, int]
    resources: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class Left:
    """How many findings of a severity and a rule on a resource are not listed; None is the package."""

    severity: Severity
    rule: str
    resource: str | None
    findings: int


@dataclass(frozen=True, kw_only=True)
class Listing:
    """The findings that are listed, in the order of the report, and what is left out."""

    findings: Sequence[Finding]
    left: Sequence[Left]


def totals(findings: Sequence[Finding]) -> Totals:
    """Count findings by severity, rule and resource; rules and resources are in the order of their names."""
    severities = Counter(finding.severity for finding in findings)
    return Totals(
        findings=len(findings),
        severities={severity: severities[severity] for severity in Severity},
        rules=_sorted(Counter(finding.rule for finding in findings)),
        resources=_sorted(Counter(found.resource for found in findings if found.resource is not None)),
    )


def _sorted(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items()))


def listing(findings: Sequence[Finding], most: int | None) -> Listing:
    """List so many findings at most: errors first, then what is unjudged, then warnings; None lists all."""
    if most is None or len(findings) <= most:
        return Listing(findings=findings, left=())
    by_weight = sorted(range(len(findings)), key=lambda place: WEIGHTS[findings[place].severity])
    listed, left = sorted(by_weight[:most]), sorted(by_weight[most:])
    counts = Counter(
        (found.severity, found.rule, found.resource) for found in map(findings.__getitem__, left)
    )
    return Listing(
        findings=[findings[place] for place in listed],
        left=[
            Left(severity=severity, rule=rule, resource=resource, findings=number)
            for (severity, rule, resource), number in counts.most_common()
        ],
    )
