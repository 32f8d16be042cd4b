"""The fast way of splitting a file: which files take it, and that it sees what the strict one sees, in small and large."""

import itertools
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from conftest import shown

from factpack import arrow_csv, splitting
from factpack.dialect import Dialect, parse_dialect
from factpack.exceptions import UnjudgedError
from factpack.splitting import Split, split_bytes


def plain(found: Split) -> dict[str, Any]:
    """Return a table that was split as plain values, with the length of each record."""
    width = len(found.columns)
    assert [numbers.dtype for numbers in (found.rows, found.lines)] == [np.int64] * 2
    assert found.lengths is None or found.lengths.dtype == np.int64
    assert all(column.array is not None and column.array.type == pa.string() for column in found.columns)
    lengths = [width] * len(found.rows) if found.lengths is None else found.lengths.tolist()
    return {
        "labels": found.labels,
        "columns": [values.to_list() for values in found.columns],
        "rows": found.rows.tolist(),
        "lines": found.lines.tolist(),
        "last_row": found.last_row,
        "lengths": lengths,
        "surplus": found.surplus,
        "faults": found.faults,
    }


def split(content: bytes, dialect: Dialect = Dialect(), before: Split | None = None) -> dict[str, Any]:  # noqa: B008
    return plain(split_bytes(content, dialect, before, 2))


def strictly(content: bytes, dialect: Dialect = Dialect(), before: Split | None = None) -> dict[str, Any]:  # noqa: B008
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("factpack.splitting.is_usual", lambda dialect: False)
        return split(content, dialect, before)


