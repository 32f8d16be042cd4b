"""A report as JUnit XML, the form that Maven's Surefire writes and most CI servers read.

Each resource, each rule across tables and each document is a test case. What a rule across tables finds is
with the rule, everything else with its resource, or with the package.
"""

import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator, Sequence

from factpack.report import DocumentReport, Finding, Severity
from factpack.reports.content import Content
from factpack.reports.listing import Left
from factpack.reports.text import count, evidence, line_of, more, plain_line
from factpack.visible import visible

#: A test case is of a kind, and has a name.
Case = tuple[str, str]

#: The element in which findings of a severity stand; a warning does not fail, and is printed.
ELEMENTS = {Severity.UNJUDGED: "error", Severity.ERROR: "failure", Severity.WARNING: "system-out"}


def render(content: Content) -> Iterator[str]:
    """Yield the report as one document."""
    name = visible(content.report.package)
    root = ET.Element("testsuites", name=name)
    findings, left = _by_case(content)
    for suite in ("package", "resources", "rules"):
        cases = [case for case in _cases(content) if case[0] == suite]
        _add_suite(root, suite, [_case(case, findings.get(case, ()), left.get(case, ())) for case in cases])
    _add_suite(root, "documents", [_document(document) for document in content.report.documents])
    for kind in ("tests", "failures", "errors", "skipped"):
        root.set(kind, str(sum(int(suite.get(kind, 0)) for suite in root)))
    ET.indent(root)
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _cases(content: Content) -> list[Case]:
    report = content.report
    names = dict.fromkeys(resource.name for resource in report.resources)  # one may come twice
    rules = dict.fromkeys(rule.name for rule in report.rules)
    return [
        ("package", report.package),
        *(("resources", name) for name in names),
        *(("rules", name) for name in rules),
    ]


def _by_case(content: Content) -> tuple[dict[Case, list[Finding]], dict[Case, list[Left]]]:
    """Return the findings that are listed, and those that are left out, by the test case they belong to."""
    known = set(_cases(content))
    package = "package", content.report.package
    findings: dict[Case, list[Finding]] = {}
    left: dict[Case, list[Left]] = {}

    def case_of(rule: str, resource: str | None) -> Case:
        cases = ("rules", rule), ("resources", resource or "")
        return next((case for case in cases if case in known), package)

    for finding in content.listing.findings:
        findings.setdefault(case_of(finding.rule, finding.resource), []).append(finding)
    for item in content.listing.left:
        left.setdefault(case_of(item.rule, item.resource), []).append(item)
    return findings, left


def _case(case: Case, findings: Sequence[Finding], left: Sequence[Left]) -> ET.Element:
    kind, name = case
    element = ET.Element("testcase", classname=f"factpack.{kind}", name=visible(name))
    severities = Counter(finding.severity for finding in findings)
    for item in left:
        severities.update({item.severity: item.findings})
    for severity, tag in ELEMENTS.items():
        own = [plain_line(line_of(finding)) for finding in findings if finding.severity is severity]
        own += [more(item) for item in left if item.severity is severity]
        if own:
            part = ET.SubElement(element, tag)
            part.text = "\n".join(own)
            if severity is not Severity.WARNING:
                part.set("message", _message(severity, severities[severity]))
                part.set("type", severity.value)
    return element


def _message(severity: Severity, number: int) -> str:
    return count(number, "error") if severity is Severity.ERROR else f"{number:,} could not be judged"


def _document(document: DocumentReport) -> ET.Element:
    name = visible(document.document_id)
    element = ET.Element("testcase", classname="factpack.documents", name=name)
    if document.verified is None:
        ET.SubElement(element, "skipped", message=visible(document.text))
    ET.SubElement(element, "system-out").text = evidence(document)
    return element


def _add_suite(root: ET.Element, name: str, cases: Sequence[ET.Element]) -> None:
    if not cases:
        return
    counts = {
        kind: str(sum(case.find(tag) is not None for case in cases))
        for kind, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped"))
    }
    suite = ET.SubElement(root, "testsuite", {"name": name, "tests": str(len(cases)), **counts})
    suite.extend(cases)
