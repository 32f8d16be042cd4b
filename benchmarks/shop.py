"""A package that is made up: a shop of seven related tables, drawn from a seed, sound or with known faults.

    python benchmarks/shop.py shop                                  # 100,000 rows in the largest table
    python benchmarks/shop.py shop --scale 10000000 --faults 1000

It has seven foreign keys, one of two fields and one of a table to itself, and the common types and
constraints. The rows of the largest table tell its size; a million there are 2.57 million in all, and 186 MB.
Tables are written in pieces, so that memory does not grow with them. `--faults` plants faults whose places
are known, each alone in its row.
"""

import argparse
import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
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
FEWEST_ROWS, MOST_ROWS = 10, 1_000_000_000
#: The rows that are made and written at a time. It is even: a row that is spoilt goes with the row above.
PIECE = 500_000

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
#: No order has so many items, and no table so many rows.
NO_LINE, NO_NUMBER = 99, 9_999_999_999
#: Numbers become barcodes by these, different ones for different numbers: the first is a prime.
BARCODES, STEP = 999_999_937, 618_033_989


# The schemas.


def field(name: str, kind: str = "string", *, required: bool = True, **constraints: Any) -> dict[str, Any]:
    """Return a field of a Table Schema, required unless told otherwise."""
    return {"name": name, "type": kind, "constraints": {"required": required, **constraints}}


def category_field(name: str, categories: Sequence[str]) -> dict[str, Any]:
    """Return a field whose values are some categories."""
    return {**field(name), "categories": list(categories)}


def id_field(name: str, prefix: str, *, required: bool = True) -> dict[str, Any]:
    """Return the field of an identifier, as `identifiers` makes them."""
    return field(name, required=required, pattern=f"{prefix}-[0-9]{{7,10}}")


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


