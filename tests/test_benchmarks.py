"""The benchmarks: that the shop is as told, that each validator finds what was planted, and how growth is told."""

import json
import math
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from importlib.util import find_spec
from pathlib import Path

import cluster
import engine
import growing
import numpy as np
import pages
import pytest
import shop
from cluster import Costs, pays_from
from engine import FLOORS, PEERS, Finding, Score, score
from growing import QUANTITIES, Quantity
from growth import Growth, arguments, section
from measuring import Run, run

import factpack
from factpack.evidence.document import copies_in
from factpack.rules import all_rules

#: Rows of the largest table, and twice as many faults as there are kinds.
SCALE, FAULTS = 50, 2 * len(shop.FAULTS)

Shop = tuple[Path, dict[shop.Place, str]]


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Return the folder of a shop, and its faults."""
    folder = tmp_path_factory.mktemp("shop")
    return folder, shop.make_package(folder, shop.table_sizes(SCALE), FAULTS, seed=1)


def places_found(report: factpack.Report) -> list[shop.Place]:
    return [(found.resource, found.row, found.field) for found in report.findings]


# The shop.


@pytest.mark.parametrize("piece", [2, 10, 1000])
def test_a_shop_written_in_pieces_has_the_planted_faults_and_no_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, piece: int
) -> None:
    monkeypatch.setattr(shop, "PIECE", piece)
    sizes = shop.table_sizes(SCALE)

    planted = shop.make_package(tmp_path, sizes, FAULTS, seed=2)
    report = factpack.validate(tmp_path / "datapackage.json")

    assert sorted(places_found(report)) == sorted(planted)
    assert {found.rule for found in report.findings} == {fault.rule for fault in shop.FAULTS}
    assert {resource.name: resource.rows for resource in report.resources} == sizes


def test_a_sound_shop_is_valid_and_the_same_each_time(tmp_path: Path) -> None:
    contents = []
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        assert shop.make_package(tmp_path / name, shop.table_sizes(SCALE), 0, seed=3) == {}
        contents.append({file.name: file.read_bytes() for file in (tmp_path / name).iterdir()})

    assert factpack.validate(tmp_path / "one" / "datapackage.json").findings == []
    assert contents[0] == contents[1]


def test_barcodes_and_items_of_far_rows_are_as_unique_as_those_of_near_ones() -> None:
    sizes = shop.table_sizes(shop.MOST_ROWS)
    rows = np.arange(sizes["order_items"] - 1000, sizes["order_items"])

    order, line = shop.item_keys(sizes, rows)
    products = shop.products(np.random.default_rng(1), sizes, rows[rows < shop.BARCODES] - 850_000_000)

    assert len({*zip(order.tolist(), line.tolist(), strict=True)}) == len(rows)
    assert {*line.tolist()} == {1, 2}
    assert order[-1] == sizes["orders"] - 1
    assert products["barcode"].is_unique
    assert products["barcode"].str.fullmatch("[0-9]{13}").all()


def test_more_faults_than_fit_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="1000 faults do not fit into tables that have room for"):
        shop.make_package(tmp_path, shop.table_sizes(SCALE), 1000, seed=1)


# The validators.


@pytest.mark.parametrize("name", ["factpack", *PEERS])
def test_a_validator_finds_what_was_planted_and_nothing_else(name: str, faulty: Shop) -> None:
    peer = engine.factpack_peer() if name == "factpack" else PEERS[name]
    if lacking := engine.missing(peer):
        pytest.skip(f"not verified: {', '.join(lacking)} is not installed here")
    folder, planted = faulty
    job = engine.job(name, peer, folder)

    run(job)
    found = score(engine.findings_of(peer, job.output), planted)

    expected = 0 if name in FLOORS else FAULTS
    assert found.besides == []
    assert found.at_place == expected, found.not_found
    assert found.in_table == 0


#: A text that is not of the type.
WRONG = {
    "integer": "1.5",
    "number": "1,5",
    "boolean": "maybe",
    "date": "2024-02-30",
    "datetime": "2024-02-30T00:00:00Z",
    "year": "99",
}
#: What frictionless does not check.
UNCHECKED = {"frictionless": {"categories"}}


def faults_of_each_constraint() -> Iterator[shop.Fault]:
    """Yield a fault for the type, and for each constraint, of each field of the shop."""
    for table, schema in shop.SCHEMAS.items():
        for field in schema["fields"]:
            name, constraints = field["name"], field["constraints"]
            wrong = {
                "type": WRONG.get(field["type"]),
                "categories": "none of them" if "categories" in field else None,
                "required": "" if constraints["required"] else None,
                "pattern": "of no such form" if "pattern" in constraints else None,
                "enum": "none of them" if "enum" in constraints else None,
                "maxLength": "x" * (constraints.get("maxLength", 0) + 1)
                if "maxLength" in constraints
                else None,
                "minimum": beyond(constraints.get("minimum"), -1),
                "maximum": beyond(constraints.get("maximum"), 1),
            }
            yield from (
                shop.spoil(rule, table, name, text) for rule, text in wrong.items() if text is not None
            )


def beyond(bound: float | str | None, by: int) -> str | None:
    """Return a text past a bound, which is a number or a date."""
    if isinstance(bound, str):
        return str(date.fromisoformat(bound) + timedelta(by))
    return None if bound is None else str(bound + by)


@pytest.fixture(scope="module")
def faulty_everywhere(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Return the folder of a shop that breaks each constraint of each field, and its faults."""
    folder = tmp_path_factory.mktemp("everywhere")
    faults = (*faults_of_each_constraint(), *shop.FAULTS)
    sizes = {name: max(rows, 50) for name, rows in shop.table_sizes(1000).items()}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shop, "FAULTS", faults)
        return folder, shop.make_package(folder, sizes, len(faults), seed=1)


