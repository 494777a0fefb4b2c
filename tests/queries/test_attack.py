"""What attackers can work out: from weak releases something, from released ones nothing."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from queries.attack import attack, read_published, version_folder
from queries.differencing import combinations_of
from queries.disclosure import protect
from queries.evidence import gather
from queries.figures import survey_figures
from queries.gate import make_release
from queries.ledger import told_before
from queries.vault import open_vault
from tests.small_surveys import MARKETS, YEAR, Small, drawn, opened, released

ROOT = Path(__file__).resolve().parents[2]
# What names a figure of a question.
LABELS = ["indicator", "dimension", "group_code", "item", "statistic", "weighting"]


def even(*, market: list[str] | None = None, busy: list[float | None] | None = None) -> Small:
    """Return 48 units: 24 in noord, 24 in zuid; eight in each market; half are busy.

    Within each region half are small; markets a to c are noord, d to f zuid.
    """
    return Small(
        region=["noord"] * 24 + ["zuid"] * 24,
        size=["klein", "groot"] * 24,
        market=market or [MARKETS[n // 8] for n in range(48)],
        busy=busy or [float(n // 2 % 2) for n in range(48)],
    )


def weak(survey: Small, folder: Path) -> Path:
    """Release a survey without secondary suppression; return the folder of the version."""
    vault = survey.write(folder / "kluis", secondary=False)
    return released(vault, folder / "release")


def test_a_market_that_is_a_region_plus_one_gives_that_one_away(tmp_path: Path) -> None:
    markets = ["a"] * 25 + ["b"] * 23
    found = opened(weak(even(market=markets), tmp_path), vault=None)
    assert ("outsider", "market:a - region:noord", 1) in {
        (o.attacker, o.about, o.high) for o in found
    }


def test_a_cross_with_one_hole_follows_from_its_margins(tmp_path: Path) -> None:
    # of the small ones in noord four answer, which is withheld by itself
    busy: list[float | None] = [
        None if n in range(8, 24, 2) else float(n % 3 > 0) for n in range(48)
    ]
    found = opened(weak(even(busy=busy), tmp_path), vault=tmp_path / "kluis")
    outsiders = {o.about for o in found if o.attacker == "outsider"}
    assert "region:noord - region:size:noord:groot" in outsiders
    assert any(o.attacker == "insider" for o in found)


HALF = "{ contributors = 1, percent = 50 }"


def dominated() -> Small:
    """Return a survey in which the first of market a makes up 100 of its 170 hours."""
    survey = even()
    survey.hours = [100.0, *[float(9 + n % 3) for n in range(47)]]
    return survey


def test_a_mean_that_one_dominates_is_withheld_and_follows_from_a_weak_release(
    tmp_path: Path,
) -> None:
    vault = dominated().write(tmp_path / "kluis", secondary=False, dominance=HALF)
    folder = released(vault, tmp_path / "release")
    assert mean_of_market_a(folder) == ("dominated", None)
    found = {o.about: (o.low, o.high) for o in opened(folder, vault=vault)}
    low, high = found["market:a"]
    # 100 + 9 + 10 + 11 + 9 + 10 + 11 + 9 = 169 hours of eight, known to a few tenths
    assert 20.5 < low < 169 / 8 < high < 21.8


def test_a_mean_that_one_dominates_does_not_follow_from_a_release(tmp_path: Path) -> None:
    vault = dominated().write(tmp_path / "kluis", dominance=HALF)
    said: list[str] = []
    make_release(vault, tmp_path / "release", said.append)
    folder = version_folder(tmp_path / "release")
    assert mean_of_market_a(folder) == ("dominated", None)
    assert opened(folder, vault=vault) == []
    # the gate withheld enough by itself: the attack that is part of it had nothing to add
    assert [line for line in said if line.startswith("Te herleiden")] == []


def mean_of_market_a(folder: Path) -> tuple[str, float | None]:
    """Return status and value of the mean hours in market a."""
    figures = pl.read_parquet(folder / "figures.parquet").filter(
        indicator="hours",
        dimension="market",
        group_code="a",
        statistic="mean",
        weighting="municipality",
    )
    return figures.select("status", "estimate").row(0)


def test_a_group_that_all_answered_alike_is_opened(tmp_path: Path) -> None:
    busy: list[float | None] = [1.0 if n < 8 else float(n // 2 % 2) for n in range(48)]
    found = opened(weak(even(busy=busy), tmp_path), vault=tmp_path / "kluis")
    assert {f"U{n:03}" for n in range(8)} <= {
        o.about for o in found if o.attacker == "insider" and o.low > 0.5
    }


def test_answers_that_do_not_fit_what_is_published_are_not_believed(tmp_path: Path) -> None:
    busy: list[float | None] = [1.0 if n < 8 else float(n // 2 % 2) for n in range(48)]
    published = read_published(weak(even(busy=busy), tmp_path), tmp_path / "kluis")
    assert published.known is not None
    cells = published.known.sums.filter(indicator="busy", item="yes").sort("cell")
    # everybody answered the opposite: were it believed, every answer would be uncertain
    turned = (cells["answer_count"] - 2 * cells["amount_sum"]).to_numpy()
    lies = {(YEAR, "busy"): {"yes": csr_array(turned[None])}}
    told_lies = replace(published, known=replace(published.known, witnesses=lies))
    found, still = (
        {(o.attacker, o.item, o.about) for o in attack(of)} for of in (published, told_lies)
    )
    assert still == found
    assert ("insider", "yes", "U007") in found


def test_what_did_not_change_is_told_again_to_the_last_digit(tmp_path: Path) -> None:
    # the same figures in two releases are one fact to an attacker, and are solved once
    path = drawn(3).write(tmp_path / "kluis")
    released(path, tmp_path / "release")
    vault = open_vault(path)
    figures = survey_figures(vault)
    again = protect(figures, gather(vault), vault.policy, vault.codebook).figures
    told = [*LABELS, "estimate", "low", "high", "status"]
    before = told_before(path)[-1].figures
    assert again.filter(status="bound").height > 0
    assert again.select(told).sort(told).equals(before.select(told).sort(told))


def test_a_corrected_answer_shows_in_two_weak_releases(tmp_path: Path) -> None:
    survey = even()
    vault = survey.write(tmp_path / "kluis", secondary=False)
    first = released(vault, tmp_path / "release")
    survey.busy[0] = 1.0
    survey.correct(vault)
    second = released(vault, tmp_path / "release")
    found = [o for o in opened(second, first, vault=vault) if o.attacker == "historian"]
    assert "U000" in {o.about for o in found}


def test_one_corrected_answer_changes_no_figure(tmp_path: Path) -> None:
    survey = even()
    vault = survey.write(tmp_path / "kluis")
    first = released(vault, tmp_path / "release")
    survey.busy[0] = 1.0
    survey.correct(vault)
    second = released(vault, tmp_path / "release")
    figures = [pl.read_parquet(folder / "figures.parquet") for folder in (first, second)]
    assert figures[0].equals(figures[1])
    assert opened(second, first, vault=vault) == []


def test_many_late_answers_renew_the_figures_and_open_nothing(tmp_path: Path) -> None:
    # 24 of 48 answer in time, the others late
    busy: list[float | None] = [float(n // 2 % 2) for n in range(48)]
    survey = even(busy=[b if n % 4 < 2 else None for n, b in enumerate(busy)])
    vault = survey.write(tmp_path / "kluis")
    first = released(vault, tmp_path / "release")
    survey.busy = list(busy)
    survey.correct(vault)
    second = released(vault, tmp_path / "release")
    counts = [
        pl.read_parquet(folder / "figures.parquet")
        .filter(dimension="nl", item="yes")["answer_count"]
        .max()
        for folder in (first, second)
    ]
    assert counts == [24, 48]
    assert opened(second, first, vault=vault) == []


def test_a_late_answer_is_not_the_difference_of_two_releases(tmp_path: Path) -> None:
    survey = even()
    late, survey.busy[5] = survey.busy[5], None
    vault = survey.write(tmp_path / "kluis")
    first = released(vault, tmp_path / "release")
    survey.busy[5] = late
    survey.correct(vault)
    second = released(vault, tmp_path / "release")
    assert opened(second, first, vault=vault) == []
    assert opened(second, first, vault=None) == []


def test_a_change_taken_back_is_weighed_against_every_release(tmp_path: Path) -> None:
    # six change, then five of them back and one more: against the first only two changed
    survey = even()
    vault = survey.write(tmp_path / "kluis")
    versions = [released(vault, tmp_path / "release")]
    for changed in ([0, 4, 8, 12, 16, 20], [20, 2]):
        survey.busy = even().busy
        for n in changed:
            survey.busy[n] = 1.0 - (survey.busy[n] or 0)
        survey.correct(vault)
        versions.append(released(vault, tmp_path / "release"))
    newest, *earlier = reversed(versions)
    assert opened(newest, *earlier, vault=vault) == []


@pytest.mark.parametrize("minimum", [5, 10])
@settings(
    max_examples=3,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 10**6))
def test_nothing_opens_of_any_small_survey(
    tmp_path_factory: pytest.TempPathFactory, minimum: int, seed: int
) -> None:
    folder = tmp_path_factory.mktemp("klein")
    vault = drawn(seed).write(folder / "kluis", minimum=minimum)
    assert opened(released(vault, folder / "release"), vault=vault, thorough=False) == []


@pytest.mark.slow
def test_nothing_opens_of_the_shipped_release(sample_vault: Path, sample_release: Path) -> None:
    done = run(str(sample_release), "--vault", str(sample_vault))
    assert (done.returncode, "0 te herleiden" in done.stdout) == (0, True), done.stdout


def test_the_command_opens_a_weak_release_and_says_who_and_what(tmp_path: Path) -> None:
    folder = weak(even(market=["a"] * 25 + ["b"] * 23), tmp_path)
    done = run(str(folder))
    assert done.returncode == 2
    assert "outsider: busy  (2025), market:a - region:noord: tussen 0 en 1" in done.stdout


def test_combinations_leave_each_member_once_or_not_at_all() -> None:
    # a holds 1-4, b 1-2, c 3, d 2-5
    members = pl.DataFrame(
        {"a": [1, 1, 1, 1, 0], "b": [1, 1, 0, 0, 0], "c": [0, 0, 1, 0, 0], "d": [0, 1, 1, 1, 1]}
    ).to_numpy().T.astype(bool)  # fmt: skip
    found = combinations_of(members)
    named = [found.named(number, "abcd") for number in range(len(found.groups))]
    assert sorted(named) == ["a - b", "a - b - c", "a - c", "b + d - a", "d - c"]
    left = dict(zip(named, found.left_of(np.array([4, 2, np.nan, 4])), strict=True))
    assert (left["a - b"], left["b + d - a"]) == (2, 2)
    assert np.isnan([left["a - b - c"], left["a - c"], left["d - c"]]).all()


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the attack from the command line."""
    return subprocess.run(
        [sys.executable, "-m", "queries", "attack", *arguments],
        cwd=ROOT,
        env=os.environ | {"COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
