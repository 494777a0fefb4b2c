"""A table and its mapping in, one row per answer out, with everything that is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from data.errors import Problem
from data.files.schema import NOT_ANSWERED
from data.importer.cells.cell_values import Answer, Cells, answer
from data.importer.cells.choices import choices
from data.importer.cells.numbers import Decimal, decimal_signs
from data.importer.row_rules import unsaid
from data.importer.suggest_mapping import question_key, year_of
from data.importer.table_detection import ROW, Sheet
from data.spelling import fold_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from data.importer.mapping import Column, Mapping
    from data.importer.municipalities import Match, Municipalities
    from data.survey.codebook import Codebook
    from data.survey.indicators import Indicator

# The columns that every row of a table gets beside its questions.
PLACE, UNIT_ROLE, UNIT_WEIGHT = "__place__", "__role__", "__weight__"
COLUMN = "__column__"
# The former municipality that answered, null where it is the municipality itself; when it did.
PART, MOMENT = "__part__", "__moment__"
_SHAPE = {
    ROW: pl.Int64,
    "municipality_code": pl.String,
    PART: pl.String,
    MOMENT: pl.String,
    "role": pl.String,
    "weight": pl.String,
    COLUMN: pl.String,
    "indicator": pl.String,
    "option": pl.String,
    "text": pl.String,
    "value": pl.Float64,
    "reason": pl.String,
}


@dataclass
class Gathered:
    """Answers in the shape ``_SHAPE``, what is wrong, what to confirm, and what was done."""

    answers: pl.DataFrame
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def gather(sheet: Sheet, mapping: Mapping, codebook: Codebook, who: Municipalities) -> Gathered:
    """Return the answers in a sheet as its mapping says they must be read."""
    found = Gathered(pl.DataFrame(schema=_SHAPE))
    found.problems += [*_nothing(sheet, mapping), *_missing_columns(sheet, mapping)]
    found.problems += unsaid(sheet, mapping.reading, _holding(mapping))
    found.notes += _left(sheet, mapping)
    if not mapping.municipality or list(_missing_columns(sheet, mapping)):
        return found
    rows = _of_edition(sheet, mapping, found)
    rows = _with_municipalities(sheet, rows, mapping, who, found)
    found.problems += _contradictions(sheet, rows, mapping, who)
    rows = _with_roles(sheet, rows, mapping, codebook, found)
    rows = rows.with_columns(
        (pl.col(name) if name else pl.lit(None, pl.String)).alias(alias)
        for name, alias in ((mapping.weight, UNIT_WEIGHT), (mapping.moment, MOMENT))
    )
    signs = _signs(mapping, codebook, rows)
    parts = [found.answers]
    for column in mapping.columns:
        if column.indicator in codebook.by_id:
            cells = Cells(
                signs,
                sheet.typed,
                frozenset(sheet.missing.get(column.column, [])),
                sheet.value_labels.get(column.column, {}),
            )
            parts.append(
                _answers(sheet, _cells(rows, mapping, column), column, codebook, cells, found)
            )
    found.answers = pl.concat(parts)
    return found


def _nothing(sheet: Sheet, mapping: Mapping) -> list[Problem]:
    """Return a problem when a mapping names no column with municipalities, or no question."""
    there = ", ".join(sheet.columns[:5]) + (", …" if len(sheet.columns) > 5 else "")
    found = []
    if len(sheet.columns) < 2:
        what = "het bestand heeft maar één kolom"
        remedy = "Verwijder de mapping, en kies met --delimiter het teken dat de velden scheidt."
        found.append(Problem(sheet.file, sheet.header_row, None, there, what, remedy))
    if not mapping.municipality:
        what = "geen enkele kolom bevat gemeenten"
        remedy = (
            "Zet bij municipality in de mapping welke kolom het is. Staat er geen, zet dan de "
            "gemeentecode (zoals GM0363) of de naam in het bestand."
        )
        found.append(Problem(sheet.file, sheet.header_row, None, there, what, remedy))
    if not mapping.columns:
        what = "geen enkele kolom lijkt op een vraag uit het codeboek"
        remedy = (
            "Is dit het bestand met antwoorden? Zet dan in de mapping bij elke kolom welke vraag "
            "het is; de kolommen staan er onderaan, met hun eerste waarden."
        )
        found.append(Problem(sheet.file, sheet.header_row, None, there, what, remedy))
    return found


def _left(sheet: Sheet, mapping: Mapping) -> list[str]:
    """Say which columns the mapping passes over in silence."""
    said = {*mapping.keys, *mapping.ignore, *(column.column for column in mapping.columns)}
    said |= set(filter(None, (mapping.question, mapping.option, mapping.value)))
    left = [name for name in sheet.columns if name not in said]
    return [f"niet in de mapping en niet gebruikt: {'; '.join(left)}"] if left else []


def _missing_columns(sheet: Sheet, mapping: Mapping) -> list[Problem]:
    """Return a problem for every column that the mapping names and the file lacks."""
    named = [*mapping.keys, *filter(None, (mapping.question, mapping.option, mapping.value))]
    if mapping.question is None:
        named += [column.column for column in mapping.columns]
    there = ", ".join(sheet.columns[:8])
    return [
        Problem(
            sheet.file,
            sheet.header_row,
            name,
            None,
            "deze kolom uit de mapping staat niet in het bestand",
            f"Verbeter de mapping, of maak een nieuwe. In het bestand staan: {there}.",
        )
        for name in dict.fromkeys(filter(None, named))
        if name not in sheet.columns
    ]


def _of_edition(sheet: Sheet, mapping: Mapping, found: Gathered) -> pl.DataFrame:
    """Return the rows of the edition; other years are left out, which is to be confirmed."""
    rows = sheet.cells
    if mapping.year is None:
        return rows
    years = pl.Series([year_of(text) for text in rows[mapping.year]], dtype=pl.String)
    own = years.is_null() | (years == str(mapping.edition))
    kept = rows.filter(own)
    others = sorted(set(years.filter(~own).to_list()))
    if others and years.null_count():
        found.problems.append(_yearless(sheet, mapping.year, rows.filter(years.is_null()), others))
    if others:
        shown = ", ".join(others)
        problem = Problem(
            sheet.file,
            None,
            mapping.year,
            shown,
            f"{rows.height - kept.height} rijen horen niet bij editie {mapping.edition}",
            "Ze worden overgeslagen. Lees elke editie apart in.",
        )
        (found.warnings if kept.height else found.problems).append(problem)
    return kept


def _yearless(sheet: Sheet, column: str, rows: pl.DataFrame, others: list[str]) -> Problem:
    """Return that rows without a year stand among those of other editions."""
    what = f"{rows.height} rijen zonder jaar, tussen rijen van {', '.join(others)}"
    filled = f'fill_down = ["{column}"]'
    remedy = f"Vul het jaar in. Geldt het jaar erboven, zet dan onder [reading]: {filled}."
    return Problem(sheet.file, int(rows[ROW][0]), column, None, what, remedy)


def _with_municipalities(
    sheet: Sheet, rows: pl.DataFrame, mapping: Mapping, who: Municipalities, found: Gathered
) -> pl.DataFrame:
    """Return the rows with the code of their municipality; null where there is none."""
    texts = rows[mapping.municipality].unique(maintain_order=True).to_list()
    matches = {text: who.recognise(text) for text in texts}
    known = [matches[text] for text in rows[mapping.municipality]]
    rows = rows.with_columns(
        pl.Series(PLACE, [match.code for match in known], pl.String),
        pl.Series(PART, [match.former for match in known], pl.String),
    )
    bare = [text for text, match in matches.items() if match.bare]
    if bare:
        found.notes.append(
            f"{len(bare)} namen van gemeenten zonder voetnootteken, zoals ‘{bare[0]}’"
        )
    regions = [text for text in texts if who.is_region(text)]
    of_region = pl.col(mapping.municipality).is_in(regions).fill_null(value=False)
    filled = pl.any_horizontal(pl.col(_holding(mapping)).is_not_null())
    # A row without answers about a municipality that is no more says nothing of its successor.
    gone = pl.col(PLACE).is_null() | pl.col(mapping.municipality).is_in(
        [text for text, match in matches.items() if match.note]
    )
    empty = rows.filter(gone, ~of_region, ~filled).height
    if empty and empty < rows.height:
        found.notes.append(f"{empty} lege rijen van gemeenten van vroeger overgeslagen")
        rows = rows.filter(~gone | of_region | filled)
    lost = rows.filter(pl.col(PLACE).is_null(), ~of_region)
    if regions:
        found.notes.append(f"{rows.filter(of_region).height} rijen van andere regio's overgeslagen")
    found.problems += _lost(sheet, lost, mapping, matches)
    noted = rows.filter(pl.col(PLACE).is_not_null()).unique(
        mapping.municipality, maintain_order=True
    )
    for row in noted.select(ROW, mapping.municipality).iter_rows():
        if matches[row[1]].note:
            found.warnings.append(
                Problem(
                    sheet.file,
                    row[0],
                    mapping.municipality,
                    row[1],
                    matches[row[1]].note,
                    "Klopt dat niet, zet de goede code onder [municipalities] in de mapping.",
                )
            )
    return rows


def _lost(
    sheet: Sheet, lost: pl.DataFrame, mapping: Mapping, matches: dict[str, Match]
) -> Iterable[Problem]:
    """Find rows whose municipality is not known, with the two ways out: which it is, or skip."""
    for number, text in lost.select(ROW, mapping.municipality).iter_rows():
        skip = f'skip_where = {{ "{mapping.municipality}" = ["{text or ""}"] }}'
        remedy = f"{matches[text].remedy} Is de rij geen gemeente, zet onder [reading]: {skip}."
        yield Problem(sheet.file, number, mapping.municipality, text, matches[text].what, remedy)


def _contradictions(
    sheet: Sheet, rows: pl.DataFrame, mapping: Mapping, who: Municipalities
) -> Iterable[Problem]:
    """Find rows whose code and name are of different municipalities: columns have shifted."""
    if mapping.name is None:
        return
    for number, code, text in rows.select(ROW, PLACE, mapping.name).iter_rows():
        named = who.recognise(text).code
        if code is not None and named is not None and named != code:
            yield Problem(
                sheet.file,
                number,
                mapping.name,
                text,
                f"de naam hoort bij {named}, maar de rij heeft {code} in {mapping.municipality}",
                "Kijk of de kolommen zijn verschoven, of haal name uit de mapping.",
            )


def _holding(mapping: Mapping) -> list[str]:
    """Return the columns of the file that hold answers."""
    if mapping.value is not None:
        return [mapping.value]
    return [column.column for column in mapping.columns]


def _with_roles(
    sheet: Sheet, rows: pl.DataFrame, mapping: Mapping, codebook: Codebook, found: Gathered
) -> pl.DataFrame:
    """Return the rows with the role of who answered, as the codebook calls it."""
    if mapping.role is None:
        return rows.with_columns(pl.lit(None, pl.String).alias(UNIT_ROLE))
    known = {fold_name(word): r.id for r in codebook.roles for word in r.label.each}
    known |= {fold_name(role.id): role.id for role in codebook.roles}
    ids = {role.id for role in codebook.roles}
    said = {text: role for text, role in mapping.roles.items() if role in ids}
    roles = []
    for number, text in rows.select(ROW, mapping.role).iter_rows():
        role = said.get(text) or known.get(fold_name(text or ""))
        roles.append(role)
        if text and role is None:
            names = ", ".join(sorted(ids))
            what, remedy = "deze rol kent het codeboek niet", f"Kies uit {names}, of zet "
            remedy += "de rol onder [roles] in de mapping."
            found.problems.append(Problem(sheet.file, number, mapping.role, text, what, remedy))
    return rows.with_columns(pl.Series(UNIT_ROLE, roles, pl.String))


def _signs(mapping: Mapping, codebook: Codebook, rows: pl.DataFrame) -> set[Decimal]:
    """Return the decimal signs of the numbers in a file: as said, else as seen."""
    if mapping.reading.decimal is not None:
        return {mapping.reading.decimal}
    texts: list[str] = []
    for column in mapping.columns:
        indicator = codebook.by_id.get(column.indicator)
        if indicator is not None and indicator.type == "number":
            texts += _cells(rows, mapping, column)["text"].drop_nulls().to_list()
    return decimal_signs(texts)


def _cells(rows: pl.DataFrame, mapping: Mapping, column: Column) -> pl.DataFrame:
    """Return the cells of one question: row, municipality, role, weight and text."""
    keys = [ROW, PLACE, PART, MOMENT, UNIT_ROLE, UNIT_WEIGHT]
    if mapping.question is None or mapping.value is None:
        return rows.select(*keys, text=column.column)
    names = [mapping.question, *([mapping.option] if mapping.option else [])]
    own = [question_key(*pair) == column.column for pair in rows.select(names).iter_rows()]
    return rows.filter(pl.Series(own, dtype=pl.Boolean)).select(*keys, text=mapping.value)


def _answers(
    sheet: Sheet,
    cells: pl.DataFrame,
    column: Column,
    codebook: Codebook,
    known: Cells,
    found: Gathered,
) -> pl.DataFrame:
    """Return the answers to one question, and note every cell that cannot be one."""
    indicator = codebook.by_id[column.indicator]
    texts = cells["text"].unique().to_list()
    read = {text: _read(text, column, indicator, known) for text in texts}
    wrong = {text: a for text, of in read.items() for a in of.values() if a.what and text}
    for number, text in cells.select(ROW, "text").iter_rows():
        if text in wrong:
            what, remedy = wrong[text].what or "", wrong[text].remedy or ""
            found.problems.append(Problem(sheet.file, number, column.column, text, what, remedy))
    found.notes += _others(texts, column, indicator, known)
    options = [o.code for o in indicator.options] if column.split else [column.option]
    return pl.concat(
        cells.select(
            ROW,
            pl.col(PLACE).alias("municipality_code"),
            PART,
            MOMENT,
            pl.col(UNIT_ROLE).alias("role"),
            pl.col(UNIT_WEIGHT).alias("weight"),
            pl.lit(column.column).alias(COLUMN),
            pl.lit(column.indicator).alias("indicator"),
            pl.lit(option).alias("option"),
            "text",
            pl.Series("value", [read[t][option].value for t in cells["text"]], pl.Float64),
            pl.Series("reason", [read[t][option].reason for t in cells["text"]], pl.String),
        )
        for option in options
    ).filter(pl.col("municipality_code").is_not_null())


def _others(
    texts: list[str | None], column: Column, indicator: Indicator, known: Cells
) -> list[str]:
    """Say which texts count as the option for anything else; their words are not kept."""
    if not column.other:
        return []
    strict = column.model_copy(update={"other": ""})
    plain = sorted(t for t in texts if t and _is_wrong(_read(t, strict, indicator, known)))
    shown = "; ".join(plain[:3]) + ("; …" if len(plain) > 3 else "")
    said = (
        f"‘{column.other}’ in {column.column}: {len(plain)} teksten, die zelf niet bewaard worden"
    )
    return [f"{said} ({shown})"] if plain else []


def _is_wrong(read: dict[str, Answer]) -> bool:
    """Return whether a cell cannot be read."""
    return any(answer.what for answer in read.values())


def _read(
    text: str | None, column: Column, indicator: Indicator, known: Cells
) -> dict[str, Answer]:
    """Return what a cell says of the option of its column, or of every option of a question."""
    if column.split:
        return choices(text, column, indicator, known)
    return {column.option: answer(text, column, indicator, known)}


def blank() -> pl.Expr:
    """Return which answers were left open."""
    return pl.col("reason") == NOT_ANSWERED
