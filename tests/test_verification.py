"""Evidence, verified without the document and with it, and found again in other copies."""

import itertools
import json
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT, document_file
from hypothesis import given
from hypothesis import strategies as st

import factpack
from factpack.evidence.canonical import canonical, fingerprint
from factpack.evidence.document import copies_in, read_document
from factpack.evidence.model import Model, Segment, fact_table, read_model
from factpack.evidence.placement import AMBIGUOUS, GONE, Fragment, Run, _heaviest_chain, place
from factpack.evidence.quotation import Span
from factpack.evidence.rules import (
    RULES,
    broken_rules,
    evidence_dangling,
    seal_broken,
    seal_dangling,
    seal_missing,
)
from factpack.evidence.verification import OTHER_WORDS, place_document, verify_evidence
from factpack.exceptions import EvidenceError
from factpack.package import open_package
from factpack.reading import read_table
from factpack.refresh import refresh
from factpack.report import Finding, Severity
from factpack.values import encode

Rule = Callable[[Model], Iterator[Finding]]

DOCUMENT = "ipim-guangzhou-2025-09-10"
PACKAGE = open_package(ROOT / "datapackage.json")
TABLES = {resource.name: read_table(resource) for resource in PACKAGE.resources}
MODEL = read_model(PACKAGE, TABLES)


def found(model: Model) -> list[tuple[str, str | None, int | None, str | None]]:
    return [(item.rule, item.resource, item.row, item.field) for item in broken_rules(model)]


def with_cell(name: str, position: int, field: str, value: str) -> Model:
    """Return the dataset's evidence with one cell changed."""
    lexical = TABLES[name]
    texts = lexical.texts(field)
    texts[position] = value
    changed = replace(lexical, columns=lexical.columns | {field: encode(texts)})
    return read_model(PACKAGE, TABLES | {name: changed})


# ---- without the document


def test_the_dataset_has_nothing_wrong() -> None:
    assert found(MODEL) == []


def test_each_rule_has_a_docstring() -> None:
    assert all(rule.__doc__ and rule.__doc__.endswith(".") for rule in RULES)


@pytest.mark.slow
def test_a_change_of_one_character_of_any_fact_is_reported_at_its_cell() -> None:
    for cell, place_, value in MODEL.facts:
        model = with_cell(
            cell.resource, place_.position, cell.field, value[:-1] + ("x" if value[-1] != "x" else "y")
        )

        assert any(
            (item.resource, item.row, item.field) == (cell.resource, place_.row, cell.field)
            for item in broken_rules(model)
        ), cell


def test_validate_reports_the_changed_cell(dataset: Path) -> None:
    file = dataset.parent / "data" / "statements.csv"
    file.write_text(file.read_text().replace("IPIM presents the full range", "IPIM presents a full range"))
    refresh(dataset)

    item, of_row = factpack.validate(dataset).findings

    assert (item.rule, item.path, item.field) == ("evidence-changed", "data/statements.csv", "summary")
    assert (of_row.rule, of_row.row, of_row.field) == ("seal-broken", item.row, None)
    assert item.value is not None
    assert item.value.startswith("IPIM presents a full range")


def test_a_fact_that_became_null_is_reported_at_its_cell() -> None:
    assert ("evidence-changed", "agents", 12, "place_id") in found(with_cell("agents", 10, "place_id", ""))


def test_a_fact_that_was_null_needs_evidence() -> None:
    assert found(with_cell("agents", 0, "acronym", "GIBI")) == [
        ("evidence-missing", "agents", 2, "acronym"),
        ("seal-broken", "agents", 2, None),
    ]


def test_a_document_that_is_not_at_hand_is_said_not_to_be_verified() -> None:
    (report,) = factpack.validate(ROOT / "datapackage.json").documents

    assert (report.text, report.verified, report.coverage) == ("not verified against the text", None, None)
    assert report.facts == len(list(MODEL.facts))
    assert report.spans == len(MODEL.supports)


SPAN = Span(0, 5)
SUPPORT = MODEL.supports[0]
SEGMENTS = list(MODEL.segments[DOCUMENT])


