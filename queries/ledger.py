"""What a vault has released: every figure that was ever published, and the answers behind it.

What was once published stays known, also when the version is removed from the release folder. So
the vault keeps it: each new release is attacked together with all of it, and a question whose
answers change is released no more often than the policy allows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from data import store
from data.codebook import WHOLE
from data.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

FOLDER = "vrijgegeven"
_TABLES = ("answers", "units", "contents", "figures")
_QUESTION = ["edition", "indicator"]


@dataclass(frozen=True)
class Record:
    """One release: its survey figures, and what its respondents had answered.

    ``figures`` as in the release; ``answers`` as the vault counts them (edition,
    municipality_code, indicator, choice, answer, reason); ``units`` who took part, with weight
    and inhabitants; ``contents`` a digest of all answers to each question.
    """

    content: str
    figures: pl.DataFrame
    answers: pl.DataFrame
    units: pl.DataFrame
    contents: pl.DataFrame


def contents(digests: pl.DataFrame) -> pl.DataFrame:
    """Return one digest for each question: ``edition``, ``indicator``, ``answers``."""
    return digests.filter(pl.col("dimension") == WHOLE).select(*_QUESTION, "answers")


def remember(vault: Path, record: Record) -> None:
    """Write down what is about to be released; the same content once."""
    folder = vault / FOLDER / record.content
    if (folder / "figures.parquet").is_file():
        return
    # figures last: without them the others do not count
    for name in _TABLES:
        store.write_parquet(getattr(record, name), folder / f"{name}.parquet", {})


def records(vault: Path) -> list[Record]:
    """Return everything that was released from a vault, the oldest first."""
    files = (vault / FOLDER).glob("*/figures.parquet")
    folders = [path.parent for path in sorted(files, key=lambda path: path.stat().st_mtime_ns)]
    return [
        Record(
            folder.name,
            **{name: store.read_parquet(folder / f"{name}.parquet") for name in _TABLES},
        )
        for folder in folders
    ]


def refuse_forgotten(vault: Path, content: str) -> None:
    """Stop when what is online is not in the memory of the vault.

    Raises:
        DataError: what is online was released from elsewhere, or the memory is gone.
    """
    if not (vault / FOLDER / content / "figures.parquet").is_file():
        raise DataError(
            f"De kluis {vault} weet niet wat er eerder is gepubliceerd.",
            f"zet de map {FOLDER} van de kluis terug uit een reservekopie; zonder is niet na te "
            "gaan of alle vrijgaven samen een antwoord verraden.",
        )


def refuse_too_many(now: pl.DataFrame, before: Sequence[Record], most: int) -> list[str]:
    """Return how often each changed question will have been released; stop at one too many.

    Each time its answers change a question gets new noise, and the mean of many draws tells more
    than one.

    Args:
        now: from :func:`contents`.
        before: all earlier releases.
        most: times that different answers to one question may be released.

    Raises:
        DataError: a question would be released once more than that.
    """
    if not before:
        return []
    earlier = pl.concat([record.contents for record in before]).unique()
    counted = (
        now.join(earlier, on=[*_QUESTION, "answers"], how="anti", nulls_equal=True)
        .join(earlier.group_by(_QUESTION).len("times"), on=_QUESTION)
        .with_columns(pl.col("times") + 1)
        .sort(pl.col("times"), *_QUESTION, descending=[True, False, False])
    )
    if counted.is_empty():
        return []
    edition, indicator, _, times = counted.row(0)
    if times > most:
        raise DataError(
            f"De antwoorden op {indicator} ({edition}) veranderden al {most - 1} keer na een "
            "vrijgave; vaker mag niet volgens max_releases in policy.toml.",
            "neem de oude antwoorden weer op, verzamel verbeteringen tot de volgende editie, of "
            "haal de vraag uit deze editie. De vorige release blijft.",
        )
    most_often = f"{indicator} ({edition}), vrijgave {times} van ten hoogste {most}"
    return [f"Vragen waarvan de antwoorden veranderden: {counted.height}; het vaakst {most_often}."]
