"""On a cluster of Dask, a package has the findings that it has in one process."""

import gc
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from conftest import MakePackage
from drawing import Drawn, packages
from hypothesis import HealthCheck, given, settings

import factpack
from factpack import on_dask
from factpack.exceptions import CheckError, PackageError, UnjudgedError
from factpack.package import open_package
from factpack.report import Report, Severity
from factpack.validation import validate_package

distributed = pytest.importorskip("distributed", reason="Dask, which factpack[dask] installs, is not there")

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:tzname")]

#: The size of pieces, in bytes, and the fewest rows of a part: so small that small packages have several.
PIECE, FEWEST_ROWS = 40, 2

KEYS = {
    "fields": [{"name": "id", "type": "string"}, {"name": "n", "type": "integer"}],
    "primaryKey": "id",
    "uniqueKeys": [["n", "id"]],
    "foreignKeys": [{"fields": "n", "reference": {"resource": "u", "fields": "n"}}],
}
TEXT = [{"name": "id", "type": "string"}]
NUMBERS = {"fields": [{"name": "n", "type": "integer", "constraints": {"unique": True}}]}


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """Start two workers on this machine."""
    options = {"threads_per_worker": 1, "dashboard_address": ":0", "silence_logs": 50}
    with distributed.LocalCluster(n_workers=2, processes=True, **options) as found:
        yield found


