"""Cards of one region set against everyone outside it, and of all regions side by side."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from data.survey.groups import WHOLE, crossing_of, group_of
from pages.cards.card import Card, choice_of, short_bound, shown, word_table
from pages.cards.differences import UNTOLD, headline_differences, measure_of, summary
from pages.cards.parts import interval_card
from pages.cards.response import response_of, response_sentence
from pages.cards.rows import fixed_region, has_figure, question_of, rows_of, table_theme
from pages.charts.tile_map import Tile
from pages.state.address import link
from pages.state.pages import REGION
from queries.ask.questions import Comparison
from queries.ask.ranks import Places, places
from queries.ask.step_up import wider_group
from queries.vocabulary import Against, Outcome, Status

if TYPE_CHECKING:
    from data.survey.design import Dimension, Theme
    from data.survey.indicators import Indicator
    from pages.cards.card import Row
    from pages.state.view import View


# Regions that fit on a map with their names.
FEW = 20


def regional(view: View) -> View:
    """Return the view of whole regions: the theme's own question, all sizes and kinds together.

    Where no level was chosen it is the one with most regions that still fit on a map with names.
    """
    selection = view.selection
    few = [d for d in view.book.of_kind("region") if len(d.groups) <= FEW]
    finest = max(few, key=lambda d: len(d.groups), default=None)
    level = selection.level or (finest.id if finest else None)
    chosen = replace(
        selection.of_everyone(), question=None, item=None, level=level, region=selection.region
    )
    return replace(view, selection=chosen)


def theme_question(view: View) -> Indicator:
    """Return the headline question of the theme that is looked at."""
    return view.book.by_id[table_theme(view).headline]


# ------------------------------------------------------------------ all regions


def _region_rows(view: View, level: Dimension) -> list[Row]:
    """Return the headline figure of every region of a level."""
    question = question_of(view, theme_question(view))
    return view.ask(replace(question, by=level.id)).to_dicts()


def _against_rest(view: View, level: Dimension) -> pl.DataFrame:
    """Return every region of a level against everyone outside it."""
    return view.compare(
        Comparison(
            measures=(measure_of(view, theme_question(view)),),
            edition=view.selection.edition,
            weighting=view.selection.weighting,
            subjects=tuple((Against.REST, level.id, code) for code in level.codes()),
        )
    )


def region_places(view: View, level: Dimension) -> dict[str, Places]:
    """Return between which places each region certainly lies; none for withheld ones."""
    rows = pl.DataFrame(_region_rows(view, level), infer_schema_length=None)
    return places(rows.filter(pl.col("status") == Status.SHOWN))


def regions_card(view: View) -> Card | None:
    """Return the headline figure of every region, with what the tests say of each."""
    view, level = regional(view), view.level
    if level is None:
        return None
    indicator = theme_question(view)
    rows = _region_rows(view, level)
    tested = _against_rest(view, level)
    heading = view.words(
        "region.all", label=indicator.label.of(view.language), level=view.name(level)
    )
    card = interval_card(
        view,
        indicator,
        ("regio-alle", heading),
        rows,
        lambda row: view.group(level.id, row["group_code"], short=True),
        chosen=lambda row: row["group_code"] == view.selection.region,
        choose=lambda row: choice_of(view, level.id, row["group_code"]),
    )
    return replace(
        card,
        sentence=summary(view, tested, level.id),
        table=_with_places(view, level, card.table, rows, tested),
        notes=(view.words("region.places_note"),),
    )


def _with_places(
    view: View,
    level: Dimension,
    table: pl.DataFrame,
    rows: list[Row],
    tested: pl.DataFrame,
) -> pl.DataFrame:
    """Return the table with each region's outcome and places."""
    outcomes = {row["group_code"]: row["outcome"] for row in tested.to_dicts()}
    known = region_places(view, level)
    more = word_table(
        view,
        rows,
        [
            (
                "outcome",
                lambda r: _outcome(view, outcomes.get(r["group_code"], Outcome.NOT_PUBLISHED)),
            ),
            ("places", lambda r: _places(view, known.get(r["group_code"]))),
        ],
    )
    return pl.concat([table, more], how="horizontal")


def _outcome(view: View, outcome: str) -> str:
    """Return the word for an outcome."""
    return view.words(f"outcome.{outcome}")


def _places(view: View, known: Places | None) -> str:
    """Return the places a region can have; nothing for one without a figure."""
    if known is None:
        return ""
    return view.words("region.places", best=known.best, worst=known.worst, of=known.of)


def telling_theme(view: View) -> Theme:
    """Return the theme of the page: the chosen one, else that with most tested differences.

    Between regions of the level looked at; of as many, the first with a figure for the region.
    """
    level, chosen = regional(view).level, view.selection.table.theme
    themes = view.book.themes
    if level is None or chosen is not None:
        return next((t for t in themes if t.id == chosen), themes[0])
    tested = headline_differences(view.national(), level)
    called = tested.filter(against=Against.REST, dimension=level.id).filter(
        pl.col("outcome").is_in([Outcome.HIGHER, Outcome.LOWER])
    )
    counts = dict(called["indicator"].value_counts().iter_rows())

    def tells(theme: Theme) -> tuple[int, bool]:
        return counts.get(theme.headline, 0), has_figure(view, view.book.by_id[theme.headline])

    return max(themes, key=tells)