def with_support(**changes: object) -> Model:
    return replace(MODEL, supports=[replace(SUPPORT, **changes), *MODEL.supports[1:]])


def with_segments(*segments: Segment) -> Model:
    return replace(MODEL, segments={DOCUMENT: list(segments)})


@pytest.mark.parametrize(
    ("model", "rule", "field"),
    [
        (with_support(cell=replace(SUPPORT.cell, resource="agent")), "evidence-dangling", "resource"),
        (with_support(cell=replace(SUPPORT.cell, row_key="nobody")), "evidence-dangling", "row_key"),
        (with_support(cell=replace(SUPPORT.cell, field="agent_id")), "evidence-dangling", "field"),
        (with_support(support="inferred", note=""), "evidence-note", "note"),
        (with_support(segment_id="p99-1"), "evidence-place", "segment_id"),
        (with_support(document_id="other"), "evidence-place", "segment_id"),
        (with_support(span=SPAN), "evidence-place", "start"),
        (with_support(value_sha256=fingerprint("x")), "evidence-changed", "description"),
        (with_support(support="verbatim"), "evidence-verbatim", "description"),
    ],
)
def test_evidence_that_does_not_hold_is_found(model: Model, rule: str, field: str) -> None:
    assert (rule, field) in [(item.rule, item.field) for item in broken_rules(model)]


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (with_segments(*SEGMENTS[1:]), "the first segment does not start at 0"),
        (with_segments(*SEGMENTS[:4], *SEGMENTS[5:]), "there is a gap after p1-4, which ends at 623"),
        (
            with_segments(*SEGMENTS[:4], replace(SEGMENTS[4], span=Span(620, 720)), *SEGMENTS[5:]),
            "there is an overlap after p1-4, which ends at 623",
        ),
        (with_segments(*SEGMENTS[:-1]), "the last segment does not end with the text, at 3745"),
        (with_segments(), "the document has no segments"),
        (replace(MODEL, segments={"other": SEGMENTS}), "there is no such document"),
    ],
)
def test_segments_that_do_not_tile_are_found(model: Model, message: str) -> None:
    assert message in [item.message for item in broken_rules(model) if item.rule == "segments-tile"]


def test_a_segment_is_used_or_has_a_reason() -> None:
    unused = replace(MODEL, supports=[item for item in MODEL.supports if item.segment_id != "p2-1"])
    reasoned = with_segments(*SEGMENTS[:4], replace(SEGMENTS[4], reason="a slogan"), *SEGMENTS[5:])

    assert ("segment-used", "segment_id") in [(item.rule, item.field) for item in broken_rules(unused)]
    assert ("segment-used", "not_coded_reason") in [
        (item.rule, item.field) for item in broken_rules(reasoned)
    ]
    assert not [
        item
        for item in broken_rules(replace(unused, segments=reasoned.segments))
        if item.rule == "segment-used"
    ]


# ---- seals


def without_row(name: str, position: int) -> Model:
    """Return the dataset's evidence without one row of a table."""
    taken = [place_ for place_ in range(len(TABLES[name])) if place_ != position]
    columns = {field: values.take(np.array(taken)) for field, values in TABLES[name].columns.items()}
    changed = replace(
        TABLES[name], columns=columns, rows=TABLES[name].rows[taken], lines=TABLES[name].lines[taken]
    )
    return read_model(PACKAGE, TABLES | {name: changed})


def row_of(name: str, key: str) -> int:
    table = MODEL.tables[name]
    return table.place(table.positions[key]).row


@pytest.mark.parametrize("rule", [seal_missing, seal_dangling, seal_broken])
def test_each_row_of_the_dataset_stands_as_it_was_sealed(rule: Rule) -> None:
    assert list(rule(MODEL)) == []
    assert MODEL.seals is not None
    assert len(MODEL.seals.seals) == sum(
        len(table) for name, table in TABLES.items() if name not in ("evidence", "seals")
    )


