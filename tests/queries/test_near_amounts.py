"""The attack on amounts: who is known nearly, and who is not."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from queries.attack.near_amounts import Near, Ranked, attack_amounts
from queries.attack.statements import Statements
from queries.errors import QueryError

NEAR = Near(15, (0, 1000))


def means(
    groups: Sequence[Sequence[int]], amounts: Sequence[float], noise: float = 0, half: float = 0.05
) -> Statements:
    """Return statements of the mean of each group, with noise of its own."""
    parts = np.zeros((len(groups), len(amounts)))
    for number, group in enumerate(groups):
        parts[number, list(group)] = 1 / len(group)
    middle = parts @ np.array(amounts)
    return Statements(
        parts=parts,
        features=np.ones((len(groups), 1)),
        noise=np.full(len(groups), float(noise)),
        low=middle - half,
        high=middle + half,
        draw=np.arange(len(groups)),
        cut=3.5,
        prior=np.ones((len(amounts), 1)),
    )


def ranked(
    members: Sequence[int],
    published: float,
    weights: Sequence[float] | None = None,
    reach: float = 0.05,
) -> Ranked:
    """Return a published median, and how far what it was made of may lie from it."""
    parts = np.ones(len(members)) if weights is None else np.array(weights, dtype=float)
    return Ranked(
        members=np.array(members),
        parts=parts / parts.sum(),
        position=np.array([0.5]),
        published=np.array([published]),
        reach=np.array([reach]),
    )


def known(told: Statements, quantiles: Sequence[Ranked], amounts: Sequence[float]) -> list[int]:
    verdict = attack_amounts(told, quantiles, np.array(amounts), NEAR)
    return np.flatnonzero(verdict.determined()[:, 0]).tolist()


AMOUNTS = [10.0, 20, 30, 40, 50, 60, 70]


def test_a_mean_of_all_and_of_all_but_one_tells_that_one() -> None:
    told = means([range(7), range(6)], AMOUNTS)
    assert 6 in known(told, [], AMOUNTS)


def test_noise_of_half_the_largest_deviation_leaves_it_open() -> None:
    told = means([range(7), range(6)], AMOUNTS, noise=0.5 * 30 / 7)
    assert known(told, [], AMOUNTS) == []


def test_the_only_one_whose_amount_differs_is_told_by_a_mean_without_noise() -> None:
    told = means([[0]], AMOUNTS)
    assert known(told, [], AMOUNTS) == [0]


def test_who_can_have_each_others_amount_is_open_though_the_median_is_told() -> None:
    # the mean of the five in the middle
    assert known(means([range(7)], AMOUNTS), [ranked(range(7), 40.0)], AMOUNTS) == []


def test_of_equal_amounts_the_lowest_may_be_another() -> None:
    # the five round the middle are never the lowest or the highest, so that each may be that
    equal = [41.0] * 7
    assert known(means([range(7)], equal, noise=20), [ranked(range(7), 41.0)], equal) == []


def test_noise_of_a_quantile_makes_room_for_another_amount() -> None:
    # one who weighs thrice cannot change places, unless the five round the middle may be others
    amounts, weights = [10.0, 20, 30, 40, 50, 60, 70, 80, 90], [1, 1, 1, 1, 3, 1, 1, 1, 1]
    told = means([range(9)], amounts, noise=20)
    assert known(told, [], amounts) == []
    assert known(told, [ranked(range(9), 50.0, weights)], amounts) == [4]
    assert known(told, [ranked(range(9), 50.0, weights, reach=4)], amounts) == []


def test_no_amount_is_looked_for_that_cannot_be() -> None:
    told, sure = means([[0]], [50.0], noise=2), np.array([50.0])
    assert attack_amounts(told, [], sure, Near(15, (0, 100))).fewest.tolist() == [[0]]
    told = means([[0]], [50.0], noise=4)
    assert attack_amounts(told, [], sure, Near(15, (0, 100))).fewest.tolist() == [[1]]
    assert attack_amounts(told, [], sure, Near(15, (45, 55))).fewest.tolist() == [[0]]


def test_amounts_that_do_not_fit_what_is_published_are_refused() -> None:
    with pytest.raises(QueryError, match="passen niet"):
        known(means([range(7)], AMOUNTS), [ranked(range(7), 45.0)], AMOUNTS)


def test_nothing_is_near_to_an_amount_of_nothing_but_itself() -> None:
    amounts = [0.0, 1.0]
    assert known(means([[0, 1]], amounts, noise=1), [], amounts) == []
