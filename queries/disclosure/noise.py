"""The draws of the noise: chance that only the holder's secret and the answers decide.

A draw is looked up in a table of whole numbers that is part of the program, at a place that a
keyed hash of what it is about gives. The same answers give the same draw for ever; another answer
gives another. Nobody without the secret can tell which.

The table holds the quantiles of the standard normal distribution, cut at 3.5, at 4,096 equally
likely points, in thousandths; ``tests/queries/test_noise.py`` works it out again.

Source: the idea of a keyed draw is that of the cell key method: Thompson, Broadfoot and Elazar,
Methodology for the automatic confidentialisation of statistical outputs from remote servers at
the Australian Bureau of Statistics (2013).
"""

from __future__ import annotations

import hmac
from functools import cache
from pathlib import Path

# Draws are in thousandths of their standard deviation.
SCALE = 1000
_TABLE = Path(__file__).parent / "draws.csv"
_BYTES = 8


@cache
def table() -> tuple[int, ...]:
    """Return the possible draws, each as likely as the others, from low to high."""
    return tuple(map(int, _TABLE.read_text(encoding="ascii").split()))


def draw(secret: bytes, *about: object) -> int:
    """Return the draw of what it is about, in thousandths of its standard deviation.

    Args:
        secret: of the vault.
        about: what tells this figure from all others, and the digest of the answers behind it.
    """
    text = "|".join(("v1", *map(str, about)))
    digest = hmac.digest(secret, text.encode(), "sha256")
    draws = table()
    return draws[int.from_bytes(digest[:_BYTES]) % len(draws)]
