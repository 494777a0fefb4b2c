"""A release on trial: attacked before anyone sees it, and made stricter where something opens.

A question that can be worked out together with what was told before keeps what was told before.
One that opens by itself loses the single answers of its scale, then group after group of the
least useful dimension. When even that does not help, there is no release.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from data.errors import DataError
from queries import holding
from queries.attack import Known, Published, attack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from queries.attack import Witnesses
    from queries.ledger import Told
    from queries.vault import Vault

    Report = Callable[[str], None]
    Question = tuple[int, str]

_NAMED = 5


def tried(
    now: Told, told: Sequence[Told], vault: Vault, witnesses: Witnesses, report: Report
) -> Told:
    """Return what may be released of what could be.

    Args:
        now: the figures as the gate would release them.
        told: every earlier release from this vault, the oldest first.
        vault: its policy, register and codebook.
        witnesses: of ``disclosure.Protected``; the attack believes none that it has not checked.
        report: called with a line for each step.

    Raises:
        DataError: something can be worked out, whatever is withheld.
    """
    if not vault.policy.protection.secondary:
        return now
    earlier = list(told)
    held = holding.held_groups(now, earlier, vault.policy)
    kept = _held(now, earlier, held)
    if held.height:
        report(f"{held.height} groepen houden hun eerdere cijfers: te weinig antwoorden veranderd")
    steps: dict[Question, int] = {}
    openings = _attacked(kept, earlier, vault, report, witnesses, None)
    while openings:
        names = ", ".join(f"{indicator} ({edition})" for edition, indicator in openings[:_NAMED])
        report(f"Te herleiden, dus strenger: {names}")
        for question in openings:
            kept = _stricter(kept, earlier, question, steps.setdefault(question, 0), vault)
            steps[question] += 1
        openings = _attacked(kept, earlier, vault, report, witnesses, openings)
    report("De aanval vindt niets")
    return kept


def _held(now: Told, earlier: Sequence[Told], held: pl.DataFrame) -> Told:
    """Return what may be told with some groups as they were told last."""
    if held.is_empty():
        return now
    figures = holding.as_before(now.figures, earlier[-1].figures, held)
    return replace(now, figures=figures, held=pl.concat([now.held, held]).unique())


def _attacked(
    now: Told,
    told: Sequence[Told],
    vault: Vault,
    report: Report,
    witnesses: Witnesses,
    only: Iterable[Question] | None,
) -> list[Question]:
    """Return the questions that open, of all or of those that opened before."""
    figures = now.figures
    if only is not None:
        wanted = pl.DataFrame(
            list(only), schema={c: figures.schema[c] for c in holding.QUESTION}, orient="row"
        )
        figures = figures.join(wanted, on=holding.QUESTION, how="semi")
    newest, *earlier = (
        Published(
            one.figures if one is not now else figures,
            vault.register,
            vault.codebook,
            vault.policy,
            one.content,
            Known(one.sums, one.groups, one.held, witnesses if one is now else {}),
        )
        for one in (now, *reversed(told))
    )
    found = attack(newest, earlier, report)
    return sorted({(opening.edition, opening.indicator) for opening in found})


def _stricter(now: Told, told: Sequence[Told], question: Question, step: int, vault: Vault) -> Told:
    """Return what may be told with one question stricter than before, one step further.

    Raises:
        DataError: there is nothing left to withhold.
    """
    mine = (pl.col("edition") == question[0]) & (pl.col("indicator") == question[1])
    groups = now.figures.filter(mine).select(holding.GROUP).unique()
    if told and step == 0 and told[-1].figures.filter(mine).height:
        return _held(now, told, groups)
    for due in _victims(vault, question[1])[step:]:
        gone = mine & due & pl.col("status").is_in(["shown", "bound"])
        if now.figures.filter(gone).height:
            rest = now.figures.filter(~gone)
            less = holding.withheld(now.figures.filter(gone))
            return replace(now, figures=pl.concat([rest, less]))
    raise DataError(
        f"Vraag {question[1]} ({question[0]}) verraadt antwoorden, wat er ook wordt weggelaten.",
        "maak policy.toml strenger of haal de vraag uit deze editie. De vorige release blijft.",
    )


def _victims(vault: Vault, indicator: str) -> list[pl.Expr]:
    """Return what of a question can be withheld, the least useful first."""
    usefulness = vault.policy.protection.usefulness
    listed = [pl.col("dimension") == name for name in reversed(usefulness)]
    others = ~pl.col("dimension").is_in(usefulness)
    scale = vault.codebook.by_id[indicator].type == "ordinal"
    single = [(pl.col("item") != "top")] if scale else []
    return [pl.lit(value=False), *single, others, *listed]
