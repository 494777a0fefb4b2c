"""A question as attackers see it: unknown answers, and what was published about them.

Every published figure is an inequality. The unknowns are the answers of all who took part, in
this release and in earlier ones: an answer that stayed the same is one unknown, one that changed
is two. The answers of a scale are solved together, because they add up.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from scipy.sparse import csr_array

from queries import rounding
from queries.cells import categories, cells_of, scale_parts, small_sets, span_of
from queries.programs import EVERYBODY, Program, Statement
from queries.searches import Search, Targets

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from data.codebook import Indicator
    from data.policy import Policy
    from queries.cells import Cells
    from queries.programs import Label, Places, Vector

SHOWN, BOUND, TOO_FEW, DOMINATED = "shown", "bound", "too_few", "dominated"
_SEED = 7
_NOBODY: Label = (0, "", "")


@dataclass(frozen=True)
class Asked:
    """One question in one edition, as one release published it and as insiders know it."""

    indicator: Indicator
    policy: Policy
    figures: pl.DataFrame
    sums: pl.DataFrame
    cell_groups: pl.DataFrame
    version: str = ""
    # as in ``disclosure.Protected``
    witnesses: Mapping[str, csr_array] = field(default_factory=dict)

    @cached_property
    def groups(self) -> list[tuple[str, str]]:
        """The groups with figures, shown or not."""
        return list(self.figures.select("dimension", "group_code").unique().sort(pl.all()).rows())

    @cached_property
    def place(self) -> dict[tuple[str, str], int]:
        """The place of each group."""
        return {group: number for number, group in enumerate(self.groups)}

    @cached_property
    def names(self) -> list[str]:
        """The names of the cells."""
        return self.sums["cell"].unique().sort().to_list()

    @cached_property
    def span(self) -> tuple[float, float]:
        """Between which values an answer lies."""
        return span_of(self.indicator, self.sums)

    def cells(self, span: tuple[float, float]) -> Cells:
        """Return who answered, in which groups, with answers on the scale of a span."""
        if span == self.span:
            return self._cells
        return cells_of(self.sums, self.cell_groups, self.groups, span)

    @cached_property
    def _cells(self) -> Cells:
        """Who answered, with answers on the scale of the question itself."""
        return cells_of(self.sums, self.cell_groups, self.groups, self.span)

    @cached_property
    def small_sets(self) -> Vector:
        """The sums over respondents that nobody may know, whatever they are about."""
        return small_sets(self.cells(self.span), self.policy.min_respondents)


def parts_of(indicator: Indicator, items: Sequence[str], *, thorough: bool) -> list[list[str]]:
    """Return the items that are solved together: each alone, or all answers of a scale at once.

    Alone, what the other answers of the same group leave of a figure is worked out beforehand;
    only what follows from other answers in other groups is missed.
    """
    if indicator.type == "ordinal" and thorough:
        return [categories(indicator)]
    top = ["top"] if indicator.type == "ordinal" else []
    return [[item] for item in [*items, *top]]


class Scene:
    """What was published about some items of a question, by one release or by several.

    Args:
        asked: the releases, the newest first.
        part: the items that are solved together.
    """

    def __init__(self, asked: Sequence[Asked], part: list[str]) -> None:
        """Turn what was published into inequalities and what is secret into targets."""
        self.asked, self.part = asked, part
        spans = [one.span for one in asked]
        self.span = min(low for low, _ in spans), max(high for _, high in spans)
        self.cells = [one.cells(self.span) for one in asked]
        self._place_answers()
        self.about, self.targets = self._targets()
        self.program = Program(np.tile(self.count, len(part)), [*self._published(), *self._whole()])
        self.search = self._search()

    def _place_answers(self) -> None:
        """Give each answer a place among the unknowns; the same answer in two releases one."""
        known: dict[tuple[object, ...], int] = {}
        self.columns: list[Places] = []
        counts, answers, names = [], [], []
        for one, cells in zip(self.asked, self.cells, strict=True):
            places = []
            for number, name in enumerate(one.names):
                answer = tuple(round(float(cells.totals[item][number]), 9) for item in self.part)
                key = (name, float(cells.count[number]), answer)
                if key not in known:
                    known[key] = len(known)
                    counts.append(cells.count[number])
                    answers.append([cells.totals[item][number] for item in self.part])
                    names.append(name)
                places.append(known[key])
            self.columns.append(np.array(places, dtype=np.int_))
        self.count, self.names = np.array(counts, dtype=float), names
        self.truth: Vector = np.array(answers).T.reshape(-1)

    def _scattered(self, version: int, row: Vector) -> Vector:
        """Return coefficients over all answers, from those over the cells of one release."""
        whole = np.zeros(len(self.count))
        whole[self.columns[version]] = row
        return whole

    def _spread(self, row: Vector, item: str) -> Vector:
        """Return the coefficients of an item's sum over unknowns, from those over answers."""
        if item == "top" and item not in self.part:
            codes = scale_parts(self.asked[0].indicator)[1]
        else:
            codes = ["yes" if item == "no" else item]
        return np.concatenate([row if code in codes else np.zeros_like(row) for code in self.part])

    def _published(self) -> Iterator[Statement]:
        """Yield what the published figures say."""
        for version, one in enumerate(self.asked):
            for row in _linear(one, [*self.part, *self._also()]).iter_rows(named=True):
                if row["weighting"] == "inhabitant" and self.cells[version].inhabitants is None:
                    continue
                number = one.place[row["dimension"], row["group_code"]]
                parts = self.cells[version].coefficients(number, row["weighting"])
                coefficients = self._spread(self._scattered(version, parts), row["item"])
                yield Statement(_NOBODY, coefficients, *self._limits(row))

    def _limits(self, row: dict[str, Any]) -> tuple[float, float]:
        """Return between which values a figure lies, on the scale from 0 to 1."""
        low, high = (
            (row[side] - self.span[0]) / (self.span[1] - self.span[0]) for side in ("low", "high")
        )
        return (1 - high, 1 - low) if row["item"] == "no" else (low, high)

    def _also(self) -> list[str]:
        """Return the items that are sums of these, or what these leave."""
        if len(self.part) > 1:
            return ["top"]
        return ["no"] if self.asked[0].indicator.type == "yes_no" else []

    def _whole(self) -> Iterator[Statement]:
        """Yield that the single answers of a scale add up to everybody."""
        if len(self.part) > 1:
            for row, count in zip(np.eye(len(self.count)), self.count, strict=True):
                yield Statement(EVERYBODY, np.tile(row, len(self.part)), count, count)

    def _targets(self) -> tuple[list[tuple[str, str]], Targets]:
        """Return what must stay uncertain, and about which item and whom that is."""
        rows, sizes, about = [], [], []
        for item in [*self.part, "top"] if len(self.part) > 1 else self.part:
            for row, name in self._secrets(item):
                rows.append(self._spread(row, item))
                sizes.append(row @ self.count)
                about.append((item, name))
        matrix = csr_array(np.array(rows).reshape(-1, len(self.part) * len(self.count)))
        if self.asked[0].indicator.type == "number":
            return about, self._amounts(matrix)
        interval = self.asked[0].policy.protection.interval
        values = np.minimum(interval, np.array(sizes) + 1)
        return about, Targets(matrix, np.array(sizes), values=values)

    def _amounts(self, rows: csr_array) -> Targets:
        """Return how far single amounts must still reach either way."""
        truth = rows @ self.truth
        width = self.span[1] - self.span[0]
        part = self.asked[0].policy.protection.p_percent / 100
        reach = np.abs(self.span[0] + truth * width) * part / width
        low, high = np.maximum(truth - reach, 0), np.minimum(truth + reach, 1)
        return Targets(rows, np.ones(rows.shape[0]), low=low, high=high)

    def _secrets(self, item: str) -> Iterator[tuple[Vector, str]]:
        """Yield the sets of respondents about which an item must stay uncertain, with names."""
        number = self.asked[0].indicator.type == "number"
        seen: set[bytes] = set()
        for version, (one, cells) in enumerate(zip(self.asked, self.cells, strict=True)):
            for row in one.small_sets:
                whole = self._scattered(version, row)
                if whole.tobytes() in seen or (number and row @ cells.count != 1):
                    continue
                seen.add(whole.tobytes())
                yield whole, " + ".join(self.names[place] for place in np.flatnonzero(whole))
        yield from self._secret_means(item) if number else self._withheld(item)

    def _withheld(self, item: str) -> Iterator[tuple[Vector, str]]:
        """Yield the groups whose figure is withheld in all releases, large enough or not."""
        shown = {
            group for one in self.asked for group in _of_item(one, item, shown=True).iter_rows()
        }
        one, cells = self.asked[0], self.cells[0]
        for group in _of_item(one, item, shown=False).iter_rows():
            row = cells.members[one.place[group]].astype(float)
            if group not in shown and row @ cells.count >= one.policy.min_respondents:
                yield self._scattered(0, row), ":".join(group)

    def _secret_means(self, item: str) -> Iterator[tuple[Vector, str]]:
        """Yield the means that are withheld in their own right, in no release shown."""
        one, cells = self.asked[0], self.cells[0]
        told = {
            group for other in self.asked for group in _of_item(other, item, shown=True).iter_rows()
        }
        mean = (pl.col("item") == item) & (pl.col("weighting") == "municipality")
        secret = one.figures.filter(
            mean, pl.col("statistic") == "mean", pl.col("status").is_in([TOO_FEW, DOMINATED])
        )
        for group in secret.select("dimension", "group_code").sort(pl.all()).iter_rows():
            number = one.place[group]
            if group not in told and cells.sizes[number] > 1:
                row = cells.coefficients(number, "municipality")
                yield self._scattered(0, row), ":".join(group)

    def _search(self) -> Search:
        """Return a search that begins with what else is seen to fit, or can change places."""
        search = Search(self.targets, np.random.default_rng(_SEED), self.truth)
        if len(self.asked) == len(self.part) == 1 and self.part[0] in self.asked[0].witnesses:
            others = self.truth + self.asked[0].witnesses[self.part[0]].toarray()
            search.learn(self.program.fitting(others))
            return search
        moves = list(self.program.exchanges(self.truth, len(self.part)))
        search.learn(moves)
        search.learn(self.program.doubles(self.truth, moves, self.targets.small()))
        return search

    @cached_property
    def people(self) -> dict[str, Places]:
        """Single respondents, with the places of all their answers."""
        single = [n for n, count in enumerate(self.count) if count == 1]
        places: dict[str, list[int]] = {}
        for number in single:
            own = [number + block * len(self.count) for block in range(len(self.part))]
            places.setdefault(self.names[number], []).extend(own)
        return {name: np.array(own, dtype=np.int_) for name, own in places.items()}


