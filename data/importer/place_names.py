"""Names of municipalities as people write them: shortened, with a province, with a footnote."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from data.spelling import fold_name, without_accents

if TYPE_CHECKING:
    from collections.abc import Iterator

# What is written around a name, and the short forms of words in one; both spellings become alike.
_ALIKE = (
    (re.compile(r"^(gemeente|gem\.)\s*|^gem\s+|\s*\(gemeente\)$"), ""),
    (re.compile(r"\s*\bc\.?\s?a\.?$"), ""),
    (re.compile(r"\s*&\s*"), " en "),
    (re.compile(r"\b(aan den?|a/d|a\.\s?d\.?|a/den?)(?=\W)"), "aan de"),
    (re.compile(r"\b(v/d|v\.\s?d\.?|van de[nr]?)(?=\W)"), "van de"),
    (re.compile(r"\bv\.?(?=\s)"), "van"),
    (re.compile(r"\bst\.?(?=[\s-])"), "sint"),
)
# Points of the compass that begin a name.
_COMPASS = {"n": "noord", "o": "oost", "z": "zuid", "w": "west", "m": "midden"}
_POINT = re.compile(r"^([nozwm])[.\s-]+(?=\w{2})")
_ARTICLE = re.compile(r"^(het|de|den|'t)\s+")
_FOOTNOTE = re.compile(
    r"(\s*[*†‡¹²³⁴-⁹]+\)?|\s+\(?[\da-z]{1,2}\)|\s*\[[\da-z]{1,2}\]|\s+\d{1,2})+$", re.IGNORECASE
)
_PROVINCE = re.compile(r"^(.+?)(?:\s*\(([^)]+)\)|,\s*([^,]+)|\s+([A-Z][A-Za-z.]{0,4}))$")
# The code that CBS gives a province, by its name and the short forms in use, folded.
_PROVINCES = {
    word: code
    for code, words in {
        "PV20": "groningen gr gron grn",
        "PV21": "fryslan friesland fr frl fri",
        "PV22": "drenthe dr dre",
        "PV23": "overijssel o ov ovijssel",
        "PV24": "flevoland fl flev",
        "PV25": "gelderland g gld gel geld",
        "PV26": "utrecht u ut utr",
        "PV27": "noordholland nh nholland",
        "PV28": "zuidholland zh zholland",
        "PV29": "zeeland z ze zl zld",
        "PV30": "noordbrabant nb nbr nbrabant brabant",
        "PV31": "limburg l lb li limb",
    }.items()
    for word in words.split()
}


@lru_cache(maxsize=1 << 16)
def folded_place(name: str) -> str:
    """Return a name without case, accents, marks and what is only written around it.

    Short and full forms become alike: ‘Alphen a/d Rijn’ is ‘Alphen aan den Rijn’.
    """
    plain = name.casefold().strip()
    for pattern, alike in _ALIKE:
        plain = pattern.sub(alike, plain)
    return fold_name(plain)


def spellings_of(text: str) -> Iterator[str]:
    """Give the folded forms that a text may have in the register, the nearest first."""
    yield folded_place(text)
    yield folded_place(_repaired(text))
    plain = without_accents(text).casefold().strip()
    point = _POINT.match(plain)
    if point:
        yield folded_place(f"{_COMPASS[point[1]]} {plain[point.end() :]}")
    if plain and not _ARTICLE.match(plain):
        yield folded_place(f"het {plain}")


def without_footnote(text: str) -> str:
    """Return a name without the mark of a footnote behind it: ‘Goes 1)’ is ‘Goes’."""
    return _FOOTNOTE.sub("", text)


def without_province(text: str) -> tuple[str, str | None]:
    """Return a name without its province, and the code of that; None when it names none."""
    found = _PROVINCE.match(text.strip())
    province = _PROVINCES.get(fold_name(next(filter(None, found.groups()[1:])))) if found else None
    return (found[1], province) if found and province else (text, None)


def _repaired(text: str) -> str:
    """Return a text whose UTF-8 was read as Windows-1252, such as ‘FryslÃ¢n’, as it was meant."""
    try:
        return text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return text
