"""Cards about the open answers: counts over themes and partners, and the list itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import polars as pl

from data.survey.groups import WHOLE
from pages.cards.card import Card, Chart, Row, chart_frame, choice, dot, word_table
from pages.charts.intervals import interval_chart
from pages.charts.spec import Axis, Style
from pages.state.parameter_kinds import taking
from queries.words.texts import join

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pages.state.view import View

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


def sought(view: View) -> Sought:
    """Return which open answers the reader looks for."""
    chosen = view.selection.signals
    return Sought(
        view.selection.edition,
        chosen.theme,
        chosen.partner,
        signal_group(view),
        tuple(chosen.words.split()),
    )


def about(view: View, themes: Sequence[str]) -> list[Row]:
    """Return the open answers of the edition about themes, of everyone and in their own order."""
    asked = Sought(view.selection.edition, None, None, None, ()).parameters()
    return view.query("signals", **asked | {"themes": tuple(themes)}).to_dicts()


def title(view: View) -> str:
    """Return what the answers that are looked for say together: how many, or most about what."""
    asked = sought(view)
    counts = _counted(view, replace(asked, theme=None), "theme")
    titles = theme_titles(view)
    total, most = sum(counts.values()), max(counts.values(), default=0)
    theme = asked.theme or (next(iter(counts)) if len(counts) == 1 else None)
    if theme:
        count = counts.get(theme, 0)
        said = {"count": view.number(count), "theme": titles.get(theme, theme)}
        return view.words.count("signals.title_about", count, **said)
    first = [name for name, count in counts.items() if count == most]
    if len(first) != 1:
        return view.words.count("signals.found", total, count=view.number(total)).rstrip(".")
    return view.words(
        "signals.title_most",
        theme=titles.get(str(first[0]), first[0]),
        most=view.number(most),
        count=view.number(total),
    )


def signal_groups(view: View) -> list[tuple[str, str]]:
    """Return the groups that open answers of the edition are told of, but for the whole."""
    everything = Sought(view.selection.edition, None, None, None, ())
    counts = view.query("signal_counts", **everything.parameters())
    found = set(counts.select("dimension", "group_code").rows()) - {(WHOLE, WHOLE)}
    order = list(view.book.dimension_by_id)
    rank = view.book.group_rank
    return sorted(found, key=lambda group: (order.index(group[0]), rank(*group)))


def signal_group(view: View) -> tuple[str, str] | None:
    """Return the chosen group that answers are told of: an answer has one group, so one counts."""
    told = signal_groups(view)
    chosen = view.chosen_groups().items()
    return next((group for group in chosen if group in told), None)


def signals_card(view: View) -> Card:
    """Return the open answers that the reader looks for, one row each."""
    asked = sought(view)
    found = view.query("signals", **asked.parameters())
    rows = found.to_dicts()
    titles = theme_titles(view)
    table = word_table(
        view,
        rows,
        [
            ("theme", lambda row: str(titles.get(row["theme"], row["theme"]))),
            ("partner", lambda row: str(row["partner"] or view.words("signals.no_partner"))),
            ("group", lambda row: view.group(row["dimension"], row["group_code"])),
            ("signal", lambda row: row["text"]),
        ],
    )
    card = _card(view, "signalen", found, table, LIST_COLUMNS)
    said = view.words.count("signals.found", found.height, count=view.number(found.height))
    return replace(
        card,
        heading=view.words("card.signals", filters=in_words(view, asked)),
        sentence=said,
        notes=tuple(_notes(view)),
    )


def signal_themes_card(view: View) -> Card:
    """Return how many open answers there are about each theme."""
    asked = replace(sought(view), theme=None)
    counts = _counted(view, asked, "theme")
    titles = theme_titles(view)
    rows = [{"theme": name, "signal_count": counts.get(name, 0)} for name in titles]
    chosen = view.selection.signals.theme
    return _count_card(view, "signalen-themas", asked, rows, dict(titles), chosen)


def signal_partners_card(view: View) -> Card:
    """Return how many open answers name each partner, the most named first."""
    asked = replace(sought(view), partner=None)
    counts = _counted(view, asked, "partner")
    none = view.words("signals.no_partner")
    ordered = sorted(counts, key=lambda name: (name is None, -counts[name], name or ""))
    rows = [{"partner": name, "signal_count": counts[name]} for name in ordered]
    names = {name: name or none for name in ordered}
    chosen = view.selection.signals.partner
    card = _count_card(view, "signalen-partners", asked, rows, names, chosen)
    named = len(ordered) - (None in counts)
    if named <= DRAWN:
        return card
    return replace(card, notes=(*card.notes, view.words("signals.most_named", count=DRAWN)))


def _counted(view: View, asked: Sought, column: str) -> dict[str | None, int]:
    """Return how many open answers there are for each value of a column."""
    counts = view.query("signal_counts", **asked.parameters())
    summed = counts.group_by(column).agg(pl.col("signal_count").sum())
    return dict(summed.iter_rows())


def _count_card(
    view: View,
    card_id: str,
    asked: Sought,
    rows: list[Row],
    names: Mapping[Any, str],
    chosen: str | None,
) -> Card:
    """Return a card with a dot for each count."""
    column = "theme" if card_id == "signalen-themas" else "partner"
    drawn = [
        _dot(view, row[column], names[row[column]], row["signal_count"])
        | {"chosen": row[column] == chosen, "choice": _choice(view, column, row[column], chosen)}
        for row in rows
        if row[column] is not None
    ]
    table = word_table(
        view,
        rows,
        [
            (column, lambda row: str(names[row[column]])),
            ("signals", lambda row: view.number(row["signal_count"])),
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
    axis = Axis(view.words("axis.signals"), 0, max(most, 1))
    style = Style(view.language, axis)
    card = _card(view, card_id, figures, table, COUNT_COLUMNS)
    return replace(
        card,
        heading=view.words(f"card.signals_{column}", filters=in_words(view, asked)),
        chart=Chart(interval_chart(style), chart_frame(drawn[:DRAWN]), card_id),
        legend=view.words("legend.signals"),
    )


def _dot(view: View, code: str, label: str, count: int) -> Row:
    """Return what a chart draws of one count."""
    said = view.number(count)
    return dot(code, label, said, f"{label}: {said}") | {"estimate": float(count)}


def _choice(view: View, column: str, code: str, chosen: str | None) -> str:
    """Return what a click on a count changes in the address: it is chosen, or no longer."""
    wanted = taking(view.selection, f"signals.{column}", None if code == chosen else code)
    return choice(view, wanted)


def _card(
    view: View,
    card_id: str,
    found: pl.DataFrame,
    table: pl.DataFrame,
    columns: tuple[str, ...],
) -> Card:
    """Return what cards about open answers share: the rows of a file, source and mark."""
    titles = pl.DataFrame(
        list(theme_titles(view).items()), schema=["theme", "theme_label"], orient="row"
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
        filters=in_words(view, sought(view)),
        mark=_mark(view),
        source=_source(view),
        columns=columns,
    )


def theme_titles(view: View) -> dict[str, str]:
    """Return the titles of the themes by id, in the order of the codebook."""
    return {theme.id: theme.title.of(view.language) for theme in view.book.themes}


def in_words(view: View, asked: Sought) -> str:
    """Return which open answers are looked for, as part of a sentence."""
    words, titles = view.words, theme_titles(view)
    parts = [
        titles[asked.theme] if asked.theme else "",
        asked.partner or "",
        view.group(*asked.group) if asked.group else view.group(WHOLE, WHOLE),
        words("signals.with", words=join([f"‘{w}’" for w in asked.words], words("join.and")))
        if asked.words
        else "",
        words("source.edition", year=asked.edition),
    ]
    return ", ".join(part for part in parts if part)


def _notes(view: View) -> list[str]:
    """Return what of the choice could not be used."""
    chosen, used = view.chosen_groups(), signal_group(view)
    if len(chosen) <= (used is not None):
        return []
    given = view.group(*used) if used else view.group(WHOLE, WHOLE)
    return [view.words("signals.not_by", asked=view.groups(chosen), given=given)]


def _mark(view: View) -> str | None:
    """Return the mark of made-up answers."""
    return view.words("mark.synthetic") if view.facts.synthetic else None


def _source(view: View) -> str:
    """Return source, edition and version."""
    words, survey = view.words, view.book.survey
    parts = [
        words("source.from", source=survey.name.of(view.language)),
        words("source.edition", year=view.selection.edition),
        words("source.version", version=view.facts.version),
    ]
    return " · ".join(parts)
