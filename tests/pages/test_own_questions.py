"""Readers ask released tables in SQL: answered, or refused, and the server goes on."""

import io
import json
from pathlib import Path
from urllib.parse import quote

import polars as pl
import pytest

from pages.files.downloads import tidy
from pages.files.own_question import own_examples, rows
from pages.state.releases import online
from queries import engine
from queries.ask.own_questions import ROWS, OwnQuestionError, Reason
from tests.conftest import Served
from tests.support.cards import card, view

pytestmark = pytest.mark.usefixtures("on_sample")
FIGURES = (
    "select group_code, estimate from figures where indicator = 'staff_shortage_social' "
    "and item = 'yes' and edition = 2023 and dimension = 'size_class' "
    "and weighting = 'municipality' order by group_code"
)

# As JSON the name stands before every one of a million values.
MANY_NAMES = "select list_transform(range(1000), lambda i: {'n': i}) from range(1000)"
MANY_NAMES = MANY_NAMES.replace("'n'", f"'{'n' * 3000}'")


def test_an_answer_has_the_figures_of_the_page() -> None:
    parameters = {"ed": "2023", "taal": "nl"}
    shown = tidy(view(**parameters), card("klassen", "personeel", **parameters))
    found = rows(online(), FIGURES)
    assert found["group_code"].to_list() == ["k1", "k2", "k3", "k4"]
    assert found["estimate"].to_list() == shown.sort("group_code")["estimate"].to_list()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "copy figures to '/tmp/figures.csv'",
        "attach '/tmp/other.db'",
        "pragma database_list",
        "set memory_limit = '100GB'",
        "install httpfs",
        "insert into figures select * from figures",
        "create table mine as select 1",
        "select 1; drop table figures",
    ],
)
def test_what_does_more_than_ask_is_no_question(text: str) -> None:
    with pytest.raises(TypeError):
        engine.own_question(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("drop table figures", Reason.NO_QUESTION),
        ("select * from query('copy figures to ''/tmp/f.csv''')", Reason.FAILED),
        ("select list(a.range) from range(100000000) a", Reason.MEMORY),
        # a few bits each, and the name of a column in front of every one of them as JSON
        (MANY_NAMES, Reason.MEMORY),
    ],
)
def test_what_is_no_question_or_wants_too_much_is_refused(text: str, reason: Reason) -> None:
    with pytest.raises(OwnQuestionError) as refused:
        rows(online(), text)
    assert refused.value.reason is reason


def test_what_the_database_is_made_to_say_is_cut() -> None:
    with pytest.raises(OwnQuestionError) as refused:
        rows(online(), "select error(repeat('x', 3000000))")
    assert len(refused.value.said) == 500


def test_a_question_without_end_is_ended() -> None:
    endless = (
        "with recursive t(n) as (select 1 union all select n + 1 from t) select count(*) from t"
    )
    with pytest.raises(OwnQuestionError) as refused:
        rows(online(), endless)
    assert refused.value.reason is Reason.TIME


def test_nothing_of_the_server_is_in_reach(tmp_path: Path) -> None:
    (tmp_path / "answers.csv").write_text("a\n1\n")
    for text in ("select * from '{}/*.csv'", "select * from glob('{}/*')"):
        with pytest.raises(OwnQuestionError) as refused:
            rows(online(), text.format(tmp_path))
        assert "disabled by configuration" in refused.value.said
    locked = rows(online(), "select current_setting('lock_configuration') as it")
    assert locked.item() is True


def test_an_answer_has_no_more_rows_than_it_may() -> None:
    assert rows(online(), "select * from figures").height == ROWS


def test_every_example_has_an_answer() -> None:
    examples = own_examples(view(ed="2023", taal="en"))
    assert len(examples) == 4
    for text in examples.values():
        assert rows(online(), text).height > 0


def test_an_address_gives_page_and_files_and_refuses_in_words(server: Served) -> None:
    asked = f"sql?q={quote(FIGURES)}&ed=2023&taal=nl"
    status, headers, body = server.get(asked, "text/html")
    assert status == 200
    assert "form-action 'self'" in headers["content-security-policy"]
    assert "4 rijen" in body.decode()
    found = pl.read_parquet(io.BytesIO(server.get(f"{asked}&als=parquet")[2]))
    assert found.equals(pl.read_csv(io.BytesIO(server.get(f"{asked}&als=csv")[2])))
    status, _, body = server.get("sql?ed=2023&q=drop%20table%20figures", "text/html")
    assert status == 400
    assert "SELECT of WITH" in body.decode()
    status, _, body = server.get("sql?q=drop%20table%20figures&als=csv", "application/json")
    assert (status, json.loads(body)["problems"][0]["reason"]) == (400, "sql_select")
    for wrong in ("als=exe", "kl=k2", "q=select%201", "v=9-00000000"):
        assert server.get(f"{asked}&{wrong}", "application/json")[0] in {400, 404}
    assert server.get("healthz")[0] == 200


def test_what_was_asked_is_text_on_the_page(server: Served) -> None:
    body = server.get(
        f"sql?ed=2023&q={quote('</textarea><script>alert(1)</script>')}", "text/html"
    )[2]
    assert b"&lt;script&gt;alert" in body
    assert b"<script>alert" not in body
