"""What a sheet consists of: words, and places along an axis. No figures are worked out here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from data.survey.languages import Language


@dataclass(frozen=True)
class Mark:
    """The figure of one group: places are 0-1 along the axis, null where nothing is drawn."""

    name: str
    value: str
    middle: float | None
    low: float | None
    high: float | None
    is_open: bool
    is_own: bool


@dataclass(frozen=True)
class Strip:
    """One theme: what is counted, a figure per group, and in a note what changed and how many."""

    theme: str
    label: str
    marks: tuple[Mark, ...]
    note: str


@dataclass(frozen=True)
class Own:
    """One official figure of the municipality, the middle half of its peers, and its place."""

    label: str
    value: str
    peers: str
    where: str
    is_outlier: bool


@dataclass(frozen=True)
class Ratio:
    """One financial ratio: its signal values, the peers' figure, and the municipality's own.

    ``own`` is empty where the municipality reports none.
    """

    label: str
    signals: str
    peers: str
    own: str


@dataclass(frozen=True)
class Level:
    """One part of the scale: how many peers are at the level that counts."""

    label: str
    value: str
    is_lowest: bool


@dataclass(frozen=True)
class Action:
    """One action of the agenda, and who owns it."""

    owner: str
    title: str


@dataclass(frozen=True)
class Asked:
    """The questions for the talk about one theme."""

    theme: str
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """Everything on the sheet: figures on its first page, actions and questions on its second.

    A part without content is empty. ``code`` is the QR code of ``address``, row by row.
    """

    language: Language
    # what one of those surveyed is called, and several
    unit: tuple[str, str]
    title: str
    survey: str
    place: str
    basis: str
    mark: str
    strips: tuple[Strip, ...]
    strips_note: str
    own: tuple[Own, ...]
    own_note: str
    ratios: tuple[Ratio, ...]
    ratios_note: str
    levels: tuple[Level, ...]
    levels_title: str
    levels_note: str
    actions: tuple[Action, ...]
    actions_source: str
    questions: tuple[Asked, ...]
    date: str
    address: str
    code: tuple[str, ...]
    footer: tuple[str, ...]
