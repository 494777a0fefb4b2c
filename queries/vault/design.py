"""What the answers of a vault estimate, by the design of the survey: nothing of it is published.

Frames of the vault in, frames out; the gate adds noise to them, and tests compare them with R.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from queries import engine
from queries.estimation import calibration, estimates, question_weights
from queries.vocabulary import Weighting

if TYPE_CHECKING:
    from queries.vault.opening import Vault

MEASURE = ["edition", "indicator", "item", "weighting"]
KEYS = [*MEASURE, "dimension", "group_code"]


def load_sums(vault: Vault) -> None:
    """Make the table ``stratum_sums`` of a vault, which all estimates build on."""
    engine.keep(vault.connection, "stratum_sums", "counts/stratum_sums", {})


def weighted_sums(vault: Vault) -> pl.DataFrame:
    """Return the answers of every group, stratum by stratum: see ``estimates.weighted_sums``."""
    sums = engine.table(vault.connection, "stratum_sums")
    return estimates.weighted_sums(sums, vault.policy.weightings)


def means(vault: Vault, weighted: pl.DataFrame) -> pl.DataFrame:
    """Return the weighted mean of every measure and group: see ``estimates.weighted_means``.

    Args:
        vault: its respondents are calibrated, or not.
        weighted: from :func:`weighted_sums`; of some measures, or of all.
    """
    found = _means(vault, estimates.influence_sums(weighted, KEYS))
    if not engine.table(vault.connection, "question_weights").height:
        return found
    names = ("respondents", "amounts", "official", "membership")
    tables = (engine.table(vault.connection, name) for name in names)
    errors = question_weights.group_errors(vault.codebook, vault.register, *tables)
    keys = [key for key in KEYS if key != "weighting"]
    alike = pl.col("weighting") == Weighting.MUNICIPALITY
    return (
        found.join(errors, on=keys, how="left", maintain_order="left")
        .with_columns(
            standard_error=pl.when(alike)
            .then(pl.coalesce("calibrated_error", "standard_error"))
            .otherwise("standard_error")
        )
        .drop("calibrated_error")
    )


def totals(vault: Vault, weighted: pl.DataFrame) -> pl.DataFrame:
    """Return what the amounts of every group add up to, in the columns of :func:`means`."""
    return _means(vault, estimates.total_sums(weighted, KEYS))


def _means(vault: Vault, influence: pl.DataFrame) -> pl.DataFrame:
    """Return means of influence sums, after what calibration explains is taken out."""
    respondents = engine.table(vault.connection, "respondents")
    left = calibration.residual_sums(influence, respondents, KEYS)
    return estimates.weighted_means(estimates.by_stratum(left, KEYS), KEYS)
