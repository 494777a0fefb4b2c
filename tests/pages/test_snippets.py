"""What a card gives to read it with elsewhere is run, and gives the figures on screen."""

import shlex
import subprocess
import sys
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pages.files.card_actions import snippets
from pages.files.downloads import tidy
from tests.conftest import Served
from tests.support.cards import card, view

pytestmark = pytest.mark.usefixtures("on_sample")
VIEWS = [
    ("klassen", "personeel", {"ed": "2023", "taal": "nl"}),
    ("verschillen", "financien", {"ed": "2023", "taal": "en"}),
]


@pytest.mark.parametrize(("name", "page", "parameters"), VIEWS)
def test_every_snippet_gives_the_figures_on_screen(
    name: str, page: str, parameters: dict[str, str], server: Served, tmp_path: Path
) -> None:
    built = card(name, page, **parameters)
    shown = tidy(view(**parameters), built)
    given = snippets(built, server.address)
    program = f"{given['python']}\nfigures.write_parquet('read.parquet')"
    subprocess.run([sys.executable, "-c", program], cwd=tmp_path, check=True)
    assert pl.read_parquet(tmp_path / "read.parquet").select(shown.columns).equals(shown)
    # what curl is told to do, done without it: not every machine has curl
    program, option, output, address = shlex.split(given["bash"])
    assert (program, option) == ("curl", "--output")
    status, _, body = server.get(address.removeprefix(f"{server.address}/"))
    assert status == 200
    (tmp_path / output).write_bytes(body)
    with duckdb.connect() as database:
        asked = given["sql"].replace(f"{name}.parquet", str(tmp_path / f"{name}.parquet"))
        assert database.sql(asked).pl().select(shown.columns).equals(shown)
