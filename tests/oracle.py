"""Cases worked out in R, put through vault, release and question: `python -m tests.oracle`.

Each case becomes a vault of its own; its release is asked the way pages and `python -m queries
ask` ask. An answer of yes or no goes in twice, as a share and as an amount of 0 or 1, and amounts
go in per inhabitant as well, for R gives intervals of all of these.
"""

from __future__ import annotations

import gzip
import json
import math
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from data import store
from data.codebook import CROSS, WHOLE
from data.schema import NOT_ANSWERED, Responses
from queries import comparisons, engine, estimates, gate
from queries.asking import PERCENT, Question, answer
from queries.release import Release, open_release
from queries.vault import Vault, open_vault
from tests.surveys import HEAD, POLICY, dimension, indicator, texts

REFERENCE = Path(__file__).parent / "reference" / "r"
# Two cases are drawn from one frame.
_FRAMES = {"api_post": "api", "api_strat": "api"}
# What the survey's strata are in each case.
CASES = {
    "api_cell": ["region", "size_class"],
    "api_post/poststratify_region": ["size_class"],
    "api_post/poststratify_size_x_region": ["size_class"],
    "api_post/rake_size_region": ["size_class"],
    "api_strat": ["size_class"],
    "fpc_small": ["region"],
    "hospital": ["size_class"],
}
# Margins that the weights of a case are made to add up to.
_CALIBRATED = {
    "poststratify_region": [["region"]],
    "poststratify_size_x_region": [["size_class", "region"]],
    "rake_size_region": [["size_class"], ["region"]],
}
# What the note on statistics promises, relative to R's figure.
TOLERANCES = {
    "n": 0.0,
    "weight": 1e-9,
    "estimate": 1e-9,
    "standard error": 1e-7,
    "degrees of freedom": 0.0,
    "t interval": 1e-7,
    "p-value": 1e-7,
    "covariance": 1e-7,
    "effective size": 1e-9,
    "Wilson": 1e-9,
    "Wilson, whole units": 1e-9,
    "MOVER": 1e-9,
    # exactly, of figures that are kept in twelve digits
    "quantile": 5e-12,
    "quantile interval": 5e-12,
}
# Thin classes join in the order in which R's were joined.
_CLASSES = ["H", "M", "E"]
_DIMENSIONS = (WHOLE, "region", "size_class", f"region{CROSS}size_class")
# The same answers again: 0 or 1 as an amount, and amounts per inhabitant.
AMOUNT, PER_INHABITANT = "_amount", "_each"
_ZERO = 1e-12


@dataclass(frozen=True)
class Comparison:
    """One figure of R beside ours."""

    case: str
    test: str
    estimator: str
    quantity: str
    expected: float | None
    found: float | None

    @property
    def deviation(self) -> float:
        """How far ours is from R's, relative to R's; infinite when one of both is missing."""
        if self.expected is None or self.found is None:
            return 0.0 if self.expected is self.found else math.inf
        distance = abs(self.found - self.expected)
        return 0.0 if distance < _ZERO else distance / max(abs(self.expected), _ZERO)

    @property
    def agrees(self) -> bool:
        """Whether the deviation stays within what is promised."""
        return self.deviation <= TOLERANCES[self.quantity]


# ------------------------------------------------------------------ a case as a vault


def write_case(folder: Path, case: str) -> Path:
    """Write the answers of a case as a vault."""
    name = case.partition("/")[0]
    data = _read(REFERENCE / f"{name}.data.csv.gz")
    frame = _frame(name, data)
    folder.mkdir(parents=True)
    years = sorted(data["edition"].unique().to_list())
    inhabitants = frame.select("edition", "municipality_code", "inhabitants")
    data = data.join(inhabitants, on=["edition", "municipality_code"], how="left")
    (folder / "codebook.toml").write_text(_codebook(case, data, frame, years), encoding="utf-8")
    (folder / "policy.toml").write_text(_policy(), encoding="utf-8")
    register = frame.rename({"edition": "year"}).with_columns(name="municipality_code")
    store.write_parquet(register.cast({"year": pl.Int32}), folder / "register.parquet", {})
    store.write_parquet(_responses(data), folder / "responses.parquet", {})
    store.write_json({"format": 1, "synthetic": False}, folder / store.VAULT_MANIFEST)
    return folder


