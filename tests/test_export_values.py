"""Values that a format could alter: numbers past its digits, what is no number, zones, old dates, odd texts."""

import datetime
import sqlite3
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import MakePackage
from hypothesis import given
from hypothesis import strategies as st
from test_export_round_trip import unescaped

from factpack.durations import read_duration
from factpack.exceptions import PackageError
from factpack.export import export
from factpack.export.cells import duration_text
from factpack.forms import ExportForm
from factpack.package import open_package

UTC = datetime.UTC
BIG, PRECISE, HUGE = "123456789012345678901234567890", "0.1234567890123456789", "1" * 50
DAY = datetime.datetime(2025, 1, 2, 3, 4, 5)

#: Cells of a type, and what each format makes of them; a moment in DuckDB is read as Arrow has it.
CASES: list[tuple[str, dict[str, Any], list[str], list[Any], list[Any], list[Any]]] = [
    # type, properties, cells, SQLite, Parquet and DuckDB, Excel
    ("integer", {}, ["1", "-9223372036854775808"], [1, -(2**63)], [1, -(2**63)], [1, str(-(2**63))]),
    ("integer", {}, ["7", BIG], ["7", BIG], [Decimal(7), Decimal(BIG)], ["7", BIG]),
    ("integer", {}, ["7", HUGE], ["7", HUGE], ["7", HUGE], ["7", HUGE]),
    (
        "integer",
        {},
        [str(10**15 - 1), str(10**15)],
        [10**15 - 1, 10**15],
        [10**15 - 1, 10**15],
        [10**15 - 1, str(10**15)],
    ),
    ("year", {}, ["-0044", "12025"], [-44, 12025], [-44, 12025], [-44, 12025]),
    ("number", {}, ["0.1", "1e300"], [0.1, 1e300], [0.1, 1e300], [0.1, 1e300]),
    ("number", {}, ["0.1", PRECISE], ["0.1", PRECISE], [Decimal("0.1"), Decimal(PRECISE)], ["0.1", PRECISE]),
    ("number", {}, ["0.5", HUGE], ["0.5", HUGE], ["0.5", HUGE], ["0.5", HUGE]),
    ("number", {}, ["0.30000000000000004"], [0.1 + 0.2], [0.1 + 0.2], ["0.30000000000000004"]),
    ("number", {}, ["-INF", "2"], [float("-inf"), 2.0], [float("-inf"), 2.0], ["-inf", 2]),
    ("number", {}, ["NaN", "2"], ["NaN", "2.0"], [float("nan"), 2.0], ["NaN", 2]),
    (
        "number",
        {},
        ["NaN", "INF", PRECISE],
        ["NaN", "INF", PRECISE],
        ["NaN", "INF", PRECISE],
        ["NaN", "INF", PRECISE],
    ),
    ("boolean", {}, ["true", ""], [1, None], [True, None], [True, None]),
    (
        "date",
        {},
        ["0001-01-01", "1900-02-28"],
        ["0001-01-01", "1900-02-28"],
        [datetime.date(1, 1, 1), datetime.date(1900, 2, 28)],
        ["0001-01-01", "1900-02-28"],
    ),
    (
        "date",
        {},
        ["1900-03-01", "9999-12-31"],
        ["1900-03-01", "9999-12-31"],
        [datetime.date(1900, 3, 1), datetime.date(9999, 12, 31)],
        [datetime.datetime(1900, 3, 1), datetime.datetime(9999, 12, 31)],
    ),
    ("time", {}, ["03:04:05"], ["03:04:05"], [datetime.time(3, 4, 5)], [datetime.time(3, 4, 5)]),
    (
        "time",
        {"format": "any"},
        ["03:04:05+02:00"],
        ["03:04:05+02:00"],
        ["03:04:05+02:00"],
        ["03:04:05+02:00"],
    ),
    ("datetime", {}, ["2025-01-02T03:04:05"], ["2025-01-02T03:04:05"], [DAY], [DAY]),
    (
        "datetime",
        {},
        ["2025-01-02T03:04:05.25"],
        ["2025-01-02T03:04:05.250000"],
        [DAY.replace(microsecond=250000)],
        ["2025-01-02T03:04:05.250000"],
    ),
    (
        "datetime",
        {},
        ["2025-01-02T05:04:05+02:00"],
        ["2025-01-02T03:04:05Z"],
        [DAY.replace(tzinfo=UTC)],
        ["2025-01-02T03:04:05Z"],
    ),
    (
        "datetime",
        {},
        ["2025-01-02T05:04:05+02:00", "2025-01-02T03:04:05"],
        ["2025-01-02T05:04:05+02:00", "2025-01-02T03:04:05"],
        ["2025-01-02T05:04:05+02:00", "2025-01-02T03:04:05"],
        ["2025-01-02T05:04:05+02:00", "2025-01-02T03:04:05"],
    ),
    (
        "datetime",
        {"constraints": {"enum": ["2025-01-02T04:04:05+01:00", "2025-01-01T00:00:00Z"]}},
        ["2025-01-02T03:04:05Z"],
        ["2025-01-02T03:04:05Z"],
        [DAY.replace(tzinfo=UTC)],
        ["2025-01-02T03:04:05Z"],
    ),
    (
        "yearmonth",
        {},
        ["-0044-03", "12025-01"],
        ["-0044-03", "12025-01"],
        ["-0044-03", "12025-01"],
        ["-0044-03", "12025-01"],
    ),
    (
        "duration",
        {},
        ["P1Y14M", "PT36H", "-PT0.5S"],
        ["P2Y2M", "P1DT12H", "-PT0.5S"],
        ["P2Y2M", "P1DT12H", "-PT0.5S"],
        ["P2Y2M", "P1DT12H", "-PT0.5S"],
    ),
    ("geopoint", {}, ["113.50, 22.2"], ["113.50,22.2"], ["113.50,22.2"], ["113.50,22.2"]),
    ("list", {"itemType": "integer"}, ["1,2", ""], ["[1, 2]", None], [[1, 2], None], ["[1, 2]", None]),
    (
        "list",
        {"itemType": "date", "constraints": {"unique": True}},
        ["2025-01-01"],
        ['["2025-01-01"]'],
        ['["2025-01-01"]'],
        ['["2025-01-01"]'],
    ),
    (
        "object",
        {},
        ["{''a'': 1.50, ''a'': 2}"],
        ['{"a": 1.50, "a": 2}'],
        ['{"a": 1.50, "a": 2}'],
        ['{"a": 1.50, "a": 2}'],
    ),
    (
        "string",
        {"missingValues": ["NA"]},
        ["", "NA", "007", "NULL"],
        ["", None, "007", "NULL"],
        ["", None, "007", "NULL"],
        ["", None, "007", "NULL"],
    ),
    (
        "string",
        {},
        ["=1+1", "+1", "-1", "@A1", "\t=1", "http://example.org"],
        ["=1+1", "+1", "-1", "@A1", "\t=1", "http://example.org"],
        ["=1+1", "+1", "-1", "@A1", "\t=1", "http://example.org"],
        ["=1+1", "+1", "-1", "@A1", "\t=1", "http://example.org"],
    ),
    (
        "string",
        {},
        ["a\x0bb", "_x000B_", "\ufffe", "a\r\nb", " c ", "\x7f😀"],
        ["a\x0bb", "_x000B_", "\ufffe", "a\r\nb", " c ", "\x7f😀"],
        ["a\x0bb", "_x000B_", "\ufffe", "a\r\nb", " c ", "\x7f😀"],
        ["a\x0bb", "_x000B_", "\ufffe", "a\r\nb", " c ", "\x7f😀"],
    ),
    ("any", {}, ["1", "true"], ["1", "true"], ["1", "true"], ["1", "true"]),
]


