"""Cells of an export in, answers of the vault out; or every problem, with its place and remedy."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

import polars as pl

from data.errors import ImportRefusedError, Problem
from data.importer.reading import ROW, Sheet
from data.schema import DONT_KNOW, MISSING_CODES, NOT_ANSWERED, NOT_APPLICABLE, Responses

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from data.codebook import Codebook, Indicator

# Words that stand for no answer, as survey tools and people write them.
_REASONS = {
    "weet niet": DONT_KNOW,
    "weet ik niet": DONT_KNOW,
    "don't know": DONT_KNOW,
    "n.v.t.": NOT_APPLICABLE,
    "nvt": NOT_APPLICABLE,
    "niet van toepassing": NOT_APPLICABLE,
    "niet ingevuld": NOT_ANSWERED,
}
_YES_NO = {"ja": 1.0, "yes": 1.0, "nee": 0.0, "no": 0.0, "waar": 1.0, "onwaar": 0.0}
_KNOWN_COLUMNS = (
    "municipality_code",
    "indicator",
    "option",
    "value",
    "role",
    "weight",
    "edition",
)
_COLUMN = "__column__"


@dataclass(frozen=True)
class Frame:
    """What an export is checked against."""

    codebook: Codebook
    register: pl.DataFrame
    mergers: pl.DataFrame
    edition: int

    @property
    def members(self) -> pl.DataFrame:
        """The municipalities of the edition's year."""
        return self.register.filter(pl.col("year") == self.edition)


def check(sheet: Sheet, frame: Frame, *, synthetic: bool) -> pl.DataFrame:
    """Return the answers in a sheet in the shape of the vault.

    Long sheets have ``municipality_code``, ``indicator`` and ``value`` (and ``option`` for
    multiple choice); wide sheets have ``municipality_code`` and a column per question, named
    after the indicator, with ``.option`` behind it for multiple choice.

    Raises:
        ImportRefusedError: anything is wrong; all of it is listed.
    """
    cells = _long(sheet, frame.codebook)
    checks: tuple[Callable[[Sheet, pl.DataFrame, Frame], Iterable[Problem]], ...] = (
        _unknown_editions,
        _unknown_municipalities,
        _unknown_indicators,
        _unknown_roles,
        _wrong_values,
        _duplicates,
        _too_many_choices,
    )
    parsed = _parsed(cells, frame.codebook)
    problems = [problem for look in checks for problem in look(sheet, parsed, frame)]
    if problems:
        problems.sort(key=lambda problem: (problem.row or 0, problem.column or ""))
        raise ImportRefusedError(sheet.file, problems)
    answers = parsed.select(
        edition=pl.lit(frame.edition, pl.Int32),
        municipality_code="municipality_code",
        indicator="indicator",
        choice="option",
        answer="value",
        reason="reason",
        role="role",
        weight=pl.col("weight").cast(pl.Float64),
        is_synthetic=pl.lit(synthetic),
    )
    return Responses.validate(answers, cast=True)


def _long(sheet: Sheet, codebook: Codebook) -> pl.DataFrame:
    """Return one row per answer, whichever way the sheet was laid out."""
    cells = sheet.cells
    if "municipality_code" not in cells.columns:
        raise ImportRefusedError(
            sheet.file,
            [
                Problem(
                    sheet.file,
                    1,
                    "municipality_code",
                    None,
                    "de kolom ontbreekt",
                    "Zet de gemeentecode (zoals GM0363) in een kolom met deze naam.",
                )
            ],
        )
    if "indicator" in cells.columns:
        return _from_long(sheet)
    return _from_wide(sheet, codebook)


