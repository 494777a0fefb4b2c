"""The gate between vault and release: everything that may be known, worked out and written.

The release is made in a folder of its own, read back, checked and attacked, and only then does a
small pointer file name it. Killed at any moment, the former release is still the one that is
served.
"""

from __future__ import annotations

import shutil
from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import polars as pl

from data import __version__
from data.files import store
from data.files.schema import Official
from queries import engine
from queries.disclosure.perturbation import Noise
from queries.estimation import estimates, question_weights, representativity
from queries.publish import comparison_pairs, comparisons, figures, official_figures, step_up, tiles
from queries.publish.figure_shape import SCHEMA
from queries.publish.open_answers import told_signals
from queries.publish.refusals import (
    fingerprint,
    private,
    refuse_open,
    refuse_strangers,
    released_before,
)
from queries.release.manifest import (
    FORMAT,
    MANIFEST,
    VERSIONS,
    Manifest,
    content_of,
    current_manifest,
    point,
    verify,
)
from queries.vault import design, prior_releases
from queries.vault.opening import Vault, open_vault
from queries.vocabulary import Status

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Report = Callable[[str], None]

# Public tables of the vault that go into the release as they are, where the vault has them.
PUBLIC = ("register", "mergers", "names")
# Tables that are as made up as the answers are.
_OF_ANSWERS = {
    *("figures", "comparisons", "response", "signals", "strata"),
    *("representativity", "official_check", "calibrations"),
}
_ZONE = ZoneInfo("Europe/Amsterdam")


def make_release(
    vault_folder: Path,
    target: Path,
    report: Report,
    answers: Path | None = None,
    *,
    preview: Path | None = None,
) -> Manifest:
    """Work out a release from a vault and swap it in; return its manifest.

    When nothing differs from the release that is already there, that one stays.

    Args:
        vault_folder: the vault.
        target: the folder of the release; versions lie in it, and a pointer to the current one.
        report: called with a line for each step.
        answers: the folder with the answers, where they are other than those of the vault.
        preview: where the release is put to be looked at, rather than in ``target``; the vault
            does not remember it as released.

    Raises:
        DataError: the vault is incomplete or lacks its secret, what was written cannot be read
            back, or an attack on it finds an answer.
        QueryError: a question failed.
    """
    report("De kluis openen")
    vault = open_vault(vault_folder, answers)
    refuse_strangers(vault)
    before = released_before(vault, target, store.secret(vault.path), report)
    tables = _tables(vault, report)
    place = preview or target
    place.mkdir(parents=True, exist_ok=True)
    _sweep(place)
    draft = place / VERSIONS / f".draft-{datetime.now(_ZONE):%Y%m%d%H%M%S%f}"
    draft.mkdir(parents=True)
    try:
        report("Wegschrijven")
        manifest = _write(vault, tables, draft, place, preview=preview is not None)
        verify(draft, manifest)
        record = prior_releases.draft(vault.path, draft, private(vault))
        refuse_open(draft, record, before, report)
        if preview is None:
            prior_releases.keep(record, manifest.content)
        return _swap_in(draft, place, manifest, report)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def safe_figures(vault: Vault, noise: Noise) -> pl.DataFrame:
    """Return the survey figures as they may be published, ``figures.survey_figures``."""
    design.load_sums(vault)
    found = figures.survey_figures(vault, noise)
    containing = engine.run(vault.connection, "counts/containing_groups", {})
    return step_up.with_step_up(found, containing)


def balance(published: pl.DataFrame) -> list[str]:
    """Return how many figures are shown, and why the others are not."""
    counts = Counter(published["status"])
    return [
        f"Getoond: {counts[Status.SHOWN]} cijfers, en {counts[Status.BOUND]} als grens.",
        f"Te weinig antwoorden: {counts[Status.TOO_FEW]}.",
        f"Per inwoner vooral door een enkele bepaald: {counts[Status.DOMINATED]}.",
    ]


def safe_comparisons(vault: Vault, published: pl.DataFrame) -> pl.DataFrame:
    """Return the differences between figures as they are published, ``comparisons.SCHEMA``.

    Args:
        vault: after ``safe_figures``, which counts what this builds on.
        published: the answer of ``safe_figures``.
    """
    influence = estimates.influence_sums(design.weighted_sums(vault), design.KEYS)
    strata = estimates.by_stratum(influence, design.KEYS)
    pairs = (
        comparison_pairs.edition_pairs(vault.codebook).select("edition", "other_edition").unique()
    )
    engine.load_frame(vault.connection, "edition_pairs", pairs)
    overlaps = engine.run(vault.connection, "counts/edition_overlaps", {})
    return comparisons.compare(published, strata, overlaps, vault.codebook, vault.policy)


