"""Trees, orders, counts and keys: what holds a table, or its rows, together."""

import re
from collections.abc import Iterator

import pandas as pd

from factpack import View, rule
from factpack.rules import Tables
from ipim_visit.rules.joins import ancestors, grouped, parents, verdicts

#: The tables that are trees, with their key and the column that names the row above.
TREES = {
    "places": ("place_id", "within_id"),
    "agents": ("agent_id", "part_of_id"),
    "events": ("event_id", "part_of_id"),
    "topics": ("topic_id", "broader_id"),
}

#: The columns that name a row of a table, by the table and its key.
USES = {
    ("documents", "document_id"): [("events", "document_id"), ("statements", "document_id")],
    ("places", "place_id"): [
        *(("event_places", "place_id"), ("detail_places", "place_id"), ("topic_places", "place_id")),
        *(("agents", "place_id"), ("places", "within_id"), ("documents", "dateline_place_id")),
    ],
    ("agents", "agent_id"): [
        *(("participations", "agent_id"), ("statement_parties", "agent_id"), ("posts", "person_id")),
        *(("statement_details", "agent_id"), ("posts", "organization_id"), ("agents", "part_of_id")),
    ],
    ("events", "event_id"): [
        *(("participations", "event_id"), ("events", "part_of_id")),
        *(("statements", "event_id"), ("statements", "about_event_id")),
    ],
    ("topics", "topic_id"): [("event_topics", "topic_id")],
    ("sectors", "sector_id"): [("detail_sectors", "sector_id"), ("topic_sectors", "sector_id")],
}


@rule(references=["W3C Organization Ontology, unitOf", "SKOS, broader"])
def trees_have_no_cycle(
    places: pd.DataFrame, agents: pd.DataFrame, events: pd.DataFrame, topics: pd.DataFrame
) -> Iterator[View]:
    """Nothing lies within, is part of, or is narrower than itself, also by way of others."""
    for (name, (key, parent)), table in zip(TREES.items(), (places, agents, events, topics), strict=True):
        above = parents(table, key, parent)
        holds = (row not in ancestors(row, above) for row in table[key])
        yield View.of(name, parent, verdicts(table, holds), "must not lead back to the row itself")


@rule(references=["docs/coding-rules.md, 12"])
def stated_counts_match(stated_counts: pd.DataFrame, tables: Tables) -> Iterator[View]:
    """What a document counts, the tables hold as many of."""

    def count(row: pd.Series) -> int | None:
        if row["resource"] not in tables or row["field"] not in tables[row["resource"]]:
            return None
        return int((tables[row["resource"]][row["field"]].astype(str) == row["value"]).sum())

    found = pd.Series([count(row) for _, row in stated_counts.iterrows()], stated_counts.index, "Int64")
    there = "there are " + found.astype("str")
    yield View.of("stated_counts", ["resource", "field"], found.notna(), "must name a column of a table")
    yield View.of(
        "stated_counts", "count", found == stated_counts["count"], "must be the rows' number", there
    )


def _is_numbered(table: pd.DataFrame, number: str, within: list[str]) -> "pd.Series[bool]":
    """Tell which rows have the number that counts them off, from 1, among those of a group."""
    return table.groupby(within, dropna=False, observed=True)[number].rank("first") == table[number]


@rule(references=["docs/codebook.md, topics.order_no"])
def topics_are_numbered(topics: pd.DataFrame) -> View:
    """Topics under the same one, or under none, are numbered from 1, and no number is left out."""
    holds = _is_numbered(topics, "order_no", ["document_id", "broader_id"])
    return View.of("topics", "order_no", holds, "must follow the number before it")


@rule(references=["docs/codebook.md, statement_details.detail_no"])
def details_are_numbered(statement_details: pd.DataFrame) -> View:
    """The details of a statement are numbered from 1, and no number is left out."""
    holds = _is_numbered(statement_details, "detail_no", ["statement_id"])
    return View.of("statement_details", "detail_no", holds, "must follow the number before it")


@rule(references=["docs/coding-rules.md, Principles"])
def every_row_is_used(tables: Tables) -> Iterator[View]:
    """No row stands alone: each is named by another row, or by a count of such rows."""
    for (name, key), users in USES.items():
        used = {value for user, column in users for value in tables[user][column].dropna()}
        row_is_used = tables[name][key].isin(used)
        if name == "agents":
            counted = tables["stated_counts"].loc[lambda counts: counts["field"] == "part_of_id", "value"]
            row_is_used |= tables[name]["part_of_id"].isin(set(counted))
        yield View.of(name, key, row_is_used, "must be named by another row")


def slug(name: str) -> str:
    """Return a name as keys have it: in lower case, with a hyphen between words."""
    return "-".join(re.findall(r"[a-z0-9]+", name.lower()))


@rule(references=["docs/coding-rules.md, Keys"])
def keys_are_made_of_names(
    places: pd.DataFrame, sectors: pd.DataFrame, agents: pd.DataFrame
) -> Iterator[View]:
    """The key of a place or sector is its name, that of a named agent its acronym, or words of its name."""
    for resource, table, key, name in (
        ("places", places, "place_id", "name"),
        ("sectors", sectors, "sector_id", "label"),
    ):
        holds = table[key] == table[name].map(slug)
        yield View.of(resource, [key, name], holds, "must be the same words")
    named = agents[agents["name"].notna()]
    shares = [
        key == str(acronym).lower() or set(key.split("-")) <= set(slug(name).split("-"))
        for key, name, acronym in zip(named["agent_id"], named["name"], named["acronym"], strict=True)
    ]
    yield View.of("agents", ["agent_id", "name"], verdicts(named, shares), "must share their words")


@rule(references=["docs/coding-rules.md, 3"])
def named_or_described(agents: pd.DataFrame, events: pd.DataFrame) -> Iterator[View]:
    """An agent or event has a name, or, where the document gives none, a description; never both."""
    for resource, table in (("agents", agents), ("events", events)):
        holds = table["name"].isna() != table["description"].isna()
        yield View.of(resource, ["name", "description"], holds, "exactly one of both must be filled")


@rule(references=["docs/coding-rules.md, 12"])
def editions_are_of_named_events(events: pd.DataFrame) -> View:
    """Only what has a name, and so may come again, has an edition."""
    numbered = events[events["edition"].notna()]
    return View.of("events", "edition", numbered["name"].notna(), "must not stand where there is no name")


@rule(references=["docs/coding-rules.md, Keys"])
def topics_hang_together(topics: pd.DataFrame, event_topics: pd.DataFrame) -> View:
    """A topic is discussed at the events at which the topic above it is discussed, and at no other."""
    at = grouped(event_topics, "topic_id", "event_id")
    inner = topics[topics["broader_id"].notna()]
    holds = (
        at.get(own) == at.get(above)
        for own, above in zip(inner["topic_id"], inner["broader_id"], strict=True)
    )
    return View.of("topics", "broader_id", verdicts(inner, holds), "must be discussed at the same events")


@rule(references=["docs/codebook.md, documents.document_id"])
def document_keys_end_with_the_day(documents: pd.DataFrame) -> View:
    """The key of a document ends with the day on which it was published."""
    days = documents["date_published"].dt.strftime("-%Y-%m-%d")
    holds = (str(key).endswith(str(day)) for key, day in zip(documents["document_id"], days, strict=True))
    return View.of(
        "documents", ["document_id", "date_published"], verdicts(documents, holds), "must name the same day"
    )
