"""A known table, written as each survey tool writes it, comes back value by value."""

import csv
import io
import json
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

import polars as pl
import pyreadstat
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.importer.convert import Gathered
from data.importer.municipalities import Municipalities, municipalities
from data.importer.options import ReadOptions
from data.importer.parse.process import parse
from data.importer.row_rules import ruled
from data.importer.suggest_mapping import propose
from data.importer.table_detection import lay_out
from data.importer.validate import Frame, check
from data.survey.codebook import Codebook, load_codebook

SHORT = "Heeft uw gemeente nu te weinig personeel om de taken in het sociaal domein uit te voeren?"
FIELDS = (
    "In welke vakgebieden heeft uw gemeente het grootste tekort aan personeel? "
    "Kies er hoogstens drie."
)
SICK = "Ziekteverzuim"
WHO = "Voor welke gemeente vult u in?"
TOWNS = {
    "GM0664": "Goes",
    "GM0677": "Hulst",
    "GM0518": "'s-Gravenhage",
    "GM0373": "Bergen (NH.)",
    "GM1900": "Súdwest-Fryslân",
    "GM0820": "Nuenen, Gerwen en Nederwetten",
}
OPTIONS = {
    "ro_milieu": "Ruimtelijke ordening en milieu",
    "ict": "ICT en informatie",
    "welzijn_jeugd": "Welzijn, zorg en jeugd",
    "werk_inkomen": "Werk, inkomen en schulden",
    "financien": "Financiën",
}
WORDS = {1.0: "Ja", 0.0: "Nee"}


@dataclass(frozen=True)
class Row:
    """What one municipality answered."""

    town: str
    short: float
    sick: float
    fields: frozenset[str]


Lines = list[list[object]]
ROWS = st.lists(
    st.builds(
        Row,
        town=st.sampled_from(sorted(TOWNS)),
        short=st.sampled_from([0.0, 1.0]),
        sick=st.integers(11, 149).map(lambda n: n / 10),
        fields=st.frozensets(st.sampled_from(sorted(OPTIONS)), min_size=1, max_size=3),
    ),
    min_size=2,
    max_size=6,
    unique_by=lambda row: row.town,
)


def ticks(row: Row, yes: Callable[[str], object], no: object) -> list[object]:
    """Return a cell for every option: chosen or not."""
    return [yes(code) if code in row.fields else no for code in OPTIONS]


def listed(row: Row, separator: str, *, codes: bool = False) -> str:
    """Return the chosen options in one cell."""
    return separator.join(code if codes else OPTIONS[code] for code in sorted(row.fields))


def as_csv(lines: Lines, delimiter: str = ",", encoding: str = "utf-8-sig") -> bytes:
    """Return lines as a text file."""
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter).writerows(lines)
    return stream.getvalue().encode(encoding)


