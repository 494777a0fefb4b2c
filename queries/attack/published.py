"""What is published, read into statements about respondents: the attacks' view of a release.

From files only: figures, response, codebook and policy of each release, and who belongs to which
group. Who knows more brings it: who took part with which weight, and what each of them answered.
Of several releases the newest comes first. An answer that was given in more than one of them is
one unknown; an answer that changed is two. Of taking part and of silence, which anybody may have
changed, the history is one unknown. Where the same respondents gave the same answers, in
another group or another release, the noise was the same.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from data import store
from data.codebook import WHOLE, load_codebook
from data.policy import CUT, OUTSIDE, load_policy
from queries.attack.near_amounts import Near, Ranked
from queries.attack.statements import Statements
from queries.vault.opening import membership

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from data.codebook import Codebook, Indicator
    from data.policy import Policy
    from queries.attack.statements import Floats, Integers

    Group = tuple[str, str]
    Row = Mapping[str, Any]
    Bounds = tuple[float, float]
    History = tuple[float | None, ...]

# What the vault keeps of a release beside what was published.
RECORDED = ("answers", "units", "weights")
SHOWN, BOUND = "shown", "bound"
ANSWERED, DONT_KNOW, SKIPPED = range(3)
_POSITIONS = {"quartile_low": 0.25, "median": 0.5, "quartile_high": 0.75}
# The number of answers of a question is ten at least, as it is published.
_FEWEST_ANSWERS = 10
# A share that nobody gave is not impossible to who guesses.
_LEAST = 0.005
# Amounts that nobody gave, between the smallest and the largest that somebody did.
_BETWEEN = 25
_NUDGE = 1e-9


@dataclass(frozen=True)
class Rules:
    """What the policy says of how figures are made.

    Attributes:
        sd: of the noise of a share, in answers of who weighs most.
        cut: how many standard deviations noise reaches at most.
        status_sd: of the noise of counts, in municipalities.
        amount_sd: of the noise of a mean, in the largest weighted deviation from the median.
        step: of a share, ``step_small`` from fewer than ``small_below`` answers.
        digits: of an amount.
        percent: how near is too near, for an amount.
        count_step: of numbers of answers and participants.
    """

    sd: float
    cut: float
    status_sd: float
    amount_sd: float
    step: float
    step_small: float
    small_below: int
    digits: int
    percent: float
    count_step: int

    def share_step(self, answers: int) -> float:
        """Return what a share from so many answers was rounded to."""
        return self.step_small if answers < self.small_below else self.step

    def amount_half(self, amount: float) -> float:
        """Return half of what an amount was rounded to."""
        if amount == 0 or self.digits == 0:
            return 0.0
        return float(10.0 ** (math.floor(math.log10(abs(amount))) + 1 - self.digits) / 2)


def rules_of(policy: Policy) -> Rules:
    """Return the rules that a policy states."""
    rounding = policy.rounding
    return Rules(
        sd=policy.noise.sd,
        cut=CUT,
        status_sd=policy.noise.status_sd,
        amount_sd=policy.noise.amount_sd,
        step=rounding.share_points / 100,
        step_small=rounding.share_points_small / 100,
        small_below=rounding.small_below,
        digits=rounding.amount_digits,
        percent=policy.protection.p_percent,
        count_step=rounding.count_step,
    )


@dataclass(frozen=True)
class Told:
    """One release, and what those who know more know of it.

    Attributes:
        figures: as in the release.
        response: participants per group, as in the release.
        codebook: of the release.
        rules: of its policy.
        members: one row per ``edition``, ``dimension``, ``group_code``, ``municipality_code``.
        answers: ``edition``, ``municipality_code``, ``indicator``, ``choice``, ``answer``,
            ``reason``; those of questions that are derived from others as well.
        units: who took part: ``edition``, ``municipality_code``, ``weight``, ``inhabitants``.
        weights: those of questions that have their own: ``edition``, ``indicator``,
            ``municipality_code``, ``weight``.
    """

    figures: pl.DataFrame
    response: pl.DataFrame
    codebook: Codebook
    rules: Rules
    members: pl.DataFrame
    answers: pl.DataFrame
    units: pl.DataFrame
    weights: pl.DataFrame

    @property
    def survey(self) -> pl.DataFrame:
        """The figures of the survey."""
        return self.figures.filter(pl.col("kind") == "survey")

    def only(self, edition: int, indicator: str) -> Told:
        """Return this release with what is about one question of one edition; '' for none."""
        year = pl.col("edition") == edition
        question = year & (pl.col("indicator") == indicator)
        return replace(
            self,
            figures=self.figures.filter(question),
            response=self.response.filter(year),
            members=self.members.filter(year),
            answers=self.answers.filter(question),
            units=self.units.filter(year),
            weights=self.weights.filter(question),
        )

    def asked(self, edition: int, indicator: str) -> Asked:
        """Return one question as this release tells it."""
        question = pl.col("edition") == edition, pl.col("indicator") == indicator
        return Asked(
            self,
            edition,
            self.codebook.by_id[indicator],
            self.figures.filter(pl.col("kind") == "survey", *question),
            self.answers.filter(*question),
        )

    @cached_property
    def groups(self) -> dict[int, dict[Group, list[str]]]:
        """Who belongs to each group, by edition."""
        found: dict[int, dict[Group, list[str]]] = {}
        columns = ["edition", "dimension", "group_code", "municipality_code"]
        for edition, dimension, group, code in self.members.select(columns).sort(columns).rows():
            found.setdefault(edition, {}).setdefault((dimension, group), []).append(code)
        return found

    @cached_property
    def took_part(self) -> dict[int, dict[str, tuple[float, float]]]:
        """Weight and inhabitants of who took part, by edition."""
        found: dict[int, dict[str, tuple[float, float]]] = {}
        columns = ["edition", "municipality_code", "weight", "inhabitants"]
        for edition, code, weight, inhabitants in self.units.select(columns).rows():
            found.setdefault(edition, {})[code] = weight, inhabitants
        return found


def read_told(folder: Path, record: Path) -> Told:
    """Return the release in the folder of one version, with what the vault keeps of it.

    Args:
        folder: what was published: figures, response, register, codebook and policy.
        record: the folder of the vault's record of it.

    Raises:
        DataError: a file is missing or damaged.
    """
    codebook = load_codebook(folder / "codebook.toml")
    policy = load_policy(folder / "policy.toml")
    members = membership(codebook, policy, store.read_parquet(folder / "register.parquet"))
    return Told(
        store.read_parquet(folder / "figures.parquet"),
        store.read_parquet(folder / "response.parquet"),
        codebook,
        rules_of(policy),
        members,
        *(store.read_parquet(record / f"{name}.parquet") for name in RECORDED),
    )


@dataclass(frozen=True)
class Asked:
    """One question in one release: its figures, and the answers to it."""

    told: Told
    edition: int
    indicator: Indicator
    figures: pl.DataFrame
    answers: pl.DataFrame

    @cached_property
    def complete(self) -> dict[str, Hashable]:
        """Everything that each municipality answered to the question, if it did."""
        valid = self.answers.drop_nulls("answer").sort("municipality_code", "choice")
        found: dict[str, tuple[Hashable, ...]] = {}
        for code, choice, answer in valid.select("municipality_code", "choice", "answer").rows():
            found[code] = (*found.get(code, ()), (choice, answer))
        return dict(found)

    @cached_property
    def weights(self) -> dict[str, float]:
        """The weights of a question that has its own, by municipality."""
        own = self.told.weights.filter(
            pl.col("edition") == self.edition, pl.col("indicator") == self.indicator.id
        )
        return dict(own.select("municipality_code", "weight").iter_rows())

    def given(self, choice: str) -> dict[str, float]:
        """Return the answers to a choice, by municipality."""
        valid = self.answers.filter(pl.col("choice") == choice).drop_nulls("answer")
        return dict(valid.select("municipality_code", "answer").sort("municipality_code").rows())

    def by_group(self) -> Iterator[tuple[Group, str, list[Row]]]:
        """Yield the figures of each group and weighting."""
        keys = ["dimension", "group_code", "weighting"]
        rows: dict[tuple[str, str, str], list[Row]] = {}
        for row in self.figures.sort(*keys, "item", "statistic").iter_rows(named=True):
            rows.setdefault((row[keys[0]], row[keys[1]], row[keys[2]]), []).append(row)
        for (dimension, group, weighting), figures in rows.items():
            yield (dimension, group), weighting, figures

    def contents(self, codes: Iterable[str]) -> Hashable:
        """Return who answered what, and what they weigh: where that is the same, a draw is.

        A last bit of a weight is no other weight: better one draw too few than one too many.
        """
        found = set()
        for code in codes:
            weight, inhabitants = self.told.took_part[self.edition][code]
            billionths = round(1e9 * self.weights.get(code, weight))
            found.add((code, self.complete[code], billionths, round(inhabitants or 0)))
        return frozenset(found)

    def parts(self, codes: Sequence[str], weighting: str) -> Floats:
        """Return what municipalities count for in a figure of all of them; together 1."""
        units, by_inhabitant = self.told.took_part[self.edition], weighting == "inhabitant"
        weights = {code: self.weights.get(code, units[code][0]) for code in codes}
        sized = np.array([weights[c] * (units[c][1] if by_inhabitant else 1) for c in codes])
        parts: Floats = sized / sized.sum()
        return parts


@dataclass(frozen=True)
class Scene:
    """What is attacked: statements, with the truth and what it is about.

    Attributes:
        edition: year.
        indicator: the question; empty where it is about taking part.
        item: an option of a multiple choice, else empty.
        respondents: municipality of each respondent of the statements; one whose answer changed
            between two releases is there twice.
        statements: everything that is published of it.
        states: the truth.
    """

    edition: int
    indicator: str
    item: str
    respondents: list[str]
    statements: Statements
    states: Integers


@dataclass(frozen=True)
class StatusScene(Scene):
    """The same for who answered; ``silent``: facts x K, what is asked: not knowing, or skipping."""

    silent: NDArray[np.bool_]


@dataclass(frozen=True)
class AmountScene(Scene):
    """The same for amounts, which the states are places in a grid of."""

    amounts: Floats
    grid: Floats
    ranked: list[Ranked]
    near: Near

    @property
    def within(self) -> NDArray[np.bool_]:
        """Which amounts of the grid are near the true one of each respondent."""
        reach = np.abs(self.amounts) * self.near.percent / 100
        found: NDArray[np.bool_] = np.abs(self.grid - self.amounts[:, None]) <= reach[:, None]
        return found


class _Unknowns:
    """Respondents with what they really are, over several releases: the same twice is one."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self._place: dict[tuple[str, float], int] = {}

    def places(self, truth: Mapping[str, float]) -> dict[str, int]:
        """Return the place of each municipality that is what ``truth`` says."""
        return {
            code: self._place.setdefault((code, float(state)), len(self._place))
            for code, state in truth.items()
        }

    @property
    def codes(self) -> list[str]:
        """The municipality of each."""
        return [code for code, _ in self._place]

    @property
    def truth(self) -> Floats:
        """What each of them really is."""
        return np.array([state for _, state in self._place], dtype=np.float64)


