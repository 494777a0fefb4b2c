"""The attack in whole numbers finds what can be found, and nothing that cannot."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, product
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queries.attack.integer_program import Limits
from queries.attack.statements import Statements
from queries.attack.whole_numbers import attack
from queries.errors import QueryError

if TYPE_CHECKING:
    from queries.attack.statements import Floats, Integers

# Eight answers in the province of Groningen, the city's first: sixty per cent said yes.
GRONINGEN = np.array([1.0, 1.6, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5])
SAID = np.array([1, 0, 1, 1, 1, 1, 0, 0])


def statements(
    parts: Sequence[Sequence[float] | Floats] | Floats,
    between: Sequence[tuple[float, float]],
    noise: Sequence[float] | None = None,
    *,
    features: Sequence[Sequence[float]] | Floats | None = None,
    draw: Sequence[int] | None = None,
    cut: float = 3.5,
) -> Statements:
    """Return statements about yes and no, each with a draw of its own, unless said otherwise."""
    counts = np.array(parts, dtype=float)
    rows, people = counts.shape
    kinds = np.array([[0.0, 1]] * rows if features is None else features, dtype=float)
    return Statements(
        parts=counts,
        features=kinds,
        noise=np.zeros(rows) if noise is None else np.array(noise, dtype=float),
        low=np.array([low for low, _ in between]),
        high=np.array([high for _, high in between]),
        draw=np.arange(rows) if draw is None else np.array(draw),
        cut=cut,
        prior=np.full((people, kinds.shape[1]), 1 / kinds.shape[1]),
    )


def groningen(noise: float = 0, cut: float = 3.5) -> Statements:
    whole = GRONINGEN.sum()
    return statements([GRONINGEN / whole], [(0.575, 0.625)], [noise * 1.6 / whole], cut=cut)


def found(told: Statements, states: Sequence[int] | Integers, coalition: int = 0) -> list[int]:
    """Return whose state is certain to one who knows that of some others."""
    verdict = attack(told, np.array(states), coalition=coalition)
    own = verdict.determined(coalition)[np.arange(len(states)), states]
    return np.flatnonzero(own).tolist()


def fewest(told: Statements, states: Sequence[int]) -> list[int]:
    """Return of how many others one must know the state to be certain of each one's."""
    verdict = attack(told, np.array(states), coalition=2)
    return [int(size) for size in verdict.fewest[np.arange(len(states)), states]]


def test_a_share_without_noise_tells_that_groningen_said_yes() -> None:
    assert found(groningen(), SAID) == [0]


def test_noise_as_large_as_one_answer_tells_nothing_of_the_same_share() -> None:
    assert found(groningen(noise=1), SAID) == []


def test_noise_that_is_cut_off_far_below_one_answer_tells_it_again() -> None:
    assert found(groningen(noise=1, cut=0.05), SAID) == [0]


@pytest.mark.parametrize(("cut", "certain"), [(0.9, [0, 1, 2, 3]), (1.1, [])])
def test_all_said_yes_is_certain_where_the_cut_is_below_one_answer(
    cut: float, certain: list[int]
) -> None:
    told = statements([[0.25] * 4], [(1.0, 1.0)], [0.25], cut=cut)
    assert found(told, [1, 1, 1, 1]) == certain


def test_noise_in_whole_answers_tells_it_as_well() -> None:
    # One answer of the usual weight more or less is noise: two who are nobody, one of them a yes.
    weights = np.concatenate([GRONINGEN, [1.5, 1.5]])
    told = statements([weights], [(6.67 + 1.5, 7.25 + 1.5)])
    assert 0 in found(told, np.concatenate([SAID, [1, 0]]))


def test_two_of_whom_one_said_yes_are_safe_until_one_of_them_looks() -> None:
    assert fewest(statements([[1, 1]], [(1, 1)]), [1, 0]) == [1, 1]


def test_who_shares_its_answer_helps_to_find_the_only_yes() -> None:
    # the one yes can be either other's; a no could only be a yes in its place
    assert fewest(statements([[1, 1, 1]], [(1, 1)]), [1, 0, 0]) == [2, 1, 1]


def test_three_partners_are_enough_against_two_who_share() -> None:
    assert fewest(statements([[1, 1, 1, 1]], [(1, 1)]), [1, 0, 0, 0])[0] == 3


def test_a_change_that_takes_three_is_found_by_the_program() -> None:
    told = statements([[2, 1, 1]], [(2, 2)])
    assert found(told, [1, 0, 0]) == []


def test_the_three_that_change_together_know_each_other() -> None:
    assert fewest(statements([[2, 1, 1]], [(2, 2)]), [1, 0, 0]) == [1, 1, 1]


def test_what_could_not_be_decided_counts_as_found_out() -> None:
    told = statements([[2, 1, 1]], [(2, 2)])
    verdict = attack(told, np.array([1, 0, 0]), limits=Limits(programs=0))
    assert verdict.determined()[:, 1].all()
    assert verdict.unsolved > 0


def test_two_sums_with_the_same_noise_tell_their_difference() -> None:
    weights, told = [[0.5, 0.5], [0.7, 0.3]], [(0.5, 0.5), (0.7, 0.7)]
    assert found(statements(weights, told, [0.5, 0.5], draw=[4, 4]), [1, 0]) == [0, 1]


