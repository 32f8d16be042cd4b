"""Checks the shop with dataframely: schemas with primary keys, and collections that filter by foreign keys.

    cd shop && python ../benchmarks/peers/dataframely_by_hand.py

polars reads all cells as text, with the number of the row. Numbers, booleans and categories are cast by
dataframely, which tells the casts that fail; dates have to be parsed before, and one that cannot be is told
as missing. A row with a cell that cannot be cast is not judged any further: other faults in the row are
hidden.

The filters of a collection work on the key that all of its members share, and tables of a shop share none. So
each table that refers to others is a collection of its own, with these as members that filters leave alone.
They are handed over as they were read, since a collection would first drop their faulty rows, and then all
that refers to them. What is told is the row and the rule, and so the field. Of rows with the same key all are
told, the first one too.
"""

from collections.abc import Iterator
from datetime import date
from typing import Annotated

import dataframely as dy
import polars as pl
from reporting import Finding, print_report

BOOLEAN = ("false", "true")

#: The cells of these columns are parsed before a schema sees them.
DATES = {"since", "due_on"}
MOMENTS = {"ordered_at", "scanned_at"}


# The tables.


def number(prefix: str, **properties: bool) -> dy.String:
    """Return a column of identifiers with a prefix."""
    return dy.String(regex=f"^{prefix}-[0-9]{{7,10}}$", **properties)


class Regions(dy.Schema):
    """Regions within regions."""

    row = dy.UInt32()
    region_id = number("reg", primary_key=True)
    name = dy.String(max_length=60, nullable=False)
    parent_id = number("reg", nullable=True)
    inhabitants = dy.Int64(min=0, nullable=False)


class Suppliers(dy.Schema):
    """Suppliers."""

    row = dy.UInt32()
    supplier_id = number("sup", primary_key=True)
    name = dy.String(max_length=60, nullable=False)
    founded = dy.Int64(min=1800, max=2025, nullable=False)
    rating = dy.Float64(min=0, max=5, nullable=True)
    active = dy.Enum(BOOLEAN, nullable=False)


class Customers(dy.Schema):
    """Customers, each in a region."""

    row = dy.UInt32()
    customer_id = number("cus", primary_key=True)
    name = dy.String(max_length=60, nullable=False)
    region_id = number("reg", nullable=False)
    segment = dy.Enum(("private", "trade", "public"), nullable=False)
    since = dy.Date(min=date(2010, 1, 1), nullable=False)
    credit = dy.Float64(min=0, max=10_000, nullable=True)
    newsletter = dy.Enum(BOOLEAN, nullable=False)


class Products(dy.Schema):
    """Products, each of a supplier."""

    row = dy.UInt32()
    product_id = number("prd", primary_key=True)
    supplier_id = number("sup", nullable=False)
    barcode = dy.String(regex="^[0-9]{13}$", unique=True, nullable=False)
    name = dy.String(max_length=60, nullable=False)
    description = dy.String(max_length=200, nullable=False)
    kind = dy.Enum(("tool", "part", "garment", "food", "book", "toy"), nullable=False)
    launched = dy.Int64(min=1990, max=2025, nullable=False)
    price = dy.Float64(min=0, max=1_000, nullable=False)
    grams = dy.Int64(min=1, max=50_000, nullable=True)


class Orders(dy.Schema):
    """Orders, each of a customer."""

    row = dy.UInt32()
    order_id = number("ord", primary_key=True)
    customer_id = number("cus", nullable=False)
    ordered_at = dy.Datetime(nullable=False)
    channel = dy.Enum(("web", "app", "phone", "shop", "fair"), nullable=False)
    express = dy.Enum(BOOLEAN, nullable=False)
    note = dy.String(min_length=1, max_length=200, nullable=True)


class OrderItems(dy.Schema):
    """The items of orders, each of a product."""

    row = dy.UInt32()
    order_id = number("ord", primary_key=True)
    line_no = dy.Int64(min=1, max=99, primary_key=True)
    product_id = number("prd", nullable=False)
    quantity = dy.Int64(min=1, max=100, nullable=False)
    unit_price = dy.Float64(min=0, max=1_000, nullable=False)
    discount = dy.Float64(min=0, max=1, nullable=True)
    engraving = dy.String(min_length=1, max_length=100, nullable=True)


class Shipments(dy.Schema):
    """Shipments of items."""

    row = dy.UInt32()
    shipment_id = number("shp", primary_key=True)
    order_id = number("ord", nullable=False)
    line_no = dy.Int64(min=1, nullable=False)
    carrier = dy.Enum(("post", "bicycle", "van", "rail", "ship"), nullable=False)
    due_on = dy.Date(min=date(2020, 1, 1), max=date(2025, 12, 31), nullable=False)
    scanned_at = dy.Datetime(nullable=True)
    scanned_at_text = dy.String(nullable=True)
    kilograms = dy.Float64(min=0, max=5_000, nullable=False)

    @dy.rule()
    def scanned_at_type(cls) -> pl.Expr:  # noqa: N805
        """A text that is there is a moment."""
        return cls.scanned_at.col.is_not_null() | cls.scanned_at_text.col.is_null()


SCHEMAS: dict[str, type[dy.Schema]] = {
    "regions": Regions,
    "suppliers": Suppliers,
    "customers": Customers,
    "products": Products,
    "orders": Orders,
    "order_items": OrderItems,
    "shipments": Shipments,
}


