"""Cards of one region set against everyone outside it, and of all regions side by side."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from data.survey.codebook import CROSS, WHOLE
from pages.cards.card import (
    BOUND,
    SHOWN,
    Card,
    Chart,
    axis_of,
    chart_frame,
    chart_row,
    short_bound,
    shown,
    style_of,
    word_table,
)
from pages.cards.differences import NOT_PUBLISHED, REST, measure_of, sentence, summary
from pages.cards.findings import finding
from pages.cards.parts import card_of, drawn_statistics, interval_card
from pages.cards.response import response_of, response_sentence
from pages.cards.rows import fixed_region, question_of, rows_of, table_theme
from pages.charts import charts
from pages.charts.tile_map import Tile
from pages.state.address import link
from pages.state.links import REGION
from queries.ask.questions import Comparison
from queries.ask.ranks import Places, places

if TYPE_CHECKING:
    from data.survey.codebook import Dimension, Indicator
    from pages.cards.card import Row
    from pages.state.view import Context


# Regions that fit on a map with their names.
FEW = 20
# What the figure of a region and that of the rest have in common.
_SAME = ("kind", "edition", "basis", "indicator", "item", "statistic", "weighting")


def regional(context: Context) -> Context:
    """Return the context of whole regions: the theme's own question, all sizes together.

    Where no level was chosen it is the one with most regions that still fit on a map with names.
    """
    selection = context.selection
    few = [d for d in context.book.of_kind("region") if len(d.groups) <= FEW]
    finest = max(few, key=lambda d: len(d.groups), default=None)
    level = selection.level or (finest.id if finest else None)
    chosen = replace(selection, question=None, item=None, size_class=None, level=level)
    return replace(context, selection=chosen)


def theme_question(context: Context) -> Indicator:
    """Return the headline question of the theme that is looked at."""
    return context.book.by_id[table_theme(context).headline]


# ------------------------------------------------------------------ all regions


def _region_rows(context: Context, level: Dimension) -> list[Row]:
    """Return the headline figure of every region of a level."""
    question = question_of(context, theme_question(context))
    return context.ask(replace(question, by=level.id)).to_dicts()


def _against_rest(context: Context, level: Dimension) -> pl.DataFrame:
    """Return every region of a level against everyone outside it."""
    return context.compare(
        Comparison(
            measures=(measure_of(context, theme_question(context)),),
            edition=context.selection.edition,
            weighting=context.selection.weighting,
            subjects=tuple((REST, level.id, code) for code in level.codes()),
        )
    )


def region_places(context: Context, level: Dimension) -> dict[str, Places]:
    """Return between which places each region certainly lies; none for withheld ones."""
    rows = pl.DataFrame(_region_rows(context, level), infer_schema_length=None)
    return places(rows.filter(pl.col("status") == SHOWN))


def regions_card(context: Context) -> Card | None:
    """Return the headline figure of every region, with what the tests say of each."""
    context, level = regional(context), context.level
    if level is None:
        return None
    indicator = theme_question(context)
    rows = _region_rows(context, level)
    tested = _against_rest(context, level)
    heading = context.words(
        "region.all", label=indicator.label.of(context.language), level=context.name(level)
    )
    card = interval_card(
        context,
        indicator,
        ("regio-alle", heading),
        rows,
        lambda row: context.group(level.id, row["group_code"], short=True),
        chosen=lambda row: row["group_code"] == context.selection.region,
    )
    return replace(
        card,
        sentence=summary(context, tested, level.id),
        table=_with_places(context, level, card.table, rows, tested),
        notes=(context.words("region.places_note"),),
    )


def _with_places(
    context: Context,
    level: Dimension,
    table: pl.DataFrame,
    rows: list[Row],
    tested: pl.DataFrame,
) -> pl.DataFrame:
    """Return the table with each region's outcome and places."""
    outcomes = {row["group_code"]: row["outcome"] for row in tested.to_dicts()}
    known = region_places(context, level)
    more = word_table(
        context,
        rows,
        [
            ("outcome", lambda r: _outcome(context, outcomes.get(r["group_code"], NOT_PUBLISHED))),
            ("places", lambda r: _places(context, known.get(r["group_code"]))),
        ],
    )
    return pl.concat([table, more], how="horizontal")


def _outcome(context: Context, outcome: str) -> str:
    """Return the word for an outcome."""
    return context.words(f"outcome.{outcome}")


def _places(context: Context, known: Places | None) -> str:
    """Return the places a region can have; nothing for one without a figure."""
    if known is None:
        return ""
    return context.words("region.places", best=known.best, worst=known.worst, of=known.of)


