"""A map of equal tiles as links: a choice that needs no script, no mouse and no boundaries."""

from __future__ import annotations

import html
from dataclasses import dataclass

from queries.vocabulary import Outcome

# A map of more columns has no room for names on a phone.
NARROW = 5


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


# What each outcome looks like beside its colour, for those who do not see colour.
SIGNS: dict[str, str] = {
    Outcome.HIGHER: "▲",
    Outcome.LOWER: "▼",
    Outcome.NO_DIFFERENCE: "≈",
    Outcome.TOO_LITTLE: "–",
    Outcome.NOT_PUBLISHED: "×",
}


def tile_map(tiles: list[Tile], name: str) -> str:
    """Return the tiles as a list of links in a grid; read aloud from north to south."""
    columns = 1 + max(tile.column for tile in tiles)
    kind = "stand-tiles narrow" if columns > NARROW else "stand-tiles"
    items = "".join(_tile(tile) for tile in sorted(tiles, key=lambda t: (t.row, t.column)))
    return (
        f'<nav aria-label="{html.escape(name)}"><ul class="{kind}" '
        f'style="grid-template-columns: repeat({columns}, minmax(0, 1fr))">{items}</ul></nav>'
    )


def _tile(tile: Tile) -> str:
    """Return one tile."""
    current = ' aria-current="true"' if tile.chosen else ""
    # A bound says by itself that there is no figure to compare.
    sign = "" if tile.value and tile.outcome == Outcome.NOT_PUBLISHED else SIGNS[tile.outcome]
    said = f"{tile.value} {tile.outcome_name}".strip()
    return (
        f'<li style="grid-row: {tile.row + 1}; grid-column: {tile.column + 1}">'
        f'<a class="stand-tile {tile.outcome}" href="{html.escape(tile.target)}"{current} '
        f'data-stay="{html.escape(tile.name)}" '
        f'title="{html.escape(f"{tile.name}: {said}")}">'
        f'<span class="name">{html.escape(tile.name)}</span>'
        f'<span class="value">{html.escape(tile.value)} '
        f'<span aria-hidden="true">{sign}</span></span>'
        f'<span class="said">{html.escape(tile.outcome_name)}</span></a></li>'
    )


def key(names: dict[str, str]) -> str:
    """Return what the colours and signs of the tiles stand for."""
    items = "".join(
        f'<li><span class="stand-tile {outcome}" aria-hidden="true">{SIGNS[outcome]}</span> '
        f"{html.escape(name)}</li>"
        for outcome, name in names.items()
    )
    return f'<ul class="stand-key">{items}</ul>'
