"""Constraints: patterns, JSON Schemas, bounds at the edges of what arrays hold, and those that nothing can meet."""

import re
import unicodedata
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from conftest import MakePackage, shown
from hypothesis import given
from hypothesis import strategies as st

import factpack
from factpack.constraints import tests_of as constraint_tests
from factpack.exceptions import SchemaError
from factpack.fields import read_column
from factpack.patterns import Pattern, PatternError
from factpack.report import Severity
from factpack.table_schema import parse_schema
from factpack.values import Values


def passed(field: dict[str, Any], *texts: str | None) -> list[bool]:
    """Return of each text whether it passes the one constraint of a field."""
    (parsed,) = parse_schema({"fields": [{"name": "x", **field}]}).fields
    (test,) = constraint_tests(parsed)
    column = read_column(Values(pa.chunked_array([pa.array(texts, pa.string())])), parsed)
    assert not column.unreadable.any()
    return [bool(verdict) for verdict in test.passed(column.values)]


# ---- patterns


@pytest.mark.parametrize(
    ("source", "good", "bad"),
    [
        ("cat|dog", ["cat", "dog"], ["catfish", "hotdog", "cat\n"]),
        ("^a.*$", ["a", "abc"], ["ba", "a\n"]),
        (r"\d{2}", ["12", "٣٤"], ["1", "123"]),
        (r"\p{Lu}+", ["ABÉ"], ["Ab"]),
        (r"\P{Lu}", ["a", "1"], ["A"]),
        (r"\p{IsGreek}+", ["αβ"], ["ab"]),
        (r"[a-z-[aeiou]]+", ["xyz"], ["xaz"]),
        (r"[^0-9-[5]]", ["a", "b"], ["1", "5"]),
        (r"[^0-9-[a-f-[c]]]", ["c", "x"], ["1", "a"]),
        (r"[a-z-[^aeiou]]", ["a"], ["b", "1"]),
        (r"a-[b]\p{L}", ["a-bc"], ["abc"]),
        (r"[[\p{L}]", ["[", "a"], ["1"]),
        (r"\i\c*", ["a-1", "_x.y"], ["1a", "-"]),
        (r"[\i-[:]][\c-[:]]*", ["ab"], ["a:b"]),
        (r"\I\C", ["1 ", "- "], ["a ", "1a"]),
        (r"[\I]x", ["1x"], ["ax"]),
        (r"a{0,1500}", ["a" * 1500], ["a" * 1501]),
        (r"(a+)+$", ["aaa"], ["aab"]),
        (r"[\]x]", ["]", "x"], ["y"]),
        (r"\$\.", ["$."], ["$a"]),
        ("(a{e})", ["a{e}"], ["zzz", "a"]),
        ("a{,2}", ["", "a", "aa"], ["aaa", "a{,2}"]),
        ("a{,}b", ["b", "aab"], ["a{,}b"]),
        (r"[\N{DIGIT ONE}a]\N{DIGIT TWO}", ["12", "a2"], ["2"]),
        ("[[:alpha:]]+", ["[]", ":]"], ["ab", "a"]),
        (r"\w+", ["a_1\u00e9\u00b2\u4e00"], ["a-b", "\u0301"]),
        (r"[\w-]+", ["a_-"], ["a b"]),
        (r"\s", [" ", "\x1c", "\u00a0"], ["a"]),
        (r"[^\s]", ["a"], ["\x1c", " "]),
    ],
)
def test_a_pattern_fits_a_whole_text(source: str, good: list[str], bad: list[str]) -> None:
    verdicts = passed({"type": "string", "constraints": {"pattern": source}}, *good, *bad, None)

    assert verdicts == [True] * len(good) + [False] * len(bad) + [True]
    assert [Pattern(source).matches(text) for text in good + bad] == verdicts[:-1]


@pytest.mark.parametrize(
    "source",
    [
        *(r"\w", r"\W", r"\s", r"\S", r"\d", r"\D", r"[\w]", r"[\W]", r"[\s]", r"[\S]", r"[^\w]", r"[^\W]"),
        *(r"[^\s]", r"[^\S]", r"[^\W\d_]", r"[!\W]", r"[\S\n]", r"x\b.|.\bx", r"x\B.|.\Bx", r".\b", r"\B."),
    ],
)
def test_classes_of_characters_are_those_of_python(source: str) -> None:
    pattern, expected = Pattern(source), re.compile(source)
    # what Python does not know yet may be a letter to others
    known = [char for char in map(chr, range(0x3100)) if unicodedata.category(char) != "Cn"]
    texts = [text for char in known for text in (char, f"x{char}", f"{char}x")]

    assert [text for text in texts if pattern.matches(text) != bool(expected.fullmatch(text))] == []


