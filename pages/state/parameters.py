"""The parameters of an address: a row for each.

A parameter is added by a field in ``pages.state.selection``, a row here, and the control that sets
it. Names are Dutch, for readers see them and pass them on, and the same in every language.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pages.state.parameter_kinds import (
    BETWEEN,
    Dropped,
    Offer,
    Parameter,
    Reader,
    one,
    several,
    taking,
)
from pages.words.glossary import glossary
from pages.words.texts import echoed
from queries.vocabulary import Weighting

if TYPE_CHECKING:
    from collections.abc import Collection

    from data.survey.codebook import Codebook
    from pages.state.releases import Facts
    from pages.state.selection import Selection

OFF = "uit"
OWNERS = ("rijk", "gemeenten", "samen")
WEIGHTS = {"gem": Weighting.MUNICIPALITY, "inw": Weighting.INHABITANT}
# The level of regions where no region was chosen, and the municipality, which may be a former one.
LEVEL, MUNICIPALITY, SEARCH = "gi", "gm", "zoek"
# The edition, and the years of a table, in links that follow.
EDITION, NEWEST, YEARS, LAST_TWO = "ed", "nieuwste", "eds", "laatste2"
# What a reader searches for is kept to a length that an address can hold.
LONGEST_SEARCH = 60
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def _read_region(reader: Reader, selection: Selection) -> Selection:
    """Take the region dimension and the region; of several, the first of the codebook is kept."""
    dimensions = reader.facts.codebook.of_kind("region")
    chosen: tuple[str, str] | None = None
    for dimension in dimensions:
        code = reader.one_of(dimension.parameter, dimension.codes())
        if code is not None and chosen is not None:
            reader.dropped.append(Dropped(dimension.parameter, code, contradicts=True))
        elif code is not None:
            chosen = (dimension.id, code)
    by_parameter = {d.parameter: d.id for d in dimensions}
    level = reader.one_of(LEVEL, by_parameter)
    if chosen is not None:
        if level is not None and by_parameter[level] != chosen[0]:
            reader.dropped.append(Dropped(LEVEL, level, contradicts=True))
        return replace(selection, level=chosen[0], region=chosen[1])
    return replace(selection, level=by_parameter[level] if level else None)


def _offer_region(facts: Facts, _selection: Selection) -> list[Offer]:
    """Offer the regions of every level, and the levels."""
    dimensions = facts.codebook.of_kind("region")
    regions = [Offer(d.parameter, tuple(d.codes())) for d in dimensions]
    return [*regions, Offer(LEVEL, tuple(d.parameter for d in dimensions))]


def _write_region(selection: Selection, book: Codebook) -> list[tuple[str, object]]:
    """Give the region, or only the level when no region was chosen."""
    dimension = book.dimension_by_id.get(selection.level or "")
    if dimension is None:
        return []
    if selection.region is not None:
        return [(dimension.parameter, selection.region)]
    return [(LEVEL, dimension.parameter)]


def _read_class(reader: Reader, selection: Selection) -> Selection:
    """Take the size class."""
    classes = reader.facts.codebook.of_kind("class")
    code = reader.one_of(classes[0].parameter, classes[0].codes()) if classes else None
    return replace(selection, size_class=code)


def _offer_class(facts: Facts, _selection: Selection) -> list[Offer]:
    """Offer the size classes."""
    return [Offer(d.parameter, tuple(d.codes())) for d in facts.codebook.of_kind("class")[:1]]


def _write_class(selection: Selection, book: Codebook) -> list[tuple[str, object]]:
    """Give the size class."""
    return [(classes.parameter, selection.size_class) for classes in book.of_kind("class")[:1]]


def _read_further(reader: Reader, selection: Selection) -> Selection:
    """Take the group of each further dimension."""
    found = [
        (dimension.id, reader.one_of(dimension.parameter, dimension.codes()))
        for dimension in reader.facts.codebook.further_dimensions()
    ]
    return replace(selection, further=tuple((name, code) for name, code in found if code))


def _offer_further(facts: Facts, _selection: Selection) -> list[Offer]:
    """Offer the groups of each further dimension."""
    further = facts.codebook.further_dimensions()
    return [Offer(d.parameter, tuple(d.codes())) for d in further]


def _write_further(selection: Selection, book: Codebook) -> list[tuple[str, object]]:
    """Give the group of each further dimension."""
    return [(book.dimension_by_id[name].parameter, code) for name, code in selection.further]


def _read_municipality(reader: Reader, selection: Selection) -> Selection:
    """Take a municipality; a former one leads to its successor."""
    facts, value = reader.facts, reader.parameters.get(MUNICIPALITY)
    if value is not None and value in facts.successors:
        reader.dropped.append(Dropped(MUNICIPALITY, value, facts.successors[value]))
        return taking(selection, "official.municipality", facts.successors[value])
    known = reader.one_of(MUNICIPALITY, facts.municipalities) if value else None
    return taking(selection, "official.municipality", known)


def _offer_municipality(facts: Facts, _selection: Selection) -> list[Offer]:
    """Offer the municipalities; former ones lead to others."""
    return [Offer(MUNICIPALITY, tuple(facts.municipalities))]


def _read_words(reader: Reader, selection: Selection) -> Selection:
    """Take what is searched for among open answers, as much of it as an address holds."""
    asked = reader.parameters.get(SEARCH, "")
    words = echoed(asked)[:LONGEST_SEARCH]
    if len(" ".join(asked.split())) > LONGEST_SEARCH:
        reader.dropped.append(Dropped(SEARCH, asked))
    return taking(selection, "signals.words", words)


def _read_opened(reader: Reader, selection: Selection) -> Selection:
    """Take the cards that are unfolded; whether they are cards is for those who know the cards."""
    names = reader.several_of("op", lambda value: _NAME.fullmatch(value) is not None)
    return replace(selection, opened=names)


def _years(years: Collection[int]) -> list[str]:
    """Return years as they stand in an address."""
    return [str(year) for year in years]


def _read_edition(reader: Reader, selection: Selection) -> Selection:
    """Take the edition; a link that follows the newest does not stay with a version."""
    editions = reader.facts.editions
    value = reader.one_of(EDITION, [*_years(editions), NEWEST])
    if value == NEWEST and "v" in reader.parameters:
        reader.dropped.append(Dropped(EDITION, NEWEST, contradicts=True))
    if value is None or value == NEWEST:
        return replace(selection, edition=editions[-1])
    return replace(selection, edition=int(value))


def _read_years(reader: Reader, selection: Selection) -> Selection:
    """Take the years of a table; the last two are those of editions."""
    known = {LAST_TWO, *_years(reader.facts.all_years())}
    taken = reader.several_of(YEARS, lambda value: value in known)
    latest = _years(reader.facts.editions[-2:]) if LAST_TWO in taken else []
    years = dict.fromkeys([*latest, *(year for year in taken if year != LAST_TWO)])
    return taking(selection, "table.editions", tuple(int(year) for year in years))


def _indicators(facts: Facts, kind: str) -> list[str]:
    """Return the indicators of a kind."""
    return [i.id for i in facts.codebook.indicators if i.kind == kind]


def _themes(facts: Facts, _selection: Selection) -> list[str]:
    """Return the themes."""
    return [theme.id for theme in facts.codebook.themes]


def _items(facts: Facts, selection: Selection) -> Collection[str]:
    """Return the answers to the question that was chosen."""
    question = selection.question
    book = facts.codebook.in_edition(selection.edition)
    return book.by_id[question].items() if question else []


# In the order in which an address says them.
PARAMETERS = (
    one("vr", "question", lambda facts, _: _indicators(facts, "survey")),
    one("an", "item", _items),
    Parameter(("level", "region"), _offer_region, _read_region, _write_region, stays=True),
    Parameter(("size_class",), _offer_class, _read_class, _write_class, stays=True),
    Parameter(("further",), _offer_further, _read_further, _write_further, stays=True),
    one(
        "wg",
        "weighting",
        lambda *_: WEIGHTS,
        stays=True,
        given=WEIGHTS.__getitem__,
        written=lambda weighting: "inw" if weighting == Weighting.INHABITANT else None,
    ),
    one(
        "mg",
        "margins",
        lambda *_: [OFF],
        given=lambda _: False,
        written=lambda drawn: None if drawn else OFF,
    ),
    one("of", "official.indicator", lambda facts, _: _indicators(facts, "official")),
    one("bs", "official.basis", lambda *_: ["begroting", "jaarrekening"]),
    one("jr", "official.year", lambda f, _: [str(y) for y in f.official_years()], given=int),
    Parameter(
        ("official.municipality",),
        _offer_municipality,
        _read_municipality,
        lambda selection, _: [(MUNICIPALITY, selection.official.municipality)],
        stays=True,
    ),
    several("gms", "official.among", lambda facts: facts.municipalities),
    one("th", "table.theme", _themes),
    several("vs", "table.questions", lambda facts: facts.codebook.by_id),
    one("rij", "table.rows", lambda facts, _: facts.dimensions),
    Parameter(
        ("table.editions",),
        lambda facts, _: [Offer(YEARS, (*_years(facts.all_years()), LAST_TWO), several=True)],
        _read_years,
        lambda selection, _: [(YEARS, BETWEEN.join(_years(selection.table.editions)))],
    ),
    one("ond", "signals.theme", _themes),
    one("kp", "signals.partner", lambda facts, _: facts.signal_partners),
    Parameter(
        ("signals.words",),
        lambda *_: [Offer(SEARCH, None)],
        _read_words,
        lambda selection, _: [(SEARCH, selection.signals.words)],
    ),
    one("wie", "owner", lambda *_: OWNERS),
    one("bg", "term", lambda facts, _: glossary(facts.codebook)),
    one("v", "version", lambda facts, _: [facts.version], stays=True),
    one("vg", "peers", lambda facts, _: facts.dimensions, stays=True),
    Parameter(
        ("opened",),
        lambda *_: [Offer("op", None, several=True)],
        _read_opened,
        lambda selection, _: [("op", BETWEEN.join(selection.opened))],
    ),
    Parameter(
        ("edition",),
        lambda facts, _: [Offer(EDITION, (*_years(facts.editions), NEWEST))],
        _read_edition,
        lambda selection, _: [(EDITION, selection.edition)],
        stays=True,
    ),
)
