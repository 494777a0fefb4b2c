"""The sheet as PDF and as HTML."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import jinja2
import typst

from queries.sheets.wording import SheetWords
from queries.worker_processes import in_worker

if TYPE_CHECKING:
    from queries.sheets.model import Sheet

FOLDER = Path(__file__).resolve().parent
FONTS = FOLDER.parents[1] / "pages" / "assets" / "fonts"


def pdf(sheet: Sheet) -> bytes:
    """Return the sheet as a PDF of two pages, tagged for screen readers (PDF/UA)."""
    said = json.dumps(asdict(sheet), ensure_ascii=False)
    return in_worker(_compiled, said, json.dumps(_headings(sheet), ensure_ascii=False))


def _compiled(sheet: str, words: str) -> bytes:
    """Return a sheet and its fixed words, as JSON, as a PDF."""
    return typst.compile(
        str(FOLDER / "sheet.typ"),
        format="pdf",
        root=str(FOLDER),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"sheet": sheet, "words": words},
        pdf_standards="ua-1",
    )


def html(sheet: Sheet) -> str:
    """Return the sheet as a page that prints on two sides of an A4."""
    return _template().render(sheet=sheet, said=_headings(sheet))


@cache
def _template() -> jinja2.Template:
    """Return the page, into which every text goes escaped."""
    loader = jinja2.FileSystemLoader(FOLDER)
    environment = jinja2.Environment(
        loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True
    )
    return environment.get_template("sheet.html")


def _headings(sheet: Sheet) -> dict[str, str]:
    """Return the fixed words of the sheet."""
    words = SheetWords(sheet.language, sheet.unit)
    return {
        "title": words("head.title"),
        "strips": words("strips.title"),
        "who": words("strips.who"),
        "own_title": words("own.title"),
        "own_figure": words("own.figure"),
        "own_value": words("own.value"),
        "own_peers": words("own.peers"),
        "own_where": words("own.where"),
        "ratios": words("ratios.title"),
        "ratio": words("ratios.ratio"),
        "signals": words("ratios.signals"),
        "peers": words("ratios.peers"),
        "own": words("ratios.own"),
        "lowest": words("levels.lowest"),
        "actions": words("actions.title"),
        "action": words("actions.action"),
        "recognise": words("actions.recognise"),
        "doing": words("actions.doing"),
        "next": words("actions.next"),
        "questions": words("questions.title"),
    }
