"""What withstood the attacks: the same things told once more need not be attacked again.

An attack finds the same on the same input. So the vault remembers, of each question that
withstood, a digest of everything that was attacked and of the program that attacked it. A
correction of one question is then online in seconds; another program attacks everything anew.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import RootModel, ValidationError

from data.files import store

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    from queries.attack.published import Told

# How much was attacked, how many answers were guessed, and how many of those are all but known.
Numbers = tuple[int, int, int]
_FILE = "doorstaan.json"


class _Held(RootModel[dict[str, Numbers]]):
    """The file."""


def read(folder: Path) -> dict[str, Numbers]:
    """Return the numbers of every attack that was withstood, by its digest.

    Nothing where the file is damaged: then everything is attacked again.

    Args:
        folder: where the vault keeps its records of releases.
    """
    try:
        return dict(_Held.model_validate_json((folder / _FILE).read_bytes(), strict=True).root)
    except (FileNotFoundError, ValidationError):
        return {}


def keep(folder: Path, found: Mapping[str, Numbers]) -> None:
    """Remember which attacks were withstood."""
    store.write_json(dict(found), folder / _FILE)


def digest(about: Hashable, told: Sequence[str]) -> str:
    """Return what identifies an attack on releases of which the digests are given.

    Args:
        about: what is attacked, and how.
        told: from :func:`told_digest`, the newest first.
    """
    return hashlib.sha256(_program() + repr((about, list(told))).encode()).hexdigest()


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
    """Return what identifies the program that attacks, and what it solves with."""
    here = Path(__file__).parent
    solvers = [version(name).encode() for name in ("numpy", "scipy")]
    return b"".join([*solvers, *(path.read_bytes() for path in sorted(here.glob("*.py")))])
