"""Typed DataFrames."""

import datetime
import math
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from conftest import MakePackage

import factpack
import ipim_visit


def test_each_type_has_its_dtype(make_package: MakePackage) -> None:
    fields: list[dict[str, Any]] = [
        {"name": "s", "type": "string"},
        {"name": "i", "type": "integer"},
        {"name": "n", "type": "number"},
        {"name": "b", "type": "boolean"},
        {"name": "d", "type": "date"},
        {"name": "y", "type": "year"},
        {"name": "c", "type": "string", "categories": ["low", "high"], "categoriesOrdered": True},
        {"name": "o", "type": "object"},
    ]
    text = 's,i,n,b,d,y,c,o\nNA,7,1.5,true,2025-09-10,2025,high,"{""a"": 1}"\nx,,,,,,,\n'

    frame = factpack.load(make_package(t=(text, fields)))["t"]

    assert [str(dtype) for dtype in frame.dtypes[:4]] == ["str", "Int64", "Float64", "boolean"]
    assert pd.api.types.is_datetime64_dtype(frame["d"])
    assert str(frame["y"].dtype) == "Int64"
    assert frame["c"].cat.categories.tolist() == ["low", "high"]
    assert frame["c"].cat.ordered
    assert frame.loc[0, "s"] == "NA"
    assert frame.loc[0, "d"] == pd.Timestamp(2025, 9, 10)
    assert frame.loc[0, "o"] == {"a": 1}
    assert frame.loc[1].isna().tolist() == [False] + [True] * 7


def test_the_dataset_loads_typed() -> None:
    tables = ipim_visit.load()

    events = tables["events"].set_index("event_id")
    assert len(tables) == 22
    assert events.loc["ai-machines-electronics-expo-2025", "earliest"] == pd.Timestamp(2025, 12, 4)
    assert events["status"].dtype == "category"
    assert events["is_plural"].dtype == "boolean"
    assert str(events["edition"].dtype) == "Int64"


def test_a_cell_of_the_wrong_type_stops_the_load(make_package: MakePackage) -> None:
    with pytest.raises(factpack.PackageError, match=r"t\.n has a cell that is not of the type integer"):
        factpack.load(make_package(t=("n\none\n", [{"name": "n", "type": "integer"}])))


def test_a_schema_that_cannot_be_used_stops_the_load(make_package: MakePackage) -> None:
    with pytest.raises(factpack.PackageError, match="the table 't' cannot be read: n: bareNumber"):
        factpack.load(make_package(t=("n\n1\n", [{"name": "n", "type": "number", "decimalChar": ""}])))


def test_a_table_that_cannot_be_read_stops_the_load(make_package: MakePackage) -> None:
    with pytest.raises(factpack.PackageError, match="the table 't' cannot be read"):
        factpack.load(make_package(t=("n\n1\n", None)))


@pytest.mark.parametrize("text", ["m,n\n1,2\n", "n,m\n1\n", 'n,m\n"1,2\n'])
def test_a_fault_of_form_stops_the_load(make_package: MakePackage, text: str) -> None:
    with pytest.raises(factpack.PackageError, match="the table 't' has a fault at row"):
        factpack.load(make_package(t=(text, [{"name": "n"}, {"name": "m"}])))


def test_values_past_the_dtype_stay_pythons_own(make_package: MakePackage) -> None:
    fields = [
        {"name": "i", "type": "integer"},
        {"name": "n", "type": "number"},
        {"name": "t", "type": "datetime"},
    ]
    text = "i,n,t\n9223372036854775808,NaN,2020-01-01T00:00:00Z\n1,1.5,2020-01-01T00:00:00\n"

    frame = factpack.load(make_package(t=(text, fields)))["t"]

    assert frame["i"].tolist() == [9223372036854775808, 1]
    assert str(frame["n"].dtype) == "Float64"
    assert math.isnan(frame["n"].astype(float)[0])
    assert frame["n"][1] == 1.5
    assert frame["t"][1] == datetime.datetime(2020, 1, 1)


def test_categories_are_values_of_the_field(make_package: MakePackage) -> None:
    field = {"name": "i", "type": "integer", "categories": [{"value": "1"}, {"value": 2, "label": "two"}]}

    assert factpack.load(make_package(t=("i\n01\n2\n", [field])))["t"]["i"].tolist() == [1, 2]
    with pytest.raises(factpack.PackageError, match=r"t\.i has a cell that is in none of its categories"):
        factpack.load(make_package(t=("i\n3\n", [field])))


def test_a_broken_descriptor_stops_the_load(tmp_path: Path) -> None:
    (tmp_path / "datapackage.json").write_text("{}")

    with pytest.raises(factpack.PackageError, match="at least one resource"):
        factpack.load(tmp_path / "datapackage.json")


def test_a_table_with_a_field_that_cannot_be_judged_is_not_loaded(make_package: MakePackage) -> None:
    deep = "[" * 1000 + "]" * 1000

    with pytest.raises(factpack.PackageError, match=r"^the table 't' cannot be read: o: .* levels$"):
        factpack.load(make_package(t=(f"o\n{deep}\n", [{"name": "o", "type": "array"}])))
