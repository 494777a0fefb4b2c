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


@dataclass(frozen=True)
class CachedFile:
    """A file that was made: where it lies, its size, and the digest of its content."""

    path: Path
    size: int
    digest: str


class FileCache:
    """Files by what they were made of; what was asked for longest ago goes first.

    In a folder of this process alone, which goes with it: another program makes other files.
    """

    def __init__(self, limit: int = LIMIT) -> None:
        """Keep at most ``limit`` bytes."""
        self._limit = limit
        self._folder = Path(mkdtemp(prefix="stand-"))
        finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        self._kept: OrderedDict[tuple[str, ...], CachedFile] = OrderedDict()
        self._lock = Lock()

    @property
    def size(self) -> int:
        """How many bytes are kept."""
        return sum(kept.size for kept in self._kept.values())

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
        digest = hashlib.sha256(content).hexdigest()
        # Views of one content share a file.
        path = self._folder / digest
        with self._lock:
            if not path.exists():
                path.write_bytes(content)
            self._kept[key] = CachedFile(path, len(content), digest)
            self._make_room(key)
            return self._kept[key]

    def _make_room(self, newest: tuple[str, ...]) -> None:
        """Let go what was asked for longest ago; never the newest."""
        while self.size > self._limit and len(self._kept) > 1:
            key, kept = self._kept.popitem(last=False)
            if key == newest:
                self._kept[key] = kept
            elif all(other.path != kept.path for other in self._kept.values()):
                kept.path.unlink(missing_ok=True)
