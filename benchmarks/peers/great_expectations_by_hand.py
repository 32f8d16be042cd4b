"""Checks the shop with suites of Great Expectations, written by hand, on tables that pandas reads as text.

    cd shop && python ../benchmarks/peers/great_expectations_by_hand.py

Patterns, sets and lengths are expected of the texts. Ranges are expected of values that are made beforehand;
one that cannot be made is null, and an expectation of its text tells. Whether a foreign key is found is a
column of its own too: to expect the values of a set is the library's way, but it copies large sets again and
again. A key of two columns is a column that joins them. With the result format COMPLETE the failing rows are
told, by a column of their numbers, next to the column and the expectation. Of rows with the same key all are
told, the first one too.
"""

import os
import warnings
from collections.abc import Iterator

import pandas as pd
from reporting import Finding, print_report

# Before it is imported: it would send what it does to its makers.
os.environ["GX_ANALYTICS_ENABLED"] = "false"

import great_expectations as gx
import great_expectations.expectations as gxe
from great_expectations.data_context.types.base import ProgressBarsConfig

INTEGER = r"^[+-]?[0-9]+$"
NUMBER = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)$"
YEAR = r"^[0-9]{4}$"
BOOLEAN = ["true", "false"]
TABLES = ("regions", "suppliers", "customers", "products", "orders", "order_items", "shipments")

NUMBERS = {
    *("inhabitants", "founded", "rating", "credit", "launched", "price", "grams"),
    *("line_no", "quantity", "unit_price", "discount", "kilograms"),
}
DATES = {"since": "%Y-%m-%d", "due_on": "%Y-%m-%d"}
MOMENTS = {"ordered_at": "%Y-%m-%dT%H:%M:%SZ", "scanned_at": "%Y-%m-%dT%H:%M:%SZ"}
#: Tables, their columns, and the columns of another table in which these must be found.
FOREIGN_KEYS = (
    ("regions", "parent_id", "regions", "region_id"),
    ("customers", "region_id", "regions", "region_id"),
    ("products", "supplier_id", "suppliers", "supplier_id"),
    ("orders", "customer_id", "customers", "customer_id"),
    ("order_items", "order_id", "orders", "order_id"),
    ("order_items", "product_id", "products", "product_id"),
    ("shipments", "order_id,line_no", "order_items", "order_id,line_no"),
)
#: What the names of columns end with that hold the values of texts, or whether these were found elsewhere.
VALUE, FOUND = "_value", "_found"


# The tables.


def read(table: str) -> pd.DataFrame:
    """Read a table as text, with the numbers of its rows, and values of other types; empty is null."""
    frame = pd.read_csv(f"{table}.csv", dtype=object, keep_default_na=False, na_values=[""])
    for column in frame.columns:
        if column in NUMBERS:
            frame[column + VALUE] = pd.to_numeric(frame[column], errors="coerce")
        if form := (DATES | MOMENTS).get(column):
            frame[column + VALUE] = pd.to_datetime(frame[column], format=form, errors="coerce")
    if "line_no" in frame:
        frame["order_id,line_no"] = frame["order_id"] + "," + frame["line_no"]
    return frame.assign(row=range(2, len(frame) + 2))


def look_up(shop: dict[str, pd.DataFrame]) -> None:
    """Add columns which tell whether the foreign keys are found; null where there is none."""
    for table, column, parent, parent_column in FOREIGN_KEYS:
        keys = shop[table][column]
        shop[table][column + FOUND] = (
            keys.isin(shop[parent][parent_column]).astype(object).where(keys.notna())
        )


# The expectations.


def required(*columns: str) -> Iterator[gxe.Expectation]:
    """Yield that there are no nulls in columns."""
    for column in columns:
        yield gxe.ExpectColumnValuesToNotBeNull(column=column)


def form(column: str, pattern: str) -> gxe.Expectation:
    """Return that texts match a pattern."""
    return gxe.ExpectColumnValuesToMatchRegex(column=column, regex=pattern)


def number(column: str, prefix: str) -> gxe.Expectation:
    """Return that texts are identifiers with a prefix."""
    return form(column, f"^{prefix}-[0-9]{{7,10}}$")


def one_of(column: str, values: list[str]) -> gxe.Expectation:
    """Return that texts are of a set."""
    return gxe.ExpectColumnValuesToBeInSet(column=column, value_set=values)


def length(column: str, least: int, most: int) -> gxe.Expectation:
    """Return that texts have a length."""
    return gxe.ExpectColumnValueLengthsToBeBetween(column=column, min_value=least, max_value=most)


def values(column: str, pattern: str, least: float, most: float | None = None) -> Iterator[gxe.Expectation]:
    """Yield that texts have the form of numbers, and that these are in a range."""
    yield form(column, pattern)
    yield gxe.ExpectColumnValuesToBeBetween(column=column + VALUE, min_value=least, max_value=most)


def dates(column: str, first: str, last: str | None = None) -> Iterator[gxe.Expectation]:
    """Yield that texts are dates, in a range."""
    yield is_value(column)
    earliest, latest = pd.Timestamp(first), None if last is None else pd.Timestamp(last)
    yield gxe.ExpectColumnValuesToBeBetween(column=column + VALUE, min_value=earliest, max_value=latest)


