"""queries/vault.py: answers that do not fit in memory lie in the vault, for as long as needed."""

import os
from pathlib import Path

from queries.vault.opening import SPILL, open_vault
from tests.support.surveys import nine

# No system gives so high a number to a process.
GONE = 2**31 - 1


def test_what_a_process_that_is_gone_left_of_the_answers_is_removed(tmp_path: Path) -> None:
    vault = nine(tmp_path / "vault")
    left, working = vault / f"{SPILL}{GONE}", vault / f"{SPILL}{os.getppid()}"
    for folder in (left, working):
        folder.mkdir()
        (folder / "antwoorden.tmp").write_bytes(b"1")
    open_vault(vault).connection.close()
    assert not left.exists()
    assert (working / "antwoorden.tmp").exists()


def test_each_process_has_a_place_of_its_own_for_what_does_not_fit(tmp_path: Path) -> None:
    opened = open_vault(nine(tmp_path / "vault"))
    asked = opened.connection.sql("select current_setting('temp_directory')")
    assert asked.pl().item() == str(opened.path / f"{SPILL}{os.getpid()}")
