"""Sheets by the hundred, as files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.files import store
from queries.errors import QueryError
from queries.sheets import content, printing, subjects
from queries.sheets.desk import Figures

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from data.survey.languages import Language
    from queries.release.manifest import Release
    from queries.sheets.subjects import Subject


def chosen(release: Release, edition: int, slugs: Sequence[str]) -> list[Subject]:
    """Return the subjects asked for; every municipality and group when none is named.

    Raises:
        QueryError: the edition, or a municipality or group, does not exist.
    """
    if edition not in release.manifest.editions:
        known = ", ".join(str(year) for year in release.manifest.editions)
        raise QueryError(f"Editie {edition} bestaat niet.", f"kies uit {known}.")
    if not slugs:
        return subjects.every(release, edition)
    return [subjects.find(release, slug, edition) for slug in slugs]


def write_all(
    release: Release,
    edition: int,
    wanted: Iterable[Subject],
    languages: Sequence[Language],
    target: Path,
) -> Iterator[Path]:
    """Write a PDF per subject and language into ``target``; give each as it is done.

    Raises:
        QueryError: the folder cannot be written.
    """
    figures = Figures(release, edition)
    for subject in wanted:
        for language in languages:
            path = target / f"{subject.slug}-{edition}-{language}.pdf"
            document = printing.pdf(content.write(figures, subject, language))
            try:
                with store.replacing(path) as draft:
                    draft.write_bytes(document)
            except OSError as error:
                raise QueryError(
                    f"{path} is niet te schrijven ({error.strerror}).",
                    "kies met `--out` een map waarin u mag schrijven en waar ruimte is.",
                ) from error
            yield path
