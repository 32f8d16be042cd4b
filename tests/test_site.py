"""The site of a package: whole without scripts, safe with any values, and used as people use it."""

import datetime
import functools
import http.server
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

import lxml.html
import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import ROOT, watched_page
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page, expect
from samples import PROFILE

import factpack
from factpack.addresses import address
from factpack.exceptions import DescriptorError, FactpackError
from factpack.export import export
from factpack.export.site import tables, text
from factpack.export.site.diagram import BETWEEN_NODES, HEIGHT, MOST_NODES, WIDTH, draw
from factpack.export.site.labels import Labels
from factpack.export.site.matrix import MOST_ACROSS, MOST_DOWN, pair_of
from factpack.export.site.names import RESERVED, file_stem
from factpack.export.site.pages import MOST_REFERRING
from factpack.export.site.tables import read_site
from factpack.export.site.timeline import (
    LONGEST_EDTF,
    MOST_EDTF,
    MOST_EVENTS,
    Times,
    bounds_of,
    day_number,
    ticks,
    timeline,
    times_of,
)
from factpack.forms import ExportForm
from factpack.labels import LABEL_NAMES
from factpack.package import open_package
from factpack.strategies import packages

pytestmark = pytest.mark.slow

Json = dict[str, Any]

DOCUMENTATION = (ROOT / "docs" / "site.md").read_text(encoding="utf-8")

#: One page of each kind.
KINDS = {
    "home": "index.html",
    "table": "tables/events.html",
    "row": "rows/agents/ipim.html",
    "timeline": "timeline/events.html",
    "matrix": "matrix/participations.html",
    "pages": "tables/evidence.html",
}


def field(name: str, kind: str = "string", **more: Any) -> Json:
    return {"name": name, "type": kind, **more}


def key(fields: Any, resource: str, there: Any) -> Json:
    return {"fields": fields, "reference": {"resource": resource, "fields": there}}


def resource(
    name: str, fields: list[Json], rows: list[list[Any]], more: Json | None = None, **schema: Any
) -> Json:
    """Return a table whose rows stand in the descriptor."""
    header = [part["name"] for part in fields]
    return {
        "name": name,
        "type": "table",
        "data": [header, *rows],
        "schema": {"fields": fields, **schema},
    } | (more or {})


def write(folder: Path, resources: list[Json], **package: Any) -> Path:
    """Write a package into a folder, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = folder / "datapackage.json"
    content = {"$schema": PROFILE, "name": "small", "resources": resources, **package}
    descriptor.write_text(json.dumps(content), encoding="utf-8")
    return descriptor


def build(descriptor: Path, target: Path) -> Path:
    export(open_package(descriptor), ExportForm.SITE, target)
    return target


def site_of(folder: Path, resources: list[Json], **package: Any) -> Path:
    return build(write(folder / "package", resources, **package), folder / "site")


def html(file: Path) -> lxml.html.HtmlElement:
    return lxml.html.document_fromstring(file.read_bytes(), parser=lxml.html.HTMLParser(encoding="utf-8"))


@functools.lru_cache(maxsize=5000)
def anchors(file: Path) -> frozenset[str]:
    return frozenset(html(file).xpath("//@id"))


def check_links(site: Path) -> int:
    """Check that each link of each page leads to a file and a place that exist, or to a safe address."""
    anchors.cache_clear()
    count = 0
    for page in site.rglob("*.html"):
        for link in html(page).xpath("//@href | //@src | //@action"):
            parts = urlsplit(link)
            if parts.scheme:
                assert parts.scheme in ("http", "https", "mailto"), (page, link)
                continue
            assert not parts.netloc, (page, link)
            file = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            assert file.is_relative_to(site.resolve()), (page, link)
            assert file.is_file(), (page, link)
            if parts.fragment:
                assert parts.fragment in anchors(file), (page, link)
            count += 1
    return count


def check_safety(site: Path) -> None:
    """Check that no page has a script or style of its own, or a handler, or elements that bring in others."""
    for page in site.rglob("*.html"):
        tree = html(page)
        (policy,) = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
        assert "default-src 'none'; script-src 'self'; style-src 'self'" in policy
        assert {Path(source).name for source in tree.xpath("//script/@src")} == {"site.js"}
        assert not tree.xpath(
            "//script[not(@src)] | //style | //*[@style] | //iframe | //img | //object | //base"
        )
        assert not [name for name in tree.xpath("//@*") if name.attrname.startswith("on")]


def everything_in(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.fixture(scope="module")
def dataset_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(ROOT / "datapackage.json", tmp_path_factory.mktemp("dataset") / "site")


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Return a page at which nothing may go wrong, and which may ask for nothing but the site's own files."""
    with watched_page(browser, is_local) as opened:
        yield opened


