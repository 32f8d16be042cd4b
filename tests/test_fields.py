"""Values at their edges: of cells, read by whole columns and one by one, and of JSON values."""

import datetime
import json
import re
import time
from dataclasses import replace
from decimal import Decimal
from typing import Any

import frictionless
import isodate
import pyarrow as pa
import pytest
from as_frictionless import GEOJSON_FORMS
from conftest import MakePackage
from dateutil.relativedelta import relativedelta
from hypothesis import given, settings
from hypothesis import strategies as st

import factpack
from factpack import fields, moments
from factpack.durations import Duration, read_duration
from factpack.exceptions import SchemaError, UnjudgedError
from factpack.fields import Column, hashable, json_value, read_column, reader
from factpack.table_schema import Field, parse_schema
from factpack.values import Values, encode


def field_of(kind: str, **more: Any) -> Field:
    return parse_schema({"fields": [{"name": "x", "type": kind, **more}]}).fields[0]


def column(field: Field, *texts: str | None) -> Column:
    """Return the values of texts that Arrow holds."""
    return read_column(Values(pa.chunked_array([pa.array(texts, pa.string())])), field)


@pytest.mark.parametrize(
    ("point", "good"),
    [
        ("180,90", True),
        ("-180,-90", True),
        ("180.5,0", False),
        ("-180.5,0", False),
        ("0,90.5", False),
        ("0,-90.5", False),
        (" 1\t,\r2\n", True),
        ("\u00a01,2", False),
        ("1_0,2", False),
        ("NaN,2", False),
        ("1,2,3", False),
    ],
)
def test_points_lie_on_the_earth(point: str, good: bool) -> None:
    assert (reader(field_of("geopoint"))(point) is not None) == good
    if good:
        assert json_value(field_of("geopoint"), [float(part) for part in point.split(",")]) is not None


@pytest.mark.parametrize("form", ["array", "object"])
def test_points_of_json_have_a_longitude_and_a_latitude(form: str) -> None:
    text = "[1.5, 2]" if form == "array" else '{"lat": 2, "lon": 1.5}'

    assert reader(field_of("geopoint", format=form))(text) == (Decimal("1.5"), Decimal(2))
    for bad in (
        "[2, true]",
        '{"lon": 1, "lat": 2, "z": 3}',
        "[1]",
        '{"lon": "1", "lat": 2}',
        "1",
        "[100, 91]",
    ):
        assert reader(field_of("geopoint", format=form))(bad) is None


@pytest.mark.parametrize(
    ("kind", "item", "value"),
    [
        ("year", 9999, 9999),
        ("year", 10000, 10000),
        ("year", -12345, -12345),
        ("year", 5, 5),
        ("year", 2025.0, 2025),
        ("year", 2025.5, None),
        ("year", -9999, -9999),
        ("year", 0, None),
        ("integer", 10000, 10000),
        ("integer", 1.0, 1),
        ("integer", Decimal("1e24"), 10**24),
        ("integer", Decimal("1e25"), None),
        ("integer", 1.5, None),
        ("integer", True, None),
        ("number", 0.1, Decimal("0.1")),
        ("number", False, None),
        ("boolean", 1, None),
        ("boolean", False, False),
        ("yearmonth", [2025, 9], (2025, 9)),
        ("yearmonth", [2025, 1], (2025, 1)),
        ("yearmonth", [2025, 12], (2025, 12)),
        ("yearmonth", [2025, 0], None),
        ("yearmonth", [2025, 13], None),
        ("yearmonth", [0, 9], None),
        ("yearmonth", [2025, True], None),
        ("yearmonth", [2025], None),
        ("list", ["a", "b"], ["a", "b"]),
        ("list", ["a", 1], None),
        ("array", [1, [2.5]], [1, [2.5]]),
        ("array", {"a": 1}, None),
        ("object", {"a": Decimal("1.5")}, {"a": 1.5}),
        ("any", None, None),
        ("string", 1, None),
        ("date", 20250101, None),
    ],
)
def test_a_json_value_is_one_of_its_type_or_none(kind: str, item: Any, value: Any) -> None:
    found = json_value(field_of(kind), item)

    assert found == value
    assert type(found) is type(value)


def test_moments_keep_their_zone_and_whole_columns_their_type() -> None:
    plain = column(field_of("datetime"), "2025-01-01T12:00:00", "0001-12-31T00:00:00.5", None, "")
    utc = column(field_of("datetime"), "2025-01-01T12:00:00Z", None)

    assert plain.values.to_list()[:2] == [
        datetime.datetime(2025, 1, 1, 12),
        datetime.datetime(1, 12, 31, 0, 0, 0, 500_000),
    ]
    assert plain.values.array is not None
    assert plain.values.array.type == pa.timestamp("us")
    assert utc.values.to_list() == [datetime.datetime(2025, 1, 1, 12, tzinfo=datetime.UTC), None]
    assert utc.values.array is not None
    assert utc.values.array.type == pa.timestamp("us", "UTC")
    for read in (plain, utc):
        assert read.field.type == "datetime"
        assert not read.unreadable.any()
        assert (~read.unreadable).all()


