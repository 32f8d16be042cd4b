"""What was exported, for people, or why nothing was."""

import sys
from collections.abc import Sequence
from pathlib import Path

from factpack.report import Report, Severity, Verdict
from factpack.reports.text import count, line_of, plain_line
from factpack.visible import visible


def render(output: Path, lines: Sequence[str]) -> None:
    """Print what was written, and what is to be said of it."""
    for line in (f"wrote {output}: {lines[0]}", *lines[1:]):
        print(visible(line))


def render_refusal(report: Report) -> None:
    """Print, as an error, that a package is not valid, with the first of the findings that say so."""
    weight = Severity.ERROR if report.verdict is Verdict.INVALID else Severity.UNJUDGED
    found = [finding for finding in report.findings if finding.severity is weight]
    what = count(len(found), "error") if weight is Severity.ERROR else "not all was judged"
    print(
        f"factpack: the package is not exported, since it is not valid: {what}; the first is", file=sys.stderr
    )
    print(plain_line(line_of(found[0])), file=sys.stderr)
