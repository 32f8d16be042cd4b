"""Splits a table that stands in the descriptor itself, as rows of JSON values."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from factpack.dialect import Dialect
from factpack.exceptions import DescriptorError
from factpack.filling import check_filling
from factpack.header import join_labels
from factpack.splitting import Split, is_label_row, without_body
from factpack.table_schema import MOST_COLUMNS
from factpack.values import encode


def split_rows(data: Any, dialect: Dialect, names: Sequence[str]) -> Split:
    """Return the table of rows that are JSON arrays, the first of them the header, or JSON objects.

    `names` are the names of the fields of the schema. A field that an object lacks is null; where no object
    has any of them, the labels are those of the objects.

    Raises:
        DescriptorError: the data are no list of arrays, nor of objects.
        UnjudgedError: nearly all cells of many would be null.

    Source: Data Resource v2.0, "Inline Data" and, for tables, `data`.

    """
    if not isinstance(data, list):
        raise DescriptorError("the data are no list of rows")
    if all(isinstance(row, dict) for row in data):
        return _split_objects(data, names)
    if all(isinstance(row, list) for row in data):
        return _split_arrays(data, dialect, len(names))
    raise DescriptorError("the data are neither rows that are all arrays, nor rows that are all objects")


def _split_objects(data: list[dict[str, Any]], names: Sequence[str]) -> Split:
    keys = dict.fromkeys(key for row in data for key in row)
    are_strange = bool(keys) and keys.keys().isdisjoint(names)
    labels = list(keys if are_strange else dict.fromkeys([*names, *keys]))
    if len(labels) > MOST_COLUMNS:
        return without_body(labels, len(data) + 1)
    check_filling(len(data), len(labels), sum(map(len, data)))
    columns = [encode([row.get(label) for row in data]) for label in labels]
    return Split(labels, columns, np.arange(2, len(data) + 2), np.zeros(len(data), np.int64), len(data) + 1)


def _split_arrays(data: list[list[Any]], dialect: Dialect, fields: int) -> Split:

    def is_comment(number: int) -> bool:
        first = data[number - 1][0] if data[number - 1] else None
        mark = dialect.comment
        is_marked = mark is not None and isinstance(first, str) and first.startswith(mark)
        return is_marked or number in dialect.comment_rows

    if dialect.header_rows is None:
        last = next((number for number in range(1, len(data) + 1) if not is_comment(number)), 0)
    else:
        last = max(dialect.header_rows, default=0)
    header = [
        number
        for number in range(1, min(last, len(data)) + 1)
        if is_label_row(number, dialect) and not is_comment(number)
    ]
    texts = [["" if cell is None else str(cell).strip() for cell in data[number - 1]] for number in header]
    labels = join_labels(texts, dialect.header_join)
    width = len(labels) or fields
    rows = [number for number in range(last + 1, len(data) + 1) if not is_comment(number)]
    body = [data[number - 1] for number in rows]
    lengths = np.array([len(row) for row in body], np.int64)
    check_filling(len(body), width, int(lengths.sum()))
    return Split(
        labels,
        [encode([row[place] if place < len(row) else None for row in body]) for place in range(width)],
        np.array(rows, np.int64),
        np.zeros(len(rows), np.int64),
        len(data),
        lengths,
        {position: row[width:] for position, row in enumerate(body) if len(row) > width},
        label_row=header[-1] if header else 1,
    )
