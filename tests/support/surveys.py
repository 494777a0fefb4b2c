"""Small surveys that one can add up by hand, as vaults on disk."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from data.files import store
from data.files.schema import Responses
from queries.disclosure.noise import draw
from queries.disclosure.perturbation import Noise
from queries.publish import build
from queries.vault import design
from queries.vault.opening import Vault

# With so much noise that an attack finds nothing, however few answered.
POLICY = """
min_respondents = {minimum}
crosses = []
weightings = ["municipality", "inhabitant"]

[fewest]
quantile = 13
distribution = 1
inhabitant = 1

[noise]
sd = 3.0
status_sd = 1.0
amount_sd = 0.5

[protection]
bound_points = 5
bound_answers = 2
largest_inhabitant_part = 100
p_percent = 0
max_releases = 99

[rounding]
share_points = 0.5
share_points_small = 5
small_below = 30
amount_digits = 4
count_step = 2

[comparisons]
edition_correlation = 0.2

[strata]
min_respondents = 2
collapse_along = "size"

[reliability]
good_half_width = 10
caution_half_width = 20
good_answers = 10
good_skewness = 0.2
"""

# The same, as little coarse as can be: for checks in memory, as an attack would open a release.
FINE = (
    POLICY.replace("\nsd = 3.0", "\nsd = 1.0")
    .replace("bound_points = 5", "bound_points = 0")
    .replace("bound_answers = 2", "bound_answers = 0")
    .replace("share_points_small = 5", "share_points_small = 0.5")
    .replace("small_below = 30", "small_below = 0")
)

HEAD = """
[survey]
id = "proef"
name = {{ nl = "Proefenquête", en = "Trial survey" }}
short = {{ nl = "Proef", en = "Trial" }}
about = {{ nl = "Een proef.", en = "A trial." }}
unit.nl = {{ one = "school", other = "scholen" }}
unit.en = {{ one = "school", other = "schools" }}
population = {{ nl = "alle scholen", en = "all schools" }}
whole = {{ nl = "Alle scholen", en = "All schools" }}
strata = ["{stratum}"]
licence = "CC0"
producer = {{ nl = "Proefbureau", en = "Trial office" }}

[[sources]]
id = "proef"
label = {{ nl = "Proefenquête", en = "Trial survey" }}

[[roles]]
id = "directeur"
label = {{ nl = "directeur", en = "head" }}

[[themes]]
id = "lessen"
slug = "lessen"
headline = "{headline}"
role = "directeur"
title = {{ nl = "Lessen", en = "Lessons" }}
motto = {{ nl = "Goed les", en = "Good lessons" }}
about = {{ nl = "Over lessen.", en = "On lessons." }}
"""


def texts(word: str) -> str:
    """Return a text in both languages."""
    return f'{{ nl = "{word}", en = "{word}" }}'


def dimension(name: str, kind: str, parameter: str, codes: list[str]) -> str:
    """Return a dimension of a codebook."""
    groups = ", ".join(f'{{ code = "{code}", label = {texts(code)} }}' for code in codes)
    return (
        f'[[dimensions]]\nid = "{name}"\nkind = "{kind}"\nparameter = "{parameter}"\n'
        f"label = {texts(name)}\nall = {texts('alles')}\ngroups = [{groups}]\n"
    )


def indicator(name: str, kind: str, years: list[int], extra: str = "") -> str:
    """Return a question of a codebook."""
    asked = ", ".join(f'{year} = "same"' for year in years)
    return (
        f'[[indicators]]\nid = "{name}"\ntheme = "lessen"\nkind = "survey"\ntype = "{kind}"\n'
        f'label = {texts(name)}\nquestion = {texts(name)}\ndirection = "neutral"\n'
        f"comparability = {{ {asked} }}\n{extra}\n"
    )


def write_vault(
    folder: Path,
    codebook: str,
    register: pl.DataFrame,
    responses: list[tuple[int, str, str, str, float | None, str | None]],
    *,
    minimum: int = 1,
    policy: str = POLICY,
) -> Path:
    """Write a vault: responses are edition, code, indicator, choice, answer, reason."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "codebook.toml").write_text(codebook, encoding="utf-8")
    (folder / "policy.toml").write_text(policy.format(minimum=minimum), encoding="utf-8")
    store.write_parquet(register.cast({"year": pl.Int32}), folder / "register.parquet", {})
    frame = pl.DataFrame(
        [(*row, None, None, True) for row in responses],
        schema=Responses.create_empty().schema,
        orient="row",
    )
    store.write_parquet(Responses.validate(frame, cast=True), folder / "responses.parquet", {})
    sign(folder, synthetic=True)
    return folder


