"""What is published is read into the statements that it makes, and no others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import inf
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from data.survey.codebook import Codebook, load_codebook
from data.survey.policy import load_policy
from queries.attack.answer_scenes import answer_scenes
from queries.attack.published import Rules, Told, rules_of
from queries.attack.scenes import AmountScene, Scene
from queries.attack.status_scenes import participation_scene, status_scene
from tests.support.small_surveys import strict

YEAR = 2023
YES_NO, SCALE, OPTIONS = "staff_shortage_social", "dx_maturity", "staff_shortage_domains"
AMOUNT = "staff_external_hire_pct"
RULES = Rules(
    sd=1.0,
    cut=3.5,
    status_sd=2.0,
    amount_sd=0.5,
    step=0.01,
    step_small=0.05,
    small_below=30,
    digits=3,
    percent=15,
    count_step=5,
)
# Weights and inhabitants of four that took part.
UNITS = {"A": (1.0, 100), "B": (1.0, 300), "C": (2.0, 50), "D": (1.0, 50)}
COUNTRY = ("nl", "nl")
GROUPS = {
    COUNTRY: "ABCDE",
    ("landsdeel", "LD01"): "AB",
    ("landsdeel", "LD02"): "CDE",
    ("province", "PV20"): "AB",
}


@pytest.fixture(scope="module")
def codebook() -> Codebook:
    return load_codebook(Path(__file__).resolve().parents[2] / "data" / "survey" / "codebook.toml")


def figure(indicator: str, item: str = "yes", **told: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return one row of figures: a share of the country, unless said otherwise."""
    return {
        "kind": "survey",
        "edition": YEAR,
        "indicator": indicator,
        "item": item,
        "statistic": "share",
        "weighting": "municipality",
        "dimension": "nl",
        "group_code": "nl",
        "population_count": 5,
        "respondent_count": 4,
        "answer_count": 10,
        "dont_know_share": None,
        "skipped_share": None,
        "estimate": None,
        "low": None,
        "high": None,
        "status": "shown",
        **told,
    }


def told(
    codebook: Codebook,
    figures: Sequence[Mapping[str, Any]],
    answers: Mapping[str, float | str],
    indicator: str = YES_NO,
    choice: str = "",
    *,
    own: Mapping[str, float] | None = None,
) -> Told:
    """Return a release of figures, by those who answered something or gave a reason not to.

    ``own`` are weights that only this question has.
    """
    rows = [
        (YEAR, code, indicator, choice, *((None, x) if isinstance(x, str) else (float(x), None)))
        for code, x in answers.items()
    ]
    types = {
        "answer_count": pl.Int64(),
        "estimate": pl.Float64(),
        "low": pl.Float64(),
        "high": pl.Float64(),
        "dont_know_share": pl.Float64(),
        "skipped_share": pl.Float64(),
    }
    columns = ["edition", "municipality_code", "indicator", "choice", "answer", "reason"]
    members = [(YEAR, *group, code) for group, codes in GROUPS.items() for code in codes]
    return Told(
        figures=pl.DataFrame(list(figures), schema_overrides=types),
        response=pl.DataFrame(
            [
                (YEAR, *group, len(codes), sum(code in UNITS for code in codes))
                for group, codes in GROUPS.items()
            ],
            schema=["edition", "dimension", "group_code", "population_count", "respondent_count"],
            orient="row",
        ),
        codebook=codebook,
        rules=RULES,
        members=pl.DataFrame(
            members,
            schema=["edition", "dimension", "group_code", "municipality_code"],
            orient="row",
        ),
        answers=pl.DataFrame(
            rows, schema=columns, schema_overrides={"reason": pl.String}, orient="row"
        ),
        units=pl.DataFrame(
            [(YEAR, code, *size) for code, size in UNITS.items()],
            schema=["edition", "municipality_code", "weight", "inhabitants"],
            orient="row",
        ),
        weights=pl.DataFrame(
            [(YEAR, indicator, code, weight) for code, weight in (own or {}).items()],
            schema=["edition", "indicator", "municipality_code", "weight"],
            schema_overrides={"edition": pl.Int64, "weight": pl.Float64},
            orient="row",
        ),
    )


