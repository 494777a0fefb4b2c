"""The themes of a sheet: the peers, the region and the whole country on one axis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.survey.groups import WHOLE
from queries.ask.questions import Comparison, differences
from queries.sheets.desk import measure
from queries.sheets.model import Mark, Strip
from queries.vocabulary import Grade, Status
from queries.words.figures import counted

if TYPE_CHECKING:
    from data.survey.design import Theme
    from data.survey.indicators import Indicator
    from queries.sheets.desk import Desk, Row

_EDITION = "edition"
# Provinces, rather than the many small regions in which nothing can be published.
_FEW_REGIONS = 20


def strips(desk: Desk) -> list[Strip]:
    """Return a strip for each theme that was asked about in the edition."""
    headlines = [(theme, desk.book.by_id[theme.headline]) for theme in desk.book.themes]
    asked = [(theme, one) for theme, one in headlines if one.asked_in(desk.edition)]
    changes = _changes(desk, [indicator for _, indicator in asked])
    return [_strip(desk, theme, one, changes.get(one.id)) for theme, one in asked]


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


def _strip(desk: Desk, theme: Theme, indicator: Indicator, change: Row | None) -> Strip:
    """Return one theme."""
    outcome = f"change.{change['outcome']}" if change else "change.not_compared"
    rows = enumerate(_rows(desk, indicator))
    return Strip(
        theme=theme.title.of(desk.language),
        label=_counted(desk, indicator),
        marks=tuple(_mark(desk, indicator, row, is_own=n == 0) for n, row in rows),
        change=desk.words(
            outcome,
            group=desk.group(desk.subject.dimension, desk.subject.group),
            year=change["other_edition"] if change else "",
        ),
    )


def _counted(desk: Desk, indicator: Indicator) -> str:
    """Return what is counted, in a few words."""
    if indicator.statement is None or not indicator.is_share:
        return indicator.label.of(desk.language)
    statement = indicator.statement.of(desk.language, many=desk.words.percentage_is_many)
    option = indicator.option(indicator.headline)
    item = option.label.of(desk.language) if option else ""
    return desk.words("strips.share", statement=statement.format(item=f"‘{item}’"))


def _rows(desk: Desk, indicator: Indicator) -> list[Row]:
    """Return the figures of the peers, of the municipality's region, and of everyone."""
    subject = desk.subject
    wanted = [(subject.dimension, subject.group), _region(desk), (WHOLE, WHOLE)]
    rows = [desk.figures.figure(indicator, group) for group in wanted if group]
    # A region that is withheld steps up to a wider one, which may stand there already.
    return list({(r["dimension"], r["group_code"]): r for r in rows if r is not None}.values())


def _region(desk: Desk) -> tuple[str, str] | None:
    """Return the municipality's region, of the finest level that has no more than a score."""
    groups = dict(desk.subject.groups)
    few = [
        level
        for level in desk.book.of_kind("region")
        if level.id in groups and len(level.groups) <= _FEW_REGIONS
    ]
    if not few:
        return None
    finest = max(few, key=lambda level: len(level.groups))
    return finest.id, groups[finest.id]


def _mark(desk: Desk, indicator: Indicator, row: Row, *, is_own: bool) -> Mark:
    """Return one figure as a row of a strip."""
    is_drawn = row["status"] == Status.SHOWN and row["grade"] != Grade.UNCERTAIN
    low, high = (0.0, 100.0) if indicator.is_share else indicator.valid or (0.0, 1.0)

    def along(amount: float | None) -> float | None:
        if amount is None or not is_drawn:
            return None
        return min(max((amount - low) / (high - low), 0.0), 1.0)

    return Mark(
        name=desk.group(row["dimension"], row["group_code"]),
        value=desk.value(indicator, row),
        count=counted(desk.words, row),
        middle=along(row["estimate"]),
        low=along(row["low"]),
        high=along(row["high"]),
        is_open=row["grade"] == Grade.CAUTION,
        is_own=is_own,
    )
