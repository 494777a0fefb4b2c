"""Whatever goes wrong: one clear message, the vault wholly old or wholly new, nothing half left."""

import json
import os
import resource
import secrets
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl
import pyreadstat
import pytest
import xlsxwriter
from filelock import FileLock

from data.errors import DataError
from data.files import store
from data.files.migration import migrate
from data.importer.parse.grid import MAX_FILE, MEGABYTE
from queries.vault.opening import open_vault
from tests.conftest import ROOT
from tests.support.exports import answers, command, findings, run, take, written
from tests.support.surveys import nine

CODES = [f"U{n}" for n in range(1, 10)]
OLD = {"U1": 2.0, "U2": 4.0, "U3": 6.0, "U7": 1.0, "U8": 2.0, "U9": 3.0}
NEW = dict.fromkeys(CODES, 9.0)
NINE = "municipality_code,hours\n" + "".join(f"{code},9\n" for code in CODES)


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    """The vault of nine units."""
    return nine(tmp_path / "kluis")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """An export in which all nine units answer nine hours."""
    return written(tmp_path, NINE)


def contents(vault: Path) -> dict[str, str]:
    """Return the checksum of everything in a vault but locks."""
    return {
        path.name: store.checksum(path)
        for path in sorted(vault.iterdir())
        if path.is_file() and path.suffix != ".lock"
    }


def noted(vault: Path) -> list[dict[str, object]]:
    """Return the imports that the vault lists."""
    imports = store.read_json(vault / store.VAULT_MANIFEST).get("imports", [])
    assert isinstance(imports, list)
    return imports


# ------------------------------------------------------------------ killed


def drafted(vault: Path) -> bool:
    """Return whether new answers are being written."""
    return any(vault.glob(".responses.parquet.*"))


def after(seconds: float) -> Callable[[Path], bool]:
    """Return a moment some time after this one."""
    moment = time.monotonic() + seconds
    return lambda _: time.monotonic() >= moment


def replaced(vault: Path) -> Callable[[Path], bool]:
    """Return the moment when the new answers have taken the place of the old."""
    before = (vault / "responses.parquet").stat().st_ino
    return lambda vault: (vault / "responses.parquet").stat().st_ino != before


def killed(vault: Path, file: Path, moment: Callable[[Path], bool]) -> None:
    """Import and kill at a moment, or let it end if that comes first."""
    with command(vault, "import", str(file), "--edition", "2025") as child:
        while child.poll() is None and not moment(vault):
            time.sleep(0.0005)
        child.kill()


def whole(vault: Path) -> str:
    """Return whether a vault holds the old answers or the new; it must open for a release."""
    open_vault(vault).connection.close()
    held = answers(vault, "hours")
    assert held in (OLD, NEW)
    return "old" if held == OLD else "new"


@pytest.mark.slow
def test_killed_at_any_moment_the_vault_is_wholly_old_or_wholly_new(
    tmp_path: Path, file: Path
) -> None:
    began = time.monotonic()
    assert run(nine(tmp_path / "heel"), "import", str(file), "--edition", "2025")[0] == 0
    lasted = time.monotonic() - began
    draw = secrets.SystemRandom()
    for n in range(4):
        vault = nine(tmp_path / f"kluis-{n}")
        killed(vault, file, after(draw.uniform(0.1, 1.1) * lasted))
        whole(vault)
        assert take(vault, file, tmp_path / f"m{n}.toml").stage == "taken"
        assert (whole(vault), len(noted(vault))) == ("new", 1)


def test_killed_while_answers_are_written_the_next_import_finds_no_trace(
    vault: Path, file: Path, tmp_path: Path
) -> None:
    killed(vault, file, drafted)
    whole(vault)
    take(vault, file, tmp_path / "m.toml")
    assert (whole(vault), list(vault.glob(".responses*"))) == ("new", [])


def test_killed_after_the_answers_are_in_the_next_import_notes_it(
    vault: Path, file: Path, tmp_path: Path
) -> None:
    killed(vault, file, replaced(vault))
    assert whole(vault) == "new"
    take(vault, written(tmp_path, "municipality_code,busy\nU1,nee\n", "b.csv"), tmp_path / "m.toml")
    assert [entry["file"] for entry in noted(vault)] == ["uitvoer.csv", "b.csv"]


