"""Parquet files have the types and the descriptions of their tables; workbooks are fit to be read by people."""

import json
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import ROOT, MakePackage
from test_export_databases import field, schema

import factpack
from factpack.exceptions import PackageError
from factpack.export import excel, export
from factpack.forms import ExportForm
from factpack.package import Package, open_package

DATASET = open_package(ROOT / "datapackage.json")


def parquet(package: Package, folder: Path) -> dict[str, pa.Table]:
    export(package, ExportForm.PARQUET, folder / "out")
    return {file.stem: pq.read_table(file) for file in sorted((folder / "out").glob("*.parquet"))}


def test_parquet_has_the_types_of_the_fields(make_package: MakePackage, tmp_path: Path) -> None:
    kinds = {
        "string": pa.string(), "integer": pa.int64(), "number": pa.float64(), "boolean": pa.bool_(), "any": pa.string(),
        "date": pa.date32(), "time": pa.time64("us"), "datetime": pa.timestamp("us"), "year": pa.int64(),
        "yearmonth": pa.string(), "duration": pa.string(), "object": pa.string(), "geopoint": pa.string(),
    }  # fmt: skip
    fields = [*(field(kind, kind) for kind in kinds), field("list", "list", itemType="integer")]
    names = ",".join(item["name"] for item in fields)

    (table,) = parquet(open_package(make_package(t=(f"{names}\n", fields))), tmp_path).values()

    assert {name: table.schema.field(name).type for name in kinds} == kinds
    assert table.schema.field("list").type == pa.list_(pa.int64())


@pytest.mark.parametrize("ordered", [True, False], ids=["ordered", "not ordered"])
def test_categories_keep_their_order_in_parquet(
    ordered: bool, make_package: MakePackage, tmp_path: Path
) -> None:
    fields = [field("x", categories=["c", "b", "a"], categoriesOrdered=ordered), field("y")]
    package = open_package(make_package(t=("x,y\nb,1\n,2\n", fields)))

    (table,) = parquet(package, tmp_path).values()
    frame = pd.read_parquet(tmp_path / "out" / "t.parquet")

    assert table.schema.field("x").type == pa.dictionary(pa.int32(), pa.string(), ordered)
    pd.testing.assert_series_equal(frame["x"], factpack.load(tmp_path / "datapackage.json")["t"]["x"])


def test_parquet_files_carry_their_schema_and_descriptions(tmp_path: Path) -> None:
    events = parquet(DATASET, tmp_path)["events"]
    declared = json.loads((ROOT / "schemas" / "events.json").read_text(encoding="utf-8"))

    assert json.loads(events.schema.metadata[b"table_schema"]) == declared
    assert json.loads(events.schema.metadata[b"data_resource"])["title"] == "Events"
    assert json.loads(events.schema.metadata[b"data_package"])["name"] == "ipim-guangzhou-visit-2025"
    assert events.schema.field("event_id").metadata[b"description"] == b"Event\nKey of the event."
    assert pl.read_parquet(tmp_path / "out" / "events.parquet").schema["earliest"] == pl.Date


def test_a_folder_of_parquet_has_no_name_that_a_system_would_not_take(
    make_package: MakePackage, tmp_path: Path
) -> None:
    descriptor = make_package(t=("a\n1\n", [field("a")]))
    declared = json.loads(descriptor.read_text())
    names = ["../up", "a/b", ".hidden", "CON", "T", "t", "é" * 300, "a\tb", "dot."]
    declared["resources"] = [declared["resources"][0] | {"name": name} for name in names]
    descriptor.write_text(json.dumps(declared))

    lines = export(open_package(descriptor), ExportForm.PARQUET, tmp_path / "out")

    found = sorted(file.name.removesuffix(".parquet") for file in (tmp_path / "out").glob("*.parquet"))
    assert found == sorted(["_._up", "a_b", "_hidden", "_CON", "T", "t_2", "é" * 100, "a_b_2", "dot_"])
    assert "the table '../up' is named '_._up'" in lines


