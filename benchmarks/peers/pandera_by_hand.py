"""Checks the shop with pandera schemas on pandas, written by hand; cells are read as text by pyarrow.

    cd shop && python ../benchmarks/peers/pandera_by_hand.py

A schema of pandera expects typed columns, and coercion to a type tells only of some failures which cells they
are, and keeps the column's other checks from running. So texts become values here, before pandera sees them,
and what does not is told as a fault of type. Columns stay with Arrow, since pandas' own texts are looked up
one by one. A key of two columns, and what refers to it, is a column of its own that joins them.

pandera tells the row, the field and the check. Nothing is told of a file whose form is broken: pyarrow
refuses it.
"""

import warnings
from collections.abc import Callable, Iterator

import pandas as pd
import pandera.pandas as pa
import pyarrow
import pyarrow.compute as pc
import pyarrow.csv
from pandera.pandas import Check, Column, DataFrameSchema
from reporting import Finding, print_report

Texts = pyarrow.ChunkedArray

TEXT, INTEGER, NUMBER, BOOLEAN = map(
    pd.ArrowDtype, (pyarrow.string(), pyarrow.int64(), pyarrow.float64(), pyarrow.bool_())
)
DATE, MOMENT = "datetime64[us]", pd.DatetimeTZDtype("us", "UTC")


# Texts become values; null where they cannot.


def matching(texts: Texts, form: str) -> Texts:
    """Return the texts of a form, null in the place of others."""
    return pc.if_else(pc.match_substring_regex(texts, rf"\A(?:{form})\z"), texts, None)


