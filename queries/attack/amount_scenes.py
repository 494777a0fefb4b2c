"""What a release says about amounts: means, quartiles and medians."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from data.survey.groups import WHOLE
from queries.attack.near_amounts import Near, Ranked
from queries.attack.scenes import NUDGE, AmountScene, Line, Unknowns, as_statements, prior_of
from queries.vocabulary import Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from data.survey.indicators import Indicator
    from queries.attack.published import Asked, Rules
    from queries.attack.statements import Floats

    Group = tuple[str, str]
    Row = Mapping[str, Any]
    Bounds = tuple[float, float]
    History = tuple[float | None, ...]


_POSITIONS = {"quartile_low": 0.25, "median": 0.5, "quartile_high": 0.75}


# Amounts that nobody gave, between the smallest and the largest that somebody did.
_BETWEEN = 25


def amount_scene(asked: Sequence[Asked]) -> AmountScene:
    """Return what is told of amounts: means, and quantiles.

    The grid holds every amount that was answered, and some between and beyond those.
    """
    unknowns, first = Unknowns(), asked[0]
    told = [(one, unknowns.places(one.given(""))) for one in asked]
    amounts = unknowns.truth
    grid = np.unique(np.concatenate([amounts, np.linspace(amounts.min(), amounts.max(), _BETWEEN)]))
    lines = [line for one, places in told for line in _mean_lines(one, places, grid)]
    ranked = [group for one, places in told for group in _ranked(one, places)]
    shares = {group: _spread_over(grid, rows) for group, rows in _quartiles(first).items()}
    shares.setdefault((WHOLE, WHOLE), np.full(len(grid), 1 / len(grid)))
    rules = first.told.rules
    prior = prior_of(first.told, first.edition, unknowns.codes, shares)
    return AmountScene(
        first.edition,
        first.indicator.id,
        "",
        unknowns.codes,
        as_statements(lines, rules.cut, prior),
        np.searchsorted(grid, amounts).astype(np.int64),
        amounts,
        grid,
        ranked,
        Near(rules.percent, _valid(first.indicator, amounts)),
    )


def _valid(indicator: Indicator, amounts: Floats) -> Bounds:
    """Return between what amounts can lie: what the codebook says, or what was answered."""
    if indicator.valid is not None:
        return indicator.valid[0], indicator.valid[1]
    return float(amounts.min()), float(amounts.max())


def _mean_lines(asked: Asked, places: Mapping[str, int], grid: Floats) -> Iterator[Line]:
    """Yield what one release says of the means and totals of groups.

    Noise grows with the largest deviation from the median, which is taken from the true answers:
    whoever attacks knows it at best.
    """
    groups, given, rules = asked.told.groups[asked.edition], asked.given(""), asked.told.rules
    for group, weighting, rows in asked.by_group():
        codes = [code for code in groups.get(group, []) if code in places]
        told = [row for row in rows if row["statistic"] in {"mean", "total"}]
        if not codes:
            continue
        parts = asked.parts(codes, weighting)
        own = np.array([given[code] for code in codes])
        noise = rules.amount_sd * laddered(_largest_deviation(own, parts))
        draw = weighting, asked.contents(codes)
        for row in told:
            if row["status"] == Status.SHOWN:
                here = [places[code] for code in codes]
                yield Line(here, parts, grid, noise, _mean_bounds(row, told, rules), draw)


def _largest_deviation(amounts: Floats, parts: Floats) -> float:
    """Return the most that one answer moves a mean away from the weighted median."""
    order = np.argsort(amounts, kind="stable")
    reached = np.cumsum(parts[order]) >= parts.sum() / 2 - NUDGE
    median = amounts[order][int(np.argmax(reached))]
    return float((parts * np.abs(amounts - median)).max())


def laddered(length: float) -> float:
    """Return a length rounded up to 1, 2 or 5 times a power of ten, as that of noise is told."""
    if length <= 0:
        return 0.0
    unit = 10.0 ** math.floor(math.log10(length) + NUDGE)
    return next(rung * unit for rung in (1, 2, 5, 10) if length <= rung * unit * (1 + NUDGE))


def _mean_bounds(row: Row, told: Sequence[Row], rules: Rules) -> Bounds:
    """Return between what a mean with its noise lay; a total is a mean times all municipalities.

    Where the mean is told as well, the total was made of it as it was rounded.
    """
    times = row["population_count"] if row["statistic"] == "total" else 1
    half = rules.amount_half(row["estimate"]) / times
    mean = row["estimate"] / times
    if row["statistic"] == "total" and len(told) > 1:
        half += rules.amount_half(mean)
    return mean - half * (1 + NUDGE), mean + half * (1 + NUDGE)


def _ranked(asked: Asked, places: Mapping[str, int]) -> Iterator[Ranked]:
    """Yield the quantiles that one release tells, of groups of the same respondents once.

    Noise grows with the most that one answer moves a quantile, which is taken from the true
    answers, as for means.
    """
    groups, given, rules = asked.told.groups[asked.edition], asked.given(""), asked.told.rules
    seen: set[frozenset[str]] = set()
    for group, weighting, rows in asked.by_group():
        shown = [
            row for row in rows if row["statistic"] in _POSITIONS and row["status"] == Status.SHOWN
        ]
        codes = [code for code in groups.get(group, []) if code in places]
        if not shown or frozenset(codes) in seen:
            continue
        seen.add(frozenset(codes))
        parts = asked.parts(codes, weighting)
        own = np.array([given[code] for code in codes])
        position = np.array([_POSITIONS[row["statistic"]] for row in shown])
        moved = [laddered(_most_moved(own, parts, place)) for place in position.tolist()]
        halves = np.array([rules.amount_half(row["estimate"]) for row in shown])
        yield Ranked(
            np.array([places[code] for code in codes], dtype=np.int64),
            parts,
            position,
            np.array([row["estimate"] for row in shown], dtype=np.float64),
            halves * (1 + NUDGE) + rules.cut * rules.sd * np.array(moved),
        )


def _most_moved(amounts: Floats, parts: Floats, position: float) -> float:
    """Return the most that one answer moves the mean of five round a position."""
    order = np.lexsort((parts, amounts))
    rank = int(np.searchsorted(np.cumsum(parts[order]), position - NUDGE))
    middle = min(max(rank, 3), len(amounts) - 4)
    return float(amounts[order][middle + 3] - amounts[order][middle - 3]) / 5


def _quartiles(asked: Asked) -> dict[Group, list[float]]:
    """Return lower quartile, median and upper quartile of the groups that tell all three."""
    found: dict[Group, list[float]] = {}
    for group, weighting, rows in asked.by_group():
        told = {row["statistic"]: row["estimate"] for row in rows if row["status"] == Status.SHOWN}
        if weighting == "municipality" and all(name in told for name in _POSITIONS):
            found[group] = sorted(told[name] for name in _POSITIONS)
    return found


def _spread_over(grid: Floats, quartiles: Sequence[float]) -> Floats:
    """Return a quarter of all spread over each part of a grid that quartiles make."""
    quarter = np.searchsorted(np.array(quartiles), grid)
    sizes = np.bincount(quarter, minlength=len(quartiles) + 1)
    shares: Floats = 1 / sizes[quarter]
    spread: Floats = shares / shares.sum()
    return spread