def test_moments_of_several_kinds_are_read_one_by_one() -> None:
    texts = ["2025-01-01T12:00:00", "2025-01-01T12:00:00Z", "2025-02-30T12:00:00", "x", None]

    found = column(field_of("datetime"), *texts)

    assert found.values.to_list()[:2] == [
        datetime.datetime(2025, 1, 1, 12),
        datetime.datetime(2025, 1, 1, 12, tzinfo=datetime.UTC),
    ]
    assert found.unreadable.tolist() == [False, False, True, True, False]
    assert column(field_of("datetime"), "2025-02-30T12:00:00").unreadable.tolist() == [True]


@pytest.mark.parametrize(
    ("kind", "texts", "values"),
    [
        (
            "integer",
            ["+5", "-7", "007", "1" * 18, "x", "", None],
            [5, -7, 7, int("1" * 18), None, None, None],
        ),
        ("integer", ["1" * 19, "+5"], [int("1" * 19), 5]),
        ("integer", [" 5 ", "6"], [5, 6]),
        ("number", ["+1.5", "-.5", "2.", "x", ""], [1.5, -0.5, 2.0, None, None]),
        ("number", ["1e2", "+1"], [Decimal(100), Decimal(1)]),
        ("number", ["0." + "1" * 16], [Decimal("0." + "1" * 16)]),
    ],
)
def test_numbers_are_read_by_whole_columns_and_one_by_one(
    kind: str, texts: list[Any], values: list[Any]
) -> None:
    found = column(field_of(kind), *texts)

    assert found.values.to_list() == values
    assert found.unreadable.tolist() == [text == "x" for text in texts]
    assert found.field.type == kind


@pytest.mark.parametrize("kind", ["integer", "number"])
@pytest.mark.parametrize("text", ["€5", "5€", "\u00a05", "1 000", "1,000", "--5", "٣"])
def test_what_is_more_than_a_number_is_none(kind: str, text: str) -> None:
    assert column(field_of(kind), text).unreadable.tolist() == [True]


@pytest.mark.parametrize(
    "more", [{"groupChar": 5}, {"decimalChar": 5}, {"decimalChar": ""}, {"bareNumber": "no"}], ids=str
)
def test_the_marks_of_a_number_must_be_texts(more: dict[str, Any]) -> None:
    with pytest.raises(SchemaError, match="x: bareNumber, groupChar or decimalChar is malformed"):
        reader(field_of("number", **more))


def test_minus_zero_is_zero() -> None:
    found = column(field_of("number"), "-0", "0")

    assert [str(value) for value in found.values.to_list()] == ["0.0", "0.0"]


@pytest.mark.parametrize("kind", ["integer", "number", "datetime", "string", "any"])
def test_short_values_are_read_by_arrow(kind: str) -> None:
    text = "2025-01-01T00:00:00" if kind == "datetime" else "5"

    assert column(field_of(kind), text, "", None).values.array is not None
    assert column(field_of(kind), text, "", None).values.is_null().tolist() == [False, True, True]


def test_a_whole_number_of_many_digits_is_read() -> None:
    read = reader(field_of("integer"))

    assert isinstance(read("1" * fields.LONG_INTEGER), int)
    assert read("1" * (fields.LONG_INTEGER + 1)) == (10 ** (fields.LONG_INTEGER + 1) - 1) // 9


def test_the_types_of_items_are_named() -> None:
    with pytest.raises(SchemaError) as raised:
        reader(field_of("list", itemType="object"))

    known = "string, integer, boolean, number, datetime, date, time"
    assert str(raised.value) == f"x: the itemType 'object' is none of {known}"


def test_json_knows_no_nan_and_no_infinity() -> None:
    for text in ('{"a": NaN}', '{"a": -Infinity}', "[1]", "{"):
        assert reader(field_of("object"))(text) is None
    assert reader(field_of("object"))('{"a": "NaN"}') == {"a": "NaN"}


def test_missing_values_of_json_are_told_by_their_text() -> None:
    field = field_of("integer", missingValues=["-1", "n/a"])

    found = read_column(encode([-1, 2, "n/a", "x", None, 2.5]), field)

    assert found.values.to_list() == [None, 2, None, None, None, None]
    assert found.unreadable.tolist() == [False, False, False, True, False, True]
    assert found.field is field


