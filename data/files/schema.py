"""The tables and their contracts: columns, types, keys, and what must hold in every row."""

from __future__ import annotations

import dataframely as dy
import polars as pl

# Why a municipality that took part has no answer to a question.
DONT_KNOW = "dont_know"
NOT_ANSWERED = "not_answered"
NOT_APPLICABLE = "not_applicable"
REASONS = (DONT_KNOW, NOT_ANSWERED, NOT_APPLICABLE)
# How survey tools code them.
MISSING_CODES = {-8: DONT_KNOW, -9: NOT_ANSWERED, -7: NOT_APPLICABLE}

STATUS_OK = "ok"
STATUS_NO_DATA = "no_data"
STATUS_UNCLEAR = "unclear"

BUDGET = "begroting"
ACCOUNTS = "jaarrekening"


class Register(dy.Schema):
    """Municipalities of each year, on 1 January. Grain: year and municipality.

    Dimensions of the codebook are columns beside these; null where a municipality is in no group.
    """

    year = dy.Int32(primary_key=True)
    municipality_code = dy.String(primary_key=True)
    name = dy.String()
    inhabitants = dy.Int64(min=0)


class Mergers(dy.Schema):
    """What became of municipalities that no longer exist. Grain: former municipality."""

    effective_date = dy.Date()
    old_code = dy.String(primary_key=True)
    old_name = dy.String()
    new_code = dy.String()
    new_name = dy.String()


class Names(dy.Schema):
    """Every spelling seen of a municipality's name. Grain: municipality and spelling."""

    municipality_code = dy.String(primary_key=True)
    variant = dy.String(primary_key=True)


class Official(dy.Schema):
    """Official figures. Grain: indicator, basis, year and municipality.

    ``amount`` is null unless ``status`` is ok: missing is never zero. ``numerator`` and
    ``denominator`` add up over municipalities, and their quotient is in the unit of the
    indicator; null for ratios that were reported as such.
    """

    indicator = dy.String(primary_key=True)
    basis = dy.Enum([BUDGET, ACCOUNTS], primary_key=True)
    year = dy.Int32(primary_key=True)
    municipality_code = dy.String(primary_key=True)
    name = dy.String()
    inhabitants = dy.Int64(min=0, nullable=True)
    status = dy.Enum([STATUS_OK, STATUS_NO_DATA, STATUS_UNCLEAR])
    amount = dy.Float64(nullable=True)
    numerator = dy.Float64(nullable=True)
    denominator = dy.Float64(nullable=True)

    @dy.rule()
    def amount_only_when_ok(cls) -> pl.Expr:  # noqa: N805 - dataframely passes the class
        """A figure that was not filed has no amount, and one that was has."""
        return pl.col("amount").is_not_null() == (pl.col("status") == STATUS_OK)


def figures_of_year(official: pl.DataFrame, indicator: str, year: int) -> pl.DataFrame:
    """Return an official figure of one year: from the accounts, from the budget if there are none.

    One row per municipality that filed it: ``municipality_code``, ``amount`` in the unit of the
    indicator, and ``basis``, the same in all rows; by code. Empty without figures of that year.
    """
    of_year = official.filter(
        pl.col("indicator") == indicator, pl.col("year") == year, pl.col("amount").is_not_null()
    ).with_columns(pl.col("basis").cast(pl.String))
    accounts = of_year.filter(pl.col("basis") == ACCOUNTS)
    chosen = of_year if accounts.is_empty() else accounts
    return chosen.select("municipality_code", "amount", "basis").sort("municipality_code")


class Published(dy.Schema):
    """National figures quoted from a publication. Grain: indicator and year."""

    year = dy.Int32(primary_key=True)
    indicator = dy.String(primary_key=True)
    amount = dy.Float64()
    is_rounded = dy.Bool()
    source_id = dy.String()
    url = dy.String(regex=r"^https://")


class Responses(dy.Schema):
    """What municipalities answered. Grain: edition, municipality, indicator and choice.

    ``choice`` is '' but for multiple choice, where each option has a row with 1 or 0.
    ``answer`` is null exactly when ``reason`` says why.
    """

    edition = dy.Int32(primary_key=True)
    municipality_code = dy.String(primary_key=True)
    indicator = dy.String(primary_key=True)
    choice = dy.String(primary_key=True)
    answer = dy.Float64(nullable=True)
    reason = dy.Enum(REASONS, nullable=True)
    role = dy.String(nullable=True)
    weight = dy.Float64(nullable=True, min_exclusive=0)
    is_synthetic = dy.Bool()

    @dy.rule()
    def answer_or_reason(cls) -> pl.Expr:  # noqa: N805 - dataframely passes the class
        """A row has an answer or a reason for having none, never both, never neither."""
        return pl.col("answer").is_null() == pl.col("reason").is_not_null()


class Signals(dy.Schema):
    """Bottlenecks that municipalities put in their own words. Grain: signal."""

    edition = dy.Int32(primary_key=True)
    signal_id = dy.Int32(primary_key=True)
    municipality_code = dy.String()
    theme = dy.String()
    chain_partner = dy.String(nullable=True)
    text = dy.String(min_length=1)
    is_synthetic = dy.Bool()
