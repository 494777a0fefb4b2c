"""My municipality: found by any name, set among peers, and never told apart by its answers."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest
from streamlit.testing.v1 import AppTest

from data.files import store
from pages.cards.places.peers import home
from pages.state.releases import Facts
from queries import engine
from queries.errors import QueryError, UnknownSubjectError
from queries.release.manifest import Release
from queries.sheets import subjects
from tests.support.cards import participants, released, view
from tests.support.reading import address, framed, markup, said

pytestmark = pytest.mark.usefixtures("on_sample")
PRIVATE = "Wat {name} zelf antwoordde, is niet te zien."


def plain(test: AppTest) -> str:
    """Return every text on the page without the marks of Markdown."""
    return said(test).replace("\\", "")


def test_without_a_municipality_there_are_only_the_search_and_the_own_set() -> None:
    test = framed("gemeente", taal="nl")
    assert [h.value for h in test.header] == ["Eigen groep gemeenten"]
    assert test.selectbox(key="w-gm").label == "Zoek uw gemeente, ook op een oude naam"


@pytest.mark.parametrize(
    "name", ["Amsterdam", "Brielle (nu Voorne aan Zee)", "'s-Gravenhage (Den Haag)", "Texel"]
)
def test_the_search_knows_current_former_and_daily_names(name: str) -> None:
    assert name in framed("gemeente", taal="nl").selectbox(key="w-gm").options


def test_a_former_name_lands_on_the_successor_with_a_notice() -> None:
    test = framed("gemeente", taal="nl")
    test.selectbox(key="w-gm").set_value("GM0501").run()
    assert [w.value for w in test.warning] == [
        "Brielle is opgegaan in Voorne aan Zee. U ziet Voorne aan Zee."
    ]
    assert address(test)["gm"] == "GM1992"
    assert test.title[0].value == "Voorne aan Zee"


def test_official_figures_lie_among_those_of_the_peers() -> None:
    text = plain(framed("gemeente", gm="GM0664", taal="nl", ed="2023"))
    # Of the 184 municipalities of 20,000 to 50,000 in the accounts of 2023.
    assert (
        "Goes: 31,4%. Dat ligt binnen de middelste helft van de groep "
        "‘20.000 tot 50.000 inwoners’ (30,5% tot 51,6%; mediaan 40,6%)." in text
    )
    assert "Netto schuldquote (BBV), jaarrekening 2023" in text


def test_a_ratio_that_a_municipality_does_not_report_is_left_out() -> None:
    text = plain(framed("gemeente", gm="GM0363", taal="nl", ed="2023"))
    assert "Solvabiliteit (benadering uit Iv3), jaarrekening 2023" in text
    assert "BBV" not in text


@pytest.mark.parametrize("how", ["semi", "anti"])
def test_whether_it_took_part_makes_no_difference_to_what_is_said(
    sample_vault: Path, published: Release, how: Literal["semi", "anti"]
) -> None:
    # one that did take part, and one that did not; they have the same peers
    code, name = small_one(sample_vault, how)
    figure = released(published, "staff_shortage_social", "size_class", "k1")
    count, population = participants(published, "size_class", "k1")
    text = plain(framed("gemeente", gm=code, taal="nl", ed="2023"))
    assert PRIVATE.format(name=name) in text
    share = round(100 * figure["estimate"])
    assert f"Tot 20.000 inwoners: {share}% van de gemeenten heeft te weinig personeel" in text
    assert f"Ongeveer {count} van de {population} gemeenten deden mee" in text
    assert not re.search(r"zelf (wel|niet|ook) mee", text)


def small_one(vault: Path, how: Literal["semi", "anti"]) -> tuple[str, str]:
    """Return code and name of a municipality of up to 20,000 that took part, or did not (anti)."""
    answers = store.read_parquet(vault / "responses.parquet").filter(edition=2023)
    register = store.read_parquet(vault / "register.parquet")
    small = register.filter(year=2023, size_class="k1").sort("municipality_code")
    found = small.join(answers, on="municipality_code", how=how)
    return found.select("municipality_code", "name").row(0)


def test_the_peers_can_be_chosen_as_far_as_they_are_published() -> None:
    test = framed("gemeente", gm="GM0363", taal="nl", ed="2023")
    chooser = test.selectbox(key="w-vg")
    assert chooser.options == [
        "100.000 inwoners en meer",
        "Groot Amsterdam",
        "West-Nederland",
        "West-Nederland, 100.000 inwoners en meer",
        "Noord-Holland",
        "Nederland",
    ]
    chooser.set_value("landsdeel").run()
    assert address(test)["vg"] == "landsdeel"
    assert "Vergelijkbare gemeenten: West-Nederland." in plain(test)


def test_a_municipality_that_did_not_exist_yet_says_so() -> None:
    test = framed("gemeente", gm="GM1992", ed="2022", taal="nl")
    assert test.info[0].value.startswith("Voorne aan Zee bestond niet in 2022.")


def test_an_own_answer_is_set_beside_the_peers_and_stays_out_of_the_address(
    published: Release,
) -> None:
    figure = released(published, "staff_shortage_social", "size_class", "k4")
    share = round(100 * figure["estimate"])
    test = framed("gemeente", gm="GM0363", taal="nl", ed="2023")
    before = address(test)
    test.radio(key="w-own-answer-staff_shortage_social").set_value("no").run()
    said_of_peers = f"100.000 inwoners en meer: {share}% van de gemeenten"
    assert f"Uw antwoord: Nee. {said_of_peers}" in plain(test)
    assert address(test) == before


@pytest.mark.parametrize(("answer", "where"), [(0.1, "onder"), (24.9, "boven")])
def test_an_own_number_is_above_or_below_the_margin(answer: float, where: str) -> None:
    test = framed("gemeente", gm="GM0363", taal="nl", ed="2023")
    test.selectbox(key="w-own-question").set_value("staff_vacancy_rate_pct").run()
    test.number_input(key="w-own-answer-staff_vacancy_rate_pct").set_value(answer).run()
    assert f"Dat ligt {where} de marge van de groep ‘100.000 inwoners en meer’" in plain(test)


def test_an_own_number_within_the_margin_is_said_to_be(published: Release) -> None:
    row = published.ask(
        "figures",
        indicators=["staff_vacancy_rate_pct"],
        editions=[2023],
        bases=None,
        items=None,
        statistics=[published.codebook.by_id["staff_vacancy_rate_pct"].headline],
        weightings=["municipality"],
        dimensions=["size_class"],
        groups=["k4"],
    ).row(0, named=True)
    test = framed("gemeente", gm="GM0363", taal="nl", ed="2023")
    test.selectbox(key="w-own-question").set_value("staff_vacancy_rate_pct").run()
    field = test.number_input(key="w-own-answer-staff_vacancy_rate_pct")
    field.set_value(row["estimate"]).run()
    assert "Dat ligt binnen de marge" in plain(test)


def test_own_answers_to_several_questions_stay_until_they_are_cleared() -> None:
    test = framed("gemeente", gm="GM0363", taal="nl", ed="2023")
    test.radio(key="w-own-answer-staff_shortage_social").set_value("yes").run()
    test.selectbox(key="w-own-question").set_value("cap_tasks_postponed").run()
    test.radio(key="w-own-answer-cap_tasks_postponed").set_value("no").run()
    assert plain(test).count("Uw antwoord:") == 2
    test.button(key="w-own-forget").click().run()
    assert "Uw antwoord:" not in plain(test)


def test_each_theme_has_three_questions_for_the_college() -> None:
    test = framed("gemeente", gm="GM0363", taal="en", ed="2023")
    lists = [m.value for m in test.markdown if m.value.startswith("- ")]
    assert [text.count("\n- ") + 1 for text in lists] == [3] * 6


def test_there_is_no_score_and_no_rank() -> None:
    text = plain(framed("gemeente", gm="GM0363", taal="nl", ed="2023")).lower()
    assert not any(word in text for word in ("score", "ranglijst", "plaats "))


def test_the_sheet_of_the_municipality_is_a_link_with_the_same_choices() -> None:
    test = framed("gemeente", gm="GM0363", vg="landsdeel", taal="en", ed="2022")
    bodies = "".join(block.proto.body for block in test.get("html"))
    for ending in ("pdf", "html"):
        target = (
            rf"bespreekblad/GM0363\.{ending}\?vg=landsdeel&amp;v=[\w-]+&amp;ed=2022&amp;taal=en"
        )
        assert re.search(target, bodies)


def test_its_own_figures_stand_first_and_those_that_lie_apart_before_the_others() -> None:
    # Solvency of Terneuzen in 2023 was 39.4%, within the 24.5% to 43.6% of half of its peers.
    test = framed("gemeente", gm="GM0715", ed="2023", taal="nl")
    (shown,) = (piece for piece in markup(test) if "stand-numbers own" in piece)
    figures = re.findall(r"<h3>(.*?)</h3><p class=.stand-figure.>(.*?)</p><p>(.*?)</p>", shown)
    solvency = next(f for f in figures if f[0] == "Solvabiliteit (benadering uit Iv3), 2023")
    assert solvency[1:] == (
        "39,4%",
        "gewoon voor vergelijkbare gemeenten (de helft ligt tussen 24,5% en 43,6%)",
    )
    typical = [standing.startswith("gewoon") for _, _, standing in figures]
    assert typical == sorted(typical)


def test_a_question_that_fails_is_not_taken_for_an_unknown_municipality() -> None:
    shown = view(gm="GM0363", taal="nl")
    release = replace(shown.facts.release, connection=engine.connect())
    with pytest.raises(QueryError, match="is mislukt"):
        home(replace(shown, facts=Facts(release)))
    with pytest.raises(QueryError, match="is mislukt") as failed:
        subjects.find(release, "GM0363", 2023)
    assert not isinstance(failed.value, UnknownSubjectError)
    with pytest.raises(UnknownSubjectError, match="GM9999"):
        subjects.find(shown.facts.release, "GM9999", 2023)
