"""The attack by probability, beside counting out all answers there could be."""

from dataclasses import replace
from functools import cache
from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import ndtr

from queries.attack.probability import THOROUGH, Participants, Posterior, Setting, posterior
from queries.attack.statements import Statements
from queries.attack.verdicts import Finding, near, silent, verdict, verdicts

Floats = NDArray[np.float64]

# The sampled error of a probability is well below this for a few respondents.
CLOSE = 0.02
YES = [0.0, 1.0]
LEVELS = [[0.0, 1.0, 1.0], [0.0, 0.0, 1.0]]

Row = tuple[list[float], list[float], float, float, float, int]


def told(prior: list[list[float]], *rows: Row, cut: float = 3.5) -> Statements:
    """Make statements of parts, features, noise, low, high and draw."""
    parts, features, noise, low, high, draw = zip(*rows, strict=True)
    return Statements(
        parts=np.array(parts),
        features=np.array(features),
        noise=np.array(noise),
        low=np.array(low),
        high=np.array(high),
        draw=np.array(draw, dtype=np.int64),
        cut=cut,
        prior=np.array(prior),
    )


def counted_out(said: Statements) -> Floats:
    """Return the exact probabilities, from all assignments of states to respondents."""
    respondents, states = said.prior.shape
    likely = np.zeros((respondents, states))
    each = np.arange(respondents)
    for assigned in product(range(states), repeat=respondents):
        state = np.array(assigned)
        weight = said.prior[each, state].prod()
        sums = (said.parts * said.features[:, state]).sum(axis=1)
        for draw in np.unique(said.draw):
            weight *= mass(said, sums, said.draw == draw)
        likely[each, state] += weight
    return np.asarray(likely / likely.sum(axis=1, keepdims=True))


def mass(said: Statements, sums: Floats, own: NDArray[np.bool_]) -> float:
    """Return how likely one draw is to make all its statements true."""
    first, last = -said.cut, said.cut
    for s in np.flatnonzero(own):
        below, above = said.low[s] - sums[s], said.high[s] - sums[s]
        if said.noise[s] > 0:
            first, last = max(first, below / said.noise[s]), min(last, above / said.noise[s])
        elif below > 1e-9 or above < -1e-9:
            return 0.0
    return max(0.0, float(ndtr(last) - ndtr(first)))


def furthest(said: Statements) -> float:
    """Return how far the sampled probabilities are from the exact ones at most."""
    return float(np.abs(posterior(said, THOROUGH).probability - counted_out(said)).max())


UNEVEN = told(
    [[0.5, 0.5], [0.4, 0.6], [0.3, 0.7], [0.7, 0.3], [0.5, 0.5], [0.2, 0.8]],
    ([1.0, 1.6, 1.5, 1.5, 1.5, 1.25], YES, 1.6, 6.2, 6.7, 0),
    ([1.0, 1.6, 1.5, 0.0, 0.0, 0.0], YES, 1.6, 1.2, 1.7, 1),
    ([0.0, 0.0, 0.0, 1.5, 1.5, 1.25], YES, 1.5, 4.2, 5.0, 2),
)
SCALE = told(
    [[0.3, 0.4, 0.3], [0.2, 0.3, 0.5], [0.6, 0.3, 0.1], [0.3, 0.3, 0.4], [0.1, 0.5, 0.4]],
    ([0.2, 0.3, 0.1, 0.2, 0.2], LEVELS[0], 0.3, 0.95, 1.05, 0),
    ([0.2, 0.3, 0.1, 0.2, 0.2], LEVELS[1], 0.3, 0.65, 0.75, 1),
    ([0.5, 0.0, 0.25, 0.25, 0.0], LEVELS[0], 0.5, 0.25, 0.35, 2),
    ([0.5, 0.0, 0.25, 0.25, 0.0], LEVELS[1], 0.5, -np.inf, 0.15, 3),
)
AMOUNTS = told(
    [[0.25, 0.25, 0.25, 0.25], [0.1, 0.2, 0.3, 0.4], [0.4, 0.3, 0.2, 0.1], [0.7, 0.1, 0.1, 0.1]],
    ([0.25, 0.25, 0.25, 0.25], [1.0, 3.0, 7.0, 20.0], 1.8, 7.9, 8.1, 0),
    ([0.0, 0.5, 0.5, 0.0], [1.0, 3.0, 7.0, 20.0], 2.5, 10.0, 11.0, 1),
    ([0.25, 0.25, 0.25, 0.25], [0.0, 0.0, 1.0, 1.0], 0.25, 0.4, 0.6, 2),
)
# The same group told twice, under one draw, with other weights.
TWICE = told(
    [[0.5, 0.5], [0.4, 0.6], [0.3, 0.7], [0.6, 0.4], [0.5, 0.5]],
    ([1.0, 1.5, 1.5, 1.0, 1.0], YES, 1.5, 2.4, 2.9, 0),
    ([1.3, 1.2, 1.2, 1.3, 1.3], YES, 1.3, 2.9, 3.1, 0),
    ([1.0, 1.5, 0.0, 0.0, 0.0], YES, 1.5, 1.4, 1.6, 1),
)
TWICE_ON_A_SCALE = told(
    SCALE.prior.tolist(),
    ([0.2, 0.3, 0.1, 0.2, 0.2], LEVELS[0], 0.3, 1.0, 1.1, 0),
    ([0.1, 0.3, 0.2, 0.3, 0.1], LEVELS[0], 0.3, 0.9, 1.0, 0),
    ([0.2, 0.3, 0.1, 0.2, 0.2], [0.0, 0.5, 1.0], 0.3, 0.47, 0.57, 1),
    ([0.1, 0.3, 0.2, 0.3, 0.1], [0.0, 0.5, 1.0], 0.3, 0.47, 0.57, 1),
    ([0.5, 0.0, 0.25, 0.25, 0.0], LEVELS[1], 0.5, 0.05, 0.15, 2),
)
# How many yes there are is exact; a noisy share of half of them stands beside it.
COUNTED = told(
    [[0.5, 0.5], [0.4, 0.6], [0.3, 0.7], [0.6, 0.4], [0.9, 0.1], [0.2, 0.8]],
    ([1.0, 1.0, 1.0, 1.0, 1.0, 1.0], YES, 0.0, 3.0, 3.0, 0),
    ([1.0, 1.0, 1.0, 0.0, 0.0, 0.0], YES, 1.0, 1.5, 2.5, 1),
)


