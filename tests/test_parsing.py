"""What is parsed of a descriptor, to the last word: dialects, formats, paths, and the files that they name."""

import bz2
import gzip
import io
import json
import lzma
import tracemalloc
import zipfile
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from conftest import MakePackage, shown
from samples import zipped

import factpack
from factpack import source
from factpack.descriptor import as_whole, dereference, file_inside, load_json
from factpack.dialect import Dialect, parse_dialect
from factpack.exceptions import DescriptorError, DialectError, PackageError, RemoteError, UnjudgedError
from factpack.formats import compression_of, first_path, format_of, has_profile, is_table
from factpack.package import open_package
from factpack.report import Finding, Severity
from factpack.source import Source, file_bytes, unpacked

# ---- dialects


def test_the_defaults_of_a_dialect() -> None:
    assert parse_dialect({}, ";", None) == Dialect(delimiter=";")
    assert Dialect().codec == "utf-8"
    assert Dialect(encoding="latin-1").codec == "latin-1"


@pytest.mark.parametrize(
    ("declared", "parsed"),
    [
        ({"delimiter": "||"}, {"delimiter": "||"}),
        ({"quoteChar": "'"}, {"quote": "'"}),
        ({"doubleQuote": False}, {"double_quote": False}),
        ({"escapeChar": "\\"}, {"escape": "\\"}),
        ({"escapeChar": '"', "doubleQuote": False}, {"escape": None, "double_quote": True}),
        ({"skipInitialSpace": True}, {"skip_initial_space": True}),
        ({"lineTerminator": ";"}, {"line_end": ";"}),
        ({"nullSequence": ""}, {"null_sequence": ""}),
        ({"header": False}, {"header_rows": ()}),
        ({"header": False, "headerRows": []}, {"header_rows": ()}),
        ({"header": False, "headerRows": [2]}, {"header_rows": ()}),
        ({"headerRows": [1, 2**31 - 1]}, {"header_rows": (1, 2**31 - 1)}),
        ({"headerJoin": ""}, {"header_join": ""}),
        ({"headerCase": False}, {"header_case": False}),
        ({"commentChar": "//"}, {"comment": "//"}),
        ({"commentRows": [1, 3]}, {"comment_rows": frozenset([1, 3])}),
        ({"skipBlankRows": False, "csv": {}}, {}),
    ],
    ids=shown,
)
def test_each_property_of_a_dialect_is_parsed(declared: dict[str, Any], parsed: dict[str, Any]) -> None:
    assert parse_dialect(declared, ",", None) == Dialect(**parsed)


