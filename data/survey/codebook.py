"""What the survey asks, of whom, and how answers are coded: the codebook, read and checked.

Nothing of this survey is written in Python: indicators, wording, scales, groups and sources come
from ``codebook.toml``; the action agenda from ``agenda.toml``.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Literal, Self, TypeAlias

import polars as pl
from pydantic import BaseModel, ConfigDict, Field, model_validator

from data.files.config_files import load_model, read_toml
from data.survey.groups import WHOLE, dimensions_of, is_crossed, parts_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

Language: TypeAlias = Literal["nl", "en"]
Kind: TypeAlias = Literal["survey", "official", "published"]
Basis: TypeAlias = Literal["enquete", "begroting", "jaarrekening"]


# What the address of a page says by itself, so that no dimension can be called that.
RESERVED = frozenset(
    {"taal", "ed", "v", "vr", "an", "gi", "wg", "mg", "of", "bs", "jr", "gm", "th", "vs", "rij"}
    | {"eds", "ond", "kp", "zoek", "wie", "bg", "vg", "op"}
)
_SLUG = r"^[a-z][a-z0-9-]*$"
_IDENTIFIER = r"^[a-z][a-z0-9_]*$"


class _Entry(BaseModel):
    """A table of the codebook; a field it does not know is a spelling mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(_Entry):
    """One text in both languages."""

    nl: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def of(self, language: Language) -> str:
        """Return the text in ``language``."""
        return self.nl if language == "nl" else self.en

    def alone(self) -> Text:
        """Return the text as it stands by itself, at the head of a row: with a capital."""
        return Text(nl=self.nl[0].upper() + self.nl[1:], en=self.en[0].upper() + self.en[1:])


class Statement(_Entry):
    """What a municipality that counts is said to do: singular and plural, in both languages."""

    nl: str
    en: str
    nl_many: str
    en_many: str

    def of(self, language: Language, *, many: bool = True) -> str:
        """Return the predicate that goes with one municipality, or with many."""
        if language == "nl":
            return self.nl_many if many else self.nl
        return self.en_many if many else self.en


class Plural(_Entry):
    """A noun in singular and plural."""

    one: str
    other: str


class Unit(_Entry):
    """What is surveyed: a municipality."""

    nl: Plural
    en: Plural

    def of(self, language: Language) -> Plural:
        """Return both forms of the noun in ``language``."""
        return self.nl if language == "nl" else self.en


class Representativity(_Entry):
    """What those who took part are compared with all on; their inhabitants always are."""

    # columns of the register that are numbers
    columns: list[str] = []
    dimensions: list[str] = []
    official: list[str] = Field(min_length=1)


class Survey(_Entry):
    """The survey as a whole."""

    id: str = Field(pattern=_IDENTIFIER)
    name: Text
    short: Text
    about: Text
    unit: Unit
    population: Text
    whole: Text
    strata: list[str] = Field(min_length=1)
    # margins that weights are made to add up to; several dimensions in one are crossed
    calibrate: list[list[str]] = []
    representativity: Representativity | None = None
    licence: str
    producer: Text
    signals_are: Text | None = None


class Edition(_Entry):
    """One year in which the survey was held; its frame is the register of that year."""

    year: int = Field(ge=1900, le=2200)
    label: Text


class Group(_Entry):
    """One group of municipalities within a dimension."""

    code: str = Field(pattern=r"^[A-Za-z0-9_.-]+$")
    label: Text
    short: Text | None = None
    lower: int | None = None
    upper: int | None = None


class Dimension(_Entry):
    """One way of dividing all municipalities into groups.

    Pages set the first of the classes beside the regions, of which one is looked at at a time; any
    other is chosen, and has a card, by itself.
    """

    id: str = Field(pattern=_IDENTIFIER)
    kind: Literal["class", "region", "other"]
    parameter: str = Field(pattern=r"^[a-z][a-z0-9]{1,7}$")
    label: Text
    all: Text
    kinds: list[Kind] = ["survey", "official", "published"]
    # Of several of one kind: the one that is looked at where none was chosen.
    default: bool = False
    groups: list[Group] = Field(min_length=1)

    def codes(self) -> list[str]:
        """Return the codes of the groups, in their own order."""
        return [group.code for group in self.groups]


class Theme(_Entry):
    """One theme, and the page about it."""

    id: str = Field(pattern=_IDENTIFIER)
    slug: str = Field(pattern=_SLUG)
    letter_point: int | None = Field(default=None, ge=1)
    headline: str
    # The question that is looked at in depth: a multiple choice, or a scale made of parts.
    in_depth: str | None = None
    role: str
    title: Text
    motto: Text
    about: Text


class Role(_Entry):
    """Who in a municipality answers."""

    id: str = Field(pattern=_IDENTIFIER)
    label: Text


