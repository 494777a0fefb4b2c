"""A version goes online with who and why, and an earlier one comes back whole."""

import os
import random
import resource
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType

import polars as pl
import pytest
from filelock import FileLock
from typer import Typer

from data.commands import app as commands_of_data
from data.errors import DataError, ReleaseBrokenError
from queries.commands import app as commands_of_queries
from queries.publish import publishing
from queries.publish.changes import verdicts
from queries.publish.comparisons import SCHEMA
from queries.publish.publishing import Author
from queries.release.log import LOG, Entry, log, versions
from queries.release.manifest import VERSIONS, current_version, open_release, verify
from queries.vault import chosen_answers, prior_releases
from tests.support.exports import answers, take, written
from tests.support.surveys import nine, south, texts

ROOT = Path(__file__).resolve().parents[2]
BY = Author("Sam", "nieuwe editie")


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    """The vault of nine units."""
    return nine(tmp_path / "kluis")


def silent(_line: str) -> None:
    """Report nothing."""


def put_online(vault: Path, by: Author = BY) -> Entry | None:
    """Publish a vault beside itself."""
    return publishing.publish(vault, vault.parent / "release", [2025], by, silent)


def correct(vault: Path, hours: float) -> None:
    """Import another answer of U7 to ``hours``, which was 1."""
    folder = vault.parent
    take(vault, written(folder, f"municipality_code,hours\nU7,{hours}\n"), folder / "m.toml")


def mean_of_south(release: Path) -> float:
    """Return the published mean of ``hours`` in zuid, where all three answered."""
    opened = open_release(release)
    figures = pl.read_parquet(opened.folder / "figures.parquet")
    found = figures.filter(
        pl.col("indicator") == "hours",
        pl.col("group_code") == "zuid",
        pl.col("statistic") == "mean",
        pl.col("weighting") == "municipality",
    )
    return float(found["estimate"].item())


def test_an_import_changes_nothing_online_until_it_is_published(vault: Path) -> None:
    put_online(vault)
    correct(vault, 4)
    assert mean_of_south(vault.parent / "release") == south(1)


def test_a_correction_is_logged_with_its_reason_and_largest_change(vault: Path) -> None:
    put_online(vault)
    correct(vault, 4)
    entry = put_online(vault, Author("Kim", "opgave verbeterd"))
    assert entry is not None
    assert (entry.who, entry.why) == ("Kim", "opgave verbeterd")
    assert entry.changed > 0
    # In zuid 1, 2, 3 became 4, 2, 3, more than any other mean moved; so did the noise.
    assert entry.largest is not None
    top = entry.largest
    assert (top.indicator, top.group_code, top.statistic) == ("hours", "zuid", "mean")
    assert (top.before, top.after) == (south(1), south(4))


def test_the_old_figure_can_still_be_had(vault: Path) -> None:
    release = vault.parent / "release"
    put_online(vault)
    first = current_version(release)
    correct(vault, 4)
    put_online(vault)
    assert mean_of_south(release) == south(4)
    assert open_release(release, first).manifest.version == first


def test_publishing_the_same_twice_keeps_the_version(vault: Path) -> None:
    put_online(vault)
    assert (put_online(vault), len(versions(vault.parent / "release"))) == (None, 1)


def test_a_rollback_puts_the_old_figures_back(vault: Path) -> None:
    release = vault.parent / "release"
    put_online(vault)
    first = current_version(release)
    correct(vault, 4)
    put_online(vault)
    entry = publishing.rollback(release, first, Author("Kim", "toch niet"))
    assert entry is not None
    assert (entry.action, entry.changed > 0) == ("rollback", True)
    assert mean_of_south(release) == south(1)


