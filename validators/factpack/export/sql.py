"""The statements of SQL that the databases have in common."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from factpack.constraints import BOUNDS
from factpack.exceptions import SchemaError
from factpack.export.cells import ExportColumn, array_of
from factpack.export.names import distinct
from factpack.export.relations import Keys, Reference, shown_references
from factpack.export.tables import ExportTable
from factpack.fields import json_value

OPERATORS = {"minimum": ">=", "maximum": "<=", "exclusiveMinimum": ">", "exclusiveMaximum": "<"}
assert OPERATORS.keys() == BOUNDS.keys()

#: Returns an Arrow array as SQL has its values, each a literal.
Literals = Callable[[pa.ChunkedArray], list[str]]


@dataclass(frozen=True)
class SqlTable:
    """A table for a database: its name there, its columns' by the fields, its view's, and its keys."""

    source: ExportTable
    name: str
    columns: Mapping[str, str]
    view: str
    keys: Keys

    def quoted(self, fields: Sequence[str]) -> str:
        """Return the columns of some fields as SQL lists them."""
        return ", ".join(quoted(self.columns[name]) for name in fields)


def sql_tables(
    tables: Sequence[ExportTable],
    keys: Mapping[str, Keys],
    taken: Sequence[str],
    allowed: Callable[[str], str],
) -> dict[str, SqlTable]:
    """Return tables for a database by the names of their resources, with names that can stand there."""
    names = distinct([table.name for table in tables], taken, allowed=allowed)
    used = [*taken, *names.values()]
    views = distinct([f"{name}_readable" for name in names.values()], used)
    return {
        table.name: SqlTable(
            source=table,
            name=names[table.name],
            columns=distinct(table.by_name),
            view=views[f"{names[table.name]}_readable"],
            keys=keys[table.name],
        )
        for table in tables
    }


def quoted(name: str) -> str:
    """Return a name as SQL quotes it."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return a text as SQL quotes it."""
    return "'" + text.replace("'", "''") + "'"


def create_table(
    table: SqlTable,
    tables: Mapping[str, SqlTable],
    types: Mapping[str, str],
    checks: Mapping[str, Sequence[str]],
    foreign: Sequence[Reference],
) -> str:
    """Return the statement that makes a table; `types` and `checks` go by the names of fields."""
    parts = [_column(table, column, types, checks) for column in table.source.columns]
    if table.keys.primary:
        parts.append(f"PRIMARY KEY ({table.quoted(table.keys.primary)})")
    parts += [f"UNIQUE ({table.quoted(key)})" for key in table.keys.unique]
    for reference in foreign:
        parent = tables[reference.table]
        parts.append(
            f"FOREIGN KEY ({table.quoted(reference.fields)}) "
            f"REFERENCES {quoted(parent.name)} ({parent.quoted(reference.keys)})"
        )
    inside = ",\n  ".join(parts)
    return f"CREATE TABLE {quoted(table.name)} (\n  {inside}\n)"


def _column(
    table: SqlTable, column: ExportColumn, types: Mapping[str, str], checks: Mapping[str, Sequence[str]]
) -> str:
    name = column.field.name
    filled = column.field.constraints.get("required") or name in table.keys.primary
    parts = [table.quoted([name]), types[name], *(["NOT NULL"] if filled else [])]
    return " ".join([*parts, *(f"CHECK ({check})" for check in checks.get(name, ()))])


def value_checks(column: ExportColumn, name: str, literals: Literals) -> Iterator[str]:
    """Yield the conditions on a column, by that name, that its categories, `enum` and bounds amount to."""
    field = column.field
    if not column.is_comparable:
        return
    enumerations = [field.categories, field.constraints.get("enum")]
    for values in enumerations:
        known = None if values is None else _literals(column, values, literals)
        if known is not None:
            yield f"{quoted(name)} IN ({', '.join(known)})"
    if field.type in ("integer", "number", "year", "date"):
        for constraint, operator in OPERATORS.items():
            bound = _literals(column, [field.constraints.get(constraint)], literals)
            if bound is not None:
                yield f"{quoted(name)} {operator} {bound[0]}"


def _literals(column: ExportColumn, declared: Sequence[Any], literals: Literals) -> list[str] | None:
    """Return declared values as literals; None if the column's cells are not of a type that they have too."""
    try:
        values = [None if item is None else json_value(column.field, item) for item in declared]
    except SchemaError:
        return None
    if None in values:
        return None
    array = array_of(values, column.field)
    return literals(pa.chunked_array([array])) if array.type == column.plain.type else None


def create_view(table: SqlTable, tables: Mapping[str, SqlTable]) -> str | None:
    """Return the statement that makes a table's readable view; None if its keys lead to no label.

    The view has the columns of the table, and behind the last of each foreign key the label of the row that
    it refers to: the first of its label fields that has a value there.
    """
    sources = {name: other.source for name, other in tables.items()}
    shown = list(shown_references(table.keys, sources))
    if not shown:
        return None
    wanted = [_label_name(table, reference, tables) for reference, _ in shown]
    names = _numbered(wanted, table.columns.values())
    columns = {name: [f"this.{table.quoted([name])}"] for name in table.columns}
    joins = [f"FROM {quoted(table.name)} AS this"]
    for number, (reference, labels) in enumerate(shown):
        parent, alias = tables[reference.table], f"other_{number + 1}"
        texts = [_text(parent, label, alias) for label in labels]
        text = f"coalesce({', '.join(texts)})" if len(texts) > 1 else texts[0]
        columns[reference.fields[-1]].append(f"{text} AS {quoted(names[number])}")
        pairs = zip(reference.fields, reference.keys, strict=True)
        matches = [f"{alias}.{parent.quoted([key])} = this.{table.quoted([name])}" for name, key in pairs]
        joins.append(f"LEFT JOIN {quoted(parent.name)} AS {alias} ON {' AND '.join(matches)}")
    listed = ",\n  ".join(item for items in columns.values() for item in items)
    return "\n".join([f"CREATE VIEW {quoted(table.view)} AS SELECT\n  {listed}", *joins])


def _text(table: SqlTable, name: str, alias: str) -> str:
    """Return a column of a table, by its alias, as an expression that is a text."""
    column = f"{alias}.{table.quoted([name])}"
    is_text = pa.types.is_string(table.source.by_name[name].array.type)
    return column if is_text else f"CAST({column} AS TEXT)"


def _label_name(table: SqlTable, reference: Reference, tables: Mapping[str, SqlTable]) -> str:
    """Return what a label is called: by its key's one column, without `_id`, else by the table."""
    if len(reference.fields) > 1:
        return f"{tables[reference.table].name}_label"
    return f"{table.columns[reference.fields[0]].removesuffix('_id')}_label"


def _numbered(wanted: Sequence[str], taken: Sequence[str] | Any) -> list[str]:
    """Return names, of which some may be alike, as names that are not."""
    names: list[str] = []
    for name in wanted:
        names += distinct([name], [*taken, *names]).values()
    return names
