"""Which format an address without an ending answers in: what the one who asks likes best."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def preferred(accepts: str, formats: Mapping[str, str], default: str) -> str | None:
    """Return the ending that an ``Accept`` header likes best; None when it likes none.

    Args:
        accepts: the header; empty where there is none.
        formats: media types by ending.
        default: the ending for those who like them all alike.
    """
    order = [default, *(ending for ending in formats if ending != default)]
    liked = {
        ending: _liked(accepts or "*/*", formats[ending].partition(";")[0]) for ending in order
    }
    best = max(order, key=lambda ending: liked[ending])
    return best if liked[best] > 0 else None


def _liked(accepts: str, media: str) -> float:
    """Return how much a media type is liked, from 0 to 1, by the most exact mention of it."""
    found = (-1, 0.0)
    for mention in accepts.split(","):
        name, *parameters = (part.strip() for part in mention.split(";"))
        kind = media.partition("/")[0]
        exactness = {"*/*": 0, f"{kind}/*": 1, media: 2}.get(name.lower())
        if exactness is not None:
            found = max(found, (exactness, _quality(parameters)))
    return found[1]


def _quality(parameters: list[str]) -> float:
    """Return the weight among the parameters of a mention; 1 where there is none to be read."""
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            try:
                return min(1.0, max(0.0, float(value)))
            except ValueError:
                return 1.0
    return 1.0