@pytest.mark.parametrize(
    ("declared", "message"),
    [
        ({"header": 1}, "the dialect's header is 1, which is neither true nor false"),
        ({"doubleQuote": None}, "the dialect's doubleQuote is None, which is neither true nor false"),
        ({"skipInitialSpace": 0}, "the dialect's skipInitialSpace is 0, which is neither true nor false"),
        ({"headerCase": "no"}, "the dialect's headerCase is 'no', which is neither true nor false"),
        ({"delimiter": ""}, "the dialect's delimiter is '', which is not a text"),
        ({"delimiter": None}, "the dialect's delimiter is None, which is not a text"),
        ({"lineTerminator": ""}, "the dialect's lineTerminator is '', which is not a text"),
        ({"commentChar": ""}, "the dialect's commentChar is '', which is not a text"),
        ({"nullSequence": 0}, "the dialect's nullSequence is 0, which is not a text"),
        ({"headerJoin": 5}, "the dialect's headerJoin is 5, which is not a text"),
        ({"quoteChar": ""}, "the dialect's quoteChar is '', which is not one character"),
        ({"quoteChar": "ab"}, "the dialect's quoteChar is 'ab', which is not one character"),
        ({"quoteChar": "\n"}, "the dialect's quoteChar is '\\n', which is not one character"),
        ({"escapeChar": None}, "the dialect's escapeChar is None, which is not one character"),
        ({"headerRows": []}, "the dialect's headerRows names no row"),
        ({"headerRows": [0]}, "the dialect's headerRows is [0], which is not a list of row numbers from 1"),
        (
            {"headerRows": [True]},
            "the dialect's headerRows is [True], which is not a list of row numbers from 1",
        ),
        (
            {"commentRows": [2**31]},
            "the dialect's commentRows is [2147483648], which is not a list of row numbers from 1",
        ),
        ({"commentRows": 3}, "the dialect's commentRows is 3, which is not a list of row numbers from 1"),
        (
            {"commentRows": ["1"]},
            "the dialect's commentRows is ['1'], which is not a list of row numbers from 1",
        ),
        ({"delimiter": '"'}, "the dialect's delimiter and quoteChar are both '\"'"),
        ({"escapeChar": ","}, "the dialect's delimiter and escapeChar are both ','"),
        ({"delimiter": '|"|'}, "the dialect's delimiter is '|\"|', which holds the quoteChar"),
        (
            {"delimiter": "~'", "quoteChar": "'"},
            "the dialect's delimiter is \"~'\", which holds the quoteChar",
        ),
        (
            {"delimiter": "|~", "escapeChar": "~"},
            "the dialect's delimiter is '|~', which holds the escapeChar",
        ),
        ({"lineTerminator": '"\n'}, "the dialect's lineTerminator is '\"\\n', which holds the quoteChar"),
        (
            {"lineTerminator": "\\\n", "escapeChar": "\\"},
            "the dialect's lineTerminator is '\\\\\\n', which holds the escapeChar",
        ),
        ({"lineTerminator": ","}, "the dialect's lineTerminator is its delimiter too"),
        ({"lineTerminator": '"'}, "the dialect's lineTerminator is its quoteChar too"),
        ({"escapeChar": "|", "lineTerminator": "|"}, "the dialect's lineTerminator is its escapeChar too"),
        ({"delimiter": "\0"}, "the dialect's delimiter is '\\x00', which holds a NUL byte, as no text may"),
        ({"quoteChar": "\0"}, "the dialect's quoteChar is '\\x00', which holds a NUL byte, as no text may"),
        ({"escapeChar": "\0"}, "the dialect's escapeChar is '\\x00', which holds a NUL byte, as no text may"),
        (
            {"lineTerminator": "\0\n"},
            "the dialect's lineTerminator is '\\x00\\n', which holds a NUL byte, as no text may",
        ),
        ({"delimiter": "a\n"}, "the dialect's delimiter is 'a\\n', which holds a line end"),
        ({"delimiter": "\r"}, "the dialect's delimiter is '\\r', which holds a line end"),
    ],
)
def test_the_whole_message_on_a_malformed_dialect(declared: dict[str, Any], message: str) -> None:
    with pytest.raises(DialectError) as raised:
        parse_dialect(declared, ",", None)

    assert str(raised.value) == message


@pytest.mark.parametrize("name", ["skipBlankRows", "csv"])
def test_what_frictionless_adds_to_dialects_is_not_judged(name: str) -> None:
    with pytest.raises(UnjudgedError) as raised:
        parse_dialect({name: True}, ",", None)

    assert str(raised.value) == f"the dialect's {name} is frictionless's own, which factpack does not follow"


@pytest.mark.parametrize("name", ["klingon", "rot13", "idna", "punycode", "undefined", "a\0b", 5, ""])
def test_an_unknown_encoding_is_not_judged(name: Any) -> None:
    with pytest.raises(UnjudgedError) as raised:
        parse_dialect({}, ",", name)

    assert str(raised.value) == f"the encoding {name!r} is not known"


def test_a_known_encoding_is_kept() -> None:
    assert parse_dialect({}, ",", "Latin-1").encoding == "Latin-1"


# ---- formats


