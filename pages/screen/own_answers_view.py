"""The reader's own answers, set against those of the peers.

They are kept in the memory of this visit only: never in the address, a log or a file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import streamlit as st

from pages.cards.card import shown
from pages.cards.findings import finding
from pages.cards.places.peers import peers
from pages.cards.places.regions import regional, stepped_up
from pages.screen.card_view import guarded
from pages.words.texts import plain
from queries.vocabulary import PUBLISHED, Grade

if TYPE_CHECKING:
    from data.survey.indicators import Indicator
    from pages.cards.card import Row
    from pages.cards.places.peers import Peers
    from pages.state.view import View
    from queries.sheets.subjects import Subject

Answer: TypeAlias = str | float

_OWN = "own-answers"


def own_answers(view: View, of: Subject) -> None:
    """Offer to answer any question of the survey, and say where each answer stands."""
    words, language = view.words, view.language
    st.header(words("own.title"), anchor=False)
    st.markdown(f":material/lock: {plain(words('own.private'))}")
    offered = {i.id: i for i in questions(view)}
    themes = {t.id: t.title.of(language) for t in view.book.themes}
    chosen = st.selectbox(
        words("choose.question"),
        list(offered),
        key="w-own-question",
        format_func=lambda code: (
            f"{themes[offered[code].theme]}: {offered[code].label.of(language)}"
        ),
    )
    kept: dict[str, Answer] = st.session_state.setdefault(_OWN, {})
    answer = _ask(view, offered[chosen], kept.get(chosen))
    kept.pop(chosen, None)
    if answer is not None:
        kept[chosen] = answer
    for name in [name for name in offered if name in kept]:
        with guarded(view):
            st.markdown(_said(view, offered[name], kept[name], peers(view, of)))
    if kept and st.button(words("own.forget"), key="w-own-forget"):
        _forget()


def _forget() -> None:
    """Drop every answer, and what the controls hold of it."""
    st.session_state.pop(_OWN, None)
    for key in [key for key in st.session_state if str(key).startswith("w-own-answer")]:
        del st.session_state[key]
    st.rerun()


def questions(view: View) -> list[Indicator]:
    """Return the questions of the edition that have one answer and were really asked."""
    year = view.selection.edition
    asked = [i for t in view.book.themes for i in view.book.of_theme(t.id, "survey")]
    return [i for i in asked if i.asked_in(year) and not i.derived and i.type != "multi"]


def _ask(view: View, indicator: Indicator, kept: Answer | None) -> Answer | None:
    """Offer the answers to one question; return the one given."""
    label = indicator.question.of(view.language)
    key = f"w-own-answer-{indicator.id}"
    if indicator.type == "number":
        low, high = indicator.valid or (None, None)
        return st.number_input(
            label,
            min_value=low,
            max_value=high,
            value=None if kept is None else float(kept),
            key=key,
            step=10.0**-indicator.decimals,
            format=f"%.{indicator.decimals}f",
        )
    codes = [item for item in indicator.items() if item != "top"]
    return st.radio(
        label,
        codes,
        index=codes.index(str(kept)) if kept in codes else None,
        key=key,
        format_func=lambda code: view.item(indicator, code),
    )


def _said(view: View, indicator: Indicator, answer: Answer, group: Peers) -> str:
    """Return an answer, and where it stands, as Markdown."""
    label = indicator.label.of(view.language)
    return f"**{plain(label)}.** {plain(standing(view, indicator, answer, group))}"


def standing(view: View, indicator: Indicator, answer: Answer, group: Peers) -> str:
    """Return where an answer stands against the margin of the peers, in words."""
    view = regional(view)
    rows, _ = stepped_up(view, indicator, group.dimension, group.group)
    row, words = rows[0], view.words
    name = view.group(row["dimension"], row["group_code"])
    if indicator.type != "number":
        own = words("own.answer", answer=view.item(indicator, str(answer)))
        return f"{own} {finding(view, indicator, row, name)}"
    own = words("own.answer", answer=view.value(float(answer), indicator))
    if row["status"] not in PUBLISHED or row["grade"] == Grade.UNCERTAIN or row["low"] is None:
        return f"{own} {words('own.unknown', peers=name)}"
    return f"{own} {_against(view, indicator, float(answer), row, name)}"


def _against(view: View, indicator: Indicator, answer: float, row: Row, name: str) -> str:
    """Return whether a number is inside, above or below the margin of the peers' figure."""
    where = "above" if answer > row["high"] else "below" if answer < row["low"] else "inside"
    figure = shown(view, indicator, row)
    return view.words(
        f"own.{where}",
        statistic=view.words(f"statistic.{row['statistic']}"),
        peers=name,
        value=figure.value,
        margin=figure.margin,
    )
