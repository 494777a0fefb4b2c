"""Our source tables, derived again from the tables of CBS.

``iv3.csv`` comes from the Iv3 reports that municipalities file, ``municipalities.csv`` from the
yearly ‘Gebieden in Nederland’; ``data/official/source/cbs.toml`` says which tables those are and
how their columns and keys are ours. Everything is derived and checked beside the shipped tables,
which are replaced only when all of it adds up.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
from pydantic import BaseModel, ConfigDict, field_validator

from data.errors import DataError
from data.files import store
from data.files.config_files import load_model, read_toml
from data.files.schema import STATUS_NO_DATA, STATUS_OK
from data.sources import official, register
from data.sources.cbs_odata import Row, Source, records, titles

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

MAPPING = "cbs.toml"
_CODE = re.compile(r"^GM\d{4}$")
_SUFFIX = re.compile(r"\s*\((gemeente|[A-Z]{1,2}\.?)\)$")
_IV3_KEYS = ["year", "basis", "municipality_code"]
_KEYS = ["year", "municipality_code"]
_NUMBERS = ("inhabitants", "cbs_size_code", "urbanity")


class _Entry(BaseModel):
    """A table of the mapping; a field it does not know is a spelling mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Sum(_Entry):
    """A column of ours: the sum of the amounts on posts and categories that match."""

    column: str
    post: str
    category: str
    without: list[str] = []
    bases: list[str] = ["begroting", "jaarrekening"]
    zero_when_absent: bool = False

    @field_validator("post", "category")
    @classmethod
    def _is_pattern(cls, pattern: str) -> str:
        """Refuse a pattern that cannot be matched."""
        try:
            pl.Series([""]).str.contains(pattern)
        except pl.exceptions.ComputeError:
            raise ValueError(f"‘{pattern}’ is geen patroon") from None
        return pattern


class Iv3(_Entry):
    """Where the amounts stand in the Iv3 tables of CBS, and which make which sum."""

    municipality: str
    report: str
    post: str
    category: str
    amount: list[str]
    no_figure: list[float]
    filter: str
    least_filed: float
    reports: dict[str, str]
    tables: dict[int, str]
    sums: list[Sum]


class Regions(_Entry):
    """Under which titles ‘Gebieden in Nederland’ has the columns of the register."""

    tables: dict[int, str]
    columns: dict[str, list[str]]
    places: dict[str, tuple[float, float]] = {}


class Mapping(_Entry):
    """How to get from the tables of CBS to ours."""

    iv3: Iv3
    regions: Regions


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


# ------------------------------------------------------------------ Iv3


def _iv3(
    source: Source, iv3: Iv3, years: Sequence[int], draft: Where, step: Callable[[str], None]
) -> list[Refreshed]:
    """Write the Iv3 figures of the years that the source has; return what became of them."""
    path = draft.official / "source" / "iv3.csv"
    former = pl.read_csv(path, infer_schema_length=None)
    towns = pl.read_csv(draft.register / "source" / "municipalities.csv", infer_schema_length=None)
    found = []
    for year, table in _chosen(iv3.tables, years, source).items():
        members = _members(year, towns, former)
        for basis, pattern in iv3.reports.items():
            step(f"Iv3 {year}, {basis} ({table})")
            report = pattern.format(year=year)
            rows = records(source, table, {"$filter": iv3.filter.format(report=report)})
            cells = _amounts(table, [r for r in rows if r.get(iv3.report) == report], iv3)
            filed = _sums(cells, iv3, basis, former.columns)
            _known(table, filed, members)
            if filed.height >= iv3.least_filed * members.height:
                found.append(_report(filed, members, year, basis, former.columns))
    return _merged(path, former, found, _IV3_KEYS, ["year", "basis"])


def _members(year: int, towns: pl.DataFrame, former: pl.DataFrame) -> pl.DataFrame:
    """Return code, name and inhabitants of the municipalities of a year."""
    columns = ["municipality_code", "name", "inhabitants"]
    of_year = towns.filter(pl.col("year") == year).select(columns)
    if of_year.is_empty():
        of_year = former.filter(pl.col("year") == year).select(columns).unique()
    if of_year.is_empty():
        raise DataError(
            f"Het register kent geen gemeenten van {year}, dus de Iv3 van {year} kan niet worden "
            "gelezen.",
            f"ververs eerst ‘Gebieden in Nederland’ van {year}, of kies met --year een ander jaar.",
        )
    return of_year


