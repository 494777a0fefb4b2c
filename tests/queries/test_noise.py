"""queries/noise.py: what the draws are, and that the same answers have the same for ever."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest

from data.survey.policy import CUT
from queries.disclosure.noise import SCALE, draw, table

SECRET = bytes(range(32))
ABOUT = (2023, "busy", "share", "yes", "municipality")
# Draws that were once given must never change: figures that are online were made with them.
FIFTY = """
2263 -801 671 -1350 303 -1030 -1550 409 -280 670 1431 485 -236 539 -298
234 108 -610 -222 1013 -541 1051 2008 553 2145 489 -729 1027 1714 -899
-706 1879 -668 -1149 910 1056 502 1825 -132 -82 321 -924 1364 380 -405
-1064 774 318 1388 -1325
"""


def test_the_table_is_the_normal_distribution_cut_at_three_and_a_half() -> None:
    normal = NormalDist()
    outside = normal.cdf(-CUT)
    inside = 1 - 2 * outside
    expected = [
        SCALE * normal.inv_cdf(outside + inside * (place + 0.5) / 4096) for place in range(4096)
    ]
    assert len(table()) == 4096
    assert max(abs(draw - exact) for draw, exact in zip(table(), expected, strict=True)) <= 1


def test_the_table_rises_and_is_the_same_from_both_sides() -> None:
    assert list(table()) == sorted(table())
    assert [-one for one in reversed(table())] == list(table())


def test_draws_are_normal_over_many_cells() -> None:
    drawn = np.array([draw(SECRET, *ABOUT, number) for number in range(100_000)]) / SCALE

    # standard errors of 0.003 and 0.002
    assert drawn.mean() == pytest.approx(0, abs=0.013)
    assert drawn.std() == pytest.approx(1, abs=0.01)
    assert abs(drawn).max() <= CUT
    # of the normal distribution 2.275 % lies beyond 2 on either side, and 15.866 % beyond 1
    assert (drawn > 2).mean() == pytest.approx(0.02275, abs=0.002)
    assert (drawn < -1).mean() == pytest.approx(0.15866, abs=0.005)


def test_neighbouring_cells_have_nothing_to_do_with_each_other() -> None:
    drawn = np.array([draw(SECRET, *ABOUT, number) for number in range(50_000)])
    assert np.corrcoef(drawn[:-1], drawn[1:])[0, 1] == pytest.approx(0, abs=0.02)


def test_the_same_content_has_the_same_draw() -> None:
    assert draw(SECRET, *ABOUT, "123") == draw(SECRET, *ABOUT, "123")
    assert draw(SECRET, *ABOUT, 123) == draw(SECRET, *ABOUT, "123")


@pytest.mark.parametrize("place", range(6))
def test_anything_else_that_it_is_about_gives_another_draw(place: int) -> None:
    about = [*map(str, ABOUT), "123"]
    other = [*about[:place], about[place] + "0", *about[place + 1 :]]
    assert draw(SECRET, *other) != draw(SECRET, *about)


def test_another_secret_gives_other_draws() -> None:
    other = bytes(range(1, 33))
    same = sum(draw(SECRET, *ABOUT, n) == draw(other, *ABOUT, n) for n in range(1000))
    # of two draws out of some thousands one in 3,000 is equal
    assert same < 5


def test_fifty_draws_are_what_they_always_were() -> None:
    assert [draw(SECRET, *ABOUT, number) for number in range(50)] == [*map(int, FIFTY.split())]