def test_uneven_weights_give_what_counting_out_gives() -> None:
    assert furthest(UNEVEN) < CLOSE


def test_levels_of_a_scale_give_what_counting_out_gives() -> None:
    assert furthest(SCALE) < CLOSE


def test_amounts_give_what_counting_out_gives() -> None:
    assert furthest(AMOUNTS) < CLOSE


def test_one_draw_told_with_two_weightings_gives_what_counting_out_gives() -> None:
    assert furthest(TWICE) < CLOSE


def test_one_draw_told_twice_on_a_scale_gives_what_counting_out_gives() -> None:
    assert furthest(TWICE_ON_A_SCALE) < CLOSE


def test_one_draw_told_twice_says_other_than_two_draws() -> None:
    apart = replace(TWICE, draw=np.arange(3))
    assert np.abs(counted_out(TWICE) - counted_out(apart)).max() > 2 * CLOSE


def test_the_same_figure_told_twice_says_nothing_more() -> None:
    rows = [0, 1, 2, 0]
    again = replace(
        UNEVEN,
        parts=UNEVEN.parts[rows],
        features=UNEVEN.features[rows],
        noise=UNEVEN.noise[rows],
        low=UNEVEN.low[rows],
        high=UNEVEN.high[rows],
        draw=UNEVEN.draw[rows],
    )
    assert np.array_equal(posterior(again).probability, posterior(UNEVEN).probability)


def test_exact_counts_give_what_counting_out_gives() -> None:
    assert furthest(COUNTED) < CLOSE


def test_exact_counts_that_leave_one_way_out_settle_all() -> None:
    settled = told(
        [[0.5, 0.5]] * 4,
        ([1.0, 1.0, 1.0, 0.0], YES, 0.0, 3.0, 3.0, 0),
        ([0.0, 0.0, 1.0, 1.0], YES, 0.0, 1.0, 1.0, 1),
    )
    assert posterior(settled).probability[:, 1].tolist() == pytest.approx([1, 1, 1, 0], abs=1e-4)


def test_a_tight_cut_gives_what_counting_out_gives() -> None:
    tight = replace(UNEVEN, cut=0.5)
    exact = counted_out(tight)
    assert furthest(tight) < CLOSE
    assert np.abs(exact - counted_out(UNEVEN)).max() > 0.3


