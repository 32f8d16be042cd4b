"""Columns of DataFrames as values of a field: held by Arrow where the dtype says all, else one by one."""

import datetime
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import Any
from zoneinfo import ZoneInfo

import isodate
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from factpack.durations import Duration
from factpack.fields import NAN
from factpack.keys import is_first
from factpack.series import column_of
from factpack.table_schema import Field, parse_schema

HOLDS_ITSELF: list[Any] = []
HOLDS_ITSELF.append(HOLDS_ITSELF)
DAY, NOON = datetime.timedelta(1), datetime.datetime(2025, 1, 2, 12)


DEEP: list[Any] = []
for _ in range(150):
    DEEP = [DEEP]
POINT = {"type": "Point", "coordinates": [1, 2]}
TOPOLOGY = {"type": "Topology", "objects": {}, "arcs": []}
LONG = Decimal("0.1234567890123456789")
OF_FLOATS = pa.struct([("x", pa.float32()), ("y", pa.string())])
TENTHS = (Decimal("0.1"), Decimal("0.2"))


class Kind(StrEnum):
    """Texts with names."""

    A = "A"


class Order(IntEnum):
    """Numbers with names."""

    FIRST = 1


class Word(str):
    """A text that cannot be hashed."""

    __hash__ = None  # type: ignore[assignment]


class Whole(int):
    """A whole number that cannot be hashed."""

    __hash__ = None  # type: ignore[assignment]


class Real(float):
    """A number that cannot be hashed."""

    __hash__ = None  # type: ignore[assignment]


class Broken:
    """An object that cannot be compared."""

    def __hash__(self) -> int:
        raise RuntimeError


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
        ("string", "object", ["a", None], pa.string()),
        ("integer", "object", [1, None], pa.int64()),
        ("number", "object", [1.5, None], pa.float64()),
        ("datetime", "M8[ns]", [NOON, None], pa.timestamp("us")),
        ("datetime", "timestamp[s][pyarrow]", [NOON, None], pa.timestamp("us")),
        ("datetime", "M8[s, Europe/Paris]", [NOON.astimezone(datetime.UTC), None], pa.timestamp("us", "UTC")),
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
        ("number", {}, "object", [1.5, Decimal("sNaN"), None, 1], [1.5, None, None, 1], [0, 1, 0, 0]),
        (
            "number",
            {},
            "object",
            [np.float32(0.1), np.float16(0.1), np.longdouble("0.1")],
            [0.1, 0.1, Decimal("0.1")],
            [0] * 3,
        ),
        ("number", {}, "object", [np.timedelta64(1, "ns"), np.complex64(1)], [None, None], [1, 1]),
        ("integer", {}, "object", [np.datetime64(1, "ns"), 1], [None, 1], [1, 0]),
        ("string", {}, "object", ["a", "\ud800", np.str_("b")], ["a", None, "b"], [0, 1, 0]),
        ("string", {}, "string[python]", ["a", "\ud800"], ["a", None], [0, 1]),
        ("geopoint", {}, "object", [np.array([(1.0, 2.0)], "f8,f8")[0], (1, 2)], [None, (1, 2)], [1, 0]),
        ("list", {"itemType": "number"}, "object", [np.array([0.1], "f4"), [1, "a"]], [[0.1], None], [0, 1]),
        (
            *("list", {"itemType": "date"}, "object"),
            [np.array(["2025-01-02"], "M8[ns]"), np.array(["NaT"], "M8[s]")],
            *([[datetime.date(2025, 1, 2)], None], [0, 1]),
        ),
        ("list", {}, "object", ["a", [["a"]]], [None, None], [1, 1]),
        ("array", {}, "object", [np.array([[1, 2], [3, 4]]), (1,)], [[[1, 2], [3, 4]], None], [0, 1]),
        ("object", {}, "object", [{"a": np.array([1]), "b": (np.int8(1),)}], [{"a": [1], "b": [1]}], [0]),
        (
            "array",
            {},
            "object",
            [[1, "a", None, True, 1.5, 10**400]],
            [[1, "a", None, True, 1.5, 10**400]],
            [0],
        ),
        (
            "array",
            {},
            "object",
            [[float("nan")], [float("inf")], [b"a"], [Decimal("NaN")]],
            [None] * 4,
            [1] * 4,
        ),
        ("object", {}, "object", [{1: 2}, {"a": {1: 2}}, {"a": NOON}, {"a": {1}}], [None] * 4, [1] * 4),
        ("geopoint", {}, "object", [(0.1, 0.2), (np.float32(0.1), 0.2)], [TENTHS, TENTHS], [0, 0]),
        ("yearmonth", {}, "object", [(np.int8(20), 1), (20, 1.0)], [(20, 1), None], [0, 1]),
        ("string", {}, "object", [Word("a"), Kind.A, 1], ["a", "A", None], [0, 0, 1]),
        ("integer", {}, "object", [Whole(1), Order.FIRST, "a"], [1, 1, None], [0, 0, 1]),
        ("number", {}, "object", [Real(1.5), 1, "a"], [1.5, 1, None], [0, 0, 1]),
        ("any", {}, "object", [Word("a"), Whole(1), Real(1.5)], ["a", 1, 1.5], [0, 0, 0]),
        (
            "list",
            {"itemType": "number"},
            "object",
            [[float("nan")], [Decimal("sNaN")]],
            [[NAN], None],
            [0, 1],
        ),
        ("array", {}, "object", [HOLDS_ITSELF, [1]], [None, [1]], [1, 0]),
        ("array", {}, "object", [DEEP, [1]], [None, [1]], [1, 0]),
        ("any", {}, "object", [{"a": DEEP}, 1], [None, 1], [1, 0]),
        ("number", {}, "object", [LONG, "a"], [LONG, None], [0, 1]),
        (
            "geojson",
            {},
            "object",
            [{"type": "Point", "coordinates": (1, 2)}, TOPOLOGY],
            [POINT, None],
            [0, 1],
        ),
        ("geojson", {"format": "topojson"}, "object", [{}, TOPOLOGY], [None, TOPOLOGY], [1, 0]),
        ("array", {}, "object", [[{1}], [1]], [None, [1]], [1, 0]),
        (
            "any",
            {},
            "object",
            [{1}, np.array([1]), Broken(), np.array(1)],
            [None, [1], None, None],
            [1, 0, 1, 1],
        ),
        ("duration", {}, "object", [np.timedelta64(1, "Y"), np.timedelta64(1, "D")], [None, DAY], [1, 0]),
        ("duration", {}, "m8[s]", [np.timedelta64(10**15, "s"), np.timedelta64(1, "D")], [None, DAY], [1, 0]),
        ("datetime", {}, "M8[s]", [np.datetime64("20000-01-01"), NOON], [None, NOON], [1, 0]),
        ("any", {}, "category", ["a", None, 1, "a"], ["a", None, 1, "a"], [0] * 4),
        ("integer", {}, "category", [1, "a", None, "a"], [1, None, None, None], [0, 1, 0, 1]),
        ("boolean", {}, "bool", [True, False], [True, False], [False, False]),
        ("boolean", {}, "int64", [1, 0], [None, None], [True, True]),
        ("string", {}, "object", ["a", 1, None], ["a", None, None], [False, True, False]),
        ("string", {}, "int64", [1], [None], [True]),
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
        ("date", pd.Timestamp("2025-01-02T00:00:00.000000001"), None),
        ("date", np.datetime64("2025-01-02", "ns"), datetime.date(2025, 1, 2)),
        ("date", datetime.datetime(2025, 1, 2), datetime.date(2025, 1, 2)),
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


