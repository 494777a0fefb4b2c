"""What the survey asks, of whom, and how answers are coded: the codebook, read and checked.

Nothing of this survey is written in Python: indicators, wording, scales, groups and sources come
from ``codebook.toml``; the action agenda from ``agenda.toml``.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Self

import polars as pl
from pydantic import Field, model_validator

from data.files.config_files import load_model, read_toml
from data.survey.checks import problems_of
from data.survey.design import Dimension, Edition, Kind, Role, Source, Survey, Theme
from data.survey.groups import WHOLE, dimensions_of, is_crossed, parts_of
from data.survey.indicators import Indicator, Rule
from data.survey.sample_targets import Sample
from data.survey.terms import Term
from data.survey.texts import Entry, Text

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from data.survey.languages import Language


class Codebook(Entry):
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
        for problem in problems_of(self):
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

    def role_of(self, indicator: Indicator) -> str:
        """Return who answers a question: its own role, else that of its theme."""
        return indicator.role or next(t.role for t in self.themes if t.id == indicator.theme)

    def years(self) -> list[int]:
        """Return the editions, oldest first."""
        return sorted(edition.year for edition in self.editions)

    def of_editions(self, years: Collection[int]) -> Codebook:
        """Return the codebook without the editions that are not in ``years``.

        A question of none of them stays, asked in no edition, for what refers to it.
        """
        if set(self.years()) <= set(years):
            return self
        indicators = [
            i.model_copy(
                update={
                    "comparability": {y: how for y, how in i.comparability.items() if y in years}
                }
            )
            for i in self.indicators
        ]
        editions = [edition for edition in self.editions if edition.year in years]
        return self._with(editions=editions, indicators=indicators)

    def in_edition(self, year: int) -> Codebook:
        """Return the codebook with every question as the edition of ``year`` asked it."""
        if year not in self._in_editions:
            asked = [i.in_edition(year) for i in self.indicators]
            changed = any(new is not old for new, old in zip(asked, self.indicators, strict=True))
            self._in_editions[year] = self._with(indicators=asked) if changed else self
        return self._in_editions[year]

    @cached_property
    def _in_editions(self) -> dict[int, Codebook]:
        return {}

    def _with(self, **fields: object) -> Codebook:
        """Return a copy with other fields, and nothing of what was worked out from the former."""
        known = {name: getattr(self, name) for name in type(self).model_fields}
        return type(self).model_construct(**(known | fields))

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

        One row per edition, indicator and item: ``edition``, ``indicator``, ``item``, ``choice``
        (which answer row of a multiple choice, else ''), ``lower`` and ``upper`` (answers in this
        range count as 1; both null: the answer itself is averaged).
        """
        rows = [
            (year, *row)
            for year in self.years()
            for i in self.in_edition(year).indicators
            if i.asked_in(year)
            for row in _item_rows(i)
        ]
        schema = {
            "edition": pl.Int32,
            "indicator": pl.String,
            "item": pl.String,
            "choice": pl.String,
            "lower": pl.Float64,
            "upper": pl.Float64,
        }
        return pl.DataFrame(rows, schema=schema, orient="row")

    def ranges_table(self) -> pl.DataFrame:
        """Return between what numbers can lie: edition, indicator, valid_lower, valid_upper."""
        rows = [
            (year, i.id, *(i.valid or (None, None)))
            for year in self.years()
            for i in self.in_edition(year).indicators
            if i.asked_in(year) and i.type == "number"
        ]
        schema: dict[str, pl.DataType] = {
            "edition": pl.Int32(),
            "indicator": pl.String(),
            "valid_lower": pl.Float64(),
            "valid_upper": pl.Float64(),
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


def load_codebook(path: Path) -> Codebook:
    """Return the codebook in ``path``, checked.

    Raises:
        CodebookError: the file is missing, or an entry is wrong.
    """
    return read_codebook(path, read_toml(path))


def read_codebook(path: Path, content: dict[str, object]) -> Codebook:
    """Return the codebook that ``content`` of ``path`` holds, checked.

    Raises:
        CodebookError: an entry is wrong.
    """
    _fill_shared_options(content)
    return load_model(Codebook, path, content)


def _fill_shared_options(content: dict[str, object]) -> None:
    """Copy the scale of the question named in ``options_from`` into the questions that share it.

    Also where an edition changed it: such a change names a question whose scale changed with it.
    """
    entries = content.get("indicators")
    if not isinstance(entries, list):
        return
    known = {e.get("id"): e for e in entries if isinstance(e, dict)}
    for entry in known.values():
        _share(entry, known.get(entry.get("options_from")))
        for year, change in _changes_of(entry).items():
            of = known.get(change.get("options_from")) if isinstance(change, dict) else None
            _share(change, _changes_of(of or {}).get(year))


def _share(entry: dict[str, object], of: object) -> None:
    """Copy the scale of one entry into another."""
    if isinstance(of, dict) and "options" in of:
        entry["options"] = of["options"]


def _changes_of(entry: dict[str, object]) -> dict[str, dict[str, object]]:
    """Return what changed in a question, by edition; nothing where that is no table."""
    changes = entry.get("changes")
    return changes if isinstance(changes, dict) else {}
