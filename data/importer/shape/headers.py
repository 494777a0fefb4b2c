"""Header rows: one, two that were merged, or those of a survey tool, into names and labels."""

from __future__ import annotations

import re
from collections import Counter

# What survey tools write in a second header row below a question without options of its own.
_GENERIC = {
    "response",
    "open-ended response",
    "reactie",
    "antwoord",
    "open antwoord",
    "respons",
    "open respons",
}
# The third header row of Qualtrics.
_IMPORT_ID = re.compile(r'^\{?"*ImportId', re.IGNORECASE)


def of_tool(header: list[str], below: list[list[str]]) -> tuple[dict[str, str], int]:
    """Return the labels that a survey tool wrote below the names, and how many rows they take.

    Qualtrics writes the question below the name, and a row with its own keys below that.
    """
    for n, row in enumerate(below[:3]):
        filled = [cell for cell in row if cell]
        if filled and all(_IMPORT_ID.match(cell) for cell in filled):
            labels = below[n - 1] if n > 0 else header
            pairs = zip(header, labels, strict=False)
            return {name: label for name, label in pairs if name and label}, n + 1
    return {}, 0


def combined(first: list[str], second: list[str]) -> tuple[list[str], dict[str, str]]:
    """Return one name per column from a header of two rows, the upper one merged, and labels.

    The label holds both rows, so that an option is known together with its question.
    """
    width = max(len(first), len(second))
    upper = [first[n] if n < len(first) else "" for n in range(width)]
    lower = [second[n] if n < len(second) else "" for n in range(width)]
    lower = [
        "" if up and low.lower() in _GENERIC else low for up, low in zip(upper, lower, strict=True)
    ]
    group, groups = "", []
    for up, low in zip(upper, lower, strict=True):
        group = up or (group if low else "")
        groups.append(group)
    names = [
        low if low and lower.count(low) == 1 else " – ".join(filter(None, [up, low]))
        for up, low in zip(groups, lower, strict=True)
    ]
    labels = {
        name: f"{up} – {low}"
        for name, up, low in zip(names, groups, lower, strict=True)
        if up and low and name
    }
    return names, labels


def told_apart(names: list[str]) -> tuple[list[str], dict[str, str]]:
    """Return names that differ, and the name that a column bears where another bears it too."""
    seen: Counter[str] = Counter()
    found, labels = [], {}
    for name in names:
        seen[name] += 1
        own = name if seen[name] == 1 or not name else f"{name} ({seen[name]})"
        while own and own in found:
            own += " "
        found.append(own)
        if own != name:
            labels[own] = name
    return found, labels
