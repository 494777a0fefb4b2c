"""Cards about the open answers: counts over themes and partners, and the list itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import polars as pl

from data.survey.codebook import WHOLE
from pages.cards.card import Card, Chart, Row, chart_frame, word_table
from pages.charts import charts
from pages.charts.charts import Axis, Style
from pages.words.texts import join

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pages.state.view import Context

# More partners than this make a chart too tall to read; the table has all of them.
DRAWN = 10
_COUNTED = ("kind", "is_synthetic", "edition", "group_label", "theme", "theme_label", "partner")
COUNT_COLUMNS = (*_COUNTED, "signal_count")
LIST_COLUMNS = (*_COUNTED, "signal_id", "text")

_COUNTS: dict[str, pl.DataType] = {
    "theme": pl.String(),
    "partner": pl.String(),
    "signal_count": pl.Int64(),
}


@dataclass(frozen=True)
class Sought:
    """Which open answers are looked for; None and empty stand for all."""

    edition: int
    theme: str | None
    partner: str | None
    group: tuple[str, str] | None
    words: tuple[str, ...]

    def parameters(self) -> dict[str, object]:
        """Return the filter as parameters of the views of signals."""
        dimension, code = self.group or (None, None)
        return {
            "editions": (self.edition,),
            "themes": (self.theme,) if self.theme else None,
            "partners": (self.partner,) if self.partner else None,
            "dimensions": (dimension,) if dimension else None,
            "groups": (code,) if code else None,
            "words": self.words or None,
        }


def sought(context: Context) -> Sought:
    """Return which open answers the reader looks for."""
    chosen = context.selection.signals
    return Sought(
        context.selection.edition,
        chosen.theme,
        chosen.partner,
        signal_group(context),
        tuple(chosen.words.split()),
    )


def signal_groups(context: Context) -> list[tuple[str, str]]:
    """Return the groups that open answers of the edition are told of, but for the whole."""
    everything = Sought(context.selection.edition, None, None, None, ())
    counts = context.query("signal_counts", **everything.parameters())
    found = set(counts.select("dimension", "group_code").rows()) - {(WHOLE, WHOLE)}
    order = list(context.book.dimension_by_id)
    rank = context.book.group_rank
    return sorted(found, key=lambda group: (order.index(group[0]), rank(*group)))


def signal_group(context: Context) -> tuple[str, str] | None:
    """Return the chosen group that answers are told of: an answer has one group, so one counts."""
    told = signal_groups(context)
    chosen = context.chosen_groups().items()
    return next((group for group in chosen if group in told), None)


def signals_card(context: Context) -> Card:
    """Return the open answers that the reader looks for, one row each."""
    asked = sought(context)
    found = context.query("signals", **asked.parameters())
    rows = found.to_dicts()
    titles = theme_titles(context)
    table = word_table(
        context,
        rows,
        [
            ("theme", lambda row: str(titles.get(row["theme"], row["theme"]))),
            ("partner", lambda row: str(row["partner"] or context.words("signals.no_partner"))),
            ("group", lambda row: context.group(row["dimension"], row["group_code"])),
            ("signal", lambda row: row["text"]),
        ],
    )
    card = _card(context, "signalen", found, table, LIST_COLUMNS)
    said = context.words.count("signals.found", found.height, count=context.number(found.height))
    return replace(
        card,
        heading=context.words("card.signals", filters=in_words(context, asked)),
        sentence=said,
        notes=tuple(_notes(context)),
    )


def signal_themes_card(context: Context) -> Card:
    """Return how many open answers there are about each theme."""
    asked = replace(sought(context), theme=None)
    counts = _counted(context, asked, "theme")
    titles = theme_titles(context)
    rows = [{"theme": name, "signal_count": counts.get(name, 0)} for name in titles]
    chosen = context.selection.signals.theme
    return _count_card(context, "signalen-themas", asked, rows, dict(titles), chosen)


def signal_partners_card(context: Context) -> Card:
    """Return how many open answers name each partner, the most named first."""
    asked = replace(sought(context), partner=None)
    counts = _counted(context, asked, "partner")
    none = context.words("signals.no_partner")
    ordered = sorted(counts, key=lambda name: (name is None, -counts[name], name or ""))
    rows = [{"partner": name, "signal_count": counts[name]} for name in ordered]
    names = {name: name or none for name in ordered}
    chosen = context.selection.signals.partner
    card = _count_card(context, "signalen-partners", asked, rows, names, chosen)
    named = len(ordered) - (None in counts)
    if named <= DRAWN:
        return card
    return replace(card, notes=(*card.notes, context.words("signals.most_named", count=DRAWN)))


def _counted(context: Context, asked: Sought, column: str) -> dict[str | None, int]:
    """Return how many open answers there are for each value of a column."""
    counts = context.query("signal_counts", **asked.parameters())
    summed = counts.group_by(column).agg(pl.col("signal_count").sum())
    return dict(summed.iter_rows())


def _count_card(
    context: Context,
    card_id: str,
    asked: Sought,
    rows: list[Row],
    names: Mapping[Any, str],
    chosen: str | None,
) -> Card:
    """Return a card with a dot for each count."""
    column = "theme" if card_id == "signalen-themas" else "partner"
    drawn = [
        _dot(context, row[column], names[row[column]], row["signal_count"])
        | {"chosen": row[column] == chosen}
        for row in rows
        if row[column] is not None
    ]
    table = word_table(
        context,
        rows,
        [
            (column, lambda row: str(names[row[column]])),
            ("signals", lambda row: context.number(row["signal_count"])),
        ],
    )
    dimension, code = asked.group or (WHOLE, WHOLE)
    figures = pl.DataFrame(rows, schema=_COUNTS, orient="row").with_columns(
        edition=pl.lit(asked.edition, pl.Int32),
        theme=pl.coalesce("theme", pl.lit(asked.theme, pl.String)),
        dimension=pl.lit(dimension),
        group_code=pl.lit(code),
    )
    most = max((row["estimate"] for row in drawn), default=0)
    axis = Axis(context.words("axis.signals"), 0, max(most, 1))
    style = Style(context.language, axis, _mark(context))
    card = _card(context, card_id, figures, table, COUNT_COLUMNS)
    return replace(
        card,
        heading=context.words(f"card.signals_{column}", filters=in_words(context, asked)),
        chart=Chart(charts.interval_chart(style), chart_frame(drawn[:DRAWN]), card_id),
        legend=context.words("legend.signals"),
    )


def _dot(context: Context, code: str, label: str, count: int) -> Row:
    """Return what a chart draws of one count."""
    return {
        "key": f"{code}|{label}\n ",
        "estimate": float(count),
        "low": None,
        "high": None,
        "value": context.number(count),
        "state": "",
        "is_good": True,
    }


def _card(
    context: Context,
    card_id: str,
    found: pl.DataFrame,
    table: pl.DataFrame,
    columns: tuple[str, ...],
) -> Card:
    """Return what cards about open answers share: the rows of a file, source and mark."""
    titles = pl.DataFrame(
        list(theme_titles(context).items()), schema=["theme", "theme_label"], orient="row"
    )
    return Card(
        id=card_id,
        heading="",
        sentence="",
        figures=found.with_columns(kind=pl.lit("survey")).join(
            titles, on="theme", how="left", maintain_order="left"
        ),
        table=table,
        indicators=(),
        filters=in_words(context, sought(context)),
        mark=_mark(context),
        source=_source(context),
        columns=columns,
    )


def theme_titles(context: Context) -> dict[str, str]:
    """Return the titles of the themes by id, in the order of the codebook."""
    return {theme.id: theme.title.of(context.language) for theme in context.book.themes}


def in_words(context: Context, asked: Sought) -> str:
    """Return which open answers are looked for, as part of a sentence."""
    words, titles = context.words, theme_titles(context)
    parts = [
        titles[asked.theme] if asked.theme else "",
        asked.partner or "",
        context.group(*asked.group) if asked.group else context.group(WHOLE, WHOLE),
        words("signals.with", words=join([f"‘{w}’" for w in asked.words], words("join.and")))
        if asked.words
        else "",
        words("source.edition", year=asked.edition),
    ]
    return ", ".join(part for part in parts if part)


def _notes(context: Context) -> list[str]:
    """Return what of the choice could not be used."""
    chosen, used = context.chosen_groups(), signal_group(context)
    if len(chosen) <= (used is not None):
        return []
    given = context.group(*used) if used else context.group(WHOLE, WHOLE)
    return [context.words("signals.not_by", asked=context.groups(chosen), given=given)]


def _mark(context: Context) -> str | None:
    """Return the mark of made-up answers."""
    return context.words("mark.synthetic") if context.facts.synthetic else None


def _source(context: Context) -> str:
    """Return source, edition and version."""
    words, survey = context.words, context.book.survey
    parts = [
        words("source.from", source=survey.name.of(context.language)),
        words("source.edition", year=context.selection.edition),
        words("source.version", version=context.facts.version),
    ]
    return " · ".join(parts)
