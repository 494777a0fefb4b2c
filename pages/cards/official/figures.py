"""Cards about official figures: real, per municipality, and never on one axis with answers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from data.survey.groups import WHOLE
from pages.cards.card import Card, Chart, Row, style_of, word_table
from pages.cards.official_figures import (
    axis_of_values,
    everywhere,
    municipal_values,
    official_basis,
    official_indicator,
    official_source,
    official_year,
    strip_rows,
)
from pages.cards.parts import figure_table
from pages.charts.strips import strip_chart
from queries.ask.questions import Question
from queries.vocabulary import Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.survey.design import Dimension
    from data.survey.indicators import Indicator
    from pages.state.view import View

STATISTICS = ("median", "quartile_low", "quartile_high", "pooled")


def official_classes_card(view: View, theme: str) -> Card | None:
    """Return an official figure over the size classes, each municipality a line."""
    classes = view.classes
    if classes is None:
        return None
    extra = view.book.of_kind("class", for_figures="official")
    return _strip_card(view, theme, "officieel-klassen", extra or [classes])


def official_regions_card(view: View, theme: str) -> Card | None:
    """Return an official figure over the regions, each municipality a line."""
    level = view.level
    if level is None:
        return None
    return _strip_card(view, theme, "officieel-regios", [level])


def _strip_card(
    view: View, theme: str, card_id: str, dimensions: Sequence[Dimension]
) -> Card | None:
    """Return a strip per group of some dimensions, with the whole country first."""
    indicator = official_indicator(view, theme)
    if indicator is None:
        return None
    basis = official_basis(view, indicator)
    year = official_year(view, indicator, basis)
    if year is None:
        return None
    question = Question(
        indicators=(indicator.id,), editions=(year,), bases=(basis,), statistics=STATISTICS
    )
    whole = view.ask(replace(question, by=WHOLE))
    groups = [view.ask(replace(question, by=dimension.id)) for dimension in dimensions]
    figures = pl.concat([whole, *groups])
    main = dimensions[0]
    values = {d.id: municipal_values(view, indicator, basis, year, d) for d in dimensions}
    everyone = values[main.id]
    drawn = strip_rows(view, indicator, figures, values | {WHOLE: everyone})
    axis = axis_of_values(
        view, indicator, municipal_values(everywhere(view), indicator, basis, year, main)
    )
    heading = view.words(
        "card.official",
        label=indicator.label.of(view.language),
        by=view.name(main),
        year=year,
        basis=view.words(f"basis.{basis}"),
    )
    chart = Chart(
        strip_chart(style_of(view, axis)),
        drawn,
        f"{card_id}-{indicator.id}-{main.id}",
    )
    summary = whole.filter(pl.col("statistic") == "median").to_dicts()
    return Card(
        id=card_id,
        heading=heading,
        sentence=_sentence(view, indicator, whole) if main == view.classes else "",
        figures=figures,
        table=figure_table(view, figures.to_dicts()),
        indicators=(indicator,),
        filters=f"{indicator.question.of(view.language)}; {heading}",
        chart=chart,
        legend=view.words("legend.strip"),
        notes=tuple(_notes(view, indicator, everyone)) if main == view.classes else (),
        source=official_source(view, indicator, year, basis),
        count=_count(view, summary),
    )


def municipality_sentence(view: View, theme: str) -> str:
    """Return the figure of the municipality asked for by name, in a sentence."""
    indicator = official_indicator(view, theme)
    code = view.selection.official.municipality
    if indicator is None or code is None or view.classes is None:
        return ""
    basis = official_basis(view, indicator)
    year = official_year(view, indicator, basis)
    if year is None:
        return ""
    values = municipal_values(everywhere(view), indicator, basis, year, view.classes)
    row = next(iter(values.filter(pl.col("municipality_code") == code).to_dicts()), None)
    name = view.facts.municipalities.get(code, code)
    if row is None or row["amount"] is None:
        return view.words("finding.municipality_none", name=name, year=year)
    return view.words(
        "finding.municipality",
        name=name,
        year=year,
        value=view.value(row["amount"], indicator),
        label=indicator.label.of(view.language),
        basis=view.words(f"basis.{basis}"),
    )


def municipalities_card(view: View, theme: str) -> Card | None:
    """Return an official figure of every municipality by name, for reading and download."""
    indicator = official_indicator(view, theme)
    classes = view.classes
    if indicator is None or classes is None:
        return None
    basis = official_basis(view, indicator)
    year = official_year(view, indicator, basis)
    if year is None:
        return None
    values = municipal_values(view, indicator, basis, year, classes)
    heading = view.words("card.municipalities", label=indicator.label.of(view.language))
    level = view.level
    table = word_table(
        view,
        values.to_dicts(),
        [
            ("municipality", lambda row: row["name"]),
            ("code", lambda row: row["municipality_code"]),
            ("class", lambda row: view.group(classes.id, row["class_code"], short=True)),
            (
                "region",
                lambda row: (
                    view.group(level.id, row["region_code"]) if level and row["region_code"] else ""
                ),
            ),
            ("value", lambda row: _amount_or_state(view, indicator, row)),
        ],
    )
    return Card(
        id="gemeenten",
        heading=heading,
        sentence=view.words("card.municipalities_lead" if values.height else "table.empty"),
        figures=_as_figures(view, indicator, basis, year, values),
        table=table,
        indicators=(indicator,),
        filters="; ".join(
            [
                indicator.question.of(view.language),
                str(year),
                view.words(f"basis.{basis}"),
            ]
        ),
        source=official_source(view, indicator, year, basis),
        count=_count(
            view,
            [
                {
                    "answer_count": values["amount"].count(),
                    "population_count": values.height,
                }
            ],
        ),
    )


def _amount_or_state(view: View, indicator: Indicator, row: Row) -> str:
    """Return a municipality's figure, or that there is none."""
    if row["amount"] is None:
        unclear = row["status"] == "unclear"
        return view.words("state.unclear" if unclear else "state.no_data")
    return view.value(row["amount"], indicator)