def bounds(scene: Scene) -> list[tuple[float, float]]:
    """Return between what each statement lies, rounded for the eye."""
    lows, highs = scene.statements.low.tolist(), scene.statements.high.tolist()
    return [(round(low, 6), round(high, 6)) for low, high in zip(lows, highs, strict=True)]


SAID = {"A": 1, "B": 0, "C": 1, "D": 0}


def test_a_share_says_of_weighted_answers_that_they_lie_within_half_a_step(
    codebook: Codebook,
) -> None:
    one = told(codebook, [figure(YES_NO, estimate=0.6)], SAID)
    (scene,) = answer_scenes([one], YEAR, YES_NO)
    assert scene.respondents == ["A", "B", "C", "D"]
    assert scene.states.tolist() == [1, 0, 1, 0]
    assert scene.statements.parts.tolist() == [[0.2, 0.2, 0.4, 0.2]]
    assert scene.statements.features.tolist() == [[0, 1]]
    assert bounds(scene) == [(0.575, 0.625)]


def test_noise_is_as_large_as_who_weighs_most(codebook: Codebook) -> None:
    one = told(codebook, [figure(YES_NO, estimate=0.6)], SAID)
    assert answer_scenes([one], YEAR, YES_NO)[0].statements.noise.tolist() == [0.4]


def test_by_inhabitants_everybody_weighs_as_many_as_live_there(codebook: Codebook) -> None:
    one = told(codebook, [figure(YES_NO, weighting="inhabitant", estimate=0.6)], SAID)
    parts = answer_scenes([one], YEAR, YES_NO)[0].statements.parts
    assert np.allclose(parts, [[100 / 550, 300 / 550, 100 / 550, 50 / 550]])


def test_a_question_may_have_weights_of_its_own(codebook: Codebook) -> None:
    one = told(codebook, [figure(YES_NO, estimate=0.6)], SAID, own={"A": 6.0})
    parts = answer_scenes([one], YEAR, YES_NO)[0].statements.parts
    assert parts.tolist() == [[0.6, 0.1, 0.2, 0.1]]


def test_a_share_is_coarser_in_small_groups_only(codebook: Codebook) -> None:
    one = told(codebook, [figure(YES_NO, estimate=0.6, answer_count=30)], SAID)
    assert bounds(answer_scenes([one], YEAR, YES_NO)[0]) == [(0.595, 0.605)]


def test_a_bound_says_nothing_of_how_near_the_end_it_is(codebook: Codebook) -> None:
    low = figure(YES_NO, status="bound", low=0.0, high=0.2)
    high = figure(YES_NO, status="bound", low=0.8, high=1.0)
    for row, expected in ((low, (-inf, 0.225)), (high, (0.775, inf))):
        one = told(codebook, [row], SAID)
        assert bounds(answer_scenes([one], YEAR, YES_NO)[0]) == [expected]


def test_no_is_what_yes_leaves_and_what_is_withheld_says_nothing(codebook: Codebook) -> None:
    no = figure(YES_NO, "no", estimate=0.4)
    withheld = figure(YES_NO, status="too_few")
    one = told(codebook, [no, withheld], SAID)
    assert answer_scenes([one], YEAR, YES_NO)[0].statements.parts.shape == (0, 4)


def test_groups_of_the_same_respondents_share_their_noise(codebook: Codebook) -> None:
    rows = [
        figure(YES_NO, estimate=0.5, dimension=dimension, group_code=code)
        for dimension, code in GROUPS
    ]
    draws = answer_scenes([told(codebook, rows, SAID)], YEAR, YES_NO)[0].statements.draw
    # sorted by dimension: landsdeel LD01 and LD02, the country, province PV20
    assert draws.tolist() == [0, 1, 2, 0]


