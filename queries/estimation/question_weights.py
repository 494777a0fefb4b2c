"""Calibration of a question to official figures: its weights, errors and what it gains."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from data.errors import DataError
from data.files.schema import figures_of_year
from queries.estimation.auxiliaries import class_of, known_or_mean
from queries.estimation.regression import Answered, Auxiliaries, Weighed, auxiliaries, weighed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from data.survey.codebook import Codebook
    from data.survey.indicators import Indicator


QUESTION_WEIGHTS = {
    "edition": pl.Int32(),
    "indicator": pl.String(),
    "municipality_code": pl.String(),
    "weight": pl.Float64(),
}


GAINS = {
    "edition": pl.Int32(),
    "indicator": pl.String(),
    "auxiliaries": pl.String(),
    "gain": pl.Float64(),
}


# Between the names of several official figures.
SEPARATOR = " + "


# Fewest answers of a class for each number that its weights add up to.
_FEWEST = 5


def question_weights(
    codebook: Codebook,
    register: pl.DataFrame,
    respondents: pl.DataFrame,
    amounts: pl.DataFrame,
    official: pl.DataFrame,
) -> pl.DataFrame:
    """Return the weights of every question that the codebook calibrates; other questions have none.

    Args:
        codebook: says in ``calibrate`` of a question which official figures of the year of the
            edition its weights add up to.
        register: one row per ``year`` and ``municipality_code``.
        respondents: the answer to ``counts/weighted_units``.
        amounts: the table ``amounts``: what was answered, by ``edition``, ``indicator``,
            ``item`` and ``municipality_code``.
        official: official figures.

    Returns:
        One row per ``edition``, ``indicator`` and municipality that answered it: ``weight``.

    Raises:
        DataError: there are no such figures of that year, or the weights cannot add up to them.
    """
    rows = []
    for indicator, year in _questions(codebook, amounts):
        given = _given(amounts, indicator, year)
        found = _weighed(
            codebook, register, official, (indicator, year), _answered(respondents, given, year)
        )
        rows += [
            (year, indicator.id, code, weight)
            for code, weight in zip(found.answered.codes, found.weights, strict=True)
        ]
    return pl.DataFrame(rows, schema=QUESTION_WEIGHTS, orient="row")


def gains(
    codebook: Codebook,
    register: pl.DataFrame,
    respondents: pl.DataFrame,
    amounts: pl.DataFrame,
    official: pl.DataFrame,
) -> pl.DataFrame:
    """Return how much calibration narrows the margin of the headline of the whole country.

    Args and errors: as of :func:`question_weights`.

    Returns:
        One row per ``edition`` and ``indicator`` that is calibrated: ``auxiliaries``, the
        official figures; ``gain``, the new standard error as a part of the old (0.28: margins
        are 0.28 times as wide), in two decimals; null where all gave the same answer.
    """
    rows = []
    for indicator, year in _questions(codebook, amounts):
        given = _given(amounts, indicator, year)
        answered = _answered(respondents, given, year)
        found = _weighed(codebook, register, official, (indicator, year), answered)
        item = "" if indicator.type == "number" else indicator.headline
        values = dict(
            given.filter(pl.col("item") == item).select("municipality_code", "amount").iter_rows()
        )
        answers = [values[code] for code in answered.codes]
        everyone = [True] * len(answers)
        new = found.error_of_mean(answers, everyone)
        old = Weighed(answered, answered.weights, None).error_of_mean(answers, everyone)
        gain = round(round(new / old, 9), 2) if old > 0 else None
        rows.append((year, indicator.id, SEPARATOR.join(indicator.calibrate), gain))
    return pl.DataFrame(rows, schema=GAINS, orient="row")


def group_errors(
    codebook: Codebook,
    register: pl.DataFrame,
    respondents: pl.DataFrame,
    amounts: pl.DataFrame,
    official: pl.DataFrame,
    members: pl.DataFrame,
) -> pl.DataFrame:
    """Return the standard errors of means per municipality, of every calibrated question.

    Args and errors: as of :func:`question_weights`, and ``members``: one row per ``edition``,
    ``dimension``, ``group_code`` and ``municipality_code``.

    Returns:
        One row per ``edition``, ``indicator``, ``item`` and group: ``calibrated_error``.
    """
    rows: list[tuple[object, ...]] = []
    for indicator, year in _questions(codebook, amounts):
        given = _given(amounts, indicator, year)
        answered = _answered(respondents, given, year)
        known = _known(codebook, register, official, (indicator, year), answered)
        counted = weighed(answered, known)
        if counted is None:
            raise _unreachable(indicator, year)
        groups = members.filter(pl.col("edition") == year).partition_by(
            "dimension", "group_code", as_dict=True
        )
        for (item,), of_item in given.partition_by("item", as_dict=True).items():
            values = dict(of_item.select("municipality_code", "amount").iter_rows())
            own = [values[code] for code in answered.codes]
            for place, inside in groups.items():
                codes = set(inside["municipality_code"])
                belongs = [code in codes for code in answered.codes]
                if any(belongs):
                    error = counted.error_of_mean(own, belongs)
                    rows.append((year, indicator.id, item, *place, error))
    schema = {
        "edition": pl.Int32,
        **dict.fromkeys(("indicator", "item", "dimension", "group_code"), pl.String),
        "calibrated_error": pl.Float64,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def _questions(codebook: Codebook, amounts: pl.DataFrame) -> Iterator[tuple[Indicator, int]]:
    """Yield every question that is calibrated, with each edition in which anybody answered it."""
    answered = set(amounts.select("indicator", "edition").unique().iter_rows())
    for indicator in codebook.indicators:
        for year in codebook.years() if indicator.calibrate else ():
            if (indicator.id, year) in answered:
                yield indicator, year


def _given(amounts: pl.DataFrame, indicator: Indicator, year: int) -> pl.DataFrame:
    """Return what was answered to one question in one edition."""
    return amounts.filter(pl.col("edition") == year, pl.col("indicator") == indicator.id)


def _answered(respondents: pl.DataFrame, given: pl.DataFrame, year: int) -> Answered:
    """Return who answered a question, by code."""
    frame = (
        respondents.filter(pl.col("edition") == year)
        .join(given, on="municipality_code", how="semi")
        .sort("municipality_code")
    )
    return Answered(
        frame["municipality_code"].to_list(),
        frame["weight"].to_list(),
        frame["stratum"].to_list(),
        dict(frame.select("stratum", "population_count").iter_rows()),
    )


def _weighed(
    codebook: Codebook,
    register: pl.DataFrame,
    official: pl.DataFrame,
    question: tuple[Indicator, int],
    answered: Answered,
) -> Weighed:
    """Return the answers to a question with the weights that its official figures ask for."""
    found = weighed(answered, _known(codebook, register, official, question, answered))
    if found is None:
        raise _unreachable(*question)
    return found


def _known(
    codebook: Codebook,
    register: pl.DataFrame,
    official: pl.DataFrame,
    question: tuple[Indicator, int],
    answered: Answered,
) -> Auxiliaries:
    """Return what the weights of a question add up to: by class, where enough of each answered."""
    indicator, year = question
    frame = register.filter(pl.col("year") == year).sort("municipality_code")
    classes = class_of(codebook, frame)
    columns = []
    for name in indicator.calibrate:
        if figures_of_year(official, name, year).is_empty():
            raise DataError(
                f"Vraag {indicator.id} wordt gewogen naar {name}, maar daarvan zijn geen officiële "
                f"cijfers over {year}.",
                "haal die naam uit `calibrate` in codebook.toml, of kies een cijfer dat er over "
                "dat jaar wel is.",
            )
        columns.append(known_or_mean(frame, classes, official, (name, year)))
    codes = frame["municipality_code"].to_list()
    of_class = dict(zip(codes, classes, strict=True))
    inside = [of_class[code] for code in answered.codes]
    few = _FEWEST * (1 + len(columns))
    if any(inside.count(name) < few for name in set(classes)):
        classes = [None] * len(classes)
    return auxiliaries(columns, codes, classes)


def _unreachable(indicator: Indicator, year: int) -> DataError:
    """Return that no weights of a question add up to its official figures."""
    return DataError(
        f"De antwoorden op {indicator.id} in {year} zijn met geen gewichten tussen 0,3 en 3 keer "
        f"hun gewicht in overeenstemming te brengen met {', '.join(indicator.calibrate)}.",
        "haal een naam uit `calibrate` in codebook.toml.",
    )
