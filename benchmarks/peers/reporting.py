"""How the validators of this folder print what they found, to be held against what was planted."""

import json
from collections.abc import Iterable

#: A table; a row of it (the header is row 1), or None where it is not told; a field (the names of several are
#: joined with a comma), or None; the rule in the validator's own words; and how many rows it stands for.
Finding = tuple[str, int | None, str | None, str, int]


def print_report(findings: Iterable[Finding]) -> None:
    """Print findings as JSON."""
    names = ("table", "row", "field", "rule", "count")
    print(json.dumps({"findings": [dict(zip(names, finding, strict=True)) for finding in findings]}))
