"""Numbers and dates as Dutch and English readers write them."""

from pathlib import Path

import pytest

from pages.words.texts import Words, plain
from queries.release.manifest import Release
from queries.words import numbers
from queries.words.texts import join, texts


@pytest.mark.parametrize(
    ("value", "decimals", "dutch", "english"),
    [
        (3412.0, 0, "3.412", "3,412"),
        (45.5, 0, "46", "46"),
        (44.5, 0, "45", "45"),
        (-44.5, 0, "−45", "−45"),
        (0.25, 1, "0,3", "0.3"),
        (-0.04, 1, "0,0", "0.0"),
        (-1234567.891, 2, "−1.234.567,89", "−1,234,567.89"),
        (2.675, 2, "2,68", "2.68"),
    ],
)
def test_a_number_is_rounded_half_away_from_zero_in_the_notation_of_the_reader(
    value: float, decimals: int, dutch: str, english: str
) -> None:
    assert numbers.number(value, "nl", decimals) == dutch
    assert numbers.number(value, "en", decimals) == english


@pytest.mark.parametrize(
    ("indicator", "value", "dutch", "english"),
    [
        ("staff_shortage_social", 45.4, "45%", "45%"),
        ("iv3_solvency_pct", 38.56, "38,6%", "38.6%"),
        ("iv3_solvency_pct", -2.0, "−2,0%", "−2.0%"),
        ("iv3_spending_per_inhabitant_eur", 3412.4, "€ 3.412", "€3,412"),
        ("be_debt_intake_wait_days", 21.0, "21 dagen", "21 days"),
    ],
)
def test_a_figure_has_its_unit(
    published: Release, indicator: str, value: float, dutch: str, english: str
) -> None:
    known = published.codebook.by_id[indicator]
    # Within an amount no line may break, so its space is one that does not.
    assert numbers.amount(value, known, Words("nl")).replace("\xa0", " ") == dutch
    assert numbers.amount(value, known, Words("en")).replace("\xa0", " ") == english


def test_a_margin_says_its_unit_once(published: Release) -> None:
    share = published.codebook.by_id["staff_shortage_social"]
    assert numbers.span(40.2, 49.5, share, Words("nl")) == "40 tot 50%"
    assert numbers.span(40.2, 49.5, share, Words("en")) == "40 to 50%"


def test_a_day_is_written_out() -> None:
    assert numbers.day("2026-11-05T10:00:00+0100", "nl") == "5 november 2026"
    assert numbers.day("2026-11-05T10:00:00+0100", "en") == "5 November 2026"


def test_a_list_ends_with_its_conjunction() -> None:
    assert join(["a", "b", "c"], "en") == "a, b en c"
    assert join(["a"], "en") == "a"
    assert join([], "en") == ""


def test_one_and_many_have_their_own_words() -> None:
    assert Words("nl").count("table.others", 1, count=1) == "nog 1 andere vraag"
    assert Words("nl").count("table.others", 2, count=2) == "nog 2 andere vragen"


def test_marks_of_markdown_are_shown_as_they_are() -> None:
    assert plain("*a* [b](c) $x$ :red[d]") == r"\*a\* \[b\]\(c\) \$x\$ \:red\[d\]"


def test_a_text_that_two_folders_hold_is_refused(tmp_path: Path) -> None:
    folders = tmp_path / "een", tmp_path / "twee"
    for folder in folders:
        folder.mkdir()
        (folder / "nl.toml").write_text('[a]\nb = "c"\n', encoding="utf-8")
    assert texts(folders[:1], "nl") == {"a.b": "c"}
    with pytest.raises(ValueError, match=r"twee/nl\.toml: a\.b"):
        texts(folders, "nl")
