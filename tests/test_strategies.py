"""What the Hypothesis strategies draw is valid to factpack and to frictionless, shrinks, and breaks as it says."""

import json
import re
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import frictionless
import pandas as pd
import pandera.pandas as pa
import pytest
from conftest import PROFILE, ROOT, shown
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

import factpack
from factpack.exceptions import DescriptorError, PackageError, SchemaError, UnjudgedError
from factpack.package import open_package
from factpack.strategies import Corruption, DrawnPackage, corruptions, packages, tables
from factpack.strategies.cells import tried
from factpack.strategies.corruption import RULES
from factpack.table import read

Json = dict[str, Any]

DATASET = ROOT / "datapackage.json"
FEW = settings(
    max_examples=5, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)
MORE = settings(FEW, max_examples=12)
QUICK_SHRINK = settings(max_examples=500, deadline=None, database=None, derandomize=True)

#: A field of each type and format, and each constraint that a type can have, as both readers take them.
FIELDS: list[Json] = [
    {"type": "string"},
    {},
    {"type": "any"},
    *({"type": "string", "format": form} for form in ("email", "uri", "uuid", "binary")),
    {"type": "string", "constraints": {"minLength": 2, "maxLength": 3}},
    {"type": "string", "constraints": {"minLength": 300}},
    {"type": "string", "constraints": {"pattern": "[A-Z]{2}-[0-9]+"}},
    {"type": "string", "constraints": {"pattern": "[0-9a-f]{64}"}},
    {"type": "string", "constraints": {"pattern": "^(a|bc)+$", "minLength": 12, "maxLength": 14}},
    {"type": "string", "constraints": {"enum": ["a", "b,c", 'd"e'], "required": True}},
    {"type": "string", "categories": [{"value": "1", "label": "one"}, {"value": "2"}]},
    {"type": "string", "format": "uri", "constraints": {"pattern": "https://.+"}},
    {"type": "string", "format": "email", "constraints": {"maxLength": 9}},
    {"type": "string", "missingValues": ["-", "NA"]},
    {"type": "string", "missingValues": []},
    {"type": "integer"},
    {"type": "integer", "constraints": {"minimum": 3, "exclusiveMaximum": 5, "unique": True}},
    {"type": "integer", "constraints": {"exclusiveMinimum": -(10**20), "maximum": "7"}},
    {"type": "integer", "constraints": {"enum": [1, 2, "003"]}},
    {"type": "integer", "categories": [1, 2], "missingValues": ["", "-99"]},
    {"type": "integer", "bareNumber": False},
    {"type": "number"},
    {"type": "number", "constraints": {"minimum": 0.001, "exclusiveMaximum": 0.002}},
    {"type": "number", "decimalChar": ",", "groupChar": ".", "constraints": {"minimum": "1.000,5"}},
    {"type": "number", "groupChar": " ", "constraints": {"enum": [1.5, 2]}},
    {"type": "boolean"},
    {"type": "boolean", "trueValues": ["yes"], "falseValues": ["no", "nay"], "constraints": {"enum": [False]}},
    {"type": "date"},
    {"type": "date", "format": "any"},
    {"type": "date", "format": "%d/%m/%y", "constraints": {"minimum": "01/02/03"}},
    {"type": "date", "constraints": {"exclusiveMinimum": "2025-01-01", "exclusiveMaximum": "2025-01-03"}},
    {"type": "time"},
    {"type": "time", "format": "%H:%M", "constraints": {"maximum": "09:30"}},
    {"type": "time", "constraints": {"exclusiveMinimum": "23:59:57"}},
    {"type": "datetime"},
    {"type": "datetime", "format": "%d.%m.%Y %H:%M"},
    {"type": "datetime", "constraints": {"minimum": "2025-01-01T00:00:00", "exclusiveMaximum": "2025-01-01T00:00:09"}},
    {"type": "datetime", "constraints": {"minimum": "2025-01-01T00:00:00Z"}},
    {"type": "year", "constraints": {"minimum": "1900", "maximum": 1910}},
    {"type": "yearmonth", "constraints": {"exclusiveMinimum": "2024-12", "maximum": "2025-02"}},
    {"type": "duration"},
    {"type": "object", "constraints": {"minLength": 1, "maxLength": 2}},
    {"type": "object", "constraints": {"enum": [{"a": 1}, {}]}},
    {"type": "array", "constraints": {"minLength": 2}},
    {"type": "list"},
    {"type": "list", "itemType": "integer", "delimiter": ";"},
    *({"type": "list", "itemType": kind} for kind in ("boolean", "number", "date", "time", "datetime")),
    *({"type": "geopoint", "format": form} for form in ("default", "array", "object")),
    {"type": "geojson"},
    {"type": "geojson", "format": "topojson"},
]  # fmt: skip

