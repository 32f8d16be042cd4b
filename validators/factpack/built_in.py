"""What the rules that factpack brings along say; the tables of the documentation are made from this."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class BuiltIn:
    """Rules of which the same is said: their names, the severities of their findings, and what is said."""

    names: str  # with commas between them, as the severities
    severities: str
    says: str
    is_in_the_way: bool = False  # of judging: behind such an error there may be faults that nobody sees


#: The rules on packages and tables.
ON_TABLES = (
    BuiltIn(
        "descriptor",
        "error",
        "the descriptor, or a file of a schema or dialect, is not JSON, "
        "or not what the specification asks for",
        is_in_the_way=True,
    ),
    BuiltIn(
        "property",
        "warning",
        "a property may be misspelt, since one of the standard's is so like it, or is passed over",
    ),
    BuiltIn("profile", "unjudged", "a profile is none of the standard's"),
    BuiltIn(
        "path",
        "error",
        "a path leads nowhere, out of the package, or to no regular file",
        is_in_the_way=True,
    ),
    BuiltIn("dialect", "error", "a Table Dialect is malformed", is_in_the_way=True),
    BuiltIn("schema", "error", "a Table Schema is malformed, or no value can meet it", is_in_the_way=True),
    BuiltIn(
        "resource",
        "error, unjudged, warning",
        "a file is not packed as declared; it is at an address, of another format, or changes; "
        "a warning: the table has no schema",
        is_in_the_way=True,
    ),
    BuiltIn(
        "bytes, hash",
        "error, unjudged",
        "a file is not the one that is described; the kind of hash is not known",
    ),
    BuiltIn("encoding", "error", "bytes are not in the encoding of the file"),
    BuiltIn("nul", "error", "a cell holds a NUL byte"),
    BuiltIn("quoting", "error", "the quotation marks of a cell are not as RFC 4180 has them"),
    BuiltIn("line-ends", "warning", "records end in different ways"),
    BuiltIn(
        "header",
        "error, unjudged",
        "the header is missing or blank; there are more than 10,000 columns",
        is_in_the_way=True,
    ),
    BuiltIn(
        "blank-label, duplicate-label, incorrect-label",
        "error",
        "a column has no label, one that another has, or not that of its field",
    ),
    BuiltIn(
        "missing-label, extra-label, unmatched-header", "error", "the labels are not those of the schema"
    ),
    BuiltIn("blank-row", "error", "a row is null throughout"),
    BuiltIn("missing-cell, extra-cell", "error", "a row has fewer, or more, cells than there are columns"),
    BuiltIn("type", "error", "a cell is not of the type and format of its field"),
    BuiltIn(
        "required, unique, minimum, maximum, exclusiveMinimum, exclusiveMaximum, minLength, maxLength, "
        "pattern, enum, jsonSchema, categories",
        "error",
        "a cell does not meet the constraint",
    ),
    BuiltIn(
        "primaryKey, uniqueKeys, foreignKeys",
        "error, unjudged",
        "a key is missing, repeated, or not found; the table that it refers to could not be read, or is of "
        "another package",
    ),
    BuiltIn("check", "unjudged", "a check could not be run"),
    BuiltIn("findings", "unjudged", "there are more findings than are listed"),
    BuiltIn("evidence", "unjudged", "the tables of evidence are not declared, or could not be read"),
    BuiltIn("rules", "unjudged", "the rules that are installed for the package cannot be imported"),
)

#: The rules on evidence and on seals.
ON_EVIDENCE = (
    BuiltIn("evidence-missing", "error", "each cell that holds a fact has evidence"),
    BuiltIn(
        "evidence-changed", "error", "no cell has changed, or become null, since its evidence was written"
    ),
    BuiltIn(
        "evidence-verbatim",
        "error",
        "a cell with verbatim evidence, made canonical, has its span's fingerprint",
    ),
    BuiltIn(
        "evidence-dangling",
        "error",
        "each row of evidence names a cell that exists and that a document supports",
    ),
    BuiltIn("evidence-note", "error", "an inference has a note"),
    BuiltIn("evidence-place", "error", "a span lies in its segment"),
    BuiltIn(
        "segments-tile",
        "error",
        "the segments of a document tile its text, with no gap and no overlap",
        is_in_the_way=True,
    ),
    BuiltIn(
        "segment-used",
        "error",
        "a segment is used by evidence or has a reason in `not_coded_reason`, and not both",
    ),
    BuiltIn("seal-missing", "error", "each row has a seal, but for evidence and the seals themselves"),
    BuiltIn("seal-dangling", "error", "each seal is that of a row"),
    BuiltIn("seal-broken", "error", "a row, and what supports it, stand as they were sealed"),
    BuiltIn(
        "evidence-malformed",
        "error",
        "positions are numbers, in order and not past ten million; fingerprints are fingerprints",
        is_in_the_way=True,
    ),
)

#: The rules on evidence that are held against a copy of the document.
ON_COPIES = (
    BuiltIn("segment-text", "error, warning", "a segment has the words that were coded"),
    BuiltIn("span-text", "error", "the words of a span are found"),
    BuiltIn(
        "document-text",
        "error, unjudged",
        "a copy can be read, and has the fingerprint and the form of the text",
        is_in_the_way=True,
    ),
)


def _each() -> Iterator[tuple[str, str, BuiltIn]]:
    """Yield the name of each rule, how a sentence on it starts, and what is said."""
    for rules, start in ((ON_TABLES, "Says that"), (ON_EVIDENCE, "Asks that"), (ON_COPIES, "Asks that")):
        for rule in rules:
            for name in rule.names.split(", "):
                yield name, start, rule


#: What each rule says or asks, by its name, as a sentence.
SENTENCES: Mapping[str, str] = {name: f"{start} {rule.says}." for name, start, rule in _each()}

#: The rules whose errors keep a table, a document or its evidence from being judged.
IN_THE_WAY = frozenset(name for name, _, rule in _each() if rule.is_in_the_way)


def table(rules: Sequence[BuiltIn], heading: str) -> str:
    """Return a table of rules in Markdown; the heading is that of what they say."""
    return "\n".join(_lines(rules, heading))


def _lines(rules: Sequence[BuiltIn], heading: str) -> Iterator[str]:
    yield f"| rule | severity | {heading} |"
    yield "|---|---|---|"
    for rule in rules:
        names = ", ".join(f"`{name}`" for name in rule.names.split(", "))
        yield f"| {names} | {rule.severities} | {rule.says} |"
