"""The compiled pandera schema, run on DataFrames of people's own."""

import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import isodate
import numpy as np
import pandas as pd
import pandera.pandas as pa
import pytest
from conftest import ROOT, MakePackage

import factpack
import ipim_visit

FK = {"fields": ["of"], "reference": {"resource": "parents", "fields": ["id"]}}


def failed(schema: pa.DataFrameSchema, frame: pd.DataFrame) -> list[tuple[str, Any]]:
    """Return the name of each check that fails, with the index of each row at fault."""
    try:
        schema.validate(frame, lazy=True)
    except pa.errors.SchemaErrors as errors:
        return [
            (error.check.name if hasattr(error.check, "name") else str(error.check), index)
            for error in errors.schema_errors
            for index in (
                error.check_output.index[~error.check_output]
                if isinstance(error.check_output, pd.Series)
                else [None]
            )
        ]
    return []


def of(field: dict[str, Any], **schema: Any) -> pa.DataFrameSchema:
    return factpack.pandera_schema({"fields": [{"name": "x", **field}], **schema})


@pytest.mark.parametrize("resource", sorted(entry.stem for entry in (ROOT / "schemas").glob("*.json")))
def test_the_dataset_as_it_loads_fits_its_schemas(resource: str) -> None:
    tables = ipim_visit.load()
    schema = factpack.pandera_schema(ROOT / "datapackage.json", resource)

    assert failed(schema, tables[resource]) == []


@pytest.mark.parametrize(
    ("field", "good", "bad"),
    [
        ({"type": "string"}, ["a", None], 1),
        ({"type": "string", "format": "email"}, ["a@example.org"], "a"),
        ({"type": "integer"}, [1, 2**70, None], 1.5),
        ({"type": "integer"}, [1], True),
        ({"type": "number"}, [1, 1.5, Decimal("2.5"), None], "1"),
        ({"type": "boolean"}, [True, None], 1),
        (
            {"type": "date"},
            [datetime.date(2025, 1, 1), pd.Timestamp(2025, 1, 1)],
            pd.Timestamp(2025, 1, 1, 12),
        ),
        ({"type": "datetime"}, [datetime.datetime(2025, 1, 1, 12)], datetime.date(2025, 1, 1)),
        ({"type": "time"}, [datetime.time(12)], "12:00:00"),
        ({"type": "number"}, [np.float64(1.5), np.int16(2)], True),
        ({"type": "integer"}, [np.int8(1)], np.bool_(True)),
        ({"type": "integer"}, [1], np.float64(1)),
        ({"type": "boolean"}, [np.bool_(False)], np.int8(1)),
        ({"type": "year"}, [2025], "2025"),
        ({"type": "year"}, [2025], True),
        ({"type": "yearmonth"}, [(2025, 1)], [2025, 1]),
        ({"type": "geopoint"}, [(1, 2)], "1,2"),
        ({"type": "geojson"}, [{"type": "Point", "coordinates": [1, 2]}], "Point"),
        ({"type": "geojson"}, [], {"type": "Point"}),
        ({"type": "geopoint"}, [(-180, Decimal("1.5"))], (1, 200)),
        ({"type": "geopoint"}, [], (1, 2, 3)),
        ({"type": "geopoint"}, [], ("1", "2")),
        ({"type": "yearmonth"}, [(-44, 3)], (2025, 13)),
        ({"type": "yearmonth"}, [], (2025,)),
        ({"type": "year"}, [-44], 0),
        ({"type": "list", "itemType": "integer"}, [[1], []], ["1"]),
        ({"type": "list"}, [], ["a", None]),
        ({"type": "duration"}, [isodate.Duration(years=1)], 5),
        ({"type": "list"}, [["a"]], ("a",)),
        ({"type": "duration"}, [datetime.timedelta(1)], "P1D"),
        ({"type": "object"}, [{"a": 1}], [1]),
        ({"type": "array"}, [[1], []], {"a": 1}),
        ({"type": "any"}, [1, "a", [1]], None),
    ],
    ids=str,
)
def test_a_column_may_hold_values_of_its_type_only(field: dict[str, Any], good: list[Any], bad: Any) -> None:
    frame = pd.DataFrame({"x": pd.Series([*good, bad], dtype=object)})

    expected = [("type", len(good))] if bad is not None else []
    assert failed(of(field), frame) == expected


