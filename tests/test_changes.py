"""What changed between two versions: applied to the old one, the changes give the new one; nothing gives nothing."""

import csv
import json
import shutil
import tempfile
from collections import Counter
from dataclasses import fields
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_cli import run
from typer.testing import CliRunner, Result

from factpack.changes import Changes, RowChange, State, TableChanges, changes
from factpack.cli import app
from factpack.package import open_package
from factpack.reports.changes import MOST_ROWS, as_json, as_markdown
from factpack.strategies import packages
from factpack.writing import csv_bytes

Rows = list[dict[str, str | None]]
PLACES = [{"name": "id", "type": "string"}, {"name": "n", "type": "number"}, {"name": "s", "type": "string"}]
KEYED = {"fields": PLACES, "primaryKey": "id"}


def write(folder: Path, **tables: tuple[str | bytes, Any]) -> Path:
    """Write a package of tables, each with its text and its schema, and return its descriptor's path."""
    folder.mkdir(exist_ok=True)
    resources = []
    for name, (content, schema) in tables.items():
        (folder / f"{name}.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
        resource = {"name": name, "path": f"{name}.csv", "schema": schema}
        resources.append({key: value for key, value in resource.items() if value is not None})
    descriptor = folder / "datapackage.json"
    descriptor.write_text(json.dumps({"name": "small", "resources": resources}))
    return descriptor


def compared(folder: Path, old: tuple[str, Any], new: tuple[str, Any]) -> TableChanges:
    before, after = write(folder / "old", t=old), write(folder / "new", t=new)
    (found,) = changes(open_package(before), open_package(after)).tables
    return found


def test_rows_that_came_went_and_changed_are_told_by_their_keys(tmp_path: Path) -> None:
    found = compared(
        tmp_path, ("id,n,s\na,1,x\nb,2,\nc,3,z\n", KEYED), ("id,n,s\nc,3.50,\nd,4,w\na,1,x\n", KEYED)
    )

    assert found.key == ("id",)
    assert found.rows_added == [{"id": "d", "n": "4", "s": "w"}]
    assert found.rows_removed == [{"id": "b", "n": "2", "s": None}]
    assert found.rows_changed == [RowChange(key={"id": "c"}, cells={"n": ("3", "3.50"), "s": ("z", None)})]
    assert (found.rows_before, found.rows_after) == (3, 3)


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        ({"type": "number"}, "1.0", "1"),
        ({"type": "number"}, "1e2", "100"),
        ({"type": "integer"}, "+07", "7"),
        ({"type": "boolean"}, "true", "1"),
        ({"type": "string", "missingValues": ["", "-"]}, "-", ""),
        ({"type": "object"}, '"{""a"": 1, ""b"": 2}"', '"{""b"":2,""a"":1}"'),
    ],
    ids=["decimals", "exponent", "sign", "boolean", "null", "object"],
)
def test_another_way_to_write_a_value_is_no_change(
    kind: dict[str, Any], before: str, after: str, tmp_path: Path
) -> None:
    for schema in (
        {"fields": [{"name": "id"}, {"name": "v", **kind}], "primaryKey": "id"},
        {"fields": [{"name": "id"}, {"name": "v", **kind}]},
    ):
        found = compared(tmp_path, (f"id,v\na,{before}\n", schema), (f"id,v\na,{after}\n", schema))

        assert not found.is_changed


def test_a_key_is_found_again_however_it_is_written(tmp_path: Path) -> None:
    schema = {"fields": [{"name": "n", "type": "number"}, {"name": "s"}], "primaryKey": "n"}

    found = compared(tmp_path, ("n,s\n1.0,x\n2,y\n", schema), ("n,s\n2.00,y\n1,z\n", schema))

    assert (found.rows_added, found.rows_removed) == ([], [])
    assert found.rows_changed == [RowChange(key={"n": "1.0"}, cells={"s": ("x", "z")})]


def test_cells_that_are_not_of_the_type_are_compared_as_they_stand(tmp_path: Path) -> None:
    found = compared(tmp_path, ("id,n,s\na,x,\nb,y,\n", KEYED), ("id,n,s\na,x,\nb,z,\n", KEYED))

    assert found.rows_changed == [RowChange(key={"id": "b"}, cells={"n": ("y", "z")})]


def test_fields_that_came_went_or_have_another_type_are_told(tmp_path: Path) -> None:
    old = {"fields": [{"name": "id"}, {"name": "a", "type": "integer"}, {"name": "b"}], "primaryKey": "id"}
    new = {
        "fields": [{"name": "id"}, {"name": "a", "type": "string"}, {"name": "c", "type": "date"}],
        "primaryKey": "id",
    }

    found = compared(tmp_path, ("id,a,b\nx,1,p\ny,02,\n", old), ("id,a,c\nx,1,2020-01-01\ny,2,\n", new))

    assert found.fields_added == {"c": "date"}
    assert found.fields_removed == {"b": "any"}
    assert found.fields_retyped == {"a": ("integer", "string")}
    assert found.rows_changed == [
        RowChange(key={"id": "x"}, cells={"c": (None, "2020-01-01"), "b": ("p", None)}),
        RowChange(key={"id": "y"}, cells={"a": ("02", "2")}),
    ]


