"""How well a release withstands its attacks, with late answers in two more: ``tests.attacks``.

The shipped sample is released, and again with 3 and with 80 late answers to two questions; then
the first, the first two and all three are attacked together, in whole numbers and by probability.
What comes out is printed as a table, with how long it took and how near it came to failing.

    python -m tests.attacks [longer]
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest import mock

import numpy as np
import polars as pl
from numpy.typing import NDArray

from data.files import store
from data.sample.drawing import write_sample
from queries import engine
from queries.attack import (
    answer_scenes,
    attack,
    near_amounts,
    probability,
    status_scenes,
    verdicts,
    whole_numbers,
)
from queries.attack.attack import Outcome, Task, attacked, everything_told, version_folder
from queries.attack.published import Told, rules_of
from queries.attack.scenes import AmountScene, Scene, StatusScene
from queries.disclosure.perturbation import Noise
from queries.parallel import spread
from queries.publish import build, figures, refusals
from queries.vault.opening import membership, open_vault

SEED = 2026
LATE = (3, 80)
# Of these the larger is kept; all else is added up.
_LARGEST = {"guess", "close", "silent"}
EDITION, QUESTIONS = 2023, ("be_budget_sufficient", "dx_exchange_blocked")


def answer_late(vault: Path, count: int, edition: int = EDITION, seed: int = 1) -> list[str]:
    """Let some who gave no answer to two questions answer after all; return who they are."""
    path = vault / "responses.parquet"
    held = pl.read_parquet(path).with_row_index("row")
    silent = held.filter(
        pl.col("edition") == edition,
        pl.col("indicator").is_in(QUESTIONS),
        pl.col("answer").is_null(),
    )
    late = silent.sample(count, seed=seed, shuffle=True).sort("row")
    random = np.random.default_rng(seed)
    drawn = {
        row: float(random.choice(_given(held, indicator)))
        for row, indicator in late.select("row", "indicator").rows()
    }
    answers = pl.DataFrame({"row": list(drawn), "late": list(drawn.values())}).cast(
        {"row": pl.UInt32}
    )
    changed = held.join(answers, on="row", how="left", maintain_order="left").with_columns(
        answer=pl.coalesce("late", "answer"),
        reason=pl.when(pl.col("late").is_null()).then("reason"),
    )
    store.write_parquet(changed.drop("row", "late"), path, {})
    return late["municipality_code"].to_list()


def _given(held: pl.DataFrame, indicator: str) -> list[float]:
    """Return the answers to a question of which there are any."""
    return held.filter(indicator=indicator)["answer"].drop_nulls().unique().sort().to_list()


def as_told(folder: Path, noise: type[Noise] = Noise, *, drawn: bool = True) -> Told:
    """Return what a release of a vault would tell, made in memory only.

    Args:
        folder: of the vault.
        noise: another kind of noise.
        drawn: whether there is noise at all.
    """
    vault = open_vault(folder)
    made = noise(store.secret(folder) if drawn else None, vault.policy)
    units = engine.table(vault.connection, "respondents")
    return Told(
        figures=build.safe_figures(vault, made),
        response=figures.response(vault, made),
        codebook=vault.codebook,
        rules=rules_of(vault.policy),
        members=membership(vault.codebook, vault.policy, vault.register),
        answers=engine.table(vault.connection, "answers"),
        units=units.select("edition", "municipality_code", "weight", "inhabitants"),
        weights=engine.table(vault.connection, "question_weights"),
    )


@dataclass(frozen=True)
class Measured:
    """What attacks found, of one question or of all.

    ``determined`` counts what is certain to anybody in whole numbers; ``certain`` and ``likely``
    what is .999 and .99 likely that was under .95; ``guess`` is the likeliest answer that was
    under .5; ``near`` counts amounts known within the policy's per cent, ``close`` is the likeliest
    of those that were under .9; ``silent`` the likeliest silence that was no more than a guess.
    ``whole`` and ``chance`` are seconds.
    """

    answers: int = 0
    determined: int = 0
    certain: int = 0
    likely: int = 0
    guess: float = 0.0
    amounts: int = 0
    near: int = 0
    close: float = 0.0
    silences: int = 0
    known_silent: int = 0
    silent: float = 0.0
    units: int = 0
    took_part: int = 0
    whole: float = 0.0
    chance: float = 0.0

    def and_then(self, other: Measured) -> Measured:
        """Return what both found: the sum of counts and times, the larger of likelihoods."""
        both: dict[str, Any] = {}
        for name in (field.name for field in fields(Measured)):
            one, another = getattr(self, name), getattr(other, name)
            both[name] = max(one, another) if name in _LARGEST else one + another
        return Measured(**both)


def measured(task: Task) -> Measured:
    """Return how well one question, or who took part, withstands the attacks."""
    if task.kind == attack.PARTICIPATION:
        begun = time.perf_counter()
        found = attacked(task)
        whole = time.perf_counter() - begun
        return Measured(units=found.attacked, took_part=len(found.openings), whole=whole)
    if task.kind == attack.STATUS:
        return _silences(status_scenes.status_scene(task.told, task.edition, task.indicator), task)
    total = Measured()
    for scene in answer_scenes.answer_scenes(task.told, task.edition, task.indicator):
        total = total.and_then(
            _amounts(scene, task) if isinstance(scene, AmountScene) else _answers(scene, task)
        )
    return total


def _answers(scene: Scene, task: Task) -> Measured:
    """Return how well answers withstand."""
    about = attack.thresholds(scene.statements.prior.shape[1])
    begun = time.perf_counter()
    verdict = whole_numbers.attack(scene.statements, scene.states, about, coalition=2)
    then = time.perf_counter()
    before = scene.statements.prior
    after = probability.posterior(scene.statements, _setting(task)).probability
    kinds = np.concatenate([np.eye(before.shape[1], dtype=bool), about, ~about])
    before, after = before @ kinds.T, after @ kinds.T
    unexpected = before < probability.EXPECTED
    return Measured(
        answers=len(scene.states),
        determined=int((verdict.fewest.min(axis=1) <= 2).sum()),
        certain=int((unexpected & (after >= probability.CERTAIN)).any(axis=1).sum()),
        likely=int((unexpected & (after >= probability.LIKELY)).any(axis=1).sum()),
        guess=_largest(after, before < probability.GUESS),
        whole=then - begun,
        chance=time.perf_counter() - then,
    )


def _amounts(scene: AmountScene, task: Task) -> Measured:
    """Return how well amounts withstand."""
    begun = time.perf_counter()
    verdict = near_amounts.attack_amounts(
        scene.statements, scene.ranked, scene.amounts, scene.near, coalition=2
    )
    then = time.perf_counter()
    before = np.sum(scene.statements.prior * scene.within, axis=1)
    after = probability.posterior(scene.statements, _setting(task)).probability
    inside = np.sum(after * scene.within, axis=1)
    return Measured(
        amounts=len(scene.states),
        near=int((verdict.fewest.min(axis=1) <= 2).sum()),
        close=_largest(inside, before < verdicts.NEAR_EXPECTED),
        whole=then - begun,
        chance=time.perf_counter() - then,
    )


def _silences(scene: StatusScene, task: Task) -> Measured:
    """Return how well silences withstand."""
    kinds = scene.silent
    begun = time.perf_counter()
    verdict = whole_numbers.attack(scene.statements, scene.states, kinds, only_true=True)
    then = time.perf_counter()
    before = scene.statements.prior @ kinds.T
    after = probability.posterior(scene.statements, _setting(task)).probability @ kinds.T
    return Measured(
        silences=len(scene.states),
        known_silent=int(verdict.determined().any(axis=1).sum()),
        silent=_largest(after, before <= probability.GUESS),
        whole=then - begun,
        chance=time.perf_counter() - then,
    )


def _setting(task: Task) -> probability.Setting:
    """Return how long is guessed."""
    return probability.THOROUGH if task.thorough else probability.QUICK


def _largest(chances: NDArray[np.float64], where: NDArray[np.bool_]) -> float:
    """Return the largest of some chances."""
    return float(chances[where].max(initial=0.0))


def tried(told: Sequence[Told], *, longer: bool = False) -> tuple[Measured, float]:
    """Return how well releases withstand together, and in how many seconds that was known."""
    begun = time.perf_counter()
    total = Measured()
    for found in spread(measured, [*_tasks(told, longer=longer)]):
        total = total.and_then(found)
    return total, time.perf_counter() - begun


def _tasks(told: Sequence[Told], *, longer: bool) -> list[Task]:
    """Return all there is to attack."""
    questions = told[0].survey.select("edition", "indicator").unique().sort("*").rows()
    about = [
        *((kind, *one) for kind in (attack.ANSWERS, attack.STATUS) for one in questions),
        *((attack.PARTICIPATION, edition, "") for edition in sorted({one[0] for one in questions})),
    ]
    return [
        Task(kind, [one.only(edition, name) for one in told], edition, name, longer)
        for kind, edition, name in about
    ]


def row(releases: int, found: Measured, seconds: float) -> str:
    """Return a line of the table."""
    share = found.likely / max(found.answers, 1)
    cells = [
        str(releases),
        f"{found.determined} of {found.answers}",
        str(found.certain),
        f"{found.likely} ({100 * share:.2f} %)",
        f"{found.guess:.3f}",
        f"{found.near} of {found.amounts}",
        f"{found.close:.3f}",
        f"{found.known_silent} of {found.silences}",
        f"{found.silent:.3f}",
        f"{found.took_part} of {found.units}",
        f"{found.whole:.0f} s",
        f"{found.chance:.0f} s",
        f"{seconds:.0f} s",
    ]
    return f"| {' | '.join(cells)} |"


HEADING = (
    "| releases | determined | .999 | .99 | largest, prior < .5 | amounts known | largest near"
    " | silences known | largest silence | participation known | whole | chance | in all |\n"
    f"|{' ---: |' * 13}"
)


def say(line: str) -> None:
    """Print a line at once."""
    print(line, flush=True)  # noqa: T201 - its purpose


def quiet(_line: str) -> None:
    """Report nothing."""


def untried(*_told: object, **_how: object) -> Outcome:
    """Attack nothing before a release goes online: here that is done afterwards, and measured."""
    return Outcome()


def main(*, longer: bool) -> None:
    """Release three times, and print how well one, two and three releases withstand."""
    with TemporaryDirectory() as folder:
        vault, release = Path(folder) / "kluis", Path(folder) / "release"
        write_sample(vault, SEED)
        original = (vault / "responses.parquet").read_bytes()
        lines = []
        for number, late in enumerate((0, *LATE), 1):
            (vault / "responses.parquet").write_bytes(original)
            if late:
                answer_late(vault, late)
            with mock.patch.object(refusals, "attack", untried):
                build.make_release(vault, release, quiet)
            told = everything_told(version_folder(release), vault)
            lines.append(row(number, *tried(told, longer=longer)))
            say(lines[-1])
    say("\n".join([HEADING, *lines]))


if __name__ == "__main__":
    main(longer="longer" in sys.argv[1:])