def test_a_row_without_a_seal_is_found() -> None:
    resource, key = (TABLES["seals"].texts(column)[7] for column in ("resource", "row_key"))

    (item,) = broken_rules(without_row("seals", 7))

    assert (item.rule, item.resource, item.row, item.field) == (
        "seal-missing",
        resource,
        row_of(str(resource), str(key)),
        None,
    )
    assert item.hint == f"if it is right as it stands, run `factpack evidence seal {resource} --key {key}`"


def test_each_row_of_a_table_needs_a_primary_key_to_have_a_seal() -> None:
    events = PACKAGE.resource("events")
    assert events.schema is not None
    keyless = replace(events, schema=replace(events.schema, primary_key=()))
    model = replace(MODEL, tables={**MODEL.tables, "events": fact_table(keyless, TABLES["events"], [])})

    messages = [item.message for item in seal_missing(model)]
    assert messages == ["the table has no primary key, so that seals cannot name its rows"]
    assert {item.message for item in seal_dangling(model)} == {"events has no such row"}


@pytest.mark.parametrize(
    ("resource", "key", "field", "message"),
    [
        ("agent", "ipim", "resource", "there is no such table whose rows have seals"),
        ("evidence", "ipim", "resource", "there is no such table whose rows have seals"),
        ("seals", "agents/ipim", "resource", "there is no such table whose rows have seals"),
        ("agents", "nobody", "row_key", "agents has no such row"),
    ],
)
def test_a_seal_of_no_row_is_found(resource: str, key: str, field: str, message: str) -> None:
    assert MODEL.seals is not None
    first, *others = MODEL.seals.seals
    wrong = replace(first, of=(resource, key))

    (item,) = seal_dangling(replace(MODEL, seals=replace(MODEL.seals, seals=[wrong, *others])))

    assert (item.rule, item.resource, item.row, item.field) == ("seal-dangling", "seals", 2, field)
    assert item.message == message


def test_whether_a_row_of_an_unread_table_exists_is_not_judged() -> None:
    unread = read_model(PACKAGE, {name: table for name, table in TABLES.items() if name != "places"})

    assert list(seal_dangling(unread)) == []


def test_whether_evidence_supports_a_cell_of_an_unread_table_is_not_judged() -> None:
    unread = read_model(PACKAGE, {name: table for name, table in TABLES.items() if name != "places"})

    assert any(support.cell.resource == "places" for support in unread.supports)
    assert list(evidence_dangling(unread)) == []


@pytest.mark.parametrize(
    ("name", "key", "field", "value"),
    [
        ("place_reference", "macao", "latitude", "22.2"),
        ("places", "macao", "kind", "city"),
        ("documents", DOCUMENT, "publisher", "The Institute"),
        ("topics", "economic-trade-partnerships", "order_no", "4"),
        ("segments", f"{DOCUMENT}/p1-3", "kind", "heading"),
        ("stated_counts", "mainland-offices", "value", "ipim"),
    ],
)
def test_a_change_that_no_evidence_shows_breaks_the_seal(name: str, key: str, field: str, value: str) -> None:
    model = with_cell(name, MODEL.tables[name].positions[key], field, value)

    assert found(model) == [("seal-broken", name, row_of(name, key), None)]


def test_a_change_of_the_evidence_breaks_the_seal_of_the_row() -> None:
    of = [(support.cell.resource, support.cell.row_key) for support in MODEL.supports]
    several = next(
        number
        for number, support in enumerate(MODEL.supports)
        if [other.cell for other in MODEL.supports].count(support.cell) > 1
    )

    for number in (0, several):
        place_ = ("seal-broken", of[number][0], row_of(*of[number]), None)
        assert place_ in found(with_cell("evidence", number, "note", "Another note."))
        assert place_ in found(with_cell("evidence", number, "support", "inferred"))
    assert found(without_row("evidence", several)) == [
        ("seal-broken", of[several][0], row_of(*of[several]), None)
    ]


