"""Every setting of the program: a variable of the environment each, checked when it starts.

A setting is added by a field here; ``python -m queries settings`` prints it, and
``docs/operations.md`` has a row for it.
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

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
    own_questions: bool = Field(
        default=True, description="of lezers zelf vragen in SQL mogen stellen (1 of 0)"
    )
    query_seconds: float = Field(
        10, gt=0, le=600, description="hoeveel seconden één vraag aan de release mag duren"
    )
    contact: str = Field(
        "",
        pattern=r"^((mailto:|https://|tel:)\S+)?$",
        description="waar men een lek meldt (mailto: of https:); staat in security.txt",
    )

    drawing_processes: int = Field(
        1, ge=1, le=64, description="hoeveel afbeeldingen en bladen tegelijk gemaakt worden"
    )
    drawing_seconds: float = Field(
        30, gt=0, le=600, description="hoeveel seconden één afbeelding of blad mag kosten"
    )
    drawing_queue: int = Field(
        16, ge=1, description="hoeveel aanvragen van een bestand tegelijk in behandeling zijn"
    )
    drawing_per_client: int = Field(
        6, ge=1, description="hoeveel daarvan van één bezoeker kunnen zijn"
    )
    client_burst: float = Field(
        400, ge=1, description="hoeveel aanvragen één bezoeker achter elkaar mag doen"
    )
    client_rate: float = Field(
        20, gt=0, description="hoeveel er daarvan per seconde weer bij komen"
    )
    server_burst: float = Field(
        4000, ge=1, description="hoeveel aanvragen alle bezoekers samen achter elkaar mogen doen"
    )
    server_rate: float = Field(
        200, gt=0, description="hoeveel er daarvan per seconde weer bij komen"
    )
    public_address: str = Field(
        "",
        pattern=r"^(https?://[^\s/?#@]+(/[\w.~-]+)*)?$",
        description="het adres zoals bezoekers het kennen; andere namen worden dan geweigerd",
    )
    names: tuple[str, ...] = Field(
        ("localhost", "127.0.0.1", "::1"),
        description="andere namen waaronder de server bereikt mag worden, met komma's ertussen",
    )
    proxies: tuple[str, ...] = Field(
        (), description="adressen van proxy's waarvan X-Forwarded-For geloofd wordt"
    )

    @field_validator("names", "proxies", mode="before")
    @classmethod
    def _listed(cls, given: object) -> object:
        """Take a list from one text."""
        return tuple(filter(None, given.split(","))) if isinstance(given, str) else given

    @property
    def public_host(self) -> str:
        """The name in the public address, and its port where it has one; empty without."""
        return urlsplit(self.public_address).netloc

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
