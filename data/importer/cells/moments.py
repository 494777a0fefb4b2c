"""When an entry was made, as forms and people write it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Iterable

    Moments = dict[str | None, datetime | None]

# Of these the order can be read in one way. AM and PM go with the month first, as in America.
_PLAIN = ("%d-%m-%Y %H:%M:%S", "%d-%m-%Y %H:%M", "%d-%m-%Y", "%m/%d/%Y %I:%M:%S %p")
_TIMES = (" %H:%M:%S", " %H:%M", "")
_DAY_FIRST = tuple(f"%d/%m/%Y{time}" for time in _TIMES)
_MONTH_FIRST = tuple(f"%m/%d/%Y{time}" for time in _TIMES)
_HERE = ZoneInfo("Europe/Amsterdam")


def moments(texts: Iterable[str | None]) -> list[Moments]:
    """Return the moments that the cells of a column say, in each way that they can be read.

    With slashes the day may go first or the month, the same in the whole column; there are two
    ways when nothing in it says which. A text that is no moment has None.
    """
    known = list(dict.fromkeys(texts))
    ways: list[Moments] = [
        {text: _moment(text or "", shapes) for text in known}
        for shapes in (_DAY_FIRST, _MONTH_FIRST)
    ]
    unread = [sum(moment is None for moment in way.values()) for way in ways]
    fits = [way for way, none in zip(ways, unread, strict=True) if none == min(unread)]
    return fits[:1] if fits[0] == fits[-1] else fits


def _moment(text: str, slashed: Iterable[str]) -> datetime | None:
    """Return the moment that one cell says, None when it says none."""
    plain = text.strip()
    for shape in (*_PLAIN, *slashed):
        try:
            return datetime.strptime(plain, shape)  # noqa: DTZ007 - forms give no zone
        except ValueError:
            continue
    try:
        moment = datetime.fromisoformat(plain)
    except ValueError:
        return None
    return moment.astimezone(_HERE).replace(tzinfo=None) if moment.tzinfo else moment
