"""Cards built from an address, as pages and downloads build them; and what they are built from."""

from __future__ import annotations

from typing import Any

import polars as pl

from pages.cards.card import Card
from pages.cards.registry import build
from pages.state import address
from pages.state.releases import online
from pages.state.view import View
from queries.release.manifest import Release


def view(**parameters: str) -> View:
    """Return what the page at an address is built from."""
    known = online()
    return View(known, address.read(parameters, known)[0])


def card(name: str, page: str, **parameters: str) -> Card:
    """Return a card as the page at an address shows it."""
    of = view(**parameters)
    theme = next((t for t in of.book.themes if t.slug == page), of.book.themes[0])
    built = build(name, of, theme)
    assert built is not None
    return built


def released(
    published: Release, indicator: str, dimension: str, group: str, **other: object
) -> dict[str, Any]:
    """Return the headline figure of a group per municipality as it lies in the release of 2023."""
    book = published.codebook.by_id[indicator]
    wanted = {
        "item": book.headline if book.is_share else "",
        "statistic": "share" if book.is_share else book.headline,
        "weighting": "municipality",
        "edition": 2023,
    } | other
    place = {"indicator": indicator, "dimension": dimension, "group_code": group}
    figures = pl.read_parquet(published.folder / "figures.parquet")
    return figures.filter(**place, **wanted).row(0, named=True)


def participants(published: Release, dimension: str, group: str) -> tuple[Any, int]:
    """Return how many took part in 2023 in a group, and of how many, as the release tells it."""
    response = pl.read_parquet(published.folder / "response.parquet")
    row = response.filter(edition=2023, dimension=dimension, group_code=group)
    return row.select("respondent_count", "population_count").row(0)
