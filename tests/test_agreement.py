"""What factpack finds is what frictionless finds, by rule, table, row and field, on packages drawn at random.

Drawn are tables of text with the usual types, constraints and keys, sound and broken. Left out are the cases in
which the specification decides otherwise than frictionless; `test_schema.py` has these one by one.
"""

import csv
import io
import json
import tempfile
from pathlib import Path
from typing import Any

import frictionless
from hypothesis import given
from hypothesis import strategies as st

import factpack
from factpack.report import Severity

Finding = tuple[str, str | None, int | None, str | None]

#: frictionless has one type of error for all constraints.
ERROR_TYPES = {
    "type": "type-error",
    "unique": "unique-error",
    "primaryKey": "primary-key",
    "foreignKeys": "foreign-key",
    **dict.fromkeys(
        ["required", "minimum", "maximum", "exclusiveMinimum", "minLength", "maxLength", "pattern", "enum"],
        "constraint-error",
    ),
    **{
        name: name
        for name in (
            "extra-cell",
            "missing-cell",
            "blank-row",
            "extra-label",
            "missing-label",
            "incorrect-label",
        )
    },
}
KEY_ERRORS = {"primary-key", "foreign-key"}
ROW_ERRORS = {"blank-row", "extra-cell", "missing-label", "extra-label", "incorrect-label"}

CELLS = {
    "string": ["a", "b", "ab", "é", "1", "x y"],
    "integer": ["0", "1", "2", "-3", "07", "one", "1.5"],
    "number": ["0", "1.5", "2", "-3e1", "one", ".5"],
    "boolean": ["true", "false", "1", "0", "yes"],
    "date": ["2025-01-01", "2025-02-28", "2025-02-30", "1.1.2025"],
    "year": ["2025", "1999", "20"],
    "yearmonth": ["2025-01", "2025-13"],
    "any": ["a", "1"],
}
CONSTRAINTS: dict[str, dict[str, list[Any]]] = {
    "string": {"minLength": [1], "maxLength": [1, 2], "pattern": ["[a-b]+", "."], "enum": [["a", "ab"]]},
    "integer": {"minimum": [0, "1"], "maximum": [1, 2], "exclusiveMinimum": [0], "enum": [[1, 2, 7]]},
    "number": {"minimum": [0, "1.5"], "maximum": [2], "enum": [["1.5", 2]]},
    "date": {"minimum": ["2025-01-02"], "maximum": ["2025-02-01"]},
    "year": {"minimum": [2000], "maximum": ["2024"]},
}


@st.composite
def fields(draw: st.DrawFn, name: str) -> dict[str, Any]:
    kind = draw(st.sampled_from(list(CELLS)))
    constraints: dict[str, Any] = {}
    for constraint, values in CONSTRAINTS.get(kind, {}).items():
        if draw(st.integers(0, 3)) == 0:
            constraints[constraint] = draw(st.sampled_from(values))
    for constraint in ("required", "unique"):
        if draw(st.integers(0, 3)) == 0:
            constraints[constraint] = True
    field = {"name": name, "type": kind, "constraints": constraints}
    if draw(st.integers(0, 4)) == 0:
        field["missingValues"] = draw(st.sampled_from([["", "-"], ["NA"]]))
    return field


@st.composite
def tables(draw: st.DrawFn, parent: dict[str, Any] | None) -> tuple[dict[str, Any], str]:
    """Draw a schema and the text of its table."""
    names = ["a", "b", "c"][: draw(st.integers(2, 3))]
    columns = [draw(fields(name)) for name in names]
    schema: dict[str, Any] = {"fields": columns}
    if draw(st.booleans()):
        schema["primaryKey"] = [names[0]]
    if parent is not None and draw(st.booleans()):
        own = columns[1] | {"type": parent["fields"][0]["type"], "constraints": {}}
        columns[1] = own
        schema["foreignKeys"] = [{"fields": ["b"], "reference": {"resource": "parents", "fields": ["a"]}}]
    if draw(st.integers(0, 4)) == 0:
        schema.setdefault("foreignKeys", []).append(
            {"fields": ["a"], "reference": {"resource": "", "fields": ["a"]}}
        )
    cells = [st.sampled_from([*CELLS[column["type"]], "", "-"]) for column in columns]
    rows = [list(row) for row in draw(st.lists(st.tuples(*cells), max_size=6))]
    for row in rows:
        if draw(st.integers(0, 9)) == 0:
            row.append("more")
        elif draw(st.integers(0, 9)) == 0:
            row.pop()
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([names, *rows])
    return schema, text.getvalue()


def by_factpack(descriptor: Path) -> set[Finding]:
    report = factpack.validate(descriptor)
    assert not any(found.severity is Severity.UNJUDGED for found in report.findings)
    result = set()
    for found in report.findings:
        kind = ERROR_TYPES[found.rule]
        result.add(
            (kind, found.resource, found.row, None if kind in KEY_ERRORS | ROW_ERRORS else found.field)
        )
    return result


def by_frictionless(descriptor: Path) -> set[Finding]:
    report = frictionless.validate(str(descriptor))
    assert not report.errors
    result: set[Finding] = set()
    for task in report.tasks:
        for error in task.errors:
            field = None if error.type in KEY_ERRORS | ROW_ERRORS else getattr(error, "field_name", None)
            result.add((error.type, task.name, getattr(error, "row_number", None), field))
    blank = {(table, row) for kind, table, row, _ in result if kind == "blank-row"}
    # frictionless says of a blank row that its key is null too; here that is one fault
    return {found for found in result if not (found[0] == "primary-key" and found[1:3] in blank)}


@given(st.data())
def test_the_findings_are_those_of_frictionless(data: st.DataObject) -> None:
    parent, parent_text = data.draw(tables(None))
    child, child_text = data.draw(tables(parent))
    with tempfile.TemporaryDirectory() as folder:
        resources = []
        for name, schema, text in (("parents", parent, parent_text), ("children", child, child_text)):
            (Path(folder) / f"{name}.csv").write_text(text, encoding="utf-8")
            resources.append({"name": name, "path": f"{name}.csv", "schema": schema})
        descriptor = Path(folder) / "datapackage.json"
        profile = "https://datapackage.org/profiles/2.0/datapackage.json"
        descriptor.write_text(json.dumps({"$schema": profile, "name": "drawn", "resources": resources}))

        assert by_factpack(descriptor) == by_frictionless(descriptor)