def test_who_did_not_answer_is_no_respondent(codebook: Codebook) -> None:
    one = told(codebook, [figure(YES_NO, estimate=0.6)], SAID | {"D": "dont_know"})
    (scene,) = answer_scenes([one], YEAR, YES_NO)
    assert scene.respondents == ["A", "B", "C"]
    assert scene.statements.parts.tolist() == [[0.25, 0.25, 0.5]]


def test_nothing_is_attacked_where_nobody_answered(codebook: Codebook) -> None:
    one = told(codebook, [figure(YES_NO, status="too_few")], {"A": "dont_know"})
    assert answer_scenes([one], YEAR, YES_NO) == []


def test_an_option_is_attacked_by_itself(codebook: Codebook) -> None:
    one = told(codebook, [figure(OPTIONS, "ict", estimate=0.6)], SAID, OPTIONS, "ict")
    (scene,) = answer_scenes([one], YEAR, OPTIONS)
    assert scene.item == "ict"
    assert bounds(scene) == [(0.575, 0.625)]


# scales ------------------------------------------------------------------------------------------

LEVELS = {"A": 1, "B": 3, "C": 4, "D": 5}


def test_levels_are_added_up_to_thresholds(codebook: Codebook) -> None:
    shares = {"1": 0.1, "2": 0.2, "3": 0.3, "4": 0.25, "5": 0.15}
    rows = [figure(SCALE, item, estimate=x) for item, x in [*shares.items(), ("top", 0.7)]]
    (scene,) = answer_scenes([told(codebook, rows, LEVELS, SCALE)], YEAR, SCALE)
    assert scene.statements.features.tolist() == [
        [0, 1, 1, 1, 1],
        [0, 0, 1, 1, 1],
        [0, 0, 0, 1, 1],
        [0, 0, 0, 0, 1],
    ]
    assert bounds(scene) == [(0.875, 0.925), (0.675, 0.725), (0.375, 0.425), (0.125, 0.175)]
    assert scene.states.tolist() == [0, 2, 3, 4]


def test_beyond_a_threshold_near_the_end_levels_tell_a_bound_only(codebook: Codebook) -> None:
    # at least level 2 is nearly all, at least level 5 nearly nobody; 10 points stand in for both
    tail = {"status": "bound", "low": 0.0, "high": 0.2}
    rows = [
        figure(SCALE, "1", **tail),
        *(figure(SCALE, item, estimate=x) for item, x in (("2", 0.2), ("3", 0.3), ("4", 0.3))),
        figure(SCALE, "5", **tail),
    ]
    (scene,) = answer_scenes([told(codebook, rows, LEVELS, SCALE)], YEAR, SCALE)
    assert bounds(scene) == [(0.775, inf), (0.675, 0.725), (0.375, 0.425), (-inf, 0.225)]


def test_where_levels_are_withheld_the_top_tells_its_threshold(codebook: Codebook) -> None:
    rows = [figure(SCALE, str(level), status="too_few") for level in range(1, 6)]
    rows.append(figure(SCALE, "top", estimate=0.7))
    (scene,) = answer_scenes([told(codebook, rows, LEVELS, SCALE)], YEAR, SCALE)
    assert scene.statements.features.tolist() == [[0, 0, 1, 1, 1]]


# several releases --------------------------------------------------------------------------------


def test_an_answer_that_changed_is_two_unknowns_and_its_groups_have_other_noise(
    codebook: Codebook,
) -> None:
    rows = [
        figure(YES_NO, estimate=0.5, dimension="landsdeel", group_code=code)
        for code in ("LD01", "LD02")
    ]
    before = told(codebook, rows, SAID)
    after = told(codebook, rows, SAID | {"A": 0})
    (scene,) = answer_scenes([after, before], YEAR, YES_NO)
    assert scene.respondents == ["A", "B", "C", "D", "A"]
    assert scene.states.tolist() == [0, 0, 1, 0, 1]
    assert scene.statements.draw.tolist() == [0, 1, 2, 1]


# what one guesses --------------------------------------------------------------------------------


