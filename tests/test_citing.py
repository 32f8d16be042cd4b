"""Metadata for citing and finding: each form is what those who read it expect, and says no more than the descriptor."""

import csv
import hashlib
import importlib.util
import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import bibtexparser
import jsonschema
import pytest
import yaml
from conftest import ROOT, MakePackage
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_cli import run
from typer.testing import CliRunner

from factpack.citing import PATHS, cite, files, lacking, write
from factpack.citing.bibtex import render
from factpack.citing.croissant import data_type, references_of
from factpack.citing.work import License, read_work
from factpack.cli import app
from factpack.forms import CitationForm
from factpack.frames import load_table
from factpack.package import Package, open_package
from factpack.table_schema import parse_schema

DATASET = open_package(ROOT / "datapackage.json")
PEOPLE = {
    "title": "A & B: 100% {sure}",
    "id": "https://doi.org/10.1234/abc_d",
    "homepage": "https://example.org/a_b",
    "version": "1.0",
    "created": "2020-02-03",
    "description": "What <b>bold</b> people & others did.",
    "keywords": ["one", "two", "one"],
    "licenses": [{"name": "cc-by-4.0"}, {"name": "ODbL-1.0", "path": "https://example.org/odbl"}],
    "sources": [{"title": "A book"}, {"path": "https://example.org/source"}],
    "contributors": [
        {"givenName": "Ann", "familyName": "Lee", "organization": "The Guild", "roles": ["author"]},
        {"title": "The Guild", "path": "https://example.org/", "role": "author"},
        {"title": "A Press", "roles": ["publisher"]},
        {"title": "Bo", "roles": ["wrangler"]},
    ],
}


def vendored(package: str, path: str) -> dict[str, Any]:
    """Return a JSON Schema that a library carries; the library itself is not imported."""
    spec = importlib.util.find_spec(package)
    assert spec is not None
    (folder,) = spec.submodule_search_locations or ()
    schema: dict[str, Any] = json.loads((Path(folder) / path).read_text(encoding="utf-8"))
    return schema


CFF = vendored("check_jsonschema", "builtin_schemas/vendor/citation-file-format.json")
DATACITE = vendored("datacite", "schemas/datacite-v4.5.json")


def content(package: Package, form: CitationForm) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(cite(package, form))
    return loaded


@pytest.fixture
def people(make_package: MakePackage) -> Package:
    return open_package(make_package(t=("a\n1\n", [{"name": "a", "type": "integer"}]), package=PEOPLE))


@pytest.fixture
def bare(make_package: MakePackage) -> Package:
    return open_package(make_package(t=("a\n1\n", [{"name": "a", "type": "integer"}])))


def test_the_files_of_the_repository_are_what_the_command_makes() -> None:
    for file, expected in files(DATASET, ROOT).items():
        assert file.read_bytes() == expected, f"{file.name} is not up to date: factpack cite --write ."


def test_the_readme_shows_the_entry_that_the_command_prints() -> None:
    done = run("cite")

    assert (done.returncode, done.stderr) == (0, "")
    assert f"```bibtex\n{done.stdout}```" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_command_prints_any_form(people: Package) -> None:
    for form in CitationForm:
        done = CliRunner().invoke(app, ["cite", str(people.file), "--format", form.value])

        assert (done.exit_code, done.stdout) == (0, cite(people, form))


