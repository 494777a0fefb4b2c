"""Rules of the house that no linter knows."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter

import duckdb
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from data import commands as data_commands
from data.sources.register import build_register
from data.survey.languages import LANGUAGES, Language
from pages.state.pages import PAGES as PAGES_THERE
from pages.words.texts import Words
from queries import commands as query_commands
from queries.vocabulary import Grade, Outcome, Status

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "pages"
QUESTIONS = sorted((ROOT / "queries").glob("*/*.sql"))
HEADER = ["Question", "Grain", "Params", "Unit", "Source"]
# Files that a page may lean on without being a page.
FRAME = {"__init__", "frame"}


def parsed(*folders: str) -> Iterator[ast.AST]:
    """Give every node of the code in some folders."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield from ast.walk(ast.parse(path.read_text(encoding="utf-8")))


def templates() -> str:
    """Return the templates of printable pages, which ask for words as well."""
    paths = [path for kind in ("html", "typ", "sql") for path in PAGES.rglob(f"*.{kind}")]
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


@cache
def literals(*folders: str) -> set[str]:
    """Return every piece of text in the code of some folders, templates included."""
    return {
        node.value
        for node in parsed(*folders)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    } | set(re.findall(r"""["']([a-z_.]+)["']""", templates()))


def beginnings() -> set[str]:
    """Return what texts put together in pages begin with: ``unit.`` of ``f"unit.{unit}"``."""
    return {
        node.values[0].value
        for node in parsed("pages", "queries")
        if isinstance(node, ast.JoinedStr)
        and isinstance(node.values[0], ast.Constant)
        and isinstance(node.values[0].value, str)
        and re.fullmatch(r"[a-z_]+\.[a-z_.]*", node.values[0].value)
    }


def asked_for() -> set[str]:
    """Return every key that pages ask the words of, written out in full."""
    asked = set(re.findall(r"""words\(["']([a-z_.]+)["']""", templates()))
    for node in parsed("pages"):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            said = ast.unparse(node.func)
            key = str(node.args[0].value)
            if re.search(r"(^|\.)words$|^Words\(.*\)$", said):
                asked.add(key)
            elif re.search(r"(^|\.)words\.count$", said):
                asked |= {f"{key}.one", f"{key}.other"}
    return asked


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_texts(language: Language) -> None:
    assert Words(language).texts.keys() == Words("nl").texts.keys()


def test_the_same_is_filled_in_in_both_languages() -> None:
    def filled(text: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(text) if name is not None}

    dutch, english = Words("nl").texts, Words("en").texts
    differing = {key for key in dutch if filled(dutch[key]) != filled(english[key])}
    assert differing == set()


def test_every_text_that_pages_ask_for_exists() -> None:
    asked = asked_for()
    assert len(asked) > 100
    assert asked - Words("nl").texts.keys() == set()


def test_every_text_is_used() -> None:
    known = literals("pages", "queries", "data")
    fields = {
        n.target.id
        for n in parsed("pages")
        if isinstance(n, ast.AnnAssign) and isinstance(n.target, ast.Name)
    }
    pieces = fields | {piece for text in known for piece in re.split(r"\W", text)}
    starts = beginnings()

    def is_used(key: str) -> bool:
        if key in known or key.removesuffix(".one").removesuffix(".other") in known:
            return True
        ends = [key.removeprefix(start) for start in starts if key.startswith(start)]
        return any(end in pieces or set(end.split("_")) <= pieces for end in ends)

    assert [key for key in Words("nl").texts if not is_used(key)] == []


