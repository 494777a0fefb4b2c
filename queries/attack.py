"""The attack that a release must withstand: what can be worked out about single respondents.

It reads what is published and the public register; an insider also knows who answered what
question, and a participant its own answer. Every published figure is turned into inequalities,
and linear programming tells between which values each answer, each small group and each withheld
figure can still lie. What must stay uncertain is defined in ``cells``, for the gate and for the
attack alike; how the gate decided is not looked at.

Source: Willenborg and De Waal, Elements of Statistical Disclosure Control (2001), chapter 6.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from threadpoolctl import threadpool_limits

from queries import engine, rounding
from queries.cells import categories, cells_of, scale_parts, small_sets, span_of
from queries.programs import Program, Search, Statement, Targets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from data.codebook import Codebook, Indicator
    from data.policy import Policy
    from queries.cells import Cells
    from queries.programs import Vector

INSIDER, PARTICIPANT = "insider", "participant"
SHOWN, BOUND = "shown", "bound"
_SEED = 7
_SWEEPS = 6
_QUESTION = ["edition", "indicator"]
_ANY = (0, "", "")


@dataclass(frozen=True)
class Opening:
    """Something that can be worked out: by whom, about whom, and between which values it lies."""

    attacker: str
    edition: int
    indicator: str
    item: str
    about: str
    low: float
    high: float


@dataclass(frozen=True)
class Published:
    """What a release says about answers, and what one needs to read it."""

    figures: pl.DataFrame
    codebook: Codebook
    policy: Policy


@dataclass(frozen=True)
class Known:
    """What insiders know: who answered each question, how they count, and what they answered.

    ``sums``: as the answer to ``answers/cell_sums``; ``groups``: to ``answers/cell_groups``. Of
    the answers a participant uses its own only; the others serve to say what is too near.
    """

    sums: pl.DataFrame
    groups: pl.DataFrame


def attack(published: Published, known: Known) -> list[Opening]:
    """Return everything that can be worked out from what is published."""
    sums = known.sums.partition_by(_QUESTION, as_dict=True)
    groups = known.groups.partition_by("edition", as_dict=True)
    survey = published.figures.filter(pl.col("kind") == "survey")

    def check(key: tuple[object, ...], figures: pl.DataFrame) -> list[Opening]:
        indicator = published.codebook.by_id[str(key[1])]
        question = Asked(indicator, published.policy, figures, sums[key], groups[key[:1]])
        return list(question.openings())

    questions = {
        key: frame
        for key, frame in survey.partition_by(_QUESTION, as_dict=True).items()
        if key in sums
    }
    with threadpool_limits(1), ThreadPoolExecutor(max_workers=engine.THREADS) as pool:
        return list(chain.from_iterable(pool.map(check, questions, questions.values())))


@dataclass(frozen=True)
class Asked:
    """One question in one edition, as it was published and as insiders know it."""

    indicator: Indicator
    policy: Policy
    figures: pl.DataFrame
    sums: pl.DataFrame
    cell_groups: pl.DataFrame

    @cached_property
    def groups(self) -> list[tuple[str, str]]:
        """The groups with figures, shown or not."""
        return list(self.figures.select("dimension", "group_code").unique().sort(pl.all()).rows())

    @cached_property
    def cells(self) -> Cells:
        """Who answered, in which groups."""
        return cells_of(self.sums, self.cell_groups, self.groups, self.span)

    @cached_property
    def span(self) -> tuple[float, float]:
        """Between which values an answer lies."""
        return span_of(self.indicator, self.sums)

    @cached_property
    def names(self) -> list[str]:
        """The names of the cells."""
        return self.sums["cell"].unique().sort().to_list()

    def openings(self) -> Iterator[Opening]:
        """Yield what can be worked out: by counting, by insiders, by participants."""
        yield from self._differences()
        single = [[item] for item in self.cells.totals if item != "top"]
        for part in [categories(self.indicator)] if "top" in self.cells.totals else single:
            scene = Scene(self, part)
            yield from scene.openings()

    def _differences(self) -> Iterator[Opening]:
        """Yield sums and differences of two or three published groups that single out a few."""
        return iter(())

    def opening(self, attacker: str, item: str, about: str, limits: tuple[float, float]) -> Opening:
        """Return an opening in the units of the question."""
        edition = int(self.figures["edition"][0])
        low, high = limits
        if self.indicator.type == "number":
            width = self.span[1] - self.span[0]
            low, high = self.span[0] + low * width, self.span[0] + high * width
        return Opening(attacker, edition, self.indicator.id, item, about, low, high)


@dataclass
class Scene:
    """Items that are solved together: one, or all single answers of a scale.

    The unknowns are the sums of each cell, block by block: one block for each item.
    """

    asked: Asked
    part: list[str]

    def __post_init__(self) -> None:
        """Turn what is published into inequalities."""
        self.cells = self.asked.cells
        self.most = np.tile(self.cells.count, len(self.part))
        statements = [*self._published(), *self._whole()]
        self.about, self.targets = self._targets()
        self.program = Program(self.most, statements)
        start, _ = self.program.highest(np.zeros(len(self.most)))
        most = self.targets.rows @ self.most
        self.search = Search(self.targets, most, np.random.default_rng(_SEED), [start])

    def _spread(self, row: Vector, item: str) -> Vector:
        """Return the coefficients of an item's sum over unknowns, from those over cells."""
        if item == "top":
            codes = scale_parts(self.asked.indicator)[1]
        else:
            codes = ["yes" if item == "no" else item]
        return np.concatenate([row if code in codes else np.zeros_like(row) for code in self.part])

    def _published(self) -> Iterator[Statement]:
        """Yield what the published figures say."""
        low, high = self.asked.span
        place = {group: number for number, group in enumerate(self.asked.groups)}
        rows = self.asked.figures.filter(
            pl.col("item").is_in([*self.part, *self._also()]),
            pl.col("statistic").is_in(["share", "mean"]),
            pl.col("status").is_in([SHOWN, BOUND]),
        ).with_columns(rounding.step(self.asked.policy.rounding))
        for row in rows.iter_rows(named=True):
            if row["weighting"] == "inhabitant" and self.cells.inhabitants is None:
                continue
            limits = (row["low"], row["high"])
            if row["status"] == SHOWN:
                limits = (row["estimate"] - row["step"] / 2, row["estimate"] + row["step"] / 2)
            limits = tuple((limit - low) / (high - low) for limit in limits)
            if row["item"] == "no":
                limits = (1 - limits[1], 1 - limits[0])
            number = place[row["dimension"], row["group_code"]]
            parts = self.cells.coefficients(number, row["weighting"])
            yield Statement(_ANY, self._spread(parts, row["item"]), *limits)

    def _also(self) -> list[str]:
        """Return the items that are sums of these, or what these leave."""
        return {"yes_no": ["no"], "ordinal": ["top"]}.get(self.asked.indicator.type, [])

    def _whole(self) -> Iterator[Statement]:
        """Yield that the single answers of a scale add up to everybody."""
        if self.asked.indicator.type == "ordinal":
            for number, count in enumerate(self.cells.count):
                row = np.zeros(len(self.cells.count))
                row[number] = 1
                yield Statement(_ANY, np.tile(row, len(self.part)), count, count)

    def _targets(self) -> tuple[list[tuple[str, str]], Targets]:
        """Return what must stay uncertain, and about which item and whom that is."""
        minimum = self.asked.policy.min_respondents
        rows, sizes, about = [], [], []
        items = [*self.part, "top"] if self.asked.indicator.type == "ordinal" else self.part
        for item in items:
            sets = [(row, self._name(row)) for row in small_sets(self.cells, minimum)]
            for row, name in [*sets, *self._withheld(item)]:
                rows.append(self._spread(row, item))
                sizes.append(row @ self.cells.count)
                about.append((item, name))
        interval = self.asked.policy.protection.interval
        if self.asked.indicator.type != "number":
            values = np.minimum(interval, np.array(sizes) + 1)
            return about, Targets(np.array(rows), values=values)
        return about, Targets(np.array(rows), values=np.zeros(len(rows)))

    def _name(self, row: Vector) -> str:
        """Return who is in a small set."""
        return " + ".join(self.asked.names[number] for number in np.flatnonzero(row))

    def _withheld(self, item: str) -> Iterator[tuple[Vector, str]]:
        """Yield the groups whose figure on an item is withheld, with their names."""
        hidden = self.asked.figures.filter(
            pl.col("item") == item,
            pl.col("weighting") == "municipality",
            ~pl.col("status").is_in([SHOWN, BOUND]),
        ).select("dimension", "group_code")
        place = {group: number for number, group in enumerate(self.asked.groups)}
        for group in hidden.unique().sort(pl.all()).iter_rows():
            row = self.cells.members[place[group]].astype(float)
            if row @ self.cells.count >= self.asked.policy.min_respondents:
                yield row, ":".join(group)

    def openings(self) -> Iterator[Opening]:
        """Yield what insiders can work out."""
        for found in self.search.openings(self.program):
            item, about = self.about[found.target]
            limits = (self.search.low[found.target], self.search.high[found.target])
            yield self.asked.opening(INSIDER, item, about, limits)
