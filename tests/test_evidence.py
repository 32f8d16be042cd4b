"""Locating quotations, cutting segments and writing evidence, on a release of our own invention."""

import csv
import hashlib
import itertools
import json
import os
import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, document_file
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

import factpack
from factpack.cli import app
from factpack.evidence.attestation import (
    REQUIRED_COLUMNS,
    Quotation,
    attest,
    read_quotations,
    remove_dangling,
)
from factpack.evidence.canonical import canonical, fingerprint
from factpack.evidence.document import read_document
from factpack.evidence.model import read_model
from factpack.evidence.quotation import Span, locate
from factpack.evidence.renaming import rename
from factpack.evidence.rules import seal_broken, seal_dangling, seal_missing
from factpack.evidence.seals import SEALED, as_sealed, evidence_by_row, remove_dangling_seals, seal
from factpack.evidence.segmentation import resegment, segments
from factpack.evidence.status import status
from factpack.evidence.tables import Workspace
from factpack.exceptions import EvidenceError, FactpackError
from factpack.package import open_package
from factpack.refresh import refresh
from factpack.table_schema import parse_schema

# An invented release: no such fair, no such town.
RELEASE = """Little Harbour, 3 May - The Fair of Lamps opened today. Dr. Lamp\u2019s fair lasts “four” days.

A Bright Start

It has 12 stalls. Lamps, and more lamps, are sold there."""


def test_files_that_are_not_there_are_named_as_they_were_given(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match=f"^{tmp_path}/nope.txt: no such document$"):
        read_document(tmp_path / "nope.txt")
    with pytest.raises(EvidenceError, match=f"^{tmp_path}/nope.csv: no such file of quotations$"):
        read_quotations(tmp_path / "nope.csv")


def test_what_reads_web_pages_is_asked_for_where_it_is_not_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "release.html"
    page.write_text("<html><body>The fair opened.</body></html>", encoding="utf-8")
    assert read_document(page) == "The fair opened."
    monkeypatch.setitem(sys.modules, "inscriptis", None)

    with pytest.raises(EvidenceError, match="to read web pages, install inscriptis"):
        read_document(page)


def test_a_quotation_is_found_whatever_its_style() -> None:
    text = canonical(RELEASE)

    span = locate(text, "Lamp's  fair\nlasts \u201efour\u201c days")

    assert span.of(text) == 'Lamp\'s fair lasts "four" days'
    assert isinstance(span, Span)


def test_whole_words_only() -> None:
    with pytest.raises(EvidenceError, match="'stall' is not in the text"):
        locate(canonical(RELEASE), "stall")


@pytest.mark.parametrize(
    ("text", "words", "start"),
    [("灯会今天开幕", "今天", 2), ("งานโคมไฟ", "โคม", 3), ("the 灯会 opens", "灯会", 4)],
)
def test_scripts_without_spaces_may_be_quoted_from_any_character_on(
    text: str, words: str, start: int
) -> None:
    assert locate(text, words) == Span(start, start + len(words))


def test_an_ambiguous_quotation_is_refused_with_its_places() -> None:
    with pytest.raises(EvidenceError, match=r"'fair' is in the text 2 times.*4: …the fair and.*15: …"):
        locate("the fair and a fair day", "fair")


@pytest.mark.parametrize(
    ("prefix", "suffix", "start"), [("the", "", 4), ("a ", "", 15), ("", "day", 15), ("the", "and a", 4)]
)
def test_a_prefix_or_suffix_tells_which(prefix: str, suffix: str, start: int) -> None:
    assert locate("the fair and a fair day", "fair", prefix, suffix).start == start


def test_a_quotation_outside_its_segment_is_not_found() -> None:
    with pytest.raises(EvidenceError, match="not in the text"):
        locate("the fair and a fair day", "day", within=Span(0, 20))


@pytest.mark.parametrize("quotation", ["", " ", "\u200b"])
def test_an_empty_quotation_is_refused(quotation: str) -> None:
    with pytest.raises(EvidenceError, match="the quotation is empty"):
        locate("text", quotation)


WORD = st.text("abc", min_size=1, max_size=3)


@given(st.lists(WORD, min_size=1, max_size=12), st.data())
def test_what_is_found_reads_as_the_quotation_and_is_the_only_one(
    words: list[str], data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(words) - 1))
    end = data.draw(st.integers(start + 1, len(words)))
    text, quotation = " ".join(words), " ".join(words[start:end])

    occurrences = sum(words[i : i + end - start] == words[start:end] for i in range(len(words)))
    if occurrences == 1:
        span = locate(text, quotation)
        assert span.of(text) == quotation
        assert span.start == len(" ".join(words[:start])) + (start > 0)
    else:
        with pytest.raises(EvidenceError, match=f"{occurrences} times"):
            locate(text, quotation)


def cut(*splits: str, joins: tuple[str, ...] = ("Lamp's",)) -> list[tuple[Any, ...]]:
    rows = segments(RELEASE, "r", splits, joins)
    return [
        (row["segment_id"], row["kind"], canonical(RELEASE)[int(row["start"] or 0) : int(row["end"] or 0)])
        for row in rows
    ]


def test_paragraphs_and_sentences_become_segments() -> None:
    assert cut("The Fair of") == [
        ("p1-1", "sentence", "Little Harbour, 3 May - "),
        ("p1-2", "sentence", "The Fair of Lamps opened today. "),
        ("p1-3", "sentence", 'Dr. Lamp\'s fair lasts "four" days. '),
        ("p2-1", "heading", "A Bright Start "),
        ("p3-1", "sentence", "It has 12 stalls. "),
        ("p3-2", "sentence", "Lamps, and more lamps, are sold there."),
    ]


