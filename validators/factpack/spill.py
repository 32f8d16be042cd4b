"""Keeps the keys of tables that are too large to be held: on disk, divided into parts that are not."""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from tempfile import TemporaryFile
from typing import Protocol

import numpy as np
import pyarrow as pa

from factpack.arrow_memory import numbers_array, texts_array
from factpack.exceptions import UnjudgedError
from factpack.fields import read_column
from factpack.kinds import NumberArray
from factpack.partition import divided, part_numbers, taken
from factpack.table import Table, with_keys_only
from factpack.values import Values

#: So many rows, or bytes, are divided and written at once.
ROWS, BYTES = 2**20, 2**27

#: The names of the fields of a key.
Key = tuple[str, ...]


class SpillError(UnjudgedError):
    """The keys of a table cannot be put on disk."""


class KeyFile:
    """The rows of a table by a key: their cells as text, their numbers and lines.

    Pieces of the table are added in their order; `part` returns the rows of a part, in theirs. It is a
    temporary file, which nobody else can see, and which is gone with the process.
    """

    def __init__(self, names: Sequence[str], count: int, layout: Table) -> None:
        self._names, self._count = list(names), count
        self._layout = _layout(layout, names)
        self._schema = _batch(self._layout, self._layout.schema.names).schema
        self._file = TemporaryFile()  # noqa: SIM115
        self._places: list[list[tuple[int, int]]] = [[] for _ in range(count)]
        self._waiting: list[pa.RecordBatch] = []
        self._numbers: list[NumberArray] = []

    def add(self, table: Table) -> None:
        """Add a piece of the table."""
        self._waiting.append(_batch(table, self._layout.schema.names))
        self._numbers.append(part_numbers(table.key(self._names), self._count))
        if sum(map(len, self._numbers)) >= ROWS or sum(batch.nbytes for batch in self._waiting) >= BYTES:
            self.write()

    def write(self) -> None:
        """Write what waits for it."""
        if not self._waiting:
            return
        numbers = np.concatenate(self._numbers)
        order = np.argsort(numbers, kind="stable")
        rows = pa.Table.from_batches(self._waiting).take(numbers_array(order)).combine_chunks()
        bounds = np.searchsorted(numbers[order], np.arange(self._count + 1)).tolist()
        self._waiting, self._numbers = [], []
        for places, begin, end in zip(self._places, bounds[:-1], bounds[1:], strict=True):
            for batch in rows.slice(begin, end - begin).to_batches():
                content = batch.serialize()
                places.append((self._file.tell(), content.size))
                self._file.write(content)
        self._file.flush()

    def part(self, number: int) -> Table:
        """Return a part of the table, with the fields of the key only."""
        handle = self._file.fileno()
        contents = [os.pread(handle, size, begin) for begin, size in self._places[number]]
        batches = [pa.ipc.read_record_batch(pa.py_buffer(content), self._schema) for content in contents]
        return _table(self._layout, pa.Table.from_batches(batches, self._schema))

    def close(self) -> None:
        """Remove the file, be it written or not."""
        with suppress(OSError):
            self._file.close()


class SpilledKeys:
    """The keys of a table on disk: `layout` is the table without rows, `rows` is how many it has."""

    def __init__(self, keys: Iterable[Key], count: int, first: Table) -> None:
        self.layout = taken(first, np.empty(0, np.int64))
        self.rows = 0
        with _told():
            self._files = {key: KeyFile(key, count, first) for key in keys}

    def add(self, table: Table) -> None:
        """Add a piece of the table; raises as `write` does."""
        self.rows += len(table.lexical)
        with _told():
            for file in self._files.values():
                file.add(table)

    def write(self) -> None:
        """Write what waits for it.

        Raises:
            SpillError: it cannot be written.

        """
        with _told():
            for file in self._files.values():
                file.write()

    def part(self, key: Key, number: int) -> Table:
        """Return a part of the table by a key."""
        return self._files[key].part(number)

    def close(self) -> None:
        """Remove the files."""
        for file in self._files.values():
            file.close()


@contextmanager
def _told() -> Iterator[None]:
    """Tell of keys that cannot be written, which is no fault of the table."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or error
        raise SpillError(f"its keys cannot be put into a temporary file: {reason}") from error


class Keys(Protocol):
    """The keys of a table in parts."""

    def part(self, key: Key, number: int) -> Table: ...  # noqa: D102


class HeldKeys:
    """The keys of a table that is held, divided where they are asked for."""

    def __init__(self, table: Table, count: int) -> None:
        self._table, self._count = table, count
        self._divided: dict[Key, list[Table]] = {}

    def part(self, key: Key, number: int) -> Table:
        """Return a part of the table by a key."""
        if key not in self._divided:
            self._divided[key] = divided(self._table, key, self._count)
        return self._divided[key][number]


def _layout(table: Table, names: Sequence[str]) -> Table:
    """Return a table without rows, and with those of the fields that it has."""
    return taken(with_keys_only(table, names), np.empty(0, np.int64))


def _batch(table: Table, names: Sequence[str]) -> pa.RecordBatch:
    """Return the rows of a table in Arrow's form: their numbers, lines and files, and some of their cells."""
    lexical = table.lexical
    parts = np.zeros(len(lexical), np.int64) if lexical.parts is None else lexical.parts
    files = pa.DictionaryArray.from_arrays(numbers_array(parts), texts_array([*lexical.paths] or [""]))
    cells = [_in_one(lexical.columns[name]) for name in names]
    columns = [numbers_array(lexical.rows), numbers_array(lexical.lines), files.cast(pa.string()), *cells]
    return pa.RecordBatch.from_arrays(columns, [str(number) for number in range(len(columns))])


def _in_one(values: Values) -> pa.Array:
    array = values.array
    return pa.array(values.to_list(), pa.string()) if array is None else array.combine_chunks()


def _table(layout: Table, rows: pa.Table) -> Table:
    numbers, lines, files, *cells = rows.columns
    texts = dict(zip(layout.schema.names, map(Values, cells), strict=True))
    places = files.combine_chunks().dictionary_encode()
    has_files = bool(layout.lexical.paths)
    lexical = replace(
        layout.lexical,
        columns=texts,
        rows=numbers.to_numpy(),
        lines=lines.to_numpy(),
        paths=places.dictionary.to_pylist() if has_files else (),
        parts=places.indices.to_numpy() if has_files else None,
    )
    columns = {field.name: read_column(texts[field.name], field) for field in layout.schema.fields}
    return replace(layout, lexical=lexical, columns=columns)
