"""Whether figures are other figures in another version of the release."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.errors import ReleaseBrokenError
from pages.state.releases import is_there, opened
from queries.ask.questions import Question
from queries.errors import QueryError

if TYPE_CHECKING:
    from data.survey.design import Theme
    from pages.state.releases import Facts


def changed_in(theme: Theme, before: str | None, after: str) -> bool:
    """Return whether any figure of a theme differs between two versions.

    What can no longer be compared counts as changed: nobody is told of nothing wrongly.
    """
    if before is None or not is_there(before) or not is_there(after):
        return True
    try:
        return opened(after).made(_differs, theme.id, before)
    except (QueryError, ReleaseBrokenError):
        return True


def _differs(after: Facts, theme: str, before: str) -> bool:
    """Compare the figures of a theme in every published dimension."""
    former = opened(before)
    asked, formerly = (tuple(i.id for i in f.codebook.of_theme(theme)) for f in (after, former))
    if asked != formerly or former.dimensions != after.dimensions:
        return True
    questions = [Question(asked, by=dimension) for dimension in after.dimensions]
    return any(not former.answers(q).equals(after.answers(q)) for q in questions)
