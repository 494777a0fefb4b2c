"""The rooms of the code: how high the house is, how full, and that its rules are kept.

``python -m tests.test_rooms`` prints what is counted here.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from collections import defaultdict
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import grimp
import pytest

from tests.conftest import ROOT

FLOORS, MODULES, LINES = 8, 15, 350
PACKAGES = ("data", "queries", "pages")
# A wrong import for each sentence of the contracts: where it is written, what is imported, and the
# arrow that has to be refused.
WRONG = [
    ("Data flows one way", "data/files/schema.py", "queries.errors"),
    ("Rooms of pages", "pages/words/texts.py", "pages.state.selection"),
    ("Rooms of pages", "pages/charts/palette.py", "pages.cards.card"),
    ("Rooms of pages", "pages/charts/spec.py", "pages.words.texts"),
    ("Rooms of pages", "pages/server/assets.py", "pages.screen.session"),
    ("Subjects of cards", "pages/cards/tables.py", "pages.cards.open_answers"),
    ("Subjects of cards", "pages/cards/survey/scales.py", "pages.cards.official.figures"),
    ("Rooms of queries", "queries/estimation/margins.py", "queries.publish.build"),
    ("Rooms of queries", "queries/ask/ranks.py", "queries.publish.figures"),
    ("Rooms of data: commands", "data/survey/policy.py", "data.sources.register"),
    ("Rooms of data, inside", "data/files/schema.py", "data.files.store"),
    ("Parts of the codebook", "data/survey/design.py", "data.survey.codebook"),
    ("Steps of the importer", "data/importer/mapping.py", "data.importer.pipeline"),
    ("Only the screen", "pages/cards/card.py", "streamlit"),
    ("Only charts know Altair", "queries/ask/ranks.py", "altair"),
    ("Only charts know Altair", "pages/state/selection.py", "altair"),
    ("Only charts know Altair", "pages/cards/card.py", "altair"),
    ("Only charts know Altair", "pages/files/parts.py", "altair"),
    ("Only charts know Altair", "pages/server/assets.py", "altair"),
    ("Only charts know Altair", "pages/screen/session.py", "altair"),
    ("Only the engine knows DuckDB", "queries/ask/ranks.py", "duckdb"),
    ("Only the engine knows DuckDB", "queries/worker_processes.py", "duckdb"),
    ("What serves pages", "queries/ask/questions.py", "queries.vault.opening"),
    ("What serves pages", "pages/server/routes.py", "data.importer.pipeline"),
    ("The attack does not know", "queries/attack/scenes.py", "queries.disclosure.noise"),
    (
        "No circles between neighbours",
        "data/importer/cells/numbers.py",
        "data.importer.cells.cell_values",
    ),
]


def files(package: str) -> list[Path]:
    """Return the modules of a package."""
    return sorted((ROOT / package).rglob("*.py"))


def room_of(module: str) -> str:
    """Return the room of a module: its folder, or itself where it stands beside the rooms."""
    package, *rest = module.split(".")
    inside = len(rest) > 1 or (ROOT / package / rest[0]).is_dir() if rest else False
    return f"{package}.{rest[0]}" if inside or rest else package


@cache
def floors(package: str) -> dict[str, int]:
    """Return on which floor each room of a package stands: one above the highest it imports."""
    graph = grimp.build_graph(package, exclude_type_checking_imports=True, cache_dir=None)
    below: dict[str, set[str]] = defaultdict(set)
    for module in graph.modules:
        room = room_of(module)
        below[room] |= {room_of(m) for m in graph.find_modules_directly_imported_by(module)}
        below[room].discard(room)
    height: dict[str, int] = {}
    for room in TopologicalSorter(below).static_order():
        height[room] = 1 + max((height[other] for other in below[room]), default=0)
    return height


@pytest.mark.parametrize("package", PACKAGES)
def test_no_room_stands_higher_than_the_eighth_floor(package: str) -> None:
    assert {room: floor for room, floor in floors(package).items() if floor > FLOORS} == {}


@pytest.mark.parametrize("package", PACKAGES)
def test_no_room_holds_more_than_fifteen_modules(package: str) -> None:
    held: dict[Path, int] = defaultdict(int)
    for path in files(package):
        held[path.parent.relative_to(ROOT)] += path.stem != "__init__"
    assert {room: number for room, number in held.items() if number > MODULES} == {}


@pytest.mark.parametrize("package", ["queries", "pages"])
def test_no_module_is_longer_than_350_lines(package: str) -> None:
    lengths = {
        path.relative_to(ROOT): len(path.read_text(encoding="utf-8").splitlines())
        for path in files(package)
    }
    assert {path: length for path, length in lengths.items() if length > LINES} == {}


def contract(name: str) -> dict[str, list[str]]:
    """Return a contract by its name."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (found,) = (c for c in settings["tool"]["importlinter"]["contracts"] if c["name"] == name)
    return dict(found)


