"""A selection becomes an address and comes back whole; what an address lacks is filled in."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pages.cards.registry import NAMES
from pages.state import address
from pages.state.releases import Facts, online
from pages.state.selection import Official, Selection, TableChoice
from queries.vocabulary import Weighting

pytestmark = pytest.mark.usefixtures("on_sample")
EXAMPLES = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@st.composite
def selections(draw: st.DrawFn, known: Facts) -> Selection:
    """Draw something that a reader can have chosen."""
    book = known.codebook

    def perhaps(options: list[str]) -> str | None:
        return draw(st.none() | st.sampled_from(options))

    region = draw(st.none() | st.sampled_from(book.of_kind("region")))
    question = draw(st.none() | st.sampled_from([i for i in book.indicators if i.kind == "survey"]))
    items = [i for i in question.items() if i] if question else []
    years = known.official_years()
    return Selection(
        language=draw(st.sampled_from(["nl", "en"])),
        edition=draw(st.sampled_from(known.editions)),
        question=question.id if question else None,
        item=perhaps(items) if items else None,
        level=region.id if region else None,
        region=perhaps(region.codes()) if region else None,
        size_class=perhaps(book.of_kind("class")[0].codes()),
        weighting=draw(st.sampled_from(list(Weighting))),
        margins=draw(st.booleans()),
        official=Official(
            indicator=perhaps([i.id for i in book.indicators if i.kind == "official"]),
            basis=perhaps(["begroting", "jaarrekening"]),
            year=draw(st.none() | st.sampled_from(years)),
            municipality=perhaps(list(known.municipalities)),
        ),
        table=TableChoice(
            theme=perhaps([t.id for t in book.themes]),
            questions=tuple(
                draw(st.lists(st.sampled_from([i.id for i in book.indicators]), unique=True))
            ),
            rows=perhaps(known.dimensions),
            editions=tuple(draw(st.lists(st.sampled_from(known.all_years()), unique=True))),
        ),
        opened=tuple(draw(st.lists(st.sampled_from(["kern", "rest-personeel"]), unique=True))),
    )


@EXAMPLES
@given(st.data())
def test_what_was_chosen_comes_back_from_its_address(data: st.DataObject) -> None:
    known = online()
    chosen = data.draw(selections(known))
    written = address.write(chosen, known.codebook)
    back, dropped = address.read(written, known)
    assert dropped == []
    # Without a region the first division is the one shown, so it needs no place in the address.
    assert address.write(back, known.codebook) == written
    assert back.margins == chosen.margins
    assert (back.region, back.size_class, back.question, back.item, back.official, back.table) == (
        chosen.region,
        chosen.size_class,
        chosen.question,
        chosen.item,
        chosen.official,
        chosen.table,
    )


@EXAMPLES
@given(st.dictionaries(st.sampled_from(["kl", "ld", "pv", "ed", "vr", "gm", "eds"]), st.text()))
def test_any_text_in_an_address_is_used_or_reported(parameters: dict[str, str]) -> None:
    known = online()
    selection, dropped = address.read(parameters, known)
    written = address.write(selection, known.codebook)
    assert written["ed"] in {"2022", "2023"}
    used = set(written.items()) | {(d.parameter, d.value) for d in dropped}
    for name, value in parameters.items():
        values = value.split(",") if name == "eds" else [value]
        assert all((name, v) in used or v == "" or v in written.get(name, "") for v in values)


def test_edition_and_language_are_always_in_an_address() -> None:
    known = online()
    selection, _ = address.read({}, known)
    assert address.write(selection, known.codebook) == {"ed": "2023", "taal": "nl"}


def test_of_two_regions_the_first_is_taken_and_the_other_reported() -> None:
    selection, dropped = address.read({"ld": "LD03", "pv": "PV30"}, online())
    assert (selection.level, selection.region) == ("landsdeel", "LD03")
    assert dropped == [address.Dropped("pv", "PV30", contradicts=True)]


def test_a_former_municipality_becomes_its_successor() -> None:
    selection, dropped = address.read({"gm": "GM0370"}, online())
    assert selection.official.municipality == "GM0439"
    assert dropped == [address.Dropped("gm", "GM0370", "GM0439")]


def test_every_former_municipality_leads_to_one_that_exists() -> None:
    known = online()
    assert set(known.successors.values()) <= known.municipalities.keys()


def test_an_answer_without_its_question_is_reported() -> None:
    selection, dropped = address.read({"an": "yes"}, online())
    assert (selection.item, dropped) == (None, [address.Dropped("an", "yes")])


def test_what_could_not_name_a_card_is_reported() -> None:
    selection, dropped = address.read({"op": "klassen,<b>,klassen,rest-personeel"}, online())
    assert selection.opened == ("klassen", "rest-personeel")
    assert dropped == [address.Dropped("op", "<b>")]


def test_every_card_can_be_unfolded_by_its_name() -> None:
    known = online()
    official = [i.id for i in known.codebook.indicators if i.kind == "official"]
    names = [*NAMES, *(f"positie-{i.replace('_', '-')}" for i in official)]
    names += [f"{kind}-{t.slug}" for kind in ("rest", "groep") for t in known.codebook.themes]
    selection, dropped = address.read({"op": ",".join(names)}, known)
    assert (list(selection.opened), dropped) == (names, [])


def test_a_link_to_another_page_unfolds_nothing_there() -> None:
    selection, _ = address.read({"op": "klassen"}, online())
    assert address.shared(selection).opened == ()


def test_a_link_carries_codes_and_no_names() -> None:
    known = online()
    selection, _ = address.read({"kl": "k2", "pv": "PV30", "ed": "2022", "taal": "en"}, known)
    link = address.link("personeel", selection, known.codebook)
    assert link == "personeel?pv=PV30&kl=k2&ed=2022&taal=en"
