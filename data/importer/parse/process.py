"""A file of a foreign tool in, a grid of text out; run in a process of its own.

Parsers of SPSS and Parquet files can take the process down when a file is damaged, and any parser
can be made to eat memory. ``python -m data.importer.parse.process FILE NAME OPTIONS`` therefore
parses in a child process with limits and prints the grid, or the one problem, as JSON. It loads no
other library than that of the format.
"""

from __future__ import annotations

import sys
import tempfile
import zipfile
import zlib
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from data.importer.options import ReadOptions
from data.importer.parse.grid import (
    MAX_EXPANDED,
    MAX_MEMORY,
    Unreadable,
    UnreadableError,
    refuse_many,
)

if sys.platform != "win32":
    import resource

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import BaseModel

    from data.importer.parse.grid import Grid

# The module of this room that parses each kind of file.
_MODULES = {
    ".csv": "text_file",
    ".txt": "text_file",
    ".tsv": "text_file",
    ".xlsx": "workbook",
    ".xlsm": "workbook",
    ".xls": "workbook",
    ".ods": "workbook",
    ".sav": "spss",
    ".zsav": "spss",
    ".parquet": "parquet",
    ".json": "odata",
    ".zip": "text_file",
}
# How files begin that are not text.
_STARTS = {
    b"\xd0\xcf\x11\xe0": ".xls",
    b"PAR1": ".parquet",
    b"$FL2": ".sav",
    b"$FL3": ".zsav",
}
_TEXTS = {".csv", ".txt", ".tsv", ".json"}


def parse(path: Path, name: str, options: ReadOptions) -> Grid:
    """Return the cells of ``path``, which the steward calls ``name``.

    The content decides what kind of file it is; a name with the ending of another kind is noted.

    Raises:
        UnreadableError: the file is damaged, too large unpacked or of a kind we do not know.
    """
    suffix = Path(name).suffix.lower()
    _parser(suffix)
    if path.stat().st_size == 0:
        raise UnreadableError("het bestand is leeg", "Exporteer het opnieuw.")
    kind = _kind(path, suffix)
    if kind == ".zip":
        return _unpacked(path, name, options)
    grid = _parser(kind)(path, options)
    if _MODULES[kind] != _MODULES[suffix]:
        grid.notes.insert(0, f"het bestand heet {suffix} maar is {kind}: zo gelezen")
    refuse_many(sum(map(len, grid.rows)))
    return grid


def _kind(path: Path, suffix: str) -> str:
    """Return what kind of file the content is, in the ending of such files."""
    with path.open("rb") as file:
        start = file.read(1024)
    found = next((kind for mark, kind in _STARTS.items() if start.startswith(mark)), None)
    if found is not None:
        return found
    if start.startswith(b"PK\3\4"):
        return suffix if _MODULES[suffix] == "workbook" and _is_book(path) else _archive(path)
    plain = b"\0" not in start or start.startswith((b"\xff\xfe", b"\xfe\xff"))
    if plain and start.lstrip().lower().startswith((b"<html", b"<table", b"<!doctype", b"<?xml")):
        raise UnreadableError(
            f"het bestand heet {suffix} maar is een webpagina of XML",
            "Open het in Excel of LibreOffice en sla het op als .xlsx.",
        )
    binary = suffix not in _TEXTS
    return ".csv" if binary and plain and len(start.splitlines()) > 1 else suffix


def _is_book(path: Path) -> bool:
    """Return whether an archive is the workbook its name says it is, or too damaged to tell."""
    return _archive(path) in {".xlsx", ".ods", ""}


def _archive(path: Path) -> str:
    """Return what an archive holds: a workbook, or other files; '' when it is damaged."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError):
        return ""
    if any(name.startswith("xl/") for name in names):
        return ".xlsx"
    return ".ods" if "content.xml" in names else ".zip"


def _unpacked(path: Path, name: str, options: ReadOptions) -> Grid:
    """Return the cells of the one table in an archive."""
    try:
        with zipfile.ZipFile(path) as archive:
            tables = [e for e in archive.infolist() if Path(e.filename).suffix.lower() in _MODULES]
            if len(tables) != 1 or tables[0].file_size > MAX_EXPANDED:
                raise UnreadableError(
                    f"dit is een ZIP-bestand met {len(tables)} tabellen",
                    "Pak het uit en lees elke tabel apart in.",
                )
            inside = tables[0].filename
            with tempfile.TemporaryDirectory() as folder:
                copy = Path(folder) / "tabel"
                copy.write_bytes(archive.read(tables[0]))
                if _kind(copy, Path(inside).suffix.lower()) == ".zip":
                    raise UnreadableError("in het ZIP-bestand zit er nog een", "Pak het uit.")
                grid = parse(copy, inside, options)
    except (zipfile.BadZipFile, zlib.error, OSError, RuntimeError) as error:
        raise UnreadableError(
            f"het is geen leesbaar ZIP-bestand ({error})", "Haal het bestand opnieuw op."
        ) from None
    ending = Path(name).suffix.lower()
    wrong = f"het bestand heet {ending} maar is een ZIP-bestand: " if ending != ".zip" else ""
    grid.notes.insert(0, f"{wrong}gelezen uit {inside}")
    return grid


def _parser(suffix: str) -> Callable[[Path, ReadOptions], Grid]:
    """Return what parses files with this ending.

    Raises:
        UnreadableError: nothing does.
    """
    if suffix not in _MODULES:
        raise UnreadableError(
            f"bestanden van het soort ‘{suffix}’ kennen we niet",
            f"Sla het bestand op als een van deze soorten: {', '.join(_MODULES)}.",
        )
    parser: Callable[[Path, ReadOptions], Grid]
    parser = import_module(f"data.importer.parse.{_MODULES[suffix]}").parse
    return parser


def main(arguments: list[str]) -> None:
    """Parse one file under limits and print the outcome as JSON."""
    source, name, told = arguments
    try:
        path, suffix = Path(source), Path(name).suffix.lower()
        if path.stat().st_size and suffix in _MODULES:
            _parser(_kind(path, suffix) or suffix)  # libraries load before memory is limited
        _limit()
        outcome: BaseModel = parse(Path(source), name, ReadOptions.model_validate_json(told))
    except UnreadableError as error:
        outcome = error.problem
    except MemoryError:
        outcome = Unreadable(
            what="het bestand vraagt meer geheugen dan mag",
            remedy="Laat kolommen, jaren of werkbladen weg die niet bij deze editie horen.",
        )
    sys.stdout.write(outcome.model_dump_json())


def _limit() -> None:
    """Limit what the parser may take; on Windows those on size hold only."""
    if sys.platform != "win32":
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main(sys.argv[1:])
