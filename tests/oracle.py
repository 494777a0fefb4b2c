"""Cases worked out in R beside what our vaults estimate: `python -m tests.oracle`.

Each case becomes a vault of its own, and what its answers estimate is compared before noise and
rounding, which no release leaves out. An answer of yes or no goes in twice, as a share and as an
amount of 0 or 1, and amounts go in per inhabitant as well, for R gives intervals of all of these.

Who took part but left out a question counts in R as somebody in the sample outside the domain: the
finite population correction is by those who took part. Ours is by those who answered. Here R's is
taken (``Answers.as_in_r``), and ``test_oracle.py`` says how much it makes.

Of R's figures these are not ours, or not any more: intervals of quantiles, of shares in whole units
and of what two editions have in common (the policy fixes how answers go together), which are
published with noise, each in a way of its own; and the change among those in both editions alone.
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
from scipy.stats import t as student

from data.files import store
from data.files.schema import NOT_ANSWERED, Responses
from data.survey.groups import CROSS, WHOLE
from queries import engine
from queries.disclosure.amounts import Answers as Amounts
from queries.estimation import calibration, estimates
from queries.estimation.newcombe import Shares
from queries.publish import comparison_pairs
from queries.vault import design
from queries.vault.opening import Vault, open_vault
from queries.vocabulary import Weighting
from tests.support.surveys import HEAD, POLICY, dimension, indicator, sign, texts

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
    "effective size": 1e-9,
    "Wilson": 1e-9,
    "MOVER": 1e-9,
    "quantile": 0.0,
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
    sign(folder, synthetic=True)
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
    """Return a policy that has every cross."""
    policy = POLICY.format(minimum=1).replace('"size"', '"size_class"')
    return policy.replace("crosses = []", 'crosses = [["region", "size_class"]]')


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


Key = tuple[object, ...]
# Columns of a figure that is not there.
_NOTHING = dict.fromkeys(
    ("estimate", "standard_error", "degrees_of_freedom", "effective_size", "size_total")
)


@dataclass(frozen=True)
class Answers:
    """What the answers of a case estimate.

    ``as_in_r``: whether who took part counts in the finite population correction, as in R, or who
    answered the question.
    """

    vault: Vault
    as_in_r: bool = True

    @cached_property
    def weighted(self) -> pl.DataFrame:
        """The answers of every group, stratum by stratum, in both weightings."""
        sums = engine.table(self.vault.connection, "stratum_sums")
        if self.as_in_r:
            sums = sums.with_columns(item_count="respondent_count")
        return estimates.weighted_sums(sums, self.vault.policy.weightings)

    @cached_property
    def means(self) -> dict[Key, dict[str, Any]]:
        """Every share and mean by edition, indicator, item, weighting and group."""
        return _by_key(design.means(self.vault, self.weighted))

    @cached_property
    def totals(self) -> dict[Key, dict[str, Any]]:
        """Every total by the same keys."""
        return _by_key(design.totals(self.vault, self.weighted))

    @cached_property
    def rests(self) -> dict[Key, dict[str, Any]]:
        """Everyone outside each group by the same keys, and ``error`` and ``freedom``."""
        alike = self.weighted.filter(pl.col("weighting") == Weighting.MUNICIPALITY)
        influence = estimates.influence_sums(alike, design.KEYS)
        respondents = engine.table(self.vault.connection, "respondents")
        left = calibration.residual_sums(influence, respondents, design.KEYS)
        strata = estimates.by_stratum(left, design.KEYS)
        groups = strata.filter(pl.col("dimension") != WHOLE).select(design.KEYS).unique()
        rest = comparison_pairs.rest_strata(strata, groups)
        own = groups.join(strata, on=design.KEYS)
        errors = comparison_pairs.difference_errors(own, rest, design.KEYS)
        found = estimates.weighted_means(rest, design.KEYS)
        return _by_key(found.join(errors, on=design.KEYS))

    @cached_property
    def overlaps(self) -> dict[Key, float]:
        """What makes of a correlation of answers one of estimates, by edition and group."""
        pairs = comparison_pairs.edition_pairs(self.vault.codebook)
        unique = pairs.select("edition", "other_edition").unique()
        engine.load_frame(self.vault.connection, "edition_pairs", unique)
        asked = engine.run(self.vault.connection, "counts/edition_overlaps", {})
        found = comparison_pairs.overlap(asked).filter(pl.col("weighting") == "municipality")
        keys = found.select("edition", "dimension", "group_code", "part_in_common")
        return {(e, d, g): part for e, d, g, part in keys.iter_rows()}

    @cached_property
    def amounts(self) -> dict[Key, Amounts]:
        """The amounts of each group by edition, indicator and group."""
        found = {}
        asked = self.weighted.filter(pl.col("item") == "").select("edition", "indicator").unique()
        for edition, indicator_id in asked.iter_rows():
            parameters = {"edition": edition, "indicator": indicator_id}
            frame = engine.run(self.vault.connection, "counts/group_amounts", parameters)
            for group, rows in frame.group_by("dimension", "group_code", maintain_order=True):
                amounts, weights = rows["amount"].to_numpy(), rows["weight"].to_numpy()
                found[edition, indicator_id, *group] = Amounts(amounts, weights, 0.0, 1, 1.0)
        return found


def _by_key(frame: pl.DataFrame) -> dict[Key, dict[str, Any]]:
    """Return rows by edition, indicator, item, weighting and group."""
    return {tuple(row[k] for k in design.KEYS): row for row in frame.iter_rows(named=True)}


def answers_of(case: str, folder: Path, *, as_in_r: bool = True) -> Answers:
    """Make the vault of a case and count its answers."""
    vault = open_vault(write_case(folder / "vault", case))
    design.load_sums(vault)
    return Answers(vault, as_in_r)


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


def _key(
    test: dict[str, Any], *, suffix: str = "", item: str = "", weighting: str = "municipality"
) -> Key:
    """Return where our figure for a test is."""
    return (int(test["edition"]), test["indicator"] + suffix, item, weighting, *_group(test))


def _is_yes_no(test: dict[str, Any], answers: Answers) -> bool:
    """Whether a test is about a question of yes or no."""
    return answers.vault.codebook.by_id[test["indicator"]].type == "yes_no"


def _basics(expected: dict[str, Any], row: dict[str, Any]) -> Found:
    """Return number of answers, estimate, standard error and degrees of freedom."""
    yield "estimate", expected["estimate"], row["estimate"]
    if expected["estimate"] is not None:
        yield "n", expected["n"], row["answer_count"]
        yield "standard error", expected["se"], row["standard_error"]
        yield "degrees of freedom", expected["df"], row["degrees_of_freedom"]


def _student(low: float | None, high: float | None, row: dict[str, Any]) -> Found:
    """Return the t interval that follows from our error and degrees of freedom.

    Where all gave the same answer R gives none, or one without width.
    """
    if row["estimate"] is None or (low is None and row["standard_error"] == 0):
        return
    arm = student.ppf(0.975, row["degrees_of_freedom"]) * row["standard_error"]
    yield "t interval", low, row["estimate"] - arm
    yield "t interval", high, row["estimate"] + arm


def _with_student(expected: dict[str, Any], row: dict[str, Any]) -> Found:
    """Return the basics and the t interval."""
    yield from _basics(expected, row)
    yield from _student(expected.get("ci_low"), expected.get("ci_high"), row)


def _share(test: dict[str, Any], answers: Answers) -> Found:
    """Compare a share: estimate, effective size, Wilson's interval, and the t interval."""
    expected = test["expected"]
    top = test["estimator"] == "top2box"
    row = answers.means[_key(test, item="top" if top else "yes")]
    yield from _basics(expected, row)
    yield "effective size", expected["n_eff_design"], row["effective_size"]
    yield "estimate", expected["n_hat"], row["size_total"]
    low, high = estimates.wilson(
        np.array([row["estimate"]]), np.array([row["effective_size"]]), estimates.QUANTILE
    )
    yield "Wilson", expected["ci"]["wilson_d"][0], low.item()
    yield "Wilson", expected["ci"]["wilson_d"][1], high.item()
    if not top:
        low, high = expected["ci"]["mean"]
        yield from _student(low, high, answers.means[_key(test, suffix=AMOUNT)])


