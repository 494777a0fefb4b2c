"""Pictures and sheets, made in processes beside the server.

The libraries that make them hold the interpreter while they do, and every reader would wait. What
is asked for from a command or a test, where nobody waits, is made where it is asked for.
"""

from __future__ import annotations

import math
from functools import cache, partial
from typing import TYPE_CHECKING, TypeVar, TypeVarTuple

from anyio import (
    CapacityLimiter,
    NoEventLoopError,
    current_effective_deadline,
    fail_after,
    from_thread,
    get_cancelled_exc_class,
    to_process,
)

from data.settings import settings
from queries.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Callable

Arguments = TypeVarTuple("Arguments")
Made = TypeVar("Made")


def in_worker(make: Callable[[*Arguments], Made], *arguments: *Arguments) -> Made:
    """Return what ``make`` makes of ``arguments``.

    Args:
        make: a function of a module, which another process can import.
        arguments: for it; texts and numbers.

    Raises:
        QueryError: it takes too long.
    """
    try:
        return from_thread.run(_elsewhere, partial(make, *arguments))
    except NoEventLoopError:
        return make(*arguments)


async def _elsewhere(make: Callable[[], Made]) -> Made:
    """Return what a process beside this one makes; it ends when nobody waits any more."""
    if current_effective_deadline() == -math.inf:
        # Who asked hung up before this began; nothing else would say so.
        raise get_cancelled_exc_class()
    seconds = settings().drawing_seconds
    try:
        with fail_after(seconds):
            return await to_process.run_sync(make, cancellable=True, limiter=_processes())
    except TimeoutError:
        raise QueryError(
            f"Een afbeelding of blad maken duurde langer dan {seconds} seconden.",
            "probeer het later, of geef de server met STAND_DRAWING_SECONDS meer tijd.",
        ) from None


@cache
def _processes() -> CapacityLimiter:
    return CapacityLimiter(settings().drawing_processes)
