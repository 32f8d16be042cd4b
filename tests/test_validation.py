"""Whole packages: what is found, where, and the verdict."""

import csv
import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import frictionless
import pytest
from conftest import ROOT, MakePackage

import factpack
from factpack.refresh import refresh
from factpack.report import Finding, Severity, Verdict

ID = {"name": "id", "type": "string"}


def errors(descriptor: Path) -> list[Finding]:
    return [found for found in factpack.validate(descriptor).findings if found.severity is Severity.ERROR]


def places(descriptor: Path) -> list[tuple[str, int | None, str | None]]:
    return [(found.rule, found.row, found.field) for found in errors(descriptor)]


def test_the_dataset_is_valid() -> None:
    report = factpack.validate(ROOT / "datapackage.json")

    assert report.findings == []
    assert report.valid
    assert report.exit_code == 0
    assert all(resource.verdict is Verdict.VALID for resource in report.resources)


def test_frictionless_accepts_the_dataset() -> None:
    assert frictionless.validate(str(ROOT / "datapackage.json")).valid


def lines_of(file: Path) -> list[list[str]]:
    return list(csv.reader(file.read_text(encoding="utf-8").splitlines()))


def edit_cell(file: Path, row: int, column: str, value: str) -> None:
    """Set a cell of a CSV file; the header is row 1."""
    lines = lines_of(file)
    lines[row - 1][lines[0].index(column)] = value
    with file.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream, lineterminator="\n").writerows(lines)


def row_of(file: Path, key: str) -> int:
    """Return the row number of the line whose first cell is the key."""
    return [line[0] for line in lines_of(file)].index(key) + 1


@pytest.mark.parametrize(
    ("table", "key", "column", "value", "rule", "shown"),
    [
        ("documents", "ipim-guangzhou-2025-09-10", "date_published", "2025-02-30", "type", "date_published"),
        ("events", "guangzhou-visit", "status", "cancelled", "categories", "status"),
        ("agents", "ipim", "place_id", "lisbon", "foreignKeys", "place_id"),
        ("agents", "macao", "agent_id", "ipim", "primaryKey", "agent_id"),
        ("statements", "hope-integrate-markets", "summary", "", "required", "summary"),
        ("sectors", "mice", "sector_id", "MICE events", "pattern", "sector_id"),
    ],
)
def test_a_wrong_cell_is_named(
    dataset: Path, table: str, key: str, column: str, value: str, rule: str, shown: str
) -> None:
    file = dataset.parent / "data" / f"{table}.csv"
    row = row_of(file, key)
    edit_cell(file, row, column, value)
    refresh(dataset)

    report = factpack.validate(dataset)

    assert report.exit_code == 1
    found = next(item for item in report.findings if item.rule == rule)
    assert (found.resource, found.path, found.row, found.line) == (table, f"data/{table}.csv", row, row)
    assert (found.field, found.value) == (shown, value)


def test_an_extra_column_is_named(dataset: Path) -> None:
    file = dataset.parent / "data" / "sectors.csv"
    lines = file.read_text().splitlines()
    file.write_text("\n".join([lines[0] + ",colour", *(line + ",red" for line in lines[1:])]) + "\n")
    refresh(dataset)

    assert places(dataset)[0] == ("extra-label", 1, "colour")
    assert factpack.validate(dataset).exit_code == 1


def test_a_row_with_one_cell_too_many_is_named(dataset: Path) -> None:
    file = dataset.parent / "data" / "sectors.csv"
    lines = file.read_text().splitlines()
    lines[3] += ",more"
    file.write_text("\n".join(lines) + "\n")
    refresh(dataset)

    (found,) = errors(dataset)
    assert (found.rule, found.path, found.row, found.field) == (
        "extra-cell",
        "data/sectors.csv",
        4,
        "column 3",
    )
    assert found.value == "more"


def test_a_changed_file_does_not_pass_for_the_declared_one(dataset: Path) -> None:
    file = dataset.parent / "data" / "sectors.csv"
    file.write_text(file.read_text().replace("economy,economy", "economy,Economy"))

    found = errors(dataset)
    assert [item.rule for item in found] == ["hash", "evidence-changed", "seal-broken"]
    assert found[0].hint == "if the file is right, run `factpack refresh`"