@pytest.mark.parametrize(
    "values",
    [
        [{"a": 1}, [("a", 1)], ("a", 1)],
        [["a", 1], {"a": 1}, {1: "a"}],
        [True, 1, "true"],
        [{"a": [1]}, {"a": [True]}, {"a": 1}, {}],
        [[], {}, "", 0, False],
    ],
)
def test_values_of_several_types_are_not_equal(values: list[Any]) -> None:
    assert len({hashable(value) for value in values}) == len(values)


#: XML Schema Part 2, 3.2.6.2.
STARTS = [datetime.datetime(1696, 9, 1), datetime.datetime(1697, 2, 1), datetime.datetime(1903, 3, 1)]
STARTS.append(datetime.datetime(1903, 7, 1))


@given(st.integers(-600, 600), st.integers(-600, 600), st.integers(-3, 3), st.integers(-600, 20000))
def test_durations_have_the_order_of_xml_schema(months: int, other: int, days: int, many: int) -> None:
    def parted(months: int, days: int) -> tuple[Any, relativedelta]:
        rest = datetime.timedelta(days)
        return Duration(months, rest) if months else rest, relativedelta(months=months, days=days)

    for one, two in ((parted(months, days), parted(other, 0)), (parted(months, days), parted(0, many))):
        ends = [(start + one[1], start + two[1]) for start in STARTS]
        assert (one[0] < two[0]) == all(end < last for end, last in ends)
        assert (one[0] > two[0]) == all(end > last for end, last in ends)
        assert (one[0] <= two[0]) == (one[0] < two[0] or all(end == last for end, last in ends))
        assert (one[0] >= two[0]) == (two[0] <= one[0])


@pytest.mark.parametrize(
    "text",
    [
        *(
            "P1Y",
            "P1M",
            "-P1Y2M",
            "P1Y2M3DT4H5M6.7S",
            "PT36H",
            "-P1DT0.5S",
            "P0Y0M",
            "PT0S",
            "P400Y",
            "-PT1S",
        ),
        *("P", "PT", "P1YT", "P1W", "P1.5D", "P1D1M", "+P1D", "p1d", "P1000000000D", "P٣D", "", "P1D\n"),
    ],
)
def test_durations_are_those_of_isodate_in_the_form_of_xml_schema(text: str) -> None:
    found = read_duration(text)
    if text[-1:] in "WT\n" or text in ("P", "P1.5D", "P1D1M", "+P1D", "p1d", "P1000000000D", "P٣D", ""):
        assert found is None
        return
    theirs = isodate.parse_duration(text)
    if isinstance(theirs, datetime.timedelta):
        assert found == theirs
    else:
        assert found == Duration(int(theirs.years * 12 + theirs.months), theirs.tdelta)


def test_durations_are_exact_to_the_microsecond() -> None:
    assert read_duration("PT10000000000.000001S") != read_duration("PT10000000000.000002S")
    assert read_duration("P100000000DT0.000001S") == datetime.timedelta(days=100_000_000, microseconds=1)
    assert read_duration("PT0.0000009S") == datetime.timedelta(microseconds=1)
    assert read_duration("-PT0.1S") == -datetime.timedelta(milliseconds=100)
    assert read_duration("P3DT4H5M6S") == datetime.timedelta(days=3, hours=4, minutes=5, seconds=6)


def test_a_duration_of_thousands_of_digits_is_none() -> None:
    assert read_duration(f"P{'9' * 1000}Y") is not None
    assert read_duration(f"P{'9' * 1001}Y") is None
    assert read_duration(f"P{'9' * 1001}M") is None
    assert read_duration(f"P{'9' * 100_000}D") is None


@pytest.mark.parametrize(
    ("kind", "text", "is_held"),
    [
        ("duration", "P999999999D", True),
        ("duration", "P1000000000D", False),
        ("duration", "PT86400000000000S", False),
        ("duration", f"P{'9' * 1001}Y", False),
        ("datetime", "9999-12-31T23:59:59Z", True),
        ("datetime", "0001-01-01T00:00:00", True),
        ("datetime", "9999-12-31T24:00:00", False),
        ("datetime", "12000-02-29T00:00:00.5+01:00", False),
        ("datetime", "-0044-03-15T12:00:00", False),
    ],
)
def test_what_is_past_what_python_holds_is_not_judged(kind: str, text: str, is_held: bool) -> None:
    read = reader(field_of(kind))

    if is_held:
        assert read(text) is not None
    else:
        with pytest.raises(UnjudgedError) as raised:
            read(text)
        assert str(raised.value) == f"x: a cell holds a {kind} past what can be held"


