"""The command line, run as people run it."""

import io
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from conftest import EXAMPLE, EXAMPLE_KEY, ROOT, MakePackage
from typer.testing import CliRunner, Result

import factpack
from factpack.cli import app, main
from factpack.exceptions import FactpackError
from factpack.reports import put_all
from factpack.reports.json import schema


def run(*arguments: str | Path, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "factpack", *map(str, arguments)]
    return subprocess.run(
        command,
        cwd=cwd,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
    )


def test_validate_takes_the_package_in_the_folder() -> None:
    done = run("validate")

    assert (done.returncode, done.stderr) == (0, "")
    assert "data/events.csv" in done.stdout
    assert "valid: 22 resources" in done.stdout


def test_validate_gives_json() -> None:
    done = run("validate", ROOT / "datapackage.json", "--format", "json")

    content = json.loads(done.stdout)
    assert content["valid"] is True
    rows = len((ROOT / "data" / "events.csv").read_text(encoding="utf-8").splitlines()) - 1
    assert [item["rows"] for item in content["resources"] if item["name"] == "events"] == [rows]


def test_schema_prints_what_is_checked(make_package: MakePackage) -> None:
    key = {"fields": ["of", "no"], "reference": {"resource": "parents", "fields": ["id", "no"]}}
    fields = [
        {"name": "of", "type": "string"},
        {"name": "no", "type": "integer", "constraints": {"minimum": 1}},
    ]
    descriptor = make_package(
        parents=("id,no\n", [{"name": "id"}, {"name": "no"}]),
        t=("of,no\n", {"fields": fields, "primaryKey": ["of", "no"], "foreignKeys": [key]}),
    )

    done = run("schema", "t", descriptor)
    absent = run("schema", "u", descriptor)

    assert [re.split("  +", line) for line in done.stdout.splitlines()] == [
        ["columns", "check", "expects"],
        ["of", "type", "must be of the type string"],
        ["no", "type", "must be of the type integer"],
        ["no", "minimum", "must have the minimum 1"],
        ["of, no", "primaryKey", "must be filled, and unique"],
        ["of, no", "foreignKeys", "must be found in id, no of parents, where that is given"],
    ]
    assert (absent.returncode, absent.stdout) == (2, "")
    assert absent.stderr == "factpack: the package has no resource 'u'\n"


def test_exit_codes_tell_the_verdict(make_package: MakePackage) -> None:
    field = [{"name": "n", "type": "integer"}]

    invalid = run("validate", make_package(t=("n\none\n", field)))
    unjudged = run("validate", make_package(t=("n\n1\n", field), resource={"format": "xlsx"}))
    absent = run("validate", "nowhere.json")

    assert (invalid.returncode, unjudged.returncode, absent.returncode) == (1, 2, 2)
    assert "t.csv:2: error type: row 2, column n, value 'one', must be of the type integer" in invalid.stdout
    assert "could not judge" in unjudged.stdout
    assert (absent.stdout, absent.stderr) == ("", "factpack: nowhere.json: no such file\n")


def test_a_descriptor_that_is_not_there_is_named_as_it_was_given_with_a_hint(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "datapackage.json").write_text("{}")
    (tmp_path / "empty").mkdir()

    told = [
        run("validate", tmp_path / name).stderr
        for name in ("docs/nope.json", "docs", "empty", "empty/datapackage.json")
    ]

    start = "; `factpack init` starts a package"
    assert told == [
        f"factpack: {tmp_path}/docs/nope.json: no such file\n",
        f"factpack: {tmp_path}/docs: not a regular file; did you mean {tmp_path}/docs/datapackage.json?\n",
        f"factpack: {tmp_path}/empty: not a regular file{start}\n",
        f"factpack: {tmp_path}/empty/datapackage.json: no such file{start}\n",
    ]


def test_refresh_writes_bytes_and_hashes(make_package: MakePackage) -> None:
    descriptor = make_package(t=("n\n1\n", [{"name": "n", "type": "integer"}]))

    assert run("refresh", descriptor).stdout == "refreshed: t\n"
    assert run("refresh", descriptor).stdout == "all bytes and hashes are up to date\n"
    assert json.loads(descriptor.read_text())["resources"][0]["bytes"] == 4


