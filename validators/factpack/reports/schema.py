"""A compiled pandera schema, for people."""

from collections.abc import Iterator

import pandera.pandas as pa

from factpack.reports.text import print_table


def render(schema: pa.DataFrameSchema) -> None:
    """Print the checks of a pandera schema, those of each column first."""
    print_table(f"pandera schema of {schema.name}", ("columns", "check", "expects"), list(_rows(schema)))


def _rows(schema: pa.DataFrameSchema) -> Iterator[tuple[str, str, str]]:
    for column in schema.columns.values():
        for check in column.checks:
            yield str(column.name), str(check.name), str(check.error)
    for check in schema.checks:
        yield ", ".join(check.statistics["fields"]), str(check.name), str(check.error)
    for fields, expected in (schema.metadata or {}).get("foreignKeys without parents", ()):
        yield ", ".join(fields), "foreignKeys", f"{expected}, where that is given"
