"""A municipality among its peers: by which names it is found, its groups, and who is in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from data.survey.groups import WHOLE, dimensions_of, group_of, parts_of
from queries.errors import UnknownSubjectError
from queries.sheets.subjects import dimensions, municipality

if TYPE_CHECKING:
    from pages.state.view import View
    from queries.sheets.subjects import Subject

# Names less alike than this, in per cent, are two names rather than two spellings.
_ALIKE = 75


@dataclass(frozen=True)
class Peers:
    """A published group that a municipality belongs to."""

    dimension: str
    group: str

    @property
    def parts(self) -> dict[str, str]:
        """The groups that this one is made of, by dimension."""
        return parts_of(self.dimension, self.group)


def home(view: View) -> Subject | None:
    """Return the chosen municipality as it was in the edition; else in the year nearest to it."""
    code = view.selection.official.municipality
    if code is None or not view.facts.has("members"):
        return None
    try:
        return municipality(view.facts.release, code, view.selection.edition)
    except UnknownSubjectError:
        return None


def choices(view: View, of: Subject) -> list[Peers]:
    """Return the published groups a municipality is in: the size class first, all last."""
    groups = dict(of.groups)
    order = [*(d.id for d in view.book.of_kind("class")), *dimensions(view.facts.release)]
    allowed = [d for d in dict.fromkeys(order) if d != WHOLE and _knows(groups, d)]
    found = [Peers(d, group_of(d, groups)) for d in allowed]
    return [*found, Peers(WHOLE, WHOLE)]


def _knows(groups: dict[str, str], dimension: str) -> bool:
    """Whether a municipality has a group in every part of a dimension."""
    return all(part in groups for part in dimensions_of(dimension))


def peers(view: View, of: Subject) -> Peers:
    """Return the peers that were chosen, else those of the same size."""
    offered = choices(view, of)
    chosen = view.selection.peers
    return next((p for p in offered if p.dimension == chosen), offered[0])


def search_names(view: View) -> dict[str, str]:
    """Return every name that a municipality can be looked up by, with the code it leads to."""
    facts, words = view.facts, view.words
    also = _other_names(view)
    names = {
        code: words("municipality.also", name=name, other=also[code]) if code in also else name
        for code, name in facts.municipalities.items()
    }
    names |= {
        old: words(
            "municipality.former",
            old=facts.former_names[old],
            new=facts.municipalities.get(new, new),
        )
        for old, new in facts.successors.items()
        if old not in facts.municipalities
    }
    return dict(sorted(names.items(), key=lambda pair: pair[1].lstrip("'s- ").casefold()))


def _other_names(view: View) -> dict[str, str]:
    """Return names in daily use that are unlike the official one: Den Haag, Den Bosch."""
    if not view.facts.has("names"):
        return {}
    return {
        code: other
        for code, other, name in view.query("other_names").iter_rows()
        if fuzz.partial_ratio(other.casefold(), name.casefold()) < _ALIKE
    }
