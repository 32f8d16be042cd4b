"""What is exported is read back, by readers that know nothing of factpack, equal to what `factpack.load` gives."""

import datetime
import json
import re
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest
from conftest import ROOT
from hypothesis import HealthCheck, Phase, given, settings
from samples import PROFILE

import factpack
from factpack.durations import read_duration
from factpack.export import export
from factpack.forms import ExportForm
from factpack.package import open_package
from factpack.strategies import DrawnPackage, packages

pytestmark = pytest.mark.slow

Json = dict[str, Any]
Rows = list[dict[str, Any]]

#: A field of each type, in forms of its own where it may have them.
FIELDS: list[Json] = [
    {"type": "string", "missingValues": ["NA"]},
    {"type": "any"},
    {},
    {
        "type": "string",
        "categories": [{"value": "b"}, {"value": "a'b\"", "label": "A"}],
        "categoriesOrdered": True,
    },
    {"type": "string", "constraints": {"enum": ["it's", 'a "b"', "c", "=1+1"]}},
    {"type": "string", "format": "binary"},
    {"type": "integer", "constraints": {"minimum": -(10**20)}},
    {"type": "integer", "constraints": {"minimum": 0, "maximum": 9}},
    {"type": "integer", "categories": [3, 1, 2]},
    {"type": "integer", "bareNumber": False},
    {"type": "number"},
    {"type": "number", "decimalChar": ",", "groupChar": "."},
    {"type": "number", "constraints": {"enum": [0.1, 2, "1e3"]}},
    {"type": "boolean", "trueValues": ["yes"], "falseValues": ["no"]},
    {"type": "date"},
    {"type": "date", "format": "%d/%m/%Y"},
    {"type": "date", "constraints": {"minimum": "2025-01-01", "maximum": "2025-12-31"}},
    {"type": "time"},
    {"type": "time", "format": "any"},
    {"type": "datetime"},
    {"type": "datetime", "format": "any"},
    {"type": "datetime", "constraints": {"minimum": "2025-01-01T00:00:00Z"}},
    {"type": "year"},
    {"type": "yearmonth"},
    {"type": "duration"},
    {"type": "geopoint"},
    {"type": "geopoint", "format": "object"},
    {"type": "geojson"},
    {"type": "object"},
    {"type": "array"},
    {"type": "list"},
    {"type": "list", "itemType": "integer", "delimiter": ";"},
    {"type": "list", "itemType": "date"},
    {"type": "list", "itemType": "number", "delimiter": " "},
    {"type": "list", "itemType": "boolean"},
    {"type": "list", "itemType": "datetime"},
]


def reference(fields: list[str], resource: str, there: list[str]) -> Json:
    return {"fields": fields, "reference": {"resource": resource, "fields": there}}


def key(name: str, kind: str = "string") -> Json:
    return {"name": name, "type": kind}


#: Tables with a field of each type, and tables whose names and keys are odd.
MODEL: Json = {
    "$schema": PROFILE,
    "name": "odd",
    "resources": [
        {
            "name": "types",
            "path": "types.csv",
            "schema": {"fields": [{"name": f"{n} {f.get('type')}", **f} for n, f in enumerate(FIELDS)]},
        },
        {
            "name": "select",
            "path": "select.csv",
            "schema": {
                "fields": [
                    *(
                        key("Id"),
                        key("id", "integer"),
                        key('na"me'),
                        key("name"),
                        key("other", "date"),
                        key("of"),
                    ),
                    {"name": "free", "type": "string", "constraints": {"unique": True, "required": True}},
                ],
                "primaryKey": ["Id", "id"],
                "uniqueKeys": [['na"me', "other"]],
                "foreignKeys": [reference(["of"], "", ["free"])],
            },
        },
        {
            "name": "Select",
            "path": "other.csv",
            "schema": {
                "fields": [key("x y", "integer"), key("table"), key("group", "date"), key("]["), key("'")],
                "foreignKeys": [
                    reference(["x y", "table"], "select", ["id", "Id"]),
                    reference(["group"], 'a/b: it\'s "quoted" & very long indeed', ["on"]),
                    reference(["]["], "select", ["free"]),
                ],
            },
        },
        {
            "name": 'a/b: it\'s "quoted" & very long indeed',
            "path": "long.csv",
            "schema": {
                "fields": [
                    key("on", "date"),
                    key("back", "date"),
                    {"name": "kind", "categories": ["x"], "type": "string"},
                ],
                "primaryKey": ["on"],
                "foreignKeys": [reference(["back"], "", ["on"])],
            },
        },
        {
            "name": "sqlite_stat1",
            "path": "one.csv",
            "schema": {
                "fields": [{"name": "a", "type": "string", "categories": ["x", "y"]}, key("b")],
                "primaryKey": ["a"],
                "foreignKeys": [reference(["b"], "codebook", ["b"])],
            },
        },
        {
            "name": "codebook",
            "path": "two.csv",
            "schema": {
                "fields": [key("a"), key("b")],
                "primaryKey": ["b"],
                "foreignKeys": [reference(["a"], "sqlite_stat1", ["a"])],
            },
        },
    ],
}
LONG = 'a/b: it\'s "quoted" & very long indeed'


