"""Cards about a survey question: per class, per region, crossed, over the scale, per edition."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from data.codebook import CROSS, WHOLE
from pages.parts import charts
from pages.parts.cards import (
    BOUND,
    SHOWN,
    UNCERTAIN,
    Card,
    Chart,
    Row,
    axis_of,
    chart_frame,
    chart_row,
    counted,
    shown,
    style_of,
    word_table,
)
from pages.parts.charts import Axis
from pages.parts.figures import Question, ask, find_place

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from data.codebook import Indicator
    from pages.parts.context import Context


def headline_item(context: Context, indicator: Indicator) -> str:
    """Return the answer that is followed: the chosen one, else the indicator's own."""
    chosen = context.selection.item
    if indicator.type in {"multi", "ordinal"} and chosen in indicator.items():
        return chosen
    return "" if indicator.type == "number" else indicator.headline


def headline_statistic(context: Context, indicator: Indicator) -> str:
    """Return the statistic that is followed: a share, or the mean or median of amounts."""
    if indicator.is_share:
        return "share"
    return "mean" if context.selection.weighting == "inhabitant" else indicator.headline


def _question(context: Context, indicator: Indicator) -> Question:
    """Return the question behind the followed answer, in the chosen edition."""
    return Question(
        indicators=(indicator.id,),
        editions=(context.selection.edition,),
        items=(headline_item(context, indicator),),
        statistics=(headline_statistic(context, indicator),),
        weightings=(context.selection.weighting,),
    )


# ------------------------------------------------------------------ the sentence


def finding(context: Context, indicator: Indicator, row: Row, place: str) -> str:
    """Return what one figure says, with its margin and counts, as a sentence."""
    words = context.words
    figure = shown(context, indicator, row)
    prefix = words("finding.place", place=place) if place else ""
    if row["status"] == BOUND:
        statement = _statement(context, indicator)
        return prefix + words("finding.bound", bound=figure.state, statement=statement)
    if row["status"] != SHOWN:
        return prefix + words("finding.withheld", reason=figure.state)
    if row["grade"] == UNCERTAIN:
        return prefix + words("finding.uncertain", margin=figure.margin, count=figure.count)
    return prefix + words(
        f"finding.{_form(context, indicator)}",
        value=figure.value,
        margin=figure.margin,
        count=figure.count,
        label=indicator.label.of(context.language),
        statement=_statement(context, indicator),
    )


def _form(context: Context, indicator: Indicator) -> str:
    """Return which form of sentence fits the figure."""
    if indicator.is_share:
        per_inhabitant = context.selection.weighting == "inhabitant"
        return "share_inhabitants" if per_inhabitant else "share"
    statistic = headline_statistic(context, indicator)
    if statistic == "mean" and context.selection.weighting == "inhabitant":
        return "mean_inhabitants"
    return statistic


def _statement(context: Context, indicator: Indicator) -> str:
    """Return what the municipalities that count are said to do."""
    item = headline_item(context, indicator)
    label = context.item(indicator, item)
    statement = indicator.statement
    if indicator.type == "ordinal" and item != "top":
        return context.words("finding.answers", item=label)
    if statement is None:
        return context.words("finding.answers", item=label) if indicator.is_share else ""
    many = context.language == "en" or context.selection.weighting == "inhabitant"
    return statement.of(context.language, many=many).format(item=f"‘{label}’")


# ------------------------------------------------------------------ the cards


def headline_card(context: Context, indicator: Indicator) -> Card:
    """Return the figure of the chosen groups, or of the nearest published group around them."""
    chosen = context.chosen_groups()
    place = context.place()
    rows = _rows_of(context, indicator, place.dimension, place.group)
    notes = []
    if not place.exact:
        notes.append(_not_published(context, chosen, place.dimension, place.group))
    first = rows[0] if rows else None
    if first is not None and first["status"] not in {SHOWN, BOUND} and first["step_up_group"]:
        notes.append(_withheld(context, first))
        rows = [
            *rows,
            *_rows_of(context, indicator, first["step_up_dimension"], first["step_up_group"]),
        ]
    sentence = " ".join(
        finding(context, indicator, row, _name(context, row)) for row in reversed(rows)
    )
    return _card(context, indicator, "kern", sentence, rows, notes=notes)


def _name(context: Context, row: Row) -> str:
    """Return the name of a figure's group; nothing for the whole."""
    if row["dimension"] == WHOLE:
        return ""
    return context.group(row["dimension"], row["group_code"])


