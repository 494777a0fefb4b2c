"""Files reach the disk and their place under the rules of every system."""

import errno
import os
from pathlib import Path

import pytest

from data.files import store


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The rules of Windows: folders cannot be opened, nor flushed what was opened to read.

    Gives the names of what was flushed.
    """
    opened: dict[int, tuple[str, int]] = {}
    flushed: list[str] = []
    real_open, real_sync = os.open, os.fsync

    def open_file(path: Path | str, flags: int, *more: int) -> int:
        if Path(path).is_dir():
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        descriptor = real_open(path, flags, *more)
        opened[descriptor] = (Path(path).name, flags & (os.O_WRONLY | os.O_RDWR))
        return descriptor

    def sync(descriptor: int) -> None:
        name, writable = opened[descriptor]
        if not writable:
            raise OSError(errno.EBADF, "Bad file descriptor")
        flushed.append(name)
        real_sync(descriptor)

    monkeypatch.setattr(os, "open", open_file)
    monkeypatch.setattr(os, "fsync", sync)
    return flushed


def test_a_file_is_flushed_and_put_in_its_place_on_windows(
    windows: list[str], tmp_path: Path
) -> None:
    store.write_json({"a": 1}, tmp_path / "a.json")
    assert store.read_json(tmp_path / "a.json") == {"a": 1}
    assert [name.startswith(".a.json.") for name in windows] == [True]


def test_a_folder_is_put_in_its_place_on_windows(windows: list[str], tmp_path: Path) -> None:
    with store.replacing_folder(tmp_path / "map") as draft:
        (draft / "b").write_bytes(b"b")
    assert (tmp_path / "map" / "b").read_bytes() == b"b"
    assert windows == ["b"]


def test_a_file_that_cannot_be_opened_is_not_taken_for_flushed(
    windows: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "c").touch()

    def refuse(path: Path, _flags: int) -> int:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(PermissionError):
        store.flush(tmp_path / "c")
    assert windows == []
