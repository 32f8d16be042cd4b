"""The documentation is executed, and what is generated is up to date."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import EXAMPLE, EXAMPLE_KEY, ROOT, add_example_rows

import factpack
from factpack.cli import app
from factpack.constraints import BOUNDS
from factpack.evidence.cli import app as evidence_app
from factpack.evidence.document import copies_in

README = (ROOT / "README.md").read_text(encoding="utf-8")
VALIDATION = (ROOT / "docs" / "validation.md").read_text(encoding="utf-8")
#: The pages whose examples run here; those of the others run in the tests of their matter.
ELSEWHERE = {"ci.md", "citing.md", "pytest.md", "strategies.md"}
PAGES = [
    ROOT / "README.md",
    *sorted(page for page in (ROOT / "docs").glob("*.md") if page.name not in ELSEWHERE),
]
EXAMPLES = {
    page.name: re.findall(
        r"<!-- test: (\w+) -->\n```\w+\n(.*?)```", page.read_text(encoding="utf-8"), flags=re.DOTALL
    )
    for page in PAGES
}
SNIPPETS = [
    (name, number)
    for name, found in EXAMPLES.items()
    for number, (language, _) in enumerate(found)
    if language != "document"  # of which a test of its own has a copy
]
#: What an example needs that is not Python's.
PROGRAMS = {"R": "Rscript", "sh": "sqlite3"}


Run = Callable[[str, int], subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def run_example(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Return a function that runs an example, once, in a copy of the dataset that the examples of a page share."""
    folders: dict[str, Path] = {}
    done: dict[tuple[str, int], subprocess.CompletedProcess[str]] = {}

    def run(page: str, number: int) -> subprocess.CompletedProcess[str]:
        if page not in folders:
            folders[page] = tmp_path_factory.mktemp("examples")
            for name in ("data", "schemas"):
                shutil.copytree(ROOT / name, folders[page] / name)
            shutil.copy(ROOT / "datapackage.json", folders[page])
        if (page, number) not in done:
            done[page, number] = run_in(folders[page], *EXAMPLES[page][number])
        return done[page, number]

    return run


def run_in(folder: Path, language: str, code: str) -> subprocess.CompletedProcess[str]:
    command = {"R": ["Rscript", "-e"], "sh": ["bash", "-ec"]}.get(
        language, [sys.executable, "-W", "error", "-c"]
    )
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        [*command, code],
        cwd=folder,
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
    )


@pytest.mark.slow
@pytest.mark.parametrize(("page", "number"), SNIPPETS)
def test_the_examples_of_the_documentation_run(page: str, number: int, run_example: Run) -> None:
    files_from = [earlier for earlier in range(number) if EXAMPLES[page][earlier][0] == "sh"]
    needed = {PROGRAMS.get(EXAMPLES[page][one][0], "bash") for one in [*files_from, number]}
    if not all(map(shutil.which, needed)):
        pytest.skip(f"not verified: of {', '.join(sorted(needed))} not all is installed here")

    for one in [*files_from, number]:
        done = run_example(page, one)
        assert done.returncode == 0, done.stderr

    assert done.stdout.strip()


def test_a_copy_of_the_document_is_verified_and_shown_as_the_readme_says(
    tmp_path: Path, dataset: Path, document: str
) -> None:
    (code,) = [code for language, code in EXAMPLES["README.md"] if language == "document"]
    (dataset.parent / "release.txt").write_text(document, encoding="utf-8")

    done = run_in(dataset.parent, "sh", code)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "529 spans found" in done.stdout
    assert "<html" in (dataset.parent / "page.html").read_text(encoding="utf-8")


def test_each_way_to_load_has_an_example() -> None:
    snippets = [snippet for page in ("README.md", "loading.md") for snippet in EXAMPLES[page]]

    assert [language for language, _ in snippets].count("R") == 2
    for library in ("ipim_visit", "pandas", "polars", "duckdb", "sqlite3", "factpack"):
        assert any(f"import {library}" in code for _, code in snippets)