def _linear(asked: Asked, items: list[str]) -> pl.DataFrame:
    """Return the published figures that are sums of answers, with the limits they lie between."""
    step = pl.col("step") / 2
    exact = pl.col("status") == SHOWN
    figures = (
        asked.figures.filter(
            pl.col("statistic").is_in(["share", "mean"]), pl.col("status").is_in([SHOWN, BOUND])
        )
        .with_columns(rounding.step(asked.policy.rounding))
        .with_columns(
            low=pl.when(exact).then(pl.col("estimate") - step).otherwise("low"),
            high=pl.when(exact).then(pl.col("estimate") + step).otherwise("high"),
        )
    )
    if len(items) == 1 and asked.indicator.type == "ordinal":
        figures = _implied(figures, asked.indicator)
    return figures.filter(pl.col("item").is_in(items))


def _implied(figures: pl.DataFrame, indicator: Indicator) -> pl.DataFrame:
    """Return limits narrowed by what the other answers of the same group leave.

    The answers of a scale add up to all, those from the top's first to the top.
    """
    key = ["dimension", "group_code", "weighting"]
    rest, top = scale_parts(indicator)
    sums = figures.group_by(key).agg(
        *(
            pl.col(side).filter(pl.col("item").is_in(part)).sum().alias(f"{name}_{side}")
            for name, part in (("rest", rest), ("top", top))
            for side in ("low", "high")
        ),
        *(
            pl.col(side).filter(pl.col("item") == "top").first().alias(f"whole_{side}")
            for side in ("low", "high")
        ),
        answers=(pl.col("item") != "top").sum(),
    )
    complete = pl.col("answers") == len(rest) + len(top)
    is_top, is_rest = pl.col("item").is_in(top), pl.col("item").is_in(rest)
    every = [pl.col(f"rest_{side}") + pl.col(f"top_{side}") for side in ("low", "high")]
    inside = [
        pl.when(is_top).then(f"top_{side}").otherwise(f"rest_{side}") for side in ("low", "high")
    ]
    part = [
        pl.when(is_top).then("whole_low").otherwise(1 - pl.col("whole_high")),
        pl.when(is_top).then("whole_high").otherwise(1 - pl.col("whole_low")),
    ]
    single = is_top | is_rest
    low = pl.max_horizontal(
        "low",
        pl.when(complete & single).then(1 - every[1] + pl.col("high")),
        pl.when(complete & single).then(part[0] - inside[1] + pl.col("high")),
        pl.when(complete & ~single).then(pl.max_horizontal("top_low", 1 - pl.col("rest_high"))),
    )
    high = pl.min_horizontal(
        "high",
        pl.when(complete & single).then(1 - every[0] + pl.col("low")),
        pl.when(complete & single).then(part[1] - inside[0] + pl.col("low")),
        pl.when(complete & ~single).then(pl.min_horizontal("top_high", 1 - pl.col("rest_low"))),
    )
    return figures.join(sums, on=key, how="left").with_columns(low=low, high=high)


def _of_item(asked: Asked, item: str, *, shown: bool) -> pl.DataFrame:
    """Return the groups whose share of an item is published, or is withheld for protection.

    Figures that are left out because they would tell too much of too few are no secret in groups
    that are large enough for others.
    """
    published = pl.col("status").is_in([SHOWN, BOUND])
    withheld = ~published & (pl.col("status") != TOO_FEW)
    found = asked.figures.filter(
        pl.col("item") == item,
        pl.col("weighting") == "municipality",
        published if shown else withheld,
    )
    return found.select("dimension", "group_code").unique().sort(pl.all())
