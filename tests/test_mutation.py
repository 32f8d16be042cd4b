"""Mutants: what each operator makes of a table, and that they are judged as the changed package would be."""

import csv
import json
import os
import shutil
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest
from conftest import ROOT, MakePackage, document_file

import factpack
from factpack.exceptions import CheckError
from factpack.forms import OutcomeForm
from factpack.mutation.edits import Edit, edited, is_equivalent
from factpack.mutation.operators import OPERATORS, Mutant
from factpack.mutation.places import Place
from factpack.mutation.run import Laboratory, Settings, Trial, run
from factpack.mutation.scores import by_field, by_operator, by_rule, score, survivors
from factpack.refresh import refresh
from factpack.reports.mutation import show

KEY = {"type": "string", "constraints": {"required": True, "pattern": "[a-z]+", "maxLength": 6}}
SHELVES = {
    "fields": [
        {"name": "shelf", **KEY},
        {"name": "kind", "type": "string", "categories": ["high", "low"]},
        {"name": "books", "type": "integer", "constraints": {"minimum": 0}},
        {"name": "since", "type": "date"},
        {"name": "under", "type": "string"},
    ],
    "primaryKey": ["shelf"],
    "foreignKeys": [{"fields": ["under"], "reference": {"fields": ["shelf"]}}],
}
BOOKS = {
    "fields": [
        {"name": "book", **KEY},
        {"name": "shelf", "type": "string"},
        {"name": "title", "type": "string"},
    ],
    "primaryKey": ["book", "shelf"],
    "foreignKeys": [{"fields": ["shelf"], "reference": {"resource": "shelves", "fields": ["shelf"]}}],
}
SHELF_ROWS = "shelf,kind,books,since,under\na,high,1,2025-01-31,\nb,low,0,,a\n"
BOOK_ROWS = "book,shelf,title\nemma,a,Emma\nemma,b,Emma\n"


@pytest.fixture
def library(make_package: MakePackage) -> Path:
    return make_package(shelves=(SHELF_ROWS, SHELVES), books=(BOOK_ROWS, BOOKS))


def laboratory(descriptor: Path) -> Laboratory:
    return Laboratory(Settings(descriptor=descriptor))


def made(found: Laboratory, operator: str) -> list[tuple[str, tuple[int, ...], str | None, str, str]]:
    return [
        (mutant.edit.resource, mutant.positions, mutant.field, mutant.before, mutant.after)
        for mutant in found.mutants
        if mutant.operator == operator
    ]


