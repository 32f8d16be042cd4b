"""Rules across tables: what is injected, what is judged, what is reported, and where rules are found."""

import re
import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path
from typing import Any

import pandas as pd
import pandera.pandas as pa
import pytest
from conftest import MakePackage
from hypothesis import given
from hypothesis import strategies as st

import factpack
from factpack import Finding, Rule, RuleError, Severity, Verdict, View, rule
from factpack import rules as rules_module
from factpack.report import RuleReport
from factpack.rules import Tables, all_rules, judge, named_rules, rules_of

SHELVES = [{"name": "shelf", "type": "string"}, {"name": "stated", "type": "integer"}]
BOOKS = [{"name": "book", "type": "string"}, {"name": "shelf", "type": "string"}]


@pytest.fixture
def library(make_package: MakePackage) -> Path:
    """Return a package in which shelf b has one book, and not the two that are stated."""
    return make_package(
        shelves=("shelf,stated\na,1\nb,2\n", SHELVES), books=("book,shelf\nOrlando,a\nEmma,b\n", BOOKS)
    )


@rule(references=["a house rule"])
def shelves_are_as_full_as_stated(shelves: pd.DataFrame, books: pd.DataFrame) -> View:
    """A shelf has as many books as it states.

    Counted are the rows of `books`.
    """
    counts = shelves["shelf"].map(books["shelf"].value_counts()).fillna(0).astype("Int64")
    detail = "there are " + counts.astype(str)
    return View.of("shelves", "stated", shelves["stated"] == counts, "must be the number of books", detail)


@rule(severity="warning")
def books_are_short(books: pd.DataFrame) -> View:
    """A book has a short title."""
    schema = pa.DataFrameSchema(
        {"book": pa.Column(checks=pa.Check.str_length(max_value=5, error="is short"))}
    )
    return View(frame=books, schema=schema, resource="books", fields=("book",))


def found(descriptor: Path, *rules: Rule) -> list[tuple[Any, ...]]:
    report = factpack.validate(descriptor, rules=rules)
    return [(f.severity.value, f.rule, f.resource, f.row, f.field, f.value) for f in report.findings]


def test_a_rule_is_what_its_function_says() -> None:
    assert shelves_are_as_full_as_stated.name == "shelves_are_as_full_as_stated"
    assert shelves_are_as_full_as_stated.title == "A shelf has as many books as it states."
    assert shelves_are_as_full_as_stated.description.endswith("Counted are the rows of `books`.")
    assert shelves_are_as_full_as_stated.needs == ("shelves", "books")
    assert shelves_are_as_full_as_stated.references == ("a house rule",)
    assert (shelves_are_as_full_as_stated.severity, books_are_short.severity) == (
        Severity.ERROR,
        Severity.WARNING,
    )


def test_a_broken_line_is_a_finding_at_its_cell(library: Path) -> None:
    report = factpack.validate(library, rules=[shelves_are_as_full_as_stated])

    assert report.findings == [
        Finding(
            rule="shelves_are_as_full_as_stated",
            resource="shelves",
            path="shelves.csv",
            row=3,
            line=3,
            field="stated",
            value="2",
            message="must be the number of books (there are 1)",
        )
    ]
    assert report.verdict is Verdict.INVALID
    assert report.resources[0].errors == 1


def test_the_severity_of_a_rule_is_that_of_its_findings(library: Path) -> None:
    assert found(library, books_are_short) == [("warning", "books_are_short", "books", 2, "book", "Orlando")]
    assert factpack.validate(library, rules=[books_are_short]).exit_code == 0


def test_the_report_tells_how_many_lines_each_rule_judged(library: Path) -> None:
    @rule()
    def idle(books: pd.DataFrame) -> View:
        """Nothing."""
        return View.of("books", "book", books["book"].iloc[:0] == "", "is nothing")

    report = factpack.validate(library, rules=[shelves_are_as_full_as_stated, books_are_short, idle])

    assert report.rules == [
        RuleReport(
            name="shelves_are_as_full_as_stated", severity=Severity.ERROR, lines=2, verdict=Verdict.INVALID
        ),
        RuleReport(name="books_are_short", severity=Severity.WARNING, lines=2, verdict=Verdict.VALID),
        RuleReport(name="idle", severity=Severity.ERROR, lines=0, verdict=Verdict.VALID),
    ]


