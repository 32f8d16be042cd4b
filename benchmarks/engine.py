"""How long `factpack validate` takes on tables that are made up, how much memory, and next to whom.

    python benchmarks/engine.py                                   # 100,000 rows in the largest table
    python benchmarks/engine.py --scale 5000 --faults 100         # who finds what was planted?
    python benchmarks/engine.py --scale 1000000 --peer none
    python benchmarks/engine.py --scale 1000000 --rounds 0 --folder shop   # only make the package

The package is a shop: seven tables with seven foreign keys, drawn from a seed. The rows of the largest table
tell its size; a million there are 2.57 million in all, and 186 MB. `--faults` plants faults whose places are
known, each alone in its row. Many more than 2,000 are too many for frictionless, which stops at a thousand
errors a table.

Measured is the whole process, from its start to its end, with its report going to a file. The validators take
turns, so that a change of the machine's speed meets all of them; a ratio is taken within a round.
"""

import argparse
import itertools
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Draw = np.random.Generator
Numbers = npt.NDArray[np.int64]
Sizes = Mapping[str, int]
Schema = dict[str, Any]
#: A table, a row of it (the header is row 1), and a field; the names of several are joined with a comma.
Place = tuple[str, int, str]

#: The rows of each table, for each row of the largest; a small table has `FEWEST_ROWS`.
SHARES = {
    "regions": 0.001,
    "suppliers": 0.019,
    "customers": 0.3,
    "products": 0.15,
    "orders": 0.6,
    "order_items": 1.0,
    "shipments": 0.5,
}
FEWEST_ROWS, MOST_ROWS = 10, 9_000_000

SEGMENTS = ("private", "trade", "public")
CHANNELS = ("web", "app", "phone", "shop", "fair")
KINDS = ("tool", "part", "garment", "food", "book", "toy")
CARRIERS = ("post", "bicycle", "van", "rail", "ship")
BOOLEANS = ("false", "true")
WORDS = (
    *("amber", "basket", "bright", "canvas", "cedar", "copper", "cotton", "double", "engraved", "felt"),
    *("folding", "garden", "glass", "green", "hollow", "indigo", "juniper", "kettle", "lantern", "light"),
    *("linen", "maple", "narrow", "oak", "painted", "paper", "pocket", "quilted", "river", "round", "rustic"),
    *("sailing", "silver", "small", "steel", "striped", "tall", "velvet", "walnut", "willow", "woollen"),
)
TWO_DIGITS = [f"{number:02}" for number in range(100)]
#: No order has so many items.
NO_LINE = 99


# The schemas.


def field(name: str, kind: str = "string", *, required: bool = True, **constraints: Any) -> dict[str, Any]:
    """Return a field of a Table Schema, required unless told otherwise."""
    return {"name": name, "type": kind, "constraints": {"required": required, **constraints}}


def category_field(name: str, categories: Sequence[str]) -> dict[str, Any]:
    """Return a field whose values are some categories."""
    return {**field(name), "categories": list(categories)}


def id_field(name: str, prefix: str, *, required: bool = True) -> dict[str, Any]:
    """Return the field of an identifier, as `identifiers` makes them."""
    return field(name, required=required, pattern=f"{prefix}-[0-9]{{7}}")


def refers(fields: str, table: str, reference_fields: str = "") -> dict[str, Any]:
    """Return a foreign key of fields, named between blanks, that have the same names there or other ones."""
    there = {"resource": table, "fields": (reference_fields or fields).split()}
    return {"fields": fields.split(), "reference": there}


