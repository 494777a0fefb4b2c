"""What the papers say is in the code is there, and they name what is there."""

import re
from pathlib import Path

import pytest

from pages.cards.registry import cards_on
from pages.state import address
from tests.conftest import ROOT
from tests.support.cards import view

FOLDERS = ("data", "queries", "pages")
WRITTEN = (".py", ".sql", ".toml")


def named() -> list[str]:
    """Return what the last column of each table puts between backticks."""
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\|[^|]+\|[^|]+\|([^|]+)\|$", text, re.MULTILINE)
    return sorted({name for row in rows for name in re.findall("`([^`]+)`", row)})


def files() -> list[Path]:
    """Return what is written by hand."""
    found = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*")]
    return [path for path in found if path.suffix in WRITTEN]


@pytest.fixture(scope="module")
def code() -> dict[str, str]:
    """The text of every file, by its path."""
    return {path.as_posix(): path.read_text(encoding="utf-8") for path in files()}


def is_there(name: str, code: dict[str, str]) -> bool:
    """Whether a path, a file, a name within a module, or a word or line is there."""
    if (ROOT / name).exists() or any(path.endswith(f"/{name}") for path in code):
        return True
    module, _, attribute = name.partition(".")
    within = [text for path, text in code.items() if path.endswith(f"/{module}.py")]
    if attribute and within:
        return any(re.search(rf"\b{attribute}\b", text) for text in within)
    whole = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
    return any(whole.search(text) for text in code.values())


def test_what_the_glossary_names_is_in_the_code(code: dict[str, str]) -> None:
    assert len(named()) > 50
    assert [name for name in named() if not is_there(name, code)] == []


def test_the_map_names_every_room() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rooms = [path.parent for folder in FOLDERS for path in (ROOT / folder).glob("*/__init__.py")]
    assert [room.name for room in rooms if f"  {room.name}/" not in text] == []


def test_every_test_and_helper_has_a_line_in_its_map() -> None:
    tests = ROOT / "tests"
    text = (tests / "README.md").read_text(encoding="utf-8")
    named: set[str] = set()
    for section in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        folder = re.match(r"(\w+)/\n", section)
        within = f"{folder[1]}/" if folder else ""
        named |= {
            within + name for name in re.findall(r"^\| `([\w/]+\.py)` \|", section, re.MULTILINE)
        }
    there = {
        path.relative_to(tests).as_posix()
        for path in tests.rglob("*.py")
        if path.name != "__init__.py" and "fixtures" not in path.parts
    }
    assert (named - there, there - named) == (set(), set())


def quoted(paper: str) -> set[str]:
    """Return what a paper puts between backticks."""
    return set(re.findall("`([^`\n]+)`", (ROOT / "docs" / paper).read_text(encoding="utf-8")))


@pytest.mark.usefixtures("on_sample")
def test_the_paper_for_analysts_names_every_card_and_parameter() -> None:
    shown = view(taal="nl")
    slugs = "|".join(theme.slug for theme in shown.book.themes)
    cards = {name for names in cards_on(shown).values() for name in names}
    cards = {re.sub(rf"^(rest|groep)-({slugs})$", r"\1-THEME", name) for name in cards}
    cards = {re.sub("^positie-.*", "positie-FIGURE", name) for name in cards}
    assert (cards | set(address.offers(shown.facts, shown.selection))) - quoted(
        "analysts.md"
    ) == set()
