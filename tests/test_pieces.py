"""A table that is read and judged in pieces is the same, and its findings are, as if it were read whole."""

import errno
import io
import json
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from conftest import MakePackage
from drawing import Drawn, packages
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import factpack
from factpack import constraints, on_dask, pieces, reading
from factpack.arrow_csv import owned
from factpack.dialect import parse_dialect
from factpack.examination import examine
from factpack.exceptions import PackageError, UnjudgedError
from factpack.package import Package, open_package
from factpack.patterns import Clock
from factpack.pieces import Piece
from factpack.piecewise import (
    Judged,
    found_in,
    judge_by_piece,
    judge_piece,
    judge_pieces,
    keys_of,
    piece_count,
)
from factpack.report import Report, Severity
from factpack.reports.progress import rows_progress
from factpack.source import Read
from factpack.spill import SpilledKeys
from factpack.splitting import Split, split_bytes
from factpack.table import Table
from factpack.validation import run, validate_package

pytestmark = pytest.mark.filterwarnings("ignore:tzname")

USUAL = ("a,b\n", "1,2\n", '"x\ny",2\n', '"a ""b""",\n', '"",""\n', ",\n", "\n", "1,2,3\n", "1\n", "é,2\n")
ODD = (
    *("1,2\r\n", '"x\n', 'x"y,2\n', '"x" y,2\n', "\0,2\n", "1,2", "1,2\r", ",", '"', '""', '"x\r\n""y"\n'),
    *("\udce9,2\n", "1,\udce2\udc82\n"),  # bytes that are no UTF-8
)
LINES = st.lists(st.sampled_from((*USUAL, *ODD)), max_size=30) | st.lists(st.sampled_from(USUAL), max_size=30)


def reader_of(content: bytes) -> Read:
    """Return what reads a content as it would read a file."""

    def read(position: int, size: int | None = None) -> pa.Buffer:
        return owned(content[position:] if size is None else content[position : position + size])

    return read


def described(split: Split) -> tuple[Any, ...]:
    """Return what a split table consists of, faults by their place."""
    lengths = split.lengths if split.lengths is not None else [len(split.columns)] * len(split.rows)
    return (
        split.labels,
        [column.to_list() for column in split.columns],
        [*split.rows],
        [*split.lines],
        [*lengths],
        split.surplus,
        sorted(
            ((fault.rule, fault.message, fault.row, fault.line, fault.cell) for fault in split.faults),
            key=repr,
        ),
    )


