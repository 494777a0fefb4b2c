"""Several answers in one cell, as forms write them, into the options of a multiple choice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.importer.cells.cell_values import Answer, Cells, no_answer, settled
from data.spelling import fold_name

if TYPE_CHECKING:
    from data.importer.mapping import Column
    from data.survey.indicators import Indicator


def choices(
    text: str | None, column: Column, indicator: Indicator, cells: Cells
) -> dict[str, Answer]:
    """Return what a cell says of every option; under '' what is wrong with it, if anything.

    A cell that is empty says nothing of any option; one with an answer says no to the others.
    """
    reason = no_answer(text, column, cells)
    codes = [option.code for option in indicator.options]
    if text is None or reason is not None:
        return dict.fromkeys(codes, Answer(reason=reason))
    chosen, unknown = parts(text, column, indicator)
    found = {code: Answer(1.0 if code in chosen else 0.0) for code in codes}
    if unknown:
        known = "; ".join(option.label.dutch for option in indicator.options)
        found[""] = Answer(
            what=f"de keuze ‘{unknown[0]}’ staat niet in het codeboek",
            remedy=f'Zet bij deze kolom welke het is: options = {{ "{unknown[0]}" = "code" }}, of '
            f'other = "code" voor alles wat anders is. In het codeboek: {known}.',
        )
    return found


def parts(text: str, column: Column, indicator: Indicator) -> tuple[set[str], list[str]]:
    """Return the codes of the options in a cell, and the texts in it that are none.

    The longest run of pieces that is an option counts, as labels may hold the separator.
    """
    words = {
        fold_name(word): option.code
        for option in indicator.options
        for word in (option.code, *option.label.each)
    }
    pieces = [piece.strip() for piece in text.replace("\n", column.split).split(column.split)]
    chosen: set[str] = set()
    unknown: list[str] = []
    start = 0
    while start < len(pieces):
        for end in range(len(pieces), start, -1):
            whole = f"{column.split} ".join(pieces[start:end])
            code = settled(whole, column.options) or words.get(fold_name(whole))
            if code is not None:
                chosen.add(code)
                start = end
                break
        else:
            if pieces[start] and column.other:
                chosen.add(column.other)
            elif pieces[start]:
                unknown.append(pieces[start])
            start += 1
    return chosen, unknown
