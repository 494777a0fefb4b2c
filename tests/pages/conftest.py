"""What tests of pages share."""

from collections.abc import Iterator

import pytest

from pages.state import releases


@pytest.fixture(autouse=True)
def _nothing_held() -> Iterator[None]:
    """Each test begins as a run of its own, that holds on to no version yet."""
    token = releases._held.set(None)  # noqa: SLF001 - runs have a context each, tests share one
    yield
    releases._held.reset(token)  # noqa: SLF001 - the same