def test_a_package_that_declares_no_seals_is_judged_without_them(dataset: Path) -> None:
    content = json.loads(dataset.read_text(encoding="utf-8"))
    del content["evidence"]["seals"]
    content["resources"] = [item for item in content["resources"] if item["name"] != "seals"]
    dataset.write_text(json.dumps(content), encoding="utf-8")
    file = dataset.parent / "data" / "place_reference.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("104.06667", "104.1"), encoding="utf-8")
    refresh(dataset)

    report = factpack.validate(dataset, rules=[])

    assert report.findings == []
    assert len(report.resources) == 21


@pytest.mark.parametrize(
    ("name", "field", "value", "message"),
    [
        ("seals", "sha256", "abc", "is not a SHA-256 in lower-case hexadecimal"),
        ("seals", "row_key", "", "must not be missing"),
        ("evidence", "start", "-1", "is not a position or number"),
        ("evidence", "start", "one", "is not a position or number"),
        ("evidence", "start", "٣", "is not a position or number"),
        ("evidence", "end", "99999999", "is past 10,000,000 code points"),
        ("evidence", "end", "0", "is not after the start"),
        ("evidence", "span_sha256", "abc", "is not a SHA-256 in lower-case hexadecimal"),
        ("evidence", "value_sha256", "G" * 64, "is not a SHA-256 in lower-case hexadecimal"),
        ("evidence", "support", "guessed", "is none of verbatim, normalized, paraphrased, inferred"),
        ("evidence", "row_key", "", "must not be missing"),
        ("segments", "end", "9" * 5000, "is not a position or number"),
        ("segments", "sha256", "", "is not a SHA-256 in lower-case hexadecimal"),
        ("documents", "char_length", "", "is not a position or number"),
    ],
)
def test_malformed_evidence_is_a_finding(name: str, field: str, value: str, message: str) -> None:
    model = with_cell(name, 0, field, value)

    assert ("evidence-malformed", field, message) in [
        (item.rule, item.field, item.message) for item in broken_rules(model)
    ]


def test_a_package_must_declare_evidence_that_can_be_read(dataset: Path) -> None:
    for change, message in [
        (('"evidence": "evidence"', '"evidence": "proof"'), "the table of evidence, 'proof', does not exist"),
        (('"segments": "segments",\n    "evidence"', '"evidence"'), "does not name a table of segments"),
        (
            ('"segments": "segments"', '"segments": "agents"'),
            "the table 'agents' lacks the columns document_id",
        ),
    ]:
        original = dataset.read_text(encoding="utf-8")
        dataset.write_text(original.replace(*change), encoding="utf-8")

        report = factpack.validate(dataset)

        assert report.exit_code == 2
        assert any(item.rule == "evidence" and message in item.message for item in report.findings), message
        dataset.write_text(original, encoding="utf-8")


# ---- with the document


def lost(raw: str) -> set[tuple[Span, str]]:
    """Return the spans that are not found in a copy; those that are found must read as they should."""
    copy = canonical(raw)
    placement = place_document(MODEL, DOCUMENT, copy)
    result = set()
    for support, span in zip(MODEL.supports, placement.spans, strict=True):
        if isinstance(span, Span):
            assert fingerprint(span.of(copy)) == support.span_sha256
        else:
            result.add((support.span, span))
    return result


def test_the_document_is_verified(tmp_path: Path) -> None:
    report = factpack.validate(ROOT / "datapackage.json", {DOCUMENT: document_file()})

    assert report.valid
    (document,) = report.documents
    assert document.text == "verified against the text"
    assert document.verified == document.spans
    assert document.coverage is not None
    assert document.coverage > 0.96
    assert "p1-4: namely of and and" in document.left_out
    assert {word for line in document.left_out for word in line.split()[1:]} == {
        "and",
        "date",
        "in",
        "namely",
        "of",
        "the",
        "to",
    }


def page(text: str) -> str:
    paragraphs = "".join(f"<p>{part.replace('IPIM', '<b>IPIM</b>')}</p>" for part in text.split("\n\n"))
    menu = "<nav><a href='/'>Home</a> <a href='/news'>News of the Institute</a></nav>"
    return f"<!DOCTYPE html><html><head><title>t</title><script>x</script></head><body>{menu}<h1>A title</h1>{paragraphs}</body></html>"


