"""Where factpack and frictionless part, and what frictionless says there.

Each divergence puts a few functions into factpack that decide as frictionless does in its case, and leave to factpack
whatever is not of the case: a fault of factpack there is a fault of the prediction too. What is predicted of
frictionless is therefore what factpack finds with the listed divergences put in, and is no second validator. They are
written from an understanding of frictionless: of its code they run the readers of single cells, chardet, and nothing
more.
"""

import codecs
import contextlib
import csv
import datetime
import gzip
import hashlib
import importlib
import io
import json
import re
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import chardet
import frictionless
import numpy as np
from drawing import Found, Outcome, by_frictionless

import factpack
from factpack import examination, splitting
from factpack.constraints import Test
from factpack.dialect import Dialect
from factpack.durations import plain
from factpack.exceptions import DescriptorError, DialectError, SchemaError, UnjudgedError
from factpack.fields import NAN
from factpack.formats import DELIMITERS, format_of
from factpack.header import ALLOW_EXTRA_LABELS, Header, HeaderFault
from factpack.package import OPEN, Package, Resource
from factpack.records import Record
from factpack.report import Finding, Severity
from factpack.row_tests import Parent
from factpack.splitting import Split
from factpack.table_schema import Field, TableSchema
from factpack.values import Values

Json = Mapping[str, Any]
#: Makes of a function, or a constant, what stands in its place.
Patch = Callable[[Any], Any]

