"""The rules that a package is judged by, for people."""

from collections.abc import Sequence

from factpack.reports.text import print_table
from factpack.rules import Rule


def render(rules: Sequence[Rule]) -> None:
    """Print what each rule is called, what it needs, and what it says."""
    if not rules:
        print("no rules are installed for this package, and none are named")
        return
    head = ("rule", "severity", "tables", "what must hold")
    print_table(
        "Rules across tables",
        head,
        [(rule.name, rule.severity.value, ", ".join(rule.needs), rule.title) for rule in rules],
    )
