"""The pytest plugin, run as people run pytest: in this process where that will do, else in one of its own."""

import json
import os
import re
import shlex
import sys
import xml.etree.ElementTree as ElementTree
from collections import Counter
from pathlib import Path

import pytest
from conftest import EXAMPLE, EXAMPLE_KEY, ROOT, MakePackage

import factpack
import factpack.pytest_plugin.collection  # so that pytester leaves it, and what it imports, in memory
import factpack.pytest_plugin.fixtures
from factpack.baseline import baseline_of, write
from factpack.evidence.document import copies_in
from factpack.package import open_package
from factpack.pytest_plugin import outcomes
from factpack.pytest_plugin.messages import MOST_FINDINGS
from factpack.pytest_plugin.outcomes import EVIDENCE, RESOURCE, RULE, CheckedPackage, Key
from factpack.report import Severity
from factpack.rules import Rule, all_rules

NUMBERS = [{"name": "n", "type": "integer"}]
WORDS = [{"name": "word", "type": "string"}]

RULES = '''
import factpack

@factpack.rule()
def words_are_short(words):
    """A word has at most four letters."""
    return factpack.View.of("words", "word", words["word"].str.len() <= 4, "must be short")

@factpack.rule(severity="warning")
def words_are_lower_case(words):
    """A word is in lower case."""
    return factpack.View.of("words", "word", words["word"].str.islower(), "should be in lower case")

@factpack.rule()
def idle(words):
    """Nothing."""
    return factpack.View.of("words", "word", words["word"].iloc[:0] == "", "is nothing")

@factpack.rule()
def raises(words):
    """It cannot judge."""
    raise ValueError("no words")
'''


@pytest.fixture
def tmp_path(pytester: pytest.Pytester) -> Path:
    """Return the folder in which pytest is run, so that packages are made there."""
    return pytester.path