def test_three_ways_of_answering_give_what_counting_out_gives() -> None:
    answering = told(
        [[0.8, 0.15, 0.05], [0.6, 0.2, 0.2], [0.7, 0.1, 0.2], [0.5, 0.25, 0.25]],
        ([1.0, 1.0, 1.0, 1.0], [1.0, 0.0, 0.0], 1.0, -0.5, 2.5, 0),
        ([0.25, 0.25, 0.25, 0.25], [0.0, 1.0, 0.0], 0.25, 0.45, 0.55, 1),
        ([0.25, 0.25, 0.25, 0.25], [0.0, 0.0, 1.0], 0.25, -np.inf, 0.15, 2),
    )
    assert furthest(answering) < CLOSE


def test_nothing_told_leaves_the_prior() -> None:
    nothing = told([[0.25, 0.75], [1.0, 0.0]], ([1.0, 1.0], YES, 1.0, -np.inf, np.inf, 0))
    found = posterior(nothing)
    assert (found.probability.tolist(), found.fitting) == ([[0.25, 0.75], [1.0, 0.0]], 1.0)


def test_the_same_statements_give_the_same_probabilities() -> None:
    assert np.array_equal(posterior(SCALE).probability, posterior(SCALE).probability)


def test_what_a_participant_knows_moves_the_others_as_counting_out_says() -> None:
    for said, known in ((UNEVEN, {1: 0}), (SCALE, {0: 2, 3: 1}), (TWICE, {4: 1, 0: 1})):
        prior = said.prior.copy()
        for respondent, state in known.items():
            prior[respondent] = np.eye(prior.shape[1])[state]
        exact = counted_out(replace(said, prior=prior))
        found = posterior(said, THOROUGH, known=known).probability
        assert np.abs(found - exact).max() < CLOSE
        assert np.abs(exact - counted_out(said)).max() > CLOSE


def test_participants_asked_together_know_what_they_would_know_alone() -> None:
    answers, members = np.array([2, 1, 0, 2, 1]), [[0, 0], [2, 2], [3, 4]]
    found = posterior(SCALE, THOROUGH, participants=Participants(np.array(members), answers))
    for probability, own in zip(found.told, members, strict=True):
        prior = SCALE.prior.copy()
        prior[own] = np.eye(3)[answers[own]]
        assert np.abs(probability - counted_out(replace(SCALE, prior=prior))).max() < CLOSE


def test_participants_get_a_verdict_each_unless_their_answers_are_rare() -> None:
    prior = np.array([[0.5, 0.5], [0.5, 0.5]])
    told_each = np.array([[[1.0, 0.0], [0.0, 1.0]], [[0.5, 0.5], [1.0, 0.0]]])
    found = Posterior(prior, told_each, np.array([400.0, 4.0]), apart=0.0, fitting=1.0)
    besides = Participants(np.array([[0, 0], [1, 1]]), np.array([0, 0]))
    each, rare = verdicts(prior, found, besides)
    assert [(q, v.findings) for q, v in each.items()] == [
        (0, (Finding(1, 1, 0.5, 1.0, "certain"),))
    ]
    assert rare.tolist() == [1]


def test_participants_do_not_change_what_an_outsider_finds() -> None:
    besides = Participants(np.array([[0, 1]]), np.zeros(6, dtype=np.int64))
    alone, together = posterior(UNEVEN), posterior(UNEVEN, participants=besides)
    assert np.array_equal(alone.probability, together.probability)


def test_statements_that_nothing_fits_settle_nothing() -> None:
    against = told(
        [[0.5, 0.5], [0.5, 0.5]],
        ([1.0, 1.0], YES, 0.1, 2.0, 2.0, 0),
        ([1.0, 1.0], YES, 0.1, 0.0, 0.0, 1),
    )
    found = posterior(against)
    assert (found.fitting, found.unsettled) == (0.0, True)


WEIGHTS = np.repeat([1.0, 1.25, 1.5, 1.6], [6, 7, 9, 8])
GROUPS = [np.ones(30), np.arange(30) < 13, np.arange(30) >= 13, np.arange(30) % 3 == 0]


def published(
    generator: np.random.Generator, noise: float, step: float
) -> tuple[Statements, NDArray[np.int64]]:
    """Draw thirty answers and tell them of four overlapping groups."""
    prior = np.full(30, 0.85)
    prior[10:20] = 0.4
    answers = (generator.random(30) < prior).astype(np.int64)
    rows: list[Row] = []
    for number, group in enumerate(GROUPS):
        parts = WEIGHTS * group / np.sum(WEIGHTS * group)
        draw = np.clip(generator.standard_normal(), -3.5, 3.5)
        sd = noise * parts.max()
        low = (np.floor((parts @ answers + sd * draw) / step)) * step
        rows.append((parts.tolist(), YES, sd, low, low + step, number))
    return told(np.stack([1 - prior, prior], axis=1).tolist(), *rows), answers