# The foreign keys: a filter returns the rows to keep.

ALONE = dy.CollectionMember(ignored_in_filters=True)


class RegionsKeys(dy.Collection):
    """Regions, and the regions around them."""

    regions: dy.LazyFrame[Regions]
    around: Annotated[dy.LazyFrame[Regions], ALONE]

    @dy.filter()
    def parent_id_found(self) -> pl.LazyFrame:
        """Keep regions in a region, and those in none."""
        inside = self.regions.join(self.around, left_on="parent_id", right_on="region_id", how="semi")
        return pl.concat([inside, self.regions.filter(pl.col("parent_id").is_null())])


class CustomersKeys(dy.Collection):
    """Customers, and their regions."""

    customers: dy.LazyFrame[Customers]
    regions: Annotated[dy.LazyFrame[Regions], ALONE]

    @dy.filter()
    def region_id_found(self) -> pl.LazyFrame:
        """Keep customers in a region."""
        return self.customers.join(self.regions, on="region_id", how="semi")


class ProductsKeys(dy.Collection):
    """Products, and their suppliers."""

    products: dy.LazyFrame[Products]
    suppliers: Annotated[dy.LazyFrame[Suppliers], ALONE]

    @dy.filter()
    def supplier_id_found(self) -> pl.LazyFrame:
        """Keep products of a supplier."""
        return self.products.join(self.suppliers, on="supplier_id", how="semi")


class OrdersKeys(dy.Collection):
    """Orders, and their customers."""

    orders: dy.LazyFrame[Orders]
    customers: Annotated[dy.LazyFrame[Customers], ALONE]

    @dy.filter()
    def customer_id_found(self) -> pl.LazyFrame:
        """Keep orders of a customer."""
        return self.orders.join(self.customers, on="customer_id", how="semi")


class OrderItemsKeys(dy.Collection):
    """Items, their orders and their products."""

    order_items: dy.LazyFrame[OrderItems]
    orders: Annotated[dy.LazyFrame[Orders], ALONE]
    products: Annotated[dy.LazyFrame[Products], ALONE]

    @dy.filter()
    def order_id_found(self) -> pl.LazyFrame:
        """Keep items of an order."""
        return self.order_items.join(self.orders, on="order_id", how="semi")

    @dy.filter()
    def product_id_found(self) -> pl.LazyFrame:
        """Keep items of a product."""
        return self.order_items.join(self.products, on="product_id", how="semi")


class ShipmentsKeys(dy.Collection):
    """Shipments, and their items."""

    shipments: dy.LazyFrame[Shipments]
    order_items: Annotated[dy.LazyFrame[OrderItems], ALONE]

    @dy.filter()
    def item_found(self) -> pl.LazyFrame:
        """Keep shipments of an item."""
        items = self.order_items.with_columns(pl.col("line_no").cast(pl.Int64, strict=False))
        return self.shipments.join(items, on=["order_id", "line_no"], how="semi")


COLLECTIONS: dict[str, type[dy.Collection]] = {
    "regions": RegionsKeys,
    "customers": CustomersKeys,
    "products": ProductsKeys,
    "orders": OrdersKeys,
    "order_items": OrderItemsKeys,
    "shipments": ShipmentsKeys,
}


# The checks.


def read(table: str) -> pl.DataFrame:
    """Read a table as text, with the numbers of its rows and its dates parsed; an empty cell is null."""
    frame = pl.read_csv(f"{table}.csv", infer_schema=False, row_index_name="row", row_index_offset=2)
    if "scanned_at" in frame.columns:
        frame = frame.with_columns(scanned_at_text="scanned_at")
    return frame.with_columns(
        pl.col([name for name in frame.columns if name in DATES]).str.to_date("%Y-%m-%d", strict=False),
        pl.col([name for name in frame.columns if name in MOMENTS]).str.to_datetime(
            "%Y-%m-%dT%H:%M:%SZ", strict=False
        ),
    )


def of_failure(table: str, failure: dy.FailureInfo) -> Iterator[Finding]:
    """Yield what dataframely tells of the rows that failed."""
    details = failure.details()
    for rule in failure.counts():
        for row in details.filter(pl.col(rule) == "invalid")["row"]:
            yield table, row, field_of(table, rule), rule, 1


def field_of(table: str, rule: str) -> str:
    """Return the field that a rule is about, from its name."""
    if rule == "primary_key":
        return ",".join(SCHEMAS[table].primary_key())
    if rule == "item_found":
        return "order_id,line_no"
    return rule.partition("|")[0].removesuffix("_found").removesuffix("_type")


def check() -> Iterator[Finding]:
    """Yield what is wrong with the shop in this folder."""
    shop = {table: read(table) for table in SCHEMAS}
    for table, schema in SCHEMAS.items():
        sound, failure = schema.filter(shop[table], cast=True)
        yield from of_failure(table, failure)
        if table in COLLECTIONS:
            members = {**shop, "around": shop["regions"], table: sound}
            own = {name: members[name] for name in COLLECTIONS[table].members()}
            found = COLLECTIONS[table].filter(own, skip_member_validation=True)
            yield from of_failure(table, found.failure[table])


if __name__ == "__main__":
    print_report(check())
