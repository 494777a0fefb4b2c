"""Every word a reader sees, by language, from files beside the code that says it.

What the survey itself says (questions, names of groups) comes from the codebook instead.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from babel import Locale

from data.survey.languages import LOCALES

if TYPE_CHECKING:
    from data.survey.languages import Language

FOLDER = Path(__file__).resolve().parent


@cache
def texts(folders: tuple[Path, ...], language: Language) -> dict[str, str]:
    """Return every text of some folders by its key, levels joined with dots.

    Raises:
        ValueError: two folders hold a text with the same key.
    """
    found: dict[str, str] = {}
    for folder in folders:
        content = tomllib.loads((folder / f"{language}.toml").read_text(encoding="utf-8"))
        flat = dict(_flat(content, ""))
        if twice := sorted(found.keys() & flat.keys()):
            raise ValueError(f"{folder / language}.toml: {twice[0]}")
        found |= flat
    return found


@cache
def texts_about(
    folders: tuple[Path, ...], language: Language, unit: tuple[str, str]
) -> dict[str, str]:
    """Return every text with what is surveyed called as the survey calls it."""
    known = texts(folders, language).items()
    return {key: with_unit(text, language, unit) for key, text in known}


def with_unit(text: str, language: Language, unit: tuple[str, str]) -> str:
    """Return one of our texts with what is surveyed called as the survey calls it.

    Texts are written about one kind of unit; what they call it is in ``[grammar]``.

    Args:
        text: as it is written.
        language: of the text.
        unit: what one is called, and several.
    """
    written = texts((FOLDER,), language)
    known = (written["grammar.unit_one"], written["grammar.unit_other"])
    if unit == known:
        return text
    names = dict(zip(known, unit, strict=True))
    names |= {capital(old): capital(new) for old, new in names.items()}
    return re.sub(rf"\b(?:{'|'.join(names)})\b", lambda found: names[found[0]], text)


def _flat(content: dict[str, object], prefix: str) -> list[tuple[str, str]]:
    """Return nested tables as pairs of dotted key and text."""
    found: list[tuple[str, str]] = []
    for key, value in content.items():
        if isinstance(value, dict):
            found += _flat(value, f"{prefix}{key}.")
        else:
            found.append((f"{prefix}{key}", str(value)))
    return found


@dataclass(frozen=True)
class Words:
    """The words of one language: those of figures, and in subclasses those of a medium."""

    language: Language
    # what one of those surveyed is called, and several, where the survey says so
    unit: tuple[str, str] | None = None
    folders: ClassVar[tuple[Path, ...]] = (FOLDER,)

    @property
    def texts(self) -> dict[str, str]:
        """Every text by its key."""
        if self.unit is None:
            return texts(self.folders, self.language)
        return texts_about(self.folders, self.language, self.unit)

    def __call__(self, key: str, **values: object) -> str:
        """Return the text ``key`` with ``values`` filled in.

        Raises:
            KeyError: there is no such text.
        """
        return self.texts[key].format(**values)

    def count(self, key: str, number: int, **values: object) -> str:
        """Return the singular or plural text ``key`` that goes with ``number``."""
        form = Locale.parse(LOCALES[self.language]).plural_form(number)
        return self(f"{key}.{'one' if form == 'one' else 'other'}", **values)

    @property
    def percentage_is_many(self) -> bool:
        """Whether a percentage of municipalities is a plural: 47% have, against 47% heeft."""
        return self("grammar.percentage") == "plural"


def capital(text: str) -> str:
    """Return a text as it stands at the beginning of a sentence."""
    return text[:1].upper() + text[1:]


def join(parts: list[str], conjunction: str) -> str:
    """Return a list in words: a, b and c. Names that hold commas themselves: a, x; b, y; and c."""
    if len(parts) < 2:
        return "".join(parts)
    if any(", " in part for part in parts):
        return f"{'; '.join(parts[:-1])}; {conjunction} {parts[-1]}"
    return f"{', '.join(parts[:-1])} {conjunction} {parts[-1]}"
