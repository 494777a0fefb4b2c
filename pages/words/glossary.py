"""What terms mean: one place for the words, wherever a term stands.

General terms come from ``pages/words/terms.toml``, those of the survey from its codebook.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from data.files.config_files import load_model, read_toml
from data.survey.languages import LANGUAGES
from data.survey.terms import Glossary
from data.survey.texts import Text
from pages.words.texts import FOLDER, plain
from queries.words.texts import with_unit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from data.survey.codebook import Codebook
    from data.survey.languages import Language
    from data.survey.terms import Term

FILE = FOLDER / "terms.toml"


@cache
def general_terms() -> tuple[Term, ...]:
    """Return the terms of every survey.

    Raises:
        CodebookError: the file is missing or wrong.
    """
    return tuple(load_model(Glossary, FILE, read_toml(FILE)).terms)


def glossary(book: Codebook) -> Mapping[str, Term]:
    """Return every term by its id; a survey may word a general one its own way."""
    units = tuple(book.survey.unit_names(language) for language in LANGUAGES)
    return {term.id: term for term in (*_general_about(units), *book.terms)}


@cache
def _general_about(units: tuple[tuple[str, str], ...]) -> tuple[Term, ...]:
    """Return the terms of every survey, about the units of one: their names in each language."""
    named = dict(zip(LANGUAGES, units, strict=True))

    def about(text: Text) -> Text:
        return Text({n: with_unit(said, n, named[n]) for n, said in text.root.items()})

    return tuple(
        term.model_copy(update={"label": about(term.label), "text": about(term.text)})
        for term in general_terms()
    )


def in_order(book: Codebook, language: Language) -> list[Term]:
    """Return every term in alphabetical order."""
    return sorted(glossary(book).values(), key=lambda term: term.label.of(language).casefold())


def terms_in(book: Codebook, text: str, language: Language) -> list[Term]:
    """Return the terms that a text uses, in the order in which it uses them.

    Where one term holds another (‘budget or accounts’), the longer one is meant.
    """
    named = {
        form.casefold(): term for term in glossary(book).values() for form in _forms(term, language)
    }
    pattern = _pattern(tuple(sorted(named, key=len, reverse=True)))
    found = [named[match.group(0).casefold()] for match in pattern.finditer(text)]
    return list(dict.fromkeys(found))


def _forms(term: Term, language: Language) -> list[str]:
    """Return the words a term is found by."""
    return [term.label.of(language), *term.words.of(language)]


@lru_cache(maxsize=16)
def _pattern(forms: tuple[str, ...]) -> re.Pattern[str]:
    """Return what finds whole words, the longest first."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, forms))})(?!\w)", re.IGNORECASE)


def explained(book: Codebook, text: str, language: Language) -> str | None:
    """Return what the terms in a text mean, as Markdown; None when it uses none."""
    lines = [
        f"**{plain(term.label.of(language))}**: {plain(term.text.of(language))}"
        for term in terms_in(book, text, language)
    ]
    return "\n\n".join(lines) or None
