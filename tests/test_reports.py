"""The forms of a report: what each holds, and that no text of a package does harm in any of them."""

import base64
import hashlib
import json
import re
import shutil
import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import asdict, fields, replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote

import pytest
from conftest import ROOT, MakePackage
from drawn_reports import NASTY, findings, reports
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from playwright.sync_api import sync_playwright
from pydantic_sarif.model import StaticAnalysisResultsFormatSarifVersion210JsonSchema as SarifLog

import factpack
from factpack.built_in import ON_COPIES, ON_EVIDENCE, ON_TABLES, SENTENCES
from factpack.forms import ReportForm
from factpack.json_texts import dumps, dumps_each
from factpack.report import Finding, Report, ResourceReport, RuleReport, Severity, Verdict
from factpack.reports import MOST_FINDINGS, render
from factpack.reports.content import Content, content_of, whole_content
from factpack.reports.json import schema
from factpack.reports.listing import WEIGHTS, listing
from factpack.reports.tables import Table
from factpack.reports.tables import plain_lines as lines_of
from factpack.reports.text import plain_lines
from factpack.validation import run

CHECKER = Draft202012Validator(schema())
FEW = settings(max_examples=50)
CELL = Finding(
    rule="type", resource="t", path="t.csv", row=3, line=4, field="n", value="x", message="must be a number"
)
WARNING = Finding(severity=Severity.WARNING, rule="line-ends", resource="t", path="t.csv", message="mixed")
UNJUDGED = Finding(severity=Severity.UNJUDGED, rule="resource", resource="u", message="it is a spreadsheet")


def report_of(*found: Finding) -> Report:
    resource = ResourceReport(name="t", path="t.csv", rows=7, verdict=Verdict.INVALID, errors=1)
    rule = RuleReport(name="lamps_shine", severity=Severity.ERROR, lines=7, verdict=Verdict.VALID)
    return Report(
        package="p", resources=[resource, replace(resource, name="u")], findings=found, rules=[rule]
    )


def shown(report: Report, form: ReportForm, most: int | None = None) -> str:
    return "".join(render(content_of(report, most), form))


# What can hold of every form


@FEW
@given(reports, st.sampled_from(ReportForm), st.none() | st.integers(0, 3))
def test_nothing_in_a_report_can_disguise_what_is_shown(
    report: Report, form: ReportForm, most: int | None
) -> None:
    text = shown(report, form, most)

    assert all(char.isprintable() or char == "\n" for char in text)
    assert text.endswith("\n") or form is ReportForm.HTML
    assert text.encode("utf-8")


def test_no_line_of_a_list_commands_a_ci_runner() -> None:
    table = Table(head=("a", "b"), rows=[("::x::", "1"), ("", "::y::")])

    lines = list(lines_of([table, "::z::", " ::z::"]))

    assert lines == ["a      b", "\\x3a:x::  1", "       \\x3a:y::", "\\x3a:z::", " \\x3a:z::"]


@FEW
@given(reports)
@example(
    Report(
        package="",
        findings=[],
        resources=[ResourceReport(name="", path=" ::x::", rows=None, verdict=Verdict.VALID, errors=0)],
    )
)
def test_no_line_of_a_text_commands_a_ci_runner(report: Report) -> None:
    assert not [line for line in plain_lines(content_of(report)) if line.lstrip().startswith("::")]


@FEW
@given(st.lists(findings, max_size=8), st.integers(0, 9))
def test_what_is_listed_and_what_is_left_out_make_the_whole(found: list[Finding], most: int) -> None:
    part = listing(found, most)

    assert len(part.findings) == min(most, len(found))
    assert len(part.findings) + sum(left.findings for left in part.left) == len(found)
    kept = [WEIGHTS[finding.severity] for finding in part.findings]
    assert all(max(kept, default=0) <= WEIGHTS[left.severity] for left in part.left)
    places = [next(place for place, other in enumerate(found) if other is one) for one in part.findings]
    assert places == sorted(places)


