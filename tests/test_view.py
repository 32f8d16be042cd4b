"""The page that shows a document with its evidence, used as people use it."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT, document_file
from playwright.sync_api import Page, expect, sync_playwright
from typer.testing import CliRunner

from factpack.cli import app
from factpack.evidence.model import Model, read_model
from factpack.evidence.tables import Workspace
from factpack.evidence.view import view
from factpack.exceptions import EvidenceError
from factpack.package import open_package

DOCUMENT = "ipim-guangzhou-2025-09-10"


def dataset_model() -> Model:
    workspace = Workspace(open_package(ROOT / "datapackage.json"))
    return read_model(workspace.package, workspace.lexical())


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("view") / "page.html"
    raw = document_file().read_text(encoding="utf-8")
    target.write_text(view(dataset_model(), DOCUMENT, raw, "The <title>"), encoding="utf-8")
    return target


@pytest.fixture
def page(file: Path) -> Iterator[Page]:
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
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        opened = browser.new_page()
        problems: list[str] = []
        opened.on("console", lambda message: problems.append(message.text))
        opened.on("pageerror", lambda error: problems.append(str(error)))
        opened.on(
            "request",
            lambda request: problems.append(request.url) if "page.html" not in request.url else None,
        )
        opened.goto(file.as_uri())
        yield opened
        browser.close()
        assert problems == []


def test_the_page_needs_nothing_from_the_network(file: Path) -> None:
    text = file.read_text(encoding="utf-8")

    assert "default-src 'none'" in text
    assert not re.search(r"(?:src|href)\s*=|url\(|@import|https?://", text)
    assert "The &lt;title&gt;" in text


def test_a_click_on_a_span_shows_its_cells(page: Page) -> None:
    page.locator(".piece", has_text="Che Weng Keong").click()

    chosen = page.locator("#chosen")
    expect(chosen).to_contain_text("“Che Weng Keong”")
    expect(chosen).to_contain_text("agents che-weng-keong name")
    expect(chosen).to_contain_text("participations commerce-discussions/che-weng-keong/attendee agent_id")
    assert page.locator(".piece.chosen").all_inner_texts() == ["Che Weng Keong"]
    assert page.locator(".cell[aria-pressed=true]").count() >= 3


def test_nested_spans_are_listed_from_the_inside_out(page: Page) -> None:
    page.locator(".piece", has_text="Hengqin").first.click()

    words = page.locator("#chosen .words").all_inner_texts()
    assert len(words) >= 2
    assert words == sorted(words, key=len)
    page.locator("#chosen button.words").last.click()
    chosen = "".join(page.locator(".piece.chosen").all_text_contents())
    assert f"“{chosen.strip()}”" == words[-1]


def test_a_click_on_a_cell_shows_its_span(page: Page) -> None:
    page.locator("details.table", has_text="posts").locator("summary").click()
    page.locator("button.cell", has_text="title Deputy Director").click()

    assert page.locator(".piece.chosen").all_inner_texts() == ["Deputy Director"]
    expect(page.locator("#chosen")).to_contain_text("“Deputy Director”")
    expect(page.locator("#chosen")).to_contain_text("verbatim")


def test_each_row_lists_the_spans_of_its_cells(page: Page) -> None:
    page.locator("details.table", has_text="posts").locator("summary").click()

    row = page.locator("details.table", has_text="posts").locator(".row", has_text="zhu-xiaojun")
    expect(row).to_contain_text("“Zhu Xiaojun”")
    expect(row).to_contain_text("“Deputy Director”")


def test_a_cell_named_by_a_span_leads_to_its_row(page: Page) -> None:
    page.locator(".piece", has_text="Zhu Xiaojun").click()
    page.locator("#chosen button", has_text="agents zhu-xiaojun name").click()

    expect(page.locator("button.cell", has_text="Zhu Xiaojun").first).to_be_visible()
    assert page.locator(".piece.chosen").all_inner_texts() == ["Zhu Xiaojun"]


def test_all_can_be_done_from_the_keyboard(page: Page) -> None:
    page.locator(".piece").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    assert page.locator("#chosen .words").count() >= 1
    focused = page.evaluate("document.activeElement.textContent")
    assert focused in page.locator(".piece.chosen").all_text_contents()

    page.keyboard.press("Escape")
    expect(page.locator("#chosen")).to_have_text("Nothing yet.")
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("document.activeElement === document.querySelector('.piece')")


def test_what_no_span_holds_is_marked(page: Page) -> None:
    gaps = {text.strip(" ,.") for text in page.locator("#text .gap").all_inner_texts()}

    assert gaps == {"and", "date", "in", "namely", "of", "the", "to"}
    expect(page.locator("#coverage")).to_have_text("96.5 %")


def test_tables_can_be_hidden_and_rows_found(page: Page) -> None:
    bars = "els => els.filter(e => e.style.backgroundImage.includes('gradient')).length"
    before = page.locator(".piece").evaluate_all(bars)
    for box in page.locator("[data-table]").all():
        if box.get_attribute("data-table") != "posts":
            box.uncheck()
    assert 0 < page.locator(".piece").evaluate_all(bars) < before

    page.locator("#find").fill("wuhan")
    visible = [row for row in page.locator(".row").all() if row.is_visible()]
    assert visible
    assert all("wuhan" in row.inner_text().lower() for row in visible)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_fits_a_phone_in_light_and_dark(page: Page, scheme: str) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.emulate_media(color_scheme=scheme)

    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_copy_that_changed_shows_what_it_lost_and_all_its_text(document: str) -> None:
    raw = "Before.\n\n" + document.replace("Zhu Xiaojun", "Somebody Else") + "\n\nAfter."

    text = view(dataset_model(), DOCUMENT, raw, "t")

    assert "Not found in this copy: 3" in text
    assert "agents zhu-xiaojun name" in text
    shown = re.sub(r"<[^>]+>", "", text[text.index("<article") : text.index("</article>")])
    for words in ("Before.", "Somebody Else", "After."):
        assert words in shown


def test_a_page_is_only_made_of_the_document(document: str) -> None:
    with pytest.raises(EvidenceError, match="there is no document 'other'"):
        view(dataset_model(), "other", document, "t")
    with pytest.raises(EvidenceError, match="is it the document"):
        view(dataset_model(), DOCUMENT, "Something else.", "t")


def test_the_command_writes_the_page(tmp_path: Path) -> None:
    target = tmp_path / "page.html"
    command = ["evidence", "view", "--document", str(document_file()), "-o", str(target)]
    done = CliRunner().invoke(app, [*command, "--package", str(ROOT / "datapackage.json")])

    assert done.output == f"wrote {target}\n"
    assert target.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_the_command_replaces_nothing_but_pages(tmp_path: Path) -> None:
    copy = tmp_path / "release.txt"
    copy.write_bytes(document_file().read_bytes())
    command = ["evidence", "view", "--document", str(copy), "--package", str(ROOT / "datapackage.json")]

    done = CliRunner().invoke(app, [*command, "-o", str(copy)])

    assert str(done.exception) == f"{copy}: exists, and is no page; give the page a name of its own"
    assert copy.read_bytes() == document_file().read_bytes()
