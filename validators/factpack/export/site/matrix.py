"""Which tables tell who has to do with what, by their keys; and each as a matrix of the two."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from factpack.exceptions import DescriptorError
from factpack.export.site.tables import Reference, Site, SiteTable

#: A matrix has no more rows and columns than these: those of the rows with most links.
MOST_DOWN, MOST_ACROSS = 200, 60


@dataclass(frozen=True)
class Pair:
    """What a matrix shows: the foreign keys whose rows stand at its side and top, and the field within."""

    down: Reference
    across: Reference
    role: str | None


@dataclass(frozen=True)
class Matrix:
    """A matrix: positions of the rows at its side and its top, and those of the links in each of its cells.

    `left_out` are how many rows and columns are not shown.
    """

    table: SiteTable
    pair: Pair
    down: Sequence[int]
    across: Sequence[int]
    links: Mapping[tuple[int, int], Sequence[int]]
    left_out: tuple[int, int]


def pair_of(site: Site, table: SiteTable) -> Pair | None:
    """Return what a table links, if its primary key is two foreign keys, and at most one field more.

    The field within is the one more, else the first field with categories. `matrix` in the property `site` of
    the resource goes before that.

    Raises:
        DescriptorError: the property names something that is no field, or no foreign key.

    """
    declared = table.options.get("matrix")
    if declared is False:
        return None
    if declared is not None:
        return _declared(site, table, declared)
    key = {*table.primary_key}
    found = [part for part in site.outgoing[table.number] if key >= {*part.fields}]
    if len(found) != 2 or {*found[0].fields} & {*found[1].fields}:
        return None
    more = [name for name in table.primary_key if name not in found[0].fields + found[1].fields]
    if len(more) > 1:
        return None
    categories = [part.name for part in table.fields if part.categories is not None]
    role = next(iter([*more, *categories]), None)
    down, across = sorted(found, key=lambda part: -len(part.sources))
    return Pair(down, across, role)


def _declared(site: Site, table: SiteTable, declared: object) -> Pair:
    keys = {"down", "across"}
    if not isinstance(declared, dict) or not keys <= declared.keys() <= keys | {"role"}:
        message = (
            "the 'matrix' of 'site' is neither false nor an object with 'down', 'across' and maybe 'role'"
        )
        raise DescriptorError(f"{table.name}: {message}")
    role = declared.get("role")
    return Pair(
        _reference(site, table, declared["down"]),
        _reference(site, table, declared["across"]),
        None if role is None else table.known_field(role, "'role' of a matrix"),
    )


def _reference(site: Site, table: SiteTable, name: object) -> Reference:
    found = [part for part in site.outgoing[table.number] if name in part.fields]
    if not found:
        raise DescriptorError(f"{table.name}: 'site' names {name!r} for a matrix, which is in no foreign key")
    return min(found, key=lambda part: len(part.fields))


def matrix(table: SiteTable, pair: Pair) -> Matrix | None:
    """Return the matrix of a table; None if it links nothing."""
    links: dict[tuple[int, int], list[int]] = {}
    for position, place in enumerate(zip(pair.down.targets, pair.across.targets, strict=True)):
        if min(place) >= 0:
            links.setdefault(place, []).append(position)
    if not links:
        return None
    down = _most_linked([row for row, _ in links], MOST_DOWN)
    across = _most_linked([column for _, column in links], MOST_ACROSS)
    all_down, all_across = {row for row, _ in links}, {column for _, column in links}
    return Matrix(
        table, pair, down, across, links, (len(all_down) - len(down), len(all_across) - len(across))
    )


def _most_linked(places: Sequence[int], most: int) -> list[int]:
    """Return the places that stand in most cells, in their order."""
    counts: dict[int, int] = {}
    for place in places:
        counts[place] = counts.get(place, 0) + 1
    return sorted(sorted(counts, key=lambda place: (-counts[place], place))[:most])
