"""Texts of the codebook in every language, and nouns and predicates in their numbers."""

from __future__ import annotations

from typing import Annotated, Generic, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict, Field, RootModel, model_validator

from data.survey.languages import DUTCH, LANGUAGES, Language

Words = TypeVar("Words")
NonEmpty: TypeAlias = Annotated[str, Field(min_length=1)]


class Entry(BaseModel):
    """A table of the codebook; a field it does not know is a spelling mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Plural(Entry):
    """A noun or predicate in singular and plural."""

    one: NonEmpty
    other: NonEmpty


class ByLanguage(RootModel[dict[Language, Words]], Generic[Words]):
    """Words in every language: ``{ nl = …, en = … }``."""

    model_config = ConfigDict(frozen=True)

    @model_validator(mode="after")
    def _is_complete(self) -> ByLanguage[Words]:
        """Refuse words that a reader of one of the languages would miss."""
        if missing := [language for language in LANGUAGES if language not in self.root]:
            raise ValueError(f"‘{missing[0]}’ ontbreekt; vul het in elke taal in")
        return self

    def of(self, language: Language) -> Words:
        """Return the words in ``language``."""
        return self.root[language]

    @property
    def dutch(self) -> Words:
        """The words that stewards read."""
        return self.root[DUTCH]

    @property
    def each(self) -> list[Words]:
        """The words in each language."""
        return list(self.root.values())


class Text(ByLanguage[NonEmpty]):
    """One text in every language."""

    def alone(self) -> Text:
        """Return the text as it stands by itself, at the head of a row: with a capital."""
        return Text({language: text[0].upper() + text[1:] for language, text in self.root.items()})


class Unit(ByLanguage[Plural]):
    """What is surveyed: a municipality."""


class Statement(RootModel[dict[str, NonEmpty]]):
    """What a municipality that counts is said to do, and what many do, in every language.

    ``{ nl = "heeft …", nl_many = "hebben …", en = "has …", en_many = "have …" }``
    """

    model_config = ConfigDict(frozen=True)

    @model_validator(mode="after")
    def _is_complete(self) -> Statement:
        """Refuse a predicate that lacks a form, or has one of no language."""
        wanted = {form for language in LANGUAGES for form in (language, f"{language}_many")}
        if wrong := sorted(wanted ^ set(self.root)):
            forms = ", ".join(sorted(wanted))
            raise ValueError(f"‘{wrong[0]}’ ontbreekt of is niet bekend; geef {forms}")
        return self

    def of(self, language: Language, *, many: bool = True) -> str:
        """Return the predicate that goes with one municipality, or with many."""
        return self.root[f"{language}_many" if many else language]


class Forms(RootModel[dict[Language, list[str]]]):
    """Other forms of a word, in the languages that have them."""

    model_config = ConfigDict(frozen=True)

    def of(self, language: Language) -> list[str]:
        """Return the forms in ``language``."""
        return self.root.get(language, [])
