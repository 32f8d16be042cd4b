"""How long `factpack validate` takes, what memory, and what it finds, next to other ways to check the same.

    python benchmarks/engine.py                                   # 100,000 rows in the largest table
    python benchmarks/engine.py --scale 5000 --faults 100         # who finds what was planted?
    python benchmarks/engine.py --scale 1000000 --peers duckdb_sql,frictionless
    python benchmarks/engine.py --scale 1000000 --write           # into docs/benchmarks.md

The package is the shop that `shop.py` makes. The peers are frictionless, which reads the package's own
schemas, and the scripts in `peers/`, in which somebody wrote the same checks by hand; `pip install
'.[benchmark]'` has what they need. Many more than 2,000 faults are too many for frictionless, which stops at
a thousand errors a table.

Measured is the whole process, from its start to its end, with its report going to a file. The validators take
turns, so that a change of the machine's speed meets all of them; a ratio is taken within a round.
"""

import argparse
import json
import shlex
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from measuring import Job, Run, peak, processor_seconds, rounds, seconds
from pages import of_rounds, put_section, shown, spread, versions
from shop import SCHEMAS, Place, add_options, make, table_sizes

from factpack.markdown import table as markdown_table

HERE = Path(__file__).resolve().parent

#: A table, a row of it and a field, None where that is not told, and how many rows the finding stands for.
Finding = tuple[str, int | None, str | None, int]

#: Of these two rows are the same, and some validators name both.
OF_TWO_ROWS = ("primaryKey", "unique")


# The validators.


@dataclass(frozen=True, kw_only=True)
class Peer:
    """A validator: a command that runs in the package's folder, and prints a report in JSON.

    `findings` yields what such a report names. `distributions` are those whose versions matter, `modules`
    those without which it cannot run. It is not run on tables of more rows than `most`.
    """

    command: Sequence[str]
    findings: Callable[[Any], Iterator[Finding]]
    distributions: Sequence[str]
    modules: Sequence[str]
    most: int = 10**12


def factpack_findings(report: Any) -> Iterator[Finding]:
    """Yield factpack's findings."""
    for finding in report["findings"]:
        yield finding["resource"] or "", finding["row"], finding["field"], 1


def frictionless_findings(report: Any) -> Iterator[Finding]:
    """Yield frictionless's errors; of a primary key it names the row only."""
    for error in report["errors"]:
        yield "", None, error["type"], 1
    for task in report["tasks"]:
        for error in task["errors"]:
            if error["type"] == "primary-key":
                names = SCHEMAS[task["name"]]["primaryKey"]
            else:
                names = error.get("fieldNames", [error.get("fieldName", "")])
            yield task["name"], error.get("rowNumber"), ",".join(names), 1


def script_findings(report: Any) -> Iterator[Finding]:
    """Yield what a script in `peers/` found."""
    for finding in report["findings"]:
        yield finding["table"], finding["row"], finding["field"], finding["count"]


def factpack_peer(options: str = "") -> Peer:
    """Return factpack with some options more."""
    validate = (sys.executable, "-m", "factpack", "validate", "datapackage.json", "--format", "json")
    return Peer(
        command=(*validate, *shlex.split(options)),
        findings=factpack_findings,
        distributions=("factpack", "pandera", "pandas", "pyarrow", "numpy"),
        modules=("factpack",),
    )


def script(name: str, distributions: Sequence[str], modules: Sequence[str], **properties: int) -> Peer:
    """Return the validator that a script in `peers/` is."""
    return Peer(
        command=(sys.executable, str(HERE / "peers" / f"{name}.py")),
        findings=script_findings,
        distributions=distributions,
        modules=modules,
        **properties,
    )


#: What validates one cell after the other, needs much memory, or matters for small tables only, is not run
#: on more rows than these.
FEW_ROWS = 100_000
PEERS = {
    "read_only": script("read_only", ["pyarrow"], ["pyarrow"]),
    "import_pandera": script("import_pandera", ["pandera", "pandas"], ["pandera"], most=FEW_ROWS),
    "pandera_by_hand": script("pandera_by_hand", ["pandera", "pandas", "pyarrow"], ["pandera"]),
    "dataframely_by_hand": script(
        "dataframely_by_hand", ["dataframely", "polars"], ["dataframely", "polars"]
    ),
    "duckdb_sql": script("duckdb_sql", ["duckdb"], ["duckdb"]),
    "frictionless": Peer(
        command=(sys.executable, "-m", "frictionless", "validate", "datapackage.json", "--json"),
        findings=frictionless_findings,
        distributions=["frictionless"],
        modules=["frictionless"],
    ),
    "pointblank_by_hand": script(
        "pointblank_by_hand", ["pointblank", "polars"], ["pointblank", "polars"], most=FEW_ROWS
    ),
    "great_expectations_by_hand": script(
        "great_expectations_by_hand", ["great-expectations", "pandas"], ["great_expectations"], most=FEW_ROWS
    ),
}


