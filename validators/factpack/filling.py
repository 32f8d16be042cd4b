"""Keeps short rows in wide tables from taking more memory than what they hold is worth."""

from factpack.exceptions import UnjudgedError

#: Rows are not filled up if they then have more cells than these, and so many times as many as are given.
MOST_CELLS, MOST_TIMES = 10_000_000, 100


def check_filling(rows: int, columns: int, given: int) -> None:
    """Raise UnjudgedError if rows, filled up to so many columns, would have few cells that were given."""
    if rows * columns > max(MOST_CELLS, MOST_TIMES * given):
        raise UnjudgedError(
            f"{rows:,} rows have {given:,} cells in {columns:,} columns; nearly all are missing"
        )