def test_an_integer_that_becomes_a_number_keeps_its_value(tmp_path: Path) -> None:
    def schema(kind: str) -> dict[str, Any]:
        return {"fields": [{"name": "id", "type": kind}], "primaryKey": "id"}

    found = compared(tmp_path, ("id\n1\n", schema("integer")), ("id\n1.0\n", schema("number")))

    assert found.fields_retyped == {"id": ("integer", "number")}
    assert (found.rows_added, found.rows_removed, found.rows_changed) == ([], [], [])


def test_a_table_without_a_key_is_compared_row_by_row_as_often_as_each_stands(tmp_path: Path) -> None:
    fields = {"fields": [{"name": "a"}, {"name": "b", "type": "number"}]}

    found = compared(tmp_path, ("a,b\nx,1\nx,1.0\ny,2\n", fields), ("a,b\ny,2\nx,1\nz,\n", fields))

    assert (found.key, found.reason) == ((), None)
    assert found.rows_added == [{"a": "z", "b": None}]
    assert found.rows_removed == [{"a": "x", "b": "1.0"}]
    assert found.rows_changed == ()


@pytest.mark.parametrize(
    ("data", "key", "reason"),
    [
        ("id,n,s\na,1,x\na,2,y\n", "id", "the primary key is not filled and unique"),
        ("id,n,s\na,1,x\n,2,y\n", "id", "the primary key is not filled and unique"),
        ("id,n,s\na,1,x\nb,2,y\n", ["id", "n"], "the primary key is another one"),
    ],
    ids=["twice", "null", "another"],
)
def test_a_key_that_does_not_tell_rows_apart_is_not_used_and_the_reason_is_told(
    data: str, key: Any, reason: str, tmp_path: Path
) -> None:
    found = compared(tmp_path, (data, KEYED), (data.replace("1,x", "1,z"), KEYED | {"primaryKey": key}))

    assert (found.key, found.reason) == ((), reason)
    assert found.rows_added == [{"id": "a", "n": "1", "s": "z"}]
    assert found.rows_removed == [{"id": "a", "n": "1", "s": "x"}]


def test_tables_that_came_and_went_are_told_with_their_rows(tmp_path: Path) -> None:
    old = write(tmp_path / "old", a=("id,n,s\nx,1,\n", KEYED), b=("id,n,s\ny,2,\n", KEYED))
    new = write(tmp_path / "new", c=("id,n,s\nz,3,\n", KEYED), a=("id,n,s\nx,1,\n", KEYED))

    found = changes(open_package(old), open_package(new))

    assert [(one.name, one.state) for one in found.tables] == [
        ("c", State.ADDED),
        ("a", State.KEPT),
        ("b", State.REMOVED),
    ]
    assert found.tables[0].rows_added == [{"id": "z", "n": "3", "s": None}]
    assert found.tables[2].rows_removed == [{"id": "y", "n": "2", "s": None}]
    assert found.exit_code == 1


@pytest.mark.parametrize("doubled", ["old", "new", "both"])
def test_resources_that_share_a_name_cannot_be_compared(doubled: str, tmp_path: Path) -> None:
    descriptors = []
    for side, cell in (("old", "1"), ("new", "2")):
        descriptor = write(tmp_path / side, t=(f"id,n,s\na,{cell},x\n", KEYED), u=("id,n,s\na,1,x\n", KEYED))
        content = json.loads(descriptor.read_text())
        content["resources"][1]["name"] = "t" if doubled in (side, "both") else "u"
        descriptor.write_text(json.dumps(content))
        descriptors.append(open_package(descriptor))

    found = changes(*descriptors)

    (of_t,) = (table for table in found.tables if table.name == "t")
    assert of_t.unjudged == "several resources of one version have this name"
    assert found.exit_code == (2 if doubled == "both" else 1)  # else `u` came or went


def test_what_is_no_table_is_compared_as_a_file(tmp_path: Path) -> None:
    same = compared(tmp_path, ("free text", None), ("free text", None))
    changed = compared(tmp_path, ("free text", None), ("other text", None))

    assert (same.is_changed, changed.is_changed) == (False, True)
    assert changed.file_changed