@pytest.mark.parametrize("name", sorted(PEERS.keys() - FLOORS))
def test_a_validator_checks_each_constraint_of_each_field(name: str, faulty_everywhere: Shop) -> None:
    if lacking := engine.missing(PEERS[name]):
        pytest.skip(f"not verified: {', '.join(lacking)} is not installed here")
    folder, planted = faulty_everywhere
    job = engine.job(name, PEERS[name], folder)

    run(job)
    found = score(engine.findings_of(PEERS[name], job.output), planted)

    assert len(planted) > 100
    assert {planted[place] for place in found.not_found} == UNCHECKED.get(name, set())
    assert len(found.not_found) <= 2
    # what refers to a key that is spoilt is found besides, and nothing else
    assert all(what.endswith(("_id", "_id,line_no")) for what in found.besides), found.besides


def test_each_script_is_a_peer_and_each_peer_is_a_script_but_frictionless() -> None:
    scripts = {file.stem for file in (engine.HERE / "peers").glob("*.py")} - {"reporting"}

    assert scripts == PEERS.keys() - {"frictionless"}


PLANTED = {("t", 5, "a"): "type", ("t", 9, "a"): "type", ("t", 7, "b"): "unique", ("u", 3, "c"): "enum"}


@pytest.mark.parametrize(
    ("findings", "at_place", "in_table", "not_found", "besides"),
    [
        pytest.param([("t", 5, "a", 1), ("t", 5, "a", 1)], 1, 0, 3, 0, id="the same twice"),
        pytest.param([("t", 6, "a", 1)], 0, 0, 4, 1, id="another row"),
        pytest.param([("t", 5, "b", 1)], 0, 0, 4, 1, id="another field"),
        pytest.param([("t", 7, "b", 1), ("t", 6, "b", 1)], 1, 0, 3, 0, id="both of two equal rows"),
        pytest.param([("t", 8, "b", 1)], 0, 0, 4, 1, id="the row after two equal rows"),
        pytest.param([("t", None, "a", 1)], 0, 1, 3, 0, id="a field without row"),
        pytest.param([("t", None, "a", 3)], 0, 2, 2, 1, id="a field without row, too often"),
        pytest.param([("t", None, "b", 2)], 0, 1, 3, 0, id="a field without row, both of two equal rows"),
        pytest.param([("t", None, None, 1)], 0, 1, 3, 0, id="a table"),
        pytest.param([("t", 5, "a", 1), ("t", None, "a", 1)], 1, 1, 2, 0, id="one of two placed"),
        pytest.param([("", None, "scheme-error", 1)], 0, 0, 4, 1, id="something else"),
        pytest.param([], 0, 0, 4, 0, id="nothing"),
    ],
)
def test_what_is_found_is_held_against_what_was_planted(
    findings: list[Finding], at_place: int, in_table: int, not_found: int, besides: int
) -> None:
    found = score(findings, PLANTED)

    told = (found.at_place, found.in_table, len(found.not_found), len(found.besides))
    assert told == (at_place, in_table, not_found, besides)


