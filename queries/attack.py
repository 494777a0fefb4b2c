"""The attack that a release must withstand: what can be worked out about single respondents.

It reads what is published and the public register, and knows nothing of how the gate decided.
Four attackers try. An outsider has the register and the tables, and takes published groups from
each other. An insider also knows who answered each question; it solves the inequalities that all
published figures make by linear programming. A participant is an insider that knows its own
answer. The last one has every earlier release as well. What an outsider could solve an insider
can too, so that only taking apart is tried without knowing who took part.

Source: Willenborg and De Waal, Elements of Statistical Disclosure Control (2001), chapter 6.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from data import store
from data.codebook import load_codebook
from data.policy import load_policy
from queries.differencing import combinations_of
from queries.ledger import refuse_forgotten, told_before
from queries.release import MANIFEST, VERSIONS, current_version, read_manifest, verify
from queries.scenes import BOUND, SHOWN, Asked, Scene, parts_of
from queries.vault import membership
from queries.workers import REPORTED, spread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from scipy.sparse import csr_array

    from data.codebook import Codebook
    from data.policy import Policy
    from queries.differencing import Combinations
    from queries.searches import Opened, Search

    Report = Callable[[str], None]
    Witnesses = Mapping[tuple[int, str], Mapping[str, csr_array]]

OUTSIDER, INSIDER, PARTICIPANT, HISTORIAN = "outsider", "insider", "participant", "historian"
_QUESTION = ["edition", "indicator"]
_GROUP = ["dimension", "group_code"]


@dataclass(frozen=True)
class Opening:
    """Something that can be worked out: by whom, about whom, and between which values it lies.

    Counts of answers, and amounts in the unit of the question.
    """

    attacker: str
    edition: int
    indicator: str
    item: str
    about: str
    low: float
    high: float


@dataclass(frozen=True)
class Known:
    """What insiders know: who answered each question, how they count, and what they answered.

    ``sums`` and ``groups`` as in ``evidence.Evidence``. Of the answers a participant uses its own
    only; the others serve to say what is too near. ``held`` are the groups, by question, whose
    figures are those of an earlier release and say nothing of these answers. ``witnesses`` are
    other answers that may fit as well, as in ``disclosure.Protected``: who checks them need not
    look for them.
    """

    sums: pl.DataFrame
    groups: pl.DataFrame
    held: pl.DataFrame | None = None
    witnesses: Witnesses = field(default_factory=dict)


@dataclass(frozen=True)
class Published:
    """What a release says about answers, and what one needs to read it.

    ``known`` is what insiders know of it, where that is given.
    """

    figures: pl.DataFrame
    register: pl.DataFrame
    codebook: Codebook
    policy: Policy
    version: str = ""
    known: Known | None = None


def version_folder(path: Path) -> Path:
    """Return the folder of one version, given that or the folder of a release."""
    return path if (path / MANIFEST).is_file() else path / VERSIONS / current_version(path)


def read_published(folder: Path, vault: Path | None) -> Published:
    """Return what the folder of one version says; with a vault also what insiders know.

    Raises:
        ReleaseBrokenError: a file is missing or damaged.
        DataError: the vault does not remember this version.
    """
    manifest = read_manifest(folder)
    verify(folder, manifest)
    known = None
    if vault is not None:
        refuse_forgotten(vault, manifest.content)
        told = next(one for one in told_before(vault) if one.content == manifest.content)
        known = Known(told.sums, told.groups, told.held)
    return Published(
        store.read_parquet(folder / "figures.parquet"),
        store.read_parquet(folder / "register.parquet"),
        load_codebook(folder / "codebook.toml"),
        load_policy(folder / "policy.toml"),
        manifest.version,
        known,
    )


def attack(
    published: Published,
    earlier: Sequence[Published] = (),
    report: Report | None = None,
    *,
    thorough: bool = False,
) -> list[Opening]:
    """Return everything that can be worked out from a release and those before it.

    Args:
        published: the release.
        earlier: other releases of the same survey, the newest first.
        report: called with a line now and then.
        thorough: solve all answers of a scale at once, which takes ten times as long.
    """
    survey = published.figures.filter(pl.col("kind") == "survey")
    questions = list(survey.partition_by(_QUESTION, as_dict=True))
    found: list[Opening] = []
    for edition in survey["edition"].unique(maintain_order=True):
        found += _by_outsider(published, edition, [key for key in questions if key[0] == edition])
    for key in questions:
        found += _by_comparing(published, earlier, key)
    tasks = [_told(published, earlier, key) for key in questions]
    work = solved_thoroughly if thorough else solved
    for number, openings in enumerate(spread(work, tasks), 1):
        found += openings
        if report is not None and number % REPORTED == 0:
            report(f"{number} van {len(questions)} vragen aangevallen")
    return found


def solved(told: Sequence[Asked]) -> list[Opening]:
    """Return what insiders and participants can solve of a question, item by item."""
    return _solved(told, thorough=False)


def solved_thoroughly(told: Sequence[Asked]) -> list[Opening]:
    """Return what they can solve when all answers of a scale are looked at together."""
    return _solved(told, thorough=True)


def _solved(told: Sequence[Asked], *, thorough: bool) -> list[Opening]:
    """Return what can be solved of a question; nothing where nobody is known to have answered."""
    if not told:
        return []
    parts = parts_of(told[0].indicator, _items(told[0]), thorough=thorough)
    return [opening for part in parts for opening in _openings(Scene(told, part))]


def _figures(published: Published, key: tuple[object, ...]) -> pl.DataFrame:
    """Return the survey figures of one question in one edition, without those held from before."""
    figures = published.figures.filter(
        pl.col("kind") == "survey", pl.col("edition") == key[0], pl.col("indicator") == key[1]
    )
    if published.known is None or published.known.held is None:
        return figures
    return figures.join(published.known.held, on=[*_QUESTION, *_GROUP], how="anti")


# who took part is not known --------------------------------------------------------------------


def _by_outsider(
    published: Published, edition: int, questions: Sequence[tuple[object, ...]]
) -> Iterator[Opening]:
    """Yield pairs and triples of published groups that single out fewer than the policy allows."""
    known = pl.col("status").is_in([SHOWN, BOUND])
    groups, combinations = _register_groups(published, edition)
    names = [":".join(group) for group in groups]
    for key in questions:
        shown = _figures(published, key).filter(known, pl.col("answer_count") > 0)
        counts = {row[:2]: row[2] for row in shown.select(*_GROUP, "answer_count").unique().rows()}
        left = combinations.left_of(np.array([counts.get(group, np.nan) for group in groups]))
        for number in np.flatnonzero((left > 0) & (left < published.policy.min_respondents)):
            name = combinations.named(int(number), names)
            yield Opening(OUTSIDER, edition, str(key[1]), "", name, 0, float(left[number]))


def _by_comparing(
    published: Published, earlier: Sequence[Published], key: tuple[object, ...]
) -> Iterator[Opening]:
    """Yield groups in which only a few more or fewer answered than in an earlier release.

    To somebody who does not know who took part the change of the figure is about those few.
    """
    if published.known is not None:
        return
    counts = ["answer_count", "answer_count_before"]
    for release in earlier:
        both = _figures(published, key).join(
            _figures(release, key).select(*_GROUP, "answer_count"), on=_GROUP, suffix="_before"
        )
        rows = both.select(*_GROUP, *counts).unique().drop_nulls().sort(_GROUP)
        for *group, now, before in rows.iter_rows():
            if 0 < abs(now - before) < published.policy.min_respondents:
                about = f"{':'.join(group)} ({release.version})"
                yield Opening(
                    HISTORIAN, int(str(key[0])), str(key[1]), "", about, *sorted((before, now))
                )


def _register_groups(
    published: Published, edition: int
) -> tuple[list[tuple[str, str]], Combinations]:
    """Return the groups of an edition, and which of them leave a set when taken apart."""
    rows = (
        membership(published.codebook, published.policy, published.register)
        .filter(pl.col("edition") == edition)
        .select(*_GROUP, "municipality_code")
        .rows()
    )
    groups = sorted({(dimension, code) for dimension, code, _ in rows})
    units = sorted({unit for _, _, unit in rows})
    place = {group: number for number, group in enumerate(groups)}
    column = {unit: number for number, unit in enumerate(units)}
    members = np.zeros((len(groups), len(units)), dtype=bool)
    for dimension, code, unit in rows:
        members[place[dimension, code], column[unit]] = True
    return groups, combinations_of(members)


# who took part is known ------------------------------------------------------------------------


def _told(
    published: Published, earlier: Sequence[Published], key: tuple[object, ...]
) -> list[Asked]:
    """Return what was told of a question: by the release, and by earlier ones that differ."""
    newest = _asked(published, key)
    if newest is None:
        return []
    others = [other for release in earlier if (other := _asked(release, key)) is not None]
    return [newest, *(other for other in others if not _same(newest, other))]


def _items(asked: Asked) -> list[str]:
    """Return the items of a question that have answers of their own."""
    held = set(asked.sums["item"].unique())
    return [item for item in asked.indicator.items() if item in held - {"no", "top"}]


def _asked(published: Published, key: tuple[object, ...]) -> Asked | None:
    """Return one question as one release tells it; None where nobody answered it."""
    figures = _figures(published, key)
    if published.known is None or figures.is_empty():
        return None
    question = (pl.col("edition") == key[0]) & (pl.col("indicator") == key[1])
    sums = published.known.sums.filter(question)
    if sums.is_empty() or str(key[1]) not in published.codebook.by_id:
        return None
    groups = published.known.groups.filter(pl.col("edition") == key[0])
    indicator = published.codebook.by_id[str(key[1])]
    return Asked(
        indicator,
        published.policy,
        figures,
        sums,
        groups,
        published.version,
        published.known.witnesses.get((int(str(key[0])), str(key[1])), {}),
    )


def _same(one: Asked, other: Asked) -> bool:
    """Return whether two releases tell the same of a question, so that one adds nothing."""
    told = [*_GROUP, "item", "statistic", "weighting", "estimate", "low", "high", "status"]
    figures = [asked.figures.select(told).sort(told) for asked in (one, other)]
    return figures[0].equals(figures[1]) and one.sums.equals(other.sums)


def _openings(scene: Scene) -> Iterator[Opening]:
    """Yield what can be solved: by insiders first, then by each participant."""
    insider = HISTORIAN if len(scene.asked) > 1 else INSIDER
    open_to_all = set()
    for found in scene.search.openings(scene.program):
        open_to_all.add(found.target)
        yield _opening(scene, insider, scene.search, found)
    names, places = list(scene.people), list(scene.people.values())
    for person, beside, found in scene.search.participants(scene.program, places):
        if found.target not in open_to_all:
            yield _opening(scene, f"{PARTICIPANT} {names[person]}", beside, found)


def _opening(scene: Scene, attacker: str, search: Search, found: Opened) -> Opening:
    """Return an opening in the units of the question."""
    asked = scene.asked[0]
    low, high = float(search.low[found.target]), float(search.high[found.target])
    if asked.indicator.type == "number":
        width = scene.span[1] - scene.span[0]
        low, high = scene.span[0] + low * width, scene.span[0] + high * width
    item, about = scene.about[found.target]
    edition = int(asked.figures["edition"][0])
    return Opening(attacker, edition, asked.indicator.id, item, about, low, high)
