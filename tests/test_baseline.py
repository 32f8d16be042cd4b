"""Known findings: which a baseline may hold, and that new ones are found whatever rows do."""

import json
import os
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from drawn_reports import reports
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import PROFILE

import factpack
from factpack.baseline import MEMBERS, baseline_of, can_be_known, read, without_known, write
from factpack.built_in import IN_THE_WAY, SENTENCES
from factpack.exceptions import BaselineError
from factpack.report import BaselineReport, Finding, Report, ResourceReport, RuleReport, Severity, Verdict

SCHEMA = {
    "fields": [
        {"name": "id", "type": "string"},
        {"name": "days", "type": "integer", "constraints": {"minimum": 1}},
        {"name": "kind", "type": "string", "constraints": {"enum": ["fair", "visit"], "required": True}},
    ],
    "primaryKey": "id",
}
ROWS = st.lists(
    st.tuples(
        st.sampled_from("abc"), st.sampled_from(["1", "2", "0", "x", ""]), st.sampled_from(["fair", "?", ""])
    ),
    min_size=1,
    max_size=8,
)
FAULTS = {
    "type": ("new", "many", "fair"),
    "minimum": ("new", "-7", "fair"),
    "enum": ("new", "1", "feast"),
    "required": ("new", "1", ""),
    "blank-row": ("", "", ""),
}
CELL = Finding(rule="type", resource="t", row=3, field="n", value="x", message="must be a number")
WARNING = Finding(severity=Severity.WARNING, rule="line-ends", resource="t", message="mixed")
UNJUDGED = Finding(severity=Severity.UNJUDGED, rule="check", resource="t", message="not run")


def report_on(rows: Sequence[Sequence[str]]) -> Report:
    """Validate a package whose one table has these rows."""
    with tempfile.TemporaryDirectory() as folder:
        lines = [",".join(row) for row in [["id", "days", "kind"], *rows]]
        Path(folder, "t.csv").write_text("\n".join(lines) + "\n")
        descriptor = Path(folder, "datapackage.json")
        resource = {"name": "t", "path": "t.csv", "schema": SCHEMA}
        descriptor.write_text(json.dumps({"$schema": PROFILE, "name": "p", "resources": [resource]}))
        return factpack.validate(descriptor)


def report_of(*findings: Finding) -> Report:
    resource = ResourceReport(name="t", path="t.csv", rows=7, verdict=Verdict.INVALID, errors=len(findings))
    rule = RuleReport(name="type", severity=Severity.ERROR, lines=7, verdict=Verdict.INVALID)
    return Report(package="p", resources=[resource], findings=findings, rules=[rule])


@settings(max_examples=20)
@given(ROWS, st.randoms(use_true_random=False))
def test_a_package_has_nothing_new_however_its_rows_are_moved(
    rows: list[tuple[str, ...]], random: Any
) -> None:
    before = report_on(rows)
    random.shuffle(rows)

    after = without_known(report_on(rows), baseline_of(before.findings))

    assert after.findings == []
    assert after.exit_code == 0
    assert after.baseline == BaselineReport(errors=len(before.findings), warnings=0, gone=0)
    assert after.verdict is (Verdict.KNOWN if before.findings else Verdict.VALID)


@pytest.mark.parametrize("rule", FAULTS)
@settings(max_examples=5)
@given(ROWS, st.data())
def test_one_more_fault_is_the_one_new_finding(
    rule: str, rows: list[tuple[str, ...]], data: st.DataObject
) -> None:
    known = baseline_of(report_on(rows).findings)
    place = data.draw(st.integers(0, len(rows)))
    rows.insert(place, FAULTS[rule])

    after = without_known(report_on(rows), known)

    new = [(finding.rule, finding.row) for finding in after.findings]
    if rule in ("required", "blank-row") and rule in [key[1] for key in known]:
        assert [name for name, _ in new] == [rule]  # which of those alike is new, nobody can say
    else:
        assert new == [(rule, place + 2)]
    assert after.exit_code == 1
    assert after.baseline is not None
    assert after.baseline.gone == 0


@settings(max_examples=50)
@given(reports)
def test_a_baseline_is_read_as_it_was_written(report: Report) -> None:
    known = baseline_of(report.findings)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "known.json")
        file.write_text(write(known), encoding="utf-8")

        assert read(file) == known
    assert write(known) == write(Counter(dict(reversed(known.items()))))
    assert all(char.isprintable() or char == "\n" for char in write(known))


@settings(max_examples=50)
@given(reports, reports)
def test_what_cannot_be_known_stays(report: Report, other: Report) -> None:
    after = without_known(report, baseline_of([*other.findings, *report.findings]))

    assert after.findings == [finding for finding in report.findings if not can_be_known(finding)]
    assert all(f.severity is not Severity.UNJUDGED or f in after.findings for f in report.findings)


