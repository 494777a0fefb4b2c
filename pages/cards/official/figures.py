"""Cards about official figures: real, per municipality, and never on one axis with answers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from data.codebook import WHOLE
from pages.cards.card import Card, Chart, Row, axis_of, style_of, word_table
from pages.cards.parts import figure_table
from pages.charts import charts
from pages.state.releases import Question, ask, view

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from data.codebook import Dimension, Indicator
    from pages.state.view import Context

STATISTICS = ("median", "quartile_low", "quartile_high", "pooled")


def official_indicator(context: Context, theme: str) -> Indicator | None:
    """Return the official figure looked at: the chosen one, else the first of the theme."""
    offered = context.book.of_theme(theme, "official")
    chosen = context.selection.official.indicator
    return next((i for i in offered if i.id == chosen), offered[0] if offered else None)


def official_basis(context: Context, indicator: Indicator) -> str:
    """Return budget or accounts: the chosen one if the figure has it, else its first."""
    known = [basis for basis in indicator.bases if context.facts.years_of(indicator.id).get(basis)]
    chosen = context.selection.official.basis
    return chosen if chosen in known else known[0] if known else indicator.bases[0]


def official_year(context: Context, indicator: Indicator, basis: str) -> int | None:
    """Return the year: the chosen one, else that of the edition, else the latest there is."""
    years = context.facts.years_of(indicator.id).get(basis, [])
    for wanted in (context.selection.official.year, context.selection.edition):
        if wanted in years:
            return wanted
    return years[-1] if years else None


def official_classes_card(context: Context, theme: str) -> Card | None:
    """Return an official figure over the size classes, each municipality a line."""
    classes = context.classes
    if classes is None:
        return None
    extra = context.book.of_kind("class", for_figures="official")
    return _strip_card(context, theme, "officieel-klassen", extra or [classes])


def official_regions_card(context: Context, theme: str) -> Card | None:
    """Return an official figure over the regions, each municipality a line."""
    level = context.level
    if level is None:
        return None
    return _strip_card(context, theme, "officieel-regios", [level])


def _strip_card(
    context: Context, theme: str, card_id: str, dimensions: Sequence[Dimension]
) -> Card | None:
    """Return a strip per group of some dimensions, with the whole country first."""
    indicator = official_indicator(context, theme)
    if indicator is None:
        return None
    basis = official_basis(context, indicator)
    year = official_year(context, indicator, basis)
    if year is None:
        return None
    question = Question(
        indicators=(indicator.id,), editions=(year,), bases=(basis,), statistics=STATISTICS
    )
    whole = ask(replace(question, by=WHOLE))
    groups = [ask(replace(question, by=dimension.id)) for dimension in dimensions]
    figures = pl.concat([whole, *groups])
    main = dimensions[0]
    values = {d.id: municipal_values(context, indicator, basis, year, d) for d in dimensions}
    everyone = values[main.id]
    drawn = strip_rows(context, indicator, figures, values | {WHOLE: everyone})
    axis = axis_of_values(
        context, indicator, municipal_values(_everywhere(context), indicator, basis, year, main)
    )
    heading = context.words(
        "card.official",
        label=indicator.label.of(context.language),
        by=context.name(main),
        year=year,
        basis=context.words(f"basis.{basis}"),
    )
    chart = Chart(
        charts.strip_chart(style_of(context, indicator, axis)),
        drawn,
        f"{card_id}-{indicator.id}-{main.id}",
    )
    summary = whole.filter(pl.col("statistic") == "median").to_dicts()
    return Card(
        id=card_id,
        heading=heading,
        sentence=_sentence(context, indicator, whole) if main == context.classes else "",
        figures=figures,
        table=figure_table(context, figures.to_dicts()),
        indicators=(indicator,),
        filters=f"{indicator.question.of(context.language)}; {heading}",
        chart=chart,
        legend=context.words("legend.strip"),
        notes=tuple(_notes(context, indicator, everyone)) if main == context.classes else (),
        source=official_source(context, indicator, year, basis),
        count=_count(context, summary),
    )


def municipal_values(
    context: Context, indicator: Indicator, basis: str, year: int, by: Dimension
) -> pl.DataFrame:
    """Return the official figure of each municipality, with the groups it is in.

    One row per municipality: ``municipality_code``, ``name``, ``class_code``, ``region_code``,
    ``status``, ``amount`` (null where nothing was filed) and ``group_code`` in ``by``.
    """
    classes, level = context.classes, context.level
    selection = context.selection
    frame = view(
        "official_values",
        indicator=indicator.id,
        basis=basis,
        edition=year,
        class_dimension=by.id if by.kind == "class" else classes.id if classes else WHOLE,
        region_dimension=level.id if level else WHOLE,
        classes=(selection.size_class,) if selection.size_class and by == classes else None,
        regions=(selection.region,) if selection.region else None,
    )
    return frame.with_columns(
        group_code=pl.col("class_code" if by.kind == "class" else "region_code")
    )


def _everywhere(context: Context) -> Context:
    """Return the context without a chosen region or size class."""
    return replace(context, selection=replace(context.selection, region=None, size_class=None))


def axis_of_values(context: Context, indicator: Indicator, values: pl.DataFrame) -> charts.Axis:
    """Return an axis over nearly all municipalities; the few far out are clipped and counted.

    Of all there are, whatever was chosen: so panels compare, and a chart need not be made anew.
    """
    known = values["amount"].drop_nulls()
    axis = axis_of(context, indicator, ("median", "quartile_low", "quartile_high"))
    if not known.len():
        return axis
    low, high = known.quantile(0.01), known.quantile(0.99)
    lowest = min(axis.low, float(low if low is not None else axis.low))
    highest = max(axis.high, float(high if high is not None else axis.high))
    return replace(axis, low=lowest, high=highest)


_STRIP: dict[str, pl.DataType] = {
    "key": pl.String(),
    "name": pl.String(),
    "amount": pl.Float64(),
    "value": pl.String(),
    "chosen": pl.Boolean(),
    "quartile_low": pl.Float64(),
    "median": pl.Float64(),
    "quartile_high": pl.Float64(),
    "state": pl.String(),
}


def strip_rows(
    context: Context,
    indicator: Indicator,
    figures: pl.DataFrame,
    values: Mapping[str, pl.DataFrame],
) -> pl.DataFrame:
    """Return what a strip chart draws: a row per group, and one per municipality in it."""
    drawn: list[Row] = []
    groups = figures.select("dimension", "group_code", "group_rank").unique(maintain_order=True)
    for dimension, code, _ in groups.iter_rows():
        rows = figures.filter(
            pl.col("dimension") == dimension, pl.col("group_code") == code
        ).to_dicts()
        by_name = {row["statistic"]: row for row in rows}
        key = _strip_key(context, by_name["median"])
        drawn.append(_summary_row(context, indicator, key, by_name))
        inside = values[dimension]
        if dimension != WHOLE:
            inside = inside.filter(pl.col("group_code") == code)
        drawn += [
            _municipal_row(context, indicator, key, row)
            for row in inside.drop_nulls("amount").iter_rows(named=True)
        ]
    return pl.DataFrame(drawn, schema=_STRIP, orient="row").with_row_index("rank")


def _strip_key(context: Context, row: Row) -> str:
    """Return the name of a strip with how many municipalities filed a figure."""
    name = context.group(row["dimension"], row["group_code"], short=True)
    count = context.words(
        "count.of",
        answers=context.number(row["answer_count"]),
        population=context.number(row["population_count"]),
    )
    return f"{row['dimension']}{row['group_code']}|{name}\n{count}"


def _summary_row(context: Context, indicator: Indicator, key: str, by_name: dict[str, Row]) -> Row:
    """Return the middle half and the median of a group."""
    median = by_name["median"]["estimate"]
    return {
        "key": key,
        "name": None,
        "amount": None,
        "value": "" if median is None else context.value(median, indicator),
        "chosen": False,
        "quartile_low": by_name["quartile_low"]["estimate"],
        "median": median,
        "quartile_high": by_name["quartile_high"]["estimate"],
        "state": context.words("state.no_data") if median is None else "",
    }


def _municipal_row(context: Context, indicator: Indicator, key: str, row: Row) -> Row:
    """Return one municipality in a strip."""
    return {
        "key": key,
        "name": row["name"],
        "amount": row["amount"],
        "value": context.value(row["amount"], indicator),
        "chosen": row["municipality_code"] == context.selection.official.municipality,
        "quartile_low": None,
        "median": None,
        "quartile_high": None,
        "state": "",
    }


def municipality_sentence(context: Context, theme: str) -> str:
    """Return the figure of the municipality asked for by name, in a sentence."""
    indicator = official_indicator(context, theme)
    code = context.selection.official.municipality
    if indicator is None or code is None or context.classes is None:
        return ""
    basis = official_basis(context, indicator)
    year = official_year(context, indicator, basis)
    if year is None:
        return ""
    values = municipal_values(_everywhere(context), indicator, basis, year, context.classes)
    row = next(iter(values.filter(pl.col("municipality_code") == code).to_dicts()), None)
    name = context.facts.municipalities.get(code, code)
    if row is None or row["amount"] is None:
        return context.words("finding.municipality_none", name=name, year=year)
    return context.words(
        "finding.municipality",
        name=name,
        year=year,
        value=context.value(row["amount"], indicator),
        label=indicator.label.of(context.language),
        basis=context.words(f"basis.{basis}"),
    )


def municipalities_card(context: Context, theme: str) -> Card | None:
    """Return an official figure of every municipality by name, for reading and download."""
    indicator = official_indicator(context, theme)
    classes = context.classes
    if indicator is None or classes is None:
        return None
    basis = official_basis(context, indicator)
    year = official_year(context, indicator, basis)
    if year is None:
        return None
    values = municipal_values(context, indicator, basis, year, classes)
    heading = context.words("card.municipalities", label=indicator.label.of(context.language))
    level = context.level
    table = word_table(
        context,
        values.to_dicts(),
        [
            ("municipality", lambda row: row["name"]),
            ("code", lambda row: row["municipality_code"]),
            ("class", lambda row: context.group(classes.id, row["class_code"], short=True)),
            (
                "region",
                lambda row: (
                    context.group(level.id, row["region_code"])
                    if level and row["region_code"]
                    else ""
                ),
            ),
            ("value", lambda row: _amount_or_state(context, indicator, row)),
        ],
    )
    return Card(
        id="gemeenten",
        heading=heading,
        sentence=context.words("card.municipalities_lead" if values.height else "table.empty"),
        figures=_as_figures(context, indicator, basis, year, values),
        table=table,
        indicators=(indicator,),
        filters="; ".join(
            [
                indicator.question.of(context.language),
                str(year),
                context.words(f"basis.{basis}"),
            ]
        ),
        source=official_source(context, indicator, year, basis),
        count=_count(
            context,
            [
                {
                    "answer_count": values["amount"].count(),
                    "population_count": values.height,
                }
            ],
        ),
    )


def _amount_or_state(context: Context, indicator: Indicator, row: Row) -> str:
    """Return a municipality's figure, or that there is none."""
    if row["amount"] is None:
        unclear = row["status"] == "unclear"
        return context.words("state.unclear" if unclear else "state.no_data")
    return context.value(row["amount"], indicator)