@pytest.mark.parametrize(
    ("descriptor", "path", "form", "compression", "table"),
    [
        ({"path": "a.csv"}, "a.csv", "csv", None, True),
        ({"path": "a.CSV"}, "a.CSV", "csv", None, True),
        ({"path": "x.y/a.tsv"}, "x.y/a.tsv", "tsv", None, True),
        ({"path": "x.csv/a"}, "x.csv/a", "", None, False),
        ({"path": "a.csv.gz"}, "a.csv.gz", "csv", "gz", True),
        ({"path": "a.gz"}, "a.gz", "", "gz", False),
        ({"path": "a.csv.7z"}, "a.csv.7z", "7z", None, False),
        ({"path": "a.tsv.XZ"}, "a.tsv.XZ", "tsv", "xz", True),
        ({"path": "a.zip", "innerpath": "b.tsv"}, "a.zip", "tsv", "zip", True),
        ({"path": ["a.tsv", "b"]}, "a.tsv", "tsv", None, True),
        ({"path": ["a.txt"]}, "a.txt", "txt", None, False),
        ({"path": ["a.txt", "b.csv"]}, "a.txt", "txt", None, True),
        ({"path": ["a.txt", "b.sqlite"]}, "a.txt", "txt", None, True),
        ({"path": []}, "", "", None, False),
        ({"path": [5]}, "", "", None, False),
        ({"path": 5}, "", "", None, False),
        ({"url": "a.csv"}, "a.csv", "csv", None, True),
        ({"path": "b.txt", "url": "a.csv"}, "b.txt", "txt", None, False),
        ({"path": "a.txt", "format": ".CSV"}, "a.txt", "csv", None, True),
        ({"path": "a.csv", "format": "json"}, "a.csv", "json", None, False),
        ({"path": "a.txt", "mediatype": "Text/CSV ; charset=utf-8"}, "a.txt", "csv", None, True),
        ({"path": "a", "mediatype": "text/tab-separated-values"}, "a", "tsv", None, True),
        ({"path": "a.csv", "compression": "BZ2"}, "a.csv", "csv", "bz2", True),
        ({"path": "a.txt", "type": "table"}, "a.txt", "txt", None, True),
        ({"path": "a.txt", "type": "json"}, "a.txt", "txt", None, False),
        ({"path": "a.txt", "schema": {}}, "a.txt", "txt", None, True),
        ({"path": "a.txt", "profile": "tabular-data-resource"}, "a.txt", "txt", None, True),
        ({"path": "a.txt", "profile": "data-resource"}, "a.txt", "txt", None, False),
        ({"data": []}, "", "", None, False),
        ({"data": [[1, None], []]}, "", "", None, True),
        ({"data": [{"a": [1]}, {}]}, "", "", None, True),
        ({"data": [1, 2]}, "", "", None, False),
        ({"data": [[1], {}]}, "", "", None, False),
        ({"data": [[1], [[1]]]}, "", "", None, False),
        ({"data": [[1], [{}]]}, "", "", None, False),
        ({"data": [1], "type": "table"}, "", "", None, True),
        ({"data": {}}, "", "", None, False),
        ({}, "", "", None, False),
    ],
    ids=shown,
)
def test_the_form_of_a_resource(
    descriptor: dict[str, Any], path: str, form: str, compression: str | None, table: bool
) -> None:
    assert first_path(descriptor) == path
    assert format_of(descriptor) == form
    assert compression_of(descriptor) == compression
    assert is_table(descriptor) == table


def test_a_profile_is_a_name_or_an_address() -> None:
    assert has_profile({"profile": "tabular-data-package"}, "tabular-data-package")
    assert has_profile({"profile": "https://x.org/tabular-data-package.json"}, "tabular-data-package")
    assert not has_profile({"profile": "tabular-data-packages"}, "tabular-data-package")
    assert not has_profile({}, "tabular-data-package")
    assert not has_profile({}, "XXXX")


# ---- files


@pytest.mark.parametrize(
    ("kind", "content"),
    [(None, b"ab"), ("gz", gzip.compress(b"ab")), ("bz2", bz2.compress(b"ab")), ("xz", lzma.compress(b"ab"))],
    ids=["plain", "gz", "bz2", "xz"],
)
def test_what_is_packed_is_unpacked(kind: str | None, content: bytes) -> None:
    assert unpacked(content, Source(compression=kind)) == b"ab"


