"""The action agenda: who does what, and what to talk about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from data.files.config_files import load_model, read_toml
from data.survey.design import IDENTIFIER
from data.survey.texts import Entry, Text

if TYPE_CHECKING:
    from pathlib import Path


class Action(Entry):
    """One action of the agenda."""

    id: str = Field(pattern=IDENTIFIER)
    owner: Literal["rijk", "gemeenten", "samen"]
    themes: list[str]
    indicators: list[str]
    title: Text
    text: Text


class Conversation(Entry):
    """One question for the talk within a municipality about a theme."""

    theme: str
    text: Text


class Related(Entry):
    """Something else that is written of public service delivery, how we stand to it, and whence."""

    name: Text
    text: Text
    source: Text


class AgendaSource(Entry):
    """Where the agenda was published."""

    label: Text


class Agenda(Entry):
    """The action agenda."""

    source: AgendaSource
    actions: list[Action]
    questions: list[Conversation] = []
    beside: list[Related] = []


def load_agenda(path: Path) -> Agenda:
    """Return the action agenda in ``path``, checked.

    Raises:
        CodebookError: the file is missing, or an entry is wrong.
    """
    return load_model(Agenda, path, read_toml(path))
