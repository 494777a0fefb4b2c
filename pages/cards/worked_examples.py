"""Worked examples for the page about the method, taken from the release that is shown.

One question and one group are followed from answer to estimate, noise, margin and test; another
shows what happens to a figure that is withheld. Numbers are never typed into the prose: what the
policy says is filled in too.
"""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

import polars as pl

from data.survey.groups import WHOLE
from pages.cards.card import shown
from pages.cards.differences import measure_of, sentence
from pages.cards.findings import finding
from pages.words.texts import plain
from queries.ask.questions import Comparison
from queries.vocabulary import Against, Status
from queries.words import numbers
from queries.words.texts import join

if TYPE_CHECKING:
    from data.survey.indicators import Indicator
    from pages.cards.card import Row
    from pages.state.view import View

EXAMPLES = (
    "example_estimate",
    "example_noise",
    "example_margin",
    "example_test",
    "example_withheld",
    "example_formula",
    "example_response",
    "example_gain",
)
# The standard normal quantile of a 95% margin.
_QUANTILE = 1.96


def rules(view: View) -> dict[str, str]:
    """Return what the policy says, by its place in the prose."""
    policy = view.facts.policy
    values = {
        "rule_fewest": policy.min_respondents,
        "rule_fewest_levels": policy.fewest.distribution,
        "rule_fewest_quantile": policy.fewest.quantile,
        "rule_fewest_inhabitant": policy.fewest.inhabitant,
        "rule_sd": policy.noise.sd,
        "rule_status_sd": policy.noise.status_sd,
        "rule_amount_sd": policy.noise.amount_sd,
        "rule_bound_points": policy.protection.bound_points,
        "rule_bound_answers": policy.protection.bound_answers,
        "rule_part": policy.protection.largest_inhabitant_part,
        "rule_near": policy.protection.p_percent,
        "rule_releases": policy.protection.max_releases,
        "rule_points": policy.rounding.share_points,
        "rule_points_small": policy.rounding.share_points_small,
        "rule_small": policy.rounding.small_below,
        "rule_digits": policy.rounding.amount_digits,
        "rule_step": policy.rounding.count_step,
        "rule_correlation": policy.comparisons.edition_correlation,
        "rule_good": policy.reliability.good_half_width,
        "rule_caution": policy.reliability.caution_half_width,
        "rule_skewness": policy.reliability.good_skewness,
    }
    return {name: _short(view, number) for name, number in values.items()}


def _short(view: View, number: float) -> str:
    """Return a number with as many decimals as it has."""
    decimals = len(f"{number:g}".partition(".")[2])
    return numbers.number(number, view.language, decimals)


def no_examples(view: View) -> dict[str, str]:
    """Return what stands in the place of each example when there is none."""
    return dict.fromkeys(EXAMPLES, plain(view.words("example.none")))


def worked_examples(view: View) -> dict[str, str]:
    """Return the examples by their place in the prose; a sentence saying so where there is none.

    A survey without shares, or an edition in which nothing can be tested, has none.
    """
    tested = [(i, _tested(view, i)) for i in _asked(view)]
    usable = [(i, found) for i, found in tested if not found.is_empty()]
    others = no_examples(view) | _of_response(view)
    if not usable:
        return others
    clearest = min(usable, key=lambda pair: float(pair[1]["p_value"][0]))
    mark = view.mark(clearest[0])
    examples = {
        name: plain(view.words("example.marked", text=text, mark=mark) if mark else text)
        for name, text in _examples(view, *clearest).items()
    }
    return others | examples


def _examples(view: View, indicator: Indicator, tested: pl.DataFrame) -> dict[str, str]:
    """Return the examples that a question gives, by their place in the prose."""
    row = tested.row(0, named=True)
    figures = _figures(view, indicator)
    found = {
        "example_estimate": _estimate(view, indicator, _row(figures, row)),
        "example_margin": _margin(view, indicator, figures, row),
        "example_test": _test(view, indicator, tested),
        "example_noise": _noise(view, indicator, figures, row),
        "example_formula": _formula(view, indicator, _row(figures, row)),
    }
    withheld = _withheld(view, indicator, figures)
    return found | ({"example_withheld": withheld} if withheld else {})


