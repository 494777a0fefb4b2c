"""Open answers: found by what a reader chooses, counted, quoted as they are, and never run."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from data.files import store
from pages.cards.open_answers import title
from pages.cards.registry import build
from pages.files.downloads import FORMATS, render
from pages.state import address
from pages.state.releases import online
from pages.state.view import View
from queries.publish.open_answers import SCHEMA
from queries.release.manifest import open_release
from tests.conftest import ROOT
from tests.support.versions import sealed

HOSTILE = '=HYPERLINK("http://kwaad.nl";"klik") <img src=x onerror=alert(1)> **vet** $x$'
TEXTS = [
    (1, "personeel", "UWV", "nl", "nl", HOSTILE),
    (2, "personeel", "UWV", "size_class", "k2", "Wachttijden bij het UWV lopen op."),
    (3, "personeel", "de politie", "landsdeel", "LD01", "Een crèche vindt geen mensen."),
    (4, "preventie", None, "size_class", "k2", "Jeugd en wijkteam vinden elkaar."),
    (5, "preventie", "@SOM(A1)", "nl", "nl", "Ketens haken niet aan."),
]


@pytest.fixture(scope="module")
def told(sample_release: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample release with five open answers of ours in the place of its own, and thirty more.

    The thirty are about ``schaarste``, each with its number.
    """
    folder = tmp_path_factory.mktemp("signalen") / "uitgave"
    shutil.copytree(sample_release, folder)
    version = open_release(folder).folder
    many = [(n, "schaarste", None, "nl", "nl", f"Keuze nummer {n}.") for n in range(6, 36)]
    rows = [(2023, *row) for row in (*TEXTS, *many)]
    frame = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    store.write_parquet(frame, version / "signals.parquet", {})
    sealed(folder)
    return folder


