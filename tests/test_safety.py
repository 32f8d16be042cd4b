"""What factpack opens, and what it does with a file that does not keep still: nothing outside, no socket, no hang."""

import gzip
import itertools
import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from conftest import MakePackage
from samples import zipped

import factpack
from factpack.exceptions import UnjudgedError
from factpack.piecewise import keys_of
from factpack.report import Severity
from factpack.source import file_bytes

TEXT = [{"name": "id", "type": "string"}]
ADDRESS = "http://127.0.0.1:9/x.json"

#: Validates a package while every file that is opened, and every socket that is made, is noted and printed.
WATCH = """
import json, sys
import factpack
factpack.validate(sys.argv[2])  # what is imported at first use is imported now
seen = []
def note(event, arguments):
    if event == "open" and isinstance(arguments[0], (str, bytes)):
        seen.append(str(arguments[0]))
    elif event.startswith("socket.") or event in ("subprocess.Popen", "os.system", "urllib.Request"):
        seen.append(event)
sys.addaudithook(note)
code = factpack.validate(sys.argv[1]).exit_code
print(json.dumps([code, seen]))
"""


def watched(descriptor: Path, plain: Path) -> tuple[int, list[str]]:
    """Return the exit code of a package, and what was opened outside Python's own folders to judge it."""
    command = [sys.executable, "-c", WATCH, str(descriptor), str(plain)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    code, seen = json.loads(done.stdout)
    own = [Path(folder).resolve() for folder in (sys.prefix, sys.base_prefix, Path(factpack.__file__).parent)]
    return code, [
        item for item in seen if not any(Path(item).resolve().is_relative_to(folder) for folder in own)
    ]


KEY_TO_ADDRESS = {"fields": "id", "reference": {"resource": ADDRESS, "fields": "id"}}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("code", "package", "resource", "schema"),
    [
        (2, {}, {"path": ADDRESS}, {}),
        (1, {}, {"path": ["t.csv", ADDRESS]}, {}),
        (2, {}, {"path": [ADDRESS, ADDRESS]}, {}),
        (1, {}, {"path": "../outside.csv"}, {}),
        (1, {}, {"path": "link.csv"}, {}),
        (1, {}, {"path": "pipe.csv"}, {}),
        (2, {}, {"dialect": ADDRESS}, {}),
        (1, {}, {"dialect": "../outside.json"}, {}),
        (2, {}, {"profile": ADDRESS}, {}),
        (0, {}, {"$schema": ADDRESS}, {}),
        (1, {}, {"extrapaths": [ADDRESS]}, {}),
        (2, {}, {"path": ADDRESS, "extrapaths": [ADDRESS]}, {}),
        (2, {}, {"schema": ADDRESS}, {}),
        (1, {}, {"schema": "../outside.json"}, {}),
        (1, {}, {"schema": {"$ref": ADDRESS}}, {}),
        (0, {}, {}, {"$schema": ADDRESS}),
        (1, {}, {}, {"foreignKeys": [KEY_TO_ADDRESS]}),
        (
            2,
            {},
            {},
            {"fields": [{"name": "id", "type": "object", "constraints": {"jsonSchema": {"$ref": ADDRESS}}}]},
        ),
        (2, {"profile": ADDRESS}, {}, {}),
        (2, {"$schema": ADDRESS}, {}, {}),
        (2, {"profile": "../outside.json"}, {}, {}),
        (0, {"licenses": [{"name": "own", "path": ADDRESS}]}, {}, {}),
        (0, {"image": ADDRESS}, {}, {}),
        (0, {"sources": [{"title": "a book", "path": ADDRESS}]}, {}, {}),
        (0, {}, {"sources": [{"title": "a book", "path": ADDRESS}]}, {}),
    ],
    ids=str,
)
def test_nothing_outside_is_opened_and_no_socket_is_made(
    tmp_path: Path, code: int, package: dict[str, Any], resource: dict[str, Any], schema: dict[str, Any]
) -> None:
    inside = tmp_path / "package"
    inside.mkdir()
    (tmp_path / "outside.csv").write_text("id\na\n")
    (tmp_path / "outside.json").write_text("{}")
    (inside / "link.csv").symlink_to(tmp_path / "outside.csv")
    os.mkfifo(inside / "pipe.csv")
    (inside / "t.csv").write_text('id\n"{}"\n')
    plain, entry = inside / "plain.json", {"name": "t", "path": "t.csv", "schema": {"fields": TEXT}}
    plain.write_text(json.dumps({"name": "p", "resources": [entry]}))
    descriptor = inside / "datapackage.json"
    resources = [entry | {"schema": {"fields": TEXT} | schema} | resource]
    descriptor.write_text(json.dumps({"name": "p", "resources": resources, **package}))

    found, opened = watched(descriptor, plain)

    assert found == code
    assert {Path(item).parent for item in opened} <= {inside}
    assert not any(item.endswith(("link.csv", "pipe.csv")) for item in opened)


def test_a_sound_package_opens_its_own_files_only(make_package: MakePackage) -> None:
    descriptor = make_package(t=("id\na\n", TEXT))

    code, opened = watched(descriptor, descriptor)

    assert code == 0
    assert {Path(item).name for item in opened} == {"datapackage.json", "t.csv"}


