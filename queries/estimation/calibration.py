"""Weights that add up to the register, and the variance that this leaves. Pure.

Weights are raked: made to add up to the number of municipalities in each group of a margin, one
margin after another, until all hold at once; with one margin this is post-stratification. What
the margins explain of an answer is then known, and no longer counts as chance: the variance is
that of the residuals.

Source: Deming and Stephan (1940) on raking; Deville and Sarndal (1992), Calibration estimators in
survey sampling; Sarndal, Swensson and Wretman, Model Assisted Survey Sampling (1992), chapter 6.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from data.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    Vector = np.ndarray[tuple[int], np.dtype[np.float64]]

# Between the groups that a municipality is in, one of each margin.
SEPARATOR = "|"
CELL = "calibration_cell"
_STRATUM = ("stratum", "population_count", "item_count", "estimate", "size_total")
_ROUNDS, _CLOSE = 1000, 1e-14


def calibrated(answering: pl.DataFrame, register: pl.DataFrame, margins: int) -> pl.DataFrame:
    """Return the respondents with weights that add up to the register along every margin.

    Args:
        answering: one row per ``edition`` and municipality that answered, with ``weight`` and its
            group of each margin in ``margin_0``, ``margin_1``, ….
        register: one row per ``edition`` and municipality, with the same groups.
        margins: how many there are.

    Returns:
        The same rows, with new weights and ``calibration_cell``.

    Raises:
        DataError: in some group of a margin nobody answered.
    """
    names = [f"margin_{number}" for number in range(margins)]
    parts = []
    for (edition,), frame in answering.partition_by("edition", as_dict=True).items():
        everyone = register.filter(pl.col("edition") == edition)
        weight = _raked(frame, everyone, names)
        parts.append(frame.with_columns(weight=pl.Series(weight)))
    cell = pl.concat_str(names, separator=SEPARATOR)
    return pl.concat(parts).with_columns(cell.alias(CELL)).drop(names)


def _raked(frame: pl.DataFrame, everyone: pl.DataFrame, names: Sequence[str]) -> Vector:
    """Return the raked weights of one edition."""
    weight: Vector = frame["weight"].to_numpy().astype(float)
    margins = [_margin(frame, everyone, name) for name in names]
    for _ in range(_ROUNDS):
        before = weight
        for groups, wanted in margins:
            weight = weight * (wanted / np.bincount(groups, weight, len(wanted)))[groups]
        if np.abs(weight / before - 1).max() < _CLOSE:
            break
    return weight


def _margin(
    frame: pl.DataFrame, everyone: pl.DataFrame, name: str
) -> tuple[np.ndarray[tuple[int], np.dtype[np.int64]], Vector]:
    """Return the group of each respondent as a number, and how many belong to each group."""
    counts = everyone.group_by(name).len().sort(name)
    missing = counts.join(frame, on=name, how="anti")[name].to_list()
    if missing:
        raise DataError(
            f"Niemand van groep ‘{missing[0]}’ gaf antwoord; de gewichten kunnen daar niet op "
            "uitkomen.",
            "haal die indeling uit `calibrate` in codebook.toml, of voeg groepen samen.",
        )
    numbered = counts.with_row_index("_group")
    groups = frame.join(numbered, on=name, how="left", maintain_order="left")["_group"]
    return groups.to_numpy().astype(np.int64), counts["len"].to_numpy().astype(float)


def residual_sums(
    sums: pl.DataFrame, respondents: pl.DataFrame, keys: Sequence[str]
) -> pl.DataFrame:
    """Return influence sums of what the margins leave unexplained; as they are without margins.

    Args:
        sums: from ``estimates.influence_sums``: per group, stratum and calibration cell.
        respondents: the answer to ``counts/unit_patterns``, with ``calibration_cell``.
        keys: the columns that make a group, ``edition`` among them.

    Returns:
        What ``estimates.by_stratum`` takes, in which ``z_sum`` and ``z_square_sum`` are those of
        the residuals; strata of the edition without answers of the group are among the rows.
    """
    if sums[CELL].n_unique() <= 1:
        return sums
    parts = [
        _residuals(sums.filter(pl.col("edition") == edition), frame, keys)
        for (edition,), frame in respondents.partition_by("edition", as_dict=True).items()
    ]
    return pl.concat(parts)


def _residuals(sums: pl.DataFrame, respondents: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """Return the sums of residuals of one edition, per group, stratum and cell."""
    strata = respondents.group_by("stratum", CELL).agg(
        pl.col("population_count", "respondent_count").first(),
        _weights=pl.col("weight").sum(),
        _squares=(pl.col("weight") ** 2).sum(),
    )
    groups = sums.group_by(keys).agg(pl.col("estimate", "size_total").first())
    asked = [key for key in ("indicator", "item") if key in sums.columns]
    answered = sums.select(*asked, "stratum", "item_count").unique()
    counted = [c for c in sums.columns if c.endswith("_sum")] + ["answer_count"]
    fit = pl.col("_fit")
    return (
        groups.join(_explained(sums, respondents, keys), on=keys)
        .join(strata, on=CELL)
        .join(
            sums.select(*keys, "stratum", CELL, *counted), on=[*keys, "stratum", CELL], how="left"
        )
        .join(answered, on=[*asked, "stratum"], how="left")
        .with_columns(
            pl.col(counted).fill_null(0),
            pl.col("item_count").fill_null(pl.col("respondent_count")),
        )
        .with_columns(
            z_sum=pl.col("z_sum") - fit * pl.col("_weights"),
            z_square_sum=pl.col("z_square_sum")
            - 2 * fit * pl.col("weight_z_sum")
            + fit**2 * pl.col("_squares"),
        )
        .select(*keys, *_STRATUM, *counted)
    )


def _explained(sums: pl.DataFrame, respondents: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """Return per group and cell what the margins explain of z / w: the least squares fit.

    With one margin that is the weighted mean of its groups; with several, each respondent counts
    alike, as in R's survey package. Rows: ``keys``, ``calibration_cell``, ``_fit``.
    """
    several = respondents[CELL].str.contains(SEPARATOR, literal=True).all()
    count = pl.len().cast(pl.Float64) if several else pl.col("weight").sum()
    cells = respondents.group_by(CELL).agg(_count=count).sort(CELL)
    values = "z_share_sum" if several else "z_sum"
    wide = sums.pivot(on=CELL, index=keys, values=values, aggregate_function="sum")
    names = cells[CELL].to_list()
    known = [pl.col(n).fill_null(0) if n in wide.columns else pl.lit(0.0).alias(n) for n in names]
    totals = wide.select(known).to_numpy()
    design = _dummies(names)
    counts = cells["_count"].to_numpy()
    solve = np.linalg.pinv(design.T @ (design * counts[:, None]))
    fit = totals @ (design @ solve @ design.T)
    return (
        wide.select(keys)
        .hstack(pl.DataFrame(fit, schema=names, orient="row"))
        .unpivot(index=keys, variable_name=CELL, value_name="_fit")
    )


def _dummies(cells: Sequence[str]) -> Vector:
    """Return which groups each cell is in, a column per group of every margin."""
    groups = [cell.split(SEPARATOR) for cell in cells]
    columns = sorted({(place, name) for parts in groups for place, name in enumerate(parts)})
    matrix: Vector = np.array(
        [[float(parts[place] == name) for place, name in columns] for parts in groups]
    )
    return matrix
