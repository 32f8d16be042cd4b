"""Checks the shop with plans of pointblank, written by hand, on tables that polars reads as text.

    cd shop && python ../benchmarks/peers/pointblank_by_hand.py

pointblank checks columns that have their types. So texts become values here, null where they cannot, and that
a text which is there became a value is a step of its own. The rows that fail a step are extracts, of which
pointblank keeps 500 a step unless told to keep more; they have the number that polars gave each row as it
read. Told are the row, the field and the step. Of rows with the same key all are told, the first one too.
"""

import pointblank as pb
import polars as pl
from reporting import Finding, print_report

NUMBER = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)$"
BOOLEAN = ["true", "false"]

INTEGERS = {"inhabitants", "founded", "launched", "grams", "line_no", "quantity"}
NUMBERS = {"rating", "credit", "price", "unit_price", "discount", "kilograms"}
DATES = {"since", "due_on"}
MOMENTS = {"ordered_at", "scanned_at"}
TYPED = INTEGERS | NUMBERS | DATES | MOMENTS

#: More failing rows of a step than anyone plants.
MOST = 1_000_000


def parsed(column: str) -> pl.Expr:
    """Return the values of a column of text, null where there is none."""
    if column in INTEGERS:
        return pl.col(column).cast(pl.Int64, strict=False)
    if column in NUMBERS:
        return pl.col(column).cast(pl.Float64, strict=False)
    if column in DATES:
        return pl.col(column).str.to_date("%Y-%m-%d", strict=False)
    return pl.col(column).str.to_datetime("%Y-%m-%dT%H:%M:%SZ", strict=False)


def read(table: str) -> pl.DataFrame:
    """Read a table with its types, the numbers of its rows, and the texts of other types; empty is null."""
    texts = pl.read_csv(f"{table}.csv", infer_schema=False, row_index_name="row", row_index_offset=2)
    typed = [name for name in texts.columns if name in TYPED]
    return texts.with_columns(pl.col(typed).name.suffix("_text")).with_columns(
        parsed(name).alias(name) for name in typed
    )


def plan(table: pl.DataFrame, required: list[str]) -> pb.Validate:
    """Return a plan with the steps that all tables have: what must be there, and what must be of its type."""
    steps = pb.Validate(table).col_vals_not_null(required)
    for column in table.columns:
        if column in TYPED:
            there = pl.col(f"{column}_text").is_not_null()
            steps = steps.col_vals_not_null(column, pre=lambda frame, there=there: frame.filter(there))
    return steps


