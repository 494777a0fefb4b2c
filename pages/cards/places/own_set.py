"""A set of municipalities that the reader made: official figures together and each by name."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from data.survey.groups import WHOLE, is_crossed
from pages.cards.card import Card
from pages.cards.official_figures import (
    everywhere,
    keys_of,
    municipal_values,
    official_when,
    position,
)
from pages.state.selection import Official
from queries.vocabulary import Status
from queries.words.texts import join

if TYPE_CHECKING:
    from data.survey.design import Dimension
    from data.survey.indicators import Indicator
    from pages.cards.card import Row
    from pages.state.view import View

# Of one municipality there is a page.
FEWEST = 2
_SET = "own_set"


def own_set_card(view: View) -> Card | None:
    """Return the official figures of the chosen set: together, in the middle, and each by name."""
    codes = view.selection.official.among
    if len(codes) < FEWEST or view.classes is None:
        return None
    names = {code: view.facts.municipalities[code] for code in codes}
    found = [
        (indicator, rows)
        for indicator in view.book.indicators
        # Those known of some municipalities only come without the sums that make a ratio together.
        if indicator.kind == "official" and indicator.coverage is None
        if (rows := _rows(view, indicator, view.classes, names))
    ]
    if not found:
        return None
    labels = [row["group_label"] for row in found[0][1]]
    table = {view.words("column.group"): labels} | {
        f"{indicator.label.of(view.language)}, {rows[0]['edition']}": [
            view.words("state.no_data")
            if row["estimate"] is None
            else view.value(row["estimate"], indicator)
            for row in rows
        ]
        for indicator, rows in found
    }
    indicators = tuple(indicator for indicator, _ in found)
    return Card(
        id="eigen-groep",
        heading=view.words("municipality.set_heading", count=view.number(len(codes))),
        sentence="",
        figures=pl.DataFrame([row for _, rows in found for row in rows]),
        table=pl.DataFrame(table),
        indicators=indicators,
        filters=join(list(names.values()), view.words("join.and")),
        notes=(view.words("municipality.set_survey", group=_nearest(view)),),
        source=view.words("source.from", source=view.source(indicators[0])),
    )


def _rows(view: View, indicator: Indicator, classes: Dimension, names: dict[str, str]) -> list[Row]:
    """Return a figure of the set together, in the middle, and of each; nothing without a year."""
    # The set is looked at as it is now, whatever year or basis was chosen of another figure.
    plain = everywhere(replace(view, selection=replace(view.selection, official=Official())))
    when = official_when(plain, indicator)
    if when is None:
        return []
    basis, year = when
    together = position(plain, indicator, when, {WHOLE: WHOLE}, among=tuple(names))
    if together is None:
        return []
    values = municipal_values(plain, indicator, basis, year, classes)
    amounts = dict(values.select("municipality_code", "amount").iter_rows())
    shown = [
        ("pooled", _SET, _SET, view.words("municipality.set_pooled"), together["pooled"]),
        ("median", _SET, _SET, view.words("municipality.set_median"), together["median"]),
        *(("value", "municipality", code, name, amounts.get(code)) for code, name in names.items()),
    ]
    return [
        keys_of(indicator, when)
        | {
            "weighting": "",
            "statistic": statistic,
            "dimension": dimension,
            "group_code": code,
            "group_label": name,
            "estimate": amount,
            "status": Status.NO_DATA if amount is None else Status.SHOWN,
        }
        for statistic, dimension, code, name, amount in shown
    ]


def _nearest(view: View) -> str:
    """Return the name of the published group with the fewest that holds the whole set."""
    year = view.selection.edition
    each = []
    for code in view.selection.official.among:
        known = view.query("memberships", municipality=code).filter(pl.col("year") == year)
        each.append(set(known.select("dimension", "group_code").iter_rows()))
    held = [
        (dimension, group)
        for dimension, group in set.intersection(*each)
        if dimension in view.facts.dimensions and not is_crossed(dimension) and dimension != WHOLE
    ]
    counts = {
        (row["dimension"], row["group_code"]): row["population_count"]
        for row in view.query(
            "response", editions=(year,), dimensions=tuple(sorted({d for d, _ in held}))
        ).to_dicts()
    }
    nearest = min((g for g in held if g in counts), key=lambda g: (counts[g], g), default=None)
    return view.group(*(nearest or (WHOLE, WHOLE)))