def test_all_tables_are_injected_as_tables_and_views_may_be_several(library: Path) -> None:
    @rule()
    def everything(tables: Tables) -> Iterator[View]:
        """Nothing is right."""
        for name in tables:
            yield View.of(name, "shelf", tables[name]["shelf"] == "a", "must be a")

    assert found(library, everything) == [
        ("error", "everything", "shelves", 3, "shelf", "b"),
        ("error", "everything", "books", 3, "shelf", "b"),
    ]


def test_whether_there_is_a_table_can_be_asked(library: Path) -> None:
    @rule()
    def there(tables: Tables) -> View:
        """There are books and no periodicals."""
        verdict = "books" in tables and "periodicals" not in tables and len(tables) == 2
        return View.of("books", "book", pd.Series([verdict]), "must be so")

    assert found(library, there) == []


def test_what_a_rule_writes_into_a_table_no_other_sees(library: Path) -> None:
    @rule()
    def careless(books: pd.DataFrame) -> View:
        """Books are burnt."""
        books["book"] = "ash"
        books.loc[0, "shelf"] = "none"
        return View.of("books", "book", books["book"] == "ash", "must be ash")

    assert found(library, careless, shelves_are_as_full_as_stated) == found(
        library, shelves_are_as_full_as_stated
    )


def test_several_fields_and_lines_of_one_row(library: Path) -> None:
    @rule()
    def twice(books: pd.DataFrame) -> View:
        """Each book is judged three times, two of them alike."""
        lines = pd.concat([books, books, books])
        detail = pd.Series(["once"] * 2 + ["more"] * 4, index=lines.index)
        return View.of("books", ["book", "shelf"], lines["shelf"] == "a", "must be a", detail)

    report = factpack.validate(library, rules=[twice])

    assert [(f.row, f.field, f.value, f.message) for f in report.findings] == [
        (3, "book,shelf", "Emma,b", "must be a (once)"),
        (3, "book,shelf", "Emma,b", "must be a (more)"),
    ]


def test_a_verdict_on_null_is_true(library: Path) -> None:
    @rule()
    def unknown(books: pd.DataFrame) -> View:
        """Nothing is known."""
        return View.of("books", "book", pd.Series([None, False], dtype="boolean"), "must be known")

    assert [row[3] for row in found(library, unknown)] == [3]


def fails(shelves: pd.DataFrame) -> View:
    """Raise."""
    raise ZeroDivisionError("by nought")


def no_such_table(shelfs: pd.DataFrame) -> View:
    """Ask for a table that is not there."""
    return View.of("shelfs", "shelf", shelfs["shelf"] == "", "is nothing")


def no_such_row(shelves: pd.DataFrame) -> View:
    """Point past the end."""
    return View.of("shelves", "shelf", pd.Series([False], index=[2]), "is nothing")


def no_such_field(shelves: pd.DataFrame) -> View:
    """Name a field of another table."""
    return View.of("shelves", "book", shelves["shelf"] == "", "is nothing")


def no_such_column(shelves: pd.DataFrame) -> View:
    """Judge a column that the view does not have."""
    schema = pa.DataFrameSchema({"book": pa.Column()})
    return View(frame=shelves, schema=schema, resource="shelves", fields=["shelf"])


