"""Publishing and taking back: which release is online, since when, by whom, and why.

A publication is the release that the gate makes, with a line in the log and a copy of the answers
beside it in the vault, so that what was imported since can be dropped again. What is about to
happen is written down first: the line is there in the end, also when the work was killed between.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict

from data.errors import DataError
from data.files import store
from data.survey.codebook import load_codebook
from data.survey.coherence import check_survey
from data.survey.policy import load_policy
from queries.publish.build import make_release
from queries.publish.changes import changes_between, in_words
from queries.publish.locks import alone
from queries.publish.refusals import refuse_reworded
from queries.release.log import LOG, Change, Entry, log, versions
from queries.release.manifest import (
    MANIFEST,
    VERSIONS,
    Manifest,
    current_manifest,
    current_version,
    genuine_manifest,
    point,
    verify,
)
from queries.vault import chosen_answers

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# The folder of the vault with what would go online, to be looked at.
PREVIEW = "voorvertoning"
_BEGUN = ".begun.json"
_LOCK = ".publish.lock"
_IMPORT_LOCK = ".import.lock"


@dataclass(frozen=True)
class Author:
    """Who puts a version online, and why.

    Raises:
        DataError: one of them is not said.
    """

    who: str
    why: str

    def __post_init__(self) -> None:
        """Refuse to leave the log without an answer."""
        if not (self.who.strip() and self.why.strip()):
            raise DataError(
                "Wie dit doet en waarom staat in het logboek; een van beide ontbreekt.",
                'noem ze met --who "naam" en --why "reden".',
            )


class _Begun(BaseModel):
    """What someone began to do, kept until it is in the log."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    action: Literal["publish", "rollback"]
    at: str
    who: str
    why: str
    former: str | None
    vault: str | None


def publish(
    vault: Path, target: Path, editions: Sequence[int], by: Author, report: Callable[[str], None]
) -> Entry | None:
    """Put editions online as they are in the vault; return the line in the log, None if no change.

    Answers to any other edition stay as they are online.

    Raises:
        DataError: the vault is incomplete or has no answers of one of ``editions``, someone else
            is publishing, the disk is full, or the release would tell too much. Either nothing
            online has changed, or all of it has.
    """
    with alone(target / _LOCK, "publicatie"), alone(vault / _IMPORT_LOCK, "import"):
        _choose(vault, target, editions, report)
        _begin(target, "publish", by, vault)
        manifest = make_release(vault, target, report, chosen_answers.draft_of(vault))
        chosen_answers.keep(vault, manifest.version)
        entry = _finish(target)
        _drop_oldest(vault, target)
        return entry


def preview(
    vault: Path, target: Path, editions: Sequence[int], report: Callable[[str], None]
) -> list[str]:
    """Make what ``publish`` would put online to be looked at; return what would change.

    It lies in ``PREVIEW`` of the vault, made and attacked as any release, and is not released.

    Raises:
        DataError: as ``publish``.
    """
    with alone(target / _LOCK, "publicatie"), alone(vault / _IMPORT_LOCK, "import"):
        _choose(vault, target, editions, report)
        place, answers = vault / PREVIEW, chosen_answers.draft_of(vault)
        shutil.rmtree(place, ignore_errors=True)
        made = make_release(vault, target, report, answers, preview=place)
        online = current_manifest(target)
        if online is None:
            return ["Er staat nog niets online: alles is nieuw."]
        before = target / VERSIONS / online.version
        return in_words(before, place / VERSIONS / made.version)


def release(vault: Path, target: Path, report: Callable[[str], None]) -> Manifest:
    """Make a release of all that the vault holds and put it online without a line in the log.

    Raises:
        DataError: as ``publish``.
    """
    with alone(target / _LOCK, "publicatie"), alone(vault / _IMPORT_LOCK, "import"):
        _finish(target)
        chosen_answers.choose(vault, None, _held(vault))
        manifest = make_release(vault, target, report, chosen_answers.draft_of(vault))
        chosen_answers.keep(vault, manifest.version)
        return manifest


def rollback(target: Path, version: str, by: Author) -> Entry | None:
    """Put an earlier version online again, after reading back every file of it.

    Return its line in the log, None when it was online already.

    Raises:
        DataError: there is no such version, it is damaged, or someone else is publishing.
    """
    with alone(target / _LOCK, "publicatie"):
        _finish(target)
        folder = _known(target, version)
        verify(folder, genuine_manifest(target, folder.name))
        _begin(target, "rollback", by, None)
        point(target, folder.name)
        return _finish(target)


def withdraw(target: Path, version: str, by: Author) -> Entry:
    """Remove a version that is not online for good: links to it show the newest from then on.

    Raises:
        DataError: there is no such version, it is online, or someone else is publishing.
    """
    with alone(target / _LOCK, "publicatie"):
        _finish(target)
        folder = _known(target, version)
        if folder.name == current_version(target):
            raise DataError(
                f"Versie {folder.name} staat online.",
                "publiceer eerst een andere versie, of zet er een terug met rollback.",
            )
        _remove(folder)
        return _append(target, _entry("withdraw", by, folder.name, _now(), (0, None)))