@given(st.lists(st.lists(st.sampled_from(["one", "Two.", "three!", "“Four.”", "5"]), min_size=1), min_size=1))
def test_segments_tile_any_text(paragraphs: list[list[str]]) -> None:
    raw = "\n \n".join(" ".join(words) for words in paragraphs)
    text = canonical(raw)

    rows = segments(raw, "r")

    spans = [(int(row["start"] or 0), int(row["end"] or 0)) for row in rows]
    assert [start for start, _ in spans] == [0, *(end for _, end in spans[:-1])]
    assert spans[-1][1] == len(text)
    assert [row["sha256"] for row in rows] == [fingerprint(text[start:end]) for start, end in spans]
    assert [int(row["order_no"] or 0) for row in rows] == list(range(1, len(rows) + 1))
    assert {row["paragraph_no"] for row in rows} == {str(number) for number in range(1, len(paragraphs) + 1)}


def test_windows_line_ends_part_paragraphs_too() -> None:
    assert segments(RELEASE.replace("\n", "\r\n"), "r") == segments(RELEASE, "r")


@pytest.fixture
def fairs(tmp_path: Path) -> Path:
    """Return the descriptor of a package of one table, with empty tables of evidence like the dataset's."""
    for name in ("segments", "evidence", "documents"):
        schema = json.loads((ROOT / "schemas" / f"{name}.json").read_text())
        (tmp_path / f"{name}.json").write_text(json.dumps(schema))
        (tmp_path / f"{name}.csv").write_text(",".join(field["name"] for field in schema["fields"]) + "\n")
    columns = (tmp_path / "documents.csv").read_text().strip().split(",")
    row = {"document_id": "fair", "normalization": "factpack-text-1", "char_length": "1"}
    (tmp_path / "documents.csv").write_text(
        ",".join(columns) + "\n" + ",".join(row.get(column, "") for column in columns) + "\n"
    )
    fields = [
        {"name": name, "type": "string", "provenance": "document"} for name in ("id", "name", "days", "place")
    ]
    (tmp_path / "fairs.csv").write_text("id,name,days,place\nlamps,Fair of Lamps,4,\n")
    resources = [{"name": "fairs", "path": "fairs.csv", "schema": {"fields": fields, "primaryKey": "id"}}]
    resources += [
        {"name": name, "path": f"{name}.csv", "schema": f"{name}.json"}
        for name in ("documents", "segments", "evidence")
    ]
    roles = {name: name for name in ("documents", "segments", "evidence")}
    (tmp_path / "datapackage.json").write_text(
        json.dumps({"name": "fairs", "resources": resources, "evidence": roles})
    )
    (tmp_path / "release.txt").write_text(RELEASE, encoding="utf-8")
    return tmp_path / "datapackage.json"


def quotation(**changes: Any) -> Quotation:
    row = {"resource": "fairs", "row_key": "lamps", "field": "name", "segment_id": "p1-2"}
    return Quotation(**(row | {"exact": "Fair of Lamps", "support": "verbatim"} | changes))


DAYS = quotation(field="days", segment_id="", exact="four", support="normalized")


def segmented(descriptor: Path) -> Workspace:
    workspace = Workspace(open_package(descriptor))
    resegment(workspace, "fair", RELEASE, ["The Fair of"], ["Lamp's"])
    workspace.save()
    return workspace


def attested(descriptor: Path, *quotations: Quotation) -> Workspace:
    workspace = segmented(descriptor)
    attest(workspace, "fair", RELEASE, quotations)
    workspace.save()
    return workspace


def keys(descriptor: Path) -> list[str]:
    return list(Workspace(open_package(descriptor)).keyed("evidence"))


def test_segments_are_written_with_the_documents_length_and_fingerprint(fairs: Path) -> None:
    segmented(fairs)

    workspace = Workspace(open_package(fairs))
    (document,) = workspace.rows("documents")
    text = canonical(RELEASE)
    assert (document["char_length"], document["text_sha256"]) == (str(len(text)), fingerprint(text))
    assert len(workspace.rows("segments")) == 6


def test_a_kind_that_was_set_stays_where_the_words_stay(fairs: Path) -> None:
    segmented(fairs)
    file = fairs.parent / "segments.csv"
    file.write_text(file.read_text().replace("p1-1,1,1,sentence", "p1-1,1,1,dateline"))

    workspace = Workspace(open_package(fairs))
    rows = resegment(workspace, "fair", RELEASE.replace("today", "tonight"), ["The Fair of"], ["Lamp's"])

    assert [row["kind"] for row in rows][:2] == ["dateline", "sentence"]


def test_evidence_holds_position_and_fingerprints(fairs: Path) -> None:
    attested(fairs, quotation(), DAYS)

    rows = Workspace(open_package(fairs)).keyed("evidence")
    assert list(rows) == ["fairs/lamps/days/fair/79/83", "fairs/lamps/name/fair/28/41"]
    assert rows["fairs/lamps/days/fair/79/83"]["segment_id"] == "p1-3"
    assert rows["fairs/lamps/name/fair/28/41"] == {
        "resource": "fairs",
        "row_key": "lamps",
        "field": "name",
        "document_id": "fair",
        "segment_id": "p1-2",
        "start": "28",
        "end": "41",
        "support": "verbatim",
        "note": "",
        "span_sha256": fingerprint("Fair of Lamps"),
        "value_sha256": fingerprint("Fair of Lamps"),
    }


def test_attesting_a_cell_again_replaces_its_evidence_and_no_other(fairs: Path) -> None:
    attested(fairs, quotation(), DAYS)
    again = quotation(field="days", exact='lasts "four" days', support="paraphrased", segment_id="p1-3")

    attested(fairs, again)

    assert keys(fairs) == ["fairs/lamps/days/fair/72/89", "fairs/lamps/name/fair/28/41"]


