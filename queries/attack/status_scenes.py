"""What a release says about who took part, and who answered, did not know or skipped."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from functools import partial
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from data.survey.groups import WHOLE
from data.survey.policy import OUTSIDE
from queries.attack.published import ANSWERED, DONT_KNOW, SKIPPED, Asked, Rules, Told
from queries.attack.scenes import Line, Scene, StatusScene, as_statements, open_ended

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from queries.attack.statements import Floats, Integers

    Group = tuple[str, str]
    Row = Mapping[str, Any]
    Bounds = tuple[float, float]
    History = tuple[float | None, ...]


# The number of answers of a question is ten at least, as it is published.
_FEWEST_ANSWERS = 10


@dataclass(frozen=True)
class _Histories:
    """What each municipality was in each of some releases: nobody is told who changed.

    ``truth`` is that of each of ``codes``, with None where it could not be anything; ``known``
    everything that is thought possible.
    """

    codes: list[str]
    truth: list[History]
    known: list[History]

    @property
    def states(self) -> Integers:
        """The truth, as places in what is possible."""
        return np.array([self.known.index(history) for history in self.truth], dtype=np.int64)

    def feature(self, number: int, state: float) -> Floats:
        """Return in which histories the state in one release is this one."""
        return np.array([history[number] == state for history in self.known], dtype=np.float64)


def _histories(
    states: Sequence[Mapping[str, float]], possible: Iterable[float], final: float
) -> _Histories:
    """Return what municipalities were, and what is thought possible.

    That is what any of them was, and the same state in all releases or ``final`` since one.

    Args:
        states: what municipalities were in each release, the newest first.
        possible: every state there is.
        final: what everybody may have become.
    """
    codes = sorted({code for one in states for code in one})
    truth = [tuple(one.get(code) for one in states) for code in codes]
    known = set(truth)
    for history, before, since in product(set(truth), possible, range(len(states) + 1)):
        known.add(
            tuple(
                None if own is None else final if number < since else before
                for number, own in enumerate(history)
            )
        )
    return _Histories(codes, truth, sorted(known, key=repr))


def status_scene(told: Sequence[Told], edition: int, indicator: str) -> StatusScene:
    """Return what is told to who knows who took part: did they answer, not know, or skip?

    Not what follows from a group having no figure: that fewer answered than the policy asks for.
    """
    asked = [one.asked(edition, indicator) for one in told]
    statuses = [_statuses(one) for one in asked]
    histories = _histories(statuses, (ANSWERED, DONT_KNOW, SKIPPED), ANSWERED)
    places = {code: place for place, code in enumerate(histories.codes)}
    lines: list[Line] = []
    for number, one in enumerate(asked):
        lines += _status_lines(one, statuses[number], places, partial(histories.feature, number))
    silent = [
        histories.feature(number, state)
        for number in range(len(asked))
        for state in (DONT_KNOW, SKIPPED)
    ]
    return StatusScene(
        edition,
        indicator,
        "",
        histories.codes,
        as_statements(lines, asked[0].told.rules.cut, _status_prior(histories)),
        histories.states,
        np.array(silent) > 0,
    )


def _status_prior(histories: _Histories) -> Floats:
    """Return how likely histories are to who knows how many have which, and who took part when."""
    absent = [tuple(state is None for state in history) for history in histories.known]
    times = Counter(histories.truth)
    likely = np.array([times[history] + 0.5 for history in histories.known])
    mine = [absent[place] for place in histories.states]
    possible = np.array([[own == other for other in absent] for own in mine]) * likely
    prior: Floats = possible / possible.sum(axis=1, keepdims=True)
    return prior


def _statuses(asked: Asked) -> dict[str, float]:
    """Return what each participant did with a question."""
    unknowing = asked.answers.filter(pl.col("reason") == "dont_know")["municipality_code"]
    without = set(unknowing.to_list())
    return {
        code: ANSWERED if code in asked.complete else DONT_KNOW if code in without else SKIPPED
        for code in sorted(asked.told.took_part[asked.edition])
    }


def _status_lines(
    asked: Asked,
    states: Mapping[str, float],
    places: Mapping[str, int],
    feature: Callable[[float], Floats],
) -> Iterator[Line]:
    """Yield what one release says of how many answered, did not know or skipped."""
    groups, rules = asked.told.groups[asked.edition], asked.told.rules
    for group, weighting, rows in asked.by_group():
        codes = [code for code in groups.get(group, []) if code in states]
        if not codes or weighting != "municipality":
            continue
        here, parts = [places[code] for code in codes], np.ones(len(codes))
        who = frozenset((code, states[code]) for code in codes)
        for statistic, state, noise, bounds in _status_bounds(rows, len(codes), rules):
            yield Line(here, parts, feature(state), noise, bounds, (statistic, who))


def _status_bounds(
    rows: Sequence[Row], participants: int, rules: Rules
) -> Iterator[tuple[str, int, float, Bounds]]:
    """Yield what is told of counts in one group: name, status, noise, and between what it lies."""
    for name, state in (("dont_know_share", DONT_KNOW), ("skipped_share", SKIPPED)):
        told = next((row for row in rows if row[name] is not None), None)
        if told is not None:
            half = rules.share_step(told["answer_count"] or participants) / 2
            low, high = open_ended(told[name] - half, told[name] + half)
            yield name, state, rules.status_sd, (low * participants, high * participants)
    told = next((row for row in rows if row["answer_count"] is not None), None)
    if told is not None:
        most = told["respondent_count"] or told["population_count"]
        bounds = _count_bounds(told["answer_count"], most, rules)
        yield "answers", ANSWERED, rules.status_sd, bounds


def _count_bounds(count: int, most: int, rules: Rules) -> Bounds:
    """Return between what a number of answers with its noise lay before it was put in steps."""
    step = rules.count_step
    low = -math.inf if count <= _FEWEST_ANSWERS else math.ceil(count / step) * step
    high = math.inf if count >= most else count
    return low - step / 2, high + step / 2


def participation_scene(told: Sequence[Told], edition: int) -> Scene:
    """Return what is told to everybody: which municipalities took part, of all in the register."""
    groups = [one.groups[edition] for one in told]
    taking: list[dict[str, float]] = [
        {code: float(code in one.took_part[edition]) for codes in own.values() for code in codes}
        for one, own in zip(told, groups, strict=True)
    ]
    histories = _histories(taking, (0.0, 1.0), 1.0)
    places = {code: place for place, code in enumerate(histories.codes)}
    lines: list[Line] = []
    for number, one in enumerate(told):
        response = one.response.filter(pl.col("edition") == edition)
        for group, count in _counts(response).items():
            members = groups[number].get(group, [])
            who = frozenset(code for code in members if taking[number][code])
            noise, bounds = _participants_between(group, count, len(members), one.rules)
            here, feature = [places[code] for code in members], histories.feature(number, 1.0)
            lines.append(Line(here, np.ones(len(here)), feature, noise, bounds, who))
    prior = np.full((len(histories.codes), len(histories.known)), 1 / len(histories.known))
    statements = as_statements(lines, told[0].rules.cut, prior)
    return Scene(edition, "", "", histories.codes, statements, histories.states)


def _participants_between(
    group: Group, count: int, population: int, rules: Rules
) -> tuple[float, Bounds]:
    """Return the noise in a number of participants, and between what it then lay."""
    whole = group == (WHOLE, WHOLE)
    noise, step = (0.0, 0) if whole else (rules.status_sd, rules.count_step)
    fewest, most = OUTSIDE, population - OUTSIDE
    # in steps, unless it is the least or the most that is said
    low = math.ceil(count / step) * step - step / 2 if step else count
    high = math.floor(count / step) * step + step / 2 if step else count
    return noise, (
        -math.inf if count <= fewest else low,
        math.inf if count >= most else high,
    )


def _counts(response: pl.DataFrame) -> dict[Group, int]:
    """Return how many took part, for groups that tell it."""
    told = response.drop_nulls("respondent_count").sort("dimension", "group_code")
    columns = ["dimension", "group_code", "respondent_count"]
    return {(dimension, group): count for dimension, group, count in told.select(columns).rows()}
