"""What a release says about answers in shares: levels, thresholds and their sums."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from data.survey.groups import WHOLE
from queries.attack.amount_scenes import amount_scene
from queries.attack.scenes import NUDGE, Line, Scene, Unknowns, as_statements, open_ended, prior_of
from queries.vocabulary import PUBLISHED, Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from data.survey.indicators import Indicator
    from queries.attack.published import Asked, Rules, Told
    from queries.attack.statements import Floats

    Group = tuple[str, str]
    Row = Mapping[str, Any]
    Bounds = tuple[float, float]
    History = tuple[float | None, ...]


def answer_scenes(told: Sequence[Told], edition: int, indicator: str) -> list[Scene]:
    """Return what is told of the answers to a question, by the newest release and earlier ones.

    A scale is one scene with all its thresholds, a multiple choice one for each option that
    somebody answered. Nothing where nobody answered.
    """
    asked = [one.asked(edition, indicator) for one in told]
    if not any(one.complete for one in asked):
        return []
    kind = asked[0].indicator
    if kind.type == "number":
        return [amount_scene(asked)]
    if kind.type == "multi":
        options = [option.code for option in kind.options]
        answered = [code for code in options if any(one.given(code) for one in asked)]
        return [_share_scene(asked, code, code) for code in answered]
    return [_share_scene(asked, "", "yes" if kind.type == "yes_no" else "")]


def _share_scene(asked: Sequence[Asked], choice: str, item: str) -> Scene:
    """Return what is told of one choice; of a scale all thresholds."""
    unknowns, first = Unknowns(), asked[0]
    lines: list[Line] = []
    codes = _levels(first.indicator)
    for one in asked:
        states = {code: codes.index(answer) for code, answer in one.given(choice).items()}
        lines += _share_lines(one, unknowns.places(states), item, len(codes))
    shares = _group_shares(first, item, len(codes))
    prior = prior_of(first.told, first.edition, unknowns.codes, shares)
    return Scene(
        first.edition,
        first.indicator.id,
        choice,
        unknowns.codes,
        as_statements(lines, first.told.rules.cut, prior),
        unknowns.truth.astype(np.int64),
    )


def _levels(indicator: Indicator) -> list[float]:
    """Return the answers to a question that are told apart, the lowest first."""
    if indicator.type == "ordinal":
        return [float(option.code) for option in indicator.options]
    return [0.0, 1.0]


def _share_lines(asked: Asked, places: Mapping[str, int], item: str, kinds: int) -> Iterator[Line]:
    """Yield what one release says of the shares of groups."""
    groups = asked.told.groups[asked.edition]
    for group, weighting, rows in asked.by_group():
        codes = [code for code in groups.get(group, []) if code in places]
        bounds = _thresholds(rows, asked, item)
        if not codes or not bounds:
            continue
        parts = asked.parts(codes, weighting)
        who = asked.contents(codes)
        noise = asked.told.rules.sd * float(parts.max())
        for threshold, between in bounds.items():
            feature = (np.arange(kinds) >= threshold).astype(np.float64)
            draw = threshold, weighting, who
            yield Line([places[code] for code in codes], parts, feature, noise, between, draw)


def _thresholds(rows: Sequence[Row], asked: Asked, item: str) -> dict[int, Bounds]:
    """Return between what the shares of one group lie that are at a level or above it."""
    shares = {
        row["item"]: row
        for row in rows
        if row["statistic"] == "share" and row["status"] in PUBLISHED
    }
    rules = asked.told.rules
    if item:
        return {1: _bounds(shares[item], rules)} if item in shares else {}
    codes = [option.code for option in asked.indicator.options]
    found: dict[int, Bounds] = {}
    if all(code in shares for code in codes):
        found = _cumulative([shares[code] for code in codes], rules)
    if "top" in shares:
        found[codes.index(str(asked.indicator.top_from))] = _bounds(shares["top"], rules)
    return found


def _bounds(row: Row, rules: Rules) -> Bounds:
    """Return between what a share with its noise lay before it was rounded."""
    half = rules.share_step(row["answer_count"]) / 2
    if row["status"] == Status.SHOWN:
        return open_ended(row["estimate"] - half, row["estimate"] + half)
    return open_ended(row["low"] - half, row["high"] + half)


def _cumulative(levels: Sequence[Row], rules: Rules) -> dict[int, Bounds]:
    """Return between what each threshold lay, from the published levels of a scale.

    Levels are differences of rounded thresholds. Beyond a threshold that is near 0 or 1 they are
    bounds, and the level beside them was made with a fixed value instead of that threshold.
    """
    step = rules.share_step(levels[0]["answer_count"])
    shown = [number for number, row in enumerate(levels) if row["status"] == Status.SHOWN]
    if not shown:
        return {}
    first, last = shown[0], shown[-1]
    found: dict[int, Bounds] = {}
    for threshold in range(1, len(levels)):
        if threshold <= first:
            low = 1 - levels[threshold - 1]["high"] - step / 2
            found[threshold] = open_ended(low, 1.0)
        elif threshold > last:
            found[threshold] = open_ended(0.0, levels[threshold]["high"] + step / 2)
        else:
            above = sum(row["estimate"] for row in levels[threshold : last + 1])
            rest = _stand_in(levels[last + 1]["high"], step) if last + 1 < len(levels) else 0.0
            share = round((above + rest) / step) * step
            found[threshold] = open_ended(share - step / 2, share + step / 2)
    return found


def _stand_in(bound: float, step: float) -> float:
    """Return what takes the place of a threshold that is not above a bound."""
    return math.ceil(bound / 2 / step - NUDGE) * step


def _group_shares(asked: Asked, item: str, kinds: int) -> dict[Group, Floats]:
    """Return the published shares of all states, for groups that tell them, per municipality.

    Of the country always: all states alike where it does not tell them.
    """
    found: dict[Group, Floats] = {}
    for group, weighting, rows in asked.by_group():
        bounds = _thresholds(rows, asked, item)
        if weighting != "municipality" or len(bounds) < kinds - 1:
            continue
        middles = [np.clip(bounds[t], 0, 1).mean() for t in range(1, kinds)]
        at_least = np.concatenate([[1.0], np.minimum.accumulate(middles), [0.0]])
        found[group] = -np.diff(at_least)
    found.setdefault((WHOLE, WHOLE), np.full(kinds, 1 / kinds))
    return found
