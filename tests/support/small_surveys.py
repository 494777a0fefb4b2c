"""Small surveys under the shipped rules of disclosure, drawn at random or laid out by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import polars as pl

from data.files import store
from data.files.schema import Responses
from queries.publish.build import make_release
from queries.release.manifest import open_release
from tests.support.surveys import HEAD, POLICY, dimension, indicator, texts, write_vault

Row = tuple[int, str, str, str, float | None, str | None]
YEAR = 2025
REGIONS, SIZES, MARKETS = ["noord", "zuid", "oost"], ["klein", "groot"], list("abcdef")
# The rules of the shipped policy, but for how often a question may be released.
STRICT = (
    POLICY.replace("crosses = []", 'crosses = [["region", "size"]]')
    .replace("quantile = 13", "quantile = 20")
    .replace("distribution = 1", "distribution = 20")
    .replace("inhabitant = 1", "inhabitant = 30")
    .replace("\nsd = 3.0", "\nsd = 1.0")
    .replace("status_sd = 1.0", "status_sd = 2.0")
    .replace("largest_inhabitant_part = 100", "largest_inhabitant_part = 10")
    .replace("p_percent = 0", "p_percent = 15")
    .replace("share_points = 0.5", "share_points = 1")
    .replace("amount_digits = 4", "amount_digits = 3")
    .replace("count_step = 2", "count_step = 5")
)
BOOK = (
    HEAD.format(stratum="region", headline="busy")
    + f"[[editions]]\nyear = {YEAR}\nlabel = {texts(str(YEAR))}\n"
    + dimension("size", "class", "gr", SIZES)
    + dimension("region", "region", "rg", REGIONS)
    + dimension("market", "region", "am", MARKETS)
    + indicator("busy", "yes_no", [YEAR], 'headline = "yes"')
    + indicator("hours", "number", [YEAR], 'valid = [0, 100]\nheadline = "mean"\ndecimals = 1')
    + indicator(
        "mood",
        "ordinal",
        [YEAR],
        'headline = "top"\ntop_from = 3\nstatement = { nl = "is blij", en = "is happy", '
        'nl_many = "zijn blij", en_many = "are happy" }\noptions = ['
        + ", ".join(f'{{ code = "{n}", label = {texts(str(n))} }}' for n in range(1, 5))
        + "]",
    )
)


def strict(*, minimum: int = 8) -> str:
    """Return the rules of the shipped policy."""
    return STRICT.format(minimum=minimum)


@dataclass
class Small:
    """A small survey: who is where, and what they answered (None: not at all)."""

    region: list[str]
    size: list[str]
    market: list[str]
    busy: list[float | None]
    hours: list[float | None] = field(default_factory=list)
    mood: list[float | None] = field(default_factory=list)

    def codes(self) -> list[str]:
        """Return the codes of the units."""
        return [f"U{n:03}" for n in range(len(self.region))]

    def rows(self) -> list[Row]:
        """Return the answers as rows of a vault."""
        return [
            (YEAR, code, name, "", answer, None)
            for name in ("busy", "hours", "mood")
            for code, answer in zip(self.codes(), getattr(self, name), strict=False)
            if answer is not None
        ]

    def write(self, folder: Path, *, minimum: int = 8) -> Path:
        """Write the survey as a vault under the rules of the shipped policy."""
        register = pl.DataFrame(
            {
                "year": [YEAR] * len(self.region),
                "municipality_code": self.codes(),
                "name": self.codes(),
                "inhabitants": [1000 + 37 * n for n in range(len(self.region))],
                "region": self.region,
                "size": self.size,
                "market": self.market,
            }
        )
        write_vault(folder, BOOK, register, self.rows())
        (folder / "policy.toml").write_text(strict(minimum=minimum), encoding="utf-8")
        return folder

    def correct(self, folder: Path) -> None:
        """Let the vault hold the answers as they are now."""
        frame = pl.DataFrame(
            [(*row, None, None, True) for row in self.rows()],
            schema=Responses.create_empty().schema,
            orient="row",
        )
        path = folder / "responses.parquet"
        store.write_parquet(Responses.validate(frame, cast=True), path, {})


def drawn(seed: int, units: int = 60) -> Small:
    """Return a survey drawn at random; the same for the same seed."""
    random = np.random.default_rng(seed)

    def some(values: list[str]) -> list[str]:
        return [values[n] for n in random.integers(len(values), size=units)]

    def answered(values: np.ndarray) -> list[float | None]:
        there = random.random(units) < 0.85
        return [float(v) if here else None for v, here in zip(values, there, strict=True)]

    return Small(
        region=some(REGIONS),
        size=some(SIZES),
        market=some(MARKETS),
        busy=answered(random.random(units) < random.random()),
        hours=answered(np.round(random.lognormal(3, 0.5, units), 1).clip(0, 100)),
        mood=answered(random.integers(1, 5, units)),
    )


def silent(_line: str) -> None:
    """Report nothing."""


def released(vault: Path, target: Path) -> Path:
    """Release a vault and return the folder of the version."""
    make_release(vault, target, silent)
    return open_release(target).folder
