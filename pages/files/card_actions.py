"""The strip under a figure: its table and data, and a menu to share it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from pages.cards.card import download_link, page_link
from pages.files.downloads import FORMATS
from pages.files.embed import embed_link
from pages.files.following import following
from pages.files.parts import part
from pages.files.pictures import PICTURES

if TYPE_CHECKING:
    from pages.cards.card import Card
    from pages.words.texts import Words

_FORMAT_NAMES = {ending: f"use.{ending.replace('.', '_')}" for ending in FORMATS}
# Room for most figures; the page inside scrolls where it is not enough.
_FRAME = "width: 100%; height: 44rem; border: 0"


def strip(words: Words, card: Card, origin: str, opener: Markup) -> Markup:
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
    links += [
        _link(words(key), card, f"{page_link(at, origin)}#said-{at.id}", _copies(words, ""))
        for key, at in following(card).items()
    ]
    if card.chart is not None:
        links += [
            _link(words(f"use.{ending}"), card, download_link(card, ending), Markup("download"))
            for ending in PICTURES
        ]
        code = _copies(words, embed_code(card, origin))
        links.append(_link(words("use.embed"), card, embed_link(card), code))
    return part("strip", opener, links, words("use.share"), card.heading)


def unfolding(text: str, card: Card, target: str, *, is_open: bool) -> Markup:
    """Return the link that unfolds a card into its table and files, or folds it again."""
    state = Markup('class="stand-unfold" aria-expanded="{}" data-stay="use-{}"')
    return _link(text, card, target, state.format(str(is_open).lower(), card.id))


def data_links(words: Words, card: Card) -> Markup:
    """Return links to the rows of a card in every format, as HTML."""
    links = Markup(" · ").join(
        _link(words(_FORMAT_NAMES[ending]), card, download_link(card, ending), Markup("download"))
        for ending in FORMATS
    )
    return Markup('<p class="stand-use">{} {}</p>').format(words("use.same_rows"), links)


def snippets(card: Card, origin: str) -> dict[str, str]:
    """Return what reads the rows of a card into other programs, by the language it is in."""
    address = f"{origin}/{download_link(card, 'parquet')}"
    file = f"{card.id}.parquet"
    return {
        "python": f'import polars as pl\n\nfigures = pl.read_parquet("{address}")',
        "bash": f'curl --output {file} "{address}"',
        "sql": f"from '{file}';",
    }


def embed_code(card: Card, origin: str) -> str:
    """Return what someone puts in a page of their own to show the figure there."""
    frame = Markup('<iframe src="{}/{}" title="{}" loading="lazy" style="{}"></iframe>')
    return str(frame.format(origin, embed_link(card), card.heading, _FRAME))


def _link(text: str, card: Card, target: str, attributes: Markup) -> Markup:
    """Return a link of which a screen reader also hears which figure it is about."""
    link = Markup('<a href="{}" aria-label="{}: {}" {}>{}</a>')
    return link.format(target, text, card.heading, attributes, text)


def _copies(words: Words, text: str) -> Markup:
    """Return what lets a press copy ``text``, or the link itself where there is none."""
    return Markup('data-copy="{}" data-copied="{}"').format(text, words("use.copied"))
