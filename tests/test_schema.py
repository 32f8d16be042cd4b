"""Types and constraints: for each, a cell that passes and one that fails, as frictionless has it.

Where it does not, `test_divergences.py` has the cells.
"""

from typing import Any

import frictionless
import pytest
from conftest import MakePackage

import factpack
from factpack import row_tests
from factpack.fields import NAN, reader
from factpack.patterns import Clock
from factpack.schema import compile_schema
from factpack.table_schema import parse_schema

# the field, cells that pass, cells that fail; all of it as frictionless has it
AGREED: list[tuple[dict[str, Any], list[str], list[str]]] = [
    ({"type": "string"}, ["a", "1", "é"], []),
    ({"type": "string", "format": "email"}, ["a@example.org"], ["a", "a@"]),
    ({"type": "string", "format": "uri"}, ["https://example.org"], ["example"]),
    ({"type": "string", "format": "uuid"}, ["6ba7b810-9dad-11d1-80b4-00c04fd430c8"], ["6ba7"]),
    ({"type": "string", "format": "binary"}, ["YWJj"], ["YWJ"]),
    ({"type": "integer"}, ["1", "-1", "007", "99999999999999999999"], ["1.5", "one", "1e3", "0x1"]),
    ({"type": "integer", "bareNumber": False}, ["€95"], ["95 1"]),
    ({"type": "number"}, ["1", "-1.5", "1e3", ".5", "NaN", "INF", "-INF"], ["one", "1,5"]),
    ({"type": "number", "decimalChar": ",", "groupChar": "."}, ["1.000,5"], ["a"]),
    ({"type": "boolean"}, ["true", "1", "FALSE", "0"], ["yes", "tru"]),
    ({"type": "boolean", "trueValues": ["yes"], "falseValues": ["no"]}, ["yes", "no"], ["true"]),
    ({"type": "date"}, ["2025-02-28", "2024-02-29"], ["2025-02-29", "28.2.2025", "2025-02"]),
    ({"type": "date", "format": "%d.%m.%Y"}, ["28.02.2025"], ["2025-02-28"]),
    ({"type": "date", "format": "any"}, ["28 February 2025"], ["some day"]),
    ({"type": "date", "format": "any"}, [], ["1" * 20_000]),
    ({"type": "datetime", "format": "any"}, ["10 Sep 2025 10:00 UTC", "2025-09-10T10:00+08:00"], ["never"]),
    ({"type": "time", "format": "any"}, ["noon 12:30"[5:]], ["1" * 20_000]),
    ({"type": "time"}, ["12:30:00"], ["25:00:00"]),
    ({"type": "datetime"}, ["2025-02-28T12:30:00Z"], ["2025-02-28", "2025-02-30T12:30:00Z"]),
    ({"type": "year"}, ["2025"], ["25", "MMXXV"]),
    ({"type": "yearmonth"}, ["2025-02"], ["2025-13", "2025"]),
    ({"type": "duration"}, ["P1D"], ["a day"]),
    ({"type": "geopoint"}, ["113.25, 23.1"], ["113.25", "200,1"]),
    (
        {"type": "geopoint", "format": "array"},
        ["[113.25, 23.1]"],
        ["113.25, 23.1", "[1]", "[1, 91]", '{"lon": 1}'],
    ),
    ({"type": "geopoint", "format": "object"}, ['{"lon": 1, "lat": 2}'], ['{"lon": 1}', "[1, 2]"]),
    ({"type": "datetime"}, ["2024-02-29T12:30:00", "2025-02-28T12:30:00.5"], ["2025-02-30T12:30:00"]),
    ({"type": "datetime"}, ["2025-02-28T12:30:00Z", "2025-02-28T12:30:00"], []),
    ({"type": "geojson"}, ['{"type": "Point", "coordinates": [1, 2]}'], ["[1]"]),
    ({"type": "object"}, ['{"a": 1}'], ["[1]", "a"]),
    ({"type": "array"}, ["[1]"], ['{"a": 1}', "a"]),
    ({"type": "list"}, ["a,b"], []),
    ({"type": "list", "itemType": "integer", "delimiter": ";"}, ["1;2"], ["1;b"]),
    ({"type": "any"}, ["a", "1"], []),
    ({"type": "integer", "constraints": {"minimum": 2}}, ["2"], ["1"]),
    ({"type": "integer", "constraints": {"maximum": "2"}}, ["2"], ["3"]),
    ({"type": "number", "constraints": {"exclusiveMinimum": 1.5}}, ["1.6"], ["1.5"]),
    ({"type": "number", "constraints": {"exclusiveMaximum": 1.5}}, ["1.4"], ["1.5"]),
    ({"type": "date", "constraints": {"minimum": "2025-01-01"}}, ["2025-01-01"], ["2024-12-31"]),
    ({"type": "string", "constraints": {"minLength": 2}}, ["ab"], ["a"]),
    ({"type": "string", "constraints": {"maxLength": 2}}, ["ab"], ["abc"]),
    ({"type": "array", "constraints": {"minLength": 2}}, ["[1,2]"], ["[1]"]),
    ({"type": "string", "constraints": {"pattern": "[a-c]+"}}, ["abc"], ["abd", "xabc"]),
    ({"type": "string", "constraints": {"enum": ["a", "b"]}}, ["a"], ["c"]),
    ({"type": "integer", "constraints": {"enum": [1, "2"]}}, ["1", "2"], ["3"]),
    ({"type": "boolean", "constraints": {"enum": [True]}}, ["true"], ["false"]),
    ({"type": "string", "constraints": {"required": True}}, ["a"], [""]),
    ({"type": "string", "missingValues": ["-"], "constraints": {"required": True}}, ["a"], ["-"]),
    ({"type": "string", "constraints": {"unique": True}}, ["a", "b"], ["a"]),
    ({"type": "number"}, ["nan", "inf", "-inf"], ["1e9999999999999999999"]),
    ({"type": "number", "decimalChar": ","}, ["1,5", " 2 "], ["1.5"]),
    ({"type": "object", "constraints": {"enum": [{"a": 1}]}}, ['{"a": 1}'], ['{"a": 2}']),
    ({"type": "integer", "constraints": {"minimum": 1.0}}, ["1"], ["0"]),
    (
        {"type": "number", "decimalChar": ",", "groupChar": ".", "constraints": {"maximum": 1.5}},
        ["1,5"],
        ["5,0"],
    ),
    ({"type": "number", "constraints": {"enum": [12345678901234567.89]}}, ["12345678901234568"], ["1"]),
    (
        {"type": "boolean", "trueValues": ["yes"], "falseValues": ["no"], "constraints": {"enum": [True]}},
        ["yes"],
        ["no"],
    ),
    ({"type": "array", "constraints": {"enum": [["a"]]}}, ['["a"]'], ['["b"]']),
    ({"type": "geopoint", "constraints": {"enum": [[1, 2]]}}, ["1,2"], ["2,1"]),
    (
        {"type": "geojson", "constraints": {"enum": [{"type": "Point", "coordinates": [1, 2]}]}},
        ['{"type": "Point", "coordinates": [1, 2]}'],
        [],
    ),
    ({}, ["a"], []),
]


