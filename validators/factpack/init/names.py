"""Makes names of packages and tables, and tells which labels are those of keys."""

import re
import unicodedata
from collections.abc import Sequence

#: Labels that name a key, of whatever table they are.
KEY_LABELS = ("id", "key", "code")

#: What a name may not hold.
OTHERS = re.compile(r"[^a-z0-9._-]+")


def name_of(text: str, otherwise: str) -> str:
    """Return a text as a name of a package or resource; `otherwise` if nothing is left of it.

    Source: Data Package v2.0 and Data Resource v2.0, `name`, with the letters that version 1 allows.
    """
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", errors="ignore").decode()
    return OTHERS.sub("_", plain).strip("._-") or otherwise


def told_apart(names: Sequence[str]) -> list[str]:
    """Return names of which none is another: to one that was there before, a number is added."""
    taken: set[str] = set()
    result = []
    for name in names:
        number, own = 1, name
        while own in taken or (number > 1 and own in names):
            number += 1
            own = f"{name}_{number}"
        taken.add(own)
        result.append(own)
    return result


def words(label: str) -> str:
    """Return a label in lower case, its words joined by underscores."""
    split = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", label)
    return re.sub(r"[\W_]+", "_", split.casefold()).strip("_")


def singular(table: str) -> set[str]:
    """Return what one row of a table may be called, in English; and the name of the table."""
    name = words(table)
    forms = {name, name.removesuffix("s"), name.removesuffix("es")}
    return forms | ({f"{name[:-3]}y"} if name.endswith("ies") else set())


def is_own_key(label: str, table: str) -> bool:
    """Tell whether a label is that of the key of its table: `id`, or `lamp_id` in `lamps`."""
    name = words(label)
    return name in KEY_LABELS or any(name == f"{one}_{key}" for one in singular(table) for key in KEY_LABELS)


def is_key(label: str) -> bool:
    """Tell whether a label is that of some key."""
    return words(label).rpartition("_")[2] in KEY_LABELS


def refers_to(label: str, table: str, key: str) -> bool:
    """Tell whether a label names the key of a table: `lamp_id`, `new_lamp_id` or `lamp` that of `lamps`."""
    name, own = words(label), words(key)
    if own not in KEY_LABELS and (name == own or name.endswith(f"_{own}")):
        return True
    ones = singular(table)
    return name in ones or any(
        name in (f"{one}_{last}", f"{one}{last}") for one in ones for last in (*KEY_LABELS, own)
    )
