"""What stands first on a page: the finding, whether it changed, and the nearest that is known."""

import pytest

from pages.cards.survey.headlines import change_of, headlines
from pages.cards.survey.lead import lead
from pages.state.view import View
from queries.vocabulary import Outcome
from tests.pages.cards import view

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


def test_where_nothing_was_asked_before_the_first_theme_leads_and_nothing_is_said_of_change() -> (
    None
):
    found = headlines(view(ed="2022", taal="nl"))
    assert found.lead is not None
    assert {number.change.sentence for number in found.numbers} == {""}
    assert {number.change.short for number in found.numbers} == {
        "niet te vergelijken met een eerdere editie"
    }


def test_groups_that_have_no_figure_together_are_answered_with_each_by_itself() -> None:
    shown, question = of("staff_shortage_social", ld="LD01", kl="k1")
    found = lead(shown, shown.book.by_id[question])
    assert found.title == (
        "Noord-Nederland, tot 20.000 inwoners: hiervoor is geen cijfer te geven "
        "(te weinig antwoorden)"
    )
    assert [named.place for named in found.told] == ["Noord-Nederland", "Tot 20.000 inwoners"]
    assert found.change is None


def test_a_region_that_has_a_figure_is_named_in_the_title() -> None:
    shown, question = of("staff_shortage_social", ld="LD02")
    found = lead(shown, shown.book.by_id[question])
    assert found.title == (
        "Oost-Nederland: 42% van de gemeenten heeft te weinig personeel voor het sociaal domein"
    )


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