SCHEMAS: dict[str, Schema] = {
    "regions": {
        "fields": [
            id_field("region_id", "reg"),
            field("name", maxLength=60),
            id_field("parent_id", "reg", required=False),
            field("inhabitants", "integer", minimum=0),
        ],
        "primaryKey": ["region_id"],
        "foreignKeys": [refers("parent_id", "", "region_id")],
    },
    "suppliers": {
        "fields": [
            id_field("supplier_id", "sup"),
            field("name", maxLength=60),
            field("founded", "year", minimum=1800, maximum=2025),
            field("rating", "number", required=False, minimum=0, maximum=5),
            field("active", "boolean"),
        ],
        "primaryKey": ["supplier_id"],
    },
    "customers": {
        "fields": [
            id_field("customer_id", "cus"),
            field("name", maxLength=60),
            id_field("region_id", "reg"),
            field("segment", enum=list(SEGMENTS)),
            field("since", "date", minimum="2010-01-01"),
            field("credit", "number", required=False, minimum=0, maximum=10_000),
            field("newsletter", "boolean"),
        ],
        "primaryKey": ["customer_id"],
        "foreignKeys": [refers("region_id", "regions")],
    },
    "products": {
        "fields": [
            id_field("product_id", "prd"),
            id_field("supplier_id", "sup"),
            field("barcode", unique=True, pattern="[0-9]{13}"),
            field("name", maxLength=60),
            field("description", maxLength=200),
            category_field("kind", KINDS),
            field("launched", "year", minimum=1990, maximum=2025),
            field("price", "number", minimum=0, maximum=1_000),
            field("grams", "integer", required=False, minimum=1, maximum=50_000),
        ],
        "primaryKey": ["product_id"],
        "foreignKeys": [refers("supplier_id", "suppliers")],
    },
    "orders": {
        "fields": [
            id_field("order_id", "ord"),
            id_field("customer_id", "cus"),
            field("ordered_at", "datetime"),
            field("channel", enum=list(CHANNELS)),
            field("express", "boolean"),
            field("note", required=False, minLength=1, maxLength=200),
        ],
        "primaryKey": ["order_id"],
        "foreignKeys": [refers("customer_id", "customers")],
    },
    "order_items": {
        "fields": [
            id_field("order_id", "ord"),
            field("line_no", "integer", minimum=1, maximum=NO_LINE),
            id_field("product_id", "prd"),
            field("quantity", "integer", minimum=1, maximum=100),
            field("unit_price", "number", minimum=0, maximum=1_000),
            field("discount", "number", required=False, minimum=0, maximum=1),
            field("engraving", required=False, minLength=1, maxLength=100),
        ],
        "primaryKey": ["order_id", "line_no"],
        "foreignKeys": [refers("order_id", "orders"), refers("product_id", "products")],
    },
    "shipments": {
        "fields": [
            id_field("shipment_id", "shp"),
            id_field("order_id", "ord"),
            field("line_no", "integer", minimum=1),
            category_field("carrier", CARRIERS),
            field("due_on", "date", minimum="2020-01-01", maximum="2025-12-31"),
            field("scanned_at", "datetime", required=False),
            field("kilograms", "number", minimum=0, maximum=5_000),
        ],
        "primaryKey": ["shipment_id"],
        "foreignKeys": [refers("order_id line_no", "order_items")],
    },
}


# The tables: all cells are text, as they stand in the file.


def identifiers(prefix: str, numbers: Numbers) -> pd.Series:
    """Return a column of identifiers, as `ord-0000001`."""
    return f"{prefix}-" + pd.Series(numbers).astype("str").str.zfill(7)


def pick(choices: Sequence[str], places: Numbers) -> pd.Series:
    """Return a column of the choices that stand at those places."""
    return pd.Series(pd.array(choices, dtype="str").take(places))


def any_of(draw: Draw, choices: Sequence[str], rows: int) -> pd.Series:
    """Return a column of choices."""
    return pick(choices, draw.integers(len(choices), size=rows))


