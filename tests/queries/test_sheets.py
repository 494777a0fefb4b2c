"""The discussion sheet: right figures, two pages, in both languages, for everyone."""

from __future__ import annotations

import hashlib
import io
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pypdf
import pytest
import typst

from data.files import store
from data.survey.languages import Language
from queries.ask.questions import Question, answer
from queries.errors import QueryError
from queries.release.manifest import Release
from queries.sheets import content, printing, subjects
from queries.sheets.desk import Figures
from queries.sheets.model import Asked, Own, Sheet
from queries.sheets.qr_code import qr_code
from queries.sheets.wording import SheetWords, level_of
from tests.conftest import ROOT

AMSTERDAM, TEXEL, VOORNE, VLIELAND, GOES = "GM0363", "GM0448", "GM1992", "GM0096", "GM0664"
LONGEST = "GM0820"
FOURTEEN_BYTES = (
    "111111100001101111111",
    "100000100011001000001",
    "101110101001101011101",
    "101110101100001011101",
    "101110101010101011101",
    "100000101100101000001",
    "111111101010101111111",
    "000000001000100000000",
    "101111100010001111100",
    "110001000111011111111",
    "010001101011101000110",
    "110111000011010111111",
    "001101110101001000000",
    "000000001100010010111",
    "111111100000111001110",
    "100000101100100111101",
    "101110101111001010011",
    "101110101000011111000",
    "101110101001101100000",
    "100000100100010101100",
    "111111101001001000010",
)
LARGEST = "b5b8a6ef7916e3eda1d778a4a67024612df55b55aed77371c4c66530a8e11e1b"


@pytest.fixture(scope="session")
def figures(published: Release) -> Figures:
    """The figures of the latest edition of the sample."""
    return Figures(published, 2023)


def made(figures: Figures, slug: str, language: Language = "nl") -> Sheet:
    """Return the sheet of a subject."""
    subject = subjects.find(figures.release, slug, figures.edition)
    return content.write(figures, subject, language)


def read(document: bytes) -> str:
    """Return the text of a PDF of two pages, words apart by single spaces."""
    front, back = pypdf.PdfReader(io.BytesIO(document)).pages
    text = front.extract_text() + " " + back.extract_text()
    return spaced(text.replace("\u00ad", ""))


def spaced(text: str) -> str:
    """Return a text with its words apart by single spaces."""
    return " ".join(text.split())


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("slug", [AMSTERDAM, TEXEL, VOORNE, VLIELAND, GOES, LONGEST])
def test_a_sheet_is_two_pages_that_hold_every_figure(
    figures: Figures, slug: str, language: Language
) -> None:
    sheet = made(figures, slug, language)
    said = read(printing.pdf(sheet))
    assert sheet.title in said
    for strip in sheet.strips:
        assert " ".join(mark.value for mark in strip.marks) in said
    assert [one.value for one in sheet.own if spaced(one.value) not in said] == []
    for ratio in sheet.ratios:
        assert ratio.peers in said
        assert ratio.own in said
    assert all(level.value in said for level in sheet.levels)
    assert sheet.mark in said


def test_the_figures_are_those_that_are_published(figures: Figures, published: Release) -> None:
    asked = answer(
        published,
        Question(
            indicators=("staff_shortage_social",),
            where=(("size_class", ("k4",)),),
            editions=(2023,),
            items=("yes",),
            statistics=("share",),
            weightings=("municipality",),
        ),
    ).row(0, named=True)
    strip = made(figures, AMSTERDAM).strips[0]
    mark = strip.marks[0]
    low, high = round(asked["low"]), round(asked["high"])
    assert mark.value == f"{round(asked['estimate'])}% ({low}–{high})"
    count = f"ongeveer {asked['answer_count']} van {asked['population_count']} antwoordden"
    assert strip.note.startswith(count)
    assert mark.middle == pytest.approx(asked["estimate"] / 100)


def test_official_figures_stand_beside_the_middle_of_the_peers(figures: Figures) -> None:
    # Of the 32 municipalities of 100,000 and more, in the accounts of 2023.
    own = {one.label: one for one in made(figures, AMSTERDAM).own}
    assert own["Lasten per inwoner"] == Own(
        "Lasten per inwoner",
        "€\u00a06.966",
        "€\u00a04.385 tot €\u00a05.381",
        "▲ hoger dan bij drie op de vier",
        is_outlier=True,
    )
    assert own["Exploitatiesaldo"].where == "gewoon voor deze groep"


def test_what_was_reported_stands_beside_the_signal_values(figures: Figures) -> None:
    assert {ratio.own for ratio in made(figures, AMSTERDAM).ratios} == {""}
    own = {ratio.label: ratio.own for ratio in made(figures, GOES).ratios}
    assert own["Solvabiliteit volgens de enquête"] == "30,0% (B)"
    assert own["Netto schuldquote volgens de enquête"] == "73,0% (A)"