@pytest.mark.parametrize(
    "dtype", ["int64", "Int64", "int16", "Int32", "object", "category", "int64[pyarrow]"]
)
def test_whole_numbers_may_have_any_dtype(dtype: str) -> None:
    field = {"type": "integer", "constraints": {"minimum": 2, "enum": [1, 2, 3], "unique": True}}
    frame = pd.DataFrame({"x": pd.Series([1, 2, 4, 2]).astype(dtype)})

    assert failed(of(field), frame) == [("minimum", 0), ("enum", 2), ("unique", 3)]


@pytest.mark.parametrize("dtype", ["float64", "Float64", "object", "double[pyarrow]"])
def test_numbers_may_have_any_dtype_and_are_the_decimals_that_they_show(dtype: str) -> None:
    field = {"type": "number", "constraints": {"maximum": 0.3, "minimum": "0.1"}}
    frame = pd.DataFrame({"x": pd.Series([0.1, 0.3, 0.30000000000000004, None]).astype(dtype)})

    assert failed(of(field), frame) == [("maximum", 2)]


@pytest.mark.parametrize("dtype", ["str", "object", "category", "string[pyarrow]", "string[python]"])
def test_texts_may_have_any_dtype(dtype: str) -> None:
    field = {"type": "string", "constraints": {"pattern": "[a-c]+", "minLength": 2}}
    frame = pd.DataFrame({"x": pd.Series(["ab", "a", "ad", None]).astype(dtype)})

    assert failed(of(field), frame) == [("pattern", 2), ("minLength", 1)]


def test_whole_numbers_past_64_bits_are_judged_one_by_one() -> None:
    frame = pd.DataFrame({"x": pd.Series([2**64 - 1, 1], dtype="uint64")})

    assert failed(of({"type": "integer", "constraints": {"maximum": 2}}), frame) == [("maximum", 0)]


def test_dates_are_judged_as_pandas_has_them() -> None:
    field = {"type": "date", "constraints": {"minimum": "2025-01-02"}}
    frame = pd.DataFrame({"x": pd.to_datetime(["2025-01-01", "2025-01-02", None])})

    assert failed(of(field), frame) == [("minimum", 0)]


def test_a_frame_may_have_any_index() -> None:
    frame = pd.DataFrame({"x": [1, 1, 0]}, index=["a", "a", "b"])

    assert failed(of({"type": "integer", "constraints": {"unique": True, "minimum": 1}}), frame) == [
        ("minimum", "b"),
        ("unique", "a"),
    ]


def test_keys_and_foreign_keys_are_judged() -> None:
    fields = [
        {"name": "id", "type": "string"},
        {"name": "of", "type": "string"},
        {"name": "up", "type": "string"},
    ]
    up = {"fields": ["up"], "reference": {"fields": ["id"]}}
    declared = {"fields": fields, "primaryKey": ["id"], "uniqueKeys": [["of", "up"]], "foreignKeys": [FK, up]}
    schema = factpack.pandera_schema(declared, parents={"parents": pd.DataFrame({"id": ["p"]})})

    frame = pd.DataFrame(
        {"id": ["a", "b", "b", None], "of": ["p", "q", None, "p"], "up": ["b", "z", None, "b"]}
    )

    assert failed(schema, frame) == [
        *[("primaryKey", 2), ("primaryKey", 3), ("foreignKeys", 1)],
        *[("uniqueKeys", 3), ("foreignKeys", 1)],
    ]


