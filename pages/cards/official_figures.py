"""Official figures: which one is looked at, its values, and how a strip shows them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import polars as pl

from data.survey.groups import WHOLE, parts_of
from pages.cards.card import Row, axis_of
from pages.charts.strips import DOT_STEP, SWARM_ROOM
from pages.state.parameters import MUNICIPALITY
from queries.vocabulary import Status

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from data.survey.design import Dimension
    from data.survey.indicators import Indicator
    from pages.charts.spec import Axis
    from pages.state.view import View


def official_indicator(view: View, theme: str) -> Indicator | None:
    """Return the official figure looked at: the chosen one, else the first of the theme."""
    offered = view.book.of_theme(theme, "official")
    chosen = view.selection.official.indicator
    return next((i for i in offered if i.id == chosen), offered[0] if offered else None)


def official_basis(view: View, indicator: Indicator) -> str:
    """Return budget or accounts: the chosen one if the figure has it, else its first."""
    known = [basis for basis in indicator.bases if view.facts.years_of(indicator.id).get(basis)]
    chosen = view.selection.official.basis
    return chosen if chosen in known else known[0] if known else indicator.bases[0]


def official_year(view: View, indicator: Indicator, basis: str) -> int | None:
    """Return the year: the chosen one, else that of the edition, else the latest there is."""
    years = view.facts.years_of(indicator.id).get(basis, [])
    for wanted in (view.selection.official.year, view.selection.edition):
        if wanted in years:
            return wanted
    return years[-1] if years else None


def official_when(view: View, indicator: Indicator) -> tuple[str, int] | None:
    """Return basis and year of the figure that is looked at; None where there is none."""
    basis = official_basis(view, indicator)
    year = official_year(view, indicator, basis)
    return None if year is None else (basis, year)


def municipal_values(
    view: View, indicator: Indicator, basis: str, year: int, by: Dimension
) -> pl.DataFrame:
    """Return the official figure of each municipality, with the groups it is in.

    One row per municipality: ``municipality_code``, ``name``, ``class_code``, ``region_code``,
    ``status``, ``amount`` (null where nothing was filed) and ``group_code`` in ``by``.
    """
    classes, level = view.classes, view.level
    selection = view.selection
    is_by_size = by.kind != "class" or by == classes
    frame = view.query(
        "official_values",
        indicator=indicator.id,
        basis=basis,
        edition=year,
        class_dimension=by.id if by.kind == "class" else classes.id if classes else WHOLE,
        region_dimension=level.id if level else WHOLE,
        classes=(selection.size_class,) if selection.size_class and is_by_size else None,
        regions=(selection.region,) if selection.region else None,
    )
    return frame.with_columns(
        group_code=pl.col("class_code" if by.kind == "class" else "region_code")
    )


def keys_of(indicator: Indicator, when: tuple[str, int]) -> dict[str, Any]:
    """Return what is the same in all official figures of an indicator, basis and year."""
    basis, year = when
    same = {"kind": "official", "edition": year, "basis": basis}
    return same | {"indicator": indicator.id, "item": ""}


def municipal_figures(
    indicator: Indicator, when: tuple[str, int], values: pl.DataFrame
) -> pl.DataFrame:
    """Return rows as of ``municipal_values`` in the one shape of figures, each a group of one."""
    is_there = pl.col("amount").is_not_null()
    return values.select(
        **{name: pl.lit(value) for name, value in keys_of(indicator, when).items()},
        statistic=pl.lit("value"),
        weighting=pl.lit(""),
        dimension=pl.lit("municipality"),
        group_code="municipality_code",
        group_label="name",
        population_count=pl.lit(1),
        respondent_count=is_there.cast(pl.Int64),
        answer_count=is_there.cast(pl.Int64),
        estimate="amount",
        status=pl.when(is_there)
        .then(pl.lit(Status.SHOWN))
        .otherwise(pl.col("status").fill_null(Status.NO_DATA)),
    )


def everywhere(view: View) -> View:
    """Return the view without a chosen region or size class."""
    return replace(view, selection=replace(view.selection, region=None, size_class=None))


def axis_of_values(view: View, indicator: Indicator, values: pl.DataFrame) -> Axis:
    """Return an axis over nearly all municipalities; the few far out are clipped and counted.

    Of all there are, whatever was chosen: so panels compare, and a chart need not be made anew.
    """
    known = values["amount"].drop_nulls()
    axis = axis_of(view, indicator, ("median", "quartile_low", "quartile_high"))
    if not known.len():
        return axis
    low, high = known.quantile(0.01), known.quantile(0.99)
    lowest = min(axis.low, float(low if low is not None else axis.low))
    highest = max(axis.high, float(high if high is not None else axis.high))
    return replace(axis, low=lowest, high=highest)


STATISTICS = ("median", "quartile_low", "quartile_high", "pooled")


def position(
    view: View,
    indicator: Indicator,
    when: tuple[str, int],
    groups: Mapping[str, str],
    municipality: str | None = None,
    among: tuple[str, ...] | None = None,
) -> Row | None:
    """Return the statistics of municipalities in some groups at once, and the figure of one.

    Args:
        view: release and words.
        indicator: an official figure.
        when: its basis and year.
        groups: those that the municipalities are in, by dimension.
        municipality: whose own figure stands in ``amount``.
        among: the codes of those that count; all in the groups where none are given.
    """
    basis, year = when
    found = view.query(
        "official_position",
        indicators=(indicator.id,),
        edition=year,
        municipality=municipality,
        groups=tuple(f"{dimension}={code}" for dimension, code in groups.items()),
        municipalities=among,
    )
    return next(iter(found.filter(pl.col("basis") == basis).to_dicts()), None)


def statistics_of(
    indicator: Indicator, when: tuple[str, int], group: tuple[str, str], row: Row
) -> pl.DataFrame:
    """Return the statistics of a group in the one shape of figures."""
    count = len(STATISTICS)
    return pl.DataFrame(
        keys_of(indicator, when)
        | {
            "statistic": [*STATISTICS],
            "weighting": "municipality",
            "dimension": group[0],
            "group_code": group[1],
            "group_rank": 0,
            "population_count": row["population_count"],
            "respondent_count": row["answer_count"],
            "answer_count": row["answer_count"],
            "estimate": pl.Series([row[name] for name in STATISTICS], dtype=pl.Float64),
            "low": pl.Series([None] * count, dtype=pl.Float64),
            "high": pl.Series([None] * count, dtype=pl.Float64),
            "grade": "",
            "status": [
                Status.NO_DATA if row[name] is None else Status.SHOWN for name in STATISTICS
            ],
        }
    )


@dataclass(frozen=True)
class Strip:
    """A row of a strip chart: its name, the statistics of its group, and who is in it."""

    name: str
    statistics: dict[str, Row]
    municipalities: pl.DataFrame


def municipality_choice(view: View, code: str) -> str:
    """Return what a click on a municipality changes in the address: it is chosen, or no longer."""
    chosen = code == view.selection.official.municipality
    return f"?{MUNICIPALITY}={'' if chosen else code}"


_STRIP: dict[str, pl.DataType] = {
    "key": pl.String(),
    "name": pl.String(),
    "said": pl.String(),
    "amount": pl.Float64(),
    "offset": pl.Float64(),
    "value": pl.String(),
    "chosen": pl.Boolean(),
    "quartile_low": pl.Float64(),
    "median": pl.Float64(),
    "quartile_high": pl.Float64(),
    "state": pl.String(),
    "choice": pl.String(),
    "signal": pl.String(),
    "start": pl.Float64(),
    "end": pl.Float64(),
}
# A swarm is so many dots wide; dots that would touch lie above and below each other.
_COLUMNS = 120
# Names nearer to that of the chosen municipality, as a part of the axis, would run through it.
_APART = 0.2


def strips_of(
    view: View, figures: pl.DataFrame, inside: Callable[[str, str], pl.DataFrame], by: str = ""
) -> list[Strip]:
    """Return a strip for each group that ``figures`` are of, in their order.

    Args:
        view: release and words.
        figures: statistics of the groups, in the one shape.
        inside: the municipalities of a group, by its dimension and code.
        by: the dimension that groups are called after; where they are not in it, after all theirs.
    """
    found = []
    for (dimension, code), rows in figures.group_by("dimension", "group_code", maintain_order=True):
        part = parts_of(str(dimension), str(code)).get(by)
        name = view.group(*((by, part) if part else (str(dimension), str(code))), short=True)
        by_name = {row["statistic"]: row for row in rows.to_dicts()}
        found.append(Strip(name, by_name, inside(str(dimension), str(code))))
    return found


def strip_rows(
    view: View, indicator: Indicator, strips: Sequence[Strip], axis: Axis
) -> pl.DataFrame:
    """Return what a strip chart draws: a row per group, and one per municipality in it.

    And a row per signal value of the indicator. What falls outside ``axis`` is drawn at its end.
    """
    drawn: list[Row] = []
    for place, strip in enumerate(strips):
        key = _strip_key(view, strip, place)
        drawn.append(_summary_row(view, indicator, key, strip.statistics))
        drawn += _swarm(view, indicator, key, strip.municipalities.drop_nulls("amount"), axis)
    drawn += [
        {
            "signal": s.level,
            "start": max(s.low, axis.low - 1e6),
            "end": min(s.high, axis.high + 1e6),
        }
        for s in indicator.signals
    ]
    return pl.DataFrame(drawn, schema=_STRIP, orient="row").with_row_index("rank")


def _swarm(
    view: View, indicator: Indicator, key: str, municipalities: pl.DataFrame, axis: Axis
) -> list[Row]:
    """Return the municipalities of a row, those with like values above and below each other."""
    rows = municipalities.sort("amount", "name").to_dicts()
    own = view.selection.official.municipality
    chosen = next((r["amount"] for r in rows if r["municipality_code"] == own), None)
    ends = {
        rank
        for rank in ({0, len(rows) - 1} if len(rows) > 1 else set())
        if chosen is None or abs(rows[rank]["amount"] - chosen) > _APART * (axis.high - axis.low)
    }
    stacked: dict[int, list[Row]] = {}
    for rank, row in enumerate(rows):
        at = min(max(row["amount"], axis.low), axis.high)
        column = round((at - axis.low) / (axis.high - axis.low) * _COLUMNS)
        drawn = _municipal_row(view, indicator, key, row) | {"amount": at}
        if rank in ends or drawn["chosen"]:
            drawn["name"] = f"{row['name']} {view.value(row['amount'], indicator)}"
        stacked.setdefault(column, []).append(drawn)
    highest = max((len(column) for column in stacked.values()), default=1)
    step = min(DOT_STEP, 2 * SWARM_ROOM / highest)
    for column in stacked.values():
        for place, drawn in enumerate(column):
            # 0, then one above, one below, and so on
            drawn["offset"] = step * ((place + 1) // 2) * (-1 if place % 2 else 1)
    return [drawn for column in stacked.values() for drawn in column]


def _strip_key(view: View, strip: Strip, place: int) -> str:
    """Return the name of a strip with how many municipalities filed a figure."""
    row = strip.statistics["median"]
    count = view.words(
        "count.of",
        answers=view.number(row["answer_count"]),
        population=view.number(row["population_count"]),
    )
    return f"{place}|{strip.name}\n{count}"


def _summary_row(view: View, indicator: Indicator, key: str, by_name: dict[str, Row]) -> Row:
    """Return the middle half and the median of a group."""
    median = by_name["median"]["estimate"]
    return {
        "key": key,
        "value": "" if median is None else view.value(median, indicator),
        "chosen": False,
        "quartile_low": by_name["quartile_low"]["estimate"],
        "median": median,
        "quartile_high": by_name["quartile_high"]["estimate"],
        "state": view.words("state.no_data") if median is None else "",
        "choice": "",
    }


def _municipal_row(view: View, indicator: Indicator, key: str, row: Row) -> Row:
    """Return one municipality in a strip."""
    return {
        "key": key,
        "said": f"{row['name']}: {view.value(row['amount'], indicator)}",
        "amount": row["amount"],
        "value": "",
        "chosen": row["municipality_code"] == view.selection.official.municipality,
        "state": "",
        "choice": municipality_choice(view, row["municipality_code"]),
    }


def official_source(view: View, indicator: Indicator, year: int, basis: str) -> str:
    """Return source, year, basis and version of an official figure."""
    words = view.words
    parts = [
        words("source.from", source=view.source(indicator)),
        words(f"basis.{basis}"),
        str(year),
        words("source.version", version=view.facts.version),
    ]
    return " · ".join(parts)
