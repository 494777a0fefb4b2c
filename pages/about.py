"""About these figures: how they were made, who took part, and what may be published."""

import streamlit as st

from pages.parts import here, notation, show
from pages.parts.filters import edition_filter
from pages.parts.links import HEADLINES
from pages.parts.publications import former_versions, publications
from pages.parts.table_cards import question_list, withheld_list
from pages.parts.texts import plain, prose
from pages.parts.worked import no_examples, rules, worked_examples

context = here.context()
words, book, language = context.words, context.book, context.language
manifest = context.facts.release.manifest

st.title(words("page.about"), anchor=False)
examples = no_examples(context)
with show.guarded(context):
    examples = worked_examples(context)
st.markdown(prose("method", language, **examples, **rules(context)))
st.header(words("about.response"), anchor=False)
edition_filter(context)
show.show(context, "respons", book.themes[0])
st.header(words("about.withheld"), anchor=False)
with show.guarded(context):
    if context.facts.synthetic:
        st.markdown(f":orange-badge[{plain(words('mark.synthetic'))}]")
    st.markdown(words("about.withheld_lead"))
    counted = withheld_list(context, context.selection.edition)
    show.table(context, counted, words("about.withheld"))
st.header(words("about.questions"), anchor=False)
show.table(context, question_list(context, context.selection.edition), words("about.questions"))
st.header(words("about.sources"), anchor=False)
for source in book.sources:
    st.markdown(f"- {plain(source.label.of(language))}")
st.header(words("about.versions"), anchor=False)
st.markdown(
    plain(
        words(
            "about.version_line",
            version=manifest.version,
            day=notation.day(manifest.created, language),
            editions=", ".join(str(year) for year in manifest.editions),
        )
    )
)
with show.guarded(context):
    log = publications(context)
    if log.is_empty():
        st.markdown(words("publication.no_log"))
    else:
        if context.facts.synthetic:
            st.markdown(f":orange-badge[{plain(words('mark.synthetic'))}]")
        show.table(context, log, words("publication.title"))
    show.version_links(context, HEADLINES, former_versions(context))
st.markdown(prose("accessibility", language))