def test_every_rule_is_documented() -> None:
    code = "\n".join(
        file.read_text(encoding="utf-8") for file in (ROOT / "validators" / "factpack").glob("*.py")
    )
    call = r"(?:finding\(|Finding\(|_unjudged\(package,\s*|Fault\(|note\()\s*(?:severity=[\w.]+,\s*)?(?:resource,\s*)?(?:rule=)?"
    of_tables = set(re.findall(r'TableTest\(\s*name="([A-Za-z]+)"', code)) | {
        "primaryKey",
        "unique",
        "uniqueKeys",
    }
    rules = (
        set(re.findall(call + '"([A-Za-z-]+)"', code))
        | of_tables
        | {
            *BOUNDS,
            "minLength",
            "maxLength",
            "pattern",
            "enum",
        }
    )
    documented = set(
        re.findall(r"`([A-Za-z-]+)`", "".join(re.findall(r"^\| `.*?\|", VALIDATION, re.MULTILINE)))
    )

    assert len(rules) > 35
    assert rules | {"jsonSchema", "categories", "blank-row"} == documented


def test_what_is_generated_is_up_to_date() -> None:
    command = [sys.executable, "-m", "nox", "-s", "docs", "--", "--check"]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


def test_links_lead_somewhere() -> None:
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_what_contributing_says_of_the_tree_is_so() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    section = text[text.index("## Where things are") : text.index("## Correct a fact")]
    roots = [ROOT, ROOT / "validators" / "factpack", ROOT / "tests", ROOT / "benchmarks"]

    named = re.findall(r"`([\w./-]+(?:/|\.\w+))`", section)

    assert len(named) > 40
    assert [
        name for name in named if name != "__init__.py" and not any((root / name).exists() for root in roots)
    ] == []


def test_each_page_is_named_by_the_readme_or_by_contributing() -> None:
    text = README + (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")

    assert [page.name for page in (ROOT / "docs").glob("*.md") if f"](docs/{page.name})" not in text] == []


def test_commands_that_the_documentation_names_exist() -> None:
    known = {
        str(command.name or command.callback.__name__)
        for command in app.registered_commands
        if command.callback
    }
    known |= {
        f"evidence {command.callback.__name__}"
        for command in evidence_app.registered_commands
        if command.callback
    }

    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]:
        text = page.read_text(encoding="utf-8")
        code = [
            *re.findall(r"```.*?```", text, re.DOTALL),
            *re.findall(r"`[^`\n]+`", text),
            *re.findall(r"^ {4,}\S.*", text, re.MULTILINE),
        ]
        for command in re.findall(
            r"(?:^ *|`|bin/)factpack ((?:evidence )?[a-z]+)", "\n".join(code), re.MULTILINE
        ):
            assert command in known, f"{page.name}: factpack {command}"


@pytest.mark.slow
def test_a_document_is_added_by_the_steps_that_contributing_tells(dataset: Path) -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    section = text[text.index("## Add a document") : text.index("## Rules of the house")]
    commands = [re.sub(r"\n +", "\n", block) for block in re.findall(r"```sh\n(.*?)```", section, re.DOTALL)]
    folder = dataset.parent
    (folder / "documents").mkdir()
    for name in (f"{EXAMPLE_KEY}.txt", "quotations.csv"):
        shutil.copy(EXAMPLE / name, folder / "documents")

    def run(command: str) -> str:
        environment = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
        done = subprocess.run(
            ["bash", "-c", f"set -e\n{command}"],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    segment, attest, status, seal, verify, view = commands
    add_example_rows(folder, "documents")
    run(segment)
    segments = folder / "data" / "segments.csv"
    text = segments.read_text(encoding="utf-8")
    for name, kind in (("p1-1", "metadata"), ("p1-2", "dateline")):
        text = re.sub(rf"^({EXAMPLE_KEY},{name},\d+,\d+),\w+", rf"\1,{kind}", text, flags=re.MULTILINE)
    segments.write_text(text, encoding="utf-8")
    for name in (
        "places",
        "agents",
        "events",
        "participations",
        "statements",
        "statement_parties",
        "statement_details",
    ):
        add_example_rows(folder, name)
    run(attest)
    state = run(status)
    run(seal)
    run(verify)
    run(view)

    report = factpack.validate(dataset, copies_in(folder / "documents"))
    (found,) = [document for document in report.documents if document.document_id == EXAMPLE_KEY]
    assert report.findings == []
    assert found.text == "verified against the text"
    assert found.coverage is not None
    assert found.coverage > 0.9
    facts = sum(document.facts for document in report.documents)
    assert f"{facts} of {facts} facts have evidence" in state
    assert state.count("error seal-") == state.count("error seal-broken") == 2
    assert "Fair of Lamps" in (folder / "page.html").read_text(encoding="utf-8")
