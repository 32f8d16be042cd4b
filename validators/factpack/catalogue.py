"""Describes the rules across a package's tables, in Markdown."""

from collections.abc import Iterator, Sequence

from factpack.rules import ALL_TABLES, Rule


def catalogue(rules: Sequence[Rule]) -> str:
    """Return what each rule is called, how much it weighs, which tables it needs, and what it says."""
    return "\n".join(line for rule in sorted(rules, key=lambda rule: rule.name) for line in _entry(rule))


def _entry(rule: Rule) -> Iterator[str]:
    tables = [f"`{name}`" for name in rule.needs if name != ALL_TABLES]
    if ALL_TABLES in rule.needs:
        tables.append("others that it looks up")
    yield f"### {rule.name}\n"
    yield f"{rule.description}\n"
    yield f"- Severity: {rule.severity.value}"
    yield f"- Tables: {', '.join(tables)}"
    if rule.references:
        yield f"- Rests on: {'; '.join(rule.references)}"
    yield ""
