"""queries/perturbation.py: shares and counts with noise, by hand and over the whole sample."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations, pairwise
from math import ceil
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from data.files import store
from data.survey.codebook import Codebook, load_codebook
from data.survey.policy import Policy, load_policy
from queries import engine
from queries.disclosure.noise import draw
from queries.disclosure.perturbation import (
    Domain,
    Group,
    Noise,
    Participants,
    Sizes,
    Told,
    counts,
    monotone,
    participants,
    shares,
)
from queries.release.manifest import Release
from queries.vault.opening import Vault, open_vault
from tests.support.small_surveys import BOOK, drawn, released
from tests.support.surveys import estimated

SECRET = bytes(range(32))
GROUP = Group(
    edition=2025,
    indicator="busy",
    dimension="region",
    group_code="noord",
    population=12,
    respondents=9,
    answers=8,
    dont_know=1,
    skipped=0,
    content="17",
    contributors="18",
    statuses="19",
)
# Weights of 1.0 and 1.6, and six of 1.5, in tenths.
UNEVEN = Sizes(116, 16)
HUNDRED = Sizes(100, 1)


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_policy(store.SURVEY / "policy.toml")


@pytest.fixture(scope="module")
def exact(policy: Policy) -> Noise:
    """No noise, in memory."""
    return Noise(None, policy)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Codebook:
    """The questions of the small surveys: ``busy``, yes or no, and ``mood``, a scale of four."""
    path = tmp_path_factory.mktemp("boek") / "codebook.toml"
    path.write_text(BOOK, encoding="utf-8")
    return load_codebook(path)


def z(*about: object) -> Fraction:
    """Return a draw in standard deviations."""
    return Fraction(draw(SECRET, *about), 1000)


# ------------------------------------------------------------------ a share by hand


def test_a_share_is_what_was_answered_and_noise_as_large_as_the_largest_weight(
    policy: Policy,
) -> None:
    domain = Domain(GROUP, "municipality", UNEVEN, 10, Noise(SECRET, policy))
    # the heaviest and two of the others, 1.6 + 3.0, of 11.6
    told = domain.share("share", "yes", 46)
    noise = z(2025, "busy", "share", "yes", "municipality", "17")
    # 1.4 of the heaviest
    assert told == Fraction(46, 116) + Fraction(14, 10) * Fraction(16, 116) * noise
    assert domain.standard_deviation == pytest.approx(1.4 * 1.6 / 11.6)


def test_the_draw_is_of_the_digest_of_the_answers_and_not_of_the_group(policy: Policy) -> None:
    noise = Noise(SECRET, policy)
    other = GROUP._replace(dimension="market", group_code="a", population=40)
    one = Domain(GROUP, "municipality", HUNDRED, 10, noise).share("share", "yes", 40)
    same = Domain(other, "municipality", HUNDRED, 10, noise).share("share", "yes", 40)
    heavier = Domain(GROUP, "municipality", Sizes(100, 2), 10, noise).share("share", "yes", 40)
    assert one == same
    assert heavier - Fraction(2, 5) == 2 * (one - Fraction(2, 5))


def test_a_share_with_noise_stays_between_nought_and_one(policy: Policy) -> None:
    noise = Noise(SECRET, policy)
    for content in range(200):
        domain = Domain(GROUP._replace(content=str(content)), "municipality", UNEVEN, 10, noise)
        assert 0 <= domain.share("share", "yes", 0) <= domain.share("share", "yes", 116) <= 1


def yes_no(book: Codebook, exact: Noise, sizes: Sizes, yes: int, said: int) -> list[Told]:
    """Return what is told of a question of yes or no."""
    domain = Domain(GROUP, "municipality", sizes, said, exact)
    answers = {"yes": yes, "no": sizes.total - yes}
    return list(shares(domain, book.by_id["busy"], answers))


def test_small_groups_are_rounded_to_five_points_and_large_to_one(
    book: Codebook, exact: Noise
) -> None:
    # 42 of 100
    assert yes_no(book, exact, HUNDRED, 42, 25)[0].estimate == 0.4
    assert yes_no(book, exact, HUNDRED, 42, 30)[0].estimate == 0.42


def test_yes_and_no_are_one_hundred(book: Codebook, exact: Noise) -> None:
    yes, no = yes_no(book, exact, HUNDRED, 43, 25)
    assert (yes.estimate, no.estimate) == (0.45, 0.55)


@pytest.mark.parametrize(
    ("yes", "status", "low", "high"),
    [(5, "bound", 0.0, 0.05), (6, "shown", None, None), (95, "bound", 0.95, 1.0)],
)
def test_in_the_tails_a_share_is_a_bound_of_five_points(
    book: Codebook, exact: Noise, yes: int, status: str, low: float | None, high: float | None
) -> None:
    told = yes_no(book, exact, HUNDRED, yes, 100)[0]
    assert (told.status, told.low, told.high) == (status, low, high)
    assert (told.estimate is None) == (status == "bound")


def test_or_of_two_of_the_heaviest_where_that_is_more(book: Codebook, exact: Noise) -> None:
    # 2 x 16 / 116 is 27.6 %: in steps of five points 30 %
    told = yes_no(book, exact, UNEVEN, 32, 10)[0]
    assert (told.status, told.low, told.high) == ("bound", 0.0, pytest.approx(0.3))
    told = yes_no(book, exact, UNEVEN, 84, 10)[0]
    assert (told.status, told.low, told.high) == ("bound", pytest.approx(0.7), 1.0)
    assert yes_no(book, exact, UNEVEN, 45, 10)[0].estimate == pytest.approx(0.4)


def test_per_inhabitant_nothing_is_told_where_one_weighs_more_than_a_tenth(
    book: Codebook, exact: Noise
) -> None:
    for largest, statuses in ((10, {"shown"}), (11, {"dominated"})):
        domain = Domain(GROUP, "inhabitant", Sizes(100, largest), 50, exact)
        told = shares(domain, book.by_id["busy"], {"yes": 50, "no": 50})
        assert {share.status for share in told} == statuses


# ------------------------------------------------------------------ scales


def test_a_row_that_rises_is_made_level_between_its_ends() -> None:
    # 0.5, 0.6, 0.2: the lowest so far is 0.5, 0.5, 0.2, the highest to come 0.6, 0.6, 0.2
    row = [Fraction(5, 10), Fraction(6, 10), Fraction(2, 10)]
    assert monotone(row) == [Fraction(55, 100), Fraction(55, 100), Fraction(2, 10)]


@pytest.mark.parametrize("seed", range(20))
def test_what_is_made_level_never_rises_and_moves_no_more_than_the_worst(seed: int) -> None:
    true = sorted(np.random.default_rng(seed).integers(0, 100, 6).tolist(), reverse=True)
    moved = np.random.default_rng(seed + 99).integers(-20, 21, 6).tolist()
    row = [Fraction(t + m) for t, m in zip(true, moved, strict=True)]
    found = monotone(row)
    assert all(one >= other for one, other in pairwise(found))
    worst = max(abs(m) for m in moved)
    assert all(abs(one - t) <= worst for one, t in zip(found, true, strict=True))
    assert monotone(found) == found


def scale(book: Codebook, noise: Noise, levels: list[int], said: int = 100) -> dict[str, Told]:
    """Return what is told of a scale of four, by item: so many gave each level."""
    group = GROUP._replace(indicator="mood", answers=said)
    domain = Domain(group, "municipality", Sizes(sum(levels), 1), said, noise)
    answers = {str(place): size for place, size in enumerate(levels, 1)} | {"top": 0}
    return {told.item: told for told in shares(domain, book.by_id["mood"], answers)}


def test_levels_are_differences_and_the_top_is_their_sum(book: Codebook, exact: Noise) -> None:
    told = scale(book, exact, [20, 30, 35, 15])
    assert {item: share.estimate for item, share in told.items()} == {
        "top": 0.5,
        "1": pytest.approx(0.2),
        "2": pytest.approx(0.3),
        "3": pytest.approx(0.35),
        "4": pytest.approx(0.15),
    }


def test_a_fixed_part_stands_in_for_a_threshold_in_the_tail(book: Codebook, exact: Noise) -> None:
    # 5 of 100 gave the highest level: a bound, of which 3 points stand in
    told = scale(book, exact, [10, 40, 45, 5])
    assert (told["4"].status, told["4"].low, told["4"].high) == ("bound", 0.0, 0.05)
    assert told["top"].estimate == 0.5
    assert told["3"].estimate == pytest.approx(0.5 - 0.03)
    # which one cannot tell from 2 of 100
    alike = scale(book, exact, [10, 40, 48, 2])
    assert alike == told


def test_thresholds_have_draws_of_their_own(book: Codebook, policy: Policy) -> None:
    told = scale(book, Noise(SECRET, policy), [20, 30, 35, 15])
    about = ("municipality", "17")
    drawn_shares = [
        Fraction(higher, 100) + Fraction(14, 1000) * z(2025, "mood", "threshold", level, *about)
        for level, higher in (("2", 80), ("3", 50), ("4", 15))
    ]
    second, third, _ = (round(float(share), 2) for share in drawn_shares)
    assert told["top"].estimate == pytest.approx(third)
    assert told["1"].estimate == pytest.approx(1 - second)
    assert told["2"].estimate == pytest.approx(second - third)


def test_few_answers_tell_the_top_of_a_scale_alone(book: Codebook, exact: Noise) -> None:
    assert set(scale(book, exact, [20, 30, 35, 15], said=19)) == {"top"}


# ------------------------------------------------------------------ counts


def test_a_number_of_answers_is_told_in_steps_with_noise(policy: Policy) -> None:
    noise = Noise(SECRET, policy)
    for answers in (13, 17, 22, 48):
        group = GROUP._replace(answers=answers, respondents=90, population=100)
        # two municipalities to a standard deviation
        shift = 2 * z(2025, "busy", "n", "", "", "18")
        assert counts(group, noise, 90).answer_count == max(5 * round((answers + shift) / 5), 10)


def test_fewer_than_the_policy_asks_have_no_number(policy: Policy, exact: Noise) -> None:
    assert policy.min_respondents == 8
    assert counts(GROUP._replace(answers=7), exact, 9).answer_count is None
    assert counts(GROUP._replace(population=40, respondents=20), exact, 20).answer_count == 10


def test_no_more_answered_than_are_said_to_have_taken_part(exact: Noise) -> None:
    # eight is ten in steps of five, but nine are said to have taken part
    assert counts(GROUP, exact, 9).answer_count == 9
    # where that is not said, no more than there are
    assert counts(GROUP._replace(population=8), exact, None).answer_count == 8


def test_silence_is_told_as_shares_where_twenty_answers_are_told(
    policy: Policy, exact: Noise
) -> None:
    group = GROUP._replace(population=90, respondents=40, answers=30, dont_know=6, skipped=4)
    assert counts(group, exact, 40) == (30, 0.15, 0.1)
    noise = Noise(SECRET, policy)
    shifted = (6 + 2 * z(2025, "busy", "dont_know", "", "", "19")) / 40
    told = counts(group, noise, 40)
    # steps of one point or of five, by the number that is told
    step = 0.01 if (told.answer_count or 0) >= 30 else 0.05
    assert told.dont_know_share == pytest.approx(round(float(shifted) / step) * step)
    few = counts(group._replace(answers=17), exact, 40)
    assert (few.dont_know_share, few.skipped_share) == (None, None)


@pytest.mark.parametrize(
    ("dimension", "count", "population", "told"),
    [
        ("nl", 227, 342, 227),
        ("nl", 341, 342, 339),
        ("size", 26, 36, 25),
        ("size", 13, 13, 10),
        ("size", 0, 13, 3),
        ("size", 8, 13, 10),
        ("size", 6, 6, 3),
        ("size", 4, 5, None),
    ],
)
def test_of_a_group_it_stays_open_whether_three_took_part_or_not(
    exact: Noise, dimension: str, count: int, population: int, told: int | None
) -> None:
    assert participants(Participants(2025, dimension, population, count, "7"), exact) == told


def test_how_many_took_part_is_told_with_noise_of_who_did_and_never_that_of_the_country(
    policy: Policy,
) -> None:
    noise = Noise(SECRET, policy)
    for who in ("7", "8", "9"):
        group = Participants(2025, "size", 90, 41, who)
        shifted = 41 + 2 * z(2025, "", "participants", "", "", who)
        assert participants(group, noise) == 5 * round(shifted / 5)
        assert participants(group._replace(dimension="nl"), noise) == 41


# ------------------------------------------------------------------ the sample


@pytest.fixture(scope="module")
def vault(sample_vault: Path) -> Vault:
    return open_vault(sample_vault)


@pytest.fixture(scope="module")
def figures(published: Release) -> pl.DataFrame:
    """The survey figures of the release."""
    frame = pl.read_parquet(published.folder / "figures.parquet")
    return frame.filter(pl.col("kind") == "survey")


KEYS = ["edition", "indicator", "item", "weighting", "dimension", "group_code"]
BAR = ["edition", "indicator", "weighting", "dimension", "group_code"]
PLACE = ["dimension", "group_code", "group_rank", "step_up_dimension", "step_up_group"]


def test_every_share_is_as_near_to_its_estimate_as_the_noise_reaches(
    figures: pl.DataFrame, vault: Vault
) -> None:
    exact = estimated(vault)
    told = figures.filter(pl.col("statistic") == "share", pl.col("status") == "shown")
    units = engine.table(vault.connection, "respondents")
    heaviest = float(units["weight"].to_numpy().max())
    beside = told.join(exact.select(*KEYS, exact="estimate", size="size_total"), on=KEYS)
    one = beside.filter(pl.col("weighting") == "municipality")
    # no municipality weighs more than the heaviest of all; a level has two thresholds
    reach = 2 * 3.5 * heaviest / pl.col("size") + 0.05
    assert one.height > 3000
    assert one.filter((pl.col("estimate") - pl.col("exact")).abs() > reach).is_empty()


def bars(figures: pl.DataFrame, book: Codebook) -> Iterator[tuple[list[dict[str, object]], str]]:
    """Yield every complete scale of the release: its levels in order, and where its top begins."""
    scales = {i.id: i for i in book.indicators if i.type == "ordinal" and i.kind == "survey"}
    told = figures.filter(
        pl.col("indicator").is_in(list(scales)), pl.col("status").is_in(["shown", "bound"])
    )
    for frame in told.sort("item_rank").partition_by(BAR):
        indicator = scales[frame["indicator"][0]]
        if frame.height == len(list(indicator.items())):
            yield frame.to_dicts(), str(indicator.top_from)


def stand_in(rows: list[dict[str, object]], policy: Policy) -> float:
    """Return what stands in for a threshold in the tail of a bar: half its bound, upward."""
    few = int(str(rows[0]["answer_count"])) < policy.rounding.small_below
    points = policy.rounding.share_points_small if few else policy.rounding.share_points
    (bound,) = {row["high"] for row in rows if row["status"] == "bound" and row["low"] == 0}
    step = points / 100
    return ceil(float(str(bound)) / 2 / step - 1e-9) * step


def test_every_bar_adds_up_to_one_hundred_and_its_top_to_its_levels(
    figures: pl.DataFrame, published: Release, policy: Policy
) -> None:
    seen = 0
    for rows, top_from in bars(figures, published.codebook):
        levels = [row for row in rows if row["item"] != "top"]
        (top,) = (row for row in rows if row["item"] == "top")
        shown = [n for n, row in enumerate(levels) if row["status"] == "shown"]
        if not shown:
            # one level has nearly all, and the others are bounds
            assert sum(row["high"] == 1 for row in levels) == 1
            continue
        assert shown == list(range(shown[0], shown[-1] + 1)), rows
        ends = (shown[0] > 0) + (shown[-1] < len(levels) - 1)
        rest = stand_in(levels, policy) if ends else 0.0
        estimates = [float(str(levels[n]["estimate"])) for n in shown]
        assert sum(estimates) + ends * rest == pytest.approx(1.0), rows
        seen += 1
        if top["status"] == "shown":
            place = [row["item"] for row in levels].index(top_from)
            above = sum(e for n, e in zip(shown, estimates, strict=True) if n >= place)
            beyond = rest if shown[-1] < len(levels) - 1 else 0.0
            assert above + beyond == pytest.approx(top["estimate"]), rows
    assert seen > 400


def test_every_figure_with_enough_answers_is_shown_or_a_bound(
    figures: pl.DataFrame, vault: Vault, policy: Policy
) -> None:
    counted = engine.run(vault.connection, "counts/answer_counts", {})
    enough = counted.filter(pl.col("answer_count") >= policy.min_respondents)
    keys = ["edition", "indicator", "dimension", "group_code"]
    # levels of a scale, and quantiles, need more answers
    single = figures.filter(
        pl.col("weighting") == "municipality",
        pl.col("statistic").is_in(["share", "mean", "total"]),
        ~pl.col("item").str.contains(r"^\d+$"),
    )
    told = single.join(enough.select(keys), on=keys, how="semi")
    assert set(told["status"]) == {"shown", "bound"}
    assert told.height > 4000
    few = single.join(enough.select(keys), on=keys, how="anti")
    assert set(few["status"]) == {"too_few"}


def test_numbers_of_answers_are_in_steps_of_five_from_ten_or_as_many_as_took_part(
    figures: pl.DataFrame,
) -> None:
    told = figures.drop_nulls("answer_count")
    said, took_part = pl.col("answer_count"), pl.col("respondent_count")
    assert told.filter(~((said % 5 == 0) | (said == took_part))).is_empty()
    assert told.filter(said < pl.min_horizontal(took_part, 10)).is_empty()
    assert told.filter(said > took_part).is_empty()


def test_groups_with_the_same_members_tell_the_same(figures: pl.DataFrame, vault: Vault) -> None:
    members = engine.table(vault.connection, "membership")
    sets: dict[tuple[int, frozenset[str]], list[tuple[str, str]]] = {}
    for (edition, dimension, group), frame in members.group_by(
        "edition", "dimension", "group_code", maintain_order=True
    ):
        key = (int(str(edition)), frozenset(frame["municipality_code"]))
        sets.setdefault(key, []).append((str(dimension), str(group)))
    pairs = [
        (edition, *pair)
        for (edition, _), groups in sets.items()
        for pair in combinations(groups, 2)
    ]
    # Fryslân and Zeeland are labour market regions of their own
    assert {one[1] for _, one, _ in pairs} == {"PV21", "PV29"}
    for edition, *pair in pairs:
        one, other = (
            figures.filter(
                pl.col("edition") == edition,
                pl.col("dimension") == dimension,
                pl.col("group_code") == group,
            )
            .drop(PLACE)
            .sort("indicator", "item", "statistic", "weighting")
            for dimension, group in pair
        )
        assert one.height > 50
        assert one.equals(other), pair


# ------------------------------------------------------------------ corrections


def test_what_did_not_change_keeps_its_figures_and_what_did_draws_anew(tmp_path: Path) -> None:
    survey = drawn(5)
    survey.write(tmp_path / "kluis")
    first = pl.read_parquet(released(tmp_path / "kluis", tmp_path / "release") / "figures.parquet")
    changed = next(n for n, hours in enumerate(survey.hours) if hours is not None)
    survey.hours[changed] = 55.5
    survey.correct(tmp_path / "kluis")
    again = pl.read_parquet(released(tmp_path / "kluis", tmp_path / "release") / "figures.parquet")
    touched = {
        "nl": "nl",
        "region": survey.region[changed],
        "size": survey.size[changed],
        "market": survey.market[changed],
        "region:size": f"{survey.region[changed]}:{survey.size[changed]}",
    }
    place = pl.struct("dimension", "group_code").is_in(
        [{"dimension": d, "group_code": g} for d, g in touched.items()]
    )
    own = place & (pl.col("indicator") == "hours")
    means = own & (pl.col("statistic") == "mean")
    assert again.filter(~own).equals(first.filter(~own))
    before, after = (
        frame.filter(means, pl.col("estimate").is_not_null()) for frame in (first, again)
    )
    assert before.height >= 5
    assert (before["estimate"] != after["estimate"]).all()


def test_an_answer_that_comes_back_brings_its_old_figures_back(tmp_path: Path) -> None:
    survey = drawn(5)
    survey.write(tmp_path / "kluis")
    first = released(tmp_path / "kluis", tmp_path / "release").joinpath("figures.parquet")
    old = first.read_bytes()
    survey.busy[0] = 1.0 - (survey.busy[0] or 0.0)
    survey.correct(tmp_path / "kluis")
    released(tmp_path / "kluis", tmp_path / "release")
    drawn(5).correct(tmp_path / "kluis")
    third = released(tmp_path / "kluis", tmp_path / "release") / "figures.parquet"
    assert third.read_bytes() == old


def test_other_weights_have_another_digest_and_the_same_silences(tmp_path: Path) -> None:
    folder = drawn(3).write(tmp_path / "kluis")
    before = engine.run(open_vault(folder).connection, "counts/answer_digests", {})
    path = folder / "responses.parquet"
    first = pl.col("municipality_code") == "U001"
    heavier = pl.when(first).then(2.0).otherwise(1.0)
    store.write_parquet(pl.read_parquet(path).with_columns(weight=heavier), path, {})
    after = engine.run(open_vault(folder).connection, "counts/answer_digests", {})
    keys = ["edition", "indicator", "dimension", "group_code"]
    both = before.join(after, on=keys, suffix="_after")
    assert both.height == before.height
    # all weighed 1 before, as all took part
    moved = both.filter(pl.col("answers") != pl.col("answers_after"))
    groups = set(moved.filter(indicator="busy").select("dimension", "group_code").iter_rows())
    holding = {
        (dimension, group)
        for dimension, group, code in engine.table(open_vault(folder).connection, "membership")
        .select("dimension", "group_code", "municipality_code")
        .iter_rows()
        if code == "U001"
    }
    assert groups == holding
    assert (both["contributors"] == both["contributors_after"]).all()
    assert (both["statuses"] == both["statuses_after"]).all()


def digests(connection: engine.Connection) -> dict[tuple[str, str, str], tuple[str, str, str]]:
    """Return the digests of answers, contributors and statuses, by question and group."""
    found = engine.run(connection, "counts/answer_digests", {}).drop("edition")
    return {row[:3]: row[3:] for row in found.iter_rows()}


def with_reason(folder: Path, reason: str) -> Path:
    """Return the vault in which U000 gives ``reason`` for no answer to ``busy``."""
    path = folder / "responses.parquet"
    held = pl.read_parquet(path)
    own = (pl.col("indicator") == "busy") & (pl.col("municipality_code") == "U000")
    said = held.filter(pl.col("indicator") == "busy").head(1)
    silent = said.with_columns(
        municipality_code=pl.lit("U000"),
        answer=pl.lit(None, pl.Float64),
        reason=pl.lit(reason).cast(held.schema["reason"]),
    )
    store.write_parquet(pl.concat([held.filter(~own), silent]), path, {})
    return folder


def test_another_reason_not_to_answer_has_another_digest_of_silences_alone(tmp_path: Path) -> None:
    folder = drawn(3).write(tmp_path / "kluis")
    before = digests(open_vault(with_reason(folder, "dont_know")).connection)
    after = digests(open_vault(with_reason(folder, "not_applicable")).connection)
    assert before["busy", "nl", "nl"][:2] == after["busy", "nl", "nl"][:2]
    assert before["busy", "nl", "nl"][2] != after["busy", "nl", "nl"][2]
    assert before["hours", "nl", "nl"] == after["hours", "nl", "nl"]


def test_other_weights_of_one_question_have_another_digest_of_that_question(
    tmp_path: Path,
) -> None:
    connection = open_vault(drawn(3).write(tmp_path / "kluis")).connection
    before = digests(connection)
    kept = engine.table(connection, "question_weights")
    given = engine.table(connection, "respondents").select(
        "edition",
        "municipality_code",
        indicator=pl.lit("busy"),
        weight=pl.lit(2.5),
    )
    engine.load_frame(connection, "question_weights", given.select(kept.columns).cast(kept.schema))
    after = digests(connection)
    changed = {key for key, (answers, *_) in after.items() if answers != before[key][0]}
    assert changed == {key for key in before if key[0] == "busy"}
    assert {key: value[1:] for key, value in after.items()} == {
        key: value[1:] for key, value in before.items()
    }
