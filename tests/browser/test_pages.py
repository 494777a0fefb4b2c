"""Every page in a real browser, in both languages."""

import re

import pytest

from pages.cards.registry import SURVEY
from pages.words.texts import Words
from tests.browser.conftest import Walk

pytestmark = pytest.mark.browser
COUNTED = re.compile(r"\d (van|of) \d|n (van|of) N")
MARGIN = re.compile(r"marge|margin|95% confidence interval", re.IGNORECASE)


def test_the_head_links_to_the_same_pages_in_both_languages(walk: Walk) -> None:
    assert walk.heads["nl"] == walk.heads["en"]
    assert len(set(walk.heads["nl"])) == len(walk.heads["nl"]) >= 9
    seen = [f"/{page.slug}" for page in walk if page.language == "nl"]
    assert seen == walk.heads["nl"]


def test_no_page_leaves_an_error_in_the_console(walk: Walk) -> None:
    assert {(s.slug, s.language): s.errors for s in walk if s.errors} == {}


def test_no_page_says_that_something_went_wrong(walk: Walk) -> None:
    assert {(s.slug, s.language): s.alerts for s in walk if s.alerts} == {}


def test_every_document_says_its_language(walk: Walk) -> None:
    assert all(seen.document_language == seen.language for seen in walk)


def test_every_tab_is_called_after_its_page(walk: Walk) -> None:
    assert [s.slug for s in walk if not s.title.startswith(f"{s.name} – ")] == []


def test_every_address_says_edition_and_language(walk: Walk) -> None:
    assert all(s.parameters["taal"] == s.language and s.parameters["ed"] == "2023" for s in walk)


@pytest.mark.parametrize("width", ["1280", "390", "320", "200%"])
def test_nothing_sticks_out_sideways(walk: Walk, width: str) -> None:
    wide = {(s.slug, s.language): s.sticking_out[width] for s in walk if s.sticking_out[width]}
    assert wide == {}


def test_axe_finds_nothing_serious_and_no_heading_skips_a_level(walk: Walk) -> None:
    found = {(s.slug, s.language, state): f for s in walk for state, f in s.serious.items() if f}
    assert found == {}


def test_no_page_shows_marks_that_should_have_become_bold(walk: Walk) -> None:
    assert [(s.slug, s.language) for s in walk if "**" in s.text] == []


def test_charts_say_what_they_show_and_have_a_table(walk: Walk) -> None:
    for seen in walk:
        assert all(label and len(label) > 40 for label in seen.charts), seen.slug
        assert seen.tables >= len(seen.charts), seen.slug


def test_every_page_says_first_that_answers_are_made_up(walk: Walk) -> None:
    for seen in walk:
        mark = Words(seen.language)("mark.explained")
        assert -1 < seen.text.find(mark) < 600, (seen.slug, seen.language)


def test_every_survey_card_says_how_many_answered_and_its_page_how_margins_are_drawn(
    walk: Walk,
) -> None:
    bare = [
        (seen.slug, seen.language, name)
        for seen in walk
        for name, said in seen.cards
        # a difference is of two figures, and n stands at each of those
        if name in {*SURVEY, "tabel"} - {"verschillen"}
        and not (COUNTED.search(said) and MARGIN.search(seen.text))
    ]
    assert bare == []


def test_theme_pages_show_their_charts(walk: Walk) -> None:
    shown = {s.slug: (len(s.cards), len(s.charts)) for s in walk if s.language == "nl"}
    assert shown["personeel"][0] >= 8
    assert shown["personeel"][1] >= 6


def test_the_browser_speaks_with_this_machine_only(walk: Walk) -> None:
    assert walk.hosts == {"127.0.0.1"}


def test_the_server_speaks_with_this_machine_only(walk: Walk) -> None:
    assert walk.server_hosts == {"127.0.0.1"}
