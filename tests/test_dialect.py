"""Table Dialect: each property, with what is read; and where the table lies: packed, in parts, in the descriptor."""

import bz2
import gzip
import io
import json
import lzma
import zipfile
from pathlib import Path
from typing import Any

import pytest
from conftest import MakePackage, shown
from samples import zipped

import factpack
from factpack.dialect import parse_dialect
from factpack.exceptions import UnjudgedError
from factpack.package import open_package
from factpack.reading import LexicalTable, read_table
from factpack.report import Severity

AB = [{"name": "a", "type": "string"}, {"name": "b", "type": "string"}]


@pytest.fixture
def read(make_package: MakePackage) -> Any:
    def read(content: str | bytes, fields: Any = AB, **resource: Any) -> LexicalTable:
        return read_table(open_package(make_package(t=(content, fields), resource=resource)).resource("t"))

    return read


def cells(table: LexicalTable) -> list[list[str | None]]:
    return [list(record) for record in table.records()]


def found(table: LexicalTable) -> list[tuple[str, int | None, int | None, str | None]]:
    return [(item.rule, item.row, item.line, item.field) for item in table.findings]


# the dialect, a file, the cells that are read, the numbers of their rows
PROPERTIES: list[tuple[dict[str, Any], str, list[list[str | None]], list[int]]] = [
    ({"delimiter": "||"}, "a||b\n1|2||3\n", [["1|2", "3"]], [2]),
    ({"delimiter": "é"}, "aéb\n1é2\n", [["1", "2"]], [2]),
    ({"quoteChar": "'"}, "a,b\n'1,\"','it''s'\n", [['1,"', "it's"]], [2]),
    ({"doubleQuote": False, "escapeChar": "\\"}, 'a,b\n"1\\",2",\\,\n', [['1",2', ","]], [2]),
    ({"escapeChar": "\\"}, 'a,b\n"1""\\"",\\\\n\\\n\n', [['1""', "\\n\n"]], [2]),
    ({"escapeChar": '"'}, 'a,b\n"1""2",3\n', [['1"2', "3"]], [2]),
    ({"escapeChar": "|", "quoteChar": "'"}, "a,b\n1|',|||,\n", [["1'", "|,"]], [2]),
    ({"skipInitialSpace": True}, 'a,  b\n  1,  "2"\n3, 4 \n', [["1", "2"], ["3", "4 "]], [2, 3]),
    ({"lineTerminator": ";"}, "a,b;1,2\n;3,4", [["1", "2\n"], ["3", "4"]], [2, 3]),
    ({"lineTerminator": "|\n"}, "a,b|\n1|,2\n|\n", [["1|", "2\n"]], [2]),
    ({"lineTerminator": "\n"}, "a,b\r\n1,2\r\n", [["1", "2"]], [2]),
    ({"header": False}, "1,2\n3,4\n", [["1", "2"], ["3", "4"]], [1, 2]),
    ({"headerRows": [2]}, "title\na,b\n1,2\n", [["1", "2"]], [3]),
    ({"headerRows": [1, 2], "headerJoin": "-"}, "x,x\na,b\n1,2\n", [["1", "2"]], [3]),
    ({"commentRows": [2, 4]}, "a,b\nnote\n1,2\n\n3,4\n", [["1", "2"], ["3", "4"]], [3, 5]),
    ({"commentChar": "#"}, 'a,b\n#x"y\n1,2\n#\n3,#4\n', [["1", "2"], ["3", "#4"]], [3, 5]),
    ({"commentChar": "//"}, "// by us\n//\na,b\n1,2\n", [["1", "2"]], [4]),
    ({"commentRows": [1]}, "by us\na,b\n1,2\n", [["1", "2"]], [3]),
    ({"nullSequence": "-"}, "a,b\n-,1\n", [[None, "1"]], [2]),
    ({"delimiter": ";", "table": "x", "sheetNumber": 2}, "a;b\n1;2\n", [["1", "2"]], [2]),
]


@pytest.mark.parametrize(("dialect", "text", "expected", "rows"), PROPERTIES, ids=shown)
def test_each_property_of_a_dialect(
    read: Any, dialect: dict[str, Any], text: str, expected: list[list[str | None]], rows: list[int]
) -> None:
    names = {"headerRows": ["x-a", "x-b"]} if "headerJoin" in dialect else {}
    fields = [{"name": name, "type": "string"} for name in names.get("headerRows", ["a", "b"])]

    table = read(text, fields, dialect=dialect)

    assert table.findings == []
    assert (cells(table), list(table.rows)) == (expected, rows)


