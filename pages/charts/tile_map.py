"""A map of equal tiles as links: a choice that needs no script, no mouse and no boundaries.

Its HTML is in ``pages/templates/parts.html``.
"""

from __future__ import annotations

from dataclasses import dataclass

from queries.vocabulary import Outcome

# A map of more columns has no room for names on a phone.
NARROW = 5


# What each outcome looks like beside its colour, for those who do not see colour.
SIGNS: dict[str, str] = {
    Outcome.HIGHER: "▲",
    Outcome.LOWER: "▼",
    Outcome.NO_DIFFERENCE: "≈",
    Outcome.TOO_LITTLE: "–",
    Outcome.NOT_PUBLISHED: "×",
}


@dataclass(frozen=True)
class Tile:
    """One region: where it stands, what it says, and where it leads."""

    row: int
    column: int
    name: str
    value: str
    outcome: str
    outcome_name: str
    target: str
    chosen: bool

    @property
    def sign(self) -> str:
        """The sign of its outcome; a bound says by itself that there is no figure to compare."""
        is_bound = self.value and self.outcome == Outcome.NOT_PUBLISHED
        return "" if is_bound else SIGNS[self.outcome]

    @property
    def said(self) -> str:
        """What it says, in one line."""
        return f"{self.name}: {self.value} {self.outcome_name}".strip()


@dataclass(frozen=True)
class TileMap:
    """Tiles in a grid, read aloud from north to south."""

    tiles: list[Tile]

    @property
    def rows(self) -> list[Tile]:
        """The tiles in the order in which they are read."""
        return sorted(self.tiles, key=lambda tile: (tile.row, tile.column))

    @property
    def columns(self) -> int:
        """How many columns it has."""
        return 1 + max(tile.column for tile in self.tiles)

    @property
    def is_narrow(self) -> bool:
        """Whether its tiles are narrow."""
        return self.columns > NARROW
