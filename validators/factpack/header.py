"""Matches the labels of a table's header to the fields of its schema, and says where they differ."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from factpack.filling import check_filling
from factpack.table_schema import Field, TableSchema

#: The modes that allow labels which no field has, and those that allow fields which no label has.
ALLOW_EXTRA_LABELS = ("subset", "partial")
ALLOW_MISSING_FIELDS = ("superset", "partial")


@dataclass(frozen=True)
class HeaderFault:
    """What is wrong with a header: the rule, the message, and the label or field that it is about."""

    rule: str
    message: str
    field: str | None = None


@dataclass(frozen=True)
class Header:
    """The columns of a table: for each its field, or None; and what is wrong with the header."""

    columns: Sequence[Field | None]
    faults: Sequence[HeaderFault]


def match_header(labels: Sequence[str], schema: TableSchema, *, ignore_case: bool) -> Header:
    """Return which field each label stands for.

    Source: Table Schema v2.0, `fieldsMatch`; where it is silent (required fields that may be missing, labels
    that stand twice), frictionless.
    """
    if schema.fields_match == "exact":
        columns = [*schema.fields[: len(labels)], *[None] * (len(labels) - len(schema.fields))]
        return Header(columns, list(_faults_in_order(labels, schema, ignore_case)))

    return _match_by_name(labels, schema, ignore_case)


def _faults_in_order(labels: Sequence[str], schema: TableSchema, ignore_case: bool) -> Iterator[HeaderFault]:
    names = schema.names
    seen: set[str] = set()
    for position, label in enumerate(labels):
        if position >= len(names):
            yield _extra(position, label)
        elif not label:
            yield _blank(position, names[position])
        elif label in seen:
            yield _duplicate(label, names[position])
        elif _key(label, ignore_case) != _key(names[position], ignore_case):
            message = f"column {position + 1} is {label!r}, not {names[position]!r}"
            yield HeaderFault("incorrect-label", message, names[position])
        seen.add(label)
    for name in names[len(labels) :]:
        yield _missing(name)


def _match_by_name(labels: Sequence[str], schema: TableSchema, ignore_case: bool) -> Header:
    fields = {_key(field.name, ignore_case): field for field in reversed(schema.fields)}
    columns: list[Field | None] = []
    faults: list[HeaderFault] = []
    seen: set[str] = set()
    for position, label in enumerate(labels):
        name = _key(label, ignore_case)
        field = None if name in seen else fields.get(name)
        columns.append(field)
        if not label:
            faults.append(_blank(position, f"column {position + 1}"))
        elif name in seen:
            faults.append(_duplicate(label, label))
        elif field is None and schema.fields_match not in ALLOW_EXTRA_LABELS:
            faults.append(_extra(position, label))
        seen.add(name)
    found = {field.name for field in columns if field is not None}
    if schema.fields_match == "partial" and schema.fields and not found:
        faults.append(HeaderFault("unmatched-header", "no label is the name of a field of the schema"))
    missing = (field for field in schema.fields if field.name not in found)
    faults.extend(_missing(field.name) for field in missing if is_needed(field, schema))
    return Header(columns, faults)


def is_needed(field: Field, schema: TableSchema) -> bool:
    """Tell whether a table may not lack a field: by its schema, or as the field is required."""
    is_required = bool(field.constraints.get("required")) or field.name in schema.primary_key
    return is_required or schema.fields_match not in ALLOW_MISSING_FIELDS


def _key(name: str, ignore_case: bool) -> str:
    return name.lower() if ignore_case else name


def _blank(position: int, field: str) -> HeaderFault:
    return HeaderFault("blank-label", f"column {position + 1} has no label", field)


def _duplicate(label: str, field: str) -> HeaderFault:
    return HeaderFault("duplicate-label", f"the label {label!r} stands twice", field)


def _extra(position: int, label: str) -> HeaderFault:
    return HeaderFault("extra-label", f"column {position + 1} ({label!r}) is not in the schema", label)


def _missing(name: str) -> HeaderFault:
    return HeaderFault("missing-label", f"the column {name!r} is missing", name)


def join_labels(rows: Sequence[Sequence[str]], join: str) -> list[str]:
    """Return the labels of a header of several rows: in each column, its different texts, joined.

    A row with fewer cells than another goes on with its last one, as a title above several columns does. A
    text that a column has in two rows in succession counts once, as frictionless has it.

    Raises:
        UnjudgedError: many rows lack nearly all cells.

    Source: Table Dialect v2.0, `headerRows` and `headerJoin`.

    """
    width = max(map(len, rows), default=0)
    check_filling(len(rows), width, sum(map(len, rows)))
    filled = [[*row, *[row[-1]] * (width - len(row))] if row else [""] * width for row in rows]
    labels = []
    for texts in zip(*filled, strict=True):
        parts = [text for place, text in enumerate(texts) if place == 0 or text != texts[place - 1]]
        labels.append(join.join(parts))
    return labels
