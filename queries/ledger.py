"""What the vault has told before: every figure that was ever released, and who had answered then.

What was once published stays known, also when the version is removed from the release folder. So
the vault remembers it, and each new release is weighed together with all of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from data import store
from data.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

FOLDER = "told"
_TABLES = ("figures", "sums", "groups", "held")


@dataclass(frozen=True)
class Told:
    """One earlier release: its survey figures, and what its respondents had answered.

    ``figures`` as in the release; ``sums`` and ``groups`` as in ``evidence.Evidence``; ``held``
    are the groups, by question, whose figures are not of these answers but of an earlier release.
    """

    content: str
    figures: pl.DataFrame
    sums: pl.DataFrame
    groups: pl.DataFrame
    held: pl.DataFrame


def remember(vault: Path, told: Told) -> None:
    """Write down what is about to be released; the same content once."""
    folder = vault / FOLDER / told.content
    if (folder / "figures.parquet").is_file():
        return
    # figures last: without them the others do not count
    for name in reversed(_TABLES):
        store.write_parquet(getattr(told, name), folder / f"{name}.parquet", {})


def told_before(vault: Path) -> list[Told]:
    """Return everything that was released from a vault, the oldest first."""
    files = (vault / FOLDER).glob("*/figures.parquet")
    folders = [path.parent for path in sorted(files, key=lambda path: path.stat().st_mtime_ns)]
    return [
        Told(folder.name, *(store.read_parquet(folder / f"{name}.parquet") for name in _TABLES))
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
            "gaan of het verschil met de vorige release een enkel antwoord verraadt.",
        )
