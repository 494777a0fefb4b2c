"""Open answers leave the vault without their writer."""

import shutil
from pathlib import Path

import polars as pl
import pytest

from data.errors import DataError
from data.files import store
from data.survey.policy import load_policy
from queries.disclosure.redaction import PersonNames, Redactor, redactor, unread
from queries.publish.open_answers import SCHEMA, told_signals
from queries.release.manifest import Release
from queries.vault.opening import Vault, open_vault

NAMES = PersonNames(
    titles=["mevrouw", "wethouder", "dhr."],
    particles=["van", "van der", "de"],
    first_names=["Marieke", "Jan", "Zoë"],
    surnames=["Bakker", "Janssen", "Pietersen", "Boer"],
)
KEYS = ["editions", "themes", "partners", "dimensions", "groups", "words"]


@pytest.fixture(scope="module")
def cleaner() -> Redactor:
    policy = load_policy(store.SURVEY / "policy.toml").signals
    assert policy is not None
    return redactor(NAMES, ["Veere", "Best", "'s-Gravenhage", "Súdwest-Fryslân"], policy.instead)


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("Wethouder Jan-Willem van der Berg wil niet.", "Wethouder [naam] wil niet."),
        ("Vraag mevrouw De Vries-Smit of dhr. K. Yilmaz.", "Vraag mevrouw [naam] of dhr. [naam]."),
        ("A.B. de Boer en Marieke bellen.", "[naam] en [naam] bellen."),
        ("marieke wacht sinds jan 2023.", "[naam] wacht sinds jan 2023."),
        ("Mail m.smit@veere.nl snel.", "Mail [e-mailadres] snel."),
        ("Bel 06-12345678, 0118 - 55 54 44 of +31 118 555444.",
         "Bel [telefoonnummer], [telefoonnummer] of [telefoonnummer]."),
        ("Zie www.veere.nl/zorg.", "Zie [website]."),
        ("Bakker wil niet; dat zeggen Janssen en Pietersen ook.",
         "[naam] wil niet; dat zeggen [naam] en [naam] ook."),
        ("Vraag het De Boer of van der Boer.", "Vraag het [naam] of [naam]."),
        ("Een bakker, een boer en Bakkerij Zoet.", "Een bakker, een boer en Bakkerij Zoet."),
        ("Kom naar Lange Voorstraat 12a, Dorpsweg 7 of Grote Markt 1.",
         "Kom naar [plaats], [plaats] of [plaats]."),
        ("De hoofdweg 3 keer per jaar.", "De hoofdweg 3 keer per jaar."),
        ("In Veere en sudwest-fryslan, 4351 AB.", "In [plaats] en [plaats], [plaats]."),
        ("Van 's-Gravenhage naar GM0717.", "Van [plaats] naar [plaats]."),
        ("Dat is best lastig: 2.500.000 euro in 2022-2023.",
         "Dat is best lastig: 2.500.000 euro in 2022-2023."),
    ],
)  # fmt: skip
def test_what_gives_the_writer_away_is_taken_out(cleaner: Redactor, text: str, clean: str) -> None:
    assert cleaner.clean(text)[0] == clean


def test_words_that_may_be_names_are_named_for_reading() -> None:
    texts = ["Wij wachten op Klaver en op UWV. Daarna komt de Raad."]
    assert unread(texts, ["de Raad"]) == ["Klaver"]


def copied(sample_vault: Path, folder: Path, rows: list[tuple[str, str, str]]) -> Vault:
    """Return a vault with these open answers of 2023: municipality, theme and text."""
    shutil.copytree(sample_vault, folder)
    signals = pl.read_parquet(folder / "signals.parquet")
    frame = pl.DataFrame(
        [(2023, n, code, theme, None, text, True) for n, (code, theme, text) in enumerate(rows)],
        schema=signals.schema,
        orient="row",
    )
    frame.write_parquet(folder / "signals.parquet")
    return open_vault(folder)


def some_of(sample_vault: Path, count: int, **group: str) -> list[str]:
    """Return the first municipalities of a group in the register of 2023."""
    register = pl.read_parquet(sample_vault / "register.parquet").filter(
        pl.col("year") == 2023, *(pl.col(name) == code for name, code in group.items())
    )
    return register["municipality_code"].head(count).to_list()


