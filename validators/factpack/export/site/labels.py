"""What a row is called: by the fields of its table that name or describe it, else by its key."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from factpack.exceptions import DescriptorError
from factpack.export.site.tables import Reference, Site, SiteTable
from factpack.table_schema import Field

#: Names of fields that call a row something, the best first; also as the last word, as in `stop_name`.
LABEL_NAMES = ("label", "title", "name", "caption", "heading", "summary", "description")

#: A row whose key refers to rows, whose keys refer to others, is called by no more than so many levels.
MOST_LEVELS = 3

#: Characters of a label, and of a part of a label that is put together.
LONGEST, LONGEST_PART = 160, 80


def words(name: str) -> list[str]:
    """Return the words of a field's name in small letters; `stopName`, `stop_name`, `stop-name` have two."""
    return re.findall(r"[^\W_]+", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).casefold())


def shortened(text: str, longest: int) -> str:
    """Return a text of so many characters at most, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


class Labels:
    """The labels of the rows of a site."""

    def __init__(self, site: Site) -> None:
        self.site = site

    @cached_property
    def fields(self) -> Mapping[int, Sequence[str]]:
        """The fields that name the rows of each table, by its number, the best first.

        Raises:
            DescriptorError: the property `site` of a resource names a label that is no field.

        """
        return {table.number: label_fields(table) for table in self.site.tables}

    def own(self, table: SiteTable, position: int) -> str | None:
        """Return what the fields of a row call it; None if they call it nothing."""
        texts = (table.cells[name][position] for name in self.fields[table.number])
        return next((shortened(text, LONGEST) for text in texts if text and text.strip()), None)

    def of(self, table: SiteTable, position: int, without: Reference | None = None, level: int = 0) -> str:
        """Return what a row is called: by its own fields, its key, or the rows to which its key refers.

        A label that is put together leaves out what a reference leads to, for a list on the page of that row.
        """
        own = self.own(table, position)
        if own is not None:
            return own
        parts = list(self._parts(table, position, without, level))
        return shortened(" · ".join(parts), LONGEST) if parts else f"row {position + 1}"

    def _parts(self, table: SiteTable, position: int, without: Reference | None, level: int) -> Iterator[str]:
        """Yield the parts of a row's key, and for a foreign key in it the label of what that refers to."""
        done = set(without.fields) if without is not None else set()
        for name in table.primary_key:
            if name in done:
                continue
            found = self._within_key(table, name) if level < MOST_LEVELS else None
            target = found.targets[position] if found is not None else -1
            if found is not None and target >= 0:
                done |= set(found.fields)
                yield shortened(self.of(found.parent, target, None, level + 1), LONGEST_PART)
            else:
                text = table.cells[name][position]
                yield "null" if text is None else shortened(table.category(name, text), LONGEST_PART)

    def _within_key(self, table: SiteTable, name: str) -> Reference | None:
        """Return the widest foreign key with that field, all of whose fields are in the primary key."""
        key = set(table.primary_key)
        found = [
            part for part in self.site.outgoing[table.number] if name in part.fields and key >= {*part.fields}
        ]
        return max(found, key=lambda part: len(part.fields), default=None)


def label_fields(table: SiteTable) -> list[str]:
    """Return the fields whose first text that is not null is a row's label.

    Raises:
        DescriptorError: the property `site` of the resource names something else.

    """
    declared = table.options.get("label")
    if declared is not None:
        names = [declared] if isinstance(declared, str) else declared
        if not isinstance(names, list):
            raise DescriptorError(f"{table.name}: the 'label' of 'site' is no list of fields")
        return [table.known_field(name, "a label") for name in names]
    keys = {name for key in table.table.schema.foreign_keys for name in key.fields} | {*table.primary_key}
    ranked = [(rank, part.name) for part in table.fields if (rank := _rank(part)) and part.name not in keys]
    return [name for _, name in sorted(ranked, key=lambda item: item[0])]


def _rank(part: Field) -> tuple[int, int] | None:
    """Return how well a field names a row: first by the word, then whether the word is its whole name."""
    found = words(part.name)
    if part.type not in ("string", "any") or part.format != "default" or part.categories is not None:
        return None
    if not found or found[-1] not in LABEL_NAMES:
        return None
    return (LABEL_NAMES.index(found[-1]), len(found))
