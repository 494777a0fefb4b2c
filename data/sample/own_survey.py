"""A survey of one's own: from a few answers and a list of units to a vault that can be published.

Everything that the dashboard says of it is written as files, to change; the answers are made up.
"""

from __future__ import annotations

import json
import random
import tomllib
from typing import TYPE_CHECKING, Any

import polars as pl
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pydantic import BaseModel, ConfigDict, Field, field_validator

from data.errors import DataError
from data.files import store
from data.files.config_files import load_model, read_toml
from data.files.schema import Responses
from data.sample.unit_list import register_of
from data.spelling import fold_name
from data.survey.coherence import check_survey
from data.survey.languages import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from data.survey.codebook import Codebook
    from data.survey.indicators import Indicator

_TEMPLATES = store.HERE / "sample" / "begin"
_TAKE_PART = 0.75


class Plural(BaseModel):
    """What one unit is called, and several."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    one: str = Field(min_length=1)
    other: str = Field(min_length=1)


class Beginning(BaseModel):
    """The answers a survey begins with; a text may be given in each language, or once for all."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: dict[str, str]
    sender: dict[str, str]
    unit: dict[str, Plural]
    year: int = Field(ge=1900, le=2200)
    units: str = Field(min_length=1)
    contact: dict[str, str] | None = None

    @field_validator("name", "sender", "contact", "unit", mode="before")
    @classmethod
    def _in_every_language(cls, given: object) -> object:
        """Take what is given once for every language."""
        if given is None or (isinstance(given, dict) and set(given) == set(LANGUAGES)):
            return given
        return dict.fromkeys(LANGUAGES, given)


def read_beginning(path: Path) -> Beginning:
    """Return the answers in a TOML file.

    Raises:
        CodebookError: the file is missing, or an answer is missing or unknown.
    """
    return load_model(Beginning, path, read_toml(path))


def ask(prompt: Callable[[str], str]) -> Beginning:
    """Return the answers that a person gives to five questions.

    Raises:
        DataError: the year is none.
    """
    name, sender = prompt("Hoe heet de enquête?"), prompt("Van wie is zij?")
    units = prompt("Wie vult haar in (enkelvoud, meervoud)?")
    year = prompt("Van welk jaar zijn de antwoorden?")
    table = prompt("Waar staat de lijst van wie het invult (CSV: code, naam, omvang, groepen)?")
    one, _, other = units.partition(",")
    if not (year.strip().isdecimal() and other.strip()):
        raise DataError(
            f"‘{year}’ is geen jaar, of ‘{units}’ geen enkelvoud en meervoud.",
            "geef een jaar als 2025, en twee woorden als ‘bibliotheek, bibliotheken’.",
        )
    called = {"one": one.strip(), "other": other.strip()}
    said = {"name": name, "sender": sender, "unit": called, "year": int(year), "units": table}
    return Beginning.model_validate(said)


def begin(folder: Path, said: Beginning, units: Path) -> Codebook:
    """Write a vault with a survey of one's own and made-up answers; return its codebook.

    Args:
        folder: becomes the vault; it may not be one yet.
        said: what the survey is called, of whom it is, and when.
        units: the CSV with who is asked, one row each.

    Raises:
        DataError: there is a vault already, or the list of units cannot be used. Nothing was
            written.
    """
    if (folder / "codebook.toml").exists() or (folder / store.VAULT_MANIFEST).exists():
        raise DataError(f"In {folder} staat al een enquête.", "kies een andere map.")
    register, dimensions = register_of(units, said.year)
    known = _facts(said, dimensions)
    folder.mkdir(parents=True, exist_ok=True)
    shelf = _shelf()
    for name in ("codebook.toml", *store.METHOD):
        _write(folder / name, shelf.get_template(name).render(known))
    _write(folder / "policy.toml", _policy(dimensions, sized=register["inhabitants"].max() != 1))
    store.write_parquet(register, folder / "register.parquet", {})
    book = check_survey(folder)
    answers = Responses.validate(_answers(book, register), cast=True)
    store.write_parquet(answers, folder / "responses.parquet", {"synthetic": "true"})
    store.sign(folder, synthetic=True, origin="python -m data begin")
    return book


def _shelf() -> Environment:
    """Return the templates."""
    shelf = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        autoescape=False,  # noqa: S701 - these are no pages
    )
    shelf.filters |= {"toml": _quoted, "text": _text}
    return shelf


def _write(path: Path, text: str) -> None:
    with store.replacing(path) as draft:
        draft.write_text(text, encoding="utf-8")


def _quoted(text: str) -> str:
    """Return a text as TOML has it."""
    return json.dumps(text, ensure_ascii=False)


def _text(text: dict[str, str]) -> str:
    """Return a text in every language as TOML has it."""
    return (
        "{ " + ", ".join(f"{language} = {_quoted(text[language])}" for language in LANGUAGES) + " }"
    )


def _facts(said: Beginning, dimensions: list[dict[str, Any]]) -> dict[str, object]:
    """Return what the templates are filled with."""
    about = {
        "nl": f"Een enquête onder {said.unit['nl'].other}.",
        "en": f"A survey among {said.unit['en'].other}.",
    }
    return said.model_dump() | {
        "id": "eigen_" + (fold_name(said.name["nl"]).replace(" ", "_") or "enquete")[:40],
        "about": about,
        "dimensions": dimensions,
        "strata": [dimensions[0]["id"]],
    }


def _policy(dimensions: list[dict[str, Any]], *, sized: bool) -> str:
    """Return the policy that is shipped, for these divisions and without open answers."""
    text = (store.SURVEY / "policy.toml").read_text(encoding="utf-8")
    shipped = tomllib.loads(text)
    first, last = text.index("[signals]"), text.index("[strata]")
    text = text[:first] + text[last:]
    along = f'collapse_along = "{dimensions[0]["id"]}"'
    changes = {
        f"crosses = {json.dumps(shipped['crosses'])}": "crosses = []",
        f'collapse_along = "{shipped["strata"]["collapse_along"]}"': along,
    }
    if not sized:
        changes[f"weightings = {json.dumps(shipped['weightings'])}"] = (
            'weightings = ["municipality"]'
        )
    for before, after in changes.items():
        text = text.replace(before, after, 1)
    return text


def _answers(book: Codebook, register: pl.DataFrame) -> pl.DataFrame:
    """Return made-up answers of three in four units: the same for the same list."""
    draw = random.Random(book.survey.id)  # noqa: S311 - made up
    rows = [
        (year, code, indicator.id, choice, answer, None, "directeur", None, True)
        for year in book.years()
        for code in register["municipality_code"]
        if draw.random() < _TAKE_PART
        for indicator in book.indicators
        for choice, answer in _drawn(indicator, draw)
    ]
    return pl.DataFrame(rows, schema=Responses.create_empty().schema, orient="row")


def _drawn(indicator: Indicator, draw: random.Random) -> Iterator[tuple[str, float]]:
    """Yield the choices and answers of one unit to a question."""
    if indicator.type == "multi":
        yield from ((option.code, float(draw.random() < 0.4)) for option in indicator.options)
    elif indicator.type == "ordinal":
        yield "", float(draw.choice(indicator.options).code)
    elif indicator.type == "yes_no":
        yield "", float(draw.random() < 0.45)
    else:
        low, high = indicator.valid or (0.0, 1.0)
        yield "", round(low + (high - low) * draw.betavariate(3, 9), indicator.decimals)