#: What frictionless calls the errors that factpack names by their rules; it has one type for all constraints.
ERROR_TYPES = {
    "type": "type-error",
    "unique": "unique-error",
    "primaryKey": "primary-key",
    "foreignKeys": "foreign-key",
    "path": "scheme-error",
    "header": "source-error",
    "hash": "hash-count",
    "bytes": "byte-count",
    **dict.fromkeys(
        (
            *("required", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
            *("minLength", "maxLength", "pattern", "enum"),
        ),
        "constraint-error",
    ),
}
#: The errors for which frictionless names no field, or the label instead of it.
WITHOUT_FIELD = {"primary-key", "foreign-key", "blank-row", "extra-cell", "extra-label"}
#: The errors of a whole header, for which it names no row.
OF_HEADER = {"unmatched-header", "source-error", "scheme-error"}


def found_by_frictionless(descriptor: Path) -> set[Found]:
    """Return what frictionless finds in a package, without what it names and factpack does not."""
    return outcome_of_frictionless(descriptor).found


def outcome_of_frictionless(descriptor: Path) -> Outcome:
    """Return what frictionless finds in a package, without what it names and factpack does not; and its rows."""
    outcome = by_frictionless(descriptor)
    found = {
        (kind, table, row, None if kind in WITHOUT_FIELD else name)
        for kind, table, row, name in outcome.found
    }
    return Outcome(found, outcome.rows)


def found_by_factpack(descriptor: Path) -> set[Found]:
    """Return what factpack finds in a package, in frictionless's words where it has some."""
    return outcome_of_factpack(descriptor).found


def outcome_of_factpack(descriptor: Path) -> Outcome:
    """Return what factpack finds in a package, and how many rows it has checked."""
    report = factpack.validate(descriptor)
    found = {_found(finding) for finding in report.findings if finding.severity is not Severity.WARNING}
    return Outcome(found, {item.name: item.rows for item in report.resources if item.rows is not None})


def _found(finding: Finding) -> Found:
    kind = ERROR_TYPES.get(finding.rule, finding.rule)
    if finding.severity is Severity.UNJUDGED:
        kind = f"unjudged {finding.rule}"
    has_no_field = kind in WITHOUT_FIELD or str(finding.field).startswith("column ")
    has_no_row = kind in OF_HEADER or kind.endswith("-label")
    return (
        kind,
        finding.resource,
        None if has_no_row else finding.row,
        None if has_no_field else finding.field or None,
    )


# Where frictionless stops

#: A name as version 1 has it.
FIRST_NAME = re.compile("^([-a-z0-9._/])+$")

#: The type of a fault that the profile of schemas tells of.
PROFILE_ERROR = "profile-error"
#: How far frictionless gets with a table: what it says at an earlier step hides what is wrong at a later one.
OPENING, LOADING, LOOKUP, LABELS, ROWS, KEYS = range(6)


class Ends(BaseException):
    """Frictionless goes no further with a table: it says this one thing, or lets an exception out."""

    def __init__(self, step: int, kind: str, *, is_exception: bool = False) -> None:
        super().__init__(kind)
        self.step = step
        self.kind = kind
        self.is_exception = is_exception


def stops(kind: str, step: int = LOADING) -> Ends:
    """Return that frictionless finds an error of that type in a table, and nothing else."""
    return Ends(step, kind)


def raises(name: str, step: int = ROWS) -> Ends:
    """Return that frictionless lets an exception out, and gives no report."""
    return Ends(step, name, is_exception=True)


@dataclass
class Ended:
    """Where frictionless stops in a package with some resources: faults of its descriptor, how each table ends."""

    resources: dict[str, Resource] = field(default_factory=dict)
    faults: set[tuple[str, str, bool]] = field(default_factory=set)
    tables: list[tuple[str, Ends]] = field(default_factory=list)

    def of(self, name: str, *, as_parent: bool = False) -> Ends | None:
        """Return how a table ends: at the first step that ends it. As a parent it is read without its foreign keys."""
        ends = [end for table, end in self.tables if table == name and not (as_parent and end.step == LOOKUP)]
        return min(ends, key=lambda end: end.step, default=None)

    def _of_it_or_its_parents(self, name: str) -> Ends | None:
        """Return how a table ends, or by which exception a table that it refers to does, which is read before."""
        ends = [] if (own := self.of(name)) is None else [own]
        resource = self.resources.get(name)
        for key in (
            resource.schema.foreign_keys if resource is not None and resource.schema is not None else ()
        ):
            of_parent = self.of(key.resource, as_parent=True)
            if of_parent is not None and of_parent.is_exception:
                ends.append(raises(of_parent.kind, LOOKUP))
        return min(ends, key=lambda end: end.step, default=None)

    def settled(self, found: set[Found], names: Sequence[str]) -> set[Found]:
        """Return what remains to be found."""
        if self.faults:
            return {(kind, None, None, None) for kind in self._kinds(names)}
        for name in names:
            end = self._of_it_or_its_parents(name)
            if end is not None and end.is_exception:
                return {("exception", end.kind, None, None)}
            if end is not None:
                counted = ("hash-count", "byte-count") if not end.kind else ()  # also of what is no table
                found = {item for item in found if item[1] != name or item[0] in counted}
                found |= {(end.kind, name, None, None)} if end.kind else set()
        return found

    def _kinds(self, names: Sequence[str]) -> set[str]:
        """Return the types of the faults of the descriptor.

        Only where there is none in the descriptor itself are the files looked at that it names, up to the first one with a fault.
        """
        here = {(name, kind) for name, kind, is_here in self.faults if is_here and name}
        if here:
            return _told(here)
        if ("", "package-error", True) in self.faults:
            return {"package-error"}
        files: dict[tuple[int, bool], set[tuple[str, str]]] = {}
        for name, kind, _ in self.faults:
            files.setdefault((names.index(name), kind != "dialect-error"), set()).add((name, kind))
        return _told(files[min(files)])


def _told(faults: set[tuple[str, str]]) -> set[str]:
    """Return the types of faults of tables that are told: a fault of a field hides those that its schema has by itself."""
    ill = {name for name, kind in faults if kind == "field-error"}
    kinds = {kind for name, kind in faults if kind != "schema-error" or name not in ill}
    return {"schema-error" if kind == PROFILE_ERROR else kind for kind in kinds}


#: How the package that is being predicted ends.
_ended = Ended()


def _reading(original: Any) -> Any:
    def read_resource(resource: Resource, before: Any = None) -> Any:
        _ended.resources[resource.name] = resource
        try:
            end = getattr(resource.dialect, "ends", None)
            if end is not None and end.step == OPENING:
                raise end
            if any(finding.rule == "path" for finding in resource.findings):
                _ended.tables.append((resource.name, stops("scheme-error", OPENING)))
            return original(resource, before)
        except Ends as end:
            _ended.tables.append((resource.name, end))
            # the bytes and the hash of a file that is passed over are counted all the same
            return [] if end.kind else list(examination.file_findings(resource)), None

    return read_resource


def _testing(original: Any) -> Any:
    def tests(table: Any, *arguments: Any) -> Any:
        try:
            return original(table, *arguments)
        except Ends as end:
            _ended.tables.append((table.resource.name, end))
            return []

    return tests


def _checking(original: Any) -> Any:
    def failed(table: Any, verdicts: Any) -> Iterator[Finding]:
        try:
            yield from list(original(table, verdicts))
        except Ends as end:
            _ended.tables.append((table.resource.name, end))

    return failed


#: What takes note of the ends.
ENDS: dict[str, Patch] = {
    "factpack.examination.read_resource": _reading,
    "factpack.examination._tests": _testing,
    "factpack.examination.failed": _checking,
}


@dataclass(frozen=True, kw_only=True)
class Divergence:
    """A case in which factpack and frictionless part.

    `part` tells what it is about, `section` is the section of the specification that decides, or the reason why
    factpack does as it does. `says` tells what each of them does. `patches` make factpack decide as frictionless does,
    in this case only: by the name of what they replace.
    """

    name: str
    part: str
    section: str
    says: str
    patches: Mapping[str, Patch]


def predicted(descriptor: Path, divergences: Sequence[Divergence] | None = None) -> set[Found]:
    """Return what frictionless finds in a package, were it to part from factpack in just these cases, or in all."""
    return predicted_outcome(descriptor, divergences).found


def predicted_outcome(descriptor: Path, divergences: Sequence[Divergence] | None = None) -> Outcome:
    """Return what `predicted` does, and how many rows of the tables are checked that are read to their end."""
    global _ended
    _ended = Ended()
    chosen = DIVERGENCES if divergences is None else divergences
    with contextlib.ExitStack() as stack:
        stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")
        for patches in (*(divergence.patches for divergence in chosen), ENDS):
            for place, patch in patches.items():
                _apply(stack, place, patch)
        outcome = outcome_of_factpack(descriptor)
    resources = json.loads(descriptor.read_text(encoding="utf-8"))["resources"]
    names = [resource["name"] for resource in resources]
    rows = {name: count for name, count in outcome.rows.items() if _ended.of(name) is None}
    return Outcome(_ended.settled(outcome.found, names), {} if _ended.faults else rows)


def _apply(stack: contextlib.ExitStack, place: str, patch: Patch) -> None:
    module, _, name = place.rpartition(".")
    owner = importlib.import_module(module)
    original = getattr(owner, name)
    stack.callback(setattr, owner, name, original)
    setattr(owner, name, patch(original))


# The descriptor

SIZED = {"string", "array", "object", "list"}
ORDERED = {"integer", "number", "date", "time", "datetime", "year", "yearmonth"}
BOUNDS = {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}
#: What frictionless holds the arguments of constraints to.
ARGUMENTS: dict[str, type] = {"minLength": int, "maxLength": int, "pattern": str, "enum": list}
FLAGS = ("header", "headerCase", "doubleQuote", "skipInitialSpace", "skipBlankRows")


def kind_of(item: Json) -> str:
    return str(item.get("type", "string"))


def _knows(kind: str, constraint: str) -> bool:
    """Tell whether frictionless has a constraint for a type."""
    if constraint in BOUNDS:
        return kind in ORDERED
    if constraint in ("minLength", "maxLength"):
        return kind in SIZED
    if constraint == "enum":
        return kind != "list"
    return constraint in ("required", "unique") or (constraint == "pattern" and kind == "string")


def is_of_standard(kind: str, constraint: str) -> bool:
    """Tell whether the specification has a constraint for a type, and frictionless does not."""
    if constraint in BOUNDS:
        return kind == "duration"
    return (kind, constraint) in {("array", "jsonSchema"), ("object", "jsonSchema"), ("list", "enum")}


def _schemas(package: Package, part: str = "schema") -> Iterator[tuple[str, Json, bool]]:
    """Yield the schemas, or dialects, of a package, with their resources, and whether they are in the descriptor."""
    for resource in package.resources:
        declared = resource.descriptor.get(part)
        is_here = isinstance(declared, dict)
        if isinstance(declared, str):
            with contextlib.suppress(OSError, ValueError):
                declared = json.loads((package.file.parent / declared).read_text(encoding="utf-8"))
        if isinstance(declared, dict):
            yield resource.name, declared, is_here


def _has(faults: Callable[[Package], Iterator[tuple[str, str, bool]]]) -> dict[str, Patch]:
    """Return the patches that add faults of a descriptor: the resource, the type of error, whether it stands there."""

    def patch(original: Any) -> Any:
        def metadata_findings(package: Package) -> Iterator[Finding]:
            for name, kind, is_here in faults(package):
                _ended.faults.add((name, kind, is_here))
            yield from original(package)

        return metadata_findings

    return {"factpack.examination.metadata_findings": patch}


def _unknown_constraints(package: Package) -> Iterator[tuple[str, str, bool]]:
    for name, schema, is_here in _schemas(package):
        for item in schema["fields"]:
            if any(is_of_standard(kind_of(item), constraint) for constraint in item.get("constraints", {})):
                yield name, "field-error", is_here


def _is_ill(package: Package, declared: Any) -> bool:
    """Tell whether a file that a descriptor names for one of its parts is no JSON object."""
    try:
        text = (
            (package.file.parent / declared).read_text(encoding="utf-8")
            if isinstance(declared, str)
            else "{}"
        )
        return not isinstance(json.loads(text), dict)
    except (OSError, ValueError):
        return True


def _descriptor_faults(package: Package) -> Iterator[tuple[str, str, bool]]:
    for resource in package.resources:
        if "data" in resource.descriptor and not isinstance(resource.descriptor["data"], dict | list):
            yield resource.name, "resource-error", True
        if any(finding.rule == "descriptor" for finding in resource.findings):
            ill = [part for part in ("dialect", "schema") if _is_ill(package, resource.descriptor.get(part))]
            yield (
                (resource.name, f"{ill[0]}-error", False) if ill else (resource.name, "resource-error", True)
            )
    for name, dialect, is_here in _schemas(package, "dialect"):
        if any(not isinstance(dialect.get(flag, True), bool) for flag in FLAGS):
            yield name, "dialect-error", is_here
    for name, schema, is_here in _schemas(package):
        if any(map(_is_faulty, schema["fields"])):
            yield name, "field-error", is_here
        elif _has_faulty_keys(schema):
            yield name, "schema-error", is_here


def _is_faulty(item: Json) -> bool:
    kind, constraints = kind_of(item), item.get("constraints", {})
    for name, value in constraints.items():
        wanted = ARGUMENTS.get(name, object)
        if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
            return True
        if not _knows(kind, name) and not is_of_standard(kind, name):
            return True
    return False


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _has_faulty_keys(schema: Json) -> bool:
    names = {item["name"] for item in schema["fields"]}
    if not set(_as_list(schema.get("primaryKey", []))) <= names:
        return True
    for key in schema.get("foreignKeys", []):
        own, others = _as_list(key["fields"]), _as_list(key["reference"]["fields"])
        if not set(own) <= names or len(own) != len(others):
            return True
    return False


def _examples(package: Package) -> Iterator[tuple[str, str, bool]]:
    kept = ("name", "type", "format", "trueValues", "falseValues")
    for name, schema, is_here in _schemas(package):
        for item in schema["fields"]:
            plain = {key: item[key] for key in kept if key in item}
            read = frictionless.Field.from_descriptor(plain).create_value_reader()
            if item.get("example") and read(item["example"]) is None:
                yield name, "field-error", is_here


def _newer_properties(package: Package) -> Iterator[tuple[str, str, bool]]:
    if "/profiles/2." in package.descriptor.get("$schema", ""):
        return
    for name, schema, is_here in _schemas(package):
        for item in schema["fields"]:
            has_labels = any(isinstance(value, dict) for value in item.get("missingValues", []))
            if has_labels or {"exclusiveMinimum", "exclusiveMaximum"} & set(item.get("constraints", {})):
                yield name, "field-error", is_here
        if any(isinstance(value, dict) for value in schema.get("missingValues", [])):
            yield name, "schema-error", is_here
    if not FIRST_NAME.search(package.descriptor.get("name", "p")):
        yield "", "package-error", True
    for resource in package.resources:
        if not FIRST_NAME.search(resource.name):
            yield resource.name, "resource-error", True


def _loosely_described(original: Any) -> Any:
    """Look at no more of what describes a package than whether the date of its creation can be read."""

    def described_faults(descriptor: Json, *_more: Any) -> Iterator[str]:
        created = descriptor.get("created")
        if created and frictionless.fields.DatetimeField(name="created").read_cell(created)[1] is not None:
            _ended.faults.add(("", "package-error", True))
        yield from ()

    return described_faults


def _schema_names(package: Package) -> Iterator[tuple[str, str, bool]]:
    for name, schema, is_here in _schemas(package):
        own = schema.get("name", "s")
        if not isinstance(own, str) or not FIRST_NAME.search(own):
            yield name, "schema-error", is_here


def _package_missing_values(package: Package) -> Iterator[tuple[str, str, bool]]:
    if "missingValues" in package.descriptor:
        yield "", "package-error", True


def _tabular_profile(package: Package) -> Iterator[tuple[str, str, bool]]:
    profiles = {resource.descriptor.get("profile") for resource in package.resources}
    if package.descriptor.get("profile") == "tabular-data-package" and profiles != {"tabular-data-resource"}:
        yield "", "package-error", True


def _listed_modes(package: Package) -> Iterator[tuple[str, str, bool]]:
    for name, schema, is_here in _schemas(package):
        if isinstance(schema.get("fieldsMatch"), list):
            yield name, PROFILE_ERROR, is_here


def _recurring_names(package: Package) -> Iterator[tuple[str, str, bool]]:
    for name, schema, is_here in _schemas(package):
        names = [item["name"] for item in schema["fields"]]
        if len(set(names)) < len(names):
            yield name, "schema-error", is_here


def _untyped_string(original: Any) -> Any:
    return lambda item, missing: original({"type": "string", **item}, missing)


def _without_property(name: str) -> Patch:
    """Return the patch of a function of a descriptor that does not see a property of it."""
    return lambda original: (
        lambda descriptor, *more: original(
            {key: value for key, value in descriptor.items() if key != name}, *more
        )
    )


# Keys


def _in_this_package(original: Any) -> Any:
    """Take a foreign key into another package for one into this one."""
    return lambda declared, names: replace(original(declared, names), package="")


def _lookup(original: Any) -> Any:
    """Look keys up in fields that do not exist."""

    def parents(table: Any, tables: Any) -> Any:
        kept, references = [], []
        for key in table.schema.foreign_keys:
            parent = tables.get(key.resource or table.resource.name)
            known = () if parent is None or parent.resource.schema is None else parent.resource.schema.names
            if parent is not None and not set(key.reference_fields) <= set(known):
                values = parent.key(key.reference_fields)
                references.append((key, Parent(name=parent.resource.name, key=values)))
            else:
                kept.append(key)
        rest = replace(table, schema=replace(table.schema, foreign_keys=kept))
        findings, found = original(rest, tables)
        return findings, [*references, *found]

    return parents


def _ends_at_nothing(original: Any) -> Any:
    """Note that a table ends where one that it refers to does not exist, also one that ends at a later step."""

    def broken(*arguments: Any) -> Iterator[Finding]:
        yield from original(*arguments)
        for resource in _ended.resources.values():
            for key in resource.schema.foreign_keys if resource.schema is not None else ():
                if key.resource and key.resource not in _ended.resources:
                    _ended.tables.append((resource.name, stops("resource-error", LOOKUP)))

    return broken


def _ends_at_its_parents(resource: Resource) -> None:
    """Note that a table ends where one that it refers to could not be read."""
    for key in resource.schema.foreign_keys if resource.schema is not None else ():
        end = _ended.of(key.resource, as_parent=True)  # also for a key whose columns the table lacks
        if end is not None and not end.is_exception:
            no_rows = raises("AttributeError", LOOKUP)  # a file has none
            _ended.tables.append((resource.name, stops(end.kind, LOOKUP) if end.kind else no_rows))


def _referring(original: Any) -> Any:
    def parents(table: Any, tables: Any) -> Any:
        _ends_at_its_parents(table.resource)
        return original(table, tables)

    return parents


def _referring_unread(original: Any) -> Any:
    """Note it of the tables too that come to an end of their own, which may be at a later step."""

    def broken(*arguments: Any) -> Iterator[Finding]:
        yield from original(*arguments)
        for resource in _ended.resources.values():
            _ends_at_its_parents(resource)

    return broken


def _no_reference_findings(original: Any) -> Any:
    """Find no fault in the foreign keys of a table of which one leads nowhere."""

    def reference_findings(resource: Resource, resources: Sequence[Resource]) -> Iterator[Finding]:
        known = {other.name: other.schema.names if other.schema else None for other in resources}
        for key in resource.schema.foreign_keys if resource.schema is not None else ():
            names = known.get(key.resource or resource.name, ())
            if names is not None and not set(key.reference_fields) <= set(names):
                return
        yield from original(resource, resources)

    return reference_findings


def _filled_in_part(original: Any) -> Any:
    def is_filled_and_unique(columns: Any) -> Any:
        values = [column.values for column in columns]
        nulls = [value.is_null() for value in values]
        in_part = np.any(nulls, axis=0) & ~np.all(nulls, axis=0)
        return np.where(in_part, factpack.row_tests.is_first(values), original(columns))

    return is_filled_and_unique


def _blank_with_key(original: Any) -> Any:
    def table(resource: Resource, *arguments: Any, **options: Any) -> Any:
        lexical = original(resource, *arguments, **options)
        assert resource.schema is not None
        key = resource.schema.primary_key
        if key and set(key) <= lexical.columns.keys():
            blank = [finding for finding in lexical.findings if finding.rule == "blank-row"]
            lexical.findings.extend(replace(finding, rule="primaryKey") for finding in blank)
        return lexical

    return table


def _hashed(original: Any) -> Any:
    """Compare keys by their hashes, which lists and objects of Python do not have."""

    def compare(key: Sequence[Values], *others: Sequence[Values]) -> Any:
        for values in (*key, *(value for other in others for value in other)):
            if values.array is None and any(
                isinstance(item, list | dict) for item in values.distinct().items
            ):
                raise raises("TypeError", KEYS)
        return original(key, *others)

    return compare


def _has_nan(key: Sequence[Values]) -> Any:
    found = np.zeros(len(key[0]), bool)
    for values in key:
        if values.array is None:
            found |= np.array([item is NAN for item in values.to_list()], bool)
    return found


def _nan_is_unlike(original: Any) -> Any:
    return lambda key: original(key) | _has_nan(key)


def _nan_is_not_found(original: Any) -> Any:
    return lambda key, parent: original(key, parent) & ~_has_nan(key)


def _nan_is_not_listed(original: Any) -> Any:
    def one_of(item: Field, name: str, declared: Sequence[Any]) -> Test:
        test = original(item, name, declared)

        def one(value: Any) -> bool:
            if isinstance(value, Incomparable):
                raise raises(value.compared)
            return value is not NAN and test.one(value)

        return replace(test, one=one)

    return one_of


def _no_bound_of_nan(original: Any) -> Any:
    def bound(item: Field, name: str, argument: Any) -> Test:
        test = original(item, name, argument)
        if factpack.constraints.value_of_argument(item, name, argument) is not NAN:
            return test

        def one(value: Any) -> bool:
            if value is not NAN:
                raise raises("InvalidOperation")
            return False

        return replace(test, one=one, many=None)

    return bound


def _has_truth(value: Any) -> bool:
    """Tell whether true or false is in a value, or is one."""
    if isinstance(value, Mapping):
        return any(map(_has_truth, value.values()))
    return any(map(_has_truth, value)) if isinstance(value, list) else isinstance(value, bool)


def _python_key(original: Any) -> Any:
    """Compare as Python does, to which True is 1."""

    def hashable(value: Any) -> Any:
        if not _has_truth(value):
            return original(value)
        if isinstance(value, Mapping):
            return original({key: hashable(item) for key, item in value.items()})
        return original([hashable(item) for item in value]) if isinstance(value, list) else int(value)

    return hashable


# Cells


def _python_reader(item: Field) -> Any:
    """Return frictionless's reader of the single cells of a field."""
    left_out = ("missingValues", "constraints", "example", "categories", "categoriesOrdered")
    kept = {name: value for name, value in item.descriptor.items() if name not in left_out}
    declared = {**kept, "type": item.type, "format": item.format}
    return frictionless.Field.from_descriptor(declared).create_value_reader()


@dataclass(frozen=True)
class Forms:
    """The texts that only one of the two reads, or that they read differently: those of `odd`, but for `plain` ones."""

    odd: re.Pattern[str]
    plain: re.Pattern[str] = re.compile("(?!)")

    def __contains__(self, text: str) -> bool:
        return self.odd.search(text) is not None and self.plain.fullmatch(text) is None


def forms(odd: str, plain: str = "(?!)") -> Forms:
    """Return forms of texts by expressions: one for a part of an odd text, one for a whole plain text."""
    return Forms(re.compile(odd, re.DOTALL), re.compile(plain, re.DOTALL))


#: What Python's JSON takes and RFC 8259 does not, and integers that are too long for Python.
JSON_ODD = r"NaN|Infinity|[0-9]{4301}"
OFFSETS = r"(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))?"
#: Numbers with underscores, characters of other scripts, words, marks, and more digits than Python takes.
NUMBER_FORMS = forms(r"(?i)_|[^\x00-\x7f]|inf|nan|[\x0b\x0c\x1c-\x1f]|.{4301}")
BINARY_FORMS = forms(r"[^A-Za-z0-9+/=]|=[^=]|^=|===|=")
#: What Python takes for the digits of a UUID, wherever hyphens stand: also spaces, `0x` and other scripts' digits.
UUID_FORMS = forms(
    r"\A(?:urn:|uuid:|[{}\s+_\dxXa-fA-F-]){32,}\Z",
    r"(?:urn:uuid:)?{0}|\{{0}\}|[0-9a-fA-F]{32}".replace(
        "{0}", "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
    ),
)
URI_FORMS = forms(
    r"[^A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]|%(?![0-9A-Fa-f]{2})|#.*#|[\[\]]|:[0-9]{6}|^[A-Za-z0-9+.-]*:$"
)
DATE_FORMS = forms(r"\A\d{4}-\d{1,2}-\d{1,2}\Z", "[0-9]{4}-[0-9]{2}-[0-9]{2}")
TIME_FORMS = forms(r"\A.{5}:.{2}", "[0-9]{2}:[0-9]{2}:[0-9]{2}")
DATETIME_FORMS = forms(
    r"\A.{16}:.{2}|\A-?[0-9]+-..-..T",
    rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}T[0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}(?:\.[0-9]+)?{OFFSETS}",
)
#: Moments whose offset is a day or more, which Python's own zones do not have.
FAR_OFFSETS = forms(r"[+-](?:2[4-9]|[3-9][0-9]):[0-9]{2}\Z")
DURATION_FORMS = forms(
    r"\A[+-]?P",
    r"-?P(?:[0-9]+Y)?(?:[0-9]+M)?(?:[0-9]{1,8}D)?(?:T(?:[0-9]{1,8}H)?(?:[0-9]{1,8}M)?(?:[0-9.]{1,9}S)?)?(?<![PT])",
)
#: Four characters that Python's `int` takes; years before the first, after 9999, in a zone.
YEAR_FORMS = forms(r"\A(?:[\s\d_+-]{4}|-?[0-9]{4,}(?:Z|[+-][0-9]{2}:[0-9]{2})?)\Z", "(?!0000)[0-9]{4}")
#: Sound durations of years or months, which are two things to frictionless.
MONTHS_FORMS = forms(r"\A-?P(?=[^T]*[YM])(?:[0-9]+Y)?(?:[0-9]+M)?(?:[0-9]+D)?(?:T[0-9]+[0-9.HMS]*[HMS])?\Z")
YEARMONTH_FORMS = forms(
    r"\A(?:[\s\d_+]+-[\s\d_+]+|-?[0-9]{4,}-[0-9]{2}(?:Z|[+-][0-9]{2}:[0-9]{2})?)\Z",
    "(?!0000)[0-9]{4}-[0-9]{2}",
)
POINT_FORMS = {
    "default": forms(r"(?i)_|[^\x00-\x7f]|inf|nan|[\x0b\x0c\x1c-\x1f]"),
    "array": forms(rf"\A\s*[\"{{]|[\[,]\s*(?:[\"\[{{]|true|false)|{JSON_ODD}"),
    "object": forms(rf":\s*(?:[\"\[{{]|true|false)|{JSON_ODD}"),
}