def from_sqlite(path: Path) -> dict[str, Rows]:
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        names = database.execute("SELECT name, resource FROM _tables").fetchall()
        fields = database.execute("SELECT table_name, column_name, field FROM _fields").fetchall()
        found = {}
        for name, resource in names:
            cursor = database.execute('SELECT * FROM "{}"'.format(name.replace('"', '""')))
            own = {column: field for table, column, field in fields if table == name}
            labels = [own[item[0]] for item in cursor.description]
            found[resource] = [dict(zip(labels, row, strict=True)) for row in cursor]
    return found


def from_parquet(path: Path) -> dict[str, Rows]:
    tables = [pq.read_table(file) for file in path.glob("*.parquet")]
    return {
        json.loads(table.schema.metadata[b"data_resource"])["name"]: table.to_pylist() for table in tables
    }


def from_excel(path: Path) -> dict[str, Rows]:
    workbook = openpyxl.load_workbook(path)
    described = workbook.worksheets[0].iter_rows(values_only=True, min_row=2, max_col=3)
    sheets = {unescaped(sheet): unescaped(table) for table, sheet, field in described if field is None}
    found = {}
    for sheet in workbook.worksheets[1:]:
        assert all(
            cell.data_type != "f" and cell.hyperlink is None for row in sheet.iter_rows() for cell in row
        )
        labels, *rows = [[unescaped(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
        found[sheets[sheet.title]] = [dict(zip(labels, row, strict=True)) for row in rows]
    return found


def unescaped(cell: Any) -> Any:
    """Return a text as Excel shows it, which openpyxl does not (ECMA-376, part 1, 22.9.2.19)."""
    if not isinstance(cell, str):
        return cell
    return re.sub("_x([0-9A-Fa-f]{4})_", lambda match: chr(int(match[1], 16)), cell)


def from_duckdb(path: Path) -> dict[str, Rows]:
    with duckdb.connect(str(path), read_only=True) as database:
        names = [name for (name,) in database.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        queries = {name: 'SELECT * FROM "{}"'.format(name.replace('"', '""')) for name in names}
        return {name: database.sql(query).to_arrow_table().to_pylist() for name, query in queries.items()}


#: Without shrinking, which takes long with so many fields.
PHASES = [Phase.explicit, Phase.reuse, Phase.generate]

READERS: dict[ExportForm, Callable[[Path], dict[str, Rows]]] = {
    ExportForm.SQLITE: from_sqlite,
    ExportForm.PARQUET: from_parquet,
    ExportForm.EXCEL: from_excel,
    ExportForm.DUCKDB: from_duckdb,
}
#: The types whose values are no texts, and how texts of them are read: where a format has no such type.
FROM_TEXT: dict[str, Callable[[str], Any]] = {
    "integer": int,
    "year": int,
    "number": float,
    "date": datetime.date.fromisoformat,
    "time": datetime.time.fromisoformat,
    "datetime": datetime.datetime.fromisoformat,
    "yearmonth": lambda text: tuple(map(int, re.fullmatch("(-?[0-9]+)-([0-9]+)", text).groups())),
    "duration": read_duration,
    "geopoint": lambda text: tuple(map(Decimal, text.split(","))),
    "object": json.loads,
    "array": json.loads,
    "geojson": json.loads,
    "list": json.loads,
}


def value_of(cell: Any, kind: str, item_kind: str = "string") -> Any:
    """Return a cell as the value of the type of its field that it stands for."""
    if cell is None or (not isinstance(cell, list | dict | tuple | str) and pd.isna(cell)):
        return None
    if isinstance(cell, str) and kind in FROM_TEXT:
        cell = FROM_TEXT[kind](cell)
    if kind == "date" and isinstance(cell, datetime.datetime):
        assert cell.time() == datetime.time()
        return cell.date()
    if kind == "datetime":
        return moment_of(cell)
    if kind == "boolean":
        assert cell in (0, 1)
        return bool(cell)
    if kind == "number":
        return float(cell)
    if kind in ("integer", "year"):
        assert cell == int(cell)
        return int(cell)
    if kind == "list":
        return [value_of(item, item_kind) for item in cell]
    return cell


def moment_of(cell: Any) -> Any:
    """Return a moment as the seconds since some other, and whether it has a zone."""
    moment = cell.to_pydatetime() if isinstance(cell, pd.Timestamp) else cell
    zone = None if moment.utcoffset() is None else datetime.UTC
    return moment - datetime.datetime(2000, 1, 1, tzinfo=zone), zone


def as_rows(tables: dict[str, Any], descriptor: Json) -> dict[str, list[str]]:
    """Return the rows of tables, each as a text that tells its values and their types, in an order of its own."""
    found = {}
    for resource in descriptor["resources"]:
        kinds = {
            field["name"]: (field.get("type", "any"), field.get("itemType", "string"))
            for field in resource["schema"]["fields"]
        }
        found[resource["name"]] = sorted(
            repr({name: value_of(row[name], *kinds[name]) for name in kinds})
            for row in tables[resource["name"]]
        )
    return found


def loaded(descriptor: Path) -> dict[str, Rows]:
    return {
        name: [dict(zip(frame.columns, row, strict=True)) for row in frame.itertuples(index=False, name=None)]
        for name, frame in factpack.load(descriptor).items()
    }


@pytest.mark.parametrize("target", [*READERS])
def test_the_dataset_comes_back_equal(target: ExportForm, tmp_path: Path) -> None:
    package = open_package(ROOT / "datapackage.json")
    output = tmp_path / "exported.xlsx"

    export(package, target, output)

    descriptor = json.loads((ROOT / "datapackage.json").read_text(encoding="utf-8"))
    for resource in descriptor["resources"]:
        resource["schema"] = json.loads((ROOT / resource["schema"]).read_text(encoding="utf-8"))
    expected = loaded(ROOT / "datapackage.json")
    assert as_rows(READERS[target](output), descriptor) == as_rows(expected, descriptor)
    assert sum(map(len, expected.values())) > 1000


def drawn(target: ExportForm) -> Callable[[], None]:
    with tempfile.TemporaryDirectory() as folder:
        model = Path(folder) / "datapackage.json"
        model.write_text(json.dumps(MODEL))
        strategy = packages(model, max_rows=4)

    @settings(
        deadline=None,
        max_examples=min(settings().max_examples, 40),
        phases=PHASES,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def check(package: DrawnPackage) -> None:
        with tempfile.TemporaryDirectory() as folder:
            descriptor = package.write(folder)
            export(open_package(descriptor), target, Path(folder) / "exported.xlsx")
            found = READERS[target](Path(folder) / "exported.xlsx")
            if target is ExportForm.DUCKDB:
                found["Select"] = found.pop("Select_2")
                found["select"] = [{"id": row.pop("id_2"), **row} for row in found["select"]]
            assert as_rows(found, package.descriptor) == as_rows(loaded(descriptor), package.descriptor)

    return check


@pytest.mark.parametrize("target", [*READERS])
def test_drawn_packages_come_back_equal(target: ExportForm) -> None:
    drawn(target)()
