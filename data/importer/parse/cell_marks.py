"""What a workbook says of its cells beside their values: per cent, errors, hidden, struck out."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Place = tuple[int, int]

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
# The formats for percentages that every workbook has.
_PERCENT_FORMATS = {9, 10}
# Text in a format is written as it is; a sign for per cent in it multiplies nothing.
_LITERAL = re.compile(r'"[^"]*"|\\.')
_CELL = re.compile(r"([A-Z]+)(\d+)")
# Rows that repeat to the end of a sheet are empty.
_REPEATED = 10_000


@dataclass
class Marks:
    """Marks on the cells of a sheet, each by row of the file (from 1) and column (from 0).

    ``texts`` holds what must be read instead of the value: an error such as #DIV/0!, a formula
    whose outcome was never stored, or a text of which a part is struck out, as ~~5~~ 6.
    ``merged`` are the first and last row and the column of cells that were merged downwards.
    ``left`` is the first column that holds anything.
    """

    percent: set[Place] = field(default_factory=set)
    texts: dict[Place, str] = field(default_factory=dict)
    struck: set[Place] = field(default_factory=set)
    hidden: set[int] = field(default_factory=set)
    merged: list[tuple[int, int, int]] = field(default_factory=list)
    left: int = 0


def marks_of(path: Path, sheet: str) -> Marks:
    """Return the marks in a sheet of an Excel (.xlsx) or OpenDocument (.ods) workbook.

    No marks where the workbook is of another kind, such as an old .xls.
    """
    if not zipfile.is_zipfile(path):
        return Marks()
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        if "content.xml" in names:
            return _of_opendocument(archive, sheet)
        part = _part_of(archive, sheet) if "xl/workbook.xml" in names else None
        return _of_excel(archive, part) if part in names else Marks()


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """Return which part of a workbook holds a sheet."""
    book = ET.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314 - entities are refused before
    links = ET.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    for entry in book.iter(f"{_MAIN}sheet"):
        if entry.get("name") == sheet:
            target = targets.get(entry.get(_RELATION), "")
            return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return None


def _styles(archive: zipfile.ZipFile) -> list[tuple[bool, bool]]:
    """Return of each style of cells whether it is a percentage and whether it is struck out."""
    if "xl/styles.xml" not in archive.namelist():
        return []
    root = ET.fromstring(archive.read("xl/styles.xml"))  # noqa: S314
    formats = {
        int(entry.get("numFmtId", "0"))
        for entry in root.iter(f"{_MAIN}numFmt")
        if "%" in _LITERAL.sub("", entry.get("formatCode", ""))
    }
    fonts = root.find(f"{_MAIN}fonts")
    strikes = [font.find(f"{_MAIN}strike") for font in fonts] if fonts is not None else []
    struck = [mark is not None and mark.get("val", "1") not in {"0", "false"} for mark in strikes]
    cells = root.find(f"{_MAIN}cellXfs")
    found = []
    for style in cells if cells is not None else []:
        font = int(style.get("fontId", "0"))
        percent = int(style.get("numFmtId", "0")) in _PERCENT_FORMATS | formats
        found.append((percent, font < len(struck) and struck[font]))
    return found


def _of_excel(archive: zipfile.ZipFile, part: str | None) -> Marks:
    """Return the marks in one part of an Excel workbook."""
    marks, styles = Marks(), _styles(archive)
    book = archive.read("xl/workbook.xml")
    # A program that does not calculate says that Excel has to; what it stored is no outcome.
    stale = re.search(rb'fullCalcOnLoad="(1|true)"', book) is not None
    columns: list[int] = []
    rich = _rich_texts(archive)
    with archive.open(str(part)) as stream:
        for _, element in ET.iterparse(stream):  # noqa: S314
            if element.tag == f"{_MAIN}row":
                columns += _row(element, marks, styles, rich, stale=stale)
                element.clear()
            elif element.tag == f"{_MAIN}mergeCell":
                marks.merged += _merged(element.get("ref", ""))
    marks.left = min(columns, default=0)
    return marks


def _row(
    row: ET.Element,
    marks: Marks,
    styles: list[tuple[bool, bool]],
    rich: dict[str, str],
    *,
    stale: bool,
) -> Iterator[int]:
    """Note the marks in one row; give the columns of the cells that hold something."""
    if row.get("hidden") in {"1", "true"}:
        marks.hidden.add(int(row.get("r", "0")))
    for cell in row.iter(f"{_MAIN}c"):
        found = _CELL.match(cell.get("r", ""))
        if found is None or len(cell) == 0:
            continue
        place = int(found[2]), _column(found[1])
        yield place[1]
        style = int(cell.get("s", "0"))
        percent, struck = styles[style] if style < len(styles) else (False, False)
        if percent and cell.get("t", "n") == "n":
            marks.percent.add(place)
        if struck:
            marks.struck.add(place)
        instead = _instead(cell, rich, stale=stale)
        if instead is not None:
            marks.texts[place] = instead


def _instead(cell: ET.Element, rich: dict[str, str], *, stale: bool) -> str | None:
    """Return what must be read instead of the value of a cell; None when that is what counts."""
    value, formula = cell.findtext(f"{_MAIN}v"), cell.find(f"{_MAIN}f")
    if cell.get("t") == "e":
        return value or "#FOUT"
    if cell.get("t") == "s":
        return rich.get(value or "")
    inline = cell.find(f"{_MAIN}is")
    if inline is not None:
        return _struck_runs(inline)
    if formula is not None and (not value or (stale and value == "0")):
        return f"={formula.text or ''}"
    return None


def _rich_texts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the shared texts of a workbook that are struck out in part, by their number."""
    found: dict[str, str] = {}
    if "xl/sharedStrings.xml" not in archive.namelist():
        return found
    number = 0
    with archive.open("xl/sharedStrings.xml") as stream:
        for _, element in ET.iterparse(stream):  # noqa: S314
            if element.tag == f"{_MAIN}si":
                text = _struck_runs(element)
                if text is not None:
                    found[str(number)] = text
                number += 1
                element.clear()
    return found


