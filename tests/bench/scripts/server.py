"""Serves the page that STAND_BENCH names, the way ``dashboard.py`` serves the real ones."""

import os

from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from streamlit.starlette import App

app = App(
    f"{os.environ['STAND_BENCH']}.py",
    middleware=[Middleware(GZipMiddleware, minimum_size=1024, compresslevel=5)],
)
