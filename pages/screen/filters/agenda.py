"""What a page offers to choose of actions and of open answers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from data.survey.groups import CROSS, WHOLE
from pages.cards import agenda, open_answers
from pages.screen.filters.controls import NONE, applied, buttons, choices
from pages.screen.filters.survey import edition_filter

if TYPE_CHECKING:
    from pages.state.view import View


def owner_filter(view: View) -> None:
    """Offer who owns the actions."""
    words = view.words
    buttons(
        words("choose.owner"),
        "w-wie",
        [NONE, *agenda.owners(view)],
        view.selection.owner or NONE,
        lambda code: words(f"owner.{code}") if code else words("choose.owner_all"),
        lambda s, v: replace(s, owner=v or None),
    )


def signal_filters(view: View) -> None:
    """Offer edition, theme, partner, group and words to search the open answers by."""
    words, chosen = view.words, view.selection.signals
    titles = open_answers.theme_titles(view)
    first, second = st.columns(2)
    with first:
        edition_filter(view)
        choices(
            words("choose.theme"),
            "w-ond",
            [NONE, *titles],
            chosen.theme or NONE,
            lambda code: titles[code] if code else words("choose.all_themes"),
            lambda s, v: replace(s, signals=replace(s.signals, theme=v or None)),
        )
    with second:
        _search(view)
        choices(
            words("choose.partner"),
            "w-kp",
            [NONE, *view.facts.signal_partners],
            chosen.partner or NONE,
            lambda name: name or words("choose.all_partners"),
            lambda s, v: replace(s, signals=replace(s.signals, partner=v or None)),
        )
    _signal_group_filter(view)


def _search(view: View) -> None:
    """Offer to search in the words of the open answers."""
    st.session_state["w-zoek"] = view.selection.signals.words
    st.text_input(
        view.words("choose.words"),
        key="w-zoek",
        type="search",
        placeholder=view.words("choose.words_example"),
        on_change=applied,
        args=("w-zoek", lambda s, v: replace(s, signals=replace(s.signals, words=v or ""))),
    )


def _signal_group_filter(view: View) -> None:
    """Offer the groups that open answers are told of."""
    groups = {f"{d}{CROSS}{code}": (d, code) for d, code in open_answers.signal_groups(view)}
    used = open_answers.signal_group(view)
    choices(
        view.words("choose.signal_group"),
        "w-groep",
        [NONE, *groups],
        CROSS.join(used) if used else NONE,
        lambda key: view.group(*groups.get(key, (WHOLE, WHOLE))),
        lambda s, v: view.in_group(s, *groups.get(v, (WHOLE, WHOLE))),
    )