@pytest.fixture(autouse=True)
def in_small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut small packages into pieces."""
    monkeypatch.setattr("factpack.pieces.PIECE", PIECE)
    monkeypatch.setattr("factpack.pieces.OF_COLUMN", 0)
    monkeypatch.setattr("factpack.on_dask.FEWEST_ROWS", FEWEST_ROWS)
    monkeypatch.setattr("factpack.on_dask.LEAST_TASKS", 1)


def there(descriptor: Path, cluster: Any) -> Report:
    """Validate a package on a cluster."""
    return validate_package(
        open_package(descriptor),
        examination=lambda package: on_dask.examine(package, scheduler=cluster.scheduler_address),
    ).report


def two_tables(make_package: MakePackage) -> Path:
    """Make a package whose keys have faults far from each other, in several pieces."""
    rows = [f"k{number},{number}" for number in range(60)]
    rows[59], rows[58], rows[57] = "k0,1", "x,99", "y,z"
    return make_package(
        t=("id,n\n" + "\n".join(rows) + "\n", KEYS),
        u=("n\n" + "".join(f"0{number}\n" for number in range(60)) + "7\n", NUMBERS),
    )


def test_a_duplicate_in_another_partition_is_found(make_package: MakePackage, cluster: Any) -> None:
    descriptor = two_tables(make_package)

    report = there(descriptor, cluster)

    assert report == factpack.validate(descriptor)
    assert [(found.rule, found.resource, found.row, found.value) for found in report.findings] == [
        ("type", "t", 59, "z"),
        ("foreignKeys", "t", 60, "99"),
        ("primaryKey", "t", 61, "k0"),
        ("unique", "u", 62, "7"),
    ]


def test_nan_in_a_key_is_the_same_in_each_piece(make_package: MakePackage, cluster: Any) -> None:
    number = [{"name": "x", "type": "number"}]
    key = [{"fields": ["x"], "reference": {"resource": "u", "fields": ["x"]}}]
    descriptor = make_package(
        t=("x\nNaN\n" + "1\n" * 60 + "NaN\n", {"fields": number, "foreignKeys": key}),
        u=(
            "x\nNaN\n" + "".join(f"{n}\n" for n in range(60)) + "NaN\n",
            {"fields": number, "uniqueKeys": [["x"]]},
        ),
    )

    report = there(descriptor, cluster)

    assert report == factpack.validate(descriptor)
    assert [(found.rule, found.resource, found.row) for found in report.findings] == [("uniqueKeys", "u", 63)]


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(drawn=packages())
def test_two_workers_find_what_one_process_finds(drawn: Drawn, cluster: Any) -> None:
    with tempfile.TemporaryDirectory() as folder:
        descriptor = drawn.write(Path(folder))
        here, found = factpack.validate(descriptor), there(descriptor, cluster)

    assert sorted(map(repr, found.findings)) == sorted(map(repr, here.findings))
    assert found.resources == here.resources


def test_the_files_of_a_table_are_told_apart(make_package: MakePackage, cluster: Any) -> None:
    schema = {"fields": TEXT, "primaryKey": "id"}
    descriptor = make_package(t=("", schema), resource={"path": [f"{number}.csv" for number in range(6)]})
    for number in range(6):
        text = "id\n" + "".join(f"k{number * 18 + place}\n" for place in range(20))
        (descriptor.parent / f"{number}.csv").write_text(text)

    report = there(descriptor, cluster)

    assert report == factpack.validate(descriptor)
    assert [(found.path, found.line) for found in report.findings] == [
        (f"{number}.csv", line) for number in range(1, 6) for line in (2, 3)
    ]


def test_the_workers_find_the_files_of_a_relative_path(
    make_package: MakePackage, cluster: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    descriptor = two_tables(make_package)
    monkeypatch.chdir(descriptor.parent)
    monkeypatch.setattr(on_dask, "_judged_here", None)

    assert there(Path(descriptor.name), cluster) == factpack.validate(descriptor.name)


def test_files_that_change_while_they_are_judged_are_told(
    make_package: MakePackage, cluster: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    descriptor, numbers = two_tables(make_package), count()
    here = factpack.validate(descriptor)
    monkeypatch.setattr(on_dask, "states", lambda files: (next(numbers),))

    report = there(descriptor, cluster)

    told = [found for found in report.findings if found.message == "the file changed while it was read"]
    assert {found.resource for found in told} == {"t", "u"}
    assert {found.severity for found in told} == {Severity.UNJUDGED}
    assert [found for found in report.findings if found not in told] == list(here.findings)


def test_files_that_change_after_they_were_judged_are_not_read_again(
    make_package: MakePackage, cluster: Any
) -> None:
    descriptor = two_tables(make_package)
    _, tables = on_dask.examine(open_package(descriptor), scheduler=cluster.scheduler_address)

    assert len(tables["u"].whole.lexical) == 61

    (descriptor.parent / "t.csv").write_text("id,n\nk,1\n")

    with pytest.raises(PackageError, match=r"^the table 't' cannot be read again: the file changed"):
        tables["t"].whole  # noqa: B018


def test_what_cannot_be_judged_in_pieces_is_judged_as_a_whole(
    make_package: MakePackage, cluster: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: Any, **options: Any) -> Any:
        raise UnjudgedError("the file changed while it was read")

    descriptor = two_tables(make_package)
    here = factpack.validate(descriptor)
    monkeypatch.setattr(on_dask, "read_pieces", refuse)

    assert there(descriptor, cluster) == here


def test_a_table_that_no_piece_of_can_be_judged_is_told_of_once(
    make_package: MakePackage, cluster: Any
) -> None:
    text = "id\n" + "".join(f"{number}\n" for number in range(60))
    impossible = [{"name": "id", "type": "string", "constraints": {"pattern": "("}}]
    descriptor = make_package(t=(text, impossible), u=(text, TEXT))
    (descriptor.parent / "u.csv").unlink()

    report = there(descriptor, cluster)

    assert report == factpack.validate(descriptor)
    assert {found.resource for found in report.findings} == {"t", "u"}


def test_a_result_is_waited_for_as_long_as_there_are_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    class Late:
        times = 0

        def exception(self, timeout: float) -> None:
            self.times += 1
            if self.times < 5:
                raise TimeoutError

        def result(self) -> str:
            return "done"

    late: Any = Late()
    counts = iter([0, 1, 0, 1])  # a worker that is started again, twice
    monkeypatch.setattr(on_dask, "_worker_count", lambda client: next(counts))

    assert on_dask._result(None, late) == "done"  # type: ignore[arg-type]

    late.times, counts = 0, iter([1, 0, 0])
    with pytest.raises(CheckError, match=r"^the cluster could not judge: it has no workers$"):
        on_dask._result(None, late)  # type: ignore[arg-type]
    assert late.times == 3


def test_a_task_that_took_too_long_itself_is_told_as_it_is(make_package: MakePackage, cluster: Any) -> None:
    with distributed.Client(cluster, set_as_default=False) as client:
        future = client.submit(fail_for_time, pure=False)

        with pytest.raises(TimeoutError, match=r"^its own$"):
            list(on_dask._results(client, [future]))


def fail_for_time() -> None:
    """Raise what waiting raises too."""
    raise TimeoutError("its own")


def test_findings_that_take_long_to_be_sent_are_waited_for(
    make_package: MakePackage, cluster: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(on_dask, "SECONDS", 0.01)
    rows = "".join("x\n" for _ in range(20_000))
    descriptor = make_package(t=("n\n" + rows, {"fields": [{"name": "n", "type": "integer"}]}))
    monkeypatch.setattr("factpack.pieces.PIECE", 10_000)

    report = there(descriptor, cluster)

    assert len(report.findings) == 20_000


def test_a_worker_that_dies_changes_nothing(
    make_package: MakePackage, cluster: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    descriptor = two_tables(make_package)
    results, killed = on_dask._results, threading.Event()

    def kill_one(client: Any, futures: Any) -> Iterator[Any]:
        found = results(client, futures)
        if not killed.is_set():
            killed.set()
            yield next(found)
            os.kill(next(iter(client.run(os.getpid).values())), signal.SIGKILL)
        yield from found

    monkeypatch.setattr(on_dask, "_results", kill_one)
    report = there(descriptor, cluster)

    assert killed.is_set()
    assert report == factpack.validate(descriptor)


def test_work_that_kills_every_worker_is_not_judged(
    make_package: MakePackage, cluster: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    descriptor = two_tables(make_package)
    monkeypatch.setattr(on_dask, "judge_pieces", die)
    monkeypatch.setattr(on_dask, "SECONDS", 2)

    with pytest.raises(CheckError, match=r"^the cluster could not judge: (KilledWorker|it has no workers)"):
        there(descriptor, cluster)


def test_a_scheduler_that_is_lost_while_the_starting_process_works_is_told(
    make_package: MakePackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(package: Any) -> list[Any]:
        empty.close()
        time.sleep(3)
        return []

    monkeypatch.setattr(on_dask, "SECONDS", 1)
    monkeypatch.setattr(on_dask, "metadata_findings", lost)
    options = {"dashboard_address": ":0", "silence_logs": 50, "processes": False, "protocol": "tcp"}

    with (
        distributed.LocalCluster(n_workers=1, **options) as empty,
        pytest.raises(CheckError, match=r"^the cluster could not judge: "),
    ):
        there(two_tables(make_package), empty)


def test_a_cluster_without_workers_is_told(
    make_package: MakePackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(on_dask, "SECONDS", 1)
    options = {"dashboard_address": ":0", "silence_logs": 50}

    with (
        distributed.LocalCluster(n_workers=0, **options) as empty,
        pytest.raises(CheckError, match=r"^the cluster could not judge: it has no workers$"),
    ):
        there(two_tables(make_package), empty)


def die(*arguments: Any) -> None:
    """End the process, as the system does where memory is short."""
    os._exit(1)


#: A cluster that tells where it is, and stays until it is killed.
CLUSTER = """
import time
from distributed import LocalCluster

