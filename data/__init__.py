"""How files got here and what they promise: register, codebook, official figures, answers.

Knows files, Polars and Arrow. Knows nothing of DuckDB, Streamlit or Altair.
"""
