"""A compiled pandera schema, for people."""

import pandera.pandas as pa
from rich.console import Console
from rich.table import Table

from factpack.reports.text import plain


def render(schema: pa.DataFrameSchema) -> None:
    """Print the checks of a pandera schema, those of each column first."""
    table = Table("columns", "check", "expects", title=f"pandera schema of {plain(schema.name)}")
    for column in schema.columns.values():
        for check in column.checks:
            table.add_row(plain(column.name), check.name, plain(check.error))
    for check in schema.checks:
        table.add_row(plain(", ".join(check.statistics["fields"])), check.name, plain(check.error))
    for fields, expected in (schema.metadata or {}).get("foreignKeys without parents", ()):
        table.add_row(plain(", ".join(fields)), "foreignKeys", plain(f"{expected}, where that is given"))
    Console(emoji=False).print(table)
