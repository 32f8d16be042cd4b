"""Packages that were drawn, and what they are drawn from: a descriptor, and plans of its tables."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from factpack.descriptor import dereference, load_json
from factpack.exceptions import DescriptorError, SchemaError
from factpack.formats import is_table
from factpack.strategies.related_rows import Link, Plan, Row, in_order, plan_of
from factpack.table_schema import MISSING_VALUES, ForeignKey, TableSchema, parse_schema
from factpack.writing import csv_bytes

#: What a resource says of its own file, or of where a schema of it would be, and nothing of a drawn one.
OF_FILE = {
    *("path", "url", "data", "bytes", "hash", "dialect", "compression", "innerpath", "extrapaths", "scheme"),
    *("encoding", "format", "mediatype", "schema", "$schema"),
}
#: What a package says of its resources, and what its tables have instead.
OF_PACKAGE = {"resources", "evidence", "missingValues"}

#: How drawn tables are written. It is said in full, since frictionless guesses what is left out.
WRITTEN = {
    "type": "table",
    "format": "csv",
    "mediatype": "text/csv",
    "encoding": "utf-8",
    "dialect": {
        "header": True,
        "delimiter": ",",
        "quoteChar": '"',
        "doubleQuote": True,
        "skipInitialSpace": False,
    },
}
#: A name that a file may have anywhere.
FILE_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}")


@dataclass(frozen=True, eq=False, repr=False)
class DrawnPackage:
    """A package that was drawn.

    `tables` has, by the names of the resources, a DataFrame of texts each: a row a record, a column a field.
    `descriptor` is that of the package, with its schemas in place, and with files of its own.
    """

    tables: dict[str, pd.DataFrame]
    descriptor: dict[str, Any]

    def __repr__(self) -> str:
        """Return the rows of the tables that have any, which is what an example is about."""
        rows = {name: table.to_dict("records") for name, table in self.tables.items() if len(table)}
        return f"<DrawnPackage with {rows}>"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """Show it so in Hypothesis too, which would show every field in full."""
        printer.text(repr(self))

    def write(self, folder: str | Path) -> Path:
        """Write the package into a folder, which is made if there is none; return its descriptor's path."""
        base = Path(folder)
        base.mkdir(parents=True, exist_ok=True)
        for resource in self.descriptor["resources"]:
            table = self.tables[resource["name"]]
            content = csv_bytes(list(table.columns), table.itertuples(index=False, name=None))
            (base / resource["path"]).write_bytes(content)
        file = base / "datapackage.json"
        text = json.dumps(self.descriptor, ensure_ascii=False, indent=2)
        file.write_text(text + "\n", encoding="utf-8", newline="\n")
        return file


@dataclass(frozen=True, eq=False, repr=False)
class Source:
    """What packages are drawn from: a descriptor, and plans of its tables in the order of drawing."""

    plans: Mapping[str, Plan]
    descriptor: str

    def package(self, rows: Mapping[str, Sequence[Row]]) -> DrawnPackage:
        """Return the package with those rows."""
        descriptor = json.loads(self.descriptor)
        names = [resource["name"] for resource in descriptor["resources"]]
        return DrawnPackage({name: frame_of(self.plans[name], rows[name]) for name in names}, descriptor)


def frame_of(plan: Plan, rows: Sequence[Row]) -> pd.DataFrame:
    """Return rows as a DataFrame of texts."""
    names = list(plan.cells)
    if not rows:
        return _empty(tuple(names)).copy()
    return pd.DataFrame([[row[name] for name in names] for row in rows], columns=names, dtype=str)


@lru_cache(maxsize=1000)
def _empty(names: tuple[str, ...]) -> pd.DataFrame:
    """Return a table without rows; to make one takes pandas longer than to copy it."""
    return pd.DataFrame([], columns=list(names), dtype=str)


def source_of(descriptor: str | Path) -> Source:
    """Return what packages are drawn from: all resources that are tables with a schema.

    Raises:
        SchemaError: a schema cannot be used, or no cell of a field can be drawn.
        UnjudgedError: factpack cannot judge by a schema.
        PackageError: there is no such file, or it, or that of a schema, cannot be used.

    """
    file = Path(descriptor)
    content = load_json(file, file.name)
    resources = [item for item in _resources(content) if is_table(item) and "schema" in item]
    schemas: dict[str, TableSchema] = {}
    for resource in resources:
        name, declared = resource.get("name"), dereference(resource, "schema", file.parent)
        if not isinstance(name, str) or name in schemas or declared is None:
            raise DescriptorError(f"there is a resource without a name of its own: {name!r}")
        with _in_table(name):
            schemas[name] = parse_schema(declared, content.get("missingValues", MISSING_VALUES))
    if not schemas:
        raise DescriptorError("no resource is a table with a schema, so that nothing can be drawn")
    return Source(planned(schemas), json.dumps(_own(content, resources, schemas), default=float))


def _resources(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    resources = content.get("resources")
    if not isinstance(resources, list) or not all(isinstance(item, dict) for item in resources):
        raise DescriptorError("'resources' must be a list of JSON objects")
    return resources


@contextmanager
def _in_table(name: str) -> Iterator[None]:
    """Name the table, if it has a name, in the message of an error of its schema."""
    try:
        yield
    except SchemaError as error:
        raise SchemaError(f"{name}: {error}" if name else str(error)) from error


def planned(schemas: Mapping[str, TableSchema]) -> dict[str, Plan]:
    """Return the plans of tables by name, in the order in which they are drawn."""
    plans, links = [], {}
    for name, schema in schemas.items():
        with _in_table(name):
            plans.append(plan_of(name, schema))
            links[name] = [_link(key, name, schemas) for key in schema.foreign_keys]
    return {plan.name: plan for plan in in_order(plans, links)}


def _link(key: ForeignKey, name: str, schemas: Mapping[str, TableSchema]) -> Link:
    parent = key.resource or name
    if parent not in schemas:
        raise SchemaError(f"a foreign key refers to {parent!r}, which is no table with a schema")
    for other in key.reference_fields:
        if other not in schemas[parent].names:
            raise SchemaError(f"a foreign key refers to {parent}.{other}, which does not exist")
    return Link(key.fields, parent, key.reference_fields)


def _own(
    content: Mapping[str, Any], resources: Sequence[Mapping[str, Any]], schemas: Mapping[str, TableSchema]
) -> dict[str, Any]:
    """Return a descriptor of drawn tables, with all that is said of those that they stand for."""
    own = {name: value for name, value in content.items() if name not in OF_PACKAGE}
    # rules of a package's own go by its name, and its schemas do not tell them
    own["name"] = f"{content.get('name', 'package')}-drawn"
    own["resources"] = []
    for number, resource in enumerate(resources, 1):
        name = str(resource["name"])
        kept = {key: value for key, value in resource.items() if key not in OF_FILE}
        path = f"{name}.csv" if FILE_NAME.fullmatch(name) else f"table-{number}.csv"
        schema = {key: value for key, value in schemas[name].descriptor.items() if key != "$schema"}
        if "missingValues" in content:
            schema.setdefault("missingValues", content["missingValues"])
        own["resources"].append(kept | {"name": name, "path": path, **WRITTEN, "schema": schema})
    return own
