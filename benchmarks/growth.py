"""How the time of `factpack validate` grows with rows, columns, tables, values, findings, rules and spans.

    python benchmarks/growth.py                                  # all: half an hour
    python benchmarks/growth.py --quantities rows,spans --doublings 3 --rounds 1
    python benchmarks/growth.py --write                          # into docs/benchmarks.md and docs/figures

For each of these, `growing.py` makes packages that double, and one as small as can be: its time is the fixed
cost. Measured is the whole process; the sizes take turns. The slope is that of a line through the times above
the fixed cost, both axes logarithmic: 1 means twice the time for twice as much, 2 four times. Sizes whose
time is above the fixed cost by less than a tenth of it, or than it varies itself, are left out as noise.
`pip install '.[benchmark]'` has what the figures need.
"""

import argparse
import itertools
import math
import shlex
import shutil
import statistics
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from growing import QUANTITIES, Quantity
from measuring import Job, Run, peak, rounds, seconds
from pages import FIGURES, of_rounds, put_section, shown, spread, versions

from factpack.markdown import table as markdown_table

#: What is above the fixed cost by less than this share of it is noise.
LEAST_SHARE = 0.1

#: Rows of a table to which its times are projected.
PROJECTED = (10**9, 10**10)


@dataclass(frozen=True, kw_only=True)
class Fit:
    """The line `seconds = factor * size ** slope`, through so many sizes.

    `low` and `high` are the least and the most slope of a round.
    """

    slope: float
    factor: float
    low: float
    high: float
    sizes: int


@dataclass(frozen=True, kw_only=True)
class Growth:
    """The runs of packages by their size, and those of the smallest."""

    quantity: Quantity
    base: Sequence[Run]
    runs: Mapping[int, Sequence[Run]]

    @property
    def fixed(self) -> float:
        """The seconds that the smallest package takes."""
        return statistics.median(seconds(self.base))

    def median(self, size: int) -> float:
        """Return the median of the seconds that a size takes."""
        return statistics.median(seconds(self.runs[size]))

    def above(self, size: int) -> list[float]:
        """Return the seconds above the fixed cost, by round."""
        pairs = zip(seconds(self.runs[size]), seconds(self.base), strict=True)
        return [own - fixed for own, fixed in pairs]

    def is_above_noise(self, size: int) -> bool:
        """Tell whether a size takes longer than the smallest package by more than what varies by itself."""
        above, base = self.above(size), seconds(self.base)
        noise = max(LEAST_SHARE * self.fixed, max(base) - min(base))
        return min(above) > 0 and statistics.median(above) >= noise

    def doublings(self) -> list[tuple[int, float]]:
        """Return the sizes after the first, and how many times the time of the size before each takes."""
        sizes = list(self.runs)
        return [(size, self.median(size) / self.median(before)) for before, size in itertools.pairwise(sizes)]

    def fit(self) -> Fit | None:
        """Return the line through the sizes that are above noise; None if there are fewer than three."""
        sizes = [size for size in self.runs if self.is_above_noise(size)]
        if len(sizes) < 3:
            return None
        by_size = [self.above(size) for size in sizes]
        slope, factor = _line(sizes, [statistics.median(above) for above in by_size])
        slopes = [_line(sizes, list(above))[0] for above in zip(*by_size, strict=True)]
        return Fit(slope=slope, factor=factor, low=min(slopes), high=max(slopes), sizes=len(sizes))


def _line(sizes: Sequence[int], above: Sequence[float]) -> tuple[float, float]:
    """Return the slope and the factor of the line through times, both axes logarithmic."""
    slope, height = np.polyfit(np.log(sizes), np.log(above), 1)
    return float(slope), math.exp(height)


# The measurement.


def measure(quantity: Quantity, options: argparse.Namespace, folder: Path) -> Growth:
    """Make the packages of a quantity, and run factpack on them in turns."""
    jobs = {}
    for size in [quantity.least, *quantity.sizes(options.doublings)]:
        (folder / str(size)).mkdir(parents=True)
        quantity.make(folder / str(size), size)
        jobs[size] = job(folder / str(size), [*quantity.options, *shlex.split(options.factpack_option)])
    runs = rounds(jobs, options.rounds)
    base = runs.pop(quantity.least)
    return Growth(quantity=quantity, base=base, runs=runs)


def job(folder: Path, options: Sequence[str]) -> Job:
    """Return the job of validating the package in a folder."""
    validate = (sys.executable, "-m", "factpack", "validate", "datapackage.json", "--format", "json")
    return Job(command=(*validate, *options), folder=folder, output=folder / "report.json", exit_codes=(0, 1))


# What is told.


def table(growth: Growth) -> list[str]:
    """Return the table of the times, in Markdown."""
    times = dict(growth.doublings())
    heads = [growth.quantity.name, "seconds", "above the fixed cost", "times the size before", "peak MB"]
    lines = []
    for size, runs in growth.runs.items():
        above = statistics.median(growth.above(size))
        cells = [
            f"{size:,}",
            spread(seconds(runs)),
            shown(above) if above > 0 else "0",
            f"{times[size]:.2f}" if size in times else "",
            f"{peak(runs):,.0f}",
        ]
        lines.append(cells)
    return list(markdown_table(heads, lines))


def sentence(growth: Growth) -> str:
    """Return the fixed cost and the slope, in words."""
    fixed = f"The fixed cost is {shown(growth.fixed)} s."
    fit = growth.fit()
    if fit is None:
        return f"{fixed} Too few sizes are above it by more than noise for a slope."
    single = f"; {fit.low:.2f} to {fit.high:.2f} in single rounds" if fit.low < fit.high else ""
    return f"{fixed} Above it, the slope is **{fit.slope:.2f}** ({fit.sizes} sizes{single})."