@pytest.mark.parametrize("name", ["delimiter", "lineTerminator"])
def test_very_long_marks_are_not_judged(name: str) -> None:
    assert parse_dialect({name: "a" * 100}, ",", None)
    with pytest.raises(UnjudgedError, match=rf"^the dialect's {name} has more than 100 characters$"):
        parse_dialect({name: "a" * 101}, ",", None)


def test_a_doubled_quote_is_a_fault_where_the_dialect_does_not_double(read: Any) -> None:
    table = read('a,b\n"1""2",3\n', dialect={"doubleQuote": False})

    assert found(table) == [("quoting", 2, 2, "a")]


def test_a_short_header_row_goes_on_with_its_last_cell(read: Any) -> None:
    fields = [{"name": "fruit id"}, {"name": "fruit name"}]

    table = read("fruit\nid,name\n1,apple\n", fields, dialect={"headerRows": [1, 2]})

    assert (table.findings, cells(table)) == ([], [["1", "apple"]])


def test_labels_are_compared_without_case_where_the_dialect_says_so(read: Any) -> None:
    assert found(read("A,B\n1,2\n", dialect={"headerCase": False})) == []
    assert found(read("A,b\n1,2\n")) == [("incorrect-label", 1, 1, "a")]
    other = {"fields": AB, "fieldsMatch": "equal"}
    assert found(read("B,A\n1,2\n", other, dialect={"headerCase": False})) == []


def test_a_blank_header_is_found(read: Any) -> None:
    table = read("\n1,2\n")

    assert found(table) == [("header", 1, 1, None)]
    assert cells(table) == [["1", "2"]]


def test_an_empty_file_without_a_header_is_found_too(read: Any) -> None:
    assert found(read("", dialect={"header": False})) == [("header", 1, 1, None)]


def test_mixed_line_ends_are_a_warning(read: Any) -> None:
    table = read("a,b\n1,2\r\n3,4\n")

    (item,) = table.findings
    assert (item.severity, item.rule, item.row, item.line) == (Severity.WARNING, "line-ends", 2, 2)
    assert cells(table) == [["1", "2"], ["3", "4"]]


# ---- labels and fields

MODES: list[tuple[str, str, list[tuple[str, str | None]], list[str]]] = [
    ("equal", "b,a\n2,1\n", [], ["b", "a"]),
    ("equal", "b\n2\n", [("missing-label", "a")], ["b"]),
    ("equal", "b,a,c\n2,1,3\n", [("extra-label", "c")], ["b", "a"]),
    ("equal", "a,b,a\n1,2,3\n", [("duplicate-label", "a")], ["a", "b"]),
    ("subset", "c,b,a\n3,2,1\n", [], ["b", "a"]),
    ("subset", "c,a\n3,1\n", [("missing-label", "b")], ["a"]),
    ("superset", "b\n2\n", [], ["b"]),
    ("superset", "c,b\n3,2\n", [("extra-label", "c")], ["b"]),
    ("partial", "c,b\n3,2\n", [], ["b"]),
    ("partial", "c\n3\n", [("unmatched-header", None)], []),
]


@pytest.mark.parametrize(("mode", "text", "faults", "columns"), MODES)
def test_fields_are_matched_by_name(
    read: Any, mode: str, text: str, faults: list[tuple[str, str | None]], columns: list[str]
) -> None:
    table = read(text, {"fields": AB, "fieldsMatch": mode})

    assert [(item.rule, item.field) for item in table.findings] == faults
    assert list(table.columns) == columns
    assert all(table.texts(name) == [{"a": "1", "b": "2"}[name]] for name in columns)


@pytest.mark.parametrize("mode", ["superset", "partial"])
def test_a_required_field_may_not_be_missing(read: Any, mode: str) -> None:
    required = {"name": "b", "type": "string", "constraints": {"required": True}}
    keyed = {"fields": AB, "fieldsMatch": mode, "primaryKey": ["a"]}

    assert found(read("a\n1\n", {"fields": [AB[0], required], "fieldsMatch": mode})) == [
        ("missing-label", 1, 1, "b")
    ]
    assert found(read("b\n1\n", keyed)) == [("missing-label", 1, 1, "a")]