@pytest.fixture(autouse=True)
def _is_no_ci_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pytest cut its summary, as it does on a terminal: on a CI server it shows long lines whole."""
    for name in ("CI", "BUILD_NUMBER"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True, scope="module")
def _everything_is_imported() -> None:
    """Let pytester find in memory what is imported when a package is validated: it forgets what it imports."""
    factpack.validate(ROOT / "datapackage.json")


def ids(result: pytest.RunResult) -> list[str]:
    """Return the ids of the tests that were collected with `--collect-only -q`."""
    return [line for line in result.outlines if "::" in line and not line.startswith("ERROR")]


def collected(pytester: pytest.Pytester, *arguments: str | Path) -> list[str]:
    return ids(pytester.runpytest_inprocess("--collect-only", "-q", *arguments))


# What is collected


def test_each_check_of_a_package_is_a_test(pytester: pytest.Pytester, dataset: Path) -> None:
    pytester.chdir()
    names = [item["name"] for item in json.loads(dataset.read_text(encoding="utf-8"))["resources"]]
    rules = [rule.name for rule in all_rules("ipim-guangzhou-visit-2025", [])]

    result = pytester.runpytest_inprocess("--factpack", "copy/datapackage.json", "-v")

    result.assert_outcomes(passed=1 + len(names) + len(rules) + 1)
    tests = [line.split()[0] for line in result.outlines if "PASSED" in line]
    assert tests == [
        "copy/datapackage.json::metadata",
        *(f"copy/datapackage.json::resource::{name}" for name in names),
        *(f"copy/datapackage.json::rule::{name}" for name in rules),
        "copy/datapackage.json::evidence::ipim-guangzhou-2025-09-10",
    ]
    assert result.outlines[-2] == (
        "copy/datapackage.json::evidence::ipim-guangzhou-2025-09-10: not verified against the text"
    )


TWO_FAULTS = {"t": ("n\none\n1\n", NUMBERS), "words": ("word\nLONGER\n", WORDS)}


@pytest.mark.parametrize("by_option", [True, False], ids=["option", "setting"])
def test_known_findings_fail_no_check_and_new_ones_do(
    pytester: pytest.Pytester, make_package: MakePackage, by_option: bool
) -> None:
    descriptor = make_package(**TWO_FAULTS)
    pytester.makepyfile(my_rules=RULES.partition("@factpack.rule()\ndef idle")[0])
    rules = all_rules_here(pytester)
    (pytester.path / "known").mkdir()
    write_known(descriptor, rules, pytester.path / "known" / "known.json")
    options = ["--factpack", "datapackage.json", "--factpack-rules", "my_rules", "-W", "error"]
    if by_option:
        options += ["--factpack-baseline", "known/known.json"]
    else:
        pytester.makeini("[pytest]\nfactpack_baseline = known/known.json\n")

    known = pytester.runpytest_inprocess(*options)
    make_package(t=("n\ntwo\none\none\n", NUMBERS), words=("word\nlow\n", WORDS))
    changed = pytester.runpytest_inprocess(*options)

    known.assert_outcomes(passed=5)
    known.stdout.fnmatch_lines(
        [
            "datapackage.json::resource::t: 1 known finding",
            "datapackage.json::rule::words_are_short: 1 known finding",
            "datapackage.json::rule::words_are_lower_case: 1 known finding",
        ]
    )
    changed.assert_outcomes(passed=4, failed=1)
    changed.stdout.fnmatch_lines(
        [
            "t.csv:2: error type: row 2, column n, value 'two', *",
            "t.csv:4: error type: row 4, column n, value 'one', *",  # the second of its kind is new
            "2 errors",
            "datapackage.json::metadata: 2 known findings no longer occur: write the baseline again",
        ]
    )


def all_rules_here(pytester: pytest.Pytester) -> list[Rule]:
    """Return the rules of the module `my_rules`."""
    pytester.syspathinsert()
    return all_rules("small", ["my_rules"])


def write_known(descriptor: Path, rules: list[Rule], file: Path) -> None:
    """Write what is found in a package as known."""
    found = factpack.validate(descriptor, rules=rules).findings
    file.write_text(write(baseline_of(found)))


def test_what_could_not_be_judged_is_not_known(pytester: pytest.Pytester, make_package: MakePackage) -> None:
    descriptor = make_package(t=("n\none\n", NUMBERS), resource={"format": "xlsx"})
    write_known(descriptor, [], pytester.path / "known.json")

    result = pytester.runpytest_inprocess("--factpack", descriptor, "--factpack-baseline", "known.json")

    result.assert_outcomes(passed=1, errors=1)


@pytest.mark.parametrize("content", [None, "{"], ids=["absent", "broken"])
def test_a_baseline_that_cannot_be_used_is_an_error_of_collection(
    pytester: pytest.Pytester, make_package: MakePackage, content: str | None
) -> None:
    if content is not None:
        (pytester.path / "known.json").write_text(content)

    result = pytester.runpytest_inprocess(
        "--factpack", make_package(t=("n\n1\n", NUMBERS)), "--factpack-baseline", "known.json"
    )

    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(["*known.json*"])


def test_nothing_happens_where_no_package_is_named(
    pytester: pytest.Pytester, make_package: MakePackage
) -> None:
    make_package(t=("n\n1\n", NUMBERS))
    pytester.makepyfile("def test(): pass")

    result = pytester.runpytest_inprocess()

    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line("factpack*")


def test_pytest_starts_without_the_libraries_that_validate(pytester: pytest.Pytester) -> None:
    libraries = ("numpy", "pandas", "pandera", "frictionless", "pyarrow", "rich", "typer")
    pytester.makepyfile(
        f"""
        import sys

        def test_modules():
            assert "factpack.pytest_plugin" in sys.modules
            assert not sys.modules.keys() & {set(libraries)}
            assert {{name for name in sys.modules if name.startswith("factpack")}} == {{
                "factpack", "factpack.pytest_plugin"
            }}
        """
    )

    result = pytester.runpytest_subprocess("-p", "no:hypothesispytest")

    result.assert_outcomes(passed=1)


def test_tests_are_chosen_by_their_ids_and_by_words(
    pytester: pytest.Pytester, make_package: MakePackage
) -> None:
    descriptor = make_package(events=("n\n1\n", NUMBERS), places=("n\n1\n", NUMBERS))
    option = ("--factpack", descriptor)

    assert collected(pytester, "datapackage.json::resource::events", *option) == [
        "datapackage.json::resource::events"
    ]
    assert collected(pytester, "datapackage.json::resource", *option) == [
        "datapackage.json::resource::events",
        "datapackage.json::resource::places",
    ]
    assert collected(pytester, "-k", "events or metadata", *option) == [
        "datapackage.json::metadata",
        "datapackage.json::resource::events",
    ]
    absent = pytester.runpytest_inprocess("datapackage.json::resource::event", *option)
    assert absent.ret == pytest.ExitCode.USAGE_ERROR


PACKAGE_IDS = ["datapackage.json::metadata", "datapackage.json::resource::t"]


@pytest.mark.parametrize(
    ("setting", "arguments", "tests"),
    [
        ("", ["--factpack=datapackage.json"], ["test_it.py::test", *PACKAGE_IDS]),
        ("", ["--factpack=datapackage.json", "test_it.py"], ["test_it.py::test", *PACKAGE_IDS]),
        ("", ["--factpack=datapackage.json", "--factpack=./datapackage.json", "."], ["test_it.py::test", *PACKAGE_IDS]),
        ("factpack = datapackage.json", [], ["test_it.py::test", *PACKAGE_IDS]),
        ("factpack = datapackage.json\ntestpaths = tests", [], PACKAGE_IDS),
        ("factpack = datapackage.json", ["test_it.py"], ["test_it.py::test"]),
        ("factpack = datapackage.json", ["datapackage.json::resource"], PACKAGE_IDS[1:]),
        ("factpack = absent.json", ["--factpack=datapackage.json", "test_it.py"], ["test_it.py::test", *PACKAGE_IDS]),
        ("factpack = datapackage.json", ["-p", "no:factpack"], ["test_it.py::test"]),
    ],
    ids=["option", "with-a-file", "twice", "setting", "testpaths", "setting-and-file", "setting-and-id", "both", "off"],
)  # fmt: skip
def test_where_packages_are_collected(
    setting: str, arguments: list[str], tests: list[str], pytester: pytest.Pytester, make_package: MakePackage
) -> None:
    make_package(t=("n\n1\n", NUMBERS))
    pytester.makeini(f"[pytest]\n{setting}")
    pytester.makepyfile(test_it="def test(): pass")
    pytester.mkdir("tests")

    result = pytester.runpytest_inprocess(
        "--collect-only", "-q", *arguments, "-W", "ignore::pytest.PytestConfigWarning"
    )

    assert sorted(ids(result)) == sorted(tests)


def test_a_package_is_collected_where_pytest_does_not_look(
    pytester: pytest.Pytester, make_package: MakePackage, tmp_path_factory: pytest.TempPathFactory
) -> None:
    make_package(t=("n\n1\n", NUMBERS))
    build, project = pytester.mkdir("build"), pytester.mkdir("project")
    for name in ("datapackage.json", "t.csv"):
        (pytester.path / name).rename(build / name)

    assert collected(pytester, "--factpack", "build/datapackage.json", ".") == [
        f"build/{test}" for test in PACKAGE_IDS
    ]
    assert collected(pytester, "--factpack", "build/datapackage.json", "--rootdir", project) == [
        f"../build/{test}" for test in PACKAGE_IDS
    ]


def test_names_are_harmless_and_choose_their_test(
    pytester: pytest.Pytester, make_package: MakePackage
) -> None:
    descriptor = make_package(t=("n\n1\n", NUMBERS))
    content = json.loads(descriptor.read_text(encoding="utf-8"))
    names = ["a::b", "a/b", "a[b]", "\x1b[31mred\0", "()", "", "a\\b", "a\\x3a", "ÿ é", "-x", "t", "t"]
    content["resources"] = [{**content["resources"][0], "name": name} for name in names]
    descriptor.write_text(json.dumps(content), encoding="utf-8")

    tests = collected(pytester, "--factpack", descriptor)

    assert [test.removeprefix("datapackage.json::resource::") for test in tests[1:]] == [
        *(r"a\x3a\x3ab", "a/b", "a[b]", r"\x1b[31mred\x00", "()", "", r"a\\b", r"a\\x3a", "ÿ é", "-x", "t")
    ]
    for test in tests:
        assert collected(pytester, "--factpack", descriptor, test) == [test]


# What is reported


def test_a_failure_shows_cells_and_nothing_else(pytester: pytest.Pytester, make_package: MakePackage) -> None:
    descriptor = make_package(numbers=("n\n1\none\n\x1b[31mtwo\n", NUMBERS), words=("word\none\n", WORDS))

    result = pytester.runpytest_inprocess("--factpack", descriptor)

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.assert_outcomes(passed=2, failed=1)
    start = next(number for number, line in enumerate(result.outlines) if " resource numbers " in line)
    assert result.outlines[start + 1 : start + 5] == [
        "numbers.csv:3: error type: row 3, column n, value 'one', must be of the type integer",
        r"numbers.csv:4: error type: row 4, column n, value '\x1b[31mtwo', must be of the type integer",
        "2 errors",
        "=" * 27 + " short test summary info " + "=" * 28,
    ]
    assert result.outlines[start + 5].startswith(
        "FAILED datapackage.json::resource::numbers - Failed: numbers.csv:3: error"
    )


def test_the_places_of_cells_are_seen_from_where_pytest_was_started(
    pytester: pytest.Pytester, make_package: MakePackage
) -> None:
    make_package(numbers=("n\none\n", NUMBERS))
    inner = pytester.mkdir("inner")
    for name in ("datapackage.json", "numbers.csv"):
        (pytester.path / name).rename(inner / name)

    result = pytester.runpytest_inprocess("--factpack", "inner/datapackage.json", "--tb=line")

    result.stdout.fnmatch_lines("inner/numbers.csv:2: Failed: inner/numbers.csv:2: error type: row 2, *")


def test_what_could_not_be_judged_is_an_error(pytester: pytest.Pytester, make_package: MakePackage) -> None:
    descriptor = make_package(numbers=("n\n1\n", NUMBERS))
    content = json.loads(descriptor.read_text(encoding="utf-8"))
    content["resources"].append(
        {"name": "far", "path": "http://example.org/far.csv", "schema": {"fields": NUMBERS}}
    )
    descriptor.write_text(json.dumps(content), encoding="utf-8")

    result = pytester.runpytest_inprocess("--factpack", descriptor)

    result.assert_outcomes(passed=2, errors=1)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(
        [
            "*ERROR at setup of resource far*",
            "http://example.org/far.csv: unjudged resource: http://example.org/far.csv: an address; factpack opens none",
            "1 could not be judged",
            "*short test summary info*",
            "ERROR datapackage.json::resource::far - Failed: http*",
        ],
        consecutive=True,
    )


def test_an_unreadable_file_is_an_error(
    pytester: pytest.Pytester, make_package: MakePackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    descriptor = make_package(numbers=("n\n1\n", NUMBERS))

    def denied(file: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("factpack.reading.file_bytes", denied)
    result = pytester.runpytest_inprocess("--factpack", descriptor)

    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines("numbers.csv: unjudged resource: the file cannot be read: Permission denied")


def test_a_descriptor_that_disappears_is_an_error(
    pytester: pytest.Pytester, make_package: MakePackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    descriptor = make_package(numbers=("n\n1\n", NUMBERS))

    def gone(*_: object) -> None:
        raise factpack.PackageError("datapackage.json: no such file")

    monkeypatch.setattr(outcomes, "examine", gone)
    result = pytester.runpytest_inprocess("--factpack", descriptor)

    result.assert_outcomes(errors=2)
    result.stdout.fnmatch_lines("could not judge: datapackage.json: no such file")
    result.stdout.no_fnmatch_line("*Traceback*")


def test_many_findings_are_counted_and_some_are_shown(
    pytester: pytest.Pytester, make_package: MakePackage
) -> None:
    descriptor = make_package(numbers=("n\n" + "x\n" * 100_000 + "y" * 5_000 + "\n", NUMBERS))

    result = pytester.runpytest_inprocess("--factpack", descriptor)

    shown = [line for line in result.outlines if line.startswith("numbers.csv:")]
    assert len(shown) == MOST_FINDINGS
    assert (
        f"… and {100_001 - MOST_FINDINGS:,} more; `factpack validate --format json` gives all"
        in result.outlines
    )
    assert "100,001 errors" in result.outlines
    assert max(map(len, result.outlines)) < 200


def test_a_long_cell_is_cut(pytester: pytest.Pytester, make_package: MakePackage) -> None:
    descriptor = make_package(numbers=("n\n" + "y" * 100_000 + "\n", NUMBERS))

    result = pytester.runpytest_inprocess("--factpack", descriptor)

    assert max(map(len, result.outlines)) < 1_000
    assert any("… (100,000 characters), must be of the type integer" in line for line in result.outlines)
    assert "1 error" in result.outlines


def test_a_warning_passes_and_is_shown_and_may_be_made_an_error(
    pytester: pytest.Pytester, make_package: MakePackage
) -> None:
    descriptor = make_package(open=("n\n1\n", None))

    passed = pytester.runpytest_inprocess("--factpack", descriptor, "-W", "default")
    failed = pytester.runpytest_inprocess("--factpack", descriptor, "-W", "error")
    chosen = pytester.runpytest_inprocess(
        "--factpack", descriptor, "-W", "default", "-W", "error::factpack.pytest_plugin.DataWarning"
    )
    silent = pytester.runpytest_inprocess(
        "--factpack", descriptor, "-W", "error", "-W", "ignore::factpack.pytest_plugin.DataWarning"
    )

    passed.assert_outcomes(passed=2, warnings=1)
    passed.stdout.fnmatch_lines("*DataWarning: open.csv: warning resource: the table has no schema*")
    failed.assert_outcomes(passed=1, failed=1)
    failed.stdout.fnmatch_lines(
        ["*resource open*", "open.csv: warning resource: *", "1 warning"], consecutive=True
    )
    chosen.assert_outcomes(passed=1, failed=1)
    silent.assert_outcomes(passed=2)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "no such file; `factpack init` starts a package"),
        ("{", "not JSON: Expecting property name enclosed in double quotes at line 1"),
        ('{"resources": []}', "'resources' must be a list of at least one resource; nothing can be checked"),
        ('{"a\x1b": 1, "a\x1b": 1}', "not JSON: Invalid control character at at line 1"),
    ],
    ids=["absent", "no-json", "empty", "control-characters"],
)
def test_a_package_that_cannot_be_opened_is_an_error_of_collection(
    content: str | None, message: str, pytester: pytest.Pytester
) -> None:
    if content is not None:
        (pytester.path / "datapackage.json").write_text(content, encoding="utf-8")
    pytester.makepyfile("def test(): pass")

    result = pytester.runpytest_inprocess("--factpack", "datapackage.json")

    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.assert_outcomes(errors=1)
    start = next(number for number, line in enumerate(result.outlines) if "ERROR collecting" in line)
    assert result.outlines[start + 1].rpartition("datapackage.json: ")[2] == message
    assert "short test summary" in result.outlines[start + 2]


def test_rules_and_documents_that_are_not_there_are_errors_of_collection(
    pytester: pytest.Pytester, make_package: MakePackage
) -> None:
    descriptor = make_package(t=("n\n1\n", NUMBERS))

    rules = pytester.runpytest_inprocess("--factpack", descriptor, "--factpack-rules", "not_there")
    documents = pytester.runpytest_inprocess("--factpack", descriptor, "--factpack-documents", "nowhere")

    assert rules.ret == documents.ret == pytest.ExitCode.INTERRUPTED
    rules.stdout.fnmatch_lines("the rules in 'not_there' cannot be imported: *")
    documents.stdout.fnmatch_lines("*nowhere: no such folder of documents")


# Rules and evidence


@pytest.mark.parametrize("by", ["option", "setting"])
def test_rules_are_tests(
    by: str, pytester: pytest.Pytester, make_package: MakePackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_package(words=("word\nshort\nUp\n", WORDS))
    pytester.makepyfile(my_rules=RULES)
    inner = pytester.mkdir("inner")
    arguments = ["--factpack", "datapackage.json", "--factpack-rules", "my_rules"]
    if by == "setting":
        pytester.makeini("[pytest]\nfactpack = datapackage.json\nfactpack_rules = my_rules")
        monkeypatch.chdir(inner)
        arguments = ["../datapackage.json"]

    result = pytester.runpytest_inprocess(*arguments, "-W", "default")

    result.assert_outcomes(passed=4, failed=1, errors=1, warnings=1)
    result.stdout.fnmatch_lines(
        [
            "*ERROR at setup of rule raises*",
            "*datapackage.json: unjudged raises: the rule raised ValueError: no words",
            "*rule words_are_short*",
            "*words.csv:2: error words_are_short: row 2, column word, value 'short', must be short",
            "*DataWarning: *words.csv:3: warning words_are_lower_case: row 3, column word, value 'Up', *",
            "*datapackage.json::rule::idle: nothing was there to judge",
        ]
    )


def test_a_rule_with_the_name_of_another_check_keeps_its_findings(
    pytester: pytest.Pytester, make_package: MakePackage
) -> None:
    descriptor = make_package(words=("word\none\n", WORDS))
    pytester.makepyfile(my_rules=RULES.replace("words_are_short", "type").replace("<= 4", "<= 1"))

    result = pytester.runpytest_inprocess(
        "--factpack", descriptor, "--factpack-rules", "my_rules", "-k", "type or words", "-v"
    )

    result.stdout.fnmatch_lines(["*resource::words PASSED*", "*rule::type FAILED*"])


def broken(dataset: Path) -> None:
    """Break a copy of the dataset in many ways: a date, a reference, spans, a seal, a row of evidence, a size."""
    for name, old, new in [
        ("events", "held", "planned"),
        ("places", "guangzhou", "canton"),
        ("evidence", ",verbatim,", ",copied,"),
        ("segments", "p2-1", "p2-9"),
        ("documents", "press_release", "letter"),
        ("statements", "2", "x"),
    ]:
        file = dataset.parent / "data" / f"{name}.csv"
        file.write_bytes(file.read_bytes().replace(old.encode(), new.encode(), 2))


def test_the_checks_together_find_what_a_validation_finds(dataset: Path) -> None:
    broken(dataset)
    package = open_package(dataset)
    report = factpack.validate(dataset)

    checked = CheckedPackage(package, all_rules(package.name, []), {})

    found = [finding for key in checked.keys for finding in checked.outcome(key).findings]
    assert Counter(found) == Counter(report.findings)
    assert len({finding.rule for finding in found}) > 10
    failed = {key.kind for key in checked.keys if checked.outcome(key).findings}
    assert failed >= {RESOURCE, RULE, EVIDENCE}


def test_a_finding_on_evidence_is_that_of_its_document(example: Path) -> None:
    package = open_package(example)
    copies = {
        EXAMPLE_KEY: EXAMPLE / f"{EXAMPLE_KEY}.txt",
        "ipim-guangzhou-2025-09-10": EXAMPLE / "places.csv",
    }

    checked = CheckedPackage(package, [], copies)

    sound = checked.outcome(Key(EVIDENCE, EXAMPLE_KEY))
    other = checked.outcome(Key(EVIDENCE, "ipim-guangzhou-2025-09-10"))
    assert sound.note == ""
    assert not [finding for finding in sound.findings if finding.severity is not Severity.WARNING]
    assert {finding.rule for finding in other.findings} == {"span-text", "segment-text"}
    assert checked.outcome(Key(RESOURCE, "evidence")).findings == []


def test_evidence_that_cannot_be_judged_is_an_error_of_each_document(dataset: Path) -> None:
    (dataset.parent / "data" / "segments.csv").write_text("nothing\n1\n", encoding="utf-8")
    package = open_package(dataset)

    checked = CheckedPackage(package, [], {})

    (found,) = checked.outcome(Key(EVIDENCE, "ipim-guangzhou-2025-09-10")).findings
    assert (found.severity, found.rule) == (Severity.UNJUDGED, "evidence")


def test_documents_that_cannot_be_listed_are_an_error_of_the_metadata(dataset: Path) -> None:
    (dataset.parent / "data" / "documents.csv").unlink()
    package = open_package(dataset)

    checked = CheckedPackage(package, [], {})

    assert not [key for key in checked.keys if key.kind == EVIDENCE]
    assert "evidence" in {finding.rule for finding in checked.outcome(outcomes.OF_METADATA).findings}


def test_a_check_that_was_not_run_does_not_pass(
    make_package: MakePackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    @factpack.rule()
    def forgotten(words: object) -> factpack.View:
        """Nothing."""
        raise AssertionError("it is not called")

    monkeypatch.setattr(outcomes, "rules_outcome", lambda *_: ([], []))
    checked = CheckedPackage(open_package(make_package(words=("word\none\n", WORDS))), [forgotten], {})

    (finding,) = checked.outcome(Key(RULE, "forgotten")).findings

    assert (finding.severity, finding.message) == (Severity.UNJUDGED, "forgotten was not judged")


def test_what_libraries_warn_of_is_no_fault_of_the_data(
    pytester: pytest.Pytester, make_package: MakePackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    descriptor = make_package(words=("word\none\n", WORDS))
    pytester.makepyfile(
        my_rules=RULES.partition("@factpack.rule(severity")[0].replace(
            "    return", '    import warnings; warnings.warn("old", DeprecationWarning)\n    return'
        )
    )

    result = pytester.runpytest_inprocess(
        "--factpack", descriptor, "--factpack-rules", "my_rules", "-W", "error"
    )

    result.assert_outcomes(passed=3, warnings=1)


def test_copies_of_documents_are_verified(pytester: pytest.Pytester, example: Path) -> None:
    folder = pytester.mkdir("documents")
    (folder / f"{EXAMPLE_KEY}.txt").write_bytes((EXAMPLE / f"{EXAMPLE_KEY}.txt").read_bytes())
    assert copies_in(folder)

    result = pytester.runpytest_inprocess(
        "--factpack", example, "--factpack-documents", "documents", "-k", "evidence"
    )

    assert "errors" not in result.parseoutcomes()
    result.stdout.fnmatch_lines("*::evidence::ipim-guangzhou-2025-09-10: not verified against the text")
    result.stdout.no_fnmatch_line(f"*{EXAMPLE_KEY}: not verified*")


# How pytest runs it


def test_a_package_is_validated_once(
    pytester: pytest.Pytester, make_package: MakePackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    descriptor = make_package(a=("n\n1\n", NUMBERS), b=("n\n1\n", NUMBERS))
    calls = []
    original = outcomes.examine
    monkeypatch.setattr(outcomes, "examine", lambda package: calls.append(package) or original(package))

    ids_of_both = ["datapackage.json::resource::a", "datapackage.json::resource::b"]
    pytester.runpytest_inprocess("--factpack", descriptor, *ids_of_both).assert_outcomes(passed=2)
    assert len(calls) == 1
    collected(pytester, "--factpack", descriptor)
    assert len(calls) == 1


@pytest.mark.slow
def test_processes_of_xdist_agree(pytester: pytest.Pytester, make_package: MakePackage) -> None:
    descriptor = make_package(
        numbers=("n\none\n", NUMBERS), open=("n\n1\n", None), words=("word\nlonger\n", WORDS)
    )
    pytester.makepyfile(
        my_rules=RULES, test_words="def test_words(words): assert list(words['word']) == ['longer']"
    )

    result = pytester.runpytest_subprocess(
        "-n", "2", "--factpack", descriptor, "--factpack-rules", "my_rules", "-p", "no:cacheprovider"
    )

    result.assert_outcomes(passed=6, failed=2, errors=1, warnings=1)
    result.stdout.fnmatch_lines(
        [
            "*ERROR at setup of rule raises*",
            "*DataWarning: open.csv: warning resource: *",
            "datapackage.json::rule::idle: nothing was there to judge",
        ]
    )
    result.stdout.fnmatch_lines_random(
        ["numbers.csv:2: error type: *", "words.csv:2: error words_are_short: row 2, *"]
    )


def test_pytest_stops_at_the_first_failure_and_goes_on_from_the_last(
    pytester: pytest.Pytester, make_package: MakePackage
) -> None:
    descriptor = make_package(a=("n\nx\n", NUMBERS), b=("n\n1\n", NUMBERS))

    pytester.runpytest_inprocess("--factpack", descriptor, "-x").assert_outcomes(passed=1, failed=1)
    again = pytester.runpytest_inprocess("--factpack", descriptor, "--lf", "-v")

    again.assert_outcomes(failed=1, deselected=2)
    again.stdout.fnmatch_lines("datapackage.json::resource::a FAILED*")


def test_a_report_in_the_form_of_junit_names_the_cells(
    pytester: pytest.Pytester, make_package: MakePackage
) -> None:
    descriptor = make_package(numbers=("n\n1\none\n\x1btwo\n", NUMBERS))

    pytester.runpytest_inprocess("--factpack", descriptor, "--junitxml", "report.xml")

    metadata, numbers = ElementTree.parse(pytester.path / "report.xml").iter("testcase")
    assert (metadata.get("classname"), metadata.get("name")) == ("datapackage.json", "metadata")
    assert (numbers.get("classname"), numbers.get("name")) == ("datapackage.json.resource", "numbers")
    properties = {part.get("name"): part.get("value") for part in numbers.iter("property")}
    assert properties == {"rows": "3", "file": "numbers.csv", "line": "3"}
    failure = numbers.find("failure")
    assert failure is not None
    assert str(failure.get("message")).startswith("Failed: numbers.csv:3: error type: row 3, column n")
    assert str(failure.text).endswith(
        "\nnumbers.csv:4: error type: row 4, column n, value '\\x1btwo', must be of the type integer\n2 errors"
    )


def test_marks_of_the_project_hold_for_checks(pytester: pytest.Pytester, make_package: MakePackage) -> None:
    descriptor = make_package(numbers=("n\none\n", NUMBERS))
    pytester.makeconftest(
        """
        import pytest

        def pytest_collection_modifyitems(items):
            for item in items:
                if item.nodeid == "datapackage.json::resource::numbers":
                    item.add_marker(pytest.mark.xfail(reason="known"))
        """
    )

    pytester.runpytest_inprocess("--factpack", descriptor).assert_outcomes(passed=1, xfailed=1)


# Fixtures


def test_tables_and_the_package_are_fixtures(pytester: pytest.Pytester, make_package: MakePackage) -> None:
    make_package(numbers=("n\n1\n2\n", NUMBERS), words=("word\none\n", WORDS))
    pytester.makeini("[pytest]\nfactpack = datapackage.json\nfilterwarnings = error")
    pytester.makepyfile(
        """
        import pytest

        def test_types(numbers, words):
            assert str(numbers["n"].dtype) == "Int64"
            assert list(words["word"]) == ["one"]

        def test_one_test_spoils_no_other(numbers, package):
            numbers.loc[0, "n"] = 7
            numbers["m"] = 1
            assert list(package.tables["numbers"]["n"]) == [1, 2]

        def test_the_table_is_as_it_was(numbers):
            assert list(numbers.columns) == ["n"]
            assert list(numbers["n"]) == [1, 2]

        def test_package(package):
            assert package.descriptor.name == "datapackage.json"
            assert package.descriptor.is_absolute()
            assert list(package.tables) == ["numbers", "words"]
            assert len(package.tables) == 2
            with pytest.raises(KeyError, match="no table 'number'; did you mean 'numbers'"):
                package.tables["number"]
            assert package.tables.get("number") is None
        """
    )

    pytester.runpytest_inprocess("test_tables_and_the_package_are_fixtures.py").assert_outcomes(passed=4)


def test_a_misspelt_table_is_a_fixture_that_is_not_found(
    pytester: pytest.Pytester, make_package: MakePackage
) -> None:
    descriptor = make_package(numbers=("n\n1\n", NUMBERS))
    pytester.makepyfile("def test(numbrs): pass")

    result = pytester.runpytest_inprocess("--factpack", descriptor)

    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(["*fixture 'numbrs' not found", "*available fixtures: *numbers, package*"])


def test_names_that_have_another_meaning_are_no_fixtures(
    pytester: pytest.Pytester, make_package: MakePackage
) -> None:
    tables = dict.fromkeys(
        ("request", "pytestconfig", "cache", "monkeypatch", "mine", "class"), ("n\n1\n", NUMBERS)
    )
    descriptor = make_package(
        **tables, **{"my-table": ("n\n1\n", NUMBERS), "pytest_configure": ("n\n1\n", NUMBERS)}
    )
    pytester.makeconftest("import pytest\n\n@pytest.fixture\ndef mine():\n    return 'mine'")
    pytester.makepyfile(
        """
        def test_names(request, package, cache, monkeypatch, mine, tmp_path, pytest_configure):
            assert request.node.name == "test_names"
            assert tmp_path.is_dir() and hasattr(monkeypatch, "setattr") and hasattr(cache, "mkdir")
            assert mine == "mine"
            assert len(package.tables["my-table"]) == len(package.tables["cache"]) == len(pytest_configure) == 1
        """
    )

    result = pytester.runpytest_inprocess("--factpack", descriptor, "-k", "test_names")

    result.assert_outcomes(passed=1, deselected=9)
    assert (
        "factpack: these names are no fixtures of tables, use package.tables: cache, monkeypatch, pytestconfig, request"
        in result.outlines
    )


def test_a_fixture_of_another_plugin_stays_what_it_is(
    pytester: pytest.Pytester, make_package: MakePackage
) -> None:
    descriptor = make_package(numbers=("n\n1\n", NUMBERS), other=("n\n1\n", NUMBERS))
    pytester.makepyfile(
        plugin="""
        import pytest

        @pytest.fixture(name="numbers", scope="session")
        def of_plugin():
            return "of the plugin"

        @pytest.fixture
        def package():
            return "its own"
        """,
        test_it="def test_it(numbers, package, other): assert (numbers, package) == ('of the plugin', 'its own')",
    )
    pytester.syspathinsert()

    result = pytester.runpytest_inprocess("-p", "plugin", "--factpack", descriptor)

    result.assert_outcomes(passed=4)


def test_a_project_may_build_on_the_fixture_of_a_table(
    pytester: pytest.Pytester, make_package: MakePackage
) -> None:
    descriptor = make_package(numbers=("n\n1\n2\n3\n", NUMBERS))
    pytester.makeconftest(
        "import pytest\n\n@pytest.fixture\ndef numbers(numbers):\n    return numbers.iloc[1:]"
    )
    pytester.makepyfile(
        """
        import pytest

        @pytest.fixture(name="numbers")
        def last_numbers(numbers):
            return numbers.iloc[1:]

        def test_numbers(numbers):
            assert list(numbers["n"]) == [3]
        """
    )

    pytester.runpytest_inprocess("--factpack", descriptor).assert_outcomes(passed=3)


def test_a_table_that_cannot_be_read_is_an_error_without_code(
    pytester: pytest.Pytester, make_package: MakePackage
) -> None:
    descriptor = make_package(numbers=("n\none\n", NUMBERS))
    pytester.makepyfile("def test_numbers(numbers): pass")

    result = pytester.runpytest_inprocess("--factpack", descriptor, "-k", "test_numbers")

    result.assert_outcomes(errors=1, deselected=2)
    result.stdout.fnmatch_lines(
        [
            "*ERROR at setup of test_numbers*",
            "numbers.n has a cell that is not of the type integer",
            "*summary*",
        ],
        consecutive=True,
    )


def test_a_package_that_cannot_be_opened_is_told_where_it_is_asked_for(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nfactpack = absent.json")
    pytester.makepyfile(test_it="def test_package(package): pass\n\ndef test_other(): pass")

    result = pytester.runpytest_inprocess("test_it.py")

    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines("*absent.json: no such file")


def test_with_several_packages_a_test_runs_for_each_and_a_table_is_that_of_one(
    pytester: pytest.Pytester,
) -> None:
    for folder, names in {"first": ("a", "both"), "second": ("b", "both")}.items():
        resources = [{"name": name, "path": "t.csv", "schema": {"fields": NUMBERS}} for name in names]
        pytester.mkdir(folder).joinpath("t.csv").write_text("n\n1\n", encoding="utf-8")
        content = json.dumps({"name": folder, "resources": resources})
        (pytester.path / folder / "datapackage.json").write_text(content, encoding="utf-8")
    pytester.makepyfile(
        """
        def test_package(package):
            assert len(package.tables["both"]) == 1

        def test_tables(a, b):
            assert len(a) == len(b) == 1
        """
    )

    result = pytester.runpytest_inprocess(
        "--factpack", "first/datapackage.json", "--factpack", "second/datapackage.json", "-v"
    )

    result.assert_outcomes(passed=3 + 3 + 3)
    result.stdout.fnmatch_lines(
        [
            "factpack: first/datapackage.json, second/datapackage.json",
            "factpack: these names are no fixtures of tables, use package.tables: both",
            "*::test_package[[]first/datapackage.json] PASSED*",
            "*::test_package[[]second/datapackage.json] PASSED*",
        ]
    )


def test_fixtures_are_listed_with_what_they_are(pytester: pytest.Pytester, make_package: MakePackage) -> None:
    descriptor = make_package(numbers=("n\n1\n", NUMBERS))

    result = pytester.runpytest_inprocess("--factpack", descriptor, "--fixtures")

    result.stdout.fnmatch_lines(["package *session*", "numbers *", "*The table numbers of datapackage.json."])


# The documentation

PAGE = (ROOT / "docs" / "pytest.md").read_text(encoding="utf-8")


def snippets(kind: str) -> list[str]:
    return re.findall(rf"<!-- test: {kind} -->\n```\w+\n(.*?)```", PAGE, flags=re.DOTALL)


@pytest.mark.slow
@pytest.mark.parametrize("command", [line for code in snippets("sh") for line in code.splitlines()])
def test_the_commands_of_the_documentation_run(
    command: str, pytester: pytest.Pytester, dataset: Path
) -> None:
    dataset.parent.rename(pytester.path / "package")
    os.chdir(pytester.path / "package")  # pytester goes back
    write_known(Path("datapackage.json"), [], Path("known.json"))

    result = pytester.runpytest_inprocess(*shlex.split(command)[1:], "-p", "no:cacheprovider")

    assert command.startswith("pytest ")
    assert result.ret == pytest.ExitCode.OK
    assert result.parseoutcomes()["passed"] >= 1


def test_the_tests_and_settings_of_the_documentation_run(pytester: pytest.Pytester, dataset: Path) -> None:
    (ini,), (tests,) = snippets("ini"), snippets("python")
    (dataset.parent / "pytest.ini").write_text(ini, encoding="utf-8")
    (dataset.parent / "test_tables.py").write_text(tests, encoding="utf-8")
    os.chdir(dataset.parent)  # pytester goes back

    alone = pytester.runpytest_inprocess("test_tables.py")
    both = pytester.runpytest_inprocess("-k", "test_tables or metadata")

    alone.assert_outcomes(passed=2)
    assert both.parseoutcomes()["passed"] == 3


def test_the_documentation_names_the_options_and_settings_that_there_are(pytester: pytest.Pytester) -> None:
    rows = re.findall(r"^\| `(--factpack[\w-]*)` \| `(\w+)` \|", PAGE, re.MULTILINE)
    text = pytester.runpytest_inprocess("--help").stdout.str()

    assert [option for option, _ in rows] == re.findall(r"^  (--factpack[\w-]*)", text, re.MULTILINE)
    assert [setting for _, setting in rows] == re.findall(r"^  (factpack\w*) \(", text, re.MULTILINE)
    assert f"the first {MOST_FINDINGS} of each check" in PAGE


def test_an_old_pytest_is_refused_in_one_line(pytester: pytest.Pytester, make_package: MakePackage) -> None:
    make_package(t=("n\n1\n", [{"name": "n", "type": "integer"}]))
    code = "import pytest; pytest.version_tuple = (8, 3, 5); pytest.main(['--factpack', 'datapackage.json'])"

    done = pytester.run(sys.executable, "-c", code)

    done.stderr.fnmatch_lines(["ERROR: the checks of data packages need pytest 8.4 or later"])
    assert "INTERNALERROR" not in done.stdout.str() + done.stderr.str()


def test_properties_of_other_plugins_may_be_anything(
    pytester: pytest.Pytester, make_package: MakePackage
) -> None:
    make_package(t=("n\n1\n", [{"name": "n", "type": "integer"}]))
    pytester.makepyfile(
        "def test_it(request): request.node.user_properties += [1, 'ab', ('a', 1, 2), [[], 3]]"
    )

    done = pytester.runpytest_subprocess("--factpack", "datapackage.json", ".")

    assert done.ret == 0