def test_what_cannot_be_compared_is_said_and_is_neither_the_same_nor_changed(tmp_path: Path) -> None:
    ragged = compared(tmp_path, ("id,n,s\na,1,x\n", KEYED), ("id,n,s\na,1\n", KEYED))
    broken = compared(tmp_path, ("id,n,s\na,1,x\n", KEYED), ("id,n,s\na,1,x\n", {"fields": [{"name": 3}]}))

    assert ragged.unjudged is not None
    assert ragged.unjudged.startswith("row 2: ")
    assert broken.unjudged is not None
    for found in (ragged, broken):
        assert Changes(package="p", version_before=None, version_after=None, tables=[found]).exit_code == 2
        assert not found.is_changed


CELLS = {
    "id": st.sampled_from(["a", "b", "c", "d", "e"]),
    "n": st.sampled_from([None, "1", "1.0", "2", "-0", "0", "1e1", "10"]),
    "s": st.sampled_from([None, "1", "1.0", "x", "y"]),
    "t": st.sampled_from([None, "x"]),
}


@st.composite
def versions(draw: st.DrawFn) -> tuple[list[str], Rows]:
    """Draw the fields of a version of a table, and its rows, each with an id of its own."""
    names = ["id", *draw(st.lists(st.sampled_from(["n", "s", "t"]), unique=True))]
    row = st.fixed_dictionaries({name: CELLS[name] for name in names})
    return names, draw(st.lists(row, max_size=5, unique_by=lambda cells: cells["id"]))


def written(folder: Path, version: tuple[list[str], Rows], key: dict[str, str]) -> Path:
    names, rows = version
    kinds = {"n": "number"}
    schema = {"fields": [{"name": name, "type": kinds.get(name, "string")} for name in names], **key}
    return write(folder, t=(csv_bytes(names, [[row[name] for name in names] for row in rows]), schema))


def valued(row: dict[str, str | None]) -> frozenset[tuple[str, Any]]:
    """Return a row by its values; null, and a field that is not there, are left out."""
    return frozenset(
        (name, Decimal(cell) if name == "n" else cell) for name, cell in row.items() if cell is not None
    )


def applied(found: TableChanges, rows: Rows) -> Counter[frozenset[tuple[str, Any]]]:
    """Return the rows that come of it when changes are made to rows."""
    result: Counter[frozenset[tuple[str, Any]]] = Counter()
    changed = {valued(dict(change.key)): change.cells for change in found.rows_changed}
    for row in rows:
        cells = changed.pop(valued({name: row[name] for name in found.key}), {}) if found.key else {}
        assert all(row.get(name) == before for name, (before, _) in cells.items())
        result[valued(row | {name: after for name, (_, after) in cells.items()})] += 1
    assert not changed
    for row in found.rows_removed:
        result[valued(dict(row))] -= 1
    assert min(result.values(), default=0) >= 0
    result.update(valued(dict(row)) for row in found.rows_added)
    return +result


@given(old=versions(), new=versions(), key=st.sampled_from([{}, {"primaryKey": "id"}]))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_changes_made_to_the_old_rows_give_the_new_ones(
    old: tuple[list[str], Rows], new: tuple[list[str], Rows], key: dict[str, str], tmp_path: Path
) -> None:
    before, after = written(tmp_path / "old", old, key), written(tmp_path / "new", new, key)

    (found,) = changes(open_package(before), open_package(after)).tables

    assert applied(found, old[1]) == Counter(map(valued, new[1]))
    assert set(old[0]) - {*found.fields_removed} | {*found.fields_added} == set(new[0])
    ids = [{row["id"] for row in version[1]} for version in (old, new)]
    if key:
        assert {row["id"] for row in found.rows_added} == ids[1] - ids[0]
        assert {row["id"] for row in found.rows_removed} == ids[0] - ids[1]
    (back,) = changes(open_package(after), open_package(before)).tables
    assert (len(back.rows_added), len(back.rows_removed)) == (len(found.rows_removed), len(found.rows_added))
    assert len(back.rows_changed) == len(found.rows_changed)


@given(package=packages(ROOT / "datapackage.json", max_rows=3))
@settings(max_examples=10)
def test_a_package_has_no_changes_against_itself(package: Any) -> None:
    with tempfile.TemporaryDirectory() as folder:
        opened = open_package(package.write(folder))

        found = changes(opened, opened)

        assert found.exit_code == 0
        assert not any(table.is_changed or table.unjudged for table in found.tables)


def test_every_cell_of_the_dataset_that_changes_is_seen(dataset: Path) -> None:
    old = open_package(ROOT / "datapackage.json")
    for resource in old.resources:
        file = dataset.parent / str(resource.path)
        lines = list(csv.reader(file.read_text(encoding="utf-8").splitlines()))
        lines[-1][-1] = "9999"
        file.write_bytes(csv_bytes(lines[0], lines[1:]))

    found = changes(old, open_package(dataset))

    assert [table.name for table in found.tables if table.is_changed] == [one.name for one in old.resources]
    assert not any(table.unjudged for table in found.tables)


