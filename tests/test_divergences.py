"""Each divergence by a small package: what factpack finds, what frictionless finds, and that the patch tells so."""

import gzip
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from as_frictionless import DIVERGENCES, Divergence, found_by_factpack, found_by_frictionless, predicted
from drawing import PROFILE, Found

Resource = tuple[dict[str, Any], dict[str, bytes]]


@dataclass(frozen=True)
class Example:
    """The resources of a package, what factpack finds in it, what frictionless finds, and its version."""

    resources: list[Resource]
    ours: set[Found]
    theirs: set[Found]
    version: str = "2.0"

    def write(self, folder: Path) -> Path:
        """Write the package into a folder, and return the path of its descriptor."""
        for _, files in self.resources:
            for path, content in files.items():
                (folder / path).write_bytes(content)
        profile = f"https://datapackage.org/profiles/{self.version}/datapackage.json"
        resources = [resource for resource, _ in self.resources]
        descriptor = folder / "datapackage.json"
        descriptor.write_text(json.dumps({"$schema": profile, "name": "small", "resources": resources}))
        return descriptor


def field(kind: str | None = "string", name: str = "a", **more: Any) -> dict[str, Any]:
    return {"name": name, **({} if kind is None else {"type": kind}), **more}


A, B = field(), field(name="b")


def table(content: str | bytes, *fields: Any, name: str = "t", path: str = "", **more: Any) -> Resource:
    """Return a table in a file; `more` are properties of its schema, or of the resource."""
    path = path or f"{name}.csv"
    return described(name, fields, path=path, **more)[0], {path: content_of(content)}


def described(name: str, fields: Any, **more: Any) -> Resource:
    """Return a resource without files."""
    of_schema = ("primaryKey", "uniqueKeys", "foreignKeys", "fieldsMatch")
    schema = {"fields": list(fields), **{key: more.pop(key) for key in of_schema if key in more}}
    return {"name": name, "schema": schema, **more}, {}


