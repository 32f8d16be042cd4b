"""Columns of values: the two ways in which they are held show the same values; and keys as numbers."""

import pickle
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from factpack import keys
from factpack.exceptions import UnjudgedError
from factpack.fields import NAN, hashable
from factpack.values import (
    FEW,
    Values,
    bools,
    encode,
    has_only,
    in_one_piece,
    is_one_of,
    records_of,
    stacked,
    taken_array,
    texts_column,
)

TEXTS = st.lists(st.none() | st.sampled_from(["", "a", "b", "é"]), max_size=6)


def array(items: list[Any], cut: int = 0) -> Values:
    """Return values that Arrow holds, in two chunks."""
    return Values(
        pa.chunked_array([pa.array(part, pa.string()) for part in (items[:cut], items[cut:])], pa.string())
    )


@given(TEXTS, st.integers(0, 6), st.data())
def test_both_ways_of_holding_values_show_the_same(
    items: list[str | None], cut: int, data: st.DataObject
) -> None:
    keep = np.array(data.draw(st.lists(st.booleans(), min_size=len(items), max_size=len(items))), bool)

    for values in (array(items, cut), encode(items)):
        once = values.distinct()
        assert values.to_list() == items
        assert [values.at(position) for position in range(len(items))] == items
        assert len(values) == len(items)
        assert list(values.is_null()) == [item is None for item in items]
        assert len(set(once.items)) == len(once.items)
        assert Values(once.items, once.places).to_list() == items
        assert values.filter(keep).to_list() == [item for item, kept in zip(items, keep, strict=True) if kept]


@given(TEXTS, TEXTS)
def test_columns_are_stacked(first: list[str | None], second: list[str | None]) -> None:
    for one, other in (
        (array(first), array(second)),
        (encode(first), array(second)),
        (encode(first), encode(second)),
    ):
        assert stacked([one, other]).to_list() == first + second


def test_columns_without_rows_are_stacked() -> None:
    nothing = Values(pa.chunked_array([], pa.string()))

    assert stacked([nothing, nothing]).to_list() == []
    assert nothing.distinct().items == []
    assert nothing.distinct().places.tolist() == []
    assert nothing.distinct().places.dtype == np.int64


def test_records_are_the_values_side_by_side() -> None:
    assert list(records_of([array(["a", None]), encode([1, 2])])) == [("a", 1), (None, 2)]


@given(TEXTS, st.sets(st.sampled_from(["", "a", "b", "c", "d", "e", "f"])))
def test_a_text_is_one_of_others(items: list[str | None], texts: set[str]) -> None:
    found = is_one_of(array(items).items, texts)

    assert bools(found).tolist() == [item in texts for item in items]
    if None in items:
        assert found.to_pylist()[items.index(None)] in (None, False)


def test_few_texts_are_compared_one_by_one_and_more_are_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [str(number) for number in range(FEW + 1)]
    monkeypatch.setattr("pyarrow.compute.is_in", None)

    assert is_one_of(array(["0", "x", None]).items, texts[:FEW]).to_pylist() == [True, False, None]
    with pytest.raises(TypeError):
        is_one_of(array(["0"]).items, texts)


@given(TEXTS, st.integers(0, 6), st.integers(0, 6), st.sampled_from([b"", b"a", b"ab"]))
def test_characters_are_among_others(items: list[str | None], cut: int, start: int, allowed: bytes) -> None:
    texts = array(items, cut).items.slice(start)

    expected = all(set((text or "").encode()) <= set(allowed) for text in items[start:])

    assert has_only(texts, allowed) == expected


def test_verdicts_of_arrow_are_those_of_numpy() -> None:
    for chunks in ([], [[True, None, False]], [[True], [None, False]]):
        found = bools(pa.chunked_array(chunks, pa.bool_()))
        assert found.tolist() == [bool(item) for chunk in chunks for item in chunk]
        assert found.dtype == np.dtype(bool)


def test_values_of_several_types_are_not_confused() -> None:
    assert encode([1, True, 1.0, "1", None, [1], [1]]).to_list() == [1, True, 1.0, "1", None, [1], [1]]


CELLS = st.none() | st.sampled_from([1, 2, 3])


@pytest.mark.parametrize("most", [2**62, 4])
@given(
    rows=st.lists(st.tuples(CELLS, CELLS), max_size=6), parents=st.lists(st.tuples(CELLS, CELLS), max_size=4)
)
def test_keys_are_compared_as_tuples_are(most: int, rows: list[Any], parents: list[Any]) -> None:
    own = [encode([row[place] for row in rows]) for place in (0, 1)]
    other = [encode([row[place] for row in parents]) for place in (0, 1)]
    known = [row for row in parents if row != (None, None)]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("factpack.keys.MOST_NUMBERS", most)
        assert list(keys.is_first(own)) == [row not in rows[:place] for place, row in enumerate(rows)]
        assert list(keys.is_filled(own)) == [None not in row for row in rows]
        assert list(keys.is_found(own, other)) == [row == (None, None) or row in known for row in rows]