def test_like_findings_are_counted() -> None:
    known = baseline_of([CELL, replace(CELL, row=9)])

    more = without_known(report_of(CELL, CELL, CELL), known)
    fewer = without_known(report_of(CELL), known)

    assert (len(more.findings), more.verdict) == (1, Verdict.INVALID)
    assert fewer.baseline == BaselineReport(errors=1, warnings=0, gone=1)
    assert json.loads(write(known))["findings"] == [
        {
            "severity": "error",
            "rule": "type",
            "resource": "t",
            "field": "n",
            "value": "x",
            "message": "must be a number",
            "count": 2,
        }
    ]


@pytest.mark.parametrize("name", MEMBERS)
def test_a_finding_that_differs_is_new(name: str) -> None:
    other = Severity.WARNING if name == "severity" else "other"

    after = without_known(report_of(replace(CELL, **{name: other})), baseline_of([CELL]))

    assert len(after.findings) == 1


def test_known_errors_do_not_make_a_package_valid() -> None:
    after = without_known(report_of(CELL, WARNING), baseline_of([CELL, WARNING]))

    assert (after.exit_code, after.valid, after.verdict) == (0, False, Verdict.KNOWN)
    assert [(one.verdict, one.errors) for one in after.resources] == [(Verdict.KNOWN, 0)]
    assert [rule.verdict for rule in after.rules] == [Verdict.KNOWN]
    assert without_known(report_of(WARNING), baseline_of([WARNING])).valid


def test_what_is_unjudged_is_never_known() -> None:
    after = without_known(report_of(CELL, UNJUDGED), baseline_of([CELL, UNJUDGED]))

    assert (after.findings, after.exit_code) == ([UNJUDGED], 2)
    assert after.resources[0].verdict is Verdict.UNJUDGED


@pytest.mark.parametrize("rule", sorted(IN_THE_WAY))
def test_what_keeps_a_table_from_being_judged_is_never_known(rule: str) -> None:
    fault = replace(CELL, rule=rule)

    after = without_known(report_of(fault), baseline_of([fault]))

    assert rule in SENTENCES
    assert (after.findings, after.exit_code) == ([fault], 1)


def test_rows_of_evidence_that_are_left_out_stand_in_the_way() -> None:
    assert "evidence-malformed" in IN_THE_WAY


@pytest.mark.parametrize("rule", sorted(SENTENCES))
@pytest.mark.parametrize("severity", Severity)
def test_whatever_is_written_can_be_read(severity: Severity, rule: str, tmp_path: Path) -> None:
    known = baseline_of([replace(CELL, severity=severity, rule=rule)])
    (tmp_path / "known.json").write_text(write(known), encoding="utf-8")

    assert read(tmp_path / "known.json") == known


FINDING = {"severity": "error", "rule": "type", "resource": "t", "field": "n", "value": "x", "message": "m"}


def test_a_pipe_is_no_baseline(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "known.json")

    with pytest.raises(BaselineError, match="not a regular file"):
        read(tmp_path / "known.json")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("\xff", "not JSON"),
        ("[]", "no list of findings"),
        ('{"version": 1}', "no list of findings"),
        ({"version": 2, "findings": []}, "the version of the baseline is not 1"),
        ({"version": 1, "findings": [3]}, "finding 1 of the baseline is no JSON object"),
        (
            {"version": 1, "findings": [FINDING, {**FINDING, "row": 1}]},
            "finding 2 of the baseline does not have",
        ),
        ({"version": 1, "findings": [{"rule": "type"}]}, "does not have just the members"),
        ({"version": 1, "findings": [{**FINDING, "rule": None}]}, "has a rule that is no text"),
        ({"version": 1, "findings": [{**FINDING, "value": 3}]}, "has a value that is no text"),
        ({"version": 1, "findings": [{**FINDING, "count": 0}]}, "has a count that is no number from 1"),
        ({"version": 1, "findings": [{**FINDING, "count": True}]}, "has a count that is no number from 1"),
        ({"version": 1, "findings": [{**FINDING, "severity": "unjudged"}]}, "is one that cannot be known"),
        ({"version": 1, "findings": [{**FINDING, "rule": "schema"}]}, "is one that cannot be known"),
    ],
    ids=range(15),
)
def test_a_broken_baseline_is_an_error_that_tells_what(content: Any, told: str, tmp_path: Path) -> None:
    file = tmp_path / "known.json"
    text = content if isinstance(content, str) else json.dumps(content)
    file.write_bytes(text.encode("latin-1"))

    with pytest.raises(BaselineError, match=told) as error:
        read(file)
    assert str(error.value).startswith(f"{file}: ")
