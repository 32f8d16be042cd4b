"""Splits delimited text into records, strictly: RFC 4180 to the letter, as a dialect modifies it.

What departs from it is a fault of its record; reading goes on after each, so that one fault never hides
another.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from factpack.dialect import USUAL_LINE_ENDS, Dialect


@dataclass
class Record:
    """One record: its cells, the physical line on which it starts, where it ends, and what is wrong with it.

    `end` is the position in the text after the record and its line end, `line_end` that line end: empty where
    the text ends instead. `lines` is the number of physical lines that end in it. `faults` are messages, each
    with the number of its cell from 1. `is_open` tells that a quotation mark of one of them might close, and
    there be no fault, if the text went on.
    """

    line: int
    cells: list[str] = field(default_factory=list)
    is_empty_line: bool = False
    is_comment: bool = False
    faults: list[tuple[int, str]] = field(default_factory=list)
    end: int = 0
    line_end: str = ""
    lines: int = 0
    is_open: bool = False


@dataclass(frozen=True)
class Grammar:
    """The forms of a cell with what ends it, sound or faulty, and of pairs that stand for one character.

    `open` is that of a quotation which the text ends before anything closes it.
    """

    sound: re.Pattern[str]
    open: re.Pattern[str]
    faulty: re.Pattern[str]
    line_end: re.Pattern[str]
    pair: re.Pattern[str] | None


def records(text: str, dialect: Dialect, line: int = 1) -> Iterator[Record]:
    """Yield the records of a text, which begins on a line of its file.

    A cell with faulty quoting is taken as it stands, up to its separator.

    Source: RFC 4180, section 2; Table Dialect v2.0, "Delimited".
    """
    grammar = _grammar(dialect)
    position = 0
    while position < len(text):
        if dialect.comment is not None and text.startswith(dialect.comment, position):
            record = _comment(text, position, line, grammar)
        else:
            record = _record(text, position, line, grammar, dialect)
        record.lines = _line_ends(text[position : record.end])
        yield record
        line += record.lines
        position = record.end


def _comment(text: str, position: int, line: int, grammar: Grammar) -> Record:
    match = grammar.line_end.search(text, position)
    assert match is not None  # the end of the text ends a line too
    return Record(line, is_comment=True, end=match.end(), line_end=match.group())


def _record(text: str, position: int, line: int, grammar: Grammar, dialect: Dialect) -> Record:
    record = Record(line)
    while True:
        match = grammar.sound.match(text, position)
        if match is None:
            record.is_open |= grammar.open.match(text, position) is not None
            match = grammar.faulty.match(text, position)
            assert match is not None  # the faulty form fits any text
            record.faults.append((len(record.cells) + 1, _fault(match["bare"], dialect.quote, grammar.pair)))
        is_quoted = match["bare"] is None
        cell = match["quoted"] if is_quoted else match["bare"]
        is_null = not is_quoted and cell == dialect.null_sequence  # which may hold the escape character
        if grammar.pair is not None and not is_null and (is_quoted or dialect.escape is not None):
            cell = grammar.pair.sub(_second, cell)
        record.cells.append(cell)
        position = match.end()
        if match["end"] != dialect.delimiter:
            record.is_empty_line = len(record.cells) == 1 and not cell and not is_quoted
            record.end, record.line_end = position, match["end"]
            return record


def _second(pair: re.Match[str]) -> str:
    return pair.group()[-1]


@lru_cache(maxsize=64)
def _grammar(dialect: Dialect) -> Grammar:
    quote, delimiter = re.escape(dialect.quote), re.escape(dialect.delimiter)
    escape = re.escape(dialect.escape) if dialect.escape is not None else ""
    usual = dialect.line_end is None or dialect.line_end in USUAL_LINE_ENDS
    ends = USUAL_LINE_ENDS if usual else (str(dialect.line_end),)
    line_end = "|".join(map(re.escape, ends))
    first = "".join(sorted({re.escape(mark[0]) for mark in (dialect.delimiter, *ends)}))
    alone = rf"(?!{delimiter}|{line_end})[{first}]"  # what begins a longer mark, without the rest of it
    escaped = [rf"{escape}(?s:.)"] if escape else []
    doubled = [quote * 2] if dialect.double_quote else []
    inside = "|".join([rf"[^{quote}{escape}]++", *doubled, *escaped])
    bare = "|".join([rf"[^{quote}{escape}{first}]++", *escaped, alone])
    # one may begin with the other: then the longer is tried first
    marks = sorted((dialect.delimiter, *ends), key=len, reverse=True)
    end = rf"(?P<end>{'|'.join(map(re.escape, marks))}|\Z)"
    space = " *+" if dialect.skip_initial_space else ""
    return Grammar(
        sound=re.compile(rf"{space}(?:{quote}(?P<quoted>(?:{inside})*+){quote}|(?P<bare>(?:{bare})*+)){end}"),
        open=re.compile(rf"{space}{quote}(?:{inside})*+\Z"),
        faulty=re.compile(rf"{space}(?P<bare>(?:[^{first}]++|{alone})*+){end}"),
        line_end=re.compile(rf"{line_end}|\Z"),
        pair=re.compile("|".join([*doubled, *escaped])) if doubled or escaped else None,
    )


def _line_ends(text: str) -> int:
    return text.count("\n") + text.count("\r") - text.count("\r\n")


def _fault(cell: str, mark: str, pair: re.Pattern[str] | None) -> str:
    if not cell.startswith(mark):
        return "a quotation mark stands inside, but the cell is not quoted"
    if mark in (cell[1:] if pair is None else pair.sub("", cell[1:])):
        return "text stands after the closing quotation mark"
    return "the quotation is not closed"