#: What the older GeoJSON of frictionless has otherwise: more than two numbers, rings, features, collections, boxes.
GEOJSON_FORMS = forms(
    r"Polygon|Feature|Geometr|geometr|features|properties|bbox|crs|\[[^\[\]{}]*,[^\[\]{}]*,|" + JSON_ODD
)


def _read_by_frictionless(kind: str, cases: Forms, form: str | None = None) -> dict[str, Patch]:
    """Return the patch that lets frictionless read some texts of a type, in a format, or in any."""

    def patch(original: Any) -> Any:
        def reader(item: Field) -> Any:
            ours = original(item)
            if item.type != kind or form not in (None, item.format):
                return ours
            theirs = _python_reader(item)
            return lambda text: theirs(text) if text in cases else ours(text)

        return reader

    return {"factpack.fields.reader": patch}


def _far_moment(original: Any) -> Any:
    """Read a moment with an offset of a day or more."""

    def reader(item: Field) -> Any:
        ours = original(item)
        if (item.type, item.format) != ("datetime", "any"):
            return ours
        return lambda text: FAR if text in FAR_OFFSETS else ours(text)

    return reader


def _no_point(original: Any) -> Any:
    """Read no point in a format that does not exist."""

    def reader(item: Field) -> Any:
        is_unknown = item.type == "geopoint" and item.format not in POINT_FORMS
        return (lambda text: None) if is_unknown else original(item)

    return reader


def _together(*patches: Mapping[str, Patch]) -> dict[str, Patch]:
    """Return patches of the same functions as one."""

    def one_after_the_other(place: str) -> Patch:
        def patch(original: Any) -> Any:
            for item in patches:
                original = item[place](original)
            return original

        return patch

    return {place: one_after_the_other(place) for place in patches[0]}


@dataclass(frozen=True, eq=False)
class Incomparable:
    """A value that Python reads, but neither hashes nor compares: the exceptions that it lets out."""

    hashed: str
    compared: str

    def __hash__(self) -> int:
        raise raises(self.hashed, KEYS)

    def __eq__(self, other: object) -> bool:
        raise raises(self.compared)

    __ge__ = __le__ = __gt__ = __lt__ = __eq__

    @property
    def tzinfo(self) -> None:
        """Raise where a moment's zone is asked for, which comes first when moments are compared."""
        raise raises(self.compared)


#: The value of the text `sNaN`.
SIGNALLING = Incomparable("TypeError", "InvalidOperation")
#: A moment whose offset is a day or more.
FAR = Incomparable("ValueError", "ValueError")


def _is_number_form(item: Field, text: str) -> bool:
    """Tell whether a text is a number that the two read differently, or only one of them."""
    point = str(item.descriptor.get("decimalChar", "."))
    is_bared = item.type == "number" and item.descriptor.get("bareNumber") is False
    return text in NUMBER_FORMS or (
        is_bared and re.search(rf"^[^-\d]*{re.escape(point)}\d", text) is not None
    )


def _python_number(original: Any) -> Any:
    """Read what Python's `int` and `Decimal` take, after `str.strip`."""

    def reader(item: Field) -> Any:
        ours = original(item)
        if item.type not in ("integer", "number"):
            return ours
        read = _python_reader(item)
        group = str(item.descriptor.get("groupChar", "")) if item.type == "integer" else ""

        def read_number(text: str) -> Any:
            if not _is_number_form(item, text):
                return ours(text)
            value = read(text.replace(group, "") if group else text)
            if isinstance(value, Decimal) and value.is_nan():
                return NAN if value.is_qnan() else SIGNALLING
            return value

        return read_number

    return reader


def _no_group_in_integer(original: Any) -> Any:
    def reader(item: Field) -> Any:
        ours, group = original(item), item.descriptor.get("groupChar")
        if item.type != "integer" or not group:
            return ours
        kept = {name: value for name, value in item.descriptor.items() if name != "groupChar"}
        theirs = original(replace(item, descriptor=kept))
        return lambda text: theirs(text) if group in text else ours(text)

    return reader


def _listed_durations(original: Any) -> Any:
    """Compare durations by their months, in an `enum`."""
    return lambda value: original(plain(value))


#: The types of the values of JSON that both take as they are.
NATIVE_TYPES: dict[str, tuple[type, ...]] = {
    "integer": (int,),
    "number": (int, float, Decimal),
    "boolean": (bool,),
    "object": (dict,),
    "array": (list,),
}