def test_an_import_that_was_not_noted_is_noted_once(
    vault: Path, file: Path, tmp_path: Path
) -> None:
    take(vault, file, tmp_path / "m.toml")
    manifest = store.read_json(vault / store.VAULT_MANIFEST)
    store.write_json(manifest | {"imports": []}, vault / store.VAULT_MANIFEST)
    for _ in range(2):
        assert take(vault, file, tmp_path / "m.toml").stage == "taken"
    assert [entry["sha256"] for entry in noted(vault)] == [store.checksum(file)]


def test_what_a_killed_import_left_behind_is_swept_away(
    vault: Path, file: Path, tmp_path: Path
) -> None:
    left = vault / ".responses.parquet.x1y2"
    left.write_bytes(b"half")
    take(vault, file, tmp_path / "m.toml")
    assert left.exists() is False


# ------------------------------------------------------------------ disk full


@contextmanager
def small_disk(folder: Path) -> Iterator[int | None]:
    """Give a disk of 128 kB at ``folder``; where none may be mounted, a limit on files instead."""
    folder.mkdir()
    options = ["-t", "tmpfs", "-o", "size=128k", "tmpfs", str(folder)]
    mount, umount = shutil.which("mount") or "false", shutil.which("umount") or "false"
    if subprocess.run([mount, *options], capture_output=True, check=False).returncode:
        yield 1024
        return
    try:
        yield None
    finally:
        subprocess.run([umount, str(folder)], check=True)


def test_a_full_disk_leaves_the_vault_as_it_was(tmp_path: Path, file: Path) -> None:
    with small_disk(tmp_path / "schijf") as limit:
        vault = nine(tmp_path / "schijf" / "kluis")
        before = contents(vault)
        filler = tmp_path / "schijf" / "vol"
        with filler.open("wb", buffering=0) as stream:
            while limit is None and filler.stat().st_size < MEGABYTE:
                try:
                    stream.write(b"x" * 1024)
                except OSError:
                    break
        code, said = run(vault, "import", str(file), "--edition", "2025", file_limit=limit)
        assert (code, "Traceback" in said, "kon niet worden geschreven" in said) == (2, False, True)
        assert contents(vault) == before


@pytest.mark.parametrize("limit", [0, 64, 700])
def test_no_room_for_any_file_leaves_the_vault_as_it_was(
    vault: Path, file: Path, limit: int
) -> None:
    before = contents(vault)
    code, said = run(vault, "import", str(file), "--edition", "2025", file_limit=limit)
    assert (code, "Traceback" in said, said.count("Wat te doen") <= 1) == (2, False, True)
    assert contents(vault) == before


def test_a_report_that_cannot_be_written_is_said_after_the_outcome(vault: Path, file: Path) -> None:
    page = "/proc/verslag.html"
    code, said = run(vault, "import", str(file), "--edition", "2025", "--report", page)
    assert (code, "Traceback" in said) == (2, False)
    assert said.index("9 gemeenten;") < said.index("Het verslag /proc/verslag.html kon niet")


# ------------------------------------------------------------------ two at once


def test_a_second_import_at_the_same_time_is_refused(
    vault: Path, file: Path, tmp_path: Path
) -> None:
    with FileLock(vault / ".import.lock"), pytest.raises(DataError, match="loopt al een import"):
        take(vault, file, tmp_path / "m.toml")


def test_of_imports_at_once_each_is_taken_or_refused_and_none_is_lost(
    vault: Path, tmp_path: Path
) -> None:
    files = [
        written(tmp_path, f"municipality_code,hours\n{code},9\n", f"{code}.csv")
        for code in ("U1", "U2", "U4")
    ]
    started = [command(vault, "import", str(file), "--edition", "2025") for file in files]
    for file, child in zip(files, started, strict=True):
        said, _ = child.communicate()
        taken = answers(vault, "hours").get(file.stem) == 9.0
        assert (child.returncode == 0) == taken
        assert taken or "loopt al een import" in said
        if not taken:
            assert run(vault, "import", str(file), "--edition", "2025")[0] == 0
    assert answers(vault, "hours") == OLD | {"U1": 9.0, "U2": 9.0, "U4": 9.0}
    assert sorted(str(entry["file"]) for entry in noted(vault)) == ["U1.csv", "U2.csv", "U4.csv"]


# ------------------------------------------------------------------ clock and versions


def test_a_clock_set_back_does_not_disturb_the_order_of_imports(
    vault: Path, file: Path, tmp_path: Path
) -> None:
    future = {"file": "later.csv", "at": "2099-01-01T00:00:00+0100"}
    manifest = store.read_json(vault / store.VAULT_MANIFEST)
    store.write_json(manifest | {"imports": [future]}, vault / store.VAULT_MANIFEST)
    os.utime(file, (4_000_000_000, 4_000_000_000))
    os.utime(vault / "responses.parquet", (4_000_000_000, 4_000_000_000))
    assert take(vault, file, tmp_path / "m.toml").stage == "taken"
    assert [entry["file"] for entry in noted(vault)] == ["later.csv", "uitvoer.csv"]


