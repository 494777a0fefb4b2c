"""The commands up to the vault: ``python -m data --help``.

Each command imports what it needs when it is given, so that none waits for what others need.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from data.errors import DataError
from data.files import store

app = typer.Typer(
    help="Register, officiële cijfers, voorbeelddata en antwoorden: alles vóór de release. "
    "Alle commando's, ook om te publiceren: python -m queries.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
REFUSED = 2


@app.command()
def register() -> None:
    """Maak het register van gemeenten uit de CSV-tabellen in data/register/source."""
    from data.sources.register import build_register

    built = build_register()
    years = built.group_by("year").len().sort("year")
    counts = ", ".join(f"{year}: {count}" for year, count in years.iter_rows())
    typer.echo(f"Register gemaakt in {store.REGISTER} (gemeenten per jaar: {counts}).")


@app.command()
def official(
    source: Annotated[
        str | None,
        typer.Option(
            "--from",
            help="Leid de brontabellen eerst opnieuw af uit tabellen van CBS: een map of adres.",
        ),
    ] = None,
    year: Annotated[
        list[int] | None, typer.Option(help="Alleen dit jaar; mag vaker gegeven worden.")
    ] = None,
    vault: Annotated[  # noqa: FBT002 - a flag of the command line
        bool, typer.Option("--vault", help="Zet register en cijfers ook in de kluis.")
    ] = False,
) -> None:
    """Maak de officiële en aangehaalde cijfers uit de CSV-tabellen in data/official/source."""
    from data.importer.pipeline import locked
    from data.sources.cbs_odata import open_source
    from data.sources.cbs_refresh import Where, refresh
    from data.sources.official import build_official

    if source is None:
        built = build_official()
        typer.echo(f"{built.height} officiële cijfers gemaakt in {store.OFFICIAL}.")
    else:
        for table in refresh(open_source(source), year or [], Where(), typer.echo):
            typer.echo(
                f"{table.table}: {table.rows} rijen ververst ({table.new} nieuw, "
                f"{table.changed} veranderd, {table.gone} vervallen)."
            )
    if vault:
        with locked(store.vault_path()):
            store.renew_tables(store.vault_path())
        typer.echo(f"Register en officiële cijfers staan ook in {store.vault_path()}.")


@app.command()
def codebook() -> None:
    """Controleer of codebook.toml, policy.toml, agenda.toml en register kloppen met elkaar."""
    from data.survey.coherence import check_survey

    folder = store.vault_path() if store.vault_path().is_dir() else store.SURVEY
    book = check_survey(folder)
    typer.echo(f"Codeboek in {folder} klopt: {len(book.indicators)} indicatoren.")


@app.command()
def edition(
    year: Annotated[int, typer.Argument(help="Het jaar van de nieuwe editie.")],
    former: Annotated[
        int, typer.Option("--from", help="De editie waarvan de vragen opnieuw worden gesteld.")
    ],
    drop: Annotated[
        list[str] | None, typer.Option(help="Vraag die vervalt; mag vaker gegeven worden.")
    ] = None,
) -> None:
    """Zet een nieuwe editie in het codeboek van de kluis, met de vragen van een eerdere."""
    from data.importer.pipeline import locked
    from data.survey.coherence import check_survey
    from data.survey.new_edition import add_edition

    vault = store.vault_path()
    with locked(vault):
        asked = add_edition(vault / "codebook.toml", year, former, drop or [])
    typer.echo(
        f"Editie {year} staat in {vault / 'codebook.toml'}: {len(asked)} vragen, zoals in "
        f"{former}. Wat er anders wordt gevraagd, zet u er zelf bij; docs/beheer.md zegt hoe."
    )
    check_survey(vault)


@app.command()
def sample(
    seed: Annotated[int, typer.Option(help="Hetzelfde getal geeft dezelfde antwoorden.")] = 2026,
) -> None:
    """Vul de kluis met fictieve voorbeelddata."""
    from data.sample.drawing import write_sample

    vault = store.vault_path()
    responses, signals = write_sample(vault, seed)
    typer.echo(f"{responses} fictieve antwoorden en {signals} signalen geschreven in {vault}.")


@app.command()
def practice(
    folder: Annotated[Path, typer.Argument(help="De map om in te oefenen.")],
    seed: Annotated[int, typer.Option(help="Hetzelfde getal geeft dezelfde antwoorden.")] = 2026,
) -> None:
    """Maak een kluis om mee te oefenen, en de nieuwste editie als exportbestanden ernaast."""
    from data.sample.training_year import write_practice

    files = write_practice(folder, seed)
    typer.echo(f"Kluis zonder de nieuwste editie: {folder / 'kluis'}.")
    typer.echo(f"Exportbestanden met fictieve antwoorden: {', '.join(map(str, files))}.")


@app.command()
def begin(
    folder: Annotated[Path, typer.Argument(help="De map voor kluis en release.")],
    answers: Annotated[
        Path | None,
        typer.Option(
            "--from", help="TOML-bestand met de antwoorden; anders wordt ernaar gevraagd."
        ),
    ] = None,
) -> None:
    """Begin een eigen enquête: vijf vragen, en er staat een kluis die werkt."""
    from data.sample import own_survey

    if answers is None:
        said = own_survey.ask(typer.prompt)
        units = Path(said.units)
    else:
        said = own_survey.read_beginning(answers)
        units = answers.parent / said.units
    vault = folder / "kluis"
    book = own_survey.begin(vault, said, units)
    typer.echo(
        f"{book.survey.name.dutch} staat in {vault}: codeboek, beleid, methode, register en "
        f"fictieve antwoorden. Zo ziet u haar:\n"
        f"STAND_VAULT={vault} STAND_RELEASE={folder / 'release'} make run"
    )


@app.command()
def migrate() -> None:
    """Breng een kluis van een oudere versie van het programma naar deze versie."""
    from data.files.migration import migrate as bring_up_to_date
    from data.importer.pipeline import locked

    vault = store.vault_path()
    with locked(vault):
        passed = bring_up_to_date(vault)
    done = f"is nu van versie {passed[-1]}" if passed else "was al van deze versie"
    typer.echo(f"De kluis {vault} {done}.")


@app.command(name="import")
def import_(  # noqa: PLR0913, PLR0917 - every guess of the reader can be set
    file: Annotated[Path, typer.Argument(help="CSV, Excel, ODS, SPSS, Parquet of OData.")],
    edition: Annotated[int, typer.Option(help="Het jaar van de editie.")],
    mapping: Annotated[
        Path | None,
        typer.Option(help="Wat de kolommen betekenen; anders BESTAND.mapping.toml ernaast."),
    ] = None,
    report: Annotated[Path | None, typer.Option(help="Schrijf het verslag als HTML.")] = None,
    accept: Annotated[  # noqa: FBT002 - a flag of the command line
        bool, typer.Option("--accept", help="Neem de waarschuwingen voor lief.")
    ] = False,
    encoding: Annotated[str | None, typer.Option(help="utf-8, cp1252, latin-1, utf-16.")] = None,
    delimiter: Annotated[str | None, typer.Option(help="Scheidingsteken.")] = None,
    quote: Annotated[str | None, typer.Option(help="Aanhalingsteken.")] = None,
    decimal: Annotated[str | None, typer.Option(help="Decimaalteken: , of .")] = None,
    sheet: Annotated[str | None, typer.Option(help="Naam van het werkblad.")] = None,
    header_row: Annotated[int | None, typer.Option(help="Rij waar de kop staat.")] = None,
    last_row: Annotated[int | None, typer.Option(help="Laatste rij van de tabel.")] = None,
    transposed: Annotated[
        bool | None,
        typer.Option("--transposed/--not-transposed", help="Gemeenten staan in de kolommen."),
    ] = None,
) -> None:
    """Neem antwoorden uit een bestand op in de kluis, na controle."""
    from data.importer import reporting
    from data.importer.options import read_options
    from data.importer.pipeline import Request, import_file

    told = {
        "encoding": encoding,
        "delimiter": delimiter,
        "quote": quote,
        "decimal": decimal,
        "sheet": sheet,
        "header_row": header_row,
        "last_row": last_row,
        "transposed": transposed,
    }
    request = Request(
        file=file,
        edition=edition,
        vault=store.vault_path(),
        mapping=mapping or file.with_name(f"{file.name}.mapping.toml"),
        options=read_options(told),
        accept=accept,
    )
    with reporting.progress() as step:
        found = import_file(request, step)
    reporting.show(found)
    if report is not None:
        reporting.write_page(found, report)
        typer.echo(f"Verslag geschreven in {report}.")
    if found.stage != "taken":
        raise SystemExit(REFUSED)


def main() -> None:
    """Run a command; what is wrong with a file is said without a traceback."""
    try:
        app()
    except DataError as error:
        typer.echo(str(error), err=True)
        raise SystemExit(REFUSED) from None


if __name__ == "__main__":
    main()
