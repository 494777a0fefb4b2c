"""A new edition in a codebook: every question that the former one asked, asked again.

The file is changed as a person would change it, line by line, so that its remarks stay; what comes
out is read back before it takes the place of what was there.
"""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING

from data.errors import DataError
from data.files import store
from data.survey.codebook import load_codebook, read_codebook

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from data.survey.codebook import Codebook

_EDITIONS = re.compile(r"^\[\[editions\]\]\n(?:[^\[\n].*\n?)+", re.MULTILINE)
_QUESTION = re.compile(r"^\[\[indicators\]\]\n", re.MULTILINE)
_ID = re.compile(r'^id *= *"([^"]+)"', re.MULTILINE)
_ASKED = re.compile(r"^comparability *= *\{(.*?),? *\}", re.MULTILINE)


def add_edition(path: Path, year: int, former: int, dropped: Collection[str]) -> list[str]:
    """Write an edition into the codebook in ``path``; return the questions that it asks.

    Args:
        path: the codebook.
        year: the new edition.
        former: the edition whose questions are asked again, as they were.
        dropped: questions of it that are not asked any more.

    Raises:
        CodebookError: the codebook is missing or wrong.
        DataError: an edition or question is not known, the new edition is there already, or the
            file is written in a way that only a person can change. Nothing was written.
    """
    book = load_codebook(path)
    _refuse_unknown(book, year, former, dropped)
    asked = [i.id for i in book.indicators if i.asked_in(former) and i.id not in dropped]
    text = path.read_text(encoding="utf-8")
    head, *questions = _QUESTION.split(text)
    changed = [_ask_again(question, asked, year) for question in questions]
    written = "[[indicators]]\n".join([_with_edition(head, year), *changed])
    try:
        found = read_codebook(path, tomllib.loads(written))
    except (DataError, tomllib.TOMLDecodeError):
        found = book
    if year not in found.years() or [i.id for i in found.indicators if i.asked_in(year)] != asked:
        raise DataError(
            f"{path} is anders geschreven dan dit commando kan veranderen.",
            f"zet zelf een blok [[editions]] met year = {year} in het bestand, en in comparability "
            f'van elke vraag {year} = "same".',
        )
    with store.replacing(path) as draft:
        draft.write_text(written, encoding="utf-8")
    return asked


def _refuse_unknown(book: Codebook, year: int, former: int, dropped: Collection[str]) -> None:
    """Refuse an edition that is there, or what is not."""
    years = book.years()
    if year in years or former not in years or year < max(years):
        raise DataError(
            f"Editie {year} kan niet na {former} komen; het codeboek heeft {years}.",
            "kies een jaar na de laatste editie, en met --from een editie die er is.",
        )
    known = [i.id for i in book.indicators if i.asked_in(former)]
    for name in dropped:
        if name not in known:
            raise DataError(
                f"--drop {name}: die vraag is in {former} niet gesteld.",
                f"kies uit {', '.join(known)}.",
            )


def _with_edition(head: str, year: int) -> str:
    """Return what stands before the questions, with the new edition after the last one."""
    last = list(_EDITIONS.finditer(head))[-1:]
    entry = f'\n[[editions]]\nyear = {year}\nlabel = {{ nl = "{year}", en = "{year}" }}\n'
    return "".join(f"{head[: one.end()]}{entry}{head[one.end() :]}" for one in last) or head


def _ask_again(question: str, asked: Collection[str], year: int) -> str:
    """Return the text of a question, asked in ``year`` too where it is one of those."""
    name = _ID.search(question)
    if name is None or name[1] not in asked:
        return question
    return _ASKED.sub(
        lambda found: f'comparability = {{{found[1].rstrip()}, {year} = "same" }}',
        question,
        count=1,
    )