@dataclass(frozen=True)
class _Line:
    """One statement, before it is known how many respondents there are."""

    places: list[int]
    parts: Floats
    feature: Floats
    noise: float
    bounds: Bounds
    draw: Hashable


def _statements(lines: Sequence[_Line], cut: float, prior: Floats) -> Statements:
    """Return lines as statements."""
    draws: dict[Hashable, int] = {}
    parts = np.zeros((len(lines), len(prior)))
    for number, line in enumerate(lines):
        parts[number, line.places] = line.parts
    bounds = np.array([line.bounds for line in lines]).reshape(-1, 2)
    return Statements(
        parts,
        np.array([line.feature for line in lines]).reshape(-1, prior.shape[1]),
        np.array([line.noise for line in lines], dtype=np.float64),
        bounds[:, 0],
        bounds[:, 1],
        np.array([draws.setdefault(line.draw, len(draws)) for line in lines], dtype=np.int64),
        cut,
        prior,
    )


# what was answered ------------------------------------------------------------------------------


def answer_scenes(told: Sequence[Told], edition: int, indicator: str) -> list[Scene]:
    """Return what is told of the answers to a question, by the newest release and earlier ones.

    A scale is one scene with all its thresholds, a multiple choice one for each option that
    somebody answered. Nothing where nobody answered.
    """
    asked = [one.asked(edition, indicator) for one in told]
    if not any(one.complete for one in asked):
        return []
    kind = asked[0].indicator
    if kind.type == "number":
        return [_amount_scene(asked)]
    if kind.type == "multi":
        options = [option.code for option in kind.options]
        answered = [code for code in options if any(one.given(code) for one in asked)]
        return [_share_scene(asked, code, code) for code in answered]
    return [_share_scene(asked, "", "yes" if kind.type == "yes_no" else "")]