def _as_figures(
    context: Context, indicator: Indicator, basis: str, year: int, values: pl.DataFrame
) -> pl.DataFrame:
    """Return figures of municipalities in the one shape, each a group of one."""
    del context
    return values.select(
        kind=pl.lit("official"),
        edition=pl.lit(year),
        basis=pl.lit(basis),
        indicator=pl.lit(indicator.id),
        item=pl.lit(""),
        statistic=pl.lit("value"),
        weighting=pl.lit(""),
        dimension=pl.lit("municipality"),
        group_code="municipality_code",
        group_label="name",
        population_count=pl.lit(1),
        respondent_count=pl.col("amount").is_not_null().cast(pl.Int64),
        answer_count=pl.col("amount").is_not_null().cast(pl.Int64),
        estimate="amount",
        status=pl.when(pl.col("amount").is_not_null())
        .then(pl.lit("shown"))
        .otherwise(pl.col("status").fill_null("no_data")),
    )


def quotations_card(context: Context, theme: str) -> Card | None:
    """Return figures quoted from publications, each with the page it was read on."""
    indicators = tuple(context.book.of_theme(theme, "published"))
    if not indicators:
        return None
    ids = tuple(i.id for i in indicators)
    figures = ask(Question(indicators=ids))
    by_id = context.book.by_id
    pages = {
        (row["indicator"], row["edition"]): row
        for row in view("quotations", indicators=ids).iter_rows(named=True)
    }
    table = word_table(
        context,
        figures.to_dicts(),
        [
            ("figure", lambda row: by_id[row["indicator"]].label.of(context.language)),
            ("edition", lambda row: str(row["edition"])),
            ("value", lambda row: _quoted(context, row, pages)),
            ("page", lambda row: pages[row["indicator"], row["edition"]]["url"]),
        ],
    )
    return Card(
        id="aangehaald",
        heading=context.words("card.quotations"),
        sentence="",
        figures=figures,
        table=table,
        indicators=indicators,
        filters=context.words("card.quotations"),
        notes=(context.words("note.quotations"),),
        source=context.words("source.from", source=context.source(indicators[0])),
    )


