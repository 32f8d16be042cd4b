"""`factpack init`: what it creates is valid at once, or it says what is wrong; and it touches nothing else."""

import contextlib
import io
import json
import os
import pty
import re
import runpy
import select
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from conftest import ROOT
from hypothesis import assume, example, given
from hypothesis import strategies as st

import factpack
from factpack.cli import main
from factpack.exceptions import FactpackError, PackageError
from factpack.init.cli import spread
from factpack.init.creating import create_files
from factpack.init.delimited import read_delimited
from factpack.init.licences import KNOWN, licence
from factpack.init.names import name_of, refers_to, told_apart
from factpack.init.pytest_settings import settings_of_pytest
from factpack.init.requirement import Requirement, installed, requirement
from factpack.init.start import About, check_room, create, survey
from factpack.init.types import guess
from factpack.package import Resource, open_package
from factpack.report import Report, Verdict
from factpack.rules import Rule
from factpack.strategies import packages
from factpack.values import Values

HERE = Requirement(line="factpack")
FOR_ALL = [
    *(".gitattributes", ".github/workflows/validate.yml", ".gitignore", "README.md", "datapackage.json"),
    *("pytest.ini", "requirements.txt", "rules.py", "tests/test_rules.py"),
]


@dataclass(frozen=True)
class Done:
    """How a command ended, and what it printed."""

    returncode: int
    stdout: str
    stderr: str


def run(*arguments: str | Path, cwd: Path) -> Done:
    """Run factpack as its script does, in this process, which takes no time to start."""
    out, err = io.StringIO(), io.StringIO()
    patched = mock.patch.object(sys, "argv", ["factpack", *map(str, arguments)])
    with (
        contextlib.chdir(cwd),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        patched,
        pytest.raises(SystemExit) as ended,
    ):
        main()
    assert isinstance(ended.value.code, int)
    return Done(ended.value.code, out.getvalue(), err.getvalue())


def start(
    folder: Path, *files: Path, name: str = "p", title: str = "P", encoding: str | None = None
) -> Report:
    """Start a package; return the report on it, by its schemas and rules."""
    found = survey(folder, files, HERE, encoding)
    create(found, About(name=name, title=title), check_room(found))
    content = runpy.run_path(str(folder / "rules.py")).values()
    return factpack.validate(
        folder / "datapackage.json", rules=[one for one in content if isinstance(one, Rule)]
    )


def written(folder: Path, tables: Mapping[str, str | bytes]) -> list[Path]:
    folder.mkdir(exist_ok=True)
    for name, content in tables.items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return [folder / name for name in tables]


def schema_of(folder: Path, name: str) -> dict[str, Any]:
    content = json.loads((folder / "schemas" / f"{name}.json").read_text(encoding="utf-8"))
    assert isinstance(content, dict)
    return content


def resources_of(folder: Path) -> list[dict[str, Any]]:
    return list(json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))["resources"])


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


# What is created


def test_the_example_is_valid_at_once_and_passes_its_own_tests(tmp_path: Path) -> None:
    started = run("init", "bridges", cwd=tmp_path)
    folder = tmp_path / "bridges"
    judged = run("validate", "--rules", "rules", cwd=folder)
    tested = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )

    tables = [f"{kind}/{name}" for kind in ("data", "schemas") for name in ("bridges", "inspections")]
    endings = {"data": ".csv", "schemas": ".json"}
    expected = {*FOR_ALL, *(table + endings[table.partition("/")[0]] for table in tables)}
    assert (started.returncode, started.stderr) == (0, "")
    assert {path for path in tree(folder) if "__pycache__" not in path} == expected
    assert "rules: 1 rule judged 5 facts" in judged.stdout
    assert (judged.returncode, tested.returncode) == (0, 0), judged.stdout + tested.stdout
    assert "6 passed" in tested.stdout


