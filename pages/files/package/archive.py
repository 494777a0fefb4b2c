"""The files of a package by name, and all of them in one."""

from __future__ import annotations

import hashlib
import io
import json
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from data.survey.languages import LANGUAGES
from pages.cards.worked_examples import rules, worked_examples
from pages.files.package import descriptors
from pages.files.package.tables import rows, there
from pages.state import address
from pages.state.view import View
from pages.words.texts import Words, filled
from queries.words import numbers

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from data.survey.languages import Language
    from pages.files.package.tables import Table
    from pages.state.releases import Facts

CHECKSUMS = "SHA256SUMS"
# Files of a release that go along as they are.
_AS_RELEASED = ("codebook.toml", "policy.toml", "agenda.toml")
# Of every file in the archive: the earliest a zip can say.
_MOMENT = (1980, 1, 1, 0, 0, 0)


def contents(facts: Facts) -> Mapping[str, bytes]:
    """Return every file of the package of a version, by name; the checksums last.

    Raises:
        ReleaseBrokenError: a table is damaged.
    """
    return facts.made(_contents)


def _contents(facts: Facts) -> dict[str, bytes]:
    tables = there(facts)
    files: dict[str, bytes] = {}
    for table in tables:
        found = rows(facts, table)
        files[f"{table.name}.{descriptors.CSV}"] = found.write_csv().encode()
        files[f"{table.name}.{descriptors.PARQUET}"] = _parquet(found)
        files[f"{table.name}.{descriptors.METADATA}"] = descriptors.csvw(facts, table)
    released = facts.release.manifest.files
    for name in _AS_RELEASED:
        if name in released:
            files[name] = (facts.release.folder / name).read_bytes()
    for language in LANGUAGES:
        files[f"method.{language}.md"] = _method(facts, language).encode()
        files[f"README.{language}.md"] = _readme(facts, tables, language).encode()
    files["CITATION.cff"] = _citation_file(facts).encode()
    files["datapackage.json"] = descriptors.datapackage(facts, tables, files)
    sums = [f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files)]
    return files | {CHECKSUMS: "".join(sums).encode()}


def archive(facts: Facts) -> bytes:
    """Return the package of a version as one file.

    Raises:
        ReleaseBrokenError: a table is damaged.
    """
    buffer = io.BytesIO()
    with ZipFile(buffer, "w") as packed:
        for name, content in sorted(contents(facts).items()):
            entry = ZipInfo(f"{facts.codebook.survey.id}-{facts.version}/{name}", _MOMENT)
            entry.compress_type, entry.create_system = ZIP_DEFLATED, 3
            entry.external_attr = 0o644 << 16
            packed.writestr(entry, content)
    return buffer.getvalue()


def _parquet(found: pl.DataFrame) -> bytes:
    """Return a table as Parquet."""
    buffer = io.BytesIO()
    found.write_parquet(buffer)
    return buffer.getvalue()


def citation(facts: Facts, language: Language) -> str:
    """Return the sentence that the package is cited by."""
    survey = facts.codebook.survey
    return Words(language)(
        "package.cite",
        producer=survey.producer.of(language),
        survey=survey.name.of(language),
        editions=_editions(facts),
        version=facts.version,
        year=facts.release.manifest.created[:4],
    )


def _editions(facts: Facts) -> str:
    """Return the first and last edition."""
    first, last = facts.editions[0], facts.editions[-1]
    return str(last) if first == last else f"{first}–{last}"


def _method(facts: Facts, language: Language) -> str:
    """Return how the figures are made, with the examples of this version."""
    view = View(facts, address.read({address.LANGUAGE: language}, facts)[0])
    return filled(facts.method(language), **worked_examples(view), **rules(view))


def _readme(facts: Facts, tables: list[Table], language: Language) -> str:
    """Return what is in the package, for people."""
    words, survey = Words(language), facts.codebook.survey
    listed = [f"| `{t.name}` | {descriptors.table_title(t, language)} |" for t in tables]
    return words(
        "package.readme",
        title=survey.name.of(language),
        said=descriptors.said(facts, language),
        version=facts.version,
        day=numbers.day(facts.release.manifest.created, language),
        tables="\n".join(listed),
        licence=survey.licence,
        citation=citation(facts, language),
    )


def _citation_file(facts: Facts) -> str:
    """Return how to cite the package, as programs read it; every text is quoted as JSON does."""
    survey = facts.codebook.survey
    said = {
        "cff-version": "1.2.0",
        "message": citation(facts, "en"),
        "type": "dataset",
        "title": survey.name.of("en"),
        "version": facts.version,
        "date-released": facts.release.manifest.created[:10],
        "license": descriptors.spdx(survey.licence),
    }
    lines = [f"{name}: {json.dumps(text, ensure_ascii=False)}" for name, text in said.items()]
    producer = json.dumps(survey.producer.of("en"), ensure_ascii=False)
    return "\n".join([*lines, "authors:", f"  - name: {producer}", ""])
