"""The steward's commands: ``python -m data --help``."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads the annotation
from typing import Annotated

import typer

from data import store
from data.codebook import load_agenda, load_codebook
from data.errors import DataError
from data.importer.taking_in import import_file
from data.official import build_official
from data.policy import load_policy
from data.register import build_register
from data.sample import write_sample

app = typer.Typer(
    help="Register, officiële cijfers, voorbeelddata en antwoorden: alles vóór de release.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
REFUSED = 2


@app.command()
def register() -> None:
    """Maak het register van gemeenten uit de CSV-tabellen in data/register/source."""
    built = build_register()
    years = built.group_by("year").len().sort("year")
    counts = ", ".join(f"{year}: {count}" for year, count in years.iter_rows())
    typer.echo(f"Register gemaakt in {store.REGISTER} (gemeenten per jaar: {counts}).")


@app.command()
def official() -> None:
    """Maak de officiële en aangehaalde cijfers uit de CSV-tabellen in data/official/source."""
    built = build_official()
    typer.echo(f"{built.height} officiële cijfers gemaakt in {store.OFFICIAL}.")


@app.command()
def codebook() -> None:
    """Controleer codebook.toml, policy.toml en agenda.toml."""
    folder = store.vault_path() if store.vault_path().is_dir() else store.HERE
    book = load_codebook(folder / "codebook.toml")
    load_policy(folder / "policy.toml")
    if (folder / "agenda.toml").is_file():
        load_agenda(folder / "agenda.toml")
    typer.echo(f"Codeboek in {folder} klopt: {len(book.indicators)} indicatoren.")


@app.command()
def sample(
    seed: Annotated[int, typer.Option(help="Hetzelfde getal geeft dezelfde antwoorden.")] = 2026,
) -> None:
    """Vul de kluis met fictieve voorbeelddata."""
    vault = store.vault_path()
    responses, signals = write_sample(vault, seed)
    typer.echo(f"{responses} fictieve antwoorden en {signals} signalen geschreven in {vault}.")


@app.command(name="import")
def import_(
    file: Annotated[Path, typer.Argument(help="CSV- of XLSX-bestand, lang of breed.")],
    edition: Annotated[int, typer.Option(help="Het jaar van de editie.")],
) -> None:
    """Neem antwoorden uit een bestand op in de kluis, na controle."""
    vault = store.vault_path()
    intake = import_file(file, edition, vault)
    typer.echo(f"{file.name}: {intake.how}.")
    typer.echo(
        f"{intake.municipalities} gemeenten; {intake.new} antwoorden nieuw, "
        f"{intake.changed} veranderd, {intake.unchanged} gelijk. Kluis: {vault}."
    )
    if intake.synthetic:
        typer.echo(
            "Let op: dit is de kluis met voorbeelddata; ook deze antwoorden gelden als fictief. "
            "Voor echte antwoorden: zet STAND_VAULT op een nieuwe map."
        )
    typer.echo("Volgende stap: `python -m queries release`.")


def main() -> None:
    """Run a command; what is wrong with a file is said without a traceback."""
    try:
        app()
    except DataError as error:
        typer.echo(str(error), err=True)
        raise SystemExit(REFUSED) from None


if __name__ == "__main__":
    main()