def _read(path: Path) -> pl.DataFrame:
    """Return a table, names of groups as codes."""
    table = pl.read_csv(path, infer_schema_length=None)
    return table.with_columns(
        pl.col("size_class", "region").cast(pl.String).str.replace_all(" ", "_")
    )


def _frame(name: str, data: pl.DataFrame) -> pl.DataFrame:
    """Return all units; where a case names none, its strata are filled up with nameless ones.

    One case has a frame that numbers its units otherwise than its answers; it counts as none.
    """
    columns = ["edition", "municipality_code", "size_class", "region"]
    source = REFERENCE / f"{_FRAMES.get(name, name)}.frame.csv.gz"
    frame = _read(source) if source.is_file() else data.head(0)
    if data.join(frame, on=columns, how="anti").height:
        known = data.select(*columns, "population_of_stratum").unique()
        rows = [
            (year, f"{size}-{number}", size, region)
            for (year, size, region, total), units in known.group_by(
                "edition", "size_class", "region", "population_of_stratum"
            )
            for number in range(int(total) - units.height)
        ]
        unknown = pl.DataFrame(rows, schema=known.select(columns).schema, orient="row")
        frame = pl.concat([known.select(columns), unknown])
    if "inhabitants" not in frame.columns:
        frame = frame.with_columns(inhabitants=pl.lit(1))
    return frame.select(*columns, pl.col("inhabitants").cast(pl.Int64))


def _policy() -> str:
    """Return a policy that withholds and rounds nothing and publishes every cross."""
    policy = POLICY.format(minimum=1).replace('"size"', '"size_class"')
    policy = policy.replace("crosses = []", 'crosses = [["region", "size_class"]]')
    return policy.replace("caution_half_width = 20", "caution_half_width = 1e12")


def _codebook(case: str, data: pl.DataFrame, frame: pl.DataFrame, years: list[int]) -> str:
    """Return a codebook that asks every question of a case, and asks it again as an amount."""
    names = data["indicator"].unique().sort().to_list()
    sizes = frame["size_class"].unique().sort().to_list()
    classes = [c for c in _CLASSES if c in sizes] or sizes
    regions = frame["region"].unique().sort().to_list()
    head = HEAD.format(stratum='", "'.join(CASES[case]), headline=names[0])
    margins = json.dumps(_CALIBRATED.get(case.partition("/")[2], []))
    head = head.replace("licence =", f"calibrate = {margins}\nlicence =", 1)
    editions = "".join(f"[[editions]]\nyear = {y}\nlabel = {texts(str(y))}\n" for y in years)
    groups = dimension("size_class", "class", "kl", classes) + dimension(
        "region", "region", "rg", regions
    )
    amount = 'valid = [-1e6, 1e6]\nheadline = "mean"\nadds_up = true'
    questions = "".join(
        indicator(name, kind, years, extra)
        + indicator(name + AMOUNT, "number", years, amount)
        + indicator(name + PER_INHABITANT, "number", years, amount)
        for name in names
        for kind, extra in [_kind(name, data)]
        if kind != "number"
    )
    questions += "".join(
        indicator(name, "number", years, amount)
        + indicator(name + PER_INHABITANT, "number", years, amount)
        for name in names
        if _kind(name, data)[0] == "number"
    )
    return head + editions + groups + questions


