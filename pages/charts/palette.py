"""The colours of everything, once, for light and for dark, and the style sheets made of them.

Charts name a colour as a variable, so that one specification serves light, dark, print and
forced colours, and a browser never draws a chart anew for any of them. Pictures made on the
server have no variables: :func:`solid` fills them in. The same colours stand in
``.streamlit/config.toml``; a test compares them.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

ASSETS = Path(__file__).resolve().parent.parent / "assets"

# Each colour on light paper and on dark. Blue and orange stay apart for every kind of colour
# blindness; in greyscale shape tells them apart. Every text is at least 4.5:1 on its ground.
COLOURS = {
    "paper": ("#fdfcf9", "#15181c"),
    "shade": ("#f3f1ea", "#21262c"),
    "ink": ("#1a1a18", "#ebe8e1"),
    "soft": ("#56544c", "#b6b2a8"),
    "line": ("#d8d4c8", "#434a52"),
    "grid": ("#e7e3d9", "#2d333a"),
    "blue": ("#1a4f8b", "#8fbdf0"),
    "band": ("#b7cbe1", "#37567a"),
    "orange": ("#a94e08", "#f0a35e"),
    "link": ("#0b4f9e", "#9cc6f5"),
    # From low to high: ever further from the paper, so told apart without colour too.
    "scale-1": ("#dbe7f3", "#263648"),
    "scale-2": ("#a9c6e3", "#3a5878"),
    "scale-3": ("#6f9fce", "#5c86b3"),
    "scale-4": ("#3671ad", "#8fb8e4"),
    "scale-5": ("#123c6b", "#c8dff7"),
}
# Where the system forces its colours, ours make way for its own.
_FORCED = {"paper": "Canvas", "shade": "Canvas", "link": "LinkText", "orange": "Highlight"}
_FORCED_GREY = frozenset({"line", "grid", "band"})
_VARIABLE = re.compile(r"var\(--stand-([a-z0-9-]+)\)")


def colour(name: str) -> str:
    """Return a colour as charts and style sheets name it.

    Raises:
        KeyError: there is no such colour.
    """
    if name not in COLOURS:
        raise KeyError(name)
    return f"var(--stand-{name})"


def solid(text: str) -> str:
    """Return text with its colours filled in as they are on light paper."""
    return _VARIABLE.sub(lambda found: COLOURS[found[1]][0], text)


def _forced(name: str) -> str:
    """Return the system colour that stands in for one of ours."""
    return "GrayText" if name in _FORCED_GREY else _FORCED.get(name, "CanvasText")


@cache
def variables() -> str:
    """Return the style sheet that defines the colours."""
    both = "".join(f"--stand-{n}:light-dark({a},{b});" for n, (a, b) in COLOURS.items())
    paper = "".join(f"--stand-{n}:{a};" for n, (a, _) in COLOURS.items())
    forced = "".join(f"--stand-{n}:{_forced(n)};" for n in COLOURS)
    return (
        f":root{{{both}}}"
        f"@media print{{:root{{{paper}}}}}"
        f"@media (forced-colors:active){{:root{{{forced}}}}}"
    )


@cache
def sheet(name: str) -> str:
    """Return a style sheet from ``pages/assets`` with the colours before it."""
    return variables() + (ASSETS / f"{name}.css").read_text(encoding="utf-8")
