"""Work in several processes: its order, its errors, and nothing left when it is stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tests.conftest import ROOT

# Sleeping is a function of a module that every process knows, and so is the root of a number.
PROGRAM = """
import math, sys, time
from queries.parallel import spread

if __name__ == "__main__":
    if sys.argv[1] == "sleep":
        list(spread(time.sleep, [60.0] * 48))
    print(list(spread(math.sqrt, [float(n * n) for n in range(int(sys.argv[1]))])))
"""


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A program that spreads its work."""
    path = tmp_path / "program.py"
    path.write_text(PROGRAM, encoding="utf-8")
    return path


def started(program: Path, argument: str) -> subprocess.Popen[str]:
    """Start the program."""
    return subprocess.Popen(
        [sys.executable, "-m", program.stem, argument],
        env=os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{program.parent}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def soon(happens: Callable[[], bool]) -> bool:
    """Return whether something happens within half a minute."""
    for _ in range(300):
        if happens():
            return True
        time.sleep(0.1)
    return False


def works(process: psutil.Process) -> bool:
    """Return whether a process is there and does something."""
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


@pytest.fixture
def sleeping(program: Path) -> Iterator[tuple[subprocess.Popen[str], list[psutil.Process]]]:
    """The program, waiting for its processes, and those."""
    running = started(program, "sleep")
    parent = psutil.Process(running.pid)
    # two that work, and one that keeps count of what they share
    assert soon(lambda: len(parent.children(recursive=True)) >= 3)
    others = parent.children(recursive=True)
    yield running, others
    for process in [*others, parent]:
        if works(process):
            process.kill()
    running.communicate()


@pytest.mark.parametrize("count", ["3", "100"])
def test_results_come_in_the_order_of_the_tasks(program: Path, count: str) -> None:
    said, complaints = started(program, count).communicate(timeout=60)
    assert complaints == ""
    assert said.strip() == str([float(n) for n in range(int(count))])


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_program_that_is_killed_leaves_no_process_behind(
    sleeping: tuple[subprocess.Popen[str], list[psutil.Process]], how: signal.Signals
) -> None:
    running, others = sleeping
    running.send_signal(how)
    running.wait(timeout=20)
    assert soon(lambda: not any(map(works, others)))


def test_a_program_that_no_process_can_find_does_its_work_itself() -> None:
    # as where Streamlit, or a test of a page, has put its script in the place of the program
    program = (
        "import math, sys, types\n"
        "from queries.parallel import spread\n"
        "sys.modules['__main__'] = types.ModuleType('__main__')\n"
        "sys.modules['__main__'].__file__ = '/nonexistent/frame.py'\n"
        "print(list(spread(math.sqrt, [float(n * n) for n in range(100)])))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.stderr, done.stdout.strip()) == ("", str([float(n) for n in range(100)]))
