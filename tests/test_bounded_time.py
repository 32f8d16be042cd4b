"""Patterns and JSON Schemas: the time that they are given, on a clock of the tests' own, and how they are read."""

import contextlib
import time
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pandera.errors as pa_errors
import pyarrow as pa
import pytest
import regex
from conftest import MakePackage

import factpack
from factpack import json_schema, patterns
from factpack.exceptions import SchemaError, UnjudgedError
from factpack.json_schema import json_schema_test
from factpack.patterns import Clock, Pattern, PatternError
from factpack.table_schema import parse_schema

(FIELD,) = parse_schema({"fields": [{"name": "x", "type": "object"}]}).fields


class Ticking:
    """A time that a second passes on with each look at it."""

    def __init__(self) -> None:
        self.now = 100.0

    def thread_time(self) -> float:
        """Return the time, which has passed on."""
        self.now += 1
        return self.now


# ---- patterns


def test_each_text_shortens_the_time_of_all_patterns_on_a_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[float] = []
    compiled = SimpleNamespace(
        fullmatch=lambda text, timeout: given.append(timeout),
        search=lambda text, timeout: given.append(timeout) or text,
    )
    monkeypatch.setattr(patterns, "time", Ticking())
    monkeypatch.setattr(patterns, "_compile", lambda *arguments: compiled)
    monkeypatch.setattr(patterns, "PATTERN_SECONDS", 5.5)
    monkeypatch.setattr(patterns, "ALLOWANCE", 0.25)
    clock = Clock()
    one, other, alone = Pattern("a", clock), Pattern("b", clock), Pattern("c")

    # a text takes two seconds, one of them until it is matched
    assert [one.matches("x"), other.is_found_in("x"), one.matches("x"), other.matches("x")] == [
        *(False, True, False, False)
    ]
    assert given == [4.5, 2.75, 1.0, 0.001]
    assert alone.matches("x") is False
    assert given[4:] == [4.5]
    clock.restart()
    assert one.matches("x") is False
    assert given[5:] == [4.5]


def test_a_pattern_that_takes_too_long_leaves_little_time_to_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(patterns, "PATTERN_SECONDS", 0.2)
    clock = Clock()
    slow, others = Pattern("(?=x)(x|xx)+", clock), [Pattern(f"(?=x)({text}|xx)+", clock) for text in "xyz"]

    for _ in range(3):
        with pytest.raises(TimeoutError):
            slow.matches("x" * 60 + "y")
    start = time.process_time()
    for _ in range(20):
        with pytest.raises(TimeoutError):
            others[0].matches("x" * 60 + "y")
    assert time.process_time() - start < 2
    assert others[1].matches("xx")
    assert not others[2].matches("xy")