def _kind(name: str, data: pl.DataFrame) -> tuple[str, str]:
    """Return the type of a question by its answers, and what else the codebook says of it."""
    values = set(data.filter(pl.col("indicator") == name)["value"].drop_nulls().to_list())
    if values <= {0, 1}:
        return "yes_no", 'headline = "yes"'
    if name.endswith("_class"):
        options = ", ".join(f'{{ code = "{n}", label = {texts(str(n))} }}' for n in range(1, 6))
        return "ordinal", f'headline = "top"\ntop_from = 4\noptions = [{options}]'
    return "number", ""


def _responses(data: pl.DataFrame) -> pl.DataFrame:
    """Return the answers as a vault keeps them: as they are, and again as amounts."""
    kinds = {name: _kind(name, data)[0] for name in data["indicator"].unique().to_list()}
    number = pl.col("indicator").is_in([name for name, kind in kinds.items() if kind == "number"])
    value = pl.col("value").cast(pl.Float64)
    versions = [
        data.with_columns(answer=value),
        data.filter(~number).with_columns(pl.col("indicator") + AMOUNT, answer=value),
        data.with_columns(
            pl.col("indicator") + PER_INHABITANT, answer=value / pl.col("inhabitants")
        ),
    ]
    answers = pl.concat(
        version.select("edition", "municipality_code", "indicator", "answer", "weight")
        for version in versions
    )
    return Responses.validate(
        answers.select(
            "edition",
            "municipality_code",
            "indicator",
            choice=pl.lit(""),
            answer="answer",
            reason=pl.when(pl.col("answer").is_null()).then(pl.lit(NOT_ANSWERED)),
            role=pl.lit(None, pl.String),
            weight=pl.col("weight").cast(pl.Float64),
            is_synthetic=pl.lit(value=False),
        ),
        cast=True,
    )


# ------------------------------------------------------------------ our figures


@dataclass(frozen=True)
class Answers:
    """A case as the release answers it, and what the gate worked out on the way."""

    release: Release
    vault: Vault

    @cached_property
    def figures(self) -> dict[tuple[object, ...], dict[str, Any]]:
        """Every figure by edition, indicator, item, statistic, weighting and group."""
        names = tuple(i.id for i in self.release.codebook.indicators)
        keys = ("edition", "indicator", "item", "statistic", "weighting")
        found = {}
        for by in _DIMENSIONS:
            rows = answer(self.release, Question(names, by=by))
            for row in rows.iter_rows(named=True):
                share = self.release.codebook.by_id[row["indicator"]].is_share
                for column in ("estimate", "low", "high", "standard_error"):
                    if share and row[column] is not None:
                        row[column] /= PERCENT
                found[(*(row[k] for k in keys), row["dimension"], row["group_code"])] = row
        return found

    @cached_property
    def differences(self) -> dict[tuple[object, ...], dict[str, Any]]:
        """Every tested difference by what it is against, edition, indicator, item and group."""
        everything = dict.fromkeys(
            ["editions", "items", "statistics", "against", "dimensions", "groups"]
        )
        rows = self.release.ask(
            "comparisons",
            indicators=[i.id for i in self.release.codebook.indicators],
            weightings=["municipality"],
            **everything,
        )
        keys = ("against", "edition", "indicator", "item", "dimension", "group_code")
        wanted = rows.filter(pl.col("against") != comparisons.GROUP)
        return {tuple(row[k] for k in keys): row for row in wanted.iter_rows(named=True)}

    @cached_property
    def sizes(self) -> dict[tuple[object, ...], dict[str, Any]]:
        """Effective sizes and weights, which a release does not hold, by the same keys."""
        sums = engine.table(self.vault.connection, "stratum_sums")
        return _by_key(estimates.weighted_means(sums, comparisons.KEYS))

    @cached_property
    def overlaps(self) -> dict[tuple[object, ...], dict[str, Any]]:
        """Covariance and correlation between editions, which a release does not hold either."""
        return _by_key(comparisons.overlap(gate.overlap_sums(self.vault)))