def test_a_table_of_validators_has_ratios_within_rounds_and_what_was_found() -> None:
    runs = [Run(seconds=seconds, processor_seconds=1.5, megabytes=10) for seconds in (2, 12, 3)]
    base = [Run(seconds=seconds, processor_seconds=1.0, megabytes=20) for seconds in (1, 4, 1)]
    found = Score(at_place=1234, in_table=2, not_found=[("t", 2, "a")], besides=[])

    cells = engine.row("peer", runs, base, found)

    assert cells == [
        "peer",
        "3.00 (2.00 to 12.0)",
        "3.00 (2.00 to 3.00)",
        "1.50",
        "10",
        "1,234",
        "2",
        "1",
        "0",
    ]


def test_factpack_is_run_on_the_same_without_the_faults_too(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--scale", "10", "--faults", "3", "--rounds", "1", "--peers", "", "--folder", str(tmp_path)]
    monkeypatch.setattr("sys.argv", ["engine.py", *options])

    engine.main()

    rows = [line.split(" | ") for line in capsys.readouterr().out.splitlines() if line.startswith("| fact")]
    assert [(row[0], *row[5:]) for row in rows] == [
        ("| factpack", "3", "0", "0", "0 |"),
        ("| factpack, without the faults", "", "", "", " |"),
    ]
    reports = [json.loads((tmp_path / part / "report-factpack.json").read_bytes()) for part in ("", "sound")]
    assert [report["verdict"] for report in reports] == ["invalid", "valid"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--peers", "nobody"], "no such peer: nobody"),
        (["--peers", "great_expectations_by_hand", "--scale", "200000"], "at most 100,000 rows"),
        (["--peers", "", "--scale", "5"], "--scale is from 10 to"),
    ],
    ids=["an unknown peer", "too much for a peer", "too few rows"],
)
def test_options_that_cannot_be_met_are_refused(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
) -> None:
    monkeypatch.setattr("sys.argv", ["engine.py", *arguments])

    with pytest.raises(SystemExit, match=said):
        engine.main()


# The pages.


def test_a_section_is_replaced_between_its_marks_and_nothing_else_is(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "before\n<!-- measured: a -->\n<!-- measured: end -->\n"
        "<!-- measured: ab -->\nold\n<!-- measured: end -->\nafter\n"
    )

    pages.put_section("ab", r"new \1", page)
    pages.put_section("a", "first", page)

    assert page.read_text() == (
        "before\n<!-- measured: a -->\nfirst\n<!-- measured: end -->\n"
        "<!-- measured: ab -->\nnew \\1\n<!-- measured: end -->\nafter\n"
    )


def test_a_section_that_a_page_lacks_is_told() -> None:
    with pytest.raises(SystemExit, match="has no place for this; add two lines"):
        pages.put_section("nowhere", "text")


@pytest.mark.parametrize("name", QUANTITIES)
def test_the_page_has_a_place_for_each_quantity(name: str) -> None:
    assert pages.PAGE.read_text(encoding="utf-8").count(f"<!-- measured: growth, {name} -->\n") == 1


# The growth.