@pytest.mark.parametrize("block", [1, 7, 2**13])
@pytest.mark.parametrize(
    ("kind", "pack", "padding"),
    [("gz", gzip.compress, 3), ("bz2", bz2.compress, 0), ("xz", lzma.compress, 8)],
)
def test_what_is_packed_in_several_streams_is_unpacked_whole(
    kind: str, pack: Callable[[bytes], bytes], padding: int, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "SMALL_BLOCK", block)
    zeros = b"\0" * padding
    content = pack(b"a") + zeros + pack(b"") + pack(b"b" * 100_000) + zeros

    assert unpacked(content, Source(compression=kind)) == b"a" + b"b" * 100_000


@pytest.mark.parametrize("after", ["garbage", "broken", "cut", "nothing"])
@pytest.mark.parametrize(
    ("kind", "pack"), [("gz", gzip.compress), ("bz2", bz2.compress), ("xz", lzma.compress)]
)
def test_what_follows_packed_bytes_is_packed_too(
    kind: str, pack: Callable[[bytes], bytes], after: str
) -> None:
    first, second = pack(b"a"), pack(b"b")
    content = {
        "garbage": first + b"garbage garbage",
        "broken": first + bytes([second[0] ^ 1]) + second[1:],
        "cut": first + second[:-1],
        "nothing": b"",
    }[after]

    with pytest.raises(DescriptorError) as raised:
        unpacked(content, Source(compression=kind))
    assert str(raised.value).startswith(f"the file cannot be unpacked as {kind}: ")
    if after == "nothing":
        assert str(raised.value).endswith(
            ": there is nothing in it" if kind == "gz" else ": it ends too early"
        )


