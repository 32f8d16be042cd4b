"""The canonical form of a text, in which positions are counted. docs/evidence.md defines it in words."""

import hashlib
import unicodedata

#: The name of the procedure, as `documents.normalization` gives it. A change of the procedure is a new name.
NORMALIZATION = "factpack-text-1"

#: Soft hyphen, joiners, zero-width spaces, marks and embeddings of direction, byte order mark.
_INVISIBLE = (
    "\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
    "\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\ufeff"
)
_SINGLE_QUOTES = "\u2018\u2019\u201a\u201b\u2039\u203a"
_DOUBLE_QUOTES = "\u201c\u201d\u201e\u201f\u00ab\u00bb"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"

_REMOVE = str.maketrans(dict.fromkeys(_INVISIBLE))
_TO_ASCII = str.maketrans(
    dict.fromkeys(_SINGLE_QUOTES, "'") | dict.fromkeys(_DOUBLE_QUOTES, '"') | dict.fromkeys(_DASHES, "-")
)


def canonical(text: str) -> str:
    """Return the canonical form of a text; positions in it are code points, from 0.

    Source: Unicode Standard Annex 15 (NFKC); docs/evidence.md, "Canonical form".
    """
    composed = unicodedata.normalize("NFKC", text.translate(_REMOVE))
    return " ".join(composed.translate(_TO_ASCII).split())


def fingerprint(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8, in lower-case hexadecimal."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
