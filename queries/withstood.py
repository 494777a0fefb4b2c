"""What withstood the attacks: the same things told once more need not be attacked again.

An attack finds the same on the same input. So the vault remembers, of each question that
withstood, a digest of everything that was attacked and of the program that attacked it. A
correction of one question is then online in seconds; another program attacks everything anew.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from data import store
from queries.ledger import FOLDER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from queries.published import Told

# How much was attacked, how many answers were guessed, and how many of those are all but known.
Numbers = tuple[int, int, int]
_FILE = "doorstaan.json"
# What decides what an attack finds.
_PROGRAM = (
    *("attack", "likelihood", "near_amounts", "probability", "published"),
    *("statements", "whole_numbers"),
)


def read(vault: Path) -> dict[str, Numbers]:
    """Return the numbers of every attack that was withstood, by its digest."""
    path = vault / FOLDER / _FILE
    held: dict[str, Any] = store.read_json(path) if path.is_file() else {}
    return {name: (numbers[0], numbers[1], numbers[2]) for name, numbers in held.items()}


def keep(vault: Path, found: Mapping[str, Numbers]) -> None:
    """Remember which attacks were withstood."""
    store.write_json(dict(found), vault / FOLDER / _FILE)


def digest(kind: str, edition: int, indicator: str, told: Sequence[str]) -> str:
    """Return what identifies an attack on releases of which the digests are given."""
    about = repr((kind, edition, indicator, told)).encode()
    return hashlib.sha256(_program() + about).hexdigest()


def told_digest(told: Told, indicator: str) -> str:
    """Return what identifies everything that one release tells of a question."""
    digest = hashlib.sha256()
    for frame in (told.figures, told.response, told.members, told.answers, told.units):
        digest.update(frame.write_csv().encode())
    digest.update(told.weights.write_csv().encode())
    book = told.codebook
    digest.update(repr((told.rules, book.survey.strata, book.by_id.get(indicator))).encode())
    return digest.hexdigest()


@cache
def _program() -> bytes:
    """Return what identifies the program that attacks."""
    here = Path(__file__).parent
    return b"".join((here / f"{name}.py").read_bytes() for name in _PROGRAM)
