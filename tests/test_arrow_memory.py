"""What is made of memory is what pyarrow itself makes, and pandas is not imported for it."""

import subprocess
import sys
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from conftest import MakePackage
from hypothesis import given
from hypothesis import strategies as st

from factpack import arrow_memory

TEXTS = st.lists(st.text(max_size=5))
NUMBERS = st.lists(st.integers(-(2**63), 2**63 - 1))
BOOLS = st.lists(st.none() | st.booleans(), max_size=40)


@given(TEXTS, NUMBERS, st.lists(st.floats(allow_nan=False)))
def test_arrays_are_those_of_pyarrow(texts: list[str], numbers: list[int], floats: list[float]) -> None:
    assert arrow_memory.array_of(texts, pa.string()).equals(pa.array(texts, pa.string()))
    assert arrow_memory.array_of(numbers, pa.int64()).equals(pa.array(numbers, pa.int64()))
    assert arrow_memory.array_of(floats, pa.float64()).equals(pa.array(floats, pa.float64()))


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("é", pa.string()),
        (-3, pa.int64()),
        (7, pa.int32()),
        (0.5, pa.float64()),
        (None, pa.string()),
        (np.datetime64("2024-01-01T00:00:00", "us"), pa.timestamp("us")),
    ],
    ids=["a text", "negative", "short", "a float", "null", "a moment"],
)
def test_a_scalar_is_that_of_pyarrow(value: Any, kind: pa.DataType) -> None:
    assert arrow_memory.scalar(value, kind).equals(pa.scalar(value, kind))


@given(BOOLS, st.integers(0, 20), st.booleans())
def test_verdicts_are_those_of_pyarrow(items: list[bool | None], start: int, null: bool) -> None:
    whole = pa.array(items, pa.bool_())
    chunked = pa.chunked_array([whole[start:], whole[:start], pa.array([], pa.bool_())])

    found = arrow_memory.numpy_bools(chunked, null=null).tolist()

    assert found == [null if item is None else item for item in [*items[start:], *items[:start]]]
    assert arrow_memory.numpy_bools(whole, null=null).tolist() == [
        null if item is None else item for item in items
    ]
    kept = [bool(item) for item in items]
    assert arrow_memory.bools_array(np.array(kept, bool)).to_pylist() == kept


@given(st.lists(st.none() | st.integers(-(2**31), 2**31 - 1), max_size=40), st.integers(0, 20))
def test_numbers_are_those_of_pyarrow(items: list[int | None], start: int) -> None:
    for kind in (pa.int32(), pa.int64()):
        found = arrow_memory.numpy_numbers(pa.array(items, kind)[start:], null=-7)
        assert found.tolist() == [-7 if item is None else item for item in items[start:]]
        assert found.dtype == np.int64


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("id,n,x,b,d,k\na,2,1.5,true,2024-01-02,p\nb,1,,false,,q\na,1,,,,\n", "valid"),
        ("id,n,x,b,d,k\na,2,x,true,2024-02-31,p\n?,0,9,maybe,,r\na,2,,,,\n,+7,+1,,,\n", "invalid"),
    ],
    ids=["valid", "invalid"],
)
def test_a_plain_package_is_judged_without_pandas(make_package: MakePackage, text: str, verdict: str) -> None:
    fields = [
        {"name": "id", "type": "string", "constraints": {"minLength": 1, "maxLength": 3, "pattern": "[a-z]"}},
        {"name": "n", "type": "integer", "constraints": {"minimum": 1, "required": True}},
        {"name": "x", "type": "number", "constraints": {"maximum": 5}},
        {"name": "b", "type": "boolean"},
        {"name": "d", "type": "date"},
        {"name": "k", "type": "string", "constraints": {"enum": ["p", "q"]}},
    ]
    keys = {"primaryKey": ["id", "n"], "foreignKeys": [{"fields": "id", "reference": {"fields": "id"}}]}
    descriptor = make_package(t=(text, {"fields": fields, **keys}))
    program = (
        f"import sys, factpack; report = factpack.validate({str(descriptor)!r}); "
        "print(report.verdict, *({'pandas', 'pandera', 'frictionless'} & sys.modules.keys()))"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout == f"{verdict}\n"
