"""Which tables tell of events in time, by their fields; and where each row stands on a line of time."""

import datetime
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from factpack.exceptions import DescriptorError
from factpack.export.site.tables import SiteTable
from factpack.labels import words

#: The types of fields whose values are times.
MOMENTS = ("date", "datetime", "year", "yearmonth")

#: Words by which the names of two fields differ, of which one bounds a time from below, the other from above.
BOUNDS = (
    *(("earliest", "latest"), ("start", "end"), ("starts", "ends"), ("started", "ended"), ("from", "to")),
    *(("begin", "end"), ("begins", "ends"), ("began", "ended"), ("since", "until"), ("from", "until")),
    *(("first", "last"), ("min", "max"), ("opened", "closed"), ("lower", "upper"), ("after", "before")),
)

#: A timeline with more rows is not drawn.
MOST_EVENTS = 2_000

#: A longer text of EDTF gives no bounds, since a set of dates takes long to read; and if the texts of a table
#: have more characters together, its timeline is not drawn.
LONGEST_EDTF, MOST_EDTF = 200, 40_000

#: A year further from the year 0 stands on no line.
MOST_YEARS = 10**9

#: Days of a year, in the mean of the calendar.
YEAR = 365.2425

#: Of the width of the line, what an end that is open goes past the rest; and the most marks on it.
OVERHANG, MOST_TICKS = 0.06, 6


@dataclass(frozen=True)
class Times:
    """The fields of a table that tell when: from when, until when, and in words (EDTF, or any text)."""

    earliest: str | None
    latest: str | None
    words: str | None


@dataclass(frozen=True)
class Bar:
    """A row on the line of time: its begin and width, in percent; and which of its ends are open."""

    position: int
    when: str
    words: str | None
    start: float
    width: float
    open_start: bool
    open_end: bool


@dataclass(frozen=True)
class Timeline:
    """A table's line of time: its bars in order, marks with their places in percent, rows without a time."""

    table: SiteTable
    bars: Sequence[Bar]
    ticks: Sequence[tuple[float, str]]
    undated: Sequence[int]


def times_of(table: SiteTable) -> Times | None:
    """Return the fields that tell when the rows of a table took place; None if none do, or several might.

    Two fields bound a time if they are of one type and their names differ in a pair of words; else one field
    of a time is a point; else a field of EDTF. `timeline` in the property `site` of the resource goes before.

    Raises:
        DescriptorError: the property names something that is no field of a time.

    """
    declared = table.options.get("timeline")
    if declared is False:
        return None
    if declared is not None:
        return _declared(table, declared)
    moments = [part.name for part in table.fields if part.type in MOMENTS]
    edtf = next((part.name for part in table.fields if _is_edtf(part)), None)
    pairs = list(_pairs(table, moments))
    if len(pairs) == 1:
        return Times(*pairs[0], edtf)
    if not pairs and len(moments) == 1:
        return Times(moments[0], moments[0], edtf)
    return Times(None, None, edtf) if edtf and not moments else None


def _declared(table: SiteTable, declared: Any) -> Times:
    if not isinstance(declared, dict) or not declared.keys() <= {"from", "to", "words"} or not declared:
        message = "the 'timeline' of 'site' is neither false nor an object with 'from', 'to' or 'words'"
        raise DescriptorError(f"{table.name}: {message}")
    names = {key: table.known_field(name, f"'{key}' of a timeline") for key, name in declared.items()}
    for key in ("from", "to"):
        if key in names and table.own_fields[names[key]].type not in MOMENTS:
            raise DescriptorError(
                f"{table.name}: 'site' names {names[key]!r} as '{key}' of a timeline, "
                f"which is of none of the types {', '.join(MOMENTS)}"
            )
    return Times(names.get("from"), names.get("to"), names.get("words"))


def _pairs(table: SiteTable, names: Sequence[str]) -> Iterator[tuple[str, str]]:
    for one in names:
        for other in names:
            same_type = table.own_fields[one].type == table.own_fields[other].type
            if same_type and _differ_by_bounds(words(one), words(other)):
                yield one, other