def numbers(texts: Texts) -> pd.Series:
    """Return decimal numbers."""
    return arrow(matching(texts, r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)").cast(pyarrow.float64()))


def integers(texts: Texts) -> pd.Series:
    """Return whole numbers."""
    return arrow(matching(texts, "[+-]?[0-9]{1,18}").cast(pyarrow.int64()))


def years(texts: Texts) -> pd.Series:
    """Return years."""
    return arrow(matching(texts, "[0-9]{4}").cast(pyarrow.int64()))


def booleans(texts: Texts) -> pd.Series:
    """Return booleans."""
    return arrow(matching(texts, "true|false").cast(pyarrow.bool_()))


def dates(texts: Texts) -> pd.Series:
    """Return dates."""
    return pd.to_datetime(texts.to_pandas(), format="%Y-%m-%d", errors="coerce").astype(DATE)


def moments(texts: Texts) -> pd.Series:
    """Return dates with times, in UTC."""
    return pd.to_datetime(texts.to_pandas(), format="%Y-%m-%dT%H:%M:%SZ", errors="coerce", utc=True).astype(
        MOMENT
    )


def arrow(values: Texts) -> pd.Series:
    """Return a column that stays with Arrow."""
    return pd.Series(pd.arrays.ArrowExtensionArray(values))


#: How the columns become values that are no text.
PARSERS: dict[str, dict[str, Callable[[Texts], pd.Series]]] = {
    "regions": {"inhabitants": integers},
    "suppliers": {"founded": years, "rating": numbers, "active": booleans},
    "customers": {"since": dates, "credit": numbers, "newsletter": booleans},
    "products": {"launched": years, "price": numbers, "grams": integers},
    "orders": {"ordered_at": moments, "express": booleans},
    "order_items": {"line_no": integers, "quantity": integers, "unit_price": numbers, "discount": numbers},
    "shipments": {"line_no": integers, "due_on": dates, "scanned_at": moments, "kilograms": numbers},
}
ITEM = "order_id,line_no"


# The schemas.


def one_of(*values: str) -> Check:
    """Return a check for some values."""
    return Check.isin(values)


def number(prefix: str) -> Check:
    """Return a check for identifiers with a prefix."""
    return Check.str_matches(rf"^{prefix}-[0-9]{{7,10}}$")  # for Arrow, `$` is the very end


def found(parent: pd.Series) -> Check:
    """Return a check for values that another column has."""
    return Check(lambda column: column.isin(parent), name="found")


def key(prefix: str) -> Column:
    """Return the column of a primary key."""
    return Column(TEXT, number(prefix), unique=True, report_duplicates="exclude_first")


def name() -> Column:
    """Return the column of a name."""
    return Column(TEXT, Check.str_length(max_value=60))


def schemas(shop: dict[str, pd.DataFrame]) -> dict[str, DataFrameSchema]:
    """Return the schemas of the tables; what they refer to is taken from the tables themselves."""
    return {
        "regions": DataFrameSchema(
            {
                "region_id": key("reg"),
                "name": name(),
                "parent_id": Column(
                    TEXT, [number("reg"), found(shop["regions"]["region_id"])], nullable=True
                ),
                "inhabitants": Column(INTEGER, Check.ge(0)),
            }
        ),
        "suppliers": DataFrameSchema(
            {
                "supplier_id": key("sup"),
                "name": name(),
                "founded": Column(INTEGER, Check.in_range(1800, 2025)),
                "rating": Column(NUMBER, Check.in_range(0, 5), nullable=True),
                "active": Column(BOOLEAN),
            }
        ),
        "customers": DataFrameSchema(
            {
                "customer_id": key("cus"),
                "name": name(),
                "region_id": Column(TEXT, [number("reg"), found(shop["regions"]["region_id"])]),
                "segment": Column(TEXT, one_of("private", "trade", "public")),
                "since": Column(DATE, Check.ge(pd.Timestamp("2010-01-01"))),
                "credit": Column(NUMBER, Check.in_range(0, 10_000), nullable=True),
                "newsletter": Column(BOOLEAN),
            }
        ),
        "products": DataFrameSchema(
            {
                "product_id": key("prd"),
                "supplier_id": Column(TEXT, [number("sup"), found(shop["suppliers"]["supplier_id"])]),
                "barcode": Column(
                    TEXT, Check.str_matches(r"^[0-9]{13}$"), unique=True, report_duplicates="exclude_first"
                ),
                "name": name(),
                "description": Column(TEXT, Check.str_length(max_value=200)),
                "kind": Column(TEXT, one_of("tool", "part", "garment", "food", "book", "toy")),
                "launched": Column(INTEGER, Check.in_range(1990, 2025)),
                "price": Column(NUMBER, Check.in_range(0, 1_000)),
                "grams": Column(INTEGER, Check.in_range(1, 50_000), nullable=True),
            }
        ),
        "orders": DataFrameSchema(
            {
                "order_id": key("ord"),
                "customer_id": Column(TEXT, [number("cus"), found(shop["customers"]["customer_id"])]),
                "ordered_at": Column(MOMENT),
                "channel": Column(TEXT, one_of("web", "app", "phone", "shop", "fair")),
                "express": Column(BOOLEAN),
                "note": Column(TEXT, Check.str_length(1, 200), nullable=True),
            }
        ),
        "order_items": DataFrameSchema(
            {
                "order_id": Column(TEXT, [number("ord"), found(shop["orders"]["order_id"])]),
                "line_no": Column(INTEGER, Check.in_range(1, 99)),
                ITEM: Column(TEXT, unique=True, nullable=True, report_duplicates="exclude_first"),
                "product_id": Column(TEXT, [number("prd"), found(shop["products"]["product_id"])]),
                "quantity": Column(INTEGER, Check.in_range(1, 100)),
                "unit_price": Column(NUMBER, Check.in_range(0, 1_000)),
                "discount": Column(NUMBER, Check.in_range(0, 1), nullable=True),
                "engraving": Column(TEXT, Check.str_length(1, 100), nullable=True),
            }
        ),
        "shipments": DataFrameSchema(
            {
                "shipment_id": key("shp"),
                "order_id": Column(TEXT, number("ord")),
                "line_no": Column(INTEGER, Check.ge(1)),
                ITEM: Column(TEXT, found(shop["order_items"][ITEM]), nullable=True),
                "carrier": Column(TEXT, one_of("post", "bicycle", "van", "rail", "ship")),
                "due_on": Column(
                    DATE, Check.in_range(pd.Timestamp("2020-01-01"), pd.Timestamp("2025-12-31"))
                ),
                "scanned_at": Column(MOMENT, nullable=True),
                "kilograms": Column(NUMBER, Check.in_range(0, 5_000)),
            }
        ),
    }


# The checks.


def read(table: str) -> pyarrow.Table:
    """Read a table as text; an empty cell is null."""
    with open(f"{table}.csv", encoding="utf-8") as file:
        columns = file.readline().rstrip("\n").split(",")
    options = pyarrow.csv.ConvertOptions(
        column_types=dict.fromkeys(columns, pyarrow.string()), null_values=[""], strings_can_be_null=True
    )
    return pyarrow.csv.read_csv(f"{table}.csv", convert_options=options)


def typed(table: str, texts: pyarrow.Table) -> pd.DataFrame:
    """Return a table with its types; a cell that is not of its column's is null."""
    parsers = PARSERS[table]
    columns = {name: parsers.get(name, arrow)(texts[name]) for name in texts.column_names}
    if "line_no" in columns:
        columns[ITEM] = arrow(pc.binary_join_element_wise(texts["order_id"], texts["line_no"], ","))
    return pd.DataFrame(columns)


def of_types(table: str, texts: pyarrow.Table, frame: pd.DataFrame) -> Iterator[Finding]:
    """Yield the cells that are not of their column's type."""
    for column in PARSERS[table]:
        wrong = frame[column].isna().to_numpy() & pc.is_valid(texts[column]).to_numpy()
        for position in wrong.nonzero()[0].tolist():
            yield table, position + 2, column, "type", 1


def of_schema(table: str, frame: pd.DataFrame, schema: DataFrameSchema) -> Iterator[Finding]:
    """Yield what fails the schema of a table."""
    try:
        schema.validate(frame, lazy=True)
    except pa.errors.SchemaErrors as errors:
        for case in errors.failure_cases.itertuples():
            row = None if pd.isna(case.index) else int(case.index) + 2
            yield table, row, case.column, str(case.check), 1


def check() -> Iterator[Finding]:
    """Yield what is wrong with the shop in this folder."""
    shop = {}
    for table in PARSERS:
        texts = read(table)
        shop[table] = typed(table, texts)
        yield from of_types(table, texts, shop[table])
    for table, schema in schemas(shop).items():
        yield from of_schema(table, shop[table], schema)


if __name__ == "__main__":
    warnings.simplefilter("error")
    print_report(check())
