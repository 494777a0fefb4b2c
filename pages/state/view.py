"""What building a page needs to know: the release, what was chosen, and the words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pages.words.texts import Words
from queries.vocabulary import Weighting
from queries.words import numbers
from queries.words.texts import join

if TYPE_CHECKING:
    import polars as pl

    from data.survey.codebook import Codebook
    from data.survey.design import Dimension
    from data.survey.indicators import Indicator
    from data.survey.languages import Language
    from pages.state.releases import Facts
    from pages.state.selection import Selection
    from queries.ask.questions import Comparison, Place, Question


@dataclass(frozen=True)
class View:
    """Release, selection and words of one page in one language."""

    facts: Facts
    selection: Selection

    @property
    def book(self) -> Codebook:
        """The codebook of the release, with questions as the edition that is looked at has them."""
        return self.facts.codebook.in_edition(self.selection.edition)

    @property
    def language(self) -> Language:
        """The language of the reader."""
        return self.selection.language

    @property
    def words(self) -> Words:
        """The words of the reader's language."""
        return Words(self.language, self.facts.codebook.survey.unit_names(self.language))

    @property
    def classes(self) -> Dimension | None:
        """The dimension of size classes, if the survey has one."""
        return next(iter(self.book.of_kind("class")), None)

    @property
    def level(self) -> Dimension | None:
        """The region dimension looked at: the chosen one, else the first."""
        chosen = self.book.dimension_by_id.get(self.selection.level or "")
        return chosen or next(iter(self.book.of_kind("region")), None)

    def chosen_groups(self) -> dict[str, str]:
        """Return the chosen group of each dimension, in the order region, class, others."""
        chosen = {}
        if self.level is not None and self.selection.region is not None:
            chosen[self.level.id] = self.selection.region
        if self.classes is not None and self.selection.size_class is not None:
            chosen[self.classes.id] = self.selection.size_class
        return chosen | dict(self.selection.further)

    def national(self) -> View:
        """Return the view of everything there is: no question, region or class chosen."""
        whole = replace(
            self.selection.of_everyone(),
            question=None,
            item=None,
            weighting=Weighting.MUNICIPALITY,
        )
        return replace(self, selection=whole)

    def in_group(self, selection: Selection, dimension: str, code: str) -> Selection:
        """Return a selection with one group chosen and no other; none where it is the whole."""
        return self.with_group(selection.of_everyone(), dimension, code)

    def with_group(self, selection: Selection, dimension: str, code: str | None) -> Selection:
        """Return a selection with another group of one dimension, or none of it."""
        if self.classes is not None and dimension == self.classes.id:
            return replace(selection, size_class=code)
        if dimension in {d.id for d in self.book.of_kind("region")}:
            return replace(selection, level=dimension if code else selection.level, region=code)
        if dimension in {d.id for d in self.book.further_dimensions()}:
            others = {d: c for d, c in selection.further if d != dimension}
            chosen = others | ({dimension: code} if code else {})
            return replace(selection, further=tuple(chosen.items()))
        return selection

    def ask(self, question: Question) -> pl.DataFrame:
        """Return the figures that answer a question; see ``queries.ask.questions.answer``.

        Raises:
            QueryError: the question is wrong.
            ReleaseBrokenError: a table of the release is missing or damaged.
        """
        return self.facts.answers(question)

    def compare(self, comparison: Comparison) -> pl.DataFrame:
        """Return tested differences that are shown together.

        Raises:
            ReleaseBrokenError: a table of the release is missing or damaged.
        """
        return self.facts.differences(comparison)

    def query(self, name: str, **parameters: object) -> pl.DataFrame:
        """Return the answer to ``queries/views/<name>.sql``; lists are given as tuples."""
        return self.facts.views(name, tuple(sorted(parameters.items())))

    def place(self, chosen: dict[str, str] | None = None) -> Place:
        """Return the published group for a choice of groups, or the nearest wider one.

        Args:
            chosen: the group of each dimension; those of the selection where none is given.
        """
        wanted = self.chosen_groups() if chosen is None else chosen
        return self.facts.places(self.selection.edition, tuple(sorted(wanted.items())))

    def group(self, dimension: str, code: str, *, short: bool = False) -> str:
        """Return the name of a group."""
        return self.book.group_label(dimension, code, self.language, short=short)

    def name(self, dimension: Dimension) -> str:
        """Return the name of a dimension as it stands within a sentence."""
        label = dimension.label.of(self.language)
        return label[0].lower() + label[1:]

    def groups(self, chosen: dict[str, str]) -> str:
        """Return the names of chosen groups in words; the whole when none is chosen."""
        if not chosen:
            return self.book.survey.whole.of(self.language)
        return ", ".join(self.group(dimension, code) for dimension, code in chosen.items())

    def asked(self, indicator: str, year: int) -> Indicator:
        """Return a question as another edition than the one looked at has it."""
        return self.facts.codebook.in_edition(year).by_id[indicator]

    def item(self, indicator: Indicator, item: str) -> str:
        """Return the name of an answer; of several taken together, all of them."""
        if item in {"yes", "no"}:
            return self.words(f"answer.{item}")
        if item == "top":
            first = str(indicator.top_from)
            codes = [o.code for o in indicator.options]
            taken = [o.label.of(self.language) for o in indicator.options[codes.index(first) :]]
            return join(taken, self.words("join.or"))
        option = indicator.option(item)
        return option.label.of(self.language) if option else ""

    def value(self, figure: float, indicator: Indicator) -> str:
        """Return a figure with its unit."""
        return numbers.amount(figure, indicator, self.words)

    def margin(self, low: float, high: float, indicator: Indicator) -> str:
        """Return a margin in words."""
        return numbers.span(low, high, indicator, self.words)

    def number(self, count: int) -> str:
        """Return a whole number."""
        return numbers.number(count, self.language)

    def source(self, indicator: Indicator) -> str:
        """Return where the figures of an indicator come from."""
        return self.book.source_of(indicator).label.of(self.language)

    def is_made_up(self, indicator: Indicator) -> bool:
        """Whether the figures of an indicator rest on fictitious answers."""
        return indicator.kind == "survey" and self.facts.synthetic

    def mark(self, indicator: Indicator) -> str | None:
        """Return the mark that fictitious figures carry wherever they go."""
        return self.words("mark.synthetic") if self.is_made_up(indicator) else None