def test_attesting_may_change_the_cell_and_tells_old_and_new(fairs: Path) -> None:
    attested(fairs, DAYS)
    file = fairs.parent / "fairs.csv"
    file.write_text(file.read_text().replace(",4,", ",5,"))
    workspace = Workspace(open_package(fairs))

    (item,) = attest(workspace, "fair", RELEASE, [replace(DAYS, value="four")])
    assert file.read_text() == "id,name,days,place\nlamps,Fair of Lamps,5,\n"
    workspace.save()

    assert (item.old, item.new, item.words, item.was_attested) == ("5", "four", "four", False)
    assert file.read_text() == "id,name,days,place\nlamps,Fair of Lamps,four,\n"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"row_key": "lanterns"}, "fairs lanterns name: there is no such cell"),
        ({"field": "colour"}, "fairs lamps colour: there is no such cell"),
        ({"field": "place"}, "fairs lamps place: the cell is null; null needs no evidence"),
        ({"segment_id": "p9-9"}, "there is no segment 'p9-9'"),
        ({"segment_id": "p2-1"}, "fairs lamps name, p2-1: 'Fair of Lamps' is not in the text"),
        ({"segment_id": "", "exact": "today. Dr. Lamp's"}, "lies in more than one segment"),
        ({"exact": "Lamps"}, "'Fair of Lamps' is not 'Lamps', so the support is not verbatim"),
        ({"support": "inferred"}, "an inference needs a note"),
        (
            {"support": "guessed"},
            "the support 'guessed' is none of verbatim, normalized, paraphrased, inferred",
        ),
        ({"value": "Lamps"}, "'Lamps' is not 'Fair of Lamps', so the support is not verbatim"),
        (
            {"field": "id", "value": "fair", "support": "normalized"},
            "part of a key; use `factpack evidence rename`",
        ),
        ({"resource": "segments", "row_key": "fair/p1-1", "field": "kind"}, "provenance is not 'document'"),
        ({"resource": "fair"}, "the package has no resource 'fair'; did you mean 'fairs'?"),
    ],
)
def test_evidence_that_does_not_hold_is_refused(fairs: Path, changes: dict[str, str], message: str) -> None:
    workspace = segmented(fairs)

    with pytest.raises(FactpackError) as error:
        attest(workspace, "fair", RELEASE, [quotation(), quotation(**changes)])
    assert message in str(error.value)


def test_all_refusals_are_told_at_once(fairs: Path) -> None:
    with pytest.raises(EvidenceError) as error:
        attest(segmented(fairs), "fair", RELEASE, [quotation(exact="Lamps"), quotation(field="colour")])
    assert len(str(error.value).splitlines()) == 2


def test_a_refused_batch_changes_nothing(fairs: Path) -> None:
    workspace = segmented(fairs)

    with pytest.raises(EvidenceError):
        attest(workspace, "fair", RELEASE, [replace(DAYS, value="four"), quotation(exact="Lamps")])

    assert workspace.save() == []
    assert workspace.rows("fairs")[0]["days"] == "4"


def test_all_quotations_of_a_cell_attest_its_new_value(fairs: Path) -> None:
    more = replace(DAYS, exact="days", value="four")

    attested(fairs, DAYS, more)

    rows = Workspace(open_package(fairs)).rows("evidence")
    assert [row["value_sha256"] for row in rows] == [fingerprint("four")] * 2


def test_two_quotations_must_not_want_two_values(fairs: Path) -> None:
    with pytest.raises(EvidenceError, match="two quotations want two values, '5' and '6'"):
        attest(segmented(fairs), "fair", RELEASE, [replace(DAYS, value="5"), replace(DAYS, value="6")])


def test_a_text_other_than_the_one_that_was_cut_is_refused(fairs: Path) -> None:
    with pytest.raises(EvidenceError, match="not the one that the segments of 'fair' were made of"):
        attest(segmented(fairs), "fair", RELEASE + " More.", [quotation()])


def test_a_new_value_must_be_allowed(dataset: Path, document: str) -> None:
    cell = Quotation(
        resource="events",
        row_key="guangzhou-visit",
        field="status",
        exact="visited",
        support="normalized",
        value="done",
    )

    with pytest.raises(EvidenceError, match="'done' is not allowed: status must be one of: held, planned"):
        attest(
            Workspace(open_package(dataset)),
            "ipim-guangzhou-2025-09-10",
            document,
            [replace(cell, segment_id="p1-3")],
        )


def test_segments_with_the_same_words_keep_their_own_kinds(fairs: Path) -> None:
    raw = "Same.\n\nOther.\n\nSame.\n\nLast."
    workspace = Workspace(open_package(fairs))
    resegment(workspace, "fair", raw, [], [])
    for row, kind in zip(
        workspace.rows("segments"), ("metadata", "sentence", "heading", "sentence"), strict=True
    ):
        row["kind"] = kind

    assert [row["kind"] for row in resegment(workspace, "fair", raw, [], [])] == [
        "metadata",
        "sentence",
        "heading",
        "sentence",
    ]


def test_a_document_must_be_known_and_cut(fairs: Path) -> None:
    workspace = Workspace(open_package(fairs))

    with pytest.raises(EvidenceError, match="there is no document 'other'"):
        resegment(workspace, "other", RELEASE, [], [])
    with pytest.raises(
        EvidenceError, match="the document 'fair' has no segments; run `factpack evidence segment`"
    ):
        attest(workspace, "fair", RELEASE, [])


def test_tables_must_be_readable_and_without_faults(fairs: Path) -> None:
    (fairs.parent / "fairs.csv").write_text("id,name,days,place\nlamps,x\n")
    with pytest.raises(EvidenceError, match="the table 'fairs' has faults"):
        Workspace(open_package(fairs)).rows("fairs")
    (fairs.parent / "documents.csv").unlink()
    with pytest.raises(EvidenceError, match="the table 'documents' cannot be read"):
        Workspace(open_package(fairs)).rows("documents")


