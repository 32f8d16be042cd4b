"""What was agreed, hoped, presented, and by whom."""

from collections.abc import Iterator

import pandas as pd

from factpack import View, rule
from ipim_visit.rules.joins import grouped, looked_up, pairs, verdicts
from ipim_visit.rules.participation import Involvement

#: How many parties a statement of a kind has at least; a theme may have none.
PARTIES = {
    "agreement": 2,
    "consensus": 2,
    "focus": 1,
    "hope": 1,
    "intention": 1,
    "presentation": 1,
    "capability": 1,
    "expectation": 1,
    "theme": 0,
}

#: The kinds of statements that were made at an event; the document itself makes the others.
AT_EVENTS = ("agreement", "consensus", "focus", "hope", "intention", "presentation")

#: What two sides may do together.
JOINT = ("agreement", "consensus", "focus", "hope")

#: The roles of details that name an agent.
AGENT_ROLES = ("beneficiary", "counterpart", "provider")


@rule(references=["docs/coding-rules.md, Statements and their details"])
def statements_have_their_parties(statements: pd.DataFrame, statement_parties: pd.DataFrame) -> View:
    """An agreement or a consensus has at least two parties; every other statement but a theme has one."""
    counts = statements["statement_id"].map(statement_parties["statement_id"].value_counts()).fillna(0)
    needed = statements["kind"].astype(object).map(PARTIES)
    detail = "it has " + counts.astype(int).astype(str)
    return View.of("statements", "kind", counts >= needed, "must have enough parties", detail)


@rule(references=["docs/coding-rules.md, 2"])
def parties_took_part(
    statement_parties: pd.DataFrame,
    statements: pd.DataFrame,
    events: pd.DataFrame,
    participations: pd.DataFrame,
    agents: pd.DataFrame,
    posts: pd.DataFrame,
) -> View:
    """A party to what was said at an event took part in it, or in the event above, or by who holds a post."""
    event = looked_up(statement_parties["statement_id"], statements, "statement_id", "event_id")
    involvement = Involvement(events, participations, agents, posts)
    made = statement_parties[event.notna()]
    lines = zip(made["agent_id"], event[event.notna()], strict=True)
    holds = (involvement.is_involved(agent, at) for agent, at in lines)
    return View.of("statement_parties", "agent_id", verdicts(made, holds), "must have taken part")


@rule(references=["docs/coding-rules.md, 5"])
def presenters_present(
    statements: pd.DataFrame, statement_parties: pd.DataFrame, participations: pd.DataFrame
) -> Iterator[View]:
    """The party of a presentation is a presenter of its event, and each presenter is such a party."""
    event = looked_up(statement_parties["statement_id"], statements, "statement_id", "event_id")
    kind = looked_up(statement_parties["statement_id"], statements, "statement_id", "kind")
    presenters = participations[participations["role"] == "presenter"]
    made = statement_parties.assign(event_id=event)[kind == "presentation"]
    for resource, lines, others, expected in (
        ("statement_parties", made, presenters, "must be a presenter of the event"),
        ("participations", presenters, made, "must be the party of a presentation at the event"),
    ):
        known = pairs(others, "event_id", "agent_id")
        holds = (line in known for line in zip(lines["event_id"], lines["agent_id"], strict=True))
        yield View.of(resource, "agent_id", verdicts(lines, holds), expected)


@rule(references=["docs/coding-rules.md, 2"])
def both_sides_are_the_same(statements: pd.DataFrame, statement_parties: pd.DataFrame) -> View:
    """What was agreed, hoped or attended to together at one event has the same parties throughout.

    "They" and "both sides" stand for those whom the sentences before name.
    """
    joint = statements[statements["kind"].isin(JOINT) & statements["event_id"].notna()]
    event = looked_up(statement_parties["statement_id"], joint, "statement_id", "event_id")
    own = grouped(statement_parties, "statement_id", "agent_id")
    sides = grouped(statement_parties.assign(event_id=event), "event_id", "agent_id")
    holds = (
        own.get(key) == sides.get(at)
        for key, at in zip(joint["statement_id"], joint["event_id"], strict=True)
    )
    return View.of(
        "statements", "kind", verdicts(joint, holds), "must have the parties of what else was agreed"
    )


