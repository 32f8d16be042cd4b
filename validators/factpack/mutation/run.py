"""Makes the mutants of a package and judges them, on one process or several: the outcome is the same."""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from factpack.examination import examine
from factpack.exceptions import CheckError
from factpack.mutation.edits import edited, is_equivalent
from factpack.mutation.judging import Checks, Judge
from factpack.mutation.operators import Mutant, Subject, mutants_of
from factpack.mutation.places import Place, Places
from factpack.package import Package, open_package
from factpack.report import Severity
from factpack.rules import all_rules
from factpack.table import Table
from factpack.validation import validate

#: So many mutants are handed to a process at a time.
BATCH = 50

#: The fields of the ends of a span.
SPAN = ("start", "end")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What is mutated, and by what it is judged.

    `rules` are modules with more rules than those installed, `documents` files with copies of documents, by
    key. Without evidence the tables of evidence are left out, and so is what they are needed for. `sample` is
    the number of mutants that are judged, all if it is None.
    """

    descriptor: Path
    rules: Sequence[str] = ()
    documents: Mapping[str, Path] | None = None
    with_rules: bool = True
    with_evidence: bool = True
    seed: int = 0
    sample: int | None = None


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What became of a mutant: the rules that found it, and where; or that it changes nothing."""

    mutant: Mutant
    found: Mapping[str, Place]
    is_equivalent: bool

    @property
    def is_killed(self) -> bool:
        """Whether some rule found it."""
        return bool(self.found)

    @property
    def place(self) -> Place | None:
        """Where it was found, the nearest place counting; None if it was not."""
        return min(self.found.values(), key=list(Place).index, default=None)


class Laboratory:
    """A package that is to be mutated, with its mutants in order, and what judges them.

    Raises:
        CheckError: the package is not valid as it is, so that nothing could be told of its mutants.

    """

    def __init__(self, settings: Settings) -> None:
        self.package, self.tables, checks = _prepared(settings)
        self._judge = Judge(self.package, self.tables, checks)
        self._places = Places(self.package, self.tables)
        self.rules = [rule.name for rule in self._judge.rules]
        self.mutants = list(_mutants(self.package, self.tables, settings.seed))
        self.chosen = _chosen(len(self.mutants), settings)

    def trial(self, number: int) -> Trial:
        """Return what becomes of a mutant."""
        mutant = self.mutants[number]
        table = self.tables[mutant.edit.resource]
        after = edited(table, mutant.edit)
        if is_equivalent(table, mutant.edit, after):
            return Trial(mutant=mutant, found={}, is_equivalent=True)
        rows = self._places.rows(mutant, after)
        found: dict[str, Place] = {}
        for finding in self._judge.findings(mutant.edit, after):
            if finding.severity is Severity.ERROR:
                place = self._places.place(finding, mutant, rows)
                found[finding.rule] = min(place, found.get(finding.rule, place), key=list(Place).index)
        return Trial(mutant=mutant, found=found, is_equivalent=False)


def _prepared(settings: Settings) -> tuple[Package, dict[str, Table], Checks]:
    """Return the package, its tables, and what they are judged by, once it is known that it is valid."""
    package = open_package(settings.descriptor)
    rules = all_rules(package.name, settings.rules) if settings.with_rules else []
    report = validate(settings.descriptor, settings.documents, rules)
    if not report.valid:
        first = next(found for found in report.findings if found.severity is not Severity.WARNING)
        raise CheckError(f"the package is not valid as it is; {first.rule}: {first.message}")
    tables = {name: table.whole for name, table in examine(package)[1].items()}
    if not settings.with_evidence:
        roles = package.descriptor.get("evidence", {})
        for role in ("segments", "evidence", "seals"):
            tables.pop(roles.get(role, ""), None)
    checks = Checks(rules=rules, evidence=settings.with_evidence, documents=settings.documents)
    return package, tables, checks


def _mutants(package: Package, tables: Mapping[str, Table], seed: int) -> Iterator[Mutant]:
    evidence = package.descriptor.get("evidence", {}).get("evidence")
    for name, table in tables.items():
        yield from mutants_of(Subject(table, tables, seed, SPAN if name == evidence else ()))


def _chosen(count: int, settings: Settings) -> list[int]:
    """Return the numbers of the mutants that are judged: all, or a sample that the seed chooses."""
    if settings.sample is None or settings.sample >= count:
        return list(range(count))
    return sorted(random.Random(settings.seed).sample(range(count), settings.sample))


def run(
    settings: Settings, processes: int, advance: Callable[[int, int], None] = lambda done, total: None
) -> "Outcome":
    """Make and judge the mutants of a package.

    `advance` is told how many more are done, and how many there are to do.

    Raises:
        CheckError: the package is not valid as it is, or a process was ended from outside.
        PackageError, RuleError: it cannot be opened, or its rules cannot be found.

    """
    laboratory = Laboratory(settings)
    chosen = laboratory.chosen
    batches = [chosen[start : start + BATCH] for start in range(0, len(chosen), BATCH)]
    trials: dict[int, Trial] = {}
    if processes == 1:
        for batch in batches:
            trials.update({number: laboratory.trial(number) for number in batch})
            advance(len(batch), len(chosen))
    else:
        context = get_context("spawn")
        try:
            with ProcessPoolExecutor(processes, context, initializer=_set_up, initargs=(settings,)) as pool:
                for done in as_completed([pool.submit(_tried, batch) for batch in batches]):
                    trials.update(done.result())
                    advance(len(done.result()), len(chosen))
        except BrokenProcessPool as error:
            raise CheckError("a process ended before it had judged its mutants") from error
    return Outcome(
        package=laboratory.package.name,
        settings=settings,
        total=len(laboratory.mutants),
        rules=laboratory.rules,
        trials=[trials[number] for number in chosen],
    )


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of the mutants of a package: of the `total`, those that were tried. `rules` are names."""

    package: str
    settings: Settings
    total: int
    rules: Sequence[str]
    trials: Sequence[Trial]


_laboratory: list[Laboratory] = []


def _set_up(settings: Settings) -> None:
    """Make the laboratory of a process."""
    _laboratory.append(Laboratory(settings))


def _tried(numbers: Sequence[int]) -> dict[int, Trial]:
    return {number: _laboratory[0].trial(number) for number in numbers}