#: What checks nothing: how long it takes at least to read, or to start.
FLOORS = {"read_only", "import_pandera"}


def missing(peer: Peer) -> list[str]:
    """Return the modules that a validator needs and that are not installed."""
    return [module for module in peer.modules if find_spec(module) is None]


# What they found.


@dataclass(frozen=True, kw_only=True)
class Score:
    """How many of the planted faults were found: at their table, row and field, or in their table only.

    `besides` counts what was found and not planted. The first of two rows with the same key is not counted.
    """

    at_place: int
    in_table: int
    not_found: Sequence[Place]
    besides: Sequence[str]


def score(findings: Sequence[Finding], planted: Mapping[Place, str]) -> Score:
    """Hold what a validator found against what was planted."""
    exact: set[Place] = set()
    vague: Counter[tuple[str, str | None]] = Counter()
    for table, row, field, count in findings:
        if row is not None and field is not None:
            exact.add((table, row, field))
        else:
            vague[table, field] += count
    firsts = {(table, row - 1, field) for (table, row, field), rule in planted.items() if rule in OF_TWO_ROWS}
    besides = [
        f"row {row} of {table}, {field}" for table, row, field in sorted(exact - planted.keys() - firsts)
    ]
    left = sorted(planted.keys() - exact)
    in_table = 0
    for (table, field), count in vague.items():
        meant = [place for place in left if place[0] == table and field in (None, place[2])][:count]
        left = [place for place in left if place not in set(meant)]
        in_table += len(meant)
        allowed = len(meant) + sum((place[0], place[1] - 1, place[2]) in firsts for place in meant)
        if count > allowed:
            besides.extend([f"{table}, {field}, no row told"] * (count - allowed))
    return Score(at_place=len(exact & planted.keys()), in_table=in_table, not_found=left, besides=besides)


def findings_of(peer: Peer, report: Path) -> list[Finding]:
    """Return what a validator's report says."""
    return list(peer.findings(json.loads(report.read_bytes())))


# The comparison.


def job(name: str, peer: Peer, folder: Path) -> Job:
    """Return the job of running a validator on the package in a folder, where it leaves its report."""
    output = folder / f"report-{name.replace(' ', '-')}.json"
    return Job(command=peer.command, folder=folder, output=output, exit_codes=(0, 1))


def row(name: str, runs: Sequence[Run], base: Sequence[Run], found: Score | None) -> list[str]:
    """Return a validator's row of the table; ratios are to the runs of `base`."""
    own = seconds(runs)
    ratios = [one / other for one, other in zip(own, seconds(base), strict=True)]
    cells = [
        name,
        spread(own),
        spread(ratios),
        shown(processor_seconds(runs)),
        f"{peak(runs):,.0f}",
    ]
    if found is None:
        return cells
    counts = (found.at_place, found.in_table, len(found.not_found), len(found.besides))
    return [*cells, *(f"{count:,}" for count in counts)]


HEADS = ("validator", "seconds", "times factpack", "CPU seconds", "peak MB")
#: factpack, on the package as it is without the faults that are planted.
WITHOUT_FAULTS = "factpack, without the faults"
FAULT_HEADS = ("found at the place", "in the table only", "not found", "found besides")


