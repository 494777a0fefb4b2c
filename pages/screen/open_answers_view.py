"""Open answers on screen: a few at first, more when asked for."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

import streamlit as st

from pages.cards.open_answers import Sought, sought, theme_titles

if TYPE_CHECKING:
    from pages.cards.card import Row
    from pages.state.view import Context

# So many at first, and so many more each time.
STEP = 10
_SHOWN = "signals-shown"


def quotes(context: Context) -> None:
    """Show the first open answers that the reader looks for, and a button for more."""
    asked = sought(context)
    rows = context.query("signals", **asked.parameters()).to_dicts()
    count = min(_shown(asked), len(rows))
    if not rows:
        st.info(context.words("signals.none"))
        return
    if context.facts.synthetic:
        st.markdown(f":orange-badge[{context.words('mark.synthetic')}]")
    st.html("".join(_quote(context, row) for row in rows[:count]))
    said = context.words("signals.shown", shown=count, count=context.number(len(rows)))
    st.caption(said)
    if count < len(rows):
        more = min(STEP, len(rows) - count)
        label = context.words("signals.more", count=more)
        st.button(label, key="more-signals", on_click=_show_more, args=(asked,))


def _shown(asked: Sought) -> int:
    """Return how many are shown of what is looked for now."""
    known, count = st.session_state.get(_SHOWN, (asked, STEP))
    return int(count) if known == asked else STEP


def _show_more(asked: Sought) -> None:
    """Remember to show more of what is looked for."""
    st.session_state[_SHOWN] = (asked, _shown(asked) + STEP)


def _quote(context: Context, row: Row) -> str:
    """Return an open answer in HTML, as it was written: in Dutch, whatever the page speaks."""
    parts = [
        theme_titles(context).get(row["theme"], row["theme"]),
        row["partner"] or "",
        context.group(row["dimension"], row["group_code"]),
        str(row["edition"]),
    ]
    about = html.escape(" · ".join(part for part in parts if part))
    said = html.escape(row["text"])
    return (
        f'<figure class="stand-quote"><blockquote lang="nl">{said}</blockquote>'
        f"<figcaption>{about}</figcaption></figure>"
    )
