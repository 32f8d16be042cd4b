"""A Table Schema, parsed: what the rest of factpack reads of it, with every default filled in."""

import difflib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from factpack.descriptor import as_whole
from factpack.exceptions import SchemaError, UnjudgedError

#: A wider table takes longer to describe than anyone should wait.
MOST_COLUMNS = 10_000

#: Among more words than these no like one is sought, which would take long.
MOST_HINTED = 500

#: Table Schema v2.0, "Field Types".
TYPES = (
    *("string", "number", "integer", "boolean", "object", "array", "list", "date", "time", "datetime"),
    *("year", "yearmonth", "duration", "geopoint", "geojson", "any"),
)


#: Table Schema v2.0, `string`; and one that frictionless adds.
STRING_FORMATS = ("default", "email", "uri", "binary", "uuid", "wkt")

#: The missing values of a table of which nothing else is said (Table Schema v2.0, `missingValues`).
MISSING_VALUES = [""]

#: Table Schema v2.0, `fieldsMatch`.
FIELDS_MATCH = ("exact", "equal", "subset", "superset", "partial")


@dataclass(frozen=True, kw_only=True)
class Category:
    """A category of a field: its value, and its label and description, None where they are no texts."""

    value: str | int
    label: str | None
    description: str | None


@dataclass(frozen=True, kw_only=True)
class Field:
    """A field of a Table Schema; `categories` is None where the field has none."""

    name: str
    type: str
    format: str
    constraints: Mapping[str, Any]
    categories: Sequence[Any] | None
    categories_ordered: bool
    missing_values: frozenset[str]
    descriptor: Mapping[str, Any]

    @property
    def category_items(self) -> tuple[Category, ...]:
        """The categories in order, with what is said of them; none if the field has none."""
        declared = self.descriptor.get("categories") if self.categories is not None else None
        return tuple(map(_category, declared or ()))

    def of_type(self, kind: str) -> "Field":
        """Return a field of the same name and another type, with no format and no constraints."""
        return Field(
            name=self.name,
            type=kind,
            format="default",
            constraints={},
            categories=None,
            categories_ordered=False,
            missing_values=frozenset(),
            descriptor={"name": self.name},
        )


@dataclass(frozen=True, kw_only=True)
class ForeignKey:
    """A foreign key: `fields` refer to the `reference_fields` of `resource` (empty: the same table).

    With a `package`, the table is one of that other data package (recipe "External Foreign Keys").
    """

    fields: tuple[str, ...]
    resource: str
    reference_fields: tuple[str, ...]
    package: str = ""


@dataclass(frozen=True, kw_only=True)
class TableSchema:
    """A Table Schema; keys are tuples of field names, and empty where there is none.

    The `external_keys` are the foreign keys into other packages.
    """

    fields: Sequence[Field]
    fields_match: str
    primary_key: tuple[str, ...]
    unique_keys: Sequence[tuple[str, ...]]
    foreign_keys: Sequence[ForeignKey]
    external_keys: Sequence[ForeignKey]
    descriptor: Mapping[str, Any]

    @property
    def names(self) -> list[str]:
        """The names of the fields, in order."""
        return [field.name for field in self.fields]

    def restricted(self, names: Collection[str]) -> "TableSchema":
        """Return the schema of a table that has only some of the fields; keys of others are left out.

        Those into other packages stay: no field is needed to say that they cannot be judged.
        """
        return replace(
            self,
            fields=[field for field in self.fields if field.name in names],
            primary_key=self.primary_key if set(self.primary_key) <= set(names) else (),
            unique_keys=[key for key in self.unique_keys if set(key) <= set(names)],
            foreign_keys=[key for key in self.foreign_keys if set(key.fields) <= set(names)],
        )

    def named(self, names: Sequence[str]) -> list[Field]:
        """Return the fields of those names, which must exist."""
        known = {field.name: field for field in self.fields}
        return [known[name] for name in names]