@pytest.mark.parametrize("quantity", QUANTITIES.values(), ids=QUANTITIES)
@pytest.mark.parametrize("size", ["least", "more"])
def test_a_package_grows_in_what_it_is_to_grow_in(
    quantity: Quantity, size: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(growing, "ROWS_OF_DISTINCT", 40)
    monkeypatch.setattr(growing, "ROWS_OF_FINDINGS", 40)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "growing_rules", raising=False)
    count = quantity.least if size == "least" else 20

    quantity.make(tmp_path, count)
    documents = copies_in(tmp_path / "documents") if quantity.name == "spans" else {}
    rules = all_rules("made-up", ["growing_rules"]) if quantity.name == "rules" else None
    report = factpack.validate(tmp_path / "datapackage.json", documents, rules)

    more = 6 if quantity.name == "spans" else 0  # a segment has six
    assert count <= size_of(quantity.name, tmp_path, report) <= count + more
    assert [found.rule for found in report.findings] == ["maximum"] * (
        count if quantity.name == "findings" else 0
    )


def size_of(name: str, folder: Path, report: factpack.Report) -> int:
    match name:
        case "rows":
            return report.resources[0].rows
        case "columns":
            (resource,) = json.loads((folder / "datapackage.json").read_text())["resources"]
            return len(resource["schema"]["fields"]) - 1
        case "tables":
            return len(report.resources)
        case "distinct values":
            return len({line.split(",")[1] for line in (folder / "t.csv").read_text().split()[1:]})
        case "findings":
            return len(report.findings)
        case "rules":
            return len(report.rules)
    return sum(document.spans for document in report.documents)


def one_run(seconds: float, megabytes: float) -> Run:
    return Run(seconds=seconds, processor_seconds=seconds, megabytes=megabytes)


def grown(times: dict[int, list[float]], base: list[float]) -> Growth:
    runs = {size: [one_run(time, size / 1000) for time in own] for size, own in times.items()}
    smallest = [one_run(time, 0) for time in base]
    return Growth(quantity=QUANTITIES["rows"], base=smallest, runs=runs)


@pytest.mark.parametrize("slope", [0.5, 1.0, 2.0])
def test_the_slope_is_that_of_the_time_above_the_fixed_cost(slope: float) -> None:
    growth = grown({size: [1 + size**slope, 2 + size**slope] for size in (4, 8, 16)}, [1, 2])

    fit = growth.fit()

    assert fit is not None
    assert (fit.slope, fit.low, fit.high) == pytest.approx((slope, slope, slope))
    assert fit.factor == pytest.approx(1)
    assert growth.fixed == 1.5


@pytest.mark.parametrize(
    ("times", "base"),
    [([1.5, 1.5, 0.9], [1, 1, 1]), ([1.09, 1.09, 1.3], [1, 1, 1]), ([1.4, 1.4, 1.8], [1, 1, 1.5])],
    ids=["not above in a round", "hardly above", "the fixed cost varies as much"],
)
def test_a_size_in_the_noise_is_left_out_and_two_sizes_have_no_slope(
    times: list[float], base: list[float]
) -> None:
    sizes = {4: times, 8: [9, 9, 9], 16: [17, 17, 17]}

    assert grown(sizes, base).fit() is None
    assert grown(sizes | {32: [33, 33, 33]}, base).fit().sizes == 3


def test_rows_are_projected_and_that_it_is_no_measurement_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["growth.py", "--rounds", "1"])
    growth = grown({size: [1 + size / 1_000_000] for size in (1_000_000, 2_000_000, 4_000_000)}, [1])

    text = section(growth, arguments())

    assert "    python benchmarks/growth.py --quantities rows --rounds 1\n" in text
    assert "the slope is **1.00** (3 sizes)" in text
    assert "| 2,000,000 | 3.00 | 2.00 | 1.50 | 2,000 |" in text
    assert "was not measured" in text
    assert "| 1,000,000,000 | 16.7 (16.7 to 16.7) |" in text
    assert "| 10,000,000,000 | 166.7 (166.7 to 166.7) |" in text