@pytest.mark.parametrize(
    "text",
    [
        "-0000-01-01T00:00:00",
        "0000-01-01T00:00:00",
        "012000-01-01T00:00:00",
        "12000-02-30T00:00:00",
        "12001-02-29T00:00:00",
        "12000-01-01T25:00:00",
        "12000-01-01",
        f"{'9' * 5000}-01-01T00:00:00",
        "9999-12-32T24:00:00",
        "x12000-01-01T00:00:00",
    ],
)
def test_what_is_no_moment_in_any_year_is_none(text: str) -> None:
    assert reader(field_of("datetime"))(text) is None


def test_a_column_with_a_moment_past_what_python_holds_is_not_judged(make_package: MakePackage) -> None:
    fields = [{"name": "a", "type": "datetime"}, {"name": "b", "type": "integer"}]
    rows = "2025-01-01T00:00:00,1\n" * 3 + "12000-01-01T00:00:00,x\n"

    report = factpack.validate(make_package(t=("a,b\n" + rows, fields)))

    assert [(item.rule, item.severity.value, item.row, item.field) for item in report.findings] == [
        ("resource", "unjudged", None, "a"),
        ("type", "error", 5, "b"),
    ]


def test_a_duration_has_no_order_with_anything_else() -> None:
    with pytest.raises(TypeError, match="has no order"):
        assert Duration(1, datetime.timedelta()) < 1


def test_equal_durations_have_one_hash() -> None:
    assert hash(read_duration("P1Y")) == hash(read_duration("P12M"))
    assert read_duration("P1Y") == read_duration("P12M") != read_duration("P365D")
    assert read_duration("P400Y") != read_duration("P146097D")


@given(st.text(st.sampled_from("0123456789-+.,x% e１٣²\n"), max_size=12))
def test_what_stands_around_a_number_is_what_frictionless_takes_off(text: str) -> None:
    assert fields._bared(text.strip(), "") == re.sub(r"^[^-+\d]*|\D*$", "", text.strip())


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (".5", "0.5"),
        ("$.5", "0.5"),
        ("-.5%", "-0.5"),
        ("€ .5", "0.5"),
        ("Fr.5", "5"),
        ("Fr. 5", "5"),
        ("5.", "5"),
        (".5.", "0.5"),
        ("..5", "0.5"),
    ],
)
def test_a_decimal_sign_before_the_first_digit_is_one_of_the_number(text: str, value: str) -> None:
    for point in (".", ",", "::"):
        read = reader(field_of("number", bareNumber=False, decimalChar=point))
        assert read(text.replace(".", point)) == Decimal(value)
    assert reader(field_of("integer", bareNumber=False))(".5") == 5


@pytest.mark.parametrize("kind", ["integer", "number"])
def test_a_long_text_around_a_number_is_read_at_once(kind: str) -> None:
    read = reader(field_of(kind, bareNumber=False))
    start = time.process_time()

    assert [read(text) for text in ("1" + "x" * 200_000 + "1", "-" * 200_000, "1" + "x" * 200_000)] == [
        *(None, None, 1)
    ]
    assert time.process_time() - start < 5


NUMBERS = st.sampled_from([0, 1, 1.5, "x", None, True])
POSITIONS: Any = st.lists(NUMBERS, min_size=1, max_size=3) | st.sampled_from([[0, 1], [1.5, 2]])
COORDINATES = st.recursive(
    POSITIONS, lambda inner: st.lists(inner, max_size=4) | inner.map(lambda ring: [ring] * 4)
)
GEOMETRY_TYPES = ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "Nope")


def geometries(inner: Any) -> Any:
    parts = {"coordinates": COORDINATES, "arcs": COORDINATES, "id": NUMBERS, "bbox": COORDINATES}
    parts |= {
        "geometry": inner,
        "geometries": st.lists(inner, max_size=2),
        "features": st.lists(inner, max_size=2),
    }
    parts |= {"objects": st.dictionaries(st.sampled_from("ab"), inner, max_size=2), "properties": st.none()}
    kinds = (*GEOMETRY_TYPES, "GeometryCollection", "Feature", "FeatureCollection", "Topology")
    return st.fixed_dictionaries({"type": st.sampled_from(kinds)}, optional=parts)


GEOJSON = st.recursive(
    st.none()
    | st.fixed_dictionaries({"type": st.sampled_from(GEOMETRY_TYPES), "coordinates": COORDINATES})
    | st.fixed_dictionaries({"type": st.sampled_from(GEOMETRY_TYPES), "arcs": COORDINATES}),
    geometries,
    max_leaves=6,
)


#: Geometries, and features with one, with nothing besides, sound and nearly so.
PLAIN_GEOMETRIES = st.fixed_dictionaries(
    {"type": st.sampled_from(GEOMETRY_TYPES), "coordinates": COORDINATES}, optional={"id": NUMBERS}
)
PLAIN_FEATURES = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["Feature", "Point"]),
        "geometry": PLAIN_GEOMETRIES | st.sampled_from([None, {"type": "Feature"}]),
        "properties": st.sampled_from([None, {}, {"a": 1}, [], "x"]),
    }
)