#: Fields whose constraints frictionless does not know.
UNKNOWN_TO_FRICTIONLESS: list[Json] = [
    {"type": "duration", "constraints": {"minimum": "PT1H", "exclusiveMaximum": "P1D"}},
    {"type": "list", "constraints": {"enum": ["a,b", ["c"]]}},
    {"type": "list", "constraints": {"minLength": 2, "maxLength": 2}},
    {"type": "array", "constraints": {"jsonSchema": {"maxItems": 1}}},
    {"type": "yearmonth", "constraints": {"enum": [[2025, 1], "2024-12"]}},
    {"type": "geopoint", "constraints": {"enum": [[90, 45.5], "1,2"]}},
    {"type": "string", "constraints": {"unique": True, "enum": ["a", "b"]}, "missingValues": ["", "a"]},
]


def descriptor(folder: Path, **schemas: Json) -> Path:
    """Write a descriptor of tables whose files do not exist."""
    resources = [
        {"name": name, "path": f"data/{name}.csv", "schema": schema} for name, schema in schemas.items()
    ]
    file = folder / "datapackage.json"
    file.write_text(json.dumps({"$schema": PROFILE, "name": "small", "resources": resources}))
    return file


def faults(package: DrawnPackage, *, by_both: bool = True) -> list[Any]:
    """Return what factpack finds in a package, and what frictionless does."""
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        file = package.write(folder)
        found: list[Any] = list(factpack.validate(file).findings)
        if by_both:
            report = frictionless.validate(str(file))
            found += [*report.errors, *(error for task in report.tasks for error in task.errors)]
        return found


@pytest.mark.slow
def test_a_field_of_each_kind_is_valid_to_both(tmp_path: Path) -> None:
    schemas = {f"t{number}": {"fields": [{"name": "x", **field}]} for number, field in enumerate(FIELDS)}
    file = descriptor(tmp_path, **schemas)

    @FEW
    @given(packages(file, min_rows=1, max_rows=2))
    def is_valid(package: DrawnPackage) -> None:
        assert all(1 <= len(table) <= 2 for table in package.tables.values())
        assert faults(package) == []

    is_valid()


def test_constraints_that_frictionless_does_not_know_hold_too(tmp_path: Path) -> None:
    cases = enumerate(UNKNOWN_TO_FRICTIONLESS)
    file = descriptor(
        tmp_path, **{f"t{number}": {"fields": [{"name": "x", **field}]} for number, field in cases}
    )

    @FEW
    @given(packages(file, min_rows=1, max_rows=2))
    def is_valid(package: DrawnPackage) -> None:
        assert faults(package, by_both=False) == []

    is_valid()


def test_tables_are_frames_of_texts() -> None:
    schema = {
        "fields": [{"name": "a", "type": "integer"}, {"name": "b", "type": "date"}],
        "primaryKey": ["a"],
    }

    @FEW
    @given(tables(schema, min_rows=2))
    def is_so(table: Any) -> None:
        assert list(table.columns) == ["a", "b"]
        assert all(isinstance(cell, str) for row in table.itertuples(index=False) for cell in row)
        assert 2 <= len(table) <= 5
        assert table["a"].is_unique

    is_so()


def test_strings_hold_what_readers_stumble_over() -> None:
    strategy = tables({"fields": [{"name": "a", "type": "string"}]}, min_rows=1, max_rows=1)

    for odd in ('"', ",", "\n", " ", "é"):
        assert odd in find(strategy, lambda table, odd=odd: odd in table["a"][0])["a"][0]


def test_null_is_any_of_the_missing_values() -> None:
    fields = [
        {"name": "a", "type": "integer", "missingValues": ["-", "NA"]},
        {"name": "b", "type": "integer"},
    ]
    strategy = tables({"fields": fields}, min_rows=1, max_rows=1)

    for null in ("-", "NA"):
        find(strategy, lambda table, null=null: table["a"][0] == null)
    find(strategy, lambda table: table["b"][0] == "")