def _from_long(sheet: Sheet) -> pl.DataFrame:
    """Return a long sheet with the columns it may leave out."""
    if "value" not in sheet.cells.columns:
        missing = Problem(
            sheet.file,
            1,
            "value",
            None,
            "de kolom ontbreekt",
            "Zet de antwoorden in deze kolom.",
        )
        raise ImportRefusedError(sheet.file, [missing])
    extra = [c for c in _KNOWN_COLUMNS if c not in sheet.cells.columns]
    return sheet.cells.with_columns(
        *[pl.lit(None, pl.String).alias(c) for c in extra], pl.lit("value").alias(_COLUMN)
    ).select(*_KNOWN_COLUMNS, ROW, _COLUMN)


def _from_wide(sheet: Sheet, codebook: Codebook) -> pl.DataFrame:
    """Return a wide sheet with a row for each of its cells."""
    keys = ["municipality_code", "role", "weight", "edition", ROW]
    extra = [c for c in keys if c not in sheet.cells.columns]
    cells = sheet.cells.with_columns(pl.lit(None, pl.String).alias(c) for c in extra)
    questions = [c for c in sheet.cells.columns if c not in keys]
    if not any(c.partition(".")[0] in codebook.by_id for c in questions):
        nothing = Problem(
            sheet.file,
            1,
            None,
            ", ".join(questions[:5]),
            "geen enkele kolom heet naar een vraag uit het codeboek",
            "Noem de kolommen naar de vraag, zoals staff_sick_leave_pct.",
        )
        raise ImportRefusedError(sheet.file, [nothing])
    name = pl.col(_COLUMN).str.split_exact(".", 1)
    return (
        cells.unpivot(index=keys, on=questions, variable_name=_COLUMN, value_name="value")
        .with_columns(
            indicator=name.struct.field("field_0"),
            option=name.struct.field("field_1"),
        )
        .select(*_KNOWN_COLUMNS, ROW, _COLUMN)
    )


def _parsed(cells: pl.DataFrame, codebook: Codebook) -> pl.DataFrame:
    """Return the cells with ``value``, ``reason`` and what the codebook says of the question."""
    text = pl.col("text").str.to_lowercase()
    known = codebook.indicators_table().select(
        "indicator",
        "kind",
        "type",
        "valid_lower",
        "valid_upper",
        derived=pl.Series([i.derived is not None for i in codebook.indicators]),
    )
    number = pl.col("text").str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)
    codes = [float(code) for code in MISSING_CODES]
    outside = ~pl.col("number").is_between("valid_lower", "valid_upper") | (
        pl.col("type") != "number"
    )
    by_code = pl.col("number").replace_strict(
        codes, list(MISSING_CODES.values()), default=None, return_dtype=pl.String
    )
    return (
        cells.rename({"value": "text"})
        .join(known, on="indicator", how="left", maintain_order="left")
        .with_columns(
            pl.col("option").fill_null(""),
            number=pl.when(pl.col("type").is_in(["yes_no", "multi"]))
            .then(
                pl.coalesce(
                    text.replace_strict(_YES_NO, default=None, return_dtype=pl.Float64), number
                )
            )
            .otherwise(number),
            worded=text.replace_strict(_REASONS, default=None, return_dtype=pl.String),
        )
        .with_columns(
            # A code such as -8 that could also be a value is neither: the file must say which.
            ambiguous=by_code.is_not_null() & ~outside & ~pl.col("text").str.contains(r"[.,]"),
            coded=pl.when(outside).then(by_code),
        )
        .with_columns(
            reason=pl.when(pl.col("text").is_null())
            .then(pl.lit(NOT_ANSWERED))
            .otherwise(pl.coalesce("worded", "coded"))
        )
        .with_columns(value=pl.when(pl.col("reason").is_null()).then("number"))
    )


def _unknown_editions(sheet: Sheet, cells: pl.DataFrame, frame: Frame) -> Iterable[Problem]:
    """Find rows of another edition than the one asked for."""
    other = cells.filter(
        pl.col("edition").is_not_null() & (pl.col("edition") != str(frame.edition))
    ).unique(ROW, maintain_order=True)
    for row in other.to_dicts():
        yield Problem(
            sheet.file,
            row[ROW],
            "edition",
            row["edition"],
            f"de rij hoort niet bij editie {frame.edition}",
            "Lees elke editie apart in.",
        )


