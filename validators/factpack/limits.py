"""What this version of factpack cannot judge, and so says that it cannot: never a wrong "valid"."""

import codecs
import re
from collections.abc import Iterator
from typing import Any

from factpack.table_schema import TableSchema

#: The formats of tables that this version reads, each with its delimiter (Table Dialect v2.0, `delimiter`).
DELIMITERS = {"csv": ",", "tsv": "\t"}

DURATION_BOUNDS = {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}
#: What XML Schema's regular expressions have and Python's do not: properties, name characters, subtraction.
XML_PATTERN = re.compile(r"(?<!\\)(?:\\\\)*\\[pPiIcC]|\[[^\]]*-\[")

#: The properties of a Table Dialect that this version leaves at their defaults; other values are not judged.
FIXED_DIALECT = {
    "doubleQuote": True,
    "skipInitialSpace": False,
    "header": True,
    "headerRows": [1],
    "headerJoin": " ",
    "headerCase": True,
    "commentRows": [],
    "csvddfVersion": "1.2",
    "type": "delimited",
}

#: The properties of a Table Dialect that this version reads, or that do not bear on reading.
FREE_DIALECT = {"delimiter", "quoteChar", "lineTerminator", "$schema", "name", "title", "description"}


def format_of(descriptor: dict[str, Any]) -> str:
    """Return the format of a resource, in lower case: as declared, or the ending of its path."""
    extension = str(descriptor.get("path", "")).rpartition(".")[2]
    return str(descriptor.get("format", extension)).lower()


def unjudged(
    descriptor: dict[str, Any], schema: TableSchema | None, dialect: dict[str, Any]
) -> Iterator[str]:
    """Yield what this version of factpack cannot judge: to say so is better than to pass over it."""
    path = descriptor.get("path")
    if isinstance(path, list):
        yield "the table lies in several files, which this version does not read"
    elif path is None and "data" in descriptor:
        yield "the table stands in the descriptor itself, which this version does not read"
    elif format_of(descriptor) not in DELIMITERS:
        yield f"the format is {format_of(descriptor)!r}; this version reads {' and '.join(DELIMITERS)}"
    if descriptor.get("compression"):
        yield "the table is compressed, which this version does not read"
    if descriptor.get("extrapaths"):
        yield "the table has extrapaths, which this version does not read"
    yield from _unjudged_dialect(descriptor, dialect)
    if schema is None:
        yield "the table has no schema to be checked against"
        return
    matching = schema.descriptor.get("fieldsMatch", "exact")
    if matching not in ("exact", ["exact"]):
        yield f"fieldsMatch is {matching!r}; this version judges 'exact' only"
    for field in schema.fields:
        if "jsonSchema" in field.constraints:
            yield f"the field {field.name!r} has a jsonSchema, which this version does not judge"
        if field.type == "duration" and DURATION_BOUNDS & field.constraints.keys():
            yield f"the field {field.name!r} bounds a duration, which this version does not judge"
        if XML_PATTERN.search(str(field.constraints.get("pattern", ""))):
            yield f"the pattern of {field.name!r} has a form that only XML Schema knows, which is not judged"


def _unjudged_dialect(descriptor: dict[str, Any], dialect: dict[str, Any]) -> Iterator[str]:
    for name, value in dialect.items():
        fixed = FIXED_DIALECT.get(name)
        if name not in FREE_DIALECT and (
            name not in FIXED_DIALECT or (type(value), value) != (type(fixed), fixed)
        ):
            yield f"the dialect's {name} is {value!r}, which this version does not read"
    delimiter, quote = dialect.get("delimiter", ","), dialect.get("quoteChar", '"')
    for name, value in (("delimiter", delimiter), ("quoteChar", quote)):
        if not isinstance(value, str) or len(value) != 1 or value in "\r\n":
            yield f"the dialect's {name} is {value!r}, which is not one character"
    if delimiter == quote:
        yield f"the dialect's delimiter and quoteChar are both {quote!r}"
    if dialect.get("lineTerminator", "\n") not in ("\n", "\r\n", "\r"):
        yield f"the dialect's lineTerminator is {dialect['lineTerminator']!r}, which is not read"
    if not _is_text_encoding(descriptor.get("encoding", "utf-8")):
        yield f"the encoding {descriptor['encoding']!r} is not known"


def _is_text_encoding(name: Any) -> bool:
    try:
        "a".encode(name)  # refuses the codecs that are none of text
        return codecs.lookup(name).name not in ("undefined", "idna", "punycode")
    except (LookupError, ValueError, TypeError):
        return False
