"""What a vault has released: every figure that was ever published, and the answers behind it.

What was once published stays known, also when the version is removed from the release folder. So
the vault keeps a record of each release: a folder with what was published, and what those who
answered know of it. Each new release is attacked together with all of them, and a question whose
answers change is released no more often than the policy allows.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import polars as pl

from data.errors import DataError
from data.files import store
from data.survey.groups import WHOLE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

FOLDER = "vrijgegeven"
# What of a release is kept, for the attack on later ones.
PUBLISHED = (
    *("figures.parquet", "response.parquet", "register.parquet"),
    *("codebook.toml", "policy.toml", "manifest.json"),
)
CONTENTS = "contents"
_DRAFT = ".concept"
_QUESTION = ["edition", "indicator"]


def contents(digests: pl.DataFrame) -> pl.DataFrame:
    """Return one digest of all answers to each question: ``edition``, ``indicator``, ``answers``.

    Args:
        digests: the answer to ``counts/answer_digests``.
    """
    return digests.filter(pl.col("dimension") == WHOLE).select(*_QUESTION, "answers")


def draft(vault: Path, release: Path, private: Mapping[str, pl.DataFrame]) -> Path:
    """Write the record of a release that is not online yet; return its folder.

    Args:
        vault: the vault.
        release: the folder of the version.
        private: what is known of it in the vault only, by name of the table.
    """
    folder = vault / FOLDER / _DRAFT
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, frame in private.items():
        store.write_parquet(frame, folder / f"{name}.parquet", {})
    for name in PUBLISHED:
        shutil.copyfile(release / name, folder / name)
        store.flush(folder / name)
    return folder


def keep(record: Path, content: str) -> None:
    """Give the record of a release that is about to go online its place, in one step."""
    place = record.parent / content
    if place.is_dir():
        shutil.rmtree(record)
        return
    record.replace(place)
    store.flush(place.parent)


def records(vault: Path) -> list[Path]:
    """Return the record of every release from a vault, the oldest first."""
    folders = [p for p in (vault / FOLDER).glob("*") if p.is_dir() and p.name != _DRAFT]
    return sorted(folders, key=lambda path: (path / "figures.parquet").stat().st_mtime_ns)


def refuse_forgotten(vault: Path, content: str) -> None:
    """Stop when what is online is not in the memory of the vault.

    Raises:
        DataError: what is online was released from elsewhere, or the memory is gone.
    """
    if not (vault / FOLDER / content).is_dir():
        raise DataError(
            f"De kluis {vault} weet niet wat er eerder is gepubliceerd.",
            f"zet de map {FOLDER} van de kluis terug uit een reservekopie; zonder is niet na te "
            "gaan of alle vrijgaven samen een antwoord verraden.",
        )


def refuse_too_many(now: pl.DataFrame, before: Sequence[Path], most: int) -> list[str]:
    """Return how often changed questions will have been released; stop at one too many.

    Each time its answers or their weights change a question gets new noise, and the mean of many
    draws tells more than one.

    Args:
        now: from :func:`contents`.
        before: the records of all earlier releases.
        most: times that different answers, or weights, to one question may be released.

    Raises:
        DataError: a question would be released once more than that.
    """
    if not before:
        return []
    tables = [store.read_parquet(record / f"{CONTENTS}.parquet") for record in before]
    earlier = pl.concat(tables).unique()
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
            f"De antwoorden op {indicator} ({edition}), of hun gewichten, zijn al {most} keer "
            "verschillend vrijgegeven; vaker mag niet volgens max_releases in policy.toml.",
            "neem de oude antwoorden weer op, verzamel verbeteringen tot de volgende editie, of "
            "haal de vraag uit deze editie. De vorige release blijft.",
        )
    most_often = f"het vaakst {indicator} ({edition}), vrijgave {times} van ten hoogste {most}"
    changed = f"Vragen waarvan de antwoorden of gewichten veranderden: {counted.height}"
    return [f"{changed}; {most_often}."]
