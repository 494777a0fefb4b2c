"""About these figures: how they were made, who took part, and what may be published."""

import streamlit as st

from pages.cards.about import question_list, withheld_list
from pages.cards.publications import former_versions, publications
from pages.cards.worked_examples import no_examples, rules, worked_examples
from pages.screen import card_view, session
from pages.screen.filters.survey import edition_filter
from pages.state.links import HEADLINES
from pages.words import numbers
from pages.words.texts import plain, prose

context = session.context()
words, book, language = context.words, context.book, context.language
manifest = context.facts.release.manifest

st.title(words("page.about"), anchor=False)
examples = no_examples(context)
with card_view.guarded(context):
    examples = worked_examples(context)
st.markdown(prose("method", language, **examples, **rules(context)))
st.header(words("about.response"), anchor=False)
edition_filter(context)
card_view.show(context, "respons", book.themes[0])
st.header(words("about.withheld"), anchor=False)
with card_view.guarded(context):
    if context.facts.synthetic:
        st.markdown(f":orange-badge[{plain(words('mark.synthetic'))}]")
    st.markdown(words("about.withheld_lead"))
    counted = withheld_list(context, context.selection.edition)
    card_view.table(context, counted, words("about.withheld"))
st.header(words("about.questions"), anchor=False)
card_view.table(
    context, question_list(context, context.selection.edition), words("about.questions")
)
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
with card_view.guarded(context):
    log = publications(context)
    if log.is_empty():
        st.markdown(words("publication.no_log"))
    else:
        if context.facts.synthetic:
            st.markdown(f":orange-badge[{plain(words('mark.synthetic'))}]")
        card_view.table(context, log, words("publication.title"))
    card_view.version_links(context, HEADLINES, former_versions(context))
st.markdown(prose("accessibility", language))
