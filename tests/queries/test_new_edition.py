"""An edition is added by a command and a step in the codebook; those before keep their words."""

from pathlib import Path

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from data.errors import CodebookError, DataError
from data.files import store
from data.survey.codebook import load_codebook
from data.survey.coherence import check_survey
from data.survey.new_edition import add_edition
from queries.publish import publishing
from queries.publish.publishing import Author
from queries.release.manifest import Release, open_release
from tests.conftest import ROOT
from tests.support.surveys import nine, texts

BY = Author("Kim", "nieuwe editie")
REWORDED = 'changes.2026 = { question = { nl = "Hoeveel lesuren?", en = "How many lessons?" } }'
WIDER = "changes.2026 = { valid = [0, 100] }"


def silent(_line: str) -> None:
    """Report nothing."""


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    """The vault of nine units, with a register of 2026 too."""
    vault = nine(tmp_path / "kluis")
    register = pl.read_parquet(vault / "register.parquet")
    later = register.with_columns(year=pl.lit(2026, pl.Int32))
    pl.concat([register, later]).write_parquet(vault / "register.parquet")
    return vault


def change(vault: Path, before: str, after: str) -> None:
    """Replace a text in the codebook of a vault, once."""
    path = vault / "codebook.toml"
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


def answer_again(vault: Path) -> None:
    """Let everyone answer in 2026 what they did in 2025."""
    held = pl.read_parquet(vault / "responses.parquet")
    again = held.with_columns(edition=pl.lit(2026, pl.Int32))
    pl.concat([held, again]).write_parquet(vault / "responses.parquet")


def figures(release: Release, indicator: str) -> dict[tuple[int, str], int]:
    """Return how many figures there are of each edition and item of a question."""
    frame = pl.read_parquet(release.folder / "figures.parquet")
    found = frame.filter(pl.col("indicator") == indicator).group_by("edition", "item").len()
    return {(year, item): count for year, item, count in found.iter_rows()}


def test_the_new_edition_asks_what_the_former_one_did(vault: Path) -> None:
    asked = add_edition(vault / "codebook.toml", 2026, 2025, [])
    book = check_survey(vault)
    assert (asked, book.years()) == (["hours", "busy"], [2025, 2026])
    assert book.by_id["hours"].comparability == {2025: "same", 2026: "same"}


def test_a_question_that_is_dropped_is_not_asked_and_stays_in_the_former(vault: Path) -> None:
    add_edition(vault / "codebook.toml", 2026, 2025, ["busy"])
    busy = load_codebook(vault / "codebook.toml").by_id["busy"]
    assert (busy.asked_in(2025), busy.asked_in(2026)) == (True, False)


def test_every_question_of_the_shipped_survey_is_asked_again_and_no_remark_is_lost(
    tmp_path: Path,
) -> None:
    path = tmp_path / "codebook.toml"
    before = (store.SURVEY / "codebook.toml").read_text(encoding="utf-8")
    path.write_text(before, encoding="utf-8")
    asked = add_edition(path, 2024, 2023, [])
    after = path.read_text(encoding="utf-8")
    assert load_codebook(path).years() == [2022, 2023, 2024]
    assert after.count("2024 = ") == len(asked)
    added = set(after.splitlines()) - set(before.splitlines())
    assert {line.partition(" ")[0] for line in added} == {"year", "label", "comparability"}


