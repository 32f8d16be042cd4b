"""Writing files whole, and refreshing descriptors."""

import csv
import io
import json
import os
import stat
from pathlib import Path

import pytest
from conftest import MakePackage
from hypothesis import given
from hypothesis import strategies as st

from factpack.exceptions import FactpackError, PackageError
from factpack.refresh import refresh
from factpack.writing import csv_bytes, write_files

CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=5)


@given(st.lists(st.lists(CELL, min_size=2, max_size=2), max_size=4), st.sampled_from([',"', ";'", "\t|"]))
def test_what_is_written_is_read_back(rows: list[list[str]], marks: str) -> None:
    text = csv_bytes(["a", "b"], rows, marks[0], marks[1]).decode("utf-8")

    reader = csv.reader(io.StringIO(text, newline=""), delimiter=marks[0], quotechar=marks[1])
    assert list(reader) == [["a", "b"], *rows]
    assert text.endswith("\n")


def test_lines_end_in_lf_and_none_is_an_empty_cell() -> None:
    assert csv_bytes(["a", "b"], [["1", None], ["x\ry", '"']]) == b'a,b\n1,\n"x\ry",""""\n'


def test_files_are_replaced_together_or_not_at_all(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("old")
    (tmp_path / "c").mkdir()

    with pytest.raises(OSError, match="c"):
        write_files({tmp_path / "a": b"new", tmp_path / "b": b"new", tmp_path / "c": b"new"})

    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "c"]
    assert (tmp_path / "a").read_text() == "old"


def test_nothing_is_replaced_if_one_file_cannot_be_staged(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("old")

    with pytest.raises(FileNotFoundError):
        write_files({tmp_path / "a": b"new", tmp_path / "nowhere" / "b": b"new"})

    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    assert (tmp_path / "a").read_text() == "old"


def test_a_file_keeps_its_mode(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text("old")
    file.chmod(0o640)

    write_files({file: b"new"})

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


def test_refresh_keeps_all_digits_of_numbers(make_package: MakePackage) -> None:
    descriptor = make_package(t=("n\n1\n", [{"name": "n"}]))
    text = descriptor.read_text().replace(
        '"name": "small"', '"name": "small", "a": 1E400, "b": 12345678901234567890.12'
    )
    descriptor.write_text(text)

    refresh(descriptor)

    assert '"a": 1E+400,\n  "b": 12345678901234567890.12,' in descriptor.read_text()


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to("real")

    write_files({tmp_path / "link": b"new"})

    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "new"


@pytest.mark.parametrize(
    "content", ["{", '{"name": "x"}', '{"resources": [{"name": "t", "path": "absent.csv"}]}']
)
def test_refresh_needs_a_package_with_files(tmp_path: Path, content: str) -> None:
    (tmp_path / "datapackage.json").write_text(content)

    with pytest.raises(PackageError):
        refresh(tmp_path / "datapackage.json")
    assert (tmp_path / "datapackage.json").read_text() == content


def test_what_is_no_regular_file_is_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    with pytest.raises(FactpackError, match="is no regular file"):
        write_files({tmp_path / "other": b"", pipe: b"text"})

    assert list(tmp_path.iterdir()) == [pipe]
    assert pipe.is_fifo()