def _share_scene(asked: Sequence[Asked], choice: str, item: str) -> Scene:
    """Return what is told of one choice; of a scale all thresholds."""
    unknowns, first = _Unknowns(), asked[0]
    lines: list[_Line] = []
    codes = _levels(first.indicator)
    for one in asked:
        states = {code: codes.index(answer) for code, answer in one.given(choice).items()}
        lines += _share_lines(one, unknowns.places(states), item, len(codes))
    shares = _group_shares(first, item, len(codes))
    prior = _prior(first.told, first.edition, unknowns.codes, shares)
    return Scene(
        first.edition,
        first.indicator.id,
        choice,
        unknowns.codes,
        _statements(lines, first.told.rules.cut, prior),
        unknowns.truth.astype(np.int64),
    )


def _levels(indicator: Indicator) -> list[float]:
    """Return the answers to a question that are told apart, the lowest first."""
    if indicator.type == "ordinal":
        return [float(option.code) for option in indicator.options]
    return [0.0, 1.0]


def _share_lines(asked: Asked, places: Mapping[str, int], item: str, kinds: int) -> Iterator[_Line]:
    """Yield what one release says of the shares of groups."""
    groups = asked.told.groups[asked.edition]
    for group, weighting, rows in asked.by_group():
        codes = [code for code in groups.get(group, []) if code in places]
        bounds = _thresholds(rows, asked, item)
        if not codes or not bounds:
            continue
        parts = asked.parts(codes, weighting)
        who = asked.contents(codes)
        noise = asked.told.rules.sd * float(parts.max())
        for threshold, between in bounds.items():
            feature = (np.arange(kinds) >= threshold).astype(np.float64)
            draw = threshold, weighting, who
            yield _Line([places[code] for code in codes], parts, feature, noise, between, draw)