if __name__ == "__main__":
    options = {"processes": False, "protocol": "tcp", "dashboard_address": ":0", "silence_logs": 50}
    cluster = LocalCluster(n_workers=1, **options)
    print(cluster.scheduler_address, flush=True)
    time.sleep(600)
"""


def test_a_scheduler_that_dies_is_told(make_package: MakePackage, monkeypatch: pytest.MonkeyPatch) -> None:
    descriptor, results = two_tables(make_package), on_dask._results
    command = [sys.executable, "-c", CLUSTER]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process, ExitStack() as stack:
        stack.callback(process.kill)
        assert process.stdout is not None
        address = process.stdout.readline().strip()

        def kill(client: Any, futures: Any) -> Iterator[Any]:
            process.kill()
            return results(client, futures)

        monkeypatch.setattr(on_dask, "_results", kill)
        monkeypatch.setattr(on_dask, "SECONDS", 1)
        with pytest.raises(CheckError, match=r"^the cluster could not judge: "):
            on_dask.examine(open_package(descriptor), scheduler=address)


def test_the_command_line_starts_a_cluster(make_package: MakePackage) -> None:
    descriptor = make_package(t=("id\na\n", TEXT))
    command = [sys.executable, "-m", "factpack", "validate", str(descriptor), "--engine", "dask", "--quiet"]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (0, "valid: 1 resource, 1 row checked, 0 errors\n"), done.stderr


def test_that_dask_is_not_installed_is_told(
    make_package: MakePackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)

    with pytest.raises(factpack.FactpackError, match=r"; the engine dask needs the extra dask: pip install"):
        on_dask.examine(open_package(make_package(t=("id\na\n", TEXT))))


@pytest.mark.parametrize(
    ("scheduler", "reason"), [("nonsense", "missing port number"), ("foo://x", "unknown address scheme")]
)
def test_an_address_that_is_none_is_told_at_once(
    make_package: MakePackage, scheduler: str, reason: str
) -> None:
    start = time.monotonic()

    with pytest.raises(
        factpack.FactpackError, match=f"^the scheduler {scheduler} cannot be reached: {reason}"
    ):
        on_dask.examine(open_package(make_package(t=("id\na\n", TEXT))), scheduler=scheduler)

    gc.collect()  # with what is left of a client, which would wait
    assert time.monotonic() - start < 10


def test_a_scheduler_that_is_not_there_is_told(
    make_package: MakePackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(on_dask, "SECONDS", 1)

    with pytest.raises(
        factpack.FactpackError, match=r"^the scheduler tcp://127\.0\.0\.1:1 cannot be reached"
    ):
        on_dask.examine(open_package(make_package(t=("id\na\n", TEXT))), scheduler="tcp://127.0.0.1:1")
