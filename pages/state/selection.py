"""What a reader has chosen. Codes only; what they are called is the codebook's business."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from queries.vocabulary import Weighting

if TYPE_CHECKING:
    from data.survey.languages import Language


@dataclass(frozen=True)
class Official:
    """Which official figure is looked at: its year and basis, and one municipality by name."""

    indicator: str | None = None
    basis: str | None = None
    year: int | None = None
    municipality: str | None = None
    # The municipalities of a set that the reader made.
    among: tuple[str, ...] = ()


@dataclass(frozen=True)
class TableChoice:
    """What the table tool shows."""

    theme: str | None = None
    questions: tuple[str, ...] = ()
    rows: str | None = None
    editions: tuple[int, ...] = ()


@dataclass(frozen=True)
class SignalChoice:
    """Which open answers are read: of one theme, about one partner, with these words."""

    theme: str | None = None
    partner: str | None = None
    words: str = ""


@dataclass(frozen=True)
class Selection:
    """Everything in the address of a page; ``version`` only where one was asked for."""

    language: Language
    edition: int
    question: str | None = None
    item: str | None = None
    level: str | None = None
    region: str | None = None
    size_class: str | None = None
    # The group of each further dimension: pairs of dimension and code, as the codebook has them.
    further: tuple[tuple[str, str], ...] = ()
    weighting: Weighting = Weighting.MUNICIPALITY
    # Whether charts draw the margins; tables, sentences and files have them in any case.
    margins: bool = True
    official: Official = Official()
    table: TableChoice = TableChoice()
    signals: SignalChoice = SignalChoice()
    owner: str | None = None
    term: str | None = None
    version: str | None = None
    # The dimension of the peers that a municipality is set among; crossed ones with a colon.
    peers: str | None = None
    # The cards that are unfolded into their table and files.
    opened: tuple[str, ...] = ()

    def of_everyone(self) -> Selection:
        """Return the selection with no group chosen, of any dimension."""
        return replace(self, level=None, region=None, size_class=None, further=())
