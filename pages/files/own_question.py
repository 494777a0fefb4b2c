"""A question of a reader's own and its answer: as a page with a form, and as a file."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from weakref import finalize

import polars as pl

from data.survey.groups import WHOLE
from pages.files.html_page import page
from pages.files.package.archive import contents
from pages.files.package.descriptors import meaning, table_title
from pages.files.package.tables import there
from pages.files.parts import filled
from pages.files.table_html import html_table
from pages.state import address
from pages.state.pages import OWN
from queries.ask.own_questions import ROWS, answer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pages.state.releases import Facts
    from pages.state.view import View

QUESTION, FORMAT = "q", "als"
LONGEST = 4000
# More rows are taken away as a file rather than read.
_SHOWN = 200


class _Folder:
    """The tables of a version as Parquet files, in a folder that goes when it is forgotten."""

    def __init__(self, facts: Facts) -> None:
        self.path = Path(mkdtemp(prefix="stand-"))
        finalize(self, rmtree, self.path, ignore_errors=True)
        for table in there(facts):
            name = f"{table.name}.parquet"
            (self.path / name).write_bytes(contents(facts)[name])


def rows(facts: Facts, text: str) -> pl.DataFrame:
    """Return the answer to a question in SQL, of at most ``queries.ask.own_questions.ROWS`` rows.

    Raises:
        OwnQuestionError: it was not answered.
        ReleaseBrokenError: a table is damaged.
    """
    stream = answer(facts.made(_Folder).path, text)
    found = pl.read_ipc_stream(io.BytesIO(stream))
    return found.with_columns(pl.col(pl.Categorical).cast(pl.String))


def _csv(found: pl.DataFrame) -> bytes:
    """Return rows with commas; nested ones as text, which is all that a CSV can hold."""
    nested = [name for name, kind in found.schema.items() if kind.is_nested()]
    flat = found.with_columns(_as_text(found[name]) for name in nested)
    return flat.write_csv().encode()


def _as_text(values: pl.Series) -> pl.Series:
    """Return nested values as text."""
    return pl.Series(values.name, [None if v is None else str(v) for v in values], dtype=pl.String)


def _json(found: pl.DataFrame) -> bytes:
    """Return rows as JSON."""
    return found.write_json().encode()


def _parquet(found: pl.DataFrame) -> bytes:
    """Return rows as Parquet."""
    buffer = io.BytesIO()
    found.write_parquet(buffer)
    return buffer.getvalue()


FORMATS: Mapping[str, tuple[str, Callable[[pl.DataFrame], bytes]]] = {
    "csv": ("text/csv; charset=utf-8", _csv),
    "parquet": ("application/vnd.apache.parquet", _parquet),
    "json": ("application/json", _json),
}


@dataclass(frozen=True)
class Described:
    """A table there is, with what its columns mean."""

    name: str
    title: str
    columns: dict[str, str]


def own_page(view: View, text: str, found: pl.DataFrame | None, problem: str) -> str:
    """Return the page: the form, the answer or why there is none, and what can be asked.

    Args:
        view: version and language.
        text: the question; empty where none was asked yet.
        found: the rows, if there are any.
        problem: why there are none.
    """
    words, facts = view.words, view.facts
    examples = own_examples(view)
    return page(
        "own_question.html",
        words,
        kind="own",
        root="./",
        title=words("sql.title"),
        description=words("sql.lead", rows=view.number(ROWS)),
        mark=words("mark.synthetic") if facts.synthetic else "",
        longest=LONGEST,
        text=text or next(iter(examples.values())),
        kept=_kept(view),
        address=urlencode(address.write(view.selection, view.book)),
        problem=problem,
        found=None if found is None else _table(view, found),
        counted="" if found is None else _counted(view, found),
        files={name.upper(): _link(view, text, {FORMAT: name}) for name in FORMATS},
        lasting=_link(view, text, {address.VERSION: facts.version}),
        examples={title: _link(view, one, {}) for title, one in examples.items()},
        tables=[
            Described(
                table.name,
                table_title(table, view.language),
                {column: meaning(facts, column, view.language) for column in table.columns},
            )
            for table in there(facts)
        ],
    )


def _kept(view: View) -> dict[str, str]:
    """Return what the next question keeps: edition and language, and a version if asked for."""
    written = address.write(view.selection, view.book)
    names = (address.EDITION, address.LANGUAGE, address.VERSION)
    return {name: written[name] for name in names if name in written}


def _link(view: View, text: str, more: dict[str, str]) -> str:
    """Return the address that gives an answer again."""
    return f"{OWN}?{urlencode({QUESTION: text, **_kept(view), **more})}"


def _table(view: View, found: pl.DataFrame) -> str:
    """Return the first rows as a table."""
    return html_table(found.head(_SHOWN), view.words("sql.answer"))


def _counted(view: View, found: pl.DataFrame) -> str:
    """Return how many rows there are, and whether there may be more."""
    words, count = view.words, view.number(found.height)
    if found.height == ROWS:
        return words("sql.rows_most", count=count)
    if found.height > _SHOWN:
        return words("sql.rows_first", count=count, shown=_SHOWN)
    return words.count("sql.rows", found.height, count=count)


def own_examples(view: View) -> dict[str, str]:
    """Return questions to begin with, from the codebook, by what they ask."""
    book = view.book
    text = filled(
        "own_questions.sql",
        words=view.words,
        question=book.by_id[book.themes[0].headline],
        edition=view.selection.edition,
        dimension=view.classes.id if view.classes else WHOLE,
        official=next((i for i in book.indicators if i.kind == "official"), None),
    )
    parts = [part.strip() for part in str(text).split("-- ") if part.strip()]
    return {part.partition("\n")[0]: part.partition("\n")[2].strip() for part in parts}
