"""What a validation says: findings, a verdict for each resource, and an exit code."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

#: The findings on one table that are listed.
MOST_FINDINGS = 500_000


class Severity(StrEnum):
    """How much a finding weighs."""

    ERROR = "error"
    WARNING = "warning"
    #: Something could not be judged: neither valid nor invalid may be said of it.
    UNJUDGED = "unjudged"


class Verdict(StrEnum):
    """What is said of a resource, and of a package."""

    VALID = "valid"
    #: Errors were found, all of which a baseline knows: nothing is new, but valid it is not.
    KNOWN = "only known errors"
    INVALID = "invalid"
    UNJUDGED = "could not judge"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One defect, with its place.

    `row` counts records as frictionless does: the header is row 1. `line` is the physical line on which
    the record starts, from 1. `field` names the column; a key of several columns joins their names with a
    comma. What does not apply is None.
    """

    severity: Severity = Severity.ERROR
    rule: str
    resource: str | None = None
    path: str | None = None
    row: int | None = None
    line: int | None = None
    field: str | None = None
    value: str | None = None
    message: str
    hint: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceReport:
    """The verdict on one resource. `rows` is the number of records checked; None where none was read."""

    name: str
    path: str | None
    rows: int | None
    verdict: Verdict
    errors: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentReport:
    """How far the evidence from one document was verified.

    `facts` is the number of cells that it supports, `spans` that of its rows of evidence. `verified` is the
    number of spans that were found in a copy of the text, and `coverage` the share of the document's words
    that lie in short ones, from 0 to 1; both are None where there was no copy. `left_out` lists the words
    that lie in none, by segment. `text` says how it was verified.
    """

    document_id: str
    facts: int
    spans: int
    text: str
    verified: int | None = None
    coverage: float | None = None
    left_out: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleReport:
    """The verdict of one rule. `lines` is the number of facts that it judged; None where it could not."""

    name: str
    severity: Severity
    lines: int | None
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineReport:
    """What became of the findings of a baseline: so many errors and warnings were found again.

    These are not listed. `gone` is the number of those that no longer occur.
    """

    errors: int
    warnings: int
    gone: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The outcome of `factpack.validate`: all findings, in the order of the resources, then of the rows.

    With a `baseline`, the findings are those that it does not know.
    """

    package: str
    resources: Sequence[ResourceReport]
    findings: Sequence[Finding]
    rules: Sequence[RuleReport] = ()
    documents: Sequence[DocumentReport] = ()
    baseline: BaselineReport | None = None

    @property
    def verdict(self) -> Verdict:
        """Invalid if there is an error; else unjudged if anything is left unjudged; else valid.

        Errors that a baseline knows do not count, but to call the package valid.
        """
        found = verdict_of(self.findings)
        has_known = self.baseline is not None and self.baseline.errors > 0
        return Verdict.KNOWN if found is Verdict.VALID and has_known else found

    @property
    def valid(self) -> bool:
        """True only if everything was judged and no error was found."""
        return self.verdict is Verdict.VALID

    @property
    def exit_code(self) -> int:
        """0 valid, or with only known errors; 1 invalid; 2 could not judge."""
        return EXIT_CODES[self.verdict]


def limited(findings: Iterable[Finding], of: str) -> Iterator[Finding]:
    """Yield findings, but no more than can be held; then that there are more, so that not all was judged."""
    for number, finding in enumerate(findings):
        if number == MOST_FINDINGS:
            message = f"there are more than {MOST_FINDINGS:,} findings; the others are not listed"
            yield Finding(severity=Severity.UNJUDGED, rule="findings", resource=of, message=message)
            return
        yield finding


EXIT_CODES: Mapping[Verdict, int] = {
    Verdict.VALID: 0,
    Verdict.KNOWN: 0,
    Verdict.INVALID: 1,
    Verdict.UNJUDGED: 2,
}


def verdict_of(findings: Sequence[Finding]) -> Verdict:
    """Return the verdict that the findings amount to."""
    severities = {finding.severity for finding in findings}
    if Severity.ERROR in severities:
        return Verdict.INVALID
    return Verdict.UNJUDGED if Severity.UNJUDGED in severities else Verdict.VALID
