"""What cards draw and say: withheld groups keep their place, fictitious figures their mark."""

import re

import polars as pl
import pytest

from data.survey.indicators import Indicator
from pages.cards.card import shown
from pages.cards.differences import sentence, summary
from pages.cards.findings import finding
from pages.cards.parts import count_line
from pages.cards.response import response_sentence
from pages.cards.survey.scales import piece_sizes
from pages.charts import tile_map
from pages.charts.intervals import interval_chart
from pages.charts.scales import scale_chart
from pages.charts.spec import Axis, Style
from queries.release.manifest import Release
from tests.support.cards import card, released, view

pytestmark = pytest.mark.usefixtures("on_sample")
AXIS = Axis("Percentage", 0, 100, suffix="%")
NL = {"ed": "2023", "taal": "nl"}


def test_a_withheld_group_keeps_its_place_in_the_matrix() -> None:
    built = card("kruising", "personeel", **NL)
    withheld = built.figures.filter(status="too_few")
    assert built.chart is not None
    assert withheld.height > 0
    drawn = built.chart.rows
    # sixteen groups, four parts of the country, four classes, and everyone
    assert drawn.height == built.figures.height == 16 + 4 + 4 + 1
    said = drawn.filter(drawn["said"].str.contains(": te weinig antwoorden"))
    assert said.height == withheld.height
    assert set(said["value"]) == {"·"}


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_group_has_one_bar_that_says_about_how_many_answered(
    published: Release, language: str
) -> None:
    built = card("schaal", "gegevensuitwisseling", ed="2023", taal=language)
    count = released(published, "dx_maturity", "size_class", "k4")["answer_count"]
    assert built.chart is not None
    bars = built.chart.rows["key"].unique(maintain_order=True).to_list()
    assert len(bars) == 5
    said = {"nl": f"ongeveer {count} van 32", "en": f"about {count} of 32"}
    assert bars[-1].split("\n")[1] == said[language]


@pytest.mark.parametrize("weighting", ["gem", "inw"])
@pytest.mark.parametrize("edition", ["2022", "2023"])
@pytest.mark.parametrize("region", [{}, {"ld": "LD01"}, {"ld": "LD04"}])
def test_every_bar_of_a_scale_reaches_100_per_cent_or_says_why_it_is_empty(
    published: Release, region: dict[str, str], edition: str, weighting: str
) -> None:
    scales = [i for i in published.codebook.indicators if i.type in {"ordinal", "yes_no"}]
    whole = 0
    for scale in scales:
        if not scale.asked_in(int(edition)) or scale.part_of is not None:
            continue
        theme = next(t.slug for t in published.codebook.themes if t.id == scale.theme)
        place = {"ed": edition, "taal": "nl", "vr": scale.id, "wg": weighting} | region
        built = card("schaal", theme, **place)
        assert built.chart is not None
        for _, bar in built.chart.rows.group_by("key", maintain_order=True):
            ends, starts = bar["end"].to_list(), bar["start"].to_list()
            if ends[-1] is None:
                assert (set(ends), bar["state"][0] != "") == ({None}, True)
                continue
            whole += 1
            assert ends[-1] == pytest.approx(100)
            assert starts == pytest.approx([0, *ends[:-1]])
    # in one region too few answered, or one weighs too much, for any figure by inhabitants
    assert whole > 0 or (weighting, region) == ("inw", {"ld": "LD01"})


SHOWN = {"status": "shown", "low": 0.0, "high": 100.0}
FEW = {"status": "bound", "estimate": None, "low": 0.0, "high": 5.0}
NEARLY_ALL = {"status": "bound", "estimate": None, "low": 95.0, "high": 100.0}
TOO_FEW = {"status": "too_few", "estimate": None, "low": None, "high": None}


@pytest.mark.parametrize(
    ("rows", "sizes"),
    [
        ([SHOWN | {"estimate": 40.0}, SHOWN | {"estimate": 60.0}], [40, 60]),
        ([SHOWN | {"estimate": 97.0}, FEW, FEW], [97, 1.5, 1.5]),
        ([FEW, SHOWN | {"estimate": 94.0}, FEW], [3, 94, 3]),
        ([FEW, NEARLY_ALL], [2.5, 97.5]),
        ([SHOWN | {"estimate": 60.0}, TOO_FEW], [None, None]),
    ],
)
def test_what_is_only_a_bound_shares_what_the_others_leave(
    rows: list[dict[str, object]], sizes: list[float | None]
) -> None:
    assert piece_sizes(rows) == pytest.approx(sizes)


