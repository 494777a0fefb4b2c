"""Vaults and requests for tests of the importer."""

import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import polars as pl

from data.files import store
from data.importer.mapping import Column, Mapping, write_mapping
from data.importer.pipeline import Report, Request, import_file
from tests.support.surveys import HEAD, POLICY, dimension, indicator, sign, texts

ROOT = Path(__file__).resolve().parents[2]
# Small files in the shapes that real tools write; their README says what is awkward about each.
EXPORTS = ROOT / "tests" / "reference" / "exports"
LANDSDELEN = ["LD01", "LD02", "LD03", "LD04"]


def silent(_step: str) -> None:
    """Report nothing."""


def national(folder: Path, sample_vault: Path) -> Path:
    """Write a vault of all municipalities, in which a few amounts of national tables are asked.

    ``cars``, ``people``, ``debt`` and ``solvency`` are amounts, ``burden`` is a yes or no; all
    are asked in 2023 and 2026.
    """
    folder.mkdir(parents=True)
    years = [2022, 2023, 2026]
    codebook = (
        HEAD.format(stratum="landsdeel", headline="burden")
        + "".join(f"[[editions]]\nyear = {y}\nlabel = {texts(str(y))}\n" for y in years)
        + dimension("landsdeel", "region", "ld", LANDSDELEN)
        + indicator("cars", "number", years, 'valid = [0, 5]\nheadline = "mean"')
        + indicator("people", "number", years, 'valid = [0, 2000000]\nheadline = "mean"')
        + indicator("debt", "number", years, 'valid = [-500, 500]\nheadline = "mean"')
        + indicator("solvency", "number", years, 'valid = [-100, 100]\nheadline = "mean"')
        + indicator("burden", "yes_no", years, 'headline = "yes"')
    )
    (folder / "codebook.toml").write_text(codebook, encoding="utf-8")
    (folder / "policy.toml").write_text(POLICY.format(minimum=1), encoding="utf-8")
    for table in store.REGISTER_TABLES:
        shutil.copyfile(sample_vault / f"{table}.parquet", folder / f"{table}.parquet")
    sign(folder, synthetic=True)
    return folder


def take(
    vault: Path, file: Path, mapping: Path, *, edition: int = 2025, accept: bool = True
) -> Report:
    """Import one file and return the report."""
    return import_file(Request(file, edition, vault, mapping, accept=accept), silent)


def written(folder: Path, content: str, name: str = "uitvoer.csv") -> Path:
    """Write a file to import."""
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


def mapped(folder: Path, edition: int, municipality: str, columns: list[Column]) -> Path:
    """Write a mapping by hand."""
    path = folder / "met-de-hand.toml"
    write_mapping(Mapping(edition=edition, municipality=municipality, columns=columns), {}, path)
    return path


def answers(vault: Path, indicator_id: str, edition: int = 2025) -> dict[str, float | None]:
    """Return what the vault holds of one question, by municipality."""
    held = pl.read_parquet(vault / "responses.parquet").filter(
        pl.col("indicator") == indicator_id, pl.col("edition") == edition
    )
    return dict(held.select("municipality_code", "answer").iter_rows())


def findings(report: Report) -> str:
    """Return the errors of a report as text."""
    return "\n".join(map(str, report.problems))


def command(vault: Path, *arguments: str, file_limit: int | None = None) -> "subprocess.Popen[str]":
    """Start a command of the steward; no file it writes may be larger than ``file_limit``."""

    def limit() -> None:
        if file_limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (file_limit, file_limit))

    return subprocess.Popen(
        [sys.executable, "-m", "data", *arguments],
        cwd=ROOT,
        env=os.environ | {"STAND_VAULT": str(vault), "COLUMNS": "200"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=limit,  # noqa: PLW1509 - tests start commands from one thread
    )


def run(vault: Path, *arguments: str, file_limit: int | None = None) -> tuple[int, str]:
    """Run a command of the steward; return its code and what it said."""
    with command(vault, *arguments, file_limit=file_limit) as child:
        said, _ = child.communicate()
    return child.returncode, said
