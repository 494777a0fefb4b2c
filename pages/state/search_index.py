"""What can be found from every page, and what a few letters find. Pure: no Streamlit.

Letters find without regard to case and accents, at the beginning of words first. Where they find
nothing, names that differ in a slip of the finger are offered as a guess.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rapidfuzz.distance import OSA

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

    ``names`` is everything it is called, ``codes`` what it is found by when written in full, and
    ``wording`` a text whose words find it; all folded. ``choice`` is what its page has chosen.
    """

    name: str
    kind: str
    page: str
    choice: Selection
    names: tuple[str, ...]
    codes: tuple[str, ...] = ()
    wording: str = ""


def targets(facts: Facts, language: Language, pages: frozenset[str]) -> tuple[Target, ...]:
    """Return everything that can be found on some pages, the most wanted kinds first."""
    return facts.made(_targets, language, pages)


def _targets(facts: Facts, language: Language, pages: frozenset[str]) -> tuple[Target, ...]:
    start = Selection(language, facts.editions[-1])
    found = [
        *_pages(facts, start),
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
    return Target(name, kind, page, choice, _folded(others or (name,)))


def _folded(texts: tuple[str, ...]) -> tuple[str, ...]:
    """Return texts folded, each once."""
    return tuple(dict.fromkeys(map(folded, texts)))


def _pages(facts: Facts, start: Selection) -> Iterator[Target]:
    """Yield the pages that are not about a theme."""
    words = Words(start.language, facts.codebook.survey.unit_names(start.language))
    for page, key in TITLES.items():
        yield _target(words(key), "page", page, start)


def _themes(facts: Facts, start: Selection) -> Iterator[Target]:
    """Yield the themes, found by their synonyms too."""
    for theme in facts.codebook.themes:
        title = theme.title.of(start.language)
        names = (title, *theme.words.of(start.language))
        yield _target(title, "theme", theme.slug, start, names)


def _questions(facts: Facts, start: Selection) -> Iterator[Target]:
    """Yield the questions and official figures, found by synonyms, id and wording too."""
    slugs = {theme.id: theme.slug for theme in facts.codebook.themes}
    for indicator in facts.codebook.in_edition(start.edition).indicators:
        label = indicator.label.of(start.language)
        names = (label, *indicator.words.of(start.language))
        choice = _asking(start, indicator)
        found = _target(label, indicator.kind, slugs[indicator.theme], choice, names)
        wording = folded(indicator.question.of(start.language))
        yield replace(found, codes=_folded((indicator.id,)), wording=wording)


def _asking(start: Selection, indicator: Indicator) -> Selection:
    """Return the selection in which a theme page is about an indicator."""
    if indicator.kind == "survey":
        return replace(start, question=indicator.id)
    if indicator.kind == "official":
        return replace(start, official=Official(indicator=indicator.id))
    return start


def _municipalities(facts: Facts, start: Selection) -> Iterator[Target]:
    """Yield the municipalities by name and code; a former one leads to its successor."""
    for code, name in facts.municipalities.items():
        choice = replace(start, official=Official(municipality=code))
        others = (name, *facts.name_variants.get(code, ()))
        found = _target(name, "municipality", MUNICIPALITY, choice, others)
        yield replace(found, codes=_codes(code))
    words = Words(start.language, facts.codebook.survey.unit_names(start.language))
    former = {c: s for c, s in facts.successors.items() if c not in facts.municipalities}
    for code, successor in former.items():
        now = facts.municipalities.get(successor, successor)
        name = words("municipality.former", old=facts.former_names[code], new=now)
        choice = replace(start, official=Official(municipality=code))
        found = _target(name, "municipality", MUNICIPALITY, choice, (facts.former_names[code],))
        yield replace(found, codes=_codes(code))


def _codes(code: str) -> tuple[str, ...]:
    """Return how the code of a municipality is written: GM0363, 0363, 363."""
    number = code.removeprefix("GM")
    return _folded((code, number, number.lstrip("0")))


def _regions(facts: Facts, start: Selection) -> Iterator[Target]:
    """Yield the regions of every level."""
    for dimension in facts.codebook.of_kind("region"):
        level = dimension.label.of(start.language)
        for group in dimension.groups:
            label, short = group.label, group.short or group.label
            choice = replace(start, level=dimension.id, region=group.code)
            names = (label.of(start.language), short.of(start.language))
            name = f"{names[0]} ({level.lower()})"
            found = _target(name, "region", REGION, choice, names)
            yield replace(found, codes=_folded((group.code,)))


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
    ranked = [(_rank(wanted, target), place) for place, target in enumerate(among)]
    return [among[place] for rank, place in sorted(ranked)[:MOST] if rank < _NOT_FOUND]


def guess(sought: str, among: tuple[Target, ...]) -> list[Target]:
    """Return what some letters may have been meant to be, the likest first: a slip or two away."""
    wanted = folded(sought)
    slips = len(wanted) // _LETTERS_PER_SLIP
    near = [
        (min(_distance(wanted, name) for name in target.names), place)
        for place, target in enumerate(among if slips else ())
    ]
    return [among[place] for off, place in sorted(near)[:MOST] if off <= min(slips, _MOST_SLIPS)]


# A letter too many, too few, wrong, or two that changed places: one in four letters, two at most.
_LETTERS_PER_SLIP, _MOST_SLIPS = 4, 2


def _distance(wanted: str, name: str) -> int:
    """Return how many slips letters are from a name, one of its words, or how these begin."""
    parts = {name, *name.split()}
    begun = {part[: len(wanted)] for part in parts if len(part) > len(wanted)}
    return min(OSA.distance(wanted, part, score_cutoff=_MOST_SLIPS) for part in parts | begun)


_NOT_FOUND = 6


def _rank(wanted: str, target: Target) -> int:
    """Return how well letters fit a target: 0 is its name, 6 is not at all."""
    if wanted in target.names or wanted in target.codes:
        return 0
    if any(name.startswith(wanted) for name in target.names):
        return 1 if target.kind == "region" else 2
    if any(_begins(wanted, name) for name in target.names):
        return 3
    if _begins(wanted, target.wording):
        return 4
    inside = len(wanted) > FEWEST and any(wanted in name for name in target.names)
    return 5 if inside else _NOT_FOUND


def _begins(wanted: str, text: str) -> bool:
    """Whether every word that is wanted is how a word of a text begins."""
    words = text.split()
    return all(any(word.startswith(part) for word in words) for part in wanted.split())
