"""Every command tells of itself, and the examples that it gives work."""

import json
import re
import shlex
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from conftest import ROOT
from typer.testing import CliRunner

from factpack.cli import app
from factpack.evidence.attestation import attest, read_quotations
from factpack.evidence.document import read_document
from factpack.evidence.segmentation import resegment
from factpack.evidence.tables import Workspace
from factpack.package import open_package


def commands(group: typer.Typer, *names: str) -> Iterator[tuple[str, str]]:
    """Yield the name of each command, and what stands at the end of its help."""
    for command in group.registered_commands:
        assert command.callback is not None
        yield " ".join([*names, command.name or command.callback.__name__]), command.epilog or ""
    for part in group.registered_groups:
        assert part.typer_instance is not None
        yield from commands(part.typer_instance, *names, str(part.name))


ENDS = dict(commands(app))


def examples(command: str) -> list[str]:
    """Return the examples of a command, one a line."""
    lines = [line for line in re.sub("^Examples?: ", "", ENDS[command]).split("\n") if line]
    assert all(line.startswith(f"factpack {command}") for line in lines), lines
    return lines


RULES = '''from factpack import View, rule


@rule()
def events_are_short(events):
    """No event takes a week."""
    return View.of("events", "days", events["days"] < 7, "must be less than 7")
'''
RELEASE = "The Fair of Lamps opened today. It will last four days."
QUOTATIONS = """resource,row_key,field,exact,support
events,fair,name,Fair of Lamps,verbatim
events,fair,status,opened,normalized
events,fair,days,four days,normalized
"""
#: Tables, the names of their fields, and their rows.
TABLES = {
    "documents": (
        ["document_id", "normalization", "char_length", "text_sha256"],
        "my-release,factpack-text-1,,\n",
    ),
    "events": (["event_id", "name", "status", "days"], "fair,Fair of Lamps,held,4\n"),
    "segments": ([], ""),
    "evidence": ([], ""),
    "seals": ([], ""),
}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder in which a package lies with all that the examples name, as they name it."""
    folder = tmp_path_factory.mktemp("help") / "now"
    for part in (".", "releases"):
        (folder / part).mkdir(parents=True)
    for name in ("release.txt", "releases/my-release.txt"):
        (folder / name).write_text(RELEASE)
    (folder / "quotations.csv").write_text(QUOTATIONS)
    (folder / "my_rules.py").write_text(RULES)
    (folder / "lamps.csv").write_text("lamp,street\na,wide\nb,wide\nc,long\n")
    (folder / "streets.csv").write_text("street,length\nwide,20\nlong,900\n")
    write_package(folder)
    shutil.copytree(folder, folder / "my")
    shutil.copytree(folder, folder.parent / "before")
    return folder


def write_package(folder: Path) -> None:
    """Write a package of one event, each of whose cells has evidence, and each of whose rows has a seal."""
    resources = []
    for name, (fields, rows) in TABLES.items():
        schema = json.loads((ROOT / "schemas" / f"{name}.json").read_text(encoding="utf-8"))
        if fields:
            facts = ("name", "status", "days")
            schema["fields"] = [
                {
                    "name": field,
                    "type": "integer" if field == "days" else "string",
                    "provenance": "document" if field in facts else "key",
                }
                for field in fields
            ]
            schema = {"fields": schema["fields"], "primaryKey": fields[0]}
        labels = [field["name"] for field in schema["fields"]]
        (folder / f"{name}.csv").write_text(",".join(labels) + "\n" + rows)
        resources.append({"name": name, "path": f"{name}.csv", "schema": schema})
    roles = {role: role for role in ("documents", "segments", "evidence", "seals")}
    content = {"name": "fairs", "title": "Fairs", "resources": resources, "evidence": roles}
    descriptor = folder / "datapackage.json"
    descriptor.write_text(json.dumps(content))
    workspace, raw = Workspace(open_package(descriptor)), read_document(folder / "release.txt")
    resegment(workspace, "my-release", raw, [], [])
    workspace.save()
    workspace = Workspace(open_package(descriptor))
    attest(workspace, "my-release", raw, read_quotations(folder / "quotations.csv"))
    workspace.save()


@pytest.fixture
def here(prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Go to a copy of that folder, and forget the rules that were imported there."""
    shutil.copytree(prepared.parent, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path / "now")
    monkeypatch.syspath_prepend(tmp_path / "now")
    sys.modules.pop("my_rules", None)
    yield tmp_path / "now"
    sys.modules.pop("my_rules", None)


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("command", ENDS)
def test_each_command_has_help_with_an_example_that_works(
    command: str,
) -> None:
    shown = CliRunner().invoke(app, [*command.split(), "--help"], env={"COLUMNS": "300"}).output

    assert examples(command)
    for example in examples(command):
        assert example in shown
        done = CliRunner().invoke(app, shlex.split(example)[1:], input="y\n")
        assert done.exit_code == 0, (example, done.output, done.exception)


@pytest.mark.parametrize("arguments", [(), ("evidence",)], ids=["factpack", "evidence"])
def test_groups_list_their_commands(arguments: tuple[str, ...]) -> None:
    shown = CliRunner().invoke(app, [*arguments, "--help"], env={"COLUMNS": "200"}).output

    names = [name.split() for name in ENDS]
    own = [name[-1] for name in names if tuple(name[:-1]) == arguments]
    assert [name for name in own if not re.search(rf"^│ {name} ", shown, re.MULTILINE)] == []
