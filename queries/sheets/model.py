"""What a sheet consists of: words, and places along an axis. No figures are worked out here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from data.survey.languages import Language


@dataclass(frozen=True)
class Mark:
    """One row of a strip: places are 0-1 along the axis, null where nothing is drawn."""

    name: str
    value: str
    count: str
    middle: float | None
    low: float | None
    high: float | None
    is_open: bool
    is_own: bool


@dataclass(frozen=True)
class Strip:
    """One theme: what is counted, a row per group, and what changed since the edition before."""

    theme: str
    label: str
    marks: tuple[Mark, ...]
    change: str


@dataclass(frozen=True)
class Ratio:
    """One financial ratio: its signal values, the peers' figure, and the municipality's own."""

    label: str
    signals: str
    peers: str
    own: str


@dataclass(frozen=True)
class Level:
    """One part of the scale: how many peers are at the level that counts, 0-1 and in words."""

    label: str
    value: str
    share: float | None
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
    """Everything on the sheet."""

    language: Language
    title: str
    survey: str
    place: str
    basis: str
    mark: str
    strips: tuple[Strip, ...]
    strips_note: str
    deviations: tuple[str, ...]
    deviations_note: str
    ratios: tuple[Ratio, ...]
    ratios_note: str
    levels: tuple[Level, ...]
    levels_title: str
    levels_note: str
    actions: tuple[Action, ...]
    actions_source: str
    questions: tuple[Asked, ...]
    footer: tuple[str, ...]