PARIS = ZoneInfo("Europe/Paris")
PUT_BACK = [pd.Timestamp("2020-10-25T00:30Z"), pd.Timestamp("2020-10-25T01:30Z"), pd.NaT]


@pytest.mark.parametrize(
    "series",
    [
        pd.Series(PUT_BACK).dt.tz_convert(PARIS),
        pd.Series(PUT_BACK).astype("datetime64[s, Europe/Paris]"),
        pd.Series(PUT_BACK).dt.tz_convert(PARIS).astype(object),
        pd.Series(PUT_BACK).astype("timestamp[ns, Europe/Paris][pyarrow]"),
        pd.Series(PUT_BACK).dt.tz_convert(PARIS).astype("category"),
        pd.Series(
            [datetime.datetime(2020, 10, 25, 2, 30, fold=fold, tzinfo=PARIS) for fold in (0, 1)] + [None],
            dtype=object,
        ),
    ],
    ids=["ns", "s", "objects", "arrow", "category", "python"],
)
def test_moments_of_an_hour_that_recurs_are_told_apart(series: "pd.Series[Any]") -> None:
    found = column_of(series, field_of("datetime"))

    hours = [datetime.datetime(2020, 10, 25, hour, 30, tzinfo=datetime.UTC) for hour in (0, 1)]
    assert found.values.to_list() == [*hours, None]
    assert not found.unreadable.any()
    assert is_first([found.values])[:2].all()


@pytest.mark.parametrize("year", [1, 9999])
def test_a_moment_at_an_end_of_the_calendar_keeps_its_zone(year: int) -> None:
    zone = datetime.timezone(datetime.timedelta(hours=14 if year == 1 else -14))
    moment = datetime.datetime(year, 1 if year == 1 else 12, 1 if year == 1 else 31, 12, tzinfo=zone)

    found = column_of(pd.Series([moment], dtype=object), field_of("datetime"))

    assert found.values.to_list() == [moment]


def test_nanoseconds_count() -> None:
    moments = pd.Series(np.array([0, 1], "M8[ns]"))
    spans = pd.Series(np.array([0, 1], "m8[ns]"))

    for series, kind in ((moments, "datetime"), (spans, "duration"), (moments.astype(object), "datetime")):
        values = column_of(series, field_of(kind)).values
        assert is_first([values]).tolist() == [True, True]
        assert values.to_list() == series.to_list()


