"""Locating quotations, cutting segments and writing evidence, on a release of our own invention."""

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from factpack.cli import app
from factpack.evidence.attestation import QUOTATION_FIELDS, attest, read_quotations, write_evidence
from factpack.evidence.canonical import canonical, fingerprint
from factpack.evidence.document import read_document
from factpack.evidence.quotation import Span, locate
from factpack.evidence.segmentation import segments, write_segments
from factpack.evidence.tables import Row, evidence_table, keyed_rows, rows_of
from factpack.exceptions import EvidenceError, FactpackError
from factpack.package import Package, open_package

# An invented release: no such fair, no such town.
RELEASE = """Little Harbour, 3 May - The Fair of Lamps opened today. Dr. Lamp\u2019s fair lasts “four” days.

A Bright Start

It has 12 stalls. Lamps, and more lamps, are sold there."""


def test_a_quotation_is_found_whatever_its_style() -> None:
    text = canonical(RELEASE)

    span = locate(text, "Lamp's  fair\nlasts \u201efour\u201c days")

    assert span.of(text) == 'Lamp\'s fair lasts "four" days'
    assert isinstance(span, Span)


def test_whole_words_only() -> None:
    with pytest.raises(EvidenceError, match="'stall' is not in the text"):
        locate(canonical(RELEASE), "stall")


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


def quotation(**changes: str) -> Row:
    row = dict.fromkeys(QUOTATION_FIELDS, "")
    row |= {"resource": "fairs", "row_key": "lamps", "field": "name", "segment_id": "p1-2"}
    row |= {"exact": "Fair of Lamps", "support": "verbatim"} | changes
    return dict(row)


def segmented(descriptor: Path) -> Package:
    package = open_package(descriptor)
    write_segments(package, "fair", RELEASE, ["The Fair of"], ["Lamp's"])
    return package


def test_segments_are_written_with_the_documents_length_and_fingerprint(fairs: Path) -> None:
    package = segmented(fairs)

    (document,) = rows_of(package.resource("documents"))
    text = canonical(RELEASE)
    assert (document["char_length"], document["text_sha256"]) == (str(len(text)), fingerprint(text))
    assert len(rows_of(package.resource("segments"))) == 6


def test_a_kind_that_was_set_stays_where_the_words_stay(fairs: Path) -> None:
    package = segmented(fairs)
    file = fairs.parent / "segments.csv"
    file.write_text(file.read_text().replace("p1-1,1,1,sentence", "p1-1,1,1,dateline"))

    write_segments(package, "fair", RELEASE.replace("today", "tonight"), ["The Fair of"], ["Lamp's"])

    assert [row["kind"] for row in rows_of(package.resource("segments"))][:2] == ["dateline", "sentence"]


def test_evidence_holds_position_and_fingerprints(fairs: Path) -> None:
    package = segmented(fairs)

    days = quotation(field="days", segment_id="p1-3", exact="four", support="normalized")
    write_evidence(package, attest(package, "fair", RELEASE, [quotation(), days]))

    rows = keyed_rows(package.resource("evidence"))
    assert list(rows) == ["fairs/lamps/days/fair/79/83", "fairs/lamps/name/fair/28/41"]
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
    package = segmented(fairs)
    days = quotation(field="days", segment_id="p1-3", exact="four", support="normalized")
    write_evidence(package, attest(package, "fair", RELEASE, [quotation(), days]))

    again = quotation(field="days", segment_id="p1-3", exact='lasts "four" days', support="paraphrased")
    write_evidence(package, attest(package, "fair", RELEASE, [again]))

    assert list(keyed_rows(package.resource("evidence"))) == [
        "fairs/lamps/days/fair/72/89",
        "fairs/lamps/name/fair/28/41",
    ]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"row_key": "lanterns"}, "fairs lanterns name: there is no such cell"),
        ({"field": "colour"}, "fairs lamps colour: there is no such cell"),
        ({"field": "place"}, "fairs lamps place: the cell is null; null needs no evidence"),
        ({"segment_id": "p9-9"}, "there is no segment 'p9-9'"),
        ({"segment_id": "p2-1"}, "fairs lamps name, p2-1: 'Fair of Lamps' is not in the text"),
        ({"exact": "Lamps"}, "'Fair of Lamps' is not 'Lamps', so the support is not verbatim"),
        ({"support": "inferred"}, "an inference needs a note"),
        ({"resource": "fair"}, "the package has no resource 'fair'; did you mean 'fairs'?"),
    ],
)
def test_evidence_that_does_not_hold_is_refused(fairs: Path, changes: dict[str, str], message: str) -> None:
    package = segmented(fairs)

    with pytest.raises(FactpackError) as error:
        attest(package, "fair", RELEASE, [quotation(), quotation(**changes)])
    assert message in str(error.value)


