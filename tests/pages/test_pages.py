"""Every page, alone and within the frame, in both languages, from links good and bad."""

import re
from pathlib import Path

import polars as pl
import pytest

from queries.release.manifest import VERSIONS, Release, current_version
from tests.support.reading import PAGES, address, alone, framed, markup, moved, said, slugs

ALONE = sorted(p.stem for p in PAGES.glob("*.py") if p.stem not in {"__init__", "frame"})
TITLES = {
    "nl": "32% van de gemeenten heeft voor volgend jaar een structureel sluitende begroting",
    "en": "32% of municipalities have a structurally balanced budget for next year",
}
MARKS = {"nl": "Fictieve voorbeelddata", "en": "Fictitious sample data"}
pytestmark = pytest.mark.usefixtures("on_sample")


@pytest.mark.parametrize("page", ALONE)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_page_runs_alone(page: str, language: str) -> None:
    test = alone(page, taal=language)
    assert not test.exception
    assert not test.error
    assert len(test.title) == 1


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_page_runs_within_the_frame_and_writes_edition_and_language(language: str) -> None:
    test = framed(taal=language)
    assert test.title[0].value == TITLES[language]
    for slug in slugs(test):
        moved(test, slug, taal=language)
        assert (slug, list(test.exception), [e.value for e in test.error]) == (slug, [], [])
        assert (slug, address(test)) == (slug, {"ed": "2023", "taal": language})
        assert MARKS[language] in said(test)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_page_opens_on_nonsense_and_says_what_was_dropped(language: str) -> None:
    nonsense = {"kl": "k9", "pv": "<b>", "ed": "1066", "vr": "';--", "gm": "GM9999", "wg": "x"}
    test = framed(taal=language)
    for slug in slugs(test):
        moved(test, slug, taal=language, **nonsense)
        assert (slug, list(test.exception), [e.value for e in test.error]) == (slug, [], [])
        (warning,) = test.warning
        assert all(f"`{name}={value}`" in warning.value for name, value in nonsense.items())
        assert (slug, address(test)) == (slug, {"ed": "2023", "taal": language})


def test_an_unknown_language_is_answered_in_dutch() -> None:
    test = framed(taal="fr")
    assert test.title[0].value == TITLES["nl"]
    assert "`taal=fr`" in test.warning[0].value


def test_a_value_that_tries_to_break_out_of_its_quotes_stays_text() -> None:
    test = framed(kl="k`9 **vet** $x$")
    assert "`kl=k9 **vet** $x$`" in test.warning[0].value


def test_a_former_municipality_leads_to_what_it_became_part_of() -> None:
    test = framed("financien", gm="GM0370", taal="nl")
    assert [w.value for w in test.warning] == [
        "Beemster is opgegaan in Purmerend. U ziet Purmerend."
    ]
    assert address(test)["gm"] == "GM0439"
    assert "Purmerend, 2023 (jaarrekening): Solvabiliteit" in said(test)


def test_a_former_municipality_is_explained_in_english_too() -> None:
    test = framed("financien", gm="GM0370", taal="en")
    assert "Beemster" in test.warning[0].value
    assert "Purmerend" in test.warning[0].value
    assert "opgegaan" not in test.warning[0].value


def test_a_deep_link_is_shown_as_it_was_chosen() -> None:
    test = framed("personeel", kl="k2", pv="PV30", ed="2022", wg="inw", taal="en")
    values = {b.key: b.value for b in test.button_group}
    assert (values["w-ed"], values["w-gi"], values["w-wg"]) == ("2022", "province", "inhabitant")
    assert test.selectbox(key="w-region").value == "province=PV30"
    assert test.selectbox(key="w-kl").value == "k2"


