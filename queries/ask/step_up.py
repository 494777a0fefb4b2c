"""The wider group that speaks where a figure is not published."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def wider_group(row: Mapping[str, object]) -> tuple[str, str] | None:
    """Return dimension and code of the nearest wider group that has the figure.

    None where the figure is published itself, or nowhere around.
    """
    if not row["step_up_group"]:
        return None
    return str(row["step_up_dimension"]), str(row["step_up_group"])
