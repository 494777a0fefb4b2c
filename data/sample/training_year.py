"""A year to practise with: a vault without its last edition, and that edition as exports.

Fictitious, like the sample it is taken from. The exports are as survey tools give them: one CSV for
a Dutch Excel, one workbook with a title, and one SPSS file with codes and labels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import polars as pl
import pyreadstat
import xlsxwriter

from data.files import store
from data.files.schema import DONT_KNOW, NOT_ANSWERED, NOT_APPLICABLE
from data.sample.drawing import write_sample
from data.survey.codebook import load_codebook
from data.survey.indicators import Indicator

if TYPE_CHECKING:
    from pathlib import Path

    from data.survey.codebook import Codebook
    from data.survey.indicators import Indicator

# Indicator and option of a column.
Asked: TypeAlias = tuple[str, str]

CORRECTION = "verbetering.csv"
_PLACE, _REMARK = "Gemeentecode", "Ruimte voor opmerkingen"
_WORDS = {DONT_KNOW: "weet niet", NOT_APPLICABLE: "n.v.t.", NOT_ANSWERED: "niet ingevuld"}
_CODES = {DONT_KNOW: 9998.0, NOT_APPLICABLE: 9997.0, NOT_ANSWERED: 9999.0}
_YES_NO = {1: "Ja", 0: "Nee"}


def write_practice(folder: Path, seed: int) -> list[Path]:
    """Make ``folder`` hold a vault and the exports of the edition it lacks; return the exports.

    Raises:
        DataError: register or official figures have not been built yet.
    """
    vault = folder / "kluis"
    write_sample(vault, seed)
    book = load_codebook(vault / "codebook.toml")
    year = book.years()[-1]
    answers = store.read_parquet(vault / "responses.parquet")
    for name in ("responses", "signals"):
        table = store.read_parquet(vault / f"{name}.parquet")
        earlier = table.filter(pl.col("edition") < year)
        store.write_parquet(earlier, vault / f"{name}.parquet", {"synthetic": "true"})
    held = answers.filter(pl.col("edition") == year)
    parts = [_part(book, held, place) for place in range(3)]
    files = [folder / f"deel-{n}.{kind}" for n, kind in enumerate(("csv", "xlsx", "sav"), 1)]
    _write_csv(book, parts[0], files[0])
    _write_workbook(book, parts[1], files[1])
    _write_spss(book, parts[2], files[2])
    return [*files, _write_correction(book, held, folder / CORRECTION)]


def _part(book: Codebook, held: pl.DataFrame, place: int) -> pl.DataFrame:
    """Return the answers to every third theme, as another department fills it in."""
    themes = [theme.id for theme in book.themes][place::3]
    mine = [i.id for i in book.indicators if i.theme in themes]
    return held.filter(pl.col("indicator").is_in(mine))


def _asked(part: pl.DataFrame) -> list[Asked]:
    """Return the columns of an export, in the order of the questionnaire."""
    pairs = part.select("indicator", "choice").unique(maintain_order=True)
    return [(indicator, choice) for indicator, choice in pairs.iter_rows()]


def _heading(indicator: Indicator, option: str, text: str) -> str:
    """Return what stands above a column: a text, and the option where several may be ticked."""
    ticked = indicator.option(option)
    return f"{text}: {ticked.label.dutch}" if ticked else text


def _said(indicator: Indicator, answer: float | None, reason: str | None) -> str:
    """Return an answer as people read it, with a decimal comma."""
    if answer is None:
        return _WORDS[reason or NOT_ANSWERED]
    if indicator.type == "number":
        # With a decimal, as -8 could also be a code for having no answer.
        return f"{answer:.2f}".replace(".", ",")
    return _labels(indicator)[int(answer)]


def _labels(indicator: Indicator) -> dict[int, str]:
    """Return the words for the codes of a question."""
    if indicator.type == "ordinal":
        return {int(option.code): option.label.dutch for option in indicator.options}
    return _YES_NO


def _rows(book: Codebook, part: pl.DataFrame, columns: list[Asked]) -> list[list[str]]:
    """Return the answers in words: one row for each municipality, one cell for each column."""
    found: dict[str, dict[Asked, str]] = {}
    told = part.select("municipality_code", "indicator", "choice", "answer", "reason")
    for place, indicator, choice, answer, reason in told.iter_rows():
        said = _said(book.by_id[indicator], answer, reason)
        found.setdefault(place, {})[indicator, choice] = said
    return [
        [place, *(cells.get(column, "") for column in columns), ""]
        for place, cells in sorted(found.items())
    ]


def _write_csv(book: Codebook, part: pl.DataFrame, path: Path) -> None:
    """Write a CSV as a Dutch Excel does: semicolons, Windows-1252, labels above the columns."""
    columns = _asked(part)
    heads = [
        _heading(book.by_id[name], option, book.by_id[name].label.dutch) for name, option in columns
    ]
    table = [[_PLACE, *heads, _REMARK], *_rows(book, part, columns)]
    text = "".join(";".join(f'"{cell}"' for cell in row) + "\r\n" for row in table)
    with store.replacing(path) as draft:
        draft.write_bytes(text.encode("cp1252"))


def _write_workbook(book: Codebook, part: pl.DataFrame, path: Path) -> None:
    """Write a workbook with a title, and the questions in full above the columns."""
    columns = _asked(part)
    heads = [
        _heading(book.by_id[name], option, book.by_id[name].question.dutch)
        for name, option in columns
    ]
    table = [[_PLACE, *heads, _REMARK], *_rows(book, part, columns)]
    with store.replacing(path) as draft, xlsxwriter.Workbook(draft) as workbook:
        sheet = workbook.add_worksheet("Antwoorden")
        sheet.write_string(0, 0, "Fictieve antwoorden, om mee te oefenen")
        for number, row in enumerate(table, 2):
            sheet.write_row(number, 0, row)


def _write_spss(book: Codebook, part: pl.DataFrame, path: Path) -> None:
    """Write an SPSS file: short names, codes, and labels for both."""
    columns = _asked(part)
    names = {column: f"v{number}" for number, column in enumerate(columns, 1)}
    coded = pl.coalesce(
        "answer", pl.col("reason").cast(pl.String).replace_strict(_CODES, default=None)
    )
    wide = part.with_columns(
        name=pl.struct("indicator", "choice").map_elements(
            lambda row: names[row["indicator"], row["choice"]], pl.String
        ),
        coded=coded,
    ).pivot(on="name", index="municipality_code", values="coded")
    absent = {code: _WORDS[reason] for reason, code in _CODES.items()}
    labels: dict[str, str | None] = {"municipality_code": _PLACE}
    values = {}
    for (indicator, option), name in names.items():
        asked = book.by_id[indicator]
        labels[name] = _heading(asked, option, asked.label.dutch)
        values[name] = absent | ({} if asked.type == "number" else _labels(asked))
    with store.replacing(path) as draft:
        pyreadstat.write_sav(
            wide.sort("municipality_code"),
            draft,
            column_labels=labels,
            variable_value_labels=values,
        )


def _write_correction(book: Codebook, held: pl.DataFrame, path: Path) -> Path:
    """Write another answer of one municipality to the first number asked, ten higher."""
    asked = next(
        i for i in book.indicators if i.id in set(held["indicator"]) and i.type == "number"
    )
    given = held.filter(pl.col("indicator") == asked.id, pl.col("answer").is_not_null())
    row = given.sort("municipality_code").row(0, named=True)
    better = f"{row['answer'] + 10:.1f}".replace(".", ",")
    with store.replacing(path) as draft:
        draft.write_text(
            f"{_PLACE};{asked.id}\n{row['municipality_code']};{better}\n", encoding="utf-8"
        )
    return path
