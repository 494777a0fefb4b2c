"""An address that is refused: what is wrong with it, what it could say, and the nearest guess.

Pages leave out what they cannot use, and say so. Files, pictures and what stands in other people's
pages are read by programs, which read no such sentence: they get what they asked for, or this.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from data.errors import ReleaseBrokenError
from data.survey.languages import DUTCH
from pages.state import address
from pages.state.parameter_kinds import BETWEEN
from pages.state.releases import is_there, opened
from pages.state.view import View
from pages.words.texts import Words, echoed
from queries.release.manifest import REMEDY

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from data.survey.languages import Language
    from pages.state.parameter_kinds import Dropped, Offer
    from pages.state.releases import Facts

INVALID, NOT_FOUND, GONE = 400, 404, 410
# How alike a guess is at least, from 0 to 1.
ALIKE = 0.4


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: with a parameter, or with a part of the path.

    Attributes:
        parameter: its name, or ``page``, ``card``, ``ending`` or ``code`` in the path.
        value: what was asked for; its beginning, where it is long.
        reason: which text of ``refused`` says what is wrong.
        valid: what it could be; empty where that is no list.
    """

    parameter: str
    value: str
    reason: str
    valid: tuple[str, ...] = ()

    @property
    def nearest(self) -> str | None:
        """What was probably meant."""
        said = self.parameter if self.reason == "no_parameter" else self.value
        found = get_close_matches(said.lower(), map(str.lower, self.valid), 1, ALIKE)
        return next((value for value in self.valid if value.lower() in found), None)

    def said(self, words: Words) -> str:
        """Return what is wrong, in a sentence."""
        return words(f"refused.{self.reason}", parameter=self.parameter, value=self.value)

    def told(self, words: Words) -> dict[str, Any]:
        """Return the problem for a program, and what it could read out."""
        return asdict(self) | {"nearest": self.nearest, "detail": self.said(words)}


class RefusedError(Exception):
    """An address that gets no figures; ``status`` is that of HTTP."""

    def __init__(
        self, problems: Sequence[Problem], status: int = INVALID, language: Language = DUTCH
    ) -> None:
        """Refuse for these problems, to be said in a language."""
        super().__init__(", ".join(f"{p.parameter}={p.value}: {p.reason}" for p in problems))
        self.problems = tuple(problems)
        self.status = status
        self.language = language


def missing(part: str, value: str, valid: Collection[str], language: Language) -> RefusedError:
    """Return the refusal of a path that leads to nothing."""
    problem = Problem(part, echoed(value), f"no_{part}", tuple(valid))
    return RefusedError([problem], NOT_FOUND, language)


def checked(pairs: Sequence[tuple[str, str]], only: Collection[str] | None = None) -> View:
    """Return release and selection for an address that says nothing that cannot be used.

    Args:
        pairs: names and values, as they stand in the address.
        only: the names that mean something at this address; every name where none are given.

    Raises:
        RefusedError: something in it is unknown, said twice, or does not go with the rest.
        ReleaseBrokenError: there is no release, or it cannot be used.
    """
    given = dict(pairs)
    language = address.language(given.get(address.LANGUAGE))
    shape = [*_repeated(pairs), *_too_long(pairs)]
    if shape:
        raise RefusedError(shape, INVALID, language)
    facts = _version(given.get(address.VERSION), language)
    selection, dropped = address.read(given, facts)
    offered = address.offers(facts, selection)
    if only is not None:
        offered = {name: offer for name, offer in offered.items() if name in only}
    wrong = [
        *(Problem(echoed(n), echoed(v), "no_parameter", tuple(offered)) for n, v in pairs
          if n not in offered),
        *(_empty(offered[n]) for n, v in pairs if n in offered and not v),
        *(_unusable(d, offered[d.parameter]) for d in dropped
          if d.parameter in offered and d.successor is None),
    ]  # fmt: skip
    if wrong:
        raise RefusedError(wrong, INVALID, language)
    return View(facts, selection)


def _repeated(pairs: Sequence[tuple[str, str]]) -> list[Problem]:
    """Return the names that are said more than once."""
    times = Counter(name for name, _ in pairs)
    values = {name: BETWEEN.join(v for n, v in pairs if n == name) for name in times}
    return [
        Problem(echoed(n), echoed(values[n]), "repeated") for n, many in times.items() if many > 1
    ]


def _too_long(pairs: Sequence[tuple[str, str]]) -> list[Problem]:
    """Return the values that are too long to be any."""
    return [Problem(echoed(n), echoed(v), "too_long") for n, v in pairs if len(v) > address.LONGEST]


def _empty(offer: Offer) -> Problem:
    """Return that a name has no value."""
    return Problem(offer.name, "", "empty", offer.values or ())


def _unusable(dropped: Dropped, offer: Offer) -> Problem:
    """Return why a value cannot be used."""
    if dropped.contradicts:
        reason = "contradicts"
    elif offer.values is None:
        reason = "no_text"
    else:
        reason = "no_value" if offer.values else "not_alone"
    return Problem(dropped.parameter, echoed(dropped.value), reason, offer.values or ())


def _version(version: str | None, language: Language) -> Facts:
    """Return the version that an address asks for; the one online when it names none."""
    exists = version is None or is_there(version)
    if exists:
        facts = opened(version)
        if version not in {None, facts.version}:
            raise ReleaseBrokenError(f"versie {version} is beschadigd.", REMEDY)
        return facts
    status, reason = (GONE, "withdrawn") if exists is None else (NOT_FOUND, "no_version")
    problem = Problem(address.VERSION, echoed(version or ""), reason, (opened(None).version,))
    raise RefusedError([problem], status, language)


def in_words(refused: RefusedError) -> dict[str, Any]:
    """Return a refusal as a problem document (RFC 9457)."""
    words = Words(refused.language)
    return {
        "type": "about:blank",
        "title": words("refused.title"),
        "status": refused.status,
        "detail": " ".join(problem.said(words) for problem in refused.problems),
        "language": refused.language,
        "problems": [problem.told(words) for problem in refused.problems],
    }