def test_a_theme_with_fewer_than_five_writers_is_left_out(
    sample_vault: Path, tmp_path: Path
) -> None:
    rows = [(code, "personeel", "Tekst.") for code in some_of(sample_vault, 4)] * 3
    told = told_signals(copied(sample_vault, tmp_path / "kluis", rows))
    assert told is not None
    assert (told.signals.height, told.left_out) == (0, 12)


def test_groups_that_are_too_small_are_told_as_the_whole(
    sample_vault: Path, tmp_path: Path
) -> None:
    # three of each part of the country: at most three of a part are told by part
    rows = [
        (code, "personeel", "Tekst.")
        for part in ("LD01", "LD02", "LD03", "LD04")
        for code in some_of(sample_vault, 3, landsdeel=part, size_class="k2")
    ]
    told = told_signals(copied(sample_vault, tmp_path / "kluis", rows))
    assert told is not None
    assert set(told.signals["dimension"]) <= {"nl", "size_class"}
    sizes = told.signals.group_by("dimension", "group_code").len()
    # whichever of both each is told along, and none is left out
    assert sizes["len"].min() >= 5  # type: ignore[operator]
    assert sizes["len"].sum() == 12


def test_every_released_group_has_five_writers(sample_vault: Path, published: Release) -> None:
    written = pl.read_parquet(sample_vault / "signals.parquet")
    told = published.ask("signals", **dict.fromkeys(KEYS))
    groups = told.group_by("edition", "theme", "dimension", "group_code").len()
    assert groups["len"].min() >= 5  # type: ignore[operator]
    assert told.height == written.height
    assert told.columns == list(SCHEMA)


def test_numbers_and_order_tell_nothing_of_the_vault(
    sample_vault: Path, published: Release
) -> None:
    written = pl.read_parquet(sample_vault / "signals.parquet").filter(pl.col("edition") == 2023)
    told = published.ask("signals", **(dict.fromkeys(KEYS) | {"editions": [2023]}))
    assert told["signal_id"].to_list() == list(range(1, 301))
    # of 300 numbers dealt anew about one stays in its place
    same = (told["text"] == written.sort("signal_id")["text"]).sum()
    assert same < 20


def test_the_same_vault_tells_the_same_twice(sample_vault: Path) -> None:
    first, second = (told_signals(open_vault(sample_vault)) for _ in range(2))
    assert first is not None
    assert second is not None
    assert first.signals.equals(second.signals)


def test_all_answers_of_one_hand_are_told_along_one_dimension(
    sample_vault: Path, tmp_path: Path
) -> None:
    codes = some_of(sample_vault, 60, landsdeel="LD03", size_class="k2")
    rows = [
        (code, theme, f"Van {n}.")
        for n, code in enumerate(codes)
        for theme in ("personeel", "preventie")
    ]
    told = told_signals(copied(sample_vault, tmp_path / "kluis", rows))
    assert told is not None
    dimensions = told.signals.group_by("text").agg(pl.col("dimension").n_unique())
    assert dimensions["dimension"].max() == 1


def test_open_answers_without_a_rule_stop_the_release(sample_vault: Path, tmp_path: Path) -> None:
    shutil.copytree(sample_vault, tmp_path / "kluis")
    policy = tmp_path / "kluis" / "policy.toml"
    text = policy.read_text(encoding="utf-8")
    head, _, rest = text.partition("[signals]")
    policy.write_text(head + "[strata]" + rest.partition("[strata]")[2], encoding="utf-8")
    with pytest.raises(DataError, match="zegt niet hoe die naar buiten mogen"):
        told_signals(open_vault(tmp_path / "kluis"))


def test_all_words_must_be_there_whatever_their_case_and_accents(published: Release) -> None:
    wanted = dict.fromkeys(KEYS) | {"words": ["KÓPPELING", "uwv"]}
    found = published.ask("signals", **wanted)["text"].str.to_lowercase()
    assert len(found) > 0
    assert found.str.contains("koppeling").all()
    assert found.str.contains("uwv").all()


def test_counts_are_those_of_the_answers(published: Release) -> None:
    wanted = dict.fromkeys(KEYS) | {"themes": ["personeel"], "dimensions": ["size_class"]}
    counts = published.ask("signal_counts", **wanted)
    assert counts["signal_count"].sum() == published.ask("signals", **wanted).height