def test_a_bound_in_a_bar_is_pale_and_named_for_the_mouse(published: Release) -> None:
    spec = scale_chart(Style("nl", AXIS, ("Ja", "Nee")))
    bar = spec["layer"][0]["encoding"]
    assert bar["fillOpacity"]["condition"][0]["test"] == "datum.is_bound"
    assert bar["tooltip"]["field"] == "said"
    drawn = [
        row
        for scale in published.codebook.indicators
        if scale.type == "ordinal" and scale.asked_in(2023) and scale.part_of is None
        for row in _rows_of(published, scale)
        if row["is_bound"]
    ]
    assert drawn
    assert all(re.search(r": (hoogstens|minstens) \d+%$", str(row["said"])) for row in drawn)


def _rows_of(published: Release, scale: Indicator) -> list[dict[str, object]]:
    """Return the pieces of the bars of a scale."""
    theme = next(t.slug for t in published.codebook.themes if t.id == scale.theme)
    chart = card("schaal", theme, vr=scale.id, **NL).chart
    return chart.rows.to_dicts() if chart else []


def test_a_table_repeats_no_question_or_year_that_its_heading_says() -> None:
    one = card("tabel", "tabellen", vs="staff_vacancy_rate_pct", eds="2023", **NL)
    assert one.table.columns[:3] == ["Antwoord", "Groep", "Waarde"]
    assert one.heading == "Vacaturegraad, per grootteklasse, 2023"
    several = card("tabel", "tabellen", vs="staff_vacancy_rate_pct", eds="2022,2023", **NL)
    assert several.table.columns[:4] == ["Antwoord", "Jaar", "Groep", "Waarde"]


def test_rows_are_drawn_in_the_order_of_the_codebook() -> None:
    built = card("klassen", "personeel", **NL)
    assert built.chart is not None
    names = [key.split("|")[1].split("\n")[0] for key in built.chart.rows["key"]]
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


def test_a_finding_says_value_margin_and_about_how_many_answered(published: Release) -> None:
    count = released(published, "staff_shortage_social", "nl", "nl")["answer_count"]
    sentence = card("kern", "personeel", **NL).sentence
    assert "% van de gemeenten heeft te weinig personeel voor het sociaal domein" in sentence
    assert "marge" in sentence
    assert f"ongeveer {count} van 342 gemeenten" in sentence


def test_under_a_chart_stands_what_part_did_not_know_or_gave_no_answer(published: Release) -> None:
    row = released(published, "staff_shortage_social", "nl", "nl")
    unknown, skipped = (round(100 * row[f"{name}_share"]) for name in ("dont_know", "skipped"))
    assert card("klassen", "personeel", **NL).count == ""
    assert card("kern", "personeel", **NL).count == (
        f"n = ongeveer {row['answer_count']} van 342 gemeenten; ongeveer {unknown}% van wie "
        f"meedeed wist het niet, {skipped}% gaf geen antwoord"
    )


ROW = {
    "kind": "survey",
    "dimension": "size_class",
    "group_code": "k4",
    "edition": 2023,
    "indicator": "staff_shortage_social",
    "item": "yes",
    "statistic": "share",
    "population_count": 32,
    "answer_count": 15,
    "dont_know_share": None,
    "skipped_share": None,
    "estimate": None,
    "low": None,
    "high": None,
    "grade": None,
    "status": "too_few",
}
BY_INHABITANTS = {"wg": "inw"} | NL


def test_below_twenty_answers_nothing_is_said_of_who_did_not_know() -> None:
    assert count_line(view(**NL), [ROW]) == "n = ongeveer 15 van 32 gemeenten"


def test_of_several_questions_together_no_count_is_given() -> None:
    other = ROW | {"indicator": "staff_workload_serious"}
    assert count_line(view(**NL), [ROW, other]) == ""


@pytest.mark.parametrize(
    ("status", "language", "reason"),
    [
        ("too_few", "nl", "te weinig antwoorden"),
        ("dominated", "nl", "afgeschermd: één gemeente telt voor meer dan 10% mee"),
        ("too_few", "en", "too few answers"),
        ("dominated", "en", "withheld: one municipality counts for more than 10%"),
    ],
)
def test_a_figure_that_is_not_there_says_why(status: str, language: str, reason: str) -> None:
    of = view(ed="2023", taal=language)
    indicator = of.book.by_id["staff_shortage_social"]
    assert shown(of, indicator, ROW | {"status": status}).state == reason


@pytest.mark.parametrize(
    ("parameters", "low", "high", "said"),
    [
        (NL, 0.0, 5.0, "Hoogstens 5% van de gemeenten heeft"),
        (NL, 90.0, 100.0, "Minstens 90% van de gemeenten heeft"),
        (BY_INHABITANTS, 0.0, 5.0, "Gemeenten met samen hoogstens 5% van de inwoners hebben"),
    ],
)
def test_a_bound_is_a_sentence_of_what_counts(
    parameters: dict[str, str], low: float, high: float, said: str
) -> None:
    of = view(**parameters)
    row = ROW | {"status": "bound", "low": low, "high": high}
    assert finding(of, of.book.by_id["staff_shortage_social"], row, "").startswith(said)