def test_cells_of_a_column_that_no_field_describes_are_not_judged(make_package: MakePackage) -> None:
    schema = {"fields": [{"name": "n", "type": "integer"}], "fieldsMatch": "subset"}

    assert factpack.validate(make_package(t=("x,n\nanything,1\n,2\n", schema))).findings == []


def test_keys_of_fields_that_a_table_does_not_have_are_left_out(make_package: MakePackage) -> None:
    key = {"fields": ["b"], "reference": {"resource": "u", "fields": ["b"]}}
    schema = {"fields": AB, "fieldsMatch": "superset", "uniqueKeys": [["a", "b"]], "foreignKeys": [key]}
    child = {
        "fields": AB,
        "foreignKeys": [{"fields": ["a"], "reference": {"resource": "t", "fields": ["b"]}}],
    }

    report = factpack.validate(make_package(t=("a\n1\n1\n", schema), u=("a,b\n1,2\n,3\n", child)))

    assert [(item.rule, item.resource, item.row) for item in report.findings] == [("foreignKeys", "u", 2)]


def test_an_unknown_mode_is_a_finding(make_package: MakePackage) -> None:
    (item,) = factpack.validate(
        make_package(t=("a,b\n1,2\n", {"fields": AB, "fieldsMatch": "subsets"}))
    ).findings

    assert (item.rule, item.message[-23:]) == ("schema", "; did you mean 'subset'?"[1:])


# ---- where the table lies


@pytest.mark.parametrize(
    ("kind", "pack"),
    [
        ("gz", gzip.compress),
        ("bz2", bz2.compress),
        ("xz", lzma.compress),
        ("zip", lambda content: zipped({"folder/": b"", "folder/t.csv": content})),
    ],
)
def test_a_packed_table_is_read(tmp_path: Path, make_package: MakePackage, kind: str, pack: Any) -> None:
    descriptor = make_package(t=("", AB))
    content = json.loads(descriptor.read_text())
    content["resources"][0]["path"] = f"t.csv.{kind}"
    descriptor.write_text(json.dumps(content))
    (tmp_path / f"t.csv.{kind}").write_bytes(pack(b"a,b\n1,2\n\n"))

    report = factpack.validate(descriptor)

    assert [(item.rule, item.row, item.path) for item in report.findings] == [
        ("blank-row", 3, f"t.csv.{kind}")
    ]
    assert report.resources[0].rows == 1


def test_an_innerpath_must_be_a_text(make_package: MakePackage) -> None:
    report = factpack.validate(make_package(t=("", AB), resource={"compression": "zip", "innerpath": 5}))

    assert ("descriptor", "'innerpath' is not a text") in [
        (item.rule, item.message) for item in report.findings
    ]


def test_an_encrypted_file_in_an_archive_is_not_judged(make_package: MakePackage) -> None:
    content = bytearray(zipped({"folder/": b"", "t.csv": b"a,b\n"}))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.rindex(mark) + place] |= 1  # the flag that says so
    (item,) = factpack.validate(
        make_package(t=(bytes(content), AB), resource={"compression": "zip"})
    ).findings

    assert (item.severity, item.message) == (
        Severity.UNJUDGED,
        "the file 't.csv' in the archive is encrypted",
    )


def test_a_file_in_an_archive_is_chosen_by_its_path(make_package: MakePackage) -> None:
    stream = io.BytesIO(zipped({"folder/": b"", "other.csv": b""}))
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("t.csv", "a,b\n1,2\n")
    packed = {"compression": "zip", "innerpath": "t.csv", "format": "csv"}

    assert factpack.validate(make_package(t=(stream.getvalue(), AB), resource=packed)).valid


def parts(make_package: MakePackage, *texts: str, schema: Any = AB, **resource: Any) -> Path:
    descriptor = make_package(t=("", schema))
    names = [f"part{number}.csv" for number in range(len(texts))]
    for name, text in zip(names, texts, strict=True):
        (descriptor.parent / name).write_text(text)
    content = json.loads(descriptor.read_text())
    content["resources"][0] |= {"path": names} | resource
    descriptor.write_text(json.dumps(content))
    return descriptor


