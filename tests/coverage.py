"""How often a published margin holds the truth: ``python -m tests.coverage [draws]``.

Every municipality is given answers as the fictitious sample is drawn; that is the truth. Then those
who take part are drawn from it over and over, as many of each class and part of the country as in
the sample, some of whom leave out a question, and each time all figures are worked out with noise,
by a secret of its own. Prints Markdown tables; of ``make test`` only a few draws are a part.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from data.files import store
from data.files.config_files import read_toml
from data.files.schema import NOT_ANSWERED
from data.sample import drawing
from data.survey.codebook import load_codebook
from queries import engine
from queries.disclosure.amounts import Answers
from queries.disclosure.perturbation import Noise
from queries.estimation import estimates
from queries.publish import build, comparison_pairs
from queries.vault import design
from queries.vault.opening import Vault, open_vault
from queries.vocabulary import Against, Weighting

SEED, DRAWS = 2026, 100
# Of those who take part this many leave out a question.
SILENT = 0.09
# Rounding errors of sums.
_NUDGE = 1e-9
_PAIR = ["against", *design.KEYS, "other_group", "other_edition"]
_SECRET = 32


@dataclass(frozen=True)
class Population:
    """What all municipalities would answer, and what is true of it.

    ``vault`` holds all that a draw needs but answers; ``taking_part`` how many of each ``cell`` of
    the design took part in the sample, per edition; ``figures`` and ``rests`` the true figures of
    groups, and of everyone outside them.
    """

    vault: Path
    answers: pl.DataFrame
    units: pl.DataFrame
    taking_part: dict[tuple[int, str], int]
    figures: pl.DataFrame
    rests: pl.DataFrame


def population(folder: Path) -> Population:
    """Return the population of the sample, made in a folder."""
    vault = folder / "allen"
    drawing.write_sample(vault, SEED)
    drawn = open_vault(vault)
    units = engine.table(drawn.connection, "units")
    took_part = engine.table(drawn.connection, "weighted_units").join(
        units.select("edition", "municipality_code", "cell"), on=["edition", "municipality_code"]
    )
    counts = took_part.group_by("edition", "cell").len()
    drawn.connection.close()
    answers = _answers_of_all(vault)
    store.write_parquet(answers, vault / "responses.parquet", {})
    everyone = open_vault(vault)
    design.load_sums(everyone)
    figures, rests = _true_figures(everyone), _true_rests(everyone)
    return Population(
        vault,
        answers,
        units,
        {(edition, cell): count for edition, cell, count in counts.iter_rows()},
        figures,
        rests,
    )


def _answers_of_all(vault: Path) -> pl.DataFrame:
    """Return answers of every municipality to every question, none left out."""
    book = load_codebook(vault / "codebook.toml")
    assert book.sample is not None
    told = {
        "response": [1 - 1e-12] * len(book.sample.response),
        **dict.fromkeys(
            ("role_absent", "not_answered", "dont_know_number", "dont_know_opinion"), 0.0
        ),
    }
    whole = book.model_copy(update={"sample": book.sample.model_copy(update=told)})
    register = store.read_parquet(vault / "register.parquet")
    official = store.read_parquet(vault / "official.parquet")
    sentences = read_toml(store.HERE / "sample" / "signals.toml")
    answers, _ = drawing.draw(whole, register, official, sentences, SEED)
    return answers


def _true_figures(vault: Vault) -> pl.DataFrame:
    """Return the true figure of each group: ``KEYS``, ``statistic`` and ``truth``."""
    means = design.means(vault, design.weighted_sums(vault))
    share = pl.when(pl.col("item") == "").then(pl.lit("mean")).otherwise(pl.lit("share"))
    found = means.select(*design.KEYS, statistic=share, truth="estimate")
    alike = means.filter(pl.col("weighting") == Weighting.MUNICIPALITY, pl.col("item") == "")
    totals = alike.select(
        *design.KEYS, statistic=pl.lit("total"), truth=pl.col("estimate") * pl.col("answer_count")
    )
    rows = []
    for edition, indicator in alike.select("edition", "indicator").unique().iter_rows():
        asked = {"edition": edition, "indicator": indicator}
        frame = engine.run(vault.connection, "counts/group_amounts", asked)
        for group, given in frame.group_by("dimension", "group_code", maintain_order=True):
            amounts = Answers(given["amount"].to_numpy(), np.ones(given.height), 0.0, 1, 1.0)
            rows += [
                (edition, indicator, "", "municipality", *group, name, amounts.at(part, 0))
                for name, part in estimates.QUARTILES.items()
            ]
    quantiles = pl.DataFrame(rows, schema=found.schema, orient="row")
    return pl.concat([found, totals, quantiles])


def _true_rests(vault: Vault) -> pl.DataFrame:
    """Return the true figure of everyone outside each group: ``KEYS`` and ``other_truth``."""
    influence = estimates.influence_sums(design.weighted_sums(vault), design.KEYS)
    strata = estimates.by_stratum(influence, design.KEYS)
    rest = comparison_pairs.rest_strata(strata, strata.select(design.KEYS).unique())
    means = estimates.weighted_means(rest, design.KEYS)
    return means.select(*design.KEYS, other_truth="estimate")


# ------------------------------------------------------------------ one draw


def draw(whole: Population, number: int, folder: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the figures and differences of one draw, each with its ``truth``."""
    random = np.random.default_rng([SEED, number])
    vault = folder / "steekproef"
    shutil.copytree(whole.vault, vault)
    try:
        path = vault / "responses.parquet"
        store.write_parquet(_taking_part(whole, random), path, {})
        opened = open_vault(vault)
        secret = random.bytes(_SECRET)
        told = build.safe_figures(opened, Noise(secret, opened.policy))
        differences = build.safe_comparisons(opened, told)
        opened.connection.close()
    finally:
        shutil.rmtree(vault)
    figures = told.join(whole.figures, on=[*design.KEYS, "statistic"])
    return figures, _with_truth(differences, whole)


