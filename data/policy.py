"""What may be published, as decided by the data holder in ``policy.toml``.

There is no default here: a missing or unknown value is an error, and an error stops the release.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field

from data.toml_model import load_model, read_toml

if TYPE_CHECKING:
    from pathlib import Path


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
    good_degrees_of_freedom: int = Field(ge=1)


class Policy(_Section):
    """The whole policy."""

    min_respondents: int = Field(ge=1)
    crosses: list[tuple[str, str]]
    weightings: list[Literal["municipality", "inhabitant"]] = Field(min_length=1)
    strata: StrataPolicy
    reliability: ReliabilityPolicy


def load_policy(path: Path) -> Policy:
    """Return the policy in ``path``, checked.

    Raises:
        CodebookError: the file is missing, or holds a missing, unknown or impossible value.
    """
    return load_model(Policy, path, read_toml(path))
