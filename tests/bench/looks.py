"""What a reader meets first on each page, measured in a browser: ``python -m tests.bench.looks``.

For each page, language and width: the largest figure in pixels, where the title that says the
finding and the first figure end (above the fold or below it), and how many of the words in its
cards are not about the subject but about the figures: legends, sources, terms, links to files.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

from playwright.sync_api import Browser

from data.files import store
from data.survey.languages import LANGUAGES
from queries.release.manifest import open_release
from tests.bench.__main__ import serving
from tests.support.driving import launched, visiting

# What a first screen shows on a laptop and on a phone, in pixels of height by width.
FOLDS = {1280: 900, 390: 844}
_MEASURED = """() => {
  const main = document.querySelector('.stMainBlockContainer');
  const within = (node, selector) => node.parentElement.closest(selector);
  const words = text => (text.match(/\\S+/g) || []).length;
  const shown = element => element.getClientRects().length > 0;
  const figures = [...main.querySelectorAll('.stand-figure, .stVegaLiteChart text')]
    .filter(element => shown(element) && /\\d/.test(element.textContent));
  const bottoms = list => list.map(element => element.getBoundingClientRect().bottom);
  const count = {all: 0, about: 0};
  const walker = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
  const cards = '[class*="st-key-card-"], .stand-reading, .stand-lead, .stand-numbers';
  const about = '.stand-small, .stand-explained, .stand-strip, .stand-use, .stand-note, '
    + '.stand-reading';
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!element || !within(walker.currentNode, cards) || !shown(element)) continue;
    const folded = element.closest('details:not([open]) > :not(summary)');
    if (folded) continue;
    const number = words(walker.currentNode.textContent);
    count.all += number;
    if (within(walker.currentNode, about)) count.about += number;
  }
  const scroll = document.querySelector('[data-testid="stMain"]')?.scrollTop || 0;
  return {
    largest: Math.max(0, ...figures.map(e => parseFloat(getComputedStyle(e).fontSize))),
    title: Math.max(...bottoms([...main.querySelectorAll('h1')])) + scroll,
    figure: Math.min(...bottoms(figures)) + scroll,
    all: count.all, about: count.about,
  };
}"""


@dataclass(frozen=True)
class Look:
    """One page in one language and width."""

    page: str
    language: str
    width: int
    largest: float
    title: float
    figure: float | None
    words: int
    about: int

    def row(self) -> str:
        """Return it as a row of a table."""
        fold = FOLDS[self.width]
        figure = "none" if self.figure is None else f"{self.figure:.0f} of {fold}"
        part = f"{100 * self.about / self.words:.0f}% of {self.words}" if self.words else "none"
        cells = (self.page or "kerncijfers", self.language, self.width, f"{self.largest:.0f}")
        told = (f"{self.title:.0f} of {fold}", figure, part)
        return f"| {' | '.join(map(str, (*cells, *told)))} |"


def looks(browser: Browser, origin: str, slugs: list[str]) -> list[Look]:
    """Return what is measured of every page."""
    found = []
    for width in FOLDS:
        for language in LANGUAGES:
            with visiting(browser, width) as reader:
                for slug in slugs:
                    mark = "&" if "?" in slug else "?"
                    reader.open(f"{origin}/{slug}{mark}taal={language}")
                    reader.page.wait_for_timeout(500)
                    seen = reader.page.evaluate(_MEASURED)
                    numbers = (seen["largest"], seen["title"], seen["figure"])
                    counts = (seen["all"], seen["about"])
                    found.append(Look(slug, language, width, *numbers, *counts))
    return found


def main() -> None:
    """Print what is measured of every page of the release at hand."""
    release = store.release_path()
    book = open_release(release).codebook
    slugs = [
        *("", "regio?ld=LD01", "gemeente?gm=GM0363", "actieagenda", "signalen", "tabellen"),
        *(theme.slug for theme in book.themes),
    ]
    with launched() as browser, serving(release) as server:
        found = looks(browser, server.address, slugs)
    head = "| page | language | width | largest figure | title ends | first figure | apparatus |"
    sys.stdout.write("\n".join([head, "|---" * 7 + "|", *(look.row() for look in found)]) + "\n")


if __name__ == "__main__":
    main()