def regions(draw: Draw, sizes: Sizes, numbers: Numbers) -> pd.DataFrame:
    """Make regions within regions, ten in each."""
    rows = len(numbers)
    return pd.DataFrame(
        {
            "region_id": identifiers("reg", numbers),
            "name": phrases(draw, 2, rows),
            "parent_id": identifiers("reg", numbers // 10).where(numbers >= 10, ""),
            "inhabitants": whole(draw.integers(5_000_000, size=rows)),
        }
    )


def suppliers(draw: Draw, sizes: Sizes, numbers: Numbers) -> pd.DataFrame:
    """Make suppliers."""
    rows = len(numbers)
    return pd.DataFrame(
        {
            "supplier_id": identifiers("sup", numbers),
            "name": phrases(draw, 3, rows),
            "founded": whole(draw.integers(1800, 2026, size=rows)),
            "rating": gaps(draw, decimals(draw.integers(501, size=rows)), 0.1),
            "active": any_of(draw, BOOLEANS, rows),
        }
    )


def customers(draw: Draw, sizes: Sizes, numbers: Numbers) -> pd.DataFrame:
    """Make customers, each in a region."""
    rows = len(numbers)
    return pd.DataFrame(
        {
            "customer_id": identifiers("cus", numbers),
            "name": phrases(draw, 3, rows),
            "region_id": identifiers("reg", draw.integers(sizes["regions"], size=rows)),
            "segment": any_of(draw, SEGMENTS, rows),
            "since": dates(draw, "2010-01-01", rows),
            "credit": gaps(draw, decimals(draw.integers(1_000_000, size=rows)), 0.3),
            "newsletter": any_of(draw, BOOLEANS, rows),
        }
    )


def products(draw: Draw, sizes: Sizes, numbers: Numbers) -> pd.DataFrame:
    """Make products, each of a supplier."""
    rows = len(numbers)
    return pd.DataFrame(
        {
            "product_id": identifiers("prd", numbers),
            "supplier_id": identifiers("sup", draw.integers(sizes["suppliers"], size=rows)),
            "barcode": whole(4_000_000_000_000 + numbers * STEP % BARCODES),
            "name": phrases(draw, 2, rows),
            "description": phrases(draw, 12, rows),
            "kind": any_of(draw, KINDS, rows),
            "launched": whole(draw.integers(1990, 2026, size=rows)),
            "price": decimals(draw.integers(100_000, size=rows)),
            "grams": gaps(draw, whole(draw.integers(1, 50_001, size=rows)), 0.05),
        }
    )


def orders(draw: Draw, sizes: Sizes, numbers: Numbers) -> pd.DataFrame:
    """Make orders, each of a customer."""
    rows = len(numbers)
    return pd.DataFrame(
        {
            "order_id": identifiers("ord", numbers),
            "customer_id": identifiers("cus", draw.integers(sizes["customers"], size=rows)),
            "ordered_at": moments(draw, rows),
            "channel": any_of(draw, CHANNELS, rows),
            "express": any_of(draw, BOOLEANS, rows),
            "note": gaps(draw, phrases(draw, 8, rows), 0.5),
        }
    )


def item_keys(sizes: Sizes, items: Numbers) -> tuple[Numbers, Numbers]:
    """Return the orders of items, and the items' numbers in these orders, which have one or two."""
    order = items * sizes["orders"] // sizes["order_items"]
    first = -(-order * sizes["order_items"] // sizes["orders"])
    return order, items - first + 1


def order_items(draw: Draw, sizes: Sizes, numbers: Numbers) -> pd.DataFrame:
    """Make the items of orders, each of a product."""
    rows = len(numbers)
    order, line = item_keys(sizes, numbers)
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


def shipments(draw: Draw, sizes: Sizes, numbers: Numbers) -> pd.DataFrame:
    """Make shipments of items, of every other one at most: nothing refers to those that may be spoilt."""
    rows = len(numbers)
    order, line = item_keys(sizes, draw.integers((sizes["order_items"] + 1) // 2, size=rows) * 2)
    return pd.DataFrame(
        {
            "shipment_id": identifiers("shp", numbers),
            "order_id": identifiers("ord", order),
            "line_no": whole(line),
            "carrier": any_of(draw, CARRIERS, rows),
            "due_on": dates(draw, "2020-01-01", rows),
            "scanned_at": gaps(draw, moments(draw, rows), 0.2),
            "kilograms": decimals(draw.integers(500_000, size=rows)),
        }
    )


MAKERS = {
    make.__name__: make for make in (regions, suppliers, customers, products, orders, order_items, shipments)
}


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
    spoil("foreignKeys", "regions", "parent_id", f"reg-{NO_NUMBER}"),
    spoil("foreignKeys", "orders", "customer_id", f"cus-{NO_NUMBER}"),
    spoil("foreignKeys", "order_items", "product_id", f"prd-{NO_NUMBER}"),
    Fault("foreignKeys", "shipments", (("line_no", str(NO_LINE)),), "order_id,line_no"),
    Fault("primaryKey", "order_items", (("order_id", None), ("line_no", None)), "order_id,line_no"),
    spoil("primaryKey", "shipments", "shipment_id", None),
    spoil("unique", "products", "barcode", None),
)

#: The rows to be spoilt, counted from 0 without the header, by fault.
Plan = dict[Fault, list[int]]


def plan_faults(count: int, sizes: Sizes, draw: Draw) -> Plan:
    """Choose rows for so many faults, of each kind in turn: one in a row, and the row above left sound."""
    room = {name: rows // 2 for name, rows in sizes.items()}
    if count > sum(room.values()):
        raise SystemExit(f"{count} faults do not fit into tables that have room for {sum(room.values())}")
    turns = itertools.cycle(FAULTS)
    kinds: list[Fault] = []
    while len(kinds) < count:
        fault = next(turns)
        if room[fault.table]:
            room[fault.table] -= 1
            kinds.append(fault)
    plan: Plan = {fault: [] for fault in FAULTS}
    for name, rows in sizes.items():
        here = [fault for fault in kinds if fault.table == name]
        chosen = draw.choice(rows // 2, size=len(here), replace=False) * 2 + 1
        for fault, row in zip(here, chosen.tolist(), strict=True):
            plan[fault].append(row)
    return plan


def plant(plan: Plan, name: str, frame: pd.DataFrame) -> None:
    """Spoil the rows of a piece of a table as planned; its index counts the rows of the table."""
    for fault, planned in plan.items():
        rows = [row for row in planned if row in frame.index] if fault.table == name else []
        above = [row - 1 for row in rows]
        for column, text in fault.cells if rows else ():
            frame.loc[rows, column] = frame.loc[above, column].to_numpy() if text is None else text


def places(plan: Plan) -> dict[Place, str]:
    """Return the planted faults: where each is to be reported, and the rule."""
    return {(fault.table, row + 2, fault.field): fault.rule for fault, rows in plan.items() for row in rows}


# The package.


def table_sizes(scale: int) -> Sizes:
    """Return the rows of each table, where the largest is to have so many."""
    return {name: max(FEWEST_ROWS, round(share * scale)) for name, share in SHARES.items()}


def pieces(name: str, sizes: Sizes, draw: Draw) -> Iterator[pd.DataFrame]:
    """Yield a table in pieces; their indexes count its rows."""
    for start in range(0, sizes[name], PIECE):
        rows = pd.RangeIndex(start, min(start + PIECE, sizes[name]))
        yield MAKERS[name](draw, sizes, rows.to_numpy()).set_axis(rows, axis="index")


def make_package(folder: Path, sizes: Sizes, faults: int, seed: int) -> dict[Place, str]:
    """Write the package; return the faults that were planted: where each is to be reported, and the rule."""
    draw, chance = np.random.default_rng(seed).spawn(2)
    plan = plan_faults(faults, sizes, chance)
    for name in SCHEMAS:
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            for number, frame in enumerate(pieces(name, sizes, draw)):
                plant(plan, name, frame)
                frame.to_csv(file, index=False, header=number == 0, lineterminator="\n")
    resources = [
        {"name": name, "type": "table", "path": f"{name}.csv", "format": "csv", "schema": schema}
        for name, schema in SCHEMAS.items()
    ]
    (folder / "datapackage.json").write_text(json.dumps({"name": "shop", "resources": resources}, indent=2))
    return places(plan)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that say which package to make."""
    parser.add_argument("--scale", type=int, default=100_000, metavar="ROWS", help="of the largest table")
    parser.add_argument("--faults", type=int, default=0, metavar="N", help="how many faults to plant")
    parser.add_argument("--seed", type=int, default=1)


def make(folder: Path, options: argparse.Namespace) -> dict[Place, str]:
    """Write the package that the options ask for; return its planted faults as `make_package` does."""
    if not FEWEST_ROWS <= options.scale <= MOST_ROWS:
        raise SystemExit(f"--scale is from {FEWEST_ROWS} to {MOST_ROWS}")
    folder.mkdir(parents=True, exist_ok=True)
    return make_package(folder, table_sizes(options.scale), options.faults, options.seed)


def main() -> None:
    """Make the package that the command line asks for, and list what was planted."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path, help="where to make it")
    add_options(parser)
    options = parser.parse_args()
    for (table, row, names), rule in sorted(make(options.folder, options).items()):
        print(f"{table} row {row} {names}: {rule}")


if __name__ == "__main__":
    main()
