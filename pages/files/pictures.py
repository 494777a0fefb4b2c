"""A card as a picture: the chart with everything that makes it a figure one can cite.

Made on the server, from the same rows and specification as the chart on screen. Title, finding,
counts, how to read it, source and the mark of made-up figures stand inside the picture.
"""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import polars as pl
import vl_convert
from PIL import ImageFont

from pages.charts.palette import ASSETS, colour, solid
from queries.worker_processes import in_worker

if TYPE_CHECKING:
    from pages.cards.card import Card, Chart

PICTURES = {"svg": "image/svg+xml", "png": "image/png"}
WIDTH, MARGIN = 800, 32
# A picture is for paper and slides: three times the size on screen.
SCALE = 3
_SANS, _SERIF = "IBM Plex Sans, Arial, sans-serif", "IBM Plex Serif, Georgia, serif"


@dataclass(frozen=True)
class Type:
    """A size and cut of type, and the room a line of it takes."""

    family: str
    weight: int
    size: int
    leading: int
    file: str
    colour: str

    def lines(self, text: str, width: int) -> list[str]:
        """Return text broken into lines no wider than ``width``."""
        lines: list[str] = []
        for word in text.replace("€ ", "€\N{NO-BREAK SPACE}").split(" "):
            longer = f"{lines[-1]} {word}" if lines else word
            if lines and _font(self.file, self.size).getlength(longer) <= width:
                lines[-1] = longer
            else:
                lines.append(word)
        return lines


HEADING = Type(_SERIF, 600, 22, 28, "IBMPlexSerif_600SemiBold.ttf", "ink")
SENTENCE = Type(_SANS, 400, 16, 23, "IBMPlexSans_400Regular.ttf", "ink")
MARK = Type(_SANS, 600, 14, 26, "IBMPlexSans_600SemiBold.ttf", "orange")
SMALL = Type(_SANS, 400, 12, 17, "IBMPlexSans_400Regular.ttf", "soft")


@cache
def _font(file: str, size: int) -> ImageFont.FreeTypeFont:
    """Return a font to measure text with."""
    return ImageFont.truetype(ASSETS / "fonts" / file, size)


@cache
def _fonts_known() -> None:
    """Let the converter know our fonts, once."""
    vl_convert.register_font_directory(str(ASSETS / "fonts"))


def chart_svg(chart: Chart, width: int) -> str:
    """Return a chart as SVG of a width, with variables for colours."""
    # A picture leads nowhere: what a click chooses is for the page.
    rows = chart.rows.with_columns(choice=pl.lit(""))
    spec = chart.spec | {"width": width, "data": {"values": rows.to_dicts()}}
    return in_worker(_converted, json.dumps(spec)).decode()


def _converted(spec: str) -> bytes:
    """Return a Vega-Lite specification as SVG; nothing is loaded from anywhere."""
    _fonts_known()
    svg: str = vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])
    return svg.encode()


def _enlarged(svg: str) -> bytes:
    """Return an SVG as PNG."""
    _fonts_known()
    png: bytes = vl_convert.svg_to_png(svg, scale=SCALE)
    return png


def warm_up() -> None:
    """Start the converter, which takes seconds the first time."""
    in_worker(_converted, json.dumps({"mark": "point", "data": {"values": [{}]}}))


class _Sheet:
    """A picture being put together, from the top down."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.height = MARGIN

    def text(self, text: str, kind: Type) -> None:
        """Add a paragraph."""
        for line in kind.lines(text, WIDTH - 2 * MARGIN):
            self.parts.append(
                f'<text x="{MARGIN}" y="{self.height + kind.size}" font-size="{kind.size}" '
                f'font-family="{kind.family}" font-weight="{kind.weight}" '
                f'fill="{colour(kind.colour)}">{html.escape(line)}</text>'
            )
            self.height += kind.leading

    def rule(self, thickness: int) -> None:
        """Add a line over the whole width."""
        self.parts.append(
            f'<rect x="{MARGIN}" y="{self.height}" width="{WIDTH - 2 * MARGIN}" '
            f'height="{thickness}" fill="{colour("ink")}"/>'
        )
        self.space(thickness)

    def space(self, room: int) -> None:
        """Leave room."""
        self.height += room

    def chart(self, svg: str) -> None:
        """Add a chart."""
        found = re.search(r'height="([\d.]+)"', svg)
        moved = svg.replace("<svg ", f'<svg x="{MARGIN}" y="{self.height}" ', 1)
        self.parts.append(moved)
        self.space(round(float(found[1])) if found else 0)

    def finished(self, title: str, description: str) -> str:
        """Return the picture."""
        height = self.height + MARGIN
        return solid(
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
            f'viewBox="0 0 {WIDTH} {height}" role="img">'
            f"<title>{html.escape(title)}</title><desc>{html.escape(description)}</desc>"
            f'<rect width="{WIDTH}" height="{height}" fill="{colour("paper")}"/>'
            f"{''.join(self.parts)}</svg>"
        )


def picture(card: Card) -> str | None:
    """Return a card as SVG; None for a card without a chart."""
    if card.chart is None:
        return None
    sheet = _Sheet()
    sheet.rule(3)
    sheet.space(10)
    sheet.text(card.heading, HEADING)
    about = card.filters if card.filters != card.heading else ""
    for text, kind in ((card.mark or "", MARK), (card.sentence, SENTENCE), (about, SMALL)):
        if text:
            sheet.text(text, kind)
    sheet.space(12)
    sheet.chart(chart_svg(card.chart, WIDTH - 2 * MARGIN))
    sheet.space(10)
    sheet.rule(1)
    sheet.space(8)
    for text in filter(None, (*card.legend.splitlines(), *card.notes, card.count, card.source)):
        sheet.text(text, SMALL)
    return sheet.finished(card.heading, card.alternative)


def rendered(card: Card, ending: str) -> bytes | None:
    """Return a card as the content of a picture file; None for a card without a chart.

    Args:
        card: what is on screen.
        ending: one of ``PICTURES``.
    """
    svg = picture(card)
    if svg is None or ending == "svg":
        return None if svg is None else svg.encode()
    return in_worker(_enlarged, svg)
