"""What can be found from every page, and what a few letters find. Pure: no Streamlit.

Letters find without regard to case and accents, at the beginning of words first.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from data.spelling import folded
from pages.state.pages import GLOSSARY, MUNICIPALITY, REGION, TITLES
from pages.state.selection import Official, Selection
from pages.words.glossary import glossary
from pages.words.texts import Words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from data.survey.indicators import Indicator
    from data.survey.languages import Language
    from pages.state.releases import Facts

# Fewer letters find too much to choose from; more finds than this are no longer a choice.
FEWEST, MOST = 2, 8


@dataclass(frozen=True)
class Target:
    """Something that can be found: its name, what kind of thing it is, and where it is shown.

    ``names`` is everything it is found by, folded; ``choice`` is what its page has chosen.
    """

    name: str
    kind: str
    page: str
    choice: Selection
    names: tuple[str, ...]


def targets(facts: Facts, language: Language, pages: frozenset[str]) -> tuple[Target, ...]:
    """Return everything that can be found on some pages, the most wanted kinds first."""
    return facts.made(_targets, language, pages)


def _targets(facts: Facts, language: Language, pages: frozenset[str]) -> tuple[Target, ...]:
    start = Selection(language, facts.editions[-1])
    found = [
        *_pages(start),
        *_themes(facts, start),
        *_questions(facts, start),
        *_municipalities(facts, start),
        *_regions(facts, start),
        *_terms(facts, start),
    ]
    return tuple(target for target in found if target.page in pages)


def _target(
    name: str, kind: str, page: str, choice: Selection, others: tuple[str, ...] = ()
) -> Target:
    """Return a target, found by its name, or by other names instead."""
    return Target(name, kind, page, choice, tuple(dict.fromkeys(map(folded, others or (name,)))))


def _pages(start: Selection) -> Iterator[Target]:
    """Yield the pages that are not about a theme."""
    words = Words(start.language)
    for page, key in TITLES.items():
        yield _target(words(key), "page", page, start)


def _themes(facts: Facts, start: Selection) -> Iterator[Target]:
    """Yield the themes."""
    for theme in facts.codebook.themes:
        yield _target(theme.title.of(start.language), "theme", theme.slug, start)


def _questions(facts: Facts, start: Selection) -> Iterator[Target]:
    """Yield the questions and official figures, found by their wording too."""
    slugs = {theme.id: theme.slug for theme in facts.codebook.themes}
    for indicator in facts.codebook.indicators:
        label = indicator.label.of(start.language)
        wording = indicator.question.of(start.language)
        choice = _asking(start, indicator)
        yield _target(label, indicator.kind, slugs[indicator.theme], choice, (label, wording))


def _asking(start: Selection, indicator: Indicator) -> Selection:
    """Return the selection in which a theme page is about an indicator."""
    if indicator.kind == "survey":
        return replace(start, question=indicator.id)
    if indicator.kind == "official":
        return replace(start, official=Official(indicator=indicator.id))
    return start


def _municipalities(facts: Facts, start: Selection) -> Iterator[Target]:
    """Yield the municipalities; a former one leads to what it became part of."""
    for code, name in facts.municipalities.items():
        choice = replace(start, official=Official(municipality=code))
        others = (name, *facts.name_variants.get(code, ()))
        yield _target(name, "municipality", MUNICIPALITY, choice, others)
    words = Words(start.language)
    former = {c: s for c, s in facts.successors.items() if c not in facts.municipalities}
    for code, successor in former.items():
        now = facts.municipalities.get(successor, successor)
        name = words("municipality.former", old=facts.former_names[code], new=now)
        choice = replace(start, official=Official(municipality=code))
        yield _target(name, "municipality", MUNICIPALITY, choice, (facts.former_names[code],))


def _regions(facts: Facts, start: Selection) -> Iterator[Target]:
    """Yield the regions of every level."""
    for dimension in facts.codebook.of_kind("region"):
        level = dimension.label.of(start.language)
        for group in dimension.groups:
            name = f"{group.label.of(start.language)} ({level.lower()})"
            choice = replace(start, level=dimension.id, region=group.code)
            yield _target(name, "region", REGION, choice, (group.label.of(start.language),))


def _terms(facts: Facts, start: Selection) -> Iterator[Target]:
    """Yield the terms of the glossary."""
    for term in glossary(facts.codebook).values():
        label, forms = term.label.of(start.language), term.words.of(start.language)
        yield _target(label, "term", GLOSSARY, replace(start, term=term.id), (label, *forms))


def find(sought: str, among: tuple[Target, ...]) -> list[Target]:
    """Return what some letters find, the best first; nothing for fewer than two letters."""
    wanted = folded(sought)
    if len(wanted) < FEWEST:
        return []
    ranked = [
        (min(_rank(wanted, name) for name in target.names), place, target)
        for place, target in enumerate(among)
    ]
    hits = sorted((rank, place) for rank, place, _ in ranked if rank < _NOT_FOUND)
    return [among[place] for _, place in hits[:MOST]]


_NOT_FOUND = 4


def _rank(wanted: str, name: str) -> int:
    """Return how well letters fit a name: 0 is the name itself, 4 is not at all."""
    if name == wanted:
        return 0
    if name.startswith(wanted):
        return 1
    words = name.split()
    if all(any(word.startswith(part) for word in words) for part in wanted.split()):
        return 2
    return 3 if len(wanted) > FEWEST and wanted in name else _NOT_FOUND