def differing(outcome: str, group: str) -> dict[str, object]:
    """Return a tested difference between a size class and the rest."""
    return ROW | {
        "against": "rest",
        "group_code": group,
        "other_group": None,
        "other_edition": 2023,
        "outcome": outcome,
        "estimate": 60.0,
        "other_estimate": 40.0,
    }


def test_groups_that_cannot_be_compared_are_named_with_the_reason() -> None:
    rows = [
        differing("higher", "k1"),
        differing("too_little", "k2"),
        differing("not_published", "k3"),
        differing("no_difference", "k4"),
    ]
    assert summary(view(**NL), pl.DataFrame(rows), "size_class") == (
        "Hoger dan in de rest van Nederland: tot 20.000 (60% tegenover 40%). "
        "Te weinig gegevens om te vergelijken: 20.000–50.000. "
        "Niet te vergelijken, want een cijfer wordt niet of alleen als grens getoond: "
        "50.000–100.000. "
        "Bij de andere groepen is geen verschil aantoonbaar."
    )


def test_many_groups_that_cannot_be_compared_are_counted() -> None:
    rows = [differing("not_published", code) for code in ("k1", "k2", "k3", "k4", "k4")]
    assert summary(view(**NL), pl.DataFrame(rows), "size_class") == (
        "Niet te vergelijken, want een cijfer wordt niet of alleen als grens getoond: 5 groepen."
    )


def test_every_outcome_of_the_release_has_its_words_and_its_sentence(published: Release) -> None:
    found = pl.read_parquet(published.folder / "comparisons.parquet")
    cases = found.unique(["against", "outcome"]).to_dicts()
    assert {row["outcome"] for row in cases} == set(tile_map.SIGNS)
    for language in ("nl", "en"):
        of = view(ed="2023", taal=language)
        assert all(sentence(of, row).endswith(".") for row in cases)
        assert all(of.words(f"outcome.{row['outcome']}") for row in cases)


def test_in_files_a_difference_that_cannot_be_told_has_an_outcome_and_no_figure() -> None:
    built = card("verschillen", "personeel", gi="am", **NL)
    untold = built.figures.filter(pl.col("outcome").is_in(["too_little", "not_published"]))
    told = built.figures.filter(~pl.col("outcome").is_in(["too_little", "not_published"]))
    assert untold.height > 0
    assert untold["estimate"].null_count() == untold.height
    assert told["estimate"].null_count() == 0
    words = {"geen vergelijking mogelijk", "te weinig gegevens"}
    assert set(built.table.filter(pl.col("Verschil") == "")["Uitkomst"]) <= words


@pytest.mark.parametrize(
    ("dimension", "count", "population", "sentence_"),
    [
        ("nl", 227, 342, "227 van de 342 gemeenten deden mee (66%)."),
        # so many are said where all did as well
        ("nl", 339, 342, "ongeveer 339 van de 342 gemeenten deden mee (ongeveer 100%)."),
        ("province", 10, 14, "ongeveer 10 van de 14 gemeenten deden mee (ongeveer 70%)."),
        (
            "province",
            None,
            5,
            "hoeveel van de 5 gemeenten meededen, wordt bij zo’n kleine groep niet gezegd.",
        ),
    ],
)
def test_how_many_took_part_is_exact_for_the_whole_country_only(
    dimension: str, count: int | None, population: int, sentence_: str
) -> None:
    row = {"dimension": dimension, "respondent_count": count, "population_count": population}
    assert response_sentence(view(**NL), row) == sentence_


def test_a_group_that_is_not_published_is_answered_with_a_wider_one_and_says_so() -> None:
    built = card("kern", "personeel", pv="PV29", kl="k4", **NL)
    assert any("wordt niet apart gepubliceerd" in note for note in built.notes)


def test_a_chart_is_the_same_object_for_the_same_style_and_holds_no_data() -> None:
    style = Style("nl", AXIS)
    spec = interval_chart(style)
    assert interval_chart(Style("nl", AXIS)) is spec
    assert "datasets" not in spec


@pytest.mark.parametrize(("language", "decimal"), [("nl", ","), ("en", ".")])
def test_a_chart_writes_numbers_as_its_reader_does(language: str, decimal: str) -> None:
    spec = interval_chart(Style("en" if language == "en" else "nl", AXIS))
    assert spec["config"]["locale"]["number"]["decimal"] == decimal


@pytest.mark.parametrize("name", ["klassen", "regios", "edities"])
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
    assert built.chart.rows["key"][0].split("|")[1].startswith("The Netherlands\n")
    assert built.table["Group"][0] == "The Netherlands"
    assert card("klassen", "personeel", ed="2023", taal="en").heading.endswith(", the Netherlands")
