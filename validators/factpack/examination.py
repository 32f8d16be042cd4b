"""Examines the tables of a package: reads them, and makes the tests that the schemas ask for."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from functools import partial

from factpack.ahead import Ahead
from factpack.exceptions import DescriptorError, SchemaError
from factpack.integrity import file_findings
from factpack.key_parts import Said, merged, said_of_own_key, said_of_reference
from factpack.metadata import metadata_findings
from factpack.package import Package, Resource
from factpack.patterns import Clock
from factpack.piecewise import (
    COULD_NOT_JUDGE_SO,
    count_of_parts,
    in_order,
    is_large,
    judge_by_piece,
    keys_of,
    piece_count,
    size_of,
)
from factpack.report import Finding, Severity, limited
from factpack.row_tests import (
    Parent,
    Reference,
    TableTest,
    Verdict,
    tests_of_keys,
    tests_of_table,
    verdict,
)
from factpack.source import MOST_BYTES, States, check_unchanged, states
from factpack.spill import HeldKeys, Key, Keys, SpilledKeys, SpillError
from factpack.table import Table, counted, read_what_can_be_judged
from factpack.table_schema import ForeignKey

#: Returns what is wrong with a package, rules and evidence left aside, and the tables that were read.
Examination = Callable[[Package], tuple[list[Finding], dict[str, Table]]]

#: Is told of each piece of a large table that is judged: how many rows it has, and how many pieces there are.
Advance = Callable[[int, int], None]

#: So many things are judged at a time.
WORKERS = os.cpu_count() or 1


def examine(package: Package, advance: Advance | None = None) -> tuple[list[Finding], dict[str, Table]]:
    """Return what is wrong with a package, rules and evidence left aside, and the tables that were read."""
    with (
        ThreadPoolExecutor(os.cpu_count()) as readers,
        ThreadPoolExecutor(os.cpu_count()) as pool,
        ExitStack() as stack,
    ):
        metadata = readers.submit(lambda: list(metadata_findings(package)))
        keys, count = keys_of(package), count_of_parts(package)
        pieces = piece_count(package.resources)
        tell = (lambda rows: advance(rows, pieces)) if advance else lambda rows: None
        ahead = Ahead(pool)
        read = partial(_read, keys=keys, count=count, pool=pool, stack=stack, advance=tell, ahead=ahead)
        # the largest first: what then remains at the end, when few are at work, is small
        largest_first = sorted(package.resources, key=size_of, reverse=True)
        begun = {id(resource): readers.submit(read, resource) for resource in largest_first}
        outcomes = [begun[id(resource)].result() for resource in package.resources]
        findings = [*package.findings, *metadata.result(), *(found for part, _ in outcomes for found in part)]
        read_tables = [table for _, table in outcomes if table is not None]
        findings.extend(_broken(read_tables, pool, count, ahead))
        return findings, {table.resource.name: table for table in map(_with_rows, read_tables)}


def _read(
    resource: Resource,
    keys: Mapping[str, Sequence[Key]],
    count: int,
    pool: Executor,
    stack: ExitStack,
    advance: Callable[[int], None],
    ahead: Ahead,
) -> tuple[list[Finding], Table | SpilledKeys | None]:
    """Return what is wrong with the files of a resource, and of a large table, whose cells are judged too."""
    if not is_large(resource):
        return read_resource(resource)
    before = None
    try:
        before = states(resource.source.files)
        form, found, table = judge_by_piece(resource, keys[resource.name], count, pool, advance)
        if isinstance(table, SpilledKeys):
            stack.callback(table.close)
        of_files = list(file_findings(resource))
        check_unchanged(resource.source.files, before)
    except SpillError as error:  # as a whole it would be held, which its keys are not to be
        return [_failure(resource, error)], None
    except COULD_NOT_JUDGE_SO as error:
        return read_whole(resource, before, error)
    if isinstance(table, SpilledKeys):
        table.layout = replace(table.layout, states=before)
    else:
        table = replace(table, states=before)
        ahead.note(table)
    return [*of_files, *form, *limited(found, resource.name)], table


def read_whole(
    resource: Resource, before: States | None, error: Exception
) -> tuple[list[Finding], Table | None]:
    """Return what `read_resource` does of a table that cannot be judged in pieces, unless it is too large.

    Then all that is said of it is the error for which it cannot.
    """
    if size_of(resource) <= MOST_BYTES:
        return read_resource(resource, before)
    found = _failure(resource, error)
    message = f"{found.message}; of more than {MOST_BYTES:,} bytes, it cannot be judged as a whole either"
    return [replace(found, message=message)], None


def read_resource(resource: Resource, before: States | None = None) -> tuple[list[Finding], Table | None]:
    """Return what is wrong with the files of a resource, and its table, if it is one and could be read.

    Its files must be what they were before, if they have been read already.
    """
    findings: list[Finding] = []
    table = None
    try:
        before = before or states(resource.source.files)
        findings.extend(file_findings(resource))
        if resource.schema is not None and (resource.source.files or resource.source.is_inline):
            table, unjudged = read_what_can_be_judged(resource)
            findings.extend([*table.lexical.findings, *unjudged])
        check_unchanged(resource.source.files, before)
    except COULD_NOT_JUDGE_SO as error:
        findings.append(_failure(resource, error))
    return findings, table


def _failure(resource: Resource, error: Exception) -> Finding:
    """Return what is to be said of a table because of an error."""
    if isinstance(error, SchemaError):
        return resource.finding("schema", str(error))
    if isinstance(error, DescriptorError):
        return resource.finding("resource", str(error))
    reason = (
        f"the file cannot be read: {error.strerror or error}" if isinstance(error, OSError) else str(error)
    )
    return resource.finding("resource", reason, severity=Severity.UNJUDGED)


def _with_rows(table: Table | SpilledKeys) -> Table:
    """Return a table that was read; one whose keys are on disk only counts its rows."""
    return counted(table.layout, table.rows) if isinstance(table, SpilledKeys) else table


def _broken(
    read_tables: Sequence[Table | SpilledKeys], pool: Executor, count: int, ahead: Ahead
) -> Iterator[Finding]:
    """Yield what breaks the schemas of tables.

    The pool makes the tests, while the findings of those before are made.
    """
    judged: list[tuple[Table, Iterable[Finding]]] = []
    clock = Clock()
    spilled = {id(one.layout): one for one in read_tables if isinstance(one, SpilledKeys)}
    every = [one.layout if isinstance(one, SpilledKeys) else one for one in read_tables]
    # of two tables with one name, which is a fault, others refer to the last
    tables = {table.resource.name: table for table in every}
    for table in every:
        tests = _tests(table, clock)
        if id(table) in spilled:
            judged.extend((table, _own_by_parts(spilled[id(table)], test, count, pool)) for test in tests)
        else:
            judged.append((table, failed(table, _judged(table, tests, pool))))
    for table in every:
        findings, parents = parents_of(table, tables)
        yield from findings
        for key, parent in parents:
            pair = (table, tables[parent.name])
            if any(id(one) in spilled for one in pair):
                own, others = (spilled.get(id(one)) or HeldKeys(one, count) for one in pair)
                judged.append((table, _references_by_parts(own, others, key, parent.name, count, pool)))
            else:
                judged.append((table, failed(table, [ahead.verdict(table, key, parent)])))
    for table, found in judged:
        yield from limited(found, table.resource.name)


def _own_by_parts(keys: SpilledKeys, test: TableTest, count: int, pool: Executor) -> Iterator[Finding]:
    """Yield which rows fail a test of a table's own key."""

    def said(number: int) -> Said:
        return said_of_own_key(test.name, test.names, [keys.part(tuple(test.names), number)])

    yield from merged(in_order(pool, (partial(said, number) for number in range(count)), WORKERS))


