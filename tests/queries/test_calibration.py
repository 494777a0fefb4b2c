"""queries/calibration.py; what R says of it is in test_oracle.py."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from data.errors import CodebookError, DataError
from queries.estimation.calibration import calibrated
from queries.vault.opening import open_vault
from tests.support.surveys import estimated, nine


def with_margins(folder: Path, margins: str) -> Path:
    """Return the survey of nine with weights that add up to the register along margins."""
    book = nine(folder) / "codebook.toml"
    text = book.read_text(encoding="utf-8")
    book.write_text(text.replace("licence =", f"calibrate = {margins}\nlicence ="), "utf-8")
    return folder


def test_raked_weights_add_up_to_both_margins() -> None:
    # twice as many in a as in b, and half of all in x; of those that answered, one in each cell
    register = pl.DataFrame(
        {
            "edition": [2025] * 12,
            "margin_0": ["a"] * 8 + ["b"] * 4,
            "margin_1": ["x"] * 3 + ["y"] * 5 + ["x"] * 3 + ["y"],
        }
    )
    answering = pl.DataFrame(
        {
            "edition": [2025] * 4,
            "weight": [3.0] * 4,
            "margin_0": ["a", "a", "b", "b"],
            "margin_1": ["x", "y", "x", "y"],
        }
    )

    weights = calibrated(answering, register, 2)["weight"].to_list()
    # with equal weights to begin with, a cell has its row times its column, over 12
    assert weights == pytest.approx([8 * 6 / 12, 8 * 6 / 12, 4 * 6 / 12, 4 * 6 / 12])


def test_a_margin_that_is_the_stratum_changes_nothing(tmp_path: Path) -> None:
    # of the question that all who took part answered
    plain, raked = (
        estimated(open_vault(folder)).filter(pl.col("indicator") == "hours")
        for folder in (nine(tmp_path / "plain"), with_margins(tmp_path / "raked", '[["region"]]'))
    )

    values = ["estimate", "standard_error", "degrees_of_freedom"]
    for column in values:
        assert raked[column].to_list() == pytest.approx(plain[column].to_list(), abs=1e-9)


def test_a_group_in_which_nobody_answered_stops_the_release(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"Niemand van groep ‘noord:groot’"):
        open_vault(with_margins(tmp_path, '[["region", "size"]]'))


def test_a_margin_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CodebookError, match="calibrate noemt maan bestaat niet"):
        open_vault(with_margins(tmp_path, '[["maan"]]'))
