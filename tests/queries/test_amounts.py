"""queries/amounts.py: means with noise, quantiles of a shifted rank, and Hall's interval."""

from __future__ import annotations

from math import ceil, floor, inf, sqrt

import numpy as np
import pytest
from scipy.stats import t

from data.files import store
from data.survey.policy import Policy, load_policy
from queries.disclosure import amounts
from queries.disclosure.amounts import Answers
from queries.disclosure.noise import draw
from queries.disclosure.perturbation import Group, Noise

SECRET = bytes(range(32))
GROUP = Group(2025, "hours", "region", "noord", 90, 45, 40, 5, 0, "17", "18", "19")
ASKEW = [0.0, 0.0, 0.0, 0.0, 10.0]


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_policy(store.SURVEY / "policy.toml")


@pytest.fixture(scope="module")
def exact(policy: Policy) -> Noise:
    """No noise, in memory."""
    return Noise(None, policy)


@pytest.fixture(scope="module")
def noise(policy: Policy) -> Noise:
    """Noise of a known secret."""
    return Noise(SECRET, policy)


def answered(values: list[float], sizes: list[float] | None = None) -> Answers:
    """Return answers with the error of a simple sample from a very large population."""
    count = len(values)
    return Answers(
        np.array(values if sizes else sorted(values)),
        np.array(sizes or [1.0] * count),
        standard_error=float(np.std(values, ddof=1)) / sqrt(count),
        degrees_of_freedom=count - 1,
        effective_size=float(count),
    )


def z(name: str) -> float:
    """Return the draw of a statistic of the group, in standard deviations."""
    return draw(SECRET, 2025, "hours", name, "", "municipality", "17") / 1000


# ------------------------------------------------------------------ means and totals


def test_a_mean_gets_noise_of_half_the_largest_deviation(noise: Noise) -> None:
    # the weights add up to 20; 30 lies 20 from the median and counts for 3: 60 / 20 = 3, rounded
    # up to 5, of which half
    answers = answered([0.0, 10.0, 20.0, 30.0], [4.0, 8.0, 5.0, 3.0])
    found = amounts.mean(GROUP, "municipality", answers, 40, noise)
    assert answers.mean == pytest.approx((0 + 80 + 100 + 90) / 20)
    assert found.noise == 2.5
    assert found.estimate == pytest.approx(round(13.5 + 2.5 * z("mean"), 1))


def test_its_margin_holds_sampling_and_noise(exact: Noise) -> None:
    answers = answered([9.0, 10.0, 10.0, 11.0] * 10)
    found = amounts.mean(GROUP, "municipality", answers, 40, exact)
    # sd 0.7161 / sqrt 40 = 0.11323, t with 39 degrees of freedom 2.022691: 0.22903, in two digits
    # upward 0.23; the noise is half of 1/40 = 0.025, rounded up to 0.05
    assert found.noise == 0.025
    arm = sqrt(0.23**2 + (1.959964 * 0.025) ** 2)
    assert (found.low, found.high) == (
        pytest.approx(round(10 - arm - 0.05, 1)),
        pytest.approx(round(10 + arm + 0.05, 1)),
    )
    assert found.estimate == 10.0


def test_in_a_small_group_the_margin_is_one_of_a_few_lengths(exact: Noise) -> None:
    answers = answered([90.0, 100.0, 100.0, 110.0] * 2 + [100.0])
    found = amounts.mean(GROUP, "municipality", answers, 10, exact)
    # t with 8 degrees of freedom 2.306, sd 7.07 over 3: 5.44, upward to 7; the deviation of 10 / 9
    # upward to 2, of which half
    arm = sqrt(7**2 + 1.959964**2)
    # the mean of some hundred is in whole numbers, its margin outward
    assert (found.low, found.high) == (floor(100 - arm), ceil(100 + arm))


def test_a_total_is_the_published_mean_times_all_municipalities(noise: Noise) -> None:
    answers = answered([float(n) for n in range(40)])
    mean, total, *_ = amounts.told(GROUP, answers, 40, noise, adds_up=True)
    assert (mean.statistic, total.statistic) == ("mean", "total")
    # of 90, in three digits
    assert total.estimate == pytest.approx(round(mean.estimate * 90 / 10) * 10)
    assert total.noise == mean.noise * 90
    assert mean.low is not None
    assert total.low is not None
    assert total.low == pytest.approx(int(mean.low * 90 / 10) * 10)


