"""Which texts are addresses that a link may lead to."""

import re
from collections.abc import Collection
from typing import Any
from urllib.parse import urlsplit

#: The schemes of the addresses of pages and files, and of those to which a page may link.
WEB = frozenset(["http", "https"])
LINKED = WEB | {"mailto"}

#: An address is longer than this by mistake.
LONGEST_ADDRESS = 2000


def address(value: Any, schemes: Collection[str] = LINKED) -> str | None:
    """Return the address that a link may lead to; None if the value is none, or not one that is safe.

    Source: RFC 3986, of which an address has a scheme, and something that it names.
    """
    if not isinstance(value, str) or len(value) > LONGEST_ADDRESS:
        return None
    text = value.strip()
    if any(char.isspace() or not char.isprintable() for char in text):
        return None
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    scheme = parts.scheme.lower()
    has_place = bool(parts.path if scheme == "mailto" else parts.netloc)
    return text if scheme in schemes and has_place else None


def mail_address(value: Any) -> str | None:
    """Return the `mailto:` address of an e-mail address; None if the value is none."""
    if isinstance(value, str) and re.fullmatch(r"[\w.+-]+@[\w-]+(\.[\w-]+)+", value):
        return address(f"mailto:{value}")
    return None