def test_the_checks_of_foreign_keys_say_what_they_expect() -> None:
    fields = [{"name": name, "type": "string"} for name in ("id", "no", "of", "up")]
    within = {"fields": ["of", "up"], "reference": {"resource": "t", "fields": ["id", "no"]}}
    schema = factpack.pandera_schema({"fields": fields, "foreignKeys": [within]}, "t")
    frame = pd.DataFrame({"id": ["a", "b"], "no": ["1", "2"], "of": ["a", "a"], "up": ["1", "2"]})

    (check,) = schema.checks
    assert (check.name, check.error) == ("foreignKeys", "must be found in id, no of t")
    assert check.statistics == {"fields": ["of", "up"], "others": ["id", "no"]}
    assert failed(schema, frame) == [("foreignKeys", 1)]


def test_a_parent_that_lacks_columns_is_refused() -> None:
    key = {"fields": ["a", "b"], "reference": {"resource": "u", "fields": ["c", "d"]}}
    declared = {"fields": [{"name": "a"}, {"name": "b"}], "foreignKeys": [key]}

    with pytest.raises(factpack.SchemaError) as raised:
        factpack.pandera_schema(declared, parents={"u": pd.DataFrame({"e": [1]})})

    assert str(raised.value) == "the parent 'u' lacks the columns c, d"


def test_a_foreign_key_without_its_parent_is_not_judged() -> None:
    schema = factpack.pandera_schema({"fields": [{"name": "of", "type": "string"}], "foreignKeys": [FK]})

    assert failed(schema, pd.DataFrame({"of": ["anything"]})) == []
    assert schema.metadata == {"foreignKeys without parents": [(("of",), "must be found in id of parents")]}


def test_a_foreign_key_into_another_package_is_not_judged() -> None:
    key = {"fields": ["of"], "reference": {"package": "p", "resource": "parents", "fields": ["id"]}}
    schema = factpack.pandera_schema({"fields": [{"name": "of", "type": "string"}], "foreignKeys": [key]})

    assert failed(schema, pd.DataFrame({"of": ["anything"]})) == []
    assert schema.metadata == {
        "foreignKeys without parents": [(("of",), "must be found in id of parents of the package p")]
    }


@pytest.mark.parametrize("itself", ["", "t"])
def test_a_schema_tells_the_foreign_keys_whose_parents_it_lacks(itself: str) -> None:
    inner = {"fields": ["id"], "reference": {"resource": itself, "fields": ["of"]}}
    fields = [{"name": "id", "type": "string"}, {"name": "of", "type": "string"}]
    declared = {"fields": fields, "foreignKeys": [FK, inner]}

    schema = factpack.pandera_schema(declared, "t", parents={"parents": pd.DataFrame({"id": ["p"]})})

    assert schema.metadata == {"foreignKeys without parents": []}


@pytest.mark.parametrize(
    ("parents", "message"),
    [
        (
            {"parent": pd.DataFrame({"id": ["p"]})},
            "no foreign key refers to 'parent'; did you mean 'parents'",
        ),
        ({"parents": pd.DataFrame({"key": ["p"]})}, "the parent 'parents' lacks the columns id"),
        ({"parents": {"id": ["p"]}}, "the parent 'parents' is not a DataFrame"),
        (
            {"parents": pd.DataFrame([["p", "q"]], columns=["id", "id"])},
            "the parent 'parents' has more than one column id",
        ),
        (
            {"parents": pd.DataFrame([["p"]], columns=pd.MultiIndex.from_tuples([("id", "a")]))},
            "the parent 'parents' has more than one column id",
        ),
    ],
)
def test_a_parent_must_be_one(parents: dict[str, pd.DataFrame], message: str) -> None:
    declared = {"fields": [{"name": "of", "type": "string"}], "foreignKeys": [FK]}

    with pytest.raises(factpack.SchemaError, match=message):
        factpack.pandera_schema(declared, parents=parents)


