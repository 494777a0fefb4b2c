"""Terms that are explained to readers."""

from __future__ import annotations

from pydantic import Field

from data.survey.design import IDENTIFIER
from data.survey.texts import Entry, Forms, Text


class Term(Entry):
    """A word that needs explaining; ``words`` are other forms that it is found by."""

    id: str = Field(pattern=IDENTIFIER)
    label: Text
    text: Text
    words: Forms = Forms({})
    see: list[str] = []

    def __hash__(self) -> int:
        """Tell terms apart by id."""
        return hash(self.id)


class Glossary(Entry):
    """Terms, explained."""

    terms: list[Term] = []
