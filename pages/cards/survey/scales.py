"""Cards on how the answers to a survey question are spread."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from data.survey.groups import WHOLE, dimensions_of, parts_of
from pages.cards.card import (
    Card,
    Chart,
    axis_of,
    chart_frame,
    chart_row,
    choice,
    choice_of,
    share_axis,
    short_bound,
    shown,
    style_of,
    word_table,
)
from pages.cards.findings import finding
from pages.cards.parts import card_of, interval_card, measure, value_or_state
from pages.cards.rows import fixed_region, headline_item, part_of, question_of, rows_of, where_of
from pages.charts.intervals import interval_chart
from pages.charts.scales import scale_chart
from pages.charts.spec import Style
from pages.state.address import difference
from queries.vocabulary import PUBLISHED, Status
from queries.words.figures import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from data.survey.indicators import Indicator
    from pages.cards.card import Row
    from pages.state.view import View
    from queries.ask.questions import Place, Question


@dataclass(frozen=True)
class Bar:
    """A bar.

    Attributes:
        key: with what is shown of it behind the bar sign.
        pieces: its figures by answer.
        choice: what a click on it changes in the address.
    """

    key: str
    pieces: dict[str, Row]
    choice: str = ""


def scale_card(view: View, indicator: Indicator) -> Card:
    """Return how the answers are spread, for the chosen region and its size classes."""
    if indicator.type == "multi":
        return _options_card(view, indicator)
    if indicator.type == "number":
        return _spread_card(view, indicator)
    return _stacked_card(view, indicator)


def _place_and_classes(view: View, question: Question) -> list[Row]:
    """Return the figures of the chosen region, and of the size classes within it."""
    classes = view.classes
    if classes is None:
        return view.ask(replace(question, by=WHOLE)).to_dicts()
    fixed, _ = fixed_region(view, classes.id, classes.codes()[0])
    where = tuple((dimension, (code,)) for dimension, code in fixed.items())
    whole = view.ask(replace(question, by=WHOLE, where=where))
    inside = view.ask(replace(question, by=classes.id, where=where))
    return pl.concat([whole, inside]).to_dicts()


def _row_name(view: View, row: Row) -> str:
    """Return the name of a row in a chart of a region and its classes."""
    classes = view.classes
    parts = dimensions_of(row["dimension"])
    if classes is not None and classes.id in parts:
        return view.group(classes.id, part_of(row, classes.id), short=True)
    return view.group(row["dimension"], row["group_code"], short=row["dimension"] == WHOLE)


def _row_choice(view: View, row: Row) -> str:
    """Return what a click on a row in a chart of a region and its classes changes."""
    classes = view.classes
    if classes is None or classes.id not in dimensions_of(row["dimension"]):
        return ""
    return choice_of(view, classes.id, part_of(row, classes.id))


def _stacked_card(view: View, indicator: Indicator) -> Card:
    """Return bars divided over the answers of a scale."""
    items = _answers(indicator)
    question = replace(question_of(view, indicator), items=tuple(items), statistics=("share",))
    rows = _place_and_classes(view, question)
    by_group = _by(rows, lambda row: (row["dimension"], row["group_code"]))
    bars = [
        Bar(f"{group}|{_row_name(view, first)}", row, _row_choice(view, first))
        for group, row in by_group.items()
        for first in (row[items[0]],)
    ]
    card = card_of(view, indicator, "schaal", "", rows, heading=view.words("card.scale"))
    return _with_bars(view, card, indicator, bars)


def _answers(indicator: Indicator) -> list[str]:
    """Return the single answers of a scale, in order."""
    if indicator.type == "yes_no":
        return ["yes", "no"]
    return [item for item in indicator.items() if item != "top"]


def _by(rows: Sequence[Row], name: Callable[[Row], object]) -> dict[object, dict[str, Row]]:
    """Return rows by the bar they are a piece of, and by answer."""
    found: dict[object, dict[str, Row]] = {}
    for row in rows:
        found.setdefault(name(row), {})[row["item"]] = row
    return found


def _with_bars(view: View, card: Card, indicator: Indicator, bars: Sequence[Bar]) -> Card:
    """Return a card with a chart of bars, each divided over the answers of one scale."""
    items = _answers(indicator)
    style = Style(
        view.language,
        share_axis(view),
        tuple(view.item(indicator, item) for item in items),
    )
    drawn = _stacked_rows(view, indicator, bars, items)
    chart = Chart(scale_chart(style), drawn, f"{card.id}-{indicator.id}")
    return replace(card, chart=chart, legend=view.words("legend.stacked"))


def depth_card(view: View, indicator: Indicator) -> Card | None:
    """Return what lies below a theme: all answers of a multiple choice, or parts of a scale."""
    if indicator.type == "multi":
        return replace(_options_card(view, indicator), id="verdieping")
    parts = [i for i in view.book.indicators if i.part_of == indicator.id]
    return _parts_card(view, indicator, parts) if parts else None


def _parts_card(view: View, whole: Indicator, parts: Sequence[Indicator]) -> Card:
    """Return a bar for each part of a scale, in the chosen groups, and the weakest of them."""
    place = view.place()
    where = () if place.dimension == WHOLE else where_of(place.dimension, place.group)
    asked = replace(
        question_of(view, whole),
        indicators=tuple(part.id for part in parts),
        items=tuple(_answers(whole)),
        where=where,
    )
    rows = view.ask(asked).to_dicts()
    label = {part.id: part.label.of(view.language) for part in parts}
    by_part = _by(rows, lambda row: row["indicator"])
    bars = [
        Bar(
            f"{name}|{label[str(name)]}",
            pieces,
            choice(view, replace(view.selection, question=str(name), item=None)),
        )
        for name, pieces in by_part.items()
    ]
    heading = view.words(
        "card.parts", label=whole.label.of(view.language), place=view.groups(_named(place))
    )
    card = card_of(view, whole, "verdieping", _weakest(view, whole, place), rows, heading=heading)
    card = replace(card, indicators=tuple(parts), table=_parts_table(view, rows))
    return _with_bars(view, card, whole, bars)


def _named(place: Place) -> dict[str, str]:
    """Return the groups that a place is made of, by dimension; none for the whole."""
    if place.dimension == WHOLE:
        return {}
    return parts_of(place.dimension, place.group)


def _weakest(view: View, whole: Indicator, place: Place) -> str:
    """Return what is known of the weakest part of a scale, as a sentence; nothing if not asked."""
    derived = whole.derived
    weakest = next(
        (
            i
            for i in view.book.indicators
            if derived
            and i.derived
            and i.derived.rule == "minimum"
            and i.derived.from_ == derived.from_
        ),
        None,
    )
    if weakest is None or not weakest.asked_in(view.selection.edition):
        return ""
    without_item = replace(view, selection=replace(view.selection, item=None))
    rows = rows_of(without_item, weakest, place.dimension, place.group)
    return " ".join(finding(without_item, weakest, row, "") for row in rows)


def _parts_table(view: View, rows: Sequence[Row]) -> pl.DataFrame:
    """Return the parts in words: part, answer, share, margin, n of N."""
    by_id = view.book.by_id
    return word_table(
        view,
        rows,
        [
            ("question", lambda row: by_id[row["indicator"]].label.of(view.language)),
            ("answer", lambda row: measure(view, row)),
            ("value", lambda row: value_or_state(view, by_id[row["indicator"]], row)),
            ("margin", lambda row: shown(view, by_id[row["indicator"]], row).margin),
            ("count", lambda row: counted(view.words, row)),
        ],
    )


_STACKED: dict[str, pl.DataType] = {
    "key": pl.String(),
    "answer": pl.Int64(),
    "label": pl.String(),
    "start": pl.Float64(),
    "end": pl.Float64(),
    "middle": pl.Float64(),
    "value": pl.String(),
    "said": pl.String(),
    "is_bound": pl.Boolean(),
    "state": pl.String(),
    "choice": pl.String(),
}
# A piece of a bar that is narrower has no room for its value.
_ROOM = 8


def _stacked_rows(
    view: View, indicator: Indicator, bars: Sequence[Bar], items: list[str]
) -> pl.DataFrame:
    """Return the pieces of each bar, one after the other; a withheld bar says why it is empty."""
    drawn: list[Row] = []
    for bar in bars:
        sizes = piece_sizes([bar.pieces[item] for item in items])
        start = 0.0
        name = bar.key.split("|")[1]
        for place, (item, size) in enumerate(zip(items, sizes, strict=True)):
            row = bar.pieces[item]
            said = value_or_state(view, indicator, row)
            is_bound = row["status"] == Status.BOUND
            label = view.item(indicator, item)
            drawn.append(
                {
                    "key": f"{bar.key}\n{counted(view.words, row)}",
                    "answer": place,
                    "label": label,
                    "start": None if size is None else start,
                    "end": None if size is None else start + size,
                    "middle": None if size is None else start + size / 2,
                    "value": _in_piece(view, indicator, row) if (size or 0) >= _ROOM else "",
                    "said": f"{name}, {label}: {said}",
                    "is_bound": is_bound,
                    "state": said if size is None and not place else "",
                    "choice": bar.choice,
                }
            )
            start += size or 0.0
    return pl.DataFrame(drawn, schema=_STACKED, orient="row").with_row_index("rank")


def piece_sizes(rows: Sequence[Row]) -> list[float | None]:
    """Return how wide each answer of a scale is drawn, in per cent; they add up to 100.

    What is only given as a bound shares what the others leave, by the middle of its bounds.
    Nothing where the answers are withheld.
    """
    if any(row["status"] not in PUBLISHED for row in rows):
        return [None] * len(rows)
    middles = [(r["low"] + r["high"]) / 2 if r["status"] == Status.BOUND else 0.0 for r in rows]
    left = max(0.0, 100 - sum(r["estimate"] for r in rows if r["status"] == Status.SHOWN))
    return [
        r["estimate"] if r["status"] == Status.SHOWN else left * middle / sum(middles)
        for r, middle in zip(rows, middles, strict=True)
    ]


def _in_piece(view: View, indicator: Indicator, row: Row) -> str:
    """Return what stands in a piece of a bar: its share, or the bound that is given for it."""
    if row["status"] != Status.BOUND:
        return view.value(row["estimate"], indicator)
    return short_bound(view, indicator, row)


def _options_card(view: View, indicator: Indicator) -> Card:
    """Return a dot for each answer of a multiple choice, in the chosen groups."""
    place = view.place()
    where = () if place.dimension == WHOLE else where_of(place.dimension, place.group)
    question = replace(question_of(view, indicator), items=None, by=WHOLE, where=where)
    rows = sorted(view.ask(question).to_dicts(), key=lambda row: -(row["estimate"] or -1.0))
    name = view.group(place.dimension, place.group)
    return interval_card(
        view,
        indicator,
        ("schaal", view.words("card.options", place=name)),
        rows,
        lambda row: view.item(indicator, row["item"]),
        chosen=lambda row: row["item"] == headline_item(view, indicator),
        choose=lambda row: _answer_choice(view, indicator, row["item"]),
    )


def _answer_choice(view: View, indicator: Indicator, item: str) -> str:
    """Return what a click on an answer changes: question and answer, whatever the page is about."""
    bare = replace(view.selection, question=None, item=None)
    return difference(bare, replace(bare, question=indicator.id, item=item), view.book)


def _spread_card(view: View, indicator: Indicator) -> Card:
    """Return the middle half of municipalities: median between quartiles."""
    names = ("quartile_low", "median", "quartile_high")
    question = replace(
        question_of(view, indicator),
        items=None,
        statistics=names,
        weightings=("municipality",),
    )
    rows = _place_and_classes(view, question)
    drawn = []
    groups = dict.fromkeys((row["dimension"], row["group_code"]) for row in rows)
    for group in groups:
        by_name = {r["statistic"]: r for r in rows if (r["dimension"], r["group_code"]) == group}
        middle = by_name["median"]
        row = chart_row(view, indicator, middle, _row_name(view, middle))
        if row["estimate"] is not None:
            row["low"] = by_name["quartile_low"]["estimate"]
            row["high"] = by_name["quartile_high"]["estimate"]
        drawn.append(row | {"choice": _row_choice(view, middle)})
    axis = axis_of(view, indicator, names)
    chart = Chart(
        interval_chart(style_of(view, axis)),
        chart_frame(drawn),
        f"schaal-{indicator.id}",
    )
    card = card_of(view, indicator, "schaal", "", rows, heading=view.words("card.spread"))
    return replace(card, chart=chart, legend=view.words("legend.spread"))
