"""How a file is to be read: every guess of the reader, which can also be said beforehand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from data.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping


class ReadOptions(BaseModel):
    """What is known about a file; None is left to be worked out from its content.

    ``header_rows`` rows together make the names of the columns. ``skip_rows`` are rows of the file
    ("3", "5-8"); ``skip_where`` and ``keep_where`` name columns with texts, in which ``*`` stands
    for anything and "" for an empty cell. ``fill_down`` are columns in which an empty cell means
    the one above it. ``hidden`` rows and ``struck`` cells of a workbook stop the import until it
    is said whether to read them.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    encoding: str | None = None
    delimiter: str | None = Field(default=None, min_length=1, max_length=1)
    quote: str | None = Field(default=None, min_length=1, max_length=1)
    decimal: Literal[",", "."] | None = None
    sheet: str | None = None
    header_row: int | None = None
    header_rows: int | None = Field(default=None, ge=1, le=5)
    last_row: int | None = None
    transposed: bool | None = None
    skip_rows: list[str] | None = None
    skip_where: dict[str, list[str]] | None = None
    keep_where: dict[str, list[str]] | None = None
    fill_down: list[str] | None = None
    hidden: Literal["read", "skip"] | None = None
    struck: Literal["read", "skip"] | None = None

    def filled(self, **found: object) -> ReadOptions:
        """Return the options with what was ``found`` wherever nothing was said."""
        known = self.model_dump(exclude_none=True)
        return ReadOptions.model_validate({**found, **known})


def read_options(told: Mapping[str, object]) -> ReadOptions:
    """Return what a steward said about a file as options.

    Raises:
        DataError: an option has a value it cannot have.
    """
    try:
        return ReadOptions.model_validate(told)
    except ValidationError as error:
        name = error.errors()[0]["loc"][0]
        raise DataError(
            f"De optie --{name} kan niet ‘{told[str(name)]}’ zijn.",
            "delimiter en quote zijn één teken; decimal is een komma of een punt.",
        ) from None
