"""What is known inside the vault and must not be known outside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from queries import engine

if TYPE_CHECKING:
    import polars as pl

    from queries.vault import Vault

# Up to this many respondents each is looked at apart; above it, those that count alike together.
SINGLE = 2000


@dataclass(frozen=True)
class Evidence:
    """The answers, and who counts in which group.

    ``sums``: the answer to ``answers/cell_sums``; ``groups``: to ``answers/cell_groups``;
    ``largest``: to ``answers/largest_contributors``; ``containing``: to
    ``answers/containing_groups``.
    """

    sums: pl.DataFrame
    groups: pl.DataFrame
    largest: pl.DataFrame
    containing: pl.DataFrame


def gather(vault: Vault) -> Evidence:
    """Return what attackers are after, and what they may know already."""
    connection = vault.connection
    largest = engine.run(connection, "answers/most_respondents", {}).item()
    engine.keep(connection, "cells", "answers/cells", {"single": largest <= SINGLE})
    return Evidence(
        sums=engine.run(connection, "answers/cell_sums", {}),
        groups=engine.run(connection, "answers/cell_groups", {}),
        largest=engine.run(connection, "answers/largest_contributors", {}),
        containing=engine.run(connection, "answers/containing_groups", {}),
    )
