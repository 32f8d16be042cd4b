"""Who took part in what, and who speaks for whom."""

from collections.abc import Iterator

import pandas as pd

from factpack import View, rule
from ipim_visit.rules.joins import ancestors, grouped, looked_up, pairs, parents, verdicts

#: The roles that agents have in each kind of event.
ROLES = {
    "visit": {"visitor"},
    "meeting": {"organizer", "attendee"},
    "discussion": {"attendee"},
    "seminar": {"organizer", "attendee", "presenter"},
    "exhibition": {"organizer", "attendee", "presenter", "guide", "supporter"},
    "series": {"organizer", "guide", "supporter"},
}

#: How many agents of a role an event of a kind that was held has at least.
NEEDED = {
    "visit": {"visitor": 1},
    "meeting": {"organizer": 1, "attendee": 2},
    "discussion": {"attendee": 2},
    "seminar": {"organizer": 1, "attendee": 2},
    "exhibition": {"organizer": 1},
}


class Involvement:
    """Who takes part in events: themselves, as or by a part of them, or by who holds a post with them."""

    def __init__(
        self, events: pd.DataFrame, participations: pd.DataFrame, agents: pd.DataFrame, posts: pd.DataFrame
    ) -> None:
        self._above = parents(events, "event_id", "part_of_id")
        self._whole = parents(agents, "agent_id", "part_of_id")
        self._posts = pairs(posts, "person_id", "organization_id")
        self._present = grouped(participations, "event_id", "agent_id")

    def present(self, event: str) -> frozenset[str]:
        """Return who takes part in an event, or in the one that it is part of."""
        nobody: frozenset[str] = frozenset()
        return self._present.get(event, nobody) | self._present.get(self._above.get(event, ""), nobody)

    def is_involved(self, agent: str, event: str, without: str | None = None) -> bool:
        """Tell whether an agent is involved in an event, or the one above; not by the post of one person."""
        present = self.present(event)
        if agent in present or any(agent in ancestors(other, self._whole) for other in present):
            return True
        if any(other in present for other in ancestors(agent, self._whole)):
            return True
        return any(
            organization == agent and person in present and person != without
            for person, organization in self._posts
        )


@rule(references=["docs/coding-rules.md, 5"])
def roles_fit_the_event(participations: pd.DataFrame, events: pd.DataFrame) -> View:
    """Each kind of event has roles of its own: visitors at a visit, attendees at a discussion, and so on."""
    kinds = looked_up(participations["event_id"], events, "event_id", "kind")
    fits = [
        kind not in ROLES or role in ROLES[kind]
        for kind, role in zip(kinds, participations["role"], strict=True)
    ]
    series = pd.Series(fits, index=participations.index, dtype=bool)
    return View.of(
        "participations", "role", series, "must be a role of that kind of event", kinds.astype(object)
    )


@rule(references=["docs/coding-rules.md, 5"])
def events_have_those_who_make_them(events: pd.DataFrame, participations: pd.DataFrame) -> View:
    """What was held had those who make it: a visit a visitor, a discussion two attendees, and so on."""
    held = events[events["status"] == "held"]
    count = participations.groupby(["event_id", "role"], observed=True).size()

    def lacking(event: str, kind: str) -> str | None:
        few = [role for role, least in NEEDED.get(kind, {}).items() if count.get((event, role), 0) < least]
        return f"it lacks the role {few[0]}" if few else None

    lacks = [lacking(*line) for line in zip(held["event_id"], held["kind"], strict=True)]
    detail = pd.Series(lacks, index=held.index, dtype=object)
    return View.of("events", "kind", detail.isna(), "must have those who take part in such an event", detail)


@rule(references=["docs/coding-rules.md, 5"])
def guides_have_supporters(participations: pd.DataFrame) -> View:
    """Where somebody guides an event, somebody supports it, and the other way round."""
    roles = grouped(participations, "event_id", "role")
    both = participations[participations["role"].isin(("guide", "supporter"))]
    holds = ({"guide", "supporter"} <= roles[event] for event in both["event_id"])
    return View.of("participations", "role", verdicts(both, holds), "must have its counterpart at the event")