def test_a_vault_of_a_newer_program_is_refused(vault: Path, file: Path, tmp_path: Path) -> None:
    store.write_json({"format": 99, "synthetic": True}, vault / store.VAULT_MANIFEST)
    with pytest.raises(DataError, match=r"nieuwere versie van dit programma \(99; dit is 2\)"):
        take(vault, file, tmp_path / "m.toml")


def aged(vault: Path) -> None:
    """Make a vault what it was before versions were numbered."""
    old = pl.read_parquet(vault / "responses.parquet").drop("role", "weight", "is_synthetic")
    old.write_parquet(vault / "responses.parquet")
    store.write_json({"synthetic": True}, vault / store.VAULT_MANIFEST)


def test_a_vault_of_an_older_program_is_refused_with_the_command_that_migrates(
    vault: Path, file: Path, tmp_path: Path
) -> None:
    aged(vault)
    before = contents(vault)
    for opened in (lambda: take(vault, file, tmp_path / "m.toml"), lambda: open_vault(vault)):
        with pytest.raises(DataError, match="python -m queries migrate"):
            opened()
    assert contents(vault) == before


def test_a_migrated_vault_holds_the_same_answers_and_takes_imports(
    vault: Path, file: Path, tmp_path: Path
) -> None:
    aged(vault)
    code, said = run(vault, "migrate")
    assert (code, "is nu van versie 2" in said, whole(vault)) == (0, True, "old")
    assert take(vault, file, tmp_path / "m.toml").stage == "taken"
    assert whole(vault) == "new"


def test_migrating_keeps_what_was_there_and_may_be_done_again(vault: Path) -> None:
    aged(vault)
    before = contents(vault)
    assert (migrate(vault), migrate(vault)) == ([1, 2], [])
    assert contents(vault / "voor-migratie") == before


def test_answers_that_break_the_contract_are_not_migrated(vault: Path) -> None:
    aged(vault)
    pl.DataFrame({"edition": [2025], "answer": [1.0]}).write_parquet(vault / "responses.parquet")
    before = contents(vault)
    with pytest.raises(DataError, match="voldoen niet: municipality_code, indicator"):
        migrate(vault)
    assert contents(vault) == before


def test_a_folder_with_a_codebook_of_its_own_keeps_it(tmp_path: Path, file: Path) -> None:
    vault = nine(tmp_path / "eigen")
    (vault / "responses.parquet").unlink()
    (vault / store.VAULT_MANIFEST).unlink()
    own = store.checksum(vault / "codebook.toml")
    assert take(vault, file, tmp_path / "m.toml").stage == "taken"
    assert (answers(vault, "hours"), store.checksum(vault / "codebook.toml")) == (NEW, own)


def test_answers_without_a_manifest_are_not_taken_for_real_ones(
    vault: Path, file: Path, tmp_path: Path
) -> None:
    (vault / store.VAULT_MANIFEST).unlink()
    with pytest.raises(DataError, match=r"vault\.json ontbreekt"):
        take(vault, file, tmp_path / "m.toml")


# ------------------------------------------------------------------ damaged and hostile files


def refused(vault: Path, file: Path) -> str:
    """Return why a file is refused; the vault must not have changed."""
    before = contents(vault)
    report = take(vault, file, file.with_name("m.toml"))
    assert (report.stage, len(report.problems)) == ("refused", 1)
    assert contents(vault) == before
    return findings(report)