def plans(shop: dict[str, pl.DataFrame]) -> dict[str, pb.Validate]:
    """Return the plans of the tables."""
    return {
        "regions": plan(shop["regions"], ["region_id", "name", "inhabitants"])
        .rows_distinct("region_id")
        .col_vals_regex(["region_id", "parent_id"], "^reg-[0-9]{7,10}$", na_pass=True)
        .col_vals_str_len("name", max_val=60, na_pass=True)
        .col_vals_ge("inhabitants", 0, na_pass=True)
        .col_vals_in_table("parent_id", shop["regions"], "region_id", na_pass=True),
        "suppliers": plan(shop["suppliers"], ["supplier_id", "name", "founded", "active"])
        .rows_distinct("supplier_id")
        .col_vals_regex("supplier_id", "^sup-[0-9]{7,10}$", na_pass=True)
        .col_vals_str_len("name", max_val=60, na_pass=True)
        .col_vals_between("founded", 1800, 2025, na_pass=True)
        .col_vals_between("rating", 0, 5, na_pass=True)
        .col_vals_in_set("active", BOOLEAN),
        "customers": plan(
            shop["customers"], ["customer_id", "name", "region_id", "segment", "since", "newsletter"]
        )
        .rows_distinct("customer_id")
        .col_vals_regex("customer_id", "^cus-[0-9]{7,10}$", na_pass=True)
        .col_vals_str_len("name", max_val=60, na_pass=True)
        .col_vals_regex("region_id", "^reg-[0-9]{7,10}$", na_pass=True)
        .col_vals_in_table("region_id", shop["regions"], "region_id", na_pass=True)
        .col_vals_in_set("segment", ["private", "trade", "public"])
        .col_vals_expr(pl.col("since") >= pl.date(2010, 1, 1), brief="since")
        .col_vals_between("credit", 0, 10_000, na_pass=True)
        .col_vals_in_set("newsletter", BOOLEAN),
        "products": plan(
            shop["products"],
            ["product_id", "supplier_id", "barcode", "name", "description", "kind", "launched", "price"],
        )
        .rows_distinct("product_id")
        .rows_distinct("barcode")
        .col_vals_regex("product_id", "^prd-[0-9]{7,10}$", na_pass=True)
        .col_vals_regex("supplier_id", "^sup-[0-9]{7,10}$", na_pass=True)
        .col_vals_in_table("supplier_id", shop["suppliers"], "supplier_id", na_pass=True)
        .col_vals_regex("barcode", "^[0-9]{13}$", na_pass=True)
        .col_vals_str_len("name", max_val=60, na_pass=True)
        .col_vals_str_len("description", max_val=200, na_pass=True)
        .col_vals_in_set("kind", ["tool", "part", "garment", "food", "book", "toy"])
        .col_vals_between("launched", 1990, 2025, na_pass=True)
        .col_vals_between("price", 0, 1_000, na_pass=True)
        .col_vals_between("grams", 1, 50_000, na_pass=True),
        "orders": plan(shop["orders"], ["order_id", "customer_id", "ordered_at", "channel", "express"])
        .rows_distinct("order_id")
        .col_vals_regex("order_id", "^ord-[0-9]{7,10}$", na_pass=True)
        .col_vals_regex("customer_id", "^cus-[0-9]{7,10}$", na_pass=True)
        .col_vals_in_table("customer_id", shop["customers"], "customer_id", na_pass=True)
        .col_vals_in_set("channel", ["web", "app", "phone", "shop", "fair"])
        .col_vals_in_set("express", BOOLEAN)
        .col_vals_str_len("note", min_val=1, max_val=200, na_pass=True),
        "order_items": plan(
            shop["order_items"], ["order_id", "line_no", "product_id", "quantity", "unit_price"]
        )
        .rows_distinct(["order_id", "line_no"])
        .col_vals_regex("order_id", "^ord-[0-9]{7,10}$", na_pass=True)
        .col_vals_in_table("order_id", shop["orders"], "order_id", na_pass=True)
        .col_vals_between("line_no", 1, 99, na_pass=True)
        .col_vals_regex("product_id", "^prd-[0-9]{7,10}$", na_pass=True)
        .col_vals_in_table("product_id", shop["products"], "product_id", na_pass=True)
        .col_vals_between("quantity", 1, 100, na_pass=True)
        .col_vals_between("unit_price", 0, 1_000, na_pass=True)
        .col_vals_between("discount", 0, 1, na_pass=True)
        .col_vals_str_len("engraving", min_val=1, max_val=100, na_pass=True),
        "shipments": plan(
            shop["shipments"], ["shipment_id", "order_id", "line_no", "carrier", "due_on", "kilograms"]
        )
        .rows_distinct("shipment_id")
        .col_vals_regex("shipment_id", "^shp-[0-9]{7,10}$", na_pass=True)
        .col_vals_regex("order_id", "^ord-[0-9]{7,10}$", na_pass=True)
        .col_vals_ge("line_no", 1, na_pass=True)
        .col_vals_in_table(
            ["order_id", "line_no"], shop["order_items"], ["order_id", "line_no"], na_pass=True
        )
        .col_vals_in_set("carrier", ["post", "bicycle", "van", "rail", "ship"])
        .col_vals_expr(
            pl.col("due_on").is_between(pl.date(2020, 1, 1), pl.date(2025, 12, 31)), brief="due_on"
        )
        .col_vals_between("kilograms", 0, 5_000, na_pass=True),
    }


def check() -> list[Finding]:
    """Return what is wrong with the shop in this folder."""
    shop = {table: read(table) for table in ("regions", "suppliers", "customers", "products", "orders")}
    shop |= {table: read(table) for table in ("order_items", "shipments")}
    findings: list[Finding] = []
    for table, steps in plans(shop).items():
        done = steps.interrogate(extract_limit=MOST)
        for step, rows in done.get_data_extracts().items():
            told = done.validation_info[step - 1]
            if told.eval_error:
                raise SystemExit(f"{table}: step {step}, {told.assertion_type}, could not be run")
            if not told.all_passed:
                column = told.column if told.column is not None else told.brief
                field = column if isinstance(column, str) else ",".join(column)
                # the extract of a key has its columns only, and numbers the rows from 1, without the header
                numbers = rows["row"] if "row" in rows.columns else rows["_row_num_"] + 1
                findings.extend((table, row, field, told.assertion_type, 1) for row in numbers)
    return findings


if __name__ == "__main__":
    print_report(check())