def largest_difference(view: View) -> Row | None:
    """Return the largest difference of a region with the rest that a test demonstrates, if any."""
    view, level = regional(view), view.level
    if level is None:
        return None
    called = _against_rest(view, level).filter(
        pl.col("outcome").is_in([Outcome.HIGHER, Outcome.LOWER])
    )
    rows = called.sort(pl.col("difference").abs(), descending=True).to_dicts()
    return rows[0] if rows else None


def no_difference(view: View) -> str:
    """Return that no region differs from the rest, or that none can be compared, as a title."""
    view, level = regional(view), view.level
    if level is None:
        return view.words("page.region")
    outcomes = _against_rest(view, level)["outcome"].to_list()
    compared = any(outcome not in UNTOLD for outcome in outcomes)
    return view.words(
        "region.title_none" if compared else "region.title_untold",
        label=theme_question(view).label.of(view.language),
        level=view.name(level),
    )


def tiles(view: View) -> list[Tile]:
    """Return the regions of the level as tiles; none where nothing says where they lie."""
    view, level = regional(view), view.level
    if level is None or not view.facts.has("tiles"):
        return []
    indicator = theme_question(view)
    rows = {row["group_code"]: row for row in _region_rows(view, level)}
    outcomes = {r["group_code"]: r["outcome"] for r in _against_rest(view, level).to_dicts()}
    found = view.query("tiles", edition=view.selection.edition, dimension=level.id)
    return [
        _tile(view, level, indicator, place | rows[place["group_code"]], outcomes)
        for place in found.to_dicts()
        if place["group_code"] in rows
    ]


def _tile(
    view: View, level: Dimension, indicator: Indicator, row: Row, outcomes: dict[str, str]
) -> Tile:
    """Return one region as a tile."""
    code = row["group_code"]
    outcome = outcomes.get(code, Outcome.NOT_PUBLISHED)
    selection = replace(view.selection, level=level.id, region=code)
    return Tile(
        row=row["tile_row"],
        column=int(row["tile_column"]),
        name=view.group(level.id, code, short=True),
        value=_figure(view, indicator, row),
        outcome=outcome,
        outcome_name=_outcome(view, outcome),
        target=link(REGION, selection, view.book),
        chosen=code == view.selection.region,
    )


def _figure(view: View, indicator: Indicator, row: Row) -> str:
    """Return a figure, or the bound that is given in its place, as short as it can be."""
    if row["status"] != Status.BOUND:
        return shown(view, indicator, row).value
    return short_bound(view, indicator, row)


# ------------------------------------------------------------------ one region


def named(view: View, row: Row) -> str:
    """Return the name of a figure's group as it stands at the beginning of a sentence."""
    name = view.group(row["dimension"], row["group_code"])
    return name[:1].upper() + name[1:]


def stepped_up(
    view: View, indicator: Indicator, dimension: str, group: str
) -> tuple[list[Row], list[str]]:
    """Return the figure of a group, or of the nearest wider one that has it, and why."""
    rows = rows_of(view, indicator, dimension, group)
    wider = wider_group(rows[0])
    if wider is None:
        return rows, []
    note = view.words(
        "note.stepped_up",
        asked=view.group(dimension, group),
        given=view.group(*wider),
        reason=shown(view, indicator, rows[0]).state,
    )
    return rows_of(view, indicator, *wider), [note]


def response_card(view: View) -> Card | None:
    """Return how many took part in the chosen region, and by size class where that is told."""
    view, level, region = regional(view), view.level, view.selection.region
    classes = view.classes
    if level is None or region is None:
        return None
    wanted = [(level.id, region)]
    notes: list[str] = []
    if classes is not None:
        within, notes = fixed_region(view, classes.id, classes.codes()[0])
        wanted += _classes_within(view, classes, within)
    rows = _response_rows(view, [*wanted, (WHOLE, WHOLE)])
    first = rows[0]
    region_name = view.group(first["dimension"], first["group_code"])
    said = view.words("finding.place", place=region_name) + response_sentence(view, first)
    return response_of(view, "regio-respons", rows, said, tuple(notes))


def _classes_within(
    view: View, classes: Dimension, within: dict[str, str]
) -> list[tuple[str, str]]:
    """Return the size classes of a region as crossed groups, as far as those are published."""
    crossed = crossing_of(view.facts.dimensions, {*within, classes.id})
    if crossed is None:
        return []
    groups = [within | {classes.id: code} for code in classes.codes()]
    return [(crossed, group_of(crossed, group)) for group in groups]


def _response_rows(view: View, wanted: list[tuple[str, str]]) -> list[Row]:
    """Return how many took part in some groups, in the order asked."""
    found = view.query(
        "response",
        editions=(view.selection.edition,),
        dimensions=tuple(sorted({dimension for dimension, _ in wanted})),
    )
    by_group = {(row["dimension"], row["group_code"]): row for row in found.to_dicts()}
    return [by_group[group] for group in wanted if group in by_group]
