"""A file in, one table of text out. What the cells mean is not decided here."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from data.errors import ImportRefusedError, Problem
from data.files import store
from data.importer.options import ReadOptions
from data.importer.parse.grid import MAX_FILE, MEGABYTE, Grid, Unreadable
from data.importer.table_detection import ROW, Sheet, lay_out

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["ROW", "Sheet", "read_sheet"]

_SECONDS = 300
_PROJECT = Path(__file__).resolve().parents[2]


def read_sheet(
    path: Path, knows: Callable[[str], bool], options: ReadOptions | None = None
) -> Sheet:
    """Return the table in a file; ``knows`` says whether a text names a municipality.

    The file is copied first, so that what is read is what was there at one moment.

    Raises:
        ImportRefusedError: the file cannot be read as a table.
    """
    told = options or ReadOptions()
    if not path.is_file():
        raise _refused(path, "het bestand bestaat niet", "Controleer de naam en de map.")
    with tempfile.TemporaryDirectory(prefix="import-") as folder:
        copy = Path(folder) / "bestand"
        _copy(path, copy)
        checksum = store.checksum(copy)
        grid = _parsed(path, copy, told)
    return replace(lay_out(path.name, grid, told, knows), sha256=checksum)


def _copy(path: Path, copy: Path) -> None:
    """Copy a file that nobody is writing to."""
    before = path.stat()
    if before.st_size > MAX_FILE:
        what = f"het bestand is {before.st_size // MEGABYTE} MB; de grens is {MAX_FILE // MEGABYTE}"
        remedy = "Laat kolommen, jaren of werkbladen weg die niet bij deze editie horen."
        raise _refused(path, f"{what} MB", remedy)
    try:
        shutil.copyfile(path, copy)
    except PermissionError:
        raise _refused(path, "het bestand mag niet gelezen worden", "Geef leesrecht.") from None
    except OSError as error:
        raise _refused(
            path,
            f"er kon geen werkkopie van gemaakt worden ({error.strerror or error})",
            f"Maak ruimte vrij in {copy.parent.parent}.",
        ) from None
    after = path.stat()
    if (before.st_mtime_ns, before.st_size) != (after.st_mtime_ns, after.st_size):
        raise _refused(
            path,
            "het bestand veranderde tijdens het lezen",
            "Wacht tot het is opgeslagen en sluit het in andere programma's.",
        )


def _parsed(path: Path, copy: Path, options: ReadOptions) -> Grid:
    """Return the grid that a child process reads: a crash of a parser stays there."""
    command = [
        *(sys.executable, "-m", "data.importer.parse.process"),
        *(str(copy), path.name, options.model_dump_json()),
    ]
    try:
        child = subprocess.run(  # noqa: S603 - our own module; the file is an argument, no shell
            command, cwd=_PROJECT, capture_output=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise _refused(
            path,
            f"het lezen duurde langer dan {_SECONDS // 60} minuten",
            "Laat kolommen, jaren of werkbladen weg die niet bij deze editie horen.",
        ) from None
    if child.returncode != 0:
        raise _refused(
            path,
            "het bestand is beschadigd: het leesprogramma liep erop vast",
            "Open het in het programma waar het uit komt en sla het opnieuw op.",
        )
    outcome = json.loads(child.stdout)
    if "rows" in outcome:
        return Grid.model_validate(outcome)
    problem = Unreadable.model_validate(outcome)
    raise _refused(path, problem.what, problem.remedy, problem.row)


def _refused(path: Path, what: str, remedy: str, row: int | None = None) -> ImportRefusedError:
    """Return the refusal of a whole file for one reason."""
    return ImportRefusedError(path.name, [Problem(path.name, row, None, None, what, remedy)])
