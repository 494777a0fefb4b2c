"""The strip under a figure: its table and data, and a menu to share it."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from markupsafe import Markup

from pages.cards.card import download_link, page_link
from pages.files.downloads import FORMATS
from pages.files.embed import embed_link
from pages.files.parts import part
from pages.files.pictures import PICTURES

if TYPE_CHECKING:
    from pages.cards.card import Card
    from pages.words.texts import Words

_FORMAT_NAMES = {ending: f"use.{ending.replace('.', '_')}" for ending in FORMATS}
# Room for most figures; the page inside scrolls where it is not enough.
_FRAME = "width: 100%; height: 44rem; border: 0"


def strip(words: Words, card: Card, origin: str, opener: str) -> str:
    """Return the strip as HTML: links that work without a script too, most of them in a menu.

    Args:
        words: the words of the reader's language.
        card: the figure.
        origin: the address of this server; empty when it is not known.
        opener: the link that unfolds the card, or folds it again.
    """
    # The heading of a card bears its name, so that a link leads to the very figure.
    target = f"{page_link(card, origin)}#said-{card.id}"
    links = [_link(words("use.copy"), card, target, _copies(words, ""))]
    if card.chart is not None:
        links += [
            _link(words(f"use.{ending}"), card, download_link(card, ending), "download")
            for ending in PICTURES
        ]
        code = _copies(words, embed_code(card, origin))
        links.append(_link(words("use.embed"), card, embed_link(card), code))
    # Each is a link of ours, in which every text was escaped.
    marked = [Markup(link) for link in links]  # noqa: S704
    return part("strip", Markup(opener), marked, words("use.share"), card.heading)  # noqa: S704


def unfolding(text: str, card: Card, target: str, *, is_open: bool) -> str:
    """Return the link that unfolds a card into its table and files, or folds it again."""
    state = f'class="stand-unfold" aria-expanded="{str(is_open).lower()}"'
    return _link(text, card, target, f'{state} data-stay="use-{html.escape(card.id)}"')


def data_links(words: Words, card: Card) -> str:
    """Return links to the rows of a card in every format, as HTML."""
    links = " · ".join(
        _link(words(_FORMAT_NAMES[ending]), card, download_link(card, ending), "download")
        for ending in FORMATS
    )
    return f'<p class="stand-use">{html.escape(words("use.same_rows"))} {links}</p>'


def embed_code(card: Card, origin: str) -> str:
    """Return what someone puts in a page of their own to show the figure there."""
    source = html.escape(f"{origin}/{embed_link(card)}")
    title = html.escape(card.heading)
    return f'<iframe src="{source}" title="{title}" loading="lazy" style="{_FRAME}"></iframe>'


def _link(text: str, card: Card, target: str, attributes: str) -> str:
    """Return a link of which a screen reader also hears which figure it is about."""
    named = f'aria-label="{html.escape(f"{text}: {card.heading}")}"'
    return f'<a href="{html.escape(target)}" {named} {attributes}>{html.escape(text)}</a>'


def _copies(words: Words, text: str) -> str:
    """Return what lets a press copy ``text``, or the link itself where there is none."""
    return f'data-copy="{html.escape(text)}" data-copied="{html.escape(words("use.copied"))}"'