def test_help_does_not_wait_for_libraries() -> None:
    slow = ("pandas", "pandera", "pyarrow", "yaml", "frictionless", "jinja2")
    code = f"import sys, factpack.cli; print([name for name in {slow} if name in sys.modules])"

    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"


@pytest.mark.parametrize(
    ("command", "names"),
    [
        ("validate", ("--output", "-o", "--documents", "--rules", "--format")),
        ("export", ("--output", "-o", "--documents", "--rules")),
        ("codebook", ("--output", "-o")),
        ("mutate", ("--documents", "--rules", "--format")),
        ("cite", ("--format",)),
        ("changes", ("--format",)),
    ],
    ids=lambda part: part if isinstance(part, str) else "",
)
def test_options_have_one_name_in_all_commands(command: str, names: tuple[str, ...]) -> None:
    done = run(command, "--help", COLUMNS="200")

    assert [name for name in names if not re.search(rf"(?<![\w-]){name}\b", done.stdout)] == []


def test_locate_prints_positions(tmp_path: Path) -> None:
    (tmp_path / "release.txt").write_text("The fair  lasted\n‘four’ days.", encoding="utf-8")

    found = run("evidence", "locate", "'four' days", "--document", "release.txt", cwd=tmp_path)
    absent = run("evidence", "locate", "five", "--document", "release.txt", cwd=tmp_path)

    assert found.stdout == "16 27\n"
    assert (absent.returncode, absent.stderr) == (2, "factpack: 'five' is not in the text\n")


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_terminal_without_the_characters_is_no_reason_to_fail(make_package: MakePackage, form: str) -> None:
    descriptor = make_package(t=("n\né–世\n", [{"name": "n", "type": "integer"}]))

    done = run("validate", descriptor, "--format", form, PYTHONIOENCODING="ascii")

    assert (done.returncode, done.stderr) == (1, "")
    if form == "json":  # JSON is UTF-8, whatever the terminal has
        assert json.loads(done.stdout)["findings"][0]["value"] == "é–世"
    else:
        assert "\\xe9\\u2013\\u4e16" in done.stdout


@pytest.mark.parametrize(
    "command",
    [
        ["cite", "new/datapackage.json", "--format", "schema-org"],
        ["cite", "new/datapackage.json"],
        ["codebook", "new/datapackage.json"],
        ["changes", "old/datapackage.json", "new/datapackage.json", "--format", "json"],
        ["changes", "old/datapackage.json", "new/datapackage.json", "--format", "markdown"],
        ["mutate", "new/datapackage.json", "--format", "json"],
    ],
    ids=" ".join,
)
def test_what_machines_read_is_utf_8_whatever_the_terminal_has(tmp_path: Path, command: list[str]) -> None:
    resource = {"name": "t", "path": "t.csv", "schema": {"fields": [{"name": "n", "type": "string"}]}}
    content = {"name": "small", "title": "é–世", "resources": [resource]}
    for folder in ("old", "new"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "t.csv").write_text(f"n\n{folder}é–世\n", encoding="utf-8")
        (tmp_path / folder / "datapackage.json").write_text(json.dumps(content), encoding="utf-8")

    done = run(*command, cwd=tmp_path, PYTHONIOENCODING="ascii")

    assert "é–世" in done.stdout or (command[0] == "cite" and "{\\'e}" in done.stdout)
    assert "\\x" not in done.stdout
    if "json" in command:
        json.loads(done.stdout)


def test_a_name_too_long_is_an_error_and_no_traceback() -> None:
    done = run("validate", "x" * 300)

    assert done.returncode == 2
    assert done.stderr.startswith("factpack: ")
    assert "Traceback" not in done.stderr


def test_a_broken_descriptor_is_named_by_the_evidence_commands_too(tmp_path: Path) -> None:
    (tmp_path / "datapackage.json").write_text("{")

    done = run("evidence", "status", cwd=tmp_path)

    assert (done.returncode, done.stderr[:36]) == (2, "factpack: datapackage.json: not JSON")


RULES = '''from factpack import View, rule


@rule(severity="warning")
def words_are_short(t):
    """A word is [short]."""
    return View.of("t", "word", t["word"].str.len() < 4, "must be short")
'''
WORDS = ("word\nbe\nlonger\n", [{"name": "word", "type": "string"}])


