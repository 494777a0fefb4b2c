"""Cards without a chart: the table a reader puts together, and who took part."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from data.codebook import CROSS, WHOLE
from data.policy import OUTSIDE
from pages.cards.card import Card, Row, shown, word_table
from pages.cards.parts import measure
from pages.cards.rows import headline_statistic
from pages.state.releases import Question, ask, view
from pages.words.texts import capital, join

if TYPE_CHECKING:
    from collections.abc import Callable

    from data.codebook import Indicator, Theme
    from pages.state.view import Context

# Named in a title before the rest is counted.
NAMED = 3


def table_theme(context: Context) -> Theme:
    """Return the theme of the table: the chosen one, else the first."""
    chosen = context.selection.table.theme
    return next((t for t in context.book.themes if t.id == chosen), context.book.themes[0])


def table_questions(context: Context) -> list[Indicator]:
    """Return the questions of the table: the chosen ones, else those the survey asked."""
    theme = table_theme(context)
    offered = context.book.of_theme(theme.id)
    chosen = [i for i in offered if i.id in context.selection.table.questions]
    return chosen or [i for i in offered if i.kind == "survey" and i.part_of is None]


def table_rows(context: Context) -> str:
    """Return the dimension of the rows: the chosen one, else the size classes."""
    chosen = context.selection.table.rows
    if chosen in context.facts.dimensions:
        return chosen
    return context.classes.id if context.classes else WHOLE


def table_editions(context: Context) -> tuple[int, ...]:
    """Return the years of the table: the chosen ones, else the edition looked at."""
    return context.selection.table.editions or (context.selection.edition,)


def table_card(context: Context) -> Card:
    """Return the figures a reader asked for, one row each."""
    indicators = table_questions(context)
    dimension = table_rows(context)
    years = table_editions(context)
    parts = [_figures_of(context, i, dimension, years) for i in indicators]
    figures = pl.concat(parts) if parts else pl.DataFrame()
    rows = figures.to_dicts()
    by_id = context.book.by_id
    bases = list(dict.fromkeys(row["basis"] for row in rows))
    columns: list[tuple[str, Callable[[Row], str]]] = [
        ("question", lambda row: by_id[row["indicator"]].label.of(context.language)),
        ("answer", lambda row: measure(context, row)),
        ("edition", lambda row: str(row["edition"])),
        ("basis", lambda row: context.words(f"basis.{row['basis']}")),
        ("group", lambda row: context.group(row["dimension"], row["group_code"], short=True)),
        ("value", lambda row: _value(context, by_id[row["indicator"]], row)),
        ("margin", lambda row: shown(context, by_id[row["indicator"]], row).margin),
        ("count", lambda row: shown(context, by_id[row["indicator"]], row).count),
        ("grade", lambda row: shown(context, by_id[row["indicator"]], row).grade),
    ]
    # What is the same in every row is said above the table; a phone has no room to repeat it.
    several = {"question": len(indicators) > 1, "edition": len(years) > 1, "basis": len(bases) > 1}
    columns = [column for column in columns if several.get(column[0], True)]
    survey = [i for i in indicators if i.kind == "survey"]
    return Card(
        id="tabel",
        heading=_title(context, indicators, dimension, years),
        sentence="",
        figures=figures,
        table=word_table(context, rows, columns),
        indicators=tuple(indicators),
        filters=_title(context, indicators, dimension, years),
        notes=tuple(_notes(context, indicators, dimension, bases)),
        mark=context.mark(survey[0]) if survey else None,
        source=_sources(context, indicators),
    )


def _figures_of(
    context: Context, indicator: Indicator, dimension: str, years: tuple[int, ...]
) -> pl.DataFrame:
    """Return the figures of one question: every answer of a scale, or one statistic."""
    if indicator.kind == "survey":
        statistics: tuple[str, ...] = (headline_statistic(context, indicator),)
        weightings: tuple[str, ...] | None = (context.selection.weighting,)
    else:
        statistics, weightings = ("median", "pooled", "quoted"), None
    question = Question(
        indicators=(indicator.id,),
        by=dimension,
        editions=years,
        statistics=statistics,
        weightings=weightings,
    )
    return ask(question)


def _value(context: Context, indicator: Indicator, row: Row) -> str:
    """Return a figure, or why there is none."""
    figure = shown(context, indicator, row)
    return figure.value or figure.state


def _title(
    context: Context, indicators: list[Indicator], dimension: str, years: tuple[int, ...]
) -> str:
    """Return in words what the table holds."""
    words = context.words
    labels = [i.label.of(context.language) for i in indicators]
    named = labels[:NAMED]
    if len(labels) > NAMED:
        named.append(words.count("table.others", len(labels) - NAMED, count=len(labels) - NAMED))
    return words(
        "table.title",
        questions=join(named, words("join.and")),
        rows=_along(context, dimension),
        years=join([str(year) for year in years], words("join.and")),
    )


def _along(context: Context, dimension: str) -> str:
    """Return what a dimension, crossed or not, is called."""
    if dimension == WHOLE:
        return context.group(WHOLE, WHOLE)
    parts = dimension.split(CROSS)
    return " × ".join(context.name(context.book.dimension_by_id[part]) for part in parts)


def _notes(
    context: Context, indicators: list[Indicator], dimension: str, bases: list[str]
) -> list[str]:
    """Return what a reader must know of this table."""
    words = context.words
    notes = []
    if any(i.kind == "survey" for i in indicators):
        notes.append(words(f"weighting.{context.selection.weighting}"))
    if len(bases) == 1 and not any(i.kind == "survey" for i in indicators):
        notes.append(words(f"basis.{bases[0]}"))
    unpublished = [
        i.label.of(context.language) for i in indicators if not _has_rows(context, i, dimension)
    ]
    if unpublished:
        notes.append(words("table.no_rows", questions=join(unpublished, words("join.and"))))
    return notes


def _has_rows(context: Context, indicator: Indicator, dimension: str) -> bool:
    """Whether a question has figures along a dimension at all."""
    return not _figures_of(
        context, indicator, dimension, tuple(context.facts.all_years())
    ).is_empty()


def _sources(context: Context, indicators: list[Indicator]) -> str:
    """Return the sources of a table, each once, and the version."""
    sources = dict.fromkeys(context.source(i) for i in indicators)
    words = context.words
    said = words("source.from", source="; ".join(sources))
    return f"{said} · {words('source.version', version=context.facts.version)}"


def response_card(context: Context) -> Card:
    """Return how many municipalities took part, per class, region and crossed."""
    editions = (context.selection.edition,)
    crossed = [d for d in context.facts.dimensions if CROSS in d]
    dimensions = (
        WHOLE,
        *(d.id for d in context.book.of_kind("class")),
        *(d.id for d in context.book.of_kind("region")[:1]),
        *crossed[:1],
    )
    found = view("response", editions=editions, dimensions=dimensions)
    order = {dimension: place for place, dimension in enumerate(dimensions)}
    rows = sorted(
        found.to_dicts(),
        key=lambda row: (
            order[row["dimension"]],
            context.book.group_rank(row["dimension"], row["group_code"]),
        ),
    )
    return response_of(context, "respons", rows, capital(response_sentence(context, rows[0])))


def response_of(
    context: Context, card_id: str, rows: list[Row], sentence: str, notes: tuple[str, ...] = ()
) -> Card:
    """Return how many municipalities took part in some groups."""
    table = word_table(
        context,
        rows,
        [
            ("group", lambda row: context.group(row["dimension"], row["group_code"], short=True)),
            ("respondents", lambda row: took_part(context, row)),
            ("population", lambda row: context.number(row["population_count"])),
            ("response", lambda row: percentage(context, row)),
        ],
    )
    made_up = next(i for i in context.book.indicators if i.kind == "survey")
    heading = context.words("card.response", year=context.selection.edition)
    figures = pl.DataFrame(
        [row | {"estimate": _response(context, row)} for row in rows], infer_schema_length=None
    ).with_columns(
        kind=pl.lit("survey"),
        basis=pl.lit("enquete"),
        indicator=pl.lit("response"),
        item=pl.lit(""),
        statistic=pl.lit("share"),
        weighting=pl.lit("municipality"),
        answer_count="respondent_count",
        status=pl.when(pl.col("respondent_count").is_null())
        .then(pl.lit("too_few"))
        .otherwise(pl.lit("shown")),
    )
    return Card(
        id=card_id,
        heading=heading,
        sentence=sentence,
        figures=figures,
        table=table,
        indicators=(),
        filters=heading,
        notes=notes,
        mark=context.mark(made_up),
        source=context.words("source.version", version=context.facts.version),
    )


def _is_exact(row: Row) -> bool:
    """Whether the number of participants is told as it is.

    Of the whole country only, and not where it may stand for all or nearly all.
    """
    between = OUTSIDE < row["respondent_count"] < row["population_count"] - OUTSIDE
    return bool(row["dimension"] == WHOLE and between)


def took_part(context: Context, row: Row) -> str:
    """Return how many took part, and whether about; or that it is not told."""
    if row["respondent_count"] is None:
        return context.words("response.untold")
    return _about(context, row, context.number(row["respondent_count"]))


def _about(context: Context, row: Row, text: str) -> str:
    """Return a number about a group, said to be approximate where it is."""
    return text if _is_exact(row) else context.words("response.about", number=text)


def _response(context: Context, row: Row) -> float | None:
    """Return the response in per cent; coarse where participants are told about."""
    if row["respondent_count"] is None:
        return None
    share = float(100 * row["respondent_count"] / row["population_count"])
    step = context.facts.policy.rounding.share_points_small
    return share if _is_exact(row) else step * round(share / step)


def percentage(context: Context, row: Row) -> str:
    """Return the response as a whole percentage; nothing where it is not told."""
    share = _response(context, row)
    if share is None:
        return ""
    said = context.words("unit.pct", number=context.number(round(share)))
    return _about(context, row, said)


def response_sentence(context: Context, row: Row) -> str:
    """Return how many took part, as a sentence that may stand behind a name and a colon."""
    return context.words(
        "response.line" if row["respondent_count"] is not None else "response.line_untold",
        respondents=took_part(context, row),
        population=context.number(row["population_count"]),
        share=percentage(context, row),
    )


def response_line(context: Context) -> str:
    """Return how many took part in the edition looked at, in a sentence."""
    found = view("response", editions=(context.selection.edition,), dimensions=(WHOLE,))
    return capital(response_sentence(context, found.row(0, named=True)))


def withheld_list(context: Context, year: int) -> pl.DataFrame:
    """Return how many survey figures of an edition are published and why others are not, in words.

    A row per dimension, the whole first.
    """
    found = view("withheld", editions=(year,)).to_dicts()
    order = {name: place for place, name in enumerate([WHOLE, *context.book.dimension_by_id])}
    # those that are crossed come last
    rows = sorted(found, key=lambda row: order.get(row["dimension"], len(order)))
    reasons = ("shown", "bound", "too_few", "dominated")
    return word_table(
        context,
        rows,
        [
            ("dimension", lambda row: _division(context, row["dimension"])),
            *((r, lambda row, r=r: context.number(row[f"{r}_count"])) for r in reasons),
        ],
    )


def _division(context: Context, dimension: str) -> str:
    """Return what a dimension is called at the head of a row."""
    if dimension == WHOLE:
        return context.group(WHOLE, WHOLE, short=True)
    return _along(context, dimension)


def question_list(context: Context, year: int) -> pl.DataFrame:
    """Return every survey question with wording, type and comparability, in words."""
    rows = [
        {"indicator": i}
        for theme in context.book.themes
        for i in context.book.of_theme(theme.id, "survey")
    ]
    language = context.language
    return word_table(
        context,
        rows,
        [
            ("question", lambda row: row["indicator"].label.of(language)),
            ("wording", lambda row: row["indicator"].question.of(language)),
            ("code", lambda row: row["indicator"].id),
            (
                "comparability",
                lambda row: context.words(
                    f"comparability.{row['indicator'].comparability.get(year, 'not_asked')}"
                ),
            ),
        ],
    )
