"""Dates, times and moments: what their texts stand for, in the default format and in others."""

import datetime
import re
from collections.abc import Callable
from functools import lru_cache
from operator import itemgetter
from typing import Any

import dateutil.parser

#: Returns a cell's value, or None if the text is not one of the field's type and format.
Reader = Callable[[str], Any]

MOMENTS = {"date", "time", "datetime"}

DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")

#: XML Schema: a time zone, which may be left out.
OFFSET = r"(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))?"

#: Table Schema v2.0: the forms, of XML Schema, of texts in the default format.
FORMS = {
    "time": re.compile(r"[0-9]{2}:[0-9]{2}:[0-9]{2}"),
    "datetime": re.compile(
        rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}T[0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}(?:\.[0-9]+)?{OFFSET}"
    ),
}

#: XML Schema, `dateTime`: what begins with a year before the first or from 9999 on, and the rest.
FAR = re.compile(r"(-(?!0000-)[0-9]{4}|-?[1-9][0-9]{4,1000}|9999)(-.*)")

#: So many dates are read once, in however many pieces of a table they stand.
MANY_DATES = 2**15

#: A text longer than this is no date, time or moment, in whatever format.
LONG_MOMENT = 200

#: How many digits directives of Python's `strptime` stand for, if none is left out, in the order of `MOMENT`;
#: and the moment of which it takes what a format does not have.
DIRECTIVES = {"Y": 4, "m": 2, "d": 2, "H": 2, "M": 2, "S": 2}
MOMENT, FIRST_MOMENT = "%s-%s-%s %s:%s:%s", "19000101000000"

#: What a moment is as a value of a type.
PART_OF_MOMENT: dict[str, Callable[[datetime.datetime], Any]] = {
    "date": datetime.datetime.date,
    "time": datetime.datetime.timetz,
    "datetime": lambda moment: moment,
}


def moment_reader(kind: str, form: str, of_frictionless: Reader) -> Reader:
    """Return the reader of texts of a type in a format, but for dates in the default one.

    Source: Table Schema v2.0, `date`, `time`, `datetime`; where it is silent, the reader of frictionless.
    """
    if form == "any":
        return _any_reader(kind)
    if form == "default":
        return _default_reader(kind, of_frictionless)
    return _pattern_reader(kind, of_frictionless, form)


def is_common_format(form: str) -> bool:
    """Tell whether a format is one of the specification's, or a pattern of whole numbers."""
    return form in ("default", "any") or _plain_form(form) is not None


def is_far(text: str, read: Reader) -> bool:
    """Tell whether a text is a moment in the default format that is past what Python holds.

    It is if the same moment some times 400 years away, after which the calendar recurs, is one.
    """
    match = FAR.fullmatch(text)
    return match is not None and read(f"{2000 + int(match[1]) % 400}{match[2]}") is not None


@lru_cache(MANY_DATES)
def read_date(text: str) -> Any:
    """Return the day that a text in the default format stands for."""
    match = DATE.fullmatch(text)
    try:
        return datetime.date(int(match[1]), int(match[2]), int(match[3])) if match else None
    except ValueError:  # there is no such day
        return None


def _default_reader(kind: str, of_frictionless: Reader) -> Reader:
    """Return the reader of times or moments in the default format, for which frictionless is asked."""
    form, has_day = FORMS[kind], kind == "datetime"
    parse = datetime.datetime.fromisoformat if has_day else datetime.time.fromisoformat

    def read(text: str) -> Any:
        if not form.fullmatch(text):
            return None
        try:
            return parse(text)
        except ValueError:  # of a moment that there is not, or of 24:00:00
            return None if has_day and read_date(text[:10]) is None else of_frictionless(text)

    return read


def _pattern_reader(kind: str, of_frictionless: Reader, pattern: str) -> Reader:
    """Return the reader of dates, times or moments in a format of its own, for which frictionless is asked.

    That takes Python's `strptime`, which is slow; where no digit is left out, the outcome is known.
    """
    form, digits_of = _plain_form(pattern) or (None, None)
    part_of = PART_OF_MOMENT[kind]

    def read(text: str) -> Any:
        if len(text) > LONG_MOMENT:
            return None
        if form and digits_of and form.fullmatch(text):
            try:
                return part_of(datetime.datetime.fromisoformat(MOMENT % digits_of(text + FIRST_MOMENT)))
            except ValueError:  # there is no such moment, unless it is written in another way
                pass
        return of_frictionless(text)

    return read


def _plain_form(pattern: str) -> tuple[re.Pattern[str], Callable[[str], Any]] | None:
    """Return the form of the texts that a pattern of `strptime` stands for, and what takes the digits of one.

    Of each number they have all digits. `FIRST_MOMENT` has to follow the text. None of any other pattern.
    """
    literals, directives = re.split("%(.)", pattern)[::2], re.findall("%(.)", pattern)
    is_plain = set(directives) <= DIRECTIVES.keys() and len(set(directives)) == len(directives)
    if not is_plain or any("%" in literal for literal in literals):
        return None
    form, end, places = re.escape(literals[0]), len(literals[0]), {}
    for directive, literal in zip(directives, literals[1:], strict=True):
        form += f"[0-9]{{{DIRECTIVES[directive]}}}{re.escape(literal)}"
        places[directive] = slice(end, end + DIRECTIVES[directive])
        end = places[directive].stop + len(literal)
    for directive, digits in DIRECTIVES.items():
        places.setdefault(directive, slice(end, end + digits))
        end += digits
    return re.compile(form), itemgetter(*(places[directive] for directive in DIRECTIVES))


def _any_reader(kind: str) -> Reader:
    """Return the reader of dates, times or moments in any form that dateutil knows, as frictionless has it.

    The name of a zone, but for UTC, is passed over without dateutil's warning, on any machine alike.
    """

    def zone(name: str | None, seconds: int | None) -> datetime.tzinfo | None:
        return None if seconds is None else datetime.timezone(datetime.timedelta(seconds=seconds))

    def read(text: str) -> Any:
        if len(text) > LONG_MOMENT:
            return None
        try:
            moment = dateutil.parser.parse(text, tzinfos=zone)
        except Exception:  # of many kinds
            return None
        return PART_OF_MOMENT[kind](moment)

    return read


def in_utc(moment: datetime.datetime) -> datetime.datetime | None:
    """Return a moment that has a zone in UTC; None if the calendar has it not there, at one of its ends."""
    try:
        return moment.astimezone(datetime.UTC)
    except OverflowError:
        return None
