"""The vault, opened for questions: what municipalities answered, as tables in DuckDB.

Never imported by anything that serves pages.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl
import psutil

from data.files import store
from data.survey.codebook import Codebook, load_codebook
from data.survey.groups import CROSS, WHOLE
from data.survey.policy import Policy, load_policy
from queries import engine
from queries.estimation import calibration, question_weights
from queries.vault import strata

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from data.survey.design import Dimension

# Where answers that do not fit in memory lie while they are counted; each process has its own.
SPILL = ".werkruimte-"


@dataclass(frozen=True)
class Vault:
    """An opened vault: the tables that questions are asked of, and what describes them."""

    path: Path
    # the folder of the answers: that of the vault, or of those chosen to be published
    answers: Path
    synthetic: bool
    codebook: Codebook
    policy: Policy
    register: pl.DataFrame
    connection: engine.Connection


def open_vault(path: Path, answers: Path | None = None) -> Vault:
    """Return the vault in ``path`` with answers, groups and strata ready to be counted.

    Editions that nobody answered are left out of its codebook.

    Args:
        path: the vault.
        answers: the folder with the answers, where they are other than those of the vault.

    Raises:
        DataError: a file is missing or damaged, or codebook or policy is wrong.
        QueryError: a table cannot be read.
    """
    manifest = store.vault_manifest(path)
    policy = load_policy(path / "policy.toml")
    register = store.read_parquet(path / "register.parquet")
    connection = engine.connect(_workspace(path))
    engine.load_file(connection, "responses", (answers or path) / "responses.parquet")
    answered = engine.table(connection, "responses")["edition"].unique().to_list()
    codebook = load_codebook(path / "codebook.toml").of_editions(answered)
    _load_descriptions(connection, codebook, policy, register)
    _load_answers(connection)
    _load_units(connection, codebook, policy, register)
    _load_official(connection, path, codebook, register)
    _load_question_weights(connection, codebook, register)
    # Unless the manifest says otherwise, what is in the vault counts as made up.
    synthetic = manifest.get("synthetic") is not False
    return Vault(path, answers or path, synthetic, codebook, policy, register, connection)


def answer_digests(vault: Vault) -> pl.DataFrame:
    """Return a digest of the answers to each question in each group, worked out once.

    One row per ``edition``, ``indicator``, ``dimension`` and ``group_code``; see
    ``counts/answer_digests``.
    """
    if not engine.has_table(vault.connection, "answer_digests"):
        engine.keep(vault.connection, "answer_digests", "counts/answer_digests", {})
    return engine.table(vault.connection, "answer_digests")


def _workspace(path: Path) -> Path:
    """Return a folder of this process beside the answers; those of processes gone are removed."""
    for left in path.glob(f"{SPILL}*"):
        if not _is_running(left.name.removeprefix(SPILL)):
            shutil.rmtree(left, ignore_errors=True)
    return path / f"{SPILL}{os.getpid()}"


def _is_running(number: str) -> bool:
    """Return whether there is a process of this number."""
    return number.isdecimal() and psutil.pid_exists(int(number))


def _load_descriptions(
    connection: engine.Connection, codebook: Codebook, policy: Policy, register: pl.DataFrame
) -> None:
    """Make the tables that say what is asked, and who belongs where."""
    asked = [(year, i.id) for i in codebook.indicators for year in sorted(i.comparability)]
    derived = [
        (i.id, i.derived.rule, source, i.derived.min_valid)
        for i in codebook.indicators
        if i.derived
        for source in i.derived.from_
    ]
    tables = {
        "items": codebook.items_table(),
        "asked": pl.DataFrame(
            asked, schema={"edition": pl.Int32, "indicator": pl.String}, orient="row"
        ),
        "derivations": pl.DataFrame(
            derived,
            schema={
                "indicator": pl.String,
                "rule": pl.String,
                "source_indicator": pl.String,
                "min_valid": pl.Int64,
            },
            orient="row",
        ),
        "membership": membership(codebook, policy, register),
    }
    for name, frame in tables.items():
        engine.load_frame(connection, name, frame)


def membership(codebook: Codebook, policy: Policy, register: pl.DataFrame) -> pl.DataFrame:
    """Return which published groups each municipality is in.

    One row per ``edition``, ``dimension``, ``group_code`` and ``municipality_code``; the whole
    country is a group, and so is each crossed pair that the policy publishes.
    """
    frame = register.filter(pl.col("year").is_in(codebook.years())).with_columns(
        pl.col("year").cast(pl.Int32).alias("edition")
    )
    simple = [d for d in codebook.dimensions if "survey" in d.kinds]
    groups = {WHOLE: pl.lit(WHOLE), **{d.id: pl.col(d.id) for d in simple}}
    for first, second in policy.crosses:
        crossed = pl.concat_str(pl.col(first), pl.lit(CROSS), pl.col(second))
        groups[f"{first}{CROSS}{second}"] = crossed
    return _long(frame, "edition", groups)


def _long(frame: pl.DataFrame, year: str, groups: dict[str, pl.Expr]) -> pl.DataFrame:
    """Return one row per year, dimension and municipality that is in one of its groups."""
    return pl.concat(
        frame.select(
            year,
            pl.lit(dimension).alias("dimension"),
            group.cast(pl.String).alias("group_code"),
            "municipality_code",
        ).drop_nulls("group_code")
        for dimension, group in groups.items()
    )


def _load_answers(connection: engine.Connection) -> None:
    """Make ``answers`` (asked and derived) and ``amounts`` (what each counts for)."""
    asked = ["edition", "municipality_code", "indicator", "choice", "answer", "reason"]
    responses: pl.DataFrame = connection.table("responses").select(*asked).pl()
    derived = engine.run(connection, "counts/derived_answers", {}).select(asked)
    types = pl.Schema({c: responses.schema[c] for c in asked if c != "reason"})
    answers = pl.concat(
        [responses.with_columns(pl.col("reason").cast(pl.String)), derived.cast(types)]
    )
    engine.load_frame(connection, "answers", answers)
    engine.keep(connection, "amounts", "counts/amounts", {})


def _load_units(
    connection: engine.Connection, codebook: Codebook, policy: Policy, register: pl.DataFrame
) -> None:
    """Make ``respondents``, with their weights and strata, and ``pattern_groups``."""
    by = codebook.survey.strata
    units = register.filter(pl.col("year").is_in(codebook.years())).select(
        pl.col("year").cast(pl.Int32).alias("edition"),
        "municipality_code",
        "inhabitants",
        pl.concat_str([pl.col(c) for c in by], separator=strata.SEPARATOR).alias("cell"),
    )
    engine.load_frame(connection, "units", units)
    along = policy.strata.collapse_along
    order = codebook.dimension_by_id[along].codes() if along in codebook.dimension_by_id else []
    joined = strata.join_thin_cells(
        engine.run(connection, "counts/strata_cells", {}),
        along=by.index(along) if along in by else None,
        order=order,
        minimum=policy.strata.min_respondents,
    )
    engine.load_frame(connection, "strata", joined)
    answering = engine.run(connection, "counts/weighted_units", {})
    weighted = _calibrated(answering, register, codebook.survey.calibrate)
    engine.load_frame(connection, "weighted_units", weighted)
    engine.keep(connection, "respondents", "counts/unit_patterns", {})
    engine.keep(connection, "pattern_groups", "counts/pattern_groups", {})


def _calibrated(
    answering: pl.DataFrame, register: pl.DataFrame, margins: Sequence[Sequence[str]]
) -> pl.DataFrame:
    """Return the respondents with weights that add up to the register along the margins."""
    if not margins:
        return answering.with_columns(pl.lit("").alias(calibration.CELL))
    groups = register.select(
        pl.col("year").cast(pl.Int32).alias("edition"),
        "municipality_code",
        *(
            pl.concat_str([pl.col(d) for d in margin], separator=CROSS).alias(f"margin_{number}")
            for number, margin in enumerate(margins)
        ),
    )
    keys = ["edition", "municipality_code"]
    joined = answering.join(groups, on=keys, how="left", maintain_order="left")
    return calibration.calibrated(joined, groups, len(margins))


def _load_question_weights(
    connection: engine.Connection, codebook: Codebook, register: pl.DataFrame
) -> None:
    """Make ``question_weights``: those of questions that are calibrated to official figures."""
    weights = pl.DataFrame(schema=question_weights.QUESTION_WEIGHTS)
    if engine.has_table(connection, "official"):
        tables = (engine.table(connection, name) for name in ("respondents", "amounts", "official"))
        weights = question_weights.question_weights(codebook, register, *tables)
    engine.load_frame(connection, "question_weights", weights)


def _load_official(
    connection: engine.Connection, path: Path, codebook: Codebook, register: pl.DataFrame
) -> None:
    """Make ``official``, ``official_years`` and ``official_membership``, if there are any."""
    source = path / "official.parquet"
    if not source.is_file():
        return
    official = store.read_parquet(source).with_columns(pl.col("basis").cast(pl.String))
    engine.load_frame(connection, "official", official)
    engine.load_frame(
        connection, "official_years", official.select("indicator", "basis", "year").unique()
    )
    members = public_members(codebook, register, official)
    engine.load_frame(connection, "official_membership", members)


def public_members(
    codebook: Codebook, register: pl.DataFrame, official: pl.DataFrame
) -> pl.DataFrame:
    """Return which public groups each municipality is in, for every year with official figures.

    One row per ``year``, ``dimension`` and ``municipality_code``, with ``group_code`` and
    ``name``. Before the first register a municipality is classed by its own inhabitants, and is
    in no region.
    """
    dimensions = [d for d in codebook.dimensions if "official" in d.kinds]
    by_code = {WHOLE: pl.lit(WHOLE), **{d.id: pl.col(d.id) for d in dimensions}}
    known = _long(register.with_columns(pl.col("year").cast(pl.Int32)), "year", by_code)
    earlier = (
        official.filter(~pl.col("year").is_in(register["year"].unique().to_list()))
        .select("year", "municipality_code", "name", "inhabitants")
        .unique(["year", "municipality_code"])
    )
    by_size = {WHOLE: pl.lit(WHOLE), **{d.id: _by_inhabitants(d) for d in _bounded(dimensions)}}
    before = _long(earlier.with_columns(pl.col("year").cast(pl.Int32)), "year", by_size)
    names = pl.concat(
        [
            frame.select(pl.col("year").cast(pl.Int32), "municipality_code", "name")
            for frame in (register, earlier)
        ]
    )
    return (
        pl.concat([known, before])
        .join(names, on=["year", "municipality_code"])
        .sort("year", "dimension", "group_code", "municipality_code")
    )


def _bounded(dimensions: Sequence[Dimension]) -> list[Dimension]:
    """Return the dimensions whose groups are defined by numbers of inhabitants."""
    return [
        d for d in dimensions if all(g.lower is not None or g.upper is not None for g in d.groups)
    ]


def _by_inhabitants(dimension: Dimension) -> pl.Expr:
    """Return the group that a number of inhabitants falls in."""
    group = pl.lit(None, pl.String)
    for candidate in dimension.groups:
        inside = pl.col("inhabitants") >= (candidate.lower or 0)
        if candidate.upper is not None:
            inside &= pl.col("inhabitants") < candidate.upper
        group = pl.when(inside).then(pl.lit(candidate.code)).otherwise(group)
    return group