def rooms(package: str) -> set[str]:
    """Return the rooms of a package, and what stands beside them; no page and no command line."""
    beside = {"queries": (ROOT / "queries").glob("[!_]*.py")}.get(package, ())
    inside = (path.parent for path in (ROOT / package).glob("*/__init__.py"))
    return {f"{package}.{path.stem}" for path in (*inside, *beside)}


def test_every_room_of_pages_stands_in_its_contract() -> None:
    layers = contract("Rooms of pages")["layers"]
    assert {f"pages.{room}" for layer in layers for room in layer.split(" | ")} == rooms("pages")


def test_every_room_but_one_may_not_know_a_library() -> None:
    altair, duckdb, streamlit = (
        set(contract(name)["source_modules"])
        for name in (
            "Only charts know Altair",
            "Only the engine knows DuckDB",
            "Only the screen, the frame and the page files know Streamlit",
        )
    )
    assert altair == {"data", "queries", *rooms("pages")} - {"pages.charts"}
    assert duckdb == {"data", "pages", *rooms("queries")} - {"queries.engine"}
    assert streamlit == {"data", "queries", *rooms("pages")} - {"pages.screen"}


def test_nothing_imports_a_page() -> None:
    graph = grimp.build_graph("pages", cache_dir=None)
    pages = [f"pages.{path.stem}" for path in (ROOT / "pages").glob("[!_]*.py")]
    importers = {page: graph.find_modules_that_directly_import(page) for page in pages}
    assert importers == {page: set() for page in pages}


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What import-linter says of a copy of the code with every wrong import in it."""
    copy = tmp_path_factory.mktemp("kopie")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, copy / package, ignore=_no_code)
    shutil.copy(ROOT / "pyproject.toml", copy)
    for _, path, imported in WRONG:
        with (copy / path).open("a", encoding="utf-8") as file:
            file.write(f"import {imported}\n")
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-logo", "--no-cache"],
        cwd=copy,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    return done.stdout


def _no_code(folder: str, names: list[str]) -> set[str]:
    """Return what of a folder a copy of the code does without."""
    return {n for n in names if (Path(folder) / n).is_file() and not n.endswith(".py")}


@pytest.mark.parametrize(("contract", "path", "imported"), WRONG)
def test_a_wrong_import_is_refused(refused: str, contract: str, path: str, imported: str) -> None:
    importer = path.removesuffix(".py").replace("/", ".")
    (said,) = re.findall(
        rf"^({re.escape(contract)}[^\n]*)\n-+\n(.*?)(?=^\S[^\n]*\n---|\Z)",
        refused,
        re.MULTILINE | re.DOTALL,
    )
    assert f"{importer} -> {imported}" in said[1] or _in_short(importer, imported) in said[1]


def _in_short(importer: str, imported: str) -> str:
    """Return an arrow as the contract on circles writes it: without the parent they share."""
    parent = importer.rsplit(".", 1)[0]
    return f"{importer.removeprefix(parent)} -> {imported.removeprefix(parent)}"


if __name__ == "__main__":
    for name in PACKAGES:
        for room, floor in sorted(floors(name).items(), key=lambda pair: (-pair[1], pair[0])):
            print(f"{floor}  {room}")  # noqa: T201