def _taking_part(whole: Population, random: np.random.Generator) -> pl.DataFrame:
    """Return the answers of those who are drawn, with what they leave out."""
    chosen = []
    for (edition, cell), frame in whole.units.sort("municipality_code").group_by(
        "edition", "cell", maintain_order=True
    ):
        count = whole.taking_part.get((int(str(edition)), str(cell)), 0)
        codes = random.choice(frame["municipality_code"].to_list(), count, replace=False)
        chosen += [(edition, str(code)) for code in codes]
    keys = ["edition", "municipality_code"]
    schema = {"edition": pl.Int32, "municipality_code": pl.String}
    here = pl.DataFrame(chosen, schema=schema, orient="row")
    answers = whole.answers.join(here, on=keys, how="semi", maintain_order="left")
    asked = answers.select(*keys, "indicator").unique(maintain_order=True)
    silent = asked.with_columns(_silent=pl.Series(random.random(asked.height) < SILENT))
    told = answers.join(silent, on=[*keys, "indicator"], maintain_order="left")
    return told.with_columns(
        answer=pl.when(~pl.col("_silent")).then("answer"),
        reason=pl.when("_silent").then(pl.lit(NOT_ANSWERED)).cast(answers.schema["reason"]),
    ).drop("_silent")


def _with_truth(differences: pl.DataFrame, whole: Population) -> pl.DataFrame:
    """Return differences that were tested with the true difference in ``truth``."""
    tested = differences.drop_nulls(["p_value"])
    own = [*design.KEYS, "statistic"]
    others = whole.figures.select(
        *("indicator", "item", "weighting", "statistic"),
        other_edition="edition",
        other_dimension="dimension",
        other_group="group_code",
        other_truth="truth",
    )
    rest = pl.col("against") == Against.REST
    beside = pl.concat(
        [
            tested.filter(rest).join(whole.rests, on=design.KEYS),
            tested.filter(~rest).join(others, on=[c for c in others.columns if c != "other_truth"]),
        ],
        how="diagonal",
    )
    return beside.join(whole.figures, on=own).with_columns(pl.col("truth") - pl.col("other_truth"))


def held(frame: pl.DataFrame) -> pl.DataFrame:
    """Return rows with a margin, with ``is_held``: whether the truth lies within it."""
    known = frame.drop_nulls(["low", "high"])
    room = _NUDGE * pl.col("truth").abs().clip(1)
    inside = pl.col("truth").is_between(pl.col("low") - room, pl.col("high") + room)
    return known.with_columns(is_held=inside)


