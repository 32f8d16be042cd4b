"""Writing files whole, and refreshing descriptors."""

import csv
import io
import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import MakePackage
from hypothesis import given
from hypothesis import strategies as st

from factpack.exceptions import PackageError
from factpack.refresh import refresh
from factpack.writing import write_bytes, write_csv

CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=5)


@given(st.lists(st.lists(CELL, min_size=2, max_size=2), max_size=4))
def test_what_is_written_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]
) -> None:
    file = tmp_path_factory.mktemp("csv") / "t.csv"

    write_csv(file, ["a", "b"], rows)

    text = file.read_bytes().decode("utf-8")
    assert list(csv.reader(io.StringIO(text, newline=""))) == [["a", "b"], *rows]
    assert text.endswith("\n")


def test_lines_end_in_lf_and_none_is_an_empty_cell(tmp_path: Path) -> None:
    write_csv(tmp_path / "t.csv", ["a", "b"], [["1", None], ["x\ry", '"']])

    assert (tmp_path / "t.csv").read_bytes() == b'a,b\n1,\n"x\ry",""""\n'


def test_a_run_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text("old")

    def rows() -> Iterator[list[str]]:
        yield ["1"]
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write_csv(file, ["a"], rows())
    assert [path.name for path in tmp_path.iterdir()] == ["t.csv"]
    assert file.read_text() == "old"


def test_a_file_that_cannot_be_put_in_place_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "t.csv").mkdir()

    with pytest.raises(OSError, match=r"t\.csv"):
        write_bytes(tmp_path / "t.csv", b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["t.csv"]


def test_a_file_keeps_its_mode(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text("old")
    file.chmod(0o640)

    write_bytes(file, b"new")

    assert stat.S_IMODE(file.stat().st_mode) == 0o640


def test_refresh_changes_bytes_and_hash_and_nothing_else(make_package: MakePackage) -> None:
    descriptor = make_package(
        t=("n\n1\n", [{"name": "n"}]), u=("n\né\n", [{"name": "n"}]), package={"title": "é"}
    )
    before = json.loads(descriptor.read_text())

    assert refresh(descriptor) == ["t", "u"]

    after = json.loads(descriptor.read_text(encoding="utf-8"))
    assert [(item.pop("bytes"), item.pop("hash")[:7]) for item in after["resources"]] == [
        (4, "sha256:"),
        (5, "sha256:"),
    ]
    assert after == before
    assert "é" in descriptor.read_text(encoding="utf-8")


@pytest.mark.parametrize("content", ["{", '{"resources": [{"name": "t", "path": "absent.csv"}]}'])
def test_refresh_needs_a_package_with_files(tmp_path: Path, content: str) -> None:
    (tmp_path / "datapackage.json").write_text(content)

    with pytest.raises(PackageError):
        refresh(tmp_path / "datapackage.json")
    assert (tmp_path / "datapackage.json").read_text() == content