def _tables(vault: Vault, report: Report) -> dict[str, pl.DataFrame]:
    """Return every table of the release, and report each step."""
    report("Schattingen, marges en ruis berekenen")
    noise = Noise(store.secret(vault.path), vault.policy)
    found = safe_figures(vault, noise)
    for line in balance(found):
        report(line)
    parts = [found.select(list(SCHEMA))]
    report("Verschillen toetsen")
    tables: dict[str, pl.DataFrame] = {"comparisons": safe_comparisons(vault, found)}
    report("Officiële en aangehaalde cijfers toevoegen")
    parts.append(official_figures.official_figures(vault))
    if engine.has_table(vault.connection, "official"):
        tables["official"] = store.read_parquet(vault.path / "official.parquet")
        tables["members"] = engine.table(vault.connection, "official_membership")
    tables |= _response_quality(vault, tables.get("official", Official.create_empty()))
    published = vault.path / "published.parquet"
    if published.is_file():
        tables["published"] = store.read_parquet(published)
        parts.append(official_figures.published_figures(tables["published"], vault.codebook))
    tables["figures"] = pl.concat(parts)
    tables["response"] = figures.response(vault, noise)
    tables |= _signals(vault, report)
    # which cells of the design were too thin and joined others: for who checks the method
    tables["strata"] = engine.table(vault.connection, "strata").select("edition", "cell", "stratum")
    tables["containing"] = engine.run(vault.connection, "counts/containing_groups", {})
    for name in PUBLIC:
        if (vault.path / f"{name}.parquet").is_file():
            tables[name] = store.read_parquet(vault.path / f"{name}.parquet")
    return tables | _tiles(vault, tables.get("register"))


def _response_quality(vault: Vault, official: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Return how much those who took part are like all municipalities."""
    units = engine.table(vault.connection, "respondents")
    known = (vault.codebook, vault.register, units, official, vault.policy.fewest.distribution)
    return {
        "representativity": representativity.representativity(*known),
        "official_check": representativity.official_check(*known),
        "calibrations": question_weights.gains(
            vault.codebook,
            vault.register,
            units,
            engine.table(vault.connection, "amounts"),
            official,
        ),
    }


def _tiles(vault: Vault, register: pl.DataFrame | None) -> dict[str, pl.DataFrame]:
    """Return the table of tiles, where the register says where places lie."""
    if register is None or not set(tiles.NEEDED) <= set(register.columns):
        return {}
    regions = [d.id for d in vault.codebook.of_kind("region")]
    return {"tiles": tiles.layout(register, regions)}


def _signals(vault: Vault, report: Report) -> dict[str, pl.DataFrame]:
    """Return the table of open answers, if there are any, and report what was changed in them."""
    told = told_signals(vault)
    if told is None:
        return {}
    for line in told.lines():
        report(line)
    return {"signals": told.signals}


def _write(
    vault: Vault, tables: dict[str, pl.DataFrame], draft: Path, target: Path, *, preview: bool
) -> Manifest:
    """Write tables, descriptions and manifest into ``draft``; return the manifest."""
    marks = {"synthetic": str(vault.synthetic).lower(), "survey": vault.codebook.survey.id}
    for name, frame in tables.items():
        # Official and quoted figures are real, whatever the answers are.
        real = name not in _OF_ANSWERS
        metadata = marks | ({"synthetic": "false"} if real else {})
        store.write_parquet(frame, draft / f"{name}.parquet", metadata)
    for name in store.DESCRIPTIONS:
        if (vault.path / name).is_file():
            shutil.copyfile(vault.path / name, draft / name)
    files = sorted(path for path in draft.iterdir() if path.is_file())
    checksums = {path.name: store.checksum(path) for path in files}
    content = content_of(checksums)
    former = current_manifest(target)
    number = 1 + max((_number(path) for path in (target / VERSIONS).iterdir()), default=0)
    manifest = Manifest(
        format=FORMAT,
        number=number,
        version=f"{number}-{content[:8]}",
        content=content,
        created=f"{datetime.now(_ZONE):%Y-%m-%dT%H:%M:%S%z}",
        survey=vault.codebook.survey.id,
        synthetic=vault.synthetic,
        secret_fingerprint=fingerprint(store.secret(vault.path)),
        editions=vault.codebook.years(),
        dimensions=sorted(set(tables["figures"]["dimension"])),
        years=_years(tables["figures"]),
        files=checksums,
        previous=former.version if former else None,
        program=__version__,
        preview=preview,
    )
    # what is online is no preview, and its manifest need not say so
    unsaid = None if preview else {"preview"}
    store.write_json(manifest.model_dump(mode="json", exclude=unsaid), draft / MANIFEST)
    return manifest


def _number(version: Path) -> int:
    """Return the number that the name of a version begins with; 0 for anything else."""
    digits = version.name.partition("-")[0]
    return int(digits) if digits.isdigit() else 0


def _years(published: pl.DataFrame) -> dict[str, dict[str, list[int]]]:
    """Return the years with at least one figure, by indicator and basis."""
    shown = published.filter(pl.col("estimate").is_not_null())
    found: dict[str, dict[str, list[int]]] = {}
    known = shown.select("indicator", "basis", "edition").unique().sort(pl.all())
    for indicator, basis, year in known.iter_rows():
        found.setdefault(indicator, {}).setdefault(basis, []).append(year)
    return found


def _swap_in(draft: Path, target: Path, manifest: Manifest, report: Report) -> Manifest:
    """Give the draft its name and let the pointer name it; or keep an equal former release."""
    former = current_manifest(target)
    if former is not None and former.content == manifest.content:
        report("Niets veranderd sinds de vorige versie")
        return former
    for path in draft.iterdir():
        store.flush(path)
    store.flush(draft)
    final = target / VERSIONS / manifest.version
    draft.rename(final)
    store.flush(final.parent)
    point(target, manifest.version)
    report(f"Versie {manifest.version} staat klaar")
    return manifest


def _sweep(target: Path) -> None:
    """Remove drafts that an earlier run left behind when it was killed."""
    for stale in (target / VERSIONS).glob(".draft-*"):
        shutil.rmtree(stale, ignore_errors=True)
