"""How much the door to the figures costs: the same question with and without it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import duckdb

from queries.ask.questions import Question, answer
from queries.release.manifest import Release, open_release

TURNS = 100
# What ``views/figures.sql`` comes down to for one question, without a door before it.
BARE = """
select * from read_parquet($file)
where indicator = $indicator and edition = $edition and dimension = $dimension
order by item_rank, group_rank
"""


@dataclass(frozen=True)
class Asked:
    """Seconds for one question: through the release, and bare."""

    release: float
    bare: float


def measure(folder: Path) -> Asked:
    """Return what a question about one survey indicator per size class costs."""
    opened = open_release(folder)
    book = opened.codebook
    asked = Question(
        indicators=(book.themes[0].headline,),
        by=book.of_kind("class")[0].id,
        editions=(book.years()[-1],),
    )
    bare = _bare(opened, asked)
    through, without = [], []
    for _ in range(TURNS):
        through.append(_seconds(lambda: answer(opened, asked)))
        without.append(_seconds(bare))
    return Asked(median(through), median(without))


def _bare(opened: Release, asked: Question) -> Callable[[], object]:
    """Return the same question as plain DuckDB on the same file."""
    connection = duckdb.connect()
    parameters = {
        "file": str(opened.folder / "figures.parquet"),
        "indicator": asked.indicators[0],
        "edition": (asked.editions or (0,))[0],
        "dimension": asked.by,
    }
    return lambda: connection.sql(BARE, params=parameters).pl()


def _seconds(action: Callable[[], object]) -> float:
    """Return how long an action takes."""
    begun = time.perf_counter()
    action()
    return time.perf_counter() - begun