COPIES: dict[str, Callable[[str], str]] = {
    "CRLF line ends": lambda text: text.replace("\n", "\r\n"),
    "white space doubled": lambda text: text.replace(" ", "  ").replace("\n", "\n\n"),
    "straight quotes": lambda text: text.replace("\u2019", "'"),
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    "a title before": lambda text: "A title of some words\n\n" + text,
    "boilerplate after": lambda text: text + "\n\nAll rights reserved by the Institute of Macao." * 200,
    "all of these": lambda text: (
        "T\r\n\r\n" + text.replace(" ", " \u00a0").replace("\u2019", "'") + "\n\nEnd" * 200
    ),
}


@pytest.mark.parametrize("name", COPIES)
def test_all_is_found_again_in_another_copy(document: str, name: str) -> None:
    raw = COPIES[name](document)

    assert lost(raw) == set()
    shift = canonical(raw).index(canonical(document))
    placement = place_document(MODEL, DOCUMENT, canonical(raw))
    assert list(placement.spans) == [support.span.moved(shift) for support in MODEL.supports]


def test_all_is_found_again_in_a_web_page(document: str, tmp_path: Path) -> None:
    (tmp_path / f"{DOCUMENT}.html").write_text(page(document), encoding="utf-8")

    report = factpack.validate(ROOT / "datapackage.json", copies_in(tmp_path))

    assert report.valid
    (result,) = report.documents
    assert result.verified == len(MODEL.supports)
    assert result.text == "verified against another copy of the text, which differs around its segments only"


def test_a_changed_word_loses_exactly_the_spans_that_hold_it(document: str) -> None:
    text = canonical(document)
    starts = [0, *(position + 1 for position, char in enumerate(text) if char == " ")]
    for number, start in enumerate(starts):
        end = text.find(" ", start) if " " in text[start:] else len(text)
        changed = text[:start] + "Q" * (2 * (end - start) + 1 + number % 3) + text[end:]

        holding = {s.span for s in MODEL.supports if s.span.start < end and start < s.span.end}
        assert {span for span, _ in lost(changed)} == holding, text[start:end]


def test_the_others_are_verified_at_their_shifted_places(document: str) -> None:
    changed = document.replace("Hengqin to Facilitate", "Hengqin and elsewhere to Facilitate")

    placement = place_document(MODEL, DOCUMENT, canonical(changed))

    cut = canonical(document).index(" to Facilitate")
    for support, span in zip(MODEL.supports, placement.spans, strict=True):
        if support.span.end <= cut:
            assert span == support.span
        elif support.span.start >= cut:
            assert span == support.span.moved(len(" and elsewhere"))
        else:
            assert span == GONE


def test_a_change_is_reported_span_by_span_with_its_cells(document: str, tmp_path: Path) -> None:
    (tmp_path / f"{DOCUMENT}.txt").write_text(document.replace("Zhu Xiaojun", "Zhu Xiao"), encoding="utf-8")

    report = factpack.validate(ROOT / "datapackage.json", copies_in(tmp_path))

    assert report.exit_code == 1
    spans = [item.message for item in report.findings if item.rule == "span-text"]
    assert "its words are gone; so the cell agents zhu-xiaojun name loses this support" in spans
    assert len(spans) == 3
    (segment,) = [item for item in report.findings if item.rule == "segment-text"]
    assert (segment.severity, segment.value) == (Severity.WARNING, "p3-1")


def test_a_wrong_fingerprint_of_the_text_is_found(dataset: Path) -> None:
    file = dataset.parent / "data" / "documents.csv"
    true = next(iter(MODEL.documents.values())).sha256
    file.write_text(file.read_text(encoding="utf-8").replace(true, "0" * 64), encoding="utf-8")
    refresh(dataset)

    report = factpack.validate(dataset, {DOCUMENT: document_file()})

    assert [(item.rule, item.field) for item in report.findings] == [
        ("seal-broken", None),
        ("document-text", "text_sha256"),
    ]


