"""The headlines one screen at a time, for a meeting: arrow keys, large type, no Streamlit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pages.cards.registry import build
from pages.cards.response import response_line
from pages.files.html_page import Drawing, drawing, page
from pages.state.address import link, shared

if TYPE_CHECKING:
    from data.survey.design import Theme
    from pages.state.view import View

PRESENTATION = "presentatie"
# Drawn small and shown large, so that the words in a chart can be read across a room.
WIDTH = 520


@dataclass(frozen=True)
class Slide:
    """One finding: its theme, the sentence, the mark of made-up figures, and a chart."""

    theme: str
    finding: str
    mark: str | None
    drawing: Drawing | None


@dataclass(frozen=True)
class Action:
    """One action of the agenda, and whose it is."""

    title: str
    owner: str


def presented(view: View) -> str:
    """Return the presentation.

    Raises:
        QueryError, ReleaseBrokenError: its figures cannot be had.
    """
    slides = [slide for theme in view.book.themes if (slide := _slide(view, theme))]
    actions = _actions(view)
    survey = view.book.survey.name.of(view.language)
    return page(
        "presentation.html",
        view.words,
        kind="presentation",
        root="./",
        title=view.words("presentation.title", name=survey),
        description=view.book.survey.about.of(view.language),
        survey=survey,
        year=view.selection.edition,
        response=response_line(view),
        mark=view.words("mark.synthetic") if view.facts.synthetic else None,
        slides=slides,
        actions=actions,
        agenda_source=_agenda_source(view),
        screens=1 + len(slides) + bool(actions),
        back=link("./", shared(view.selection), view.book),
    )


def _slide(view: View, theme: Theme) -> Slide | None:
    """Return the finding of a theme; None when it was not asked in this edition."""
    selection = replace(shared(view.selection).of_everyone(), question=theme.headline)
    national = replace(view, selection=selection)
    card = build("kern", national, theme)
    if card is None:
        return None
    classes = build("klassen", national, theme)
    drawn = drawing(classes, WIDTH) if classes is not None else None
    return Slide(theme.title.of(view.language), card.sentence, card.mark, drawn)


def _actions(view: View) -> list[Action]:
    """Return the actions of the agenda; none when the release has no agenda."""
    known = view.facts.release.agenda
    listed = known.actions if known is not None else []
    return [Action(a.title.of(view.language), view.words(f"owner.{a.owner}")) for a in listed]


def _agenda_source(view: View) -> str:
    """Return where the agenda comes from, in a sentence."""
    known = view.facts.release.agenda
    if known is None:
        return ""
    source = known.source.label.of(view.language)
    return view.words("headlines.agenda_source", source=source)


def presentation_link(view: View) -> str:
    """Return the address of the presentation of what is chosen, relative to any page."""
    return link(PRESENTATION, shared(view.selection), view.book)