@pytest.mark.slow
@settings(max_examples=400)
@given(GEOJSON | PLAIN_GEOMETRIES | PLAIN_FEATURES, st.sampled_from(["default", "topojson"]))
def test_geojson_is_what_frictionless_takes_but_for_what_is_newer(value: Any, form: str) -> None:
    theirs = frictionless.Field.from_descriptor({"name": "x", "type": "geojson", "format": form})

    text = json.dumps(value)
    if form == "topojson" or text not in GEOJSON_FORMS:
        assert reader(field_of("geojson", format=form))(text) == theirs.create_value_reader()(text)


POINT = {"type": "Point", "coordinates": [1, 2.5]}
RING = [[0, 0], [1, 0], [1, 1], [0, 0.0]]


@pytest.mark.parametrize(
    "value",
    [
        POINT,
        {"type": "Point", "coordinates": [1, 2, 3]},
        {"type": "Point", "coordinates": [1, 2, 3, 4], "bbox": [1, 2, 3, 1, 2, 3]},
        {"type": "MultiPoint", "coordinates": []},
        {"type": "MultiPoint", "coordinates": [[1, 2], [3, 4, 5]]},
        {"type": "LineString", "coordinates": [[1, 2], [3, 4]]},
        {"type": "MultiLineString", "coordinates": [[[1, 2], [3, 4]], [[1, 2], [3, 4], [5, 6]]]},
        {"type": "Polygon", "coordinates": [RING, RING]},
        {"type": "MultiPolygon", "coordinates": [[RING], []]},
        {"type": "GeometryCollection", "geometries": []},
        {
            "type": "GeometryCollection",
            "geometries": [POINT, {"type": "GeometryCollection", "geometries": [POINT]}],
        },
        {"type": "Feature", "geometry": None, "properties": None},
        {"type": "Feature", "geometry": POINT, "properties": {"a": 1}, "id": "x", "bbox": [1, 2, 1, 2]},
        {
            "type": "Feature",
            "geometry": {"type": "GeometryCollection", "geometries": []},
            "properties": {},
            "id": 5,
        },
        {"type": "FeatureCollection", "features": []},
        {"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": POINT, "properties": {}}]},
        {"type": "Point", "coordinates": [1, 2], "crs": None, "title": "a member of another kind"},
        {"type": "FeatureCollection", "features": [], "title": "a member of another kind"},
    ],
    ids=str,
)
def test_geojson_is_that_of_its_standard(value: Any) -> None:
    assert reader(field_of("geojson"))(json.dumps(value)) == value


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"type": "Nope", "coordinates": [1, 2]},
        {"type": ["Point"], "coordinates": [1, 2]},
        {"coordinates": [1, 2]},
        {"type": "Point"},
        {"type": "Point", "coordinates": []},
        {"type": "Point", "coordinates": [1]},
        {"type": "Point", "coordinates": [1, True]},
        {"type": "Point", "coordinates": [1, "2"]},
        {"type": "Point", "coordinates": {"0": 1, "1": 2}},
        {"type": "Point", "coordinates": [[1, 2]]},
        {"type": "MultiPoint", "coordinates": [1, 2]},
        {"type": "LineString", "coordinates": [[1, 2]]},
        {"type": "LineString", "coordinates": []},
        {"type": "MultiLineString", "coordinates": [[[1, 2]]]},
        {"type": "Polygon", "coordinates": [[[1, 2], [3, 4], [1, 2]]]},
        {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1]]]},
        {"type": "Polygon", "coordinates": RING},
        {"type": "MultiPolygon", "coordinates": [[RING], [[[0, 0], [1, 0], [1, 1], [0, 1]]]]},
        {"type": "Point", "coordinates": [1, 2], "bbox": [1, 2, 3]},
        {"type": "Point", "coordinates": [1, 2], "bbox": [1, 2]},
        {"type": "Point", "coordinates": [1, 2], "bbox": [1, 2, 3, "4"]},
        {"type": "Point", "coordinates": [1, 2], "bbox": "1,2,3,4"},
        {"type": "Point", "coordinates": [1, 2], "geometry": None},
        {"type": "Point", "coordinates": [1, 2], "features": []},
        {"type": "GeometryCollection", "geometries": {}},
        {"type": "GeometryCollection"},
        {"type": "GeometryCollection", "geometries": [5]},
        {"type": "Feature", "geometry": [1, 2], "properties": {}},
        {"type": "GeometryCollection", "geometries": [{"type": "Point", "coordinates": [1]}]},
        {
            "type": "GeometryCollection",
            "geometries": [{"type": "Feature", "geometry": None, "properties": None}],
        },
        {"type": "GeometryCollection", "geometries": [], "properties": {}},
        {"type": "Feature", "geometry": POINT},
        {"type": "Feature", "properties": {}},
        {"type": "Feature", "geometry": POINT, "properties": 5},
        {
            "type": "Feature",
            "geometry": {"type": "Feature", "geometry": None, "properties": {}},
            "properties": {},
        },
        {"type": "Feature", "geometry": POINT, "properties": {}, "id": True},
        {"type": "Feature", "geometry": POINT, "properties": {}, "id": None},
        {"type": "Feature", "geometry": POINT, "properties": {}, "coordinates": [1, 2]},
        {"type": "Feature", "geometry": POINT, "properties": {}, "features": []},
        {"type": "FeatureCollection"},
        {"type": "FeatureCollection", "features": [POINT]},
        {"type": "FeatureCollection", "features": [{"geometry": None, "properties": None}]},
        {"type": "FeatureCollection", "features": [], "geometries": []},
        {"type": "FeatureCollection", "features": [], "properties": {}},
    ],
    ids=str,
)
def test_what_the_standard_of_geojson_forbids_is_none(value: Any) -> None:
    assert reader(field_of("geojson"))(json.dumps(value)) is None