@pytest.mark.parametrize(
    "source", ["(", "a{99999999999}", "[", r"\p{Nonsense}", "[a-[", "*", "(?P<n", r"\p{L}(", "a**"]
)
def test_a_malformed_pattern_is_refused(source: str) -> None:
    with pytest.raises(PatternError, match="is malformed"):
        Pattern(source)


PIECES = st.sampled_from(
    [
        "a",
        "b",
        ".",
        "[ab]",
        "[^a]",
        "(a|b)",
        "(?:b)",
        "a+",
        "b*?",
        "a?",
        "(ab)+",
        "a{2}",
        "b{1,2}",
        "|",
        r"\.",
        "\\$",
        "[a-b.]",
        "é",
        "^",
        "$",
        r"[\]a]",
        "-",
        " ",
        "[ $]",
    ]
)


@given(st.lists(PIECES, max_size=5).map("".join), st.lists(st.text("ab.\n$]é -^", max_size=5), max_size=6))
def test_arrow_and_python_agree_on_a_pattern(source: str, texts: list[str]) -> None:
    try:
        pattern = Pattern(source)
    except PatternError:
        return
    many = pattern.many(pa.chunked_array([pa.array(texts, pa.string())]))

    one = [re.compile(source).fullmatch(text) is not None for text in texts]
    assert [pattern.matches(text) for text in texts] == one
    assert many is None or many.to_pylist() == one


def test_plain_patterns_are_judged_by_arrow() -> None:
    for source in (
        "[a-z0-9]+(-[a-z0-9]+)*",
        "^[A-Z]{2}$",
        "ord-[0-9]{7}",
        r"\d"[:0] + "[0-9]{4}",
        "(?:a|b)+",
    ):
        assert Pattern(source).many(pa.chunked_array([["a"]])) is not None
    for source in (r"\w+", "(?=a)a", r"(a)\1", "a{1,1500}", r"\p{L}"):
        assert Pattern(source).many(pa.chunked_array([["a"]])) is None


def test_a_pattern_too_large_for_arrow_is_judged_by_python() -> None:
    source = "(((a{999}){99}){9})?"

    assert passed({"type": "string", "constraints": {"pattern": source}}, "", "a") == [True, False]


def test_the_time_of_a_pattern_is_that_of_all_its_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("factpack.patterns.PATTERN_SECONDS", 0.2)
    pattern = Pattern("(?=x)(x|xx)+")

    with pytest.raises(TimeoutError):
        pattern.matches("x" * 100 + "y")
    with pytest.raises(TimeoutError):
        pattern.matches("x" * 40 + "y")


# ---- JSON Schema


def judged(make_package: MakePackage, schema: Any, *cells: str, kind: str = "object") -> factpack.Report:
    field = {"name": "x", "type": kind, "constraints": {"jsonSchema": schema}}
    lines = ['"' + cell.replace('"', '""') + '"' for cell in cells]
    return factpack.validate(make_package(t=("\n".join(["x", *lines]) + "\n", [field])))


