"""What the tests share: the checkout, small packages made on the spot, and the document where it is at hand."""

import csv
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings
from samples import PROFILE

from factpack.evidence.attestation import attest, read_quotations
from factpack.evidence.document import read_document
from factpack.evidence.segmentation import resegment
from factpack.evidence.tables import Workspace
from factpack.package import open_package

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytest_plugins = ["pytester"]  # for tests/test_pytest_plugin.py

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / "tests" / "example"
EXAMPLE_KEY = "fair-of-lamps-2026-05-03"

settings.register_profile("default", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)  # the same examples at each run
settings.register_profile("long", deadline=None, max_examples=5000)  # for tests/test_agreement.py, 20 times
settings.register_profile("few", deadline=None, derandomize=True, max_examples=20)
settings.load_profile("ci" if os.environ.get("CI") else "default")

MakePackage = Callable[..., Path]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many of the packages that were drawn touch no divergence between factpack and frictionless."""
    found = [dict(report.user_properties) for report in terminalreporter.getreports("passed")]
    drawn = sum(int(properties.get("packages", 0)) for properties in found)
    alike = sum(int(properties.get("packages without divergence", 0)) for properties in found)
    if drawn and not terminalreporter.getreports("failed"):
        terminalreporter.write_line(
            f"{drawn:,} packages drawn: frictionless was met, or predicted, in each; "
            f"{alike / drawn:.1%} touch no divergence"
        )


def shown(value: object) -> str:
    """Return a name for a case of a test that is the same each time that pytest collects it in a process."""
    return re.sub(r"[^ -~]|\\", "_", str(value))


@pytest.fixture
def make_package(tmp_path: Path) -> MakePackage:
    """Return a function that writes a package and returns its descriptor's path.

    Each keyword is a table: its CSV text (or bytes), and its schema (or a list of fields, or None). `resource` adds
    properties to every resource, `package` to the descriptor.
    """

    def make(
        resource: dict[str, Any] | None = None,
        package: dict[str, Any] | None = None,
        **tables: tuple[Any, Any],
    ) -> Path:
        resources = []
        for name, (content, schema) in tables.items():
            data = content if isinstance(content, bytes) else content.encode("utf-8")
            (tmp_path / f"{name}.csv").write_bytes(data)
            declared = {"fields": schema} if isinstance(schema, list) else schema
            entry = {"name": name, "path": f"{name}.csv", "schema": declared}
            resources.append(
                {key: value for key, value in entry.items() if value is not None} | (resource or {})
            )
        descriptor = tmp_path / "datapackage.json"
        descriptor.write_text(
            json.dumps({"$schema": PROFILE, "name": "small", "resources": resources, **(package or {})})
        )
        return descriptor

    return make


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    """Return the descriptor of a copy of the dataset that a test may change."""
    for folder in ("data", "schemas"):
        shutil.copytree(ROOT / folder, tmp_path / "copy" / folder)
    return Path(shutil.copy(ROOT / "datapackage.json", tmp_path / "copy"))


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the descriptor of a copy of the dataset to which the invented document of `tests/example` was added."""
    folder = tmp_path_factory.mktemp("example")
    for name in ("data", "schemas"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "datapackage.json", folder)
    for file in sorted(EXAMPLE.glob("*.csv")):
        if file.stem != "quotations":
            add_example_rows(folder, file.stem)
    workspace = Workspace(open_package(folder / "datapackage.json"))
    raw = read_document(EXAMPLE / f"{EXAMPLE_KEY}.txt")
    resegment(workspace, EXAMPLE_KEY, raw, ["LITTLE HARBOUR, May 3", "The Lamp Guild of"], [])
    attest(workspace, EXAMPLE_KEY, raw, read_quotations(EXAMPLE / "quotations.csv"))
    workspace.save()
    return folder / "datapackage.json"


def add_example_rows(folder: Path, name: str) -> None:
    """Add the example's rows to a table, and put all into the order of their keys."""
    workspace = Workspace(open_package(folder / "datapackage.json"))
    names = workspace.schema(name).names
    with (EXAMPLE / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        rows = [dict(zip(names, line, strict=True)) for line in csv.reader(stream)]
    workspace.touch(
        name, sorted(workspace.rows(name) + rows, key=lambda row: workspace.key_of(name, row).split("/"))
    )
    workspace.save()


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    """Start Chromium, or skip the test."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("not verified: Chromium is not installed here")
    arguments = [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
    ]
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=arguments)
        yield opened
        opened.close()


@contextmanager
def watched_page(browser: "Browser", may_ask_for: Callable[[str], bool]) -> Iterator["Page"]:
    """Open a page at which nothing may go wrong, and which may ask for nothing but such addresses."""
    opened = browser.new_page(viewport={"width": 1280, "height": 900})
    problems: list[str] = []

    def watch(address: str) -> None:
        if not may_ask_for(address):
            problems.append(address)

    opened.on("console", lambda message: problems.append(message.text))
    opened.on("pageerror", lambda error: problems.append(str(error)))
    opened.on("request", lambda request: watch(request.url))
    yield opened
    opened.close()
    assert problems == []


@pytest.fixture(scope="session")
def document() -> str:
    """Return the raw text of the document."""
    return document_file().read_text(encoding="utf-8")


def document_file() -> Path:
    """Return the path of the one document, or skip the test."""
    folder = os.environ.get("FACTPACK_DOCUMENTS")
    if not folder:
        pytest.skip("not verified: the document is not here (FACTPACK_DOCUMENTS is not set)")
    file = Path(folder) / "ipim-guangzhou-2025-09-10.txt"
    if not file.is_file():
        pytest.skip(f"not verified: the document is not here (FACTPACK_DOCUMENTS has no {file.name})")
    return file