def _amounts(table: str, rows: list[Row], iv3: Iv3) -> pl.DataFrame:
    """Return the amounts in the rows of one report: municipality, post, category, amount."""
    names = (iv3.municipality, iv3.post, iv3.category)
    cells: list[tuple[str, str, str, float]] = []
    for number, row in enumerate(rows, start=1):
        lacking = [name for name in names if not row.get(name)]
        if lacking:
            raise _wrong(table, number, lacking[0], "deze kolom ontbreekt of is leeg")
        amount = _amount(table, number, row, iv3)
        if amount is not None:
            code, post, category = (str(row[name]) for name in names)
            cells.append((code, post, category, amount))
    shape = {"code": pl.String, "post": pl.String, "category": pl.String, "amount": pl.Float64}
    frame = pl.DataFrame(cells, schema=shape, orient="row")
    twice = frame.filter(frame.select("code", "post", "category").is_duplicated())
    if twice.height:
        code, post, category, _ = twice.row(0)
        raise _wrong(table, None, iv3.post, f"{code} heeft {post}, {category} meer dan één keer")
    return frame


def _amount(table: str, number: int, row: Row, iv3: Iv3) -> float | None:
    """Return the amount in a row, None where none was filed."""
    there = [name for name in iv3.amount if name in row]
    if not there:
        seen = ", ".join(list(row)[:8])
        raise _wrong(table, number, iv3.amount[0], f"deze kolom ontbreekt; er staan {seen}")
    for name in there:
        amount = _number(table, number, name, row[name])
        if amount is not None:
            return None if amount in iv3.no_figure else amount
    return None


def _number(table: str, number: int, name: str, cell: object) -> float | None:
    """Return a cell as a number."""
    if cell is None:
        return None
    try:
        return float(str(cell))
    except ValueError:
        raise _wrong(table, number, name, f"‘{cell}’ is geen getal") from None


def _wrong(table: str, number: int | None, column: str, what: str) -> DataError:
    """Return what is wrong with one place in a table of CBS."""
    row = "" if number is None else f", rij {number}"
    return DataError(
        f"Tabel {table}{row}, kolom {column}: {what}.",
        "haal de tabel opnieuw op. Klopt zij wel, dan heeft CBS haar anders ingedeeld: verbeter "
        "data/official/source/cbs.toml. Er is niets veranderd.",
    )


def _sums(cells: pl.DataFrame, iv3: Iv3, basis: str, columns: Iterable[str]) -> pl.DataFrame:
    """Return one row per municipality that filed, with our sums."""
    unknown = {one.column for one in iv3.sums} - set(columns)
    if unknown:
        raise DataError(
            f"cbs.toml maakt kolommen die iv3.csv niet heeft: {', '.join(sorted(unknown))}.",
            "verbeter column in cbs.toml.",
        )
    return cells.group_by("code").agg(
        _sum(one, basis).round().cast(pl.Int64).alias(one.column) for one in iv3.sums
    )


def _sum(one: Sum, basis: str) -> pl.Expr:
    """Return the sum of the amounts that make one column; null where there are none."""
    posts = pl.col("post").str.contains(one.post) & ~pl.col("post").is_in(one.without)
    matches = posts & pl.col("category").str.contains(one.category)
    total = pl.col("amount").filter(matches).sum()
    if basis not in one.bases:
        return pl.lit(None, pl.Float64)
    return total if one.zero_when_absent else pl.when(matches.any()).then(total)


def _known(table: str, filed: pl.DataFrame, members: pl.DataFrame) -> None:
    """Refuse a table with municipalities that the register of its year does not have."""
    strange = set(filed["code"]) - set(members["municipality_code"])
    if strange:
        raise DataError(
            f"Tabel {table}: onbekende gemeenten {', '.join(sorted(strange)[:5])}.",
            "ververs eerst ‘Gebieden in Nederland’ van dat jaar. Er is niets veranderd.",
        )