def _not_published(context: Context, chosen: dict[str, str], dimension: str, group: str) -> str:
    """Return why a choice is answered with a wider group."""
    return context.words(
        "note.not_published",
        asked=context.groups(chosen),
        given=context.group(dimension, group),
    )


def _withheld(context: Context, row: Row) -> str:
    """Return why a figure is replaced by that of a wider group."""
    return context.words(
        "note.step_up",
        asked=context.group(row["dimension"], row["group_code"]),
        given=context.group(row["step_up_dimension"], row["step_up_group"]),
    )


def _rows_of(context: Context, indicator: Indicator, dimension: str, group: str) -> list[Row]:
    """Return the followed figure of one group."""
    where = () if dimension == WHOLE else _where(dimension, group)
    return ask(replace(_question(context, indicator), by=WHOLE, where=where)).to_dicts()


def _where(dimension: str, group: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return a group as conditions, one for each dimension it is made of."""
    pairs = zip(dimension.split(CROSS), group.split(CROSS), strict=True)
    return tuple((d, (g,)) for d, g in pairs)


def classes_card(context: Context, indicator: Indicator) -> Card | None:
    """Return the figures per size class, within the chosen region where that is published."""
    classes = context.classes
    if classes is None:
        return None
    fixed, notes = _fixed_region(context, classes.id, classes.codes()[0])
    question = replace(
        _question(context, indicator),
        by=classes.id,
        where=tuple((dimension, (code,)) for dimension, code in fixed.items()),
    )
    rows = ask(question).to_dicts()
    return _interval_card(
        context,
        indicator,
        ("klassen", context.words("card.classes", place=context.groups(fixed))),
        rows,
        lambda row: context.group(classes.id, _part(row, classes.id), short=True),
        chosen=lambda row: _part(row, classes.id) == context.selection.size_class,
        notes=notes,
    )


def _fixed_region(
    context: Context, class_id: str, any_class: str
) -> tuple[dict[str, str], list[str]]:
    """Return the region to look within, widened where its classes are not published."""
    level, region = context.level, context.selection.region
    if level is None or region is None:
        return {}, []
    place = find_place(context.selection.edition, {level.id: region, class_id: any_class})
    parts = dict(zip(place.dimension.split(CROSS), place.group.split(CROSS), strict=True))
    parts.pop(class_id, None)
    if place.exact:
        return parts, []
    note = context.words(
        "note.classes_not_published",
        asked=context.group(level.id, region),
        given=context.groups(parts),
    )
    return parts, [note]


def _part(row: Row, dimension: str) -> str:
    """Return the code of one of the dimensions that a figure's group is made of."""
    pairs = zip(row["dimension"].split(CROSS), row["group_code"].split(CROSS), strict=True)
    codes: dict[str, str] = dict(pairs)
    return codes[dimension]


def regions_card(context: Context, indicator: Indicator) -> Card | None:
    """Return the figures per region, within the chosen size class where that is published."""
    level, classes = context.level, context.classes
    if level is None:
        return None
    notes: list[str] = []
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()
    size_class = context.selection.size_class
    if classes is not None and size_class is not None:
        crossed = next(
            (d for d in [level, *context.book.of_kind("region")] if _crossed(context, d.id)), None
        )
        if crossed is not None:
            where = ((classes.id, (size_class,)),)
            if crossed != level:
                notes.append(
                    context.words(
                        "note.regions_not_published",
                        asked=level.label.of(context.language),
                        given=context.name(crossed),
                    )
                )
                level = crossed
    rows = ask(replace(_question(context, indicator), by=level.id, where=where)).to_dicts()
    place = context.groups({d: codes[0] for d, codes in where})
    dimension = level.id
    return _interval_card(
        context,
        indicator,
        (
            "regios",
            context.words("card.regions", level=context.name(level), place=place),
        ),
        rows,
        lambda row: context.group(dimension, _part(row, dimension), short=True),
        chosen=lambda row: (
            context.selection.level == dimension
            and _part(row, dimension) == context.selection.region
        ),
        notes=notes,
    )


def _crossed(context: Context, region_dimension: str) -> bool:
    """Whether a region dimension is published crossed with the size classes."""
    classes = context.classes
    wanted = {region_dimension, classes.id} if classes else set()
    return any(set(d.split(CROSS)) == wanted for d in context.facts.dimensions)


def cross_card(context: Context, indicator: Indicator) -> Card | None:
    """Return the figures per region and size class together."""
    classes = context.classes
    regions = [d for d in context.book.of_kind("region") if _crossed(context, d.id)]
    if classes is None or not regions:
        return None
    region = regions[0]
    rows = ask(
        replace(_question(context, indicator), by=f"{region.id}{CROSS}{classes.id}")
    ).to_dicts()
    drawn: list[Row] = []
    for code in region.codes():
        inside = [row for row in rows if _part(row, region.id) == code]
        heading = f"#{code}|{context.group(region.id, code)}\n "
        drawn.append(_heading_row(heading))
        for row in inside:
            label = context.group(classes.id, _part(row, classes.id), short=True)
            drawn.append(
                chart_row(context, indicator, row, label)
                | {"chosen": _is_chosen(context, row, region.id, classes.id)}
            )
    axis = axis_of(context, indicator, _drawn(context, indicator))
    chart = Chart(
        charts.interval_chart(style_of(context, indicator, axis)),
        chart_frame(drawn),
        f"kruising-{indicator.id}",
    )
    heading = context.words(
        "card.cross",
        level=region.label.of(context.language),
        classes=context.name(classes),
    )
    card = _card(context, indicator, "kruising", "", rows, heading=heading)
    return replace(card, chart=chart, legend=context.words("legend.interval"))


def _heading_row(key: str) -> Row:
    """Return a row of a chart that only says which rows follow."""
    empty = dict.fromkeys(("estimate", "low", "high"))
    return {"key": key, **empty, "value": "", "state": "", "is_good": True, "chosen": False}


def _is_chosen(context: Context, row: Row, region: str, classes: str) -> bool:
    """Whether a crossed figure is the one chosen."""
    selection = context.selection
    return (
        selection.level == region
        and _part(row, region) == selection.region
        and selection.size_class in {None, _part(row, classes)}
    )


def editions_card(context: Context, indicator: Indicator) -> Card:
    """Return the figure of the chosen groups in every edition that asked the question."""
    place = context.place()
    where = () if place.dimension == WHOLE else _where(place.dimension, place.group)
    rows = ask(
        replace(_question(context, indicator), editions=None, by=WHOLE, where=where)
    ).to_dicts()
    name = context.group(place.dimension, place.group)
    return _interval_card(
        context,
        indicator,
        ("edities", context.words("card.editions", place=name)),
        rows,
        lambda row: str(row["edition"]),
        chosen=lambda row: row["edition"] == context.selection.edition,
        notes=_comparability(context, indicator),
    )


def _comparability(context: Context, indicator: Indicator) -> list[str]:
    """Return what stands in the way of comparing editions."""
    notes = [
        context.words("note.wording_changed", year=year)
        for year, state in sorted(indicator.comparability.items())
        if state == "changed"
    ]
    missing = [y for y in context.facts.editions if not indicator.asked_in(y)]
    notes += [context.words("note.not_asked", year=year) for year in missing]
    return notes


# ------------------------------------------------------------------ over the scale


def scale_card(context: Context, indicator: Indicator) -> Card:
    """Return how the answers are spread, for the chosen region and its size classes."""
    if indicator.type == "multi":
        return _options_card(context, indicator)
    if indicator.type == "number":
        return _spread_card(context, indicator)
    return _stacked_card(context, indicator)


def _place_and_classes(context: Context, question: Question) -> list[Row]:
    """Return the figures of the chosen region, and of the size classes within it."""
    classes = context.classes
    if classes is None:
        return ask(replace(question, by=WHOLE)).to_dicts()
    fixed, _ = _fixed_region(context, classes.id, classes.codes()[0])
    where = tuple((dimension, (code,)) for dimension, code in fixed.items())
    whole = ask(replace(question, by=WHOLE, where=where))
    inside = ask(replace(question, by=classes.id, where=where))
    return pl.concat([whole, inside]).to_dicts()


def _row_name(context: Context, row: Row) -> str:
    """Return the name of a row in a chart of a region and its classes."""
    classes = context.classes
    parts = row["dimension"].split(CROSS)
    if classes is not None and classes.id in parts:
        return context.group(classes.id, _part(row, classes.id), short=True)
    return context.group(row["dimension"], row["group_code"])


def _stacked_card(context: Context, indicator: Indicator) -> Card:
    """Return bars divided over the answers of a scale."""
    items = [item for item in indicator.items() if item != "top"]
    if indicator.type == "yes_no":
        items = ["yes", "no"]
    question = replace(_question(context, indicator), items=tuple(items), statistics=("share",))
    rows = _place_and_classes(context, question)
    legend = tuple(context.item(indicator, item) for item in items)
    drawn = _stacked_rows(context, indicator, rows, items)
    style = charts.Style(
        context.language,
        Axis(context.words("axis.share"), 0, 100, suffix="%"),
        context.mark(indicator),
        legend,
    )
    chart = Chart(charts.scale_chart(style), drawn, f"schaal-{indicator.id}")
    card = _card(context, indicator, "schaal", "", rows, heading=context.words("card.scale"))
    return replace(card, chart=chart, legend=context.words("legend.stacked"))


_STACKED: dict[str, pl.DataType] = {
    "key": pl.String(),
    "answer": pl.Int64(),
    "label": pl.String(),
    "start": pl.Float64(),
    "end": pl.Float64(),
    "middle": pl.Float64(),
    "value": pl.String(),
    "state": pl.String(),
}


def _stacked_rows(
    context: Context, indicator: Indicator, rows: Sequence[Row], items: list[str]
) -> pl.DataFrame:
    """Return the pieces of each bar, one after the other; a withheld bar says why it is empty."""
    drawn: list[Row] = []
    groups = dict.fromkeys((row["dimension"], row["group_code"]) for row in rows)
    for group in groups:
        pieces = {r["item"]: r for r in rows if (r["dimension"], r["group_code"]) == group}
        sizes = [p["estimate"] if p["status"] == SHOWN else None for p in pieces.values()]
        drawn_any = any(size is not None for size in sizes)
        # rounded shares may add up to a little more than everything
        scale = 100 / max(100, sum(size or 0 for size in sizes))
        start = 0.0
        for place, item in enumerate(items):
            row = pieces[item]
            figure = shown(context, indicator, row)
            share = row["estimate"] if row["status"] == SHOWN else None
            size = None if share is None else share * scale
            drawn.append(
                {
                    "key": f"{group}|{_row_name(context, row)}\n{figure.count}",
                    "answer": place,
                    "label": context.item(indicator, item),
                    "start": None if size is None else start,
                    "end": None if size is None else start + size,
                    "middle": None if size is None else start + size / 2,
                    "value": context.value(share, indicator) if share and share >= 8 else "",
                    "state": "" if drawn_any or place else figure.state,
                }
            )
            start += size or 0.0
    return pl.DataFrame(drawn, schema=_STACKED, orient="row").with_row_index("rank")


def _options_card(context: Context, indicator: Indicator) -> Card:
    """Return a dot for each answer of a multiple choice, in the chosen groups."""
    place = context.place()
    where = () if place.dimension == WHOLE else _where(place.dimension, place.group)
    question = replace(_question(context, indicator), items=None, by=WHOLE, where=where)
    rows = sorted(ask(question).to_dicts(), key=lambda row: -(row["estimate"] or -1.0))
    name = context.group(place.dimension, place.group)
    return _interval_card(
        context,
        indicator,
        ("schaal", context.words("card.options", place=name)),
        rows,
        lambda row: context.item(indicator, row["item"]),
        chosen=lambda row: row["item"] == headline_item(context, indicator),
    )


def _spread_card(context: Context, indicator: Indicator) -> Card:
    """Return the middle half of municipalities: median between quartiles."""
    names = ("quartile_low", "median", "quartile_high")
    question = replace(
        _question(context, indicator),
        items=None,
        statistics=names,
        weightings=("municipality",),
    )
    rows = _place_and_classes(context, question)
    drawn = []
    groups = dict.fromkeys((row["dimension"], row["group_code"]) for row in rows)
    for group in groups:
        by_name = {r["statistic"]: r for r in rows if (r["dimension"], r["group_code"]) == group}
        middle = by_name["median"]
        row = chart_row(context, indicator, middle, _row_name(context, middle))
        if row["estimate"] is not None:
            row["low"] = by_name["quartile_low"]["estimate"]
            row["high"] = by_name["quartile_high"]["estimate"]
        drawn.append(row)
    axis = axis_of(context, indicator, names)
    chart = Chart(
        charts.interval_chart(style_of(context, indicator, axis)),
        chart_frame(drawn),
        f"schaal-{indicator.id}",
    )
    card = _card(context, indicator, "schaal", "", rows, heading=context.words("card.spread"))
    return replace(card, chart=chart, legend=context.words("legend.spread"))


# ------------------------------------------------------------------ what cards share


def _drawn(context: Context, indicator: Indicator) -> tuple[str, ...]:
    """Return the statistics that share an axis."""
    return (headline_statistic(context, indicator),)


def _interval_card(  # noqa: PLR0913 - what differs between cards of one kind
    context: Context,
    indicator: Indicator,
    named: tuple[str, str],
    rows: list[Row],
    label: Callable[[Row], str],
    *,
    chosen: Callable[[Row], bool],
    notes: Sequence[str] = (),
) -> Card:
    """Return a card with a dot and margin for each row."""
    card_id, heading = named
    drawn = [
        chart_row(context, indicator, row, label(row)) | {"chosen": chosen(row)} for row in rows
    ]
    axis = axis_of(context, indicator, _drawn(context, indicator))
    chart = Chart(
        charts.interval_chart(style_of(context, indicator, axis)),
        chart_frame(drawn),
        f"{card_id}-{indicator.id}",
    )
    card = _card(context, indicator, card_id, "", rows, heading=heading, notes=notes)
    return replace(card, chart=chart, legend=context.words("legend.interval"))


def _card(  # noqa: PLR0913 - a card has this many parts
    context: Context,
    indicator: Indicator,
    card_id: str,
    sentence: str,
    rows: Sequence[Row],
    *,
    heading: str = "",
    notes: Sequence[str] = (),
) -> Card:
    """Return a card with its figures, their table in words, and where they come from."""
    return Card(
        id=card_id,
        heading=heading or indicator.label.of(context.language),
        sentence=sentence,
        figures=pl.DataFrame(list(rows), infer_schema_length=None),
        table=figure_table(context, rows),
        indicators=(indicator,),
        filters=filters_in_words(context, indicator),
        notes=tuple(notes),
        mark=context.mark(indicator),
        source=source_line(context, indicator),
        count=count_line(context, rows),
    )


def figure_table(context: Context, rows: Sequence[Row]) -> pl.DataFrame:
    """Return figures in words, one row each: group, answer, year, value, margin, n of N."""
    by_id = context.book.by_id
    several_items = len({(row["item"], row["statistic"]) for row in rows}) > 1
    several_years = len({row["edition"] for row in rows}) > 1
    columns: list[tuple[str, Callable[[Row], str]]] = [
        ("group", lambda row: context.group(row["dimension"], row["group_code"]))
    ]
    if several_items:
        columns.append(("answer", lambda row: measure(context, row)))
    if several_years:
        columns.append(("edition", lambda row: str(row["edition"])))
    columns += [
        ("value", lambda row: _value_or_state(context, by_id[row["indicator"]], row)),
        ("margin", lambda row: shown(context, by_id[row["indicator"]], row).margin),
        ("count", lambda row: shown(context, by_id[row["indicator"]], row).count),
        ("grade", lambda row: shown(context, by_id[row["indicator"]], row).grade),
    ]
    return word_table(context, rows, columns)


def _value_or_state(context: Context, indicator: Indicator, row: Row) -> str:
    """Return a figure, or why there is none."""
    figure = shown(context, indicator, row)
    return figure.value or figure.state


def measure(context: Context, row: Row) -> str:
    """Return which answer or statistic a figure is about."""
    if row["item"]:
        return context.item(context.book.by_id[row["indicator"]], row["item"])
    return context.words(f"statistic.{row['statistic']}")


def count_line(context: Context, rows: Sequence[Row]) -> str:
    """Return how many answered in all, when the rows are parts of one group or one group."""
    groups = {(r["dimension"], r["group_code"], r["edition"]): r for r in rows}
    whole = [row for row in groups.values() if row["dimension"] == WHOLE] or list(groups.values())
    if len(whole) != 1:
        return ""
    row = whole[0]
    if row["answer_count"] is None:
        return counted(context, row)
    return context.words(
        "count.line",
        answers=context.number(row["answer_count"]),
        population=context.number(row["population_count"]),
        unknown=context.number(row["dont_know_count"] or 0),
    )


def source_line(context: Context, indicator: Indicator) -> str:
    """Return source, edition, weighting and version."""
    words = context.words
    parts = [
        words("source.from", source=context.source(indicator)),
        words("source.edition", year=context.selection.edition),
        words(f"weighting.{context.selection.weighting}"),
        words("source.version", version=context.facts.version),
    ]
    return " · ".join(parts)


def filters_in_words(context: Context, indicator: Indicator) -> str:
    """Return question, edition, groups and weighting as one line, for files."""
    words = context.words
    parts = [
        indicator.question.of(context.language),
        words("source.edition", year=context.selection.edition),
        context.groups(context.chosen_groups()),
        words(f"weighting.{context.selection.weighting}"),
    ]
    return "; ".join(parts)
