"""The parameters of an address: a row for each.

A parameter is added by a field in ``pages.state.selection``, a row here, and the control that sets
it. Names are Dutch, for readers see them and pass them on, and the same in every language.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pages.words.glossary import glossary
from pages.words.texts import echoed
from queries.vocabulary import Weighting

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from data.survey.codebook import Codebook
    from pages.state.releases import Facts
    from pages.state.selection import Selection

BETWEEN = ","
OFF = "uit"
OWNERS = ("rijk", "gemeenten", "samen")
WEIGHTS = {"gem": Weighting.MUNICIPALITY, "inw": Weighting.INHABITANT}
# The level of regions where no region was chosen, and the municipality, which may be a former one.
LEVEL, MUNICIPALITY = "gi", "gm"
# What a reader searches for is kept to a length that an address can hold.
LONGEST_SEARCH = 60
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class Dropped:
    """A value in an address that could not be used; or was replaced by ``successor``."""

    parameter: str
    value: str
    successor: str | None = None


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
class Parameter:
    """Something that an address can say.

    Attributes:
        fields: where a selection keeps it.
        read: takes it from an address into a selection.
        write: gives it as names and values; none or empty is left out.
        stays: whether it stays when the reader goes to another page.
    """

    fields: tuple[str, ...]
    read: Callable[[Reader, Selection], Selection]
    write: Callable[[Selection, Codebook], Iterable[tuple[str, object]]]
    stays: bool = False


def _one(
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

    return Parameter((field,), read, write, stays)


def _several(
    name: str,
    field: str,
    allows: Callable[[Facts, str], bool],
    *,
    given: Callable[[str], object] = str,
) -> Parameter:
    """Return a parameter with a list of values."""

    def read(reader: Reader, selection: Selection) -> Selection:
        values = reader.several_of(name, lambda value: allows(reader.facts, value))
        return taking(selection, field, tuple(given(value) for value in values))

    def write(selection: Selection, _book: Codebook) -> list[tuple[str, object]]:
        return [(name, BETWEEN.join(str(value) for value in taken(selection, field)))]

    return Parameter((field,), read, write)


def _read_region(reader: Reader, selection: Selection) -> Selection:
    """Take the region dimension and the region; of several, the first of the codebook is kept."""
    dimensions = reader.facts.codebook.of_kind("region")
    chosen: tuple[str, str] | None = None
    for dimension in dimensions:
        code = reader.one_of(dimension.parameter, dimension.codes())
        if code is not None and chosen is not None:
            reader.dropped.append(Dropped(dimension.parameter, code))
        elif code is not None:
            chosen = (dimension.id, code)
    if chosen is not None:
        return replace(selection, level=chosen[0], region=chosen[1])
    by_parameter = {d.parameter: d.id for d in dimensions}
    level = reader.one_of(LEVEL, by_parameter)
    return replace(selection, level=by_parameter[level] if level else None)


def _write_region(selection: Selection, book: Codebook) -> list[tuple[str, object]]:
    """Give the region, or only the level when no region was chosen."""
    dimension = book.dimension_by_id.get(selection.level or "")
    if dimension is None:
        return []
    if selection.region is not None:
        return [(dimension.parameter, selection.region)]
    return [(LEVEL, dimension.parameter)]


def _read_class(reader: Reader, selection: Selection) -> Selection:
    """Take the size class."""
    classes = reader.facts.codebook.of_kind("class")
    code = reader.one_of(classes[0].parameter, classes[0].codes()) if classes else None
    return replace(selection, size_class=code)


def _write_class(selection: Selection, book: Codebook) -> list[tuple[str, object]]:
    """Give the size class."""
    return [(classes.parameter, selection.size_class) for classes in book.of_kind("class")[:1]]


def _read_further(reader: Reader, selection: Selection) -> Selection:
    """Take the group of each further dimension."""
    found = [
        (dimension.id, reader.one_of(dimension.parameter, dimension.codes()))
        for dimension in reader.facts.codebook.further_dimensions()
    ]
    return replace(selection, further=tuple((name, code) for name, code in found if code))


def _write_further(selection: Selection, book: Codebook) -> list[tuple[str, object]]:
    """Give the group of each further dimension."""
    return [(book.dimension_by_id[name].parameter, code) for name, code in selection.further]


def _read_municipality(reader: Reader, selection: Selection) -> Selection:
    """Take a municipality; a former one leads to its successor."""
    facts, value = reader.facts, reader.parameters.get(MUNICIPALITY)
    if value is not None and value in facts.successors:
        reader.dropped.append(Dropped(MUNICIPALITY, value, facts.successors[value]))
        return taking(selection, "official.municipality", facts.successors[value])
    known = reader.one_of(MUNICIPALITY, facts.municipalities) if value else None
    return taking(selection, "official.municipality", known)


def _read_words(reader: Reader, selection: Selection) -> Selection:
    """Take what is searched for among open answers."""
    words = echoed(reader.parameters.get("zoek", ""))[:LONGEST_SEARCH]
    return taking(selection, "signals.words", words)


def _indicators(facts: Facts, kind: str) -> list[str]:
    """Return the indicators of a kind."""
    return [i.id for i in facts.codebook.indicators if i.kind == kind]


def _themes(facts: Facts, _selection: Selection) -> list[str]:
    """Return the themes."""
    return [theme.id for theme in facts.codebook.themes]


def _items(facts: Facts, selection: Selection) -> Collection[str]:
    """Return the answers to the question that was chosen."""
    question = selection.question
    book = facts.codebook.in_edition(selection.edition)
    return book.by_id[question].items() if question else []


# In the order in which an address says them.
PARAMETERS = (
    _one("vr", "question", lambda facts, _: _indicators(facts, "survey")),
    _one("an", "item", _items),
    Parameter(("level", "region"), _read_region, _write_region, stays=True),
    Parameter(("size_class",), _read_class, _write_class, stays=True),
    Parameter(("further",), _read_further, _write_further, stays=True),
    _one(
        "wg",
        "weighting",
        lambda *_: WEIGHTS,
        stays=True,
        given=WEIGHTS.__getitem__,
        written=lambda weighting: "inw" if weighting == Weighting.INHABITANT else None,
    ),
    _one(
        "mg",
        "margins",
        lambda *_: [OFF],
        given=lambda _: False,
        written=lambda drawn: None if drawn else OFF,
    ),
    _one("of", "official.indicator", lambda facts, _: _indicators(facts, "official")),
    _one("bs", "official.basis", lambda *_: ["begroting", "jaarrekening"]),
    _one("jr", "official.year", lambda f, _: [str(y) for y in f.official_years()], given=int),
    Parameter(
        ("official.municipality",),
        _read_municipality,
        lambda selection, _: [(MUNICIPALITY, selection.official.municipality)],
        stays=True,
    ),
    _one("th", "table.theme", _themes),
    _several("vs", "table.questions", lambda facts, value: value in facts.codebook.by_id),
    _one("rij", "table.rows", lambda facts, _: facts.dimensions),
    _several(
        "eds",
        "table.editions",
        lambda facts, value: value in {str(year) for year in facts.all_years()},
        given=int,
    ),
    _one("ond", "signals.theme", _themes),
    _one("kp", "signals.partner", lambda facts, _: facts.signal_partners),
    Parameter(
        ("signals.words",), _read_words, lambda selection, _: [("zoek", selection.signals.words)]
    ),
    _one("wie", "owner", lambda *_: OWNERS),
    _one("bg", "term", lambda facts, _: glossary(facts.codebook)),
    _one("v", "version", lambda facts, _: [facts.version], stays=True),
    _one("vg", "peers", lambda facts, _: facts.dimensions, stays=True),
    # whether they are cards is for those who know the cards
    _several("op", "opened", lambda _, value: _NAME.fullmatch(value) is not None),
    _one("ed", "edition", lambda f, _: [str(y) for y in f.editions], stays=True, given=int),
)