def _python_json_value(original: Any) -> Any:
    """Read values that are not texts by frictionless's reader."""

    def json_value(item: Field, value: Any) -> Any:
        is_native = type(value) in NATIVE_TYPES.get(item.type, ())
        if isinstance(value, str) or value is None or is_native:
            return original(item, value)
        return _python_reader(item)(_plain(value))

    return json_value


def _plain(value: Any) -> Any:
    """Return a JSON value with Python's floats for exact decimals."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return float(value) if isinstance(value, Decimal) else value


# Constraints


#: What has a group or a class for one character, and then no sign that the two read in their own ways.
GROUP = re.compile(r"\((?![?])[^()\\\[]*\)|\[\^?[^\\\[\]-]+(?:-[^\\\[\]-]+)*\]")
OWN_SIGNS = re.compile(r"[|\\^$\[\]()]")


def _python_pattern(original: Any) -> Any:
    """Match as Python does from the start of a text: to its end only what stands last among alternatives.

    Expressions without signs outside of groups, on texts that do not end with a line feed, are left to factpack.
    """

    class Pattern:
        def __init__(self, source: str, clock: Any) -> None:
            self._ours, self._theirs = original(source, clock), None
            self._is_plain = OWN_SIGNS.search(GROUP.sub("x", source)) is None
            with contextlib.suppress(re.error):
                self._theirs = re.compile(f"^{source}$")

        def matches(self, text: str) -> bool:
            if self._theirs is None or (self._is_plain and not text.endswith("\n")):
                return bool(self._ours.matches(text))
            return self._theirs.match(text) is not None

        def many(self, texts: Any) -> Any:
            is_ours = self._theirs is None or self._is_plain
            has_feeds = any(str(text).endswith("\n") for text in texts.to_pylist())
            return self._ours.many(texts) if is_ours and not has_feeds else None

    return Pattern


def _raising_pattern(original: Any) -> Any:
    def pattern(source: str, clock: Any) -> Any:
        try:
            re.compile(f"^{source}$")
        except re.error as error:
            raise raises(type(error).__name__, ROWS) from None
        return original(source, clock)

    return pattern


def _no_value(original: Any) -> Any:
    """Take an argument that is not of the type for none."""

    def value_of_argument(item: Field, name: str, argument: Any) -> Any:
        try:
            return original(item, name, argument)
        except SchemaError:
            return None

    return value_of_argument


def _keys_first(original: Any) -> Any:
    """Test the fields in the order in which their cells are read: those that are unique, then those of keys."""

    def tests_of_fields(schema: TableSchema, *more: Any) -> Iterator[Any]:
        unique = [field.name for field in schema.fields if field.constraints.get("unique")]
        in_keys = [name for key in schema.foreign_keys for name in key.fields]
        order = [*unique, *schema.primary_key, *in_keys, *schema.names]
        fields = sorted(schema.fields, key=lambda field: order.index(field.name))
        return original(replace(schema, fields=fields), *more)

    return tests_of_fields


def _compared_with_none(original: Any) -> Any:
    def bound(item: Field, name: str, argument: Any) -> Test:
        test = original(item, name, argument)
        if factpack.constraints.value_of_argument(item, name, argument) is not None:
            return test

        def one(value: Any) -> bool:
            if value is not NAN:
                raise raises("TypeError")
            return False

        return replace(test, one=one, many=None)

    return bound


def _listed_as_none(original: Any) -> Any:
    def one_of(item: Field, name: str, declared: Sequence[Any]) -> Test:
        value_of = factpack.constraints.value_of_argument
        return original(item, name, [value for value in declared if value_of(item, name, value) is not None])

    return one_of


PAIRS = (
    ("minimum", "maximum"),
    ("minimum", "exclusiveMaximum"),
    ("exclusiveMinimum", "maximum"),
    ("exclusiveMinimum", "exclusiveMaximum"),
    ("minLength", "maxLength"),
)


def _possible(original: Any) -> Any:
    """Find no fault in bounds that rule each other out, nor in an `enum` that is not among the categories."""

    def check_possible(item: Field) -> None:
        if item.categories is None and not any(_rule_out(item, low, high) for low, high in PAIRS):
            original(item)

    return check_possible


def _rule_out(item: Field, low: str, high: str) -> bool:
    if not {low, high} <= item.constraints.keys():
        return False
    read: Callable[[Any], Any] = int if low == "minLength" else _python_reader(item)
    with contextlib.suppress(TypeError, ArithmeticError):
        least, most = (read(_plain(item.constraints[name])) for name in (low, high))
        return bool(least > most or (least == most and "exclusive" in low + high))
    return False


def _compared_across_zones(original: Any) -> Any:
    def bound(item: Field, name: str, argument: Any) -> Test:
        limit = factpack.constraints.value_of_argument(item, name, argument)
        test = original(item, name, argument)
        if not isinstance(limit, datetime.datetime | datetime.time):
            return test

        def one(value: Any) -> bool:
            if (value.tzinfo is None) != (limit.tzinfo is None):
                raise raises("TypeError")
            return bool(test.one(value))

        return replace(test, one=one, many=None)

    return bound


# Headers


def _unique_labels(original: Any) -> Any:
    def match_by_name(labels: Sequence[str], schema: TableSchema, ignore_case: bool) -> Any:
        names = [label.lower() if ignore_case else label for label in labels]
        if len(set(names)) < len(names) and schema is not OPEN:
            raise stops("error", LABELS)
        return original(labels, schema, ignore_case)

    return match_by_name


def _renamed(original: Any) -> Any:
    """Name a column that no field describes by its label, with a number where that name is another column's."""

    def name_of(split: Split, columns: Sequence[Field | None], place: int) -> str:
        if place < len(columns) and columns[place] is not None:
            return str(original(split, columns, place))
        used: list[str] = []
        for at in range(place + 1):
            column = columns[at] if at < len(columns) else None
            label = split.labels[at] if at < len(split.labels) else ""
            name, number = label if column is None else column.name, 2
            while name in used:
                name, number = f"{label}{number}", number + 1
            used.append(name)
        return used[-1] or original(split, columns, place)

    return name_of


def _called(labels: Sequence[str]) -> list[str]:
    """Return what frictionless calls the columns of a table without a schema."""
    names: list[str] = []
    for place, label in enumerate(labels, 1):
        name, number = label or f"field{place}", 2
        while name in names:
            name, number = f"{label or f'field{place}'}{number}", number + 1
        names.append(name)
    return names


def _called_columns(original: Any) -> Any:
    def length_findings(resource: Resource, split: Split, *more: Any) -> Any:
        if resource.is_open:
            split = replace(split, labels=_called(split.labels))
        return original(resource, split, *more)

    return length_findings


def _called_labels(original: Any) -> Any:
    def match_by_name(labels: Sequence[str], schema: TableSchema, ignore_case: bool) -> Any:
        header = original(labels, schema, ignore_case)
        if schema is not OPEN:
            return header
        names = [label.lower() if ignore_case else label for label in labels]
        faults = []
        for place, (name, called) in enumerate(zip(names, _called(labels), strict=True)):
            if not name or name in names[:place]:
                faults.append(HeaderFault("duplicate-label" if name else "blank-label", "", called))
        return Header(header.columns, faults)

    return match_by_name


def _blank_as_any(original: Any) -> Any:
    """Take a blank label for one like any other."""

    def match_by_name(labels: Sequence[str], schema: TableSchema, ignore_case: bool) -> Any:
        header = original(labels, schema, ignore_case)
        is_extra = schema.fields_match not in ALLOW_EXTRA_LABELS and "" not in schema.names
        kept = [
            replace(fault, rule="extra-label", field="")
            if fault.rule == "blank-label" and is_extra
            else fault
            for fault in header.faults
            if schema is OPEN or fault.rule != "blank-label" or is_extra
        ]
        return Header(header.columns, kept)

    return match_by_name


def _empty_only(original: Any) -> Any:
    """Find no fault in a table without a header, unless it has no rows either."""

    def header_findings(resource: Resource, split: Split) -> Iterator[Finding]:
        if not split.labels and not len(split.rows):
            yield resource.finding("header", "the source is empty", row=1)
        elif split.labels or not resource.dialect.has_header:
            yield from original(resource, split)

    return header_findings


def _joined_by_place(original: Any) -> Any:
    """Join the labels of a header of several rows; a row that is shorter adds nothing to the other columns."""

    def join_labels(rows: Sequence[Sequence[str]], join: str) -> list[str]:
        if len(set(map(len, rows))) <= 1:
            return list(original(rows, join))
        labels: list[str] = []
        last: dict[int, str] = {}
        for row in rows:
            for place, text in enumerate(row):
                if last.get(place) == text:
                    continue
                last[place] = text
                if len(labels) <= place:
                    labels.append(text)
                else:
                    labels[place] = join.join([labels[place], text])
        return labels

    return join_labels


# Dialects


@dataclass(frozen=True, kw_only=True)
class Declared(Dialect):
    """A dialect that knows which of its properties are declared, and what frictionless says of it."""

    declared: frozenset[str] = frozenset()
    ends: Ends | None = None
    skips_blank_rows: bool = False
    is_tsv: bool = False


def _dialect(change: Callable[[Declared, Json], Declared], *left_out: str) -> dict[str, Patch]:
    """Return the patch that parses a dialect without some properties, and changes the outcome."""

    def patch(original: Any) -> Any:
        def parse_dialect(descriptor: Json, delimiter: str, encoding: Any) -> Dialect:
            kept = {name: value for name, value in descriptor.items() if name not in left_out}
            dialect = original(kept, delimiter, encoding)
            if not isinstance(dialect, Declared):
                values = {item.name: getattr(dialect, item.name) for item in fields(Dialect)}
                dialect = Declared(**values)
            declared = dialect.declared | set(descriptor)
            if delimiter != ",":
                declared |= {"delimiter"}  # it comes with the format
            return change(replace(dialect, declared=declared), descriptor)

        return parse_dialect

    return {"factpack.package.parse_dialect": patch}


def _as_it_is(dialect: Declared, descriptor: Json) -> Declared:
    return dialect


def _text(content: bytes, dialect: Dialect) -> str:
    return content.decode(splitting.codec_of(content, dialect), errors="replace")


def _of_bytes(change: Callable[[str, Any], Any]) -> Patch:
    """Return the patch that changes the dialect by the text of a file before it is split."""

    def patch(original: Any) -> Any:
        def split_bytes(content: bytes, dialect: Any, before: Split | None, width: int) -> Split:
            return original(content, change(_text(content, dialect), dialect), before, width)

        return split_bytes

    return patch


def _with_any_marks(dialect: Declared, descriptor: Json) -> Declared:
    quote, escape = descriptor.get("quoteChar", dialect.quote), descriptor.get("escapeChar", dialect.escape)
    delimiter = descriptor.get("delimiter", dialect.delimiter)
    return replace(dialect, delimiter=delimiter, quote=quote, escape=escape)


def _no_marks_checked(original: Any) -> Any:
    return lambda dialect: original(dialect) if _has_marks(dialect) else None