@pytest.mark.parametrize("kind", ["gz", "zip", "bz2", "xz"])
def test_what_takes_too_much_memory_to_unpack_is_not_judged(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(content: bytes, inner_path: str | None) -> bytes:
        raise MemoryError

    monkeypatch.setitem(source.UNPACKERS, kind, fail)
    with pytest.raises(UnjudgedError, match="to unpack the file takes more memory than there is"):
        unpacked(b"x", Source(compression=kind))


@pytest.mark.parametrize(("place", "value"), [(8, 9), (6, 0x40)], ids=["Deflate64", "strong encryption"])
def test_an_archive_that_is_packed_in_a_way_that_is_not_known_is_not_judged(place: int, value: int) -> None:
    content = bytearray(zipped({"a": b"x"}))
    for start in (0, content.index(b"PK\1\2") + 2):  # the local header, and that of the directory
        content[start + place] = value

    with pytest.raises(UnjudgedError, match="the file is packed in a way that is not known: "):
        unpacked(bytes(content), Source(compression="zip"))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_of_two_files_of_one_name_in_an_archive_none_counts() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for text in ("x", "y"):
            archive.writestr("a", text)
        archive.writestr("b", "z")

    assert unpacked(packed.getvalue(), Source(compression="zip", inner_path="b")) == b"z"
    with pytest.raises(UnjudgedError, match="the archive has 2 files 'a'; only one can count"):
        unpacked(packed.getvalue(), Source(compression="zip", inner_path="a"))


def test_one_file_of_an_archive_is_unpacked() -> None:
    assert unpacked(zipped({"folder/": b"", "folder/a": b"id"}), Source(compression="zip")) == b"id"
    assert unpacked(zipped({"a": b"x", "b": b"id"}), Source(compression="zip", inner_path="b")) == b"id"


@pytest.mark.parametrize(
    ("content", "inner", "error", "message"),
    [
        (
            zipped({"a": b"", "b": b""}),
            None,
            UnjudgedError,
            "the archive holds 2 files, and innerpath does not say which",
        ),
        (
            zipped({"a/": b""}),
            None,
            UnjudgedError,
            "the archive holds 0 files, and innerpath does not say which",
        ),
        (zipped({"a": b"", "b": b""}), "c", DescriptorError, "the archive has no file 'c'"),
        (zipped({"a/": b""}), "a/", DescriptorError, "the archive has no file 'a/'"),
        (b"PK", None, DescriptorError, "the file cannot be unpacked as zip: File is not a zip file"),
    ],
)
def test_the_whole_message_on_an_archive(
    content: bytes, inner: str | None, error: type, message: str
) -> None:
    with pytest.raises(error) as raised:
        unpacked(content, Source(compression="zip", inner_path=inner))

    assert str(raised.value) == message


@pytest.mark.parametrize("size", [100, 101])
@pytest.mark.parametrize("kind", ["gz", "zip"])
def test_so_much_is_unpacked_and_no_more(size: int, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "MOST_BYTES", 100)
    content = gzip.compress(b"x" * size) if kind == "gz" else zipped({"a": b"x" * size})

    if size == 100:
        assert len(unpacked(content, Source(compression=kind))) == 100
    else:
        with pytest.raises(UnjudgedError) as raised:
            unpacked(content, Source(compression=kind))
        assert str(raised.value) == "unpacked, the file has more than 100 bytes"


@pytest.mark.parametrize("kind", ["gz", "bz2", "xz", "zip"])
def test_what_would_be_too_much_is_never_held(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "MOST_BYTES", 100)
    packed = {"gz": gzip.compress, "bz2": bz2.compress, "xz": partial(lzma.compress, preset=0)}
    text = b"x" * 2**24
    content = zipped({"a": text}) if kind == "zip" else packed[kind](text)

    tracemalloc.start()
    try:
        with pytest.raises(UnjudgedError):
            unpacked(content, Source(compression=kind))
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert most < len(text) // 8


def test_what_is_unpacked_may_be_so_many_times_as_large(monkeypatch: pytest.MonkeyPatch) -> None:
    content = gzip.compress(b"x" * 10_000)
    monkeypatch.setattr(source, "FEW_BYTES", 1)
    monkeypatch.setattr(source, "MOST_TIMES", 10_000)
    assert len(unpacked(content, Source(compression="gz"))) == 10_000

    monkeypatch.setattr(source, "MOST_TIMES", 1)
    with pytest.raises(UnjudgedError) as raised:
        unpacked(content, Source(compression="gz"))
    assert str(raised.value) == f"unpacked, the file has more than {len(content)} bytes"

    monkeypatch.setattr(source, "FEW_BYTES", 10_000)
    assert len(unpacked(content, Source(compression="gz"))) == 10_000


@pytest.mark.parametrize("paths", [["1.csv", "2.csv.gz"], ["1.csv.gz", "2.csv"], ["1.csv.gz", "2.csv.xz"]])
def test_files_that_are_packed_in_several_ways_are_not_judged(
    make_package: MakePackage, paths: list[str]
) -> None:
    descriptor = make_package(t=("", {"fields": [{"name": "a"}]}), resource={"path": paths})
    for path in paths:
        (descriptor.parent / path).write_text("a\n1\n")

    (found,) = factpack.validate(descriptor).findings

    assert (found.severity, found.message) == (
        Severity.UNJUDGED,
        "some of its files are compressed, and others are not, or in other ways",
    )


def test_the_bytes_of_a_file_are_read(tmp_path: Path) -> None:
    for content in (b"", b"a\r\n\xff"):
        (tmp_path / "t").write_bytes(content)
        assert file_bytes(tmp_path / "t") == content
    with pytest.raises(OSError, match="No such file"):
        file_bytes(tmp_path / "absent")


# ---- descriptors


def test_a_descriptor_has_exact_numbers(tmp_path: Path) -> None:
    (tmp_path / "d.json").write_text('{"a": [1, 0.1, "é"], "b": {}}')

    assert load_json(tmp_path / "d.json", "d") == {"a": [1, Decimal("0.1"), "é"], "b": {}}


def test_a_count_that_is_whole_is_an_integer(tmp_path: Path) -> None:
    text = '{"bytes": 8.0, "headerRows": [1.0, 2e0], "commentRows": 1.5, "minLength": 1e999999, "x": 2.0}'
    (tmp_path / "d.json").write_text(text)

    read = load_json(tmp_path / "d.json", "d")

    assert list(map(repr, read.values())) == [
        *("8", "[1, 2]", "Decimal('1.5')", "Decimal('1E+999999')", "Decimal('2.0')"),
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xff", "d: not UTF-8 at byte 0"),
        (b'{"a": 1,\n?}', "d: not JSON: Expecting property name enclosed in double quotes at line 2"),
        (b"[1]", "d: not a JSON object"),
        (b'{"a": {"b": 1, "b": 2}}', "d: the key 'b' stands twice in one object; only one can count"),
        (b'{"a": Infinity}', "d: not JSON that can be read: Infinity is not a value of JSON"),
        (b'{"\\udc00": 1}', "d: half of a surrogate pair stands in a text"),
        (b'{"a": "x\\ud800y"}', "d: half of a surrogate pair stands in a text"),
        (b'{"a": [1, ["b", "\\ud800"]]}', "d: half of a surrogate pair stands in a text"),
        (b"[" * 100_000, "d: the JSON is nested too deeply"),
        (b'{"a":' * 101 + b"1" + b"}" * 101, "d: the JSON is nested too deeply"),
        (b'{"b": 1, "a":' + b"[" * 100 + b"]" * 100 + b"}", "d: the JSON is nested too deeply"),
    ],
)
def test_the_whole_message_on_a_descriptor(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "d.json").write_bytes(content)

    with pytest.raises(DescriptorError) as raised:
        load_json(tmp_path / "d.json", "d")

    assert str(raised.value) == message