def csv_of(cells: list[str]) -> str:
    quoted = (cell.replace("''", '""') for cell in cells)
    return "no,x\n" + "".join(f'{number},"{cell}"\n' for number, cell in enumerate(quoted))


@pytest.mark.parametrize("case", CASES, ids=lambda case: ascii(f"{case[0]} {case[2][-1][:20]}"))
def test_no_value_is_altered(case: Any, make_package: MakePackage, tmp_path: Path) -> None:
    kind, properties, cells, in_sqlite, in_arrow, in_excel = case
    fields = [{"name": "no", "type": "integer"}, {"name": "x", "type": kind, **properties}]
    package = open_package(make_package(t=(csv_of(cells), fields)))

    for target, name in (
        (ExportForm.SQLITE, "a"),
        (ExportForm.PARQUET, "b"),
        (ExportForm.EXCEL, "c.xlsx"),
        (ExportForm.DUCKDB, "d"),
    ):
        export(package, target, tmp_path / name)

    with closing(sqlite3.connect(tmp_path / "a")) as database:
        assert repr([row[0] for row in database.execute("SELECT x FROM t")]) == repr(in_sqlite)
    table = pq.read_table(tmp_path / "b" / "t.parquet")
    assert repr(python(table)) == repr(in_arrow)
    with duckdb.connect(str(tmp_path / "d"), read_only=True) as database:
        assert repr(python(database.table("t").to_arrow_table())) == repr(in_arrow)
    sheet = openpyxl.load_workbook(tmp_path / "c.xlsx")["t"]
    found = [sheet.cell(row + 2, 2) for row in range(len(cells))]
    assert repr([unescaped(cell.value) for cell in found]) == repr(in_excel)
    assert all(cell.data_type != "f" and cell.hyperlink is None for cell in found)