def _with_marks(original: Any) -> Any:
    return lambda dialect: _has_marks(dialect) and original(dialect)


def _with_one_character(text: str, dialect: Any) -> Any:
    marks = dialect.delimiter, dialect.quote, dialect.escape
    if any(len(mark or "") > 1 for mark in marks) or not _are_taken(*marks):
        raise stops("source-error")
    return dialect


def _are_taken(delimiter: str, quote: str | None, escape: str | None) -> bool:
    """Tell whether the running Python's csv takes marks: since 3.13 it refuses such as are the same."""
    try:
        csv.reader([], delimiter=delimiter, quotechar=quote or '"', escapechar=escape or None)
    except ValueError:
        return False
    return True


def _python_records(original: Any) -> Any:
    """Split by Python's csv, which takes quotation marks anywhere, what is not quoted as RFC 4180 has it."""

    def records(text: str, dialect: Dialect) -> Iterator[Record]:
        found = list(original(text, dialect)) if _has_marks(dialect) else []
        has_spaces = dialect.skip_initial_space and re.search(r"(?:^|[\r\n]) +(?:[\r\n]|$)", text)
        if _has_marks(dialect) and not has_spaces and not any(item.faults for item in found):
            yield from found
            return
        try:
            stream = csv.reader(
                io.StringIO(text, newline=""),
                delimiter=dialect.delimiter,
                quotechar=dialect.quote,
                quoting=csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE,
                doublequote=dialect.double_quote,
                escapechar=dialect.escape,
                skipinitialspace=dialect.skip_initial_space,
            )
            for number, cells in enumerate(stream, 1):
                is_comment = dialect.comment is not None and "".join(cells[:1]).startswith(dialect.comment)
                yield Record(number, cells, is_empty_line=not cells, is_comment=is_comment)
        except (csv.Error, TypeError, ValueError) as error:
            raise stops("source-error") from error

    return records


def _has_marks(dialect: Dialect) -> bool:
    """Tell whether a dialect has a quotation mark, and no other that is the same."""
    marks = [mark for mark in (dialect.delimiter, dialect.quote, dialect.escape) if mark is not None]
    return bool(dialect.quote) and len(set(marks)) == len(marks)


def _strange_marks(original: Any) -> Any:
    """Split by Python's csv where a dialect has no quotation mark, or marks that are the same."""
    records = _python_records(original)
    return lambda text, dialect: (original if _has_marks(dialect) else records)(text, dialect)


def _comments_by_cell(original: Any) -> Any:
    """Tell comments by their first cell, once the quotation marks are off."""

    def records(text: str, dialect: Dialect) -> Iterator[Record]:
        mark = str(dialect.comment)
        lines = [
            line.strip(dialect.quote + " ")
            for line in text.splitlines()
            if dialect.quote in line or (dialect.skip_initial_space and line.startswith(" "))
        ]
        if dialect.comment is None or not any(line.startswith(mark) for line in lines):
            yield from original(text, dialect)
            return
        for record in original(text, replace(dialect, comment=None)):
            is_comment = dialect.comment is not None and bool(record.cells)
            record.is_comment = is_comment and record.cells[0].startswith(str(dialect.comment))
            yield record

    return records


def _marks_of_comments(original: Any) -> Any:
    """Have a text read strictly that holds what begins a comment, be it within a cell."""
    return lambda marks, ends, dialect: (
        dialect.comment is not None and dialect.comment.encode() in marks.tobytes()
    )


def _inline_comments(original: Any) -> Any:
    def split_rows(data: Any, dialect: Dialect, names: Sequence[str]) -> Split:
        if dialect.comment is not None and isinstance(data, list):
            rows = {
                number
                for number, row in enumerate(data, 1)
                if isinstance(row, list)
                and row
                and isinstance(row[0], str)
                and row[0].startswith(dialect.comment)
            }
            dialect = replace(dialect, comment_rows=dialect.comment_rows | rows)
        return original(data, dialect, names)

    return split_rows


def _sniffed(text: str, dialect: Any) -> Any:
    """Return a dialect with what Python's sniffer makes of the first lines for the properties that are not declared."""
    declared = getattr(dialect, "declared", frozenset())
    seen = _line_feeds(text) if getattr(dialect, "is_tsv", False) else text
    lines = list(islice(io.StringIO(seen, newline=""), 100))
    try:
        found: Any = csv.Sniffer().sniff(
            "".join(lines), dialect.delimiter if "delimiter" in declared else ",\t;|"
        )
    except csv.Error:
        found = csv.excel
    changes = {"delimiter": found.delimiter, "skip_initial_space": bool(found.skipinitialspace)}
    changes["quote"] = '"' if found.quotechar == "'" else found.quotechar
    named = {"delimiter": "delimiter", "skip_initial_space": "skipInitialSpace", "quote": "quoteChar"}
    return replace(dialect, **{name: value for name, value in changes.items() if named[name] not in declared})


def _searched(rows: Sequence[Sequence[Any]], comments: Sequence[bool]) -> int:
    """Return the number of the first row that is about as wide as the first 100 are on average, or 1."""
    widths = [len(row) for row in rows]
    if not widths:
        return 1
    width = round(sum(widths) / len(widths))
    drift = max(round(width * 0.1), 1)
    for number, (found, is_comment) in enumerate(zip(widths, comments, strict=True), 1):
        if not is_comment and width - drift <= found <= width + drift:
            return number
    return 1


def _is_searched(dialect: Any) -> bool:
    return dialect.header_rows is None and not {"header", "headerRows"} & getattr(
        dialect, "declared", frozenset()
    )


def _header_of_text(text: str, dialect: Any) -> Any:
    if not _is_searched(dialect):
        return dialect
    found = list(islice(splitting.records(text, dialect), 100))
    rows = [[] if record.is_empty_line else record.cells for record in found]
    comments = [record.is_comment or number in dialect.comment_rows for number, record in enumerate(found, 1)]
    return _with_header(dialect, rows, comments)


def _with_header(dialect: Any, rows: Sequence[Sequence[Any]], comments: Sequence[bool]) -> Any:
    """Return a dialect with the row for its header that is found, unless it is the first, as it is to factpack."""
    number = _searched(rows, comments)
    is_usual = number == 1 and not any(comments[:1])
    return dialect if is_usual else replace(dialect, header_rows=(number,))


def _header_of_rows(original: Any) -> Any:
    def split_rows(data: Any, dialect: Any, names: Sequence[str]) -> Split:
        if _is_searched(dialect) and isinstance(data, list) and all(isinstance(row, list) for row in data):
            comments = [number in dialect.comment_rows for number in range(1, len(data) + 1)]
            dialect = _with_header(dialect, data[:100], comments[:100])
        return original(data, dialect, names)

    return split_rows


def _first_row_of_text(text: str, dialect: Any) -> Any:
    """Take the first row for the header; if it is a comment, there is none."""
    if dialect.header_rows is not None:
        return dialect
    first = next(iter(splitting.records(text, dialect)), None)
    is_comment = first is not None and (first.is_comment or 1 in dialect.comment_rows)
    return replace(dialect, header_rows=()) if is_comment else dialect


def _first_row(original: Any) -> Any:
    def split_rows(data: Any, dialect: Any, names: Sequence[str]) -> Split:
        if dialect.header_rows is None and 1 in dialect.comment_rows:
            dialect = replace(dialect, header_rows=())
        return original(data, dialect, names)

    return split_rows


def _as_named(original: Any) -> Any:
    """Let the rows begin after the header row that is named last, wherever the others stand."""

    def split(content: Any, dialect: Any, *more: Any) -> Split:
        rows = dialect.header_rows or ()
        if any(not isinstance(row, int) for row in rows[-1:]):
            raise raises("TypeError", LOADING)
        if not rows or rows[-1] == max(rows):
            return original(content, dialect, *more)
        labels = tuple(row for row in sorted(set(rows)) if 0 < row <= rows[-1] + 1)
        found = original(content, replace(dialect, header_rows=labels), *more).labels
        width = more[-1]  # of names, or their number
        if found and isinstance(content, bytes):
            width = len(found)
        elif found and isinstance(content[0], list):
            width = found
        bare = original(content, replace(dialect, header_rows=()), *more[:-1], width)
        kept = bare.rows > rows[-1]
        places = np.flatnonzero(kept)
        bare.columns = [values.filter(kept) for values in bare.columns]
        bare.rows, bare.lines = bare.rows[kept], bare.lines[kept]
        bare.lengths = None if bare.lengths is None else bare.lengths[kept]
        bare.surplus = {
            place: bare.surplus[old] for place, old in enumerate(places.tolist()) if old in bare.surplus
        }
        bare.labels = found
        return bare

    return split


def _any_row_numbers(original: Any) -> Any:
    def row_numbers(descriptor: Json, name: str, default: list[int]) -> Any:
        with contextlib.suppress(DialectError):
            return original(descriptor, name, default)
        return descriptor[name]

    return row_numbers


def _no_header_rows(original: Any) -> Any:
    def parse_dialect(descriptor: Json, delimiter: str, encoding: Any) -> Any:
        has_none = descriptor.get("headerRows") == []
        return original({**descriptor, "header": False} if has_none else descriptor, delimiter, encoding)

    return parse_dialect


def _with_skipping(dialect: Declared, descriptor: Json) -> Declared:
    return replace(dialect, skips_blank_rows=bool(descriptor.get("skipBlankRows")))


def _with_format(original: Any) -> Any:
    def parse_dialect(descriptor: Json, delimiter: str, encoding: Any) -> Dialect:
        dialect = original(descriptor, delimiter, encoding)
        return replace(dialect, is_tsv=delimiter == "\t") if isinstance(dialect, Declared) else dialect

    return parse_dialect


def _parse_with_format(original: Any) -> Any:
    return _with_format(_dialect(_as_it_is)["factpack.package.parse_dialect"](original))


def _with_line_feeds(original: Any) -> Any:
    """Put line feeds for the other ends of lines, also inside cells."""

    def split_bytes(content: bytes, dialect: Any, *more: Any) -> Split:
        codec = splitting.codec_of(content, dialect)
        if getattr(dialect, "is_tsv", False):
            with contextlib.suppress(UnicodeError):
                content = _line_feeds(content.decode(codec)).encode(codec)
                dialect = replace(dialect, encoding=codec)  # which is not guessed anew
        return original(content, dialect, *more)

    return split_bytes