def _mean(test: dict[str, Any], answers: Answers) -> Found:
    """Compare a mean."""
    suffix = AMOUNT if _is_yes_no(test, answers) else ""
    row = answers.means.get(_key(test, suffix=suffix), _NOTHING)
    yield from _with_student(test["expected"], row)


def _total(test: dict[str, Any], answers: Answers) -> Found:
    """Compare a total."""
    item = "yes" if _is_yes_no(test, answers) else ""
    row = answers.totals.get(_key(test, item=item), _NOTHING)
    yield from _with_student(test["expected"], row)


def _share_of_inhabitants(test: dict[str, Any], answers: Answers) -> Found:
    """Compare a share of inhabitants."""
    row = answers.means.get(_key(test, item="yes", weighting="inhabitant"), _NOTHING)
    yield from _with_student(test["expected"], row)


def _per_inhabitant(test: dict[str, Any], answers: Answers) -> Found:
    """Compare a ratio to inhabitants."""
    key = _key(test, suffix=PER_INHABITANT, weighting="inhabitant")
    yield from _with_student(test["expected"], answers.means.get(key, _NOTHING))


def _distribution(test: dict[str, Any], answers: Answers) -> Found:
    """Compare each answer of a scale, and its mean."""
    expected = test["expected"]
    for level, share, error in zip(
        expected["levels"], expected["estimate"], expected["se"], strict=True
    ):
        row = answers.means[_key(test, item=str(level))]
        yield "n", expected["n"], row["answer_count"]
        yield "estimate", share, row["estimate"]
        yield "standard error", error, row["standard_error"]
    row = answers.means[_key(test, suffix=AMOUNT)]
    yield from _with_student({"n": expected["n"], **expected["mean_score"]}, row)