def _struck_runs(text: ET.Element) -> str | None:
    """Return a text with its struck-out parts between tildes; None when it has none."""
    runs = []
    for run in text.iter(f"{_MAIN}r"):
        mark = run.find(f"{_MAIN}rPr/{_MAIN}strike")
        struck = mark is not None and mark.get("val", "1") not in {"0", "false"}
        said = run.findtext(f"{_MAIN}t") or ""
        runs.append(f"~~{said}~~" if struck and said.strip() else said)
    whole = "".join(runs)
    return whole if "~~" in whole else None


def _column(letters: str) -> int:
    """Return the place of a column from its letters: A is 0."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _merged(reference: str) -> Iterator[tuple[int, int, int]]:
    """Give the first and last row and the column of cells that are merged downwards."""
    ends = _CELL.findall(reference)
    if len(ends) == 2 and ends[0][1] != ends[1][1]:
        yield int(ends[0][1]), int(ends[1][1]), _column(ends[0][0])


def _of_opendocument(archive: zipfile.ZipFile, sheet: str) -> Marks:
    """Return the marks in a sheet of an OpenDocument workbook."""
    root = ET.fromstring(archive.read("content.xml"))  # noqa: S314
    tables = [t for t in root.iter(f"{_TABLE}table") if t.get(f"{_TABLE}name") == sheet]
    marks, number, columns, struck = Marks(), 1, [], _struck_styles(root)
    for row in tables[0].iter(f"{_TABLE}table-row") if tables else []:
        times = _times(row, "rows")
        if row.get(f"{_TABLE}visibility") in {"collapse", "filter"}:
            marks.hidden |= set(range(number, number + min(times, _REPEATED)))
        column = 0
        for cell in row:
            wide, kind = _times(cell, "columns"), cell.get(f"{_OFFICE}value-type")
            columns += [column] if kind else []
            places = {
                (number + n, column + m)
                for n in range(min(times, _REPEATED))
                for m in range(wide if kind or cell.get(f"{_TABLE}formula") else 0)
            }
            if kind == "percentage":
                marks.percent |= places
            if kind and cell.get(f"{_TABLE}style-name") in struck:
                marks.struck |= places
            instead = _instead_in_opendocument(cell, struck)
            if instead is not None:
                marks.texts |= dict.fromkeys(places, instead)
            column += wide
        number += times
    marks.left = min(columns, default=0)
    return marks


def _struck_styles(root: ET.Element) -> set[str]:
    """Return the styles of an OpenDocument workbook that strike out."""
    line = f"{_STYLE}text-line-through-style"
    return {
        style.get(f"{_STYLE}name", "")
        for style in root.iter(f"{_STYLE}style")
        for text in style.iter(f"{_STYLE}text-properties")
        if text.get(line, "none") != "none"
    }


def _instead_in_opendocument(cell: ET.Element, struck: set[str]) -> str | None:
    """Return what must be read instead of the value of a cell; None when that is what counts."""
    kind, formula = cell.get(f"{_OFFICE}value-type"), cell.get(f"{_TABLE}formula")
    if cell.get(f"{_CALC}value-type") == "error":
        return "".join(cell.itertext()).strip() or "#FOUT"
    if formula is not None and kind is None:
        return f"={formula.partition('=')[2]}"
    spans = [s for s in cell.iter(f"{_TEXT}span") if s.get(f"{_TEXT}style-name") in struck]
    for span in spans:
        span.text = f"~~{span.text or ''}~~"
    return "".join(cell.itertext()).strip() if spans else None


def _times(element: ET.Element, what: str) -> int:
    """Return how often a row or cell of OpenDocument repeats."""
    return int(element.get(f"{_TABLE}number-{what}-repeated", "1"))
