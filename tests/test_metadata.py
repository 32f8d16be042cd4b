"""Metadata: what frictionless finds in it, and how it is kept from what it would follow or cannot take."""

import time
from typing import Any

import frictionless
import pytest
from conftest import MakePackage

import factpack
from factpack.metadata import metadata_findings
from factpack.package import open_package

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

    monkeypatch.setattr(frictionless.Package, "metadata_validate", fail)
    (found,) = factpack.validate(make_package(t=("id\na\n", TEXT))).findings

    assert (found.rule, found.path, found.message) == ("descriptor", "datapackage.json", message)


def test_frictionless_is_given_nothing_that_it_would_follow_or_read_by_its_own_rules(
    make_package: MakePackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Any] = []
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


def test_a_slip_is_for_a_property_that_is_not_there(make_package: MakePackage) -> None:
    fields = [{"name": "x", "type": "string", "description": "d", "descriptio": "e", "tittle": "t"}]
    package = open_package(make_package(t=("x\n", fields)))

    assert [item.message for item in metadata_findings(package)] == [
        "the property 'tittle' is none of the standard's; did you mean 'title'?"
    ]
