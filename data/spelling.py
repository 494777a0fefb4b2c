"""Spellings made alike, for comparing names and finding words."""

from __future__ import annotations

import re
import unicodedata
from fnmatch import fnmatchcase


def without_accents(text: str) -> str:
    """Return text in the letters of ASCII: Súdwest-Fryslân is Sudwest-Fryslan."""
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def folded(text: str) -> str:
    """Return text without case, accents and marks, a space between words: sudwest fryslan."""
    return " ".join(re.findall(r"[^\W_]+", without_accents(text).casefold()))


def fold_name(name: str) -> str:
    """Return a name without case, accents, marks and spaces: sudwestfryslan."""
    return folded(name).replace(" ", "")


def is_like(text: str, pattern: str) -> bool:
    """Return whether text is as a pattern, in which only ``*`` stands for anything; any case."""
    literal = re.sub(r"[\[?]", r"[\g<0>]", pattern.casefold())
    return fnmatchcase(text.casefold(), literal)
