"""Official figures on pages: swarms of municipalities, within a region or class, and signals."""

import polars as pl
import pytest

from pages.cards.card import Card
from pages.cards.places.own_figures import own_figures
from pages.cards.registry import build
from pages.state.address import read
from pages.state.releases import Facts
from pages.state.view import View
from queries.release.manifest import Release

SOLVENCY = {"taal": "nl", "ed": "2023", "of": "iv3_solvency_pct", "jr": "2023"}


def card(published: Release, name: str, **parameters: str) -> Card:
    """Return an official card of the theme of finance."""
    facts = Facts(published)
    view = View(facts, read(SOLVENCY | parameters, facts)[0])
    theme = next(t for t in view.book.themes if t.slug == "financien")
    built = build(name, view, theme)
    assert built is not None
    return built


def amounts(published: Release, *groups: str) -> pl.Series:
    """Return the solvency of 2023 of the municipalities in all of some groups."""
    members = pl.read_parquet(published.folder / "members.parquet").filter(year=2023)
    official = pl.read_parquet(published.folder / "official.parquet").filter(
        year=2023, indicator="iv3_solvency_pct", basis="jaarrekening"
    )
    for group in groups:
        dimension, _, code = group.partition("=")
        inside = members.filter(dimension=dimension, group_code=code)
        official = official.join(inside, on="municipality_code", how="semi")
    return official["amount"].drop_nulls()


def test_a_chosen_region_holds_for_official_figures_too(published: Release) -> None:
    built = card(published, "officieel-klassen", ld="LD04", kl="k2")
    assert "Zuid-Nederland" in built.heading
    inside = amounts(published, "landsdeel=LD04", "size_class=k2")
    row = built.figures.filter(
        dimension="landsdeel:size_class", group_code="LD04:k2", statistic="median"
    )
    assert row["estimate"].item() == pytest.approx(inside.median())
    assert row["answer_count"].item() == inside.len()
    drawn = built.chart.rows if built.chart else pl.DataFrame()
    assert drawn["amount"].drop_nulls().len() == 2 * amounts(published, "landsdeel=LD04").len()


def test_a_chosen_class_holds_for_the_regions(published: Release) -> None:
    built = card(published, "officieel-regios", kl="k1")
    inside = amounts(published, "size_class=k1")
    whole = built.figures.filter(dimension="size_class", group_code="k1", statistic="median")
    assert whole["estimate"].item() == pytest.approx(inside.median())
    drawn = built.chart.rows if built.chart else pl.DataFrame()
    assert drawn["amount"].drop_nulls().len() == 2 * inside.len()


def test_the_lowest_and_the_highest_have_a_name_and_so_has_the_chosen(published: Release) -> None:
    built = card(published, "officieel-klassen", gm="GM0715")
    assert built.chart is not None
    rows = built.chart.rows
    first = rows.filter(pl.col("key") == rows["key"][0], pl.col("name").is_not_null())
    assert first["name"].to_list() == ["Heerlen 10,6%", "Terneuzen 39,4%", "Blaricum 84,1%"]


def test_what_lies_outside_the_axis_is_drawn_at_its_end(published: Release) -> None:
    built = card(published, "officieel-klassen")
    assert built.chart is not None
    rows = built.chart.rows
    highest = rows.filter(pl.col("name") == "Blaricum 84,1%")["amount"][0]
    assert highest == rows["amount"].max()
    assert highest < amounts(published).max()


def test_bands_of_signal_values_lie_behind_where_there_are_any(published: Release) -> None:
    built = card(published, "officieel-klassen")
    assert built.chart is not None
    signals = built.chart.rows.filter(pl.col("signal").is_not_null())
    assert signals["signal"].to_list() == ["A", "B", "C"]
    assert signals.row(1, named=True)["start"] == 20
    assert signals.row(1, named=True)["end"] == 50
    without = card(published, "officieel-klassen", of="iv3_balance_pct")
    assert without.chart is not None
    assert without.chart.rows["signal"].null_count() == without.chart.rows.height


