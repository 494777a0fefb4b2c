"""What stops a release: another secret, too many releases, strangers, an open answer."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from data.errors import DataError
from data.files import store
from queries import engine
from queries.attack import withstood
from queries.attack.attack import attack
from queries.attack.published import read_told
from queries.release.manifest import (
    Manifest,
    current_manifest,
    read_manifest,
)
from queries.vault import prior_releases
from queries.vault.opening import answer_digests

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from pathlib import Path

    import polars as pl

    from data.survey.codebook import Codebook
    from data.survey.indicators import Indicator
    from queries.attack.attack import Outcome
    from queries.vault.opening import Vault

    Report = Callable[[str], None]


# So many questions are named; more are counted.
_NAMED = 5


def released_before(vault: Vault, target: Path, secret: bytes, report: Report) -> list[Path]:
    """Return every earlier release of a vault, once it is sure that one more is allowed.

    Raises:
        DataError: what is online was made with another secret or from elsewhere, or a question
            would be released too often.
    """
    former = current_manifest(target)
    if former is not None and former.survey == vault.codebook.survey.id:
        _refuse_other_secret(former, secret)
        if not former.synthetic:
            prior_releases.refuse_forgotten(vault.path, former.content)
    before = prior_releases.records(vault.path)
    for record in before:
        _refuse_other_secret(read_manifest(record), secret)
    most = vault.policy.protection.max_releases
    for line in prior_releases.refuse_too_many(_contents(vault), before, most):
        report(line)
    return before


def fingerprint(secret: bytes) -> str:
    """Return what tells secrets apart without telling them."""
    return hashlib.sha256(secret).hexdigest()


def _refuse_other_secret(former: Manifest, secret: bytes) -> None:
    """Stop when what is online, or was released before, was made with another secret.

    Raises:
        DataError: so it was.
    """
    if former.secret_fingerprint != fingerprint(secret):
        raise DataError(
            "Wat online staat of eerder is vrijgegeven, is met een ander geheim gemaakt dan de "
            "kluis nu heeft.",
            f"zet {store.SECRET} van de kluis terug uit een reservekopie: met een ander geheim "
            "krijgen dezelfde antwoorden andere cijfers, en verraden beide samen meer dan mag.",
        )


def _contents(vault: Vault) -> pl.DataFrame:
    """Return a digest of all answers to each question."""
    return prior_releases.contents(answer_digests(vault))


def private(vault: Vault) -> dict[str, pl.DataFrame]:
    """Return what the vault keeps of a release beside what is published."""
    units = engine.table(vault.connection, "respondents")
    return {
        "answers": engine.table(vault.connection, "answers"),
        "units": units.select("edition", "municipality_code", "weight", "inhabitants"),
        "weights": engine.table(vault.connection, "question_weights"),
        prior_releases.CONTENTS: _contents(vault),
    }


def refuse_reworded(now: Codebook, then: Codebook, editions: Collection[int]) -> None:
    """Stop when editions that stay as they are online would have been asked something else.

    Args:
        now: the codebook of the vault.
        then: that of the version online.
        editions: those that are published, whose words may change.

    Raises:
        DataError: names the questions.
    """
    for year in sorted({*then.years()} - {*editions}):
        asked = {i.id: _words(i) for i in now.in_edition(year).indicators if i.asked_in(year)}
        known = {i.id: _words(i) for i in then.in_edition(year).indicators if i.asked_in(year)}
        changed = [name for name, words in known.items() if asked.get(name) != words]
        if changed:
            more = f" en nog {len(changed) - _NAMED}" if len(changed) > _NAMED else ""
            raise DataError(
                f"Editie {year} staat online met andere woorden dan codebook.toml haar nu geeft: "
                f"{', '.join(changed[:_NAMED])}{more}.",
                "zet terug wat er stond, en zet wat een nieuwe editie anders vraagt onder "
                "`changes.JAAR` van de vraag. Is het een verbetering, publiceer dan ook die "
                f"editie: `publish {year} …`.",
            )


def _words(indicator: Indicator) -> tuple[object, ...]:
    """Return what a question asked, and what could be answered."""
    options = [(option.code, option.label) for option in indicator.options]
    return indicator.type, indicator.question, options, indicator.top_from, indicator.valid


def refuse_open(draft: Path, record: Path, before: Sequence[Path], report: Report) -> None:
    """Attack a release as it lies on disk, with everything that was released before.

    Raises:
        DataError: something is known too well.
    """
    report("Aanvallen wat nieuw is")
    told = [read_told(draft, record), *(read_told(path, path) for path in reversed(before))]
    memory = withstood.read(record.parent)
    outcome = attack(told, report, memory=memory)
    withstood.keep(record.parent, memory)
    report(
        f"Aangevallen: {outcome.attacked} antwoorden en stiltes, {len(outcome.openings)} te "
        f"herleiden; van {outcome.answers} antwoorden {outcome.likely} bijna zeker te raden."
    )
    if outcome.succeeds:
        worst = outcome.questions()
        raise DataError(
            f"Deze release verraadt antwoorden: {_listed(outcome, worst)}.",
            "maak policy.toml strenger (min_respondents, noise.sd of amount_sd), of haal de vraag "
            "uit deze editie. De vorige release blijft.",
        )


def _listed(outcome: Outcome, questions: Sequence[str]) -> str:
    """Return which questions open, and how."""
    if not questions:
        return f"{outcome.likely} van {outcome.answers} antwoorden zijn bijna zeker te raden"
    more = f" en nog {len(questions) - _NAMED}" if len(questions) > _NAMED else ""
    return ", ".join(questions[:_NAMED]) + more


def refuse_strangers(vault: Vault) -> None:
    """Stop when someone answered who is not in the register: they would be dropped silently."""
    strangers = engine.run(vault.connection, "counts/strangers", {})
    if strangers.height:
        seen = ", ".join(f"{code} ({year})" for year, code in strangers.head(5).iter_rows())
        raise DataError(
            f"{strangers.height} gemeenten met antwoorden staan niet in het register: {seen}.",
            "verbeter de codes of vul het register van die jaren aan.",
        )