def fast(content: bytes, dialect: Dialect = Dialect(), before: Split | None = None) -> dict[str, Any] | None:  # noqa: B008
    """Return what a file is split into the fast way; None if it takes the strict one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("factpack.splitting._split_strictly", lambda *arguments: None)
        found = split_bytes(content, dialect, before, 2)
        return None if found is None else plain(found)


@pytest.mark.parametrize(
    ("content", "encoding", "has_text"),
    [
        (b"", None, False),
        (b"\xef\xbb\xbf", None, False),
        (b"\xef\xbb\xbf", "utf-8", False),
        (b"\xef\xbb\xbf", "latin-1", True),
        (b"\xff\xfe", None, False),
        (b"\xff\xfe", "utf-16", False),
        (b"\xff\xfe", "utf-16-be", True),
        (b"\xff\xfe\0\0", "utf-32-le", False),
        (b"\xff", "utf-8", True),
        (b"a", "utf-8", True),
    ],
)
def test_a_byte_order_mark_is_no_text(content: bytes, encoding: str | None, has_text: bool) -> None:
    assert splitting.has_text(content, parse_dialect({}, ",", encoding)) == has_text


@pytest.mark.parametrize("line_end", ["|\n", "|\r\n", "||\n"])
def test_a_line_end_that_begins_as_a_delimiter_is_one(line_end: str) -> None:
    content = line_end.join(["a|b", "1|2", "3|4", ""]).encode()

    found = split(content, Dialect(delimiter="|", line_end=line_end))

    assert (found["labels"], found["columns"]) == (["a", "b"], [["1", "3"], ["2", "4"]])


def test_what_stands_for_null_is_known_before_it_is_unescaped() -> None:
    dialect = Dialect(escape="\\", null_sequence="\\N")

    assert split(b"a,b\n\\N,x\\,y\n", dialect)["columns"] == [["\\N"], ["x,y"]]


@pytest.mark.parametrize(
    ("encoding", "mark", "label"),
    [
        ("utf-16be", b"\xfe\xff\0a", "a"),
        ("utf-16be", b"\xff\xfe\0a", "\ufffea"),
        ("utf-16le", b"\xff\xfea\0", "a"),
        ("utf-32", b"\0\0\xfe\xff\0\0\0a", "a"),
        ("utf-8", b"\xef\xbb\xbfa", "a"),
        ("latin-1", b"\xef\xbb\xbfa", "ï»¿a"),
    ],
)
def test_a_mark_of_another_encoding_is_no_mark(encoding: str, mark: bytes, label: str) -> None:
    assert split(mark, Dialect(encoding=encoding))["labels"] == [label]


@pytest.mark.parametrize(
    ("header_case", "rows"), [(True, [["1", "A", "2"], ["1", "B", "2"]]), (False, [["1", "2"]] * 2)]
)
def test_a_later_header_is_known_by_the_letters_that_count(header_case: bool, rows: list[list[str]]) -> None:
    dialect = Dialect(header_case=header_case)
    first = split_bytes(b"a,b\n1,1\n", dialect, None, 2)

    later = split(b"A,B\n2,2\n", dialect, first)

    columns = [[*one.to_list(), *more] for one, more in zip(first.columns, later["columns"], strict=True)]
    assert columns == rows


@pytest.mark.parametrize("cached", [3, 2**19])
def test_every_short_text_is_seen_alike(monkeypatch: pytest.MonkeyPatch, cached: int) -> None:
    monkeypatch.setattr(arrow_csv, "CACHED", cached)
    for length in range(5):
        for marks in itertools.product('a",\n\r', repeat=length):
            content = "a,b\n" + "".join(marks)
            assert split(content.encode()) == strictly(content.encode()), content


@pytest.mark.parametrize(
    "content",
    [
        b"a,b\n1,2\n3,4",
        b"a,b\n",
        b"a,b",
        b"a,b\r1,2\r",
        b'a,b\r"1","2"\r3,"4"\r',
        b"a,b\r\n1,2\r\n\r\n",
        b'a,b\n"1,","2\n"\n"","x""y"\n',
        b"a,b\n1,2\n\n3\n4,5,6\n",
        b'a,b\n"1\n2"\n\n3,4\n"5",6,"7,8"\n',
        b'"a","b"\n1,2\n',
        b'a,b\n1,"2"',
        b'a,b\r\n"1\n2",3\r\n"\r","\r\n"\r\n4,5',
        b'a,b\n"1\r\n2",3\n"\r","\n\r"\n4,5\n',
        b'a,b\r"1\n2",3\r"\n\r","\r\n"\r',
        b"\xef\xbb\xbfa,b\n1,2\n",
        "a,b\né,\U0001f600\n".encode(),
    ],
)
def test_usual_files_take_the_fast_way(content: bytes) -> None:
    assert fast(content) == strictly(content)


@pytest.mark.parametrize(
    ("content", "dialect"),
    [
        (b"a;b\n1;2\n", {"delimiter": ";"}),
        (b"a,b\n'1,',2\n", {"quote": "'"}),
        (b"1,2\n3,4\n", {"header_rows": ()}),
        (b"x\na,b\n1,2\n", {"header_rows": (2,)}),
        (b"x,\na,b\n1,2\n", {"header_rows": (1, 2)}),
        (b"#x\na,b\n1,2\n", {"comment": "#"}),
        (b"a,b\n1,#2\n", {"comment": "#"}),
        (b'a,b\n"#1",2\n', {"comment": "#"}),
        (b"a,b\r\n#1,2\r\n#", {"comment": "##"}),
        (b"a,b\n1,2\n", {"line_end": "\r\n"}),
        (b"a,b\n1,2\n", {"null_sequence": "-", "header_case": False, "encoding": "utf-8"}),
        ("a,b\n1,é\n".encode("utf-16"), {"encoding": "utf-16"}),
        ("a,b\n1,é\n".encode("latin-1"), {"encoding": "latin-1"}),
    ],
    ids=shown,
)
def test_dialects_that_take_the_fast_way(content: bytes, dialect: dict[str, Any]) -> None:
    assert fast(content, Dialect(**dialect)) == strictly(content, Dialect(**dialect))


@pytest.mark.parametrize(
    ("content", "dialect"),
    [
        (b"a||b\n1||2\n", {"delimiter": "||"}),
        ("aéb\n1é2\n".encode(), {"delimiter": "é"}),
        ("a,b\né1é,2\n".encode(), {"quote": "é"}),
        (b"a,b\n1,2\n", {"double_quote": False}),
        (b"a,b\n1,2\n", {"escape": "\\"}),
        (b"a, b\n1, 2\n", {"skip_initial_space": True}),
        (b"a,b;1,2;", {"line_end": ";"}),
        (b"a,b\n1,2\n", {"comment_rows": frozenset([2])}),
        (b"a,b\n#1,2\n", {"comment": "#"}),
        (b"a,b\r1,2\r##", {"comment": "##"}),
        (b'a,b\n"1\n#",2\n', {"comment": "#"}),
        (b"a,b\n1,2\r\n", {}),
        (b"a,b\r1,2\r\n", {}),
        (b"a,b\n1,\0\n", {}),
        (b"\0,2\n", {"header_rows": ()}),
        (b"#1,2\n3,4\n", {"header_rows": (), "comment": "#"}),
        (b"'1,2\n", {"header_rows": (), "quote": "'"}),
        (b"a,b\0\n1,2\n", {}),
        (b"a,b\n1,\xff\n", {}),
        (b'a,b\n1"2,3\n', {}),
        (b'a,b\n"12,3\n', {}),
        (b'a,b\n"1" ,3\n', {}),
        (b'a,b"\n1,2\n', {}),
        (b"a,b\n\xef\xbb\xbf1,2\n", {}),
        (b"a,b\r\n\n1,2\n", {"header_rows": (1, 2)}),
    ],
    ids=shown,
)
def test_unusual_files_are_read_strictly(content: bytes, dialect: dict[str, Any]) -> None:
    assert fast(content, Dialect(**dialect)) is None
    assert split(content, Dialect(**dialect)) == strictly(content, Dialect(**dialect))


@pytest.mark.parametrize("size", range(8, 20))
def test_a_header_past_the_head_is_read_strictly(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(splitting, "HEAD", size)
    content = b'"aaaa\n",b\n1,2\n3,4\n'

    assert split(content) == strictly(content)
    assert (fast(content) is None) == (
        size <= 11
    )  # the header has ten, and one more tells that its line end is whole


@pytest.mark.parametrize("way", [split, strictly, fast])
@pytest.mark.parametrize(("cells", "is_judged"), [("1,2", True), ("1", False)])
def test_records_of_few_cells_are_judged_up_to_a_number_of_cells(
    monkeypatch: pytest.MonkeyPatch, way: Any, cells: str, is_judged: bool
) -> None:
    monkeypatch.setattr("factpack.filling.MOST_CELLS", 5)
    monkeypatch.setattr("factpack.filling.MOST_TIMES", 2)
    content = f"a,b,c\n{cells}\n3\n".encode()

    if is_judged:
        assert way(content)["labels"] == ["a", "b", "c"]
    else:
        with pytest.raises(UnjudgedError, match=r"^2 rows have 2 cells in 3 columns; "):
            way(content)


def test_rows_of_labels_are_filled_up_to_a_number_of_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("factpack.filling.MOST_CELLS", 5)
    monkeypatch.setattr("factpack.filling.MOST_TIMES", 1)
    dialect = parse_dialect({"headerRows": [1, 2]}, ",", None)

    assert split(b"a,b\nc\n1,2\n", dialect)["labels"] == ["a c", "b c"]
    with pytest.raises(UnjudgedError, match=r"^2 rows have 4 cells in 3 columns; "):
        split(b"a,b,c\nd\n", dialect)


def test_a_large_file_is_split_in_blocks() -> None:
    rows = [f'{number},"x\ny {number}",{"z" * 90}' for number in range(30_000)]
    rows[20_000] = "1"
    rows[25_000] = ""
    content = "\n".join(["a,b,c", *rows]).encode()

    found = fast(content, replace(Dialect(), null_sequence=None))

    assert found == strictly(content)
    assert found is not None
    assert found["lines"][-1] == 2 + 2 * 29_997 + 2  # the header, and two rows of one line each


@pytest.mark.parametrize("more", [splitting.MOST_SURPLUS, splitting.MOST_SURPLUS + 1])
def test_a_record_of_very_many_cells_is_read_strictly(more: int) -> None:
    content = b"a,b\n1,2\n1,2" + b",x" * more + b"\n"

    found = split_bytes(content, Dialect(), None, 2)

    assert (fast(content) is None) == (more > splitting.MOST_SURPLUS)
    assert found.surplus == {1: ["x"] * more}


@pytest.mark.parametrize("count", [splitting.MOST_LENGTHS, splitting.MOST_LENGTHS + 1])
def test_records_of_too_many_lengths_are_read_strictly(count: int) -> None:
    content = b"a,b\n" + b"".join(b"," * number + b"x\n" for number in range(count))

    assert (fast(content) is None) == (count > splitting.MOST_LENGTHS)
    assert split(content) == strictly(content)


@pytest.mark.parametrize("second", [b"a,b\n3,4\n", b"3,4\n", b"", b"\n", b'"a",b\n5\n', b"b,a\n3,4\n"])
@pytest.mark.parametrize("dialect", [Dialect(), Dialect(header_rows=()), Dialect(header_rows=(1, 2))])
def test_a_later_file_is_seen_alike(second: bytes, dialect: Dialect) -> None:
    first = split_bytes(b"a,b\n1,2\n\n", dialect, None, 2)

    assert split(second, dialect, first) == strictly(second, dialect, first)


def test_the_rows_of_a_later_file_go_on() -> None:
    first = split_bytes(b"a,b\n1,2\n", Dialect(), None, 2)
    second = split_bytes(b"a,b\n3,4\n5,6\n", Dialect(), first, 2)

    assert (second.rows.tolist(), second.lines.tolist(), second.last_row) == ([3, 4], [2, 3], 4)
    assert second.labels == ["a", "b"]
    assert np.issubdtype(second.rows.dtype, np.integer)


@pytest.mark.parametrize(
    ("mark", "codec"),
    [
        (b"\xef\xbb\xbf", "utf-8"),
        (b"\xff\xfe", "utf-16-le"),
        (b"\xfe\xff", "utf-16-be"),
        (b"\xff\xfe\0\0", "utf-32-le"),
        (b"\0\0\xfe\xff", "utf-32-be"),
    ],
)
def test_a_byte_order_mark_is_none_of_the_text(mark: bytes, codec: str) -> None:
    content = mark + "a,b\né,2\n".encode(codec)

    for declared in (None, codec, codec.removesuffix("-le").removesuffix("-be")):
        assert split(content, Dialect(encoding=declared))["labels"] == ["a", "b"]
        assert split(content, Dialect(encoding=declared))["columns"] == [["é"], ["2"]]


def test_a_byte_order_mark_of_another_encoding_is_text() -> None:
    content = b"\xef\xbb\xbfa,b\n1,2\n"

    assert split(content, Dialect(encoding="latin-1"))["labels"] == ["ï»¿a", "b"]


@pytest.mark.parametrize("usual", [True, False])
def test_a_table_may_have_so_many_columns(usual: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(splitting, "MOST_COLUMNS", 2)
    one = split if usual else strictly

    assert one(b"a,b\n1,2\n")["columns"] == [["1"], ["2"]]
    assert one(b"t\na,b,c\n1,2,3\n", Dialect(header_rows=(2,))) == {
        "labels": ["a", "b", "c"],
        "columns": [],
        "rows": [],
        "lines": [],
        "last_row": 2,
        "lengths": [],
        "surplus": {},
        "faults": [],
    }


def test_wrong_bytes_are_shown_as_one_character() -> None:
    assert split(b"a,b\n1\xff2,3\n")["columns"] == [["1\ufffd2"], ["3"]]


def test_a_table_of_empty_lines_has_columns_of_texts() -> None:
    for one in (split, strictly):
        assert one(b"a,b\n\n\n")["columns"] == [[None, None], [None, None]]
        assert one(b"")["columns"] == [[], []]


def test_long_records_are_split_fast_as_long_as_a_block_holds_them() -> None:
    long = b"a,b\n" + b"\n".join([b"x" * 2_500_000 + b",y"] * 10)
    longer = b"a,b\n" + b"x" * 2_500_000 + b",y\nz,z\n"

    assert fast(long) == strictly(long)
    assert fast(longer) is None
    assert split(longer)["columns"] == [["x" * 2_500_000, "z"], ["y", "z"]]