def test_a_file_that_was_cut_short_is_told_by_its_bytes(dataset: Path) -> None:
    file = dataset.parent / "data" / "detail_sectors.csv"
    size = file.stat().st_size
    file.write_bytes(file.read_bytes()[:-1])

    found = errors(dataset)

    assert [item.rule for item in found] == ["bytes", "hash"]
    assert found[0].message == f"the file has {size - 1} bytes, not {size}"


def test_a_check_that_cannot_be_run_is_a_finding_and_the_others_go_on(make_package: MakePackage) -> None:
    endless = {"name": "id", "type": "string", "constraints": {"pattern": r"(a|aa)+\1$"}}
    report = factpack.validate(
        make_package(t=(f"id,n\n{'a' * 60}b,x\n,\n", [endless, {"name": "n", "type": "integer"}]))
    )

    assert [(item.rule, item.severity, item.row) for item in report.findings] == [
        ("check", Severity.UNJUDGED, None),
        ("type", Severity.ERROR, 2),
        ("blank-row", Severity.ERROR, 3),
    ]
    assert report.exit_code == 1


def test_a_field_that_cannot_be_judged_hides_no_other(make_package: MakePackage) -> None:
    wkt = {"name": "w", "type": "string", "format": "wkt"}
    fields = [wkt, {"name": "n", "type": "integer"}]
    key = {"fields": "w", "reference": {"resource": "t", "fields": "w"}}
    report = factpack.validate(
        make_package(
            t=("w,n\nPOINT (1 2),x\nPOINT (1 2)\n,\n", fields),
            u=("w\na\n", {"fields": [{"name": "w", "type": "string"}], "foreignKeys": [key]}),
        )
    )

    assert [(item.rule, item.severity, item.resource, item.row, item.field) for item in report.findings] == [
        ("resource", Severity.UNJUDGED, "t", None, "w"),
        ("type", Severity.ERROR, "t", 2, "n"),
        ("missing-cell", Severity.ERROR, "t", 3, "n"),
        ("blank-row", Severity.ERROR, "t", 4, None),
        ("foreignKeys", Severity.UNJUDGED, "u", None, None),
    ]
    message = "the key w refers to 't', which has a field in it that cannot be judged"
    assert report.findings[-1].message == message
    assert report.resources[0].rows == 2


