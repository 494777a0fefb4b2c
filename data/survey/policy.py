"""What may be published, as decided by the data holder in ``policy.toml``.

There is no default here: a missing or unknown value is an error, and an error stops the release.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from data.files.config_files import load_model, read_toml

if TYPE_CHECKING:
    from pathlib import Path


# How many standard deviations noise reaches at most; the table of draws (in
# queries/disclosure/draws.csv) ends there.
CUT = 3.5
# Of a group so many stay possible that did not take part, and that did.
OUTSIDE = 3
# Answers that a quantile needs: five round its rank, and the lowest and the highest not among them.
_QUANTILE = 7


class _Section(BaseModel):
    """A table of the policy; unknown values are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class StrataPolicy(_Section):
    """When strata are too thin to stand alone, and what they join."""

    min_respondents: int = Field(ge=2)
    collapse_along: str


class ReliabilityPolicy(_Section):
    """Where the grades of reliability begin and end."""

    good_half_width: float = Field(gt=0)
    caution_half_width: float = Field(gt=0)
    good_answers: int = Field(ge=1)
    good_skewness: float = Field(gt=0)


class FewestPolicy(_Section):
    """Fewest answers behind a figure, for figures that tell more than a single share or mean."""

    quantile: int = Field(ge=1)
    distribution: int = Field(ge=1)
    inhabitant: int = Field(ge=1)


class NoisePolicy(_Section):
    """How large the noise is that every figure gets.

    ``sd`` in answers of the municipality that weighs most in the group; ``status_sd`` of numbers
    of those who answered, did not know or skipped, in municipalities; ``amount_sd`` in the
    largest deviation from the median that one municipality brings into a mean. With less than
    this, noise would not reach two answers, or the largest deviation.
    """

    sd: float = Field(gt=2 / CUT)
    status_sd: float = Field(gt=2 / CUT)
    amount_sd: float = Field(gt=1 / CUT)


class ProtectionPolicy(_Section):
    """What a figure may not tell, and how often a changed question may be told again."""

    bound_points: float = Field(ge=0, lt=50)
    bound_answers: float = Field(ge=0)
    largest_inhabitant_part: float = Field(gt=0, le=100)
    p_percent: float = Field(ge=0, lt=100)
    max_releases: int = Field(ge=1)


class RoundingPolicy(_Section):
    """How coarse figures are published.

    Never unrounded: the noise is one of some thousands of whole numbers, and a figure in many
    digits would tell which.
    """

    share_points: float = Field(ge=0.5, le=50)
    share_points_small: float = Field(ge=0.5, le=50)
    small_below: int = Field(ge=0)
    amount_digits: int = Field(ge=1, le=4)
    count_step: int = Field(ge=2)


class ComparisonsPolicy(_Section):
    """What comparisons take for known."""

    edition_correlation: float = Field(ge=0, lt=1)


class SignalPlaceholders(_Section):
    """What stands in an open answer where something was taken out."""

    person: str = Field(min_length=1)
    mail: str = Field(min_length=1)
    phone: str = Field(min_length=1)
    site: str = Field(min_length=1)
    place: str = Field(min_length=1)


class SignalsPolicy(_Section):
    """How open answers may be told: of which groups, and from how many."""

    dimensions: list[str] = Field(min_length=1)
    min_signals: int = Field(ge=1)
    min_municipalities: int = Field(ge=1)
    instead: SignalPlaceholders


class Policy(_Section):
    """The whole policy. ``signals`` may be left out where a vault has no open answers.

    So may ``keep_versions``: then every version that was published stays.
    """

    min_respondents: int = Field(ge=1)
    crosses: list[tuple[str, str]]
    weightings: list[Literal["municipality", "inhabitant"]] = Field(min_length=1)
    fewest: FewestPolicy
    noise: NoisePolicy
    protection: ProtectionPolicy
    rounding: RoundingPolicy
    comparisons: ComparisonsPolicy
    strata: StrataPolicy
    reliability: ReliabilityPolicy
    signals: SignalsPolicy | None = None
    keep_versions: int | None = Field(default=None, ge=2)

    @model_validator(mode="after")
    def _quantiles_of_enough(self) -> Policy:
        """Refuse a quantile of so few as may be said to be many by noise and rounding.

        Raises:
            ValueError: so few would be enough.
        """
        least = ceil(_QUANTILE + self.rounding.count_step / 2 + CUT * self.noise.status_sd)
        if self.fewest.quantile < least:
            raise ValueError(
                f"fewest quantile: {self.fewest.quantile} is te klein; neem {least} of meer, want "
                f"met ruis en afronding moeten het er nog {_QUANTILE} zijn"
            )
        return self


def load_policy(path: Path) -> Policy:
    """Return the policy in ``path``, checked.

    Raises:
        CodebookError: the file is missing, or holds a missing, unknown or impossible value.
    """
    return load_model(Policy, path, read_toml(path))
