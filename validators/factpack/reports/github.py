"""A report as annotations of GitHub Actions: workflow commands, which mark lines of files.

GitHub shows ten of a kind for each step, so errors come first. What could not be judged is an error too,
since it fails the job.
"""

from collections.abc import Iterator

from factpack.report import Finding, Severity
from factpack.reports.content import Content
from factpack.reports.listing import WEIGHTS
from factpack.reports.text import more, plain_line, summary, value_of
from factpack.visible import visible

COMMANDS = {Severity.ERROR: "error", Severity.UNJUDGED: "error", Severity.WARNING: "warning"}


def render(content: Content) -> Iterator[str]:
    """Yield a command a line, then what is not listed, then the summary."""
    for finding in sorted(content.listing.findings, key=lambda found: WEIGHTS[found.severity]):
        yield _command(content, finding) + "\n"
    for left in content.listing.left:
        yield more(left) + "\n"
    yield plain_line(summary(content)) + "\n"


def _command(content: Content, finding: Finding) -> str:
    title = f"{finding.severity.value} {finding.rule}"
    properties = {"file": content.places.file(finding).as_posix(), "title": title}
    if finding.line is not None:
        properties["line"] = str(finding.line)
    given = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{COMMANDS[finding.severity]} {given}::{_data(_message(finding))}"


def _message(finding: Finding) -> str:
    """Return what a finding says, with its place in the table, since an annotation stands by itself."""
    where = [] if finding.resource is None else [f"table {finding.resource}"]
    where += [] if finding.row is None else [f"row {finding.row}"]
    where += [] if finding.field is None else [f"column {finding.field}"]
    hint = f" (hint: {finding.hint})" if finding.hint else ""
    return ", ".join([*where, *value_of(finding), finding.message]) + hint


def _data(text: str) -> str:
    """Escape the message of a workflow command; line ends are made visible before."""
    return visible(text).replace("%", "%25")


def _property(text: str) -> str:
    """Escape a property of a workflow command, in which colons and commas mean something too."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
