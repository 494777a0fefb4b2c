"""About these figures: how they were made, who took part, and what may be published."""

import streamlit as st

from pages.cards.about import question_list, withheld_list
from pages.cards.publications import former_versions, publications
from pages.cards.worked_examples import no_examples, rules, worked_examples
from pages.screen import card_view, session
from pages.screen.filters.survey import edition_filter
from pages.state.pages import HEADLINES
from pages.words.texts import filled, plain, prose
from queries.words import numbers
from queries.words.texts import with_unit

view = session.view()
words, book, language = view.words, view.book, view.language
manifest = view.facts.release.manifest

st.title(words("page.about"), anchor=False)
examples = no_examples(view)
with card_view.guarded(view):
    examples = worked_examples(view)
st.markdown(filled(view.facts.method(language), **examples, **rules(view)))
if book.survey.contact is not None:
    contact = plain(book.survey.contact.of(language))
    st.markdown(words("about.contact", contact=contact))
st.header(words("about.response"), anchor=False)
edition_filter(view)
card_view.show(view, "respons", book.themes[0])
st.header(words("about.withheld"), anchor=False)
with card_view.guarded(view):
    st.markdown(words("about.withheld_lead"))
    counted = withheld_list(view, view.selection.edition)
    card_view.table(view, counted, words("about.withheld"))
st.header(words("about.questions"), anchor=False)
card_view.table(view, question_list(view, view.selection.edition), words("about.questions"))
st.header(words("about.sources"), anchor=False)
for source in book.sources:
    st.markdown(f"- {plain(source.label.of(language))}")
st.header(words("about.versions"), anchor=False)
st.markdown(
    plain(
        words(
            "about.version_line",
            version=manifest.version,
            day=numbers.day(manifest.created, language),
            editions=", ".join(str(year) for year in manifest.editions),
        )
    )
)
with card_view.guarded(view):
    log = publications(view)
    if log.is_empty():
        st.markdown(words("publication.no_log"))
    else:
        card_view.table(view, log, words("publication.title"))
    card_view.version_links(view, HEADLINES, former_versions(view))
unit = book.survey.unit_names(language)
st.markdown(with_unit(prose("accessibility", language), language, unit))
