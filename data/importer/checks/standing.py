"""Answers against what stands in the vault: another edition, older answers, a narrowed range."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from data.errors import Problem
from data.files.schema import NOT_ANSWERED
from data.importer.convert import COLUMN
from data.importer.question_names import year_in
from data.importer.table_detection import ROW, Sheet

if TYPE_CHECKING:
    from collections.abc import Iterable

    from data.survey.codebook import Codebook

_KEY = ["municipality_code", "indicator", "choice"]
# So many answers it takes to recognise another edition, and this share of them must be the same.
_ENOUGH, _SAME = 20, 0.9
# Two questions are exchanged when each lies this much nearer to what the other was before.
_NEARER = 2.0
_PAIRS = 8


def other_edition(
    sheet: Sheet, answers: pl.DataFrame, vault: pl.DataFrame, edition: int
) -> Iterable[Problem]:
    """Find a file whose answers are those of another edition; all in the shape of the vault."""
    given = answers.filter(pl.col("answer").is_not_null()).select(*_KEY, "answer")
    same = {}
    for (year,), rows in vault.group_by("edition"):
        both = given.join(rows.select(*_KEY, stood="answer"), on=_KEY)
        if both.height >= _ENOUGH:
            same[year] = float((both["answer"] == both["stood"]).mean() or 0)  # type: ignore[arg-type]
    likest = max(same, key=lambda year: same[year], default=None)
    if likest not in {None, edition} and same[likest] >= _SAME > same.get(edition, 0):
        yield Problem(
            sheet.file,
            None,
            None,
            None,
            f"dit lijkt het bestand van editie {likest}: {same[likest]:.0%} van de antwoorden is "
            f"hetzelfde als daar, en het wordt ingelezen als {edition}",
            "Kijk of --edition klopt.",
        )


def other_sheet(sheet: Sheet, edition: int) -> Iterable[Problem]:
    """Find a worksheet that bears the year of another edition."""
    name = sheet.options.sheet or ""
    if year_in(name) not in {None, edition}:
        what = f"het werkblad heet naar {year_in(name)}, en het wordt ingelezen als {edition}"
        remedy = "Kies het goede werkblad met --sheet, of sheet onder [reading] in de mapping."
        yield Problem(sheet.file, None, None, name, what, remedy)


def overwritten(
    sheet: Sheet, answers: pl.DataFrame, vault: pl.DataFrame, edition: int
) -> Iterable[Problem]:
    """Find an import that changes answers of an edition that is not the newest in the vault.

    And one that leaves open what was answered: a correction need not repeat the rest.
    """
    newest = vault["edition"].max()
    stood = vault.filter(pl.col("edition") == edition).select(*_KEY, stood="answer")
    changed = answers.join(stood, on=_KEY).filter(pl.col("answer").ne_missing(pl.col("stood")))
    emptied = changed.filter(pl.col("reason") == NOT_ANSWERED).sort(_KEY)
    if emptied.height:
        first = emptied.row(0, named=True)
        yield Problem(
            sheet.file,
            None,
            ".".join(filter(None, [first["indicator"], first["choice"]])),
            None,
            f"{emptied.height} antwoorden in de kluis worden leeg, want dit bestand laat ze open; "
            f"het eerste is van {first['municipality_code']}",
            "Laat weg wat niet verandert: kolommen bij ignore in de mapping, rijen met "
            "skip_where. Moeten de antwoorden weg, bevestig het dan met --accept.",
        )
    if changed.height and isinstance(newest, int) and newest > edition:
        yield Problem(
            sheet.file,
            None,
            None,
            None,
            f"{changed.height} antwoorden van editie {edition} veranderen, terwijl er al "
            f"antwoorden van {newest} zijn",
            "Is dit een verbetering van een oude editie, bevestig het dan met --accept.",
        )


def out_of_range(sheet: Sheet, vault: pl.DataFrame, codebook: Codebook) -> Iterable[Problem]:
    """Find answers in the vault that the codebook no longer allows in the edition they are of."""
    ranges = pl.concat(
        codebook.in_edition(year)
        .indicators_table()
        .filter(pl.col("type") == "number")
        .select("indicator", "valid_lower", "valid_upper", edition=pl.lit(year, pl.Int32))
        for year in codebook.years()
    )
    wrong = (
        vault.filter(pl.col("answer").is_not_null())
        .join(ranges, on=["indicator", "edition"])
        .filter(
            (pl.col("answer") < pl.col("valid_lower")) | (pl.col("answer") > pl.col("valid_upper"))
        )
        .group_by("indicator", "edition", "valid_lower", "valid_upper")
        .agg(pl.len().alias("times"), worst=pl.col("answer").max())
        .sort("indicator", "edition")
    )
    for row in wrong.to_dicts():
        yield Problem(
            sheet.file,
            None,
            row["indicator"],
            f"{row['worst']:g}",
            f"{row['times']} antwoorden van {row['edition']} in de kluis liggen buiten "
            f"{row['valid_lower']:g} tot {row['valid_upper']:g}, wat het codeboek nu toestaat",
            "Maak valid in het codeboek ruimer, of verbeter die antwoorden.",
        )


def exchanged(sheet: Sheet, answers: pl.DataFrame, before: pl.DataFrame) -> Iterable[Problem]:
    """Find two columns that each look like what the other was in the edition before."""
    former = before.filter(pl.col("answer").is_not_null(), pl.col("choice") == "").select(
        "municipality_code", former="indicator", before="answer"
    )
    pairs = (
        answers.filter(pl.col("value").is_not_null(), pl.col("option") == "")
        .join(former, on="municipality_code")
        .group_by("indicator", "former")
        .agg(
            pl.len().alias("pairs"),
            off=(pl.col("value") - pl.col("before")).abs().mean(),
        )
        .filter(pl.col("pairs") >= _PAIRS)
    )
    off = {(a, b): distance for a, b, _, distance in pairs.iter_rows()}
    columns = dict(answers.select("indicator", COLUMN).unique(maintain_order=True).iter_rows())
    first = dict(answers.group_by("indicator").agg(pl.col(ROW).min()).iter_rows())
    for one, other in sorted(off):
        if one >= other or other not in columns or one not in columns:
            continue
        straight = (off.get((one, one)), off.get((other, other)))
        crossed = (off[one, other], off.get((other, one)))
        if None in {*straight, *crossed}:
            continue
        if all(s > _NEARER * c for s, c in zip(straight, crossed, strict=True)):
            kind = "twee vragen lijken verwisseld"
            yield Problem(
                sheet.file,
                first[one],
                columns[one],
                columns[other],
                f"{kind}: {one} lijkt op wat {other} de vorige keer was, en andersom",
                "Kijk of de twee kolommen in de mapping bij de goede vraag staan.",
                kind,
            )