def _thresholds(rows: Sequence[Row], asked: Asked, item: str) -> dict[int, Bounds]:
    """Return between what the shares of one group lie that are at a level or above it."""
    shares = {
        row["item"]: row
        for row in rows
        if row["statistic"] == "share" and row["status"] in {SHOWN, BOUND}
    }
    rules = asked.told.rules
    if item:
        return {1: _bounds(shares[item], rules)} if item in shares else {}
    codes = [option.code for option in asked.indicator.options]
    found: dict[int, Bounds] = {}
    if all(code in shares for code in codes):
        found = _cumulative([shares[code] for code in codes], rules)
    if "top" in shares:
        found[codes.index(str(asked.indicator.top_from))] = _bounds(shares["top"], rules)
    return found


def _bounds(row: Row, rules: Rules) -> Bounds:
    """Return between what a share with its noise lay before it was rounded."""
    half = rules.share_step(row["answer_count"]) / 2
    if row["status"] == SHOWN:
        return _open_ended(row["estimate"] - half, row["estimate"] + half)
    return _open_ended(row["low"] - half, row["high"] + half)


def _open_ended(low: float, high: float) -> Bounds:
    """Return bounds of a share without those at 0 and 1, which noise was cut off at."""
    return (low if low > _NUDGE else -math.inf), (high if high < 1 - _NUDGE else math.inf)


