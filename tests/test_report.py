"""Reports: names that people parse, verdicts, and what is shown."""

import io
import json
from dataclasses import fields, replace

import pytest
from rich.console import Console

from factpack.report import Finding, Report, ResourceReport, Severity, Verdict, limited
from factpack.reports import json as json_report
from factpack.reports import text as text_report
from factpack.reports.content import content_of

CELL = Finding(
    rule="type",
    resource="t",
    path="t.csv",
    row=3,
    line=4,
    field="x",
    value="[red]",
    message="must be blue",
    hint="paint it",
)
UNJUDGED = Finding(severity=Severity.UNJUDGED, rule="resource", resource="u", message="it is a spreadsheet")


def report_of(*findings: Finding) -> Report:
    resource = ResourceReport(name="t", path="t.csv", rows=1234, verdict=Verdict.INVALID, errors=1)
    return Report(package="p", resources=[resource], findings=findings)


def test_the_names_of_a_finding_are_pinned() -> None:
    names = ["severity", "rule", "resource", "path", "row", "line", "field", "value", "message", "hint"]

    assert [field.name for field in fields(Finding)] == names


def test_json_has_the_pinned_names() -> None:
    content = json.loads("".join(json_report.render(content_of(report_of(CELL)))))

    assert list(content) == [
        *("version", "valid", "verdict", "package", "totals", "resources", "rules", "documents", "baseline"),
        *("left_out", "findings"),
    ]
    assert content["version"] == 1
    assert content["valid"] is False
    assert content["resources"] == [
        {"name": "t", "path": "t.csv", "rows": 1234, "verdict": "invalid", "errors": 1}
    ]
    assert content["findings"][0] == {
        "severity": "error",
        "rule": "type",
        "resource": "t",
        "path": "t.csv",
        "row": 3,
        "line": 4,
        "field": "x",
        "value": "[red]",
        "message": "must be blue",
        "hint": "paint it",
    }


@pytest.mark.parametrize(
    ("findings", "verdict", "code"),
    [
        ((), Verdict.VALID, 0),
        ((CELL,), Verdict.INVALID, 1),
        ((UNJUDGED,), Verdict.UNJUDGED, 2),
        ((UNJUDGED, CELL), Verdict.INVALID, 1),
    ],
)
def test_the_verdict_and_the_exit_code(findings: tuple[Finding, ...], verdict: Verdict, code: int) -> None:
    report = report_of(*findings)

    assert (report.verdict, report.exit_code, report.valid) == (verdict, code, code == 0)


def printed(report: Report) -> str:
    console = Console(file=io.StringIO(), width=100, emoji=False)
    text_report.render(content_of(report, 200), console)
    return console.file.getvalue()


def test_a_finding_is_shown_with_its_place_and_its_text_as_it_is() -> None:
    text = printed(report_of(CELL, UNJUDGED))

    assert "t.csv:4: error type: row 3, column x, value '[red]', must be blue (hint: paint it)\n" in text
    assert "u: unjudged resource: it is a spreadsheet\n" in text
    assert "1,234" in text
    assert text.endswith("invalid: 1 resource, 1,234 rows checked, 1 error, 1 could not be judged\n")


def test_nothing_of_the_package_can_disguise_the_report() -> None:
    text = printed(report_of(replace(CELL, line=100, field="x\n\x1b[31m[bold]", value=":smile:")))

    assert "t.csv:100: error type: row 3, column x\\n\\x1b[31m[bold], value ':smile:'" in text


def test_many_findings_are_cut_and_their_number_is_given() -> None:
    text = printed(report_of(*[CELL] * 250))

    assert text.count("must be blue") == 200
    assert "… and 50 more findings" in text
    assert "50 more of type (error) in t" in text
    assert "250 errors" in text


def test_that_more_is_not_listed_is_no_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("factpack.report.MOST_FINDINGS", 1)

    first, more = limited([CELL, CELL, CELL], "t")

    assert first == CELL
    assert (more.severity, more.rule, more.resource) == (Severity.UNJUDGED, "findings", "t")
