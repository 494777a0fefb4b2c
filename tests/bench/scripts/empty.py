"""The least that Streamlit can do: a choice, and a sentence that says it."""

import streamlit as st

st.pills("Keuze", [str(n) for n in range(5)], key="w-kl", default="0", required=True)
st.text(st.session_state["w-kl"])
st.divider()