def in_half(folder: Path, kind: str) -> Path:
    """Write the export of nine as a file of one kind, and cut it in half."""
    path = folder / f"half.{kind}"
    frame = pl.DataFrame({"municipality_code": CODES * 40, "hours": [9.0] * 360})
    if kind == "sav":
        pyreadstat.write_sav(frame, path)
    elif kind == "xlsx":
        frame.write_excel(path)
    elif kind == "parquet":
        frame.write_parquet(path)
    elif kind == "json":
        path.write_text(json.dumps({"value": frame.to_dicts()}), encoding="utf-8")
    else:
        path.write_text("municipality_code,hours,busy\nU1,9,ja\nU2,9,ja\n" * 2, encoding="utf-8")
        path.write_bytes(path.read_bytes()[:-4])
        return path
    whole_file = path.read_bytes()
    path.write_bytes(whole_file[: len(whole_file) // 2])
    return path


@pytest.mark.parametrize("kind", ["sav", "xlsx", "parquet", "json", "csv"])
def test_half_an_upload_is_refused_with_what_to_do(vault: Path, tmp_path: Path, kind: str) -> None:
    said = refused(vault, in_half(tmp_path, kind))
    assert any(word in said for word in ("half binnen", "opnieuw op", "leesprogramma liep"))


def test_a_table_whose_last_line_is_a_source_is_not_cut(vault: Path, tmp_path: Path) -> None:
    file = written(tmp_path, "municipality_code,hours\nU1,9\nBron: enquête")
    assert take(vault, file, tmp_path / "m.toml").stage == "taken"


def workbook(folder: Path, part: str, content: bytes, declared: int | None = None) -> Path:
    """Write a workbook in which one part was replaced; ``declared`` is the size it claims."""
    path, source = folder / "boek.xlsx", folder / "bron.xlsx"
    book = xlsxwriter.Workbook(source)
    sheet = book.add_worksheet()
    for n, row in enumerate(NINE.splitlines()):
        sheet.write_row(n, 0, row.split(","))
    book.close()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, content if name == part else old.read(name))
    if declared is not None:
        real, claimed = (size.to_bytes(4, "little") for size in (len(content), declared))
        path.write_bytes(path.read_bytes().replace(real, claimed))
    return path


def test_a_workbook_that_lies_about_its_size_does_not_fill_the_memory(
    vault: Path, tmp_path: Path
) -> None:
    content = b"<worksheet>" + b" " * (100 * MEGABYTE)
    file = workbook(tmp_path, "xl/worksheets/sheet1.xml", content, declared=1000)
    assert file.stat().st_size < MEGABYTE
    assert "opnieuw op" in refused(vault, file)


LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "'
    + "&a;" * 50
    + '"><!ENTITY c "'
    + "&b;" * 50
    + '">]><worksheet>&c;</worksheet>'
)
OUTSIDE = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><worksheet>&e;</worksheet>'
PADDED = f"<!--{' ' * MEGABYTE}-->{LAUGHS}"


@pytest.mark.parametrize("part", [LAUGHS, OUTSIDE, PADDED], ids=["laughs", "outside", "padded"])
def test_a_workbook_with_entities_is_refused(vault: Path, tmp_path: Path, part: str) -> None:
    file = workbook(tmp_path, "xl/worksheets/sheet1.xml", part.encode())
    assert "verwijst naar andere bestanden (DOCTYPE)" in refused(vault, file)


def test_half_a_gigabyte_is_refused_without_reading_it(vault: Path, tmp_path: Path) -> None:
    file = tmp_path / "groot.csv"
    with file.open("wb") as stream:
        stream.write(NINE.encode())
        stream.truncate(500 * MEGABYTE)
    child = command(vault, "import", str(file), "--edition", "2025")
    assert child.stdout is not None
    with child.stdout as output:
        said = output.read()
    # of this command alone: other tests of the run may have needed more
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    assert (child.returncode, "het bestand is 500 MB; de grens is 100 MB" in said) == (2, True)
    # a child begins with what the run itself holds
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert usage.ru_maxrss <= max(own, 1024 * MEGABYTE // 1024)
    assert answers(vault, "hours") == OLD


def test_a_file_as_large_as_allowed_stays_within_the_memory_limit(
    vault: Path, tmp_path: Path
) -> None:
    file = tmp_path / "vol.csv"
    line = "U1,9," + "x" * 100_000 + "\n"
    with file.open("w", encoding="utf-8") as stream:
        stream.write("municipality_code,hours,opmerking\n")
        for _ in range(MAX_FILE // len(line) - 1):
            stream.write(line)
    report = take(vault, file, tmp_path / "m.toml")
    assert report.stage == "mapping"
    assert report.ignored == ["opmerking"]


def test_a_parser_that_asks_for_more_than_the_limit_is_stopped(tmp_path: Path) -> None:
    file = tmp_path / "uit.csv"
    file.write_text("a;b\n", encoding="utf-8")
    # in the place of the parser of text one that wants four gigabytes
    program = (
        "import sys, types\n"
        "from data.importer.parse import process\n"
        "greedy = types.ModuleType('greedy')\n"
        "greedy.parse = lambda *_: bytearray(4 * 1024 ** 3)\n"
        "sys.modules['data.importer.parse.text_file'] = greedy\n"
        f"process.main([{str(file)!r}, 'uit.csv', '{{}}'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "het bestand vraagt meer geheugen dan mag" in done.stdout
