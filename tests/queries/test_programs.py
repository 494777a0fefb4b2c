"""Answers that fit what is published as well as the real ones: found, or known not to be there."""

from __future__ import annotations

import numpy as np
import pytest

from queries.programs import Near, Program, Statement

# Four respondents, of whom half said yes: the first two.
TRUTH = np.array([1.0, 1, 0, 0])
HALF = Statement((0, "", "municipality"), np.full(4, 0.25), 0.49, 0.51)


@pytest.fixture
def near() -> Near:
    # the last is dearer to change than another, but not than one that should rather stay
    return Program(np.ones(4), [HALF]).near(TRUTH, np.array([1.0, 1, 1, 2]))


def test_an_answer_is_turned_with_one_that_need_not_stay(near: Near) -> None:
    found = near.turned(0, np.array([1, 2]), firm=False)
    assert found is not None
    assert found == pytest.approx([0, 1, 0, 1], abs=0.05)


def test_one_that_should_rather_stay_changes_where_no_other_can(near: Near) -> None:
    found = near.turned(0, np.array([1, 2, 3]), firm=False)
    assert found is not None
    assert (found[0], found[1]) == (0, 1)
    assert found[2] + found[3] == pytest.approx(1, abs=0.05)


def test_an_answer_that_only_those_that_must_stay_could_make_up_for_is_not_turned(
    near: Near,
) -> None:
    assert near.turned(0, np.array([1, 2, 3]), firm=True) is None


def test_what_must_stay_for_one_search_may_change_in_the_next(near: Near) -> None:
    assert near.turned(0, np.array([1, 2, 3]), firm=True) is None
    found = near.turned(1, np.array([0, 2]), firm=True)
    assert found == pytest.approx([1, 0, 0, 1], abs=0.05)


def test_what_was_taken_away_says_nothing() -> None:
    program = Program(np.ones(4), [HALF])
    program.loosen([0])
    found = program.near(TRUTH, np.ones(4)).turned(0, np.array([1, 2, 3]), firm=True)
    assert found == pytest.approx([0, 1, 0, 0])