def test_in_the_text_itself_a_wrong_fingerprint_of_a_segment_or_span_is_an_error_at_its_cell(
    dataset: Path,
) -> None:
    for name, field in (("segments", "sha256"), ("evidence", "span_sha256")):
        file = dataset.parent / "data" / f"{name}.csv"
        true = TABLES[name].texts(field)[3]
        file.write_text(file.read_text(encoding="utf-8").replace(str(true), "0" * 64, 1), encoding="utf-8")
    refresh(dataset)

    report = factpack.validate(dataset, {DOCUMENT: document_file()})

    texts = [item for item in report.findings if item.rule in ("segment-text", "span-text")]
    assert [(item.severity, item.resource, item.field) for item in texts] == [
        (Severity.ERROR, "segments", "sha256"),
        (Severity.ERROR, "evidence", "start,end,span_sha256"),
    ]
    assert texts[0].value == "0" * 64
    assert texts[0].row == 5
    assert report.documents[0].text == "verified against the text"
    assert report.documents[0].verified == report.documents[0].spans - 1


def test_in_the_text_itself_a_span_is_whole_words_too(document: str) -> None:
    text = canonical(document)
    span = next(support.span for support in MODEL.supports if len(support.span) > 8)
    part = Span(span.start + 1, span.end)
    model = with_support(span=part, span_sha256=fingerprint(part.of(text)))

    assert place_document(model, DOCUMENT, text).spans[0] == OTHER_WORDS


def test_another_document_is_told_from_a_changed_one(tmp_path: Path) -> None:
    (tmp_path / f"{DOCUMENT}.txt").write_text("Something else, of Macao and IPIM.", encoding="utf-8")

    report = factpack.validate(ROOT / "datapackage.json", copies_in(tmp_path))

    assert report.exit_code == 1
    assert report.documents[0].verified == 0
    assert "no segment was found: is it the document?" in report.documents[0].text


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the document is empty"),
        (b" \n ", "the document is empty"),
        (b"\xff\xfe\x00", "not UTF-8 text"),
        (b"a\x00b", "it holds a NUL byte"),
        (b"a" * 40_000_001, "larger than 40,000,000 bytes, so no document"),
        (b"<html><body></body></html>", "the document is empty"),
    ],
)
def test_what_is_no_document_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    file = tmp_path / f"{DOCUMENT}.txt"
    file.write_bytes(content)

    with pytest.raises(EvidenceError, match=message):
        read_document(file)
    report = factpack.validate(ROOT / "datapackage.json", {DOCUMENT: file})
    assert (report.exit_code, report.findings[0].rule) == (2, "document-text")
    assert report.documents[0].text == "not verified against the text: its copy cannot be read"


def test_a_canonical_form_that_is_not_known_is_said(dataset: Path, document: str) -> None:
    for name in ("data/documents.csv", "schemas/documents.json"):
        file = dataset.parent / name
        file.write_text(
            file.read_text(encoding="utf-8").replace("factpack-text-1", "factpack-text-9"), encoding="utf-8"
        )
    refresh(dataset)

    report = factpack.validate(dataset, {DOCUMENT: document_file()})

    assert report.documents[0].text == "not verified against the text: its canonical form is not known"
    assert report.exit_code == 1


def test_a_document_whose_segments_do_not_tile_it_is_not_verified() -> None:
    segments = TABLES["segments"]
    columns = {name: encode(segments.texts(name)[1:]) for name in segments.columns}
    cut = replace(segments, rows=segments.rows[1:], lines=segments.lines[1:], columns=columns)

    findings, (report,) = verify_evidence(PACKAGE, TABLES | {"segments": cut}, {DOCUMENT: document_file()})

    assert report.text == "not verified against the text: its segments do not tile it"
    assert report.verified is None
    assert "the first segment does not start at 0" in [finding.message for finding in findings]


# ---- placing, on invented texts

WORD = st.sampled_from(
    ["the", "fair", "of", "lamps", "in", "may", "was", "held", "by", "them", "and", "sold"]
)
TEXT = st.lists(WORD, min_size=4, max_size=40)


