"""The attack by probability: how likely each answer is to who reads everything published.

All answers to a question are guessed jointly, many times over, by Gibbs sampling under the true
law of the noise. It reads statements (``queries.attack.statements``) and nothing of what decided
or drew.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from queries.attack.likelihood import IMPOSSIBLE, UNIT
from queries.attack.likelihood_table import likelihood

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from queries.attack.likelihood import Likelihood, Logs
    from queries.attack.statements import Floats, Integers, Statements

    Singles = NDArray[np.float32]
    Mask = NDArray[np.bool_]

_SEED = 20231128
# Probabilities are added up in this part: exactly, in whatever order a processor adds.
_PART = 1 << 15
# Weights of states are looked up in a table that ends where one is too unlikely to matter, and
# of two states what is against the second.
_NATS = 20
_WEIGHTS = np.append(np.exp(-np.arange(_NATS * UNIT) / UNIT), 0.0).astype(np.float32)
_AGAINST = 1 / (1 + np.exp(np.arange(-_NATS * UNIT, _NATS * UNIT + 1) / UNIT))
_AGAINST = (np.rint(_AGAINST * _PART) / _PART).astype(np.float32)
# The walk begins with the evidence at a quarter and at a half, for a third of it each.
_BLUNT = 2
# So many times the first rounds are gone on with while hardly any guess fits.
_PATIENCE = 4
# What is told of a probability.
_DIGITS = 6

# An answer is as good as known, all but known, expected, and no more than a guess.
CERTAIN, LIKELY, EXPECTED, GUESS = 0.999, 0.99, 0.95, 0.5
# Halves of the guesses further apart than this, or so few that fit, settle nothing.
UNSETTLED, FEWEST_FITTING = 0.2, 0.1


@dataclass(frozen=True)
class Setting:
    """How long is guessed.

    Attributes:
        chains: how many guesses go on side by side; even, at most 512.
        rounds: how often each respondent is guessed anew.
        first: how many rounds do not count yet.
    """

    chains: int
    rounds: int
    first: int


QUICK = Setting(chains=128, rounds=16, first=5)
THOROUGH = Setting(chains=256, rounds=60, first=12)


@dataclass(frozen=True)
class Participants:
    """Attackers from among the respondents, who know the answers of themselves.

    Attributes:
        members: ``Q x 2``, who they are; twice the same for one who is alone.
        answers: ``n``, the state of each respondent; only those of members are read.
    """

    members: Integers
    answers: Integers


@dataclass(frozen=True)
class Posterior:
    """How likely each state is after what was published.

    Attributes:
        probability: ``n x K``; rows add up to 1.
        told: ``Q x n x K``, the same to each of the participants that were given; what they
            know themselves is certain.
        guesses: ``Q``, in how many guesses the participants' own answers came up.
        apart: largest difference between halves: of the chains, and of the rounds.
        fitting: the part of the chains that came to fit what was published by themselves;
            with too few of them, probabilities are those of the prior.
    """

    probability: Floats
    told: Floats
    guesses: Floats
    apart: float
    fitting: float

    @property
    def unsettled(self) -> bool:
        """Return whether the guesses say too little to rest a verdict on."""
        return self.apart > UNSETTLED or self.fitting < FEWEST_FITTING


NOBODY = Participants(np.zeros((0, 2), dtype=np.int64), np.zeros(0, dtype=np.int64))


@dataclass
class _Walk:
    """Guesses under way: states ``n x C``, sums ``S x C``, and what they have said so far.

    ``counting`` is ``A x C``: whether a guess counts for each attacker; first the two halves of
    the chains, then the participants. ``heard`` is ``2 x A x n x K``, by half of the rounds.
    """

    likelihood: Likelihood
    prior: Integers
    free: Integers
    states: Integers
    sums: Integers
    counting: Singles
    heard: Floats


def posterior(
    statements: Statements,
    setting: Setting = QUICK,
    known: Mapping[int, int] | None = None,
    participants: Participants = NOBODY,
) -> Posterior:
    """Return how likely each state of each respondent is.

    Args:
        statements: what was published.
        setting: how long is guessed.
        known: states of respondents that the attacker knows.
        participants: attackers who each know their own answers besides; cheaper than ``known``
            for many at once, but it says little where the own answer is a rare guess.
    """
    if known:
        statements = replace(statements, prior=_with_known(statements.prior, known))
    generator = np.random.default_rng(_SEED)
    walk = _begin(statements, setting, len(participants.members), generator)
    fitting = _settle(walk, setting, generator) if len(walk.free) else 1.0
    # where hardly any guess fits, those that do say nothing about the others
    counted = setting.rounds - setting.first if fitting >= FEWEST_FITTING else 0
    for number in range(counted):
        order, chances = _order(walk, generator)
        _listen(walk, order, chances, participants, int(2 * number >= counted))
        _pairs(walk, generator, 0)
    return _summary(statements.prior, walk, participants, fitting)


def _with_known(prior: Floats, known: Mapping[int, int]) -> Floats:
    """Return what is likely to somebody who knows some states."""
    prior = prior.copy()
    for respondent, state in known.items():
        prior[respondent] = 0.0
        prior[respondent, state] = 1.0
    return prior


def _begin(
    statements: Statements, setting: Setting, attackers: int, generator: np.random.Generator
) -> _Walk:
    """Begin with guesses from the prior alone."""
    ready = likelihood(statements)
    prior = statements.prior
    chances = 1 - generator.random((len(prior), setting.chains))
    states = _from_prior(prior, chances)
    sums = np.repeat(ready.base[:, None], setting.chains, axis=1)
    for seat, own in zip(ready.seats, states, strict=True):
        sums[seat.rows] += seat.terms.take(own, axis=1)
    open_ = (prior.max(axis=1) < 1) & [len(seat.rows) > 0 for seat in ready.seats]
    logs = np.full(prior.shape, float(IMPOSSIBLE))
    np.log(prior, out=logs, where=prior > 0)
    logs[prior > 0] = np.maximum(np.rint(logs[prior > 0] * UNIT), IMPOSSIBLE)
    return _Walk(
        likelihood=ready,
        prior=logs.astype(np.int32),
        free=np.flatnonzero(open_),
        states=states,
        sums=sums,
        counting=np.zeros((2 + attackers, setting.chains), dtype=np.float32),
        heard=np.zeros((2, 2 + attackers, *prior.shape)),
    )


def _order(walk: _Walk, generator: np.random.Generator) -> tuple[Integers, Singles]:
    """Return in which order respondents are guessed in a round, and chances: ``n x C``."""
    order = generator.permutation(walk.free)
    return order, 1 - generator.random(walk.states.shape, dtype=np.float32)


def _settle(walk: _Walk, setting: Setting, generator: np.random.Generator) -> float:
    """Walk until guesses fit what was published, and return the part of the chains that do.

    The others go on from one that does, of the same half: halves stay apart.
    """
    fits = np.zeros(setting.chains, dtype=np.bool_)
    for number in range(_PATIENCE * setting.first):
        if number >= setting.first and fits.mean() >= FEWEST_FITTING:
            break
        blunt = max(0, _BLUNT - number * (_BLUNT + 1) // setting.first)
        order, chances = _order(walk, generator)
        for respondent in order:
            _guess(walk, respondent, chances[respondent], blunt)
        _pairs(walk, generator, blunt)
        fits = walk.likelihood.fitting(walk.sums)
    for half in np.array_split(np.arange(setting.chains), 2):
        good, bad = half[fits[half]], half[~fits[half]]
        if len(good):
            chosen = generator.choice(good, len(bad))
            walk.states[:, bad] = walk.states[:, chosen]
            walk.sums[:, bad] = walk.sums[:, chosen]
    return float(fits.mean())


def _guess(walk: _Walk, respondent: int, chances: Singles, blunt: int = 0) -> Singles:
    """Guess one respondent anew in all chains, and return how likely each state was: ``K x C``."""
    seat = walk.likelihood.seats[respondent]
    rest = walk.sums.take(seat.rows, axis=0)
    rest -= seat.terms.take(walk.states[respondent], axis=1)
    logs = walk.likelihood.by_state(seat, rest, walk.prior.shape[1]) >> blunt
    logs += walk.prior[respondent][:, None]
    share, state = _drawn(logs, chances)
    walk.states[respondent] = state
    rest += seat.terms.take(state, axis=1)
    walk.sums[seat.rows] = rest
    return share


def _drawn(logs: Logs, chances: Singles) -> tuple[Singles, Integers]:
    """Return how likely each state is, and a state: ``K x C`` and ``C``."""
    if len(logs) == 2:
        against = _AGAINST.take(logs[1] - logs[0] + _NATS * UNIT, mode="clip")
        share = np.empty((2, len(against)), dtype=np.float32)
        share[0] = against
        np.subtract(1, against, out=share[1])
        return share, (against < chances).astype(np.int64)
    weights = _WEIGHTS.take(logs.max(axis=0) - logs, mode="clip")
    share = weights / weights.sum(axis=0)
    upto = share.cumsum(axis=0)
    state = np.sum(upto[:-1] < chances * upto[-1], axis=0)
    return np.rint(share * np.float32(_PART)) / np.float32(_PART), state


def _listen(
    walk: _Walk, order: Integers, chances: Singles, participants: Participants, half: int
) -> None:
    """Guess all respondents anew, and keep how likely their states were."""
    fits = walk.likelihood.fitting(walk.sums).astype(np.float32)
    middle = len(fits) // 2
    walk.counting[0], walk.counting[1] = fits, fits
    walk.counting[0, middle:], walk.counting[1, :middle] = 0, 0
    members, answers = participants.members, participants.answers
    _recount(walk, participants, np.arange(len(members)), fits)
    for respondent in order:
        share = _guess(walk, respondent, chances[respondent])
        walk.heard[half, :, respondent] += walk.counting @ share.T
        if len(answers):
            own = np.flatnonzero(np.any(members == respondent, axis=1))
            _recount(walk, participants, own, fits)


def _recount(walk: _Walk, participants: Participants, which: Integers, fits: Singles) -> None:
    """Count a guess for participants where it has their own answers."""
    if len(which):
        members = participants.members[which]
        own = walk.states[members] == participants.answers[members][:, :, None]
        walk.counting[2 + which] = own.all(axis=1) * fits


def _pairs(walk: _Walk, generator: np.random.Generator, blunt: int) -> None:
    """Move answers in pairs where what is published leaves no room to move one by one."""
    for group in walk.likelihood.narrow:
        members = generator.permutation(group[np.isin(group, walk.free)])
        for first, second in zip(members[::2], members[1::2], strict=False):
            pair = [int(first), int(second)]
            one, other = walk.states[pair]
            prior = walk.prior[pair[0]] - walk.prior[pair[1]]
            _move(walk, pair, np.stack([other, one]), prior[other] - prior[one], generator, blunt)
            chances = 1 - generator.random((2, len(one)))
            drawn = _from_prior(np.exp(walk.prior[pair] / UNIT), chances)
            _move(walk, pair, drawn, np.zeros_like(prior[one]), generator, blunt)


def _move(
    walk: _Walk,
    pair: list[int],
    then: Integers,
    odds: Logs,
    generator: np.random.Generator,
    blunt: int,
) -> None:
    """Propose other states (``2 x C``) to two respondents, in every chain.

    ``odds`` says how much likelier the states are in the prior than in what proposes them.
    """
    rows, added = walk.likelihood.together(pair, np.stack([walk.states[pair], then]))
    sums = walk.sums[rows] - added[0] + added
    logs = walk.likelihood.of_rows(sums, rows) >> blunt
    gain = logs[1] - logs[0] + odds
    does = _WEIGHTS.take(-gain, mode="clip") > generator.random(len(gain), dtype=np.float32)
    walk.states[pair] = np.where(does, then, walk.states[pair])
    walk.sums[rows] = np.where(does, sums[1], sums[0])


def _from_prior(prior: Floats, chances: Floats) -> Integers:
    """Return states (``n x C``) drawn from what is likely (``n x K``) by chances (``n x C``)."""
    upto = prior.cumsum(axis=1)
    upto /= upto[:, -1:]
    return np.asarray(np.sum(upto[:, :-1, None] < chances[:, None, :], axis=1), dtype=np.int64)


def _summary(prior: Floats, walk: _Walk, participants: Participants, fitting: float) -> Posterior:
    """Summarise what the guesses have said."""
    rounds, chains = walk.heard[:, :2].sum(axis=1), walk.heard[:, :2].sum(axis=0)
    told = _shares(walk.heard[:, 2:].sum(axis=0), prior)
    each = np.arange(len(told))
    for members in participants.members.T:
        told[each, members] = np.eye(prior.shape[1])[participants.answers[members]]
    if not len(walk.free):
        return Posterior(prior.copy(), told, np.zeros(len(told)), 0.0, 1.0)
    apart = [np.abs(np.diff(_shares(half, prior), axis=0)).max() for half in (rounds, chains)]
    guesses = walk.heard[:, 2:, walk.free].sum(axis=(0, 3)).mean(axis=1)
    return Posterior(
        probability=_shares(rounds.sum(axis=0), prior),
        told=told,
        guesses=guesses,
        apart=float(max(apart)),
        fitting=fitting,
    )


def _shares(heard: Floats, prior: Floats) -> Floats:
    """Return probabilities from what was heard (``... x n x K``): the prior where nothing was."""
    total = heard.sum(axis=-1, keepdims=True)
    shares = np.where(total > 0, heard / np.maximum(total, 1e-12), prior)
    return np.asarray(shares.round(_DIGITS))
