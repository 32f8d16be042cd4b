"""A report as JSON."""

import json
from dataclasses import asdict

from factpack.report import Report


def render(report: Report) -> str:
    """Return the report as a JSON object; its names are those of `factpack.report`."""
    content = {
        "valid": report.valid,
        "verdict": report.verdict,
        "package": report.package,
        "resources": [asdict(resource) for resource in report.resources],
        "rules": [asdict(rule) for rule in report.rules],
        "documents": [asdict(document) for document in report.documents],
        "findings": [asdict(finding) for finding in report.findings],
    }
    return json.dumps(content, indent=2, ensure_ascii=False)
