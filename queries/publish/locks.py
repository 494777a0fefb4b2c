"""One at a time: whoever publishes or takes answers in keeps others out meanwhile."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from data.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def alone(lock: Path, what: str) -> Iterator[None]:
    """Keep others out for as long as this takes; say it when the disk does not cooperate."""
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(lock, timeout=0):
            yield
    except Timeout:
        raise DataError(
            f"Er loopt al een {what} in {lock.parent}.",
            "wacht tot die klaar is en probeer opnieuw.",
        ) from None
    except OSError as error:
        raise DataError(
            f"Er kon niet worden geschreven ({error.strerror or error}; {error.filename}).",
            "maak ruimte vrij of geef schrijfrecht en geef het commando opnieuw. Er staat niets "
            "half online; `python -m queries versions` zegt welke versie.",
        ) from None
