"""What stands first on a page: the finding, whether it changed, and the nearest that is known."""

import polars as pl
import pytest

from pages.cards.survey.headlines import change_of, headlines, ranked_themes
from pages.cards.survey.lead import lead
from pages.files.parts import part
from pages.state.view import View
from queries.vocabulary import Against, Outcome
from queries.words.texts import join
from tests.support.cards import view

pytestmark = pytest.mark.usefixtures("on_sample")


def of(question: str, **parameters: str) -> tuple[View, str]:
    """Return the view of an address in Dutch, and the question."""
    return view(**({"ed": "2023", "taal": "nl"} | parameters)), question


def test_the_largest_tested_change_leads_the_first_page() -> None:
    found = headlines(view(ed="2023", taal="nl"))
    assert found.lead is not None
    assert (found.lead.theme, found.lead.finding.value) == ("regels_geld", "32%")
    assert found.lead.change.sentence == "In 2022 was dat nog 65%: een daling van 33 punten."
    assert found.lead.change.years == (2022, 2023)
    assert [number.change.outcome for number in found.numbers].count(Outcome.LOWER) == 1


def test_each_theme_has_a_number_with_its_margin_and_n_behind_it() -> None:
    found = headlines(view(ed="2023", taal="en"))
    assert len(found.numbers) == 6
    assert all("margin" in number.finding.behind for number in found.numbers)
    assert all(" of 342 municipalities" in number.finding.behind for number in found.numbers)


def test_where_nothing_was_asked_before_the_largest_difference_leads() -> None:
    found = headlines(view(ed="2022", taal="nl"))
    assert found.lead is not None
    assert found.title == (
        "100.000 inwoners en meer: 70% van de gemeenten had ongeveer genoeg of meer budget van het "
        "Rijk, tegenover 43% in de rest van Nederland"
    )
    assert found.lead.theme == "bestaanszekerheid"
    assert {number.change.short for number in found.numbers} == {"niet eerder gevraagd"}


def test_a_place_and_a_label_have_no_two_colons() -> None:
    shown, question = of("staff_vacancy_rate_pct", ld="LD02")
    title = lead(shown, shown.book.by_id[question]).title
    assert title.startswith("Oost-Nederland – Vacaturegraad: gemiddeld ")
    shown, question = of("staff_shortage_social", ld="LD02")
    assert lead(shown, shown.book.by_id[question]).title.startswith("Oost-Nederland: ")


def test_names_that_hold_commas_do_not_run_together() -> None:
    assert join(["Noord, tot 20.000", "Oost", "West"], "en") == "Noord, tot 20.000; Oost; en West"
    assert join(["Noord", "Oost", "West"], "en") == "Noord, Oost en West"


def test_groups_that_have_no_figure_together_are_answered_with_each_by_itself() -> None:
    shown, question = of("staff_shortage_social", ld="LD01", kl="k1")
    found = lead(shown, shown.book.by_id[question])
    assert found.title == (
        "Noord-Nederland, tot 20.000 inwoners: hiervoor is geen cijfer te geven "
        "(te weinig antwoorden)"
    )
    # all of the North is too uncertain to tell
    assert [(n.place, n.finding.value) for n in found.told] == [("Tot 20.000 inwoners", "44%")]
    assert found.differs == ()
    assert found.change is None


def test_a_region_that_has_a_figure_is_named_in_the_title() -> None:
    shown, question = of("staff_shortage_social", ld="LD02")
    found = lead(shown, shown.book.by_id[question])
    assert found.title == (
        "Oost-Nederland: 42% van de gemeenten heeft te weinig personeel voor het sociaal domein"
    )


def test_a_figure_too_uncertain_to_tell_is_answered_with_that_of_everyone() -> None:
    shown, question = of("staff_shortage_social", ld="LD01")
    found = lead(shown, shown.book.by_id[question])
    assert found.title.startswith("Noord-Nederland: hiervoor is geen cijfer te geven (te onzeker")
    assert [(n.place, n.finding.value) for n in found.told] == [("Nederland", "46%")]


def test_a_question_asked_differently_is_said_to_be() -> None:
    shown, question = of("be_budget_sufficient")
    found = lead(shown, shown.book.by_id[question])
    assert found.change is not None
    assert found.change.sentence == ("Niet te vergelijken met 2022: de vraag is anders gesteld.")


def comparisons(*rows: tuple[str, str, str, float]) -> pl.DataFrame:
    """Return comparisons as far as the order of themes asks for them."""
    columns = ["indicator", "against", "outcome", "difference"]
    return pl.DataFrame(rows, schema=columns, orient="row")


def test_changes_go_before_larger_differences_and_what_is_not_called_does_not_count() -> None:
    of_sample = view(ed="2023", taal="nl")
    headline = {theme.id: theme.headline for theme in of_sample.book.themes}
    frame = comparisons(
        (headline["preventie"], Against.REST, Outcome.HIGHER, 40.0),
        (headline["schaarste"], Against.EDITION, Outcome.HIGHER, 5.0),
        (headline["regels_geld"], Against.EDITION, Outcome.LOWER, -12.0),
        (headline["personeel"], Against.EDITION, Outcome.NO_DIFFERENCE, 60.0),
    )
    found = ranked_themes(frame, of_sample)
    assert found == [
        "regels_geld",
        "schaarste",
        "preventie",
        "personeel",
        "keten_gegevens",
        "bestaanszekerheid",
    ]


def test_a_piece_of_a_page_shows_text_as_it_is() -> None:
    said = part("actions", [("<script>x</script>", '"><b>')])
    assert "<script>" not in said
    assert "<b>" not in said


@pytest.mark.parametrize(
    ("outcome", "sentence"),
    [
        (Outcome.HIGHER, "In 2022 was dat 40%: een stijging van 12 punten."),
        (Outcome.LOWER, "In 2022 was dat nog 40%: een daling van 12 punten."),
        (
            Outcome.NO_DIFFERENCE,
            "Ongeveer gelijk aan 2022: 40% toen. Het verschil kan toeval zijn.",
        ),
        (Outcome.TOO_LITTLE, "Niet te vergelijken met 2022: te weinig gegevens."),
    ],
)
def test_a_change_is_called_what_the_test_calls_it(outcome: str, sentence: str) -> None:
    shown, question = of("staff_shortage_social")
    row = {
        "outcome": outcome,
        "edition": 2023,
        "other_edition": 2022,
        "estimate": 52.0,
        "other_estimate": 40.0,
        "difference": 12.0,
    }
    found = change_of(shown, shown.book.by_id[question], [row], is_published=True)
    assert found.sentence == sentence
