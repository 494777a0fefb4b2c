"""The least that Streamlit can do, with a select box: what a rerun costs before any figure."""

import streamlit as st

chosen = st.selectbox("Keuze", [str(n) for n in range(5)], key="w-kl")
st.text(chosen)
st.divider()