def told(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["changes", *map(str, arguments)])


def test_the_command_tells_by_its_exit_code_and_in_three_forms(dataset: Path) -> None:
    shutil.copytree(dataset.parent, dataset.parents[1] / "before")
    before = dataset.parents[1] / "before" / "datapackage.json"
    file = dataset.parent / "data" / "sectors.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("big health\n", "small health\n") + "zz,z\n")

    same = told(before, before)
    text = run("changes", before, dataset)
    markdown = told(before, dataset, "--format", "markdown")
    content = json.loads(told(before, dataset, "--format", "json").stdout)
    absent = run("changes", "nowhere.json", dataset)

    assert (same.exit_code, text.returncode, markdown.exit_code, absent.returncode) == (0, 1, 1, 2)
    assert same.stdout == "0 of 22 tables changed; rows: 0 added, 0 removed, 0 changed\n"
    assert "sectors: row added: 'zz'\n" in text.stdout
    assert "sectors: row changed: 'big-health': 'label' from 'big health' to 'small health'\n" in text.stdout
    assert text.stdout.endswith("1 of 22 tables changed; rows: 1 added, 0 removed, 1 changed\n")
    assert markdown.stdout.splitlines() == [
        "| table | added | removed | changed | rows |",
        "|---|---|---|---|---|",
        "| `sectors` | 1 | 0 | 1 | 6 |",
        "",
        "- `sectors`",
        "  - row added: `zz`",
        "  - row changed: `big-health`: `label` from `big health` to `small health`",
    ]
    assert content["changed"] is True
    assert absent.stderr == "factpack: nowhere.json: no such file\n"


def test_the_names_of_the_json_are_those_that_people_parse(tmp_path: Path) -> None:
    old = write(tmp_path / "old", t=("id,n,s\na,1,x\n", KEYED))
    new = write(tmp_path / "new", t=("id,n,s\na,2,x\nb,,\n", KEYED))

    content = json.loads(as_json(changes(open_package(old), open_package(new))))

    assert list(content) == ["changed", "package", "version_before", "version_after", "tables"]
    (table,) = content["tables"]
    assert list(table) == [one.name for one in fields(TableChanges)]
    assert list(table) == [
        *(
            "name",
            "state",
            "key",
            "reason",
            "fields_added",
            "fields_removed",
            "fields_retyped",
            "rows_before",
        ),
        *("rows_after", "rows_added", "rows_removed", "rows_changed", "file_changed", "unjudged"),
    ]
    assert table["rows_added"] == [{"id": "b", "n": None, "s": None}]
    assert table["rows_changed"] == [{"key": {"id": "a"}, "cells": {"n": ["1", "2"]}}]


def test_json_hides_no_direction_of_writing(tmp_path: Path) -> None:
    found = compared(tmp_path, ("id,n,s\na,1,x\n", KEYED), ("id,n,s\na,1,\u202ex\n", KEYED))

    text = as_json(Changes(package="p", version_before=None, version_after=None, tables=[found]))

    assert "\\u202ex" in text
    assert "\u202e" not in text


def test_a_long_list_is_cut_and_says_so(tmp_path: Path) -> None:
    rows = "".join(f"r{number},,\n" for number in range(MOST_ROWS + 5))
    old = write(tmp_path / "old", t=("id,n,s\n", KEYED))
    new = write(tmp_path / "new", t=("id,n,s\n" + rows, KEYED))

    text = as_markdown(changes(open_package(old), open_package(new)))

    assert text.count("row added: ") == MOST_ROWS
    assert "  - … and 5 more; --format json gives all of them\n" in text


def test_a_new_column_is_told_once_and_not_for_each_row(tmp_path: Path) -> None:
    wider = {"fields": [*PLACES, {"name": "new"}], "primaryKey": "id"}
    old = write(tmp_path / "old", t=("id,n,s\na,1,\nb,2,\n", KEYED))
    new = write(tmp_path / "new", t=("id,n,s,new\na,1,,x\nb,2,,y\n", wider))

    text = as_markdown(changes(open_package(old), open_package(new)))

    assert "  - field added: `new` (any)\n" in text
    assert "and no other change: 2\n" in text
    assert "row changed" not in text


def test_values_cannot_hurt_who_reads_the_changes(tmp_path: Path) -> None:
    old = write(tmp_path / "old", t=("id,n,s\na,1,x\n", KEYED))
    new = write(tmp_path / "new", t=('id,n,s\na,1,"[red]\x1b[2J<b>`|\n"\n', KEYED))

    text, markdown = told(old, new).stdout, told(old, new, "--format", "markdown").stdout

    assert "\x1b" not in text + markdown
    assert "[red]" in text
    assert "<b>" not in markdown
    assert len(markdown.splitlines()) == 6