@pytest.mark.parametrize(
    ("schema", "kind", "good", "bad"),
    [
        ({"required": ["a"]}, "object", '{"a": 1}', '{"b": 1}'),
        ({"properties": {"a": {"type": "integer"}}}, "object", '{"a": 1}', '{"a": "x"}'),
        ({"properties": {"a": {"maximum": 0.5}}}, "object", '{"a": 0.5}', '{"a": 0.6}'),
        ({"properties": {"a": {"pattern": "^x+$"}}}, "object", '{"a": "xx", "b": 1}', '{"a": "xy"}'),
        ({"patternProperties": {"^n": {"type": "number"}}}, "object", '{"n1": 1, "m": "x"}', '{"n1": "x"}'),
        ({"items": {"enum": [1, [2.5]]}}, "array", "[1, [2.5]]", "[3]"),
        (
            {
                "$schema": "http://json-schema.org/draft-04/schema#",
                "items": {"minimum": 1, "exclusiveMinimum": True},
            },
            "array",
            "[2]",
            "[1]",
        ),
        ({"$defs": {"n": {"type": "null"}}, "items": {"$ref": "#/$defs/n"}}, "array", "[null]", "[1]"),
        ({"items": {"patternProperties": {"x": False}, "pattern": "x"}}, "array", '[1, "ax"]', '["a"]'),
        (
            {"additionalProperties": False, "properties": {"a": {}}, "patternProperties": {"^n": {}}},
            "object",
            '{"a": 1, "n1": 2}',
            '{"b": 1}',
        ),
        (
            {"additionalProperties": {"type": "null"}, "items": {"additionalProperties": False}},
            "object",
            '{"a": null}',
            '{"a": 1}',
        ),
        ({"items": {"additionalProperties": False}}, "array", "[1, {}]", '[{"a": 1}]'),
        (
            {"uniqueItems": True},
            "array",
            '[1, true, "1", [1], [true], {"a": 1}]',
            '[{"a": [1]}, {"a": [1.0]}]',
        ),
        ({"items": {"uniqueItems": False}, "minItems": 1}, "array", "[[1, 1]]", "[]"),
        ({"items": {"uniqueItems": True, "pattern": "\\p{Lu}"}}, "array", '[5, "aB"]', '["ab"]'),
        ({"items": {"type": "integer"}}, "array", f"[5, -{'9' * 5000}]", "[5.5]"),
        ({"items": {"type": "integer", "multipleOf": 3}}, "array", f"[{'9' * 5000}]", f"[1{'9' * 5000}]"),
        (
            {"$schema": "http://json-schema.org/draft-03/schema#", "items": {"divisibleBy": 0.1}},
            "array",
            f"[0.3, {'9' * 5000}]",
            "[0.35]",
        ),
    ],
)
def test_a_value_conforms_to_a_json_schema(
    make_package: MakePackage, schema: Any, kind: str, good: str, bad: str
) -> None:
    report = judged(make_package, schema, good, bad, kind=kind)

    assert [(item.rule, item.row, item.field) for item in report.findings] == [("jsonSchema", 3, "x")]


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        ("x", "x: the jsonSchema is not a JSON object"),
        (
            {"type": "objekt"},
            "x: the jsonSchema is malformed: 'objekt' is not valid under any of the given schemas",
        ),
        ({"$schema": 5}, "x: the jsonSchema cannot be used: "),
    ],
)
def test_a_malformed_json_schema_is_a_finding(make_package: MakePackage, schema: Any, message: str) -> None:
    (item,) = judged(make_package, schema, "{}").findings

    assert (item.rule, item.severity) == ("schema", Severity.ERROR)
    assert item.message.startswith(message)


#: Each level asks twice for the next one.
SLOW = {
    "$ref": "#/$defs/l0",
    "$defs": {
        **{f"l{level}": {"allOf": [{"$ref": f"#/$defs/l{level + 1}"}] * 2} for level in range(30)},
        "l30": {},
    },
}


