"""A release is attacked before it goes online, with all before it; and the attacks do succeed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import DataError
from data.files import store
from queries.attack import whole_numbers
from queries.attack.attack import (
    ANSWERS,
    STATUS,
    Outcome,
    Task,
    attack,
    attacked,
    everything_told,
    version_folder,
)
from queries.attack.published import Told
from queries.attack.scenes import Scene
from queries.attack.statements import Statements
from queries.attack.status_scenes import participation_scene
from queries.errors import QueryError
from queries.publish import refusals
from queries.release.manifest import POINTER, VERSIONS
from queries.vault import prior_releases
from tests.attacks import EDITION, QUESTIONS, answer_late, as_told
from tests.support.small_surveys import REGIONS, YEAR, Small, drawn, released, silent

ROOT = Path(__file__).resolve().parents[2]
CORRECTED = "staff_shortage_social"
KEY = ["indicator", "item", "statistic", "weighting", "dimension", "group_code"]


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small survey, released; tests that change it take a copy."""
    folder = tmp_path_factory.mktemp("klein") / "kluis"
    drawn(3).write(folder)
    released(folder, folder.parent / "release")
    return folder


@pytest.fixture
def copied(vault: Path, tmp_path: Path) -> Path:
    """A copy of that vault, with its release beside it."""
    shutil.copytree(vault.parent, tmp_path / "kopie")
    return tmp_path / "kopie" / "kluis"


def certain(*told: Told) -> Outcome:
    """Return what is certain from releases, the newest first."""
    return attack(told, silent, by_chance=False)


def certain_of(indicator: str, told: Told) -> Outcome:
    """Return what is certain about one question."""
    task = Task(ANSWERS, [told.only(YEAR, indicator)], YEAR, indicator, by_chance=False)
    return attacked(task)


def without_noise(told: Told) -> Told:
    """Return a release that says that there was no noise."""
    return replace(told, rules=replace(told.rules, sd=0, status_sd=0, amount_sd=0))


# each attack succeeds where it should ------------------------------------------------------------


def test_a_good_release_withstands_all_that_is_tried(vault: Path) -> None:
    told = everything_told(version_folder(vault.parent / "release"), vault)
    outcome = attack(told, silent)
    assert not outcome.succeeds
    answers = told[0].answers.drop_nulls("answer").height
    # of each question who answered it, and all who took part; and of everybody whether they did
    assert outcome.attacked == answers + 3 * told[0].units.height + 60
    # amounts are guessed on request only
    assert outcome.answers == answers - told[0].answers.filter(indicator="hours").height


@pytest.mark.parametrize("indicator", ["busy", "hours"])
def test_without_noise_answers_are_certain(vault: Path, indicator: str) -> None:
    outcome = certain_of(indicator, without_noise(as_told(vault, drawn=False)))
    assert outcome.succeeds
    assert {(opening.indicator, opening.rule) for opening in outcome.openings} == {
        (indicator, "certain")
    }


def test_with_little_noise_answers_are_all_but_known(tmp_path: Path) -> None:
    folder = uneven(drawn(5), 5).write(tmp_path / "kluis")
    told = as_told(folder, drawn=False)
    nearly = replace(told, rules=replace(told.rules, sd=0.3))
    outcome = attacked(Task(ANSWERS, [nearly.only(YEAR, "mood")], YEAR, "mood"))
    assert (outcome.likely, outcome.succeeds) == (1, True)


def test_noise_with_a_tight_cut_opens_as_well(vault: Path) -> None:
    told = as_told(vault, drawn=False)
    assert certain_of("busy", replace(told, rules=replace(told.rules, cut=0.02))).succeeds


def test_noise_as_it_is_opens_nothing_even_where_it_was_drawn_as_nothing(vault: Path) -> None:
    assert not certain(as_told(vault, drawn=False)).succeeds


def test_a_release_that_does_not_fit_its_answers_is_an_error(vault: Path) -> None:
    with pytest.raises(QueryError, match="passen niet"):
        certain_of("busy", without_noise(as_told(vault)))


