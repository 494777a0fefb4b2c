"""The attack that a release must withstand: what can be known about single municipalities.

It reads files only, the release as it lies on disk and what the vault kept of earlier ones, and
knows nothing of how the gate decided or drew. Two ways are tried: in whole numbers, whether any
answer is certain (``whole_numbers``), and by probability, how likely each is (``probability``).
Everybody has the register and everything that was ever published. An outsider has no more; some
know who took part; an insider knows who answered each question; a participant knows its own answer
besides, and two may share theirs. What fewer know more know too, so that each thing is tried by who
knows most of those from whom it must be kept.

Source: ``docs/disclosure.md``.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from queries.attack import (
    answer_scenes,
    near_amounts,
    probability,
    published,
    status_scenes,
    verdicts,
    whole_numbers,
    withstood,
)
from queries.attack.scenes import AmountScene
from queries.parallel import REPORTED, spread
from queries.release.manifest import MANIFEST, VERSIONS, current_version, read_manifest, verify
from queries.vault import prior_releases

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from queries.attack.published import Told
    from queries.attack.scenes import Scene, StatusScene
    from queries.attack.withstood import Numbers

    Report = Callable[[str], None]
    Mask = NDArray[np.bool_]

OUTSIDER, WHO_TOOK_PART, INSIDER = "outsider", "who_took_part", "insider"
# Who knows its own answer, and two that share theirs.
PARTICIPANTS = (INSIDER, "participant", "two_participants")
ANSWERS, STATUS, PARTICIPATION = "answers", "status", "participation"
CERTAIN = "certain"
_WHO = "wie meedeed"
# Of all answers at most this part may be all but known.
MOST_LIKELY = 0.005
# Whether silence is likelier than not takes fewer guesses than whether an answer is certain.
_LIGHT = probability.Setting(chains=64, rounds=8, first=3)


@dataclass(frozen=True)
class Opening:
    """Something that is known too well: by whom, of whom, and how likely it is (1: certain)."""

    attacker: str
    edition: int
    indicator: str
    item: str
    municipality: str
    rule: str
    chance: float


@dataclass(frozen=True)
class Outcome:
    """What an attack found, of one question or of all.

    ``attacked`` counts what was attacked; ``answers`` the answers that were guessed, and ``likely``
    those of them that are all but known. ``unsettled`` names questions of which the guesses say too
    little.
    """

    attacked: int = 0
    answers: int = 0
    likely: int = 0
    openings: tuple[Opening, ...] = ()
    unsettled: tuple[str, ...] = ()

    @property
    def succeeds(self) -> bool:
        """Whether the release may not be published."""
        return bool(self.openings or self.unsettled) or self.likely > MOST_LIKELY * self.answers

    def and_then(self, other: Outcome) -> Outcome:
        """Return what both found together."""
        return Outcome(
            self.attacked + other.attacked,
            self.answers + other.answers,
            self.likely + other.likely,
            self.openings + other.openings,
            self.unsettled + other.unsettled,
        )

    def questions(self) -> list[str]:
        """Return which questions opened, the worst first; or that it is told who took part."""
        counts = Counter(f"{o.indicator or _WHO} ({o.edition})" for o in self.openings)
        return [name for name, _ in counts.most_common()]


@dataclass(frozen=True)
class Task:
    """One thing to attack: a question's answers, who left it out, or who took part at all."""

    kind: str
    told: Sequence[Told]
    edition: int
    indicator: str = ""
    thorough: bool = False
    by_chance: bool = field(default=True)


