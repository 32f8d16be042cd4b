"""Packages that grow in one thing: in rows, columns, tables, distinct values, findings, rules, or spans."""

import itertools
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import evidence

#: Rows of a made-up table are written so many at a time.
PIECE = 100_000

#: The rows of the table in which distinct values, or findings, become more.
ROWS_OF_DISTINCT, ROWS_OF_FINDINGS = 512_000, 204_800

Texts = Callable[[int], str]


@dataclass(frozen=True, kw_only=True)
class Quantity:
    """What packages grow in: the sizes start with `first` and double, next to a package of the size `least`.

    `make` writes a package of a size into a folder, which is validated with the `options`. `told` says what
    the packages are like.
    """

    name: str
    make: Callable[[Path, int], None]
    first: int
    doublings: int
    told: str
    least: int = 1
    options: Sequence[str] = ()

    def sizes(self, doublings: int | None = None) -> list[int]:
        """Return the sizes, fewer of them if asked."""
        most = self.doublings if doublings is None else min(doublings, self.doublings)
        return [self.first * 2**number for number in range(most + 1)]


# The columns: a field, and the text of it in each row.


def key(row: int) -> str:
    """Return a text that no other row has."""
    return f"k{row:010}"


def mixed(number: int) -> tuple[dict[str, Any], Texts]:
    """Return a column; the types take turns."""
    name = f"c{number}"
    required = {"required": True}
    kinds: list[tuple[dict[str, Any], Texts]] = [
        ({"name": name, "type": "string", "constraints": {**required, "pattern": "w[0-9]+"}}, "w{}".format),
        ({"name": name, "type": "integer", "constraints": {"minimum": 0}}, lambda row: str(row * 7 % 10_007)),
        ({"name": name, "type": "number", "constraints": {"maximum": 1e9}}, lambda row: f"{row % 9973}.25"),
        ({"name": name, "type": "date"}, lambda row: f"20{row % 26:02}-{row % 12 + 1:02}-{row % 28 + 1:02}"),
        ({"name": name, "type": "boolean", "constraints": required}, lambda row: ("true", "false")[row % 2]),
        ({"name": name, "type": "string", "categories": ["a", "b", "c"]}, lambda row: "abc"[row % 3]),
    ]
    return kinds[number % len(kinds)]


def write_table(
    folder: Path, name: str, columns: Sequence[tuple[dict[str, Any], Texts]], rows: int
) -> dict[str, Any]:
    """Write a table, and return its resource; its first column is its key."""
    fields = [field for field, _ in columns]
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        file.write(",".join(field["name"] for field in fields) + "\n")
        for start in range(0, rows, PIECE):
            piece = range(start, min(start + PIECE, rows))
            cells = [[text(row) for row in piece] for _, text in columns]
            file.writelines(",".join(row) + "\n" for row in zip(*cells, strict=True))
    schema = {"fields": fields, "primaryKey": [fields[0]["name"]]}
    return {"name": name, "type": "table", "path": f"{name}.csv", "schema": schema}


