"""Each divergence by a small package: what factpack finds, what frictionless finds, and that the patch tells so."""

import dataclasses
import gzip
import hashlib
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from as_frictionless import DIVERGENCES, Divergence, found_by_factpack, found_by_frictionless, predicted
from drawing import EVERYDAY, ODDITIES, Drawn, Found
from samples import PROFILE, zipped

Resource = tuple[dict[str, Any], dict[str, bytes]]


@dataclass(frozen=True)
class Example:
    """The resources of a package, what factpack finds in it, what frictionless finds, its version, and what else it has.

    Of `others`, further divergences, it has something too.
    """

    resources: list[Resource]
    ours: set[Found]
    theirs: set[Found]
    version: str = "2.0"
    more: dict[str, Any] = dataclasses.field(default_factory=dict)
    others: tuple[str, ...] = ()

    def write(self, folder: Path) -> Path:
        """Write the package into a folder, and return the path of its descriptor."""
        files = {path: content for _, files in self.resources for path, content in files.items()}
        descriptor = {
            "$schema": PROFILE.replace("2.0", self.version),
            "name": "small",
            "resources": [resource for resource, _ in self.resources],
        }
        return Drawn(descriptor | self.more, files).write(folder)


def field(kind: str | None = "string", name: str = "a", **more: Any) -> dict[str, Any]:
    return {"name": name, **({} if kind is None else {"type": kind}), **more}


A, B = field(), field(name="b")


def table(content: str | bytes, *fields: Any, name: str = "t", path: str = "", **more: Any) -> Resource:
    """Return a table in a file; `more` are properties of its schema, or of the resource."""
    path = path or f"{name}.csv"
    return described(name, fields, path=path, **more)[0], {path: content_of(content)}


def described(name: str, fields: Any, **more: Any) -> Resource:
    """Return a resource without files."""
    of_schema = ("primaryKey", "uniqueKeys", "foreignKeys", "fieldsMatch", "missingValues")
    schema = {"fields": list(fields), **{key: more.pop(key) for key in of_schema if key in more}}
    return {"name": name, "schema": schema, **more}, {}


