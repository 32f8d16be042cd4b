"""The rules that a package is judged by."""

from collections.abc import Iterator, Sequence
from typing import Any

from factpack.forms import OutcomeForm
from factpack.reports.tables import Part, Table, tell
from factpack.rules import Rule


def show(package: str, rules: Sequence[Rule], form: OutcomeForm) -> None:
    """Print what each rule is called, what it needs, and what it says, in a form."""
    tell(list(_parts(rules)), {"package": package, "rules": list(map(_members, rules))}, form)


def _parts(rules: Sequence[Rule]) -> Iterator[Part]:
    if not rules:
        yield "no rules are installed for this package, and none are named"
        return
    yield Table(
        title="Rules across tables",
        head=("rule", "severity", "tables", "what must hold"),
        rows=[(rule.name, rule.severity.value, ", ".join(rule.needs), rule.title) for rule in rules],
    )


def _members(rule: Rule) -> dict[str, Any]:
    return {
        "name": rule.name,
        "severity": rule.severity,
        "tables": rule.needs,
        "description": rule.description,
        "references": rule.references,
    }
