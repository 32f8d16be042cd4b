"""Checks the shop with SQL in DuckDB: cells are read as text, and a query a check gives the rows that fail.

    cd shop && python ../benchmarks/peers/duckdb_sql.py

DuckDB has no checks of its own for files. Its typed reader would stop at the first bad cell, or with
`store_rejects` drop its row, and a dropped row breaks the keys that refer to it. So types are tried with
`TRY_CAST`, next to a pattern where that takes too much (it makes 2 of `1.5`). The queries give everything:
the row, the field and the rule. They are written for this shop, and tell nothing of a file whose form is
broken.
"""

from collections.abc import Iterator

import duckdb
from reporting import Finding, print_report

#: For each table the conditions, in SQL, on which a row fails: of which field, and by which rule.
FAILS = {
    "regions": [
        ("region_id", "required", "region_id IS NULL"),
        ("region_id", "pattern", "NOT regexp_full_match(region_id, 'reg-[0-9]{7,10}')"),
        ("name", "required", "name IS NULL"),
        ("name", "maxLength", "length(name) > 60"),
        ("parent_id", "pattern", "NOT regexp_full_match(parent_id, 'reg-[0-9]{7,10}')"),
        ("inhabitants", "required", "inhabitants IS NULL"),
        ("inhabitants", "type", "NOT regexp_full_match(inhabitants, '[+-]?[0-9]+')"),
        ("inhabitants", "minimum", "TRY_CAST(inhabitants AS BIGINT) < 0"),
    ],
    "suppliers": [
        ("supplier_id", "required", "supplier_id IS NULL"),
        ("supplier_id", "pattern", "NOT regexp_full_match(supplier_id, 'sup-[0-9]{7,10}')"),
        ("name", "required", "name IS NULL"),
        ("name", "maxLength", "length(name) > 60"),
        ("founded", "required", "founded IS NULL"),
        ("founded", "type", "NOT regexp_full_match(founded, '[0-9]{4}')"),
        ("founded", "range", "TRY_CAST(founded AS INTEGER) NOT BETWEEN 1800 AND 2025"),
        ("rating", "type", "rating IS NOT NULL AND TRY_CAST(rating AS DOUBLE) IS NULL"),
        ("rating", "range", "TRY_CAST(rating AS DOUBLE) NOT BETWEEN 0 AND 5"),
        ("active", "required", "active IS NULL"),
        ("active", "type", "active NOT IN ('true', 'false')"),
    ],
    "customers": [
        ("customer_id", "required", "customer_id IS NULL"),
        ("customer_id", "pattern", "NOT regexp_full_match(customer_id, 'cus-[0-9]{7,10}')"),
        ("name", "required", "name IS NULL"),
        ("name", "maxLength", "length(name) > 60"),
        ("region_id", "required", "region_id IS NULL"),
        ("region_id", "pattern", "NOT regexp_full_match(region_id, 'reg-[0-9]{7,10}')"),
        ("segment", "required", "segment IS NULL"),
        ("segment", "enum", "segment NOT IN ('private', 'trade', 'public')"),
        ("since", "required", "since IS NULL"),
        ("since", "type", "since IS NOT NULL AND TRY_CAST(since AS DATE) IS NULL"),
        ("since", "type", "NOT regexp_full_match(since, '[0-9]{4}-[0-9]{2}-[0-9]{2}')"),
        ("since", "minimum", "TRY_CAST(since AS DATE) < DATE '2010-01-01'"),
        ("credit", "type", "credit IS NOT NULL AND TRY_CAST(credit AS DOUBLE) IS NULL"),
        ("credit", "range", "TRY_CAST(credit AS DOUBLE) NOT BETWEEN 0 AND 10000"),
        ("newsletter", "required", "newsletter IS NULL"),
        ("newsletter", "type", "newsletter NOT IN ('true', 'false')"),
    ],
    "products": [
        ("product_id", "required", "product_id IS NULL"),
        ("product_id", "pattern", "NOT regexp_full_match(product_id, 'prd-[0-9]{7,10}')"),
        ("supplier_id", "required", "supplier_id IS NULL"),
        ("supplier_id", "pattern", "NOT regexp_full_match(supplier_id, 'sup-[0-9]{7,10}')"),
        ("barcode", "required", "barcode IS NULL"),
        ("barcode", "pattern", "NOT regexp_full_match(barcode, '[0-9]{13}')"),
        ("name", "required", "name IS NULL"),
        ("name", "maxLength", "length(name) > 60"),
        ("description", "required", "description IS NULL"),
        ("description", "maxLength", "length(description) > 200"),
        ("kind", "required", "kind IS NULL"),
        ("kind", "categories", "kind NOT IN ('tool', 'part', 'garment', 'food', 'book', 'toy')"),
        ("launched", "required", "launched IS NULL"),
        ("launched", "type", "NOT regexp_full_match(launched, '[0-9]{4}')"),
        ("launched", "range", "TRY_CAST(launched AS INTEGER) NOT BETWEEN 1990 AND 2025"),
        ("price", "required", "price IS NULL"),
        ("price", "type", "price IS NOT NULL AND TRY_CAST(price AS DOUBLE) IS NULL"),
        ("price", "range", "TRY_CAST(price AS DOUBLE) NOT BETWEEN 0 AND 1000"),
        ("grams", "type", "NOT regexp_full_match(grams, '[+-]?[0-9]+')"),
        ("grams", "range", "TRY_CAST(grams AS BIGINT) NOT BETWEEN 1 AND 50000"),
    ],
    "orders": [
        ("order_id", "required", "order_id IS NULL"),
        ("order_id", "pattern", "NOT regexp_full_match(order_id, 'ord-[0-9]{7,10}')"),
        ("customer_id", "required", "customer_id IS NULL"),
        ("customer_id", "pattern", "NOT regexp_full_match(customer_id, 'cus-[0-9]{7,10}')"),
        ("ordered_at", "required", "ordered_at IS NULL"),
        ("ordered_at", "type", "ordered_at IS NOT NULL AND TRY_CAST(ordered_at AS TIMESTAMP) IS NULL"),
        ("ordered_at", "type", "substr(ordered_at, 11, 1) <> 'T'"),
        ("channel", "required", "channel IS NULL"),
        ("channel", "enum", "channel NOT IN ('web', 'app', 'phone', 'shop', 'fair')"),
        ("express", "required", "express IS NULL"),
        ("express", "type", "express NOT IN ('true', 'false')"),
        ("note", "length", "length(note) NOT BETWEEN 1 AND 200"),
    ],
    "order_items": [
        ("order_id", "required", "order_id IS NULL"),
        ("order_id", "pattern", "NOT regexp_full_match(order_id, 'ord-[0-9]{7,10}')"),
        ("line_no", "required", "line_no IS NULL"),
        ("line_no", "type", "NOT regexp_full_match(line_no, '[+-]?[0-9]+')"),
        ("line_no", "range", "TRY_CAST(line_no AS BIGINT) NOT BETWEEN 1 AND 99"),
        ("product_id", "required", "product_id IS NULL"),
        ("product_id", "pattern", "NOT regexp_full_match(product_id, 'prd-[0-9]{7,10}')"),
        ("quantity", "required", "quantity IS NULL"),
        ("quantity", "type", "NOT regexp_full_match(quantity, '[+-]?[0-9]+')"),
        ("quantity", "range", "TRY_CAST(quantity AS BIGINT) NOT BETWEEN 1 AND 100"),
        ("unit_price", "required", "unit_price IS NULL"),
        ("unit_price", "type", "unit_price IS NOT NULL AND TRY_CAST(unit_price AS DOUBLE) IS NULL"),
        ("unit_price", "range", "TRY_CAST(unit_price AS DOUBLE) NOT BETWEEN 0 AND 1000"),
        ("discount", "type", "discount IS NOT NULL AND TRY_CAST(discount AS DOUBLE) IS NULL"),
        ("discount", "range", "TRY_CAST(discount AS DOUBLE) NOT BETWEEN 0 AND 1"),
        ("engraving", "length", "length(engraving) NOT BETWEEN 1 AND 100"),
    ],
    "shipments": [
        ("shipment_id", "required", "shipment_id IS NULL"),
        ("shipment_id", "pattern", "NOT regexp_full_match(shipment_id, 'shp-[0-9]{7,10}')"),
        ("order_id", "required", "order_id IS NULL"),
        ("order_id", "pattern", "NOT regexp_full_match(order_id, 'ord-[0-9]{7,10}')"),
        ("line_no", "required", "line_no IS NULL"),
        ("line_no", "type", "NOT regexp_full_match(line_no, '[+-]?[0-9]+')"),
        ("line_no", "minimum", "TRY_CAST(line_no AS BIGINT) < 1"),
        ("carrier", "required", "carrier IS NULL"),
        ("carrier", "categories", "carrier NOT IN ('post', 'bicycle', 'van', 'rail', 'ship')"),
        ("due_on", "required", "due_on IS NULL"),
        ("due_on", "type", "due_on IS NOT NULL AND TRY_CAST(due_on AS DATE) IS NULL"),
        ("due_on", "type", "NOT regexp_full_match(due_on, '[0-9]{4}-[0-9]{2}-[0-9]{2}')"),
        ("due_on", "range", "TRY_CAST(due_on AS DATE) NOT BETWEEN DATE '2020-01-01' AND DATE '2025-12-31'"),
        ("scanned_at", "type", "scanned_at IS NOT NULL AND TRY_CAST(scanned_at AS TIMESTAMP) IS NULL"),
        ("scanned_at", "type", "substr(scanned_at, 11, 1) <> 'T'"),
        ("kilograms", "required", "kilograms IS NULL"),
        ("kilograms", "type", "kilograms IS NOT NULL AND TRY_CAST(kilograms AS DOUBLE) IS NULL"),
        ("kilograms", "range", "TRY_CAST(kilograms AS DOUBLE) NOT BETWEEN 0 AND 5000"),
    ],
}

