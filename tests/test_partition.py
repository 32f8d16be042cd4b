"""Rows are divided by their keys so that equal keys come together, however their values are held."""

import datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from conftest import MakePackage
from hypothesis import example, given
from hypothesis import strategies as st

from factpack.fields import NAN, hashable
from factpack.package import open_package
from factpack.partition import divided, part_numbers
from factpack.table import Table, counted, joined_table, read, with_keys_only
from factpack.values import Values

ITEMS = (
    st.none()
    | st.text(max_size=12)
    | st.sampled_from(["a", "b", "1", "Ä", "aaaaaaaaaaaaaaaa", 1, 2, -1, 2**62, 2**70, True, NAN])
    | st.sampled_from(
        [Decimal(1), Decimal("1.0"), Decimal("1.5"), Decimal("Infinity"), (1, 2), [1], {"a": 1}]
    )
    | st.dates()
    | st.datetimes()
)


def held(items: list[Any]) -> list[Values]:
    """Return items in each way that can hold them."""
    known = [item for item in items if item is not None]
    numbers = iter(range(len(known)))
    ways = [Values(known, np.array([-1 if item is None else next(numbers) for item in items], np.int64))]
    if all(isinstance(item, str) for item in known):
        array = pa.array(items, pa.string())
        ways.append(Values(pa.chunked_array([array[:1], pa.array(["x", *items], pa.string())[2:]])))
        filled = pa.chunked_array([pa.array(["NA" if item is None else item for item in items], pa.string())])
        nulls = pa.array([item is None for item in items])
        ways.append(Values(pc.if_else(nulls, pa.scalar(None, pa.string()), filled)))  # with bytes under nulls
    if all(isinstance(item, int) and not isinstance(item, bool) and abs(item) < 2**63 for item in known):
        ways.append(Values(pa.chunked_array([pa.array(items, pa.int64())])))
        ways.append(Values([Decimal(item) for item in known], ways[0].places))
    return ways


@given(
    st.lists(ITEMS, min_size=1, max_size=20)
    | st.lists(st.none() | st.text(max_size=3), min_size=1)
    | st.lists(st.none() | st.integers(-3, 3) | st.sampled_from([2**62, -(2**63), 2**63 - 1]), min_size=1),
    st.integers(1, 8),
)
@example([-(2**63)], 5)
def test_equal_values_are_in_the_same_part(items: list[Any], count: int) -> None:
    found = [part_numbers([values], count).tolist() for values in held(items)]

    assert all(numbers == found[0] for numbers in found)
    assert all(0 <= number < count for number in found[0])
    parts: dict[Any, int] = {}
    for item, number in zip(items, found[0], strict=True):
        assert parts.setdefault(hashable(item), number) == number


def test_a_key_of_several_columns_is_told_apart_by_each() -> None:
    texts = Values(pa.chunked_array([pa.array(["a", "b"] * 50)]))
    numbers = Values(pa.chunked_array([pa.array(range(100))]))

    assert len(set(part_numbers([texts, numbers], 10**6).tolist())) > 90


@pytest.mark.parametrize(
    "items",
    [[f"ord-{number:07}" for number in range(4000)], [*range(4000)], [*range(0, 4_000_000, 1000)]],
    ids=["identifiers", "numbers", "thousands"],
)
def test_the_parts_are_about_as_large_as_each_other(items: list[Any]) -> None:
    numbers = part_numbers([Values(pa.chunked_array([pa.array(items)]))], 8)

    assert max(np.bincount(numbers)) < 2 * len(items) / 8


def test_the_parts_of_a_table_make_the_columns_of_the_key(make_package: MakePackage) -> None:
    text = "id,day\n" + "".join(f"k{number},2024-01-{number % 28 + 1:02}\n" for number in range(100))
    fields = [{"name": "id", "type": "string"}, {"name": "day", "type": "date"}]
    table = read(open_package(make_package(t=(text, fields))).resource("t"))

    parts = divided(table, ["day"], 3)

    assert all(part.columns.keys() == part.lexical.columns.keys() == {"day"} for part in parts)
    rows = [row for part in parts for row in zip(part.lexical.rows, part.lexical.texts("day"), strict=True)]
    assert sorted(rows) == [(number + 2, f"2024-01-{number % 28 + 1:02}") for number in range(100)]
    days = [set(part.columns["day"].values.to_list()) for part in parts]
    assert set.union(*days) == {datetime.date(2024, 1, day) for day in range(1, 29)}
    assert sum(map(len, days)) == 28
    assert all(part.lexical.lines.tolist() == part.lexical.rows.tolist() for part in parts)


def two_files(make_package: MakePackage) -> Table:
    """Return a table in two files, with a blank row, and two cells that are no whole numbers."""
    fields = [{"name": "n", "type": "integer"}, {"name": "note", "type": "string"}]
    text = "n,note\n1,a\n\nx,b\n"
    descriptor = make_package(t=(text, fields), resource={"path": ["t.csv", "u.csv"]})
    (descriptor.parent / "u.csv").write_text("n,note\ny,c\n2,d\n")
    return read(open_package(descriptor).resource("t"))


#: Where its rows are, and whether the number in each is wrong.
ROWS = [
    ("t.csv", 2, 2, False),
    ("t.csv", 4, 4, True),
    ("u.csv", 5, 2, True),
    ("u.csv", 6, 3, False),
]


def rows_of(table: Table) -> list[tuple[Any, ...]]:
    """Return where the rows of a table are, and whether the number in each is wrong."""
    places = table.lexical.places(table.resource, np.arange(len(table.lexical)))
    wrong = table.columns["n"].unreadable.tolist()
    return [(*place, one) for place, one in zip(places, wrong, strict=True)]


def test_the_rows_of_parts_keep_their_files_and_what_was_found_of_their_cells(
    make_package: MakePackage,
) -> None:
    table = two_files(make_package)

    parts = divided(table, ["n"], 2)

    assert rows_of(table) == ROWS
    assert table.lexical.findings != []
    assert all(part.lexical.findings == [] for part in parts)
    assert sorted(row for part in parts for row in rows_of(part)) == ROWS
    assert sorted(rows_of(joined_table(parts))) == ROWS
    assert joined_table(parts).columns["n"].field is table.columns["n"].field


def test_a_table_is_left_with_its_keys_or_with_the_number_of_its_rows(make_package: MakePackage) -> None:
    table = two_files(make_package)

    keys, count = with_keys_only(table, ["note", "absent"]), counted(table, 7)

    assert keys.columns.keys() == keys.lexical.columns.keys() == {"note"}
    assert (keys.is_judged, keys.lexical.findings, len(keys.lexical)) == (True, [], 4)
    assert count.columns == count.lexical.columns == {}
    assert count.lexical.rows.tolist() == count.lexical.lines.tolist() == [0] * 7


def test_a_finding_on_a_row_names_its_file(make_package: MakePackage) -> None:
    table = two_files(make_package)

    found = [table.finding("rule", "message", position, ["n", "note"]) for position in (1, 2)]

    assert [(one.path, one.row, one.line, one.field, one.value) for one in found] == [
        ("t.csv", 4, 4, "n,note", "x,b"),
        ("u.csv", 5, 2, "n,note", "y,c"),
    ]


@pytest.mark.parametrize("place", range(1, 9))
def test_texts_are_told_apart_by_each_of_their_last_bytes(place: int) -> None:
    texts = Values(pa.chunked_array([[start + "x" * (place - 1) for start in "abcd"]]))

    assert len(set(part_numbers([texts], 2**31).tolist())) == 4
