"""Patterns and JSON Schemas: the time that they are given, on a clock of the tests' own, and how they are read."""

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pytest
import regex

from factpack import json_schema, patterns
from factpack.exceptions import SchemaError, UnjudgedError
from factpack.json_schema import json_schema_test
from factpack.patterns import Pattern, PatternError
from factpack.table_schema import parse_schema

(FIELD,) = parse_schema({"fields": [{"name": "x", "type": "object"}]}).fields


class Clock:
    """A clock that a second passes on with each look at it."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        """Return the time, which has passed on."""
        self.now += 1
        return self.now


# ---- patterns


def test_each_text_shortens_the_time_of_a_pattern(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[float] = []
    compiled = SimpleNamespace(
        fullmatch=lambda text, timeout: given.append(timeout),
        search=lambda text, timeout: given.append(timeout) or text,
    )
    monkeypatch.setattr(patterns, "time", Clock())
    monkeypatch.setattr(patterns, "_compile", lambda *arguments: compiled)
    monkeypatch.setattr(patterns, "PATTERN_SECONDS", 2.5)
    monkeypatch.setattr(patterns, "ALLOWANCE", 0.25)
    pattern = Pattern("a")

    assert [pattern.matches("x"), pattern.is_found_in("x"), pattern.matches("x"), pattern.matches("x")] == [
        *(False, True, False, False)
    ]
    assert pattern.matches("x") is False
    assert given == [2.5, 1.75, 1.0, 0.251, 0.251]


def test_a_part_may_match_in_json_schema_and_a_whole_text_must_elsewhere() -> None:
    assert Pattern("b").is_found_in("abc")
    assert not Pattern("b").matches("abc")
    assert not Pattern("^b").is_found_in("abc")


@pytest.mark.parametrize(
    ("source", "translated"),
    [
        (r"\p{IsGreek}\P{Lu}", r"\p{InGreek}\P{Lu}"),
        (r"[a-z-[b]]", "[a-z--[b]]"),
        (r"[^a-z-[b]]", "[[^a-z]--[b]]"),
        (r"[^a-[b-[c]]]", "[[^a]--[b--[c]]]"),
        (r"a-[b]", "a-[b]"),
        (r"[[a]", r"[\[a]"),
        (r"[a[^b]", r"[a\[^b]"),
        ("a]", "a]"),
        (r"\w[\w]", r"[\p{L}\p{N}_][\p{L}\p{N}_]"),
        (r"\s[\s]", r"[\s\x1c-\x1f][\s\x1c-\x1f]"),
        (r"\\w", r"\\w"),
        ("a{2}b{2,}c{2,3}d{,3}e{x}", r"a{2}b{2,}c{2,3}d{,3}e\{x}"),
        (r"\i", f"[{patterns.NAME_START}]"),
        (r"\c", f"[{patterns.NAME}]"),
        (r"\I\C", f"[^{patterns.NAME_START}][^{patterns.NAME}]"),
        (r"[\i\c]", f"[{patterns.NAME_START}{patterns.NAME}]"),
        (r"[\I]", f"[[^{patterns.NAME_START}]]"),
        ("a\nb", "a\nb"),
    ],
)
def test_a_pattern_is_put_into_the_form_of_regex(source: str, translated: str) -> None:
    assert patterns._translated(source) == translated


def test_the_classes_of_regex_may_be_left_as_they_are() -> None:
    assert patterns._translated(r"\w{x}", {}) == r"\w\{x}"


@pytest.mark.parametrize("source", ["(", "[", "a{2,1}", "*", "(?P<a>x)(?P<a>y)", r"\p{Nope}"])
def test_the_message_on_a_malformed_pattern(source: str) -> None:
    with pytest.raises(PatternError) as raised:
        Pattern(source)

    assert str(raised.value).startswith(f"the pattern {source!r} is malformed: ")
    assert isinstance(raised.value.__cause__, Exception)


def test_what_is_xml_schemas_alone_is_read_by_version_1_of_regex(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[Any, ...]] = []
    monkeypatch.setattr(patterns, "_compile", lambda *arguments: seen.append(arguments))

    Pattern(r"\p{L}")
    Pattern("^a$")

    assert seen == [(r"\p{L}", regex.VERSION1), ("^a$",)]


def test_arrow_is_given_the_whole_pattern_between_anchors() -> None:
    texts = pa.chunked_array([["a", "ab", "b", "xa", None]])

    for source in ("^a|b$", "a|b"):
        found = Pattern(source).many(texts)
        assert found is not None
        assert found.to_pylist() == [True, False, True, False, None]


def test_what_arrow_does_not_take_once_is_not_asked_again() -> None:
    pattern = Pattern("(((a{999}){99}){9})?")

    assert pattern.many(pa.chunked_array([["a"]])) is None
    assert pattern._arrow is None


# ---- JSON Schema


def test_each_value_shortens_the_time_of_a_json_schema(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_schema, "time", Clock())
    monkeypatch.setattr(json_schema, "JSON_SCHEMA_SECONDS", 10.0)
    monkeypatch.setattr(json_schema, "ALLOWANCE", 1.0)
    test = json_schema_test(FIELD, {"type": "object"})

    # a value takes two seconds, one until its keyword, and brings one
    assert [test(value) for value in ({}, [])] == [True, False]
    assert all(test({}) for _ in range(9))
    with pytest.raises(TimeoutError, match=r"^the JSON Schema takes too long$"):
        test({})


@pytest.mark.parametrize(
    ("schema", "error", "message"),
    [
        ("x", SchemaError, "x: the jsonSchema is not a JSON object"),
        (
            {"type": "objekt"},
            SchemaError,
            "x: the jsonSchema is malformed: 'objekt' is not valid under any of the given schemas",
        ),
        (
            {"unevaluatedProperties": False, "patternProperties": {}},
            UnjudgedError,
            "x: the jsonSchema has unevaluatedProperties beside patternProperties",
        ),
    ],
)
def test_the_whole_message_on_a_json_schema(schema: Any, error: type, message: str) -> None:
    with pytest.raises(error) as raised:
        json_schema_test(FIELD, schema)

    assert str(raised.value) == message


def test_a_json_schema_that_is_nested_too_deeply_is_not_judged() -> None:
    schema: dict[str, Any] = {}
    for _ in range(2000):
        schema = {"items": schema}

    with pytest.raises(UnjudgedError, match=r"^x: the jsonSchema is nested too deeply$"):
        json_schema_test(FIELD, schema)


def test_a_json_schema_of_a_draft_without_unevaluated_properties_may_name_them() -> None:
    schema = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "unevaluatedProperties": False,
        "patternProperties": {"^a": {"type": "integer"}},
    }
    test = json_schema_test(FIELD, schema)

    assert [test({"a": 1, "b": "x"}), test({"a": "x"})] == [True, False]


@pytest.mark.parametrize(
    ("schema", "good", "bad"),
    [
        ({"properties": {"a": {"maximum": Decimal("0.3")}}}, {"a": 0.3}, {"a": 0.31}),
        ({"properties": {"a": {"enum": [Decimal("1.5"), [Decimal("2.5")]]}}}, {"a": [2.5]}, {"a": 2}),
        ({"properties": {"a": {"pattern": "b"}}}, {"a": "abc"}, {"a": "ac"}),
        ({"properties": {"a": {"format": "email"}}}, {"a": "x"}, None),
        ({"patternProperties": {"b": {"type": "integer"}}}, {"abc": 1, "d": "x"}, {"abc": "x"}),
        ({"additionalProperties": False, "properties": {"a": {}}}, {"a": 1}, {"a": 1, "b": 1}),
        ({"additionalProperties": False, "patternProperties": {"^n": {}}}, {"n1": 1}, {"an": 1}),
        ({"additionalProperties": {"type": "integer"}}, {"a": 1, "b": 2}, {"a": 1, "b": "x"}),
        ({"additionalProperties": True}, {"a": 1}, None),
        ({"properties": {"a": {"uniqueItems": True}}}, {"a": [1, True, "1"]}, {"a": [1, 2, 1.0]}),
        ({"properties": {"a": {"uniqueItems": False}}}, {"a": [1, 1]}, None),
    ],
    ids=str,
)
def test_keywords_of_json_schema(schema: Any, good: Any, bad: Any) -> None:
    test = json_schema_test(FIELD, schema)

    assert test(good)
    assert bad is None or not test(bad)


def test_the_errors_of_keywords_say_what_is_wrong() -> None:
    assert [str(error.message) for error in json_schema._pattern(None, "b", "ac", {})] == [
        "'ac' does not match 'b'"
    ]
    assert [str(error.message) for error in json_schema._unique_items(None, True, [1, 1], {})] == [
        "an item stands twice"
    ]
    assert [
        str(error.message) for error in json_schema._additional_properties(None, False, {"a": 1}, {})
    ] == ["'a' is not allowed"]
