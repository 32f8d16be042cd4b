"""The everyday acts, one session each: `nox -l` lists them, `nox -s NAME` does one.

What stands after `--` goes to the program that a session runs.

They run in the environment in which nox is; only what tries another environment makes one.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import nox

ROOT = Path(__file__).resolve().parent

#: How other Pythons and the lowest versions are tried: without what takes long, and with fewer examples.
REDUCED = ("-q", "-p", "no:cacheprovider", "-n", "auto", "--hypothesis-profile=few", "-m", "not slow")

#: The tests of what depends most on Python and on the libraries: what is read, judged, written and printed.
OF_ENGINE = (
    *("fields", "values", "series", "constraints", "schema", "keys", "inline", "dialect", "header", "help"),
    *("reading", "splitting", "pieces", "partition", "polluted", "arrow_memory", "agreement", "divergences"),
    *("pandera_schema", "rules", "metadata", "parsing", "bounded_time", "loading", "export_files"),
    "export_values",
)

nox.options.default_venv_backend = "none"
nox.options.sessions = ["style", "types", "test"]


def module(session: nox.Session, *arguments: str) -> None:
    """Run a module with the Python that nox runs in."""
    session.run(sys.executable, "-m", *arguments, external=True)


@nox.session
def style(session: nox.Session) -> None:
    """Check style and formatting."""
    module(session, "ruff", "check", ".")
    module(session, "ruff", "format", "--check", ".")


@nox.session
def mend(session: nox.Session) -> None:
    """Mend style and formatting, where that can be done without asking."""
    module(session, "ruff", "check", "--fix", ".")
    module(session, "ruff", "format", ".")


@nox.session
def types(session: nox.Session) -> None:
    """Check types."""
    module(session, "mypy", *session.posargs)


@nox.session
def test(session: nox.Session) -> None:
    """Run the tests, on all processors."""
    module(session, "pytest", "-n", "auto", *session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    """Generate what is generated of the documentation; `-- --check` only tells whether it is up to date."""
    pages = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]
    generated = [str(page) for page in pages if "[[[cog" in page.read_text(encoding="utf-8")]
    module(session, "cogapp", *(session.posargs or ["-r"]), *generated)


@nox.session
def coverage(session: nox.Session) -> None:
    """Show which branches the tests do not take."""
    options = ("--cov=factpack", "--cov=ipim_visit", "--cov-branch", "--cov-report=term-missing:skip-covered")
    module(session, "pytest", "-n", "auto", *options, *session.posargs)


@nox.session
def mutation(session: nox.Session) -> None:
    """Change the modules that give verdicts, or some of them, and show which changes no test notices."""
    session.run(sys.executable, "benchmarks/mutation.py", *session.posargs, external=True)


@nox.session
def mutants(session: nox.Session) -> None:
    """Corrupt the dataset, and show which faults its schemas and rules do not find."""
    module(session, "factpack", "mutate", "--without", "evidence", *session.posargs)


@nox.session
def benchmarks(session: nox.Session) -> None:
    """Measure how long validation takes, next to others, and that of evidence."""
    session.run(sys.executable, "benchmarks/engine.py", *session.posargs, external=True)
    session.run(sys.executable, "benchmarks/evidence.py", external=True)


@nox.session
def growth(session: nox.Session) -> None:
    """Measure how the time of validation grows with rows, columns, tables, findings, rules and spans."""
    session.run(sys.executable, "benchmarks/growth.py", *session.posargs, external=True)


@nox.session
def hot(session: nox.Session) -> None:
    """Measure the functions in which validation spends its time, one by one."""
    module(session, "pytest", *session.posargs, "benchmarks/test_hot_functions.py")


@nox.session
def proof(session: nox.Session) -> None:
    """Hold 100,000 packages against frictionless; that takes hours."""
    options = session.posargs or ["--hypothesis-profile=long"]
    module(session, "pytest", "-n", "auto", *options, "tests/test_agreement.py")


@nox.session
def build(session: nox.Session) -> None:
    """Build the wheel and the source distribution into dist/, and try both in empty environments."""
    shutil.rmtree(ROOT / "dist", ignore_errors=True)
    module(session, "hatchling", "build", "-d", "dist")
    for archive in sorted((ROOT / "dist").iterdir()):
        if archive.suffix in (".whl", ".gz"):
            _try(session, archive)


def _try(session: nox.Session, archive: Path) -> None:
    """Use an archive outside of the checkout: load and validate the dataset, start a package."""
    with tempfile.TemporaryDirectory() as folder:
        python = _environment(session, Path(folder) / "environment", sys.executable)
        _install(session, python, str(archive))
        load = "import ipim_visit; print(sum(map(len, ipim_visit.load().values())), 'rows loaded')"
        where = "import ipim_visit; print(ipim_visit.descriptor())"
        with session.chdir(folder):
            session.run(python, "-c", load, external=True)
            descriptor = str(session.run(python, "-c", where, external=True, silent=True)).strip()
            session.run(python, "-m", "factpack", "validate", descriptor, external=True)
            session.run(python, "-m", "factpack", "init", "started", external=True)
        with session.chdir(Path(folder) / "started"):
            session.run(python, "-m", "factpack", "validate", "--rules", "rules", external=True)


@nox.session
def lowest(session: nox.Session) -> None:
    """Run the tests with the lowest versions that pyproject.toml allows."""
    _test_lowest(session)


@nox.session
def others(session: nox.Session) -> None:
    """Run the tests with the other Pythons that pyproject.toml names, where this machine has them."""
    for version in ("3.12", "3.13"):
        _test_with(session, version)


@nox.session
def edges(session: nox.Session) -> None:
    """Run the tests of the engine with the lowest versions, and with the newest Python."""
    files = [f"tests/test_{name}.py" for name in OF_ENGINE]
    _test_lowest(session, *files)
    _test_with(session, "3.13", *files)


def _test_lowest(session: nox.Session, *arguments: str) -> None:
    """Run the tests with the lowest versions, in an environment of its own."""
    with tempfile.TemporaryDirectory() as folder:
        python = _environment(session, Path(folder), sys.executable)
        _install(session, python, "--resolution", "lowest-direct", ".[dev]")
        session.run(python, "-m", "pytest", *REDUCED, *arguments, *session.posargs, external=True)


def _test_with(session: nox.Session, version: str, *arguments: str) -> None:
    """Run the tests with a version of Python, in an environment of its own."""
    found = next(_pythons(version), None)
    if found is None:
        session.warn(f"Python {version} is not on this machine")
        return
    with tempfile.TemporaryDirectory() as folder:
        python = _environment(session, Path(folder), found)
        _install(session, python, "-e", ".[dev]")
        session.run(python, "-m", "pytest", *REDUCED, *arguments, *session.posargs, external=True)


def _pythons(version: str) -> Iterator[str]:
    """Yield the Pythons of a version that can be started: a name on the path may lead nowhere."""
    of_pyenv = sorted((Path.home() / ".pyenv" / "versions").glob(f"{version}.*/bin/python"))
    for python in (shutil.which(f"python{version}"), *map(str, of_pyenv)):
        if python is not None and os.system(f'"{python}" -c "import venv" 2>{os.devnull}') == 0:
            yield python


def _environment(session: nox.Session, folder: Path, python: str) -> str:
    """Make an empty environment, and return its Python."""
    session.run(
        sys.executable, "-m", "uv", "venv", "-q", "--clear", "--python", python, str(folder), external=True
    )
    return str(folder / ("Scripts" if os.name == "nt" else "bin") / "python")


def _install(session: nox.Session, python: str, *arguments: str) -> None:
    session.run(
        sys.executable, "-m", "uv", "pip", "install", "-q", "--python", python, *arguments, external=True
    )


@nox.session
def release(session: nox.Session) -> None:
    """Refuse unless everything is ready for a release; then build it and try it. Nothing is published."""
    session.run(sys.executable, ".ci/release.py", external=True)
    module(session, "factpack", "validate", "--quiet")
    session.notify("docs", ["--check"])
    session.notify("build")
