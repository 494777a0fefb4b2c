"""Figures of the release beside those of R's survey package, on data nobody here made."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import oracle


@pytest.mark.parametrize("case", oracle.CASES)
def test_figures_of_the_release_are_those_of_r(case: str, tmp_path: Path) -> None:
    found = list(oracle.compared(case, oracle.answers_of(case, tmp_path)))

    print(oracle.table(found))  # noqa: T201 - shown by pytest -s
    assert found
    assert [one for one in found if not one.agrees] == []


def test_only_what_is_not_worked_out_is_left_out() -> None:
    missing = {name for case in oracle.CASES for name in oracle.left_out(case)}

    # a change among those in both editions alone, which leaves out everyone else
    assert missing == {"change_panel_only"}
