"""Tells why this checkout cannot be released yet: exits with 1 if there is any reason.

    python .ci/release.py

Looked at are the version, which stands in several places, the changelog, and git. Nothing is changed.
`nox -s release` runs this first.
"""

import datetime
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

#: Where the version stands besides pyproject.toml.
VERSIONS = {
    "validators/factpack/__init__.py": r'^__version__ = "(.*)"$',
    "CITATION.cff": r"^version: (.*)$",
    "README.md": r"version = \{(.*)\},?$",
}

#: The JSON files in which it stands too.
DESCRIPTORS = ("datapackage.json", ".zenodo.json")

#: The newest heading of the changelog: a version and a day.
HEADING = re.compile(r"^## (\S+) - (\S+)$", re.MULTILINE)


def reasons(root: Path) -> list[str]:
    """Return why the checkout in a folder cannot be released."""
    version = tomllib.loads(text(root, "pyproject.toml"))["project"]["version"]
    return [
        *wrong_versions(root, version),
        *faults_of_changelog(root, version),
        *faults_of_git(root, version),
    ]


def text(root: Path, path: str) -> str:
    """Return the text of a file."""
    return (root / path).read_text(encoding="utf-8")


def wrong_versions(root: Path, version: str) -> Iterator[str]:
    """Yield the files that name another version, or none."""
    found = {path: re.findall(pattern, text(root, path), re.MULTILINE) for path, pattern in VERSIONS.items()}
    found |= {path: [json.loads(text(root, path)).get("version")] for path in DESCRIPTORS}
    for path, versions in found.items():
        if set(versions) != {version}:
            yield f"{path}: the version is {', '.join(map(str, versions)) or 'missing'}, not {version}"


def faults_of_changelog(root: Path, version: str) -> Iterator[str]:
    """Yield why the newest part of the changelog is not that of a release of today or before."""
    match = HEADING.search(text(root, "CHANGELOG.md"))
    if match is None or match[1] != version:
        yield f"CHANGELOG.md: its first heading is not '## {version} - ' and the day"
        return
    try:
        day = datetime.date.fromisoformat(match[2])
    except ValueError:
        yield f"CHANGELOG.md: {version} is {match[2]}; write the day of the release"
        return
    if day > datetime.date.today():
        yield f"CHANGELOG.md: {day} is not here yet"
    created = json.loads(text(root, "datapackage.json")).get("created")
    if str(created)[:10] != match[2]:
        yield f"datapackage.json: it was created on {created}, and released on {day}"


def faults_of_git(root: Path, version: str) -> Iterator[str]:
    """Yield what is not committed, and the tag if it is there."""
    state, tag = git(root, "status", "--porcelain"), git(root, "tag", "--list", f"v{version}")
    if state is None or tag is None:
        yield "this is no git checkout"
        return
    for line in state.splitlines():
        yield f"{line[3:]}: not committed"
    if tag:
        yield f"the tag v{version} is there: this version was released"


def git(root: Path, *arguments: str) -> str | None:
    """Return what git says; None if it fails."""
    done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=False)
    return None if done.returncode else done.stdout.rstrip("\n")


def main() -> None:
    """Print the reasons, if there are any."""
    found = reasons(ROOT)
    for reason in found:
        print(f"not ready: {reason}")
    if not found:
        print("ready for a release")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