@pytest.mark.parametrize(
    ("year", "former", "dropped", "said"),
    [
        (2025, 2025, [], "Editie 2025 kan niet na 2025 komen"),
        (2026, 2024, [], "Editie 2026 kan niet na 2024 komen"),
        (2026, 2025, ["buzy"], "--drop buzy: die vraag is in 2025 niet gesteld"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_written(
    vault: Path, year: int, former: int, dropped: list[str], said: str
) -> None:
    before = (vault / "codebook.toml").read_bytes()
    with pytest.raises(DataError, match=said):
        add_edition(vault / "codebook.toml", year, former, dropped)
    assert (vault / "codebook.toml").read_bytes() == before


def test_a_codebook_written_otherwise_is_left_to_a_person(vault: Path) -> None:
    change(vault, 'comparability = { 2025 = "same" }', 'comparability.2025 = "same"')
    before = (vault / "codebook.toml").read_bytes()
    with pytest.raises(DataError, match="anders geschreven"):
        add_edition(vault / "codebook.toml", 2026, 2025, [])
    assert (vault / "codebook.toml").read_bytes() == before


def test_another_scale_cannot_be_called_the_same(vault: Path) -> None:
    options = f"options = [{{ code = '1', label = {texts('een')} }}]"
    scale = f'type = "ordinal"\nheadline = "top"\ntop_from = 1\n{options}'
    change(vault, 'type = "yes_no"', scale)
    change(vault, 'headline = "yes"\n', "")
    add_edition(vault / "codebook.toml", 2026, 2025, [])
    other = f"{{ code = '2', label = {texts('twee')} }}"
    change(
        vault, f"{options}", f"{options}\nchanges.2026 = {{ options = [{other}], top_from = 2 }}"
    )
    with pytest.raises(CodebookError, match='zet in comparability 2026 = "changed"'):
        load_codebook(vault / "codebook.toml")


def test_an_edition_online_keeps_its_words_and_its_scale(vault: Path) -> None:
    release = vault.parent / "release"
    publishing.publish(vault, release, [2025], BY, silent)
    add_edition(vault / "codebook.toml", 2026, 2025, ["busy"])
    change(vault, "valid = [0, 10]", f"valid = [0, 10]\n{REWORDED}")
    answer_again(vault)
    publishing.publish(vault, release, [2026], BY, silent)
    online = open_release(release)
    words = [
        online.codebook.in_edition(year).by_id["hours"].question.dutch for year in (2025, 2026)
    ]
    assert words == ["hours", "Hoeveel lesuren?"]
    assert {year for year, _ in figures(online, "hours")} == {2025, 2026}
    # what is not asked any more has figures of the years it was
    assert {year for year, _ in figures(online, "busy")} == {2025}


def test_words_of_an_edition_online_do_not_change_under_it(vault: Path) -> None:
    release = vault.parent / "release"
    publishing.publish(vault, release, [2025], BY, silent)
    add_edition(vault / "codebook.toml", 2026, 2025, [])
    answer_again(vault)
    change(vault, f"question = {texts('hours')}", f"question = {texts('lessons')}")
    with pytest.raises(DataError, match=r"Editie 2025 staat online met andere woorden.*: hours\."):
        publishing.publish(vault, release, [2026], BY, silent)
    assert open_release(release).manifest.editions == [2025]


def test_a_scale_counts_the_answers_of_each_edition_by_its_own_levels(vault: Path) -> None:
    levels = [f"{{ code = '{n}', label = {texts(str(n))} }}" for n in range(3)]
    scale = f"headline = 'top'\ntop_from = 1\noptions = [{', '.join(levels[:2])}]"
    change(vault, '"yes_no"', '"ordinal"')
    change(vault, 'headline = "yes"', scale)
    add_edition(vault / "codebook.toml", 2026, 2025, [])
    other = f"changes.2026 = {{ options = [{', '.join(levels)}], top_from = 2 }}"
    change(vault, scale, f"{scale}\n{other}")
    text = (vault / "codebook.toml").read_text(encoding="utf-8")
    place = text.rindex('2026 = "same"')
    text = text[:place] + '2026 = "changed"' + text[place + len('2026 = "same"') :]
    (vault / "codebook.toml").write_text(text, encoding="utf-8")
    counted = load_codebook(vault / "codebook.toml").items_table()
    found = counted.filter(pl.col("indicator") == "busy", pl.col("item") == "top")
    assert found.select("edition", "lower", "upper").rows() == [(2025, 1.0, 1.0), (2026, 2.0, 2.0)]


def test_a_page_gives_the_words_of_the_edition_looked_at(
    vault: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_edition(vault / "codebook.toml", 2026, 2025, [])
    change(vault, "valid = [0, 10]", f"valid = [0, 10]\n{REWORDED}")
    answer_again(vault)
    publishing.publish(vault, vault.parent / "release", [2025, 2026], BY, silent)
    monkeypatch.setenv("STAND_RELEASE", str(vault.parent / "release"))
    for year, wording in ((2025, "hours"), (2026, "Hoeveel lesuren?")):
        run = AppTest.from_file(str(ROOT / "pages" / "theme.py"), default_timeout=60)
        run.query_params["vr"], run.query_params["ed"] = "hours", str(year)
        run.run()
        assert not run.exception
        assert any(wording in caption.value for caption in run.caption), year


def test_files_that_do_not_fit_each_other_are_all_named_at_once(vault: Path) -> None:
    policy = vault / "policy.toml"
    policy.write_text(
        policy.read_text(encoding="utf-8").replace(
            "crosses = []", 'crosses = [["landsdeel", "size"]]'
        ),
        encoding="utf-8",
    )
    (vault / "agenda.toml").write_text(
        f"[source]\nlabel = {texts('bron')}\n[[actions]]\nid = 'een'\nowner = 'samen'\n"
        f"themes = ['geld']\nindicators = ['uren']\ntitle = {texts('t')}\ntext = {texts('t')}\n",
        encoding="utf-8",
    )
    register = pl.read_parquet(vault / "register.parquet").filter(pl.col("year") == 2026)
    register.with_columns(size=pl.lit("reusachtig")).write_parquet(vault / "register.parquet")
    with pytest.raises(CodebookError) as refused:
        check_survey(vault)
    for line in (
        "crosses: indeling landsdeel staat niet in codebook.toml",
        "actie een: thema geld staat niet in codebook.toml",
        "actie een: vraag uren staat niet in codebook.toml",
        "het register heeft geen 2025",
        "in kolom size reusachtig",
    ):
        assert line in str(refused.value)
