"""The recipes of everyday acts: those that are named exist, CI runs them, and a release is refused until it is ready."""

import importlib.util
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from conftest import ROOT

FILES = ("pyproject.toml", "README.md", "CITATION.cff", "CHANGELOG.md", "datapackage.json", ".zenodo.json")


def loaded(path: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(Path(path).stem, ROOT / path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


RELEASE, RECIPES = loaded(".ci/release.py"), loaded("noxfile.py")
CI = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def sessions() -> set[str]:
    command = [sys.executable, "-m", "nox", "-l"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return set(re.findall(r"^[*-] (\w+) -> \S", listed.stdout, re.MULTILINE))


def test_each_recipe_that_a_page_names_exists(sessions: set[str]) -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
    named = {name for page in pages for name in re.findall(r"nox -s (\w+)", page.read_text(encoding="utf-8"))}

    assert named <= sessions
    assert len(named) > 10


def test_each_recipe_is_described(sessions: set[str]) -> None:
    described = set(re.findall(r"^\| `nox -s (\w+)", CONTRIBUTING, re.MULTILINE))

    assert sessions - described == {"style", "types"}  # which `nox` alone runs, and the table says so


def test_ci_runs_recipes_and_repeats_none_of_their_commands(sessions: set[str]) -> None:
    (run,) = re.findall(r"^for session in (.*); do$", CI, re.MULTILINE)
    (told,) = re.findall(r"then the sessions ((?:`\w+`[, and]*)+)", CONTRIBUTING)

    assert set(run.split()) <= sessions
    assert re.findall(r"`(\w+)`", told) == run.split()
    assert not re.search(r"\b(ruff|mypy|hatchling|uv|wheel)\b(?!,)", re.sub("#.*", "", CI))


@pytest.fixture
def ready(tmp_path: Path) -> Path:
    """Return a checkout that is ready for a release, as far as its versions, changelog and git go."""
    for name in (*FILES, "validators/factpack/__init__.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    changelog = (tmp_path / "CHANGELOG.md").read_text(encoding="utf-8")
    dated = re.sub(r"^(## \S+) - .*$", r"\1 - 2026-01-31", changelog, count=1, flags=re.MULTILINE)
    (tmp_path / "CHANGELOG.md").write_text(dated, encoding="utf-8")
    descriptor = (tmp_path / "datapackage.json").read_text(encoding="utf-8")
    created = re.sub(r'"created": "[^T]*', '"created": "2026-01-31', descriptor, count=1)
    (tmp_path / "datapackage.json").write_text(created, encoding="utf-8")
    git(tmp_path, "init", "-q")
    commit(tmp_path)
    return tmp_path


def git(folder: Path, *arguments: str) -> None:
    person = ["-c", "user.name=tester", "-c", "user.email=tester@example.org"]
    subprocess.run(["git", *person, *arguments], cwd=folder, check=True)


def commit(folder: Path) -> None:
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "x")


def changed(path: str, old: str, new: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        text = (folder / path).read_text(encoding="utf-8")
        assert old in text
        (folder / path).write_text(text.replace(old, new), encoding="utf-8")
        commit(folder)

    return change


def test_a_checkout_that_is_ready_is_not_refused(ready: Path) -> None:
    assert RELEASE.reasons(ready) == []


REASONS = {
    "another version of the harness": (
        changed("validators/factpack/__init__.py", '__version__ = "0.1.0"', '__version__ = "0.2.0"'),
        "validators/factpack/__init__.py: the version is 0.2.0, not 0.1.0",
    ),
    "another version of the dataset": (
        changed("datapackage.json", '"version": "0.1.0"', '"version": "0.2.0"'),
        "datapackage.json: the version is 0.2.0, not 0.1.0",
    ),
    "no version in the citation": (
        changed("CITATION.cff", "\nversion: 0.1.0", ""),
        "CITATION.cff: the version is missing, not 0.1.0",
    ),
    "another version in the readme": (
        changed("README.md", "version = {0.1.0}", "version = {0.2.0}"),
        "README.md: the version is 0.2.0, not 0.1.0",
    ),
    "another version in the changelog": (
        changed("CHANGELOG.md", "## 0.1.0 - 2026-01-31", "## 0.2.0 - 2026-01-31"),
        "CHANGELOG.md: its first heading is not '## 0.1.0 - ' and the day",
    ),
    "no day": (
        changed("CHANGELOG.md", "2026-01-31", "unreleased"),
        "CHANGELOG.md: 0.1.0 is unreleased; write the day of the release",
    ),
    "another day": (
        changed("CHANGELOG.md", "2026-01-31", "2026-01-30"),
        "datapackage.json: it was created on 2026-01-31T00:00:00Z, and released on 2026-01-30",
    ),
    "another version for archives": (
        changed(".zenodo.json", '"version": "0.1.0"', '"version": "0.2.0"'),
        ".zenodo.json: the version is 0.2.0, not 0.1.0",
    ),
    "a file that is not committed": (lambda folder: (folder / "new").touch(), "new: not committed"),
    "a tag": (
        lambda folder: git(folder, "tag", "v0.1.0"),
        "the tag v0.1.0 is there: this version was released",
    ),
    "no git": (lambda folder: shutil.rmtree(folder / ".git"), "this is no git checkout"),
}


@pytest.mark.parametrize(("spoil", "reason"), REASONS.values(), ids=REASONS.keys())
def test_a_checkout_that_is_not_ready_is_refused(
    ready: Path, spoil: Callable[[Path], object], reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(ready.parent))
    spoil(ready)

    assert RELEASE.reasons(ready) == [reason]


def test_a_day_to_come_is_refused(ready: Path) -> None:
    for path in ("CHANGELOG.md", "datapackage.json"):
        changed(path, "2026-01-31", "9999-01-31")(ready)

    assert RELEASE.reasons(ready) == ["CHANGELOG.md: 9999-01-31 is not here yet"]


def test_pythons_that_cannot_be_started_are_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shim = tmp_path / "python3.99"
    shim.write_text("#!/bin/sh\nexit 127\n")
    shim.chmod(0o755)
    works = tmp_path / ".pyenv" / "versions" / "3.99.1" / "bin" / "python"
    works.parent.mkdir(parents=True)
    works.symlink_to(sys.executable)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setenv("HOME", str(tmp_path))

    assert list(RECIPES._pythons("3.99")) == [str(works)]
    assert list(RECIPES._pythons("3.98")) == []
