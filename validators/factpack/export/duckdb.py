"""A DuckDB database: typed tables with their keys, comments that describe them, and readable views."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from factpack.exceptions import FactpackError, PackageError
from factpack.export.cells import ExportColumn, shown
from factpack.export.names import renamed
from factpack.export.relations import Keys, Reference, keys_of
from factpack.export.sql import SqlTable, create_table, create_view, literal, quoted, sql_tables, value_checks
from factpack.export.tables import ExportTable, about, left_out, read_tables, summary
from factpack.kinds import BoolArray, NumberArray
from factpack.package import Package

TYPES = {
    pa.string(): "VARCHAR",
    pa.int64(): "BIGINT",
    pa.float64(): "DOUBLE",
    pa.bool_(): "BOOLEAN",
    pa.date32(): "DATE",
    pa.time64("us"): "TIME",
    pa.timestamp("us"): "TIMESTAMP",
    pa.timestamp("us", "UTC"): "TIMESTAMP WITH TIME ZONE",
}

#: Rows that refer to each other in more generations than these are not sorted by them.
MOST_GENERATIONS = 100

#: The bytes of a block of a file where all tables together have so many rows at most: each table and each of
#: its keys takes a block at least, which has 256 KiB otherwise. With more rows, that is the better size.
SMALL_BLOCK, MOST_IN_SMALL_BLOCKS = 16_384, 100_000

#: The DuckDB as whose files all are laid out, whichever writes them; small blocks are read from 1.1 on.
LAYOUT = "v0.10.2"

#: The name by which DuckDB sees the rows that are to be written.
INCOMING = "factpack incoming rows"


@dataclass(frozen=True)
class Planned:
    """A table to write: its foreign keys, and the generation of each row; None if there is only one."""

    table: SqlTable
    foreign: Sequence[Reference]
    generations: NumberArray | None


def export(package: Package, path: Path) -> list[str]:
    """Write the tables of a package into a new database; return what is to be said of it.

    Raises:
        FactpackError: DuckDB is not installed.
        PackageError: a table cannot be read, or DuckDB cannot hold it.

    """
    try:
        import duckdb
    except ImportError as error:
        raise FactpackError("to export to DuckDB, install DuckDB: pip install duckdb") from error
    tables = read_tables(package, native_lists=True)
    keys, notes = keys_of(tables)
    own = sql_tables(tables, keys, [INCOMING], _allowed)
    try:
        with duckdb.connect(str(path), config=_config(tables)) as database:
            for planned in _in_order(own, notes):
                _write(database, planned, own)
            for table in own.values():
                _describe(database, table, own)
    except (duckdb.Error, pa.ArrowException) as error:
        raise PackageError(f"DuckDB cannot hold the package: {error}") from error
    notes += renamed("the table", {name: table.name for name, table in own.items()})
    for table in own.values():
        notes += renamed(f"in {table.name!r}, the column", table.columns)
    return [summary(tables), *left_out(package), *notes]


def _config(tables: Sequence[ExportTable]) -> dict[str, Any]:
    is_small = sum(len(table) for table in tables) <= MOST_IN_SMALL_BLOCKS
    block = {"default_block_size": SMALL_BLOCK} if is_small else {}
    return {"storage_compatibility_version": LAYOUT, **block}


def _allowed(name: str) -> str:
    return name.replace("\0", "_")


def _in_order(tables: Mapping[str, SqlTable], notes: list[str]) -> Iterator[Planned]:
    """Yield the tables, those first that others refer to; note which foreign keys are left out for it."""
    foreign = {name: list(table.keys.foreign) for name, table in tables.items()}
    for name in _sorted(foreign, notes):
        table = tables[name]
        own = [reference for reference in foreign[name] if reference.table == name]
        generations = _generations(table, own) if own else None
        if own and generations is None:
            for reference in own:
                _leave_out(
                    foreign, name, reference, notes, "its rows refer to each other in a circle, or too deeply"
                )
        yield Planned(table, foreign[name], generations)


def _sorted(foreign: Mapping[str, list[Reference]], notes: list[str]) -> Sequence[str]:
    """Return the names of tables in the order of their foreign keys, without those that close a circle."""
    while True:
        graph = {name: {item.table for item in items} - {name} for name, items in foreign.items()}
        try:
            return list(TopologicalSorter(graph).static_order())
        except CycleError as error:
            parent, child = error.args[1][:2]
            for reference in list(foreign[child]):
                if reference.table == parent:
                    _leave_out(foreign, child, reference, notes, "the tables refer to each other in a circle")


def _leave_out(
    foreign: Mapping[str, list[Reference]], name: str, reference: Reference, notes: list[str], reason: str
) -> None:
    foreign[name].remove(reference)
    notes.append(f"the foreign key {', '.join(reference.fields)} of {name!r} is left out: {reason}")


def _generations(table: SqlTable, references: Sequence[Reference]) -> NumberArray | None:
    """Return for each row how many rows stand one above the other over it; None if that has no end.

    DuckDB wants the row that another refers to before that.
    """
    parents = [_parents(table, reference) for reference in references]
    generations = np.full(len(table.source), -1)
    for generation in range(MOST_GENERATIONS):
        placed: BoolArray = np.append(generations >= 0, True)  # the last is that of no parent
        ready = np.logical_and.reduce([placed[rows] for rows in parents]) & ~placed[:-1]
        generations[ready] = generation
        if (generations >= 0).all():
            return generations
        if not ready.any():
            return None
    return None


def _parents(table: SqlTable, reference: Reference) -> NumberArray:
    """Return the position of the row to which each row refers, -1 where it refers to none."""
    arrays = [table.source.by_name[name].plain for name in (*reference.keys, *reference.fields)]
    half = len(reference.keys)
    frame = pa.table(arrays, names=[str(place) for place in range(2 * half)]).to_pandas(
        integer_object_nulls=True
    )
    keys, others = frame.iloc[:, :half].dropna(), frame.iloc[:, half:].dropna()
    others.columns = keys.columns
    found = others.reset_index().merge(keys.reset_index(names="parent"), on=list(keys.columns), how="inner")
    parents = np.full(len(frame), -1)
    parents[found["index"].to_numpy()] = found["parent"].to_numpy()
    return parents


def _write(database: Any, planned: Planned, tables: Mapping[str, SqlTable]) -> None:
    table = planned.table
    types = {column.field.name: _type(column, table.keys) for column in table.source.columns}
    checks = {
        column.field.name: list(value_checks(column, table.columns[column.field.name], _literals))
        for column in table.source.columns
        if not types[column.field.name].startswith("ENUM")
    }
    database.execute(create_table(table, tables, types, checks, planned.foreign))
    rows = pa.table([column.plain for column in table.source.columns], names=list(table.columns.values()))
    generations = planned.generations
    last = 0 if generations is None else int(generations.max(initial=0))
    for generation in range(last + 1):
        part = rows if generations is None else rows.filter(pa.array(generations == generation))
        database.register(INCOMING, part)
        database.execute(f"INSERT INTO {quoted(table.name)} SELECT * FROM {quoted(INCOMING)}")
        database.unregister(INCOMING)


def _type(column: ExportColumn, keys: Keys) -> str:
    """Return the type of a column; texts with categories are an ENUM, but for those of keys."""
    kind = column.array.type
    if (
        pa.types.is_dictionary(kind)
        and pa.types.is_string(kind.value_type)
        and column.field.name not in keys.names
    ):
        categories = column.array.chunk(0).dictionary.to_pylist()
        return f"ENUM ({', '.join(map(literal, categories))})"
    return _type_of(column.plain.type)


def _type_of(kind: pa.DataType) -> str:
    if pa.types.is_list(kind):
        return f"{_type_of(kind.value_type)}[]"
    if pa.types.is_decimal(kind):
        return f"DECIMAL({kind.precision}, {kind.scale})"
    return TYPES[kind]


def _literals(array: pa.ChunkedArray) -> list[str]:
    kind = _type_of(array.type)
    return [f"CAST({literal(text)} AS {kind})" for text in shown(array).to_pylist()]


def _describe(database: Any, table: SqlTable, tables: Mapping[str, SqlTable]) -> None:
    """Write the comments on a table and its columns, and its readable view."""
    name = quoted(table.name)
    if table.source.about:
        database.execute(f"COMMENT ON TABLE {name} IS {literal(table.source.about)}")
    for column in table.source.columns:
        text = about(column.field.descriptor)
        if text:
            place = f"{name}.{table.quoted([column.field.name])}"
            database.execute(f"COMMENT ON COLUMN {place} IS {literal(text)}")
    view = create_view(table, tables)
    if view is not None:
        database.execute(view)
