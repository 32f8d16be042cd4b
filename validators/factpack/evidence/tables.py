"""The tables of a package as rows of text: read, changed in memory, and saved together or not at all."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from factpack.evidence import seals
from factpack.exceptions import EvidenceError
from factpack.fields import read_column
from factpack.package import Package, Resource
from factpack.patterns import Clock
from factpack.reading import LexicalTable, read_table
from factpack.refresh import descriptor_bytes, update
from factpack.row_tests import tests_of_table, verdict
from factpack.table_schema import TableSchema
from factpack.values import Values
from factpack.writing import csv_bytes, write_files

#: A row as its columns' texts.
Row = dict[str, str]


def row_key(parts: Iterable[object]) -> str:
    """Return the name of a row: the parts of its primary key, joined with slashes and escaped.

    Source: RFC 6901, section 3: in a part, a tilde becomes `~0` and a slash `~1`.
    """
    return "/".join(str(part or "").replace("~", "~0").replace("/", "~1") for part in parts)


def evidence_table(package: Package, role: str) -> Resource:
    """Return the resource that the descriptor's `evidence` property names for a role.

    Raises:
        EvidenceError: the descriptor has no such property or role, or the package no such table.

    """
    declared = package.descriptor.get("evidence")
    if declared is None:
        raise EvidenceError("the package declares no evidence: its descriptor has no property 'evidence'")
    if not isinstance(declared, dict) or role not in declared:
        raise EvidenceError(f"the descriptor's 'evidence' property does not name a table of {role}")
    for resource in package.resources:
        if resource.name == declared[role]:
            return resource
    raise EvidenceError(f"the table of {role}, {declared[role]!r}, does not exist")


def has_role(package: Package, role: str) -> bool:
    """Tell whether the descriptor's `evidence` property names a table for a role."""
    declared = package.descriptor.get("evidence")
    return isinstance(declared, dict) and role in declared


class Workspace:
    """The tables of a package, to be changed in memory; nothing is written before `save`.

    `changed` are the tables that `save` writes, `vouched` the rows that it seals.
    """

    def __init__(self, package: Package) -> None:
        self.package = package
        self._rows: dict[str, list[Row]] = {}
        self._keyed: dict[str, dict[str, Row]] = {}
        self._as_read: dict[str, list[tuple[Row, Row]]] = {}
        self.changed: set[str] = set()
        self.vouched: list[tuple[str, Row]] = []

    @property
    def has_seals(self) -> bool:
        """Whether the descriptor names a table of seals."""
        return has_role(self.package, "seals")

    def evidence(self, role: str) -> str:
        """Return the name of the table of evidence in a role; raises as `evidence_table`."""
        return evidence_table(self.package, role).name

    def schema(self, name: str) -> TableSchema:
        """Return the schema of a table.

        Raises:
            PackageError: there is no such table.
            EvidenceError: the table cannot be read.

        """
        resource = self.package.resource(name)
        if resource.file is None or resource.schema is None:
            raise EvidenceError(f"the table {name!r} cannot be read; `factpack validate` tells why")
        return resource.schema

    def rows(self, name: str) -> list[Row]:
        """Return the rows of a table; to change a cell, change it in them and call `touch`.

        Raises:
            PackageError: there is no such table.
            EvidenceError: the table cannot be read, or its form has faults, which writing would hide.

        """
        if name not in self._rows:
            self.schema(name)
            table = read_table(self.package.resource(name))
            if table.faults:
                message = table.faults[0].message
                raise EvidenceError(
                    f"the table {name!r} has faults; `factpack validate` lists them: {message}"
                )
            names = list(table.columns)
            self._rows[name] = [
                {column: text or "" for column, text in zip(names, record, strict=True)}
                for record in table.records()
            ]
            self._remember(name)
        return self._rows[name]

    def as_read(self, name: str) -> list[tuple[Row, Row]]:
        """Return the rows of a table that were read, each with a copy as it was then; raises as `rows`."""
        self.rows(name)
        return self._as_read.get(name, [])  # its rows may have been given to `touch` unread

    def _remember(self, name: str) -> None:
        self._as_read[name] = [(row, dict(row)) for row in self._rows[name]]

    def lexical(self) -> dict[str, LexicalTable]:
        """Return the text of every table that can be read."""
        return {
            resource.name: read_table(resource)
            for resource in self.package.resources
            if resource.schema is not None
        }

    def keyed(self, name: str) -> dict[str, Row]:
        """Return the rows of a table by primary key, as `row_key` writes it.

        Raises:
            EvidenceError: the table has no primary key.

        """
        if not self.schema(name).primary_key:
            raise EvidenceError(f"the table {name!r} has no primary key, so its cells cannot be named")
        if name not in self._keyed:
            self._keyed[name] = {self.key_of(name, row): row for row in self.rows(name)}
        return self._keyed[name]

    def key_of(self, name: str, row: Row) -> str:
        """Return the primary key of a row."""
        return row_key(row[part] for part in self.schema(name).primary_key)

    def is_null(self, name: str, field: str, text: str) -> bool:
        """Tell whether a text stands for null in a field of a table."""
        (declared,) = self.schema(name).named([field])
        return text in declared.missing_values

    def check(self, name: str, field: str, text: str) -> None:
        """Check that a cell may have a text.

        Raises:
            EvidenceError: the schema does not allow it.

        """
        (declared,) = self.schema(name).named([field])
        key = (field,) if self.schema(name).primary_key == (field,) else ()
        schema = replace(self.schema(name), unique_keys=[], foreign_keys=[], external_keys=[])
        alone = replace(schema, fields=[declared], primary_key=key)
        columns = {field: read_column(Values([text], np.zeros(1, np.int64)), declared)}
        for test in tests_of_table(alone, Clock()):
            found = verdict(test, columns)
            if not found.is_clean:
                raise EvidenceError(f"{text!r} is not allowed: {field} {found.error or test.expected}")

    def touch(self, name: str, rows: Sequence[Row] | None = None) -> None:
        """Have a table written on `save`, with these rows, or with those that it has."""
        if rows is not None:
            self._rows[name] = list(rows)
        self._keyed.pop(name, None)
        self.changed.add(name)

    def vouch(self, name: str, row: Row) -> None:
        """Have a row of a table sealed on `save`, as it then stands, if the package has seals."""
        self.vouched.append((name, row))

    def save(self) -> list[str]:
        """Write the changed tables, with their bytes and hashes, in one step; return their names.

        Seals go along, as `factpack.evidence.seals.carry` tells.
        """
        seals.carry(self)
        contents = {name: self._content(name) for name in sorted(self.changed)}
        files = {self._file(name): content for name, content in contents.items()}
        described = {
            name: content
            for name, content in contents.items()
            if {"bytes", "hash"} & self.package.resource(name).descriptor.keys()
        }
        if update(self.package, described):
            files[self.package.file] = descriptor_bytes(self.package)
        write_files(files)
        self.changed.clear()
        self.vouched.clear()
        for name in contents:
            self._remember(name)
        return list(contents)

    def _file(self, name: str) -> Path:
        file = self.package.resource(name).file
        assert file is not None  # its rows were read
        return file

    def _content(self, name: str) -> bytes:
        names, dialect = self.schema(name).names, self.package.resource(name).dialect
        rows = [[row.get(column, "") for column in names] for row in self.rows(name)]
        try:
            return csv_bytes(names, rows, dialect.delimiter, dialect.quote, dialect.codec)
        except UnicodeEncodeError as error:
            raise EvidenceError(
                f"the table {name!r} is in {dialect.codec}, which lacks a character"
            ) from error