@cache
def simulated() -> tuple[Floats, Floats]:
    """Return how likely each answer was called in many surveys, and whether it was true."""
    generator = np.random.default_rng(7)
    called, true = [], []
    for _ in range(50):
        said, answers = published(generator, 1.0, 0.05)
        called.append(posterior(said, Setting(64, 24, 6)).probability)
        true.append(np.eye(2)[answers])
    return np.concatenate(called).ravel(), np.concatenate(true).ravel()


@pytest.mark.parametrize(
    ("low", "high"), [(0.5, 0.6), (0.6, 0.7), (0.7, 0.8), (0.8, 0.9), (0.9, 0.95)]
)
def test_answers_are_true_as_often_as_they_are_called_likely(low: float, high: float) -> None:
    called, true = simulated()
    within = (called >= low) & (called < high)
    assert within.sum() > 50
    error = 3 * np.sqrt(0.25 / within.sum())
    assert abs(true[within].mean() - called[within].mean()) < error


def test_next_to_no_noise_gives_answers_away() -> None:
    prior = [[0.6, 0.4], *[[0.5, 0.5]] * 7]
    weights = [1.0, 1.6, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5]
    # without the first no sum is near: 6.0, 6.1, 7.5 and 7.6 are those about it
    said = told(prior, (weights, YES, 0.02, 6.95, 7.05, 0))
    found = posterior(said, THOROUGH).probability
    assert found[0, 1] > 0.999
    rules = [(f.respondent, f.rule) for f in verdict(said.prior, found).findings]
    assert rules == [(0, "certain"), (0, "guess")]


def test_noise_of_one_answer_does_not_give_it_away() -> None:
    weights = [1.0, 1.6, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5]
    said = told([[0.5, 0.5]] * 8, (weights, YES, 1.6, 6.67, 7.25, 0))
    assert verdict(said.prior, posterior(said).probability).findings == ()


def test_a_verdict_names_what_is_certain_though_it_was_not_expected() -> None:
    prior = np.array([[0.1, 0.9], [0.03, 0.97], [0.4, 0.6]])
    after = np.array([[0.0005, 0.9995], [0.0005, 0.9995], [0.005, 0.995]])
    found = verdict(prior, after)
    assert found.findings == (Finding(0, 1, 0.9, 0.9995, "certain"),)
    assert (found.likely, found.answers) == (2, 3)


def test_a_verdict_names_what_was_a_guess_and_is_expected_now() -> None:
    prior = np.array([[0.55, 0.45], [0.45, 0.55]])
    after = np.array([[0.04, 0.96], [0.04, 0.96]])
    assert verdict(prior, after).findings == (Finding(0, 1, 0.45, 0.96, "guess"),)


def test_a_verdict_on_kinds_of_answers_adds_their_states() -> None:
    prior, after = np.array([[0.4, 0.3, 0.3]]), np.array([[0.0, 0.5, 0.5]])
    kinds = np.array([[False, True, True]])
    assert [f.rule for f in verdict(prior, after, kinds).findings] == ["certain"]


def test_a_verdict_is_not_about_who_knows_already() -> None:
    prior, after = np.array([[0.5, 0.5], [0.5, 0.5]]), np.array([[0.0, 1.0], [0.5, 0.5]])
    found = verdict(prior, after, known=[0])
    assert (found.findings, found.likely, found.answers) == ((), 0, 1)


def test_an_amount_is_too_near_only_when_it_was_not_expected_there() -> None:
    prior = np.array([[0.2, 0.6, 0.2], [0.02, 0.95, 0.03]])
    after = np.array([[0.01, 0.97, 0.02], [0.01, 0.97, 0.02]])
    within = np.array([[False, True, False], [False, True, False]])
    assert near(prior, after, within) == (Finding(0, 1, 0.6, 0.97, "near"),)


def test_silence_is_found_when_it_becomes_likelier_than_one_half() -> None:
    prior = np.array([[0.8, 0.1, 0.1], [0.4, 0.3, 0.3]])
    after = np.array([[0.45, 0.3, 0.25], [0.3, 0.4, 0.3]])
    kinds = np.array([[False, True, True]])
    (found,) = silent(prior, after, kinds)
    assert (found.respondent, found.rule) == (0, "silent")
    assert found.posterior == pytest.approx(0.55)


def test_halves_that_disagree_settle_nothing() -> None:
    nothing = np.zeros((0, 1, 2))
    found = Posterior(np.array([[0.5, 0.5]]), nothing, np.zeros(0), apart=0.25, fitting=1.0)
    assert found.unsettled
