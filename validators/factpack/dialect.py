"""A Table Dialect, parsed: how the delimited text of a table is written."""

import codecs
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from factpack.exceptions import DialectError, UnjudgedError

#: The line ends that every reader takes, whichever of them the dialect names.
USUAL_LINE_ENDS = ("\r\n", "\n", "\r")

#: A delimiter or line end that is longer is not sought.
MOST_CHARACTERS = 100

#: Table Dialect v2.0, "Properties", those of other formats included.
PROPERTIES = (
    *("$schema", "name", "title", "description", "header", "headerRows", "headerJoin", "headerCase"),
    *("commentRows", "commentChar", "delimiter", "lineTerminator", "quoteChar", "doubleQuote", "escapeChar"),
    *(
        "nullSequence",
        "skipInitialSpace",
        "property",
        "itemType",
        "itemKeys",
        "sheetNumber",
        "sheetName",
        "table",
    ),
)


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """How the delimited text of a table is written; see Table Dialect v2.0 for each property.

    `encoding` is None where none is declared. `header_rows` is empty where there is no header, and None where
    it is in the first row that is no comment.
    """

    delimiter: str = ","
    quote: str = '"'
    double_quote: bool = True
    escape: str | None = None
    skip_initial_space: bool = False
    line_end: str | None = None
    null_sequence: str | None = None
    header_rows: tuple[int, ...] | None = None
    header_join: str = " "
    header_case: bool = True
    comment: str | None = None
    comment_rows: frozenset[int] = frozenset()
    encoding: str | None = None

    @property
    def codec(self) -> str:
        """The name of the encoding, UTF-8 where none is declared."""
        return self.encoding or "utf-8"

    @cached_property
    def header_row_numbers(self) -> frozenset[int]:
        """The numbers of the rows that are labels, to look one up in."""
        return frozenset(self.header_rows or ())

    @property
    def has_header(self) -> bool:
        """Whether some rows are labels."""
        return self.header_rows != ()


def parse_dialect(descriptor: Mapping[str, Any], delimiter: str, encoding: Any) -> Dialect:
    """Return the parsed dialect; `delimiter` is that of the resource's format.

    Raises:
        DialectError: a property is not of the form that the specification gives it.
        UnjudgedError: frictionless alone knows a property, factpack does not know the encoding, or a mark is
            very long.

    Source: Table Dialect v2.0; `headerCase` and `skipBlankRows`, which frictionless adds, where they change
    nothing.

    """
    has_header = _flag(descriptor, "header", True)
    header_rows = tuple(_row_numbers(descriptor, "headerRows", [])) if "headerRows" in descriptor else None
    if has_header and header_rows == ():
        raise DialectError("the dialect's headerRows names no row")
    dialect = Dialect(
        delimiter=_text(descriptor, "delimiter", delimiter),
        quote=_char(descriptor, "quoteChar", '"'),
        double_quote=_flag(descriptor, "doubleQuote", True),
        escape=_char(descriptor, "escapeChar", None),
        skip_initial_space=_flag(descriptor, "skipInitialSpace", False),
        line_end=_text(descriptor, "lineTerminator", None),
        null_sequence=_text(descriptor, "nullSequence", None, may_be_empty=True),
        header_rows=header_rows if has_header else (),
        header_join=_text(descriptor, "headerJoin", " ", may_be_empty=True),
        header_case=_flag(descriptor, "headerCase", True),
        comment=_text(descriptor, "commentChar", None),
        comment_rows=frozenset(_row_numbers(descriptor, "commentRows", [])),
        encoding=_encoding(encoding),
    )
    if dialect.escape == dialect.quote:  # another way to say that it is doubled
        dialect = replace(dialect, escape=None, double_quote=True)
    _check_marks(dialect)
    _check_lengths(dialect)
    _check_known(descriptor)
    return dialect


def _check_known(descriptor: Mapping[str, Any]) -> None:
    """Check that no property of frictionless's own asks for another way of reading; others change nothing."""
    for name in ("skipBlankRows", "csv"):
        if descriptor.get(name):
            raise UnjudgedError(f"the dialect's {name} is frictionless's own, which factpack does not follow")


def _check_marks(dialect: Dialect) -> None:
    """Check that no two of the marks are the same, and that none holds the quotation mark or the escape."""
    marks = {"delimiter": dialect.delimiter, "quoteChar": dialect.quote, "escapeChar": dialect.escape}
    for name, mark in (marks | {"lineTerminator": dialect.line_end}).items():
        if mark is not None and "\0" in mark:
            raise DialectError(f"the dialect's {name} is {mark!r}, which holds a NUL byte, as no text may")
    seen: dict[str, str] = {}
    for name, mark in marks.items():
        if mark is None:
            continue
        if mark in seen:
            raise DialectError(f"the dialect's {seen[mark]} and {name} are both {mark!r}")
        seen[mark] = name
    if dialect.line_end in seen:
        raise DialectError(f"the dialect's lineTerminator is its {seen[dialect.line_end]} too")
    for name, longer in (("delimiter", dialect.delimiter), ("lineTerminator", dialect.line_end or "")):
        for other, mark in (("quoteChar", dialect.quote), ("escapeChar", dialect.escape)):
            if mark is not None and mark in longer:
                raise DialectError(f"the dialect's {name} is {longer!r}, which holds the {other}")
    if any(end in dialect.delimiter for end in "\r\n"):
        raise DialectError(f"the dialect's delimiter is {dialect.delimiter!r}, which holds a line end")


def _check_lengths(dialect: Dialect) -> None:
    """Check that no mark is very long: what begins like it, as each of many characters may, is compared."""
    for name, mark in (("delimiter", dialect.delimiter), ("lineTerminator", dialect.line_end or "")):
        if len(mark) > MOST_CHARACTERS:
            raise UnjudgedError(f"the dialect's {name} has more than {MOST_CHARACTERS} characters")


def _flag(descriptor: Mapping[str, Any], name: str, default: bool) -> bool:
    value = descriptor.get(name, default)
    if not isinstance(value, bool):
        raise DialectError(f"the dialect's {name} is {value!r}, which is neither true nor false")
    return value


def _text(descriptor: Mapping[str, Any], name: str, default: Any, *, may_be_empty: bool = False) -> Any:
    value = descriptor.get(name, default)
    if name in descriptor and (not isinstance(value, str) or not (value or may_be_empty)):
        raise DialectError(f"the dialect's {name} is {value!r}, which is not a text")
    return value


def _char(descriptor: Mapping[str, Any], name: str, default: Any) -> Any:
    value = descriptor.get(name, default)
    if name in descriptor and (not isinstance(value, str) or len(value) != 1 or value in "\r\n"):
        raise DialectError(f"the dialect's {name} is {value!r}, which is not one character")
    return value


def _row_numbers(descriptor: Mapping[str, Any], name: str, default: list[int]) -> list[int]:
    value = descriptor.get(name, default)
    if not isinstance(value, list) or not all(
        isinstance(number, int) and not isinstance(number, bool) and 0 < number < 2**31 for number in value
    ):
        raise DialectError(f"the dialect's {name} is {value!r}, which is not a list of row numbers from 1")
    return value


def _encoding(name: Any) -> str | None:
    if name is None:
        return None
    try:
        "a".encode(name)  # refuses the codecs that are none of text
        if codecs.lookup(name).name in ("undefined", "idna", "punycode"):
            raise LookupError
    except (LookupError, ValueError, TypeError) as error:
        raise UnjudgedError(f"the encoding {name!r} is not known") from error
    return str(name)