@pytest.mark.parametrize("more", [0, 1])
def test_a_very_long_pattern_is_not_judged(make_package: MakePackage, more: int) -> None:
    pattern = "a?" * (patterns.MOST_CHARACTERS // 2) + "b" * more
    field = {"name": "a", "type": "string", "constraints": {"pattern": pattern}}

    report = factpack.validate(make_package(t=("a\nc\n", [field])))

    assert [(found.rule, found.severity.value) for found in report.findings] == [
        ("resource", "unjudged") if more else ("pattern", "error")
    ]


def slow_package(make_package: MakePackage, columns: int, tables: int = 1) -> Path:
    fields = [
        {"name": f"c{n}", "type": "string", "constraints": {"pattern": f"(?=x)(x|xx)+|{n}"}}
        for n in range(columns)
    ]
    labels = ",".join(field["name"] for field in fields)
    table = f"{labels}\n" + ",".join(["x" * 60 + "y"] * columns) + "\n", fields
    return make_package(**{f"t{number}": table for number in range(tables)})


@pytest.mark.slow
@pytest.mark.parametrize(("tables", "columns"), [(1, 12), (12, 1)])
def test_slow_patterns_in_many_columns_take_no_longer_than_in_one(
    make_package: MakePackage, tables: int, columns: int
) -> None:
    descriptor = slow_package(make_package, columns, tables)
    start = time.process_time()

    assert factpack.validate(descriptor).exit_code == 2
    assert time.process_time() - start < 12


def test_a_validation_leaves_the_next_one_its_time(
    make_package: MakePackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    cells = "\n".join("x" * 20 + str(number) for number in range(10))
    schema = {"additionalProperties": False, "patternProperties": {"(?=x)(x|xx)+[0-9]": {}}}
    field = {"name": "a", "type": "object", "constraints": {"jsonSchema": schema}}
    rows = "\n".join(f'"{{""{cell}"": 1}}"' for cell in cells.split())
    descriptor = make_package(t=(f"a\n{rows}\n", [field]))
    given: list[float] = []
    left = Clock.left
    monkeypatch.setattr(Clock, "left", lambda clock: given.append(left(clock)) or given[-1])

    for _ in range(5):
        given.clear()
        assert factpack.validate(descriptor).exit_code == 0
        assert 1.5 < given[0] <= 2


def test_a_compiled_schema_has_its_time_for_each_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patterns, "PATTERN_SECONDS", 0.2)
    field = {"name": "x", "type": "string", "constraints": {"pattern": "(?=x)(x|xx)+"}}
    schema = factpack.pandera_schema({"fields": [field]})
    given: list[float] = []
    left = Clock.left
    monkeypatch.setattr(Clock, "left", lambda clock: given.append(left(clock)) or given[-1])

    for text in ("x" * 60 + "y", "x"):
        given.clear()
        with contextlib.suppress(pa_errors.SchemaErrors):
            schema.validate(pd.DataFrame({"x": [text]}), lazy=True)
        assert 0.1 < given[0] <= 0.2


def test_a_match_that_is_stopped_while_others_take_the_time_is_tried_again() -> None:
    stops = [True, True, False]

    def match(text: str, timeout: float) -> bool:
        if stops.pop(0):
            raise TimeoutError
        return True

    assert Pattern("a")._timed(match, "x")
    assert stops == []


def test_what_is_on_one_clock_takes_turns() -> None:
    clock, inside, most = Clock(), [0], [0]

    def call() -> None:
        inside[0] += 1
        most.append(inside[0])
        time.sleep(0.01)
        inside[0] -= 1

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: clock.timed(0, call), range(8)))
    assert max(most) == 1
    assert len(most) == 9
    assert clock.left() == 0


def test_the_clock_stands_still_for_what_other_threads_do() -> None:
    clock = Clock()
    clock.timed(0, lambda: time.sleep(0.3))

    assert clock.timed(0, clock.left) > patterns.PATTERN_SECONDS - 0.2


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
        ("[a&&b||c~~]&|~", r"[a\&\&b\|\|c\~\~]&|~"),
    ],
)
def test_a_pattern_is_put_into_the_form_of_regex(source: str, translated: str) -> None:
    assert patterns._translated(source) == translated


def test_the_classes_of_regex_may_be_left_as_they_are() -> None:
    assert patterns._translated(r"\w{x}\b", has_classes=True) == r"\w\{x}\b"


@pytest.mark.parametrize(
    "source",
    [
        *("(", "[", "a{2,1}", "*", "(?P<a>x)(?P<a>y)", r"\p{Nope}"),
        *(r"\p{L}(?P<n>a)(?P<n>b)", r"\p{L", r"\p{L}{2", r"\p{L}2}", r"\p{L}(?R)", r"\p{L}\X", r"\i(?|a)"),
        *(r"[\p{L}-z]", "[-[a]]", "[^-[a]]", "[a-[b]", "[a-[b]c]", "[a-z-[b-[c]]", r"\c{e<=1}", r"\i**"),
    ],
)
def test_the_message_on_a_malformed_pattern(source: str) -> None:
    with pytest.raises(PatternError) as raised:
        Pattern(source)

    assert str(raised.value).startswith(f"the pattern {source!r} is malformed: ")
    assert isinstance(raised.value.__cause__, Exception)


