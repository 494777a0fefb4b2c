"""data.sources.official"""

from pathlib import Path

import polars as pl
import pytest

from data.errors import DataError
from data.files import store
from data.sources.official import SOURCE, build_official


@pytest.fixture(scope="module")
def official(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    return build_official(target=tmp_path_factory.mktemp("official"))


def test_solvency_of_amsterdam_2023_is_equity_over_balance_total(official: pl.DataFrame) -> None:
    source = pl.read_csv(SOURCE / "iv3.csv", infer_schema_length=None).filter(
        pl.col("year") == 2023,
        pl.col("basis") == "jaarrekening",
        pl.col("municipality_code") == "GM0363",
    )
    equity, total = source.select("equity_keur", "balance_total_keur").row(0)

    shown = official.filter(
        pl.col("indicator") == "iv3_solvency_pct",
        pl.col("year") == 2023,
        pl.col("municipality_code") == "GM0363",
    )

    assert shown["amount"].to_list() == [pytest.approx(100 * equity / total, rel=1e-12)]


def test_a_municipality_that_filed_nothing_has_no_figure_rather_than_zero(
    official: pl.DataFrame,
) -> None:
    missing = official.filter(
        pl.col("municipality_code") == "GM1961",
        pl.col("year") == 2023,
        pl.col("basis") == "jaarrekening",
        pl.col("indicator").str.starts_with("iv3_"),
    )

    assert missing.height == 5
    assert missing["amount"].null_count() == 5
    assert set(missing["status"]) == {"no_data"}


def test_a_budget_has_no_balance_sheet_and_so_no_solvency(official: pl.DataFrame) -> None:
    solvency = official.filter(pl.col("indicator") == "iv3_solvency_pct")

    assert set(solvency["basis"]) == {"jaarrekening"}


def test_a_zero_in_the_statements_of_zeeland_is_unclear_rather_than_zero(
    official: pl.DataFrame,
) -> None:
    kapelle = official.filter(
        pl.col("indicator") == "bbv_structural_room_pct",
        pl.col("year") == 2023,
        pl.col("municipality_code") == "GM0678",
    )

    assert kapelle.select("amount", "status").rows() == [(None, "unclear")]


def test_quoted_figures_all_name_their_page(official: pl.DataFrame) -> None:
    assert official.height
    published = pl.read_csv(SOURCE / "published.csv")

    assert published.height == 22
    assert published["url"].str.starts_with("https://").all()


def test_a_figure_that_the_codebook_does_not_know_stops_the_build(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    for path in SOURCE.glob("*.csv"):
        (source / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    text = (source / "bbv_ratios.csv").read_text(encoding="utf-8")
    changed = text.replace("bbv_solvency_pct", "bbv_solvensy_pct")
    (source / "bbv_ratios.csv").write_text(changed, encoding="utf-8")

    with pytest.raises(DataError, match="bbv_solvensy_pct"):
        build_official(source, tmp_path / "target")

    assert not list((tmp_path / "target").glob("*.parquet"))


def test_the_built_tables_are_where_vaults_are_filled_from() -> None:
    assert store.OFFICIAL.name == "official"
    assert (store.OFFICIAL / "official.parquet").is_file()
