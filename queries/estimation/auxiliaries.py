"""What is known of every municipality beside its answers: its class and its official figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.files.schema import figures_of_year
from queries.estimation.equations import mean

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from data.survey.codebook import Codebook


def class_of(codebook: Codebook, frame: pl.DataFrame) -> list[str | None]:
    """Return the size class of every municipality of a frame; all alike without classes."""
    dimensions = codebook.of_kind("class")
    return frame[dimensions[0].id].to_list() if dimensions else [None] * frame.height


def known_or_mean(
    frame: pl.DataFrame,
    classes: Sequence[str | None],
    official: pl.DataFrame,
    figure: tuple[str, int],
) -> list[float]:
    """Return an official figure of every municipality: the mean of its class where it filed none.

    Args:
        frame: with ``municipality_code``.
        classes: of each row; where a whole class filed none, the mean of all stands in.
        official: official figures.
        figure: indicator and year. Without any figure of that year, all are 0.
    """
    filed = dict(figures_of_year(official, *figure).select("municipality_code", "amount").rows())
    amounts = [filed.get(code) for code in frame["municipality_code"]]
    everyone = [amount for amount in amounts if amount is not None]
    means: dict[str | None, float] = {None: mean(everyone) if everyone else 0.0}
    for name in sorted({name for name in classes if name is not None}):
        inside = [a for a, c in zip(amounts, classes, strict=True) if a is not None and c == name]
        means[name] = mean(inside) if inside else means[None]
    return [
        means[name] if amount is None else amount
        for amount, name in zip(amounts, classes, strict=True)
    ]
