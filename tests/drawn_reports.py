"""Draws reports with texts that would do harm where they are not escaped."""

from hypothesis import strategies as st

from factpack.report import (
    BaselineReport,
    DocumentReport,
    Finding,
    Report,
    ResourceReport,
    RuleReport,
    Severity,
    Verdict,
)

NASTY = [
    "",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "]]>",
    "&lt;",
    "\x1b[31mred\x1b[0m",
    "\x1b]8;;https://example.org\x07click",
    "\u202egnp.exe",
    "\u2066\u200b\ufeff",
    "\x00\x08\x0b\x7f\x85\x9b",
    "\ufffe\uffff\ud800",
    "::set-output name=x::y",
    "a\n::error file=x::y",
    "a\r\n::add-mask::b",
    "  ::stop-commands::x",
    "100%0A",
    "[link](https://example.org)",
    "\\[x](1)",
    "{0} {{",
    "[bold]rich[/]",
    "a,b:c",
    "{{ 7 * 7 }}{% raw %}",
    "=1+1",
    "世界🏮é",
]

texts = st.sampled_from(NASTY) | st.text(max_size=12)
maybe_texts = st.none() | texts
counts = st.integers(0, 10**7)
maybe_numbers = st.none() | st.integers(1, 10**7)
verdicts = st.sampled_from(Verdict)
severities = st.sampled_from(Severity)

findings = st.builds(
    Finding,
    severity=severities,
    rule=texts,
    resource=maybe_texts,
    path=maybe_texts,
    row=maybe_numbers,
    line=maybe_numbers,
    field=maybe_texts,
    value=maybe_texts,
    message=texts,
    hint=maybe_texts,
)
reports = st.builds(
    Report,
    package=texts,
    resources=st.lists(
        st.builds(
            ResourceReport,
            name=texts,
            path=maybe_texts,
            rows=st.none() | counts,
            verdict=verdicts,
            errors=counts,
        ),
        max_size=3,
    ),
    findings=st.lists(findings, max_size=6),
    rules=st.lists(
        st.builds(RuleReport, name=texts, severity=severities, lines=st.none() | counts, verdict=verdicts),
        max_size=2,
    ),
    documents=st.lists(
        st.builds(
            DocumentReport,
            document_id=texts,
            facts=counts,
            spans=counts,
            text=texts,
            verified=st.none() | counts,
            coverage=st.none() | st.floats(0, 1),
            left_out=st.lists(texts, max_size=2),
        ),
        max_size=2,
    ),
    baseline=st.none() | st.builds(BaselineReport, errors=counts, warnings=counts, gone=counts),
)