def _differ_by_bounds(one: Sequence[str], other: Sequence[str]) -> bool:
    if len(one) != len(other):
        return False
    different = [pair for pair in zip(one, other, strict=True) if pair[0] != pair[1]]
    return len(different) == 1 and different[0] in BOUNDS


def _is_edtf(part: Any) -> bool:
    kind = part.descriptor.get("rdfType")
    is_named = words(part.name)[-1:] == ["edtf"]
    return part.type == "string" and (is_named or (isinstance(kind, str) and kind.lower().endswith("edtf")))


def timeline(table: SiteTable, times: Times) -> Timeline | None:
    """Return the line of time of a table; None if it has no row with a time, or too many rows."""
    if len(table) > MOST_EVENTS:
        return None
    texts = _edtf_texts(table, times)
    if sum(map(len, texts)) > MOST_EDTF:
        return None
    bounds = {text: _edtf_bounds(text) for text in texts}
    spans = {position: _span(table, times, position, bounds) for position in range(len(table))}
    known = {
        position: span
        for position, span in spans.items()
        if span is not None and (span[0] is not None or span[1] is not None)
    }
    if not known:
        return None
    first, last = _range(known)
    ordered = sorted(known, key=lambda position: _order(known[position], position))
    return Timeline(
        table=table,
        bars=[_bar(table, times, position, known[position], first, last) for position in ordered],
        ticks=[(100 * (day - first) / (last - first), text) for day, text in ticks(first, last)],
        undated=[position for position in spans if position not in known],
    )


#: The days between which a time lies, the second of which is not in it; None where it is open.
Span = tuple[float | None, float | None]

#: The first and the last day of a time, each with the day after; None for an end that is open, or not known.
Bounds = tuple[tuple[float, float] | None, tuple[float, float] | None]


def _order(span: Span, position: int) -> tuple[float, float, int]:
    """Put first what ends first, of these what began first; what has an open end stands by its begin."""
    start, end = span
    known = end if start is None else start
    return (known or 0.0, end if end is not None else float("inf"), position)


def _range(spans: Mapping[int, Span]) -> tuple[float, float]:
    """Return the first and the last day of a line of time, with room for what is open at an end."""
    days = [day for span in spans.values() for day in span if day is not None]
    first, last = min(days), max(days)
    room = max((last - first) * OVERHANG, 1.0)
    return first - room, last + room


def _bar(table: SiteTable, times: Times, position: int, span: Span, first: float, last: float) -> Bar:
    start, end = span
    begin, stop = first if start is None else start, last if end is None else end
    scale = 100 / (last - first)
    text = table.cells[times.words][position] if times.words else None
    return Bar(
        position=position,
        when=_when(table, times, position, text),
        words=text,
        start=round((begin - first) * scale, 3),
        width=round(max((stop - begin) * scale, 0.4), 3),
        open_start=start is None,
        open_end=end is None,
    )


def _when(table: SiteTable, times: Times, position: int, text: str | None) -> str:
    """Return in words when a row took place."""
    start = table.cells[times.earliest][position] if times.earliest else None
    end = table.cells[times.latest][position] if times.latest else None
    if start is None and end is None:
        return text or ""
    if start is None:
        return f"up to {end}"
    if end is None:
        return f"from {start} on"
    return start if start == end else f"{start} to {end}"


def _edtf_texts(table: SiteTable, times: Times) -> set[str]:
    """Return the texts that are read as EDTF: those of a table whose times have no other bounds."""
    if times.earliest is not None or times.latest is not None or times.words is None:
        return set()
    return {text for text in table.cells[times.words] if text is not None and len(text) <= LONGEST_EDTF}


def _span(table: SiteTable, times: Times, position: int, edtf: Mapping[str, Bounds]) -> Span | None:
    """Return the days between which a row lies, None if it has no time, or ends before it begins.

    `edtf` has the bounds of the texts that are read as EDTF.
    """
    start = _day(table, times.earliest, position)
    end = _day(table, times.latest, position)
    if times.earliest is None and times.latest is None and times.words is not None:
        start, end = edtf.get(table.cells[times.words][position] or "", (None, None))
    begin, stop = start[0] if start else None, end[1] if end else None
    return None if begin is not None and stop is not None and stop <= begin else (begin, stop)