def is_value(column: str) -> gxe.Expectation:
    """Return that where there is a text there is a value."""
    return gxe.ExpectColumnValuesToNotBeNull(
        column=column + VALUE, row_condition=f"~{column}.isnull()", condition_parser="pandas"
    )


def unique(column: str) -> gxe.Expectation:
    """Return that a value does not recur."""
    return gxe.ExpectColumnValuesToBeUnique(column=column)


def found(column: str) -> gxe.Expectation:
    """Return that values were found in another column."""
    return gxe.ExpectColumnValuesToBeInSet(column=column + FOUND, value_set=[True])


def suites() -> dict[str, list[gxe.Expectation]]:
    """Return what is expected of the tables."""
    return {
        "regions": [
            *required("region_id", "name", "inhabitants"),
            number("region_id", "reg"),
            unique("region_id"),
            length("name", 0, 60),
            number("parent_id", "reg"),
            found("parent_id"),
            *values("inhabitants", INTEGER, 0),
        ],
        "suppliers": [
            *required("supplier_id", "name", "founded", "active"),
            number("supplier_id", "sup"),
            unique("supplier_id"),
            length("name", 0, 60),
            *values("founded", YEAR, 1800, 2025),
            *values("rating", NUMBER, 0, 5),
            one_of("active", BOOLEAN),
        ],
        "customers": [
            *required("customer_id", "name", "region_id", "segment", "since", "newsletter"),
            number("customer_id", "cus"),
            unique("customer_id"),
            length("name", 0, 60),
            number("region_id", "reg"),
            found("region_id"),
            one_of("segment", ["private", "trade", "public"]),
            *dates("since", "2010-01-01"),
            *values("credit", NUMBER, 0, 10_000),
            one_of("newsletter", BOOLEAN),
        ],
        "products": [
            *required("product_id", "supplier_id", "barcode", "name"),
            *required("description", "kind", "launched", "price"),
            number("product_id", "prd"),
            unique("product_id"),
            number("supplier_id", "sup"),
            found("supplier_id"),
            form("barcode", "^[0-9]{13}$"),
            unique("barcode"),
            length("name", 0, 60),
            length("description", 0, 200),
            one_of("kind", ["tool", "part", "garment", "food", "book", "toy"]),
            *values("launched", YEAR, 1990, 2025),
            *values("price", NUMBER, 0, 1_000),
            *values("grams", INTEGER, 1, 50_000),
        ],
        "orders": [
            *required("order_id", "customer_id", "ordered_at", "channel", "express"),
            number("order_id", "ord"),
            unique("order_id"),
            number("customer_id", "cus"),
            found("customer_id"),
            is_value("ordered_at"),
            one_of("channel", ["web", "app", "phone", "shop", "fair"]),
            one_of("express", BOOLEAN),
            length("note", 1, 200),
        ],
        "order_items": [
            *required("order_id", "line_no", "product_id", "quantity", "unit_price"),
            unique("order_id,line_no"),
            number("order_id", "ord"),
            found("order_id"),
            *values("line_no", INTEGER, 1, 99),
            number("product_id", "prd"),
            found("product_id"),
            *values("quantity", INTEGER, 1, 100),
            *values("unit_price", NUMBER, 0, 1_000),
            *values("discount", NUMBER, 0, 1),
            length("engraving", 1, 100),
        ],
        "shipments": [
            *required("shipment_id", "order_id", "line_no", "carrier", "due_on", "kilograms"),
            number("shipment_id", "shp"),
            unique("shipment_id"),
            number("order_id", "ord"),
            *values("line_no", INTEGER, 1),
            found("order_id,line_no"),
            one_of("carrier", ["post", "bicycle", "van", "rail", "ship"]),
            *dates("due_on", "2020-01-01", "2025-12-31"),
            is_value("scanned_at"),
            *values("kilograms", NUMBER, 0, 5_000),
        ],
    }


# The checks.


def check() -> Iterator[Finding]:
    """Yield what is wrong with the shop in this folder."""
    shop = {table: read(table) for table in TABLES}
    look_up(shop)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    source = context.data_sources.add_pandas("shop")
    for table, expectations in suites().items():
        whole = source.add_dataframe_asset(table).add_batch_definition_whole_dataframe("whole")
        batch = whole.get_batch({"dataframe": shop[table]})
        suite = gx.ExpectationSuite(table, expectations=expectations)
        told = {"result_format": "COMPLETE", "unexpected_index_column_names": ["row"]}
        for result in batch.validate(suite, result_format=told).results:
            if result.exception_info.get("raised_exception"):
                raise SystemExit(f"{table}: {result.expectation_config} could not be run")
            column = result.expectation_config.kwargs["column"].removesuffix(VALUE).removesuffix(FOUND)
            for place in result.result.get("unexpected_index_list") or ():
                yield table, int(place["row"]), column, result.expectation_config.type, 1


if __name__ == "__main__":
    warnings.simplefilter("ignore", DeprecationWarning)  # its own
    print_report(check())