def test_json_of_a_hundred_levels_is_read(tmp_path: Path) -> None:
    (tmp_path / "d.json").write_bytes(b'{"a":' + b"[" * 99 + b"1" + b"]" * 99 + b"}")

    assert load_json(tmp_path / "d.json", "d").keys() == {"a"}


@pytest.mark.parametrize(
    ("name", "message"),
    [("absent", "no such file"), (".", "not a regular file"), ("x" * 5000, "File name too long")],
)
def test_a_descriptor_must_be_a_file(tmp_path: Path, name: str, message: str) -> None:
    with pytest.raises(PackageError) as raised:
        load_json(tmp_path / name, "d")

    assert str(raised.value) == f"d: {message}"


def test_a_descriptor_must_be_readable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(file: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "d.json").write_text("{}")
    monkeypatch.setattr(Path, "read_bytes", refuse)

    with pytest.raises(PackageError, match=r"^d: Permission denied$"):
        load_json(tmp_path / "d.json", "d")


@pytest.mark.parametrize(
    ("path", "error", "message"),
    [
        ("http://x.org/t.csv", RemoteError, "http://x.org/t.csv: an address; factpack opens none"),
        ("", DescriptorError, "'' is not a POSIX path"),
        ("a\\b", DescriptorError, "'a\\\\b' is not a POSIX path"),
        ("a\0b", DescriptorError, "'a\\x00b' is not a POSIX path"),
        ("a/", DescriptorError, "a/ is not the path of a file"),
        ("/a", DescriptorError, "the path /a leads out of the package"),
        ("~a", DescriptorError, "the path ~a leads out of the package"),
        ("a/../b", DescriptorError, "the path a/../b has '..' in it, and could lead out of the package"),
        (".a/b", DescriptorError, "the path .a/b leads into a hidden folder"),
        ("a/./.b/c", DescriptorError, "the path a/./.b/c leads into a hidden folder"),
        ("absent", DescriptorError, "absent does not exist"),
        ("./.absent", DescriptorError, "./.absent does not exist"),
        ("folder", DescriptorError, "folder is not a regular file"),
        ("link", DescriptorError, "link is a link that leads out of the package"),
    ],
)
def test_the_whole_message_on_a_path(tmp_path: Path, path: str, error: type, message: str) -> None:
    base = tmp_path / "base"
    (base / "folder").mkdir(parents=True)
    (tmp_path / "outside").write_text("x")
    (base / "link").symlink_to(tmp_path / "outside")

    with pytest.raises(error) as raised:
        file_inside(base, path)

    assert str(raised.value) == message