def place_sentence(context: Context) -> str:
    """Return between which places the chosen region lies, in a sentence."""
    context, level, region = regional(context), context.level, context.selection.region
    if level is None or region is None:
        return ""
    name = context.group(level.id, region)
    known = region_places(context, level).get(region)
    if known is None:
        return context.words("region.no_place", region=name)
    form = "any_place" if known.worst - known.best + 1 == known.of else "place"
    return context.words(
        f"region.{form}",
        region=name,
        best=known.best,
        worst=known.worst,
        of=known.of,
        higher=known.certainly_higher,
        lower=known.certainly_lower,
        label=theme_question(context).label.of(context.language),
    )


def tiles(context: Context) -> list[Tile]:
    """Return the regions of the level as tiles; none where nothing says where they lie."""
    context, level = regional(context), context.level
    if level is None or not context.facts.has("tiles"):
        return []
    indicator = theme_question(context)
    rows = {row["group_code"]: row for row in _region_rows(context, level)}
    outcomes = {r["group_code"]: r["outcome"] for r in _against_rest(context, level).to_dicts()}
    found = context.query("tiles", edition=context.selection.edition, dimension=level.id)
    return [
        _tile(context, level, indicator, place | rows[place["group_code"]], outcomes)
        for place in found.to_dicts()
        if place["group_code"] in rows
    ]


def _tile(
    context: Context, level: Dimension, indicator: Indicator, row: Row, outcomes: dict[str, str]
) -> Tile:
    """Return one region as a tile."""
    code = row["group_code"]
    outcome = outcomes.get(code, NOT_PUBLISHED)
    selection = replace(context.selection, level=level.id, region=code)
    return Tile(
        row=row["tile_row"],
        column=int(row["tile_column"]),
        name=context.group(level.id, code, short=True),
        value=_figure(context, indicator, row),
        outcome=outcome,
        outcome_name=_outcome(context, outcome),
        target=link(REGION, selection, context.book),
        chosen=code == context.selection.region,
    )


def _figure(context: Context, indicator: Indicator, row: Row) -> str:
    """Return a figure, or the bound that is given in its place, as short as it can be."""
    if row["status"] != BOUND:
        return shown(context, indicator, row).value
    return short_bound(context, indicator, row)


# ------------------------------------------------------------------ one region


def rest_card(context: Context) -> Card | None:
    """Return a theme's headline figure of the chosen region and of the rest, and the test."""
    context, level, region = regional(context), context.level, context.selection.region
    indicator = theme_question(context)
    if level is None or region is None or not indicator.asked_in(context.selection.edition):
        return None
    rows, notes = stepped_up(context, indicator, level.id, region)
    row = rows[0]
    tested = _tested_here(context).filter(pl.col("indicator") == indicator.id).to_dicts()
    said = [finding(context, indicator, row, named(context, row))]
    said += [sentence(context, difference) for difference in tested[:1]]
    theme = table_theme(context)
    card = card_of(
        context,
        indicator,
        f"rest-{theme.slug}",
        " ".join(said),
        rows,
        heading=theme.title.of(context.language),
        notes=notes,
    )
    if row["status"] != SHOWN:
        return card
    card = replace(card, chart=_rest_chart(context, indicator, row, tested))
    if not tested or tested[0]["other_estimate"] is None:
        return card
    return _with_rest(context, indicator, card, tested[0])


def _with_rest(context: Context, indicator: Indicator, card: Card, difference: Row) -> Card:
    """Return a card with everyone outside the region in its table and files as well."""
    name = _rest_name(context)
    figure = pl.DataFrame(
        [
            {
                **{key: card.figures.row(0, named=True)[key] for key in _SAME},
                "dimension": REST,
                "group_code": REST,
                "group_label": name,
                "estimate": difference["other_estimate"],
                "status": SHOWN,
            }
        ]
    )
    said = dict.fromkeys(card.table.columns, "") | {
        card.table.columns[0]: name,
        context.words("column.value"): context.value(difference["other_estimate"], indicator),
    }
    return replace(
        card,
        figures=pl.concat([card.figures, figure], how="diagonal_relaxed"),
        table=pl.concat([card.table, pl.DataFrame([said], schema=card.table.schema)]),
    )


def _rest_name(context: Context) -> str:
    """Return the name of everyone outside a region."""
    return context.words("region.rest", whole=context.book.survey.whole.of(context.language))


def named(context: Context, row: Row) -> str:
    """Return the name of a figure's group as it stands at the beginning of a sentence."""
    name = context.group(row["dimension"], row["group_code"])
    return name[:1].upper() + name[1:]


