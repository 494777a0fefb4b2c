"""What was made for an address, kept on disk: made once per version and view, within a limit."""

from __future__ import annotations

import hashlib
import shutil
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from threading import Lock
from typing import TYPE_CHECKING
from weakref import finalize

if TYPE_CHECKING:
    from collections.abc import Callable

LIMIT = 256 * 1024 * 1024
# What a file counts for at least: its key is kept in memory, as long as an address can be.
LEAST = 16 * 1024


@dataclass(frozen=True)
class CachedFile:
    """A file that was made: where it lies, what it counts for, and the digest of its content."""

    path: Path
    size: int
    digest: str


class FileCache:
    """Files by what they were made of; what was asked for longest ago goes first.

    In a folder of this process alone, which goes with it: another program makes other files.
    """

    def __init__(self, limit: int = LIMIT, least: int = LEAST) -> None:
        """Keep at most ``limit`` bytes, each file counted as ``least`` of them at least."""
        self._limit, self._least = limit, least
        self.size = 0
        self._folder = Path(mkdtemp(prefix="stand-"))
        finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        self._kept: OrderedDict[tuple[str, ...], CachedFile] = OrderedDict()
        self._lock = Lock()

    def get(self, key: tuple[str, ...], make: Callable[[], bytes]) -> CachedFile:
        """Return the file with this key, made where there is none.

        Args:
            key: everything that its content depends on.
            make: gives the content; what it raises is raised, and nothing is kept.
        """
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        content = make()
        path = self._folder / hashlib.sha256(repr(key).encode()).hexdigest()
        with self._lock:
            # Who asked at the same moment may have had it made.
            if key not in self._kept:
                path.write_bytes(content)
                size = max(len(content), self._least)
                self._kept[key] = CachedFile(path, size, hashlib.sha256(content).hexdigest())
                self.size += size
                self._make_room()
            return self._kept[key]

    def _make_room(self) -> None:
        """Let go what was asked for longest ago; never the newest."""
        while self.size > self._limit and len(self._kept) > 1:
            _, kept = self._kept.popitem(last=False)
            self.size -= kept.size
            kept.path.unlink(missing_ok=True)