def _unknown_municipalities(sheet: Sheet, cells: pl.DataFrame, frame: Frame) -> Iterable[Problem]:
    """Find codes that are not in the register of the year, with the likeliest ones."""
    members = frame.members
    known = set(members["municipality_code"])
    wrong = cells.filter(~pl.col("municipality_code").is_in(list(known)).fill_null(value=False))
    for row in wrong.unique(ROW, maintain_order=True).to_dicts():
        code = row["municipality_code"]
        yield Problem(
            sheet.file,
            row[ROW],
            "municipality_code",
            code,
            f"deze gemeente staat niet in het register van {frame.edition}",
            _municipality_remedy(code, frame, members),
        )


def _municipality_remedy(code: str | None, frame: Frame, members: pl.DataFrame) -> str:
    """Return what the code was probably meant to be."""
    if not code:
        return "Vul de gemeentecode in."
    successor = frame.mergers.filter(pl.col("old_code") == code)
    if successor.height:
        row = successor.row(0, named=True)
        return (
            f"{row['old_name']} ging op {row['effective_date']} op in {row['new_name']}: "
            f"gebruik {row['new_code']}."
        )
    names = dict(zip(members["name"], members["municipality_code"], strict=True))
    names |= {c: c for c in members["municipality_code"]}
    near = get_close_matches(code, names, n=3, cutoff=0.6)
    if near:
        return "Bedoelt u " + " of ".join(dict.fromkeys(f"{names[n]}" for n in near)) + "?"
    return "Zoek de code op bij CBS, Gebieden in Nederland."


def _unknown_indicators(sheet: Sheet, cells: pl.DataFrame, frame: Frame) -> Iterable[Problem]:
    """Find questions that the codebook does not know, or not as asked in this edition."""
    seen = cells.unique(["indicator", "option", _COLUMN], maintain_order=True)
    for row in seen.sort(ROW).to_dicts():
        sentence = _indicator_problem(row["indicator"], row["option"], frame)
        if sentence is not None:
            in_header = row[_COLUMN] != "value"
            yield Problem(
                sheet.file,
                1 if in_header else row[ROW],
                row[_COLUMN] if in_header else "indicator",
                row["indicator"],
                *sentence,
            )


def _indicator_problem(name: str | None, option: str, frame: Frame) -> tuple[str, str] | None:
    """Return what is wrong with the question of a row and what to do, or None."""
    indicator = frame.codebook.by_id.get(name or "")
    if indicator is None or indicator.kind != "survey":
        survey = [i.id for i in frame.codebook.indicators if i.kind == "survey"]
        near = get_close_matches(name or "", survey, n=2, cutoff=0.6)
        hint = f"Bedoelt u {' of '.join(near)}?" if near else "Kies een vraag uit het codeboek."
        return "deze vraag staat niet in het codeboek", hint
    if indicator.derived:
        return "deze vraag wordt berekend uit andere antwoorden", "Laat deze vraag weg."
    if not indicator.asked_in(frame.edition):
        return (
            f"deze vraag is niet gesteld in editie {frame.edition}",
            "Laat haar weg, of vul comparability in het codeboek aan.",
        )
    if indicator.type == "multi" and indicator.option(option) is None:
        options = ", ".join(o.code for o in indicator.options)
        return f"keuze ‘{option}’ bestaat niet", f"Kies uit {options}."
    if indicator.type != "multi" and option:
        return f"deze vraag heeft geen keuze ‘{option}’", "Laat de keuze leeg."
    return None