@pytest.mark.parametrize("step", range(3))
def test_a_write_that_fails_leaves_all_tables_as_they_were(
    fairs: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    refresh(fairs)
    attested(fairs, DAYS)
    before = {file.name: file.read_bytes() for file in fairs.parent.iterdir()}
    workspace = Workspace(open_package(fairs))
    attest(workspace, "fair", RELEASE, [replace(DAYS, value="four"), quotation()])
    calls = itertools.count()
    real = os.replace

    def failing(source: Any, target: Any) -> None:
        if next(calls) == step:
            raise KeyboardInterrupt
        real(source, target)

    monkeypatch.setattr("factpack.writing.os.replace", failing)
    with pytest.raises(KeyboardInterrupt):
        workspace.save()

    assert {file.name: file.read_bytes() for file in fairs.parent.iterdir()} == before


def test_saving_keeps_bytes_and_hashes_true(fairs: Path) -> None:
    refresh(fairs)
    attested(fairs, DAYS, quotation())

    assert not [item for item in factpack.validate(fairs).findings if item.rule in ("bytes", "hash")]


def test_a_table_keeps_its_dialect_and_encoding(fairs: Path) -> None:
    content = json.loads(fairs.read_text())
    content["resources"][0] |= {"dialect": {"delimiter": ";", "quoteChar": "'"}, "encoding": "latin-1"}
    fairs.write_text(json.dumps(content))
    (fairs.parent / "fairs.csv").write_bytes("id;name;days;place\nlamps;é;'4;';\n".encode("latin-1"))
    workspace = Workspace(open_package(fairs))

    workspace.rows("fairs")[0]["place"] = "a'b"
    workspace.touch("fairs")
    workspace.save()

    assert (fairs.parent / "fairs.csv").read_bytes() == "id;name;days;place\nlamps;é;'4;';'a''b'\n".encode(
        "latin-1"
    )


def write_quotations(file: Path, rows: list[dict[str, str]], columns: tuple[str, ...]) -> None:
    with file.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)


ROW = {
    "resource": "fairs",
    "row_key": "lamps",
    "field": "name",
    "exact": "Fair of Lamps",
    "support": "verbatim",
}


def test_a_file_of_quotations_needs_no_more_than_it_says(tmp_path: Path) -> None:
    write_quotations(tmp_path / "q.csv", [ROW, ROW | {"value": "x"}], (*REQUIRED_COLUMNS, "value"))

    assert read_quotations(tmp_path / "q.csv") == [
        quotation(segment_id=""),
        quotation(segment_id="", value="x"),
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"row_key,field,exact,support\n", r"q\.csv lacks the columns \['resource'\]"),
        (b"resource,row_key,field,exact,support,colour\n", r"has unknown columns \['colour'\]"),
        (b"resource,row_key,field,exact,support\na,b\n", "row 2 does not have 5 cells"),
        (b"resource,row_key,field,exact,support\na,b,c,d,e,f\n", "row 2 does not have 5 cells"),
        (b"\xff", "not a CSV file in UTF-8"),
        (b'resource,"a"b\n', "not a CSV file in UTF-8"),
        (None, "no such file of quotations"),
    ],
)
def test_a_file_of_quotations_must_be_whole(tmp_path: Path, content: bytes | None, message: str) -> None:
    if content is not None:
        (tmp_path / "q.csv").write_bytes(content)

    with pytest.raises(EvidenceError, match=message):
        read_quotations(tmp_path / "q.csv")


# ---- keys


def test_a_renamed_key_takes_references_and_evidence_along(dataset: Path, document: str) -> None:
    workspace = Workspace(open_package(dataset))

    counts = rename(workspace, "agents", "ipim-mainland-offices", "offices")
    workspace.save()

    report = factpack.validate(dataset, {"ipim-guangzhou-2025-09-10": document_file()})
    assert report.findings == []
    assert counts["agents"] == 7  # the group, and the six offices that are part of it
    assert counts["stated_counts"] == 1
    assert "ipim-mainland-offices" not in "".join(
        file.read_text(encoding="utf-8") for file in (dataset.parent / "data").iterdir()
    )
    agents = [row["agent_id"] for row in Workspace(open_package(dataset)).rows("agents")]
    assert agents == sorted(agents)


def test_a_renamed_key_goes_on_through_composite_keys(dataset: Path) -> None:
    workspace = Workspace(open_package(dataset))

    rename(workspace, "statements", "hope-integrate-markets", "hope")
    rename(workspace, "documents", "ipim-guangzhou-2025-09-10", "release-2025-09-10")
    workspace.save()

    assert factpack.validate(dataset).findings == []
    places = Workspace(open_package(dataset)).rows("detail_places")
    assert sum(row["statement_id"] == "hope" for row in places) == 6


def test_a_key_with_a_slash_is_renamed_too(fairs: Path) -> None:
    (fairs.parent / "fairs.csv").write_text("id,name,days,place\na/b,Fair of Lamps,4,\n")
    attested(fairs, replace(quotation(), row_key="a~1b"))
    workspace = Workspace(open_package(fairs))

    assert rename(workspace, "fairs", "a/b", "~") == {"fairs": 1, "evidence": 1}
    workspace.save()
    assert keys(fairs) == ["fairs/~00/name/fair/28/41"]


@pytest.mark.parametrize(
    ("resource", "old", "new", "message"),
    [
        ("posts", "a", "b", "the primary key of 'posts' is not one field"),
        ("agents", "nobody", "b", "'agents' has no row with the key 'nobody'"),
        ("agents", "ipim", "macao", "'agents' already has a row with the key 'macao'"),
        (
            "agents",
            "ipim",
            "The Institute",
            "'The Institute' is not allowed: agent_id must match the pattern",
        ),
        ("agents", "ipim", "", "'' is not allowed: agent_id must not be missing"),
    ],
)
def test_a_key_that_cannot_be_renamed_is_refused(
    dataset: Path, resource: str, old: str, new: str, message: str
) -> None:
    with pytest.raises(EvidenceError, match=message):
        rename(Workspace(open_package(dataset)), resource, old, new)


# ---- state