def _line_feeds(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _is_usual(original: Any) -> Any:
    return lambda dialect: original(dialect) and not getattr(dialect, "skips_blank_rows", False)


def _without_blank_rows(original: Any) -> Any:
    def split_strictly(text: str, dialect: Any, *more: Any) -> Split:
        with contextlib.ExitStack() as stack:
            if getattr(dialect, "skips_blank_rows", False):
                _apply(stack, "factpack.splitting._filled", _of_full_rows)
            return original(text, dialect, *more)

    return split_strictly


def _of_full_rows(original: Any) -> Any:
    return lambda labels, kept, *more: original(labels, [item for item in kept if any(item[1].cells)], *more)


# Files


def _guessed(content: bytes) -> str:
    """Return the encoding that chardet makes of the first bytes, if it is rather sure."""
    detector = chardet.UniversalDetector()
    for line in content.splitlines():
        detector.feed(line)
    detector.close()
    encoding = detector.result["encoding"] or "utf-8"
    if (detector.result["confidence"] or 0) < 0.5:
        try:
            content.decode("utf-8")
        except UnicodeDecodeError:
            pass
        else:
            encoding = "utf-8"
    return "utf-8" if encoding == "ascii" else encoding


def _marked(content: bytes, encoding: str) -> str:
    """Return the codec of an encoding that takes a byte order mark off, if there is one."""
    name = codecs.lookup(encoding).name
    if name == "utf-8" and content.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    for ending, mark in (("be", codecs.BOM_UTF16_BE), ("le", codecs.BOM_UTF16_LE)):
        if name == f"utf-16-{ending}" and content.startswith(mark):
            return "utf-16"
    return name


def _counted(original: Any) -> Any:
    """Count several files as they are joined, and compare no hash but a plain one of a known kind."""

    def file_findings(resource: Resource) -> Iterator[Finding]:
        kind, _, digest = str(resource.descriptor.get("hash", "")).rpartition(":")
        has_plain_hash = kind in ("", "md5", "sha256") and digest == digest.lower()
        files = resource.source.files
        if len(files) == 1 and has_plain_hash and resource.descriptor.get("bytes") != 0:
            yield from original(resource)
        elif resource.source.is_inline and resource.descriptor.get("bytes"):
            yield resource.finding("bytes", "")
        elif files:
            content = b"".join(_joined_lines(resource)) if len(files) > 1 else files[0].read_bytes()
            if resource.descriptor.get("bytes") not in (None, 0, len(content)):
                yield resource.finding("bytes", "")
            if (
                digest
                and kind in ("", "md5", "sha256")
                and digest != hashlib.new(kind or "md5", content).hexdigest()
            ):
                yield resource.finding("hash", "")

    return file_findings


def _codec(original: Any) -> Any:
    def codec(content: bytes, dialect: Dialect) -> str:
        if dialect.encoding is not None:
            return str(original(content, dialect))
        head = content[:100_000]
        return _marked(head, _guessed(head))

    return codec


def _strictly_decoded(original: Any) -> Any:
    def split_bytes(content: bytes, dialect: Dialect, before: Split | None, width: int) -> Split:
        try:
            decoder = codecs.getincrementaldecoder(splitting.codec_of(content, dialect))()
            decoder.decode(content)
            decoder.decode(b"", final=True)
        except (UnicodeDecodeError, LookupError) as error:
            raise stops("encoding-error") from error
        except UnicodeError as error:  # UTF-16 without a byte order mark
            raise stops("source-error") from error
        return original(content, dialect, before, width)

    return split_bytes


def _any_encoding(original: Any) -> Any:
    def encoding(name: Any) -> str | None:
        try:
            return original(name)
        except UnjudgedError:
            return str(name)

    return encoding


def _text_in_any_encoding(original: Any) -> Any:
    """Pass over no file of an encoding that is not known: the first ends the reading."""

    def has_text(content: bytes, dialect: Dialect) -> bool:
        return not _is_encoding(dialect.encoding) or original(content, dialect)

    return has_text


def _declared_dialect(resource: Resource) -> Json:
    """Return the dialect of a table as its descriptor has it."""
    dialect = resource.descriptor.get("dialect", {})
    if isinstance(dialect, str):
        return dict(json.loads((resource.source.files[0].parent / dialect).read_text(encoding="utf-8")))
    return dict(dialect)


#: The marks with which a file may begin.
MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def _repeat_the_header(resource: Resource) -> bool:
    """Tell whether each file of a table begins with the line that is its header, or has none, and ends a line."""
    dialect, contents = resource.dialect, [file.read_bytes() for file in resource.source.files]
    if any(not content.endswith((b"\n", b"\r")) for content in contents[:-1]):
        return False
    if any(before.endswith(b"\r") and after.startswith(b"\n") for before, after in pairwise(contents)):
        return False  # joined, they are one end of a line
    declared = _declared_dialect(resource)
    is_searched = not {"header", "headerRows"} & declared.keys()
    if is_searched or not {"delimiter", "skipInitialSpace"} <= declared.keys() or dialect.encoding is None:
        return False  # each file would be guessed at by itself
    if declared.get("header") is False:
        return not any(content.startswith(MARKS) for content in contents[1:])  # which stay in the first cell
    lines = {b"".join(content.splitlines()[:1]) for content in contents}
    is_comment = 1 in dialect.comment_rows or any(
        dialect.comment is not None and dialect.comment.encode() in line for line in lines
    )
    return dialect.header_rows in (None, (1,)) and len(lines) == 1 and lines != {b""} and not is_comment


def _concatenated(original: Any) -> Any:
    """Put the files of a table together, without the first line of each but the first."""

    def contents(resource: Resource) -> Iterator[tuple[str, Path, bytes | None]]:
        files = resource.source.files
        is_csv = format_of(resource.descriptor) == "csv"
        if len(files) == 1 or (is_csv and _repeat_the_header(resource)):
            yield from original(resource)
            return
        yield resource.source.paths[0], files[0], b"".join(_joined_lines(resource))

    return contents


def _joined_lines(resource: Resource) -> list[bytes]:
    """Return the lines of all files of a table, without the first of each but the first file."""
    is_csv = format_of(resource.descriptor) == "csv"
    # also where the list of header rows is empty
    has_header = _declared_dialect(resource).get("header") is not False and is_csv
    lines: list[bytes] = []
    for number, file in enumerate(resource.source.files):
        found = file.read_bytes().splitlines(keepends=True)
        lines += found[1:] if has_header and number else found
    return lines


def _unpacked(original: Any) -> Any:
    """Unpack the first file of an archive; let out what Python says of one that is cut off."""

    def unpacked(content: bytes, source: Any) -> bytes:
        with contextlib.suppress(DescriptorError, UnjudgedError):
            return bytes(original(content, source))
        try:
            if source.compression == "zip":
                with zipfile.ZipFile(io.BytesIO(content)) as archive:
                    return archive.read(source.inner_path or archive.namelist()[0])
            if source.compression == "gz":
                return gzip.decompress(content)
        except (zipfile.BadZipFile, gzip.BadGzipFile) as error:
            raise stops("compression-error", LOADING) from error
        except (EOFError, zlib.error) as error:
            raise raises(type(error).__name__, LOADING) from error
        return original(content, source)

    return unpacked


#: What it says of tables in other formats: for some it wants a package that is not installed with it.
READ_AS_TABLES = {
    **dict.fromkeys(("xls", "ods", "jsonl", "ndjson", "sav", "zsav"), "error"),
    **dict.fromkeys(("parquet", "parq"), "source-error"),
    "xlsx": "format-error",
}


def _listed(original: Any) -> Any:
    """Take each list in the descriptor for a table."""
    return lambda descriptor: original(descriptor) or isinstance(descriptor.get("data"), list)


def _silent(original: Any) -> Any:
    """Take files for tables by their endings, and pass over the others."""

    def open_resource(descriptor: Any, *more: Any) -> Resource:
        resource = original(descriptor, *more)
        kind = _format(descriptor)
        data = descriptor.get("data")
        is_tabular = descriptor.get("profile") == "tabular-data-resource"
        declared = "table" if is_tabular else descriptor.get("type")
        is_named = declared == "table" or (declared is None and kind in READ_AS_TABLES)
        if not isinstance(data, str | None):
            if isinstance(data, list):
                return resource
            end = stops("source-error" if is_named else "scheme-error", OPENING)
        elif declared != "file" and (kind in DELIMITERS or data is not None):
            return resource
        elif not is_named:
            end = stops("", OPENING)
        else:
            end = stops(READ_AS_TABLES.get(kind, "error" if kind == "json" else "format-error"), OPENING)
        if end.kind in ("", "error") and not _is_encoding(descriptor.get("encoding")):
            end = stops("encoding-error", OPENING)
        kept = [finding for finding in resource.findings if finding.rule in ("path", "descriptor")]
        if kept and (end.kind != "format-error" or kept[0].rule == "descriptor"):
            return replace(resource, findings=kept, schema=None)
        return replace(resource, findings=[], schema=None, dialect=Declared(ends=end))

    return open_resource


def _is_encoding(name: str | None) -> bool:
    try:
        codecs.lookup(name or "utf-8")
    except LookupError:
        return False
    return True


def _format(descriptor: Json) -> str:
    return format_of({name: value for name, value in descriptor.items() if name != "mediatype"})


# Rows in the descriptor


def _keyed_rows(original: Any) -> Any:
    """Take of rows that are objects what the fields of the schema name, and nothing else."""

    def split_rows(data: Any, dialect: Dialect, names: Sequence[str]) -> Split:
        if isinstance(data, list) and data and isinstance(data[0], dict):
            if not all(isinstance(row, dict) for row in data):
                raise stops("source-error")
            is_usual = (
                dialect.header_rows in (None, (1,)) and not dialect.comment_rows and not dialect.comment
            )
            if is_usual and all(set(row) <= set(names) for row in data):
                return original(data, dialect, names)
            labels = list(names) or list(data[0])
            data = [labels, *([row.get(label) for label in labels] for row in data)]
        return original(data, dialect, names)

    return split_rows


def _strange_rows(original: Any) -> Any:
    def split_rows(data: Any, dialect: Dialect, names: Sequence[str]) -> Split:
        is_rows = isinstance(data, list) and data and isinstance(data[0], list | dict)
        if not is_rows or not all(type(row) is type(data[0]) for row in data):
            raise stops("source-error")
        return original(data, dialect, names)

    return split_rows


SCHEMA, DIALECT, RESOURCE = "Table Schema", "Table Dialect", "Data Resource"

DIVERGENCES: tuple[Divergence, ...] = (
    Divergence(
        name="descriptor-stops",
        part="the descriptor",
        section="one fault shall not hide others",
        says="After a fault of the descriptor frictionless checks no table; factpack checks those that it can.",
        patches=_has(_descriptor_faults),
    ),
    Divergence(
        name="constraints-not-known",
        part="the descriptor",
        section=f"{SCHEMA}, `minimum`, `enum`, `jsonSchema`",
        says="frictionless knows no bounds of durations, no `enum` of lists and no `jsonSchema`: to it they are faults.",
        patches=_has(_unknown_constraints),
    ),
    Divergence(
        name="version-gates",
        part="the descriptor",
        section="Data Package, `$schema`",
        says="frictionless refuses properties of version 2 in a descriptor of version 1, and names with capitals or "
        "spaces; factpack takes them.",
        patches=_has(_newer_properties),
    ),
    Divergence(
        name="missing-values-of-packages",
        part="the descriptor",
        section="what a package says of all its tables is meant",
        says="frictionless refuses `missingValues` of a package; to factpack they are those of its tables.",
        patches=_has(_package_missing_values),
    ),
    Divergence(
        name="descriptions",
        part="the descriptor",
        section="Data Package, `contributors`, `sources`, `licenses`, `homepage`, `image`, `created`; Table Schema, `rdfType`",
        says="frictionless takes contributors and sources without properties, any text for an address or a path, and "
        "moments without an offset; it passes over `id`, `roles`, names, the `version` of a source and `rdfType`. It "
        "refuses names of schemas, of which the specification has none, with capitals or spaces.",
        patches={"factpack.metadata.described_faults": _loosely_described, **_has(_schema_names)},
    ),
    Divergence(
        name="tabular-packages",
        part="the descriptor",
        section="version 1, Tabular Data Package: its resources are tables",
        says="In a package with the profile `tabular-data-package` frictionless wants `tabular-data-resource` as the "
        "profile of each resource; factpack takes each for a table.",
        patches=_has(_tabular_profile),
    ),
    Divergence(
        name="fields-match-as-list",
        part="the descriptor",
        section=f"{SCHEMA}, `fieldsMatch`: its text has a text, its profile a list",
        says="frictionless refuses a list for `fieldsMatch`; factpack takes one with one item.",
        patches=_has(_listed_modes),
    ),
    Divergence(
        name="fields-of-one-name",
        part="the descriptor",
        section="a name that stands twice tells no column",
        says="To frictionless two fields of one name are a fault; factpack does not judge such a table.",
        patches=_has(_recurring_names),
    ),
    Divergence(
        name="examples",
        part="the descriptor",
        section=f"{SCHEMA}, `example`",
        says="frictionless refuses an `example` that it cannot read without the `decimalChar` and the like of its field; "
        "factpack does not judge examples.",
        patches=_has(_examples),
    ),
    Divergence(
        name="untyped-fields",
        part="the descriptor",
        section=f"{SCHEMA}, `type`: `any` is the default",
        says="A field without a type is a string to frictionless.",
        patches={"factpack.table_schema._field": _untyped_string},
    ),
    Divergence(
        name="categories-ignored",
        part="the descriptor",
        section=f"{SCHEMA}, `categories`",
        says="frictionless ignores `categories`.",
        patches={"factpack.table_schema._field": _without_property("categories")},
    ),
    Divergence(
        name="unique-keys-ignored",
        part="keys",
        section=f"{SCHEMA}, `uniqueKeys`",
        says="frictionless ignores `uniqueKeys`.",
        patches={"factpack.package.parse_schema": _without_property("uniqueKeys")},
    ),
    Divergence(
        name="other-packages",
        part="keys",
        section="Recipes, External Foreign Keys",
        says="frictionless ignores the `package` of a foreign key, and seeks its table in the package at hand; factpack "
        "opens no other package, and cannot judge the key.",
        patches={"factpack.table_schema._foreign_key": _in_this_package},
    ),
    Divergence(
        name="partial-primary-key",
        part="keys",
        section=f"{SCHEMA}, `primaryKey`: its fields are required",
        says="frictionless takes a primary key that is null in part.",
        patches={"factpack.row_tests._is_filled_and_unique": _filled_in_part},
    ),
    Divergence(
        name="blank-row-with-key",
        part="keys",
        section="it is one fault",
        says="frictionless says of a blank row that its primary key is null too.",
        patches={"factpack.reading._table": _blank_with_key},
    ),
    Divergence(
        name="keys-to-nowhere",
        part="keys",
        section=f"{SCHEMA}, `foreignKeys`",
        says="A foreign key to a field that does not exist is a fault of each row to frictionless, one to a table that "
        "does not exist a fault of the resource; to factpack both are faults of the schema.",
        patches={
            "factpack.examination.parents_of": _lookup,
            "factpack.examination._broken": _ends_at_nothing,
            "factpack.metadata._reference_findings": _no_reference_findings,
        },
    ),
    Divergence(
        name="unread-parents",
        part="keys",
        section="a fault is told where it is",
        says="What keeps frictionless from reading a table it says of the tables that refer to it too, and checks none "
        "of their rows; where the other one is no table to it, it raises. factpack cannot judge the foreign key.",
        patches={
            "factpack.examination.parents_of": _referring,
            "factpack.examination._broken": _referring_unread,
        },
    ),
    Divergence(
        name="unequal-nan",
        part="keys",
        section="XML Schema, `float`: NaN equals itself",
        says="To frictionless NaN equals nothing, in keys and in `enum`; a bound that is NaN makes it raise.",
        patches={
            "factpack.row_tests.is_first": _nan_is_unlike,
            "factpack.row_tests.is_found": _nan_is_not_found,
            "factpack.constraints._one_of": _nan_is_not_listed,
            "factpack.constraints._bound": _no_bound_of_nan,
        },
    ),
    Divergence(
        name="true-is-one",
        part="keys",
        section=f"{SCHEMA}, `boolean`",
        says="To frictionless true is 1 and false is 0, in keys and in `enum`.",
        patches={"factpack.keys.hashable": _python_key, "factpack.constraints.hashable": _python_key},
    ),
    Divergence(
        name="unhashable-keys-raise",
        part="keys",
        section=f"{SCHEMA}, `primaryKey`, `foreignKeys`, `unique`: of any type",
        says="frictionless raises on a key whose values are objects or lists.",
        patches={"factpack.row_tests.is_first": _hashed, "factpack.row_tests.is_found": _hashed},
    ),
    Divergence(
        name="years-and-months",
        part="keys",
        section="XML Schema, `duration`: a year is twelve months",
        says="To frictionless a duration of a year and one of twelve months are different keys.",
        patches={
            **_read_by_frictionless("duration", MONTHS_FORMS),
            "factpack.constraints.hashable": _listed_durations,
        },
    ),
    Divergence(
        name="number-forms",
        part="cells",
        section=f"{SCHEMA}, `number` and `integer`: XML Schema's forms",
        says="frictionless reads numbers as Python does: `1_000`, digits of other scripts, `infinity`, `sNaN`; it reads "
        "no more than 4,300 digits; and where `bareNumber` is false, `.5` is 5 to it.",
        patches={"factpack.fields.reader": _python_number},
    ),
    Divergence(
        name="group-char-in-integer",
        part="cells",
        section=f"{SCHEMA}, `integer`: `groupChar`",
        says="frictionless ignores `groupChar` in an integer.",
        patches={"factpack.fields.reader": _no_group_in_integer},
    ),
    Divergence(
        name="json-constants",
        part="cells",
        section="RFC 8259, section 6",
        says="frictionless takes `NaN` and `Infinity` in JSON.",
        patches=_together(
            *(_read_by_frictionless(kind, forms(JSON_ODD)) for kind in ("object", "array", "geojson"))
        ),
    ),
    Divergence(
        name="binary-forms",
        part="cells",
        section=f"{SCHEMA}, `string`: base64",
        says="frictionless passes over characters that base64 does not have.",
        patches=_read_by_frictionless("string", BINARY_FORMS, form="binary"),
    ),
    Divergence(
        name="uuid-forms",
        part="cells",
        section="RFC 4122, section 3",
        says="frictionless passes over hyphens and braces wherever they stand in a UUID, and takes other scripts' digits.",
        patches=_read_by_frictionless("string", UUID_FORMS, form="uuid"),
    ),
    Divergence(
        name="uri-forms",
        part="cells",
        section="RFC 3986, appendix A",
        says="frictionless asks of a URI for little more than its scheme.",
        patches=_read_by_frictionless("string", URI_FORMS, form="uri"),
    ),
    Divergence(
        name="date-forms",
        part="cells",
        section=f"{SCHEMA}, `date`: `YYYY-MM-DD`",
        says="frictionless takes months and days of one digit, and digits of other scripts.",
        patches=_read_by_frictionless("date", DATE_FORMS, form="default"),
    ),
    Divergence(
        name="time-forms",
        part="cells",
        section=f"{SCHEMA}, `time`: `hh:mm:ss`",
        says="frictionless takes other forms of ISO 8601: fractions of seconds, zones.",
        patches=_read_by_frictionless("time", TIME_FORMS, form="default"),
    ),
    Divergence(
        name="datetime-forms",
        part="cells",
        section=f"{SCHEMA}, `datetime`: XML Schema's form",
        says="frictionless takes other forms of ISO 8601: weeks, a comma, any letter for the `T`; in the format `any` it "
        "takes offsets of a day or more.",
        patches=_together(
            _read_by_frictionless("datetime", DATETIME_FORMS, form="default"),
            {"factpack.fields.reader": _far_moment},
        ),
    ),
    Divergence(
        name="duration-forms",
        part="cells",
        section=f"{SCHEMA}, `duration`: XML Schema's form",
        says="frictionless takes other forms of ISO 8601: weeks, parts of days, a comma.",
        patches={
            **_read_by_frictionless("duration", DURATION_FORMS),
            "factpack.constraints.hashable": _listed_durations,
        },
    ),
    Divergence(
        name="year-forms",
        part="cells",
        section=f"{SCHEMA}, `year`: XML Schema's form",
        says="frictionless takes any integer of four characters from 0 to 9999, and no other year.",
        patches=_read_by_frictionless("year", YEAR_FORMS),
    ),
    Divergence(
        name="yearmonth-forms",
        part="cells",
        section=f"{SCHEMA}, `yearmonth`: XML Schema's form",
        says="frictionless takes any two integers around a hyphen, and no year before 0.",
        patches=_read_by_frictionless("yearmonth", YEARMONTH_FORMS),
    ),
    Divergence(
        name="geopoint-forms",
        part="cells",
        section=f"{SCHEMA}, `geopoint`: numbers",
        says="frictionless reads coordinates as Python's `Decimal` does, in JSON also from texts and booleans; and in a "
        "format that does not exist none.",
        patches=_together(
            {"factpack.fields.reader": _no_point},
            *(_read_by_frictionless("geopoint", cases, form) for form, cases in POINT_FORMS.items()),
        ),
    ),
    Divergence(
        name="geojson-forms",
        part="cells",
        section="RFC 7946, sections 3, 5 and 7.1",
        says="frictionless knows an older GeoJSON: positions of two numbers, rings that are not closed, features without a "
        "type, none with a collection of geometries, any bounding box, and `crs`.",
        patches=_read_by_frictionless("geojson", GEOJSON_FORMS, form="default"),
    ),
    Divergence(
        name="json-values",
        part="cells",
        section=f"{SCHEMA}, field types: the native representation",
        says="Values of tables and constraints in the descriptor that are not texts frictionless takes as Python does.",
        patches={
            "factpack.fields.json_value": _python_json_value,
            "factpack.constraints.json_value": _python_json_value,
        },
    ),
    Divergence(
        name="pattern-anchors",
        part="constraints",
        section=f"{SCHEMA}, `pattern`: XML Schema's expressions, which fit a whole text",
        says="frictionless reads `a|b` as `^a|b$`, takes a line feed after the end, and Python's meaning also of what only "
        "XML Schema knows.",
        patches={"factpack.constraints.Pattern": _python_pattern},
    ),
    Divergence(
        name="pattern-raises",
        part="constraints",
        section=f"{SCHEMA}, `pattern`: XML Schema's expressions",
        says="frictionless raises on an expression that Python does not know, malformed or not.",
        patches={"factpack.constraints.Pattern": _raising_pattern},
    ),
    Divergence(
        name="arguments-of-other-types",
        part="constraints",
        section=f"{SCHEMA}, field constraints: values of the field's type",
        says="Where a bound is not of the field's type, frictionless raises once there is a value; in an `enum` such a "
        "value stands for none.",
        patches={
            "factpack.constraints.value_of_argument": _no_value,
            "factpack.constraints._bound": _compared_with_none,
            "factpack.constraints._one_of": _listed_as_none,
            "factpack.row_tests.tests_of_fields": _keys_first,
        },
    ),
    Divergence(
        name="times-without-order",
        part="constraints",
        section="XML Schema, `dateTime`, order relation",
        says="frictionless raises where a time with a zone meets a bound without one, or the other way round; to "
        "factpack it is out of the bounds.",
        patches={"factpack.constraints._bound": _compared_across_zones},
    ),
    Divergence(
        name="impossible-constraints",
        part="constraints",
        section="no value can meet them",
        says="Constraints that rule each other out are a fault of the schema to factpack, of each cell to frictionless.",
        patches={"factpack.constraints._check_possible": _possible},
    ),
    Divergence(
        name="duplicate-labels-stop",
        part="headers",
        section=f"{SCHEMA}, `fieldsMatch`",
        says="Where fields are matched by name and a label stands twice, frictionless checks no rows.",
        patches={"factpack.header._match_by_name": _unique_labels},
    ),
    Divergence(
        name="renamed-columns",
        part="headers",
        section="the label is what the file has",
        says="A column that no field describes, with the name of another, gets a number to its name in frictionless's "
        "report, and so does one without a label in a table without a schema: `field2`.",
        patches={
            "factpack.reading._name_of": _renamed,
            "factpack.reading._length_findings": _called_columns,
            "factpack.header._match_by_name": _called_labels,
        },
    ),
    Divergence(
        name="blank-labels",
        part="headers",
        section="a column without a label cannot be told",
        says="Where fields are matched by name, a blank label is like any other to frictionless: too many, or passed over.",
        patches={"factpack.header._match_by_name": _blank_as_any},
    ),
    Divergence(
        name="blank-header",
        part="headers",
        section=f"{SCHEMA}, `fieldsMatch`: labels are those of the fields",
        says="A header without labels is a fault only if there are no rows, to frictionless; and a table without header "
        "and rows is one.",
        patches={"factpack.reading._header_findings": _empty_only},
    ),
    Divergence(
        name="short-header-rows",
        part="headers",
        section=f"{DIALECT}, `headerRows`: the example",
        says="A short row of a header of several rows is not continued by frictionless.",
        patches={
            "factpack.splitting.join_labels": _joined_by_place,
            "factpack.inline.join_labels": _joined_by_place,
        },
    ),
    Divergence(
        name="keyed-inline-rows",
        part="rows in the descriptor",
        section=f"{SCHEMA}, `fieldsMatch`: a key that no field has is a label too many",
        says="Of rows that are objects frictionless reads the fields of the schema only.",
        patches={"factpack.reading.split_rows": _keyed_rows},
    ),
    Divergence(
        name="inline-data-stops",
        part="rows in the descriptor",
        section=f"{RESOURCE}, `data`",
        says="Inline data that are no rows, or none, are a `source-error` of frictionless; none are a table to factpack.",
        patches={"factpack.reading.split_rows": _strange_rows},
    ),
    Divergence(
        name="python-csv",
        part="dialects",
        section="RFC 4180, section 2",
        says="frictionless takes text after a closing quotation mark, marks inside cells, quotations that never end; and "
        "a line of spaces that are skipped is a row with a cell to it, a blank one to factpack.",
        patches={"factpack.splitting.records": _python_records},
    ),
    Divergence(
        name="nul-bytes",
        part="dialects",
        section="RFC 4180, section 2",
        says="frictionless takes NUL bytes in cells.",
        patches={
            "factpack.splitting._faults": lambda original: (
                lambda record, row: (fault for fault in original(record, row) if fault.rule != "nul")
            )
        },
    ),
    Divergence(
        name="comments-by-cell",
        part="dialects",
        section=f"{DIALECT}, `commentChar`",
        says="frictionless takes a row for a comment by its first cell, without its quotation marks.",
        patches={
            "factpack.splitting.records": _comments_by_cell,
            "factpack.arrow_csv._has_comment": _marks_of_comments,
            "factpack.reading.split_rows": _inline_comments,
        },
    ),
    Divergence(
        name="one-character-marks",
        part="dialects",
        section=f"{DIALECT}, `delimiter`, `quoteChar`, `escapeChar`",
        says="frictionless cannot read delimiters of several characters, nor files without a quotation mark, and takes "
        "marks that are the same.",
        patches={
            **_dialect(_with_any_marks, "delimiter", "quoteChar", "escapeChar"),
            "factpack.dialect._check_marks": _no_marks_checked,
            "factpack.splitting.is_usual": _with_marks,
            "factpack.splitting.records": _strange_marks,
            "factpack.reading.split_bytes": _of_bytes(_with_one_character),
        },
    ),
    Divergence(
        name="double-quote-ignored",
        part="dialects",
        section=f"{DIALECT}, `doubleQuote`",
        says="frictionless takes doubled quotation marks also where `doubleQuote` is false, unless there is an "
        "`escapeChar`.",
        patches=_dialect(
            lambda dialect, descriptor: (
                replace(dialect, double_quote=True) if dialect.escape is None else dialect
            )
        ),
    ),
    Divergence(
        name="line-terminator-ignored",
        part="dialects",
        section=f"{DIALECT}, `lineTerminator`",
        says="frictionless ends lines at line feeds and carriage returns, whatever is declared.",
        patches=_dialect(_as_it_is, "lineTerminator"),
    ),
    Divergence(
        name="line-ends-in-cells",
        part="dialects",
        section="RFC 4180, section 2",
        says="In a file of the format `tsv` frictionless takes each end of a line inside a cell for a line feed.",
        patches={
            "factpack.package.parse_dialect": _parse_with_format,
            "factpack.reading.split_bytes": _with_line_feeds,
        },
    ),
    Divergence(
        name="null-sequence-ignored",
        part="dialects",
        section=f"{DIALECT}, `nullSequence`",
        says="frictionless ignores `nullSequence`.",
        patches=_dialect(_as_it_is, "nullSequence"),
    ),
    Divergence(
        name="skipped-blank-rows",
        part="dialects",
        section="`skipBlankRows` is frictionless's own",
        says="frictionless leaves out blank rows where `skipBlankRows` says so; factpack does not judge such a table.",
        patches={
            **_dialect(_with_skipping, "skipBlankRows"),
            "factpack.splitting.is_usual": _is_usual,
            "factpack.splitting._split_strictly": _without_blank_rows,
        },
    ),
    Divergence(
        name="header-rows-as-named",
        part="dialects",
        section=f"{DIALECT}, `headerRows`: numbers from 1",
        says="Rows begin after the header row that is named last, to frictionless; it takes a 0 and an empty list for "
        "no header, and raises where a number is a text.",
        patches={
            "factpack.dialect._row_numbers": _any_row_numbers,
            "factpack.package.parse_dialect": _no_header_rows,
            "factpack.reading.split_bytes": _as_named,
            "factpack.reading.split_rows": _as_named,
        },
    ),
    Divergence(
        name="header-in-first-row",
        part="dialects",
        section=f"{DIALECT}, `commentRows`, `commentChar`",
        says="A first row that is a comment leaves a table without labels, to frictionless; factpack takes the next one.",
        patches={
            "factpack.reading.split_bytes": _of_bytes(_first_row_of_text),
            "factpack.reading._header_findings": _empty_only,
            "factpack.reading.split_rows": _first_row,
        },
    ),
    Divergence(
        name="searched-header",
        part="dialects",
        section=f"{DIALECT}, `header`: true is the default",
        says="Where the dialect does not tell, frictionless takes the first row for the header that is about as wide as "
        "the rows are on average.",
        patches={
            **_dialect(_as_it_is),
            "factpack.reading.split_bytes": _of_bytes(_header_of_text),
            "factpack.reading.split_rows": _header_of_rows,
        },
    ),
    Divergence(
        name="sniffed-dialect",
        part="dialects",
        section=f"{DIALECT}, `delimiter`, `skipInitialSpace`: their defaults",
        says="frictionless guesses the delimiter and the spaces after it where they are not declared.",
        patches={
            "factpack.package.parse_dialect": _parse_with_format,
            "factpack.reading.split_bytes": _of_bytes(_sniffed),
        },
    ),
    Divergence(
        name="hash-and-bytes",
        part="files",
        section=f"{RESOURCE}, `hash` and `bytes`: those of the files",
        says="frictionless counts several files without the lines that it drops, and no bytes in rows of the "
        "descriptor; it takes no other hash than MD5 and SHA-256 and none in capitals, and passes over 0 `bytes`.",
        patches={"factpack.examination.file_findings": _counted},
    ),
    Divergence(
        name="guessed-encoding",
        part="files",
        section=f"{RESOURCE}, `encoding`: UTF-8 is the default",
        says="frictionless guesses the encoding where none is declared.",
        patches={"factpack.splitting.codec_of": _codec},
    ),
    Divergence(
        name="encoding-stops",
        part="files",
        section="one fault shall not hide others",
        says="Bytes that are not in the encoding of the file are one error to frictionless, which then reads no rows, as "
        "is an encoding that it does not know; factpack names each cell.",
        patches={
            "factpack.dialect._encoding": _any_encoding,
            "factpack.reading.has_text": _text_in_any_encoding,
            "factpack.reading.split_bytes": _strictly_decoded,
        },
    ),
    Divergence(
        name="first-lines-dropped",
        part="files",
        section=f"{RESOURCE}, `path`: several files",
        says="frictionless drops the first line of each file but the first, and joins the rest, also within a line; "
        "a byte order mark at its beginning is then a part of the cell.",
        patches={"factpack.reading._contents": _concatenated},
    ),
    Divergence(
        name="packed-files",
        part="files",
        section="a fault of a file is a finding",
        says="frictionless reads the first file of an archive of several, and raises on one that is cut off.",
        patches={"factpack.reading.unpacked": _unpacked},
    ),
    Divergence(
        name="other-files-pass",
        part="files",
        section=f"{RESOURCE}, `format`, `mediatype`",
        says="A table in a file of another ending than `csv` or `tsv`, or of the type `file`, is not checked by "
        "frictionless, which says nothing of it.",
        patches={"factpack.package._open_resource": _silent, "factpack.package.is_table": _listed},
    ),
)


def tables() -> str:
    """Return the divergences as tables in Markdown, one for each part."""
    lines: list[str] = []
    for part in dict.fromkeys(divergence.part for divergence in DIVERGENCES):
        rows = [divergence for divergence in DIVERGENCES if divergence.part == part]
        lines += [f"## {part[0].upper()}{part[1:]}", "", "| case | what | why |", "|---|---|---|"]
        for row in rows:
            says, section = (text.replace("|", "\\|") for text in (row.says, row.section))
            lines.append(f"| `{row.name}` | {says} | {section[0].upper()}{section[1:]} |")
        lines.append("")
    return "\n".join(lines).rstrip()