def _by_key(frame: pl.DataFrame) -> dict[tuple[object, ...], dict[str, Any]]:
    """Return rows of municipalities that weigh alike by edition, indicator, item and group."""
    alike = frame.filter(pl.col("weighting") == "municipality")
    keys = [key for key in comparisons.KEYS if key != "weighting"]
    return {tuple(row[k] for k in keys): row for row in alike.iter_rows(named=True)}


def answers_of(case: str, folder: Path) -> Answers:
    """Make vault and release of a case, and open both."""
    vault = open_vault(write_case(folder / "vault", case))
    gate.make_release(vault.path, folder / "release", lambda _line: None)
    gate.safe_comparisons(vault, gate.safe_figures(vault, lambda _line: None))
    return Answers(open_release(folder / "release"), vault)


# ------------------------------------------------------------------ R's figures beside ours


def tests_of(case: str) -> list[dict[str, Any]]:
    """Return what R was asked about a case, with its answers."""
    name, _, adjustment = case.partition("/")
    content = json.loads(gzip.decompress((REFERENCE / f"{name}.json.gz").read_bytes()))
    return [t for t in content["tests"] if t.get("adjustment", "") == adjustment]


def compared(case: str, answers: Answers) -> Iterator[Comparison]:
    """Return every figure of R that we have too."""
    for test in tests_of(case):
        if test["estimator"] not in _TESTS:
            continue
        for quantity, theirs, ours in _TESTS[test["estimator"]](test, answers):
            yield Comparison(case, test["id"], test["estimator"], quantity, theirs, ours)


def left_out(case: str) -> Counter[str]:
    """Return how many tests of R are about something we do not work out."""
    return Counter(t["estimator"] for t in tests_of(case) if t["estimator"] not in _TESTS)


Found = Iterator[tuple[str, Any, Any]]


def _group(test: dict[str, Any]) -> tuple[str, str]:
    """Return dimension and code of the domain of a test."""
    domain = test.get("domain") or {}
    if not domain:
        return WHOLE, WHOLE
    order = [name for name in ("region", "size_class") if name in domain]
    codes = [str(domain[name]).replace(" ", "_") for name in order]
    return CROSS.join(order), CROSS.join(codes)


def _figure(
    test: dict[str, Any], answers: Answers, statistic: str, *, suffix: str = "", **other: str
) -> dict[str, Any]:
    """Return our row for a test."""
    name = test["indicator"]
    yes_no = answers.release.codebook.by_id[name].type == "yes_no" and not suffix
    item = other.get("item", "yes" if yes_no else "")
    weighting = other.get("weighting", "municipality")
    key = (int(test["edition"]), name + suffix, item, statistic, weighting, *_group(test))
    return answers.figures[key]


def _basics(expected: dict[str, Any], row: dict[str, Any]) -> Found:
    """Return number of answers, estimate, standard error and degrees of freedom."""
    yield "estimate", expected["estimate"], row["estimate"]
    if expected["estimate"] is not None:
        yield "n", expected["n"], row["answer_count"]
        yield "standard error", expected["se"], row["standard_error"]
        yield "degrees of freedom", expected["df"], row["degrees_of_freedom"]


def _student(expected: dict[str, Any], row: dict[str, Any]) -> Found:
    """Return the t interval.

    Where all gave the same answer R gives an interval without width; we give none.
    """
    if expected["estimate"] is None:
        return
    for theirs, ours in (("ci_low", "low"), ("ci_high", "high")):
        yield "t interval", expected[theirs] if expected["se"] > 0 else None, row[ours]


