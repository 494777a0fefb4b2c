"""A whole year of a steward, as the manual tells it: every line of it is given here."""

import os
import re
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from queries.release.log import log, versions
from queries.release.manifest import current_version
from tests.conftest import ROOT

# What each line of the manual ends with: 2 is a mapping or warnings to look at first.
CODES = [0, 0, 2, 2, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0]
# What withstood the attack in the release of the sample, which other tests make, withstands here.
QUICKER = "mkdir -p oefening/kluis/vrijgegeven; cp {memory} oefening/kluis/vrijgegeven"


def manual() -> list[str]:
    """Return the commands of the year in the manual."""
    text = (ROOT / "docs" / "beheer.md").read_text(encoding="utf-8")
    found = re.search(r"<!-- a year -->\n```sh\n(.*?)```", text, re.DOTALL)
    assert found is not None
    return found[1].splitlines()


def given(lines: list[str], folder: Path, memory: Path) -> list[tuple[int, str]]:
    """Give commands to a shell; return how each ended and what it said."""
    script = "".join(f'{line}\necho "=> $?"\n' for line in lines)
    first = "\npython -m queries import"
    script = script.replace(first, f"\n{QUICKER.format(memory=memory)}{first}", 1)
    done = subprocess.run(
        ["/bin/sh", "-c", script],
        cwd=folder,
        env=os.environ
        | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
        | {"PYTHONPATH": str(ROOT), "COLUMNS": "120"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    parts = re.split(r"^=> (\d+)\n", done.stdout, flags=re.MULTILINE)
    return list(zip(map(int, parts[1::2]), parts[::2], strict=False))


def answers(vault: Path) -> list[tuple[object, ...]]:
    """Return the answers of 2023 in a vault."""
    held = pl.read_parquet(vault / "responses.parquet").filter(pl.col("edition") == 2023)
    keys = ["municipality_code", "indicator", "choice"]
    return held.select(*keys, "answer", pl.col("reason").cast(pl.String)).sort(keys).rows()


@pytest.mark.slow
@pytest.mark.usefixtures("sample_release")
def test_a_year_goes_as_the_manual_says_word_for_word(sample_vault: Path, tmp_path: Path) -> None:
    done = given(manual(), tmp_path, sample_vault / "vrijgegeven/doorstaan.json")
    assert [code for code, _ in done] == CODES, done
    said = [text for _, text in done]
    assert "Kijk de mapping na: oefening/deel-1.csv.mapping.toml" in said[2]
    assert "Windows-1252" in said[2]
    assert "11 waarschuwingen" in said[3]
    assert "werkblad ‘Antwoorden’, kop op regel 3" in said[5]
    assert "1 veranderd" in said[9]
    assert said[12].count("bestanden in orde") == 2
    assert "1 antwoorden teruggezet" in said[14]
    report = (tmp_path / "oefening/verslag.html").read_text(encoding="utf-8")
    assert "Waarschuwingen" in report

    release = tmp_path / "oefening/release"
    first, second = [manifest.version for manifest in versions(release)]
    assert current_version(release) == first
    assert f"{second}  " in said[11]
    told = [(entry.version, entry.action, entry.who, entry.why) for entry in log(release)]
    assert told == [
        (first, "publish", "Kim", "editie 2023"),
        (second, "publish", "Kim", "verbeterde opgave"),
        (first, "rollback", "Kim", "de verbetering klopte niet"),
    ]
    changes = [entry.largest for entry in log(release)]
    assert [change and change.indicator for change in changes[1:]] == ["staff_vacancy_rate_pct"] * 2
    # Through three formats, a correction and back: every answer is what it was, none is missing.
    assert answers(tmp_path / "oefening/kluis") == answers(sample_vault)
