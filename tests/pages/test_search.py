"""A few letters find questions, municipalities, regions, terms and pages, the best first."""

from __future__ import annotations

import pytest

from data.spelling import folded
from pages.state.address import write
from pages.state.releases import online
from pages.state.search_index import MOST, Target, find, guess, targets

pytestmark = pytest.mark.usefixtures("on_sample")


def everything(language: str = "nl") -> tuple[Target, ...]:
    """Return all there is to find, on every page that a survey could have."""
    themes = [theme.slug for theme in online().codebook.themes]
    others = ["", "actieagenda", "signalen", "tabellen", "begrippen", "over", "gemeente", "regio"]
    return targets(online(), "en" if language == "en" else "nl", frozenset([*themes, *others]))


def first(sought: str, language: str = "nl") -> tuple[str, str, dict[str, str]]:
    """Return page, name and parameters of the best hit."""
    hit = find(sought, everything(language))[0]
    given = write(hit.choice, online().codebook)
    return hit.page, hit.name, {k: v for k, v in given.items() if k not in {"ed", "taal"}}


@pytest.mark.parametrize(
    ("sought", "page", "name", "parameters"),
    [
        ("ut", "regio", "Utrecht (provincie)", {"pv": "PV26"}),
        ("utrecht", "gemeente", "Utrecht", {"gm": "GM0344"}),
        ("noord", "regio", "Noord-Nederland (landsdeel)", {"ld": "LD01"}),
        ("noord-h", "regio", "Noord-Holland (provincie)", {"pv": "PV27"}),
        ("GM0363", "gemeente", "Amsterdam", {"gm": "GM0363"}),
        ("363", "gemeente", "Amsterdam", {"gm": "GM0363"}),
        ("pv27", "regio", "Noord-Holland (provincie)", {"pv": "PV27"}),
        (
            "tekort",
            "personeel",
            "Te weinig personeel in het sociaal domein",
            {"vr": "staff_shortage_social"},
        ),
        ("armoede", "bestaanszekerheid", "Bestaanszekerheid", {}),
        ("uden", "gemeente", "Uden (nu Maashorst)", {"gm": "GM0856"}),
        ("haren", "gemeente", "Haren (nu Groningen)", {"gm": "GM0017"}),
        ("GM0860", "gemeente", "Veghel (nu Meierijstad)", {"gm": "GM0860"}),
        ("sud", "gemeente", "Súdwest-Fryslân", {"gm": "GM1900"}),
        ("SÚDWEST-F", "gemeente", "Súdwest-Fryslân", {"gm": "GM1900"}),
        ("s hert", "gemeente", "'s-Hertogenbosch", {"gm": "GM0796"}),
        ("den bosch", "gemeente", "'s-Hertogenbosch", {"gm": "GM0796"}),
        ("beem", "gemeente", "Beemster (nu Purmerend)", {"gm": "GM0370"}),
        (
            "ervaren financiele",
            "financien",
            "Ervaren financiële stabiliteit",
            {"vr": "fin_stability_perceived"},
        ),
        ("exploitatiesaldo", "financien", "Exploitatiesaldo", {"of": "iv3_balance_pct"}),
        ("limburg", "regio", "Limburg (provincie)", {"pv": "PV31"}),
        ("noord-nederland", "regio", "Noord-Nederland (landsdeel)", {"ld": "LD01"}),
        ("marge", "begrippen", "marge", {"bg": "marge"}),
        ("signalen", "signalen", "Signalen", {}),
        ("actie", "actieagenda", "Actieagenda", {}),
    ],
)
def test_letters_find(sought: str, page: str, name: str, parameters: dict[str, str]) -> None:
    assert first(sought) == (page, name, parameters)


def test_english_readers_find_in_english() -> None:
    assert first("vacancy", "en")[1] == "Vacancy rate"
    assert first("margin", "en")[2] == {"bg": "marge"}
    assert first("staff shortage", "en")[2] == {"vr": "staff_shortage_social"}
    assert first("beem", "en")[1] == "Beemster (now Purmerend)"


@pytest.mark.parametrize("sought", ["", "u", " ' ", "zzzz", "<b>", "%%"])
def test_too_little_and_nonsense_find_nothing(sought: str) -> None:
    assert find(sought, everything()) == []


@pytest.mark.parametrize(
    ("sought", "name"),
    [
        ("amstredam", "Amsterdam"),
        ("Gronigen", "Groningen"),
        ("gronign", "Groningen"),
        ("persneel", "Personeel"),
        ("vacaturegraat", "Vacaturegraad"),
        ("sudwest frieslan", "Súdwest-Fryslân"),
    ],
)
def test_a_slip_of_the_finger_is_guessed_at(sought: str, name: str) -> None:
    assert find(sought, everything()) == []
    assert name in [hit.name for hit in guess(sought, everything())[:2]]


@pytest.mark.parametrize("sought", ["", "ut", "zzz", "zzzz", "qqqqqqqqqq"])
def test_nonsense_is_not_guessed_at(sought: str) -> None:
    assert guess(sought, everything()) == []


def test_letters_within_words_of_a_wording_find_nothing() -> None:
    assert "Belastingcapaciteit" not in {hit.name for hit in find("uden", everything())}


def test_no_more_is_found_than_one_can_choose_from() -> None:
    assert len(find("de", everything())) == MOST


def test_every_municipality_is_found_first_by_its_whole_name() -> None:
    known = everything()
    missed = [
        name
        for name in online().municipalities.values()
        if name not in {hit.name for hit in find(name, known)[:2]}
    ]
    assert missed == []


def test_every_question_region_and_term_is_found_by_its_name() -> None:
    known = everything()
    missed = [t.name for t in known if t.name not in {hit.name for hit in find(t.names[0], known)}]
    assert missed == []


def test_what_stands_on_a_page_that_is_not_there_is_not_offered() -> None:
    assert targets(online(), "nl", frozenset()) == ()
    assert {t.page for t in targets(online(), "nl", frozenset(["begrippen"]))} == {"begrippen"}


def test_folding_takes_case_accents_and_marks_away() -> None:
    assert folded("Súdwest-Fryslân") == "sudwest fryslan"
    assert folded("'s-Hertogenbosch") == "s hertogenbosch"
