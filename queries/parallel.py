"""Work on many questions at once: in processes where there are many, else one after the other.

Python's lock lets one thread work at a time, so threads gain little here; a process takes a second
to start.
"""

from __future__ import annotations

import os
import signal
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import connection, get_context, parent_process
from threading import Thread
from typing import TYPE_CHECKING, TypeVar

# loaded before its threads are limited, here and in each process
import numpy as np  # noqa: F401
from threadpoolctl import threadpool_limits

from queries import engine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

T = TypeVar("T")
R = TypeVar("R")

# From so many questions on, processes pay.
_MANY = 24
# After each so many questions a line is said about it.
REPORTED = 20


def spread(work: Callable[[T], R], tasks: Sequence[T]) -> Iterator[R]:
    """Yield the result of each task, in their order.

    Args:
        work: a function of a module, which other processes can find by its name.
        tasks: what can be sent to another process.
    """
    if len(tasks) < _MANY or not _can_start_others():
        with threadpool_limits(1):
            yield from map(work, tasks)
        return
    context = get_context("spawn")
    with ProcessPoolExecutor(engine.THREADS, context, initializer=_begin) as processes:
        yield from processes.map(work, tasks)


def _can_start_others() -> bool:
    """Return whether another process could find the program: when it was started by its name."""
    return getattr(sys.modules["__main__"], "__spec__", None) is not None


def _begin() -> None:
    """Prepare a process: one thread, stopped by the one that started it or gone with it."""
    # threads of the matrix library would stand in the way of the other process
    threadpool_limits(1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Stop at once when the process that started this one is no more, however it was ended."""
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)
