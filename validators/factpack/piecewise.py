"""Judges a large table piece by piece, and keeps of each piece only what keys are judged by."""

import os
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from typing import TypeVar

from factpack.exceptions import DescriptorError, SchemaError, UnjudgedError
from factpack.key_parts import Said, together
from factpack.package import Package, Resource
from factpack.patterns import Clock
from factpack.pieces import piece_size
from factpack.reading import LexicalTable, read_pieces
from factpack.report import MOST_FINDINGS, Finding, limited
from factpack.row_tests import tests_of_fields, tests_of_keys, verdict
from factpack.spill import Key, SpilledKeys
from factpack.table import Table, joined_table, typed, with_keys_only

T = TypeVar("T")

#: Keys are held as long as the files of the package have no more bytes than this; else they are divided into
#: parts, one for so many bytes, and no more of them than this.
MOST_HELD, PART, MOST_PARTS = 2**28, 2**26, 256

#: Why a table cannot be judged in pieces; what is wrong with it is said where it is judged as a whole.
COULD_NOT_JUDGE_SO = (SchemaError, DescriptorError, UnjudgedError, OSError)


def is_large(resource: Resource) -> bool:
    """Tell whether a table has files that are cut into pieces."""
    return piece_count([resource]) > 0


def keys_of(package: Package) -> dict[str, list[Key]]:
    """Return the keys of each table: its own, unique or foreign ones, and those that others refer to."""
    found: dict[str, list[Key]] = {resource.name: [] for resource in package.resources}
    for resource in package.resources:
        schema = resource.schema
        if schema is None:
            continue
        own = found[resource.name]
        own.extend(tuple(test.names) for test in tests_of_keys(schema))
        for key in schema.foreign_keys:
            own.append(tuple(key.fields))
            found.get(key.resource or resource.name, []).append(tuple(key.reference_fields))
    return {name: list(dict.fromkeys(keys)) for name, keys in found.items()}


def count_of_parts(package: Package) -> int:
    """Return into how many parts keys are divided, so that each can be held: 1 if they need not be."""
    size = sum(map(size_of, package.resources))
    return 1 if size <= MOST_HELD else min(MOST_PARTS, -(-size // PART))


def piece_count(resources: Iterable[Resource]) -> int:
    """Return how many pieces the large tables among some have, about."""
    return sum(map(_piece_count, resources))


def _piece_count(resource: Resource) -> int:
    """Return how many pieces the files of a table are cut into, about; 0 if each is read as a whole."""
    if resource.schema is None or resource.source.compression is not None:
        return 0
    most = piece_size(len(resource.schema.fields))
    counts = [-(-size // most) for size in _sizes(resource)]
    return sum(counts) if max(counts, default=0) > 1 else 0


def size_of(resource: Resource) -> int:
    """Return how many bytes the files of a resource have."""
    return sum(_sizes(resource))


def _sizes(resource: Resource) -> Iterator[int]:
    for file in resource.source.files:
        with suppress(OSError):  # that it is not there any more is told where it is read
            yield file.stat().st_size


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A piece that was judged: its form; by test, whether it could be made, and what it found; its keys."""

    form: Sequence[Finding]
    found: Sequence[Said]
    keys: Table


def judge_by_piece(
    resource: Resource,
    keys: Sequence[Key],
    count: int,
    pool: Executor,
    advance: Callable[[int], None],
) -> tuple[list[Finding], Iterable[Finding], Table | SpilledKeys]:
    """Judge a large table but for its keys: its form, then each cell; and return the table with its keys.

    The keys are held, or, if they are to be divided into several parts, on disk. The pool judges the pieces,
    of which a few are held at a time; `advance` is told how many rows each has.

    Raises:
        SchemaError, UnjudgedError, DescriptorError, OSError: it cannot be judged so, perhaps as a whole.

    """
    clock, names = Clock(), frozenset(chain.from_iterable(keys))
    tasks = (partial(judge_piece, resource, read, names, clock) for read in read_pieces(resource))
    judged: list[Judged] = []
    spilled: SpilledKeys | None = None
    listed = formed = 0
    try:
        for piece in in_order(pool, tasks, os.cpu_count() or 1):
            advance(len(piece.keys.lexical))
            if count > 1:
                spilled = spilled or SpilledKeys(keys, count, piece.keys)
                spilled.add(piece.keys)
            kept = replace(piece, keys=spilled.layout) if spilled else piece
            judged.append(_listed(kept, listed, formed))
            listed, formed = listed + _finding_count(kept), formed + len(kept.form)
        if spilled is not None:
            spilled.write()
    except BaseException:
        if spilled is not None:
            spilled.close()
        raise
    keys_of_all = spilled or joined_table([piece.keys for piece in judged])
    return form_of(judged, resource.name), found_in(judged), keys_of_all


def _finding_count(judged: Judged) -> int:
    return sum(len(found) for _, found in judged.found)


def _listed(judged: Judged, listed: int, formed: int) -> Judged:
    """Return a piece without the findings that are not listed, given how many those before it have."""
    form, found = judged.form, judged.found
    if listed > MOST_FINDINGS:
        found = [(was_made, said[:0] if was_made else said) for was_made, said in found]
    return replace(judged, form=form[:0] if formed > MOST_FINDINGS else form, found=found)


def form_of(pieces: Sequence[Judged], name: str) -> list[Finding]:
    """Return what is wrong with the form of the table of that name, as far as it is listed."""
    every = [finding for piece in pieces for finding in piece.form]
    # that a piece has more of them is said once, at the end
    return list(limited(sorted(every, key=lambda finding: finding.rule == "findings"), name))


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
    clock: Clock,
) -> Judged:
    """Judge a part of a table but for its keys, of which the fields of those names are kept.

    Its patterns have the time of the clock.

    Raises:
        SchemaError, UnjudgedError: it cannot be judged by itself.

    """
    table, unjudged = typed(resource, read())
    if unjudged:
        raise UnjudgedError(unjudged[0].message)
    verdicts = (verdict(test, table.columns) for test in tests_of_fields(table.schema, clock))
    found = [(one.passed is not None, list(table.broken(one))) for one in verdicts]
    return Judged(form=table.lexical.findings, found=found, keys=with_keys_only(table, names))


def judge_pieces(
    resource: Resource, reads: Sequence[Callable[[], LexicalTable]], names: Collection[str]
) -> Judged:
    """Judge some parts of a table, one after the other, as `judge_piece` does one; they become one piece."""
    judged: list[Judged] = []
    listed, formed, clock = 0, 0, Clock()
    for read in reads:
        piece = judge_piece(resource, read, names, clock)
        judged.append(_listed(piece, listed, formed))
        listed, formed = listed + _finding_count(piece), formed + len(piece.form)
    return Judged(
        form=form_of(judged, resource.name),
        found=list(_by_test(judged)),
        keys=joined_table([piece.keys for piece in judged]),
    )


def found_in(pieces: Sequence[Judged]) -> Iterator[Finding]:
    """Yield what the tests of all pieces found; one that could not be made of a piece was not made at all."""
    for _, found in _by_test(pieces):
        yield from found


def _by_test(pieces: Sequence[Judged]) -> Iterator[Said]:
    """Yield, for each test, what it has to say of all pieces."""
    return map(together, zip(*(piece.found for piece in pieces), strict=True))