def _quoted(context: Context, row: Row, pages: dict[tuple[str, int], Row]) -> str:
    """Return a quoted figure; a rounded one says so."""
    indicator = context.book.by_id[row["indicator"]]
    value = context.value(row["estimate"], indicator)
    rounded = pages[row["indicator"], row["edition"]]["is_rounded"]
    return context.words("value.rounded", value=value) if rounded else value


def _sentence(context: Context, indicator: Indicator, whole: pl.DataFrame) -> str:
    """Return the national median and pooled figure in a sentence."""
    rows = {row["statistic"]: row for row in whole.to_dicts()}
    median, pooled = rows["median"]["estimate"], rows["pooled"]["estimate"]
    if median is None:
        return context.words("state.no_data")
    said = context.words(
        "finding.official",
        label=indicator.label.of(context.language),
        value=context.value(median, indicator),
        low=context.value(rows["quartile_low"]["estimate"], indicator),
        high=context.value(rows["quartile_high"]["estimate"], indicator),
    )
    if pooled is None:
        return said
    return f"{said} {context.words('finding.pooled', value=context.value(pooled, indicator))}"


def _notes(context: Context, indicator: Indicator, values: pl.DataFrame) -> list[str]:
    """Return what a reader must know of an official figure."""
    language = context.language
    notes = [text.of(language) for text in (indicator.coverage, indicator.note) if text]
    if indicator.signals and context.book.survey.signals_are:
        notes.append(signals_in_words(context, indicator))
        notes.append(context.book.survey.signals_are.of(language))
    missing = values["amount"].null_count()
    if missing and not indicator.coverage:
        notes.append(context.words.count("note.missing", missing, count=context.number(missing)))
    return notes


