"""A known table, written in any way an export may come, gives its answers back to the last one."""

from __future__ import annotations

import csv
import io
import tempfile
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Literal

import polars as pl
import pyreadstat
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.importer.municipalities import Municipalities, municipalities
from data.importer.options import ReadOptions
from data.importer.parse.process import parse
from data.importer.suggest_mapping import propose
from data.importer.table_detection import lay_out
from data.importer.validate import Frame, check
from data.survey.codebook import Codebook, load_codebook
from tests.support.exports import national

# Code, and a name as tables write it.
PLACES = {
    "GM0664": "Goes",
    "GM0677": "Hulst",
    "GM1900": "Súdwest-Fryslân",
    "GM0373": "Bergen (NH)",
    "GM0796": "'s-Hertogenbosch",
    "GM0344": "Utrecht (gemeente)",
    "GM0518": "'s-Gravenhage",
    "GM1680": "Aa en Hunze",
    "GM0059": "Achtkarspelen",
}
MISSING = {
    "": "not_answered",
    "weet niet": "dont_know",
    "n.v.t.": "not_applicable",
    "Niet ingevuld": "not_answered",
}
Value = int | Decimal | bool | str
Unit = tuple[str, Value, Value, Value]
Answers = dict[tuple[str, str], float | str | None]
QUESTIONS = ("people", "debt", "burden")


@dataclass(frozen=True)
class Way:
    """One way of writing a table: its shape, what stands around it, and how cells are written."""

    kind: Literal["csv", "xlsx", "sav", "parquet"]
    shape: Literal["wide", "long", "transposed"]
    place: Literal["code", "G", "number", "name", "both"]
    order: tuple[int, ...]
    remark: bool
    titles: tuple[str, ...]
    footers: tuple[str, ...]
    total: str
    corner: str
    encoding: str
    delimiter: str
    quoting: Literal[0, 1, 2]
    ending: str
    decimal: Literal[",", "."]
    thousands: bool
    trailing: bool
    padding: bool
    typed: bool


def cell(value: Value, way: Way) -> str:
    """Return a value as text."""
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if isinstance(value, str):
        return value
    text = f"{value:,}" if way.thousands else f"{value}"
    return text.translate(str.maketrans(",.", ".,")) if way.decimal == "," else text


def native(value: Value, way: Way) -> str | float | int | None:
    """Return a value as a cell of a workbook or table that knows numbers."""
    if isinstance(value, str):
        return value or None
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if not way.typed:
        return cell(value, way)
    return int(value) if isinstance(value, int) else float(value)


def places(code: str, way: Way) -> dict[str, str]:
    """Return the columns that say which municipality a row is about."""
    written = {
        "code": {"Gemeentecode": code},
        "G": {"RegioCode": f"G{code[2:]}"},
        "number": {"gm_code": code[2:].lstrip("0")},
        "name": {"Gemeente": PLACES[code]},
        "both": {"Gemeente": PLACES[code], "Gemeentecode": code},
    }
    return written[way.place]


def rows_of(units: list[Unit], way: Way) -> list[list[Value]]:
    """Return units as the rows of a table in one shape, its header first."""
    if way.shape == "long":
        return long(units, way)
    columns: list[dict[str, Value]] = []
    for code, *answers in units:
        row: dict[str, Value] = {**places(code, way), **dict(zip(QUESTIONS, answers, strict=True))}
        if way.remark:
            row["Opmerking"] = 'zei "ja"; één, of twee'
        columns.append(row)
    names = list(columns[0])
    if way.shape == "transposed":
        keys = [name for name in names if name in {*QUESTIONS, "Opmerking"}]
        head: list[Value] = [
            way.corner,
            *(next(iter(places(unit[0], way).values())) for unit in units),
        ]
        return [head, *([key, *(row[key] for row in columns)] for key in ordered(keys, way))]
    names = ordered(names, way)
    return [[*names], *([row[name] for name in names] for row in columns)]