def test_all_refusals_are_told_at_once(fairs: Path) -> None:
    with pytest.raises(EvidenceError) as error:
        attest(segmented(fairs), "fair", RELEASE, [quotation(exact="Lamps"), quotation(field="colour")])
    assert len(str(error.value).splitlines()) == 2


def test_a_document_must_be_known_and_readable(fairs: Path) -> None:
    with pytest.raises(EvidenceError, match="there is no document 'other'"):
        write_segments(open_package(fairs), "other", RELEASE, [], [])
    with pytest.raises(EvidenceError, match=r"absent\.txt: no such document"):
        read_document(fairs.parent / "absent.txt")
    (fairs.parent / "binary.txt").write_bytes(b"\xff\x00")
    with pytest.raises(EvidenceError, match=r"binary\.txt: not UTF-8 text"):
        read_document(fairs.parent / "binary.txt")


def test_tables_of_evidence_must_be_declared_and_readable(fairs: Path) -> None:
    content = json.loads(fairs.read_text())
    fairs.write_text(json.dumps(content | {"evidence": {"documents": "documents"}}))
    with pytest.raises(EvidenceError, match="does not name a table of segments"):
        evidence_table(open_package(fairs), "segments")
    (fairs.parent / "documents.csv").unlink()
    with pytest.raises(EvidenceError, match="the table 'documents' cannot be read"):
        rows_of(open_package(fairs).resource("documents"))


def write_quotations(file: Path, rows: list[Row], columns: tuple[str, ...] = QUOTATION_FIELDS) -> None:
    with file.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)


def test_a_file_of_quotations_must_be_whole(tmp_path: Path) -> None:
    write_quotations(tmp_path / "short.csv", [], QUOTATION_FIELDS[1:])
    with pytest.raises(EvidenceError, match=r"short\.csv lacks the columns \['resource'\]"):
        read_quotations(tmp_path / "short.csv")
    write_quotations(tmp_path / "odd.csv", [quotation(support="guessed")])
    with pytest.raises(EvidenceError, match="row 2: the support 'guessed' is none of"):
        read_quotations(tmp_path / "odd.csv")


def test_the_commands_segment_and_attest(fairs: Path) -> None:
    folder = fairs.parent
    write_quotations(folder / "quotations.csv", [quotation()])
    shared = ["--document", str(folder / "release.txt"), "--package", str(fairs)]
    runner = CliRunner()

    cutting = runner.invoke(
        app,
        ["evidence", "segment", "fair", *shared, "--split-before", "The Fair of", "--join-before", "Lamp's"],
    )
    trial = runner.invoke(
        app, ["evidence", "attest", "fair", str(folder / "quotations.csv"), *shared, "--dry-run"]
    )
    assert rows_of(open_package(fairs).resource("evidence")) == []
    real = runner.invoke(app, ["evidence", "attest", "fair", str(folder / "quotations.csv"), *shared])

    assert (cutting.exit_code, trial.exit_code, real.exit_code) == (0, 0, 0)
    assert cutting.output.splitlines()[3] == "p2-1 heading 91 106"
    assert trial.output == real.output
    assert real.output == "fairs lamps name: 'Fair of Lamps'\n  verbatim p1-2 28-41: 'Fair of Lamps'\n"
    assert len(rows_of(open_package(fairs).resource("evidence"))) == 1


def test_the_dataset_can_be_cut_again_to_the_same_segments(document: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "data", tmp_path / "data")
    shutil.copytree(ROOT / "schemas", tmp_path / "schemas")
    shutil.copy(ROOT / "datapackage.json", tmp_path)

    package = open_package(tmp_path / "datapackage.json")
    write_segments(
        package, "ipim-guangzhou-2025-09-10", document, ["MACAU, September", "A delegation from"], []
    )

    for name in ("segments", "documents"):
        assert (tmp_path / "data" / f"{name}.csv").read_bytes() == (
            ROOT / "data" / f"{name}.csv"
        ).read_bytes()
