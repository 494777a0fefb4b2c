"""Open answers on screen: a few at first, more when asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from data.survey.languages import DUTCH
from pages.cards.open_answers import Sought, sought, theme_titles
from pages.files.parts import part

if TYPE_CHECKING:
    from pages.cards.card import Row
    from pages.state.view import View

# So many at first, and so many more each time.
STEP = 10
_SHOWN = "signals-shown"


def quotes(view: View) -> None:
    """Show the first open answers that the reader looks for, and a button for more."""
    asked = sought(view)
    rows = view.query("signals", **asked.parameters()).to_dicts()
    count = min(_shown(asked), len(rows))
    if not rows:
        st.info(view.words("signals.none"))
        return
    # as they were written: in Dutch, whatever the page speaks
    st.html(part("quotes", [quoted(view, row) for row in rows[:count]], DUTCH))
    said = view.words("signals.shown", shown=count, count=view.number(len(rows)))
    st.caption(said)
    if count < len(rows):
        more = min(STEP, len(rows) - count)
        label = view.words("signals.more", count=more)
        st.button(label, key="more-signals", on_click=_show_more, args=(asked,))


def _shown(asked: Sought) -> int:
    """Return how many are shown of what is looked for now."""
    known, count = st.session_state.get(_SHOWN, (asked, STEP))
    return int(count) if known == asked else STEP


def _show_more(asked: Sought) -> None:
    """Remember to show more of what is looked for."""
    st.session_state[_SHOWN] = (asked, _shown(asked) + STEP)


def quoted(view: View, row: Row) -> tuple[str, str]:
    """Return an open answer, and what it is about, where it comes from and of which edition."""
    parts = [
        theme_titles(view).get(row["theme"], row["theme"]),
        row["partner"] or "",
        view.group(row["dimension"], row["group_code"]),
        str(row["edition"]),
    ]
    return row["text"], " · ".join(part for part in parts if part)
