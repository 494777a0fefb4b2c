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
        known = {name: getattr(self, name) for name in type(self).model_fields}
        return type(self).model_construct(
            **known | {"editions": editions, "indicators": indicators}
        )

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