def test_a_json_schema_whose_time_cannot_be_bounded_is_not_judged(make_package: MakePackage) -> None:
    schema = {"unevaluatedProperties": False, "patternProperties": {"a": {}}}
    (item,) = judged(make_package, schema, "{}").findings

    assert (item.rule, item.severity) == ("resource", Severity.UNJUDGED)
    assert "the jsonSchema" in item.message


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "http://127.0.0.1:9/schema.json"},
        {"$ref": "#/nowhere"},
        {"$ref": "#"},
        {"properties": {"a": {"pattern": "("}}},
        {"patternProperties": {"(": {}}},
        {"properties": {"a": {"pattern": "^(x|xx)+$"}}},
        {"patternProperties": {"^(a+)+$": {}, "(?=a)^(a|aa)+!": {}}, "additionalProperties": False} | SLOW,
        SLOW,
    ],
    ids=lambda schema: str(schema)[:60],
)
def test_a_json_schema_that_cannot_be_followed_is_not_judged(
    make_package: MakePackage, schema: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("factpack.patterns.PATTERN_SECONDS", 0.2)
    (item,) = judged(make_package, schema, '{"a": "' + "x" * 60 + 'y"}').findings

    assert (item.rule, item.severity) == ("check", Severity.UNJUDGED)
    assert item.message.startswith("the check 'jsonSchema' could not be run")


@pytest.mark.parametrize(
    "schema",
    [
        {"patternProperties": {"(?=x)(x|xx)+!": {}}},
        {"additionalProperties": False, "patternProperties": {"(?=x)(x|xx)+!": {}}},
    ],
    ids=["patternProperties", "additionalProperties"],
)
def test_a_key_that_patterns_never_finish_on_is_not_judged(
    make_package: MakePackage, schema: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("factpack.patterns.PATTERN_SECONDS", 0.2)
    (item,) = judged(make_package, schema, '{"' + "x" * 60 + 'y": 1}').findings

    assert (item.rule, item.severity) == ("check", Severity.UNJUDGED)


# ---- bounds


@pytest.mark.parametrize(
    ("field", "good", "bad"),
    [
        ({"type": "integer", "constraints": {"minimum": 2**70}}, ["1180591620717411303424"], ["5"]),
        ({"type": "integer", "constraints": {"maximum": 2**70}}, ["5", "9223372036854775807"], []),
        ({"type": "integer", "constraints": {"exclusiveMaximum": -(2**70)}}, [], ["5"]),
        ({"type": "number", "constraints": {"minimum": "0.1"}}, ["0.1", "0.10", "+.1"], ["0.09", "-1"]),
        ({"type": "number", "constraints": {"minimum": "0.1000000000000000055"}}, ["0.2"], ["0.1"]),
        (
            {"type": "number", "constraints": {"minimum": "0.1"}},
            ["0.1000000000000000055"],
            ["0.0999999999999999999"],
        ),
        ({"type": "number", "constraints": {"maximum": "INF"}}, ["1", "1e300"], []),
        ({"type": "number", "constraints": {"exclusiveMaximum": 1e20}}, ["1"], ["100000000000000000000"]),
        ({"type": "number", "constraints": {"enum": [1, "2.50", 1e3]}}, ["1.0", "2.5", "1000"], ["1.1", "3"]),
        ({"type": "number", "constraints": {"enum": [-0.0, 5]}}, ["-0", "0", "-0.0", "0.0", "5"], ["1"]),
        ({"type": "number", "constraints": {"enum": ["-0"]}}, ["-0", "0"], ["1"]),
        ({"type": "string", "constraints": {"minLength": 2.0}}, ["ab"], ["a"]),
        ({"type": "integer", "categories": [{"value": 1.0}, {"value": 2.0}]}, ["1", "2"], ["3"]),
        ({"type": "number", "constraints": {"minimum": 0}}, ["-0", "0", "-0.0"], ["-0.1"]),
        (
            {"type": "datetime", "constraints": {"minimum": "2025-01-01T12:00:00"}},
            ["2025-01-01T12:00:00"],
            ["2025-01-01T11:59:59.9"],
        ),
        (
            {"type": "datetime", "constraints": {"minimum": "2025-01-01T12:00:00Z"}},
            ["2025-01-01T13:00:00Z"],
            ["2025-01-01T11:00:00Z"],
        ),
        (
            {"type": "datetime", "constraints": {"minimum": "2025-01-01T12:00:00+01:00"}},
            ["2025-01-01T11:00:00Z"],
            ["2025-01-01T10:59:59Z"],
        ),
        (
            {"type": "datetime", "constraints": {"minimum": "2025-01-01T12:00:00Z"}},
            [],
            ["2025-01-01T13:00:00"],
        ),
        (
            {"type": "datetime", "constraints": {"enum": ["2025-01-01T12:00:00Z"]}},
            ["2025-01-01T12:00:00Z", "2025-01-01T13:00:00+01:00"],
            ["2025-01-01T12:00:00"],
        ),
        (
            {
                "type": "datetime",
                "constraints": {"enum": ["2025-01-01T12:00:00+01:00", "0001-01-01T00:00:00Z"]},
            },
            ["2025-01-01T11:00:00Z"],
            ["2025-01-01T12:00:00Z"],
        ),
        ({"type": "duration", "constraints": {"minimum": "P1D"}}, ["P2D", "PT24H"], ["PT23H"]),
        (
            {"type": "duration", "constraints": {"minimum": "P1M"}},
            ["P1M", "P2M", "P1Y", "P32D", "P1M1D", "PT2678401S"],
            ["P31D", "P30D", "P28D", "P27D", "-P1M", "P1D"],
        ),
        ({"type": "duration", "constraints": {"exclusiveMinimum": "P1M"}}, ["P32D", "P2M"], ["P1M", "P31D"]),
        (
            {"type": "duration", "constraints": {"maximum": "P1Y"}},
            ["P12M", "P364D", "P0D"],
            ["P365D", "P13M"],
        ),
        ({"type": "duration", "constraints": {"exclusiveMaximum": "P5M"}}, ["P149D"], ["P150D", "P5M"]),
        ({"type": "duration", "constraints": {"maximum": "P153D"}}, ["P153D", "P4M"], ["P5M", "P154D"]),
        (
            {"type": "duration", "constraints": {"enum": ["P1Y"]}},
            ["P12M", "P1Y0D"],
            ["P365D", "P1Y1D", "P1D"],
        ),
        ({"type": "duration", "constraints": {"enum": ["P1DT24H"]}}, ["P2D", "PT48H"], ["P1D", "P2M"]),
        ({"type": "yearmonth", "constraints": {"maximum": "2025-06"}}, ["2025-06", "-0001-12"], ["2025-07"]),
        ({"type": "year", "constraints": {"exclusiveMinimum": "2000"}}, ["2001"], ["2000", "-0001"]),
        ({"type": "time", "constraints": {"maximum": "12:00:00"}}, ["12:00:00"], ["12:00:01"]),
        ({"type": "list", "constraints": {"minLength": 2}}, ["a,b"], ["a"]),
        ({"type": "object", "constraints": {"maxLength": 1}}, ['{"a": 1}'], ['{"a": 1, "b": 2}']),
        ({"type": "string", "constraints": {"maxLength": 1}}, ["é", "\U0001f600", ""], ["ab"]),
        ({"type": "string", "constraints": {"minLength": 100}}, ["a" * 100], ["a" * 99]),
        ({"type": "string", "constraints": {"minLength": 2**40}}, [], ["a" * 99]),
        ({"type": "string", "constraints": {"maxLength": 2**40}}, ["a" * 99], []),
        ({"type": "array", "constraints": {"enum": [[0.1], "[1]"]}}, ["[0.1]", "[1.0]"], ["[2]"]),
        ({"type": "any", "constraints": {"enum": ["a", 1]}}, ["a"], ["1", "b"]),
    ],
    ids=shown,
)
def test_constraints_at_the_edges(field: dict[str, Any], good: list[str], bad: list[str]) -> None:
    # of a kind at a time, as arrays hold them, and together
    for texts in ([*good], [*bad], [*good, *bad]):
        missing = {"missingValues": ["?"]}
        assert passed(field | missing, *texts, None) == [text in good for text in texts] + [True]


def test_a_column_without_rows_passes() -> None:
    (parsed,) = parse_schema(
        {"fields": [{"name": "x", "type": "list", "constraints": {"minLength": 1}}]}
    ).fields
    (test,) = constraint_tests(parsed)

    verdicts = test.passed(Values([], np.empty(0, int)))

    assert (verdicts.tolist(), verdicts.dtype) == ([], np.dtype(bool))


def test_the_two_ways_of_a_test_agree() -> None:
    numbers = ["1", "1.5", "-2", "0.1", "3", "100000000000001"]
    for name in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"):
        for bound in numbers:
            field = {"type": "number", "constraints": {name: bound}}
            (parsed,) = parse_schema({"fields": [{"name": "x", **field}]}).fields
            (test,) = constraint_tests(parsed)
            values = read_column(Values(pa.chunked_array([numbers])), parsed).values
            assert values.array is not None
            once = values.distinct()
            assert np.array_equal(test.passed(values), test.passed(Values(once.items, once.places)))


@pytest.mark.parametrize(
    ("field", "good", "bad"),
    [
        ({"type": "string", "constraints": {"pattern": "a+"}}, ["a", "aa"], ["b"]),
        ({"type": "string", "constraints": {"minLength": 2}}, ["ab"], ["a"]),
        ({"type": "string", "constraints": {"maxLength": 2}}, ["ab"], ["abc"]),
        ({"type": "string", "constraints": {"enum": ["a", "b"]}}, ["a", "b"], ["c"]),
        ({"type": "string", "categories": ["a", "b"]}, ["a", "b"], ["c"]),
        ({"type": "integer", "constraints": {"minimum": -(2**63) + 1}}, ["-1"], []),
        ({"type": "integer", "constraints": {"exclusiveMinimum": 2**63 - 1}}, [], ["999999999999999999"]),
        ({"type": "integer", "constraints": {"enum": [1, 999]}}, ["1", "999"], ["2"]),
        ({"type": "number", "constraints": {"minimum": "123.456789012345"}}, ["123.456789012345"], ["1.2"]),
        ({"type": "number", "constraints": {"maximum": "1e15"}}, ["999999999999999"], []),
        ({"type": "number", "constraints": {"exclusiveMinimum": "1e-15"}}, ["1"], ["0"]),
        ({"type": "number", "constraints": {"enum": ["0.1", 2]}}, ["0.1", "2.0"], ["0.2"]),
        (
            {"type": "datetime", "constraints": {"maximum": "2025-01-01T12:00:00"}},
            ["2025-01-01T12:00:00"],
            ["2025-01-01T12:00:01"],
        ),
        (
            {"type": "datetime", "constraints": {"exclusiveMaximum": "2025-01-01T12:00:00Z"}},
            ["2025-01-01T11:59:59Z"],
            ["2025-01-01T12:00:00Z"],
        ),
    ],
    ids=shown,
)
def test_plain_values_are_judged_by_arrow(field: dict[str, Any], good: list[str], bad: list[str]) -> None:
    (parsed,) = parse_schema({"fields": [{"name": "x", **field}]}).fields
    (test,) = constraint_tests(parsed)
    column = read_column(Values(pa.chunked_array([pa.array([*good, *bad, None], pa.string())])), parsed)

    verdicts = replace(test, one=None).passed(column.values)  # type: ignore[arg-type]

    assert verdicts.tolist() == [True] * len(good) + [False] * len(bad) + [True]


@pytest.mark.parametrize(
    ("field", "good", "bad"),
    [
        ({"type": "integer", "constraints": {"maximum": 2**63}}, ["1"], []),
        ({"type": "integer", "constraints": {"minimum": 2**63}}, [], ["1"]),
        ({"type": "integer", "constraints": {"enum": [2**63, 1]}}, ["1"], ["2"]),
        ({"type": "number", "constraints": {"maximum": "NaN"}}, [], ["1"]),
        ({"type": "number", "constraints": {"minimum": "-INF"}}, ["1"], []),
        ({"type": "number", "constraints": {"enum": ["0.1000000000000000055"]}}, [], ["0.1"]),
        (
            {"type": "number", "constraints": {"exclusiveMinimum": "9.007199254740993"}},
            [],
            ["9.00719925474099"],
        ),
        ({"type": "number", "constraints": {"maximum": "1e400"}}, ["1"], []),
        ({"type": "number", "constraints": {"exclusiveMinimum": "1e-400"}}, ["1"], ["0"]),
        ({"type": "any", "constraints": {"enum": [5, "5"]}}, ["5"], ["6"]),
    ],
    ids=shown,
)
def test_bounds_past_what_arrow_holds_are_judged_one_by_one(
    field: dict[str, Any], good: list[str], bad: list[str]
) -> None:
    assert passed(field, *good, *bad) == [True] * len(good) + [False] * len(bad)


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ({"type": "string", "constraints": {"pattern": "a+"}}, "must match the pattern a+"),
        ({"type": "string", "constraints": {"minLength": 2}}, "must have the minLength 2"),
        ({"type": "integer", "constraints": {"maximum": 2}}, "must have the maximum 2"),
        ({"type": "integer", "constraints": {"enum": [1, "2"]}}, "must be one of: 1, 2"),
        ({"type": "string", "categories": ["a", "b"]}, "must be one of: a, b"),
        (
            {"type": "string", "constraints": {"enum": ["a" * 400, "b" * 600, "c", "d"]}},
            f"must be one of: {'a' * 400}, {'b' * 600} and 2 more",
        ),
        ({"type": "string", "categories": ["a" * 1001, "b"]}, f"must be one of: {'a' * 1001} and 1 more"),
        ({"type": "array", "constraints": {"jsonSchema": {}}}, "must conform to the field's JSON Schema"),
    ],
)
def test_a_test_says_what_it_expects(field: dict[str, Any], expected: str) -> None:
    (test,) = constraint_tests(parse_schema({"fields": [{"name": "x", **field}]}).fields[0])

    assert test.expected == expected


