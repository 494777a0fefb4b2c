"""Our source tables, derived again from the tables of CBS.

``iv3.csv`` comes from the Iv3 reports that municipalities file, ``municipalities.csv`` from the
yearly ‘Gebieden in Nederland’; ``data/official/source/cbs.toml`` says which tables those are and
how their columns and keys are ours. Everything is derived and checked beside the shipped tables,
which are replaced only when all of it adds up.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from data.errors import DataError
from data.files import store
from data.files.config_files import load_model, read_toml
from data.sources import official, register
from data.sources.cbs_iv3 import amounts, members, only_known, sums, whole_report
from data.sources.cbs_mapping import Iv3, Mapping, Regions
from data.sources.cbs_odata import Source, records, titles
from data.sources.cbs_register import columns_of, placed, towns_in, without_loss

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MAPPING = "cbs.toml"
_IV3_KEYS = ["year", "basis", "municipality_code"]
_KEYS = ["year", "municipality_code"]


@dataclass(frozen=True)
class Where:
    """The folders that hold register and official figures, each with its ``source`` inside."""

    register: Path = store.REGISTER
    official: Path = store.OFFICIAL


@dataclass(frozen=True)
class Refreshed:
    """What one source table became: rows by whether they are new, changed or gone."""

    table: str
    rows: int
    new: int
    changed: int
    gone: int


def refresh(
    source: Source, years: Sequence[int], where: Where, step: Callable[[str], None]
) -> list[Refreshed]:
    """Derive the source tables of ``years`` (all when empty) again and build everything from them.

    A table that the source does not have is left as it is. ``step`` hears what is being done.

    Raises:
        DataError: a table is missing, damaged or does not add up. Nothing has changed then.
    """
    path = where.official / "source" / MAPPING
    mapping = load_model(Mapping, path, read_toml(path))
    with tempfile.TemporaryDirectory(prefix="cbs-") as name:
        draft = Where(Path(name) / "register", Path(name) / "official")
        for ours, beside in ((where.register, draft.register), (where.official, draft.official)):
            shutil.copytree(ours / "source", beside / "source")
        done = _register(source, mapping.regions, years, draft, step)
        done += _iv3(source, mapping.iv3, years, draft, step)
        if not done:
            raise DataError(
                "Geen van de tabellen uit cbs.toml is er.",
                f"controleer --from en --year; de namen van de tabellen staan in {path}.",
            )
        step("Controleren en bouwen")
        register.build_register(draft.register / "source", draft.register)
        official.build_official(draft.official / "source", draft.official, draft.register)
        _replace(draft, where)
    return done


def _replace(draft: Where, where: Where) -> None:
    """Put what was derived in the place of what was there: sources first, then what is built."""
    pairs = ((draft.register, where.register), (draft.official, where.official))
    for pattern in ("source/*.csv", "*.parquet"):
        for made, ours in pairs:
            for path in sorted(made.glob(pattern)):
                with store.replacing(ours / path.relative_to(made)) as beside:
                    shutil.copyfile(path, beside)


def _chosen(tables: dict[int, str], years: Sequence[int], source: Source) -> dict[int, str]:
    """Return the tables of the years asked for, as far as the source has them."""
    wanted = {year: table for year, table in tables.items() if not years or year in years}
    return {year: table for year, table in wanted.items() if source.entities(table)}


def _iv3(
    source: Source, iv3: Iv3, years: Sequence[int], draft: Where, step: Callable[[str], None]
) -> list[Refreshed]:
    """Write the Iv3 figures of the years that the source has; return what became of them."""
    path = draft.official / "source" / "iv3.csv"
    former = pl.read_csv(path, infer_schema_length=None)
    towns = pl.read_csv(draft.register / "source" / "municipalities.csv", infer_schema_length=None)
    found = []
    for year, table in _chosen(iv3.tables, years, source).items():
        of_year = members(year, towns, former)
        for basis, pattern in iv3.reports.items():
            step(f"Iv3 {year}, {basis} ({table})")
            report = pattern.format(year=year)
            rows = records(source, table, {"$filter": iv3.filter.format(report=report)})
            cells = amounts(table, [r for r in rows if r.get(iv3.report) == report], iv3)
            filed = sums(cells, iv3, basis, former.columns)
            only_known(table, filed, of_year)
            if filed.height >= iv3.least_filed * of_year.height:
                found.append(whole_report(filed, of_year, year, basis, former.columns))
    return _merged(path, former, found, _IV3_KEYS, ["year", "basis"])


def _merged(
    path: Path,
    former: pl.DataFrame,
    found: list[pl.DataFrame],
    keys: list[str],
    whole: list[str],
) -> list[Refreshed]:
    """Write a table in which what was found takes the place of the former ``whole`` parts."""
    if not found:
        return []
    now = pl.concat(found)
    before = former.join(now.select(whole).unique(), on=whole, how="semi")
    kept = former.join(now.select(whole).unique(), on=whole, how="anti")
    pl.concat([kept, now]).sort(keys).write_csv(path)
    both = now.join(before, on=keys, how="semi")
    same = now.join(before, on=former.columns, how="semi", nulls_equal=True)
    return [
        Refreshed(
            path.name,
            now.height,
            new=now.height - both.height,
            changed=both.height - same.height,
            gone=before.height - both.height,
        )
    ]


def _register(
    source: Source,
    regions: Regions,
    years: Sequence[int],
    draft: Where,
    step: Callable[[str], None],
) -> list[Refreshed]:
    """Write the register of the years that the source has; return what became of it."""
    folder = draft.register / "source"
    former = pl.read_csv(folder / "municipalities.csv", infer_schema_length=None)
    mergers = set(pl.read_csv(folder / "mergers.csv")["old_code"])
    found: list[pl.DataFrame] = []
    for year, table in sorted(_chosen(regions.tables, years, source).items()):
        step(f"Gebieden in Nederland {year} ({table})")
        columns = columns_of(table, titles(source, table), regions)
        towns = towns_in(table, year, records(source, table, {}), columns)
        towns = placed(towns, pl.concat([former, *found]), regions)
        without_loss(year, towns, former, mergers)
        found.append(towns.select(former.columns).cast(former.schema))
    return _merged(folder / "municipalities.csv", former, found, _KEYS, ["year"])