def sign(folder: Path, *, synthetic: bool) -> None:
    """Make a folder a vault: its manifest and its secret, which is public where it is made up."""
    store.make_secret(folder, synthetic=synthetic)
    manifest = {"format": store.VAULT_FORMAT, "synthetic": synthetic}
    store.write_json(manifest, folder / store.VAULT_MANIFEST)


def estimated(vault: Vault) -> pl.DataFrame:
    """Return what the answers of a vault estimate, exactly: nothing of it is published."""
    design.load_sums(vault)
    return design.means(vault, design.weighted_sums(vault))


def without_noise(vault: Vault) -> pl.DataFrame:
    """Return the figures of a vault with the noise left out, in memory only; rounded all the same.

    The counts that comparisons build on are ready after it.
    """
    return build.safe_figures(vault, Noise(None, vault.policy))


def nine(folder: Path, *, minimum: int = 1, policy: str = POLICY) -> Path:
    """Write nine units: six in noord of which three answer, three in zuid that all answer.

    ``hours``: noord 2, 4, 6; zuid 1, 2, 3. ``busy``: noord yes, no, yes; zuid yes, yes, don't
    know. Units in noord have 10 inhabitants each, those in zuid 100.
    """
    codes = [f"U{n}" for n in range(1, 10)]
    register = pl.DataFrame(
        {
            "year": [2025] * 9,
            "municipality_code": codes,
            "name": codes,
            "inhabitants": [10] * 6 + [100] * 3,
            "region": ["noord"] * 6 + ["zuid"] * 3,
            "size": ["klein"] * 3 + ["groot"] * 3 + ["klein"] * 3,
        }
    )
    codebook = (
        HEAD.format(stratum="region", headline="busy")
        + f"[[editions]]\nyear = 2025\nlabel = {texts('2025')}\n"
        + dimension("size", "class", "gr", ["klein", "groot"])
        + dimension("region", "region", "rg", ["noord", "zuid"])
        + indicator("hours", "number", [2025], 'valid = [0, 10]\nheadline = "mean"\ndecimals = 1')
        + indicator("busy", "yes_no", [2025], 'headline = "yes"')
    )
    answers: list[tuple[int, str, str, str, float | None, str | None]] = [
        (2025, code, "hours", "", hours, None)
        for code, hours in zip(
            ["U1", "U2", "U3", "U7", "U8", "U9"], [2.0, 4.0, 6.0, 1.0, 2.0, 3.0], strict=True
        )
    ]
    answers += [
        (2025, "U1", "busy", "", 1.0, None),
        (2025, "U2", "busy", "", 0.0, None),
        (2025, "U3", "busy", "", 1.0, None),
        (2025, "U7", "busy", "", 1.0, None),
        (2025, "U8", "busy", "", 1.0, None),
        (2025, "U9", "busy", "", None, "dont_know"),
    ]
    return write_vault(folder, codebook, register, answers, minimum=minimum, policy=policy)


def digest(
    answers: Mapping[str, float], choice: str = "", weight: float = 1, inhabitants: int = 100
) -> int:
    """Return what identifies who gave which answer: see ``counts/answer_digests``.

    All of them weigh the same, and have as many inhabitants.
    """
    told = [f"{code}={choice}={float(answer)}" for code, answer in answers.items()]
    told += [f"{code}={round(1e9 * weight)}={inhabitants}" for code in answers]
    return sum(int(hashlib.sha256(text.encode()).hexdigest()[:15], 16) for text in told)


def south(hours: float, weighting: str = "municipality") -> float:
    """Return the mean of ``hours`` that is published of zuid when U7 answered ``hours``.

    The mean of that and of 2 and 3, with noise of half the largest deviation from the median,
    rounded up to 1, 2 or 5 times a power of ten; in thousandths. The same for both weightings,
    but for the draw.
    """
    answers = [hours, 2.0, 3.0]
    deviation = max(abs(answer - sorted(answers)[1]) for answer in answers) / 3
    ladder = [rung * 10.0**place for place in (-1, 0, 1) for rung in (1, 2, 5)]
    size = next(rung for rung in ladder if rung >= deviation)
    content = digest({"U7": hours, "U8": 2.0, "U9": 3.0})
    secret = hashlib.sha256(b"fictieve voorbeelddata: dit geheim is openbaar").digest()
    z = draw(secret, 2025, "hours", "mean", "", weighting, content) / 1000
    return round(sum(answers) / 3 + 0.5 * size * z, 3)