def _of_response(view: View) -> dict[str, str]:
    """Return the examples about who took part and how questions are weighted, as far as known."""
    year, words = view.selection.edition, view.words
    found = {}
    rows = view.query("response_quality", edition=year)
    for row in rows.head(1).iter_rows(named=True):
        if row["r_indicator"] is not None and row["indicator"] is not None:
            found["example_response"] = plain(_response(view, row))
    gains = [
        (view.book.by_id[row["indicator"]].label.of(view.language), row["gain"])
        for row in view.query("calibrations", edition=year).drop_nulls("gain").iter_rows(named=True)
    ]
    if gains:
        listed = [
            words("example.gain_of", label=label, gain=numbers.number(gain, view.language, 2))
            for label, gain in gains
        ]
        found["example_gain"] = plain(words("example.gain", year=year, gains="; ".join(listed)))
    mark = words("mark.synthetic") if view.facts.synthetic else ""
    return {
        name: plain(words("example.marked", text=text, mark=mark)) if mark else text
        for name, text in found.items()
    }


def _response(view: View, row: Row) -> str:
    """Return the R-indicator, and the official figure on which respondents differ most."""
    indicator = view.book.by_id[row["indicator"]]
    values = {
        name: numbers.number(row[name], view.language, 2) for name in ("r_indicator", "low", "high")
    }
    return view.words(
        "example.response",
        year=row["edition"],
        label=indicator.label.of(view.language),
        all=view.value(row["population_mean"], indicator),
        respondents=view.value(row["respondent_mean"], indicator),
        apart=numbers.number(abs(row["difference_sd"]), view.language, 2),
        **values,
    )


def _asked(view: View) -> list[Indicator]:
    """Return the headline questions about shares of municipalities, of this edition."""
    asked = [view.book.by_id[theme.headline] for theme in view.book.themes]
    return [i for i in asked if i.is_share and i.asked_in(view.selection.edition)]


def _tested(view: View, indicator: Indicator) -> pl.DataFrame:
    """Return each size class and region against the rest, the clearest difference first."""
    book = view.book
    dimensions = [*book.of_kind("class")[:1], *book.of_kind("region")[:1]]
    differences = view.compare(
        Comparison(
            measures=(measure_of(view, indicator),),
            edition=view.selection.edition,
            subjects=tuple((Against.REST, d.id, code) for d in dimensions for code in d.codes()),
        )
    )
    return differences.filter(pl.col("p_value").is_not_null()).sort("p_value", maintain_order=True)