# Groningen counts for 1.0, Pekela for 1.6 and six others for 1.5; Groningen and three of the
# six said yes, and the draw was one answer too many: 1.0 + 4.5 + 1.6.
EIGHT = [1.0, 1.6, *[1.5] * 6]
YES = [1, 0, 1, 1, 1, 0, 0, 0]
TOLD = 7.1


def one_sum(parts: Sequence[float], noise: float, low: float, high: float) -> Statements:
    """Return what a sum over all respondents tells."""
    return Statements(
        parts=np.array([parts]),
        features=np.array([[0.0, 1.0]]),
        noise=np.array([noise]),
        low=np.array([low]),
        high=np.array([high]),
        draw=np.array([0]),
        cut=3.5,
        prior=np.full((len(parts), 2), 0.5),
    )


def test_noise_in_whole_answers_tells_who_has_another_weight() -> None:
    # from four answers too few to four too many: eight more that say yes or no, four for nothing
    told = one_sum([*EIGHT, *[1.6] * 8], 0.0, TOLD + 4 * 1.6 - 0.01, TOLD + 4 * 1.6 + 0.01)
    found = whole_numbers.attack(told, np.array([*YES, *[1] * 5, *[0] * 3])).determined()
    assert found[:8].any(axis=1).tolist() == [True] + [False] * 7


def test_noise_that_is_no_whole_number_does_not() -> None:
    told = one_sum(EIGHT, 1.6, TOLD - 0.01, TOLD + 0.01)
    assert not whole_numbers.attack(told, np.array(YES)).determined().any()


# before a release goes online --------------------------------------------------------------------


def state(folder: Path) -> tuple[bytes, list[str], list[str]]:
    """Return what is online, which versions there are, and what the vault keeps of them."""
    release = folder.parent / "release"
    return (
        (release / POINTER).read_bytes(),
        sorted(path.name for path in (release / VERSIONS).iterdir()),
        [path.name for path in prior_releases.records(folder)],
    )


def test_a_release_that_opens_does_not_go_online(copied: Path) -> None:
    before = state(copied)
    lay(copied, "p_percent = 15", "p_percent = 99")
    with pytest.raises(DataError, match=r"verraadt antwoorden: hours \(2025\)\.") as refused:
        released(copied, copied.parent / "release")
    assert "De vorige release blijft." in str(refused.value)
    assert state(copied) == before


def test_a_release_that_withstands_goes_online_and_is_kept(copied: Path) -> None:
    before = state(copied)
    changed = drawn(3)
    changed.busy = [None if answer is None else 1 - answer for answer in changed.busy]
    changed.correct(copied)
    released(copied, copied.parent / "release")
    after = state(copied)
    assert after[0] != before[0]
    assert (len(after[1]), len(after[2])) == (2, 2)


def test_a_policy_that_asks_more_of_amounts_than_noise_gives_is_refused(tmp_path: Path) -> None:
    folder = drawn(3).write(tmp_path / "kluis")
    lay(folder, "p_percent = 15", "p_percent = 99")
    with pytest.raises(DataError, match=r"verraadt antwoorden: hours \(2025\)\."):
        released(folder, tmp_path / "release")
    assert prior_releases.records(folder) == []


def lay(folder: Path, old: str, new: str) -> None:
    """Change a line of the policy of a vault."""
    path = folder / "policy.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_what_is_online_nonetheless_the_command_opens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = drawn(3).write(tmp_path / "kluis")
    lay(folder, "p_percent = 15", "p_percent = 99")
    monkeypatch.setattr(refusals, "attack", lambda *_, **__: Outcome())
    released(folder, tmp_path / "release")
    ended = command(folder)
    assert ended.returncode == 2
    assert re.search(r"insider: hours +\(2025\), U\d{3}: certain, 1.000", ended.stdout)
    assert "1 te herleiden" in ended.stdout


