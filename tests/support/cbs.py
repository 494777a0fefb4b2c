"""CBS as it answers, for tests: tables made from our own figures, and a server that pages them."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import polars as pl

from data.files import store

if TYPE_CHECKING:
    from collections.abc import Iterator

Table = dict[str, list[dict[str, object]]]

IV3_2023, REGIONS_2023 = "45063NED", "85385NED"
_REPORTS = {"begroting": "2023X000", "jaarrekening": "2023X005"}
# Group, title and column of ‘Gebieden in Nederland’, and what it is with us.
_REGIONS = (
    ("Codes en namen van gemeenten", "Code", "Code_1", "municipality_code"),
    ("Codes en namen van gemeenten", "Naam", "Naam_2", "name"),
    ("Arbeidsmarktregio's", "Code", "Code_4", "arbeidsmarktregio"),
    ("COROP-gebieden", "Code", "Code_10", "corop"),
    ("Landsdelen", "Code", "Code_22", "landsdeel"),
    ("Provincies", "Code", "Code_28", "province"),
    ("Gemeentegrootte", "Code", "Code_52", "cbs_size_code"),
    ("Stedelijkheid", "Code", "Code_54", "urbanity"),
    ("Statistische gegevens", "Inwonertal", "Inwonertal_56", "inhabitants"),
)


def iv3_of_2023() -> Table:
    """Return the Iv3 table of 2023 such that our figures of 2023 follow from it.

    Beside what counts it holds what must not: reserves, the result, the opening balance, assets,
    first versions of amounts, and -99998 where nothing was filed.
    """
    ours = pl.read_csv(store.OFFICIAL / "source" / "iv3.csv", infer_schema_length=None)
    rows: list[dict[str, object]] = []
    for row in ours.filter(pl.col("year") == 2023).to_dicts():
        rows += [
            {
                "ID": len(rows) + n,
                "TaakveldBalanspost": f"{post:<6}",
                "Categorie": f"{category:<7}",
                "Gemeenten": f"{row['municipality_code']:<9}",
                "Verslagsoort": _REPORTS[row["basis"]],
                "k_1ePlaatsing_1": 1,
                "k_2ePlaatsing_2": amount,
            }
            for n, (post, category, amount) in enumerate(_bookings(row))
        ]
    return {"TypedDataSet": rows, "DataProperties": []}


def _bookings(row: dict[str, object]) -> list[tuple[str, str, object]]:
    """Return post, category and amount of what one municipality filed."""
    if row["status"] != "ok":
        return [("0.1", "L1.1", -99998), ("P111", "Ultimo", -99998)]
    amounts = {key: value for key, value in row.items() if isinstance(value, int)}
    paid = amounts["salaries_keur"] + amounts["hired_staff_keur"]
    booked: list[tuple[str, str, object]] = [
        ("0.4", "L1.1", amounts["salaries_keur"]),
        ("6.2", "L3.5.1", amounts["hired_staff_keur"]),
        ("6.71a", "L3.8", amounts["spending_keur"] - paid),
        ("0.7", "B4.3.1", amounts["income_keur"]),
        ("0.10", "L7.1", 901),
        ("0.11", "B7.5", 902),
        ("P111", "L7.1", 903),
        ("A111", "Ultimo", 904),
        ("P111", "Primo", 905),
    ]
    if row["basis"] == "jaarrekening":
        rest = amounts["balance_total_keur"] - amounts["equity_keur"]
        booked += [("P112", "Ultimo", amounts["equity_keur"]), ("P132", "Ultimo", rest)]
    return booked


def regions_of_2023() -> Table:
    """Return ‘Gebieden in Nederland’ of 2023 such that our register of 2023 follows from it."""
    ours = pl.read_csv(store.REGISTER / "source" / "municipalities.csv", infer_schema_length=None)
    groups = list(dict.fromkeys(group for group, *_ in _REGIONS))
    properties: list[dict[str, object]] = [
        {"ID": n, "ParentID": None, "Type": "TopicGroup", "Key": "", "Title": group}
        for n, group in enumerate(groups)
    ]
    properties += [
        {"ID": 50 + n, "ParentID": groups.index(group), "Type": "Topic", "Key": key, "Title": title}
        for n, (group, title, key, _) in enumerate(_REGIONS)
    ]
    rows: list[dict[str, object]] = [{"ID": 0, "RegioS": "NL01  ", "Code_1": None}]
    for row in ours.filter(pl.col("year") == 2023).to_dicts():
        name = row["name"]
        row["name"] = f"{name} (gemeente)" if name in {"Groningen", "Utrecht"} else name
        cells = {key: row[column] for *_, key, column in _REGIONS}
        padded = {k: f"{v:<8}" if isinstance(v, str) else v for k, v in cells.items()}
        rows.append({"ID": len(rows), "RegioS": padded["Code_1"], **padded})
    return {"TypedDataSet": rows, "DataProperties": properties}


def saved(folder: Path, tables: dict[str, Table]) -> Path:
    """Write tables as a steward would save them."""
    for name, table in tables.items():
        for entity, rows in table.items():
            path = folder / name / f"{entity}.json"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps({"odata.metadata": "#", "value": rows}), encoding="utf-8")
    return folder


@dataclass
class Service:
    """A service that speaks OData as CBS does; ``faults`` are answered before anything else."""

    tables: dict[str, Table]
    version: int = 3
    page: int = 1000
    faults: list[tuple[int, bytes]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    address: str = ""

    def answer(self, path: str) -> tuple[int, bytes]:
        """Return status and body for the path and query of a request."""
        self.asked.append(path)
        if self.faults:
            return self.faults.pop(0)
        parts = urlsplit(path)
        names = [part for part in parts.path.split("/") if part]
        if not names or names[0] not in self.tables:
            return 404, b"Resource not found for the segment"
        table = self.tables[names[0]]
        if len(names) == 1:
            listed = [{"name": entity, "url": f"{self.address}/{entity}"} for entity in table]
            return 200, json.dumps({"value": listed}).encode()
        return 200, self._one_page(names, table[names[1]], parts.query)

    def _one_page(self, names: list[str], rows: list[dict[str, object]], query: str) -> bytes:
        """Return a page of rows with a link to the next."""
        asked = parse_qs(query)
        report = asked.get("$filter", [""])[0].partition("Verslagsoort eq '")[2][:8]
        if report:
            rows = [row for row in rows if row["Verslagsoort"] == report]
        skip = int(asked.get("$skip", ["0"])[0])
        content: dict[str, object] = {"value": rows[skip : skip + self.page]}
        if skip + self.page < len(rows):
            link = f"{self.address}/{'/'.join(names)}?$skip={skip + self.page}"
            link += f"&$filter=Verslagsoort%20eq%20'{report}'" if report else ""
            content["odata.nextLink" if self.version == 3 else "@odata.nextLink"] = link
        return json.dumps(content).encode()


@contextmanager
def serving(service: Service) -> Iterator[Service]:
    """Run a service on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = service.answer(self.path)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
