"""What nobody foresaw and nothing else caught: a sentence for readers, the rest in the log."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import streamlit as st
from starlette.responses import PlainTextResponse

from pages.state import address
from pages.words.texts import Words, echoed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

_log = logging.getLogger("stand.unforeseen")


def on_a_page(error: Exception) -> bool:
    """Say on the page that something went wrong; return that nothing else needs to say so.

    Streamlit has written the error itself in the log by then.
    """
    del error
    st.error(_words(st.query_params)("error.unexpected"))
    return True


async def at_an_address(request: Request, error: Exception) -> PlainTextResponse:
    """Answer that something went wrong; the server writes the error itself in its log."""
    _log.error("unforeseen at %s: %s", echoed(request.url.path), type(error).__name__)
    return PlainTextResponse(_words(request.query_params)("error.unexpected"), status_code=500)


def _words(parameters: Mapping[str, str]) -> Words:
    """Return the words in the language of an address."""
    return Words(address.language(parameters.get(address.LANGUAGE)))