def signals_in_words(context: Context, indicator: Indicator) -> str:
    """Return the signal values of an indicator in words: A below 90%, B ..."""
    said = []
    for signal in indicator.signals:
        bounds = {
            "above": signal.above,
            "below": signal.below,
            "from": signal.from_,
            "to": signal.to,
        }
        known = {k: context.value(v, indicator) for k, v in bounds.items() if v is not None}
        if signal.from_ is not None and signal.from_ == signal.to:
            form = "signal.equal"
        else:
            form = f"signal.{'_'.join(sorted(known))}"
        said.append(f"{signal.level}: {context.words(form, **known)}")
    return context.words("signal.line", signals="; ".join(said))


def official_source(context: Context, indicator: Indicator, year: int, basis: str) -> str:
    """Return source, year, basis and version of an official figure."""
    words = context.words
    parts = [
        words("source.from", source=context.source(indicator)),
        words(f"basis.{basis}"),
        str(year),
        words("source.version", version=context.facts.version),
    ]
    return " · ".join(parts)


def _count(context: Context, rows: Sequence[Row]) -> str:
    """Return how many municipalities filed a figure."""
    if not rows:
        return ""
    return context.words(
        "count.filed",
        answers=context.number(rows[0]["answer_count"]),
        population=context.number(rows[0]["population_count"]),
    )
