"""Answers of StatLine: OData as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from data.importer.parse.grid import Grid, UnreadableError, text_of

if TYPE_CHECKING:
    from pathlib import Path

    from data.importer.options import ReadOptions


def parse(path: Path, options: ReadOptions) -> Grid:
    """Return the rows of an OData answer, as StatLine gives them."""
    try:
        content = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise UnreadableError(
            f"het is geen leesbaar JSON-bestand ({error})",
            "Haal de tabel opnieuw op. Is het bestand half binnen, dan ontbreekt het eind.",
        ) from None
    records = content.get("value") if isinstance(content, dict) else content
    if not isinstance(records, list) or not all(isinstance(r, dict) for r in records):
        raise UnreadableError(
            "er staat geen tabel in (een lijst ‘value’ met rijen)",
            "Sla het antwoord van de OData-dienst op zoals het is.",
        )
    if isinstance(content, dict) and any(key.endswith("nextLink") for key in content):
        raise UnreadableError(
            "dit is één bladzijde van een langere tabel",
            "Haal ook de volgende bladzijden op en voeg de rijen samen.",
        )
    names = list(dict.fromkeys(key for record in records for key in record))
    body = [[text_of(record.get(name)) for name in names] for record in records]
    return Grid(
        rows=[names, *body],
        numbers=list(range(len(body) + 1)),
        notes=["gelezen als OData"],
        options=options,
        typed=True,
        header=True,
    )
