"""What cards draw and say: withheld groups keep their place, fictitious figures their mark."""

import json

import pytest

from pages.parts import charts
from pages.parts.charts import Axis, Style
from tests.pages.cards import card

pytestmark = pytest.mark.usefixtures("on_sample")
AXIS = Axis("Percentage", 0, 100, suffix="%")
NL = {"ed": "2023", "taal": "nl"}


def test_a_withheld_group_keeps_its_place_on_the_axis() -> None:
    built = card("kruising", "personeel", **NL)
    withheld = built.figures.filter(status="too_few")
    assert built.chart is not None
    assert withheld.height > 0
    drawn = built.chart.rows
    # sixteen groups and a heading for each of the four parts of the country
    assert drawn.height == built.figures.height + 4 == 20
    said = drawn.filter(drawn["state"] == "te weinig antwoorden")
    assert said.height == withheld.height
    assert said["estimate"].null_count() == said.height


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_group_has_one_bar_also_when_only_a_part_of_its_answers_is_shown(language: str) -> None:
    built = card("schaal", "gegevensuitwisseling", ed="2023", taal=language)
    largest = built.figures.filter(group_code="k4")
    assert 0 < largest["answer_count"].null_count() < largest.height
    assert built.chart is not None
    bars = built.chart.rows["key"].unique(maintain_order=True).to_list()
    assert len(bars) == 5
    assert bars[-1].split("\n")[1] == {"nl": "25 van 32", "en": "25 of 32"}[language]


def test_a_table_repeats_no_question_or_year_that_its_heading_says() -> None:
    one = card("tabel", "tabellen", vs="staff_vacancy_rate_pct", eds="2023", **NL)
    assert one.table.columns[:3] == ["Antwoord", "Groep", "Waarde"]
    assert one.heading == "Vacaturegraad, per grootteklasse, 2023"
    several = card("tabel", "tabellen", vs="staff_vacancy_rate_pct", eds="2022,2023", **NL)
    assert several.table.columns[:4] == ["Antwoord", "Jaar", "Groep", "Waarde"]


def test_rows_are_drawn_in_the_order_of_the_codebook() -> None:
    built = card("klassen", "personeel", **NL)
    assert built.chart is not None
    names = [key.split("|")[-1].split("\n")[0] for key in built.chart.rows["key"]]
    assert names == ["tot 20.000", "20.000–50.000", "50.000–100.000", "100.000 en meer"]


def test_the_chosen_group_is_marked_in_the_chart() -> None:
    built = card("klassen", "personeel", kl="k3", **NL)
    assert built.chart is not None
    assert built.chart.rows["chosen"].to_list() == [False, False, True, False]


@pytest.mark.parametrize("name", ["kern", "klassen", "regios", "kruising", "schaal", "edities"])
@pytest.mark.parametrize(
    ("language", "mark"), [("nl", "Fictieve voorbeelddata"), ("en", "Fictitious sample data")]
)
def test_every_survey_card_carries_the_mark_of_fiction(name: str, language: str, mark: str) -> None:
    built = card(name, "personeel", ed="2023", taal=language)
    assert built.mark == mark
    assert mark in built.alternative


def test_official_cards_carry_no_such_mark() -> None:
    built = card("officieel-klassen", "financien", **NL)
    assert built.mark is None
    assert "Fictieve" not in built.alternative


def test_a_finding_says_value_margin_and_count() -> None:
    sentence = card("kern", "personeel", **NL).sentence
    assert "% van de gemeenten heeft te weinig personeel voor het sociaal domein" in sentence
    assert "marge" in sentence
    assert "192 van 342" in sentence


def test_a_group_that_is_not_published_is_answered_with_a_wider_one_and_says_so() -> None:
    built = card("kern", "personeel", pv="PV29", kl="k4", **NL)
    assert any("wordt niet apart gepubliceerd" in note for note in built.notes)


def test_a_chart_is_the_same_object_for_the_same_style_and_holds_no_data() -> None:
    style = Style("nl", AXIS, "Fictieve voorbeelddata")
    spec = charts.interval_chart(style)
    assert charts.interval_chart(Style("nl", AXIS, "Fictieve voorbeelddata")) is spec
    assert "datasets" not in spec
    assert "Fictieve voorbeelddata" in json.dumps(spec)


@pytest.mark.parametrize(("language", "decimal"), [("nl", ","), ("en", ".")])
def test_a_chart_writes_numbers_as_its_reader_does(language: str, decimal: str) -> None:
    spec = charts.interval_chart(Style("en" if language == "en" else "nl", AXIS))
    assert spec["config"]["locale"]["number"]["decimal"] == decimal


@pytest.mark.parametrize("name", ["klassen", "kruising", "edities"])
def test_margins_that_are_hidden_in_a_chart_stay_in_its_table_and_are_said_to_be(name: str) -> None:
    drawn = card(name, "personeel", **NL)
    hidden = card(name, "personeel", mg="uit", **NL)
    assert drawn.chart is not None
    assert hidden.chart is not None
    assert drawn.chart.rows["low"].null_count() < drawn.chart.rows.height
    assert hidden.chart.rows["low"].null_count() == hidden.chart.rows.height
    assert hidden.chart.rows["estimate"].equals(drawn.chart.rows["estimate"])
    assert hidden.chart.spec is drawn.chart.spec
    assert hidden.table.equals(drawn.table)
    assert "niet getekend" in hidden.legend
    assert "niet getekend" not in drawn.legend


def test_the_whole_country_has_a_capital_at_the_head_of_a_row_and_none_in_a_sentence() -> None:
    built = card("schaal", "personeel", ed="2023", taal="en")
    assert built.chart is not None
    assert built.chart.rows["key"][0].split("|")[-1].startswith("The Netherlands\n")
    assert built.table["Group"][0] == "The Netherlands"
    assert card("klassen", "personeel", ed="2023", taal="en").heading.endswith(", the Netherlands")
