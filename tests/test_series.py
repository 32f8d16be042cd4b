"""Columns of DataFrames as values of a field: held by Arrow where the dtype says all, else one by one."""

import datetime
from typing import Any

import isodate
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from factpack.durations import Duration
from factpack.keys import is_first
from factpack.series import column_of
from factpack.table_schema import Field, parse_schema


def field_of(kind: str, **more: Any) -> Field:
    return parse_schema({"fields": [{"name": "x", "type": kind, **more}]}).fields[0]


@pytest.mark.parametrize(
    ("kind", "dtype", "items", "arrow"),
    [
        ("integer", "int64", [1, 2], pa.int64()),
        ("integer", "uint8", [1, 2], pa.int64()),
        ("integer", "Int16", [1, None], pa.int64()),
        ("number", "int64", [1, 2], pa.float64()),
        ("number", "Float32", [1.5, None], pa.float64()),
        ("number", "float64", [1.5, None], pa.float64()),
        ("string", "str", ["a", None], pa.string()),
        ("string", "string[python]", ["a", None], pa.string()),
    ],
)
def test_a_dtype_of_the_type_is_held_by_arrow(
    kind: str, dtype: str, items: list[Any], arrow: pa.DataType
) -> None:
    field = field_of(kind)

    found = column_of(pd.Series(items, dtype=dtype), field)

    assert found.values.array is not None
    assert found.values.array.type == arrow
    assert found.values.to_list() == items
    assert found.field is field
    assert (found.unreadable.dtype, found.unreadable.any()) == (np.dtype(bool), False)


@pytest.mark.parametrize(
    ("kind", "more", "dtype", "items", "values", "unreadable"),
    [
        ("integer", {}, "object", [1, "x", None, True], [1, None, None, None], [False, True, False, True]),
        ("integer", {}, "float64", [1.0, 2.5], [None, None], [True, True]),
        ("integer", {}, "uint64", [2**64 - 1, 1], [2**64 - 1, 1], [False, False]),
        ("year", {}, "object", [2025, True], [2025, None], [False, True]),
        ("year", {}, "int32", [2025, 0, -44], [2025, None, -44], [False, True, False]),
        ("number", {}, "bool", [True, False], [None, None], [True, True]),
        ("number", {}, "str", ["1", None], [None, None], [True, False]),
        ("boolean", {}, "bool", [True, False], [True, False], [False, False]),
        ("boolean", {}, "int64", [1, 0], [None, None], [True, True]),
        ("string", {}, "object", ["a", 1, None], ["a", None, None], [False, True, False]),
        ("string", {"format": "email"}, "str", ["a@b.org", "x"], ["a@b.org", None], [False, True]),
        (
            "duration",
            {},
            "object",
            [datetime.timedelta(1), "P1D"],
            [datetime.timedelta(1), None],
            [False, True],
        ),
        ("any", {}, "object", ["a", 1, None], ["a", 1, None], [False, False, False]),
        ("any", {}, "int64", [1], [1], [False]),
    ],
)
def test_other_columns_are_read_one_by_one(
    kind: str, more: dict[str, Any], dtype: str, items: list[Any], values: list[Any], unreadable: list[bool]
) -> None:
    field = field_of(kind, **more)

    found = column_of(pd.Series(items, dtype=dtype), field)

    assert found.values.array is None
    assert found.values.to_list() == values
    assert found.values.is_null().tolist() == [value is None for value in values]
    assert found.unreadable.tolist() == unreadable
    assert found.field is field
    assert [type(value) for value in found.values.to_list()] == [type(value) for value in values]


@pytest.mark.parametrize(
    ("kind", "item", "value"),
    [
        ("date", pd.Timestamp(2025, 1, 2), datetime.date(2025, 1, 2)),
        ("date", pd.Timestamp(2025, 1, 2, 3), None),
        ("date", pd.Timestamp(2025, 1, 2, tz="UTC"), None),
        ("date", datetime.date(2025, 1, 2), datetime.date(2025, 1, 2)),
        ("datetime", pd.Timestamp(2025, 1, 2), datetime.datetime(2025, 1, 2)),
        ("datetime", pd.Timestamp(2025, 1, 2, 3), datetime.datetime(2025, 1, 2, 3)),
    ],
)
def test_a_moment_at_midnight_is_a_date(kind: str, item: Any, value: Any) -> None:
    found = column_of(pd.Series([item], dtype=object), field_of(kind))

    assert found.values.to_list() == [value]
    assert type(found.values.at(0)) is type(value)
    assert found.unreadable.tolist() == [value is None]


@pytest.mark.parametrize(
    ("kind", "column", "values"),
    [
        ("integer", pd.Series(pd.arrays.SparseArray([1, 2])), [1, 2]),
        ("number", pd.Series(pd.arrays.SparseArray([1.5, 2.0])), [1.5, 2.0]),
        ("number", pd.Series(np.array([1.5, 2.0], np.longdouble)), [1.5, 2.0]),
        ("geopoint", pd.Series([(1.0, float("nan")), (1.0, 2.0)]), [None, (1.0, 2.0)]),
        ("list", pd.Series([[np.float64(1)], [np.float64(2)]]), [[1.0], [2.0]]),
    ],
    ids=["sparse integer", "sparse number", "long", "no point", "numpy"],
)
def test_columns_that_arrow_does_not_take_are_read_one_by_one(
    kind: str, column: "pd.Series[Any]", values: list[Any]
) -> None:
    field = field_of(kind, **({"itemType": "number"} if kind == "list" else {}))

    assert column_of(column, field).values.to_list() == values


def test_numbers_of_numpy_in_lists_are_compared() -> None:
    field = field_of("list", itemType="number")
    values = column_of(pd.Series([[np.float64(1)], [np.float64(1)], [np.float64(2)]]), field).values

    assert is_first([values]).tolist() == [True, False, True]


def test_a_column_without_rows_is_one() -> None:
    for dtype in ("object", "str", "int64"):
        found = column_of(pd.Series([], dtype=dtype), field_of("date"))
        assert (found.values.to_list(), found.unreadable.tolist()) == ([], [])
        assert found.unreadable.dtype == np.dtype(bool)


def test_durations_of_isodate_are_durations() -> None:
    items = [isodate.Duration(years=1), isodate.Duration(months=12), isodate.Duration(days=1), 1]

    found = column_of(pd.Series(items, dtype=object), field_of("duration"))

    year = Duration(12, datetime.timedelta())
    assert found.values.to_list() == [year, year, datetime.timedelta(1), None]
