"""The licences of data that are named most, with their titles and addresses."""

from collections.abc import Mapping

from factpack.exceptions import PackageError
from factpack.init.names import OTHERS

#: By the identifiers of the Open Definition, which the Data Package asks for.
KNOWN = {
    "CC0-1.0": (
        "Creative Commons Zero v1.0 Universal",
        "https://creativecommons.org/publicdomain/zero/1.0/",
    ),
    "CC-BY-4.0": (
        "Creative Commons Attribution 4.0 International",
        "https://creativecommons.org/licenses/by/4.0/",
    ),
    "CC-BY-SA-4.0": (
        "Creative Commons Attribution-ShareAlike 4.0 International",
        "https://creativecommons.org/licenses/by-sa/4.0/",
    ),
    "ODC-BY-1.0": (
        "Open Data Commons Attribution License v1.0",
        "https://opendatacommons.org/licenses/by/1-0/",
    ),
    "ODbL-1.0": (
        "Open Data Commons Open Database License v1.0",
        "https://opendatacommons.org/licenses/odbl/1-0/",
    ),
    "PDDL-1.0": (
        "Open Data Commons Public Domain Dedication and License v1.0",
        "https://opendatacommons.org/licenses/pddl/1-0/",
    ),
}


def licence(name: str) -> Mapping[str, str]:
    """Return what a descriptor says of a licence; its title and address only if it is known here.

    Raises:
        PackageError: it is no such identifier.

    Source: Data Package v2.0, `licenses`.

    """
    spelled = next((known for known in KNOWN if known.casefold() == name.casefold()), name)
    if spelled in KNOWN:
        title, path = KNOWN[spelled]
        return {"name": spelled, "title": title, "path": path}
    if not name or OTHERS.search(name.casefold()):
        raise PackageError(f"the licence {name!r} is no identifier, as {', '.join(KNOWN)} are")
    return {"name": name}
