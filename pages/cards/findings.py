"""What one figure says: as a sentence with its margin and counts, or in three parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pages.cards.card import shown
from pages.cards.rows import headline_item, headline_statistic
from queries.vocabulary import Grade, Status, Weighting
from queries.words.figures import side_of
from queries.words.texts import capital

if TYPE_CHECKING:
    from data.survey.indicators import Indicator
    from pages.cards.card import Row
    from pages.state.view import View


@dataclass(frozen=True)
class Finding:
    """A figure in words.

    Attributes:
        value: the figure or its bound; empty where there is none.
        what: what it is a figure of, to stand behind it.
        sentence: what it says, or why it says nothing; without a full stop.
        behind: what stands behind it: its margin, and how many answered.
    """

    value: str
    what: str
    sentence: str
    behind: str

    @property
    def whole(self) -> str:
        """All of it, as one sentence."""
        return f"{self.sentence} ({self.behind})." if self.behind else f"{self.sentence}."


def finding(view: View, indicator: Indicator, row: Row, place: str) -> str:
    """Return what one figure says, with its margin and counts, as a sentence."""
    return placed(view, parts_of_finding(view, indicator, row).whole, place)


def placed(view: View, said: str, place: str) -> str:
    """Return what is said with the place that it is said of before it, if it is of one.

    No colon follows another: what begins with its label has a dash after its place.
    """
    if not place:
        return capital(said)
    form = "finding.place_label" if ": " in said else "finding.place"
    return f"{view.words(form, place=place)}{said}"


def parts_of_finding(view: View, indicator: Indicator, row: Row) -> Finding:
    """Return what one figure says, in parts."""
    words = view.words
    figure, what = shown(view, indicator, row), _what(view, indicator)
    if row["status"] == Status.BOUND:
        return Finding(figure.state, what, _bound(view, indicator, row), "")
    if row["status"] != Status.SHOWN:
        return Finding("", what, words("finding.withheld", reason=figure.state), "")
    behind = words("finding.behind", margin=figure.margin, count=figure.count)
    if row["grade"] == Grade.UNCERTAIN:
        return Finding("", what, words("finding.uncertain"), behind)
    said = words(
        f"finding.{_form(view, indicator)}",
        value=figure.value,
        label=indicator.label.of(view.language),
        statement=statement(view, indicator),
    )
    return Finding(figure.value, what, said, behind)


def _what(view: View, indicator: Indicator) -> str:
    """Return what a figure is a figure of: of the municipalities, which; or of what amount."""
    if not indicator.is_share:
        return indicator.label.of(view.language)
    per_inhabitant = view.selection.weighting == Weighting.INHABITANT
    form = "finding.what_inhabitants" if per_inhabitant else "finding.what"
    return view.words(form, statement=statement(view, indicator))


def _bound(view: View, indicator: Indicator, row: Row) -> str:
    """Return what a bound says."""
    side, end = side_of(row)
    per_inhabitant = view.selection.weighting == Weighting.INHABITANT
    return view.words(
        f"finding.{side}_inhabitants" if per_inhabitant else f"finding.{side}",
        value=view.value(row[end], indicator),
        statement=statement(view, indicator),
    )


def _form(view: View, indicator: Indicator) -> str:
    """Return which form of sentence fits the figure."""
    if indicator.is_share:
        per_inhabitant = view.selection.weighting == Weighting.INHABITANT
        return "share_inhabitants" if per_inhabitant else "share"
    statistic = headline_statistic(view, indicator)
    if statistic == "mean" and view.selection.weighting == Weighting.INHABITANT:
        return "mean_inhabitants"
    return statistic


def statement(view: View, indicator: Indicator) -> str:
    """Return what the municipalities that count are said to do."""
    item = headline_item(view, indicator)
    label = view.item(indicator, item)
    told = indicator.statement
    if indicator.type == "ordinal" and item != "top":
        return view.words("finding.answers", item=label)
    if told is None:
        return view.words("finding.answers", item=label) if indicator.is_share else ""
    many = view.words.percentage_is_many or view.selection.weighting == Weighting.INHABITANT
    return told.of(view.language, many=many).format(item=f"‘{label}’")