def _share(test: dict[str, Any], answers: Answers) -> Found:
    """Compare a share: estimate, effective size, Wilson's interval, and the t interval."""
    expected = test["expected"]
    top = test["estimator"] == "top2box"
    item = "top" if top else "yes"
    row = _figure(test, answers, "share", item=item)
    yield from _basics(expected, row)
    size = answers.sizes[int(test["edition"]), test["indicator"], item, *_group(test)]
    yield "effective size", expected["n_eff_design"], size["effective_size"]
    yield "estimate", expected["n_hat"], size["size_total"]
    low, high = estimates.wilson(
        np.array([row["estimate"]]), np.array([size["effective_size"]]), estimates.QUANTILE
    )
    yield "Wilson", expected["ci"]["wilson_d"][0], low.item()
    yield "Wilson", expected["ci"]["wilson_d"][1], high.item()
    if "wilson_d_snapped" in expected["ci"]:
        yield "Wilson, whole units", expected["ci"]["wilson_d_snapped"][0], row["low"]
        yield "Wilson, whole units", expected["ci"]["wilson_d_snapped"][1], row["high"]
    if not top:
        amount = _figure(test, answers, "mean", suffix=AMOUNT)
        yield "t interval", expected["ci"]["mean"][0], amount["low"]
        yield "t interval", expected["ci"]["mean"][1], amount["high"]


def _mean(test: dict[str, Any], answers: Answers) -> Found:
    """Compare a mean."""
    yes_no = answers.release.codebook.by_id[test["indicator"]].type == "yes_no"
    row = _figure(test, answers, "mean", suffix=AMOUNT if yes_no else "")
    yield from _basics(test["expected"], row)
    yield from _student(test["expected"], row)


def _total(test: dict[str, Any], answers: Answers) -> Found:
    """Compare a total."""
    row = _figure(test, answers, "total")
    yield from _basics(test["expected"], row)
    yield from _student(test["expected"], row)


def _share_of_inhabitants(test: dict[str, Any], answers: Answers) -> Found:
    """Compare a share of inhabitants; R's interval may pass 0 and 1, as that of an amount does."""
    yield from _basics(test["expected"], _figure(test, answers, "share", weighting="inhabitant"))
    amount = _figure(test, answers, "mean", suffix=AMOUNT, weighting="inhabitant")
    yield from _student(test["expected"], amount)


def _per_inhabitant(test: dict[str, Any], answers: Answers) -> Found:
    """Compare a ratio to inhabitants."""
    row = _figure(test, answers, "mean", suffix=PER_INHABITANT, weighting="inhabitant")
    yield from _basics(test["expected"], row)
    yield from _student(test["expected"], row)


def _distribution(test: dict[str, Any], answers: Answers) -> Found:
    """Compare each answer of a scale, and its mean."""
    expected = test["expected"]
    for level, share, error in zip(
        expected["levels"], expected["estimate"], expected["se"], strict=True
    ):
        row = _figure(test, answers, "share", item=str(level))
        yield "n", expected["n"], row["answer_count"]
        yield "estimate", share, row["estimate"]
        yield "standard error", error, row["standard_error"]
    amount = _figure(test, answers, "mean", suffix=AMOUNT)
    yield from _basics({"n": expected["n"], **expected["mean_score"]}, amount)
    yield from _student(expected["mean_score"], amount)


def _quantiles(test: dict[str, Any], answers: Answers) -> Found:
    """Compare median and quartiles; null in R hangs on a tie, and says nothing."""
    expected = test["expected"]["by_rule"]["math"]
    for place, name in enumerate(["quartile_low", "median", "quartile_high"]):
        row = _figure(test, answers, name)
        yield "n", test["expected"]["n"], row["answer_count"]
        yield "degrees of freedom", test["expected"]["df"], row["degrees_of_freedom"]
        for quantity, theirs, ours in (
            ("quantile", "estimate", "estimate"),
            ("quantile interval", "ci_low", "low"),
            ("quantile interval", "ci_high", "high"),
        ):
            if expected[theirs][place] is not None:
                yield quantity, expected[theirs][place], row[ours]


def _against_rest(test: dict[str, Any], answers: Answers) -> Found:
    """Compare a difference with the rest: as an amount, and as a share where it is one."""
    expected, year, name = test["expected"], int(test["edition"]), test["indicator"]
    share = test["kind"] == "share"
    key = (comparisons.REST, year, name + AMOUNT * share, "", *_group(test))
    row = answers.differences[key]
    yield from _difference(expected, row)
    # as an amount, a side whose strata each gave one answer has no margin, and is not tested
    if row["outcome_possible"] or not share:
        yield "p-value", expected["p_value"], row["p_value"]
    if share:
        row = answers.differences[comparisons.REST, year, name, "yes", *_group(test)]
        yield from _mover(expected, row)


