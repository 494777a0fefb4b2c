"""The same vault gives the same bytes: on any processor, in any order, in any number of threads."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from queries.release.manifest import Release
from tests.conftest import ROOT

# The attack reads a release and writes nothing of it; here it would take most of the time.
PROGRAM = """
import json, sys
from pathlib import Path
from queries import engine
from queries.publish import build

engine.THREADS = int(sys.argv[3])
setattr(build, "refuse_open", lambda *_: None)
manifest = build.make_release(Path(sys.argv[1]), Path(sys.argv[2]), lambda _line: None)
print(json.dumps(manifest.files))
"""


def files(vault: Path, target: Path, *, threads: int, **environment: str) -> dict[str, str]:
    """Return the checksums of a release that a process of its own makes."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(vault), str(target), str(threads)],
        cwd=ROOT,
        env=os.environ | {"POLARS_MAX_THREADS": str(threads)} | environment,
        stdout=subprocess.PIPE,
        check=True,
    )
    found: dict[str, str] = json.loads(done.stdout)
    return found


@pytest.fixture
def vault(sample_vault: Path, tmp_path: Path) -> Path:
    """A copy of the sample that has not been released."""
    return Path(
        shutil.copytree(
            sample_vault, tmp_path / "kluis", ignore=shutil.ignore_patterns("vrijgegeven")
        )
    )


# OpenBLAS has code of its own for each of these processors: with SSE3, with SSE4.2 and with AVX2.
@pytest.mark.parametrize(("kernel", "threads"), [("Prescott", 1), ("Nehalem", 2), ("Haswell", 1)])
def test_every_processor_and_order_of_answers_gives_the_same_release(
    vault: Path, tmp_path: Path, published: Release, kernel: str, threads: int
) -> None:
    path = vault / "responses.parquet"
    answers = pl.read_parquet(path)
    mixed = answers.sample(fraction=1.0, shuffle=True, seed=threads)
    assert not mixed.equals(answers)
    mixed.write_parquet(path)
    found = files(vault, tmp_path / "release", threads=threads, OPENBLAS_CORETYPE=kernel)
    assert found == published.manifest.files


def test_places_in_another_order_give_the_same_figures(
    vault: Path, tmp_path: Path, published: Release
) -> None:
    path = vault / "register.parquet"
    pl.read_parquet(path).sample(fraction=1.0, shuffle=True, seed=1).write_parquet(path)
    found = files(vault, tmp_path / "release", threads=1)
    for name in ("figures.parquet", "comparisons.parquet", "response.parquet", "strata.parquet"):
        assert found[name] == published.manifest.files[name]
