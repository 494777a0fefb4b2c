"""The recipes of docs/development.md, followed word for word."""

from __future__ import annotations

import io
import re

import polars as pl
import pytest

from pages.files import downloads
from tests.conftest import ROOT
from tests.support.cards import card, view


def recipe(name: str) -> str:
    """Return the code of a recipe."""
    text = (ROOT / "docs" / "development.md").read_text(encoding="utf-8")
    found = re.search(rf"<!-- {name} -->\n```python\n(.*?)```", text, re.DOTALL)
    assert found is not None
    return found[1]


@pytest.mark.usefixtures("on_sample")
def test_a_download_format_is_one_function(monkeypatch: pytest.MonkeyPatch) -> None:
    for registry in (downloads.FORMATS, downloads._WRITERS):  # noqa: SLF001 - put back afterwards
        monkeypatch.setitem(registry, "tsv", "nothing yet")
    exec(compile(recipe("a format"), "recipe", "exec"), vars(downloads))  # noqa: S102
    shown = card("klassen", "personeel", ed="2023", taal="nl")
    content = downloads.render(view(ed="2023", taal="nl"), shown, "tsv", "http://proef")
    rows = pl.read_csv(io.BytesIO(content), separator="\t")
    assert downloads.FORMATS["tsv"].startswith("text/tab-separated-values")
    assert rows["estimate"].to_list() == shown.figures["estimate"].to_list()
    assert set(rows["link"]) == {"http://proef"}