def test_no_total_is_told_of_what_does_not_add_up(noise: Noise) -> None:
    answers = answered([float(n) for n in range(40)])
    told = [amount.statistic for amount in amounts.told(GROUP, answers, 40, noise, adds_up=False)]
    assert told == ["mean", "quartile_low", "median", "quartile_high"]


def test_where_all_answered_alike_no_margin_is_claimed(exact: Noise) -> None:
    found = amounts.mean(GROUP, "municipality", answered([4.0] * 40), 40, exact)
    assert (found.estimate, found.low, found.high) == (4.0, None, None)


def test_a_complete_count_has_the_margin_of_its_noise(exact: Noise) -> None:
    whole = Answers(np.array([1.0, 2.0, 3.0] * 3), np.ones(9), 0.0, 8, inf)
    found = amounts.mean(GROUP, "municipality", whole, 10, exact)
    # 1 / 9 = 0.11, upward to 0.2, of which half: 1.96 x 0.1
    assert (found.estimate, found.low, found.high) == (2.0, 1.8, 2.2)


@pytest.mark.parametrize(
    ("value", "step"), [(12.34, 0.1), (1234.0, 10.0), (0.056, 0.0001), (-7.0, 0.01), (0.0, 1.0)]
)
def test_amounts_have_three_digits(policy: Policy, value: float, step: float) -> None:
    assert amounts.amount_step(value, policy) == pytest.approx(step)


@pytest.mark.parametrize(
    ("length", "rung"), [(0.0, 0.0), (1.0, 1.0), (1.1, 2.0), (2.1, 5.0), (0.051, 0.1), (70.0, 100)]
)
def test_lengths_go_up_a_ladder(length: float, rung: float) -> None:
    assert amounts.laddered(length, (1.0, 2.0, 5.0, 10.0)) == pytest.approx(rung)


# ------------------------------------------------------------------ quantiles


def test_a_quantile_is_the_mean_of_five_answers_round_its_rank() -> None:
    answers = answered([n**2 for n in map(float, range(1, 21))])
    # half of twenty is reached at the tenth: 8, 9, 10, 11 and 12 squared
    assert answers.at(0.5, 2) == (64 + 81 + 100 + 121 + 144) / 5


def test_the_lowest_and_the_highest_answer_are_never_among_them() -> None:
    answers = answered([-1000.0, *map(float, range(2, 20)), 1000.0])
    assert answers.at(-1.0, 2) == answers.at(0.0, 2) == (2 + 3 + 4 + 5 + 6) / 5
    assert answers.at(2.0, 2) == answers.at(1.0, 2) == (15 + 16 + 17 + 18 + 19) / 5


def test_weights_decide_where_half_is_reached() -> None:
    answers = answered([1.0, 2.0, 3.0, 4.0], [1.0, 1.0, 1.0, 3.0])
    assert answers.median == 3.0
    assert answered([1.0, 2.0, 3.0, 4.0], [1.0, 1.0, 1.0, 3.1]).median == 4.0


def test_one_answer_moves_a_quantile_by_a_fifth_of_seven_at_most() -> None:
    # the five round the tenth are 8 to 12 squared: one that moves from one end of all to the other
    # shifts them by one place, and so from 7 to 11 or from 9 to 13
    answers = answered([n**2 for n in map(float, range(1, 21))])
    assert answers.most_moved(0.5) == pytest.approx((13**2 - 7**2) / 5)


def test_a_quantile_gets_noise_as_large_as_the_most_that_one_answer_moves_it(noise: Noise) -> None:
    # forty answers of the same weight that are their own rank, times ten
    answers = answered([10.0 * n for n in range(1, 41)])
    found = {amount.statistic: amount for amount in amounts.quantiles(GROUP, answers, noise)}
    for name, part in (("quartile_low", 0.25), ("median", 0.5), ("quartile_high", 0.75)):
        amount = found[name]
        # 6 x 10 / 5 = 12, upward to 20, times 1.4
        assert amount.noise == 28.0
        exact = 400 * part
        assert amount.estimate == round(exact + 28 * z(name))