def together(found: list[Piece]) -> tuple[Any, ...]:
    """Return what the pieces of a file amount to."""
    parts = [described(piece.split()) for piece in found]
    starts = [sum(len(part[2]) for part in parts[:number]) for number in range(len(parts))]
    return (
        parts[0][0],
        [[cell for part in parts for cell in part[1][place]] for place in range(len(parts[0][1]))],
        *([item for part in parts for item in part[place]] for place in (2, 3, 4)),
        {
            start + row: cells
            for start, part in zip(starts, parts, strict=True)
            for row, cells in part[5].items()
        },
        sorted((fault for part in parts for fault in part[6]), key=repr),
    )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lines=LINES,
    size=st.integers(1, 40),
    odd=st.integers(0, 40),
    declared=st.sampled_from(
        [
            {},
            {},
            {"header": False},
            {"commentChar": "x"},
            {"commentChar": "é"},
            {"headerRows": [2]},
            {"headerRows": [1, 2]},
        ]
    ),
    is_later=st.booleans(),
    encoding=st.sampled_from(["utf-8", "utf-8", "latin-1", "windows-1252", "ascii", "utf-8-sig"]),
)
@example(lines=["a,b\r", "\n1,2\r\n"] * 3, size=4, odd=9, declared={}, is_later=False, encoding="utf-8")
@example(
    lines=["a,b\r\n", "1,2\r\n", "3,4\r\n", "5,6"],
    size=9,
    odd=9,
    declared={},
    is_later=False,
    encoding="utf-8",
)
@example(
    lines=["a,b\n", "1,2\n", '"x\n', "1,2\n"], size=9, odd=9, declared={}, is_later=False, encoding="utf-8"
)
@example(  # a quotation that something may close, which it does not
    lines=["a,b\n", '"x\n', *["1,2\n"] * 9, '"y",2\n'],
    size=9,
    odd=9,
    declared={},
    is_later=False,
    encoding="utf-8",
)
@example(
    lines=["é,b\n", "é,2\n", "\udc81,2\n", "é,2\n"],
    size=9,
    odd=1,
    declared={},
    is_later=False,
    encoding="windows-1252",
)
def test_the_pieces_of_a_file_make_its_table(
    lines: list[str],
    size: int,
    odd: int,
    declared: dict[str, Any],
    is_later: bool,
    encoding: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = "".join(lines)
    content = text.encode("utf-8" if encoding == "ascii" else encoding, errors="surrogateescape")
    dialect = parse_dialect(declared, ",", encoding)
    if len(content) <= size:
        return
    file = tmp_path / "t.csv"
    file.write_bytes(content)
    monkeypatch.setattr(pieces, "ODD_PART", max(size // odd, 1) if odd else size + 1)
    monkeypatch.setattr(pieces, "BLOCK", 8)
    before = split_bytes(b"a,b\n9,9\n", parse_dialect({}, ",", "utf-8"), None, 2) if is_later else None

    found = list(pieces.pieces(reader_of(content), size, dialect, before, 2))
    again = [
        replace(piece, split=partial(pieces.split_again, file, piece.place, dialect, 2))
        for piece in found
        if piece.place is not None
    ]

    whole = split_bytes(content, dialect, before, 2)
    assert together(found) == described(whole)
    assert found[-1].last_row == whole.last_row
    assert len(again) == len(found) or len(found) == 1
    assert not again or together(again) == described(whole)


def test_a_file_is_cut_where_a_record_ends(
    make_package: MakePackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut(monkeypatch, 8)
    package = open_package(make_package(t=('a\n"x\ny"\n' + "z\n" * 8, [{"name": "a", "type": "string"}])))

    tables = [read() for read in reading.read_pieces(package.resource("t"))]

    assert [table.texts("a") for table in tables] == [["x\ny", "z"], ["z"] * 4, ["z"] * 3]
    assert [table.lines.tolist() for table in tables] == [[2, 4], [5, 6, 7, 8], [9, 10, 11]]
    assert [table.rows.tolist() for table in tables] == [[2, 3], [4, 5, 6, 7], [8, 9, 10]]


@pytest.mark.parametrize(
    ("odd", "is_seen"),
    [
        (b"z\0\n", True),
        (b'z"z\n', True),
        (b'"z\n', True),  # a quotation that nothing closes
        (b'"z\r\nz"\n', False),
        (b"\xff\n", False),  # found where the piece is split
        (b"z\r\n", True),
    ],
    ids=["nul", "mark", "open", "lines", "bytes", "end"],
)
@pytest.mark.parametrize(
    "start", [b"a\n" + b"z\n" * 50, b'"a"b\n', b"\xff\n"], ids=["usual", "faulty", "wrong"]
)
def test_what_is_not_usual_ends_where_the_text_is_usual_again(
    start: bytes, odd: bytes, is_seen: bool
) -> None:
    content, dialect = start + odd + b"z\n" * 50, parse_dialect({}, ",", "utf-8")

    found = list(pieces.pieces(reader_of(content), 40, dialect, None, 1))

    usual = [piece.place is not None and piece.place.is_usual for piece in found]
    assert usual.count(False) <= 4
    assert (False in usual) == (is_seen or len(start) < 10)
    assert usual[-1]
    assert max(piece.place.end - piece.place.begin for piece in found if piece.place) <= 40


@pytest.mark.parametrize(
    ("position", "is_there"), [(0, True), (6, True), (13, True), (14, False), (20, False)]
)
def test_a_quotation_mark_is_sought_from_a_position_on(
    monkeypatch: pytest.MonkeyPatch, position: int, is_there: bool
) -> None:
    monkeypatch.setattr(pieces, "BLOCK", 4)
    read = reader_of(b"a" * 13 + b'"' + b"a" * 6)

    assert pieces._has_quote(read, position, parse_dialect({}, ",", None)) == is_there


@pytest.mark.parametrize(("columns", "count"), [(2, 3), (10, 0)])
def test_a_wide_table_is_cut_into_larger_pieces(
    make_package: MakePackage, monkeypatch: pytest.MonkeyPatch, columns: int, count: int
) -> None:
    cut(monkeypatch, 20)
    monkeypatch.setattr(pieces, "OF_COLUMN", 10)
    fields = [{"name": f"f{number}", "type": "string"} for number in range(columns)]
    header = ",".join(field["name"] for field in fields)
    text = f"{header}\n" + "x\n" * ((60 - len(header)) // 2)
    package = open_package(make_package(t=(text, fields)))

    assert piece_count(package.resources) == count
    assert len(list(reading.read_pieces(package.resource("t")))) == (count or 1)


def findings(report: Report) -> list[tuple[Any, ...]]:
    """Return the findings of a report in an order that does not depend on how it was made."""
    return sorted((repr(found) for found in report.findings), key=str)


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture], deadline=None)
@given(drawn=packages(), size=st.integers(1, 60), are_held=st.booleans())
def test_a_package_has_the_same_findings_in_pieces(
    drawn: Drawn, size: int, are_held: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        descriptor = drawn.write(Path(folder))
        whole = factpack.validate(descriptor)
        with monkeypatch.context() as patched:
            cut(patched, size, are_held=are_held)
            in_pieces = factpack.validate(descriptor)

    assert findings(in_pieces) == findings(whole)
    assert in_pieces.resources == whole.resources


def cut(patched: pytest.MonkeyPatch, size: int, *, are_held: bool = True) -> None:
    """Have files cut into pieces of a size, and their keys held, or divided and put on disk."""
    patched.setattr("factpack.pieces.PIECE", size)
    patched.setattr("factpack.pieces.OF_COLUMN", 0)
    patched.setattr("factpack.piecewise.MOST_HELD", 2**28 if are_held else 0)
    patched.setattr("factpack.piecewise.PART", size)
    patched.setattr("factpack.piecewise.MOST_PARTS", 5)


KEYS = {
    "fields": [
        {"name": name, "type": kind} for name, kind in (("id", "string"), ("n", "integer"), ("d", "date"))
    ],
    "primaryKey": ["id", "n"],
    "uniqueKeys": [["d"]],
    "foreignKeys": [
        {"fields": ["n"], "reference": {"resource": "u", "fields": ["m"]}},
        {"fields": ["id", "n"], "reference": {"fields": ["id", "n"]}},
    ],
}


@pytest.mark.parametrize("are_held", [True, False], ids=["held", "on disk"])
@pytest.mark.parametrize("batch", [1, 3, 1000])
def test_keys_are_judged_across_pieces(
    make_package: MakePackage, monkeypatch: pytest.MonkeyPatch, are_held: bool, batch: int
) -> None:
    days = [f"20{number:02}-01-02" for number in range(50)]
    rows = [f"k{number % 7},0{number},{day}" for number, day in enumerate(days)]
    rows += ["k0,0,", ",3,2000-01-02", "k1,99,2100-01-01"]
    descriptor = make_package(
        t=("id,n,d\n" + "\n".join(rows) + "\n", KEYS),
        u=("m\n" + "".join(f"{number}\n" for number in range(51)), [{"name": "m", "type": "integer"}]),
    )
    cut(monkeypatch, 40, are_held=are_held)
    monkeypatch.setattr("factpack.spill.ROWS", batch)

    report = factpack.validate(descriptor)

    assert [(found.rule, found.row, found.line, found.field, found.value) for found in report.findings] == [
        ("primaryKey", 52, 52, "id,n", "k0,0"),
        ("primaryKey", 53, 53, "id,n", ",3"),
        ("uniqueKeys", 53, 53, "d", "2000-01-02"),
        ("foreignKeys", 54, 54, "n", "99"),
    ]
    assert [resource.rows for resource in report.resources] == [53, 51]


@pytest.mark.parametrize("are_held", [True, False], ids=["held", "on disk"])
def test_the_files_of_a_table_are_told_apart_in_pieces(
    make_package: MakePackage, monkeypatch: pytest.MonkeyPatch, are_held: bool
) -> None:
    schema = {"fields": [{"name": "id", "type": "string"}], "primaryKey": "id"}
    first, second = ("id\n" + "".join(f"{start}{n}\n" for n in range(30)) for start in ("a", "b"))
    resource = {"path": ["1.csv", "2.csv"]}
    descriptor = make_package(t=("", schema), resource=resource)
    (descriptor.parent / "1.csv").write_text(first)
    (descriptor.parent / "2.csv").write_text(second + "a5\nb7\n")
    cut(monkeypatch, 25, are_held=are_held)

    report = factpack.validate(descriptor)

    assert [(found.path, found.row, found.line, found.value) for found in report.findings] == [
        ("2.csv", 62, 32, "a5"),
        ("2.csv", 63, 33, "b7"),
    ]


def test_rules_and_evidence_see_a_table_whole_that_was_judged_in_pieces(
    make_package: MakePackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut(monkeypatch, 8)
    fields = [{"name": "id", "type": "string"}, {"name": "n", "type": "integer"}]
    descriptor = make_package(t=("id,n\n" + "".join(f"x,{n}\n" for n in range(20)), fields))

    table = run(descriptor).tables["t"]

    assert table.is_judged
    assert [*table.columns] == []
    assert [*table.frame["n"]] == [*range(20)]


def test_a_piece_can_be_read_again_by_its_place(
    make_package: MakePackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut(monkeypatch, 16)
    text = '\ufeffa,b\r\n"x\r\ny",1\r\n' + "z,2\r\n" * 9 + "1\r\n\r\n" + 'q,"3"\r\n' * 5
    fields = [{"name": name, "type": "string"} for name in "ab"]
    resource = open_package(make_package(t=(text, fields))).resource("t")

    here = [read() for read in reading.read_pieces(resource)]
    again = [read() for read in reading.read_pieces(resource, by_place=True)]

    assert len(here) > 5
    for one, other in zip(here, again, strict=True):
        assert list(one.records()) == list(other.records())
        assert [one.rows.tolist(), one.lines.tolist()] == [other.rows.tolist(), other.lines.tolist()]
        assert one.findings == other.findings
    assert reading.joined(again).texts("a") == reading.read_table(resource).texts("a")


@pytest.mark.parametrize("content", ["a\nz\n", "a\n" + 'z"z\n' * 20], ids=["shorter", "another"])
def test_a_piece_of_a_file_that_changed_is_not_read_again(
    make_package: MakePackage, monkeypatch: pytest.MonkeyPatch, content: str
) -> None:
    cut(monkeypatch, 8)
    descriptor = make_package(t=("a\n" + "z\n" * 20, [{"name": "a", "type": "string"}]))
    reads = list(reading.read_pieces(open_package(descriptor).resource("t"), by_place=True))

    (descriptor.parent / "t.csv").write_text(content)

    with pytest.raises(UnjudgedError, match=r"^the file changed while it was read$"):
        [read() for read in reads]


def test_a_file_that_changes_between_its_pieces_is_not_read(
    make_package: MakePackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut(monkeypatch, 8)
    descriptor = make_package(t=("a\n" + "z\n" * 20, [{"name": "a", "type": "string"}]))
    reads = reading.read_pieces(open_package(descriptor).resource("t"))
    next(reads)

    with (descriptor.parent / "t.csv").open("a") as file:
        file.write("z\n")

    with pytest.raises(UnjudgedError, match=r"^the file changed while it was read$"):
        list(reads)


def test_a_large_table_that_is_gone_cannot_be_read_again(
    make_package: MakePackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut(monkeypatch, 8)
    descriptor = make_package(t=("a\n" + "z\n" * 20, [{"name": "a", "type": "string"}]))
    table = run(descriptor).tables["t"]

    (descriptor.parent / "t.csv").unlink()

    with pytest.raises(PackageError, match=r"^the table 't' cannot be read again: .*t\.csv"):
        table.whole  # noqa: B018


@pytest.mark.parametrize("most_held", [2**28, 0], ids=["keys held", "keys on disk"])
def test_a_large_table_that_changed_after_it_was_judged_is_not_read_again(
    make_package: MakePackage, monkeypatch: pytest.MonkeyPatch, most_held: int
) -> None:
    cut(monkeypatch, 8)
    monkeypatch.setattr("factpack.piecewise.MOST_HELD", most_held)
    monkeypatch.setattr("factpack.piecewise.PART", 16)
    schema = {"fields": [{"name": "n", "type": "integer"}], "primaryKey": "n"}
    table = "n\n" + "".join(f"{number}\n" for number in range(20))
    descriptor = make_package(t=(table, schema))
    unchanged, changed = (run(descriptor).tables["t"] for _ in range(2))

    assert len(unchanged.whole.frame) == 20

    with (descriptor.parent / "t.csv").open("a") as file:
        file.write("20\n")

    with pytest.raises(PackageError, match=r"^the table 't' cannot be read again: the file changed"):
        changed.whole  # noqa: B018


def test_evidence_of_a_large_table_that_is_gone_is_not_judged(
    make_package: MakePackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut(monkeypatch, 8)
    descriptor = make_package(t=("a\n" + "z\n" * 20, [{"name": "a", "type": "string"}]))
    content = json.loads(descriptor.read_text()) | {"evidence": {}}
    descriptor.write_text(json.dumps(content))
    package = open_package(descriptor)

    def examine_and_remove(package: Package) -> Any:
        found = examine(package)
        (descriptor.parent / "t.csv").unlink()
        return found

    findings = validate_package(package, examination=examine_and_remove).report.findings

    (found,) = [item for item in findings if item.rule == "evidence"]
    assert found.severity is Severity.UNJUDGED
    assert found.message.startswith("the table 't' cannot be read again: ")


def test_a_file_that_changes_while_its_pieces_are_judged_is_not_judged(
    make_package: MakePackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut(monkeypatch, 8)
    descriptor = make_package(t=("a\n" + "z\n" * 20, [{"name": "a", "type": "string"}]))

    def changed(resource: Any) -> list[Any]:
        with (descriptor.parent / "t.csv").open("a") as file:
            file.write("z\n")
        return []

    monkeypatch.setattr("factpack.examination.file_findings", changed)

    assert [(found.rule, found.message) for found in factpack.validate(descriptor).findings] == [
        ("resource", "the file changed while it was read")
    ]


def test_wrong_bytes_in_a_piece_are_found_in_their_row(
    make_package: MakePackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut(monkeypatch, 8)
    content = b"a\n" + b"z\n" * 20 + b"\xff\n" + b"z\n" * 20
    descriptor = make_package(t=(content, [{"name": "a", "type": "string"}]))

    assert [(found.rule, found.row, found.line) for found in factpack.validate(descriptor).findings] == [
        ("encoding", 22, 22)
    ]


@pytest.mark.parametrize(
    "field",
    [
        {"name": "a", "type": "string", "format": "wkt"},
        {"name": "a", "type": "object"},
        {"name": "a", "type": "string", "constraints": {"minimum": 1}},
    ],
    ids=["format", "depth", "constraint"],
)
@pytest.mark.parametrize("are_held", [True, False], ids=["held", "on disk"])
def test_what_cannot_be_judged_is_said_as_of_the_whole(
    make_package: MakePackage, monkeypatch: pytest.MonkeyPatch, field: dict[str, Any], are_held: bool
) -> None:
    deep = "[" * 400 + "]" * 400
    text = "a\n" + '"{}"\n' * 5 + ('"{""a"": ' + deep + '}"\n')
    descriptor = make_package(t=(text, {"fields": [field], "primaryKey": "a"}))
    whole = factpack.validate(descriptor)
    cut(monkeypatch, 60, are_held=are_held)

    assert findings(factpack.validate(descriptor)) == findings(whole)
    assert any(found.severity is Severity.UNJUDGED or found.rule == "schema" for found in whole.findings)


@pytest.mark.parametrize("engine", ["here", "dask"])
def test_what_cannot_be_judged_in_pieces_is_not_judged_if_it_is_too_large(
    make_package: MakePackage, monkeypatch: pytest.MonkeyPatch, engine: str
) -> None:
    field = {"name": "a", "type": "string", "format": "wkt"}
    descriptor = make_package(t=("a\n" + "z\n" * 40, {"fields": [field]}))
    cut(monkeypatch, 20)
    monkeypatch.setattr("factpack.examination.MOST_BYTES", 80)
    examination = examine if engine == "here" else on_dask.examine

    (found,), tables = examination(open_package(descriptor))

    assert (found.severity, found.rule, tables) == (Severity.UNJUDGED, "resource", {})
    assert found.message.endswith("; of more than 80 bytes, it cannot be judged as a whole either")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_file_that_is_not_cut_is_not_read_if_it_is_too_large(
    make_package: MakePackage, monkeypatch: pytest.MonkeyPatch, encoding: str
) -> None:
    content, fields = ("a\n" + "z\n" * 40).encode(encoding), [{"name": "a", "type": "string"}]
    descriptor = make_package(t=(content, fields), resource={"encoding": encoding})
    cut(monkeypatch, 20)
    monkeypatch.setattr("factpack.source.MOST_BYTES", 80)

    report = factpack.validate(descriptor)

    assert [found.message for found in report.findings] == [
        *["the table cannot be read in pieces, and has more than 80 bytes"] * (encoding == "utf-16")
    ]


def test_a_record_that_is_too_long_is_not_held(
    make_package: MakePackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    descriptor = make_package(t=("a\n" + "z" * 400 + "\n", [{"name": "a", "type": "string"}]))
    cut(monkeypatch, 20)
    monkeypatch.setattr("factpack.source.MOST_BYTES", 80)

    assert [found.message for found in factpack.validate(descriptor).findings] == [
        "the table cannot be read in pieces, and has more than 80 bytes"
    ]


@pytest.mark.parametrize(
    "comment", ["§,x\n", '§,"x\ny"\n', '§,"\n1,"\n"\n2,"\n"\n'], ids=["plain", "quoted", "odd"]
)
def test_comments_of_another_encoding_are_known_in_pieces(
    make_package: MakePackage, monkeypatch: pytest.MonkeyPatch, comment: str
) -> None:
    content = ("a,b\n" + "1,2\n" * 5 + comment + "1,2\n" * 20 + "z,2\n").encode("cp1252")
    fields = [{"name": name, "type": "integer"} for name in "ab"]
    resource = {"encoding": "windows-1252", "dialect": {"commentChar": "§"}}
    descriptor = make_package(t=(content, fields), resource=resource)
    whole = factpack.validate(descriptor)
    cut(monkeypatch, 12)

    assert findings(factpack.validate(descriptor)) == findings(whole)


def test_a_test_that_cannot_be_made_of_a_piece_is_told_once(
    make_package: MakePackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut(monkeypatch, 8)
    original = constraints.BOUNDS["minimum"]

    def fail(value: Any, bound: Any) -> bool:
        if value == 7:
            raise RuntimeError("seven")
        return original(value, bound)

    monkeypatch.setitem(constraints.BOUNDS, "minimum", fail)
    monkeypatch.setattr("factpack.constraints._for_arrow", lambda value, kind: None)
    field = {"name": "n", "type": "integer", "constraints": {"minimum": 2}}
    descriptor = make_package(t=("n\n" + "".join(f"{n}\n" for n in [1, *range(40), 7]), [field]))

    assert [(found.rule, found.message) for found in factpack.validate(descriptor).findings] == [
        ("check", "the check 'minimum' could not be run: RuntimeError: seven")
    ]


def test_a_key_that_cannot_be_judged_in_a_part_is_told_once(
    make_package: MakePackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut(monkeypatch, 8, are_held=False)
    schema = {"fields": [{"name": "n", "type": "integer"}], "primaryKey": "n"}
    descriptor = make_package(t=("n\n" + "".join(f"{n}\n" for n in range(40)), schema))

    def fail(key: Any) -> Any:
        raise RuntimeError("no keys")

    monkeypatch.setattr("factpack.row_tests.is_first", fail)

    assert [(found.rule, found.message) for found in factpack.validate(descriptor).findings] == [
        ("check", "the check 'primaryKey' could not be run: RuntimeError: no keys")
    ]


def test_a_header_that_is_repeated_is_known_in_small_blocks(
    make_package: MakePackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = [{"name": "id", "type": "string"}]
    descriptor = make_package(t=("id\n" + "a\n" * 9, fields), resource={"path": ["t.csv", "u.csv"]})
    (descriptor.parent / "u.csv").write_text("id\n" + "b\n" * 9)

    for size in range(1, 12):
        cut(monkeypatch, size)
        assert [resource.rows for resource in factpack.validate(descriptor).resources] == [18]


def test_more_findings_than_are_listed_are_not_held(
    make_package: MakePackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("factpack.report.MOST_FINDINGS", 10)
    monkeypatch.setattr("factpack.piecewise.MOST_FINDINGS", 10)
    cut(monkeypatch, 8)
    descriptor = make_package(t=("n\n" + "x\n" * 60, [{"name": "n", "type": "integer"}]))

    report = factpack.validate(descriptor)

    assert [found.rule for found in report.findings].count("type") == 10
    assert [(found.resource, found.message) for found in report.findings if found.rule == "findings"] == [
        ("t", "there are more than 10 findings; the others are not listed")
    ]


def large(make_package: MakePackage, monkeypatch: pytest.MonkeyPatch) -> Package:
    """Make a package with a table in 15 pieces of four rows each, all of which are faulty, or a blank one."""
    cut(monkeypatch, 8)
    fields = [{"name": "n", "type": "integer"}]
    schema = {"fields": fields, "primaryKey": "n"}
    return open_package(make_package(t=("n\n" + "x\n" * 27 + "\n" + "x\n" * 32, schema)))


@pytest.mark.parametrize("most", [10, 1000])
def test_what_is_found_past_what_is_listed_is_let_go(
    make_package: MakePackage, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr("factpack.piecewise.MOST_FINDINGS", most)
    resource = large(make_package, monkeypatch).resource("t")

    with ThreadPoolExecutor(2) as pool:
        form, found, keys = judge_by_piece(resource, [("n",)], 1, pool, lambda rows: None)

    assert [finding.row for finding in form] == [29]
    assert len(list(found)) == (12 if most == 10 else 59)  # the piece that passes the limit is the last
    assert isinstance(keys, Table)
    assert len(keys.lexical) == 59


def test_keys_are_put_on_disk_if_they_are_divided(
    make_package: MakePackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    resource = large(make_package, monkeypatch).resource("t")

    with ThreadPoolExecutor(2) as pool:
        _, found, keys = judge_by_piece(resource, [("n",)], 2, pool, lambda rows: None)

    assert len(list(found)) == 59
    assert isinstance(keys, SpilledKeys)
    assert sum(len(keys.part(("n",), number).lexical) for number in range(2)) == keys.rows == 59
    keys.close()


def test_the_keys_of_tables_after_one_without_a_schema_are_kept(make_package: MakePackage) -> None:
    key = {"fields": ["of"], "reference": {"resource": "parents", "fields": ["id"]}}
    child = {"fields": [{"name": "of", "type": "string"}], "foreignKeys": [key]}
    parents = [{"name": "id", "type": "string"}]
    package = open_package(
        make_package(bare=("a\n1\n", None), t=("of\n1\n", child), parents=("id\n1\n", parents))
    )

    assert keys_of(package) == {"bare": [], "t": [("of",)], "parents": [("id",)]}


def test_keys_that_cannot_be_put_on_disk_are_no_fault_of_the_table(
    make_package: MakePackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut(monkeypatch, 40, are_held=False)
    descriptor = make_package(t=("id,n,d\n" + "a,1,2000-01-02\n" * 50, KEYS))

    class Full(io.BytesIO):
        def write(self, content: object) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("factpack.spill.TemporaryFile", Full)

    found = factpack.validate(descriptor).findings

    message = "its keys cannot be put into a temporary file: No space left on device"
    assert ("resource", Severity.UNJUDGED, "t", message) in [
        (item.rule, item.severity, item.resource, item.message) for item in found
    ]


def test_pieces_that_are_judged_together_are_as_one(
    make_package: MakePackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    resource = large(make_package, monkeypatch).resource("t")
    reads = list(reading.read_pieces(resource, by_place=True))

    one, each = (
        judge_pieces(resource, reads, {"n"}),
        [judge_piece(resource, read, {"n"}, Clock()) for read in reads],
    )

    assert len(each) == 15
    assert one.form == [finding for piece in each for finding in piece.form] != []
    assert list(found_in([one])) == list(found_in(each)) != []
    assert one.keys.lexical.rows.tolist() == [*range(2, 29), *range(30, 62)]
    assert one.keys.columns.keys() == {"n"}
    assert judge_pieces(resource, reads, set()).keys.columns == {}

    monkeypatch.setattr("factpack.piecewise.MOST_FINDINGS", 10)
    assert len(list(found_in([judge_pieces(resource, reads, set())]))) == 12


def noted_clocks(monkeypatch: pytest.MonkeyPatch) -> list[Clock]:
    """Return what becomes a list of the clocks that pieces are judged by."""
    clocks: list[Clock] = []

    def noted(*arguments: Any) -> Judged:
        clocks.append(arguments[-1])
        return judge_piece(*arguments)

    monkeypatch.setattr("factpack.piecewise.judge_piece", noted)
    return clocks


def test_the_pieces_of_a_table_share_the_time_that_patterns_may_take(
    make_package: MakePackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    resource, clocks = large(make_package, monkeypatch).resource("t"), noted_clocks(monkeypatch)

    judge_pieces(resource, list(reading.read_pieces(resource, by_place=True)), set())
    with ThreadPoolExecutor(2) as pool:
        judge_by_piece(resource, [], 1, pool, lambda rows: None)

    assert len(clocks) == 30
    assert all(isinstance(clock, Clock) for clock in clocks)
    assert [len({id(clock) for clock in part}) for part in (clocks[:15], clocks[15:])] == [1, 1]
    assert clocks[0] is not clocks[15]


def test_how_far_a_large_table_is_judged_is_told(
    make_package: MakePackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    package, told = large(make_package, monkeypatch), []

    examine(package, lambda rows, pieces: told.append((rows, pieces)))

    assert told == [(rows, 16) for rows in (*[4] * 6, 3, 4, *[4] * 7)]


def test_a_bar_tells_the_rows_of_large_tables(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "80")
    with rows_progress() as advance:
        advance(1005, 2)
        advance(7, 2)

    assert "1,012 rows" in capsys.readouterr().err


def test_there_is_no_bar_in_a_pipe(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    with rows_progress() as advance:
        advance(1005, 2)

    assert capsys.readouterr().err == ""


BODY = "".join(f"x{number},{number}\n" for number in range(9))


@pytest.mark.parametrize(
    ("files", "resource"),
    [
        (["a,b\n" + BODY], {"encoding": "utf-16"}),
        (["a,b\n" + BODY + "y\\,z,1\n"], {"dialect": {"escapeChar": "\\"}}),
        ([BODY], {"dialect": {"header": False}}),
        (['x,"y"z\n' + BODY], {"dialect": {"header": False}}),
        ([BODY + 'x,"y"z\n'], {"dialect": {"header": False}}),
        (["\ufeffa,b\r\n" + BODY.replace("\n", "\r\n")], {}),
        (["a,b\n" + BODY + "y,1\r\n" + BODY], {}),
        (["a,b\n" + BODY + "y,1\n" * 9 + "y,1\r\n" * 9], {}),
        (["a,b\n" + BODY, "a,b\n" + BODY], {}),
        (["a,b\n" + BODY, 'a,b\n"x"y,1\n' + BODY], {}),
        (["a,b\n" + BODY, '"a"",b\n' + BODY], {}),
        (["a,b\n" + BODY, BODY], {}),
    ],
    ids=[
        "UTF-16",
        "escapes",
        "no header",
        "no header, odd at once",
        "no header, odd at the end",
        "a mark",
        "one other line end",
        "other line ends in a later piece",
        "two headers",
        "the second file odd",
        "the second header odd",
        "one header",
    ],
)
def test_a_table_is_the_same_in_pieces_and_whole(
    make_package: MakePackage, monkeypatch: pytest.MonkeyPatch, files: list[str], resource: dict[str, Any]
) -> None:
    fields = [{"name": "a", "type": "string"}, {"name": "b", "type": "integer"}]
    descriptor = make_package(
        t=("", fields), resource={"path": [f"{n}.csv" for n in range(len(files))], **resource}
    )
    for number, text in enumerate(files):
        (descriptor.parent / f"{number}.csv").write_bytes(text.encode(resource.get("encoding", "utf-8")))

    def described_by(size: int) -> list[Any]:
        cut(monkeypatch, size)
        package = open_package(descriptor)
        found = [
            reading.joined([read() for read in reading.read_pieces(package.resource("t"), by_place=by_place)])
            for by_place in (False, True)
        ]
        return [
            ([*table.records()], [*table.rows], [*table.lines], [repr(item) for item in table.findings])
            for table in found
        ]

    whole = described_by(10_000)
    assert whole[0] == whole[1]
    for size in (16, 24, 40):
        assert described_by(size) == whole


def test_keys_that_are_on_disk_are_not_held_too(
    make_package: MakePackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    resource, held = large(make_package, monkeypatch).resource("t"), []

    def noted(pieces: list[Judged]) -> list[Any]:
        held.extend(pieces)
        return []

    monkeypatch.setattr("factpack.piecewise.found_in", noted)
    with ThreadPoolExecutor(2) as pool:
        _, _, keys = judge_by_piece(resource, [("n",)], 2, pool, lambda rows: None)

    assert isinstance(keys, SpilledKeys)
    keys.close()
    assert [len(piece.keys.lexical) for piece in held] == [0] * 15


def test_a_piece_with_a_field_that_cannot_be_judged_is_not_judged(
    make_package: MakePackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut(monkeypatch, 8)
    fields = [{"name": "n", "type": "integer"}, {"name": "w", "type": "string", "format": "wkt"}]
    resource = open_package(make_package(t=("n,w\n" + "1,x\n" * 9, fields))).resource("t")
    read = next(iter(reading.read_pieces(resource)))

    with pytest.raises(UnjudgedError, match="the format 'wkt' is none of the specification's"):
        judge_piece(resource, read, set(), Clock())


def test_what_could_not_be_judged_is_said_past_what_is_listed(
    make_package: MakePackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("factpack.piecewise.MOST_FINDINGS", 2)
    monkeypatch.setattr("factpack.patterns.PATTERN_SECONDS", 0.1)
    cut(monkeypatch, 70)
    field = {"name": "n", "type": "string", "constraints": {"maxLength": 1, "pattern": "(?=x)(x|xx)+"}}
    resource = open_package(make_package(t=("n\n" + "xx\n" * 100 + "x" * 60 + "y\n", [field]))).resource("t")

    with ThreadPoolExecutor(1) as pool:
        _, found, _ = judge_by_piece(resource, [], 1, pool, lambda rows: None)

    rules = [finding.rule for finding in found]
    assert rules.count("check") == 1
    assert 2 < rules.count("maxLength") < 50


def test_a_piece_is_judged_by_its_clock(make_package: MakePackage, monkeypatch: pytest.MonkeyPatch) -> None:
    resource, clocks, clock = large(make_package, monkeypatch).resource("t"), [], Clock()
    read = next(iter(reading.read_pieces(resource)))
    monkeypatch.setattr(
        "factpack.piecewise.tests_of_fields", lambda schema, clock: clocks.append(clock) or ()
    )

    judge_piece(resource, read, set(), clock)

    assert len(clocks) == 1
    assert clocks[0] is clock


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize(("size", "are_held"), [(2**20, True), (8, True), (8, False)])
def test_each_of_two_tables_with_one_name_is_judged(
    make_package: MakePackage, monkeypatch: pytest.MonkeyPatch, size: int, are_held: bool, first: int
) -> None:
    cut(monkeypatch, size, are_held=are_held)
    inner = {"fields": ["of"], "reference": {"resource": "", "fields": ["id"]}}
    fields = [
        {"name": "id", "type": "integer", "constraints": {"unique": True}},
        {"name": "of", "type": "integer"},
    ]
    schema = {"fields": fields, "foreignKeys": [inner]}
    rows = [f"{number},{number}\n" for number in range(1, 20)]
    broken = [*rows[:9], "x,1\n", "1,1\n", *rows[11:]]
    descriptor = make_package(t=("id,of\n" + "".join(broken), schema), u=("id,of\n" + "".join(rows), schema))
    declared = json.loads(descriptor.read_text())
    declared["resources"][1]["name"] = "t"
    declared["resources"] = [declared["resources"][first], declared["resources"][1 - first]]
    descriptor.write_text(json.dumps(declared))

    found = {(item.rule, item.row) for item in factpack.validate(descriptor).findings}

    assert found >= {("type", 11), ("unique", 12)}
    assert found - {("foreignKeys", 11), ("foreignKeys", 12)} == {
        *(("type", 11), ("unique", 12), ("descriptor", None))
    }


@pytest.mark.parametrize("are_held", [True, False])
def test_moments_with_a_zone_and_without_may_be_in_different_pieces(
    make_package: MakePackage, monkeypatch: pytest.MonkeyPatch, are_held: bool
) -> None:
    moments = [f"2025-01-01T10:00:{second:02}" for second in range(20)]
    text = "".join(f"{moment}\n" for moment in [*moments, *(f"{moment}Z" for moment in moments), moments[3]])
    schema = {"fields": [{"name": "d", "type": "datetime"}], "uniqueKeys": [["d"]]}
    descriptor = make_package(t=("d\n" + text, schema))
    cut(monkeypatch, 100, are_held=are_held)

    assert [(found.rule, found.row) for found in factpack.validate(descriptor).findings] == [
        ("uniqueKeys", 42)
    ]


@pytest.mark.parametrize("are_held", [True, False])
def test_nulls_are_the_same_in_keys_however_they_are_written(
    make_package: MakePackage, monkeypatch: pytest.MonkeyPatch, are_held: bool
) -> None:
    fields = [{"name": "a", "type": "string"}, {"name": "b", "type": "string"}]
    key = {"fields": ["a", "b"], "reference": {"resource": "u", "fields": ["a", "b"]}}
    schema = {"fields": fields, "missingValues": ["", "NA", "none"], "foreignKeys": [key]}
    parents = schema | {"foreignKeys": []}
    rows = range(40)
    descriptor = make_package(
        t=("a,b\n" + "".join(f"k{row},NA\n" for row in rows), schema),
        u=("a,b\n" + "".join(f"k{row},\n" for row in rows if row != 7), parents),
    )
    cut(monkeypatch, 30, are_held=are_held)

    assert [(found.rule, found.row) for found in factpack.validate(descriptor).findings] == [
        ("foreignKeys", 9)
    ]


@pytest.mark.parametrize("size", [8, 30, 2**20])
@pytest.mark.parametrize("row", ["\n", "1,2\n", '1"\n'])
def test_more_findings_of_the_form_than_are_listed_are_told_of_once(
    make_package: MakePackage, monkeypatch: pytest.MonkeyPatch, size: int, row: str
) -> None:
    monkeypatch.setattr("factpack.report.MOST_FINDINGS", 10)
    monkeypatch.setattr("factpack.piecewise.MOST_FINDINGS", 10)
    cut(monkeypatch, size)
    descriptor = make_package(t=("n\n" + row * 60, [{"name": "n", "type": "any"}]))

    report = factpack.validate(descriptor)

    assert [found.resource for found in report.findings if found.rule == "findings"] == ["t"]
    assert len(report.findings) == 11


def test_form_past_what_is_listed_is_let_go(
    make_package: MakePackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[Judged] = []

    def noted(judged: list[Judged], name: str) -> list[Any]:
        held.extend(judged)
        return []

    cut(monkeypatch, 8)
    monkeypatch.setattr("factpack.piecewise.MOST_FINDINGS", 10)
    resource = open_package(make_package(t=("n\n" + "\n" * 60, [{"name": "n", "type": "any"}]))).resource("t")
    reads = list(reading.read_pieces(resource, by_place=True))
    monkeypatch.setattr("factpack.piecewise.form_of", noted)

    judge_pieces(resource, reads, set())
    with ThreadPoolExecutor(1) as pool:
        judge_by_piece(resource, [], 1, pool, lambda rows: None)

    assert len(held) == 2 * len(reads)
    for pieces_of_one in (held[: len(reads)], held[len(reads) :]):
        assert 10 < sum(len(piece.form) for piece in pieces_of_one) < 20


def test_a_large_file_that_changes_while_it_is_judged_is_not_judged_anew(
    make_package: MakePackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut(monkeypatch, 8)
    descriptor = make_package(t=("n\n" + "1\n" * 60, [{"name": "n", "type": "integer"}]))
    original = judge_by_piece

    def changing(*arguments: Any) -> Any:
        found = original(*arguments)
        (descriptor.parent / "t.csv").write_text("n\n" + "1\n" * 10)
        return found

    monkeypatch.setattr("factpack.examination.judge_by_piece", changing)

    (found,) = factpack.validate(descriptor).findings

    assert (found.rule, found.message) == ("resource", "the file changed while it was read")
