"""A release without noise, which the attack in whole numbers must open: it did once go online."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from data.survey.codebook import load_codebook
from queries.attack.answer_scenes import answer_scenes
from queries.attack.published import Rules, Told
from queries.attack.scenes import Scene
from queries.attack.whole_numbers import attack

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "fixtures" / "opened_release"
BALANCE, SHORTAGE = (2022, "fin_structural_balance_next"), (2023, "staff_shortage_social")
GRONINGEN, ROTTERDAM = "GM0014", "GM0599"
# Five answers were enough, shares in steps of one point and of five below thirty answers.
RULES = Rules(
    sd=0,
    cut=3.5,
    status_sd=0,
    amount_sd=0,
    step=0.01,
    step_small=0.05,
    small_below=30,
    digits=3,
    percent=15,
    count_step=5,
)

# No question has weights of its own.
WEIGHTS = {
    "edition": pl.Int32,
    "indicator": pl.String,
    "municipality_code": pl.String,
    "weight": pl.Float64,
}


@pytest.fixture(scope="module")
def told() -> Told:
    """What was published, with who answered."""
    answers = pl.read_parquet(FOLDER / "answers.parquet")
    return Told(
        figures=pl.read_parquet(FOLDER / "figures.parquet"),
        response=pl.DataFrame(),
        codebook=load_codebook(ROOT.parent / "data" / "survey" / "codebook.toml"),
        rules=RULES,
        members=pl.read_parquet(FOLDER / "members.parquet"),
        answers=answers,
        units=answers,
        weights=pl.DataFrame(schema=WEIGHTS),
    )


def scene(told: Told, question: tuple[int, str], **only: str) -> Scene:
    """Return what some of the figures tell of a question."""
    return answer_scenes([replace(told, figures=told.figures.filter(**only))], *question)[0]


def found(attacked: Scene) -> dict[str, int]:
    """Return whose answer is certain, and what it is."""
    certain = attack(attacked.statements, attacked.states).determined()[:, 1]
    return {
        attacked.respondents[n]: int(attacked.states[n]) for n in np.flatnonzero(certain).tolist()
    }


def test_one_share_tells_that_groningen_said_yes(told: Told) -> None:
    assert found(scene(told, BALANCE, dimension="province"))[GRONINGEN] == 1


def test_one_share_tells_that_rotterdam_said_no(told: Told) -> None:
    assert found(scene(told, SHORTAGE, dimension="arbeidsmarktregio"))[ROTTERDAM] == 0


def test_the_shares_of_municipalities_together_tell_more(told: Told) -> None:
    assert len(found(scene(told, BALANCE, weighting="municipality"))) == 8


@pytest.mark.parametrize("question", [BALANCE, SHORTAGE])
def test_with_noise_as_large_as_one_answer_they_tell_nothing(
    told: Told, question: tuple[int, str]
) -> None:
    noisy = replace(told, rules=replace(RULES, sd=1.0))
    assert found(scene(noisy, question, weighting="municipality")) == {}
