"""queries/strata.py"""

import polars as pl

from queries.vault.strata import join_thin_cells

ORDER = ["k1", "k2", "k3"]


def joined(cells: dict[str, tuple[int, int]]) -> dict[str, str]:
    """Return the stratum of each cell; cells are given as population and respondents."""
    frame = pl.DataFrame(
        [(2025, name, *counts) for name, counts in cells.items()],
        schema=["edition", "cell", "population_count", "respondent_count"],
        orient="row",
    )
    strata = join_thin_cells(frame, along=1, order=ORDER, minimum=2)
    return dict(strata.select("cell", "stratum").iter_rows())


def test_cells_with_enough_answers_stay_apart() -> None:
    strata = joined({"noord:k1": (5, 2), "noord:k2": (5, 3)})

    assert strata == {"noord:k1": "noord:k1", "noord:k2": "noord:k2"}


def test_a_thin_cell_joins_the_smaller_class_of_its_region() -> None:
    strata = joined({"noord:k1": (5, 3), "noord:k2": (5, 1), "noord:k3": (5, 3)})

    assert strata["noord:k2"] == strata["noord:k1"] == "noord:k1+noord:k2"
    assert strata["noord:k3"] == "noord:k3"


def test_the_smallest_class_joins_the_next() -> None:
    strata = joined({"noord:k1": (5, 0), "noord:k2": (5, 3)})

    assert strata["noord:k1"] == strata["noord:k2"]


def test_a_cell_that_answered_completely_needs_no_company() -> None:
    strata = joined({"noord:k1": (1, 1), "noord:k2": (5, 3)})

    assert strata["noord:k1"] == "noord:k1"


def test_a_region_with_one_answer_joins_the_same_classes_elsewhere() -> None:
    strata = joined({"noord:k1": (4, 1), "zuid:k1": (6, 3), "zuid:k2": (6, 3)})

    assert strata["noord:k1"] == strata["zuid:k1"] == "noord:k1+zuid:k1"
    assert strata["zuid:k2"] == "zuid:k2"


def test_a_joined_stratum_counts_all_its_members() -> None:
    frame = pl.DataFrame(
        {
            "edition": [2025, 2025],
            "cell": ["noord:k1", "noord:k2"],
            "population_count": [4, 6],
            "respondent_count": [1, 3],
        }
    )

    strata = join_thin_cells(frame, along=1, order=ORDER, minimum=2)

    assert strata.select("population_count", "respondent_count").rows() == [(10, 4), (10, 4)]


def test_strata_without_classes_join_the_one_with_most_answers() -> None:
    frame = pl.DataFrame(
        {
            "edition": [2025] * 3,
            "cell": ["a", "b", "c"],
            "population_count": [4, 4, 4],
            "respondent_count": [3, 1, 2],
        }
    )

    strata = join_thin_cells(frame, along=None, order=[], minimum=2)

    assert dict(strata.select("cell", "stratum").iter_rows()) == {"a": "a+b", "b": "a+b", "c": "c"}