def test_a_pattern_of_very_many_groups_in_each_other_is_not_judged() -> None:
    with pytest.raises(UnjudgedError, match=r"^a pattern has too many groups in each other$"):
        Pattern("(" * 2_000 + ")" * 2_000)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("[a-[b]c]", "a subtraction does not end its class"),
        ("[-[a]]", "there is nothing to subtract from"),
        ("[^-[a]]", "there is nothing to subtract from"),
        (r"\i{", "a { belongs to no repetition"),
        (r"\i}", "a } belongs to no repetition"),
    ],
)
def test_the_message_on_what_python_does_not_tell(source: str, reason: str) -> None:
    with pytest.raises(PatternError) as raised:
        Pattern(source)

    assert str(raised.value) == f"the pattern {source!r} is malformed: {reason}"


@pytest.mark.parametrize(
    ("source", "has_xml"),
    [
        *(
            (r"\p{L}", True),
            (r"\\p{L}", False),
            (r"\\\p{L}", True),
            (r"\P", True),
            (r"a\i", True),
            (r"[\C]", True),
        ),
        *(
            ("[a-z-[b]]", True),
            ("a-[b]", False),
            (r"[a\]-[b]]", True),
            (r"\[a-[b]", False),
            ("[a]-[b]", False),
        ),
        *((r"\[", False), ("[^-[a]]", True), ("a-[b-[c]]", True), ("", False)),
    ],
)
def test_what_only_xml_schema_has_is_told(source: str, has_xml: bool) -> None:
    assert patterns._has_xml(source) == has_xml


@pytest.mark.parametrize("part", ["[", r"\p{", r"\i{", "[a-", "(?:"])
def test_a_long_malformed_pattern_is_refused_at_once(part: str) -> None:
    start = time.process_time()

    with pytest.raises(PatternError):
        Pattern(part * 5_000)
    assert time.process_time() - start < 10


@pytest.mark.parametrize(
    ("source", "good", "bad"),
    [
        (r"\p{L}{2}\P{L}{1,}", ["ab1", "é\u00df-"], ["a1", "abc"]),
        ("[a-z-[aeiou]]+", ["bcd"], ["a", "-", "["]),
        ("[^a-z-[1-3-[2]]]", ["2", "4", "A"], ["1", "3", "a"]),
        (r"[\p{Lu}\]{}(*]\i\c*", ["AA1", "]a", "{:", "(a-.b", "*x"], ["a1", "A-"]),
        (r"[\p{Lu}&&|~~]+", ["A&|~"], ["a"]),
        (r"\p{L}\{2\}|\[-\[", ["x{2}", "[-["], ["xx"]),
    ],
)
def test_what_xml_schema_alone_has_is_matched(source: str, good: list[str], bad: list[str]) -> None:
    pattern = Pattern(source)

    assert [pattern.matches(text) for text in good] == [True] * len(good)
    assert [pattern.matches(text) for text in bad] == [False] * len(bad)


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
    monkeypatch.setattr(patterns, "time", Ticking())
    monkeypatch.setattr(patterns, "PATTERN_SECONDS", 10.0)
    monkeypatch.setattr(json_schema, "ALLOWANCE", 1.0)
    test = json_schema_test(FIELD, {"type": "object"})

    # a value takes two seconds, one until its keyword, and brings one
    assert [test(value) for value in ({}, [])] == [True, False]
    assert all(test({}) for _ in range(7))
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
            {"items": {"anyOf": [True, {"$schema": "http://json-schema.org/draft-07/schema#"}]}},
            UnjudgedError,
            "x: the jsonSchema has a schema within that names its own draft",
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


@pytest.mark.parametrize(
    "draft", ["http://json-schema.org/draft-07/schema#", "https://json-schema.org/draft/2020-12/schema"]
)
def test_references_to_a_whole_json_schema_that_names_its_draft_are_on_the_clock(draft: str) -> None:
    schema = {"$schema": draft, "properties": {"a": {"$ref": "#"}}, "pattern": "(a|aa|aaa)+$"}
    test = json_schema_test(FIELD, schema)

    assert [test({"a": "aa"}), test({"a": "b"})] == [True, False]
    with pytest.raises(TimeoutError):
        test({"a": "a" * 200 + "b"})


