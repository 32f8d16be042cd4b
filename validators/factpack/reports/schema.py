"""A compiled pandera schema."""

from collections.abc import Iterator, Sequence

import pandera.pandas as pa

from factpack.forms import OutcomeForm
from factpack.reports.tables import Table, tell

#: The columns that a check looks at, what it is called, and what it expects.
Check = tuple[Sequence[str], str, str]


def show(schema: pa.DataFrameSchema, form: OutcomeForm) -> None:
    """Print the checks of a pandera schema, those of each column first, in a form."""
    checks = list(_checks(schema))
    table = Table(
        title=f"pandera schema of {schema.name}",
        head=("columns", "check", "expects"),
        rows=[(", ".join(columns), name, expected) for columns, name, expected in checks],
    )
    members = [{"columns": columns, "check": name, "expects": expected} for columns, name, expected in checks]
    tell([table], {"resource": schema.name, "checks": members}, form)


def _checks(schema: pa.DataFrameSchema) -> Iterator[Check]:
    for column in schema.columns.values():
        for check in column.checks:
            yield [str(column.name)], str(check.name), str(check.error)
    for check in schema.checks:
        yield list(check.statistics["fields"]), str(check.name), str(check.error)
    for fields, expected in (schema.metadata or {}).get("foreignKeys without parents", ()):
        yield list(fields), "foreignKeys", f"{expected}, where that is given"
