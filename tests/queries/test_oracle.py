"""What is estimated beside what R's survey package says, on data nobody here made."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import oracle


@pytest.mark.parametrize("case", oracle.CASES)
def test_what_is_estimated_is_what_r_estimates(case: str, tmp_path: Path) -> None:
    found = list(oracle.compared(case, oracle.answers_of(case, tmp_path)))

    print(oracle.table(found))  # noqa: T201 - shown by pytest -s
    assert found
    assert [one for one in found if not one.agrees] == []


def test_only_what_is_not_worked_out_is_left_out() -> None:
    missing = {name for case in oracle.CASES for name in oracle.left_out(case)}

    # a change among those in both editions alone, which leaves out everyone else
    assert missing == {"change_panel_only"}


def test_our_errors_count_who_left_out_a_question_as_not_having_taken_part(
    tmp_path: Path,
) -> None:
    """Say where the finite population correction differs from R's, and why.

    To R who took part but left out a question is in the sample, outside the domain: nobody stands
    for them, and the correction is by all who took part. But they are taken to be like those who
    answered, as are those who did not take part; the less of a stratum answered, the less is known
    of the rest. So ours is by those who answered. Where two in three took part and 14 % of them
    left out a question, R's error is 12 % too small; in these cases few took part, and it hardly
    differs.
    """
    in_r = oracle.answers_of("api_strat", tmp_path)
    ours = oracle.Answers(in_r.vault, as_in_r=False)

    ratios = [
        ours.means[key]["standard_error"] / row["standard_error"]
        for key, row in in_r.means.items()
        if row["standard_error"] > 0
    ]
    assert min(ratios) >= 1 - 1e-12
    assert 1.0005 < max(ratios) < 1.001
    assert sum(ratio > 1.0001 for ratio in ratios) == 48
    assert ours.means.keys() == in_r.means.keys()
    assert all(ours.means[key]["estimate"] == row["estimate"] for key, row in in_r.means.items())
