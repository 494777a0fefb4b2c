"""Answers beside each other and beside the former edition: what a steward should look at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from data.errors import Problem
from data.importer.table_detection import ROW, Sheet

if TYPE_CHECKING:
    from collections.abc import Iterable

    from data.survey.codebook import Codebook
    from data.survey.indicators import Rule

# A change is remarkable beyond this many robust standard deviations of all changes, and beyond
# this share of the range of the question; with fewer pairs there is nothing to compare with.
_DEVIATIONS = 4.0
_OF_RANGE = 0.1
_PAIRS = 8
# The median absolute deviation of a normal distribution, as a share of its standard deviation.
_MAD = 0.6745


@dataclass(frozen=True)
class Group:
    """How many municipalities of one group have answered so far."""

    dimension: str
    group: str
    members: int
    answered: int


@dataclass(frozen=True)
class Difference:
    """The mean of those who answered a question in both editions; shares as 0-1."""

    label: str
    both: int
    before: float
    now: float
    changed_wording: bool


def inconsistencies(sheet: Sheet, answers: pl.DataFrame, codebook: Codebook) -> Iterable[Problem]:
    """Find answers of one municipality that do not go together, by the rules of the codebook."""
    for rule in codebook.rules:
        both = _of(answers, rule.first).join(_of(answers, rule.second), on="municipality_code")
        for row in both.filter(_breaks(rule)).sort(ROW).to_dicts():
            yield Problem(
                sheet.file,
                row[ROW],
                rule.first,
                f"{row['value']:g} en {row['value_right']:g}",
                f"{row['municipality_code']}: {rule.message.dutch}",
                f"Kijk ook naar {rule.second}, en vraag het na bij de gemeente.",
                rule.message.dutch,
            )


def _of(answers: pl.DataFrame, name: str) -> pl.DataFrame:
    """Return who answered a question, or an option of one, and what."""
    indicator, _, option = name.partition(".")
    return answers.filter(
        pl.col("indicator") == indicator, pl.col("option") == option, pl.col("value").is_not_null()
    ).select("municipality_code", "value", ROW)


def _breaks(rule: Rule) -> pl.Expr:
    """Return which pairs of answers break a rule."""
    if rule.kind == "at_most":
        return pl.col("value") > pl.col("value_right")
    return pl.col("value").is_in(rule.first_is) & ~pl.col("value_right").is_in(rule.second_is)


def former_edition(former: pl.DataFrame, codebook: Codebook, edition: int) -> pl.DataFrame:
    """Return the answers of the edition before this one."""
    earlier = [year for year in codebook.years() if year < edition]
    return former.filter(pl.col("edition") == earlier[-1]) if earlier else former.clear()


def _pairs(answers: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    """Return the answers of those who answered both times, with the former one beside it."""
    return answers.filter(pl.col("value").is_not_null()).join(
        before.filter(pl.col("answer").is_not_null()).select(
            "municipality_code", "indicator", option="choice", before="answer"
        ),
        on=["municipality_code", "indicator", "option"],
        maintain_order="left",
    )


def outliers(
    sheet: Sheet, answers: pl.DataFrame, before: pl.DataFrame, codebook: Codebook
) -> Iterable[Problem]:
    """Find amounts that changed far more since the former edition than those of the others."""
    ranges = codebook.indicators_table().filter(pl.col("type") == "number")
    changed = (
        _pairs(answers, before)
        .join(ranges.select("indicator", "valid_lower", "valid_upper"), on="indicator")
        .with_columns(change=pl.col("value") - pl.col("before"))
        .with_columns(
            usual=pl.col("change").median().over("indicator"), pairs=pl.len().over("indicator")
        )
        .with_columns(off=(pl.col("change") - pl.col("usual")).abs())
        .with_columns(spread=pl.col("off").median().over("indicator") / _MAD)
        .filter(
            pl.col("pairs") >= _PAIRS,
            pl.col("off") > _DEVIATIONS * pl.col("spread"),
            pl.col("off") > _OF_RANGE * (pl.col("valid_upper") - pl.col("valid_lower")),
        )
    )
    for row in changed.sort(ROW).to_dicts():
        yield Problem(
            sheet.file,
            row[ROW],
            row["indicator"],
            row["text"],
            f"{row['municipality_code']} ging van {_written(row['before'])} naar "
            f"{_written(row['value'])}, veel "
            "meer dan bij andere gemeenten",
            "Kijk naar een verschoven komma of een andere eenheid, of vraag het na.",
            "het antwoord veranderde veel meer dan bij andere gemeenten",
        )


def _written(number: float) -> str:
    """Return a number as a Dutch reader expects it."""
    return f"{number:g}".replace(".", ",")


def differences(
    answers: pl.DataFrame, before: pl.DataFrame, codebook: Codebook, edition: int
) -> list[Difference]:
    """Return how each question moved among those who answered both times."""
    moved = (
        _pairs(answers, before)
        .group_by("indicator", "option", maintain_order=True)
        .agg(pl.len().alias("both"), pl.col("before").mean(), pl.col("value").mean())
    )
    found = []
    for indicator_id, option_code, both, former, now in moved.iter_rows():
        indicator = codebook.by_id[indicator_id]
        option = indicator.option(option_code)
        label = (
            f"{indicator.label.dutch}: {option.label.dutch}" if option else indicator.label.dutch
        )
        changed = indicator.comparability.get(edition) == "changed"
        found.append(Difference(label, both, former, now, changed))
    return found


def groups(
    responses: pl.DataFrame, register: pl.DataFrame, codebook: Codebook, edition: int
) -> list[Group]:
    """Return the response so far: the whole, then every class and region for answers."""
    answered = responses.filter(pl.col("edition") == edition, pl.col("answer").is_not_null())
    codes = answered["municipality_code"].unique().to_list()
    members = register.filter(pl.col("year") == edition).with_columns(
        took_part=pl.col("municipality_code").is_in(codes)
    )
    whole = codebook.survey.whole.dutch
    found = [Group(whole, whole, members.height, int(members["took_part"].sum()))]
    for dimension in codebook.dimensions:
        if "survey" not in dimension.kinds:
            continue
        counted = members.group_by(pl.col(dimension.id).cast(pl.String)).agg(
            pl.len(), pl.col("took_part").sum()
        )
        by_code = {code: (size, part) for code, size, part in counted.iter_rows()}
        found += [
            Group(dimension.label.dutch, group.label.dutch, *by_code[group.code])
            for group in dimension.groups
            if group.code in by_code
        ]
    return found
