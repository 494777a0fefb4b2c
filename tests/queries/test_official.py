"""Official figures in the release, against the answer key."""

from pathlib import Path

import polars as pl
import pytest

from data.sources.official import SOURCE
from queries.release.manifest import Release

# Computed by others from the same Iv3 reports, pooled and median per size class.
KEY = Path(__file__).parent.parent / "reference" / "official_by_size_class.csv"
CLASSES = {
    "<20.000": "k1",
    "20.000-50.000": "k2",
    "50.000-100.000": "k3",
    ">=100.000": "k4",
    "all": "nl",
}
COLUMNS = {
    ("iv3_external_hire_pct", "pooled"): "inhuur_pct_pooled",
    ("iv3_external_hire_pct", "median"): "inhuur_pct_median",
    ("iv3_solvency_pct", "pooled"): "solvabiliteit_pooled",
    ("iv3_solvency_pct", "median"): "solvabiliteit_median",
}


@pytest.fixture(scope="module")
def key() -> pl.DataFrame:
    return pl.read_csv(KEY, infer_schema_length=None).with_columns(
        pl.col("size_class4").replace_strict(CLASSES).alias("group_code")
    )


@pytest.fixture(scope="module")
def official(published: Release) -> pl.DataFrame:
    return published.ask(
        "figures",
        indicators=[
            "iv3_external_hire_pct",
            "iv3_solvency_pct",
            "iv3_staff_cost_per_inhabitant_eur",
        ],
        editions=None,
        bases=None,
        items=None,
        statistics=["pooled", "median"],
        weightings=None,
        dimensions=["nl", "size_class"],
        groups=None,
    )


@pytest.mark.parametrize(("figure", "column"), COLUMNS.items())
def test_pooled_and_median_equal_the_answer_key_for_every_year_and_basis(
    official: pl.DataFrame, key: pl.DataFrame, figure: tuple[str, str], column: str
) -> None:
    indicator, statistic = figure
    ours = official.filter(pl.col("indicator") == indicator, pl.col("statistic") == statistic)
    compared = key.join(
        ours,
        left_on=["jaar", "type", "group_code"],
        right_on=["edition", "basis", "group_code"],
        how="left",
    )
    known = compared.drop_nulls(column)

    assert known.height in {90, 40}
    wrong = known.filter((pl.col("estimate") - pl.col(column)).abs() > 0.005001)
    assert wrong.select("jaar", "type", "size_class4", column, "estimate").rows() == []


def test_staff_cost_per_inhabitant_equals_the_answer_key_over_the_inhabitants_it_uses(
    official: pl.DataFrame, key: pl.DataFrame
) -> None:
    # The key divides by the inhabitants of all municipalities, also of those that filed nothing;
    # we divide by those that filed. Over the key's inhabitants the figures are the same.
    iv3 = pl.read_csv(SOURCE / "iv3.csv", infer_schema_length=None)
    filed = (
        iv3.with_columns(pl.col("inhabitants").cast(pl.Float64))
        .with_columns(
            group_code=pl.when(pl.col("inhabitants") < 20000)
            .then(pl.lit("k1"))
            .when(pl.col("inhabitants") < 50000)
            .then(pl.lit("k2"))
            .when(pl.col("inhabitants") < 100000)
            .then(pl.lit("k3"))
            .otherwise(pl.lit("k4"))
        )
        .filter(pl.col("status") == "ok")
    )
    everyone = filed.with_columns(group_code=pl.lit("nl"))
    inhabitants = (
        pl.concat([filed, everyone])
        .group_by(pl.col("year").cast(pl.Int64), "basis", "group_code", maintain_order=True)
        .agg(filed=pl.col("inhabitants").sum())
    )
    ours = official.filter(
        pl.col("indicator") == "iv3_staff_cost_per_inhabitant_eur",
        pl.col("statistic") == "pooled",
    ).with_columns(pl.col("edition").cast(pl.Int64))
    compared = (
        key.join(
            ours,
            left_on=["jaar", "type", "group_code"],
            right_on=["edition", "basis", "group_code"],
        )
        .join(
            inhabitants,
            left_on=["jaar", "type", "group_code"],
            right_on=["year", "basis", "group_code"],
        )
        .with_columns(
            over_all=pl.col("estimate") * pl.col("filed") / pl.col("inwoners"),
            complete=pl.col("filed") == pl.col("inwoners"),
        )
    )

    assert compared.height == 90
    column = pl.col("personeelslasten_per_inwoner")
    assert compared.filter((pl.col("over_all") - column).abs() > 0.005001).is_empty()
    complete = compared.filter(pl.col("complete"))
    assert complete.height >= 60
    assert complete.filter((pl.col("estimate") - column).abs() > 0.005001).is_empty()


def test_a_group_counts_its_municipalities_also_when_some_filed_nothing(
    official: pl.DataFrame,
) -> None:
    row = official.filter(
        pl.col("indicator") == "iv3_solvency_pct",
        pl.col("statistic") == "median",
        pl.col("edition") == 2023,
        pl.col("group_code") == "k3",
    ).row(0, named=True)

    # Vijfheerenlanden filed no accounts over 2023
    assert (row["answer_count"], row["population_count"]) == (59, 60)


def test_official_figures_have_no_margin(official: pl.DataFrame) -> None:
    assert official["low"].null_count() == official.height


def test_published_figures_are_the_quoted_ones(published: Release) -> None:
    quoted = published.ask("quotations", indicators=["pm_sick_leave_pct"])

    assert quoted.select("edition", "estimate").rows() == [(2021, 5.8), (2022, 6.7), (2023, 6.5)]