def csv_of(cells: list[str]) -> str:
    quoted = ['"' + cell.replace('"', '""') + '"' for cell in cells]
    return "\n".join(["key,cell", *(f"k{number},{cell}" for number, cell in enumerate(quoted))]) + "\n"


def rows_of_faults(descriptor: Any) -> set[int | None]:
    return {found.row for found in factpack.validate(descriptor).findings}


def case_id(case: Any) -> str:
    return str(case).replace(" ", "") if isinstance(case, dict) else ""


@pytest.mark.parametrize(("field", "good", "bad"), AGREED, ids=case_id)
def test_each_type_and_constraint(
    make_package: MakePackage, field: dict[str, Any], good: list[str], bad: list[str]
) -> None:
    fields = [{"name": "key", "type": "string"}, {"name": "cell", **field}]

    descriptor = make_package(t=(csv_of(good + bad), fields))

    first_bad = len(good) + 2
    assert rows_of_faults(descriptor) == set(range(first_bad, first_bad + len(bad)))


@pytest.mark.parametrize(("field", "good", "bad"), AGREED, ids=case_id)
def test_frictionless_agrees(
    make_package: MakePackage, field: dict[str, Any], good: list[str], bad: list[str]
) -> None:
    fields = [{"name": "key", "type": "string"}, {"name": "cell", **field}]
    descriptor = make_package(t=(csv_of(good + bad), fields))

    task = frictionless.validate(str(descriptor)).tasks[0]

    assert {error.row_number for error in task.errors} == rows_of_faults(descriptor)


@pytest.mark.parametrize(
    "field", [{"type": "boolean", "trueValues": 5}, {"type": "boolean", "falseValues": [["no"]]}], ids=case_id
)
def test_properties_that_frictionless_cannot_use_are_findings(
    make_package: MakePackage, field: dict[str, Any]
) -> None:
    report = factpack.validate(make_package(t=("x\nno\n", [{"name": "x", **field}])))

    assert report.exit_code == 1
    assert all(item.rule in ("schema", "descriptor") for item in report.findings)


@pytest.mark.parametrize("kind", ["number", "string"])
def test_not_a_number_is_not_null(make_package: MakePackage, kind: str) -> None:
    field = {"name": "x", "type": kind, "constraints": {"required": True}}

    assert rows_of_faults(make_package(t=("x,y\nNaN,a\n,a\n", [field, {"name": "y"}]))) == {3}


