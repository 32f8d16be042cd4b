"""Writes what was measured into `docs/benchmarks.md`: sections between marks, which a command replaces."""

import os
import platform
import re
import statistics
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path

PAGE = Path(__file__).resolve().parents[1] / "docs" / "benchmarks.md"
FIGURES = PAGE.parent / "figures"
END = "<!-- measured: end -->"


def versions(distributions: Iterable[str]) -> str:
    """Return what was measured with: the versions of Python and of distributions, and the machine."""
    named = [f"{name} {version(name)}" for name in dict.fromkeys(distributions)]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    machine = f"on {os.cpu_count()} cores and {memory:.0f} GB of memory"
    return f"{', '.join([f'Python {platform.python_version()}', *named])}; {machine}."


def shown(seconds: float) -> str:
    """Return a number of three digits or so."""
    return f"{seconds:.2f}" if seconds < 10 else f"{seconds:.1f}" if seconds < 100 else f"{seconds:.0f}"


def spread(values: Sequence[float]) -> str:
    """Return the median of some values, and, if there are several, the least and the most."""
    middle = shown(statistics.median(values))
    return middle if len(values) == 1 else f"{middle} ({shown(min(values))} to {shown(max(values))})"


def of_rounds(count: int) -> str:
    """Return what is said of figures from so many rounds."""
    return (
        "One round." if count == 1 else f"Medians of {count} interleaved rounds, from the least to the most."
    )


def put_section(name: str, content: str, page: Path = PAGE) -> None:
    """Replace the section of a page that is marked by its name.

    Raises:
        SystemExit: the page has no such marks.

    """
    start = f"<!-- measured: {name} -->"
    marked = re.compile(f"{re.escape(start)}\n.*?{re.escape(END)}\n", re.DOTALL)
    text = page.read_text(encoding="utf-8")
    if len(marked.findall(text)) != 1:
        raise SystemExit(f"{page} has no place for this; add two lines where it belongs:\n{start}\n{END}")
    section = f"{start}\n{content.strip()}\n{END}\n"
    page.write_text(marked.sub(lambda _: section, text), encoding="utf-8")
