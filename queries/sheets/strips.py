"""The themes of a sheet: the peers, the region and the whole country on one axis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.survey.groups import WHOLE
from queries.ask.questions import Comparison, differences
from queries.sheets.desk import is_drawn, measure
from queries.sheets.model import Mark, Strip
from queries.vocabulary import Grade
from queries.words.figures import counted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from data.survey.design import Theme
    from data.survey.indicators import Indicator
    from queries.sheets.desk import Desk, Row

    Place = tuple[str, str]

_EDITION = "edition"
# Provinces, rather than the many small regions in which nothing can be published.
_FEW_REGIONS = 20


def strips(desk: Desk) -> list[Strip]:
    """Return a strip for each theme that was asked about in the edition."""
    headlines = [(theme, desk.book.by_id[theme.headline]) for theme in desk.book.themes]
    asked = [(theme, one) for theme, one in headlines if one.asked_in(desk.edition)]
    changes = _changes(desk, [indicator for _, indicator in asked])
    places = _places(desk, [indicator for _, indicator in asked])
    return [_strip(desk, theme, one, places, changes.get(one.id)) for theme, one in asked]


def _changes(desk: Desk, indicators: list[Indicator]) -> dict[str, Row]:
    """Return how the peers' figures differ from the edition before."""
    if not indicators or "comparisons.parquet" not in desk.release.manifest.files:
        return {}
    tested = differences(
        desk.release,
        Comparison(
            measures=tuple((i.id, *measure(i)) for i in indicators),
            edition=desk.edition,
            subjects=((_EDITION, desk.subject.dimension, desk.subject.group),),
        ),
    )
    return {row["indicator"]: row for row in tested.to_dicts()}


def note(desk: Desk, shown: Iterable[Strip]) -> str:
    """Return how the figures are to be read; and of whom none is given, though asked for."""
    own = desk.group(desk.subject.dimension, desk.subject.group)
    told = {mark.name for strip in shown for mark in strip.marks}
    if not told:
        return ""
    said = [desk.words("strips.note")]
    if len(told) > 1:
        said.append(desk.words("strips.line", whole=desk.book.survey.whole.of(desk.language)))
    if desk.subject.code is not None:
        said.append(desk.words("strips.unseen"))
    if own not in told:
        said.insert(0, desk.words("strips.wider", group=own, reason=_reason(desk)))
    return " ".join(said)


def _reason(desk: Desk) -> str:
    """Return why the peers have no figure of the first theme."""
    asked = (desk.book.by_id[theme.headline] for theme in desk.book.themes)
    first = next(indicator for indicator in asked if indicator.asked_in(desk.edition))
    row = desk.figures.exact(first, (desk.subject.dimension, desk.subject.group))
    return desk.value(first, row) if row else desk.words("state.no_data")


def _strip(
    desk: Desk, theme: Theme, indicator: Indicator, places: list[Place], change: Row | None
) -> Strip:
    """Return one theme."""
    own = (desk.subject.dimension, desk.subject.group)
    marks = [_mark(desk, indicator, place, is_own=n == 0) for n, place in enumerate(places)]
    row = desk.figures.exact(indicator, own)
    said = [desk.words("strips.count", count=counted(desk.words, row))] if row else []
    if change is not None and own in places:
        said.append(desk.words(f"change.{change['outcome']}", year=change["other_edition"]))
    return Strip(
        theme=theme.title.of(desk.language),
        label=_counted(desk, indicator),
        marks=tuple(marks),
        note=" · ".join(said) if own in places else "",
    )


def _counted(desk: Desk, indicator: Indicator) -> str:
    """Return what is said of a municipality that counts, or what is measured."""
    if indicator.statement is None or not indicator.is_share:
        return indicator.label.of(desk.language)
    option = indicator.option(indicator.headline)
    item = option.label.of(desk.language) if option else ""
    statement = indicator.statement.of(desk.language, many=False)
    return desk.words("strips.one", statement=statement.format(item=f"‘{item}’"))


def _places(desk: Desk, indicators: list[Indicator]) -> list[Place]:
    """Return the groups that stand beside each other: the peers, a region, and everyone.

    One that no theme has a figure of makes way for the wider ones that speak in its place.
    """
    subject = desk.subject
    wanted = [(subject.dimension, subject.group), _region(desk, indicators), (WHOLE, WHOLE)]
    found: dict[Place, None] = {}
    for place in wanted:
        rows = [desk.figures.figure(i, place) for i in indicators] if place else []
        speak = [(row["dimension"], row["group_code"]) for row in rows if row is not None]
        found |= dict.fromkeys([place] if place in speak else speak[:1])
    return list(found)


def _region(desk: Desk, indicators: list[Indicator]) -> Place | None:
    """Return the municipality's region: with most figures to show, and of those the finest."""
    groups = dict(desk.subject.groups)
    few = [
        level
        for level in desk.book.of_kind("region")
        if level.id in groups and len(level.groups) <= _FEW_REGIONS
    ]

    def told(place: Place) -> int:
        rows = (desk.figures.exact(indicator, place) for indicator in indicators)
        return sum(row is not None and is_drawn(row) for row in rows)

    places = [((level.id, groups[level.id]), len(level.groups)) for level in few]
    return max(places, key=lambda one: (told(one[0]), one[1]), default=(None, 0))[0]


def _mark(desk: Desk, indicator: Indicator, place: Place, *, is_own: bool) -> Mark:
    """Return the figure of one group, or why there is none."""
    row = desk.figures.exact(indicator, place)
    low, high = (0.0, 100.0) if indicator.is_share else indicator.valid or (0.0, 1.0)

    def along(end: str) -> float | None:
        if row is None or row[end] is None or not is_drawn(row):
            return None
        return float(min(max((row[end] - low) / (high - low), 0.0), 1.0))

    return Mark(
        name=desk.group(*place),
        value=desk.value(indicator, row) if row else desk.words("state.no_data"),
        middle=along("estimate"),
        low=along("low"),
        high=along("high"),
        is_open=row is not None and row["grade"] == Grade.CAUTION,
        is_own=is_own,
    )
