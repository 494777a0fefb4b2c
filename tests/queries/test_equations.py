"""queries/equations.py"""

import pytest

from queries.estimation.equations import (
    cross_products,
    inverted,
    mean,
    solved,
    spread,
    standardised,
)


def test_two_equations_with_two_unknowns() -> None:
    # 2a + b = 5 and a + 3b = 10
    assert solved([[2.0, 1.0], [1.0, 3.0]], [5.0, 10.0]) == pytest.approx([1.0, 3.0])


def test_an_unknown_that_says_nothing_new_is_nought() -> None:
    # the second is twice the first
    rows = [[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]]
    matrix = cross_products(rows, [1.0, 1.0, 1.0])

    assert matrix == [[14.0, 28.0], [28.0, 56.0]]
    assert solved(matrix, [14.0, 28.0]) == [1.0, 0.0]


def test_the_inverse_leaves_out_what_says_nothing_new() -> None:
    assert inverted([[2.0, 1.0], [1.0, 3.0]]) == [
        pytest.approx([0.6, -0.2]),
        pytest.approx([-0.2, 0.4]),
    ]
    assert inverted([[14.0, 28.0], [28.0, 56.0]]) == [[1 / 14, 0.0], [0.0, 0.0]]


def test_weights_multiply_what_a_row_counts_for() -> None:
    assert mean([1.0, 4.0], [2.0, 1.0]) == 2.0
    assert cross_products([[1.0, 2.0], [1.0, 5.0]], [3.0, 1.0]) == [[4.0, 11.0], [11.0, 37.0]]


def test_the_spread_of_a_population_is_over_all_of_it() -> None:
    assert spread([1.0, 3.0]) == 1.0
    assert standardised([1.0, 3.0]) == [-1.0, 1.0]
    assert standardised([7.0, 7.0]) == [0.0, 0.0]


def test_the_order_of_the_rows_does_not_move_a_bit() -> None:
    rows = [[(n * 37 % 101) ** place / 7 for place in range(6)] for n in range(300)]

    turned = rows[::-1]
    assert cross_products(rows, [1.1] * 300) == cross_products(turned, [1.1] * 300)
