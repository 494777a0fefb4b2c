"""pages.cards.worked_examples: examples on the page about the figures, from the release."""

from __future__ import annotations

import re

import polars as pl
import pytest

from data.files.store import SURVEY
from data.survey.languages import Language
from pages.cards.worked_examples import EXAMPLES, no_examples, rules, worked_examples
from pages.state import address
from pages.state.releases import online
from pages.state.view import View
from pages.words.texts import filled
from queries.release.manifest import Release
from queries.words.numbers import number

pytestmark = pytest.mark.usefixtures("on_sample")
LANGUAGES: tuple[Language, ...] = ("nl", "en")


def view(language: Language, edition: int = 2023) -> View:
    """Return what a page about an edition knows."""
    chosen, _ = address.read({"ed": str(edition), "taal": language}, online())
    return View(online(), chosen)


def shipped(language: Language) -> str:
    """Return how the shipped survey says it was done."""
    return (SURVEY / f"method.{language}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_prose_has_a_place_for_every_example(language: Language) -> None:
    text = shipped(language)

    assert all(text.count(f"{{{name}}}") == 1 for name in EXAMPLES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_prose_has_a_place_for_every_number_of_the_policy_and_no_other(
    language: Language,
) -> None:
    places = set(re.findall(r"\{(rule_\w+)\}", shipped(language)))

    assert places == set(rules(view(language)))


def test_what_the_policy_says_is_written_as_its_reader_does() -> None:
    dutch, english = rules(view("nl")), rules(view("en"))

    assert (dutch["rule_fewest"], dutch["rule_amount_sd"]) == ("8", "0,5")
    assert english["rule_amount_sd"] == "0.5"


@pytest.mark.parametrize("language", LANGUAGES)
def test_formulas_keep_their_braces(language: Language) -> None:
    filled_in = filled(shipped(language), **worked_examples(view(language)))

    assert r"\frac{n_h}{N_h}" in filled_in
    assert "{example" not in filled_in


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_example_is_there_and_marked_as_made_up(language: Language) -> None:
    examples = worked_examples(view(language))
    mark = view(language).words("mark.synthetic")

    assert set(examples) == set(EXAMPLES)
    assert all(mark in text for text in examples.values())


def test_the_example_of_an_estimate_holds_a_released_figure(published: Release) -> None:
    text = worked_examples(view("nl"))["example_estimate"]
    figures = pl.read_parquet(published.folder / "figures.parquet")

    asked = [i for i in published.codebook.indicators if i.question.dutch[:40] in text]
    (question,) = [i for i in asked if i.kind == "survey"]
    of_classes = figures.filter(
        pl.col("indicator") == question.id,
        pl.col("edition") == 2023,
        pl.col("status") == "shown",
        pl.col("weighting") == "municipality",
    )
    assert any(
        f"{count} van {population} gemeenten" in text
        for count, population in of_classes.select("answer_count", "population_count").iter_rows()
    )


def test_the_example_of_a_test_counts_the_groups_of_its_own_dimension(published: Release) -> None:
    text = worked_examples(view("nl"))["example_test"]
    tested = pl.read_parquet(published.folder / "comparisons.parquet").filter(
        pl.col("against") == "rest",
        pl.col("weighting") == "municipality",
        pl.col("edition") == 2023,
        pl.col("p_value").is_not_null(),
        pl.col("dimension").is_in(["size_class", "landsdeel"]),
        pl.col("indicator").is_in([theme.headline for theme in published.codebook.themes]),
        pl.col("item").is_in(["yes", "top"]),
    )
    clearest = tested.sort("p_value").row(0, named=True)
    family = tested.filter(
        indicator=clearest["indicator"], dimension=clearest["dimension"], item=clearest["item"]
    )
    corrected = 100 * family.height * clearest["p_value"]

    assert f"zijn {family.height} groepen getoetst" in text
    assert f"{number(corrected, 'nl', 1)} van de 100" in text


def test_the_example_of_a_margin_takes_the_noise_out_again(published: Release) -> None:
    text = worked_examples(view("nl"))["example_formula"].replace("\\", "")
    figures = pl.read_parquet(published.folder / "figures.parquet")
    found = re.search(r"marge (\d+) tot (\d+)%, ongeveer (\d+) antwoorden", text)
    assert found is not None
    low, high, answers = map(int, found.groups())
    noise, half = 1.96 * 1.4 * 100 / answers, (high - low) / 2

    assert not figures.filter(
        pl.col("low").round(2) == low / 100,
        pl.col("high").round(2) == high / 100,
        pl.col("answer_count") == answers,
    ).is_empty()
    assert f"1,96 × 1,4 × a = {number(noise, 'nl', 1)} punten" in text
    assert f"= {number((half**2 - noise**2) ** 0.5, 'nl', 1)} zijn" in text


def test_an_edition_in_which_nothing_was_asked_says_so() -> None:
    known = view("nl")

    assert set(no_examples(known).values()) == {
        "In deze editie is er geen cijfer dat als voorbeeld kan dienen."
    }