@pytest.mark.parametrize(
    ("operator", "expected"),
    [
        (
            "wrong type",
            [
                ("shelves", (0,), "books", "1", "not a value"),
                ("shelves", (1,), "books", "0", "not a value"),
                ("shelves", (0,), "since", "2025-01-31", "not a value"),
            ],
        ),
        (
            "vocabulary",
            [("shelves", (0,), "kind", "high", "highx"), ("shelves", (1,), "kind", "low", "lowx")],
        ),
        (
            "range",
            [
                ("shelves", (0,), "shelf", "a", "aaaaaaa"),
                ("shelves", (1,), "shelf", "b", "bbbbbbb"),
                ("shelves", (0,), "books", "1", "-1"),
                ("shelves", (1,), "books", "0", "-1"),
                ("books", (0,), "book", "emma", "emmaaaa"),
                ("books", (1,), "book", "emma", "emmaaaa"),
            ],
        ),
        (
            "form",
            [
                ("shelves", (0,), "shelf", "a", "a "),
                ("shelves", (1,), "shelf", "b", "b "),
                ("books", (0,), "book", "emma", "emma "),
                ("books", (1,), "book", "emma", "emma "),
            ],
        ),
        (
            "missing",
            [
                ("shelves", (0,), "shelf", "a", ""),
                ("shelves", (1,), "shelf", "b", ""),
                ("books", (0,), "book", "emma", ""),
                ("books", (1,), "book", "emma", ""),
                ("books", (0,), "shelf", "a", ""),
                ("books", (1,), "shelf", "b", ""),
            ],
        ),
        (
            "duplicate key",
            [
                ("shelves", (0, 1), "shelf", "a", "b"),
                ("shelves", (1, 0), "shelf", "b", "a"),
                ("books", (0, 1), "book,shelf", "emma,a", "emma,b"),
                ("books", (1, 0), "book,shelf", "emma,b", "emma,a"),
            ],
        ),
        (
            "dangling reference",
            [
                ("shelves", (1,), "under", "a", "ax"),
                ("books", (0,), "shelf", "a", "ax"),
                ("books", (1,), "shelf", "b", "bx"),
            ],
        ),
        ("moved reference", [("shelves", (1,), "under", "a", "b")]),
        ("moved row", [("books", (0,), "shelf", "a", "b"), ("books", (1,), "shelf", "b", "a")]),
        (
            "dropped row",
            [
                ("shelves", (0,), None, "a", ""),
                ("shelves", (1,), None, "b", ""),
                ("books", (0,), None, "emma,a", ""),
                ("books", (1,), None, "emma,b", ""),
            ],
        ),
        (
            "doubled row",
            [
                ("shelves", (0,), None, "a", ""),
                ("shelves", (1,), None, "b", ""),
                ("books", (0,), None, "emma,a", ""),
                ("books", (1,), None, "emma,b", ""),
            ],
        ),
        (
            "date shifted by a month",
            [
                ("shelves", (0,), "since", "2025-01-31", "2025-02-28"),
                ("shelves", (0,), "since", "2025-01-31", "2024-12-31"),
            ],
        ),
        (
            "number off by one",
            [
                ("shelves", (0,), "books", "1", "2"),
                ("shelves", (0,), "books", "1", "0"),
                ("shelves", (1,), "books", "0", "1"),
                ("shelves", (1,), "books", "0", "-1"),
            ],
        ),
    ],
)
def test_what_an_operator_makes(
    library: Path, operator: str, expected: list[tuple[str, tuple[int, ...], str | None, str, str]]
) -> None:
    assert made(laboratory(library), operator) == expected


@pytest.mark.parametrize(
    ("field", "text", "past"),
    [
        ({"type": "integer", "constraints": {"minimum": 3}}, "5", ["2"]),
        ({"type": "integer", "constraints": {"exclusiveMinimum": 3}}, "5", ["3"]),
        ({"type": "number", "constraints": {"maximum": 2.5}}, "1", ["3"]),
        ({"type": "number", "constraints": {"exclusiveMaximum": 2.5}}, "1", []),  # 2 is not past it
        ({"type": "number", "constraints": {"maximum": "1e400"}}, "1", [str(10**400 + 1)]),
        ({"type": "date", "constraints": {"maximum": "2025-12-31"}}, "2025-01-01", ["2026-01-01"]),
        ({"type": "date", "constraints": {"maximum": "9999-12-31"}}, "2025-01-01", []),
        ({"type": "year", "constraints": {"minimum": 2000}}, "2001", ["1999"]),
        ({"type": "string", "constraints": {"minLength": 3}}, "abc", ["ab"]),
        ({"type": "string", "constraints": {"minLength": 1}}, "abc", []),  # shorter is null
        ({"type": "string", "constraints": {"maxLength": 4}}, "abc", ["abccc"]),
        ({"type": "duration", "constraints": {"minimum": "P1D"}}, "P2D", []),
    ],
)
def test_a_value_is_past_each_bound_that_can_be_passed(
    make_package: MakePackage, field: dict[str, Any], text: str, past: list[str]
) -> None:
    found = laboratory(make_package(t=(f"x\n{text}\n", [{"name": "x", **field}])))

    assert [after for *_, after in made(found, "range")] == past


def end_process(numbers: Sequence[int]) -> None:
    os._exit(1)