def test_not_a_number_is_in_no_bounds(make_package: MakePackage) -> None:
    field = {"name": "x", "type": "number", "constraints": {"minimum": 0}}
    (parsed,) = parse_schema({"fields": [field]}).fields

    assert reader(parsed)("NaN") is NAN
    assert repr(NAN) == "NaN"
    assert rows_of_faults(make_package(t=("x\nNaN\n1\n", [field]))) == {2}


def test_times_with_and_without_a_zone_have_no_order(make_package: MakePackage) -> None:
    field = {"name": "x", "type": "time", "format": "any", "constraints": {"minimum": "10:00:00"}}

    assert rows_of_faults(make_package(t=("x\n11:00:00\n11:00:00Z\n", [field]))) == {3}


def test_null_passes_every_constraint_but_required(make_package: MakePackage) -> None:
    constraints = {"minLength": 2, "pattern": "a+", "enum": ["aa"], "unique": True}
    field = {"name": "x", "type": "string", "constraints": constraints, "categories": ["aa"]}

    assert rows_of_faults(make_package(t=("x,y\n,1\n,1\naa,1\n", [field, {"name": "y"}]))) == set()


def test_missing_values_of_the_field_replace_those_of_the_schema(make_package: MakePackage) -> None:
    own = {"name": "x", "type": "integer", "missingValues": [{"value": "n/a", "label": "not asked"}]}
    others = [{"name": "y", "type": "integer"}, {"name": "z", "type": "integer"}]
    schema = {"fields": [own, *others], "missingValues": ["-"]}

    found = factpack.validate(make_package(t=("x,y,z\nn/a,-,1\n-,1,1\n1,,1\n", schema))).findings

    assert [(item.row, item.field) for item in found] == [(3, "x"), (4, "y")]


def test_the_compiled_schema_names_its_checks(make_package: MakePackage) -> None:
    field = {"name": "x", "type": "integer", "constraints": {"required": True, "minimum": 2}}
    schema = parse_schema({"fields": [field], "primaryKey": "x"})

    compiled = compile_schema(schema, "t")

    checks = compiled.columns["x"].checks
    assert [check.name for check in checks] == ["type", "required", "minimum", "primaryKey"]
    assert (checks[2].error, checks[2].statistics["fields"]) == ("must have the minimum 2", ["x"])


def test_a_check_that_cannot_be_run_is_said() -> None:
    tests = row_tests.tests_of_table(parse_schema({"fields": [{"name": "x"}], "primaryKey": "x"}), Clock())

    found = [row_tests.verdict(test, {}) for test in tests]

    assert [(one.test.name, one.passed, one.error) for one in found] == [
        ("type", None, "KeyError: 'x'"),
        ("primaryKey", None, "KeyError: 'x'"),
    ]


@pytest.mark.parametrize(
    ("kind", "first", "same", "other"),
    [
        ("object", '{"a": 1, "b": [2]}', '{"b": [2], "a": 1}', '{"a": 1}'),
        ("array", "[1]", "[1.0]", '["1"]'),
        ("number", "1.0", "1", "2"),
        ("datetime", "2020-01-01T00:00:00Z", "2020-01-01T01:00:00+01:00", "2020-01-01T01:00:00Z"),
    ],
)
def test_keys_are_equal_as_their_values_are(
    make_package: MakePackage, kind: str, first: str, same: str, other: str
) -> None:
    schema = {
        "fields": [{"name": "key", "type": "string"}, {"name": "cell", "type": kind}],
        "uniqueKeys": [["cell"]],
    }

    assert rows_of_faults(make_package(t=(csv_of([first, same, other]), schema))) == {3}


def test_a_key_that_repeats_a_field_compares_each_part(make_package: MakePackage) -> None:
    parents = [{"name": "x", "type": "string"}, {"name": "y", "type": "string"}]
    key = {"fields": ["a", "a"], "reference": {"resource": "parents", "fields": ["x", "y"]}}
    child = {"fields": [{"name": "a", "type": "string"}], "foreignKeys": [key]}

    assert rows_of_faults(make_package(parents=("x,y\n1,1\n1,2\n", parents), t=("a\n1\n2\n", child))) == {3}


def test_a_pattern_that_never_finishes_is_not_judged(
    make_package: MakePackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("factpack.patterns.PATTERN_SECONDS", 0.1)
    field = {"name": "x", "type": "string", "constraints": {"pattern": "(?=x)(x|xx)+"}}

    report = factpack.validate(make_package(t=("x\n" + "x" * 60 + "y\n", [field])))

    assert report.exit_code == 2
    assert "the check 'pattern' could not be run: TimeoutError" in report.findings[0].message


def test_the_name_of_a_zone_is_passed_over_without_a_warning(make_package: MakePackage) -> None:
    field = {"name": "x", "type": "datetime", "format": "any", "constraints": {"unique": True}}

    report = factpack.validate(make_package(t=("x\n2025-09-10 10:00 XYZ\n2025-09-10 10:00\n", [field])))

    assert [(item.rule, item.row) for item in report.findings] == [("unique", 3)]