@pytest.mark.parametrize("second", ["a,b\n3,4\n5,6\n", "3,4\n5,6\n"])
def test_several_files_make_one_table(make_package: MakePackage, second: str) -> None:
    table = read_table(open_package(parts(make_package, "a,b\n1,2\n", second)).resource("t"))

    assert (table.findings, cells(table)) == ([], [["1", "2"], ["3", "4"], ["5", "6"]])
    assert list(table.rows) == [2, 3, 4]


def test_a_finding_in_a_later_file_names_it_and_its_line(make_package: MakePackage) -> None:
    schema = {"fields": [{"name": "a", "type": "integer"}, AB[1]], "primaryKey": ["a"]}

    report = factpack.validate(parts(make_package, "a,b\n1,2", "a,b\n3,4\nx,\n1\n,\n", schema=schema))

    assert [(item.rule, item.path, item.row, item.line, item.field) for item in report.findings] == [
        ("type", "part1.csv", 4, 3, "a"),
        ("primaryKey", "part1.csv", 4, 3, "a"),
        ("missing-cell", "part1.csv", 5, 4, "b"),
        ("primaryKey", "part1.csv", 5, 4, "a"),
        ("blank-row", "part1.csv", 6, 5, None),
    ]


def test_an_empty_file_before_others_is_passed_over(make_package: MakePackage) -> None:
    assert factpack.validate(parts(make_package, "", "a,b\n1,2\n")).resources[0].rows == 1
    assert factpack.validate(parts(make_package, "a,b\n1,2\n", "")).resources[0].rows == 1
    assert not factpack.validate(parts(make_package, "", "")).valid


def test_several_files_without_a_header(make_package: MakePackage) -> None:
    descriptor = parts(make_package, "1,2\n", "1,2\n", dialect={"header": False})

    assert list(read_table(open_package(descriptor).resource("t")).rows) == [1, 2]


def inline(make_package: MakePackage, data: Any, schema: Any = AB, **resource: Any) -> Path:
    descriptor = make_package(t=("", schema))
    content = json.loads(descriptor.read_text())
    del content["resources"][0]["path"]
    content["resources"][0] |= {"data": data} | resource
    descriptor.write_text(json.dumps(content))
    return descriptor


INLINE: list[tuple[str, Any, Any]] = [
    ("string", "a", 1),
    ("integer", 1, 1.5),
    ("integer", "1", True),
    ("integer", 2.0, "x"),
    ("number", 1.5, False),
    ("boolean", True, 1),
    ("boolean", "true", "maybe"),
    ("date", "2025-01-01", 20250101),
    ("year", 2025, 0),
    ("yearmonth", [2025, 1], [2025]),
    ("yearmonth", [2025, 12], [2025, 13]),
    ("yearmonth", [-1, 1], [0, 1]),
    ("yearmonth", "2025-01", [True, 1]),
    ("integer", 10**40, 1.5),
    ("year", -5, 0),
    ("object", {"a": 0.1}, [1]),
    ("array", [1], {"a": 1}),
    ("list", ["a"], [1]),
    ("geopoint", [1, 2], [1, True]),
    ("geopoint", [1, 2], {"lon": 1, "lat": 2}),
    ("geojson", {"type": "Point", "coordinates": [1, 2]}, {"type": "Dot"}),
    ("any", 1, None),
]


@pytest.mark.parametrize(("kind", "good", "bad"), INLINE)
def test_a_table_in_the_descriptor_has_values_of_json(
    make_package: MakePackage, kind: str, good: Any, bad: Any
) -> None:
    fields = [{"name": "a", "type": kind}, {"name": "b", "type": "any"}]
    expected = [("type", 3, None, "a")] if bad is not None else []

    for data in ([["a", "b"], [good, "x"], [bad, "x"]], [{"a": good, "b": "x"}, {"a": bad, "b": "x"}]):
        report = factpack.validate(inline(make_package, data, fields))

        assert [(item.rule, item.row, item.line, item.field) for item in report.findings] == expected
        assert report.resources[0].rows == 2


