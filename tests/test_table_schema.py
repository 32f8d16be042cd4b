"""Table Schemas, parsed: the defaults that are filled in, and the whole of what is said of a malformed one."""

from typing import Any

import pytest

from factpack.exceptions import SchemaError, UnjudgedError
from factpack.table_schema import Category, ForeignKey, did_you_mean, parse_schema

ID: list[dict[str, Any]] = [{"name": "id", "type": "string"}]
KEY = {"fields": ["id"], "reference": {"fields": ["id"]}}


def one(**more: Any) -> dict[str, Any]:
    return {"fields": [{"name": "a", **more}]}


def test_defaults_are_filled_in() -> None:
    schema = parse_schema({"fields": [{"name": "a"}]})
    (field,) = schema.fields

    assert (field.name, field.type, field.format, field.constraints) == ("a", "any", "default", {})
    assert (field.categories, field.categories_ordered) == (None, False)
    assert (field.missing_values, field.descriptor) == ({""}, {"name": "a"})
    assert (schema.fields_match, schema.primary_key) == ("exact", ())
    assert (schema.unique_keys, schema.foreign_keys) == ([], [])
    assert schema.descriptor == {"fields": [{"name": "a"}]}
    assert schema.names == ["a"]


def test_categories_tell_what_is_said_of_them() -> None:
    declared = [{"value": "x"}, {"value": "y", "label": "Y", "description": ["no text"]}]
    (field,) = parse_schema(one(type="string", categories=declared)).fields
    (other,) = parse_schema(one(type="string")).fields

    assert field.category_items == (
        Category(value="x", label=None, description=None),
        Category(value="y", label="Y", description=None),
    )
    assert other.category_items == ()
    assert field.of_type("string").category_items == ()


def test_what_is_declared_is_kept() -> None:
    field = {
        "name": "a",
        "type": "string",
        "format": "email",
        "constraints": {"required": True},
        "categories": [{"value": "x", "label": "X"}, {"value": "y"}],
        "categoriesOrdered": True,
        "missingValues": [{"value": "-", "label": "none"}, {"value": "n/a"}],
    }
    schema = parse_schema(
        {
            "fields": [field, {"name": "b"}, {"name": "c", "format": "fmt:default"}],
            "fieldsMatch": ["subset"],
            "missingValues": ["", "?"],
            "primaryKey": "a",
            "uniqueKeys": [["b"], ["a", "b"]],
            "foreignKeys": [
                {"fields": "a", "reference": {"resource": "t", "fields": "id"}},
                {"fields": ["a", "b"], "reference": {"fields": ["b", "a"]}},
            ],
        }
    )
    found, other, last = schema.fields

    assert (found.type, found.format, found.constraints) == ("string", "email", {"required": True})
    assert (found.categories, found.categories_ordered) == (["x", "y"], True)
    assert found.missing_values == {"-", "n/a"}
    assert other.missing_values == {"", "?"}
    assert last.format == "default"
    assert (schema.fields_match, schema.primary_key) == ("subset", ("a",))
    assert schema.unique_keys == [("b",), ("a", "b")]
    assert schema.foreign_keys == [
        ForeignKey(fields=("a",), resource="t", reference_fields=("id",)),
        ForeignKey(fields=("a", "b"), resource="", reference_fields=("b", "a")),
    ]


def test_the_missing_values_of_a_package_are_those_of_schemas_that_have_none() -> None:
    assert parse_schema(one(), ["-"]).fields[0].missing_values == {"-"}
    assert parse_schema(one() | {"missingValues": []}, ["-"]).fields[0].missing_values == set()


def test_a_field_of_another_type_has_nothing_but_its_name() -> None:
    (field,) = parse_schema(
        one(type="string", categories=["x"], categoriesOrdered=True, constraints={"enum": ["x"]})
    ).fields
    (plain,) = parse_schema({"fields": [{"name": "a", "type": "integer"}], "missingValues": []}).fields

    other = field.of_type("integer")

    assert (other.name, other.type, other.format, other.constraints) == ("a", "integer", "default", {})
    assert (other.categories, other.categories_ordered, other.missing_values) == (
        None,
        False,
        plain.missing_values,
    )
    assert other.descriptor == {"name": "a"}