def draws(whole: Population, count: int) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
    """Yield what matters of the figures and differences of draws."""
    with tempfile.TemporaryDirectory() as folder:
        for number in range(count):
            figures, differences = draw(whole, number, Path(folder))
            span = pl.col("high") - pl.col("low")
            told = ["statistic", "weighting", "dimension", "indicator", "status", "is_held"]
            yield (
                held(figures).select(*told, width=span / 2),
                held(differences).select(
                    *("against", "dimension", "statistic", "is_held", "outcome"),
                    is_wrong=pl.col("outcome").is_in(["higher", "lower"])
                    & ((pl.col("difference") > 0) != (pl.col("truth") > 0)),
                ),
            )


# ------------------------------------------------------------------ the tables


# What the tables call figures: statistic and weighting.
KINDS = {
    "share": ("share", "municipality"),
    "share, per inhabitant": ("share", "inhabitant"),
    "mean": ("mean", "municipality"),
    "mean, per inhabitant": ("mean", "inhabitant"),
    "first quartile": ("quartile_low", "municipality"),
    "median": ("median", "municipality"),
    "third quartile": ("quartile_high", "municipality"),
}
SKEWED = ("fin_land_exposure_pct", "be_debt_intake_wait_days")
DIMENSIONS = (
    *("nl", "size_class", "landsdeel", "province", "arbeidsmarktregio"),
    "landsdeel:size_class",
)


def _per_cent(part: object) -> str:
    """Return a part in per cent."""
    return "" if part is None else f"{100 * float(str(part)):.1f}"


def _line(name: str, frame: pl.DataFrame) -> str:
    """Return coverage by dimension, in per cent."""
    found = dict(frame.group_by("dimension").agg(pl.col("is_held").mean()).iter_rows())
    return "| " + " | ".join([name, *(_per_cent(found.get(d)) for d in DIMENSIONS)]) + " |"


def _head(first: str, names: Sequence[str]) -> list[str]:
    """Return the head of a table."""
    return [f"| {first} | " + " | ".join(names) + " |", "| --- |" + " ---: |" * len(names)]


def figures_table(found: pl.DataFrame) -> str:
    """Return how often margins and bounds of figures hold the truth, by dimension."""
    shown, bounds = (found.filter(pl.col("status") == status) for status in ("shown", "bound"))
    lines = _head("margin of a", DIMENSIONS)
    for name, (statistic, weighting) in KINDS.items():
        own = (pl.col("statistic") == statistic) & (pl.col("weighting") == weighting)
        lines.append(_line(name, shown.filter(own)))
    for indicator in SKEWED:
        own = (pl.col("statistic") == "mean") & (pl.col("indicator") == indicator)
        lines.append(_line(f"mean of `{indicator}`", shown.filter(own)))
    lines.append(_line("share given as a bound", bounds))
    width = shown.filter(pl.col("statistic") == "share", pl.col("weighting") == "municipality")
    arms = dict(width.group_by("dimension").agg(pl.col("width").mean()).iter_rows())
    half = " | ".join(_per_cent(arms.get(d)) for d in DIMENSIONS)
    return "\n".join([*lines, f"| half width of a share, in points | {half} |"])


def differences_table(found: pl.DataFrame) -> str:
    """Return how often margins of differences hold the truth, and words go the wrong way."""
    lines = _head("difference with", ["margins", "hold the truth", "called", "the wrong way"])
    for against, frame in found.group_by("against", maintain_order=True):
        called = frame.filter(pl.col("outcome").is_in(["higher", "lower"]))
        wrong = called["is_wrong"].mean() if called.height else 0.0
        values = (str(frame.height), _per_cent(frame["is_held"].mean()), str(called.height))
        lines.append(f"| {against[0]} | {' | '.join(values)} | {_per_cent(wrong)} |")
    return "\n".join(lines)


def main(count: int = DRAWS) -> None:
    """Print how often margins hold the truth."""
    with tempfile.TemporaryDirectory() as folder:
        found = list(draws(population(Path(folder)), count))
    figures, differences = (pl.concat(frames) for frames in zip(*found, strict=True))
    print(figures_table(figures), differences_table(differences), sep="\n\n")  # noqa: T201 - its purpose


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
