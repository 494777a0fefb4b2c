"""What theme pages say first is what the release holds, on a walk through the choices."""

from __future__ import annotations

import pytest

from pages.state.releases import online
from tests.walk import Walk, walked

pytestmark = pytest.mark.usefixtures("on_sample")


def test_no_number_reason_or_verb_is_contradicted_by_the_release() -> None:
    # a prime, so that every question, region, class and edition has its turn
    count, wrong = walked(Walk(online()), step=997)
    assert count > 20
    assert wrong == []


def test_a_walk_sees_what_is_wrong() -> None:
    walk = Walk(online())
    for row in walk.figures.values():
        row["estimate"] = 0.123
    walk.outcomes.clear()
    asked = next(place for place in walk.places() if place[1].edition == 2023)
    wrong = list(walk.wrong(*asked))
    assert any("12%" in problem for problem in wrong)
    assert any("verandering" in problem for problem in wrong)
