"""The report of an import: in the terminal, and as a page to send on."""

from __future__ import annotations

from contextlib import contextmanager
from html import escape
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape as plain
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from data.errors import DataError
from data.files import store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from data.errors import Problem
    from data.importer.pipeline import Report

_STEPS = 4
# Of findings of a kind so many places are named, and so many different things to do; the page
# lists all of them below.
_PLACES, _REMEDIES = 5, 4
_KINDS = ("wat", "hoe vaak", "waar het eerst", "wat te doen")
_PREVIEW = ("gemeente", "vraag", "in het bestand", "gelezen als")
_PLACE = ("bestand", "werkblad", "rij", "kolom", "gelezen", "wat", "wat te doen")
_STYLE = """
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 75rem; margin: 2rem auto; padding: 0 1rem;
  color: #0b0b0b; background: #fff; }
table { border-collapse: collapse; margin: 0 0 1.5rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem;
  border-bottom: 1px solid #ccc; }
"""


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """Give a function that shows which step is being done, as a bar on the error stream."""
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        TextColumn("nog"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    with bar:
        task = bar.add_task("Beginnen", total=_STEPS)

        def step(what: str) -> None:
            bar.update(task, description=what, advance=1)

        yield step


def outcome(report: Report) -> str:
    """Return in one paragraph what happened and what to do next."""
    request, intake = report.request, report.intake
    if report.stage == "mapping":
        return (
            f"Nog niets opgenomen. Kijk de mapping na: {request.mapping}. Verbeter haar waar nodig "
            "en geef hetzelfde commando opnieuw."
        )
    if intake is None:
        count = len(report.problems)
        if report.stage == "confirm":
            return (
                f"Nog niets opgenomen: {len(report.warnings)} waarschuwingen. Klopt alles, geef "
                "het commando dan opnieuw met --accept."
            )
        return (
            f"{request.file.name} is niet ingelezen: {count} "
            f"{'probleem' if count == 1 else 'problemen'}. Verbeter het bestand of de mapping en "
            "lees het opnieuw in. De kluis is niet veranderd."
        )
    fictitious = (
        " Let op: dit is de kluis met voorbeelddata; ook deze antwoorden gelden als fictief. "
        "Voor echte antwoorden: zet STAND_VAULT op een nieuwe map."
        if intake.synthetic
        else ""
    )
    return (
        f"{intake.municipalities} gemeenten; {intake.new} antwoorden nieuw, {intake.changed} "
        f"veranderd, {intake.unchanged} gelijk. Kluis: {request.vault}.{fictitious} Volgende stap: "
        f'`python -m queries publish {request.edition} --why "…"`.'
    )


def show(report: Report) -> None:
    """Print a report."""
    console = Console(soft_wrap=True, highlight=False)
    console.print(f"[bold]{plain(outcome(report))}[/bold]")
    for title, rows in (("Fouten", report.problems), ("Waarschuwingen", report.warnings)):
        _show_findings(console, title, rows, report.sheet)
    if report.stage == "mapping":
        _show_table(console, "Voorgestelde mapping", ("kolom", "vraag", "let op"), report.columns)
        if report.ignored:
            console.print(plain(f"Niet gebruikt: {'; '.join(report.ignored)}."))
    _show_table(console, "Respons tot nu toe", *_groups(report))
    _show_table(console, "Verschil met de vorige editie", *_differences(report))
    console.print(plain(f"Zo gelezen: {report.request.file.name}, {', '.join(report.notes)}."))


def _show_findings(
    console: Console, title: str, rows: Sequence[Problem], sheet: str | None
) -> None:
    """Print findings, a line for each kind."""
    if not rows:
        return
    console.print(f"[bold]{title} ({len(rows)})[/bold]")
    for found in kinds(rows):
        first = found[0]
        place = f"{first.file}, werkblad ‘{sheet}’" if sheet else first.file
        if len(found) == 1:
            console.print(plain(f"- {str(first).replace(first.file, place, 1)}"))
            continue
        column = f", kolom {first.column}" if first.column is not None else ""
        what = f"{place}{column}: {_what(found)}, {len(found)} keer: {_places(found)}."
        console.print(plain(f"- {what} {_to_do(found)}"))


def kinds(problems: Iterable[Problem]) -> list[list[Problem]]:
    """Return findings by kind and column, in the order in which each kind comes first."""
    found: dict[tuple[str, str | None], list[Problem]] = {}
    for problem in problems:
        found.setdefault((problem.kind or problem.what, problem.column), []).append(problem)
    return list(found.values())


def _what(found: Sequence[Problem]) -> str:
    """Return what findings of one kind have in common."""
    return found[0].what if len(found) == 1 else found[0].kind or found[0].what


def _places(found: Sequence[Problem]) -> str:
    """Return the first places of findings of one kind, and how many more there are."""
    named = []
    for problem in found[:_PLACES]:
        row = "" if problem.row is None else f"rij {problem.row}"
        seen = "" if problem.value is None else f"‘{problem.value}’"
        named.append(" ".join(filter(None, [row, seen])))
    more = f" en nog {len(found) - _PLACES}" if len(found) > _PLACES else ""
    return ", ".join(filter(None, named)) + more


def _to_do(found: Sequence[Problem]) -> str:
    """Return what to do about findings of one kind, once when it is the same for all."""
    remedies = list(dict.fromkeys(problem.remedy for problem in found))
    return " ".join(remedies[:_REMEDIES]) + (" …" if len(remedies) > _REMEDIES else "")


def _show_table(
    console: Console, title: str, head: Sequence[str], rows: Iterable[Sequence[str]]
) -> None:
    """Print a table, unless it is empty."""
    table = Table(*head, title=title, title_justify="left")
    for row in rows:
        table.add_row(*map(plain, row))
    if table.row_count:
        console.print(table)


def _groups(report: Report) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Return the response per class and region as a table."""
    rows = [(g.dimension, g.group, str(g.answered), str(g.members)) for g in report.groups]
    return ("indeling", "groep", "antwoordden", "van"), list(rows)


def _differences(report: Report) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Return how each question moved since the former edition as a table."""
    rows = [
        (
            d.label,
            str(d.both),
            _written(d.before),
            _written(d.now),
            "anders gevraagd: niet te vergelijken" if d.changed_wording else "",
        )
        for d in report.differences
    ]
    return ("vraag", "gemeenten in beide", "gemiddelde toen", "gemiddelde nu", "let op"), list(rows)


def _written(number: float) -> str:
    """Return a number as a Dutch reader expects it."""
    return f"{number:.2f}".replace(".", ",")


def write_page(report: Report, path: Path) -> None:
    """Write a report as one HTML file that loads nothing else.

    Raises:
        DataError: it cannot be written there; what the import did stands.
    """
    name = escape(report.request.file.name)
    sections = [
        f"<h1>Import van {name}, editie {report.request.edition}</h1>",
        f"<p><strong>{escape(outcome(report))}</strong></p>",
        _section("Fouten", _KINDS, _by_kind(report.problems)),
        _section("Waarschuwingen", _KINDS, _by_kind(report.warnings)),
        _section("Kolommen", ("kolom", "vraag", "let op"), report.columns),
        _section("Niet gebruikte kolommen", ("kolom",), [(name,) for name in report.ignored]),
        _section("Zo komen de eerste tien gemeenten binnen", _PREVIEW, report.preview),
        _section("Respons tot nu toe", *_groups(report)),
        _section("Verschil met de vorige editie", *_differences(report)),
        _section("Hoe het bestand is gelezen", ("wat",), [(note,) for note in report.notes]),
        _section("Elke fout", _PLACE, _found(report, report.problems)),
        _section("Elke waarschuwing", _PLACE, _found(report, report.warnings)),
    ]
    page = (
        f'<!doctype html>\n<html lang="nl"><head><meta charset="utf-8"><title>Import van {name}'
        f"</title><style>{_STYLE}</style></head><body>\n" + "\n".join(sections) + "</body></html>\n"
    )
    try:
        with store.replacing(path) as draft:
            draft.write_text(page, encoding="utf-8")
    except OSError as error:
        raise DataError(
            f"Het verslag {path} kon niet worden geschreven ({error.strerror or error}).",
            "kies met --report een andere plek. Wat hierboven staat, is wel gebeurd.",
        ) from None


def _by_kind(problems: Iterable[Problem]) -> list[tuple[str, ...]]:
    """Return findings as rows of a table, one per kind."""
    return [
        (
            f"kolom {found[0].column}: {_what(found)}" if found[0].column else _what(found),
            str(len(found)),
            _places(found),
            _to_do(found),
        )
        for found in kinds(problems)
    ]


def _found(report: Report, problems: Iterable[Problem]) -> list[tuple[str, ...]]:
    """Return findings as rows of a table, each with its place and remedy."""
    return [
        (
            p.file,
            report.sheet or "",
            "" if p.row is None else str(p.row),
            p.column or "",
            p.value or "",
            p.what,
            p.remedy,
        )
        for p in problems
    ]


def _section(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a heading and a table; nothing when there are no rows."""
    if not rows:
        return ""
    heads = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in head)
    body = "\n".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f"<h2>{title}</h2><table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"
