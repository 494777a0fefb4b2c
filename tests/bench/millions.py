"""A release of millions of answers, its time and its memory: ``python -m tests.bench.millions``.

Without the attack, which is meant for surveys of some hundreds: each of so many respondents counts
for too little to be told from the others, and to try them all takes hours.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl
import typer

from data.files import store
from data.files.schema import Responses
from tests.conftest import ROOT
from tests.support.small_surveys import strict
from tests.support.surveys import HEAD, dimension, indicator, texts, write_vault

PROGRAM = """
import sys
from pathlib import Path
from queries.publish import build

setattr(build, "refuse_open", lambda *_: None)
build.make_release(Path(sys.argv[1]), Path(sys.argv[2]), print)
"""
QUESTIONS = 25
YEARS = (2024, 2025)
REGIONS = ["noord", "oost", "zuid", "west"]
SIZES = ["klein", "middel", "groot", "grootst"]
MARKETS = [f"markt{n:02}" for n in range(20)]


def write(folder: Path, answers: int) -> Path:
    """Write a vault with so many answers: yes or no to each of 25 questions, in two editions."""
    units = answers // (QUESTIONS * len(YEARS))
    generator = np.random.default_rng(1)
    codes = [f"U{n:07}" for n in range(units)]
    register = pl.DataFrame(
        {
            "municipality_code": codes,
            "name": codes,
            "inhabitants": generator.integers(1_000, 100_000, units),
            "region": generator.choice(REGIONS, units),
            "size": generator.choice(SIZES, units),
            "market": generator.choice(MARKETS, units),
        }
    )
    names = [f"vraag{n:02}" for n in range(QUESTIONS)]
    book = "".join(
        [
            HEAD.format(stratum="region", headline=names[0]),
            *(f"[[editions]]\nyear = {year}\nlabel = {texts(str(year))}\n" for year in YEARS),
            dimension("size", "class", "gr", SIZES),
            dimension("region", "region", "rg", REGIONS),
            dimension("market", "region", "mk", MARKETS),
            *(indicator(name, "yes_no", [*YEARS], 'headline = "yes"') for name in names),
        ]
    )
    years = pl.concat([register.with_columns(year=pl.lit(year)) for year in YEARS])
    write_vault(folder, book, years, [])
    (folder / "policy.toml").write_text(strict(), "utf-8")
    frames = [
        pl.DataFrame({"municipality_code": codes}).with_columns(
            edition=pl.lit(year),
            indicator=pl.lit(name),
            choice=pl.lit(""),
            answer=pl.Series(generator.integers(0, 2, units), dtype=pl.Float64),
            reason=pl.lit(None, pl.String),
            role=pl.lit(None, pl.String),
            weight=pl.lit(None, pl.Float64),
            is_synthetic=pl.lit(value=True),
        )
        for year in YEARS
        for name in names
    ]
    schema = Responses.create_empty().schema
    responses = pl.concat(frames).select(pl.col(c).cast(t) for c, t in schema.items())
    store.write_parquet(responses, folder / "responses.parquet", {})
    return folder


def main(answers: int = 10_000_000) -> None:
    """Print how long a release takes per million answers, and the most memory it used."""
    with tempfile.TemporaryDirectory() as folder:
        vault = write(Path(folder) / "vault", answers)
        begun = time.perf_counter()
        command = [sys.executable, "-c", PROGRAM, str(vault), str(Path(folder) / "release")]
        subprocess.run(command, cwd=ROOT, check=True)
        seconds = time.perf_counter() - begun
    used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    millions = answers / 1e6
    typer.echo(
        f"{millions:g} million answers: {seconds:.0f} s, {seconds / millions:.1f} s per million,"
        f" at most {used:.0f} MB"
    )


if __name__ == "__main__":
    typer.run(main)
