"""A report as one page, which needs nothing from the network and runs no script."""

import base64
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import groupby

from markupsafe import Markup

from factpack.report import Finding, ResourceReport, Severity, Verdict
from factpack.reports.content import Content
from factpack.reports.listing import Left
from factpack.reports.rows import fields_of, place_of
from factpack.reports.text import count, more, plain_line, summary
from factpack.templating import environment
from factpack.visible import visible

#: The characters of a cell, or of a text on it, that are shown.
MOST_CHARACTERS = 300

#: The class of an element that shows a verdict.
CLASSES = {
    Verdict.VALID: "good",
    Verdict.KNOWN: "fair",
    Verdict.INVALID: "bad",
    Verdict.UNJUDGED: "fair",
}


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A cell of a row on the page; `text` is None where the record lacks it, `mark` the class of its mark."""

    text: str | None
    mark: str


@dataclass(frozen=True, kw_only=True)
class ShownRow:
    """A row on the page, with the findings on it; without cells where the row was not read."""

    path: str | None
    row: int
    line: int | None
    cells: Sequence[Cell]
    findings: Sequence[Finding]


@dataclass(frozen=True, kw_only=True)
class Section:
    """The findings on one resource, or on the package: those on the whole, and those on rows."""

    number: int
    name: str | None
    findings: Sequence[Finding]
    columns: Sequence[str] = ()
    rows: Sequence[ShownRow] = ()
    left: Sequence[Left] = ()


def render(content: Content) -> Iterator[str]:
    """Yield the page, part by part."""
    style = _file("report.css")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    sections = list(_sections(content))
    listed = {finding.rule for finding in content.listing.findings}
    rules = sorted(listed - {rule.name for rule in content.report.rules})
    pages = environment(finalize=_shown)
    pages.filters |= {
        "short": short,
        "more": more,
        "prose": _prose,
        "is_shown": _is_shown,
        "class_of": CLASSES.__getitem__,
    }
    yield from pages.from_string(_file("report.html")).generate(
        report=content.report,
        totals=content.totals,
        summary=plain_line(summary(content)).partition(": ")[2],
        sections=sections,
        links={section.name: section.number for section in sections},
        rules=[(rule, content.describe(rule)) for rule in rules],
        describe=content.describe,
        count=count,
        digest=digest,
        style=Markup(style),
    )


def short(text: str) -> str:
    """Return a text as it is shown: of a long one only the start, and how long it is."""
    if len(text) <= MOST_CHARACTERS:
        return visible(text)
    return f"{visible(text[:MOST_CHARACTERS])}… ({len(text):,} characters)"


def _shown(value: object) -> object:
    """Return what the template may show of a value; markup of our own is left alone."""
    return visible(value) if type(value) is str else value


def _is_shown(finding: Finding, columns: Sequence[str]) -> bool:
    """Tell whether all cells of a finding stand in the row above it."""
    named = fields_of(finding, dict.fromkeys(columns))
    return bool(named) and ",".join(named) == finding.field


def _prose(text: str) -> str:
    """Return a description on one line."""
    return " ".join(text.split())


def _file(name: str) -> str:
    return files("factpack.reports").joinpath(name).read_text(encoding="utf-8")


def _sections(content: Content) -> Iterator[Section]:
    """Yield a section for the package and for each resource that has findings."""
    resources: dict[str | None, ResourceReport | None] = {None: None}
    resources |= {resource.name: resource for resource in content.report.resources}
    findings: dict[str | None, list[Finding]] = {}
    left: dict[str | None, list[Left]] = {}
    for finding in content.listing.findings:
        findings.setdefault(finding.resource, []).append(finding)
    for item in content.listing.left:
        left.setdefault(item.resource, []).append(item)
    names = [
        name for name in dict.fromkeys([*resources, *findings, *left]) if name in findings or name in left
    ]
    for number, name in enumerate(names, 1):
        yield _section(content, number, name, findings.get(name, []), left.get(name, []))


def _section(
    content: Content, number: int, name: str | None, findings: Sequence[Finding], left: Sequence[Left]
) -> Section:
    whole = [finding for finding in findings if finding.row is None]
    of_rows = sorted((finding for finding in findings if finding.row is not None), key=_order)
    found = [(place, list(own)) for place, own in groupby(of_rows, key=place_of)]
    columns = next((list(content.rows[place]) for place, _ in found if place in content.rows), [])
    return Section(
        number=number,
        name=name,
        findings=whole,
        columns=columns,
        rows=[_row(content, own) for _, own in found],
        left=left,
    )


def _order(finding: Finding) -> tuple[str, int]:
    return finding.path or "", finding.row or 0


def _row(content: Content, findings: Sequence[Finding]) -> ShownRow:
    first = findings[0]
    texts = content.rows.get(place_of(first), {})
    errors, others = (
        {
            name
            for found in findings
            if (found.severity is Severity.ERROR) is wanted
            for name in fields_of(found, texts)
        }
        for wanted in (True, False)
    )
    return ShownRow(
        path=first.path,
        row=first.row or 0,
        line=first.line,
        cells=[
            Cell(text=text, mark="bad" if name in errors else "fair" if name in others else "")
            for name, text in texts.items()
        ],
        findings=findings,
    )