def test_rules_lists_what_the_dataset_is_judged_by() -> None:
    done = run("rules")

    assert (done.returncode, done.stderr) == (0, "")
    (line,) = [line for line in done.stdout.splitlines() if "stated_counts_match" in line]
    assert re.split("  +", line) == [
        *("stated_counts_match", "error", "stated_counts, tables"),
        "What a document counts, the tables hold as many of.",
    ]


def test_no_name_of_a_rule_is_cut_off() -> None:
    done = run("rules", COLUMNS="60", FORCE_COLOR="1")

    assert "┃" in done.stdout
    assert "…" not in done.stdout


def test_rules_of_a_module_in_the_working_folder_are_listed_and_judged(make_package: MakePackage) -> None:
    descriptor = make_package(t=WORDS)
    (descriptor.parent / "my_rules.py").write_text(RULES)

    listed = run("rules", descriptor, "--rules", "my_rules", cwd=descriptor.parent)
    judged = run("validate", descriptor, "--rules", "my_rules", cwd=descriptor.parent)

    assert "A word is [short]." in listed.stdout
    assert (
        "t.csv:3: warning words_are_short: row 3, column word, value 'longer', must be short" in judged.stdout
    )
    assert "rules: 1 rule judged 2 facts" in judged.stdout
    assert judged.returncode == 0


def test_a_package_without_rules_says_so(make_package: MakePackage) -> None:
    done = run("rules", make_package(t=WORDS))

    assert done.stdout == "no rules are installed for this package, and none are named\n"


def test_rules_that_are_not_there_are_an_error(make_package: MakePackage) -> None:
    done = run("validate", make_package(t=WORDS), "--rules", "not_there")

    assert done.returncode == 2
    assert done.stderr == (
        "factpack: the rules in 'not_there' cannot be imported: "
        "ModuleNotFoundError: No module named 'not_there'\n"
    )


def test_rules_that_judged_nothing_are_named(make_package: MakePackage) -> None:
    descriptor = make_package(t=("word\n", WORDS[1]))
    (descriptor.parent / "my_rules.py").write_text(RULES)

    done = run("validate", descriptor, "--rules", "my_rules", cwd=descriptor.parent)

    assert "rules: 1 rule judged 0 facts; nothing was there to judge for words_are_short" in done.stdout


@pytest.mark.slow
def test_mutate_tells_what_is_found_and_what_survives(make_package: MakePackage) -> None:
    descriptor = make_package(
        t=("n\n1\n2\n", {"fields": [{"name": "n", "type": "integer"}], "primaryKey": "n"})
    )

    done = run("mutate", descriptor, "--processes", "1", COLUMNS="200")
    again = run("mutate", descriptor, "--processes", "2", "--sample", "9", "--format", "json")

    assert (done.returncode, done.stderr) == (0, "")
    assert "survived: number off by one, t row 3 n: '2' becomes '3'" in done.stdout
    assert (
        "all 16 mutants tried: 10 of 14 killed (71.43%), 90.00% of them at the cell or in the row"
        in done.stdout
    )
    assert "2 others change nothing" in done.stdout
    content = json.loads(again.stdout)
    assert (content["mutants"], content["tried"], content["without"]) == (16, 9, [])


@pytest.mark.skipif(sys.platform == "win32", reason="needs the pseudo-terminals of POSIX")
def test_the_bar_is_on_the_terminal_where_the_outcome_goes_into_a_file(
    make_package: MakePackage, tmp_path: Path
) -> None:
    import pty

    descriptor = make_package(t=("n\n1\n2\n", [{"name": "n", "type": "integer"}]))
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "factpack", "mutate", str(descriptor), "--processes", "2"]

    with (tmp_path / "outcome.txt").open("wb") as outcome:
        environment = os.environ | {"TERM": "xterm", "COLUMNS": "120"}
        process = subprocess.Popen(command, stdout=outcome, stderr=theirs, env=environment)
    os.close(theirs)
    seen = read_all(ours)

    assert process.wait() == 0
    counts = re.findall(r"(?:preparing )?mutants(?: \d+ of \d+)?", re.sub(r"\x1b\[[\d;?]*[A-Za-z]", "", seen))
    assert counts[0] == "preparing mutants"
    assert counts[-1] == "mutants 12 of 12"
    assert "?" not in seen.replace("\x1b[?25", "")  # but what hides the cursor
    assert (tmp_path / "outcome.txt").read_text().startswith("operator ")