def test_malformed_geojson_is_refused_at_once() -> None:
    start = time.process_time()
    for form, value in (
        ("default", {"type": "MultiPolygon", "coordinates": [[[["x", "y"]] * 4]] * 5000}),
        (
            "default",
            {"type": "GeometryCollection", "geometries": [{"type": "Point", "coordinates": "x"}] * 5000},
        ),
        ("topojson", {"type": "MultiPolygon", "arcs": [[["x"] * 10]] * 5000}),
    ):
        assert reader(field_of("geojson", format=form))(json.dumps(value)) is None
    assert time.process_time() - start < 5


@pytest.mark.parametrize("form", ["Array", "point"])
def test_points_have_three_formats(form: str) -> None:
    with pytest.raises(SchemaError, match=rf"^x: '{form}' is not a format of geopoint$"):
        reader(field_of("geopoint", format=form))


@pytest.mark.parametrize(
    ("form", "good"), [("array", [1, 2]), ("object", {"lon": 1, "lat": 2}), ("default", [1, 2])]
)
def test_points_of_json_are_in_their_format(form: str, good: Any) -> None:
    points: list[Any] = [[1, 2], {"lon": 1, "lat": 2}]

    values = [json_value(field_of("geopoint", format=form), point) for point in points]

    assert values == [(1, 2) if point == good else None for point in points]


@pytest.mark.parametrize(
    ("address", "good"),
    [
        ("::1", True),
        ("::", True),
        ("1:2:3:4:5:6:7:8", True),
        ("1:2:3:4:5:6:7::", True),
        ("1::8", True),
        ("1:2::5:6:7:8", True),
        ("::ffff:192.0.2.1", True),
        ("v1.xyz:1", True),
        ("VF.a", True),
        ("1::2:3:4:5:6:7:8", False),
        ("1:2:3:4:5:6:7", False),
        ("1:2:3:4:5:6:7:8:9", False),
        ("::192.0.2.256", False),
        ("::1::", False),
        ("12345::", False),
        ("....", False),
        ("1", False),
        ("v.a", False),
        ("v1.", False),
    ],
)
def test_an_address_in_brackets_is_one_of_the_internet(address: str, good: bool) -> None:
    assert (reader(field_of("string", format="uri"))(f"http://u@[{address}]:80/a") is not None) == good


@given(st.ip_addresses(v=6))
def test_each_address_of_the_internet_is_one(address: Any) -> None:
    for text in (str(address), address.exploded):
        assert reader(field_of("string", format="uri"))(f"http://[{text}]") is not None


def test_geojson_has_two_formats() -> None:
    with pytest.raises(SchemaError, match=r"^x: 'wkt' is not a format of geojson$"):
        reader(field_of("geojson", format="wkt"))


def test_very_long_whole_numbers_are_whole_in_topojson() -> None:
    topology = {
        "type": "Topology",
        "objects": {},
        "arcs": [],
        "transform": {"scale": [1, 1], "translate": [0, 0]},
    }
    arcs = {"type": "LineString", "arcs": [0]}
    long = json.dumps(topology | {"objects": {"a": arcs}}).replace('"arcs": [0]', f'"arcs": [{"9" * 2000}]')

    assert reader(field_of("geojson", format="topojson"))(long) is not None
    assert reader(field_of("geojson", format="topojson"))(long.replace("9" * 2000, "1.5")) is None


