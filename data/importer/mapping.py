"""What the columns of an export mean: mapping.toml, written once, edited, and used again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict

from data.files import store
from data.files.config_files import load_model, read_toml
from data.importer.options import ReadOptions

if TYPE_CHECKING:
    from collections.abc import Mapping as Map
    from collections.abc import Sequence
    from pathlib import Path

_HEAD = """\
# Wat de kolommen van een export betekenen. Gemaakt door `python -m queries import`; verbeter dit
# bestand waar het niet klopt en draai het commando opnieuw: dan wordt het precies zo gelezen.
#
# recode   antwoord in het bestand = code in het codeboek
# missing  antwoord in het bestand = "dont_know", "not_applicable" of "not_answered"
# unit     "percent" (zoals het er staat), "share" (0,065 betekent 6,5 procent) of "mixed" (beide)
# factor   waarmee elk getal wordt vermenigvuldigd; 1 als het klopt zoals het er staat
# split    scheidingsteken tussen meer antwoorden in een cel; options: tekst = code van de optie
# other    code van de optie waar een antwoord onder valt dat niet in het codeboek staat
#
# In recode, missing en options staat * voor willekeurige tekst: "heel*" = 5.
# Onder [reading]: header_rows, skip_rows = ["3", "5-8"], skip_where = { "Status" = ["test*"] },
# keep_where, fill_down = ["Gemeente"], hidden en struck = "read" of "skip".
# duplicates: "refuse", "last" (met moment = "kolom met datum" de laatste datum) of "fullest".
"""


class _Entry(BaseModel):
    """A table of the mapping; a field it does not know is a spelling mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Column(_Entry):
    """One column of a wide table, or one question of a long one, and what it is.

    ``factor`` multiplies every number; that it is there says that somebody looked at the size.
    ``split`` divides several answers in one cell of a multiple choice, ``options`` says which
    option a text stands for, and ``other`` which one stands for any other text.
    """

    column: str
    indicator: str
    option: str = ""
    unit: Literal["percent", "share", "mixed"] = "percent"
    factor: float | None = None
    split: str = ""
    options: dict[str, str] = {}
    other: str = ""
    recode: dict[str, float] = {}
    missing: dict[str, Literal["dont_know", "not_applicable", "not_answered"]] = {}


class Mapping(_Entry):
    """How to get from the table in a file to answers.

    A long table has a column for ``question`` and one for ``value`` (and perhaps ``option``); in a
    wide one every column is a question. ``name`` is a second column that names the municipality,
    and must agree with the first. ``municipalities`` and ``roles`` settle by hand what a text in
    the file stands for.
    """

    edition: int
    municipality: str
    name: str | None = None
    year: str | None = None
    role: str | None = None
    weight: str | None = None
    question: str | None = None
    option: str | None = None
    value: str | None = None
    duplicates: Literal["refuse", "last", "fullest"] = "refuse"
    moment: str | None = None
    ignore: list[str] = []
    reading: ReadOptions = ReadOptions()
    municipalities: dict[str, str] = {}
    roles: dict[str, str] = {}
    columns: list[Column] = []

    @property
    def keys(self) -> list[str]:
        """Return the columns of the file that are not questions."""
        named = (self.municipality, self.name, self.year, self.role, self.weight, self.moment)
        return [name for name in named if name is not None]


def load_mapping(path: Path) -> Mapping:
    """Return the mapping in ``path``, checked.

    Raises:
        CodebookError: the file is no TOML, or an entry is wrong.
    """
    return load_model(Mapping, path, read_toml(path))


def write_mapping(
    mapping: Mapping,
    remarks: Map[str, str],
    path: Path,
    seen: Map[str, list[str]] | None = None,
    how: Sequence[str] = (),
) -> None:
    """Write a mapping as TOML, with the remarks and first values of each column above it.

    ``how`` says how the file was read. Columns that are not used follow as comments.
    """
    with store.replacing(path) as draft:
        draft.write_text(_toml(mapping, remarks, seen or {}, how), encoding="utf-8")


def _toml(
    mapping: Mapping, remarks: Map[str, str], seen: Map[str, list[str]], how: Sequence[str]
) -> str:
    """Return a mapping as TOML."""
    content = mapping.model_dump(exclude_none=True)
    tables = ("reading", "municipalities", "roles")
    lines = [_HEAD, *(f"# Gelezen: {_line(said)}" for said in how)]
    lines += [f"# {_line(k)}: {_line(remarks[k])}" for k in mapping.keys if k in remarks]
    lines += [f"{k} = {_value(v)}" for k, v in content.items() if k not in (*tables, "columns")]
    for table in tables:
        lines += ["", f"[{table}]"]
        lines += [f"{_value(k)} = {_value(v)}" for k, v in content[table].items()]
    for column in content["columns"]:
        lines.append("")
        lines += _comments(column["column"], remarks, seen)
        lines.append("[[columns]]")
        lines += [f"{k} = {_value(v)}" for k, v in column.items() if v not in ("", {}, None)]
    for name in mapping.ignore:
        if name in seen or name in remarks:
            lines += ["", f"# Niet gebruikt: {_value(name)}", *_comments(name, remarks, seen)]
            lines += [f'# [[columns]]\n# column = {_value(name)}\n# indicator = ""']
    return "\n".join(lines) + "\n"


def _comments(name: str, remarks: Map[str, str], seen: Map[str, list[str]]) -> list[str]:
    """Return what there is to say of a column, as comments."""
    said = [f"# {_line(remarks[name])}"] if name in remarks else []
    if seen.get(name):
        said.append(f"# eerste waarden: {_line(' | '.join(seen[name]))}")
    return said


def _line(text: str) -> str:
    """Return a text on one line."""
    return " ".join(text.split())


def _value(value: object) -> str:
    """Return a value as TOML writes it; JSON text is TOML text but for one character."""
    if isinstance(value, dict):
        inside = ", ".join(f"{_value(key)} = {_value(entry)}" for key, entry in value.items())
        return f"{{ {inside} }}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