def test_a_process_that_is_ended_from_outside_is_an_error(
    library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("factpack.mutation.run._tried", end_process)

    with pytest.raises(CheckError, match="a process ended before"):
        run(Settings(descriptor=library, sample=2), 2)


@pytest.mark.slow
def test_every_mutant_has_a_name_of_its_operator(visit: Laboratory) -> None:
    names = [name for names in OPERATORS.values() for name in names]

    assert {mutant.operator for mutant in visit.mutants} == set(names)
    assert all(operator.__doc__ for operator in OPERATORS)


def test_cells_are_swapped_with_another_of_their_column(library: Path) -> None:
    for resource, (first, second), field, before, after in made(laboratory(library), "swapped cells"):
        text = SHELF_ROWS if resource == "shelves" else BOOK_ROWS
        column = [row[str(field)] for row in csv.DictReader(text.splitlines())]
        assert (column[first], column[second]) == (before, after)
        assert before != after


def test_what_is_misspelt_has_one_other_letter_of_its_kind(library: Path) -> None:
    found = made(laboratory(library), "misspelt")

    assert Counter((resource, field) for resource, _, field, _, _ in found) == {
        ("shelves", "shelf"): 2,
        ("books", "book"): 2,
        ("books", "title"): 2,
    }
    for *_, before, after in found:
        changed = [(one, other) for one, other in zip(before, after, strict=True) if one != other]
        assert len(changed) == 1
        assert changed[0][0].isupper() == changed[0][1].isupper()


@pytest.mark.parametrize(
    ("cells", "equivalent"),
    [
        ({(0, "n"): "1.00"}, True),
        ({(0, "n"): "1.01"}, False),
        ({(0, "n"): "one"}, False),
        ({(0, "n"): "2", (2, "n"): "1.0"}, False),
        ({(1, "n"): "2", (2, "n"): "1.00"}, True),  # the rows change places
        ({(0, "m"): "2", (1, "m"): "1"}, True),
    ],
)
def test_an_edit_that_leaves_the_same_typed_rows_is_equivalent(
    make_package: MakePackage, cells: dict[tuple[int, str], str], equivalent: bool
) -> None:
    fields = [{"name": "n", "type": "number"}, {"name": "m", "type": "integer"}]
    table = laboratory(make_package(t=("n,m\n1.0,1\n1.00,2\n2,2\n", fields))).tables["t"]
    edit = Edit(resource="t", cells=cells)

    assert is_equivalent(table, edit, edited(table, edit)) == equivalent


@pytest.mark.parametrize("edit", [Edit(resource="t", dropped=1), Edit(resource="t", doubled=1)])
def test_no_edit_of_rows_is_equivalent(make_package: MakePackage, edit: Edit) -> None:
    table = laboratory(make_package(t=("n\n1\n1\n", [{"name": "n", "type": "integer"}]))).tables["t"]

    assert not is_equivalent(table, edit, edited(table, edit))


def test_rows_move_up_where_one_is_dropped_and_a_copy_stands_last(make_package: MakePackage) -> None:
    text = 'n\n1\n"2\n"\n3\n'
    table = laboratory(make_package(t=(text, [{"name": "n", "type": "string"}]))).tables["t"]

    dropped = edited(table, Edit(resource="t", dropped=1)).lexical
    doubled = edited(table, Edit(resource="t", doubled=1)).lexical

    assert (dropped.rows.tolist(), dropped.lines.tolist()) == ([2, 3], [2, 3])
    assert dropped.texts("n") == ["1", "3"]
    assert (doubled.rows.tolist(), doubled.lines.tolist()) == ([2, 3, 4, 5], [2, 3, 5, 6])
    assert doubled.texts("n") == ["1", "2\n", "3", "2\n"]


def places_of(trials: Sequence[Trial]) -> dict[tuple[str, int, str | None], dict[str, str]]:
    return {
        (trial.mutant.operator, trial.mutant.positions[0], trial.mutant.field): dict(trial.found)
        for trial in trials
        if trial.mutant.edit.resource == "shelves"
    }


def test_where_and_by_what_mutants_are_found(library: Path) -> None:
    found = laboratory(library)
    places = places_of([found.trial(number) for number in found.chosen])

    assert places["wrong type", 0, "books"] == {"type": Place.CELL}
    assert places["vocabulary", 0, "kind"] == {"categories": Place.CELL}
    assert places["range", 1, "books"] == {"minimum": Place.CELL}
    assert places["missing", 1, "shelf"] == {
        "required": Place.CELL,
        "primaryKey": Place.CELL,
        "foreignKeys": Place.ELSEWHERE,  # at the book that stood on the shelf
    }
    assert places["dropped row", 1, None] == {"foreignKeys": Place.ROW}
    assert places["doubled row", 1, None] == {"primaryKey": Place.ROW}
    assert places["date shifted by a day", 0, "since"] == {}


# ---- the dataset: what is judged again is what a changed package would be judged for


def written(folder: Path, found: Laboratory, mutant: Mutant) -> Path:
    """Write a copy of the dataset with a mutant's fault, bytes and hashes refreshed, and return its descriptor."""
    for name in ("data", "schemas"):
        shutil.copytree(ROOT / name, folder / name)
    descriptor = Path(shutil.copy(ROOT / "datapackage.json", folder))
    after = edited(found.tables[mutant.edit.resource], mutant.edit)
    file = folder / str(after.resource.path)
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(after.lexical.columns)
        writer.writerows([text or "" for text in record] for record in after.lexical.records())
    refresh(descriptor)
    return descriptor


@pytest.fixture(scope="module")
def visit() -> Laboratory:
    return laboratory(ROOT / "datapackage.json")


@pytest.mark.slow
@pytest.mark.parametrize("chance", range(40))
def test_an_edit_is_judged_as_the_package_that_was_written_with_it(
    tmp_path: Path, visit: Laboratory, chance: int
) -> None:
    operators = sorted({mutant.operator for mutant in visit.mutants})
    random = Random(chance)
    operator = operators[chance % len(operators)]
    outside = [
        number
        for number, mutant in enumerate(visit.mutants)
        if mutant.operator == operator and (mutant.edit.resource != "evidence" or chance % 3 == 0)
    ]
    number = random.choice(outside or [n for n, m in enumerate(visit.mutants) if m.operator == operator])
    trial = visit.trial(number)

    report = factpack.validate(written(tmp_path, visit, visit.mutants[number]))

    errors = {finding.rule for finding in report.findings if finding.severity is factpack.Severity.ERROR}
    assert set(trial.found) == errors, visit.mutants[number]


@pytest.mark.slow
def test_the_outcome_is_the_same_on_one_process_and_on_two() -> None:
    settings = Settings(descriptor=ROOT / "datapackage.json", with_evidence=False, seed=3, sample=120)

    one, two = run(settings, 1), run(settings, 2)

    assert (one.trials, one.total) == (two.trials, two.total)
    assert len(one.trials) == 120


def test_another_seed_chooses_other_mutants(library: Path) -> None:
    outcomes = [run(Settings(descriptor=library, seed=seed, sample=20), 1) for seed in (1, 1, 2)]

    assert outcomes[0].trials == outcomes[1].trials
    assert outcomes[0].trials != outcomes[2].trials


@pytest.mark.slow
def test_without_evidence_its_tables_are_left_out() -> None:
    settings = Settings(descriptor=ROOT / "datapackage.json", with_evidence=False)
    found = Laboratory(settings)

    assert {"segments", "evidence", "seals"}.isdisjoint(mutant.edit.resource for mutant in found.mutants)
    assert "documents" in {mutant.edit.resource for mutant in found.mutants}
    rules = {rule for number in found.chosen[::50] for rule in found.trial(number).found}
    assert not any(rule.startswith(("evidence", "segment", "seal")) for rule in rules)


def test_without_rules_schemas_judge_alone() -> None:
    settings = Settings(descriptor=ROOT / "datapackage.json", with_evidence=False, with_rules=False)
    found = Laboratory(settings)

    assert found.rules == []
    rules = {rule for number in found.chosen[::50] for rule in found.trial(number).found}
    assert rules <= {
        *("type", "categories", "required", "primaryKey", "uniqueKeys", "unique", "foreignKeys"),
        *("pattern", "minLength", "maxLength", "minimum", "maximum", "enum"),
    }


@pytest.mark.slow
def test_a_document_at_hand_finds_what_was_moved_in_its_evidence() -> None:
    documents = {"ipim-guangzhou-2025-09-10": document_file()}
    found = Laboratory(Settings(descriptor=ROOT / "datapackage.json", documents=documents))
    moved = [n for n, mutant in enumerate(found.mutants) if mutant.operator == "span moved by one"]

    for number in moved[::40]:
        assert found.trial(number).place is Place.CELL, found.mutants[number]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["evidence", "seals", "place_reference", "segments"])
