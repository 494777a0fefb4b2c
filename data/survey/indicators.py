"""Questions and figures: type, scale, wording, comparability, and what is impossible."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Literal, Self, TypeAlias

from pydantic import Field, model_validator

from data.survey.design import IDENTIFIER, Kind
from data.survey.sample_targets import Target
from data.survey.texts import Entry, Forms, Statement, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

Basis: TypeAlias = Literal["enquete", "begroting", "jaarrekening"]
Range: TypeAlias = Annotated[list[float], Field(min_length=2, max_length=2)]


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

    @property
    def low(self) -> float:
        """Where the range begins; minus infinity where it is open."""
        found = next((x for x in (self.above, self.from_) if x is not None), None)
        return -math.inf if found is None else found

    @property
    def high(self) -> float:
        """Where the range ends; infinity where it is open."""
        found = next((x for x in (self.below, self.to) if x is not None), None)
        return math.inf if found is None else found

    def holds(self, value: float) -> bool:
        """Whether a value is in the range; the bounds themselves only where they are included."""
        return self.low <= value <= self.high and value not in {self.above, self.below}


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


class Change(Entry):
    """What an edition asks otherwise than the one before: it holds until it is changed again."""

    label: Text | None = None
    question: Text | None = None
    statement: Statement | None = None
    note: Text | None = None
    denominator: Text | None = None
    options: list[Option] | None = None
    options_from: str | None = None
    top_from: int | None = None
    max_choices: int | None = None
    valid: Range | None = None
    role: str | None = None


class Indicator(Entry):
    """One question, or one official figure: as it was first asked, and what changed since."""

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
    valid: Range | None = None
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
    # who answers it, where that is someone else than for its theme
    role: str | None = None
    comparability: dict[int, Literal["new", "same", "changed"]] = {}
    # by the edition that it begins with
    changes: dict[int, Change] = {}
    amounts: Amounts | None = None
    # official figures of the same year whose totals the weights of this question add up to
    calibrate: list[str] = []
    target: Target | None = None

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        """Check what the type of question asks of the other fields."""
        for problem in (*_problems(self), *_changes(self)):
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

    def every_item(self) -> list[str]:
        """Return the items of every edition: those of the last one first, in its order."""
        editions = sorted({0, *self.changes}, reverse=True)
        return list(dict.fromkeys(item for y in editions for item in self.in_edition(y).items()))

    def asked_in(self, year: int) -> bool:
        """Whether the edition of ``year`` held this question."""
        return self.kind == "survey" and year in self.comparability

    def in_edition(self, year: int) -> Indicator:
        """Return the question as the edition of ``year`` asked it."""
        told = [self.changes[y] for y in sorted(self.changes) if y <= year]
        fields = {name: getattr(one, name) for one in told for name in one.model_fields_set}
        return self.model_copy(update=fields) if fields else self

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


def _changes(indicator: Indicator) -> Iterator[str]:
    """Yield what does not hold together over the editions, as sentences."""
    for year in sorted(indicator.changes):
        if year not in indicator.comparability:
            yield f"changes noemt {year}, maar comparability zegt niet dat het toen is gevraagd"
        yield from (f"in {year}: {said}" for said in _problems(indicator.in_edition(year)))
    asked = sorted(indicator.comparability)
    for before, year in pairwise(asked):
        is_same = indicator.comparability[year] == "same"
        if is_same and _scale(indicator.in_edition(before)) != _scale(indicator.in_edition(year)):
            yield (
                f"in {year} is met andere antwoorden gevraagd dan in {before}; zet in "
                f'comparability {year} = "changed"'
            )


def _scale(indicator: Indicator) -> tuple[object, ...]:
    """Return what must be alike for the answers of two editions to be set beside each other."""
    return [option.code for option in indicator.options], indicator.top_from, indicator.max_choices


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