def _cumulative(levels: Sequence[Row], rules: Rules) -> dict[int, Bounds]:
    """Return between what each threshold lay, from the published levels of a scale.

    Levels are differences of rounded thresholds. Beyond a threshold that is near 0 or 1 they are
    bounds, and the level beside them was made with a fixed value instead of that threshold.
    """
    step = rules.share_step(levels[0]["answer_count"])
    shown = [number for number, row in enumerate(levels) if row["status"] == SHOWN]
    if not shown:
        return {}
    first, last = shown[0], shown[-1]
    found: dict[int, Bounds] = {}
    for threshold in range(1, len(levels)):
        if threshold <= first:
            low = 1 - levels[threshold - 1]["high"] - step / 2
            found[threshold] = _open_ended(low, 1.0)
        elif threshold > last:
            found[threshold] = _open_ended(0.0, levels[threshold]["high"] + step / 2)
        else:
            above = sum(row["estimate"] for row in levels[threshold : last + 1])
            rest = _stand_in(levels[last + 1]["high"], step) if last + 1 < len(levels) else 0.0
            share = round((above + rest) / step) * step
            found[threshold] = _open_ended(share - step / 2, share + step / 2)
    return found


def _stand_in(bound: float, step: float) -> float:
    """Return what takes the place of a threshold that is not above a bound."""
    return math.ceil(bound / 2 / step - _NUDGE) * step


# how likely each state is to who sees class and region -------------------------------------------


def _group_shares(asked: Asked, item: str, kinds: int) -> dict[Group, Floats]:
    """Return the published shares of all states, for groups that tell them, per municipality.

    Of the country always: all states alike where it does not tell them.
    """
    found: dict[Group, Floats] = {}
    for group, weighting, rows in asked.by_group():
        bounds = _thresholds(rows, asked, item)
        if weighting != "municipality" or len(bounds) < kinds - 1:
            continue
        middles = [np.clip(bounds[t], 0, 1).mean() for t in range(1, kinds)]
        at_least = np.concatenate([[1.0], np.minimum.accumulate(middles), [0.0]])
        found[group] = -np.diff(at_least)
    found.setdefault((WHOLE, WHOLE), np.full(kinds, 1 / kinds))
    return found


def _prior(
    told: Told, edition: int, codes: Sequence[str], shares: Mapping[Group, Floats]
) -> Floats:
    """Return how likely each state is: odds of class and region, each against the country's."""
    country = _likely(shares[WHOLE, WHOLE])
    odds = {code: country.copy() for code in codes}
    for (dimension, group), share in shares.items():
        if dimension not in told.codebook.survey.strata:
            continue
        for code in told.groups[edition].get((dimension, group), []):
            if code in odds:
                odds[code] *= _likely(share) / country
    whole = np.array([odds[code] for code in codes])
    prior: Floats = whole / whole.sum(axis=1, keepdims=True)
    return prior


def _likely(shares: Floats) -> Floats:
    """Return shares of which none is nothing."""
    raised: Floats = np.maximum(shares, _LEAST)
    likely: Floats = raised / raised.sum()
    return likely


# amounts ------------------------------------------------------------------------------------------


def _amount_scene(asked: Sequence[Asked]) -> AmountScene:
    """Return what is told of amounts: means, and quantiles.

    The grid holds every amount that was answered, and some between and beyond those.
    """
    unknowns, first = _Unknowns(), asked[0]
    told = [(one, unknowns.places(one.given(""))) for one in asked]
    amounts = unknowns.truth
    grid = np.unique(np.concatenate([amounts, np.linspace(amounts.min(), amounts.max(), _BETWEEN)]))
    lines = [line for one, places in told for line in _mean_lines(one, places, grid)]
    ranked = [group for one, places in told for group in _ranked(one, places)]
    shares = {group: _spread_over(grid, rows) for group, rows in _quartiles(first).items()}
    shares.setdefault((WHOLE, WHOLE), np.full(len(grid), 1 / len(grid)))
    rules = first.told.rules
    prior = _prior(first.told, first.edition, unknowns.codes, shares)
    return AmountScene(
        first.edition,
        first.indicator.id,
        "",
        unknowns.codes,
        _statements(lines, rules.cut, prior),
        np.searchsorted(grid, amounts).astype(np.int64),
        amounts,
        grid,
        ranked,
        Near(rules.percent, _valid(first.indicator, amounts)),
    )


def _valid(indicator: Indicator, amounts: Floats) -> Bounds:
    """Return between what amounts can lie: what the codebook says, or what was answered."""
    if indicator.valid is not None:
        return indicator.valid[0], indicator.valid[1]
    return float(amounts.min()), float(amounts.max())


