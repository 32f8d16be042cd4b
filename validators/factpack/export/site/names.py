"""Names of files for tables and rows: safe on any file system and in any address, and the same each time."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Sequence

#: A part of a key that may stand in a file's name as it is. Nothing here differs in case only.
PLAIN = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")

#: Between the parts of a key, and before a fingerprint; no plain part has either.
BETWEEN, MARK = "--", "."

#: A name of more characters than these has a fingerprint instead of its end.
LONGEST, SHORTENED = 80, 40

#: Names that Windows keeps for devices, whatever follows a dot.
RESERVED = {"con", "prn", "aux", "nul", *(f"{name}{digit}" for name in ("com", "lpt") for digit in range(10))}


def file_stem(key: Sequence[str | None]) -> str:
    """Return a file's name, without its ending, for the parts of a key; keys that differ have different ones.

    It has ASCII small letters, digits, hyphens, underscores and one dot at most, and no more than 80
    characters. A key with anything else gets a fingerprint (the first 96 bits of SHA-256).
    """
    joined = BETWEEN.join(part or "" for part in key)
    is_plain = all(part is not None and PLAIN.fullmatch(part) for part in key)
    if is_plain and len(joined) <= LONGEST and joined not in RESERVED:
        return joined
    start = _words(joined)
    fingerprint = hashlib.sha256(json.dumps(list(key)).encode()).hexdigest()[:24]
    return f"{'key' if not start or start in RESERVED else start}{MARK}{fingerprint}"


def _words(text: str) -> str:
    """Return what can be read of a text in small letters and digits."""
    folded = unicodedata.normalize("NFKD", text[:LONGEST]).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall("[a-z0-9]+", folded))[:SHORTENED].strip("-")
