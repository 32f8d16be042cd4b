"""What was exported, for people, or why nothing was."""

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from factpack.report import Report, Severity, Verdict
from factpack.reports.text import line_of, plain


def render(output: Path, lines: Sequence[str]) -> None:
    """Print what was written, and what is to be said of it."""
    console = Console(emoji=False)
    for line in (f"wrote {output}: {lines[0]}", *lines[1:]):
        console.print(plain(line), soft_wrap=True, highlight=False, emoji=False)


def render_refusal(report: Report) -> None:
    """Print, as an error, that a package is not valid, with the first of the findings that say so."""
    console = Console(emoji=False, stderr=True)
    weight = Severity.ERROR if report.verdict is Verdict.INVALID else Severity.UNJUDGED
    found = [finding for finding in report.findings if finding.severity is weight]
    what = (
        f"{len(found):,} error{'s' * (len(found) != 1)}" if weight is Severity.ERROR else "not all was judged"
    )
    message = f"factpack: the package is not exported, since it is not valid: {what}; the first is"
    console.print(message, soft_wrap=True, highlight=False, emoji=False)
    console.print(line_of(found[0]), soft_wrap=True, highlight=False, emoji=False)