@pytest.mark.parametrize(
    ("kind", "form"),
    [
        ("time", "default"),
        ("datetime", "default"),
        ("date", "any"),
        ("date", "%d.%m.%Y"),
        ("string", "email"),
    ],
)
def test_frictionless_is_made_ready_when_a_text_needs_it_or_a_field_might_not_be_usable(
    kind: str, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Field] = []
    monkeypatch.setattr(fields, "_made_by_frictionless", lambda field: asked.append(field) or str.upper)

    read = reader(field_of(kind, format=form))
    assert not asked
    if form != "any" and kind != "time":  # of the form of a time there is hardly one that is none
        odd = {"default": "2024-01-01T24:00:00", "email": "x"}.get(form, "1.1.2024")
        assert read(odd) == odd.upper()
        assert len(asked) == 1
    for own in (field_of(kind, format=form, trueValues=["x"]), replace(field_of(kind, format=form), name="")):
        reader(own)
        assert asked.pop() == own


@pytest.mark.parametrize(
    ("form", "text", "day"),
    [
        ("fmt:%Y", "2024", datetime.date(2024, 1, 1)),
        ("fmt:%Yfmt:", "2024fmt:", None),
        ("fmt:%Yfmt:", "2024", datetime.date(2024, 1, 1)),
        ("fmt:fmt:default", "2024-01-02", datetime.date(2024, 1, 2)),
        ("%Yfmt:", "2024fmt:", datetime.date(2024, 1, 1)),
    ],
)
def test_the_mark_of_formats_of_version_0_is_taken_out_as_frictionless_does(
    form: str, text: str, day: datetime.date | None
) -> None:
    field = field_of("date", format=form)

    assert reader(field)(text) == fields._made_by_frictionless(field)(text) == day


@pytest.mark.parametrize("form", ["%d/%b/%Y", "%Y%", "%d.%d.%Y", "%Y-%m-%d %z", "%%", "%\n"])
def test_formats_beyond_numbers_of_a_moment_are_left_to_frictionless(
    form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Field] = []
    monkeypatch.setattr(fields, "_made_by_frictionless", lambda field: asked.append(field) or str)

    reader(field_of("date", format=form))

    assert len(asked) == 1


def never(text: str) -> Any:
    """Fail, since frictionless is not to be asked."""
    raise AssertionError(text)


@pytest.mark.parametrize(
    ("kind", "form", "text", "value"),
    [
        ("date", "%d.%m.%Y", "29.02.2024", datetime.date(2024, 2, 29)),
        ("date", "(%Y%m)", "(202402)", datetime.date(2024, 2, 1)),
        ("time", "%H:%M", "23:59", datetime.time(23, 59)),
        ("time", "%S", "07", datetime.time(0, 0, 7)),
        ("datetime", "%m/%d at %Hh", "12/31 at 05h", datetime.datetime(1900, 12, 31, 5)),
        ("datetime", "%S%M%H%d%m%Y", "01020304052006", datetime.datetime(2006, 5, 4, 3, 2, 1)),
        ("datetime", "x" * 196 + "%Y", "x" * 196 + "2024", datetime.datetime(2024, 1, 1)),
        ("datetime", "x" * 197 + "%Y", "x" * 197 + "2024", None),
        ("date", "any", "2024-01-01" + " " * 190, datetime.date(2024, 1, 1)),
        ("date", "any", "2024-01-01" + " " * 191, None),
        ("time", "default", "23:59:58", datetime.time(23, 59, 58)),
        ("datetime", "default", "2024-01-01T00:00:00.25", datetime.datetime(2024, 1, 1, 0, 0, 0, 250_000)),
    ],
)
def test_moments_are_read_without_frictionless(kind: str, form: str, text: str, value: Any) -> None:
    assert moments.moment_reader(kind, form, never)(text) == value


def test_a_day_that_does_not_exist_is_known_without_frictionless() -> None:
    read = moments.moment_reader("datetime", "default", never)

    assert read("2024-02-30T00:00:00") is None
    assert read("2024-02-29T00:00:00+08:00").utcoffset() == datetime.timedelta(hours=8)


def test_moments_that_do_not_exist_leave_the_others_to_arrow() -> None:
    texts = ["2024-01-31T10:00:00", "2024-02-30T10:00:00", None, "2024-01-31T25:00:00", "2024-02-29T23:59:59"]

    found = column(field_of("datetime"), *texts)

    assert found.unreadable.tolist() == [False, True, False, True, False]
    assert found.values.array is not None
    first, last = datetime.datetime(2024, 1, 31, 10), datetime.datetime(2024, 2, 29, 23, 59, 59)
    assert found.values.to_list() == [first, None, None, None, last]