def _change(test: dict[str, Any], answers: Answers) -> Found:
    """Compare a difference between editions."""
    expected, name = test["expected"], test["indicator"]
    year = max(int(edition) for edition in test["editions"])
    share = test["kind"] == "share"
    key = (year, name + AMOUNT * share, "", *_group(test))
    yield from _difference(expected, answers.differences[comparisons.EDITION, *key])
    yield "covariance", expected["covariance"], answers.overlaps[key]["covariance"]
    if share:
        key = (year, name, "yes", *_group(test))
        yield "covariance", expected["phi"], answers.overlaps[key]["phi"]
        yield from _mover(expected, answers.differences[comparisons.EDITION, *key])


def _difference(expected: dict[str, Any], row: dict[str, Any]) -> Found:
    """Return difference, standard error and t interval."""
    yield "estimate", expected["estimate"], row["difference"]
    yield "standard error", expected["se"], row["standard_error"]
    yield "t interval", expected["ci_low"], row["low"]
    yield "t interval", expected["ci_high"], row["high"]


def _mover(expected: dict[str, Any], row: dict[str, Any]) -> Found:
    """Return difference and interval of shares."""
    yield "estimate", expected["estimate"], row["difference"]
    yield "MOVER", expected["mover_wilson_d"][0], row["low"]
    yield "MOVER", expected["mover_wilson_d"][1], row["high"]


def _weights(test: dict[str, Any], answers: Answers) -> Found:
    """Compare the weights that calibration makes."""
    units = engine.table(answers.vault.connection, "weighted_units")
    ours = dict(units.select("municipality_code", "weight").iter_rows())
    expected = test["expected"]
    for code, weight in zip(expected["municipality_code"], expected["weight"], strict=True):
        yield "weight", weight, ours[code]


_TESTS: dict[str, Callable[[dict[str, Any], Answers], Found]] = {
    "weights": _weights,
    "share": _share,
    "top2box": _share,
    "mean": _mean,
    "total": _total,
    "share_inhabitants": _share_of_inhabitants,
    "ratio_per_inhabitant": _per_inhabitant,
    "distribution": _distribution,
    "quantiles": _quantiles,
    "difference_vs_rest": _against_rest,
    "change": _change,
}


def table(found: list[Comparison]) -> str:
    """Return a Markdown table of the largest deviation per case and quantity."""
    lines = [
        "| case | estimator | quantity | compared | largest deviation | promised | agree |",
        "| --- | --- | --- | ---: | ---: | ---: | --- |",
    ]
    groups: dict[tuple[str, str, str], list[Comparison]] = {}
    for one in found:
        groups.setdefault((one.case, one.estimator, one.quantity), []).append(one)
    for (case, estimator, quantity), ones in groups.items():
        worst = max(one.deviation for one in ones)
        agree = sum(one.agrees for one in ones)
        lines.append(
            f"| {case} | {estimator} | {quantity} | {len(ones)} | {worst:.1e} "
            f"| {TOLERANCES[quantity]:.0e} | {agree} |"
        )
    return "\n".join(lines)


def main() -> None:
    """Print the table of all cases, and what was left out."""
    found: list[Comparison] = []
    for case in CASES:
        with tempfile.TemporaryDirectory() as folder:
            found += compared(case, answers_of(case, Path(folder)))
    print(table(found))  # noqa: T201 - what this command is for
    for case in CASES:
        print(case, dict(left_out(case)))  # noqa: T201 - the same
    for one in (one for one in found if not one.agrees):
        print(one, one.deviation)  # noqa: T201 - the same


if __name__ == "__main__":
    main()
