"""Controls: each shows what the address says, and writes codes to it when it is changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import streamlit as st

from pages.screen import session
from pages.words.glossary import explained

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pages.state.selection import Selection

# More choices than this and a list is easier than a row of buttons.
BUTTONS = 6
NONE = ""
T = TypeVar("T")


def applied(key: str, change: Callable[[Selection, Any], Selection]) -> None:
    """Take over what a control was set to, into the address."""
    session.go(change(session.view().selection, st.session_state[key]))


def _help(label: str) -> str | None:
    """Return what the terms in the name of a control mean."""
    view = session.view()
    return explained(view.book, label, view.language)


def buttons(
    label: str,
    key: str,
    options: Sequence[str],
    value: str,
    names: Callable[[str], str],
    change: Callable[[Selection, Any], Selection],
) -> None:
    """Offer a few choices as buttons, or more as a list."""
    if len(options) > BUTTONS:
        choices(label, key, options, value, names, change)
        return
    said = _one_of(label, key, options, value, names, change)
    st.pills(label, options, required=True, wrap=True, **said)


def choices(
    label: str,
    key: str,
    options: Sequence[str],
    value: str,
    names: Callable[[str], str],
    change: Callable[[Selection, Any], Selection],
) -> None:
    """Offer choices as a list."""
    st.selectbox(label, options, **_one_of(label, key, options, value, names, change))


def _one_of(
    label: str,
    key: str,
    options: Sequence[str],
    value: str,
    names: Callable[[str], str],
    change: Callable[[Selection, Any], Selection],
) -> dict[str, Any]:
    """Return what a control of one choice takes, whatever its form, and set it to ``value``."""
    st.session_state[key] = value if value in options else options[0]
    return {
        "key": key,
        "format_func": names,
        "help": _help(label),
        "on_change": applied,
        "args": (key, change),
    }


def several(
    label: tuple[str, str],
    key: str,
    options: Sequence[T],
    values: Sequence[T],
    names: Callable[[T], str],
    change: Callable[[Selection, Any], Selection],
) -> None:
    """Offer choices of which several can be taken; the label comes with what none stands for."""
    st.session_state[key] = [v for v in values if v in options]
    name, placeholder = label
    st.multiselect(
        name,
        options,
        key=key,
        format_func=names,
        help=_help(name),
        on_change=applied,
        args=(key, change),
        placeholder=placeholder,
    )