@pytest.mark.parametrize(
    ("group", "code", "written"),
    [
        ("w-gi", "arbeidsmarktregio", ("gi", "am")),
        ("w-wg", "inhabitant", ("wg", "inw")),
        ("w-ed", "2022", ("ed", "2022")),
        ("w-bs", "begroting", ("bs", "begroting")),
    ],
)
def test_a_choice_is_written_to_the_address(
    group: str, code: str, written: tuple[str, str]
) -> None:
    test = framed("personeel", taal="nl")
    test.button_group(key=group).select(code).run()
    assert not test.exception
    assert not test.error
    assert written in address(test).items()


@pytest.mark.parametrize(
    ("key", "value", "written"),
    [
        ("w-kl", "k4", {"kl": "k4"}),
        ("w-region", "landsdeel=LD04", {"ld": "LD04"}),
        ("w-region", "province=PV30", {"pv": "PV30"}),
    ],
)
def test_a_group_chosen_from_a_list_is_written_to_the_address(
    key: str, value: str, written: dict[str, str]
) -> None:
    test = framed("personeel", taal="nl")
    test.selectbox(key=key).select(value).run()
    assert not test.exception
    assert address(test) == written | {"ed": "2023", "taal": "nl"}


def test_every_kind_of_question_is_answered_for_a_region_and_class(published: Release) -> None:
    book = published.codebook
    test = framed("personeel", taal="nl")
    for theme in book.themes:
        kinds = {(q.type, q.headline): q for q in book.of_theme(theme.id, "survey")}
        for question in kinds.values():
            link = {"vr": question.id, "kl": "k2", "ld": "LD03", "ed": "2023", "taal": "nl"}
            moved(test, theme.slug, **link)
            found = (question.id, list(test.exception), [e.value for e in test.error])
            assert found == (question.id, [], [])
            assert address(test) == link


def test_a_choice_stays_when_the_reader_goes_to_another_page() -> None:
    test = framed(
        "personeel", kl="k2", pv="PV30", ed="2022", vr="staff_workload_serious", taal="en"
    )
    moved(test, "financien")
    assert address(test) == {
        "kl": "k2",
        "pv": "PV30",
        "ed": "2022",
        "vr": "staff_workload_serious",
        "taal": "en",
    }


def test_a_page_opened_by_its_name_alone_keeps_region_class_and_edition() -> None:
    test = framed(
        "personeel", kl="k2", pv="PV30", ed="2022", vr="staff_workload_serious", taal="en"
    )
    test.query_params.clear()
    moved(test, "financien")
    assert address(test) == {"kl": "k2", "pv": "PV30", "ed": "2022", "taal": "en"}


def test_the_link_to_the_other_language_keeps_the_whole_view() -> None:
    test = framed("personeel", kl="k2", vr="staff_workload_serious", taal="nl")
    (link,) = [h for h in test.get("html") if "hreflang" in h.proto.body]
    assert (
        'href="personeel?vr=staff_workload_serious&amp;kl=k2&amp;ed=2023&amp;taal=en"'
        in link.proto.body
    )


def test_the_command_in_the_table_page_gives_the_table() -> None:
    test = framed("tabellen", rij="landsdeel", eds="2022,2023", taal="nl")
    commands = test.code[-1].value.splitlines()
    assert all("--edition 2022 --edition 2023 --by landsdeel --format csv" in c for c in commands)


def test_how_much_is_shown_adds_up_to_every_figure_of_the_edition(sample_release: Path) -> None:
    version = sample_release / VERSIONS / current_version(sample_release)
    figures = pl.read_parquet(version / "figures.parquet").filter(kind="survey", edition=2023)
    pieces = markup(framed("over", ed="2023", taal="nl"))
    (shown,) = (piece for piece in pieces if "Als grens" in piece)
    rows = re.findall(r"<tr [^>]*><th scope=.row.[^>]*>(.*?)</th>(.*?)</tr>", shown)
    counts = {name: re.findall(r"<td[^>]*>([\d.]+)</td>", cells) for name, cells in rows}
    assert next(iter(counts)) == "Nederland"
    assert sum(int(n.replace(".", "")) for row in counts.values() for n in row) == figures.height