def parse_schema(descriptor: Mapping[str, Any], missing_values: Any = MISSING_VALUES) -> TableSchema:
    """Return the parsed schema; `missing_values` are those of its package, which it may replace.

    Raises:
        SchemaError: a property is not of the form that the specification gives it.
        UnjudgedError: the specification allows it, but factpack cannot judge by it.

    Source: Table Schema v2.0; the bare names that version 1 allowed for keys are taken as lists of one.

    """
    declared = descriptor.get("fields")
    if not isinstance(declared, list):
        raise SchemaError("'fields' is not a list")
    missing = _missing_values(descriptor.get("missingValues", missing_values), "the schema")
    fields = [_field(item, missing) for item in declared]
    names = [field.name for field in fields]
    if len(names) > MOST_COLUMNS:
        raise UnjudgedError(f"it has {len(names):,} fields; more than {MOST_COLUMNS:,} are not judged")
    for name, count in Counter(names).items():
        if count > 1:
            raise UnjudgedError(f"two fields have the name {name!r}, which then tells no column")
    known = dict.fromkeys(names)  # in which a name is found at once
    foreign_keys = [_foreign_key(key, known) for key in _list(descriptor, "foreignKeys")]
    return TableSchema(
        fields=fields,
        fields_match=_fields_match(descriptor.get("fieldsMatch", "exact")),
        primary_key=_key(descriptor.get("primaryKey", []), known, "primaryKey"),
        unique_keys=[_unique_key(key, known) for key in _list(descriptor, "uniqueKeys")],
        foreign_keys=[key for key in foreign_keys if not key.package],
        external_keys=[key for key in foreign_keys if key.package],
        descriptor=descriptor,
    )


def _fields_match(declared: Any) -> str:
    mode = declared[0] if isinstance(declared, list) and len(declared) == 1 else declared
    if mode not in FIELDS_MATCH:
        hint = did_you_mean(mode, FIELDS_MATCH)
        raise SchemaError(f"fieldsMatch is {declared!r}, none of {', '.join(FIELDS_MATCH)}{hint}")
    return str(mode)


def _field(item: Any, missing: frozenset[str]) -> Field:
    if not isinstance(item, dict) or not isinstance(item.get("name"), str):
        raise SchemaError("each of 'fields' must be an object with a 'name'")
    name, kind, form = item["name"], item.get("type", "any"), item.get("format", "default")
    constraints = item.get("constraints", {})
    if kind not in TYPES:
        raise SchemaError(f"{name}: {kind!r} is not a type of Table Schema{did_you_mean(kind, TYPES)}")
    if not isinstance(form, str):
        raise SchemaError(f"{name}: the format {form!r} is not a string")
    if kind == "string" and form not in STRING_FORMATS:
        hint = did_you_mean(form, STRING_FORMATS)
        raise SchemaError(f"{name}: {form!r} is not a format of strings{hint}")
    if not isinstance(constraints, dict):
        raise SchemaError(f"{name}: 'constraints' is not an object")
    for flag in ("required", "unique"):
        if not isinstance(constraints.get(flag, False), bool):
            raise SchemaError(f"{name}: the constraint {flag!r} is not true or false")
    ordered = item.get("categoriesOrdered", False)
    if not isinstance(ordered, bool):
        raise SchemaError(f"{name}: 'categoriesOrdered' is not true or false")
    if "missingValues" in item:
        missing = _missing_values(item["missingValues"], name)
    return Field(
        name=name,
        type=kind,
        # the way of version 0; frictionless then takes out each of these
        format=form.replace("fmt:", "") if form.startswith("fmt:") else form,
        constraints=constraints,
        categories=_categories(item["categories"], name, kind) if "categories" in item else None,
        categories_ordered=ordered,
        missing_values=missing,
        descriptor=item,
    )


def did_you_mean(word: object, known: Collection[str]) -> str:
    """Return a hint at the known word that is most like a word, or nothing."""
    near = difflib.get_close_matches(str(word), known, n=1) if len(known) <= MOST_HINTED else []
    return f"; did you mean {near[0]!r}?" if near else ""


def _missing_values(declared: Any, owner: str) -> frozenset[str]:
    values = _values(declared)
    if values is None or not all(isinstance(value, str) for value in values):
        raise SchemaError(f"'missingValues' of {owner} is not a list of strings, or of values with labels")
    if len(set(values)) < len(values):
        raise SchemaError(f"'missingValues' of {owner} has a value twice")
    _check_labels(declared, f"'missingValues' of {owner}")
    return frozenset(values)


