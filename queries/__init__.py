"""The only door to the figures, and the door checks who passes.

Two directions that never meet in one process: towards the release (vault in, release out) and
towards the screen (release in, figures out). Knows DuckDB and Polars; not Streamlit, not Altair.
"""