def command(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the attack as a command on what is online beside a vault."""
    release = str(folder.parent / "release")
    return subprocess.run(
        [sys.executable, "-m", "queries", "attack", release, "--vault", str(folder)],
        cwd=ROOT,
        env=os.environ | {"STAND_RELEASE": "/nonexistent", "STAND_VAULT": "/nonexistent"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_says_what_it_tried_and_ends_well_on_a_good_release(vault: Path) -> None:
    ended = command(vault)
    assert ended.returncode == 0, ended.stderr
    assert "answers" not in ended.stdout
    assert ": 0 te herleiden; van " in ended.stdout


# the sample --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Late:
    """The sample, released four times: with 3 and with 80 late answers, and corrected."""

    told: list[Told]
    late: list[list[str]]

    def together(self, releases: int) -> list[Told]:
        """Return the first so many releases, the newest first."""
        return self.told[:releases][::-1]


@pytest.fixture(scope="module")
def sample(sample_vault: Path, tmp_path_factory: pytest.TempPathFactory) -> Late:
    """Three questions of 2023 in the sample, as four releases of them tell it."""
    folder = tmp_path_factory.mktemp("laat") / "kluis"
    shutil.copytree(sample_vault, folder, ignore=shutil.ignore_patterns(prior_releases.FOLDER))
    path = folder / "responses.parquet"
    held = pl.read_parquet(path).filter(
        pl.col("edition") == EDITION, pl.col("indicator").is_in([*QUESTIONS, CORRECTED])
    )
    store.write_parquet(held, path, {})
    told, late = [as_told(folder)], []
    for count in (3, 80):
        store.write_parquet(held, path, {})
        late.append(answer_late(folder, count))
        told.append(as_told(folder))
    store.write_parquet(corrected(pl.read_parquet(path), told[0]), path, {})
    told.append(as_told(folder))
    return Late(told, late)


def corrected(held: pl.DataFrame, before: Told) -> pl.DataFrame:
    """Return answers of which one was corrected and one withdrawn, and with one more participant.

    So the weights of a stratum change.
    """
    question = pl.col("indicator") == CORRECTED
    first, second = held.filter(question).drop_nulls("answer")["municipality_code"][:2]
    members = before.members.filter(dimension="nl")["municipality_code"]
    new = min(set(members) - set(held["municipality_code"]))
    mine = held.filter(question, pl.col("municipality_code") == first)
    withdrawn = question & (pl.col("municipality_code") == second)
    wrong = question & (pl.col("municipality_code") == first)
    return pl.concat(
        [
            held.with_columns(
                answer=pl.when(wrong)
                .then(1 - pl.col("answer"))
                .when(~withdrawn)
                .then(pl.col("answer")),
                reason=pl.when(withdrawn)
                .then(pl.lit("not_answered"))
                .otherwise("reason")
                .cast(held.schema["reason"]),
            ),
            mine.with_columns(municipality_code=pl.lit(new)),
        ]
    )


@pytest.mark.parametrize("indicator", [*QUESTIONS, CORRECTED])
@pytest.mark.parametrize("releases", [1, 2, 3, 4])
def test_releases_with_late_answers_and_corrections_open_nothing_together(
    sample: Late, indicator: str, releases: int
) -> None:
    told = [one.only(EDITION, indicator) for one in sample.together(releases)]
    for kind in (ANSWERS, STATUS):
        outcome = attacked(Task(kind, told, EDITION, indicator, by_chance=False))
        assert outcome.attacked > 180
        assert outcome.openings == ()


def test_without_noise_a_late_answer_is_certain() -> None:
    # three of eight said yes, and four of nine when one more had answered
    before, after = [1.0] * 8 + [0.0], [1.0] * 9
    both = replace(
        one_sum(after, 0.0, 3.9, 4.1),
        parts=np.array([before, after]),
        features=np.array([[0.0, 1.0]] * 2),
        noise=np.zeros(2),
        low=np.array([2.9, 3.9]),
        high=np.array([3.1, 4.1]),
        draw=np.array([0, 1]),
    )
    found = whole_numbers.attack(both, np.array([1, 1, 1, 0, 0, 0, 0, 0, 1])).determined()
    assert found.any(axis=1).tolist() == [False] * 8 + [True]


@pytest.mark.parametrize("number", [1, 2])
def test_groups_with_the_same_answers_keep_the_same_figure(sample: Late, number: int) -> None:
    before, after = sample.told[0], sample.told[number]
    same = contributors(before).join(contributors(after), on=["indicator", *KEY[-2:], "who"])
    assert same.height > 50
    rows = [
        one.survey.join(same, on=["indicator", *KEY[-2:]], how="semi").sort(KEY)
        for one in (before, after)
    ]
    values = [*KEY, "estimate", "low", "high", "status"]
    assert rows[0].select(values).equals(rows[1].select(values))
    # and the others do not: all that answered more has another draw
    changed = before.survey.join(same, on=["indicator", *KEY[-2:]], how="anti")
    moved = changed.join(after.survey, on=KEY, suffix="_after").drop_nulls(
        ["estimate", "estimate_after"]
    )
    assert (moved["estimate"] != moved["estimate_after"]).sum() > moved.height / 2


def contributors(told: Told) -> pl.DataFrame:
    """Return who answered what, by question and group."""
    return (
        told.answers.drop_nulls("answer")
        .filter(pl.col("indicator").is_in([*QUESTIONS, CORRECTED]))
        .join(told.members, on=["edition", "municipality_code"])
        .sort("municipality_code")
        .group_by("indicator", "dimension", "group_code")
        .agg(who=pl.format("{}={}", "municipality_code", "answer").str.join(" "))
    )


@pytest.fixture(scope="module")
def participations(sample_vault: Path) -> list[tuple[int, Scene]]:
    """What the response of the sample tells of who took part, in each edition."""
    told = as_told(sample_vault)
    return [(year, participation_scene([told], year)) for year in (2022, 2023)]


def test_from_the_response_nobodys_participation_follows(
    participations: Sequence[tuple[int, Scene]],
) -> None:
    for _, scene in participations:
        assert len(scene.states) > 340
        assert taking_part(scene.statements, scene) == 0


def test_from_exact_numbers_the_participation_of_some_follows(
    participations: Sequence[tuple[int, Scene]],
) -> None:
    for _, scene in participations:
        exact = scene.statements.parts @ scene.states
        told = replace(scene.statements, noise=0 * exact, low=exact, high=exact)
        assert taking_part(told, scene) > 5


def taking_part(statements: Statements, scene: Scene) -> int:
    """Return of how many it is certain whether they took part."""
    about = np.array([[False, True]])
    return int(whole_numbers.attack(statements, scene.states, about).determined().sum())


# surveys at random -------------------------------------------------------------------------------


def uneven(survey: Small, seed: int) -> Small:
    """Return a survey in which regions responded differently, so that weights differ."""
    random = np.random.default_rng(seed)
    part = dict(zip(REGIONS, random.permutation([0.95, 0.7, 0.5]).tolist(), strict=True))
    there = [random.random() < part[region] for region in survey.region]
    for answers in (survey.busy, survey.hours, survey.mood):
        answers[:] = [x if here else None for x, here in zip(answers, there, strict=True)]
    return survey


CORRECTIONS = {"busy": [0.0, 1.0], "hours": [0.0, 12.5, 40.0, 100.0], "mood": [1.0, 2.0, 3.0, 4.0]}
corrections = st.lists(
    st.tuples(
        st.integers(0, 59),
        st.sampled_from(sorted(CORRECTIONS)),
        st.one_of(st.none(), st.integers(0, 3)),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=8, deadline=None, derandomize=True, database=None)
@given(seed=st.integers(0, 10_000), changes=st.lists(corrections, min_size=1, max_size=3))
def test_random_surveys_open_nothing_after_random_corrections(
    tmp_path_factory: pytest.TempPathFactory,
    seed: int,
    changes: list[list[tuple[int, str, int | None]]],
) -> None:
    survey = uneven(drawn(seed), seed)
    folder = survey.write(tmp_path_factory.mktemp("toeval") / "kluis")
    told: list[Told] = []
    for correction in ([], *changes):
        for unit, question, answer in correction:
            some = CORRECTIONS[question]
            getattr(survey, question)[unit] = None if answer is None else some[answer % len(some)]
        survey.correct(folder)
        told.insert(0, as_told(folder))
        assert certain(*told).openings == ()


@pytest.mark.parametrize("seed", [3, 5, 7])
def test_a_survey_of_uneven_weights_opens_without_noise(tmp_path: Path, seed: int) -> None:
    folder = uneven(drawn(seed), seed).write(tmp_path / "kluis")
    assert certain_of("busy", without_noise(as_told(folder, drawn=False))).succeeds
