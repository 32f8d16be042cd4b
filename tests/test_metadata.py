"""Metadata: what frictionless finds in it, and how it is kept from what it would follow or cannot take."""

import json
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import frictionless
import pytest
from conftest import MakePackage
from drawing import Drawn, packages
from hypothesis import given
from hypothesis import strategies as st

import factpack
from factpack.metadata import _like, frictionless_notes, metadata_findings
from factpack.package import open_package
from factpack.plain_metadata import FIELD, PACKAGE, RESOURCE, SCHEMA, is_plain
from factpack.report import Severity

TEXT = [{"name": "id", "type": "string"}]


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (frictionless.FrictionlessException("no package"), "no package"),
        (KeyError("fields"), "the metadata cannot be read: KeyError: 'fields'"),
    ],
)
def test_what_frictionless_cannot_take_is_a_finding(
    make_package: MakePackage, monkeypatch: pytest.MonkeyPatch, error: Exception, message: str
) -> None:
    def fail(metadata: Any) -> Any:
        raise error

    monkeypatch.setattr("factpack.metadata.is_plain", lambda content, resources: False)
    monkeypatch.setattr(frictionless.Package, "metadata_validate", fail)
    (found,) = factpack.validate(make_package(t=("id\na\n", TEXT))).findings

    assert (found.rule, found.path, found.message) == ("descriptor", "datapackage.json", message)


def test_frictionless_is_given_nothing_that_it_would_follow_or_read_by_its_own_rules(
    make_package: MakePackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Any] = []
    monkeypatch.setattr("factpack.metadata.is_plain", lambda content, resources: False)
    monkeypatch.setattr(
        frictionless.Package, "metadata_validate", lambda metadata: seen.append(metadata) or []
    )
    field = {
        "name": "id",
        "type": "string",
        "title": "Key",
        "example": 1,
        "constraints": {"enum": ["a"]},
        "categories": ["a"],
    }
    schema = {
        "$schema": "http://127.0.0.1:9/x.json",
        "fields": [field],
        "primaryKey": "id",
        "foreignKeys": [{"fields": "id", "reference": {"resource": "t", "fields": "id"}}],
        "title": "T",
    }
    package = {
        "profile": "data-package",
        "$schema": "http://127.0.0.1:9/x.json",
        "missingValues": ["-"],
        "title": "P",
    }
    descriptor = make_package(
        t=("id\na\n", schema), package=package, resource={"profile": "x", "title": "R", "extrapaths": []}
    )

    list(metadata_findings(open_package(descriptor)))

    (metadata,) = seen
    assert metadata == {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "small",
        "title": "P",
        "resources": [
            {
                "name": "t",
                "path": "table.csv",
                "title": "R",
                "schema": {
                    "fields": [{"name": "id", "type": "string", "title": "Key"}],
                    "fieldsMatch": "exact",
                    "title": "T",
                    "primaryKey": ["id"],
                    "foreignKeys": [{"fields": ["id"], "reference": {"resource": "t", "fields": ["id"]}}],
                },
            }
        ],
    }


def test_metadata_are_held_to_version_2_whatever_profile_is_named(
    make_package: MakePackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Any] = []
    monkeypatch.setattr("factpack.metadata.is_plain", lambda content, resources: False)
    monkeypatch.setattr(
        frictionless.Package, "metadata_validate", lambda metadata: seen.append(metadata) or []
    )
    profiles = "https://datapackage.org/profiles"
    named = {"$schema": f"{profiles}/1.0/datapackage.json"}

    list(metadata_findings(open_package(make_package(t=("id\na\n", TEXT), package=named))))

    assert seen[0]["$schema"] == f"{profiles}/2.0/datapackage.json"


def test_properties_that_are_not_of_their_form_hide_no_others(make_package: MakePackage) -> None:
    wrong = {"created": "yesterday", "licenses": "free", "contributors": 5, "keywords": [1]}
    descriptor = make_package(resource={"sources": 5}, package=wrong, t=("id\na\n", TEXT))

    messages = " ".join(found.message for found in metadata_findings(open_package(descriptor)))

    assert all(name in messages for name in (*wrong, "sources"))


