"""What all exports have in common: whole or not at all, never over what is there, only of what is valid."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, MakePackage
from test_cli import run

from factpack.exceptions import FactpackError, PackageError
from factpack.export import MARK, MODULES, export
from factpack.export.names import distinct
from factpack.forms import ExportForm
from factpack.package import Package, open_package

TARGETS = [ExportForm.SQLITE, ExportForm.PARQUET, ExportForm.EXCEL, ExportForm.DUCKDB]
FOLDERS = [ExportForm.PARQUET]
FILES = [target for target in TARGETS if target not in FOLDERS]
#: What another library is needed for.
EXTRAS = {ExportForm.EXCEL: ("xlsxwriter", "Excel"), ExportForm.DUCKDB: ("duckdb", "DuckDB")}
WORDS = ("word\nbe\n", [{"name": "word", "type": "string"}])


def content(path: Path) -> dict[str, bytes]:
    """Return what is at a path, a file or a folder."""
    files = sorted(path.rglob("*")) if path.is_dir() else [path]
    return {str(file.relative_to(path)): file.read_bytes() for file in files if file.is_file()}


@pytest.mark.parametrize("target", TARGETS)
def test_the_command_writes_the_dataset_and_says_what(target: ExportForm, tmp_path: Path) -> None:
    done = run("export", "--to", target, "--output", tmp_path / "out")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"wrote {tmp_path / 'out'}: 22 tables, 1,031 rows\n"
    assert [item.name for item in tmp_path.iterdir()] == ["out"]


def test_every_format_has_a_module() -> None:
    assert MODULES.keys() == set(ExportForm)


@pytest.mark.parametrize("target", TARGETS)
def test_what_is_there_is_replaced_only_by_force(
    target: ExportForm, make_package: MakePackage, tmp_path: Path
) -> None:
    package = open_package(make_package(t=WORDS))
    output = tmp_path / "out"
    export(package, target, output)
    (tmp_path / "t.csv").write_text("word\nnot\nto be\n")
    before = content(output)

    with pytest.raises(FactpackError, match="out exists already; --force replaces it"):
        export(package, target, output)
    unchanged = content(output)
    export(package, target, output, force=True)

    assert unchanged == before
    assert content(output) != before
    assert not [item for item in tmp_path.iterdir() if item.name.startswith(".")]


@pytest.mark.parametrize("target", FOLDERS)
def test_a_folder_that_was_not_exported_is_never_replaced(
    target: ExportForm, make_package: MakePackage, tmp_path: Path
) -> None:
    package = open_package(make_package(t=WORDS))
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "will.txt").write_text("all to my cat")
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / MARK).write_text("site\n")

    for name in ("papers", "site", "."):
        with pytest.raises(FactpackError, match="is a folder that was not exported as"):
            export(package, target, tmp_path / name, force=True)

    assert (tmp_path / "papers" / "will.txt").read_text() == "all to my cat"


@pytest.mark.parametrize("name", ["old", "new"])
@pytest.mark.parametrize("target", TARGETS)
def test_an_output_of_any_name_is_replaced(
    target: ExportForm, name: str, make_package: MakePackage, tmp_path: Path
) -> None:
    package = open_package(make_package(t=WORDS))

    export(package, target, tmp_path / name)
    export(package, target, tmp_path / name, force=True)

    assert content(tmp_path / name)
    assert sorted(item.name for item in tmp_path.iterdir()) == sorted(["datapackage.json", "t.csv", name])


@pytest.mark.parametrize("name", ["datapackage.json", "t.csv"])
def test_the_package_itself_is_never_replaced(name: str, make_package: MakePackage, tmp_path: Path) -> None:
    package = open_package(make_package(t=WORDS))
    (tmp_path / "link").symlink_to(name)

    for output in (name, "link"):
        with pytest.raises(FactpackError, match="is read here, and is not replaced"):
            export(package, ExportForm.SQLITE, tmp_path / output, force=True)


def test_a_link_stays_one(make_package: MakePackage, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "old").write_text("old")
    (tmp_path / "link").symlink_to("elsewhere/old")

    export(open_package(make_package(t=WORDS)), ExportForm.SQLITE, tmp_path / "link", force=True)

    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "elsewhere" / "old").read_bytes().startswith(b"SQLite format 3")


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("is_there", [False, True], ids=["nothing there", "something there"])
def test_an_export_that_fails_leaves_all_as_it_was(
    target: ExportForm,
    is_there: bool,
    make_package: MakePackage,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    package = open_package(make_package(t=WORDS))
    if is_there:
        export(package, target, tmp_path / "out")
    before = content(tmp_path)

    def write(package: Package, path: Path) -> list[str]:
        path.mkdir()
        (path / "half").write_text("half")
        raise KeyboardInterrupt

    monkeypatch.setattr(f"{MODULES[target]}.export", write)
    with pytest.raises(KeyboardInterrupt):
        export(package, target, tmp_path / "out", force=True)

    assert content(tmp_path) == before


def test_a_folder_that_cannot_be_put_in_place_leaves_the_old_one(
    make_package: MakePackage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = open_package(make_package(t=WORDS))
    export(package, ExportForm.PARQUET, tmp_path / "out")
    before, replace = content(tmp_path), os.replace
    calls: list[Any] = []

    def fail_the_second(old: Any, new: Any) -> None:
        calls.append(new)
        if len(calls) == 2:
            raise OSError("the disk is full")
        replace(old, new)

    monkeypatch.setattr(os, "replace", fail_the_second)
    with pytest.raises(OSError, match="the disk is full"):
        export(package, ExportForm.PARQUET, tmp_path / "out", force=True)

    assert content(tmp_path) == before


def test_an_invalid_package_is_not_exported(make_package: MakePackage, tmp_path: Path) -> None:
    fields = [{"name": "n", "type": "integer", "constraints": {"maximum": 9}}]
    descriptor = make_package(t=("n\n10\n11\n", fields))

    done = run("export", descriptor, "--to", "sqlite", "--output", tmp_path / "out")

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "factpack: the package is not exported, since it is not valid: 2 errors; the first is\n"
        "t.csv:2: error maximum: row 2, column n, value '10', must have the maximum 9\n"
    )
    assert not (tmp_path / "out").exists()


RULES = '''
import factpack


@factpack.rule()
def short(t):
    """Words are short."""
    return factpack.View.of("t", "word", t["word"].str.len() < 2, "must be short")
'''


def test_a_package_that_breaks_its_own_rules_is_not_exported(
    make_package: MakePackage, tmp_path: Path
) -> None:
    descriptor = make_package(t=WORDS)
    (tmp_path / "short_words.py").write_text(RULES)
    arguments = ("export", descriptor, "--to", "sqlite", "-o", tmp_path / "out", "--rules", "short_words")

    done = run(*arguments, cwd=tmp_path)

    assert done.returncode == 1
    assert "t.csv:2: error short: row 2, column word, value 'be', must be short" in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_folder_that_holds_the_package_is_not_replaced(make_package: MakePackage, tmp_path: Path) -> None:
    package = open_package(make_package(t=WORDS))
    (tmp_path / MARK).write_text("parquet\n")

    with pytest.raises(FactpackError, match="holds a file that is read here"):
        export(package, ExportForm.PARQUET, tmp_path, force=True)

    assert (tmp_path / "t.csv").read_text() == WORDS[0]


def test_a_package_that_was_not_judged_is_not_exported(make_package: MakePackage, tmp_path: Path) -> None:
    descriptor = make_package(t=WORDS, resource={"format": "xlsx"})

    done = run("export", descriptor, "--to", "sqlite", "--output", tmp_path / "out")

    assert (done.returncode, done.stdout) == (2, "")
    assert "not all was judged; the first is\nt.csv: unjudged resource" in done.stderr


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    done = run("export", "--to", "sqlite", "--output", tmp_path / "nowhere" / "out")

    assert (done.returncode, done.stderr) == (2, f"factpack: {tmp_path / 'nowhere'}: no such folder\n")


def test_a_table_without_a_schema_has_no_types_to_export(make_package: MakePackage, tmp_path: Path) -> None:
    with pytest.raises(PackageError, match="the table 't' has no schema, so that its cells have no types"):
        export(open_package(make_package(t=("a\n1\n", None))), ExportForm.SQLITE, tmp_path / "out")


def test_what_is_no_table_is_left_out_and_named(make_package: MakePackage, tmp_path: Path) -> None:
    descriptor = make_package(t=WORDS)
    declared = json.loads(descriptor.read_text())
    declared["resources"].append({"name": "photo [1]", "path": "photo.jpg"})
    descriptor.write_text(json.dumps(declared))
    (tmp_path / "photo.jpg").write_bytes(b"")

    lines = export(open_package(descriptor), ExportForm.SQLITE, tmp_path / "out")

    assert lines == ["1 table, 1 row", "'photo [1]' is no table, and left out"]


@pytest.mark.parametrize("target", EXTRAS)
def test_without_its_library_a_format_says_what_to_install(
    target: ExportForm, make_package: MakePackage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module, name = EXTRAS[target]
    monkeypatch.setitem(sys.modules, module, None)

    with pytest.raises(FactpackError, match=rf"to export to {name}, install \w+: pip install {module}$"):
        export(open_package(make_package(t=WORDS)), target, tmp_path / "out")


def test_other_commands_do_not_import_the_libraries_of_exports() -> None:
    code = "import sys, factpack.cli; print([name for name in ('duckdb', 'xlsxwriter', 'sqlite3') if name in sys.modules])"

    assert (
        subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout
        == "[]\n"
    )


@pytest.mark.parametrize("target", [ExportForm.SQLITE, ExportForm.PARQUET, ExportForm.EXCEL])
def test_an_export_is_the_same_each_time(
    target: ExportForm, make_package: MakePackage, tmp_path: Path
) -> None:
    package = open_package(make_package(t=WORDS))

    export(package, target, tmp_path / "one")
    export(package, target, tmp_path / "two")

    assert content(tmp_path / "one") == content(tmp_path / "two")


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["a", "b"], ["a", "b"]),
        (["a", "A", "a_2"], ["a", "A_2", "a_2_2"]),
        (["straße", "STRASSE"], ["straße", "STRASSE_2"]),
        ([""], ["_"]),
        (["abcdefghijk", "abcdefghijl"], ["abcdefghij", "abcdefgh_2"]),
        (["taken"], ["taken_2"]),
    ],
    ids=["different", "alike but for case", "alike when folded", "empty", "too long", "taken"],
)
def test_names_differ_whatever_their_case(names: list[str], found: list[str]) -> None:
    assert list(distinct(names, ["Taken"], longest=10).values()) == found