@pytest.mark.parametrize(
    ("field", "message"),
    [
        (
            {"type": "integer", "constraints": {"minimum": 2, "maximum": 1}},
            "no value has both the minimum 2 and the maximum 1",
        ),
        ({"type": "integer", "constraints": {"minimum": 2, "exclusiveMaximum": 2}}, "no value has both"),
        (
            {"type": "date", "constraints": {"exclusiveMinimum": "2025-01-01", "maximum": "2025-01-01"}},
            "no value has both",
        ),
        (
            {"type": "number", "constraints": {"exclusiveMinimum": 1, "exclusiveMaximum": "1.0"}},
            "no value has both",
        ),
        ({"type": "string", "constraints": {"minLength": 3, "maxLength": 2}}, "no value has both"),
        ({"type": "string", "constraints": {"enum": []}}, "enum [] is not a list of values"),
        ({"type": "string", "constraints": {"minLength": -1}}, "minLength -1 is not a whole number from 0"),
        ({"type": "string", "constraints": {"pattern": 5}}, "the pattern 5 is not a text"),
        (
            {"type": "string", "categories": ["a"], "constraints": {"enum": ["a", "b"]}},
            "enum has 'b', which is none of its categories",
        ),
        (
            {"type": "duration", "constraints": {"minimum": "P1M", "maximum": "P30D"}},
            "no value has both the minimum P1M and the maximum P30D",
        ),
        ({"type": "string", "constraints": {"jsonSchema": {}}}, "cannot have the constraint 'jsonSchema'"),
        ({"type": "boolean", "constraints": {"minimum": True}}, "cannot have the constraint 'minimum'"),
        ({"type": "integer", "constraints": {"minimum": None}}, "minimum None is not of the type integer"),
        ({"type": "list", "itemType": "object"}, "the itemType 'object' is none of"),
    ],
)
def test_what_nothing_can_meet_is_a_finding(
    make_package: MakePackage, field: dict[str, Any], message: str
) -> None:
    report = factpack.validate(make_package(t=("x\n", [{"name": "x", **field}])))

    assert report.exit_code == 1
    assert any(message in item.message for item in report.findings), report.findings