def test_one_guesses_from_the_region_against_the_country(codebook: Codebook) -> None:
    north = figure(YES_NO, estimate=0.8, dimension="landsdeel", group_code="LD01")
    one = told(codebook, [figure(YES_NO, estimate=0.5), north], SAID)
    prior = answer_scenes([one], YEAR, YES_NO)[0].statements.prior
    assert np.allclose(prior[:, 1], [0.8, 0.8, 0.5, 0.5])


def test_without_figures_all_is_as_likely(codebook: Codebook) -> None:
    one = told(codebook, [figure(SCALE, "top", status="too_few")], LEVELS, SCALE)
    assert np.allclose(answer_scenes([one], YEAR, SCALE)[0].statements.prior, 0.2)


# amounts -----------------------------------------------------------------------------------------

PERCENTAGES = {"A": 10.0, "B": 20.0, "C": 30.0, "D": 50.0}


def amount_scene(codebook: Codebook, *rows: Mapping[str, Any]) -> AmountScene:
    (scene,) = answer_scenes([told(codebook, rows, PERCENTAGES, AMOUNT)], YEAR, AMOUNT)
    assert isinstance(scene, AmountScene)
    return scene


def test_a_mean_has_noise_of_half_the_largest_deviation(codebook: Codebook) -> None:
    mean = figure(AMOUNT, "", statistic="mean", estimate=28.0)
    scene = amount_scene(codebook, mean)
    # C is the median; D deviates by 20 and weighs 0.2, which is rounded up to 5
    assert scene.statements.noise.tolist() == [2.5]
    assert bounds(scene) == [(27.95, 28.05)]


def test_amounts_are_states_of_a_grid(codebook: Codebook) -> None:
    scene = amount_scene(codebook, figure(AMOUNT, "", statistic="mean", estimate=28.0))
    values = scene.statements.features[0][scene.states]
    assert values.tolist() == scene.amounts.tolist() == [10, 20, 30, 50]


def test_a_total_is_a_mean_of_all_municipalities_with_the_same_noise(codebook: Codebook) -> None:
    mean = figure(AMOUNT, "", statistic="mean", estimate=28.0)
    total = figure(AMOUNT, "", statistic="total", estimate=140.0)
    scene = amount_scene(codebook, mean, total)
    assert scene.statements.draw.tolist() == [0, 0]
    assert bounds(scene)[1] == (27.85, 28.15)


def test_a_quantile_may_lie_as_far_off_as_noise_and_rounding_reach(codebook: Codebook) -> None:
    units = dict.fromkeys("ABCDEFG", (1.0, 100))
    given = dict(zip(units, (10.0, 20, 30, 40, 50, 60, 71), strict=True))
    median = figure(AMOUNT, "", statistic="median", estimate=41.0, low=9.5, high=100.0)
    (scene,) = answer_scenes([everybody(codebook, [median], units, given)], YEAR, AMOUNT)
    assert isinstance(scene, AmountScene)
    (ranked,) = scene.ranked
    assert ranked.position.tolist() == [0.5]
    assert ranked.published.tolist() == [41]
    # the first and the last of the seven are 61 apart: a fifth of that, rounded up to 20
    assert ranked.reach == pytest.approx([3.5 * 20 + 0.05])


def everybody(
    codebook: Codebook,
    figures: Sequence[Mapping[str, Any]],
    units: Mapping[str, tuple[float, int]],
    given: Mapping[str, float],
) -> Told:
    """Return a release of a country in which all took part and answered."""
    one = told(codebook, figures, given, AMOUNT)
    return replace(
        one,
        members=pl.DataFrame(
            [(YEAR, *COUNTRY, code) for code in units], schema=one.members.schema, orient="row"
        ),
        units=pl.DataFrame(
            [(YEAR, code, *size) for code, size in units.items()],
            schema=one.units.schema,
            orient="row",
        ),
    )


def test_what_is_near_is_so_in_per_cent_of_it(codebook: Codebook) -> None:
    scene = amount_scene(codebook, figure(AMOUNT, "", statistic="mean", estimate=28.0))
    near = scene.grid[scene.within[3]]
    assert near.min() >= 42.5
    assert near.max() <= 57.5
    assert 50.0 in near


