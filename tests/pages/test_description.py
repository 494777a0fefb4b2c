"""The description of addresses: it names what there is, and what it does not name is refused."""

import json
from functools import cache
from typing import Any
from urllib.parse import quote, urlencode

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.survey.languages import LANGUAGES
from pages.cards.registry import cards_on
from pages.server.description import kinds
from pages.state import address
from tests.support.asking import ask
from tests.support.cards import view

pytestmark = pytest.mark.usefixtures("on_sample")
# Cheap to make, and every way an address is checked.
QUICK = ("personeel", "kern", "csv")
TRIES = settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
NEAR = st.sampled_from(["x" * 5000, "k2", "2023", "-1", "k2,k3", "../x"])
NONSENSE = st.one_of(st.text(max_size=20), NEAR)
Asked = tuple[str, list[tuple[str, str]], bool]


@cache
def described() -> dict[str, Any]:
    """Return the description as programs read it."""
    found: dict[str, Any] = json.loads(ask("openapi.json").body)
    return found


def test_the_description_has_the_shape_of_openapi() -> None:
    told = described()
    assert told["openapi"] == "3.1.0"
    for path, item in told["paths"].items():
        for parameter in item["get"]["parameters"]:
            assert parameter["in"] in {"path", "query"}
            assert parameter["description"]
            jsonschema.Draft202012Validator.check_schema(parameter["schema"])
            if parameter["in"] == "path":
                assert f"{{{parameter['name']}}}" in path
                assert parameter["example"] in parameter["schema"]["enum"]
    problem = told["components"]["schemas"]["Problem"]
    jsonschema.validate(json.loads(ask("bestand/personeel/klassen.csv?kl=k9").body), problem)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_leads_to_an_example_of_every_kind(language: str) -> None:
    page = ask(f"adressen?taal={language}")
    assert page.status == 200
    for kind in kinds(view(taal=language)):
        assert f'href="./{kind.shown.replace("&", "&amp;")}"' in page.body.decode()


def test_every_example_answers() -> None:
    for kind in kinds(view()):
        # The presentation draws every theme; tests/pages/test_pictures.py looks at it.
        if kind.name != "presentation":
            assert ask(kind.shown).status == 200, kind.shown


def test_parameters_and_cards_are_those_that_there_are() -> None:
    of = view()
    file = described()["paths"]["/bestand/{page}/{card}.{ending}"]["get"]["parameters"]
    named = {p["name"]: p["schema"] for p in file}
    assert named.keys() == address.offers(of.facts, of.selection).keys() | {
        "page",
        "card",
        "ending",
    }
    assert set(named["page"]["enum"]) == set(cards_on(of))
    assert named["kl"] == {"type": "string", "enum": ["k1", "k2", "k3", "k4"]}
    assert named["eds"]["items"]["enum"][-2:] == ["2026", "laatste2"]


@st.composite
def addresses(draw: st.DrawFn) -> Asked:
    """Draw an address of a file, and whether the description names all of it."""
    file = described()["paths"]["/bestand/{page}/{card}.{ending}"]["get"]["parameters"]
    asked = {p["name"]: p["schema"] for p in file if p["in"] == "query"}
    right, pairs = True, []
    for name in draw(st.lists(st.sampled_from(sorted(asked)), max_size=3)):
        values = asked[name].get("enum") or asked[name].get("items", {}).get("enum") or []
        value = draw(st.sampled_from(values) if values and draw(st.booleans()) else NONSENSE)
        right = right and value in values
        pairs.append((name, value))
    if draw(st.integers(0, 4)) == 0:
        pairs.append((draw(NONSENSE), "1"))
        right = right and pairs[-1][0] in asked
    right = right and len({name for name, _ in pairs}) == len(pairs)
    parts = [draw(NONSENSE) if draw(st.integers(0, 5)) == 0 else part for part in QUICK]
    right = right and tuple(parts) == QUICK
    page, card, ending = (quote(part, safe="") for part in parts)
    return f"bestand/{page}/{card}.{ending}", pairs, right


@TRIES
@given(addresses())
def test_nothing_that_is_not_described_is_given(
    asked: tuple[str, list[tuple[str, str]], bool],
) -> None:
    path, pairs, right = asked
    free = {"zoek", "op", "an"}
    status = ask(f"{path}?{urlencode(pairs)}").status
    assert status in {200, 400, 404, 410}, asked
    if status == 200:
        assert right or {name for name, _ in pairs} & free, asked
