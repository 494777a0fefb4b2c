"""Every word of the pages, beside those of figures that all media share."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from queries.words import texts

if TYPE_CHECKING:
    from data.survey.languages import Language

FOLDER = Path(__file__).resolve().parent


class Words(texts.Words):
    """The words of one language, on pages."""

    folders: ClassVar[tuple[Path, ...]] = (*texts.Words.folders, FOLDER)


@cache
def prose(name: str, language: Language) -> str:
    """Return a long text, as Markdown."""
    return (FOLDER / f"{name}.{language}.md").read_text(encoding="utf-8")


def filled(text: str, **values: str) -> str:
    """Return a long text with ``{names}`` filled in; formulas keep their braces."""
    for key, value in values.items():
        text = text.replace(f"{{{key}}}", value)
    return text


# Characters that Markdown, or Streamlit's additions to it, would read as marks.
_MARKS = str.maketrans({mark: f"\\{mark}" for mark in "\\`*_{}[]()<>#+!|~$:"})


# An address can be of any length; what is repeated of it is enough to recognise it by.
LONGEST_ECHO = 60


def echoed(text: str) -> str:
    """Return what an address said as it may be repeated: short, on one line, nothing unseen.

    The one way for it to a page, a file or the log; each medium escapes it as it does any text.
    """
    seen = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(seen.split())[:LONGEST_ECHO]


def quoted(text: str) -> str:
    """Return what an address said as code in Markdown, in which nothing is a mark or a link."""
    return f"`{echoed(text).replace('`', '')}`"


def plain(text: str) -> str:
    """Return text that Markdown shows as it is."""
    return text.translate(_MARKS)
