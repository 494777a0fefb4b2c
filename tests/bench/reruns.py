"""From a click on a filter to the last chart that changes, in a real browser."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median, quantiles

from playwright.sync_api import Browser

from tests.support.driving import visiting

TURNS = 20
# Click the next button of a filter; resolve with the milliseconds until the last change has been
# painted, once the script is done and nothing has changed for a while.
_CLICK = """([choices, changing, turn]) => new Promise(resolve => {
  const quiet = 500;
  const offered = [...document.querySelectorAll(choices)];
  const app = document.querySelector('[data-testid="stApp"]');
  const main = document.querySelector('.stMainBlockContainer');
  let last = null;
  const begun = performance.now();
  const watch = new MutationObserver(changes => {
    if (changes.some(change => {
      const element = change.target.nodeType === 1 ? change.target : change.target.parentElement;
      return element?.closest(changing);
    })) requestAnimationFrame(() => requestAnimationFrame(now => { last = now; }));
  });
  watch.observe(main, {subtree: true, childList: true, attributes: true, characterData: true});
  offered[turn % offered.length].click();
  const look = () => {
    const now = performance.now();
    const done = app.dataset.testScriptState === 'notRunning' && last !== null;
    if ((done && now - last > quiet) || now - begun > 20000) {
      watch.disconnect();
      resolve(last === null ? null : last - begun);
    } else setTimeout(look, 25);
  };
  look();
})"""


PILLS, OPTIONS = ".st-key-w-kl [role='radio']", "[role='option']"
# A select box, as Streamlit ships it, and the one of size classes on a theme page.
BOX, CLASSES = "[role='combobox']", ".st-key-w-kl [role='combobox']"


@dataclass(frozen=True)
class Rerun:
    """Milliseconds from click to last change: the middle of all turns, and the slow end."""

    median: float
    p95: float


def measure(
    browser: Browser, address: str, changing: str, choices: str = PILLS, box: str = BOX
) -> Rerun:
    """Return how long a change of filter takes on the page at ``address``.

    Args:
        browser: what to drive.
        address: a page with a filter of size classes.
        changing: selector of what a reader waits for.
        choices: selector of what is clicked; options of a select box are unfolded first.
        box: selector of that select box.
    """
    with visiting(browser) as reader:
        reader.open(address)
        reader.page.wait_for_timeout(1000)
        found = []
        for turn in range(1, TURNS + 1):
            if choices == OPTIONS:
                reader.page.locator(box).click()
                reader.page.locator(OPTIONS).nth(4).wait_for()
            found.append(reader.page.evaluate(_CLICK, [choices, changing, turn]))
    seen = [float(milliseconds) for milliseconds in found if milliseconds is not None]
    if len(seen) < TURNS:
        message = f"{TURNS - len(seen)} keer veranderde er niets op {address}"
        raise RuntimeError(message)
    return Rerun(median(seen), quantiles(seen, n=20)[-1])
