"""The words that figures and comparisons are written in: one place for each.

They are the texts in the columns of a release, of files and of answers.
"""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """Whether a figure is shown, and else why not: the column ``status`` of figures."""

    SHOWN = "shown"
    # a share near nothing or all: only its interval is told
    BOUND = "bound"
    TOO_FEW = "too_few"
    # per inhabitant, one municipality weighs too much
    DOMINATED = "dominated"
    # of an official figure: nothing was filed
    NO_DATA = "no_data"


# A figure, or a bound in its place: something is told.
PUBLISHED = frozenset({Status.SHOWN, Status.BOUND})


class Grade(StrEnum):
    """How far a figure can be relied on: the column ``grade`` of figures."""

    GOOD = "good"
    CAUTION = "caution"
    UNCERTAIN = "uncertain"


class Against(StrEnum):
    """What a group is compared with: the column ``against`` of comparisons."""

    REST = "rest"
    GROUP = "group"
    EDITION = "edition"


class Outcome(StrEnum):
    """What a comparison shows: the column ``outcome`` of comparisons."""

    HIGHER = "higher"
    LOWER = "lower"
    NO_DIFFERENCE = "no_difference"
    TOO_LITTLE = "too_little"
    NOT_PUBLISHED = "not_published"


class Weighting(StrEnum):
    """What each municipality counts for: the column ``weighting`` of figures."""

    MUNICIPALITY = "municipality"
    INHABITANT = "inhabitant"
