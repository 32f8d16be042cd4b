"""Opening: what a descriptor may say, and what it may not make factpack open."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from conftest import MakePackage

import factpack
from factpack.formats import format_of, is_table
from factpack.package import open_package
from factpack.report import Finding, Severity

TEXT = [{"name": "id", "type": "string"}]


def write(folder: Path, content: Any) -> Path:
    descriptor = folder / "datapackage.json"
    descriptor.write_text(content if isinstance(content, str) else json.dumps(content))
    return descriptor


def only(descriptor: Path) -> Finding:
    (found,) = factpack.validate(descriptor).findings
    return found


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "datapackage.json: not JSON: Expecting property name enclosed in double quotes at line 1"),
        ("[]", "datapackage.json: not a JSON object"),
        (
            '{"name": "a", "name": "b"}',
            "datapackage.json: the key 'name' stands twice in one object; only one can count",
        ),
        ('{"name": "a"}', "'resources' must be a list of at least one resource; nothing can be checked"),
        (
            '{"name": "a", "resources": []}',
            "'resources' must be a list of at least one resource; nothing can be checked",
        ),
        ('{"name": "a", "resources": [1]}', "'resources' holds something that is not a JSON object"),
        ('{"name": NaN}', "datapackage.json: not JSON that can be read: NaN is not a value of JSON"),
        ('{"name": "\\ud800"}', "datapackage.json: half of a surrogate pair stands in a text"),
        ('{"a": [["\\ud800"]]}', "datapackage.json: half of a surrogate pair stands in a text"),
        ("[" * 100_000, "datapackage.json: the JSON is nested too deeply"),
    ],
)
def test_a_broken_descriptor_is_a_finding(tmp_path: Path, content: str, message: str) -> None:
    found = only(write(tmp_path, content))

    assert (found.rule, found.severity, found.path) == ("descriptor", Severity.ERROR, "datapackage.json")
    assert found.message == message


def test_values_nested_as_deeply_as_may_be_are_judged_and_deeper_ones_are_not(
    make_package: MakePackage,
) -> None:
    def nested(levels: int) -> str:
        return "[" * levels + "1" + "]" * levels

    def found(levels: int, kind: str = "array") -> Any:
        field = {"name": "x", "type": kind, "constraints": {"enum": [json.loads(nested(90))], "unique": True}}
        return factpack.validate(make_package(t=(f"x\n{nested(levels)}\n{nested(levels)}\n", [field])))

    assert {item.rule for item in found(100).findings} == {"enum", "unique"}
    assert {item.rule for item in found(90).findings} == {"unique"}
    for levels in (101, 700, 100_000):
        (item,) = found(levels).findings
        assert item.severity is Severity.UNJUDGED
        assert item.message == "x: a cell holds JSON in more than 100 levels"


def test_an_enum_nested_too_deeply_is_a_finding(make_package: MakePackage) -> None:
    deep: Any = 1
    for _ in range(700):
        deep = [deep]
    descriptor = make_package(t=("x\n1\n", [{"name": "x", "type": "any", "constraints": {"enum": [deep]}}]))

    assert only(descriptor).message == "datapackage.json: the JSON is nested too deeply"


def test_a_descriptor_that_is_not_utf_8_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "datapackage.json").write_bytes(b'{"name": "\xff"}')

    assert only(tmp_path / "datapackage.json").message == "datapackage.json: not UTF-8 at byte 10"


@pytest.mark.parametrize("number", ["9" * 5000, "1e9999999999999999999"])
def test_a_number_past_what_can_be_read_is_not_judged(
    tmp_path: Path, make_package: MakePackage, number: str
) -> None:
    message = "a number in it is past what can be read"
    with pytest.raises(factpack.PackageError, match=message):
        factpack.validate(write(tmp_path, f'{{"name": "a", "x": {number}}}'))

    (tmp_path / "schema.json").write_text(f'{{"fields": [], "x": {number}}}')
    found = only(make_package(t=("id\na\n", None), resource={"schema": "schema.json"}))

    assert (found.severity, found.message) == (Severity.UNJUDGED, f"schema.json: {message}")


@pytest.mark.parametrize("name", ["absent.json", "."])
def test_no_descriptor_is_an_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(factpack.PackageError, match=r"no such file|not a regular file"):
        factpack.validate(tmp_path / name)


@pytest.mark.parametrize(
    ("path", "rule", "message"),
    [
        ("/etc/hostname", "path", "the path /etc/hostname leads out of the package"),
        (
            "../outside.csv",
            "path",
            "the path ../outside.csv has '..' in it, and could lead out of the package",
        ),
        (
            "a/../../outside.csv",
            "path",
            "the path a/../../outside.csv has '..' in it, and could lead out of the package",
        ),
        ("~/outside.csv", "path", "the path ~/outside.csv leads out of the package"),
        (".hidden/t.csv", "path", "the path .hidden/t.csv leads into a hidden folder"),
        ("link.csv", "path", "link.csv is a link that leads out of the package"),
        ("device.csv", "path", "device.csv is a link that leads out of the package"),
        ("pipe.csv", "path", "pipe.csv is not a regular file"),
        ("folder.csv", "path", "folder.csv is not a regular file"),
        ("absent.csv", "path", "absent.csv does not exist"),
        ("absent/", "path", "absent/ is not the path of a file"),
        ("a\0b.csv", "path", "'a\\x00b.csv' is not a POSIX path"),
        ("a\\b.csv", "path", "'a\\\\b.csv' is not a POSIX path"),
        ("x" * 5000 + ".csv", "path", "cannot be opened: "),
    ],
)
def test_a_path_that_may_not_be_opened_is_a_finding(
    tmp_path: Path, path: str, rule: str, message: str
) -> None:
    (tmp_path / "outside.csv").write_text("id\na\n")
    inside = tmp_path / "package"
    inside.mkdir()
    (inside / "link.csv").symlink_to(tmp_path / "outside.csv")
    (inside / "device.csv").symlink_to("/dev/zero")
    (inside / "folder.csv").mkdir()
    os.mkfifo(inside / "pipe.csv")

    found = only(
        write(inside, {"name": "p", "resources": [{"name": "t", "path": path, "schema": {"fields": TEXT}}]})
    )

    assert (found.rule, found.resource, found.severity) == (rule, "t", Severity.ERROR)
    assert message in found.message


@pytest.mark.parametrize("where", ["schema", "dialect"])
@pytest.mark.parametrize(
    ("value", "severity", "message"),
    [
        ("../s.json", Severity.ERROR, "the path ../s.json has '..' in it, and could lead out of the package"),
        (
            "https://example.org/s.json",
            Severity.UNJUDGED,
            "https://example.org/s.json: an address; factpack opens none",
        ),
        ("bad.json", Severity.ERROR, "bad.json: not JSON: Expecting value at line 1"),
        (7, Severity.ERROR, "is neither a JSON object nor a path"),
    ],
)
def test_a_schema_or_dialect_that_may_not_be_opened_is_a_finding(
    make_package: MakePackage, where: str, value: Any, severity: Severity, message: str
) -> None:
    descriptor = make_package(t=("id\na\n", TEXT), resource={where: value})
    (descriptor.parent / "bad.json").write_text("?")

    found = only(descriptor)

    assert found.severity is severity
    assert message in found.message


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"path": "https://example.org/t.csv"}, "an address; factpack opens none"),
        (
            {"path": ["ftp://example.org/t.csv", "https://example.org/t.csv"]},
            "an address; factpack opens none",
        ),
        ({"format": "xlsx"}, "the format is 'xlsx'; factpack reads csv and tsv"),
        ({"format": "json"}, "the format is 'json'; factpack reads csv and tsv"),
        *(
            ({"format": kind, "schema": None}, f"the format is {kind!r}; factpack reads csv and tsv")
            for kind in ("xlsx", "xls", "ods", "db", "sqlite", "parquet", "jsonl", "sav")
        ),
        (
            {"format": "txt", "dialect": {"delimiter": ";"}, "schema": None},
            "the format is 'txt'; factpack reads csv and tsv",
        ),
        ({"compression": "7z"}, "the compression is '7z'; factpack reads gz, zip, bz2, xz"),
        ({"schema": None, "dialect": {"header": False}}, "the table has no schema and no header"),
        (
            {"dialect": {"skipBlankRows": True}},
            "the dialect's skipBlankRows is frictionless's own",
        ),
        ({"encoding": "klingon"}, "the encoding 'klingon' is not known"),
        (
            {"schema": {"fields": [{"name": "id", "type": "string", "format": "wkt"}]}},
            "the format 'wkt' is none of",
        ),
        ({"encoding": "rot13"}, "the encoding 'rot13' is not known"),
        ({"encoding": "a\0b"}, "is not known"),
        ({"profile": "https://example.org/profile.json"}, "is none of the standard's for this"),
        ({"schema": {"fields": [*TEXT, *TEXT]}}, "two fields have the name 'id'"),
    ],
)
def test_what_cannot_be_judged_is_said_and_not_passed_over(
    make_package: MakePackage, changes: dict[str, Any], reason: str
) -> None:
    descriptor = make_package(t=("id\na\n", TEXT))
    content = json.loads(descriptor.read_text())
    entry = content["resources"][0] | changes
    content["resources"][0] = {name: value for name, value in entry.items() if value is not None}
    descriptor.write_text(json.dumps(content))

    report = factpack.validate(descriptor)

    assert report.exit_code == 2
    assert any(reason in found.message for found in report.findings)


def test_the_media_type_of_a_spreadsheet_counts_where_the_path_tells_nothing() -> None:
    excel = {"mediatype": "application/vnd.ms-excel"}

    assert format_of({"path": "t", **excel}) == "xls"
    assert format_of({"path": "t.csv", **excel}) == "csv"
    assert is_table({"path": "t", **excel})
    assert not is_table({"path": "t.pdf", **excel})


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        ({}, "'fields' is not a list"),
        ({"fields": [None]}, "each of 'fields' must be an object with a 'name'"),
        (
            {"fields": [{"name": "a", "type": "strin"}]},
            "a: 'strin' is not a type of Table Schema; did you mean 'string'?",
        ),
        ({"fields": [{"name": "a", "constraints": []}]}, "a: 'constraints' is not an object"),
        (
            {"fields": [{"name": "a", "type": "string", "format": "emial"}]},
            "a: 'emial' is not a format of strings; did you mean 'email'?",
        ),
        ({"fields": [{"name": "a", "missingValues": 3}]}, "'missingValues' of a is not a list of strings"),
        ({"fields": [{"name": "a", "format": 3}]}, "a: the format 3 is not a string"),
        ({"fields": TEXT, "uniqueKeys": [[]]}, "a unique key names no field"),
        ({"fields": TEXT, "uniqueKeys": []}, "'uniqueKeys' names no key"),
        (
            {"fields": TEXT, "missingValues": ["", "x", "x"]},
            "'missingValues' of the schema has a value twice",
        ),
        (
            {"fields": [{"name": "a", "missingValues": [{"value": "x", "label": 5}]}]},
            "'missingValues' of a has a label that is not a text",
        ),
        (
            {
                "fields": [
                    {
                        "name": "a",
                        "type": "string",
                        "categories": [{"value": "x", "label": "l"}, {"value": "y", "label": "l"}],
                    }
                ]
            },
            "a: 'categories' has a label twice",
        ),
        (
            {"fields": [{"name": "a", "type": "string", "categories": [1]}]},
            "a: 'categories' is not a list of values",
        ),
        (
            {"fields": [{"name": "a", "type": "string", "categories": ["x", "x"]}]},
            "a: 'categories' has a value twice",
        ),
        (
            {"fields": [{"name": "a", "categoriesOrdered": "yes"}]},
            "a: 'categoriesOrdered' is not true or false",
        ),
        (
            {"fields": [{"name": "a", "type": "list", "delimiter": ""}]},
            "a: the delimiter '' is not a text",
        ),
        (
            {"fields": [{"name": "a", "type": "number", "decimalChar": ""}]},
            "a: bareNumber, groupChar or decimalChar",
        ),
        (
            {"fields": TEXT, "primaryKey": ["ids"]},
            "primaryKey names the field 'ids', which does not exist; did you mean 'id'?",
        ),
        ({"fields": TEXT, "primaryKey": 3}, "primaryKey is not a list of names"),
        ({"fields": TEXT, "uniqueKeys": "id"}, "'uniqueKeys' is not a list"),
        ({"fields": TEXT, "foreignKeys": [{"fields": ["id"]}]}, "a foreign key lacks its 'reference'"),
        (
            {"fields": TEXT, "foreignKeys": [{"fields": ["id"], "reference": {"fields": []}}]},
            "a foreign key links 1 fields to 0",
        ),
        (
            {
                "fields": TEXT,
                "foreignKeys": [{"fields": ["id"], "reference": {"resource": 1, "fields": ["id"]}}],
            },
            "is malformed",
        ),
        (
            {"fields": [{"name": "a", "type": "number", "categories": [1]}]},
            "a: a field of the type number cannot have categories",
        ),
        (
            {"fields": [{"name": "a", "type": "string", "categories": []}]},
            "a: 'categories' is not a list of values",
        ),
    ],
)
def test_a_malformed_schema_is_a_finding(
    make_package: MakePackage, schema: dict[str, Any], message: str
) -> None:
    found = only(make_package(t=("id\na\n", schema)))

    assert (found.rule, found.severity) == ("schema", Severity.ERROR)
    assert message in found.message


@pytest.mark.parametrize(
    ("constraint", "kind", "message"),
    [
        ({"pattern": "("}, "string", "the pattern '(' is malformed"),
        ({"pattern": "a{99999999999}"}, "string", "the pattern 'a{99999999999}' is malformed"),
        ({"pattern": "(" * 5000}, "string", "is malformed"),
        ({"enum": [None]}, "string", "enum None is not of the type string"),
        ({"required": "false"}, "string", "the constraint 'required' is not true or false"),
        ({"unique": 1}, "string", "the constraint 'unique' is not true or false"),
        ({"enum": [{"a": 1}]}, "string", "enum {'a': 1} is not of the type string"),
        ({"minimum": float("1e300")}, "integer", "minimum 1e+300 is not of the type integer"),
        ({"minimum": 1.5}, "integer", "minimum 1.5 is not of the type integer"),
        ({"minLength": "1"}, "string", "minLength '1' is not a whole number from 0"),
        ({"enum": "a"}, "string", "enum 'a' is not a list"),
        ({"minimum": "abc"}, "integer", "minimum 'abc' is not of the type integer"),
        ({"minimum": 1}, "string", "a field of the type string cannot have the constraint 'minimum'"),
        ({"patern": "a"}, "string", "a field of the type string cannot have the constraint 'patern'"),
    ],
)
def test_an_impossible_constraint_is_a_finding(
    make_package: MakePackage, constraint: dict[str, Any], kind: str, message: str
) -> None:
    descriptor = make_package(t=("id\n1\n", [{"name": "id", "type": kind, "constraints": constraint}]))

    assert any(message in found.message for found in factpack.validate(descriptor).findings)
    assert factpack.validate(descriptor).exit_code == 1


@pytest.mark.parametrize(
    ("dialect", "message"),
    [
        ({"header": 1}, "the dialect's header is 1, which is neither true nor false"),
        ({"delimiter": "\n"}, "the dialect's delimiter is '\\n', which holds a line end"),
        ({"delimiter": ""}, "the dialect's delimiter is '', which is not a text"),
        ({"quoteChar": ","}, "the dialect's delimiter and quoteChar are both ','"),
        ({"quoteChar": ""}, "the dialect's quoteChar is '', which is not one character"),
        ({"escapeChar": ","}, "the dialect's delimiter and escapeChar are both ','"),
        ({"headerRows": [2**31]}, "which is not a list of row numbers from 1"),
        ({"lineTerminator": ","}, "the dialect's lineTerminator is its delimiter too"),
        ({"headerRows": []}, "the dialect's headerRows names no row"),
        ({"headerRows": [0]}, "the dialect's headerRows is [0], which is not a list of row numbers from 1"),
        ({"commentRows": 3}, "the dialect's commentRows is 3, which is not a list of row numbers from 1"),
    ],
)
def test_a_malformed_dialect_is_a_finding(
    make_package: MakePackage, dialect: dict[str, Any], message: str
) -> None:
    found = only(make_package(t=("id\na\n", TEXT), resource={"dialect": dialect}))

    assert (found.rule, found.severity) == ("dialect", Severity.ERROR)
    assert message in found.message


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        (
            {"resource": "parent", "fields": ["id"]},
            "refers to 'parent', which does not exist; did you mean 'parents'?",
        ),
        ({"resource": "parents", "fields": ["ident"]}, "refers to parents.ident, which does not exist"),
    ],
)
def test_a_foreign_key_to_nowhere_is_a_finding(
    make_package: MakePackage, reference: dict[str, Any], message: str
) -> None:
    child = {"fields": TEXT, "foreignKeys": [{"fields": ["id"], "reference": reference}]}

    report = factpack.validate(make_package(parents=("id\na\n", TEXT), t=("id\na\n", child)))

    assert report.exit_code == 1
    assert [(found.rule, found.resource) for found in report.findings if message in found.message] == [
        ("schema", "t")
    ]


def test_each_of_several_foreign_keys_is_followed(make_package: MakePackage) -> None:
    to = [("nowhere", "id"), ("bare", "id"), ("parents", "ident")]
    keys = [{"fields": "id", "reference": {"resource": name, "fields": field}} for name, field in to]
    descriptor = make_package(
        bare=("id\na\n", None),
        parents=("id\na\n", TEXT),
        t=("id\na\n", {"fields": TEXT, "foreignKeys": keys}),
    )

    messages = [found.message for found in factpack.validate(descriptor).findings if found.rule == "schema"]

    assert messages == [
        "a foreign key refers to 'nowhere', which does not exist",
        "a foreign key refers to parents.ident, which does not exist",
    ]


FAULTS_OF_METADATA: dict[str, Any] = {"created": "yesterday", "licenses": "free"}


@pytest.mark.parametrize("names", [["created"], ["licenses"], ["created", "licenses"]])
def test_frictionless_finds_the_other_faults_of_the_metadata(
    make_package: MakePackage, names: list[str]
) -> None:
    package = {name: FAULTS_OF_METADATA[name] for name in names}

    found = factpack.validate(make_package(t=("id\na\n", TEXT), package=package)).findings

    assert {(item.rule, item.path) for item in found} == {("descriptor", "datapackage.json")}
    assert [name for name in names if any(name in item.message for item in found)] == names


@pytest.mark.parametrize(
    ("package", "resource", "schema", "message"),
    [
        (
            {"licences": []},
            {},
            {},
            "the property 'licences' is none of the standard's; did you mean 'licenses'?",
        ),
        ({}, {"enconding": "utf-8"}, {}, "did you mean 'encoding'?"),
        ({}, {"dialect": {"delimeter": ","}}, {}, "did you mean 'delimiter'?"),
        ({}, {}, {"primarykey": "id"}, "did you mean 'primaryKey'?"),
        ({}, {}, {"foriegnKeys": []}, "did you mean 'foreignKeys'?"),
        (
            {},
            {},
            {"fields": [{"name": "id", "type": "string", "constriants": {}}]},
            "did you mean 'constraints'?",
        ),
        (
            {},
            {},
            {"foreignKeys": [{"fields": "id", "reference": {"fields": "id", "ressource": "t"}}]},
            "did you mean 'resource'?",
        ),
    ],
)
def test_a_misspelt_property_is_a_warning(
    make_package: MakePackage,
    package: dict[str, Any],
    resource: dict[str, Any],
    schema: dict[str, Any],
    message: str,
) -> None:
    report = factpack.validate(
        make_package(t=("id\na\n", {"fields": TEXT} | schema), package=package, resource=resource)
    )

    (found,) = report.findings
    assert (found.severity, found.rule, report.exit_code) == (Severity.WARNING, "property", 0)
    assert (found.resource, found.path) == ((None, None) if package else ("t", "t.csv"))
    assert message in found.message


def test_a_table_without_a_schema_is_judged_by_its_form(make_package: MakePackage) -> None:
    child = {
        "fields": TEXT,
        "foreignKeys": [{"fields": "id", "reference": {"resource": "t", "fields": "id"}}],
    }

    sound = factpack.validate(make_package(t=("id,x\na,1\n", None)))
    ragged = factpack.validate(make_package(t=('id,x\na\nb,"1"2\n\n', None)))
    referred = factpack.validate(make_package(t=("id\na\n", None), u=("id\na\n", child)))

    (item,) = sound.findings
    assert (item.severity, item.message) == (
        Severity.WARNING,
        "the table has no schema, so that only its form is judged",
    )
    assert (sound.exit_code, sound.resources[0].rows) == (0, 1)
    assert [(item.rule, item.row) for item in ragged.findings][1:] == [
        *[("missing-cell", 2), ("quoting", 3), ("blank-row", 4)]
    ]
    assert referred.exit_code == 2
    with pytest.raises(factpack.PackageError, match="cannot be read"):
        factpack.load(make_package(t=("id\na\n", None)))


def test_missing_values_of_the_package_are_those_of_its_tables(make_package: MakePackage) -> None:
    number = [{"name": "n", "type": "integer"}]
    own = {"fields": number, "missingValues": ["?"]}

    report = factpack.validate(
        make_package(t=("n\n-\n", number), u=("n\n-\n", own), package={"missingValues": ["-", ""]})
    )

    assert [(item.rule, item.resource, item.row) for item in report.findings] == [
        ("blank-row", "t", 2),
        ("type", "u", 2),
    ]


@pytest.mark.parametrize("declared", [None, "-", [1]])
def test_missing_values_of_the_package_are_a_list(make_package: MakePackage, declared: Any) -> None:
    report = factpack.validate(
        make_package(t=("n\n1\n", [{"name": "n", "type": "integer"}]), package={"missingValues": declared})
    )

    (found,) = [item for item in report.findings if item.rule == "schema"]
    assert found.message.startswith("'missingValues' of the schema is not a list of strings")


@pytest.mark.parametrize("data", [{"x": 1}, [1, 2], [[1], {"x": 1}], [[[1, 2], [3, 4]]]])
def test_data_that_are_no_rows_are_no_table(tmp_path: Path, data: Any) -> None:
    resource = {"name": "t", "data": data}

    report = factpack.validate(write(tmp_path, {"name": "p", "resources": [resource]}))

    assert (report.exit_code, report.resources[0].rows) == (0, None)


@pytest.mark.parametrize(
    ("more", "exit_code"),
    [
        ({}, 1),
        ({"format": "txt"}, 0),
        ({"mediatype": "text/plain"}, 0),
        ({"format": "csv", "schema": {"fields": [{"name": "a text"}]}}, 0),
        ({"format": "csv", "type": "table"}, 1),
        ({"format": "csv", "profile": "tabular-data-resource"}, 1),
    ],
)
def test_a_text_in_the_descriptor_needs_its_format(
    tmp_path: Path, more: dict[str, Any], exit_code: int
) -> None:
    resource = {"name": "t", "data": "a text", **more}

    assert factpack.validate(write(tmp_path, {"name": "p", "resources": [resource]})).exit_code == exit_code


def test_a_property_of_ones_own_is_no_slip(make_package: MakePackage) -> None:
    fields = [{"name": "id", "type": "string", "provenance": "document", "source": "a book"}]

    assert factpack.validate(make_package(t=("id\na\n", fields), package={"hub": None})).findings == []


def test_a_resource_that_is_no_table_is_none(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("notes")

    report = factpack.validate(
        write(tmp_path, {"name": "p", "resources": [{"name": "notes", "path": "notes.txt"}]})
    )

    assert (report.valid, report.resources[0].rows) == (True, None)


@pytest.mark.parametrize("name", ["$schema", "profile"])
@pytest.mark.parametrize("value", [[], {}, 5, None])
def test_a_profile_that_is_no_text_is_a_finding(make_package: MakePackage, name: str, value: Any) -> None:
    report = factpack.validate(make_package(t=("id\na\n", TEXT), package={name: value}))

    assert report.exit_code == 1
    assert ("profile", f"the profile {value!r} is not a text") in [
        (item.rule, item.message) for item in report.findings
    ]


def test_the_address_of_version_0_is_a_path(make_package: MakePackage) -> None:
    descriptor = make_package(t=("id\na\n", TEXT))
    content = json.loads(descriptor.read_text())
    content["resources"][0]["url"] = content["resources"][0].pop("path")
    descriptor.write_text(json.dumps(content))

    report = factpack.validate(descriptor)

    assert (report.resources[0].path, report.resources[0].rows) == ("t.csv", 1)


@pytest.mark.parametrize(
    "form",
    [
        {"mediatype": "text/csv; charset=utf-8"},
        {"format": ".CSV"},
        {"mediatype": "text/tab-separated-values"},
    ],
)
def test_the_form_of_a_table_may_be_told_in_several_ways(tmp_path: Path, form: dict[str, str]) -> None:
    (tmp_path / "t.txt").write_text("id\na\n")
    resource = {"name": "t", "path": "t.txt", "schema": {"fields": TEXT}, **form}

    report = factpack.validate(write(tmp_path, {"name": "p", "resources": [resource]}))

    assert (report.valid, report.resources[0].rows) == (True, 1)


def test_a_resource_of_an_unknown_name_is_an_error(make_package: MakePackage) -> None:
    package = open_package(make_package(events=("id\na\n", TEXT)))

    with pytest.raises(factpack.PackageError, match="no resource 'event'; did you mean 'events'"):
        package.resource("event")


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ({"path": "t.csv", "data": [["id"]]}, "the resource has both 'path' and 'data'; only one can count"),
        ({"path": 5}, "'path', or 'extrapaths', is neither a text nor a list of texts"),
        ({"path": None}, "'path', or 'extrapaths', is neither a text nor a list of texts"),
        ({"path": []}, "'path', or 'extrapaths', is neither a text nor a list of texts"),
        (
            {"path": "t.csv", "extrapaths": 1},
            "'path', or 'extrapaths', is neither a text nor a list of texts",
        ),
        ({}, "the resource has neither 'path' nor 'data'"),
        ({"path": ["t.csv", "https://example.org/t.csv"]}, "some of its paths are addresses, and others are"),
        ({"data": 5}, "'data' is 5: neither an array, nor an object, nor a text"),
        ({"data": None}, "'data' is null: neither an array, nor an object, nor a text"),
        ({"data": False}, "'data' is false: neither an array, nor an object, nor a text"),
        ({"data": "id\na\n"}, "'data' is a text, and neither 'format' nor 'mediatype' tells of what"),
        (
            {"data": "id\na\n", "format": "csv", "type": "table"},
            "'data' is a text; those of a table are an array of rows",
        ),
    ],
)
def test_a_resource_has_one_source(make_package: MakePackage, source: dict[str, Any], message: str) -> None:
    descriptor = make_package(t=("id\na\n", TEXT))
    content = json.loads(descriptor.read_text())
    del content["resources"][0]["path"]
    content["resources"][0] |= source
    descriptor.write_text(json.dumps(content))

    report = factpack.validate(descriptor)

    assert report.exit_code == 1
    assert any(found.message.startswith(message) for found in report.findings)


@pytest.mark.parametrize(
    ("package", "resource"),
    [
        ({"profile": "tabular-data-package"}, {}),
        ({}, {"profile": "https://specs.frictionlessdata.io/schemas/tabular-data-resource.json"}),
        ({}, {"type": "table"}),
    ],
)
def test_a_declared_table_without_a_schema_is_not_passed_over(
    tmp_path: Path, package: dict[str, Any], resource: dict[str, Any]
) -> None:
    (tmp_path / "t.txt").write_text("id\na\n")

    report = factpack.validate(
        write(tmp_path, {"name": "p", **package, "resources": [{"name": "t", "path": "t.txt", **resource}]})
    )

    assert report.exit_code == 2


def test_a_file_that_cannot_be_read_is_not_judged(
    make_package: MakePackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    descriptor = make_package(t=("id\na\n", TEXT))

    def refuse(file: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("factpack.reading.file_bytes", refuse)
    found = only(descriptor)

    assert (found.severity, found.message) == (
        Severity.UNJUDGED,
        "the file cannot be read: Permission denied",
    )
