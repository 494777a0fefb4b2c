"""A card as a workbook: a cover, notes, and one table that a spreadsheet sorts and filters."""

from __future__ import annotations

import io
from datetime import datetime
from typing import TYPE_CHECKING, Any

import xlsxwriter

from pages.files.columns import CHANCE, COUNTS, MEASURED
from queries.words.numbers import decimals_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from pages.files.downloads import Content

_STYLE = "Table Style Light 1"
# Room for the button that filters, beside a heading.
_BUTTON = 4
_WIDEST = 48
_NAMES, _TEXTS = 30, 110


def written(content: Content) -> bytes:
    """Return the workbook, the same bytes for the same content."""
    view, words = content.view, content.view.words
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as workbook:
        made = datetime.fromisoformat(view.facts.release.manifest.created)
        about = {"title": content.said.title, "comments": content.said.mark}
        workbook.set_properties(about | {"created": made.replace(tzinfo=None)})
        book = _Book(workbook)
        cover = book.prose(words("file.sheet_cover"), _cover(content))
        book.prose(words("file.sheet_notes"), _notes(content))
        book.figures(words("file.sheet_figures"), content)
        cover.activate()
    return buffer.getvalue()


class _Book:
    """A workbook that is being written, with the formats it needs, each made once."""

    def __init__(self, workbook: xlsxwriter.Workbook) -> None:
        self._workbook = workbook
        self._formats: dict[str, Format] = {}

    def _format(self, **properties: Any) -> Format:  # noqa: ANN401 - as xlsxwriter takes them
        return self._formats.setdefault(
            repr(properties), self._workbook.add_format({"valign": "top", **properties})
        )

    def prose(self, name: str, lines: Sequence[tuple[str, str]]) -> Worksheet:
        """Add a sheet of names and texts to read, and to print on paper of one page wide."""
        sheet = self._workbook.add_worksheet(name)
        sheet.set_column(0, 0, _NAMES)
        sheet.set_column(1, 1, _TEXTS)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        for place, (title, text) in enumerate(lines):
            sheet.write_string(place, 0, title, self._format(bold=True, text_wrap=True))
            sheet.write_string(place, 1, text, self._format(text_wrap=True))
        return sheet

    def figures(self, name: str, content: Content) -> None:
        """Add the sheet of figures: a table with filters, its head in sight."""
        frame, words = content.frame, content.view.words
        headings = [words(f"file.{column}") for column in frame.columns]
        sheet = self._workbook.add_worksheet(name)
        sheet.add_table(
            *(0, 0, max(frame.height, 1), frame.width - 1),
            {"columns": [{"header": h} for h in headings], "style": _STYLE},
        )
        sheet.freeze_panes(1, 0)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        for place, (column, heading) in enumerate(zip(frame.columns, headings, strict=True)):
            longest = max((len(str(v)) for v in frame[column].drop_nulls()), default=0)
            width = max(len(heading) + _BUTTON, longest + 2)
            sheet.set_column(place, place, min(width, _WIDEST))
        for line, row in enumerate(frame.iter_rows(named=True), start=1):
            self._row(sheet, line, row, content)

    def _row(self, sheet: Worksheet, line: int, row: dict[str, Any], content: Content) -> None:
        """Write a row of figures; what is not there stays empty."""
        by_id = content.view.book.by_id
        indicator = by_id.get(row.get("indicator", ""))
        decimals = decimals_of(indicator) if indicator else 0
        for place, (column, value) in enumerate(row.items()):
            if isinstance(value, bool):
                sheet.write_boolean(line, place, value)
            elif isinstance(value, (int, float)):
                shape = self._format(num_format=_notation(column, decimals))
                sheet.write_number(line, place, value, shape)
            elif value:
                sheet.write_string(line, place, value)


def _notation(column: str, decimals: int) -> str:
    """Return how a spreadsheet writes the numbers of a column: as the page does."""
    if column == CHANCE:
        return "0.000"
    if column in COUNTS:
        return "#,##0"
    if column in MEASURED:
        return "#,##0" + ("." + "0" * decimals if decimals else "")
    return "0"


def _cover(content: Content) -> list[tuple[str, str]]:
    """Return what stands on the cover: what was asked of whom, and how to cite and find it."""
    view, said, words = content.view, content.said, content.view.words
    asked = [i.question.of(view.language) for i in content.card.indicators]
    return [
        (said.title, ""),
        *((words("file.question"), question) for question in asked),
        *((words(f"file.{n}"), v) for n, v in vars(said).items() if n != "title" and v),
        (words("file.citation"), citation(content)),
    ]


def citation(content: Content) -> str:
    """Return the sentence that a card is cited by."""
    view, survey = content.view, content.view.book.survey
    return view.words(
        "file.cite",
        producer=survey.producer.of(view.language),
        survey=survey.name.of(view.language),
        title=content.said.title.rstrip("."),
        edition=view.selection.edition,
        version=view.facts.version,
        link=content.said.link,
    )


def _notes(content: Content) -> list[tuple[str, str]]:
    """Return the notes: what was asked and noted, and what each column means under its name."""
    view, card, words = content.view, content.card, content.view.words
    asked = [(i.label.of(view.language), i.question.of(view.language)) for i in card.indicators]
    noted = [(words("file.note"), note) for note in (card.legend, *card.notes) if note]
    return [*asked, *noted, *meanings(content)]


def meanings(content: Content) -> list[tuple[str, str]]:
    """Return what each column means, by its heading."""
    step = content.view.facts.policy.rounding.count_step
    words = content.view.words
    return [
        (words(f"file.{column}"), words(f"meaning.{column}", step=step))
        for column in content.frame.columns
    ]