def test_a_rollback_in_the_second_of_its_publication_has_a_line_of_its_own(
    vault: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = vault.parent / "release"
    monkeypatch.setattr(publishing, "_now", lambda: "2025-09-01T10:00:00+0200")
    put_online(vault)
    first = current_version(release)
    correct(vault, 4)
    put_online(vault)
    publishing.rollback(release, first, Author("Kim", "toch niet"))
    assert [entry.action for entry in log(release)] == ["publish", "publish", "rollback"]


def test_a_version_that_does_not_exist_is_refused(vault: Path) -> None:
    put_online(vault)
    with pytest.raises(DataError, match="Versie 9-x bestaat niet"):
        publishing.rollback(vault.parent / "release", "9-x", BY)


def test_a_damaged_version_does_not_come_back(vault: Path) -> None:
    release = vault.parent / "release"
    put_online(vault)
    first = current_version(release)
    correct(vault, 4)
    put_online(vault)
    (release / VERSIONS / first / "figures.parquet").write_bytes(b"x")
    with pytest.raises(ReleaseBrokenError, match="figures"):
        publishing.rollback(release, first, BY)
    assert mean_of_south(release) == south(4)


def test_discarding_brings_back_the_answers_of_the_version_online(vault: Path) -> None:
    put_online(vault)
    correct(vault, 4)
    assert publishing.discard(vault, vault.parent / "release") == 1
    assert answers(vault, "hours")["U7"] == 1.0


def test_an_edition_without_answers_is_not_published(vault: Path) -> None:
    with pytest.raises(DataError, match="geen antwoorden van editie 2031"):
        publishing.publish(vault, vault.parent / "release", [2031], BY, silent)


def test_rolling_back_to_what_is_online_changes_nothing(vault: Path) -> None:
    put_online(vault)
    release = vault.parent / "release"
    assert publishing.rollback(release, current_version(release), BY) is None
    assert len(log(release)) == 1


def test_a_withdrawn_version_is_gone_and_its_withdrawal_logged(vault: Path) -> None:
    release = vault.parent / "release"
    put_online(vault)
    first = current_version(release)
    correct(vault, 4)
    put_online(vault)
    publishing.withdraw(release, first, Author("Kim", "stond een naam in"))
    assert [m.version for m in versions(release)] == [current_version(release)]
    assert (log(release)[-1].action, log(release)[-1].version) == ("withdraw", first)


def test_a_version_can_be_named_by_its_number(vault: Path) -> None:
    release = vault.parent / "release"
    put_online(vault)
    first = current_version(release)
    correct(vault, 4)
    put_online(vault)
    publishing.rollback(release, "1", BY)
    assert current_version(release) == first


@pytest.mark.parametrize(("who", "why"), [("", "reden"), ("Kim", " ")])
def test_who_and_why_are_not_left_open(who: str, why: str) -> None:
    with pytest.raises(DataError, match="een van beide ontbreekt"):
        Author(who, why)


def test_the_version_online_cannot_be_withdrawn(vault: Path) -> None:
    put_online(vault)
    release = vault.parent / "release"
    with pytest.raises(DataError, match="staat online"):
        publishing.withdraw(release, current_version(release), BY)


def test_as_many_versions_stay_as_the_policy_keeps(vault: Path) -> None:
    policy = vault / "policy.toml"
    policy.write_text(f"keep_versions = 2\n{policy.read_text()}", encoding="utf-8")
    for hours in (1, 4, 5):
        correct(vault, hours)
        put_online(vault)
    assert [m.number for m in versions(vault.parent / "release")] == [2, 3]
    assert len(list((vault / "published").glob("[!.]*"))) == 2


# ------------------------------------------------------------------ faults


def command(vault: Path, *arguments: str, file_limit: int | None = None) -> subprocess.Popen[str]:
    """Start a command of the steward on a vault and the release beside it."""

    def limit() -> None:
        if file_limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (file_limit, file_limit))

    places = {"STAND_VAULT": str(vault), "STAND_RELEASE": str(vault.parent / "release")}
    return subprocess.Popen(
        [sys.executable, "-m", "queries", *arguments],
        cwd=ROOT,
        env=os.environ | places,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=limit,  # noqa: PLW1509 - this process has no threads
    )


PUBLISH = ("publish", "2025", "--who", "Kim", "--why", "verbeterd")


