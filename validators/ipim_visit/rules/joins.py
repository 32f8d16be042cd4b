"""How rules look at other tables: left joins only, so that no row is lost."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd


def looked_up(keys: "pd.Series[str]", table: pd.DataFrame, key: str, column: str) -> "pd.Series[str]":
    """Return, for each key, what a table has in a column; null where it has no such key or nothing there."""
    known = table.dropna(subset=[key]).drop_duplicates(key).set_index(key)[column].astype(object)
    return keys.astype(object).map(known.where(known.notna(), None))


def verdicts(lines: pd.DataFrame, holds: Iterable[bool]) -> "pd.Series[bool]":
    """Return verdicts on the lines of a table, in their order, under their index."""
    return pd.Series(list(holds), index=lines.index, dtype=bool)


def grouped(table: pd.DataFrame, key: str | Sequence[str], column: str) -> dict[Any, frozenset[str]]:
    """Return the values that a column has for each key."""
    keys = key if isinstance(key, str) else list(key)
    return dict(table.groupby(keys, observed=True)[column].agg(frozenset))


def parents(table: pd.DataFrame, key: str, parent: str) -> Mapping[str, str]:
    """Return the parent of each row of a tree that has one, by key."""
    inner = table[table[parent].notna()]
    return dict(zip(inner[key], inner[parent], strict=True))


def ancestors(key: str, parent_of: Mapping[str, str]) -> list[str]:
    """Return what a key hangs on, the nearest first; where that is a cycle, once around it."""
    found: list[str] = []
    while key in parent_of and parent_of[key] not in found:
        key = parent_of[key]
        found.append(key)
    return found


def pairs(table: pd.DataFrame, first: str, second: str) -> set[tuple[str, str]]:
    """Return the pairs that two columns hold."""
    return set(zip(table[first], table[second], strict=True))


def at_most(low: "pd.Series[pd.Timestamp]", high: "pd.Series[pd.Timestamp]") -> "pd.Series[bool]":
    """Tell which of the first are not above the second; where either is null, that is not known, and true."""
    return (low <= high) | low.isna() | high.isna()
