"""What stands in the columns of a table: how many nulls, how many values, from which to which."""

import datetime
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np

from factpack.exceptions import DescriptorError, SchemaError, UnjudgedError
from factpack.fields import Column, hashable, json_value
from factpack.package import Resource
from factpack.table import Table, read_what_can_be_judged

#: The types whose values have an order that people ask for.
ORDERED = ("integer", "number", "date", "time", "datetime", "year", "yearmonth")


@dataclass(frozen=True, kw_only=True)
class ColumnTally:
    """What stands in a column of `rows` cells.

    `unreadable` cells are not of the field's type. `counts` has the number of cells of each value, by its
    `factpack.fields.hashable`. `lowest` and `highest` are texts as they stand in the table, None where the
    type has no order or nothing is there.
    """

    rows: int
    nulls: int
    unreadable: int
    counts: Mapping[Any, int]
    lowest: str | None
    highest: str | None

    def count(self, value: Any) -> int:
        """Return how many cells have a value."""
        return self.counts.get(hashable(value), 0)


@dataclass(frozen=True, kw_only=True)
class TableTally:
    """What stands in a table of `rows` rows; `columns` has those of its fields that can be read.

    If the table cannot be read, `rows` is None and `reason` says why.
    """

    rows: int | None
    columns: Mapping[str, ColumnTally]
    reason: str | None = None


def tally(resource: Resource) -> TableTally:
    """Return what stands in the table of a resource that has a schema."""
    try:
        found, _ = read_what_can_be_judged(resource)
    except OSError as error:
        return TableTally(rows=None, columns={}, reason=error.strerror or str(error))
    except (SchemaError, UnjudgedError, DescriptorError) as error:
        return TableTally(rows=None, columns={}, reason=str(error))
    columns = {name: _tally(found, column) for name, column in found.columns.items()}
    return TableTally(rows=len(found.lexical), columns=columns)


def _tally(table: Table, column: Column) -> ColumnTally:
    once = column.values.distinct()
    numbers = np.bincount(once.places[once.places >= 0], minlength=len(once.items))
    counts: Counter[Any] = Counter()
    for item, number in zip(once.items, numbers, strict=True):
        counts[hashable(item)] += int(number)
    unreadable = int(column.unreadable.sum())
    lowest, highest = _bounds(table, column)
    return ColumnTally(
        rows=len(column.values),
        nulls=int(column.values.is_null().sum()) - unreadable,
        unreadable=unreadable,
        counts={value: number for value, number in counts.items() if number},
        lowest=lowest,
        highest=highest,
    )


def _bounds(table: Table, column: Column) -> tuple[str | None, str | None]:
    if column.field.type not in ORDERED:
        return None, None
    items = column.values.to_list()
    places = [place for place, item in enumerate(items) if isinstance(item, COMPARABLE)]
    try:
        lowest, highest = (choose(places, key=items.__getitem__) for choose in (min, max))
    except (TypeError, ValueError):  # moments with and without a zone have no order; or there are none
        return None, None
    texts = table.lexical.texts(column.field.name)
    return _shown(texts[lowest]), _shown(texts[highest])


#: Not `NaN`, which is neither below nor above anything.
COMPARABLE = (int, float, Decimal, datetime.date, datetime.time, tuple)


def _shown(cell: Any) -> str | None:
    return None if cell is None else str(cell)


def category_values(column_field: Any) -> list[Any]:
    """Return the values of the categories of a field, as its cells are read."""
    return [json_value(column_field, value) for value in column_field.categories or ()]