def no_view(shelves: pd.DataFrame) -> View:
    """Return something else."""
    return 7  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (fails, "the rule raised ZeroDivisionError: by nought"),
        (no_such_table, "the package has no table 'shelfs'; did you mean 'shelves'?"),
        (no_such_row, "the view has a line that is about no row of shelves"),
        (no_such_field, "the view names the field 'book', which shelves does not have"),
        (no_such_column, "its view does not fit its schema: column_in_dataframe"),
        (no_view, "the rule raised TypeError: 'int' object is not iterable"),
    ],
)
def test_a_rule_that_cannot_judge_says_so_and_the_others_go_on(
    library: Path, function: Any, reason: str
) -> None:
    report = factpack.validate(library, rules=[rule()(function), shelves_are_as_full_as_stated])

    unjudged, broken = report.findings
    assert (unjudged.severity, unjudged.rule, unjudged.resource, unjudged.message) == (
        Severity.UNJUDGED,
        function.__name__,
        None,
        reason,
    )
    assert broken.rule == "shelves_are_as_full_as_stated"
    assert (report.rules[0].lines, report.rules[0].verdict) == (None, Verdict.UNJUDGED)
    assert factpack.validate(library, rules=[rule()(function)]).exit_code == 2


def test_a_cell_of_the_wrong_type_stops_the_rules_that_need_its_table(make_package: MakePackage) -> None:
    descriptor = make_package(
        shelves=("shelf,stated\na,one\n", SHELVES), books=("book,shelf\nOrlando,a\n", BOOKS)
    )

    assert found(descriptor, shelves_are_as_full_as_stated, books_are_short) == [
        ("unjudged", "shelves_are_as_full_as_stated", None, None, None, None),
        ("error", "type", "shelves", 2, "stated", "one"),
        ("warning", "books_are_short", "books", 2, "book", "Orlando"),
    ]


def test_blank_rows_do_not_shift_the_rows_of_findings(make_package: MakePackage) -> None:
    descriptor = make_package(books=('book,shelf\n"A\nB",a\n,\nOrlando,a\n', BOOKS))

    report = factpack.validate(descriptor, rules=[books_are_short])

    assert [(f.rule, f.row, f.line) for f in report.findings] == [
        ("blank-row", 3, 4),
        ("books_are_short", 4, 5),
    ]


@pytest.mark.parametrize("severity", ["unjudged", "fatal"])
def test_a_rule_is_an_error_or_a_warning(severity: str) -> None:
    with pytest.raises(RuleError, match=f"not '{severity}'"):
        rule(severity=severity)


def test_a_rule_has_no_other_parameters_than_tables() -> None:
    with pytest.raises(RuleError, match="each parameter of a rule is the name of a table"):
        rule()(lambda *books: View.of("books", "book", pd.Series([True]), ""))


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from([True, False, None]), st.booleans())))
def test_views_of_verdicts_are_judged_as_pandera_judges_them(
    lines: list[tuple[int, bool | None, bool]],
) -> None:
    index = [position for position, _, _ in lines]
    holds = pd.Series([verdict for _, verdict, _ in lines], index=index, dtype="boolean")
    detail = pd.Series(["x" if told else None for _, _, told in lines], index=index, dtype=object)
    fast = View.of("t", "f", holds, "must hold", detail)
    check = pa.Check(lambda verdicts: verdicts, error="must hold")
    schema = pa.DataFrameSchema({"holds": pa.Column(checks=check)})
    slow = View(frame=fast.frame, schema=schema, resource="t", fields=("f",))
    tables = Tables({"t": lambda: pd.DataFrame({"f": range(4)})})

    outcomes = [judge(rule_with(view), tables) for view in (fast, slow)]

    assert outcomes[0] == outcomes[1]
    assert outcomes[0].lines == len(lines)
    broken = {found.position for found in outcomes[0].broken}
    assert broken == {position for position, verdict, _ in lines if verdict is False}


def rule_with(view: View) -> Rule:
    def always() -> View:
        return view

    return rule()(always)


# ---- where rules are found


