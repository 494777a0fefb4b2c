"""A TOML file in, a checked model out; what is wrong is said per entry and field."""

from __future__ import annotations

import reprlib
import tomllib
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, ValidationError

from data.errors import CodebookError

if TYPE_CHECKING:
    from pathlib import Path

M = TypeVar("M", bound=BaseModel)
# What pydantic finds, by its name for it, with what belongs to it filled in.
_KINDS = {
    "missing": "het veld ontbreekt; vul het in",
    "extra_forbidden": "dit veld is niet bekend; verbeter de naam of haal het weg",
    "literal_error": "{given} kan niet; kies uit {expected}",
    "greater_than": "{given} is te klein; neem een getal boven {gt}",
    "greater_than_equal": "{given} is te klein; neem {ge} of meer",
    "less_than": "{given} is te groot; neem een getal onder {lt}",
    "less_than_equal": "{given} is te groot; neem {le} of minder",
    "string_too_short": "de tekst is leeg; vul haar in",
    "too_short": "er staan er te weinig; neem er ten minste {min_length}",
    "too_long": "er staan er te veel; neem er hoogstens {max_length}",
    "string_pattern_mismatch": "{given} heeft niet de vorm {pattern}",
}
# The same for what is of another kind than it should be, by how the name begins.
_TYPES = {
    "float": "een getal",
    "int": "een geheel getal",
    "string": "een tekst tussen aanhalingstekens",
    "bool": "true of false, zonder aanhalingstekens",
    "list": "een lijst tussen [ en ]",
    "tuple": "een lijst tussen [ en ]",
    "dict": "een tabel",
    "model": "een tabel",
    "date": "een datum",
}


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
    kind, given = str(detail["type"]), reprlib.repr(detail["input"])
    if kind in _KINDS:
        said = _KINDS[kind].format(given=given, **detail.get("ctx", {}))
        return f"{place}: {said}".replace("' or '", "' of '")
    if (wanted := _TYPES.get(kind.partition("_")[0])) is not None:
        return f"{place}: {given} kan niet; dit moet {wanted} zijn"
    return f"{place}: {str(detail['msg']).removeprefix('Value error, ')}"


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