@pytest.mark.parametrize(
    ("amount", "letter"), [(89.9, "A"), (90, "B"), (130, "B"), (130.1, "C"), (-5, "A")]
)
def test_a_ratio_gets_the_letter_of_its_range(
    published: Release, amount: float, letter: str
) -> None:
    assert level_of(published.codebook.by_id["bbv_net_debt_ratio_pct"], amount) == letter


def test_the_lowest_estimate_is_marked_as_that_and_no_more(figures: Figures) -> None:
    levels = made(figures, "nl").levels
    shares = [int(level.value.partition("%")[0]) for level in levels]
    assert shares.count(min(shares)) == 1
    lowest = [share for share, level in zip(shares, levels, strict=True) if level.is_lowest]
    assert lowest == [min(shares)]
    assert "laagste schatting, niet getoetst" in made(figures, "nl").levels_note


def test_parts_that_are_all_too_uncertain_are_not_shown(figures: Figures) -> None:
    assert made(figures, "LD01").levels == ()


def test_whether_a_municipality_took_part_makes_no_difference(
    figures: Figures, sample_vault: Path
) -> None:
    answers = store.read_parquet(sample_vault / "responses.parquet").filter(edition=2023)
    register = store.read_parquet(sample_vault / "register.parquet")
    small = register.filter(year=2023, size_class="k1").sort("municipality_code")
    took_part = small.join(answers, on="municipality_code", how="semi")["municipality_code"][0]
    did_not = small.join(answers, on="municipality_code", how="anti")["municipality_code"][0]
    one, other = made(figures, took_part), made(figures, did_not)
    assert one.basis == other.basis
    assert one.levels == other.levels
    assert [s.marks[0] for s in one.strips] == [s.marks[0] for s in other.strips]


def test_a_former_municipality_leads_to_what_it_became_part_of(figures: Figures) -> None:
    assert made(figures, "GM0501").title == "Voorne aan Zee"


def test_a_municipality_that_did_not_exist_yet_says_so(published: Release) -> None:
    sheet = made(Figures(published, 2022), VOORNE)
    assert "Indeling van 2023: in 2022 bestond deze gemeente niet." in sheet.basis
    assert sheet.own == ()
    assert "geen officiële cijfers over 2022" in sheet.own_note


@pytest.mark.parametrize(
    ("slug", "title"),
    [
        ("k2", "20.000 tot 50.000 inwoners"),
        ("PV30", "Noord-Brabant"),
        ("LD02_k2", "Oost-Nederland, 20.000 tot 50.000 inwoners"),
        ("nl", "Nederland"),
    ],
)
def test_a_group_has_a_sheet_too(figures: Figures, slug: str, title: str) -> None:
    sheet = made(figures, slug)
    assert sheet.title == title
    assert (sheet.own, sheet.own_note) == ((), "")
    assert title in read(printing.pdf(sheet))


def test_a_group_without_figures_says_of_which_wider_group_they_are(figures: Figures) -> None:
    # five municipalities, too few for any figure
    sheet = made(figures, "AM11")
    assert {strip.marks[0].name for strip in sheet.strips} == {"Oost"}
    assert all(ratio.peers.startswith("Oost: ") for ratio in sheet.ratios)
    assert "gemeenten: Oost." in sheet.levels_note
    assert sheet.strips_note.startswith(
        "Flevoland: te weinig antwoorden. Daarom staan hier wijdere"
    )
    assert "hoeveel van 5 meededen, wordt niet gezegd" in sheet.basis
    assert {strip.note for strip in sheet.strips} == {""}
    assert "Oost: " in read(printing.pdf(sheet))


@pytest.mark.parametrize("slug", ["GM9999", "g4", "", "../k2"])
def test_what_has_no_answers_of_its_own_is_refused(figures: Figures, slug: str) -> None:
    with pytest.raises(QueryError, match=f"‘{slug}’ is geen gemeente of groep"):
        made(figures, slug)


def test_the_peers_can_be_chosen(figures: Figures) -> None:
    chosen = subjects.find(figures.release, TEXEL, 2023, "landsdeel:size_class")
    assert chosen.peers(figures.release, "nl") == "West-Nederland, tot 20.000 inwoners"


def test_the_pdf_is_tagged_and_says_its_language_and_title(figures: Figures) -> None:
    reader = pypdf.PdfReader(io.BytesIO(printing.pdf(made(figures, AMSTERDAM, "en"))))
    catalogue = reader.root_object
    assert "'/Marked': True" in str(catalogue["/MarkInfo"])
    assert str(catalogue["/Lang"]) == "en"
    assert reader.metadata is not None
    assert reader.metadata.title == "Discussion sheet: Amsterdam"
    assert reader.xmp_metadata is not None
    assert not list(reader.pages[0].images)