def content_of(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content


def refers(own: str, resource: str, other: str) -> list[dict[str, Any]]:
    return [{"fields": [own], "reference": {"resource": resource, "fields": [other]}}]


def parts(first: bytes, second: bytes, **more: Any) -> list[Resource]:
    """Return a table of whole numbers in two files."""
    resource, _ = described("t", [field("integer")], path=["1.csv", "2.csv"], **more)
    return [(resource, {"1.csv": first, "2.csv": second})]


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


#: That of a table with one `x` under the label `a`.
MD5_IN_CAPITALS = hashlib.md5(b"a\nx\n", usedforsecurity=False).hexdigest().upper()
LABELLED = [{"value": "-", "label": "none"}]

ILL_TYPED, REFUSED, NOTHING = one("type-error"), one("constraint-error"), set[Found]()

#: Python's csv takes marks that are the same up to 3.12.
SAME_MARKS = NOTHING if sys.version_info < (3, 13) else stop("source-error")

EXAMPLES: dict[str, list[Example]] = {
    "descriptor-stops": [
        Example(
            [
                table("a\nx\n", field(constraints={"minLength": "1"})),
                table("a\nx\n", field("integer"), name="u"),
            ],
            stop("schema") | one("type-error", resource="u"),
            fault("field-error"),
        ),
        Example([table("a\nx\n", A, dialect={"header": "no"})], stop("dialect"), fault("dialect-error")),
        Example([table("a\nx\n", A, primaryKey=["b"])], stop("schema"), fault("schema-error")),
        Example([described("t", [A], data="a\nx\n")], stop("descriptor"), fault("resource-error")),
        Example(
            [described("t", [A], data="a\nx\n", format="txt")],
            stop("unjudged resource"),
            fault("resource-error"),
        ),
    ],
    "constraints-not-known": [
        Example(cell("duration", "P2D", constraints={"maximum": "P1D"}), REFUSED, fault("field-error")),
        Example(cell("list", "a", constraints={"enum": [["a"]]}), NOTHING, fault("field-error")),
        Example(
            cell("array", "[]", constraints={"jsonSchema": {"minItems": 1}}),
            one("jsonSchema"),
            fault("field-error"),
        ),
    ],
    "version-gates": [
        Example(
            cell("integer", "0", constraints={"exclusiveMinimum": 0}), REFUSED, fault("field-error"), "1.0"
        ),
        Example(cell("integer", "x", missingValues=LABELLED), ILL_TYPED, fault("field-error"), "1.0"),
        Example(
            [table("a\nx\n", field("integer"), missingValues=LABELLED)],
            ILL_TYPED,
            fault("schema-error"),
            "1.0",
        ),
        Example([table("a\nx\n", A, name="T t")], NOTHING, fault("resource-error"), "1.0"),
        Example(cell("string", "x"), NOTHING, fault("package-error"), "1.0", more={"name": "P"}),
    ],
    "missing-values-of-packages": [
        Example(
            cell("integer", "-"),
            one("blank-row", name=None),
            fault("package-error"),
            more={"missingValues": ["-"]},
        )
    ],
    "descriptions": [
        *(
            Example(cell("string", "x"), fault("descriptor"), NOTHING, more=more)
            for more in (
                {"contributors": [{}]},
                {"contributors": [{"path": "~me"}]},
                {"contributors": [{"roles": "author"}]},
                {"contributors": [{"familyName": 1}]},
                {"sources": [{}]},
                {"sources": [{"version": 1}]},
                {"licenses": [{"path": "../LICENSE"}]},
                {"homepage": "home"},
                {"image": "/image.png"},
                {"created": "2025-09-10T08:00:00"},
                {"id": 1},
            )
        ),
        Example(
            cell("string", "x"),
            fault("descriptor"),
            fault("package-error"),
            more={"created": "2025-09-10"},
        ),
        Example(cell("string", "x", rdfType="a place"), stop("descriptor"), NOTHING),
        Example(
            [({"name": "t", "data": [["a"], ["x"]], "schema": {"name": "S", "fields": [A]}}, {})],
            NOTHING,
            fault("schema-error"),
        ),
    ],
    "tabular-packages": [
        Example(
            cell("integer", "x"), ILL_TYPED, fault("package-error"), more={"profile": "tabular-data-package"}
        )
    ],
    "fields-match-as-list": [
        Example([table("b,a\nx,y\n", A, fieldsMatch=["subset"])], NOTHING, fault("schema-error")),
        Example(
            [table("a\nx\n", field(constraints={"jsonSchema": {}}), fieldsMatch=["exact"])],
            stop("schema"),
            fault("schema-error") | fault("field-error"),
            others=("descriptor-stops",),
        ),
    ],
    "fields-of-one-name": [
        Example([table("a,a\nx,y\n", A, A)], stop("unjudged resource"), fault("schema-error"))
    ],
    "examples": [
        Example(cell("number", "1,5", decimalChar=",", example="1,5"), NOTHING, fault("field-error"))
    ],
    "untyped-fields": [Example([described("t", [field(None)], data=[["a"], [1]])], NOTHING, ILL_TYPED)],
    "categories-ignored": [Example(cell("string", "y", categories=["x"]), one("categories"), NOTHING)],
    "unique-keys-ignored": [
        Example([table("a\nx\nx\n", A, uniqueKeys=[["a"]])], one("uniqueKeys", 3), NOTHING)
    ],
    "other-packages": [
        Example(
            [
                table(
                    "a\nx\n",
                    A,
                    foreignKeys=[
                        {"fields": ["a"], "reference": {"package": "p", "resource": "u", "fields": ["a"]}}
                    ],
                ),
                table("a\ny\n", A, name="u"),
            ],
            one("unjudged foreignKeys", None, None),
            one("foreign-key", name=None),
        )
    ],
    "partial-primary-key": [
        Example([table("a,b\nx,\n", A, B, primaryKey=["a", "b"])], one("primary-key", name=None), NOTHING)
    ],
    "blank-row-with-key": [
        Example(
            [table("a,b\n,\n", A, B, primaryKey=["a"])],
            one("blank-row", name=None),
            one("blank-row", name=None) | one("primary-key", name=None),
        )
    ],
    "keys-to-nowhere": [
        Example(
            [table("a\nx\n", A, foreignKeys=refers("a", "", "b"))],
            stop("schema"),
            one("foreign-key", name=None),
        ),
        Example(
            [table("a\nx\n", A, foreignKeys=refers("a", "none", "a"))],
            stop("schema") | stop("unjudged foreignKeys"),
            stop("resource-error"),
        ),
    ],
    "unread-parents": [
        Example(
            [
                described("gone", [A], path="gone.csv"),
                table("a\nx\n", A, foreignKeys=refers("a", "gone", "a")),
            ],
            one("scheme-error", None, None, "gone") | stop("unjudged foreignKeys"),
            one("scheme-error", None, None, "gone") | stop("scheme-error"),
        ),
        Example(
            [
                table("a\nx\n", A, name="p", path="p.txt"),
                table("a\nx\n", A, foreignKeys=refers("a", "p", "a")),
            ],
            one("unjudged resource", None, None, "p") | stop("unjudged foreignKeys"),
            raised("AttributeError"),
            others=("other-files-pass",),
        ),
        Example(
            [
                described("gone", [A], path="gone.csv"),
                table("a,a\nx,y\n", A, fieldsMatch="equal", foreignKeys=refers("a", "gone", "a")),
            ],
            one("scheme-error", None, None, "gone")
            | one("duplicate-label", None)
            | stop("unjudged foreignKeys"),
            one("scheme-error", None, None, "gone") | stop("scheme-error"),
            others=("duplicate-labels-stop",),
        ),
    ],
    "unequal-nan": [
        Example(
            [table("a\nNaN\nNaN\n", field("number", constraints={"unique": True}))],
            one("unique-error", 3),
            NOTHING,
        ),
        Example(
            [
                table(
                    "a,b\nNaN,NaN\n", field("number"), field("number", "b"), foreignKeys=refers("b", "", "a")
                )
            ],
            NOTHING,
            one("foreign-key", name=None),
        ),
        Example(cell("number", "NaN", constraints={"enum": ["NaN"]}), NOTHING, REFUSED),
        Example(cell("number", "1", constraints={"minimum": "NaN"}), REFUSED, raised("InvalidOperation")),
    ],
    "true-is-one": [
        Example(
            [
                table(
                    "a,b\n1,true\n", field("integer"), field("boolean", "b"), foreignKeys=refers("b", "", "a")
                )
            ],
            one("foreign-key", name=None),
            NOTHING,
        ),
        Example(
            [described("t", [field("any", constraints={"enum": [True]})], data=[["a"], [1]])],
            REFUSED,
            NOTHING,
        ),
    ],
    "unhashable-keys-raise": [
        Example(
            [table("a\n[1]\n[1]\n", field("array"), primaryKey=["a"])],
            one("primary-key", 3, None),
            raised("TypeError"),
        ),
        Example(
            [table("a,b\n[1],[1]\n", field("array"), field("array", "b"), foreignKeys=refers("a", "", "b"))],
            NOTHING,
            raised("TypeError"),
        ),
    ],
    "years-and-months": [
        Example(
            [table("a\nP1Y\nP12M\n", field("duration", constraints={"unique": True}))],
            one("unique-error", 3),
            NOTHING,
        )
    ],
    "number-forms": [
        Example(cell("integer", "1_000"), ILL_TYPED, NOTHING),
        Example(
            cell("number", ".5", bareNumber=False, constraints={"maximum": 1}),
            NOTHING,
            one("constraint-error", 2, "a"),
        ),
    ],
    "group-char-in-integer": [Example(cell("integer", "1,000", groupChar=","), NOTHING, ILL_TYPED)],
    "json-constants": [Example(cell("array", "[NaN]"), ILL_TYPED, NOTHING)],
    "binary-forms": [Example(cell("string", "!!!!", format="binary"), ILL_TYPED, NOTHING)],
    "uuid-forms": [
        Example(cell("string", "6ba7b8-109dad11d180b400c04fd430c8", format="uuid"), ILL_TYPED, NOTHING),
        Example(
            cell("string", "\u0666ba7b810-9dad-11d1-80b4-00c04fd430c8", format="uuid"), ILL_TYPED, NOTHING
        ),
    ],
    "uri-forms": [Example(cell("string", "http:// a", format="uri"), ILL_TYPED, NOTHING)],
    "date-forms": [Example(cell("date", "2025-2-1"), ILL_TYPED, NOTHING)],
    "time-forms": [Example(cell("time", "10:00:00,5"), ILL_TYPED, NOTHING)],
    "datetime-forms": [
        Example(cell("datetime", "2025-01-01x10:00:00"), ILL_TYPED, NOTHING),
        Example(cell("datetime", "2025-01-01T10:00:00+24:00", format="any"), ILL_TYPED, NOTHING),
        *(
            Example(
                cell("datetime", "2025-01-01T10:00:00+24:00", format="any", constraints=constraints),
                ILL_TYPED,
                raised("ValueError"),
            )
            for constraints in ({"unique": True}, {"minimum": "2025-01-01"})
        ),
    ],
    "duration-forms": [Example(cell("duration", "P2W"), ILL_TYPED, NOTHING)],
    "year-forms": [Example(cell("year", "-0044"), NOTHING, ILL_TYPED)],
    "yearmonth-forms": [Example(cell("yearmonth", "2025-1"), ILL_TYPED, NOTHING)],
    "geopoint-forms": [
        Example(cell("geopoint", "1_0,2"), ILL_TYPED, NOTHING),
        Example(
            [table('a\n"1e1,2"\n"1_0,2"\n', field("geopoint", constraints={"unique": True}))],
            one("type-error", 3),
            one("unique-error", 3),
        ),
        Example(cell("geopoint", "1,2", format="Array"), stop("schema"), ILL_TYPED),
    ],
    "geojson-forms": [
        Example(cell("geojson", '{"type": "Point", "coordinates": [1, 2, 3]}'), NOTHING, ILL_TYPED)
    ],
    "json-values": [Example([described("t", [field("year")], data=[["a"], [True]])], ILL_TYPED, NOTHING)],
    "pattern-anchors": [
        Example(cell("string", "catfish", constraints={"pattern": "cat|dog"}), REFUSED, NOTHING)
    ],
    "pattern-raises": [
        Example(cell("string", "1", constraints={"pattern": "\\p{L}"}), REFUSED, raised(re.error.__name__))
    ],
    "arguments-of-other-types": [
        Example(cell("integer", "1", constraints={"minimum": "x"}), stop("schema"), raised("TypeError")),
        Example(cell("integer", "1", constraints={"enum": ["x"]}), stop("schema"), REFUSED),
    ],
    "times-without-order": [
        Example(
            cell("datetime", "2025-01-01T10:00:00Z", constraints={"minimum": "2025-01-01T00:00:00"}),
            REFUSED,
            raised("TypeError"),
        ),
        Example(
            cell("datetime", "2025-01-01T10:00:00", constraints={"minimum": "2025-01-01T00:00:00Z"}),
            REFUSED,
            raised("TypeError"),
        ),
    ],
    "impossible-constraints": [
        Example(cell("integer", "1", constraints={"minimum": 3, "maximum": 2}), stop("schema"), REFUSED),
        Example(cell("string", "ab", constraints={"minLength": 3, "maxLength": 1}), stop("schema"), REFUSED),
    ],
    "duplicate-labels-stop": [
        Example(
            [table("a,a\nx,y\n", field("integer"), fieldsMatch="subset")],
            one("duplicate-label", None) | ILL_TYPED,
            stop("error"),
        )
    ],
    "renamed-columns": [
        Example(
            [table("a,a\nx\n", A)],
            stop("extra-label") | one("missing-cell"),
            stop("extra-label") | one("missing-cell", name="a2"),
        )
    ],
    "blank-labels": [Example([table("a,\nx,y\n", A, fieldsMatch="subset")], stop("blank-label"), NOTHING)],
    "blank-header": [
        Example([table("\nx\n", A)], stop("source-error"), NOTHING),
        Example(
            [table("#c\n", A, dialect={"header": False, "commentChar": "#"})], NOTHING, stop("source-error")
        ),
    ],
    "short-header-rows": [
        Example(
            [table("x\na,b\n1,2\n", field(name="x a"), field(name="x b"), dialect={"headerRows": [1, 2]})],
            NOTHING,
            one("incorrect-label", None, "x b"),
        )
    ],
    "keyed-inline-rows": [
        Example([described("t", [A], data=[{"a": "x", "b": "y"}])], stop("extra-label"), NOTHING)
    ],
    "inline-data-stops": [
        Example([described("t", [A], data=[])], NOTHING, stop("source-error")),
        Example([described("t", [A], data=[1])], stop("resource"), stop("source-error")),
        Example([described("t", [A], data=[["a"], {"a": "x"}])], stop("resource"), stop("source-error")),
    ],
    "python-csv": [
        Example([table('a\n"x" y\n', A)], one("quoting"), NOTHING),
        Example([table('a\nx"y\n', A)], one("quoting"), NOTHING),
        Example([table('a\n"x\ny\n', A)], one("quoting"), NOTHING),
        Example(
            [table("a\n  \n", A, missingValues=["-"], dialect={"skipInitialSpace": True})],
            one("blank-row", name=None),
            NOTHING,
        ),
    ],
    "nul-bytes": [Example([table("a\nx\0\n", A)], one("nul"), NOTHING)],
    "comments-by-cell": [
        Example([table('a\n"#x"\n', field("integer"), dialect={"commentChar": "#"})], ILL_TYPED, NOTHING)
    ],
    "one-character-marks": [
        Example([table("a||b\nx||y\n", A, B, dialect={"delimiter": "||"})], NOTHING, stop("source-error")),
        Example([table("a\nx\n", A, dialect={"quoteChar": ""})], stop("dialect"), stop("source-error")),
        Example([table("a,b\nx,y\n", A, B, dialect={"quoteChar": ","})], stop("dialect"), SAME_MARKS),
    ],
    "double-quote-ignored": [
        Example([table('a\n"x""y"\n', A, dialect={"doubleQuote": False})], one("quoting"), NOTHING)
    ],
    "line-terminator-ignored": [
        Example([table("a~x~", A, dialect={"lineTerminator": "~"})], NOTHING, one("incorrect-label", None))
    ],
    "line-ends-in-cells": [
        Example([table('a\n"x\r\ny"\n', field(constraints={"maxLength": 3}), path="t.tsv")], REFUSED, NOTHING)
    ],
    "null-sequence-ignored": [
        Example([table("a,b\n-,x\n", field("integer"), B, dialect={"nullSequence": "-"})], NOTHING, ILL_TYPED)
    ],
    "skipped-blank-rows": [
        Example(
            [table("a,b\n,\nx,y\n", A, B, dialect={"skipBlankRows": True})],
            stop("unjudged resource"),
            NOTHING,
        )
    ],
    "header-rows-as-named": [
        Example(
            [table("a\nx\n1\n", field("integer", "a x"), dialect={"headerRows": [2, 1]})],
            NOTHING,
            one("type-error", name="a x"),
        ),
        Example(
            [table("a\n1\n", field("integer"), dialect={"headerRows": [0]})],
            stop("dialect"),
            one("type-error", 1),
            others=("blank-header",),
        ),
        Example(
            [table("a\n1\n", field("integer"), dialect={"headerRows": []})],
            stop("dialect"),
            one("type-error", 1),
        ),
        Example(
            [table("a\n1\n", field("integer"), dialect={"headerRows": ["1"]})],
            stop("dialect"),
            raised("TypeError"),
        ),
    ],
    "header-in-first-row": [
        Example(
            [table("#c\na\n1\n", field("integer"), dialect={"header": True, "commentChar": "#"})],
            NOTHING,
            ILL_TYPED,
        )
    ],
    "searched-header": [
        Example(
            [table("Title\na,b,c,d\n1,2,3,4\n", A, B, field(name="c"), field(name="d"))],
            one("incorrect-label", None)
            | {("missing-label", "t", None, name) for name in "bcd"}
            | {("extra-cell", "t", row, None) for row in (2, 3)},
            NOTHING,
        )
    ],
    "sniffed-dialect": [
        Example(
            [table("a;b\nx;y\nx;y\n", A, B)],
            one("incorrect-label", None) | one("missing-label", None, "b"),
            NOTHING,
        ),
        Example(
            [table('a, b\nx, "y"\nx, "y"\n', A, B)], one("quoting", 2, "b") | one("quoting", 3, "b"), NOTHING
        ),
    ],
    "hash-and-bytes": [
        Example(parts(b"a\n1\n", b"a\n2\n", bytes=8), NOTHING, stop("byte-count")),
        Example(parts(b"a\n1\n", b"a\n2\n", bytes=6), stop("byte-count"), NOTHING),
        Example([table("a\nx\n", A, hash="sha1:0123")], stop("hash-count"), NOTHING),
        Example([table("a\nx\n", A, hash=MD5_IN_CAPITALS)], NOTHING, stop("hash-count")),
        Example([table("a\nx\n", A, bytes=0)], stop("byte-count"), NOTHING),
        Example([described("t", [A], data=[["a"], ["x"]], bytes=8)], NOTHING, stop("byte-count")),
    ],
    "guessed-encoding": [
        Example([table("a\nété à Orléans\n".encode("latin-1"), A)], one("encoding"), NOTHING)
    ],
    "encoding-stops": [
        Example(
            [table(b"a,b\n1,\xff\nx,y\n", field("integer"), B, encoding="utf-8")],
            one("encoding", name="b") | one("type-error", 3),
            stop("encoding-error"),
        ),
        Example([table("a\nx\n", A, encoding="nowhere")], stop("unjudged resource"), stop("encoding-error")),
    ],
    "first-lines-dropped": [
        Example(
            parts(b"a\n1\n", b"x\n2\n"),
            one("type-error", 3),
            NOTHING,
        ),
        Example(parts(b"a\n1", b"a\nx\n"), one("type-error", 3), ILL_TYPED),
        Example(
            parts(
                b"\xef\xbb\xbf1\n",
                b"\xef\xbb\xbf2\n",
                encoding="utf-8",
                dialect={"header": False, "delimiter": ",", "skipInitialSpace": False},
            ),
            NOTHING,
            ILL_TYPED,
        ),
    ],
    "packed-files": [
        Example(
            [table(gzip.compress(b"a\nx\n", mtime=0)[:-4], A, path="t.csv.gz")],
            stop("resource"),
            raised("EOFError"),
        ),
        Example(
            [table(zipped({"1.csv": b"a\nx\n", "2.csv": b"a\n1\n"}), field("integer"), path="t.csv.zip")],
            stop("unjudged resource"),
            ILL_TYPED,
        ),
        Example([table("a\nx\n", A, path="t.csv.gz")], stop("resource"), stop("compression-error")),
    ],
    "other-files-pass": [
        Example([table("a\nx\n", field("integer"), path="t.txt")], stop("unjudged resource"), NOTHING),
        Example([table("a\nx\n", field("integer"), type="file")], ILL_TYPED, NOTHING),
        Example(
            [table("a\nx\n", A, path="t.txt", type="table")], stop("unjudged resource"), stop("format-error")
        ),
    ],
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
        "datetime-forms",
        {"type": "datetime", "format": "any"},
        ["2025-01-01T10:00:00+24:00", "2025-01-01T10:00:00-25:30"],
        [],
        ["2025-01-01T10:00:00+23:59", "2025-01-01T10:00:00-23:00"],
        ["noon"],
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
        "geojson-forms",
        {"type": "geojson"},
        [
            '{"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1]]]}',
            '{"type": "FeatureCollection", "features": [{"geometry": null, "properties": null}]}',
            '{"type": "Point", "coordinates": [1, 2], "bbox": [1]}',
        ],
        [
            '{"type": "Point", "coordinates": [1, 2, 3]}',
            '{"type": "Feature", "geometry": {"type": "GeometryCollection", "geometries": []}, "properties": null}',
            '{"type": "Point", "coordinates": [1, 2], "crs": 5}',
        ],
        ['{"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}'],
        ['{"type": "LineString", "coordinates": [[1, 2]]}'],
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


def cases() -> Iterator[Any]:
    """Yield the name of each example and its place among those of its divergence."""
    for name in EXAMPLES:
        for place in range(len(EXAMPLES[name])):
            yield name, place


@pytest.mark.parametrize(("name", "place"), list(cases()))
def test_each_divergence(tmp_path: Path, name: str, place: int) -> None:
    example = EXAMPLES[name][place]
    descriptor = example.write(tmp_path)
    needed = [BY_NAME[other] for other in (name, *example.others)]

    assert found_by_factpack(descriptor) == example.ours
    assert found_by_frictionless(descriptor) == example.theirs
    assert example.ours != example.theirs
    assert predicted(descriptor, needed) == example.theirs
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
    resource, _ = described(
        "t",
        [field("number"), B],
        path=["1.csv", "2.csv"],
        dialect={"delimiter": ",", "skipInitialSpace": False, "header": True, "headerRows": []},
    )
    descriptor = Example([(resource, {"1.csv": b"a,b", "2.csv": b"a,b"})], set(), set()).write(tmp_path)

    assert predicted(descriptor) == found_by_frictionless(descriptor) == {("type-error", "t", 1, "a")}


def test_a_key_to_no_table_stops_before_a_bad_pattern(tmp_path: Path) -> None:
    of_no_form = field(name="b", constraints={"pattern": "("})
    resource = table("a,b\n", A, of_no_form, foreignKeys=refers("a", "nowhere", "a"))
    descriptor = Example([resource], set(), set()).write(tmp_path)

    assert predicted(descriptor) == found_by_frictionless(descriptor) == stop("resource-error")


def test_the_header_of_parts_is_sought_in_all_of_them(tmp_path: Path) -> None:
    resource, _ = described(
        "t", [A, B], path=["1.csv", "2.csv"], dialect={"delimiter": ",", "skipInitialSpace": False}
    )
    files = {"1.csv": b"a;b\n", "2.csv": b"a;b\n" + b"1,2,3\n" * 4}
    descriptor = Example([(resource, files)], set(), set()).write(tmp_path)

    assert predicted(descriptor) == found_by_frictionless(descriptor)
    assert one("extra-label", None, None) <= predicted(descriptor)


def test_a_list_that_comes_into_a_key_by_other_labels_is_predicted(tmp_path: Path) -> None:
    geopoint = field("geopoint", "b", format="array")
    resource, _ = described(
        "t",
        [field("any"), geopoint, field(name="c"), field("any", "d")],
        data=[["b", "c", "d", "a"], [[0, 0], "x", "x", "x"]],
        dialect={"header": True, "commentRows": [1]},
        foreignKeys=refers("d", "", "a"),
        fieldsMatch="equal",
    )
    descriptor = Example([(resource, {})], set(), set()).write(tmp_path)
    allowed = [BY_NAME[name] for name in ODDITIES["label"].divergences]

    assert predicted(descriptor, allowed) == found_by_frictionless(descriptor) == raised("TypeError")


def test_the_oddities_of_what_is_drawn_name_divergences() -> None:
    assert {name for oddity in ODDITIES.values() for name in oddity.divergences} <= set(BY_NAME)
    assert set(BY_NAME) >= EVERYDAY
