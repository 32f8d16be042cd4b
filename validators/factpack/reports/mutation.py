"""What became of the mutants of a package, for people and as JSON."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table

from factpack.mutation.run import Outcome, Trial
from factpack.mutation.scores import (
    Score,
    by_field,
    by_operator,
    by_rule,
    by_table,
    score,
    survivors,
)
from factpack.reports.json import dumps
from factpack.reports.text import plain

#: Survivors that are shown; JSON has all.
MOST_SURVIVORS = 50


def render(outcome: Outcome) -> None:
    """Print the scores by operator, table and rule, and the survivors."""
    console = Console(emoji=False)
    console.print(_scores("operator", by_operator(outcome)))
    console.print(_scores("table", by_table(outcome)))
    rules = Table("rule", "killed", "alone", title="Mutants by rule")
    rules.columns[0].overflow = "fold"
    for rule in by_rule(outcome):
        rules.add_row(plain(rule.name), f"{rule.killed:,}", f"{rule.alone:,}")
    console.print(rules)
    left = survivors(outcome)
    for trial in left[:MOST_SURVIVORS]:
        console.print(f"survived: {plain(_line(trial))}", soft_wrap=True, highlight=False)
    if len(left) > MOST_SURVIVORS:
        console.print(f"… and {len(left) - MOST_SURVIVORS:,} more; --format json gives all of them")
    console.print(plain(_summary(outcome)), soft_wrap=True, highlight=False)


def _scores(what: str, scores: Sequence[Score]) -> Table:
    table = Table(
        what, "mutants", "killed", "at the cell", "in the row", "elsewhere", "survived", "share killed"
    )
    table.title = f"Mutants by {what}"
    for one in scores:
        counts = (one.mutants, one.killed, one.cell, one.row, one.elsewhere, one.survived)
        table.add_row(plain(one.name), *(f"{count:,}" for count in counts), f"{one.share_killed:.1%}")
    return table


def _line(trial: Trial) -> str:
    mutant = trial.mutant
    row = mutant.positions[0] + 2
    where = f"{mutant.edit.resource} row {row}" + (f" {mutant.field}" if mutant.field else "")
    change = f": {mutant.before!r}" + (f" becomes {mutant.after!r}" if mutant.field else "")
    return f"{mutant.operator}, {where}{change}"


def _summary(outcome: Outcome) -> str:
    whole = score("all", outcome.trials)
    tried = (
        f"all {outcome.total:,}"
        if len(outcome.trials) == outcome.total
        else f"{len(outcome.trials):,} of {outcome.total:,}"
    )
    return (
        f"{tried} mutants tried: {whole.killed:,} of {whole.mutants:,} killed ({whole.share_killed:.2%}), "
        f"{whole.share_in_place:.2%} of them at the cell or in the row; "
        f"{whole.equivalent:,} others change nothing"
    )


def as_json(outcome: Outcome) -> str:
    """Return the scores, and what became of each survivor, as a JSON object."""
    settings = outcome.settings
    content = {
        "package": outcome.package,
        "seed": settings.seed,
        "mutants": outcome.total,
        "tried": len(outcome.trials),
        "without": [
            name
            for name, is_on in (("evidence", settings.with_evidence), ("rules", settings.with_rules))
            if not is_on
        ],
        "all": _score(score("all", outcome.trials)),
        "operators": [_score(one) for one in by_operator(outcome)],
        "tables": [_score(one) for one in by_table(outcome)],
        "fields": [_score(one) for one in by_field(outcome)],
        "rules": [asdict(rule) for rule in by_rule(outcome)],
        "survivors": [_survivor(trial) for trial in survivors(outcome)],
    }
    return dumps(content) + "\n"


def _score(one: Score) -> dict[str, Any]:
    return asdict(one) | {"mutants": one.mutants, "killed": one.killed}


def _survivor(trial: Trial) -> dict[str, Any]:
    mutant = trial.mutant
    return {
        "operator": mutant.operator,
        "resource": mutant.edit.resource,
        "row": mutant.positions[0] + 2,
        "field": mutant.field,
        "before": mutant.before,
        "after": mutant.after,
    }
