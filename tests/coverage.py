"""How often a 95 % interval holds the truth: simulated, `python -m tests.coverage [draws]`.

Small populations of known truth are sampled over and over, by strata, and the project's own
functions work out the intervals; for shares in simple samples it is worked out. Prints a Markdown
table; not a part of `make test`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.stats import hypergeom

from data import store
from data.policy import load_policy
from queries import comparisons, estimates
from queries.mover import Shares

SEED = 20260714
DRAWS = 2000
# Members of a group, and how many of them answer: as in a survey that most take part in, and as
# in one that few do.
MANY = ((20, 7), (20, 14), (40, 14), (40, 28), (70, 24), (70, 46), (90, 30), (90, 60), (160, 56))
FEW = ((80, 5), (80, 10), (160, 10), (160, 20), (342, 5), (342, 10), (342, 20), (342, 60))
SHARES = (0.05, 0.1, 0.3, 0.5, 0.8, 0.95)
# Populations that are gone through as a whole: each number of answers, each truth.
POPULATIONS = range(20, 343, 7)
ANSWERS = range(5, 61)
# Shares nearer to nothing or to all than this are published as a bound.
EDGE = 0.05
# How many of those that answered in the former edition do so again: 6 of 10, and all.
OVERLAPS = (0.6, 1.0)
TURNED = (0.1, 0.4, 1.0)
# Rounding errors of sums.
_NUDGE = 1e-9

Array = NDArray[np.float64]
Counts = NDArray[np.int64]
Sizes = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Design:
    """A population in strata, some of whose members are in the group that is asked about.

    Per stratum: ``members`` of the population, ``sampled``, ``inside`` (members of the group) and
    ``yes`` among these.
    """

    members: Counts
    sampled: Counts
    inside: Counts
    yes: Counts

    @property
    def share(self) -> float:
        """The truth: the share of the group that says yes."""
        return float(self.yes.sum() / self.inside.sum())


def designs(sizes: Sizes, rng: np.random.Generator) -> Iterator[Design]:
    """Yield populations of each size: as one stratum, in four, and with a group across four."""
    for (total, answers), share in product(sizes, SHARES):
        yield _design(rng, np.array([total]), answers, share, inside=1.0)
        if answers >= 10 and total >= 40:
            parts = np.maximum(rng.multinomial(total, [0.4, 0.3, 0.2, 0.1]), 4)
            yield _design(rng, parts, answers, share, inside=1.0)
            yield _design(rng, parts * 2, answers * 2, share, inside=0.5)


def _design(
    rng: np.random.Generator, members: Counts, answers: int, share: float, *, inside: float
) -> Design:
    """Return a design in which some strata answer better, and say yes more often, than others."""
    eager = members * rng.uniform(0.6, 1.4, len(members))
    sampled = np.rint(answers * eager / eager.sum()).astype(int)
    sampled = np.clip(sampled, np.minimum(2, members), members)
    group = np.maximum(np.rint(members * inside).astype(int), 1)
    tilt = rng.uniform(0.7, 1.3, len(members)) if len(members) > 1 else np.ones(1)
    yes = np.rint(group * np.clip(share * tilt, 0, 1)).astype(int)
    return Design(members, sampled, group, yes)


def share_sums(design: Design, draws: int, rng: np.random.Generator) -> pl.DataFrame:
    """Return what ``answers/stratum_sums`` would give of each draw, for the group and the rest.

    The rest says yes as often as the group does, rounded.
    """
    outside = design.members - design.inside
    outside_yes = np.rint(outside * design.share).astype(int)
    colours = np.stack(
        [design.yes, design.inside - design.yes, outside_yes, outside - outside_yes], axis=1
    )
    drawn = np.stack(
        [
            rng.multivariate_hypergeometric(colour, n, size=draws)
            for colour, n in zip(colours, design.sampled, strict=True)
        ],
        axis=1,
    )
    sides = [("group", drawn[..., 0], drawn[..., 1]), ("rest", drawn[..., 2], drawn[..., 3])]
    return pl.concat(_sums_of(design, side, yes, no) for side, yes, no in sides)


def _sums_of(design: Design, side: str, yes: Counts, no: Counts) -> pl.DataFrame:
    """Return stratum sums of counts of yes and no, both draws x strata."""
    weight = design.members / design.sampled
    answers = yes + no
    whole = (weight * answers).sum(axis=1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = (weight * yes).sum(axis=1, keepdims=True) / whole
        z = weight * (yes - answers * mean) / whole
        squares = weight**2 * (yes * (1 - mean) ** 2 + no * mean**2) / whole**2
    draws, strata = yes.shape
    shape = (draws, strata)
    frame = pl.DataFrame(
        {
            "draw": np.repeat(np.arange(draws), strata),
            "stratum": np.tile(np.arange(strata), draws),
            "population_count": np.tile(design.members, draws),
            "respondent_count": np.tile(design.sampled, draws),
            "answer_count": answers.ravel(),
            "amount_sum": yes.ravel(),
            "estimate": np.broadcast_to(mean, shape).ravel(),
            "size_total": np.broadcast_to(whole, shape).ravel(),
            "size_square_sum": (weight**2 * answers).ravel(),
            "z_sum": z.ravel(),
            "z_square_sum": squares.ravel(),
        }
    )
    return frame.filter(pl.col("answer_count") > 0).with_columns(side=pl.lit(side))


def holds(frame: pl.DataFrame, truth: float) -> float:
    """Return how often the interval holds the truth, of the draws that have an interval."""
    known = frame.drop_nulls(["low", "high"])
    inside = (known["low"] <= truth + _NUDGE) & (known["high"] >= truth - _NUDGE)
    return float(inside.mean()) if known.height else float("nan")  # type: ignore[arg-type]


def share_coverage(
    sizes: Sizes, draws: int, rng: np.random.Generator
) -> Iterator[tuple[float, float]]:
    """Yield coverage and mean width of intervals of shares, one design after another."""
    for design in designs(sizes, rng):
        sums = share_sums(design, draws, rng).filter(pl.col("side") == "group")
        frame = estimates.share_interval(
            estimates.weighted_means(sums, ["draw"]).with_columns(
                population_count=pl.lit(int(design.inside.sum()))
            )
        )
        yield holds(frame, design.share), _width(frame)


def exact_coverage(*, edges: bool) -> Iterator[tuple[float, float]]:
    """Yield coverage and width of shares in simple samples, worked out rather than simulated.

    Goes through each number that can say yes in each population: those within ``EDGE`` of none or
    of all, or the others.
    """
    for total, frame in _simple_samples():
        near, chance, held = _outcomes(total, frame)
        width = chance.T @ (frame["high"] - frame["low"]).to_numpy()
        yield from zip(
            (chance * held).sum(axis=0)[near == edges], width[near == edges], strict=True
        )


def published_coverage() -> Iterator[tuple[float, float]]:
    """Yield how often no margin is published that misses the truth, in the same samples.

    None is published of a share that is given as a bound or is too uncertain to draw.
    """
    policy = load_policy(store.HERE / "policy.toml")
    few, edge = policy.protection.unanimity_margin + 1, policy.protection.bound_points / 100
    yes, no = pl.col("yes_count"), pl.col("answer_count") - pl.col("yes_count")
    margin = (pl.col("high") - pl.col("low")) / 2 * 100
    drawn = pl.min_horizontal(yes, no) > few
    drawn &= pl.col("estimate").is_between(edge, 1 - edge)
    drawn &= margin <= policy.reliability.caution_half_width
    for total, frame in _simple_samples():
        _, chance, held = _outcomes(total, frame)
        shown = frame.select(drawn).to_series().to_numpy()[:, None]
        right = (chance * (held | ~shown)).sum(axis=0)
        yield from zip(right, np.zeros_like(right), strict=True)


def _simple_samples() -> Iterator[tuple[int, pl.DataFrame]]:
    """Yield populations with the intervals of each number of yes that a sample can have."""
    for total, answers in product(POPULATIONS, ANSWERS):
        if answers >= total:
            continue
        yes = np.arange(answers + 1)
        yield (
            total,
            estimates.share_interval(
                pl.DataFrame({"yes_count": yes, "estimate": yes / answers}).with_columns(
                    answer_count=pl.lit(answers),
                    population_count=pl.lit(total),
                    effective_size=pl.lit(answers / (1 - answers / total) * (total - 1) / total),
                )
            ),
        )


def _outcomes(
    total: int, frame: pl.DataFrame
) -> tuple[NDArray[np.bool_], Array, NDArray[np.bool_]]:
    """Return of each truth whether it is near an end, and by sample its chance and if it holds."""
    truths, yes = np.arange(total + 1), frame["yes_count"].to_numpy()[:, None]
    chance = hypergeom.pmf(yes, total, truths, len(yes) - 1)
    low, high = (frame[side].to_numpy()[:, None] for side in ("low", "high"))
    held = (low <= truths / total + _NUDGE) & (high >= truths / total - _NUDGE)
    return np.minimum(truths, total - truths) < EDGE * total, chance, held


def _width(frame: pl.DataFrame) -> float:
    """Return the mean width of the intervals."""
    return float((frame["high"] - frame["low"]).mean() or 0)  # type: ignore[arg-type]


def difference_coverage(draws: int, rng: np.random.Generator) -> Iterator[tuple[float, float]]:
    """Yield coverage and width of intervals of a share less that of the rest."""
    for design in designs(MANY + FEW, rng):
        if (design.inside == design.members).all():
            continue
        means = estimates.weighted_means(share_sums(design, draws, rng), ["draw", "side"])
        pairs = means.filter(pl.col("side") == "group").join(
            means.filter(pl.col("side") == "rest"), on="draw", suffix="_rest"
        )
        columns = ("estimate", "effective_size", "estimate_rest", "effective_size_rest")
        none = np.zeros(pairs.height)
        sides = [pairs[column].to_numpy() for column in columns]
        shares = Shares(sides[0], sides[1], sides[2], sides[3], none, none)
        low, high = shares.interval(none + estimates.QUANTILE)
        outside = design.members - design.inside
        truth = design.share - np.rint(outside * design.share).sum() / outside.sum()
        frame = pl.DataFrame({"low": low, "high": high})
        yield holds(frame, float(truth)), _width(frame)


def edition_coverage(draws: int, rng: np.random.Generator) -> Iterator[tuple[float, float]]:
    """Yield coverage and width of intervals of the change of a share between two editions."""
    for (total, answers), share, part, changing in product(MANY + FEW, SHARES, OVERLAPS, TURNED):
        # never fewer than chance would bring back
        stay = max(round(part * answers), round(answers**2 / total))
        first = rng.permutation(np.arange(total) < round(share * total))
        turned = rng.random(total) < changing
        second = np.where(turned, rng.random(total) < share, first)
        frame = _changes(first, second, (answers, stay), draws, rng)
        yield holds(frame, float(second.mean() - first.mean())), _width(frame)


def _changes(
    first: NDArray[np.bool_],
    second: NDArray[np.bool_],
    sample: tuple[int, int],
    draws: int,
    rng: np.random.Generator,
) -> pl.DataFrame:
    """Return the interval of the change in each draw; a part of the first sample stays."""
    (answers, stay), total = sample, len(first)
    order = rng.permuted(np.tile(np.arange(total), (draws, 1)), axis=1)
    earlier = order[:, :answers]
    later = np.concatenate([order[:, :stay], order[:, answers : 2 * answers - stay]], axis=1)
    y1, y2 = first[earlier].astype(float), second[later].astype(float)
    both1, both2 = first[order[:, :stay]].astype(float), second[order[:, :stay]].astype(float)
    weight = total / answers
    z1, z2 = (
        (both - y.mean(axis=1, keepdims=True)) / answers for both, y in ((both1, y1), (both2, y2))
    )
    keys = {name: "" for name in comparisons.KEYS if name != "edition"}
    sums = pl.DataFrame(
        {
            "edition": np.arange(draws),
            "z_sum": z2.sum(axis=1),
            "other_z_sum": z1.sum(axis=1),
            "z_product_sum": (z1 * z2).sum(axis=1),
            "pair_sum": both2.sum(axis=1),
            "other_pair_sum": both1.sum(axis=1),
            "pair_product_sum": (both1 * both2).sum(axis=1),
        }
    ).with_columns(
        **{name: pl.lit(value) for name, value in keys.items()},
        other_edition=pl.lit(0),
        population_count=pl.lit(total),
        respondent_count=pl.lit(answers),
        other_respondent_count=pl.lit(answers),
        overlap_count=pl.lit(stay),
        pair_count=pl.lit(stay),
        pair_weight_sum=pl.lit(stay * weight**2),
    )
    found = comparisons.overlap(sums).sort("edition")
    size = np.full(draws, answers / (1 - answers / total) * (total - 1) / total)
    r = found["phi"].to_numpy() * found["pair_squares"].to_numpy() * size / total**2
    none = np.zeros(draws)
    if stay < load_policy(store.HERE / "policy.toml").fewest.distribution:
        r = none
    shares = Shares(y2.mean(axis=1), size, y1.mean(axis=1), size, np.clip(r, -1, 1), none)
    low, high = shares.interval(np.full(draws, estimates.QUANTILE))
    return pl.DataFrame({"low": low, "high": high})


def mean_coverage(
    draws: int, rng: np.random.Generator, *, skewed: bool
) -> Iterator[tuple[float, float]]:
    """Yield coverage and width, in standard deviations, of t intervals of means."""
    for total, answers in MANY + FEW:
        amounts = rng.lognormal(0, 1, total) if skewed else rng.normal(0, 1, total)
        order = rng.permuted(np.tile(np.arange(total), (draws, 1)), axis=1)[:, :answers]
        drawn = amounts[order]
        z = (drawn - drawn.mean(axis=1, keepdims=True)) / answers
        sums = pl.DataFrame(
            {
                "draw": np.arange(draws),
                "estimate": drawn.mean(axis=1),
                "z_sum": z.sum(axis=1),
                "z_square_sum": (z**2).sum(axis=1),
            }
        ).with_columns(
            population_count=pl.lit(total),
            respondent_count=pl.lit(answers),
            answer_count=pl.lit(answers),
            amount_sum=pl.lit(0.0),
            size_total=pl.lit(float(total)),
            size_square_sum=pl.lit(total**2 / answers),
        )
        frame = estimates.mean_interval(estimates.weighted_means(sums, ["draw"]))
        yield holds(frame, float(amounts.mean())), _width(frame) / float(amounts.std())


def row(name: str, found: list[tuple[float, float]]) -> str:
    """Return a line of the table: mean, 5th percentile, worst, and part below 90 %."""
    coverage = np.array([held for held, _ in found])
    below = float((coverage < 0.9).mean())
    return (
        f"| {name} | {len(found)} | {coverage.mean():.3f} | {np.quantile(coverage, 0.05):.3f} "
        f"| {coverage.min():.3f} | {100 * below:.1f} % |"
    )


def table(draws: int) -> str:
    """Return the Markdown table of all simulations."""
    rng = np.random.default_rng(SEED)
    lines = [
        "| figure | scenarios | mean coverage | 5th percentile | worst | under 90 % |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    lines.append(row("share, a third or more answered", list(share_coverage(MANY, draws, rng))))
    lines.append(row("share, fewer answered", list(share_coverage(FEW, draws, rng))))
    lines.append(row("share, any simple sample", list(exact_coverage(edges=False))))
    lines.append(row("the same, under 5 or above 95 %", list(exact_coverage(edges=True))))
    lines.append(row("any simple sample, as published", list(published_coverage())))
    lines.append(row("share, against the rest", list(difference_coverage(draws, rng))))
    lines.append(row("share, against the former edition", list(edition_coverage(draws, rng))))
    lines.append(row("mean, symmetric", list(mean_coverage(draws, rng, skewed=False))))
    lines.append(row("mean, very skewed", list(mean_coverage(draws, rng, skewed=True))))
    return "\n".join(lines)


if __name__ == "__main__":
    print(table(int(sys.argv[1]) if len(sys.argv) > 1 else DRAWS))  # noqa: T201 - its purpose