def test_two_sums_with_noise_of_their_own_tell_nothing() -> None:
    weights, told = [[0.5, 0.5], [0.7, 0.3]], [(0.5, 0.5), (0.7, 0.7)]
    assert found(statements(weights, told, [0.5, 0.5]), [1, 0]) == []


def test_the_same_statement_told_twice_tells_nothing_more() -> None:
    told = statements([[1, 1], [1, 1]], [(0.5, 1.5), (0.5, 1.5)], [1, 1], draw=[2, 2])
    assert found(told, [1, 0]) == []


def test_the_thresholds_of_a_scale_are_taken_together() -> None:
    # Two are at least at the middle and one is at the top; the lowest is told by nobody's change.
    levels = [[0, 1, 1], [0, 0, 1]]
    told = statements([[1, 1, 1]] * 2, [(3, 3), (1, 1)], features=levels)
    verdict = attack(told, np.array([2, 1, 1]))
    assert verdict.determined().tolist() == [[True, False, False]] * 3


def test_what_somebody_is_not_can_be_left_out() -> None:
    told = statements([[1, 1]], [(0, 0)])
    about = np.array([[False, True]])
    assert attack(told, np.array([0, 0]), about).determined().all()
    assert not attack(told, np.array([0, 0]), about, only_true=True).determined().any()


def test_where_nothing_is_published_nothing_is_found() -> None:
    assert found(statements(np.zeros((0, 2)), [], features=np.zeros((0, 2))), [1, 0]) == []


def test_one_in_no_group_is_safe() -> None:
    assert found(statements([[1, 0]], [(1, 1)]), [1, 1]) == [0]


def test_answers_that_do_not_fit_what_is_published_are_refused() -> None:
    with pytest.raises(QueryError, match="passen niet"):
        attack(statements([[1, 1]], [(2, 2)]), np.array([1, 0]))


# against every way in which all could be ---------------------------------------------------------


def _fits(told: Statements, states: Sequence[int]) -> bool:
    """Return whether some draws within the cut make all statements true."""
    rows = range(len(told.low))
    sums = [told.parts[r] @ told.features[r, list(states)] for r in rows]
    between = dict.fromkeys(told.draw.tolist(), (-told.cut, told.cut))
    for r in rows:
        low, high = told.low[r] - sums[r], told.high[r] - sums[r]
        if told.noise[r] == 0:
            if low > 1e-9 or high < -1e-9:
                return False
            continue
        before = between[int(told.draw[r])]
        between[int(told.draw[r])] = (
            max(before[0], low / told.noise[r]),
            min(before[1], high / told.noise[r]),
        )
    return all(low <= high + 1e-9 for low, high in between.values())


def _by_listing(told: Statements, states: Sequence[int]) -> Iterator[list[int]]:
    """Yield of how many others one must know the state to be certain of each fact."""
    people, kinds = len(states), told.features.shape[1]
    all_ways = [way for way in product(range(kinds), repeat=people) if _fits(told, way)]
    for one in range(people):
        others = [n for n in range(people) if n != one]
        yield [_size(all_ways, states, one, kind, others) for kind in range(kinds)]


def _size(
    ways: Sequence[Sequence[int]], states: Sequence[int], one: int, kind: int, others: Sequence[int]
) -> int:
    is_kind = states[one] == kind
    other = [way for way in ways if (way[one] == kind) != is_kind]
    for size in range(3):
        for known in combinations(others, size):
            if not any(all(way[n] == states[n] for n in known) for way in other):
                return size
    return 3


@st.composite
def scenes(draw: st.DrawFn) -> tuple[Statements, list[int]]:
    """Draw a few respondents with uneven weights, and statements that are true of them."""
    people, kinds = draw(st.integers(1, 5)), draw(st.integers(2, 3))
    rows = draw(st.integers(1, 4))
    whole = st.integers(0, 3)
    states = draw(st.lists(st.integers(0, kinds - 1), min_size=people, max_size=people))
    parts = [draw(st.lists(whole, min_size=people, max_size=people)) for _ in range(rows)]
    features = [
        [0, *draw(st.lists(st.integers(0, 1), min_size=kinds - 1, max_size=kinds - 1))]
        for _ in range(rows)
    ]
    noise = draw(st.lists(st.sampled_from([0, 0.3, 1.7]), min_size=rows, max_size=rows))
    shared = draw(st.lists(st.integers(0, 1), min_size=rows, max_size=rows))
    sums = [
        sum(p * features[r][s] for p, s in zip(parts[r], states, strict=True)) for r in range(rows)
    ]
    half = draw(st.sampled_from([0.25, 0.75]))
    between = [(total - half, total + half) for total in sums]
    told = statements(parts, between, noise, features=features, draw=shared, cut=1.0)
    return told, states


@settings(deadline=None, max_examples=60)
@given(scenes())
def test_it_finds_what_listing_every_way_finds(scene: tuple[Statements, list[int]]) -> None:
    told, states = scene
    verdict = attack(told, np.array(states), coalition=2)
    assert verdict.unsolved == 0
    assert verdict.fewest.tolist() == list(_by_listing(told, states))