def test_misspelt_properties_of_many_fields_are_found_at_once(make_package: MakePackage) -> None:
    more = {"title": "a", "description": "b", "constraint": {}, "unitOfMeasure": "m"}
    fields = [{"name": f"f{number}", "type": "string", **more} for number in range(10_000)]
    package = open_package(make_package(t=("x\n", fields)))
    start = time.process_time()

    found = [item for item in metadata_findings(package) if item.rule == "property"]
    assert len(found) == 10_000
    assert {item.message for item in found} == {
        "the property 'constraint' is none of the standard's; did you mean 'constraints'?"
    }
    assert time.process_time() - start < 5


def test_a_profile_of_an_object_within_another_is_ignored(make_package: MakePackage) -> None:
    elsewhere = {"$schema": "https://example.org/x.json"}
    schema = {"fields": TEXT, **elsewhere}
    package = open_package(
        make_package(t=("a\n", schema), resource={"dialect": elsewhere, **elsewhere}, package=elsewhere)
    )

    assert [item.message for item in metadata_findings(package)] == [
        "the profile 'https://example.org/x.json' is none of the standard's for this, and is not followed"
    ]


VERSION_1 = "https://specs.frictionlessdata.io/schemas"


@pytest.mark.parametrize(
    ("place", "profile", "is_known"),
    [
        ("profile", "https://datapackage.org/profiles/1.0/datapackage.json", True),
        ("profile", "https://datapackage.org/profiles/2.0/datapackage.json", True),
        ("profile", f"{VERSION_1}/tabular-data-package.json", True),
        ("profile", "http://schemas.frictionlessdata.io/data-package.json", True),
        ("profile", "data-package", True),
        ("resources/0/profile", "https://datapackage.org/profiles/1.0/dataresource.json", True),
        ("resources/0/profile", f"{VERSION_1}/data-resource.json", True),
        ("resources/0/profile", "tabular-data-resource", True),
        ("resources/0/schema/profile", f"{VERSION_1}/table-schema.json", True),
        ("resources/0/schema/profile", "https://datapackage.org/profiles/2.0/tableschema.json", True),
        ("resources/0/dialect", {"profile": "https://datapackage.org/profiles/2.0/tabledialect.json"}, True),
        ("resources/0/dialect", {"profile": f"{VERSION_1}/csv-dialect.json"}, True),
        ("resources/0/schema/fields/0/profile", "of one's own", True),
        ("$schema", f"{VERSION_1}/data-package.json", True),
        ("$schema", "https://datapackage.org/profiles/2.0/tableschema.json", False),
        ("profile", "https://datapackage.org/profiles/3.0/datapackage.json", False),
        ("profile", "https://datapackage.org/profiles/2.0/anything.json", False),
        ("profile", "https://datapackage.org/profiles/2.0/datapackage.json.txt", False),
        ("profile", f"{VERSION_1}/fiscal-data-package.json", False),
        ("profile", "fiscal-data-package", False),
        ("profile", "tabular-data-resource", False),
        ("profile", "2.0", False),
        ("resources/0/profile", "data-package", False),
        ("resources/0/dialect", {"profile": "table-schema"}, False),
    ],
)
def test_profiles_of_the_standard_are_known(
    tmp_path: Path, place: str, profile: Any, *, is_known: bool
) -> None:
    shown = profile["profile"] if isinstance(profile, dict) else profile
    message = f"the profile {shown!r} is none of the standard's for this, and is not followed"

    found = described_findings(tmp_path, place, profile)

    assert found == ([] if is_known else [("profile", None, "datapackage.json", message)])


@pytest.mark.parametrize("profile", ["", "data-package", "profile.json"])
def test_what_stands_as_schema_of_a_descriptor_is_an_address(tmp_path: Path, profile: str) -> None:
    found = described_findings(tmp_path, "$schema", profile)

    assert found == [("profile", None, "datapackage.json", f"the $schema {profile!r} is not an address")]


@pytest.mark.parametrize("name", ["My Schema", "", 5, None])
def test_the_name_of_a_schema_is_ones_own(tmp_path: Path, name: Any) -> None:
    assert described_findings(tmp_path, "resources/0/schema/name", name) == []


