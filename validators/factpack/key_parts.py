"""Judges keys, also part by part: rows with equal keys are in one part, which can be judged by itself."""

from collections.abc import Iterable, Sequence

from factpack.report import Finding
from factpack.row_tests import Parent, Verdict, foreign_key_tests, tests_of_keys, verdict
from factpack.table import Table, joined_table
from factpack.table_schema import ForeignKey

#: What a part of the rows has to say of a test: whether it could be made, and what it found.
Said = tuple[bool, Sequence[Finding]]


def said_of_own_key(rule: str, names: Sequence[str], pieces: Sequence[Table]) -> Said:
    """Return what a part of a table, in pieces, says of its own key that the rule asks for."""
    table = joined_table(pieces)
    tests = (test for test in tests_of_keys(table.schema) if (test.name, test.names) == (rule, [*names]))
    found = verdict(next(tests), table.columns)
    return found.passed is not None, list(table.broken(found))


def said_of_reference(key: ForeignKey, name: str, own: Sequence[Table], others: Sequence[Table]) -> Said:
    """Return what a part of a table says of a foreign key, given the same part of the table of that name."""
    table = joined_table(own)
    parent = Parent(name=name, key=joined_table(others).key(key.reference_fields))
    found = judged_key(table, key, parent)
    return found.passed is not None, list(table.broken(found))


def judged_key(table: Table, key: ForeignKey, parent: Parent) -> Verdict:
    """Return what becomes of a foreign key of a table."""
    (test,) = foreign_key_tests(table.schema, [(key, parent)])
    return verdict(test, table.columns)


def together(said: Iterable[Said]) -> Said:
    """Return what the parts of a test have to say; one that could not be made in a part was not made."""
    every: list[Finding] = []
    for was_made, found in said:
        if not was_made:
            return False, found
        every.extend(found)
    return True, every


def merged(said: Iterable[Said]) -> Sequence[Finding]:
    """Return what the parts of a test found, by row."""
    return sorted(together(said)[1], key=lambda finding: finding.row or 0)