def _unknown_roles(sheet: Sheet, cells: pl.DataFrame, frame: Frame) -> Iterable[Problem]:
    """Find roles of respondents that the codebook does not know."""
    roles = [role.id for role in frame.codebook.roles]
    wrong = cells.filter(pl.col("role").is_not_null() & ~pl.col("role").is_in(roles))
    for row in wrong.unique(ROW, maintain_order=True).to_dicts():
        yield Problem(
            sheet.file,
            row[ROW],
            "role",
            row["role"],
            "deze rol kent het codeboek niet",
            f"Kies uit {', '.join(roles)}, of laat leeg.",
        )


def _wrong_values(sheet: Sheet, cells: pl.DataFrame, frame: Frame) -> Iterable[Problem]:
    """Find answers that are no number, no code of the scale, or out of range."""
    known = cells.filter(
        pl.col("kind") == "survey", ~pl.col("derived"), pl.col("text").is_not_null()
    )
    for row in known.filter(pl.col("reason").is_null()).to_dicts():
        sentence = _value_problem(row, frame.codebook.by_id[row["indicator"]])
        if sentence is not None:
            yield Problem(sheet.file, row[ROW], row[_COLUMN], row["text"], *sentence)
    weights = cells.filter(
        pl.col("weight").is_not_null()
        & ~(pl.col("weight").cast(pl.Float64, strict=False) > 0).fill_null(value=False)
    )
    for row in weights.unique(ROW, maintain_order=True).to_dicts():
        what = "een weging is een getal groter dan 0"
        yield Problem(sheet.file, row[ROW], "weight", row["weight"], what, "Verbeter het getal.")


def _value_problem(row: dict[str, object], indicator: Indicator) -> tuple[str, str] | None:
    """Return what is wrong with one answer and what to do, or None."""
    value = row["value"]
    if row["ambiguous"]:
        return (
            "dit kan een waarde zijn of een code voor ‘geen antwoord’",
            "Schrijf ‘weet niet’, ‘n.v.t.’ of ‘niet ingevuld’, of de waarde met een decimaal.",
        )
    if indicator.type in {"yes_no", "multi"}:
        fine = value in {0.0, 1.0}
        return None if fine else ("dit is geen ja of nee", "Gebruik ja, nee, 1, 0 of weet niet.")
    if indicator.type == "ordinal":
        codes = [o.code for o in indicator.options]
        fine = isinstance(value, float) and value in {float(code) for code in codes}
        return None if fine else ("dit antwoord staat niet op de schaal", f"Kies uit {codes}.")
    low, high = indicator.valid or (float("-inf"), float("inf"))
    if not isinstance(value, float):
        return "dit is geen getal", "Gebruik cijfers, zonder punt voor duizendtallen."
    if low <= value <= high:
        return None
    return (
        f"de waarde ligt buiten {low:g} tot {high:g}",
        "Verbeter de waarde, of de grens in het codeboek.",
    )


def _duplicates(sheet: Sheet, cells: pl.DataFrame, frame: Frame) -> Iterable[Problem]:  # noqa: ARG001 - one shape for all checks
    """Find municipalities that answer the same question twice."""
    keys = ["municipality_code", "indicator", "option"]
    counted = cells.with_columns(
        first=pl.col(ROW).min().over(keys), times=pl.len().over(keys)
    ).filter(pl.col("times") > 1, pl.col(ROW) > pl.col("first"))
    for row in counted.to_dicts():
        what = f"{row['municipality_code']} beantwoordt {row['indicator']} nog een keer"
        yield Problem(
            sheet.file,
            row[ROW],
            row[_COLUMN],
            row["text"],
            f"{what} (eerder op rij {row['first']})",
            "Laat één antwoord staan.",
        )


def _too_many_choices(sheet: Sheet, cells: pl.DataFrame, frame: Frame) -> Iterable[Problem]:
    """Find multiple choices with more options than allowed, or 'none' beside another."""
    for indicator in frame.codebook.indicators:
        if indicator.type != "multi":
            continue
        exclusive = [o.code for o in indicator.options if o.exclusive]
        chosen = (
            cells.filter(pl.col("indicator") == indicator.id, pl.col("value") == 1)
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