def decimals(hundredths: Numbers) -> pd.Series:
    """Return a column of numbers with two decimals."""
    return pd.Series(hundredths // 100).astype("str") + "." + pick(TWO_DIGITS, hundredths % 100)


def phrases(draw: Draw, words: int, rows: int) -> pd.Series:
    """Return a column of phrases of so many words; one in fifty has quotation marks and a comma."""
    column = any_of(draw, WORDS, rows)
    for _ in range(words - 1):
        column = column + " " + any_of(draw, WORDS, rows)
    return column.where(draw.random(rows) >= 0.02, column + ', "as is"')


def dates(draw: Draw, first: str, rows: int) -> pd.Series:
    """Return a column of dates, from a day to the end of 2025."""
    days = np.arange(np.datetime64(first), np.datetime64("2026-01-01"))
    return any_of(draw, np.datetime_as_string(days).tolist(), rows)


def moments(draw: Draw, rows: int) -> pd.Series:
    """Return a column of dates with times."""
    seconds = draw.integers(24 * 60 * 60, size=rows)
    times = pd.Series(np.datetime_as_string(seconds.astype("datetime64[s]")), dtype="str").str.slice(10)
    return dates(draw, "2020-01-01", rows) + times + "Z"


def gaps(draw: Draw, column: pd.Series, share: float) -> pd.Series:
    """Return a column of which that share is missing."""
    return column.where(draw.random(len(column)) >= share, "")


def whole(numbers: Numbers) -> pd.Series:
    """Return a column of whole numbers."""
    return pd.Series(numbers).astype("str")


def regions(draw: Draw, sizes: Sizes) -> pd.DataFrame:
    """Make regions within regions, ten in each."""
    rows = sizes["regions"]
    numbers = np.arange(rows)
    return pd.DataFrame(
        {
            "region_id": identifiers("reg", numbers),
            "name": phrases(draw, 2, rows),
            "parent_id": identifiers("reg", numbers // 10).where(numbers >= 10, ""),
            "inhabitants": whole(draw.integers(5_000_000, size=rows)),
        }
    )


def suppliers(draw: Draw, sizes: Sizes) -> pd.DataFrame:
    """Make suppliers."""
    rows = sizes["suppliers"]
    return pd.DataFrame(
        {
            "supplier_id": identifiers("sup", np.arange(rows)),
            "name": phrases(draw, 3, rows),
            "founded": whole(draw.integers(1800, 2026, size=rows)),
            "rating": gaps(draw, decimals(draw.integers(501, size=rows)), 0.1),
            "active": any_of(draw, BOOLEANS, rows),
        }
    )


def customers(draw: Draw, sizes: Sizes) -> pd.DataFrame:
    """Make customers, each in a region."""
    rows = sizes["customers"]
    return pd.DataFrame(
        {
            "customer_id": identifiers("cus", np.arange(rows)),
            "name": phrases(draw, 3, rows),
            "region_id": identifiers("reg", draw.integers(sizes["regions"], size=rows)),
            "segment": any_of(draw, SEGMENTS, rows),
            "since": dates(draw, "2010-01-01", rows),
            "credit": gaps(draw, decimals(draw.integers(1_000_000, size=rows)), 0.3),
            "newsletter": any_of(draw, BOOLEANS, rows),
        }
    )


def products(draw: Draw, sizes: Sizes) -> pd.DataFrame:
    """Make products, each of a supplier."""
    rows = sizes["products"]
    return pd.DataFrame(
        {
            "product_id": identifiers("prd", np.arange(rows)),
            "supplier_id": identifiers("sup", draw.integers(sizes["suppliers"], size=rows)),
            "barcode": whole(4_000_000_000_000 + draw.permutation(rows) * 97),
            "name": phrases(draw, 2, rows),
            "description": phrases(draw, 12, rows),
            "kind": any_of(draw, KINDS, rows),
            "launched": whole(draw.integers(1990, 2026, size=rows)),
            "price": decimals(draw.integers(100_000, size=rows)),
            "grams": gaps(draw, whole(draw.integers(1, 50_001, size=rows)), 0.05),
        }
    )


def orders(draw: Draw, sizes: Sizes) -> pd.DataFrame:
    """Make orders, each of a customer."""
    rows = sizes["orders"]
    return pd.DataFrame(
        {
            "order_id": identifiers("ord", np.arange(rows)),
            "customer_id": identifiers("cus", draw.integers(sizes["customers"], size=rows)),
            "ordered_at": moments(draw, rows),
            "channel": any_of(draw, CHANNELS, rows),
            "express": any_of(draw, BOOLEANS, rows),
            "note": gaps(draw, phrases(draw, 8, rows), 0.5),
        }
    )


def item_keys(sizes: Sizes) -> tuple[Numbers, Numbers]:
    """Return the order of each item, and the item's number in the order, which has one or two."""
    places = np.arange(sizes["order_items"])
    order = places * sizes["orders"] // sizes["order_items"]
    return order, places - np.searchsorted(order, order) + 1


def order_items(draw: Draw, sizes: Sizes) -> pd.DataFrame:
    """Make the items of orders, each of a product."""
    rows = sizes["order_items"]
    order, line = item_keys(sizes)
    return pd.DataFrame(
        {
            "order_id": identifiers("ord", order),
            "line_no": whole(line),
            "product_id": identifiers("prd", draw.integers(sizes["products"], size=rows)),
            "quantity": whole(draw.integers(1, 101, size=rows)),
            "unit_price": decimals(draw.integers(100_000, size=rows)),
            "discount": gaps(draw, decimals(draw.integers(51, size=rows)), 0.6),
            "engraving": gaps(draw, phrases(draw, 5, rows), 0.5),
        }
    )


def shipments(draw: Draw, sizes: Sizes) -> pd.DataFrame:
    """Make shipments of items, of every other one at most: nothing refers to those that may be spoilt."""
    rows = sizes["shipments"]
    order, line = item_keys(sizes)
    shipped = draw.integers((sizes["order_items"] + 1) // 2, size=rows) * 2
    return pd.DataFrame(
        {
            "shipment_id": identifiers("shp", np.arange(rows)),
            "order_id": identifiers("ord", order[shipped]),
            "line_no": whole(line[shipped]),
            "carrier": any_of(draw, CARRIERS, rows),
            "due_on": dates(draw, "2020-01-01", rows),
            "scanned_at": gaps(draw, moments(draw, rows), 0.2),
            "kilograms": decimals(draw.integers(500_000, size=rows)),
        }
    )


MAKERS = (regions, suppliers, customers, products, orders, order_items, shipments)


# The faults.


@dataclass(frozen=True)
class Fault:
    """A way to break a rule: cells of a row get these texts; None stands for the text of the row above."""

    rule: str
    table: str
    cells: tuple[tuple[str, str | None], ...]
    #: Where the fault is to be reported; names of several fields are joined with a comma.
    field: str


def spoil(rule: str, table: str, name: str, text: str | None) -> Fault:
    """Return a fault in one cell."""
    return Fault(rule, table, ((name, text),), name)


FAULTS = (
    spoil("type", "suppliers", "founded", "long ago"),
    spoil("type", "customers", "newsletter", "maybe"),
    spoil("type", "orders", "ordered_at", "2024-06-31T12:00:00Z"),
    spoil("type", "order_items", "unit_price", "12,50"),
    spoil("type", "shipments", "due_on", "2023-02-29"),
    spoil("minimum", "regions", "inhabitants", "-1"),
    spoil("maximum", "products", "launched", "2031"),
    spoil("maximum", "order_items", "quantity", "101"),
    spoil("enum", "customers", "segment", "secret"),
    spoil("enum", "orders", "channel", "pigeon"),
    spoil("required", "products", "name", ""),
    spoil("required", "shipments", "kilograms", ""),
    spoil("foreignKeys", "regions", "parent_id", "reg-9999999"),
    spoil("foreignKeys", "orders", "customer_id", "cus-9999999"),
    spoil("foreignKeys", "order_items", "product_id", "prd-9999999"),
    Fault("foreignKeys", "shipments", (("line_no", str(NO_LINE)),), "order_id,line_no"),
    Fault("primaryKey", "order_items", (("order_id", None), ("line_no", None)), "order_id,line_no"),
    spoil("primaryKey", "shipments", "shipment_id", None),
    spoil("unique", "products", "barcode", None),
)

#: The rows to be spoilt, counted from 0 without the header, by fault.
Plan = dict[Fault, list[int]]


def plan_faults(count: int, sizes: Sizes, draw: Draw) -> Plan:
    """Choose rows for so many faults, of each kind in turn: one in a row, and the row above left sound."""
    free = {name: draw.permutation(np.arange(1, rows, 2)).tolist() for name, rows in sizes.items()}
    if count > (room := sum(map(len, free.values()))):
        raise SystemExit(f"{count} faults do not fit into tables that have room for {room}")
    plan: Plan = {fault: [] for fault in FAULTS}
    turns = itertools.cycle(FAULTS)
    while count:
        fault = next(turns)
        if free[fault.table]:
            plan[fault].append(free[fault.table].pop())
            count -= 1
    return plan


def plant(plan: Plan, name: str, frame: pd.DataFrame) -> None:
    """Spoil the rows of a table as planned."""
    for fault, rows in plan.items():
        if fault.table == name and rows:
            above = [row - 1 for row in rows]
            for column, text in fault.cells:
                frame.loc[rows, column] = frame.loc[above, column].to_numpy() if text is None else text


def places(plan: Plan) -> dict[Place, str]:
    """Return the planted faults: where each is to be reported, and the rule."""
    return {(fault.table, row + 2, fault.field): fault.rule for fault, rows in plan.items() for row in rows}


# The package.


def table_sizes(scale: int) -> Sizes:
    """Return the rows of each table, where the largest is to have so many."""
    return {name: max(FEWEST_ROWS, round(share * scale)) for name, share in SHARES.items()}


def make_package(folder: Path, sizes: Sizes, faults: int, seed: int) -> dict[Place, str]:
    """Write the package; return the faults that were planted: where each is to be reported, and the rule."""
    draw, chance = np.random.default_rng(seed).spawn(2)
    plan = plan_faults(faults, sizes, chance)
    for make in MAKERS:
        name, frame = make.__name__, make(draw, sizes)
        plant(plan, name, frame)
        frame.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")
    resources = [
        {"name": name, "type": "table", "path": f"{name}.csv", "format": "csv", "schema": schema}
        for name, schema in SCHEMAS.items()
    ]
    (folder / "datapackage.json").write_text(json.dumps({"name": "shop", "resources": resources}, indent=2))
    return places(plan)


# The validators.


@dataclass(frozen=True, kw_only=True)
class Peer:
    """A validator: a command that runs in the package's folder, and prints a report in JSON.

    `findings` yields the places that such a report names; `distributions` are those whose versions matter.
    """

    name: str
    command: Sequence[str]
    findings: Callable[[Any], Iterator[Place]]
    distributions: Sequence[str]


def factpack_findings(report: Any) -> Iterator[Place]:
    """Yield the places of factpack's findings."""
    for finding in report["findings"]:
        yield finding["resource"] or "", finding["row"] or 0, finding["field"] or ""


def frictionless_findings(report: Any) -> Iterator[Place]:
    """Yield the places of frictionless's errors; of a primary key it names the row only."""
    for error in report["errors"]:
        yield "", 0, error["type"]
    for task in report["tasks"]:
        for error in task["errors"]:
            if error["type"] == "primary-key":
                names = SCHEMAS[task["name"]]["primaryKey"]
            else:
                names = error.get("fieldNames", [error.get("fieldName", "")])
            yield task["name"], error.get("rowNumber", 0), ",".join(names)


FACTPACK = Peer(
    name="factpack",
    command=(sys.executable, "-m", "factpack", "validate", "datapackage.json", "--format", "json"),
    findings=factpack_findings,
    distributions=("factpack", "pandera", "pandas", "pyarrow", "numpy"),
)
PEERS = {
    "frictionless": Peer(
        name="frictionless",
        command=(sys.executable, "-m", "frictionless", "validate", "datapackage.json", "--json"),
        findings=frictionless_findings,
        distributions=("frictionless",),
    ),
}


# The measurement.

#: Starts a command from a small process: a process's peak includes the memory of the one that started it.
LAUNCHER = """
import os, sys, time
report, *command = sys.argv[1:]
flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
to_report = [(os.POSIX_SPAWN_OPEN, 1, report, flags, 0o644)]
start = time.perf_counter()
child = os.posix_spawn(command[0], command, os.environ, file_actions=to_report)
_, status, usage = os.wait4(child, 0)
print(time.perf_counter() - start, usage.ru_maxrss, os.waitstatus_to_exitcode(status))
"""
#: The unit of `ru_maxrss`, in bytes.
RSS_UNIT = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True)
class Run:
    """One run of a validator."""

    seconds: float
    megabytes: float
    found: set[Place]


def run(peer: Peer, folder: Path) -> Run:
    """Run a validator on the package in a folder, and leave its report there."""
    report = folder / f"report-{peer.name}.json"
    launch = (sys.executable, "-S", "-c", LAUNCHER, str(report.absolute()), *peer.command)
    outcome = subprocess.run(launch, cwd=folder, capture_output=True, text=True, check=True)
    seconds, peak, code = outcome.stdout.split()
    try:
        found = set(peer.findings(json.loads(report.read_bytes())))
    except ValueError as error:
        message = f"{peer.name} wrote no report; its exit code is {code}:\n{outcome.stderr[-2000:]}"
        raise SystemExit(message) from error
    return Run(float(seconds), int(peak) * RSS_UNIT / 1e6, found)


def row(name: str, runs: Sequence[Run], base: Sequence[Run], planted: Mapping[Place, str]) -> str:
    """Return a validator's row of the table; ratios are to the runs of `base`."""
    seconds = [run.seconds for run in runs]
    ratios = [one.seconds / other.seconds for one, other in zip(runs, base, strict=True)]
    found = runs[-1].found
    cells = (
        name,
        f"{statistics.median(seconds):.2f}",
        f"{min(seconds):.2f} to {max(seconds):.2f}",
        f"{statistics.median(ratios):.2f}",
        f"{statistics.median(run.megabytes for run in runs):.0f}",
        f"{len(found & planted.keys()):,} of {len(planted):,}",
        f"{len(found - planted.keys()):,}",
    )
    return f"| {' | '.join(cells)} |"


def differences(name: str, found: set[Place], planted: Mapping[Place, str]) -> Iterator[str]:
    """Yield which planted faults a validator did not find, and what else it found; ten of each."""
    for place in sorted(planted.keys() - found)[:10]:
        yield f"{name} did not find: {planted[place]} at {place}"
    for place in sorted(found - planted.keys())[:10]:
        yield f"{name} found besides: {place}"


def versions(peers: Sequence[Peer]) -> str:
    """Return the versions of what the validators use; what is not installed is left out."""
    named = [f"Python {platform.python_version()}"]
    for distribution in itertools.chain.from_iterable(peer.distributions for peer in peers):
        with suppress(PackageNotFoundError):
            named.append(f"{distribution} {version(distribution)}")
    return ", ".join(named)


def compare(peers: Sequence[Peer], rounds: int, folder: Path, planted: Mapping[Place, str]) -> None:
    """Run the validators in turn, and print a table in Markdown; ratios are to the first of them."""
    runs: dict[str, list[Run]] = {peer.name: [] for peer in peers}
    for _ in range(rounds):
        for peer in peers:
            runs[peer.name].append(run(peer, folder))
    first = peers[0].name
    print(f"{versions(peers)}, on {os.cpu_count()} cores; medians of {rounds} interleaved rounds.\n")
    print(f"| validator | seconds | spread | times {first} | peak MB | planted faults found | besides |")
    print("|---|---|---|---|---|---|---|")
    for name, own in runs.items():
        print(row(name, own, runs[first], planted))
    for name, own in runs.items():
        for difference in differences(name, own[-1].found, planted):
            print(f"\n{difference}")


def arguments() -> argparse.Namespace:
    """Return what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--scale", type=int, default=100_000, metavar="ROWS", help="of the largest table")
    parser.add_argument("--faults", type=int, default=0, metavar="N", help="how many faults to plant")
    parser.add_argument("--rounds", type=int, default=3, metavar="R", help="0: only make the package")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--peer", choices=[*PEERS, "none"], default="frictionless")
    parser.add_argument("--folder", type=Path, help="where to make the package, and leave it")
    options = parser.parse_args()
    if not FEWEST_ROWS <= options.scale <= MOST_ROWS:
        parser.error(f"--scale is from {FEWEST_ROWS} to {MOST_ROWS}")
    return options


def main() -> None:
    """Make the package, measure, and print the outcome."""
    options = arguments()
    sizes = table_sizes(options.scale)
    with nullcontext(options.folder) if options.folder else tempfile.TemporaryDirectory() as base:
        folder = Path(base)
        folder.mkdir(parents=True, exist_ok=True)
        start = time.perf_counter()
        planted = make_package(folder, sizes, options.faults, options.seed)
        seconds = time.perf_counter() - start
        megabytes = sum((folder / f"{name}.csv").stat().st_size for name in sizes) / 1e6
        print(f"{max(sizes.values()):,} rows in the largest table, {sum(sizes.values()):,} in all,")
        print(f"{megabytes:.1f} MB; {len(planted)} faults, seed {options.seed}; made in {seconds:.1f} s.\n")
        if options.rounds:
            peers = [FACTPACK, *(peer for name, peer in PEERS.items() if name == options.peer)]
            compare(peers, options.rounds, folder, planted)


if __name__ == "__main__":
    main()