def _as_figures(
    view: View, indicator: Indicator, basis: str, year: int, values: pl.DataFrame
) -> pl.DataFrame:
    """Return figures of municipalities in the one shape, each a group of one."""
    del view
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
        .then(pl.lit(Status.SHOWN))
        .otherwise(pl.col("status").fill_null(Status.NO_DATA)),
    )


def quotations_card(view: View, theme: str) -> Card | None:
    """Return figures quoted from publications, each with the page it was read on."""
    indicators = tuple(view.book.of_theme(theme, "published"))
    if not indicators:
        return None
    ids = tuple(i.id for i in indicators)
    figures = view.ask(Question(indicators=ids))
    by_id = view.book.by_id
    pages = {
        (row["indicator"], row["edition"]): row
        for row in view.query("quotations", indicators=ids).iter_rows(named=True)
    }
    table = word_table(
        view,
        figures.to_dicts(),
        [
            ("figure", lambda row: by_id[row["indicator"]].label.of(view.language)),
            ("edition", lambda row: str(row["edition"])),
            ("value", lambda row: _quoted(view, row, pages)),
            ("page", lambda row: pages[row["indicator"], row["edition"]]["url"]),
        ],
    )
    return Card(
        id="aangehaald",
        heading=view.words("card.quotations"),
        sentence="",
        figures=figures,
        table=table,
        indicators=indicators,
        filters=view.words("card.quotations"),
        notes=(view.words("note.quotations"),),
        source=view.words("source.from", source=view.source(indicators[0])),
    )


def _quoted(view: View, row: Row, pages: dict[tuple[str, int], Row]) -> str:
    """Return a quoted figure; a rounded one says so."""
    indicator = view.book.by_id[row["indicator"]]
    value = view.value(row["estimate"], indicator)
    rounded = pages[row["indicator"], row["edition"]]["is_rounded"]
    return view.words("value.rounded", value=value) if rounded else value


def _sentence(view: View, indicator: Indicator, whole: pl.DataFrame) -> str:
    """Return the national median and pooled figure in a sentence."""
    rows = {row["statistic"]: row for row in whole.to_dicts()}
    median, pooled = rows["median"]["estimate"], rows["pooled"]["estimate"]
    if median is None:
        return view.words("state.no_data")
    said = view.words(
        "finding.official",
        label=indicator.label.of(view.language),
        value=view.value(median, indicator),
        low=view.value(rows["quartile_low"]["estimate"], indicator),
        high=view.value(rows["quartile_high"]["estimate"], indicator),
    )
    if pooled is None:
        return said
    return f"{said} {view.words('finding.pooled', value=view.value(pooled, indicator))}"


def _notes(view: View, indicator: Indicator, values: pl.DataFrame) -> list[str]:
    """Return what a reader must know of an official figure."""
    language = view.language
    notes = [text.of(language) for text in (indicator.coverage, indicator.note) if text]
    if indicator.signals and view.book.survey.signals_are:
        notes.append(signals_in_words(view, indicator))
        notes.append(view.book.survey.signals_are.of(language))
    missing = values["amount"].null_count()
    if missing and not indicator.coverage:
        notes.append(view.words.count("note.missing", missing, count=view.number(missing)))
    return notes


def signals_in_words(view: View, indicator: Indicator) -> str:
    """Return the signal values of an indicator in words: A below 90%, B ..."""
    said = []
    for signal in indicator.signals:
        bounds = {
            "above": signal.above,
            "below": signal.below,
            "from": signal.from_,
            "to": signal.to,
        }
        known = {k: view.value(v, indicator) for k, v in bounds.items() if v is not None}
        if signal.from_ is not None and signal.from_ == signal.to:
            form = "signal.equal"
        else:
            form = f"signal.{'_'.join(sorted(known))}"
        said.append(f"{signal.level}: {view.words(form, **known)}")
    return view.words("signal.line", signals="; ".join(said))


def _count(view: View, rows: Sequence[Row]) -> str:
    """Return how many municipalities filed a figure."""
    if not rows:
        return ""
    return view.words(
        "count.filed",
        answers=view.number(rows[0]["answer_count"]),
        population=view.number(rows[0]["population_count"]),
    )
