"""How a file is to be read: every guess of the reader, which can also be said beforehand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from data.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping


class ReadOptions(BaseModel):
    """What is known about a file; None is left to be worked out from its content."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    encoding: str | None = None
    delimiter: str | None = Field(default=None, min_length=1, max_length=1)
    quote: str | None = Field(default=None, min_length=1, max_length=1)
    decimal: Literal[",", "."] | None = None
    sheet: str | None = None
    header_row: int | None = None
    last_row: int | None = None
    transposed: bool | None = None

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