def _mean_lines(asked: Asked, places: Mapping[str, int], grid: Floats) -> Iterator[_Line]:
    """Yield what one release says of the means and totals of groups.

    Noise grows with the largest deviation from the median, which is taken from the true answers:
    whoever attacks knows it at best.
    """
    groups, given, rules = asked.told.groups[asked.edition], asked.given(""), asked.told.rules
    for group, weighting, rows in asked.by_group():
        codes = [code for code in groups.get(group, []) if code in places]
        told = [row for row in rows if row["statistic"] in {"mean", "total"}]
        if not codes:
            continue
        parts = asked.parts(codes, weighting)
        own = np.array([given[code] for code in codes])
        noise = rules.amount_sd * laddered(_largest_deviation(own, parts))
        draw = weighting, asked.contents(codes)
        for row in told:
            if row["status"] == SHOWN:
                here = [places[code] for code in codes]
                yield _Line(here, parts, grid, noise, _mean_bounds(row, told, rules), draw)


def _largest_deviation(amounts: Floats, parts: Floats) -> float:
    """Return the most that one answer moves a mean away from the weighted median."""
    order = np.argsort(amounts, kind="stable")
    reached = np.cumsum(parts[order]) >= parts.sum() / 2 - _NUDGE
    median = amounts[order][int(np.argmax(reached))]
    return float((parts * np.abs(amounts - median)).max())


def laddered(length: float) -> float:
    """Return a length rounded up to 1, 2 or 5 times a power of ten, as that of noise is told."""
    if length <= 0:
        return 0.0
    unit = 10.0 ** math.floor(math.log10(length) + _NUDGE)
    return next(rung * unit for rung in (1, 2, 5, 10) if length <= rung * unit * (1 + _NUDGE))


def _mean_bounds(row: Row, told: Sequence[Row], rules: Rules) -> Bounds:
    """Return between what a mean with its noise lay; a total is a mean times all municipalities.

    Where the mean is told as well, the total was made of it as it was rounded.
    """
    times = row["population_count"] if row["statistic"] == "total" else 1
    half = rules.amount_half(row["estimate"]) / times
    mean = row["estimate"] / times
    if row["statistic"] == "total" and len(told) > 1:
        half += rules.amount_half(mean)
    return mean - half * (1 + _NUDGE), mean + half * (1 + _NUDGE)


def _ranked(asked: Asked, places: Mapping[str, int]) -> Iterator[Ranked]:
    """Yield the quantiles that one release tells, of groups of the same respondents once.

    Noise grows with the most that one answer moves a quantile, which is taken from the true
    answers, as for means.
    """
    groups, given, rules = asked.told.groups[asked.edition], asked.given(""), asked.told.rules
    seen: set[frozenset[str]] = set()
    for group, weighting, rows in asked.by_group():
        shown = [row for row in rows if row["statistic"] in _POSITIONS and row["status"] == SHOWN]
        codes = [code for code in groups.get(group, []) if code in places]
        if not shown or frozenset(codes) in seen:
            continue
        seen.add(frozenset(codes))
        parts = asked.parts(codes, weighting)
        own = np.array([given[code] for code in codes])
        position = np.array([_POSITIONS[row["statistic"]] for row in shown])
        moved = [laddered(_most_moved(own, parts, place)) for place in position.tolist()]
        halves = np.array([rules.amount_half(row["estimate"]) for row in shown])
        yield Ranked(
            np.array([places[code] for code in codes], dtype=np.int64),
            parts,
            position,
            np.array([row["estimate"] for row in shown], dtype=np.float64),
            halves * (1 + _NUDGE) + rules.cut * rules.sd * np.array(moved),
        )


def _most_moved(amounts: Floats, parts: Floats, position: float) -> float:
    """Return the most that one answer moves the mean of five round a position."""
    order = np.lexsort((parts, amounts))
    rank = int(np.searchsorted(np.cumsum(parts[order]), position - _NUDGE))
    middle = min(max(rank, 3), len(amounts) - 4)
    return float(amounts[order][middle + 3] - amounts[order][middle - 3]) / 5