def test_two_publishers_at_once_are_one_too_many(vault: Path) -> None:
    release = vault.parent / "release"
    release.mkdir()
    with (
        FileLock(release / ".publish.lock"),
        pytest.raises(DataError, match="Er loopt al een publicatie"),
    ):
        put_online(vault)


def test_of_two_publishers_none_is_lost_without_a_word(vault: Path) -> None:
    put_online(vault)
    correct(vault, 4)
    both = [command(vault, *PUBLISH) for _ in range(2)]
    said = [child.communicate()[0] for child in both]
    release = vault.parent / "release"
    for child, words in zip(both, said, strict=True):
        known = ("online gezet", "niets veranderd", "Er loopt al een publicatie")
        assert any(word in words for word in known), words
        assert child.returncode == (2 if known[2] in words else 0)
    assert [m.number for m in versions(release)] == [1, 2]
    assert mean_of_south(release) == south(4)


def test_a_full_disk_leaves_online_what_was_online(vault: Path) -> None:
    put_online(vault)
    correct(vault, 4)
    child = command(vault, *PUBLISH, file_limit=2500)
    said = child.communicate()[0]
    release = vault.parent / "release"
    assert (child.returncode, "Traceback" in said) == (2, False), said
    assert "kon niet worden geschreven" in said
    assert mean_of_south(release) == south(1)
    assert list((release / VERSIONS).glob(".*")) == []
    assert put_online(vault) is not None


@pytest.mark.slow
def test_killed_at_any_moment_the_old_release_is_online_or_the_new_and_both_are_whole(
    vault: Path,
) -> None:
    put_online(vault)
    correct(vault, 4)
    release = vault.parent / "release"
    last = ("Versie", "Niets veranderd")
    for step in (("Schattingen",), ("Wegschrijven",), last):
        child = command(vault, *PUBLISH)
        assert child.stdout is not None
        assert any(line.startswith(step) for line in child.stdout), step
        time.sleep(random.uniform(0, 0.05))  # noqa: S311 - anywhere within the step
        child.kill()
        child.communicate()
        assert mean_of_south(release) in {south(1), south(4)}
        for manifest in versions(release):
            verify(release / VERSIONS / manifest.version, manifest)
    put_online(vault)
    assert mean_of_south(release) == south(4)
    assert list((release / VERSIONS).glob(".*")) == []
    # Whoever finishes it, the line in the log is there once.
    assert [entry.version for entry in log(release)][1:] == [current_version(release)]