def test_a_page_has_its_address_as_text_and_as_code(figures: Figures) -> None:
    address = "https://stand.example/gemeente?gm=GM0363&ed=2023&taal=nl"
    subject = subjects.find(figures.release, AMSTERDAM, 2023)
    sheet = content.write(figures, subject, "nl", address)
    assert sheet.code == qr_code(address)
    assert address in read(printing.pdf(sheet)).replace(" ", "")
    assert f'href="{address.replace("&", "&amp;")}"' in printing.html(sheet)
    assert made(figures, AMSTERDAM).code == ()


def test_a_code_is_that_of_another_encoder() -> None:
    # segno 1.6.6, byte mode, error correction M, under our mask: what fills versions 1 and 9.
    assert qr_code("stand.vng.nl/x") == FOURTEEN_BYTES
    modules = "\n".join(qr_code("z" * 180))
    assert hashlib.sha256(modules.encode()).hexdigest() == LARGEST
    assert qr_code("z" * 181) == ()


def test_no_letter_is_smaller_than_nine_and_a_half_points() -> None:
    source = (printing.FOLDER / "sheet.typ").read_text(encoding="utf-8")
    (sizes,) = re.findall(r"#let sizes = \((.*)\)", source)
    assert min(float(size.removesuffix("pt")) for size in sizes.split(", ")) == 9.5


def test_long_names_and_labels_make_the_letters_smaller_not_the_page_longer(
    figures: Figures,
) -> None:
    sheet = made(figures, AMSTERDAM)
    long = tuple(replace(one, label=one.label * 3) for one in sheet.ratios)
    crowded = replace(sheet, title=sheet.title * 8, ratios=long)
    said = read(printing.pdf(crowded))
    assert all(text in said for text in (sheet.footer[-1], sheet.strips[5].marks[0].value))


def test_what_cannot_fit_is_refused_rather_than_cut_off(figures: Figures) -> None:
    sheet = made(figures, AMSTERDAM)
    endless = tuple(Asked(one.theme, one.texts * 20) for one in sheet.questions)
    with pytest.raises(typst.TypstError, match="does not fit"):
        printing.pdf(replace(sheet, questions=endless))


def test_the_page_holds_what_the_pdf_holds(figures: Figures) -> None:
    sheet = made(figures, GOES)
    page = printing.html(sheet)
    said = [sheet.title, sheet.mark, *(one.where for one in sheet.own), *sheet.footer]
    said += [mark.value for strip in sheet.strips for mark in strip.marks]
    said += [text for asked in sheet.questions for text in asked.texts]
    assert all(text.replace("'", "&#39;") in page for text in said)
    assert '<html lang="nl">' in page


def test_a_name_with_marks_of_html_stays_text(figures: Figures) -> None:
    page = printing.html(replace(made(figures, TEXEL), title="<script>x</script>"))
    assert "<script>" not in page


def test_both_languages_have_the_same_texts() -> None:
    assert SheetWords("nl").texts.keys() == SheetWords("en").texts.keys()


def command(*arguments: str, release: Path) -> subprocess.CompletedProcess[str]:
    """Run ``python -m queries sheets``."""
    return subprocess.run(
        [sys.executable, "-m", "queries", "sheets", *arguments],
        cwd=ROOT,
        env=os.environ | {"STAND_RELEASE": str(release)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_writes_a_sheet_per_subject_and_language(
    sample_release: Path, tmp_path: Path
) -> None:
    out = tmp_path / "bladen"
    done = command("--out", str(out), "--only", TEXEL, "--only", "k2", release=sample_release)
    assert done.returncode == 0
    assert sorted(path.name for path in out.iterdir()) == [
        "GM0448-2023-en.pdf",
        "GM0448-2023-nl.pdf",
        "k2-2023-en.pdf",
        "k2-2023-nl.pdf",
    ]
    assert "4 bespreekbladen over editie 2023" in done.stdout
    assert "Texel" in read((out / "GM0448-2023-en.pdf").read_bytes())


def test_the_command_refuses_an_edition_that_does_not_exist(
    sample_release: Path, tmp_path: Path
) -> None:
    done = command("--out", str(tmp_path), "--edition", "1999", release=sample_release)
    assert (done.returncode, list(tmp_path.iterdir())) == (2, [])
    assert "Editie 1999 bestaat niet.\nWat te doen: kies uit 2022, 2023." in done.stderr


def test_every_municipality_of_today_has_a_sheet(published: Release) -> None:
    found = subjects.every(published, 2023)
    assert sum(subject.code is not None for subject in found) == 342
    assert {s.group for s in found if s.code is None} >= {"nl", "k1", "LD01", "PV20", "AM01"}
