"""What a report is shown with: the findings that are listed, what rules say, and the rows around cells."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from factpack.built_in import SENTENCES
from factpack.report import Report
from factpack.reports.listing import Listing, Totals, listing, totals
from factpack.reports.places import Places, places_of
from factpack.reports.rows import Place, Row, rows_of
from factpack.validation import Validation


@dataclass(frozen=True, kw_only=True)
class Content:
    """A report, and what a form shows beside it.

    `descriptions` has what the rules across tables say, by name. `rows` has the rows that the listed findings
    are on; a form that shows no rows gets none.
    """

    report: Report
    totals: Totals
    listing: Listing
    descriptions: Mapping[str, str] = field(default_factory=dict)
    places: Places = field(default_factory=Places)
    rows: Mapping[Place, Row] = field(default_factory=dict)

    def describe(self, rule: str) -> str:
        """Return what a rule says: its own description, or the sentence of a rule that is built in."""
        return self.descriptions.get(rule) or SENTENCES.get(rule, "")


def content_of(report: Report, most: int | None = None) -> Content:
    """Return a report with so many of its findings at most."""
    found = report.findings
    return Content(report=report, totals=totals(found), listing=listing(found, most))


def whole_content(
    validation: Validation, report: Report, most: int | None, root: Path, *, with_rows: bool
) -> Content:
    """Return a report with all that is known of what was validated; files are shown as seen from a root.

    The report is that of the validation, or what a baseline left of it.
    """
    listed = listing(report.findings, most)
    return Content(
        report=report,
        totals=totals(report.findings),
        listing=listed,
        descriptions={rule.name: rule.description for rule in validation.rules},
        places=places_of(validation.package, root),
        rows=rows_of(listed.findings, validation.tables) if with_rows else {},
    )