@pytest.mark.parametrize(
    ("place", "step"),
    [(chosen_answers, "keep"), (publishing, "_finish"), (publishing, "_append")],
)
def test_killed_between_swap_and_log_the_next_command_writes_the_line(
    vault: Path, place: ModuleType, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_online(vault)
    correct(vault, 4)
    real, calls = getattr(place, step), 0

    def killed(*arguments: object) -> object:
        nonlocal calls
        calls += 1
        # The first thing that publishing does is to finish what was begun before.
        if step == "_finish" and calls == 1:
            return real(*arguments)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(place, step, killed)
        with pytest.raises(KeyboardInterrupt):
            put_online(vault, Author("Kim", "opgave verbeterd"))
    release = vault.parent / "release"
    assert (mean_of_south(release), len(log(release))) == (south(4), 1)
    correct(vault, 5)
    assert publishing.discard(vault, release) == 1
    assert [(entry.who, entry.why) for entry in log(release)][1:] == [("Kim", "opgave verbeterd")]
    assert answers(vault, "hours")["U7"] == 4.0


def test_a_damaged_log_is_named(vault: Path) -> None:
    put_online(vault)
    (vault.parent / "release" / LOG).write_text("{", encoding="utf-8")
    with pytest.raises(ReleaseBrokenError, match=r"log\.json is onbruikbaar"):
        log(vault.parent / "release")


def test_the_door_of_the_steward_has_every_command_up_to_the_vault_as_well() -> None:
    def names(app: Typer) -> set[str]:
        return {c.name or c.callback.__name__ for c in app.registered_commands if c.callback}

    assert "import" in names(commands_of_data)
    assert names(commands_of_data) < names(commands_of_queries)


# ------------------------------------------------------------------ one edition, and no other


def two_years(folder: Path) -> Path:
    """Write the nine units, of which those in zuid answered ``hours`` in 2024 too: 5, 6, 7."""
    vault = nine(folder / "kluis")
    book = vault / "codebook.toml"
    text = book.read_text(encoding="utf-8").replace("{ 2025 =", '{ 2024 = "new", 2025 =')
    book.write_text(
        f"{text}\n[[editions]]\nyear = 2024\nlabel = {texts('2024')}\n", encoding="utf-8"
    )
    register = pl.read_parquet(vault / "register.parquet")
    earlier = register.with_columns(year=pl.lit(2024, pl.Int32))
    pl.concat([earlier, register]).write_parquet(vault / "register.parquet")
    add_hours(vault, 2024, {"U7": 5.0, "U8": 6.0, "U9": 7.0})
    return vault


def add_hours(vault: Path, year: int, hours: dict[str, float]) -> None:
    """Let units of a vault answer ``hours`` in a year, in the place of what they answered."""
    held = pl.read_parquet(vault / "responses.parquet")
    rows = pl.DataFrame(
        [
            (year, code, "hours", "", answer, None, None, None, True)
            for code, answer in hours.items()
        ],
        schema=held.schema,
        orient="row",
    )
    keys = ["edition", "municipality_code", "indicator", "choice"]
    pl.concat([held.join(rows, on=keys, how="anti"), rows]).write_parquet(
        vault / "responses.parquet"
    )


def published(release: Path, year: int) -> list[tuple[object, ...]]:
    """Return the figures online of a year."""
    figures = pl.read_parquet(open_release(release).folder / "figures.parquet")
    return figures.filter(pl.col("edition") == year).rows()


def test_the_edition_that_is_asked_for_goes_online_and_no_other(tmp_path: Path) -> None:
    vault, release, said = two_years(tmp_path), tmp_path / "release", list[str]()
    publishing.publish(vault, release, [2024], BY, said.append)
    online = open_release(release)
    assert (online.manifest.editions, online.codebook.years()) == ([2024], [2024])
    assert published(release, 2025) == []
    assert any("Editie 2025: 12 antwoorden" in line and "niet mee" in line for line in said), said


def test_a_correction_of_another_edition_waits_until_it_is_published_itself(tmp_path: Path) -> None:
    vault, release, said = two_years(tmp_path), tmp_path / "release", list[str]()
    publishing.publish(vault, release, [2024, 2025], BY, silent)
    before, now = published(release, 2024), published(release, 2025)
    add_hours(vault, 2024, {"U7": 9.0})
    add_hours(vault, 2025, {"U7": 4.0})
    publishing.publish(vault, release, [2025], BY, said.append)
    assert published(release, 2024) == before
    assert published(release, 2025) != now
    assert (
        "Editie 2024: 1 antwoorden in de kluis zijn anders dan online. Die gaan niet mee; "
        "publiceer ze apart, met `publish 2024`." in said
    )
    publishing.publish(vault, release, [2024], BY, silent)
    assert published(release, 2024) != before
    # both corrections are online now, so that nothing is left to drop
    assert publishing.discard(vault, release) == 0


def test_what_was_never_online_is_dropped_whole(tmp_path: Path) -> None:
    vault, release = two_years(tmp_path), tmp_path / "release"
    publishing.publish(vault, release, [2024], BY, silent)
    assert publishing.discard(vault, release) == 12
    assert pl.read_parquet(vault / "responses.parquet")["edition"].unique().to_list() == [2024]


def test_answers_that_are_online_already_are_said_to_change_nothing_beforehand(vault: Path) -> None:
    put_online(vault)
    said: list[str] = []
    publishing.publish(vault, vault.parent / "release", [2025], BY, said.append)
    assert said[0] == "Editie 2025: dezelfde antwoorden als online; die cijfers blijven."


def test_a_version_whose_answers_an_earlier_program_kept_as_a_file_is_built_on(
    tmp_path: Path,
) -> None:
    vault, release = two_years(tmp_path), tmp_path / "release"
    publishing.publish(vault, release, [2024, 2025], BY, silent)
    kept = vault / "published" / current_version(release)
    (kept / "responses.parquet").rename(kept.with_name(f"{kept.name}.parquet"))
    kept.rmdir()
    before = published(release, 2024)
    add_hours(vault, 2024, {"U7": 9.0})
    add_hours(vault, 2025, {"U7": 4.0})
    publishing.publish(vault, release, [2025], BY, silent)
    assert published(release, 2024) == before


def test_where_no_answers_were_kept_it_is_said_that_other_editions_go_along(
    tmp_path: Path,
) -> None:
    vault, release, said = two_years(tmp_path), tmp_path / "release", list[str]()
    publishing.publish(vault, release, [2024, 2025], BY, silent)
    chosen_answers.forget(vault, current_version(release))
    publishing.publish(vault, release, [2025], BY, said.append)
    assert any("geen antwoorden bewaard" in line for line in said)
    assert len(published(release, 2024)) > 0


# ------------------------------------------------------------------ looked at before it is online


def test_a_preview_says_what_would_change_and_changes_nothing(vault: Path) -> None:
    release = vault.parent / "release"
    put_online(vault)
    before = current_version(release)
    correct(vault, 4)
    said = publishing.preview(vault, release, [2025], silent)
    assert said[0].startswith("Editie 2025: ")
    figures = f"{south(1):.3g} wordt {south(4):.3g}"
    assert said[1] == f"Het meest verandert hours 2025 zuid: {figures}."
    assert (current_version(release), mean_of_south(release)) == (before, south(1))
    # the whole dashboard can be looked at, and says that it is not online
    assert mean_of_south(vault / publishing.PREVIEW) == south(4)
    assert open_release(vault / publishing.PREVIEW).manifest.preview
    assert not open_release(release).manifest.preview


def test_a_preview_is_not_remembered_as_released(vault: Path) -> None:
    put_online(vault)
    correct(vault, 4)
    publishing.preview(vault, vault.parent / "release", [2025], silent)
    assert len(prior_releases.records(vault)) == 1
    put_online(vault)
    assert mean_of_south(vault.parent / "release") == south(4)


def test_a_correction_that_changes_no_figure_is_known_beforehand(vault: Path) -> None:
    put_online(vault)
    said = publishing.preview(vault, vault.parent / "release", [2025], silent)
    assert said == ["Geen enkel cijfer verandert."]


def test_a_preview_names_the_headlines_that_change(vault: Path) -> None:
    book = vault / "codebook.toml"
    text = book.read_text(encoding="utf-8")
    book.write_text(text.replace('headline = "busy"', 'headline = "hours"'), encoding="utf-8")
    put_online(vault)
    correct(vault, 10)
    said = publishing.preview(vault, vault.parent / "release", [2025], silent)
    assert [line for line in said if line.startswith("Kerncijfer Lessen (2025): ")], said


def test_differences_that_are_called_something_else_are_named(tmp_path: Path) -> None:
    for name, outcomes in (("toen", ["higher", "lower"]), ("nu", ["no_difference", "lower"])):
        rows = [
            {"edition": 2025, "indicator": "hours", "group_code": group, "outcome": outcome}
            | {"against": "rest"}
            for group, outcome in zip(["zuid", "noord"], outcomes, strict=True)
        ]
        (tmp_path / name).mkdir()
        pl.DataFrame(rows, schema=SCHEMA).write_parquet(tmp_path / name / "comparisons.parquet")
    said = verdicts(tmp_path / "toen", tmp_path / "nu")
    assert said == [
        "1 verschillen heten anders: hours 2025 zuid (rest): higher wordt no_difference."
    ]
