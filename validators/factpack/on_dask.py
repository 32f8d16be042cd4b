"""Judges a package on a Dask cluster: its workers judge the pieces of large tables, and share their keys.

The same functions judge there as on one machine. What is small, the rules and the evidence are judged where
the validation was started. The workers read the files of the package themselves, under the same paths.
"""

import logging
import os
import warnings
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain, islice
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import numpy as np

from factpack.examination import Advance, parents_of, read_resource, read_whole
from factpack.exceptions import CheckError, FactpackError
from factpack.integrity import file_findings
from factpack.key_parts import merged, said_of_own_key, said_of_reference
from factpack.metadata import metadata_findings
from factpack.package import Package, Resource
from factpack.partition import divided, taken
from factpack.patterns import Clock
from factpack.piecewise import (
    COULD_NOT_JUDGE_SO,
    Judged,
    form_of,
    found_in,
    is_large,
    judge_pieces,
    keys_of,
    piece_count,
)
from factpack.reading import read_pieces
from factpack.report import Finding, limited
from factpack.row_tests import TableTest, tests_of_fields, tests_of_keys, verdict
from factpack.source import States, check_unchanged, states
from factpack.spill import Key
from factpack.table import Table, counted, with_keys_only
from factpack.table_schema import ForeignKey

if TYPE_CHECKING:
    from distributed import Client, Future

T = TypeVar("T")

#: Of each part of a table by a key, its pieces, in the order of its rows.
Parts: TypeAlias = "list[list[Future[Any]]]"

#: Keys are divided into so many parts for each worker, each of at least so many rows.
PARTS, FEWEST_ROWS = 2, 2_000_000

#: A worker judges at most so many pieces at a time, but those of a table in no fewer
#: tasks than this, for each worker, if it has as many.
MOST_PIECES, LEAST_TASKS = 16, 4

#: How long a scheduler may take to answer, in seconds.
SECONDS = 10


@dataclass(frozen=True, kw_only=True)
class Begun:
    """A table whose pieces were given out, some to each task, and the states of its files before."""

    tasks: Sequence["Future[Any]"]
    before: States


@dataclass(frozen=True, kw_only=True)
class Spread:
    """A table whose keys lie on a cluster: the table, without rows if it was judged there, and its pieces."""

    table: Table
    rows: int
    pieces: Sequence["Future[Any]"]

    @property
    def shown(self) -> Table:
        """The table as the report and the rules take it: of one that lies elsewhere, how many rows it has."""
        return counted(self.table, self.rows) if self.table.is_judged else self.table


def examine(
    package: Package, advance: Advance | None = None, *, scheduler: str | None = None
) -> tuple[list[Finding], dict[str, Table]]:
    """Return what is wrong with a package, rules and evidence left aside, and the tables that were read.

    `scheduler` is the address of a cluster; without one, a worker is started for each processor.

    Raises:
        FactpackError: Dask is not installed, there is no such cluster, or it could not do the work.

    """
    with _cluster(scheduler) as client:
        keys = keys_of(package)
        names = [frozenset(chain.from_iterable(keys[resource.name])) for resource in package.resources]
        # all are begun before one is waited for, so that no worker has to wait
        begun = deque(_begun(client, *each) for each in zip(package.resources, names, strict=True))
        count = sum(len(one.tasks) for one in begun if isinstance(one, Begun))
        tell = (lambda rows: advance(rows, count)) if advance else lambda rows: None
        findings = [*package.findings, *metadata_findings(package)]
        spread: dict[str, Spread] = {}
        for resource, own in zip(package.resources, names, strict=True):
            found, table = _read(client, resource, own, begun.popleft(), tell)
            findings.extend(found)
            if table is not None:
                spread[resource.name] = table
        findings.extend(_broken_keys(client, spread))
        return findings, {name: table.shown for name, table in spread.items()}