class Source(_Entry):
    """Where figures come from."""

    id: str = Field(pattern=_IDENTIFIER)
    label: Text
    licence: str | None = None


class Option(_Entry):
    """One answer that can be chosen."""

    code: str = Field(pattern=r"^[a-z0-9_]+$")
    label: Text
    note: Text | None = None
    exclusive: bool = False


class Signal(_Entry):
    """A range of values that financial supervisors give a letter. Not a norm."""

    level: Literal["A", "B", "C"]
    above: float | None = None
    below: float | None = None
    from_: float | None = Field(default=None, alias="from")
    to: float | None = None


class Derived(_Entry):
    """A question nobody is asked: computed from other answers of the same municipality."""

    from_: list[str] = Field(alias="from", min_length=1)
    rule: Literal["median_low", "minimum"]
    min_valid: int = Field(ge=1)


class Amounts(_Entry):
    """The sums of money an official ratio is made of; a leading minus subtracts."""

    numerator: list[str] = Field(min_length=1)
    denominator: list[str] = Field(min_length=1)
    factor: float


class Relation(_Entry):
    """Which official figure the answers of the sample go with, and how strongly."""

    indicator: str
    correlation: float = Field(gt=-1, lt=1)


class Target(_Entry):
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


class Correlation(_Entry):
    """How strongly two answers go together in the sample."""

    first: str
    second: str
    value: float = Field(gt=-1, lt=1)


class Sample(_Entry):
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


class Indicator(_Entry):
    """One question, or one official figure."""

    id: str = Field(pattern=_IDENTIFIER)
    theme: str
    kind: Kind
    type: Literal["yes_no", "ordinal", "multi", "number"]
    label: Text
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


class Rule(_Entry):
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


class Forms(_Entry):
    """Other forms of a word, in both languages."""

    nl: list[str] = []
    en: list[str] = []

    def of(self, language: Language) -> list[str]:
        """Return the forms in ``language``."""
        return self.nl if language == "nl" else self.en


class Term(_Entry):
    """A word that needs explaining; ``words`` are other forms that it is found by."""

    id: str = Field(pattern=_IDENTIFIER)
    label: Text
    text: Text
    words: Forms = Forms()
    see: list[str] = []

    def __hash__(self) -> int:
        """Tell terms apart by id."""
        return hash(self.id)


class Glossary(_Entry):
    """Terms, explained."""

    terms: list[Term] = []


