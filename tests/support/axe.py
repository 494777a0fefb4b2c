"""What axe finds on a page: of what WCAG asks, the serious; and headings that skip a level."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Page

_WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
_OPTIONS = {
    "runOnly": {"type": "tag", "values": _WCAG},
    "rules": {"heading-order": {"enabled": True}},
    "resultTypes": ["violations"],
}
_SOURCE = Path(AXE_FILE_PATH).read_text(encoding="utf-8")


def serious(page: Page) -> list[str]:
    """Return each finding with the first element it is about."""
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(_SOURCE)
    found: dict[str, Any] = page.evaluate("options => axe.run(document, options)", _OPTIONS)
    return [
        f"{finding['id']}: {finding['nodes'][0]['html'][:160]}"
        for finding in found["violations"]
        if finding["impact"] in {"serious", "critical"} or finding["id"] == "heading-order"
    ]