def test_a_file_that_changes_while_it_is_read_is_not_judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "t.csv"
    file.write_text("id\na\n")
    real, times = os.fstat, itertools.count()

    def fstat(handle: int) -> Any:
        state = real(handle)
        return SimpleNamespace(st_mode=state.st_mode, st_size=state.st_size, st_mtime_ns=next(times))

    with monkeypatch.context() as patch:
        patch.setattr("factpack.source.os.fstat", fstat)
        with pytest.raises(UnjudgedError, match="the file changed while it was read"):
            file_bytes(file)


def test_a_file_that_is_longer_than_it_says_is_not_judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "t.csv"
    file.write_text("id\na\n")
    real = os.fstat

    def fstat(handle: int) -> Any:
        state = real(handle)
        return SimpleNamespace(st_mode=state.st_mode, st_size=state.st_size - 1, st_mtime_ns=0)

    with monkeypatch.context() as patch:
        patch.setattr("factpack.source.os.fstat", fstat)
        with pytest.raises(UnjudgedError, match="the file changed while it was read"):
            file_bytes(file)


def test_a_pipe_that_took_the_place_of_a_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "t.csv")

    with pytest.raises(UnjudgedError, match=r"^the file is no regular file any more$"):
        file_bytes(tmp_path / "t.csv")


@pytest.mark.parametrize("place", ["data/t.csv", "data"])
def test_a_link_that_took_the_place_of_a_file_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    outside, inside = tmp_path / "outside", tmp_path / "package"
    for folder in (outside, inside / "data"):
        folder.mkdir(parents=True)
        (folder / "t.csv").write_text("id\nsecret\n")
    entry = {"name": "t", "path": "data/t.csv", "schema": {"fields": [{"name": "id", "type": "integer"}]}}
    descriptor = inside / "datapackage.json"
    descriptor.write_text(json.dumps({"name": "p", "resources": [entry]}))

    def replaced(package: Any) -> Any:
        (inside / place).rename(inside / "old")
        (inside / place).symlink_to(outside / "t.csv" if place != "data" else outside)
        return keys_of(package)

    monkeypatch.setattr("factpack.examination.keys_of", replaced)

    (found,) = factpack.validate(descriptor).findings

    assert (found.severity, found.message) == (Severity.UNJUDGED, "a link has taken the place of the file")


def test_links_inside_of_the_package_are_followed(make_package: MakePackage, tmp_path: Path) -> None:
    descriptor = make_package(t=("id\na\n", TEXT))
    (descriptor.parent / "t.csv").rename(descriptor.parent / "real.csv")
    (descriptor.parent / "t.csv").symlink_to("real.csv")
    (tmp_path / "linked").symlink_to(descriptor.parent)

    for way in (descriptor, tmp_path / "linked" / descriptor.name):
        report = factpack.validate(way)
        assert (report.exit_code, report.resources[0].path, report.resources[0].rows) == (0, "t.csv", 1)


def test_a_file_that_vanishes_is_not_judged(
    make_package: MakePackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    descriptor = make_package(t=("id\na\n", TEXT))

    def vanished(package: Any) -> Any:
        (descriptor.parent / "t.csv").unlink()
        return keys_of(package)

    monkeypatch.setattr("factpack.examination.keys_of", vanished)

    (found,) = factpack.validate(descriptor).findings

    assert (found.severity, found.message) == (
        Severity.UNJUDGED,
        "the file cannot be read: No such file or directory",
    )


@pytest.mark.parametrize(
    ("content", "resource", "severity", "message"),
    [
        (b"id\na\n", {"compression": "gz"}, Severity.ERROR, "cannot be unpacked as gz"),
        (gzip.compress(b"id\na\n")[:-4], {"compression": "gz"}, Severity.ERROR, "cannot be unpacked as gz"),
        (b"PK", {"compression": "zip"}, Severity.ERROR, "cannot be unpacked as zip"),
        (b"BZ", {"compression": "bz2"}, Severity.ERROR, "cannot be unpacked as bz2"),
        (b"\xfd7zXZ", {"compression": "xz"}, Severity.ERROR, "cannot be unpacked as xz"),
        (
            zipped({"a.csv": b"id\n", "b.csv": b"id\n"}),
            {"compression": "zip"},
            Severity.UNJUDGED,
            "the archive holds 2 files",
        ),
        (zipped({}), {"compression": "zip"}, Severity.UNJUDGED, "the archive holds 0 files"),
        (
            zipped({"a.csv": b"id\n"}),
            {"compression": "zip", "innerpath": "b.csv"},
            Severity.ERROR,
            "has no file 'b.csv'",
        ),
    ],
    ids=["no gz", "short gz", "no zip", "no bz2", "no xz", "two files", "no file", "other file"],
)
def test_a_packed_file_that_cannot_be_unpacked_is_a_finding(
    make_package: MakePackage, content: bytes, resource: dict[str, Any], severity: Severity, message: str
) -> None:
    (found,) = factpack.validate(make_package(t=(content, TEXT), resource=resource)).findings

    assert (found.rule, found.severity) == ("resource", severity)
    assert message in found.message


def test_what_unpacks_without_end_is_not_judged(
    make_package: MakePackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("factpack.source.MOST_BYTES", 1000)
    content = gzip.compress(b"id\n" + b"a\n" * 1000)

    (found,) = factpack.validate(make_package(t=(content, TEXT), resource={"compression": "gz"})).findings

    assert (found.severity, found.message) == (
        Severity.UNJUDGED,
        "unpacked, the file has more than 1,000 bytes",
    )