@given(TEXTS, TEXTS)
def test_keys_of_one_column_are_compared_as_values_are(
    items: list[str | None], parents: list[str | None]
) -> None:
    expected = [item is None or item in parents for item in items]

    for own in (array(items), encode(items)):
        for other in (array(parents), encode(parents)):
            assert list(keys.is_found([own], [other])) == expected
        assert list(keys.is_first([own])) == [item not in items[:place] for place, item in enumerate(items)]


def test_numbers_are_the_same_key_however_they_are_held() -> None:
    floats = Values(pa.chunked_array([[0.1, 2.0]]))

    assert list(keys.is_found([floats], [encode([Decimal("0.1"), 2])])) == [True, True]
    assert list(keys.is_found([encode([Decimal("0.10"), Decimal("0.11")])], [floats])) == [True, False]


@pytest.mark.parametrize(
    ("one", "same", "other"),
    [
        (0.1, Decimal("0.1"), Decimal("0.1000000000000000055")),
        ({"a": [1.5]}, {"a": [Decimal("1.5")]}, {"a": [1]}),
        ([1, {"b": 2}], [1, {"b": 2.0}], {"b": 2}),
        (NAN, NAN, Decimal(1)),
        (True, True, 1),
        ([True], [True], [1]),
    ],
)
def test_what_is_equal_has_equal_hashes(one: Any, same: Any, other: Any) -> None:
    assert hashable(one) == hashable(same)
    assert hash(hashable(one)) == hash(hashable(same))
    assert hashable(one) != hashable(other)


def test_nan_is_the_same_in_another_process() -> None:
    assert pickle.loads(pickle.dumps([NAN, {"a": NAN}])) == [NAN, {"a": NAN}]


@given(TEXTS, st.integers(0, 6), st.lists(st.integers(0, 5), max_size=8), st.integers(0, 12))
def test_texts_that_are_too_long_for_one_piece_are_taken_in_several(
    items: list[str | None], cut: int, positions: list[int], most: int
) -> None:
    positions = [position for position in positions if position < len(items)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("factpack.values.MOST_BYTES", most)
        found = taken_array(array(items, cut).items, np.array(positions, np.int64))

    assert found.type == pa.string()
    assert found.to_pylist() == [items[position] for position in positions]


def test_texts_that_arrow_cannot_hold_are_not_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    assert texts_column(["a", None]).to_pylist() == ["a", None]

    chunked = pa.chunked_array([["a"], ["b"]])
    monkeypatch.setattr(pa, "array", lambda texts, kind: chunked)  # as it is of more than 2 GiB
    assert texts_column(["a", "b"]) is chunked

    def fail(texts: object, kind: object) -> None:
        raise pa.ArrowCapacityError

    monkeypatch.setattr(pa, "array", fail)
    with pytest.raises(UnjudgedError, match=r"^a cell has more than 2 GiB$"):
        texts_column(["a"])


@pytest.mark.parametrize(("most", "chunks"), [(0, [1, 1, 1, 1]), (10**6, [4])])
def test_texts_that_are_taken_are_in_pieces_only_if_they_must_be(
    monkeypatch: pytest.MonkeyPatch, most: int, chunks: list[int]
) -> None:
    monkeypatch.setattr("factpack.values.MOST_BYTES", most)

    found = taken_array(array(["a", "b", "c"], 0).items, np.array([2, 0, 1, 2], np.int64))

    assert [len(chunk) for chunk in found.chunks] == chunks
    assert found.to_pylist() == ["c", "a", "b", "c"]


def test_only_texts_have_a_longer_type(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("factpack.values.MOST_BYTES", 0)
    numbers = pa.chunked_array([[1], [2]], pa.int64())

    assert in_one_piece(array(["a", "b"], 1).items).type == pa.large_string()
    assert in_one_piece(numbers).equals(pa.array([1, 2], pa.int64()))
    assert taken_array(numbers, np.array([1, 0])).to_pylist() == [2, 1]


def test_columns_of_one_type_stay_in_arrow() -> None:
    texts, numbers = Values(pa.chunked_array([["a"]])), Values(pa.chunked_array([[1]], pa.int64()))

    assert stacked([texts, texts]).array is not None
    assert (stacked([texts, numbers]).array, stacked([texts, numbers]).to_list()) == (None, ["a", 1])


@pytest.mark.parametrize("values", [encode(["a", None, "b"]), Values(pa.chunked_array([["a", None], ["b"]]))])
def test_rows_are_taken_in_the_order_of_their_positions(values: Values) -> None:
    taken = values.take(np.array([2, 1, 2]))

    assert taken.to_list() == ["b", None, "b"]
    assert (taken.array is None) == (values.array is None)
