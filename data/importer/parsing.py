"""A file of a foreign tool in, a grid of text out; run in a process of its own.

Parsers of SPSS and Parquet files can take the process down when a file is damaged, and any parser
can be made to eat memory. ``python -m data.importer.parsing FILE NAME OPTIONS`` therefore parses
in a child process with limits and prints the grid, or the one problem, as JSON.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
import sys
import zipfile
import zlib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import fastexcel
import polars as pl
import pyreadstat
from charset_normalizer import from_bytes
from pydantic import BaseModel

from data.importer.options import ReadOptions

if sys.platform != "win32":
    import resource

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

MEGABYTE = 1024 * 1024
# A survey of all municipalities is a few megabytes; these leave room for a national table.
MAX_FILE = 100 * MEGABYTE
MAX_EXPANDED = 250 * MEGABYTE
MAX_MEMORY = 3 * 1024 * MEGABYTE
MAX_CELLS = 5_000_000
MAX_LINE = MEGABYTE
DELIMITERS = ";,\t|"
# How many lines decide what divides the fields.
_LOOKED_AT = 200
_REMARK = re.compile(rb"<!--.*?(-->|$)", re.DOTALL)
_NAMES = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8 met BOM",
    "utf-16": "UTF-16",
    "cp1252": "Windows-1252",
    "latin-1": "Latin-1",
}
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class Grid(BaseModel):
    """Cells as text, '' for an empty one, with the row of the file each line stands in.

    ``header`` says that the first line holds the names of the columns, ``cut`` that the last line
    stops before the others do and has no end, as a file that came in half. ``labels`` holds what a
    column is called in words, ``value_labels`` what its codes mean, ``missing`` which of its
    codes the maker of the file declared to be no answer.
    """

    rows: list[list[str]]
    numbers: list[int]
    notes: list[str]
    options: ReadOptions
    typed: bool = False
    header: bool = False
    cut: bool = False
    labels: dict[str, str] = {}
    value_labels: dict[str, dict[str, str]] = {}
    missing: dict[str, list[str]] = {}


class Unreadable(BaseModel):
    """Why a file cannot be read, and what to do about it."""

    what: str
    remedy: str
    row: int | None = None


class UnreadableError(Exception):
    """A file cannot be read."""

    def __init__(self, what: str, remedy: str, row: int | None = None) -> None:
        """Keep ``what`` is wrong, the ``remedy`` and the ``row`` where it was found."""
        super().__init__(what)
        self.problem = Unreadable(what=what, remedy=remedy, row=row)


def parse(path: Path, name: str, options: ReadOptions) -> Grid:
    """Return the cells of ``path``, which the steward calls ``name``.

    Raises:
        UnreadableError: the file is damaged, too large unpacked or of a kind we do not know.
    """
    readers: dict[str, Callable[[Path, ReadOptions], Grid]] = {
        ".csv": _csv,
        ".txt": _csv,
        ".tsv": _csv,
        ".xlsx": _xlsx,
        ".sav": _sav,
        ".zsav": _sav,
        ".parquet": _parquet,
        ".json": _odata,
    }
    suffix = Path(name).suffix.lower()
    if suffix not in readers:
        raise UnreadableError(
            f"bestanden van het soort ‘{suffix}’ kennen we niet",
            f"Sla het bestand op als een van deze soorten: {', '.join(readers)}.",
        )
    if path.stat().st_size == 0:
        raise UnreadableError("het bestand is leeg", "Exporteer het opnieuw.")
    grid = readers[suffix](path, options)
    _refuse_many(sum(map(len, grid.rows)))
    return grid


def _refuse_many(cells: int) -> None:
    """Refuse a table with more cells than any survey has."""
    if cells > MAX_CELLS:
        raise UnreadableError(
            f"de tabel heeft meer dan {MAX_CELLS // 1_000_000} miljoen cellen",
            "Laat rijen of kolommen weg die niet bij deze editie horen.",
        )


def _csv(path: Path, options: ReadOptions) -> Grid:
    """Return the records of a text file."""
    text, encoding = _decoded(path.read_bytes(), options.encoding)
    _refuse_long_lines(text)
    delimiter = options.delimiter or _delimiter(text)
    quote = options.quote or '"'
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quotechar=quote)
    rows, numbers = [], []
    start, cells = 1, 0
    try:
        for row in reader:
            rows.append([cell.strip() for cell in row])
            numbers.append(start)
            start = reader.line_num + 1
            cells += len(row)
            _refuse_many(cells)
    except csv.Error as error:
        raise UnreadableError(
            f"de rij is niet te lezen ({error})", "Controleer de aanhalingstekens.", start
        ) from None
    _refuse_open_quote(text, rows, numbers, quote)
    shown = {"\t": "tab", " ": "spatie"}.get(delimiter, delimiter)
    return Grid(
        rows=rows,
        numbers=numbers,
        notes=[f"gelezen als {_NAMES.get(encoding, encoding)}", f"scheidingsteken ‘{shown}’"],
        options=options.filled(encoding=encoding, delimiter=delimiter, quote=quote),
        cut=_stops_early(text, rows),
    )


def _stops_early(text: str, rows: list[list[str]]) -> bool:
    """Return whether the last line lacks both its end and fields that most lines have."""
    usual = Counter(map(len, rows)).most_common(1)
    return bool(usual) and not text.endswith(("\n", "\r")) and len(rows[-1]) < usual[0][0]


def _decoded(content: bytes, encoding: str | None) -> tuple[str, str]:
    """Return the text and the encoding it was in: as told, else as marked, else as it fits."""
    encoding = encoding or _encoding(content)
    try:
        return content.decode(encoding), encoding
    except LookupError:
        raise UnreadableError(
            f"de codering ‘{encoding}’ bestaat niet", "Kies utf-8, cp1252, latin-1 of utf-16."
        ) from None
    except UnicodeDecodeError as error:
        raise UnreadableError(
            f"de tekens zijn niet in {_NAMES.get(encoding, encoding)} opgeslagen",
            "Laat --encoding weg, of kies een andere codering. Is het bestand half binnen, "
            "haal het dan opnieuw op.",
            content[: error.start].count(b"\n") + 1,
        ) from None


def _encoding(content: bytes) -> str:
    """Return the encoding of a text: by its mark, as UTF-8 if it is, else by its characters."""
    marked = next((name for bom, name in _BOMS if content.startswith(bom)), None)
    if marked:
        return marked
    head = content[: 4 * MEGABYTE]
    if b"\0" in head:
        even, odd = head[::2].count(0), head[1::2].count(0)
        return "utf-16-le" if odd > even else "utf-16-be"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        best = from_bytes(content, cp_isolation=["cp1252", "latin_1"]).best()
        return "latin-1" if best is not None and best.encoding == "latin_1" else "cp1252"
    return "utf-8"


def _refuse_long_lines(text: str) -> None:
    """Refuse a text with a line no table has: it is not what it says it is."""
    start, row = 0, 1
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        if end - start > MAX_LINE:
            raise UnreadableError(
                f"de regel is {(end - start) // 1000} duizend tekens lang",
                "Dit is geen gewone tabel. Exporteer hem opnieuw, met een regel per gemeente.",
                row,
            )
        start, row = end + 1, row + 1


def _refuse_open_quote(text: str, rows: list[list[str]], numbers: list[int], quote: str) -> None:
    """Refuse a text in which a quotation mark is never closed: the rest is one cell."""
    if text.count(quote) % 2 == 0:
        return
    lines = [max(cell.count("\n") for cell in row) if row else 0 for row in rows]
    longest = max(range(len(lines)), key=lines.__getitem__, default=0)
    if lines and lines[longest] > 0:
        raise UnreadableError(
            "een aanhalingsteken wordt niet gesloten",
            "Sluit het aanhalingsteken, of haal het weg. Is het bestand half binnen, haal het "
            "dan opnieuw op.",
            numbers[longest],
        )


def _delimiter(text: str) -> str:
    """Return what divides the fields: that which gives most lines the same number of them."""
    head = "\n".join(text[:MEGABYTE].splitlines()[:_LOOKED_AT])

    def score(delimiter: str) -> tuple[int, int]:
        widths: Counter[int] = Counter()
        try:
            widths.update(len(row) for row in csv.reader(io.StringIO(head), delimiter=delimiter))
        except csv.Error:
            return 0, 0
        width, lines = max(
            ((w, n) for w, n in widths.items() if w > 1),
            key=lambda pair: (pair[1], pair[0]),
            default=(0, 0),
        )
        return lines, width

    return max(DELIMITERS, key=score)


def _xlsx(path: Path, options: ReadOptions) -> Grid:
    """Return the fullest visible sheet of a workbook, or the one asked for."""
    _refuse_bombs(path)
    try:
        workbook = fastexcel.read_excel(path)
        names = workbook.sheet_names
        if options.sheet is not None and options.sheet not in names:
            raise UnreadableError(
                f"er is geen werkblad ‘{options.sheet}’", f"Kies uit: {', '.join(names)}."
            )
        loaded = [
            (sheet.visible, name, sheet.to_polars())
            for name in ([options.sheet] if options.sheet else names)
            for sheet in [workbook.load_sheet(name, header_row=None, dtypes="string")]
        ]
    except fastexcel.FastExcelError as error:
        raise UnreadableError(
            f"het is geen leesbaar Excel-bestand ({str(error).splitlines()[0]})",
            "Open het in Excel en sla het opnieuw op als .xlsx.",
        ) from None
    shown = [entry for entry in loaded if entry[0] == "visible"] or loaded
    _, name, frame = max(shown, key=lambda entry: _filled(entry[2]))
    notes = [f"gelezen uit werkblad ‘{name}’"]
    others = [f"‘{n}’" for n in names if n != name]
    if others:
        notes.append(f"andere werkbladen overgeslagen: {', '.join(others)}")
    rows = [["" if c is None else str(c).strip() for c in row] for row in frame.iter_rows()]
    return Grid(
        rows=rows,
        numbers=list(range(1, len(rows) + 1)),
        notes=notes,
        options=options.filled(sheet=name),
        typed=True,
    )


def _filled(frame: pl.DataFrame) -> int:
    """Return how many cells of a sheet are filled."""
    return sum(frame.height - count for count in frame.null_count().row(0)) if frame.width else 0


def _refuse_bombs(path: Path) -> None:
    """Refuse a workbook that would expand beyond the limit, or that refers to other files."""
    try:
        with zipfile.ZipFile(path) as archive:
            expanded = sum(entry.file_size for entry in archive.infolist())
            if expanded > MAX_EXPANDED:
                raise UnreadableError(
                    f"het werkboek is uitgepakt {expanded // MEGABYTE} MB; de grens is "
                    f"{MAX_EXPANDED // MEGABYTE} MB",
                    "Kopieer alleen de tabel naar een nieuw werkboek.",
                )
            for entry in archive.infolist():
                if entry.filename.endswith((".xml", ".rels")):
                    with archive.open(entry) as part:
                        _refuse_entities(part.read(MEGABYTE))
    # a RuntimeError is how zipfile says that a part is encrypted, or packed as it cannot unpack
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError) as error:
        raise UnreadableError(
            f"het is geen leesbaar Excel-bestand ({error})",
            "Open het in Excel en sla het opnieuw op als .xlsx. Is het bestand half binnen, haal "
            "het dan opnieuw op.",
        ) from None


def _refuse_entities(head: bytes) -> None:
    """Refuse XML that defines entities, or hides its start: no spreadsheet program writes that."""
    plain = head.replace(b"\0", b"")
    hidden = len(head) == MEGABYTE and not re.search(rb"<[A-Za-z]", _REMARK.sub(b"", plain))
    if hidden or b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
        raise UnreadableError(
            "het werkboek verwijst naar andere bestanden (DOCTYPE)",
            "Vertrouw dit bestand niet. Vraag de afzender om een gewone Excel-export.",
        )


def _sav(path: Path, options: ReadOptions) -> Grid:
    """Return an SPSS file: codes as text, with the labels and missing codes it declares."""
    try:
        frame, meta = pyreadstat.read_sav(path, output_format="polars", user_missing=True)
    except (pyreadstat.ReadstatError, OSError, ValueError) as error:
        raise UnreadableError(
            f"het is geen leesbaar SPSS-bestand ({error})",
            "Sla het in SPSS opnieuw op. Is het bestand half binnen, haal het dan opnieuw op.",
        ) from None
    labels = {
        name: label
        for name, label in zip(meta.column_names, meta.column_labels, strict=True)
        if label
    }
    return Grid(
        rows=_rows(frame),
        numbers=list(range(frame.height + 1)),
        notes=["gelezen als SPSS-bestand"],
        options=options,
        typed=True,
        header=True,
        labels=labels,
        value_labels={
            name: {_text(code): str(label) for code, label in codes.items()}
            for name, codes in meta.variable_value_labels.items()
        },
        missing={
            name: _missing_codes(
                [r for r in ranges if isinstance(r, dict)],
                [*meta.variable_value_labels.get(name, {}), *frame[name].drop_nulls().unique()],
            )
            for name, ranges in meta.missing_ranges.items()
        },
    )


def _missing_codes(ranges: Sequence[Mapping[str, object]], seen: Iterable[object]) -> list[str]:
    """Return the codes that are declared missing: single ones, and those seen in a range."""
    single = {_text(r["lo"]) for r in ranges if r["lo"] == r["hi"]}
    spans = [(r["lo"], r["hi"]) for r in ranges]
    ranged = {
        _text(code)
        for code in seen
        for low, high in spans
        if isinstance(code, float) and isinstance(low, float) and isinstance(high, float)
        if low <= code <= high
    }
    return sorted(single | ranged)


def _parquet(path: Path, options: ReadOptions) -> Grid:
    """Return a Parquet table."""
    try:
        frame = pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise UnreadableError(
            f"het is geen leesbaar Parquet-bestand ({str(error).splitlines()[0]})",
            "Maak het bestand opnieuw. Is het half binnen, haal het dan opnieuw op.",
        ) from None
    return Grid(
        rows=_rows(frame),
        numbers=list(range(frame.height + 1)),
        notes=["gelezen als Parquet"],
        options=options,
        typed=True,
        header=True,
    )


def _odata(path: Path, options: ReadOptions) -> Grid:
    """Return the rows of an OData answer, as StatLine gives them."""
    try:
        content = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise UnreadableError(
            f"het is geen leesbaar JSON-bestand ({error})",
            "Haal de tabel opnieuw op. Is het bestand half binnen, dan ontbreekt het eind.",
        ) from None
    records = content.get("value") if isinstance(content, dict) else content
    if not isinstance(records, list) or not all(isinstance(r, dict) for r in records):
        raise UnreadableError(
            "er staat geen tabel in (een lijst ‘value’ met rijen)",
            "Sla het antwoord van de OData-dienst op zoals het is.",
        )
    if isinstance(content, dict) and any(key.endswith("nextLink") for key in content):
        raise UnreadableError(
            "dit is één bladzijde van een langere tabel",
            "Haal ook de volgende bladzijden op en voeg de rijen samen.",
        )
    names = list(dict.fromkeys(key for record in records for key in record))
    body = [[_text(record.get(name)) for name in names] for record in records]
    return Grid(
        rows=[names, *body],
        numbers=list(range(len(body) + 1)),
        notes=["gelezen als OData"],
        options=options,
        typed=True,
        header=True,
    )


def _rows(frame: pl.DataFrame) -> list[list[str]]:
    """Return the names of the columns and the rows of a table as text."""
    body = [[_text(value) for value in row] for row in frame.iter_rows()]
    return [frame.columns, *body]


def _text(value: object) -> str:
    """Return a value as text; a whole number without decimals, a truth as ja or nee."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value).strip()


def main(arguments: list[str]) -> None:
    """Parse one file under limits and print the outcome as JSON."""
    source, name, told = arguments
    if sys.platform != "win32":  # Windows has no such limits; those on size still hold there.
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        outcome: BaseModel = parse(Path(source), name, ReadOptions.model_validate_json(told))
    except UnreadableError as error:
        outcome = error.problem
    except MemoryError:
        outcome = Unreadable(
            what="het bestand vraagt meer geheugen dan mag",
            remedy="Laat kolommen, jaren of werkbladen weg die niet bij deze editie horen.",
        )
    sys.stdout.write(outcome.model_dump_json())


if __name__ == "__main__":
    main(sys.argv[1:])
