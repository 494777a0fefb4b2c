"""What is withheld stays withheld, wherever figures go; and what may be told is told."""

import json
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from data import store
from data.errors import CodebookError, DataError
from data.policy import load_policy
from pages.parts.cards import Card
from pages.parts.catalogue import SURVEY, build
from pages.parts.context import Context
from queries import figures, gate, trial
from queries.attack import Opening
from queries.figures import SCHEMA
from queries.ledger import told_before
from queries.release import Release, open_release
from queries.vault import open_vault
from tests.pages.cards import context
from tests.small_surveys import drawn, released

VALUES = ["estimate", "low", "high", "standard_error", "degrees_of_freedom", "grade"]
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
    could = figures.survey_figures(open_vault(folder / "kluis")).select(KEY)
    assert rows_of(published).select(KEY).sort(KEY).equals(could.sort(KEY))


def test_withheld_figures_have_no_value_and_no_count(published: Release) -> None:
    withheld = rows_of(published).filter(~pl.col("status").is_in(["shown", "bound"]))
    assert withheld.height > 0
    empty = withheld.select([*VALUES, "answer_count", "dont_know_count"])
    assert empty.null_count().row(0) == (withheld.height,) * len(empty.columns)


def test_bounds_have_limits_only(published: Release) -> None:
    bounds = rows_of(published).filter(pl.col("status") == "bound")
    assert bounds["estimate"].null_count() == bounds.height
    assert bounds["low"].null_count() == bounds["high"].null_count() == 0
    assert ((bounds["low"] == 0) | (bounds["high"] == 1)).all()


def test_differences_with_a_withheld_figure_say_nothing(published: Release) -> None:
    comparisons = pl.read_parquet(published.folder / "comparisons.parquet")
    figure = ["edition", "indicator", "item", "statistic", "weighting"]
    hidden = rows_of(published).filter(pl.col("status") != "shown")
    values = [
        "estimate",
        "other_estimate",
        "difference",
        "low",
        "high",
        "p_value",
        "standard_error",
    ]
    own = comparisons.join(hidden, on=[*figure, "dimension", "group_code"], how="semi")
    assert own.height > 0
    assert own.select(values).null_count().row(0) == (own.height,) * len(values)


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


def cards(of: Context) -> Iterator[Card]:
    """Yield every card of the survey that a selection has."""
    for name in SURVEY:
        for theme in of.book.themes:
            built = build(name, of, theme)
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
        for card in cards(context(ed="2025", vraag=question, taal="nl", **choice)):
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
    """Return withheld means with one decimal that no published figure has."""
    true = figures.survey_figures(open_vault(folder / "kluis"))
    told = rows_of(open_release(folder / "release"))
    hidden = true.join(told.filter(pl.col("status") != "shown"), on=KEY, how="semi")
    shown = told.select("estimate", "low", "high").unpivot()["value"].drop_nulls()
    open_values = {f"{value:.3g}".replace(".", ",") for value in shown}
    means = hidden.filter(pl.col("indicator") == "hours")["estimate"].drop_nulls()
    return {
        text for value in means if (text := f"{value:.3g}".replace(".", ",")) not in open_values
    }


def test_no_withheld_mean_is_written_anywhere(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STAND_RELEASE", str(folder / "release"))
    hidden = {text for text in secrets(folder) if len(text) > 3}
    assert hidden
    for choice in ({}, {"rg": "noord"}, {"gr": "groot"}):
        for card in cards(context(ed="2025", vraag="hours", taal="nl", **choice)):
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
    for minimum in (5, 10):
        vault = drawn(7).write(tmp_path / f"kluis{minimum}", minimum=minimum)
        frame = pl.read_parquet(released(vault, tmp_path / f"r{minimum}") / "figures.parquet")
        told = frame.filter(pl.col("status").is_in(["shown", "bound"]))
        assert (told["answer_count"] >= minimum).all()
        shown[minimum] = told.height
    assert shown[10] < shown[5]


def test_published_counts_add_up(published: Release) -> None:
    response = pl.read_parquet(published.folder / "response.parquet")
    whole = response.filter(dimension="nl")["respondent_count"].item()
    for dimension in ("size", "region", "market"):
        assert response.filter(dimension=dimension)["respondent_count"].sum() == whole
    counts = rows_of(published).filter(
        pl.col("indicator") == "busy",
        pl.col("item") == "yes",
        pl.col("weighting") == "municipality",
    )
    national = counts.filter(dimension="nl")["answer_count"].item()
    for dimension in ("size", "region", "market"):
        assert counts.filter(dimension=dimension)["answer_count"].fill_null(0).sum() <= national


def test_a_share_and_what_it_leaves_add_up(published: Release) -> None:
    shares = rows_of(published).filter(pl.col("indicator") == "busy", pl.col("status") == "shown")
    both = shares.group_by("weighting", "dimension", "group_code").agg(pl.col("estimate").sum())
    assert both["estimate"].to_list() == pytest.approx([1.0] * both.height)


def test_the_same_vault_is_released_the_same_twice(tmp_path: Path) -> None:
    vault = drawn(5).write(tmp_path / "kluis")
    first = released(vault, tmp_path / "een")
    again = released(vault, tmp_path / "twee")
    assert (first / "figures.parquet").read_bytes() == (again / "figures.parquet").read_bytes()


def test_the_vault_remembers_what_it_told(folder: Path) -> None:
    (told,) = told_before(folder / "kluis")
    assert told.figures.columns == list(SCHEMA)
    assert told.sums.height > 0


def test_real_answers_are_not_told_again_by_a_vault_without_memory(tmp_path: Path) -> None:
    vault = drawn(5).write(tmp_path / "kluis")
    store.write_json({"format": 1, "synthetic": False}, vault / store.VAULT_MANIFEST)
    released(vault, tmp_path / "release")
    for path in sorted((vault / "told").rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    with pytest.raises(DataError, match="weet niet wat er eerder is gepubliceerd"):
        released(vault, tmp_path / "release")


def test_a_release_that_opens_whatever_is_withheld_is_not_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = drawn(5).write(tmp_path / "kluis")
    first = released(vault, tmp_path / "release")

    def always(*_: object) -> list[Opening]:
        return [Opening("insider", 2025, "busy", "yes", "U001", 1, 1)]

    changed = drawn(6)
    changed.correct(vault)
    monkeypatch.setattr(trial, "attack", always)
    with pytest.raises(DataError, match="verraadt antwoorden"):
        released(vault, tmp_path / "release")
    assert open_release(tmp_path / "release").folder == first


SHIPPED = (store.HERE / "policy.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (SHIPPED.replace("min_respondents = 5", "", 1), "min_respondents"),
        (SHIPPED.replace("secondary = true", ""), "secondary"),
        (SHIPPED + "\n[extra]\nx = 1\n", "extra"),
        (SHIPPED.replace("interval = 3", "interval = 1"), "interval"),
        (SHIPPED.replace("min_signals = 5", ""), "min_signals"),
    ],
)
def test_a_missing_unknown_or_impossible_rule_stops_the_release(
    tmp_path: Path, wrong: str, said: str
) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(wrong, encoding="utf-8")
    with pytest.raises(CodebookError, match=said):
        load_policy(path)


def test_the_report_says_what_was_withheld_and_how_much_is_kept(published: Release) -> None:
    lines = gate.balance(rows_of(published))
    assert any(line.startswith("Getoond: ") for line in lines)
    assert any(line.endswith("zichtbaar.") for line in lines)
