"""A report as JSON, as `report.schema.json` describes it."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, fields
from importlib.resources import files
from itertools import islice
from operator import attrgetter
from typing import Any

from factpack.json_texts import dumps, dumps_each
from factpack.report import Finding
from factpack.reports.content import Content

#: The version of the form; a name that goes, or changes its meaning, makes a new one.
VERSION = 1

#: So many items are written in one step.
SOME = 500

NAMES = [field.name for field in fields(Finding)]
VALUES = attrgetter(*NAMES)


def render(content: Content) -> Iterator[str]:
    """Yield the report as a JSON object; its names are those of `factpack.report`."""
    return filled(_head(content) | {"findings": []}, map(_members, content.listing.findings))


def filled(value: object, items: Iterable[Mapping[str, object]]) -> Iterator[str]:
    """Yield a value as JSON with items in its last list, which is empty: there may be too many to hold."""
    head, _, tail = dumps(value).rpartition("[]")
    line = head.rpartition("\n")[2]
    indent = "\n" + " " * (len(line) - len(line.lstrip()))
    yield f"{head}["
    left, separator = iter(items), ""
    while some := list(islice(left, SOME)):
        yield separator + f"\n{dumps_each(some)}".replace("\n", f"{indent}  ")
        separator = ","
    yield f"{indent}]{tail}\n"


def schema() -> dict[str, Any]:
    """Return the JSON Schema of the report."""
    text = files("factpack.reports").joinpath("report.schema.json").read_text(encoding="utf-8")
    content: dict[str, Any] = json.loads(text)
    return content


def _members(finding: Finding) -> dict[str, object]:
    return dict(zip(NAMES, VALUES(finding), strict=True))


def _head(content: Content) -> dict[str, object]:
    """Return all of a report but its findings, which may be many."""
    report = content.report
    return {
        "version": VERSION,
        "valid": report.valid,
        "verdict": report.verdict,
        "package": report.package,
        "totals": asdict(content.totals),
        "resources": [asdict(resource) for resource in report.resources],
        "rules": [asdict(rule) for rule in report.rules],
        "documents": [asdict(document) for document in report.documents],
        "baseline": None if report.baseline is None else asdict(report.baseline),
        "left_out": [asdict(left) for left in content.listing.left],
    }
