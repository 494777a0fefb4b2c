"""How files got here and what they promise: register, codebook, official figures, answers.

Knows files, Polars and Arrow. Knows nothing of DuckDB, Streamlit or Altair.
"""

# The version of the program, as in CHANGELOG.md and the tags.
__version__ = "0.2.0"
