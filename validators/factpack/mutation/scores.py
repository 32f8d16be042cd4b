"""Scores of mutants: how many were killed, by operator, table, field and rule, and which survived."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from factpack.mutation.places import Place
from factpack.mutation.run import Outcome, Trial


@dataclass(frozen=True, kw_only=True)
class Score:
    """How many mutants of a group were found: at the very cell, in its row, elsewhere, or not at all.

    `equivalent` mutants change nothing that a reader of the table sees, and count for nothing else.
    """

    name: str
    cell: int
    row: int
    elsewhere: int
    survived: int
    equivalent: int

    @property
    def mutants(self) -> int:
        """The number of mutants that change something."""
        return self.killed + self.survived

    @property
    def killed(self) -> int:
        """The number of mutants that were found."""
        return self.cell + self.row + self.elsewhere

    @property
    def share_killed(self) -> float:
        """The share of the mutants that were found, from 0 to 1; 1 if there are none."""
        return self.killed / self.mutants if self.mutants else 1.0

    @property
    def share_in_place(self) -> float:
        """The share of those found that were found at the cell or in the row, from 0 to 1."""
        return (self.cell + self.row) / self.killed if self.killed else 1.0


@dataclass(frozen=True, kw_only=True)
class RuleScore:
    """How many mutants a rule found, and how many of them no other rule did."""

    name: str
    killed: int
    alone: int


def score(name: str, trials: Iterable[Trial]) -> Score:
    """Return the score of some trials."""
    counts: Counter[str] = Counter()
    for trial in trials:
        counts["equivalent" if trial.is_equivalent else trial.place or "survived"] += 1
    return Score(
        name=name,
        cell=counts[Place.CELL],
        row=counts[Place.ROW],
        elsewhere=counts[Place.ELSEWHERE],
        survived=counts["survived"],
        equivalent=counts["equivalent"],
    )


def scores_by(trials: Sequence[Trial], name_of: Callable[[Trial], str]) -> list[Score]:
    """Return the score of each group of trials, in the order in which the groups come up."""
    groups: dict[str, list[Trial]] = {}
    for trial in trials:
        groups.setdefault(name_of(trial), []).append(trial)
    return [score(name, group) for name, group in groups.items()]


def by_operator(outcome: Outcome) -> list[Score]:
    """Return the score of each operator."""
    return scores_by(outcome.trials, lambda trial: trial.mutant.operator)


def by_table(outcome: Outcome) -> list[Score]:
    """Return the score of each table."""
    return scores_by(outcome.trials, lambda trial: trial.mutant.edit.resource)


def by_field(outcome: Outcome) -> list[Score]:
    """Return the score of each field, or key of several fields; whole rows are left out."""
    in_cells = [trial for trial in outcome.trials if trial.mutant.field is not None]
    return scores_by(in_cells, lambda trial: f"{trial.mutant.edit.resource}.{trial.mutant.field}")


def by_rule(outcome: Outcome) -> list[RuleScore]:
    """Return what each rule found, those across tables first, also those that found nothing."""
    killed: Counter[str] = Counter()
    alone: Counter[str] = Counter()
    for trial in outcome.trials:
        killed.update(trial.found.keys())
        if len(trial.found) == 1:
            alone.update(trial.found.keys())
    names = dict.fromkeys([*outcome.rules, *sorted(killed)])
    return [RuleScore(name=name, killed=killed[name], alone=alone[name]) for name in names]


def survivors(outcome: Outcome) -> list[Trial]:
    """Return the mutants that change something and were not found."""
    return [trial for trial in outcome.trials if not trial.is_killed and not trial.is_equivalent]
