"""pages/parts/worked.py: examples on the page about the figures, from the release itself."""

from __future__ import annotations

import polars as pl
import pytest

from data.codebook import Language
from pages.parts import address
from pages.parts.context import Context
from pages.parts.figures import facts
from pages.parts.texts import prose
from pages.parts.worked import EXAMPLES, no_examples, worked_examples
from queries.release import Release

pytestmark = pytest.mark.usefixtures("on_sample")
LANGUAGES: tuple[Language, ...] = ("nl", "en")


def context(language: Language, edition: int = 2023) -> Context:
    """Return what a page about an edition knows."""
    chosen, _ = address.read({"ed": str(edition), "taal": language}, facts())
    return Context(facts(), chosen)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_prose_has_a_place_for_every_example(language: Language) -> None:
    text = prose("method", language)

    assert all(text.count(f"{{{name}}}") == 1 for name in EXAMPLES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_formulas_keep_their_braces(language: Language) -> None:
    filled = prose("method", language, **worked_examples(context(language)))

    assert r"\frac{n_h}{N_h}" in filled
    assert "{example" not in filled


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_example_is_there_and_marked_as_made_up(language: Language) -> None:
    examples = worked_examples(context(language))
    mark = context(language).words("mark.synthetic")

    assert set(examples) == set(EXAMPLES)
    assert all(mark in text for text in examples.values())


def test_the_example_of_an_estimate_holds_a_released_figure(published: Release) -> None:
    text = worked_examples(context("nl"))["example_estimate"]
    figures = pl.read_parquet(published.folder / "figures.parquet")

    asked = [i for i in published.codebook.indicators if i.question.nl[:40] in text]
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


def test_an_edition_in_which_nothing_was_asked_says_so() -> None:
    known = context("nl")

    assert set(no_examples(known).values()) == {
        "In deze editie is er geen cijfer dat als voorbeeld kan dienen."
    }