def discard(vault: Path, target: Path) -> int:
    """Drop what was imported since the version online; return how many answers that changed.

    Raises:
        DataError: that version was not published from this vault, or an import is running.
    """
    with alone(target / _LOCK, "publicatie"), alone(vault / _IMPORT_LOCK, "import"):
        _finish(target)
        version = current_version(target)
        if not chosen_answers.kept(vault, version):
            raise DataError(
                f"De kluis {vault} bewaart geen antwoorden van versie {version}.",
                "weggooien kan alleen tot een versie die uit deze kluis is gemaakt.",
            )
        return chosen_answers.bring_back(vault, version)


def _known(target: Path, version: str) -> Path:
    """Return the folder of a version that exists, by its name or by its number alone."""
    known = [manifest.version for manifest in versions(target)]
    meant = [name for name in known if version in {name, name.partition("-")[0]}]
    if len(meant) != 1:
        raise DataError(
            f"Versie {version} bestaat niet in {target}.", f"kies uit {', '.join(known)}."
        )
    return target / VERSIONS / meant[0]


def _choose(
    vault: Path, target: Path, editions: Sequence[int], report: Callable[[str], None]
) -> None:
    """Set the answers of a publication apart, once it is sure that they may be published."""
    _refuse_empty(vault, editions)
    _finish(target)
    online = _online(vault, target)
    book = check_survey(vault, {*editions, *(online.editions if online else ())})
    if online is not None:
        then = load_codebook(target / VERSIONS / online.version / "codebook.toml")
        refuse_reworded(book, then.of_editions(online.editions), editions)
    for line in chosen_answers.choose(vault, online, editions):
        report(line)


def _refuse_empty(vault: Path, editions: Sequence[int]) -> None:
    """Refuse to publish an edition without answers."""
    held = _held(vault)
    for edition in editions:
        if edition in held:
            continue
        known = load_codebook(vault / "codebook.toml").years()
        raise DataError(
            f"De kluis heeft geen antwoorden van editie {edition}.",
            f"lees ze eerst in: `python -m queries import BESTAND --edition {edition}`. Edities in "
            f"het codeboek: {known}; met antwoorden: {held}.",
        )


def _held(vault: Path) -> list[int]:
    """Return the editions that a vault has answers of."""
    return sorted(store.read_parquet(vault / "responses.parquet")["edition"].unique())


def _online(vault: Path, target: Path) -> chosen_answers.Online | None:
    """Return what is online of the survey of a vault."""
    online = current_manifest(target)
    if online is None or online.survey != load_codebook(vault / "codebook.toml").survey.id:
        return None
    return chosen_answers.Online(online.version, tuple(online.editions))


def _now() -> str:
    """Return this moment, to the second."""
    return f"{datetime.now(ZoneInfo('Europe/Amsterdam')):%Y-%m-%dT%H:%M:%S%z}"


def _begin(
    target: Path, action: Literal["publish", "rollback"], by: Author, vault: Path | None
) -> None:
    """Write down what is about to happen."""
    former = current_manifest(target)
    begun = _Begun(
        action=action,
        at=_now(),
        who=by.who,
        why=by.why,
        former=former.version if former else None,
        vault=str(vault) if vault else None,
    )
    store.write_json(begun.model_dump(mode="json"), target / _BEGUN)


def _finish(target: Path) -> Entry | None:
    """Log what was begun if it came online, whoever began it and however that ended."""
    path = target / _BEGUN
    if not path.is_file():
        return None
    begun = _Begun.model_validate(store.read_json(path))
    online = current_manifest(target)
    entry = None
    if online is not None and online.version != begun.former:
        if begun.vault is not None:
            chosen_answers.keep(Path(begun.vault), online.version)
        entry = _logged(target, begun, online)
    path.unlink()
    return entry


def _logged(target: Path, begun: _Begun, online: Manifest) -> Entry:
    """Return the line in the log of what was begun, added if it is not there yet."""
    # what is begun is finished before anything else is logged, so that only the last can be it
    last = log(target)[-1:]
    if [(entry.at, entry.version) for entry in last] == [(begun.at, online.version)]:
        return last[0]
    difference = changes_between(target, begun.former, online.version)
    by = Author(begun.who, begun.why)
    return _append(target, _entry(begun.action, by, online.version, begun.at, difference))


def _entry(
    action: Literal["publish", "rollback", "withdraw"],
    by: Author,
    version: str,
    at: str,
    difference: tuple[int, Change | None],
) -> Entry:
    """Return a line for the log."""
    changed, largest = difference
    return Entry(
        version=version,
        action=action,
        at=at,
        who=by.who,
        why=by.why,
        changed=changed,
        largest=largest,
    )


def _append(target: Path, entry: Entry) -> Entry:
    """Add a line to the log and return it."""
    entries = [*log(target), entry]
    store.write_json({"entries": [e.model_dump(mode="json") for e in entries]}, target / LOG)
    return entry


def _drop_oldest(vault: Path, target: Path) -> None:
    """Remove the oldest versions beyond those that the policy keeps, never the one online."""
    keep = load_policy(vault / "policy.toml").keep_versions
    if keep is None:
        return
    online = current_version(target)
    for manifest in versions(target)[:-keep]:
        if manifest.version != online:
            _remove(target / VERSIONS / manifest.version)
            chosen_answers.forget(vault, manifest.version)


def _remove(folder: Path) -> None:
    """Remove a version; half removed it no longer counts as one."""
    (folder / MANIFEST).unlink()
    shutil.rmtree(folder)
