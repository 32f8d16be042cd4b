"""How many small changes to the modules that give verdicts the tests find.

    python benchmarks/mutation.py [MODULE ...]

mutmut makes each change, a mutant, in a copy of the project, and runs the tests that reach the function which
was changed. A mutant is killed if one of them fails, or takes so long that it would never end. The tests are
those that need no other process, with few and fixed examples. Printed is a table in Markdown; then the
mutants that survived, and those that were stopped. What it needs: `pip install -e '.[mutation]'`.
"""

import importlib.metadata
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

#: The modules of factpack that give verdicts.
MODULES = (
    *("keys", "constraints", "fields", "header", "records", "splitting", "filling", "arrow_csv", "reading"),
    *("schema", "values", "inline", "dialect", "source", "table_schema", "validation", "patterns"),
    *("json_schema", "series", "python_values", "formats", "package", "metadata"),
    *("descriptive_metadata", "descriptor"),
    *("durations", "report", "table"),
    *("rules", "baseline", "row_tests", "pieces", "piecewise", "partition", "spill", "key_parts", "ahead"),
    *("words", "examination", "integrity", "plain_metadata", "arrow_memory", "geojson", "moments", "uris"),
)

#: The tests, and those of them that are left out: they start processes, or read whole data sets.
TESTS = (
    *("keys", "values", "fields", "header", "constraints", "schema", "table_schema", "dialect", "form"),
    *("splitting", "reading", "parsing", "package", "metadata", "validation", "pandera_schema", "frames"),
    *("inline", "series", "bounded_time", "safety", "report", "rules", "baseline", "pieces", "partition"),
    *("arrow_memory", "ahead"),
)
SLOW = (
    *("nothing_outside_is_opened", "opens_its_own_files_only", "the_dataset", "same_findings_wherever"),
    *("wrong_cell_is_named", "extra_column_is_named", "one_cell_too_many_is_named", "was_cut_short"),
    *("changed_file_does_not_pass", "frictionless_agrees", "frictionless_passes", "dask"),
)

#: What a mutant that was killed is called: a test failed, or did not end, or the process did not.
KILLED = {"killed", "timeout", "segfault", "caught by type check"}

PROCESSES = 2


def make_copy(folder: Path, modules: list[str]) -> None:
    """Lay the project out as mutmut wants it, and tell mutmut what to change and how to test."""
    shutil.copytree(ROOT / "validators", folder / "src", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("tests", "data", "schemas"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "datapackage.json", folder)
    settings = {
        "source_paths": ["src"],
        "only_mutate": [f"src/factpack/{module}.py" for module in modules],
        "timeout_multiplier": 8.0,
        "also_copy": ["data", "schemas", "datapackage.json"],
        "pytest_add_cli_args_test_selection": [f"tests/test_{name}.py" for name in TESTS],
        "pytest_add_cli_args": [
            "--hypothesis-profile=few",
            "-k",
            " and ".join(f"not {name}" for name in SLOW),
        ],
    }
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    lines = [f"{name} = {value!r}\n" for name, value in settings.items()]
    (folder / "pyproject.toml").write_text("".join([text, "\n[tool.mutmut]\n", *lines]), encoding="utf-8")


#: Collects the tests twice, and fails if some have other names the second time.
COLLECT_TWICE = """
import sys, pytest

class Names:
    def __init__(self):
        self.found = []

    def pytest_collection_modifyitems(self, items):
        self.found = [item.nodeid for item in items]

first, second = Names(), Names()
for names in (first, second):
    pytest.main(["--collect-only", "-qq", *sys.argv[1:]], plugins=[names])
print(*sorted(set(first.found) ^ set(second.found)), sep="\\n")
sys.exit(first.found != second.found or not first.found)
"""


def check_names(folder: Path) -> None:
    """Make sure that mutmut finds each test again by its name: if it does not, that would count as a kill."""
    files = [f"tests/test_{name}.py" for name in TESTS]
    command = [sys.executable, "-c", COLLECT_TWICE, *files]
    environment = os.environ | {"PYTHONPATH": "src"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"tests have other names when they are collected again:\n{done.stdout[-5000:]}")


def run(folder: Path, *arguments: str) -> str:
    """Run mutmut in a folder, and return what it prints."""
    command = [sys.executable, "-m", "mutmut", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)}\n{done.stdout[-5000:]}\n{done.stderr[-5000:]}")
    return done.stdout


def outcomes(folder: Path) -> dict[str, dict[str, str]]:
    """Return what became of each mutant, by the module and the name of the mutant."""
    found: dict[str, dict[str, str]] = {}
    for line in run(folder, "results", "--all", "true").splitlines():
        name, _, outcome = line.strip().rpartition(": ")
        if name.startswith("factpack."):
            found.setdefault(name.split(".")[1], {})[name] = outcome
    return found


def row(name: str, results: list[str]) -> str:
    """Return a row of the table."""
    killed = sum(result in KILLED for result in results)
    return f"| {name} | {len(results)} | {killed} | {len(results) - killed} | {killed / len(results):.1%} |"


def main() -> None:
    """Make the mutants, test them, and print what became of them."""
    with tempfile.TemporaryDirectory() as base:
        folder = Path(base)
        make_copy(folder, sys.argv[1:] or list(MODULES))
        check_names(folder)
        run(folder, "run", "--max-children", str(PROCESSES))
        found = outcomes(folder)
        versions = [
            f"{name} {importlib.metadata.version(name)}" for name in ("mutmut", "pytest", "hypothesis")
        ]
        print(f"Python {sys.version.split()[0]}, {', '.join(versions)}.\n")
        print("| module | mutants | killed | survived | share killed |\n|---|---|---|---|---|")
        for module in sorted(found, key=MODULES.index):
            print(row(f"`{module}`", list(found[module].values())))
        print(row("all", [result for results in found.values() for result in results.values()]))
        for results in found.values():
            for name, result in results.items():
                if result != "killed":
                    print(f"\n{result}: {name}\n{run(folder, 'show', name)}", end="")


if __name__ == "__main__":
    main()