@pytest.mark.parametrize("path", QUESTIONS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_header_of_a_question_documents_exactly_its_parameters(path: Path) -> None:
    sql = path.read_text(encoding="utf-8")
    (statement,) = duckdb.extract_statements(sql)
    header = sql.partition("\nwith")[0].partition("\nselect")[0]
    parameters = header.partition("-- Params:")[2].partition("-- Unit:")[0]
    assert re.findall(r"^-- (\w+):", header, flags=re.MULTILINE)[: len(HEADER)] == HEADER
    assert set(re.findall(r"\$(\w+)", parameters)) == set(statement.named_parameters)
    assert statement.type == duckdb.StatementType.SELECT


@pytest.mark.parametrize("path", QUESTIONS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_question_is_asked(path: Path) -> None:
    known = literals("pages", "queries")
    names = {f"{path.parent.name}/{path.stem}"}
    if path.parent.name == "views":
        names.add(path.stem)
    assert names & known


def test_the_server_imports_no_more_than_pages_and_what_serves_them() -> None:
    tree = ast.parse((ROOT / "dashboard.py").read_text(encoding="utf-8"))
    imported = {
        name
        for node in ast.walk(tree)
        for name in (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else []
        )
    }
    ours = {name for name in imported if name.split(".")[0] in {"data", "queries", "pages"}}
    theirs = {name.split(".")[0] for name in imported - ours}
    assert {name for name in ours if not name.startswith("pages.")} == {
        "data.errors",
        "data.settings",
    }
    assert theirs <= {
        "__future__",
        "anyio",
        "collections",
        "contextlib",
        "logging",
        "functools",
        "uvicorn",
        "starlette",
    } | {
        "streamlit",
        "typing",
    }


@pytest.mark.parametrize("path", sorted(PAGES.glob("*.py")), ids=lambda path: path.stem)
def test_python_files_beside_the_frame_are_pages(path: Path) -> None:
    if path.stem in FRAME:
        return
    known = {entry.file for entry in PAGES_THERE} | {"theme.py"}
    assert path.name in known
    # The first page has its title from what leads.
    assert re.search(r"st\.title\(|^    lead\(", path.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize(
    ("package", "module"), [("data", data_commands), ("queries", query_commands)]
)
def test_the_papers_name_every_command(package: str, module: object) -> None:
    papers = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    readme = "\n".join(paper.read_text(encoding="utf-8") for paper in papers)
    app = module.app  # type: ignore[attr-defined]
    names = [c.name or c.callback.__name__ for c in app.registered_commands]
    assert f"python -m {package}" in readme
    assert [n for n in names if not re.search(rf"(python -m \w+ |`){n}\b", readme)] == []


def test_the_committed_tables_rebuild_the_register(tmp_path: Path) -> None:
    built = build_register(target=tmp_path)
    assert_frame_equal(built, pl.read_parquet(ROOT / "data" / "register" / "register.parquet"))
    for table in ("mergers", "names"):
        kept = pl.read_parquet(ROOT / "data" / "register" / f"{table}.parquet")
        assert_frame_equal(pl.read_parquet(tmp_path / f"{table}.parquet"), kept)


def test_statuses_and_outcomes_are_written_in_the_vocabulary_only() -> None:
    kinds = (Status, Grade, Outcome)
    words = {str(word) for kind in kinds for word in kind} - {"shown"}  # also a key of a session
    found = [
        (path.relative_to(ROOT), node.value)
        for folder in ("queries", "pages")
        for path in sorted((ROOT / folder).rglob("*.py"))
        if path.name != "vocabulary.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and node.value in words
    ]
    assert found == []


def test_crossed_groups_are_taken_apart_in_one_module_only() -> None:
    found = [
        path.relative_to(ROOT)
        for folder in ("data", "queries", "pages")
        for path in sorted((ROOT / folder).rglob("*.py"))
        if re.search(r"split\((CROSS|\":\")\)", path.read_text(encoding="utf-8"))
    ]
    assert found == [Path("data/survey/groups.py")]


def test_no_test_reads_outside_the_repository() -> None:
    depths = {
        (path.relative_to(ROOT), int(found))
        for path in sorted((ROOT / "tests").rglob("*.py"))
        for found in re.findall(r"parents\[(\d)\]", path.read_text(encoding="utf-8"))
    }
    assert [path for path, depth in depths if depth >= len(path.parts)] == []
