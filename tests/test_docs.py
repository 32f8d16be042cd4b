"""The documentation is executed, and what is generated is up to date."""

import os
import re
import shutil
import subprocess
import sys
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
RULES = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
REPORTS = (ROOT / "docs" / "reports.md").read_text(encoding="utf-8")
SNIPPETS = re.findall(
    r"<!-- test: (\w+) -->\n```\w+\n(.*?)```", README + VALIDATION + RULES + REPORTS, flags=re.DOTALL
)


@pytest.mark.parametrize("number", range(len(SNIPPETS)))
def test_the_examples_of_the_documentation_run(number: int) -> None:
    language, code = SNIPPETS[number]
    if language == "R" and not shutil.which("Rscript"):
        pytest.skip("not verified: R is not installed here")
    command = ["Rscript", "-e", code] if language == "R" else [sys.executable, "-W", "error", "-c", code]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, encoding="utf-8")

    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_each_way_to_load_has_an_example() -> None:
    assert [language for language, _ in SNIPPETS].count("R") == 1
    for library in ("ipim_visit", "polars", "duckdb", "factpack"):
        assert any(f"import {library}" in code for _, code in SNIPPETS)


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
    pages = sorted(
        str(page.relative_to(ROOT))
        for page in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
        if "[[[cog" in page.read_text(encoding="utf-8")
    )
    command = [sys.executable, "-m", "cogapp", "--check", *pages]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


def test_links_lead_somewhere() -> None:
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


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
