"""Figures outside their page: pictures, embedded figures and the presentation say the same."""

from __future__ import annotations

import html
import io
import re
import shutil
import tomllib
import urllib.request
from pathlib import Path

import polars as pl
import pytest
from PIL import Image

from data.files import store
from pages.cards.differences import headline_differences
from pages.cards.survey.headlines import called, headlines
from pages.charts import palette
from pages.files.asked import card_of
from pages.files.embed import embedded
from pages.files.pictures import SCALE, WIDTH, picture, rendered
from pages.files.presentation import presented
from pages.state.refusals import RefusedError
from queries.release.manifest import open_release
from tests.conftest import ROOT, Served
from tests.support.cards import view
from tests.support.versions import sealed

VIEW = {"ed": "2023", "taal": "nl"}
CARDS = ("klassen", "regios", "kruising", "schaal", "edities", "officieel-klassen")
pytestmark = pytest.mark.usefixtures("on_sample")


def text_of(svg: str) -> str:
    """Return the text in a picture, as one line without the marks around it."""
    lines = re.findall(r"<text[^>]*>(.*?)</text>", svg, flags=re.DOTALL)
    joined = " ".join(re.sub(r"<[^>]+>", " ", line) for line in lines)
    return " ".join(html.unescape(joined).split())


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("name", CARDS)
def test_a_picture_says_all_that_its_card_says(name: str, language: str) -> None:
    card = card_of(view(**VIEW | {"taal": language}), "personeel", name)
    assert card.chart is not None
    said = text_of(picture(card) or "")
    parts = [card.heading, card.sentence, card.filters, card.mark, card.legend, *card.notes]
    for part in filter(None, [*parts, card.count, card.source]):
        assert " ".join(part.split()) in said
    # In a strip the value of a single municipality is for the mouse; rows have theirs drawn.
    rows = card.chart.rows
    figures = rows["value"] if "value" in rows.columns else rows["key"].str.split("|").list.last()
    drawn = [value for value in figures.unique() if value]
    assert drawn
    assert "name" in rows.columns or all(" ".join(value.split()) in said for value in drawn)


def test_made_up_figures_are_marked_within_the_picture_and_official_ones_are_not() -> None:
    survey = card_of(view(**VIEW), "personeel", "klassen")
    official = card_of(view(**VIEW), "personeel", "officieel-klassen")
    assert "Fictieve voorbeelddata" in text_of(picture(survey) or "")
    assert "Fictieve voorbeelddata" not in text_of(picture(official) or "")


def test_a_png_is_three_times_the_size_of_its_svg() -> None:
    card = card_of(view(**VIEW), "personeel", "klassen")
    image = Image.open(io.BytesIO(rendered(card, "png") or b""))
    assert image.width == SCALE * WIDTH == 2400
    svg = rendered(card, "svg") or b""
    assert image.height == 3 * int(re.findall(rb'height="(\d+)"', svg)[0])
    assert b"var(--" not in svg


def test_axis_numbers_follow_the_language() -> None:
    for language, thousand in (("nl", "1.000"), ("en", "1,000")):
        card = card_of(view(**VIEW | {"taal": language}), "personeel", "officieel-klassen")
        assert thousand in text_of(picture(card) or "")


def test_a_card_without_a_chart_has_no_picture_and_cannot_be_embedded() -> None:
    card = card_of(view(**VIEW), "personeel", "kern")
    assert rendered(card, "png") is None
    for name in ("kern", "bestaat-niet"):
        with pytest.raises(RefusedError) as refused:
            embedded(view(**VIEW), "personeel", name, "https://voorbeeld.nl")
        assert refused.value.status == 404


def test_an_embedded_figure_has_chart_table_source_and_the_way_back_and_no_script() -> None:
    page = embedded(view(**VIEW), "personeel", "klassen", "https://voorbeeld.nl")
    card = card_of(view(**VIEW), "personeel", "klassen")
    for part in (card.heading, card.source, card.mark or "", card.alternative):
        assert html.escape(part) in page or part in html.unescape(page)
    assert page.count("<svg") == 2
    assert "<table " in page
    assert "<script" not in page
    assert 'href="https://voorbeeld.nl/personeel?' in page


def test_the_presentation_has_a_screen_for_every_number_every_change_and_difference() -> None:
    for language in ("nl", "en"):
        seen = view(**VIEW | {"taal": language})
        page = html.unescape(presented(seen))
        assert f'<html lang="{language}">' in page
        told = [number for number in headlines(seen).numbers if number.finding.value]
        for number in told:
            value, what = number.finding.value, number.finding.what
            assert f'<span class="number">{value}</span> {what}</h2>' in page
        tested = headline_differences(seen.national())
        screens = len(told) + len(called(tested, "edition")) + len(called(tested, "rest")[:3])
        assert page.count("<section") == 2 + screens
    assert '<span class="number">−' in page