def fragments(words: list[str], cuts: Iterator[int]) -> list[Fragment]:
    """Return the segments that tile a text of words, cut before words of those numbers."""
    starts = [0, *itertools.accumulate(len(word) + 1 for word in words)][:-1]
    text = " ".join(words)
    edges = sorted({0, len(text), *(starts[cut % len(words)] for cut in cuts)})
    return [Fragment(Span(a, b), fingerprint(text[a:b])) for a, b in itertools.pairwise(edges)]


def draw_spans(data: st.DataObject, words: list[str]) -> list[Fragment]:
    starts = [0, *itertools.accumulate(len(word) + 1 for word in words)][:-1]
    text = " ".join(words)
    result = []
    for first, length in data.draw(
        st.lists(st.tuples(st.integers(0, len(words) - 1), st.integers(1, 4)), max_size=8)
    ):
        last = min(first + length, len(words)) - 1
        span = Span(starts[first], starts[last] + len(words[last]))
        result.append(Fragment(span, fingerprint(span.of(text))))
    return result


@given(TEXT, st.lists(st.integers(0, 99), max_size=5), st.data())
def test_the_same_text_is_placed_where_it_is(words: list[str], cuts: list[int], data: st.DataObject) -> None:
    segments, spans = fragments(words, iter(cuts)), draw_spans(data, words)

    placement = place(segments, spans, " ".join(words))

    assert list(placement.segments) == [segment.span for segment in segments]
    assert list(placement.spans) == [span.span for span in spans]


@given(TEXT, st.lists(st.integers(0, 99), max_size=5), st.lists(WORD, min_size=1, max_size=6), st.data())
def test_nothing_is_placed_where_other_words_stand(
    words: list[str], cuts: list[int], new: list[str], data: st.DataObject
) -> None:
    segments, spans = fragments(words, iter(cuts)), draw_spans(data, words)
    at = data.draw(st.integers(0, len(words)))
    removed = data.draw(st.integers(0, 3))
    copy = " ".join([*words[:at], *new, *words[at + removed :]])

    placement = place(segments, spans, copy)

    for fragment, span in [
        *zip(segments, placement.segments, strict=True),
        *zip(spans, placement.spans, strict=True),
    ]:
        if isinstance(span, Span):
            assert fingerprint(span.of(copy)) == fragment.digest
    placed = [span for span in placement.segments if span]
    assert all(before.end <= after.start for before, after in itertools.pairwise(placed))


def spans_of(text: str, *quotations: str) -> list[Fragment]:
    return [
        Fragment(Span(start, start + len(words)), fingerprint(words))
        for words in quotations
        for start in [text.index(words)]
    ]


FIRST = "A first sentence that is long enough to stay where it is. "
LAST = "And a last sentence that is just as long as the first one was."


def around(sentence: str) -> str:
    return FIRST + sentence + LAST


def test_words_that_moved_to_two_places_are_ambiguous() -> None:
    old = "In the fair of lamps they sold lamps. "
    segments = spans_of(around(old), FIRST, old, LAST)
    copy = around("In the fair of lamps they, in the fair of lamps, sold them or sold others. ")

    placement = place(segments, spans_of(around(old), "the fair of lamps", "sold"), copy)

    assert placement.spans == [Span(len(FIRST) + 3, len(FIRST) + 20), AMBIGUOUS]


def test_several_words_that_moved_are_found_and_few_are_not() -> None:
    old = "It was the fair of many lamps and toys. "
    new = "Now see: the fair of many lamps is held (with toys too). "
    segments = spans_of(around(old), FIRST, old, LAST)

    placement = place(
        segments, spans_of(around(old), "the fair of many lamps", "many lamps", "toys"), around(new)
    )

    at = len(FIRST) + new.index("the")
    assert placement.spans == [Span(at, at + 22), Span(at + 12, at + 22), AMBIGUOUS]