#: Tables, the columns that must be unique together, and the rule that asks for it.
KEYS = [
    ("regions", "region_id", "primaryKey"),
    ("suppliers", "supplier_id", "primaryKey"),
    ("customers", "customer_id", "primaryKey"),
    ("products", "product_id", "primaryKey"),
    ("products", "barcode", "unique"),
    ("orders", "order_id", "primaryKey"),
    ("order_items", "order_id,line_no", "primaryKey"),
    ("shipments", "shipment_id", "primaryKey"),
]

#: Tables, their columns, and the columns of another table in which these must be found.
FOREIGN_KEYS = [
    ("regions", "parent_id", "regions", "region_id"),
    ("customers", "region_id", "regions", "region_id"),
    ("products", "supplier_id", "suppliers", "supplier_id"),
    ("orders", "customer_id", "customers", "customer_id"),
    ("order_items", "order_id", "orders", "order_id"),
    ("order_items", "product_id", "products", "product_id"),
    ("shipments", "order_id,line_no", "order_items", "order_id,line_no"),
]


def fails(table: str) -> str:
    """Return the query for cells of a table that fail: the row, counted from 0, the field and the rule."""
    queries = (
        f"SELECT rowid, '{field}', '{rule}' FROM {table} WHERE {condition}"
        for field, rule, condition in FAILS[table]
    )
    return " UNION ALL ".join(queries)