def test_rows_in_the_descriptor_may_be_ragged_or_blank(make_package: MakePackage) -> None:
    table = read_table(
        open_package(inline(make_package, [["a", "b"], ["1"], ["1", "2", 3], [None, ""], []])).resource("t")
    )

    assert found(table) == [
        ("missing-cell", 2, None, "b"),
        ("extra-cell", 3, None, "column 3"),
        ("blank-row", 4, None, None),
        ("blank-row", 5, None, None),
    ]


def test_objects_may_lack_a_field_but_not_have_another(make_package: MakePackage) -> None:
    table = read_table(open_package(inline(make_package, [{"a": "1"}, {"a": "2", "c": "3"}])).resource("t"))

    assert found(table) == [("extra-label", 1, None, "c")]
    assert cells(table) == [["1", None], ["2", None]]


def test_no_rows_in_the_descriptor_are_no_fault(make_package: MakePackage) -> None:
    assert factpack.validate(inline(make_package, [])).findings == []


def test_a_text_in_the_descriptor_is_delimited(make_package: MakePackage) -> None:
    descriptor = inline(
        make_package, "a;b\né;2\n;\n", format="csv", dialect={"delimiter": ";"}, encoding="latin-1"
    )

    assert found(read_table(open_package(descriptor).resource("t"))) == [("blank-row", 3, 3, None)]


def test_comments_in_the_descriptor_are_passed_over(make_package: MakePackage) -> None:
    data = [["# by us"], ["a", "b"], ["#", "x"], ["1", "#"], []]

    table = read_table(open_package(inline(make_package, data, dialect={"commentChar": "#"})).resource("t"))

    assert (found(table), cells(table), list(table.rows)) == (
        [("blank-row", 5, None, None)],
        [["1", "#"]],
        [4],
    )


def test_rows_in_the_descriptor_follow_its_dialect(make_package: MakePackage) -> None:
    data = [["x", "x"], ["a", "b"], ["note"], ["1", "-"]]
    dialect = {"headerRows": [2], "commentRows": [3], "nullSequence": "-"}

    table = read_table(open_package(inline(make_package, data, dialect=dialect)).resource("t"))

    assert (table.findings, cells(table), list(table.rows)) == ([], [["1", None]], [4])


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"a": 1}, "the data are no list of rows"),
        (
            [["a", "b"], {"a": 1}],
            "the data are neither rows that are all arrays, nor rows that are all objects",
        ),
        ([1], "the data are neither rows that are all arrays, nor rows that are all objects"),
    ],
)
def test_data_of_no_known_form_are_a_finding(make_package: MakePackage, data: Any, message: str) -> None:
    (item,) = factpack.validate(inline(make_package, data)).findings

    assert (item.rule, item.severity, item.message) == ("resource", Severity.ERROR, message)


@pytest.mark.parametrize(
    ("content", "resource"),
    [
        ("\ufeffa,b\né,2\n".encode(), {}),
        ("\ufeffa,b\né,2\n".encode(), {"encoding": "utf-8"}),
        ("a,b\né,2\n".encode("utf-16"), {}),
        ("a,b\né,2\n".encode("utf-16"), {"encoding": "utf-16"}),
        ("\ufeffa,b\né,2\n".encode("utf-16-le"), {"encoding": "utf-16-le"}),
        ("a,b\né,2\n".encode("utf-16-be"), {"encoding": "UTF-16BE"}),
        ("a,b\né,2\n".encode("utf-32"), {}),
        ("a,b\né,2\n".encode("cp1252"), {"encoding": "windows-1252"}),
    ],
)
def test_encodings_are_as_declared_or_as_a_byte_order_mark_tells(
    read: Any, content: bytes, resource: Any
) -> None:
    table = read(content, **resource)

    assert (table.findings, cells(table)) == ([], [["é", "2"]])


def test_a_byte_order_mark_in_a_cell_is_part_of_it(read: Any) -> None:
    table = read("a,b\n\ufeff1,x\n")

    assert cells(table) == [["\ufeff1", "x"]]


def test_halves_of_pairs_are_no_characters(read: Any) -> None:
    assert found(read(b"a,b\n1,+2AA-\n", encoding="utf-7")) == [("encoding", 2, 2, "b")]


def test_bytes_that_are_not_in_a_declared_encoding_are_found(read: Any) -> None:
    assert found(read("a,b\nx,é\n".encode(), encoding="ascii")) == [("encoding", 2, 2, "b")]