def read_all(terminal: int) -> str:
    """Return what is written to a terminal until its other side is closed."""
    parts = []
    try:
        while part := os.read(terminal, 65536):
            parts.append(part)
    except OSError:  # as Linux says that the other side is closed
        pass
    finally:
        os.close(terminal)
    return b"".join(parts).decode("utf-8")


def test_mutate_wants_a_valid_package(make_package: MakePackage) -> None:
    done = run("mutate", make_package(t=("n\nx\n", [{"name": "n", "type": "integer"}])))

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == ("factpack: the package is not valid as it is; type: must be of the type integer\n")


# The options of factpack validate, run in this process, which is faster


def invoke(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, list(map(str, arguments)), env={"COLUMNS": "200"})


NUMBERS = [{"name": "n", "type": "integer", "constraints": {"required": True}}, {"name": "word"}]
FAULTY = ("n,word\n1,a\none,b\n,c\n", NUMBERS)


def test_the_version_is_printed() -> None:
    done = invoke("--version")

    assert (done.exit_code, done.output) == (0, f"factpack {factpack.__version__}\n")


def test_quiet_prints_the_summary_alone(make_package: MakePackage) -> None:
    done = invoke("validate", make_package(t=FAULTY), "--quiet")

    assert (done.exit_code, done.output) == (1, "invalid: 1 resource, 3 rows checked, 2 errors\n")


def test_most_findings_are_capped_and_the_cap_says_so(make_package: MakePackage) -> None:
    done = invoke("validate", make_package(t=FAULTY), "--max-findings", "1")

    assert done.output.splitlines()[-4:] == [
        "t.csv:3: error type: row 3, column n, value 'one', must be of the type integer",
        "… and 1 more findings; --max-findings lists more of them",
        "  1 more of required (error) in t",
        "invalid: 1 resource, 3 rows checked, 2 errors",
    ]


@pytest.mark.parametrize(
    ("form", "start"),
    [
        ("text", "data package small\n"),
        ("json", '{\n  "version": 1,'),
        ("html", "<!DOCTYPE html>"),
        ("junit", "<?xml"),
        ("sarif", '{\n  "$schema"'),
        ("github", "::error file="),
    ],
)
def test_each_form_is_printed_or_written_alike(
    make_package: MakePackage, tmp_path: Path, form: str, start: str
) -> None:
    descriptor, target = make_package(t=FAULTY), tmp_path / "report"

    printed = invoke("validate", descriptor, "--format", form)
    written = invoke("validate", descriptor, "--format", form, "--output", target)

    assert (printed.exit_code, written.exit_code) == (1, 1)
    assert printed.output.startswith(start)
    assert target.read_text(encoding="utf-8") == printed.output
    assert written.output == "invalid: 1 resource, 3 rows checked, 2 errors\n"


