"""The project itself: its layout, its one version, its commands, and what must not stand in it."""

import ast
import importlib.metadata
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from conftest import ROOT, document_file

import factpack
import ipim_visit

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def python(code: str, cwd: Path = ROOT) -> str:
    done = subprocess.run([sys.executable, "-c", code], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_validators_is_the_package_of_that_name_also_at_the_root() -> None:
    assert not (ROOT / "validators" / "__init__.py").exists()
    assert "site-packages" in python("import validators; print(validators.__file__)")


def test_frictionless_reads_e_mail_addresses_at_the_root() -> None:
    code = (
        "from frictionless import fields; field = fields.StringField(name='a', format='email');"
        "print(field.read_cell('a@example.org'), field.read_cell('a')[1] is not None)"
    )

    assert python(code) == "('a@example.org', None) True"


def test_there_is_one_version() -> None:
    version = PROJECT["version"]
    descriptor = json.loads((ROOT / "datapackage.json").read_text(encoding="utf-8"))

    assert descriptor["version"] == version
    assert factpack.__version__ == version
    assert yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))["version"] == version
    metadata = [ROOT / ".zenodo.json", *sorted((ROOT / "metadata").iterdir())]
    assert [json.loads(file.read_text(encoding="utf-8"))["version"] for file in metadata] == [version] * 4
    assert f"version = {{{version}}}" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert (
        re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)[1]
        == version
    )
    assert importlib.metadata.version("factpack") == version


def test_the_citation_names_the_dataset() -> None:
    descriptor = json.loads((ROOT / "datapackage.json").read_text(encoding="utf-8"))
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))

    assert citation["title"] == descriptor["title"]
    assert citation["type"] == "dataset"


@pytest.mark.parametrize("module", [factpack, ipim_visit])
def test_the_public_names_exist(module: object) -> None:
    names = module.__all__

    assert sorted(names) == list(names)
    assert all(getattr(module, name).__doc__ for name in names)


def test_the_package_imports_no_library_by_itself() -> None:
    code = "import sys, factpack; print(sorted({name.partition('.')[0] for name in sys.modules} & set(sys.argv[1:])))"
    libraries = [re.split(r"[<>=]", name)[0].replace("-", "_") for name in PROJECT["dependencies"]]
    done = subprocess.run(
        [sys.executable, "-c", code, *libraries], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert "pandas" in libraries
    assert done.stdout == "[]\n"


#: What asks for reports, and shows them.
DOORS = {"cli.py", "evidence/cli.py", "init/cli.py", "request.py"}


def imported(file: Path) -> set[str]:
    """Return the modules, and the names in them, that a file imports anywhere."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, file  # so that a module is named in one way
            found |= {f"{node.module}.{name.name}" for name in node.names}
    return found


def test_what_gives_verdicts_does_not_know_how_they_are_shown() -> None:
    source = ROOT / "validators" / "factpack"
    users = {
        file.relative_to(source).as_posix()
        for file in source.rglob("*.py")
        if any(f"{name}.".startswith("factpack.reports.") for name in imported(file))
    }

    others = {name for name in users if not name.startswith(("reports/", "pytest_plugin/"))}
    assert others == DOORS


def test_a_name_that_the_package_lacks_is_told_and_each_that_it_has_is_listed() -> None:
    with pytest.raises(AttributeError, match="module 'factpack' has no attribute 'lode'"):
        factpack.lode  # noqa: B018

    assert set(factpack.__all__) <= set(dir(factpack))


def test_the_readme_and_ci_have_the_same_test_command() -> None:
    commands = re.findall(r"```sh\n(.*?)\n```", (ROOT / "README.md").read_text(encoding="utf-8"))

    assert len(commands) == 2
    assert commands[0].endswith("factpack validate")
    assert commands[1].endswith("pytest -n auto")
    assert commands[1] in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()


def files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not verified: this is not a git checkout")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def runs(text: str, length: int) -> set[tuple[str, ...]]:
    words = re.findall(r"[^\W_]+", text.casefold())
    return {tuple(words[start : start + length]) for start in range(len(words) - length + 1)}


def test_no_sentence_of_the_document_stands_in_a_file() -> None:
    of_the_document = runs(document_file().read_text(encoding="utf-8"), 8)

    for file in files():
        shared = runs(file.read_bytes().decode("utf-8", errors="ignore"), 8) & of_the_document
        assert not shared, f"{file.name}: {shared}"


def test_text_files_end_with_one_line_end_and_have_no_carriage_return() -> None:
    for file in files():
        content = file.read_bytes()
        assert b"\r" not in content, file
        assert not content or (content.endswith(b"\n") and not content.endswith(b"\n\n")), file


def test_no_text_tells_to_install_factpack_from_an_index() -> None:
    files = [
        ROOT / "README.md",
        *(ROOT / "docs").rglob("*.md"),
        *(file for file in (ROOT / "validators").rglob("*") if file.suffix in (".py", ".txt", ".md")),
    ]

    told = [
        f"{file.relative_to(ROOT)}: {found[0]}"
        for file in files
        for found in re.finditer(
            r"pip install[^\n`]*[ '\"]factpack(?:\[|==|['\"`\s])", file.read_text(encoding="utf-8")
        )
    ]

    assert told == []
