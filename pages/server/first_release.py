"""The first release of a checkout that has none: the fictitious sample, made beside the server.

A host that only installs the libraries and starts the server has neither vault nor release. Where
either was named or is there, nothing is made: what goes online is then for its holder to decide.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock, Thread
from typing import TYPE_CHECKING

from data.settings import Settings, settings

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parents[2]
# From sources to a release, as ``make run`` does it.
COMMANDS = (
    ("data", "register"),
    ("data", "official"),
    ("data", "sample"),
    ("queries", "release"),
)
_log = logging.getLogger("stand")


def is_wanted(now: Settings) -> bool:
    """Whether there is no vault and no release, and none was named."""
    named = now.model_fields_set & {"vault", "release"}
    there = (now.vault / "vault.json").exists() or (now.release / "current.json").exists()
    return not named and not there


@dataclass
class Making:
    """Commands that run one after the other in a thread, and the last line they said."""

    said: str = ""
    is_running: bool = False
    _lock: Lock = field(default_factory=Lock)

    def begin(self, commands: Sequence[Sequence[str]]) -> None:
        """Run the commands, unless they are running."""
        with self._lock:
            if self.is_running:
                return
            self.is_running = True
        Thread(target=self._run, args=(commands,), daemon=True).start()

    def _run(self, commands: Sequence[Sequence[str]]) -> None:
        """Run the commands until one fails."""
        try:
            for command in commands:
                if self._failed(command):
                    _log.error("the first release was not made: %s", self.said)
                    return
        finally:
            self.is_running = False

    def _failed(self, command: Sequence[str]) -> bool:
        """Run one command to its end; return whether it failed."""
        with subprocess.Popen(  # noqa: S603 - our own commands
            [sys.executable, "-m", *command],
            cwd=ROOT,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process:
            for line in process.stdout or ():
                self.said = line.strip()
                _log.info("first release: %s", self.said)
        return process.returncode != 0


MAKING = Making()


def make_if_wanted() -> None:
    """Begin with the first release where a checkout has none."""
    if is_wanted(settings()):
        MAKING.begin(COMMANDS)
