"""The researcher's and steward's commands: ``python -m queries --help``."""

from __future__ import annotations

import io
import sys
import time
from enum import StrEnum
from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import TYPE_CHECKING, Annotated, Any, get_args

import polars as pl
import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from data import store
from data.codebook import WHOLE, Language
from data.errors import DataError
from queries.ask.questions import Question, answer
from queries.attack.attack import attack as try_to_open
from queries.attack.attack import everything_told, version_folder
from queries.errors import QueryError
from queries.publish import publishing
from queries.release.log import Entry, log
from queries.release.log import versions as known_versions
from queries.release.manifest import VERSIONS, current_version, open_release
from queries.release.manifest import verify as check_files
from queries.sheets import bulk

if TYPE_CHECKING:
    from queries.release.manifest import Release

app = typer.Typer(
    help="Van kluis naar release, en vragen aan de release.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
REFUSED = 2
# So many openings are printed; more are counted.
_SHOWN = 50


class Format(StrEnum):
    """How an answer is printed."""

    table = "table"
    csv = "csv"
    json = "json"
    parquet = "parquet"


@app.command()
def release() -> None:
    """Maak uit de kluis een nieuwe release en zet haar in één stap klaar."""
    manifest = publishing.release(store.vault_path(), store.release_path(), typer.echo)
    kind = "fictieve voorbeelddata" if manifest.synthetic else "echte antwoorden"
    typer.echo(f"Release {manifest.version} ({kind}) in {store.release_path()}.")


Why = Annotated[str, typer.Option(help="De reden, voor het logboek.")]
Who = Annotated[str, typer.Option(envvar="USER", help="Wie dit doet, voor het logboek.")]


@app.command()
def publish(
    edition: Annotated[int, typer.Argument(help="De editie die online gaat.")], why: Why, who: Who
) -> None:
    """Maak een release en zet haar online, met een regel in het logboek."""
    entry = publishing.publish(
        store.vault_path(),
        store.release_path(),
        edition,
        publishing.Author(who, why),
        typer.echo,
    )
    typer.echo(_said(entry) if entry else "Er is niets veranderd: dezelfde versie blijft online.")


@app.command()
def rollback(
    version: Annotated[str, typer.Argument(help="De versie, zoals in `versions`.")],
    why: Why,
    who: Who,
) -> None:
    """Zet een eerdere versie weer online."""
    entry = publishing.rollback(store.release_path(), version, publishing.Author(who, why))
    typer.echo(_said(entry) if entry else f"{version} stond al online.")


@app.command()
def withdraw(
    version: Annotated[str, typer.Argument(help="De versie, zoals in `versions`.")],
    why: Why,
    who: Who,
) -> None:
    """Verwijder een versie die niet online staat voorgoed."""
    by = publishing.Author(who, why)
    typer.echo(_said(publishing.withdraw(store.release_path(), version, by)))


@app.command()
def versions() -> None:
    """Toon de versies, en wie ze waarom online zette."""
    target = store.release_path()
    online = current_version(target)
    for manifest in known_versions(target):
        mark = "  <- online" if manifest.version == online else ""
        typer.echo(f"{manifest.version}  {manifest.created}{mark}")
    for entry in log(target):
        typer.echo(f"{entry.at}  {entry.who}: {_said(entry)}")


@app.command()
def verify() -> None:
    """Lees van elke versie elk bestand terug."""
    target = store.release_path()
    for manifest in known_versions(target):
        check_files(target / VERSIONS / manifest.version, manifest)
        typer.echo(f"{manifest.version}: {len(manifest.files)} bestanden in orde.")


@app.command()
def discard() -> None:
    """Gooi weg wat is ingelezen sinds de versie die online staat."""
    dropped = publishing.discard(store.vault_path(), store.release_path())
    typer.echo(f"{dropped} antwoorden teruggezet naar de versie die online staat.")


_VERBS = {"publish": "online gezet", "rollback": "teruggezet", "withdraw": "verwijderd"}


def _said(entry: Entry) -> str:
    """Return one line of the log as a sentence."""
    top = entry.largest
    largest = (
        ""
        if top is None
        else f"; het meest {top.indicator} {top.edition} {top.group_code}: "
        f"{top.before:.3g} werd {top.after:.3g}"
    )
    changed = f"{entry.changed} cijfers anders{largest}"
    return f"{entry.version} {_VERBS[entry.action]}: {entry.why} ({changed})."


@app.command()
def attack(
    release: Annotated[
        Path | None, typer.Argument(help="Map van een release; anders die online staat.")
    ] = None,
    *,
    vault: Annotated[
        Path | None, typer.Option(help="De kluis die bewaart wie er antwoordden.")
    ] = None,
    thorough: Annotated[
        bool, typer.Option(help="Raad langer, en ook voor elke deelnemer apart.")
    ] = False,
) -> None:
    """Val een release aan, samen met alle eerdere; stopt met code 2 als er iets te herleiden is."""
    begun = time.perf_counter()
    folder, kept = release or store.release_path(), vault or store.vault_path()
    told = everything_told(version_folder(folder), kept)
    outcome = try_to_open(told, typer.echo, thorough=thorough)
    for opening in outcome.openings[:_SHOWN]:
        typer.echo(
            f"{opening.attacker}: {opening.indicator} {opening.item} ({opening.edition}), "
            f"{opening.municipality}: {opening.rule}, {opening.chance:.3f}"
        )
    if outcome.unsettled:
        typer.echo(f"Niet te beslissen: {', '.join(outcome.unsettled)}.")
    likely = f"van {outcome.answers} antwoorden {outcome.likely} bijna zeker te raden"
    also = f", met {len(told) - 1} eerdere vrijgaven" if len(told) > 1 else ""
    typer.echo(
        f"{outcome.attacked} antwoorden en stiltes aangevallen{also}: "
        f"{len(outcome.openings)} te herleiden; {likely} ({time.perf_counter() - begun:.0f} s)."
    )
    if outcome.succeeds:
        raise SystemExit(REFUSED)


@app.command()
def ask(  # noqa: PLR0913 - each is an option of the command
    question: Annotated[str, typer.Argument(help="Vraag uit het codeboek.")] = "",
    *,
    edition: Annotated[list[int] | None, typer.Option(help="Jaar; mag vaker.")] = None,
    by: Annotated[str, typer.Option(help="Indeling van de rijen.")] = WHOLE,
    where: Annotated[
        list[str] | None, typer.Option(help="Alleen deze groep: indeling=code; mag vaker.")
    ] = None,
    basis: Annotated[str | None, typer.Option(help="begroting of jaarrekening.")] = None,
    weighting: Annotated[str | None, typer.Option(help="municipality of inhabitant.")] = None,
    statistic: Annotated[str | None, typer.Option(help="mean, median, share, pooled.")] = None,
    output: Annotated[Format, typer.Option("--format", help="Vorm.")] = Format.table,
    listing: Annotated[bool, typer.Option("--list", help="Toon vragen en indelingen.")] = False,
) -> None:
    """Stel een vraag; de cijfers zijn dezelfde als op de pagina's."""
    published = open_release(store.release_path())
    if listing or not question:
        _list(published)
        return
    asked = Question(
        indicators=(question,),
        by=by,
        where=_conditions(where or []),
        editions=tuple(edition) if edition else None,
        bases=(basis,) if basis else None,
        weightings=(weighting,) if weighting else None,
        statistics=(statistic,) if statistic else None,
    )
    figures = described(published, answer(published, asked))
    if output is Format.table:
        _print_table(published, question, figures)
    else:
        _write(figures, output)


def _conditions(pairs: list[str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return ``dimension=code`` pairs as codes by dimension.

    Raises:
        QueryError: a pair has no equals sign.
    """
    conditions: dict[str, list[str]] = {}
    for pair in pairs:
        dimension, separator, code = pair.partition("=")
        if not separator:
            raise QueryError(
                f"--where ‘{pair}’ is onvolledig.", "schrijf bijvoorbeeld landsdeel=LD01."
            )
        conditions.setdefault(dimension, []).append(code)
    return tuple((dimension, tuple(codes)) for dimension, codes in conditions.items())


def described(published: Release, figures: pl.DataFrame) -> pl.DataFrame:
    """Return figures with unit, label, version and mark, without the columns used for sorting."""
    book = published.codebook
    labels = [
        book.group_label(d, g, "nl")
        for d, g in figures.select("dimension", "group_code").iter_rows()
    ]
    units = {i.id: "pct" if i.is_share else i.unit for i in book.indicators}
    sources = {i.id: book.source_of(i).label.nl for i in book.indicators}
    name = pl.col("indicator")
    return figures.drop("group_rank", "item_rank").with_columns(
        group_label=pl.Series(labels, dtype=pl.String),
        unit=name.replace_strict(units, return_dtype=pl.String),
        source=name.replace_strict(sources, return_dtype=pl.String),
        is_synthetic=(pl.col("kind") == "survey") & published.manifest.synthetic,
        data_version=pl.lit(published.manifest.version),
    )


def _write(figures: pl.DataFrame, output: Format) -> None:
    """Write figures to the standard output in a form that other programs read."""
    buffer = io.BytesIO()
    if output is Format.csv:
        figures.write_csv(buffer)
    elif output is Format.json:
        figures.write_json(buffer)
    else:
        figures.write_parquet(buffer)
    sys.stdout.buffer.write(buffer.getvalue())
    if output is Format.json:
        sys.stdout.buffer.write(b"\n")
    sys.stdout.buffer.flush()


@app.command()
def sheets(
    out: Annotated[Path, typer.Option(help="De map voor de PDF's.")],
    edition: Annotated[int | None, typer.Option(help="Jaar; anders de laatste editie.")] = None,
    language: Annotated[Language | None, typer.Option(help="nl of en; anders allebei.")] = None,
    only: Annotated[
        list[str] | None, typer.Option(help="Code van een gemeente of groep; mag vaker.")
    ] = None,
) -> None:
    """Maak bespreekbladen: van elke gemeente en elke groep een A4 als PDF."""
    published = open_release(store.release_path())
    year = edition or published.manifest.editions[-1]
    subjects = bulk.chosen(published, year, only or [])
    tongues: tuple[Language, ...] = (language,) if language else get_args(Language)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    ) as progress:
        task = progress.add_task("Bespreekbladen", total=len(subjects) * len(tongues))
        for _path in bulk.write_all(published, year, subjects, tongues, out):
            progress.advance(task)
    typer.echo(f"{len(subjects) * len(tongues)} bespreekbladen over editie {year} in {out}.")


def _print_table(published: Release, question: str, figures: pl.DataFrame) -> None:
    """Print figures for people, in Dutch."""
    indicator = published.codebook.by_id[question]
    synthetic = published.manifest.synthetic and indicator.kind == "survey"
    mark = " — FICTIEVE VOORBEELDDATA" if synthetic else ""
    table = Table(title=f"{indicator.label.nl}{mark}", caption=indicator.question.nl)
    for heading in ("jaar", "basis", "groep", "maat", "weging", "n van N", "waarde", "marge"):
        table.add_column(heading)
    for row in figures.iter_rows(named=True):
        measure = f"{row['statistic']} {row['item']}".strip()
        table.add_row(
            str(row["edition"]),
            row["basis"],
            row["group_label"],
            measure,
            row["weighting"],
            _counted(row),
            row["status"] if row["estimate"] is None else f"{row['estimate']:.2f}",
            "" if row["low"] is None else f"{row['low']:.2f} – {row['high']:.2f}",
        )
    Console().print(table)
    typer.echo(f"Bron: {published.codebook.source_of(indicator).label.nl}. ", nl=False)
    typer.echo(f"Versie {published.manifest.version}.")


def _counted(row: dict[str, Any]) -> str:
    """Return n of N; that of a survey is told in steps only."""
    about = "ca. " if row["kind"] == "survey" and row["answer_count"] is not None else ""
    return f"{about}{_whole(row['answer_count'])} van {_whole(row['population_count'])}"


def _whole(number: int | None) -> str:
    """Return a count, or a dash where there is none."""
    return "–" if number is None else str(number)


def _list(published: Release) -> None:
    """Print which questions, dimensions and codes there are."""
    book = published.codebook
    questions = Table(title="Vragen")
    for heading in ("vraag", "soort", "wat"):
        questions.add_column(heading)
    for indicator in book.indicators:
        questions.add_row(indicator.id, indicator.kind, indicator.label.nl)
    dimensions = Table(title="Indelingen (--by) en groepen (--where)")
    for heading in ("indeling", "groepen"):
        dimensions.add_column(heading)
    for dimension in published.dimensions:
        known = book.dimension_by_id.get(dimension)
        dimensions.add_row(dimension, ", ".join(known.codes()) if known else "")
    console = Console()
    console.print(questions)
    console.print(dimensions)


def main() -> None:
    """Run a command; what is wrong is said without a traceback."""
    try:
        app()
    except (DataError, QueryError) as error:
        typer.echo(str(error), err=True)
        raise SystemExit(REFUSED) from None
