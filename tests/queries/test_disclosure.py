"""What is withheld stays withheld, wherever figures go; and what may be told is told."""

import json
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from data.errors import CodebookError
from data.files import store
from data.survey.policy import load_policy
from pages.cards.card import Card
from pages.cards.registry import SURVEY
from pages.cards.registry import build as build_card
from pages.state.view import View
from queries import engine
from queries.publish import build
from queries.release.manifest import Release, open_release
from queries.vault.opening import open_vault
from tests.support.cards import view
from tests.support.small_surveys import drawn, released
from tests.support.surveys import estimated, without_noise

VALUES = ["estimate", "low", "high", "grade"]
KEY = ["edition", "indicator", "item", "statistic", "weighting", "dimension", "group_code"]
SEEDS = (3, 11, 20)


@pytest.fixture(scope="module", params=SEEDS)
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small survey drawn at random, as ``kluis`` and ``release``."""
    folder = tmp_path_factory.mktemp("klein")
    drawn(request.param).write(folder / "kluis")
    released(folder / "kluis", folder / "release")
    return folder


@pytest.fixture
def published(folder: Path) -> Release:
    return open_release(folder / "release")


def rows_of(release: Release) -> pl.DataFrame:
    """Return the released figures."""
    return pl.read_parquet(release.folder / "figures.parquet")


def test_every_figure_that_could_be_there_has_a_row(folder: Path, published: Release) -> None:
    could = without_noise(open_vault(folder / "kluis")).select(KEY)
    assert rows_of(published).select(KEY).sort(KEY).equals(could.sort(KEY))


def test_withheld_figures_have_no_value(published: Release) -> None:
    withheld = rows_of(published).filter(~pl.col("status").is_in(["shown", "bound"]))
    assert withheld.height > 0
    assert withheld.select(VALUES).null_count().row(0) == (withheld.height,) * len(VALUES)


def test_what_comparisons_are_worked_out_from_is_in_no_file(published: Release) -> None:
    inside = {"step", "noise", "effective_size", "standard_error", "degrees_of_freedom"}
    for path in published.folder.glob("*.parquet"):
        assert inside.isdisjoint(pl.read_parquet(path).columns), path


def test_no_figure_is_the_estimate_itself_but_by_chance(folder: Path, published: Release) -> None:
    exact = estimated(open_vault(folder / "kluis")).rename({"estimate": "exact"})
    keys = [key for key in KEY if key != "statistic"]
    told = rows_of(published).filter(
        pl.col("statistic").is_in(["share", "mean"]), pl.col("status") == "shown"
    )
    beside = told.join(exact.select(*keys, "exact"), on=keys)
    assert beside.height == told.height > 20
    assert beside.filter((pl.col("estimate") - pl.col("exact")).abs() < 1e-9).height <= 5


def test_bounds_have_limits_only(published: Release) -> None:
    bounds = rows_of(published).filter(pl.col("status") == "bound")
    assert bounds["estimate"].null_count() == bounds.height
    assert bounds["low"].null_count() == bounds["high"].null_count() == 0
    assert ((bounds["low"] == 0) | (bounds["high"] == 1)).all()


def test_differences_with_a_withheld_figure_say_nothing(published: Release) -> None:
    comparisons = pl.read_parquet(published.folder / "comparisons.parquet")
    figure = ["edition", "indicator", "item", "statistic", "weighting"]
    hidden = rows_of(published).filter(pl.col("status") != "shown")
    values = ["estimate", "other_estimate", "difference", "low", "high", "p_value", "detectable"]
    own = comparisons.join(hidden, on=[*figure, "dimension", "group_code"], how="semi")
    assert own.height > 0
    assert own.select(values).null_count().row(0) == (own.height,) * len(values)
    assert set(own["outcome"]) == {"not_published"}


def test_no_single_answer_is_in_any_file_of_the_release(folder: Path, published: Release) -> None:
    codes = set(pl.read_parquet(folder / "kluis" / "responses.parquet")["municipality_code"])
    for path in published.folder.glob("*.parquet"):
        frame = pl.read_parquet(path)
        text = [c for c, dtype in frame.schema.items() if dtype == pl.String]
        named = any(not codes.isdisjoint(frame[c].to_list()) for c in text)
        assert not named or path.stem in {"register", "official", "members", "tiles"}, path


def test_files_say_nothing_of_where_they_come_from(folder: Path, published: Release) -> None:
    for path in published.folder.iterdir():
        assert str(folder).encode() not in path.read_bytes()


def cards(of: View) -> Iterator[Card]:
    """Yield every card of the survey that a selection has."""
    for name in SURVEY:
        for theme in of.book.themes:
            built = build_card(name, of, theme)
            if built is not None:
                yield built


@pytest.mark.parametrize("question", ["busy", "hours", "mood"])
def test_a_withheld_figure_is_in_no_card_or_chart(
    folder: Path, question: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STAND_RELEASE", str(folder / "release"))
    told = rows_of(open_release(folder / "release"))
    withheld = told.filter(~pl.col("status").is_in(["shown", "bound"])).select(KEY)
    seen = 0
    for choice in ({}, {"gr": "klein"}, {"rg": "noord"}, {"gr": "groot", "rg": "zuid"}):
        for card in cards(view(ed="2025", vraag=question, taal="nl", **choice)):
            if not {*KEY, "estimate", "answer_count"} <= set(card.figures.columns):
                continue
            hidden = card.figures.join(withheld, on=KEY, how="semi")
            seen += hidden.height
            assert hidden["estimate"].null_count() == hidden.height
            assert hidden["answer_count"].null_count() == hidden.height
            rows = pl.DataFrame() if card.chart is None else card.chart.rows
            if {"state", "estimate"} <= set(rows.columns):
                few = rows.filter(pl.col("state") == "te weinig antwoorden")
                assert few["estimate"].null_count() == few.height
    assert seen > 0


def secrets(folder: Path) -> set[str]:
    """Return means of groups with too few answers, as pages write them, that no figure has."""
    true = without_noise(open_vault(folder / "kluis"))
    exact = estimated(open_vault(folder / "kluis"))
    told = rows_of(open_release(folder / "release"))
    withheld = told.filter(
        ~pl.col("status").is_in(["shown", "bound"]), pl.col("statistic") == "mean"
    )
    keys = [key for key in KEY if key != "statistic"]
    hidden = exact.join(withheld, on=keys, how="semi").filter(pl.col("indicator") == "hours")
    shown = pl.concat([told, true.select(told.columns)]).select("estimate", "low", "high")
    open_values = {f"{value:.3g}" for value in shown.unpivot()["value"].drop_nulls()}
    texts = {f"{value:.3g}" for value in hidden["estimate"].drop_nulls()}
    return {text.replace(".", ",") for text in texts - open_values}


def test_no_withheld_mean_is_written_anywhere(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STAND_RELEASE", str(folder / "release"))
    hidden = {text for text in secrets(folder) if len(text) > 3}
    assert hidden
    for choice in ({}, {"rg": "noord"}, {"gr": "groot"}):
        for card in cards(view(ed="2025", vraag="hours", taal="nl", **choice)):
            said = (
                card.alternative
                + card.table.write_csv()
                + card.figures.write_csv(decimal_comma=True, separator=";")
            )
            spec = (
                ""
                if card.chart is None
                else json.dumps(card.chart.spec)
                + card.chart.rows.write_csv(decimal_comma=True, separator=";")
            )
            words = set((said + spec).replace(";", " ").replace('"', " ").split())
            assert words.isdisjoint(hidden)


def test_fewer_answers_needed_shows_no_group_with_less(tmp_path: Path) -> None:
    shown = {}
    for minimum in (8, 12):
        vault = drawn(7).write(tmp_path / f"kluis{minimum}", minimum=minimum)
        frame = pl.read_parquet(released(vault, tmp_path / f"r{minimum}") / "figures.parquet")
        told = frame.filter(pl.col("status").is_in(["shown", "bound"]))
        counted = engine.run(open_vault(vault).connection, "counts/answer_counts", {})
        keys = ["edition", "indicator", "dimension", "group_code"]
        beside = told.join(counted.select(*keys, given="answer_count"), on=keys)
        assert beside.height == told.height
        assert (beside["given"] >= minimum).all()
        shown[minimum] = told.height
    assert shown[12] < shown[8]


def test_no_group_is_said_to_have_answered_more_than_took_part(published: Release) -> None:
    told = rows_of(published).drop_nulls("answer_count")
    assert told.filter(pl.col("answer_count") > pl.col("respondent_count")).is_empty()
    response = pl.read_parquet(published.folder / "response.parquet")
    assert response.filter(pl.col("respondent_count") > pl.col("population_count")).is_empty()


def test_a_share_and_what_it_leaves_add_up(published: Release) -> None:
    shares = rows_of(published).filter(pl.col("indicator") == "busy", pl.col("status") == "shown")
    both = shares.group_by("weighting", "dimension", "group_code").agg(pl.col("estimate").sum())
    assert both["estimate"].to_list() == pytest.approx([1.0] * both.height)


def test_the_same_vault_is_released_the_same_twice(tmp_path: Path) -> None:
    vault = drawn(5).write(tmp_path / "kluis")
    first = released(vault, tmp_path / "een")
    again = released(vault, tmp_path / "twee")
    assert (first / "figures.parquet").read_bytes() == (again / "figures.parquet").read_bytes()


SHIPPED = (store.SURVEY / "policy.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("min_respondents = 8", "", "min_respondents"),
        ("max_releases = 3", "", "max_releases"),
        ("[signals]", "[extra]\nx = 1\n\n[signals]", "extra"),
        ("\nsd = 1.4", "\nsd = 0.5", "noise sd"),
        ("amount_sd = 0.5", "amount_sd = 0.2", "amount_sd"),
        ("share_points = 1", "share_points = 0.1", "share_points"),
        ("amount_digits = 3", "amount_digits = 6", "amount_digits"),
        ("quantile = 20", "quantile = 10", "fewest quantile: 10 is te klein"),
        ("min_signals = 5", "", "min_signals"),
    ],
)
def test_a_missing_unknown_or_impossible_rule_stops_the_release(
    tmp_path: Path, right: str, wrong: str, said: str
) -> None:
    path = tmp_path / "policy.toml"
    assert right in SHIPPED
    path.write_text(SHIPPED.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(CodebookError, match=said):
        load_policy(path)


def test_the_report_says_what_is_shown_and_why_the_rest_is_not(published: Release) -> None:
    told = rows_of(published)
    counts = dict(told["status"].value_counts().iter_rows())
    assert build.balance(told) == [
        f"Getoond: {counts['shown']} cijfers, en {counts['bound']} als grens.",
        f"Te weinig antwoorden: {counts['too_few']}.",
        f"Per inwoner vooral door een enkele bepaald: {counts.get('dominated', 0)}.",
    ]