def compare(
    peers: Mapping[str, Peer], count: int, folder: Path, planted: Mapping[Place, str], sound: Path | None
) -> tuple[list[str], list[str]]:
    """Run the validators in turn; return a table in Markdown, and the differences from what was planted.

    `sound` is the folder of the same package without faults, on which factpack takes its turn too.
    """
    jobs = {name: job(name, peer, folder) for name, peer in peers.items()}
    if sound is not None:
        jobs[WITHOUT_FAULTS] = job("factpack", peers["factpack"], sound)
    runs = rounds(jobs, count)
    base, lines, differences = next(iter(runs.values())), [], []
    for name, peer in peers.items():
        found = score(findings_of(peer, jobs[name].output), planted)
        lines.append(row(name, runs[name], base, found if planted else None))
        differences.extend(
            f"{name} did not find: {planted[place]} at {place}" for place in found.not_found[:10]
        )
        differences.extend(f"{name} found besides: {what}" for what in found.besides[:10])
    if sound is not None:
        lines.insert(1, [*row(WITHOUT_FAULTS, runs[WITHOUT_FAULTS], base, None), *[""] * len(FAULT_HEADS)])
    return list(markdown_table([*HEADS, *(FAULT_HEADS if planted else ())], lines)), differences


def chosen(options: argparse.Namespace) -> dict[str, Peer]:
    """Return the validators that the options ask for, factpack first."""
    names = list(PEERS) if options.peers == "all" else [name for name in options.peers.split(",") if name]
    if unknown := [name for name in names if name not in PEERS]:
        raise SystemExit(f"no such peer: {', '.join(unknown)}; there are {', '.join(PEERS)}")
    fit = [name for name in names if options.scale <= PEERS[name].most]
    if options.peers != "all" and fit != names:
        raise SystemExit(f"{', '.join({*names} - {*fit})}: at most {FEW_ROWS:,} rows")
    for name in fit:
        if lacking := missing(PEERS[name]):
            raise SystemExit(f"{name} needs {', '.join(lacking)}: pip install '.[benchmark]'")
    with_options = {f"factpack {option}": factpack_peer(option) for option in options.factpack_option}
    return {"factpack": factpack_peer()} | with_options | {name: PEERS[name] for name in fit}


def section(options: argparse.Namespace, peers: Mapping[str, Peer], folder: Path) -> str:
    """Make the package and compare the validators; return what is to be told of it, in Markdown."""
    planted = make(folder, options)
    sound = folder / "sound" if planted else None
    if sound is not None:
        make(sound, argparse.Namespace(**{**vars(options), "faults": 0}))
    sizes = table_sizes(options.scale)
    megabytes = sum((folder / f"{name}.csv").stat().st_size for name in sizes) / 1e6
    faults = f", {len(planted):,} faults" if planted else ""
    title = f"### {options.scale:,} rows in the largest table, {sum(sizes.values()):,} in all{faults}"
    lines, differences = compare(peers, options.rounds, folder, planted, sound)
    for difference in differences:
        print(difference, file=sys.stderr)
    told = versions(name for peer in peers.values() for name in peer.distributions)
    return "\n".join(
        [
            *(title, "", f"    {command(options)}", ""),
            f"{shown(megabytes)} MB. {of_rounds(options.rounds)}",
            *("", *lines, "", told),
        ]
    )


def command(options: argparse.Namespace) -> str:
    """Return the command that measures what the options ask for."""
    parts = ["python", "benchmarks/engine.py", "--scale", str(options.scale), "--faults", str(options.faults)]
    if options.peers != "all":
        parts += ["--peers", options.peers]
    parts += [f"--factpack-option={option}" for option in options.factpack_option]
    return shlex.join([*parts, "--rounds", str(options.rounds)])


def arguments() -> argparse.Namespace:
    """Return what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    add_options(parser)
    parser.add_argument("--rounds", type=int, default=3, metavar="R")
    parser.add_argument("--peers", default="all", help=f"of {', '.join(PEERS)};\n'' for none")
    parser.add_argument(
        "--factpack-option",
        action="append",
        default=[],
        metavar="OPTIONS",
        help="run factpack with these too",
    )
    parser.add_argument("--folder", type=Path, help="where to make the package, and leave it")
    parser.add_argument("--write", action="store_true", help="write the outcome into docs/benchmarks.md too")
    options = parser.parse_args()
    if options.rounds < 1:
        parser.error("--rounds is at least 1")
    return options


def main() -> None:
    """Make the package, measure, and tell the outcome."""
    options = arguments()
    peers = chosen(options)
    with nullcontext(options.folder) if options.folder else tempfile.TemporaryDirectory() as base:
        content = section(options, peers, Path(base))
    print(content)
    if options.write:
        put_section(f"engine, scale {options.scale}, faults {options.faults}", content)


if __name__ == "__main__":
    main()
