"""Which column is which question: two that claim one, one that bears the name of another."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from data.errors import Problem
from data.importer.question_names import names_of, year_in
from data.spelling import fold_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from data.importer.mapping import Mapping
    from data.importer.table_detection import Sheet
    from data.survey.codebook import Codebook

_LEFT = "deze kolom heet als een vraag, maar wordt niet gebruikt"
_OTHER = "deze kolom heet als een andere vraag dan de mapping zegt"


def claims(sheet: Sheet, mapping: Mapping) -> Iterable[Problem]:
    """Find columns of a wide table that the mapping gives to one and the same question."""
    if mapping.question is not None:
        return
    claimed: dict[tuple[str, str], list[str]] = defaultdict(list)
    for column in mapping.columns:
        claimed[column.indicator, column.option].append(column.column)
    whole = {column.indicator: column.column for column in mapping.columns if column.split}
    for (indicator, option), names in claimed.items():
        if option and indicator in whole:
            names.append(whole[indicator])
        if len(names) > 1:
            both = " en ".join(f"‘{name}’" for name in names)
            target = f"{indicator}.{option}" if option else indicator
            yield Problem(
                sheet.file,
                sheet.header_row,
                names[-1],
                None,
                f"{len(names)} kolommen zijn dezelfde vraag {target}: {both}",
                "Laat in de mapping één ervan staan, en zet de andere bij ignore.",
            )


def misnamed(sheet: Sheet, mapping: Mapping, codebook: Codebook) -> Iterable[Problem]:
    """Find columns whose name says something else than the mapping, and columns left out unsaid."""
    names = names_of(codebook, mapping.edition)
    said = {column.column: (column.indicator, column.option) for column in mapping.columns}
    taken = set(said.values())
    for name in sheet.columns if mapping.question is None else []:
        target = names.get(fold_name(name)) or names.get(fold_name(sheet.labels.get(name, "")))
        if target is not None and name in said and said[name] != target:
            meant, mapped = (".".join(filter(None, pair)) for pair in (target, said[name]))
            yield _finding(sheet, name, f"{meant}, in de mapping {mapped}", _OTHER)
        year = year_in(name)
        if name in said and year not in {None, mapping.edition}:
            kind = f"deze kolom is van {year}, niet van {mapping.edition}"
            yield _finding(sheet, name, said[name][0], kind)
        if name in said or name in mapping.keys:
            continue
        if target is not None and (target in taken or name not in mapping.ignore):
            yield _finding(sheet, name, target[0], _LEFT)


def _finding(sheet: Sheet, name: str, seen: str | None, kind: str) -> Problem:
    """Return what is odd about a column."""
    remedy = "Verbeter de mapping. Is het zo bedoeld, bevestig het dan met --accept."
    return Problem(sheet.file, sheet.header_row, name, seen, kind, remedy, kind)