def test_the_command_writes_what_differs_and_tells_what_a_form_lacks(bare: Package, tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()

    first = run("cite", bare.file, "--write", folder)
    second = run("cite", bare.file, "--write", folder)

    assert first.stdout.splitlines() == [f"wrote {folder / path}" for path in PATHS.values()]
    assert (second.returncode, second.stdout, second.stderr) == (0, "", first.stderr)
    assert "CITATION.cff requires authors, of which the descriptor says nothing\n" in first.stderr
    assert "metadata/datacite.json requires doi, creators, publisher, publicationYear, of" in first.stderr
    written = {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}
    assert written == set(PATHS.values())


@pytest.mark.parametrize(
    "arguments", [("--write", "nowhere"), ("--write", ".", "--format", "cff"), ("--format", "ris")]
)
def test_what_cannot_be_done_ends_with_2_and_writes_nothing(
    arguments: tuple[str, ...], bare: Package, tmp_path: Path
) -> None:
    before = sorted(tmp_path.rglob("*"))

    done = run("cite", bare.file, *arguments, cwd=tmp_path)

    assert (done.returncode, done.stdout) == (2, "")
    assert sorted(tmp_path.rglob("*")) == before


def test_the_command_reads_each_file_once(
    bare: Package, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[Path] = []
    monkeypatch.setattr("factpack.citing.work.file_bytes", lambda file: read.append(file) or b"")

    done = CliRunner().invoke(app, ["cite", str(bare.file), "--write", str(tmp_path)])

    assert done.exit_code == 0
    assert len(read) == len(set(read)) > 0


def test_a_descriptor_that_is_none_ends_with_2(tmp_path: Path) -> None:
    (tmp_path / "datapackage.json").write_text('{"name": "x"}')

    done = run("cite", tmp_path / "datapackage.json")

    assert (done.returncode, done.stdout) == (2, "")
    file = tmp_path / "datapackage.json"
    assert done.stderr.startswith(f"factpack: {file}: 'resources' must be a list")


def test_what_a_descriptor_does_not_say_is_left_out(bare: Package) -> None:
    assert content(bare, CitationForm.CFF) == {
        "cff-version": "1.2.0",
        "type": "dataset",
        "message": "If you use this dataset, please cite it as below.",
        "title": "small",
    }
    assert content(bare, CitationForm.ZENODO) == {"upload_type": "dataset", "title": "small"}
    assert (
        cite(bare, CitationForm.BIBTEX) == "@misc{small,\n  title = {{small}},\n  note  = {Data package}\n}\n"
    )
    assert set(content(bare, CitationForm.DATACITE)) == {
        "schemaVersion",
        "types",
        "titles",
        "formats",
        "sizes",
    }
    assert set(content(bare, CitationForm.SCHEMA_ORG)) == {
        "@context",
        "@type",
        "name",
        "variableMeasured",
        "distribution",
    }
    assert lacking(bare, CitationForm.SCHEMA_ORG) == ["description", "license", "creator"]


def test_our_own_metadata_has_no_doi_no_publisher_and_no_date_of_release() -> None:
    assert lacking(DATASET, CitationForm.DATACITE) == ["doi", "publisher"]
    assert lacking(DATASET, CitationForm.CROISSANT) == ["url", "datePublished"]
    assert [
        lacking(DATASET, form)
        for form in (CitationForm.BIBTEX, CitationForm.CFF, CitationForm.ZENODO, CitationForm.SCHEMA_ORG)
    ] == [[]] * 4
    for form in CitationForm:
        assert "doi" not in cite(DATASET, form).lower()


@pytest.mark.parametrize("form", CitationForm, ids=[form.value for form in CitationForm])
def test_each_form_but_bibtex_tells_the_licence_of_the_table_that_has_its_own(form: CitationForm) -> None:
    text = " ".join(cite(DATASET, form).split())

    assert ("The table place_reference is under CC-BY-4.0 (from GeoNames;" in text) is (
        form is not CitationForm.BIBTEX
    )


def test_a_licence_of_a_table_stands_with_the_table() -> None:
    (table,) = [
        item
        for item in content(DATASET, CitationForm.SCHEMA_ORG)["distribution"]
        if item["name"] == "place_reference"
    ]
    rights = content(DATASET, CitationForm.DATACITE)["rightsList"]

    assert table["license"] == ["https://creativecommons.org/licenses/by/4.0/"]
    assert [(item["rightsIdentifier"], "only place_reference" in item["rights"]) for item in rights] == [
        ("CC0-1.0", False),
        ("CC-BY-4.0", True),
    ]


def test_a_citation_file_holds_to_its_schema(people: Package) -> None:
    jsonschema.validate(content(DATASET, CitationForm.CFF), CFF, jsonschema.Draft7Validator)

    found = content(people, CitationForm.CFF)

    jsonschema.validate(found, CFF, jsonschema.Draft7Validator)
    assert found["authors"] == [
        {"given-names": "Ann", "family-names": "Lee", "affiliation": "The Guild"},
        {"name": "The Guild", "website": "https://example.org/"},
    ]
    assert found["license"] == ["CC-BY-4.0", "ODbL-1.0"]
    assert found["doi"] == "10.1234/abc_d"
    assert found["version"] == "1.0"


def test_a_licence_that_is_no_spdx_identifier_is_given_by_its_address(make_package: MakePackage) -> None:
    licence = {"name": "our-own", "path": "https://example.org/licence"}
    package = make_package(
        t=("a\n", [{"name": "a"}]),
        package={"licenses": [licence], "contributors": [{"title": "We"}]},
    )

    found = content(open_package(package), CitationForm.CFF)

    jsonschema.validate(found, CFF, jsonschema.Draft7Validator)
    assert (found.get("license"), found["license-url"]) == (None, "https://example.org/licence")
    assert "license" not in content(open_package(package), CitationForm.ZENODO)


@pytest.mark.parametrize(
    ("name", "identifier"),
    [
        ("cc0-1.0", "CC0-1.0"),
        ("ODbL-1.0", "ODbL-1.0"),
        ("other-open", None),
        ("LicenseRef-mine", None),
        ("MIT OR Apache-2.0", None),
        ("and", None),
        ("(", None),
        (None, None),
    ],
)
def test_a_licence_is_known_by_its_spdx_identifier(name: str | None, identifier: str | None) -> None:
    assert License(name=name, title=None, address=None).spdx == identifier


@pytest.mark.parametrize(
    "address",
    ["mailto:a@example.org", "https://example.org/\u202e", "https://example.org/\0", "https://[", "x.html"],
    ids=ascii,
)
def test_an_address_that_no_page_would_link_to_is_left_out(address: str, make_package: MakePackage) -> None:
    said = {"homepage": address, "sources": [{"title": "A book", "path": address}]}

    work = read_work(open_package(make_package(t=("a\n", [{"name": "a", "type": "string"}]), package=said)))

    assert (work.homepage, work.origins[0].address) == (None, None)


def test_datacite_gets_what_its_schema_asks_for_but_what_the_descriptor_lacks(people: Package) -> None:
    found = content(DATASET, CitationForm.DATACITE)
    validator = jsonschema.Draft201909Validator(DATACITE)

    assert [error.message for error in validator.iter_errors(found)] == ["'publisher' is a required property"]
    assert list(validator.iter_errors(content(people, CitationForm.DATACITE))) == []
    assert lacking(people, CitationForm.DATACITE) == []
    assert content(people, CitationForm.DATACITE)["creators"][0]["nameType"] == "Personal"
    assert content(people, CitationForm.DATACITE)["publicationYear"] == "2020"


def test_zenodo_gets_its_own_names_and_words(people: Package) -> None:
    found, other = content(DATASET, CitationForm.ZENODO), content(people, CitationForm.ZENODO)

    assert set(found) | set(other) <= {
        *("upload_type", "title", "description", "creators", "version", "doi", "access_right", "license"),
        *("keywords", "notes", "related_identifiers"),
    }
    assert (found["upload_type"], found["access_right"], found["license"]) == ("dataset", "open", "cc0-1.0")
    assert {item["relation"] for item in found["related_identifiers"]} == {"isDerivedFrom"}
    assert len(found["related_identifiers"]) == 3
    assert other["creators"] == [{"name": "Lee, Ann", "affiliation": "The Guild"}, {"name": "The Guild"}]
    assert other["description"] == "<p>What &lt;b&gt;bold&lt;/b&gt; people &amp; others did.</p>"
    assert "license" not in other  # there are two


def test_search_engines_are_led_to_each_file(people: Package) -> None:
    text = (ROOT / "metadata" / "schema-org.jsonld").read_text(encoding="utf-8")
    downloads = json.loads(text)["distribution"]

    assert len(downloads) == len(DATASET.resources)
    for item in downloads:
        data = (ROOT / "metadata" / item["contentUrl"]).read_bytes()
        assert item["sha256"] == hashlib.sha256(data).hexdigest()
        assert item["contentSize"] == f"{len(data)} B"
    assert [agent["@type"] for agent in content(people, CitationForm.SCHEMA_ORG)["creator"]] == [
        "Person",
        "Organization",
    ]


def test_an_entry_of_bibtex_is_read_as_it_was_meant(people: Package) -> None:
    entry = parsed(cite(people, CitationForm.BIBTEX))

    assert untexed(entry["title"].removeprefix("{").removesuffix("}")) == "A & B: 100% {sure}"
    assert entry["author"] == "{Lee}, {Ann} and {The Guild}"
    assert (entry["year"], entry["version"], entry["publisher"]) == ("2020", "1.0", "{A Press}")
    assert (entry["doi"], entry["url"]) == ("10.1234/abc_d", "https://example.org/a_b")


def parsed(text: str) -> dict[str, str]:
    (entry,) = bibtexparser.parse_string(text).entries
    return {field.key: field.value for field in entry.fields}


WORDS = st.text(st.characters(codec="ascii", categories=("L", "N", "P", "S")), min_size=1, max_size=8)
TITLES = st.lists(WORDS, min_size=1, max_size=4).map(" ".join)


@given(title=TITLES)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_title_breaks_an_entry_of_bibtex(title: str, bare: Package) -> None:
    package = Package(
        name=bare.name,
        file=bare.file,
        descriptor=bare.descriptor | {"title": title},
        resources=bare.resources,
        findings=(),
    )

    entry = render(read_work(package))

    body = re.search(r"title = \{\{(.*)\}\},\n  note", entry)
    assert body is not None
    depth = 0
    for character in body[1]:
        depth += (character == "{") - (character == "}")
        assert depth >= 0
    assert depth == 0
    assert untexed(body[1]) == title


def untexed(text: str) -> str:
    for name, character in (
        ("textbackslash", "\0"),
        ("textbraceleft", "\1"),
        ("textbraceright", "\2"),
        ("textasciitilde", "~"),
        ("textasciicircum", "^"),
    ):
        text = text.replace(f"{{\\{name}}}", character)
    text = re.sub(r"\\([#$%&_])", r"\1", text)
    assert not set(text) & set("\\{}")
    return text.replace("\0", "\\").replace("\1", "{").replace("\2", "}")


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=12)
    | st.sampled_from(["CC0-1.0", "2020", "a\tb"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["name", "title", "path", "roles", "role", "givenName", "familyName", "organization"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
PROPERTIES = st.dictionaries(
    st.sampled_from(
        [
            *("title", "description", "version", "created", "keywords", "homepage", "id", "licenses"),
            *("sources", "contributors"),
        ]
    ),
    ANYTHING,
)


@given(properties=PROPERTIES)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_a_descriptor_says_the_metadata_hold_to_their_schemas(
    properties: dict[str, Any], bare: Package
) -> None:
    package = Package(
        name=bare.name,
        file=bare.file,
        descriptor=bare.descriptor | properties,
        resources=bare.resources,
        findings=(),
    )

    for form in CitationForm:
        assert cite(package, form)

    errors = list(jsonschema.Draft7Validator(CFF).iter_errors(content(package, CitationForm.CFF)))
    assert {error.message for error in errors} <= {"'authors' is a required property"}
    errors = list(
        jsonschema.Draft201909Validator(DATACITE).iter_errors(content(package, CitationForm.DATACITE))
    )
    required = {f"'{name}' is a required property" for name in lacking(package, CitationForm.DATACITE)}
    assert {error.message for error in errors} <= required


# rdflib, which mlcroissant reads JSON-LD with, warns of a class of its own that it still uses.
LOADED = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")


@cache
def metadata_of(text: str, file: Path) -> Any:
    """Return a file's metadata as mlcroissant reads them, which takes it more than a second."""
    import mlcroissant

    return mlcroissant.Dataset(jsonld=str(file)).metadata


def records(file: Path, record_set: str) -> list[dict[str, Any]]:
    """Return the records of a table, by the names of its fields, as mlcroissant reads them."""
    import mlcroissant

    # anew for each table: what a dataset has once read for a join it does not read again
    found = mlcroissant.Dataset.from_metadata(metadata_of(file.read_text(encoding="utf-8"), file)).records(
        record_set
    )
    names = re.compile(rf"{re.escape(record_set)}/")
    return [{names.sub("", name, count=1): plain(value) for name, value in row.items()} for row in found]


def plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.decode("utf-8")
    return value.date().isoformat() if hasattr(value, "date") else value


@LOADED
@pytest.mark.parametrize("name", [resource.name for resource in DATASET.resources])
def test_mlcroissant_reads_the_rows_of_each_table(name: str) -> None:
    table = load_table(DATASET.resource(name))

    found = records(ROOT / "metadata" / "croissant.json", name)

    expected = [
        {key: None if value is None or value != value else plain(value) for key, value in row.items()}
        for row in table.astype(object).where(table.notna(), None).to_dict("records")
    ]
    assert found == expected
    with (ROOT / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        assert len(found) == len(list(csv.reader(stream))) - 1


@LOADED
def test_mlcroissant_knows_keys_references_and_categories() -> None:
    import mlcroissant

    dataset = mlcroissant.Dataset(jsonld=str(ROOT / "metadata" / "croissant.json"))

    sets = {record_set.id: record_set for record_set in dataset.metadata.record_sets}
    fields = {field.id: field for record_set in sets.values() for field in record_set.fields}
    assert sets["event_places"].key == ["event_places/event_id", "event_places/place_id"]
    assert fields["event_places/event_id"].references.field == "events/event_id"
    assert fields["events/kind"].references.field == "events/kind/categories/value"
    assert records(ROOT / "metadata" / "croissant.json", "events/status/categories")[0]["value"] == "held"
    issues = dataset.metadata.ctx.issues
    assert not issues.errors
    assert len(issues.warnings) == 1
    assert "datePublished" in next(iter(issues.warnings))


@LOADED
def test_mlcroissant_refuses_a_file_that_changed(dataset: Path) -> None:
    from mlcroissant import GenerationError

    write(open_package(dataset), dataset.parent)
    file = dataset.parent / "data" / "sectors.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("big health", "small health"), encoding="utf-8")

    with pytest.raises(GenerationError):
        records(dataset.parent / "metadata" / "croissant.json", "sectors")


@LOADED
def test_tables_that_refer_to_each_other_and_to_themselves_are_read(make_package: MakePackage) -> None:
    def schema(*parents: str) -> dict[str, Any]:
        keys = [{"fields": "of", "reference": {"resource": parent, "fields": "id"}} for parent in parents]
        return {"fields": [{"name": "id"}, {"name": "of"}], "primaryKey": "id", "foreignKeys": keys}

    package = open_package(
        make_package(a=("id,of\nx,y\nz,\n", schema("b", "")), b=("id,of\ny,x\n", schema("a", "b")))
    )
    file = package.file.parent / "croissant.json"
    file.write_text(cite(package, CitationForm.CROISSANT), encoding="utf-8")

    assert records(file, "a") == [{"id": "x", "of": "y"}, {"id": "z", "of": None}]
    assert records(file, "b") == [{"id": "y", "of": "x"}]
    assert file.read_text(encoding="utf-8").count('"references": {') == 1


def test_a_reference_is_to_a_field_that_is_unique_by_itself() -> None:
    def child(fields: list[str], parent: list[str]) -> dict[str, Any]:
        key = {"fields": fields, "reference": {"resource": "parents", "fields": parent}}
        return {"fields": [{"name": "a"}, {"name": "b"}], "foreignKeys": [key]}

    parents = parse_schema({"fields": [{"name": "x"}, {"name": "y"}], "primaryKey": ["x"]})

    for fields, parent, expected in (
        (["a"], ["x"], {"children/a": "parents/x"}),
        (["a"], ["y"], {}),
        (["a", "b"], ["x", "y"], {}),
    ):
        tables = {"children": parse_schema(child(fields, parent)), "parents": parents}
        assert references_of(tables) == expected
    assert references_of({"children": parse_schema(child(["a"], ["x"]))}) == {}


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ({"type": "integer"}, "sc:Integer"),
        ({"type": "string", "format": "uri"}, "sc:URL"),
        ({"type": "date"}, "sc:Date"),
        ({"type": "date", "format": "%d/%m/%Y"}, "sc:Text"),
        ({"type": "boolean", "trueValues": ["yes"], "falseValues": ["no"]}, "sc:Text"),
        ({"type": "boolean", "trueValues": ["true"], "falseValues": ["false"]}, "sc:Boolean"),
        ({"type": "number", "decimalChar": ","}, "sc:Text"),
        ({"type": "integer", "missingValues": ["-"]}, "sc:Text"),
        ({"type": "geopoint"}, "sc:Text"),
    ],
    ids=lambda value: value if isinstance(value, str) else "-".join(value),
)
def test_a_field_whose_texts_need_explaining_is_text(field: dict[str, Any], expected: str) -> None:
    (found,) = parse_schema({"fields": [{"name": "a", **field}]}).fields

    assert data_type(found) == expected


@pytest.mark.parametrize(
    "resource",
    [
        {"dialect": {"delimiter": ";"}},
        {"dialect": {"header": False}},
        {"encoding": "latin-1"},
        {"compression": "gz"},
    ],
    ids=lambda value: "-".join(value),
)
def test_a_table_that_a_reader_would_misread_is_only_a_file(
    resource: dict[str, Any], make_package: MakePackage
) -> None:
    package = open_package(make_package(t=("a;b\n1;2\n", [{"name": "a"}, {"name": "b"}]), resource=resource))

    found = content(package, CitationForm.CROISSANT)

    assert "recordSet" not in found
    assert [item["@id"] for item in found["distribution"]] == ["t.csv"]


def test_the_way_from_the_metadata_to_the_data_is_as_long_as_it_must_be(
    bare: Package, tmp_path: Path
) -> None:
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)

    write(bare, folder)

    (item,) = json.loads((folder / "metadata" / "croissant.json").read_text())["distribution"]
    assert item["contentUrl"] == "../../../t.csv"
    assert (folder / "metadata" / item["contentUrl"]).resolve() == tmp_path / "t.csv"


def test_the_examples_of_the_documentation_run() -> None:
    page = (ROOT / "docs" / "citing.md").read_text(encoding="utf-8")
    snippets = re.findall(r"<!-- test: python -->\n```python\n(.*?)```", page, flags=re.DOTALL)
    ignored = "ignore:ConjunctiveGraph is deprecated:DeprecationWarning"

    for code in snippets:
        command = [sys.executable, "-W", "error", "-W", ignored, "-c", code]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert done.stdout.splitlines()[0].startswith("events ")

    assert len(snippets) == 1
