"""Texts of others in Markdown, shown as they are, whatever they hold: in a line, a heading or a table.

Source: CommonMark 0.31; GitHub Flavored Markdown 0.29, "Tables".
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from factpack.visible import visible

#: What may begin or end something in a line of Markdown; a backslash before it makes it stand for itself.
#: A low line within a word does neither.
SPECIAL = re.compile(r"([\\`*\[\]~$#!]|(?<![0-9A-Za-z])_|_(?![0-9A-Za-z]))")
#: What begins a list, a heading, a quotation or a rule where it starts a line.
START = re.compile(r"^([-+=:]|[0-9]+(?=[.)]))")
CODE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")
ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "|": "&#124;"}


def prose(text: str) -> str:
    """Return a text for a line, in which nothing has a meaning of its own but code between backticks."""
    line = visible(" ".join(text.split()))
    parts, end = [], 0
    for match in CODE.finditer(line):
        parts += [_escaped(line[end : match.start()]), code(match[2].strip() or match[2])]
        end = match.end()
    return "".join([*parts, _escaped(line[end:])])


def paragraph(text: str) -> str:
    """Return a text as a paragraph of one line, which begins nothing else."""
    return START.sub(lambda match: _numeric(match[1][0]) + match[1][1:], prose(text))


def code(text: str) -> str:
    """Return a text as code: just its characters; those that do not print as they are escaped in Python."""
    text = visible(text)
    is_plain = text and text == text.strip() and "`" not in text and "\\|" not in text
    if is_plain:
        return f"`{text}`"
    return f"<code>{re.sub(r'[^0-9A-Za-z]', lambda match: _numeric(match[0]), text)}</code>"


def row(cells: Sequence[str]) -> str:
    """Return a row of a table from cells of Markdown, as the functions here make them."""
    return f"| {' | '.join(cell.replace('|', BAR) for cell in cells)} |"


#: A bar within a cell; a parser of tables takes the backslash away, also in code.
BAR = "\\|"


def table(labels: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a table, without the columns in which no row has anything."""
    kept = [place for place in range(len(labels)) if any(cells[place] for cells in rows)]
    yield row([labels[place] for place in kept])
    yield f"|{'---|' * len(kept)}"
    for cells in rows:
        yield row([cells[place] for place in kept])


def anchors(headings: Sequence[str]) -> list[str]:
    """Return the fragment by which a link leads to each heading, as GitHub makes them."""
    seen: Counter[str] = Counter()
    found = []
    for heading in headings:
        name = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        found.append(f"{name}-{seen[name]}" if seen[name] else name)
        seen[name] += 1
    return found


def _escaped(text: str) -> str:
    return "".join(ENTITIES.get(char, char) for char in SPECIAL.sub(r"\\\1", text))


def _numeric(char: str) -> str:
    return f"&#{ord(char)};"
