"""Makes the characters of a text visible that could disguise what is shown, or that a form cannot hold."""

import re
from collections.abc import Callable

#: What a printable character of ASCII is not: most texts have none of it, and are seen to at once.
NOT_PLAIN = re.compile(r"[^ -~]")


def escaped(char: str) -> str:
    r"""Return a character as Python's `unicode_escape` makes it: a line end becomes `\n`."""
    return char.encode("unicode_escape").decode("ascii")


def visible(
    text: str,
    *,
    is_allowed: Callable[[str], bool] = str.isprintable,
    escape: Callable[[str], str] = escaped,
) -> str:
    """Return a text in which control characters, marks of direction and the like are escaped.

    Nothing but what `is_allowed` is left as it is, besides the printable characters of ASCII; by default the
    text is then on one line.
    """
    return NOT_PLAIN.sub(lambda match: match[0] if is_allowed(match[0]) else escape(match[0]), text)
