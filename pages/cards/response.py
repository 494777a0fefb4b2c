"""Cards of who took part, and what is said of it elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from data.survey.groups import CROSS, WHOLE
from data.survey.policy import OUTSIDE
from pages.cards.card import Card, Row, word_table
from queries.vocabulary import Status
from queries.words.texts import capital

if TYPE_CHECKING:
    from pages.state.view import View


def response_card(view: View) -> Card:
    """Return how many municipalities took part, per class, region and crossed."""
    editions = (view.selection.edition,)
    crossed = [d for d in view.facts.dimensions if CROSS in d]
    dimensions = (
        WHOLE,
        *(d.id for d in view.book.of_kind("class")),
        *(d.id for d in view.book.of_kind("region")[:1]),
        *crossed[:1],
    )
    found = view.query("response", editions=editions, dimensions=dimensions)
    order = {dimension: place for place, dimension in enumerate(dimensions)}
    rows = sorted(
        found.to_dicts(),
        key=lambda row: (
            order[row["dimension"]],
            view.book.group_rank(row["dimension"], row["group_code"]),
        ),
    )
    return response_of(view, "respons", rows, capital(response_sentence(view, rows[0])))


def response_of(
    view: View, card_id: str, rows: list[Row], sentence: str, notes: tuple[str, ...] = ()
) -> Card:
    """Return how many municipalities took part in some groups."""
    table = word_table(
        view,
        rows,
        [
            ("group", lambda row: view.group(row["dimension"], row["group_code"], short=True)),
            ("respondents", lambda row: took_part(view, row)),
            ("population", lambda row: view.number(row["population_count"])),
            ("response", lambda row: percentage(view, row)),
        ],
    )
    made_up = next(i for i in view.book.indicators if i.kind == "survey")
    heading = view.words("card.response", year=view.selection.edition)
    figures = pl.DataFrame(
        [row | {"estimate": _response(view, row)} for row in rows], infer_schema_length=None
    ).with_columns(
        kind=pl.lit("survey"),
        basis=pl.lit("enquete"),
        indicator=pl.lit("response"),
        item=pl.lit(""),
        statistic=pl.lit("share"),
        weighting=pl.lit("municipality"),
        answer_count="respondent_count",
        status=pl.when(pl.col("respondent_count").is_null())
        .then(pl.lit(Status.TOO_FEW))
        .otherwise(pl.lit(Status.SHOWN)),
    )
    return Card(
        id=card_id,
        heading=heading,
        sentence=sentence,
        figures=figures,
        table=table,
        indicators=(),
        filters=heading,
        notes=notes,
        mark=view.mark(made_up),
        source=view.words("source.version", version=view.facts.version),
    )


def _is_exact(row: Row) -> bool:
    """Whether the number of participants is told as it is.

    Of the whole country only, and not where it may stand for all or nearly all.
    """
    between = OUTSIDE < row["respondent_count"] < row["population_count"] - OUTSIDE
    return bool(row["dimension"] == WHOLE and between)


def took_part(view: View, row: Row) -> str:
    """Return how many took part, and whether about; or that it is not told."""
    if row["respondent_count"] is None:
        return view.words("response.untold")
    return _about(view, row, view.number(row["respondent_count"]))


def _about(view: View, row: Row, text: str) -> str:
    """Return a number about a group, said to be approximate where it is."""
    return text if _is_exact(row) else view.words("response.about", number=text)


def _response(view: View, row: Row) -> float | None:
    """Return the response in per cent; coarse where participants are told about."""
    if row["respondent_count"] is None:
        return None
    share = float(100 * row["respondent_count"] / row["population_count"])
    step = view.facts.policy.rounding.share_points_small
    return share if _is_exact(row) else step * round(share / step)


def percentage(view: View, row: Row) -> str:
    """Return the response as a whole percentage; nothing where it is not told."""
    share = _response(view, row)
    if share is None:
        return ""
    said = view.words("unit.pct", number=view.number(round(share)))
    return _about(view, row, said)


def response_sentence(view: View, row: Row) -> str:
    """Return how many took part, as a sentence that may stand behind a name and a colon."""
    return view.words(
        "response.line" if row["respondent_count"] is not None else "response.line_untold",
        respondents=took_part(view, row),
        population=view.number(row["population_count"]),
        share=percentage(view, row),
    )


def response_line(view: View) -> str:
    """Return how many took part in the edition looked at, in a sentence."""
    found = view.query("response", editions=(view.selection.edition,), dimensions=(WHOLE,))
    return capital(response_sentence(view, found.row(0, named=True)))