def attack(
    told: Sequence[Told],
    report: Report,
    *,
    thorough: bool = False,
    by_chance: bool = True,
    memory: dict[str, Numbers] | None = None,
) -> Outcome:
    """Return everything that is known too well from a release and those before it.

    Args:
        told: the release, and earlier ones of the same survey, the newest first.
        report: called with a line now and then.
        thorough: guess longer, and for each participant by itself.
        by_chance: guess at all; else only what is certain is looked for.
        memory: what withstood such an attack before, by its digest, and is not attacked again;
            what withstands now is added. Nothing is remembered when not given.
    """
    tasks: dict[str, Task] = {}
    found = Outcome()
    for kind, edition, indicator in _subjects(told):
        different = _different(told, edition, indicator)
        about = kind, edition, indicator, thorough, by_chance
        name = withstood.digest(about, list(different))
        if memory and name in memory:
            found = found.and_then(Outcome(*memory[name]))
        else:
            releases = list(different.values())
            tasks[name] = Task(kind, releases, edition, indicator, thorough, by_chance)
    outcomes = spread(attacked, list(tasks.values()))
    for number, (name, outcome) in enumerate(zip(tasks, outcomes, strict=True), 1):
        found = found.and_then(outcome)
        if memory is not None and not (outcome.openings or outcome.unsettled):
            memory[name] = outcome.attacked, outcome.answers, outcome.likely
        if number % REPORTED == 0:
            report(f"{number} van {len(tasks)} onderdelen aangevallen")
    return found


def version_folder(path: Path) -> Path:
    """Return the folder of one version, given that or the folder of a release."""
    return path if (path / MANIFEST).is_file() else path / VERSIONS / current_version(path)


def everything_told(version: Path, vault: Path) -> list[Told]:
    """Return a version that is published and every other release of its vault, the newest first.

    Raises:
        ReleaseBrokenError: a file of the version is missing or damaged.
        DataError: the vault does not remember this version.
    """
    manifest = read_manifest(version)
    verify(version, manifest)
    prior_releases.refuse_forgotten(vault, manifest.content)
    others = [path for path in prior_releases.records(vault) if path.name != manifest.content]
    newest = published.read_told(version, vault / prior_releases.FOLDER / manifest.content)
    return [newest, *(published.read_told(path, path) for path in reversed(others))]


def _subjects(told: Sequence[Told]) -> Iterator[tuple[str, int, str]]:
    """Yield what there is to attack in the newest release, the longest work first."""
    newest = told[0]
    survey = newest.survey
    for kind in (ANSWERS, STATUS):
        for edition, indicator in survey.select("edition", "indicator").unique().sort("*").rows():
            yield kind, edition, indicator
    for edition in survey["edition"].unique().sort():
        yield PARTICIPATION, edition, ""


def _different(told: Sequence[Told], edition: int, indicator: str) -> dict[str, Told]:
    """Return what releases say of one question and nothing else, the same once, by its digest."""
    restricted = [one.only(edition, indicator) for one in told if edition in one.codebook.years()]
    different: dict[str, Told] = {}
    for one in restricted:
        different.setdefault(withstood.told_digest(one, indicator), one)
    return different


def attacked(task: Task) -> Outcome:
    """Return what is known too well of one task."""
    if task.kind == ANSWERS:
        found = Outcome()
        for scene in answer_scenes.answer_scenes(task.told, task.edition, task.indicator):
            found = found.and_then(_answers(scene, task))
        return found
    if task.kind == STATUS:
        return _statuses(status_scenes.status_scene(task.told, task.edition, task.indicator), task)
    return _participation(status_scenes.participation_scene(task.told, task.edition))


def _opened(scene: Scene, attacker: str, rule: str, respondent: int, chance: float) -> Opening:
    """Return an opening about a respondent of a scene."""
    municipality = scene.respondents[respondent]
    return Opening(attacker, scene.edition, scene.indicator, scene.item, municipality, rule, chance)


# what was answered ------------------------------------------------------------------------------


def _answers(scene: Scene, task: Task) -> Outcome:
    """Return which answers insiders and participants know too well."""
    if isinstance(scene, AmountScene):
        return _amounts(scene, task)
    about = thresholds(scene.statements.prior.shape[1])
    verdict = whole_numbers.attack(scene.statements, scene.states, about, coalition=2)
    certain = tuple(_certain(scene, verdict))
    found = Outcome(attacked=len(scene.states), openings=certain)
    return found.and_then(_guessed(scene, about, task)) if task.by_chance else found


def thresholds(kinds: int) -> Mask:
    """Return what is asked of an answer: whether it is this state or a higher one."""
    return np.arange(kinds) >= np.arange(1, kinds)[:, None]