@contextmanager
def _cluster(scheduler: str | None) -> Iterator["Client"]:
    try:
        from distributed import Client
        from distributed.comm.addressing import get_address_host_port
        from distributed.utils import silence_logging_cmgr
    except ImportError as error:
        raise FactpackError(
            f"{error}; the engine dask needs the extra dask: pip install '.[dask]'"
        ) from error
    options: dict[str, Any] = {"address": scheduler, "timeout": SECONDS}
    if scheduler is None:
        workers = os.cpu_count() or 1
        options = {"n_workers": workers, "threads_per_worker": 1, "dashboard_address": ":0"}
        options["silence_logs"] = logging.CRITICAL
    try:
        if scheduler is not None:
            get_address_host_port(scheduler)  # a client that is told of no address waits at its end
        client = Client(**options, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise FactpackError(f"the scheduler {scheduler} cannot be reached: {error}") from error
    with silence_logging_cmgr(logging.CRITICAL), client:
        try:
            yield client
        except (FactpackError, OSError):
            raise
        except Exception as error:
            if client.status != "closed":
                raise
            raise CheckError(f"the cluster could not judge: {type(error).__name__}: {error}") from error


def _begun(client: "Client", resource: Resource, names: Collection[str]) -> Begun | Exception | None:
    """Give out the pieces of a table, if it has several; of the keys the fields of those names are kept.

    An error that keeps it from being cut is returned.
    """
    try:
        if not is_large(resource):
            return None
        before = states(resource.source.files)
        resource = _from_anywhere(resource)
        most = piece_count([resource]) // (LEAST_TASKS * max(1, _worker_count(client)))
        reads = _batches(read_pieces(resource, by_place=True), min(MOST_PIECES, max(1, most)))
        tasks = [client.submit(judge_pieces, resource, some, names, pure=False) for some in reads]
        return Begun(tasks=tasks, before=before)
    except COULD_NOT_JUDGE_SO as error:
        return error


def _from_anywhere(resource: Resource) -> Resource:
    """Return a resource whose files are found from any folder, since the workers run in others."""
    files = [file.absolute() for file in resource.source.files]
    return replace(resource, source=replace(resource.source, files=files))


def _read(
    client: "Client",
    resource: Resource,
    names: Collection[str],
    begun: Begun | Exception | None,
    tell: Callable[[int], None],
) -> tuple[list[Finding], Spread | None]:
    """Return what is wrong with a table but for its keys, and where these lie."""
    if begun is None:
        return _judged_here(client, resource, names, *read_resource(resource))
    if isinstance(begun, Exception):
        return _judged_here(client, resource, names, *read_whole(resource, None, begun))
    try:
        found, spread = _judged_there(client, resource, begun.tasks, tell)
        of_files = list(file_findings(resource))
        check_unchanged(resource.source.files, begun.before)
    except COULD_NOT_JUDGE_SO as error:
        client.cancel(begun.tasks)  # type: ignore[no-untyped-call]
        return _judged_here(client, resource, names, *read_whole(resource, begun.before, error))
    return [*of_files, *found], replace(spread, table=replace(spread.table, states=begun.before))


def _judged_there(
    client: "Client", resource: Resource, tasks: Sequence["Future[Any]"], tell: Callable[[int], None]
) -> tuple[list[Finding], Spread]:
    said: list[tuple[Judged, int]] = []
    for one, rows in _results(client, [client.submit(_without_keys, task) for task in tasks]):
        tell(rows)
        said.append((one, rows))
    form = form_of([piece for piece, _ in said], resource.name)
    found = limited(found_in([piece for piece, _ in said]), resource.name)
    pieces = [client.submit(attrgetter("keys"), task) for task in tasks]
    return [*form, *found], Spread(table=said[0][0].keys, rows=sum(rows for _, rows in said), pieces=pieces)


def _without_keys(judged: Judged) -> tuple[Judged, int]:
    """Return what a piece has to say, with none of the rows of its keys, and how many these are."""
    return replace(judged, keys=taken(judged.keys, np.empty(0, np.int64))), len(judged.keys.lexical)


def _judged_here(
    client: "Client", resource: Resource, names: Collection[str], findings: list[Finding], table: Table | None
) -> tuple[list[Finding], Spread | None]:
    """Return what is wrong with a table that was read here, and where its keys lie."""
    if table is None:
        return findings, None
    verdicts = [verdict(test, table.columns) for test in tests_of_fields(table.schema, Clock())]
    found = (finding for one in verdicts for finding in table.broken(one))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # that much is sent
        # scattered, it would be lost with the worker that has it
        keys = client.submit(_same, with_keys_only(table, names), pure=False)
    spread = Spread(table=table, rows=len(table.lexical), pieces=[keys])
    return [*findings, *limited(found, resource.name)], spread


def _same(table: Table) -> Table:
    return table


def _broken_keys(client: "Client", spread: Mapping[str, Spread]) -> list[Finding]:
    """Return which keys are not unique, and which refer to nothing."""
    findings: list[Finding] = []
    waiting: list[tuple[str, list[Future[Any]]]] = []
    tables = {name: one.table for name, one in spread.items()}
    parts = _parts(client, spread)
    for name, table in tables.items():
        for test in tests_of_keys(table.schema):
            waiting.append((name, _own_key(client, test, parts(name, tuple(test.names)))))
    for name, table in tables.items():
        unjudged, parents = parents_of(table, tables)
        findings.extend(unjudged)
        for key, parent in parents:
            own, others = parts(name, tuple(key.fields)), parts(parent.name, tuple(key.reference_fields))
            waiting.append((name, _reference(client, key, parent.name, own, others)))
    for name, futures in waiting:
        findings.extend(limited(merged(_results(client, futures)), name))
    return findings


def _parts(client: "Client", spread: Mapping[str, Spread]) -> Callable[[str, Key], Parts]:
    """Return what gives the parts of a table by a key, which are made once, and of all tables as many."""
    most = max((one.rows for one in spread.values()), default=0)
    count = max(1, min(PARTS * _worker_count(client), most // FEWEST_ROWS))

    @cache
    def parts(name: str, key: Key) -> Parts:
        pieces = spread[name].pieces
        if count == 1:
            return [[client.submit(with_keys_only, piece, key, pure=False) for piece in pieces]]
        found = [client.submit(divided, piece, key, count, pure=False) for piece in pieces]
        return [
            [client.submit(itemgetter(place), one, pure=False) for one in found] for place in range(count)
        ]

    return parts


def _own_key(client: "Client", test: TableTest, parts: Parts) -> list["Future[Any]"]:
    """Return what the parts of a table say of its own key."""
    return [client.submit(said_of_own_key, test.name, test.names, own, pure=False) for own in parts]


def _reference(
    client: "Client", key: ForeignKey, name: str, parts: Parts, others: Parts
) -> list["Future[Any]"]:
    """Return what the parts of a table say of a foreign key, given those of the table of that name."""
    return [
        client.submit(said_of_reference, key, name, own, other, pure=False)
        for own, other in zip(parts, others, strict=True)
    ]


def _worker_count(client: "Client") -> int:
    return len(client.scheduler_info(n_workers=-1).get("workers", ()))  # there are none without a scheduler


def _batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield so many items at a time, the last ones fewer."""
    left = iter(items)
    return iter(lambda: list(islice(left, size)), [])


def _results(client: "Client", futures: Sequence["Future[Any]"]) -> Iterator[Any]:
    """Yield the results of futures, in their order.

    Raises:
        CheckError: the cluster could not do the work.

    """
    try:
        for future in futures:
            yield _result(client, future)
    except (FactpackError, OSError):
        raise
    except Exception as error:  # of many kinds, as its workers or the network fail
        raise CheckError(f"the cluster could not judge: {type(error).__name__}: {error}") from error


def _result(client: "Client", future: "Future[Any]") -> Any:
    looks = 0
    while True:
        try:
            future.exception(timeout=SECONDS)  # type: ignore[no-untyped-call]
            break
        except TimeoutError:
            looks = 0 if _worker_count(client) else looks + 1
            if looks > 1:  # one that is being started again is there at the second
                raise CheckError("the cluster could not judge: it has no workers") from None
    return future.result()  # which may take long to be sent
