"""What is said of findings in pytest's reports; whatever the data hold, it is harmless on a terminal."""

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from factpack.report import Finding, Severity
from factpack.reports.text import count, line_of, plain_line
from factpack.visible import visible

#: Findings shown of a check, and characters of each; how many there are is always said.
MOST_FINDINGS, MOST_CHARACTERS = 25, 1_000


def described(findings: Sequence[Finding]) -> str:
    """Return a line for each of the first findings, and how many there are."""
    shown = [_line(finding) for finding in findings[:MOST_FINDINGS]]
    left = len(findings) - len(shown)
    more = [f"… and {left:,} more; `factpack validate --format json` gives all"] if left else []
    return "\n".join([*shown, *more, _counts(findings)])


def _counts(findings: Sequence[Finding]) -> str:
    counts = Counter(finding.severity for finding in findings)
    parts = {
        Severity.ERROR: count(counts[Severity.ERROR], "error"),
        Severity.UNJUDGED: f"{counts[Severity.UNJUDGED]:,} could not be judged",
        Severity.WARNING: count(counts[Severity.WARNING], "warning"),
    }
    return ", ".join(text for severity, text in parts.items() if counts[severity])


def _line(finding: Finding) -> str:
    line = plain_line(line_of(finding))
    return line if len(line) <= MOST_CHARACTERS else line[: MOST_CHARACTERS - 1] + "…"


def placed(finding: Finding, folder: str) -> Finding:
    """Return a finding whose path begins with that of the package's folder."""
    if finding.path is None or folder == os.curdir or finding.path.startswith("/") or "://" in finding.path:
        return finding
    return replace(finding, path=f"{Path(folder).as_posix()}/{finding.path}")


def as_name(text: str) -> str:
    """Return a text as the name of a test: printable, and without the mark that parts such names."""
    return visible(text.replace("\\", r"\\")).replace("::", r"\x3a\x3a")


def failure(text: str) -> BaseException:
    """Return what pytest shows as it stands, without the code that it comes from."""
    return pytest.fail.Exception(text, pytrace=False)