def test_a_reference_to_an_address_is_not_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Any] = []
    monkeypatch.setattr("urllib.request.urlopen", opened.append)
    test = json_schema_test(FIELD, {"$ref": "http://example.org/schema.json"})

    with pytest.raises(Exception, match="Unresolvable"):
        test({})

    assert opened == []


def test_a_property_may_have_the_name_of_that_which_names_a_draft() -> None:
    test = json_schema_test(FIELD, {"properties": {"$schema": {"type": "string"}}})

    assert [test({"$schema": "x"}), test({"$schema": 5})] == [True, False]


def test_many_different_items_of_an_enum_are_compared_at_once() -> None:
    items = [item for number in range(7_500) for item in (number, f"{number}")]
    start = time.process_time()

    test = json_schema_test(
        FIELD, {"$schema": "http://json-schema.org/draft-04/schema#", "properties": {"a": {"enum": items}}}
    )

    assert [test({"a": 7}), test({"a": -7})] == [True, False]
    assert time.process_time() - start < 5


@pytest.mark.parametrize("draft", ["draft-03", "draft-04"])
def test_an_item_of_an_enum_that_stands_twice_makes_a_json_schema_malformed(draft: str) -> None:
    schema = {"$schema": f"http://json-schema.org/{draft}/schema#", "enum": [1, "a", 1.0]}

    with pytest.raises(SchemaError, match=r"^x: the jsonSchema is malformed: an item stands twice$"):
        json_schema_test(FIELD, schema)


def test_since_draft_06_an_item_of_an_enum_may_stand_twice() -> None:
    schema = {"$schema": "http://json-schema.org/draft-07/schema#", "enum": [1, "a", 1.0]}

    assert json_schema_test(FIELD, schema)(1)


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
        ({"properties": {"a": {"multipleOf": 0.01}}}, {"a": 19.99}, {"a": 0.015}),
        ({"properties": {"a": {"multipleOf": 0.1}}}, {"a": 0.3}, {"a": 0.35}),
        ({"properties": {"a": {"multipleOf": 3}}}, {"a": -9}, {"a": 10}),
        ({"properties": {"a": {"multipleOf": 3}}}, {"a": 10**40 - 1}, {"a": 10**40}),
        ({"properties": {"a": {"multipleOf": 1e-300}}}, {"a": 1e300}, {"a": 1.5e-300}),
        ({"properties": {"a": {"multipleOf": 2}}}, {"a": True}, None),
    ],
    ids=str,
)
def test_keywords_of_json_schema(schema: Any, good: Any, bad: Any) -> None:
    test = json_schema_test(FIELD, schema)

    assert test(good)
    assert bad is None or not test(bad)


def test_many_items_are_unique_in_linear_time() -> None:
    test = json_schema_test(FIELD, {"properties": {"a": {"uniqueItems": True}}})
    items = [{"n": number} for number in range(20_000)]

    assert test({"a": items})
    assert not test({"a": [*items, {"n": 7}]})


def test_the_errors_of_keywords_say_what_is_wrong() -> None:
    keywords = json_schema.Keywords(Clock())
    errors = [
        *keywords.pattern(None, "b", "ac", {}),
        *json_schema._unique_items(None, True, [1, 1], {}),
        *keywords.additional_properties(None, False, {"a": 1}, {}),
        *json_schema._multiple_of(None, 3, 10, {}),
    ]

    messages = [
        *("'ac' does not match 'b'", "an item stands twice", "'a' is not allowed"),
        "10 is not a multiple of 3",
    ]
    assert [error.message for error in errors] == messages


# ---- long cells


@pytest.mark.parametrize("mark", ["", '"'])
def test_a_fault_after_a_long_cell_is_found_at_its_place(make_package: MakePackage, mark: str) -> None:
    cell = mark + "x" * 10_000_000 + mark
    start = time.monotonic()

    report = factpack.validate(make_package(t=(f'a\n{cell}\ny"z\n', [{"name": "a", "type": "string"}])))

    assert [(item.rule, item.row, item.line) for item in report.findings] == [("quoting", 3, 3)]
    assert time.monotonic() - start < 20