def test_the_status_tells_what_is_missing(fairs: Path) -> None:
    workspace = attested(fairs, quotation())

    result = status(read_model(workspace.package, workspace.lexical()))

    assert (result.facts, result.supported) == (3, 1)
    assert [(item.rule, item.field or item.value) for item in result.findings][:2] == [
        ("evidence-missing", "id"),
        ("evidence-missing", "days"),
    ]
    assert [item.value for item in result.findings if item.rule == "segment-used"] == [
        "p1-1",
        "p1-3",
        "p2-1",
        "p3-1",
        "p3-2",
    ]
    assert [(part.paragraph_no, part.segments, part.length, part.covered) for part in result.paragraphs] == [
        (1, 3, 91, 13),
        (2, 1, 15, 0),
        (3, 2, 56, 0),
    ]


def test_a_new_value_leaves_no_evidence_of_the_old_one(fairs: Path) -> None:
    attested(fairs, DAYS)
    file = fairs.parent / "evidence.csv"
    file.write_text(file.read_text() + file.read_text().splitlines()[1].replace(",fair,", ",other,") + "\n")

    workspace = Workspace(open_package(fairs))
    attest(workspace, "fair", RELEASE, [replace(DAYS, value="four")])

    assert [row["document_id"] for row in workspace.rows("evidence")] == ["fair"]


def test_cutting_anew_keeps_further_columns(fairs: Path) -> None:
    schema = json.loads((fairs.parent / "segments.json").read_text())
    schema["fields"].append({"name": "speaker", "type": "string"})
    (fairs.parent / "segments.json").write_text(json.dumps(schema))
    (fairs.parent / "segments.csv").write_text(",".join(field["name"] for field in schema["fields"]) + "\n")
    workspace = segmented(fairs)
    workspace.rows("segments")[0]["speaker"] = "town crier"

    assert resegment(workspace, "fair", RELEASE, ["The Fair of"], ["Lamp's"])[0]["speaker"] == "town crier"


def test_evidence_of_cells_that_are_no_more_is_removed(fairs: Path) -> None:
    attested(fairs, quotation(), DAYS)
    file = fairs.parent / "fairs.csv"
    file.write_text(file.read_text().replace(",4,", ",,"))
    workspace = Workspace(open_package(fairs))

    removed = remove_dangling(workspace)
    workspace.save()

    assert [row["field"] for row in removed] == ["days"]
    assert keys(fairs) == ["fairs/lamps/name/fair/28/41"]


# ---- commands


def invoke(*arguments: str, answer: str | None = None) -> Result:
    return CliRunner().invoke(app, ["evidence", *arguments], input=answer)


def test_the_commands_show_before_they_write(fairs: Path) -> None:
    folder = fairs.parent
    write_quotations(folder / "q.csv", [ROW], REQUIRED_COLUMNS)
    package = str(fairs)
    shared = ("--document", str(folder / "release.txt"), package)

    cutting = invoke("segment", "fair", *shared, "--split-before", "The Fair of", "--join-before", "Lamp's")
    refused = invoke("attest", "fair", "--quotations", str(folder / "q.csv"), *shared, answer="n\n")
    assert keys(fairs) == []
    written = invoke("attest", "fair", "--quotations", str(folder / "q.csv"), *shared, answer="y\n")

    assert (cutting.exit_code, refused.exit_code, written.exit_code) == (0, 0, 0)
    assert cutting.output.splitlines()[3] == "p2-1 heading 91 106"
    assert "fairs lamps name: 'Fair of Lamps'\n  verbatim p1-2 28-41: 'Fair of Lamps'\n" in refused.output
    assert keys(fairs) == ["fairs/lamps/name/fair/28/41"]


def test_cutting_anew_asks_if_evidence_would_be_lost(fairs: Path) -> None:
    attested(fairs, quotation(), DAYS)
    shared = ("--document", str(fairs.parent / "release.txt"), str(fairs))

    refused = invoke("segment", "fair", *shared, answer="n\n")
    assert len(Workspace(open_package(fairs)).rows("segments")) == 6
    same = invoke("segment", "fair", *shared, "--split-before", "The Fair of", "--join-before", "Lamp's")

    assert "Rows of evidence that will lie outside their segments: 1. Go on?" in refused.output
    assert refused.output.endswith("\nnothing was written\n")
    assert (refused.exit_code, same.exit_code) == (0, 0)


def test_pruning_with_nothing_to_remove_asks_nothing(fairs: Path) -> None:
    attested(fairs, quotation())

    assert invoke("prune", str(fairs)).output == "nothing to remove\n"


def test_one_cell_is_attested_and_changed_from_the_command_line(fairs: Path) -> None:
    segmented(fairs)
    shared = ("--document", str(fairs.parent / "release.txt"), str(fairs))
    cell = ("--cell", "fairs lamps days", "--exact", "four", "--support", "normalized")

    done = invoke("attest", "fair", *shared, *cell, "--value", "four", "--yes")

    assert done.output == "fairs lamps days: '4' -> 'four'\n  normalized p1-3 79-83: 'four'\n"
    assert Workspace(open_package(fairs)).rows("fairs")[0]["days"] == "four"


@pytest.mark.parametrize("arguments", [[], ["--quotations", "q.csv", "--cell", "a b c"], ["--cell", "a b"]])
def test_attest_needs_quotations_or_a_cell(fairs: Path, arguments: list[str]) -> None:
    done = invoke("attest", "fair", "--document", "x", str(fairs), *arguments)

    assert isinstance(done.exception, FactpackError)


def test_the_commands_rename_and_prune_and_tell_the_status(fairs: Path) -> None:
    attested(fairs, quotation(), DAYS)
    package = str(fairs)

    renamed = invoke("rename", "fairs", "lamps", "fair-of-lamps", package, answer="y\n")
    (fairs.parent / "fairs.csv").write_text("id,name,days,place\nfair-of-lamps,,4,\n")
    pruned = invoke("prune", package, answer="y\n")
    told = invoke("status", package)

    assert "fairs: 1 row\nevidence: 2 rows\n" in renamed.output
    assert "fairs fair-of-lamps name: p1-2 28-41\n" in pruned.output
    assert keys(fairs) == ["fairs/fair-of-lamps/days/fair/79/83"]
    assert told.output.endswith("1 of 2 facts have evidence\n")