def _certain(scene: Scene, verdict: whole_numbers.Verdict) -> Iterator[Opening]:
    """Yield what is certain: to insiders, else to participants."""
    fewest = verdict.fewest.min(axis=1)
    for respondent in np.flatnonzero(fewest < len(PARTICIPANTS)).tolist():
        yield _opened(scene, PARTICIPANTS[fewest[respondent]], CERTAIN, respondent, 1.0)


def _guessed(scene: Scene, about: Mask, task: Task) -> Outcome:
    """Return which answers are likelier than they may be, to insiders and participants."""
    setting = probability.THOROUGH if task.thorough else probability.QUICK
    prior = scene.statements.prior
    known = _participants(scene) if task.thorough else probability.NOBODY
    after = probability.posterior(scene.statements, setting, participants=known)
    kinds = np.concatenate([np.eye(prior.shape[1], dtype=bool), about, ~about])
    verdict = verdicts.verdict(prior, after.probability, kinds)
    openings = [_finding(scene, INSIDER, finding) for finding in verdict.findings]
    told, _rare = verdicts.verdicts(prior, after, known, kinds)
    for row, mine in told.items():
        attacker = PARTICIPANTS[len(set(known.members[row].tolist()))]
        openings += [_finding(scene, attacker, finding) for finding in mine.findings]
    name = f"{scene.indicator} {scene.item} ({scene.edition})"
    unsettled = (name,) if after.unsettled else ()
    return Outcome(0, verdict.answers, verdict.likely, tuple(openings), unsettled)


def _finding(scene: Scene, attacker: str, found: verdicts.Finding) -> Opening:
    """Return a finding of the attack by probability as an opening."""
    return _opened(scene, attacker, found.rule, found.respondent, found.posterior)


def _participants(scene: Scene) -> probability.Participants:
    """Return each respondent alone, and with the next one."""
    everyone = np.arange(len(scene.states))
    alone = np.stack([everyone, everyone], axis=1)
    shared = np.stack([everyone, np.roll(everyone, 1)], axis=1)
    return probability.Participants(np.concatenate([alone, shared]), scene.states)


def _amounts(scene: AmountScene, task: Task) -> Outcome:
    """Return which amounts are known nearly."""
    verdict = near_amounts.attack_amounts(
        scene.statements, scene.ranked, scene.amounts, scene.near, coalition=2
    )
    found = list(_certain(scene, verdict))
    unsettled: tuple[str, ...] = ()
    # amounts have many states: that takes too long before each release
    if task.by_chance and task.thorough:
        after = probability.posterior(scene.statements, probability.QUICK)
        near = verdicts.near(scene.statements.prior, after.probability, scene.within)
        found += [_finding(scene, INSIDER, one) for one in near]
        unsettled = (f"{scene.indicator} ({scene.edition})",) if after.unsettled else ()
    return Outcome(len(scene.states), openings=tuple(found), unsettled=unsettled)


# who answered, and who took part ------------------------------------------------------------------


def _statuses(scene: StatusScene, task: Task) -> Outcome:
    """Return who is known to have left out a question, by who knows who took part."""
    verdict = whole_numbers.attack(scene.statements, scene.states, scene.silent, only_true=True)
    certain = np.flatnonzero(verdict.determined().any(axis=1)).tolist()
    found = [_opened(scene, WHO_TOOK_PART, CERTAIN, one, 1.0) for one in certain]
    if task.by_chance:
        setting = probability.QUICK if task.thorough else _LIGHT
        after = probability.posterior(scene.statements, setting)
        silent = verdicts.silent(scene.statements.prior, after.probability, scene.silent)
        found += [_finding(scene, WHO_TOOK_PART, one) for one in silent]
    return Outcome(len(scene.states), openings=tuple(found))


def _participation(scene: Scene) -> Outcome:
    """Return of whom it is certain that they took part or not, to everybody."""
    about = np.unique(scene.statements.features, axis=0) > 0
    verdict = whole_numbers.attack(scene.statements, scene.states, about)
    certain = np.flatnonzero(verdict.determined().any(axis=1)).tolist()
    openings = [_opened(scene, OUTSIDER, CERTAIN, one, 1.0) for one in certain]
    return Outcome(len(scene.states), openings=tuple(openings))