def _report(
    filed: pl.DataFrame, members: pl.DataFrame, year: int, basis: str, columns: Sequence[str]
) -> pl.DataFrame:
    """Return one report of all municipalities in the shape of iv3.csv."""
    joined = members.join(
        filed.with_columns(status=pl.lit(STATUS_OK)),
        left_on="municipality_code",
        right_on="code",
        how="left",
    )
    return joined.with_columns(
        pl.col("status").fill_null(STATUS_NO_DATA),
        year=pl.lit(year, pl.Int64),
        basis=pl.lit(basis),
    ).select(columns)


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


# ------------------------------------------------------------------ register


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
        columns = _columns(table, titles(source, table), regions)
        towns = _towns(table, year, records(source, table, {}), columns)
        towns = _placed(towns, pl.concat([former, *found]), regions)
        _without_loss(year, towns, former, mergers)
        found.append(towns.select(former.columns).cast(former.schema))
    return _merged(folder / "municipalities.csv", former, found, _KEYS, ["year"])


def _columns(table: str, named: dict[str, str], regions: Regions) -> dict[str, str]:
    """Return the column of CBS for each column of ours."""
    found = {}
    for ours, known in regions.columns.items():
        key = next((named[title] for title in known if title in named), None)
        if key is None:
            like = ", ".join(sorted(title for title in named if "/" in title)[:12])
            raise _wrong(table, None, known[0], f"die titel is er niet voor {ours}; wel {like}")
        found[ours] = key
    return found


def _towns(table: str, year: int, rows: list[Row], columns: dict[str, str]) -> pl.DataFrame:
    """Return the municipalities in a table, with our columns as far as CBS has them."""
    found: list[dict[str, object]] = []
    for number, row in enumerate(rows, start=1):
        code = str(row.get(columns["municipality_code"]))
        if not _CODE.match(code):
            continue
        town: dict[str, object] = {"year": year}
        for ours, key in columns.items():
            cell = row.get(key)
            if cell is None:
                raise _wrong(table, number, key, f"{code} heeft geen {ours}")
            value = _number(table, number, key, cell) if ours in _NUMBERS else cell
            town[ours] = int(value) if isinstance(value, float) else value
        found.append(town)
    if not found:
        raise _wrong(table, None, columns["municipality_code"], "er staan geen gemeenten in")
    return pl.DataFrame(found)


def _placed(towns: pl.DataFrame, known: pl.DataFrame, regions: Regions) -> pl.DataFrame:
    """Return towns with what CBS does not say: place on the map, G4, and our spelling of a name."""
    latest = known.sort("year").unique("municipality_code", keep="last")
    joined = towns.join(
        latest.select("municipality_code", "g4", "longitude", "latitude", spelled=pl.col("name")),
        on="municipality_code",
        how="left",
    )
    rows = []
    for row in joined.to_dicts():
        code, spelled = row["municipality_code"], row.pop("spelled")
        bare = _SUFFIX.sub("", row["name"])
        if code in regions.places:
            row["longitude"], row["latitude"] = regions.places[code]
        if row["longitude"] is None:
            raise DataError(
                f"{code} ({bare}) is nieuw; haar plaats op de kaart is niet bekend.",
                f"zet onder [regions.places] in cbs.toml: {code} = [lengtegraad, breedtegraad].",
            )
        row["name"] = spelled if spelled and _SUFFIX.sub("", spelled) == bare else bare
        rows.append(row)
    return pl.DataFrame(rows, schema={**known.schema, "year": pl.Int64}, strict=False)


def _without_loss(year: int, towns: pl.DataFrame, former: pl.DataFrame, mergers: set[str]) -> None:
    """Refuse a register that lacks municipalities nobody has said the successor of."""
    before = former.filter(pl.col("year") == year - 1)["municipality_code"]
    lost = sorted(set(before) - set(towns["municipality_code"]) - mergers)
    if lost:
        raise DataError(
            f"In {year} zijn er niet meer: {', '.join(lost[:8])}.",
            "zet in data/register/source/mergers.csv waarin zij opgingen, of haal de tabel "
            "opnieuw op. Er is niets veranderd.",
        )
