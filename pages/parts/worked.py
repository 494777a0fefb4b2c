"""Worked examples for the page about the method, taken from the release that is shown.

One question and one group are followed from answer to estimate, margin and test; another shows
what happens to a figure that is withheld. Numbers are never typed into the prose.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from data.codebook import WHOLE
from pages.parts import notation
from pages.parts.cards import SHOWN, shown
from pages.parts.differences import REST, measure_of, sentence
from pages.parts.figures import Comparison, compare, view
from pages.parts.findings import finding
from pages.parts.texts import plain

if TYPE_CHECKING:
    from data.codebook import Indicator
    from pages.parts.cards import Row
    from pages.parts.context import Context

EXAMPLES = ("example_estimate", "example_margin", "example_test", "example_withheld")


def no_examples(context: Context) -> dict[str, str]:
    """Return what stands in the place of each example when there is none."""
    return dict.fromkeys(EXAMPLES, plain(context.words("example.none")))


def worked_examples(context: Context) -> dict[str, str]:
    """Return the examples by their place in the prose; a sentence saying so where there is none.

    A survey without shares, or an edition in which nothing can be tested, has none.
    """
    tested = [(i, _tested(context, i)) for i in _asked(context)]
    usable = [(i, found) for i, found in tested if not found.is_empty()]
    if not usable:
        return no_examples(context)
    clearest = min(usable, key=lambda pair: float(pair[1]["p_value"][0]))
    mark = context.mark(clearest[0])
    examples = {
        name: plain(context.words("example.marked", text=text, mark=mark) if mark else text)
        for name, text in _examples(context, *clearest).items()
    }
    return no_examples(context) | examples


def _examples(context: Context, indicator: Indicator, tested: pl.DataFrame) -> dict[str, str]:
    """Return the examples that a question gives, by their place in the prose."""
    row = tested.row(0, named=True)
    figures = _figures(context, indicator)
    found = {
        "example_estimate": _estimate(context, indicator, _row(figures, row)),
        "example_margin": _margin(context, indicator, figures, row),
        "example_test": _test(context, indicator, tested),
    }
    withheld = _withheld(context, indicator, figures)
    return found | ({"example_withheld": withheld} if withheld else {})


def _asked(context: Context) -> list[Indicator]:
    """Return the headline questions about shares of municipalities, of this edition."""
    asked = [context.book.by_id[theme.headline] for theme in context.book.themes]
    return [i for i in asked if i.is_share and i.asked_in(context.selection.edition)]


def _tested(context: Context, indicator: Indicator) -> pl.DataFrame:
    """Return each size class and region against the rest, the clearest difference first."""
    book = context.book
    dimensions = [*book.of_kind("class")[:1], *book.of_kind("region")[:1]]
    differences = compare(
        Comparison(
            measures=(measure_of(context, indicator),),
            edition=context.selection.edition,
            subjects=tuple((REST, d.id, code) for d in dimensions for code in d.codes()),
        )
    )
    return differences.filter(pl.col("p_value").is_not_null()).sort("p_value", maintain_order=True)


def _figures(context: Context, indicator: Indicator) -> pl.DataFrame:
    """Return the followed figure of every published group, shares in percentages."""
    _, item, statistic = measure_of(context, indicator)
    found = view(
        "figures",
        indicators=(indicator.id,),
        editions=(context.selection.edition,),
        bases=None,
        items=(item,),
        statistics=(statistic,),
        weightings=("municipality",),
        dimensions=None,
        groups=None,
    )
    return found.with_columns(pl.col("estimate", "low", "high") * 100)


def _row(figures: pl.DataFrame, place: Row) -> Row:
    """Return the figure of a group."""
    same = (pl.col("dimension") == place["dimension"]) & (
        pl.col("group_code") == place["group_code"]
    )
    return figures.filter(same).row(0, named=True)


def _estimate(context: Context, indicator: Indicator, row: Row) -> str:
    """Return how the figure of a group came about."""
    return context.words(
        "example.estimate",
        question=indicator.question.of(context.language),
        group=context.group(row["dimension"], row["group_code"]),
        year=row["edition"],
        population=context.number(row["population_count"]),
        answers=context.number(row["answer_count"]),
        finding=finding(context, indicator, row, ""),
    )


def _margin(context: Context, indicator: Indicator, figures: pl.DataFrame, row: Row) -> str:
    """Return the margin of a group beside that of the whole."""
    whole = {"dimension": WHOLE, "group_code": WHOLE}
    ours, all_of_them = (shown(context, indicator, _row(figures, place)) for place in (row, whole))
    return context.words(
        "example.margin",
        group=context.group(row["dimension"], row["group_code"]),
        margin=ours.margin,
        count=ours.count,
        whole=context.book.survey.whole.of(context.language),
        margin_whole=all_of_them.margin,
        count_whole=all_of_them.count,
    )


def _test(context: Context, indicator: Indicator, tested: pl.DataFrame) -> str:
    """Return how the clearest difference was tested, beside the others."""
    row = tested.row(0, named=True)
    chance = min(1.0, row["p_value"] * tested.height)
    return context.words(
        "example.test",
        group=context.group(row["dimension"], row["group_code"]),
        value=context.value(row["estimate"], indicator),
        other=context.value(row["other_estimate"], indicator),
        chance=notation.number(100 * row["p_value"], context.language, 2),
        tests=context.number(tested.height),
        corrected=notation.number(100 * chance, context.language, 1),
        sentence=sentence(context, row),
    )


def _withheld(context: Context, indicator: Indicator, figures: pl.DataFrame) -> str | None:
    """Return what happens to the first withheld figure that has a wider one; None without any."""
    held = figures.filter(
        pl.col("status") != SHOWN, pl.col("step_up_group").is_not_null()
    ).to_dicts()
    if not held:
        return None
    row = held[0]
    wider = {"dimension": row["step_up_dimension"], "group_code": row["step_up_group"]}
    return context.words(
        "example.withheld",
        group=context.group(row["dimension"], row["group_code"]),
        reason=shown(context, indicator, row).state,
        population=context.number(row["population_count"]),
        wider=context.group(wider["dimension"], wider["group_code"]),
        finding=finding(context, indicator, _row(figures, wider), ""),
    )
