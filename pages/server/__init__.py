"""What is answered without Streamlit: addresses of files, headers, redirects."""