def section(growth: Growth, options: argparse.Namespace) -> str:
    """Return what is to be told of a quantity, in Markdown."""
    name = growth.quantity.name
    figure = ["", f"![seconds by {name}](figures/{figure_of(growth).name})"] if options.write else []
    projected = ["", *projection(growth)] if name == "rows" and growth.fit() else []
    used = versions(("factpack", "pandera", "pandas", "pyarrow", "numpy"))
    return "\n".join(
        [
            *(f"### {name.capitalize()}", "", f"    {command(name, options)}", ""),
            f"{growth.quantity.told} {of_rounds(options.rounds)} {sentence(growth)}",
            *("", *table(growth), *figure, *projected, "", used),
        ]
    )


def command(name: str, options: argparse.Namespace) -> str:
    """Return the command that measures a quantity as the options ask for."""
    parts = ["python", "benchmarks/growth.py", "--quantities", name]
    if options.doublings is not None:
        parts += ["--doublings", str(options.doublings)]
    if options.factpack_option:
        parts.append(f"--factpack-option={options.factpack_option}")
    return shlex.join([*parts, "--rounds", str(options.rounds)])


def projection(growth: Growth) -> list[str]:
    """Return what the line says of more rows than were tried, in Markdown."""
    fit, largest = growth.fit(), max(growth.runs)
    assert fit is not None
    lines = []
    for size in PROJECTED:
        times = [growth.fixed + fit.factor * size**fit.slope]
        times += [times[0] * (size / largest) ** (slope - fit.slope) for slope in (fit.low, fit.high)]
        minutes = [f"{time / 60:,.1f}" for time in times]
        lines.append([f"{size:,}", f"{minutes[0]} ({minutes[1]} to {minutes[2]})"])
    return [
        f"What follows was not measured. It is what the line says of more rows than {largest:,}; in brackets",
        "are the minutes by the least and the most slope of a round. So many keys are divided on disk, which",
        "takes longer than the line says: see the ten million rows of the shop.",
        "",
        *markdown_table(["rows", "minutes"], lines),
    ]


def figure_of(growth: Growth) -> Path:
    """Return the file of a quantity's figure."""
    return FIGURES / f"growth-{growth.quantity.name.replace(' ', '-')}.svg"


def draw(growth: Growth) -> None:
    """Draw the times of a quantity, both axes logarithmic."""
    import matplotlib as mpl

    mpl.use("svg")
    # the same file each time, and text that stays text
    mpl.rcParams.update({"svg.hashsalt": "factpack", "svg.fonttype": "none", "font.family": "sans-serif"})
    from matplotlib import pyplot

    sizes = list(growth.runs)
    medians = [growth.median(size) for size in sizes]
    spreads = [seconds(growth.runs[size]) for size in sizes]
    below = [median - min(own) for median, own in zip(medians, spreads, strict=True)]
    beyond = [max(own) - median for median, own in zip(medians, spreads, strict=True)]
    figure, axes = pyplot.subplots(figsize=(6, 4), layout="constrained")
    axes.errorbar(sizes, medians, yerr=(below, beyond), fmt="o", color="#1f5a96", capsize=3, label="measured")
    axes.axhline(growth.fixed, color="#777777", linestyle=":", label=f"fixed cost, {shown(growth.fixed)} s")
    if fit := growth.fit():
        line = np.geomspace(sizes[0], sizes[-1], 50)
        label = f"fixed cost and a line of the slope {fit.slope:.2f}"
        axes.plot(line, growth.fixed + fit.factor * line**fit.slope, color="#c05a1c", label=label)
    axes.set(xscale="log", yscale="log", xlabel=growth.quantity.name, ylabel="seconds, whole process")
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.yaxis.set_major_formatter("{x:g}")
    axes.yaxis.set_minor_formatter("{x:g}")
    axes.grid(which="both", color="#dddddd", linewidth=0.5)
    axes.legend()
    FIGURES.mkdir(exist_ok=True)
    figure.savefig(figure_of(growth), metadata={"Date": None})
    pyplot.close(figure)


def arguments() -> argparse.Namespace:
    """Return what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--quantities", default=",".join(QUANTITIES), help=f"of {', '.join(QUANTITIES)}")
    parser.add_argument("--doublings", type=int, metavar="N", help="at most so many of each")
    parser.add_argument("--rounds", type=int, default=5, metavar="R")
    parser.add_argument("--factpack-option", default="", metavar="OPTIONS", help="run factpack with these")
    parser.add_argument("--write", action="store_true", help="write the outcome into docs/ too")
    options = parser.parse_args()
    if options.rounds < 1:
        parser.error("--rounds is at least 1")
    if unknown := set(options.quantities.split(",")) - QUANTITIES.keys():
        parser.error(f"nothing grows in {', '.join(sorted(unknown))}")
    return options


def main() -> None:
    """Measure each quantity, and tell the outcome."""
    options = arguments()
    for name in options.quantities.split(","):
        folder = Path(tempfile.mkdtemp())
        try:
            growth = measure(QUANTITIES[name], options, folder)
        finally:
            shutil.rmtree(folder)
        content = section(growth, options)
        print(content, end="\n\n", flush=True)
        if options.write:
            draw(growth)
            put_section(f"growth, {name}", content)


if __name__ == "__main__":
    main()