def test_a_profile_that_is_no_text_is_a_finding(make_package: MakePackage) -> None:
    package = open_package(make_package(t=("a\n", TEXT), package={"profile": 2}))

    found = [(item.rule, item.path, item.message) for item in metadata_findings(package)]

    assert ("profile", "datapackage.json", "the profile 2 is not a text") in found


def test_what_is_not_of_its_form_is_shown_as_in_json(make_package: MakePackage) -> None:
    package = open_package(make_package(t=("a\n", TEXT), package={"version": 1.5}))

    (found,) = metadata_findings(package)

    assert found.message == "1.5 is not of type 'string' at property 'version'"


def test_a_schema_in_a_file_has_a_profile_too(make_package: MakePackage) -> None:
    descriptor = make_package(t=("a\n", None), u=("id\n", None), resource={"schema": "schema.json"})
    schema = {"$schema": "https://example.org/schema.json", "fields": TEXT}
    (descriptor.parent / "schema.json").write_text(json.dumps(schema))

    found = list(metadata_findings(open_package(descriptor)))

    assert [item.rule for item in found] == ["profile", "profile"]


def test_slips_are_found_after_a_table_without_a_schema(make_package: MakePackage) -> None:
    package = open_package(make_package(bare=("x\n", None), t=("x\n", {"fields": TEXT, "titel": "T"})))

    assert [item.resource for item in metadata_findings(package)] == ["t"]


def test_a_dialect_in_a_file_is_looked_at_too(make_package: MakePackage) -> None:
    descriptor = make_package(t=("a\n", TEXT), resource={"dialect": "dialect.json"})
    dialect = {"$schema": "https://example.org/dialect.json", "delimeter": ","}
    (descriptor.parent / "dialect.json").write_text(json.dumps(dialect))

    found = list(metadata_findings(open_package(descriptor)))

    assert [item.rule for item in found] == ["profile", "property"]

    (descriptor.parent / "dialect.json").unlink()
    assert list(metadata_findings(open_package(descriptor))) == []


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("titel", "title"),
        ("omepage", "homepage"),
        ("Profile", "profile"),
        ("related", None),
        ("title@de", None),
    ],
)
def test_what_is_a_slip(
    make_package: MakePackage, monkeypatch: pytest.MonkeyPatch, name: str, meant: str | None
) -> None:
    monkeypatch.setattr("factpack.metadata._like", _like.__wrapped__)  # without what it keeps in memory
    package = open_package(make_package(t=("x\n", TEXT), package={name: "y"}))

    messages = [item.message for item in metadata_findings(package) if item.rule == "property"]

    told = [f"the property {name!r} is none of the standard's; did you mean {meant!r}?"]
    assert messages == (told if meant else [])


def test_a_slip_is_for_a_property_that_is_not_there(make_package: MakePackage) -> None:
    fields = [{"name": "x", "type": "string", "description": "d", "descriptio": "e", "tittle": "t"}]
    package = open_package(make_package(t=("x\n", fields)))

    assert [item.message for item in metadata_findings(package)] == [
        "the property 'tittle' is none of the standard's; did you mean 'title'?"
    ]


URL_OR_PATH = "an address, or the path of a file within the package"
ADDRESSES, PATHS = (
    ("https://example.org/a", "FTP://example.org/\u00e4", "http://a@[::1]:80?x#y", "http://a/" * 999),
    ("a.png", "a/b", "./a", "data:,a"),
)
NO_ADDRESSES = (
    *("", "example", "https://", "file:///etc/passwd", "https://a b", "mailto:a@example.org", "https:/a"),
    *(
        " https://a.org",
        "https://a.org:b/",
        "https://a.org\n",
        "https://[g]/",
        "https://@/",
        "//a.org",
        "https://a\0",
    ),
)
NO_PATHS = ("", "/a", "~/a", "File:a", "../a", "a/../b", "a\\b", "a/", ".git/a", "file:///a", "s3://a/b")
MOMENTS = ("2025-09-10T08:00:00Z", "2025-09-10t08:00:00.5z", "2024-02-29T23:59:60+08:00")
NO_MOMENTS = (
    *("", "2025", "2025-09-10", "2025-09-10T08:00:00", "2025-09-10 08:00:00Z", "2025-02-29T08:00:00Z"),
    *("2025-09-10T24:00:00Z", "2025-09-10T08:00Z", "2025-09-10T08:00:00+24:00", "2025-09-10T08:00:00Z\n"),
)


