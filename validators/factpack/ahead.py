"""Judges foreign keys while other tables are still read."""

from collections.abc import Iterator
from concurrent.futures import Executor, Future
from threading import Lock

from factpack.key_parts import judged_key
from factpack.row_tests import Parent, Verdict
from factpack.table import Table
from factpack.table_schema import ForeignKey


class Ahead:
    """The foreign keys between large tables that are held, each judged once both of its tables are read."""

    def __init__(self, pool: Executor) -> None:
        self._pool, self._lock = pool, Lock()
        self._read: dict[str, Table] = {}
        self._begun: dict[int, Future[Verdict]] = {}

    def note(self, table: Table) -> None:
        """Take note of a table that was read, and have judged what can be."""
        with self._lock:
            self._read[table.resource.name] = table
            for child, key, parent in self._possible():
                if id(key) not in self._begun:
                    found = Parent(name=parent.resource.name, key=parent.key(key.reference_fields))
                    self._begun[id(key)] = self._pool.submit(judged_key, child, key, found)

    def _possible(self) -> Iterator[tuple[Table, ForeignKey, Table]]:
        for name, child in self._read.items():
            for key in child.schema.foreign_keys:
                parent = self._read.get(key.resource or name)
                if parent is not None and parent.has_judged(key.reference_fields):
                    yield child, key, parent

    def verdict(self, table: Table, key: ForeignKey, parent: Parent) -> Future[Verdict]:
        """Return what becomes of a foreign key, be it begun already or not."""
        return self._begun.get(id(key)) or self._pool.submit(judged_key, table, key, parent)