@pytest.mark.parametrize(
    "field",
    [
        {"type": "integer", "constraints": {"minimum": 2, "maximum": 2}},
        {"type": "integer", "constraints": {"minimum": 1, "exclusiveMaximum": 2}},
        {"type": "duration", "constraints": {"minimum": "P1M", "maximum": "P40D"}},
        {
            "type": "datetime",
            "constraints": {"minimum": "2025-01-01T00:00:00", "maximum": "2024-01-01T00:00:00Z"},
        },
        {"type": "string", "categories": ["a", "b"], "constraints": {"enum": ["b"]}},
        {"type": "string", "constraints": {"minLength": 0, "maxLength": 0}},
    ],
)
def test_what_something_can_meet_is_none(make_package: MakePackage, field: dict[str, Any]) -> None:
    assert factpack.validate(make_package(t=("x\n", [{"name": "x", **field}]))).findings == []


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("patern", "; did you mean 'pattern'?"),
        ("Minimum", "; did you mean 'minimum'?"),
        ("jsonschema", "; did you mean 'jsonSchema'?"),
        ("minimum", ""),
        ("zzz", ""),
    ],
)
def test_an_unknown_constraint_is_refused_with_a_hint(name: str, hint: str) -> None:
    (parsed,) = parse_schema({"fields": [{"name": "x", "type": "string", "constraints": {name: 1}}]}).fields

    with pytest.raises(SchemaError) as raised:
        list(constraint_tests(parsed))
    assert str(raised.value) == f"x: a field of the type string cannot have the constraint {name!r}{hint}"


@pytest.mark.parametrize(
    ("bound", "passing", "failing"),
    [
        ({"minimum": "0001-01-01T00:00:00+14:00"}, ["0001-01-01T00:00:00Z"], []),
        ({"maximum": "9999-12-31T23:59:59-14:00"}, ["9999-12-31T23:59:59Z"], []),
        ({"minimum": "2024-01-01T00:00:00+14:00"}, ["2023-12-31T10:00:00Z"], ["2023-12-31T09:59:59Z"]),
    ],
    ids=["first year", "last year", "this age"],
)
def test_bounds_in_other_zones_hold_up_to_the_ends_of_the_calendar(
    make_package: MakePackage, bound: dict[str, str], passing: list[str], failing: list[str]
) -> None:
    field = {"name": "x", "type": "datetime", "constraints": bound}
    report = factpack.validate(make_package(t=("x\n" + "\n".join([*passing, *failing]) + "\n", [field])))

    assert [found.value for found in report.findings] == failing