def long(units: list[Unit], way: Way) -> list[list[Value]]:
    """Return units as one row per answer."""
    names = ordered([*places(units[0][0], way), "Vraag", "Waarde"], way)
    found: list[list[Value]] = [[*names]]
    for code, *answers in units:
        for question, answer in zip(QUESTIONS, answers, strict=True):
            row: dict[str, Value] = {**places(code, way), "Vraag": question, "Waarde": answer}
            found.append([row[name] for name in names])
    return found


def ordered(names: list[str], way: Way) -> list[str]:
    """Return names in the order of a way."""
    return [name for _, name in sorted(zip(way.order, names, strict=False))]


def with_total(rows: list[list[Value]], way: Way) -> list[list[Value]]:
    """Return a table with a row that adds up the others, or a column where it is transposed."""
    if not way.total:
        return rows
    if way.shape == "transposed":
        return [[*rows[0], way.total], *([*row, 7] for row in rows[1:])]
    return [*rows, [way.total, *[7] * (len(rows[0]) - 1)]]


def around(rows: list[list[Value]], way: Way) -> list[list[Value]]:
    """Return a table with its titles above and its sources below."""
    above: list[list[Value]] = [[*title.split("|")] if title else [] for title in way.titles]
    below: list[list[Value]] = [[footer] if footer else [] for footer in way.footers]
    return [*above, *with_total(rows, way), *below]


def as_csv(rows: list[list[Value]], way: Way) -> bytes:
    """Return rows as a text file."""
    stream = io.StringIO()
    writer = csv.writer(
        stream, delimiter=way.delimiter, quoting=way.quoting, lineterminator=way.ending
    )
    for row in rows:
        cells = [cell(value, way) for value in row]
        if way.padding:
            cells = [f" {text} " if text else text for text in cells]
        writer.writerow([*cells, ""] if way.trailing else cells)
    return stream.getvalue().encode(way.encoding)


def as_xlsx(rows: list[list[Value]], way: Way, path: Path) -> None:
    """Write rows as a workbook with a sheet of explanation before them."""
    book = xlsxwriter.Workbook(path, {"strings_to_numbers": False})
    book.add_worksheet("Toelichting").write_row(0, 0, ["Lees dit eerst"])
    sheet = book.add_worksheet("Antwoorden")
    for n, row in enumerate(rows):
        sheet.write_row(n, 0, [native(value, way) for value in row])
    book.close()


def as_frame(rows: list[list[Value]], way: Way) -> pl.DataFrame:
    """Return rows as a table of columns that each hold numbers or text."""
    names = [str(name) or "vraag" for name in rows[0]]
    columns: dict[str, list[str | None] | list[float | None]] = {}
    for n, name in enumerate(names):
        values = [native(row[n], way) for row in rows[1:]]
        if any(isinstance(value, str) for value in values):
            columns[name] = [None if v is None else str(v) for v in values]
        else:
            columns[name] = [v if v is None else float(v) for v in values]
    return pl.DataFrame(columns)


def write(units: list[Unit], way: Way, folder: Path) -> Path:
    """Write units as a file."""
    rows = rows_of(units, way)
    path = folder / f"uitvoer.{way.kind}"
    if way.kind == "csv":
        path.write_bytes(as_csv(around(rows, way), way))
    elif way.kind == "xlsx":
        as_xlsx(around(rows, way), way, path)
    elif way.kind == "sav":
        pyreadstat.write_sav(as_frame(rows, way), path)
    else:
        as_frame(rows, way).write_parquet(path)
    return path


def expected(units: list[Unit]) -> Answers:
    """Return what units answer, a reason where they have no answer."""
    return {
        (code, question): MISSING[value] if isinstance(value, str) else float(value)
        for code, *answers in units
        for question, value in zip(QUESTIONS, answers, strict=True)
    }


