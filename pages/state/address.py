"""The address of a page: everything a reader chose, as codes, and back again.

Pure: parameters in, a selection out, with what could not be used; a selection in, parameters
out. Names and labels never appear in an address, so it survives a change of language or wording.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from pages.state.selection import Official, Selection, SignalChoice, TableChoice
from pages.words.glossary import glossary
from pages.words.texts import LANGUAGES
from queries.vocabulary import Weighting

if TYPE_CHECKING:
    from collections.abc import Mapping

    from data.survey.codebook import Codebook, Language
    from pages.state.releases import Facts

MARGINS, OFF = "mg", "uit"
LANGUAGE, EDITION, QUESTION, ITEM, LEVEL, WEIGHTING = "taal", "ed", "vr", "an", "gi", "wg"
OFFICIAL, BASIS, YEAR, MUNICIPALITY = "of", "bs", "jr", "gm"
THEME, QUESTIONS, ROWS, EDITIONS = "th", "vs", "rij", "eds"
SUBJECT, PARTNER, WORDS, OWNER, TERM = "ond", "kp", "zoek", "wie", "bg"
OWNERS = ("rijk", "gemeenten", "samen")
# What a reader searches for is kept to a length that an address can hold.
LONGEST_SEARCH = 60
VERSION = "v"
OPENED = "op"
PEERS = "vg"
BETWEEN = ","
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
WEIGHTS = {"gem": Weighting.MUNICIPALITY, "inw": Weighting.INHABITANT}


@dataclass(frozen=True)
class Dropped:
    """A value in an address that could not be used; or was replaced by ``successor``."""

    parameter: str
    value: str
    successor: str | None = None


class _Reader:
    """Takes values from an address one by one and remembers what could not be used."""

    def __init__(self, parameters: Mapping[str, str]) -> None:
        self._parameters = parameters
        self.dropped: list[Dropped] = []

    def one_of(self, name: str, allowed: Mapping[str, str] | list[str]) -> str | None:
        """Return the value of a parameter if it is allowed, else None."""
        value = self._parameters.get(name)
        if value is None or value == "":
            return None
        if value in allowed:
            return value
        self.dropped.append(Dropped(name, value))
        return None

    def several_of(self, name: str, allowed: list[str]) -> tuple[str, ...]:
        """Return the allowed values of a parameter that holds a list."""
        values = [v for v in self._parameters.get(name, "").split(BETWEEN) if v]
        self.dropped += [Dropped(name, v) for v in values if v not in allowed]
        return tuple(dict.fromkeys(v for v in values if v in allowed))

    def names(self, name: str) -> tuple[str, ...]:
        """Return what could be the names of cards, in a parameter that holds a list."""
        values = [v for v in self._parameters.get(name, "").split(BETWEEN) if v]
        self.dropped += [Dropped(name, v) for v in values if not _NAME.fullmatch(v)]
        return tuple(dict.fromkeys(v for v in values if _NAME.fullmatch(v)))

    def municipality(self, facts: Facts) -> str | None:
        """Return a municipality; a former one leads to its successor."""
        value = self._parameters.get(MUNICIPALITY)
        if value in facts.successors:
            self.dropped.append(Dropped(MUNICIPALITY, value, facts.successors[value]))
            return facts.successors[value]
        return self.one_of(MUNICIPALITY, facts.municipalities)


def language(wanted: str | None) -> Language:
    """Return the language that an address asks for: Dutch, unless it is one of the others."""
    return "en" if wanted == "en" else "nl"


def read(parameters: Mapping[str, str], facts: Facts) -> tuple[Selection, list[Dropped]]:
    """Return the selection in an address, and what of it could not be used.

    ``facts`` is the version that the address names, else the one online.
    """
    book = facts.codebook
    reader = _Reader(parameters)
    years = [str(year) for year in facts.editions]
    edition = reader.one_of(EDITION, years)
    level, region = _read_region(reader, book, parameters)
    classes = book.of_kind("class")
    size_class = reader.one_of(classes[0].parameter, classes[0].codes()) if classes else None
    surveyed = [i.id for i in book.indicators if i.kind == "survey"]
    question = reader.one_of(QUESTION, surveyed)
    weight = reader.one_of(WEIGHTING, WEIGHTS)
    selection = Selection(
        language=language(reader.one_of(LANGUAGE, list(LANGUAGES))),
        edition=int(edition or years[-1]),
        question=question,
        item=reader.one_of(ITEM, book.by_id[question].items() if question else []),
        level=level,
        region=region,
        size_class=size_class,
        weighting=WEIGHTS[weight or "gem"],
        margins=reader.one_of(MARGINS, [OFF]) is None,
        official=_read_official(reader, facts),
        table=_read_table(reader, facts),
        signals=_read_signals(reader, facts, parameters),
        owner=reader.one_of(OWNER, list(OWNERS)),
        term=reader.one_of(TERM, list(glossary(book))),
        version=reader.one_of(VERSION, [facts.version]),
        peers=reader.one_of(PEERS, facts.dimensions),
        opened=reader.names(OPENED),
    )
    return selection, reader.dropped


def _read_region(
    reader: _Reader, book: Codebook, parameters: Mapping[str, str]
) -> tuple[str | None, str | None]:
    """Return the region dimension and the region; the last dimension named goes first."""
    dimensions = book.of_kind("region")
    chosen: tuple[str, str] | None = None
    for dimension in dimensions:
        code = reader.one_of(dimension.parameter, dimension.codes())
        if code is not None and chosen is not None:
            reader.dropped.append(Dropped(dimension.parameter, code))
        elif code is not None:
            chosen = (dimension.id, code)
    if chosen is not None:
        return chosen
    by_parameter = {d.parameter: d.id for d in dimensions}
    level = reader.one_of(LEVEL, by_parameter) if LEVEL in parameters else None
    return (by_parameter[level] if level else None), None


def _read_official(reader: _Reader, facts: Facts) -> Official:
    """Return which official figure is looked at."""
    indicators = [i.id for i in facts.codebook.indicators if i.kind == "official"]
    year = reader.one_of(YEAR, [str(y) for y in facts.official_years()])
    return Official(
        indicator=reader.one_of(OFFICIAL, indicators),
        basis=reader.one_of(BASIS, ["begroting", "jaarrekening"]),
        year=int(year) if year else None,
        municipality=reader.municipality(facts),
    )


def _read_table(reader: _Reader, facts: Facts) -> TableChoice:
    """Return what the table tool shows."""
    book = facts.codebook
    years = reader.several_of(EDITIONS, [str(y) for y in facts.all_years()])
    return TableChoice(
        theme=reader.one_of(THEME, [t.id for t in book.themes]),
        questions=reader.several_of(QUESTIONS, [i.id for i in book.indicators]),
        rows=reader.one_of(ROWS, list(facts.dimensions)),
        editions=tuple(int(y) for y in years),
    )


def _read_signals(reader: _Reader, facts: Facts, parameters: Mapping[str, str]) -> SignalChoice:
    """Return which open answers are read."""
    return SignalChoice(
        theme=reader.one_of(SUBJECT, [t.id for t in facts.codebook.themes]),
        partner=reader.one_of(PARTNER, facts.signal_partners) if PARTNER in parameters else None,
        words=" ".join(parameters.get(WORDS, "").split())[:LONGEST_SEARCH],
    )


def write(selection: Selection, book: Codebook) -> dict[str, str]:
    """Return a selection as parameters of an address; edition and language always."""
    classes = book.of_kind("class")
    official, table = selection.official, selection.table
    pairs: list[tuple[str, object]] = [
        (QUESTION, selection.question),
        (ITEM, selection.item),
        *_written_region(selection, book),
        *([(classes[0].parameter, selection.size_class)] if classes else []),
        (WEIGHTING, "inw" if selection.weighting == Weighting.INHABITANT else None),
        (MARGINS, None if selection.margins else OFF),
        (OFFICIAL, official.indicator),
        (BASIS, official.basis),
        (YEAR, official.year),
        (MUNICIPALITY, official.municipality),
        (THEME, table.theme),
        (QUESTIONS, BETWEEN.join(table.questions)),
        (ROWS, table.rows),
        (EDITIONS, BETWEEN.join(str(year) for year in table.editions)),
        (SUBJECT, selection.signals.theme),
        (PARTNER, selection.signals.partner),
        (WORDS, selection.signals.words),
        (OWNER, selection.owner),
        (TERM, selection.term),
        (VERSION, selection.version),
        (PEERS, selection.peers),
        (OPENED, BETWEEN.join(selection.opened)),
        (EDITION, selection.edition),
        (LANGUAGE, selection.language),
    ]
    return {name: str(value) for name, value in pairs if value not in {None, ""}}


def _written_region(selection: Selection, book: Codebook) -> list[tuple[str, object]]:
    """Return the region, or only the level when no region was chosen."""
    dimension = book.dimension_by_id.get(selection.level or "")
    if dimension is None:
        return []
    if selection.region is not None:
        return [(dimension.parameter, selection.region)]
    return [(LEVEL, dimension.parameter)]


def link(page: str, selection: Selection, book: Codebook) -> str:
    """Return the relative address of a page with everything that was chosen."""
    return f"{page}?{urlencode(write(selection, book))}"


def shared(selection: Selection) -> Selection:
    """Return what stays when a reader goes to another page: all but its own questions.

    Margins are drawn again: hiding them is for looking closer at one page.
    """
    return replace(
        selection,
        margins=True,
        question=None,
        item=None,
        official=Official(municipality=selection.official.municipality),
        table=TableChoice(),
        signals=SignalChoice(),
        owner=None,
        term=None,
        opened=(),
    )
