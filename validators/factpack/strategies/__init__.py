"""Hypothesis strategies for tables, for packages of tables that refer to each other, and for faults in these.

They need Hypothesis: `pip install hypothesis`. `docs/strategies.md` shows their use.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from factpack.exceptions import SchemaError
from factpack.strategies.cells import tried
from factpack.strategies.corruption import Corruption, draw_corruption, targets_of
from factpack.strategies.drawn_package import DrawnPackage, frame_of, planned, source_of
from factpack.strategies.related_rows import Plan, Row, Wanted, draw_rows
from factpack.table_schema import parse_schema

__all__ = ["Corruption", "DrawnPackage", "corruptions", "packages", "tables"]

#: So many packages are tried to see whether there is one with as many rows as are asked for.
TRIES = 5


def tables(
    schema: Mapping[str, Any], *, min_rows: int = 0, max_rows: int = 5
) -> st.SearchStrategy[pd.DataFrame]:
    """Return a strategy for tables that satisfy a Table Schema.

    A table is a DataFrame of texts, as they stand in a CSV file, with the fields as its columns, in order.
    A null cell is one of the field's missing values. Types, formats, constraints, categories, primary and
    unique keys hold, and foreign keys into the table itself; those into other tables are left free.

    Raises:
        SchemaError: the schema is malformed, or no table was found that satisfies it.
        UnjudgedError: factpack cannot judge by it.
        InvalidArgument: `min_rows` is below 0, or more than `max_rows`.

    Source: Table Schema v2.0.

    """
    parsed = parse_schema(schema)
    own = replace(parsed, foreign_keys=[key for key in parsed.foreign_keys if not key.resource])
    plans = planned({"": own})
    return _rows(plans, min_rows, max_rows).map(lambda rows: frame_of(plans[""], rows[""]))


def packages(
    descriptor: str | Path, *, min_rows: int = 0, max_rows: int = 5
) -> st.SearchStrategy[DrawnPackage]:
    """Return a strategy for packages that satisfy the descriptor (`datapackage.json`) at a path.

    They have a table, of so many rows, for each resource that is one and has a schema. All that `tables`
    tells holds in each, and so do the foreign keys between them. Data files are not read, and need not exist.

    Raises:
        SchemaError: a schema is malformed, or no package was found that satisfies all of them.
        UnjudgedError: factpack cannot judge by a schema.
        PackageError: there is no such file, or it, or that of a schema, cannot be used.
        InvalidArgument: `min_rows` is below 0, or more than `max_rows`.

    Source: Data Package v2.0; Table Schema v2.0.

    """
    source = source_of(descriptor)
    return _rows(source.plans, min_rows, max_rows).map(lambda rows: source.package(rows))


def corruptions(descriptor: str | Path, *, max_rows: int = 5) -> st.SearchStrategy[Corruption]:
    """Return a strategy for packages as `packages` draws them, with one fault put into each.

    The fault is of a kind, and in a table and field, that the schemas make possible. Nothing refers to the
    row that has it, so that no other row is at fault; `Corruption` tells what is what.

    Raises:
        SchemaError: as `packages`, or no fault is possible.
        UnjudgedError, PackageError: as `packages`.
        InvalidArgument: `max_rows` is below 1.

    Source: Data Package v2.0; Table Schema v2.0.

    """
    _check_counts(1, max_rows)
    source = source_of(descriptor)
    targets = targets_of(source.plans, max_rows)
    if not targets:
        raise SchemaError("the schemas leave no room for a fault")

    # without parameters, as below
    @st.composite
    def corrupted(draw: st.DrawFn) -> Corruption:
        return draw_corruption(draw, source, targets)

    return corrupted()


def _check_counts(least: int, most: int) -> None:
    if not 0 <= least <= most:
        raise InvalidArgument(f"a table cannot have at least {least} rows and at most {most}")


def _rows(plans: Mapping[str, Plan], least: int, most: int) -> st.SearchStrategy[dict[str, list[Row]]]:
    """Return a strategy for the rows of all tables; raises SchemaError if there are not so many."""
    _check_counts(least, most)
    strategy = _all_rows(plans, Wanted(most, dict.fromkeys(plans, least)))
    if least and not tried(strategy, TRIES):
        alone = [name for name in plans if not tried(_all_rows(plans, Wanted(most, {name: least})), TRIES)]
        where = f"{alone[0]}: " if alone and alone[0] else ""
        raise SchemaError(f"{where}no {least} rows were found that satisfy the schema")
    return strategy


def _all_rows(plans: Mapping[str, Plan], wanted: Wanted) -> st.SearchStrategy[dict[str, list[Row]]]:
    """Return a strategy for the rows of all tables."""

    # without parameters, which Hypothesis would show in full with each example
    @st.composite
    def rows(draw: st.DrawFn) -> dict[str, list[Row]]:
        return draw_rows(draw, plans, wanted)

    return rows()