def test_verify_finds_the_document_by_its_key_or_name(fairs: Path) -> None:
    attested(fairs, quotation(), DAYS)
    package = str(fairs)
    release = str(fairs.parent / "release.txt")

    assert (
        "verified against the text: 2 spans found" in invoke("verify", "--document", release, package).output
    )
    assert isinstance(invoke("verify", "--document", release, "--id", "x", package).exception, FactpackError)
    absent = invoke("verify", "--document", "nowhere.txt", package).exception
    assert str(absent) == "nowhere.txt: no such file"


def test_verify_takes_the_options_of_a_validation(fairs: Path, tmp_path: Path) -> None:
    attested(fairs, quotation())
    verify = ("verify", str(fairs), "--document", str(fairs.parent / "release.txt"))
    CliRunner().invoke(app, ["validate", str(fairs), "--write-baseline", str(tmp_path / "known.json")])

    plain = invoke(*verify)
    quiet = invoke(*verify, "--quiet")
    known = invoke(*verify, "--baseline", str(tmp_path / "known.json"), "--quiet")
    written = invoke(*verify, "--output", str(tmp_path / "report.txt"))
    refused = invoke(*verify, "--output", verify[-1])

    assert {done.exit_code for done in (plain, quiet, known, written)} == {1}
    assert "evidence-missing" in plain.output
    assert quiet.output == written.output == plain.output.splitlines()[-1] + "\n"
    assert (tmp_path / "report.txt").read_text() == plain.output
    assert known.output.endswith("1 error, 1 could not be judged, 12 known\n")  # a schema is never known
    assert str(refused.exception) == f"{verify[-1]}: is read here, and is not replaced; name another file"


def test_the_dataset_can_be_cut_again_to_the_same_segments(document: str, dataset: Path) -> None:
    workspace = Workspace(open_package(dataset))
    resegment(workspace, "ipim-guangzhou-2025-09-10", document, ["MACAU, September", "A delegation from"], [])
    workspace.save()

    for name in ("segments", "documents"):
        assert (dataset.parent / "data" / f"{name}.csv").read_bytes() == (
            ROOT / "data" / f"{name}.csv"
        ).read_bytes()


# ---- seals


@pytest.fixture
def sealed(fairs: Path) -> Path:
    """Return the descriptor of the package of fairs, with a table of seals that is empty as yet."""
    content = json.loads(fairs.read_text())
    schema = json.loads((ROOT / "schemas" / "seals.json").read_text())
    (fairs.parent / "seals.csv").write_text("resource,row_key,sha256\n")
    content["resources"].append({"name": "seals", "path": "seals.csv", "schema": schema})
    content["evidence"]["seals"] = "seals"
    fairs.write_text(json.dumps(content))
    return fairs


def seals_of(descriptor: Path) -> dict[str, str]:
    """Return the state of the seal of each row that has one, and of each row that has none."""
    package = open_package(descriptor)
    model = read_model(package, Workspace(package).lexical())
    assert model.seals is not None
    states = {" ".join(item.of): "holds" for item in model.seals.seals}
    for rule, state in ((seal_missing, "missing"), (seal_dangling, "dangling"), (seal_broken, "broken")):
        for item in rule(model):
            if item.resource == "seals":
                (name,) = [" ".join(one.of) for one in model.seals.seals if one.place.row == item.row]
            else:
                assert item.hint is not None
                name = item.hint.split("seal ")[1].strip("`").replace("'", "").replace(" --key", "")
            states[name] = state
    return states


def edit(descriptor: Path, table: str, old: str, new: str) -> None:
    file = descriptor.parent / f"{table}.csv"
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))


EXAMPLE_OF_A_SEAL = re.compile(r"```json\n(.*)\n```\n\n`([0-9a-f]{64})`")


def test_the_example_of_a_seal_in_the_documentation_is_right() -> None:
    (found,) = EXAMPLE_OF_A_SEAL.findall((ROOT / "docs" / "evidence.md").read_text(encoding="utf-8"))
    row = {"name": 'Fair of "Lamps"', "fair_id": "lamps", "days": None}

    assert hashlib.sha256(found[0].encode()).hexdigest() == found[1]
    assert seal(row, []) == found[1]


def test_a_column_that_is_null_changes_no_seal_and_one_that_is_filled_does() -> None:
    plain, longer = seal({"a": "x"}, []), seal({"a": "x", "b": None}, [])

    assert plain == longer
    assert seal({"a": "x", "b": ""}, []) != plain


def test_what_is_sealed_is_text_or_null_and_in_order() -> None:
    fields = parse_schema(
        {"fields": [{"name": "a"}, {"name": "b", "missingValues": ["-"]}, {"name": "c"}]}
    ).fields
    supports = [
        {"resource": "t", "row_key": "k", "start": start, "note": note}
        for start, note in (("9", "b"), ("9", None), ("10", "a"))
    ]
    columns = parse_schema({"fields": [{"name": name} for name in ("resource", "row_key", *SEALED)]}).fields

    assert list(as_sealed([{"a": "-", "b": "-", "d": "x"}, {"a": 7, "b": "", "c": None}], fields)) == [
        {"a": "-", "b": None, "c": None},
        {"a": "7", "b": "", "c": None},
    ]
    assert [support[3:] for support in evidence_by_row(supports, columns)["t", "k"]] == [
        ("10", None, None, "a", None),
        ("9", None, None, None, None),
        ("9", None, None, "b", None),
    ]


def test_segmenting_and_attesting_seal_the_rows_that_they_are_about(sealed: Path) -> None:
    segmented(sealed)
    assert seals_of(sealed) == {
        "documents fair": "holds",
        "fairs lamps": "missing",
        **{f"segments fair/p{name}": "holds" for name in ("1-1", "1-2", "1-3", "2-1", "3-1", "3-2")},
    }

    attested(sealed, DAYS)
    assert set(seals_of(sealed).values()) == {"holds"}