@pytest.mark.parametrize(
    ("place", "good", "bad", "what"),
    [
        ("id", ["", "a"], [1, None], "a text"),
        ("homepage", ADDRESSES, NO_ADDRESSES, "the address of a page"),
        ("image", (*ADDRESSES, *PATHS), NO_PATHS, URL_OR_PATH),
        ("created", MOMENTS, NO_MOMENTS, "a date and time with its offset, as 2025-09-10T08:00:00Z"),
        ("contributors/0/givenName", ["a"], [1, None], "a text"),
        ("contributors/0/familyName", ["a"], [["a"]], "a text"),
        ("contributors/0/organization", ["a"], [{}], "a text"),
        ("contributors/0/path", (*ADDRESSES, *PATHS), NO_PATHS, URL_OR_PATH),
        ("contributors/0/roles", [["a", "b"], []], ["a", [1], None, {}], "a list of texts"),
        ("sources/0/path", (*ADDRESSES, *PATHS), NO_PATHS, URL_OR_PATH),
        ("sources/0/version", ["1"], [1], "a text"),
        ("licenses/0/path", (*ADDRESSES, *PATHS), NO_PATHS, URL_OR_PATH),
        ("resources/0/homepage", ADDRESSES, NO_ADDRESSES, "the address of a page"),
        ("resources/0/sources/0/version", ["1"], [None], "a text"),
        ("resources/0/licenses/0/path", (*ADDRESSES, *PATHS), NO_PATHS, URL_OR_PATH),
    ],
)
def test_what_describes_a_package_has_a_form(
    tmp_path: Path, place: str, good: Sequence[Any], bad: Sequence[Any], what: str
) -> None:
    name = re.sub(r"/(\d+)/", r"[\1].", place.removeprefix("resources/0/"))
    found = ("t", "t.csv") if place.startswith("resources") else (None, "datapackage.json")

    for value in good:
        assert described_findings(tmp_path, place, value) == []
    for value in bad:
        message = f"{name} must be {what}, and is {json.dumps(value, ensure_ascii=False)}"
        assert described_findings(tmp_path, place, value) == [("descriptor", *found, message)]


def described_findings(folder: Path, place: str, value: Any) -> list[tuple[Any, ...]]:
    """Return what is found in a package that has a value at a place."""
    descriptor = two_plain_tables()
    for owner in (descriptor, descriptor["resources"][0]):
        owner |= {name: [{"title": "T", "name": "N"}] for name in ("contributors", "sources", "licenses")}
    put(descriptor, place, value)
    (folder / "t.csv").write_text("a,b\n")
    (folder / "datapackage.json").write_text(json.dumps(descriptor))
    findings = metadata_findings(open_package(folder / "datapackage.json"))
    return [(item.rule, item.resource, item.path, item.message) for item in findings]


@pytest.mark.parametrize("place", ["contributors", "sources", "resources/0/sources"])
def test_contributors_and_sources_have_properties(tmp_path: Path, place: str) -> None:
    found = described_findings(tmp_path, place, [{"custom": 1}, {}])

    assert [item[3] for item in found] == [
        f"{place.rpartition('/')[2]}[1] must have a property, and has none"
    ]


@pytest.mark.parametrize("place", ["contributors", "sources", "licenses"])
@pytest.mark.parametrize("value", [5, {}, "a", [1], [None]])
def test_what_is_no_list_of_objects_is_told_once(tmp_path: Path, place: str, value: Any) -> None:
    assert len(described_findings(tmp_path, place, value)) == 1


@pytest.mark.parametrize("place", ["created", "homepage", "image", "contributors/0/path", "sources/0/path"])
def test_what_is_no_text_where_one_is_due_is_told_once(tmp_path: Path, place: str) -> None:
    ((_, _, _, message),) = described_findings(tmp_path, place, 5)

    assert message.startswith("5 is not of type 'string' at property")


def test_the_class_of_a_field_is_a_uri(make_package: MakePackage) -> None:
    fields = [{"name": "x", "rdfType": "http://schema.org/Country"}, {"name": "y", "rdfType": "a place"}]

    (found,) = metadata_findings(open_package(make_package(t=("x,y\n", fields))))

    assert (found.rule, found.resource, found.message) == (
        *("descriptor", "t"),
        'y: rdfType must be a URI, and is "a place"',
    )