def test_no_amount_lies_outside_what_the_codebook_allows(codebook: Codebook) -> None:
    scene = amount_scene(codebook, figure(AMOUNT, "", statistic="mean", estimate=28.0))
    assert scene.near.valid == (0, 60)


# counts ------------------------------------------------------------------------------------------


def statuses(codebook: Codebook, *rows: Mapping[str, Any]) -> Scene:
    one = told(codebook, rows, {"A": 1, "B": 0, "C": "dont_know", "D": "not_answered"})
    return status_scene([one], YEAR, YES_NO)


def test_participants_answered_did_not_know_or_skipped(codebook: Codebook) -> None:
    scene = statuses(codebook, figure(YES_NO, status="dominated", answer_count=None))
    assert scene.respondents == ["A", "B", "C", "D"]
    assert scene.states.tolist() == [0, 0, 1, 2]
    assert scene.statements.parts.shape == (0, 4)


def test_a_share_of_those_who_did_not_know_counts_participants(codebook: Codebook) -> None:
    row = figure(YES_NO, status="dominated", answer_count=None, dont_know_share=0.25)
    scene = statuses(codebook, row)
    assert scene.statements.features.tolist() == [[0, 1, 0]]
    assert scene.statements.noise.tolist() == [2.0]
    # of fewer than thirty answers: half a step is 2.5 points of four participants
    assert bounds(scene) == [(0.9, 1.1)]


@pytest.mark.parametrize(
    ("count", "took_part", "expected"),
    [
        (15, 22, (12.5, 17.5)),
        (10, 22, (-inf, 12.5)),
        (22, 22, (22.5, inf)),
        (9, 9, (-inf, inf)),
    ],
)
def test_the_number_of_answers_is_told_in_steps_with_noise(
    codebook: Codebook, count: int, took_part: int, expected: tuple[float, float]
) -> None:
    row = figure(YES_NO, estimate=0.5, answer_count=count, respondent_count=took_part)
    scene = statuses(codebook, row)
    assert scene.statements.features.tolist() == [[1, 0, 0]]
    assert scene.statements.noise.tolist() == [2.0]
    assert bounds(scene) == [expected]


@pytest.mark.parametrize("status", ["shown", "bound", "too_few"])
def test_that_a_figure_is_there_is_not_read(codebook: Codebook, status: str) -> None:
    # what it says of who answered is among the risks that remain
    row = figure(YES_NO, status=status, estimate=0.5, low=0.0, high=0.2)
    row["answer_count"] = None
    assert bounds(statuses(codebook, row)) == []


def test_groups_in_which_the_same_left_out_a_question_share_their_noise(
    codebook: Codebook,
) -> None:
    rows = [
        figure(YES_NO, estimate=0.5, dimension=dimension, group_code=code)
        for dimension, code in GROUPS
    ]
    assert statuses(codebook, *rows).statements.draw.tolist() == [0, 1, 2, 0]


@pytest.mark.parametrize(
    ("group", "population", "count", "noise", "expected"),
    [
        (COUNTRY, 30, 20, 0, (20, 20)),
        (COUNTRY, 30, 3, 0, (-inf, 3)),
        (COUNTRY, 30, 27, 0, (27, inf)),
        (("region", "noord"), 30, 20, 2, (17.5, 22.5)),
        (("region", "noord"), 29, 3, 2, (-inf, 2.5)),
        (("region", "noord"), 29, 5, 2, (2.5, 7.5)),
        # so many are said of thirty and more
        (("region", "noord"), 29, 26, 2, (27.5, inf)),
        (("region", "noord"), 7, 4, 2, (2.5, inf)),
    ],
)
def test_of_participation_the_response_tells_the_country_and_about_how_many_of_its_parts(
    codebook: Codebook,
    group: tuple[str, str],
    population: int,
    count: int,
    noise: float,
    expected: tuple[float, float],
) -> None:
    everyone = [f"M{number:02}" for number in range(population)]
    one = told(codebook, [figure(YES_NO)], SAID)
    one = replace(
        one,
        members=pl.DataFrame(
            [(YEAR, *group, code) for code in everyone], schema=one.members.schema, orient="row"
        ),
        units=pl.DataFrame(
            [(YEAR, code, 1.0, 10) for code in everyone[:2]], schema=one.units.schema, orient="row"
        ),
        response=pl.DataFrame(
            [(YEAR, *group, population, count)], schema=one.response.schema, orient="row"
        ),
    )
    scene = participation_scene([one], YEAR)
    assert scene.respondents == everyone
    assert scene.states.tolist() == [1, 1] + [0] * (population - 2)
    assert bounds(scene) == [expected]
    assert scene.statements.noise.tolist() == [noise]