def test_a_path_within_the_folder_is_followed(tmp_path: Path) -> None:
    (tmp_path / "a..b").mkdir()
    (tmp_path / "a..b" / "t.csv").write_text("x")
    (tmp_path / "link").symlink_to(tmp_path / "a..b" / "t.csv")

    assert file_inside(tmp_path, "a..b/t.csv") == tmp_path / "a..b" / "t.csv"
    assert file_inside(tmp_path, "link") == (tmp_path / "a..b" / "t.csv").resolve()


def test_an_object_stands_in_its_place_or_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "s.json").write_text('{"a": 1}')

    assert dereference({}, "schema", tmp_path) is None
    assert dereference({"schema": {"b": 2}}, "schema", tmp_path) == {"b": 2}
    assert dereference({"schema": "s.json"}, "schema", tmp_path) == {"a": 1}
    (tmp_path / "s.json").write_text("[]")
    with pytest.raises(DescriptorError, match=r"^s\.json: not a JSON object$"):
        dereference({"schema": "s.json"}, "schema", tmp_path)
    with pytest.raises(DescriptorError, match=r"^the schema is neither a JSON object nor a path$"):
        dereference({"schema": None}, "schema", tmp_path)


# ---- packages


def notes(folder: Path, resource: Any, **package: Any) -> list[tuple[Any, ...]]:
    (folder / "t.csv").write_text("id\na\n")
    content = {"name": "p", "resources": [resource], **package}
    (folder / "datapackage.json").write_text(json.dumps(content))
    found: list[Finding] = list(open_package(folder / "datapackage.json").findings)
    return [(item.severity, item.rule, item.resource, item.path, item.message) for item in found]


ERROR, UNJUDGED, WARNING = Severity.ERROR, Severity.UNJUDGED, Severity.WARNING
SCHEMA = {"fields": [{"name": "id"}]}
NO_SCHEMA = "the table has no schema, so that only its form is judged"


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        ({"name": "t", "path": "t.csv", "schema": SCHEMA}, []),
        ({"path": "t.csv"}, [(WARNING, "resource", "resource 1", "t.csv", NO_SCHEMA)]),
        ({"name": 5, "path": ["t.csv"]}, [(WARNING, "resource", "resource 1", "t.csv", NO_SCHEMA)]),
        (
            {"name": "t", "path": "t.csv", "extrapaths": ["t.csv"]},
            [(WARNING, "resource", "t", "t.csv", NO_SCHEMA)],
        ),
        (
            {"name": "t", "path": ["t.csv", "t.csv"]},
            [(WARNING, "resource", "t", "t.csv, t.csv", NO_SCHEMA)],
        ),
        ({"name": "t"}, [(ERROR, "descriptor", "t", None, "the resource has neither 'path' nor 'data'")]),
        (
            {"name": "t", "path": "t.csv", "data": []},
            [
                (
                    ERROR,
                    "descriptor",
                    "t",
                    "t.csv",
                    "the resource has both 'path' and 'data'; only one can count",
                )
            ],
        ),
        (
            {"name": "t", "path": ["t.csv", 5]},
            [
                (
                    ERROR,
                    "descriptor",
                    "t",
                    None,
                    "'path', or 'extrapaths', is neither a text nor a list of texts",
                )
            ],
        ),
        (
            {"name": "t", "path": "t.csv", "extrapaths": "t.csv"},
            [
                (
                    ERROR,
                    "descriptor",
                    "t",
                    "t.csv",
                    "'path', or 'extrapaths', is neither a text nor a list of texts",
                )
            ],
        ),
        (
            {"name": "t", "path": "t.csv", "innerpath": 5},
            [(ERROR, "descriptor", "t", "t.csv", "'innerpath' is not a text")],
        ),
        (
            {"name": "t", "path": "t.csv", "schema": SCHEMA, "format": "xlsx", "compression": "7z"},
            [
                (UNJUDGED, "resource", "t", "t.csv", "the format is 'xlsx'; factpack reads csv and tsv"),
                (
                    UNJUDGED,
                    "resource",
                    "t",
                    "t.csv",
                    "the compression is '7z'; factpack reads gz, zip, bz2, xz",
                ),
            ],
        ),
        (
            {"name": "t", "path": "t.csv", "dialect": {"header": False}},
            [
                (
                    UNJUDGED,
                    "resource",
                    "t",
                    "t.csv",
                    "the table has no schema and no header to be checked against",
                )
            ],
        ),
        (
            {"name": "t", "data": "id\n", "format": "txt", "schema": SCHEMA},
            [(UNJUDGED, "resource", "t", None, "the format is 'txt'; factpack reads csv and tsv")],
        ),
        ({"name": "t", "data": [["id"]], "schema": SCHEMA}, []),
        (
            {"name": "t", "path": "t.csv", "schema": {}},
            [(ERROR, "schema", "t", "t.csv", "'fields' is not a list")],
        ),
        (
            {"name": "t", "path": "t.csv", "dialect": {"header": 5}},
            [(ERROR, "dialect", "t", "t.csv", "the dialect's header is 5, which is neither true nor false")],
        ),
        (
            {"name": "t", "path": "http://x.org/t.csv"},
            [
                (
                    UNJUDGED,
                    "resource",
                    "t",
                    "http://x.org/t.csv",
                    "http://x.org/t.csv: an address; factpack opens none",
                )
            ],
        ),
    ],
    ids=shown,
)
def test_what_is_said_when_a_resource_is_taken_up(
    tmp_path: Path, resource: dict[str, Any], expected: list[tuple[Any, ...]]
) -> None:
    assert notes(tmp_path, resource) == expected