def is_local(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme == "file" or parts.hostname == "127.0.0.1"


@pytest.fixture(scope="module")
def served(dataset_site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the site of the dataset below a path, as static hosts do."""
    folder = tmp_path_factory.mktemp("served")
    shutil.copytree(dataset_site, folder / "some" / "where")

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *arguments: Any) -> None:
            pass

    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/some/where/"
        server.shutdown()
        thread.join()


# What every site is


def test_all_links_of_the_dataset_lead_somewhere(dataset_site: Path) -> None:
    assert check_links(dataset_site) > 10_000


def test_pages_hold_no_script_and_fetch_nothing(dataset_site: Path) -> None:
    check_safety(dataset_site)

    for name in ("style.css", "site.js", "icon.svg"):
        content = (dataset_site / name).read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"url\(|@import|https?:|innerHTML|eval\(|fetch\(", content)


def test_the_same_package_gives_the_same_bytes(dataset_site: Path, tmp_path: Path) -> None:
    again = build(ROOT / "datapackage.json", tmp_path / "again")

    assert everything_in(again) == everything_in(dataset_site)


def test_a_site_is_written_into_its_folder_and_nowhere_else(tmp_path: Path) -> None:
    descriptor = write(
        tmp_path / "package", [resource("../x", [field("a")], [["../../y"]], primaryKey=["a"])]
    )
    before = everything_in(tmp_path)

    (tmp_path / "out").mkdir()
    site = build(descriptor, tmp_path / "out" / "site")

    outside = {name for name in everything_in(tmp_path) if not name.startswith("out/site/")}
    assert outside == set(before)
    assert list(site.glob("rows/*/*.html"))


def test_a_site_is_replaced_only_if_it_is_forced(tmp_path: Path) -> None:
    descriptor = write(tmp_path / "package", [resource("t", [field("a")], [["x"]], primaryKey=["a"])])
    site = build(descriptor, tmp_path / "site")

    with pytest.raises(FactpackError, match="exists already"):
        build(descriptor, site)
    write(tmp_path / "package", [resource("t", [field("a")], [["y"]], primaryKey=["a"])])
    export(open_package(descriptor), ExportForm.SITE, site, force=True)

    assert [file.name for file in (site / "rows" / "t").iterdir()] == ["y.html"]


def test_the_commands_of_the_documentation_run(dataset: Path) -> None:
    (commands,) = re.findall(r"<!-- test: sh -->\n```sh\n(.*?)```", DOCUMENTATION, re.DOTALL)
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}

    for command in commands.splitlines():
        done = subprocess.run(
            command.split(), cwd=dataset.parent, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        assert re.fullmatch(r"wrote site: [\d,]+ files; open index.html among them\n", done.stdout)

    assert (dataset.parent / "site" / "index.html").is_file()


def test_the_documentation_names_the_limits_and_the_properties() -> None:
    limits = [
        tables.PAGE_ROWS,
        tables.MOST_ROW_PAGES,
        tables.MOST_ROWS,
        MOST_REFERRING,
        MOST_EVENTS,
        LONGEST_EDTF,
        MOST_EDTF,
    ]
    for limit in [*limits, MOST_DOWN, MOST_ACROSS, MOST_NODES]:
        assert f"{limit:,} " in DOCUMENTATION or f"{limit:,}, " in DOCUMENTATION
    for word in LABEL_NAMES:
        assert f"`{word}`" in DOCUMENTATION
    for example in re.findall(r"```json\n(.*?)```", DOCUMENTATION, re.DOTALL):
        assert json.loads(example)["site"].keys() == {"label", "timeline", "matrix"}


def test_the_wheel_carries_what_a_site_is_made_of(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)

    (wheel,) = tmp_path.glob("*.whl")
    folder = ROOT / "validators" / "factpack" / "export" / "site"
    own = [file for name in ("templates", "static") for file in (folder / name).iterdir()]
    with zipfile.ZipFile(wheel) as archive:
        for file in own:
            assert archive.read(f"factpack/export/site/{file.parent.name}/{file.name}") == file.read_bytes()
    assert len(own) == 10


# What is shown


def test_the_first_page_tells_what_the_package_is(dataset_site: Path) -> None:
    shown = html(dataset_site / "index.html").text_content()
    descriptor = json.loads((ROOT / "datapackage.json").read_text(encoding="utf-8"))

    for words in (descriptor["title"], descriptor["description"], descriptor["licenses"][0]["title"]):
        assert words in shown
    for source in descriptor["sources"]:
        assert source["title"] in shown
    loaded = factpack.load(ROOT / "datapackage.json")
    for name, frame in loaded.items():
        (count,) = html(dataset_site / "index.html").xpath(
            f"//ul[@class='tables']/li[a/@href='tables/{name}.html']/span/text()"
        )
        assert count == f"{len(frame):,} row{'' if len(frame) == 1 else 's'}"
    assert (
        f"the factpack contributors (2026). {descriptor['title']} (version {descriptor['version']}) [Data package]."
        in shown
    )


def test_all_rows_are_there_without_scripts(dataset_site: Path) -> None:
    for name, frame in factpack.load(ROOT / "datapackage.json").items():
        files = [dataset_site / "tables" / f"{name}.html", *dataset_site.glob(f"tables/{name}.[0-9]*.html")]
        assert sum(len(html(file).xpath("//table/tbody/tr")) for file in files) == len(frame)
        assert len(list((dataset_site / "rows" / name).iterdir())) == len(frame)


def test_null_is_shown_as_such_and_numbers_stand_at_the_right(tmp_path: Path) -> None:
    fields = [field("a"), field("n", "integer"), field("s")]
    site = site_of(tmp_path, [resource("t", fields, [["x", 3, None], ["y", None, ""]], primaryKey=["a"])])

    cells = html(site / "tables" / "t.html").xpath("//tbody/tr/td")
    assert [cell.text_content() for cell in cells] == ["x", "3", "null", "y", "null", "null"]
    assert [cell.get("class") for cell in cells[:3]] == ["narrow", "number", "narrow"]
    assert all(cell.xpath("span[@class='null']") for cell in (cells[2], cells[4], cells[5]))


def test_a_key_is_shown_with_the_label_of_what_it_refers_to(dataset_site: Path) -> None:
    row = html(dataset_site / "rows" / "events" / "bio-island-visit.html")

    (link,) = row.xpath("//dl//a[@href='../../rows/events/guangzhou-visit.html']")
    assert link.text == "IPIM's delegation visits Guangzhou"
    assert link.getparent().xpath("span[@class='key']/text()") == ["guangzhou-visit"]


def test_a_row_tells_what_supports_its_cells(dataset_site: Path) -> None:
    evidence = factpack.load(ROOT / "datapackage.json")["evidence"]
    wanted = evidence[(evidence["resource"] == "events") & (evidence["row_key"] == "guangzhou-visit")]

    row = html(dataset_site / "rows" / "events" / "guangzhou-visit.html")
    shown = [
        (item.get("aria-label"), *item.xpath("li/span[starts-with(@class, 'badge')]/text()"))
        for item in row.xpath("//ul[@class='supports']")
    ]
    assert len(shown) == wanted["field"].nunique()
    assert sum(len(support) - 1 for support in shown) == len(wanted)
    assert [note.text for note in row.xpath("//span[@class='note']")] == list(wanted["note"].dropna())
    segments = {Path(link).stem.split("--")[-1] for link in row.xpath("//ul[@class='supports']//a[2]/@href")}
    assert segments == set(wanted["segment_id"])


def test_evidence_leads_to_the_row_that_it_supports(dataset_site: Path) -> None:
    file = next(
        file for file in (dataset_site / "rows" / "evidence").iterdir() if "guangzhou-visit" in file.name
    )

    assert html(file).xpath("//dl//a[@href='../../rows/events/guangzhou-visit.html']")


DRAWN = {
    "small": [
        resource(
            "parents",
            [field("a", "integer"), field("b"), field("up", "integer"), field("up_b")],
            [],
            primaryKey=["a", "b"],
            foreignKeys=[key(["up", "up_b"], "", ["a", "b"])],
        ),
        resource(
            "children",
            [field("id", "number"), field("p", "integer"), field("q"), field("label")],
            [],
            primaryKey=["id"],
            foreignKeys=[key(["p", "q"], "parents", ["a", "b"])],
        ),
        resource("alone", [field("c", "number"), field("z")], [], foreignKeys=[key("c", "children", "id")]),
        resource(
            "links",
            [field("one", "number"), field("day", "date")],
            [],
            primaryKey=["one"],
            foreignKeys=[key("one", "children", "id")],
        ),
    ]
}


def check_references(descriptor: Path, site: Path) -> None:
    """Check, against the tables as pandas joins them, each link of a key, and each list of what refers to a row."""
    frames = {name: frame.astype(object) for name, frame in factpack.load(descriptor).items()}
    own = read_site(open_package(descriptor))
    for name, frame in frames.items():
        child = own.by_name[name]
        for number, foreign in enumerate(child.table.schema.foreign_keys):
            parent = own.by_name[foreign.resource or name]
            # pandas joins null with null; a key that is null throughout refers to nothing
            there = frames[parent.name][list(foreign.reference_fields)]
            left = frame[list(foreign.fields)].set_axis(list(foreign.reference_fields), axis=1)
            left = left[left.notna().any(axis=1)].reset_index(names="child")
            right = there[there.notna().any(axis=1)].reset_index(names="parent")
            joined = left.merge(right, on=list(foreign.reference_fields))
            assert len(joined) == len(left)
            by = ", ".join(child.own_fields[part].descriptor.get("title", part) for part in foreign.fields)
            check_links_of_key(
                site, child, parent, foreign.fields, dict(zip(joined["child"], joined["parent"], strict=True))
            )
            for position in range(len(parent)):
                if parent.stems:
                    wanted = [child.href(row) for row in joined.loc[joined["parent"] == position, "child"]]
                    assert referring(site / parent.row_file(position), child.page_file(0), by) == wanted, (
                        number
                    )


def check_links_of_key(
    site: Path,
    child: tables.SiteTable,
    parent: tables.SiteTable,
    fields: tuple[str, ...],
    targets: Mapping[int, int],
) -> None:
    pages = {child.page_file(number): html(site / child.page_file(number)) for number in range(child.pages)}
    for position in range(len(child)):
        page = pages[child.page_of(position)]
        row = page.xpath(f"//tr[@id='row-{position + 1}']/td")
        whole = html(site / child.row_file(position)) if child.stems else None
        for name in fields:
            column = list(child.cells).index(name)
            wanted = parent.href(targets[position]) if position in targets else None
            if whole is not None:
                links = whole.xpath(f"//dl[contains(@class, 'entries')]/div[{column + 1}]/dd//a/@href")
            else:
                links = row[column].xpath(".//a/@href")
            if wanted is not None and child.cells[name][position] is not None:
                assert any(link.endswith(wanted) for link in links), (child.name, position, name)
                assert row[column].xpath(".//a"), (child.name, position, name)


def referring(file: Path, table_file: str, by: str) -> list[str]:
    """Return the addresses listed on a row's page for a table and the titles of a key's fields."""
    for group in html(file).xpath("//section[@class='group']"):
        (link,) = group.xpath("h3/a/@href")
        title = group.xpath("h3/span/text()")[0]
        if link.endswith("/" + table_file) and title.rsplit(" · ", 1)[0] == f"by {by}":
            return [address.removeprefix("../../") for address in group.xpath("ul/li/a/@href")]
    return []


def test_what_refers_to_a_row_of_the_dataset_is_what_pandas_finds(dataset_site: Path) -> None:
    check_references(ROOT / "datapackage.json", dataset_site)


@pytest.mark.parametrize("name", [*DRAWN, "dataset"])
def test_links_of_packages_that_were_drawn_are_those_that_pandas_finds(name: str, tmp_path: Path) -> None:
    model = ROOT / "datapackage.json" if name == "dataset" else write(tmp_path, DRAWN[name])

    @settings(max_examples=8 if name == "dataset" else 40)
    @given(packages(model, max_rows=3))
    def holds(package: Any) -> None:
        with tempfile.TemporaryDirectory() as folder:
            descriptor = package.write(Path(folder) / "package")
            site = build(descriptor, Path(folder) / "site")
            check_references(descriptor, site)
            check_links(site)
            check_safety(site)

    holds()


# Untrusted values

MARKUP = "<script>alert(1)</script><img src=x onerror=alert(1)>"


def nasty(folder: Path) -> Path:
    """Return the site of a package whose every text is hostile."""
    hostile = {
        "title": MARKUP,
        "description": f"{MARKUP} [x](javascript:alert(1)) ![y](https://example.org/i.png) [z](../../etc) <https://example.org>",
        "licenses": [{"name": "x", "title": MARKUP, "path": "javascript:alert(1)"}],
        "sources": [
            {"title": "data", "path": "data:text/html,<script>alert(1)</script>"},
            {"title": "space", "path": "https://example.org/ a"},
            {"title": "line", "path": "java\nscript:alert(1)"},
            {"title": "good", "path": "https://example.org/good"},
            {"path": "//example.org/no-scheme"},
        ],
        "contributors": [
            {"title": "mail", "email": "a@example.org"},
            {"title": "bad", "path": "vbscript:x"},
            7,
        ],
        "homepage": "file:///etc/passwd",
        "keywords": [MARKUP, 3],
        "version": MARKUP,
        "created": MARKUP,
    }
    fields = [
        field("k", title=MARKUP, description=MARKUP),
        field("<b>", categories=[{"value": MARKUP, "label": f"{MARKUP}!", "description": MARKUP}]),
        field("up"),
    ]
    keys = [
        "../x",
        "con",
        "<b>",
        "a/b",
        "a b",
        "CON",
        "Con",
        "é",
        "e\u0301",
        "\u202eevil",
        "x" * 900,
        ".",
        "..",
        "a\0b",
        "%2e%2e",
        "#x",
        "?y",
        "-",
        "🗝",
    ]
    rows = [[name, MARKUP, keys[0]] for name in keys]
    resources = [
        resource(
            name,
            fields,
            rows,
            primaryKey=["k"],
            foreignKeys=[key("up", name, "k")],
            more={"title": name, "description": MARKUP},
        )
        for name in ("../x", "con", "<b>", "X", "x", "aux")
    ]
    return site_of(folder, resources, **hostile)


def test_hostile_texts_stay_texts(tmp_path: Path) -> None:
    site = nasty(tmp_path)

    check_safety(site)
    check_links(site)
    for page in site.rglob("*.html"):
        content = page.read_text(encoding="utf-8")
        assert "<script>alert" not in content
        assert "\u202e" not in content
        assert "\0" not in content
    assert "\u202e" not in (site / "search" / "1.js").read_text(encoding="utf-8")


def test_only_safe_addresses_become_links(tmp_path: Path) -> None:
    home = html(nasty(tmp_path) / "index.html")

    outward = {link for link in home.xpath("//a/@href") if ":" in link}
    assert outward == {
        "https://example.org",
        "https://example.org/i.png",
        "https://example.org/good",
        "mailto:a@example.org",
    }
    for name in ("data", "space", "line", "bad", "//example.org/no-scheme"):
        assert home.xpath(f"//ul[@class='named']/li[normalize-space(text())='{name}']")


def test_odd_keys_have_files_of_their_own_anywhere(tmp_path: Path) -> None:
    site = nasty(tmp_path)

    folders = list((site / "rows").iterdir())
    assert len(folders) == len({folder.name.lower() for folder in folders}) == 6
    for folder in folders:
        names = [file.name.lower() for file in folder.iterdir()]
        assert len(names) == len(set(names)) == 19
        assert all(re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,84}\.html", name) for name in names)
        assert not {name.split(".")[0] for name in names} & RESERVED


def test_hostile_texts_do_nothing_in_a_browser(tmp_path: Path, page: Page) -> None:
    site = nasty(tmp_path)
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))

    page.goto((site / "index.html").as_uri())
    page.locator("#search").fill("script")
    expect(page.locator("#found")).to_contain_text("114 found")
    page.goto(next((site / "rows").rglob("*.html")).as_uri())
    expect(page.locator("dl")).to_contain_text("<script>alert(1)</script>")


@given(st.lists(st.lists(st.none() | st.text(max_size=6), min_size=1, max_size=3), max_size=30))
def test_file_names_are_safe_and_tell_keys_apart(keys: list[list[str | None]]) -> None:
    names = {tuple(parts): file_stem(parts) for parts in keys}

    assert len({name.lower() for name in names.values()}) == len(names)
    for name in names.values():
        assert re.fullmatch(r"[a-z0-9][a-z0-9_-]*(\.[0-9a-f]{24})?", name)
        assert len(name) <= 80
        assert name.split(".")[0] not in RESERVED


@given(st.text())
def test_no_hidden_character_is_left(content: str) -> None:
    shown = text.visible(content)

    assert all(
        char.isprintable() or char.isspace() or char in "\u200c\u200d" or ord(char) > 127 for char in shown
    )
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]", shown)
    assert text.visible(shown) == shown


@pytest.mark.parametrize(
    ("value", "is_safe"),
    [
        ("https://example.org/a?b#c", True),
        ("HTTP://example.org", True),
        ("mailto:a@example.org", True),
        ("javascript:alert(1)", False),
        (" javascript:alert(1)", False),
        ("java\tscript:alert(1)", False),
        ("https://", False),
        ("https:example.org", False),
        ("//example.org", False),
        ("https://[", False),
        ("https://example.org/\u202e", False),
        ("data/x.csv", False),
        ("mailto:", False),
        (7, False),
        ("https://example.org/" + "x" * 3000, False),
    ],
    ids=str,
)
def test_which_addresses_are_safe(value: Any, is_safe: bool) -> None:
    assert (address(value) is not None) == is_safe


def test_descriptions_are_commonmark_without_markup() -> None:
    shown = str(
        text.paragraphs("# Not a heading\n\nA *b* `c` [d](https://example.org) <i>e</i> &#x202e; [f](x.md)")
    )

    assert "<h1>" not in shown
    assert (
        '<em>b</em> <code>c</code> <a href="https://example.org">d</a> &lt;i&gt;e&lt;/i&gt; \\u202e [f](x.md)'
        in shown
    )
    assert text.paragraphs(["no text"]) == ""


@pytest.mark.parametrize(
    ("said", "citation"),
    [
        pytest.param({}, "small [Data package].", id="nothing"),
        pytest.param(
            {"id": "doi:10.1234/abc", "homepage": "https://example.org"},
            "small [Data package]. https://doi.org/10.1234/abc",
            id="a DOI",
        ),
        pytest.param(
            {"id": "https://example.org/it", "homepage": "https://example.org"},
            "small [Data package]. https://example.org/it",
            id="an address",
        ),
        pytest.param(
            {"contributors": [{"title": "Bo", "roles": ["wrangler"]}, {"title": "Al"}], "version": "2"},
            "Al. small (version 2) [Data package].",
            id="authors as in the other forms",
        ),
        pytest.param(
            {"contributors": [{"organization": "The Guild"}], "created": "2020-13-01"},
            "The Guild. small [Data package].",
            id="no date",
        ),
    ],
)
def test_the_first_page_cites_the_package_as_the_other_forms_do(
    said: Json, citation: str, tmp_path: Path
) -> None:
    site = site_of(tmp_path, [resource("t", [field("a")], [["x"]])], **said)

    assert html(site / "index.html").xpath("//dd[@class='cite']/text()") == [citation]


def test_what_has_only_an_address_goes_by_it(tmp_path: Path) -> None:
    said = {
        "licenses": [{"path": "LICENSE.txt"}],
        "sources": [{"email": "a@example.org"}, {"path": "raw.csv"}],
    }
    site = site_of(tmp_path, [resource("t", [field("a")], [["x"]])], **said)

    shown = html(site / "index.html").text_content()
    assert all(words in shown for words in ("LICENSE.txt", "a@example.org", "raw.csv"))


# Packages of all sorts


def test_tables_may_be_empty_keyless_alone_and_untitled(tmp_path: Path) -> None:
    site = site_of(tmp_path, [resource("t", [field("a"), field("b")], [])])

    check_links(site)
    assert html(site / "index.html").xpath("//h1/text()") == ["small"]
    assert "no rows" in html(site / "tables" / "t.html").text_content()
    assert not (site / "rows").exists()


def test_what_is_no_table_with_a_schema_is_named(tmp_path: Path) -> None:
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "picture.png").write_bytes(b"x")
    (tmp_path / "package" / "open.csv").write_text("a\n1\n")
    others = [
        {"name": "picture", "path": "picture.png"},
        {"name": "open", "path": "open.csv", "type": "table"},
    ]

    descriptor = write(tmp_path / "package", [resource("t", [field("a")], [["x"]]), *others])
    lines = export(open_package(descriptor), ExportForm.SITE, tmp_path / "site")

    shown = html(tmp_path / "site" / "index.html").text_content()
    assert "picture" in shown
    assert "open.csv" in shown
    assert lines[1:] == [
        f"{name}: named only, since it is no table with a schema" for name in ("picture", "open")
    ]


def test_rows_without_a_key_are_linked_in_their_table(tmp_path: Path) -> None:
    fields = [field("n"), field("up")]
    rows = [["a", None], ["b", "a"]]
    site = site_of(tmp_path, [resource("t", fields, rows, foreignKeys=[key("up", "", "n")])])

    check_links(site)
    assert html(site / "tables" / "t.html").xpath("//td/a/@href") == ["../tables/t.html#row-1"]


def test_a_key_that_stands_twice_has_two_pages(tmp_path: Path) -> None:
    site = site_of(
        tmp_path, [resource("t", [field("a"), field("b")], [["x", 1], ["x", 2], [None, 3]], primaryKey=["a"])]
    )

    check_links(site)
    assert len(list((site / "rows" / "t").iterdir())) == 3


def test_cells_that_fit_no_type_are_shown_as_they_stand(tmp_path: Path) -> None:
    fields = [field("a", "integer"), field("b", "date"), field("c", "object"), field("d", "boolean")]
    site = site_of(
        tmp_path, [resource("t", fields, [["x", "never", {"k": [1]}, True], [1, "2020-01-01", None, False]])]
    )

    cells = [cell.text_content() for cell in html(site / "tables" / "t.html").xpath("//tbody/tr/td")]
    assert cells == ["x", "never", '{"k": [1]}', "true", "1", "2020-01-01", "null", "false"]


def test_a_dangling_key_is_shown_without_a_link(tmp_path: Path) -> None:
    parent = resource("p", [field("a")], [["x"]], primaryKey=["a"])
    child = resource("c", [field("of")], [["y"]], foreignKeys=[key("of", "p", "a"), key("of", "gone", "a")])

    site = site_of(tmp_path, [parent, child])

    assert check_links(site)
    assert not html(site / "tables" / "c.html").xpath("//td/a")


def test_a_package_that_cannot_be_read_gives_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "t.csv").write_text('a\n"x\n')
    descriptor = write(
        tmp_path / "package", [{"name": "t", "path": "t.csv", "schema": {"fields": [field("a")]}}]
    )

    with pytest.raises(FactpackError, match="the table 't' has a fault at row"):
        build(descriptor, tmp_path / "site")
    assert not (tmp_path / "site").exists()


def test_two_tables_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FactpackError, match="two tables have the name 't'"):
        site_of(tmp_path, [resource("t", [field("a")], []), resource("t", [field("a")], [])])


def long_package(folder: Path, count: int) -> Path:
    rows = [[f"k{number}", f"Row number {number}", f"k{number // 2}"] for number in range(count)]
    fields = [field("id"), field("label"), field("up")]
    return write(folder, [resource("t", fields, rows, primaryKey=["id"], foreignKeys=[key("up", "", "id")])])


def test_long_tables_have_pages(tmp_path: Path, page: Page) -> None:
    site = build(long_package(tmp_path / "package", 1_203), tmp_path / "site")

    check_links(site)
    files = ["t.html", "t.2.html", "t.3.html"]
    assert [len(html(site / "tables" / name).xpath("//tbody/tr")) for name in files] == [500, 500, 203]
    page.goto((site / "tables" / "t.html").as_uri())
    page.get_by_role("link", name="Next").first.click()
    expect(page.locator("a[aria-current=page]").first).to_have_text("2")
    page.locator("#top-search").fill("number 1201")
    page.keyboard.press("Enter")
    page.locator("#results a").click()
    expect(page.locator("h1")).to_have_text("Row number 1201")


def test_past_a_limit_rows_have_no_pages_and_past_another_are_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "MOST_ROW_PAGES", 10)
    monkeypatch.setattr(tables, "MOST_ROWS", 600)
    descriptor = long_package(tmp_path / "package", 700)

    lines = export(open_package(descriptor), ExportForm.SITE, tmp_path / "site")

    check_links(tmp_path / "site")
    assert lines[1:] == [
        "t: the first 600 of 700 rows are shown",
        "t: its 700 rows have no pages of their own",
    ]
    assert not (tmp_path / "site" / "rows").exists()
    last = html(tmp_path / "site" / "tables" / "t.2.html")
    assert len(last.xpath("//tbody/tr")) == 100
    assert last.xpath("//tr[@id='row-600']//a/@href") == ["../tables/t.html#row-300"]
    assert "of the first 600, past which none are shown" in last.text_content()


def test_past_a_limit_rows_that_refer_to_a_row_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("factpack.export.site.pages.MOST_REFERRING", 3)
    parent = resource("p", [field("a")], [["x"]], primaryKey=["a"])
    rows = [[f"c{number}", "x"] for number in range(5)]
    child = resource(
        "c", [field("b"), field("of")], rows, primaryKey=["b"], foreignKeys=[key("of", "p", "a")]
    )

    site = site_of(tmp_path, [parent, child])

    (group,) = html(site / "rows" / "p" / "x.html").xpath("//section[@class='group']")
    assert [item.text_content() for item in group.xpath("ul/li")] == [
        "c0",
        "c1",
        "c2",
        "and 2 more in the table",
    ]
    assert group.xpath("h3/span/text()") == ["by of · 5"]


# Labels, lines of time, matrices, the diagram


@pytest.mark.parametrize(
    ("fields", "row", "label"),
    [
        ([field("id"), field("name")], ["x", "Ann"], "Ann"),
        ([field("id"), field("stopName"), field("note")], ["x", "Harbour", "n"], "Harbour"),
        ([field("id"), field("description"), field("name")], ["x", "d", None], "d"),
        ([field("id"), field("title", categories=["Ms"])], ["x", "Ms"], "x"),
        ([field("id"), field("name", "integer")], ["x", 3], "x"),
        ([field("id"), field("other")], ["x", "y"], "x"),
        ([field("id"), field("name", title="Nom"), field("label")], ["x", "a", "b"], "b"),
        ([field("id"), field("name")], ["x", "a\n b" + "c" * 300], "a b" + "c" * 156 + "…"),
    ],
    ids=["name", "last-word", "next-best", "category", "number", "key", "best", "long"],
)
def test_what_a_row_is_called(fields: list[Json], row: list[Any], label: str, tmp_path: Path) -> None:
    site = read_site(open_package(write(tmp_path, [resource("t", fields, [row], primaryKey=["id"])])))

    assert Labels(site).of(site.tables[0], 0) == label


def test_a_row_of_keys_is_called_by_what_they_refer_to(tmp_path: Path) -> None:
    resources = [
        resource("a", [field("id"), field("name")], [["x", "Ann"]], primaryKey=["id"]),
        resource("b", [field("id"), field("name")], [["y", "Ball"]], primaryKey=["id"]),
        resource(
            "c",
            [field("a"), field("b"), field("role", categories=[{"value": "h", "label": "host"}])],
            [["x", "y", "h"]],
            primaryKey=["a", "b", "role"],
            foreignKeys=[key("a", "a", "id"), key("b", "b", "id")],
        ),
    ]
    site = read_site(open_package(write(tmp_path, resources)))

    assert Labels(site).of(site.tables[2], 0) == "Ann · Ball · host"
    assert Labels(site).of(site.tables[2], 0, site.references[0]) == "Ball · host"


def test_keys_in_a_circle_are_called_something(tmp_path: Path) -> None:
    one = resource("a", [field("id")], [["x"]], primaryKey=["id"], foreignKeys=[key("id", "b", "id")])
    two = resource("b", [field("id")], [["x"]], primaryKey=["id"], foreignKeys=[key("id", "a", "id")])
    site = read_site(open_package(write(tmp_path, [one, two])))

    assert Labels(site).of(site.tables[0], 0) == "x"


DATE = "date"


@pytest.mark.parametrize(
    ("fields", "option", "found"),
    [
        ([field("earliest", DATE), field("latest", DATE)], None, ("earliest", "latest", None)),
        (
            [field("startDate", DATE), field("endDate", DATE), field("seen", DATE)],
            None,
            ("startDate", "endDate", None),
        ),
        ([field("valid_from", "year"), field("valid_to", "year")], None, ("valid_from", "valid_to", None)),
        ([field("start", DATE), field("end", "datetime")], None, None),
        ([field("day", DATE)], None, ("day", "day", None)),
        ([field("born", DATE), field("died", DATE)], None, None),
        ([field("born", DATE), field("died", DATE)], {"from": "born", "to": "died"}, ("born", "died", None)),
        ([field("start", "integer"), field("end", "integer")], None, None),
        ([field("when_edtf")], None, (None, None, "when_edtf")),
        ([field("when", rdfType="http://id.loc.gov/datatypes/edtf/EDTF")], None, (None, None, "when")),
        (
            [field("earliest", DATE), field("latest", DATE), field("edtf")],
            None,
            ("earliest", "latest", "edtf"),
        ),
        ([field("day", DATE)], False, None),
    ],
    ids=[
        "pair",
        "pair-and-more",
        "years",
        "two-types",
        "point",
        "ambiguous",
        "named",
        "numbers",
        "edtf",
        "rdf-type",
        "both",
        "none",
    ],
)
def test_which_fields_make_a_line_of_time(
    fields: list[Json], option: Any, found: Any, tmp_path: Path
) -> None:
    more = {} if option is None else {"site": {"timeline": option}}
    site = read_site(open_package(write(tmp_path, [resource("t", fields, [], more=more)])))

    times = times_of(site.tables[0])
    assert (None if times is None else (times.earliest, times.latest, times.words)) == found


def test_a_line_of_time_has_open_ends(tmp_path: Path) -> None:
    rows = [
        ["a", "2020-01-01", "2020-01-11"],
        ["b", None, "2020-01-06"],
        ["c", "2020-01-06", None],
        ["d", None, None],
        ["e", "2020-01-09", "2020-01-03"],
    ]
    fields = [field("name"), field("first_day", DATE), field("last_day", DATE)]
    table = read_site(
        open_package(write(tmp_path, [resource("t", fields, rows, primaryKey=["name"])]))
    ).tables[0]

    times = times_of(table)
    assert times is not None
    line = timeline(table, times)
    assert line is not None
    bars = {table.cells["name"][bar.position]: bar for bar in line.bars}
    assert [bars[name].when for name in "abc"] == [
        "2020-01-01 to 2020-01-11",
        "up to 2020-01-06",
        "from 2020-01-06 on",
    ]
    assert [(bars[name].open_start, bars[name].open_end) for name in "abc"] == [
        (False, False),
        (True, False),
        (False, True),
    ]
    assert bars["b"].start == 0
    assert bars["c"].start + bars["c"].width == pytest.approx(100, abs=0.01)
    # one end is the sixth day, which is in the one and in the other
    assert bars["b"].width - bars["c"].start == pytest.approx(100 / 13, abs=0.01)
    assert [table.cells["name"][position] for position in line.undated] == ["d", "e"]
    assert all(re.fullmatch("20(19|20)-(12|01)-[0-9]{2}", words) for _, words in line.ticks)
    assert len(line.ticks) > 1


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(f"{{{','.join(['1984'] * 2_000)}}}", id="a long set"),
        pytest.param("(" * 5_000, id="deep"),
        pytest.param(f"{{{','.join(['1984'] * (LONGEST_EDTF // 5))}}}", id="just past the limit"),
    ],
)
def test_words_too_long_to_be_read_give_no_bounds(words: str, tmp_path: Path) -> None:
    table = site_table(tmp_path, [field("name"), field("edtf")], [["a", "1984"], ["b", words]])

    line = timeline(table, Times(None, None, "edtf"))

    assert line is not None
    assert [bar.position for bar in line.bars] == [0]
    assert line.undated == [1]


def test_words_nested_deeper_than_python_goes_give_no_bounds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = site_table(tmp_path, [field("name"), field("edtf")], [["a", "1984"]])
    monkeypatch.setattr("edtf.parse_edtf", lambda text: exec("raise RecursionError"))

    assert timeline(table, Times(None, None, "edtf")) is None


def test_a_table_with_too_many_words_to_be_read_has_no_line_of_time(tmp_path: Path) -> None:
    rows = [[f"{number}", f"{number:04}".ljust(LONGEST_EDTF, "?")] for number in range(MOST_EDTF // 200 + 1)]
    table = site_table(tmp_path, [field("name"), field("edtf")], rows)

    assert timeline(table, Times(None, None, "edtf")) is None


def site_table(folder: Path, fields: list[Json], rows: list[list[Any]]) -> tables.SiteTable:
    return read_site(open_package(write(folder, [resource("t", fields, rows)]))).tables[0]


def test_the_events_of_the_dataset_stand_in_time(dataset_site: Path) -> None:
    line = html(dataset_site / "timeline" / "events.html")

    assert len(line.xpath("//li/div[@class='what']")) == 8
    expo = line.xpath("//li[.//a[contains(@href, 'ai-machines-electronics-expo-2025')]]")[0]
    assert "2025-12-04 to 2025-12-06" in expo.text_content()
    assert expo.xpath(".//rect[not(@fill)]")
    visit = line.xpath("//li[.//a[@href='../rows/events/guangzhou-visit.html']]")[0]
    assert "up to 2025-09-10" in visit.text_content()
    assert visit.xpath(".//rect/@fill") == ["url(#fade-start)"]


@given(st.dates())
def test_days_are_numbered_as_python_numbers_them(day: datetime.date) -> None:
    number = day_number(day.year, day.month, day.day)

    assert number == day.toordinal() + 365
    assert bounds_of(day) == (number, number + 1)


@given(st.floats(-1e11, 1e11), st.floats(2, 1e11))
def test_a_line_of_time_has_a_few_marks_within_it(first: float, length: float) -> None:
    found = ticks(first, first + length)

    assert len(found) <= 8
    assert all(first <= day <= first + length for day, _ in found)
    assert found == sorted(found)


LINKS = [field("a"), field("b"), field("role", categories=["x"]), field("n", "integer"), field("other")]


@pytest.mark.parametrize(
    ("primary_key", "option", "found"),
    [
        (["a", "b"], None, ("a", "b", "role")),
        (["a", "b", "n"], None, ("a", "b", "n")),
        (["a", "b", "n", "role"], None, None),
        (["a"], None, None),
        ([], None, None),
        (["a", "b"], False, None),
        (["n"], {"down": "b", "across": "other", "role": "n"}, ("b", "other", "n")),
    ],
    ids=["two-keys", "one-more", "two-more", "one-key", "no-key", "none", "named"],
)
def test_which_tables_make_a_matrix(primary_key: list[str], option: Any, found: Any, tmp_path: Path) -> None:
    more = {} if option is None else {"site": {"matrix": option}}
    keys = [key(name, "p", "id") for name in ("a", "b", "other")]
    links = resource("t", LINKS, [], more=more, primaryKey=primary_key, foreignKeys=keys)
    parent = resource("p", [field("id")], [["x"]], primaryKey=["id"])
    site = read_site(open_package(write(tmp_path, [links, parent])))

    pair = pair_of(site, site.tables[0])
    assert (None if pair is None else (*pair.down.fields, *pair.across.fields, pair.role)) == found


def test_the_matrix_of_participations_has_each_of_them(dataset_site: Path) -> None:
    participations = factpack.load(ROOT / "datapackage.json")["participations"].astype(object)
    grid = html(dataset_site / "matrix" / "participations.html")

    columns = [Path(link).stem for link in grid.xpath("//thead//a/@href")]
    shown = [
        (columns[number], Path(row.xpath("th/a/@href")[0]).stem, role.text)
        for row in grid.xpath("//tbody/tr")
        for number, cell in enumerate(row.xpath("td"))
        for role in cell.xpath("a")
    ]
    assert sorted(shown) == sorted(participations.itertuples(index=False, name=None))


@pytest.mark.parametrize(
    ("option", "message"),
    [
        (7, "t: the property 'site' is no object"),
        ({"label": "x"}, "t: 'site' names 'x' as a label, which is no field of it"),
        ({"label": 7}, "t: the 'label' of 'site' is no list of fields"),
        ({"timeline": True}, "t: the 'timeline' of 'site' is neither false nor an object"),
        (
            {"timeline": {"from": "a"}},
            "t: 'site' names 'a' as 'from' of a timeline, which is of none of the types",
        ),
        (
            {"timeline": {"from": ["a"]}},
            r"t: 'site' names \['a'\] as 'from' of a timeline, which is no field",
        ),
        ({"matrix": {"down": "a"}}, "t: the 'matrix' of 'site' is neither false nor an object"),
        (
            {"matrix": {"down": "a", "across": "a"}},
            "t: 'site' names 'a' for a matrix, which is in no foreign key",
        ),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else None,
)
def test_a_property_that_cannot_be_used_is_named(option: Any, message: str, tmp_path: Path) -> None:
    with pytest.raises(DescriptorError, match=message):
        site_of(tmp_path, [resource("t", [field("a")], [["x"]], more={"site": option})])


edges = st.integers(1, 12).flatmap(
    lambda count: st.tuples(
        st.just(count), st.lists(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)), max_size=20)
    )
)


@given(edges)
def test_no_two_tables_of_a_diagram_touch(graph: tuple[int, list[tuple[int, int]]]) -> None:
    count, links = graph
    drawing = draw(count, links)

    assert drawing is not None
    assert sorted(drawing.corners) == list(range(count))
    for (x, y), (other_x, other_y) in itertools.combinations(drawing.corners.values(), 2):
        assert abs(x - other_x) >= WIDTH or abs(y - other_y) >= HEIGHT + BETWEEN_NODES - 1
    assert all(
        0 <= x <= drawing.width - WIDTH and 0 <= y <= drawing.height - HEIGHT
        for x, y in drawing.corners.values()
    )
    assert {(line.child, line.parent) for line in drawing.lines} == {(a, b) for a, b in links if a != b}


def test_a_diagram_of_too_many_tables_is_left_out() -> None:
    assert draw(1_000, []) is None
    assert draw(20_000, [(number, number + 1) for number in range(19_999)]) is None


# In a browser


def test_the_search_finds_rows_of_all_tables(dataset_site: Path, page: Page) -> None:
    page.goto((dataset_site / "index.html").as_uri())

    page.locator("#search").fill("zhang")
    expect(page.locator("#results li").first).to_contain_text("Zhang Jinsong Agents")
    page.locator("#search").fill("ZHANG  commerce discussion")
    expect(page.locator("#found")).to_have_text(re.compile(r"^\d+ found$"))
    page.locator("#search").fill("no such words")
    expect(page.locator("#found")).to_have_text("0 found")
    page.locator("#search").fill("")
    expect(page.locator("#found")).to_have_text("")


@pytest.mark.parametrize("kind", ["file", "server"])
def test_the_search_of_any_page_leads_to_the_first(
    kind: str, dataset_site: Path, served: str, page: Page
) -> None:
    root = f"{dataset_site.as_uri()}/" if kind == "file" else served
    page.goto(f"{root}rows/agents/ipim.html")

    page.locator("#top-search").fill("Zhu Xiaojun")
    page.keyboard.press("Enter")

    expect(page.locator("#search")).to_have_value("Zhu Xiaojun")
    page.locator("#results a").first.click()
    expect(page.locator("h1")).to_have_text("Zhu Xiaojun")
    assert page.url == f"{root}rows/agents/zhu-xiaojun.html"


def column(page: Page, number: int) -> list[str]:
    return page.locator(f"table.rows tbody tr:visible > :nth-child({number})").all_inner_texts()


def test_a_table_is_sorted_by_its_headers(dataset_site: Path, page: Page) -> None:
    page.goto((dataset_site / "tables" / "statement_details.html").as_uri())
    header = page.get_by_role("columnheader", name="Number")
    before = column(page, 3)

    header.get_by_role("button").focus()
    page.keyboard.press("Enter")
    expect(header).to_have_attribute("aria-sort", "ascending")
    assert column(page, 3) == sorted(before, key=int)
    page.keyboard.press("Enter")
    expect(header).to_have_attribute("aria-sort", "descending")
    assert column(page, 3) == sorted(before, key=int, reverse=True)
    page.get_by_role("columnheader", name="Summary").get_by_role("button").click()
    assert page.locator("[aria-sort]").count() == 1
    summaries = column(page, 5)
    known = [words for words in summaries if words != "null"]
    assert summaries == known + ["null"] * (len(summaries) - len(known))
    assert known == sorted(known, key=lambda words: words.lower().replace("-", ""))


def test_ordered_categories_and_odd_numbers_sort_by_their_values(tmp_path: Path, page: Page) -> None:
    fields = [
        field("size", categories=["small", "medium", "large"], categoriesOrdered=True),
        field("n", "number", groupChar=","),
    ]
    rows = [["large", "1,000"], ["small", "9"], ["medium", "-20"]]
    site = site_of(tmp_path, [resource("t", fields, rows)])
    page.goto((site / "tables" / "t.html").as_uri())

    page.get_by_role("button", name="size").click()
    assert column(page, 2) == ["small", "medium", "large"]
    page.get_by_role("button", name="n", exact=True).click()
    assert column(page, 3) == ["-20", "9", "1,000"]


def test_rows_of_a_table_are_found(dataset_site: Path, page: Page) -> None:
    page.goto((dataset_site / "tables" / "agents.html").as_uri())

    page.locator("#filter").fill("wéng PERSON")
    expect(page.locator("#matches")).to_have_text("1 of 29 rows")
    assert column(page, 4) == ["Che Weng Keong"]
    page.locator("#filter").fill("")
    assert len(column(page, 4)) == 29


def test_a_table_of_the_diagram_lights_up_its_lines(dataset_site: Path, page: Page) -> None:
    page.goto((dataset_site / "index.html").as_uri())

    page.locator(".diagram a", has_text="Segments").focus()

    assert page.locator(".diagram path.on").count() == 2
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Segments")


def test_all_can_be_reached_by_the_keyboard(dataset_site: Path, page: Page) -> None:
    page.goto((dataset_site / "index.html").as_uri())

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#search")).to_be_focused()
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"


def test_without_scripts_all_is_there_but_what_needs_them(dataset_site: Path, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    opened = context.new_page()
    opened.goto((dataset_site / "tables" / "agents.html").as_uri())

    assert opened.locator("table.rows tbody tr").count() == 29
    assert opened.locator("form.find").is_hidden()
    assert opened.locator(".tools").is_hidden()
    assert opened.locator("thead button").count() == 0
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", KINDS)
def test_no_page_has_a_fault_of_accessibility(
    kind: str, scheme: Literal["light", "dark"], dataset_site: Path, browser: Browser
) -> None:
    # axe puts its script into the page, which the page's own policy forbids
    context = browser.new_context(bypass_csp=True, color_scheme=scheme)
    opened = context.new_page()
    opened.goto((dataset_site / KINDS[kind]).as_uri())

    found = Axe().run(opened).response

    assert found["passes"]
    bad = [
        (rule["id"], [node["target"] for node in rule["nodes"]][:3])
        for rule in found["violations"]
        if rule["impact"] in ("moderate", "serious", "critical")
    ]
    assert bad == []
    context.close()


@pytest.mark.parametrize("kind", KINDS)
def test_pages_fit_a_phone(kind: str, dataset_site: Path, page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto((dataset_site / KINDS[kind]).as_uri())

    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_every_matrix_fits_a_phone(dataset_site: Path, page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    files = sorted((dataset_site / "matrix").glob("*.html"))
    wide = []
    for file in files:
        page.goto(file.as_uri())
        if page.evaluate("document.documentElement.scrollWidth") > 390:
            wide.append(file.name)

    assert len(files) > 5
    assert wide == []


def test_a_long_cell_is_folded_on_its_page(tmp_path: Path, page: Page) -> None:
    fields = [field("id"), field("t")]
    rows = [["a", "word " * 2_000], ["b", "short"]]
    built = site_of(tmp_path, [resource("notes", fields, rows, primaryKey="id")], title="x" * 300)
    page.set_viewport_size({"width": 390, "height": 800})

    page.goto((built / "rows" / "notes" / "a.html").as_uri())
    folded = page.evaluate("document.documentElement.scrollHeight")
    page.locator("summary").click()

    assert page.locator("details").inner_text().count("word") >= 2_000
    assert page.evaluate("document.documentElement.scrollHeight") > folded + 5_000
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.goto((built / "index.html").as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_small_diagram_is_drawn_in_its_own_size(tmp_path: Path, page: Page) -> None:
    tables = [
        resource("a", [field("id")], [["x"]], primaryKey="id"),
        resource("b", [field("id")], [["x"]], foreignKeys=[key("id", "a", "id")]),
    ]
    built = site_of(tmp_path, tables)
    page.set_viewport_size({"width": 1280, "height": 800})

    page.goto((built / "index.html").as_uri())
    drawing = page.locator("svg.diagram")

    width = page.evaluate("document.querySelector('svg.diagram').getBoundingClientRect().width")
    assert width == pytest.approx(float(drawing.get_attribute("width") or 0), abs=1)
