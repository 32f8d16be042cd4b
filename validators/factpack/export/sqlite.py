"""An SQLite database: strict tables with their keys, readable views, and tables that describe them."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from factpack.exceptions import PackageError
from factpack.export.cells import ExportColumn, plain, shown
from factpack.export.names import renamed
from factpack.export.relations import keys_of
from factpack.export.sql import SqlTable, create_table, create_view, literal, quoted, sql_tables, value_checks
from factpack.export.tables import left_out, read_tables, summary
from factpack.json_texts import cell_text, json_text
from factpack.package import Package

#: The first version that has strict tables.
STRICT_SINCE = (3, 37)

#: So many rows are given to SQLite at once.
BATCH = 50_000

#: The tables that describe the others, and their columns.
ABOUT = {
    "_package": ("property", "value"),
    "_tables": ("name", "resource", "title", "description", "schema"),
    "_fields": (
        *("table_name", "column_name", "position", "field", "type", "format"),
        *("title", "description", "constraints"),
    ),
    "_categories": ("table_name", "column_name", "position", "value", "label", "description"),
}


def export(package: Package, path: Path) -> list[str]:
    """Write the tables of a package into a new database; return what is to be said of it.

    Raises:
        PackageError: a table cannot be read, or SQLite cannot hold it.

    Source: SQLite, "STRICT Tables" and "Foreign Key Support".

    """
    tables = read_tables(package)
    keys, notes = keys_of(tables)
    own = sql_tables(tables, keys, list(ABOUT), _allowed)
    try:
        with closing(sqlite3.connect(path)) as database:
            _write(database, package, own)
    except (sqlite3.Error, OverflowError, ValueError) as error:
        raise PackageError(f"SQLite cannot hold the package: {error}") from error
    notes += renamed("the table", {name: table.name for name, table in own.items()})
    for table in own.values():
        notes += renamed(f"in {table.name!r}, the column", table.columns)
    return [summary(tables), *left_out(package), *notes]


def _allowed(name: str) -> str:
    """Return a name without NUL, and not of those that SQLite keeps for itself."""
    name = name.replace("\0", "_")
    return f"_{name}" if name.casefold().startswith("sqlite_") else name


def _write(database: sqlite3.Connection, package: Package, tables: Mapping[str, SqlTable]) -> None:
    # all is written beside the output, so that nothing is lost if it is not finished
    database.execute("PRAGMA journal_mode = OFF")
    database.execute("PRAGMA synchronous = OFF")
    with database:
        for table in tables.values():
            _write_table(database, table, tables)
        for table in tables.values():
            view = create_view(table, tables)
            if view is not None:
                database.execute(view)
        _describe(database, package, tables)
    _check(database)


def _write_table(database: sqlite3.Connection, table: SqlTable, tables: Mapping[str, SqlTable]) -> None:
    kinds, arrays, checks = {}, [], {}
    for column in table.source.columns:
        name = column.field.name
        kind, array = _stored(column.plain)
        # an INTEGER that is the primary key would be SQLite's number of the row, made up where it lacks
        kinds[name] = "INT" if kind == "INTEGER" and name in table.keys.primary else kind
        arrays.append(array)
        checks[name] = list(_checks(column, table.columns[name]))
    database.execute(create_table(table, tables, kinds, checks, table.keys.foreign) + _strict())
    _insert(database, table.name, pa.table(arrays, names=[str(place) for place in range(len(arrays))]))


def _strict() -> str:
    return " STRICT" if sqlite3.sqlite_version_info >= STRICT_SINCE else ""


def _insert(database: sqlite3.Connection, name: str, rows: pa.Table) -> None:
    statement = f"INSERT INTO {quoted(name)} VALUES ({', '.join('?' * rows.num_columns)})"
    for batch in rows.to_batches(BATCH):
        columns = [column.to_pylist() for column in batch.columns]
        database.executemany(statement, zip(*columns, strict=True))


def _stored(array: pa.ChunkedArray) -> tuple[str, pa.ChunkedArray]:
    """Return how SQLite stores an array: the type of its column, and an array that has it."""
    kind = array.type
    if pa.types.is_integer(kind):
        return "INTEGER", array
    if pa.types.is_boolean(kind):
        return "INTEGER", array.cast(pa.int8())
    if pa.types.is_floating(kind) and not pc.any(pc.is_nan(array)).as_py():  # which SQLite takes for null
        return "REAL", array
    return "TEXT", array if pa.types.is_string(kind) else shown(array)


def _checks(column: ExportColumn, name: str) -> Iterator[str]:
    if pa.types.is_boolean(column.plain.type):
        yield f"{quoted(name)} IN (0, 1)"
    if _stored(column.plain)[0] == "TEXT" and not _is_ordered_text(column):
        return
    yield from value_checks(column, name, _literals)


def _is_ordered_text(column: ExportColumn) -> bool:
    """Tell whether a column stored as text has the same text for the same value, and in the same order."""
    kind = column.plain.type
    return bool(pa.types.is_string(kind) or pa.types.is_date(kind))


def _literals(array: pa.ChunkedArray) -> list[str]:
    kind, stored = _stored(plain(array))
    return [_literal(item, kind) for item in stored.to_pylist()]


def _literal(item: Any, kind: str) -> str:
    if kind == "REAL" and item in (float("inf"), float("-inf")):
        return "9e999" if item > 0 else "-9e999"
    if kind != "TEXT":
        return repr(item)
    # a NUL would end the statement
    return f"CAST(x'{item.encode().hex()}' AS TEXT)" if "\0" in item else literal(item)


def _check(database: sqlite3.Connection) -> None:
    """Check what was written, foreign keys included."""
    broken = database.execute("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise PackageError(f"a foreign key of the table {broken[0][0]!r} leads nowhere in SQLite")
    (state,) = database.execute("PRAGMA integrity_check").fetchone()
    if state != "ok":
        raise PackageError(f"what SQLite wrote is not sound: {state}")


def _describe(database: sqlite3.Connection, package: Package, tables: Mapping[str, SqlTable]) -> None:
    """Write the tables that describe the package, its tables, their columns and categories."""
    rows: dict[str, Sequence[Any]] = {
        "_package": _about_package(package),
        "_tables": [_about_table(table) for table in tables.values()],
        "_fields": [line for table in tables.values() for line in _about_fields(table)],
        "_categories": [line for table in tables.values() for line in _about_categories(table)],
    }
    for name, columns in ABOUT.items():
        types = [f"{column} {'INTEGER' if column == 'position' else 'TEXT'}" for column in columns]
        database.execute(f"CREATE TABLE {name} ({', '.join(types)}){_strict()}")
        marks = ", ".join("?" * len(columns))
        database.executemany(f"INSERT INTO {name} VALUES ({marks})", rows[name])


def _as_text(value: Any) -> str | None:
    """Return a property's text, or its JSON if it is no text."""
    return None if value is None else cell_text(value)


def _about_package(package: Package) -> list[tuple[str, str | None]]:
    return [(name, _as_text(value)) for name, value in package.descriptor.items() if name != "resources"]


def _about_table(table: SqlTable) -> tuple[str | None, ...]:
    descriptor, schema = table.source.descriptor, table.source.schema.descriptor
    about = (_as_text(descriptor.get(name)) for name in ("title", "description"))
    return (table.name, table.source.name, *about, json_text(schema))


def _about_fields(table: SqlTable) -> Iterator[tuple[str | int | None, ...]]:
    for position, column in enumerate(table.source.columns, 1):
        field = column.field
        about = (_as_text(field.descriptor.get(name)) for name in ("title", "description"))
        constraints = json_text(field.constraints) if field.constraints else None
        yield (
            *(table.name, table.columns[field.name], position, field.name, field.type, field.format),
            *(*about, constraints),
        )


def _about_categories(table: SqlTable) -> Iterator[tuple[str | int | None, ...]]:
    for column in table.source.columns:
        for position, item in enumerate(column.field.category_items, 1):
            texts = (cell_text(item.value), item.label, item.description)
            yield (table.name, table.columns[column.field.name], position, *texts)
