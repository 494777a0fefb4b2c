"""What guesses give away: answers, amounts and silence that are likelier than they may be."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from queries.attack.probability import CERTAIN, EXPECTED, GUESS, LIKELY, Participants, Posterior

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    from queries.attack.statements import Floats, Integers

    Singles = NDArray[np.float32]
    Mask = NDArray[np.bool_]


# An amount was expected to be near before anything was told.
NEAR_EXPECTED = 0.9


# Fewer guesses in which a participant's own answer came up say too little.
FEWEST_GUESSES = 100


@dataclass(frozen=True)
class Finding:
    """One answer that is too well known.

    Attributes:
        respondent: row of the prior.
        state: column of the prior, or of the kinds of answers that were asked about.
        prior: how likely it was before.
        posterior: how likely it is after.
        rule: ``certain``, ``guess``, ``near`` or ``silent``.
    """

    respondent: int
    state: int
    prior: float
    posterior: float
    rule: str


@dataclass(frozen=True)
class Verdict:
    """What the attack found about one question.

    Attributes:
        findings: answers that break a rule by themselves.
        likely: how many answers are all but known (of all questions at most 0.5 per cent).
        answers: of how many.
    """

    findings: tuple[Finding, ...]
    likely: int
    answers: int


def verdict(
    prior: Floats,
    probability: Floats,
    kinds: Mask | None = None,
    known: Collection[int] = (),
) -> Verdict:
    """Return which answers to a question are too well known.

    Args:
        prior: ``n x K``, how likely each state was before.
        probability: ``n x K``, how likely it is after.
        kinds: ``E x K``, what is asked about, as sets of states; each state when not given.
        known: respondents whose answers the attacker had already.
    """
    if kinds is None:
        kinds = np.eye(prior.shape[1], dtype=np.bool_)
    before, after = prior @ kinds.T, probability @ kinds.T
    judged = _judged(len(prior), known)
    unexpected = (before < EXPECTED) & judged
    rules = {
        "certain": unexpected & (after >= CERTAIN),
        "guess": (before < GUESS) & (after > EXPECTED) & judged,
    }
    findings = [
        finding for rule, broken in rules.items() for finding in _found(broken, before, after, rule)
    ]
    likely = np.any(unexpected & (after >= LIKELY), axis=1)
    return Verdict(tuple(findings), int(likely.sum()), int(judged.sum()))


def verdicts(
    prior: Floats, found: Posterior, participants: Participants, kinds: Mask | None = None
) -> tuple[dict[int, Verdict], Integers]:
    """Return verdicts for participants, and which of them were too rare a guess for one.

    Args:
        prior: ``n x K``, how likely each state was before.
        found: what was found, with these participants.
        participants: the attackers.
        kinds: as for ``verdict``.

    Both are told by row of ``participants.members``; of those who were too rare a guess,
    ``posterior`` says more with their answers as ``known``.
    """
    enough = found.guesses >= FEWEST_GUESSES
    rows = participants.members.tolist()
    return {
        int(q): verdict(prior, found.told[q], kinds, rows[q]) for q in np.flatnonzero(enough)
    }, np.flatnonzero(~enough)


def near(
    prior: Floats, probability: Floats, within: Mask, known: Collection[int] = ()
) -> tuple[Finding, ...]:
    """Return whose amount is known to be near the true one.

    Args:
        prior: ``n x K``, how likely each amount was before.
        probability: ``n x K``, how likely it is after.
        within: ``n x K``, which amounts are that near to the true one of each respondent.
        known: respondents whose answers the attacker had already.

    The state of a finding is the likeliest of the amounts nearby.
    """
    before = np.sum(prior * within, axis=1, keepdims=True)
    after = np.sum(probability * within, axis=1, keepdims=True)
    broken = (before < NEAR_EXPECTED) & (after >= EXPECTED) & _judged(len(prior), known)
    likeliest = (probability * within).argmax(axis=1)
    return tuple(
        replace(finding, state=int(likeliest[finding.respondent]))
        for finding in _found(broken, before, after, "near")
    )


def silent(
    prior: Floats, probability: Floats, kinds: Mask, known: Collection[int] = ()
) -> tuple[Finding, ...]:
    """Return who likely gave no answer, though that was no more than a guess before.

    Args:
        prior: ``n x K``, how likely each state was before.
        probability: ``n x K``, how likely it is after.
        kinds: ``E x K``, ways of giving no answer, as sets of states.
        known: respondents of whom the attacker knew already.
    """
    before, after = prior @ kinds.T, probability @ kinds.T
    broken = (before <= GUESS) & (after > GUESS) & _judged(len(prior), known)
    return tuple(_found(broken, before, after, "silent"))


def _judged(respondents: int, known: Collection[int]) -> Mask:
    """Return as ``n x 1`` of whom it is judged what is known."""
    return ~np.isin(np.arange(respondents), list(known))[:, None]


def _found(broken: Mask, before: Floats, after: Floats, rule: str) -> list[Finding]:
    """Return a finding for each place where a rule is broken."""
    return [
        Finding(int(i), int(state), float(before[i, state]), float(after[i, state]), rule)
        for i, state in zip(*np.nonzero(broken), strict=True)
    ]