@pytest.fixture(autouse=True)
def _on_told(told: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STAND_RELEASE", str(told))


def at(**parameters: str) -> View:
    """Return the view of an address."""
    known = online()
    return View(known, address.read({"ed": "2023", "taal": "nl"} | parameters, known)[0])


def found(**parameters: str) -> set[int]:
    """Return the numbers of the open answers that an address finds."""
    view = at(**parameters)
    card = build("signalen", view, view.book.themes[0])
    assert card is not None
    return set(card.figures["signal_id"])


@pytest.mark.parametrize(
    ("parameters", "numbers"),
    [
        ({"ond": "personeel"}, {1, 2, 3}),
        ({"kp": "UWV"}, {1, 2}),
        ({"ond": "personeel", "kp": "de politie"}, {3}),
        ({"kl": "k2"}, {2, 4}),
        ({"ld": "LD01"}, {3}),
        ({"zoek": "CRECHE"}, {3}),
        ({"zoek": "wijkteam jeugd"}, {4}),
        ({"zoek": "jeugd politie"}, set()),
        ({"zoek": "%"}, set()),
        ({"zoek": "' or 1=1 --"}, set()),
    ],
)
def test_a_choice_finds_the_answers_that_fit_all_of_it(
    parameters: dict[str, str], numbers: set[int]
) -> None:
    assert found(**parameters) == numbers


def test_every_choice_is_in_the_address() -> None:
    chosen = {"ond": "personeel", "kp": "UWV", "zoek": "wacht tijd", "kl": "k2"}
    selection = at(**chosen).selection
    assert chosen.items() <= address.write(selection, at().book).items()
    assert address.shared(selection).signals.words == ""


def test_a_partner_that_nobody_named_is_reported() -> None:
    _, dropped = address.read({"kp": "<script>"}, online())
    assert [(d.parameter, d.value) for d in dropped] == [("kp", "<script>")]


def test_a_region_that_answers_are_not_told_of_is_said() -> None:
    view = at(pv="PV30")
    card = build("signalen", view, view.book.themes[0])
    assert card is not None
    assert card.figures.height == 35
    assert card.notes == (
        "Signalen worden niet apart getoond voor Noord-Brabant. U ziet Nederland.",
    )


def test_counts_over_themes_leave_the_theme_open_and_follow_the_rest() -> None:
    view = at(ond="preventie", kp="UWV")
    card = build("signalen-themas", view, view.book.themes[0])
    assert card is not None
    assert card.chart is not None
    counts = dict(card.figures.select("theme", "signal_count").rows())
    assert counts == dict.fromkeys((t.id for t in view.book.themes), 0) | {"personeel": 2}
    drawn = dict(zip(card.figures["theme_label"], card.chart.rows["estimate"], strict=True))
    assert drawn["Personeel"] == 2
    assert card.chart.rows.filter(pl.col("chosen"))["key"].to_list() == ["preventie|Preventie|0"]


def test_counts_over_partners_put_the_most_named_first_and_none_last() -> None:
    view = at()
    card = build("signalen-partners", view, view.book.themes[0])
    assert card is not None
    assert card.table.rows() == [
        ("UWV", "2"),
        ("@SOM(A1)", "1"),
        ("de politie", "1"),
        ("geen partner genoemd", "31"),
    ]


def test_the_answers_carry_the_mark_of_made_up_data() -> None:
    for name in ("signalen", "signalen-themas", "signalen-partners"):
        card = build(name, at(), at().book.themes[0])
        assert card is not None
        assert card.mark == "Fictieve voorbeelddata"


def files(ending: str) -> pl.DataFrame:
    """Return the rows of the list of signals as a file."""
    view = at(ond="personeel", kp="UWV")
    card = build("signalen", view, view.book.themes[0])
    assert card is not None
    content = render(view, card, ending, "https://voorbeeld.nl/signalen")
    if ending == "excel.csv":
        return pl.read_csv(content[3:], separator=";").rename({"signaal": "text"})
    if ending == "csv":
        return pl.read_csv(content)
    if ending == "xlsx":
        return pl.read_excel(io.BytesIO(content), sheet_name="Cijfers").rename({"signaal": "text"})
    if ending == "json":
        return pl.DataFrame(json.loads(content)["figures"], infer_schema_length=None)
    return pl.read_parquet(content)


@pytest.mark.parametrize("ending", FORMATS)
def test_a_file_holds_the_answers_that_are_shown(ending: str) -> None:
    guard = "'" if ending.endswith("csv") else ""
    assert files(ending)["text"].to_list() == [guard + HOSTILE, TEXTS[1][5]]


@pytest.mark.parametrize("ending", ["csv", "excel.csv"])
def test_no_cell_of_a_csv_begins_like_a_formula(ending: str) -> None:
    view = at()
    card = build("signalen-partners", view, view.book.themes[0])
    assert card is not None
    lines = render(view, card, ending, "https://voorbeeld.nl").decode("utf-8-sig").splitlines()
    assert any("'@SOM(A1)" in line for line in lines)
    between = ";" if ending == "excel.csv" else ","
    cells = [cell.strip('"') for line in lines for cell in line.split(between)]
    assert [cell for cell in cells if cell[:1] in set("=+@\t")] == []


def test_a_workbook_keeps_a_formula_as_text() -> None:
    frame = files("xlsx")
    assert frame["text"][0] == HOSTILE


def opened(**parameters: str) -> AppTest:
    """Open the page without the frame around it."""
    test = AppTest.from_file(str(ROOT / "pages" / "signals.py"), default_timeout=60)
    test.query_params.update({"ed": "2023", "taal": "nl"} | parameters)
    return test.run()


def quoted(test: AppTest) -> list[str]:
    """Return the answers that the page quotes, as HTML."""
    html = "".join(block.proto.body for block in test.get("html"))
    return [part.split("</blockquote>")[0] for part in html.split('<blockquote lang="nl">')[1:]]


def test_ten_answers_are_quoted_at_first_and_ten_more_when_asked_for() -> None:
    test = opened(ond="schaarste")
    assert quoted(test) == [f"Keuze nummer {n}." for n in range(6, 16)]
    test.button(key="more-signals").click().run()
    assert len(quoted(test)) == 20
    test.button(key="more-signals").click().run()
    assert len(quoted(test)) == 30
    assert not test.button


def test_another_choice_begins_with_ten_again() -> None:
    test = opened(ond="schaarste")
    test.button(key="more-signals").click().run()
    test.text_input(key="w-zoek").set_value("nummer").run()
    assert len(quoted(test)) == 10
    assert str(test.query_params["zoek"]) == "nummer"


def test_an_answer_is_quoted_as_text_whatever_it_holds() -> None:
    test = opened(kp="UWV")
    everything = "".join(block.proto.body for block in test.get("html"))
    assert "<img" not in everything
    assert "&lt;img src=x onerror=alert(1)&gt; **vet** $x$" in quoted(test)[0]


def test_nothing_found_is_said() -> None:
    test = opened(zoek="zebra")
    assert quoted(test) == []
    assert "Geen signalen bij deze keuze" in test.info[0].value


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({}, "Gemeenten schrijven het vaakst over Kiezen in schaarste: 30 van de 35 signalen"),
        ({"ond": "personeel"}, "3 signalen gaan over Personeel"),
        ({"kp": "UWV"}, "2 signalen gaan over Personeel"),
        ({"zoek": "vinden"}, "1 signaal gaat over Preventie"),
        ({"zoek": "en"}, "4 signalen gevonden"),
        ({"zoek": "bestaat niet"}, "0 signalen gevonden"),
    ],
)
def test_the_title_says_how_many_and_about_what(parameters: dict[str, str], said: str) -> None:
    assert title(at(**parameters)) == said