def _quantiles(test: dict[str, Any], answers: Answers) -> Found:
    """Compare median and quartiles; null in R hangs on a tie, and says nothing."""
    expected = test["expected"]["by_rule"]["math"]
    yield (
        "degrees of freedom",
        test["expected"]["df"],
        answers.means[_key(test)]["degrees_of_freedom"],
    )
    given = answers.amounts[int(test["edition"]), test["indicator"], *_group(test)]
    yield "n", test["expected"]["n"], len(given.amounts)
    for part, theirs in zip(expected["p"], expected["estimate"], strict=True):
        if theirs is not None:
            yield "quantile", theirs, given.at(part, 0)


def _against_rest(test: dict[str, Any], answers: Answers) -> Found:
    """Compare a difference with the rest: as an amount, and as a share where it is one."""
    expected, share = test["expected"], test["kind"] == "share"
    key = _key(test, suffix=AMOUNT * share)
    one, rest = answers.means[key], answers.rests[key]
    difference, error = one["estimate"] - rest["estimate"], rest["error"]
    row = {"estimate": difference, "standard_error": error, "degrees_of_freedom": rest["freedom"]}
    yield "estimate", expected["estimate"], difference
    yield "standard error", expected["se"], error
    yield "degrees of freedom", expected["df"], rest["freedom"]
    yield from _student(expected["ci_low"], expected["ci_high"], row)
    if error > 0:
        chance = 2 * student.sf(abs(difference) / error, rest["freedom"])
        yield "p-value", expected["p_value"], chance
    if share:
        key = _key(test, item="yes")
        yield from _mover(expected, answers.means[key], answers.rests[key], 0.0)


def _change(test: dict[str, Any], answers: Answers) -> Found:
    """Compare a change of a share between editions, with R's correlation of the answers.

    R works out how the answers of the two editions go together; ours is fixed by the policy. How
    far the editions rest on the same respondents is ours too.
    """
    expected = test["expected"]
    earlier, later = sorted(int(edition) for edition in test["editions"])
    share = test["kind"] == "share"
    group = _group(test)
    item = "yes" if share else ""
    one, other = (
        answers.means[year, test["indicator"], item, "municipality", *group]
        for year in (later, earlier)
    )
    yield "estimate", expected["estimate"], one["estimate"] - other["estimate"]
    if share:
        sizes = math.sqrt(one["effective_size"] * other["effective_size"])
        common = expected["phi"] * answers.overlaps[later, *group] * sizes
        yield from _mover(expected, one, other, min(max(common, -1.0), 1.0))


def _mover(
    expected: dict[str, Any], one: dict[str, Any], other: dict[str, Any], correlation: float
) -> Found:
    """Return difference and interval of shares."""
    sides = [side[name] for side in (one, other) for name in ("estimate", "effective_size")]
    values = (*sides, correlation, 0.0)
    low, high = Shares(*(np.array([value]) for value in values)).interval(
        np.array([estimates.QUANTILE])
    )
    yield "estimate", expected["estimate"], one["estimate"] - other["estimate"]
    yield "MOVER", expected["mover_wilson_d"][0], low.item()
    yield "MOVER", expected["mover_wilson_d"][1], high.item()


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
