"""What factpack finds is what frictionless finds, by rule, table, row and field, on packages drawn at random.

Where they part, the divergences of `as_frictionless.py` say so: with those that the package may touch put in, factpack
finds exactly what frictionless finds. A package drawn without an oddity may touch hardly any, and so a difference in
one is a fault. `test_divergences.py` shows them one by one.
"""

import json
import os
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from as_frictionless import (
    DIVERGENCES,
    found_by_factpack,
    is_of_standard,
    kind_of,
    outcome_of_factpack,
    outcome_of_frictionless,
    predicted_outcome,
)
from drawing import KINDS, Drawn, Kind, packages
from hypothesis import HealthCheck, given, seed, settings
from samples import PROFILE

#: dateutil warns of time zones that it does not know; it reads the rest.
pytestmark = pytest.mark.filterwarnings("ignore:tzname")

#: So many packages are drawn in a part: more than Hypothesis's usual number, or as many as another profile asks for.
EXAMPLES = 1000 if settings().max_examples == 100 else settings().max_examples
PARTS = 20 if EXAMPLES >= 5000 else 1
#: Another first seed draws other packages in the profile `long`.
FIRST_SEED = int(os.environ.get("FACTPACK_SEED", "0"))

#: The least share of packages that touch no divergence, where so many were drawn.
LEAST_SHARE, ENOUGH = 0.8, 500


def touches_no_divergence(drawn: Drawn) -> bool:
    """Tell whether factpack and frictionless find the same in a package; if not, it must have been predicted.

    What is predicted is what the divergences say that the package may touch, and no others. Both check as many rows of
    each table that is read to its end.
    """
    with tempfile.TemporaryDirectory() as folder:
        descriptor = drawn.write(Path(folder))
        ours, theirs = outcome_of_factpack(descriptor), outcome_of_frictionless(descriptor)
        if ours == theirs:
            return True
        if (simpler := without_constraints(drawn)) is not None:
            check_constraints(descriptor, simpler)
        allowed = [item for item in DIVERGENCES if item.name in drawn.divergences]
        expected = predicted_outcome(descriptor, allowed)
        assert expected.found == theirs.found
        assert expected.rows.items() <= theirs.rows.items() or not theirs.rows
        return False


def without_constraints(drawn: Drawn) -> Drawn | None:
    """Return a package without the constraints that stop frictionless though they are the standard's, if it has any."""
    files = dict(drawn.files)
    descriptor, has_any = _rid(drawn.descriptor)
    for path, content in drawn.files.items():
        if path.endswith("-schema.json"):
            schema, has_some = _rid(json.loads(content))
            files[path], has_any = json.dumps(schema).encode(), has_any or has_some
    return replace(drawn, descriptor=descriptor, files=files) if has_any else None


def _rid(item: Any) -> tuple[Any, bool]:
    """Return a part of a descriptor without such constraints, and whether it had any."""
    if isinstance(item, list):
        parts = [_rid(part) for part in item]
        return [part for part, _ in parts], any(had for _, had in parts)
    if not isinstance(item, dict):
        return item, False
    parts_by_name = {name: _rid(value) for name, value in item.items()}
    had = any(had for _, had in parts_by_name.values())
    kept = {name: value for name, (value, _) in parts_by_name.items()}
    if isinstance(kept.get("constraints"), dict):
        own = [name for name in kept["constraints"] if is_of_standard(kind_of(kept), name)]
        had = had or bool(own)
        kept["constraints"] = {name: value for name, value in kept["constraints"].items() if name not in own}
    return kept, had


#: The rules of the constraints that frictionless does not know, or some of them by another name.
OF_CONSTRAINTS = {"constraint-error", "jsonSchema"}


def check_constraints(descriptor: Path, simpler: Drawn) -> None:
    """Check that a package without constraints is judged as with them, but for their own findings."""
    ours = found_by_factpack(descriptor)
    with tempfile.TemporaryDirectory() as folder:
        others = found_by_factpack(simpler.write(Path(folder)))
        touches_no_divergence(simpler)
    unread = {table for kind, table, *_ in ours if kind == "schema" or kind.startswith("unjudged")}
    assert {item for item in others if item[1] not in unread} <= ours
    assert {
        item for item in ours - others if item[1] not in unread and item[0] not in OF_CONSTRAINTS
    } == set()


@pytest.mark.parametrize("part", range(PARTS))
def test_the_findings_are_those_of_frictionless_or_predicted(
    part: int, record_property: Callable[[str, object], None]
) -> None:
    counts: Counter[bool] = Counter()

    @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
    @given(packages())
    def agree(drawn: Drawn) -> None:
        counts[touches_no_divergence(drawn)] += 1

    if PARTS > 1:
        agree = seed(FIRST_SEED + part)(agree)
    agree()

    record_property("packages", counts.total())
    record_property("packages without divergence", counts[True])
    if counts.total() >= ENOUGH:
        assert counts[True] >= LEAST_SHARE * counts.total(), counts


