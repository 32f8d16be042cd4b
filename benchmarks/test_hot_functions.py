"""The functions in which a validation spends its time, measured one by one with pytest-benchmark.

pytest benchmarks/test_hot_functions.py --benchmark-min-rounds=20
pytest benchmarks/test_hot_functions.py --benchmark-autosave    # and later --benchmark-compare

Each is given what it gets of a table of 100,000 rows, and each test holds that its answer is right, so that
nothing fast and wrong is measured.
"""

import numpy as np
import pyarrow as pa
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from factpack.arrow_csv import owned, scan, usual_columns
from factpack.constraints import tests_of as constraint_tests
from factpack.dialect import Dialect
from factpack.fields import read_column
from factpack.forms import ReportForm
from factpack.keys import is_first, is_found
from factpack.report import Finding, Report, ResourceReport, Verdict
from factpack.reports import render
from factpack.reports.content import content_of
from factpack.table_schema import Field, parse_schema
from factpack.values import Values

ROWS = 100_000

#: A text of each type that has one, by a number.
TEXTS = {
    "string": "w{0}",
    "integer": "{0}",
    "number": "{0}.25",
    "boolean": "true",
    "date": "2024-{1:02}-{2:02}",
    "datetime": "2024-{1:02}-{2:02}T12:{3:02}:00Z",
    "time": "12:{3:02}:{2:02}",
    "year": "20{2:02}",
    "yearmonth": "2024-{1:02}",
    "duration": "PT{0}S",
    "geopoint": "{2},{3}",
    "object": '{{"a": {0}}}',
    "array": "[{0}]",
    "list": "a,b{0}",
}
#: A constraint of each kind, all of which the values of its type meet but one in ten.
CONSTRAINTS = {
    "pattern": ("string", "w[0-9]*[1-9]", "w{0}"),
    "enum": ("string", [f"w{number}" for number in range(1, 10)], "w{4}"),
    "minLength": ("string", 2, "{5}"),
    "maxLength": ("string", 9, "{5}"),
    "minimum": ("integer", 1, "{4}"),
    "maximum": ("number", 8.5, "{4}"),
    "exclusiveMinimum": ("date", "2024-01-01", "2024-01-{6:02}"),
}


def column(form: str) -> Values:
    """Return a column of texts of a form."""
    numbers = range(ROWS)
    texts = [
        form.format(n, n % 12 + 1, n % 28 + 1, n % 60, n % 10, "w" * (n % 10 + 1), n % 10 + 1)
        for n in numbers
    ]
    return Values(pa.chunked_array([texts]))


def field(kind: str, **constraints: object) -> Field:
    """Return a field of a type."""
    (only,) = parse_schema({"fields": [{"name": "a", "type": kind, "constraints": constraints}]}).fields
    return only


def content(*, quoted: bool) -> bytes:
    """Return the bytes of a table of four columns."""
    note = '"one, and ""two"""' if quoted else "one and two"
    lines = [f"k{number},{number},2024-05-17,{note}\n" for number in range(ROWS)]
    return "".join(lines).encode()


@pytest.mark.parametrize("quoted", [False, True], ids=["plain", "quoted"])
def test_scan(benchmark: BenchmarkFixture, quoted: bool) -> None:
    text = owned(content(quoted=quoted))

    found = benchmark(scan, text, 0, Dialect(), "")

    assert len(found.starts) == ROWS


@pytest.mark.parametrize("quoted", [False, True], ids=["plain", "quoted"])
def test_tokenize(benchmark: BenchmarkFixture, quoted: bool) -> None:
    text = owned(content(quoted=quoted))
    found = scan(text, 0, Dialect(), "")
    assert found is not None

    columns = benchmark(usual_columns, found, 4, Dialect())

    assert columns[3][0].as_py() == ('one, and "two"' if quoted else "one and two")
    assert len(columns[0]) == ROWS


@pytest.mark.parametrize("kind", TEXTS)
def test_read_column(benchmark: BenchmarkFixture, kind: str) -> None:
    cells = column(TEXTS[kind])

    read = benchmark(read_column, cells, field(kind))

    assert not read.unreadable.any()
    assert not read.values.is_null().any()


@pytest.mark.parametrize("name", CONSTRAINTS)
def test_constraint(benchmark: BenchmarkFixture, name: str) -> None:
    kind, argument, form = CONSTRAINTS[name]
    constrained = field(kind, **{name: argument})
    values = read_column(column(form), constrained).values
    (only,) = constraint_tests(constrained)

    passed = benchmark(only.passed, values)

    assert np.count_nonzero(~passed) == ROWS // 10


@pytest.mark.parametrize("width", [1, 2], ids=["one column", "two columns"])
def test_is_first(benchmark: BenchmarkFixture, width: int) -> None:
    key = [column("k{0}"), column("{2}")][:width]

    first = benchmark(is_first, key)

    assert first.all()


@pytest.mark.parametrize("width", [1, 2], ids=["one column", "two columns"])
def test_is_found(benchmark: BenchmarkFixture, width: int) -> None:
    parent = [column("k{0}"), column("{2}")][:width]
    positions = np.arange(ROWS)[::-1].copy()

    found = benchmark(is_found, [values.take(positions) for values in parent], parent)

    assert found.all()


@pytest.mark.parametrize("form", list(ReportForm))
def test_report(benchmark: BenchmarkFixture, form: ReportForm) -> None:
    findings = [
        Finding(
            rule="maximum",
            resource="t",
            path="t.csv",
            row=row,
            line=row,
            field="a",
            value="9",
            message="a sign of its own",
        )
        for row in range(2, 10_002)
    ]
    resource = ResourceReport(name="t", path="t.csv", rows=ROWS, verdict=Verdict.INVALID, errors=10_000)
    report = Report(package="p", resources=[resource], findings=findings, rules=[], documents=[])
    shown = content_of(report)

    text = benchmark(lambda: "".join(render(shown, form)))

    assert text.count("a sign of its own") >= len(findings)