def test_a_figure_is_followed_over_the_years_for_one_its_group_and_all(published: Release) -> None:
    built = card(published, "officieel-verloop", gm="GM0715")
    official = pl.read_parquet(published.folder / "official.parquet").filter(
        indicator="iv3_solvency_pct", basis="jaarrekening"
    )
    own = official.filter(municipality_code="GM0715").sort("year")
    drawn = built.figures.filter(statistic="value")
    assert drawn["estimate"].to_list() == own["amount"].to_list()
    assert drawn["edition"].to_list()[0] == 2017
    everyone = built.figures.filter(dimension="nl", edition=2023)["estimate"].item()
    assert everyone == pytest.approx(amounts(published).median())
    group = built.figures.filter(dimension="size_class", edition=2023)
    assert group["group_label"].item() == "50.000 tot 100.000 inwoners"
    inside = amounts(published, "size_class=k3")
    assert group["estimate"].item() == pytest.approx(inside.median())


def test_own_figures_say_signal_place_and_where_they_came_from(published: Release) -> None:
    facts = Facts(published)
    view = View(facts, read(SOLVENCY | {"gm": "GM0715"}, facts)[0])
    own = next(o for o in own_figures(view) if o.label.startswith("Solvabiliteit"))
    assert own.value == "39,4%"
    assert own.signal == "Signaalwaarde B"
    inside = amounts(published, "size_class=k3")
    higher = inside.filter(inside > 39.44).len()
    assert own.place == f"Bij {higher} van de 59 in de groep is het hoger."
    assert own.since == "19,1% in 2017, 48,6% in 2024."
    # The lowest of all years lies at the bottom, the highest at the top.
    assert {min(p.up for p in own.points), max(p.up for p in own.points)} == {0.0, 100.0}
    assert next(p.across for p in own.points if p.is_own) == 0.0


def test_a_figure_without_signal_values_has_no_letter(published: Release) -> None:
    facts = Facts(published)
    view = View(facts, read(SOLVENCY | {"gm": "GM0715"}, facts)[0])
    assert [bool(own.signal) for own in own_figures(view)].count(True) == 1


@pytest.mark.parametrize(("value", "letter"), [(50.1, "A"), (50, "B"), (20, "B"), (19.9, "C")])
def test_a_bound_of_a_signal_value_belongs_to_the_range_that_names_it(
    published: Release, value: float, letter: str
) -> None:
    signals = published.codebook.by_id["iv3_solvency_pct"].signals
    assert [s.level for s in signals if s.holds(value)] == [letter]


def test_a_set_of_ones_own_has_figures_together_in_the_middle_and_by_name(
    published: Release,
) -> None:
    built = card(published, "eigen-groep", gms="GM0715,GM0664,GM0654")
    official = pl.read_parquet(published.folder / "official.parquet").filter(
        pl.col("municipality_code").is_in(["GM0715", "GM0664", "GM0654"]),
        year=2023,
        indicator="iv3_solvency_pct",
        basis="jaarrekening",
    )
    own = built.figures.filter(indicator="iv3_solvency_pct")
    pooled = sum(official["numerator"]) / sum(official["denominator"])
    assert own.filter(statistic="pooled")["estimate"].item() == pytest.approx(pooled)
    assert own.filter(statistic="median")["estimate"].item() == official["amount"].median()
    assert own["group_label"].to_list() == [
        "Samen",
        "Middelste gemeente",
        "Terneuzen",
        "Goes",
        "Borsele",
    ]
    assert "geen opgave" not in built.table.row(0)
    assert built.notes[0].endswith("al deze gemeenten: Zeeland.")


def test_a_set_all_over_the_country_is_held_by_the_country_alone(published: Release) -> None:
    built = card(published, "eigen-groep", gms="GM0715,GM0014")
    assert built.notes[0].endswith("al deze gemeenten: Nederland.")


def test_one_municipality_is_no_set(published: Release) -> None:
    facts = Facts(published)
    view = View(facts, read(SOLVENCY | {"gms": "GM0715"}, facts)[0])
    assert build("eigen-groep", view, view.book.themes[0]) is None