def _check_labels(declared: list[Any], owner: str) -> None:
    """Check that the labels of values, which may have none, are different texts."""
    labels = [item["label"] for item in declared if isinstance(item, dict) and "label" in item]
    if not all(isinstance(label, str) for label in labels):
        raise SchemaError(f"{owner} has a label that is not a text")
    if len(set(labels)) < len(labels):
        raise SchemaError(f"{owner} has a label twice")


def _categories(declared: Any, name: str, kind: str) -> list[Any]:
    if kind not in ("string", "integer"):
        raise SchemaError(f"{name}: a field of the type {kind} cannot have categories")
    found = _values(declared)
    values = found if found is None or kind == "string" else [*map(as_whole, found)]
    wanted = str if kind == "string" else str | int
    if not values or not all(isinstance(value, wanted) and not isinstance(value, bool) for value in values):
        raise SchemaError(f"{name}: 'categories' is not a list of values, or of values with labels")
    if len(set(values)) < len(values):
        raise SchemaError(f"{name}: 'categories' has a value twice")
    _check_labels(declared, f"{name}: 'categories'")
    return values


def _category(item: Any) -> Category:
    told = _told(item)
    label, description = (
        text if isinstance(text, str) else None for text in (told.get("label"), told.get("description"))
    )
    return Category(value=as_whole(told["value"]), label=label, description=description)


def _told(item: Any) -> Mapping[str, Any]:
    """Return a value with what is said of it, of which a plain value has nothing."""
    return item if isinstance(item, dict) else {"value": item}


def _values(declared: Any) -> list[Any] | None:
    """Return the values of a list of plain values, or of one of objects with a value and a label."""
    if not isinstance(declared, list) or len({isinstance(item, dict) for item in declared}) > 1:
        return None
    return [_told(item).get("value") for item in declared]


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _list(descriptor: Mapping[str, Any], name: str) -> list[Any]:
    value = descriptor.get(name, [])
    if not isinstance(value, list):
        raise SchemaError(f"{name!r} is not a list")
    if name == "uniqueKeys" and name in descriptor and not value:
        raise SchemaError("'uniqueKeys' names no key")
    return value


def _key(declared: Any, names: Collection[str], what: str) -> tuple[str, ...]:
    key = (declared,) if isinstance(declared, str) else tuple(_as_list(declared))
    if not isinstance(declared, str | list) or not all(isinstance(name, str) for name in key):
        raise SchemaError(f"{what} is not a list of names")
    for name in key:
        if name not in names:
            raise SchemaError(
                f"{what} names the field {name!r}, which does not exist{did_you_mean(name, names)}"
            )
    return key


def _unique_key(declared: Any, names: Collection[str]) -> tuple[str, ...]:
    if not isinstance(declared, list):  # only keys that version 1 had may be a name alone
        raise SchemaError(f"the unique key {declared!r} is not a list of names")
    if not declared:
        raise SchemaError("a unique key names no field")
    return _key(declared, names, "uniqueKeys")


def _foreign_key(declared: Any, names: Collection[str]) -> ForeignKey:
    reference = declared.get("reference") if isinstance(declared, dict) else None
    if not isinstance(reference, dict):
        raise SchemaError("a foreign key lacks its 'reference'")
    fields = _key(declared.get("fields"), names, "a foreign key")
    there = reference.get("fields")
    reference_fields = (there,) if isinstance(there, str) else tuple(_as_list(there))
    resource, package = reference.get("resource", ""), reference.get("package", "")
    if not all(isinstance(text, str) for text in (resource, package, *reference_fields)):
        raise SchemaError(f"the reference of the foreign key {', '.join(fields)} is malformed")
    if not fields or len(fields) != len(reference_fields):
        raise SchemaError(f"a foreign key links {len(fields)} fields to {len(reference_fields)}")
    return ForeignKey(fields=fields, resource=resource, reference_fields=reference_fields, package=package)