@rule(references=["docs/coding-rules.md, Statements and their details"])
def statements_hang_on_events(statements: pd.DataFrame, events: pd.DataFrame) -> Iterator[View]:
    """What was agreed or presented was so at an event that was held; what it is about is planned."""
    made = statements["kind"].isin(AT_EVENTS)
    yield View.of(
        "statements", "event_id", statements["event_id"].notna() == made, "must fit the kind of statement"
    )
    for field, status in (("event_id", "held"), ("about_event_id", "planned")):
        named = statements[statements[field].notna()]
        found = looked_up(named[field], events, "event_id", "status")
        yield View.of("statements", field, found == status, f"must be an event that is {status}")


@rule(references=["docs/coding-rules.md, Statements and their details"])
def statements_say_something(statements: pd.DataFrame, statement_details: pd.DataFrame) -> View:
    """A statement has details, or is about an event."""
    holds = statements["statement_id"].isin(statement_details["statement_id"])
    return View.of(
        "statements",
        "about_event_id",
        holds | statements["about_event_id"].notna(),
        "must stand, or have details",
    )


@rule(references=["docs/coding-rules.md, Statements and their details"])
def details_fill_the_column_of_their_role(statement_details: pd.DataFrame) -> Iterator[View]:
    """A beneficiary, counterpart or provider is an agent; a detail in any other role is in our words."""
    is_agent = statement_details["role"].isin(AGENT_ROLES)
    for field, wanted in (("agent_id", is_agent), ("summary", ~is_agent)):
        holds = statement_details[field].notna() == wanted
        yield View.of("statement_details", ["role", field], holds, "must be filled just as the role asks")


@rule(references=["docs/coding-rules.md, 8"])
def places_that_are_linked_are_several(detail_places: pd.DataFrame) -> View:
    """What a detail links, it links to something: two places at least, of which one may be its own."""
    count = detail_places.groupby(["statement_id", "detail_no"])["place_id"].transform("size")
    holds = (count >= 2) | (detail_places["relation"] != "linked")
    return View.of("detail_places", "relation", holds, "must not be the only place")


@rule(references=["docs/coding-rules.md, 8"])
def places_are_entered_to_an_end(detail_places: pd.DataFrame, statement_details: pd.DataFrame) -> View:
    """A place that something goes into, or happens in, belongs to an aim or to what is leveraged."""
    keys = ["statement_id", "detail_no"]
    lines = detail_places.merge(statement_details[[*keys, "role"]], on=keys, how="left")
    lines.index = detail_places.index
    holds = ~lines["relation"].isin(("into", "in")) | lines["role"].isin(("aim", "leveraged"))
    return View.of("detail_places", "relation", holds, "must stand with an aim, or with what is leveraged")


@rule(references=["docs/coding-rules.md, 8"])
def subjects_of_a_presentation_share_what_they_are_of(
    statements: pd.DataFrame,
    statement_details: pd.DataFrame,
    detail_places: pd.DataFrame,
    detail_sectors: pd.DataFrame,
) -> Iterator[View]:
    """The subjects of a presentation have the same places and sectors: a possessive covers the list."""
    kind = looked_up(statement_details["statement_id"], statements, "statement_id", "kind")
    subjects = statement_details[(kind == "presentation") & (statement_details["role"] == "subject")]
    for table, column in ((detail_places, "place_id"), (detail_sectors, "sector_id")):
        of_detail = grouped(table, ["statement_id", "detail_no"], column)
        details = list(zip(subjects["statement_id"], subjects["detail_no"], strict=True))
        of_list: dict[str, set[str]] = {}
        for statement, number in details:
            of_list.setdefault(statement, set()).update(of_detail.get((statement, number), ()))
        holds = (of_detail.get(detail, frozenset()) == of_list[detail[0]] for detail in details)
        expected = f"must have each {column} of the subjects beside it"
        yield View.of("statement_details", "detail_no", verdicts(subjects, holds), expected)
