"""A municipality is recognised by any code or name it goes by, in the year of the edition."""

import shutil
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from data.importer.municipalities import Municipalities, municipalities


@pytest.fixture
def of_2023(sample_vault: Path) -> Municipalities:
    """The municipalities of 2023."""
    return municipalities(sample_vault, 2023, {})


@pytest.mark.parametrize(
    "text", ["GM0363", "gm0363", "G0363", "363", "0363", "363.0", "G363", "GM363", "00363"]
)
def test_a_code_is_recognised_in_every_spelling(of_2023: Municipalities, text: str) -> None:
    assert of_2023.recognise(text).code == "GM0363"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Súdwest-Fryslân", "GM1900"),
        ("SUDWEST FRYSLAN", "GM1900"),
        ("Utrecht (gemeente)", "GM0344"),
        ("Gemeente Zwolle", "GM0193"),
        ("Den Haag", "GM0518"),
        ("'s-Gravenhage", "GM0518"),
        ("Bergen (NH.)", "GM0373"),
        ("Bergen (L)", "GM0893"),
        ("SÃºdwest-FryslÃ¢n", "GM1900"),
        ("S\ufffddwest-Frysl\ufffdn", "GM1900"),
        ("’s-Hertogenbosch", "GM0796"),
        ("Hengelo (O.)", "GM0164"),
        ("Gem. Bergen NH", "GM0373"),
        ("Bergen (Limburg)", "GM0893"),
        ("Alphen a/d Rijn", "GM0484"),
        ("Capelle a.d. IJssel", "GM0502"),
        ("Kaag & Braassem", "GM1884"),
        ("St. Michielsgestel", "GM0845"),
        ("Hof v. Twente", "GM1735"),
        ("W-Maas en Waal", "GM0668"),
        ("Hogeland", "GM1966"),
        ("Nuenen c.a.", "GM0820"),
        ("Nuenen", "GM0820"),
        ("Goes 1)", "GM0664"),
        ("Goes²", "GM0664"),
    ],
)
def test_a_name_is_recognised_in_its_variants(
    of_2023: Municipalities, text: str, code: str
) -> None:
    assert of_2023.recognise(text).code == code


def test_a_merged_municipality_is_its_successor_and_that_is_said(of_2023: Municipalities) -> None:
    found = of_2023.recognise("Brielle")
    assert (found.code, found.note) == ("GM1992", "‘Brielle’ ging op in Voorne aan Zee (GM1992)")


def test_before_the_merger_it_is_itself(sample_vault: Path) -> None:
    assert municipalities(sample_vault, 2022, {}).recognise("Brielle").code == "GM0501"


def test_a_municipality_that_came_later_points_to_those_it_came_from(sample_vault: Path) -> None:
    found = municipalities(sample_vault, 2022, {}).recognise("GM1992")
    assert (found.code, found.remedy) == (
        None,
        "Gebruik de gemeenten van toen: GM0501, GM0530, GM0614.",
    )


def test_a_name_of_two_municipalities_asks_which(of_2023: Municipalities) -> None:
    found = of_2023.recognise("Bergen")
    assert (found.code, "GM0373" in found.remedy, "GM0893" in found.remedy) == (None, True, True)


def test_the_mapping_settles_which_of_two(sample_vault: Path) -> None:
    said = municipalities(sample_vault, 2023, {"Bergen": "GM0893"})
    assert said.recognise("Bergen").code == "GM0893"


def test_a_code_in_the_mapping_must_exist(sample_vault: Path) -> None:
    said = municipalities(sample_vault, 2023, {"Bergen": "GM9999"})
    assert "de mapping noemt GM9999" in said.recognise("Bergen").what


def test_a_spelling_mistake_gets_the_nearest_name(of_2023: Municipalities) -> None:
    assert of_2023.recognise("Amsteram").remedy.startswith("Bedoelt u Amsterdam (GM0363)")


def test_a_province_is_no_municipality(of_2023: Municipalities) -> None:
    assert [of_2023.is_region(t) for t in ("PV20", "Groningen (PV)", "Groningen")] == [
        True,
        True,
        False,
    ]


def test_a_number_of_inhabitants_is_not_taken_for_a_code(of_2023: Municipalities) -> None:
    assert of_2023.recognise("25445").code is None


def test_the_likest_name_is_suggested_first(of_2023: Municipalities) -> None:
    assert of_2023.recognise("Ysselstein").remedy.startswith("Bedoelt u IJsselstein (GM0353)")


def test_a_code_of_the_elections_is_recognised(of_2023: Municipalities) -> None:
    assert (of_2023.recognise("G1680").code, of_2023.knows("G1680")) == ("GM1680", True)


@pytest.mark.parametrize("text", ["Landelijk", "Yde", "Som", "Onbekend"])
def test_a_text_that_is_like_no_name_gets_no_suggestion(of_2023: Municipalities, text: str) -> None:
    found = of_2023.recognise(text)
    assert (found.code, "Bedoelt u" in found.remedy) == (None, False)


def test_a_new_name_of_before_the_register_is_the_same_municipality(
    sample_vault: Path, tmp_path: Path
) -> None:
    shutil.copyfile(sample_vault / "register.parquet", tmp_path / "register.parquet")
    renamed = {
        "effective_date": [date(2016, 1, 1)],
        "old_code": ["GM0241"],
        "old_name": ["Groesbeek"],
        "new_code": ["GM1945"],
        "new_name": ["Berg en Dal"],
    }
    pl.DataFrame(renamed).write_parquet(tmp_path / "mergers.parquet")
    of_2023 = municipalities(tmp_path, 2023, {})
    assert (of_2023.recognise("Groesbeek").code, of_2023.wholes) == (
        "GM1945",
        {"GM1945": {"GM0241": 1}},
    )