def test_a_part_of_a_word_or_number_is_no_place() -> None:
    old = "He sold 10 lamps in May. "
    segments = spans_of(around(old), FIRST, old, LAST)
    spans = spans_of(around(old), "10", "lamp" + "s", "in May")

    for new in (
        "He sold 100 lampshades in Maya. ",
        "He sold 10.5 lampsX in Mayx. ",
        "He sold 1,10 slamps in Mays. ",
    ):
        assert GONE in {str(span) for span in place(segments, spans, around(new)).spans}
        assert not [span for span in place(segments, spans, around(new)).spans if isinstance(span, Span)]


def test_of_two_equal_sentences_the_one_that_changed_is_lost() -> None:
    same = "The guild signed a contract with the town. "
    segments = [Fragment(Span(0, 43), fingerprint(same)), Fragment(Span(43, 86), fingerprint(same))]
    segments.append(Fragment(Span(86, 86 + len(LAST)), fingerprint(LAST)))
    spans = [Fragment(Span(start, start + 17), fingerprint("signed a contract")) for start in (10, 53)]

    changed = place(segments, spans, same + same.replace("a contract", "no contract") + LAST)

    assert changed.segments == [Span(0, 43), None, Span(87, 87 + len(LAST))]
    assert changed.spans == [Span(10, 27), GONE]


@pytest.mark.parametrize("before", [True, False])
def test_a_teaser_is_not_taken_for_the_sentence_that_changed(before: bool) -> None:
    words = "He signed three contracts in town. " if before else "He signed three contracts in town."
    parts = [words, FIRST, LAST] if before else [FIRST, LAST + " ", words]
    text = "".join(parts)
    segments = spans_of(text, *parts)
    changed = text.replace("three", "four")
    copy = f"{words}Home News About. {changed}" if before else f"{changed} Related: {words}"

    placement = place(segments, spans_of(text, "three contracts"), copy)

    assert placement.spans == [AMBIGUOUS]
    assert sum(span is not None for span in placement.segments) == 2


def test_a_sentence_that_moved_is_not_placed_out_of_order() -> None:
    sentences = ["One two three four five. ", "Six seven eight nine ten. ", "Ten nine eight seven six."]
    text = "".join(sentences)

    placement = place(
        spans_of(text, *sentences), [], canonical(sentences[1] + sentences[2] + " " + sentences[0])
    )

    assert placement.segments == [None, Span(0, 26), Span(26, 51)]


def test_a_repeated_sentence_is_placed_by_its_neighbours() -> None:
    sentences = ["A first one. ", "The same. ", "A second one. ", "The same. ", "A third one."]
    text = "".join(sentences)
    segments = [
        Fragment(Span(start, start + len(sentence)), fingerprint(sentence))
        for start, sentence in zip([0, 13, 23, 37, 47], sentences, strict=True)
    ]

    placement = place(segments, [], "Title. " + text)

    assert list(placement.segments) == [segment.span.moved(7) for segment in segments]


def test_the_documentation_names_every_rule() -> None:
    text = (ROOT / "docs" / "evidence.md").read_text(encoding="utf-8")

    for rule in RULES:
        assert f"| `{rule.__name__.replace('_', '-')}` |" in text


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 9)), max_size=7))
def test_the_runs_that_are_kept_are_in_order_and_the_heaviest(drawn: list[tuple[int, int]]) -> None:
    runs, old = [], 0
    for number, (new, length) in enumerate(drawn):
        runs.append(Run(number, number, Span(old, old + length), new - old))
        old += length

    def ordered(chosen: tuple[Run, ...]) -> bool:
        return all(a.new.end <= b.new.start for a, b in itertools.pairwise(chosen))

    subsets = itertools.chain.from_iterable(
        itertools.combinations(runs, size) for size in range(len(runs) + 1)
    )
    most = max(sum(len(run.old) for run in chosen) for chosen in subsets if ordered(chosen))

    chain = _heaviest_chain(runs)
    kept: list[Run] = []
    while chain is not None:
        kept.insert(0, chain.run)
        chain = chain.before
    assert ordered(tuple(kept))
    assert sum(len(run.old) for run in kept) == most
