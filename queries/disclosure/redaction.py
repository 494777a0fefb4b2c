"""Open answers without what gives away who wrote them: people, addresses, numbers and places.

Pure: text in, text and counts out. Lists and patterns find what is written in a usual way; they
do not replace reading, so words that look like names and are in no list are reported as well.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from data.spelling import without_accents

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from data.survey.policy import SignalPlaceholders

# A name this short is looked for with its capital only: many are ordinary words as well.
_SHORT_NAME, _SHORT_PLACE = 3, 6
_CAPITAL = r"[A-ZÀ-Þ][\w'’-]+"
_MAIL = r"[\w.+-]+\s?@\s?[\w-]+(?:\.[\w-]+)+"
_SITE = r"(?:https?://|www\.)\S*[\w/]|\b[\w-]+(?:\.[\w-]+)*\.(?:nl|com|org|eu|net)\b"
# Ten digits or an international number, in groups divided by spaces, dots, hyphens or brackets.
_PHONE = r"(?<![\w.,])(?:\+|00)?\(?\d(?:[\s.()/-]{0,3}\d){8,13}(?![\w])"
_POSTCODE = r"\b[1-9]\d{3}\s?[A-Z]{2}\b"
# A street, by how its name ends, with the number of a house.
_WAYS = "straat|laan|weg|plein|kade|gracht|dijk|singel|hof|pad|dreef|steeg|markt"
_WORD = r"[A-ZÀ-Þ][\w'’-]*"
_STREET = (
    rf"\b(?:{_WORD}\s+)?(?:{_WORD}(?:{_WAYS})|{_WORD}\s(?:{_WAYS.title()}))"
    r"\s+\d{1,4}[a-zA-Z]?(?!\w)"
)
_MUNICIPALITY_CODE = r"\bGM\d{4}\b"


class PersonNames(BaseModel):
    """What gives away the name of a person: ``data/survey/person_names.toml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    titles: list[str]
    particles: list[str]
    first_names: list[str]
    surnames: list[str]


@dataclass(frozen=True)
class Redactor:
    """Kinds, patterns and what takes their place, in the order in which they are looked for."""

    patterns: tuple[tuple[str, re.Pattern[str], str], ...]

    def clean(self, text: str) -> tuple[str, list[str]]:
        """Return a text without what gives away its writer, and what kinds were taken out."""
        found: list[str] = []
        for kind, pattern, instead in self.patterns:
            text, count = pattern.subn(instead, text)
            found += [kind] * count
        return text, found


def redactor(names: PersonNames, places: Iterable[str], instead: SignalPlaceholders) -> Redactor:
    """Return what takes names, addresses, numbers and places out of a text.

    Args:
        names: what gives away the name of a person.
        places: every spelling of a place to take out.
        instead: what takes the place of each kind.
    """
    patterns = [
        ("mailadressen", re.compile(_MAIL), instead.mail),
        ("websites", re.compile(_SITE), instead.site),
        ("telefoonnummers", re.compile(_PHONE), instead.phone),
        ("plaatsen", re.compile(f"{_STREET}|{_POSTCODE}|{_MUNICIPALITY_CODE}"), instead.place),
        *(("namen", pattern, rf"\g<kept>{instead.person}") for pattern in _people(names)),
        *(("plaatsen", pattern, instead.place) for pattern in _listed(places, _SHORT_PLACE)),
    ]
    return Redactor(tuple(patterns))


def _either(words: Iterable[str]) -> str:
    """Return a pattern for any of the words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(set(words), key=lambda w: (-len(w), w)))


def _people(names: PersonNames) -> list[re.Pattern[str]]:
    """Return patterns of names: after a title, after initials, by first name, and by surname.

    Surnames are looked for with their capital only: many are ordinary words as well.
    """
    particles = rf"(?:(?:{_either(names.particles)})\s+)*"
    surname = rf"{particles}{_CAPITAL}(?:\s*-\s*{particles}{_CAPITAL})?"
    title = _either([*names.titles, *(word.capitalize() for word in names.titles)])
    after_title = rf"(?P<kept>\b(?:{title})\s+)(?:(?:[A-Z]\.\s?)+|{_CAPITAL}\s+)?{surname}"
    initials = rf"(?P<kept>)\b(?:[A-Z]\.\s?)+{surname}"
    first = [pattern.pattern for pattern in _listed(names.first_names, _SHORT_NAME)]
    by_first = [rf"(?P<kept>){name}(?:\s+(?-i:{surname}))?" for name in first]
    before = rf"(?:(?:{_either([*names.particles, *map(str.capitalize, names.particles)])})\s+)*"
    by_last = rf"(?P<kept>)\b{before}(?:{_either(names.surnames)})(?![\w-])"
    return [re.compile(p) for p in (after_title, initials, *by_first, by_last)]


def _listed(words: Iterable[str], short: int) -> list[re.Pattern[str]]:
    """Return patterns for listed words; only short ones must have their capital."""
    listed = [form for word in words for form in (word, without_accents(word))]
    long_ones = [word for word in listed if len(word) > short]
    short_ones = [word for word in listed if 1 < len(word) <= short]
    found = [rf"(?i:(?<!\w)(?:{_either(long_ones)})(?!\w))"] if long_ones else []
    found += [rf"(?<!\w)(?:{_either(short_ones)})(?!\w)"] if short_ones else []
    return [re.compile(pattern) for pattern in found]


def unread(texts: Sequence[str], known: Iterable[str]) -> list[str]:
    """Return words with a capital inside a sentence that are not in ``known``, in order.

    They may be names that no list holds; somebody should read them. Abbreviations are left out.
    """
    expected = {word for text in known for word in re.findall(r"[\w'’-]+", text)}
    inside = re.compile(r"(?<=[\w,;:)\]] )[A-ZÀ-Þ][a-zß-ÿ][\w'’-]*")
    return sorted({word for text in texts for word in inside.findall(text)} - expected)