@pytest.mark.parametrize(
    ("mode", "columns", "fits"),
    [
        ("exact", ["a", "b"], True),
        ("exact", ["b", "a"], False),
        ("exact", ["a", "b", "c"], False),
        ("equal", ["b", "a"], True),
        ("equal", ["a"], False),
        ("subset", ["c", "b", "a"], True),
        ("subset", ["a"], False),
        ("superset", ["a"], True),
        ("superset", ["a", "c"], False),
        ("partial", ["a", "c"], True),
        ("partial", ["c"], False),
    ],
)
def test_columns_match_as_fields_match_says(mode: str, columns: list[str], fits: bool) -> None:
    schema = factpack.pandera_schema({"fields": [{"name": "a"}, {"name": "b"}], "fieldsMatch": mode})

    assert (failed(schema, pd.DataFrame({name: ["x"] for name in columns})) == []) is fits


def test_a_schema_tells_that_no_column_is_one_of_its_own() -> None:
    schema = factpack.pandera_schema({"fields": [{"name": "a"}], "fieldsMatch": "partial"})

    with pytest.raises(pa.errors.SchemaError) as raised:
        schema.validate(pd.DataFrame({"c": [1]}))

    check = raised.value.check
    assert (check.name, check.error) == ("unmatched-header", "must have a column that is one of the fields")
    assert check.statistics == {"fields": [], "others": []}


def test_keys_of_columns_that_a_frame_may_lack_ask_nothing_of_it() -> None:
    inner = {"fields": ["b"], "reference": {"fields": ["a"]}}
    declared = {
        "fields": [{"name": "a", "type": "integer"}, {"name": "b", "type": "integer"}],
        "fieldsMatch": "superset",
        "uniqueKeys": [["a", "b"]],
        "foreignKeys": [inner],
    }
    schema = factpack.pandera_schema(declared)

    assert failed(schema, pd.DataFrame({"a": [1, 1]})) == []
    assert failed(schema, pd.DataFrame({"b": [1, None]}, dtype="Int64")) == [("foreignKeys", 0)]
    assert failed(schema, pd.DataFrame({"a": [1, 1], "b": [1, 1]})) == [("uniqueKeys", 1)]


def test_a_value_of_another_type_hides_no_other_fault() -> None:
    frame = pd.DataFrame({"x": pd.Series(["a", 1, "bbb", {2}, "a"], dtype=object)})
    constraints = {"maxLength": 1, "pattern": "[ab]+", "enum": ["a", "bbb"], "unique": True}

    assert failed(of({"type": "string", "constraints": constraints}), frame) == [
        *(("type", 1), ("type", 3), ("maxLength", 2), ("unique", 4))
    ]


def test_a_foreign_key_to_a_field_that_does_not_exist_is_refused() -> None:
    for resource in ("", "t"):
        key = {"fields": "up", "reference": {"resource": resource, "fields": "idd"}}
        declared = {"fields": [{"name": "id"}, {"name": "up"}], "foreignKeys": [key]}

        with pytest.raises(factpack.SchemaError) as raised:
            factpack.pandera_schema(declared, "t")

        assert (
            str(raised.value)
            == "a foreign key refers to the field 'idd', which does not exist; did you mean 'id'?"
        )


def test_a_parent_may_be_called_a_table() -> None:
    key = {"fields": "up", "reference": {"resource": "table", "fields": "id"}}
    fields = [{"name": "id", "type": "integer"}, {"name": "up", "type": "integer"}]
    frame = pd.DataFrame({"id": [1, 2], "up": [10, 30]})
    declared = {"fields": fields, "foreignKeys": [key]}

    assert failed(factpack.pandera_schema(declared), frame) == []
    parents = {"table": pd.DataFrame({"id": [10, 20]})}
    assert failed(factpack.pandera_schema(declared, parents=parents), frame) == [("foreignKeys", 1)]