@pytest.mark.slow
@FEW
@given(packages(DATASET))
def test_packages_of_the_dataset_are_valid_to_both(package: DrawnPackage) -> None:
    assert faults(package) == []


def key(fields: str, resource: str, reference: str) -> Json:
    """Return a foreign key."""
    return {
        "fields": fields.split(),
        "reference": {"resource": resource, "fields": reference.split()},
    }


def fields(*names: str) -> list[Json]:
    """Return fields; one whose name ends with an exclamation mark is required."""
    return [
        {"name": name.rstrip("!"), "type": "string", "constraints": {"required": name.endswith("!")}}
        for name in names
    ]


#: Tables that refer to each other in ways that are not simple, each with references that must be found in use.
RELATED: dict[str, tuple[dict[str, Json], list[tuple[str, str]]]] = {
    "overlapping keys": (
        {
            "documents": {"fields": fields("d"), "primaryKey": ["d"]},
            "segments": {
                "fields": fields("d", "s"),
                "primaryKey": ["d", "s"],
                "foreignKeys": [key("d", "documents", "d")],
            },
            "evidence": {
                "fields": fields("d!", "s", "n!"),
                "foreignKeys": [key("d", "documents", "d"), key("d s", "segments", "d s")],
            },
        },
        [("segments", "d"), ("evidence", "s")],
    ),
    "itself": (
        {
            "places": {
                "fields": fields("d!", "p!", "within"),
                "primaryKey": ["d", "p"],
                "uniqueKeys": [["within", "p"]],
                "foreignKeys": [key("d within", "", "d p"), key("d", "documents", "d")],
            },
            "documents": {"fields": fields("d"), "primaryKey": ["d"]},
            "heads": {
                "fields": fields("h", "of"),
                "primaryKey": ["h"],
                "foreignKeys": [key("of", "heads", "h")],
            },
        },
        [("places", "within"), ("heads", "of")],
    ),
    "a cycle": (
        {
            "teams": {
                "fields": fields("t", "lead"),
                "primaryKey": ["t"],
                "foreignKeys": [key("lead", "people", "p")],
            },
            "people": {
                "fields": fields("p", "team!"),
                "primaryKey": ["p"],
                "foreignKeys": [key("team", "teams", "t")],
            },
        },
        [("teams", "lead"), ("people", "team")],
    ),
    "a cycle that must be": (
        {
            "left": {
                "fields": fields("a", "b!"),
                "primaryKey": ["a"],
                "foreignKeys": [key("b", "right", "b")],
            },
            "right": {
                "fields": fields("b", "a!"),
                "primaryKey": ["b"],
                "foreignKeys": [key("a", "left", "a")],
            },
        },
        [("left", "b")],
    ),
    "one to one": (
        {
            "left": {"fields": fields("a"), "primaryKey": ["a"], "foreignKeys": [key("a", "right", "a")]},
            "right": {"fields": fields("a"), "primaryKey": ["a"], "foreignKeys": [key("a", "left", "a")]},
        },
        [("left", "a")],
    ),
    "keys of foreign keys": (
        {
            "a": {"fields": fields("a"), "primaryKey": ["a"]},
            "b": {"fields": fields("b"), "primaryKey": ["b"]},
            "ab": {
                "fields": fields("a", "b"),
                "primaryKey": ["a", "b"],
                "foreignKeys": [key("a", "a", "a"), key("b", "b", "b")],
            },
            "of": {
                "fields": fields("x", "y", "z!"),
                "foreignKeys": [key("x y", "ab", "a b")],
                "uniqueKeys": [["x", "y"]],
            },
        },
        [("ab", "a"), ("of", "x")],
    ),
    "other types": (
        {
            "years": {"fields": [{"name": "y", "type": "integer"}], "primaryKey": ["y"]},
            "in": {
                "fields": [
                    {"name": "y", "type": "integer", "constraints": {"minimum": 2000, "required": True}}
                ],
                "foreignKeys": [key("y", "years", "y")],
            },
        },
        [("years", "y")],
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", RELATED)
def test_references_hold_and_are_used(name: str, tmp_path: Path) -> None:
    schemas, used = RELATED[name]

    drawn = tried(packages(descriptor(tmp_path, **schemas)), 80)

    assert all(faults(package, by_both=False) == [] for package in drawn[-8:])
    for table, field in used:
        some = [package for package in drawn if any(package.tables[table][field] != "")]
        assert faults(some[-1]) == []


@pytest.mark.slow
def test_every_table_can_have_rows(tmp_path: Path) -> None:
    for schemas, _ in (RELATED[name] for name in ("overlapping keys", "a cycle that must be", "one to one")):
        strategy = packages(descriptor(tmp_path, **schemas), min_rows=1, max_rows=2)

        package = find(strategy, lambda _: True, settings=QUICK_SHRINK)

        assert [len(table) for table in package.tables.values()] == [1] * len(schemas)


@pytest.mark.slow
def test_examples_shrink_to_the_rows_that_are_needed(tmp_path: Path) -> None:
    schemas, _ = RELATED["overlapping keys"]
    others = {f"other{number}": schemas["documents"] for number in range(3)}
    strategy = packages(descriptor(tmp_path, **others, **schemas))

    package = find(strategy, lambda it: len(it.tables["evidence"]) >= 1, settings=QUICK_SHRINK)

    rows = {name: table.to_dict("records") for name, table in package.tables.items() if len(table)}
    assert rows == {
        "documents": [{"d": "0"}],
        "segments": [{"d": "0", "s": "0"}],
        "evidence": [{"d": "0", "s": "0", "n": "0"}],
    }


def test_the_descriptor_is_that_of_the_package_with_files_of_its_own() -> None:
    package = find(packages(DATASET), lambda _: True, settings=settings(FEW, max_examples=1))

    assert list(package.tables) == [item["name"] for item in json.loads(DATASET.read_text())["resources"]]
    assert package.descriptor["name"] == "ipim-guangzhou-visit-2025-drawn"
    assert "evidence" not in package.descriptor
    for resource in package.descriptor["resources"]:
        assert resource["path"] == f"{resource['name']}.csv"
        assert not {"bytes", "hash", "compression"} & resource.keys()
        assert isinstance(resource["schema"], dict)


def test_a_name_that_no_file_should_have_is_not_that_of_one(tmp_path: Path) -> None:
    package = find(packages(descriptor(tmp_path, **{"../up": {"fields": fields("a")}})), lambda _: True)

    assert package.descriptor["resources"][0]["path"] == "table-1.csv"


def test_missing_values_of_a_package_are_those_of_its_schemas(tmp_path: Path) -> None:
    file = descriptor(tmp_path, a={"fields": fields("x", "y!")})
    file.write_text(json.dumps(json.loads(file.read_text()) | {"missingValues": ["none"]}))

    package = find(packages(file, min_rows=1), lambda it: "none" in set(it.tables["a"]["x"]))

    assert faults(package) == []


#: Tables that can be corrupted in every way.
CORRUPTIBLE: dict[str, Json] = {
    "kinds": {
        "fields": [
            {"name": "kind", "type": "string", "categories": ["a", "b", "c"]},
            {"name": "size", "type": "integer", "constraints": {"enum": [1, 2]}},
        ],
        "primaryKey": ["kind"],
    },
    "things": {
        "fields": [
            {"name": "id", "type": "string", "constraints": {"pattern": "[a-z]+[0-9]", "maxLength": 8}},
            {"name": "label", "type": "string", "constraints": {"unique": True, "minLength": 3}},
            {"name": "kind", "type": "string", "constraints": {"required": True}},
            {"name": "at", "type": "date", "constraints": {"minimum": "2025-01-01"}},
            {"name": "share", "type": "number", "constraints": {"minimum": 0, "exclusiveMaximum": 1}},
            {"name": "part_of", "type": "string"},
        ],
        "primaryKey": ["id"],
        "uniqueKeys": [["at", "share"]],
        "foreignKeys": [key("kind", "kinds", "kind"), key("part_of", "", "id")],
    },
    "parts": {
        "fields": fields("thing", "no", "kind"),
        "primaryKey": ["thing", "no"],
        "foreignKeys": [key("thing", "things", "id"), key("kind", "kinds", "kind")],
    },
}


def is_where_it_says(corruption: Corruption) -> bool:
    """Tell whether factpack finds a fault of the kind where it is, and no fault in any other row."""
    found = faults(corruption.package, by_both=False)
    at = {(finding.resource, finding.row) for finding in found}
    rules = {
        finding.rule
        for finding in found
        if finding.field == corruption.field or corruption.field in str(finding.field).split(",")
    }
    return at == {(corruption.resource, corruption.row)} and bool(rules & RULES[corruption.kind])


@pytest.mark.slow
def test_a_corruption_of_each_kind_is_found_where_it_says(tmp_path: Path) -> None:
    drawn = tried(corruptions(descriptor(tmp_path, **CORRUPTIBLE)), 200)
    by_kind = {kind: [corruption for corruption in drawn if corruption.kind == kind] for kind in RULES}

    for some in by_kind.values():
        assert all(map(is_where_it_says, some[-4:]))
        assert faults(some[-1].original) == []


def test_a_corruption_changes_one_row_in_the_fields_that_it_names(tmp_path: Path) -> None:
    @MORE
    @given(corruptions(descriptor(tmp_path, **CORRUPTIBLE)))
    def is_so(corruption: Corruption) -> None:
        new, old = corruption.package.tables, corruption.original.tables
        assert all(new[name].equals(old[name]) for name in old if name != corruption.resource)
        row, was = (tables[corruption.resource].drop(index=corruption.row - 2) for tables in (new, old))
        assert row.equals(was)
        changed = new[corruption.resource].iloc[corruption.row - 2]
        assert ",".join(changed[name] for name in corruption.field.split(",")) == corruption.value
        assert is_where_it_says(corruption)

    is_so()


@pytest.mark.slow
@MORE
@given(corruptions(DATASET))
def test_corruptions_of_the_dataset_are_found(corruption: Corruption) -> None:
    assert is_where_it_says(corruption)


def fails(schema: pa.DataFrameSchema, frame: pd.DataFrame) -> set[tuple[str, str, int]]:
    """Return the check, the fields and the row of all that a pandera schema finds in a frame."""
    try:
        schema.validate(frame, lazy=True)
    except pa.errors.SchemaErrors as errors:
        return {
            (error.check.name, ",".join(error.check.statistics["fields"]), position + 2)
            for error in errors.schema_errors
            for position in error.check_output.index[~error.check_output]
        }
    return set()


#: The same columns in other dtypes.
DTYPES: tuple[Callable[[pd.DataFrame], pd.DataFrame], ...] = (
    lambda frame: frame,
    lambda frame: frame.astype(object),
    lambda frame: frame.astype("category"),
    lambda frame: frame.convert_dtypes(dtype_backend="pyarrow"),
)


@pytest.mark.slow
def test_compiled_schemas_find_in_frames_what_is_found_in_files(tmp_path: Path) -> None:
    drawn = tried(corruptions(descriptor(tmp_path, **CORRUPTIBLE)), 200)
    # a frame with a cell that is not of its type, or of its categories, cannot be made
    last = {
        it.kind: it for it in drawn if it.kind != "type" and (it.kind, it.field) != ("vocabulary", "kind")
    }

    assert len(last) >= 4
    for kind, corruption in last.items():
        file = corruption.package.write(tmp_path / kind)
        found = factpack.validate(file).findings
        frames = {resource.name: read(resource).frame for resource in open_package(file).resources}
        expected = {(one.resource, one.rule, one.field, one.row) for one in found}
        for as_others in DTYPES:
            others = {name: as_others(frame) for name, frame in frames.items()}
            in_frames = {
                (name, *place)
                for name, frame in others.items()
                for place in fails(factpack.pandera_schema(file, name, parents_of(file, name, frames)), frame)
            }
            assert in_frames == expected != set()


def parents_of(file: Path, name: str, frames: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return the tables that the foreign keys of a table refer to."""
    keys = open_package(file).resource(name).schema.foreign_keys
    return {key.resource: frames[key.resource] for key in keys if key.resource not in ("", name)}


@pytest.mark.slow
def test_corruptions_shrink(tmp_path: Path) -> None:
    strategy = corruptions(descriptor(tmp_path, **CORRUPTIBLE))

    corruption = find(
        strategy, lambda it: it.kind == "reference" and it.field == "part_of", settings=QUICK_SHRINK
    )

    assert {name: len(table) for name, table in corruption.package.tables.items()} == {
        "kinds": 1,
        "things": 1,
        "parts": 0,
    }


def test_schemas_that_leave_no_room_for_a_fault_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match="leave no room for a fault"):
        corruptions(descriptor(tmp_path, a={"fields": [{"name": "x", "type": "string"}]}))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("field", "reason"),
    [
        ({"type": "nothing"}, "is not a type"),
        ({"type": "integer", "constraints": {"minimum": "x"}}, "is not of the type"),
        ({"type": "integer", "constraints": {"minimum": 3, "maximum": 2}}, "no value has both"),
        ({"type": "string", "constraints": {"pattern": "("}}, "malformed"),
        ({"type": "integer", "constraints": {"exclusiveMinimum": 1, "exclusiveMaximum": 2}}, "no text was found"),
        ({"type": "string", "constraints": {"enum": ["a"], "minLength": 2}}, "no text was found"),
        ({"type": "string", "constraints": {"pattern": "a", "minLength": 2}}, "no text was found"),
        ({"type": "string", "constraints": {"pattern": r"\p{Lu}"}}, "no text was found"),
        ({"type": "date", "constraints": {"exclusiveMinimum": "9999-12-31"}}, "no text was found"),
        ({"type": "number", "constraints": {"minimum": "INF"}}, "no text was found"),
    ],
    ids=shown,
)  # fmt: skip
def test_a_field_without_texts_is_refused_at_once_and_always_alike(field: Json, reason: str) -> None:
    messages = set()
    for _ in range(2):
        with pytest.raises(SchemaError, match=reason) as caught:
            tables({"fields": [{"name": "x", **field}]})
        messages.add(str(caught.value))

    assert len(messages) == 1


@pytest.mark.slow
def test_too_many_rows_are_refused(tmp_path: Path) -> None:
    two = {
        "fields": [{"name": "x", "type": "string", "constraints": {"enum": ["a", "b"]}}],
        "primaryKey": ["x"],
    }
    with pytest.raises(SchemaError, match="no 3 rows were found"):
        tables(two, min_rows=3)

    apart = {
        "fields": [{"name": "y", "type": "integer", "constraints": {"required": True}}],
        "foreignKeys": [key("y", "parents", "x")],
    }
    with pytest.raises(SchemaError, match="children: no 1 rows were found"):
        packages(descriptor(tmp_path, parents=two, children=apart), min_rows=1)

    for least, most in ((2, 1), (-1, 1)):
        with pytest.raises(InvalidArgument, match="cannot have at least"):
            tables(two, min_rows=least, max_rows=most)


def test_a_package_that_cannot_be_used_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PackageError, match="no such file"):
        packages(tmp_path / "nowhere.json")
    with pytest.raises(SchemaError, match="a: a foreign key refers to 'b', which is no table"):
        packages(descriptor(tmp_path, a={"fields": fields("x"), "foreignKeys": [key("x", "b", "x")]}))
    with pytest.raises(SchemaError, match=r"refers to a\.y, which does not exist"):
        packages(descriptor(tmp_path, a={"fields": fields("x"), "foreignKeys": [key("x", "a", "y")]}))
    with pytest.raises(SchemaError, match="a: 'fields' is not a list"):
        packages(descriptor(tmp_path, a={}))
    with pytest.raises(UnjudgedError, match="wkt"):
        packages(descriptor(tmp_path, a={"fields": [{"name": "x", "type": "string", "format": "wkt"}]}))
    for resources in (
        {},
        [1],
        [{"name": "a", "path": "a.csv"}],
        [{"path": "a.csv", "schema": {"fields": []}}],
    ):
        (tmp_path / "datapackage.json").write_text(json.dumps({"resources": resources}))
        with pytest.raises(DescriptorError):
            packages(tmp_path / "datapackage.json")


@pytest.mark.slow
@FEW
@given(st.data())
def test_strategies_can_be_made_inside_of_a_test(data: st.DataObject) -> None:
    pattern = {"pattern": f"[a-f]{{{data.draw(st.integers(1, 3))}}}x", "required": True}
    schema = {"fields": [{"name": "x", "type": "string", "constraints": pattern}]}

    table = data.draw(tables(schema, min_rows=1))

    assert all(re.fullmatch("[a-f]+x", cell) for cell in table["x"])


def test_hypothesis_is_needed_for_strategies_alone() -> None:
    code = "import factpack, factpack.cli, sys; assert 'hypothesis' not in sys.modules"

    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


SNIPPETS = re.findall(
    r"<!-- test: python -->\n```python\n(.*?)```",
    (ROOT / "docs" / "strategies.md").read_text(encoding="utf-8"),
    flags=re.DOTALL,
)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(SNIPPETS)))
def test_the_examples_of_the_documentation_run(number: int) -> None:
    command = [sys.executable, "-W", "error", "-c", SNIPPETS[number]]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, encoding="utf-8")

    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