@pytest.mark.parametrize("kind", KINDS, ids=range(len(KINDS)))
def test_each_text_of_a_kind_is_read_alike(kind: Kind, tmp_path: Path) -> None:
    texts = [*kind.good, *kind.near]
    content = "".join('"' + text.replace('"', '""') + '"\n' for text in ["a", *texts])
    resource = {
        "name": "t",
        "path": "t.csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "skipInitialSpace": False, "header": True},
        "schema": {"fields": [{"name": "a", **kind.field}]},
    }
    descriptor = Drawn(
        {"$schema": PROFILE, "name": "texts", "resources": [resource]}, {"t.csv": content.encode()}
    ).write(tmp_path)

    ours = outcome_of_factpack(descriptor)

    assert ours == outcome_of_frictionless(descriptor)
    assert ours.rows == {"t": len(texts)}
    assert not {texts[row - 2] for _, _, row, _ in ours.found if row is not None} & set(kind.good)


def test_an_encoding_is_guessed_before_line_feeds_are_put_in() -> None:
    content = " a\t b\t c\t d\r\n a\t a\t a\t a\r\n".encode("utf-16-le")
    dialect = {"delimiter": "\t", "skipInitialSpace": True, "header": True}
    drawn = of_one_table(
        {"t.tsv": content}, strings("abcd"), "quoting", "dialect", "encoding", dialect=dialect
    )

    assert not touches_no_divergence(drawn)


def test_a_dialect_is_guessed_after_line_feeds_are_put_in() -> None:
    schema = {**strings("a"), "fieldsMatch": "partial"}
    files = {"t.tsv": b'more\t a\r\n# note\r\nx\t "a\tb"\r\n'}

    assert not touches_no_divergence(of_one_table(files, schema, "undeclared", encoding="utf-8"))


def test_the_cells_of_keys_are_compared_with_their_bounds_first() -> None:
    key = {"fields": ["b"], "reference": {"fields": ["c"]}}
    bounds = [("a", "NaN"), ("b", "x")]
    fields = [{"name": name, "type": "number", "constraints": {"minimum": bound}} for name, bound in bounds]
    schema = {"fields": [*fields, {"name": "c", "type": "number"}], "foreignKeys": [key]}
    drawn = of_one_table(
        {"t.csv": b"a,b,c\n1,1,1\n"}, schema, "constraint", encoding="utf-8", dialect=DECLARED
    )

    assert not touches_no_divergence(drawn)


def test_a_cell_of_which_a_wrong_encoding_is_guessed_ends_the_tables_that_refer_to_it() -> None:
    key = {"fields": ["a"], "reference": {"resource": "t", "fields": ["a"]}}
    drawn = of_one_table({"t.csv": b"a,b\na,\xc3\xa9\n\x00,a\n"}, strings("ab"), "cell", dialect=DECLARED)
    child = {"name": "child", "path": "child.csv", "encoding": "utf-8", "dialect": DECLARED}
    drawn.descriptor["resources"].append({**child, "schema": {**strings("ab"), "foreignKeys": [key]}})
    drawn.files["child.csv"] = b"a,b\n"

    assert not touches_no_divergence(drawn)


def test_a_line_end_that_stands_in_two_files_is_one_once_they_are_joined() -> None:
    files = {"t-0.csv": b"1,a\r", "t-1.csv": b"\n2,b\r\n"}
    dialect = {**DECLARED, "header": False}
    drawn = of_one_table(files, strings("ab"), "container", "several", encoding="utf-8", dialect=dialect)

    assert not touches_no_divergence(drawn)


@pytest.mark.parametrize("contents", [(b"a\n", b"a\n"), (b"", b"a\n"), (b"a\n1\n", b"b\n2\n")])
def test_an_encoding_that_is_not_known_ends_the_reading_of_several_files(
    contents: tuple[bytes, bytes],
) -> None:
    files = dict(zip(("t-0.csv", "t-1.csv"), contents, strict=True))

    assert not touches_no_divergence(
        of_one_table(files, strings("a"), "encoding", encoding="nowhere", dialect=DECLARED)
    )


#: A dialect of which frictionless guesses nothing.
DECLARED = {"delimiter": ",", "skipInitialSpace": False, "header": True}


def strings(names: str) -> dict[str, Any]:
    """Return a schema of strings, whose names have a letter each."""
    return {"fields": [{"name": name, "type": "string"} for name in names]}


def of_one_table(files: dict[str, bytes], schema: Any, *oddities: str, **more: Any) -> Drawn:
    """Return a package whose one table stands in some files."""
    path = [*files] if len(files) > 1 else next(iter(files))
    resource = {"name": "t", "path": path, "schema": schema, **more}
    return Drawn({"$schema": PROFILE, "name": "small", "resources": [resource]}, files, frozenset(oddities))
