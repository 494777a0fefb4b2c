"""Every word a reader sees, by language, from ``pages/texts``.

What the survey itself says (questions, names of groups) comes from the codebook instead.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from babel import Locale

from queries.notation import LOCALES

if TYPE_CHECKING:
    from data.survey.texts import Language

FOLDER = Path(__file__).resolve().parent
LANGUAGES: tuple[Language, ...] = ("nl", "en")


@cache
def texts(language: Language) -> dict[str, str]:
    """Return every text of a language by its key, levels joined with dots."""
    content = tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
    return dict(_flat(content, ""))


def _flat(content: dict[str, object], prefix: str) -> list[tuple[str, str]]:
    """Return nested tables as pairs of dotted key and text."""
    found: list[tuple[str, str]] = []
    for key, value in content.items():
        if isinstance(value, dict):
            found += _flat(value, f"{prefix}{key}.")
        else:
            found.append((f"{prefix}{key}", str(value)))
    return found


@cache
def _written(name: str, language: Language) -> str:
    """Return a long text as it was written."""
    return (FOLDER / f"{name}.{language}.md").read_text(encoding="utf-8")


def prose(name: str, language: Language, **values: str) -> str:
    """Return a long text, as Markdown, with ``{names}`` filled in; formulas keep their braces."""
    text = _written(name, language)
    for key, value in values.items():
        text = text.replace(f"{{{key}}}", value)
    return text


@dataclass(frozen=True)
class Words:
    """The words of one language."""

    language: Language

    def __call__(self, key: str, **values: object) -> str:
        """Return the text ``key`` with ``values`` filled in.

        Raises:
            KeyError: there is no such text.
        """
        return texts(self.language)[key].format(**values)

    def count(self, key: str, number: int, **values: object) -> str:
        """Return the singular or plural text ``key`` that goes with ``number``."""
        form = Locale.parse(LOCALES[self.language]).plural_form(number)
        return self(f"{key}.{'one' if form == 'one' else 'other'}", **values)


def capital(text: str) -> str:
    """Return a text as it stands at the beginning of a sentence."""
    return text[:1].upper() + text[1:]


def join(parts: list[str], conjunction: str) -> str:
    """Return a list in words: a, b and c."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {conjunction} {parts[-1]}"


# Characters that Markdown, or Streamlit's additions to it, would read as marks.
_MARKS = str.maketrans({mark: f"\\{mark}" for mark in "\\`*_{}[]()<>#+!|~$:"})


def plain(text: str) -> str:
    """Return text that Markdown shows as it is."""
    return text.translate(_MARKS)