def test_moments_of_arrow_past_the_calendar_of_python_are_told() -> None:
    array = pa.array([2**40, 0, None], pa.timestamp("s"))
    series = pd.Series(pd.arrays.ArrowExtensionArray(pa.chunked_array([array])))

    for kind, unreadable in (("datetime", [True, False, False]), ("any", [False] * 3)):
        found = column_of(series, field_of(kind))
        assert found.unreadable.tolist() == unreadable
        assert found.values.at(1) == datetime.datetime(1970, 1, 1)
        assert found.values.at(2) is None


@pytest.mark.parametrize(
    ("kind", "array", "value"),
    [
        ("number", pa.array([0.1], pa.float32()).dictionary_encode(), 0.1),
        ("number", pa.array([0.1], pa.float32()), 0.1),
        ("any", pa.array([0.1], pa.float16()), 0.1),
        ("array", pa.array([[0.1, None]], pa.list_(pa.float32())), [0.1, None]),
        ("array", pa.array([[0.1, None]], pa.large_list(pa.float16())), [0.1, None]),
        ("array", pa.array([[0.1, 1.0]], pa.list_(pa.float32(), 2)), [0.1, 1.0]),
        ("array", pa.array([[[0.1], None]], pa.list_(pa.list_(pa.float32()))), [[0.1], None]),
        ("list", pa.array([[0.1]], pa.list_(pa.float32())), [0.1]),
        ("object", pa.array([{"x": 0.1, "y": "a"}], OF_FLOATS), {"x": 0.1, "y": "a"}),
        ("object", pa.array([{"x": None, "y": None}], OF_FLOATS), {"x": None, "y": None}),
    ],
)
def test_narrow_floats_are_told_wherever_arrow_holds_them(kind: str, array: Any, value: Any) -> None:
    series = pd.Series(pd.arrays.ArrowExtensionArray(pa.chunked_array([array, pa.nulls(1, array.type)])))

    found = column_of(series, field_of(kind, itemType="number"))

    assert found.values.to_list() == [value, None]
    assert found.unreadable.tolist() == [False, False]


@pytest.mark.parametrize("kind", ["number", "any"])
def test_nan_that_pandas_does_not_take_for_missing_is_a_number(kind: str) -> None:
    array = pa.array([float("nan"), 1.0, None, float("nan")])
    series = pd.Series(pd.arrays.ArrowExtensionArray(pa.chunked_array([array])))

    found = column_of(series, field_of(kind))

    assert found.values.to_list() == [NAN, 1.0, None, NAN]
    assert is_first([found.values]).tolist() == [True, True, True, False]


@pytest.mark.parametrize("dtype", ["date32[pyarrow]", "date64[pyarrow]", "category", "object"])
def test_dates_may_have_any_dtype(dtype: str) -> None:
    days = [datetime.date(2025, 1, 2), None, datetime.date(2025, 1, 3)]

    for series in (pd.Series(days).astype(dtype), pd.Series(days).astype("date32[pyarrow]").astype(dtype)):
        assert column_of(series, field_of("date")).values.to_list() == days
        assert column_of(series, field_of("datetime")).unreadable.tolist() == [True, False, True]


def test_long_floats_are_the_decimals_that_they_show() -> None:
    one = np.longdouble(1)
    items = pd.Series(np.array([one, np.nextafter(one, np.longdouble(2)), np.longdouble("nan")]))

    values = column_of(items, field_of("number")).values

    assert values.to_list() == [Decimal(str(one)), Decimal(str(items[1])), None]


def test_tuples_are_compared_by_what_they_hold() -> None:
    items = pd.Series([(0.1,), (Decimal("0.1"),), (True,), (1,), [1]], dtype=object)

    assert is_first([column_of(items, field_of("any")).values]).tolist() == [True, False, True, True, True]


@pytest.mark.parametrize("dtype", ["float16", "float32", "Float32", "float[pyarrow]", "halffloat[pyarrow]"])
@given(bits=st.lists(st.integers(0, 2**16 - 1), min_size=1, max_size=20), more=st.integers(0, 2**16 - 1))
def test_narrow_floats_are_the_decimals_that_they_show(dtype: str, bits: list[int], more: int) -> None:
    if "16" in dtype or "half" in dtype:
        floats = np.array(bits, np.uint16).view(np.float16)
    else:
        floats = (np.array(bits, np.uint32) * np.uint32(2**16) + np.uint32(more)).view(np.float32)
    series = pd.Series(floats[np.isfinite(floats)]).astype(dtype)

    found = column_of(series, field_of("number"))

    assert found.values.to_list() == [float(str(number)) for number in floats if np.isfinite(number)]
    assert not found.unreadable.any()


@pytest.mark.parametrize(("items", "is_held"), [([0.1, None], True), ([0.1, np.float32(0.1)], False)])
def test_floats_among_objects_are_held_by_arrow_if_all_are_pythons(
    items: list[Any], *, is_held: bool
) -> None:
    found = column_of(pd.Series(items, dtype=object), field_of("number"))

    assert (found.values.array is not None) is is_held
    assert found.values.to_list() == [0.1, None if is_held else 0.1]
