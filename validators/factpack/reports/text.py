"""A report for people: a table of the resources, then each finding with its place."""

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from factpack.report import DocumentReport, Finding, Report, RuleReport, Severity, Verdict

#: Findings shown; the totals are always given.
MOST_FINDINGS = 200

STYLES = {
    Verdict.VALID: "green",
    Verdict.INVALID: "red",
    Verdict.UNJUDGED: "yellow",
    Severity.ERROR: "red",
    Severity.WARNING: "yellow",
    Severity.UNJUDGED: "yellow",
}


def render(report: Report, console: Console | None = None) -> None:
    """Print the report on a console, or on standard output."""
    console = console or Console(emoji=False)
    table = Table("table", "file", "rows", "verdict", title=f"Data package {plain(report.package)}")
    table.columns[2].justify = "right"
    for resource in report.resources:
        verdict = resource.verdict.value
        if resource.errors:
            verdict += f" ({_count(resource.errors, 'error')})"
        rows = "-" if resource.rows is None else f"{resource.rows:,}"
        style = STYLES[resource.verdict]
        table.add_row(plain(resource.name), plain(resource.path or "-"), rows, f"[{style}]{verdict}[/]")
    console.print(table)
    for line in _lines(report):
        console.print(line, soft_wrap=True, highlight=False, emoji=False)


def _lines(report: Report) -> Iterator[str]:
    """Yield what stands below the table: the evidence, the findings, the summary."""
    if report.rules:
        yield _rules(report.rules)
    for document in report.documents:
        yield _evidence(document)
        if document.left_out:
            yield f"  in no short span: {plain('; '.join(document.left_out))}"
    for finding in report.findings[:MOST_FINDINGS]:
        yield line_of(finding)
    left = len(report.findings) - MOST_FINDINGS
    if left > 0:
        yield f"… and {left:,} more findings; --format json gives all of them"
    yield _summary(report)


def _rules(rules: Sequence[RuleReport]) -> str:
    """Return how much the rules judged, and which of them judged nothing."""
    lines = sum(rule.lines or 0 for rule in rules)
    idle = [rule.name for rule in rules if rule.lines == 0]
    found = f"rules: {_count(len(rules), 'rule')} judged {_count(lines, 'fact')}"
    return found + (f"; nothing was there to judge for {plain(', '.join(idle))}" if idle else "")


def _evidence(document: DocumentReport) -> str:
    found = f"{document.facts:,} facts supported by {document.spans:,} spans; {document.text}"
    if document.verified is not None and document.coverage is not None:
        found += f": {document.verified:,} spans found; short ones hold {document.coverage:.1%} of its words"
    return f"evidence of {plain(document.document_id)}: {found}"


def plain(text: str) -> str:
    """Return a text as it may be printed: on one line, without control characters or markup."""
    return escape(
        "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)
    )


def line_of(finding: Finding) -> str:
    """Return `path:line: severity rule: …`, which editors can follow to the place."""
    place = finding.path or finding.resource or "package"
    if finding.line is not None:
        place += f":{finding.line}"
    where = [f"row {finding.row}"] if finding.row is not None else []
    where += [f"column {finding.field}"] if finding.field is not None else []
    value = [f"value {finding.value!r}"] if finding.value is not None else []
    detail = ", ".join([*where, *value, finding.message])
    hint = f" (hint: {finding.hint})" if finding.hint else ""
    style = STYLES[finding.severity]
    return f"{plain(place)}: [{style}]{finding.severity.value}[/] {finding.rule}: {plain(detail + hint)}"


def _summary(report: Report) -> str:
    counts = {severity: sum(f.severity is severity for f in report.findings) for severity in Severity}
    rows = sum(resource.rows or 0 for resource in report.resources)
    parts = [_count(len(report.resources), "resource"), f"{_count(rows, 'row')} checked"]
    parts.append(_count(counts[Severity.ERROR], "error"))
    if counts[Severity.WARNING]:
        parts.append(_count(counts[Severity.WARNING], "warning"))
    if counts[Severity.UNJUDGED]:
        parts.append(f"{counts[Severity.UNJUDGED]:,} could not be judged")
    style = STYLES[report.verdict]
    return f"[bold {style}]{report.verdict.value}[/]: {', '.join(parts)}"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" + ("" if number == 1 else "s")
