"""A report for people: the resources, then each finding with its place, then the verdict."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from factpack.report import DocumentReport, Finding, ResourceReport, RuleReport, Severity, Verdict
from factpack.reports.content import Content
from factpack.reports.listing import Left
from factpack.visible import visible

if TYPE_CHECKING:  # rich is imported where something is printed, since that takes a while
    from rich.console import Console
    from rich.table import Table

STYLES = {
    Verdict.VALID: "green",
    Verdict.KNOWN: "yellow",
    Verdict.INVALID: "red",
    Verdict.UNJUDGED: "yellow",
    Severity.ERROR: "red",
    Severity.WARNING: "yellow",
    Severity.UNJUDGED: "yellow",
}

#: The characters of a value that are shown.
MOST_CHARACTERS = 300

#: A line: pieces of text, each with a style, or none.
Line = Sequence[tuple[str, str]]


def render(content: Content, console: "Console | None" = None, *, quiet: bool = False) -> None:
    """Print the report on a console, or on standard output: a table on a terminal, else plain lines.

    If quiet, only the summary is printed.
    """
    from rich.console import Console

    console = console or Console(emoji=False)
    if not console.is_terminal:
        for text in plain_lines(content, quiet=quiet):
            print(text, file=console.file)
        return
    if not quiet:
        console.print(_table(content))
    for line in [summary(content)] if quiet else _lines(content):
        print_line(console, line)


def plain_lines(content: Content, *, quiet: bool = False) -> Iterator[str]:
    """Yield the lines of a report without colours and tables."""
    if not quiet:
        yield f"data package {visible(content.report.package)}"
        yield from _columns(content.report.resources)
    for line in [summary(content)] if quiet else _lines(content):
        yield plain_line(line)


def print_line(console: "Console", line: Line) -> None:
    """Print a line with its colours, folded nowhere."""
    from rich.text import Text

    console.print(Text.assemble(*line), soft_wrap=True)


def plain_line(line: Line) -> str:
    """Return the text of a line."""
    return "".join(text for text, _ in line)


def plain(text: str) -> str:
    """Return a text as rich may print it: on one line, without control characters or markup."""
    from rich.markup import escape

    return escape(visible(text))


def line_of(finding: Finding) -> Line:
    """Return `path:line: severity rule: …`, which editors can follow to the place."""
    place = finding.path or finding.resource or "package"
    if finding.line is not None:
        place += f":{finding.line}"
    start = (f"{_first(place)}: ", ""), (finding.severity.value, STYLES[finding.severity])
    return [*start, (f" {visible(finding.rule)}: {visible(told(finding))}", "")]


def told(finding: Finding) -> str:
    """Return what a finding says: its row, column and value, its message and its hint."""
    where = [f"row {finding.row}"] if finding.row is not None else []
    where += [f"column {finding.field}"] if finding.field is not None else []
    hint = f" (hint: {finding.hint})" if finding.hint else ""
    return ", ".join([*where, *value_of(finding), finding.message]) + hint


def value_of(finding: Finding) -> list[str]:
    """Return the value of a finding, if it has one; of a long one only the start, and how long it is."""
    value = finding.value
    if value is None:
        return []
    if len(value) <= MOST_CHARACTERS:
        return [f"value {value!r}"]
    return [f"value {value[:MOST_CHARACTERS]!r}… ({len(value):,} characters)"]


def harmless(line: str) -> str:
    """Return a line as it may stand in a log: one that starts with colons would command a CI runner."""
    return line.replace(":", r"\x3a", 1) if line.lstrip().startswith("::") else line


def _first(name: str) -> str:
    """Return a name with which a line may start, also where a colon follows."""
    return visible(name).replace(":", r"\x3a", 1) if name.lstrip().startswith(":") else visible(name)


def _table(content: Content) -> "Table":
    from rich.markup import escape
    from rich.table import Table

    title = f"Data package {plain(content.report.package)}"
    table = Table("table", "file", "rows", "verdict", title=title)
    table.columns[2].justify = "right"
    for resource in content.report.resources:
        name, path, rows, verdict = _cells(resource)
        table.add_row(escape(name), escape(path), rows, f"[{STYLES[resource.verdict]}]{verdict}[/]")
    return table


def _columns(resources: Sequence[ResourceReport]) -> Iterator[str]:
    """Yield the resources as lines, in columns as wide as they must be."""
    rows = [("table", "file", "rows", "verdict"), *map(_cells, resources)]
    names, paths, numbers, _ = (max(map(len, column)) for column in zip(*rows, strict=True))
    for name, path, number, verdict in rows:
        yield harmless(f"{name:<{names}}  {path:<{paths}}  {number:>{numbers}}  {verdict}")


def _cells(resource: ResourceReport) -> tuple[str, str, str, str]:
    verdict = resource.verdict.value
    if resource.errors:
        verdict += f" ({count(resource.errors, 'error')})"
    rows = "-" if resource.rows is None else f"{resource.rows:,}"
    return visible(resource.name), visible(resource.path or "-"), rows, verdict


def _lines(content: Content) -> Iterator[Line]:
    """Yield what stands below the table: the rules, the evidence, the findings, the summary."""
    if content.report.rules:
        yield [(_rules(content.report.rules), "")]
    for document in content.report.documents:
        yield [(evidence(document), "")]
        if document.left_out:
            yield [(f"  in no short span: {visible('; '.join(document.left_out))}", "")]
    for finding in content.listing.findings:
        yield line_of(finding)
    if content.listing.left:
        number = sum(left.findings for left in content.listing.left)
        yield [(f"… and {number:,} more findings; --max-findings lists more of them", "")]
        for left in content.listing.left:
            yield [(f"  {more(left)}", "")]
    yield summary(content)


def more(left: Left) -> str:
    """Return how many more findings of a rule there are on a table, or on the package."""
    of = "the package" if left.resource is None else visible(left.resource)
    return f"{left.findings:,} more of {visible(left.rule)} ({left.severity.value}) in {of}"


def _rules(rules: Sequence[RuleReport]) -> str:
    """Return how much the rules judged, and which of them judged nothing."""
    lines = sum(rule.lines or 0 for rule in rules)
    idle = [rule.name for rule in rules if rule.lines == 0]
    found = f"rules: {count(len(rules), 'rule')} judged {count(lines, 'fact')}"
    return found + (f"; nothing was there to judge for {visible(', '.join(idle))}" if idle else "")


def evidence(document: DocumentReport) -> str:
    """Return how far the evidence from a document was verified."""
    found = f"{document.facts:,} facts supported by {document.spans:,} spans; {document.text}"
    if document.verified is not None and document.coverage is not None:
        found += f": {document.verified:,} spans found; short ones hold {document.coverage:.1%} of its words"
    return f"evidence of {visible(document.document_id)}: {visible(found)}"


def summary(content: Content) -> Line:
    """Return the verdict, and how much was checked and found."""
    report, counts = content.report, content.totals.severities
    rows = sum(resource.rows or 0 for resource in report.resources)
    parts = [count(len(report.resources), "resource"), f"{count(rows, 'row')} checked"]
    parts.append(count(counts[Severity.ERROR], "error"))
    if counts[Severity.WARNING]:
        parts.append(count(counts[Severity.WARNING], "warning"))
    if counts[Severity.UNJUDGED]:
        parts.append(f"{counts[Severity.UNJUDGED]:,} could not be judged")
    if report.baseline is not None:
        parts.append(f"{report.baseline.errors + report.baseline.warnings:,} known")
    gone = f"; {gone_told(report.baseline.gone)}" if report.baseline and report.baseline.gone else ""
    verdict = (report.verdict.value, f"bold {STYLES[report.verdict]}")
    return [verdict, (f": {', '.join(parts)}{gone}", "")]


def gone_told(number: int) -> str:
    """Return that so many findings of a baseline are gone, and what to do then."""
    occur = "occurs" if number == 1 else "occur"
    return f"{count(number, 'known finding')} no longer {occur}: write the baseline again"


def count(number: int, what: str) -> str:
    """Return a number of things in words: `1 row`, `1,234 rows`."""
    return f"{number:,} {what}" + ("" if number == 1 else "s")
