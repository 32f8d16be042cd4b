"""Keys at their bounds: many columns, many values, no rows, several ways to hold the same values."""

import itertools
from collections import namedtuple
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from factpack import keys
from factpack.fields import hashable
from factpack.values import Values, encode
from factpack.words import in_words

#: With null, a column of so many values has 2**14 numbers.
MANY = 2**14 - 1


def arrow(items: list[int], kind: pa.DataType | None = None) -> Values:
    return Values(pa.chunked_array([pa.array(items, kind or pa.int64())]))


@pytest.mark.parametrize("width", [4, 5, 6])
def test_keys_of_many_columns_with_many_values_are_told_apart(width: int) -> None:
    rows = [(number,) * width for number in range(MANY)]
    last = MANY - 1
    for number in range(width):  # each differs from the last row in one column alone
        for other in (1, 3, 256):
            rows.append((*(last,) * number, last - other, *(last,) * (width - number - 1)))
    key = [arrow([row[place] for row in rows]) for place in range(width)]

    assert keys.is_first(key).all()
    assert keys.is_found(key, key).all()
    first = [values.filter(np.arange(len(rows)) < MANY) for values in key]
    assert np.array_equal(keys.is_found(key, first), np.arange(len(rows)) < MANY)


def test_a_key_without_rows_is_one() -> None:
    nothing = Values(pa.chunked_array([], pa.string()))

    for key in ([nothing], [nothing, nothing]):
        assert keys.is_first(key).tolist() == []
        assert keys.is_found(key, key).tolist() == []


def test_whole_numbers_are_found_among_floats_and_texts_among_texts_only() -> None:
    floats, texts = arrow([1, 2], pa.float64()), Values(pa.chunked_array([["1", "x"]]))

    assert keys.is_found([arrow([1, 3])], [floats]).tolist() == [True, False]
    assert keys.is_found([arrow([1, 3])] * 2, [floats] * 2).tolist() == [True, False]
    assert keys.is_found([texts], [floats]).tolist() == [False, False]


def test_columns_of_one_type_are_compared_by_arrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("factpack.keys.hashable", None)
    one, two = arrow([1, 2, 1]), arrow([2, 3])

    assert keys.is_first([one, one]).tolist() == [True, True, False]
    assert keys.is_found([one], [two]).tolist() == [False, True, False]
    assert keys.is_found([one, one], [two, two]).tolist() == [False, True, False]


def test_one_column_of_one_type_is_not_numbered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("factpack.keys._numbered", None)

    one, other = (Values(pa.chunked_array([texts])) for texts in (["a", "bc"], ["bc"]))
    assert keys.is_found([one], [other]).tolist() == [False, True]


def test_null_in_a_part_of_a_key_is_equal_to_null() -> None:
    child = [encode([1, None, None]), encode([None, 2, None])]
    parent = [encode([1, None]), encode([None, 3])]

    assert keys.is_found(child, parent).tolist() == [True, False, True]
    assert keys.is_first([encode([None, 1, None, 1])]).tolist() == [True, True, False, False]


@st.composite
def columns_of_keys(draw: st.DrawFn) -> list[list[Any]]:
    """Draw the columns of a key, often in the order of its rows, with nulls or without."""
    kinds = draw(
        st.lists(st.sampled_from([st.integers(0, 5), st.sampled_from("abcé")]), min_size=1, max_size=3)
    )
    rows = draw(st.lists(st.tuples(*kinds), max_size=30))
    if draw(st.booleans()):
        rows = sorted(set(rows))
    elif draw(st.booleans()):
        rows = sorted(rows)
    gap = draw(st.integers(0, 60))
    return [
        [None if number == gap else row[place] for number, row in enumerate(rows)]
        for place in range(len(kinds))
    ]


@given(columns_of_keys(), st.integers(1, 40), st.integers(1, 8))
def test_a_row_is_first_if_no_row_before_it_is_equal(columns: list[list[Any]], few: int, chunk: int) -> None:
    kinds = [
        pa.int64() if any(isinstance(item, int) for item in column) else pa.string() for column in columns
    ]
    key = [
        Values(pa.chunked_array([column[at : at + chunk] for at in range(0, len(column), chunk)], kind))
        for column, kind in zip(columns, kinds, strict=True)
    ]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(keys, "FEW_ROWS", few)
        found = keys.is_first(key).tolist()

    rows = list(zip(*columns, strict=True))
    assert found == [row not in rows[:place] for place, row in enumerate(rows)]


