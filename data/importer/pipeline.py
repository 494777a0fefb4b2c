"""The whole way of an export into the vault: read, map, check, report, and only then take in."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

import polars as pl
from filelock import FileLock, Timeout

from data.errors import DataError, ImportRefusedError, Problem
from data.files import store
from data.files.schema import Responses
from data.importer import compare
from data.importer.checks.factors import fractions, sizes
from data.importer.checks.standing import (
    exchanged,
    other_edition,
    other_sheet,
    out_of_range,
    overwritten,
)
from data.importer.mapping import Mapping, load_mapping, write_mapping
from data.importer.municipalities import municipalities
from data.importer.options import ReadOptions
from data.importer.read_file import Sheet, read_sheet
from data.importer.row_rules import ruled
from data.importer.suggest_mapping import Proposal, propose
from data.importer.validate import Frame, check, preview, responses
from data.survey.codebook import Codebook, load_codebook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from data.importer.convert import Gathered

_KEYS = ["edition", "municipality_code", "indicator", "choice"]
_LOCK = ".import.lock"
# The key under which the answers themselves say which import made them what they are.
_NOTE = "import"
_WRITTEN = ("responses.parquet", store.VAULT_MANIFEST)


@dataclass(frozen=True)
class Request:
    """What to take in: which file, for which edition, into which vault, and how.

    ``accept`` takes warnings for granted; ``mapping`` is where the mapping is, or will be written.
    """

    file: Path
    edition: int
    vault: Path
    mapping: Path
    options: ReadOptions = field(default_factory=ReadOptions)
    accept: bool = False


@dataclass(frozen=True)
class Intake:
    """What an import did."""

    synthetic: bool
    municipalities: int
    new: int
    changed: int
    unchanged: int


@dataclass
class Report:
    """All there is to say about one import.

    ``stage`` is how far it came: refused (problems), mapping (a proposal to look at), confirm
    (warnings to accept) or taken (in the vault).
    """

    request: Request
    stage: Literal["refused", "mapping", "confirm", "taken"] = "refused"
    sheet: str | None = None
    notes: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    columns: list[tuple[str, str, str]] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    preview: list[tuple[str, str, str, str]] = field(default_factory=list)
    groups: list[compare.Group] = field(default_factory=list)
    differences: list[compare.Difference] = field(default_factory=list)
    intake: Intake | None = None


def import_file(request: Request, step: Callable[[str], None]) -> Report:
    """Take the answers in a file into the vault; a vault that is not there yet is made.

    Without a mapping one is proposed and written; unless every column has the very name of a
    question, it is then left to the steward to look at it and come again. Answers in the file
    take the place of those the vault had for the same municipality and question; everything
    else stays. ``step`` hears what is being done.

    Raises:
        DataError: the vault is incomplete, in use or of another version, has no such edition, or
            cannot be written; the mapping is wrong. The vault has not changed.
    """
    report = Report(request)
    with locked(request.vault):
        _ready(request.vault)
        try:
            _take_in(request, report, step)
        except ImportRefusedError as error:
            report.problems = list(error.problems)
    return report


@contextmanager
def locked(vault: Path) -> Iterator[None]:
    """Keep other imports out; drafts that a killed one left behind are swept away."""
    try:
        vault.mkdir(parents=True, exist_ok=True)
        with FileLock(vault / _LOCK, timeout=0):
            for name in _WRITTEN:
                for draft in vault.glob(f".{name}.*"):
                    draft.unlink()
            yield
    except Timeout:
        raise DataError(
            f"Er loopt al een import in {vault}.", "wacht tot die klaar is en probeer opnieuw."
        ) from None
    except OSError as error:
        raise DataError(
            f"De kluis {vault} kon niet worden geschreven ({error.strerror or error}).",
            "maak ruimte vrij of geef schrijfrecht. De antwoorden in de kluis zijn niet veranderd.",
        ) from None


def _ready(vault: Path) -> None:
    """Make the vault if it is not there; refuse one of another version of the program."""
    answers = (vault / "responses.parquet").is_file()
    if not answers and not (vault / store.VAULT_MANIFEST).is_file():
        store.begin_vault(vault, synthetic=False, origin="python -m queries import")
    _finish_note(vault, store.vault_manifest(vault))


def _finish_note(vault: Path, manifest: dict[str, object]) -> None:
    """Note an import that was killed after its answers were in and before it was noted."""
    path = vault / "responses.parquet"
    if not path.is_file():
        return
    entry = json.loads(store.parquet_metadata(path).get(_NOTE, "null"))
    if entry is not None and entry not in _imports(manifest):
        store.write_json(_with_note(manifest, entry), vault / store.VAULT_MANIFEST)


def _take_in(request: Request, report: Report, step: Callable[[str], None]) -> None:
    """Read, map, check and take in one file; the report says how far it came."""
    book = load_codebook(request.vault / "codebook.toml")
    codebook = _as_asked(request, book)
    step("Bestand lezen")
    sheet, mapping = _mapped(request, codebook, report)
    frame = Frame(codebook, municipalities(request.vault, request.edition, mapping.municipalities))
    step("Antwoorden controleren")
    found, stood = check(sheet, mapping, frame), _former(request.vault)
    _held_against(stood, sheet, mapping, found, frame)
    found.warnings += [*other_sheet(sheet, request.edition), *out_of_range(sheet, stood, book)]
    report.notes += [*sheet.notes, *found.notes]
    report.problems, report.warnings = found.problems, found.warnings
    report.preview = preview(found.answers, frame)
    if report.stage == "mapping":
        return
    synthetic = store.vault_manifest(request.vault).get("synthetic") is not False
    answers = responses(found, sheet, request.edition, synthetic=synthetic)
    step("Vergelijken met de vorige editie")
    _review(request, report, sheet, found, (stood, answers, codebook))
    if report.warnings and not request.accept:
        report.stage = "confirm"
        return
    step("Opslaan in de kluis")
    report.intake = _compare(stood, answers, synthetic=synthetic)
    if report.intake.new or report.intake.changed:
        _save(
            request,
            _merged(stood, answers),
            _entry(request, sheet, report.intake),
            str(synthetic).lower(),
        )
    report.stage = "taken"


def _held_against(
    stood: pl.DataFrame, sheet: Sheet, mapping: Mapping, found: Gathered, frame: Frame
) -> None:
    """Add what is odd about answers beside those in the vault, before any is taken."""
    before = compare.former_edition(stood, frame.codebook, frame.edition)
    found.problems += sizes(sheet, found.answers, before, mapping, frame.codebook)
    found.warnings += [
        *exchanged(sheet, found.answers, before),
        *fractions(sheet, found.answers, before, frame.codebook),
    ]


def _merged(stood: pl.DataFrame, answers: pl.DataFrame) -> pl.DataFrame:
    """Return the answers of a vault with new ones in the place of those they replace."""
    return pl.concat([stood.join(answers, on=_KEYS, how="anti"), answers]).sort(_KEYS)


def _as_asked(request: Request, codebook: Codebook) -> Codebook:
    """Return the codebook as the edition asked it; refuse an edition that it does not have."""
    if request.edition not in codebook.years():
        raise DataError(
            f"Editie {request.edition} staat niet in het codeboek.",
            f"kies uit {codebook.years()}, of voeg de editie toe aan "
            f"{request.vault / 'codebook.toml'}.",
        )
    return codebook.in_edition(request.edition)


def _mapped(request: Request, codebook: Codebook, report: Report) -> tuple[Sheet, Mapping]:
    """Return the table in a file and its mapping: the one there is, else a proposal."""
    if request.mapping.is_file():
        mapping = load_mapping(request.mapping)
        if mapping.edition != request.edition:
            raise DataError(
                f"{request.mapping} is voor editie {mapping.edition}, niet {request.edition}.",
                "verbeter edition in de mapping, of kies met --mapping een ander bestand.",
            )
        options = request.options.filled(**mapping.reading.model_dump(exclude_none=True))
        who = municipalities(request.vault, request.edition, mapping.municipalities)
        sheet = read_sheet(request.file, who.knows, options)
        mapping = mapping.model_copy(update={"reading": options})
        sheet = ruled(sheet, options)
        remarks: dict[str, str] = {}
        report.notes.append(f"mapping uit {request.mapping}")
    else:
        who = municipalities(request.vault, request.edition, {})
        sheet = read_sheet(request.file, who.knows, request.options)
        proposal = propose(sheet, codebook, who)
        mapping, remarks = proposal.mapping, proposal.remarks
        _write_mapping(proposal, request.mapping, sheet.notes)
        sheet = ruled(sheet, mapping.reading)
        report.notes.append(f"mapping gemaakt in {request.mapping}")
        report.stage = "refused" if proposal.certain else "mapping"
    report.columns = [
        (c.column, ".".join(filter(None, [c.indicator, c.option])), remarks.get(c.column, ""))
        for c in mapping.columns
    ]
    report.ignored, report.sheet = mapping.ignore, sheet.options.sheet
    return sheet, mapping


def _write_mapping(proposal: Proposal, path: Path, how: list[str]) -> None:
    """Write a proposed mapping where the steward will look for it."""
    try:
        write_mapping(proposal.mapping, proposal.remarks, path, proposal.seen, how)
    except OSError as error:
        raise DataError(
            f"De mapping {path} kon niet worden geschreven ({error.strerror or error}).",
            "kies met --mapping een plek waar u mag schrijven. De kluis is niet veranderd.",
        ) from None


def _review(
    request: Request,
    report: Report,
    sheet: Sheet,
    found: Gathered,
    known: tuple[pl.DataFrame, pl.DataFrame, Codebook],
) -> None:
    """Add to the report what stands out, how the response is, and what differs from before."""
    former, answers, codebook = known
    report.warnings += other_edition(sheet, answers, former, request.edition)
    report.warnings += overwritten(sheet, answers, former, request.edition)
    before = compare.former_edition(former, codebook, request.edition)
    report.warnings += compare.inconsistencies(sheet, found.answers, codebook)
    report.warnings += compare.outliers(sheet, found.answers, before, codebook)
    register = store.read_parquet(request.vault / "register.parquet")
    report.groups = compare.groups(_merged(former, answers), register, codebook, request.edition)
    report.differences = compare.differences(found.answers, before, codebook, request.edition)


def _save(request: Request, merged: pl.DataFrame, entry: dict[str, object], synthetic: str) -> None:
    """Write the answers, which say themselves where they came from, and then note the import.

    The first of the two writes decides; an import killed between them is noted by the next.
    """
    marks = {"synthetic": synthetic, _NOTE: json.dumps(entry)}
    store.write_parquet(Responses.validate(merged), request.vault / "responses.parquet", marks)
    path = request.vault / store.VAULT_MANIFEST
    store.write_json(_with_note(store.read_json(path), entry), path)


def _former(vault: Path) -> pl.DataFrame:
    """Return the answers that the vault has already."""
    path = vault / "responses.parquet"
    if not path.is_file():
        return Responses.create_empty()
    return Responses.validate(store.read_parquet(path), cast=True)


def _compare(former: pl.DataFrame, answers: pl.DataFrame, *, synthetic: bool) -> Intake:
    """Return how many answers are new, changed and unchanged."""
    both = answers.join(
        former.select(*_KEYS, "answer", "reason"), on=_KEYS, how="inner", suffix="_former"
    )
    same = both.filter(
        pl.col("answer").eq_missing(pl.col("answer_former"))
        & pl.col("reason").eq_missing(pl.col("reason_former"))
    ).height
    return Intake(
        synthetic=synthetic,
        municipalities=answers["municipality_code"].n_unique(),
        new=answers.height - both.height,
        changed=both.height - same,
        unchanged=same,
    )


def _entry(request: Request, sheet: Sheet, intake: Intake) -> dict[str, object]:
    """Return what was taken in, when, and from which file."""
    return {
        "file": request.file.name,
        "sha256": sheet.sha256,
        "edition": request.edition,
        "at": f"{datetime.now(ZoneInfo('Europe/Amsterdam')):%Y-%m-%dT%H:%M:%S%z}",
        "new": intake.new,
        "changed": intake.changed,
    }


def _imports(manifest: dict[str, object]) -> list[object]:
    """Return the imports that a manifest lists, in the order in which they were done."""
    imports = manifest.get("imports")
    return imports if isinstance(imports, list) else []


def _with_note(manifest: dict[str, object], entry: dict[str, object]) -> dict[str, object]:
    """Return a manifest with one more import."""
    return manifest | {"imports": [*_imports(manifest), entry]}
