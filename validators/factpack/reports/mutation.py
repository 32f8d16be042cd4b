"""What became of the mutants of a package."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from factpack.forms import OutcomeForm
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
from factpack.reports.tables import Part, Table, tell

#: Survivors that are shown; JSON has all.
MOST_SURVIVORS = 50


def show(outcome: Outcome, form: OutcomeForm, output: Path | None = None) -> None:
    """Print the scores by operator, table and rule, and the survivors, in a form.

    With an output, they are written into that file, and only the summary is printed.
    """
    tell(list(_parts(outcome)), _members(outcome), form, output)


def _parts(outcome: Outcome) -> Iterator[Part]:
    yield _scores("operator", by_operator(outcome))
    yield _scores("table", by_table(outcome))
    rules = [(rule.name, f"{rule.killed:,}", f"{rule.alone:,}") for rule in by_rule(outcome)]
    yield Table(title="Mutants by rule", head=("rule", "killed", "alone"), rows=rules, numbers=2)
    left = survivors(outcome)
    for trial in left[:MOST_SURVIVORS]:
        yield f"survived: {_line(trial)}"
    if len(left) > MOST_SURVIVORS:
        yield f"… and {len(left) - MOST_SURVIVORS:,} more; --format json gives all of them"
    yield _summary(outcome)


def _scores(what: str, scores: Sequence[Score]) -> Table:
    head = (what, "mutants", "killed", "at the cell", "in the row", "elsewhere", "survived", "share killed")
    rows = []
    for one in scores:
        counts = (one.mutants, one.killed, one.cell, one.row, one.elsewhere, one.survived)
        rows.append((one.name, *(f"{count:,}" for count in counts), f"{one.share_killed:.1%}"))
    return Table(title=f"Mutants by {what}", head=head, rows=rows, numbers=len(head) - 1)


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


def _members(outcome: Outcome) -> dict[str, Any]:
    """Return the scores, and what became of each survivor."""
    settings = outcome.settings
    content: dict[str, Any] = {
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
    return content


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
