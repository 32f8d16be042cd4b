"""Judges edits of a package that is valid: again only what an edit touches."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from factpack.evidence.model import Model, fact_table, read_model
from factpack.evidence.rules import broken_rules
from factpack.evidence.verification import verify_evidence
from factpack.exceptions import CheckError, EvidenceError
from factpack.mutation.edits import Edit, frame_after
from factpack.package import Package
from factpack.patterns import Clock
from factpack.reading import LexicalTable
from factpack.report import Finding
from factpack.row_tests import Parent, TableTest, foreign_key_tests, tests_of_table
from factpack.rules import Rule, Tables, judge
from factpack.table import Table
from factpack.table_schema import ForeignKey
from factpack.validation import broken_findings

#: The tests that a row which stands twice may fail.
KEY_TESTS = ("primaryKey", "unique", "uniqueKeys")

#: The fields of evidence that are looked up in a document.
PLACED = {"document_id", "segment_id", "start", "end", "span_sha256"}


@dataclass(frozen=True, kw_only=True)
class Checks:
    """What an edit is judged by besides the schemas: rules, evidence, copies of documents by key."""

    rules: Sequence[Rule] = ()
    evidence: bool = True
    documents: Mapping[str, Path] | None = None


class Judge:
    """Judges edits of the tables of a package, which by themselves break nothing."""

    def __init__(self, package: Package, tables: Mapping[str, Table], checks: Checks) -> None:
        self.package = package
        self.tables = tables
        self._checks = checks
        self._clock = Clock()
        self._tests = {
            name: list(tests_of_table(table.schema, self._clock)) for name, table in tables.items()
        }
        self._asked = {rule.name: self._tables_asked(rule) for rule in checks.rules}
        self.rules = [rule for rule in checks.rules if self._asked[rule.name]]
        has_evidence = checks.evidence and "evidence" in package.descriptor
        self._model = read_model(package, self._lexical()) if has_evidence else None

    def _tables_asked(self, rule: Rule) -> set[str]:
        """Return the tables that a rule looks at, whatever stands in the others; none if it cannot judge."""
        tables = self._frames()
        try:
            judge(rule, tables)
        except CheckError:  # a table was left out
            return set()
        return tables.asked

    def findings(self, edit: Edit, after: Table) -> Iterator[Finding]:
        """Yield what is wrong with the package after an edit of a table, that table being `after`."""
        self._clock.restart()
        blank = _blank_row(edit, after)
        if blank is not None:  # it is read as no row at all
            yield after.resource.finding("blank-row", "the row is blank", row=blank)
            return
        yield from self._schema_findings(edit, after)
        yield from self._reference_findings(edit, after)
        yield from self._rule_findings(edit, after)
        yield from self._evidence_findings(edit, after)

    def _schema_findings(self, edit: Edit, after: Table) -> Iterator[Finding]:
        for test in self._tests[edit.resource]:
            names = {field.name for field in (*test.fields, *test.others)}
            may_fail = bool(names & edit.fields) or (edit.doubled is not None and test.name in KEY_TESTS)
            if may_fail:
                yield from _failed(test, after)

    def _reference_findings(self, edit: Edit, after: Table) -> Iterator[Finding]:
        """Yield the references from or to the edited table that lead nowhere."""
        tables = {**self.tables, edit.resource: after}
        for table in tables.values():
            for key in table.schema.foreign_keys:
                parent = tables.get(key.resource or table.resource.name)
                if parent is not None and _touches(edit, table, key, parent):
                    found = Parent(name=parent.resource.name, key=parent.key(key.reference_fields))
                    for test in foreign_key_tests(table.schema, [(key, found)]):
                        yield from _failed(test, table)

    def _rule_findings(self, edit: Edit, after: Table) -> Iterator[Finding]:
        """Yield what rules find; one that cannot judge finds nothing."""
        frames, tables = self._frames(edit, after), {**self.tables, edit.resource: after}
        for rule in self.rules:
            if edit.resource in self._asked[rule.name]:
                try:
                    yield from broken_findings(rule, judge(rule, frames), tables)
                except CheckError:
                    continue

    def _evidence_findings(self, edit: Edit, after: Table) -> Iterator[Finding]:
        if self._model is None:
            return
        roles = {name: role for role, name in self.package.descriptor["evidence"].items()}
        role = roles.get(edit.resource)
        try:
            if role is None:
                yield from broken_rules(self._with_facts(self._model, after))
            elif self._checks.documents and _is_looked_up(role, edit):
                yield from verify_evidence(self.package, self._lexical(after), self._checks.documents)[0]
            else:
                yield from broken_rules(read_model(self.package, self._lexical(after)))
        except EvidenceError:  # then nothing of it is judged
            return

    def _with_facts(self, model: Model, after: Table) -> Model:
        findings = list(model.findings)
        facts = fact_table(after.resource, after.lexical, findings)
        return replace(model, tables={**model.tables, after.resource.name: facts}, findings=findings)

    def _lexical(self, after: Table | None = None) -> dict[str, LexicalTable]:
        texts = {name: table.lexical for name, table in self.tables.items()}
        return texts if after is None else {**texts, after.resource.name: after.lexical}

    def _frames(self, edit: Edit | None = None, after: Table | None = None) -> Tables:
        frames = {name: partial(getattr, table, "frame") for name, table in self.tables.items()}
        if edit is not None and after is not None:
            frames[edit.resource] = partial(frame_after, self.tables[edit.resource], edit, after)
        return Tables(frames)


def _is_looked_up(role: str, edit: Edit) -> bool:
    """Tell whether an edit of a table of evidence changes what is looked up in a document."""
    if role == "evidence":
        return not edit.cells or bool(edit.fields & PLACED)
    return role != "seals"


def _blank_row(edit: Edit, after: Table) -> int | None:
    """Return the number of a row that an edit makes null throughout, if there is one."""
    texts = after.lexical.columns
    for position in sorted({position for position, _ in edit.cells}):
        if all(texts[field.name].at(position) in field.missing_values for field in after.schema.fields):
            return int(after.lexical.rows[position])
    return None


def _touches(edit: Edit, table: Table, key: ForeignKey, parent: Table) -> bool:
    """Tell whether an edit may break a foreign key from a table to its parent."""
    own = edit.resource == table.resource.name and bool(edit.fields & set(key.fields))
    others = edit.resource == parent.resource.name and (
        bool(edit.fields & set(key.reference_fields)) or edit.dropped is not None
    )
    return own or others


def _failed(test: TableTest, table: Table) -> Iterator[Finding]:
    verdicts = test.passed(table.columns)
    for position in (~verdicts).nonzero()[0].tolist():
        yield table.finding(test.name, test.expected, position, [field.name for field in test.fields])
