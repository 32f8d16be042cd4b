"""The forms in which a report is given, one module a form."""

from enum import StrEnum

from factpack.report import Report


class Format(StrEnum):
    """The forms of a report."""

    TEXT = "text"
    JSON = "json"


def show(report: Report, form: Format) -> None:
    """Print a report in a form."""
    from factpack.reports import json, text

    if form is Format.JSON:
        print(json.render(report))
    else:
        text.render(report)