def test_each_fault_is_found_in_place_by_evidence_and_seals(visit: Laboratory, name: str) -> None:
    numbers = [n for n, mutant in enumerate(visit.mutants) if mutant.edit.resource == name]
    random = Random(name)

    for number in random.sample(numbers, 40):
        trial = visit.trial(number)
        assert trial.is_equivalent or trial.place in (Place.CELL, Place.ROW), visit.mutants[number]


def test_a_row_of_evidence_that_is_left_out_is_seen_at_the_row_that_it_supports(visit: Laboratory) -> None:
    dropped = [
        n
        for n, mutant in enumerate(visit.mutants)
        if mutant.operator == "dropped row" and mutant.edit.resource in ("evidence", "seals")
    ]

    for number in dropped[::40]:
        rule = "seal-broken" if visit.mutants[number].edit.resource == "evidence" else "seal-missing"
        assert visit.trial(number).found[rule] is Place.ROW, visit.mutants[number]


def test_a_fault_of_a_row_is_not_at_the_cell_of_another_table(visit: Laboratory) -> None:
    (number,) = [
        n
        for n, mutant in enumerate(visit.mutants)
        if (mutant.operator, mutant.edit.resource, mutant.field) == ("misspelt", "evidence", "value_sha256")
        and mutant.positions == (0,)
    ]

    assert set(visit.trial(number).found) == {"evidence-changed"}
    assert visit.trial(number).place is Place.ROW


