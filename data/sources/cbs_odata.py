"""Tables of CBS as OData answers, from a folder or an address, as rows of named cells.

CBS speaks two dialects. Version 3 has ``TypedDataSet`` (or ``UntypedDataSet``, all text), one row
per region and period, and ``DataProperties`` that say what its columns are called. Version 4 has
``Observations``, one row per figure, and ``MeasureCodes``. Both cut long tables into pages.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import quote, urlencode, urljoin, urlsplit

import urllib3

from data.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Row = dict[str, object]

# A page of CBS is some megabytes; one beyond this is not what it says it is.
MAX_PAGE = 256 * 1024 * 1024
MAX_PAGES = 5000
_DATA = ("TypedDataSet", "UntypedDataSet", "Observations")
_NEXT = ("odata.nextLink", "@odata.nextLink")
# What an observation of version 4 holds beside its dimensions.
_OBSERVATION = {"Id", "Measure", "Value", "StringValue", "ValueAttribute"}
_RETRIED = (429, 500, 502, 503, 504)
_AGAIN = "Probeer het later opnieuw, of haal de bladzijden op in een map en geef die met --from."


@dataclass(frozen=True)
class Page:
    """One page of a table: where it came from, its rows and the address of the next."""

    name: str
    rows: list[Row]
    following: str | None


class Source(Protocol):
    """Where tables of CBS come from."""

    def entities(self, table: str) -> list[str]:
        """Return what a table consists of, [] when it is not there."""

    def pages(self, table: str, entity: str, query: Mapping[str, str]) -> Iterator[Page]:
        """Give the pages of one part of a table, in order."""


@dataclass(frozen=True)
class Folder:
    """Answers saved as ``TABLE/ENTITY.json``, or as pages whose names begin with the entity."""

    path: Path

    def entities(self, table: str) -> list[str]:
        """Return what of a table was saved."""
        names = {path.name for path in (self.path / table).glob("*.json")}
        parts = (*_DATA, "DataProperties", "MeasureCodes", "MeasureGroups")
        return [part for part in parts if any(name.startswith(part) for name in names)]

    def pages(self, table: str, entity: str, query: Mapping[str, str]) -> Iterator[Page]:  # noqa: ARG002 - a saved answer holds what it holds
        """Give the saved pages in the order of their names.

        Raises:
            DataError: a page is damaged, or one is missing.
        """
        paths = sorted((self.path / table).glob(f"{entity}*.json"), key=_page_number)
        found = [_page(f"{table}/{path.name}", path.read_bytes()) for path in paths]
        lacking = sum(page.following is not None for page in found) - len(found) + 1
        if lacking > 0:
            raise DataError(
                f"Van {table}/{entity} ontbreekt een bladzijde: {found[-1].name} verwijst verder.",
                "haal ook de volgende bladzijden op en zet ze in dezelfde map.",
            )
        yield from found


def _page_number(path: Path) -> tuple[int, str]:
    """Return what pages are ordered by: the number in their name, then the name."""
    digits = "".join(filter(str.isdigit, path.stem))
    return int(digits or 0), path.name


@dataclass(frozen=True)
class Address:
    """The OData service at an address, asked patiently: broken answers are asked for again."""

    root: str
    pool: urllib3.PoolManager = field(default_factory=lambda: patient(5, 1.0))

    def entities(self, table: str) -> list[str]:
        """Return what a table consists of, by its service document."""
        address = f"{self.root}/{quote(table)}?{urlencode({'$format': 'json'})}"
        answer = self._ask(address, table)
        # CBS keeps its tables at two addresses; each knows nothing of those at the other.
        if answer.status == 404:
            return []
        return [str(row.get("name")) for row in _answered(answer, table).rows]

    def pages(self, table: str, entity: str, query: Mapping[str, str]) -> Iterator[Page]:
        """Give the pages of one part of a table, following the links from page to page.

        Raises:
            DataError: the service does not answer, or its links lead astray.
        """
        asked = urlencode({"$format": "json", **query}, quote_via=quote)
        address: str | None = f"{self.root}/{quote(table)}/{quote(entity)}?{asked}"
        seen: set[str] = set()
        while address is not None:
            seen.add(address)
            name = f"{table}/{entity}, bladzijde {len(seen)}"
            page = _answered(self._ask(address, name), name)
            yield page
            address = page.following and urljoin(address, page.following)
            if address and (address in seen or len(seen) >= MAX_PAGES or self._astray(address)):
                raise DataError(
                    f"{table}/{entity}: bladzijde {len(seen)} verwijst naar {address}.", _AGAIN
                )

    def _astray(self, address: str) -> bool:
        """Return whether an address is of another service."""
        return urlsplit(address)[:2] != urlsplit(self.root)[:2]

    def _ask(self, address: str, name: str) -> urllib3.BaseHTTPResponse:
        """Return what the service says at an address."""
        try:
            return self.pool.request(
                "GET", address, headers={"Accept": "application/json"}, redirect=False
            )
        except urllib3.exceptions.HTTPError as error:
            raise DataError(f"{name}: {self.root} antwoordt niet ({error}).", _AGAIN) from None


def _answered(answer: urllib3.BaseHTTPResponse, name: str) -> Page:
    """Return the page in an answer that must be one."""
    if answer.status != 200:
        raise DataError(
            f"{name}: CBS antwoordt met {answer.status}.",
            "controleer het adres en de naam van de tabel in data/official/source/cbs.toml.",
        )
    return _page(name, answer.data)


def patient(times: int, wait: float) -> urllib3.PoolManager:
    """Return a connection that asks again ``times`` times, waiting ever longer from ``wait`` s."""
    retries = urllib3.Retry(times, backoff_factor=wait, status_forcelist=_RETRIED)
    timeout = urllib3.Timeout(connect=15, read=180)
    return urllib3.PoolManager(retries=retries, timeout=timeout)


def open_source(place: str) -> Source:
    """Return the folder or the address that a steward named.

    Raises:
        DataError: it is neither.
    """
    if urlsplit(place).scheme in {"http", "https"}:
        return Address(place.rstrip("/"))
    if Path(place).is_dir():
        return Folder(Path(place))
    raise DataError(
        f"{place} is geen map en geen adres.",
        "geef de map met opgehaalde tabellen, of een adres zoals "
        "https://opendata.cbs.nl/ODataFeed/odata.",
    )


def _page(name: str, content: bytes) -> Page:
    """Return one page from the JSON it came as."""
    if len(content) > MAX_PAGE:
        raise DataError(f"{name} is groter dan {MAX_PAGE // 1024**2} MB.", _AGAIN)
    try:
        found = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise DataError(
            f"{name} is geen leesbaar JSON ({error}).", f"Is het half binnen? {_AGAIN}"
        ) from None
    rows = found.get("value") if isinstance(found, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise DataError(
            f"{name} is geen antwoord van OData: er is geen lijst ‘value’ met rijen.", _AGAIN
        )
    links = [found[key] for key in _NEXT if found.get(key)]
    return Page(name, rows, str(links[0]) if links else None)


def records(source: Source, table: str, query: Mapping[str, str]) -> list[Row]:
    """Return the rows of a table, texts without padding; figures of version 4 side by side.

    Raises:
        DataError: the table is not there, damaged or incomplete.
    """
    there = source.entities(table)
    entity = next((part for part in _DATA if part in there), None)
    if entity is None:
        raise DataError(
            f"Tabel {table} is er niet.",
            f"zet haar als {table}/TypedDataSet.json in de map, of verbeter haar naam in "
            "data/official/source/cbs.toml.",
        )
    rows = [
        {key: _bare(cell) for key, cell in row.items()}
        for page in source.pages(table, entity, query)
        for row in page.rows
    ]
    return _side_by_side(rows) if entity == "Observations" else rows


def _bare(cell: object) -> object:
    """Return a cell without padding; None for what CBS writes when there is nothing."""
    if not isinstance(cell, str):
        return cell
    text = cell.strip()
    return None if text in {"", "."} else text


def _side_by_side(rows: Sequence[Row]) -> list[Row]:
    """Return one row per combination of dimensions, with a cell for every measure."""
    found: dict[tuple[tuple[str, object], ...], Row] = {}
    for row in rows:
        dimensions = {key: cell for key, cell in row.items() if key not in _OBSERVATION}
        value = row["StringValue"] if row.get("Value") is None else row["Value"]
        together = found.setdefault(tuple(sorted(dimensions.items())), dimensions)
        together[str(row.get("Measure"))] = value
    return list(found.values())


def titles(source: Source, table: str) -> dict[str, str]:
    """Return the column of every title, and of every title behind that of its group."""
    there = source.entities(table)
    if "MeasureCodes" in there:
        groups = _rows(source, table, "MeasureGroups") if "MeasureGroups" in there else []
        named = {row.get("Id"): row.get("Title") for row in groups}
        topics = [
            (row.get("Identifier"), row.get("Title"), named.get(row.get("MeasureGroupId")))
            for row in _rows(source, table, "MeasureCodes")
        ]
    else:
        rows = _rows(source, table, "DataProperties") if "DataProperties" in there else []
        named = {row.get("ID"): row.get("Title") for row in rows}
        topics = [(r.get("Key"), r.get("Title"), named.get(r.get("ParentID"))) for r in rows]
    return {
        name: str(key)
        for key, title, group in topics
        if key
        for name in (str(title), f"{group}/{title}")
    }


def _rows(source: Source, table: str, entity: str) -> list[Row]:
    """Return all rows of one part of a table."""
    return [
        {key: _bare(cell) for key, cell in row.items()}
        for page in source.pages(table, entity, {})
        for row in page.rows
    ]
