"""The errors of everything that has to do with files.

    DataError               a file is wrong, or missing
    ├── CodebookError       codebook.toml, policy.toml or agenda.toml says something impossible
    ├── ImportRefusedError  an export cannot be taken in; carries every problem found
    └── ReleaseBrokenError  what was published is missing, damaged or foreign

Messages are Dutch, because a data steward reads them. Each names what is wrong with the values
seen, and then the next step.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class DataError(Exception):
    """A file is wrong. The message ends with what to do about it."""

    def __init__(self, what: str, remedy: str) -> None:
        """Compose the message from ``what`` is wrong and the ``remedy``."""
        super().__init__(f"{what}\nWat te doen: {remedy}")
        self.what = what
        self.remedy = remedy


class CodebookError(DataError):
    """One of the TOML files that describe the survey is incomplete or contradicts itself."""


class ReleaseBrokenError(DataError):
    """A file of the release is missing, cut off, or not the one the manifest names."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong with one place in a file that someone wants to import."""

    file: str
    row: int | None
    column: str | None
    value: str | None
    what: str
    remedy: str
    # what findings of one kind have in common, where ``what`` names a municipality or a row
    kind: str = ""

    def __str__(self) -> str:
        """Return the problem as one line, place first."""
        place = [self.file]
        if self.row is not None:
            place.append(f"rij {self.row}")
        if self.column is not None:
            place.append(f"kolom {self.column}")
        seen = "" if self.value is None else f" (gelezen: ‘{self.value}’)"
        return f"{', '.join(place)}: {self.what}{seen}. {self.remedy}"


class ImportRefusedError(DataError):
    """An export has problems; nothing of it was taken in."""

    def __init__(self, file: str, problems: Sequence[Problem]) -> None:
        """Keep all ``problems``, so that they can be mended in one go."""
        self.problems = tuple(problems)
        listed = "\n".join(f"- {problem}" for problem in self.problems)
        noun = "probleem" if len(self.problems) == 1 else "problemen"
        super().__init__(
            f"{file} is niet ingelezen: {len(self.problems)} {noun}.\n{listed}",
            "verbeter het bestand en lees het opnieuw in. De kluis is niet veranderd.",
        )
