"""Scenes: what a release says about the answers of some respondents, as statements."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from data.survey.groups import WHOLE
from queries.attack.statements import Statements

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    from numpy.typing import NDArray

    from queries.attack.near_amounts import Near, Ranked
    from queries.attack.published import Told
    from queries.attack.statements import Floats, Integers

    Group = tuple[str, str]
    Row = Mapping[str, Any]
    Bounds = tuple[float, float]
    History = tuple[float | None, ...]


# A share that nobody gave is not impossible to who guesses.
LEAST = 0.005


NUDGE = 1e-9


@dataclass(frozen=True)
class Scene:
    """What is attacked: statements, with the truth and what it is about.

    Attributes:
        edition: year.
        indicator: the question; empty where it is about taking part.
        item: an option of a multiple choice, else empty.
        respondents: municipality of each respondent of the statements; one whose answer changed
            between two releases is there twice.
        statements: everything that is published of it.
        states: the truth.
    """

    edition: int
    indicator: str
    item: str
    respondents: list[str]
    statements: Statements
    states: Integers


@dataclass(frozen=True)
class StatusScene(Scene):
    """The same for who answered; ``silent``: facts x K, what is asked: not knowing, or skipping."""

    silent: NDArray[np.bool_]


@dataclass(frozen=True)
class AmountScene(Scene):
    """The same for amounts, which the states are places in a grid of."""

    amounts: Floats
    grid: Floats
    ranked: list[Ranked]
    near: Near

    @property
    def within(self) -> NDArray[np.bool_]:
        """Which amounts of the grid are near the true one of each respondent."""
        reach = np.abs(self.amounts) * self.near.percent / 100
        found: NDArray[np.bool_] = np.abs(self.grid - self.amounts[:, None]) <= reach[:, None]
        return found


class Unknowns:
    """Respondents with what they really are, over several releases: the same twice is one."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self._place: dict[tuple[str, float], int] = {}

    def places(self, truth: Mapping[str, float]) -> dict[str, int]:
        """Return the place of each municipality that is what ``truth`` says."""
        return {
            code: self._place.setdefault((code, float(state)), len(self._place))
            for code, state in truth.items()
        }

    @property
    def codes(self) -> list[str]:
        """The municipality of each."""
        return [code for code, _ in self._place]

    @property
    def truth(self) -> Floats:
        """What each of them really is."""
        return np.array([state for _, state in self._place], dtype=np.float64)


@dataclass(frozen=True)
class Line:
    """One statement, before it is known how many respondents there are."""

    places: list[int]
    parts: Floats
    feature: Floats
    noise: float
    bounds: Bounds
    draw: Hashable


def as_statements(lines: Sequence[Line], cut: float, prior: Floats) -> Statements:
    """Return lines as statements."""
    draws: dict[Hashable, int] = {}
    parts = np.zeros((len(lines), len(prior)))
    for number, line in enumerate(lines):
        parts[number, line.places] = line.parts
    bounds = np.array([line.bounds for line in lines]).reshape(-1, 2)
    return Statements(
        parts,
        np.array([line.feature for line in lines]).reshape(-1, prior.shape[1]),
        np.array([line.noise for line in lines], dtype=np.float64),
        bounds[:, 0],
        bounds[:, 1],
        np.array([draws.setdefault(line.draw, len(draws)) for line in lines], dtype=np.int64),
        cut,
        prior,
    )


def open_ended(low: float, high: float) -> Bounds:
    """Return bounds of a share without those at 0 and 1, which noise was cut off at."""
    return (low if low > NUDGE else -math.inf), (high if high < 1 - NUDGE else math.inf)


def prior_of(
    told: Told, edition: int, codes: Sequence[str], shares: Mapping[Group, Floats]
) -> Floats:
    """Return how likely each state is: odds of class and region, each against the country's."""
    country = _likely(shares[WHOLE, WHOLE])
    odds = {code: country.copy() for code in codes}
    for (dimension, group), share in shares.items():
        if dimension not in told.codebook.survey.strata:
            continue
        for code in told.groups[edition].get((dimension, group), []):
            if code in odds:
                odds[code] *= _likely(share) / country
    whole = np.array([odds[code] for code in codes])
    prior: Floats = whole / whole.sum(axis=1, keepdims=True)
    return prior


def _likely(shares: Floats) -> Floats:
    """Return shares of which none is nothing."""
    raised: Floats = np.maximum(shares, LEAST)
    likely: Floats = raised / raised.sum()
    return likely
