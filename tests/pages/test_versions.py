"""A link keeps its figures: it names a version, and nothing mixes two."""

import json
import re
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from html import unescape as html_unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import polars as pl
import pytest
from starlette.types import Message
from streamlit.testing.v1 import AppTest

from pages.cards import registry
from pages.cards.card import Card
from pages.files import asked
from pages.screen import card_view
from pages.server.middleware import PageLanguage
from pages.state import address, releases
from pages.state.releases import online, opened
from pages.state.view import View
from queries.ask.questions import Question
from queries.publish import publishing
from queries.release.log import LOG, log
from queries.release.manifest import Release, current_version, open_release
from queries.words import numbers
from tests.conftest import ROOT, made_once
from tests.support.asking import Answer, ask
from tests.support.reading import in_a_loop
from tests.support.versions import BY, corrected

# The mean of zuid before and after it was corrected, with the noise in it, as pages write it.
OLD, NEW = "1,7%", "3,1%"
HOURS = Question(("hours",), by="region", statistics=("mean",), weightings=("municipality",))


@pytest.fixture
def release(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A release of which the figures were corrected once, as pages in this test show it."""
    folder = made_once("verbeterd", corrected, tmp_path_factory) / "release"
    monkeypatch.setenv("STAND_RELEASE", str(folder))
    return folder


@pytest.fixture
def first(release: Path) -> str:
    """The name of the first version."""
    (name,) = [p.name for p in (release / "versions").iterdir() if p.name.startswith("1-")]
    return name


def file(card: str, query: str) -> Answer:
    """Return the answer to a request for a file of the theme page."""
    return ask(f"bestand/lessen/{card}?{query}")


def page(**parameters: str) -> AppTest:
    """Return the theme page at an address."""
    run = AppTest.from_file(str(ROOT / "pages" / "frame.py"), default_timeout=60)
    for name, value in parameters.items():
        run.query_params[name] = value
    # Tables and links are drawn when a reader unfolds their card.
    run.query_params["op"] = "kern,klassen,regios"
    run.run()
    run.switch_page("theme.py").run()
    assert not run.exception
    return run


def html(run: AppTest) -> list[str]:
    """Return what a page holds as HTML of its own."""
    return [str(element.proto.body) for element in run.get("html")]


def links(run: AppTest) -> list[str]:
    """Return the links that a page offers to copy, those inside the code to embed included."""
    said = " ".join(html_unescape(code.value) for code in run.code)
    return re.findall(r"[^\s\"]+/[^\s\"]+\?[^\s\"]+", said)


def south(run: AppTest) -> str:
    """Return what a page says of zuid: its first table with that row."""
    return next(body for body in html(run) if ">zuid<" in body)


def mean_of_south(frame: pl.DataFrame) -> float:
    """Return the figure of zuid among figures per region."""
    return float(frame.filter(pl.col("group_code") == "zuid")["estimate"].item())


def figure_of(release: Path, version: str) -> float:
    """Return the figure of zuid as it lies in a version on disk."""
    frame = pl.read_parquet(release / "versions" / version / "figures.parquet")
    hours = frame.filter(indicator="hours", statistic="mean", weighting="municipality")
    return mean_of_south(hours.filter(dimension="region"))


def of_file(answer: Answer) -> tuple[str, float]:
    """Return the version that a CSV file names, and its figure of zuid."""
    frame = pl.read_csv(answer.body)
    return str(frame["data_version"][0]), mean_of_south(frame)


# ------------------------------------------------------------------ links


def test_an_address_without_version_shows_the_newest(release: Path) -> None:
    run = page(vr="hours", ed="2025")
    assert (NEW in south(run), len(run.info), "v" in run.query_params) == (True, 0, False)
    assert current_version(release) in str(html(run))


def test_a_link_with_an_older_version_shows_its_figures_and_says_so(first: str) -> None:
    run = page(vr="hours", ed="2025", v=first)
    assert (OLD in south(run), NEW in south(run)) == (True, False)
    assert f"U ziet versie {first}" in run.info[0].value
    assert "Er is een nieuwere versie" in run.info[0].value
    assert run.query_params["v"] == first


def test_the_notice_leads_to_the_same_view_of_the_newest_version(first: str) -> None:
    run = page(vr="hours", ed="2025", taal="en", v=first)
    (link,) = [x.proto for x in run.get("page_link") if x.proto.label == "Show the newest figures"]
    assert link.page == "lessen"
    assert link.query_string == "vr=hours&op=kern%2Cklassen%2Cregios&ed=2025&taal=en"


def test_the_old_version_stays_on_other_pages(first: str) -> None:
    run = page(ed="2025", taal="nl", v=first)
    run.switch_page("about.py").run()
    assert (run.query_params["v"], len(run.info)) == (first, 1)


def test_the_links_of_a_view_name_its_version(release: Path) -> None:
    run = page(vr="hours", ed="2025")
    version = current_version(release)
    assert links(run)
    assert all(parse_qs(urlsplit(link).query)["v"] == [version] for link in links(run))
    assert f"klassen.csv?vr=hours&amp;v={version}" in str(html(run))


@pytest.mark.usefixtures("release")
@pytest.mark.parametrize("version", ["9-00000000", "..", "../../kluis", "1-53fbb6ed/..", "\x00"])
def test_a_version_that_does_not_exist_gives_the_newest_with_a_sentence(version: str) -> None:
    run = page(vr="hours", ed="2025", v=version)
    assert (NEW in south(run), len(run.info)) == (True, 0)


@pytest.mark.usefixtures("release")
@pytest.mark.parametrize(
    ("parameter", "value", "unknown"),
    [("v", "9-00000000", "v=9-00000000"), ("op", "klassen,onzin", "op=onzin")],
)
def test_what_of_the_link_is_unknown_is_said(parameter: str, value: str, unknown: str) -> None:
    run = AppTest.from_file(str(ROOT / "pages" / "frame.py"), default_timeout=60)
    run.query_params[parameter] = value
    run.query_params["ed"] = "2025"
    assert f"`{unknown}`" in run.run().warning[0].value


def test_a_file_of_an_older_version_has_its_figures(release: Path, first: str) -> None:
    query = "vr=hours&ed=2025"
    older = file("regios.csv", f"{query}&v={first}")
    assert of_file(older) == (first, figure_of(release, first))
    newest = current_version(release)
    assert of_file(file("regios.csv", query)) == (newest, figure_of(release, newest))
    assert figure_of(release, newest) > figure_of(release, first)


def test_an_embedded_figure_keeps_its_version_and_says_so(release: Path, first: str) -> None:
    assert release

    def shown(version: str) -> str:
        view = "insluiten/lessen/regios?vr=hours&ed=2025&taal=nl"
        return ask(view + version).body.decode()

    old, new = shown(f"&v={first}"), shown("")
    assert (OLD in old, "Er is een nieuwere versie" in old) == (True, True)
    assert (NEW in new, "Er is een nieuwere versie" in new) == (True, False)


def test_a_damaged_older_version_gives_no_figures_of_another(
    release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: str
) -> None:
    copy = tmp_path / "release"
    shutil.copytree(release, copy)
    monkeypatch.setenv("STAND_RELEASE", str(copy))
    (copy / "versions" / first / "manifest.json").write_text("{")
    assert file("regios.csv", f"vr=hours&ed=2025&v={first}").status == 503
    assert file("regios.csv", "vr=hours&ed=2025").status == 200


def test_a_bare_address_with_a_version_is_completed_from_that_version(first: str) -> None:
    sent: list[Message] = []

    async def ask_for_page() -> None:
        async def app(*_: object) -> None:
            raise AssertionError

        async def receive() -> Message:
            raise AssertionError

        async def send(message: Message) -> None:
            sent.append(message)

        scope = {
            "type": "http",
            "method": "GET",
            "path": "/lessen",
            "query_string": f"v={first}".encode(),
            "headers": [(b"accept", b"text/html")],
        }
        await PageLanguage(app)(scope, receive, send)

    in_a_loop(ask_for_page)
    assert sent[0]["status"] == 302
    assert (b"location", f"?v={first}&ed=2025&taal=nl".encode()) in sent[0]["headers"]


# ------------------------------------------------------------------ one version per run


@pytest.fixture
def swapped(release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the release, to publish and roll back in."""
    copy = tmp_path / "release"
    shutil.copytree(release, copy)
    monkeypatch.setenv("STAND_RELEASE", str(copy))
    return copy


def looking_at(version: str | None) -> View:
    """Return what a page is built from that asks for a version."""
    known = opened(version)
    return View(known, address.read({"vr": "hours", "ed": "2025", "taal": "nl"}, known)[0])


def of_card(view: View) -> tuple[str, float]:
    """Return the version that a card names, and its figure of zuid."""
    card = registry.build("regios", view, view.book.themes[0])
    assert card is not None
    (version,) = re.findall(r"dataversie (\d+-[0-9a-f]{8})", card.source)
    return version, mean_of_south(card.figures)


def test_what_began_with_a_version_ends_with_it(swapped: Path, first: str) -> None:
    old, new = (figure_of(swapped, version) for version in (first, current_version(swapped)))
    view = looking_at(None)
    before = mean_of_south(view.ask(HOURS))
    publishing.rollback(swapped, first, BY)
    assert (before, mean_of_south(view.ask(HOURS)), view.facts.version[:2]) == (
        new,
        new,
        "2-",
    )
    assert mean_of_south(looking_at(None).ask(HOURS)) == old


def test_two_versions_in_one_process_keep_their_figures_in_turns(release: Path, first: str) -> None:
    second = current_version(release)
    for version in (first, second, first, second):
        assert of_card(looking_at(version)) == (version, figure_of(release, version))


def test_two_versions_in_one_process_keep_their_figures_in_threads(
    release: Path, first: str
) -> None:
    wanted = [first, current_version(release)] * 40
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda version: of_card(looking_at(version)), wanted))
    assert found == [(version, figure_of(release, version)) for version in wanted]


