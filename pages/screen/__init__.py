"""What is drawn on the screen: the only room with Streamlit, beside the page files."""
