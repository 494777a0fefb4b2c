"""How a file is to be read: every guess of the reader, which can also be said beforehand."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict


class ReadOptions(BaseModel):
    """What is known about a file; None is left to be worked out from its content."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None
    decimal: Literal[",", "."] | None = None
    sheet: str | None = None
    header_row: int | None = None
    last_row: int | None = None
    transposed: bool | None = None

    def filled(self, **found: object) -> ReadOptions:
        """Return the options with what was ``found`` wherever nothing was said."""
        known = self.model_dump(exclude_none=True)
        return ReadOptions.model_validate({**found, **known})