def test_a_column_of_moments_with_offsets_is_read_one_by_one() -> None:
    found = column(field_of("datetime"), "2024-01-01T08:00:00+08:00", "x", None, "2024-01-01T00:00:00Z")

    assert found.unreadable.tolist() == [False, True, False, False]
    first, _, _, last = found.values.to_list()
    assert first == last
    assert (first.hour, last.hour) == (8, 0)


@pytest.mark.parametrize(
    ("text", "good"), [("YWJj", True), ("YW Jj", False), ("YWJ", False), ("YW$=", False)]
)
def test_binary_is_base64_to_the_letter(text: str, good: bool) -> None:
    assert reader(field_of("string", format="binary"))(text) == (text if good else None)


def same(one: Any, other: Any) -> bool:
    """Tell whether two values are equal, and, if they are moments, in the same offset from UTC."""
    offsets = [getattr(value, "utcoffset", lambda: None)() for value in (one, other)]
    return bool(one == other) and type(one) is type(other) and offsets[0] == offsets[1]


FORMATS = st.lists(
    st.sampled_from(
        ["%Y", "%m", "%d", "%H", "%M", "%S", "%y", "%%", "-", "/", " ", ".", "T", "z1", "\\", "é"]
    ),
    min_size=1,
    max_size=9,
    unique=True,
).map("".join)
MOMENTS = st.datetimes(min_value=datetime.datetime(1000, 1, 1))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of a day without a year, from Python 3.13 on
@given(st.sampled_from(["date", "time", "datetime"]), FORMATS, MOMENTS, st.data())
def test_a_moment_in_a_format_is_what_frictionless_reads(
    kind: str, form: str, moment: datetime.datetime, data: st.DataObject
) -> None:
    field = field_of(kind, format=form)
    text = moment.strftime(form)
    place = data.draw(st.integers(0, len(text)))
    digit = data.draw(st.sampled_from(["0", "9", " ", ""]))
    changed = text[:place] + digit + text[place + 1 :]

    for one in (text, changed, text + "0"):
        assert same(reader(field)(one), fields._made_by_frictionless(field)(one)), one


@given(
    st.from_regex(moments.FORMS["datetime"], fullmatch=True).filter(lambda text: text[:10] != "0000"),
    st.sampled_from(["", "23", "24"]),
)
def test_a_moment_of_the_default_format_is_what_frictionless_reads(text: str, hour: str) -> None:
    if hour:
        text = f"2024-02-29T{hour}:{'00' if hour == '24' else text[14:16]}:00{text[19:]}"

    for kind, own in (("datetime", text), ("time", text[11:19])):
        field = field_of(kind)
        assert same(reader(field)(own), fields._made_by_frictionless(field)(own)), own


@given(st.from_regex(re.compile(fields.PLAIN_STRINGS["email"].replace("\\z", "\\Z")), fullmatch=True))
def test_plain_addresses_are_such_to_frictionless(text: str) -> None:
    assert fields._made_by_frictionless(field_of("string", format="email"))(text) == text


@pytest.mark.parametrize(
    ("form", "good", "odd", "bad"),
    [
        ("email", "a.b@example.com", "ö@example.com", "a@b"),
        ("uuid", "12345678-1234-4234-8234-123456789abc", "{12345678-1234-4234-8234-123456789abc}", "1234"),
        ("uuid", "12345678-1234-4234-8234-123456789ABC", "12345678123442348234123456789abc", f"{0:033}"),
        ("uuid", f"{0:08}-0000-0000-0000-{0:012}", f"urn:uuid:{0:08}-0000-0000-0000-{0:012}", f"-{0:032}"),
        ("uuid", f"{0:08}-0000-0000-0000-{0:012}", f"{0:032}", f"{0:08}-0000-0000-0000-{0:012}\n"),
        ("uuid", f"{0:08}-0000-0000-0000-{0:012}", f"{0:032}", f"{{{0:032}}}"),
        ("uuid", f"{0:08}-0000-0000-0000-{0:012}", f"{0:032}", f"0x{0:030}"),
        ("uuid", f"{0:08}-0000-0000-0000-{0:012}", f"{0:032}", f"\u0660{0:031}"),
    ],
)
def test_strings_in_a_format_are_read_by_whole_columns_and_one_by_one(
    form: str, good: str, odd: str, bad: str
) -> None:
    field = field_of("string", format=form, missingValues=["", "none"])

    for texts in ([good, None, "none"], [good, odd], [bad, good, odd, None, bad, "none"], [None], []):
        found = column(field, *texts)
        assert found.field is field
        assert found.unreadable.tolist() == [text == bad for text in texts]
        kept = [None if text in (bad, "none") else text for text in texts]
        assert found.values.to_list() == kept
        one_by_one = read_column(encode(texts), field)
        assert one_by_one.values.to_list() == kept
        assert one_by_one.unreadable.tolist() == found.unreadable.tolist()