def test_attesting_more_of_a_row_seals_it_anew(sealed: Path) -> None:
    attested(sealed, DAYS)
    before = (sealed.parent / "seals.csv").read_text()

    attested(sealed, quotation())

    assert set(seals_of(sealed).values()) == {"holds"}
    changed = set((sealed.parent / "seals.csv").read_text().splitlines()) - set(before.splitlines())
    assert [line.split(",")[:2] for line in changed] == [["fairs", "lamps"]]


@pytest.mark.parametrize("state", ["holds", "broken", "missing"])
def test_a_renamed_row_keeps_the_state_of_its_seal(sealed: Path, state: str) -> None:
    attested(sealed, DAYS)
    if state == "broken":
        edit(sealed, "fairs", "Fair of Lamps", "Fair of Lights")
    if state == "missing":
        (line,) = [one for one in (sealed.parent / "seals.csv").read_text().splitlines() if "lamps" in one]
        edit(sealed, "seals", f"{line}\n", "")
    workspace = Workspace(open_package(sealed))

    rename(workspace, "fairs", "lamps", "lanterns")
    workspace.save()

    states = seals_of(sealed)
    assert states.pop("fairs lanterns") == state
    assert set(states.values()) == {"holds"}


def test_a_broken_seal_stays_so_until_somebody_vouches_for_its_row(sealed: Path) -> None:
    attested(sealed, DAYS, quotation())
    edit(sealed, "segments", "p1-1,1,1,sentence", "p1-1,1,1,dateline")
    edit(sealed, "fairs", "Fair of Lamps", "")
    workspace = Workspace(open_package(sealed))

    remove_dangling(workspace)
    workspace.save()

    broken = {name for name, state in seals_of(sealed).items() if state != "holds"}
    assert broken == {"fairs lamps", "segments fair/p1-1"}


def test_evidence_that_is_pruned_leaves_a_row_sealed_that_was(sealed: Path) -> None:
    attested(sealed, DAYS, quotation())
    edit(sealed, "evidence", "fairs,lamps,days", "fairs,lamps,hours")
    workspace = Workspace(open_package(sealed))
    workspace.vouch("fairs", workspace.rows("fairs")[0])
    workspace.save()
    assert seals_of(sealed)["fairs lamps"] == "holds"

    assert len(remove_dangling(workspace)) == 1
    workspace.save()

    assert seals_of(sealed)["fairs lamps"] == "holds"


def test_further_columns_of_seals_are_kept(sealed: Path) -> None:
    content = json.loads(sealed.read_text())
    content["resources"][-1]["schema"]["fields"].append({"name": "by", "type": "string"})
    sealed.write_text(json.dumps(content))
    (sealed.parent / "seals.csv").write_text("resource,row_key,sha256,by\n")
    attested(sealed, DAYS)
    workspace = Workspace(open_package(sealed))
    workspace.keyed("seals")["fairs/lamps"]["by"] = "the town crier"
    workspace.touch("seals")

    rename(workspace, "fairs", "lamps", "lanterns")
    workspace.save()

    assert Workspace(open_package(sealed)).keyed("seals")["fairs/lanterns"]["by"] == "the town crier"


def test_a_workspace_can_be_saved_again(sealed: Path) -> None:
    workspace = attested(sealed, DAYS)

    for old, new in (("lamps", "lanterns"), ("lanterns", "lights")):
        rename(workspace, "fairs", old, new)
        workspace.save()

    states = seals_of(sealed)
    assert states["fairs lights"] == "holds"
    assert set(states.values()) == {"holds"}


def test_the_command_shows_a_row_and_seals_it(sealed: Path) -> None:
    attested(sealed, replace(DAYS, note="A number."))
    edit(sealed, "fairs", "Fair of Lamps", "Fair of Lights")
    command = ("seal", "fairs", "--key", "lamps", str(sealed))

    refused = invoke(*command, answer="n\n")
    assert seals_of(sealed)["fairs lamps"] == "broken"
    done = invoke(*command, answer="y\n")
    again = invoke(*command)

    assert refused.exit_code == 0
    assert refused.output.endswith("\nnothing was written\n")
    assert done.output.splitlines()[:-1] == [
        "fairs lamps is not as it was sealed; what changed cannot be shown, since only a fingerprint is kept",
        "  id: 'lamps'",
        "  name: 'Fair of Lights'",
        "  days: '4'",
        "  place: ''",
        "  days is normalized: fair p1-3 79-83 (A number.)",
    ]
    assert "Seal 1 row as it stands?" in done.output
    assert seals_of(sealed)["fairs lamps"] == "holds"
    assert again.output == "fairs lamps stands as it was sealed\nnothing to seal\n"


@pytest.mark.parametrize(
    "command", [("seal", "fairs", "--key", "lamps"), ("prune",)], ids=lambda command: command[0]
)
def test_without_an_answer_nothing_is_written_and_that_is_an_error(
    sealed: Path, command: tuple[str, ...]
) -> None:
    attested(sealed, DAYS)
    edit(sealed, "fairs", "lamps,Fair of Lamps,4,", "lamps,Fair of Lights,,")
    before = {file: file.read_bytes() for file in sealed.parent.iterdir()}

    done = invoke(*command, str(sealed), answer="")

    assert str(done.exception) == "there was no answer, so nothing was written; --yes writes unasked"
    assert isinstance(done.exception, FactpackError)  # which ends with 2
    assert {file: file.read_bytes() for file in sealed.parent.iterdir()} == before


