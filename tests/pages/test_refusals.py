"""An address that is asked for wrongly is refused, and says why; one of a page is not."""

import json
import random
from urllib.parse import parse_qsl, quote

import pytest

from pages.cards.registry import build, cards_on
from pages.files.asked import card_of, theme_of
from pages.state import address
from pages.state.refusals import checked
from pages.state.releases import online
from pages.state.view import View
from tests.conftest import Served
from tests.support.asking import Answer, ask
from tests.support.cards import view

pytestmark = pytest.mark.usefixtures("on_sample")
CSV = "bestand/personeel/klassen.csv"


def problem(answer: Answer) -> tuple[int, str, str, str | None]:
    """Return status, and parameter, reason and nearest guess of the first problem."""
    told = json.loads(answer.body)
    first = told["problems"][0]
    assert told["status"] == answer.status
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status, first["parameter"], first["reason"], first["nearest"]


@pytest.mark.parametrize(
    ("asked", "status", "parameter", "reason", "nearest"),
    [
        (f"{CSV}?klas=k2", 400, "klas", "no_parameter", "kl"),
        (f"{CSV}?ed=2032", 400, "ed", "no_value", "2023"),
        (f"{CSV}?kl=K2", 400, "kl", "no_value", "k2"),
        (f"{CSV}?kl=LD01", 400, "kl", "no_value", None),
        (f"{CSV}?kl=", 400, "kl", "empty", None),
        (f"{CSV}?ed=2022&ed=2023", 400, "ed", "repeated", None),
        (f"{CSV}?ed=2023&ed=2023", 400, "ed", "repeated", None),
        (f"{CSV}?kl={'k' * 5000}", 400, "kl", "too_long", None),
        (f"{CSV}?{'k' * 5000}=1", 400, "k" * 60, "no_parameter", None),
        (f"{CSV}?kl=k2%2F..%2Fk3", 400, "kl", "no_value", None),
        (f"{CSV}?ld=LD01&pv=PV30", 400, "pv", "contradicts", None),
        (f"{CSV}?ld=LD01&gi=pv", 400, "gi", "contradicts", None),
        (f"{CSV}?an=yes", 400, "an", "not_alone", None),
        (f"{CSV}?op=<b>", 400, "op", "no_text", None),
        (f"bestand/signalen/signalen.csv?zoek={'a' * 61}", 400, "zoek", "no_text", None),
        (f"{CSV}?taal=de", 400, "taal", "no_value", "en"),
        (f"{CSV}?v=9-0000000a", 404, "v", "no_version", None),
        (f"{CSV}?v=..%2F..", 404, "v", "no_version", None),
        ("bestand/personel/klassen.csv", 404, "page", "no_page", "personeel"),
        ("bestand/personeel/klasen.csv", 404, "card", "no_card", "klassen"),
        ("bestand/personeel/tabel.csv", 404, "card", "no_card", None),
        ("bestand/personeel/klassen.cvs", 404, "ending", "no_ending", "csv"),
        ("bestand/personeel/kern.png", 404, "picture", "no_picture", None),
        ("bestand/personeel/a/b.csv", 404, "path", "no_path", None),
        ("bestand/personeel%2Fklassen.csv/x", 404, "path", "no_path", None),
        ("bestand/personeel%2fklassen.csv", 404, "path", "no_path", None),
        # of another theme, of a year without figures, of groups without figures
        (f"{CSV}?vr=fin_stability_perceived", 400, "vr", "no_figures_of", None),
        ("bestand/financien/gemeenten.csv?jr=2026", 400, "jr", "no_figures_of", None),
    ],
)  # fmt: skip
def test_a_wrong_address_is_refused_with_the_reason_and_a_guess(
    asked: str, status: int, parameter: str, reason: str, nearest: str | None
) -> None:
    found = problem(ask(asked))
    assert found[:3] == (status, parameter, reason)
    assert nearest is None or found[3] == nearest


def test_a_group_that_no_figure_is_of_is_refused_and_the_one_around_it_named() -> None:
    # Classes are published within parts of the country, not within provinces.
    told = json.loads(ask(f"{CSV}?pv=PV30").body)["problems"][0]
    assert (told["parameter"], told["value"], told["reason"]) == ("pv", "PV30", "no_figures_of")
    assert ask(f"{CSV}?ld=LD04").status == 200


def test_a_refusal_names_what_could_be_asked_in_either_language() -> None:
    for language, said in (("nl", "‘k9’ is geen waarde"), ("en", "‘k9’ is no value")):
        told = json.loads(ask(f"{CSV}?kl=k9&taal={language}").body)
        assert told["problems"][0]["valid"] == ["k1", "k2", "k3", "k4"]
        assert said in told["detail"]
        assert told["language"] == language


def test_a_page_is_refused_with_a_page_and_a_program_with_json() -> None:
    for path in ("insluiten/personeel/klassen", "presentatie", "bespreekblad/GM0363.html"):
        refused = ask(f"{path}?ed=1066&taal=en")
        assert refused.status == 400
        assert refused.headers["content-type"].startswith("text/html")
        assert "‘1066’ is no value of ‘ed’" in refused.body.decode()
    browser = ask(f"{CSV}?ed=<script>", accept="text/html,*/*;q=0.8")
    assert b"&lt;script&gt;" in browser.body
    assert b"<script>" not in browser.body
    program = ask("insluiten/personeel/klassen?ed=1066", accept="application/json")
    assert problem(program)[:3] == (400, "ed", "no_value")


@pytest.mark.parametrize(
    ("asked", "status", "reason"),
    [
        ("bespreekblad/GM9999.pdf", 404, "no_code"),
        ("bespreekblad/GM0363.exe", 404, "no_ending"),
        ("bespreekblad/GM0363.pdf?kl=k2", 400, "no_parameter"),
        ("bespreekblad/GM0363.pdf?vg=basis", 400, "no_value"),
    ],
)
def test_a_sheet_is_refused_in_the_same_words(asked: str, status: int, reason: str) -> None:
    assert problem(ask(asked, accept="application/json"))[::2][:1] == (status,)
    assert problem(ask(asked, accept="application/json"))[2] == reason


def test_every_card_of_every_page_is_given_at_its_own_address() -> None:
    known, chance = online(), random.Random(7)  # noqa: S311 - no secret
    offered = address.offers(known, view(ed="2023", taal="nl").selection)
    asked = {
        name: chance.choice(offer.values)
        for name, offer in offered.items()
        if offer.values and name != "v" and chance.random() < 0.3
    }
    of = view(**asked)
    cards = [(page, name) for page, names in cards_on(of).items() for name in names]
    given = 0
    for page, name in chance.sample(cards, 30):
        card = build(name, of, theme_of(of, page))
        if card is not None:
            again = card_of(checked(parse_qsl(card.query)), page, name)
            assert again.figures.equals(card.figures), (asked, page, name)
            given += 1
    assert given > 10


def test_pages_leave_out_what_they_cannot_use(server: Served) -> None:
    for query in ("ed=2023&taal=nl&kl=k9", f"ed=2023&taal=nl&kl={quote('x' * 5000)}"):
        assert server.get(f"personeel?{query}", accept="text/html")[0] == 200
        assert server.get(f"{CSV}?{query}")[0] == 400


def test_a_view_that_is_checked_is_the_view_of_its_page() -> None:
    asked = {"kl": "k2", "ed": "2022", "taal": "en"}
    assert checked(list(asked.items())) == View(online(), address.read(asked, online())[0])