def as_xlsx(lines: Lines) -> bytes:
    """Return lines as a workbook."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream)
    sheet = book.add_worksheet()
    for n, line in enumerate(lines):
        sheet.write_row(n, 0, line)
    book.close()
    return stream.getvalue()


def as_ods(lines: Lines, *, percent: Sequence[int] = ()) -> bytes:
    """Return lines as an OpenDocument workbook; columns in ``percent`` hold percentages."""
    rows = ""
    for line in lines:
        cells = ""
        for n, cell in enumerate(line):
            if isinstance(cell, float):
                kind = "percentage" if n in percent else "float"
                value = cell / 100 if n in percent else cell
                cells += f'<table:table-cell office:value-type="{kind}" office:value="{value!r}"/>'
            else:
                cells += (
                    '<table:table-cell office:value-type="string">'
                    f"<text:p>{escape(str(cell))}</text:p></table:table-cell>"
                )
        rows += f"<table:table-row>{cells}</table:table-row>"
    spaces = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content{spaces}><office:body>'
        f'<office:spreadsheet><table:table table:name="Blad1">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", _MANIFEST)
        archive.writestr("content.xml", content)
    return stream.getvalue()


_MANIFEST = (
    '<?xml version="1.0"?><manifest:manifest '
    'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
)


def qualtrics(rows: list[Row]) -> tuple[str, bytes]:
    """Three header rows: names, questions, keys."""
    names = ["StartDate", "Status", "Q1", "Q2", "Q3", *(f"Q4_{n}" for n in range(len(OPTIONS)))]
    labels = ["Start Date", "Response Type", WHO, SHORT, SICK]
    labels += [f"{FIELDS} - Selected Choice - {label}" for label in OPTIONS.values()]
    keys = [json.dumps({"ImportId": f"QID{n}"}) for n in range(len(names))]
    lines: Lines = [list(names), list(labels), list(keys)]
    for row in rows:
        lines.append(
            [
                "2023-05-01 10:00:00",
                "IP Address",
                TOWNS[row.town],
                WORDS[row.short],
                row.sick,
                *ticks(row, OPTIONS.__getitem__, ""),
            ]
        )
    lines.append(["2023-05-01 09:00:00", "Survey Preview", "Goes", "Ja", 9.9, *[""] * len(OPTIONS)])
    return "q.csv", as_csv(lines)


def surveymonkey(rows: list[Row]) -> tuple[str, bytes]:
    """Two header rows: the question above, its options below."""
    upper = ["Respondent ID", WHO, SHORT, FIELDS, *[""] * (len(OPTIONS) - 1), SICK]
    lower = ["", "Open-Ended Response", "Response", *OPTIONS.values(), "Open-Ended Response"]
    lines: Lines = [list(upper), list(lower)]
    for n, row in enumerate(rows):
        lines.append(
            [
                1000 + n,
                TOWNS[row.town],
                WORDS[row.short],
                *ticks(row, OPTIONS.__getitem__, ""),
                row.sick,
            ]
        )
    return "sm.csv", as_csv(lines)


def microsoft_forms(rows: list[Row]) -> tuple[str, bytes]:
    """A workbook with several answers in a cell, each with a semicolon behind it."""
    lines: Lines = [["ID", "Begintijd", WHO, SHORT, FIELDS, SICK]]
    for n, row in enumerate(rows):
        chosen = listed(row, ";") + ";"
        lines.append([n + 1, "1-5-2023 10:00", TOWNS[row.town], WORDS[row.short], chosen, row.sick])
    return "forms.xlsx", as_xlsx(lines)


def google_forms(rows: list[Row]) -> tuple[str, bytes]:
    """Several answers in a cell, with commas between them and in them."""
    lines: Lines = [["Tijdstempel", WHO, SHORT, FIELDS, SICK]]
    for row in rows:
        lines.append(
            [
                "2023/05/01 10:00:00 a.m. CET",
                TOWNS[row.town],
                WORDS[row.short],
                listed(row, ", "),
                str(row.sick).replace(".", ","),
            ]
        )
    return "google.csv", as_csv(lines)


def limesurvey_words(rows: list[Row]) -> tuple[str, bytes]:
    """A code before each question, the option in brackets, words for answers."""
    heads = ["id", f"G01Q01. {WHO}", f"G01Q02. {SHORT}", f"G01Q03. {SICK}"]
    heads += [f"G01Q04. {FIELDS} [{label}]" for label in OPTIONS.values()]
    lines: Lines = [list(heads)]
    for n, row in enumerate(rows):
        lines.append(
            [n, TOWNS[row.town], WORDS[row.short], row.sick, *ticks(row, lambda _: "Ja", "Nee")]
        )
    return "lime.csv", as_csv(lines, ";")


def limesurvey_codes(rows: list[Row]) -> tuple[str, bytes]:
    """The codes of questions and options above the columns, Y and N for answers."""
    heads = ["id", "gemeente", "staff_shortage_social", "staff_sick_leave_pct"]
    heads += [f"staff_shortage_domains[{code}]" for code in OPTIONS]
    lines: Lines = [list(heads)]
    for n, row in enumerate(rows):
        short = "Y" if row.short else "N"
        lines.append([n, row.town, short, row.sick, *ticks(row, lambda _: "Y", "N")])
    return "limecodes.csv", as_csv(lines)


def kobo(rows: list[Row]) -> tuple[str, bytes]:
    """Groups before names; all options in one cell, and each in a column of its own."""
    heads = ["start", "blok/gemeente", "blok/staff_shortage_social", "blok/staff_sick_leave_pct"]
    heads += ["blok/staff_shortage_domains"]
    heads += [f"blok/staff_shortage_domains/{code}" for code in OPTIONS]
    lines: Lines = [list(heads)]
    for row in rows:
        lines.append(
            [
                "2023-05-01",
                row.town,
                "yes" if row.short else "no",
                row.sick,
                listed(row, " ", codes=True),
                *ticks(row, lambda _: 1, 0),
            ]
        )
    return "kobo.xlsx", as_xlsx(lines)


def kobo_in_a_cell(rows: list[Row]) -> tuple[str, bytes]:
    """All options in one cell by their codes, with spaces between them."""
    lines: Lines = [["gemeente", "staff_shortage_social", "staff_sick_leave_pct"]]
    lines[0].append("staff_shortage_domains")
    for row in rows:
        chosen = listed(row, " ", codes=True)
        lines.append([row.town, "yes" if row.short else "no", row.sick, chosen])
    return "kobocell.csv", as_csv(lines)


def unicode_text(rows: list[Row]) -> tuple[str, bytes]:
    """Excel's Unicode text: UTF-16 with tabs."""
    lines: Lines = [["Gemeente", SHORT, SICK, *(f"{FIELDS} {label}" for label in OPTIONS.values())]]
    for row in rows:
        lines.append(
            [
                TOWNS[row.town],
                WORDS[row.short],
                str(row.sick).replace(".", ","),
                *ticks(row, lambda _: "x", ""),
            ]
        )
    return "unicode.txt", as_csv(lines, "\t", "utf-16")


