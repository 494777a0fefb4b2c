"""queries/counts/derived_answers.sql: the levels of a scale taken together."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from queries import engine
from queries.vault.opening import open_vault
from tests.support.surveys import HEAD, dimension, indicator, texts, write_vault

PARTS = [f"m{n}" for n in range(1, 8)]


def levels(folder: Path, answers: list[float | None], rule: str) -> tuple[float | None, str | None]:
    """Return the level, and why there is none, of one unit that gave these seven answers."""
    options = ", ".join(f'{{ code = "{n}", label = {texts(str(n))} }}' for n in range(1, 6))
    scale = f'headline = "top"\ntop_from = 3\noptions = [{options}]'
    names = ", ".join(f'"{name}"' for name in PARTS)
    derived = f'{scale}\nderived = {{ from = [{names}], rule = "{rule}", min_valid = 5 }}'
    book = (
        HEAD.format(stratum="region", headline="m1")
        + f"[[editions]]\nyear = 2025\nlabel = {texts('2025')}\n"
        + dimension("size", "class", "gr", ["klein"])
        + dimension("region", "region", "rg", ["noord"])
        + "".join(indicator(name, "ordinal", [2025], scale) for name in PARTS)
        + indicator("overall", "ordinal", [2025], derived)
    )
    register = pl.DataFrame(
        {
            "year": [2025],
            "municipality_code": ["U1"],
            "name": ["U1"],
            "inhabitants": [10],
            "region": ["noord"],
            "size": ["klein"],
        }
    )
    rows = [
        (2025, "U1", name, "", answer, None if answer is not None else "dont_know")
        for name, answer in zip(PARTS, answers, strict=True)
    ]
    vault = open_vault(write_vault(folder, book, register, rows))
    found = engine.run(vault.connection, "counts/derived_answers", {})
    level, reason = found.select("answer", "reason").row(0)
    return level, reason


def test_the_level_is_the_middle_one_of_seven(tmp_path: Path) -> None:
    assert levels(tmp_path, [5, 1, 4, 2, 3, 3, 5], "median_low") == (3.0, None)


def test_a_tie_goes_to_the_lower_level(tmp_path: Path) -> None:
    # 1 2 2 | 4 4 5: between 2 and 4 the lower
    assert levels(tmp_path, [1, 2, 2, 4, 4, 5, None], "median_low") == (2.0, None)


def test_five_of_seven_are_enough(tmp_path: Path) -> None:
    assert levels(tmp_path, [1, 2, 3, 4, 5, None, None], "median_low") == (3.0, None)


def test_four_of_seven_are_too_few(tmp_path: Path) -> None:
    assert levels(tmp_path, [1, 2, 3, 4, None, None, None], "median_low") == (None, "not_answered")


@pytest.mark.parametrize("rest", [None, 1.0])
def test_the_weakest_part_is_the_lowest_level(tmp_path: Path, rest: float | None) -> None:
    expected = (1.0, None) if rest else (2.0, None)

    assert levels(tmp_path, [5, 2, 4, 2, 3, 3, rest], "minimum") == expected
