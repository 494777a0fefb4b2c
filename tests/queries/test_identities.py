"""What must hold of estimates whatever the answers are."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from queries.estimation import estimates
from queries.publish import comparison_pairs
from queries.vault import design
from queries.vault.opening import open_vault
from tests.support.surveys import HEAD, dimension, indicator, texts, without_noise, write_vault

REGIONS, SIZES = ["noord", "oost", "zuid"], ["klein", "groot"]
KEYS = ["indicator", "item", "statistic", "weighting", "dimension", "group_code"]
VALUES = ["estimate", "standard_error", "degrees_of_freedom", "effective_size"]


def survey(
    folder: Path, seed: int, *, answering: float = 0.6, together: Iterable[str] = ()
) -> Path:
    """Write a random survey of 60 units; regions in ``together`` are one group, ``west``."""
    rng = np.random.default_rng(seed)
    codes = [f"U{n:02}" for n in range(60)]
    region = rng.choice(REGIONS, 60)
    area = ["west" if name in set(together) else name for name in region]
    register = pl.DataFrame(
        {
            "year": [2025] * 60,
            "municipality_code": codes,
            "name": codes,
            "inhabitants": rng.integers(10, 1000, 60),
            "region": region,
            "area": area,
            "size": rng.choice(SIZES, 60),
        }
    )
    amount = 'valid = [0, 1000]\nheadline = "mean"\nadds_up = true'
    book = (
        HEAD.format(stratum="region", headline="busy")
        + f"[[editions]]\nyear = 2025\nlabel = {texts('2025')}\n"
        + dimension("size", "class", "gr", SIZES)
        + dimension("region", "region", "rg", REGIONS)
        + dimension("area", "region", "ar", [*REGIONS, "west"])
        + indicator("hours", "number", [2025], amount)
        + indicator("people", "number", [2025], amount)
        + indicator("busy", "yes_no", [2025], 'headline = "yes"')
    )
    inhabitants = dict(register.select("municipality_code", "inhabitants").iter_rows())
    answers: list[tuple[int, str, str, str, float | None, str | None]] = []
    for code in codes:
        if rng.random() >= answering:
            continue
        hours = float(rng.integers(0, 50))
        answers += [
            (2025, code, "hours", "", hours, None),
            (2025, code, "people", "", hours * inhabitants[code], None),
            (2025, code, "busy", "", float(rng.random() < 0.4), None),
        ]
    return write_vault(folder, book, register, answers)


def estimated(folder: Path) -> pl.DataFrame:
    """Return every mean and total of a survey, exactly, sorted; a share is the mean of an item."""
    vault = open_vault(folder)
    design.load_sums(vault)
    weighted = design.weighted_sums(vault)
    found = {"mean": design.means(vault, weighted), "total": design.totals(vault, weighted)}
    return pl.concat(
        frame.with_columns(statistic=pl.lit(name)).select(*KEYS, *VALUES)
        for name, frame in found.items()
    ).sort(KEYS)


def of(frame: pl.DataFrame, **key: str) -> pl.DataFrame:
    """Return the rows with these values."""
    return frame.filter(pl.col(c) == v for c, v in key.items())


seeds = pytest.mark.parametrize("seed", [1, 2, 3])


@seeds
def test_a_census_has_no_error_of_sampling(tmp_path: Path, seed: int) -> None:
    found = estimated(survey(tmp_path, seed, answering=1.1))

    assert found.height > 50
    assert set(found["standard_error"]) == {0.0}
    assert found["effective_size"].is_infinite().all()


@seeds
def test_what_a_census_shows_to_differ_is_uncertain_by_noise_alone(
    tmp_path: Path, seed: int
) -> None:
    vault = open_vault(survey(tmp_path, seed, answering=1.1))
    told = without_noise(vault)
    strata = estimates.by_stratum(
        estimates.influence_sums(design.weighted_sums(vault), design.KEYS), design.KEYS
    )
    regions = strata.filter(pl.col("dimension") == "region")
    rest = comparison_pairs.rest_strata(strata, regions.select(design.KEYS).unique())
    errors = comparison_pairs.difference_errors(regions, rest, design.KEYS)

    assert errors.height > 5
    assert set(errors["error"]) == {0.0}
    assert set(told.drop_nulls("estimate")["standard_error"]) == {0.0}


@seeds
def test_groups_made_into_one_are_estimated_as_one(tmp_path: Path, seed: int) -> None:
    split = estimated(survey(tmp_path / "split", seed))
    merged = estimated(survey(tmp_path / "merged", seed, together=REGIONS))

    # nothing else changes, and the group that holds everyone is the whole
    other = pl.col("dimension") != "area"
    assert_frame_equal(merged.filter(other), split.filter(other))
    whole = of(split, dimension="nl").drop("dimension", "group_code")
    west = of(merged, group_code="west").drop("dimension", "group_code")
    assert_frame_equal(west, whole)


@seeds
def test_parts_add_up_to_the_whole(tmp_path: Path, seed: int) -> None:
    found = of(estimated(survey(tmp_path, seed)), statistic="total", indicator="people")
    totals = of(found, weighting="municipality")

    (whole,) = of(totals, dimension="nl")["estimate"]
    for dimension_name in ("region", "size"):
        parts = of(totals, dimension=dimension_name)["estimate"].sum()
        assert parts == pytest.approx(whole, rel=1e-9)


@seeds
def test_weights_on_another_scale_change_nothing_but_totals(tmp_path: Path, seed: int) -> None:
    folder = survey(tmp_path, seed)
    path = folder / "responses.parquet"
    responses = pl.read_parquet(path)
    found = []
    for scale in (1.0, 7.5):
        weight = scale * (1 + pl.col("municipality_code").str.tail(1).cast(pl.Float64))
        responses.with_columns(weight=weight).write_parquet(path)
        found.append(estimated(folder).filter(pl.col("statistic") != "total"))

    assert_frame_equal(found[1], found[0], rel_tol=1e-9)


@seeds
def test_a_mean_per_inhabitant_is_a_ratio_of_totals(tmp_path: Path, seed: int) -> None:
    folder = survey(tmp_path, seed)
    found = estimated(folder)
    people = of(
        found, indicator="people", statistic="total", weighting="municipality", dimension="region"
    )
    ratio = of(
        found, indicator="hours", statistic="mean", weighting="inhabitant", dimension="region"
    )
    mean = of(
        found, indicator="people", statistic="mean", weighting="municipality", dimension="region"
    )

    # hours x inhabitants add up to the total; the same design weighs the inhabitants below it
    vault = open_vault(folder)
    units = vault.connection.table("weighted_units").pl()
    region = pl.read_parquet(folder / "register.parquet").select("municipality_code", "region")
    below = (
        units.join(region, on="municipality_code")
        .group_by("region")
        .agg((pl.col("weight") * pl.col("inhabitants")).sum(), pl.col("weight").sum().alias("n"))
        .sort("region")
    )
    assert (people["estimate"] / below["weight"]).to_list() == pytest.approx(
        ratio["estimate"].to_list(), rel=1e-9
    )
    assert (people["estimate"] / below["n"]).to_list() == pytest.approx(
        mean["estimate"].to_list(), rel=1e-9
    )
