"""Texts of the codebook in every language, and nouns and predicates in their numbers."""

from __future__ import annotations

from typing import Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

Language: TypeAlias = Literal["nl", "en"]


class Entry(BaseModel):
    """A table of the codebook; a field it does not know is a spelling mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(Entry):
    """One text in both languages."""

    nl: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def of(self, language: Language) -> str:
        """Return the text in ``language``."""
        return self.nl if language == "nl" else self.en

    def alone(self) -> Text:
        """Return the text as it stands by itself, at the head of a row: with a capital."""
        return Text(nl=self.nl[0].upper() + self.nl[1:], en=self.en[0].upper() + self.en[1:])


class Statement(Entry):
    """What a municipality that counts is said to do: singular and plural, in both languages."""

    nl: str
    en: str
    nl_many: str
    en_many: str

    def of(self, language: Language, *, many: bool = True) -> str:
        """Return the predicate that goes with one municipality, or with many."""
        if language == "nl":
            return self.nl_many if many else self.nl
        return self.en_many if many else self.en


class Plural(Entry):
    """A noun in singular and plural."""

    one: str
    other: str


class Unit(Entry):
    """What is surveyed: a municipality."""

    nl: Plural
    en: Plural

    def of(self, language: Language) -> Plural:
        """Return both forms of the noun in ``language``."""
        return self.nl if language == "nl" else self.en


class Forms(Entry):
    """Other forms of a word, in both languages."""

    nl: list[str] = []
    en: list[str] = []

    def of(self, language: Language) -> list[str]:
        """Return the forms in ``language``."""
        return self.nl if language == "nl" else self.en
