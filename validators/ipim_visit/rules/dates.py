"""When things took place: dates, their bounds, and what was held or planned at publication."""

import datetime
import time
from collections.abc import Iterator
from functools import lru_cache

import edtf
import edtf.parser.edtf_exceptions
import pandas as pd

from factpack import View, rule
from ipim_visit.rules.joins import at_most, looked_up, verdicts

#: A dateline names a day at most so long before the day of publication.
DATELINE = pd.Timedelta(days=7)


def _day(bound: time.struct_time | float) -> pd.Timestamp | None:
    """Return a bound of EDTF as a day; None where it is open."""
    return None if isinstance(bound, float) else pd.Timestamp(datetime.date(*bound[:3]))


@lru_cache(maxsize=1000)  # to parse one takes as long as a whole rule of another kind
def _bounds(text: str | None) -> tuple[pd.Timestamp | None, pd.Timestamp | None] | None:
    """Return the first and the last day that a text in EDTF allows; None if it is no such text."""
    if pd.isna(text):
        return None, None
    try:
        when = edtf.parse_edtf(text)
        return _day(when.lower_strict()), _day(when.upper_strict())
    except (edtf.parser.edtf_exceptions.EDTFParseException, ValueError, OverflowError):
        return None


def _is_same(day: pd.Timestamp | None, other: pd.Timestamp | None) -> bool:
    return pd.isna(other) if day is None else day == other


@rule(references=["EDTF, ISO 8601-2:2019", "docs/coding-rules.md, 11"])
def event_bounds_are_those_of_edtf(events: pd.DataFrame) -> Iterator[View]:
    """The earliest and the latest day of an event are the bounds of its date in EDTF."""
    bounds = [_bounds(text) for text in events["when_edtf"]]
    exists = verdicts(events, (bound is not None for bound in bounds))
    yield View.of("events", "when_edtf", exists, "must be a date of EDTF that exists")
    for place, field in enumerate(("earliest", "latest")):
        holds = (
            bound is None or _is_same(bound[place], day)
            for bound, day in zip(bounds, events[field], strict=True)
        )
        yield View.of("events", field, verdicts(events, holds), "must be the bound of when_edtf")


@rule(references=["EDTF, ISO 8601-2:2019"])
def event_bounds_are_in_order(events: pd.DataFrame) -> View:
    """An event does not end before it begins."""
    holds = at_most(events["earliest"], events["latest"])
    return View.of("events", ["earliest", "latest"], holds, "must be in order")


def _published(events: pd.DataFrame, documents: pd.DataFrame) -> "pd.Series[pd.Timestamp]":
    days = looked_up(events["document_id"], documents, "document_id", "date_published")
    return pd.to_datetime(days)


@rule(references=["docs/coding-rules.md, 11"])
def held_events_are_over(events: pd.DataFrame, documents: pd.DataFrame) -> Iterator[View]:
    """What was held ended by the day of publication; what is planned ends after it."""
    published = _published(events, documents)
    known = events["latest"].notna() & published.notna()
    held = events["status"] == "held"
    holds = (events["latest"] <= published) == held
    yield View.of("events", ["status", "latest"], holds | ~known, "must fit the day of publication")


@rule(references=["docs/coding-rules.md, 11"])
def recent_means_by_publication(events: pd.DataFrame, documents: pd.DataFrame) -> View:
    """An event of which a document only says that it was recent is bounded by the day of publication."""
    published = _published(events, documents).dt.strftime("[..%Y-%m-%d]")
    holds = (events["when_edtf"] == published) | ~events["when_edtf"].str.startswith("[..").fillna(False)
    return View.of("events", "when_edtf", holds | published.isna(), "must end with the day of publication")


@rule(references=["schema.org, subEvent"])
def events_lie_in_the_time_of_their_parents(events: pd.DataFrame) -> Iterator[View]:
    """An event lies within the time of the event that it is part of.

    So the expo lies in the second half of the year, in which its series does.
    """
    for field, is_lower in (("earliest", True), ("latest", False)):
        above = pd.to_datetime(looked_up(events["part_of_id"], events, "event_id", field))
        holds = at_most(above, events[field]) if is_lower else at_most(events[field], above)
        yield View.of("events", ["part_of_id", field], holds, "must lie in the time of the event above")


@rule(references=["docs/codebook.md, documents.dateline_date"])
def datelines_come_just_before_publication(documents: pd.DataFrame) -> View:
    """A dateline names the day of publication, or one of the seven days before it."""
    day, published = documents["dateline_date"], documents["date_published"]
    holds = at_most(day, published) & at_most(published - DATELINE, day)
    return View.of("documents", ["dateline_date", "date_published"], holds, "must lie close together")
