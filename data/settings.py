"""Every setting of the program: a variable of the environment each, checked when it starts.

A setting is added by a field here; ``python -m queries settings`` prints it, and
``docs/operations.md`` has a row for it.
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from data.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX = "STAND_"
_HERE = Path(__file__).resolve().parent
# What the tests and measurements of the project are told by; no settings of the program.
_OF_TESTS = {"STAND_CHROMIUM", "STAND_BENCH"}


class Settings(BaseModel):
    """The settings, each with what it is for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    vault: Path = Field(_HERE / "vault", description="map van de kluis")
    release: Path = Field(_HERE / "release", description="map van de release")
    steward: bool = Field(default=False, description="of er een pagina Beheer is (1 of 0)")
    query_seconds: float = Field(
        10, gt=0, le=600, description="hoeveel seconden één vraag aan de release mag duren"
    )

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> Settings:
        """Return the settings that an environment gives; what is empty counts as not given.

        Raises:
            DataError: a variable is unknown, or its value impossible.
        """
        given = {
            name.removeprefix(PREFIX).lower(): value
            for name, value in environment.items()
            if name.startswith(PREFIX) and name not in _OF_TESTS and value != ""
        }
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            first = error.errors()[0]
            name = variable(str(first["loc"][0]))
            raise DataError(
                f"De instelling {name}={environment.get(name, '')} kan niet ({first['msg']}).",
                "zie `python -m queries settings` voor wat er in te stellen is.",
            ) from None


def variable(field: str) -> str:
    """Return the variable of the environment that holds a setting."""
    return f"{PREFIX}{field.upper()}"


def settings() -> Settings:
    """Return the settings as they are now.

    Raises:
        DataError: as ``Settings.read``.
    """
    return _read(tuple(sorted(i for i in os.environ.items() if i[0].startswith(PREFIX))))


@lru_cache(maxsize=8)
def _read(environment: tuple[tuple[str, str], ...]) -> Settings:
    return Settings.read(dict(environment))