class Survey:
    """What the table is about; a plain class, as the text of a dataclass would fill pages."""

    def __init__(self, codebook: Codebook, who: Municipalities) -> None:
        """Keep the questions and the municipalities."""
        self.codebook, self.who = codebook, who

    def read(self, path: Path) -> Answers:
        """Return the answers in a file, read as an import without a mapping reads it."""
        told = ReadOptions()
        sheet = lay_out(path.name, parse(path, path.name, told), told, self.who.knows)
        mapping = propose(sheet, self.codebook, self.who).mapping
        found = check(sheet, mapping, Frame(self.codebook, self.who))
        assert [str(problem) for problem in found.problems] == []
        rows = found.answers.select("municipality_code", "indicator", "reason", "value").rows()
        return {(code, name): reason or value for code, name, reason, value in rows}


MAYBE = st.sampled_from(list(MISSING))
UNITS = st.lists(
    st.tuples(
        st.sampled_from(list(PLACES)),
        st.integers(0, 1_999_999) | MAYBE,
        st.decimals(-500, 500, places=2) | MAYBE,
        st.booleans() | MAYBE,
    ),
    min_size=3,
    max_size=7,
    unique_by=lambda unit: unit[0],
    # One amount with two decimals says how the numbers of the file are written.
).filter(lambda units: any(isinstance(debt, Decimal) for _, _, debt, _ in units))


def plausible(way: Way) -> Way:
    """Return a way as some tool may write it.

    SPSS has no names that begin with a digit, and bare numbers in a header may be anything. In a
    workbook that holds numbers as text, 1.234 cannot be told from a number of three decimals; that
    is refused, which has a test of its own.
    """
    if way.shape == "transposed":
        way = replace(way, place="code" if way.place == "number" else way.place)
        way = replace(way, kind="xlsx" if way.kind == "sav" else way.kind)
    return way if way.kind == "csv" else replace(way, thousands=False)


WAYS = st.builds(
    Way,
    kind=st.sampled_from(["csv", "csv", "csv", "xlsx", "sav", "parquet"]),
    shape=st.sampled_from(["wide", "long", "transposed"]),
    place=st.sampled_from(["code", "G", "number", "name", "both"]),
    order=st.permutations(range(6)).map(tuple),
    remark=st.booleans(),
    titles=st.sampled_from(
        [
            (),
            ("Enquête 2023",),
            ("Uitvraag", ""),
            ("Tabel 1. Antwoorden", "Peildatum 1-1-2023", ""),
            ("Editie|2023", "Bron|VNG", ""),
        ]
    ),
    footers=st.sampled_from(
        [(), ("Bron: enquête",), ("", "Bron: VNG"), ("* voorlopig", "© VNG, 2023")]
    ),
    total=st.sampled_from(["", "", "Totaal", "Nederland", "Gemiddelde", "Eindtotaal"]),
    corner=st.sampled_from(["", "Vraag", "gemeente"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "latin-1", "utf-16", "utf-16-le"]),
    delimiter=st.sampled_from(";,\t|"),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
    ending=st.sampled_from(["\n", "\r\n"]),
    decimal=st.sampled_from([",", "."]),
    thousands=st.booleans(),
    trailing=st.booleans(),
    padding=st.booleans(),
    typed=st.booleans(),
).map(plausible)


@pytest.fixture(scope="module")
def survey(sample_vault: Path, tmp_path_factory: pytest.TempPathFactory) -> Survey:
    """The questions and the municipalities that the table is about."""
    vault = national(tmp_path_factory.mktemp("landelijk") / "v", sample_vault)
    return Survey(load_codebook(vault / "codebook.toml"), municipalities(vault, 2023, {}))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(units=UNITS, way=WAYS)
def test_a_known_table_comes_back_to_the_last_answer(
    survey: Survey, units: list[Unit], way: Way
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        assert survey.read(write(units, way, Path(folder))) == expected(units)