def test_the_margin_of_a_quantile_holds_woodruffs_interval_and_noise(exact: Noise) -> None:
    answers = answered([10.0 * n for n in range(1, 41)])
    _, median, _ = amounts.quantiles(GROUP, answers, exact)
    # the rank may lie 1.959964 x sqrt(0.25 / 40 + 1 / 1600) = 0.16248 of forty away: 6.5 places,
    # which is the 14th and the 27th; 60 and 70 from the 20th, of which the first upward to 70
    arm = sqrt(70**2 + (1.959964 * 28) ** 2)
    assert (median.estimate, median.low, median.high) == (200, floor(200 - arm), ceil(200 + arm))


def test_a_quantile_at_the_end_of_what_can_be_answered_has_a_margin(exact: Noise) -> None:
    answers = answered([0.0] * 30 + [float(n) for n in range(1, 11)])
    low, _, high = amounts.quantiles(GROUP, answers, exact)
    assert (low.estimate, low.low, low.high) == (0.0, 0.0, 0.0)
    assert high.low is not None
    assert high.high is not None
    assert high.low < high.estimate < high.high


def test_quantiles_need_twenty_answers(noise: Noise) -> None:
    answers = answered([float(n) for n in range(25)])
    told = [a.statistic for a in amounts.told(GROUP, answers, 19, noise, adds_up=False)]
    assert told == ["mean"]


# ------------------------------------------------------------------ Hall's interval


def test_the_skewness_of_a_mean_is_that_of_the_answers_over_the_root_of_their_number() -> None:
    # the skewness of 0, 0, 0, 0 and 10 is 1.5
    assert answered(ASKEW).skewness == pytest.approx(1.5 / sqrt(5))


@pytest.mark.parametrize("count", [4, 12, 40])
def test_where_a_mean_is_not_skewed_the_interval_is_students(count: int) -> None:
    answers = answered([float(n) for n in range(count)])
    reach = t.ppf(0.975, count - 1) * answers.standard_error
    assert amounts.hall(answers) == (pytest.approx(reach), pytest.approx(reach))


def test_halls_interval_by_hand() -> None:
    # 0, 0, 0, 0 and 10: standard error 2, skewness g = 0.670820. The third cumulant is -2 g, so
    # the cubic bends by B = g / 3 = 0.223607; the bias is -g / 2. With 4 degrees of freedom
    # 2.776445: (1 + 3 B (2.776445 - g / 2 + B))^(1/3) = 1.407350, and 1.821722 standard errors
    # down; (1 - 3 B (2.776445 + g / 2 - B))^(1/3) = -0.978717, and 8.849091 up
    low, high = amounts.hall(answered(ASKEW))
    assert low == pytest.approx(2 * 1.82172, abs=1e-4)
    assert high == pytest.approx(2 * 8.84909, abs=1e-4)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("part", [0.1, 0.6])
def test_halls_interval_solves_the_cubic_of_a_finite_population(seed: int, part: float) -> None:
    random = np.random.default_rng(seed)
    values = random.gamma(3, 1, 40)
    # of a population of which a part answered
    error = float(values.std()) / sqrt(40) * sqrt(1 - part)
    answers = Answers(np.sort(values), np.ones(40), error, 39, 40.0)
    low, high = amounts.hall(answers)
    centred = values - values.mean()
    skew = float((centred**3).mean() / (centred**2).mean() ** 1.5) / sqrt(40)
    third, bias = -skew * (2 - part) / sqrt(1 - part), -skew * sqrt(1 - part) / 2
    # the studentised mean, made straight by its cumulants, is at the quantiles of Student
    for arm, quantile in ((low / error, t.ppf(0.975, 39)), (-high / error, -t.ppf(0.975, 39))):
        bent = -third / 6
        straight = arm - bias + bent * (arm**2 - 1) + bent**2 * arm**3 / 3
        assert straight == pytest.approx(quantile)
    # answers far above the mean make it reach farther up
    assert high > low