def test_a_package_that_is_not_valid_is_not_mutated(make_package: MakePackage) -> None:
    descriptor = make_package(t=("n\nx\n", [{"name": "n", "type": "integer"}]))

    with pytest.raises(CheckError, match="not valid as it is; type: must be of the type integer"):
        laboratory(descriptor)


def test_a_row_that_becomes_null_throughout_is_blank(make_package: MakePackage) -> None:
    field = {"name": "n", "type": "string", "constraints": {"required": True}}
    found = laboratory(make_package(t=("n\na\n", [field])))

    (number,) = [n for n in found.chosen if found.mutants[n].operator == "missing"]
    assert found.trial(number).found == {"blank-row": Place.ROW}


# ---- scores


def test_scores_count_each_mutant_once(library: Path) -> None:
    outcome = run(Settings(descriptor=library), 1)
    whole = score("all", outcome.trials)

    assert whole.mutants + whole.equivalent == len(outcome.trials) == outcome.total
    assert sum(one.mutants for one in by_operator(outcome)) == whole.mutants
    assert whole.survived == len(survivors(outcome))
    assert {one.name: one.killed for one in by_operator(outcome)}["doubled row"] == 4
    assert "shelves.books" in {one.name for one in by_field(outcome)}
    rules = {rule.name: rule for rule in by_rule(outcome)}
    assert rules["categories"].alone == rules["categories"].killed == 2
    assert rules["primaryKey"].alone < rules["primaryKey"].killed


def test_json_has_scores_and_every_survivor(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    outcome = run(Settings(descriptor=library, sample=30, seed=5), 1)

    show(outcome, OutcomeForm.JSON)
    content = json.loads(capsys.readouterr().out)

    assert (content["mutants"], content["tried"], content["seed"]) == (outcome.total, 30, 5)
    assert content["all"]["survived"] == len(content["survivors"])
    assert list(content) == [
        *("package", "seed", "mutants", "tried", "without", "all", "operators", "tables", "fields"),
        *("rules", "survivors"),
    ]