@pytest.mark.parametrize("form", ReportForm)
def test_each_form_tells_what_it_leaves_out(form: ReportForm) -> None:
    text = shown(report_of(*[CELL] * 5, WARNING), form, 2)

    if form is ReportForm.JSON:
        assert [left["findings"] for left in json.loads(text)["left_out"]] == [3, 1]
    else:
        assert "3 more of type (error) in t" in text
        assert "1 more of line-ends (warning) in t" in text


def test_every_form_has_a_number_of_findings_that_it_lists() -> None:
    assert set(MOST_FINDINGS) == set(ReportForm)


def test_every_built_in_rule_has_a_sentence_and_none_has_two() -> None:
    names = [name for rule in (*ON_TABLES, *ON_EVIDENCE, *ON_COPIES) for name in rule.names.split(", ")]

    assert len(names) == len(set(names)) == len(SENTENCES)
    assert SENTENCES["nul"] == "Says that a cell holds a NUL byte."


# JSON


def in_json(part: object) -> object:
    """Return a part of a finding as JSON has it: half of a surrogate pair is written as its escape."""
    if isinstance(part, str):
        return re.sub("[\ud800-\udfff]", lambda half: f"\\u{ord(half[0]):04x}", str(part))
    return part


@FEW
@given(reports, st.none() | st.integers(0, 3))
def test_json_is_as_its_schema_has_it_and_loses_nothing(report: Report, most: int | None) -> None:
    content = json.loads(shown(report, ReportForm.JSON, most))

    CHECKER.validate(content)
    expected = [{name: in_json(part) for name, part in asdict(found).items()} for found in report.findings]
    assert content["findings"] == expected if most is None else len(content["findings"]) <= most
    assert content["totals"]["findings"] == sum(content["totals"]["rules"].values()) == len(report.findings)


@pytest.mark.parametrize("found", [(), (CELL,), (UNJUDGED,), (CELL, WARNING, UNJUDGED)])
def test_json_of_each_verdict_is_as_its_schema_has_it(found: tuple[Finding, ...]) -> None:
    content = json.loads(shown(report_of(*found), ReportForm.JSON))

    CHECKER.validate(content)
    assert content["verdict"] == report_of(*found).verdict


def test_json_of_the_dataset_is_as_its_schema_has_it() -> None:
    content = json.loads(shown(factpack.validate(ROOT / "datapackage.json"), ReportForm.JSON))

    CHECKER.validate(content)
    assert content["rules"]
    assert content["documents"]


@pytest.mark.parametrize(
    "place",
    ["", "totals", "totals severities", "resources 0", "rules 0", "left_out 0", "findings 0"],
)
def test_the_schema_refuses_what_it_does_not_name_or_lacks(place: str) -> None:
    Draft202012Validator.check_schema(schema())
    content = json.loads(shown(report_of(CELL, CELL, WARNING), ReportForm.JSON, 2))
    one = content
    for part in place.split():
        one = one[int(part) if part.isdigit() else part]

    assert CHECKER.is_valid(content)
    one["more"] = 1
    assert not CHECKER.is_valid(content)
    del one["more"]
    for name in list(one):
        value = one.pop(name)
        assert not CHECKER.is_valid(content)
        one[name] = value


def test_the_schema_names_what_a_finding_has() -> None:
    finding = schema()["$defs"]["finding"]

    assert list(finding["properties"]) == [field.name for field in fields(Finding)]
    assert finding["required"] == list(finding["properties"])
    assert schema()["$id"] == "urn:factpack:report:1"


# JUnit


@FEW
@given(reports)
def test_junit_counts_what_it_has(report: Report) -> None:
    root = ET.fromstring(shown(report, ReportForm.JUNIT))

    tags = {"failures": "failure", "errors": "error", "skipped": "skipped"}
    for element in [root, *root]:
        cases = list(element.iter("testcase"))
        assert element.get("tests") == str(len(cases))
        for name, tag in tags.items():
            assert element.get(name) == str(sum(case.find(tag) is not None for case in cases))
    order = ["skipped", "error", "failure", "system-out"]
    for case in root.iter("testcase"):
        assert set(case.attrib) == {"classname", "name"}
        found = [part.tag for part in case]
        assert found == sorted(set(found), key=order.index)
    errors = [finding for finding in report.findings if finding.severity is Severity.ERROR]
    assert bool(errors) == (root.get("failures") != "0")
    assert (root.get("errors") != "0") == any(f.severity is Severity.UNJUDGED for f in report.findings)