def test_what_is_broken_or_withheld_gives_no_screen(
    sample_release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "uitgave"
    shutil.copytree(sample_release, broken)
    folder = open_release(broken).folder
    figures = pl.read_parquet(folder / "figures.parquet")
    hidden = pl.col("indicator").eq("staff_shortage_social") & pl.col("dimension").eq("nl")
    withheld = pl.when(hidden).then(pl.lit("too_few")).otherwise("status").alias("status")
    figures = figures.with_columns(withheld.cast(figures.schema["status"]))
    store.write_parquet(figures, folder / "figures.parquet", {"synthetic": "true"})
    sealed(broken)
    (open_release(broken).folder / "comparisons.parquet").write_bytes(b"broken")
    monkeypatch.setenv("STAND_RELEASE", str(broken))
    page = presented(view(**VIEW))
    assert page.count("<section") == 2 + len(view(**VIEW).book.themes) - 1
    assert "Personeel</p>" not in page


def test_only_an_embedded_figure_may_stand_in_pages_of_others(server: Served) -> None:
    _, embed, _ = server.get("insluiten/personeel/klassen?ed=2023&taal=nl", accept="text/html")
    _, page, _ = server.get("personeel?ed=2023&taal=nl", accept="text/html")
    assert "frame-ancestors *" in embed["content-security-policy"]
    assert "script-src" not in embed["content-security-policy"]
    assert "frame-ancestors 'self'" in page["content-security-policy"]


def test_an_address_without_a_page_says_so_and_lists_the_pages_there_are(server: Served) -> None:
    status, _, body = server.get("bestaat-niet?ed=2023&taal=nl", accept="text/html")
    page = body.decode()
    assert status == 404
    assert "Deze pagina bestaat niet" in page
    assert 'href="./personeel?ed=2023&amp;taal=nl"' in page
    assert server.get("beheer?ed=2023&taal=nl", accept="text/html")[0] == 200


def test_asking_for_the_head_of_a_page_gives_that_of_the_whole_page(server: Served) -> None:
    address = f"{server.address}/personeel?ed=2023&taal=nl"
    request = urllib.request.Request(address, headers={"Accept": "text/html"}, method="HEAD")
    with urllib.request.urlopen(request, timeout=30) as answer:
        head, body = dict(answer.headers), answer.read()
    _, whole, _ = server.get("personeel?ed=2023&taal=nl", accept="text/html")
    assert body == b""
    assert head["content-length"] == whole["content-length"]
    assert head["content-language"] == "nl"


def test_links_to_other_languages_keep_the_view(server: Served) -> None:
    _, _, body = server.get("personeel?ed=2023&kl=k2&taal=nl", accept="text/html")
    page = html.unescape(body.decode())
    target = f"{server.address}/personeel?kl=k2&ed=2023&taal=en"
    assert f'<link rel="alternate" hreflang="en" href="{target}">' in page
    assert '<meta property="og:title" content="Personeel' in page


def test_the_theme_has_the_colours_of_the_palette() -> None:
    theme = tomllib.loads((Path(ROOT) / ".streamlit" / "config.toml").read_text())["theme"]
    names = {
        "primaryColor": "blue",
        "backgroundColor": "paper",
        "secondaryBackgroundColor": "shade",
        "textColor": "ink",
        "linkColor": "link",
        "borderColor": "line",
        "orangeTextColor": "orange",
    }
    for place, scheme in enumerate(("light", "dark")):
        for option, name in names.items():
            assert theme[scheme][option] == palette.COLOURS[name][place], (scheme, option)


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour, as WCAG defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast between two colours, from 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", [0, 1])
def test_text_and_marks_stand_out_and_the_scale_is_told_apart_in_grey(scheme: int) -> None:
    colours = {name: both[scheme] for name, both in palette.COLOURS.items()}
    for name in ("ink", "soft", "link", "orange", "blue"):
        assert contrast(colours[name], colours["paper"]) >= 4.5, name
    scale = [luminance(colours[f"scale-{step}"]) for step in range(1, 6)]
    assert scale in (sorted(scale), sorted(scale, reverse=True))
    for step in range(1, 5):
        assert contrast(colours[f"scale-{step}"], colours[f"scale-{step + 1}"]) >= 1.3, step
