"""Every command, of stewards and analysts: ``python -m queries --help``.

Those up to the vault are of ``data.commands``. Each command imports what it needs when it is
given, so that none waits for what others need.
"""

from __future__ import annotations

import time
from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import TYPE_CHECKING, Annotated, get_args

import typer

from data.commands import app as up_to_the_vault
from data.errors import DataError
from data.files import store
from data.survey.groups import WHOLE
from data.survey.languages import Language
from queries.errors import QueryError
from queries.terminal import Format, conditions, described, list_indicators, print_table, write

if TYPE_CHECKING:
    from queries.release.log import Entry

app = typer.Typer(
    help="Van kluis naar release, en vragen aan de release.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.registered_commands += up_to_the_vault.registered_commands
REFUSED = 2
# So many openings are printed; more are counted.
_SHOWN = 50


@app.command()
def release() -> None:
    """Maak uit de kluis een nieuwe release en zet haar in één stap klaar."""
    from queries.publish import publishing

    manifest = publishing.release(store.vault_path(), store.release_path(), typer.echo)
    kind = "fictieve voorbeelddata" if manifest.synthetic else "echte antwoorden"
    typer.echo(f"Release {manifest.version} ({kind}) in {store.release_path()}.")


Why = Annotated[str, typer.Option(help="De reden, voor het logboek.")]
Who = Annotated[str, typer.Option(envvar="USER", help="Wie dit doet, voor het logboek.")]


@app.command()
def publish(
    editions: Annotated[
        list[int], typer.Argument(help="De editie die online gaat; mogen er meer zijn.")
    ],
    why: Why,
    who: Who,
) -> None:
    """Zet een editie online zoals zij in de kluis staat; andere edities blijven wat zij zijn."""
    from queries.publish import publishing

    entry = publishing.publish(
        store.vault_path(),
        store.release_path(),
        editions,
        publishing.Author(who, why),
        typer.echo,
    )
    typer.echo(_said(entry) if entry else "Er is niets veranderd: dezelfde versie blijft online.")


@app.command()
def preview(
    editions: Annotated[
        list[int], typer.Argument(help="De editie die online zou gaan; mogen er meer zijn.")
    ],
) -> None:
    """Laat zien wat `publish` online zou zetten, en wat er voor lezers verandert."""
    from queries.publish import publishing

    vault = store.vault_path()
    for line in publishing.preview(vault, store.release_path(), editions, typer.echo):
        typer.echo(line)
    typer.echo(
        "Er is niets online gezet. Bekijk het dashboard zoals het wordt, alleen op deze machine:\n"
        f"STAND_RELEASE={vault / publishing.PREVIEW} make run PORT=8502"
    )


@app.command()
def rollback(
    version: Annotated[str, typer.Argument(help="De versie, zoals in `versions`.")],
    why: Why,
    who: Who,
) -> None:
    """Zet een eerdere versie weer online."""
    from queries.publish import publishing

    entry = publishing.rollback(store.release_path(), version, publishing.Author(who, why))
    typer.echo(_said(entry) if entry else f"{version} stond al online.")


@app.command()
def withdraw(
    version: Annotated[str, typer.Argument(help="De versie, zoals in `versions`.")],
    why: Why,
    who: Who,
) -> None:
    """Verwijder een versie die niet online staat voorgoed."""
    from queries.publish import publishing

    by = publishing.Author(who, why)
    typer.echo(_said(publishing.withdraw(store.release_path(), version, by)))


@app.command()
def versions() -> None:
    """Toon de versies, en wie ze waarom online zette."""
    from queries.release.log import log
    from queries.release.log import versions as known_versions
    from queries.release.manifest import current_version

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
    from queries.release.log import versions as known_versions
    from queries.release.manifest import VERSIONS, genuine_manifest
    from queries.release.manifest import verify as check_files

    target = store.release_path()
    for manifest in known_versions(target):
        genuine_manifest(target, manifest.version)
        check_files(target / VERSIONS / manifest.version, manifest)
        typer.echo(f"{manifest.version}: {len(manifest.files)} bestanden in orde.")


@app.command("settings")
def list_settings() -> None:
    """Toon elke instelling: de variabele, de waarde nu, en waar zij voor is."""
    from data.settings import Settings, settings, variable

    now = settings()
    for name, field in Settings.model_fields.items():
        said = "" if field.get_default() == getattr(now, name) else ", ingesteld"
        typer.echo(f"{variable(name)}={getattr(now, name)}{said}\n    {field.description}")


@app.command()
def discard() -> None:
    """Gooi weg wat is ingelezen sinds de versie die online staat."""
    from queries.publish import publishing

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
    from queries.attack.attack import attack as try_to_open
    from queries.attack.attack import everything_told, version_folder

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
    from queries.ask.questions import Question, answer
    from queries.release.manifest import open_release

    published = open_release(store.release_path())
    if listing or not question:
        list_indicators(published)
        return
    asked = Question(
        indicators=(question,),
        by=by,
        where=conditions(where or []),
        editions=tuple(edition) if edition else None,
        bases=(basis,) if basis else None,
        weightings=(weighting,) if weighting else None,
        statistics=(statistic,) if statistic else None,
    )
    figures = described(published, answer(published, asked))
    if output is Format.table:
        print_table(published, question, figures)
    else:
        write(figures, output)


@app.command()
def sheets(
    out: Annotated[Path, typer.Option(help="De map voor de PDF's.")],
    edition: Annotated[int | None, typer.Option(help="Jaar; anders de laatste editie.")] = None,
    language: Annotated[Language | None, typer.Option(help="nl of en; anders allebei.")] = None,
    only: Annotated[
        list[str] | None, typer.Option(help="Code van een gemeente of groep; mag vaker.")
    ] = None,
) -> None:
    """Maak bespreekbladen: van elke gemeente en elke groep twee bladzijden als PDF."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    from queries.release.manifest import open_release
    from queries.sheets import bulk

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


def main() -> None:
    """Run a command; what is wrong is said without a traceback."""
    try:
        app()
    except (DataError, QueryError) as error:
        typer.echo(str(error), err=True)
        raise SystemExit(REFUSED) from None