def test_a_schema_is_restricted_to_some_fields_and_the_keys_of_these() -> None:
    schema = parse_schema(
        {
            "fields": [{"name": name} for name in "abc"],
            "primaryKey": ["a", "b"],
            "uniqueKeys": [["a"], ["b", "c"]],
            "foreignKeys": [
                {"fields": ["a"], "reference": {"fields": ["c"]}},
                {"fields": ["c"], "reference": {"fields": ["a"]}},
            ],
        }
    )

    some = schema.restricted(["b", "a"])

    assert some.names == ["a", "b"]
    assert (some.primary_key, some.unique_keys) == (("a", "b"), [("a",)])
    assert [key.fields for key in some.foreign_keys] == [("a",)]
    assert schema.restricted(["a"]).primary_key == ()
    assert [field.name for field in schema.named(["c", "a"])] == ["c", "a"]


NO_LABELS = "is not a list of strings, or of values with labels"


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        ({}, "'fields' is not a list"),
        ({"fields": {}}, "'fields' is not a list"),
        ({"fields": [None]}, "each of 'fields' must be an object with a 'name'"),
        ({"fields": [{"name": 1}]}, "each of 'fields' must be an object with a 'name'"),
        (one(type="strin"), "a: 'strin' is not a type of Table Schema; did you mean 'string'?"),
        (one(type="zzz"), "a: 'zzz' is not a type of Table Schema"),
        (one(format=3), "a: the format 3 is not a string"),
        (one(constraints=[]), "a: 'constraints' is not an object"),
        (one(constraints={"required": 1}), "a: the constraint 'required' is not true or false"),
        (one(constraints={"unique": "no"}), "a: the constraint 'unique' is not true or false"),
        (one(categoriesOrdered="yes"), "a: 'categoriesOrdered' is not true or false"),
        (one(missingValues=3), f"'missingValues' of a {NO_LABELS}"),
        (one(missingValues=[3]), f"'missingValues' of a {NO_LABELS}"),
        (one() | {"missingValues": [{"label": "x"}]}, f"'missingValues' of the schema {NO_LABELS}"),
        (one(missingValues=["", ""]), "'missingValues' of a has a value twice"),
        (
            one(missingValues=[{"value": "", "label": 5}]),
            "'missingValues' of a has a label that is not a text",
        ),
        (
            one(missingValues=[{"value": "", "label": "x"}, {"value": "-", "label": "x"}]),
            "'missingValues' of a has a label twice",
        ),
        (one(type="number", categories=[1]), "a: a field of the type number cannot have categories"),
        (
            one(type="string", categories=[]),
            "a: 'categories' is not a list of values, or of values with labels",
        ),
        (
            one(type="string", categories=["x", {"value": "y"}]),
            "a: 'categories' is not a list of values, or of values with labels",
        ),
        (
            one(missingValues=["", {"value": "y"}]),
            "'missingValues' of a is not a list of strings, or of values with labels",
        ),
        (
            one(type="string", categories="x"),
            "a: 'categories' is not a list of values, or of values with labels",
        ),
        (
            one(type="string", categories=None),
            "a: 'categories' is not a list of values, or of values with labels",
        ),
        (
            one(type="string", categories=[1]),
            "a: 'categories' is not a list of values, or of values with labels",
        ),
        (
            one(type="integer", categories=[True]),
            "a: 'categories' is not a list of values, or of values with labels",
        ),
        (one(type="string", categories=["x", "x"]), "a: 'categories' has a value twice"),
        (
            one(type="string", categories=[{"value": "x", "label": "l"}, {"value": "y", "label": "l"}]),
            "a: 'categories' has a label twice",
        ),
        (
            {"fields": ID, "fieldsMatch": "subse"},
            "fieldsMatch is 'subse', none of exact, equal, subset, superset, partial; did you mean 'subset'?",
        ),
        (
            {"fields": ID, "fieldsMatch": ["equal", "equal"]},
            "fieldsMatch is ['equal', 'equal'], none of exact, equal, subset, superset, partial",
        ),
        (
            {"fields": ID, "primaryKey": ["ids"]},
            "primaryKey names the field 'ids', which does not exist; did you mean 'id'?",
        ),
        ({"fields": ID, "primaryKey": 3}, "primaryKey is not a list of names"),
        ({"fields": ID, "primaryKey": [3]}, "primaryKey is not a list of names"),
        ({"fields": ID, "uniqueKeys": "id"}, "'uniqueKeys' is not a list"),
        ({"fields": ID, "uniqueKeys": []}, "'uniqueKeys' names no key"),
        ({"fields": ID, "uniqueKeys": ["id"]}, "the unique key 'id' is not a list of names"),
        ({"fields": ID, "uniqueKeys": [[]]}, "a unique key names no field"),
        ({"fields": ID, "uniqueKeys": [["x"]]}, "uniqueKeys names the field 'x', which does not exist"),
        ({"fields": ID, "foreignKeys": {}}, "'foreignKeys' is not a list"),
        ({"fields": ID, "foreignKeys": ["id"]}, "a foreign key lacks its 'reference'"),
        ({"fields": ID, "foreignKeys": [{"fields": ["id"]}]}, "a foreign key lacks its 'reference'"),
        (
            {"fields": ID, "foreignKeys": [{"reference": {"fields": ["id"]}}]},
            "a foreign key is not a list of names",
        ),
        (
            {"fields": ID, "foreignKeys": [KEY | {"fields": ["x"]}]},
            "a foreign key names the field 'x', which does not exist",
        ),
        (
            {"fields": ID, "foreignKeys": [KEY | {"reference": {"resource": 1, "fields": ["id"]}}]},
            "the reference of the foreign key id is malformed",
        ),
        (
            {"fields": ID, "foreignKeys": [KEY | {"reference": {"package": 1, "fields": ["id"]}}]},
            "the reference of the foreign key id is malformed",
        ),
        (
            {"fields": ID, "foreignKeys": [KEY | {"reference": {"fields": [1]}}]},
            "the reference of the foreign key id is malformed",
        ),
        (
            {
                "fields": [*ID, {"name": "b"}],
                "foreignKeys": [{"fields": ["id", "b"], "reference": {"resource": 1}}],
            },
            "the reference of the foreign key id, b is malformed",
        ),
        (
            {"fields": ID, "foreignKeys": [KEY | {"reference": {"fields": []}}]},
            "a foreign key links 1 fields to 0",
        ),
        (
            {"fields": ID, "foreignKeys": [{"fields": [], "reference": {"fields": []}}]},
            "a foreign key links 0 fields to 0",
        ),
    ],
)
def test_the_whole_message_on_a_malformed_schema(schema: dict[str, Any], message: str) -> None:
    with pytest.raises(SchemaError) as raised:
        parse_schema(schema)

    assert str(raised.value) == message


def test_two_fields_of_one_name_are_not_judged() -> None:
    with pytest.raises(UnjudgedError) as raised:
        parse_schema({"fields": [*ID, {"name": "b"}, *ID]})

    assert str(raised.value) == "two fields have the name 'id', which then tells no column"


@pytest.mark.parametrize("count", [3, 4])
def test_a_schema_may_have_so_many_fields(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("factpack.table_schema.MOST_COLUMNS", 3)
    schema = {"fields": [{"name": str(number)} for number in range(count)]}

    if count == 3:
        assert len(parse_schema(schema).fields) == 3
    else:
        with pytest.raises(UnjudgedError) as raised:
            parse_schema(schema)
        assert str(raised.value) == "it has 4 fields; more than 3 are not judged"


def test_the_likest_of_some_words_is_hinted_at(monkeypatch: pytest.MonkeyPatch) -> None:
    assert did_you_mean("colr", ["size", "color", "colors"]) == "; did you mean 'color'?"
    assert did_you_mean(5, ["size"]) == ""

    monkeypatch.setattr("factpack.table_schema.MOST_HINTED", 2)
    assert did_you_mean("colr", ["size", "color"]) == "; did you mean 'color'?"
    assert did_you_mean("colr", ["size", "color", "colors"]) == ""
