"""Which figures of a question must stay unpublished so that the rest gives nothing away.

First, whatever the answers are: no sum or difference of published groups may single out a few
respondents. Then, given the answers: figures that nearly all or none share become bounds, and
linear programming finds which answers could still be worked out; the least useful figure that
holds one is withheld, until none is. Sources: Dobkin, Jones and Lipton (1979) on overlapping
groups; Fischetti and Salazar (2001), Willenborg and De Waal (2001) on secondary suppression.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

from queries.cells import categories, scale_parts, singled_out, small_sets, tied
from queries.programs import FIRM, TOLERANCE, Program, Statement
from queries.searches import Search, Targets

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from data.codebook import Indicator
    from data.policy import Policy
    from queries.cells import Cells
    from queries.programs import Label, Mask, Places, Vector
    from queries.searches import Opened

# A bound is given in steps of five percentage points.
_BOUND_STEP = 0.05
# A bound this wide says nothing, and is withheld.
BOUND_END = 0.5
_SEED = 20
# So many of the most useful figures are tried again when all is safe.
_GIVE_BACK = 10
_ANY_TIER = -1
# A group of the next dimension is as useful as one of this one with so many times the answers.
_LESS = 4


@dataclass
class Protection:
    """One question in one edition: its figures, its answers, and what is withheld so far.

    ``published`` holds, by item and weighting, the figure of each group (0-1, NaN where it is not
    published) and half the step it is rounded to.
    """

    policy: Policy
    indicator: Indicator
    groups: list[tuple[str, str]]
    cells: Cells
    published: dict[tuple[str, str], tuple[Vector, Vector]]
    span: tuple[float, float]

    def __post_init__(self) -> None:
        """Begin with nothing withheld."""
        self.withheld: set[Label] = set()
        self.bounds: dict[tuple[str, str], tuple[Vector, Vector]] = {}
        self.searches: dict[str, Search] = {}
        self.sets = small_sets(self.cells, self.policy.min_respondents)
        self._bound()

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
                limits = (_whole(low[number]), _whole(high[number]))
                rows.append((*self.groups[number], item, weighting, *limits))
                if self.indicator.type == "yes_no":
                    mirror = (_whole(1 - limits[1]), _whole(1 - limits[0]))
                    rows.append((*self.groups[number], "no", weighting, *mirror))
        return rows

    def witnesses(self) -> dict[str, csr_array]:
        """Return, by item, answers that fit as well: what is added to each cell, a row each."""
        return {
            item: csr_array(search.solutions[1:] - search.solutions[0])
            for item, search in self.searches.items()
        }

    def withhold(self, groups: Iterable[tuple[str, str]]) -> None:
        """Withhold all of the groups that are named."""
        for group in groups:
            if group in self.groups:
                self.withheld |= self._all_of(self.groups.index(group))

    @cached_property
    def _units(self) -> dict[str, str]:
        """What is withheld together with each item.

        The single answers of a scale add up, so they go together, but for one that is all the
        top of the scale leaves: that goes with the top. Options of a multiple choice do not add up.
        """
        alone = self.indicator.type == "multi"
        return {
            item: item if alone or item == "top" else ("top" if tied(self.indicator, item) else "")
            for item in self.indicator.items()
        }

    def _unit(self, item: str) -> str:
        """Return what is withheld together with an item."""
        return self._units[item]

    def _all_of(self, number: int) -> set[Label]:
        """Return everything that is published of a group."""
        return {(number, unit, weighting) for unit, weighting in self._kinds}

    @cached_property
    def _kinds(self) -> set[tuple[str, str]]:
        """What can be published of a group: units and weightings."""
        return {(self._unit(item), weighting) for item, weighting in self.published}

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
        for number in map(int, np.flatnonzero(self.cells.sizes)):
            inside = self.cells.members[number]
            parts = self.cells.coefficients(number, weighting)[inside]
            each = np.repeat(parts, np.minimum(self.cells.count[inside], few).astype(int))
            limit[number] = np.sort(each)[-few:].sum()
        rounded: Vector = np.ceil(limit / _BOUND_STEP - TOLERANCE) * _BOUND_STEP
        return rounded

    def _bound_partners(
        self, counts: dict[str, Vector], sides: dict[str, NDArray[np.int_]]
    ) -> None:
        """Bound a second answer where a single one would follow from the sum of its part.

        Where the top itself is a bound, only the sum of all answers is known.
        """
        if not scale_parts(self.indicator):
            return
        whole, halves = [categories(self.indicator)], scale_parts(self.indicator)
        for number, top in enumerate(sides["top"]):
            for part in whole if top else halves:
                others = [item for item in part if sides[item][number] == 0]
                if len(part) > 1 and len(others) == len(part) - 1:
                    smallest = min(others, key=lambda item: counts[item][number])
                    sides[smallest][number] = -1

    # what follows from the rest ----------------------------------------------------------------

    def protect(self) -> None:
        """Withhold figures until nothing can be worked out; then give back what was not needed."""
        while (victim := self._derivable()) is not None:
            self.withheld |= self._all_of(victim)
        for item in self.cells.totals:
            self._close(item)
        worthy = sorted(self.withheld, key=self._order, reverse=True)
        for label in worthy[:_GIVE_BACK]:
            self.withheld.discard(label)
            if not self._may_return(label):
                self.withheld.add(label)
        for item in self.cells.totals:
            self._close_to_participants(item)
        self._close_again()
        self._give_twins_back()

    def _close_again(self) -> None:
        """Withhold until all is safe at once: what went for one item may be watched in another."""
        before = -1
        while before < len(self.withheld):
            before = len(self.withheld)
            for item in self.cells.totals:
                if statements := self._statements(item):
                    program = Program(self.cells.count, statements)
                    self._close_to_insiders(item, self.searches[item], program, _ANY_TIER)

    def _give_twins_back(self) -> None:
        """Give back what is published of another group with the same members: it tells the same."""
        for label in sorted(self.withheld):
            number, unit, weighting = label
            same = (self.cells.members == self.cells.members[number]).all(axis=1)
            if any(
                (int(twin), unit, weighting) in self._all_of(int(twin)) - self.withheld
                for twin in np.flatnonzero(same)
            ):
                self.withheld.discard(label)

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
        worth /= float(_LESS) ** self.policy.protection.rank(self.groups[number][0])
        if weighting != "municipality":
            worth /= 8
        return worth / 2 if unit == "" and scale_parts(self.indicator) else worth

    def _order(self, label: Label) -> tuple[float, Label]:
        """Return what figures are ordered by: usefulness, and the same way every time."""
        return self._worth(label), label

    def _group_worth(self, number: int) -> float:
        """Return how useful a group is."""
        return self._worth((number, "top", "municipality"))

    def _statements(self, item: str) -> list[Statement]:
        """Return what is published on one item."""
        found = []
        for (name, weighting), (estimate, _) in self.published.items():
            if name != item:
                continue
            if weighting == "inhabitant" and self.cells.inhabitants is None:
                continue
            for number in map(int, np.flatnonzero(~np.isnan(estimate))):
                label = (number, self._unit(name), weighting)
                if label in self.withheld:
                    continue
                limits = self._implied(item, weighting, number)
                parts = self.cells.coefficients(number, weighting)
                found.append(Statement(label, parts, *limits))
        return found

    def _said(self, item: str, weighting: str, number: int) -> tuple[float, float]:
        """Return between which values a figure of a group lies, by itself."""
        estimate, half = self.published[item, weighting]
        low, high = self.bounds.get((item, weighting), (None, None))
        if low is not None and high is not None and not np.isnan(low[number]):
            return float(low[number]), float(high[number])
        return float(estimate[number] - half[number]), float(estimate[number] + half[number])

    def _implied(self, item: str, weighting: str, number: int) -> tuple[float, float]:
        """Return between which values a figure of a group lies, given the other answers too.

        The single answers of a scale add up to all, and those of each part to the top or to what
        the top leaves.
        """
        low, high = self._said(item, weighting, number)
        if item == "top":
            return self._implied_top(weighting, number, (low, high))
        for part, total in self._sums_with(item, weighting, number):
            others = [self._said(other, weighting, number) for other in part if other != item]
            low = max(low, total[0] - sum(limits[1] for limits in others))
            high = min(high, total[1] - sum(limits[0] for limits in others))
        return low, high

    def _implied_top(
        self, weighting: str, number: int, said: tuple[float, float]
    ) -> tuple[float, float]:
        """Return between which values the top of a scale lies, given its single answers."""
        rest, top = (
            [self._said(item, weighting, number) for item in half]
            if all(self._is_out(item, weighting, number) for item in half)
            else [(0.0, 1.0)]
            for half in scale_parts(self.indicator)
        )
        lows, highs = zip(*top, strict=True)
        rest_lows, rest_highs = zip(*rest, strict=True)
        low = max(said[0], sum(lows), 1 - sum(rest_highs))
        return low, min(said[1], sum(highs), 1 - sum(rest_lows))

    def _sums_with(
        self, item: str, weighting: str, number: int
    ) -> Iterator[tuple[list[str], tuple[float, float]]]:
        """Yield the answers that an item adds up with, and between which values their sum lies."""
        halves = scale_parts(self.indicator)
        known = [i for i in categories(self.indicator) if self._is_out(i, weighting, number)]
        if not halves or len(known) < len(halves[0]) + len(halves[1]):
            return
        yield known, (1.0, 1.0)
        if self._is_out("top", weighting, number):
            low, high = self._said("top", weighting, number)
            yield (
                (halves[1], (low, high)) if item in halves[1] else (halves[0], (1 - high, 1 - low))
            )

    def _is_out(self, item: str, weighting: str, number: int) -> bool:
        """Return whether the figure of a group on an item is published in any form."""
        if (item, weighting) not in self.published:
            return False
        estimate, _ = self.published[item, weighting]
        withheld = (number, self._unit(item), weighting) in self.withheld
        return not (np.isnan(estimate[number]) or withheld)

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
        used = combination(self.cells.members[shown], self._singled_out)
        return None if used is None else shown[used]

    @cached_property
    def _singled_out(self) -> Vector:
        """The sets that nobody may be able to single out."""
        sets = [self.sets, singled_out(self.cells, self.policy.min_respondents)]
        return np.unique(np.concatenate(sets), axis=0)

    def _targets(self, item: str) -> Targets:
        """Return what must stay uncertain about an item."""
        protection = self.policy.protection
        if self.indicator.type != "number":
            rows = np.concatenate([self.sets, self.cells.members.astype(float)])
            values = np.minimum(protection.interval, rows @ self.cells.count + 1)
            # groups count only once their own figure is withheld
            values[len(self.sets) :] = 0
            return Targets(csr_array(rows), rows @ self.cells.count, values=values)
        single = self.sets[(self.sets @ self.cells.count) == 1]
        rows = np.concatenate([single, self._secret_means(item)])
        truth = rows @ self.cells.totals[item]
        amount = self.span[0] + truth * (self.span[1] - self.span[0])
        reach = np.abs(amount) * protection.p_percent / 100 / (self.span[1] - self.span[0])
        low, high = np.maximum(truth - reach, 0), np.minimum(truth + reach, 1)
        return Targets(csr_array(rows), np.ones(len(rows)), low=low, high=high)

    def _secret_means(self, item: str) -> Vector:
        """Return what the means are made of that are withheld in their own right, a row each.

        They are of too few respondents, or say too much of one. A mean that is withheld for the
        sake of others is no secret itself.
        """
        none = np.full(len(self.groups), np.nan)
        estimate, _ = self.published.get((item, "municipality"), (none, none))
        hidden = np.flatnonzero(np.isnan(estimate) & (self.cells.sizes > 1))
        means = [self.cells.coefficients(int(number), "municipality") for number in hidden]
        return np.array(means).reshape(-1, len(self.cells.count))

    def _watch(self, search: Search, item: str) -> None:
        """Make the groups whose figure on an item is withheld by now targets as well.

        Not those that are left out for telling too much of too few (``fewest``): those with fewer
        than ``min_respondents`` are targets in any case, and the others are no secret.
        """
        values = search.targets.values
        if values is None:
            return
        low, high = self.bounds.get((item, "municipality"), (np.zeros(1), np.zeros(1)))
        hidden = np.zeros(len(self.groups), dtype=bool) | (high - low >= BOUND_END)
        for number, unit, weighting in self.withheld:
            hidden[number] |= unit == self._unit(item) and weighting == "municipality"
        least = np.minimum(self.policy.protection.interval, self.cells.sizes + 1)
        values[len(self.sets) :] = np.where(hidden, least, 0)

    def _close(self, item: str) -> None:
        """Withhold groups until nothing about an item can be worked out.

        The most useful figures come first, and each step must be safe before the next is added:
        a size class never makes way for a labour market region.
        """
        search = self._search(item)
        everything = self._statements(item)
        program = Program(self.cells.count, everything)
        self._seed(search, program)
        # what fits everything fits each step
        search.sweep(program)
        for tier in sorted({self._tier(s.label) for s in everything}):
            statements = [
                s
                for s in everything
                if self._tier(s.label) <= tier and s.label not in self.withheld
            ]
            if not statements:
                continue
            search = search.fitting(statements)
            self._watch(search, item)
            if search.unsafe().any():
                program = Program(self.cells.count, statements)
                self._close_to_insiders(item, search, program, tier)
        self.searches[item] = search

    def _seed(self, search: Search, program: Program) -> None:
        """Let a search begin with respondents that can change places."""
        truth = search.solutions[0]
        moves = list(program.exchanges(truth, 1))
        search.learn(moves)
        search.learn(program.doubles(truth, moves, search.targets.small()))

    def _tier(self, label: Label) -> int:
        """Return when a figure is added: by dimension, figures per inhabitant last."""
        usefulness = self.policy.protection.usefulness
        if label[2] != "municipality":
            return len(usefulness) + 1
        return self.policy.protection.rank(self.groups[label[0]][0])

    def _close_to_insiders(self, item: str, search: Search, program: Program, tier: int) -> None:
        """Withhold figures of a tier until nothing can be worked out from it and those before."""
        self._watch(search, item)
        while (found := search.opened(program)) is not None:
            self._free(program, search, found, tier)
            self._watch(search, item)

    def _close_to_participants(self, item: str) -> None:
        """Withhold groups until participants cannot work anything out either."""
        statements = self._statements(item)
        if not statements:
            return
        search, program = self.searches[item], Program(self.cells.count, statements)
        before = -1
        while before < len(self.withheld):
            before = len(self.withheld)
            for _, beside, found in search.participants(program, self.people):
                self._free(program, beside, found, _ANY_TIER)
            self._close_to_insiders(item, search, program, _ANY_TIER)

    def _free(self, program: Program, search: Search, found: Opened, tier: int) -> None:
        """Withhold the least useful figure of a tier without which a target is safe."""
        statements = program.statements
        shown = {s.label for s in statements} - self.withheld
        firm = {s.label for s, g in zip(statements, found.grip, strict=True) if g > FIRM} & shown
        due = {label for label in firm if tier in (_ANY_TIER, self._tier(label))}
        # where nothing seems to hold it, anything may
        held = sorted(due or firm or shown, key=self._order)
        rows = {
            label: [n for n, s in enumerate(statements) if s.label in self._with(label)]
            for label in held
        }
        victim = next(
            (label for label in held if search.is_freed(program, found.target, rows[label])),
            held[-1],
        )
        program.loosen(rows[victim])
        self.withheld |= self._with(victim)

    @cached_property
    def people(self) -> list[Places]:
        """The cells of single respondents, each of which knows its own answer."""
        return [np.array([number]) for number in np.flatnonzero(self.cells.count == 1)]

    def _search(self, item: str) -> Search:
        """Return a new search for what can be worked out about an item."""
        generator = np.random.default_rng(_SEED)
        return Search(self._targets(item), generator, self.cells.totals[item])

    def _is_closed(self, unit: str) -> bool:
        """Return whether nothing about the items of a unit can be worked out."""
        found = {}
        for item in self.cells.totals:
            if self._unit(item) != unit or not (statements := self._statements(item)):
                continue
            found[item] = self.searches[item].fitting(statements)
            self._watch(found[item], item)
            program = Program(self.cells.count, statements)
            if found[item].opened(program) is not None:
                return False
        self.searches |= found
        return True


def combination(members: Mask, sets: Vector) -> int | None:
    """Return the first group without which a set is no sum of groups; None if none of them is.

    Where any single one can be missed, it is the first that the sum takes.
    """
    if not len(members) or not len(sets):
        return None
    basis, lengths, parts = np.linalg.svd(members.astype(float).T, full_matrices=False)
    rank = int((lengths > TOLERANCE * lengths[0]).sum())
    basis, lengths, parts = basis[:, :rank], lengths[:rank], parts[:rank]
    within = sets @ basis
    left = np.abs(sets - within @ basis.T).max(axis=1)
    first = int(left.argmin())
    if left[first] > TOLERANCE:
        return None
    used = np.abs(within[first] / lengths @ parts) > TOLERANCE
    # a group that no sum to nothing takes cannot be replaced by others
    alone = (parts**2).sum(axis=0) > 1 - TOLERANCE
    return int(np.flatnonzero(used & alone if (used & alone).any() else used)[0])


def _whole(limit: float) -> float:
    """Return a limit without what sums of steps leave behind the last of its digits."""
    return round(float(limit), 12)


def _reach(estimate: float, side: int) -> float:
    """Return how far from its end a bounded share lies, in whole steps."""
    far = estimate if side < 0 else 1 - estimate
    return float(np.ceil((far + TOLERANCE) / _BOUND_STEP) * _BOUND_STEP)
