"""What a row is called: by the fields of its table that name or describe it, else by its key."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from factpack.export.site.tables import Reference, Site, SiteTable
from factpack.labels import table_label_fields

#: A row whose key refers to rows, whose keys refer to others, is called by no more than so many levels.
MOST_LEVELS = 3

#: Characters of a label, and of a part of a label that is put together.
LONGEST, LONGEST_PART = 160, 80


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
        return {table.number: table_label_fields(table.table) for table in self.site.tables}

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
