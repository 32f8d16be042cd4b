"""Durations: their texts, when two are equal, and which is the longer, as far as that can be said."""

import datetime
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

FORM = re.compile(
    r"(?P<sign>-?)P(?=[0-9]|T[0-9])(?:(?P<years>[0-9]+)Y)?(?:(?P<months>[0-9]+)M)?(?:(?P<days>[0-9]+)D)?"
    r"(?:T(?=[0-9])(?:(?P<hours>[0-9]+)H)?(?:(?P<minutes>[0-9]+)M)?"
    r"(?:(?P<seconds>[0-9]+)(?:\.(?P<fraction>[0-9]+))?S)?)?"
)

#: The parts that are whole numbers.
WHOLE = ("years", "months", "days", "hours", "minutes", "seconds")

#: Parts of more digits than these are refused, as are more days than Python's `timedelta` holds.
MOST_DIGITS = 1000

#: XML Schema Part 2, 3.2.6.2: from when on durations are compared, as months since the year 0.
STARTS = (1696 * 12 + 8, 1697 * 12 + 1, 1903 * 12 + 2, 1903 * 12 + 6)

MICROSECOND, MICROSECONDS_OF_DAY = datetime.timedelta(microseconds=1), 86_400_000_000


@dataclass(frozen=True)
class Duration:
    """A duration of some months and a rest of days and less; one without months is a `timedelta`.

    Two are equal if both parts are. One is less than another, which may be a `timedelta`, if it ends sooner
    from whichever start: a month is less than 32 days, and neither less nor more than 30.

    Source: XML Schema Part 2, 3.2.6.2.
    """

    months: int
    rest: datetime.timedelta

    def __lt__(self, other: object) -> bool:
        return _compared(self, other, operator.lt)

    def __gt__(self, other: object) -> bool:
        return _compared(self, other, operator.gt)

    def __le__(self, other: object) -> bool:
        return _compared(self, other, operator.lt) or _compared(self, other, operator.eq)

    def __ge__(self, other: object) -> bool:
        return _compared(self, other, operator.gt) or _compared(self, other, operator.eq)


def is_duration(text: str) -> bool:
    """Tell whether a text is a duration, also one past what can be held."""
    return FORM.fullmatch(text) is not None


def read_duration(text: str) -> Duration | datetime.timedelta | None:
    """Return the duration that a text is, to the microsecond; None if it is none, or past what can be held.

    Source: XML Schema Part 2, `duration`.
    """
    match = FORM.fullmatch(text)
    if match is None or any(len(match[name] or "") > MOST_DIGITS for name in WHOLE):
        return None
    sign, parts = -1 if match["sign"] else 1, {name: int(match[name] or 0) for name in WHOLE}
    months = 12 * parts.pop("years") + parts.pop("months")
    microseconds = round(Decimal(f"0.{match['fraction'] or 0}") * 1_000_000)
    try:
        return made_of(sign * months, sign * datetime.timedelta(microseconds=microseconds, **parts))
    except OverflowError:
        return None


def made_of(months: int, rest: datetime.timedelta) -> Duration | datetime.timedelta:
    """Return the duration of so many months and a rest."""
    return Duration(months, rest) if months else rest


def plain(value: Any) -> Any:
    """Return a duration of `isodate`, which frictionless reads them with, as one of these."""
    if not hasattr(value, "tdelta"):
        return value
    months = value.years * 12 + value.months
    return made_of(int(months), value.tdelta) if months == int(months) else value


def _compared(one: Duration, other: object, compare: Callable[[int, int], bool]) -> bool:
    """Tell whether the ends of two durations compare alike from each of the starts."""
    if isinstance(other, datetime.timedelta):
        other = Duration(0, other)
    if not isinstance(other, Duration):
        raise TypeError(f"a duration has no order with {other!r}")
    return all(compare(_end(one, start), _end(other, start)) for start in STARTS)


def _end(duration: Duration, start: int) -> int:
    """Return when a duration ends that starts with a month, in microseconds."""
    return _first_day(start + duration.months) * MICROSECONDS_OF_DAY + duration.rest // MICROSECOND


def _first_day(month: int) -> int:
    """Return the number of days from 1 March of the year 0 to the first day of a month."""
    year, place = divmod(month - 2, 12)  # of years that begin in March, so that a leap day is their last
    return 365 * year + year // 4 - year // 100 + year // 400 + (153 * place + 2) // 5
