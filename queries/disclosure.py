"""What may be published: figures in, the same rows out with unsafe ones withheld.

Decided once, over everything that is published together. Unknown, null or missing means
withheld: a figure is shown only when it is known to be safe. The rules are the data holder's, in
``policy.toml``.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from queries import engine, rounding
from queries.protection import (
    TOLERANCE,
    Cells,
    Program,
    Search,
    Statement,
    Targets,
    small_sets,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from data.codebook import Codebook, Indicator
    from data.policy import Policy

    from queries.protection import Label

    Vector = NDArray[np.float64]

SHOWN = "shown"
BOUND = "bound"
TOO_FEW = "too_few"
DOMINATED = "dominated"
PROTECTED = "protected"
# What an unsafe figure loses.
FIGURES = ("estimate", "low", "high", "standard_error", "degrees_of_freedom", "grade")
# Counts of answers to the question, which tell who left it out.
COUNTS = ("answer_count", "dont_know_count")
_QUESTION = ["edition", "indicator"]
_GROUP = [*_QUESTION, "dimension", "group_code"]
_FIGURE = [*_GROUP, "item", "statistic", "weighting"]
_MEASURE = ["item", "weighting"]
# A bound is given in steps of five percentage points, and not at all from a half.
_BOUND_STEP, _BOUND_END = 0.05, 0.5
_SEED = 20
# So many of the most useful figures are tried again when all is safe.
_GIVE_BACK = 16
# A group of the next dimension is as useful as one of this one with so many times the answers.
_LESS = 4
# Among the figures that hold an answer at least this firmly, the least useful one goes.
_FIRM = 1e-6


@dataclass(frozen=True)
class Evidence:
    """What is known inside the vault and must not be known outside.

    ``sums``: the answer to ``answers/cell_sums``; ``groups``: to ``answers/cell_groups``;
    ``largest``: to ``answers/largest_contributors``; ``containing``: to
    ``answers/containing_groups``.
    """

    sums: pl.DataFrame
    groups: pl.DataFrame
    largest: pl.DataFrame
    containing: pl.DataFrame


def protect(
    figures: pl.DataFrame, evidence: Evidence, policy: Policy, codebook: Codebook
) -> pl.DataFrame:
    """Return the figures with ``status``, unsafe ones without values and with a step-up.

    Args:
        figures: ``figures.survey_figures``, every figure that could be published.
        evidence: from the vault.
        policy: of the data holder.
        codebook: says which items make up a scale.
    """
    checked = _primary(figures, evidence.largest, policy, codebook)
    if policy.protection.secondary:
        checked = _secondary(checked, evidence, policy, codebook)
    kept = pl.col("status") == SHOWN
    bound = pl.col("status") == BOUND
    limits = ("low", "high")
    withheld = checked.with_columns(
        *(
            pl.when(kept | (bound & (column in limits))).then(column).alias(column)
            for column in FIGURES
        ),
        *(pl.when(kept | bound).then(column).alias(column) for column in COUNTS),
    )
    return step_up(withheld, evidence.containing).select(figures.columns)


def _primary(
    figures: pl.DataFrame, largest: pl.DataFrame, policy: Policy, codebook: Codebook
) -> pl.DataFrame:
    """Return the figures with the status that each has by itself."""
    fewest = policy.fewest
    several = [(i.id, item) for i in codebook.indicators if _parts(i) for item in _categories(i)]
    categories = pl.DataFrame(
        several, schema={"indicator": pl.String, "item": pl.String}, orient="row"
    ).with_columns(is_category=pl.lit(value=True))
    rules = pl.DataFrame(
        [(d.contributors, d.percent / 100) for d in policy.protection.dominance],
        schema={"contributors": pl.Int64, "limit": pl.Float64},
        orient="row",
    )
    dominated = (
        largest.join(rules, on="contributors")
        .filter(pl.col("part") > pl.col("limit"))
        .select(_GROUP)
        .unique()
        .with_columns(is_dominated=pl.lit(value=True))
    )
    quantile = pl.col("statistic").str.contains("quartile|median")
    needed = pl.max_horizontal(
        pl.lit(policy.min_respondents),
        pl.when(quantile).then(fewest.quantile),
        pl.when(pl.col("is_category")).then(fewest.distribution),
        pl.when(pl.col("weighting") == "inhabitant").then(fewest.inhabitant),
    )
    known = pl.col("estimate").is_not_null() & (pl.col("status") == SHOWN)
    enough = pl.col("answer_count").fill_null(0) >= needed
    return (
        figures.join(categories, on=["indicator", "item"], how="left", maintain_order="left")
        .join(dominated, on=_GROUP, how="left", maintain_order="left")
        .with_columns(
            status=pl.when(~(known & enough))
            .then(pl.lit(TOO_FEW))
            .when(pl.col("is_dominated"))
            .then(pl.lit(DOMINATED))
            .otherwise(pl.lit(SHOWN))
        )
        .drop("is_category", "is_dominated")
    )


def _parts(indicator: Indicator) -> list[list[str]]:
    """Return the answers of a scale as two parts whose sums are published; none for others."""
    items = indicator.items()
    if "top" not in items:
        return []
    codes = [item for item in items if item != "top"]
    first = codes.index(str(indicator.top_from))
    return [codes[:first], codes[first:]]


def _categories(indicator: Indicator) -> list[str]:
    """Return the single answers of a scale."""
    return [item for part in _parts(indicator) for item in part]


def _secondary(
    figures: pl.DataFrame, evidence: Evidence, policy: Policy, codebook: Codebook
) -> pl.DataFrame:
    """Return the figures with what has to be withheld or bounded for the sake of others."""
    sums = evidence.sums.partition_by(_QUESTION, as_dict=True)
    groups = evidence.groups.partition_by("edition", as_dict=True)
    nested = _nested(figures, evidence.containing, policy)

    def check(key: tuple[object, ...], frame: pl.DataFrame) -> _Question:
        edition, name = key
        indicator = codebook.by_id[str(name)]
        question = _Question.of(frame, sums[key], groups[(edition,)], indicator, policy)
        question.withhold(nested.get(key, []))
        question.protect()
        return question

    frames = {
        key: frame
        for key, frame in figures.partition_by(_QUESTION, as_dict=True).items()
        if key in sums
    }
    # the solver works outside Python's lock, so threads are enough
    with ThreadPoolExecutor(max_workers=engine.THREADS) as pool:
        questions = dict(zip(frames, pool.map(check, frames, frames.values()), strict=True))
    withheld = [
        (*key, *figure, PROTECTED)
        for key, question in questions.items()
        for figure in question.withheld_figures()
    ]
    bounds = [
        (*key, *figure)
        for key, question in questions.items()
        for figure in question.bounds_found()
    ]
    types = dict(figures.select(_FIGURE).schema)
    measure = {c: types[c] for c in [*_GROUP, *_MEASURE]}
    taken = pl.DataFrame(withheld, schema=measure | {"_withheld": pl.String}, orient="row")
    limits = pl.DataFrame(
        bounds, schema=measure | {"_low": pl.Float64, "_high": pl.Float64}, orient="row"
    )
    shown = pl.col("status") == SHOWN
    bounded = pl.col("_high").is_not_null()
    width = pl.col("_high") - pl.col("_low")
    return (
        figures.join(taken, on=[*_GROUP, *_MEASURE], how="left", maintain_order="left")
        .join(limits, on=[*_GROUP, *_MEASURE], how="left", maintain_order="left")
        .with_columns(
            status=pl.when(shown & pl.col("_withheld").is_not_null())
            .then("_withheld")
            .when(shown & bounded & (width >= _BOUND_END))
            .then(pl.lit(PROTECTED))
            .when(shown & bounded)
            .then(pl.lit(BOUND))
            .otherwise("status"),
            low=pl.when(bounded).then("_low").otherwise("low"),
            high=pl.when(bounded).then("_high").otherwise("high"),
        )
        .drop("_withheld", "_low", "_high")
    )


def _nested(
    figures: pl.DataFrame, containing: pl.DataFrame, policy: Policy
) -> dict[tuple[object, ...], list[tuple[str, str]]]:
    """Return, by question, groups that lie in a wider one with too few outside them.

    Of the two the less useful one is named.
    """
    own = figures.select(*_GROUP, "population_count").unique()
    near = (
        containing.join(own, on=["edition", "dimension", "group_code"])
        .filter(
            pl.col("wider_population") - pl.col("population_count") < policy.protection.min_outside
        )
        .sort(_GROUP)
    )
    found: dict[tuple[object, ...], list[tuple[str, str]]] = {}
    for row in near.iter_rows(named=True):
        pair = [
            (row["dimension"], row["group_code"]),
            (row["wider_dimension"], row["wider_group"]),
        ]
        less = max(pair, key=lambda group: _rank(group[0], policy))
        found.setdefault((row["edition"], row["indicator"]), []).append(less)
    return found


def _rank(dimension: str, policy: Policy) -> int:
    """Return the place of a dimension in the order of usefulness; unnamed ones come last."""
    order = policy.protection.usefulness
    return order.index(dimension) if dimension in order else len(order)


@dataclass
class _Question:
    """One question in one edition: its figures, its answers, and what is withheld so far."""

    policy: Policy
    indicator: Indicator
    groups: list[tuple[str, str]]
    cells: Cells
    # by item and weighting, per group: figure (0-1) or NaN where not published, and half its step
    published: dict[tuple[str, str], tuple[Vector, Vector]]
    span: tuple[float, float]

    def __post_init__(self) -> None:
        """Begin with nothing withheld."""
        self.withheld: set[Label] = set()
        self.bounds: dict[tuple[str, str], tuple[Vector, Vector]] = {}
        self.sets = small_sets(self.cells, self.policy.min_respondents)
        self._bound()

    @classmethod
    def of(
        cls,
        figures: pl.DataFrame,
        sums: pl.DataFrame,
        cell_groups: pl.DataFrame,
        indicator: Indicator,
        policy: Policy,
    ) -> _Question:
        """Return a question from the frames of its edition."""
        groups = list(
            figures.select("dimension", "group_code").unique(maintain_order=True).iter_rows()
        )
        span = _span(indicator, sums)
        stepped = figures.with_columns(rounding.step(policy.rounding))
        place = {group: number for number, group in enumerate(groups)}
        published = {}
        linear = pl.col("statistic").is_in(["share", "mean"])
        measures = stepped.filter(linear & (pl.col("status") == SHOWN))
        for (item, weighting), frame in measures.partition_by(_MEASURE, as_dict=True).items():
            if indicator.type == "yes_no" and item == "no":
                continue
            estimate, half = np.full(len(groups), np.nan), np.zeros(len(groups))
            columns = ("dimension", "group_code", "estimate", "step")
            for dimension, code, value, step in frame.select(columns).iter_rows():
                estimate[place[dimension, code]] = (value - span[0]) / (span[1] - span[0])
                half[place[dimension, code]] = step / 2 / (span[1] - span[0])
            published[str(item), str(weighting)] = (estimate, half)
        cells = _cells(sums, cell_groups, groups, span)
        return cls(policy, indicator, groups, cells, published, span)

    def withheld_figures(self) -> list[tuple[str, str, str, str]]:
        """Return group, item and weighting of figures withheld for the sake of others."""
        rows = []
        for number, unit, weighting in sorted(self.withheld):
            items = [item for item in self.indicator.items() if self._unit(item) == unit]
            rows += [(*self.groups[number], item, weighting) for item in items]
        return rows

    def bounds_found(self) -> list[tuple[object, ...]]:
        """Return group, item, weighting and bounds of figures given as a bound."""
        rows: list[tuple[object, ...]] = []
        for (item, weighting), (low, high) in self.bounds.items():
            for number in np.flatnonzero(~np.isnan(low)):
                limits = (float(low[number]), float(high[number]))
                rows.append((*self.groups[number], item, weighting, *limits))
                if self.indicator.type == "yes_no":
                    mirror = (1 - limits[1], 1 - limits[0])
                    rows.append((*self.groups[number], "no", weighting, *mirror))
        return rows

    def withhold(self, groups: Iterable[tuple[str, str]]) -> None:
        """Withhold all of the groups that are named."""
        for group in groups:
            if group in self.groups:
                self.withheld |= self._all_of(self.groups.index(group))

    def _unit(self, item: str) -> str:
        """Return what is withheld together with an item.

        The single answers of a scale add up, so they go together; options of a multiple choice
        do not.
        """
        if self.indicator.type == "multi" or item == "top":
            return item
        return ""

    def _all_of(self, number: int) -> set[Label]:
        """Return everything that is published of a group."""
        return {(number, self._unit(item), weighting) for item, weighting in self.published}

    def _with(self, label: Label) -> set[Label]:
        """Return what has to go when a figure goes.

        Shares by inhabitants follow those by municipality; single answers follow their sum.
        """
        number, unit, weighting = label
        gone = {label}
        if weighting == "municipality":
            gone |= {(number, unit, other) for _, other in self.published}
        if unit == "top":
            gone |= {(number, "", weighting) for _, unit, weighting in gone}
        return gone & self._all_of(number)

    # bounds -----------------------------------------------------------------------------------

    def _bound(self) -> None:
        """Give answers that (nearly) all or none of a group gave as a bound."""
        if self.indicator.type == "number":
            return
        few = self.policy.protection.unanimity_margin + 1
        sizes = self.cells.sizes
        counts = {item: self.cells.members @ total for item, total in self.cells.totals.items()}
        sides = {
            item: np.where(count <= few + TOLERANCE, -1, 0)
            + np.where(count >= sizes - few - TOLERANCE, 1, 0)
            for item, count in counts.items()
        }
        edge = self.policy.protection.bound_points / 100
        for (item, weighting), (estimate, _) in self.published.items():
            if weighting == "municipality":
                sides[item][np.nan_to_num(estimate, nan=0.5) < edge - TOLERANCE] = -1
                sides[item][np.nan_to_num(estimate, nan=0.5) > 1 - edge + TOLERANCE] = 1
        for item, side in sides.items():
            # in tiny groups both may hold; such a share says next to nothing, and is withheld
            side[(counts[item] <= few) & (counts[item] >= sizes - few)] = -1
        self._bound_partners(counts, sides)
        for (item, weighting), (estimate, _) in self.published.items():
            limit = self._limit(weighting, few)
            low, high = np.full(len(sizes), np.nan), np.full(len(sizes), np.nan)
            for number in np.flatnonzero((sides[item] != 0) & ~np.isnan(estimate)):
                reach = max(limit[number], _reach(estimate[number], sides[item][number]))
                low[number], high[number] = (
                    (0, reach) if sides[item][number] < 0 else (1 - reach, 1)
                )
            self.bounds[item, weighting] = (low, high)

    def _limit(self, weighting: str, few: int) -> Vector:
        """Return, per group, the largest share that a few respondents can make up, rounded up."""
        limit = np.zeros(len(self.groups))
        for number in np.flatnonzero(self.cells.sizes):
            parts = self.cells.coefficients(number, weighting)
            each = np.repeat(parts, np.minimum(self.cells.count, few).astype(int))
            limit[number] = np.sort(each)[-few:].sum()
        rounded: Vector = np.ceil(limit / _BOUND_STEP - TOLERANCE) * _BOUND_STEP
        return rounded

    def _bound_partners(self, counts: dict[str, Vector], sides: dict[str, NDArray[np.int_]]) -> None:
        """Bound a second answer where a single one would follow from the sum of its part."""
        for part in _parts(self.indicator):
            if len(part) < 2:
                continue
            matrix = np.array([sides[item] for item in part])
            for number in np.flatnonzero((matrix != 0).sum(axis=0) == 1):
                others = [item for item in part if sides[item][number] == 0]
                smallest = min(others, key=lambda item: counts[item][number])
                sides[smallest][number] = -1

    # what follows from the rest ----------------------------------------------------------------

    def protect(self) -> None:
        """Withhold figures until nothing can be worked out; then give back what was not needed."""
        while (victim := self._derivable()) is not None:
            self.withheld |= self._all_of(victim)
        for item in self.cells.totals:
            self._close(item)
        worthy = sorted(self.withheld, key=self._worth, reverse=True)
        for label in worthy[:_GIVE_BACK]:
            self.withheld.discard(label)
            if not self._may_return(label):
                self.withheld.add(label)

    def _may_return(self, label: Label) -> bool:
        """Return whether a figure just given back leaves everything safe."""
        if any(label in self._with(other) for other in self.withheld):
            return False
        alone = {other for other in self._all_of(label[0]) if other not in self.withheld} == {label}
        return not (alone and self._derivable() is not None) and self._is_closed(label[1])

    def _worth(self, label: Label) -> float:
        """Return how useful a figure is: by dimension, weighting, and how many answered."""
        number, unit, weighting = label
        worth = float(self.cells.sizes[number])
        worth /= _LESS ** _rank(self.groups[number][0], self.policy)
        if weighting != "municipality":
            worth /= 8
        return worth / 2 if unit == "" and _parts(self.indicator) else worth

    def _group_worth(self, number: int) -> float:
        """Return how useful a group is."""
        return self._worth((number, "top", "municipality"))

    def _statements(self, item: str) -> list[Statement]:
        """Return what is published on one item."""
        found = []
        for (name, weighting), (estimate, half) in self.published.items():
            if name != item:
                continue
            if weighting == "inhabitant" and self.cells.inhabitants is None:
                continue
            low, high = self.bounds.get((name, weighting), (np.full(len(estimate), np.nan),) * 2)
            for number in np.flatnonzero(~np.isnan(estimate)):
                label = (int(number), self._unit(name), weighting)
                if label in self.withheld:
                    continue
                limits = (estimate[number] - half[number], estimate[number] + half[number])
                if not np.isnan(low[number]):
                    limits = (low[number], high[number])
                parts = self.cells.coefficients(int(number), weighting)
                found.append(Statement(label, parts, *limits))
        return found

    def _shown(self) -> list[int]:
        """Return the groups with any published figure, least useful first."""
        shown = set()
        for (item, weighting), (estimate, _) in self.published.items():
            unit = self._unit(item)
            known = (int(number) for number in np.flatnonzero(~np.isnan(estimate)))
            shown |= {n for n in known if (n, unit, weighting) not in self.withheld}
        return sorted(shown, key=self._group_worth)

    def _derivable(self) -> int | None:
        """Return the group to withhold where a small set is a sum of published groups.

        Looks at who is in which group only, so that it holds whatever the answers are.
        """
        shown = self._shown()
        derived, used = _combination(self.cells.members[shown], self.sets)
        if derived is None:
            return None
        candidates = [shown[n] for n in used]
        for candidate in candidates:
            left = [n for n in shown if n != candidate]
            if _combination(self.cells.members[left], derived[np.newaxis])[0] is None:
                return candidate
        return candidates[0]

    def _targets(self, item: str) -> Targets:
        """Return what must stay uncertain about an item."""
        protection = self.policy.protection
        if self.indicator.type != "number":
            values = np.minimum(protection.interval, self.sets @ self.cells.count + 1)
            return Targets(self.sets, values=values)
        single = self.sets[(self.sets @ self.cells.count) == 1]
        truth = single @ self.cells.totals[item]
        amount = self.span[0] + truth * (self.span[1] - self.span[0])
        reach = np.abs(amount) * protection.p_percent / 100 / (self.span[1] - self.span[0])
        return Targets(
            single, low=np.maximum(truth - reach, 0), high=np.minimum(truth + reach, 1)
        )

    def _close(self, item: str) -> None:
        """Withhold groups until nothing about an item can be worked out."""
        search = self._search(item)
        statements = self._statements(item)
        program = Program(self.cells.count, statements)
        while statements and (found := search.opened(program)) is not None:
            places: dict[Label, list[int]] = {}
            for place, statement in enumerate(statements):
                for label in self._with(statement.label):
                    places.setdefault(statement.label, []).extend(
                        n for n, other in enumerate(statements) if other.label == label
                    )
            firm = found.grip > _FIRM * found.grip.max()
            held = sorted({statements[n].label for n in np.flatnonzero(firm)}, key=self._worth)
            held = [label for label in held if label not in self.withheld]
            for label in held:
                if search.is_freed(program, found.target, places[label]):
                    break
            else:
                label = held[-1]
                program.loosen(places[label])
            self.withheld |= self._with(label)

    def _search(self, item: str) -> Search:
        """Return a new search for what can be worked out about an item."""
        targets = self._targets(item)
        most = targets.rows @ self.cells.count
        generator = np.random.default_rng(_SEED)
        return Search(targets, self.cells.totals[item], most, generator)

    def _is_closed(self, unit: str) -> bool:
        """Return whether nothing about the items of a unit can be worked out."""
        for item in self.cells.totals:
            if self._unit(item) != unit:
                continue
            statements = self._statements(item)
            if statements and self._search(item).opened(
                Program(self.cells.count, statements)
            ) is not None:
                return False
        return True


def _combination(members: NDArray[np.bool_], sets: Vector) -> tuple[Vector | None, list[int]]:
    """Return the first set that is a sum of groups, with the groups it takes; None if none is."""
    if not len(members) or not len(sets):
        return None, []
    groups = members.astype(float).T
    basis, lengths, _ = np.linalg.svd(groups, full_matrices=False)
    basis = basis[:, lengths > TOLERANCE * lengths[0]]
    left = np.abs(sets - sets @ basis @ basis.T).max(axis=1)
    first = int(left.argmin())
    if left[first] > TOLERANCE:
        return None, []
    parts = np.linalg.lstsq(groups, sets[first], rcond=None)[0]
    return sets[first], [int(n) for n in np.flatnonzero(np.abs(parts) > TOLERANCE)]


def _reach(estimate: float, side: int) -> float:
    """Return how far from its end a bounded share lies, in whole steps."""
    far = estimate if side < 0 else 1 - estimate
    return float(np.ceil((far + TOLERANCE) / _BOUND_STEP) * _BOUND_STEP)


def _span(indicator: Indicator, sums: pl.DataFrame) -> tuple[float, float]:
    """Return between which values an answer is known to lie."""
    if indicator.type != "number":
        return 0.0, 1.0
    means = sums["amount_sum"] / sums["answer_count"]
    seen = (float(means.min() or 0), float(means.max() or 0))  # type: ignore[arg-type]
    wide = max(seen[1] - seen[0], 1.0)
    lower, upper = indicator.valid or (seen[0] - wide, seen[1] + wide)
    return min(lower, seen[0]), max(upper, seen[1])


def _cells(
    sums: pl.DataFrame,
    cell_groups: pl.DataFrame,
    groups: Sequence[tuple[str, str]],
    span: tuple[float, float],
) -> Cells:
    """Return the cells of a question from its sums."""
    first = sums.unique("cell", keep="first", maintain_order=True).sort("cell")
    names = first["cell"].to_list()
    place = {name: number for number, name in enumerate(names)}
    rows = {group: number for number, group in enumerate(groups)}
    members = np.zeros((len(groups), len(names)), dtype=bool)
    for cell, dimension, code in cell_groups.select(
        "cell", "dimension", "group_code"
    ).iter_rows():
        if cell in place and (dimension, code) in rows:
            members[rows[dimension, code], place[cell]] = True
    count = first["answer_count"].to_numpy().astype(float)
    totals = {}
    for (item,), frame in sums.partition_by("item", as_dict=True).items():
        if item == "no":
            continue
        total = np.zeros(len(names))
        for cell, amount, answers in frame.select(
            "cell", "amount_sum", "answer_count"
        ).iter_rows():
            total[place[cell]] = (amount - answers * span[0]) / (span[1] - span[0])
        totals[str(item)] = total
    inhabitants = first["inhabitants"]
    return Cells(
        count=count,
        weight=first["weight"].to_numpy(),
        inhabitants=None if inhabitants.has_nulls() else inhabitants.to_numpy().astype(float),
        members=members,
        totals=totals,
    )


def step_up(figures: pl.DataFrame, containing: pl.DataFrame) -> pl.DataFrame:
    """Return the figures with, for each withheld one, the nearest shown group that holds it.

    Args:
        figures: with ``status``.
        containing: the answer to ``answers/containing_groups``.

    Returns:
        The same rows with ``step_up_dimension`` and ``step_up_group``, null where shown or
        where no wider group is.
    """
    item = ["edition", "indicator", "item", "statistic", "weighting"]
    published = pl.col("status").is_in([SHOWN, BOUND])
    shown = figures.filter(published).select(
        *item, wider_dimension="dimension", wider_group="group_code"
    )
    nearest = (
        figures.filter(~published)
        .select(*item, "dimension", "group_code")
        .join(containing, on=["edition", "dimension", "group_code"])
        .join(shown, on=[*item, "wider_dimension", "wider_group"])
        .sort("wider_population", "wider_dimension", "wider_group")
        .group_by(*item, "dimension", "group_code", maintain_order=True)
        .agg(
            step_up_dimension=pl.col("wider_dimension").first(),
            step_up_group=pl.col("wider_group").first(),
        )
    )
    return figures.drop("step_up_dimension", "step_up_group").join(
        nearest, on=[*item, "dimension", "group_code"], how="left", maintain_order="left"
    )
