"""The headlines one screen at a time, for a meeting: arrow keys, large type, no Streamlit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pages.cards.registry import build
from pages.cards.response import response_line
from pages.files.html_page import Drawing, context_of, drawing, page
from pages.state.address import link, shared

if TYPE_CHECKING:
    from collections.abc import Mapping

    from data.survey.codebook import Theme
    from pages.state.view import Context

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


def presented(parameters: Mapping[str, str]) -> str:
    """Return the presentation.

    Raises:
        QueryError, ReleaseBrokenError: its figures cannot be had.
    """
    context = context_of(parameters)
    slides = [slide for theme in context.book.themes if (slide := _slide(context, theme))]
    actions = _actions(context)
    survey = context.book.survey.name.of(context.language)
    return page(
        "presentation.html",
        context,
        kind="presentation",
        root="./",
        title=context.words("presentation.title", name=survey),
        description=context.book.survey.about.of(context.language),
        survey=survey,
        year=context.selection.edition,
        response=response_line(context),
        mark=context.words("mark.synthetic") if context.facts.synthetic else None,
        slides=slides,
        actions=actions,
        agenda_source=_agenda_source(context),
        screens=1 + len(slides) + bool(actions),
        back=link("./", shared(context.selection), context.book),
    )


def _slide(context: Context, theme: Theme) -> Slide | None:
    """Return the finding of a theme; None when it was not asked in this edition."""
    selection = replace(
        shared(context.selection),
        question=theme.headline,
        level=None,
        region=None,
        size_class=None,
    )
    national = replace(context, selection=selection)
    card = build("kern", national, theme)
    if card is None:
        return None
    classes = build("klassen", national, theme)
    drawn = drawing(classes, WIDTH) if classes is not None else None
    return Slide(theme.title.of(context.language), card.sentence, card.mark, drawn)


def _actions(context: Context) -> list[Action]:
    """Return the actions of the agenda; none when the release has no agenda."""
    known = context.facts.release.agenda
    listed = known.actions if known is not None else []
    return [Action(a.title.of(context.language), context.words(f"owner.{a.owner}")) for a in listed]


def _agenda_source(context: Context) -> str:
    """Return where the agenda comes from, in a sentence."""
    known = context.facts.release.agenda
    if known is None:
        return ""
    source = known.source.label.of(context.language)
    return context.words("headlines.agenda_source", source=source)


def presentation_link(context: Context) -> str:
    """Return the address of the presentation of what is chosen, relative to any page."""
    return link(PRESENTATION, shared(context.selection), context.book)
