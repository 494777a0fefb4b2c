"""The gate between vault and release: everything that may be known, worked out and written.

The release is made in a folder of its own, read back and checked, and only then does a small
pointer file name it. Killed at any moment, the former release is still the one that is served.
"""

from __future__ import annotations

import hashlib
import shutil
from collections import Counter
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import polars as pl

from data import store
from data.errors import DataError
from queries import calibration, comparisons, disclosure, engine, estimates, figures, tiles
from queries.evidence import gather
from queries.holding import GROUP
from queries.ledger import Told, refuse_forgotten, remember, told_before
from queries.release import (
    FORMAT,
    MANIFEST,
    POINTER,
    VERSIONS,
    Manifest,
    current_manifest,
    verify,
)
from queries.signals import told_signals
from queries.trial import tried
from queries.vault import Vault, open_vault

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Report = Callable[[str], None]

# Public tables of the vault that go into the release as they are, where the vault has them.
PUBLIC = ("register", "mergers", "names")
_ZONE = ZoneInfo("Europe/Amsterdam")


def make_release(vault_folder: Path, target: Path, report: Report) -> Manifest:
    """Work out a release from a vault and swap it in; return its manifest.

    When nothing differs from the release that is already there, that one stays.

    Args:
        vault_folder: the vault.
        target: the folder of the release; versions lie in it, and a pointer to the current one.
        report: called with a line for each step.

    Raises:
        DataError: the vault is incomplete, or what was written cannot be read back.
        QueryError: a question failed.
    """
    report("De kluis openen")
    vault = open_vault(vault_folder)
    _refuse_strangers(vault)
    former = current_manifest(target)
    if former is not None and former.survey == vault.codebook.survey.id and not former.synthetic:
        refuse_forgotten(vault.path, former.content)
    told = tellable(vault, report)
    tables = _tables(vault, told, report)
    target.mkdir(parents=True, exist_ok=True)
    _sweep(target)
    draft = target / VERSIONS / f".draft-{datetime.now(_ZONE):%Y%m%d%H%M%S%f}"
    draft.mkdir(parents=True)
    try:
        report("Wegschrijven")
        manifest = _write(vault, tables, draft, target)
        verify(draft, manifest)
        remember(vault.path, replace(told, content=manifest.content))
        return _swap_in(draft, target, manifest, report)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _refuse_strangers(vault: Vault) -> None:
    """Stop when someone answered who is not in the register: they would be dropped silently."""
    strangers = engine.run(vault.connection, "answers/strangers", {})
    if strangers.height:
        seen = ", ".join(f"{code} ({year})" for year, code in strangers.head(5).iter_rows())
        raise DataError(
            f"{strangers.height} gemeenten met antwoorden staan niet in het register: {seen}.",
            "verbeter de codes of vul het register van die jaren aan.",
        )


def safe_figures(vault: Vault, report: Report) -> pl.DataFrame:
    """Return the survey figures as they may be published, in the columns of ``figures``."""
    return tellable(vault, report).figures


def tellable(vault: Vault, report: Report) -> Told:
    """Return what may be told of a vault, and the answers that it rests on.

    It has withstood the attack, together with everything that was told before.

    Raises:
        DataError: they give something away, whatever is withheld.
    """
    report("Schattingen en marges berekenen")
    unprotected = figures.survey_figures(vault)
    report("Nagaan wat gepubliceerd mag worden")
    known = gather(vault)
    safe = disclosure.protect(unprotected, known, vault.policy, vault.codebook, report)
    nothing = safe.figures.select(GROUP).clear()
    now = Told("", safe.figures, known.sums, known.groups, nothing)
    report("Aanvallen")
    told = told_before(vault.path)
    kept = tried(now, told, vault, safe.witnesses, report)
    stepped = disclosure.step_up(kept.figures, known.containing)
    shaped = figures.shaped(stepped.drop("group_rank", "item_rank"), vault.codebook)
    for line in balance(shaped):
        report(line)
    return replace(kept, figures=shaped)


def balance(published: pl.DataFrame) -> list[str]:
    """Return what was withheld and why, and how much of what is large enough is kept."""
    counts = Counter(published["status"])
    enough = sum(counts[status] for status in ("shown", "bound", "protected", "dominated"))
    kept = counts["shown"] + counts["bound"]
    return [
        f"Getoond: {counts['shown']} cijfers, en {counts['bound']} als grens.",
        f"Te weinig antwoorden: {counts['too_few']}.",
        f"Weg om andere te beschermen: {counts['protected']}.",
        f"Vooral door een enkele bepaald: {counts['dominated']}.",
        f"Van wat groot genoeg is blijft {kept / max(enough, 1):.0%} zichtbaar.",
    ]


