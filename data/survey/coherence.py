"""Whether the files of a survey fit each other: codebook, policy, agenda and register."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from data.errors import CodebookError
from data.files import store
from data.survey.agenda import load_agenda
from data.survey.codebook import load_codebook
from data.survey.policy import load_policy

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from data.survey.agenda import Agenda
    from data.survey.codebook import Codebook
    from data.survey.policy import Policy

_NAMED = 5


def check_survey(folder: Path, editions: Collection[int] | None = None) -> Codebook:
    """Return the codebook of a survey, once it is sure that its files fit each other.

    Args:
        folder: holds ``codebook.toml`` and ``policy.toml``, and it may hold ``agenda.toml`` and
            ``register.parquet``.
        editions: those that the register must have; all of the codebook when None.

    Raises:
        CodebookError: a file is missing or wrong, or names what another does not have; all of
            that at once.
    """
    book = load_codebook(folder / "codebook.toml")
    found = list(_of_policy(load_policy(folder / "policy.toml"), book))
    if (folder / "agenda.toml").is_file():
        found += _of_agenda(load_agenda(folder / "agenda.toml"), book)
    if (folder / "register.parquet").is_file():
        found += _of_register(
            store.read_parquet(folder / "register.parquet"),
            book.of_editions(book.years() if editions is None else editions),
        )
    if found:
        raise CodebookError(
            f"De bestanden in {folder} passen niet bij elkaar:\n"
            + "\n".join(f"- {line}" for line in found),
            "verbeter wat er staat, en geef `python -m queries codebook` tot er niets meer staat.",
        )
    return book


def _of_policy(policy: Policy, book: Codebook) -> Iterator[str]:
    """Yield what the policy names that the codebook does not have."""
    known = book.dimension_by_id
    uses = [("crosses", name) for pair in policy.crosses for name in pair]
    uses += (
        [("signals dimensions", name) for name in policy.signals.dimensions]
        if policy.signals
        else []
    )
    uses.append(("strata collapse_along", policy.strata.collapse_along))
    for use, name in uses:
        if name not in known:
            kinds = ", ".join(known)
            yield f"policy.toml {use}: indeling {name} staat niet in codebook.toml ({kinds})"


def _of_agenda(agenda: Agenda, book: Codebook) -> Iterator[str]:
    """Yield what the agenda names that the codebook does not have."""
    themes = {theme.id for theme in book.themes}
    uses = [(f"actie {a.id}", "thema", n, themes) for a in agenda.actions for n in a.themes]
    uses += [("gespreksvraag", "thema", one.theme, themes) for one in agenda.questions]
    for use, noun, name, known in uses:
        if name not in known:
            yield f"agenda.toml {use}: {noun} {name} staat niet in codebook.toml"
    for action in agenda.actions:
        for name in action.indicators:
            if name not in book.by_id:
                yield f"agenda.toml actie {action.id}: vraag {name} staat niet in codebook.toml"


def _of_register(register: pl.DataFrame, book: Codebook) -> Iterator[str]:
    """Yield what the codebook asks of the register that it does not have."""
    years = set(register["year"])
    for year in book.years():
        if year not in years:
            yield f"het register heeft geen {year}, en dat is een editie in codebook.toml"
    compared = book.survey.representativity
    columns = {*book.survey.strata, *book.dimension_by_id, *(compared.columns if compared else ())}
    for column in sorted(columns - {*register.columns}):
        yield f"het register heeft geen kolom {column}, en codebook.toml deelt daarop in"
    for dimension in book.dimensions:
        if dimension.id in register.columns:
            known = register[dimension.id].drop_nulls().cast(pl.String).unique().sort()
            if strange := [code for code in known if code not in dimension.codes()]:
                yield (
                    f"het register heeft in kolom {dimension.id} {', '.join(strange[:_NAMED])}; "
                    f"codebook.toml kent {', '.join(dimension.codes()[:_NAMED])}, …"
                )