def content_of(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content


def refers(own: str, resource: str, other: str) -> list[dict[str, Any]]:
    return [{"fields": [own], "reference": {"resource": resource, "fields": [other]}}]


def cell(kind: str, text: str, **more: Any) -> list[Resource]:
    """Return a table with one cell, in row 2."""
    quoted = text.replace('"', '""')
    return [table(f'a\n"{quoted}"\n', field(kind, **more))]


def one(kind: str, row: int | None = 2, name: str | None = "a", resource: str | None = "t") -> set[Found]:
    return {(kind, resource, row, name)}


def stop(kind: str) -> set[Found]:
    return one(kind, None, None)


def fault(kind: str) -> set[Found]:
    """Return a fault of the whole descriptor."""
    return one(kind, None, None, None)


def raised(name: str) -> set[Found]:
    return one("exception", None, None, name)


ILL_TYPED, REFUSED, NOTHING = one("type-error"), one("constraint-error"), set[Found]()

EXAMPLES: dict[str, Example] = {
    "descriptor-stops": Example(
        [
            table("a\nx\n", field(constraints={"minLength": "1"})),
            table("a\nx\n", field("integer"), name="u"),
        ],
        stop("schema") | one("type-error", resource="u"),
        fault("field-error"),
    ),
    "constraints-not-known": Example(
        cell("duration", "P2D", constraints={"maximum": "P1D"}), REFUSED, fault("field-error")
    ),
    "version-gates": Example(
        cell("integer", "0", constraints={"exclusiveMinimum": 0}), REFUSED, fault("field-error"), "1.0"
    ),
    "examples": Example(cell("number", "1,5", decimalChar=",", example="1,5"), NOTHING, fault("field-error")),
    "untyped-fields": Example([described("t", [field(None)], data=[["a"], [1]])], NOTHING, ILL_TYPED),
    "categories-ignored": Example(cell("string", "y", categories=["x"]), one("categories"), NOTHING),
    "unique-keys-ignored": Example(
        [table("a\nx\nx\n", A, uniqueKeys=[["a"]])], one("uniqueKeys", 3), NOTHING
    ),
    "partial-primary-key": Example(
        [table("a,b\nx,\n", A, B, primaryKey=["a", "b"])], one("primary-key", name=None), NOTHING
    ),
    "blank-row-with-key": Example(
        [table("a,b\n,\n", A, B, primaryKey=["a"])],
        one("blank-row", name=None),
        one("blank-row", name=None) | one("primary-key", name=None),
    ),
    "keys-to-nowhere": Example(
        [table("a\nx\n", A, foreignKeys=refers("a", "", "b"))], stop("schema"), one("foreign-key", name=None)
    ),
    "unread-parents": Example(
        [
            described("gone", [A], path="gone.csv"),
            table("a\nx\n", A, foreignKeys=refers("a", "gone", "a")),
        ],
        one("scheme-error", None, None, "gone") | stop("unjudged foreignKeys"),
        one("scheme-error", None, None, "gone") | stop("scheme-error"),
    ),
    "unequal-nan": Example(
        [table("a\nNaN\nNaN\n", field("number", constraints={"unique": True}))],
        one("unique-error", 3),
        NOTHING,
    ),
    "true-is-one": Example(
        [table("a,b\n1,true\n", field("integer"), field("boolean", "b"), foreignKeys=refers("b", "", "a"))],
        one("foreign-key", name=None),
        NOTHING,
    ),
    "unhashable-keys-raise": Example(
        [table("a\n[1]\n[1]\n", field("array"), primaryKey=["a"])],
        one("primary-key", 3, None),
        raised("TypeError"),
    ),
    "years-and-months": Example(
        [table("a\nP1Y\nP12M\n", field("duration", constraints={"unique": True}))],
        one("unique-error", 3),
        NOTHING,
    ),
    "number-forms": Example(cell("integer", "1_000"), ILL_TYPED, NOTHING),
    "group-char-in-integer": Example(cell("integer", "1,000", groupChar=","), NOTHING, ILL_TYPED),
    "json-constants": Example(cell("array", "[NaN]"), ILL_TYPED, NOTHING),
    "binary-forms": Example(cell("string", "!!!!", format="binary"), ILL_TYPED, NOTHING),
    "uri-forms": Example(cell("string", "http:// a", format="uri"), ILL_TYPED, NOTHING),
    "date-forms": Example(cell("date", "2025-2-1"), ILL_TYPED, NOTHING),
    "time-forms": Example(cell("time", "10:00:00,5"), ILL_TYPED, NOTHING),
    "datetime-forms": Example(cell("datetime", "2025-01-01x10:00:00"), ILL_TYPED, NOTHING),
    "duration-forms": Example(cell("duration", "P2W"), ILL_TYPED, NOTHING),
    "year-forms": Example(cell("year", "-0044"), NOTHING, ILL_TYPED),
    "yearmonth-forms": Example(cell("yearmonth", "2025-1"), ILL_TYPED, NOTHING),
    "geopoint-forms": Example(cell("geopoint", "1_0,2"), ILL_TYPED, NOTHING),
    "json-values": Example([described("t", [field("year")], data=[["a"], [True]])], ILL_TYPED, NOTHING),
    "pattern-anchors": Example(
        cell("string", "catfish", constraints={"pattern": "cat|dog"}), REFUSED, NOTHING
    ),
    "pattern-raises": Example(
        cell("string", "1", constraints={"pattern": "\\p{L}"}), REFUSED, raised(re.error.__name__)
    ),
    "arguments-of-other-types": Example(
        cell("integer", "1", constraints={"minimum": "x"}), stop("schema"), raised("TypeError")
    ),
    "times-without-order": Example(
        cell("datetime", "2025-01-01T10:00:00Z", constraints={"minimum": "2025-01-01T00:00:00"}),
        REFUSED,
        raised("TypeError"),
    ),
    "impossible-constraints": Example(
        cell("integer", "1", constraints={"minimum": 3, "maximum": 2}), stop("schema"), REFUSED
    ),
    "duplicate-labels-stop": Example(
        [table("a,a\nx,y\n", field("integer"), fieldsMatch="subset")],
        one("duplicate-label", None) | ILL_TYPED,
        stop("error"),
    ),
    "renamed-columns": Example(
        [table("a,a\nx\n", A)],
        stop("extra-label") | one("missing-cell"),
        stop("extra-label") | one("missing-cell", name="a2"),
    ),
    "blank-labels": Example([table("a,\nx,y\n", A, fieldsMatch="subset")], stop("blank-label"), NOTHING),
    "blank-header": Example([table("\nx\n", A)], stop("source-error"), NOTHING),
    "short-header-rows": Example(
        [table("x\na,b\n1,2\n", field(name="x a"), field(name="x b"), dialect={"headerRows": [1, 2]})],
        NOTHING,
        one("incorrect-label", None, "x b"),
    ),
    "keyed-inline-rows": Example(
        [described("t", [A], data=[{"a": "x", "b": "y"}])], stop("extra-label"), NOTHING
    ),
    "inline-data-stops": Example([described("t", [A], data=[])], NOTHING, stop("source-error")),
    "python-csv": Example([table('a\n"x" y\n', A)], one("quoting"), NOTHING),
    "nul-bytes": Example([table("a\nx\0\n", A)], one("nul"), NOTHING),
    "comments-by-cell": Example(
        [table('a\n"#x"\n', field("integer"), dialect={"commentChar": "#"})], ILL_TYPED, NOTHING
    ),
    "one-character-marks": Example(
        [table("a||b\nx||y\n", A, B, dialect={"delimiter": "||"})], NOTHING, stop("source-error")
    ),
    "double-quote-ignored": Example(
        [table('a\n"x""y"\n', A, dialect={"doubleQuote": False})], one("quoting"), NOTHING
    ),
    "line-terminator-ignored": Example(
        [table("a~x~", A, dialect={"lineTerminator": "~"})], NOTHING, one("incorrect-label", None)
    ),
    "line-ends-in-cells": Example(
        [table('a\n"x\r\ny"\n', field(constraints={"maxLength": 3}), path="t.tsv")], REFUSED, NOTHING
    ),
    "null-sequence-ignored": Example(
        [table("a,b\n-,x\n", field("integer"), B, dialect={"nullSequence": "-"})], NOTHING, ILL_TYPED
    ),
    "skipped-blank-rows": Example(
        [table("a,b\n,\nx,y\n", A, B, dialect={"skipBlankRows": True})], stop("unjudged resource"), NOTHING
    ),
    "header-rows-as-named": Example(
        [table("a\nx\n1\n", field("integer", "a x"), dialect={"headerRows": [2, 1]})],
        NOTHING,
        one("type-error", name="a x"),
    ),
    "header-in-first-row": Example(
        [table("#c\na\n1\n", field("integer"), dialect={"header": True, "commentChar": "#"})],
        NOTHING,
        ILL_TYPED,
    ),
    "searched-header": Example(
        [table("Title\na,b,c,d\n1,2,3,4\n", A, B, field(name="c"), field(name="d"))],
        one("incorrect-label", None)
        | {("missing-label", "t", None, name) for name in "bcd"}
        | {("extra-cell", "t", row, None) for row in (2, 3)},
        NOTHING,
    ),
    "sniffed-dialect": Example(
        [table("a;b\nx;y\nx;y\n", A, B)],
        one("incorrect-label", None) | one("missing-label", None, "b"),
        NOTHING,
    ),
    "guessed-encoding": Example([table("a\nété à Orléans\n".encode("latin-1"), A)], one("encoding"), NOTHING),
    "encoding-stops": Example(
        [table(b"a,b\n1,\xff\nx,y\n", field("integer"), B, encoding="utf-8")],
        one("encoding", name="b") | one("type-error", 3),
        stop("encoding-error"),
    ),
    "first-lines-dropped": Example(
        [
            (
                described("t", [field("integer")], path=["1.csv", "2.csv"])[0],
                {"1.csv": b"a\n1\n", "2.csv": b"x\n2\n"},
            )
        ],
        one("type-error", 3),
        NOTHING,
    ),
    "packed-files": Example(
        [table(gzip.compress(b"a\nx\n", mtime=0)[:-4], A, path="t.csv.gz")],
        stop("resource"),
        raised("EOFError"),
    ),
    "other-files-pass": Example(
        [table("a\nx\n", field("integer"), path="t.txt")], stop("unjudged resource"), NOTHING
    ),
}

#: More cells: the divergence, the field, texts that only factpack refuses and that only frictionless refuses, texts
#: that both take and that both refuse.
CELLS: list[tuple[str, dict[str, Any], list[str], list[str], list[str], list[str]]] = [
    ("number-forms", {"type": "integer"}, ["1_000", "１"], ["9" * 5000], ["1000"], []),
    ("number-forms", {"type": "integer", "bareNumber": True}, ["1_000", "１"], [], ["1000"], []),
    ("number-forms", {"type": "number"}, ["1_000", "１", "infinity"], [], ["1000"], []),
    ("number-forms", {"type": "number", "decimalChar": "."}, ["1_000", "１"], [], ["1000"], []),
    ("number-forms", {"type": "number", "bareNumber": False}, [], ["INF", "nan"], ["5%"], ["x"]),
    ("number-forms", {"type": "list", "itemType": "integer"}, ["1_0,2"], [], ["1,2"], []),
    ("group-char-in-integer", {"type": "integer", "groupChar": ","}, [], ["1,000"], ["1"], ["1.000"]),
    (
        "year-forms",
        {"type": "year"},
        [" 202", "+202", "1_99", "0000"],
        ["-0044", "12345", "2020Z", "2020+01:00"],
        ["0001"],
        ["025", "-0000", "2020+15:00"],
    ),
    (
        "yearmonth-forms",
        {"type": "yearmonth"},
        ["20-1", "2_0-1", "2020-001", "0000-01"],
        ["-2020-01", "2020-01Z"],
        ["2020-01"],
        ["-2020-13", "2020-01+1"],
    ),
    ("date-forms", {"type": "date"}, ["2025-2-1", "２０２５-02-01"], [], ["2025-02-01"], ["2025-02-30"]),
    ("time-forms", {"type": "time"}, ["10:00:00.5", "10:00:00Z"], [], ["10:00:00"], ["10:00"]),
    (
        "datetime-forms",
        {"type": "datetime"},
        ["2020-W01-1T00:00:00", "2020-01-01T00:00:00,5", "2020-01-01T12:00:00+14:01"],
        [],
        ["2020-01-01T00:00:00", "2020-01-01T12:00:00+14:00"],
        ["2020-01-01"],
    ),
    (
        "duration-forms",
        {"type": "duration"},
        ["PT", "P1DT", "P2W", "P1.5D", "+P1D", "PT1,5S", "P0003-06-04T12:30:05"],
        [],
        ["P1Y2M3DT4H5M6.7S", "-P1D", "PT0S", "P0Y"],
        ["1D"],
    ),
    (
        "uri-forms",
        {"type": "string", "format": "uri"},
        ["http://a b/", "http://a/%zz", "http://[::1", "http://a#b#c", "http://a/\u00e9", "a:^"],
        [],
        ["http://a/b%20c?d=/e?#f", "urn:isbn:1", "http://u:p@[::1]:80/", "file:///a", "a:", "mailto:a@b"],
        ["a"],
    ),
    ("json-constants", {"type": "object"}, ['{"a": NaN}'], [], ['{"a": 1}'], ["{"]),
    ("json-constants", {"type": "array"}, ["[NaN]", "[Infinity]"], [f"[{'9' * 5000}]"], ["[1]"], ["["]),
    (
        "json-constants",
        {"type": "geojson"},
        ['{"type": "Point", "coordinates": [NaN, 1]}'],
        [],
        ['{"type": "Point", "coordinates": [1, 2]}'],
        ['{"type": "Point"}', "[1]"],
    ),
    (
        "geopoint-forms",
        {"type": "geopoint", "format": "array"},
        ['["90","45"]', "[true,1]"],
        [],
        ["[1,2]"],
        ["[1]"],
    ),
    (
        "pattern-anchors",
        {"type": "string", "constraints": {"pattern": "cat|dog"}},
        ["catfish"],
        [],
        ["cat", "dog"],
        ["fish"],
    ),
    ("pattern-anchors", {"type": "string", "constraints": {"pattern": "ab"}}, ["ab\n"], [], ["ab"], ["abc"]),
    (
        "categories-ignored",
        {"type": "integer", "categories": [{"value": 1, "label": "one"}]},
        ["2"],
        [],
        ["1", "01"],
        ["x"],
    ),
]

BY_NAME = {divergence.name: divergence for divergence in DIVERGENCES}

pytestmark = pytest.mark.filterwarnings("ignore:tzname")


def test_every_divergence_has_an_example() -> None:
    assert len(BY_NAME) == len(DIVERGENCES)
    assert list(EXAMPLES) == list(BY_NAME)


@pytest.mark.parametrize("name", BY_NAME)
def test_each_divergence(tmp_path: Path, name: str) -> None:
    example = EXAMPLES[name]
    descriptor = example.write(tmp_path)

    assert found_by_factpack(descriptor) == example.ours
    assert found_by_frictionless(descriptor) == example.theirs
    assert predicted(descriptor, [BY_NAME[name]]) == example.theirs
    assert predicted(descriptor) == example.theirs
    assert found_by_factpack(descriptor) == example.ours, "the patch stays"


@pytest.mark.parametrize(("name", "declared", "ours", "theirs", "good", "bad"), CELLS, ids=range(len(CELLS)))
def test_cells_that_only_one_of_them_refuses(
    tmp_path: Path,
    name: str,
    declared: dict[str, Any],
    ours: list[str],
    theirs: list[str],
    good: list[str],
    bad: list[str],
) -> None:
    texts = [*ours, *theirs, *good, *bad]
    quoted = ['"' + text.replace('"', '""') + '"\n' for text in texts]
    descriptor = Example([table("a\n" + "".join(quoted), {"name": "a", **declared})], set(), set()).write(
        tmp_path
    )

    def refused(found: set[Found]) -> set[str]:
        return {texts[row - 2] for _, _, row, _ in found if row is not None}

    assert refused(found_by_factpack(descriptor)) == {*ours, *bad}
    assert refused(found_by_frictionless(descriptor)) == {*theirs, *bad}
    assert predicted(descriptor, [BY_NAME[name]]) == found_by_frictionless(descriptor)


def test_a_divergence_says_what_and_why() -> None:
    def is_said(divergence: Divergence) -> bool:
        return bool(divergence.section) and divergence.says.endswith(".") and bool(divergence.patches)

    assert [divergence.name for divergence in DIVERGENCES if not is_said(divergence)] == []


def test_a_table_in_parts_whose_list_of_header_rows_is_empty_is_predicted(tmp_path: Path) -> None:
    # frictionless drops the first line of the second part, and takes that of the first for data
    parts = {"t-0.csv": "a,b", "t-1.csv": "a,b"}
    for name, text in parts.items():
        (tmp_path / name).write_text(text)
    resource = {
        "name": "t",
        "path": list(parts),
        "dialect": {"delimiter": ",", "skipInitialSpace": False, "header": True, "headerRows": []},
        "schema": {"fields": [{"name": "a", "type": "number"}, {"name": "b", "type": "string"}]},
    }
    descriptor = tmp_path / "datapackage.json"
    descriptor.write_text(json.dumps({"$schema": PROFILE, "name": "p", "resources": [resource]}))

    assert predicted(descriptor) == found_by_frictionless(descriptor) == {("type-error", "t", 1, "a")}


def test_the_names_of_columns_without_a_schema_are_predicted(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a,,a,\nx\n")
    resource = {"name": "t", "path": "t.csv", "dialect": {"header": True, "delimiter": ","}}
    descriptor = tmp_path / "datapackage.json"
    descriptor.write_text(json.dumps({"$schema": PROFILE, "name": "p", "resources": [resource]}))

    labels = one("blank-label", None, "field2") | one("duplicate-label", None, "a2")
    cells = {("missing-cell", "t", 2, name) for name in ("field2", "a2", "field4")}
    found = found_by_frictionless(descriptor)
    assert found == predicted(descriptor) == labels | one("blank-label", None, "field4") | cells
    assert one("blank-label", None, None) | one("duplicate-label", None, "a") <= found_by_factpack(descriptor)


@pytest.mark.parametrize(
    ("resource", "ours", "theirs"),
    [
        ({"path": "t.csv", "data": [["a"]]}, "descriptor", "resource-error"),
        ({"path": "t.csv", "schema": 5}, "descriptor", "resource-error"),
        ({"path": "t.csv", "schema": "bad.json"}, "descriptor", "schema-error"),
        ({"path": "t.csv", "dialect": "bad.json"}, "descriptor", "dialect-error"),
        ({}, "descriptor", "resource-error"),
        ({"path": 5}, "descriptor", "resource-error"),
    ],
    ids=str,
)
def test_a_resource_whose_descriptor_is_malformed_is_a_fault_of_the_descriptor(
    tmp_path: Path, resource: dict[str, Any], ours: str, theirs: str
) -> None:
    (tmp_path / "t.csv").write_text("a\nx\n")
    (tmp_path / "bad.json").write_text("?")
    descriptor = tmp_path / "datapackage.json"
    resources = [{"name": "t", **resource}]
    descriptor.write_text(json.dumps({"$schema": PROFILE, "name": "p", "resources": resources}))

    assert found_by_factpack(descriptor) == stop(ours)
    assert found_by_frictionless(descriptor) == predicted(descriptor) == fault(theirs)