def test_rules_are_found_in_a_module_and_the_modules_of_a_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "from factpack import View, rule\n\n\n@rule()\ndef {}(t):\n    '''Hold.'''\n"
    (tmp_path / "of_mine").mkdir()
    (tmp_path / "of_mine" / "__init__.py").write_text(text.format("first"))
    (tmp_path / "of_mine" / "more.py").write_text("from of_mine import first\n" + text.format("second"))
    monkeypatch.chdir(tmp_path)
    for name in ("of_mine", "of_mine.more"):  # from an earlier run in this process
        monkeypatch.delitem(sys.modules, name, raising=False)
    before = list(sys.path)

    assert [found.name for found in named_rules(["of_mine"])] == ["first", "second"]
    assert sys.path == before


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("x = 1", "the module 'bad_rules' has no rules"),
        ("import not_there", "cannot be imported: ModuleNotFoundError: No module named 'not_there'"),
        ("1 / 0", "cannot be imported: ZeroDivisionError: division by zero"),
    ],
)
def test_a_module_without_rules_is_an_error(
    text: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bad_rules.py").write_text(text)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delitem(sys.modules, "bad_rules", raising=False)

    with pytest.raises(RuleError, match=re.escape(reason)):
        named_rules(["bad_rules"])


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have this module installed as that of the rules of the package `small`, and one that is not there."""
    points = [
        EntryPoint("small", __name__, "factpack.rules"),
        EntryPoint("broken", "not_there", "factpack.rules"),
    ]
    found = EntryPoints(points)
    monkeypatch.setattr(rules_module, "_points", lambda folders: found)


@pytest.mark.usefixtures("installed")
def test_the_installed_rules_of_a_package_are_those_of_its_name(library: Path) -> None:
    report = factpack.validate(library)

    assert {found.name for found in report.rules} == {"shelves_are_as_full_as_stated", "books_are_short"}
    assert all_rules("another", []) == []


@pytest.mark.usefixtures("installed")
def test_installed_rules_that_cannot_be_imported_leave_the_package_unjudged(
    make_package: MakePackage,
) -> None:
    report = factpack.validate(make_package(package={"name": "broken"}, books=("book,shelf\na,b\n", BOOKS)))

    assert [(f.severity, f.rule) for f in report.findings] == [(Severity.UNJUDGED, "rules")]
    assert report.exit_code == 2


@pytest.mark.usefixtures("installed")
def test_no_two_rules_have_one_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "same_rules.py").write_text(
        "import factpack\n\n\n@factpack.rule()\ndef books_are_short(books):\n    '''Hold.'''\n"
    )
    monkeypatch.chdir(tmp_path)

    with pytest.raises(RuleError, match="two rules have the name 'books_are_short'"):
        all_rules("small", ["same_rules"])


def test_rules_that_are_installed_later_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = tmp_path / "site"
    site.mkdir()
    monkeypatch.syspath_prepend(site)
    assert all_rules("later", []) == []

    (site / "later_rules.py").write_text(
        "import factpack\n\n\n@factpack.rule()\ndef books_are_short(books):\n    '''Hold.'''\n"
    )
    information = site / "later-1.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: later\nVersion: 1\n")
    (information / "entry_points.txt").write_text("[factpack.rules]\nlater = later_rules\n")

    assert [found.name for found in all_rules("later", [])] == ["books_are_short"]


def test_rules_of_this_module() -> None:
    names = [found.name for found in rules_of(sys.modules[__name__])]

    assert names == ["shelves_are_as_full_as_stated", "books_are_short"]


def test_a_module_that_is_named_as_a_file_is_told_how_to_name_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "shelf_rules.py").write_text("")
    monkeypatch.chdir(tmp_path)

    with pytest.raises(RuleError, match=r"; a module is named without '\.py': shelf_rules$"):
        named_rules(["shelf_rules.py"])


def test_the_schema_of_a_view_of_verdicts_judges_it_too() -> None:
    view = View.of("t", "n", pd.Series([True, False]), "must hold")

    with pytest.raises(pa.errors.SchemaErrors) as error:
        view.schema.validate(view.frame, lazy=True)

    assert error.value.failure_cases["index"].tolist() == [1]