@pytest.mark.parametrize(
    ("resources", "message"),
    [
        (None, "'resources' must be a list of at least one resource; nothing can be checked"),
        ([], "'resources' must be a list of at least one resource; nothing can be checked"),
        ([{}, 5], "'resources' holds something that is not a JSON object"),
    ],
)
def test_a_package_has_resources(tmp_path: Path, resources: Any, message: str) -> None:
    assert notes(tmp_path, {}, resources=resources) == [
        (ERROR, "descriptor", None, "datapackage.json", message)
    ]


def test_a_package_without_a_name_is_called_by_its_folder(tmp_path: Path) -> None:
    notes(tmp_path, {"name": "t", "path": "t.csv"}, name=5)
    package = open_package(tmp_path / "datapackage.json")

    assert package.name == tmp_path.name
    assert package.file == tmp_path / "datapackage.json"
    assert package.descriptor["name"] == 5
    with pytest.raises(PackageError, match=r"^the package has no resource 'u'$"):
        package.resource("u")
    assert package.resource("t").file == tmp_path / "t.csv"


def test_the_one_file_of_a_resource_is_plain(tmp_path: Path) -> None:
    for resource in ({"path": ["t.csv", "t.csv"]}, {"path": "t.csv", "compression": "gz"}, {"data": []}):
        notes(tmp_path, {"name": "t", **resource})
        assert open_package(tmp_path / "datapackage.json").resource("t").file is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        *((2.0, 2), (-0.0, 0), (Decimal("1e3"), 1000), (1e18, 10**18), (-1e18, -(10**18))),
        *((2.5, 2.5), (1e19, 1e19), (-1e19, -1e19), (2.0**63, 2.0**63), (-(2.0**63), -(2.0**63))),
        *((float("inf"), float("inf")), ("2.0", "2.0"), (True, True), (None, None)),
    ],
)
def test_numbers_without_a_fraction_are_whole_but_for_large_ones(value: Any, expected: Any) -> None:
    found = as_whole(value)

    assert (type(found), found) == (type(expected), expected)