def test_a_file_that_is_made_during_a_swap_is_wholly_old(
    swapped: Path, first: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    version, real = current_version(swapped), registry.build

    def build_after_swap(*arguments: object) -> Card | None:
        publishing.rollback(swapped, first, BY)
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(asked, "build", build_after_swap)
    query = "vr=hours&ed=2025"
    assert of_file(file("regios.csv", query)) == (version, figure_of(swapped, version))
    assert of_file(file("regios.csv", query)) == (first, figure_of(swapped, first))


def test_a_page_that_is_drawn_during_a_swap_is_wholly_old(
    swapped: Path, first: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    version, real = current_version(swapped), registry.build

    def build_after_swap(*arguments: object) -> Card | None:
        publishing.rollback(swapped, first, BY)
        return real(*arguments)  # type: ignore[arg-type]

    run = page(ed="2025", taal="nl")
    run.query_params["vr"] = "hours"
    with monkeypatch.context() as patch:
        patch.setattr(card_view, "build", build_after_swap)
        run.run()
    assert (current_version(swapped), NEW in south(run)) == (first, True)
    assert all(f"v={version}" in link for link in links(run))
    run.run()
    assert OLD in south(run)


def test_a_version_taken_back_is_shown_with_another_notice(swapped: Path, first: str) -> None:
    second = current_version(swapped)
    publishing.rollback(swapped, first, BY)
    run = page(vr="hours", ed="2025", v=second)
    assert NEW in south(run)
    assert f"Die versie is teruggetrokken; nu geldt versie {first}." in run.info[0].value


def test_a_withdrawn_version_is_not_shown_from_memory_either(swapped: Path, first: str) -> None:
    query = f"vr=hours&ed=2025&v={first}"
    assert of_file(file("regios.csv", query)) == (first, figure_of(swapped, first))
    publishing.withdraw(swapped, first, BY)
    refused = file("regios.csv", query)
    assert (refused.status, json.loads(refused.body)["problems"][0]["reason"]) == (410, "withdrawn")


def test_no_more_than_four_versions_are_in_memory(swapped: Path) -> None:
    manifest = current_version(swapped)
    for number in range(3, 12):
        shutil.copytree(
            swapped / "versions" / manifest, swapped / "versions" / f"{number}-0000000a"
        )
        file("regios.csv", f"vr=hours&ed=2025&v={number}-0000000a")
    kept = (releases._online.cache_info(), releases._former.cache_info())  # noqa: SLF001
    assert [info.maxsize for info in kept] == [2, 2]


def test_readers_who_come_at_once_wait_for_one_opening(
    swapped: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    real = open_release

    def counted(folder: Path, version: str) -> Release:
        opened.append(version)
        return real(folder, version)

    monkeypatch.setattr(releases, "open_release", counted)
    readers = [threading.Thread(target=online) for _ in range(8)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert opened == [current_version(swapped)]


# ------------------------------------------------------------------ the page Over deze cijfers


def changed_most(release: Path, first: str) -> tuple[str, float, float]:
    """Return which mean of hours the log says changed most, before and after, as on disk."""
    largest = log(release)[-1].largest
    assert largest is not None
    assert (largest.indicator, largest.statistic) == ("hours", "mean")
    there = {"dimension": largest.dimension, "group_code": largest.group_code}
    mean = {"indicator": "hours", "statistic": "mean"}
    pairs = [
        pl.read_parquet(release / "versions" / version / "figures.parquet")
        .filter(**mean, **there)
        .sort("weighting")["estimate"]
        .to_list()
        for version in (first, current_version(release))
    ]
    assert (largest.before, largest.after) in list(zip(*pairs, strict=True))
    return largest.group_code, largest.before, largest.after


def test_the_log_tells_what_changed_most_and_why_but_not_who(release: Path, first: str) -> None:
    group, before, after = changed_most(release, first)
    from_to = " naar ".join(f"{numbers.number(x, 'nl', 1)}%" for x in (before, after))
    run = page(ed="2025", taal="nl")
    run.switch_page("about.py").run()
    table = next(body for body in html(run) if "Wat is er wanneer" in body)
    assert "opgave verbeterd" in table
    assert f"hours: gemiddelde, {group}, 2025: van {from_to}" in table
    assert table.index("opgave verbeterd") < table.index("eerste keer")
    assert ("Kim" in table, "Sam" in table) == (False, False)


def test_the_log_is_there_in_english(release: Path, first: str) -> None:
    group, before, after = changed_most(release, first)
    from_to = " to ".join(f"{numbers.number(x, 'en', 1)}%" for x in (before, after))
    run = page(ed="2025", taal="en")
    run.switch_page("about.py").run()
    said = str(html(run))
    assert f"hours: mean, {group}, 2025: from {from_to}" in said


def test_without_a_log_a_sentence_says_so(swapped: Path) -> None:
    (swapped / LOG).unlink()
    run = page(ed="2025", taal="nl")
    run.switch_page("about.py").run()
    assert "Er is nog geen logboek" in str([m.value for m in run.markdown])


def test_a_damaged_log_leaves_the_rest_of_the_page(swapped: Path) -> None:
    (swapped / LOG).write_text("[]")
    run = page(ed="2025", taal="nl")
    run.switch_page("about.py").run()
    assert len(run.error) == 1
    assert "Wie deden mee?" in [h.value for h in run.header]


def test_other_versions_are_linked_to(release: Path, first: str) -> None:
    assert release
    run = page(ed="2025", taal="nl")
    run.switch_page("about.py").run()
    links = {x.proto.label: x.proto.query_string for x in run.get("page_link")}
    (label,) = [name for name in links if name.startswith(f"Versie {first}")]
    assert links[label] == f"v={first}&ed=2025&taal=nl"