def test_a_type_that_is_not_of_the_standard_is_a_warning(make_package: MakePackage) -> None:
    for kind, messages in (
        ("table", []),
        ("file", ["the type 'file' of a resource is none of the standard's"]),
    ):
        package = open_package(make_package(t=("id\n", TEXT), resource={"type": kind}))
        found = list(metadata_findings(package))
        assert [item.message for item in found] == messages
        assert {(item.rule, item.severity, item.resource) for item in found} <= {
            ("property", Severity.WARNING, "t")
        }


def test_a_format_of_a_type_that_has_none_is_a_warning(make_package: MakePackage) -> None:
    fields = [
        {"name": "a", "type": "integer", "format": "default"},
        {"name": "b", "type": "list", "format": "email"},
        {"name": "c", "type": "date", "format": "any"},
        {"name": "d", "format": "email"},
        {"name": "e", "type": "date", "format": "YYYY-MM-DD"},
        {"name": "f", "type": "time", "format": "%H"},
    ]

    found = list(metadata_findings(open_package(make_package(t=("a,b,c,d,e,f\n", fields)))))

    assert [(item.rule, item.severity, item.resource, item.message) for item in found] == [
        ("property", Severity.WARNING, "t", "b: the type list has no formats; 'email' is passed over"),
        ("property", Severity.WARNING, "t", "d: the type any has no formats; 'email' is passed over"),
        (
            *("property", Severity.WARNING, "t"),
            "e: the format 'YYYY-MM-DD' has no directive of strptime, as %Y has it",
        ),
    ]