def test_a_parent_has_values_of_the_type_that_refers_to_it() -> None:
    declared = {"fields": [{"name": "of", "type": "integer"}], "foreignKeys": [FK]}

    with pytest.raises(factpack.SchemaError) as raised:
        factpack.pandera_schema(declared, parents={"parents": pd.DataFrame({"id": [1.0, None]})})

    assert str(raised.value) == "the parent 'parents' has values in id that are not of the type integer"
    parents = {"parents": pd.DataFrame({"id": pd.array([1, None], dtype="Int64")})}
    frame = pd.DataFrame({"of": pd.array([1, None, 2], dtype="Int64")})
    assert failed(factpack.pandera_schema(declared, parents=parents), frame) == [("foreignKeys", 2)]


def test_foreign_keys_tell_the_moments_of_an_hour_that_recurs_apart() -> None:
    declared = {"fields": [{"name": "of", "type": "datetime"}], "foreignKeys": [FK]}
    moments = pd.Series([pd.Timestamp("2020-10-25T00:30Z"), pd.Timestamp("2020-10-25T01:30Z")])
    in_paris = moments.dt.tz_convert("Europe/Paris")
    parents = pd.DataFrame({"id": in_paris[:1]})

    schema = factpack.pandera_schema(declared, parents={"parents": parents})

    for of in (in_paris, moments, in_paris.astype(object), moments.dt.tz_convert("America/New_York")):
        assert failed(schema, pd.DataFrame({"of": of})) == [("foreignKeys", 1)]


def test_points_are_the_decimals_that_they_show() -> None:
    fields = [{"name": "of", "type": "geopoint", "constraints": {"enum": ["0.1,0.2"], "unique": True}}]
    points = [(Decimal("0.1"), Decimal("0.2"))]
    parents = {"parents": pd.DataFrame({"id": pd.Series(points, dtype=object)})}
    schema = factpack.pandera_schema({"fields": fields, "foreignKeys": [FK]}, parents=parents)

    frame = pd.DataFrame({"of": pd.Series([(0.1, 0.2), *points, (1, 2)], dtype=object)})

    assert failed(schema, frame) == [("enum", 2), ("unique", 1), ("foreignKeys", 2)]


def test_a_column_that_stands_twice_is_told_once() -> None:
    fields = [{"name": "x", "type": "integer"}, {"name": "y"}]
    schema = factpack.pandera_schema({"fields": fields, "primaryKey": ["x", "y"]})

    with pytest.raises(pa.errors.SchemaErrors) as raised:
        schema.validate(pd.DataFrame([[1, 2, 3], [4, 5, 6]], columns=["x", "x", "y"]), lazy=True)

    assert [error.check for error in raised.value.schema_errors] == ["dataframe_column_labels_unique"]


@pytest.mark.filterwarnings("error")
def test_a_value_that_cannot_be_converted_hides_no_other() -> None:
    of_datetime = {"type": "datetime", "constraints": {"minimum": "2020-01-01T00:00:00"}}
    far = pd.Series(np.array(["20000-01-01", "2019-01-01", "2021-01-01"], "M8[s]"))
    of_number = {"type": "number", "constraints": {"minimum": 2}}
    odd = pd.Series([Decimal("sNaN"), 1, 3], dtype=object)

    for field, series in ((of_datetime, far), (of_number, odd)):
        assert failed(of(field), pd.DataFrame({"x": series})) == [("type", 0), ("minimum", 1)]


def test_the_frame_is_left_as_it_was() -> None:
    frame = pd.DataFrame({"x": [1, None]}, dtype="Int64")
    copy = frame.copy()

    assert of({"type": "integer"}).validate(frame).equals(copy)
    assert frame.equals(copy)


def test_a_package_without_a_usable_schema_is_refused(make_package: MakePackage) -> None:
    descriptor = make_package(t=("a\n1\n", [{"name": "a", "type": "strin"}]))

    with pytest.raises(factpack.PackageError, match="t has no schema that can be used"):
        factpack.pandera_schema(descriptor, "t")
    with pytest.raises(factpack.PackageError, match="no resource 'u'"):
        factpack.pandera_schema(descriptor, "u")
    with pytest.raises(factpack.SchemaError, match="'fields' is not a list"):
        factpack.pandera_schema({})


