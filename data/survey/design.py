"""What the survey is: editions, dimensions and their groups, themes, roles and sources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from pydantic import Field

from data.survey.texts import Entry, Forms, Text, Unit

if TYPE_CHECKING:
    from data.survey.languages import Language

Kind: TypeAlias = Literal["survey", "official", "published"]


# What the address of a page says by itself, so that no dimension can be called that.
RESERVED = frozenset(
    {"taal", "ed", "v", "vr", "an", "gi", "wg", "mg", "of", "bs", "jr", "gm", "th", "vs", "rij"}
    | {"eds", "ond", "kp", "zoek", "wie", "bg", "vg", "op"}
)


SLUG = r"^[a-z][a-z0-9-]*$"


IDENTIFIER = r"^[a-z][a-z0-9_]*$"


class Representativity(Entry):
    """What those who took part are compared with all on; their inhabitants always are."""

    # columns of the register that are numbers
    columns: list[str] = []
    dimensions: list[str] = []
    official: list[str] = Field(min_length=1)


class Survey(Entry):
    """The survey as a whole."""

    id: str = Field(pattern=IDENTIFIER)
    name: Text
    short: Text
    about: Text
    unit: Unit
    population: Text
    whole: Text
    strata: list[str] = Field(min_length=1)
    # margins that weights are made to add up to; several dimensions in one are crossed
    calibrate: list[list[str]] = []
    representativity: Representativity | None = None
    licence: str
    producer: Text
    # whom readers ask about the figures: a mail address, a telephone number, a page
    contact: Text | None = None
    signals_are: Text | None = None

    def unit_names(self, language: Language) -> tuple[str, str]:
        """Return what one of those surveyed is called, and several."""
        names = self.unit.of(language)
        return names.one, names.other


class Edition(Entry):
    """One year in which the survey was held; its frame is the register of that year."""

    year: int = Field(ge=1900, le=2200)
    label: Text


class Group(Entry):
    """One group of municipalities within a dimension."""

    code: str = Field(pattern=r"^[A-Za-z0-9_.-]+$")
    label: Text
    short: Text | None = None
    lower: int | None = None
    upper: int | None = None


class Dimension(Entry):
    """One way of dividing all municipalities into groups.

    Pages set the first of the classes beside the regions, of which one is looked at at a time; any
    other is chosen, and has a card, by itself.
    """

    id: str = Field(pattern=IDENTIFIER)
    kind: Literal["class", "region", "other"]
    parameter: str = Field(pattern=r"^[a-z][a-z0-9]{1,7}$")
    label: Text
    all: Text
    kinds: list[Kind] = ["survey", "official", "published"]
    # Of several of one kind: the one that is looked at where none was chosen.
    default: bool = False
    groups: list[Group] = Field(min_length=1)

    def codes(self) -> list[str]:
        """Return the codes of the groups, in their own order."""
        return [group.code for group in self.groups]


class Step(Entry):
    """A step of a theme looked at in depth, and the questions about it."""

    title: Text
    indicators: list[str] = Field(min_length=1)


class Theme(Entry):
    """One theme, and the page about it."""

    id: str = Field(pattern=IDENTIFIER)
    slug: str = Field(pattern=SLUG)
    letter_point: int | None = Field(default=None, ge=1)
    headline: str
    # The question that is looked at in depth: a multiple choice, or a scale made of parts.
    in_depth: str | None = None
    role: str
    title: Text
    # what else readers call it and search for
    words: Forms = Forms({})
    motto: Text
    about: Text
    # Where residents can fall through, step by step: only of a theme that is looked at in depth.
    steps: list[Step] = []


class Role(Entry):
    """Who in a municipality answers."""

    id: str = Field(pattern=IDENTIFIER)
    label: Text


class Source(Entry):
    """Where figures come from."""

    id: str = Field(pattern=IDENTIFIER)
    label: Text
    licence: str | None = None