def _quartiles(asked: Asked) -> dict[Group, list[float]]:
    """Return lower quartile, median and upper quartile of the groups that tell all three."""
    found: dict[Group, list[float]] = {}
    for group, weighting, rows in asked.by_group():
        told = {row["statistic"]: row["estimate"] for row in rows if row["status"] == SHOWN}
        if weighting == "municipality" and all(name in told for name in _POSITIONS):
            found[group] = sorted(told[name] for name in _POSITIONS)
    return found


def _spread_over(grid: Floats, quartiles: Sequence[float]) -> Floats:
    """Return a quarter of all spread over each part of a grid that quartiles make."""
    quarter = np.searchsorted(np.array(quartiles), grid)
    sizes = np.bincount(quarter, minlength=len(quartiles) + 1)
    shares: Floats = 1 / sizes[quarter]
    spread: Floats = shares / shares.sum()
    return spread


# who answered, and who took part ------------------------------------------------------------------


@dataclass(frozen=True)
class _Histories:
    """What each municipality was in each of some releases: nobody is told who changed.

    ``truth`` is that of each of ``codes``, with None where it could not be anything; ``known``
    everything that is thought possible.
    """

    codes: list[str]
    truth: list[History]
    known: list[History]

    @property
    def states(self) -> Integers:
        """The truth, as places in what is possible."""
        return np.array([self.known.index(history) for history in self.truth], dtype=np.int64)

    def feature(self, number: int, state: float) -> Floats:
        """Return in which histories the state in one release is this one."""
        return np.array([history[number] == state for history in self.known], dtype=np.float64)


def _histories(
    states: Sequence[Mapping[str, float]], possible: Iterable[float], final: float
) -> _Histories:
    """Return what municipalities were, and what is thought possible.

    That is what any of them was, and the same state in all releases or ``final`` since one.

    Args:
        states: what municipalities were in each release, the newest first.
        possible: every state there is.
        final: what everybody may have become.
    """
    codes = sorted({code for one in states for code in one})
    truth = [tuple(one.get(code) for one in states) for code in codes]
    known = set(truth)
    for history, before, since in product(set(truth), possible, range(len(states) + 1)):
        known.add(
            tuple(
                None if own is None else final if number < since else before
                for number, own in enumerate(history)
            )
        )
    return _Histories(codes, truth, sorted(known, key=repr))


def status_scene(told: Sequence[Told], edition: int, indicator: str) -> StatusScene:
    """Return what is told to who knows who took part: did they answer, not know, or skip?

    Not what follows from a group having no figure: that fewer answered than the policy asks for.
    """
    asked = [one.asked(edition, indicator) for one in told]
    statuses = [_statuses(one) for one in asked]
    histories = _histories(statuses, (ANSWERED, DONT_KNOW, SKIPPED), ANSWERED)
    places = {code: place for place, code in enumerate(histories.codes)}
    lines: list[_Line] = []
    for number, one in enumerate(asked):
        lines += _status_lines(one, statuses[number], places, partial(histories.feature, number))
    silent = [
        histories.feature(number, state)
        for number in range(len(asked))
        for state in (DONT_KNOW, SKIPPED)
    ]
    return StatusScene(
        edition,
        indicator,
        "",
        histories.codes,
        _statements(lines, asked[0].told.rules.cut, _status_prior(histories)),
        histories.states,
        np.array(silent) > 0,
    )


def _status_prior(histories: _Histories) -> Floats:
    """Return how likely histories are to who knows how many have which, and who took part when."""
    absent = [tuple(state is None for state in history) for history in histories.known]
    times = Counter(histories.truth)
    likely = np.array([times[history] + 0.5 for history in histories.known])
    mine = [absent[place] for place in histories.states]
    possible = np.array([[own == other for other in absent] for own in mine]) * likely
    prior: Floats = possible / possible.sum(axis=1, keepdims=True)
    return prior


def _statuses(asked: Asked) -> dict[str, float]:
    """Return what each participant did with a question."""
    unknowing = asked.answers.filter(pl.col("reason") == "dont_know")["municipality_code"]
    without = set(unknowing.to_list())
    return {
        code: ANSWERED if code in asked.complete else DONT_KNOW if code in without else SKIPPED
        for code in sorted(asked.told.took_part[asked.edition])
    }


