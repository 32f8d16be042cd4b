"""The page that shows a document with its evidence, used as people use it."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest
from conftest import EXAMPLE, EXAMPLE_KEY, ROOT, watched_page
from playwright.sync_api import Browser, Page, expect
from typer.testing import CliRunner, Result

from factpack.cli import app
from factpack.evidence.model import Model, read_model
from factpack.evidence.tables import Workspace
from factpack.evidence.view import view
from factpack.exceptions import EvidenceError
from factpack.package import open_package

pytestmark = pytest.mark.slow

RELEASE = (EXAMPLE / f"{EXAMPLE_KEY}.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def model(example: Path) -> Model:
    workspace = Workspace(open_package(example))
    return read_model(workspace.package, workspace.lexical())


@pytest.fixture(scope="module")
def file(model: Model, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("view") / "page.html"
    target.write_text(view(model, EXAMPLE_KEY, RELEASE, "The <title>"), encoding="utf-8")
    return target


@pytest.fixture
def page(browser: Browser, file: Path) -> Iterator[Page]:
    with watched_page(browser, lambda address: "page.html" in address) as opened:
        opened.goto(file.as_uri())
        yield opened


def test_the_page_needs_nothing_from_the_network(file: Path) -> None:
    text = file.read_text(encoding="utf-8")

    assert "default-src 'none'" in text
    assert "base-uri 'none'" in text
    assert 'name="referrer" content="no-referrer"' in text
    assert not re.search(r"(?:src|href)\s*=|url\(|@import|https?://", text)
    assert "The &lt;title&gt;" in text


def test_a_click_on_a_span_shows_its_cells(page: Page) -> None:
    page.locator(".piece", has_text="opened").click()

    chosen = page.locator("#chosen")
    expect(chosen).to_contain_text("“opened”")
    expect(chosen).to_contain_text("events fair-of-lamps-2026 status")
    expect(chosen).to_contain_text("participations fair-of-lamps-2026/lamp-guild/organizer role")
    assert page.locator(".piece.chosen").all_inner_texts() == ["opened"]
    assert page.locator(".cell[aria-pressed=true]").count() == 2


def test_nested_spans_are_listed_from_the_inside_out(page: Page) -> None:
    page.locator(".piece").filter(has_text=re.compile("^second$")).click()

    words = page.locator("#chosen .words").all_inner_texts()
    assert words[:2] == ["“second”", "“a second Fair”"]
    assert words == sorted(words, key=len)
    page.locator("#chosen button.words").last.click()
    chosen = "".join(page.locator(".piece.chosen").all_text_contents())
    assert f"“{chosen.strip()}”" == words[-1] == "“to hold a second Fair of Lamps next spring”"


def test_a_click_on_a_cell_shows_its_span(page: Page) -> None:
    page.locator("details.table", has_text="agents (").locator("summary").click()
    page.locator("button.cell", has_text="name Lamp Guild").click()

    assert "".join(page.locator(".piece.chosen").all_inner_texts()) == "Lamp Guild"
    expect(page.locator("#chosen")).to_contain_text("“Lamp Guild”")
    expect(page.locator("#chosen")).to_contain_text("verbatim")


def test_each_row_lists_the_spans_of_its_cells(page: Page) -> None:
    table = page.locator("details.table", has_text="documents (")
    table.locator("summary").click()

    row = table.locator(".row")
    expect(row).to_contain_text("“2026-05-03”")
    expect(row).to_contain_text("“May 3”")


def test_a_cell_named_by_a_span_leads_to_its_row(page: Page) -> None:
    page.locator(".piece", has_text="opened").click()
    page.locator("#chosen button", has_text="events fair-of-lamps-2026 status").click()

    expect(page.locator("button.cell", has_text="status held").first).to_be_visible()
    assert page.locator(".piece.chosen").all_inner_texts() == ["opened"]


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


def test_a_text_that_is_wholly_held_has_no_marks(page: Page) -> None:
    assert page.locator("#text .gap").count() == 0
    expect(page.locator("#coverage")).to_have_text("100.0 %")


def test_what_no_span_holds_is_marked(model: Model) -> None:
    fewer = replace(model, supports=[row for row in model.supports if row.cell.resource != "statements"])

    text = view(fewer, EXAMPLE_KEY, RELEASE, "t")

    gaps = re.findall(r'<span class="gap">([^<]*)</span>', text)
    assert "next spring" in " ".join(gaps)
    assert "Lamp Guild" not in " ".join(gaps)
    assert '<strong id="coverage">100.0 %' not in text


def test_tables_can_be_hidden_and_rows_found(page: Page) -> None:
    bars = "els => els.filter(e => e.style.backgroundImage.includes('gradient')).length"
    before = page.locator(".piece").evaluate_all(bars)
    for box in page.locator("[data-table]").all():
        if box.get_attribute("data-table") != "documents":
            box.uncheck()
    assert 0 < page.locator(".piece").evaluate_all(bars) < before

    page.locator("#find").fill("hope-more")
    visible = [row for row in page.locator(".row").all() if row.is_visible()]
    assert visible
    assert all("hope-more" in row.inner_text().lower() for row in visible)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_fits_a_phone_in_light_and_dark(page: Page, scheme: Literal["light", "dark"]) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.emulate_media(color_scheme=scheme)

    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") == (scheme == "dark")


def test_a_copy_that_changed_shows_what_it_lost_and_all_its_text(model: Model) -> None:
    raw = "Before.\n\n" + RELEASE.replace("opened", "shut") + "\n\nAfter."

    text = view(model, EXAMPLE_KEY, raw, "t")

    assert "Not found in this copy: 3" in text
    assert "events fair-of-lamps-2026 status" in text
    shown = re.sub(r"<[^>]+>", "", text[text.index("<article") : text.index("</article>")])
    for words in ("Before.", "shut", "After."):
        assert words in shown


def test_markup_in_the_text_stays_text(model: Model) -> None:
    text = view(model, EXAMPLE_KEY, RELEASE + " <script>alert(1)</script>", "t")

    assert "<script>alert(1)" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_a_page_is_only_made_of_the_document(model: Model) -> None:
    with pytest.raises(EvidenceError, match="there is no document 'other'"):
        view(model, "other", RELEASE, "t")
    with pytest.raises(EvidenceError, match="is it the document"):
        view(model, EXAMPLE_KEY, "Something else.", "t")


def command(example: Path, document: Path, output: Path) -> Result:
    arguments = [
        "--id",
        EXAMPLE_KEY,
        "--document",
        str(document),
        "-o",
        str(output),
        str(example),
    ]
    return CliRunner().invoke(app, ["evidence", "view", *arguments])


def test_the_command_writes_the_page(example: Path, tmp_path: Path) -> None:
    target = tmp_path / "page.html"

    done = command(example, EXAMPLE / f"{EXAMPLE_KEY}.txt", target)

    assert done.output == f"wrote {target}\n"
    assert target.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_the_command_does_not_replace_the_document(example: Path, tmp_path: Path) -> None:
    copy = tmp_path / "release.txt"
    copy.write_text(RELEASE, encoding="utf-8")

    done = command(example, copy, copy)

    assert str(done.exception) == f"{copy}: is read here, and is not replaced; name another file"
    assert copy.read_text(encoding="utf-8") == RELEASE


def test_the_page_of_the_dataset_shows_its_coverage(document: str) -> None:
    workspace = Workspace(open_package(ROOT / "datapackage.json"))
    model = read_model(workspace.package, workspace.lexical())

    text = view(model, "ipim-guangzhou-2025-09-10", document, "t")

    assert '<strong id="coverage">96.7 %</strong>' in text
    assert text.count('class="gap"') == 18  # the legend has one
