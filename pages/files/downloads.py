"""A card as a file: exactly the rows on screen, with everything needed to use and cite them."""

from __future__ import annotations

import hashlib
import io
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import parse_qsl

import polars as pl

from data.survey.languages import DUTCH
from pages.cards.card import COLUMNS
from pages.files import workbook
from pages.files.columns import typed
from pages.state.address import EDITION, LANGUAGE, OPENED, VERSION
from queries.vocabulary import Grade
from queries.words.numbers import decimal_mark

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from data.survey.indicators import Indicator
    from pages.cards.card import Card
    from pages.state.view import View

# Parameters that a name has a place of its own for, or that change no file.
_ELSEWHERE = {EDITION, VERSION, OPENED, "mg"}
_LONGEST_CHOICES = 80
# Text that begins like this could be taken for a formula by a spreadsheet.
_FORMULA = r"^(\s*[=+\-@]|[\t\r\n])"


@dataclass(frozen=True)
class About:
    """What belongs to every row of a file."""

    title: str
    finding: str
    mark: str
    filters: str
    source: str
    licence: str
    data_version: str
    link: str


def about(view: View, card: Card, link: str) -> About:
    """Return what a file says of itself, in the reader's language."""
    return About(
        title=card.heading,
        finding=card.sentence,
        mark=card.mark or "",
        filters=card.filters,
        source=card.source,
        licence=view.book.survey.licence,
        data_version=view.facts.version,
        link=link,
    )


def tidy(view: View, card: Card) -> pl.DataFrame:
    """Return the figures of a card with labels and unit, one row each, shares in percentages.

    What a page calls too uncertain to show has no estimate here either.
    """
    book, language = view.book, view.language
    columns = card.columns or COLUMNS
    here = {i.id: i for i in card.indicators}
    frame = typed(card.figures, tuple(dict.fromkeys([*COLUMNS, *columns])))
    named = ("indicator", "edition", "item", "dimension", "group_code", "group_label")
    rows = frame.select(named).to_dicts()
    asked = [_asked(view, here, row) for row in rows]
    labels: dict[str, list[str]] = {
        "indicator_label": [card.heading if i is None else i.label.of(language) for i in asked],
        "item_label": [
            view.item(i, r["item"]) if i and r["item"] else ""
            for i, r in zip(asked, rows, strict=True)
        ],
        "group_label": [
            r["group_label"] or book.group_label(r["dimension"], r["group_code"], language)
            for r in rows
        ],
        "unit": ["pct" if i is None or i.is_share else i.unit for i in asked],
    }
    made_up = [bool(card.mark) if i is None else view.is_made_up(i) for i in asked]
    uncertain = pl.col("grade").eq_missing(Grade.UNCERTAIN.value)
    return frame.with_columns(
        *[pl.Series(name, values, dtype=pl.String) for name, values in labels.items()],
        pl.Series("is_synthetic", made_up, dtype=pl.Boolean),
        estimate=pl.when(~uncertain).then("estimate"),
        status=pl.when(uncertain).then("grade").otherwise("status"),
    ).select(columns)


def _asked(view: View, here: Mapping[str, Indicator], row: Mapping[str, Any]) -> Indicator | None:
    """Return what a row is about, as its edition asked it; None where it is no single question."""
    if row["indicator"] not in here or row["edition"] is None:
        return here.get(row["indicator"])
    return view.asked(row["indicator"], row["edition"])


@dataclass(frozen=True)
class Content:
    """What a writer makes a file of: the view, the card, its rows, and what belongs to all rows."""

    view: View
    card: Card
    frame: pl.DataFrame
    said: About


Write: TypeAlias = "Callable[[Content], bytes]"
# What browsers and spreadsheets know each ending by, and its writer; filled by ``writer`` below.
FORMATS: dict[str, str] = {}
_WRITERS: dict[str, Write] = {}


def writer(ending: str, media: str) -> Callable[[Write], Write]:
    """Register the writer of a format: its ending, and its media type.

    Every card is offered in it, in the order of registration, by the text ``use.<ending>``.
    """

    def register(write: Write) -> Write:
        FORMATS[ending], _WRITERS[ending] = media, write
        return write

    return register


