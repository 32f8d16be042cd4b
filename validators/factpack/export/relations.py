"""The keys of tables that a database can hold: those that its values and its kinds of keys allow."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from factpack.export.tables import ExportTable
from factpack.keys import is_filled, is_first
from factpack.labels import table_label_fields
from factpack.table_schema import ForeignKey

Fields = tuple[str, ...]


@dataclass(frozen=True)
class Reference:
    """A foreign key: `fields` refer to the `keys` of a table, by the name of its resource."""

    fields: Fields
    table: str
    keys: Fields


@dataclass(frozen=True)
class Keys:
    """The keys of a table, in the names of its fields; those in `unique` are other than the primary one."""

    primary: Fields
    unique: list[Fields]
    foreign: list[Reference] = field(default_factory=list)

    @property
    def names(self) -> set[str]:
        """The fields that are in some key."""
        own = [self.primary, *self.unique, *(reference.fields for reference in self.foreign)]
        return {name for key in own for name in key}

    def like(self, fields: Fields) -> Fields | None:
        """Return the key of those fields, in whatever order; None if there is none."""
        return next((key for key in [self.primary, *self.unique] if set(key) == set(fields)), None)


def keys_of(tables: Sequence[ExportTable]) -> tuple[dict[str, Keys], list[str]]:
    """Return the keys of each table by name, and which of the declared ones are left out, a line each.

    What a foreign key refers to is made a unique key, as databases ask. Left out is one that refers to values
    that recur or are stored in another way.
    """
    by_name = {table.name: table for table in tables}
    keys = {table.name: _own_keys(table) for table in tables}
    notes = []
    for table in tables:
        for key in table.schema.foreign_keys:
            reason = _obstacle(key, table, by_name)
            if reason:
                notes.append(
                    f"the foreign key {', '.join(key.fields)} of {table.name!r} is left out: {reason}"
                )
            else:
                _add(key, table.name, keys)
    return keys, notes


def _own_keys(table: ExportTable) -> Keys:
    schema = table.schema
    keys = Keys(tuple(dict.fromkeys(schema.primary_key)), [])
    single = [(column.name,) for column in schema.fields if column.constraints.get("unique")]
    for key in [*single, *schema.unique_keys]:
        if keys.like(key) is None:
            keys.unique.append(tuple(dict.fromkeys(key)))
    return keys


def _obstacle(key: ForeignKey, table: ExportTable, tables: Mapping[str, ExportTable]) -> str | None:
    """Return why a database cannot have a foreign key; None if it can."""
    parent = tables.get(key.resource or table.name)
    if parent is None or not set(key.reference_fields) <= parent.by_name.keys():
        return "what it refers to is not there"
    if len(set(key.fields)) < len(key.fields) or len(set(key.reference_fields)) < len(key.reference_fields):
        return "it names a field twice"
    for name, other in zip(key.fields, key.reference_fields, strict=True):
        own, there = table.by_name[name], parent.by_name[other]
        if not (own.is_comparable and there.is_comparable and own.plain.type == there.plain.type):
            return f"{name} and {other} are not stored alike"
    values = parent.table.key(key.reference_fields)
    if not (is_first(values) | ~is_filled(values)).all():
        return "what it refers to is not unique"
    return None


def _add(key: ForeignKey, name: str, keys: Mapping[str, Keys]) -> None:
    """Add a foreign key, its fields in the order in which the key that it refers to has them."""
    parent = key.resource or name
    pairs = dict(zip(key.reference_fields, key.fields, strict=True))
    there = keys[parent].like(key.reference_fields)
    if there is None:
        there = key.reference_fields
        keys[parent].unique.append(there)
    reference = Reference(tuple(pairs[other] for other in there), parent, there)
    if reference not in keys[name].foreign:
        keys[name].foreign.append(reference)


def labels_of(table: ExportTable, key: Fields) -> list[str]:
    """Return the fields that call a row of a table something, beside a key that refers to it, best first."""
    return [name for name in table_label_fields(table.table) if name not in key]


def shown_references(keys: Keys, tables: Mapping[str, ExportTable]) -> Iterator[tuple[Reference, list[str]]]:
    """Yield the foreign keys that lead to rows with a label, with the fields that it is taken from."""
    for reference in keys.foreign:
        labels = labels_of(tables[reference.table], reference.keys)
        if labels:
            yield reference, labels
