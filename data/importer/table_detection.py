"""A grid in, a table out: where the header is, what stands around it, and which way it lies."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import polars as pl

from data.errors import DataError, ImportRefusedError, Problem
from data.importer.shape.headers import combined, of_tool, told_apart

if TYPE_CHECKING:
    from collections.abc import Callable

    from data.importer.options import ReadOptions
    from data.importer.parse.grid import Grid

# The row of the file that a cell stands in, counted as a spreadsheet does.
ROW = "__row__"
# The first column of a transposed table, once its rows are columns again.
UNIT = "gemeente"

_NUMBER = re.compile(r"^[-+−]?\s*(€\s*)?\d[\d.,\s]*%?$")
_FOOTERS = re.compile(
    r"^(bron|bronnen|source|toegepaste filters|applied filters|noot|noten|toelichting|let op|"
    r"peildatum|geëxporteerd|gegenereerd|©|\*|\d\))",
    re.IGNORECASE,
)
_TOTALS = re.compile(
    r"^(sub|eind)?-?tota(al|len)\b|\btotaal$|^(grand |sub)?total\b|^nederland\b|^landelijk\b"
    r"|^(on)?gewogen gemiddeld|^(landelijk )?gemiddeld|^(average|mean|median|mediaan|som|sum)$"
    r"|^(alle|overige) gemeenten$|^heel nederland$",
    re.IGNORECASE,
)
_MEASURES = {"waarde", "meetwaarde", "value", "aantal", "percentage", "%", "fte", "euro", "dagen"}
_MEASURES |= {
    "in %",
    "procent",
    "in procenten",
    "ja/nee",
    "eenheid",
    "unit",
    "€",
    "n",
    "code",
    "naam",
}
# A municipality name is enough to call a header row transposed when this share of it are names.
_MOSTLY = 0.6


@dataclass(frozen=True)
class Sheet:
    """The cells of one table as text, empty cells null, with the row each came from.

    ``notes`` says how the file was read, ``options`` how to read it the same way again. ``hidden``
    are rows that a workbook does not show, ``struck`` the columns that a row has crossed out.
    """

    file: str
    cells: pl.DataFrame
    notes: list[str]
    options: ReadOptions
    header_row: int | None
    typed: bool = False
    labels: dict[str, str] = field(default_factory=dict)
    value_labels: dict[str, dict[str, str]] = field(default_factory=dict)
    missing: dict[str, list[str]] = field(default_factory=dict)
    hidden: list[int] = field(default_factory=list)
    struck: dict[int, list[str]] = field(default_factory=dict)
    sha256: str = ""

    @property
    def how(self) -> str:
        """Return how the file was read, as one line."""
        return ", ".join(self.notes)

    @property
    def columns(self) -> list[str]:
        """Return the names of the columns of the file."""
        return [name for name in self.cells.columns if name != ROW]


@dataclass(frozen=True)
class _Line:
    """One row of the file."""

    number: int
    cells: list[str]

    @property
    def filled(self) -> list[int]:
        """Return which cells are filled."""
        return [n for n, cell in enumerate(self.cells) if cell]


def lay_out(name: str, grid: Grid, options: ReadOptions, knows: Callable[[str], bool]) -> Sheet:
    """Return the table in ``grid``; ``knows`` says whether a text names a municipality.

    Raises:
        ImportRefusedError: there is no table, or its columns cannot be told apart.
    """
    lines = _lines(grid, options)
    if len(lines) < 2:
        raise _refused(name, "er staan geen rijen in", "Controleer of dit het goede bestand is.")
    start = 0 if grid.header else _header_at(name, lines, options)
    header, labels, below = _split(lines, start, grid, options, knows)
    body, dropped = _without_footers(below, knows)
    _refuse_cut(name, grid, body)
    turned = _turned(header, body, options, knows)
    header, body = turned or (header, body)
    # Below a name that is filled down, a question about a total has no name beside it.
    body, totals = (body, []) if options.fill_down else _without_totals(body, knows)
    place = None if grid.header else lines[start].number
    sheet = Sheet(
        name,
        pl.DataFrame(),
        [*grid.notes, *_found(place, dropped, totals, labels), f"{len(body)} rijen"],
        grid.options.filled(header_row=place, transposed=turned is not None),
        place,
        grid.typed,
        grid.labels | labels,
        grid.value_labels,
        grid.missing,
        grid.hidden,
    )
    if turned is not None:
        sheet.notes.insert(-1, "gekanteld: gemeenten stonden in de kolommen")
    named, again = told_apart(header)
    sheet = replace(sheet, labels=sheet.labels | again)
    if any(again.values()):
        twice = ", ".join(f"‘{name}’" for name in dict.fromkeys(filter(None, again.values())))
        sheet.notes.append(f"kolommen die er meer dan één keer staan, genummerd: {twice}")
    struck = {} if turned else _struck(grid, named)
    return replace(sheet, cells=_cells(sheet, named, body), struck=struck)


def _struck(grid: Grid, header: list[str]) -> dict[int, list[str]]:
    """Return the columns that are struck out in each row."""
    found: dict[int, list[str]] = {}
    for number, place in grid.struck:
        if place < len(header) and header[place]:
            found.setdefault(number, []).append(header[place])
    return found


def _lines(grid: Grid, options: ReadOptions) -> list[_Line]:
    """Return the lines of a grid, as far as the steward wants them read."""
    lines = [_Line(n, row) for n, row in zip(grid.numbers, grid.rows, strict=True)]
    if options.last_row is not None:
        lines = [line for line in lines if line.number <= options.last_row]
    skipped = _positions(options)
    lines = [line for line in lines if line.number not in skipped]
    return [line for line in lines if line.filled] if grid.header else _without_blank_ends(lines)


def _positions(options: ReadOptions) -> set[int]:
    """Return the rows that must be left out, which are written as "3" or "5-8"."""
    found: set[int] = set()
    for text in options.skip_rows or []:
        first, _, last = text.partition("-")
        numbers = [number.strip() for number in (first, last or first)]
        if not all(map(str.isdigit, numbers)) or int(numbers[0]) > int(numbers[1]):
            raise DataError(f"skip_rows kan niet ‘{text}’ zijn.", 'schrijf rijen als "3" of "5-8".')
        found |= set(range(int(first), int(last or first) + 1))
    return found


def _found(
    place: int | None, dropped: list[str], totals: list[str], labels: dict[str, str]
) -> list[str]:
    """Say where the header was and what was left out."""
    said = [f"kop op regel {place}" if place and place > 1 else "kop op de eerste regel"]
    if labels:
        said.append("kop van meer rijen samengevoegd")
    for texts, what in ((dropped, "voetregel"), (totals, "totaalregel")):
        if texts:
            names = f" ({', '.join(texts[:4])}{', …' if len(texts) > 4 else ''})"
            shown = names if what == "totaalregel" else ""
            said.append(f"{len(texts)} {what}{'s' * (len(texts) > 1)} overgeslagen{shown}")
    return said


def _refuse_cut(name: str, grid: Grid, body: list[_Line]) -> None:
    """Refuse a table whose last line is only half there."""
    if grid.cut and body and body[-1].number == grid.numbers[-1]:
        raise _refused(
            name,
            "de laatste regel houdt te vroeg op",
            "Waarschijnlijk is het bestand half binnen: haal het opnieuw op.",
            body[-1].number,
        )


def _without_blank_ends(lines: list[_Line]) -> list[_Line]:
    """Return the lines without blank ones at the start and the end."""
    filled = [n for n, line in enumerate(lines) if line.filled]
    return lines[filled[0] : filled[-1] + 1] if filled else []


def _refused(name: str, what: str, remedy: str, row: int | None = None) -> ImportRefusedError:
    """Return the refusal of a whole file for one reason."""
    return ImportRefusedError(name, [Problem(name, row, None, None, what, remedy)])


def _header_at(name: str, lines: list[_Line], options: ReadOptions) -> int:
    """Return which line is the header: as told, else the first that is as wide as the table."""
    if options.header_row is not None:
        for n, line in enumerate(lines):
            if line.number == options.header_row:
                return n
        raise _refused(
            name, f"er is geen rij {options.header_row}", "Kies met --header-row een andere rij."
        )
    reach = [line.filled[-1] + 1 if line.filled else 0 for line in lines]
    filled = sorted(filter(None, reach))
    usual = filled[len(filled) // 2]
    for n, line in enumerate(lines):
        # Only the upper of two header rows may stop early; the lower then reaches the end.
        below = reach[n + 1] if n + 1 < len(lines) else 0
        wide = reach[n] >= usual or (reach[n] >= _MOSTLY * usual and below >= usual)
        if wide and len(line.filled) >= min(usual, 2) and not _is_title(lines, n):
            return n
    return 0


def _is_title(lines: list[_Line], n: int) -> bool:
    """Return whether a line of few words stands above a line that fills the columns it leaves."""
    if n + 1 >= len(lines):
        return False
    here, below = lines[n].filled, lines[n + 1].filled
    return not lines[n].cells[0] and len(here) < _MOSTLY * len(below) and len(here) < 2


def _split(
    lines: list[_Line],
    start: int,
    grid: Grid,
    options: ReadOptions,
    knows: Callable[[str], bool],
) -> tuple[list[str], dict[str, str], list[_Line]]:
    """Return the names and labels of the columns, from their header rows, and the lines below."""
    first, below = lines[start], lines[start + 1 :]
    names: list[str] = first.cells
    labels: dict[str, str] = {}
    if grid.header or not below:
        return names, labels, below
    if options.header_rows is not None:
        for line in below[: options.header_rows - 1]:
            names, more = combined(names, line.cells)
            labels |= more
        return names, labels, [line for line in below[options.header_rows - 1 :] if line.filled]
    labels, taken = of_tool(names, [line.cells for line in below[:3]])
    if taken:
        return names, labels, [line for line in below[taken:] if line.filled]
    second = below[0]
    # Municipalities in a header are columns of a turned table; the line below is a question.
    turned = _mostly_known(names[1:], knows)
    if not turned and _is_second_header(first, second):
        names, labels = combined(first.cells, second.cells)
        below = below[1:]
    elif _is_measures(second):
        below = below[1:]
    return names, labels, [line for line in below if line.filled]


def _is_second_header(first: _Line, second: _Line) -> bool:
    """Return whether the second line names the columns that a merged header left blank."""
    blank = [n for n in second.filled if n >= len(first.cells) or not first.cells[n]]
    last = first.filled[-1] if first.filled else 0
    words = not any(_NUMBER.match(second.cells[n]) for n in second.filled)
    return bool(blank) and words and (blank[0] < last or len(blank) < len(second.filled))


def _is_measures(line: _Line) -> bool:
    """Return whether a line says of every column no more than what kind of number it holds."""
    return len(line.filled) > 1 and all(line.cells[n].lower() in _MEASURES for n in line.filled)


def _without_footers(
    lines: list[_Line], knows: Callable[[str], bool]
) -> tuple[list[_Line], list[str]]:
    """Return the lines without the remarks below the table, and those remarks."""
    kept = list(lines)
    while kept and _is_footer(kept[-1], knows):
        kept.pop()
    return kept, [_text(line) for line in lines[len(kept) :]]


def _text(line: _Line) -> str:
    """Return the first text of a line, with its row."""
    text = line.cells[line.filled[0]] if line.filled else ""
    return f"rij {line.number} ‘{text[:40]}’"


def _is_footer(line: _Line, knows: Callable[[str], bool]) -> bool:
    """Return whether a line is a remark: one text that names no municipality."""
    filled = line.filled
    if not filled:
        return True
    text = line.cells[filled[0]]
    if len(filled) == 1 and not knows(text):
        return bool(_FOOTERS.match(text)) or (filled[0] == 0 and len(text) > 60)
    return False


def _turned(
    header: list[str], body: list[_Line], options: ReadOptions, knows: Callable[[str], bool]
) -> tuple[list[str], list[_Line]] | None:
    """Return the table with municipalities in its rows, if it had them in its columns."""
    down = sum(1 for line in body if line.cells and any(map(knows, line.cells[:3])))
    likely = _mostly_known(header[1:], knows) and down < _MOSTLY * len(body)
    if not (likely if options.transposed is None else options.transposed):
        return None
    questions = [line for line in body if line.filled]
    names = [UNIT, *(line.cells[0] for line in questions)]
    turned = [
        _Line(n, [name, *(line.cells[n] if n < len(line.cells) else "" for line in questions)])
        for n, name in enumerate(header)
        if n > 0 and (name or any(n < len(line.cells) and line.cells[n] for line in questions))
    ]
    return names, turned


def _mostly_known(names: list[str], knows: Callable[[str], bool]) -> bool:
    """Return whether most of the names that are filled are municipalities."""
    filled = [name for name in names if name]
    return bool(filled) and sum(map(knows, filled)) >= _MOSTLY * len(filled)


def _without_totals(
    lines: list[_Line], knows: Callable[[str], bool]
) -> tuple[list[_Line], list[str]]:
    """Return the lines without those that add up the others, and what those are called."""
    kept = [
        line
        for line in lines
        if not any(_TOTALS.search(cell) for cell in line.cells[:2])
        or any(map(knows, filter(None, line.cells)))
    ]
    return kept, [_text(line) for line in lines if line not in kept]


def _cells(sheet: Sheet, header: list[str], body: list[_Line]) -> pl.DataFrame:
    """Return named columns of text; columns that are wholly blank are left out."""
    width = max([len(header), *(len(line.cells) for line in body)])
    names = [header[n] if n < len(header) else "" for n in range(width)]
    values = [
        [line.cells[n] or None if n < len(line.cells) else None for line in body]
        for n in range(width)
    ]
    used = [n for n in range(width) if names[n] or any(v is not None for v in values[n])]
    problems = _header_problems(sheet, [n for n in used if not names[n]])
    if problems:
        raise ImportRefusedError(sheet.file, problems)
    columns = {names[n]: values[n] for n in used}
    frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    return frame.with_columns(pl.Series(ROW, [line.number for line in body], pl.Int64))


def _header_problems(sheet: Sheet, nameless: list[int]) -> list[Problem]:
    """Return that columns, counted from 0, hold something and have no name."""
    row = sheet.header_row
    return [
        Problem(
            sheet.file,
            row,
            str(n + 1),
            None,
            "de kolom heeft geen naam",
            "Geef haar een naam. Staat er een scheidingsteken in een veld, zet dat veld dan "
            "tussen aanhalingstekens.",
        )
        for n in nameless
    ]