@pytest.mark.parametrize("tables", [{}, {"a.csv": "id,word\n1,one \n2,two\n"}], ids=["example", "files"])
def test_the_code_that_is_created_is_clean(tmp_path: Path, tables: dict[str, str]) -> None:
    start(tmp_path, *written(tmp_path, tables))

    for command in (["check"], ["format", "--check"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "--isolated", "--line-length", "110", "."],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout


def test_the_workflow_is_one_of_github(tmp_path: Path) -> None:
    start(tmp_path)
    file = tmp_path / ".github" / "workflows" / "validate.yml"
    command = [
        sys.executable,
        "-m",
        "check_jsonschema",
        "--builtin-schema",
        "vendor.github-workflows",
        str(file),
    ]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout


def test_files_get_schemas_keys_references_and_tests_that_pass(tmp_path: Path) -> None:
    written(
        tmp_path,
        {"lamps.csv": "lamp_id,height\na1,2.5\na2,3\n", "bulbs.csv": "id,lamp_id\n1,a1\n2,a1\n3,a2\n"},
    )

    done = run("init", "--from", "lamps.csv", "bulbs.csv", cwd=tmp_path)
    tested = subprocess.run(
        [sys.executable, "-m", "pytest", "-q"], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert "lamps: lamps.csv, 2 rows, utf-8, delimiter ','\n  lamp_id  string, primary key\n" in done.stdout
    assert "  lamp_id  string, refers to lamps.lamp_id\n" in done.stdout
    assert schema_of(tmp_path, "bulbs") == {
        "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
        "fields": [{"name": "id", "type": "integer"}, {"name": "lamp_id", "type": "string"}],
        "primaryKey": ["id"],
        "foreignKeys": [{"fields": ["lamp_id"], "reference": {"resource": "lamps", "fields": ["lamp_id"]}}],
    }
    assert [item["path"] for item in resources_of(tmp_path)] == ["lamps.csv", "bulbs.csv"]
    assert "6 passed" in tested.stdout, tested.stdout


def test_files_elsewhere_are_copied_byte_for_byte_and_left_as_they_are(tmp_path: Path) -> None:
    content = "\ufeffid;größe\r\n1;2,5\r\n".encode()
    elsewhere = written(tmp_path / "elsewhere", {"Größe & Höhe.csv": content})

    report = start(tmp_path / "made" / "here", *elsewhere)

    assert report.valid
    assert (tmp_path / "made" / "here" / "data" / "grosse_hohe.csv").read_bytes() == content
    assert tree(tmp_path / "elsewhere") == {"Größe & Höhe.csv": content}


def test_a_fault_in_many_cells_is_reported_and_the_exit_code_says_so(tmp_path: Path) -> None:
    written(tmp_path, {"t.csv": "id,n\n" + "".join(f"{n},{n * 3}\n" for n in range(20)) + "20,3m\n"})

    done = run("init", "--from", "t.csv", cwd=tmp_path)

    assert done.returncode == 1
    assert "  n   integer, but 1 of 21 cells are not of it\n" in done.stdout
    assert "t.csv:22: error type: row 22, column n, value '3m', must be of the type integer\n" in done.stdout


def test_what_the_descriptor_says_of_the_package(tmp_path: Path) -> None:
    done = run(
        "init", tmp_path / "Lamp Posts", "--licence", "cc-by-4.0", "--title", "Lamps & posts", cwd=tmp_path
    )

    content = json.loads((tmp_path / "Lamp Posts" / "datapackage.json").read_text())
    assert done.returncode == 0
    assert (content["name"], content["title"]) == ("lamp_posts", "Lamps & posts")
    assert content["licenses"] == [licence("CC-BY-4.0")]
    readme = (tmp_path / "Lamp Posts" / "README.md").read_text()
    assert readme.startswith("# Lamps & posts\n")
    assert readme.endswith("## Licence\n\nCreative Commons Attribution 4.0 International\n")


def test_frictionless_finds_what_is_created_valid(tmp_path: Path) -> None:
    import frictionless

    files = written(
        tmp_path,
        {
            "a.csv": "id;price;day\n007;3,14;31.12.2025\n010;2;01.02.2026\n".encode("utf-16"),
            "b.csv": "a_id\tn\ton\n007\tNA\ttrue\n010\t4\tfalse\n",
            "c.csv": "straße\nHöhe\n".encode("cp1252"),
        },
    )

    report = start(tmp_path, *files)

    assert report.valid
    assert frictionless.Package(str(tmp_path / "datapackage.json")).validate().valid


# What is refused


def blocked_by_a_file(folder: Path) -> str:
    (folder / "README.md").write_text("mine")
    return "README.md; --keep leaves them as they are, and writes the others"


def blocked_by_a_descriptor(folder: Path) -> str:
    (folder / "datapackage.json").write_text("{}")
    (folder / "rules.py").write_text("")
    return "datapackage.json, rules.py"


def blocked_by_a_link_to_nowhere(folder: Path) -> str:
    (folder / "datapackage.json").symlink_to(folder / "nowhere")
    return "datapackage.json"


def blocked_by_a_folder_elsewhere(folder: Path) -> str:
    (folder.parent / "elsewhere").mkdir()
    (folder / "data").symlink_to(folder.parent / "elsewhere")
    return "data"


def blocked_by_a_file_for_a_folder(folder: Path) -> str:
    (folder / "schemas").write_text("")
    return "schemas"


@pytest.mark.parametrize(
    "block",
    [
        blocked_by_a_file,
        blocked_by_a_descriptor,
        blocked_by_a_link_to_nowhere,
        blocked_by_a_folder_elsewhere,
        blocked_by_a_file_for_a_folder,
    ],
    ids=lambda block: block.__name__,
)
def test_nothing_is_written_where_anything_is_in_the_way(tmp_path: Path, block: Any) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    names = block(folder)
    before = tree(tmp_path)

    done = run("init", folder, cwd=tmp_path)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"factpack: nothing was written, since these exist: {names}\n"
    assert tree(tmp_path) == before


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("pyproject.toml", "[tool.pytest.ini_options]\naddopts = ['-q']\n"),
        ("pyproject.toml", "[tool.pytest]\naddopts = ['-q']\n"),
        ("tox.ini", "[pytest]\naddopts = -q\n"),
        ("setup.cfg", "[tool:pytest]\naddopts = -q %(nothing)s\n"),
        (".pytest.ini", ""),
    ],
)
def test_settings_of_pytest_that_are_there_are_not_hidden(tmp_path: Path, file: str, text: str) -> None:
    (tmp_path / file).write_text(text, encoding="utf-8")

    done = run("init", cwd=tmp_path)

    assert done.returncode == 0
    assert not (tmp_path / "pytest.ini").exists()
    assert f"pytest.ini was left out, since {file} has settings of pytest; add to them: " in done.stdout
    assert "factpack = datapackage.json; factpack_rules = rules" in done.stdout


