"""Questions and figures: type, scale, wording, comparability, and what is impossible."""

from __future__ import annotations

from typing import Annotated, Literal, Self, TypeAlias

from pydantic import Field, model_validator

from data.survey.design import IDENTIFIER, Kind
from data.survey.sample_targets import Target
from data.survey.texts import Entry, Forms, Statement, Text

Basis: TypeAlias = Literal["enquete", "begroting", "jaarrekening"]


class Option(Entry):
    """One answer that can be chosen."""

    code: str = Field(pattern=r"^[a-z0-9_]+$")
    label: Text
    note: Text | None = None
    exclusive: bool = False


class Signal(Entry):
    """A range of values that financial supervisors give a letter. Not a norm."""

    level: Literal["A", "B", "C"]
    above: float | None = None
    below: float | None = None
    from_: float | None = Field(default=None, alias="from")
    to: float | None = None


class Derived(Entry):
    """A question nobody is asked: computed from other answers of the same municipality."""

    from_: list[str] = Field(alias="from", min_length=1)
    rule: Literal["median_low", "minimum"]
    min_valid: int = Field(ge=1)


class Amounts(Entry):
    """The sums of money an official ratio is made of; a leading minus subtracts."""

    numerator: list[str] = Field(min_length=1)
    denominator: list[str] = Field(min_length=1)
    factor: float


class Indicator(Entry):
    """One question, or one official figure."""

    id: str = Field(pattern=IDENTIFIER)
    theme: str
    kind: Kind
    type: Literal["yes_no", "ordinal", "multi", "number"]
    label: Text
    # what else readers call it and search for
    words: Forms = Forms({})
    question: Text
    direction: Literal["higher_is_better", "lower_is_better", "neutral"]
    headline: str
    source: str | None = None
    basis: Basis = "enquete"
    bases: list[Basis] = []
    unit: Literal["pct", "ratio", "days", "count", "eur", "persons", "years"] = "pct"
    decimals: int = Field(default=0, ge=0, le=3)
    valid: Annotated[list[float], Field(min_length=2, max_length=2)] | None = None
    denominator: Text | None = None
    options: list[Option] = []
    options_from: str | None = None
    top_from: int | None = None
    max_choices: int | None = None
    # whether the amounts of municipalities add up to something, such as people or euros
    adds_up: bool = False
    statement: Statement | None = None
    part_of: str | None = None
    derived: Derived | None = None
    note: Text | None = None
    coverage: Text | None = None
    precedent: str | None = None
    signals: list[Signal] = []
    comparability: dict[int, Literal["new", "same", "changed"]] = {}
    amounts: Amounts | None = None
    # official figures of the same year whose totals the weights of this question add up to
    calibrate: list[str] = []
    target: Target | None = None

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        """Check what the type of question asks of the other fields."""
        for problem in _problems(self):
            raise ValueError(problem)
        return self

    @property
    def is_share(self) -> bool:
        """Whether its figures are shares of municipalities (0-1) rather than amounts."""
        return self.type != "number"

    def items(self) -> list[str]:
        """Return the items a figure is published for, in order; '' for the amount itself."""
        if self.type == "yes_no":
            return ["yes", "no"]
        if self.type == "number":
            return [""]
        codes = [option.code for option in self.options]
        return [*codes, "top"] if self.type == "ordinal" else codes

    def asked_in(self, year: int) -> bool:
        """Whether the edition of ``year`` held this question."""
        return self.kind == "survey" and year in self.comparability

    def option(self, code: str) -> Option | None:
        """Return the answer option with ``code``, if there is one."""
        return next((option for option in self.options if option.code == code), None)


def _problems(indicator: Indicator) -> list[str]:
    """Return what does not hold together within one indicator, as sentences."""
    has_options = bool(indicator.options or indicator.options_from)
    scale = indicator.type in {"ordinal", "multi"}
    low, high = indicator.valid or (0.0, 1.0)
    checks = [
        (scale and not has_options, f"type {indicator.type} vraagt om options"),
        (not scale and has_options, f"type {indicator.type} heeft geen options"),
        (indicator.type == "number" and not indicator.valid, "type number vraagt om valid"),
        (low >= high, "valid loopt niet van laag naar hoog"),
        (indicator.type == "ordinal" and indicator.top_from is None, "top_from ontbreekt"),
        (
            indicator.kind == "survey" and not indicator.comparability,
            "comparability ontbreekt: in welke edities is dit gevraagd?",
        ),
        (indicator.adds_up and indicator.type != "number", "adds_up hoort bij type number"),
        (indicator.kind == "official" and not indicator.bases, "bases ontbreekt"),
        (
            indicator.kind != "survey" and bool(indicator.calibrate),
            "calibrate kan alleen bij een vraag van de enquête",
        ),
        (indicator.kind != "survey" and indicator.target is not None, "target hoort hier niet"),
        (
            _has_relation(indicator) and not _has_score(indicator),
            "target.relation kan niet bij meerkeuze, onderdelen of afgeleide vragen",
        ),
    ]
    return [sentence for wrong, sentence in checks if wrong]


def _has_relation(indicator: Indicator) -> bool:
    """Whether the sample's answers go with an official figure."""
    return indicator.target is not None and indicator.target.relation is not None


def _has_score(indicator: Indicator) -> bool:
    """Whether the sample draws one score per municipality for this question alone."""
    return indicator.type != "multi" and not indicator.part_of and not indicator.derived


class Rule(Entry):
    """What answers of one municipality should go together; an answer is ``id`` or ``id.option``.

    ``implies``: where ``first`` is one of ``first_is``, ``second`` is one of ``second_is``.
    ``at_most``: ``first`` is no higher than ``second``.
    """

    kind: Literal["implies", "at_most"]
    first: str
    second: str
    first_is: list[float] = []
    second_is: list[float] = []
    message: Text