def test_a_workbook_is_fit_for_reading(tmp_path: Path) -> None:
    export(DATASET, ExportForm.EXCEL, tmp_path / "out.xlsx")
    workbook = openpyxl.load_workbook(tmp_path / "out.xlsx")
    events, codebook = workbook["events"], workbook["codebook"]

    assert workbook.sheetnames == ["codebook", *(resource.name for resource in DATASET.resources)]
    for sheet in workbook.worksheets:
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref.startswith("A1:")
        assert all(cell.font.bold for cell in sheet[1])
        assert all(8 <= column.width <= 62 for column in sheet.column_dimensions.values())
    assert events["A2"].value == "ai-machines-electronics-expo-2025"
    assert [events["K2"].number_format, events["I2"].number_format] == ["yyyy-mm-dd", "0"]
    described = [[cell.value for cell in row] for row in codebook.iter_rows(min_row=2)]
    (kind,) = [row for row in described if row[0] == "events" and row[2] == "kind"]
    (part,) = [row for row in described if row[0] == "events" and row[2] == "part_of_id"]
    assert kind[4] == "string"
    assert kind[8].startswith("visit")
    assert part[9] == "refers to events.event_id"


def test_every_field_is_in_the_codebook(tmp_path: Path) -> None:
    export(DATASET, ExportForm.EXCEL, tmp_path / "out.xlsx")

    codebook = pd.read_excel(tmp_path / "out.xlsx", sheet_name="codebook")

    fields = [(r.name, f.name) for r in DATASET.resources if r.schema for f in r.schema.fields]
    assert (
        list(codebook.dropna(subset="field")[["table", "field"]].itertuples(index=False, name=None)) == fields
    )


def test_sheets_have_names_that_excel_takes(make_package: MakePackage, tmp_path: Path) -> None:
    descriptor = make_package(t=("a\n1\n", [field("a")]))
    declared = json.loads(descriptor.read_text())
    names = ["a[b]:*?/\\c", "x" * 40, "x" * 41, "History", "codebook", "Codebook", "'q'", "=1+1", "\x0b", ""]
    declared["resources"] = [declared["resources"][0] | {"name": name} for name in names]
    descriptor.write_text(json.dumps(declared))

    lines = export(open_package(descriptor), ExportForm.EXCEL, tmp_path / "out.xlsx")

    assert openpyxl.load_workbook(tmp_path / "out.xlsx").sheetnames == [
        *("codebook_3", "a_b______c", "x" * 31, f"{'x' * 29}_2", "History_2", "codebook", "Codebook_2"),
        *("_q_", "=1+1", "_", "__2"),
    ]
    assert "the sheet of 'History' is named 'History_2'" in lines


@pytest.mark.parametrize(
    ("limit", "message"),
    [
        ("MOST_ROWS", "the table 't' has 2 rows and 1 columns; a sheet of Excel holds 1 and 16,384"),
        ("MOST_COLUMNS", "the table 't' has 2 rows and 1 columns; a sheet of Excel holds 1,048,575 and 0"),
    ],
)
def test_a_table_too_large_for_excel_is_an_error(
    limit: str, message: str, make_package: MakePackage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(excel, limit, {"MOST_ROWS": 2, "MOST_COLUMNS": 0}[limit])

    with pytest.raises(PackageError, match=message):
        export(
            open_package(make_package(t=("a\n1\n2\n", [field("a")]))), ExportForm.EXCEL, tmp_path / "out.xlsx"
        )

    assert not (tmp_path / "out.xlsx").exists()


def test_what_excel_would_alter_is_counted(make_package: MakePackage, tmp_path: Path) -> None:
    table: Any = (
        "d,n\n1899-12-31,1\n1900-03-01,1234567890123456\n1850-01-01,2\n",
        schema(field("d", "date"), field("n", "integer")),
    )

    lines = export(open_package(make_package(t=table)), ExportForm.EXCEL, tmp_path / "out.xlsx")

    assert lines[1:] == [
        "t.d: 2 cells are text, since Excel would alter what it is",
        "t.n: one cell is text, since Excel would alter what it is",
    ]
