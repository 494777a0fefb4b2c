"""What the survey says, one number at a time, for a meeting: arrow keys, no Streamlit."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from data.errors import ReleaseBrokenError
from data.survey.groups import WHOLE
from pages.cards.differences import headline_differences
from pages.cards.findings import parts_of_finding
from pages.cards.publications import version_sentence
from pages.cards.registry import build
from pages.cards.response import response_line
from pages.cards.rows import rows_of
from pages.cards.survey.headlines import called
from pages.files.html_page import Drawing, drawing, page
from pages.state.address import link, shared
from queries.errors import QueryError
from queries.vocabulary import Against
from queries.words import numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from data.survey.design import Theme
    from data.survey.indicators import Indicator
    from pages.cards.card import Row
    from pages.state.view import View

PRESENTATION = "presentatie"
# Drawn small and shown large, so that the words in a chart can be read across a room.
WIDTH = 520
# So many differences have a screen.
_DIFFERENCES = 3
_log = logging.getLogger("stand.presentation")


@dataclass(frozen=True)
class Slide:
    """One number, the sentence it begins, what stands behind it in small, and a chart of it."""

    eyebrow: str
    number: str
    sentence: str
    behind: str
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
    national = view.national()
    makers: list[Callable[[View], Iterable[Slide]]] = [
        *(partial(_theme, theme) for theme in view.book.themes),
        _changes,
        _differences,
    ]
    slides = [slide for make in makers for slide in _told(make, national)]
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
        version=version_sentence(view),
        slides=slides,
        actions=actions,
        agenda_source=_agenda_source(view),
        screens=1 + len(slides) + bool(actions),
        back=link("./", shared(view.selection), view.book),
    )


def _told(make: Callable[[View], Iterable[Slide]], view: View) -> list[Slide]:
    """Return the screens that can be made; what cannot be had gives none, and a line in the log."""
    try:
        return list(make(view))
    except (QueryError, ReleaseBrokenError):
        _log.exception("a screen of the presentation")
        return []


def _theme(theme: Theme, view: View) -> Iterator[Slide]:
    """Yield the number of a theme, by size class; none where there is no number."""
    indicator = view.book.by_id[theme.headline]
    if not indicator.asked_in(view.selection.edition):
        return
    (row,) = rows_of(view, indicator, WHOLE, WHOLE)
    found = parts_of_finding(view, indicator, row)
    if found.value:
        title = theme.title.of(view.language)
        drawn = _drawn(view, indicator, "klassen")
        yield Slide(title, found.value, found.what, found.behind, drawn)


def _changes(view: View) -> Iterator[Slide]:
    """Yield each tested change since the edition before, the largest first."""
    for row in called(headline_differences(view), Against.EDITION):
        indicator = view.book.by_id[row["indicator"]]
        year = row["other_edition"]
        said = view.words(
            f"presentation.change_{row['outcome']}",
            year=year,
            value=view.value(row["estimate"], indicator),
            other=view.value(row["other_estimate"], indicator),
            difference=numbers.difference(abs(row["difference"]), indicator, view.words),
            label=indicator.label.of(view.language),
        )
        sign = "+" if row["difference"] > 0 else ""
        places = numbers.decimals_of(indicator)
        moved = sign + numbers.number(row["difference"], view.language, places)
        eyebrow = view.words("presentation.changed", theme=_title(view, indicator), year=year)
        yield Slide(eyebrow, moved, said, _margin(view, row), _drawn(view, indicator, "edities"))


def _differences(view: View) -> Iterator[Slide]:
    """Yield the largest tested differences between groups: the group's number, beside the rest."""
    regions = {dimension.id for dimension in view.book.of_kind("region")}
    for row in called(headline_differences(view), Against.REST)[:_DIFFERENCES]:
        indicator = view.book.by_id[row["indicator"]]
        group = view.group(row["dimension"], row["group_code"])
        (figure,) = rows_of(view, indicator, row["dimension"], row["group_code"])
        said = view.words(
            "presentation.difference",
            group=group,
            what=parts_of_finding(view, indicator, figure).what,
            other=view.value(row["other_estimate"], indicator),
        )
        name = "regios" if row["dimension"] in regions else "klassen"
        chosen = view.in_group(view.selection, row["dimension"], row["group_code"])
        there = replace(view, selection=chosen)
        eyebrow = view.words("presentation.differs", theme=_title(view, indicator))
        value = view.value(row["estimate"], indicator)
        yield Slide(eyebrow, value, said, _margin(view, row), _drawn(there, indicator, name))


def _title(view: View, indicator: Indicator) -> str:
    """Return the title of the theme of a question."""
    theme = next(theme for theme in view.book.themes if theme.id == indicator.theme)
    return theme.title.of(view.language)


def _margin(view: View, row: Row) -> str:
    """Return the margin of a difference, as it stands in small."""
    indicator = view.book.by_id[row["indicator"]]
    margin = numbers.difference_span(row["low"], row["high"], indicator, view.words)
    return view.words("presentation.margin", margin=margin)


def _drawn(view: View, indicator: Indicator, name: str) -> Drawing | None:
    """Return a chart of a question, drawn; None where nothing can be drawn."""
    theme = next(theme for theme in view.book.themes if theme.id == indicator.theme)
    asked = replace(view, selection=replace(view.selection, question=indicator.id))
    try:
        card = build(name, asked, theme)
    except (QueryError, ReleaseBrokenError):
        _log.exception("a chart of the presentation")
        return None
    return drawing(card, WIDTH) if card is not None else None


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
