"""Judges a large table piece by piece, and keeps of each piece only what keys are judged by."""

import os
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from typing import TypeVar

import numpy as np

from factpack.exceptions import UnjudgedError
from factpack.fields import Column
from factpack.package import Package, Resource
from factpack.patterns import Clock
from factpack.pieces import PIECE
from factpack.reading import LexicalTable, joined, read_pieces
from factpack.report import Finding
from factpack.row_tests import tests_of_fields, verdict
from factpack.table import Table, typed
from factpack.values import stacked

T = TypeVar("T")


def is_large(resource: Resource) -> bool:
    """Tell whether a table has files that are cut into pieces.

    Raises:
        OSError: a file is not there any more.

    """
    files = resource.source.files if resource.source.compression is None else ()
    return resource.schema is not None and any(file.stat().st_size > PIECE for file in files)


def key_fields(package: Package) -> dict[str, set[str]]:
    """Return the fields of each table by which keys are judged: its own keys, and those that refer to it."""
    found: dict[str, set[str]] = {resource.name: set() for resource in package.resources}
    for resource in package.resources:
        schema = resource.schema
        if schema is None:
            continue
        own = found[resource.name]
        own.update(schema.primary_key, *schema.unique_keys, *(key.fields for key in schema.foreign_keys))
        own.update(field.name for field in schema.fields if field.constraints.get("unique"))
        for key in schema.foreign_keys:
            found.get(key.resource or resource.name, set()).update(key.reference_fields)
    return found


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A piece that was judged: its form; by test, whether it could be made, and what it found; its keys."""

    form: Sequence[Finding]
    found: Sequence[tuple[bool, Sequence[Finding]]]
    keys: Table


def judge_by_piece(
    resource: Resource, names: Collection[str], pool: Executor
) -> tuple[list[Finding], Iterable[Finding], Table]:
    """Judge a large table but for its keys: its form, then each cell; and return it with the columns of keys.

    The fields of those names are kept. The pool judges the pieces, of which a few are held at a time.

    Raises:
        SchemaError, UnjudgedError, DescriptorError, OSError: it cannot be judged so, perhaps as a whole.

    """
    clock = Clock()
    tasks = (partial(judge_piece, resource, read, names, clock) for read in read_pieces(resource))
    judged = list(in_order(pool, tasks, os.cpu_count() or 1))
    form = [finding for piece in judged for finding in piece.form]
    return form, found_in(judged), joined_table([p.keys for p in judged])


def in_order(pool: Executor, tasks: Iterable[Callable[[], T]], most: int) -> Iterator[T]:
    """Yield what tasks return, in their order; no more than so many are begun, or waited for, at a time."""
    waiting: deque[Future[T]] = deque()
    try:
        for task in tasks:
            waiting.append(pool.submit(task))
            if len(waiting) >= most:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()


def judge_piece(
    resource: Resource,
    read: Callable[[], LexicalTable],
    names: Collection[str],
    clock: Clock | None = None,
) -> Judged:
    """Judge a part of a table but for its keys, of which the fields of those names are kept.

    Raises:
        SchemaError, UnjudgedError: it cannot be judged by itself.

    """
    clock = clock or Clock()
    table, unjudged = typed(resource, read())
    if unjudged:
        raise UnjudgedError(unjudged[0].message)
    verdicts = (verdict(test, table.columns) for test in tests_of_fields(table.schema, clock))
    found = [(one.passed is not None, list(table.broken(one))) for one in verdicts]
    return Judged(form=table.lexical.findings, found=found, keys=with_keys_only(table, names))


def with_keys_only(table: Table, names: Collection[str]) -> Table:
    """Return a table with the fields of those names only, whose cells have been judged."""
    schema = table.schema.restricted(set(names))
    kept = [field.name for field in schema.fields]
    texts = {name: table.lexical.columns[name] for name in kept}
    columns = {name: table.columns[name] for name in kept}
    lexical = replace(table.lexical, columns=texts, findings=[])
    return Table(table.resource, schema, lexical, columns, is_judged=True)


def joined_table(tables: Sequence[Table]) -> Table:
    """Return the table that several parts make, of which the first one has the fields of all."""
    columns = {
        name: Column(
            column.field,
            stacked([table.columns[name].values for table in tables]),
            np.concatenate([table.columns[name].unreadable for table in tables]),
        )
        for name, column in tables[0].columns.items()
    }
    return replace(tables[0], lexical=joined([table.lexical for table in tables]), columns=columns)


def found_in(pieces: Sequence[Judged]) -> Iterator[Finding]:
    """Yield what the tests of all pieces found; one that could not be made of a piece was not made at all."""
    for of_test in zip(*(piece.found for piece in pieces), strict=True):
        unmade = [found for was_made, found in of_test if not was_made]
        yield from unmade[0] if unmade else chain.from_iterable(found for _, found in of_test)
