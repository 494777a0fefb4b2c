"""The action agenda: who owns what, which figures speak to it, and what may be said of a change."""

from __future__ import annotations

import io
import json
import shutil
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from pages.cards.agenda import (
    actions,
    agenda_card,
    changes,
    indicators_of,
    numbers,
    owners,
    title,
)
from pages.cards.registry import build
from pages.files.downloads import FORMATS, render
from pages.state import address
from pages.state.releases import online
from pages.state.view import View
from queries.release.manifest import open_release
from tests.support.versions import sealed

pytestmark = pytest.mark.usefixtures("on_sample")
OWNERS = {
    "simplify_rules": "rijk",
    "stable_finance": "rijk",
    "weighing_framework": "samen",
    "privacy_knowledge": "gemeenten",
    "strategic_hr": "gemeenten",
}


def at(**parameters: str) -> View:
    """Return the view of an address."""
    known = online()
    return View(known, address.read({"ed": "2023", "taal": "nl"} | parameters, known)[0])


def test_the_five_actions_have_the_owners_that_the_letter_names() -> None:
    assert {action.id: action.owner for action in actions(at())} == OWNERS
    assert owners(at()) == ["rijk", "samen", "gemeenten"]


def test_an_owner_in_the_address_keeps_only_his_actions() -> None:
    assert [action.id for action in actions(at(wie="samen"))] == ["weighing_framework"]
    assert address.write(at(wie="samen").selection, at().book)["wie"] == "samen"


def test_an_unknown_owner_is_reported_and_shows_every_action() -> None:
    selection, dropped = address.read({"wie": "niemand"}, online())
    assert selection.owner is None
    assert [(d.parameter, d.value) for d in dropped] == [("wie", "niemand")]


def test_every_figure_has_its_margin_its_n_and_its_mark() -> None:
    card = agenda_card(at())
    assert card is not None
    assert card.mark == "Fictieve voorbeelddata"
    assert card.table.height == 10
    assert card.table["Marge (95%)"].str.contains(" tot ").all()
    assert card.table["n van N"].str.contains(r"^ongeveer \d+ van 342$").all()


def test_the_card_says_that_it_does_not_measure_the_action() -> None:
    card = agenda_card(at())
    assert card is not None
    assert "meten niet of een actie is uitgevoerd" in card.notes[0]


def test_choosing_an_owner_changes_no_outcome() -> None:
    everyone, one = at(), at(wie="rijk")
    assert changes(one) == changes(everyone)


def test_the_only_change_that_is_called_one_is_the_one_that_was_drawn_into_the_sample() -> None:
    called = {name: row["outcome"] for name, row in changes(at()).items()}
    assert called.pop("fin_structural_balance_next") == "lower"
    assert set(called.values()) == {"no_difference"}


def test_the_first_edition_is_not_compared() -> None:
    card = agenda_card(at(ed="2022"))
    assert card is not None
    assert set(card.table["Verandering"]) == {"Niet te vergelijken met een eerdere editie."}


def test_the_title_says_how_many_figures_changed_and_which_most() -> None:
    # the one that was drawn into the sample; the wording of another question was changed
    assert title(at()) == (
        "1 van de 10 cijfers bij de acties is veranderd sinds 2022: "
        "Begroting volgend jaar structureel sluitend"
    )
    assert title(at(wie="samen")) == (
        "Geen van de 2 cijfers bij de acties is duidelijk veranderd sinds 2022"
    )
    assert title(at(ed="2022")) == "5 acties, en wat gemeenten erover antwoorden"


def test_an_action_has_the_number_and_the_change_of_each_of_its_questions() -> None:
    view = at(kl="k2", pv="PV30")
    (action,) = (action for action in actions(view) if action.id == "stable_finance")
    found = numbers(view, indicators_of(view, action))
    card = agenda_card(view)
    assert card is not None
    said = dict(card.table.select("Vraag", "Waarde").iter_rows())
    assert {number.title: number.finding.value for number in found} == {
        name: said[name]
        for name in (
            "Begroting volgend jaar structureel sluitend",
            "Ervaren financiële stabiliteit",
        )
    }
    assert [number.change.outcome for number in found] == ["lower", "no_difference"]
    assert "vr=fin_stability_perceived" in found[1].target


def test_what_the_survey_stands_beside_has_a_source_each() -> None:
    known = online().release.agenda
    assert known is not None
    assert [other.name.dutch for other in known.beside] == [
        "Staat van de Uitvoering",
        "Knelpuntenbrieven en ‘Standen’ van rijksorganisaties",
        "Werk aan Uitvoering (WaU)",
        "Verenigingsstrategie 2030",
    ]


def test_what_is_looked_at_in_depth_has_its_questions_and_actions() -> None:
    (theme,) = (theme for theme in at().book.themes if theme.steps)
    asked = {name for step in theme.steps for name in step.indicators}
    assert asked >= {i.id for i in at().book.of_theme("bestaanszekerheid", "survey")}
    assert [a.id for a in actions(at()) if theme.id in a.themes] == ["simplify_rules"]


def test_the_figures_are_national_whatever_else_is_chosen() -> None:
    card, chosen = agenda_card(at()), agenda_card(at(kl="k2", pv="PV30", wg="inw"))
    assert card is not None
    assert chosen is not None
    assert chosen.table.equals(card.table)


@pytest.mark.parametrize("ending", FORMATS)
def test_every_file_holds_action_owner_figure_and_outcome(ending: str) -> None:
    view = at(wie="rijk")
    card = build("acties", view, view.book.themes[0])
    assert card is not None
    content = render(view, card, ending, "https://voorbeeld.nl/actieagenda")
    frame = _read(content, ending)
    assert frame.height == 4
    told = frame.filter(
        pl.col("vraagcode" if "vraagcode" in frame.columns else "indicator").eq(
            "fin_structural_balance_next"
        )
    ).row(0, named=True)
    assert "rijk" in told.values()
    assert "lower" in told.values()
    assert True in told.values() or "true" in told.values()


def _read(content: bytes, ending: str) -> pl.DataFrame:
    """Return the rows of a file."""
    if ending == "excel.csv":
        return pl.read_csv(content[3:], separator=";", decimal_comma=True)
    if ending == "csv":
        return pl.read_csv(content)
    if ending == "xlsx":
        return pl.read_excel(io.BytesIO(content), sheet_name="Cijfers")
    if ending == "json":
        return pl.DataFrame(json.loads(content)["figures"], infer_schema_length=None)
    return pl.read_parquet(content)


def test_a_release_without_tested_differences_says_that_nothing_can_be_compared(
    sample_release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without = tmp_path / "uitgave"
    shutil.copytree(sample_release, without)
    (open_release(without).folder / "comparisons.parquet").unlink()
    sealed(without)
    monkeypatch.setenv("STAND_RELEASE", str(without))
    assert changes(replace(at())) == {}
