"""What the page of one municipality draws beside its cards: who it is, its sheet, what to ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from data.survey.groups import WHOLE
from pages.cards.places.peers import peers
from pages.cards.response import response_sentence
from pages.files.parts import part
from pages.state.pages import sheet_link
from pages.words.texts import plain
from queries.words.texts import capital, join

if TYPE_CHECKING:
    from pages.cards.places.peers import Peers
    from pages.state.view import View
    from queries.sheets.subjects import Subject


def about(view: View, of: Subject) -> None:
    """Say which groups a municipality is in, and that what it answered is not told."""
    words, book = view.words, view.book
    named = [*book.of_kind("class"), *book.of_kind("region")]
    known = dict(of.groups)
    groups = [view.group(d.id, known[d.id]) for d in named if d.id in known]
    said = join(list(dict.fromkeys(groups)), words("join.and"))
    st.markdown(plain(said[:1].upper() + said[1:]))
    if of.year != view.selection.edition:
        st.info(
            plain(
                words(
                    "municipality.other_year",
                    name=of.name,
                    year=of.year,
                    edition=view.selection.edition,
                )
            )
        )
    st.markdown(f":material/lock: {plain(words('municipality.not_told', name=of.name))}")


def peers_line(view: View, group: Peers) -> str:
    """Return who the peers are and how many of them took part, in a sentence."""
    found = view.query(
        "response", editions=(view.selection.edition,), dimensions=(group.dimension,)
    ).to_dicts()
    row = next((r for r in found if r["group_code"] == group.group), None)
    name = view.group(group.dimension, group.group)
    if row is None:
        return name
    line = view.words("municipality.peers_line", peers=name)
    return f"{line} {capital(response_sentence(view, row))}"


def sheet_links(view: View, of: Subject) -> None:
    """Say who the peers are; link to the sheet of paper for the talk with the college."""
    words, group = view.words, peers(view, of)
    st.markdown(plain(peers_line(view, group)))
    chosen = "" if group.dimension == WHOLE else group.dimension
    links = [
        (sheet_link(view, of.slug, ending, chosen), words(f"sheet.{ending}"))
        for ending in ("pdf", "html")
    ]
    st.html(part("buttons", words("sheet.offer"), links))


def conversation(view: View) -> None:
    """Draw the questions for the talk with the college, theme by theme."""
    known = view.facts.release.agenda
    if known is None or not known.questions:
        return
    words, language = view.words, view.language
    st.header(words("municipality.questions"), anchor=False)
    st.markdown(words("municipality.questions_lead"))
    for theme in view.book.themes:
        asked = [q.text.of(language) for q in known.questions if q.theme == theme.id]
        if asked:
            st.subheader(theme.title.of(language), anchor=False)
            st.markdown("\n".join(f"- {plain(question)}" for question in asked))
