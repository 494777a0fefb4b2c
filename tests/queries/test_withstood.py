"""What withstood an attack is not attacked again, as long as nothing that counts changed."""

from __future__ import annotations

import ast
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from data.errors import DataError
from queries.attack import attack, withstood
from queries.attack.attack import Outcome, Task
from queries.parallel import spread
from queries.vault import prior_releases
from tests.support.small_surveys import YEAR, drawn, released

# Of each question the answers and the silences, and who took part.
EVERYTHING = [
    *((kind, name) for kind in ("answers", "status") for name in ("busy", "hours", "mood")),
    ("participation", ""),
]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small survey, released once; tests take a copy."""
    folder = tmp_path_factory.mktemp("klein") / "kluis"
    drawn(3).write(folder)
    released(folder, folder.parent / "release")
    return folder.parent


@pytest.fixture
def vault(made: Path, tmp_path: Path) -> Path:
    """A copy of the vault of that survey, its release beside it."""
    return Path(shutil.copytree(made, tmp_path / "map")) / "kluis"


def attacked_in(vault: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Release a vault again; return what was attacked for it."""
    seen: list[Task] = []

    def noted(work: Callable[[Task], Outcome], tasks: Sequence[Task]) -> Iterator[Outcome]:
        seen.extend(tasks)
        return spread(work, tasks)

    monkeypatch.setattr(attack, "spread", noted)
    released(vault, vault.parent / "release")
    return [(task.kind, task.indicator) for task in seen]


def test_the_same_release_is_not_attacked_again(
    vault: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert attacked_in(vault, monkeypatch) == []


def test_a_correction_is_attacked_where_it_counts(
    vault: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    survey = drawn(3)
    first = next(unit for unit, answer in enumerate(survey.busy) if answer == 1)
    survey.busy[first] = 0.0
    survey.correct(vault)
    # who answered did not change; what is told of the question did
    assert attacked_in(vault, monkeypatch) == [("answers", "busy"), ("status", "busy")]


def test_another_policy_has_everything_attacked(
    vault: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = vault / "policy.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("p_percent = 15", "p_percent = 14"), encoding="utf-8")
    assert attacked_in(vault, monkeypatch) == EVERYTHING


def test_another_program_attacks_everything(vault: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(withstood, "_program", lambda: b"another")
    assert attacked_in(vault, monkeypatch) == EVERYTHING


def test_all_that_decides_what_an_attack_finds_is_in_its_digest() -> None:
    # the digest is of every module of the room; what these bring is in the input, or has no say
    others = {"errors", "parallel", "release", "vault", "vocabulary"}
    used: set[str] = set()
    for path in Path(attack.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("queries"):
                used.add(f"{node.module}.{node.names[0].name}".split(".")[1])
    assert used - others == {"attack"}


def test_the_digest_holds_every_module_of_the_attack() -> None:
    program = withstood._program()  # noqa: SLF001 - what it is made of is the point
    modules = sorted(Path(attack.__file__).parent.glob("*.py"))
    assert len(modules) > 10
    assert [path.name for path in modules if path.read_bytes() not in program] == []


@pytest.mark.parametrize(
    "name", ["figures", "response", "members", "answers", "units", "weights", "rules"]
)
def test_everything_that_is_told_or_known_is_in_the_digest(vault: Path, name: str) -> None:
    told = attack.everything_told(attack.version_folder(vault.parent / "release"), vault)[0]
    if name == "rules":
        other = replace(told, rules=replace(told.rules, percent=14))
    elif name == "weights":
        row = {"edition": [YEAR], "indicator": ["busy"], "municipality_code": "U1", "weight": [2.0]}
        other = replace(told, weights=pl.DataFrame(row, schema=told.weights.schema))
    else:
        other = replace(told, **{name: getattr(told, name).head(-1)})
    assert withstood.told_digest(told, "busy") != withstood.told_digest(other, "busy")


@pytest.mark.parametrize("damaged", ["", "{", "[]", '{"a": [1, 2]}', '{"a": "1"}', '{"a": null}'])
def test_with_a_damaged_memory_everything_is_attacked(
    vault: Path, monkeypatch: pytest.MonkeyPatch, damaged: str
) -> None:
    (vault / prior_releases.FOLDER / "doorstaan.json").write_text(damaged, encoding="utf-8")
    assert attacked_in(vault, monkeypatch) == EVERYTHING


def test_what_opened_is_attacked_again(vault: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = vault / "policy.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("p_percent = 15", "p_percent = 99"), encoding="utf-8")
    for _ in range(2):
        with pytest.raises(DataError, match=r"verraadt antwoorden: hours"):
            released(vault, vault.parent / "release")
    with pytest.raises(DataError, match=r"verraadt antwoorden: hours"):
        attacked_in(vault, monkeypatch)


def test_a_quicker_attack_says_nothing_of_a_thorough_one(vault: Path) -> None:
    told = attack.everything_told(attack.version_folder(vault.parent / "release"), vault)
    memory = withstood.read(vault / prior_releases.FOLDER)
    before = len(memory)
    attack.attack(told, lambda _line: None, by_chance=False, memory=memory)
    assert len(memory) == 2 * before


def test_the_numbers_of_what_withstood_still_count(vault: Path) -> None:
    told = attack.everything_told(attack.version_folder(vault.parent / "release"), vault)
    anew = attack.attack(told, lambda _line: None)
    remembered = attack.attack(
        told, lambda _line: None, memory=withstood.read(vault / prior_releases.FOLDER)
    )
    assert remembered == anew
    assert anew.attacked > 200


def test_participation_that_opens_is_named() -> None:
    opening = attack.Opening(attack.OUTSIDER, YEAR, "", "", "U001", attack.CERTAIN, 1.0)
    assert Outcome(openings=(opening,)).questions() == [f"wie meedeed ({YEAR})"]


def test_the_gate_remembers_beside_its_records(vault: Path) -> None:
    assert len(withstood.read(vault / prior_releases.FOLDER)) == len(EVERYTHING)