# The cluster.


def cost(rows: int, alone: float, starting: float, of_workers: float) -> Costs:
    """Return what a size costs, measured in one round."""
    runs = {"alone": [one_run(alone, 0)], "there": [one_run(starting, 0)]}
    return Costs(rows=rows, of_workers=[of_workers], of_scheduler=[0.5], **runs)


@pytest.mark.parametrize(
    ("workers", "rows"),
    [
        (1, math.inf),  # a million rows take 2 + 4 s, and 4 s alone
        (2, math.inf),  # 2 + 2 s
        (4, 2_000_000),  # 1 s a million rows is gained, and 2 s are lost at the start
        (8, 1_333_333),
    ],
)
def test_a_cluster_pays_from_where_the_line_of_what_it_gains_is_above_nothing(
    workers: int, rows: float
) -> None:
    costs = [
        cost(millions * 1_000_000, 4 * millions, 2 + 2 * millions, 4 * millions) for millions in (1, 3, 5)
    ]

    assert pays_from(costs, workers) == pytest.approx(rows, abs=1)


def test_a_cluster_that_is_faster_from_the_start_pays_from_no_rows() -> None:
    assert pays_from([cost(10, 3, 1, 1), cost(20, 3.1, 1, 1)], 2) == 0
    assert pays_from([cost(10, 9, 1, 0), cost(20, 9, 2, 0)], 2) == 0


def test_where_a_cluster_begins_to_pay_is_between_the_sizes_around_it() -> None:
    costs = [cost(100, 1, 2, 0), cost(200, 2, 3, 0), cost(300, 9, 6, 0)]  # it gains -1, -1 and 3

    assert pays_from(costs, 4) == 225
    assert pays_from(costs[:2], 4) == math.inf


def test_what_is_reckoned_of_a_cluster_is_told_apart_from_what_was_measured(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.argv", ["cluster.py", "--scales", "300,100", "--rounds", "1"])
    costs = [cost(257, 4, 4, 4), cost(771, 12, 6, 12)]

    text = cluster.section(costs, cluster.arguments())

    assert "    python benchmarks/cluster.py --scales 100,300 --workers 2 --rounds 1\n" in text
    assert "| 771 | 12.0 | 6.00 | 0.50 | 6.00 | 12.0 | 0.50 |\n" in text
    measured, _, reckoned = text.partition("What follows was not measured.")
    assert "2 workers of one thread each" in measured
    assert "| 771 | 12.0 | 12.0 | 9.00 | 7.50 | 6.75 | 6.19 |\n" in reckoned
    assert "| pays from |  | 770 | 390 | 310 | 280 | 260 |\n" in reckoned


def test_the_page_has_a_place_for_the_cluster() -> None:
    assert pages.PAGE.read_text(encoding="utf-8").count("<!-- measured: cluster -->\n") == 1


@pytest.mark.slow
@pytest.mark.skipif(find_spec("distributed") is None, reason="not verified: Dask is not installed here")
def test_both_are_run_in_turns(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.argv", ["cluster.py", "--scales", "10,20", "--rounds", "1", "--workers", "1"])

    cluster.main()

    told = capsys.readouterr().out
    for scale in (10, 20):
        assert told.count(f"\n| {sum(shop.table_sizes(scale).values())} | ") == 2


@pytest.mark.skipif(find_spec("matplotlib") is None, reason="not verified: matplotlib is not installed here")
def test_a_figure_is_drawn_the_same_each_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from growth import draw

    monkeypatch.setattr("growth.FIGURES", tmp_path)
    drawn = []
    for _ in range(2):
        draw(grown({size: [1 + size / 1000] for size in (1000, 2000, 4000)}, [1]))
        drawn.append((tmp_path / "growth-rows.svg").read_bytes())

    assert drawn[0] == drawn[1]
    assert b"slope 1.00" in drawn[0]
    assert drawn[0].endswith(b"</svg>\n")
