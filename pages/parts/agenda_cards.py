"""The action agenda: who does what, the figures that speak to it, and whether they changed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from data.codebook import WHOLE
from pages.parts import notation
from pages.parts.cards import Card, Row, shown, word_table
from pages.parts.downloads import COLUMNS
from pages.parts.figures import Question, ask, view
from pages.parts.survey_cards import headline_item, headline_statistic, measure
from queries.asking import PERCENT
from queries.findings import HIGHER, LOWER, NO_DIFFERENCE, judged

if TYPE_CHECKING:
    from collections.abc import Mapping

    from data.codebook import Action, Indicator
    from pages.parts.context import Context

NOT_COMPARED = "not_compared"
_SCHEMA = {
    "action": pl.String,
    "owner": pl.String,
    "compared_with": pl.Int64,
    "change": pl.String,
    "difference": pl.Float64,
}


@dataclass(frozen=True)
class Change:
    """What may be said of a figure beside that of the former edition; amounts as shown."""

    outcome: str
    year: int | None = None
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    detectable: float | None = None


def national(context: Context) -> Context:
    """Return the context without anything chosen but edition, language and owner."""
    selection = replace(
        context.selection,
        question=None,
        item=None,
        level=None,
        region=None,
        size_class=None,
        weighting="municipality",
    )
    return replace(context, selection=selection)


def total(context: Context) -> int:
    """Return how many actions the agenda names."""
    agenda = context.facts.release.agenda
    return len(agenda.actions) if agenda else 0


def agenda_source(context: Context) -> str:
    """Return where the agenda was published."""
    agenda = context.facts.release.agenda
    if agenda is None:
        return ""
    return context.words("headlines.agenda_source", source=agenda.source.label.of(context.language))


def actions(context: Context) -> list[Action]:
    """Return the actions of the agenda, those of the chosen owner only where one is."""
    agenda = context.facts.release.agenda
    owner = context.selection.owner
    every = agenda.actions if agenda else []
    return [action for action in every if owner in {None, action.owner}]


def owners(context: Context) -> list[str]:
    """Return who owns the actions, in the order of the agenda."""
    agenda = context.facts.release.agenda
    return list(dict.fromkeys(action.owner for action in agenda.actions)) if agenda else []


def indicators_of(context: Context, action: Action) -> list[Indicator]:
    """Return the questions that speak to an action, as far as the survey has them."""
    known = context.book.by_id
    return [known[name] for name in action.indicators if name in known]


def changes(context: Context) -> Mapping[str, Change]:
    """Return the tested change of every indicator on the agenda since the former edition.

    They are judged together whatever owner is chosen, so that a choice changes no outcome.
    """
    agenda = context.facts.release.agenda
    if agenda is None or not context.facts.has("comparisons"):
        return {}
    ids = {name for action in agenda.actions for name in action.indicators}
    found = view(
        "comparisons",
        indicators=tuple(sorted(ids & context.book.by_id.keys())),
        editions=(context.selection.edition,),
        items=None,
        statistics=None,
        weightings=("municipality",),
        against=("edition",),
        dimensions=(WHOLE,),
        groups=None,
    )
    keys = [
        (i.id, headline_item(context, i), headline_statistic(context, i))
        for i in context.book.indicators
        if i.id in ids
    ]
    wanted = pl.DataFrame(keys, schema=["indicator", "item", "statistic"], orient="row")
    rows = judged(found.join(wanted, on=wanted.columns, how="semi")).to_dicts()
    return {row["indicator"]: _change(context.book.by_id[row["indicator"]], row) for row in rows}


def _change(indicator: Indicator, row: Row) -> Change:
    """Return a judged comparison, shares in percentage points."""
    unit = PERCENT if indicator.is_share else 1.0
    names = ("difference", "low", "high", "detectable")
    figures = {n: None if row[n] is None else row[n] * unit for n in names}
    return Change(row["outcome"], row["other_edition"], **figures)


def change_in_words(context: Context, indicator: Indicator, change: Change | None) -> str:
    """Return what may be said of a change, and no more."""
    words = context.words
    if change is None:
        return words("change.not_compared")
    if change.outcome in {HIGHER, LOWER} and change.difference is not None:
        return words(
            f"change.{change.outcome}",
            year=change.year,
            difference=_points(context, indicator, abs(change.difference)),
            margin=_margin(context, indicator, change),
        )
    if change.outcome == NO_DIFFERENCE and change.detectable is not None:
        smallest = _points(context, indicator, change.detectable)
        return words("change.no_difference", year=change.year, smallest=smallest)
    return words("change.too_little", year=change.year)


def _in_short(context: Context, indicator: Indicator, change: Change | None) -> str:
    """Return a change as it stands in a table: without the smallest difference."""
    if change is None or change.outcome != NO_DIFFERENCE:
        return change_in_words(context, indicator, change)
    return context.words("change.none_found", year=change.year)


def _points(context: Context, indicator: Indicator, amount: float) -> str:
    """Return the size of a difference: percentages differ by points."""
    digits = notation.number(amount, context.language, notation.decimals_of(indicator))
    unit = "points" if indicator.is_share or indicator.unit == "pct" else indicator.unit
    if unit == "points":
        return context.words("change.points", number=digits)
    return context.words(f"unit.{unit}", number=digits)


def _margin(context: Context, indicator: Indicator, change: Change) -> str:
    """Return the margin of a difference, from small to large, without its sign."""
    ends = sorted(abs(bound) for bound in (change.low, change.high) if bound is not None)
    decimals = notation.decimals_of(indicator)
    low, high = (notation.number(end, context.language, decimals) for end in (ends[0], ends[-1]))
    return context.words("span.ratio", low=low, high=high)


def agenda_card(context: Context) -> Card | None:
    """Return the figures that speak to the actions, one row per action and indicator."""
    here = national(context)
    rows = [
        row
        for action in actions(here)
        for i in indicators_of(here, action)
        for row in _rows(here, action, i)
    ]
    if not rows:
        return None
    by_id = context.book.by_id
    words = context.words
    table = word_table(
        here,
        rows,
        [
            ("action", lambda row: row["action"]),
            ("owner", lambda row: words(f"owner.{row['owner']}")),
            ("question", lambda row: by_id[row["indicator"]].label.of(context.language)),
            ("answer", lambda row: measure(here, row)),
            ("value", lambda row: _value(here, by_id[row["indicator"]], row)),
            ("margin", lambda row: shown(here, by_id[row["indicator"]], row).margin),
            ("count", lambda row: shown(here, by_id[row["indicator"]], row).count),
            ("grade", lambda row: shown(here, by_id[row["indicator"]], row).grade),
            ("change", lambda row: row["said"]),
        ],
    )
    first = by_id[rows[0]["indicator"]]
    heading = words("card.agenda", year=context.selection.edition)
    return Card(
        id="acties",
        heading=heading,
        sentence="",
        figures=pl.DataFrame(rows, schema_overrides=_SCHEMA, infer_schema_length=None),
        table=table,
        indicators=tuple({row["indicator"]: by_id[row["indicator"]] for row in rows}.values()),
        filters=_filters(context),
        notes=(words("agenda.caution"),),
        mark=context.mark(first),
        source=_source(context, first),
        columns=(*_SCHEMA, *COLUMNS),
    )


def _rows(context: Context, action: Action, indicator: Indicator) -> list[Row]:
    """Return the national figure of an indicator, with its action and its change."""
    question = Question(
        indicators=(indicator.id,),
        editions=(context.selection.edition,),
        items=(headline_item(context, indicator),),
        statistics=(headline_statistic(context, indicator),),
        weightings=("municipality",),
    )
    change = changes(context).get(indicator.id)
    outcome = change.outcome if change else NOT_COMPARED
    is_told = change is not None and outcome in {HIGHER, LOWER}
    return [
        {
            **row,
            "action": action.title.of(context.language),
            "owner": action.owner,
            "compared_with": change.year if change else None,
            "change": outcome,
            "difference": change.difference if change and is_told else None,
            "said": _in_short(context, indicator, change),
        }
        for row in ask(question).to_dicts()
    ]


def _value(context: Context, indicator: Indicator, row: Row) -> str:
    """Return a figure, or why there is none."""
    figure = shown(context, indicator, row)
    return figure.value or figure.state


def _filters(context: Context) -> str:
    """Return edition and owner in words."""
    owner, words = context.selection.owner, context.words
    who = words(f"owner.{owner}") if owner else words("choose.owner_all")
    return f"{who}; {words('source.edition', year=context.selection.edition)}"


def _source(context: Context, indicator: Indicator) -> str:
    """Return where the figures come from."""
    words = context.words
    parts = [
        words("source.from", source=context.source(indicator)),
        words("source.edition", year=context.selection.edition),
        words("weighting.municipality"),
        words("source.version", version=context.facts.version),
    ]
    return " · ".join(parts)
