"""Every library that the documentation names loads each table of the dataset as `ipim_visit.load` does."""

import csv
import io
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import frictionless
import pandas as pd
import polars as pl
import pytest
from conftest import ROOT

import ipim_visit

SCHEMAS: dict[str, Any] = {
    file.stem: json.loads(file.read_text(encoding="utf-8"))
    for file in sorted((ROOT / "schemas").glob("*.json"))
}


def kinds(name: str) -> dict[str, str]:
    """Return the types of the fields of a table."""
    return {field["name"]: field["type"] for field in SCHEMAS[name]["fields"]}


def plain(value: Any) -> Any:
    """Return a value as Python's own: null as None, a moment of a table that only has dates as the date."""
    if pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return value.date()
    return value.item() if hasattr(value, "item") else value


def rows(frame: pd.DataFrame) -> list[tuple[Any, ...]]:
    return [tuple(map(plain, row)) for row in frame.itertuples(index=False, name=None)]


def by_pandas(name: str) -> list[tuple[Any, ...]]:
    dates = [field for field, kind in kinds(name).items() if kind == "date"]
    return rows(
        pd.read_csv(
            ROOT / "data" / f"{name}.csv",
            dtype_backend="numpy_nullable",
            keep_default_na=False,
            na_values=[""],
            parse_dates=dates,
        )
    )


def by_polars(name: str) -> list[tuple[Any, ...]]:
    return pl.read_csv(ROOT / "data" / f"{name}.csv", try_parse_dates=True, infer_schema_length=None).rows()


def by_duckdb(name: str) -> list[tuple[Any, ...]]:
    return duckdb.sql(f"SELECT * FROM read_csv('{ROOT}/data/{name}.csv', sample_size = -1)").fetchall()


def by_frictionless(name: str) -> list[tuple[Any, ...]]:
    package = frictionless.Package(str(ROOT / "datapackage.json"))
    numbers = {"number": float}  # frictionless has decimals
    convert = {field: numbers.get(kind, lambda value: value) for field, kind in kinds(name).items()}
    return [
        tuple(None if value is None else convert[field](value) for field, value in row.to_dict().items())
        for row in package.get_resource(name).read_rows()
    ]


@pytest.mark.parametrize("load", [by_pandas, by_polars, by_duckdb, by_frictionless])
def test_each_table_is_loaded_alike(load: Callable[[str], list[tuple[Any, ...]]]) -> None:
    expected = {name: rows(frame) for name, frame in ipim_visit.load().items()}

    found = {name: load(name) for name in expected}

    assert found.keys() == SCHEMAS.keys()
    for name in expected:
        assert repr(found[name]) == repr(expected[name]), name


R = """
for (line in readLines("tables.txt")) {
  parts <- strsplit(line, " ")[[1]]
  classes <- setNames(parts[-(1:2)][c(FALSE, TRUE)], parts[-(1:2)][c(TRUE, FALSE)])
  table <- read.csv(parts[2], na.strings = "", encoding = "UTF-8", colClasses = classes)
  stopifnot(sapply(table, class) == classes)
  write.csv(table, paste0(parts[1], ".out"), na = "", row.names = FALSE, fileEncoding = "UTF-8")
}
"""
CLASSES = {
    "string": "character",
    "integer": "integer",
    "number": "numeric",
    "boolean": "logical",
    "date": "Date",
}


def test_r_loads_each_table_alike(tmp_path: Path) -> None:
    if not shutil.which("Rscript"):
        pytest.skip("not verified: R is not installed here")
    lines = [
        " ".join(
            [
                name,
                str(ROOT / "data" / f"{name}.csv"),
                *(f"{field} {CLASSES[kind]}" for field, kind in kinds(name).items()),
            ]
        )
        for name in SCHEMAS
    ]
    (tmp_path / "tables.txt").write_text("\n".join(lines) + "\n")

    done = subprocess.run(["Rscript", "-e", R], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    for name in SCHEMAS:
        found = list(csv.DictReader(io.StringIO((tmp_path / f"{name}.out").read_text(encoding="utf-8"))))
        with (ROOT / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
            expected = list(csv.DictReader(stream))
        booleans = {field for field, kind in kinds(name).items() if kind == "boolean"}
        for row in expected:
            row.update({field: row[field].upper() for field in booleans})
        assert found == expected


def test_ids_of_digits_keep_their_zeros_as_the_documentation_says(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text("id,x\n007,NA\n008,\n")

    of_pandas = pd.read_csv(
        file, dtype_backend="numpy_nullable", keep_default_na=False, na_values=[""], dtype={"id": "string"}
    )
    of_polars = pl.read_csv(file, schema_overrides={"id": pl.String})
    of_duckdb = duckdb.sql(f"SELECT * FROM read_csv('{file}', types = {{'id': 'VARCHAR'}})").fetchall()

    assert rows(of_pandas) == of_polars.rows() == of_duckdb == [("007", "NA"), ("008", None)]
