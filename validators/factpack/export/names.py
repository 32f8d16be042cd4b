"""Names that a format allows, and that differ there: databases and spreadsheets do not mind the case."""

from collections.abc import Callable, Iterable, Mapping


def distinct(
    names: Iterable[str],
    taken: Iterable[str] = (),
    *,
    allowed: Callable[[str], str] = lambda name: name,
    longest: int = 250,
) -> dict[str, str]:
    """Return a name for each name, most often itself, that no other has, nor one of those taken.

    `allowed` takes out of a name what the format does not allow. Where two would be alike, but for the case
    of letters, the later has a number behind it.
    """
    used = {name.casefold() for name in taken}
    found = {}
    for name in names:
        wanted = allowed(name)[:longest] or "_"
        found[name] = _free(wanted, used, longest)
        used.add(found[name].casefold())
    return found


def _free(name: str, used: set[str], longest: int) -> str:
    """Return a name, with the first number behind it that makes it none of those used."""
    candidate, number = name, 1
    while candidate.casefold() in used:
        number += 1
        candidate = f"{name[: longest - len(str(number)) - 1]}_{number}"
    return candidate


def renamed(what: str, names: Mapping[str, str]) -> list[str]:
    """Return what is to be said of names that had to be changed, a line each."""
    return [f"{what} {name!r} is named {own!r}" for name, own in names.items() if name != own]
