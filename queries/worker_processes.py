"""Pictures and sheets, made in processes beside the server.

The libraries that make them hold the interpreter while they do, and every reader would wait. What
is asked for from a command or a test, where nobody waits, is made where it is asked for.
"""

from __future__ import annotations

import math
import os
import sys
from functools import cache, partial
from types import SimpleNamespace
from typing import TYPE_CHECKING, TypeVar, TypeVarTuple

from anyio import (
    CancelScope,
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

# AnyIO has a new process run the file of ``__main__`` first. Streamlit puts the page there that was
# drawn last, which fails outside a server. What is made here is found by its module.
to_process.sys = SimpleNamespace(  # type: ignore[assignment,attr-defined]
    executable=sys.executable, path=sys.path, modules={"__main__": None}
)


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
            async with _processes():
                # AnyIO leaves a process behind for ever whose start is broken off. So that is
                # waited for; who hung up meanwhile leaves it to who comes next.
                with CancelScope(shield=True):
                    await to_process.run_sync(os.getpid, limiter=CapacityLimiter(1))
                return await to_process.run_sync(make, cancellable=True, limiter=CapacityLimiter(1))
    except TimeoutError:
        raise QueryError(
            f"Een afbeelding of blad maken duurde langer dan {seconds} seconden.",
            "probeer het later, of geef de server met STAND_DRAWING_SECONDS meer tijd.",
        ) from None


@cache
def _processes() -> CapacityLimiter:
    return CapacityLimiter(settings().drawing_processes)