@pytest.mark.parametrize(
    ("weight", "own", "draws"),
    [
        # another release, with the same answers: the same draw
        (1.0, None, [0, 0]),
        # a last bit of a weight is no other weight
        (1.0 + 1e-15, None, [0, 0]),
        (1.5, None, [0, 1]),
        # where the question has a weight of its own, that of the design does not count
        (1.5, {"A": 6.0}, [0, 0]),
    ],
)
def test_a_draw_is_of_the_answers_and_their_weights(
    codebook: Codebook, weight: float, own: Mapping[str, float] | None, draws: list[int]
) -> None:
    now = told(codebook, [figure(YES_NO, estimate=0.6)], SAID, own=own)
    first = pl.col("municipality_code") == "A"
    start = replace(
        now, units=now.units.with_columns(weight=pl.when(first).then(1.0).otherwise("weight"))
    )
    other = replace(
        now, units=now.units.with_columns(weight=pl.when(first).then(weight).otherwise("weight"))
    )
    (scene,) = answer_scenes([start, other], YEAR, YES_NO)
    assert scene.statements.draw.tolist() == draws


def test_other_inhabitants_are_another_draw(codebook: Codebook) -> None:
    now = told(codebook, [figure(YES_NO, estimate=0.6)], SAID)
    other = replace(now, units=now.units.with_columns(pl.col("inhabitants") + 1))
    (scene,) = answer_scenes([now, other], YEAR, YES_NO)
    assert scene.statements.draw.tolist() == [0, 1]


def test_who_answered_later_may_be_anybody_who_did_not(codebook: Codebook) -> None:
    rows = [figure(YES_NO, estimate=0.6)]
    now = told(codebook, rows, SAID)
    before = told(codebook, rows, SAID | {"B": "dont_know"})
    scene = status_scene([now, before], YEAR, YES_NO)
    assert len(set(scene.states.tolist())) == 2
    # of everybody all is possible: the same in both, and answered in the later one only
    assert (scene.statements.prior > 0).all()
    assert scene.statements.prior.shape[1] == 5
    # not known and skipped, in each release
    assert scene.silent.sum(axis=1).tolist() == [1, 1, 2, 2]


def test_who_took_part_later_may_be_anybody(codebook: Codebook) -> None:
    now = told(codebook, [figure(YES_NO)], SAID)
    before = replace(now, units=now.units.filter(pl.col("municipality_code") != "B"))
    scene = participation_scene([now, before], YEAR)
    # never, since the last release, since the first; B since the last
    assert np.unique(scene.statements.features, axis=0).tolist() == [[0, 0, 1], [0, 1, 1]]
    assert scene.states.tolist() == [2, 1, 2, 2, 0]


def test_a_group_too_small_for_a_number_tells_nothing_of_participation(codebook: Codebook) -> None:
    one = told(codebook, [figure(YES_NO)], SAID)
    hidden = one.response.with_columns(respondent_count=pl.lit(None, dtype=pl.Int64))
    scene = participation_scene([replace(one, response=hidden)], YEAR)
    assert scene.respondents == ["A", "B", "C", "D", "E"]
    assert scene.states.tolist() == [1, 1, 1, 1, 0]
    assert bounds(scene) == []


def test_rules_are_read_from_the_policy(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(strict(), encoding="utf-8")
    assert rules_of(load_policy(path)) == RULES
    assert replace(RULES, digits=0).amount_half(12.3) == 0
