"""Reads all tables of the shop as text with pyarrow, and checks nothing: what any validator takes at least.

    cd shop && python ../benchmarks/peers/read_only.py

It is strict about the form of a file, and about UTF-8; of anything else it finds nothing.
"""

import pyarrow as pa
import pyarrow.csv
from reporting import print_report

COLUMNS = {
    "regions": ("region_id", "name", "parent_id", "inhabitants"),
    "suppliers": ("supplier_id", "name", "founded", "rating", "active"),
    "customers": ("customer_id", "name", "region_id", "segment", "since", "credit", "newsletter"),
    "products": (
        *("product_id", "supplier_id", "barcode", "name", "description"),
        *("kind", "launched", "price", "grams"),
    ),
    "orders": ("order_id", "customer_id", "ordered_at", "channel", "express", "note"),
    "order_items": (
        *("order_id", "line_no", "product_id", "quantity"),
        *("unit_price", "discount", "engraving"),
    ),
    "shipments": (
        *("shipment_id", "order_id", "line_no", "carrier"),
        *("due_on", "scanned_at", "kilograms"),
    ),
}


def read(table: str) -> pa.Table:
    """Read a table as text; an empty cell is null."""
    options = pa.csv.ConvertOptions(
        column_types=dict.fromkeys(COLUMNS[table], pa.string()),
        include_columns=COLUMNS[table],
        null_values=[""],
        strings_can_be_null=True,
    )
    return pa.csv.read_csv(f"{table}.csv", convert_options=options)


def main() -> None:
    """Read the shop in this folder, with all tables held at once."""
    tables = [read(table) for table in COLUMNS]
    assert all(map(len, tables))
    print_report([])


if __name__ == "__main__":
    main()