def _figures(view: View, indicator: Indicator) -> pl.DataFrame:
    """Return the followed figure of every published group, shares in percentages."""
    _, item, statistic = measure_of(view, indicator)
    found = view.query(
        "figures",
        indicators=(indicator.id,),
        editions=(view.selection.edition,),
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


def _estimate(view: View, indicator: Indicator, row: Row) -> str:
    """Return how the figure of a group came about."""
    return view.words(
        "example.estimate",
        question=indicator.question.of(view.language),
        group=view.group(row["dimension"], row["group_code"]),
        year=row["edition"],
        population=view.number(row["population_count"]),
        answers=view.number(row["answer_count"]),
        strata=_strata(view),
        finding=finding(view, indicator, row, ""),
    )


def _strata(view: View) -> str:
    """Return by what divisions those who took part count for others."""
    known = view.book.dimension_by_id
    names = [view.name(known[name]) for name in view.book.survey.strata if name in known]
    return join(names, view.words("join.and"))


def _part(row: Row) -> float:
    """Return what one municipality of a group counts for in points, if all count the same."""
    return 100 / float(row["answer_count"])


def _noise(view: View, indicator: Indicator, figures: pl.DataFrame, place: Row) -> str:
    """Return how large the noise is in a group and in the whole, and what that does to sums."""
    row, whole = (_row(figures, of) for of in (place, {"dimension": WHOLE, "group_code": WHOLE}))
    sd, language = view.facts.policy.noise.sd, view.language
    said = view.words(
        "example.noise",
        group=view.group(row["dimension"], row["group_code"]),
        answers=view.number(row["answer_count"]),
        part=numbers.number(_part(row), language, 1),
        noise=numbers.number(sd * _part(row), language, 1),
        whole=view.book.survey.whole.of(language),
        answers_whole=view.number(whole["answer_count"]),
        noise_whole=numbers.number(sd * _part(whole), language, 1),
    )
    return " ".join(filter(None, [said, _sums(view, indicator, figures, whole)]))


def _sums(view: View, indicator: Indicator, figures: pl.DataFrame, whole: Row) -> str:
    """Return what the figures of the size classes make together, where all of them are shown."""
    classes = view.classes
    if classes is None:
        return ""
    parts = figures.filter(pl.col("dimension") == classes.id)
    if parts.is_empty() or parts["estimate"].null_count() or whole["estimate"] is None:
        return ""
    sizes = parts.select("estimate", "population_count").iter_rows()
    total = sum(estimate * population for estimate, population in sizes)
    mean = total / sum(parts["population_count"])
    return view.words(
        "example.sums",
        count=view.number(parts.height),
        dimension=view.name(classes),
        mean=view.words("unit.pct", number=numbers.number(mean, view.language, 1)),
        whole=view.book.survey.whole.of(view.language),
        value=view.value(whole["estimate"], indicator),
    )


def _formula(view: View, indicator: Indicator, row: Row) -> str:
    """Return how much of the margin of a group is noise."""
    sd, language = view.facts.policy.noise.sd, view.language
    noise, half = _QUANTILE * sd * _part(row), (row["high"] - row["low"]) / 2

    def said(number: float) -> str:
        return numbers.number(number, language, 1)

    return view.words(
        "example.formula",
        group=view.group(row["dimension"], row["group_code"]),
        value=view.value(row["estimate"], indicator),
        margin=view.margin(row["low"], row["high"], indicator),
        answers=view.number(row["answer_count"]),
        part=said(_part(row)),
        sd=_short(view, sd),
        noise=said(noise),
        half=said(half),
        without=said(sqrt(max(half**2 - noise**2, 0.0))),
    )


def _margin(view: View, indicator: Indicator, figures: pl.DataFrame, row: Row) -> str:
    """Return the margin of a group beside that of the whole."""
    whole = {"dimension": WHOLE, "group_code": WHOLE}
    ours, all_of_them = (shown(view, indicator, _row(figures, place)) for place in (row, whole))
    return view.words(
        "example.margin",
        group=view.group(row["dimension"], row["group_code"]),
        margin=ours.margin,
        count=ours.count,
        whole=view.book.survey.whole.of(view.language),
        margin_whole=all_of_them.margin,
        count_whole=all_of_them.count,
    )


def _test(view: View, indicator: Indicator, tested: pl.DataFrame) -> str:
    """Return how the clearest difference was tested, beside the others of its dimension."""
    row = tested.row(0, named=True)
    tests = tested.filter(pl.col("dimension") == row["dimension"]).height
    chance = min(1.0, row["p_value"] * tests)
    return view.words(
        "example.test",
        group=view.group(row["dimension"], row["group_code"]),
        value=view.value(row["estimate"], indicator),
        other=view.value(row["other_estimate"], indicator),
        chance=numbers.number(100 * row["p_value"], view.language, 2),
        tests=view.number(tests),
        corrected=numbers.number(100 * chance, view.language, 1),
        sentence=sentence(view, row),
    )


def _withheld(view: View, indicator: Indicator, figures: pl.DataFrame) -> str | None:
    """Return what happens to the first withheld figure that has a wider one; None without any."""
    wider_ones = figures.filter(pl.col("status") == Status.SHOWN).select(
        "edition", step_up_dimension="dimension", step_up_group="group_code"
    )
    held = figures.join(wider_ones, on=wider_ones.columns, how="semi", maintain_order="left")
    if held.is_empty():
        return None
    row = held.row(0, named=True)
    wider = {"dimension": row["step_up_dimension"], "group_code": row["step_up_group"]}
    return view.words(
        "example.withheld",
        group=view.group(row["dimension"], row["group_code"]),
        reason=shown(view, indicator, row).state,
        population=view.number(row["population_count"]),
        wider=view.group(wider["dimension"], wider["group_code"]),
        finding=finding(view, indicator, _row(figures, wider), ""),
    )
