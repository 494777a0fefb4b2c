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
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from data.files import store
from data.survey.codebook import load_codebook
from data.survey.indicators import Indicator
from data.survey.policy import CUT, load_policy
from queries.vault.opening import membership
from queries.vocabulary import Weighting

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from data.survey.codebook import Codebook
    from data.survey.indicators import Indicator
    from data.survey.policy import Policy
    from queries.attack.statements import Floats

    Group = tuple[str, str]
    Row = Mapping[str, Any]
    Bounds = tuple[float, float]
    History = tuple[float | None, ...]

# What the vault keeps of a release beside what was published.
RECORDED = ("answers", "units", "weights")
ANSWERED, DONT_KNOW, SKIPPED = range(3)


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
            self.codebook.in_edition(edition).by_id[indicator],
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
        units, by_inhabitant = self.told.took_part[self.edition], weighting == Weighting.INHABITANT
        weights = {code: self.weights.get(code, units[code][0]) for code in codes}
        sized = np.array([weights[c] * (units[c][1] if by_inhabitant else 1) for c in codes])
        parts: Floats = sized / sized.sum()
        return parts