def test_what_a_row_holds_cannot_command_the_terminal_on_which_it_is_vouched_for(sealed: Path) -> None:
    attested(sealed, DAYS)
    edit(sealed, "fairs", "lamps,Fair of Lamps", "l\x1b[31m\u202ep,Fair\x1b]0;x\x07")
    shared = (str(sealed), "--yes")

    shown = [
        invoke("seal", "fairs", "--key", "l\x1b[31m\u202ep", *shared),
        invoke("rename", "fairs", "l\x1b[31m\u202ep", "x\x1bc", *shared),
        invoke("seal", "fairs", "--key", "x\x1bc", *shared),
        invoke("prune", *shared),
    ]

    assert [done.exit_code for done in shown] == [0, 0, 0, 0]
    assert "fairs l\\x1b[31m\\u202ep has no seal\n" in shown[0].output
    assert all(char.isprintable() or char == "\n" for done in shown for char in done.output)


@pytest.mark.parametrize(
    "command", [("status",), ("verify", "--document", "x.txt")], ids=["status", "verify"]
)
def test_a_package_without_evidence_is_told_so(
    fairs: Path, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    content = json.loads(fairs.read_text())
    del content["evidence"]
    fairs.write_text(json.dumps(content))
    (fairs.parent / "x.txt").write_text("words")
    monkeypatch.chdir(fairs.parent)

    error = invoke(*command).exception

    assert isinstance(error, FactpackError)
    assert str(error).startswith("the package declares no evidence")


def test_attesting_a_row_that_is_not_as_it_was_sealed_shows_all_of_it(sealed: Path) -> None:
    attested(sealed, DAYS)
    edit(sealed, "fairs", "Fair of Lamps", "Fair of Lights")
    shared = ("--document", str(sealed.parent / "release.txt"), str(sealed))
    cell = ("--cell", "fairs lamps days", "--exact", "four", "--support", "normalized")

    done = invoke("attest", "fair", *shared, *cell, "--value", "four", "--yes")
    again = invoke("attest", "fair", *shared, *cell, "--yes")

    lines = done.output.splitlines()
    assert lines[2].startswith("fairs lamps is not as it was sealed; what changed cannot be shown")
    assert lines[2].endswith("it is sealed along, so look at all of it")
    assert lines[3:] == ["  id: 'lamps'", "  name: 'Fair of Lights'", "  days: 'four'", "  place: ''"]
    assert len(again.output.splitlines()) == 2
    assert seals_of(sealed)["fairs lamps"] == "holds"


def test_rows_with_keys_of_several_parts_are_sealed_together(sealed: Path) -> None:
    segmented(sealed)
    (sealed.parent / "seals.csv").write_text("resource,row_key,sha256\n")

    done = invoke("seal", "segments", "--key", "fair/p1-1", "--key", "fair/p2-1", str(sealed), "--yes")

    assert "segments fair/p2-1 has no seal\n" in done.output
    held = {name for name, state in seals_of(sealed).items() if state == "holds"}
    assert held == {"segments fair/p1-1", "segments fair/p2-1"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("fairs", "--key", "lamp"), "'fairs' has no row with the key 'lamp'; did you mean 'lamps'?"),
        (("fair", "--key", "lamps"), "the package has no resource 'fair'; did you mean 'fairs'?"),
        (("seals", "--key", "fairs/lamps"), "the rows of 'seals' have no seals"),
        (
            ("evidence", "--key", "x"),
            "the rows of 'evidence' have no seals; evidence is sealed with the rows",
        ),
    ],
)
def test_a_row_that_cannot_be_sealed_is_refused(
    sealed: Path, arguments: tuple[str, ...], message: str
) -> None:
    error = invoke("seal", *arguments, str(sealed), "--yes").exception

    assert isinstance(error, FactpackError)
    assert str(error).startswith(message)


def test_a_package_without_seals_has_none_to_make(fairs: Path) -> None:
    error = invoke("seal", "fairs", "--key", "lamps", str(fairs)).exception

    assert str(error) == "the descriptor's 'evidence' property names no table of seals"


def test_seals_of_rows_that_are_no_more_are_removed(sealed: Path) -> None:
    attested(sealed, DAYS)
    edit(sealed, "fairs", "lamps,Fair of Lamps,4,\n", "")
    assert seals_of(sealed)["fairs lamps"] == "dangling"

    pruned = invoke("prune", str(sealed), answer="y\n")

    assert "fairs lamps days: p1-3 79-83\nfairs lamps: its seal\n" in pruned.output
    assert "Remove 1 row of evidence and 1 seal?" in pruned.output
    assert set(seals_of(sealed).values()) == {"holds"}


def test_seals_of_what_can_have_none_are_removed_and_those_of_an_unread_table_are_not(sealed: Path) -> None:
    attested(sealed, DAYS)
    seals = sealed.parent / "seals.csv"
    before = seals.read_text()
    seals.write_text(before + "".join(f"{name},x,{'0' * 64}\n" for name in ("evidence", "seals", "shops")))
    workspace = Workspace(open_package(sealed))

    removed = remove_dangling_seals(workspace)
    workspace.save()

    assert [row["resource"] for row in removed] == ["evidence", "seals", "shops"]
    assert seals.read_text() == before
    (sealed.parent / "fairs.csv").write_text("id,name,days,place\nlamps,x\n")
    with pytest.raises(EvidenceError, match="the table 'fairs' has faults"):
        remove_dangling_seals(Workspace(open_package(sealed)))


def test_rows_that_a_workspace_is_given_unread_leave_seals_as_they_are(sealed: Path) -> None:
    attested(sealed, DAYS)
    rows = Workspace(open_package(sealed)).rows("fairs")
    workspace = Workspace(open_package(sealed))

    workspace.touch("fairs", [*rows, {"id": "toys", "name": "", "days": "", "place": ""}])
    workspace.save()

    states = seals_of(sealed)
    assert states.pop("fairs toys") == "missing"
    assert set(states.values()) == {"holds"}


def test_the_status_tells_which_seals_do_not_hold(sealed: Path) -> None:
    attested(sealed, DAYS)
    edit(sealed, "segments", "p1-1,1,1,sentence", "p1-1,1,1,dateline")

    told = invoke("status", str(sealed)).output

    assert "seal-broken: row 2, is not as it was sealed" in told
    assert "factpack evidence seal segments --key fair/p1-1" in told
