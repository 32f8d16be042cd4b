"""From how many rows, and how many workers, a cluster of Dask is faster than one process.

    python benchmarks/cluster.py                              # 257,000 and 2,570,000 rows in all tables
    python benchmarks/cluster.py --scales 1000000,10000000 --rounds 3 --write

The package is the shop that `shop.py` makes. One process, and a cluster of workers on this machine that is
there already, take turns. Beside the time, measured is how long the processors were busy for the process that
starts the validation, for the workers, and for the scheduler. From these follows about how long it takes on
machines of their own: the starting process, and then the workers, if all that they do can be divided.
"""

import argparse
import math
import shlex
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from measuring import Job, Run, run, seconds
from pages import of_rounds, put_section, shown, spread, versions
from shop import make_package, table_sizes

from factpack.markdown import table as markdown_table

#: How many workers the time is reckoned for.
WORKERS = (2, 4, 8, 16, 64)


@dataclass(frozen=True, kw_only=True)
class Costs:
    """What a size costs: runs of one process and of the cluster, and by run how long its processes worked."""

    rows: int
    alone: Sequence[Run]
    there: Sequence[Run]
    of_workers: Sequence[float]
    of_scheduler: Sequence[float]

    @property
    def starting(self) -> float:
        """How long the process that starts the validation worked, in seconds."""
        return statistics.median(run.processor_seconds for run in self.there)

    def reckoned(self, workers: int) -> float:
        """Return how long so many workers would take, in seconds, if all that they do can be divided."""
        return self.starting + statistics.median(self.of_workers) / workers


def pays_from(costs: Sequence[Costs], workers: int) -> float:
    """Return from how many rows so many workers are faster: 0 if they are at each size, infinite if never.

    It is on a line through the sizes around it, or through the two largest if it is beyond them.
    """
    gains = [statistics.median(seconds(one.alone)) - one.reckoned(workers) for one in costs]
    losing = [place for place, gain in enumerate(gains) if gain <= 0]
    if not losing:
        return 0.0
    place = min(losing[-1], len(costs) - 2)
    few, many, more = costs[place], costs[place + 1], gains[place + 1] - gains[place]
    return few.rows - gains[place] * (many.rows - few.rows) / more if more > 0 else math.inf


# The measurement.


def measure(scale: int, cluster: Any, client: Any, options: argparse.Namespace, folder: Path) -> Costs:
    """Make a shop, and have it validated by one process and by the cluster in turns."""
    sizes = table_sizes(scale)
    make_package(folder, sizes, faults=0, seed=1)
    alone = job(folder, [])
    there = job(folder, ["--engine", "dask", "--scheduler", cluster.scheduler_address])
    runs: dict[str, list[Run]] = {"alone": [], "there": []}
    of_workers, of_scheduler = [], []
    for number in range(options.rounds):
        for name in sorted(runs, reverse=bool(number % 2)):
            if name == "alone":
                runs[name].append(run(alone))
                continue
            before = busy(client), time.process_time()
            runs[name].append(run(there))
            of_workers.append(busy(client) - before[0])
            of_scheduler.append(time.process_time() - before[1])
    return Costs(rows=sum(sizes.values()), of_workers=of_workers, of_scheduler=of_scheduler, **runs)


def busy(client: Any) -> float:
    """Return how long the workers have worked so far, in seconds."""
    return float(sum(client.run(time.process_time).values()))


def job(folder: Path, options: Sequence[str]) -> Job:
    """Return the job of validating the package in a folder."""
    command = (sys.executable, "-m", "factpack", "validate", "datapackage.json", "--format", "json")
    return Job(command=(*command, *options), folder=folder, output=folder / "report.json")


# What is told.


def section(costs: Sequence[Costs], options: argparse.Namespace) -> str:
    """Return what is to be told, in Markdown."""
    command = ["python", "benchmarks/cluster.py", "--scales", ",".join(map(str, options.scales))]
    command += ["--workers", str(options.workers), "--rounds", str(options.rounds)]
    heads = ["rows", "one process", *(f"{count} workers" for count in WORKERS)]
    return "\n".join(
        [
            f"{options.workers} workers of one thread each, on the machine of the other processes too.",
            f"{of_rounds(options.rounds)} The last three columns are seconds of a processor.",
            "",
            f"    {shlex.join(command)}",
            "",
            *markdown_table(MEASURED, [measured(one) for one in costs]),
            "",
            "What follows was not measured. It is the seconds that so many workers would take on machines",
            "of their own, if these see the files as fast as this one, and all that they do can be divided:",
            "those of the starting process, and then those of the workers divided among them. Small tables,",
            "and keys of fewer rows than millions, are not. The last line says from how many rows it is less",
            "than one process takes, by a line through the sizes around it, or the last two.",
            "",
            *markdown_table(heads, lines(costs)),
            "",
            versions(("factpack", "distributed", "pandas", "pyarrow", "numpy")),
        ]
    )


MEASURED = (
    *("rows", "one process, seconds", "cluster, seconds", "times one process"),
    *("starting process", "workers", "scheduler"),
)


def measured(costs: Costs) -> list[str]:
    """Return the row of what was measured of a size."""
    pairs = zip(costs.there, costs.alone, strict=True)
    return [
        f"{costs.rows:,}",
        spread(seconds(costs.alone)),
        spread(seconds(costs.there)),
        spread([there.seconds / alone.seconds for there, alone in pairs]),
        shown(costs.starting),
        shown(statistics.median(costs.of_workers)),
        shown(statistics.median(costs.of_scheduler)),
    ]


def lines(costs: Sequence[Costs]) -> list[list[str]]:
    """Return the rows of what is reckoned, and from how many rows it pays."""
    found = [
        [
            f"{one.rows:,}",
            shown(statistics.median(seconds(one.alone))),
            *(shown(one.reckoned(count)) for count in WORKERS),
        ]
        for one in costs
    ]
    return [*found, ["pays from", "", *(rows(pays_from(costs, count)) for count in WORKERS)]]


def rows(count: float) -> str:
    """Return a number of rows, of two digits and zeros."""
    return "never" if math.isinf(count) else f"{float(f'{count:.1e}'):,.0f}"


def arguments() -> argparse.Namespace:
    """Return what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--scales", default="100000,1000000", help="rows of the largest table, of each shop")
    parser.add_argument("--workers", type=int, default=2, metavar="N")
    parser.add_argument("--rounds", type=int, default=3, metavar="R")
    parser.add_argument("--write", action="store_true", help="write the outcome into docs/ too")
    options = parser.parse_args()
    options.scales = sorted(map(int, options.scales.split(",")))
    if options.rounds < 1 or options.workers < 1 or len(options.scales) < 2:
        parser.error("--rounds and --workers are at least 1, and --scales at least two")
    return options


def main() -> None:
    """Measure each size, and tell the outcome."""
    from distributed import Client, LocalCluster

    options, costs = arguments(), []
    started: Mapping[str, Any] = {"threads_per_worker": 1, "dashboard_address": ":0", "silence_logs": 50}
    with LocalCluster(n_workers=options.workers, **started) as cluster, Client(cluster) as client:
        for scale in options.scales:
            with tempfile.TemporaryDirectory() as folder:
                costs.append(measure(scale, cluster, client, options, Path(folder)))
    content = section(costs, options)
    print(content)
    if options.write:
        put_section("cluster", content)


if __name__ == "__main__":
    main()
