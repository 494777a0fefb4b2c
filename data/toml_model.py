"""A TOML file in, a checked model out; what is wrong is said per entry and field."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, ValidationError

from data.errors import CodebookError

if TYPE_CHECKING:
    from pathlib import Path

M = TypeVar("M", bound=BaseModel)


def read_toml(path: Path) -> dict[str, object]:
    """Return the content of a TOML file.

    Raises:
        CodebookError: the file is missing or is not TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CodebookError(
            f"{path.name} ontbreekt in {path.parent}.",
            "zet het bestand terug of kopieer het uit de map data/ van het project.",
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CodebookError(
            f"{path.name} is geen geldig TOML-bestand: {error}.",
            "verbeter de genoemde regel; het bestand moet UTF-8 zijn.",
        ) from None


def load_model(model: type[M], path: Path, content: dict[str, object]) -> M:
    """Return ``content`` of ``path`` checked against ``model``.

    Raises:
        CodebookError: names the file, the entry, the field and the remedy.
    """
    try:
        return model.model_validate(content)
    except ValidationError as error:
        lines = [_explain(detail, content) for detail in error.errors(include_url=False)]
        raise CodebookError(
            f"{path.name} klopt niet:\n" + "\n".join(f"- {line}" for line in lines),
            f"verbeter {path} en probeer opnieuw.",
        ) from None


def _explain(detail: object, content: dict[str, object]) -> str:
    """Return one pydantic finding as: entry, field, what is wrong, remedy."""
    if not isinstance(detail, dict):
        return str(detail)
    location = tuple(detail["loc"])
    place = _entry_name(location, content)
    kinds = {
        "missing": "het veld ontbreekt; vul het in",
        "extra_forbidden": "dit veld is niet bekend; verbeter de naam of haal het weg",
    }
    message = str(detail["msg"]).removeprefix("Value error, ")
    return f"{place}: {kinds.get(str(detail['type']), message)}"


def _entry_name(location: tuple[int | str, ...], content: dict[str, object]) -> str:
    """Return a readable place: the id of the entry rather than its number."""
    parts: list[str] = []
    here: object = content
    for step in location:
        here = _step(here, step)
        named = (
            here.get("id") or here.get("code") or here.get("year")
            if isinstance(here, dict)
            else None
        )
        parts.append(f"‘{named}’" if isinstance(step, int) and named else str(step))
    return " ".join(parts) if parts else "codeboek"


def _step(here: object, step: int | str) -> object:
    """Return what lies one step deeper, or None when there is nothing."""
    if isinstance(here, dict):
        return here.get(step)
    if isinstance(here, list) and isinstance(step, int) and step < len(here):
        return here[step]
    return None
