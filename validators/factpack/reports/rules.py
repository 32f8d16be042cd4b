"""The rules that a package is judged by, for people."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from factpack.reports.text import plain
from factpack.rules import Rule


def render(rules: Sequence[Rule]) -> None:
    """Print what each rule is called, what it needs, and what it says."""
    table = Table("rule", "severity", "tables", "what must hold", title="Rules across tables")
    for column in table.columns:
        column.overflow = "fold"  # a name that is cut off is none
    for rule in rules:
        table.add_row(plain(rule.name), rule.severity.value, plain(", ".join(rule.needs)), plain(rule.title))
    console = Console(emoji=False)
    console.print(table if rules else "no rules are installed for this package, and none are named")
