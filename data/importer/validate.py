"""Answers in, what is wrong with them as a whole: questions, respondents, duplicates, choices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl
from rapidfuzz import process

from data.errors import ImportRefusedError, Problem
from data.files.schema import DONT_KNOW, NOT_ANSWERED, NOT_APPLICABLE, Responses
from data.importer.cells.moments import moments
from data.importer.checks.claims import claims, misnamed
from data.importer.checks.merged import joined
from data.importer.checks.ticks import ticked
from data.importer.convert import COLUMN, MOMENT, PART, Gathered, blank, gather
from data.importer.table_detection import ROW, Sheet

if TYPE_CHECKING:
    from collections.abc import Iterable

    from data.importer.mapping import Column, Mapping
    from data.importer.municipalities import Municipalities
    from data.survey.codebook import Codebook

_KEY = ["municipality_code", PART, "indicator", "option"]


# So many municipalities are shown as they come in, and so their reasons for no answer are called.
_PREVIEWED = 10
_REASONS = {
    DONT_KNOW: "weet niet",
    NOT_APPLICABLE: "niet van toepassing",
    NOT_ANSWERED: "niet ingevuld",
}


@dataclass(frozen=True)
class Frame:
    """What an export is checked against."""

    codebook: Codebook
    who: Municipalities

    @property
    def edition(self) -> int:
        """The edition that the answers belong to."""
        return self.who.edition


def check(sheet: Sheet, mapping: Mapping, frame: Frame) -> Gathered:
    """Return the answers in a sheet, one per municipality and question, and all findings."""
    found = gather(sheet, mapping, frame.codebook, frame.who)
    found.answers = ticked(sheet, mapping, frame.codebook, found)
    for column in mapping.columns:
        found.problems += _question_problems(sheet, column, frame)
    found.problems += _weight_problems(sheet, found.answers, mapping)
    found.problems += claims(sheet, mapping)
    found.warnings += misnamed(sheet, mapping, frame.codebook)
    found.answers = _one_each(sheet, mapping, frame, found)
    found.answers = joined(sheet, frame.codebook, frame.who, found)
    found.problems += _too_many_choices(sheet, found.answers, frame)
    found.problems.sort(key=lambda problem: (problem.row or 0, problem.column or ""))
    return found


def preview(answers: pl.DataFrame, frame: Frame) -> list[tuple[str, str, str, str]]:
    """Return how the first ten municipalities come in: name, question, text in the file, answer."""
    first = answers["municipality_code"].unique(maintain_order=True).head(_PREVIEWED)
    shown = answers.filter(pl.col("municipality_code").is_in(first.to_list())).sort(
        pl.col("municipality_code").replace_strict(
            {code: n for n, code in enumerate(first)}, return_dtype=pl.Int64, default=None
        ),
        maintain_order=True,
    )
    return [
        (
            frame.who.named(row["municipality_code"]),
            ".".join(filter(None, [row["indicator"], row["option"]])),
            row["text"] or "",
            _REASONS.get(row["reason"], "")
            if row["value"] is None
            else f"{row['value']:g}".replace(".", ","),
        )
        for row in shown.to_dicts()
    ]


def responses(found: Gathered, sheet: Sheet, edition: int, *, synthetic: bool) -> pl.DataFrame:
    """Return checked answers in the shape of the vault.

    Raises:
        ImportRefusedError: there are problems; all of them are listed.
    """
    if found.problems:
        raise ImportRefusedError(sheet.file, found.problems)
    if found.answers.is_empty():
        nothing = Problem(
            sheet.file,
            None,
            None,
            None,
            "er staat geen enkel antwoord in",
            "Controleer of dit het goede bestand is.",
        )
        raise ImportRefusedError(sheet.file, [nothing])
    answers = found.answers.select(
        edition=pl.lit(edition, pl.Int32),
        municipality_code="municipality_code",
        indicator="indicator",
        choice="option",
        answer="value",
        reason="reason",
        role="role",
        weight=pl.col("weight").str.replace(",", ".", literal=True).cast(pl.Float64),
        is_synthetic=pl.lit(synthetic),
    )
    return Responses.validate(answers, cast=True)


def _question_problems(sheet: Sheet, column: Column, frame: Frame) -> Iterable[Problem]:
    """Find a column that is mapped to what the codebook does not know, or not in this edition."""
    sentence = _indicator_problem(column, frame)
    if sentence is not None:
        yield Problem(sheet.file, sheet.header_row, column.column, column.indicator, *sentence)


def _indicator_problem(column: Column, frame: Frame) -> tuple[str, str] | None:
    """Return what is wrong with the question of a column and what to do, or None."""
    indicator = frame.codebook.by_id.get(column.indicator)
    if indicator is None or indicator.kind != "survey":
        survey = [i.id for i in frame.codebook.indicators if i.kind == "survey"]
        near = [name for name, *_ in process.extract(column.indicator, survey, limit=2)]
        return "deze vraag staat niet in het codeboek", f"Bedoelt u {' of '.join(near)}?"
    if indicator.derived:
        return "deze vraag wordt berekend uit andere antwoorden", "Laat deze vraag weg."
    if not indicator.asked_in(frame.edition):
        return (
            f"deze vraag is niet gesteld in editie {frame.edition}",
            "Laat haar weg, of vul comparability in het codeboek aan.",
        )
    options = [option.code for option in indicator.options] if indicator.type == "multi" else [""]
    if column.option in options or (column.split and not column.option):
        return None
    what = f"keuze ‘{column.option}’ bestaat niet bij deze vraag"
    return what, f"Kies uit {', '.join(options)}." if options != [""] else "Laat de keuze leeg."


def _weight_problems(sheet: Sheet, answers: pl.DataFrame, mapping: Mapping) -> Iterable[Problem]:
    """Find weights that are no number above nought."""
    number = pl.col("weight").str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)
    wrong = answers.filter(
        pl.col("weight").is_not_null(), ~(number > 0).fill_null(value=False)
    ).unique(ROW, maintain_order=True)
    for row in wrong.to_dicts():
        what = "een weging is een getal groter dan 0"
        weight = row["weight"]
        yield Problem(sheet.file, row[ROW], mapping.weight, weight, what, "Verbeter het getal.")


def _one_each(sheet: Sheet, mapping: Mapping, frame: Frame, found: Gathered) -> pl.DataFrame:
    """Return one answer per municipality, question and choice.

    Of several respondents, the one in the role that the codebook names goes first; who left
    a question open gives way to who answered. What still differs is a problem, unless the
    mapping says that the last row counts.
    """
    own = {i.id: frame.codebook.role_of(i) for i in frame.codebook.indicators}
    ranked = found.answers.with_columns(
        is_own=(
            pl.col("role")
            == pl.col("indicator").replace_strict(own, default=None, return_dtype=pl.String)
        ).fill_null(value=False),
        is_open=blank().fill_null(value=False),
    )
    best = ranked.filter(pl.col("is_open") == pl.col("is_open").min().over(_KEY)).filter(
        pl.col("is_own") == pl.col("is_own").max().over(_KEY)
    )
    alike = best.with_columns(
        kinds=pl.struct("value", "reason").n_unique().over(_KEY), first=pl.col(ROW).min().over(_KEY)
    )
    alike = _in_order(alike, ranked, mapping, sheet, found)
    if mapping.duplicates == "refuse":
        found.problems += _differing(sheet, alike)
    _note_respondents(found, ranked, alike)
    return alike.unique(_KEY, keep="first", maintain_order=True)


def _in_order(
    alike: pl.DataFrame, ranked: pl.DataFrame, mapping: Mapping, sheet: Sheet, found: Gathered
) -> pl.DataFrame:
    """Return answers with the one that counts first: the last, the fullest, or as they stand."""
    if mapping.duplicates == "refuse":
        return alike.sort(ROW, maintain_order=True)
    if mapping.duplicates == "fullest":
        filled = ranked.group_by(ROW).agg(filled=(~pl.col("is_open")).sum())
        alike = alike.join(filled, on=ROW, how="left", maintain_order="left")
        return alike.sort(["filled", ROW], descending=[True, True], maintain_order=True)
    if mapping.moment is None:
        return alike.sort(ROW, descending=True, maintain_order=True)
    return _by_moment(alike, mapping.moment, sheet, found)


def _by_moment(alike: pl.DataFrame, column: str, sheet: Sheet, found: Gathered) -> pl.DataFrame:
    """Return answers with the latest first; who answered when must be sure where it matters."""
    ways = moments(alike[MOMENT])
    ordered = [
        alike.with_columns(
            when=pl.Series([way[text] for text in alike[MOMENT]], dtype=pl.Datetime)
        ).sort("when", ROW, descending=True, nulls_last=True)
        for way in ways
    ]
    doubtful = ordered[0].filter(pl.col("kinds") > 1, pl.col("when").is_null())
    what, remedy = "dit is geen datum", "Verbeter haar, of haal moment uit de mapping."
    if len(ways) > 1:
        first, other = (one.unique(_KEY, keep="first", maintain_order=True) for one in ordered)
        doubtful = first.filter(pl.col("kinds") > 1).join(
            other, on=[*_KEY, ROW], how="anti", nulls_equal=True
        )
        what = "dit kan dag en maand zijn of maand en dag, en dan telt een andere inzending"
        remedy = "Schrijf de datums als 2023-11-03, of haal moment uit de mapping."
    for row in doubtful.unique(ROW, maintain_order=True).to_dicts():
        found.problems.append(Problem(sheet.file, row[ROW], column, row[MOMENT], what, remedy))
    return ordered[0]


def _differing(sheet: Sheet, alike: pl.DataFrame) -> Iterable[Problem]:
    """Find municipalities that answer the same question in two ways."""
    later = alike.filter(pl.col("kinds") > 1, pl.col(ROW) > pl.col("first"))
    for row in later.to_dicts():
        what = (
            f"{row[PART] or row['municipality_code']} beantwoordt {row['indicator']} nog een keer"
        )
        yield Problem(
            sheet.file,
            row[ROW],
            row[COLUMN],
            row["text"],
            f"{what}, anders dan op rij {row['first']}",
            'Laat één antwoord staan, of zet in de mapping duplicates = "last" (de laatste rij, '
            'of met moment = "kolom" de laatste datum) of "fullest" (de volledigste).',
            "een gemeente beantwoordt dezelfde vraag twee keer, verschillend",
        )


def _note_respondents(found: Gathered, ranked: pl.DataFrame, alike: pl.DataFrame) -> None:
    """Note how many answers gave way to those of another respondent or were there twice."""
    other_role = ranked.filter(~pl.col("is_open")).height - alike.filter(~pl.col("is_open")).height
    same = alike.filter(pl.col("kinds") == 1)
    twice = same.height - same.unique(_KEY).height
    if other_role:
        found.notes.append(
            f"{other_role} antwoorden van een andere rol dan die van het thema niet gebruikt"
        )
    if twice:
        found.notes.append(f"{twice} antwoorden stonden er meer dan één keer in")


def _too_many_choices(sheet: Sheet, answers: pl.DataFrame, frame: Frame) -> Iterable[Problem]:
    """Find multiple choices with more options than allowed, or 'none' beside another."""
    for indicator in frame.codebook.indicators:
        if indicator.type != "multi":
            continue
        exclusive = [o.code for o in indicator.options if o.exclusive]
        chosen = (
            answers.filter(pl.col("indicator") == indicator.id, pl.col("value") == 1)
            .group_by("municipality_code", maintain_order=True)
            .agg(
                pl.col(ROW).min(),
                pl.len().alias("times"),
                pl.col("option").is_in(exclusive).any().alias("none"),
            )
        )
        most = indicator.max_choices or len(indicator.options)
        wrong = chosen.filter((pl.col("times") > most) | (pl.col("none") & (pl.col("times") > 1)))
        for row in wrong.to_dicts():
            yield Problem(
                sheet.file,
                row[ROW],
                indicator.id,
                None,
                f"{row['municipality_code']} koos {row['times']} mogelijkheden die niet samengaan",
                f"Hoogstens {most}, en ‘geen’ niet samen met een andere.",
            )