def _status_lines(
    asked: Asked,
    states: Mapping[str, float],
    places: Mapping[str, int],
    feature: Callable[[float], Floats],
) -> Iterator[_Line]:
    """Yield what one release says of how many answered, did not know or skipped."""
    groups, rules = asked.told.groups[asked.edition], asked.told.rules
    for group, weighting, rows in asked.by_group():
        codes = [code for code in groups.get(group, []) if code in states]
        if not codes or weighting != "municipality":
            continue
        here, parts = [places[code] for code in codes], np.ones(len(codes))
        who = frozenset((code, states[code]) for code in codes)
        for statistic, state, noise, bounds in _status_bounds(rows, len(codes), rules):
            yield _Line(here, parts, feature(state), noise, bounds, (statistic, who))


def _status_bounds(
    rows: Sequence[Row], participants: int, rules: Rules
) -> Iterator[tuple[str, int, float, Bounds]]:
    """Yield what is told of counts in one group: name, status, noise, and between what it lies."""
    for name, state in (("dont_know_share", DONT_KNOW), ("skipped_share", SKIPPED)):
        told = next((row for row in rows if row[name] is not None), None)
        if told is not None:
            half = rules.share_step(told["answer_count"] or participants) / 2
            low, high = _open_ended(told[name] - half, told[name] + half)
            yield name, state, rules.status_sd, (low * participants, high * participants)
    told = next((row for row in rows if row["answer_count"] is not None), None)
    if told is not None:
        most = told["respondent_count"] or told["population_count"]
        bounds = _count_bounds(told["answer_count"], most, rules)
        yield "answers", ANSWERED, rules.status_sd, bounds


def _count_bounds(count: int, most: int, rules: Rules) -> Bounds:
    """Return between what a number of answers with its noise lay before it was put in steps."""
    step = rules.count_step
    low = -math.inf if count <= _FEWEST_ANSWERS else math.ceil(count / step) * step
    high = math.inf if count >= most else count
    return low - step / 2, high + step / 2


def participation_scene(told: Sequence[Told], edition: int) -> Scene:
    """Return what is told to everybody: which municipalities took part, of all in the register."""
    groups = [one.groups[edition] for one in told]
    taking: list[dict[str, float]] = [
        {code: float(code in one.took_part[edition]) for codes in own.values() for code in codes}
        for one, own in zip(told, groups, strict=True)
    ]
    histories = _histories(taking, (0.0, 1.0), 1.0)
    places = {code: place for place, code in enumerate(histories.codes)}
    lines: list[_Line] = []
    for number, one in enumerate(told):
        response = one.response.filter(pl.col("edition") == edition)
        for group, count in _counts(response).items():
            members = groups[number].get(group, [])
            who = frozenset(code for code in members if taking[number][code])
            noise, bounds = _participants_between(group, count, len(members), one.rules)
            here, feature = [places[code] for code in members], histories.feature(number, 1.0)
            lines.append(_Line(here, np.ones(len(here)), feature, noise, bounds, who))
    prior = np.full((len(histories.codes), len(histories.known)), 1 / len(histories.known))
    statements = _statements(lines, told[0].rules.cut, prior)
    return Scene(edition, "", "", histories.codes, statements, histories.states)


def _participants_between(
    group: Group, count: int, population: int, rules: Rules
) -> tuple[float, Bounds]:
    """Return the noise in a number of participants, and between what it then lay."""
    whole = group == (WHOLE, WHOLE)
    noise, step = (0.0, 0) if whole else (rules.status_sd, rules.count_step)
    fewest, most = OUTSIDE, population - OUTSIDE
    # in steps, unless it is the least or the most that is said
    low = math.ceil(count / step) * step - step / 2 if step else count
    high = math.floor(count / step) * step + step / 2 if step else count
    return noise, (
        -math.inf if count <= fewest else low,
        math.inf if count >= most else high,
    )


def _counts(response: pl.DataFrame) -> dict[Group, int]:
    """Return how many took part, for groups that tell it."""
    told = response.drop_nulls("respondent_count").sort("dimension", "group_code")
    columns = ["dimension", "group_code", "respondent_count"]
    return {(dimension, group): count for dimension, group, count in told.select(columns).rows()}