@pytest.mark.parametrize("text", ["[tool.ruff]\n", "[tool", "tool = 1\n", "\0"])
def test_other_settings_do_not_count(tmp_path: Path, text: str) -> None:
    for name in ("pyproject.toml", "tox.ini", "setup.cfg"):
        (tmp_path / name).write_text(text, encoding="utf-8")

    assert settings_of_pytest(tmp_path) is None


def test_keep_leaves_what_exists_and_writes_the_others(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("mine")

    done = run("init", "--keep", cwd=tmp_path)
    again = run("init", "--keep", cwd=tmp_path)

    assert done.returncode == 0
    assert (tmp_path / "README.md").read_text() == "mine"
    assert {*FOR_ALL} <= tree(tmp_path).keys()
    assert again.returncode == 2
    assert "nothing was written, since these exist: datapackage.json, " in again.stderr
    assert "--keep" not in again.stderr


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty: it has no header"),
        (b" \n\n", "the file is empty: it has no header"),
        (b"\n1,2\n", "its first row is blank, where the labels of the columns should stand"),
        (b"a,,c,\n1,2,3,4\n", "no label stands above column 2, 4"),
        (b"a,b, a\n1,2,3\n", "the label 'a' stands above columns 1, 3"),
        (b"a\0,b\n1,2\n", "it holds NUL bytes, and so is no delimited text"),
        (
            b"PK\x03\x04rest",
            "it is an archive, or a spreadsheet; what is wanted is delimited text, as in a CSV file",
        ),
        (b"a\n\x81\n", "its bytes are not in UTF-8 or windows-1252; --encoding names another"),
        (
            ",".join(map(str, range(10_001))).encode(),
            "it has 10,001 columns; more than 10,000 are not judged",
        ),
    ],
    ids=["empty", "blank", "no-header", "no-label", "same-label", "nul", "zip", "bytes", "wide"],
)
def test_a_file_that_cannot_be_described_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    written(tmp_path, {"good.csv": "a\n1\n", "t.csv": content})

    done = run("init", "--from", "good.csv", "t.csv", cwd=tmp_path)

    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"factpack: t.csv: {message}\n")
    assert tree(tmp_path).keys() == {"good.csv", "t.csv"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--from", "nowhere.csv"], "nowhere.csv: no such file"),
        (["--from", "."], ".: not a regular file"),
        (["t.csv"], "t.csv is not a folder"),
        (["--name", "Two Words"], "the name 'Two Words' is not made of a to z, 0 to 9, '.', '_' and '-'"),
        (["--title", "a\x1bb"], "the title 'a\\x1bb' is not one line of text"),
        (["--licence", "do what you want"], "the licence 'do what you want' is no identifier"),
        (["--requirement", "nowhere.whl"], "nowhere.whl: no such file"),
        (["--requirement", "a\nb"], "the requirement 'a\\nb' is not one line of text"),
        (["--encoding", "klingon", "--from", "latin.csv"], "the encoding 'klingon' is not known"),
        (["--encoding", "klingon", "--from", "t.csv"], "the encoding 'klingon' is not known"),
        (["--encoding", "klingon"], "the encoding 'klingon' is not known"),
        (["--from=t.csv", "latin.csv"], "latin.csv is not a folder; files go after --from"),
        (["--encoding", "ascii", "--from", "latin.csv"], "latin.csv: its bytes are not in that encoding"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_done_is_said_and_nothing_is_written(
    tmp_path: Path, arguments: list[str], message: str
) -> None:
    written(tmp_path, {"t.csv": "a\n1\n", "latin.csv": b"a\n\xe9\n"})

    done = run("init", *arguments, cwd=tmp_path)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"factpack: {message}")
    assert tree(tmp_path).keys() == {"t.csv", "latin.csv"}


def test_files_that_were_made_are_removed_if_one_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "b").write_text("mine")

    with pytest.raises(PackageError, match="b is in the way"):
        create_files(tmp_path, {"new/a": b"", "b": b""})

    assert tree(tmp_path) == {"b": b"mine"}
    assert not (tmp_path / "new").exists()


# Asking


def test_in_a_pipe_nothing_is_asked(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "factpack", "init", str(tmp_path / "p")]

    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.wait(timeout=100) == 0  # though its standard input stays open
        assert process.stdout is not None
        assert "Name" not in process.stdout.read()


