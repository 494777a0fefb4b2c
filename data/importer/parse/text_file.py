"""CSV and other text with a delimiter: encoding, delimiter and quotes are worked out."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from typing import TYPE_CHECKING

from charset_normalizer import from_bytes

from data.importer.parse.grid import MEGABYTE, Grid, UnreadableError, refuse_many

if TYPE_CHECKING:
    from pathlib import Path

    from data.importer.options import ReadOptions


MAX_LINE = MEGABYTE
DELIMITERS = ";,\t|"


# How many lines decide what divides the fields.
_LOOKED_AT = 200
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


def parse(path: Path, options: ReadOptions) -> Grid:
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
            refuse_many(cells)
    except csv.Error as error:
        said = f"de rij is niet te lezen ({error})"
        if "field limit" in str(error):
            said = f"een cel is langer dan {csv.field_size_limit() // 1000} duizend tekens"
        raise UnreadableError(
            said, "Controleer of elk aanhalingsteken wordt gesloten, of kort de cel in.", start
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
