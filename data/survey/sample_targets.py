"""What the fictitious sample is drawn to."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from data.survey.texts import Entry


class Relation(Entry):
    """Which official figure the answers of the sample go with, and how strongly."""

    indicator: str
    correlation: float = Field(gt=-1, lt=1)


class Target(Entry):
    """What the synthetic sample is drawn from, and on what evidence."""

    evidence: dict[str, Literal["published", "derived", "assumption"]]
    classes: list[float] | None = None
    by_edition: dict[int, list[float]] | None = None
    sd: float | None = Field(default=None, gt=0)
    shape: Literal["normal", "log_normal", "right_skewed"] = "normal"
    regions: dict[str, float] = {}
    distribution: list[float] | None = None
    class_shift: list[float] | None = None
    top: list[float] | None = None
    options: dict[str, float] | None = None
    item_shift: float = 0.0
    relation: Relation | None = None


class Correlation(Entry):
    """How strongly two answers go together in the sample."""

    first: str
    second: str
    value: float = Field(gt=-1, lt=1)


class Sample(Entry):
    """How the municipalities of the synthetic sample answer."""

    class_dimension: str
    largest: str
    response: list[float]
    not_answered: float = Field(ge=0, lt=1)
    dont_know_opinion: float = Field(ge=0, lt=1)
    dont_know_number: float = Field(ge=0, lt=1)
    role_absent: float = Field(ge=0, lt=1)
    kept_between_editions: float = Field(ge=0, le=1)
    size_effect_within_class: float = 0.0
    signals_per_edition: int = Field(ge=0)
    correlations: list[Correlation] = []