@st.composite
def texts_of_keys(draw: st.DrawFn) -> list[list[list[str]]]:
    """Draw the columns of two keys, whose texts are few, and mostly of one length."""
    width, size = draw(st.integers(1, 2)), draw(st.integers(1, 18))
    letters = st.text("aéz\x7f", min_size=size, max_size=size) | st.text("ab", min_size=1, max_size=size)
    few = [draw(st.lists(letters, min_size=1, max_size=4)) for _ in range(width)]
    column = st.tuples(*(st.sampled_from(texts) for texts in few))
    rows, others = draw(st.lists(column, max_size=12)), draw(st.lists(column, max_size=12))
    return [[[row[place] for row in part] for place in range(width)] for part in (rows, others)]


@given(texts_of_keys(), st.integers(1, 5))
@example([[["a" * 9, "a" * 9 + "b"]], [["a" * 10]]], 5)
@example([[["a", "aa"]], [["aa"]]], 1)
@example([[["\0a"]], [["a"]]], 1)
def test_texts_are_found_and_first_whatever_their_length(drawn: list[list[list[str]]], chunk: int) -> None:
    key, parent = (
        [
            Values(
                pa.chunked_array([texts[at : at + chunk] for at in range(0, len(texts), chunk)], pa.string())
            )
            for texts in columns
        ]
        for columns in drawn
    )
    rows, others = (list(zip(*columns, strict=True)) for columns in drawn)

    assert keys.is_found(key, parent).tolist() == [row in others for row in rows]
    assert keys.is_first(key).tolist() == [row not in rows[:place] for place, row in enumerate(rows)]


@pytest.mark.parametrize("size", [1, 7, 8, 9, 15, 16])
def test_short_texts_of_one_length_are_compared_as_numbers(
    size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("factpack.keys.encoded_array", None)
    monkeypatch.setattr("factpack.keys.bools", None)
    texts = [f"{number}".rjust(size, "0") for number in (3, 1, 2)]
    one, other = (Values(pa.chunked_array([part, []])) for part in (texts, [texts[0], texts[0], texts[2]]))

    assert keys.is_found([one], [other]).tolist() == [True, False, True]
    assert keys.is_first([one]).all()
    assert keys.is_first([other]).tolist() == [True, False, True]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["b12345678", "a12345678"], [[ord("b"), ord("a")], [0x3132333435363738] * 2]),
        (["ab12345678", "cb12345678"], [[0x6162, 0x6362], [0x3132333435363738] * 2]),
        (["a12345678", "a12345679"], [[0x3132333435363738, 0x3132333435363739]]),
        (["12345678", "22345678"], [[0x3132333435363738, 0x3232333435363738]]),
        (["ab", "cd"], [[0x6162, 0x6364]]),
    ],
    ids=["nine bytes", "ten bytes", "of one beginning", "eight bytes", "two bytes"],
)
def test_texts_become_the_numbers_of_their_bytes(texts: list[str], expected: list[list[int]]) -> None:
    later = pa.array(["", "x" * len(texts[0]), *texts]).slice(2)

    (found,) = in_words([[Values(pa.chunked_array([later]))]])
    assert [[*values.to_list()] for values in found] == expected


@pytest.mark.parametrize(
    "texts", [["a" * 17], ["a", "bb"], ["a", None], [""]], ids=["long", "of two lengths", "null", "empty"]
)
def test_other_texts_are_compared_as_they_are(texts: list[str | None]) -> None:
    column = Values(pa.chunked_array([texts], pa.string()))

    ((found,),) = in_words([[column]])
    assert found is column


def test_a_sorted_key_is_not_numbered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("factpack.keys._numbered", None)
    monkeypatch.setattr("factpack.keys.encoded_array", None)

    assert keys.is_first([arrow([1, 1, 2]), arrow([1, 2, 1])]).all()


def test_keys_of_texts_of_any_length_are_told_apart_in_any_order() -> None:
    rows = list(itertools.product(["a", "bb", "ccc", None], ["dddd", "ee", None]))[::-1]
    key = [Values(pa.chunked_array([[row[place] for row in rows]], pa.string())) for place in (0, 1)]

    assert keys.is_first(key).all()
    for number, row in enumerate(rows):
        others = [values.filter(np.arange(len(rows)) != number) for values in key]
        found = keys.is_found(key, others)
        assert found.tolist() == [other != row or not any(row) for other in rows]


def test_named_tuples_are_tuples() -> None:
    point = namedtuple("point", ["lon", "lat"])  # as frictionless has it, which is held against factpack's

    assert hashable(point(1, 2)) == hashable((1, 2)) != hashable([1, 2])