@rule(references=["docs/coding-rules.md, 5"])
def guide_and_supporter_differ(participations: pd.DataFrame) -> View:
    """Who guides an event does not support it too."""
    both = participations[participations["role"].isin(("guide", "supporter"))]
    again = both.duplicated(["event_id", "agent_id"], keep=False)
    return View.of("participations", "role", ~again, "guide and supporter must be different agents")


@rule(references=["docs/coding-rules.md, 1"])
def who_discusses_has_met(
    participations: pd.DataFrame, events: pd.DataFrame, agents: pd.DataFrame, posts: pd.DataFrame
) -> View:
    """Who takes part in a part of a meeting takes part in the meeting, or somebody does for them."""
    above = looked_up(participations["event_id"], events, "event_id", "part_of_id")
    is_part = looked_up(above, events, "event_id", "kind") == "meeting"
    inner = participations[is_part]
    alone = Involvement(events.assign(part_of_id=None), participations, agents, posts)
    holders = grouped(posts, "person_id", "organization_id")
    holds = (
        any(alone.is_involved(one, meeting) for one in (agent, *holders.get(agent, ())))
        for agent, meeting in zip(inner["agent_id"], above[is_part], strict=True)
    )
    return View.of("participations", "agent_id", verdicts(inner, holds), "must take part in the meeting")


@rule(references=["W3C Organization Ontology, Post"])
def persons_represent_who_takes_part(
    posts: pd.DataFrame, events: pd.DataFrame, participations: pd.DataFrame, agents: pd.DataFrame
) -> View:
    """A person's post is in an organization that takes part where the person does, not by that post alone."""
    involvement = Involvement(events, participations, agents, posts)
    at = grouped(participations, "agent_id", "event_id")
    holds = (
        any(involvement.is_involved(organization, event, person) for event in at.get(person, ()))
        for person, organization in zip(posts["person_id"], posts["organization_id"], strict=True)
    )
    expected = "must take part in an event where the person does"
    return View.of("posts", "organization_id", verdicts(posts, holds), expected)


@rule(references=["W3C Organization Ontology, Post", "docs/coding-rules.md, 3"])
def persons_have_posts(agents: pd.DataFrame, posts: pd.DataFrame) -> Iterator[View]:
    """A person has a name and a post, and is part of nothing; a post is a person's in an organization."""
    persons = agents[agents["kind"] == "person"]
    yield View.of("agents", "agent_id", persons["agent_id"].isin(posts["person_id"]), "must have a post")
    yield View.of("agents", "name", persons["name"].notna(), "a person must have a name")
    loose = persons["part_of_id"].isna() & persons["place_id"].isna()
    yield View.of("agents", ["part_of_id", "place_id"], loose, "a person must have neither")
    for field, kind in (("person_id", "person"), ("organization_id", "organization")):
        kinds = looked_up(posts[field], agents, "agent_id", "kind")
        yield View.of("posts", field, kinds == kind, f"must be of the kind {kind}")


@rule(references=["docs/coding-rules.md, 3"])
def unnamed_agents_have_no_acronym_and_no_post(agents: pd.DataFrame, posts: pd.DataFrame) -> Iterator[View]:
    """An agent that a document leaves unnamed has no acronym, and holds no post."""
    unnamed = agents[agents["name"].isna()]
    yield View.of("agents", "acronym", unnamed["acronym"].isna(), "must be empty where there is no name")
    holds = ~posts["person_id"].isin(unnamed["agent_id"])
    yield View.of("posts", "person_id", holds, "must have a name")


@rule(references=["W3C Organization Ontology, unitOf", "docs/coding-rules.md, 3"])
def parts_are_of_organizations_or_groups(agents: pd.DataFrame) -> Iterator[View]:
    """What is part of something is a group or an organization, and part of such; names need no whole."""
    inner = agents[agents["part_of_id"].notna()]
    kinds = looked_up(inner["part_of_id"], agents, "agent_id", "kind")
    whole = kinds.isin(("organization", "group"))
    yield View.of("agents", "part_of_id", whole, "must be an organization or a group")
    yield View.of(
        "agents", "kind", inner["kind"].isin(("organization", "group")), "a part is one or the other"
    )
    yield View.of("agents", "name", inner["name"].isna(), "a part of another agent is described, not named")
