"""What was put online when, what it changed, and the way to former versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.files.store import release_path
from pages.cards.card import word_table
from pages.cards.parts import measure
from pages.state.releases import online
from pages.words import numbers
from queries.release.log import log, versions

if TYPE_CHECKING:
    import polars as pl

    from pages.state.view import Context
    from queries.release.log import Entry
    from queries.release.manifest import Manifest

# Shares are kept as 0-1 and shown as percentages.
PERCENT = 100.0


def publications(context: Context) -> pl.DataFrame:
    """Return the log of what was put online, newest first, in words; who did it stays inside.

    Raises:
        ReleaseBrokenError: the log is damaged.
    """
    words = context.words
    rows = [{"entry": entry} for entry in reversed(log(release_path()))]
    return word_table(
        context,
        rows,
        [
            ("day", lambda row: numbers.day(row["entry"].at, context.language)),
            ("version", lambda row: row["entry"].version),
            ("deed", lambda row: words(f"publication.{row['entry'].action}")),
            ("reason", lambda row: row["entry"].why),
            ("changed", lambda row: context.number(row["entry"].changed)),
            ("largest", lambda row: _largest(context, row["entry"])),
        ],
    )


def version_sentence(context: Context) -> str | None:
    """Return that another version is looked at than the one online; None when it is that one."""
    newest = online().release.manifest
    seen = context.facts.release.manifest
    if seen.version == newest.version:
        return None
    kind = "newer" if newest.number > seen.number else "taken_back"
    return context.words(
        f"version.{kind}",
        version=seen.version,
        day=numbers.day(seen.created, context.language),
        newest=newest.version,
    )


def former_versions(context: Context) -> list[Manifest]:
    """Return the versions that can be opened beside the one being shown, newest first."""
    known = versions(release_path())
    return [m for m in reversed(known) if m.version != context.facts.version]


def _largest(context: Context, entry: Entry) -> str:
    """Return which figure changed most, and how."""
    change = entry.largest
    if change is None:
        return context.words(f"publication.none_{entry.action}")
    indicator = context.book.by_id.get(change.indicator)
    if indicator is None:
        # A question that the codebook of this version no longer has.
        return change.indicator
    factor = PERCENT if indicator.is_share else 1.0
    return context.words(
        "publication.largest",
        label=indicator.label.of(context.language),
        measure=measure(context, change.model_dump()),
        group=context.group(change.dimension, change.group_code),
        year=change.edition,
        before=context.value(change.before * factor, indicator),
        after=context.value(change.after * factor, indicator),
    )