class Codebook(_Entry):
    """Everything that is known about the survey beforehand."""

    survey: Survey
    editions: list[Edition] = Field(min_length=1)
    dimensions: list[Dimension] = Field(min_length=1)
    themes: list[Theme] = Field(min_length=1)
    roles: list[Role] = []
    sources: list[Source] = []
    sample: Sample | None = None
    rules: list[Rule] = []
    terms: list[Term] = []
    indicators: list[Indicator] = Field(min_length=1)

    @model_validator(mode="after")
    def _refers_to_what_exists(self) -> Self:
        """Check that every name used elsewhere in the codebook is defined."""
        for problem in _dangling(self):
            raise ValueError(problem)
        return self

    @cached_property
    def by_id(self) -> dict[str, Indicator]:
        """Every indicator by its id."""
        return {indicator.id: indicator for indicator in self.indicators}

    @cached_property
    def dimension_by_id(self) -> dict[str, Dimension]:
        """Every dimension by its id."""
        return {dimension.id: dimension for dimension in self.dimensions}

    @cached_property
    def _labels(self) -> dict[tuple[str, str], tuple[Text, Text]]:
        labels = {(WHOLE, WHOLE): (self.survey.whole, self.survey.whole.alone())}
        for dimension in self.dimensions:
            for group in dimension.groups:
                labels[dimension.id, group.code] = (group.label, group.short or group.label)
        return labels

    def source_id(self, indicator: Indicator) -> str:
        """Return the source of an indicator; the survey itself when none is named."""
        return indicator.source or self.survey.id

    def source_of(self, indicator: Indicator) -> Source:
        """Return where the figures of ``indicator`` come from."""
        return next(s for s in self.sources if s.id == self.source_id(indicator))

    def years(self) -> list[int]:
        """Return the editions, oldest first."""
        return sorted(edition.year for edition in self.editions)

    def of_kind(self, kind: str, *, for_figures: Kind = "survey") -> list[Dimension]:
        """Return the dimensions of a kind (class, region, other) allowed for some figures.

        The default one comes first, else they stand in the order of the codebook.
        """
        found = [d for d in self.dimensions if d.kind == kind and for_figures in d.kinds]
        return sorted(found, key=lambda dimension: not dimension.default)

    def further_dimensions(self) -> list[Dimension]:
        """Return the dimensions of survey figures beside regions and the first of the classes."""
        return [*self.of_kind("class")[1:], *self.of_kind("other")]

    def of_theme(self, theme: str, *kinds: Kind) -> list[Indicator]:
        """Return the indicators of a theme, in the order of the codebook."""
        return [i for i in self.indicators if i.theme == theme and i.kind in (kinds or (i.kind,))]

    def group_label(
        self, dimension: str, group: str, language: Language, *, short: bool = False
    ) -> str:
        """Return the name of a group; of a crossed group both names, the code if unknown."""
        if is_crossed(dimension):
            parts = parts_of(dimension, group).items()
            return ", ".join(self.group_label(d, g, language, short=short) for d, g in parts)
        long_and_short = self._labels.get((dimension, group))
        return long_and_short[short].of(language) if long_and_short else group

    def dimension_label(self, dimension: str, language: Language) -> str:
        """Return the name of a dimension, or of the two that are crossed."""
        if dimension == WHOLE:
            return self.survey.whole.of(language)
        names = [self.dimension_by_id[part].label.of(language) for part in dimensions_of(dimension)]
        return " × ".join(names)

    def group_rank(self, dimension: str, group: str) -> int:
        """Return where a group stands among its kind, for sorting: classes by size."""
        rank = 0
        for part, code in parts_of(dimension, group).items():
            known = self.dimension_by_id.get(part)
            codes = known.codes() if known else [code]
            rank = rank * 100 + (codes.index(code) if code in codes else 99)
        return rank

    def items_table(self) -> pl.DataFrame:
        """Return what is counted for each survey question.

        One row per indicator and item: ``indicator``, ``item``, ``choice`` (which answer row of
        a multiple choice, else ''), ``lower`` and ``upper`` (answers in this range count as 1;
        both null: the answer itself is averaged).
        """
        rows = [row for i in self.indicators if i.kind == "survey" for row in _item_rows(i)]
        schema = {
            "indicator": pl.String,
            "item": pl.String,
            "choice": pl.String,
            "lower": pl.Float64,
            "upper": pl.Float64,
        }
        return pl.DataFrame(rows, schema=schema, orient="row")

    def indicators_table(self) -> pl.DataFrame:
        """Return one row per indicator: id, theme, kind, type, range, editions asked."""
        rows = [
            (i.id, i.theme, i.kind, i.type, *(i.valid or (None, None)), sorted(i.comparability))
            for i in self.indicators
        ]
        schema: dict[str, pl.DataType] = {
            "indicator": pl.String(),
            "theme": pl.String(),
            "kind": pl.String(),
            "type": pl.String(),
            "valid_lower": pl.Float64(),
            "valid_upper": pl.Float64(),
            "editions": pl.List(pl.Int64()),
        }
        return pl.DataFrame(rows, schema=schema, orient="row")


def _item_rows(indicator: Indicator) -> list[tuple[str, str, str, float | None, float | None]]:
    """Return the counted items of one survey question."""
    if indicator.type == "number":
        return [(indicator.id, "", "", None, None)]
    if indicator.type == "yes_no":
        return [(indicator.id, "yes", "", 1.0, 1.0), (indicator.id, "no", "", 0.0, 0.0)]
    codes = [option.code for option in indicator.options]
    if indicator.type == "multi":
        return [(indicator.id, code, code, 1.0, 1.0) for code in codes]
    levels = [(indicator.id, code, "", float(code), float(code)) for code in codes]
    top = (indicator.id, "top", "", float(indicator.top_from or 0), float(codes[-1]))
    return [*levels, top]


