"""What nobody foresaw and nothing else caught: a sentence for readers, the rest in the log."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pages.state import address
from pages.words.texts import Words

if TYPE_CHECKING:
    from collections.abc import Mapping


def on_a_page(error: Exception) -> bool:
    """Say on the page that something went wrong; return that nothing else needs to say so.

    Streamlit has written the error itself in the log by then.
    """
    del error
    st.error(_words(st.query_params)("error.unexpected"))
    return True


def _words(parameters: Mapping[str, str]) -> Words:
    """Return the words in the language of an address."""
    return Words(address.language(parameters.get(address.LANGUAGE)))
