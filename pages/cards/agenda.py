"""The action agenda: who does what, the figures that speak to it, and whether they changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from data.survey.groups import WHOLE
from pages.cards.card import COLUMNS, Card, Row, shown, word_table
from pages.cards.differences import UNTOLD, measure_of
from pages.cards.parts import measure, value_or_state
from pages.cards.rows import question_of
from pages.cards.survey.headlines import CALLED, number
from queries.ask.questions import Comparison
from queries.vocabulary import Against, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from data.survey.agenda import Action
    from data.survey.indicators import Indicator
    from pages.cards.survey.headlines import Number
    from pages.state.view import View

NOT_COMPARED = "not_compared"
# What a file says of each figure beside the figure itself.
_BESIDE: dict[str, pl.DataType] = {
    "action": pl.String(),
    "owner": pl.String(),
    "compared_with": pl.Int64(),
    "change": pl.String(),
    "difference": pl.Float64(),
}


def all_actions(view: View) -> list[Action]:
    """Return the actions of the agenda, whoever owns them."""
    agenda = view.facts.release.agenda
    return agenda.actions if agenda else []


def actions(view: View) -> list[Action]:
    """Return the actions of the chosen owner; all where none is chosen."""
    owner = view.selection.owner
    return [action for action in all_actions(view) if owner in {None, action.owner}]


def owners(view: View) -> list[str]:
    """Return who owns the actions, in the order of the agenda."""
    return list(dict.fromkeys(action.owner for action in all_actions(view)))


def agenda_source(view: View) -> str:
    """Return where the agenda was published."""
    agenda = view.facts.release.agenda
    if agenda is None:
        return ""
    return view.words("headlines.agenda_source", source=agenda.source.label.of(view.language))


def indicators_of(view: View, action: Action) -> list[Indicator]:
    """Return the questions that speak to an action, as far as the survey has them."""
    known = view.book.by_id
    return [known[name] for name in action.indicators if name in known]


def title(view: View) -> str:
    """Return what the figures of the actions say together: how many changed, and which most."""
    found = changes(view)
    shown = {i.id for action in actions(view) for i in indicators_of(view, action)}
    told = [row for name, row in found.items() if name in shown and row["outcome"] not in UNTOLD]
    if not told:
        return view.words("agenda.title_untold", count=len(actions(view)))
    said = {"count": len(told), "year": told[0]["other_edition"]}
    called = [row for row in told if row["outcome"] in CALLED]
    if not called:
        return view.words("agenda.title_same", **said)
    most = max(called, key=lambda row: abs(row["difference"]))
    label = view.book.by_id[most["indicator"]].label.of(view.language)
    return view.words.count(
        "agenda.title_changed", len(called), changed=len(called), label=label, **said
    )


def numbers(view: View, indicators: Iterable[Indicator]) -> tuple[Number, ...]:
    """Return what everyone answers to questions, and whether that changed; what was asked."""
    here = view.national()
    asked = [i for i in indicators if i.asked_in(here.selection.edition)]
    found = _changes(here, asked)
    return tuple(number(here, i, [found[i.id]] if i.id in found else []) for i in asked)


def changes(view: View) -> Mapping[str, Row]:
    """Return the tested change of every figure on the agenda since the edition before.

    A choice of owner changes no outcome: each was decided at the release.
    """
    asked = {i.id: i for action in all_actions(view) for i in indicators_of(view, action)}
    return _changes(view.national(), asked.values())


def _changes(here: View, asked: Iterable[Indicator]) -> Mapping[str, Row]:
    """Return the tested change of figures of everyone since the edition before, by question."""
    year = here.selection.edition
    measures = tuple(measure_of(here, i) for i in asked if i.asked_in(year))
    if not measures or not here.facts.has("comparisons"):
        return {}
    found = here.compare(Comparison(measures, year, ((Against.EDITION, WHOLE, WHOLE),)))
    return {row["indicator"]: row for row in found.to_dicts()}


def agenda_card(view: View) -> Card | None:
    """Return the figures that speak to the actions, one row per action and indicator."""
    here, words, by_id = view.national(), view.words, view.book.by_id
    rows = [
        row
        for action in actions(here)
        for indicator in indicators_of(here, action)
        for row in _rows(here, action, indicator)
    ]
    if not rows:
        return None
    table = word_table(
        here,
        rows,
        [
            ("action", lambda row: str(row["action"])),
            ("owner", lambda row: words(f"owner.{row['owner']}")),
            ("question", lambda row: by_id[row["indicator"]].label.of(view.language)),
            ("answer", lambda row: measure(here, row)),
            ("value", lambda row: value_or_state(here, by_id[row["indicator"]], row)),
            ("margin", lambda row: shown(here, by_id[row["indicator"]], row).margin),
            ("count", lambda row: shown(here, by_id[row["indicator"]], row).count),
            ("grade", lambda row: shown(here, by_id[row["indicator"]], row).grade),
            ("change", lambda row: _in_short(here, row)),
        ],
    )
    first = by_id[rows[0]["indicator"]]
    return Card(
        id="acties",
        heading=words("card.agenda", year=view.selection.edition),
        sentence="",
        figures=pl.DataFrame(rows, schema_overrides=_BESIDE, infer_schema_length=None),
        table=table,
        indicators=tuple({row["indicator"]: by_id[row["indicator"]] for row in rows}.values()),
        filters=_filters(view),
        notes=(words("agenda.caution"),),
        mark=view.mark(first),
        source=_source(view, first),
        columns=(*_BESIDE, *COLUMNS),
    )


def _rows(view: View, action: Action, indicator: Indicator) -> list[Row]:
    """Return the national figure of an indicator, with its action and its change."""
    change = changes(view).get(indicator.id)
    is_told = change is not None and change["outcome"] not in UNTOLD
    beside = {
        "action": action.title.of(view.language),
        "owner": action.owner,
        "compared_with": change["other_edition"] if change else None,
        "change": change["outcome"] if change else NOT_COMPARED,
        "difference": change["difference"] if change and is_told else None,
    }
    return [row | beside for row in view.ask(question_of(view, indicator)).to_dicts()]


def _in_short(view: View, row: Row) -> str:
    """Return a change as it stands in a table."""
    if row["change"] == NOT_COMPARED:
        return view.words("agenda.not_compared")
    key = "differs" if row["change"] in {Outcome.HIGHER, Outcome.LOWER} else "other"
    outcome = view.words(f"outcome.{row['change']}")
    return view.words(f"agenda.short_{key}", outcome=outcome, year=row["compared_with"])


def _filters(view: View) -> str:
    """Return edition and owner in words."""
    owner, words = view.selection.owner, view.words
    who = words(f"owner.{owner}") if owner else words("choose.owner_all")
    return f"{who}; {words('source.edition', year=view.selection.edition)}"


def _source(view: View, indicator: Indicator) -> str:
    """Return where the figures come from."""
    words = view.words
    parts = [
        words("source.from", source=view.source(indicator)),
        words("source.edition", year=view.selection.edition),
        words("weighting.municipality"),
        words("source.version", version=view.facts.version),
    ]
    return " · ".join(parts)
