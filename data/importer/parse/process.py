"""A file of a foreign tool in, a grid of text out; run in a process of its own.

Parsers of SPSS and Parquet files can take the process down when a file is damaged, and any parser
can be made to eat memory. ``python -m data.importer.parse.process FILE NAME OPTIONS`` therefore
parses in a child process with limits and prints the grid, or the one problem, as JSON. It loads no
other library than that of the format.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from data.importer.options import ReadOptions
from data.importer.parse.grid import MAX_MEMORY, Unreadable, UnreadableError, refuse_many

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
    ".xlsx": "xlsx",
    ".sav": "spss",
    ".zsav": "spss",
    ".parquet": "parquet",
    ".json": "odata",
}


def parse(path: Path, name: str, options: ReadOptions) -> Grid:
    """Return the cells of ``path``, which the steward calls ``name``.

    Raises:
        UnreadableError: the file is damaged, too large unpacked or of a kind we do not know.
    """
    parser = _parser(name)
    if path.stat().st_size == 0:
        raise UnreadableError("het bestand is leeg", "Exporteer het opnieuw.")
    grid = parser(path, options)
    refuse_many(sum(map(len, grid.rows)))
    return grid


def _parser(name: str) -> Callable[[Path, ReadOptions], Grid]:
    """Return what parses files of this name.

    Raises:
        UnreadableError: nothing does.
    """
    suffix = Path(name).suffix.lower()
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
        _parser(name)  # libraries are loaded before memory is limited
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
