"""Kinds of parameters of an address: how one is read, written and offered.

The parameters themselves stand in ``pages.state.parameters``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from data.survey.codebook import Codebook
    from pages.state.releases import Facts
    from pages.state.selection import Selection

BETWEEN = ","


@dataclass(frozen=True)
class Dropped:
    """A value in an address that could not be used; or was replaced by ``successor``."""

    parameter: str
    value: str
    successor: str | None = None
    # Whether it could be used, but for what else the address says.
    contradicts: bool = False


class Reader:
    """Takes values from an address one by one and remembers what could not be used."""

    def __init__(self, parameters: Mapping[str, str], facts: Facts) -> None:
        """Read ``parameters`` as an address of the release ``facts``."""
        self.parameters = parameters
        self.facts = facts
        self.dropped: list[Dropped] = []

    def one_of(self, name: str, allowed: Collection[str]) -> str | None:
        """Return the value of a parameter if it is allowed, else None."""
        value = self.parameters.get(name)
        if value is None or value == "":
            return None
        if value in allowed:
            return value
        self.dropped.append(Dropped(name, value))
        return None

    def several_of(self, name: str, allows: Callable[[str], bool]) -> tuple[str, ...]:
        """Return the allowed values of a parameter that holds a list, each once."""
        values = [v for v in self.parameters.get(name, "").split(BETWEEN) if v]
        self.dropped += [Dropped(name, v) for v in values if not allows(v)]
        return tuple(dict.fromkeys(v for v in values if allows(v)))


def taken(selection: Selection, field: str) -> Any:  # noqa: ANN401 - of any type
    """Return a field of a selection; of a choice within it with a dot: ``table.theme``."""
    value: Any = selection
    for part in field.split("."):
        value = getattr(value, part)
    return value


def taking(selection: Selection, field: str, value: object) -> Selection:
    """Return a selection with another value in a field."""
    outer, _, inner = field.partition(".")
    changes: dict[str, Any] = {inner or outer: value}
    if inner:
        changes = {outer: replace(getattr(selection, outer), **changes)}
    return replace(selection, **changes)


@dataclass(frozen=True)
class Offer:
    """A name in an address, and the values it takes; ``None`` for any text.

    ``several``: it takes a list of them, with commas between.
    """

    name: str
    values: tuple[str, ...] | None
    several: bool = False


@dataclass(frozen=True)
class Parameter:
    """Something that an address can say.

    Attributes:
        fields: where a selection keeps it.
        offers: the names it has in an address, with the values of each; given a selection, those
            that go with what it holds so far.
        read: takes it from an address into a selection.
        write: gives it as names and values; none or empty is left out.
        stays: whether it stays when the reader goes to another page.
    """

    fields: tuple[str, ...]
    offers: Callable[[Facts, Selection], Iterable[Offer]]
    read: Callable[[Reader, Selection], Selection]
    write: Callable[[Selection, Codebook], Iterable[tuple[str, object]]]
    stays: bool = False


def one(
    name: str,
    field: str,
    allowed: Callable[[Facts, Selection], Collection[str]],
    *,
    stays: bool = False,
    given: Callable[[str], object] = str,
    written: Callable[[Any], object] = lambda value: value,
) -> Parameter:
    """Return a parameter with one value, of those that a release and what was read so far allow.

    ``given`` and ``written`` turn its text into what the selection holds, and back.
    """

    def read(reader: Reader, selection: Selection) -> Selection:
        if name not in reader.parameters:
            return selection
        value = reader.one_of(name, allowed(reader.facts, selection))
        return selection if value is None else taking(selection, field, given(value))

    def write(selection: Selection, _book: Codebook) -> list[tuple[str, object]]:
        return [(name, written(taken(selection, field)))]

    def offers(facts: Facts, selection: Selection) -> list[Offer]:
        return [Offer(name, tuple(allowed(facts, selection)))]

    return Parameter((field,), offers, read, write, stays)


def several(
    name: str,
    field: str,
    allowed: Callable[[Facts], Collection[str]],
    *,
    given: Callable[[str], object] = str,
) -> Parameter:
    """Return a parameter with a list of values."""

    def read(reader: Reader, selection: Selection) -> Selection:
        known = allowed(reader.facts)
        values = reader.several_of(name, lambda value: value in known)
        return taking(selection, field, tuple(given(value) for value in values))

    def write(selection: Selection, _book: Codebook) -> list[tuple[str, object]]:
        return [(name, BETWEEN.join(str(value) for value in taken(selection, field)))]

    def offers(facts: Facts, _selection: Selection) -> list[Offer]:
        return [Offer(name, tuple(allowed(facts)), several=True)]

    return Parameter((field,), offers, read, write)
