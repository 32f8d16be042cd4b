"""Makes the characters of a text visible that could disguise what is shown, or that a form cannot hold."""

import re

#: What a printable character of ASCII is not: most texts have none of it, and are seen to at once.
NOT_PLAIN = re.compile(r"[^ -~]")


def visible(text: str) -> str:
    r"""Return a text on one line, in which control characters, marks of direction and the like are escaped.

    What is left of them is what Python's `unicode_escape` makes: a line end becomes `\n`.
    """
    return NOT_PLAIN.sub(_shown, text)


def _shown(match: re.Match[str]) -> str:
    char = match[0]
    return char if char.isprintable() else char.encode("unicode_escape").decode()
