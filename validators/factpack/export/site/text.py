"""Texts of a stranger's package as a page may show them."""

import unicodedata
from functools import lru_cache
from typing import Any

from markdown_it import MarkdownIt
from markupsafe import Markup

from factpack import visible as characters
from factpack.addresses import address

#: Characters that are seen by what they do: line ends and tabs, and joiners, which scripts and emoji need.
ALLOWED = frozenset("\n\t\u200c\u200d")

#: Control and format characters (those that turn the direction of text among them), surrogates, separators.
HIDDEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def visible(text: str) -> str:
    """Return a text with its control and format characters written out, as U+202E is in Python."""
    return characters.visible(text.replace("\r\n", "\n"), is_allowed=_is_allowed)


@lru_cache(maxsize=10_000)
def _is_allowed(char: str) -> bool:
    return char in ALLOWED or unicodedata.category(char) not in HIDDEN


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
