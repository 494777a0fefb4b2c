"""What a document says of itself before its script runs: to search engines, chats and mail.

Streamlit serves one document for every page. Clients that run no script see this of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from data.errors import ReleaseBrokenError
from data.survey.languages import LANGUAGES, LOCALES
from pages.cards.card import download_link
from pages.cards.registry import build, cards_on
from pages.files.asked import theme_of
from pages.files.parts import part
from pages.state import address
from pages.state.pages import REGION, TITLES
from pages.state.view import View
from pages.words.texts import Words
from queries.errors import QueryError

if TYPE_CHECKING:
    from markupsafe import Markup
    from starlette.requests import Request

    from data.survey.languages import Language
    from pages.cards.card import Card
    from pages.state.releases import Facts

# The figure a page is known by, where no figure is unfolded: the first that has a chart.
_KNOWN_BY = ("klassen", "officieel-klassen")
_KNOWN_BY_ON = {REGION: ("regio-alle",)}


@dataclass(frozen=True)
class Preview:
    """Title, description and picture of what is shown, and where it is, in every language."""

    language: Language
    title: str
    description: str
    addresses: dict[Language, str]
    feed: str
    picture: str = ""
    pictured: str = ""

    def tags(self) -> Markup:
        """Return them as tags of a document."""
        return part("preview", self, LOCALES[self.language])


def previewed(request: Request, known: Facts | None) -> Preview:
    """Return the preview of what a request for a page is about; ``known`` is its release."""
    home = address.site(str(request.base_url))
    path, given = request.url.path, dict(request.query_params)
    language = address.language(given.get(address.LANGUAGE))
    if known is None:
        words = Words(language)
        where = {other: f"{home}{quote(path)}" for other in LANGUAGES}
        title, description = words("site.tagline"), words("site.description")
        return Preview(language, title, description, where, f"{home}/feed.xml")
    # What was chosen, without what only changes how it looks.
    chosen = replace(address.read(given, known)[0], margins=True)
    view, slug = View(known, chosen), path.rsplit("/", 1)[-1]
    card = _pictured(view, slug)
    plain = replace(chosen, opened=())
    written = {
        other: urlencode(address.write(replace(plain, language=other), known.codebook))
        for other in LANGUAGES
    }
    title, description = _title(view, slug)
    return Preview(
        language,
        title,
        description,
        {other: f"{home}{quote(path)}?{query}" for other, query in written.items()},
        f"{home}/feed.xml?{urlencode({address.LANGUAGE: language})}",
        f"{home}/{download_link(card, 'png')}" if card else "",
        card.alternative if card else "",
    )


def _pictured(view: View, slug: str) -> Card | None:
    """Return the figure that stands for a view: the unfolded one, else that of the page."""
    theme, own = theme_of(view, slug), cards_on(view).get(slug, ())
    opened = [name for name in view.selection.opened if name in own]
    for name in (*opened, *_KNOWN_BY_ON.get(slug, _KNOWN_BY)):
        try:
            card = build(name, view, theme)
        except (QueryError, ReleaseBrokenError):
            continue
        if card is not None and card.chart is not None:
            return card
    return None


def _title(view: View, slug: str) -> tuple[str, str]:
    """Return the title and description of a page."""
    language, survey = view.language, view.book.survey
    theme = next((t for t in view.book.themes if t.slug == slug), None)
    page = theme.title.of(language) if theme else view.words(TITLES.get(slug, "page.headlines"))
    about = theme.about.of(language) if theme else survey.about.of(language)
    return f"{page} – {survey.short.of(language)}", about