def described(value: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Draw a descriptor that is plain but for some properties, which have drawn values."""
    field = st.builds(
        lambda more: {"name": "a", "type": "string", **more},
        st.dictionaries(st.sampled_from([*FIELD]), value | st.sampled_from([*TYPES]), max_size=2),
    )
    schema = st.builds(
        lambda fields, more: {"fields": fields, **more},
        st.lists(field, min_size=1, max_size=2),
        st.dictionaries(st.sampled_from([*SCHEMA]), value | st.sampled_from(KEYS), max_size=1),
    )
    resource = st.builds(
        lambda schema, more: {"name": "t", "type": "table", "path": "t.csv", "schema": schema, **more},
        schema,
        st.dictionaries(st.sampled_from([*RESOURCE]), value, max_size=1),
    )
    return st.builds(
        lambda resources, more: {"name": "p", "resources": resources, **more},
        st.lists(resource, min_size=1, max_size=2),
        st.dictionaries(st.sampled_from([*PACKAGE, "keywords", "licenses"]), value, max_size=1),
    )


TYPES = (
    "string",
    "number",
    "integer",
    "boolean",
    "object",
    "array",
    "date",
    "time",
    "datetime",
    "year",
    "list",
)
KEYS: list[Any] = ["a", ["a"], ["b"], [], [{"fields": ["a"], "reference": {"resource": "", "fields": ["a"]}}]]
VALUES = st.sampled_from(
    ["", "a", "A b", "default", "csv", "table", "utf-8", "text/csv", "any", "x" * 200, "a\nb", "é"]
) | st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=3,
)


@given(descriptor=described(VALUES))
def test_frictionless_finds_nothing_in_plain_metadata(
    descriptor: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("plain")
    (folder / "t.csv").write_text("a\n")
    (folder / "datapackage.json").write_text(json.dumps(descriptor))
    package = open_package(folder / "datapackage.json")

    if is_plain(package.descriptor, package.resources):
        assert list(frictionless_notes(package.descriptor, package.resources)) == []


@given(drawn=packages())
def test_frictionless_finds_nothing_in_the_plain_metadata_of_drawn_packages(
    drawn: Drawn, tmp_path_factory: pytest.TempPathFactory
) -> None:
    package = open_package(drawn.write(tmp_path_factory.mktemp("drawn")))

    if is_plain(package.descriptor, package.resources):
        assert list(frictionless_notes(package.descriptor, package.resources)) == []


def two_plain_tables() -> dict[str, Any]:
    """Return the descriptor of two tables that has each property that may be plain, and two foreign keys."""
    field = {"name": "a", "type": "integer", "format": "default", "title": "A", "description": "a number"}
    reference = {"fields": ["b"], "reference": {"resource": "u", "fields": ["a"]}}
    inner = {"fields": ["a"], "reference": {"resource": "", "fields": ["b"]}}
    schema = {
        "fields": [field, {"name": "b", "type": "integer"}],
        "fieldsMatch": "exact",
        "primaryKey": ["a", "b"],
        "foreignKeys": [reference, inner],
    }
    table = {"type": "table", "format": "csv", "mediatype": "text/csv", "encoding": "utf-8"}
    t = {"name": "t", "path": "t.csv", "bytes": 0, "hash": "x", "title": "T", **table, "schema": schema}
    u = {"name": "u", "path": "t.csv", "schema": {"fields": [field]}}
    return {"name": "p", "title": "P", "description": "of two tables", "resources": [t, u]}


def put(descriptor: dict[str, Any], place: str, value: Any) -> None:
    """Put a value at a place in a descriptor, the parts of which stand between slashes."""
    *way, last = (int(part) if part.isdecimal() else part for part in place.split("/"))
    inner: Any = descriptor
    for part in way:
        inner = inner[part]
    inner[last] = value


def is_plain_with(tmp_path: Path, changes: dict[str, Any]) -> bool:
    """Tell whether the two tables are plain with other values at some places."""
    descriptor = two_plain_tables()
    for place, value in changes.items():
        put(descriptor, place, value)
    (tmp_path / "t.csv").write_text("a,b\n")
    (tmp_path / "datapackage.json").write_text(json.dumps(descriptor))
    package = open_package(tmp_path / "datapackage.json")
    return is_plain(package.descriptor, package.resources)


T, KEY = "resources/0", "resources/0/schema/foreignKeys/0"


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {f"{T}/bytes": 10**12},
        {f"{T}/schema/primaryKey": ["b"]},
        {f"{KEY}/fields": ["a", "b"], f"{KEY}/reference": {"resource": "t", "fields": ["b", "a"]}},
    ],
)
def test_what_is_common_is_plain(tmp_path: Path, changes: dict[str, Any]) -> None:
    assert is_plain_with(tmp_path, changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "A name"},
        {"name": "p\n"},
        {"title": ""},
        {"description": 5},
        {"licenses": []},
        {f"{T}/name": "T"},
        {f"{T}/bytes": -1},
        {f"{T}/bytes": True},
        {f"{T}/bytes": 1.5},
        {f"{T}/bytes": "1"},
        {f"{T}/hash": ""},
        {f"{T}/type": "tables"},
        {f"{T}/format": "tsv"},
        {f"{T}/mediatype": "text/plain"},
        {f"{T}/encoding": "latin-1"},
        {f"{T}/custom": 1},
        {"resources/1/name": "t"},
        {"resources/1/schema": None},
        {f"{T}/schema/title": ""},
        {f"{T}/schema/missingValues": [""]},
        {f"{T}/schema/fields/0/name": "b"},
        {f"{T}/schema/fields/0/name": ""},
        {f"{T}/schema/fields/0/type": "list"},
        {f"{T}/schema/fields/0/format": "any"},
        {f"{T}/schema/fields/0/custom": 1},
        {f"{T}/schema/primaryKey": ["c"]},
        {f"{KEY}/fields": ["c"]},
        {f"{KEY}/fields": ["a", "b"]},
        {f"{KEY}/fields": [], f"{KEY}/reference/fields": []},
        {f"{KEY}/reference/fields": ["b"]},
        {f"{KEY}/reference/resource": "t", f"{KEY}/reference/fields": ["c"]},
    ],
)
def test_what_frictionless_may_object_to_is_not_plain(tmp_path: Path, changes: dict[str, Any]) -> None:
    assert not is_plain_with(tmp_path, changes)


def test_a_plain_package_is_valid_without_frictionless(make_package: MakePackage) -> None:
    descriptor = make_package(t=("id\na\n", TEXT))
    program = (
        f"import sys, factpack; factpack.validate({str(descriptor)!r}); print('frictionless' in sys.modules)"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout == "False\n"