def _dangling(codebook: Codebook) -> list[str]:
    """Return names that are used but not defined, and names defined twice, as sentences."""
    indicators = [i.id for i in codebook.indicators]
    themes = [t.id for t in codebook.themes]
    dimensions = [d.id for d in codebook.dimensions]
    roles = [r.id for r in codebook.roles]
    sources = [s.id for s in codebook.sources]
    survey_ids = {i.id for i in codebook.indicators if i.kind == "survey"}
    found = [
        *_twice("indicator", indicators),
        *_twice("thema", themes),
        *_twice("dimensie", dimensions),
        *_twice("parameter", [d.parameter for d in codebook.dimensions]),
        *_twice("standaardindeling", [d.kind for d in codebook.dimensions if d.default]),
        *_twice("begrip", [t.id for t in codebook.terms]),
        *_twice("slug", [t.slug for t in codebook.themes]),
        *_twice("editie", [str(e.year) for e in codebook.editions]),
    ]
    found += [
        f"dimensie {d.id}: parameter {d.parameter} betekent in een adres al iets anders"
        for d in codebook.dimensions
        if d.parameter in RESERVED
    ]
    for dimension in codebook.dimensions:
        found += _twice(f"groep in {dimension.id}", dimension.codes())
    uses = [
        *(
            (f"thema {t.id}: indicator {t.headline}", t.headline, indicators)
            for t in codebook.themes
        ),
        *(
            (f"thema {t.id}: in_depth {t.in_depth}", t.in_depth, survey_ids)
            for t in codebook.themes
            if t.in_depth is not None
        ),
        *((f"thema {t.id}: rol {t.role}", t.role, roles) for t in codebook.themes),
        *((f"indicator {i.id}: thema {i.theme}", i.theme, themes) for i in codebook.indicators),
        *(
            (f"indicator {i.id}: bron {codebook.source_id(i)}", codebook.source_id(i), sources)
            for i in codebook.indicators
        ),
        *(
            (f"indicator {i.id}: afgeleid van {name}", name, survey_ids)
            for i in codebook.indicators
            if i.derived
            for name in i.derived.from_
        ),
        *(
            (f"indicator {i.id}: onderdeel van {i.part_of}", i.part_of, indicators)
            for i in codebook.indicators
            if i.part_of
        ),
    ]
    uses += [
        (f"survey: calibrate noemt {name}", name, dimensions)
        for margin in codebook.survey.calibrate
        for name in margin
    ]
    if compared := codebook.survey.representativity:
        uses += [
            (f"survey: representativity noemt {name}", name, dimensions)
            for name in compared.dimensions
        ]
    uses += [
        (f"regel ‘{rule.message.nl}’: vraag {name}", name.partition(".")[0], survey_ids)
        for rule in codebook.rules
        for name in (rule.first, rule.second)
    ]
    official_ids = {i.id for i in codebook.indicators if i.kind == "official"}
    found += [
        f"{use} noemt {name}, en dat is geen officieel cijfer"
        for use, name in _official_uses(codebook)
        if name not in official_ids
    ]
    found += [f"{use} bestaat niet" for use, name, known in uses if name not in known]
    years = set(codebook.years())
    for i in codebook.indicators:
        if i.headline not in _headlines(i):
            found.append(f"indicator {i.id}: headline {i.headline} is geen van {_headlines(i)}")
        if unknown := set(i.comparability) - years:
            found.append(f"indicator {i.id}: comparability noemt onbekende editie {unknown}")
    return found


def _official_uses(codebook: Codebook) -> Iterator[tuple[str, str]]:
    """Yield where the codebook names an official figure, and its name."""
    compared = codebook.survey.representativity
    for name in compared.official if compared else ():
        yield "survey: representativity", name
    for indicator in codebook.indicators:
        if indicator.target and indicator.target.relation:
            yield f"indicator {indicator.id}: target.relation", indicator.target.relation.indicator
        for name in indicator.calibrate:
            yield f"indicator {indicator.id}: calibrate", name


def _headlines(indicator: Indicator) -> list[str]:
    """Return the figures an indicator could be known by."""
    return ["mean", "median"] if indicator.type == "number" else indicator.items()


def _twice(noun: str, names: Sequence[str]) -> list[str]:
    """Return a sentence for each name that occurs more than once."""
    return [
        f"{noun} {name} staat er twee keer" for name in {n for n in names if names.count(n) > 1}
    ]


class Action(_Entry):
    """One action of the agenda."""

    id: str = Field(pattern=_IDENTIFIER)
    owner: Literal["rijk", "gemeenten", "samen"]
    themes: list[str]
    indicators: list[str]
    title: Text
    text: Text


class Conversation(_Entry):
    """One question for the talk within a municipality about a theme."""

    theme: str
    text: Text


class AgendaSource(_Entry):
    """Where the agenda was published."""

    label: Text


class Agenda(_Entry):
    """The action agenda."""

    source: AgendaSource
    actions: list[Action]
    questions: list[Conversation] = []


def load_codebook(path: Path) -> Codebook:
    """Return the codebook in ``path``, checked.

    Raises:
        CodebookError: the file is missing, or an entry is wrong.
    """
    content = read_toml(path)
    _fill_shared_options(content)
    return load_model(Codebook, path, content)


def _fill_shared_options(content: dict[str, object]) -> None:
    """Copy the scale of the question named in ``options_from`` into the questions that share it."""
    entries = content.get("indicators")
    if not isinstance(entries, list):
        return
    scales = {e.get("id"): e.get("options") for e in entries if isinstance(e, dict)}
    for entry in entries:
        if isinstance(entry, dict) and scales.get(entry.get("options_from")):
            entry["options"] = scales[entry["options_from"]]


def load_agenda(path: Path) -> Agenda:
    """Return the action agenda in ``path``, checked.

    Raises:
        CodebookError: the file is missing, or an entry is wrong.
    """
    return load_model(Agenda, path, read_toml(path))