@pytest.mark.parametrize(
    "command",
    [("validate",), ("validate", "--format", "json"), ("codebook",), ("mutate", "--processes", "1")],
)
def test_a_dash_is_standard_output(
    make_package: MakePackage, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.chdir(make_package(t=("n\n1\n", NUMBERS[:1])).parent)
    before = sorted(Path().iterdir())

    assert invoke(*command, "--output", "-").output == invoke(*command).output != ""
    assert sorted(Path().iterdir()) == before


@pytest.mark.parametrize("name", ["datapackage.json", "t.csv", "known.json", "no/folder.txt", "."])
@pytest.mark.parametrize("option", ["--output", "--write-baseline"])
def test_a_report_replaces_nothing_that_is_read(
    make_package: MakePackage, tmp_path: Path, option: str, name: str
) -> None:
    descriptor = make_package(t=FAULTY)
    (tmp_path / "known.json").write_text('{"version": 1, "findings": []}')
    before = {file: file.read_bytes() for file in tmp_path.iterdir()}

    done = invoke("validate", descriptor, "--baseline", tmp_path / "known.json", option, tmp_path / name)

    assert isinstance(done.exception, FactpackError)
    assert {file: file.read_bytes() for file in tmp_path.iterdir()} == before


@pytest.mark.parametrize("option", ["--output", "--write-baseline"])
def test_a_report_replaces_no_pipe_or_device(make_package: MakePackage, tmp_path: Path, option: str) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    done = invoke("validate", make_package(t=FAULTY), option, pipe)

    assert str(done.exception) == f"{pipe}: is no regular file, and is not replaced"
    assert pipe.is_fifo()


COMMANDS_THAT_WRITE = {
    "validate": ["validate", "{package}", "--documents", "{copies}", "--output"],
    "baseline": ["validate", "{package}", "--documents", "{copies}", "--write-baseline"],
    "codebook": ["codebook", "{package}", "--output"],
    "export": ["export", "{package}", "--documents", "{copies}", "--to", "sqlite", "--force", "--output"],
    "view": ["evidence", "view", "--document", "{copies}/{key}.txt", "{package}", "--output"],
}
CASES = [
    *(
        (command, name)
        for command in COMMANDS_THAT_WRITE
        for name in ("datapackage.json", "schemas/events.json")
    ),
    *((command, "copies/{key}.txt") for command in COMMANDS_THAT_WRITE if command != "codebook"),
]


@pytest.mark.parametrize(("command", "name"), CASES)
def test_no_output_replaces_what_is_read(example: Path, tmp_path: Path, command: str, name: str) -> None:
    folder = tmp_path / "package"
    shutil.copytree(example.parent, folder)
    (folder / "copies").mkdir()
    shutil.copy(EXAMPLE / f"{EXAMPLE_KEY}.txt", folder / "copies")
    words = {"package": folder / "datapackage.json", "copies": folder / "copies", "key": EXAMPLE_KEY}
    output = folder / name.format(**words)
    before = {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}

    done = invoke(*(part.format(**words) for part in COMMANDS_THAT_WRITE[command]), output)

    assert str(done.exception) == f"{output}: is read here, and is not replaced; name another file"
    assert {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()} == before


def test_metadata_replace_no_file_of_the_package(make_package: MakePackage, tmp_path: Path) -> None:
    descriptor = make_package(t=("n\n1\n", [{"name": "n"}]))
    descriptor.write_text(descriptor.read_text().replace("t.csv", "CITATION.cff"))
    (tmp_path / "CITATION.cff").write_text("n\n1\n")

    done = invoke("cite", descriptor, "--write", tmp_path)

    assert isinstance(done.exception, FactpackError)
    assert (tmp_path / "CITATION.cff").read_text() == "n\n1\n"


@pytest.mark.parametrize("command", ["codebook", "validate"])
def test_a_message_names_the_folder_that_is_missing(
    make_package: MakePackage, tmp_path: Path, command: str
) -> None:
    done = invoke(command, make_package(t=FAULTY), "-o", tmp_path / "nowhere" / "x.md")

    assert str(done.exception) == f"{tmp_path / 'nowhere'}: no such folder"


def test_a_report_and_a_baseline_do_not_share_a_file(make_package: MakePackage, tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    same = [tmp_path / "r.txt", "--write-baseline", tmp_path / "x" / ".." / "r.txt"]

    done = invoke("validate", make_package(t=FAULTY), "--output", *same)

    assert str(done.exception) == f"{tmp_path / 'r.txt'}: the report and the baseline need a file each"
    assert not (tmp_path / "r.txt").exists()


@pytest.mark.parametrize(
    ("resource", "code", "told"),
    [({}, 1, "a warning counts as a failure"), ({"format": "xlsx"}, 2, "")],
    ids=["warning", "unjudged"],
)
def test_a_warning_fails_if_it_shall_and_what_is_unjudged_stays_so(
    make_package: MakePackage, resource: dict[str, str], code: int, told: str
) -> None:
    descriptor = make_package(t=("n\n1\n", None), resource=resource)

    usual = invoke("validate", descriptor)
    strict = invoke("validate", descriptor, "--fail-on", "warning")

    assert usual.exit_code == (2 if resource else 0)
    assert strict.exit_code == code
    assert told in strict.stderr


def test_known_findings_do_not_fail_and_new_ones_do(make_package: MakePackage, tmp_path: Path) -> None:
    descriptor, known = make_package(t=FAULTY), tmp_path / "known.json"

    wrote = invoke("validate", descriptor, "--write-baseline", known)
    again = invoke("validate", descriptor, "--baseline", known)
    make_package(t=("n,word\n,c\ntwo,b\n", NUMBERS))
    changed = invoke("validate", descriptor, "--baseline", known)

    assert (wrote.exit_code, wrote.stderr) == (0, f"factpack: wrote 2 known findings to {known}\n")
    last = "only known errors: 1 resource, 3 rows checked, 0 errors, 2 known"
    assert (again.exit_code, again.output.splitlines()[-1]) == (0, last)
    assert (changed.exit_code, changed.output.splitlines()[-2:]) == (
        1,
        [
            "t.csv:3: error type: row 3, column n, value 'two', must be of the type integer",
            "invalid: 1 resource, 2 rows checked, 1 error, 1 known; "
            "1 known finding no longer occurs: write the baseline again",
        ],
    )


def test_what_was_not_judged_is_not_known(make_package: MakePackage, tmp_path: Path) -> None:
    descriptor = make_package(t=FAULTY, resource={"format": "xlsx"})

    done = invoke("validate", descriptor, "--write-baseline", tmp_path / "known.json")

    assert done.exit_code == 2
    assert "1 cannot be known, since something was not judged" in done.stderr


@pytest.mark.parametrize("content", ["", "{}", '{"version": 9, "findings": []}'])
def test_a_broken_baseline_is_an_error(make_package: MakePackage, tmp_path: Path, content: str) -> None:
    known = tmp_path / "known.json"
    known.write_text(content)

    done = run("validate", make_package(t=FAULTY), "--baseline", known)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"factpack: {known}: ")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["validate", "--format", "jsn"], "'jsn' is not one of 'text'"),
        (["validate", "--formt", "json"], "--format"),
        (["validate", "--max-findings", "-1"], "'--max-findings'"),
        (["validate", "--fail-on", "nothing"], "'nothing' is not one of"),
        (["mutate", "--format", "html"], "'html' is not one of 'text', 'json'"),
        (["validate", "--root", "nope"], "'nope' does not exist"),
        (["validate", "--root", "README.md"], "is a file"),
        (["validate", "--write-baseline", "-"], "nothing to standard output"),
        (["export", "--to", "site", "-o", "-"], "nothing to standard output"),
        (["evidence", "view", "--document", "x", "-o", "-"], "nothing to standard output"),
        (["validat"], "Did you mean 'validate'"),
        (["evidence", "verfy"], "Did you mean 'verify'"),
    ],
    ids=" ".join,
)
def test_bad_options_are_told_and_exit_with_2(arguments: list[str], told: str) -> None:
    done = invoke(*arguments)

    assert done.exit_code == 2
    assert told in done.stderr


