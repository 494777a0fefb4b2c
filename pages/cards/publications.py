"""What was put online when, what it changed, and the way to former versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.files.store import release_path
from pages.cards.card import word_table
from pages.cards.parts import measure
from pages.state.releases import online
from queries.release.log import log, versions
from queries.words import numbers

if TYPE_CHECKING:
    import polars as pl

    from pages.state.view import View
    from queries.release.log import Entry
    from queries.release.manifest import Manifest

# Shares are kept as 0-1 and shown as percentages.
PERCENT = 100.0


def publications(view: View) -> pl.DataFrame:
    """Return the log of what was put online, newest first, in words; who did it stays inside.

    Raises:
        ReleaseBrokenError: the log is damaged.
    """
    words = view.words
    rows = [{"entry": entry} for entry in reversed(log(release_path()))]
    return word_table(
        view,
        rows,
        [
            ("day", lambda row: numbers.day(row["entry"].at, view.language)),
            ("version", lambda row: row["entry"].version),
            ("deed", lambda row: words(f"publication.{row['entry'].action}")),
            ("reason", lambda row: row["entry"].why),
            ("changed", lambda row: view.number(row["entry"].changed)),
            ("largest", lambda row: _largest(view, row["entry"])),
        ],
    )


def version_sentence(view: View) -> str | None:
    """Return that another version is looked at than the one online; None when it is that one."""
    newest = online().release.manifest
    seen = view.facts.release.manifest
    if seen.version == newest.version:
        return None
    kind = "newer" if newest.number > seen.number else "taken_back"
    return view.words(
        f"version.{kind}",
        version=seen.version,
        day=numbers.day(seen.created, view.language),
        newest=newest.version,
    )


def former_versions(view: View) -> list[Manifest]:
    """Return the versions that can be opened beside the one being shown, newest first."""
    known = versions(release_path())
    return [m for m in reversed(known) if m.version != view.facts.version]


def _largest(view: View, entry: Entry) -> str:
    """Return which figure changed most, and how."""
    change = entry.largest
    if change is None:
        return view.words(f"publication.none_{entry.action}")
    indicator = view.book.by_id.get(change.indicator)
    if indicator is None:
        # A question that the codebook of this version no longer has.
        return change.indicator
    factor = PERCENT if indicator.is_share else 1.0
    return view.words(
        "publication.largest",
        label=indicator.label.of(view.language),
        measure=measure(view, change.model_dump()),
        group=view.group(change.dimension, change.group_code),
        year=change.edition,
        before=view.value(change.before * factor, indicator),
        after=view.value(change.after * factor, indicator),
    )