def _references_by_parts(
    own: Keys, others: Keys, key: ForeignKey, name: str, count: int, pool: Executor
) -> Iterator[Finding]:
    """Yield which rows refer to none of the table of that name."""

    def said(number: int) -> Said:
        child, parent = own.part(tuple(key.fields), number), others.part(tuple(key.reference_fields), number)
        return said_of_reference(key, name, [child], [parent])

    yield from merged(in_order(pool, (partial(said, number) for number in range(count)), WORKERS))


def _tests(table: Table, clock: Clock) -> list[TableTest]:
    """Return the tests that are still to be made of a table, but for foreign keys."""
    return list(tests_of_keys(table.schema) if table.is_judged else tests_of_table(table.schema, clock))


def _judged(table: Table, tests: Sequence[TableTest], pool: Executor) -> list[Future[Verdict]]:
    return [pool.submit(verdict, test, table.columns) for test in tests]


def failed(table: Table, verdicts: Iterable[Future[Verdict]]) -> Iterator[Finding]:
    """Yield a finding for each cell, or key, that fails a test."""
    for found in verdicts:
        yield from table.broken(found.result())


def parents_of(table: Table, tables: Mapping[str, Table]) -> tuple[list[Finding], list[Reference]]:
    """Return the foreign keys of a table with what they refer to, and which of them cannot be judged."""
    findings: list[Finding] = []
    parents: list[Reference] = []
    for key in table.schema.external_keys:
        message = (
            f"the key {', '.join(key.fields)} refers to the package {key.package!r}, which is not opened"
        )
        findings.append(table.resource.finding("foreignKeys", message, severity=Severity.UNJUDGED))
    for key in table.schema.foreign_keys:
        parent = tables.get(key.resource or table.resource.name)
        if parent is None or parent.resource.is_open:
            names, reason = ", ".join(key.fields), "could not be read, or has no schema"
            message = f"the key {names} refers to {key.resource!r}, which {reason}"
            findings.append(table.resource.finding("foreignKeys", message, severity=Severity.UNJUDGED))
        elif not parent.has_judged(key.reference_fields):
            reason = "which has a field in it that cannot be judged"
            message = f"the key {', '.join(key.fields)} refers to {parent.resource.name!r}, {reason}"
            findings.append(table.resource.finding("foreignKeys", message, severity=Severity.UNJUDGED))
        elif parent.resource.schema is not None and set(key.reference_fields) <= set(
            parent.resource.schema.names
        ):  # a key to a field that does not exist is a fault of the schema
            parents.append((key, Parent(name=parent.resource.name, key=parent.key(key.reference_fields))))
    return findings, parents
