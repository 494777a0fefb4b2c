"""The dashboard, with a foot and files that fail in a way that nobody foresaw."""

from dashboard import app
from pages.screen import layout
from pages.server import routes


def fail(*_of: object) -> None:
    """Fail."""
    raise ZeroDivisionError


vars(layout)["footer"] = fail
vars(routes)["render"] = fail

__all__ = ["app"]