def opendocument(rows: list[Row]) -> tuple[str, bytes]:
    """An .ods workbook whose percentages are cells of that kind."""
    lines: Lines = [["Gemeente", SHORT, SICK, FIELDS]]
    for row in rows:
        lines.append([TOWNS[row.town], WORDS[row.short], row.sick, listed(row, ";")])
    return "tabel.ods", as_ods(lines, percent=[2])


def spss(rows: list[Row], *, labels: bool = True) -> tuple[str, bytes]:
    """SPSS: 1 and 2 for yes and no, which only the labels say."""
    data: dict[str, list[object]] = {
        "gem": [row.town for row in rows],
        "v1" if labels else "staff_shortage_social": [
            (1.0 if row.short else 2.0) if labels else row.short for row in rows
        ],
        "v2" if labels else "staff_sick_leave_pct": [row.sick for row in rows],
    }
    heads: dict[str, str | None] = {"v1": SHORT, "v2": SICK}
    for n, (code, label) in enumerate(OPTIONS.items()):
        name = f"v3_{n}" if labels else f"staff_shortage_domains_{code}"
        data[name] = [1.0 if code in row.fields else 0.0 for row in rows]
        heads[name] = f"{FIELDS}: {label}"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.sav"
        pyreadstat.write_sav(
            pl.DataFrame(data),
            path,
            column_labels=heads if labels else None,
            variable_value_labels={"v1": {1: "Ja", 2: "Nee"}} if labels else None,
        )
        return "a.sav", path.read_bytes()


def spss_without_labels(rows: list[Row]) -> tuple[str, bytes]:
    """SPSS with the names of the codebook and no labels."""
    return spss(rows, labels=False)


TOOLS = (
    qualtrics,
    surveymonkey,
    microsoft_forms,
    google_forms,
    limesurvey_words,
    limesurvey_codes,
    kobo,
    kobo_in_a_cell,
    unicode_text,
    opendocument,
    spss,
    spss_without_labels,
)


class Known:
    """The codebook and the municipalities of 2023; no dataclass, whose parts would be printed."""

    def __init__(self, codebook: Codebook, who: Municipalities) -> None:
        """Keep both."""
        self.codebook = codebook
        self.who = who


@pytest.fixture(scope="module")
def known(sample_vault: Path) -> Known:
    """The codebook and the municipalities of 2023."""
    who = municipalities(sample_vault, 2023, {})
    return Known(load_codebook(sample_vault / "codebook.toml"), who)


def through(name: str, content: bytes, known: Known) -> Gathered:
    """Return what comes of a file with the mapping that is proposed for it."""
    codebook, who = known.codebook, known.who
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        told = ReadOptions()
        sheet = lay_out(name, parse(path, name, told), told, who.knows)
    proposal = propose(sheet, codebook, who)
    mapping = proposal.mapping
    return check(ruled(sheet, mapping.reading), mapping, Frame(codebook, who))


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.__name__)
@settings(
    max_examples=2, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=ROWS)
def test_a_known_table_comes_back_from_every_tool(
    known: Known,
    tool: Callable[[list[Row]], tuple[str, bytes]],
    rows: list[Row],
) -> None:
    found = through(*tool(rows), known)
    assert [str(problem) for problem in found.problems] == []
    read = {
        (town, question, option): value
        for town, question, option, value in found.answers.select(
            "municipality_code", "indicator", "option", "value"
        ).iter_rows()
    }
    for row in rows:
        assert read[row.town, "staff_shortage_social", ""] == row.short
        assert read[row.town, "staff_sick_leave_pct", ""] == pytest.approx(row.sick)
        for code in OPTIONS:
            chosen = read[row.town, "staff_shortage_domains", code]
            assert chosen == (1.0 if code in row.fields else 0.0)
