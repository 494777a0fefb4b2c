"""Terms: one place for the words, the same ones wherever a term stands."""

from __future__ import annotations

import re

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from data.files.store import SURVEY
from data.survey.codebook import load_codebook
from data.survey.languages import LANGUAGES, Language
from data.survey.terms import Term
from data.survey.texts import Text
from pages.files.table_html import html_table
from pages.screen.glossary_view import index, terms_line
from pages.state import address
from pages.state.releases import online
from pages.state.view import View
from pages.words.glossary import explained, general_terms, glossary, in_order, terms_in
from tests.conftest import ROOT

on_sample = pytest.mark.usefixtures("on_sample")
BOOK = load_codebook(SURVEY / "codebook.toml")
MARGIN = (
    "Waar het echte cijfer waarschijnlijk ligt. Doen we het onderzoek vele keren over, dan ligt "
    "het in ongeveer 95 van de 100 keer binnen de marge. De ruis zit erin."
)


def _forms(term: Term, language: Language) -> list[str]:
    """Return every word that a term is found by."""
    return [term.label.of(language), *term.words.of(language)]


def page(name: str, **parameters: str) -> AppTest:
    """Run a page without the frame around it."""
    test = AppTest.from_file(str(ROOT / "pages" / f"{name}.py"), default_timeout=60)
    test.query_params.update({"ed": "2023", "taal": "nl"} | parameters)
    return test.run()


def test_no_term_is_explained_twice() -> None:
    ids = [term.id for term in (*general_terms(), *BOOK.terms)]
    assert len(ids) == len(set(ids))
    for language in LANGUAGES:
        words = [
            form
            for t in glossary(BOOK).values()
            for form in (t.label.of(language), *t.words.of(language))
        ]
        assert sorted(words) == sorted(set(words))


def test_every_term_that_another_points_to_exists() -> None:
    known = glossary(BOOK)
    missing = [(t.id, name) for t in known.values() for name in t.see if name not in known]
    assert missing == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Stip: schatting. Streep: 95%-marge.", ["marge"]),
        ("Marge (95%)", ["marge"]),
        ("n van N", ["n"]),
        ("Betrouwbaarheid", ["betrouwbaarheid"]),
        ("te weinig antwoorden", ["te_weinig"]),
        ("afgeschermd: één gemeente telt voor meer dan 10% mee", ["afgeschermd"]),
        ("alleen een grens", ["grens"]),
        ("De ruis zit in de bovengrens.", ["ruis", "marge"]),
        ("Weging", ["weging"]),
        ("Begroting of jaarrekening", ["begroting"]),
        ("Solvabiliteit (benadering uit Iv3)", ["solvabiliteit", "iv3"]),
        ("de middelste gemeente zit op 3", ["mediaan"]),
        ("Alle gemeenten samen: 12%", ["samen"]),
        ("Signaalwaarden", ["signaalwaarde"]),
        ("omarge en margemaker", []),
    ],
)
def test_terms_are_found_as_whole_words_in_any_case(text: str, found: list[str]) -> None:
    assert [term.id for term in terms_in(BOOK, text, "nl")] == found


def test_the_same_words_stand_behind_a_term_everywhere() -> None:
    assert glossary(BOOK)["marge"].text.dutch == MARGIN
    assert explained(BOOK, "Marge (95%)", "nl") == f"**marge**: {MARGIN}"


def test_a_text_without_terms_has_no_help() -> None:
    assert explained(BOOK, "Zomaar een zin.", "nl") is None


def test_what_is_explained_is_shown_as_it_is_written() -> None:
    label = Text({"nl": "<b>*vet*</b>", "en": "<b>*bold*</b>"})
    hostile = glossary(BOOK)["marge"].model_copy(update={"label": label})
    book = BOOK.model_copy(update={"terms": [hostile]})
    said = explained(book, "<b>*vet*</b>", "nl")
    assert said is not None
    assert "\\<b\\>\\*vet\\*\\</b\\>" in said


@on_sample
def test_the_page_lists_every_term_in_alphabetical_order() -> None:
    test = page("glossary")
    shown = re.findall(r"<dt>(.*?)</dt>", test.get("html")[-1].proto.body)
    assert shown == [t.label.dutch for t in in_order(online().codebook, "nl")]
    assert shown == sorted(shown, key=str.casefold)


@on_sample
def test_a_link_to_a_term_shows_it_first() -> None:
    test = page("glossary", bg="marge")
    assert [s.value for s in test.header] == ["marge"]
    assert MARGIN in [m.value for m in test.markdown]


@on_sample
def test_a_term_that_does_not_exist_is_reported() -> None:
    selection, dropped = address.read({"bg": "marsje"}, online())
    assert selection.term is None
    assert [d.value for d in dropped] == ["marsje"]


@on_sample
def test_a_control_is_explained_in_the_words_of_the_glossary() -> None:
    test = page("signals")
    helps = {box.label: box.proto.help for box in test.selectbox}
    assert glossary(BOOK)["ketenpartner"].text.dutch in helps["Ketenpartner"]


@on_sample
def test_the_head_of_a_column_links_to_the_term_and_shows_it() -> None:
    test = page("agenda")
    heads = [h.proto.body for h in test.get("html") if "<thead " in h.proto.body]
    assert heads
    assert all(f'title="{MARGIN}">Marge (95%)</a>' in head for head in heads)
    assert all('href="begrippen?bg=marge&amp;ed=2023&amp;taal=nl"' in head for head in heads)


@on_sample
def test_terms_in_cells_are_explained_under_the_table() -> None:
    known = online()
    view = View(known, address.read({"taal": "nl"}, known)[0])
    assert "te weinig antwoorden</a>" in terms_line(view, "te weinig antwoorden")
    assert terms_line(view, "45%") == ""


@on_sample
def test_the_list_escapes_what_a_codebook_says() -> None:
    known = online()
    view = View(known, address.read({"taal": "nl"}, known)[0])
    term = glossary(BOOK)["marge"]
    hostile = term.model_copy(
        update={"text": term.text.model_copy(update={"nl": "<img src=x onerror=alert(1)>"})}
    )
    assert "<img" not in index(view, [hostile])


def test_a_table_escapes_its_heads_unless_told_otherwise() -> None:
    table = html_table(pl.DataFrame({"<b>": ["x"], "<i>": ["y"]}), "t")
    assert '<th scope="col" role="columnheader">&lt;b&gt;</th>' in table
    assert 'data-label="&lt;i&gt;"' in table


def test_the_glossary_calls_terms_what_the_pages_call_them() -> None:
    table = (
        (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").split("| --- | --- | --- |")[-1]
    )
    rows = [line.split("|")[1:3] for line in table.splitlines() if line.startswith("| ")]
    pairs = [
        (english.strip(), dutch.strip())
        for terms in rows
        for english, dutch in zip(*(cell.split(",") for cell in terms), strict=True)
    ]
    same = {
        (english, dutch)
        for term in glossary(BOOK).values()
        for english in _forms(term, "en")
        for dutch in _forms(term, "nl")
    }
    assert len(pairs) == 22
    assert [pair for pair in pairs if pair not in same] == []