def _day(table: SiteTable, name: str | None, position: int) -> tuple[float, float] | None:
    """Return the first day of a cell's time, and the day after."""
    return None if name is None else bounds_of(table.table.columns[name].values.at(position))


def bounds_of(value: Any) -> tuple[float, float] | None:
    """Return when a date, a moment, a year or a month begins and ends, in days since the year 0."""
    if isinstance(value, int | tuple) and abs(value if isinstance(value, int) else value[0]) > MOST_YEARS:
        return None
    if isinstance(value, int):
        return day_number(value, 1, 1), day_number(value + 1, 1, 1)
    if isinstance(value, tuple):
        year, month = int(value[0]), int(value[1])
        return day_number(year, month, 1), day_number(year + month // 12, month % 12 + 1, 1)
    if isinstance(value, datetime.datetime):
        offset = value.utcoffset() or datetime.timedelta()
        within = value.hour * 3600 + value.minute * 60 + value.second - offset.total_seconds()
        moment = day_number(value.year, value.month, value.day) + within / 86400
        return moment, moment + 1 / 86400
    if isinstance(value, datetime.date):
        day = day_number(value.year, value.month, value.day)
        return day, day + 1
    return None


def day_number(year: int, month: int, day: int) -> int:
    """Return the number of a day of the Gregorian calendar, of any year, from 1 January of the year 0."""
    before = year - 1
    leap_days = before // 4 - before // 100 + before // 400 + 1
    lengths = (31, 29 if _is_leap(year) else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30)
    return 365 * year + leap_days + sum(lengths[: month - 1]) + day - 1


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _edtf_bounds(text: str) -> Bounds:
    """Return the first and the last day of a date of EDTF; None for an end that is open, or not known.

    Source: Extended Date/Time Format (ISO 8601-2:2019), as the library `edtf` reads it.
    """
    import edtf
    from edtf.parser.edtf_exceptions import EDTFParseException

    try:
        when = edtf.parse_edtf(text)
        return _struct_day(when.lower_strict()), _struct_day(when.upper_strict())
    except (EDTFParseException, ValueError, OverflowError, TypeError, AttributeError, RecursionError):
        return None, None


def _struct_day(bound: Any) -> tuple[float, float] | None:
    if not hasattr(bound, "tm_year"):
        return None
    if abs(bound.tm_year) > MOST_YEARS:
        return None
    day = day_number(bound.tm_year, bound.tm_mon, bound.tm_mday)
    return day, day + 1


def ticks(first: float, last: float) -> list[tuple[int, str]]:
    """Return marks for a line of time from one day to another: the days and what stands at them."""
    days = last - first
    for step in (1, 2, 7, 14):
        if days / step <= MOST_TICKS:
            start = -(-math.floor(first) // step) * step
            found = ((day, _date_of(day)) for day in range(start, math.floor(last) + 1, step))
            return _within(first, last, found)
    for step in (1, 2, 3, 6):
        if days / (30.4 * step) <= MOST_TICKS:
            return _within(first, last, _month_ticks(first, last, step))
    steps = (factor * 10**power for power in range(12) for factor in (1, 2, 5))
    step = next(step for step in steps if days / (YEAR * step) <= MOST_TICKS)
    years = range(int(first // (YEAR * step)) * step, int(last // YEAR) + 2, step)
    return _within(first, last, ((day_number(year, 1, 1), str(year)) for year in years))


def _within(first: float, last: float, found: Iterable[tuple[int, str]]) -> list[tuple[int, str]]:
    return [(day, text) for day, text in found if first <= day <= last]


def _month_ticks(first: float, last: float, step: int) -> Iterator[tuple[int, str]]:
    for year in range(int(first // YEAR) - 1, int(last // YEAR) + 2):
        for month in range(1, 13, step):
            yield day_number(year, month, 1), f"{year:04d}-{month:02d}"


def _date_of(day: int) -> str:
    """Return the ISO date of a day; empty for a year that Python does not know."""
    ordinal = day - day_number(1, 1, 1) + 1
    known = 1 <= ordinal <= datetime.date.max.toordinal()
    return datetime.date.fromordinal(ordinal).isoformat() if known else ""