def write_package(folder: Path, *resources: dict[str, Any]) -> None:
    """Write the descriptor of tables."""
    descriptor = {"name": "made-up", "resources": resources}
    (folder / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")


KEY = ({"name": "key", "type": "string"}, key)


# The packages.


def rows(folder: Path, size: int) -> None:
    """Write a table of so many rows."""
    write_package(folder, write_table(folder, "t", [KEY, *map(mixed, range(6))], size))


def columns(folder: Path, size: int) -> None:
    """Write a table of so many columns next to its key."""
    write_package(folder, write_table(folder, "t", [KEY, *map(mixed, range(size))], 1_000))


def tables(folder: Path, size: int) -> None:
    """Write so many tables; each refers to the one before."""
    resources = [
        write_table(folder, f"t{number}", [KEY, *map(mixed, range(6))], 100) for number in range(size)
    ]
    for before, resource in itertools.pairwise(resources):
        there = {"resource": before["name"], "fields": ["key"]}
        resource["schema"]["foreignKeys"] = [{"fields": ["key"], "reference": there}]
    write_package(folder, *resources)


def distinct_values(folder: Path, size: int) -> None:
    """Write a table in which so many texts recur, of types that are read one by one."""
    address = {"name": "address", "type": "string", "format": "uri"}
    lasted = {"name": "lasted", "type": "duration"}
    texts = [
        (address, lambda row: f"https://example.org/{row % size}"),
        (lasted, lambda row: f"PT{row % size}S"),
    ]
    write_package(folder, write_table(folder, "t", [KEY, *texts], ROWS_OF_DISTINCT))


def findings(folder: Path, size: int) -> None:
    """Write a table with so many cells that are too large, spread over its rows."""
    step = ROWS_OF_FINDINGS // max(size, 1)
    amount = {"name": "amount", "type": "integer", "constraints": {"maximum": 9}}
    faulty = range(0, step * size, step) if size else ()
    column = (amount, lambda row: "10" if row in faulty else "9")
    write_package(folder, write_table(folder, "t", [KEY, column], ROWS_OF_FINDINGS))


RULE = '''

@rule()
def amounts_are_not_{number}(t):
    """No amount is {number}."""
    return View.of("t", "c1", t["c1"] != {number} - 100_000, "must be another")
'''


def rules(folder: Path, size: int) -> None:
    """Write a table, and a module of so many rules that judge each of its rows."""
    rows(folder, 10_000)
    functions = [RULE.format(number=number) for number in range(size)]
    module = "from factpack import View, rule\n" + "".join(functions)
    (folder / "growing_rules.py").write_text(module, encoding="utf-8")


#: The keys of the tables of evidence, which `evidence.py` needs not declare.
KEYS = {
    "documents": ["document_id"],
    "segments": ["document_id", "segment_id"],
    "evidence": ["resource", "row_key", "field", "document_id", "start", "end"],
}


def spans(folder: Path, size: int) -> None:
    """Write a text with so many spans, and the tables that they are evidence for."""
    file, text, changed = evidence.make_package(folder, size)
    descriptor = json.loads(file.read_text(encoding="utf-8"))
    for resource in descriptor["resources"]:
        resource["schema"]["primaryKey"] = KEYS.get(resource["name"], ["key"])
    file.write_text(json.dumps(descriptor), encoding="utf-8")
    changed.unlink()
    (folder / "documents").mkdir()
    text.rename(folder / "documents" / "d.txt")


QUANTITIES = {
    quantity.name: quantity
    for quantity in (
        Quantity(
            name="rows",
            make=rows,
            first=20_000,
            doublings=8,
            told="One table of seven columns, with a key.",
        ),
        Quantity(
            name="columns",
            make=columns,
            first=16,
            doublings=8,
            told="One table of 1,000 rows, whose columns are of six types in turn.",
        ),
        Quantity(
            name="tables",
            make=tables,
            first=8,
            doublings=7,
            told="Tables of 100 rows and seven columns, each of which refers to the one before.",
        ),
        Quantity(
            name="distinct values",
            make=distinct_values,
            first=2_000,
            doublings=8,
            told="One table of 512,000 rows with web addresses and durations, so many of them distinct.",
        ),
        Quantity(
            name="findings",
            make=findings,
            first=800,
            doublings=8,
            told="One table of 204,800 rows, in so many of which a number is too large.",
            least=0,
        ),
        Quantity(
            name="rules",
            make=rules,
            first=32,
            doublings=7,
            told="So many rules across tables, each of which judges 10,000 rows.",
            options=("--rules", "growing_rules"),
        ),
        Quantity(
            name="spans",
            make=spans,
            first=1_000,
            doublings=7,
            told="Cells that are tied to words of a text by so many spans, verified against the text.",
            options=("--documents", "documents"),
        ),
    )
}