def test_a_file_that_another_replaces_between_its_hash_and_its_table_is_not_judged(
    make_package: MakePackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    descriptor = make_package(t=("id\na\n", [ID]))

    def replace_file(resource: Any) -> Any:
        (descriptor.parent / "other.csv").write_text("id\nb\n")
        (descriptor.parent / "other.csv").replace(descriptor.parent / "t.csv")
        return []

    monkeypatch.setattr("factpack.examination.file_findings", replace_file)
    report = factpack.validate(descriptor)

    assert [(item.severity, item.message) for item in report.findings] == [
        (Severity.UNJUDGED, "the file changed while it was read")
    ]


@pytest.mark.parametrize(
    ("declared", "verdict"),
    [
        ("68b329da9893e34099c7d8ad5cb9c940", Verdict.VALID),
        ("md5:68B329DA9893E34099C7D8AD5CB9C940", Verdict.VALID),
        ("sha1:adc83b19e793491b1c6ea0fd8b46cd9f32e592fc", Verdict.VALID),
        ("sha1:0000000000000000000000000000000000000000", Verdict.INVALID),
        ("crc32:00000000", Verdict.UNJUDGED),
        ("", Verdict.VALID),
    ],
)
def test_hashes_of_every_declared_kind(tmp_path: Path, declared: str, verdict: Verdict) -> None:
    (tmp_path / "note.txt").write_bytes(b"\n")
    resource = {"name": "note", "path": "note.txt", "hash": declared, "bytes": 1}
    descriptor = tmp_path / "datapackage.json"
    descriptor.write_text(json.dumps({"name": "small", "resources": [resource]}))

    assert factpack.validate(descriptor).verdict is verdict


def test_the_bytes_of_a_file_may_be_declared_alone(make_package: MakePackage) -> None:
    assert factpack.validate(make_package(t=("id\na\n", [ID]), resource={"bytes": 5})).valid
    assert places(make_package(t=("id\na\n", [ID]), resource={"bytes": 6})) == [("bytes", None, None)]


def test_evidence_that_is_declared_and_cannot_be_read_is_not_judged(make_package: MakePackage) -> None:
    report = factpack.validate(make_package(t=("id\na\n", [ID]), package={"evidence": {}}))

    assert [(item.rule, item.severity) for item in report.findings] == [("evidence", Severity.UNJUDGED)]


def test_a_key_is_compared_by_value_and_not_by_text(make_package: MakePackage) -> None:
    schema = {"fields": [{"name": "id", "type": "integer"}], "primaryKey": "id"}

    assert places(make_package(t=("id\n1\n01\n2\n", schema))) == [("primaryKey", 3, "id")]


def test_a_primary_key_must_be_filled_throughout(make_package: MakePackage) -> None:
    schema = {"fields": [ID, {"name": "no", "type": "integer"}], "primaryKey": ["id", "no"]}

    assert places(make_package(t=("id,no\na,1\na,\na,2\n", schema))) == [("primaryKey", 3, "id,no")]


def test_a_unique_key_may_be_null(make_package: MakePackage) -> None:
    schema = {"fields": [ID, {"name": "no", "type": "integer"}], "uniqueKeys": [["id", "no"]]}

    assert places(make_package(t=("id,no\na,\na,\na,1\na,1\n", schema))) == [("uniqueKeys", 5, "id,no")]


FK = {"fields": ["parent"], "reference": {"resource": "parents", "fields": ["id"]}}
PARENT = {"name": "parent", "type": "string"}


def test_a_dangling_foreign_key_is_found_and_a_null_one_is_not(make_package: MakePackage) -> None:
    child = {"fields": [ID, PARENT], "foreignKeys": [FK]}

    descriptor = make_package(parents=("id\nx\n", [ID]), t=("id,parent\na,x\nb,\nc,y\n", child))

    (found,) = errors(descriptor)
    assert (found.rule, found.resource, found.row, found.field, found.value) == (
        *("foreignKeys", "t", 4, "parent"),
        "y",
    )
    assert found.message == "must be found in id of parents"


@pytest.mark.parametrize("reference", [{"fields": "id"}, {"resource": "", "fields": ["id"]}])
def test_a_table_may_refer_to_itself(make_package: MakePackage, reference: dict[str, Any]) -> None:
    schema = {"fields": [ID, PARENT], "foreignKeys": [{"fields": "parent", "reference": reference}]}

    assert places(make_package(t=("id,parent\na,\nb,a\nc,z\n", schema))) == [("foreignKeys", 4, "parent")]


def test_a_composite_foreign_key_must_be_whole(make_package: MakePackage) -> None:
    two = [{"name": "a", "type": "string"}, {"name": "b", "type": "integer"}]
    child = {
        "fields": two,
        "foreignKeys": [{"fields": ["a", "b"], "reference": {"resource": "parents", "fields": ["a", "b"]}}],
    }

    descriptor = make_package(parents=("a,b\nx,1\n", two), t=("a,b\nx,01\nx,2\nx,\n,\n", child))

    blank = ("blank-row", 5, None)
    assert places(descriptor) == [("foreignKeys", 3, "a,b"), ("foreignKeys", 4, "a,b"), blank]


def test_a_cell_of_the_wrong_type_is_one_fault_not_two(make_package: MakePackage) -> None:
    number = {"name": "n", "type": "integer", "constraints": {"minimum": 3, "enum": [4, 5]}}
    schema = {"fields": [number], "foreignKeys": [{"fields": "n", "reference": {"fields": "n"}}]}

    assert places(make_package(t=("n\n4\nfour\n2\n", schema))) == [
        ("type", 3, "n"),
        ("minimum", 4, "n"),
        ("enum", 4, "n"),
    ]


def test_a_key_into_a_table_that_cannot_be_read_is_not_judged(make_package: MakePackage) -> None:
    descriptor = make_package(
        parents=("id\nx\n", [ID]), t=("parent\nx\n", {"fields": [PARENT], "foreignKeys": [FK]})
    )
    content = json.loads(descriptor.read_text())
    content["resources"][0]["path"] = "https://example.org/parents.csv"
    descriptor.write_text(json.dumps(content))

    report = factpack.validate(descriptor)

    assert report.exit_code == 2
    assert [resource.verdict for resource in report.resources] == [Verdict.UNJUDGED, Verdict.UNJUDGED]


def test_an_error_outweighs_what_could_not_be_judged(make_package: MakePackage) -> None:
    descriptor = make_package(t=("id\na\na\n", {"fields": [ID], "primaryKey": ["id"]}), u=("id\n", [ID, ID]))

    report = factpack.validate(descriptor)

    assert report.exit_code == 1
    assert [resource.verdict for resource in report.resources] == [Verdict.INVALID, Verdict.UNJUDGED]
    assert not report.valid


def test_the_same_findings_wherever_the_package_lies(dataset: Path, tmp_path: Path) -> None:
    edit_cell(dataset.parent / "data" / "events.csv", 2, "latest", "never")
    moved = shutil.copytree(dataset.parent, tmp_path / "else where é")

    assert factpack.validate(dataset) == factpack.validate(moved / "datapackage.json")


def test_a_table_of_ten_thousand_rows_with_a_fault_in_each(make_package: MakePackage) -> None:
    text = "n\n" + "x\n" * 10_000

    report = factpack.validate(make_package(t=(text, [{"name": "n", "type": "integer"}])))

    assert len(report.findings) == 10_000
    assert (report.findings[-1].row, report.findings[-1].line) == (10_001, 10_001)
    assert report.resources[0].errors == 10_000


# ---- the whole of each finding


def whole(descriptor: Path) -> list[tuple[Any, ...]]:
    return [
        (
            item.rule,
            item.severity.value,
            item.resource,
            item.row,
            item.line,
            item.field,
            item.value,
            item.message,
        )
        for item in factpack.validate(descriptor).findings
    ]


def test_each_check_of_a_cell_says_what_it_expects(make_package: MakePackage) -> None:
    fields = [
        {"name": "s", "type": "string", "constraints": {"required": True, "unique": True, "pattern": "[ab]"}},
        {"name": "e", "type": "string", "format": "email"},
        {"name": "i", "type": "integer", "constraints": {"minimum": 2, "required": True}},
    ]
    text = "s,e,i\na,,2\n,a@b.org,2\na,x,1\nc,,y\n"

    assert whole(make_package(t=(text, fields))) == [
        ("required", "error", "t", 3, 3, "s", "", "must not be missing"),
        ("type", "error", "t", 4, 4, "e", "x", "must be of the type string in the format email"),
        ("minimum", "error", "t", 4, 4, "i", "1", "must have the minimum 2"),
        ("unique", "error", "t", 4, 4, "s", "a", "must be unique"),
        ("pattern", "error", "t", 5, 5, "s", "c", "must match the pattern [ab]"),
        ("type", "error", "t", 5, 5, "i", "y", "must be of the type integer"),
    ]


def test_each_check_of_a_key_says_what_it_expects(make_package: MakePackage) -> None:
    schema = {
        "fields": [ID, {"name": "no", "type": "integer"}, {"name": "up", "type": "string"}],
        "primaryKey": ["id", "no"],
        "uniqueKeys": [["no"]],
        "foreignKeys": [
            {"fields": ["up"], "reference": {"fields": ["id"]}},
            {"fields": ["id", "no"], "reference": {"resource": "u", "fields": ["a", "b"]}},
        ],
    }
    other = [{"name": "a", "type": "string"}, {"name": "b", "type": "integer"}]
    package = make_package(t=("id,no,up\nx,1,x\nx,01,y\ny,,\n", schema), u=("a,b\nx,1\n", other))

    assert whole(package) == [
        ("primaryKey", "error", "t", 3, 3, "id,no", "x,01", "must be filled, and unique"),
        ("uniqueKeys", "error", "t", 3, 3, "no", "01", "must be unique"),
        ("primaryKey", "error", "t", 4, 4, "id,no", "y,", "must be filled, and unique"),
        ("foreignKeys", "error", "t", 4, 4, "id,no", "y,", "must be found in a, b of u"),
    ]


def test_a_key_is_looked_up_in_the_table_itself(make_package: MakePackage) -> None:
    schema = {
        "fields": [ID, {"name": "up", "type": "string"}],
        "foreignKeys": [{"fields": ["up"], "reference": {"resource": "t", "fields": ["id"]}}],
    }

    assert whole(make_package(t=("id,up\na,b\nb,c\nc,\n", schema))) == []
    assert whole(make_package(t=("id,up\na,z\nb,\n", schema))) == [
        ("foreignKeys", "error", "t", 2, 2, "up", "z", "must be found in id of t")
    ]


def test_a_key_column_that_a_table_does_not_have_is_null_throughout(make_package: MakePackage) -> None:
    parents = {"fields": [ID, {"name": "no", "type": "string"}], "fieldsMatch": "superset"}
    child = {
        "fields": [PARENT, {"name": "no", "type": "string"}],
        "foreignKeys": [
            {"fields": ["parent", "no"], "reference": {"resource": "parents", "fields": ["id", "no"]}}
        ],
    }

    assert whole(make_package(parents=("id\nx\n", parents), t=("parent,no\nx,\nx,1\n", child))) == [
        ("foreignKeys", "error", "t", 3, 3, "parent,no", "x,1", "must be found in id, no of parents")
    ]


def test_a_key_into_a_table_without_a_schema_or_that_is_not_read_is_not_judged(
    make_package: MakePackage,
) -> None:
    keys = [
        {"fields": ["parent", "b"], "reference": {"resource": "parents", "fields": ["id", "b"]}},
    ]
    child = {"fields": [PARENT, {"name": "b"}], "foreignKeys": keys}
    message = "the key parent, b refers to 'parents', which could not be read, or has no schema"

    found = whole(make_package(parents=("id\nx\n", None), t=("parent,b\nx,1\n", child)))
    assert ("foreignKeys", "unjudged", "t", None, None, None, None, message) in found
    found = whole(make_package(parents=("id\nx\n", {"fields": 5}), t=("parent,b\nx,1\n", child)))
    assert ("foreignKeys", "unjudged", "t", None, None, None, None, message) in found


@pytest.mark.parametrize("piece", [None, 20], ids=["whole", "in pieces"])
def test_a_key_into_another_package_is_not_judged(
    make_package: MakePackage, monkeypatch: pytest.MonkeyPatch, piece: int | None
) -> None:
    if piece:
        monkeypatch.setattr("factpack.pieces.PIECE", piece)
        monkeypatch.setattr("factpack.pieces.OF_COLUMN", 0)
    reference = {
        "package": "https://example.org/datapackage.json",
        "resource": "parents",
        "fields": ["id", "b"],
    }
    child = {
        "fields": [PARENT, {"name": "b"}],
        "foreignKeys": [{"fields": ["parent", "b"], "reference": reference}],
    }
    descriptor = make_package(
        parents=("id,b\nx,1\n", [ID, {"name": "b"}]), t=("parent,b\n" + "y,1\n" * 50, child)
    )
    message = (
        "the key parent, b refers to the package 'https://example.org/datapackage.json', which is not opened"
    )

    assert whole(descriptor) == [("foreignKeys", "unjudged", "t", None, None, None, None, message)]
    assert factpack.validate(descriptor).exit_code == 2


def test_a_key_to_a_field_that_does_not_exist_is_a_fault_of_the_schema_alone(
    make_package: MakePackage,
) -> None:
    child = {"fields": [PARENT], "foreignKeys": [FK]}

    assert whole(make_package(parents=("ids\nx\n", [{"name": "ids"}]), t=("parent\nx\n", child))) == [
        (
            *("schema", "error", "t", None, None, None, None),
            "a foreign key refers to parents.id, which does not exist; did you mean 'ids'?",
        )
    ]


def test_the_whole_message_on_a_file_that_is_another(make_package: MakePackage) -> None:
    descriptor = make_package(t=("id\na\n", [ID]), resource={"bytes": 4, "hash": "SHA1:ABC"})
    found = factpack.validate(descriptor).findings
    hint = "if the file is right, run `factpack refresh`"

    assert [(item.rule, item.message, item.hint) for item in found] == [
        ("bytes", "the file has 5 bytes, not 4", hint),
        ("hash", "the file's sha1 is not ABC", hint),
    ]
    assert (found[0].value, found[1].value) == (None, hashlib.sha1(b"id\na\n").hexdigest())
    assert factpack.validate(
        make_package(t=("id\na\n", [ID]), resource={"hash": f"sha1:{found[1].value}"})
    ).valid


@pytest.mark.parametrize("first", [b"", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_a_first_file_without_text_is_passed_over(tmp_path: Path, first: bytes) -> None:
    (tmp_path / "1.csv").write_bytes(first)
    (tmp_path / "2.csv").write_bytes(b"id\n1\nx\n")
    schema = {"fields": [{"name": "id", "type": "integer"}]}
    resource = {"name": "t", "path": ["1.csv", "2.csv"], "schema": schema}
    (tmp_path / "datapackage.json").write_text(json.dumps({"name": "p", "resources": [resource]}))

    report = factpack.validate(tmp_path / "datapackage.json")

    assert [(found.rule, found.path, found.row) for found in report.findings] == [("type", "2.csv", 3)]
    assert report.resources[0].rows == 2


def test_the_hash_of_several_files_is_that_of_all_of_them(tmp_path: Path) -> None:
    (tmp_path / "1.csv").write_text("id\na\n")
    (tmp_path / "2.csv").write_text("b\n")
    resource = {"name": "t", "path": ["1.csv", "2.csv"], "bytes": 7, "schema": {"fields": [ID]}}
    descriptor = tmp_path / "datapackage.json"
    descriptor.write_text(json.dumps({"name": "small", "resources": [resource]}))

    assert whole(descriptor) == []


def test_an_unknown_kind_of_hash_is_named(make_package: MakePackage) -> None:
    assert whole(make_package(t=("id\na\n", [ID]), resource={"hash": "CRC32:0"})) == [
        (
            *("hash", "unjudged", "t", None, None, None, None),
            "the hash is of the kind 'crc32', which factpack does not compute",
        )
    ]


def test_a_table_whose_schema_cannot_be_used_is_out_and_the_others_are_judged(
    make_package: MakePackage,
) -> None:
    bad = [{"name": "id", "type": "string", "constraints": {"minimum": 1}}]
    both = {"unevaluatedProperties": False, "patternProperties": {}}
    unjudged = [{"name": "id", "type": "array", "constraints": {"jsonSchema": both}}]

    found = whole(
        make_package(
            a=("id\nx\n", bad),
            b=("id\n[]\n", unjudged),
            c=("id\nx\nx\n", {"fields": [ID], "primaryKey": "id"}),
        )
    )

    assert [item[:4] for item in found] == [
        ("schema", "error", "a", None),
        ("resource", "unjudged", "b", None),
        ("primaryKey", "error", "c", 3),
    ]


def test_findings_are_in_the_order_of_resources_then_of_rows(make_package: MakePackage) -> None:
    integer = [{"name": "n", "type": "integer"}]
    report = factpack.validate(make_package(z=("n\n1\nx\n\n", integer), a=("n\ny\n1\n", integer)))

    assert [(item.resource, item.row) for item in report.findings] == [("z", 3), ("z", 4), ("a", 2)]
    assert [(item.name, item.path, item.rows, item.errors) for item in report.resources] == [
        ("z", "z.csv", 2, 2),
        ("a", "a.csv", 2, 1),
    ]
    assert report.package == "small"
    assert report.documents == []


def test_a_resource_that_is_no_table_has_no_rows(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("x")
    descriptor = tmp_path / "datapackage.json"
    descriptor.write_text(json.dumps({"name": "small", "resources": [{"name": "note", "path": "note.txt"}]}))
    (item,) = factpack.validate(descriptor).resources

    assert (item.rows, item.verdict, item.errors) == (None, Verdict.VALID, 0)


def test_a_cell_that_a_row_lacks_has_no_value(make_package: MakePackage) -> None:
    schema = {
        "fields": [ID, {"name": "b", "type": "string", "constraints": {"required": True}}],
        "primaryKey": ["id", "b"],
    }

    assert whole(make_package(t=("id,b\nx\n", schema))) == [
        ("missing-cell", "error", "t", 2, 2, "b", None, "the row has 1 cells for 2 columns"),
        ("required", "error", "t", 2, 2, "b", None, "must not be missing"),
        ("primaryKey", "error", "t", 2, 2, "id,b", "x,", "must be filled, and unique"),
    ]