def render(view: View, card: Card, ending: str, link: str) -> bytes:
    """Return a card as the content of a file.

    Args:
        view: release, selection and words.
        card: what is on screen.
        ending: one of ``FORMATS``.
        link: the address that shows the same view.
    """
    return _WRITERS[ending](Content(view, card, tidy(view, card), about(view, card, link)))


def file_name(view: View, card: Card, ending: str) -> str:
    """Return the name of a file: what, edition, filters, version, and the mark of made-up figures.

    Files of other choices have other names, so that none is kept in the place of another.
    """
    subject = card.indicators[0].id if len(card.indicators) == 1 else card.id
    parts = [
        view.book.survey.id,
        *(["fictief"] if card.mark else []),
        subject,
        *([card.id] if subject != card.id else []),
        str(view.selection.edition),
        *_choices(card, subject),
        f"v{view.facts.version}",
    ]
    return f"{'_'.join(parts)}.{'csv' if ending == 'excel.csv' else ending}"


def _choices(card: Card, subject: str) -> list[str]:
    """Return what was chosen, as it stands in names; as a digest where that is long."""
    chosen = [(k, v) for k, v in parse_qsl(card.query) if k not in _ELSEWHERE and v != subject]
    chosen = [pair for pair in chosen if pair != (LANGUAGE, DUTCH)]
    named = [re.sub(r"[^\w-]", "-", f"{name}-{value}") for name, value in chosen]
    if sum(map(len, named)) <= _LONGEST_CHOICES:
        return named
    return [hashlib.sha256(repr(chosen).encode()).hexdigest()[:8]]


def _with_about(frame: pl.DataFrame, said: About) -> pl.DataFrame:
    """Return the rows with what belongs to all of them in columns behind them."""
    return frame.with_columns(
        pl.lit(value).alias(name) for name, value in vars(said).items() if name != "title"
    )


def _headings(view: View, columns: list[str]) -> dict[str, str]:
    """Return the names of columns in the reader's language."""
    return {column: view.words(f"file.{column}") for column in columns}


@writer("excel.csv", "text/csv; charset=utf-8")
def _excel_csv(content: Content) -> bytes:
    """Return a CSV that an Excel in the reader's language opens right.

    With a mark of UTF-8; in Dutch with semicolons and decimal commas, in English without.
    """
    view, frame, said = content.view, content.frame, content.said
    full = _with_about(frame, said).rename(
        _headings(view, [*frame.columns, *[n for n in vars(said) if n != "title"]])
    )
    comma = decimal_mark(view.language) == ","
    text = _safe(full).write_csv(
        separator=";" if comma else ",", decimal_comma=comma, line_terminator="\r\n"
    )
    return b"\xef\xbb\xbf" + text.encode()


@writer("csv", "text/csv; charset=utf-8")
def _csv(content: Content) -> bytes:
    """Return a CSV by RFC 4180."""
    full = _with_about(content.frame, content.said)
    return _safe(full).write_csv(line_terminator="\r\n").encode()


def _safe(frame: pl.DataFrame) -> pl.DataFrame:
    """Return rows in which no text is taken for a formula by a spreadsheet."""
    texts = [c for c, t in frame.schema.items() if t == pl.String]
    return frame.with_columns(
        pl.when(pl.col(c).str.contains(_FORMULA))
        .then("'" + pl.col(c))
        .otherwise(pl.col(c))
        .alias(c)
        for c in texts
    )


@writer("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
def _workbook(content: Content) -> bytes:
    """Return a workbook: a cover, notes, and one table."""
    return workbook.written(content)


@writer("json", "application/json")
def _json(content: Content) -> bytes:
    """Return the rows as JSON, with what belongs to all of them beside them."""
    told = {"about": vars(content.said), "figures": content.frame.to_dicts()}
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


@writer("parquet", "application/vnd.apache.parquet")
def _parquet(content: Content) -> bytes:
    """Return the rows as Parquet, with what belongs to all of them in the metadata too."""
    buffer, said = io.BytesIO(), content.said
    _with_about(content.frame, said).write_parquet(buffer, metadata=dict(vars(said)))
    return buffer.getvalue()