def test_on_a_terminal_name_title_and_licence_are_asked_for(tmp_path: Path) -> None:
    """A name, a title or a licence that cannot be is refused at once, and asked for again."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "factpack", "init", str(tmp_path / "p")]

    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        os.write(ours, b"Two Words\nlamps\n\nno licence!\nCC0-1.0\n")
        shown = b""
        try:
            while part := os.read(ours, 10_000):
                shown += part
        except OSError:  # how a terminal ends
            pass
        assert process.wait(timeout=100) == 0, shown
    os.close(ours)

    content = json.loads((tmp_path / "p" / "datapackage.json").read_text())
    assert shown.count(b"Name [p]:") == 2
    assert b"the name 'Two Words' is not made of" in shown
    assert shown.count(b"Licence") == 2
    assert (content["name"], content["title"], content["licenses"][0]["name"]) == (
        "lamps",
        "Lamps",
        "CC0-1.0",
    )


@pytest.mark.parametrize("way", ["ctrl-c", "end"])
def test_without_an_answer_nothing_is_written_and_that_is_an_error(way: str, tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "factpack", "init", str(tmp_path / "p")]

    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        shown, is_interrupted = b"", False
        with contextlib.suppress(OSError):  # how a terminal ends
            while process.poll() is None:
                if select.select([ours], [], [], 1)[0]:
                    shown += os.read(ours, 10_000)
                elif b"Name [p]:" in shown and way == "end":
                    os.write(ours, b"\x04")  # again and again: one that comes before it is waited for is lost
                elif b"Name [p]:" in shown and not is_interrupted:
                    process.send_signal(signal.SIGINT)
                    is_interrupted = True
            shown += os.read(ours, 10_000)
        assert process.wait(timeout=100) == 2, shown
    os.close(ours)

    *_, told = shown.decode().split("\r\n")[:-1]
    assert told == (
        "factpack: there was no answer, so nothing was written; --name, --title and --license answer beforehand"
    )
    assert b"Traceback" not in shown
    assert tree(tmp_path) == {}


# The arguments


def test_a_second_folder_is_refused_with_a_hint_at_the_option_for_files(tmp_path: Path) -> None:
    done = run("init", "a.csv", "b.csv", cwd=tmp_path)

    assert (done.returncode, done.stdout) == (2, "")
    assert "--from a.csv b.csv" in " ".join(done.stderr.replace("│", " ").split())
    assert tree(tmp_path) == {}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("", ""),
        ("folder", "folder"),
        ("folder --from a b c", "folder --from a --from b --from c"),
        ("--from a b --name n", "--from a --from b --name n"),
        ("--from a b -- folder", "--from a --from b -- folder"),
        ("--from a --from b c", "--from a --from b --from c"),
        ("--from", "--from"),
        ("--from --keep", "--from --keep"),
        ("--from=a folder", "--from=a folder"),
    ],
)
def test_from_takes_what_follows_it(given: str, expected: str) -> None:
    assert spread(given.split()) == expected.split()


def test_the_command_has_help_with_an_example(tmp_path: Path) -> None:
    done = run("init", "--help", cwd=tmp_path)

    assert done.returncode == 0
    assert "Example: factpack init lamps --from lamps.csv streets.csv" in done.stdout


def test_from_without_files_is_no_example(tmp_path: Path) -> None:
    done = run("init", "--from", cwd=tmp_path)

    assert done.returncode == 2
    assert "requires an argument" in done.stderr
    assert tree(tmp_path) == {}


# Names


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Tide Gauges (2024)", "tide_gauges_2024"),
        ("Größe", "grosse"),
        ("日本", "table"),
        ("..", "table"),
        ("a-b.c_d", "a-b.c_d"),
        ("ＡＢ", "ab"),
    ],
)
def test_names_are_those_that_a_data_package_allows(text: str, name: str) -> None:
    assert name_of(text, "table") == name


@given(st.lists(st.sampled_from(["a", "a_2", "a_3", "b"]), max_size=8))
def test_names_are_told_apart(names: list[str]) -> None:
    apart = told_apart(names)

    assert len(set(apart)) == len(names)
    assert {name for name, own in zip(names, apart, strict=True) if own == name} >= set(names)


def test_files_of_one_name_become_tables_of_two(tmp_path: Path) -> None:
    files = [*written(tmp_path / "x", {"a.csv": "n\n1\n"}), *written(tmp_path / "y", {"A.csv": "n\n2\n"})]

    assert start(tmp_path / "p", *files, files[0]).valid
    assert [(item["name"], item["path"]) for item in resources_of(tmp_path / "p")] == [
        ("a", "data/a.csv"),
        ("a_2", "data/a_2.csv"),
    ]


def test_a_link_that_leads_out_is_copied(tmp_path: Path) -> None:
    (outside,) = written(tmp_path / "outside", {"a.csv": "n\n1\n"})
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "link.csv").symlink_to(outside)

    assert start(tmp_path / "p", tmp_path / "p" / "link.csv").valid
    assert [item["path"] for item in resources_of(tmp_path / "p")] == ["data/link.csv"]


# Types


def guessed(texts: Sequence[str], delimiter: str = ",", **options: Any) -> dict[str, Any]:
    cells = Values(pa.chunked_array([pa.array(texts, pa.string())]))
    found = dict(guess("f", cells, delimiter, **options).descriptor)
    assert found.pop("name") == "f"
    return found


def moment(kind: str, form: str) -> dict[str, Any]:
    return {"type": kind, "format": form}


TYPES = {
    "integers": (["1", "-20", "0"], {"type": "integer"}),
    "integers past 64 bits": (["9" * 40, "1"], {"type": "integer"}),
    "leading zeros": (["007", "12"], {"type": "string"}),
    "one leading zero among many": ([*map(str, range(1, 50)), "007"], {"type": "string"}),
    "telephone numbers": (["+4912", "+4913"], {"type": "string"}),
    "numbers": (["1", "2.5", "-.5", "1e9"], {"type": "number"}),
    "booleans": (["true", "False", "TRUE"], {"type": "boolean"}),
    "zeros and ones": (["0", "1", "1"], {"type": "integer"}),
    "booleans and numbers": (["true", "1"], {"type": "string"}),
    "nothing": (["", ""], {"type": "any"}),
    "no rows": ([], {"type": "any"}),
    "words": (["a", "1"], {"type": "string"}),
    "gaps": (["1", "", "2"], {"type": "integer"}),
    "marks for missing": (["1", "NA", "n/a"], {"type": "integer", "missingValues": ["", "NA", "n/a"]}),
    "marks among words": (["NA", "DE"], {"type": "string"}),
    "marks alone": (["NA", "NA"], {"type": "string"}),
    "dates": (["2024-02-29", "2025-01-01"], {"type": "date"}),
    "a day that is none": (["2023-02-29"], {"type": "string"}),
    "dates with dots": (["31.12.2024", "1.2.2024"], moment("date", "%d.%m.%Y")),
    "day first": (["31/12/2024", "01/02/2024"], moment("date", "%d/%m/%Y")),
    "month first": (["12/31/2024", "01/02/2024"], moment("date", "%m/%d/%Y")),
    "day or month first": (["01/02/2024", "03/04/2024"], {"type": "string"}),
    "dates with slashes": (["2024/12/31"], moment("date", "%Y/%m/%d")),
    "moments": (["2024-01-01T12:00:00", "2024-01-01T12:00:00.5Z"], {"type": "datetime"}),
    "moments as pandas writes them": (["2024-01-01 12:00:00"], moment("datetime", "%Y-%m-%d %H:%M:%S")),
    "moments with parts": (["2024-01-01 12:00:00.125"], moment("datetime", "%Y-%m-%d %H:%M:%S.%f")),
    "moments with zones": (["2024-01-01 12:00:00+02:00"], moment("datetime", "%Y-%m-%d %H:%M:%S%z")),
    "moments of several forms": (["2024-01-01 12:00:00", "2024-01-01 12:00:00.5"], moment("datetime", "any")),
    "times": (["12:00:00"], {"type": "time"}),
    "minutes": (["12:30", "09:05"], moment("time", "%H:%M")),
    "pairs": (["1,5", "2,5"], {"type": "string"}),
}


@pytest.mark.parametrize(("texts", "expected"), TYPES.values(), ids=TYPES.keys())
def test_types_are_guessed_from_all_cells(texts: list[str], expected: dict[str, Any]) -> None:
    assert guessed(texts) == expected


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["3,14", "2"], {"type": "number", "decimalChar": ","}),
        (["1,234", "12,345"], {"type": "string"}),
        (["1,234", "12,3"], {"type": "number", "decimalChar": ","}),
    ],
    ids=["decimals", "thousands-or-decimals", "decimals-after-all"],
)
def test_a_comma_is_of_decimals_where_it_does_not_delimit(texts: list[str], expected: dict[str, Any]) -> None:
    assert guessed(texts, ";") == expected


@pytest.mark.parametrize(
    ("fitting", "off", "kind"),
    [(9, 1, "integer"), (8, 1, "string"), (89, 11, "string"), (90, 10, "integer"), (9999, 1, "integer")],
)
def test_a_type_stands_if_nine_in_ten_of_at_least_ten_cells_are_of_it(
    fitting: int, off: int, kind: str
) -> None:
    texts = [*map(str, range(1, fitting + 1)), *["1x"] * off]

    assert guessed(texts) == {"type": kind}
    assert guessed(texts, strictly=True) == {"type": "string"}


def test_the_type_that_most_cells_bear_out_is_taken() -> None:
    assert guessed([*map(str, range(19)), "1.5"]) == {"type": "number"}


# Keys


KEYS = {
    "its own name": ("lamps", "height,lamp_id\n1,a\n1,b\n", "lamp_id"),
    "camel case": ("lamps", "height,lampId\n1,a\n1,b\n", "lampId"),
    "another id": ("lamps", "height,serial_code\n" + "".join(f"1,{n}\n" for n in range(10)), "serial_code"),
    "another id of few rows": ("lamps", "height,serial_code\n1,a\n1,b\n", None),
    "the first column": ("lamps", "street,height\na,1\nb,1\n", "street"),
    "a first column of one row": ("lamps", "street,height\na,1\n", None),
    "a first column of measurements": ("lamps", "height,street\n1.5,a\n2.5,a\n", None),
    "gaps": ("lamps", "id,height\na,1\n,2\n", None),
    "repeats": ("lamps", "id,height\na,1\na,2\n", None),
    "numbers that are the same": ("lamps", "id,height\n1,1\n 1,2\n", None),
    "no rows": ("lamps", "id,height\n", None),
    "the table's own before others": ("lamps", "post_id,lamp_id\na,b\nc,d\n", "lamp_id"),
    "irregular plural": ("ferries", "n,ferry_id\n1,a\n1,b\n", "ferry_id"),
    "one repeat in many": ("lamps", "id\n" + "".join(f"{n}\n" for n in [*range(20), 3]), "id"),
    "one repeat in many of another name": (
        "lamps",
        "post_id\n" + "".join(f"{n}\n" for n in [*range(20), 3]),
        None,
    ),
}


@pytest.mark.parametrize(("name", "content", "key"), KEYS.values(), ids=KEYS.keys())
def test_primary_keys_are_unique_complete_and_look_like_keys(
    tmp_path: Path, name: str, content: str, key: str | None
) -> None:
    (table,) = survey(tmp_path, written(tmp_path, {f"{name}.csv": content}), HERE).tables

    assert table.key == key


@pytest.mark.parametrize(
    ("label", "table", "key", "fits"),
    [
        ("lamp_id", "lamps", "lamp_id", True),
        ("old_lamp_id", "lamps", "lamp_id", True),
        ("LampID", "lamps", "id", True),
        ("lamp", "lamps", "id", True),
        ("lamp", "lamps", "name", True),
        ("id", "lamps", "id", False),
        ("name", "lamps", "id", False),
        ("clamp_id", "lamps", "lamp_id", False),
        ("class_id", "classes", "id", True),
    ],
)
def test_what_refers_to_a_table_is_named_after_it(label: str, table: str, key: str, fits: bool) -> None:
    assert refers_to(label, table, key) is fits


def test_references_to_a_key_with_leading_zeros_are_strings_too(tmp_path: Path) -> None:
    tables = {"lamps.csv": "id\n007\n12\n", "bulbs.csv": "no,lamp_id\n1,12\n2,12\n"}

    report = start(tmp_path, *written(tmp_path, tables))

    assert report.valid
    assert schema_of(tmp_path, "bulbs")["fields"][1] == {"name": "lamp_id", "type": "string"}
    assert schema_of(tmp_path, "bulbs")["foreignKeys"][0]["fields"] == ["lamp_id"]


def test_a_dangling_reference_among_many_is_a_finding(tmp_path: Path) -> None:
    bulbs = "no,lamp_id\n" + "".join(f"{n},{n % 2}\n" for n in range(19)) + "19,9\n"

    report = start(tmp_path, *written(tmp_path, {"lamps.csv": "id\n0\n1\n", "bulbs.csv": bulbs}))

    assert [(found.rule, found.row, found.value) for found in report.findings] == [("foreignKeys", 21, "9")]


@pytest.mark.parametrize(
    "bulbs",
    ["no,lamp_id\n1,a\n2,z\n", "no,lamp_id\n1,\n2,\n", "no,colour\n1,a\n2,b\n"],
    ids=["not-found", "nothing", "another-name"],
)
def test_what_does_not_bear_out_a_reference_is_none(tmp_path: Path, bulbs: str) -> None:
    report = start(tmp_path, *written(tmp_path, {"lamps.csv": "id\na\nb\n", "bulbs.csv": bulbs}))

    assert report.valid
    assert "foreignKeys" not in schema_of(tmp_path, "bulbs")


def test_of_two_tables_with_one_key_the_one_of_its_name_is_referred_to(tmp_path: Path) -> None:
    tables = {"heights.csv": "lamp_id,height\na,1\nb,2\n", "lamps.csv": "lamp_id,street\na,x\nb,x\n"}

    assert start(tmp_path, *written(tmp_path, tables)).valid
    assert schema_of(tmp_path, "heights")["foreignKeys"][0]["reference"]["resource"] == "lamps"
    assert "foreignKeys" not in schema_of(tmp_path, "lamps")


# Encodings and delimiters


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encoding_and_delimiter_are_found(tmp_path: Path, encoding: str, delimiter: str) -> None:
    text = 'name;größe;rest\n"x;,\t|";2.5;Höhe\ny;3;\n'.replace(";", delimiter).replace(
        f"x{delimiter},", "x;,"
    )
    (file,) = written(tmp_path, {"t.txt": text.encode(encoding)})

    report = start(tmp_path, file)

    (item,) = resources_of(tmp_path)
    assert report.valid, report.findings
    assert item["encoding"] == {"cp1252": "windows-1252", "utf-8-sig": "utf-8"}.get(encoding, encoding)
    assert item["dialect"]["delimiter"] == delimiter
    assert [field["name"] for field in schema_of(tmp_path, "t")["fields"]] == ["name", "größe", "rest"]


def test_an_encoding_that_is_named_counts_for_what_is_not_utf_8(tmp_path: Path) -> None:
    tables = {"a.csv": "мост\nдлинный\n".encode("cp1251"), "b.csv": "мост\nдлинный\n"}

    assert start(tmp_path, *written(tmp_path, tables), encoding="windows-1251").valid
    assert [item["encoding"] for item in resources_of(tmp_path)] == ["windows-1251", "utf-8"]


def test_what_is_guessed_of_an_encoding_is_shown(tmp_path: Path) -> None:
    (file,) = written(tmp_path, {"t.csv": "1.5\ncafé\n".encode("cp1252")})

    assert read_delimited(file).notes == (
        "it is not UTF-8, and was read as windows-1252, which makes 'café' of its first such word; "
        "--encoding names another encoding",
        "the label '1.5' looks like a value: has the file no row of labels?",
    )


@pytest.mark.parametrize(
    ("content", "delimiter"),
    [
        ("text\nHello, world\nno comma\n", ";"),
        ("a;b\n1,5;2\n2,5;3\n", ";"),
        ('"a;b",c\n"1;2",3\n', ","),
        ("a\n1\n", ","),
        ("a;b;c\n1;2;3\n1;2\n", ";"),
    ],
    ids=["prose", "decimals", "quoted", "one-column", "ragged"],
)
def test_the_delimiter_is_the_one_by_which_records_fit_the_header(
    tmp_path: Path, content: str, delimiter: str
) -> None:
    (file,) = written(tmp_path, {"t.csv": content})

    assert read_delimited(file).delimiter == delimiter


def test_labels_are_shown_in_columns_without_commands_to_the_terminal_and_cut(tmp_path: Path) -> None:
    label, odd = "x" * 5000, "a\x1b[31m"
    written(tmp_path, {"t.csv": f"{odd},b,街灯,{label}\n1,2,3,4\n"})

    done = run("init", "--from", "t.csv", cwd=tmp_path)

    first, *lines = done.stdout.splitlines()[:5]
    assert first.startswith("t: t.csv, 1 row, utf-8")
    assert [line.partition("integer")[0] for line in lines] == [
        f"  {text:<{width}}  "
        for text, width in (("a\\x1b[31m", 30), ("b", 30), ("街灯", 28), ("x" * 59 + "…", 30))
    ]


# From where it is installed


def test_a_wheel_is_copied_and_required(tmp_path: Path) -> None:
    (tmp_path / "factpack-0.1.0-py3-none-any.whl").write_bytes(b"wheel")

    done = run("init", "p", "--requirement", "factpack-0.1.0-py3-none-any.whl", cwd=tmp_path)

    assert (done.returncode, done.stderr) == (0, "")
    lines = (tmp_path / "p" / "requirements.txt").read_text().splitlines()
    assert lines[1:] == ["./wheels/factpack-0.1.0-py3-none-any.whl", "pytest"]
    assert (tmp_path / "p" / "wheels" / "factpack-0.1.0-py3-none-any.whl").read_bytes() == b"wheel"


def test_a_wheel_that_is_in_place_is_used_there(tmp_path: Path) -> None:
    (tmp_path / "wheels").mkdir()
    (tmp_path / "wheels" / "factpack-0.1.0-py3-none-any.whl").write_bytes(b"wheel")

    done = run("init", "--requirement", "wheels/factpack-0.1.0-py3-none-any.whl", cwd=tmp_path)

    assert (done.returncode, done.stderr) == (0, "")
    assert "./wheels/factpack-0.1.0-py3-none-any.whl\n" in (tmp_path / "requirements.txt").read_text()


@pytest.mark.parametrize(
    ("origin", "line", "is_cautious"),
    [
        (None, "./wheels/factpack-0.1.0-py3-none-any.whl", True),
        (
            {"url": "https://example.org/f.git", "vcs_info": {"vcs": "git", "commit_id": "abc"}},
            "factpack @ git+https://example.org/f.git@abc",
            False,
        ),
        (
            {"url": "https://example.org/f.whl", "archive_info": {}},
            "factpack @ https://example.org/f.whl",
            False,
        ),
        (
            {"url": "file:///nowhere/f.whl", "archive_info": {}},
            "./wheels/factpack-0.1.0-py3-none-any.whl",
            True,
        ),
        (
            {"url": "file:///checkout", "dir_info": {"editable": True}},
            "./wheels/factpack-0.1.0-py3-none-any.whl",
            True,
        ),
        (
            {"url": "file:///f", "vcs_info": {"vcs": "git", "commit_id": "abc"}},
            "./wheels/factpack-0.1.0-py3-none-any.whl",
            True,
        ),
    ],
    ids=["unknown", "git", "address", "wheel-that-is-gone", "checkout", "git-on-this-machine"],
)
def test_ci_installs_from_where_it_was_installed_here(
    origin: dict[str, Any] | None, line: str, is_cautious: bool
) -> None:
    found = installed(origin, Path("/p"))

    assert (found.line, found.wheel, found.caution is not None) == (line, None, is_cautious)


def test_no_index_is_asked_for_factpack_and_ci_fails_until_its_wheel_is_there(tmp_path: Path) -> None:
    from_checkout = installed({"url": "file:///the%20checkout", "dir_info": {"editable": True}}, tmp_path)
    found = survey(tmp_path, [], from_checkout)
    create(found, About(name="p", title="P"), check_room(found))

    lines = (tmp_path / "requirements.txt").read_text().splitlines()
    asked = [line for line in lines if line[0] not in "#."]
    command = [sys.executable, "-m", "uv", "pip", "install", "--dry-run", "--offline", "--python"]
    done = subprocess.run(
        [*command, sys.executable, "-r", "requirements.txt"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert asked == ["pytest"]
    assert "pip wheel --no-deps -w wheels" in lines[1]
    assert done.returncode != 0
    assert "factpack-0.1.0-py3-none-any.whl" in done.stderr
    assert from_checkout.caution is not None
    assert from_checkout.caution.endswith("pip wheel --no-deps -w wheels '/the checkout'")


def test_the_wheel_that_was_installed_is_required(tmp_path: Path) -> None:
    wheel = tmp_path / "with space" / "factpack-0.1.0-py3-none-any.whl"
    wheel.parent.mkdir()
    wheel.write_bytes(b"")

    assert installed({"url": wheel.as_uri(), "archive_info": {}}, tmp_path / "p").wheel == wheel


def test_what_is_asked_for_is_required_as_it_is() -> None:
    address = "factpack @ https://example.org/factpack-0.1.0-py3-none-any.whl"

    assert requirement(address, Path()) == Requirement(line=address)


@pytest.mark.parametrize("name", KNOWN)
def test_licences_that_are_known_have_title_and_address(name: str) -> None:
    assert licence(name.lower()).keys() == {"name", "title", "path"}
    assert licence(name)["name"] == name


def test_another_licence_is_named_alone() -> None:
    assert licence("OGL-UK-3.0") == {"name": "OGL-UK-3.0"}


# For any files


ALL_TYPES = {
    "name": "all",
    "resources": [
        {
            "name": "parents",
            "path": "parents.csv",
            "schema": {
                "fields": [{"name": "id", "type": "integer"}, {"name": "word", "type": "string"}],
                "primaryKey": ["id"],
            },
        },
        {
            "name": "children",
            "path": "children.csv",
            "schema": {
                "fields": [
                    {"name": "parent_id", "type": "integer"},
                    *(
                        {"name": kind, "type": kind}
                        for kind in ("string", "number", "boolean", "date", "time")
                    ),
                    *({"name": kind, "type": kind} for kind in ("datetime", "year", "yearmonth", "duration")),
                    *({"name": kind, "type": kind} for kind in ("list", "geopoint", "object", "array")),
                    {"name": "mark", "type": "integer", "missingValues": ["", "NA", "-"]},
                    {"name": "day", "type": "date", "format": "%d/%m/%Y"},
                ],
                "foreignKeys": [
                    {"fields": ["parent_id"], "reference": {"resource": "parents", "fields": ["id"]}}
                ],
            },
        },
    ],
}
MODEL = Path(tempfile.mkdtemp()) / "datapackage.json"
MODEL.write_text(json.dumps(ALL_TYPES))


def is_without_blank_rows(frame: pd.DataFrame) -> bool:
    return not (frame == "").all(axis=1).any()


@pytest.mark.slow
@given(packages(MODEL, max_rows=5))
def test_files_of_drawn_packages_become_valid_packages(drawn: Any) -> None:
    assume(all(map(is_without_blank_rows, drawn.tables.values())))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        drawn.write(folder / "drawn")

        report = start(folder / "made", *sorted((folder / "drawn").glob("*.csv")))

    assert report.verdict is Verdict.VALID, report.findings


def test_the_files_of_the_dataset_become_a_valid_package_with_references_as_it_has_them(
    tmp_path: Path,
) -> None:
    report = start(tmp_path / "made", *sorted((ROOT / "data").glob("*.csv")))

    def references(resources: Sequence[Resource]) -> set[tuple[Any, ...]]:
        return {
            (field, key.resource, there)
            for resource in resources
            if resource.schema is not None
            for key in resource.schema.foreign_keys
            for field, there in zip(key.fields, key.reference_fields, strict=True)
        }

    made, given = (
        references(open_package(folder / "datapackage.json").resources)
        for folder in (tmp_path / "made", ROOT)
    )
    assert report.verdict is Verdict.VALID, report.findings
    assert made <= given, made - given
    assert len(made) >= 10


#: Without carriage returns, which pandas does not quote.
COLUMNS = {
    "whole": st.integers(),
    "real": st.floats(allow_nan=False),
    "flag": st.booleans(),
    "day": st.dates(),
    "moment": st.datetimes(),
    "word": st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=5),
    "code": st.from_regex(r"[0-9]{1,6}", fullmatch=True),
}


@st.composite
def frames(draw: st.DrawFn) -> pd.DataFrame:
    kinds = draw(st.lists(st.sampled_from(sorted(COLUMNS)), min_size=1, max_size=5, unique=True))
    rows = draw(st.integers(0, 30))
    columns = {
        kind: draw(st.lists(st.none() | COLUMNS[kind], min_size=rows, max_size=rows)) for kind in kinds
    }
    return pd.DataFrame({"row": range(rows), **columns}, dtype=object)


@pytest.mark.slow
@given(frames(), st.sampled_from([",", ";", "\t"]), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
@example(pd.DataFrame({"row": [1, 2], "real": [np.inf, 1.5]}), ",", "utf-8")
def test_frames_that_pandas_wrote_become_valid_packages(
    frame: pd.DataFrame, delimiter: str, encoding: str
) -> None:
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "frame.csv"
        frame.to_csv(file, index=False, sep=delimiter, encoding=encoding)

        report = start(Path(name) / "made", file)

    # a cell that is of no type is a fault only where nine in ten are; a text drawn here may be
    odd = {found.field for found in report.findings} - {"word"}
    assert not odd, report.findings
    if "word" not in frame:
        assert report.verdict is Verdict.VALID, report.findings


@given(st.binary(max_size=200), st.sampled_from([None, "latin-1", "utf-16-le", "gb18030", "utf-7"]))
@example(b"a\n1\n", None)
@example(b"+2AA-\n1\n", "utf-7")
def test_any_bytes_become_a_package_or_an_error(content: bytes, encoding: str | None) -> None:
    with tempfile.TemporaryDirectory() as name:
        (file,) = written(Path(name), {"t.csv": content})
        made, message = Path(name) / "made", ""
        try:
            report = start(made, file, encoding=encoding)
        except FactpackError as error:
            message = str(error)
        else:
            assert report.verdict is not Verdict.UNJUDGED, report.findings
            return
        assert re.match(rf"{re.escape(str(file))}: \S", message)
        assert not made.exists()
