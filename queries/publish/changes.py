"""What changed between two versions of a release."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from data.files import store
from data.survey.codebook import load_codebook
from data.survey.groups import WHOLE
from queries.release.log import Change
from queries.release.manifest import (
    VERSIONS,
)
from queries.vocabulary import Weighting

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


_KEY = [
    *("indicator", "basis", "edition", "dimension", "group_code", "item", "statistic"),
    "weighting",
]


# What makes a difference the same one in two versions.
_PAIR = [
    *("edition", "indicator", "item", "statistic", "weighting", "against"),
    *("dimension", "group_code", "other_dimension", "other_group", "other_edition"),
]
_TOLD = ("estimate", "low", "high", "status")
# So many are named; more are counted.
_NAMED = 5


def changes_between(target: Path, former: str | None, version: str) -> tuple[int, Change | None]:
    """Return how many figures changed, and the one that changed most."""
    now = target / VERSIONS / version
    before = target / VERSIONS / str(former)
    if not before.is_dir():
        return store.read_parquet(now / "figures.parquet").height, None
    changed = _changed(before, now, "figures", _KEY, _TOLD)
    return changed.height, _largest(changed)


def in_words(before: Path, now: Path) -> list[str]:
    """Return what readers will see change, for the steward.

    Args:
        before: the folder of the version online.
        now: the folder of what would take its place.
    """
    changed = _changed(before, now, "figures", _KEY, _TOLD)
    if changed.is_empty():
        return ["Geen enkel cijfer verandert."]
    shown = pl.col("estimate").is_not_null()
    was_shown = pl.col("estimate_then").is_not_null()
    lines = [
        f"Editie {year}: {part.height} cijfers anders, waarvan "
        f"{part.filter(shown & ~was_shown).height} nieuw getoond en "
        f"{part.filter(~shown & was_shown).height} niet meer getoond."
        for (year,), part in changed.group_by("edition", maintain_order=True)
    ]
    if top := _largest(changed):
        lines.append(
            f"Het meest verandert {top.indicator} {top.edition} {top.group_code}: {top.before:.3g} "
            f"wordt {top.after:.3g}."
        )
    return lines + _headlines(changed, now) + verdicts(before, now)


def _headlines(changed: pl.DataFrame, now: Path) -> list[str]:
    """Return which themes get another figure at their head."""
    book = load_codebook(now / "codebook.toml")
    lines = []
    for theme in book.themes:
        indicator = book.by_id[theme.headline]
        own = pl.col("item") == (indicator.headline if indicator.is_share else "")
        statistic = "share" if indicator.is_share else indicator.headline
        found = changed.filter(
            own,
            pl.col("indicator") == indicator.id,
            pl.col("statistic") == statistic,
            pl.col("dimension") == WHOLE,
            pl.col("weighting") == Weighting.MUNICIPALITY,
        )
        lines += [
            f"Kerncijfer {theme.title.dutch} ({row['edition']}): {_said(row['estimate_then'])} "
            f"wordt {_said(row['estimate'])}."
            for row in found.sort("edition").to_dicts()
        ]
    return lines


def _said(figure: float | None) -> str:
    return "niet getoond" if figure is None else f"{figure:.3g}"


def verdicts(before: Path, now: Path) -> list[str]:
    """Return which differences are called something else: higher, lower or neither."""
    changed = _changed(before, now, "comparisons", _PAIR, ("outcome",)).sort(_PAIR)
    if changed.is_empty():
        return []
    both = changed.drop_nulls(["outcome", "outcome_then"]).head(_NAMED)
    named = [
        f"{row['indicator']} {row['edition']} {row['group_code']} ({row['against']}): "
        f"{row['outcome_then']} wordt {row['outcome']}"
        for row in both.to_dicts()
    ]
    more = f": {'; '.join(named)}" if named else ""
    return [f"{changed.height} verschillen heten anders{more}."]


def _changed(
    before: Path, now: Path, table: str, keys: Sequence[str], told: Sequence[str]
) -> pl.DataFrame:
    """Return the rows of a table that two versions tell otherwise, in the order of its keys."""
    frames = [store.read_parquet(folder / f"{table}.parquet") for folder in (now, before)]
    new, old = (frame.select(*keys, *told) for frame in frames)
    both = new.join(old, on=keys, how="full", suffix="_then", coalesce=True, nulls_equal=True)
    differs = pl.any_horizontal(pl.col(c).ne_missing(pl.col(f"{c}_then")) for c in told)
    return both.filter(differs).sort(keys)


def _largest(changed: pl.DataFrame) -> Change | None:
    """Return the figure that changed most; None when none had a value before and after."""
    after, before = pl.col("estimate"), pl.col("estimate_then")
    by = (after - before).abs()
    scale = (
        pl.when(pl.col("statistic") == "share")
        .then(1.0)
        .otherwise(pl.max_horizontal(after.abs(), before.abs()))
    )
    moved = changed.with_columns(by=by / scale).filter(by > 0).sort("by", *_KEY, descending=True)
    for row in moved.head(1).iter_rows(named=True):
        known = {name: row[name] for name in Change.model_fields if name in row}
        return Change(**known, before=row["estimate_then"], after=row["estimate"])
    return None
