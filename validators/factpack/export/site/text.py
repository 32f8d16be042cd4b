"""Texts of a stranger's package as a page may show them."""

import re
import unicodedata
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markupsafe import Markup

#: Characters that are seen by what they do: line ends and tabs, and joiners, which scripts and emoji need.
ALLOWED = frozenset("\n\t\u200c\u200d")

#: Control and format characters (those that turn the direction of text among them), surrogates, separators.
HIDDEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}

#: The only addresses that a page links to.
SCHEMES = {"http", "https", "mailto"}

#: An address is longer than this by mistake.
LONGEST_ADDRESS = 2000


def visible(text: str) -> str:
    """Return a text with its control and format characters written out, as U+202E is in Python."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_escaped(char) if _is_hidden(char) else char for char in text.replace("\r\n", "\n"))


@lru_cache(maxsize=10_000)
def _is_hidden(char: str) -> bool:
    return char not in ALLOWED and unicodedata.category(char) in HIDDEN


def _escaped(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")


def address(value: Any) -> str | None:
    """Return the address that a link may lead to; None if the value is none, or not one that is safe."""
    if not isinstance(value, str) or len(value) > LONGEST_ADDRESS:
        return None
    text = value.strip()
    if any(char.isspace() or not char.isprintable() for char in text):
        return None
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    has_place = bool(parts.path) if parts.scheme.lower() == "mailto" else bool(parts.netloc)
    return text if parts.scheme.lower() in SCHEMES and has_place else None


def mail_address(value: Any) -> str | None:
    """Return the `mailto:` address of an e-mail address; None if the value is none."""
    if isinstance(value, str) and re.fullmatch(r"[\w.+-]+@[\w-]+(\.[\w-]+)+", value):
        return address(f"mailto:{value}")
    return None


def paragraphs(value: Any) -> Markup:
    """Return a description, which is CommonMark, as HTML; nothing if it is no text.

    Markup in it stays text. Headings, images and links within the package do not become elements.

    Source: Data Package v2.0, `description`.

    """
    # markdown-it escapes all text; character references may have brought in what has to be seen
    return Markup(visible(_markdown().render(_source(value))))


def line(value: Any) -> Markup:
    """Return a short description as HTML within a line, as `paragraphs` does."""
    return Markup(visible(_markdown().renderInline(_source(value).replace("\n", " "))))


def _source(value: Any) -> str:
    return visible(value) if isinstance(value, str) else ""


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": 20})
    parser.disable(["heading", "lheading", "image", "hr"])
    parser.validateLink = lambda url: address(url) is not None  # type: ignore[method-assign]
    return parser
