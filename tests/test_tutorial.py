"""The tutorial is followed from its start to its end, by the letter: every command runs, and prints what the page shows."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import ROOT

PAGE = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL)
FIVE = PAGE[PAGE.index("## Five commands") : PAGE.index("## Make it green")]


@dataclass(frozen=True)
class Step:
    """A command of the page, and what it prints there."""

    command: str
    output: str


def steps(block: str) -> list[Step]:
    found = []
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        lines = part.splitlines()
        more = [line for line in lines[1:] if re.match("> |>$", line)]
        command = "\n".join([lines[0], *(line[2:] for line in more)])
        found.append(Step(command, "\n".join(lines[1 + len(more) :])))
    return found


def new_environment(folder: Path) -> Path:
    """Return the programs of a new virtual environment that has the libraries of this one, but not factpack."""
    subprocess.run([sys.executable, "-m", "venv", folder], check=True, capture_output=True)
    (site,) = folder.glob("lib/python*/site-packages")
    libraries = sysconfig.get_path("purelib")
    # appended, so that what an editable installation adds to the path is not there
    (site / "libraries.pth").write_text(f"import sys; sys.path.append({libraries!r})\n")
    return folder / "bin"


def environment(programs: Path) -> dict[str, str]:
    person = {
        f"GIT_{role}_{what}": value for role in ("AUTHOR", "COMMITTER") for what, value in PERSON.items()
    }
    kept = {name: os.environ[name] for name in ("LANG", "LC_ALL", "TMPDIR") if name in os.environ}
    # pip builds with the libraries that are here, and asks no index
    offline = {"PIP_NO_INDEX": "1", "PIP_NO_BUILD_ISOLATION": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    return (
        kept
        | person
        | offline
        | {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "HOME": str(programs)}
    )


PERSON = {"NAME": "tester", "EMAIL": "tester@example.org"}


def bash(command: str, folder: Path, programs: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=environment(programs),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def in_ci(repository: Path, folder: Path) -> list[tuple[str, int, str]]:
    """Run the steps of the workflow as a server does, in a new clone; return each name, exit code and output."""
    subprocess.run(["git", "clone", "-q", repository, folder], check=True)
    workflow = (folder / ".github" / "workflows" / "validate.yml").read_text(encoding="utf-8")
    found = re.findall(r"- name: (.*)\n +run: (.*)\n", workflow)
    programs = new_environment(folder.parent / f"{folder.name}-environment")
    outcomes = []
    for name, command in found:
        done = bash(f"set -eo pipefail\n{command}", folder, programs)
        outcomes.append((name, done.returncode, done.stdout + done.stderr))
        if done.returncode:
            break
    return outcomes


def plain(output: str) -> str:
    """Return what a command printed without how long it took."""
    return re.sub(r" in [0-9.]+s", "", output).rstrip("\n")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Return a clone of a repository that holds the three files."""
    if not shutil.which("git"):
        pytest.skip("not verified: git is not installed here")
    origin, clone = tmp_path / "origin.git", tmp_path / "tides"
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", origin], check=True)
    subprocess.run(["git", "clone", "-q", origin, clone], check=True, capture_output=True)
    for file in sorted((ROOT / "docs" / "tutorial").glob("*.csv")):
        shutil.copy(file, clone)
    done = bash(
        "git checkout -q -b main; git add . && git commit -q -m x && git push -q -u origin main", clone, clone
    )
    assert done.returncode == 0, done.stderr
    return clone


def test_five_commands_lead_from_installation_to_ci() -> None:
    commands = [
        step.command
        for block in re.findall(r"```console\n(.*?)```", FIVE, re.DOTALL)
        for step in steps(block)
    ]

    assert len(commands) == 5
    assert commands[0].startswith("pip install ")
    assert commands[-1].startswith("git push")
    assert not any(word in command for command in commands for word in ("&&", ";", "|", "\n"))


@pytest.mark.slow
def test_the_tutorial_is_followed_to_its_end(repository: Path, tmp_path: Path) -> None:
    programs = new_environment(tmp_path / "environment")
    checks: list[list[tuple[str, int, str]]] = []

    for step in (step for block in BLOCKS for step in steps(block)):
        done = bash(step.command.replace("PATH-OF-THE-CHECKOUT", str(ROOT)), repository, programs)
        expected = 1 if step.command.startswith("factpack init") else 0
        assert done.returncode == expected, step.command + done.stdout + done.stderr
        assert plain(done.stdout + done.stderr) == step.output, step.command
        if step.command.startswith("git push"):
            checks.append(in_ci(tmp_path / "origin.git", tmp_path / f"ci-{len(checks)}"))

    red, green = checks
    assert [(name, code) for name, code, _ in red] == [("Install", 0), ("Validate", 1)], red
    (shown,) = re.findall(r"^```\n(::error .*)\n```", PAGE, re.MULTILINE)
    assert shown in red[-1][2].splitlines()
    assert [(name, code) for name, code, _ in green] == [("Install", 0), ("Validate", 0), ("Test", 0)], green
