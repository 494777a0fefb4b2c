"""The dashboard, with a foot and files that fail in a way that nobody foresaw."""

from dashboard import app
from pages.parts import frame_parts, routes


def fail(*_of: object) -> None:
    """Fail."""
    raise ZeroDivisionError


vars(frame_parts)["footer"] = fail
vars(routes)["render"] = fail

__all__ = ["app"]