def test_a_package_of_a_path_is_the_same_schema(make_package: MakePackage) -> None:
    declared = {"fields": [{"name": "a", "type": "integer", "constraints": {"minimum": 1}}]}
    descriptor: Path = make_package(t=("a\n1\n", declared))

    for schema in (factpack.pandera_schema(descriptor, "t"), factpack.pandera_schema(declared)):
        assert failed(schema, pd.DataFrame({"a": [0, 1]})) == [("minimum", 0)]


def test_a_schema_has_the_name_of_its_resource(make_package: MakePackage) -> None:
    package = make_package(t=("id\na\n", [{"name": "id"}]))

    assert of({}).name == "table"
    assert factpack.pandera_schema({"fields": []}, "towns").name == "towns"
    assert factpack.pandera_schema(package, "t").name == "t"
    with pytest.raises(factpack.PackageError) as raised:
        factpack.pandera_schema(package)
    assert str(raised.value) == "the package has no resource ''"


@pytest.mark.parametrize("name", ["", "t"])
def test_the_table_itself_is_no_parent_that_is_given(name: str) -> None:
    declared = {
        "fields": [{"name": "a"}],
        "foreignKeys": [{"fields": "a", "reference": {"resource": name, "fields": "a"}}],
    }

    with pytest.raises(factpack.SchemaError) as raised:
        factpack.pandera_schema(declared, "t", parents={name: pd.DataFrame({"a": [1]})})
    assert str(raised.value) == f"no foreign key refers to {name!r}"


def test_the_check_of_a_key_into_a_parent_names_it() -> None:
    declared = {"fields": [{"name": "of", "type": "string"}], "foreignKeys": [FK]}

    (check,) = (
        factpack.pandera_schema(declared, parents={"parents": pd.DataFrame({"id": ["p"]})})
        .columns["of"]
        .checks[1:]
    )

    assert (check.name, check.error) == ("foreignKeys", "must be found in id of parents")


@pytest.mark.parametrize("dtype", ["float64", "Float64", "object", "double[pyarrow]"])
def test_zero_has_no_sign(dtype: str) -> None:
    frame = pd.DataFrame({"x": pd.Series([0.0, -0.0]).astype(dtype)})
    schema = {"fields": [{"name": "x", "type": "number"}], "primaryKey": ["x"]}

    assert failed(factpack.pandera_schema(schema), frame) == [("primaryKey", 1)]


@pytest.mark.parametrize("mode", ["exact", "equal", "subset", "superset", "partial"])
def test_two_columns_may_not_have_one_name(mode: str) -> None:
    schema = factpack.pandera_schema({"fields": [{"name": "x", "type": "integer"}], "fieldsMatch": mode})

    assert failed(schema, pd.DataFrame({"x": [1]})) == []
    for frame in (pd.DataFrame([[1, 2]], columns=["x", "x"]), pd.DataFrame([["1", "2"]], columns=["x", "x"])):
        with pytest.raises(pa.errors.SchemaErrors, match="x") as raised:
            schema.validate(frame, lazy=True)
        assert "DUPLICATE_COLUMN_LABELS" in {error.reason_code.name for error in raised.value.schema_errors}
        with pytest.raises(pa.errors.SchemaError):
            schema.validate(frame)


def test_durations_of_isodate_are_compared_by_their_months() -> None:
    year = isodate.Duration(years=1)
    frame = pd.DataFrame({"x": [year, isodate.Duration(months=12), datetime.timedelta(365)]}, dtype=object)

    constraints = {"unique": True, "minimum": "P12M", "enum": ["P12M"]}
    assert failed(of({"type": "duration", "constraints": constraints}), frame) == [
        *(("minimum", 2), ("enum", 2), ("unique", 1))
    ]