def safe_comparisons(vault: Vault, published: pl.DataFrame) -> pl.DataFrame:
    """Return the differences between figures as they are published, ``comparisons.SCHEMA``.

    Args:
        vault: after ``safe_figures``, which counts what this builds on.
        published: the answer of ``safe_figures``.
    """
    counted = engine.table(vault.connection, "stratum_sums")
    sums = calibration.by_stratum(counted, comparisons.KEYS)
    means = estimates.weighted_means(sums, comparisons.KEYS)
    engine.load_frame(vault.connection, "group_means", means)
    overlaps = overlap_sums(vault)
    return comparisons.compare(published, sums, overlaps, vault.codebook, vault.policy)


def overlap_sums(vault: Vault) -> pl.DataFrame:
    """Return the answer to ``answers/overlap_sums`` for every question that is compared.

    Args:
        vault: with the table ``group_means``.
    """
    pairs = comparisons.edition_pairs(vault.codebook)
    engine.load_frame(vault.connection, "edition_pairs", pairs)
    # where nothing is compared, the answer about no question has the columns all the same
    names = pairs["indicator"].unique().sort().to_list() or [""]
    return pl.concat(
        engine.run(vault.connection, "answers/overlap_sums", {"indicator": name}) for name in names
    )


def _tables(vault: Vault, told: Told, report: Report) -> dict[str, pl.DataFrame]:
    """Return every table of the release."""
    parts = [told.figures]
    report("Verschillen toetsen")
    tables: dict[str, pl.DataFrame] = {"comparisons": safe_comparisons(vault, parts[0])}
    report("Officiële en aangehaalde cijfers toevoegen")
    parts.append(figures.official_figures(vault))
    if engine.has_table(vault.connection, "official"):
        tables["official"] = store.read_parquet(vault.path / "official.parquet")
        tables["members"] = engine.table(vault.connection, "official_membership")
    published = vault.path / "published.parquet"
    if published.is_file():
        tables["published"] = store.read_parquet(published)
        parts.append(figures.published_figures(tables["published"], vault.codebook))
    tables["figures"] = pl.concat(parts)
    tables["response"] = engine.run(vault.connection, "answers/response", {})
    tables |= _signals(vault, report)
    # which cells of the design were too thin and joined others: for who checks the method
    tables["strata"] = engine.table(vault.connection, "strata").select("edition", "cell", "stratum")
    tables["containing"] = engine.run(vault.connection, "answers/containing_groups", {})
    for name in PUBLIC:
        if (vault.path / f"{name}.parquet").is_file():
            tables[name] = store.read_parquet(vault.path / f"{name}.parquet")
    return tables | _tiles(vault, tables.get("register"))


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


def _write(vault: Vault, tables: dict[str, pl.DataFrame], draft: Path, target: Path) -> Manifest:
    """Write tables, descriptions and manifest into ``draft``; return the manifest."""
    marks = {"synthetic": str(vault.synthetic).lower(), "survey": vault.codebook.survey.id}
    for name, frame in tables.items():
        # Official and quoted figures are real, whatever the answers are.
        real = name not in {"figures", "comparisons", "response", "signals", "strata"}
        metadata = marks | ({"synthetic": "false"} if real else {})
        store.write_parquet(frame, draft / f"{name}.parquet", metadata)
    for name in store.DESCRIPTIONS:
        if (vault.path / name).is_file():
            shutil.copyfile(vault.path / name, draft / name)
    files = sorted(path for path in draft.iterdir() if path.is_file())
    checksums = {path.name: store.checksum(path) for path in files}
    content = hashlib.sha256(repr(sorted(checksums.items())).encode()).hexdigest()
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
        editions=vault.codebook.years(),
        dimensions=sorted(set(tables["figures"]["dimension"])),
        years=_years(tables["figures"]),
        files=checksums,
        previous=former.version if former else None,
    )
    store.write_json(manifest.model_dump(mode="json"), draft / MANIFEST)
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
    pointer = {"version": manifest.version, "manifest": store.checksum(final / MANIFEST)}
    store.write_json(pointer, target / POINTER)
    report(f"Versie {manifest.version} staat klaar")
    return manifest


def _sweep(target: Path) -> None:
    """Remove drafts that an earlier run left behind when it was killed."""
    for stale in (target / VERSIONS).glob(".draft-*"):
        shutil.rmtree(stale, ignore_errors=True)
