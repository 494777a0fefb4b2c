"""What a sheet says of one subject in one edition and language."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from data.survey.groups import WHOLE
from queries.sheets.desk import Desk, Figures, is_drawn
from queries.sheets.model import Action, Asked, Level, Sheet
from queries.sheets.official import own, own_note, ratios
from queries.sheets.qr_code import qr_code
from queries.sheets.strips import note, strips
from queries.sheets.wording import SheetWords
from queries.words.numbers import day
from queries.words.texts import join

if TYPE_CHECKING:
    from data.survey.indicators import Indicator
    from data.survey.languages import Language
    from queries.sheets.desk import Row
    from queries.sheets.subjects import Subject

# The answers of a scale that are counted together.
_TOP = "top"


def write(figures: Figures, subject: Subject, language: Language, address: str = "") -> Sheet:
    """Return the sheet of a subject.

    Args:
        figures: those of an edition.
        subject: a municipality or a group.
        language: of all that it says.
        address: of the page that the sheet is taken from; a sheet by command has none.

    Raises:
        ReleaseBrokenError: a table of the release is missing or damaged.
    """
    unit = figures.release.codebook.survey.unit_names(language)
    desk = Desk(figures, subject, SheetWords(language, unit))
    words, survey = desk.words, desk.book.survey
    agenda = desk.release.agenda
    manifest = desk.release.manifest
    shown = tuple(strips(desk))
    return Sheet(
        language=language,
        unit=unit,
        title=subject.title(desk.release, language),
        survey=survey.name.of(language),
        place=_place(desk),
        basis=_basis(desk),
        mark=words("mark.synthetic" if manifest.synthetic else "mark.real"),
        strips=shown,
        strips_note=note(desk, shown),
        own=tuple(own(desk)),
        own_note=own_note(desk),
        ratios=tuple(ratios(desk)),
        ratios_note=survey.signals_are.of(language) if survey.signals_are else "",
        levels=_levels(desk),
        levels_title=_levels_title(desk),
        levels_note=_levels_note(desk),
        actions=tuple(
            Action(words(f"owner.{action.owner}"), action.title.of(language))
            for action in (agenda.actions if agenda else [])
        ),
        actions_source=agenda.source.label.of(language) if agenda else "",
        questions=tuple(_questions(desk)),
        date=words("foot.date", version=manifest.version, day=day(manifest.created, language)),
        address=address,
        code=qr_code(address) if address else (),
        footer=tuple(_footer(desk)),
    )


def _place(desk: Desk) -> str:
    """Return the groups a municipality is in; of a group, what it is a group of, if of anything."""
    subject = desk.subject
    if subject.dimension == WHOLE and subject.code is None:
        return ""
    if subject.code is None:
        return desk.book.dimension_label(subject.dimension, desk.language)
    groups = dict(subject.groups)
    named = [*desk.book.of_kind("class")[:1], *desk.book.of_kind("region")]
    names = [desk.group(d.id, groups[d.id], short=False) for d in named if d.id in groups]
    return " · ".join(dict.fromkeys(names))


def _basis(desk: Desk) -> str:
    """Return the edition, the peers, and how many of them took part."""
    words, subject = desk.words, desk.subject
    said = words(
        "head.peers" if subject.code else "head.group",
        edition=desk.edition,
        peers=desk.group(subject.dimension, subject.group, short=False),
        response=_response(desk),
    )
    if subject.year == desk.edition:
        return said
    return f"{said} {words('head.other_year', year=subject.year, edition=desk.edition)}"


def _response(desk: Desk) -> str:
    """Return how many of the peers took part."""
    subject = desk.subject
    found = desk.release.ask(
        "response", editions=[desk.edition], dimensions=[subject.dimension]
    ).filter(pl.col("group_code") == subject.group)
    for row in found.iter_rows(named=True):
        is_exact = row["population_count"] >= desk.release.policy.rounding.small_below
        told = "response" if is_exact else "response_about"
        return desk.words(
            "head.response_untold" if row["respondent_count"] is None else f"head.{told}",
            respondents=row["respondent_count"],
            population=row["population_count"],
        )
    return desk.words("state.too_few")


def _footer(desk: Desk) -> list[str]:
    """Return sources, licence, and what the sheet is not."""
    words, manifest = desk.words, desk.release.manifest
    used = [i for i in desk.book.indicators if i.kind in {"survey", "official"}]
    sources = dict.fromkeys(desk.book.source_of(i).label.of(desk.language) for i in used)
    lines = [
        words("foot.definitions"),
        words("foot.sources", sources="; ".join(sources)),
        words("foot.licence", licence=desk.book.survey.licence),
        words("foot.no_ranking"),
    ]
    return [words("foot.synthetic"), *lines] if manifest.synthetic else lines


# ------------------------------------------------------------------ levels, questions


def _scale(desk: Desk) -> Indicator | None:
    """Return the indicator that sums up a scale of several parts."""
    asked = (i for i in desk.book.indicators if i.derived and i.asked_in(desk.edition))
    return next(asked, None)


def _levels_title(desk: Desk) -> str:
    """Return the name of the scale, and which answers are counted."""
    scale = _scale(desk)
    if scale is None:
        return ""
    option = scale.option(str(scale.top_from))
    level = option.label.of(desk.language) if option else str(scale.top_from)
    return desk.words("levels.title", label=scale.label.of(desk.language), level=level)


def _scale_parts(desk: Desk) -> list[tuple[Indicator, Row]]:
    """Return each part of the scale with its figure."""
    scale = _scale(desk)
    if scale is None or scale.derived is None:
        return []
    group = desk.subject.dimension, desk.subject.group
    parts = [desk.book.by_id[name] for name in scale.derived.from_]
    found = [(part, desk.figures.figure(part, group, _TOP)) for part in parts]
    return [(part, row) for part, row in found if row is not None]


def _levels_note(desk: Desk) -> str:
    """Return whose levels they are: the peers', or those of the wider groups that have them."""
    groups = [(row["dimension"], row["group_code"]) for _, row in _scale_parts(desk)]
    subject = desk.subject
    places = groups or [(subject.dimension, subject.group)]
    names = dict.fromkeys(desk.group(*place) for place in places)
    said = [desk.words("levels.note", peers=join(list(names), desk.words("join.and")))]
    marked = any(level.is_lowest for level in _levels(desk))
    return " ".join([*said, desk.words("levels.marked")] if marked else said)


def _levels(desk: Desk) -> tuple[Level, ...]:
    """Return for each part of the scale how many peers are at the level that counts.

    None where no part has a figure.
    """
    rows = _scale_parts(desk)
    shown = [row["estimate"] for _, row in rows if is_drawn(row)]
    if not shown:
        return ()
    # Of several that are lowest, none is singled out.
    lowest = min(shown) if shown.count(min(shown)) == 1 else None
    return tuple(
        Level(
            label=part.label.of(desk.language),
            value=desk.value(part, row),
            is_lowest=is_drawn(row) and row["estimate"] == lowest,
        )
        for part, row in rows
    )


def _questions(desk: Desk) -> list[Asked]:
    """Return the questions for the talk, theme by theme."""
    agenda = desk.release.agenda
    found = []
    for theme in desk.book.themes:
        asked = [q for q in (agenda.questions if agenda else []) if q.theme == theme.id]
        if asked:
            texts = tuple(question.text.of(desk.language) for question in asked)
            found.append(Asked(theme.title.of(desk.language), texts))
    return found