def python(table: pa.Table) -> list[Any]:
    """Return the values of the column x; moments in UTC and decimals without zeros at their end."""
    values = table["x"].to_pylist()
    if pa.types.is_timestamp(table["x"].type) and table["x"].type.tz is not None:
        return [value.astimezone(UTC) for value in values]
    return (
        [value.normalize() if value == value.normalize() and value % 1 else value for value in values]
        if pa.types.is_decimal(table["x"].type)
        else values
    )


def test_values_of_any_kind_in_a_descriptor_are_kept_as_json(
    make_package: MakePackage, tmp_path: Path
) -> None:
    descriptor = tmp_path / "datapackage.json"
    descriptor.write_text(
        '{"name": "a", "resources": [{"name": "t", "type": "table", "data": [{"x": 1.10}, {"x": "1"}, {"x": {"a": [true, null]}}],'
        ' "schema": {"fields": [{"name": "x", "type": "any"}]}}]}'
    )

    export(open_package(descriptor), ExportForm.SQLITE, tmp_path / "out")

    with closing(sqlite3.connect(tmp_path / "out")) as database:
        assert [row[0] for row in database.execute("SELECT x FROM t")] == [
            "1.10",
            '"1"',
            '{"a": [true, null]}',
        ]


@given(
    st.from_regex(
        r"-?P(?:[0-9]{1,4}Y)?(?:[0-9]{1,4}M)?[0-9]{1,4}D(?:T[0-9]{1,3}H[0-9]{1,3}M[0-9]{1,3}(?:\.[0-9]{1,6})?S)?",
        fullmatch=True,
    )
)
def test_a_duration_is_the_one_that_its_text_is_read_as(text: str) -> None:
    duration = read_duration(text)

    assert read_duration(duration_text(duration)) == duration


def test_a_text_too_long_for_excel_is_an_error_that_names_it(
    make_package: MakePackage, tmp_path: Path
) -> None:
    # a character past the first 65,536 counts twice
    fits = open_package(make_package(t=(f"x\n{'é' * 32_767}\n", [{"name": "x", "type": "string"}])))
    export(fits, ExportForm.EXCEL, tmp_path / "out.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx")["t"]

    too_long = open_package(make_package(t=(f"x\na\n{'😀' * 16_384}\n", [{"name": "x", "type": "string"}])))
    with pytest.raises(
        PackageError, match=r"t\.x, row 3: a text is longer than the 32,767 characters of Excel's cells"
    ):
        export(too_long, ExportForm.EXCEL, tmp_path / "other.xlsx")

    assert sheet["A2"].value == "é" * 32_767
    assert not (tmp_path / "other.xlsx").exists()