def recurs(table: str, columns: str, rule: str) -> str:
    """Return the query for the rows whose key a row before them has."""
    return f"""
        SELECT t.rowid, '{columns}', '{rule}'
        FROM {table} t
        JOIN (SELECT {columns}, min(rowid) AS first FROM {table} GROUP BY {columns} HAVING count(*) > 1)
        USING ({columns})
        WHERE t.rowid > first
    """


def dangles(table: str, columns: str, parent: str, parent_columns: str) -> str:
    """Return the query for the rows whose key the other table does not have; null is no key."""
    pairs = zip(columns.split(","), parent_columns.split(","), strict=True)
    same = " AND ".join(f"t.{column} = p.{other}" for column, other in pairs)
    filled = " AND ".join(f"t.{column} IS NOT NULL" for column in columns.split(","))
    return f"""
        SELECT t.rowid, '{columns}', 'foreignKeys'
        FROM {table} t ANTI JOIN {parent} p ON {same}
        WHERE {filled}
    """


def check() -> Iterator[Finding]:
    """Yield what is wrong with the shop in this folder."""
    shop = duckdb.connect()
    for table in FAILS:
        as_text = "header = true, all_varchar = true, delim = ',', quote = '\"', escape = '\"'"
        shop.execute(f"CREATE TABLE {table} AS FROM read_csv('{table}.csv', {as_text})")
    queries = [
        *((table, fails(table)) for table in FAILS),
        *((key[0], recurs(*key)) for key in KEYS),
        *((key[0], dangles(*key)) for key in FOREIGN_KEYS),
    ]
    for table, query in queries:
        for row, columns, rule in shop.execute(query).fetchall():
            yield table, row + 2, columns, rule, 1


if __name__ == "__main__":
    print_report(check())
