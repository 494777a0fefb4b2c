"""A question in words of the codebook, and its answer from what is published.

Pages, downloads and ``python -m queries ask`` all come through here, so that one question gives
the same figures everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from data.survey.groups import (
    WHOLE,
    crossing_of,
    dimensions_of,
    group_of,
    groups_of,
    is_crossed,
)
from queries.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from data.survey.indicators import Indicator
    from queries.release.manifest import Release

# Shares are kept as 0-1 and shown, charted and exported as percentages.
PERCENT = 100.0


@dataclass(frozen=True)
class Question:
    """What is asked: which indicators, when, of which groups.

    ``by`` is the dimension that makes the rows; ``where`` keeps some groups of a dimension.
    ``None`` means everything there is.
    """

    indicators: tuple[str, ...]
    by: str = WHOLE
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()
    editions: tuple[int, ...] | None = None
    bases: tuple[str, ...] | None = None
    items: tuple[str, ...] | None = None
    statistics: tuple[str, ...] | None = None
    weightings: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Comparison:
    """Which tested differences are shown.

    ``measures``: indicator, item and statistic; ``subjects``: against what ('rest', 'group' or
    'edition'), and dimension and code of the group that is compared.
    """

    measures: tuple[tuple[str, str, str], ...]
    edition: int
    subjects: tuple[tuple[str, str, str], ...]
    weighting: str = "municipality"


@dataclass(frozen=True)
class Place:
    """A published group, and whether it is the one that was asked for or a wider one."""

    dimension: str
    group: str
    exact: bool


def answer(release: Release, question: Question) -> pl.DataFrame:
    """Return figures in the shape of ``figures.SCHEMA``, shares as percentages.

    Raises:
        QueryError: unknown indicator, dimension or group, or groups that are not published.
        ReleaseBrokenError: a table of the release is missing or damaged.
    """
    _check(release, question)
    dimension, groups = _groups(release, question)
    found = release.ask(
        "figures",
        indicators=list(question.indicators),
        editions=_list(question.editions),
        bases=_list(question.bases),
        items=_list(question.items),
        statistics=_list(question.statistics),
        weightings=_list(question.weightings),
        dimensions=[dimension],
        groups=groups,
    )
    return in_percentages(found, [i for i in release.codebook.indicators if i.is_share])


def differences(release: Release, comparison: Comparison) -> pl.DataFrame:
    """Return tested differences with what each may be called, shares in percentage points.

    The columns of the release's ``comparisons``. What each may be called was decided at the
    release, so that it is the same wherever it is shown.

    Raises:
        ReleaseBrokenError: the table of the release is missing or damaged.
    """
    indicators, items, statistics = zip(*comparison.measures, strict=True)
    found = release.ask(
        "comparisons",
        indicators=list(indicators),
        editions=[comparison.edition],
        items=list(items),
        statistics=list(statistics),
        weightings=[comparison.weighting],
        against=None,
        dimensions=None,
        groups=None,
    )
    kept = _only(found, ("indicator", "item", "statistic"), comparison.measures)
    kept = _only(kept, ("against", "dimension", "group_code"), comparison.subjects)
    shares = [i for i in release.codebook.indicators if i.is_share]
    return in_percentages(kept, shares)


def _only(
    found: pl.DataFrame, columns: tuple[str, ...], wanted: Sequence[tuple[str, ...]]
) -> pl.DataFrame:
    """Return the rows whose ``columns`` hold one of the combinations wanted."""
    combinations = pl.DataFrame(
        list(wanted), schema=dict.fromkeys(columns, pl.String), orient="row"
    )
    return found.join(combinations, on=columns, how="semi", maintain_order="left")


_IN_PERCENTAGES = ("estimate", "other_estimate", "difference", "low", "high", "detectable")
_DECIMALS = 10
# Shares of who took part, whatever the question is about.
_OF_RESPONDENTS = ("dont_know_share", "skipped_share")


def in_percentages(figures: pl.DataFrame, shares: Sequence[Indicator]) -> pl.DataFrame:
    """Return figures or differences with shares of municipalities as percentages."""
    is_share = pl.col("indicator").is_in([i.id for i in shares])
    return figures.with_columns(
        *(
            pl.when(is_share).then(_percentage(c)).otherwise(pl.col(c)).alias(c)
            for c in _IN_PERCENTAGES
            if c in figures.columns
        ),
        *(_percentage(c) for c in _OF_RESPONDENTS if c in figures.columns),
    )


def _percentage(column: str) -> pl.Expr:
    """Return a share as a percentage; 0.07 as 7, without the last bits of a multiplication."""
    return (pl.col(column) * PERCENT).round(_DECIMALS)


def _list(values: tuple[object, ...] | None) -> list[object] | None:
    """Return a parameter as DuckDB takes it."""
    return None if values is None else list(values)


def _check(release: Release, question: Question) -> None:
    """Refuse names that the codebook does not know."""
    book = release.codebook
    if unknown := [name for name in question.indicators if name not in book.by_id]:
        raise QueryError(
            f"Vraag ‘{unknown[0]}’ bestaat niet.", "kies uit `python -m queries ask --list`."
        )
    for dimension in _parts(question):
        if dimension not in book.dimension_by_id:
            known = ", ".join(book.dimension_by_id)
            raise QueryError(f"Indeling ‘{dimension}’ bestaat niet.", f"kies uit {known}.")
    for dimension, codes in question.where:
        known_codes = book.dimension_by_id[dimension].codes()
        for code in codes:
            if code not in known_codes:
                raise QueryError(
                    f"Groep ‘{code}’ bestaat niet in {dimension}.",
                    f"kies uit {', '.join(known_codes)}.",
                )


def _parts(question: Question) -> list[str]:
    """Return the dimensions a question is about, those of the rows first."""
    rows = [] if question.by == WHOLE else dimensions_of(question.by)
    return list(dict.fromkeys([*rows, *(dimension for dimension, _ in question.where)]))


def _groups(release: Release, question: Question) -> tuple[str, list[str] | None]:
    """Return the published dimension a question is about, and the groups it keeps.

    Raises:
        QueryError: the dimensions are not published together.
    """
    wanted = _parts(question)
    where = dict(question.where)
    if not wanted:
        return WHOLE, None
    dimension = crossing(release, wanted)
    if dimension is None:
        published = ", ".join(sorted(release.dimensions))
        raise QueryError(
            f"{' × '.join(wanted)} wordt niet samen gepubliceerd.",
            f"kies uit {published}.",
        )
    known = release.codebook.dimension_by_id
    codes = {part: list(where.get(part, ())) or known[part].codes() for part in wanted}
    return dimension, groups_of(dimension, codes)


def crossing(release: Release, parts: Sequence[str]) -> str | None:
    """Return the published dimension made of ``parts``, in any order, or None."""
    return crossing_of(release.dimensions, parts)


def place(release: Release, edition: int, chosen: Mapping[str, str]) -> Place:
    """Return the published group for a choice of at most one group per dimension.

    Where the chosen groups are not published together, this is the narrowest published group
    that holds them: a province within a size class becomes its part of the country within that
    class, and failing that the class.

    Args:
        release: where to look.
        edition: year, because groups differ from year to year.
        chosen: group codes by dimension.
    """
    if not chosen:
        return Place(WHOLE, WHOLE, exact=True)
    if (found := _published(release, chosen)) is not None:
        return Place(*found, exact=True)
    for dimension, group in chosen.items():
        rest = {d: g for d, g in chosen.items() if d != dimension}
        wider = release.ask("wider_groups", edition=edition, dimension=dimension, group=group)
        for row in wider.iter_rows(named=True):
            outer = row["wider_dimension"]
            if is_crossed(outer) or outer == WHOLE or outer in rest:
                continue
            candidate = {outer: str(row["wider_group"]), **rest}
            if (found := _published(release, candidate)) is not None:
                return Place(*found, exact=False)
    classes = [d.id for d in release.codebook.of_kind("class")]
    dimension = next((d for d in chosen if d in classes), next(iter(chosen)))
    return Place(dimension, chosen[dimension], exact=False)


def _published(release: Release, chosen: Mapping[str, str]) -> tuple[str, str] | None:
    """Return dimension and code of a crossed group, if it is published."""
    dimension = crossing(release, list(chosen))
    if dimension is None:
        return None
    return dimension, group_of(dimension, chosen)