def test_misspelt_names_are_met_with_the_right_ones(
    make_package: MakePackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    descriptor = make_package(events=FAULTY)
    (descriptor.parent / "my_rules.py").write_text(RULES)
    monkeypatch.chdir(descriptor.parent)

    table = invoke("schema", "evnts")
    rules = invoke("validate", "--rules", "my_ruls")

    assert str(table.exception).endswith("did you mean 'events'?")
    assert str(rules.exception).endswith("did you mean 'my_rules'?")


def test_a_copy_of_a_document_with_a_misspelt_name_is_told(example: Path, tmp_path: Path) -> None:
    text = (EXAMPLE / f"{EXAMPLE_KEY}.txt").read_text(encoding="utf-8")
    (tmp_path / f"{EXAMPLE_KEY[:-1]}.txt").write_text(text, encoding="utf-8")
    (tmp_path / "notes.txt").write_text("Nothing to do with it.", encoding="utf-8")

    done = invoke("validate", example, "--documents", tmp_path, "-q")

    assert done.stderr == (
        f"factpack: no document is called {EXAMPLE_KEY[:-1]!r}; did you mean {EXAMPLE_KEY!r}?\n"
    )


def test_the_schema_of_the_report_is_printed() -> None:
    done = invoke("validate", "--json-schema")

    assert (done.exit_code, json.loads(done.output)) == (0, schema())


@pytest.mark.parametrize("no_colour", ["", "1"])
def test_no_colour_is_honoured_on_a_terminal(make_package: MakePackage, no_colour: str) -> None:
    environment = {"FORCE_COLOR": "1", "TERM": "xterm-256color", "NO_COLOR": no_colour}

    done = run("validate", make_package(t=FAULTY), **environment)

    assert ("\x1b[31m" in done.stdout) is (not no_colour)
    assert "│" in done.stdout


def test_a_pipe_gets_plain_text(make_package: MakePackage) -> None:
    done = invoke("validate", make_package(t=FAULTY))

    assert done.output.splitlines()[:3] == [
        "data package small",
        "table  file   rows  verdict",
        "t      t.csv     3  invalid (2 errors)",
    ]
    assert "\x1b" not in done.output


def test_a_pipe_that_nobody_reads_is_no_verdict(make_package: MakePackage) -> None:
    folder = make_package(t=("n\n" + "x\n" * 20_000, [{"name": "n", "type": "integer"}])).parent
    code = f"set -o pipefail; {sys.executable} -m factpack validate --max-findings 20000 | head -1"

    done = subprocess.run(["bash", "-c", code], cwd=folder, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (141, "")


def test_a_report_is_whole_where_nothing_is_held_back(make_package: MakePackage) -> None:
    descriptor = make_package(t=("n\n" + "x\n" * 20_000, [{"name": "n", "type": "integer"}]))
    command = (sys.executable, "-m", "factpack", "validate", str(descriptor), "--format", "json")
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}

    whole = subprocess.run(command, capture_output=True, check=False, env=environment)
    piped = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {shlex.join(command)} | head -1"],
        capture_output=True,
        check=False,
        env=environment,
    )

    assert (whole.returncode, whole.stderr, len(json.loads(whole.stdout)["findings"])) == (1, b"", 20_000)
    assert (piped.returncode, piped.stderr) == (141, b"")