def test_junit_has_a_case_for_each_resource_rule_and_document() -> None:
    broken = replace(CELL, rule="lamps_shine")
    whole = Finding(rule="descriptor", path="datapackage.json", message="not JSON")

    root = ET.fromstring(shown(report_of(CELL, CELL, broken, WARNING, UNJUDGED, whole), ReportForm.JUNIT))

    said = {
        f"{case.get('classname')} {case.get('name')}": {part.tag: part.get("message") for part in case}
        for case in root.iter("testcase")
    }
    assert said == {
        "factpack.package p": {"failure": "1 error"},
        "factpack.resources t": {"failure": "2 errors", "system-out": None},
        "factpack.resources u": {"error": "1 could not be judged"},
        "factpack.rules lamps_shine": {"failure": "1 error"},
    }
    (failure,) = root.iterfind("testsuite[@name='rules']/testcase/failure")
    assert failure.text == "t.csv:4: error lamps_shine: row 3, column n, value 'x', must be a number"


# SARIF


@FEW
@given(reports, st.none() | st.integers(0, 3))
def test_sarif_is_as_the_standard_has_it(report: Report, most: int | None) -> None:
    text = shown(report, ReportForm.SARIF, most)

    SarifLog.model_validate_json(text)
    (one,) = json.loads(text)["runs"]
    rules = [rule["id"] for rule in one["tool"]["driver"]["rules"]]
    for result in one["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        assert not re.search(r"(?<!\\)(?:\\\\)*[\[\]]", result["message"]["text"])
        assert not re.search("[{}]", re.sub(r"\{\{|\}\}", "", result["message"]["text"]))
    prints = [result["partialFingerprints"]["factpackFinding/v1"] for result in one["results"]]
    assert len(set(prints)) == len(prints)


def test_sarif_tells_rule_place_and_column() -> None:
    (one,) = json.loads(shown(report_of(CELL, WARNING), ReportForm.SARIF))["runs"]

    first, second = one["results"]
    assert (first["ruleId"], first["level"], second["level"]) == ("type", "error", "warning")
    assert first["message"]["text"] == "value 'x', must be a number"
    (location,) = first["locations"]
    assert location["physicalLocation"]["region"] == {"startLine": 4}
    assert location["logicalLocations"] == [{"name": "n", "kind": "member", "fullyQualifiedName": "t.n"}]
    assert first["properties"] == {"row": 3, "value": "x"}
    texts = {rule["id"]: rule["shortDescription"]["text"] for rule in one["tool"]["driver"]["rules"]}
    assert texts["type"] == "Says that a cell is not of the type and format of its field."
    assert set(texts) == {"type", "line-ends", "lamps_shine"}


def test_what_is_unjudged_is_a_notification_of_sarif_and_no_result() -> None:
    (one,) = json.loads(shown(report_of(UNJUDGED), ReportForm.SARIF))["runs"]

    (invocation,) = one["invocations"]
    (note,) = invocation["toolExecutionNotifications"]
    assert one["results"] == []
    assert (invocation["executionSuccessful"], invocation["exitCode"]) == (False, 2)
    assert (note["level"], note["message"]["text"]) == ("error", "it is a spreadsheet")


def test_fingerprints_stay_where_rows_move() -> None:
    def prints(*found: Finding) -> Counter[str]:
        (one,) = json.loads(shown(report_of(*found), ReportForm.SARIF))["runs"]
        return Counter(result["partialFingerprints"]["factpackFinding/v1"] for result in one["results"])

    other = replace(CELL, value="y")
    moved = [replace(finding, row=9, line=12) for finding in (other, CELL, CELL)]

    assert prints(CELL, CELL, other) == prints(*moved)
    assert prints(CELL) != prints(other)


@pytest.fixture
def content_in(make_package: MakePackage) -> Any:
    """Return a function that validates a package with two faults as seen from a root."""

    def make(root: Path, name: str = "t") -> Content:
        table = {
            f"{name}": (
                "n,word\none,<b>\n2,::x\nthree,ok\n",
                [{"name": "n", "type": "integer"}, {"name": "word"}],
            )
        }
        validation = run(make_package(**table))
        return whole_content(validation, validation.report, None, root, with_rows=True)

    return make


@pytest.mark.parametrize("form", [ReportForm.SARIF, ReportForm.GITHUB])
def test_paths_are_relative_to_the_root(form: ReportForm, content_in: Any, tmp_path: Path) -> None:
    inside = "".join(render(content_in(tmp_path.parent, "a b"), form))
    outside = "".join(render(content_in(tmp_path / "elsewhere"), form))

    if form is ReportForm.SARIF:
        place = json.loads(inside)["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uriBaseId"] == "%SRCROOT%"
        assert unquote(place["artifactLocation"]["uri"]) == f"{tmp_path.name}/a b.csv"
        place = json.loads(outside)["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
        assert place["artifactLocation"] == {"uri": (tmp_path / "t.csv").as_uri()}
    else:
        assert f"::error file={tmp_path.name}/a b.csv,title=error type,line=2::" in inside
        assert f"::error file={tmp_path}/t.csv,title" in outside


# GitHub


@FEW
@given(reports)
def test_each_finding_is_one_workflow_command(report: Report) -> None:
    *commands, summary = shown(report, ReportForm.GITHUB).splitlines()

    form = r"::(error|warning) file=[^:,]+,title=[^:,]*(,line=\d+)?::[^\r\n]*"
    assert len(commands) == len(report.findings)
    assert all(re.fullmatch(form, command) for command in commands)
    assert all(re.fullmatch("(?:[^%]|%(?:25|3A|2C))*", command) for command in commands)
    assert [command[:9] for command in commands] == sorted(command[:9] for command in commands)
    assert summary.startswith(f"{report.verdict}: ")


def test_annotations_name_place_and_value() -> None:
    lines = shown(report_of(WARNING, UNJUDGED, replace(CELL, value="50%, or so")), ReportForm.GITHUB)

    assert lines.splitlines() == [
        "::error file=datapackage.json,title=error type,line=4::"
        "table t, row 3, column n, value '50%25, or so', must be a number",
        "::error file=datapackage.json,title=unjudged resource::table u, it is a spreadsheet",
        "::warning file=datapackage.json,title=warning line-ends::table t, mixed",
        "invalid: 2 resources, 14 rows checked, 1 error, 1 warning, 1 could not be judged",
    ]


# HTML


class Page(HTMLParser):
    """Collects the tags, the attributes and the texts of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.attributes: set[tuple[str, str]] = set()
        self.texts: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag and its attributes."""
        self.tags[tag] += 1
        self.attributes |= {(name, value or "") for name, value in attrs}

    def handle_data(self, data: str) -> None:
        """Note a text."""
        self.texts.append(data)


@FEW
@given(reports)
def test_no_text_of_a_report_becomes_markup(report: Report) -> None:
    page = Page(shown(report, ReportForm.HTML))

    known = {"html", "head", "meta", "title", "style", "body", "header", "main", "section", "h1", "h2", "h3"}
    known |= {"p", "b", "a", "div", "table", "thead", "tbody", "tr", "th", "td", "ul", "li", "span", "meter"}
    assert set(page.tags) <= known | {"dl", "dt", "dd"}
    names = {"lang", "charset", "name", "content", "http-equiv", "class", "id", "href", "tabindex", "role"}
    names |= {"aria-labelledby", "aria-label", "scope", "colspan", "min", "max", "value"}
    assert {name for name, _ in page.attributes} <= names
    assert all(re.fullmatch(r"#s\d+", value) for name, value in page.attributes if name == "href")


def test_the_page_needs_nothing_from_the_network_and_allows_its_own_style_only() -> None:
    text = shown(report_of(*[replace(CELL, value=nasty) for nasty in NASTY]), ReportForm.HTML)

    style = re.search("<style>(.*?)</style>", text, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{digest}'" in text
    assert not re.search(r"<script|src\s*=\s*[\"']http|url\(|@import", style)


def test_the_page_shows_a_cell_in_its_row(content_in: Any, tmp_path: Path) -> None:
    text = "".join(render(content_in(tmp_path), ReportForm.HTML))

    (first, second) = re.findall(r'<tr class="cells">(.*?)</tr>', text, re.DOTALL)
    assert re.findall(r"<td class=\"(.*?)\">(.*?)</td>", first) == [
        ("cell marked bad", "one"),
        ("cell", "&lt;b&gt;"),
    ]
    assert re.findall(r"<td class=\"(.*?)\">(.*?)</td>", second) == [
        ("cell marked bad", "three"),
        ("cell", "ok"),
    ]
    assert "t.csv, line 4" in text
    assert "Says that a cell is not of the type and format of its field." in text


def test_of_a_wide_table_the_page_shows_the_cells_that_are_meant(
    make_package: MakePackage, tmp_path: Path
) -> None:
    names = [f"c{number}" for number in range(200)]
    labels, row = ",".join(names), ",".join(["1"] * 150 + ["x"] + ["1"] * 49)
    columns = [{"name": name, "type": "integer"} for name in names]
    validation = run(make_package(t=(f"{labels}\n{row}\n", columns)))

    content = whole_content(validation, validation.report, None, tmp_path, with_rows=True)
    (shown_row,) = content.rows.values()

    assert len(shown_row) == 30
    assert list(shown_row)[-1] == "c150"
    assert 'class="cell marked bad">x<' in "".join(render(content, ReportForm.HTML))


def test_rows_of_several_files_are_told_apart(make_package: MakePackage, tmp_path: Path) -> None:
    (tmp_path / "more.csv").write_text("n\n7\ny\n")
    descriptor = make_package(
        t=("n\nx\n", [{"name": "n", "type": "integer"}]), resource={"path": ["t.csv", "more.csv"]}
    )
    validation = run(descriptor)

    content = whole_content(validation, validation.report, None, tmp_path, with_rows=True)

    assert {(place[1], row["n"]) for place, row in content.rows.items()} == {
        ("t.csv", "x"),
        ("more.csv", "y"),
    }


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1200])
def test_the_page_fits_its_window_and_breaks_no_policy(
    content_in: Any, tmp_path: Path, width: int, scheme: Literal["light", "dark"]
) -> None:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("not verified: Chromium is not installed here")
    file = tmp_path / "page.html"
    file.write_text("".join(render(content_in(tmp_path), ReportForm.HTML)), encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
        problems: list[str] = []
        page.on("console", lambda message: problems.append(message.text))
        page.on(
            "request", lambda request: problems.append(request.url) if request.url != file.as_uri() else None
        )
        page.goto(file.as_uri())

        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.locator(".cell.marked").all_inner_texts() == ["one", "three"]
        is_styled = page.evaluate("getComputedStyle(document.querySelector('.cell.marked')).outlineStyle")
        browser.close()
    assert (problems, is_styled) == ([], "solid")


def test_half_of_a_surrogate_pair_is_no_json_that_strict_readers_refuse() -> None:
    assert dumps("a\ud800b\U000e0001") == r'"a\\ud800b\udb40\udc01"'


@given(st.text())
@example("\x00\x1f\n\x7f\x80\u2028\u202e")
def test_json_hides_no_character_and_is_read_as_it_was(text: str) -> None:
    written = dumps(text)

    assert written.isprintable()
    assert json.loads(written) == text


MEMBERS = st.dictionaries(
    st.text('a},{\n "é', max_size=4), st.none() | st.integers() | st.text('a},{\n "é\ud800')
)


@given(
    st.lists(MEMBERS | st.fixed_dictionaries({"in": st.lists(st.text(max_size=1))}), min_size=1, max_size=4)
)
@example([{"a": "},\n  {"}, {"b": 1, "c": None}])
@example([{}, {"a": 1}])
def test_objects_are_written_together_as_they_are_alone(values: list[dict[str, Any]]) -> None:
    assert dumps_each(values) == ",\n".join(map(dumps, values))