def stepped_up(
    context: Context, indicator: Indicator, dimension: str, group: str
) -> tuple[list[Row], list[str]]:
    """Return the figure of a group, or of the nearest wider one that has it, and why."""
    rows = rows_of(context, indicator, dimension, group)
    row = rows[0]
    if row["status"] in {SHOWN, BOUND} or not row["step_up_group"]:
        return rows, []
    wider = rows_of(context, indicator, row["step_up_dimension"], row["step_up_group"])
    note = context.words(
        "note.stepped_up",
        asked=context.group(dimension, group),
        given=context.group(row["step_up_dimension"], row["step_up_group"]),
        reason=shown(context, indicator, row).state,
    )
    return wider, [note]


def _tested_here(context: Context) -> pl.DataFrame:
    """Return the chosen region against the rest on every theme's headline.

    Where a figure is withheld, the wider group that is shown instead is what is tested.
    """
    level, region = context.level, context.selection.region
    book, year = context.book, context.selection.edition
    asked = [book.by_id[t.headline] for t in book.themes if book.by_id[t.headline].asked_in(year)]
    if level is None or region is None or not asked:
        return pl.DataFrame(schema={"indicator": pl.String})
    groups = {}
    for indicator in asked:
        row = stepped_up(context, indicator, level.id, region)[0][0]
        groups[indicator.id] = (row["dimension"], row["group_code"])
    tested = context.compare(
        Comparison(
            measures=tuple(measure_of(context, i) for i in asked),
            edition=year,
            weighting=context.selection.weighting,
            subjects=tuple(sorted({(REST, *group) for group in groups.values()})),
        )
    )
    own = pl.col("indicator").replace_strict(
        {i: "=".join(group) for i, group in groups.items()}, return_dtype=pl.String
    )
    return tested.filter(pl.concat_str(["dimension", "group_code"], separator="=") == own)


def _rest_chart(context: Context, indicator: Indicator, row: Row, tested: list[Row]) -> Chart:
    """Return the region with its margin, and the rest of the country as a dot without one."""
    name = context.group(row["dimension"], row["group_code"])
    drawn = [chart_row(context, indicator, row, name) | {"chosen": True}]
    if tested and tested[0]["other_estimate"] is not None:
        drawn.append(_rest_row(context, indicator, tested[0]))
    axis = axis_of(context, indicator, drawn_statistics(context, indicator))
    spec = charts.interval_chart(style_of(context, indicator, axis))
    return Chart(spec, chart_frame(drawn), f"rest-{indicator.id}")


def _rest_row(context: Context, indicator: Indicator, difference: Row) -> Row:
    """Return what the chart draws of everyone outside the region."""
    return {
        "key": f"{REST}|{_rest_name(context)}\n ",
        "estimate": difference["other_estimate"],
        "low": None,
        "high": None,
        "value": context.value(difference["other_estimate"], indicator),
        "state": "",
        "is_good": True,
        "chosen": False,
    }


def response_card(context: Context) -> Card | None:
    """Return how many took part in the chosen region, and by size class where that is told."""
    context, level, region = regional(context), context.level, context.selection.region
    classes = context.classes
    if level is None or region is None:
        return None
    wanted = [(level.id, region)]
    notes: list[str] = []
    if classes is not None:
        within, notes = fixed_region(context, classes.id, classes.codes()[0])
        wanted += _classes_within(context, classes, within)
    rows = _response_rows(context, [*wanted, (WHOLE, WHOLE)])
    first = rows[0]
    region_name = context.group(first["dimension"], first["group_code"])
    said = context.words("finding.place", place=region_name) + response_sentence(context, first)
    return response_of(context, "regio-respons", rows, said, tuple(notes))


def _classes_within(
    context: Context, classes: Dimension, within: dict[str, str]
) -> list[tuple[str, str]]:
    """Return the size classes of a region as crossed groups, as far as those are published."""
    parts = {*within, classes.id}
    crossed = next((d for d in context.facts.dimensions if set(d.split(CROSS)) == parts), None)
    if crossed is None:
        return []
    groups = [within | {classes.id: code} for code in classes.codes()]
    return [(crossed, CROSS.join(group[d] for d in crossed.split(CROSS))) for group in groups]


def _response_rows(context: Context, wanted: list[tuple[str, str]]) -> list[Row]:
    """Return how many took part in some groups, in the order asked."""
    found = context.query(
        "response",
        editions=(context.selection.edition,),
        dimensions=tuple(sorted({dimension for dimension, _ in wanted})),
    )
    by_group = {(row["dimension"], row["group_code"]): row for row in found.to_dicts()}
    return [by_group[group] for group in wanted if group in by_group]