def test_what_is_written_in_part_is_written_again(monkeypatch: pytest.MonkeyPatch) -> None:
    class Slow(io.RawIOBase):
        def __init__(self) -> None:
            self.content = b""

        def writable(self) -> bool:
            return True

        def write(self, content: Any) -> int:
            self.content += bytes(content[:3])
            return len(content[:3])

    raw = Slow()
    monkeypatch.setattr(sys, "stdout", SimpleNamespace(buffer=raw, flush=lambda: None))

    put_all(["a report ", "in parts"])

    assert raw.content == b"a report in parts"
    assert not raw.closed


def test_a_fault_of_factpack_is_no_verdict(
    make_package: MakePackage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(package: Any) -> None:
        raise ValueError("of its own\x1b")

    monkeypatch.setattr("factpack.examination.metadata_findings", fail)
    monkeypatch.setattr(sys, "argv", ["factpack", "validate", str(make_package(t=("n\n", [{"name": "n"}])))])

    with pytest.raises(SystemExit) as raised:
        main()

    assert raised.value.code == 2
    message = capsys.readouterr().err
    assert message.startswith("factpack: a fault of factpack's own: ValueError: of its own")
    assert "\x1b" not in message
    assert message.count("\n") == 1


@pytest.mark.parametrize("command", [("rules",), ("schema", "t"), ("cite",), ("codebook",)])
def test_a_descriptor_that_cannot_be_read_is_told_by_every_command(
    command: tuple[str, ...], tmp_path: Path
) -> None:
    (tmp_path / "datapackage.json").write_text("{", encoding="utf-8")

    done = run(*command, cwd=tmp_path)

    assert done.returncode == 2
    assert "not JSON" in done.stderr


def test_messages_hold_no_escapes_of_terminals(tmp_path: Path) -> None:
    done = run("validate", "no\x1b[31m\u202e.json", cwd=tmp_path)

    assert done.returncode == 2
    assert done.stderr == "factpack: no\\x1b[31m\\u202e.json: no such file\n"


@pytest.mark.parametrize("form", ["text", "github"])
def test_of_a_long_value_only_the_start_is_shown(form: str, make_package: MakePackage) -> None:
    folder = make_package(t=("n\n" + "x" * 100_000 + "\n", [{"name": "n", "type": "integer"}])).parent

    done = run("validate", "--format", form, cwd=folder)

    assert "… (100,000 characters), must be of the type integer" in done.stdout
    assert len(done.stdout) < 1_000


def test_lists_in_a_pipe_are_lines_with_whole_names() -> None:
    lines = run("rules", cwd=ROOT).stdout.splitlines()

    assert lines[0].split() == ["rule", "severity", "tables", "what", "must", "hold"]
    assert all(line.split()[1] in ("error", "warning") for line in lines[1:])
    assert run("-h", cwd=ROOT).stdout == run("--help", cwd=ROOT).stdout


LONG = "a_name_of_a_field_that_is_so_long_that_a_terminal_of_eighty_columns_has_no_room_for_it"


def test_what_mutants_became_is_lines_with_whole_names_in_a_pipe(
    make_package: MakePackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    descriptor = make_package(**{LONG: ("n\n1\n2\n", {"fields": [{"name": "n", "type": "integer"}]})})

    lines = run("mutate", descriptor, "--processes", "1").stdout.splitlines()

    assert [line.split()[:2] for line in lines if line.startswith(("operator", "table", "rule"))] == [
        ["operator", "mutants"],
        ["table", "mutants"],
        ["rule", "killed"],
    ]
    assert lines.count("") == 2  # between the three tables
    (scores,) = [line for line in lines if line.startswith(f"{LONG}  ")]
    assert len(re.split("  +", scores)) == 8
    assert not re.search("[│┃…]", "".join(lines))


def test_what_mutants_became_is_written_into_a_file(make_package: MakePackage, tmp_path: Path) -> None:
    descriptor = make_package(t=("n\n1\n2\n", [{"name": "n", "type": "integer"}]))
    mutate = ("mutate", descriptor, "--processes", "1")

    printed = invoke(*mutate).output
    lines = invoke(*mutate, "--output", tmp_path / "mutants.txt").output
    json_lines = invoke(*mutate, "--output", tmp_path / "mutants.json", "--format", "json").output
    refused = invoke(*mutate, "-o", tmp_path / "t.csv")

    assert (tmp_path / "mutants.txt").read_text() == printed
    assert lines == json_lines == printed.splitlines()[-1] + "\n"
    assert json.loads((tmp_path / "mutants.json").read_text())["package"] == "small"
    assert (
        str(refused.exception)
        == f"{tmp_path / 't.csv'}: is read here, and is not replaced; name another file"
    )


def test_changes_in_a_pipe_are_lines_with_whole_names(make_package: MakePackage, tmp_path: Path) -> None:
    old = make_package(**{LONG: ("n\n1\n", [{"name": "n"}])})
    shutil.copytree(tmp_path, tmp_path / "before")
    (tmp_path / f"{LONG}.csv").write_text("n\n2\n")

    done = invoke("changes", tmp_path / "before" / old.name, old)

    assert [line.split() for line in done.output.splitlines()[:3]] == [
        ["data", "package", "small:", "no", "version", "→", "no", "version"],
        ["table", "added", "removed", "changed", "rows"],
        [LONG, "1", "1", "0", "1"],
    ]


def test_lists_are_json_too(make_package: MakePackage, example: Path) -> None:
    descriptor = make_package(
        t=("a,b\n1,2\n", {"fields": [{"name": "a"}, {"name": "b"}], "primaryKey": ["a", "b"]})
    )

    rules = json.loads(invoke("rules", ROOT / "datapackage.json", "--format", "json").output)
    schema = json.loads(invoke("schema", "t", descriptor, "--format", "json").output)
    status = json.loads(invoke("evidence", "status", example, "--format", "json").output)

    assert rules["package"] == "ipim-guangzhou-visit-2025"
    (found,) = [one for one in rules["rules"] if one["name"] == "stated_counts_match"]
    assert list(found) == ["name", "severity", "tables", "description", "references"]
    assert found["tables"] == ["stated_counts", "tables"]
    key = {"columns": ["a", "b"], "check": "primaryKey", "expects": "must be filled, and unique"}
    assert (schema["resource"], schema["checks"][-1]) == ("t", key)
    assert list(status) == ["findings", "paragraphs", "facts", "supported"]
    assert status["facts"] == status["supported"] > 400
    part = status["paragraphs"][0]
    assert list(part) == ["document_id", "paragraph_no", "segments", "length", "covered"]


@pytest.mark.parametrize(
    "arguments", [("rules",), ("schema", "events"), ("evidence", "status")], ids=" ".join
)
def test_a_list_has_a_frame_on_a_terminal(arguments: tuple[str, ...]) -> None:
    done = run(*arguments, FORCE_COLOR="1", COLUMNS="200")

    assert "┃" in done.stdout
